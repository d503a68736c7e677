from werkzeug.wsgi import FileWrapper

from odoo import http
from odoo.exceptions import AccessError, UserError
from odoo.http import content_disposition, request


class ExecutionRegister(http.Controller):
    """Download of the registers, streamed from a file: no workbook is held in memory."""

    @http.route(
        "/gov_budget_execution/register/<string:kind>/<int:year_id>.xlsx", type="http", auth="user", methods=["GET"]
    )
    def workbook(self, kind, year_id):
        year = request.env["gov.fiscal.year"].browse(year_id).exists()
        if not year:
            raise request.not_found()
        try:
            out = request.env["gov.execution.register"]._gov_workbook(kind, year)
        except (AccessError, UserError):
            raise request.not_found() from None
        headers = [
            ("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            ("Content-Disposition", content_disposition(f"{kind}-{year.name}.xlsx")),
            ("X-Content-Type-Options", "nosniff"),
            ("Cache-Control", "private, no-store"),
        ]
        return request.make_response(FileWrapper(out), headers)
