from datetime import date, datetime, timedelta

from odoo import fields, models

from .gov_sample import YEAR

ROLES = ("president", "administration", "administration", "treasury")
# state, object, nature, procedure, estimates before tax by lot, day of the session, share of the estimate of each bid
CALLS = (
    ("draft", "Gardiennage des bâtiments", "201", "simplified", (860_000,), None, ()),
    ("file", "Renouvellement des postes de travail", "104", "simplified", (940_000,), date(YEAR, 12, 21), ()),
    ("candidates", "Rénovation du siège", "302", "preselection", (6_800_000,), date(YEAR, 12, 8), ()),
    ("published", "Aménagement de la salle de presse", "301", "open_national", (980_000,), date(YEAR, 12, 18),
     (0, 0, 0)),
    ("published", "Numérisation des archives filmées", "209", "restricted", (450_000,), date(YEAR, 12, 14), (0,)),
    ("session", "Campagne sur l'éducation aux médias", "208", "simplified", (900_000,), date(YEAR, 11, 27),
     (0.93, 0, 0)),
    ("evaluated", "Étude de l'audience des médias publics", "401", "simplified", (700_000,), date(YEAR, 11, 20),
     (0.92, 0.85, 0.78)),
    ("awarded", "Mobilier des directions régionales", "103", "open_national", (260_000, 300_000, 220_000),
     date(YEAR, 11, 9), (0.90, 0.96, 1.25)),
    ("approved", "Développement du portail des entreprises de presse", "402", "open_national", (1_000_000,),
     date(YEAR, 10, 13), (0.95, 0.88, 0.81)),
    ("approved", "Capsules audiovisuelles en arabe et en amazighe", "209", "negotiated", (450_000,),
     date(YEAR, 10, 20), (0.97,)),
    ("infructuous", "Entretien des espaces verts", "203", "simplified", (150_000,), date(YEAR, 11, 16), ()),
    ("cancelled", "Construction de l'annexe des archives", "302", "open_national", (6_800_000,), date(YEAR, 9, 15),
     ()),
)  # fmt: skip
# days from the last publication or the letters to the session
NOTICE = {"simplified": 12, "open_national": 26, "restricted": 18, "preselection": 26, "negotiated": 10}


