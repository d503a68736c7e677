from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from odoo.addons.gov_base.tools.act import short_transaction

DISCARDS = [
    ("object", "Does not conform to the object"),
    ("unsigned", "Not signed"),
    ("power", "Signed by somebody without power"),
    ("reserves", "Restrictions or reserves"),
    ("schedule", "Price labels, units or quantities differ"),
    ("percentage", "Percentage with more than two decimals, or zero"),
]


class GovTenderPublication(models.Model):
    """Where and when a notice was published, with its proof."""

    _name = "gov.tender.publication"
    _description = "Publication of a notice"
    _order = "date, id"
    _rec_name = "reference"

    tender_id = fields.Many2one("gov.tender", required=True, index=True, ondelete="cascade")
    support = fields.Selection(
        [("portal", "Public procurement portal"), ("newspaper", "Newspaper"), ("premises", "Posted at the premises")],
        required=True,
        default="portal",
    )
    name = fields.Char("Title", help="Name of the newspaper.")
    lang = fields.Selection([("ar", "Arabic"), ("fr", "French"), ("other", "Other")], "Language", default="ar")
    date = fields.Date(required=True, default=fields.Date.context_today)
    reference = fields.Char("Number", required=True)
    proof_ids = fields.Many2many("ir.attachment", string="Proof")

    def write(self, vals):
        self._gov_check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_open(self):
        self._gov_check_open()

    def _gov_check_open(self):
        for one in self:
            if one.tender_id.published_on:
                raise UserError(self.env._("The notice is published: its proofs stay as they are."))


class GovTenderQuestion(models.Model):
    """A question of a bidder and its answer, published to all (art. 25)."""

    _name = "gov.tender.question"
    _description = "Question on a call for tenders"
    _order = "asked_on, id"
    _rec_name = "question"

    tender_id = fields.Many2one("gov.tender", required=True, index=True, ondelete="cascade")
    asked_on = fields.Date(required=True, default=fields.Date.context_today)
    question = fields.Text(required=True)
    answer = fields.Text()
    answered_on = fields.Date("Answered to all on")
    is_late = fields.Boolean(
        "Too late", compute="_compute_is_late", help="Received less than seven days before the session."
    )

    @api.depends("asked_on", "tender_id.session_at")
    def _compute_is_late(self):
        for one in self:
            session = one.tender_id.session_at
            limit = int(one.tender_id._gov_limit("procurement.question.days", one.asked_on)) if session else 0
            one.is_late = bool(session and (session.date() - one.asked_on).days < limit)

    @api.constrains("answer", "answered_on")
    def _check_answer(self):
        for one in self:
            session = one.tender_id.session_at
            if not one.answered_on or not session:
                continue
            limit = int(one.tender_id._gov_limit("procurement.answer.days", one.answered_on))
            if (session.date() - one.answered_on).days < limit:
                raise UserError(
                    self.env._(
                        "An answer is published to all %(days)s days at least before the session (art. 25).",
                        days=limit,
                    )
                )


class GovTenderComplaint(models.Model):
    """A complaint of a bidder, answered within five days (art. 163)."""

    _name = "gov.tender.complaint"
    _description = "Complaint on a call for tenders"
    _inherit = ["gov.budget.stateful"]
    _order = "received_on, id"
    _rec_name = "subject"
    _act_fields = frozenset({"state", "answered_on", "answer"})

    tender_id = fields.Many2one("gov.tender", required=True, index=True, ondelete="cascade")
    partner_id = fields.Many2one("res.partner", "Complainant", required=True, index=True, ondelete="restrict")
    received_on = fields.Date(required=True, default=fields.Date.context_today)
    subject = fields.Text(required=True)
    due_on = fields.Date("Answer due on", compute="_compute_due_on")
    answer = fields.Text(readonly=True)
    answered_on = fields.Date(readonly=True)
    state = fields.Selection(
        [("open", "To be answered"), ("accepted", "Founded"), ("rejected", "Not founded")],
        default="open",
        required=True,
        readonly=True,
    )

    @api.depends("received_on")
    def _compute_due_on(self):
        for one in self:
            days = int(one.tender_id._gov_limit("procurement.complaint.days", one.received_on))
            one.due_on = one.received_on + timedelta(days)

    @short_transaction
    def action_accept(self, answer):
        """Answer that the complaint is founded: the call is then cancelled or its step done again."""
        return self._gov_answer("accepted", answer)

    @short_transaction
    def action_refuse(self, reason):
        """Answer that the complaint is not founded, with the reasons."""
        return self._gov_answer("rejected", reason)

    def _gov_answer(self, state, answer):
        self._gov_check_role(
            ("procurement_officer", "authorising_officer"),
            self.env._("The contracting authority answers a complaint."),
        )
        answer = self._gov_check_reason(answer)
        self._gov_take("open", state)
        self._gov_write({"answer": answer, "answered_on": fields.Date.context_today(self)})
        self.env["gov.journal.entry"]._record_many(
            [(one.tender_id, "complaint", {"state": state, "complaint": one.id}) for one in self]
        )
        return True


