import tempfile

from werkzeug.exceptions import NotFound

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.gov_base.tools.xlsx import write_workbook

from ..services import table

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LANGS = {"ar": "ar_MA", "fr": "fr_FR", "en": "en_US"}


def read_file(file):
    """Yield the bytes of a file, then close it."""
    with file:
        while chunk := file.read(table.CHUNK):
            yield chunk


class BudgetExport(http.Controller):
    """Downloads of situations, of the ledger, of the administrative account and of the landing forecast."""

    def _facts(self, year, day, lang):
        """Return the situation in the language asked for, the year and the past day; refuse who may not read."""
        situation = request.env["gov.budget.situation"]
        if lang in LANGS:
            situation = situation.with_context(lang=LANGS[lang])
        situation._gov_check_reader()
        if year and not str(year).isdigit():
            raise UserError(request.env._("Give the year by its id."))
        return situation, situation._gov_fiscal_year(int(year) if year else None), situation._gov_day(day or None)

    def _filters(self, params):
        """Return the filters of a situation from the address, as numbers where they are ids."""
        levels = ("chapter", "programme", "region", "project", "unit", "line")
        filters = {level: int(params[level]) for level in levels if str(params.get(level, "")).isdigit()}
        if params.get("kind") in ("general", "cas", "segma"):
            filters["kind"] = params["kind"]
        if params.get("search"):
            filters["search"] = params["search"]
        return filters

    def _send(self, name, kind, sheets, separator=";"):
        """Send a file made from sheets: on the disk first, so that it is never whole in memory."""
        file = tempfile.TemporaryFile(prefix="gov-export-")  # noqa: SIM115 - closed by who sends it
        try:
            if kind == "csv":
                sheet = next(iter(sheets))
                for chunk in table.stream_csv(sheet["columns"], sheet["rows"], separator):
                    file.write(chunk)
            else:
                write_workbook(file, sheets)
        except Exception:
            file.close()
            raise
        file.seek(0)
        headers = [
            ("Content-Type", "text/csv; charset=utf-8" if kind == "csv" else XLSX),
            ("Content-Disposition", http.content_disposition(f"{name}.{kind}")),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
        ]
        return request.make_response(read_file(file), headers)

    def _send_pdf(self, name, data):
        return request.make_response(
            data,
            [
                ("Content-Type", "application/pdf"),
                ("Content-Disposition", http.content_disposition(f"{name}.pdf")),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )

    @http.route("/gov_budget_report/situation.<string:kind>", type="http", auth="user", methods=["GET"])
    def situation(self, kind, year=None, day=None, by="tree", lang=None, **params):
        situation, fiscal_year, past = self._facts(year, day, lang)
        filters = self._filters(params)
        if kind == "pdf":
            return self._send_pdf("situation", situation._gov_pdf(fiscal_year, past, by, filters))
        if kind not in ("xlsx", "csv"):
            raise NotFound
        return self._send("situation", kind, [situation._gov_sheet(fiscal_year, past, by, filters)])

    @http.route("/gov_budget_report/account.<string:kind>", type="http", auth="user", methods=["GET"])
    def account(self, kind, year=None, lang=None):
        situation, fiscal_year, _past = self._facts(year, None, lang)
        if kind == "pdf":
            return self._send_pdf("administrative-account", situation._gov_account_pdf(fiscal_year))
        if kind != "xlsx":
            raise NotFound
        return self._send("administrative-account", kind, situation._gov_account_sheets(fiscal_year))

    @http.route("/gov_budget_report/entries.<string:kind>", type="http", auth="user", methods=["GET"])
    def entries(self, kind, year=None, day=None, lang=None):
        situation, fiscal_year, past = self._facts(year, day, lang)
        if kind not in ("xlsx", "csv"):
            raise NotFound
        return self._send("ledger", kind, [situation._gov_entries_sheet(fiscal_year, past)])

    @http.route("/gov_budget_report/landing.<string:kind>", type="http", auth="user", methods=["GET"])
    def landing(self, kind, year=None, lang=None):
        situation, fiscal_year, _past = self._facts(year, None, lang)
        if kind not in ("xlsx", "csv"):
            raise NotFound
        return self._send("landing", kind, [situation.env["gov.budget.landing"]._gov_sheet(fiscal_year)])