class GovSample(models.AbstractModel):
    """The calls for tenders of the sample year, in each of their states, and the contracts of those approved."""

    _inherit = "gov.sample"

    def _steps(self):
        return [*super()._steps(), self._make_tender_contracts]

    def _make_tenders(self):
        """Make twelve calls for tenders, in every state, with their committees, bids and results."""
        if self.env["gov.tender"].search_count([], limit=1):
            return
        natures = {one.code: one for one in self.env["gov.procurement.nature"].search([])}
        suppliers = self._procurement_suppliers()
        line = self._procurement_line("investment")
        if not suppliers or not line:
            return
        officer = self._procurement_officer()
        members = [self._user(login) for login in ("director", "procurement", "asset", "controller")]
        for rank, (state, name, nature, procedure, estimates, day, shares) in enumerate(CALLS):
            seats = members if state != "draft" else members[:2]
            tender = self._as("procurement", self.env["gov.tender"]).create(
                {
                    "object": name,
                    "officer_id": officer.id,
                    "unit_id": officer.unit_id.id,
                    "nature_id": natures[nature].id,
                    "budget_line_id": line.id,
                    "procedure": procedure,
                    "place": "Rabat",
                    "planned_session_at": day and datetime(day.year, day.month, day.day, 10),
                    "certificate": "Certificat administratif n° 14/2026" if procedure == "restricted" else False,
                    "law_case": "exclusivity" if procedure == "negotiated" else False,
                    "proof": "Certificat d'exclusivité n° 9/2026" if procedure == "negotiated" else False,
                    "justification": "Besoin inscrit au programme prévisionnel",
                    "lot_ids": [
                        fields.Command.create(
                            {
                                "number": number,
                                "name": name if len(estimates) == 1 else f"{name} – lot {number}",
                                "estimate_untaxed": estimate,
                            }
                        )
                        for number, estimate in enumerate(estimates, 1)
                    ],
                    "committee_ids": [
                        fields.Command.create({"user_id": user.id, "role": role, "is_concerned": place == 1})
                        for place, (user, role) in enumerate(zip(seats, ROLES, strict=False))
                    ],
                }
            )
            if state != "draft":
                moved = suppliers[rank % 4 :] + suppliers[: rank % 4]
                # the excluded one bids nowhere
                self._take_over_tender(tender, state, day, shares, [one for one in moved if not one.gov_is_excluded])

    def _take_over_tender(self, tender, state, day, shares, suppliers):
        """Write a call as a register of the year holds it: its dates, who came, who acted."""
        session = datetime(day.year, day.month, day.day, 10)
        published = day - timedelta(NOTICE[tender.procedure])
        number = self.env["gov.counter"]._take("tender", YEAR)
        vals = {"number": f"{number:02d}/{tender.officer_id.code}/{YEAR}", "file_sent_on": published - timedelta(8)}
        if state == "file":
            tender._gov_write({**vals, "file_sent_on": date(YEAR, 11, 20), "state": "file"})
            return
        is_open = tender.procedure not in ("restricted", "negotiated")
        tender._gov_write({**vals, "state": "file"})
        if is_open:
            self._publish_tender(tender, published)
        tender._gov_write(
            {
                "published_on": published,
                "session_at": session,
                "deadline_at": session,
                "convoked_on": published + timedelta(1),
                "consulted_on": False if is_open else published,
                "state": "candidates" if state == "candidates" else "published",
            }
        )
        tender.committee_ids._gov_write({"convoked_on": published + timedelta(1)})
        if tender.procedure in ("restricted", "negotiated", "preselection"):
            self._make_tender_candidates(tender, suppliers, published)
        if shares:
            self._take_over_bids(tender, state, shares, suppliers, session)
        after = {
            "session": self._take_over_session,
            "evaluated": self._take_over_evaluation,
            "awarded": self._take_over_evaluation,
            "approved": self._take_over_evaluation,
        }
        if state in after:
            after[state](tender, state, session)
        if state == "infructuous":
            tender._gov_write(
                {"infructuous_case": "no_bid", "stage": "closed", "closed_at": session, "results_published_on": day}
            )
        if state == "cancelled":
            tender._gov_write(
                {
                    "end_reason": "Changement des données techniques du besoin",
                    "cancel_case": "data",
                    "stage": "closed",
                }
            )
        tender._gov_write({"state": state})

    def _publish_tender(self, tender, published):
        self.env["gov.tender.publication"].create(
            [
                {
                    "tender_id": tender.id,
                    "support": support,
                    "name": title,
                    "lang": lang,
                    "date": published,
                    "reference": f"{tender.number[:2]}-{at}",
                }
                for at, (support, title, lang) in enumerate(
                    (
                        ("portal", False, "fr"),
                        ("newspaper", "جريدة المثال", "ar"),
                        ("newspaper", "Journal de l'Exemple", "fr"),
                    )
                )
            ]
        )

    def _make_tender_candidates(self, tender, suppliers, published):
        """List whom the letters reached, or who applied."""
        applies = tender.procedure == "preselection"
        count = {"restricted": 3, "negotiated": 1, "preselection": 2}[tender.procedure]
        self.env["gov.tender.candidate"]._gov_create(
            [
                {
                    "tender_id": tender.id,
                    "partner_id": supplier.id,
                    "state": "registered" if applies else "consulted",
                    "number": at if applies else 0,
                    "bearer": "Portail" if applies else False,
                    "received_at": datetime(YEAR, 11, 24 + at, 11) if applies else False,
                    "consulted_on": False if applies else published,
                }
                for at, supplier in enumerate(suppliers[:count], 1)
            ]
        )
        if applies:
            tender._gov_write({"last_bid": count})

    def _take_over_bids(self, tender, state, shares, suppliers, session):
        """Register bids; in a call that was opened, with what was read of each."""
        bids = self._as("procurement", self.env["gov.tender.bid"]).create(
            [
                {"tender_id": tender.id, "partner_id": supplier.id, "bearer": "Portail"}
                for supplier, _share in zip(suppliers, shares, strict=False)
            ]
        )
        count = len(bids)
        for place, bid in enumerate(bids):
            # the last one comes in the last hour
            moment = min(session - timedelta(hours=1 + 20 * (count - place)), datetime(YEAR, 11, 28, 9 + place))
            bid._gov_write({"received_at": moment, "state": "registered" if state == "published" else "admitted"})
        if state == "published":
            return
        self.env["gov.tender.offer"]._gov_create(
            [
                {
                    "bid_id": bid.id,
                    "lot_id": lot.id,
                    "technical_note": 72 + 6 * place if tender.kind == "studies" else 0,
                    "amount_read": round(lot.estimate * (share + 0.01 * (lot.number - 1)), 2) if share else 0,
                }
                for place, (bid, share) in enumerate(zip(bids, shares, strict=True))
                for lot in tender.lot_ids
            ]
        )

    def _seat_committee(self, tender, session):
        tender.committee_ids._gov_write(
            {"is_present": True, "arrived_at": session, "declaration": "none", "declared_at": session}
        )

    def _take_over_session(self, tender, _state, session):
        self._seat_committee(tender, session)
        tender._gov_write({"opened_at": session, "stage": "financial"})

    def _take_over_evaluation(self, tender, state, session):
        """Rank by the rule itself, then award and approve in the days of law."""
        self._seat_committee(tender, session)
        day = session.date()
        for lot in tender.lot_ids:
            lot._gov_keep_result(tender._gov_evaluate_lot(lot, day))
        tender._gov_write(
            {
                "opened_at": session,
                "closed_at": session + timedelta(hours=3),
                "stage": "closed",
                "evaluated_on": day,
                "results_published_on": day + timedelta(1),
            }
        )
        first = tender.offer_ids.filtered(lambda one: one.rank == 1).bid_id
        asked = {"documents_state": "asked", "documents_asked_on": day + timedelta(4)}
        first._gov_write(asked if state == "evaluated" else {**asked, "documents_state": "complete"})
        if state == "evaluated":
            return
        for lot in tender.lot_ids:
            lot._gov_write({"winner_offer_id": lot.offer_ids.filtered(lambda one: one.rank == 1).id})
        awarded = day + timedelta(9)
        tender._gov_write(
            {
                "awarded_on": awarded,
                "letters_sent_on": awarded + timedelta(1),
                "guarantees_returned_on": awarded + timedelta(2),
                "validity_end": day + timedelta(60),
            }
        )
        (tender.bid_ids - first)._gov_write({"guarantee_returned_on": awarded + timedelta(2)})
        if state == "approved":
            tender._gov_write({"approved_on": day + timedelta(35), "approved_by_id": self._user("authorising").id})

    def _make_tender_contracts(self):
        """Make the contracts of the calls that were approved, waiting for their commitment."""
        tenders = self.env["gov.tender"].search([("state", "=", "approved"), ("contract_ids", "=", False)], order="id")
        self._as("authorising", tenders)._gov_make_contracts()
