import hashlib
import json
import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.gov_base.tools.search import search_when

from ..services import marks as mark_service
from .gov_evaluation_sheet import HR_READERS

LONGEST_TEXT = 4000


class GovEvaluationAssessment(models.Model):
    """One side of a sheet: what the person gives himself, or the mark of the head, criterion by criterion.

    The assessment of the person is his own until he gives it.  The mark of the head is a draft seen by who marks alone
    until given; then the heads above and HR see it; the person, only once it is notified.  Colleagues and other heads
    never see any.
    """

    _name = "gov.evaluation.assessment"
    _description = "Assessment of a sheet"
    _inherit = ["gov.evaluation.guarded"]
    _order = "sheet_id desc, side desc"
    _rec_name = "sheet_id"

    sheet_id = fields.Many2one("gov.evaluation.sheet", required=True, readonly=True, index=True, ondelete="cascade")
    side = fields.Selection(
        [("self", "The person"), ("head", "The head")], string="Given by", required=True, readonly=True
    )
    campaign_id = fields.Many2one(related="sheet_id.campaign_id", store=True, index=True)
    year = fields.Integer(related="campaign_id.year", store=True, aggregator=None)
    employee_id = fields.Many2one(related="sheet_id.employee_id", store=True, index=True)
    department_id = fields.Many2one(related="sheet_id.department_id", store=True, index=True)
    evaluator_id = fields.Many2one(related="sheet_id.evaluator_id", store=True, index=True)
    grade_id = fields.Many2one(related="sheet_id.grade_id", store=True, index="btree_not_null")
    region_id = fields.Many2one(related="sheet_id.region_id", store=True, index="btree_not_null")
    sex = fields.Selection(related="sheet_id.sex", store=True, groups=HR_READERS)
    state = fields.Selection(related="sheet_id.state", string="Stage")
    line_ids = fields.One2many("gov.evaluation.mark", "assessment_id", string="Marks by criterion", readonly=True)
    words = fields.Text("General appreciation", readonly=True)
    wishes = fields.Text("Wishes", readonly=True, help="Training, mobility or career wished for by the person.")
    total = fields.Float("Mark", digits=(4, 2), readonly=True, aggregator="avg")
    first_total = fields.Float(
        "Mark given by the head",
        digits=(4, 2),
        compute="_compute_first_total",
        aggregator=None,
        help="Before any adjustment.",
    )
    band_id = fields.Many2one(
        "gov.evaluation.band", "Appreciation", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    is_given = fields.Boolean("Given", readonly=True)
    is_notified = fields.Boolean("Notified", readonly=True)
    author_id = fields.Many2one(
        "res.users", "Last written by", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    revision = fields.Integer(readonly=True, aggregator=None)
    adjustment_ids = fields.One2many("gov.evaluation.adjustment", "assessment_id", string="Adjustments", readonly=True)
    # seals the final marks in the journal without telling them
    salt = fields.Char(readonly=True, groups="base.group_system")
    digest = fields.Char("Fingerprint of the final mark", readonly=True, groups=HR_READERS)
    is_readable = fields.Boolean(
        compute="_compute_is_readable", search="_search_is_readable", export_string_translation=False
    )

    _side_uniq = models.UniqueIndex("(sheet_id, side)", "A sheet has one assessment a side.")

    @api.model
    def _gov_readable_domain(self):
        sheets = self.env["gov.evaluation.sheet"]
        own = sorted(sheets._gov_own_employee_ids())
        mine = sheets._gov_mine_domain() & (Domain("side", "=", "self") | Domain("is_notified", "=", True))
        chain = sheets._gov_chain_domain() & (
            Domain("is_given", "=", True) | (Domain("side", "=", "head") & Domain("evaluator_id", "in", own))
        )
        return mine | chain | (sheets._gov_hr_domain() & Domain("is_given", "=", True))

    @api.depends_context("uid")
    def _compute_is_readable(self):
        # sudo: places of the assessments, compared with the rights of the user
        readable = self.sudo().filtered_domain(self._gov_readable_domain())
        for assessment in self:
            assessment.is_readable = assessment.id in readable._ids

    @api.model
    @search_when
    def _search_is_readable(self):
        return self._gov_readable_domain()

    @api.depends("total", "adjustment_ids.total_before")
    @api.depends_context("uid")
    def _compute_first_total(self):
        for assessment in self:
            # the history is in the order of the acts, the last one first; who may not read it sees the mark as it is
            oldest = assessment.adjustment_ids._filtered_access("read").sorted("id")[:1]
            assessment.first_total = oldest.total_before if oldest else assessment.total

    # ------------------------------------------------------------------ writing
    @api.model
    def _gov_open(self, sheet, side):
        """Return the assessment of a side of a sheet, made when there is none; the sheet is locked by the act.

        sudo: the act has checked who writes.
        """
        found = self.sudo().search([("sheet_id", "=", sheet.id), ("side", "=", side)], limit=1)
        if found:
            return found
        made = self._gov_create([{"sheet_id": sheet.id, "side": side}]).sudo()  # sudo: as above
        criteria = sheet.sudo().campaign_id.criterion_ids  # sudo: criteria are everyone's
        self.env["gov.evaluation.mark"]._gov_create(
            [{"assessment_id": made.id, "criterion_id": criterion.id} for criterion in criteria]
        )
        made.invalidate_recordset(["line_ids"])
        return made

    def _gov_read_marks(self, values):
        """Return ``{criterion: mark or None}`` of what a screen sent, each checked against its maximum.

        :raise UserError: the sentence that says which mark is out of range and what may be given
        """
        self.ensure_one()
        criteria = {criterion.id: criterion for criterion in self.campaign_id.criterion_ids}
        step = self.campaign_id.mark_step
        found = {}
        if not isinstance(values, dict):
            raise UserError(self.env._("These marks cannot be read: reload the page and type them again."))
        for key, value in values.items():
            try:
                criterion = criteria[int(key)]
            except (KeyError, TypeError, ValueError):
                raise UserError(
                    self.env._("These marks are not those of the criteria of this campaign: reload the page.")
                ) from None
            if value is None or value is False or value == "":
                found[criterion] = None
                continue
            try:
                found[criterion] = float(mark_service.check_mark(value, criterion.max_mark, step))
            except mark_service.MarkError as error:
                raise UserError(self._gov_mark_sentence(error, criterion, value, step)) from error
        return found

    def _gov_mark_sentence(self, error, criterion, value, step):
        values = {"value": value, "criterion": criterion.name, "most": f"{criterion.max_mark:g}", "step": f"{step:g}"}
        if error.code == "step":
            return self.env._("“%(criterion)s”: %(value)s is not given; marks go by %(step)s of a point.", **values)
        if error.code == "number":
            return self.env._("“%(criterion)s”: “%(value)s” is no mark. Write a number up to %(most)s.", **values)
        return self.env._(
            "“%(criterion)s”: %(value)s is out of range. This criterion is marked from 0 to %(most)s.", **values
        )

    def _gov_store(self, values):
        """Write marks and words; the total and its appreciation follow.  The act has checked who and when.

        :param values: ``{"marks": {criterion id: mark}, "notes": {criterion id: text}, "words", "wishes",
            "revision"}``; what is absent does not change
        """
        self.ensure_one()
        given = values if isinstance(values, dict) else {}
        revision = given.get("revision")
        revision = revision if type(revision) is int and 0 <= revision < 2**31 else None
        # of two who write at once, the second is told: his screen shows marks that are no longer there
        rows = self.env.execute_query(
            SQL(
                """UPDATE gov_evaluation_assessment SET revision = coalesce(revision, 0) + 1
                    WHERE id = %s AND (%s::int IS NULL OR coalesce(revision, 0) = %s::int) RETURNING revision""",
                self.id,
                revision,
                revision,
            )
        )
        if not rows:
            raise UserError(
                self.env._(
                    "%(who)s has just written on this sheet: reload it, so that nothing of theirs is lost.",
                    who=self.sudo().author_id.name or self.env._("Somebody"),  # sudo: the name of who wrote
                )
            )
        self.invalidate_recordset(["revision"])
        marks = self._gov_read_marks(given.get("marks") or {})
        notes = given.get("notes") or {}
        if not isinstance(notes, dict):
            notes = {}
        notes = {int(key): self._gov_text(text) for key, text in notes.items() if str(key).isdecimal()}
        for line in self.line_ids:
            vals = {}
            if line.criterion_id in marks:
                mark = marks[line.criterion_id]
                vals.update(mark=mark or 0.0, is_set=mark is not None)
            if line.criterion_id.id in notes:
                vals["note"] = notes[line.criterion_id.id]
            if vals:
                line._gov_write(vals)
        own = {"author_id": self.env.uid}
        for name in ("words", "wishes"):
            if name in given:
                own[name] = self._gov_text(given[name])
        self._gov_write(own)
        self._gov_sum()

    def _gov_text(self, text):
        text = text.strip() if isinstance(text, str) else ""
        if len(text) > LONGEST_TEXT:
            raise UserError(self.env._("This text is too long: %s characters at most.", LONGEST_TEXT))
        return text or False

    def _gov_sum(self):
        for assessment in self:
            total = mark_service.total(assessment.line_ids.mapped("mark"))
            band = False
            if assessment.line_ids and all(assessment.line_ids.mapped("is_set")):
                bands = [(one.floor, one.id) for one in assessment.campaign_id.band_ids]
                band = mark_service.find_band(total, bands)
            assessment._gov_write({"total": float(total), "band_id": band or False})

    def _gov_summary(self):
        """Return what a screen shows after a save."""
        self.ensure_one()
        return {"total": self.total, "band": self.band_id.name or "", "revision": self.revision}

    def _gov_check_complete(self):
        self.ensure_one()
        empty = self.line_ids.filtered(lambda line: not line.is_set)
        if empty or not self.line_ids:
            raise UserError(
                self.env._(
                    "%(sheet)s: give a mark to each criterion. Missing: %(criteria)s.",
                    sheet=self.sheet_id.display_name,
                    criteria=", ".join(empty.criterion_id.mapped("name")),
                )
            )

    def _gov_adjust(self, values, reason, origin):
        """Change marks with a reason, keeping what they were; return the new lines of the history.

        :param values: ``{criterion id: mark}``
        """
        self.ensure_one()
        new = {criterion: mark for criterion, mark in self._gov_read_marks(values).items() if mark is not None}
        before = {line.criterion_id: line.mark for line in self.line_ids}
        changes = mark_service.changes(before, new)
        if not changes:
            return self.env["gov.evaluation.adjustment"]
        lines = {line.criterion_id: line for line in self.line_ids}
        total = self.total
        for criterion, _old, mark in changes:
            lines[criterion]._gov_write({"mark": float(mark), "is_set": True})
        self._gov_write({"author_id": self.env.uid, "revision": self.revision + 1})
        self._gov_sum()
        return self.env["gov.evaluation.adjustment"]._gov_create(
            [
                {
                    "assessment_id": self.id,
                    "criterion_id": criterion.id,
                    "before": float(old),
                    "after": float(mark),
                    "total_before": total,
                    "total_after": self.total,
                    "reason": reason,
                    "origin": origin,
                    "author_id": self.env.uid,
                    "date": fields.Datetime.now(),
                }
                for criterion, old, mark in changes
            ]
        )

    def _gov_seal(self):
        """Give each assessment the fingerprint of its marks, which the journal keeps without telling the marks."""
        for assessment in self:
            salt = assessment.salt or secrets.token_hex(16)
            assessment._gov_write({"salt": salt})
            assessment._gov_write({"digest": assessment._gov_digest()})

    def _gov_digest(self):
        """Return the SHA-256 of the marks and of a secret, so that nobody finds the mark by trying all of them."""
        self.ensure_one()
        facts = {line.criterion_id.code: f"{line.mark:.2f}" for line in self.line_ids}
        # sudo: the secret behind the fingerprint
        text = json.dumps(
            {"salt": self.sudo().salt, "sheet": self.sheet_id.id, "marks": facts},
            sort_keys=True,
            separators=(",", ":"),
        )
        return hashlib.sha256(text.encode()).hexdigest()


class GovEvaluationMark(models.Model):
    """The mark of one criterion and the words that go with it."""

    _name = "gov.evaluation.mark"
    _description = "Mark of a criterion"
    _inherit = ["gov.evaluation.guarded"]
    _order = "assessment_id, sequence, id"
    _rec_name = "criterion_id"

    assessment_id = fields.Many2one(
        "gov.evaluation.assessment", required=True, readonly=True, index=True, ondelete="cascade"
    )
    criterion_id = fields.Many2one(
        "gov.evaluation.criterion", "Criterion", required=True, readonly=True, index=True, ondelete="restrict"
    )
    sequence = fields.Integer(related="criterion_id.sequence", store=True)
    max_mark = fields.Float(related="criterion_id.max_mark", string="Maximum")
    mark = fields.Float(digits=(4, 2), readonly=True, aggregator="avg")
    is_set = fields.Boolean("Marked", readonly=True)
    note = fields.Text("Words", readonly=True)

    _once = models.UniqueIndex("(assessment_id, criterion_id)", "A criterion is marked once.")
    _positive = models.Constraint("CHECK (mark >= 0)", "A mark is not negative.")


class GovEvaluationAdjustment(models.Model):
    """A mark changed after the head gave it: before, after, by whom, why.  Never changed nor deleted."""

    _name = "gov.evaluation.adjustment"
    _description = "Adjustment of a mark"
    _inherit = ["gov.evaluation.guarded"]
    _order = "id desc"
    _rec_name = "criterion_id"

    assessment_id = fields.Many2one(
        "gov.evaluation.assessment", required=True, readonly=True, index=True, ondelete="restrict"
    )
    criterion_id = fields.Many2one(
        "gov.evaluation.criterion", "Criterion", required=True, readonly=True, index=True, ondelete="restrict"
    )
    before = fields.Float(digits=(4, 2), readonly=True, aggregator=None)
    after = fields.Float(digits=(4, 2), readonly=True, aggregator=None)
    total_before = fields.Float("Mark before", digits=(4, 2), readonly=True, aggregator=None)
    total_after = fields.Float("Mark after", digits=(4, 2), readonly=True, aggregator=None)
    reason = fields.Text(required=True, readonly=True)
    origin = fields.Selection(
        [("harmonisation", "Harmonisation"), ("appeal", "Reply of the person")], required=True, readonly=True
    )
    author_id = fields.Many2one("res.users", "By", required=True, readonly=True, index=True, ondelete="restrict")
    date = fields.Datetime("On", required=True, readonly=True)
