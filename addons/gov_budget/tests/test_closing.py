from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time

from ..models.gov_budget_stateful import on_day
from .common import BudgetCase


class TestClosing(BudgetCase):
    """31 December: what is not used lapses, investment commitments are carried over within 30 %."""

    def close(self):
        on_day(self.budget.with_user(self.authorising), "2026-12-31").action_close()
        self.budget.line_ids.invalidate_recordset()

    def test_what_would_lapse_is_what_lapses(self):
        self.post(self.line_a, "commitment", committed=300)
        self.post(self.line_a, "liquidation", liquidated=200)
        self.post(self.line_a, "order", ordered=200)
        self.post(self.line_i, "commitment", committed=900)
        action = self.budget.with_user(self.budget_user).action_preview_closing()
        told = self.budget.line_ids.filtered_domain(action["domain"])
        self.assertIn(self.line_a, told)
        self.close()
        entries = self.Entry.search([("line_id", "in", self.budget.line_ids.ids), ("kind", "=", "lapse")])
        gone = entries.filtered(lambda entry: entry.cp or entry.ce)
        self.assertEqual(told, gone.line_id)
        amount = -sum(gone.mapped("cp")) - sum(gone.mapped("ce"))
        self.assertIn(self.line_a._gov_amount(amount), action["name"])

    def test_functioning_lapses_with_what_was_not_ordered(self):
        self.post(self.line_a, "reservation", reserved=50)
        self.post(self.line_a, "commitment", committed=300)
        self.post(self.line_a, "liquidation", liquidated=250)
        self.post(self.line_a, "order", ordered=200)
        self.close()
        self.assertRecordValues(
            self.line_a,
            [
                {"cp_initial": 1000, "cp_lapsed": -800, "cp_current": 200, "committed": 200, "liquidated": 200,
                 "ordered": 200, "reserved": 0, "available": 0, "is_open": False}
            ],
        )  # fmt: skip
        self.check_books()

    def test_investment_keeps_its_commitments(self):
        self.post(self.line_i, "commitment", committed=900)
        self.post(self.line_i, "liquidation", liquidated=300)
        self.post(self.line_i, "order", ordered=300)
        self.close()
        self.assertRecordValues(
            self.line_i, [{"cp_current": 800, "ce_current": 100, "committed": 900, "available": 0}]
        )
        self.check_books()

    def test_not_before_the_last_day_and_by_the_authorising_officer(self):
        with self.assertRaisesRegex(UserError, "31"):
            on_day(self.budget.with_user(self.authorising), "2026-12-30").action_close()
        with self.assertRaises(AccessError):
            on_day(self.budget.with_user(self.budget_user), "2026-12-31").action_close()

    def test_nothing_is_posted_after(self):
        self.close()
        with self.assertRaisesRegex(UserError, "not open"):
            self.post(self.line_a, "reservation", reserved=1)
        with self.assertRaises(UserError):
            self.close()

    def test_signed_decisions_are_finished_first(self):
        one = (
            self.env["gov.budget.amendment"]
            .with_user(self.budget_user)
            .create(
                {
                    "budget_id": self.budget.id,
                    "reason": "Needs",
                    "line_ids": [
                        (0, 0, {"line_id": self.line_a.id, "cp": -10}),
                        (0, 0, {"line_id": self.line_b.id, "cp": 10}),
                    ],
                }
            )
        )
        one.action_submit()
        one.with_user(self.authorising).action_sign()
        with self.assertRaisesRegex(UserError, "not effective"):
            self.close()

    def test_account_takes_delegations_back(self):
        """Unused delegations of a special account return to the authorising officer before the books close."""
        self.budget._gov_write({"account_code": "TEST"})
        self.env.cr.execute("UPDATE gov_budget SET kind = 'cas' WHERE id = %s", [self.budget.id])
        self.budget.invalidate_recordset()
        child = self.line_d._gov_delegated_lines(self.regional_unit)[self.line_d.id]
        self.Entry._gov_post(
            [
                {"line": self.line_d, "kind": "delegation", "delegated": 200},
                {"line": child, "kind": "delegation", "cp": 200},
            ]
        )
        self.post(child, "commitment", committed=80)
        self.post(child, "liquidation", liquidated=80)
        self.post(child, "order", ordered=80)
        self.close()
        self.assertRecordValues(child, [{"cp_current": 80, "cp_received": 80, "available": 0}])
        self.assertRecordValues(self.line_d, [{"delegated": 80, "cp_current": 80, "cp_lapsed": -220, "available": 0}])
        self.check_books()

    def test_carry_over_within_thirty_percent(self):
        self.post(self.line_i, "commitment", committed=900)
        self.post(self.line_i, "liquidation", liquidated=300)
        self.post(self.line_i, "order", ordered=300)
        self.close()
        year = self.make_year(2027)
        target = self.env["gov.budget"].create(
            {"fiscal_year_id": year.id, "kind": "general", "account_code": self.ACCOUNT}
        )
        line = self.env["gov.budget.line"].create(
            {"budget_id": target.id, "node_id": self.node_i.id, "unit_id": self.unit.id, "cp_proposed": 100}
        )
        target.with_user(self.budget_user).action_vote("Law", "2026-12-31")
        target.with_user(self.authorising).action_open()
        one = (
            self.env["gov.budget.carryover"]
            .with_user(self.budget_user)
            .create({"budget_id": self.budget.id, "target_budget_id": target.id, "reason": "Works under way"})
        )
        one.action_compute()
        # 600 is left to order, 30 % of 800 is carried
        self.assertRecordValues(one.line_ids, [{"left": 600, "amount": 240}])
        for vals in ({"left": 900}, {"is_donor_funded": True}, {"later": 1}, {"closed": -1}):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                one.line_ids.write(vals)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            one.line_ids.create({"carryover_id": one.id, "line_id": self.line_a.id, "left": 9, "amount": 9})
        one.line_ids.amount = 241
        self.assertIn("30", one.problem_text)
        for values in ({"is_donor_funded": True}, {"left": 900}, {"closed": -100}, {"later": -100}):
            with self.assertRaises(UserError, msg=values), self.env.cr.savepoint():
                one.line_ids.write(values)
        one.line_ids.amount = 240
        with freeze_time("2027-02-01"):
            one.action_submit()
            one.with_user(self.authorising).action_sign()
            with self.assertRaisesRegex(UserError, "order of the minister"):
                one.with_user(self.controller)._gov_visa()
            one.with_user(self.authorising).action_authorise("Order 44/2027", "2027-01-28")
            one.with_user(self.controller)._gov_visa()
        self.assertRecordValues(line, [{"cp_carried": 240, "cp_current": 340, "committed": 240, "available": 100}])
        self.check_books(line)

    def test_support_funds_are_outside_the_ceiling(self):
        self.node_i.is_donor_funded = True
        self.post(self.line_i, "commitment", committed=900)
        self.close()
        one = (
            self.env["gov.budget.carryover"]
            .with_user(self.budget_user)
            .create({"budget_id": self.budget.id, "target_budget_id": self.budget.id, "reason": "Donor"})
        )
        one.action_compute()
        self.assertEqual((one.amount, one.counted), (900, 0))

    def test_last_days(self):
        budgets = self.env["gov.budget"]
        self.assertEqual(str(budgets._gov_deadline("commitment", 2026)), "2026-11-30")
        parameter = self.env["gov.parameter"].search([("code", "=", "budget.closing.order")])
        parameter.value_text = "13-40"
        with self.assertRaisesRegex(UserError, "month-day"):
            budgets._gov_deadline("order", 2026)
