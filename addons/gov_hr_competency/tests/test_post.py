from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import FrameworkCase


@tagged("post_install", "-at_install")
class TestPost(FrameworkCase):
    """A post is one seat: one holder, one budget post; a job with one holder is told."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.take()
        cls.post = cls.env["gov.post"].search([("code", "=", "TP-1")])
        cls.one, cls.two = cls.env["hr.employee"].create([{"name": "One"}, {"name": "Two"}])

    def test_person_holds_one_post(self):
        self.post.employee_id = self.one
        other = self.post.copy({"code": "TP-2", "budget_number": "PB2"})
        self.assertFalse(other.employee_id)
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            other.employee_id = self.one
            self.env.flush_all()

    def test_budget_post_pays_one_seat(self):
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.post.copy({"code": "TP-2", "budget_number": "PB1"})

    def test_held_post_is_not_suppressed(self):
        self.post.employee_id = self.one
        with self.assertRaisesRegex(ValidationError, "free it"):
            self.post.action_archive()

    def test_job_with_one_holder_is_told(self):
        self.post.employee_id = self.one
        self.assertTrue(self.post.is_single)
        other = self.post.copy({"code": "TP-2", "budget_number": "PB2"})
        other.employee_id = self.two
        self.env.invalidate_all()
        self.assertFalse(self.post.is_single)
        self.assertNotIn(self.post, self.env["gov.post"].search([("is_single", "=", True)]))
        other.employee_id = False
        self.assertIn(self.post, self.env["gov.post"].search([("is_single", "=", True)]))

    def test_counts_of_seats_follow_the_holders(self):
        job = self.post.job_id
        self.assertEqual((job.post_count, job.vacant_count), (1, 1))
        self.post.employee_id = self.one
        job.invalidate_recordset()
        self.assertEqual((job.post_count, job.vacant_count), (1, 0))

    def test_posts_are_closed_to_colleagues_and_other_regions(self):
        reader = self.make_user("reader3")
        with self.assertRaises(AccessError):
            self.post.with_user(reader).read(["employee_id"])
        officer = self.make_user("officer3", "gov_base.group_hr_officer")
        self.assertTrue(self.post.with_user(officer).read(["code"]))
        officer.gov_region_ids = self.env["gov.region"].search([("code", "=", "12")])
        with self.assertRaises(AccessError):
            self.post.with_user(officer).read(["code"])
