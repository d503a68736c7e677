import random
from decimal import Decimal

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.gov_budget.models.gov_budget_entry import BudgetRefused
from odoo.addons.gov_budget.tests.common import TODAY
from odoo.addons.gov_budget_report.services.verification import Probe, run

from ..models.gov_special_year import COUNTERS
from ..services.probes import PROBES
from .common import SpecialCase


@freeze_time(TODAY)
@tagged("-at_install", "post_install")
class TestYear(SpecialCase):
    """The year of an account: orders within realised revenue, always creditor, balance carried over."""

    def problems(self):
        self.env.flush_all()
        found = run(self.env.cr, [Probe(*one) for one in PROBES])
        return [str(problem) for _probe, _seen, _total, problems in found for problem in problems
                if problem.res_id == self.special_year.id or problem.model == "gov.revenue.entry"]  # fmt: skip

    def test_credits_of_the_budget_are_those_of_the_account(self):
        self.assertEqual(self.figures("lf_credits", "credits", "carried", "realised"), [1000, 1000, 200, 200])

    def test_an_order_beyond_realised_revenue_is_refused_with_the_equation(self):
        self.spend(500, upto="liquidated")
        with self.assertRaises(BudgetRefused) as refused:
            self.post(self.cas_line, "order", ordered=201)
        message = str(refused.exception).replace("\u00a0", " ")
        self.assertIn("CAS-9", message)
        self.assertIn("200,00 < asked 201,00", message)
        self.assertEqual(self.figures("ordered"), [0])
        self.post(self.cas_line, "order", ordered=200)
        self.collect(100)
        self.post(self.cas_line, "order", ordered=100)
        self.assertEqual(self.figures("ordered", "order_room"), [300, 0])
        self.assertFalse(self.problems())

    def test_two_lines_share_the_revenue(self):
        self.spend(150, upto="ordered")
        self.spend(50, self.cas_line2, upto="ordered")
        with self.assertRaises(UserError):
            self.spend(1, self.cas_line2, upto="ordered")

    def test_a_refused_order_leaves_no_trace_on_its_line(self):
        self.spend(500, upto="liquidated")
        count = self.Entry.search_count([("line_id", "=", self.cas_line.id)])
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.post(self.cas_line, "order", ordered=400)
        self.cas_line.invalidate_recordset()
        self.assertEqual(self.cas_line.ordered, 0)
        self.assertEqual(self.Entry.search_count([("line_id", "=", self.cas_line.id)]), count)

    def test_announced_support_funds_may_be_ordered_against(self):
        self.spend(500, upto="liquidated")
        self.collect(150, self.grant, kind="announced")
        self.post(self.cas_line, "order", ordered=350)
        # but money is paid once it is there
        with self.assertRaises(UserError):
            self.post(self.cas_line, "payment", paid=250)
        self.assertEqual(self.figures("order_room"), [0])

    def test_what_an_account_may_not_receive_or_give(self):
        with self.assertRaisesRegex(BudgetRefused, "CAS-10"):
            self.Entry._gov_post([{"line": self.cas_line, "kind": "amendment", "movement": "a9", "cp": 50}])
        with self.assertRaisesRegex(BudgetRefused, "CAS-3"):
            self.Entry._gov_post([{"line": self.cas_line, "kind": "amendment", "movement": "a12", "cp": 50}])

    def test_a_transfer_to_the_general_budget_takes_money_and_credits(self):
        self.spend(150, upto="ordered")
        transfer = lambda amount: self.Entry._gov_post(  # noqa: E731
            [
                {"line": self.cas_line, "kind": "amendment", "movement": "a12", "cp": -amount},
                {"line": self.line_a, "kind": "amendment", "movement": "a12", "cp": amount},
            ]
        )
        with self.assertRaisesRegex(UserError, "CAS-5"), self.env.cr.savepoint():
            transfer(51)
        transfer(50)
        self.assertEqual(self.figures("transferred", "credits", "balance", "order_room"), [50, 950, 150, 0])
        self.assertFalse(self.problems())

    def test_salaries_are_refused_unless_the_law_allows_them(self):
        self.cas_node.is_salary = True
        with self.assertRaisesRegex(BudgetRefused, "CAS-6"):
            self.spend(10, upto="committed")
        self.account.allow_salaries = True
        self.spend(10, upto="committed")

    def test_an_account_that_is_not_open_is_not_ordered_on(self):
        other = self.make_year(2027)
        budget = self.env["gov.budget"].create({"fiscal_year_id": other.id, "kind": "cas", "account_code": "99.004"})
        line = self.env["gov.budget.line"].create(
            {"budget_id": budget.id, "node_id": self.cas_node.id, "cp_proposed": 100}
        )
        budget.with_user(self.budget_user).action_vote("Law", "2026-12-31")
        budget.with_user(self.authorising).action_open()
        self.spend(10, line, upto="liquidated")
        with self.assertRaisesRegex(BudgetRefused, "not open"), self.env.cr.savepoint():
            self.post(line, "order", ordered=10)
        year = self.env["gov.special.year"].create({"account_id": self.account.id, "fiscal_year_id": other.id})
        year.with_user(self.authorising).action_open()
        # what the ledger held already is taken up
        self.assertEqual((year.lf_credits, year.committed), (100, 10))
        with self.assertRaisesRegex(BudgetRefused, "CAS-9"):
            self.post(line, "order", ordered=10)

    def test_closing_carries_the_balance(self):
        self.make_year(2027)
        self.collect(300)
        self.spend(120)
        self.spend(80, upto="ordered")
        self.spend(60, self.cas_line2, upto="committed")
        with freeze_time("2026-12-31 12:00:00"):
            self.cas_budget.with_user(self.authorising).action_close()
            with self.assertRaisesRegex(UserError, "ordered and not paid"), self.env.cr.savepoint():
                self.special_year.with_user(self.authorising).action_close()
            # an order of December is paid once the books are closed
            self.post(self.cas_line, "payment", paid=80)
            self.special_year.with_user(self.authorising).action_close()
        following = self.env["gov.special.year"].search(
            [("account_id", "=", self.account.id), ("state", "=", "draft")]
        )
        self.assertEqual((following.carried, following.carried_commitments), (300, 60))
        self.assertFalse(self.problems())
        with self.assertRaisesRegex(UserError, "not open"):
            self.collect(1)
        with self.assertRaises(UserError):
            self.spend(1)

    def test_counters_move_by_acts_alone(self):
        year = self.special_year.with_user(self.budget_user)
        for name in (*COUNTERS, "state"):
            with self.assertRaises(UserError):
                year.write({name: "open" if name == "state" else 5})
        with self.assertRaises(UserError):
            year.write({"lf_revenue": 5})
        with self.assertRaises(UserError):
            year.unlink()
        with self.assertRaises(UserError):
            year.copy()
        other = self.make_year(2027)
        years = self.env["gov.special.year"].with_user(self.budget_user)
        made = years.with_context(default_carried=9, default_state="open").create(
            {"account_id": self.account.id, "fiscal_year_id": other.id}
        )  # fmt: skip
        self.assertEqual((made.carried, made.state), (0, "draft"))
        with self.assertRaises(UserError):
            self.env["gov.special.year"].with_user(self.budget_user).create(
                {"account_id": self.account.id, "fiscal_year_id": self.make_year(2028).id, "carried": 9}
            )

    def test_who_opens_and_closes(self):
        for user in (self.budget_user, self.controller, self.auditor, self.employee):
            for act in ("action_open", "action_close"):
                with self.assertRaises(AccessError):
                    getattr(self.special_year.with_user(user), act)()

    @mute_logger("odoo.sql_db")
    def test_the_database_holds_the_rules_too(self):
        self.env.flush_all()
        for change in (
            "ordered = 201",
            "paid = 201",
            "transferred = 201",
            "committed = 1001",
            "extra_a = 1",
            "extra_b = 201",
            "carried = -1",
            "anticipation = 5, anticipated = 6",
            "surplus = 1",
            "collected = NULL",
        ):
            with self.subTest(change), self.assertRaises(IntegrityError), self.env.cr.savepoint():
                self.env.cr.execute(f"UPDATE gov_special_year SET {change} WHERE id = {self.special_year.id}")  # noqa: S608

    def test_random_acts_keep_the_account_sound(self):
        draw = random.Random(42)
        acts = [
            lambda n: self.collect(n),
            lambda n: self.post(self.cas_line, "commitment", committed=n),
            lambda n: self.post(self.cas_line, "liquidation", liquidated=n),
            lambda n: self.post(self.cas_line, "order", ordered=n),
            lambda n: self.post(self.cas_line, "order", ordered=-n),
            lambda n: self.post(self.cas_line, "payment", paid=n),
            lambda n: self.Entry._gov_post(
                [
                    {"line": self.cas_line, "kind": "amendment", "movement": "a12", "cp": -n},
                    {"line": self.line_a, "kind": "amendment", "movement": "a12", "cp": n},
                ]
            ),
            lambda n: self.env["gov.revenue.entry"].search([("account_id", "=", self.account.id)], limit=1)
            .with_user(self.budget_user).action_reverse("A mistake"),
        ]  # fmt: skip
        done = 0
        for _turn in range(80):
            try:
                with self.env.cr.savepoint():
                    draw.choice(acts)(draw.randint(1, 9000) / 100)
                    done += 1
            except UserError:
                pass
            self.special_year.invalidate_recordset()
            self.assertTrue(self.special_year._gov_position().is_sound())
        self.assertGreater(done, 20)
        self.assertFalse(self.problems())

    def test_a_changed_counter_or_amount_is_found(self):
        self.collect(100)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE gov_special_year SET collected = collected + 1 WHERE id = %s", [self.special_year.id]
        )
        self.assertEqual(len(self.problems()), 1)
        self.assertIn("counter collected is 101.00 and its entries make 100.00", self.problems()[0])
        self.env.cr.execute("UPDATE gov_special_year SET collected = 100 WHERE id = %s", [self.special_year.id])
        self.env.cr.execute("ALTER TABLE gov_revenue_entry DISABLE TRIGGER USER")
        self.env.cr.execute(
            "UPDATE gov_revenue_entry SET amount = amount - 0.01 WHERE account_id = %s", [self.account.id]
        )
        found = self.problems()
        self.assertEqual(len(found), 3)  # the counter, and two triggers that are off

    def test_position_is_exact(self):
        self.collect(0.1)
        self.collect(0.2)
        self.assertEqual(self.special_year._gov_position().collected, Decimal("0.30"))

    def test_cost_of_an_order_is_one_more_statement(self):
        self.spend(100, upto="liquidated")
        self.collect(100)
        self.post(self.cas_line, "order", ordered=1)
        before = self.env.cr.sql_log_count
        self.post(self.cas_line, "order", ordered=1)
        self.assertLessEqual(self.env.cr.sql_log_count - before, 6)
        self.spend(100, self.line_a, upto="liquidated")
        before = self.env.cr.sql_log_count
        self.post(self.line_a, "order", ordered=1)
        self.assertLessEqual(self.env.cr.sql_log_count - before, 3)
