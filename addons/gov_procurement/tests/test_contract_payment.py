from decimal import Decimal

from psycopg2 import IntegrityError

from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .contract_common import TODAY, ContractCase


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestContractPayment(ContractCase):
    """What an account deducts is what its payment order withholds; advance and retention go through orders too."""

    def check_net(self, account, order):
        """The net of the account is the net paid, to the centime, and each deduction is the same."""
        self.assertEqual(Decimal(str(order.net_amount)), Decimal(str(account.net)))
        self.assertEqual(order.gross_amount, account.this_account)
        sums = {}
        for row in order.withholding_ids:
            sums[row.code] = sums.get(row.code, 0) + row.amount
        self.assertEqual(sums.get("retention", 0), account.retention)
        self.assertEqual(sums.get("advance", 0), account.advance_recovered)
        self.assertEqual(round(sums.get("penalty", 0), 2), round(account.penalty + account.special_taken, 2))
        self.assertEqual(sums.get("vat", 0), account.withholding_vat)
        self.assertEqual(sums.get("is", 0) + sums.get("ir", 0), account.withholding_tax)

    def test_from_the_advance_to_the_retention_given_back(self):
        contract = self.running(delivery_days=150)
        self.guarantee(contract, "advance", 60_000)
        contract.with_user(self.authorising).action_pay_advance()
        self.paid(contract.advance_invoice_id)
        line = contract.commitment_id.line_ids
        self.assertEqual((line.liquidated, line.ordered, line.paid), (60_000, 60_000, 60_000))
        self.check_ledger()
        with freeze_time("2026-05-04 09:00:00"):
            first = self.account(contract, 200, "2026-05-01", special_penalty=1234.56)
            order = self.pay_account(first)
            self.check_net(first, order)
            self.assertEqual((first.state, first.net), ("paid", 240_000 - 24_000 - 30_000 - 1234.56))
            # the advance was liquidated before: what the account charges does not hold it twice
            self.assertEqual(first.liquidation_id.line_ids.amount, 210_000)
            self.assertEqual(first.liquidation_id.pay_due_on, first.liquidation_id.service_day.replace(month=7, day=3))
        self.check_ledger()
        with freeze_time("2026-08-20 09:00:00"):
            contract.action_finish("2026-08-20")
            last = self.account(contract, 500, "2026-08-20", is_final=True)
            self.assertGreater(last.penalty, 0)
            self.assertEqual(last.advance_recovered, 30_000)
            self.check_net(last, self.pay_account(last))
            line.invalidate_recordset()
            self.assertEqual(line.liquidated, 600_000)
            self.assertEqual((contract.retention_kept, contract.retention_held), (42_000, 42_000))
            with self.refuses("final acceptance"):
                contract.action_release_retention()
            self.accepted(contract, "provisional", "2026-08-20")
        with freeze_time("2027-08-25 09:00:00"):
            self.accepted(contract, "final", "2027-08-25")
            contract.action_release_retention()
            with self.refuses("No retention is held"):
                contract.action_release_retention()
            release = contract.release_order_ids
            self.assertEqual((release.kind, release.net_amount, release.charged_amount), ("retention", 42_000, 42_000))
            self.assertEqual(str(release.pay_due_on), "2027-10-24")
            with self.refuses("worked out"):
                release.gross_amount = 50_000
        with freeze_time("2027-11-03 09:00:00"):
            self.pay_order(release)
            # ten days late: interest runs on the retention too
            self.assertGreater(release.interest_amount, 0)
        line.invalidate_recordset()
        penalties = sum(contract.account_ids.mapped("penalty")) + 1234.56
        self.assertEqual(Decimal(str(line.paid)), Decimal(str(round(600_000 - penalties, 2))))
        contract.invalidate_recordset()
        self.assertEqual(contract.retention_held, 0)
        self.check_ledger()

    def test_retention_is_given_back_against_a_guarantee_and_no_more_is_kept(self):
        contract = self.running()
        first = self.account(contract, 100)
        with self.refuses("not all ordered"):
            self.guarantee(contract, "retention", 12_000)
            contract.action_release_retention()
        self.pay_account(first)
        self.guarantee(contract, "retention", 12_000)
        contract.action_release_retention()
        order = self.pay_order(contract.release_order_ids)
        self.assertEqual(order.net_amount, 12_000)
        second = self.account(contract, 200, "2026-05-01")
        self.assertEqual((second.retention, second.net), (0, 120_000))
        self.check_net(second, self.pay_account(second))
        self.check_ledger()

    def test_what_an_account_cannot_take_goes_to_the_next_and_the_order_follows(self):
        contract = self.running()
        with freeze_time("2026-08-08 09:00:00"):
            first = self.account(contract, 10, "2026-08-08")
            # 60 days late: 36,000 of penalty on an account of 12,000
            self.assertEqual((first.penalty, first.carried, first.net), (10_800, 25_200, 0))
            self.check_net(first, self.pay_account(first))
            second = self.account(contract, 100, "2026-08-08")
            self.assertEqual((second.penalty, second.carried), (25_200, 0))
            self.check_net(second, self.pay_account(second))

    def test_services_withhold_vat_as_their_order_does(self):
        nature = self.env["gov.procurement.nature"].create({"code": "T03", "name": "Upkeep", "kind": "services"})
        contract = self.running(nature_id=nature.id, budget_line_id=self.line_a.id)
        account = self.account(contract, 100)
        self.assertEqual(account.withholding_vat, 15_000)
        self.assertIn("VAT withheld", account.explanation)
        order = self.pay_account(account)
        self.check_net(account, order)
        self.assertEqual(order.net_amount, 120_000 - 15_000 - account.retention)

    def test_studies_withhold_their_tax(self):
        self.suppliers[0].gov_tax_regime = "is"
        nature = self.env["gov.procurement.nature"].create({"code": "T04", "name": "Study", "kind": "studies"})
        contract = self.running(nature_id=nature.id, delivery_days=60)
        with self.refuses("partial acceptance"):
            self.account(contract, 100)
        contract.account_ids.action_cancel("Too early, no report")
        self.accepted(contract, "partial", "2026-03-02", phase_ids=[(6, 0, contract.line_ids.ids)])
        account = self.account(contract, 100)
        if contract.commitment_id.kind_id.is_fee:
            self.assertEqual(account.withholding_tax, 5_000)
        self.check_net(account, self.pay_account(account))

    def test_order_of_an_account_changes_with_the_account_alone(self):
        contract = self.running()
        account = self.account(contract, 100)
        account.action_enter_invoice()
        self.certified_invoice(account.liquidation_id)
        orders = self.env["gov.payment.order"].with_user(self.budget_user)
        order = orders.create(
            {"liquidation_id": account.liquidation_id.id, "penalty_amount": 7, "has_retention": False}
        )
        self.check_net(account, order)
        for name, value in (("penalty_amount", 5), ("has_retention", False), ("gross_amount", 1), ("is_fee", True)):
            with self.refuses("worked out"):
                order[name] = value
        with self.refuses():
            orders.create(
                {"kind": "retention", "contract_id": contract.id, "commitment_id": contract.commitment_id.id}
            )
        with self.refuses():
            orders.with_context(default_kind="retention", default_contract_id=contract.id).create(
                {"commitment_id": contract.commitment_id.id, "gross_amount": 10, "kind": "retention"}
            )

    def test_a_refused_invoice_is_entered_again(self):
        contract = self.running()
        account = self.account(contract, 100)
        account.action_enter_invoice()
        first = account.liquidation_id
        first.with_user(self.procurement2).action_submit()
        first.with_user(self.budget2).action_refuse("Wrong tax number")
        account.action_enter_invoice()
        self.assertNotEqual(account.liquidation_id, first)

    def test_an_advance_that_is_refused_may_be_granted_again(self):
        contract = self.running(delivery_days=150)
        self.guarantee(contract, "advance", 60_000)
        contract.with_user(self.authorising).action_pay_advance()
        with self.refuses("no advance"):
            contract.with_user(self.authorising).action_pay_advance()
        invoice = contract.advance_invoice_id
        invoice.with_user(self.procurement2).action_submit()
        invoice.with_user(self.budget2).action_refuse("The deed is not signed")
        self.assertEqual(contract.advance_granted, 0)
        contract.with_user(self.authorising).action_pay_advance()
        self.assertNotEqual(contract.advance_invoice_id, invoice)

    def test_clock_runs_from_the_deposit_of_the_attachment(self):
        contract = self.running()
        with freeze_time("2026-04-20 09:00:00"):
            account = self.account(contract, 100, "2026-03-31", deposited_on="2026-04-02")
            account.action_enter_invoice()
            invoice = self.certified_invoice(account.liquidation_id)
            # works: the service is done when the attachment is signed (decree 2-16-344, art. 5)
            self.assertEqual((str(invoice.deposited_on), str(invoice.service_date)), ("2026-04-02", "2026-04-20"))
            self.assertEqual(str(invoice.pay_due_on), "2026-06-19")
        with freeze_time("2026-04-20 09:00:00"), self.refuses("future"):
            self.account(contract, 110, deposited_on="2026-05-20")

    def test_an_amendment_asks_to_raise_the_commitment(self):
        contract = self.running()
        change = (
            self.env["gov.contract.change"]
            .with_user(self.procurement)
            .create(
                {"contract_id": contract.id, "kind": "increase", "reference": "D1", "reason": "Rock", "amount": 60_000}
            )
        )
        with self.refuses("covers"):
            contract.action_raise_commitment()
        change.with_user(self.authorising).action_sign()
        self.assertEqual(contract.commitment_missing, 60_000)
        self.assertIn("Raise the commitment", contract.next_step)
        contract.action_raise_commitment()
        contract.commitment_id.with_user(self.controller).action_visa()
        contract.invalidate_recordset()
        self.assertEqual(contract.commitment_missing, 0)

    def test_database_refuses_more_retention_given_back_than_kept(self):
        contract = self.running()
        self.account(contract, 100)
        self.env.flush_all()
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.env.cr.execute("UPDATE gov_contract SET retention_released = 12000.01 WHERE id = %s", [contract.id])
