from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from odoo.addons.gov_budget.tests.common import TODAY, BudgetCase


@freeze_time(TODAY)
@tagged("-at_install", "post_install")
class TestLanding(BudgetCase):
    """What lapses, and the transfers that would save it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Landing = cls.env["gov.budget.landing"]
        cls.filters = {"unit": cls.unit.id}
        # b spends nothing; a is short: reserved beyond what the pace leaves
        cls.Entry._gov_post([{"line": cls.line_a, "kind": "commitment", "committed": 900, "date": "2026-01-10"}])

    def landing(self, user=None):
        return self.Landing.with_user(user or self.budget_user).get_landing(self.year.id, self.filters)

    def line_of(self, found, line):
        return next((one for one in found["lines"] if one["id"] == line.id), None)

    def test_unused_credits_lapse_and_the_pace_asks_for_more(self):
        found = self.landing()
        self.assertEqual(self.line_of(found, self.line_b)["lapse"], 500)
        # 900 in 61 days: 4,027.87 more until 30 November, 100 are left
        self.assertAlmostEqual(self.line_of(found, self.line_a)["need"], 900 * 273 / 61 - 100, 2)

    def test_the_nearest_transfer_is_proposed_first(self):
        moves = [m for m in self.landing()["moves"] if m["target"] == self.line_a.id]
        self.assertEqual([move["kind"] for move in moves[:3]], ["a7", "a6", "a5"])
        self.assertEqual(moves[0]["source"], self.line_b.id)
        self.assertEqual(moves[0]["amount"], 500)
        self.assertFalse(moves[0]["needs_ministry"])
        self.assertTrue(moves[2]["needs_ministry"])
        between = [move for move in moves if move["kind"] == "a2"]
        # 10 % of the smaller programme (1,500)
        self.assertEqual(sum(move["amount"] for move in between), 150)

    def test_a_proposal_becomes_a_draft_amendment(self):
        action = self.Landing.with_user(self.budget_user).action_draft_amendment(
            self.line_b.id, self.line_a.id, self.year.id
        )
        amendment = self.env["gov.budget.amendment"].browse(action["res_id"])
        self.assertEqual(amendment.kind, "a7")
        self.assertEqual(amendment.state, "draft")
        self.assertEqual(
            {item.line_id: item.cp for item in amendment.line_ids}, {self.line_b: -500.0, self.line_a: 500.0}
        )

    def test_what_is_no_longer_proposed_is_refused(self):
        with self.assertRaisesRegex(UserError, "no longer proposed"):
            self.Landing.with_user(self.budget_user).action_draft_amendment(
                self.line_i.id, self.line_a.id, self.year.id
            )
        with self.assertRaises(UserError):
            self.Landing.with_user(self.budget_user).action_draft_amendment("x", None)

    def test_only_budget_officers_prepare(self):
        for user in (self.auditor, self.authorising, self.controller):
            with self.assertRaises(AccessError):
                self.Landing.with_user(user).action_draft_amendment(self.line_b.id, self.line_a.id, self.year.id)
            self.assertFalse(self.landing(user)["can_draft"])

    def test_listed_rubrics_need_the_ministry(self):
        self.node_b.is_listed = True
        move = next(m for m in self.landing()["moves"] if m["source"] == self.line_b.id)
        self.assertTrue(move["needs_ministry"])

    def test_after_the_last_day_everything_free_lapses(self):
        with freeze_time("2026-12-05 09:00:00"):
            found = self.landing()
        self.assertTrue(found["is_over"])
        self.assertEqual(self.line_of(found, self.line_a)["lapse"], 100)

    def test_investment_is_carried_within_its_ceiling(self):
        self.post(self.line_i, "commitment", committed=700)
        found = self.landing()["carry_over"]
        self.assertEqual(found["asked"] >= 700, True)
        self.assertLessEqual(found["carried"], found["cap"])

    def test_salaries_are_committed_until_the_end_of_the_year(self):
        """After 30 November the pace of functioning stops, that of personnel goes on (finance.md §2.9)."""
        chapter = self.node("chapter", "1.2.1.1.0.99.000", None, "Personnel")
        programme = self.node("programme", "401", chapter, "Support")
        project = self.node("project", "10", self.node("region", "00", programme, "Central"), "Staff")
        budget = self.env["gov.budget"].create(
            {"fiscal_year_id": self.year.id, "kind": "general", "account_code": f"{self.ACCOUNT}P"}
        )
        pay = self.env["gov.budget.line"].create(
            {
                "budget_id": budget.id,
                "node_id": self.node("line", "41", project, "Pay").id,
                "unit_id": self.unit.id,
                "cp_proposed": 1000,
            }
        )
        budget.with_user(self.budget_user).action_vote("Law", "2026-01-01")
        budget.with_user(self.authorising).action_open()
        self.post(pay, "commitment", committed=910, date="2026-11-30")
        with freeze_time("2026-11-30 09:00:00"):  # 334 days, 31 left: 84.46 more are expected
            found = self.landing()
        self.assertAlmostEqual(self.line_of(found, pay)["expected"], 910 + 910 * 31 / 334, 2)
        self.assertEqual(self.line_of(found, self.line_a)["expected"], 900)
