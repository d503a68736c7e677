from odoo import http
from odoo.http import content_disposition, request


class Budget(http.Controller):
    """Download of the breakdown of a budget."""

    @http.route("/gov_budget/<int:budget_id>/budget.xlsx", type="http", auth="user", methods=["GET"])
    def workbook(self, budget_id):
        budget = request.env["gov.budget"].browse(budget_id).exists()
        if not budget:
            raise request.not_found()
        data = budget._gov_workbook()
        return request.make_response(
            data,
            headers=[
                ("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
                ("Content-Disposition", content_disposition(f"budget_{budget.year}_{budget.kind}.xlsx")),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )
