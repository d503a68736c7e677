from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import BaseCase, freeze_time

from ..services import imprest
from .common import TODAY, ExecutionCase

# a busy machine draws slowly: that is no failure of the rule
calm = settings(deadline=None, suppress_health_check=list(HealthCheck))


class TestImprestService(BaseCase):
    @calm
    @given(st.lists(st.tuples(st.sampled_from(sorted(imprest.MOVES)), st.integers(0, 10**6)), max_size=20))
    def test_the_places_always_make_the_advance(self, acts):
        counters = dict.fromkeys(("advanced", *imprest.PLACES), Decimal(0))
        for act, amount in acts:
            for name, change in imprest.changes(act, amount).items():
                counters[name] += change
        self.assertEqual(imprest.difference(counters), 0)

    def test_what_forbids_an_expense(self):
        codes = [code for code, _facts in imprest.problems(300, 200, 250, 100)]
        self.assertEqual(codes, ["operation", "nature", "cash"])
        self.assertFalse(imprest.problems(100, 200, None, 100))
        self.assertEqual(imprest.problems(0, 1, 1, 1), [("zero", {})])


@freeze_time(TODAY)
class TestImprest(ExecutionCase):
    """An imprest: opened by another than who asked, spent within every limit, justified, replenished, closed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.holder = cls.make_user("b_holder")
        cls.substitute = cls.make_user("b_substitute")
        cls.fund_partner = cls.env["res.partner"].create({"name": "Imprest holder as such"})
        cls.env["res.partner.bank"].create(
            {"partner_id": cls.fund_partner.id, "acc_number": "007780000123456789012493"}
        )
        cls.fund = cls.env["gov.imprest"].with_user(cls.budget_user)
        cls.fund = cls.fund.create(
            {
                "name": "Central imprest",
                "officer_id": cls.officer.id,
                "unit_id": cls.unit.id,
                "holder_id": cls.holder.id,
                "substitute_id": cls.substitute.id,
                "partner_id": cls.fund_partner.id,
                "decision_reference": "12/2026",
                "decision_date": "2026-01-05",
                "ministry_reference": "MF 33",
                "ministry_date": "2026-01-20",
                "ceiling": 1000,
                "highest": 200,
                "nature_ids": [
                    (0, 0, {"name": "Postage", "budget_line_id": cls.line_a.id, "ceiling": 250}),
                    (0, 0, {"name": "Small supplies", "budget_line_id": cls.line_b.id}),
                ],
            }
        )
        cls.postage, cls.supplies = cls.fund.nature_ids

    def open(self, advance=600):
        self.fund.action_submit()
        self.fund.with_user(self.authorising).action_approve()
        if advance:
            self.fund.with_user(self.controller).action_advance(advance, "Order 1, transfer 77")

    def expense(self, amount, nature=None, user=None, **vals):
        values = {
            "imprest_id": self.fund.id,
            "nature_id": (nature or self.supplies).id,
            "payee": "Corner shop",
            "object": "Keys",
            "amount": amount,
            "receipt_reference": "T-1",
            **vals,
        }
        return self.env["gov.imprest.expense"].with_user(user or self.holder).create(values)

    def paid(self, amount, **vals):
        one = self.expense(amount, **vals)
        one.action_pay()
        return one

    def places(self):
        self.env.flush_all()
        self.fund.invalidate_recordset()
        return [self.fund[name] for name in ("cash", "unsent", "sent", "owed", "advanced")]

    def test_opening_takes_another_than_who_asked(self):
        with self.assertRaises(UserError):
            self.fund.state = "open"
        with self.assertRaises(AccessError):
            self.fund.with_user(self.holder).read(["name"])
        self.fund.action_submit()
        for user in (self.budget_user, self.controller, self.auditor):
            with self.assertRaises(AccessError):
                self.fund.with_user(user).action_approve()
        self.fund.with_user(self.authorising).action_approve()
        self.assertRecordValues(self.fund, [{"state": "open", "opened_by_id": self.authorising.id}])
        self.assertRegex(self.fund.number, r"^RD-2026-\d{3}$")
        self.assertEqual(self.fund.with_user(self.holder).name, "Central imprest")
        self.assertTrue(self.substitute.has_group("gov_budget_execution.group_imprest_holder"))

    def test_its_act_of_creation_is_made_when_it_opens(self):
        """Numbered, in Arabic and in French, with what the act says; not when one was made elsewhere."""
        self.fund.write({"decision_reference": False, "decision_date": False})
        self.open(0)
        document = self.fund.sudo().document_ids
        self.assertEqual((document.kind, document.number), ("imprest", self.fund.decision_reference))
        self.assertEqual(str(self.fund.decision_date), "2026-03-02")
        for text in ("b_holder", "Postage", "MF 33", self.fund.number, "régie de dépenses"):
            self.assertIn(text, document.content)
        self.assertTrue(self.fund.with_user(self.auditor).action_print())
        other = self.fund.copy({"decision_reference": "7/2026", "decision_date": "2026-02-01"})
        other.write({"ministry_reference": "MF 34"})
        other.action_submit()
        other.with_user(self.authorising).action_approve()
        self.assertFalse(other.sudo().document_ids)

    def test_what_it_pays_is_operation(self):
        self.supplies.budget_line_id = self.line_i
        with self.assertRaisesRegex(UserError, "lines of operation"):
            self.fund.action_submit()

    def test_a_batch_whose_commitment_is_refused_goes_back_to_the_holder(self):
        self.open()
        one, bad = self.paid(100), self.paid(50)
        batch = self.batch()
        batch.with_user(self.budget_user).action_approve()
        commitment = batch.sudo().commitment_id.with_user(self.budget_user)
        commitment.action_submit()
        self.assertFalse(batch.can_approve)
        commitment.with_user(self.controller).action_refuse_visa("The second receipt is not in order", "pieces")
        self.env.invalidate_all()
        self.assertEqual((batch.can_approve, batch.can_liquidate), (True, False))
        batch.with_user(self.budget2).action_return("The second receipt is not in order")
        self.assertEqual((batch.state, one.state, self.places()), ("draft", "paid", [450, 150, 0, 0, 600]))
        bad.action_cancel("Given back by the shop")
        batch.action_submit()
        batch.with_user(self.budget_user).action_approve()
        self.assertEqual(batch.sudo().commitment_id.amount, 100)
        self.assertEqual(self.places(), [500, 0, 100, 0, 600])

    def test_ceilings_are_those_of_the_law_and_of_the_act(self):
        with self.assertRaisesRegex(ValidationError, "at most"), self.env.cr.savepoint():
            self.fund.ceiling = 50001
        with self.assertRaisesRegex(ValidationError, "One operation"), self.env.cr.savepoint():
            self.fund.highest = 2001
        with self.assertRaisesRegex(ValidationError, "somebody else"), self.env.cr.savepoint():
            self.fund.substitute_id = self.holder
        self.fund.invalidate_recordset()
        self.open(600)
        with self.assertRaisesRegex(UserError, "more than the ceiling"):
            self.fund.with_user(self.controller).action_advance(401, "Order 2")
        with self.assertRaises(AccessError):
            self.fund.with_user(self.budget_user).action_advance(1, "Order 2")

    def test_an_expense_holds_every_limit(self):
        self.open(250)
        for amount, nature, vals, text in (
            (201, self.supplies, {}, "one operation"),
            (0, self.supplies, {}, "more than zero"),
            (10, self.supplies, {"receipt_reference": False}, "receipt"),
            (10, self.supplies, {"date": "2026-03-03"}, "future"),
            (10, self.supplies, {"date": "2025-12-30"}, "of their year"),
        ):
            with self.subTest(text), self.assertRaisesRegex(UserError, text), self.env.cr.savepoint():
                self.expense(amount, nature=nature, **vals).action_pay()
        self.paid(200, nature=self.postage)
        with self.assertRaisesRegex(UserError, "ceiling of this nature"), self.env.cr.savepoint():
            self.expense(51, nature=self.postage).action_pay()
        with self.assertRaisesRegex(UserError, "in the cash"), self.env.cr.savepoint():
            self.expense(60).action_pay()
        self.assertEqual(self.places(), [50, 200, 0, 0, 250])

    def test_only_who_holds_it_pays(self):
        self.open()
        for user in (self.budget_user, self.employee, self.authorising):
            with self.assertRaises(AccessError):
                self.expense(10, user=user)
        self.paid(10, user=self.substitute)
        other = self.make_user("b_other_holder")
        other.group_ids |= self.env.ref("gov_budget_execution.group_imprest_holder")
        with self.assertRaises(AccessError):
            self.expense(10, user=other)
        self.assertFalse(self.env["gov.imprest"].with_user(other).search([]))

    def test_credits_that_lack_stop_an_expense(self):
        self.open()
        self.post(self.line_b, "commitment", committed=450)
        self.paid(40)
        with self.assertRaisesRegex(UserError, "expenses of imprests"), self.env.cr.savepoint():
            self.expense(11).action_pay()

    def test_undoing_gives_the_cash_back(self):
        self.open()
        one = self.paid(100)
        with self.assertRaisesRegex(UserError, "few words"):
            one.action_cancel()
        one.action_cancel("Taken back by the shop")
        self.assertEqual(self.places(), [600, 0, 0, 0, 600])
        with self.assertRaises(UserError):
            one.action_pay()

    def batch(self):
        action = self.fund.with_user(self.holder).action_new_batch()
        one = self.env["gov.imprest.batch"].with_user(self.holder).browse(action["res_id"])
        one.action_submit()
        return one

    def test_a_batch_is_charged_and_replenishes_the_cash(self):
        self.open()
        self.paid(120, nature=self.postage), self.paid(80)
        refused = self.paid(50)
        batch = self.batch()
        self.assertEqual(self.places(), [350, 0, 250, 0, 600])
        with self.assertRaises(AccessError):
            batch.action_approve()
        with self.assertRaises(AccessError):
            refused.action_refuse("Mine")
        refused.with_user(self.budget2).action_refuse("No receipt of a shop")
        self.assertEqual(self.places(), [350, 0, 200, 50, 600])
        batch.with_user(self.budget_user).action_approve()
        commitment = batch.sudo().commitment_id.with_user(self.budget_user)
        self.assertEqual(sorted(commitment.line_ids.mapped("amount")), [80, 120])
        with self.assertRaisesRegex(UserError, "no visa"):
            batch.with_user(self.budget_user).action_liquidate()
        commitment.action_submit()
        commitment.with_user(self.controller).action_visa()
        batch.with_user(self.budget_user).action_liquidate()
        invoice = batch.sudo().liquidation_id.with_user(self.budget_user)
        invoice.action_submit()
        invoice.with_user(self.budget2).action_certify()
        order = self.issued(invoice)
        order.with_user(self.controller).action_visa()
        order.with_user(self.controller).action_pay("2026-03-02", "Transfer 99")
        self.assertEqual(batch.state, "replenished")
        self.assertEqual(self.places(), [550, 0, 0, 50, 600])
        self.assertRecordValues(self.line_a, [{"committed": 120, "paid": 120}])
        self.assertRecordValues(self.line_b, [{"committed": 80, "paid": 80}])
        with self.assertRaisesRegex(UserError, "not settled"):
            self.fund.with_user(self.controller).action_close("Receipt 3")
        self.fund.with_user(self.budget2).action_refund(50, "Paid back")
        self.fund.with_user(self.controller).action_close("Receipt 3")
        self.assertEqual((self.fund.state, self.places()), ("closed", [0, 0, 0, 0, 0]))
        register = self.fund.movement_ids
        self.assertEqual(sum(register.mapped("cash_change")), 0)
        with self.assertRaises(AccessError):
            register[0].sudo().write({"amount": 1})

    def test_a_batch_that_is_returned_is_justified_again(self):
        self.open()
        one = self.paid(100)
        batch = self.batch()
        batch.with_user(self.budget2).action_return("A receipt is missing")
        self.assertEqual((one.state, self.places()), ("paid", [500, 100, 0, 0, 600]))
        batch.action_submit()
        self.assertEqual((one.state, one.batch_id, batch.amount), ("sent", batch, 100))

    def test_a_surprise_count_is_kept(self):
        self.open()
        self.paid(100)
        for user in (self.holder, self.substitute, self.auditor):
            with self.assertRaises(AccessError):
                self.fund.with_user(user).action_count(500)
        with self.assertRaisesRegex(UserError, "difference"):
            self.fund.with_user(self.budget2).action_count(490)
        self.fund.with_user(self.budget2).action_count(490, "Ten dirhams of change are missing")
        self.fund.with_user(self.controller).action_count(500)
        self.assertEqual(self.fund.count_ids.sorted("id").mapped("gap"), [-10, 0])
        with self.assertRaises(UserError):
            self.fund.with_user(self.budget2).action_count("x")

    def test_the_delay_to_justify_is_told(self):
        self.open()
        self.paid(100)
        self.assertEqual(str(self.fund.justify_by), "2026-04-01")
        with freeze_time("2026-04-02"):
            self.fund.invalidate_recordset()
            self.assertTrue(self.fund.is_late)
        with freeze_time("2026-12-21"), self.assertRaisesRegex(UserError, "until"), self.env.cr.savepoint():
            self.expense(10).action_pay()
