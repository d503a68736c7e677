from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import FrameworkCase


@tagged("post_install", "-at_install")
class TestFramework(FrameworkCase):
    """Families, competencies and job sheets by hand; the printed catalogue."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.take()
        cls.job = cls.env["hr.job"].search([("rec_code", "=", "T-01")])
        cls.skill = cls.env["hr.skill"].search([("code", "=", "K1")])

    def test_framework_has_three_kinds_of_four_levels(self):
        kinds = self.env["hr.skill.type"].search([("gov_kind", "!=", False)])
        self.assertEqual(sorted(kinds.mapped("gov_kind")), ["behaviour", "know_how", "knowledge"])
        for kind in kinds:
            self.assertEqual(sorted(kind.skill_level_ids.mapped("gov_rank")), [1, 2, 3, 4])

    def test_third_level_of_families_is_refused(self):
        leaf = self.job.family_id
        with self.assertRaisesRegex(ValidationError, "third level"):
            self.env["gov.job.family"].create({"code": "T-A-1", "name": "Three", "parent_id": leaf.id})

    def test_job_of_the_framework_needs_a_family(self):
        with self.assertRaisesRegex(ValidationError, "give its family"):
            self.env["hr.job"].create({"name": "Alone", "rec_code": "T-99"})

    def test_competency_of_the_framework_needs_a_code(self):
        with self.assertRaisesRegex(ValidationError, "give it a code"):
            self.env["hr.skill"].create({"name": "No code", "skill_type_id": self.skill.skill_type_id.id})

    def test_code_is_given_once(self):
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.job.copy({"name": "Twin"}).write({"rec_code": "T-01"})
            self.env.flush_all()

    def test_level_has_one_indicator(self):
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.env["gov.skill.indicator"].create({"skill_id": self.skill.id, "level": 1, "text": "Again"})

    def test_employee_reads_the_sheets_and_changes_nothing(self):
        job = self.job.with_user(self.make_user("reader2"))
        self.assertTrue(job.purpose)
        self.assertEqual(job.read(["name", "post_count", "vacant_count"])[0]["post_count"], 1)
        self.assertNotIn("post_ids", job.read()[0])
        self.assertEqual(len(job._gov_profile()), 2)
        for record, vals in (
            (job, {"purpose": "x"}),
            (job.family_id, {"name": "x"}),
            (job._gov_profile(), {"weight": 5}),
        ):
            with self.assertRaises(AccessError):
                record.write(vals)

    def test_catalogue_prints_one_document_in_each_language(self):
        for lang, words in (("ar", "وظيفة"), ("fr", "Emploi un")):
            action = self.env["gov.job.family"].action_print_framework(lang)
            self.assertEqual(action["type"], "ir.actions.report")
            html = self.env["ir.actions.report"]._render_qweb_html(action["report_name"], self.env.company.ids)[0]
            self.assertEqual(html.count(words.encode()), html.decode().count(words))
            self.assertIn(words, html.decode())
            self.assertEqual(html.decode().count("<article") or 1, 1)

    def test_required_level_of_a_profile_follows_the_level(self):
        line = self.job._gov_profile()[0]
        line.skill_level_id = self.skill.skill_type_id.skill_level_ids.filtered(lambda level: level.gov_rank == 1)
        self.assertEqual(line.level_rank, 1)
