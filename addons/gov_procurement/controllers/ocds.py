import tempfile
from datetime import date

from werkzeug.exceptions import NotFound

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.gov_document.services.ratelimit import RateLimiter

JSON = "application/json; charset=utf-8"
CHUNK = 64 * 1024
limiter = RateLimiter(per_minute=30, burst=15)


def read_file(file):
    """Yield the bytes of a file, then close it."""
    with file:
        while chunk := file.read(CHUNK):
            yield chunk


class OpenContracting(http.Controller):
    """Downloads of the open contracting data, for those who publish it, and for all once it is open."""

    @http.route("/gov_procurement/ocds/<string:kind>.json", type="http", auth="user", methods=["GET"], readonly=True)
    def download(self, kind, date_from=None, date_to=None):
        """Download a package of a period; it lies on the disk before it is sent, never whole in memory."""
        data = request.env["gov.ocds"]
        data._gov_check_reader()
        first, last = self._day(date_from), self._day(date_to)
        file = tempfile.TemporaryFile(prefix="gov-ocds-")  # noqa: SIM115 - closed by who sends it
        try:
            for text in data._gov_stream(kind, self._uri(kind), first, last):
                file.write(text.encode())
        except Exception:
            file.close()
            raise
        file.seek(0)
        return request.make_response(
            read_file(file),
            [
                ("Content-Type", JSON),
                ("Content-Disposition", http.content_disposition(f"ocds-{kind}.json")),
                ("Cache-Control", "no-store"),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )

    @http.route(
        "/opendata/ocds/<string:kind>.json", type="http", auth="public", methods=["GET"], sitemap=False, cors="*",
        readonly=True, save_session=False,
    )  # fmt: skip
    def open_data(self, kind, after=None, **_ignored):
        """Give a page of the open data, once the organisation has opened it; the link to the next one is in it."""
        company = request.env.company.sudo()  # sudo: whether the data are open
        if not company.gov_open_data or kind not in ("releases", "records"):
            raise NotFound
        if not limiter.allow(request.httprequest.remote_addr):
            return request.make_json_response({"error": "Too many requests: wait a minute."}, status=429)
        try:
            # sudo: the data hold what the law makes public, and nothing else
            pages = request.env["gov.ocds"].sudo()._gov_page(kind, self._uri(kind), after)
        except UserError as error:
            return request.make_json_response({"error": str(error)}, status=400)
        if pages is None:
            return request.make_json_response({"error": "Nothing more."}, status=404)
        return request.make_response(
            "".join(pages),
            [
                ("Content-Type", JSON),
                ("Cache-Control", "public, max-age=3600"),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )

    def _uri(self, kind):
        return f"{request.env.company.sudo().get_base_url()}/opendata/ocds/{kind}.json"  # sudo: the address is public

    def _day(self, text):
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            raise UserError(request.env._("“%(day)s” is no day: write it as 2026-01-31.", day=text)) from None
