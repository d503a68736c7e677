from odoo import fields
from odoo.tests import freeze_time

from .common import ProcurementCase

SESSION = "2026-04-10 10:00:00"
IN_SESSION = "2026-04-10 10:05:00"
ROLES = ("president", "administration", "administration", "treasury", "finance")


class TenderCase(ProcurementCase):
    """Calls brought to each of their states by their own acts, on the days of a calendar that holds."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.members = [cls.make_user(f"b_member{n}") for n in range(6)]
        cls.env["gov.supplier.document"].create(
            [
                {"partner_id": supplier.id, "kind": kind, "valid_from": "2026-02-01", "reference": "1"}
                for supplier in cls.suppliers
                for kind in ("tax", "cnss", "register")
            ]
        )

    def tender(self, estimates=(1_000_000,), seats=4, **vals):
        return (
            self.env["gov.tender"]
            .with_user(self.procurement)
            .create(
                {
                    "object": "Fitting-out of the offices",
                    "officer_id": self.officer.id,
                    "unit_id": self.unit.id,
                    "nature_id": self.works_nature.id,
                    "budget_line_id": self.line_a.id,
                    "place": "Rabat",
                    "procedure": "open_national",
                    "planned_session_at": SESSION,
                    "lot_ids": [
                        fields.Command.create(
                            {"number": n, "name": f"Lot {n}", "estimate_untaxed": estimate, "vat_rate": 0}
                        )
                        for n, estimate in enumerate(estimates, 1)
                    ],
                    "committee_ids": [
                        fields.Command.create({"user_id": user.id, "role": role, "is_concerned": n == 1})
                        for n, (user, role) in enumerate(zip(self.members[:seats], ROLES[:seats], strict=True))
                    ],
                    **vals,
                }
            )
        )

    def publish(self, tender, papers=2, day="2026-03-13"):
        """Publish on the portal and in newspapers, the first of them in Arabic, and convoke the committee."""
        rows = [("portal", "", "fr", "P-1")] + [
            ("newspaper", f"Paper {n}", "fr" if n else "ar", f"{n}00") for n in range(papers)
        ]
        self.env["gov.tender.publication"].with_user(self.procurement).create(
            [
                {"tender_id": tender.id, "support": one, "name": name, "lang": lang, "date": day, "reference": ref}
                for one, name, lang, ref in rows
            ]
        )
        with freeze_time(f"{day} 09:00:00"):
            tender.action_publish()
            tender.action_convoke()
        return tender

    def published(self, **vals):
        tender = self.tender(**vals)
        tender.action_send_file()
        return self.publish(tender)

    def bid(self, tender, supplier, **vals):
        return (
            self.env["gov.tender.bid"]
            .with_user(self.procurement)
            .create({"tender_id": tender.id, "partner_id": supplier.id, "bearer": "Portal", **vals})
        )

    def seat(self, tender, absent=()):
        for member in tender.committee_ids.filtered(lambda one: not one.is_replaced):
            if member.user_id in absent:
                continue
            member.is_present = True
            # a member reads no more than his own seat
            self.env.flush_all()
            self.env.invalidate_all()
            member.with_user(member.user_id).declaration = "none"

    def opened(self, count=2, tender=None, admit=True, **vals):
        """Return a call whose session is open, at its financial stage when ``admit``, and its bids."""
        tender = tender or self.published(**vals)
        bids = self.env["gov.tender.bid"].with_user(self.procurement)
        for supplier in self.suppliers[:count]:
            bids |= self.bid(tender, supplier)
        self.seat(tender)
        with freeze_time(IN_SESSION):
            tender.action_open_session()
            if admit:
                bids.action_admit()
                tender.action_close_administrative()
        return tender, bids

    def evaluated(self, amounts, **vals):
        """Return a call that was evaluated on ``amounts``, one list by bidder, and its bids."""
        tender, bids = self.opened(len(amounts), **vals)
        with freeze_time("2026-04-10 12:00:00"):
            for bid, row in zip(bids, amounts, strict=True):
                for offer, amount in zip(bid.offer_ids.sorted("lot_id"), row, strict=True):
                    offer.amount_read = amount
            tender._gov_evaluate()
        return tender, bids

    def awarded(self, amounts, **vals):
        tender, bids = self.evaluated(amounts, **vals)
        with freeze_time("2026-04-13 09:00:00"):
            bids.filtered(lambda bid: bid.offer_ids.filtered("rank")).action_ask_documents()
            bids.filtered(lambda bid: bid.documents_state == "asked").action_documents_complete()
            tender.action_award()
        return tender, bids

    def acts(self, tender):
        """Return the acts that the journal holds of a call, in their order."""
        entries = self.env["gov.journal.entry"].sudo()  # sudo: the journal of the test
        return entries.search([("model", "=", "gov.tender"), ("res_id", "=", tender.id)], order="sequence").mapped(
            "act"
        )
