from odoo import http
from odoo.http import request

from odoo.addons.web.controllers.home import Home
from odoo.addons.website.controllers.main import Website


class ClosedSite(Website):
    """The root of the site leads into the suite, as it does where no public site is installed."""

    @http.route()
    def index(self, *args, **kw):
        return Home.index(self, *args, **kw)

    @http.route()
    def robots(self, **kwargs):
        return request.make_response("User-agent: *\nDisallow: /\n", [("Content-Type", "text/plain")])
