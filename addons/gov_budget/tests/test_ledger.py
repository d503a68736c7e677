from psycopg2.errors import InsufficientPrivilege

from odoo.exceptions import AccessError, UserError
from odoo.tools import mute_logger

from ..models.gov_budget_entry import BudgetRefused
from .common import BudgetCase


class TestLedger(BudgetCase):
    """One ledger: every counter is the sum of its entries, and not one dirham over."""

    def test_opening_writes_initial_entries(self):
        self.assertRecordValues(
            self.line_a | self.line_i,
            [
                {"cp_initial": 1000, "cp_current": 1000, "ce_current": 0, "available": 1000, "is_open": True},
                {"cp_initial": 800, "cp_current": 800, "ce_current": 400, "available": 1200, "is_open": True},
            ],
        )
        self.check_books()

    def test_life_of_an_expense(self):
        self.post(self.line_a, "reservation", reserved=70)
        self.post(self.line_a, "commitment", reserved=-70, committed=70)
        self.post(self.line_a, "liquidation", liquidated=60)
        self.post(self.line_a, "order", ordered=60)
        self.post(self.line_a, "payment", paid=60)
        self.assertRecordValues(
            self.line_a, [{"available": 930, "committed": 70, "liquidated": 60, "ordered": 60, "paid": 60}]
        )
        self.check_books()

    def test_refusal_shows_the_equation(self):
        self.post(self.line_a, "commitment", committed=980)
        with self.assertRaises(BudgetRefused) as caught, self.env.cr.savepoint():
            self.post(self.line_a, "commitment", committed=70)
        sentence = str(caught.exception)
        self.assertIn("available \u206620.00\u2069 < asked \u206670.00\u2069", sentence)
        self.assertIn("P400-R00-Pj10-L11", sentence)
        self.assertEqual((caught.exception.rule, caught.exception.line_id), ("available", self.line_a.id))
        self.assertEqual(self.line_a.committed, 980)
        self.check_books()

    def test_phases_never_pass_each_other(self):
        self.post(self.line_a, "commitment", committed=100)
        for amounts, rule in (
            ({"kind": "liquidation", "liquidated": 101}, "liquidated_committed"),
            ({"kind": "order", "ordered": 1}, "ordered_liquidated"),
            ({"kind": "payment", "paid": 1}, "paid_ordered"),
            ({"kind": "reservation", "reserved": -1}, "reserved"),
            ({"kind": "amendment", "cp": -1001}, "available"),
        ):
            with self.assertRaises(BudgetRefused) as caught, self.env.cr.savepoint():
                self.Entry._gov_post([{"line": self.line_a, **amounts}])
            self.assertEqual(caught.exception.rule, rule)

    def test_payments_within_payment_credits(self):
        """An investment line commits CP + CE, and orders within its CP alone."""
        self.post(self.line_i, "commitment", committed=1200)
        self.post(self.line_i, "liquidation", liquidated=900)
        with self.assertRaises(BudgetRefused) as caught, self.env.cr.savepoint():
            self.post(self.line_i, "order", ordered=801)
        self.assertEqual(caught.exception.rule, "ordered_cp")
        self.post(self.line_i, "order", ordered=800)

    def test_several_lines_all_or_nothing(self):
        with self.assertRaises(BudgetRefused), self.env.cr.savepoint():
            self.Entry._gov_post(
                [
                    {"line": self.line_b, "kind": "amendment", "movement": "a7", "cp": 100},
                    {"line": self.line_a, "kind": "amendment", "movement": "a7", "cp": -1001},
                ]
            )
        self.assertRecordValues(self.line_a | self.line_b, [{"cp_current": 1000}, {"cp_current": 500}])
        self.check_books()

    def test_statements_of_a_posting(self):
        self.line_a.fetch(["is_investment", "fiscal_year_id"])
        with self.assertQueryCount(3):
            self.post(self.line_a, "commitment", committed=1)

    def test_nobody_writes_the_ledger(self):
        entry = self.Entry.search([("line_id", "=", self.line_a.id)], limit=1)
        for act in (
            lambda: entry.write({"cp": 5}),
            entry.unlink,
            lambda: self.Entry.create({"line_id": self.line_a.id}),
            entry.copy,
        ):
            with self.assertRaises(AccessError):
                act()
        for query in (
            "UPDATE gov_budget_entry SET cp = 5 WHERE id = %s",
            "DELETE FROM gov_budget_entry WHERE id = %s",
            "TRUNCATE gov_budget_entry",
        ):
            with self.assertRaises(InsufficientPrivilege), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                self.env.cr.execute(query, [entry.id] if "%s" in query else None)

    def test_counters_change_by_the_ledger_alone(self):
        line = self.line_a.with_user(self.budget_user)
        for name in ("available", "cp_current", "committed", "is_open"):
            with self.assertRaises(UserError):
                line.write({name: 5})
            with self.assertRaises(UserError):
                self.env["gov.budget.line"].with_user(self.budget_user).create(
                    {"budget_id": self.budget.id, "node_id": self.node_a.id, name: 5}
                )

    def test_what_is_worked_out_is_written_by_nobody(self):
        """A stored figure that the system works out takes no value from a call: what was voted stays voted."""
        line = self.line_a.with_user(self.budget_user)
        for vals in ({"cp_voted": 9}, {"is_investment": True}, {"section": "personnel"}, {"region_id": self.far.id}):
            with self.assertRaises(UserError):
                line.write(vals)
        budget = self.env["gov.budget"].with_user(self.budget_user)
        budget = budget.create({"fiscal_year_id": self.make_year(2027).id, "account_code": self.ACCOUNT})
        vals = {"budget_id": budget.id, "node_id": self.node_a.id, "cp_proposed": 5}
        with self.assertRaises(UserError):
            line.create(vals | {"cp_voted": 9})
        amendment = self.env["gov.budget.amendment"].with_user(self.budget_user)
        vals = {"kind": "a11", "budget_id": self.budget.id, "reason": "Refund", "refund_reference": "Q1",
                "refund_date": "2026-03-01", "line_ids": [(0, 0, {"line_id": self.line_a.id, "cp": 10})]}  # fmt: skip
        with self.assertRaises(UserError):
            amendment.create(vals | {"amount": 5000})
        with self.assertRaises(UserError):
            amendment.create(vals).write({"amount": 5000})

    def test_availability_for_screens(self):
        self.post(self.line_a, "reservation", reserved=70)
        found = self.env["gov.budget.line"].with_user(self.procurement).get_availability(self.line_a.ids)
        self.assertEqual(found[str(self.line_a.id)]["available"], 930)
        self.assertEqual(found[str(self.line_a.id)]["reserved"], 70)
        with self.assertRaises(AccessError):
            self.env["gov.budget.line"].with_user(self.employee).get_availability(self.line_a.ids)
        with self.assertRaises(UserError):
            self.env["gov.budget.line"].with_user(self.procurement).get_availability("x")
