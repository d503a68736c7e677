from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.gov_base.tools.act import short_transaction
from odoo.addons.gov_base.tools.defaults import without_defaults
from odoo.addons.gov_base.tools.search import search_when

from ..services import gaps

# Set in the context by the acts; an object, so that no RPC call can send it
ACT = object()
OWN_FIELDS = {"state", "agreed_on", "agreed_by_id", "job_id", "department_id", "region_id"}


class GovCompetencyAssessment(models.Model):
    """What a person holds of what the job requires, seen by the person, then by the head, then agreed.

    self (the person fills in) → head (the head gives his view) → agreed (levels are held from that day) or cancelled.
    The person, one of the heads above, HR or the training officer begins one; nobody gives the head's view of
    himself.  Agreed levels are written to the skills of the person, with the day they end.
    """

    _name = "gov.competency.assessment"
    _description = "Assessment of competencies"
    _inherit = ["mail.thread"]
    _order = "date desc, id desc"

    employee_id = fields.Many2one(
        "hr.employee",
        "Employee",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.user.employee_id,
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    job_id = fields.Many2one(
        "hr.job",
        "Job",
        compute="_compute_job",
        store=True,
        precompute=True,
        index=True,
        ondelete="restrict",
        help="The job held on the day the assessment began; its profile gives the lines.",
    )
    department_id = fields.Many2one(
        "hr.department", "Unit", compute="_compute_job", store=True, precompute=True, index=True, ondelete="restrict"
    )
    region_id = fields.Many2one(related="department_id.effective_region_id", store=True, index=True)
    state = fields.Selection(
        [
            ("self", "Own view"),
            ("head", "View of the head"),
            ("agreed", "Agreed"),
            ("cancelled", "Cancelled"),
        ],
        default="self",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    line_ids = fields.One2many("gov.competency.assessment.line", "assessment_id", "Competencies", copy=False)
    remark = fields.Text("Remarks", help="What the person and the head want to say.")
    agreed_on = fields.Date("Agreed on", readonly=True, copy=False)
    agreed_by_id = fields.Many2one(
        "res.users", "Agreed by", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    is_mine = fields.Boolean(compute="_compute_rights", export_string_translation=False)
    is_head = fields.Boolean(compute="_compute_rights", export_string_translation=False)
    is_readable = fields.Boolean(
        compute="_compute_rights", search="_search_is_readable", export_string_translation=False
    )

    _one_open = models.UniqueIndex(
        "(employee_id) WHERE state IN ('self', 'head')", "An assessment of this person is already under way."
    )

    # ------------------------------------------------------------------ computed
    @api.depends("employee_id")
    def _compute_job(self):
        for one in self:
            employee = one.employee_id.sudo()  # sudo: unit and job are in the directory
            one.job_id = employee.job_id
            one.department_id = employee.department_id

    @api.depends("employee_id", "job_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for one in self:
            one.display_name = " · ".join(filter(None, (one.employee_id.display_name, str(one.date or ""))))

    @api.depends_context("uid")
    @api.depends("employee_id", "department_id")
    def _compute_rights(self):
        units = self._gov_headed_units()
        for one in self:
            # sudo: only whether the user is the person
            one.is_mine = one.sudo().employee_id.user_id == self.env.user
            one.is_head = not one.is_mine and one.department_id in units
            one.is_readable = one.is_mine or one.is_head or one._gov_is_hr()

    def _gov_headed_units(self):
        """Return the units the user heads, and those under them.

        sudo: the hierarchy is in the organisation chart.
        """
        headed = self.env["hr.department"].sudo().search([("manager_id.user_id", "=", self.env.uid)])
        return self.env["hr.department"].sudo().search([("id", "child_of", headed.ids)]) if headed else headed

    def _gov_is_hr(self):
        user = self.env.user
        roles = ("hr_officer", "training_officer", "auditor")
        if not any(user.has_group(f"gov_base.group_{role}") for role in roles):
            return False
        regions = user.sudo().gov_region_ids  # sudo: the regions of the user himself
        return not regions or self.region_id in regions

    @search_when
    def _search_is_readable(self):
        user = self.env.user
        domain = Domain("employee_id.user_id", "=", user.id)
        units = self._gov_headed_units()
        if units:
            domain |= Domain("department_id", "in", units.ids)
        roles = ("hr_officer", "training_officer", "auditor")
        if any(user.has_group(f"gov_base.group_{role}") for role in roles):
            regions = user.sudo().gov_region_ids  # sudo: as above
            domain |= Domain("region_id", "in", regions.ids) if regions else Domain.TRUE
        return domain

    # ------------------------------------------------------------------ guards
    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get("gov_act") is not ACT:
            for vals in vals_list:
                # the first state is the one a new assessment has anyhow
                self._gov_refuse({name: value for name, value in vals.items() if (name, value) != ("state", "self")})
        clean = without_defaults(self, OWN_FIELDS)
        records = super(GovCompetencyAssessment, clean).create(vals_list).with_env(self.env)
        for one in records:
            one._gov_check_begin()
        records._gov_make_lines()
        return records

    def write(self, vals):
        if self.env.context.get("gov_act") is not ACT:
            self._gov_refuse(vals)
            for one in self:
                if "employee_id" in vals or one.state in ("agreed", "cancelled"):
                    raise UserError(self.env._("An assessment that was agreed or cancelled no longer changes."))
                if not (one.is_mine and one.state == "self") and not one.is_head:
                    raise AccessError(self.env._("The assessment is with somebody else now."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_begun(self):
        for one in self:
            if one.state != "self":
                raise UserError(self.env._("An assessment that was filed stays in the records: cancel it."))

    def _gov_refuse(self, vals):
        if OWN_FIELDS & vals.keys():
            raise UserError(self.env._("An assessment moves with its buttons, not by writing its state."))

    def _gov_check_begin(self):
        """Refuse an assessment begun by somebody who is neither the person, nor a head above, nor HR."""
        user = self.env.user
        if self.env.su or self.is_mine or self.is_head:
            return
        if self._gov_is_hr() and not (user.has_group("gov_base.group_auditor") and not self._gov_writes()):
            return
        raise AccessError(self.env._("The person, a head above, HR or the training officer begins an assessment."))

    def _gov_writes(self):
        user = self.env.user
        return user.has_group("gov_base.group_hr_officer") or user.has_group("gov_base.group_training_officer")

    def _gov_make_lines(self):
        """Make a line for each competency of the profile, with the level held today."""
        today = fields.Date.context_today(self)
        # sudo: profiles are public; the levels held go to who may read the assessment
        held = self.env["hr.employee"].sudo()._gov_held_levels(self.sudo().employee_id, today)
        vals = []
        for one in self:
            if not one.job_id or not one.job_id._gov_profile():
                raise UserError(
                    self.env._(
                        "%(name)s holds no job with a profile: put the person in a job of the framework first.",
                        name=one.employee_id.display_name,
                    )
                )
            for line in one.job_id._gov_profile():
                vals.append(
                    {
                        "assessment_id": one.id,
                        "skill_id": line.skill_id.id,
                        "required_rank": line.level_rank,
                        "weight": line.weight,
                        "is_critical": line.is_critical,
                        "held_rank": held.get((one.employee_id.id, line.skill_id.id), 0),
                    }
                )
        # sudo: lines are made by the act; their rights follow the assessment
        self.env["gov.competency.assessment.line"].sudo().with_context(gov_act=ACT).create(vals)

    def _gov_claim(self, states):
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                "UPDATE gov_competency_assessment SET write_date = now() AT TIME ZONE 'UTC' "
                "WHERE id IN %s AND state IN %s RETURNING id",
                self._ids or (0,),
                states,
            )
        )
        taken = {row[0] for row in self.env.cr.fetchall()}
        self.invalidate_recordset()
        if set(self.ids) - taken:
            raise UserError(self.env._("This was done already, or can no longer be done. Reload the page."))

    # ------------------------------------------------------------------ acts
    @short_transaction
    def action_submit_self(self):
        """File the person's own view; the head gives his next."""
        self.check_access("read")
        self._gov_claim(("self",))
        for one in self:
            if not one.is_mine:
                raise AccessError(self.env._("One's own view is filed by the person."))
            if any(not line.is_self_given for line in one.line_ids):
                raise UserError(self.env._("Give your level for each competency; “none” is an answer."))
        self._gov_move("head", "submit_self")
        return True

    @short_transaction
    def action_agree(self):
        """Agree on the levels: by a head above, after the person gave his view or did not answer."""
        self.check_access("read")
        self._gov_claim(("self", "head"))
        today = fields.Date.context_today(self)
        months = int(
            self.env["gov.parameter"].sudo().get_value("competency.validity_months", today)
        )  # sudo: a setting
        until = today + relativedelta(months=months)
        for one in self:
            if not one.is_head:
                raise AccessError(
                    self.env._("The levels are agreed by a head above the person, never by the person himself.")
                )
            if any(not line.is_head_given for line in one.line_ids):
                raise UserError(self.env._("Give your level for each competency before agreeing."))
            source = self.env._("Assessment of %(date)s", date=fields.Date.to_string(one.date))
            for line in one.line_ids:
                rank = line.agreed_rank if line.is_agreed_given else gaps.proposal(line.self_rank, line.head_rank)
                line.with_context(gov_act=ACT).write({"agreed_rank": rank, "is_agreed_given": True, "valid_to": until})
                # sudo: the right to agree was checked above
                one.sudo().employee_id._gov_raise_skill(line.skill_id, rank, source, valid_to=until, lower=True)
        self.with_context(gov_act=ACT).write({"agreed_on": today, "agreed_by_id": self.env.uid})
        self._gov_move("agreed", "agree")
        return True

    @short_transaction
    def action_return(self, reason):
        """Send the assessment back to the person, with the reason."""
        self.check_access("read")
        reason = " ".join((reason or "").split())
        if len(reason) < 3:
            raise UserError(self.env._("Give the reason: the person reads it."))
        self._gov_claim(("head",))
        for one in self:
            if not one.is_head:
                raise AccessError(self.env._("The assessment is with somebody else now."))
            one.message_post(body=reason)
        self._gov_move("self", "return")
        return True

    def action_ask_return(self):
        """Open the dialog that takes the reason why the assessment goes back to the person."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send back to the person"),
            "res_model": "gov.competency.reason",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_res_model": self._name, "default_res_id": self.id, "default_act": "return"},
        }

    @short_transaction
    def action_cancel(self, reason=None):
        """Cancel an assessment under way: by a head above, HR or the training officer."""
        self.check_access("read")
        self._gov_claim(("self", "head"))
        for one in self:
            if not (one.is_head or (one._gov_writes() and one._gov_is_hr() and not one.is_mine)):
                raise AccessError(self.env._("An assessment is cancelled by a head above or by HR."))
        self._gov_move("cancelled", "cancel")
        return True

    def _gov_move(self, state, act):
        # sudo: the caller has checked who acts
        self.sudo().with_context(gov_act=ACT).write({"state": state})
        self.env["gov.journal.entry"]._record_many([(one, act, {"employee": one.employee_id.id}) for one in self])


class GovCompetencyAssessmentLine(models.Model):
    """One competency of an assessment: required, held before, the person's view, the head's, what was agreed."""

    _name = "gov.competency.assessment.line"
    _description = "Line of an assessment of competencies"
    _order = "is_critical desc, weight desc, id"

    assessment_id = fields.Many2one("gov.competency.assessment", required=True, index=True, ondelete="cascade")
    state = fields.Selection(related="assessment_id.state")
    skill_id = fields.Many2one("hr.skill", "Competency", required=True, readonly=True, index=True, ondelete="restrict")
    required_rank = fields.Integer("Required", readonly=True, aggregator=None)
    weight = fields.Integer(readonly=True, aggregator=None)
    is_critical = fields.Boolean("Critical", readonly=True)
    held_rank = fields.Integer("Held before", readonly=True, aggregator=None)
    self_rank = fields.Integer(
        "Own level", aggregator=None, help="0 none, 1 notions, 2 practice, 3 mastery, 4 expertise."
    )
    self_choice = fields.Selection(
        [("0", "None"), ("1", "Notions"), ("2", "Practice"), ("3", "Mastery"), ("4", "Expertise")],
        "My level",
        compute="_compute_choices",
        inverse="_inverse_self_choice",
    )
    head_rank = fields.Integer("Level of the head", aggregator=None)
    head_choice = fields.Selection(
        [("0", "None"), ("1", "Notions"), ("2", "Practice"), ("3", "Mastery"), ("4", "Expertise")],
        "Level by the head",
        compute="_compute_choices",
        inverse="_inverse_head_choice",
    )
    agreed_rank = fields.Integer("Agreed level", aggregator=None)
    agreed_choice = fields.Selection(
        [("0", "None"), ("1", "Notions"), ("2", "Practice"), ("3", "Mastery"), ("4", "Expertise")],
        "Level agreed on",
        compute="_compute_choices",
        inverse="_inverse_agreed_choice",
        help="What the two agree on in the interview; when empty, the level given by the head.",
    )
    definition = fields.Text(related="skill_id.definition")
    indicators = fields.Text("Recognised by", compute="_compute_indicators")
    is_self_given = fields.Boolean(export_string_translation=False)
    is_head_given = fields.Boolean(export_string_translation=False)
    is_agreed_given = fields.Boolean(export_string_translation=False)
    gap = fields.Integer(compute="_compute_gap", store=True, aggregator=None, help="Levels missing.")
    evidence = fields.Text(help="What shows the level: a work, a certificate, a project.")
    evidence_ids = fields.Many2many("ir.attachment", string="Papers")
    valid_to = fields.Date("Valid until", readonly=True)

    _skill_uniq = models.Constraint("UNIQUE (assessment_id, skill_id)", "A competency is assessed once.")
    _ranks = models.Constraint(
        "CHECK (self_rank BETWEEN 0 AND 4 AND head_rank BETWEEN 0 AND 4 AND agreed_rank BETWEEN 0 AND 4)",
        "Levels go from 0 to 4.",
    )

    @api.depends("skill_id")
    @api.depends_context("lang")
    def _compute_indicators(self):
        for line in self:
            skill = line.skill_id
            line.indicators = "\n".join(
                f"{one.level}. {skill._gov_level_name(one.level)} – {one.text}" for one in skill.indicator_ids
            )

    @api.depends("self_rank", "is_self_given", "head_rank", "is_head_given", "agreed_rank", "is_agreed_given")
    def _compute_choices(self):
        for line in self:
            line.self_choice = str(line.self_rank) if line.is_self_given else False
            line.head_choice = str(line.head_rank) if line.is_head_given else False
            line.agreed_choice = str(line.agreed_rank) if line.is_agreed_given else False

    def _inverse_self_choice(self):
        for line in self:
            line.write({"self_rank": int(line.self_choice or 0), "is_self_given": bool(line.self_choice)})

    def _inverse_head_choice(self):
        for line in self:
            line.write({"head_rank": int(line.head_choice or 0), "is_head_given": bool(line.head_choice)})

    def _inverse_agreed_choice(self):
        for line in self:
            line.write({"agreed_rank": int(line.agreed_choice or 0), "is_agreed_given": bool(line.agreed_choice)})

    @api.depends("required_rank", "held_rank", "agreed_rank", "is_agreed_given")
    def _compute_gap(self):
        for line in self:
            line.gap = gaps.gap(line.required_rank, line.agreed_rank if line.is_agreed_given else line.held_rank)

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get("gov_act") is not ACT:
            raise UserError(self.env._("The lines come from the profile of the job."))
        return super().create(vals_list)

    def write(self, vals):
        if self.env.context.get("gov_act") is not ACT:
            self._gov_check_writer(set(vals))
        return super().write(vals)

    def _gov_check_writer(self, names):
        """The person writes his own columns while it is with him, the head his, and nobody the others'."""
        own = {"self_rank", "self_choice", "is_self_given", "evidence", "evidence_ids"}
        heads = {"head_rank", "head_choice", "is_head_given", "agreed_rank", "agreed_choice", "is_agreed_given"}
        names -= {"state", "gap"}
        for assessment in self.assessment_id:
            allowed = set()
            if assessment.is_mine and assessment.state == "self":
                allowed = own
            elif assessment.is_head and assessment.state in ("self", "head"):
                allowed = heads
            if names - allowed:
                raise AccessError(
                    self.env._(
                        "The person gives his own levels while the assessment is with him, the head gives his; the "
                        "rest comes from the profile."
                    )
                )
