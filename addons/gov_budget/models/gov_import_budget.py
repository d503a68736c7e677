import io

import xlsxwriter

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..services.nomenclature import SHEETS, BudgetTarget, export_rows


class GovImportBatch(models.Model):
    """Workbooks of the breakdown of a budget."""

    _inherit = "gov.import.batch"

    target = fields.Selection(selection_add=[("budget", "Budget breakdown")], ondelete={"budget": "cascade"})

    @api.model
    def _gov_target_classes(self):
        return dict(super()._gov_target_classes(), budget=BudgetTarget)


class GovBudget(models.Model):
    _inherit = "gov.budget"

    def action_export(self):
        """Download the breakdown of this budget as XLSX, in the form that the import reads."""
        self.ensure_one()
        self._gov_check_exporter()
        return {"type": "ir.actions.act_url", "url": f"/gov_budget/{self.id}/budget.xlsx", "target": "download"}

    def _gov_check_exporter(self):
        if not self.env.su and not self.env.user.has_groups(
            "gov_base.group_budget_officer,gov_base.group_authorising_officer,gov_base.group_expenditure_controller,"
            "gov_base.group_auditor"
        ):
            raise AccessError(self.env._("The budget is exported by budget and authorising officers and auditors."))
        self.check_access("read")

    def _gov_workbook(self):
        """Return the bytes of the workbook; headings in the user's language, texts never a formula."""
        self.ensure_one()
        self._gov_check_exporter()
        lang = self.env.lang or "en_US"
        lines = self.env["gov.budget.line"].search([("budget_id", "=", self.id), ("parent_line_id", "=", False)])
        nodes = self.env["gov.budget.node"].search([("id", "in", lines.node_id._parents_and_self().ids)])
        rows = export_rows(nodes, lines)
        stream = io.BytesIO()
        book = xlsxwriter.Workbook(
            stream,
            {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
        )
        head = book.add_format({"bold": True, "bg_color": "#1F6F5C", "font_color": "#FFFFFF", "text_wrap": True})
        money = book.add_format({"num_format": "#,##0.00"})
        [spec] = SHEETS
        sheet = book.add_worksheet(spec.title(lang)[:31])
        if lang.startswith("ar"):
            sheet.right_to_left()
        sheet.freeze_panes(1, 0)
        for position, column in enumerate(spec.columns):
            sheet.write_string(0, position, column.title(lang), head)
            sheet.set_column(position, position, 40 if column.code.startswith("name_") else 14)
        for number, row in enumerate(rows, 1):
            for position, column in enumerate(spec.columns):
                value = row.get(column.code)
                if value is None:
                    continue
                if isinstance(value, bool):
                    sheet.write_string(number, position, {"ar": "نعم", "fr": "oui"}.get(lang[:2], "yes"))
                elif isinstance(value, int | float):
                    sheet.write_number(number, position, value, money if column.code in ("cp", "ce") else None)
                else:
                    sheet.write_string(number, position, str(value))
        book.close()
        return stream.getvalue()
