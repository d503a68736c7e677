from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time

from .common import TODAY, ExecutionCase


@freeze_time(TODAY)
class TestPieces(ExecutionCase):
    """Pieces that the law makes a condition of the visa: nobody passes them over without saying why."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.works.piece_ids.is_visa_condition = False
        cls.condition = cls.works.piece_ids.filtered(lambda piece: piece.stage == "commitment")[0]
        cls.condition.is_visa_condition = True

    def works_of(self, amount=300):
        one = self.commitment(amount, line=self.line_i, kind_id=self.works.id)
        one.action_submit()
        return one.with_user(self.controller)

    def test_a_missing_condition_stops_the_visa(self):
        one = self.works_of()
        self.assertTrue(one.has_missing_conditions)
        with self.assertRaisesRegex(UserError, self.condition.name):
            one.action_visa()
        self.assertEqual(one.state, "proposed")
        self.assertRecordValues(self.line_i, [{"reserved": 300, "committed": 0}])
        piece = one.piece_ids.filtered(lambda row: row.piece_id == self.condition)
        piece.with_user(self.budget_user).reference = "File 12"
        one.invalidate_recordset()
        self.assertFalse(one.has_missing_conditions)
        one.action_visa()
        self.assertEqual(one.state, "visaed")

    def test_a_visa_without_it_says_why(self):
        one = self.works_of()
        with self.assertRaisesRegex(UserError, "few words"):
            one.action_visa_without_pieces(" ")
        for user in (self.budget_user, self.authorising, self.auditor):
            with self.assertRaises(AccessError):
                one.with_user(user).action_visa_without_pieces("The original is at the treasury")
        one.action_visa_without_pieces("The original is at the treasury")
        self.assertEqual(one.state, "visaed")
        self.assertEqual(one.act_ids.remarks, "The original is at the treasury")
        entry = self.env["gov.journal.entry"].search(
            [("model", "=", "gov.commitment"), ("res_id", "=", one.id), ("act", "=", "visa_without_pieces")]
        )
        self.assertIn("treasury", entry.payload)
        self.assertIn(self.condition.name, entry.payload)

    def test_it_is_no_way_round_when_nothing_is_missing(self):
        one = self.commitment(70)
        one.action_submit()
        with self.assertRaisesRegex(UserError, "lacks no piece"):
            one.with_user(self.controller).action_visa_without_pieces("No reason at all")

    def test_who_asked_does_not_pass_it_over(self):
        one = self.commitment(300, line=self.line_i, kind_id=self.works.id, user=self.everything)
        one.action_submit()
        with self.assertRaises(AccessError):
            one.action_visa_without_pieces("I know the file")

    def test_waived_regularity_asks_for_no_piece(self):
        self.kind.piece_ids.is_visa_condition = True
        one = self.commitment(70)
        one.action_submit()
        one.with_user(self.controller).action_visa()
        self.assertEqual(one.state, "visaed")

    def test_the_parameter_tells_instead_of_blocking(self):
        self.env["gov.parameter"].search([("code", "=", "execution.visa.pieces")]).value_text = "tell"
        one = self.works_of()
        self.assertFalse(one.has_missing_conditions)
        self.assertTrue(one.missing_count)
        one.action_visa()

    def test_purchase_orders_have_their_condition(self):
        condition = self.env.ref("gov_budget_execution.piece_bc_f_3")
        self.assertTrue(condition.is_visa_condition)
        self.env["gov.parameter"].search([("code", "=", "execution.control.goods")]).value = 60
        one = self.commitment(70)
        one.action_submit()
        with self.assertRaisesRegex(UserError, condition.name), self.env.cr.savepoint():
            one.with_user(self.controller).action_visa()
        one.piece_ids.filtered(lambda piece: piece.piece_id == condition).reference = "M7 12/2026"
        one.with_user(self.controller).action_visa()
        self.assertEqual(one.state, "visaed")

    def test_an_update_marks_what_nobody_decided(self):
        pieces = self.env["gov.expense.piece"]
        names = ["piece_bc_f_1", "piece_bc_f_3", "piece_mr_t_1"]
        first, second, third = (self.env.ref(f"gov_budget_execution.{name}") for name in names)
        third.is_visa_condition = False
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE gov_expense_piece SET is_visa_condition = NULL WHERE id IN %s", [(first.id, second.id)]
        )
        pieces.invalidate_model()
        pieces._gov_mark_conditions(names[1:])
        self.assertEqual([piece.is_visa_condition for piece in (first, second, third)], [False, True, False])

    def test_the_payment_too(self):
        self.kind.piece_ids.filtered(lambda piece: piece.stage == "payment").unlink()
        self.env["gov.expense.piece"].create(
            {"kind_id": self.kind.id, "stage": "payment", "name": "Tax certificate", "is_visa_condition": True}
        )
        order = self.issued(self.certified(self.committed(70), 60)).with_user(self.controller)
        with self.assertRaisesRegex(UserError, "Tax certificate"), self.env.cr.savepoint():
            order.action_visa()
        order.action_visa_without_pieces("Certificate shown, copy to come")
        self.assertEqual(order.state, "visaed")
