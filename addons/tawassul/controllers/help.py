from odoo import http
from odoo.http import request


class GovHelp(http.Controller):
    """The help page of the suite: local, in the user's language."""

    @http.route(
        "/tawassul/help",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
        website=True,
        multilang=False,
        sitemap=False,
    )
    def help(self):
        return request.render("tawassul.help")
