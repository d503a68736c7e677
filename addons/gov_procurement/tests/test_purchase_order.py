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
        # the minutes of the choice, which condition the visa above the ceiling, are in the file already
        self.assertIn(order.gov_minutes_document_id.number, order.gov_commitment_id.piece_ids.mapped("reference"))
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

    def test_late_quotation_is_kept_as_late_and_never_opened(self):
        order = self.purchase()
        order.action_publish(fields.Datetime.now() + timedelta(hours=48))
        self.quote(order, self.suppliers[1], 900)
        quotations = self.env["gov.purchase.quotation"].with_user(self.procurement)
        with freeze_time("2026-03-05 09:00:00"):
            late = quotations.create({"order_id": order.id, "partner_id": self.suppliers[0].id, "amount_read": 10})
            self.assertTrue(late.is_late)
            self.assertFalse(late.line_ids or late.amount)
            for vals in ({"amount_read": 5}, {"received_at": "2026-03-03 09:00:00"}, {"is_late": False}):
                with self.subTest(vals=vals), self.refuses():
                    late.write(vals)
            with self.refuses("never opened"):
                late.write(
                    {"line_ids": [fields.Command.create({"order_line_id": order.order_line.id, "unit_price": 1})]}
                )
            with self.refuses("stays in the file"):
                late.unlink()
            order.action_open_quotations()
            with self.refuses("registered before"):
                quotations.create(
                    {"order_id": order.id, "partner_id": self.suppliers[2].id, "received_at": "2026-03-03 09:00:00"}
                )
            order._gov_award()
        self.assertEqual(order.partner_id, self.suppliers[1])
        self.assertFalse(late.rank)
        self.assertIn("after the deadline", late.rejection)
        self.assertEqual(order._gov_bid_count(), 1)

    def test_a_moment_that_cannot_be_is_refused(self):
        order = self.purchase()
        order.action_publish(fields.Datetime.now() + timedelta(hours=48))
        for moment in ("2026-03-02 08:00:00", "2026-03-02 10:00:00"):
            with self.subTest(moment=moment), self.refuses("cannot be"):
                self.quote(order, self.suppliers[0], 10, received_at=moment)

    def test_only_late_quotations_make_no_result(self):
        order = self.purchase()
        order.action_publish(fields.Datetime.now() + timedelta(hours=48))
        with freeze_time("2026-03-05 09:00:00"):
            self.env["gov.purchase.quotation"].with_user(self.procurement).create(
                {"order_id": order.id, "partner_id": self.suppliers[0].id}
            )
            with self.refuses("No quotation was received"):
                order.action_open_quotations()
            order.action_no_result()
        self.assertEqual(order.gov_state, "infructuous")

    def test_an_item_without_price_sets_the_quotation_aside(self):
        order = self.purchase(
            order_line=[
                fields.Command.create({"name": name, "product_qty": 1, "price_unit": 500, "gov_vat_rate": 20})
                for name in ("Reams", "Pens")
            ]
        )
        now = fields.Datetime.now()
        order.action_publish(now + timedelta(hours=48))
        part, whole = (self.quote(order, supplier, 0) for supplier in self.suppliers[:2])
        part.line_ids[0].unit_price = 1
        whole.line_ids.unit_price = 400
        with freeze_time(now + timedelta(hours=49)):
            order.action_open_quotations()
            order._gov_award()
        self.assertEqual(order.partner_id, self.suppliers[1])
        self.assertIn("No price", part.rejection)
        self.assertEqual(order.gov_amount, 960)

    def test_a_total_without_prices_is_not_awarded_at_the_prices_of_the_need(self):
        order = self.purchase()
        now = fields.Datetime.now()
        order.action_publish(now + timedelta(hours=48))
        self.quote(order, self.suppliers[0], 0, amount_read=600)
        with freeze_time(now + timedelta(hours=49)):
            order.action_open_quotations()
            with self.refuses("enter the price"):
                order._gov_award()

    def test_who_refuses_the_correction_is_set_aside(self):
        order, quotes = self.opened([700, 900])
        quotes[0].amount_read = 500
        quotes[0].correction_refused = True
        order._gov_award()
        self.assertEqual(order.partner_id, self.suppliers[1])
        self.assertIn("Correction refused", quotes[0].rejection)

    def test_mentions_that_a_quotation_lacks_are_said(self):
        _order, quotes = self.opened([700])
        self.assertIn("RIB", quotes[0].missing)
        self.env["res.partner.bank"].create(
            {"partner_id": self.suppliers[0].id, "acc_number": "225810001234567890123476"}
        )
        self.suppliers[0].write({"gov_cnss_number": "9000001", "gov_business_tax": "25000001"})
        quotes[0].invalidate_recordset()
        self.assertFalse(quotes[0].missing)

    def test_what_is_not_in_the_list_is_no_purchase_order(self):
        order = self.purchase(nature=self.works_nature)
        with self.refuses("annex 4"):
            order.action_publish(fields.Datetime.now() + timedelta(hours=48))
        with self.refuses("annex 4"):
            order.with_user(self.authorising)._gov_award_without_competition("Only one maker of this part")

    def test_the_notice_says_time_and_address(self):
        for vals in ({"gov_delivery_days": 0}, {"gov_office_address": False}):
            order = self.purchase(**vals)
            with self.subTest(vals=vals), self.refuses("time to deliver"):
                order.action_publish(fields.Datetime.now() + timedelta(hours=48))

    def test_documents_of_the_notice_and_of_the_certificate(self):
        order = self.purchase()
        with self.refuses("publish it first"):
            order.action_print_notice()
        order.action_publish(fields.Datetime.now() + timedelta(hours=48))
        self.assertIn(str(order.gov_notice_document_id.id or ""), order.action_print_notice()["url"])
        self.assertEqual(order.gov_notice_document_id.state, "valid")
        alone = self.purchase()
        alone.with_user(self.authorising).action_award_without_competition("Only one maker of this part")
        self.assertEqual(alone.gov_certificate_document_id.state, "valid")

    def test_the_result_is_posted_three_days_and_on_the_portal(self):
        order = self.awarded(1000)
        with self.refuses("reference"):
            order.action_post_results("")
        with self.refuses("between its award"):
            order.action_post_results("RES 1", "2026-01-01")
        with self.refuses():
            order.with_user(self.authorising).action_post_results("RES 1")
        order.action_post_results("RES 1")
        self.assertEqual(order.gov_results_until, order.gov_results_posted_on + timedelta(3))
        with self.refuses("already"):
            order.action_post_results("RES 2")

    def test_the_ceiling_is_that_of_each_officer_and_year(self):
        other = self.officer.copy({"code": "T9", "name": "Second officer", "user_id": self.authorising2.id})
        why = "Not a split purchase: one need of the year"
        full = round(500_000 / 1.2, 2)
        self.awarded(full, gov_unit_id=self.unit.id).action_engage(why)
        self.assertAlmostEqual(self.used(), 500_000, 2)
        with self.refuses("ceiling"):
            self.awarded(1).action_engage(why)
        self.awarded(1000, gov_officer_id=other.id).action_engage(why)
        with freeze_time("2027-01-04 09:00:00"):
            self.assertEqual(self.env["gov.procurement.ceiling"]._gov_used(self.nature, self.officer, 2027), 0)

    def test_signs_that_come_after_the_ceiling_are_answered_before_the_signature(self):
        first = self.awarded(300_000)
        first.action_engage()
        self.visaed(first)
        other = self.env["gov.procurement.nature"].create({"code": "T04", "name": "Ink", "kind": "supplies"})
        second = self.awarded(200_000, nature=other)
        second.action_engage("Two needs of two services, foreseen apart in the programme")
        first.invalidate_recordset()
        with self.refuses("may split"):
            first.with_user(self.authorising)._gov_sign()
        first.action_answer_splitting("The ink was foreseen apart, for another service")
        self.assertIn(second.name, first.gov_splitting_signs)
        first.with_user(self.authorising)._gov_sign()

    def test_disguised_splitting_is_found(self):
        """One owner, two names: the same account; the address in capitals without accents; another establishment."""
        first, twin = self.suppliers[0], self.suppliers[1]
        first.write({"street": "12, Avenue de la Liberté", "city": "Salé"})
        twin.write({"street": "12 AV DE LA LIBERTE", "city": "SALE "})
        rib = "225810001234567890123476"
        self.env["res.partner.bank"].create(
            [{"partner_id": first.id, "acc_number": rib}, {"partner_id": twin.id, "acc_number": "MA64" + rib}]
        )
        other = self.env["gov.procurement.nature"].create({"code": "T05", "name": "Files", "kind": "supplies"})
        unit = self.env["hr.department"].create({"name": "Another unit"})
        self.awarded(416_000).action_engage()
        order, _quotes = self.opened([99_999_999, 416_000], nature=other, gov_unit_id=unit.id)
        order._gov_award()
        self.assertEqual(order.partner_id, twin)
        text = order.gov_splitting_text
        self.assertIn("same address", text)
        self.assertIn("same bank account", text)
        self.assertNotIn("same supplier", text)

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
        buttons = ("button_confirm", "button_approve", "button_cancel", "button_draft", "button_lock", "button_unlock",
                   "action_rfq_send", "print_quotation", "action_create_invoice")  # fmt: skip
        for button in buttons:
            with self.subTest(button=button), self.refuses():
                getattr(order.sudo(), button)()
        with self.refuses():
            (order | self.purchase()).sudo().action_merge()
        for vals in ({"state": "purchase"}, {"state": "sent"}, {"state": "cancel"}, {"gov_nature_id": False}):
            with self.subTest(vals=vals), self.refuses():
                order.sudo().write(vals)
        with self.refuses():
            self.purchase(state="purchase")
        self.assertEqual(self.purchase().with_context(default_state="purchase").copy().state, "draft")
        # an order of Odoo's own is not confirmed either: it has no ceiling
        stock = self.env["purchase.order"].create({"partner_id": self.suppliers[0].id})
        with self.refuses():
            stock.button_confirm()
        stock.with_user(self.procurement).write(
            {"gov_nature_id": self.nature.id, "gov_officer_id": self.officer.id, "gov_unit_id": self.unit.id}
        )
        self.assertEqual((stock.gov_state, stock.gov_asked_by_id), ("need", self.procurement))
        # nor does an import get farther
        found = (
            self.env["purchase.order"]
            .with_user(self.procurement)
            .load(["id", "gov_state"], [[f"__export__.order_{order.id}", "signed"]])
        )
        self.assertTrue(found["messages"])
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
