import time

from odoo import http
from odoo.exceptions import AccessError, UserError
from odoo.http import request

from odoo.addons.gov_document.services.ratelimit import RateLimiter

SCAN = "gov_training_scan"
# how long the scan of a good code is remembered, the time to sign in
SECONDS = 300
HEADERS = [
    ("Content-Type", "text/html; charset=utf-8"),
    ("X-Robots-Tag", "noindex, nofollow"),
    ("Referrer-Policy", "no-referrer"),
    (
        "Content-Security-Policy",
        "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'",
    ),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Cache-Control", "no-store"),
]
LANGS = {"ar": "ar_MA", "fr": "fr_FR", "en": "en_US"}
# a whole class scans at once behind one address
limiter = RateLimiter(per_minute=600, burst=300)


class Signing(http.Controller):
    """Where the code of the trainer's screen leads a phone: one page, one button."""

    @http.route("/training/sign/<string:code>", type="http", auth="public", methods=["GET"], sitemap=False)
    def scan(self, code, **_ignored):
        """Take a code that was scanned: keep in the session that it was good, and ask to sign in when needed."""
        self._set_language()
        if not limiter.allow(request.httprequest.remote_addr):
            return self._page("busy", status=429)
        # sudo: a half-day is looked up by its signed code, nothing of it is shown to who is not signed in
        slots = request.env["gov.training.slot"].sudo()
        try:
            slot = slots._gov_read_code(code)
        except UserError as error:
            return self._page("refused", message=str(error), status=400)
        request.session[SCAN] = {"slot": slot.id, "at": time.time()}
        return request.redirect("/training/sign")

    @http.route("/training/sign", type="http", auth="user", methods=["GET"], sitemap=False)
    def ask(self, **_ignored):
        """Ask the person for the one tap that signs."""
        self._set_language()
        slot = self._scanned()
        if not slot:
            return self._page("rescan", status=400)
        return self._page("ask", slot=slot)

    @http.route("/training/sign", type="http", auth="user", methods=["POST"], sitemap=False)
    def sign(self, **_ignored):
        """Record the presence of who is signed in, once."""
        self._set_language()
        slot = self._scanned()
        if not slot:
            return self._page("rescan", status=400)
        try:
            signed = slot.sudo(False)._gov_sign_self()
        except (UserError, AccessError) as error:
            return self._page("refused", slot=slot, message=str(error), status=400)
        request.session.pop(SCAN, None)
        return self._page("signed", slot=slot, signed=signed)

    # -- page ----------------------------------------------------------------------------------------------------
    def _scanned(self):
        """Return the half-day whose code this browser has scanned some minutes ago at most."""
        scan = request.session.get(SCAN) or {}
        if not 0 <= time.time() - scan.get("at", 0) <= SECONDS:
            return None
        # sudo: title and hours of the half-day that was scanned
        return request.env["gov.training.slot"].sudo().browse(scan.get("slot", 0)).exists()

    def _set_language(self):
        lang = request.env.user.lang if not request.env.user._is_public() else None
        installed = {code for code, _name in request.env["res.lang"].get_installed()}
        wanted = [lang or ""] + [tag for tag, _quality in request.httprequest.accept_languages] + ["ar"]
        for tag in wanted:
            short = tag.replace("_", "-").split("-")[0].lower()
            if LANGS.get(short) in installed:
                break
        else:
            short = "en"
        request.update_context(lang=LANGS[short], gov_sign_lang=short)

    def _page(self, answer, slot=None, message="", signed=None, status=200):
        short = request.env.context.get("gov_sign_lang", "en")
        company = request.env["res.company"].sudo().search([], limit=1, order="id")  # sudo: the letterhead is public
        head = company.gov_letterhead_ar if short == "ar" else company.gov_letterhead_fr
        user = request.env.user
        # sudo: one's own name, in the script of the page
        employee = user.employee_id.sudo()
        html = request.env["ir.qweb"]._render(
            "gov_hr_training.sign_page",
            {
                "answer": answer,
                "message": message,
                "signed": signed or {},
                "title": slot.session_id.display_name if slot else "",
                "slot_name": slot.display_name if slot else "",
                "person": (employee._gov_document_name(short) if employee else user.name)
                if not user._is_public()
                else "",
                "page_lang": short,
                "direction": "rtl" if short == "ar" else "ltr",
                "head": [line for line in (head or company.name or "").splitlines() if line.strip()],
                "csrf_token": request.csrf_token() if answer == "ask" else "",
            },
        )
        # a template that begins with the document type is not translated
        return request.make_response(f"<!DOCTYPE html>\n{str(html).lstrip()}", HEADERS, status=status)
