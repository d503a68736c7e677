from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from ..services import engine
from .common import DocumentCase


@tagged("post_install", "-at_install")
class TestTemplate(DocumentCase):
    def test_unknown_placeholder_is_refused_with_its_name(self):
        with self.assertRaisesRegex(ValidationError, "salary_secret"):
            self.arabic.body = "<p>[[salary_secret]]</p>"
        with self.assertRaisesRegex(ValidationError, "pay_secret"):
            self.french.title = "[[pay_secret]]"

    def test_check_follows_the_text_before_it_is_saved(self):
        template = self.arabic.new(origin=self.arabic)
        self.assertTrue(template.is_sound)
        template.body = "<p>[[nobody_knows]]</p>"
        self.assertFalse(template.is_sound)
        self.assertIn("nobody_knows", template.check_message)

    def test_code_in_the_body_is_removed_or_printed(self):
        self.arabic.body = (
            '<p><t t-out="object.env.cr.dbname"/>{{ object.env }} ${7*7} %(x)s</p>'
            '<script>alert(1)</script><p onclick="x()" style="position:fixed;inset:0">y</p><iframe src="file:///etc/passwd"></iframe>'
        )
        html = self.Document._gov_prepare([self.vals()]).sudo().content
        self.assertIn("{{ object.env }} ${7*7} %(x)s", html)
        for forbidden in (
            "t-out",
            "<script",
            "alert(1)",
            "onclick",
            "position:fixed",
            "<iframe",
            self.env.cr.dbname + "{",
        ):
            self.assertNotIn(forbidden, html)

    def test_missing_value_is_told_before_a_number_is_taken(self):
        nameless = self.env["hr.employee"].create({"name": "X", "sex": False})
        with self.assertRaises(UserError):
            self.Document._gov_prepare([self.vals(employee=nameless)])
        self.assertEqual(self.Document._gov_prepare([self.vals()]).number, "0001/T/2026")

    def test_visas_are_cited_in_the_language_of_the_document(self):
        text = self.env["gov.legal.text"].create({"code": "test_visa", "name": "Decree of tests", "kind": "decree"})
        text.with_context(lang="fr_FR").name = "Décret des essais"
        self.french.visa_ids = text
        content = self.Document._gov_prepare([self.vals(template=self.french)]).sudo().content
        self.assertIn("<p>Vu Décret des essais ;</p>", content)

    def test_preview_is_a_pdf_with_sample_values(self):
        for template in (self.arabic, self.french, self.both):
            pdf = engine.render(template._sample_html(), resources={"gov:emblem": self.env.company._gov_emblem()})
            self.assertTrue(pdf.startswith(b"%PDF"))

    def test_both_arrangements_hold_both_languages(self):
        for arrangement in ("columns", "stacked"):
            self.both.arrangement = arrangement
            html = self.Document._gov_prepare([self.vals(template=self.both)]).sudo().content
            self.assertIn("السيد", html)
            self.assertIn("M. <b>Mohammed EL ALAOUI</b>, le 5 mars 2026, à Rabat.", html)

    def test_values_by_language(self):
        values = {"ar": {"employee_name": "محمد العلوي"}, "fr": {"employee_name": "Mohammed ALAOUI"}}
        html = self.Document._gov_prepare([self.vals(template=self.both, values=values)]).sudo().content
        self.assertIn("<b>محمد العلوي</b>", html)
        self.assertIn("<b>Mohammed ALAOUI</b>", html)
