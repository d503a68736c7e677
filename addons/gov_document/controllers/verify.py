import hashlib
import logging

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from ..models.gov_document import TOKEN
from ..services import inspection
from ..services.ratelimit import RateLimiter

_logger = logging.getLogger(__name__)

MAX_UPLOAD = 10 * 1024 * 1024
LANGS = {"ar": "ar_MA", "fr": "fr_FR", "en": "en_US"}
HEADERS = {
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}
limiter = RateLimiter(per_minute=60, burst=30)
upload_limiter = RateLimiter(per_minute=10, burst=10)


class Verification(http.Controller):
    """The public page that tells whether a document is ours; it knows nothing of the person but the initials."""

    @http.route("/verify", type="http", auth="public", methods=["GET"], sitemap=False)
    def form(self, code=None, lang=None, **_ignored):
        """Ask for a code or a file; a typed code leads to its own page."""
        self._set_language(lang)
        token = "".join((code or "").split()).replace("-", "").lower()
        if token:
            if not limiter.allow(request.httprequest.remote_addr):
                return self._page({"answer": "busy"}, 429)
            return self._page(*self._by_token(token))
        return self._page({"answer": "ask"})

    @http.route("/verify/<string:token>", type="http", auth="public", methods=["GET"], sitemap=False)
    def token(self, token, lang=None, **_ignored):
        """Tell what is known of the document that bears ``token``."""
        self._set_language(lang)
        if not limiter.allow(request.httprequest.remote_addr):
            return self._page({"answer": "busy"}, 429)
        return self._page(*self._by_token(token.lower()))

    @http.route(
        "/verify",
        type="http",
        auth="public",
        methods=["POST"],
        sitemap=False,
        max_content_length=MAX_UPLOAD + 64 * 1024,
    )
    def upload(self, document=None, lang=None, **_ignored):
        """Tell whether a file is authentic, altered or unknown. The file is read and forgotten."""
        self._set_language(lang)
        if not upload_limiter.allow(request.httprequest.remote_addr):
            return self._page({"answer": "busy"}, 429)
        data = document.read(MAX_UPLOAD + 1) if hasattr(document, "read") else b""
        if not data:
            return self._page({"answer": "no_file"}, 400)
        if len(data) > MAX_UPLOAD:
            return self._page({"answer": "too_large"}, 413)
        return self._page(self._by_file(data))

    # -- answers -------------------------------------------------------------------------------------------------
    def _documents(self):
        # sudo: the public page gives out number, kind, date, initials and state, see _facts
        return request.env["gov.document"].sudo()

    def _by_token(self, token):
        # an ill-formed code costs the same search as a well-formed one
        known = token if TOKEN.match(token or "") else ""
        document = self._documents().search([("token", "=", known), ("state", "!=", "issuing")], limit=1)
        if not document:
            return {"answer": "not_found"}, 404
        return {"answer": "document", "facts": self._facts(document)}, 200

    def _by_file(self, data):
        digest = hashlib.sha256(data).hexdigest()
        document = self._documents().search([("sha256", "=", digest)], limit=1)
        if document:
            return {"answer": "authentic", "facts": self._facts(document)}
        tokens = inspection.tokens(data)
        document = self._documents().search([("token", "in", tokens), ("state", "!=", "issuing")], limit=1)
        if document:
            return {"answer": "altered", "facts": self._facts(document)}
        try:
            certificate = request.env["gov.document.seal"]._get_seal().certificate
        except UserError:
            certificate = None
        if certificate and inspection.bears_certificate(data, certificate):
            return {"answer": "altered"}
        return {"answer": "unknown"}

    def _facts(self, document):
        return {
            "number": document.number,
            "title": document.title,
            "date": document.issue_date.strftime("%d/%m/%Y"),
            "initials": document.initials,
            "state": document.state,
            "revoked_on": document.revoked_on and document.revoked_on.strftime("%d/%m/%Y"),
        }

    # -- page ----------------------------------------------------------------------------------------------------
    def _set_language(self, lang):
        installed = {code for code, _name in request.env["res.lang"].get_installed()}
        wanted = [lang or ""] + [tag for tag, _quality in request.httprequest.accept_languages] + ["ar"]
        for tag in wanted:
            short = tag.replace("_", "-").split("-")[0].lower()
            if LANGS.get(short) in installed:
                break
        else:
            short = "en"
        request.update_context(lang=LANGS[short], gov_verify_lang=short)

    def _page(self, values, status=200):
        short = request.env.context.get("gov_verify_lang", "en")
        company = request.env["res.company"].sudo().search([], limit=1, order="id")  # sudo: the letterhead is public
        head = company.gov_letterhead_ar if short == "ar" else company.gov_letterhead_fr
        html = request.env["ir.qweb"]._render(
            "gov_document.verify_page",
            {
                **values,
                "facts": values.get("facts"),
                "page_lang": short,
                "direction": "rtl" if short == "ar" else "ltr",
                "languages": [("ar", "العربية"), ("fr", "Français"), ("en", "English")],
                "path": request.httprequest.path,
                "head": [line for line in (head or company.name or "").splitlines() if line.strip()],
                "csrf_token": request.csrf_token() if values["answer"] != "busy" else "",
                "megabytes": MAX_UPLOAD // 1024 // 1024,
            },
        )
        return request.make_response(
            # a template that begins with the document type is not translated
            f"<!DOCTYPE html>\n{str(html).lstrip()}",
            [("Content-Type", "text/html; charset=utf-8"), *HEADERS.items()],
            status=status,
        )
