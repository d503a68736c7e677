from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import TrainingCase


@tagged("post_install", "-at_install")
class TestTrainingNeed(TrainingCase):
    """Needs are collected, sorted by those above who did not ask, merged with their people, never moved by hand."""

    # ------------------------------------------------------------------ collection
    def test_gaps_are_collected_the_critical_first_and_once(self):
        self.give(self.amina, self.writing, 2)
        self.give(self.amina, self.budgeting, 2)
        needs = self.collected()
        found = {(need.employee_id, need.skill_id): need for need in needs}
        self.assertEqual(len(needs), 5, "Amina lacks one, Bilal and Chama two")
        writing = found[self.amina, self.writing]
        self.assertRecordValues(
            writing,
            [
                {
                    "level_now": 2, "level_target": 3, "gap": 1, "is_critical": True, "priority": "1", "source": "gap",
                    "course_id": self.course_w.id, "state": "proposed", "year": 2027,
                    "department_id": self.service.id,
                }
            ],
        )  # fmt: skip
        self.assertEqual(found[self.bilal, self.budgeting].priority, "2")
        self.assertFalse(writing.requester_id, "nobody asked: it comes from the gaps")
        self.assertFalse(self.collected(), "collected twice")

    def test_an_expired_level_is_a_gap_and_says_so(self):
        self.give(self.bilal, self.writing, 3, "2020-01-01", "2023-12-31")
        need = self.collected(only_critical=True).filtered(lambda one: one.employee_id == self.bilal)
        self.assertRecordValues(need, [{"level_now": 0, "level_target": 3, "is_expired": True}])

    def test_what_was_set_aside_is_not_collected_again(self):
        need = self.collected(only_critical=True)[0]
        self.as_(self.manager, need).action_set_aside("The post is being closed")
        self.assertFalse(self.collected(only_critical=True))

    def test_only_those_who_sort_collect_in_their_regions(self):
        with self.assertRaises(AccessError):
            self.as_(self.amina, self.Need)._gov_collect_gaps(2027)
        far = self.as_(self.far_officer, self.Need)._gov_collect_gaps(2027, self.people())
        self.assertEqual(far.employee_id, self.chama)

    def test_the_dialog_collects_and_opens_what_is_new(self):
        dialog = self.as_(self.officer, self.env["gov.training.collect"]).create(
            {"year": 2027, "only_critical": True, "department_id": self.service.id}
        )
        action = dialog.action_collect()
        needs = self.Need.search(action["domain"])
        self.assertEqual(needs.employee_id, self.amina | self.bilal)
        with self.assertRaises(AccessError):
            self.as_(self.amina, self.env["gov.training.collect"]).create({"year": 2027})

    def test_kept_needs_that_no_action_served_are_brought_forward(self):
        needs = self.as_(self.officer, self.Need)._gov_collect_gaps(2026, self.people(), only_critical=True)
        self.as_(self.manager, needs).action_keep()
        brought = self.as_(self.officer, self.Need)._gov_collect_left(2027, self.people())
        self.assertEqual(brought, needs)
        self.assertEqual(set(needs.mapped("year")), {2027})
        self.assertFalse(self.collected(only_critical=True), "they are there already")

    def test_a_course_is_proposed_for_the_least_cost(self):
        self.assertEqual(self.env["gov.training.course"]._gov_by_skill().pick(self.writing.id, 0, 3), self.course_w.id)
        self.assertEqual(
            self.env["gov.training.course"]._gov_by_skill().pick(self.writing.id, 0, 4), self.course_all.id
        )
        self.assertFalse(self.env["gov.training.course"]._gov_by_skill().pick(self.writing.id, 4, 4))

    # ------------------------------------------------------------------ asking and sorting
    def ask(self, who, whom=None, **vals):
        vals.setdefault("skill_id", self.writing.id)
        vals.setdefault("level_target", 3)
        return self.as_(who, self.Need).create({"employee_id": (whom or who).id, **vals})

    def test_a_need_goes_up_step_by_step(self):
        need = self.ask(self.amina)
        self.assertRecordValues(need, [{"source": "employee", "state": "proposed", "year": 2027}])
        self.assertEqual(need.sudo().requester_id, self.amina.user_id)
        self.as_(self.head, need).action_keep()
        self.assertEqual(need.state, "head")
        with self.assertRaises(AccessError):
            self.as_(self.head, need).action_keep()
        self.as_(self.chief, need).action_keep()
        self.assertEqual(need.state, "division")
        self.as_(self.officer, need).action_keep()
        self.assertEqual(need.state, "kept")
        acts = self.env["gov.journal.entry"].search([("model", "=", "gov.training.need"), ("res_id", "=", need.id)])
        self.assertEqual(acts.mapped("act"), ["keep"] * 3)

    def test_who_asked_never_keeps(self):
        need = self.ask(self.amina)
        with self.assertRaises(AccessError):
            self.as_(self.amina, need).action_keep()
        own = self.ask(self.officer.employee_id, subject="Trainers", skill_id=False, level_target=0)
        with self.assertRaises(AccessError):
            self.as_(self.officer, own).action_keep()
        by_officer = self.as_(self.officer, self.Need).create({"employee_id": self.bilal.id, "subject": "English"})
        self.assertEqual(by_officer.source, "hr")
        with self.assertRaises(AccessError):
            self.as_(self.officer, by_officer).action_keep()
        self.as_(self.manager, by_officer).action_keep()

    def test_of_several_those_one_may_not_keep_are_left_and_told(self):
        own = self.ask(self.manager.employee_id, subject="Law", skill_id=False, level_target=0)
        other = self.ask(self.amina)
        told = self.as_(self.manager, own | other).action_keep()
        self.assertEqual((own.state, other.state), ("proposed", "kept"))
        self.assertIn("1 kept", told["params"]["message"])

    def test_a_head_asks_for_his_people_and_no_further(self):
        need = self.ask(self.head, self.bilal)
        self.assertRecordValues(need, [{"source": "head", "state": "head"}])
        with self.assertRaises(AccessError):
            self.as_(self.head, need).action_keep()
        with self.assertRaises(AccessError):
            self.ask(self.head, self.chama)
        with self.assertRaises(AccessError):
            self.ask(self.amina, self.bilal, skill_id=self.budgeting.id, level_target=2)
        unit = self.as_(self.head, self.Need).create(
            {"employee_id": False, "department_id": self.service.id, "person_count": 6, "subject": "New software"}
        )
        self.assertRecordValues(unit, [{"source": "project", "state": "head", "total_persons": 6}])

    def test_setting_aside_takes_a_reason_that_the_person_reads(self):
        need = self.ask(self.amina)
        with self.assertRaises(UserError):
            self.as_(self.head, need).action_set_aside("  ")
        with self.assertRaises(AccessError):
            self.as_(self.amina, need).action_set_aside("I changed my mind")
        self.as_(self.head, need).action_set_aside("Not a task of the post")
        self.assertRecordValues(need, [{"state": "aside", "aside_reason": "Not a task of the post"}])
        told = self.env["mail.message"].search(
            [("partner_ids", "in", self.amina.user_id.partner_id.ids), ("body", "ilike", "Not a task of the post")]
        )
        self.assertTrue(told)
        with self.assertRaises(AccessError):
            self.as_(self.head, need).action_reopen()
        self.as_(self.manager, need).action_reopen()
        self.assertEqual(need.state, "proposed")

    def test_one_need_for_a_person_a_competency_and_a_year(self):
        self.ask(self.amina)
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.ask(self.head, self.amina)

    def test_a_need_says_what_and_for_whom(self):
        for vals in (
            {"employee_id": self.amina.id},
            {"employee_id": self.amina.id, "skill_id": self.writing.id},
        ):
            with self.assertRaises(ValidationError):
                self.as_(self.amina, self.Need).create(vals)

    def test_a_state_is_never_written(self):
        need = self.ask(self.amina)
        for vals in (
            {"state": "kept"},
            {"action_id": 1},
            {"lead_id": need.id},
            {"requester_id": self.manager.id},
            {"is_critical": True},
        ):
            with self.assertRaises(UserError):
                self.as_(self.manager, need).write(vals)
        with self.assertRaises(UserError):
            self.as_(self.amina, self.Need).create({"employee_id": self.amina.id, "subject": "x", "state": "kept"})
        sneaky = (
            self.as_(self.amina, self.Need)
            .with_context(default_state="kept")
            .create({"employee_id": self.amina.id, "subject": "Sneaky"})
        )
        self.assertEqual(sneaky.state, "proposed")

    def test_who_sees_and_changes_what(self):
        need = self.ask(self.amina)
        for user, sees in (
            (self.amina, True), (self.head, True), (self.chief, True), (self.officer, True), (self.manager, True),
            (self.auditor, True), (self.chama, False), (self.far_officer, False), (self.signer, False),
        ):  # fmt: skip
            self.assertEqual(bool(self.as_(user, self.Need).search([("id", "=", need.id)])), sees, user.name)
        self.as_(self.head, need).write({"priority": "1", "justification": "Urgent"})
        with self.assertRaises(AccessError):
            self.as_(self.head, need).write({"subject": "Something else"})
        with self.assertRaises(AccessError):
            self.as_(self.auditor, need).write({"priority": "3"})
        self.as_(self.head, need).action_keep()
        with self.assertRaises(AccessError):
            self.as_(self.amina, need).write({"justification": "More"})
        self.assertIn(need, self.as_(self.chief, self.Need).search([("is_waiting_me", "=", True)]))
        self.assertNotIn(need, self.as_(self.head, self.Need).search([("is_waiting_me", "=", True)]))

    # ------------------------------------------------------------------ merging
    def test_equal_needs_are_merged_with_their_people_and_parted_again(self):
        needs = self.collected(only_critical=True)
        self.as_(self.manager, needs).action_keep()
        action = self.as_(self.officer, needs).action_merge()
        lead = self.Need.browse(action["res_id"])
        self.assertEqual(lead.total_persons, 3)
        self.assertEqual(sorted(needs.mapped("state")), ["kept", "merged", "merged"])
        with self.assertRaises(UserError):
            self.as_(self.manager, lead).action_set_aside("Not needed any more")
        self.as_(self.officer, lead).action_unmerge()
        self.assertEqual(needs.mapped("state"), ["kept"] * 3)
        self.assertFalse(needs.lead_id)

    def test_only_equal_needs_are_merged_by_those_who_sort(self):
        needs = self.collected()
        with self.assertRaises(UserError):
            self.as_(self.officer, needs).action_merge()
        writing = needs.filtered(lambda need: need.skill_id == self.writing)
        with self.assertRaises(AccessError):
            self.as_(self.far_officer, writing.filtered(lambda need: need.employee_id != self.amina)).action_merge()
        with self.assertRaises(UserError):
            self.as_(self.officer, writing[0]).action_merge()

    def test_a_merged_need_serves_the_action_of_its_lead(self):
        needs = self.collected(only_critical=True)
        self.as_(self.manager, needs).action_keep()
        self.as_(self.officer, needs).action_merge()
        plan = self.plan()
        plan.action_build()
        action = plan.action_ids
        self.assertEqual(action.person_count, 3)
        self.assertEqual(action._gov_people(), self.amina | self.bilal | self.chama)
        with self.assertRaises(UserError):
            self.as_(self.officer, action.need_ids).action_unmerge()
