from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .common import TrainingCase


@tagged("post_install", "-at_install")
class TestTrainingPlan(TrainingCase):
    """A plan is built from the needs, costed, fitted, decided on by others than who prepared it."""

    def test_actions_are_built_from_the_needs_once(self):
        plan = self.built()
        found = {action.course_id: action for action in plan.action_ids}
        self.assertEqual(set(found), {self.course_w, self.course_b})
        writing = found[self.course_w]
        self.assertRecordValues(
            writing,
            [{"person_count": 3, "group_count": 1, "seats": 10, "days": 2, "trainee_days": 6, "priority": "1",
              "state": "proposed", "quarter": "1", "name": "Writing well"}],
        )  # fmt: skip
        # fees of one group and three persons with 20 % of tax; Chama comes from another region
        fees, persons, travel, per_diem = writing.cost_ids.sorted("id")
        self.assertEqual((fees.amount_untaxed, fees.amount_tax, fees.amount_total), (12000, 2400, 14400))
        self.assertEqual((persons.quantity, persons.amount_total), (3, 360))
        self.assertEqual((travel.quantity, travel.amount_total), (1, 300))
        self.assertEqual((per_diem.quantity, per_diem.amount_total), (2, 240))
        self.assertEqual(writing.cost_total, 14400 + 360 + 300 + 240)
        self.assertAlmostEqual(writing.cost_day, 15300 / 6)
        self.assertEqual(plan.cost_total, sum(plan.action_ids.mapped("cost_total")))
        plan.action_build()
        self.assertEqual(len(plan.action_ids), 2)

    def test_needs_kept_later_join_the_action_of_their_course(self):
        plan = self.built()
        more = self.as_(self.officer, self.Need).create(
            {"employee_id": self.head.id, "subject": "Writing", "course_id": self.course_w.id}
        )
        self.as_(self.manager, more).action_keep()
        self.assertEqual(plan.free_need_count, 1)
        plan.action_build()
        writing = plan.action_ids.filtered(lambda action: action.course_id == self.course_w)
        self.assertEqual((len(plan.action_ids), writing.person_count), (2, 4))
        self.as_(self.officer, writing).action_remove_needs(more.ids)
        self.assertEqual((writing.person_count, more.action_id.id), (3, False))

    def test_groups_follow_the_seats(self):
        plan = self.built()
        action = plan.action_ids[0]
        action.write({"person_count": 25, "group_count": 3})
        fees = action.cost_ids.filtered(lambda cost: cost.basis == "group")
        self.assertEqual(fees.quantity, 3)
        self.assertEqual(action.trainee_days, 25 * action.days)

    def test_approval_by_others_numbers_the_document_and_keeps_a_version(self):
        plan = self.built()
        plan.action_submit()
        with self.assertRaises(AccessError):
            self.as_(self.officer, plan).action_approve()
        self.as_(self.manager, plan).action_refuse("Too much in the first quarter")
        self.assertEqual(plan.state, "in_review", "an unfavourable opinion does not stop it")
        self.assertEqual(set(plan.action_ids.mapped("state")), {"proposed"})
        self.as_(self.signer, plan).action_approve("Bon")
        self.assertEqual(plan.state, "approved")
        self.assertEqual(set(plan.action_ids.mapped("state")), {"planned"})
        self.assertRegex(plan.document_number, r"^\d{3}/PF/2026$")
        self.assertRecordValues(plan.version_ids, [{"number": 1, "action_count": 2}])
        self.assertTrue(self.as_(self.signer, plan).action_download())
        self.assertTrue(self.as_(self.officer, plan).action_download())
        text = plan.document_id.sudo().content
        for words in ("Writing well", "Budget", "Too much in the first quarter"):
            self.assertIn(words, text)

    def test_a_refused_plan_frees_the_year(self):
        plan = self.built()
        plan.action_submit()
        self.as_(self.manager, plan).action_approve()
        self.as_(self.signer, plan).action_refuse("No credit this year")
        self.assertEqual(plan.state, "refused")
        self.assertFalse(plan.action_ids.need_ids, "needs of a refused plan are free")
        other = self.plan()
        other.action_build()
        self.assertEqual(len(other.action_ids), 2)

    def test_a_plan_over_its_budget_is_not_filed(self):
        plan = self.built(budget=20000)
        self.assertTrue(plan.is_over)
        with self.assertRaisesRegex(UserError, "more than the budget"):
            plan.action_submit()
        plan.budget = 1_000_000
        plan.budget_q1 = 1000
        with self.assertRaisesRegex(UserError, "ceiling"):
            plan.action_submit()

    def test_an_empty_plan_is_not_filed(self):
        with self.assertRaisesRegex(UserError, "no action"):
            self.plan().action_submit()

    def test_the_multi_year_plan_shares_its_budget(self):
        multi = self.as_(self.officer, self.Plan).create(
            {"kind": "multi", "year_from": 2027, "budget": 900000, "lang": "fr", "orientations": "Digital"}
        )
        self.assertEqual(multi.year_to, 2029)
        multi.action_make_years()
        self.assertEqual(multi.child_ids.mapped("budget"), [300000] * 3)
        with self.assertRaises(UserError):
            multi.action_make_years()
        multi.child_ids[0].budget = 500000
        with self.assertRaisesRegex(UserError, "given more together"):
            multi.action_submit()
        multi.child_ids[0].budget = 300000
        self.approved(multi)
        self.assertEqual(multi.state, "approved")
        self.assertIn("Digital", multi.document_id.sudo().content)
        with self.assertRaises(ValidationError):
            self.plan(year=2035, parent_id=multi.id)

    def test_what_an_approved_plan_says_is_not_changed_by_hand(self):
        plan = self.approved(self.built())
        action = plan.action_ids[0]
        for record, vals in (
            (action, {"person_count": 99}),
            (action, {"state": "done"}),
            (action.cost_ids[0], {"unit_price": 1}),
            (plan, {"budget": 5}),
            (plan, {"state": "draft"}),
            (plan, {"version": 9}),
        ):
            with self.assertRaises(UserError):
                self.as_(self.officer, record).write(vals)
        with self.assertRaises(UserError):
            self.as_(self.officer, self.env["gov.training.action"]).create(
                {"plan_id": plan.id, "course_id": self.course_all.id}
            )
        with self.assertRaises(UserError):
            plan.version_ids.write({"number": 3})

    def test_a_revision_makes_another_version_and_replaces_the_document(self):
        plan = self.approved(self.built())
        first = plan.document_id
        plan.action_start()
        with self.assertRaises(UserError):
            plan.action_revise("")
        plan.action_revise("Two groups more for the regions")
        self.assertEqual(plan.state, "draft")
        plan.action_ids[0].group_count = 2
        with self.assertRaises(UserError):
            plan.unlink()
        self.approved(plan)
        self.assertEqual(plan.version_ids.mapped("number"), [2, 1])
        self.assertEqual(first.state, "superseded")
        self.assertNotEqual(plan.document_id, first)

    def test_dropping_frees_the_needs_and_takes_a_reason(self):
        plan = self.approved(self.built())
        action, needs = plan.action_ids[0], plan.action_ids[0].need_ids
        with self.assertRaises(UserError):
            self.as_(self.officer, action).action_drop("")
        with self.assertRaises(AccessError):
            self.as_(self.amina, action).action_drop("I do not like it")
        self.as_(self.officer, action).action_drop("The provider is gone")
        self.assertEqual((action.state, needs.action_id.id), ("dropped", False))
        with self.assertRaises(UserError):
            self.as_(self.officer, action).action_restore()

    def test_an_action_is_shifted_to_a_quarter_or_to_another_year(self):
        plan = self.built()
        writing, budget = plan.action_ids.sorted("quarter")
        writing.action_shift(quarter="3")
        self.assertEqual((writing.quarter, str(writing.date_from), str(writing.date_to)),
                         ("3", "2027-07-01", "2027-09-30"))  # fmt: skip
        needs = budget.need_ids
        budget.action_shift(year=2028)
        self.assertEqual((budget.year, budget.moved_from_id, set(needs.mapped("year"))), (2028, plan, {2028}))
        self.assertEqual(plan.action_ids, writing)
        with self.assertRaises(UserError):
            writing.action_shift(quarter="7")

    @freeze_time("2027-12-15 10:00:00")
    def test_closing_drops_what_was_not_done(self):
        plan = self.approved(self.built())
        plan.action_start()
        done, left = plan.action_ids
        done.action_start()
        with self.assertRaisesRegex(UserError, "still under way"):
            plan.action_close()
        done.action_finish()
        plan.action_close("A good year")
        self.assertEqual((plan.state, done.state, left.state), ("closed", "done", "dropped"))
        with self.assertRaises(UserError):
            plan.action_revise("Too late for that")

    def test_a_plan_is_not_closed_before_december(self):
        plan = self.approved(self.built())
        plan.action_start()
        with self.assertRaisesRegex(UserError, "December"):
            plan.action_close()

    def test_who_reads_plans_and_costs(self):
        plan = self.built()
        self.assertFalse(self.as_(self.amina, self.Plan).search([("id", "=", plan.id)]))
        with self.assertRaises(AccessError):
            self.as_(self.auditor, plan).write({"orientations": "x"})
        self.approved(plan)
        seen = self.as_(self.amina, self.Plan).search([("id", "=", plan.id)])
        self.assertEqual(seen.action_count, 2)
        with self.assertRaises(AccessError):
            seen.read(["budget"])
        actions = self.as_(self.amina, self.env["gov.training.action"]).search([("plan_id", "=", plan.id)])
        self.assertEqual(len(actions), 2)
        with self.assertRaises(AccessError):
            actions.read(["cost_total"])
        with self.assertRaises(AccessError):
            self.as_(self.amina, self.Plan).create({"kind": "annual", "year_from": 2030})
        self.assertTrue(self.as_(self.auditor, plan).read(["budget"]))

    def test_the_pay_of_absences_is_shown_and_not_charged(self):
        plan = self.built()
        before = plan.cost_total
        plan.write({"has_absence_cost": True, "absence_daily": 400})
        self.assertEqual(plan.cost_absence, 400 * sum(plan.action_ids.mapped("trainee_days")))
        self.assertEqual(plan.cost_total, before)


