from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.gov_approval.models.sentinel import SENTINEL_KEY, has_sentinel, with_sentinel
from odoo.addons.gov_base.tools.act import around_act, short_transaction
from odoo.addons.gov_base.tools.defaults import without_defaults
from odoo.addons.gov_base.tools.search import search_when

from ..services import calendar as calendar_service

ACT_FIELDS = {
    "state",
    "presented_on",
    "head_user_id",
    "answered_on",
    "remarks",
    "refusal_note",
    "document_id",
    "employee_id",
}


class GovEvaluationInterview(models.Model):
    """The record of an evaluation interview: what was achieved, what is aimed at, what is proposed.

    draft (the head or his interim writes) → presented (signed by the head, the person reads it) → signed by the
    person, with remarks if any, or refused (the refusal to sign is recorded, with its reason).  Held by the direct
    head at least once every two years (decree 2-05-1367).  Read by the person once presented, the head, the heads
    above, HR of the region, auditors.
    """

    _name = "gov.evaluation.interview"
    _description = "Evaluation interview"
    _inherit = ["gov.document.mixin"]
    _order = "date desc, id desc"
    _rec_name = "sheet_id"

    sheet_id = fields.Many2one("gov.evaluation.sheet", "Sheet", required=True, index=True, ondelete="restrict")
    year = fields.Integer(related="sheet_id.year", store=True, aggregator=None)
    employee_id = fields.Many2one(
        related="sheet_id.employee_id", store=True, index=True, precompute=True, string="Employee"
    )
    state = fields.Selection(
        [
            ("draft", "Being written"),
            ("presented", "Presented to the person"),
            ("signed", "Signed"),
            ("refused", "Signature refused"),
        ],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
    )
    date = fields.Date("Day of the interview", required=True, default=fields.Date.context_today)
    place = fields.Char(help="Room or office where it was held.")
    present_ids = fields.Many2many(
        "hr.employee.public",
        "gov_evaluation_interview_present_rel",
        "interview_id",
        "employee_id",
        string="Also present",
        help="Beside the person and the head.",
    )
    achievements = fields.Text("Achievements of the year", help="Against the objectives set before.")
    objectives = fields.Text("Objectives of next year")
    difficulties = fields.Text("Difficulties and means asked for")
    proposal_ids = fields.One2many("gov.evaluation.proposal", "interview_id", string="Proposals", copy=False)
    lang = fields.Selection(
        [("ar", "Arabic"), ("fr", "French")],
        "Language of the record",
        required=True,
        default=lambda self: "fr" if (self.env.lang or "").startswith("fr") else "ar",
        help="The record is printed in the language in which it is written.",
    )
    head_user_id = fields.Many2one(
        "res.users", "Signed by the head", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    presented_on = fields.Datetime("Signed by the head on", readonly=True, copy=False)
    answered_on = fields.Datetime("Signed by the person on", readonly=True, copy=False)
    remarks = fields.Text("Remarks of the person", readonly=True, copy=False)
    refusal_note = fields.Text("About the refusal to sign", readonly=True, copy=False)
    document_id = fields.Many2one(
        "gov.document", "Evaluation report", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    has_document = fields.Boolean(compute="_compute_has_document", export_string_translation=False)
    is_mine = fields.Boolean(compute="_compute_rights", export_string_translation=False)
    can_write = fields.Boolean(compute="_compute_rights", search="_search_can_write", export_string_translation=False)
    can_answer = fields.Boolean(compute="_compute_rights", export_string_translation=False)
    is_readable = fields.Boolean(
        compute="_compute_is_readable", search="_search_is_readable", export_string_translation=False
    )

    _sheet_uniq = models.UniqueIndex("(sheet_id)", "A sheet has one interview record.")
    _employee_date_idx = models.Index("(employee_id, date) WHERE state IN ('signed', 'refused')")

    # ------------------------------------------------------------------ rights
    @api.model
    def _gov_writable_domain(self):
        """Return the records that the user writes: those he evaluates, while they are drafts."""
        own = sorted(self.env["gov.evaluation.sheet"]._gov_own_employee_ids())
        return (
            Domain("state", "=", "draft")
            & Domain("sheet_id.evaluator_id", "in", own)
            & Domain("sheet_id.employee_id", "not in", own)
            & Domain("sheet_id.state", "in", ("self", "head"))
        )

    @api.model
    def _gov_readable_domain(self):
        sheets = self.env["gov.evaluation.sheet"]
        own = sorted(sheets._gov_own_employee_ids())
        shown = Domain("state", "!=", "draft")
        mine = Domain("sheet_id", "any", sheets._gov_mine_domain()) & shown
        chain = Domain("sheet_id", "any", sheets._gov_chain_domain()) & (
            shown | Domain("sheet_id.evaluator_id", "in", own)
        )
        return mine | chain | (Domain("sheet_id", "any", sheets._gov_hr_domain()) & shown)

    @api.depends_context("uid")
    @api.depends("state", "sheet_id")
    def _compute_rights(self):
        sudo = self.sudo()  # sudo: places of the sheets, compared with the user
        writable = sudo.filtered_domain(self._gov_writable_domain())
        for interview in self:
            # sudo: as above
            interview.is_mine = interview.sudo().sheet_id.employee_id.user_id == self.env.user
            interview.can_answer = interview.is_mine and interview.state == "presented"
            interview.can_write = interview.id in writable._ids or (
                not interview.id and interview.sheet_id and interview.sheet_id._gov_is_evaluator()
            )

    @api.depends_context("uid")
    @api.depends("document_id")
    def _compute_has_document(self):
        readable = self.document_id._filtered_access("read")
        for interview in self:
            interview.has_document = bool(interview.document_id & readable)

    @api.model
    @search_when
    def _search_can_write(self):
        return self._gov_writable_domain()

    @api.depends_context("uid")
    def _compute_is_readable(self):
        # sudo: places of the records, compared with the rights of the user
        readable = self.sudo().filtered_domain(self._gov_readable_domain())
        for interview in self:
            interview.is_readable = interview.id in readable._ids

    @api.model
    @search_when
    def _search_is_readable(self):
        return self._gov_readable_domain()

    # ------------------------------------------------------------------ guards
    @api.constrains("date", "sheet_id")
    def _check_date(self):
        today = self.env["gov.evaluation.sheet"]._gov_today()
        for interview in self:
            if interview.date > today:
                raise ValidationError(
                    self.env._("The interview is recorded once held: its day cannot be after today.")
                )
            if interview.date.year not in (interview.year, interview.year + 1):
                raise ValidationError(
                    self.env._(
                        "The interview on the year %(year)s is held in that year or at the beginning of the next.",
                        year=interview.year,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        trusted = has_sentinel(self.env)
        for vals in vals_list:
            if not trusted and any(vals.get(name) not in (None, False, "draft") for name in ACT_FIELDS):
                self._gov_refuse()
        clean = without_defaults(self, ACT_FIELDS).with_context(**{SENTINEL_KEY: None})
        interviews = super(GovEvaluationInterview, clean).create(vals_list).with_env(self.env)
        for interview in interviews:
            if not trusted:
                interview.sheet_id._gov_check_evaluator()
            if interview.sheet_id.state not in ("self", "head"):
                raise UserError(self.env._("The marks are given: the interview belongs before them."))
            interview.sheet_id._gov_write({"interview_id": interview.id})
        return interviews

    def write(self, vals):
        if not has_sentinel(self.env):
            if (ACT_FIELDS | {"sheet_id"}) & set(vals):
                self._gov_refuse()
            self._gov_check_draft()
        return super(GovEvaluationInterview, self.with_context(**{SENTINEL_KEY: None})).write(vals)

    def copy_data(self, default=None):
        self._gov_refuse()

    def _gov_refuse(self):
        raise UserError(self.env._("The record of an interview moves on by its buttons: sign, answer."))

    def _gov_check_draft(self):
        if any(interview.state != "draft" for interview in self):
            raise UserError(
                self.env._(
                    "The record was signed and presented: it does not change any more. The person may add remarks."
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_presented(self):
        self._gov_check_draft()

    def _gov_write(self, vals):
        # sudo: written by the act, whose caller was checked
        return with_sentinel(self.sudo()).write(vals)

    def _gov_claim(self, state):
        self.flush_recordset()
        rows = self.env.execute_query(
            SQL(
                """UPDATE gov_evaluation_interview SET write_date = now() AT TIME ZONE 'UTC'
                    WHERE id = %s AND state = %s RETURNING id""",
                self.id,
                state,
            )
        )
        self.invalidate_recordset()
        if not rows:
            raise UserError(self.env._("This record has just been signed by somebody else. Reload the page."))

    # ------------------------------------------------------------------ acts
    @short_transaction
    def action_present(self):
        """Sign the record as the head (or his interim) and present it to the person."""
        self.ensure_one()
        self.sheet_id._gov_check_evaluator()
        self._gov_claim("draft")
        missing = [
            self._fields[name]._description_string(self.env)
            for name in ("place", "achievements", "objectives")
            if not (self[name] or "").strip()
        ]
        if missing:
            raise UserError(self.env._("Complete the record before signing it: %s.", ", ".join(missing)))
        self._gov_write({"state": "presented", "presented_on": fields.Datetime.now(), "head_user_id": self.env.uid})
        sheet = self.sheet_id
        sheet._gov_tell_person(
            lambda env: env._("Record of your evaluation interview"),
            lambda env, year: env._(
                "Read the record of your interview (%s), add remarks if you wish, and sign it.", year
            ),
        )
        self._gov_journal("present")
        return True

    @around_act
    def action_sign(self, remarks=None):
        """Sign the record as the person, with remarks if any; the evaluation report is issued."""
        self._gov_answer_act("signed", remarks, None)
        self._gov_finish()
        return True

    @around_act
    def action_refuse_to_sign(self, remarks):
        """Refuse to sign, saying why; the record counts all the same.  By the person."""
        if not (isinstance(remarks, str) and remarks.strip()):
            raise UserError(self.env._("Say why you do not sign: your remarks are printed on the record."))
        self._gov_answer_act("refused", remarks, None)
        self._gov_finish()
        return True

    @around_act
    def action_record_refusal(self, note):
        """Record that the person refuses to sign, or does not, and in what circumstances.  By the head."""
        if not (isinstance(note, str) and note.strip()):
            raise UserError(self.env._("Say when and how the record was presented and refused."))
        self._gov_answer_act("refused", None, note)
        self._gov_finish()
        return True

    @short_transaction
    def _gov_answer_act(self, state, remarks, note):
        self.ensure_one()
        if note is None:
            self.sheet_id._gov_check_mine()
        else:
            self.sheet_id._gov_check_evaluator()
        self._gov_claim("presented")
        self._gov_write(
            {
                "state": state,
                "answered_on": fields.Datetime.now(),
                "remarks": (remarks.strip()[:4000] if isinstance(remarks, str) else "") or False,
                "refusal_note": (note or "").strip()[:4000] or False,
            }
        )
        sheet = self.sheet_id
        sheet._gov_write(
            {
                "last_interview_on": self.date,
                "interview_due_on": calendar_service.add_years(self.date, sheet.campaign_id.interview_years),
            }
        )
        sheet._gov_clear_activities("interview")
        # sudo: the document is made by the act, whose caller was checked
        document = self.env["gov.document"].sudo()._gov_prepare([self._gov_prepare_document_vals()])
        self._gov_write({"document_id": document.id})
        self._gov_journal(state)

    def _gov_finish(self):
        # sudo: what an act has prepared is finished, whoever calls
        self.sudo().document_id.filtered(lambda document: document.state == "issuing")._gov_finish()
        self.invalidate_recordset()

    def _gov_journal(self, act):
        # sudo: the journal is written by the act
        self.env["gov.journal.entry"].sudo()._record(self, act, {"sheet": self.sheet_id.id, "date": str(self.date)})

    def action_download(self):
        """Download the evaluation report, for whoever may read it."""
        self.ensure_one()
        self.check_access("read")
        if not self.document_id:
            raise UserError(self.env._("The report is issued once the person has signed or refused to sign."))
        return self.document_id.action_download()

    def action_open_answer(self):
        """Open the dialog in which the person signs or refuses, or the head records a refusal."""
        self.ensure_one()
        operation = self.env.context.get("gov_operation")
        if operation not in ("sign", "refuse", "record_refusal"):
            raise UserError(self.env._("There is no such act."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Record of the interview"),
            "res_model": "gov.evaluation.decision",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_sheet_id": self.sheet_id.id,
                "default_interview_id": self.id,
                "default_operation": operation,
            },
        }


class GovEvaluationProposal(models.Model):
    """What an interview proposes for a person: a course, a move, a promotion, the titularisation.

    Written by the head with the record of the interview and frozen with it; the training module reads the needs.
    """

    _name = "gov.evaluation.proposal"
    _description = "Proposal of an interview"
    _order = "year desc, priority, id"

    interview_id = fields.Many2one("gov.evaluation.interview", required=True, index=True, ondelete="cascade")
    kind = fields.Selection(
        [
            ("training", "Training"),
            ("mobility", "Mobility"),
            ("promotion", "Promotion"),
            ("tenure", "Titularisation"),
        ],
        required=True,
        default="training",
    )
    name = fields.Char("What", required=True, help="Course, post or grade proposed.")
    reason = fields.Text("Why", help="What it should bring to the person and to the unit.")
    priority = fields.Selection(
        [("1", "High"), ("2", "Medium"), ("3", "Low")], required=True, default="2", help="High is treated first."
    )
    year = fields.Integer(related="interview_id.year", store=True, index=True, aggregator=None)
    employee_id = fields.Many2one(related="interview_id.employee_id", store=True, index=True)
    department_id = fields.Many2one(related="interview_id.sheet_id.department_id", store=True, index=True)
    region_id = fields.Many2one(related="interview_id.sheet_id.region_id", store=True, index="btree_not_null")
    state = fields.Selection(related="interview_id.state", string="Record")

    @api.model_create_multi
    def create(self, vals_list):
        proposals = super().create(vals_list)
        proposals._gov_check_draft()
        return proposals

    def write(self, vals):
        self._gov_check_draft()
        result = super().write(vals)
        if "interview_id" in vals:
            self._gov_check_draft()
        return result

    def unlink(self):
        self._gov_check_draft()
        return super().unlink()

    def _gov_check_draft(self):
        if any(proposal.interview_id.state != "draft" for proposal in self):
            raise AccessError(
                self.env._("The record of the interview was signed: its proposals do not change any more.")
            )
