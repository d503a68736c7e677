from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.gov_approval.models.sentinel import SENTINEL_KEY, has_sentinel, with_sentinel
from odoo.addons.gov_base.tools.act import short_transaction
from odoo.addons.gov_base.tools.defaults import without_defaults
from odoo.addons.gov_base.tools.search import search_when

SOURCES = [
    ("gap", "Gap of competency"),
    ("interview", "Evaluation interview"),
    ("employee", "Request of the employee"),
    ("head", "Request of the head"),
    ("project", "Project of the unit"),
    ("hr", "Human resources"),
]
PRIORITIES = [("1", "High"), ("2", "Medium"), ("3", "Low")]
STATES = [
    ("proposed", "Proposed"),
    ("head", "Kept by the head"),
    ("division", "Kept by the division"),
    ("kept", "Kept by human resources"),
    ("merged", "Merged into another"),
    ("aside", "Set aside"),
    ("met", "Met"),
]
OPEN = ("proposed", "head", "division")
LIVE = (*OPEN, "kept")
# from the division up, one decides for the division
HIGH_UNITS = (
    "division",
    "directorate",
    "regional_directorate",
    "inspectorate",
    "cabinet",
    "secretariat_general",
)
# written by acts alone
ACT_FIELDS = {
    "state",
    "state_before",
    "requester_id",
    "lead_id",
    "action_id",
    "aside_reason",
    "decided_by_id",
    "decided_on",
    "proposal_id",
    "is_critical",
    "is_expired",
    "region_id",
}
CONTENT = ("subject", "skill_id", "level_target", "course_id", "priority", "deadline", "justification")
HEAD_MAY = {"priority", "deadline", "justification", "course_id", "axis_id"}


