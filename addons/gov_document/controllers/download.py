from odoo import http
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import content_disposition, request

from ..services import engine

PDF_HEADERS = [
    ("Content-Type", "application/pdf"),
    ("X-Content-Type-Options", "nosniff"),
    ("Cache-Control", "private, no-store"),
    ("Referrer-Policy", "no-referrer"),
]


class DocumentDownload(http.Controller):
    def _respond(self, data, name, mimetype=None):
        headers = [header for header in PDF_HEADERS if not mimetype or header[0] != "Content-Type"]
        if mimetype:
            headers.append(("Content-Type", mimetype))
        headers.append(("Content-Disposition", content_disposition(name)))
        return request.make_response(data, headers)

    @http.route(
        "/gov_document/<int:document_id>/document.pdf", type="http", auth="user", methods=["GET"], readonly=True
    )
    def document(self, document_id):
        """Send the file of a document to whoever may read the document."""
        document = request.env["gov.document"].browse(document_id)
        try:
            document.check_access("read")
            data = document._read_file()
        except (AccessError, MissingError):
            raise request.not_found() from None
        except UserError as error:
            return request.make_response(str(error), [("Content-Type", "text/plain; charset=utf-8")], status=409)
        return self._respond(data, document.sudo().attachment_id.name)  # sudo: the name of the file just read

    @http.route(
        "/gov_document/template/<int:template_id>/preview.pdf",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def preview(self, template_id):
        """Send a template filled with sample values; it bears no seal."""
        template = request.env["gov.document.template"].browse(template_id)
        try:
            template.check_access("read")
            html = template._sample_html()
        except (AccessError, MissingError):
            raise request.not_found() from None
        except UserError as error:
            return request.make_response(str(error), [("Content-Type", "text/plain; charset=utf-8")], status=409)
        pdf = engine.render(html, resources={"gov:emblem": request.env.company._gov_emblem()})
        return self._respond(pdf, "preview.pdf")

    @http.route(
        "/gov_document/register/<int:register_id>/<string:period>.<string:form>",
        type="http",
        auth="user",
        methods=["GET"],
    )
    def register(self, register_id, period, form):
        """Send the register of a year as PDF or XLSX; officers get the documents they may read."""
        register = request.env["gov.document.register"].browse(register_id)
        if form not in ("pdf", "xlsx"):
            raise request.not_found()
        try:
            register._check_printer()
            register.check_access("read")
            if form == "pdf":
                data, mimetype = register._print_pdf(period), None
            else:
                data = register._print_xlsx(period)
                mimetype = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        except (AccessError, MissingError):
            raise request.not_found() from None
        return self._respond(data, f"{register.code}-{period}.{form}", mimetype)
