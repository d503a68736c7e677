from odoo.http import request

from odoo.addons.web.controllers.webmanifest import WebManifest


class GovWebManifest(WebManifest):
    """The installed application on a phone carries the name, colours and icon of the suite."""

    def _get_webmanifest(self):
        manifest = super()._get_webmanifest()
        name = (
            request.env["ir.config_parameter"].sudo().get_param("web.web_app_name")
        )  # public name of the application
        manifest.update(
            name=name or "تواصل",
            lang="ar",
            dir="rtl",
            background_color="#f7f5f1",
            theme_color="#0b3b2e",
            icons=[
                {"src": f"/tawassul/static/img/icon-{size}.png", "sizes": f"{size}x{size}", "type": "image/png"}
                for size in (192, 512)
            ],
        )
        return manifest

    def _icon_path(self):
        return "tawassul/static/img/icon-192.png"
