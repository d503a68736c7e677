from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time
from odoo.tools import mute_logger

from .common import OTHER_RIB, TODAY, ExecutionCase


@freeze_time(TODAY)
class TestLiquidation(ExecutionCase):
    def test_certified_by_another_than_who_entered(self):
        one = self.committed(70)
        invoice = self.invoice(one, 60)
        self.assertEqual(invoice.line_ids.amount, 60)
        invoice.action_submit()
        later = self.invoice(one, 5, number="F-2")
        later.action_submit()
        ranks = [int(entered.number.removesuffix("/2026")) for entered in (invoice, later)]
        self.assertEqual(ranks[1], ranks[0] + 1)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            invoice.action_certify()
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            invoice.with_user(self.controller).action_certify()
        invoice.with_user(self.budget2).action_certify("2026-03-01")
        self.assertRecordValues(
            invoice, [{"state": "certified", "certified_by_id": self.budget2.id, "is_deemed": False}]
        )
        self.assertEqual(self.counters(self.line_a), {"available": 930, "committed": 70, "liquidated": 60})
        self.check_ledger()

    def test_act_on_a_record_named_twice_happens_once(self):
        invoice = self.invoice(self.committed(70), 30)
        invoice.action_submit()
        invoice.browse([invoice.id, invoice.id]).with_user(self.budget2).action_certify()
        self.assertEqual(self.counters(self.line_a), {"available": 930, "committed": 70, "liquidated": 30})
        order = self.env["gov.payment.order"].with_user(self.budget_user).create({"liquidation_id": invoice.id})
        order.action_submit()
        order.browse([order.id, order.id]).with_user(self.authorising).action_sign()
        self.assertEqual(self.counters(self.line_a)["ordered"], 30)
        self.check_ledger()

    def test_clock_of_the_payment(self):
        invoice = self.invoice(self.committed(70), deposited_on="2026-01-10", invoice_date="2026-01-05")
        # not certified: taken as done by law on day 31, then 45 and 60 days
        self.assertEqual(
            [str(invoice[name]) for name in ("certify_due_on", "service_day", "order_due_on", "pay_due_on")],
            ["2026-02-09", "2026-02-10", "2026-03-27", "2026-04-11"],
        )
        self.assertTrue(invoice.is_deemed)
        invoice.action_submit()
        invoice.with_user(self.budget2).action_certify("2026-01-20")
        self.assertEqual(str(invoice.pay_due_on), "2026-03-21")
        self.assertFalse(invoice.is_deemed)

    def test_service_is_not_certified_before_the_invoice_came(self):
        invoice = self.invoice(self.committed(70), deposited_on="2026-02-20", invoice_date="2026-02-15")
        invoice.action_submit()
        invoice.with_user(self.budget2).action_certify("2026-02-01")
        self.assertEqual(str(invoice.service_day), "2026-02-20")

    def test_suspension_stops_the_clock_with_its_reasons(self):
        invoice = self.invoice(self.committed(70))
        invoice.action_submit()
        due = invoice.certify_due_on
        with self.assertRaises(UserError), self.env.cr.savepoint():
            invoice.action_suspend("")
        invoice.action_suspend("No delivery note\nNo ICE")
        self.assertFalse(invoice.certify_due_on)
        self.assertFalse(invoice.pay_due_on)
        with freeze_time("2026-03-12 09:00:00"):
            invoice.action_resume()
            self.assertEqual((invoice.certify_due_on - due).days, 10)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            invoice.stop_ids.write({"date_to": "2026-03-03"})

    def test_certified_it_is_suspended_until_its_payment_is_ordered(self):
        invoice = self.certified(self.committed(70))
        self.assertEqual(str(invoice.pay_due_on), "2026-05-01")
        order = self.order(invoice)
        order.action_submit()
        with freeze_time("2026-03-10 09:00:00"):
            invoice.action_suspend("The bank certificate is not of this supplier")
            self.assertRecordValues(invoice, [{"state": "certified", "order_due_on": False, "pay_due_on": False}])
            with self.assertRaisesRegex(UserError, "already stopped"), self.env.cr.savepoint():
                invoice.action_suspend("Once more")
            with self.assertRaisesRegex(UserError, "clock of the invoice"), self.env.cr.savepoint():
                order.with_user(self.authorising)._gov_sign_all()
        with freeze_time("2026-03-20 09:00:00"):
            invoice.action_resume()
            with self.assertRaises(UserError), self.env.cr.savepoint():
                invoice.action_resume()
            # 60 days of which 8 were used, and 52 from 20 March
            self.assertEqual((str(invoice.pay_due_on), str(order.pay_due_on)), ("2026-05-11", "2026-05-11"))
            order.with_user(self.authorising)._gov_sign_all()
            with self.assertRaisesRegex(UserError, "accountant sends it back"), self.env.cr.savepoint():
                invoice.action_suspend("The file is not complete")
        self.check_ledger()

    def test_service_inside_a_suspension(self):
        invoice = self.invoice(self.committed(70), deposited_on="2026-02-02", invoice_date="2026-02-01")
        for day, act in (("05", "submit"), ("10", "suspend"), ("20", "resume")):
            with freeze_time(f"2026-02-{day} 09:00:00"):
                getattr(invoice, f"action_{act}")(*(["No delivery note"] if act == "suspend" else []))
        invoice.with_user(self.budget2).action_certify("2026-02-15")
        # the sixty days begin when the clock goes on, on 20 February
        self.assertEqual((str(invoice.service_day), str(invoice.pay_due_on)), ("2026-02-15", "2026-04-21"))

    def test_bad_invoices_are_refused(self):
        one = self.committed(70, reference="BC 12/2026")
        for values, words in (
            ({"amount": 80, "untaxed_amount": 80}, "70,00 are left"),
            ({"amount": 60, "untaxed_amount": 50}, "Without taxes"),
            ({"amount": 60, "untaxed_amount": 40, "vat_amount": 20}, "highest legal rate"),
            ({"deposited_on": "2026-03-20"}, "in the future"),
            ({"invoice_ice": "003004005000064"}, "ICE"),
            ({"contract_ref": "BC 13/2026"}, "quotes"),
        ):
            with self.assertRaisesRegex(UserError, words), self.env.cr.savepoint():
                self.invoice(one, **values).action_submit()
        self.invoice(one, 20, number="F-0012/26", contract_ref="BC 012-2026").action_submit()
        with self.assertRaisesRegex(UserError, "same number"), self.env.cr.savepoint():
            self.invoice(one, 10, number="f 12 26").action_submit()
        with self.assertRaisesRegex(UserError, "no visa"), self.env.cr.savepoint():
            self.invoice(self.commitment(70), 0.5).action_submit()

    def test_cancelled_certification_gives_back(self):
        one = self.committed(70)
        invoice = self.certified(one)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            invoice.action_cancel("Wrong invoice")
        invoice.with_user(self.authorising).action_cancel("Wrong invoice")
        self.assertEqual(self.counters(self.line_a), {"available": 930, "committed": 70})
        self.check_ledger()


