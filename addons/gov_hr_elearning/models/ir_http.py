import werkzeug.exceptions

from odoo import models
from odoo.http import request

# Pages of core's public site and of its course site. The staff learns in the suite; the public reads nothing.
CLOSED = ("/slides", "/slides_survey", "/slide_channel_tag", "/profile", "/contactus", "/website/info", "/sitemap.xml")
LEARN = "/odoo/my-courses"


class IrHttp(models.AbstractModel):
    """The public site that core's courses bring along stays closed: no page of it is served, to anybody."""

    _inherit = "ir.http"

    @classmethod
    def _pre_dispatch(cls, rule, arguments):
        super()._pre_dispatch(rule, arguments)
        path = rule.rule
        if any(path == one or path.startswith(one + "/") for one in CLOSED):
            cls._gov_refuse_page()

    @classmethod
    def _gov_refuse_page(cls):
        if request.httprequest.method in ("GET", "HEAD") and request.env.user._is_internal():
            # links in old messages lead to where courses are followed now
            werkzeug.exceptions.abort(request.redirect(LEARN, code=303))
        raise werkzeug.exceptions.NotFound()

    @classmethod
    def _serve_page(cls):
        """No page of the public site is served."""
        return False
