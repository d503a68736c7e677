from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL, format_date, format_datetime

from odoo.addons.gov_base.tools.act import around_act, short_transaction

from ..tools import committee as committees
from ..tools import evaluation
from ..tools.call import CONSULTED, NEGOTIATED, TWO_STAGES
from ..tools.evaluation import PREFERRED, Offer
from .gov_procurement_plan import PROCEDURES

STAGES = [
    ("none", "Not open"),
    ("administrative", "Administrative and technical files"),
    ("financial", "Financial offers"),
    ("closed", "Closed"),
]
# cases of article 45
INFRUCTUOUS = [
    ("no_bid", "a) No bid was received"),
    ("no_admitted", "b) No bidder was admitted"),
    ("no_valid", "c) No bid is in order"),
    ("no_retained", "d) No offer is within the bands"),
    ("no_document", "e) No bidder gave the documents asked"),
    ("other", "f) Another case of the text"),
]
CANCEL_CASES = [
    ("data", "Economic or technical data of the need changed"),
    ("exceptional", "Exceptional circumstances"),
    ("credits", "The offers are over the credits"),
    ("defect", "A defect of the procedure was found"),
    ("complaint", "A complaint is founded"),
    ("no_extension", "The winner refuses a longer validity"),
    ("late_approval", "The approval was not notified in time"),
]
# cases of articles 88 and 89
LAW_CASES = [
    ("infructuous", "After an infructuous call, under the same conditions (art. 88 a)"),
    ("default", "Instead of a holder who failed (art. 88 b)"),
    ("exclusivity", "One holder alone, for technical reasons (art. 89)"),
    ("defence", "Defence or public security (art. 89)"),
    ("patent", "Holder of a patent (art. 89)"),
    ("public_body", "Exclusivity of a public body (art. 89)"),
    ("spontaneous", "Spontaneous offer (art. 89)"),
    ("urgency", "Extreme urgency that could not be foreseen (art. 89)"),
    ("security", "Urgent safety of people or of the land (art. 89)"),
    ("ceremony", "Official ceremonies and visits (art. 89)"),
    ("additional_works", "Additional works, by amendment (art. 89)"),
]
# what a form of the call writes beside other hands: the rows of the session
HOT = frozenset({"bid_ids", "candidate_ids", "offer_ids", "committee_ids", "rate_ids"})
CALLS = [row for row in PROCEDURES if row[0] not in ("purchase_order", "ordinary_law")]


