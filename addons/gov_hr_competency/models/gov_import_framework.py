import io

import xlsxwriter

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..services.framework import KIND, PATH, SHEETS, SKILL_KIND, TREND, FrameworkTarget, export_rows

CHOICES = {
    ("families", "kind"): KIND,
    ("competencies", "kind"): SKILL_KIND,
    ("jobs", "trend"): TREND,
    ("paths", "kind"): PATH,
}


class GovImportBatch(models.Model):
    """Workbooks of the framework of jobs and competencies."""

    _inherit = "gov.import.batch"

    target = fields.Selection(
        selection_add=[("framework", "Framework of jobs and competencies")], ondelete={"framework": "cascade"}
    )

    @api.model
    def _gov_target_classes(self):
        return dict(super()._gov_target_classes(), framework=FrameworkTarget)


class GovJobFamily(models.Model):
    """The whole framework as a workbook, in the form that the import reads."""

    _inherit = "gov.job.family"

    @api.model
    def action_export_framework(self):
        """Download the framework of jobs and competencies as XLSX, one sheet a table.

        :raise AccessError: for others than HR, training officers and auditors
        """
        self._gov_check_exporter()
        return {"type": "ir.actions.act_url", "url": "/gov_hr_competency/framework.xlsx", "target": "download"}

    @api.model
    def _gov_check_exporter(self):
        roles = ("gov_base.group_hr_officer", "gov_base.group_training_officer", "gov_base.group_auditor")
        if not any(self.env.user.has_group(role) for role in roles):
            raise AccessError(self.env._("The framework is exported by human resources and auditors."))

    @api.model
    def _gov_framework_workbook(self):
        """Return the bytes of the workbook; headings in the user's language, texts never a formula."""
        self._gov_check_exporter()
        lang = self.env.lang or "en_US"
        rows = export_rows(self.env)
        stream = io.BytesIO()
        book = xlsxwriter.Workbook(
            stream,
            {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
        )
        head = book.add_format({"bold": True, "bg_color": "#1F6F5C", "font_color": "#FFFFFF", "text_wrap": True})
        body = book.add_format({"text_wrap": True, "valign": "top"})
        for spec in SHEETS:
            sheet = book.add_worksheet(spec.title(lang)[:31])
            if lang.startswith("ar"):
                sheet.right_to_left()
            sheet.freeze_panes(1, 1)
            for position, column in enumerate(spec.columns):
                sheet.write_string(0, position, column.title(lang), head)
                sheet.set_column(position, position, 40 if column.code.endswith(("_ar", "_fr", "_en")) else 16)
            for line, row in enumerate(rows[spec.code], 1):
                for position, column in enumerate(spec.columns):
                    self._gov_write_cell(sheet, line, position, spec.code, column.code, row.get(column.code), body)
        book.close()
        return stream.getvalue()

    @api.model
    def _gov_write_cell(self, sheet, line, position, table, column, value, style):
        if value is None or value is False and column not in ("critical", "secondary", "sensitive"):
            return
        words = CHOICES.get((table, column))
        if words and value:
            short = (self.env.lang or "en_US")[:2]
            names = words[value]
            value = {"ar": names[-1], "fr": names[0]}.get(short, names[1] if len(names) > 2 else names[0])
        if isinstance(value, bool):
            value = {"ar": ("لا", "نعم"), "fr": ("non", "oui")}.get((self.env.lang or "")[:2], ("no", "yes"))[value]
        if isinstance(value, int):
            sheet.write_number(line, position, value, style)
        else:
            sheet.write_string(line, position, str(value), style)