@freeze_time(TODAY)
class TestPaymentOrder(ExecutionCase):
    def paid(self, invoice, **vals):
        order = self.issued(invoice, **vals)
        order.with_user(self.controller).action_visa()
        order.with_user(self.controller).action_pay(None, "VIR-1")
        return order

    def test_from_draft_to_payment(self):
        order = self.order(self.certified(self.committed(70)))
        self.assertRecordValues(
            order, [{"gross_amount": 60, "net_amount": 60, "bank_id": self.bank.id, "origin_year": 2026}]
        )
        order.action_submit()
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            order.with_user(
                self.everything
            )._gov_sign_all() if order.submitted_by_id == self.everything else order.action_sign()
        order.with_user(self.authorising).action_sign()
        self.assertEqual(order.number, "0001/OP/T1/2026")
        self.assertEqual(order.document_ids.mapped("number"), [order.number])
        self.assertEqual(order.document_ids.state, "valid")
        self.assertEqual(self.counters(self.line_a)["ordered"], 60)
        order.with_user(self.controller).action_visa()
        order.with_user(self.controller).action_pay("2026-03-02", "VIR-77")
        self.assertRecordValues(order, [{"state": "paid", "payment_reference": "VIR-77", "interest_amount": 0}])
        self.assertEqual(
            self.counters(self.line_a),
            {"available": 930, "committed": 70, "liquidated": 60, "ordered": 60, "paid": 60},
        )
        self.check_ledger()

    def test_who_prepares_does_not_sign_and_who_signs_gives_no_visa(self):
        invoice = self.certified(self.committed(70))
        order = self.env["gov.payment.order"].with_user(self.everything).create({"liquidation_id": invoice.id})
        order.action_submit()
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            order._gov_sign_all()
        order.with_user(self.authorising)._gov_sign_all()
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            order.action_visa()
        for user in (self.budget2, self.authorising, self.auditor):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                order.with_user(user).action_visa()
        order.with_user(self.controller).action_visa()
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            order.action_pay()

    def test_one_series_without_gap(self):
        one = self.committed(300)
        numbers = [self.issued(self.certified(one, 20, number=f"F-{at}")).number for at in range(3)]
        self.assertEqual(numbers, ["0001/OP/T1/2026", "0002/OP/T1/2026", "0003/OP/T1/2026"])

    def test_withholdings_are_worked_out_and_explained(self):
        one = self.committed(1000, kind_id=self.service.id)
        invoice = self.certified(one, 960, untaxed_amount=800, vat_amount=160)
        order = self.order(invoice)
        # a small service within the month: nothing is withheld
        self.assertEqual(order.net_amount, 960)
        self.line_c.invalidate_recordset()
        big = self.committed(1900, line=self.line_c, kind_id=self.env.ref("gov_budget_execution.kind_mr_e").id)
        fee = self.order(self.certified(big, 1800, number="F-2", untaxed_amount=1500, vat_amount=300))
        self.assertEqual({row.code: row.amount for row in fee.withholding_ids}, {"is": 75})
        self.assertIn("1\u00a0500,00", fee.withholding_ids.sentence)
        fee.penalty_amount = 100
        self.assertRecordValues(fee, [{"charged_amount": 1700, "net_amount": 1625, "withheld_amount": 175}])
        self.assertEqual(fee.line_ids.amount, 1700)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            fee.penalty_amount = 5000
        with self.assertRaises(UserError), self.env.cr.savepoint():
            fee.write({"withholding_ids": [(5, 0, 0)]})

    def test_retention_money_is_not_ordered(self):
        one = self.committed(600, line=self.line_i, kind_id=self.works.id)
        order = self.issued(self.certified(one, 400))
        self.assertEqual({row.code: row.amount for row in order.withholding_ids}, {"retention": 40})
        self.assertEqual(self.counters(self.line_i)["ordered"], 360)
        # the cap: seven percent of 600
        second = self.order(self.certified(one, 200, number="F-2"))
        self.assertEqual({row.code: row.amount for row in second.withholding_ids}, {"retention": 2})

    def test_unknown_account_does_not_discharge(self):
        other = self.env["res.partner"].create({"name": "Somebody else"})
        bank = self.env["res.partner.bank"].create({"partner_id": other.id, "acc_number": OTHER_RIB})
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self.order(self.certified(self.committed(70)), bank_id=bank.id)
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self.env["res.partner.bank"].create({"partner_id": other.id, "acc_number": OTHER_RIB[:-1] + "4"})
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            other.gov_ice = "001234567000063"
        invoice = self.certified(self.committed(70), number="F-9")
        order = self.order(invoice, opposition_partner_id=other.id, opposition_amount=60, bank_id=bank.id)
        self.assertEqual({row.code: row.amount for row in order.withholding_ids}, {"opposition": 60})
        self.assertEqual((order.net_amount, order.charged_amount), (0, 60))

    def test_invoice_is_ordered_once(self):
        invoice = self.certified(self.committed(70))
        self.order(invoice)
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.order(invoice)

    def test_rejection_and_the_clocks_that_go_on(self):
        order = self.issued(self.certified(self.committed(70)))
        self.assertEqual(str(order.visa_due_on), "2026-03-17")
        with freeze_time("2026-03-14 09:00:00"):
            order.with_user(self.controller).action_refuse_visa("The invoice is not certified", "pieces")
            self.assertEqual(self.counters(self.line_a), {"available": 930, "committed": 70, "liquidated": 60})
            # 45 days from the service, of which the days before the issue were used
            left = (order.liquidation_id.order_due_on - order.signed_on).days
            self.assertEqual((order.order_due_on - order.rejected_on).days, left)
        with freeze_time("2026-03-16 09:00:00"):
            order.with_user(self.authorising).action_resend()
            # twelve days were used: five at least are left
            self.assertEqual(str(order.visa_due_on), "2026-03-21")
        self.assertEqual(self.counters(self.line_a)["ordered"], 60)
        self.check_ledger()

    def test_rejected_twice_the_clock_stops_twice(self):
        order = self.issued(self.certified(self.committed(70)))
        self.assertEqual(str(order.order_due_on), "2026-04-16")
        acts = (("2026-03-07", "2026-03-17", "2026-04-21"), ("2026-03-20", "2026-03-25", "2026-04-24"))
        for rejected, sent, due in acts:
            with freeze_time(f"{rejected} 09:00:00"):
                order.with_user(self.controller).action_refuse_visa("The invoice is not certified", "pieces")
                self.assertEqual(str(order.order_due_on), due)
            with freeze_time(f"{sent} 09:00:00"):
                order.with_user(self.authorising).action_resend()
        # fifteen days less five and three
        self.assertEqual(str(order.visa_due_on), "2026-04-01")

    def test_only_an_officer_in_office_signs(self):
        order = self.order(self.certified(self.committed(70)))
        order.action_submit()
        self.officer.date_to = "2026-03-01"
        with self.assertRaisesRegex(UserError, "not in office"), self.env.cr.savepoint():
            order.with_user(self.authorising)._gov_sign_all()
        self.officer.date_to = "2026-03-02"
        order.with_user(self.authorising)._gov_sign_all()
        with freeze_time("2026-03-09 09:00:00"):
            self.assertTrue(next(check for check in order.checks if check["code"] == "C2")["ok"])

    def test_retention_counts_the_amendments(self):
        one = self.committed(300, line=self.line_i, kind_id=self.works.id)
        one.with_user(self.budget_user).action_increase(300, "First amendment")
        one.with_user(self.controller).action_visa()
        first = self.issued(self.certified(one, 300))
        second = self.order(self.certified(one, 300, number="F-2"))
        # ten percent of 300, until seven percent of 600
        self.assertEqual([row.amount for row in (first + second).withholding_ids], [30, 12])

    def test_retention_keeps_its_cap_when_a_rejected_order_comes_back(self):
        one = self.committed(600, line=self.line_i, kind_id=self.works.id)
        first = self.issued(self.certified(one, 300))
        first.with_user(self.controller).action_refuse_visa("Delivery note missing", "pieces")
        second = self.issued(self.certified(one, 300, number="F-2"))
        self.assertEqual([row.amount for row in (first + second).withholding_ids], [30, 30])
        for act, arguments in (("action_resend", []), ("action_requisition", ["The service needs it"])):
            with self.assertRaisesRegex(UserError, "12,00"), self.env.cr.savepoint():
                getattr(first.with_user(self.authorising), act)(*arguments)
        first.with_user(self.authorising).action_cancel("Its retention changes")
        self.assertEqual(self.order(first.liquidation_id).withholding_ids.amount, 12)

    def test_a_penalty_is_shared_within_each_line(self):
        lines = (self.line_a, 100), (self.line_b, 100), (self.line_c, 100), (self.line_e, 0.01)
        one = self.committed(lines=[{"budget_line_id": line.id, "amount": amount} for line, amount in lines])
        parts = [(0, 0, {"commitment_line_id": line.id, "amount": line.amount}) for line in one.line_ids]
        invoice = self.invoice(one, 300.01, line_ids=parts)
        invoice.action_submit()
        invoice.with_user(self.budget2).action_certify()
        order = self.issued(invoice, penalty_amount=0.02)
        self.assertEqual(order.line_ids.mapped("amount"), [99.99, 100, 99.99, 0.01])
        self.check_ledger()

    def test_odd_arguments_get_a_sentence(self):
        order = self.issued(self.certified(self.committed(70))).with_user(self.controller)
        for ground in (["pieces"], {"ground": "law"}, 5, None, "weather"):
            with self.assertRaisesRegex(UserError, "no ground"), self.env.cr.savepoint():
                order.action_refuse_visa("The invoice is not certified", ground)
        order.action_visa()
        order.action_pay("2026-03-02", 77)
        self.assertEqual(order.payment_reference, "77")

    def test_requisition_has_limits(self):
        one = self.committed(200)
        first = self.issued(self.certified(one, 60))
        first.with_user(self.controller).action_refuse_visa("The account is not that of the creditor", "discharge")
        with self.assertRaises(UserError), self.env.cr.savepoint():
            first.with_user(self.authorising).action_requisition("The service needs it")
        second = self.issued(self.certified(one, 60, number="F-2"))
        second.with_user(self.controller).action_refuse_visa("Delivery note missing", "pieces")
        second.with_user(self.authorising).action_requisition("The service needs it")
        self.assertRecordValues(second, [{"state": "visaed", "is_requisition": True}])
        first.with_user(self.authorising).action_cancel("Made again with the right account")
        self.assertEqual(self.counters(self.line_a)["ordered"], 60)
        self.check_ledger()

    def test_late_payment_bears_interest_and_its_order(self):
        one = self.committed(900, lines=[{"budget_line_id": self.line_a.id, "amount": 890, "interest_amount": 8.9}])
        invoice = self.certified(one, 800)
        order = self.issued(invoice)
        order.with_user(self.controller).action_visa()
        late = "2026-06-30 09:00:00"
        with freeze_time(late):
            order.invalidate_recordset()
            days = -order.days_left
            self.assertGreater(days, 30)
            self.assertAlmostEqual(order.interest, round(800 * 0.035 * days / 365, 2), 2)
            self.assertAlmostEqual(order.interest_per_day, 0.08, 2)
            order.with_user(self.controller).action_pay()
            self.assertGreater(order.interest_amount, 0)
            self.env["gov.payment.order"]._cron_propose_interest()
            extra = order.interest_order_ids
            self.assertRecordValues(
                extra, [{"kind": "interest", "gross_amount": order.interest_amount, "state": "draft"}]
            )
            self.assertEqual((extra.order_due_on - order.paid_on).days, 30)
            extra.with_user(self.budget_user).action_submit()
            extra.with_user(self.authorising)._gov_sign_all()
            self.env["gov.payment.order"]._cron_propose_interest()
            self.assertEqual(len(order.interest_order_ids), 1)
        self.check_ledger()

    def rate(self, value, first, last=False):
        self.env["gov.parameter"].create(
            {
                "code": "execution.interest.rate",
                "name": "Late interest",
                "unit": "rate",
                "value": value,
                "valid_from": first,
                "valid_to": last,
            }
        )

    def test_late_interest_over_quarters_and_a_rate_that_is_late(self):
        known = self.env["gov.parameter"].search([("code", "=", "execution.interest.rate")])
        known.valid_to = "2026-06-30"
        self.rate(0.041, "2026-07-01", "2026-09-30")
        order = self.issued(self.certified(self.committed(900), 800))
        order.with_user(self.controller).action_visa()
        self.assertEqual(str(order.pay_due_on), "2026-05-01")
        with freeze_time("2026-10-05 09:00:00"):
            # 60 days at 3,5 %, 92 at 4,1 %, and 5 more: no rate of the fourth quarter yet, the last one is kept
            expected = round(800 * (0.035 * 60 + 0.041 * 97) / 365, 2)
            order.invalidate_recordset()
            self.assertEqual((order.interest, order.interest_per_day), (expected, 0.09))
            self.assertEqual(expected, 13.32)
            order.with_user(self.controller).action_pay()
        self.assertEqual(order.interest_amount, expected)

    def test_slip_groups_the_orders_of_an_officer(self):
        one = self.committed(200)
        orders = self.issued(self.certified(one, 60)) + self.issued(self.certified(one, 50, number="F-2"))
        action = self.env["gov.payment.slip"].with_user(self.budget_user).action_gather(orders.ids)
        slip = self.env["gov.payment.slip"].browse(action["res_id"])
        self.assertEqual((slip.order_count, slip.total_amount), (2, 110))
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            slip.with_user(self.budget_user)._gov_issue_now()
        slip.with_user(self.authorising).action_issue()
        self.assertEqual(slip.number, "0001/BE/T1/2026")
        self.assertEqual(orders.slip_id, slip)
        self.assertEqual(slip.document_ids.state, "valid")
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.env["gov.payment.slip"].with_user(self.budget_user).action_gather(orders.ids)

    def test_checks_of_the_payment(self):
        order = self.order(self.certified(self.committed(70)))
        checks = {check["code"]: check["ok"] for check in order.checks}
        self.assertEqual(checks, {"C1": True, "C2": False, "C3": True, "C4": True, "C5": True, "C6": False})

    def test_states_and_amounts_are_of_the_acts(self):
        order = self.order(self.certified(self.committed(70)))
        for values in ({"state": "paid"}, {"net_amount": 1}, {"number": "1"}, {"interest_amount": 5}):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                order.write(values)
        made = (
            self.env["gov.payment.order"]
            .with_user(self.budget_user)
            .with_context(default_state="paid", default_number="9")
        )
        invoice = self.certified(self.committed(70), number="F-2")
        self.assertEqual(made.create({"liquidation_id": invoice.id}).state, "draft")

    def test_sheet_is_made_once_with_the_number_of_the_act(self):
        one = self.committed(70)
        one.action_print_sheet()
        document = one.act_ids.document_ids
        self.assertEqual((document.number, document.state), (one.number, "valid"))
        one.action_print_sheet()
        self.assertEqual(one.act_ids.document_ids, document)
        one.with_user(self.controller).action_print_sheet()
        with self.assertRaises(AccessError):
            one.with_user(self.employee).action_print_sheet()
