from decimal import Decimal

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from odoo.addons.gov_budget.tests.common import TODAY, BudgetCase

from ..services import forecast


@freeze_time(TODAY)
@tagged("-at_install", "post_install")
class TestForecast(BudgetCase):
    """Monthly plan of a line: planned, done, gap (finance.md §2.8), and the landing that follows it."""

    def plan(self, line, **months):
        return (
            self.env["gov.budget.forecast"]
            .with_user(self.budget_user)
            .create(
                [
                    {"line_id": line.id, "month": month[1:], "planned_commitment": amount}
                    for month, amount in months.items()
                ]
            )
        )

    def test_what_is_left_is_shared_over_the_months_to_come(self):
        self.Entry._gov_post([{"line": self.line_a, "kind": "commitment", "committed": 900, "date": "2026-01-10"}])
        (self.line_a | self.line_b).with_user(self.budget_user).action_plan_months()
        plan = self.line_a.forecast_ids.sorted("month")
        # TODAY is in March: ten months for what is left
        self.assertEqual(plan.mapped("month"), [f"{month:02d}" for month in range(3, 13)])
        self.assertEqual(sum(plan.mapped("planned_commitment")), 100)
        self.assertEqual(sum(plan.mapped("planned_order")), 1000)
        plan[0].planned_commitment = 55
        self.line_a.with_user(self.budget_user).action_plan_months()
        self.assertEqual(plan[0].planned_commitment, 55, "what is planned stays")
        self.assertEqual(len(self.line_a.forecast_ids), 10)

    def test_planned_and_done_are_added_up_by_month(self):
        self.plan(self.line_a, m01=500, m02=100)
        self.Entry._gov_post([{"line": self.line_a, "kind": "commitment", "committed": 420, "date": "2026-01-10"}])
        found = (
            self.env["gov.budget.month"]
            .with_user(self.auditor)
            ._read_group(
                [("line_id", "=", self.line_a.id)],
                ["month:month"],
                ["planned_commitment:sum", "committed:sum", "commitment_gap:sum"],
            )
        )
        self.assertEqual(
            [(month.month, *figures) for month, *figures in found], [(1, 500, 420, -80), (2, 100, 0, -100)]
        )

    def test_the_landing_follows_the_plan(self):
        self.Entry._gov_post([{"line": self.line_a, "kind": "commitment", "committed": 300, "date": "2026-03-01"}])
        self.plan(self.line_a, m01=999, m03=350, m12=100)
        landing = self.env["gov.budget.landing"].with_user(self.budget_user).get_landing(self.year.id)
        row = next(one for one in landing["lines"] if one["id"] == self.line_a.id)
        # 300 done, 50 left of March, 100 in December; what January did not do is not expected again
        self.assertEqual((row["expected"], row["lapse"]), (450, 550))

    def test_only_a_budget_officer_of_the_region_plans(self):
        for user in (self.authorising, self.controller, self.auditor):
            with self.assertRaises(AccessError):
                self.line_a.with_user(user).action_plan_months()
        self.budget_user2.gov_region_ids = self.far
        mine = self.plan(self.line_a, m04=10)
        with self.assertRaises(AccessError):
            mine.with_user(self.budget_user2).planned_commitment = 20
        self.assertFalse(
            self.env["gov.budget.month"].with_user(self.budget_user2).search([("line_id", "=", self.line_a.id)])
        )

    def test_a_closed_budget_keeps_its_forecast(self):
        mine = self.plan(self.line_a, m04=10)
        self.budget._gov_write({"state": "closed"})
        for act in (lambda: mine.write({"month": "05"}), mine.unlink, lambda: self.plan(self.line_b, m04=10)):
            with self.assertRaisesRegex(UserError, "closed"):
                act()

    def test_amounts_are_amounts(self):
        for amount in (float("nan"), float("inf"), 1e300, "much"):
            with self.assertRaises(UserError):
                self.plan(self.line_a, m04=amount)

    def test_shares_add_up(self):
        for amount, months in ((Decimal("0.05"), range(3, 13)), (Decimal("1000"), [1, 2, 3]), (Decimal(0), [1, 2])):
            self.assertEqual(sum(forecast.share(amount, months).values()), amount)
        self.assertEqual(forecast.to_come({}, 5, Decimal(9)), 0)
        self.assertEqual(forecast.to_come({5: Decimal(10)}, 5, Decimal(-3)), 10)
