import tempfile

from werkzeug.exceptions import NotFound

from odoo import http
from odoo.http import request

from odoo.addons.gov_base.tools.xlsx import write_workbook

from .ocds import read_file

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LANGS = {"ar": "ar_MA", "fr": "fr_FR", "en": "en_US"}


class PublicationLists(http.Controller):
    """Workbooks of the yearly lists and of the register of publications."""

    @http.route(
        "/gov_procurement/publication/<int:publication_id>.xlsx", type="http", auth="user", methods=["GET"],
        readonly=True,
    )  # fmt: skip
    def yearly_list(self, publication_id, lang=None):
        """Download a yearly list, for those who may read its publication."""
        publication = self._publications(lang).search([("id", "=", publication_id)])
        if not publication.is_list:
            raise NotFound
        return self._send(publication, f"{publication.kind}-{publication.rank}", publication._gov_list())

    @http.route("/gov_procurement/publications.xlsx", type="http", auth="user", methods=["GET"], readonly=True)
    def register(self, year=None, lang=None):
        """Download the register of the publications of a year, of what the user may read."""
        publications = self._publications(lang)
        publications.check_access("read")
        domain = []
        if year and str(year).isdigit() and len(str(year)) == 4:
            domain = [("event_on", ">=", f"{year}-01-01"), ("event_on", "<=", f"{year}-12-31")]
        found = publications.search(domain, order="event_on, id")
        return self._send(
            publications, f"publications-{year or ''}", publications.env["gov.procurement.list"]._gov_register(found)
        )

    def _publications(self, lang):
        publications = request.env["gov.procurement.publication"]
        return publications.with_context(lang=LANGS[lang]) if lang in LANGS else publications

    def _send(self, publications, name, found):
        """Send a list as a workbook, written on the disk first."""
        sheet = {
            "name": found["title"],
            "columns": found["columns"],
            "rows": found["rows"],
            "heading": [found["title"], *(f"{label}: {value}" for label, value in found["facts"])],
            "rtl": (publications.env.lang or "").startswith("ar"),
        }
        file = tempfile.TemporaryFile(prefix="gov-list-")  # noqa: SIM115 - closed by who sends it
        try:
            write_workbook(file, [sheet])
        except Exception:
            file.close()
            raise
        file.seek(0)
        return request.make_response(
            read_file(file),
            [
                ("Content-Type", XLSX),
                ("Content-Disposition", http.content_disposition(f"{name}.xlsx")),
                ("Cache-Control", "no-store"),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )
