from odoo import fields
from odoo.tests import freeze_time

from .common import ProcurementCase


class CallCase(ProcurementCase):
    """A call for tenders of works, its session on 10 April 2026, played by its acts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.members = [cls.make_user(f"b_secretmember{n}") for n in range(4)]
        papers = ("tax", "cnss", "register")
        cls.env["gov.supplier.document"].create(
            [
                {"partner_id": one.id, "kind": kind, "valid_from": "2026-02-01", "reference": "1"}
                for one in cls.suppliers
                for kind in papers
            ]
        )

    def note_published(self, tender):
        """Called when the file is with the committee."""

    def note_sealed(self, tender):
        """Called when the bids are registered and sealed."""

    def call(self, estimates=(1_000_000,), **vals):
        """Return a call for tenders that is published, its session on 10 April."""
        roles = ("president", "administration", "administration", "treasury")
        tender = (
            self.env["gov.tender"]
            .with_user(self.procurement)
            .create(
                {
                    "object": "Fitting-out of the offices",
                    "officer_id": self.officer.id,
                    "unit_id": self.unit.id,
                    "nature_id": self.works_nature.id,
                    "budget_line_id": self.line_i.id,
                    "place": "Rabat",
                    "planned_session_at": "2026-04-10 10:00:00",
                    "lot_ids": [
                        fields.Command.create(
                            {"number": n, "name": f"Part {n}", "estimate_untaxed": one, "vat_rate": 0}
                        )
                        for n, one in enumerate(estimates, 1)
                    ],
                    "committee_ids": [
                        fields.Command.create({"user_id": user.id, "role": role, "is_concerned": n == 1})
                        for n, (user, role) in enumerate(zip(self.members, roles, strict=True))
                    ],
                    "publication_ids": [
                        fields.Command.create(
                            {
                                "support": support,
                                "name": name,
                                "lang": lang,
                                "date": "2026-03-12",
                                "reference": f"{name}-7",
                            }
                        )
                        for support, name, lang in (
                            ("portal", "P", "fr"),
                            ("newspaper", "J", "ar"),
                            ("newspaper", "L", "fr"),
                        )
                    ],
                    **vals,
                }
            )
        )
        tender.action_send_file()
        self.note_published(tender)
        with freeze_time("2026-03-13 09:00:00"):
            tender.action_publish()
        return tender

    def evaluated(self, tender, amounts):
        if not tender.convoked_on:
            with freeze_time("2026-03-20 09:00:00"):
                tender.action_convoke()
        bids = self.env["gov.tender.bid"].with_user(self.procurement)
        for supplier, _row in zip(self.suppliers, amounts, strict=False):
            bids |= bids.create({"tender_id": tender.id, "partner_id": supplier.id, "bearer": "Portal"})
        self.note_sealed(tender)
        for member in tender.committee_ids:
            member.is_present = True
            member.with_user(member.user_id).declaration = "none"
        with freeze_time("2026-04-10 10:05:00"):
            tender.action_open_session()
            for bid in bids:
                bid.action_admit()
            tender.action_close_administrative()
            for bid, row in zip(bids, amounts, strict=True):
                for offer, amount in zip(bid.offer_ids.sorted("lot_id"), row, strict=True):
                    offer.amount_read = amount
            tender._gov_evaluate()
        return bids

    def awarded_call(self, **vals):
        tender = self.call(**vals)
        bids = self.evaluated(tender, [(820_000, 123_456), (940_000, 131_313)])
        with freeze_time("2026-04-13 09:00:00"):
            for bid in bids:
                bid.action_ask_documents()
                bid.action_documents_complete()
            tender.action_award()
        return tender
