import io

import xlsxwriter

from odoo import http
from odoo.http import content_disposition, request


class ProcurementPlanController(http.Controller):
    @http.route("/gov_procurement/plan/<int:plan_id>.xlsx", type="http", auth="user", methods=["GET"], readonly=True)
    def download_plan(self, plan_id):
        """Download a forecast programme as a workbook (form M20), for those who may read it."""
        plan = request.env["gov.procurement.plan"].search([("id", "=", plan_id)])
        if not plan:
            raise request.not_found()
        name = f"M20 {plan.year} {plan.officer_id.code}.xlsx"
        return request.make_response(
            self._workbook(plan),
            [
                ("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
                ("Content-Disposition", content_disposition(name)),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )

    def _workbook(self, plan):
        """Return the bytes of the workbook: one sheet a year; text is never a formula."""
        _ = plan.env._
        buffer = io.BytesIO()
        book = xlsxwriter.Workbook(
            buffer,
            {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "in_memory": True},
        )
        head, money = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "#,##0.00"})
        lines = plan.line_ids.with_context(active_test=True)
        for offset in ("0", "1", "2"):
            sheet = book.add_worksheet(str(plan.year + int(offset)))
            if (plan.env.lang or "").startswith("ar"):
                sheet.right_to_left()
            headings = [
                _("Object"),
                _("Nature"),
                _("Place of execution"),
                _("Procedure"),
                _("Estimate, all taxes included"),
                _("Publication"),
                _("Reserved for"),
            ]
            for column, heading in enumerate(headings):
                sheet.write_string(0, column, heading, head)
            sheet.set_column(0, 0, 50)
            sheet.set_column(1, 6, 22)
            procedures = dict(lines._fields["procedure"]._description_selection(plan.env))
            reservations = dict(lines._fields["reservation"]._description_selection(plan.env))
            for row, line in enumerate(lines.filtered(lambda one, offset=offset: one.year_offset == offset), 1):
                sheet.write_string(row, 0, line.name)
                sheet.write_string(row, 1, line.nature_id.name)
                sheet.write_string(row, 2, line.place)
                sheet.write_string(row, 3, procedures.get(line.procedure, ""))
                sheet.write_number(row, 4, line.estimate, money)
                sheet.write_string(row, 5, str(line.publication_month or "")[:7])
                sheet.write_string(row, 6, reservations.get(line.reservation, ""))
        book.close()
        return buffer.getvalue()
