from odoo import api, http
from odoo.exceptions import UserError
from odoo.http import request
from odoo.modules.registry import Registry

from ..services import table

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LANGS = {"ar": "ar_MA", "fr": "fr_FR", "en": "en_US"}


def stream_sheets(database, uid, context, make, kind, separator=";"):
    """Yield a file made by ``make(env)`` (an iterable of sheets), in a read-only transaction of its own.

    The request's transaction is closed by the time the file is sent.
    """
    with Registry(database).cursor() as cr:
        cr.execute("SET TRANSACTION READ ONLY")
        env = api.Environment(cr, uid, context)
        sheets = make(env)
        if kind == "csv":
            sheet = next(iter(sheets))
            yield from table.stream_csv(sheet["columns"], sheet["rows"], separator)
        else:
            yield from table.stream_xlsx(sheets)


class BudgetExport(http.Controller):
    """Downloads of situations, of the ledger, of the administrative account and of the landing forecast."""

    def _reader(self, lang):
        request.env["gov.budget.situation"]._gov_check_reader()
        context = dict(request.env.context)
        if lang in LANGS:
            context["lang"] = LANGS[lang]
        return context

    def _facts(self, year, day):
        situation = request.env["gov.budget.situation"]
        if year and not str(year).isdigit():
            raise UserError(request.env._("Give the year by its id."))
        fiscal_year = situation._gov_fiscal_year(int(year) if year else None)
        return fiscal_year.id, situation._gov_day(day)

    def _filters(self, params):
        """Return the filters of a situation from the address, as numbers where they are ids."""
        levels = ("chapter", "programme", "region", "project", "unit", "line")
        filters = {level: int(params[level]) for level in levels if str(params.get(level, "")).isdigit()}
        if params.get("kind") in ("general", "cas", "segma"):
            filters["kind"] = params["kind"]
        if params.get("search"):
            filters["search"] = params["search"]
        return filters

    def _send(self, name, kind, make, context, separator=";"):
        headers = [
            ("Content-Type", "text/csv; charset=utf-8" if kind == "csv" else XLSX),
            ("Content-Disposition", http.content_disposition(f"{name}.{kind}")),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
        ]
        return request.make_response(
            stream_sheets(request.db, request.env.uid, context, make, kind, separator), headers
        )

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
        context = self._reader(lang)
        year_id, past = self._facts(year, day)
        filters = self._filters(params)
        if kind == "pdf":
            situation = request.env["gov.budget.situation"].with_context(**context)
            return self._send_pdf(
                "situation", situation._gov_pdf(situation._gov_fiscal_year(year_id), past, by, filters)
            )
        if kind not in ("xlsx", "csv"):
            return request.not_found()
        request.env["gov.budget.situation"]._gov_path(by)

        def make(env):
            situation = env["gov.budget.situation"]
            return [situation._gov_sheet(situation._gov_fiscal_year(year_id), past, by, filters)]

        return self._send("situation", kind, make, context)

    @http.route("/gov_budget_report/account.<string:kind>", type="http", auth="user", methods=["GET"])
    def account(self, kind, year=None, lang=None):
        context = self._reader(lang)
        year_id, _past = self._facts(year, None)
        if kind == "pdf":
            situation = request.env["gov.budget.situation"].with_context(**context)
            return self._send_pdf(
                "administrative-account", situation._gov_account_pdf(situation._gov_fiscal_year(year_id))
            )
        if kind != "xlsx":
            return request.not_found()

        def make(env):
            situation = env["gov.budget.situation"]
            return situation._gov_account_sheets(situation._gov_fiscal_year(year_id))

        return self._send("administrative-account", kind, make, context)

    @http.route("/gov_budget_report/entries.<string:kind>", type="http", auth="user", methods=["GET"])
    def entries(self, kind, year=None, day=None, lang=None):
        context = self._reader(lang)
        year_id, past = self._facts(year, day)
        if kind not in ("xlsx", "csv"):
            return request.not_found()

        def make(env):
            situation = env["gov.budget.situation"]
            return [situation._gov_entries_sheet(situation._gov_fiscal_year(year_id), past)]

        return self._send("ledger", kind, make, context)

    @http.route("/gov_budget_report/landing.<string:kind>", type="http", auth="user", methods=["GET"])
    def landing(self, kind, year=None, lang=None):
        context = self._reader(lang)
        year_id, _past = self._facts(year, None)
        if kind not in ("xlsx", "csv"):
            return request.not_found()

        def make(env):
            fiscal_year = env["gov.budget.situation"]._gov_fiscal_year(year_id)
            return [env["gov.budget.landing"]._gov_sheet(fiscal_year)]

        return self._send("landing", kind, make, context)
