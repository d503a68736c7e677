from odoo.exceptions import UserError
from odoo.tests import freeze_time

from ..models.gov_budget_entry import BudgetRefused
from .common import BudgetCase


class TestDelegation(BudgetCase):
    """Credits given to sub-authorising officers: within what is left, in their region, within their ceiling."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.officer = cls.env["gov.budget.officer"].create(
            {"code": "T04", "name": "Regional director", "unit_id": cls.regional_unit.id, "ceiling": 600,
             "date_from": "2025-01-01"}
        )  # fmt: skip

    def delegate(self, *moves, kind="delegation"):
        return (
            self.env["gov.budget.delegation"]
            .with_user(self.budget_user)
            .create(
                {
                    "kind": kind,
                    "budget_id": self.budget.id,
                    "officer_id": self.officer.id,
                    "reason": "Running costs",
                    "line_ids": [
                        (0, 0, {"line_id": line.id, "cp": cp, "ce": more[0] if more else 0})
                        for line, cp, *more in moves
                    ],
                }
            )
        )

    def decide(self, one):
        one.action_submit()
        one.with_user(self.authorising).action_sign()
        one.with_user(self.controller)._gov_visa()

    def child(self, line):
        return line.delegated_line_ids.filtered(lambda child: child.unit_id == self.regional_unit)

    def test_credit_goes_to_a_line_of_the_unit(self):
        self.decide(self.delegate((self.line_d, 200), (self.line_a, 100)))
        self.assertRecordValues(self.line_d, [{"delegated": 200, "available": 100, "cp_current": 300, "reserved": 0}])
        child = self.child(self.line_d)
        self.assertRecordValues(child, [{"cp_received": 200, "available": 200, "is_open": True}])
        self.assertEqual(child.region_id, self.far)
        self.decide(self.delegate((self.line_d, 50)))
        self.assertEqual(len(self.line_d.delegated_line_ids), 1)
        self.assertEqual(child.available, 250)
        self.check_books()

    def test_reduction_takes_back_what_is_left(self):
        self.decide(self.delegate((self.line_d, 200)))
        child = self.child(self.line_d)
        self.post(child, "commitment", committed=150)
        with self.assertRaisesRegex(UserError, "50.00"):
            self.delegate((child, 60), kind="reduction").action_submit()
        self.decide(self.delegate((child, 50), kind="reduction"))
        self.assertRecordValues(child | self.line_d, [{"available": 0}, {"available": 150}])
        self.assertEqual(self.line_d.delegated, 150)
        self.check_books()

    def test_in_the_region_of_the_officer(self):
        other = self.node("region", "05", self.programme, "Other")
        line = self.env["gov.budget.line"]._gov_create(
            [
                {
                    "budget_id": self.budget.id,
                    "node_id": self.node("line", "11", self.node("project", "10", other, "P"), "L").id,
                    "is_open": True,
                }
            ]
        )
        self.post(line, "initial", cp=100)
        with self.assertRaisesRegex(UserError, "delegated there"):
            self.delegate((line, 10)).action_submit()

    def test_within_the_ceiling_of_the_officer(self):
        self.decide(self.delegate((self.line_a, 500)))
        with self.assertRaisesRegex(UserError, "600.00"):
            self.delegate((self.line_a, 101)).action_submit()

    def test_orders_signed_together_are_counted_for_the_ceiling(self):
        first, second = self.delegate((self.line_a, 400)), self.delegate((self.line_a, 100), (self.line_i, 100, 50))
        for one in (first, second):
            one.action_submit()
            one.with_user(self.authorising).action_sign()
        first.with_user(self.controller)._gov_visa()
        with self.assertRaisesRegex(UserError, "650.00"), self.env.cr.savepoint():
            second.with_user(self.controller)._gov_visa()
        self.assertEqual(second.state, "signed")
    def test_the_ceiling_counts_ce_and_orders_signed_together(self):
        self.decide(self.delegate((self.line_i, 100, 300)))
        with self.assertRaisesRegex(UserError, "600.00"):
            self.delegate((self.line_a, 201)).action_submit()
        both = self.delegate((self.line_a, 150)) | self.delegate((self.line_c, 150))
        both.action_submit()
        both.with_user(self.authorising).action_sign()
        both[0].with_user(self.controller)._gov_visa()
        with self.assertRaisesRegex(UserError, "700.00"), self.env.cr.savepoint():
            both[1].with_user(self.controller)._gov_visa()

    def test_a_delegated_line_changes_by_orders_alone(self):
        self.decide(self.delegate((self.line_d, 200)))
        child = self.child(self.line_d).with_user(self.budget_user)
        for vals in ({"unit_id": self.unit.id}, {"parent_line_id": False}, {"node_id": self.node_a.id}):
            with self.assertRaisesRegex(UserError, "by delegations alone"), self.env.cr.savepoint():
                child.write(vals)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.line_a.with_user(self.budget_user).write({"parent_line_id": self.line_b.id})

    def test_not_more_than_is_left(self):
        self.post(self.line_a, "commitment", committed=950)
        with self.assertRaisesRegex(UserError, "available"):
            self.delegate((self.line_a, 51)).action_submit()

    def test_delegated_investment_keeps_cp_and_ce(self):
        self.decide(self.delegate((self.line_i, 300, 100)))
        self.assertRecordValues(self.line_i, [{"delegated": 400, "delegated_ce": 100, "available": 800}])
        self.assertRecordValues(self.child(self.line_i), [{"cp_current": 300, "ce_current": 100, "available": 400}])
        self.post(self.line_i, "commitment", committed=800)
        self.post(self.line_i, "liquidation", liquidated=800)
        with self.assertRaises(BudgetRefused) as caught, self.env.cr.savepoint():
            self.post(self.line_i, "order", ordered=501)
        self.assertEqual(caught.exception.rule, "ordered_cp")

    def test_officer_sees_his_region_only(self):
        self.decide(self.delegate((self.line_d, 200)))
        user = self.make_user("b_region", "budget_officer")
        user.gov_region_ids = self.far
        seen = self.env["gov.budget.line"].with_user(user).search([("budget_id", "=", self.budget.id)])
        self.assertEqual(seen, self.line_d | self.child(self.line_d))

    def test_document_is_read_in_its_region_only(self):
        self.decide(one := self.delegate((self.line_d, 200)))
        documents = one.document_ar_id | one.document_fr_id
        self.assertEqual(len(documents), 2)
        users = {}
        for region in (self.far, self.other):
            users[region] = self.make_user(f"b_doc_{region.code}", "budget_officer")
            users[region].gov_region_ids = region
        self.assertTrue(documents.with_user(users[self.far]).has_access("read"))
        self.assertTrue(documents.with_user(self.budget_user2).has_access("read"))
        seen = self.env["gov.document"].with_user(users[self.other]).search([("id", "in", documents.ids)])
        self.assertFalse(seen)

    def test_quarterly_reconciliation(self):
        self.decide(self.delegate((self.line_d, 200)))
        self.post(self.child(self.line_d), "commitment", committed=30)
        one = (
            self.env["gov.budget.reconciliation"]
            .with_user(self.budget_user)
            .create({"officer_id": self.officer.id, "fiscal_year_id": self.year.id, "quarter": "1"})
        )
        one.action_compute()
        self.assertRecordValues(one.line_ids, [{"credit": 200, "committed": 30, "difference": 0}])
        one.line_ids.so_committed = 40
        self.assertEqual(one.difference, 10)
        with self.assertRaisesRegex(UserError, "not final"):
            one.with_user(self.authorising).action_close()
        # the central figures are those of the ledger, whatever is written over them
        with self.assertRaises(UserError):
            one.line_ids.committed = 40
        with freeze_time("2026-04-02 09:00:00"):
            with self.assertRaisesRegex(UserError, "statement"):
                one.with_user(self.authorising).action_close()
            one.statement_reference = "SIT 1/2026"
            with self.assertRaisesRegex(UserError, "Explain"):
                one.with_user(self.authorising).action_close()
            one.note = "One commitment of March is in the statement of April."
            one.with_user(self.authorising).action_close()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            one.line_ids.copy({"reconciliation_id": one.id})
        with self.assertRaises(UserError):
            one.line_ids.so_committed = 30
