from datetime import date

from odoo import fields
from odoo.tests import BaseCase, freeze_time, tagged

from ..tools.deadline import deadlines, is_late
from .common import TODAY
from .tender_common import IN_SESSION, TenderCase

LENGTHS = {"remark_days": 6, "convocation": 7, "answer": 3, "extract": 1, "letters": 3, "guarantee_hours": 48}


@tagged("post_install", "-at_install")
class TestDeadlines(BaseCase):
    def test_each_deadline_has_its_day(self):
        facts = {
            "file_sent": date(2026, 3, 2),
            "published": date(2026, 3, 13),
            "session": date(2026, 4, 10),
            "questions": [(1, date(2026, 3, 20), None)],
        }
        rows = {row.code: row for row in deadlines(facts, LENGTHS)}
        self.assertEqual(rows["remarks"].due, date(2026, 3, 8))
        self.assertEqual(rows["convocation"].due, date(2026, 4, 3))
        self.assertEqual(rows["answer"].due, date(2026, 4, 7))
        self.assertEqual(rows["session"].due, date(2026, 4, 10))
        facts.update(
            closed=date(2026, 4, 10), awarded=date(2026, 4, 13), letters=date(2026, 4, 14),
            standstill_end=date(2026, 4, 25), validity_end=date(2026, 6, 9),
        )  # fmt: skip
        rows = {row.code: row for row in deadlines(facts, LENGTHS)}
        self.assertNotIn("session", rows)
        self.assertEqual(rows["extract"].due, date(2026, 4, 11))
        self.assertEqual(rows["letters"].due, date(2026, 4, 16))
        self.assertEqual(rows["guarantees"].due, date(2026, 4, 16))
        self.assertEqual(rows["approval"].due, date(2026, 6, 9))
        self.assertTrue(is_late(rows["extract"], date(2026, 4, 12)))
        self.assertFalse(is_late(rows["extract"], date(2026, 4, 11)))
        self.assertFalse(is_late(rows["standstill"], date(2027, 1, 1)))

    def test_days_come_in_order(self):
        rows = deadlines({"file_sent": date(2026, 3, 2), "session": date(2026, 4, 10)}, LENGTHS)
        self.assertEqual([row.due for row in rows], sorted(row.due for row in rows))


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestTenderAfter(TenderCase):
    """After the session: documents, draws, award, letters, guarantees, complaints, approval, ends of a call."""

    def complain(self, tender, **vals):
        return (
            self.env["gov.tender.complaint"]
            .with_user(self.procurement)
            .create(
                {
                    "tender_id": tender.id,
                    "partner_id": self.suppliers[1].id,
                    "subject": "My offer was set aside",
                    **vals,
                }
            )
        )

    def test_papers_of_the_presumed_winner_are_in_force(self):
        tender, bids = self.evaluated([(900_000,), (950_000,)])
        bid = bids[0]
        self.suppliers[0].gov_document_ids.filtered(lambda one: one.kind == "cnss").valid_to = "2026-04-30"
        with freeze_time("2026-05-04 09:00:00"):
            bid.action_ask_documents()
            with self.refuses("CNSS"):
                bid.action_documents_complete()
            with self.refuses("already"):
                bid.action_ask_documents()
            self.env["gov.supplier.document"].create(
                {"partner_id": self.suppliers[0].id, "kind": "cnss", "valid_from": "2026-05-02", "reference": "2"}
            )
            self.env.invalidate_all()
            bid.action_documents_complete()
            with self.refuses():
                bid.write({"documents_state": "none"})

    def test_next_of_two_equal_offers_is_drawn_when_the_first_is_refused(self):
        # P = (1,000,000 + 903,333.33) / 2: 930,000 is first, then two equal offers
        tender, bids = self.evaluated([(930_000,), (890_000,), (890_000,)])
        lot = tender.lot_ids
        self.assertEqual(lot.result, "ranked")
        bids.action_ask_documents()
        with freeze_time("2026-04-20 09:00:00"):
            bids[0].action_documents_refuse("Nothing was given in seven days")
            bids[1:].action_documents_complete()
            self.assertTrue(lot.needs_draw)
            with self.refuses("draw between"):
                tender.action_award()
            with self.refuses("equal"):
                lot.with_user(self.procurement).drawn_offer_id = bids[0].offer_ids
            for user in (self.authorising, self.auditor, self.employee):
                with self.refuses():
                    lot.with_user(user).write({"drawn_offer_id": bids[2].offer_ids.id})
            lot.with_user(self.procurement).drawn_offer_id = bids[2].offer_ids
            with self.refuses("draw was done"):
                lot.with_user(self.procurement).drawn_offer_id = bids[1].offer_ids
            tender.action_award()
        self.assertEqual(lot.winner_offer_id, bids[2].offer_ids)
        self.assertIn("draw", self.acts(tender))

    def test_a_cooperative_is_preferred_to_its_equal(self):
        self.suppliers[1].gov_supplier_kind = "cooperative"
        tender, bids = self.evaluated([(900_000,), (900_000,)])
        self.assertEqual((tender.lot_ids.result, bids[1].offer_ids.rank), ("ranked", 1))
        self.assertFalse(tender.lot_ids.needs_draw)

    def test_nobody_left_makes_the_lot_infructuous(self):
        tender, bids = self.evaluated([(900_000, 90_000), (950_000, 500_000)], estimates=(1_000_000, 100_000))
        bids.action_ask_documents()
        with freeze_time("2026-04-20 09:00:00"):
            bids[0].action_documents_refuse("Nothing was given in seven days")
            bids[1].action_documents_complete()
            with self.refuses("does not show"):
                tender.action_declare_infructuous("no_document")
            tender.action_award()
        first, second = tender.lot_ids.sorted("number")
        self.assertEqual(first.winner_offer_id.bid_id, bids[1])
        self.assertEqual((second.result, second.winner_offer_id.id), ("infructuous", False))
        self.assertIn("45 e", second.result_text)

    def test_infructuous_cases_come_from_the_file(self):
        def shown(tender):
            return [case for case in ("no_bid", "no_admitted", "no_valid", "no_retained", "no_document")
                    if tender._gov_shows(case)]  # fmt: skip

        tender, bids = self.opened(2, admit=False)
        self.assertEqual(shown(tender), [])
        with freeze_time(IN_SESSION):
            bids.action_reject("No administrative file")
            self.assertEqual(shown(tender), ["no_admitted"])
            tender.action_declare_infructuous("no_admitted")
        tender, bids = self.opened(2)
        with freeze_time(IN_SESSION):
            bids.offer_ids.discard_reason = "unsigned"
            self.assertEqual(shown(tender), ["no_valid"])
            tender.action_declare_infructuous("no_valid")
        tender, bids = self.evaluated([(500_000,), (1_300_000,)])
        self.assertEqual(shown(tender), ["no_retained"])
        tender, bids = self.evaluated([(900_000,), (950_000,)])
        self.assertEqual(shown(tender), [])
        bids.action_ask_documents()
        with freeze_time("2026-04-20 09:00:00"):
            bids.action_documents_refuse("Nothing was given in seven days")
            self.assertEqual(shown(tender), ["no_document"])
            tender.action_declare_infructuous("no_document")
        self.assertTrue(tender.results_published_on)
        with self.refuses("few words"):
            self.published().action_declare_infructuous("other", "no")

    def test_cancellation_says_a_case_that_the_file_shows(self):
        tender, _bids = self.awarded([(900_000,)])
        chief = tender.with_user(self.authorising)
        with self.refuses():
            tender.action_cancel("The need has changed", "data")
        for case in ("complaint", "credits", "no_extension", "late_approval"):
            with self.refuses("does not show"):
                chief.action_cancel("It is said so and no more", case)
        with self.refuses("article 48"):
            chief.action_cancel("It is said so and no more", "weather")
        with freeze_time("2026-06-10 09:00:00"):
            chief.action_cancel("The winner refused a longer validity", "no_extension")
        self.assertEqual((tender.state, tender.cancel_case), ("cancelled", "no_extension"))

    def test_cancellation_when_offers_are_over_the_credits(self):
        tender, _bids = self.evaluated([(9_300_000,)], estimates=(9_000_000,))
        self.env["gov.budget.entry"].sudo()._gov_post(
            [{"line": self.line_a, "kind": "amendment", "cp": -8_500_000, "label": "Means taken back"}]
        )
        self.env.invalidate_all()
        tender.with_user(self.authorising).action_cancel("The offers are over the credits", "credits")
        self.assertEqual(tender.cancel_case, "credits")

    def test_extract_of_the_minutes_is_published_once_before_or_with_the_award(self):
        tender, bids = self.evaluated([(900_000,)])
        self.assertIn("extract of the minutes", tender.missing_text)
        with freeze_time("2026-04-11 09:00:00"):
            tender.action_publish_results()
            with self.refuses("already"):
                tender.action_publish_results()
        bids.action_ask_documents()
        bids.action_documents_complete()
        with freeze_time("2026-04-13 09:00:00"):
            tender.action_award()
        self.assertEqual(tender.results_published_on, fields.Date.to_date("2026-04-11"))

    def test_letters_and_guarantees_follow_the_award(self):
        tender, bids = self.awarded([(900_000,), (950_000,)])
        self.assertEqual(tender.results_published_on, fields.Date.to_date("2026-04-13"))
        with self.refuses("letters first"):
            tender.action_return_guarantees()
        with freeze_time("2026-04-14 09:00:00"):
            tender.action_letters()
            tender.action_letters()
            tender.action_return_guarantees()
            with self.refuses("already"):
                tender.action_return_guarantees()
        self.assertEqual(tender.letters_sent_on, fields.Date.to_date("2026-04-14"))
        winner = tender.lot_ids.winner_offer_id.bid_id
        self.assertFalse(winner.guarantee_returned_on)
        self.assertEqual((bids - winner).guarantee_returned_on, fields.Date.to_date("2026-04-14"))
        self.assertEqual([len(bid.document_ids) for bid in bids], [1, 1])

    def test_complaints_have_their_days_levels_and_suspension(self):
        tender, bids = self.awarded([(900_000,), (950_000,)])
        with freeze_time("2026-04-14 09:00:00"):
            tender.action_letters()
        late = self.complain(tender, ground="elimination", received_on="2026-04-20")
        self.assertTrue(late.is_late)
        self.assertEqual(tender.standstill_end, fields.Date.to_date("2026-04-25"))
        late.action_refuse("Received after its days")
        complaint = self.complain(
            tender, ground="elimination", received_on="2026-04-19", partner_id=self.suppliers[2].id
        )
        self.assertFalse(complaint.is_late)
        self.assertEqual(complaint.due_on, fields.Date.to_date("2026-04-24"))
        # fifteen days more when the elimination is contested in time
        self.assertEqual(tender.standstill_end, fields.Date.to_date("2026-05-10"))
        with freeze_time("2026-04-20 09:00:00"):
            for wrong in (11, 0, -1, "5", None):
                with self.refuses("10 days at most"):
                    complaint.action_suspend(wrong)
            complaint.action_suspend(10)
            with self.refuses("already"):
                complaint.action_suspend(2)
            with self.refuses("no longer changes"):
                complaint.subject = "Something else"
            complaint.action_refuse("The offer is over the band")
            with self.refuses("goes from"):
                complaint.action_escalate("authority")
            complaint.action_escalate("minister")
            self.assertEqual((complaint.state, complaint.due_on), ("open", fields.Date.to_date("2026-04-25")))
        with self.refuses("stays in the file"):
            complaint.unlink()
        with freeze_time("2026-05-12 09:00:00"):
            with self.refuses("complaint"):
                tender.with_user(self.authorising).action_approve()
            complaint.with_user(self.authorising).action_refuse("Advice of the minister of 11 May")
            self.presented(tender)
            tender.with_user(self.authorising).action_approve()
        self.assertEqual(tender.state, "approved")

    def test_a_suspension_holds_the_approval(self):
        tender, _bids = self.awarded([(900_000,)])
        complaint = self.complain(tender, received_on="2026-04-18")
        with freeze_time("2026-04-24 09:00:00"):
            complaint.action_suspend(5)
            complaint.action_refuse("The rules were kept")
        with freeze_time("2026-04-28 09:00:00"), self.refuses("suspended until"):
            tender.with_user(self.authorising).action_approve()
        with freeze_time("2026-04-30 09:00:00"):
            self.presented(tender)
            tender.with_user(self.authorising).action_approve()
        self.assertEqual(tender.state, "approved")

    def test_acts_happen_once(self):
        tender, _bids = self.awarded([(900_000,)])
        with self.refuses("cannot become"):
            tender.action_award()
        with freeze_time("2026-04-27 09:00:00"):
            self.presented(tender)
            tender.with_user(self.authorising).action_approve()
            with self.refuses("cannot become"):
                tender.with_user(self.authorising).action_approve()
        self.assertEqual(len(tender.contract_ids), 1)

    def test_roles_of_each_act(self):
        tender, bids = self.awarded([(900_000,)])
        complaint = self.complain(tender)
        acts = {
            tender: ("action_send_file", "action_publish", "action_convoke", "action_open_session", "action_award",
                     "action_postpone_session", "action_close_administrative", "action_evaluate", "action_letters",
                     "action_return_guarantees"),
            bids: ("action_admit", "action_ask_documents", "action_documents_complete"),
        }  # fmt: skip
        for user in (self.employee, self.auditor, self.controller, self.members[0], self.authorising):
            for record, names in acts.items():
                for name in names:
                    with self.subTest(user=user.login, act=name), self.refuses():
                        getattr(record.with_user(user), name)()
        for user in (self.employee, self.auditor, self.controller, self.members[0]):
            for route in (
                lambda user=user: tender.with_user(user).action_approve(),
                lambda user=user: tender.with_user(user).action_cancel("No longer needed", "data"),
                lambda user=user: complaint.with_user(user).action_refuse("No ground at all"),
                lambda user=user: complaint.with_user(user).action_suspend(2),
            ):
                with self.refuses():
                    route()
        with self.refuses():
            tender.action_approve()

    def test_nothing_is_added_to_a_file_that_was_published(self):
        tender = self.published()
        mine = tender.with_user(self.procurement)
        for values in (
            {"lot_ids": [fields.Command.create({"number": 9, "name": "More", "estimate_untaxed": 5})]},
            {
                "publication_ids": [
                    fields.Command.create({"support": "portal", "reference": "9", "date": "2026-01-01"})
                ]
            },
            {"candidate_ids": [fields.Command.create({"partner_id": self.suppliers[0].id})]},
            {"committee_ids": [fields.Command.create({"name": "X"})]},
            {"object": "Something else"},
            {"procedure": "negotiated"},
        ):
            with self.refuses():
                mine.write(values)

    def test_acts_stay_in_the_region_of_who_does_them(self):
        tender = self.published()
        region = self.env["gov.region"].search([("id", "!=", tender.region_id.id)], limit=1)
        self.procurement2.gov_region_ids = region
        bid = self.bid(tender, self.suppliers[0])
        for record, act in ((tender, "action_convoke"), (tender, "action_open_session"), (bid, "action_admit")):
            with self.refuses():
                getattr(record.with_user(self.procurement2), act)()
        with self.refuses():
            bid.with_user(self.procurement2).action_withdraw("Asked by the bidder")
        self.assertFalse(self.env["gov.tender"].with_user(self.procurement2).search([("id", "=", tender.id)]))

    def test_form_says_what_comes_next_and_what_is_missing(self):
        tender = self.tender(estimates=(), seats=2)
        self.assertIn("Send the file", tender.next_text)
        self.assertIn("estimate of each lot", tender.missing_text)
        self.assertIn("Treasury", tender.missing_text)
        tender = self.tender()
        self.assertFalse(tender.missing_text)
        tender.action_send_file()
        self.assertIn("Publish", tender.next_text)
        self.assertIn("portal", tender.missing_text)
        self.assertIn("Newspapers: 0 of 2", tender.missing_text)
        self.publish(tender)
        self.assertIn("stay sealed", tender.next_text)
        self.assertEqual(tender.next_deadline_on, fields.Date.to_date("2026-04-10"))
        with freeze_time("2026-04-15 09:00:00"):
            self.env.invalidate_all()
            self.assertTrue(tender.has_late)

    def test_deadlines_become_activities_once_and_go_when_done(self):
        tender, _bids = self.awarded([(900_000,), (950_000,)])
        cron = self.env["gov.tender"]._cron_deadlines
        with freeze_time("2026-04-15 06:00:00"):
            cron()
            letters = tender.activity_ids.filtered(lambda one: one.gov_key == "letters")
            self.assertEqual(letters.date_deadline, fields.Date.to_date("2026-04-16"))
            self.assertEqual(letters.user_id, self.procurement)
            count = len(tender.activity_ids)
            cron()
            self.assertEqual(len(tender.activity_ids), count)
            tender.action_letters()
            cron()
            self.assertFalse(tender.activity_ids.filtered(lambda one: one.gov_key == "letters"))