class GovTrainingNeed(models.Model):
    """What somebody must learn, and why: collected from the gaps, the interviews, the people, the heads and projects.

    proposed → kept by the head → kept by the division → kept by human resources, or set aside with a reason that is
    told to whoever asked.  Equal needs are merged into one, and the merge can be undone; the people stay.  A need kept
    by human resources goes into an action of a plan, and is met when the training is recorded.

    Who asked never keeps the need: a head who asks for his people has given the head's word by asking, no more.
    """

    _name = "gov.training.need"
    _description = "Training need"
    _inherit = ["mail.thread"]
    _mail_post_access = "read"
    _order = "priority, is_critical desc, id desc"
    _rec_names_search = ["subject", "skill_id.name", "employee_id.name"]

    # for whom
    employee_id = fields.Many2one(
        "hr.employee",
        "Employee",
        index=True,
        ondelete="restrict",
        default=lambda self: self._default_employee_id(),
        help="Empty for a unit: say then how many persons.",
    )
    department_id = fields.Many2one(
        "hr.department",
        "Unit",
        compute="_compute_department_id",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
        ondelete="restrict",
    )
    region_id = fields.Many2one(
        related="department_id.effective_region_id", store=True, index="btree_not_null", string="Region"
    )
    person_count = fields.Integer("Persons", default=1, help="More than one for a unit only.")
    year = fields.Integer(
        "Plan of",
        required=True,
        aggregator=None,
        default=lambda self: fields.Date.context_today(self).year + 1,
        help="The year in whose plan it should be.",
    )
    # what
    subject = fields.Char("What is asked", help="In a few words, when no competency says it.")
    skill_id = fields.Many2one(
        "hr.skill", "Competency", index="btree_not_null", ondelete="restrict", domain="[('gov_kind', '!=', False)]"
    )
    what = fields.Char("Need", compute="_compute_what")
    level_now = fields.Integer("Level held", aggregator=None, help="When the need was written; an expired one is 0.")
    level_target = fields.Integer("Level aimed at", aggregator=None)
    gap = fields.Integer(compute="_compute_gap", store=True, aggregator="sum", help="Levels missing.")
    is_critical = fields.Boolean("Critical", readonly=True, help="The job cannot be held without the competency.")
    is_expired = fields.Boolean(
        "Expired", readonly=True, help="The person held the level, and its validity has ended."
    )
    course_id = fields.Many2one("gov.training.course", "Course proposed", index="btree_not_null", ondelete="restrict")
    axis_id = fields.Many2one("gov.training.axis", "Strategic axis", index="btree_not_null", ondelete="restrict")
    priority = fields.Selection(PRIORITIES, required=True, default="2", help="High is treated first.")
    deadline = fields.Date(help="When the competency must be held at the latest.")
    justification = fields.Text("Why", help="What it should bring to the person and to the unit.")
    # where from
    source = fields.Selection(
        SOURCES,
        required=True,
        compute="_compute_source",
        store=True,
        readonly=False,
        precompute=True,
        help="Who or what brought the need.",
    )
    requester_id = fields.Many2one(
        "res.users",
        "Asked by",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="Empty when it was collected from the gaps.",
    )
    proposal_id = fields.Many2one(
        "gov.evaluation.proposal",
        "Proposal of the interview",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        groups="gov_base.group_hr_officer,gov_base.group_training_officer,gov_base.group_auditor",
    )
    # what became of it
    state = fields.Selection(
        STATES, required=True, readonly=True, default="proposed", copy=False, index=True, tracking=True
    )
    state_before = fields.Char(readonly=True, copy=False, export_string_translation=False)
    decided_by_id = fields.Many2one(
        "res.users", "Decided by", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    decided_on = fields.Date("Decided on", readonly=True, copy=False)
    aside_reason = fields.Text("Why set aside", readonly=True, copy=False)
    lead_id = fields.Many2one(
        "gov.training.need", "Merged into", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    merged_ids = fields.One2many("gov.training.need", "lead_id", "Merged needs", readonly=True, copy=False)
    total_persons = fields.Integer("Persons in all", compute="_compute_total_persons", help="With the merged needs.")
    action_id = fields.Many2one(
        "gov.training.action",
        "Action of the plan",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    # screens
    is_mine = fields.Boolean(compute="_compute_rights", export_string_translation=False)
    can_keep = fields.Boolean(compute="_compute_rights", export_string_translation=False)
    can_edit = fields.Boolean(compute="_compute_rights", export_string_translation=False)
    is_hr = fields.Boolean(compute="_compute_rights", export_string_translation=False)
    is_readable = fields.Boolean(
        compute="_compute_is_readable", search="_search_is_readable", export_string_translation=False
    )
    is_waiting_me = fields.Boolean(
        "Waiting for me", compute="_compute_rights", search="_search_is_waiting_me", export_string_translation=False
    )

    _skill_once = models.UniqueIndex(
        "(employee_id, skill_id, year) WHERE employee_id IS NOT NULL AND skill_id IS NOT NULL AND state <> 'aside'",
        "A need of this person for this competency and this year exists already: complete it.",
    )
    _proposal_once = models.UniqueIndex(
        "(proposal_id) WHERE proposal_id IS NOT NULL", "This proposal of an interview is already a need."
    )
    _levels = models.Constraint(
        "CHECK (coalesce(level_now, 0) BETWEEN 0 AND 4 AND coalesce(level_target, 0) BETWEEN 0 AND 4)",
        "Levels go from 0 to 4.",
    )
    _persons = models.Constraint(
        "CHECK (person_count BETWEEN 1 AND 100000 AND (employee_id IS NULL OR person_count = 1))",
        "A need of a unit says how many persons; a need of a person is for one.",
    )
    _year_range = models.Constraint("CHECK (year BETWEEN 2000 AND 2100)", "The year of the plan has four digits.")
    _plan_idx = models.Index("(year, state) WHERE action_id IS NULL")

    # ------------------------------------------------------------------ defaults and computes
    @api.model
    def _default_employee_id(self):
        return self.env.user.employee_id if self.env.context.get("gov_my_needs") else False

    @api.depends("employee_id")
    def _compute_department_id(self):
        for need in self:
            if need.employee_id:
                need.department_id = need.employee_id.sudo().department_id  # sudo: the unit is in the directory

    @api.depends("employee_id", "department_id")
    def _compute_source(self):
        for need in self:
            if not need.source:
                need.source = need._gov_source()

    def _gov_source(self):
        """Return the source that fits who asks."""
        user = self.env.user
        if self.employee_id and self.employee_id.sudo().user_id == user:  # sudo: only whether it is the user
            return "employee"
        if self._gov_has_role():
            return "hr"
        return "head" if self.employee_id else "project"

    @api.depends("subject", "skill_id", "course_id")
    @api.depends_context("lang")
    def _compute_what(self):
        for need in self:
            need.what = need.skill_id.name or need.subject or need.course_id.name

    @api.depends("level_now", "level_target")
    def _compute_gap(self):
        for need in self:
            need.gap = max(0, (need.level_target or 0) - (need.level_now or 0))

    @api.depends("merged_ids.person_count", "person_count")
    def _compute_total_persons(self):
        for need in self:
            # sudo: how many persons, of all regions
            need.total_persons = need.person_count + sum(need.sudo().merged_ids.mapped("person_count"))

    @api.depends("subject", "skill_id", "course_id", "employee_id", "department_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for need in self:
            what = need.subject or need.skill_id.name or need.course_id.name or ""
            who = (
                need.employee_id.display_name
                or need.department_id.with_context(hierarchical_naming=False).display_name
            )
            need.display_name = " · ".join(filter(None, (what, who))) or self.env._("New need")

    # ------------------------------------------------------------------ rights
    @api.model
    def _gov_has_role(self):
        """Tell whether the user sorts needs for human resources: training officer or HR manager."""
        user = self.env.user
        return user.has_group("gov_base.group_training_officer") or user.has_group("gov_base.group_hr_manager")

    @api.model
    def _gov_own_regions(self):
        return self.env.user.sudo().gov_region_ids  # sudo: the regions of the user himself

    @api.model
    def _gov_heads(self):
        """Return ``(units the user heads or stands in for, with those below; the same, of high units only)``.

        sudo: the hierarchy is in the organisation chart, and interims are public to those they concern.
        """
        users = self.env.user
        for absent, _path in self.env["gov.interim"].sudo()._get_absents(self.env.user):
            users |= absent
        units = self.env["hr.department"].sudo()
        headed = units.search([("manager_id.user_id", "in", users.ids)])
        if not headed:
            return headed, headed
        high = headed.filtered(lambda unit: unit.unit_kind in HIGH_UNITS)
        below = units.search([("id", "child_of", headed.ids)])
        return below, units.search([("id", "child_of", high.ids)]) if high else high

    def _gov_is_hr(self):
        """Tell whether the user sorts this need for human resources, in its region."""
        self.ensure_one()
        if not self._gov_has_role():
            return False
        regions = self._gov_own_regions()
        return not regions or self.region_id in regions

    def _gov_is_barred(self):
        """Tell whether the user asked for the need, or it is his."""
        self.ensure_one()
        need = self.sudo()  # sudo: who asked is compared with the user
        return self.env.user in (need.requester_id | need.employee_id.user_id)

    def _gov_step(self, heads=None):
        """Return the state to which the user may bring the need by keeping it, or None."""
        self.ensure_one()
        if self.state not in OPEN or self._gov_is_barred():
            return None
        if self._gov_is_hr():
            return "kept"
        below, high = heads or self._gov_heads()
        # sudo: the unit of the need, compared with those the user heads
        unit = self.sudo().department_id
        if unit in high and self.state in ("proposed", "head"):
            return "division"
        if unit in below and self.state == "proposed":
            return "head"
        return None

    @api.depends_context("uid")
    @api.depends("state", "employee_id", "department_id", "requester_id")
    def _compute_rights(self):
        heads = self._gov_heads()
        for need in self:
            record = need.sudo()  # sudo: only whether the user is the person or asked
            need.is_mine = record.employee_id.user_id == self.env.user
            need.is_hr = need._gov_is_hr()
            need.can_keep = need.is_waiting_me = bool(need.id and need._gov_step(heads))
            asked = record.requester_id == self.env.user and need.state == "proposed"
            headed = record.department_id in heads[0] and need.state in OPEN
            need.can_edit = (
                not need.id or asked or (need.state in LIVE and (need.is_hr or (headed and not need.is_mine)))
            )

    @api.model
    def _gov_readable_domain(self):
        user = self.env.user
        domain = Domain("employee_id.user_id", "=", user.id) | Domain("requester_id", "=", user.id)
        below, _high = self._gov_heads()
        if below:
            domain |= Domain("department_id", "in", below.ids)
        roles = ("hr_officer", "training_officer", "auditor")
        if any(user.has_group(f"gov_base.group_{role}") for role in roles):
            regions = self._gov_own_regions()
            domain |= Domain("region_id", "in", regions.ids) if regions else Domain.TRUE
        return domain

    @api.depends_context("uid")
    def _compute_is_readable(self):
        # sudo: places of the needs, compared with the rights of the user
        readable = self.sudo().filtered_domain(self._gov_readable_domain())
        for need in self:
            need.is_readable = need.id in readable._ids

    @api.model
    @search_when
    def _search_is_readable(self):
        return self._gov_readable_domain()

    @api.model
    @search_when
    def _search_is_waiting_me(self):
        user = self.env.user
        below, high = self._gov_heads()
        domain = Domain.FALSE
        if self._gov_has_role():
            regions = self._gov_own_regions()
            domain = Domain("state", "in", OPEN)
            domain &= Domain("region_id", "in", regions.ids) if regions else Domain.TRUE
        if below:
            domain |= Domain("department_id", "in", below.ids) & Domain("state", "=", "proposed")
        if high:
            domain |= Domain("department_id", "in", high.ids) & Domain("state", "in", ("proposed", "head"))
        domain &= Domain("requester_id", "!=", user.id) & (
            Domain("employee_id", "=", False) | Domain("employee_id.user_id", "!=", user.id)
        )
        return domain

    # ------------------------------------------------------------------ guards
    @api.constrains("subject", "skill_id", "course_id", "level_target", "employee_id", "department_id")
    def _check_content(self):
        for need in self:
            if not (need.subject or need.skill_id or need.course_id):
                raise ValidationError(self.env._("Say what is asked: a competency, a course, or a few words."))
            if need.skill_id and not need.skill_id.gov_kind:
                raise ValidationError(
                    self.env._("“%(skill)s” is not in the framework of competencies.", skill=need.skill_id.name)
                )
            if need.skill_id and not need.level_target:
                raise ValidationError(
                    self.env._("Give the level aimed at for “%(skill)s”, from 1 to 4.", skill=need.skill_id.name)
                )
            if not need.employee_id and not need.department_id:
                raise ValidationError(self.env._("Say for whom: a person, or a unit and how many persons."))

    @api.model_create_multi
    def create(self, vals_list):
        trusted = has_sentinel(self.env)
        if not trusted:
            for vals in vals_list:
                given = {name for name in ACT_FIELDS & vals.keys() if vals[name]}
                if vals.get("state") == "proposed":
                    given.discard("state")
                if given:
                    self._gov_refuse(given)
        clean = without_defaults(self, ACT_FIELDS).with_context(**{SENTINEL_KEY: None})
        needs = super(GovTrainingNeed, clean).create(vals_list).with_env(self.env)
        if not trusted:
            needs._gov_check_ask()
            needs._gov_fill()
        return needs

    def _gov_check_ask(self):
        """Let the person, one of the heads above and those who sort for human resources ask; say who asked.

        A head has given the head's word by asking for his people.
        """
        below, high = self._gov_heads()
        for need in self:
            record = need.sudo()  # sudo: unit and person, compared with the user
            own = record.employee_id.user_id == self.env.user
            headed = record.department_id in below
            if not (self.env.su or own or headed or need._gov_is_hr()):
                raise AccessError(
                    self.env._("You ask for training for yourself, or for the people and the units that you head.")
                )
            allowed = {"employee"} if own else set()
            if headed and not own:
                allowed |= {"head", "project"}
            if need._gov_is_hr() and not own:
                allowed |= {"hr", "project"}
            vals = {"requester_id": self.env.uid}
            if need.source not in allowed and not self.env.su:
                vals["source"] = need._gov_source()
            if headed and not own and not need._gov_is_hr():
                vals["state"] = "division" if record.department_id in high else "head"
                vals["decided_by_id"], vals["decided_on"] = self.env.uid, fields.Date.context_today(self)
            need._gov_write(vals)

    def _gov_fill(self):
        """Write the level held today, and propose the course that fits, when nothing was said."""
        # sudo: levels of the people of the needs, written into the needs
        people = self.sudo().employee_id
        held = people._gov_held_levels(people, fields.Date.context_today(self))
        courses = self.env["gov.training.course"]._gov_by_skill()
        for need in self:
            if not need.skill_id:
                continue
            vals = {}
            if need.employee_id:
                vals["level_now"] = held.get((need.employee_id.id, need.skill_id.id), 0)
            if not need.course_id:
                now = vals.get("level_now", need.level_now)
                vals["course_id"] = courses.pick(need.skill_id.id, now, need.level_target)
            need._gov_write(vals)

    def write(self, vals):
        if not has_sentinel(self.env):
            given = ACT_FIELDS & vals.keys()
            if given:
                self._gov_refuse(given)
            if not self.env.su:
                self._gov_check_edit(set(vals))
        return super(GovTrainingNeed, self.with_context(**{SENTINEL_KEY: None})).write(vals)

    def _gov_check_edit(self, names):
        free = set(self.env["mail.thread"]._fields)
        names = names - free
        if not names:
            return
        for need in self:
            if not need.can_edit:
                raise AccessError(
                    self.env._(
                        "“%(need)s” was sorted: human resources change it now. Write in the discussion what should "
                        "change.",
                        need=need.display_name,
                    )
                )
            # sudo: only whether the user asked
            if not need.is_hr and need.sudo().requester_id != self.env.user and names - HEAD_MAY:
                raise AccessError(
                    self.env._("The head changes the priority, the course, the axis, the date and the reason alone.")
                )
            if names & {"employee_id", "source"} and not self.env.su:
                raise UserError(self.env._("A need stays that of the person for whom it was asked: make another."))

    def _gov_refuse(self, names):
        labels = ", ".join(self._fields[name]._description_string(self.env) or name for name in sorted(names))
        raise UserError(self.env._("“%(fields)s” cannot be set: a need moves with its buttons only.", fields=labels))

    def copy_data(self, default=None):
        default = dict(default or {})
        if not default.get("employee_id") and not default.get("year"):
            raise UserError(self.env._("The same need cannot be asked twice: make a need for another person."))
        return super().copy_data(default)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sorted(self):
        for need in self:
            # sudo: only whether the user asked
            asked = need.sudo().requester_id == self.env.user
            if need.state != "proposed" or not (asked or need.is_hr or self.env.su):
                raise UserError(self.env._("A need that was sorted stays in the records: set it aside."))

    def _gov_write(self, vals):
        """Write fields that only acts may change; the act has checked who does it."""
        # sudo: fields that acts alone write
        return with_sentinel(self.sudo()).write(vals) if vals else True

    # ------------------------------------------------------------------ acts
    def _gov_claim(self, states):
        """Take the needs for an act by one conditional UPDATE: of two acts at once, one finds nothing."""
        self.check_access("read")
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                "UPDATE gov_training_need SET write_date = now() AT TIME ZONE 'UTC' "
                "WHERE id IN %s AND state IN %s RETURNING id",
                tuple(sorted(self.ids)) or (0,),
                tuple(states),
            )
        )
        taken = {row[0] for row in self.env.cr.fetchall()}
        self.invalidate_recordset()
        for need in self:
            if need.id not in taken:
                label = dict(self._fields["state"]._description_selection(self.env))[need.state]
                raise UserError(
                    self.env._(
                        "“%(need)s” is “%(state)s”: this can no longer be done. Reload the page.",
                        need=need.display_name,
                        state=label,
                    )
                )

    def _gov_decide(self, vals):
        self._gov_write({"decided_by_id": self.env.uid, "decided_on": fields.Date.context_today(self), **vals})

    @short_transaction
    def action_keep(self):
        """Keep the needs: as head, as head of the division or above, or for human resources, whichever the user is.

        Of several, those on which the user may not decide are left, and told.
        """
        self.check_access("read")
        heads = self._gov_heads()
        mine = self.filtered(lambda need: need._gov_step(heads))
        if not mine:
            self._gov_explain_keep()
        mine._gov_claim(OPEN)
        steps = {}
        for need in mine:
            step = need._gov_step(heads)
            if step is None:
                need._gov_explain_keep()
            steps.setdefault(step, []).append(need.id)
        for step, ids in steps.items():
            self.browse(ids)._gov_decide({"state": step})
        mine._gov_journal("keep", {need.id: {"to": need.state} for need in mine})
        left = self - mine
        if not left:
            return True
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "message": self.env._(
                    "%(kept)s kept. %(left)s left, which wait for somebody else or were asked by you: %(names)s",
                    kept=len(mine),
                    left=len(left),
                    names=", ".join(left[:3].mapped("display_name")),
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _gov_explain_keep(self):
        """Say why the user may not keep the first of the needs."""
        need = self[:1]
        if need.state not in OPEN:
            need._gov_claim(OPEN)
        if need._gov_is_barred():
            raise AccessError(
                self.env._(
                    "“%(need)s” was asked by you or for you: somebody else decides on it.", need=need.display_name
                )
            )
        raise AccessError(
            self.env._("“%(need)s” waits for somebody else: a head above, or human resources.", need=need.display_name)
        )

    @short_transaction
    def action_set_aside(self, reason):
        """Set needs aside, saying why: by a head above, or human resources, never by who asked."""
        reason = self._gov_reason(reason)
        self._gov_claim((*OPEN, "kept"))
        heads = self._gov_heads()
        for need in self:
            if need._gov_is_barred():
                raise AccessError(
                    self.env._("“%(need)s” was asked by you or for you: delete it while nobody has decided on it, or "
                               "ask a head.", need=need.display_name)
                )  # fmt: skip
            # sudo: the unit of the need, compared with those the user heads
            headed = need.sudo().department_id in heads[0] and need.state in OPEN
            if not (need._gov_is_hr() or headed):
                raise AccessError(self.env._("A need is set aside by a head above or by human resources."))
            need._gov_check_free()
            if need.sudo().merged_ids:  # sudo: needs of other regions count as well
                raise UserError(
                    self.env._("“%(need)s” leads merged needs: undo the merge first.", need=need.display_name)
                )
        for need in self:
            need._gov_decide({"state": "aside", "state_before": need.state, "aside_reason": reason})
        self._gov_tell_aside(reason)
        self._gov_journal("set_aside", {need.id: {"reason": reason} for need in self})
        return True

    @short_transaction
    def action_reopen(self):
        """Take back needs that were set aside: by human resources; they wait again where they were."""
        self._gov_claim(("aside",))
        for need in self:
            if not need._gov_is_hr():
                raise AccessError(self.env._("Human resources take back a need that was set aside."))
            same = need._gov_same()
            if same:
                raise UserError(
                    self.env._("“%(need)s” was asked again meanwhile: go on with that one.", need=same[0].display_name)
                )
            # once set aside, human resources decide again
            before = need.state_before if need.state_before in OPEN else "division"
            need._gov_decide({"state": before, "state_before": False, "aside_reason": False})
        self._gov_journal("reopen", {})
        return True

    def _gov_same(self):
        """Return the live needs of the same person, competency and year."""
        self.ensure_one()
        if not (self.employee_id and self.skill_id):
            return self.browse()
        # sudo: whether one exists, whoever asks
        return self.sudo().search(
            Domain("employee_id", "=", self.employee_id.id)
            & Domain("skill_id", "=", self.skill_id.id)
            & Domain("year", "=", self.year)
            & Domain("state", "!=", "aside")
            & Domain("id", "!=", self.id)
        )

    @short_transaction
    def action_merge(self):
        """Merge equal needs into the first of them: same competency, or same course; the people stay.

        By human resources.  The need of the highest priority leads; it takes the highest level, the nearest date.
        """
        self._gov_claim(LIVE)
        if len(self) < 2:
            raise UserError(self.env._("Choose at least two needs to merge."))
        keys = {(need.skill_id.id, need.course_id.id if not need.skill_id else 0, need.year) for need in self}
        if len(keys) > 1 or keys == {(False, False, self[0].year)}:
            raise UserError(
                self.env._("Only equal needs are merged: the same competency, or the same course, for the same year.")
            )
        for need in self:
            if not need._gov_is_hr():
                raise AccessError(self.env._("Human resources merge needs."))
            need._gov_check_free()
        order = sorted(self, key=lambda need: (not need.sudo().merged_ids, need.priority, need.id))  # sudo: as above
        lead = order[0]
        others = self - lead
        deadlines = [need.deadline for need in self if need.deadline]
        inner = others.sudo().merged_ids  # sudo: what was merged before follows
        inner._gov_write({"lead_id": lead.id})
        for need in others:
            need._gov_write({"state_before": need.state, "state": "merged", "lead_id": lead.id})
        lead._gov_write(
            {
                "level_target": max(self.mapped("level_target")),
                "deadline": min(deadlines) if deadlines else False,
            }
        )
        self._gov_journal("merge", {need.id: {"lead": lead.id} for need in self})
        return lead._gov_open()

    @short_transaction
    def action_unmerge(self):
        """Undo a merge: called on the one that leads, all come back; on a merged one, it alone."""
        self.check_access("read")
        merged = self.filtered(lambda need: need.state == "merged") | self.sudo().merged_ids.sudo(
            False
        )  # sudo: as above
        if not merged:
            raise UserError(self.env._("These needs are not merged."))
        merged._gov_claim(("merged",))
        for need in merged:
            if not need._gov_is_hr():
                raise AccessError(self.env._("Human resources merge needs."))
        (merged.lead_id | merged)._gov_check_free()
        for need in merged:
            before = need.state_before if need.state_before in LIVE else "proposed"
            need._gov_write({"state": before, "state_before": False, "lead_id": False})
        merged._gov_journal("unmerge", {})
        return True

    def _gov_check_free(self):
        """Refuse to move needs that are in an action of a plan."""
        for need in self:
            action = need.sudo().action_id  # sudo: whether there is one
            if action:
                raise UserError(
                    self.env._(
                        "“%(need)s” is in the action “%(action)s”: take it out of the action first.",
                        need=need.display_name,
                        action=action.name,
                    )
                )

    @api.model
    def _gov_reason(self, reason):
        reason = " ".join((reason or "").split()) if isinstance(reason, str) else ""
        if len(reason) < 5:
            raise UserError(self.env._("Give the reason, in 5 characters at least: the person who asked reads it."))
        return reason[:1000]

    def _gov_tell_aside(self, reason):
        """Tell whoever asked, or the person, in his language, that the need is set aside."""
        for need in self.sudo():  # sudo: who asked is told, whoever acted
            users = (need.requester_id or need.employee_id.user_id).filtered("active") - self.env.user
            for user in users:
                one = need.with_context(lang=user.lang)
                one.message_notify(
                    partner_ids=user.partner_id.ids,
                    subject=one.display_name,
                    body=one.env._(
                        "The training need “%(need)s” is set aside. Reason: %(reason)s",
                        need=one.display_name,
                        reason=reason,
                    ),
                )

    def _gov_journal(self, act, payloads):
        self.env["gov.journal.entry"]._record_many(
            [(need, act, {"year": need.year, **payloads.get(need.id, {})}) for need in self.sorted("id")]
        )

    # ------------------------------------------------------------------ screens
    def _gov_open(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Training need"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "current",
        }

    def action_open_aside(self):
        """Open the dialog that takes the reason for setting needs aside."""
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Set aside"),
            "res_model": "gov.training.reason",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_operation": "aside",
                "default_res_model": self._name,
                "default_res_ids": ",".join(map(str, self.ids)),
            },
        }

    def action_open_people(self):
        """Open the needs merged into this one, with their people."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Merged needs"),
            "res_model": self._name,
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", (self | self.merged_ids).ids)],
        }
