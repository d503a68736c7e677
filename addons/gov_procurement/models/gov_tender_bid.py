from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

from odoo.addons.gov_base.tools.act import short_transaction

# papers of the presumed winner (art. 28); a bidder who is not resident gives the equivalents of its country
PAPERS = ("tax", "cnss", "register")
# what the examination of the administrative file tells, in session
EXAMINED = {"is_resident", "group_text", "resident_share", "guarantee_amount", "guarantee_reference"}
# what the presumed winner answers, once asked
ANSWERED = {"is_correction_confirmed", "price_justification"}


class GovTenderBid(models.Model):
    """A bid: registered with its day, hour and bearer; sealed until the session.

    What is inside (admission, documents, amounts) can be written only while the session is open and its quorum holds,
    by any route; what comes after the deadline is registered as late and never opened.
    """

    _name = "gov.tender.bid"
    _description = "Bid"
    _inherit = ["gov.budget.stateful", "gov.document.mixin"]
    _order = "tender_id, number"
    _rec_name = "partner_id"
    _act_fields = frozenset(
        {
            "state",
            "number",
            "received_at",
            "rejection",
            "documents_state",
            "documents_asked_on",
            "guarantee_returned_on",
        }
    )

    tender_id = fields.Many2one("gov.tender", required=True, index=True, ondelete="restrict")
    tender_state = fields.Selection(related="tender_id.state", string="State of the call")
    stage = fields.Selection(related="tender_id.stage")
    partner_id = fields.Many2one("res.partner", "Bidder", required=True, index=True, ondelete="restrict")
    number = fields.Integer("No.", readonly=True, copy=False, aggregator=None)
    received_at = fields.Datetime("Received at", readonly=True, copy=False)
    bearer = fields.Char("Bearer", required=True, help="Who brought it, or the reference of the electronic deposit.")
    is_electronic = fields.Boolean("On the portal", default=True)
    is_resident = fields.Boolean("Resident", default=True, help="Established in Morocco (art. 147).")
    group_text = fields.Char("Members of the grouping")
    resident_share = fields.Float(
        "Share of residents (%)",
        aggregator=None,
        help="Of a grouping, as its act of commitment says: from 30 % on, no national preference is applied to it "
        "(art. 147).",
    )
    guarantee_amount = fields.Monetary("Provisional guarantee given")
    guarantee_reference = fields.Char("Guarantee: bank and number")
    guarantee_returned_on = fields.Date("Guarantee returned on", readonly=True, copy=False)
    currency_id = fields.Many2one(related="tender_id.currency_id")
    offer_ids = fields.One2many("gov.tender.offer", "bid_id", "Offers by lot")
    documents_state = fields.Selection(
        [("none", "Not asked"), ("asked", "Asked"), ("complete", "Complete"), ("refused", "Missing or refused")],
        "Documents of the presumed winner",
        default="none",
        readonly=True,
        copy=False,
    )
    documents_asked_on = fields.Date(readonly=True, copy=False)
    documents_due_on = fields.Date("Documents due on", compute="_compute_documents_due_on")
    missing_text = fields.Text("Still missing", compute="_compute_missing_text")
    is_correction_confirmed = fields.Boolean("Confirms the corrected amount", copy=False)
    price_justification = fields.Text("Justification of the prices", copy=False)
    rejection = fields.Text("Rejected because", readonly=True, copy=False)
    state = fields.Selection(
        [
            ("registered", "Registered"),
            ("late", "Late"),
            ("withdrawn", "Withdrawn"),
            ("admitted", "Admitted"),
            ("rejected", "Rejected"),
        ],
        default="registered",
        required=True,
        readonly=True,
        copy=False,
    )

    _partner_uniq = models.UniqueIndex(
        "(tender_id, partner_id) WHERE state <> 'withdrawn'", "This bidder has a bid already."
    )
    _number_uniq = models.UniqueIndex(
        "(tender_id, number) WHERE number IS NOT NULL", "Two bids of a call have the same number."
    )
    _share_range = models.Constraint("CHECK (resident_share BETWEEN 0 AND 100)", "A share is between 0 and 100 %.")

    @api.depends("documents_asked_on")
    def _compute_documents_due_on(self):
        for bid in self:
            bid.documents_due_on = False
            if bid.documents_asked_on:
                days = int(bid.tender_id._gov_limit("procurement.step.documents", bid.documents_asked_on))
                bid.documents_due_on = bid.documents_asked_on + timedelta(days)

    @api.depends(
        "documents_state", "partner_id.gov_document_ids.valid_to", "is_correction_confirmed", "price_justification",
        "offer_ids.is_corrected", "offer_ids.abnormal_text",
    )  # fmt: skip
    @api.depends_context("lang")
    def _compute_missing_text(self):
        labels = dict(self.env["gov.supplier.document"]._fields["kind"]._description_selection(self.env))
        words = {
            "correction": self.env._("Confirmation of the corrected amount"),
            "justification": self.env._("Justification of prices that look abnormal"),
        }
        for bid in self:
            missing = bid._gov_missing() if bid.documents_state in ("asked", "complete") else []
            bid.missing_text = "\n".join(words.get(code) or labels[code] for code in missing)

    def _gov_missing(self):
        """Return what the presumed winner has not given: papers in force, confirmation, justification (art. 43)."""
        self.ensure_one()
        valid = self.partner_id.commercial_partner_id.gov_document_ids | self.partner_id.gov_document_ids
        kinds = set(valid.filtered("is_valid").mapped("kind"))
        missing = [kind for kind in PAPERS if kind not in kinds] if self.is_resident else []
        ranked = self.offer_ids.filtered("rank")
        if any(ranked.mapped("is_corrected")) and not self.is_correction_confirmed:
            missing.append("correction")
        if any(ranked.mapped("abnormal_text")) and not (self.price_justification or "").strip():
            missing.append("justification")
        return missing

    @api.model_create_multi
    @short_transaction
    def create(self, vals_list):
        """Register bids: a short act, for all those of a call take their number on one row."""
        bids = super().create(vals_list)
        bids._gov_register()
        return bids

    def _gov_register(self):
        """Number the bids and note their hour, on one row of the call: two secretaries at the same second get two
        numbers, in the order of their hours."""
        rows = []
        for tender, bids in self.grouped("tender_id").items():
            tender._gov_check_officer()
            tender._gov_check_bidders(bids.partner_id)
            tender.flush_recordset()
            bids.flush_recordset()
            taken = self.env.execute_query(
                SQL(
                    "UPDATE gov_tender SET last_bid = GREATEST(COALESCE(last_bid, 0), %s) + %s WHERE id = %s AND "
                    "state IN ('published', 'session') RETURNING last_bid, COALESCE(deadline_at, session_at)",
                    max([0, *(tender.bid_ids - bids).mapped("number")]),
                    len(bids),
                    tender.id,
                )
            )
            if not taken:
                raise UserError(
                    self.env._("Bids are registered once the notice is published, until the session closes.")
                )
            [(last, deadline)] = taken
            tender.invalidate_recordset(["last_bid"])
            now = fields.Datetime.now()
            state = "late" if deadline and now > deadline else "registered"
            for number, bid in enumerate(bids, last - len(bids) + 1):
                bid._gov_write({"number": number, "received_at": now, "state": state})
                rows.append((tender, "register_bid", {"bid": bid.id, "number": number, "state": state}))
        self.env["gov.journal.entry"]._record_many(rows)

    def copy_data(self, default=None):
        raise UserError(self.env._("A bid is registered as it came: it is not copied."))

    def _gov_check_editable(self, vals):
        """An envelope is corrected until the hour; its administrative file is noted in session; nothing else."""
        names = vals.keys() - {"offer_ids"}
        now = fields.Datetime.now()
        for bid in self:
            if {"tender_id", "partner_id"} & names:
                raise UserError(self.env._("The bid was registered: its envelope no longer changes."))
            tender = bid.tender_id
            if names & EXAMINED and tender.state == "session":
                bid._gov_check_office()
                bid._gov_check_session("administrative")
            elif names & (EXAMINED - {"is_resident", "group_text"}):
                raise UserError(self.env._("The administrative file is noted in session, once it is opened."))
            if names & ANSWERED:
                bid._gov_check_office()
                if tender.state != "evaluated" or bid.documents_state != "asked":
                    raise UserError(self.env._("Ask for the documents first."))
            outside = names - EXAMINED - ANSWERED
            if tender.state != "session":
                outside |= names & {"is_resident", "group_text"}
            if outside and not (tender.state == "published" and now <= (tender.deadline_at or tender.session_at)):
                raise UserError(self.env._("The bid was registered: its envelope no longer changes."))

    @short_transaction
    def write(self, vals):
        result = super().write(vals)
        names = sorted(vals.keys() - {"offer_ids"})
        if names and not self._gov_is_act():
            self.env["gov.journal.entry"]._record_many(
                [
                    (bid.tender_id, "correct_bid", {"bid": bid.id, **{name: str(bid[name] or "") for name in names}})
                    for bid in self
                ]
            )
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A bid stays in the register: the bidder may withdraw it before the session."))

    def _gov_check_session(self, stage=None):
        """Refuse what belongs to the session while it is not open, at another stage, or without its quorum."""
        self.tender_id._gov_lock_session(stage)

    def _gov_check_office(self):
        self.check_access("read")
        self._gov_check_role(
            ("procurement_officer",), self.env._("A procurement officer writes what the committee decides.")
        )

    def _gov_is_preferred(self, day):
        """Tell whether national preference treats the bidder as resident: established in Morocco, or a grouping whose
        residents hold the share of article 147."""
        self.ensure_one()
        share = 100 * self.tender_id._gov_limit("procurement.preference.resident_share", day)
        return self.is_resident or bool(self.group_text and self.resident_share >= share - 1e-9)

    @short_transaction
    def action_withdraw(self, reason):
        """Withdraw a bid before the session, at the bidder's written request."""
        self._gov_check_office()
        reason = self._gov_check_reason(reason)
        for bid in self:
            tender = bid.tender_id
            if tender.state != "published" or fields.Datetime.now() >= (tender.deadline_at or tender.session_at):
                raise UserError(self.env._("A bid is withdrawn before the hour of the session."))
        self._gov_take("registered", "withdrawn")
        self._gov_write({"rejection": reason})
        self._gov_journal_bid("withdraw_bid")
        return True

    @short_transaction
    def action_admit(self):
        """Admit the bidder after the administrative and technical files were examined, in session."""
        self._gov_check_office()
        self._gov_check_session("administrative")
        today = fields.Date.context_today(self)
        barred = self.env["gov.supplier.exclusion"]._gov_barred(self.partner_id, today)
        for bid in self:
            if bid.partner_id in barred:
                raise UserError(
                    self.env._(
                        "%(bidder)s is excluded from public procurement: reject.", bidder=bid.partner_id.display_name
                    )
                )
        self._gov_take(("registered", "rejected"), "admitted")
        self._gov_write({"rejection": False})
        self.env["gov.tender.offer"]._gov_create(
            [
                {"bid_id": bid.id, "lot_id": lot.id}
                for bid in self
                if not bid.offer_ids
                for lot in bid.tender_id.lot_ids
            ]
        )
        self._gov_journal_bid("admit_bid")
        return True

    @short_transaction
    def action_reject(self, reason):
        """Reject the bidder, with the reasons that the letter will tell (art. 47)."""
        self._gov_check_office()
        reason = self._gov_check_reason(reason)
        self._gov_check_session("administrative")
        self._gov_take(("registered", "admitted"), "rejected")
        self._gov_write({"rejection": reason})
        self._gov_journal_bid("reject_bid")
        return True

    @short_transaction
    def action_ask_documents(self):
        """Ask the presumed winner for the documents of article 28, to confirm the corrected amount and to justify
        prices that look abnormal: seven days at least (art. 43)."""
        self._gov_check_office()
        for bid in self:
            if bid.tender_state != "evaluated" or not bid.offer_ids.filtered("rank"):
                raise UserError(
                    self.env._("Documents are asked of a bidder who is ranked, once offers are evaluated.")
                )
            if bid.documents_state != "none":
                raise UserError(self.env._("The documents were asked of %(bidder)s already.", bidder=bid.display_name))
        self._gov_write({"documents_state": "asked", "documents_asked_on": fields.Date.context_today(self)})
        self._gov_journal_bid("ask_documents")
        return True

    @short_transaction
    def action_documents_complete(self):
        """Note that the documents asked are there and in force, the correction confirmed, the prices justified."""
        self._gov_check_office()
        for bid in self:
            if bid.tender_state != "evaluated" or bid.documents_state != "asked":
                raise UserError(self.env._("Ask for the documents first."))
            if bid._gov_missing():
                raise UserError(
                    self.env._(
                        "%(bidder)s has not given all: %(missing)s. Papers are kept on the supplier's card.",
                        bidder=bid.partner_id.display_name,
                        missing=", ".join(bid.missing_text.splitlines()),
                    )
                )
        self._gov_write({"documents_state": "complete"})
        self._gov_journal_bid("documents_complete")
        return True

    @short_transaction
    def action_documents_refuse(self, reason):
        """Note that the documents are missing after their delay, or refused: the next one is called (art. 43)."""
        self._gov_check_office()
        reason = self._gov_check_reason(reason)
        today = fields.Date.context_today(self)
        for bid in self:
            if bid.tender_state != "evaluated" or bid.documents_state not in ("asked", "complete"):
                raise UserError(self.env._("Ask for the documents first."))
            if bid.documents_state == "asked" and today <= bid.documents_due_on:
                raise UserError(
                    self.env._(
                        "The bidder has until %(day)s to give the documents.",
                        day=format_date(self.env, bid.documents_due_on),
                    )
                )
        self._gov_write({"documents_state": "refused", "rejection": reason})
        self._gov_journal_bid("documents_refuse")
        return True

    def _gov_journal_bid(self, act):
        self.env["gov.journal.entry"]._record_many(
            [
                (bid.tender_id, act, {"bid": bid.id, "number": bid.number, "reason": bid.rejection or ""})
                for bid in self
            ]
        )
