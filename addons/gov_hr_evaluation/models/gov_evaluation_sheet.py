from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.gov_base.tools.search import search_when

STATES = [
    ("self", "Self-assessment"),
    ("head", "With the head"),
    ("harmonisation", "Harmonisation"),
    ("notified", "Notified"),
    ("appeal", "Reply under study"),
    ("final", "Final"),
    ("cancelled", "Cancelled"),
]
HR_READERS = "hr.group_hr_user,gov_base.group_auditor"
NOTIFIED = ("notified", "appeal", "final")


class GovEvaluationSheet(models.Model):
    """The evaluation of one employee for one year, from the self-assessment to the final mark.

    self (the person assesses himself) → head (his direct head marks and holds the interview) → harmonisation (heads
    above and HR compare and adjust) → notified (document, right of reply) → appeal (a reply is studied) → final
    (frozen; the mark goes to the record of marks).  The sheet holds no mark: marks are on the assessments, which each
    reader sees according to his place (``gov.evaluation.assessment``).

    Read by: the person, the head who evaluates and his interim, the heads above, HR of the region, auditors.  Written
    by acts alone.  Nobody acts on a sheet of his own, nor on that of somebody he stands in for.
    """

    _name = "gov.evaluation.sheet"
    _description = "Evaluation sheet"
    _inherit = ["gov.evaluation.guarded", "mail.thread", "mail.activity.mixin", "gov.document.mixin"]
    _order = "campaign_id desc, department_id, employee_id, id"
    _rec_name = "employee_id"
    _rec_names_search = ["employee_id.name", "employee_id.name_ar"]

    # what and whom
    campaign_id = fields.Many2one(
        "gov.evaluation.campaign", required=True, readonly=True, index=True, ondelete="restrict"
    )
    year = fields.Integer(related="campaign_id.year", store=True, index=True, aggregator=None)
    campaign_state = fields.Selection(related="campaign_id.state", string="Stage of the campaign")
    employee_id = fields.Many2one("hr.employee", required=True, readonly=True, index=True, ondelete="restrict")
    state = fields.Selection(STATES, required=True, readonly=True, default="self", index=True)
    # where, kept with the sheet: the unit, grade and head of the year evaluated
    department_id = fields.Many2one("hr.department", "Unit", readonly=True, index=True, ondelete="restrict")
    region_id = fields.Many2one("gov.region", readonly=True, index=True, ondelete="restrict")
    grade_id = fields.Many2one("gov.grade", readonly=True, index="btree_not_null", ondelete="restrict")
    sex = fields.Selection([("female", "Women"), ("male", "Men")], readonly=True, groups=HR_READERS)
    evaluator_id = fields.Many2one(
        "hr.employee",
        "Evaluated by",
        readonly=True,
        index=True,
        ondelete="restrict",
        help="The direct head; whoever stands in for him during an absence marks in his place.",
    )
    evaluator_unit_id = fields.Many2one(
        "hr.department", "Unit of the head", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    is_evaluator_chosen = fields.Boolean("Head chosen by HR", readonly=True)
    is_evaluator_silent = fields.Boolean(
        "Head without a login",
        compute="_compute_is_evaluator_silent",
        search="_search_is_evaluator_silent",
        help="Nobody can mark until he has a login, an interim, or another head is chosen.",
    )
    # steps
    self_submitted_on = fields.Datetime("Self-assessment given on", readonly=True)
    marked_on = fields.Datetime("Marked on", readonly=True)
    marked_by_id = fields.Many2one(
        "res.users", "Marked by", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    is_adjusted = fields.Boolean("Adjusted", readonly=True, groups=HR_READERS)
    notified_on = fields.Datetime("Notified on", readonly=True)
    read_on = fields.Datetime("Read by the person on", readonly=True)
    appeal_until = fields.Date("Reply until", readonly=True, help="Last day of the right of reply, itself included.")
    finalised_on = fields.Datetime("Final since", readonly=True)
    cancel_reason = fields.Char("Reason of the cancellation", readonly=True)
    # reply
    reply_text = fields.Text("Reply of the person", readonly=True)
    replied_on = fields.Datetime("Replied on", readonly=True)
    decision = fields.Selection([("kept", "Mark kept"), ("changed", "Mark changed")], readonly=True)
    decision_reason = fields.Text("Reason of the decision", readonly=True)
    decided_on = fields.Datetime("Decided on", readonly=True)
    decided_by_id = fields.Many2one(
        "res.users", "Decided by", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    is_cap_informed = fields.Boolean("Joint committee (CAP) informed", readonly=True)
    # documents
    document_id = fields.Many2one(
        "gov.document", "Rating sheet", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    document_number = fields.Char(related="document_id.number", string="Number of the rating sheet")
    has_document = fields.Boolean(compute="_compute_has_document", export_string_translation=False)
    # interview
    interview_id = fields.Many2one(
        "gov.evaluation.interview", "Interview", readonly=True, index="btree_not_null", ondelete="set null"
    )
    interview_state = fields.Selection(related="interview_id.state", string="Interview record")
    last_interview_on = fields.Date("Last interview", readonly=True)
    interview_due_on = fields.Date(
        "Interview due on", readonly=True, index=True, help="At the latest, two years after the last one."
    )
    is_interview_missing = fields.Boolean(
        "Interview to hold", compute="_compute_is_interview_missing", search="_search_is_interview_missing"
    )
    # marks, as the reader may see them
    assessment_ids = fields.One2many("gov.evaluation.assessment", "sheet_id", string="Assessments", readonly=True)
    mark = fields.Float("Mark", digits=(4, 2), compute="_compute_mark", aggregator=None)
    band_id = fields.Many2one("gov.evaluation.band", "Appreciation", compute="_compute_mark")
    self_total = fields.Float("Own assessment", digits=(4, 2), compute="_compute_mark", aggregator=None)
    # rights of the reader
    is_readable = fields.Boolean(
        compute="_compute_is_readable", search="_search_is_readable", export_string_translation=False
    )
    is_mine = fields.Boolean(compute="_compute_rights", search="_search_is_mine", export_string_translation=False)
    can_mark = fields.Boolean(compute="_compute_rights", search="_search_can_mark", export_string_translation=False)
    can_harmonise = fields.Boolean(compute="_compute_rights", export_string_translation=False)
    can_lead = fields.Boolean(compute="_compute_rights", export_string_translation=False)

    _employee_uniq = models.UniqueIndex("(campaign_id, employee_id)", "An employee has one sheet a year.")
    _silence_idx = models.Index("(appeal_until) WHERE state = 'notified'")

    # ------------------------------------------------------------------ computes
    @api.depends("employee_id", "year")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for sheet in self:
            # sudo: the name of the person, for whoever reads the sheet
            sheet.display_name = f"{sheet.sudo().employee_id.display_name or ''} · {sheet.year or ''}"

    @api.depends("interview_due_on", "campaign_id.marks_until", "interview_id.state")
    def _compute_is_interview_missing(self):
        for sheet in self:
            sheet.is_interview_missing = bool(
                sheet.state not in ("final", "cancelled")
                and sheet.interview_due_on
                and sheet.interview_due_on <= sheet.campaign_id.marks_until
                and sheet.interview_state not in ("signed", "refused")
            )

    @api.model
    @search_when
    def _search_is_interview_missing(self):
        query = self.env.execute_query(
            SQL(
                """SELECT s.id FROM gov_evaluation_sheet s
                     JOIN gov_evaluation_campaign c ON c.id = s.campaign_id
                LEFT JOIN gov_evaluation_interview i ON i.id = s.interview_id
                    WHERE c.state <> 'closed' AND s.state NOT IN ('final', 'cancelled')
                      AND s.interview_due_on <= c.marks_until
                      AND coalesce(i.state, '') NOT IN ('signed', 'refused')"""
            )
        )
        return Domain("id", "in", [row[0] for row in query])

    @api.depends_context("uid")
    @api.depends("document_id")
    def _compute_has_document(self):
        readable = self.document_id._filtered_access("read")
        for sheet in self:
            sheet.has_document = bool(sheet.document_id & readable)

    @api.depends("evaluator_id")
    def _compute_is_evaluator_silent(self):
        # sudo: only whether the head has a login
        for sheet in self.sudo():
            sheet.is_evaluator_silent = not sheet.evaluator_id.user_id.active

    @api.model
    @search_when
    def _search_is_evaluator_silent(self):
        # sudo: only which heads have a login
        heads = self.env["hr.employee"].sudo()._search([("user_id.active", "=", True)])
        return Domain("evaluator_id", "not in", heads)

    @api.depends_context("uid")
    def _compute_mark(self):
        """The mark the reader may see: his rights on the assessments tell."""
        assessments = self.env["gov.evaluation.assessment"].search([("sheet_id", "in", self.ids)])
        by_key = {(one.sheet_id.id, one.side): one for one in assessments}
        for sheet in self:
            head = by_key.get((sheet.id, "head"))
            own = by_key.get((sheet.id, "self"))
            sheet.mark = head.total if head else 0.0
            sheet.band_id = head.band_id if head else False
            sheet.self_total = own.total if own else 0.0

    # ------------------------------------------------------------------ who may do what
    @api.model
    def _gov_acting_for(self):
        """Return ``(user, absents)``: the user, and those in whose place he acts today by an interim for all things.

        An interim limited to some requests gives no right on marks.
        """
        # sudo: for whom the user stands in today; only his own rights come out
        interims = self.env["gov.interim"].sudo()
        absents = self.env["res.users"].sudo().browse()  # sudo: as above
        for absent, path in interims._get_absents(self.env.user):
            if all(interim.scope == "all" for interim in path):
                absents |= absent.sudo()  # sudo: as above
        return self.env.user.sudo(), absents  # sudo: as above

    @api.model
    def _gov_absent_employee_ids(self):
        """Return the ids of the employees in whose place the user acts today, with a login or without."""
        # sudo: for whom the user stands in today; only his own rights come out
        interims = self.env["gov.interim"].sudo()
        _user, absents = self._gov_acting_for()
        found = self.env["hr.employee"].sudo().search([("user_id", "in", absents.ids)])  # sudo: as above
        domain = interims._in_force() & Domain("substitute_user_id", "=", self.env.uid) & Domain("scope", "=", "all")
        return set(found.ids) | set(interims.search(domain).absent_id.ids)

    @api.model
    def _gov_own_employee_ids(self):
        """Return the ids of the employees on whose sheets the user never acts: himself and those he stands in for."""
        # sudo: the file that is the user's own
        own = self.env["hr.employee"].sudo().with_context(active_test=False).search([("user_id", "=", self.env.uid)])
        return set(own.ids) | self._gov_absent_employee_ids()

    @api.model
    def _gov_acting_employee_ids(self):
        """Return the ids of the employees as whom the user acts: himself and those he stands in for."""
        return self._gov_own_employee_ids()

    @api.model
    def _gov_is_hr_reader(self):
        user = self.env.user
        return user.has_group("gov_base.group_hr_officer") or user.has_group("gov_base.group_auditor")

    @api.model
    def _gov_chain_domain(self):
        """Return the sheets of the units that the user heads (or stands in for the head of), never his own."""
        heads = sorted(self._gov_acting_employee_ids())
        # sudo: the units that the user heads, of the organisation chart
        units = self.env["hr.department"].sudo().search([("manager_id", "in", heads)])
        domain = Domain("evaluator_id", "in", heads)
        if units:
            # sudo: as above
            below = self.env["hr.department"].sudo().search([("id", "child_of", units.ids)])
            domain |= Domain("department_id", "in", below.ids)
        return domain & Domain("employee_id", "not in", heads)

    @api.model
    def _gov_hr_domain(self):
        """Return the sheets that the user reads as human resources or as auditor, his own left out."""
        if not self._gov_is_hr_reader():
            return Domain.FALSE
        domain = Domain("employee_id", "not in", sorted(self._gov_own_employee_ids()))
        # sudo: the regions that the user serves
        regions = self.env.user.sudo().gov_region_ids
        return domain & Domain("region_id", "in", regions.ids) if regions else domain

    @api.model
    def _gov_mine_domain(self):
        # sudo: the file that is the user's own
        own = self.env["hr.employee"].sudo().with_context(active_test=False).search([("user_id", "=", self.env.uid)])
        return Domain("employee_id", "in", own.ids)

    @api.depends_context("uid")
    def _compute_is_readable(self):
        readable = self.sudo().filtered_domain(  # sudo: places of the sheets, compared with the rights of the user
            self._gov_mine_domain() | self._gov_chain_domain() | self._gov_hr_domain()
        )
        for sheet in self:
            sheet.is_readable = sheet.id in readable._ids

    @api.model
    @search_when
    def _search_is_readable(self):
        return self._gov_mine_domain() | self._gov_chain_domain() | self._gov_hr_domain()

    @api.depends_context("uid")
    @api.depends("state", "evaluator_id", "employee_id", "marked_by_id", "department_id")
    def _compute_rights(self):
        own = self._gov_own_employee_ids()
        mine = set(self.sudo().filtered_domain(self._gov_mine_domain())._ids)  # sudo: whose sheet it is
        for sheet in self:
            sheet.is_mine = sheet.id in mine
            sheet.can_mark = sheet.state in ("head", "self") and sheet._gov_is_evaluator(own)
            sheet.can_harmonise = sheet.state in ("harmonisation", "appeal") and sheet._gov_is_authority(own)
            sheet.can_lead = sheet._gov_is_leader(own)

    @api.model
    @search_when
    def _search_is_mine(self):
        return self._gov_mine_domain()

    @api.model
    @search_when
    def _search_can_mark(self):
        """The sheets that wait for the mark of the user."""
        own = sorted(self._gov_own_employee_ids())
        domain = (
            Domain("state", "in", ("self", "head"))
            & Domain("evaluator_id", "in", own)
            & Domain("employee_id", "not in", own)
        )
        return domain

    def _gov_is_evaluator(self, own=None):
        """Tell whether the user marks this sheet today: its head, or who stands in for him; never for himself."""
        self.ensure_one()
        own = self._gov_own_employee_ids() if own is None else own
        # sudo: places on the sheet, compared with the user
        sheet = self.sudo()
        return sheet.evaluator_id.id in own and sheet.employee_id.id not in own

    def _gov_is_authority(self, own=None):
        """Tell whether the user harmonises this sheet and answers a reply: a head above who marked it, or HR managers.

        Neither the person, nor who marked, nor the head who evaluates.
        """
        self.ensure_one()
        own = self._gov_own_employee_ids() if own is None else own
        # sudo: places on the sheet, compared with the user
        sheet = self.sudo()
        if sheet.employee_id.id in own or sheet.marked_by_id == self.env.user or sheet.evaluator_id.id in own:
            return False
        if self.env.user.has_group("gov_base.group_hr_manager") and self._gov_serves(sheet):
            return True
        unit = sheet.evaluator_unit_id.parent_id
        while unit:
            if unit.manager_id.id in own:
                return True
            unit = unit.parent_id
        return False

    def _gov_is_leader(self, own=None):
        """Tell whether the user leads this sheet as HR manager (head chosen, latecomers, cancellation)."""
        self.ensure_one()
        own = self._gov_own_employee_ids() if own is None else own
        # sudo: places on the sheet, compared with the user
        sheet = self.sudo()
        return (
            self.env.user.has_group("gov_base.group_hr_manager")
            and sheet.employee_id.id not in own
            and self._gov_serves(sheet)
        )

    @api.model
    def _gov_serves(self, sheet):
        # sudo: the regions that the user serves
        regions = self.env.user.sudo().gov_region_ids
        return not regions or sheet.region_id in regions

    def _gov_check_mine(self):
        for sheet in self:
            if not sheet.is_mine:
                raise AccessError(self.env._("This is the sheet of somebody else: only the person does this."))

    def _gov_check_evaluator(self):
        own = self._gov_own_employee_ids()
        for sheet in self:
            # sudo: whose sheet it is; only the refusal comes out
            if sheet.sudo().employee_id.id in own:
                raise AccessError(
                    self.env._(
                        "Nobody marks his own sheet, nor that of somebody he stands in for: %(sheet)s waits for "
                        "another head.",
                        sheet=sheet.display_name,
                    )
                )
            if not sheet._gov_is_evaluator(own):
                raise AccessError(
                    self.env._(
                        "%(sheet)s is evaluated by %(head)s, or by who stands in during an absence.",
                        sheet=sheet.display_name,
                        head=sheet.sudo().evaluator_id.display_name or "—",  # sudo: the name of the head
                    )
                )

    def _gov_check_authority(self):
        own = self._gov_own_employee_ids()
        for sheet in self:
            if not sheet._gov_is_authority(own):
                raise AccessError(
                    self.env._(
                        "%(sheet)s: a head above the one who marked, or an HR manager, does this; never the person "
                        "nor who gave the mark.",
                        sheet=sheet.display_name,
                    )
                )

    # ------------------------------------------------------------------ taking a sheet
    def _gov_claim(self, states):
        """Take these sheets if they are all in one of these states; of two acts at once, one gets them."""
        self.flush_recordset()
        rows = self.env.execute_query(
            SQL(
                """UPDATE gov_evaluation_sheet SET write_date = now() AT TIME ZONE 'UTC'
                    WHERE id IN (SELECT id FROM gov_evaluation_sheet WHERE id IN %s ORDER BY id FOR UPDATE)
                      AND state IN %s RETURNING id""",
                self._ids or (0,),
                tuple(states),
            )
        )
        self.invalidate_recordset()
        if len(rows) != len(self):
            missed = self - self.browse(row[0] for row in rows)
            raise UserError(
                self.env._(
                    "%(sheets)s: this stage is over, somebody has just acted. Reload the page.",
                    sheets=", ".join(missed.mapped("display_name")),
                )
            )

    @api.model
    def _gov_today(self):
        return self.env["gov.approval.line"]._today()

    def _gov_record(self, act, payload=None):
        """Write an act on each of these sheets into the journal: never a mark."""
        entries = [(sheet, act, dict(payload or {}, year=sheet.year)) for sheet in self]
        # sudo: the journal is written by the act
        self.env["gov.journal.entry"].sudo()._record_many(entries)
