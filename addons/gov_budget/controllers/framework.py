from odoo import http
from odoo.http import content_disposition, request
from odoo.modules.registry import Registry

from ..services import fiscal_package

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class FrameworkDownloads(http.Controller):
    """Downloads of the programming: sheets of units, tables, performance documents, open data."""

    @http.route("/gov_budget/need/<int:need_id>.xlsx", type="http", auth="user", methods=["GET"])
    def need(self, need_id):
        need = self._record("gov.budget.framework.need", need_id)
        return self._file(need._gov_workbook(), f"needs_{need.unit_id.unit_code or need.id}.xlsx")

    @http.route(
        "/gov_budget/framework/<int:framework_id>/<string:model>.xlsx",
        type="http",
        auth="user",
        methods=["GET"],
    )
    def framework(self, framework_id, model):
        framework = self._record("gov.budget.framework", framework_id)
        return self._file(framework._gov_workbook(model), f"pbt_{framework.base_year + 1}_{model}.xlsx")

    @http.route(
        "/gov_budget/framework/<int:framework_id>/<string:model>-<string:lang>.pdf",
        type="http",
        auth="user",
        methods=["GET"],
    )
    def framework_pdf(self, framework_id, model, lang):
        framework = self._record("gov.budget.framework", framework_id)
        name = f"pbt_{framework.base_year + 1}_{model}_{lang}.pdf"
        return self._file(framework._gov_pdf(model, lang), name, "application/pdf")

    @http.route("/gov_budget/performance/<int:document_id>.xlsx", type="http", auth="user", methods=["GET"])
    def performance(self, document_id):
        document = self._record("gov.budget.performance", document_id)
        return self._file(document._gov_workbook(), f"{document.kind}_{document.year}.xlsx")

    @http.route("/gov_budget/budget/<int:budget_id>/open-data.zip", type="http", auth="user", methods=["GET"])
    def open_data(self, budget_id):
        budget = self._record("gov.budget", budget_id)
        package, _rows = budget._gov_package()
        headers = self._headers("application/zip", f"{package['name']}.zip")
        return request.make_response(stream_package(request.db, request.env.uid, budget_id), headers=headers)

    def _record(self, model, record_id):
        """Return a record that exists and that the user reads; else the page is not there."""
        record = request.env[model].browse(record_id).exists()
        if not record or not record.has_access("read"):
            raise request.not_found()
        return record

    def _headers(self, mimetype, filename):
        return [
            ("Content-Type", mimetype),
            ("Content-Disposition", content_disposition(filename)),
            ("X-Content-Type-Options", "nosniff"),
        ]

    def _file(self, data, filename, mimetype=XLSX):
        return request.make_response(data, headers=self._headers(mimetype, filename))


def stream_package(database, uid, budget_id):
    """Yield the open data of a budget, in a read-only transaction of its own (the request's is closed by then)."""
    from odoo import api  # noqa: PLC0415 - the environment of the stream, not of the request

    with Registry(database).cursor() as cr:
        cr.execute("SET TRANSACTION READ ONLY")
        env = api.Environment(cr, uid, {})
        package, rows = env["gov.budget"].browse(budget_id)._gov_package()
        yield from fiscal_package.stream(package, rows)
