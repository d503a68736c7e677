import io

from pypdf import PdfReader

from odoo.exceptions import UserError
from odoo.tests import TransactionCase, new_test_user, tagged

from ..models.ir_actions_report import ReportFetcher

BODY = """<t t-name="gov_document.test_report">
    <t t-call="web.html_container"><t t-foreach="docs" t-as="doc"><t t-call="web.external_layout">
        <div class="page"><h2>Report of <t t-out="doc.name"/></h2><p dir="rtl">تقرير</p></div>
    </t></t></t>
</t>"""


@tagged("post_install", "-at_install")
class TestReport(TransactionCase):
    """Odoo's own reports, printed without wkhtmltopdf."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(cls.env, "report_user", groups="base.group_user")
        view = cls.env["ir.ui.view"].create(
            {"name": "test", "key": "gov_document.test_report", "type": "qweb", "arch": BODY}
        )
        cls.env["ir.model.data"].create(
            {"module": "gov_document", "name": "test_report", "model": "ir.ui.view", "res_id": view.id}
        )
        cls.report = cls.env["ir.actions.report"].create(
            {"name": "T", "model": "res.partner", "report_type": "qweb-pdf", "report_name": "gov_document.test_report"}
        )
        cls.partners = cls.env["res.partner"].create([{"name": "First"}, {"name": "Second"}])

    def test_server_says_that_it_prints(self):
        self.assertEqual(self.env["ir.actions.report"].get_wkhtmltopdf_state(), "ok")

    def test_report_of_several_records_is_one_pdf(self):
        report = self.report.with_context(force_report_rendering=True)
        pdf, kind = report._render_qweb_pdf(self.report.report_name, self.partners.ids)
        self.assertEqual(kind, "pdf")
        self.assertTrue(pdf.startswith(b"%PDF"))
        text = [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]
        self.assertIn("First", text[0])
        self.assertTrue(any("Second" in page for page in text[1:]))

    def test_fetcher_serves_styles_and_refuses_the_rest(self):
        fetcher = ReportFetcher(self.env(user=self.user))
        body, mimetype = fetcher.serve("/web/static/img/logo.png", {})
        self.assertEqual((mimetype, body[:4]), ("image/png", b"\x89PNG"))
        self.assertEqual(fetcher.serve("/report/barcode/QR/abc", {"width": "50", "height": "50"})[1], "image/png")
        for url in (
            "file:///etc/passwd",
            "http://127.0.0.1:1/x.png",
            "http://169.254.169.254/latest/meta-data",
            "http://reports.invalid/../../etc/passwd",
            "http://reports.invalid/web/static/%2e%2e/%2e%2e/odoo.conf",
            "http://reports.invalid/web/static/src/session.js",
            "http://reports.invalid/gov_document/models/res_company.py",
            "http://reports.invalid/web/database/manager",
        ):
            with self.subTest(url), self.assertRaises(ValueError):
                fetcher.fetch(url)

    def test_fetcher_reads_pictures_under_the_users_rights(self):
        attachment = self.env["ir.attachment"].create(
            {"name": "x.png", "raw": b"\x89PNG", "res_model": "ir.cron", "res_id": 1}
        )
        with self.assertRaises(ValueError):
            ReportFetcher(self.env(user=self.user)).serve(f"/web/image/{attachment.id}", {})

    def test_nothing_to_print_is_told(self):
        with self.assertRaises(UserError):
            self.report._run_wkhtmltopdf([], report_ref=self.report)
