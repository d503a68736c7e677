from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import TODAY, ProcurementCase


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestPurchaseOrder(ProcurementCase):
    """Purchase orders of decree 2-22-431, article 91."""

    def used(self):
        return self.env["gov.procurement.ceiling"]._gov_used(self.nature, self.officer, 2026)

    def test_from_need_to_payment(self):
        order, quotes = self.opened([900, 800, 850])
        order.action_award()
        self.assertEqual((order.gov_state, order.partner_id), ("awarded", self.suppliers[1]))
        self.assertEqual([one.rank for one in quotes], [3, 1, 2])
        self.assertEqual(order.gov_amount, 960)
        self.assertEqual(order.gov_minutes_document_id.state, "valid")
        order.action_engage()
        self.assertEqual(self.used(), 960)
        with self.refuses():
            order.with_user(self.authorising)._gov_sign()
        commitment = self.visaed(order)
        self.assertEqual(commitment.amount, 960)
        order.with_user(self.authorising).action_sign()
        self.assertEqual((order.gov_state, order.state), ("signed", "purchase"))
        self.assertEqual(order.gov_order_document_id.state, "valid")
        order.action_deliver("2026-03-02")
        order.with_user(self.procurement2).action_certify()
        invoice = self.certified(commitment, 960, contract_ref=order.name, invoice_ice=self.suppliers[1].gov_ice)
        self.env["res.partner.bank"].create(
            {"partner_id": self.suppliers[1].id, "acc_number": "225810001234567890123476"}
        )
        payment = self.issued(invoice)
        # sudo: the pieces on paper of the tests
        payment.sudo().piece_ids.write({"reference": "on paper"})
        payment.with_user(self.controller).action_visa()
        payment.with_user(self.controller).action_pay("2026-03-02", "VIR 1")
        order.invalidate_recordset()
        self.assertEqual(order.gov_state, "paid")
        self.check_ledger()

    def test_notice_stays_48_hours(self):
        order = self.purchase()
        now = fields.Datetime.now()
        with self.refuses("48"):
            order.action_publish(now + timedelta(hours=47, minutes=59))
        order.action_publish(now + timedelta(hours=48))
        with self.refuses("closed until"):
            order.action_open_quotations()
        with self.refuses():
            order.gov_deadline = now

    def test_late_quotation_is_not_registered(self):
        order = self.purchase()
        order.action_publish(fields.Datetime.now() + timedelta(hours=48))
        with freeze_time("2026-03-05 09:00:00"), self.refuses("after the deadline"):
            self.quote(order, self.suppliers[0], 10)

    def test_corrected_amount_is_confirmed_before_the_award(self):
        order, quotes = self.opened([900])
        quotes[0].amount_read = 1000
        self.assertTrue(quotes[0].is_corrected)
        with self.refuses("confirm"):
            order._gov_award()
        quotes[0].correction_confirmed = True
        order._gov_award()
        self.assertEqual(order.gov_amount, 1080)

    def test_equal_quotations_go_to_the_nearest_then_to_a_draw(self):
        order, quotes = self.opened([900, 900])
        with self.refuses("Equal quotations"):
            order._gov_award()
        order._gov_award(quotes[1].id)
        self.assertEqual(order.partner_id, self.suppliers[1])
        self.assertIn("Drawn", order.gov_award_draw)
        order, quotes = self.opened([900, 900])
        quotes[1].is_in_province = True
        order._gov_award()
        self.assertEqual(order.partner_id, self.suppliers[1])

    def test_excluded_supplier_is_set_aside_by_its_ice(self):
        twin = self.env["res.partner"].create({"name": "Other name", "gov_ice": self.suppliers[0].gov_ice})
        self.env["gov.supplier.exclusion"].create(
            {"partner_id": twin.id, "reference": "12/2026", "reason": "False declaration", "date_from": "2026-01-01"}
        )
        order, quotes = self.opened([700, 900])
        order._gov_award()
        self.assertEqual(order.partner_id, self.suppliers[1])
        self.assertIn("Excluded", quotes[0].rejection)

    def test_ceiling_of_the_nature_is_reached_to_the_centime_and_never_passed(self):
        ceiling = 500_000
        self.awarded(round((ceiling - 1200) / 1.2, 2)).action_engage("Not a split purchase: one need of the year")
        self.assertAlmostEqual(self.used(), ceiling - 1200, 2)
        over = self.awarded(1000.01)
        with self.refuses("ceiling"):
            over.action_engage("Not a split purchase: one need of the year")
        self.assertAlmostEqual(self.used(), ceiling - 1200, 2)
        exact = self.awarded(1000)
        exact.action_engage("Not a split purchase: one need of the year")
        self.assertEqual(self.used(), ceiling)
        exact.action_cancel_order("The need is gone")
        self.assertAlmostEqual(self.used(), ceiling - 1200, 2)
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.env.cr.execute("UPDATE gov_procurement_ceiling SET used = ceiling + 0.01")

    def test_signs_of_splitting_need_an_answer_that_is_kept(self):
        self.awarded(300_000).action_engage()
        other = self.env["gov.procurement.nature"].create({"code": "T03", "name": "Pens", "kind": "supplies"})
        order = self.awarded(200_000, nature=other)
        order._compute_gov_splitting_text()
        self.assertIn("same supplier", order.gov_splitting_text)
        with self.refuses("split"):
            order.action_engage()
        order.action_engage("Two needs of two services, foreseen apart in the programme")
        self.assertIn("Two needs", order.gov_splitting_answer)

    def test_who_asked_or_awarded_does_not_sign(self):
        both = self.everything
        order = self.purchase(user=both)
        with self.refuses():
            order.with_user(both).action_award_without_competition("Only one maker of this part")
        order.with_user(self.authorising).action_award_without_competition("Only one maker of this part")
        order.action_engage()
        self.visaed(order)
        for user in (both, self.authorising):
            with self.refuses():
                order.with_user(user)._gov_sign()
        order.with_user(self.authorising2)._gov_sign()

    def test_nothing_moves_by_writing_importing_or_stock_buttons(self):
        order = self.purchase()
        with self.refuses():
            order.write({"gov_state": "signed"})
        with self.refuses():
            self.purchase(gov_state="signed")
        with self.refuses():
            self.purchase(gov_ceiling_used=5)
        self.assertEqual(self.purchase().with_context(default_gov_state="paid").copy().gov_state, "need")
        forged = order.with_context(gov_act=1, gov_budget_act=1)
        with self.refuses():
            forged.write({"gov_state": "paid"})
        for button in ("button_confirm", "button_approve", "button_cancel", "button_draft"):
            with self.subTest(button=button), self.refuses():
                getattr(order.sudo(), button)()
        order.action_publish(fields.Datetime.now() + timedelta(hours=48))
        with self.refuses():
            order.order_line.price_unit = 5
        with self.refuses():
            order.unlink()

    def test_roles(self):
        order = self.purchase()
        for user in (self.employee, self.auditor, self.controller, self.authorising):
            with self.refuses():
                order.with_user(user).action_publish(fields.Datetime.now() + timedelta(hours=50))
        with self.refuses():
            order.with_user(self.auditor).write({"gov_object": "x"})
        self.assertTrue(order.with_user(self.auditor).gov_object)
        with self.refuses():
            order.with_user(self.employee).read(["gov_object"])

    def test_duplicates_are_found_by_rib_and_ice(self):
        first, second = self.suppliers[2], self.suppliers[3]
        rib = "225810001234567890123476"
        self.env["res.partner.bank"].create({"partner_id": first.id, "acc_number": rib})
        self.env["res.partner.bank"].create({"partner_id": second.id, "acc_number": "MA64" + rib})
        self.assertIn(second, first._gov_duplicates())
        self.assertIn(first, second._gov_duplicates())
