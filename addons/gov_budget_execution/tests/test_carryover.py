from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.exceptions import AccessError, UserError
from odoo.tests import BaseCase, freeze_time

from odoo.addons.gov_budget.models.gov_budget_stateful import on_day

from ..services import takeover
from .common import ExecutionCase

cents = st.integers(0, 10**6).map(lambda value: Decimal(value) / 100)
parts = st.integers(0, 10**6)


def left(key, whole, later, certified):
    """Make a row whose parts stay within its whole, in centimes."""
    later %= whole + 1
    certified %= whole - later + 1
    return takeover.Left(key, *(Decimal(value) / 100 for value in (whole, certified, later)))


# a busy machine draws slowly: that is no failure of the rule
calm = settings(deadline=None, suppress_health_check=list(HealthCheck))


class TestTakeoverService(BaseCase):
    @calm
    @given(cents, st.lists(st.tuples(parts, parts, parts), max_size=5))
    def test_a_line_is_shared_to_the_centime(self, limit, drawn):
        rows = [left(key, *values) for key, values in enumerate(drawn)]
        shares = takeover.allocate(limit, rows)
        room = sum((row.left - row.later for row in rows), Decimal(0))
        self.assertEqual(sum(shares.values(), Decimal(0)), min(limit, room))
        for row in rows:
            self.assertTrue(0 <= shares[row.key] <= row.left - row.later)
        owed = sum((row.certified for row in rows), Decimal(0))
        if limit >= owed:
            for row in rows:
                self.assertGreaterEqual(shares[row.key], row.certified)

    @calm
    @given(cents, st.dictionaries(st.integers(2027, 2030), cents))
    def test_later_years_are_split_whole(self, later, schedule):
        now, after = takeover.split_later(later, schedule, 2027)
        self.assertEqual(now + after, later)
        self.assertTrue(now >= 0 and after >= 0)


