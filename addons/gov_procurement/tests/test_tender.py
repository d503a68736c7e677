from datetime import timedelta

from odoo import fields
from odoo.tests import freeze_time, tagged

from .common import TODAY
from .tender_common import IN_SESSION, SESSION, TenderCase


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestTender(TenderCase):
    """Calls for tenders of decree 2-22-431: file, publication, committee, session, evaluation, award, approval."""

    def in_session(self, amounts, **vals):
        """Return a tender whose session is at its financial stage, its offers typed: ``amounts`` by bidder and lot."""
        tender, bids = self.opened(len(amounts), **vals)
        with freeze_time(IN_SESSION):
            for bid, row in zip(bids, amounts, strict=True):
                for offer, amount in zip(bid.offer_ids.sorted("lot_id"), row, strict=True):
                    offer.amount_read = amount
        return tender, bids

    def test_whole_call_of_three_lots_to_its_contracts(self):
        amounts = [
            (820_000, 1_300_000, 90_000),
            (940_000, 1_000_000, 95_000),
            (1_250_000, 900_000, 101_000),
        ]
        tender, bids = self.in_session(amounts, estimates=(1_000_000, 1_000_000, 100_000))
        with freeze_time("2026-04-10 12:00:00"):
            tender.action_evaluate()
        first, second, third = tender.lot_ids
        self.assertEqual(first.reference_price, 940_000)
        ranks = {offer.partner_id: offer.rank for offer in first.offer_ids}
        self.assertEqual([ranks[supplier] for supplier in self.suppliers[:3]], [2, 1, 0])
        self.assertEqual(
            {offer.partner_id: offer.evaluation for offer in first.offer_ids}[self.suppliers[2]], "excessive"
        )
        self.assertEqual(second.reference_price, 975_000)
        self.assertTrue(
            tender.document_ids.filtered(lambda one: one.kind == "tender_minutes" and one.state == "valid")
        )
        with freeze_time("2026-04-13 09:00:00"):
            with self.refuses("documents"):
                tender.action_award()
            for bid in bids:
                bid.action_ask_documents()
                bid.action_documents_complete()
            tender.action_award()
            tender.action_letters()
        self.assertEqual(first.winner_offer_id.partner_id, self.suppliers[1])
        self.assertEqual(second.winner_offer_id.partner_id, self.suppliers[2])
        with freeze_time("2026-04-25 09:00:00"), self.refuses("standstill"):
            tender.with_user(self.authorising).action_approve()
        with freeze_time("2026-04-26 09:00:00"):
            self.presented(tender)
            tender.with_user(self.authorising).action_approve()
        self.assertEqual(len(tender.contract_ids), 3)
        self.assertEqual(sorted(tender.contract_ids.mapped("amount")), [95_000, 900_000, 940_000])
        acts = self.env["gov.journal.entry"].sudo().search([("model", "=", "gov.tender"), ("res_id", "=", tender.id)])
        self.assertTrue(
            {"open_session", "close_administrative", "evaluate", "award", "approve", "offer"}
            <= set(acts.mapped("act"))
        )

    def test_approval_only_within_the_validity_of_the_offers(self):
        tender, bids = self.in_session([(900_000,)])
        with freeze_time("2026-04-10 12:00:00"):
            tender._gov_evaluate()
            bids[0].action_ask_documents()
            bids[0].action_documents_complete()
            tender.action_award()
        with freeze_time("2026-06-10 09:00:00"):
            with self.refuses("valid until"):
                tender.with_user(self.authorising).action_approve()
            tender.action_extend_validity(30, "Letter of the winner of 1 June")
            self.presented(tender)
            tender.with_user(self.authorising).action_approve()
        self.assertEqual(tender.state, "approved")

    def test_no_amount_before_the_session_by_any_route(self):
        tender = self.published()
        bid = self.bid(tender, self.suppliers[0])
        offers = self.env["gov.tender.offer"].with_user(self.procurement)
        lot = tender.lot_ids
        for route in (
            lambda: offers.create({"bid_id": bid.id, "lot_id": lot.id, "amount_read": 5}),
            lambda: bid.write({"offer_ids": [fields.Command.create({"lot_id": lot.id, "amount_read": 5})]}),
            lambda: offers.with_context(gov_budget_act=1).create({"bid_id": bid.id, "lot_id": lot.id, "amount": 5}),
            lambda: offers.sudo().create({"bid_id": bid.id, "lot_id": lot.id, "amount_read": 5}),
            lambda: bid.action_admit(),
        ):
            with self.refuses():
                route()
        result = offers.load(["bid_id/.id", "lot_id/.id", "amount_read"], [[str(bid.id), str(lot.id), "5"]])
        self.assertFalse(result["ids"])
        self.assertFalse(self.env["gov.tender.offer"].search([("tender_id", "=", tender.id)]))

    def test_no_amount_before_the_financial_stage_nor_without_quorum(self):
        tender = self.published()
        bid = self.bid(tender, self.suppliers[0])
        self.seat(tender)
        with freeze_time("2026-04-10 10:05:00"):
            tender.action_open_session()
            bid.action_admit()
            with self.refuses("session"):
                bid.offer_ids.amount_read = 900_000
            tender.action_close_administrative()
            tender.committee_ids[3].is_present = False
            with self.refuses("cannot sit"):
                bid.offer_ids.amount_read = 900_000
            with self.refuses("cannot sit"):
                bid.offer_ids.sudo().write({"amount": 900_000})
            tender.committee_ids[3].is_present = True
            bid.offer_ids.amount_read = 900_000
        self.assertEqual(bid.offer_ids.amount, 900_000)

    def test_session_opens_at_its_hour_with_its_quorum(self):
        tender = self.published()
        self.bid(tender, self.suppliers[0])
        with freeze_time("2026-04-10 09:59:00"), self.refuses("closed until"):
            tender.action_open_session()
        self.seat(tender, absent=self.members[2:3])
        with freeze_time("2026-04-10 10:00:00"):
            with self.refuses("absent"):
                tender.action_open_session()
            tender.action_postpone_session()
        # 48 hours later is a Sunday: the same hour of the next working day
        self.assertEqual(fields.Datetime.to_string(tender.session_at), "2026-04-13 10:00:00")
        with freeze_time("2026-04-13 10:00:00"):
            tender.action_open_session()
        self.assertEqual(tender.state, "session")

    def test_member_in_conflict_of_interest_does_not_sit(self):
        tender = self.published()
        self.bid(tender, self.suppliers[0])
        self.seat(tender)
        tender.committee_ids[2].with_user(self.members[2]).declaration = "conflict"
        with freeze_time("2026-04-10 10:00:00"), self.refuses():
            tender.action_open_session()
        with self.refuses():
            tender.committee_ids[1].with_user(self.procurement).declaration = "none"
        with self.refuses():
            tender.committee_ids[2].with_user(self.members[2]).is_present = False

    def test_late_bid_is_registered_as_late_and_never_opened(self):
        tender = self.published()
        self.bid(tender, self.suppliers[0])
        with freeze_time("2026-04-10 10:00:01"):
            late = self.bid(tender, self.suppliers[1])
        self.assertEqual(late.state, "late")
        self.seat(tender)
        with freeze_time("2026-04-10 10:05:00"):
            tender.action_open_session()
            with self.refuses():
                late.action_admit()

    def test_publication_needs_its_supports_and_its_days(self):
        tender = self.tender()
        tender.action_send_file()
        with self.refuses():
            tender.action_publish()
        create = self.env["gov.tender.publication"].with_user(self.procurement).create
        create({"tender_id": tender.id, "support": "portal", "date": "2026-03-20", "reference": "P"})
        with self.refuses("newspaper"):
            tender.action_publish()
        for name in ("A", "B"):
            create({"tender_id": tender.id, "support": "newspaper", "name": name, "lang": "fr", "date": "2026-03-20",
                    "reference": name})  # fmt: skip
        with self.refuses("Arabic"):
            tender.action_publish()
        tender.publication_ids[-1].lang = "ar"
        with self.refuses("clear days"):
            tender.action_publish()
        tender.planned_session_at = "2026-04-11 10:00:00"
        tender.action_publish()
        self.assertEqual(tender.state, "published")

    def test_committee_has_six_days_on_the_file(self):
        tender = self.tender(planned_session_at="2026-05-10 10:00:00")
        tender.action_send_file()
        create = self.env["gov.tender.publication"].with_user(self.procurement).create
        for support, lang in (("portal", "fr"), ("newspaper", "ar"), ("newspaper", "fr")):
            create({"tender_id": tender.id, "support": support, "lang": lang, "date": "2026-03-07", "reference": "1"})
        with self.refuses("remark"):
            tender.action_publish()

    def test_infructuous_cases_match_the_file(self):
        tender = self.published()
        with self.refuses("does not show"):
            tender.action_declare_infructuous("no_bid")
        with freeze_time("2026-04-10 11:00:00"):
            tender.action_declare_infructuous("no_bid")
        self.assertEqual(tender.state, "infructuous")

    def test_offers_out_of_the_bands_make_the_lot_infructuous(self):
        tender, _bids = self.in_session([(500_000,), (1_500_000,)])
        with freeze_time("2026-04-10 12:00:00"):
            tender._gov_evaluate()
            self.assertEqual(tender.lot_ids.result, "infructuous")
            with self.refuses():
                tender.action_award()
            tender.action_declare_infructuous("no_retained")

    def test_winner_without_documents_gives_way_to_the_next(self):
        tender, bids = self.in_session([(940_000,), (820_000,)])
        with freeze_time("2026-04-10 12:00:00"):
            tender._gov_evaluate()
        with freeze_time("2026-04-13 09:00:00"):
            for bid in bids:
                bid.action_ask_documents()
            with self.refuses("until"):
                bids[0].action_documents_refuse("Nothing was given")
            bids[1].action_documents_complete()
        with freeze_time("2026-04-21 09:00:00"):
            bids[0].action_documents_refuse("Nothing was given in seven days")
            tender.action_award()
        self.assertEqual(tender.lot_ids.winner_offer_id.partner_id, self.suppliers[1])

    def test_equal_offers_wait_for_the_draw(self):
        tender, bids = self.in_session([(900_000,), (900_000,)])
        with freeze_time("2026-04-10 12:00:00"):
            tender._gov_evaluate()
            lot = tender.lot_ids
            self.assertEqual(lot.result, "tied")
            for bid in bids:
                bid.action_ask_documents()
                bid.action_documents_complete()
            with self.refuses("draw"):
                tender.action_award()
            lot.with_user(self.procurement).drawn_offer_id = bids[1].offer_ids
            tender.action_award()
        self.assertEqual(lot.winner_offer_id.partner_id, self.suppliers[1])

    def test_state_moves_by_acts_alone(self):
        tender = self.tender()
        for values in ({"state": "approved"}, {"stage": "financial"}, {"session_at": SESSION}):
            with self.refuses():
                tender.write(values)
        with self.refuses():
            self.tender(state="session")
        self.assertEqual(tender.copy().state, "draft")
        with self.refuses():
            tender.with_context(gov_budget_act=object()).write({"state": "awarded"})
        for user in (self.employee, self.auditor, self.authorising, self.controller):
            with self.refuses():
                tender.with_user(user).action_send_file()

    def test_who_prepared_does_not_approve(self):
        tender, bids = self.in_session([(900_000,)])
        tender._gov_write({"prepared_by_id": self.authorising.id})
        with freeze_time("2026-04-10 12:00:00"):
            tender._gov_evaluate()
            bids[0].action_ask_documents()
            bids[0].action_documents_complete()
            tender.action_award()
        with freeze_time("2026-05-05 09:00:00"):
            with self.refuses():
                tender.with_user(self.authorising).action_approve()
            self.presented(tender)
            tender.with_user(self.authorising2).action_approve()

    def test_complaint_suspends_the_approval(self):
        tender, bids = self.in_session([(900_000,)])
        with freeze_time("2026-04-10 12:00:00"):
            tender._gov_evaluate()
            bids[0].action_ask_documents()
            bids[0].action_documents_complete()
            tender.action_award()
        complaint = (
            self.env["gov.tender.complaint"]
            .with_user(self.procurement)
            .create(
                {
                    "tender_id": tender.id,
                    "partner_id": self.suppliers[1].id,
                    "subject": "I was set aside",
                    "received_on": "2026-04-12",
                }
            )
        )
        self.assertEqual(complaint.due_on - complaint.received_on, timedelta(5))
        with freeze_time("2026-05-11 09:00:00"):
            with self.refuses("complaint"):
                tender.with_user(self.authorising).action_approve()
            complaint.action_refuse("The offer is over the band")
            self.presented(tender)
            tender.with_user(self.authorising).action_approve()

    def test_studies_need_a_weight_within_the_law(self):
        nature = self.env["gov.procurement.nature"].create({"code": "T09", "name": "Studies", "kind": "studies"})
        with self.refuses():
            self.tender(nature_id=nature.id, financial_weight=0.45)
        self.assertTrue(self.tender(nature_id=nature.id, financial_weight=0.40))

    def test_provisional_guarantee_and_framework_limits(self):
        tender = self.tender()
        tender.lot_ids.provisional_guarantee = 20_000
        with self.refuses():
            tender.lot_ids.provisional_guarantee = 20_000.01
        with self.refuses():
            self.tender(form="framework")
