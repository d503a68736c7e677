import base64

from psycopg2.errors import UniqueViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import TODAY
from .tender_common import IN_SESSION, TenderCase

MONEY = {"amount_read": 5, "amount": 5, "percentage": 5, "technical_note": 5, "correction": "x", "foreign_amount": 5}


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestTenderSealed(TenderCase):
    """Of a bid nothing is known before its session, nor without its quorum, by no route and for nobody."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chief = cls.make_user("b_chief", "procurement_officer")
        cls.chief.group_ids |= cls.env.ref("base.group_system")

    def people(self):
        return (
            self.procurement,
            self.procurement2,
            self.chief,
            self.authorising,
            self.controller,
            self.auditor,
            self.employee,
            self.members[0],
            self.env.ref("base.user_admin"),
            self.env.ref("base.user_root"),
        )

    def assertSealed(self, tender):
        self.env.invalidate_all()
        offers = self.env["gov.tender.offer"].sudo().search([("tender_id", "=", tender.id)])
        self.assertFalse(any(offers.mapped("amount")) or any(offers.mapped("amount_read")))
        self.assertFalse(any(offers.mapped("technical_note")) or any(offers.mapped("percentage")))

    def routes(self, tender, bid, user):
        """Return each way by which ``user`` may try to write what a bid holds: (name, function)."""
        lot = tender.lot_ids[0]
        offers, bids = self.env["gov.tender.offer"].with_user(user), bid.with_user(user)
        file = {"name": "offer.pdf", "raw": b"%PDF-1.4", "res_model": "gov.tender.bid", "res_id": bid.id}
        new = {"bid_id": bid.id, "lot_id": lot.id}

        def loaded(model, names, row):
            result = self.env[model].with_user(user).load(names, [row])
            if not result["ids"]:
                raise UserError(result["messages"][0]["message"])

        return [
            ("create", lambda: offers.create({**new, "amount_read": 5})),
            ("create nothing", lambda: offers.create(new)),
            ("web_save", lambda: offers.web_save({**new, "amount_read": 5}, {"amount": {}})),
            ("load", lambda: loaded("gov.tender.offer", ["bid_id/.id", "lot_id/.id", "amount_read"],
                                    [str(bid.id), str(lot.id), "5"])),
            ("load the bid with offers", lambda: loaded(
                "gov.tender.bid", [".id", "offer_ids/lot_id/.id", "offer_ids/amount_read"],
                [str(bid.id), str(lot.id), "5"])),
            ("bid one2many", lambda: bids.write(
                {"offer_ids": [fields.Command.create({"lot_id": lot.id, "amount": 5})]})),
            ("bid web_save", lambda: bids.web_save(
                {"offer_ids": [fields.Command.create({"lot_id": lot.id, "amount": 5})]}, {"id": {}})),
            ("lot one2many", lambda: lot.with_user(user).write(
                {"offer_ids": [fields.Command.create({"bid_id": bid.id, "amount": 5})]})),
            ("tender one2many", lambda: tender.with_user(user).write(
                {"lot_ids": [fields.Command.update(lot.id, {
                    "offer_ids": [fields.Command.create({"bid_id": bid.id, "amount": 5})]})]})),
            ("tender bids", lambda: tender.with_user(user).write(
                {"bid_ids": [fields.Command.update(bid.id, {
                    "offer_ids": [fields.Command.create({"lot_id": lot.id, "amount": 5})]})]})),
            ("tender offers", lambda: tender.with_user(user).write(
                {"offer_ids": [fields.Command.create({**new, "amount": 5})]})),
            ("new bid with offers", lambda: self.env["gov.tender.bid"].with_user(user).create(
                {"tender_id": tender.id, "partner_id": self.suppliers[4].id, "bearer": "x",
                 "offer_ids": [fields.Command.create({"lot_id": lot.id, "amount_read": 5})]})),
            ("default of the context", lambda: self.env["gov.tender.bid"].with_user(user).with_context(
                default_offer_ids=[fields.Command.create({"lot_id": lot.id, "amount_read": 5})]).create(
                    {"tender_id": tender.id, "partner_id": self.suppliers[4].id, "bearer": "x"})),
            ("forged act", lambda: offers.with_context(gov_budget_act=True).create({**new, "amount_read": 5})),
            ("admit", lambda: bids.action_admit()),
            ("reject", lambda: bids.action_reject("Not in order at all")),
            ("state", lambda: bids.write({"state": "admitted"})),
            ("stage", lambda: tender.with_user(user).write({"stage": "financial"})),
            ("open session", lambda: tender.with_user(user).action_open_session()),
            ("deadline", lambda: tender.with_user(user).write({"deadline_at": "2030-01-01 00:00:00"})),
            ("move the bid", lambda: bids.write({"partner_id": self.suppliers[4].id})),
            ("number", lambda: bids.write({"number": 9})),
            ("hour", lambda: bids.write({"received_at": "2026-03-14 00:00:00"})),
            ("guarantee", lambda: bids.write({"guarantee_amount": 5})),
            ("share", lambda: bids.write({"resident_share": 50})),
            ("file", lambda: self.env["ir.attachment"].with_user(user).create(file)),
            ("file moved", lambda: self.env["ir.attachment"].with_user(user).create(
                {"name": "x", "raw": b"1"}).write({"res_model": "gov.tender.bid", "res_id": bid.id})),
            ("unlink", lambda: bids.unlink()),
        ]  # fmt: skip

    def refused(self, name, user, route):
        with self.subTest(route=name, user=user.login):
            try:
                with self.env.cr.savepoint():
                    route()
            except (UserError, AccessError):
                self.env.invalidate_all()
                return
            self.fail(f"{name} passed for {user.login}")

    def test_no_route_leads_into_a_sealed_bid(self):
        tender = self.published()
        bid = self.bid(tender, self.suppliers[0])
        for user in self.people():
            for name, route in self.routes(tender, bid, user):
                self.refused(name, user, route)
        self.assertSealed(tender)
        self.assertEqual((bid.state, bid.number, tender.state), ("registered", 1, "published"))

    def test_no_amount_at_the_administrative_stage(self):
        tender, bids = self.opened(1, admit=False)
        with freeze_time(IN_SESSION):
            # what the context or a user keeps as default values fills nothing
            bids.with_context(**{f"default_{name}": value for name, value in MONEY.items()}).action_admit()
            self.assertSealed(tender)
            offer = bids.offer_ids
            for name, value in (("amount_read", 5), ("amount", 5), ("percentage", 5), ("discard_reason", "object")):
                for user in self.people():
                    self.refused(
                        name, user, lambda user=user, pair=(name, value): offer.with_user(user).write(dict([pair]))
                    )
            for user in self.people():
                self.refused(
                    "through the bid", user,
                    lambda user=user: bids.with_user(user).write(
                        {"offer_ids": [fields.Command.update(offer.id, {"amount_read": 5})]}),
                )  # fmt: skip
        self.assertSealed(tender)

    def test_default_values_of_a_user_fill_no_envelope(self):
        defaults = self.env["ir.default"].with_user(self.procurement)
        defaults.set("gov.tender.offer", "amount_read", 900_000, user_id=True)
        defaults.set("gov.tender.offer", "technical_note", 90, user_id=True)
        tender, bids = self.opened(1, admit=False)
        with freeze_time(IN_SESSION):
            bids.action_admit()
        self.assertSealed(tender)

    def test_no_default_value_for_what_acts_write(self):
        for user in (self.procurement, self.chief):
            defaults = self.env["ir.default"].with_user(user)
            for model, name, value in (
                ("gov.tender", "state", "approved"),
                ("gov.tender", "stage", "financial"),
                ("gov.tender.bid", "documents_state", "complete"),
                ("gov.tender.complaint", "state", "rejected"),
            ):
                with self.refuses("buttons only"):
                    defaults.set(model, name, value, user_id=True)
            field = self.env["ir.model.fields"]._get("gov.tender", "state")
            with self.refuses("buttons only"):
                defaults.create({"field_id": field.id, "user_id": user.id, "json_value": '"approved"'})
            harmless = self.env["ir.model.fields"]._get("gov.tender", "place")
            mine = defaults.create({"field_id": harmless.id, "user_id": user.id, "json_value": '"Rabat"'})
            with self.refuses("buttons only"):
                mine.write({"field_id": field.id, "json_value": '"approved"'})

    def test_entry_stops_when_the_quorum_leaves(self):
        tender, bids = self.opened(2)
        first, second = bids.offer_ids
        with freeze_time(IN_SESSION):
            first.amount_read = 900_000
            tender.committee_ids[3].is_present = False
            self.assertTrue(tender.committee_ids[3].left_at)
            for user in self.people():
                self.refused("amount", user, lambda user=user: second.with_user(user).write({"amount_read": 5}))
                self.refused("correction", user, lambda user=user: first.with_user(user).write({"amount": 6}))
            for route in (tender.action_evaluate, lambda: bids.action_admit()):
                with self.refuses():
                    route()
            with self.refuses("cannot sit"):
                self.env["ir.attachment"].create(
                    {"name": "x.pdf", "raw": b"1", "res_model": "gov.tender.bid", "res_id": bids[0].id}
                )
            tender.committee_ids[3].is_present = True
            second.amount_read = 950_000
        self.assertEqual((first.amount, second.amount), (900_000, 950_000))
        acts = self.acts(tender)
        self.assertEqual(acts.count("offer"), 2)
        self.assertIn("give_estimate", acts)
        self.assertEqual(acts.count("open_envelope"), 2)

    def test_a_member_who_declares_a_conflict_in_session_stops_it(self):
        tender, bids = self.opened(1)
        with freeze_time(IN_SESSION):
            tender.committee_ids[2].with_user(self.members[2]).declaration = "conflict"
            with self.refuses("conflict"):
                bids.offer_ids.amount_read = 5

    def test_nothing_enters_after_the_session(self):
        tender, bids = self.evaluated([(900_000,), (950_000,)])
        for user in self.people():
            for name, value in (("amount_read", 5), ("amount", 5), ("discard_reason", "object"), ("rank", 1)):
                self.refused(
                    name,
                    user,
                    lambda user=user, pair=(name, value): bids.offer_ids.with_user(user).write(dict([pair])),
                )
            self.refused(
                "present", user, lambda user=user: tender.committee_ids.with_user(user).write({"is_present": False})
            )
        self.assertEqual(bids.offer_ids.mapped("amount"), [900_000, 950_000])

    def test_files_follow_the_session(self):
        tender = self.published()
        bid = self.bid(tender, self.suppliers[0])
        files = self.env["ir.attachment"].with_user(self.procurement)
        file = {"name": "x.pdf", "datas": base64.b64encode(b"1"), "res_model": "gov.tender.bid", "res_id": bid.id}
        with self.refuses("sealed"):
            files.create(file)
        self.seat(tender)
        with freeze_time(IN_SESSION):
            tender.action_open_session()
            self.assertTrue(files.create(file))
            tender.committee_ids[0].is_present = False
            with self.refuses("cannot sit"):
                files.create(file)

    def test_no_message_on_a_bid(self):
        tender = self.published()
        bid = self.bid(tender, self.suppliers[0])
        self.assertFalse(hasattr(bid, "message_post"))
        self.refused(
            "message", self.procurement,
            lambda: self.env["mail.message"].with_user(self.procurement).create(
                {"model": "gov.tender.bid", "res_id": bid.id, "body": "His price is 5", "message_type": "comment"}),
        )  # fmt: skip

    def test_copies_hold_nothing(self):
        tender, bids = self.evaluated([(900_000,), (950_000,)])
        copy = tender.copy()
        self.assertEqual((copy.state, copy.stage, copy.number), ("draft", "none", False))
        self.assertFalse(copy.bid_ids or copy.committee_ids or copy.offer_ids or copy.publication_ids)
        for one in (bids[0], bids[0].offer_ids):
            with self.refuses():
                one.copy()

    def test_late_bids_stay_closed_even_when_the_session_is_put_off(self):
        tender = self.published()
        self.bid(tender, self.suppliers[0])
        with freeze_time("2026-04-10 10:00:00"):
            last = self.bid(tender, self.suppliers[1])
        self.assertEqual(last.state, "registered")
        self.seat(tender, absent=self.members[2:3])
        with freeze_time("2026-04-10 10:00:01"):
            tender.action_postpone_session()
            late = self.bid(tender, self.suppliers[2])
            with self.refuses("before the hour"):
                last.action_withdraw("We no longer wish to bid")
        self.assertEqual((late.state, late.number), ("late", 3))
        with freeze_time("2026-04-13 10:00:01"):
            tender.action_open_session()
            later = self.bid(tender, self.suppliers[3])
            self.assertEqual(later.state, "late")
            for one in (late, later):
                with self.refuses():
                    one.action_admit()
        self.assertEqual(self.acts(tender).count("open_envelope"), 2)
        self.assertEqual(self.acts(tender).count("late_envelope"), 1)

    def test_envelope_is_corrected_until_the_hour_and_withdrawn_before_it(self):
        tender = self.published()
        bid = self.bid(tender, self.suppliers[0])
        bid.bearer = "Deposit 12/2026"
        self.assertIn("correct_bid", self.acts(tender))
        with freeze_time("2026-04-10 09:59:59"):
            bid.action_withdraw("Letter of the bidder of 9 April")
            again = self.bid(tender, self.suppliers[0])
        self.assertEqual((bid.state, again.number), ("withdrawn", 2))
        with freeze_time("2026-04-10 10:00:01"), self.refuses("no longer changes"):
            again.bearer = "Other"

    def test_numbers_follow_the_order_of_the_hours(self):
        tender = self.published()
        numbers = [self.bid(tender, supplier).number for supplier in self.suppliers]
        self.assertEqual(numbers, [1, 2, 3, 4, 5])
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation), self.env.cr.savepoint():
            self.env.cr.execute("UPDATE gov_tender_bid SET number = 1 WHERE tender_id = %s", [tender.id])
