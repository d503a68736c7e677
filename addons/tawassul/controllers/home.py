from odoo import http
from odoo.http import request

from odoo.addons.web.controllers.home import Home

LANGUAGE_COOKIE = "gov_sign_in_lang"  # of our own: a site of core writes its default into its cookie
FIRST_LANGUAGE = "ar_MA"
YEAR = 365 * 24 * 3600


class GovHome(Home):
    """Sign-in in three languages: the one chosen on the page, else the one chosen last time, else Arabic."""

    @http.route()
    def web_login(self, redirect=None, **kw):
        active = {code for code, _name in request.env["res.lang"].sudo().get_installed()}  # names of languages only
        asked = kw.get("lang")
        if asked not in active:
            # pages and links repeat what they are asked in
            request.params.pop("lang", None)
        chosen = asked if asked in active else request.cookies.get(LANGUAGE_COOKIE)
        if chosen not in active:
            chosen = FIRST_LANGUAGE if FIRST_LANGUAGE in active else request.default_lang()
        request.update_context(lang=chosen)
        response = super().web_login(redirect=redirect, **kw)
        if asked in active:
            response.set_cookie(LANGUAGE_COOKIE, asked, max_age=YEAR, samesite="Lax")
        return response