class TestCarryover(ExecutionCase):
    """31 December: commitments lapse, or go on in the next year with their invoices; the books hold in both."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.works_kind = cls.works
        cls.works_kind.has_retention = False

    @classmethod
    def works_of(cls, amount, later=0, **vals):
        row = {"budget_line_id": cls.line_i.id, "amount": amount, "ce_amount": later}
        if later:
            vals["schedule_ids"] = [(0, 0, {"year": 2027, "amount": later - 50}), (0, 0, {"year": 2028, "amount": 50})]
        one = cls.commitment(lines=[row], kind_id=cls.works_kind.id, object="Works", **vals)
        # sudo: the pieces on paper of the tests
        one.sudo().piece_ids.write({"reference": "on paper"})
        one.action_submit()
        one.with_user(cls.controller).action_visa()
        return one

    def visaed(self, invoice):
        """Order an invoice and give the visa of the order: what consumes the credits of the year."""
        order = self.issued(invoice)
        # sudo: the pieces on paper of the tests
        order.sudo().piece_ids.write({"reference": "on paper"})
        order.with_user(self.controller).action_visa()
        return order

    def close(self):
        on_day(self.budget.with_user(self.authorising), "2026-12-31").action_close()
        self.env.invalidate_all()

    def next_budget(self, cp=100, ce=200, operation=500):
        year = self.make_year(2027)
        self.target = self.env["gov.budget"].create(
            {"fiscal_year_id": year.id, "kind": "general", "account_code": self.ACCOUNT}
        )
        self.next_i, self.next_a = self.env["gov.budget.line"].create(
            [
                {"budget_id": self.target.id, "node_id": self.node_i.id, "unit_id": self.unit.id, "cp_proposed": cp,
                 "ce_proposed": ce},
                {"budget_id": self.target.id, "node_id": self.node_a.id, "unit_id": self.unit.id,
                 "cp_proposed": operation},
            ]
        )  # fmt: skip
        self.target.with_user(self.budget_user).action_vote("Law", "2026-12-31")
        self.target.with_user(self.authorising).action_open()

    def carryover(self, **vals):
        one = self.env["gov.budget.carryover"].with_user(self.budget_user)
        one = one.create(
            {"budget_id": self.budget.id, "target_budget_id": self.target.id, "reason": "Works under way", **vals}
        )
        one.action_compute()
        return one

    def decide(self, one):
        one.action_submit()
        one.with_user(self.authorising).action_sign()
        one.with_user(self.authorising).action_authorise("Order 44/2027", "2027-01-28")
        one.with_user(self.controller)._gov_visa()
        self.env.invalidate_all()

    def check_commitments(self):
        """What acts of execution posted on each line is what its commitments say, lapsed part included."""
        self.env.flush_all()
        self.env.cr.execute(
            """WITH said AS (SELECT budget_line_id AS id, sum(committed + lapsed) AS c,
                                    sum(liquidated + lapsed_liquidated) AS q, sum(ordered) AS o
                               FROM gov_commitment_line GROUP BY budget_line_id),
                    posted AS (SELECT line_id AS id, sum(committed) AS c, sum(liquidated) AS q, sum(ordered) AS o
                                 FROM gov_budget_entry WHERE res_model IN
                                      ('gov.commitment.act', 'gov.liquidation', 'gov.payment.order') GROUP BY line_id)
               SELECT l.id, s, p FROM said s FULL JOIN posted p ON p.id = s.id
                 JOIN gov_budget_line l ON l.id = coalesce(s.id, p.id)
                WHERE l.budget_id IN %s AND (coalesce(s.c, 0), coalesce(s.q, 0), coalesce(s.o, 0))
                      IS DISTINCT FROM (coalesce(p.c, 0), coalesce(p.q, 0), coalesce(p.o, 0))""",
            [tuple((self.budget | getattr(self, "target", self.budget)).ids)],
        )
        self.assertFalse(self.env.cr.fetchall())
        lines = (self.budget | getattr(self, "target", self.budget)).line_ids
        self.check_books(lines)

    # ------------------------------------------------------------------ lapse
    def test_operation_lapses_with_its_commitments(self):
        paid = self.committed(100)
        self.visaed(self.certified(paid, 60))
        owed = self.committed(200, object="Owed")
        self.certified(owed, 150, number="F-2")
        waiting = self.commitment(40, object="Waiting")
        waiting.action_submit()
        done = self.committed(30, object="Done")
        self.visaed(self.certified(done, 30, number="F-3"))
        self.close()
        self.assertEqual([one.state for one in (paid, owed, waiting, done)], ["lapsed", "lapsed", "lapsed", "visaed"])
        self.assertRecordValues(
            paid.line_ids + owed.line_ids,
            [
                {"committed": 60, "liquidated": 60, "ordered": 60, "lapsed": 40, "lapsed_liquidated": 0},
                {"committed": 0, "liquidated": 0, "ordered": 0, "lapsed": 200, "lapsed_liquidated": 150},
            ],
        )
        self.assertFalse(waiting.pending_act_id)
        self.assertEqual(waiting.act_ids.state, "cancelled")
        self.assertEqual(owed.act_ids.sorted("id")[-1].kind, "lapse")
        self.check_commitments()

    def test_what_lapsed_is_renewed_with_its_invoices(self):
        owed = self.committed(200, object="Owed")
        invoice = self.certified(owed, 150)
        self.close()
        with freeze_time("2027-01-15"):
            with self.assertRaisesRegex(UserError, "Open the budget of the new year"):
                on_day(owed, "2026-12-31").action_renew()
            self.next_budget()
            action = owed.action_renew()
            new = self.env["gov.commitment"].browse(action["res_id"]).with_user(self.budget_user)
            self.assertRecordValues(
                new,
                [{"state": "draft", "amount": 200, "predecessor_id": owed.id}],
            )
            with self.assertRaisesRegex(UserError, "continued already"):
                owed.action_renew()
            new.action_submit()
            new.with_user(self.controller).action_visa()
            self.assertEqual(new.fiscal_year_id, self.target.fiscal_year_id)
            self.assertEqual(invoice.commitment_id, new)
            self.assertRecordValues(new.line_ids, [{"committed": 200, "liquidated": 150}])
            self.assertRecordValues(self.next_a, [{"committed": 200, "liquidated": 150, "available": 300}])
            order = self.issued(invoice)
            self.assertRecordValues(self.next_a, [{"ordered": 150}])
            self.assertEqual((order.fiscal_year_id.name, order.origin_year), ("2027", 2026))
            self.check_commitments()

    def test_orders_without_a_visa_leave_the_year(self):
        """An order is of the year of its visa: on 31 December it is rejected, its credit lapses as was told before."""
        self.visaed(self.certified(self.committed(100), 60))
        late = self.committed(80, object="Late")
        invoice = self.certified(late, 80, number="F-2")
        order = self.issued(invoice)
        self.assertEqual(self.line_a.ordered, 140)
        told = self.budget.action_preview_closing()["name"]
        before = self.budget.line_ids.filtered(lambda line: not line.is_investment)
        lapsing = sum(before.mapped("cp_current")) - 60 + 800 + 400  # nothing is committed on the works
        self.assertIn(f"{lapsing:,.2f}", told)
        self.close()
        self.assertRecordValues(order, [{"state": "rejected", "ground": "other"}])
        self.assertRecordValues(self.line_a, [{"ordered": 60, "cp_current": 60, "committed": 60}])
        self.assertEqual(late.state, "lapsed")
        self.assertEqual(-sum(self.budget.line_ids.mapped("cp_lapsed")), lapsing - 400)
        self.check_commitments()
        with freeze_time("2027-01-15"):
            with self.assertRaisesRegex(UserError, "books of 2026 are closed"), self.env.cr.savepoint():
                order.with_user(self.authorising).action_resend()
            self.env.invalidate_all()
            self.next_budget()
            new = self.env["gov.commitment"].browse(late.action_renew()["res_id"]).with_user(self.budget_user)
            new.action_submit()
            new.with_user(self.controller).action_visa()
            # the invoice has its order still
            self.assertEqual(invoice.commitment_id, late)
            order.with_user(self.authorising).action_cancel("Ordered again in 2027")
            self.assertEqual(invoice.commitment_id, new)
            self.assertRecordValues(self.next_a, [{"committed": 80, "liquidated": 80, "ordered": 0}])
            again = self.issued(invoice)
            self.assertEqual((again.fiscal_year_id.name, again.gross_amount), ("2027", 80))
            self.assertRecordValues(self.next_a, [{"ordered": 80}])
            self.check_commitments()

    def test_only_a_paid_expense_changes_line(self):
        """An order that is not paid cannot leave its line: its payment would find nothing there."""
        self.visaed(self.certified(self.committed(100), 100))
        items = [(0, 0, {"line_id": line.id, "cp": cp}) for line, cp in ((self.line_a, -100), (self.line_b, 100))]
        one = self.env["gov.budget.amendment"].with_user(self.budget_user)
        one = one.create({"budget_id": self.budget.id, "kind": "a15", "reason": "Wrong line", "line_ids": items})
        with self.assertRaisesRegex(UserError, "once it is paid"):
            one.action_submit()

    def test_renewing_takes_an_officer(self):
        owed = self.committed(200)
        self.close()
        self.next_budget()
        for user in (self.employee, self.auditor, self.controller):
            with self.assertRaises(AccessError), freeze_time("2027-01-15"):
                owed.with_user(user).action_renew()

    # ------------------------------------------------------------------ carry-over
    def test_commitments_are_taken_over(self):
        first, second = self.works_of(300, reference="MR 1"), self.works_of(100)
        self.visaed(self.certified(first, 120))
        owed = self.certified(second, 80, number="F-2")
        entered = self.invoice(first, 60, number="F-3")
        entered.action_submit()
        self.close()
        self.assertEqual((first.state, second.state), ("visaed", "visaed"))
        with freeze_time("2027-02-01"):
            self.next_budget()
            one = self.carryover()
            # 280 is left to order; 30 % of 800 is carried: what is certified first, then the oldest visa
            self.assertRecordValues(one.line_ids, [{"left": 280, "later": 0, "amount": 240}])
            self.assertRecordValues(
                one.commitment_ids,
                [
                    {"commitment_id": first.id, "left": 180, "certified": 0, "amount": 160},
                    {"commitment_id": second.id, "left": 100, "certified": 80, "amount": 80},
                ],
            )
            self.decide(one)
            new = first.successor_ids
            self.assertRecordValues(
                first | second, [{"state": "carried", "left_behind": 20}, {"state": "carried", "left_behind": 20}]
            )
            self.assertRecordValues(
                new,
                [{"state": "visaed", "reference": "MR 1", "number": f"{first.number}-R2027", "amount": 160,
                  "visa_on": first.visa_on, "predecessor_id": first.id}],
            )  # fmt: skip
            self.assertEqual(entered.commitment_id, new)
            self.assertEqual(owed.commitment_id, second.successor_ids)
            self.assertRecordValues(
                self.next_i,
                [{"cp_carried": 240, "cp_current": 340, "committed": 240, "liquidated": 80, "available": 300}],
            )
            self.check_commitments()
            # the new year goes on on the new line
            entered.with_user(self.budget2).action_certify()
            order = self.issued(entered)
            self.issued(owed)
            self.assertEqual(order.fiscal_year_id.name, "2027")
            self.assertRecordValues(self.next_i, [{"liquidated": 140, "ordered": 140}])
            self.assertRecordValues(self.line_i, [{"committed": 400, "ordered": 120}])
            self.assertIn("2027", order.number)
            self.check_commitments()
            chain = new.action_open_chain()["domain"][0][2]
            self.assertEqual(set(chain), {first.id, new.id})

    def test_amounts_are_chosen_by_commitment(self):
        first, second = self.works_of(300), self.works_of(100)
        self.close()
        self.next_budget()
        one = self.carryover(mode="selection")
        self.assertEqual(one.commitment_ids.mapped("amount"), [0, 0])
        one.commitment_ids.filtered(lambda row: row.commitment_id == second).amount = 100
        self.assertEqual(one.line_ids.amount, 100)
        self.assertFalse(one.problem_text)
        one.line_ids.amount = 130
        self.assertEqual(one.commitment_ids.mapped("amount"), [130, 0])
        one.commitment_ids[1].amount = 101
        self.assertIn("leaves unordered", one.problem_text)
        one.commitment_ids.mapped("amount")
        one.commitment_ids[0].amount, one.commitment_ids[1].amount = 0, 100
        with freeze_time("2027-02-01"):
            self.decide(one)
        self.assertEqual((first.state, second.state), ("visaed", "carried"))
        with self.assertRaisesRegex(UserError, "no longer a draft"):
            one.commitment_ids[0].amount = 1

    def test_a_second_carry_over_takes_the_rest_alone(self):
        self.works_of(300), self.works_of(100)
        self.close()
        with freeze_time("2027-02-01"):
            self.next_budget()
            one, other = self.carryover(), self.carryover()
            self.decide(one)
            self.assertIn("ceiling", other.problem_text)
            with self.assertRaises(UserError):
                other.action_submit()
            other.action_compute()
            # 240 of the 240 are used
            self.assertEqual(other.amount, 0)

    def test_later_years_are_paid_by_the_next_budgets(self):
        one = self.works_of(100, later=150, form="multi_year")
        self.assertRecordValues(self.line_i, [{"committed": 250}])
        self.close()
        with freeze_time("2027-02-01"):
            self.next_budget(cp=60, ce=20)
            found = self.carryover()
            self.assertRecordValues(found.line_ids, [{"left": 250, "later": 150, "amount": 100}])
            # 150 are to be charged to the 80 of the new line
            self.assertIn("Add credits", found.problem_text)
            self.env["gov.budget.entry"]._gov_post([{"line": self.next_i, "kind": "correction", "cp": 90}])
            self.decide(found)
            new = one.successor_ids
            self.assertRecordValues(new, [{"amount": 250, "ce_amount": 50}])
            self.assertEqual([(row.year, row.amount) for row in new.schedule_ids], [(2028, 50)])
            self.assertRecordValues(self.next_i, [{"cp_carried": 100, "committed": 250, "available": 20}])
            self.check_commitments()

    def test_a_contract_that_is_closed_is_not_carried(self):
        one = self.works_of(300)
        self.visaed(self.certified(one, 120))
        one.with_user(self.authorising).action_close("Works finished")
        self.close()
        with freeze_time("2027-02-01"):
            self.next_budget()
            self.assertFalse(self.carryover().line_ids)

    def test_nothing_is_carried_to_books_that_closed_meanwhile(self):
        self.works_of(300)
        self.close()
        with freeze_time("2027-02-01"):
            self.next_budget()
            one = self.carryover()
            one.action_submit()
            one.with_user(self.authorising).action_sign()
            one.with_user(self.authorising).action_authorise("Order 44/2027", "2027-01-28")
        on_day(self.target.with_user(self.authorising), "2027-12-31").action_close()
        with freeze_time("2028-01-02"), self.assertRaisesRegex(UserError, "closed budget to an open one"):
            one.with_user(self.controller)._gov_visa()

    def test_an_increase_makes_room_for_what_was_certified(self):
        one = self.works_of(300)
        owed = self.certified(one, 280)
        self.close()
        with freeze_time("2027-02-01"):
            self.next_budget()
            self.decide(self.carryover())
            new = one.successor_ids.with_user(self.budget_user)
            # 240 carried have no room for an invoice of 280
            self.assertEqual(owed.commitment_id, one)
            new.action_increase(40, "Rest of the works of 2026")
            new.with_user(self.controller).action_visa()
            self.assertEqual(owed.commitment_id, new)
            self.issued(owed)
            self.assertRecordValues(self.next_i, [{"committed": 280, "liquidated": 280, "ordered": 280}])
            self.check_commitments()
