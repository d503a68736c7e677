from odoo import http
from odoo.http import content_disposition, request

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ImportFiles(http.Controller):
    """The workbooks an import gives to its user."""

    @http.route("/gov_import/errors/<int:batch_id>", type="http", auth="user", methods=["GET"], readonly=True)
    def errors(self, batch_id):
        batch = request.env["gov.import.batch"].browse(batch_id).exists()
        if not batch:
            raise request.not_found()
        batch.check_access("read")
        name = request.env._("Errors of %(file)s", file=(batch.filename or "").rsplit(".", 1)[0]) + ".xlsx"
        return _workbook(batch._gov_errors_workbook(), name)

    @http.route("/gov_import/template/<string:code>", type="http", auth="user", methods=["GET"], readonly=True)
    def template(self, code):
        batches = request.env["gov.import.batch"]
        batches.check_access("create")
        target = batches._gov_target_classes().get(code)
        if not target:
            raise request.not_found()
        name = request.env._("Template - %(code)s", code=code) + ".xlsx"
        return _workbook(batches._gov_template_workbook(target(request.env)), name)


def _workbook(content, name):
    return request.make_response(
        content,
        [
            ("Content-Type", XLSX),
            ("Content-Disposition", content_disposition(name)),
            ("X-Content-Type-Options", "nosniff"),
        ],
    )