class GovTender(models.Model):
    """A call for tenders: its file, publication, committee, session, bids, evaluation and award (decree 2-22-431).

    draft → file (sent to the committee, six days before) → published → session (opened by its committee, with its
    quorum; bids are opened in it and nothing of them is known before) → evaluated → awarded → approved (after the
    standstill, within the validity of the offers); or infructuous, or cancelled with its case.  Each step is an act,
    written to the journal.
    """

    _name = "gov.tender"
    _description = "Call for tenders"
    _inherit = ["gov.budget.stateful", "mail.thread", "gov.document.mixin"]
    _order = "id desc"
    _rec_names_search = ["number", "object"]
    _draft_states = ("draft",)
    _free_fields = frozenset(
        {
            "publication_ids",
            "question_ids",
            "candidate_ids",
            "rate_ids",
            "few_reason",
            "offer_ids",
            "bid_ids",
            "lot_ids",
            "committee_ids",
            "planned_session_at",
            "note",
            "complaint_ids",
            "clause_ids",
        }
    )
    _act_fields = frozenset(
        {
            "state",
            "number",
            "file_sent_on",
            "published_on",
            "convoked_on",
            "session_at",
            "deadline_at",
            "letters_sent_on",
            "guarantees_returned_on",
            "cancel_case",
            "consulted_on",
            "invited_on",
            "last_bid",
            "is_second_session",
            "opened_at",
            "closed_at",
            "stage",
            "evaluated_on",
            "awarded_on",
            "results_published_on",
            "approved_on",
            "approved_by_id",
            "validity_end",
            "infructuous_case",
            "end_reason",
            "prepared_by_id",
            "rectified",
        }
    )

    number = fields.Char(readonly=True, copy=False, index="trigram")
    object = fields.Char(required=True, index="trigram", translate=True)
    officer_id = fields.Many2one(
        "gov.budget.officer", "Authorising officer", required=True, index=True, ondelete="restrict", tracking=True
    )
    region_id = fields.Many2one(related="officer_id.region_id", store=True, index=True)
    unit_id = fields.Many2one("hr.department", "Unit in need", required=True, index=True, ondelete="restrict")
    plan_line_id = fields.Many2one(
        "gov.procurement.plan.line", "Line of the programme", index="btree_not_null", ondelete="restrict"
    )
    budget_line_id = fields.Many2one("gov.budget.line", "Budget line", index="btree_not_null", ondelete="restrict")
    procedure = fields.Selection(CALLS, required=True, default="open_national", tracking=True)
    justification = fields.Text(
        "Reasons of the procedure", help="Report of presentation (art. 156): why this procedure and no other."
    )
    certificate = fields.Char(
        "Administrative certificate",
        help="Number and day of the certificate: a national call over its threshold, a restricted call (art. 19, 20).",
    )
    law_case = fields.Selection(LAW_CASES, "Case of the law", help="Articles 88 and 89: the case that allows it.")
    proof = fields.Char("Proof of the case", help="Reference of the paper that proves it; its scan is added beside.")
    proof_ids = fields.Many2many("ir.attachment", "gov_tender_proof_rel", string="Papers of proof")
    proof_help = fields.Text("What proves it", compute="_compute_proof_help")
    source_tender_id = fields.Many2one(
        "gov.tender", "Infructuous call", copy=False, index="btree_not_null", ondelete="restrict",
        domain="[('state', '=', 'infructuous'), ('id', '!=', id)]", help="Article 88 a): under the same conditions.",
    )  # fmt: skip
    source_contract_id = fields.Many2one(
        "gov.contract", "Contract it follows", copy=False, index="btree_not_null", ondelete="restrict",
        help="The contract of the holder who failed (art. 88 b), or the one of the additional works (art. 89).",
    )  # fmt: skip
    programme = fields.Text("Programme of the competition")
    prize_amount = fields.Monetary("Prizes of the competition")
    price_form = fields.Selection(
        [("amount", "Prices"), ("percentage", "Rebate or increase, in %")],
        "Offers given as",
        required=True,
        default="amount",
        help="Guarding, cleaning and green spaces are always by increase (art. 20-3).",
    )
    is_percentage = fields.Boolean(compute="_compute_is_percentage")
    max_lots = fields.Integer(
        "Most lots for one bidder",
        aggregator=None,
        help="Zero: no limit. Lots are awarded in their order; a bidder who has this number is passed over.",
    )
    nature_id = fields.Many2one("gov.procurement.nature", "Nature", required=True, index=True, ondelete="restrict")
    kind = fields.Selection(related="nature_id.kind", store=True)
    is_increase = fields.Boolean(related="nature_id.is_increase")
    form = fields.Selection(
        [
            ("ordinary", "Ordinary"),
            ("framework", "Framework"),
            ("renewable", "Renewable"),
            ("tranches", "Firm and conditional tranches"),
        ],
        required=True,
        default="ordinary",
    )
    duration_years = fields.Integer(
        "Duration with renewals (years)",
        aggregator=None,
        help="Framework and renewable contracts (art. 7 and 8); zero: the longest that the nature allows.",
    )
    lot_ids = fields.One2many("gov.tender.lot", "tender_id", "Lots", copy=True)
    place = fields.Char("Place of execution", required=True)
    delivery_days = fields.Integer("Delay of execution (days)", required=True, default=90, aggregator=None)
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    estimate = fields.Monetary("Estimate, all taxes included", compute="_compute_estimate", store=True)
    estimate_untaxed = fields.Monetary("Estimate before tax", compute="_compute_estimate", store=True)
    provisional_guarantee = fields.Monetary("Provisional guarantee", compute="_compute_estimate", store=True)
    reservation = fields.Selection(
        [
            ("small", "Small firms"),
            ("cooperative", "Cooperatives and unions"),
            ("auto_entrepreneur", "Auto-entrepreneurs"),
        ],
        "Reserved for",
    )
    national_preference = fields.Boolean("National preference", help="International calls: article 147.")
    # studies
    technical_threshold = fields.Float("Technical threshold", default=70, aggregator=None)
    financial_weight = fields.Float("Share of the financial note", default=0.3, digits=(4, 2), aggregator=None)
    # calendar
    session_at = fields.Datetime("Session", readonly=True, copy=False, tracking=True)
    planned_session_at = fields.Datetime("Session planned at", copy=False)
    deadline_at = fields.Datetime(
        "Deadline for bids",
        readonly=True,
        copy=False,
        help="The hour of the session first fixed: a session put off because a member is absent takes no other bid.",
    )
    last_bid = fields.Integer("Last number of a bid", readonly=True, copy=False, aggregator=None)
    file_sent_on = fields.Date("File sent to the committee on", readonly=True, copy=False)
    published_on = fields.Date("Published on", readonly=True, copy=False)
    convoked_on = fields.Date("Committee convoked on", readonly=True, copy=False)
    rectified = fields.Integer("Rectifications", readonly=True, copy=False, aggregator=None)
    is_second_session = fields.Boolean("Second session", readonly=True, copy=False)
    opened_at = fields.Datetime("Opened at", readonly=True, copy=False)
    closed_at = fields.Datetime("Closed at", readonly=True, copy=False)
    letters_sent_on = fields.Date("Letters sent on", readonly=True, copy=False)
    guarantees_returned_on = fields.Date("Guarantees returned on", readonly=True, copy=False)
    consulted_on = fields.Date("Letters of consultation sent on", readonly=True, copy=False)
    invited_on = fields.Date("Invitations to bid sent on", readonly=True, copy=False)
    stage = fields.Selection(STAGES, "Session stage", readonly=True, copy=False, default="none")
    evaluated_on = fields.Date(readonly=True, copy=False)
    awarded_on = fields.Date(readonly=True, copy=False)
    results_published_on = fields.Date("Results published on", readonly=True, copy=False)
    standstill_end = fields.Date("Standstill until", compute="_compute_calendar")
    validity_end = fields.Date("Offers valid until", readonly=True, copy=False)
    approved_on = fields.Date(readonly=True, copy=False)
    approved_by_id = fields.Many2one(
        "res.users", "Approved by", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    prepared_by_id = fields.Many2one(
        "res.users", "Prepared by", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    # parts
    publication_ids = fields.One2many("gov.tender.publication", "tender_id", "Publications", copy=False)
    question_ids = fields.One2many("gov.tender.question", "tender_id", "Questions", copy=False)
    complaint_ids = fields.One2many("gov.tender.complaint", "tender_id", "Complaints", copy=False)
    committee_ids = fields.One2many("gov.tender.committee", "tender_id", "Committee", copy=False)
    candidate_ids = fields.One2many("gov.tender.candidate", "tender_id", "Candidates", copy=False)
    rate_ids = fields.One2many("gov.tender.rate", "tender_id", "Rates of currencies", copy=False)
    few_reason = fields.Text(
        "Why fewer than three are admitted",
        copy=False,
        help="Negotiation with publicity: three are admitted at least, unless fewer are fit (art. 88).",
    )
    bid_ids = fields.One2many("gov.tender.bid", "tender_id", "Bids", copy=False)
    offer_ids = fields.One2many("gov.tender.offer", "tender_id", "Offers", copy=False)
    bid_count = fields.Integer(compute="_compute_bid_count")
    contract_ids = fields.One2many("gov.contract", "tender_id", "Contracts", copy=False)
    clause_ids = fields.One2many("gov.tender.clause", "tender_id", "Clauses of the file", copy=True)
    quorum_text = fields.Text("Quorum", compute="_compute_quorum")
    has_quorum = fields.Boolean(compute="_compute_quorum")
    has_committee = fields.Boolean("Whole committee", compute="_compute_committee")
    committee_gap = fields.Text("Missing in the committee", compute="_compute_committee")
    infructuous_case = fields.Selection(INFRUCTUOUS, "Case of article 45", readonly=True, copy=False)
    cancel_case = fields.Selection(CANCEL_CASES, "Case of article 48", readonly=True, copy=False)
    end_reason = fields.Text("Reason", readonly=True, copy=False)
    note = fields.Text("Notes")
    state = fields.Selection(
        [
            ("draft", "Preparation"),
            ("file", "With the committee"),
            ("candidates", "Applications"),
            ("published", "Published"),
            ("session", "In session"),
            ("evaluated", "Evaluated"),
            ("awarded", "Awarded"),
            ("approved", "Approved"),
            ("infructuous", "Infructuous"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
    )

    _number_uniq = models.UniqueIndex("(number) WHERE number IS NOT NULL", "Two calls have the same number.")
    _weight_range = models.Constraint(
        "CHECK (financial_weight >= 0 AND financial_weight <= 1)", "A share is between 0 and 1."
    )
    _days_positive = models.Constraint("CHECK (delivery_days > 0)", "A delay is a positive number of days.")
    _limits_positive = models.Constraint(
        "CHECK (max_lots >= 0 AND prize_amount >= 0)", "A limit and an amount are not negative."
    )

    # ------------------------------------------------------------------ computes
    def _compute_currency_id(self):
        self.currency_id = self.env.company.currency_id

    @api.depends("lot_ids.estimate", "lot_ids.estimate_untaxed", "lot_ids.provisional_guarantee")
    def _compute_estimate(self):
        for tender in self:
            tender.estimate = sum(tender.lot_ids.mapped("estimate"))
            tender.estimate_untaxed = sum(tender.lot_ids.mapped("estimate_untaxed"))
            tender.provisional_guarantee = sum(tender.lot_ids.mapped("provisional_guarantee"))

    @api.depends("closed_at", "complaint_ids.is_late", "complaint_ids.ground")
    def _compute_calendar(self):
        for tender in self:
            day = tender.closed_at and fields.Date.context_today(tender, tender.closed_at)
            tender.standstill_end = False
            if day:
                days = tender._gov_limit("procurement.step.standstill", day)
                if tender.complaint_ids.filtered(lambda one: one.ground == "elimination" and not one.is_late):
                    days += tender._gov_limit("procurement.standstill.complaint", day)
                tender.standstill_end = day + timedelta(int(days))

    @api.depends("bid_ids")
    def _compute_bid_count(self):
        for tender in self:
            tender.bid_count = len(tender.bid_ids)

    @api.depends(
        "committee_ids.role", "committee_ids.is_present", "committee_ids.declaration", "committee_ids.is_concerned",
        "committee_ids.is_replaced",
        "estimate_untaxed", "is_second_session",
    )  # fmt: skip
    @api.depends_context("lang")
    def _compute_quorum(self):
        roles = dict(self.env["gov.tender.committee"]._fields["role"]._description_selection(self.env))
        roles["concerned_service"] = self.env._("a representative of the service concerned")
        for tender in self:
            holds, reasons = tender._gov_quorum()
            people = {member.id: member.name for member in tender.committee_ids}
            words = {
                "composition": self.env._("missing: %s"),
                "absent": self.env._("absent: %s"),
                "undeclared": self.env._("has not declared on conflicts of interest: %s"),
                "conflict": self.env._("in conflict of interest, must leave: %s"),
            }
            tender.has_quorum = holds
            tender.quorum_text = (
                self.env._("The committee may sit.")
                if holds
                else "\n".join(words[code] % people.get(who, roles.get(who, who)) for code, who in reasons)
            )

    @api.depends("committee_ids.role", "committee_ids.is_concerned", "committee_ids.is_replaced", "estimate_untaxed")
    @api.depends_context("lang")
    def _compute_committee(self):
        roles = dict(self.env["gov.tender.committee"]._fields["role"]._description_selection(self.env))
        roles["concerned_service"] = self.env._("a representative of the service concerned")
        threshold = self._gov_limit("procurement.committee.finance_threshold", fields.Date.context_today(self))
        for tender in self:
            members = [
                committees.Member(member.id, member.role, member.is_concerned)
                for member in tender.committee_ids
                if not member.is_replaced
            ]
            lacks = committees.missing_roles(members, tender.estimate_untaxed, threshold)
            tender.has_committee = not lacks
            tender.committee_gap = "\n".join(
                self.env._("%(role)s: %(number)s missing", role=roles[role], number=number) for role, number in lacks
            )

    def _gov_quorum(self):
        self.ensure_one()
        members = [
            committees.Member(
                member.id,
                member.role,
                member.is_concerned,
                member.is_present,
                bool(member.declaration),
                member.declaration == "conflict",
            )
            for member in self.committee_ids
            if not member.is_replaced
        ]
        threshold = self._gov_limit("procurement.committee.finance_threshold", fields.Date.context_today(self))
        return committees.quorum(members, self.estimate_untaxed, threshold, self.is_second_session)

    def _gov_limit(self, code, day):
        return self.env["gov.parameter"].sudo().get_value(code, day)  # sudo: a figure of law

    @api.depends("number", "object")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for tender in self:
            tender.display_name = " · ".join(filter(None, (tender.number, tender.object)))

    @api.constrains("financial_weight", "kind")
    def _check_studies(self):
        for tender in self:
            if tender.kind != "studies":
                continue
            day = fields.Date.context_today(tender)
            low = tender._gov_limit("procurement.studies.weight_min", day)
            high = tender._gov_limit("procurement.studies.weight_max", day)
            if not low <= round(tender.financial_weight, 4) <= high:
                raise ValidationError(
                    self.env._(
                        "The share of the financial note is between %(low)s and %(high)s (art. 144).",
                        low=low,
                        high=high,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        tenders = super().create(vals_list)
        tenders._gov_write({"prepared_by_id": self.env.uid})
        for tender in tenders:
            if not tender.clause_ids:
                tender._gov_copy_clauses()
        return tenders

    def write(self, vals):
        if not HOT.isdisjoint(vals):
            return self._gov_write_parts(vals)
        return super().write(vals)

    @short_transaction
    def _gov_write_parts(self, vals):
        """Write what a form of the call holds of bids, offers, members and rates: all of it, or nothing, in one short
        act."""
        return super().write(vals)

    def _gov_copy_clauses(self):
        """Put the clauses of the templates that apply into the file, in Arabic and in French."""
        templates = self.env["gov.tender.clause.template"].search(
            ["|", ("kind", "=", False), ("kind", "=", self.kind)], order="sequence, id"
        )
        self.env["gov.tender.clause"].create(
            [
                {
                    "tender_id": self.id,
                    "name": template.name,
                    "part": template.part,
                    "text_ar": template.text_ar,
                    "text_fr": template.text_fr,
                    "sequence": template.sequence,
                }
                for template in templates
            ]
        )

    # ------------------------------------------------------------------ preparation and publication
    def _gov_check_officer(self):
        self.check_access("read")
        self._gov_check_role(
            ("procurement_officer",), self.env._("A procurement officer does this step of a call for tenders.")
        )

    @short_transaction
    def action_send_file(self):
        """Send the file to the committee: numbered; its members have six days to remark (art. 22)."""
        self._gov_check_officer()
        self._gov_take("draft", "file")
        today = fields.Date.context_today(self)
        for tender in self:
            if not tender.lot_ids or any(lot.estimate <= 0 for lot in tender.lot_ids):
                raise UserError(
                    self.env._("Each lot has its estimate, all taxes included, before the file is sent (art. 6).")
                )
            tender._gov_check_procedure()
            if not tender.has_committee:
                raise UserError(self.env._("The committee is not whole: %(missing)s", missing=tender.committee_gap))
            number = self.env["gov.counter"]._take("tender", today.year)
            tender._gov_write({"number": f"{number:02d}/{tender.officer_id.code}/{today.year}", "file_sent_on": today})
        self._gov_log("send_file")
        return True

    @short_transaction
    def action_publish(self):
        """Publish the notice: portal and newspapers, the legal time before the session (art. 23); or send the letters
        of consultation, the same day to all (art. 20); or call for applications (pre-selection, competition)."""
        self._gov_check_officer()
        first = self.filtered(lambda one: one.procedure in TWO_STAGES)
        for tenders, target in ((first, "candidates"), (self - first, "published")):
            if tenders:
                tenders._gov_take("file", target)
        today = fields.Date.context_today(self)
        for tender in self:
            last = tender._gov_check_publications()
            session = tender.planned_session_at
            if not session:
                raise UserError(self.env._("Give the day and hour of the session."))
            wait = int(tender._gov_limit("procurement.committee.remark_days", today))
            if (last - tender.file_sent_on).days < wait:
                raise UserError(
                    self.env._(
                        "The committee has %(days)s days to remark on the file, from %(day)s: publish later.",
                        days=wait,
                        day=format_date(self.env, tender.file_sent_on),
                    )
                )
            tender._gov_check_source(today)
            tender._gov_check_delay(last, session)
            if tender.procedure in CONSULTED:
                tender._gov_consult(today)
            tender._gov_write({"published_on": last, "session_at": session, "deadline_at": session})
        self._gov_log("publish", lambda one: {"on": str(one.published_on), "session": str(one.session_at)})
        return True

    def _gov_check_publications(self):
        """Check the supports of the publication; return the day of the last one."""
        self.ensure_one()
        if self.procedure in CONSULTED:
            # nothing is published: letters leave today, to all
            return fields.Date.context_today(self)
        if not self.publication_ids:
            raise UserError(
                self.env._("Record where the notice was published: portal and newspapers, with their proofs.")
            )
        papers = self.publication_ids.filtered(lambda one: one.support == "newspaper")
        needed = int(self._gov_limit(f"procurement.newspapers.{self.procedure}", fields.Date.context_today(self)))
        if not self.publication_ids.filtered(lambda one: one.support == "portal") or len(papers) < needed:
            raise UserError(
                self.env._(
                    "The notice is published on the portal and in %(number)s newspaper(s) at least (art. 23).",
                    number=needed,
                )
            )
        if needed >= 2 and not papers.filtered(lambda one: one.lang == "ar"):
            raise UserError(self.env._("One newspaper at least is in Arabic (art. 23)."))
        return max(self.publication_ids.mapped("date"))

    def _gov_check_delay(self, last, session):
        if self.procedure == "negotiated":
            return
        code = "candidates" if self.state == "candidates" else f"publication.{self.procedure}"
        days = int(self._gov_limit(f"procurement.step.{code}", last))
        first = last + timedelta(days + 1)
        if fields.Date.context_today(self, session) < first:
            raise UserError(
                self.env._(
                    "%(days)s clear days separate the last publication from the session: not before %(day)s.",
                    days=days,
                    day=format_date(self.env, first),
                )
            )

    @short_transaction
    def action_rectify(self, session_at, reason):
        """Publish a rectifying notice with a new session, once (art. 22): ten days at least after it."""
        self._gov_check_officer()
        reason = self._gov_check_reason(reason)
        self._gov_take("published", "published")
        today = fields.Date.context_today(self)
        session = fields.Datetime.to_datetime(session_at)
        for tender in self:
            if tender.rectified:
                raise UserError(self.env._("The session was put off by a rectification already: only once (art. 22)."))
            before = int(tender._gov_limit("procurement.rectification.before_days", today))
            if (fields.Date.context_today(self, tender.session_at) - today).days < before:
                raise UserError(
                    self.env._(
                        "The file changes %(days)s days at least before the session (art. 22): it is too late.",
                        days=before,
                    )
                )
            days = int(tender._gov_limit("procurement.rectification.days", today))
            if not session or (fields.Date.context_today(self, session) - today).days < days:
                raise UserError(self.env._("A rectifying notice leaves %(days)s days at least.", days=days))
            if session <= tender.session_at:
                raise UserError(self.env._("A rectifying notice puts the session off: choose a later hour."))
            tender._gov_write({"session_at": session, "deadline_at": session, "rectified": 1, "convoked_on": False})
        self._gov_log("rectify", lambda one: {"reason": reason, "session": str(one.session_at)})
        return True

    @short_transaction
    def action_convoke(self):
        """Convoke the members of the committee, seven days at least before the session (art. 38)."""
        self._gov_check_officer()
        self._gov_keep_state(("published", "candidates"))
        today = fields.Date.context_today(self)
        for tender in self:
            days = int(tender._gov_limit("procurement.convocation.days", today))
            if (fields.Date.context_today(self, tender.session_at) - today).days < days:
                raise UserError(
                    self.env._("Members are convoked %(days)s days at least before the session (art. 38).", days=days)
                )
            seats = tender.committee_ids.filtered(lambda one: not one.is_replaced)
            seats._gov_write({"convoked_on": today})
            partners = seats.user_id.partner_id
            tender.sudo().message_post(  # sudo: the convocation is a message of the file
                body=self.env._(
                    "Convocation: the committee sits on %(moment)s.",
                    moment=format_datetime(self.env, tender.session_at),
                ),
                partner_ids=partners.ids,
            )
        self._gov_write({"convoked_on": today})
        self._gov_log("convoke")
        return True

    # ------------------------------------------------------------------ session
    @short_transaction
    def action_open_session(self):
        """Open the session: at its hour, with its quorum; from now on bids are opened (art. 38 and 39)."""
        self._gov_check_officer()
        self._gov_take("published", "session")
        now = fields.Datetime.now()
        for tender in self:
            if now < tender.session_at:
                raise UserError(
                    self.env._(
                        "The session is on %(moment)s: bids stay closed until then.",
                        moment=format_datetime(self.env, tender.session_at),
                    )
                )
            if not tender.convoked_on:
                raise UserError(
                    self.env._("Convoke the committee first: its members were not told of the session (art. 38).")
                )
            tender._gov_check_quorum()
            if not tender.bid_ids.filtered(lambda bid: bid.state == "registered"):
                raise UserError(self.env._("No bid was received in time: declare the call infructuous (art. 45 a)."))
        self._gov_write({"opened_at": now, "stage": "administrative"})
        self._gov_log(
            "open_session",
            lambda one: {"present": one.committee_ids.filtered("is_present").ids, "bids": len(one.bid_ids)},
        )
        self._gov_log_opening()
        return True

    def _gov_log_opening(self):
        """Write the steps of the opening one by one, in the order of article 39: the written estimate is given to the
        members, the references of publication are read, the envelopes that came in time are opened by their number,
        those that came late are noted and stay closed."""
        rows = []
        for tender in self:
            lots = {str(lot.number): str(round(lot.estimate, 2)) for lot in tender.lot_ids}
            rows.append((tender, "give_estimate", {"estimate": str(round(tender.estimate, 2)), "lots": lots}))
            rows.append((tender, "read_publications", {"references": tender.publication_ids.mapped("reference")}))
            for bid in tender.bid_ids.sorted("number"):
                act = {"registered": "open_envelope", "late": "late_envelope"}.get(bid.state)
                if act:
                    rows.append((tender, act, {"bid": bid.id, "number": bid.number}))
        self.env["gov.journal.entry"]._record_many(rows)

    def _gov_lock_session(self, stage=None):
        """Hold the session as it is until the end of the transaction, or refuse: what is typed at the moment when the
        session ends, or when a member leaves, waits for it and is then refused."""
        self.flush_recordset()
        held = self.env.execute_query(
            SQL(
                "SELECT id FROM gov_tender WHERE id IN %s AND state = 'session' AND stage IN %s ORDER BY id FOR SHARE",
                tuple(self.ids) or (0,),
                (stage,) if stage else ("administrative", "financial"),
            )
        )
        for tender in self - self.browse(row[0] for row in held):
            raise UserError(
                self.env._("Bids are opened in session only: %(tender)s is not there.", tender=tender.display_name)
            )
        self.committee_ids.invalidate_recordset(["is_present", "declaration", "is_replaced"])
        self._gov_check_quorum()

    def _gov_check_quorum(self):
        """Refuse an act of the session without its quorum (art. 38)."""
        for tender in self:
            if not tender._gov_quorum()[0]:
                raise UserError(self.env._("The committee cannot sit. %(reasons)s", reasons=tender.quorum_text))

    @short_transaction
    def action_postpone_session(self):
        """Put the session off by 48 hours because a member is absent; the second one sits with those present (art.
        38)."""
        self._gov_check_officer()
        self._gov_keep_state(("published", "candidates"))
        for tender in self:
            if tender.is_second_session:
                raise UserError(self.env._("The session was put off already: the second one sits with those present."))
            if fields.Datetime.now() < tender.session_at:
                raise UserError(self.env._("Absence is noted at the hour of the session, not before."))
            if tender._gov_quorum()[0]:
                raise UserError(self.env._("The committee is whole: it sits."))
            hours = int(tender._gov_limit("procurement.session.postpone_hours", fields.Date.context_today(self)))
            moment = tender.session_at + timedelta(hours=hours)
            # the same hour of the next working day when it falls on a holiday (art. 39-1)
            while not self.env["gov.public.holiday"]._is_working_day(fields.Date.context_today(self, moment)):
                moment += timedelta(days=1)
            tender._gov_write({"session_at": moment, "is_second_session": True})
        self._gov_log("postpone", lambda one: {"session": str(one.session_at)})
        return True

    @short_transaction
    def action_close_administrative(self):
        """Close the list of admitted bidders: financial envelopes are opened next (art. 39 to 41)."""
        self._gov_check_officer()
        self._gov_take("session", "session")
        for tender in self:
            if tender.stage != "administrative":
                raise UserError(self.env._("The administrative files were examined already."))
            tender._gov_check_quorum()
            waiting = tender.bid_ids.filtered(lambda bid: bid.state == "registered")
            if waiting:
                raise UserError(
                    self.env._(
                        "Admit or reject each bidder first: %(bidders)s.",
                        bidders=", ".join(waiting.mapped("partner_id.display_name")),
                    )
                )
            if not tender.bid_ids.filtered(lambda bid: bid.state == "admitted"):
                raise UserError(self.env._("Nobody was admitted: declare the call infructuous (art. 45 b)."))
            tender._gov_check_admitted()
        self._gov_write({"stage": "financial"})
        self._gov_admitted().offer_ids._gov_make_lines()
        self._gov_log("close_administrative", lambda one: {"admitted": one._gov_admitted().ids})
        return True

    def _gov_admitted(self):
        return self.bid_ids.filtered(lambda bid: bid.state == "admitted")

    # ------------------------------------------------------------------ evaluation
    def _gov_bands(self, day):
        """Return the bands around the estimate in force on the day of the session."""
        return {
            kind: (
                Decimal(str(self._gov_limit(f"procurement.band.{kind}.low", day))),
                Decimal(str(self._gov_limit(f"procurement.band.{kind}.high", day))),
            )
            for kind in evaluation.BANDS
        }

    def _gov_evaluate_lot(self, lot, day):
        """Return the ``Evaluation`` of a lot: the arithmetic is that of tools/evaluation.py."""
        self.ensure_one()
        offers = [
            Offer(
                offer.id,
                Decimal(str(round(offer.percentage, 4) if self.is_percentage else round(offer.amount, 2))),
                offer.bid_id.partner_id.gov_supplier_kind in PREFERRED,
                offer.bid_id._gov_is_preferred(day),
                Decimal(str(round(offer.technical_note, 2))) if self.kind == "studies" else None,
            )
            for offer in lot.offer_ids
            if offer.bid_id.state == "admitted" and not offer.discard_reason
        ]
        if self.procedure in NEGOTIATED and not self.is_percentage:
            return evaluation.rank_negotiated(offers)
        if self.is_increase:
            return evaluation.rank_increases([(one.id, one.amount) for one in offers])
        options = {
            "bands": self._gov_bands(day),
            "national_preference": self.national_preference and self.procedure == "open_international",
            "preference_rate": Decimal(str(self._gov_limit("procurement.preference.rate", day))),
        }
        estimate = Decimal(str(round(lot.estimate, 2)))
        if self.kind == "studies":
            return evaluation.rank_studies(
                estimate,
                offers,
                Decimal(str(round(self.financial_weight, 4))),
                Decimal(str(round(self.technical_threshold, 2))),
                limits=(
                    Decimal(str(self._gov_limit("procurement.studies.weight_min", day))),
                    Decimal(str(self._gov_limit("procurement.studies.weight_max", day))),
                ),
                **options,
            )
        rank = evaluation.rank_percentages if self.is_percentage else evaluation.rank_offers
        return rank(estimate, offers, self.kind, **options)

    @around_act
    def action_evaluate(self):
        """Evaluate the offers of each lot as articles 43 and 44 say, close the session, and make the minutes (M8)."""
        self._gov_evaluate()
        self._gov_issue_for("tender_minutes")
        return True

    @short_transaction
    def _gov_evaluate(self):
        self._gov_check_officer()
        self._gov_take("session", "evaluated")
        now, today = fields.Datetime.now(), fields.Date.context_today(self)
        for tender in self:
            if tender.stage != "financial":
                raise UserError(self.env._("Open the financial offers first: close the list of admitted bidders."))
            tender._gov_check_quorum()
            day = fields.Date.context_today(self, tender.session_at)
            for lot in tender.lot_ids:
                offers = lot.offer_ids.filtered(lambda one: one.bid_id.state == "admitted" and not one.discard_reason)
                empty = offers.filtered(
                    lambda one: not (one.percentage if one.is_percentage else one.amount)
                    or any(not line.unit_price for line in one.line_ids)
                )
                if empty:
                    raise UserError(
                        self.env._(
                            "Lot %(lot)s: type the amount of %(bidders)s, or say why the offer is set aside.",
                            lot=lot.number,
                            bidders=", ".join(empty.bid_id.partner_id.mapped("display_name")),
                        )
                    )
                lot._gov_keep_result(tender._gov_evaluate_lot(lot, day))
                offers._gov_check_prices(day)
        self._gov_write({"evaluated_on": today, "closed_at": now, "stage": "closed"})
        self._gov_log("evaluate", lambda one: {"lots": one.lot_ids._gov_facts()})
        return True

    @short_transaction
    def action_publish_results(self):
        """Publish the extract of the minutes on the portal and post it at the premises, within 24 hours (art. 46)."""
        self._gov_check_officer()
        self._gov_keep_state(("evaluated", "awarded"))
        if self.filtered("results_published_on"):
            raise UserError(self.env._("The extract of the minutes was published already."))
        self._gov_write({"results_published_on": fields.Date.context_today(self)})
        self._gov_log("publish_results", lambda one: {"on": str(one.results_published_on)})
        return True

    @short_transaction
    def action_award(self):
        """Award each lot to the bidder ranked first whose documents are complete (art. 43), and publish the
        results."""
        self._gov_check_officer()
        self._gov_take("evaluated", "awarded")
        today = fields.Date.context_today(self)
        for tender in self:
            for lot in tender.lot_ids.sorted("number"):
                lot._gov_award()
            if not tender.lot_ids.filtered("winner_offer_id"):
                raise UserError(self.env._("No lot can be awarded: declare the call infructuous."))
            validity = int(tender._gov_limit("procurement.validity.days", today))
            opened = fields.Date.context_today(self, tender.opened_at)
            tender._gov_write({"validity_end": opened + timedelta(validity)})
        self._gov_write({"awarded_on": today})
        self.filtered(lambda one: not one.results_published_on)._gov_write({"results_published_on": today})
        self._gov_log("award", lambda one: {"lots": one.lot_ids._gov_facts()})
        return True

    def action_letters(self):
        """Make the letters to the winners and to the others, with the reasons (art. 47)."""
        self._gov_check_officer()
        for tender in self:
            if tender.state not in ("awarded", "approved", "infructuous"):
                raise UserError(self.env._("Letters follow the award."))
        bids = self.bid_ids.filtered(lambda bid: bid.state not in ("late", "withdrawn") and not bid.document_ids)
        self._gov_note_letters()
        self._gov_issue_for("tender_letter", bids)
        return True

    @short_transaction
    def _gov_note_letters(self):
        """Note the day of the letters, once; who is told why he was set aside may complain from that day on."""
        fresh = self.filtered(lambda one: not one.letters_sent_on)
        fresh._gov_write({"letters_sent_on": fields.Date.context_today(self)})
        fresh._gov_log("letters")

    @short_transaction
    def action_return_guarantees(self):
        """Return the provisional guarantees of those who were not chosen, within 48 hours of the letters (art. 47);
        those of the winners wait for the definitive ones."""
        self._gov_check_officer()
        today = fields.Date.context_today(self)
        for tender in self:
            if not tender.letters_sent_on:
                raise UserError(self.env._("Send the letters first: guarantees are returned after them."))
            if tender.guarantees_returned_on:
                raise UserError(self.env._("The guarantees were returned already."))
        self._gov_keep_state(("awarded", "approved", "infructuous"))
        winners = self.lot_ids.winner_offer_id.bid_id
        back = (self.bid_ids - winners).filtered(lambda bid: bid.state != "withdrawn")
        back._gov_write({"guarantee_returned_on": today})
        self._gov_write({"guarantees_returned_on": today})
        self._gov_log("return_guarantees", lambda one: {"bids": (one.bid_ids & back).ids})
        return True

    def _gov_keep_state(self, states):
        """Hold the records in the state they are in: the first statement of an act that leaves the state as it is."""
        for state in states:
            here = self.filtered(lambda one, state=state: one.state == state)
            if here:
                here._gov_take(state, state)
        wrong = self.filtered(lambda one: one.state not in states)
        if wrong:
            wrong._gov_take(states, states[0])

    @short_transaction
    def action_extend_validity(self, days, consent):
        """Lengthen the validity of the offers, with the written consent of the winners (art. 36).

        :param days: days added
        :param consent: reference of the consent
        """
        self._gov_check_officer()
        consent = self._gov_check_reason(consent)
        self._gov_take("awarded", "awarded")
        if not isinstance(days, int) or days <= 0:
            raise UserError(self.env._("Give a number of days greater than zero."))
        for tender in self:
            tender._gov_write({"validity_end": tender.validity_end + timedelta(days)})
        self._gov_log("extend_validity", lambda one: {"until": str(one.validity_end), "consent": consent})
        return True

    @short_transaction
    def action_approve(self, comment=None):
        """Approve the award: the authorising officer, after the standstill and within the validity; makes the
        contracts."""
        self._gov_check_role(
            ("authorising_officer",), self.env._("The authorising officer approves the contracts of a call.")
        )
        self.check_access("read")
        self._gov_take("awarded", "approved")
        today = fields.Date.context_today(self)
        for tender in self:
            if self.env.user == tender.prepared_by_id:
                raise AccessError(self.env._("You prepared this call: another authorising officer approves it."))
            if today <= tender.standstill_end:
                raise UserError(
                    self.env._(
                        "The standstill runs until %(day)s: approve from the day after (art. 142).",
                        day=format_date(self.env, tender.standstill_end),
                    )
                )
            if tender.complaint_ids.filtered(lambda one: one.state == "open"):
                raise UserError(self.env._("A complaint waits for its answer: it comes before the approval."))
            suspended = [day for day in tender.complaint_ids.mapped("suspended_until") if day and day >= today]
            if suspended:
                raise UserError(
                    self.env._(
                        "The procedure is suspended until %(day)s by a complaint (art. 163).",
                        day=format_date(self.env, max(suspended)),
                    )
                )
            if today > tender.validity_end:
                raise UserError(
                    self.env._(
                        "The offers were valid until %(day)s: ask the winners for an extension, or cancel (art. "
                        "36, 143).",
                        day=format_date(self.env, tender.validity_end),
                    )
                )
            tender._gov_make_contracts()
        self._gov_write({"approved_on": today, "approved_by_id": self.env.uid})
        self._gov_log("approve", lambda one: {"comment": comment or "", "contracts": one.contract_ids.ids})
        return True

    @short_transaction
    def action_declare_infructuous(self, case, reason=None):
        """Declare the call infructuous, with its case of article 45.

        :param case: one of no_bid, no_admitted, no_valid, no_retained, no_document, other
        """
        self._gov_check_officer()
        if case not in dict(INFRUCTUOUS):
            raise UserError(self.env._("Choose the case of article 45."))
        if case == "other":
            reason = self._gov_check_reason(reason)
        self._gov_take(("candidates", "published", "session", "evaluated"), "infructuous")
        for tender in self:
            if not tender._gov_shows(case):
                raise UserError(
                    self.env._("The file does not show this case: look at the bids and choose another one.")
                )
        today = fields.Date.context_today(self)
        self._gov_write(
            {
                "infructuous_case": case,
                "end_reason": reason or False,
                "stage": "closed",
                "closed_at": fields.Datetime.now(),
                "results_published_on": today,
            }
        )
        self._gov_log("infructuous", lambda one: {"case": case, "reason": reason or ""})
        return True

    def _gov_shows(self, case):
        """Tell whether the file shows a case of article 45."""
        self.ensure_one()
        passed = bool(self.session_at and fields.Datetime.now() >= (self.deadline_at or self.session_at))
        in_time = self.bid_ids.filtered(lambda bid: bid.state not in ("late", "withdrawn"))
        candidates = self.candidate_ids.filtered(lambda one: one.state in ("registered", "admitted", "refused"))
        admitted = self._gov_admitted()
        offers = admitted.offer_ids
        if case == "no_bid":
            came = candidates if self.procedure in TWO_STAGES and not self.invited_on else in_time
            return passed and not came
        if case == "no_admitted":
            if self.procedure in TWO_STAGES and not self.invited_on:
                return bool(candidates) and all(one.state == "refused" for one in candidates)
            return bool(in_time) and all(bid.state == "rejected" for bid in in_time)
        if case == "no_valid":
            return bool(offers) and all(offer.discard_reason for offer in offers)
        evaluated = bool(self.evaluated_on)
        ranked = offers.filtered("rank")
        if case == "no_retained":
            return evaluated and not ranked and not all(offer.discard_reason for offer in offers)
        if case == "no_document":
            return evaluated and bool(ranked) and all(bid.documents_state == "refused" for bid in ranked.bid_id)
        return passed

    @short_transaction
    def action_cancel(self, reason=None, case=None):
        """Cancel the call, by the authorising officer, with its case and its reason (art. 48).

        :param case: one of ``CANCEL_CASES``; a call that nobody has seen yet is given up without one
        """
        self._gov_check_role(
            ("authorising_officer",), self.env._("The authorising officer cancels a call for tenders (art. 48).")
        )
        self.check_access("read")
        reason = self._gov_check_reason(reason)
        if case and case not in dict(CANCEL_CASES):
            raise UserError(self.env._("Choose the case of article 48."))
        self._gov_take(("draft", "file", "candidates", "published", "session", "evaluated", "awarded"), "cancelled")
        for tender in self:
            if case and not tender._gov_shows_cancel(case):
                raise UserError(
                    self.env._("The file does not show this case of article 48: choose the one that it shows.")
                )
        self._gov_write({"end_reason": reason, "cancel_case": case, "stage": "closed"})
        self._gov_log("cancel", lambda one: {"reason": reason, "case": case or ""})
        return True

    def _gov_shows_cancel(self, case):
        """Tell whether the file shows a case of article 48, for those it can show."""
        self.ensure_one()
        today = fields.Date.context_today(self)
        if case == "credits":
            best = sum(min((offer.amount for offer in lot.offer_ids if offer.rank), default=0) for lot in self.lot_ids)
            # sudo: what is left on the line, whoever cancels
            return bool(best) and best > self.budget_line_id.sudo().available
        if case == "complaint":
            return bool(self.complaint_ids.filtered(lambda one: one.state == "accepted"))
        if case in ("no_extension", "late_approval"):
            return bool(self.validity_end) and today > self.validity_end
        return True