@tagged("post_install", "-at_install")
class TestTrainingScenario(TrainingCase):
    """A scenario proposes; only its application changes the plan, which must be the one it was computed for."""

    def setUp(self):
        super().setUp()
        self.plan_ = self.built()
        self.writing = self.plan_.action_ids.filtered(lambda one: one.course_id == self.course_w)
        self.budgeting = self.plan_.action_ids - self.writing

    def scenario(self, **vals):
        scenario = self.as_(self.officer, self.env["gov.training.scenario"]).create({"plan_id": self.plan_.id, **vals})
        scenario.action_compute()
        return scenario

    def decisions(self, scenario):
        return {line.action_id: line.decision for line in scenario.line_ids}

    def test_the_most_worthy_is_kept_and_nothing_is_applied(self):
        scenario = self.scenario(budget=20000, allow_year=False)
        self.assertEqual(self.decisions(scenario), {self.writing: "keep", self.budgeting: "drop"})
        self.assertEqual(scenario.weight_before, 3 * 9 + 3 * 3)
        self.assertEqual(scenario.weight_after, 27)
        self.assertAlmostEqual(scenario.weight_rate, 75)
        self.assertTrue(scenario.is_exact and scenario.is_feasible)
        self.assertEqual(scenario.cost_after, self.writing.cost_total)
        self.assertEqual(set(self.plan_.action_ids.mapped("state")), {"proposed"}, "applied by itself")

    def test_applying_is_an_act(self):
        scenario = self.scenario(budget=20000)
        self.assertEqual(self.decisions(scenario)[self.budgeting], "year")
        with self.assertRaises(AccessError):
            self.as_(self.auditor, scenario).action_apply()
        self.as_(self.officer, scenario).action_apply()
        self.assertEqual(self.budgeting.plan_id.year_from, 2028)
        self.assertEqual(self.plan_.action_ids, self.writing)
        with self.assertRaises(UserError):
            self.as_(self.officer, scenario).action_apply()
        with self.assertRaises(UserError):
            self.as_(self.officer, scenario).write({"budget": 1})
        with self.assertRaises(UserError):
            scenario.unlink()

    def test_a_plan_that_changed_is_computed_again(self):
        scenario = self.scenario(budget=20000)
        self.writing.group_count = 2
        with self.assertRaisesRegex(UserError, "has changed"):
            self.as_(self.officer, scenario).action_apply()

    def test_what_is_mandatory_stays(self):
        self.budgeting.is_mandatory = True
        scenario = self.scenario(budget=self.budgeting.cost_total)
        self.assertEqual(self.decisions(scenario)[self.budgeting], "keep")
        self.assertNotEqual(self.decisions(scenario)[self.writing], "keep")
        short = self.scenario(budget=1000)
        self.assertFalse(short.is_feasible)
        with self.assertRaises(UserError):
            self.as_(self.officer, short).action_apply()
        with self.assertRaises(UserError):
            scenario.line_ids.filtered("is_mandatory").lock = "drop"

    def test_the_officer_may_ask_to_keep_or_to_drop(self):
        scenario = self.scenario(budget=1_000_000)
        line = scenario.line_ids.filtered(lambda one: one.action_id == self.writing)
        line.lock = "drop"
        self.assertEqual(scenario.state, "draft")
        scenario.action_compute()
        self.assertEqual(self.decisions(scenario), {self.writing: "drop", self.budgeting: "keep"})
        self.assertEqual(scenario.lost_high, 3)

    def test_ceilings_of_quarters_move_actions(self):
        self.plan_.write({"budget_q1": self.writing.cost_total, "budget_q2": self.budgeting.cost_total})
        self.budgeting.quarter = "1"
        scenario = self.scenario(has_quarters=True)
        self.assertEqual(self.decisions(scenario), {self.writing: "keep", self.budgeting: "quarter"})
        self.as_(self.officer, scenario).action_apply()
        self.assertEqual(self.budgeting.quarter, "2")

    def test_nothing_is_written_by_hand(self):
        scenario = self.scenario()
        for record, vals in (
            (scenario, {"state": "applied"}),
            (scenario, {"cost_after": 1}),
            (scenario.line_ids[0], {"decision": "drop"}),
        ):
            with self.assertRaises(UserError):
                self.as_(self.officer, record).write(vals)
        with self.assertRaises(UserError):
            self.as_(self.officer, scenario.line_ids).copy()
        with self.assertRaises(AccessError):
            self.as_(self.amina, self.env["gov.training.scenario"]).create({"plan_id": self.plan_.id})
