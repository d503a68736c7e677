from odoo import http
from odoo.http import content_disposition, request


class Framework(http.Controller):
    """Download of the framework of jobs and competencies."""

    @http.route("/gov_hr_competency/framework.xlsx", type="http", auth="user", methods=["GET"])
    def workbook(self):
        data = request.env["gov.job.family"]._gov_framework_workbook()
        return request.make_response(
            data,
            headers=[
                ("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
                ("Content-Disposition", content_disposition("framework.xlsx")),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )
