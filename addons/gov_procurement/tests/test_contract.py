from odoo import fields
from odoo.tests import freeze_time, tagged

from .contract_common import TODAY, ContractCase


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestContract(ContractCase):
    """Execution of a contract: CCAG-T as finance.md §4.8 and §4.9 write it."""

    def test_notified_only_with_the_visa_of_its_commitment(self):
        contract = self.contract()
        with self.refuses("visa"):
            contract.action_notify()
        contract.action_prepare_commitment()
        self.assertEqual(contract.commitment_id.amount, 600_000)
        self.visaed(contract)
        contract.action_notify()
        guarantee = contract.guarantee_ids
        self.assertEqual((guarantee.kind, guarantee.amount_due), ("definitive", 18_000))
        self.assertEqual(fields.Date.to_string(guarantee.due_on), "2026-03-22")

    def test_works_start_ten_days_after_the_notification(self):
        contract = self.contract()
        contract.action_prepare_commitment()
        self.visaed(contract)
        contract.action_notify()
        with self.refuses("10 days"):
            self.order(contract, "start", "2026-03-11")
        self.order(contract, "start", "2026-03-12")
        self.assertEqual(contract.state, "running")

    def test_delay_is_counted_with_stops_and_extensions(self):
        contract = self.running()
        self.assertEqual(fields.Date.to_string(contract.end_on), "2026-06-09")
        with freeze_time("2026-05-20 09:00:00"):
            self.order(contract, "stop", "2026-04-01")
            self.order(contract, "resume", "2026-04-11")
            contract.invalidate_recordset()
            self.assertEqual(fields.Date.to_string(contract.end_on), "2026-06-19")
        with freeze_time("2026-06-29 09:00:00"):
            contract.invalidate_recordset()
            self.assertEqual((contract.days_late, contract.penalty), (10, 6_000))
            contract.action_finish("2026-06-29")
        self.assertEqual(contract.days_late, 10)

    def test_accounts_add_up_and_explain_each_amount(self):
        contract = self.running()
        first = self.account(contract, 100)
        self.assertEqual((first.gross, first.retention, first.net), (120_000, 12_000, 108_000))
        second = self.account(contract, 300, "2026-05-01")
        self.assertEqual((second.this_account, second.retention, second.net), (240_000, 24_000, 216_000))
        third = self.account(contract, 500, "2026-06-01")
        # 7 % of 600,000 is 42,000: 6,000 are left to retain
        self.assertEqual((third.retention, third.net), (6_000, 234_000))
        self.assertIn("Net to pay", third.explanation)
        self.assertEqual(sum(contract.account_ids.mapped("net")) + 42_000, 600_000)

    def test_penalty_is_taken_once_and_never_above_its_cap(self):
        contract = self.running()
        with freeze_time("2026-07-09 09:00:00"):
            late = self.account(contract, 400, "2026-07-09")
        self.assertEqual(late.penalty, 30 * 600)
        with freeze_time("2026-12-31 09:00:00"):
            later = self.account(contract, 500, "2026-12-31")
        self.assertEqual(late.penalty + later.penalty, 48_000)

    def test_quantities_only_add_up(self):
        contract = self.running()
        self.account(contract, 100)
        action = contract.action_new_account()
        account = self.env["gov.progress.account"].with_user(self.procurement).browse(action["res_id"])
        self.assertEqual(account.line_ids.quantity, 100)
        account.line_ids.quantity = 99
        with self.refuses("less than"):
            account.action_check()

    def test_who_made_the_account_does_not_sign_it(self):
        contract = self.running()
        account = self.account(contract, 100, sign=False)
        account._gov_write({"checked_by_id": self.authorising.id})
        with self.refuses():
            account.with_user(self.authorising)._gov_sign()
        account.with_user(self.authorising2)._gov_sign()
        with self.refuses():
            account.line_ids.quantity = 5
        with self.refuses():
            account.write({"net": 5})

    def test_signed_account_enters_its_invoice_on_the_commitment(self):
        contract = self.running()
        account = self.account(contract, 100)
        account.action_enter_invoice()
        self.assertEqual((account.liquidation_id.amount, account.liquidation_id.untaxed_amount), (120_000, 100_000))
        self.assertEqual(account.action_enter_invoice()["res_id"], account.liquidation_id.id)

    def test_advance_is_covered_first_and_taken_back_at_eighty_percent(self):
        contract = self.running(delivery_days=150)
        self.assertEqual(contract.advance_due, 60_000)
        with self.refuses("covered"):
            contract.with_user(self.authorising).action_pay_advance()
        cover = (
            self.env["gov.guarantee"]
            .with_user(self.procurement)
            .create(
                {"contract_id": contract.id, "kind": "advance", "amount": 60_000, "bank": "Bank", "reference": "A1"}
            )
        )
        cover.action_give()
        contract.with_user(self.authorising).action_pay_advance()
        self.assertEqual((contract.advance_granted, contract.advance_paid), (60_000, 0))
        order = self.paid(contract.advance_invoice_id)
        self.assertEqual((order.net_amount, order.withheld_amount, contract.advance_paid), (60_000, 0, 60_000))
        first = self.account(contract, 200)
        self.assertEqual(first.advance_recovered, 30_000)
        self.assertFalse(cover.release_due_on)
        second = self.account(contract, 400, "2026-05-01")
        self.assertEqual(second.advance_recovered, 30_000)
        cover.invalidate_recordset()
        self.assertEqual(cover.release_due_on, second.signed_on)
        with self.refuses("no advance"):
            contract.with_user(self.authorising).action_pay_advance()

    def test_changes_stay_within_a_tenth(self):
        contract = self.running()
        change = self.env["gov.contract.change"].with_user(self.procurement)
        base = {"contract_id": contract.id, "kind": "supplementary", "reason": "Unforeseen"}
        first = change.create({**base, "reference": "AV1", "amount": 60_000})
        first.with_user(self.authorising).action_sign()
        self.assertEqual(contract.total, 660_000)
        second = change.create({**base, "reference": "AV2", "amount": 0.01})
        with self.refuses("another contract"):
            second.with_user(self.authorising).action_sign()
        with self.refuses():
            second.action_sign()

    def test_half_is_subcontracted_at_most_and_never_the_main_part(self):
        contract = self.running()
        rows = self.env["gov.subcontract"].with_user(self.procurement)
        base = {"contract_id": contract.id, "partner_id": self.suppliers[1].id, "part": "Paint"}
        rows.create({**base, "amount": 300_000}).with_user(self.authorising).action_accept()
        with self.refuses("Half"):
            rows.create({**base, "amount": 1}).with_user(self.authorising).action_accept()
        with self.refuses("main part"):
            rows.create({**base, "amount": 1, "is_main_part": True}).with_user(self.authorising).action_accept()

    def test_acceptances_release_the_guarantees(self):
        contract = self.running()
        guarantee = contract.guarantee_ids
        guarantee.write({"amount": 17_999, "bank": "Bank", "reference": "D1"})
        with self.refuses("due"):
            guarantee.action_give()
        guarantee.amount = 18_000
        guarantee.action_give()
        with self.refuses("kept"):
            guarantee.with_user(self.authorising).action_release()
        people = [("A", "president"), ("B", "member"), ("C", "member")]
        acceptance = self.env["gov.acceptance"].with_user(self.procurement2)
        values = {
            "contract_id": contract.id,
            "member_ids": [fields.Command.create({"name": name, "role": role}) for name, role in people],
        }
        with freeze_time("2026-06-01 09:00:00"):
            contract.action_finish("2026-06-01")
            first = acceptance.create({**values, "kind": "provisional", "notice_on": "2026-06-01"})
            first.reserve_ids = [fields.Command.create({"name": "Door", "due_on": "2026-07-01"})]
            first._gov_pronounce()
        self.assertEqual(fields.Date.to_string(contract.warranty_end), "2027-06-01")
        final = acceptance.create({**values, "kind": "final", "notice_on": "2027-06-01"})
        with freeze_time("2027-05-31 09:00:00"), self.refuses("warranty"):
            final._gov_pronounce()
        with freeze_time("2027-06-02 09:00:00"):
            with self.refuses("reserves"):
                final._gov_pronounce()
            with self.refuses("are lifted, nothing else"):
                first.reserve_ids.lifted_on = "2026-06-20"
            with self.refuses("between the acceptance"):
                first.reserve_ids.action_lift("2026-05-20")
            first.reserve_ids.action_lift("2026-06-20")
            with self.refuses("open reserve"):
                first.reserve_ids.action_lift("2026-06-21")
            final._gov_pronounce()
            guarantee.invalidate_recordset()
            guarantee.with_user(self.authorising).action_release()
            contract.action_complete()
        self.assertEqual((contract.state, guarantee.state), ("closed", "released"))

    def test_state_moves_by_acts_alone(self):
        contract = self.contract()
        with self.refuses():
            contract.write({"state": "closed"})
        with self.refuses():
            self.contract(state="final")
        with self.refuses():
            contract.write({"advance_paid": 5})
        with self.refuses():
            contract.with_user(self.auditor).write({"object": "x"})
