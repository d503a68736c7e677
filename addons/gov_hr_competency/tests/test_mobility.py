from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .test_workforce_ahead import AheadCase


@freeze_time("2026-11-29 10:00:00")
@tagged("post_install", "-at_install")
class TestMobility(AheadCase):
    """A vacant post is offered, employees apply, heads give their opinion, HR decides; wishes meet vacancies."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.post = cls.env["gov.post"].search([("code", "=", "TP-1")])
        cls.post.department_id = cls.other_unit
        cls.vacancy = (
            cls.env["gov.vacancy"]
            .with_user(cls.users["hr"])
            .create({"post_id": cls.post.id, "open_on": "2026-11-20", "close_on": "2026-12-20"})
        )

    def apply(self, user="colleague"):
        one = self.env["gov.vacancy.application"].with_user(self.users[user]).create(
            {"vacancy_id": self.vacancy.id, "motivation": "I did this before."}
        )  # fmt: skip
        one.action_submit()
        return one

    def decide(self, application):
        application.with_user(self.users["head"]).action_approve()
        application.with_user(self.users["manager"]).action_approve()

    def test_employees_see_what_is_published(self):
        seen = self.env["gov.vacancy"].with_user(self.users["colleague"])
        self.assertFalse(seen.search([("id", "=", self.vacancy.id)]))
        self.vacancy.action_publish()
        found = seen.search([("is_open", "=", True), ("id", "=", self.vacancy.id)])
        self.assertEqual(found.job_id.name, "Job one")
        self.assertIn("0 of 3", found.my_gap)
        for name in ("post_id", "wish_ids", "chosen_id"):
            with self.assertRaises(AccessError):
                found.read([name])
        with self.assertRaises(AccessError):
            found.description = "x"

    def test_publishing_is_for_hr_of_the_region_and_vacant_posts(self):
        for user in ("colleague", "head", "auditor"):
            with self.subTest(user=user), self.assertRaises(AccessError):
                self.vacancy.with_user(self.users[user]).action_publish()
        self.post.employee_id = self.people["person"]
        with self.assertRaisesRegex(UserError, "vacant post"):
            self.vacancy.action_publish()
        self.post.employee_id = False
        self.vacancy.close_on = "2026-11-25"
        with self.assertRaisesRegex(UserError, "past"):
            self.vacancy.action_publish()

    def test_state_moves_with_buttons_only(self):
        with self.assertRaises(UserError):
            self.vacancy.state = "published"
        with self.assertRaises(UserError):
            self.vacancy.published_on = "2026-11-29"
        self.vacancy.action_publish()
        for vals in ({"state": "draft"}, {"state": "filled"}, {"chosen_id": False}):
            with self.assertRaises(UserError):
                self.vacancy.write(vals)
        with self.assertRaisesRegex(UserError, "done already"):
            self.vacancy.action_publish()
        with self.assertRaises(UserError):
            self.vacancy.action_cancel("")
        copy = self.vacancy.with_context(default_state="published").copy(
            {"post_id": self.post.copy({"code": "TP-2", "budget_number": False}).id}
        )
        self.assertEqual((copy.state, copy.published_on), ("draft", False))
        self.vacancy.action_cancel("Budget withdrawn")
        self.assertEqual(self.vacancy.state, "cancelled")
        with self.assertRaises(UserError):
            self.vacancy.close_on = "2027-01-01"

    def test_post_is_offered_once(self):
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.vacancy.create({"post_id": self.post.id, "close_on": "2026-12-20"})

    def test_application_from_filing_to_the_act(self):
        self.vacancy.action_publish()
        one = self.apply()
        self.assertEqual(self.vacancy.application_count, 1)
        self.assertIn(self.users["head"], one.waiting_user_ids)
        self.decide(one)
        self.assertEqual((one.state, self.vacancy.state, self.vacancy.chosen_id), ("approved", "filled", one))
        entry = self.env["gov.journal.entry"].search(
            [("model", "=", "gov.vacancy"), ("res_id", "=", self.vacancy.id), ("act", "=", "fill")]
        )
        self.assertEqual(len(entry), 1)
        action = one.with_user(self.users["hr"]).action_prepare_act()
        self.assertEqual(action["context"]["default_department_id"], self.other_unit.id)
        with self.assertRaises(AccessError):
            one.action_prepare_act()

    def test_one_post_is_given_to_one(self):
        self.vacancy.action_publish()
        first, second = self.apply(), self.apply("person")
        self.decide(first)
        second.with_user(self.users["head"]).action_approve()
        with self.assertRaisesRegex(UserError, "another candidate"), self.env.cr.savepoint():
            second.with_user(self.users["manager"]).action_approve()
        self.vacancy.with_user(self.users["manager"]).action_refuse_others()
        self.assertEqual((first.state, second.state), ("approved", "refused"))

    def test_nobody_decides_on_his_own_application(self):
        self.vacancy.action_publish()
        self.env["hr.employee"].create(
            {"name": "manager", "user_id": self.users["manager"].id, "department_id": self.unit.id}
        )
        one = self.apply("manager")
        one.with_user(self.users["head"]).action_approve()
        with self.assertRaises(AccessError):
            one.with_user(self.users["manager"]).action_approve()

    def test_closed_vacancy_takes_no_application(self):
        self.vacancy.action_publish()
        with freeze_time("2026-12-21 10:00:00"), self.assertRaisesRegex(UserError, "not open"):
            self.apply()
        self.vacancy.action_close()
        with self.assertRaisesRegex(UserError, "not open"):
            self.apply("person")

    def test_application_needs_words_and_is_ones_own(self):
        self.vacancy.action_publish()
        applications = self.env["gov.vacancy.application"].with_user(self.users["colleague"])
        one = applications.create({"vacancy_id": self.vacancy.id})
        with self.assertRaisesRegex(UserError, "why you apply"):
            one.action_submit()
        with self.assertRaises(AccessError):
            applications.create({"vacancy_id": self.vacancy.id, "employee_id": self.people["person"].id})
        with self.assertRaises(UserError):
            one.host_opinion = "favourable"

    def test_opinion_of_the_receiving_unit(self):
        self.vacancy.action_publish()
        one = self.apply()
        host = one.with_user(self.users["other_head"])
        self.assertTrue(host.can_give_host)
        with self.assertRaisesRegex(UserError, "why"):
            host.action_give_host_opinion("unfavourable")
        host.action_give_host_opinion("favourable", "Knows the work.")
        self.assertEqual((one.host_opinion, one.host_by_id), ("favourable", self.users["other_head"]))
        with self.assertRaises(AccessError):
            one.with_user(self.users["head"]).action_give_host_opinion("favourable")
        with self.assertRaises(AccessError):
            one.with_user(self.users["person"]).read(["motivation"])
        own = self.apply("other_head")
        with self.assertRaises(AccessError):
            own.action_give_host_opinion("favourable")

    def test_dialog_does_the_acts_it_knows(self):
        dialogs = self.env["gov.competency.reason"].with_user(self.users["hr"])
        dialog = dialogs.create({"res_model": "gov.vacancy", "res_id": self.vacancy.id, "act": "cancel",
                                 "reason": "No longer needed"})  # fmt: skip
        dialog.action_confirm()
        self.assertEqual(self.vacancy.state, "cancelled")
        dialog = dialogs.create({"res_model": "hr.employee", "res_id": 1, "act": "unlink", "reason": "x"})
        with self.assertRaises(UserError):
            dialog.action_confirm()

    def test_wishes_meet_vacancies(self):
        wishes = self.env["gov.mobility.wish"]
        mine = wishes.with_user(self.users["colleague"]).create({"job_ids": [(6, 0, self.job.ids)]})
        other = wishes.with_user(self.users["person"]).create({"region_ids": [(6, 0, self.region.ids)]})
        wishes.with_user(self.users["head"]).create(
            {"unit_ids": [(6, 0, self.other_unit.ids)], "valid_to": "2026-11-01"}
        )
        self.vacancy.action_publish()
        self.assertEqual(self.vacancy.wish_ids, mine.with_user(self.users["hr"]))
        self.assertEqual(mine.vacancy_ids.ids, self.vacancy.ids)
        self.assertFalse(other.vacancy_ids)
        shown = self.vacancy.wish_ids.with_context(gov_job=self.job.id)
        self.assertIn("Knowing (0 of 3)", shown.gap_text)
        action = self.vacancy.action_open_wishes()
        self.assertEqual((action["domain"], self.vacancy.wish_count), ([("id", "in", mine.ids)], 1))
        with self.assertRaises(AccessError):
            self.vacancy.with_user(self.users["colleague"]).action_open_wishes()

    def test_wishes_are_the_persons_and_hrs(self):
        wishes = self.env["gov.mobility.wish"]
        mine = wishes.with_user(self.users["colleague"]).create({"job_ids": [(6, 0, self.job.ids)], "reason": "x"})
        self.assertEqual(mine.with_user(self.users["hr"]).reason, "x")
        self.assertEqual(mine.with_user(self.users["auditor"]).reason, "x")
        for user in ("head", "person", "training"):
            with self.subTest(user=user), self.assertRaises(AccessError):
                mine.with_user(self.users[user]).read(["reason"])
        with self.assertRaises(AccessError):
            wishes.with_user(self.users["head"]).create(
                {"employee_id": self.people["person"].id, "job_ids": [(6, 0, self.job.ids)]}
            )
        with self.assertRaises(AccessError):
            mine.with_user(self.users["hr"]).reason = "y"
        with self.assertRaises(ValidationError):
            mine.job_ids = [(5,)]
        with self.assertRaises(ValidationError):
            wishes.with_user(self.users["person"]).create({"reason": "anything"})