class GovTenderCommittee(models.Model):
    """A member of the committee of a call: its quality, presence and declaration on conflicts of interest (art.
    38)."""

    _name = "gov.tender.committee"
    _description = "Member of a committee"
    _order = "tender_id, sequence, id"

    tender_id = fields.Many2one("gov.tender", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer(default=10)
    user_id = fields.Many2one("res.users", "User", index="btree_not_null", ondelete="restrict")
    name = fields.Char("Member", compute="_compute_name", store=True, readonly=False, required=True, precompute=True)
    quality = fields.Char("Quality", translate=True)
    role = fields.Selection(
        [
            ("president", "President"),
            ("administration", "Representative of the administration"),
            ("treasury", "Representative of the Treasury"),
            ("finance", "Representative of the ministry of finance"),
            ("expert", "Expert, without vote"),
        ],
        required=True,
        default="administration",
    )
    is_concerned = fields.Boolean("Of the service concerned")
    is_present = fields.Boolean("Present", copy=False)
    declaration = fields.Selection(
        [("none", "No conflict of interest"), ("conflict", "In conflict: leaves")], "Declaration", copy=False
    )
    declared_at = fields.Datetime(readonly=True, copy=False)
    remark = fields.Text("Remarks on the file")

    _user_uniq = models.UniqueIndex(
        "(tender_id, user_id) WHERE user_id IS NOT NULL", "This person is a member already."
    )

    @api.depends("user_id")
    def _compute_name(self):
        for one in self:
            one.name = one.name or one.user_id.name

    def write(self, vals):
        if vals.keys() - {"declaration", "remark"} and not self.env.su:
            if not self.env.user.has_group("gov_base.group_procurement_officer"):
                raise AccessError(
                    self.env._("A member writes his declaration and his remarks; the rest is noted for him.")
                )
        if "declaration" in vals:
            self._gov_check_declares()
            vals = {**vals, "declared_at": fields.Datetime.now()}
        if "is_present" in vals or "role" in vals:
            for one in self:
                if one.tender_id.stage == "closed" or one.tender_id.state in ("evaluated", "awarded", "approved"):
                    raise UserError(self.env._("The session is closed: its committee stays as it was."))
                if "role" in vals and one.tender_id.state != "draft":
                    raise UserError(self.env._("The file was sent to this committee: name its members before."))
        result = super().write(vals)
        if "is_present" in vals or "declaration" in vals:
            self.env["gov.journal.entry"]._record_many(
                [
                    (
                        one.tender_id,
                        "committee",
                        {"member": one.id, "present": one.is_present, "declaration": one.declaration or ""},
                    )
                    for one in self
                ]
            )
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent(self):
        for one in self:
            if one.tender_id.state != "draft":
                raise UserError(self.env._("The file was sent to this committee: its members stay."))

    def _gov_check_declares(self):
        for one in self:
            if one.user_id and one.user_id != self.env.user and not self.env.su:
                raise AccessError(self.env._("Each member declares for himself."))


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
    _act_fields = frozenset({"state", "number", "received_at", "rejection", "documents_state", "documents_asked_on"})

    tender_id = fields.Many2one("gov.tender", required=True, index=True, ondelete="restrict")
    tender_state = fields.Selection(related="tender_id.state", string="State of the call")
    stage = fields.Selection(related="tender_id.stage")
    partner_id = fields.Many2one("res.partner", "Bidder", required=True, index=True, ondelete="restrict")
    number = fields.Integer("No.", readonly=True, copy=False, aggregator=None)
    received_at = fields.Datetime("Received at", readonly=True, copy=False)
    bearer = fields.Char("Bearer", required=True, help="Who brought it, or the reference of the electronic deposit.")
    is_electronic = fields.Boolean("On the portal", default=True)
    is_resident = fields.Boolean(
        "Resident", default=True, help="Established in Morocco, or a grouping with 30 % of residents (art. 147)."
    )
    group_text = fields.Char("Members of the grouping")
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

    @api.depends("documents_asked_on")
    def _compute_documents_due_on(self):
        for bid in self:
            bid.documents_due_on = False
            if bid.documents_asked_on:
                days = int(bid.tender_id._gov_limit("procurement.step.documents", bid.documents_asked_on))
                bid.documents_due_on = bid.documents_asked_on + timedelta(days)

    @api.model_create_multi
    def create(self, vals_list):
        bids = super().create(vals_list)
        now = fields.Datetime.now()
        for bid in bids:
            tender = bid.tender_id
            if tender.state != "published" and not self._gov_is_act():
                raise UserError(
                    self.env._("Bids are registered once the notice is published, until the session opens.")
                )
            number = max([0, *tender.bid_ids.mapped("number")]) + 1
            late = bool(tender.session_at and now > tender.session_at)
            bid._gov_write({"number": number, "received_at": now, "state": "late" if late else "registered"})
        self.env["gov.journal.entry"]._record_many(
            [
                (bid.tender_id, "register_bid", {"bid": bid.id, "number": bid.number, "state": bid.state})
                for bid in bids
            ]
        )
        return bids

    def _gov_check_editable(self, vals):
        content = vals.keys() - {"message_follower_ids"}
        for bid in self:
            if bid.tender_state != "published" and content - {"offer_ids"}:
                raise UserError(self.env._("The bid was registered: its envelope no longer changes."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A bid stays in the register: the bidder may withdraw it before the session."))

    def _gov_check_session(self, stage=None):
        """Refuse what belongs to the session while it is not open, at another stage, or without its quorum."""
        for bid in self:
            tender = bid.tender_id
            if tender.state != "session" or (stage and tender.stage != stage):
                raise UserError(
                    self.env._("Bids are opened in session only: %(tender)s is not there.", tender=tender.display_name)
                )
            tender._gov_check_quorum()

    def _gov_check_office(self):
        self._gov_check_role(
            ("procurement_officer",), self.env._("A procurement officer writes what the committee decides.")
        )

    @short_transaction
    def action_withdraw(self, reason):
        """Withdraw a bid before the session, at the bidder's written request."""
        self._gov_check_office()
        reason = self._gov_check_reason(reason)
        for bid in self:
            if bid.tender_state != "published" or fields.Datetime.now() >= bid.tender_id.session_at:
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
        for bid in self:
            if not bid.offer_ids:
                self.env["gov.tender.offer"]._gov_create(
                    [{"bid_id": bid.id, "lot_id": lot.id} for lot in bid.tender_id.lot_ids]
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
        """Ask the presumed winner for the documents of article 28: seven days at least (art. 43)."""
        self._gov_check_office()
        for bid in self:
            if bid.tender_state != "evaluated" or not bid.offer_ids.filtered("rank"):
                raise UserError(
                    self.env._("Documents are asked of a bidder who is ranked, once offers are evaluated.")
                )
        self._gov_write({"documents_state": "asked", "documents_asked_on": fields.Date.context_today(self)})
        self._gov_journal_bid("ask_documents")
        return True

    @short_transaction
    def action_documents_complete(self):
        """Note that the documents asked are there and in force."""
        self._gov_check_office()
        for bid in self:
            if bid.tender_state != "evaluated" or bid.documents_state != "asked":
                raise UserError(self.env._("Ask for the documents first."))
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


class GovTenderOffer(models.Model):
    """What a bidder offers for a lot: technical note, amount read, amount corrected, rank.

    Amounts enter while the session is at its financial stage and its quorum holds, never before, by no route.
    """

    _name = "gov.tender.offer"
    _description = "Offer for a lot"
    _inherit = ["gov.budget.stateful"]
    _order = "lot_id, rank, id"
    _act_fields = frozenset({"rank", "financial_note", "final_note", "evaluation", "bid_id", "lot_id"})

    bid_id = fields.Many2one("gov.tender.bid", "Bid", required=True, index=True, ondelete="restrict", readonly=True)
    lot_id = fields.Many2one("gov.tender.lot", "Lot", required=True, index=True, ondelete="restrict", readonly=True)
    tender_id = fields.Many2one(related="bid_id.tender_id", store=True, index=True)
    partner_id = fields.Many2one(related="bid_id.partner_id", store=True, index=True)
    stage = fields.Selection(related="bid_id.stage")
    technical_note = fields.Float(aggregator=None, help="Out of 100, for studies; given before prices are opened.")
    amount_read = fields.Monetary(
        "Amount read", help="As read in session, all taxes included; a percentage for an increase."
    )
    amount = fields.Monetary(
        "Corrected amount",
        compute="_compute_amount",
        store=True,
        readonly=False,
        help="After the arithmetic check: the detailed estimate prevails over the act of commitment (art. 43).",
    )
    correction = fields.Text("What was corrected")
    discard_reason = fields.Selection(DISCARDS, "Set aside because")
    financial_note = fields.Float(readonly=True, aggregator=None)
    final_note = fields.Float(readonly=True, aggregator=None)
    rank = fields.Integer(readonly=True, aggregator=None)
    evaluation = fields.Selection(
        [
            ("retained", "Retained"),
            ("excessive", "Excessive"),
            ("abnormally_low", "Abnormally low"),
            ("technical", "Under the technical threshold"),
            ("percentage", "Percentage not in order"),
        ],
        readonly=True,
    )
    gap_rate = fields.Float("Gap to the estimate (%)", compute="_compute_gap_rate")
    currency_id = fields.Many2one(related="lot_id.currency_id")

    _pair_uniq = models.Constraint("UNIQUE (bid_id, lot_id)", "A bidder has one offer for a lot.")
    _amounts_positive = models.Constraint("CHECK (amount_read >= 0 AND amount >= 0)", "An amount is not negative.")
    _note_range = models.Constraint("CHECK (technical_note BETWEEN 0 AND 100)", "A note is between 0 and 100.")

    @api.depends("amount_read")
    def _compute_amount(self):
        for offer in self:
            if not offer.amount or not offer.correction:
                offer.amount = offer.amount_read

    @api.depends("amount", "lot_id.estimate")
    def _compute_gap_rate(self):
        for offer in self:
            estimate = offer.lot_id.estimate
            offer.gap_rate = 100 * (offer.amount - estimate) / estimate if estimate and offer.amount else 0

    @api.depends("bid_id", "lot_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for offer in self:
            offer.display_name = f"{offer.bid_id.partner_id.name} · {offer.lot_id.number}"

    @api.model_create_multi
    def create(self, vals_list):
        offers = super().create(vals_list)
        if not offers._gov_is_act():
            raise UserError(self.env._("Offers are made when a bidder is admitted, in session."))
        return offers

    def _gov_check_editable(self, vals):
        money = {"amount_read", "amount", "correction", "discard_reason"} & vals.keys()
        for offer in self:
            offer.bid_id._gov_check_office()
            offer.bid_id._gov_check_session("financial" if money else "administrative")

    def write(self, vals):
        result = super().write(vals)
        watched = {"amount_read", "amount", "technical_note", "discard_reason"} & vals.keys()
        if watched and not self._gov_is_act():
            self.env["gov.journal.entry"]._record_many(
                [
                    (
                        offer.tender_id,
                        "offer",
                        {
                            "bid": offer.bid_id.id,
                            "lot": offer.lot_id.number,
                            **{name: str(offer[name] or "") for name in sorted(watched)},
                        },
                    )
                    for offer in self
                ]
            )
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("An offer that was opened stays in the file."))


class GovTenderClause(models.Model):
    """A clause of the file of a call, in Arabic and in French, taken from the templates and adapted."""

    _name = "gov.tender.clause"
    _description = "Clause of a file"
    _order = "tender_id, part, sequence, id"

    tender_id = fields.Many2one("gov.tender", required=True, index=True, ondelete="cascade")
    part = fields.Selection("_selection_part", required=True, default="cps")
    sequence = fields.Integer(default=10)
    name = fields.Char("Article", required=True)
    text_ar = fields.Text("Arabic")
    text_fr = fields.Text("French")

    @api.model
    def _selection_part(self):
        return self.env["gov.tender.clause.template"]._fields["part"]._description_selection(self.env)

    def write(self, vals):
        for one in self:
            if one.tender_id.state not in ("draft", "file"):
                raise UserError(self.env._("The file is published: a change needs a rectifying notice."))
        return super().write(vals)


class GovTenderClauseTemplate(models.Model):
    """A clause that files are made of; procurement officers keep them."""

    _name = "gov.tender.clause.template"
    _description = "Template of a clause"
    _order = "part, sequence, id"

    name = fields.Char("Article", required=True, translate=True)
    part = fields.Selection(
        [("notice", "Notice"), ("rc", "Rules of the consultation (RC)"), ("cps", "Special specifications (CPS)")],
        required=True,
        default="cps",
    )
    kind = fields.Selection(
        [("works", "Works"), ("supplies", "Supplies"), ("services", "Services"), ("studies", "Studies")],
        "For",
        help="Empty: every kind.",
    )
    sequence = fields.Integer(default=10)
    text_ar = fields.Text("Arabic", required=True)
    text_fr = fields.Text("French", required=True)
    active = fields.Boolean(default=True)
