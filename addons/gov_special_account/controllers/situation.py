from werkzeug.exceptions import NotFound

from odoo import fields, http
from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.gov_budget_report.controllers.export import LANGS, BudgetExport


class SpecialSituation(BudgetExport):
    @http.route(
        "/gov_special_account/situation/<int:account_id>.<string:kind>", type="http", auth="user", methods=["GET"]
    )
    def special_situation(self, account_id, kind, day=None, lang=None):
        """Download the situation of a special account (M24) at a day, in Arabic or French."""
        if kind not in ("pdf", "xlsx"):
            raise NotFound
        account = request.env["gov.special.account"].browse(account_id).exists()
        if not account:
            raise NotFound
        account.check_access("read")
        try:
            fields.Date.to_date(day)
        except ValueError as error:
            raise UserError(request.env._("This is no date: %(date)s.", date=day)) from error
        account = account.with_context(lang=LANGS.get(lang) or request.env.lang)
        if kind == "pdf":
            return self._send_pdf("special-account", account._gov_situation_pdf(day or None))
        return self._send("special-account", kind, account._gov_situation_sheets(day or None))
