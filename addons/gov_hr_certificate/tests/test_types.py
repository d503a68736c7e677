from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CertificateCase


@tagged("post_install", "-at_install")
class TestTypes(CertificateCase):
    def test_each_shipped_type_has_sound_wording_in_both_languages(self):
        kinds = self.env["gov.certificate.type"].search([])
        self.assertGreaterEqual(
            set(kinds.mapped("code")),
            set("work salary engagement transfer_order service_record no_benefit affiliation act_copy".split()),
        )
        for kind in kinds:
            for lang in ("ar", "fr"):
                template = kind._gov_template(lang)
                self.assertTrue(template.is_sound, f"{kind.code} {lang}: {template.check_message}")
                self.assertEqual(template.lang, lang)

    def test_promised_times_of_the_law_page(self):
        delays = {kind.code: kind.delay_hours for kind in self.env["gov.certificate.type"].search([])}
        self.assertTrue(self.kind("work").instant)
        self.assertLessEqual(delays["salary"], 48)
        self.assertEqual(delays["service_record"], 120)

    def test_instant_type_takes_a_circuit_without_steps(self):
        with self.assertRaises(ValidationError):
            self.kind("work").circuit_id = self.env.ref("gov_hr_certificate.circuit_hr")
        with self.assertRaises(ValidationError):
            self.kind("salary").circuit_id = self.env.ref("gov_hr_certificate.circuit_instant")

    def test_code_never_changes(self):
        with self.assertRaises(ValidationError):
            self.kind("work").code = "other"

    def test_code_is_unique(self):
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.kind("work").copy({"code": "salary"})
            self.env.flush_all()

    def test_used_type_is_archived_not_deleted(self):
        self.ask(self.amina, "work")
        with self.assertRaises(ValidationError):
            self.kind("work").unlink()

    def test_wording_of_another_language_is_refused(self):
        kind = self.kind("work")
        with self.assertRaises(ValidationError):
            kind.template_ar_id = kind.template_fr_id

    def test_wording_takes_known_placeholders_only(self):
        template = self.kind("work").template_fr_id
        with self.assertRaisesRegex(ValidationError, "salaire_secret"), self.env.cr.savepoint():
            template.body = "<p>[[salaire_secret]]</p>"

    def test_wording_holds_no_code(self):
        template = self.kind("work").template_fr_id
        template.body = "<p>{{ 7*7 }} ${7*7} [[employee_name]]</p><p><t t-out='7*7'>x</t></p>"
        _result, request = self.ask(self.amina, "work")
        self.assertNotIn("49", self.text_of(request).split('class="gov-body"')[1].split("gov-sign")[0])

    def test_answers_of_a_type_are_placeholders_of_its_wording_only(self):
        names = self.env["gov.document.template"]._gov_placeholders("transfer_order")
        self.assertIn("answer_rib", names)
        self.assertNotIn("answer_rib", self.env["gov.document.template"]._gov_placeholders("work"))

    def test_hr_manager_adds_a_type_by_data_alone(self):
        env = self.as_user(self.manager)
        kind = env["gov.certificate.type"].create(
            {
                "code": "badge",
                "name": "Badge certificate",
                "register_id": env.ref("gov_hr_certificate.register_certificate").id,
                "instant": True,
                "circuit_id": env.ref("gov_hr_certificate.circuit_instant").id,
                "languages": "fr",
                "question_ids": [(0, 0, {"code": "badge", "name": "Badge number", "kind": "text"})],
            }
        )
        kind.template_fr_id = env["gov.document.template"].create(
            {
                "name": "Badge",
                "kind": "badge",
                "lang": "fr",
                "title": "Attestation de badge",
                "body": "<p>[[employee_name]] porte le badge [[answer_badge]].</p>",
            }
        )
        result, request = self.ask(self.amina, "badge", answers={"badge": "B-77"})
        self.assertEqual(result["state"], "issued")
        self.assertIn("B-77", self.text_of(request))

    def test_employee_cannot_change_types(self):
        with self.assertRaises(AccessError):
            self.kind("work").with_env(self.as_user(self.amina)).delay_hours = 1

    def test_type_without_wording_is_not_offered(self):
        self.kind("assignment").write({"template_ar_id": False, "template_fr_id": False})
        codes = {item["code"] for item in self.as_user(self.amina)["gov.certificate.type"].get_catalogue()["types"]}
        self.assertIn("work", codes)
        self.assertNotIn("assignment", codes)

    def test_graded_types_are_hidden_from_those_without_grade(self):
        self.env["hr.version"].browse(self.amina_file.version_id.id).write({"echelon": 0, "grade_id": False})
        codes = {item["code"] for item in self.as_user(self.amina)["gov.certificate.type"].get_catalogue()["types"]}
        self.assertNotIn("salary", codes)
        self.assertIn("work", codes)
