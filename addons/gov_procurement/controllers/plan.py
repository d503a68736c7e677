import io
import tempfile

import xlsxwriter

from odoo import http
from odoo.http import content_disposition, request

from ..services.needs import SHEETS, export_rows

OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BATCH = 500


class ProcurementPlanController(http.Controller):
    @http.route("/gov_procurement/plan/<int:plan_id>.xlsx", type="http", auth="user", methods=["GET"], readonly=True)
    def download_plan(self, plan_id):
        """Download a forecast programme as a workbook (form M20), for those who may read it."""
        plan = request.env["gov.procurement.plan"].search([("id", "=", plan_id)])
        if not plan:
            raise request.not_found()
        return self._answer(f"M20 {plan.year} {plan.officer_id.code}.xlsx", plan_workbook(plan))

    @http.route("/gov_procurement/needs.xlsx", type="http", auth="user", methods=["GET"], readonly=True)
    def download_needs(self):
        """Download the needs that one may read, in the form that the import reads."""
        needs = request.env["gov.procurement.need"].search([("state", "!=", "cancelled")])
        return self._answer("Besoins.xlsx", needs_workbook(needs))

    def _answer(self, name, content):
        return request.make_response(
            content,
            [
                ("Content-Type", TYPE),
                ("Content-Disposition", content_disposition(name)),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )


def plan_workbook(plan):
    """Return the bytes of form M20: the purchases of year N, then the main projects of N+1 and N+2; text is never a
    formula."""
    _ = plan.env._
    lines = plan.env["gov.procurement.plan.line"]
    procedures = dict(lines._fields["procedure"]._description_selection(plan.env))
    reservations = dict(lines._fields["reservation"]._description_selection(plan.env))
    headings = [
        _("Object"),
        _("Nature"),
        _("Place of execution"),
        _("Procedure"),
        _("Estimate, all taxes included"),
        _("Publication"),
        _("Reserved for"),
    ]
    with tempfile.TemporaryFile() as file:
        with xlsxwriter.Workbook(file, OPTIONS) as book:
            head, money = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "#,##0.00"})
            for offset in ("0", "1", "2"):
                sheet = book.add_worksheet(str(plan.year + int(offset)))
                if (plan.env.lang or "").startswith("ar"):
                    sheet.right_to_left()
                sheet.freeze_panes(1, 0)
                sheet.set_column(0, 0, 50)
                sheet.set_column(1, 6, 22)
                for column, heading in enumerate(headings):
                    sheet.write_string(0, column, heading, head)
                found = lines.search([("plan_id", "=", plan.id), ("year_offset", "=", offset)])
                row = 1
                for start in range(0, len(found), BATCH):
                    for line in found[start : start + BATCH]:
                        sheet.write_string(row, 0, line.name)
                        sheet.write_string(row, 1, line.nature_id.name)
                        sheet.write_string(row, 2, line.place)
                        sheet.write_string(row, 3, procedures.get(line.procedure, ""))
                        sheet.write_number(row, 4, line.estimate, money)
                        sheet.write_string(row, 5, str(line.publication_month or "")[:7])
                        sheet.write_string(row, 6, reservations.get(line.reservation, ""))
                        row += 1
        file.seek(0)
        return file.read()


def needs_workbook(needs):
    """Return the bytes of a workbook of needs that the import takes again; text is never a formula."""
    lang, [spec] = needs.env.lang or "en_US", SHEETS
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {**OPTIONS, "constant_memory": False, "in_memory": True}) as book:
        head, day = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "dd/mm/yyyy"})
        sheet = book.add_worksheet(spec.title(lang)[:31])
        if lang.startswith("ar"):
            sheet.right_to_left()
        sheet.freeze_panes(1, 0)
        for position, column in enumerate(spec.columns):
            sheet.write_string(0, position, column.title(lang), head)
            sheet.set_column(position, position, 40 if column.code in ("name", "reason") else 16)
        for line, row in enumerate(export_rows(needs), 1):
            for position, column in enumerate(spec.columns):
                value = row[column.code]
                if column.code == "need_date":
                    sheet.write_datetime(line, position, value, day)
                elif isinstance(value, int | float):
                    sheet.write_number(line, position, value)
                else:
                    sheet.write_string(line, position, value)
    return stream.getvalue()
