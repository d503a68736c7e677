from calendar import monthrange
from datetime import date

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command, Domain
from odoo.tools import SQL

from odoo.addons.gov_approval.models.sentinel import SENTINEL_KEY, has_sentinel, with_sentinel
from odoo.addons.gov_base.tools.act import short_transaction
from odoo.addons.gov_base.tools.defaults import without_defaults

from ..services import rates
from ..tools.names import copy_names
from .gov_training_course import SEES_COST
from .gov_training_need import PRIORITIES

QUARTERS = [("1", "First quarter"), ("2", "Second quarter"), ("3", "Third quarter"), ("4", "Fourth quarter")]
STATES = [
    ("proposed", "Proposed"),
    ("planned", "Planned"),
    ("running", "Under way"),
    ("done", "Done"),
    ("dropped", "Dropped"),
]
LIVE = ("proposed", "planned", "running", "done")
ELEMENTS = [
    ("fees", "Fees of trainers"),
    ("room", "Room"),
    ("meals", "Meals"),
    ("travel", "Travel"),
    ("per_diem", "Per diem"),
    ("materials", "Materials"),
    ("platform", "Platform"),
    ("other", "Other"),
]
BASES = [
    ("lump", "Lump sum"),
    ("group", "Per group"),
    ("group_day", "Per group and day"),
    ("person", "Per person"),
    ("person_day", "Per person and day"),
    ("count", "Per unit"),
]
ACT_FIELDS = {"state", "drop_reason", "need_ids", "moved_from_id"}
# kept in step with what an approved plan says: only a revision of the plan changes them
CONTENT = {
    "plan_id",
    "course_id",
    "group_count",
    "seats",
    "person_count",
    "days",
    "quarter",
    "is_mandatory",
    "cost_ids",
    "name",
}


class GovTrainingAction(models.Model):
    """An action of a training plan: one course, for groups of people, in a quarter, at a cost.

    proposed (in a plan that is prepared) → planned (with the approval of the plan) → under way → done, or dropped with
    a reason.  Its people come from the needs it serves; the merged ones count.  Training officers and HR managers
    change it while the plan is prepared; afterwards it moves by acts alone.
    """

    _name = "gov.training.action"
    _description = "Action of the training plan"
    _inherit = ["mail.thread"]
    _mail_post_access = "read"
    _order = "plan_id, quarter, priority, id"
    _rec_names_search = ["name", "course_id.code", "course_id.name"]

    name = fields.Char(
        required=True, translate=True, compute="_compute_name", store=True, readonly=False, precompute=True
    )
    plan_id = fields.Many2one(
        "gov.training.plan",
        "Plan",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('kind', '=', 'annual')]",
    )
    plan_state = fields.Selection(related="plan_id.state", string="State of the plan")
    year = fields.Integer("Year", related="plan_id.year_from", store=True, index=True, aggregator=None)
    course_id = fields.Many2one("gov.training.course", "Course", required=True, index=True, ondelete="restrict")
    kind = fields.Selection(related="course_id.kind", store=True)
    modality = fields.Selection(related="course_id.modality", store=True)
    axis_id = fields.Many2one("gov.training.axis", "Strategic axis", index="btree_not_null", ondelete="restrict")
    provider_id = fields.Many2one(
        "res.partner",
        "Provider",
        compute="_compute_provider_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    # who
    group_count = fields.Integer("Groups", default=1, required=True)
    seats = fields.Integer(
        "Seats of a group", compute="_compute_seats", store=True, readonly=False, precompute=True, aggregator=None
    )
    person_count = fields.Integer("Persons planned", help="Those of the needs, or more when places are left.")
    need_ids = fields.One2many("gov.training.need", "action_id", "Needs", readonly=True)
    need_persons = fields.Integer("Persons of the needs", compute="_compute_need_persons")
    is_small = fields.Boolean(
        "Too few", compute="_compute_is_small", store=True, help="Fewer persons than a session of the course needs."
    )
    employee_ids = fields.Many2many("hr.employee", string="People", compute="_compute_employee_ids")
    # when
    quarter = fields.Selection(QUARTERS, default="1")
    date_from = fields.Date(
        "From", compute="_compute_dates", store=True, readonly=False, precompute=True, help="First possible day."
    )
    date_to = fields.Date("To", compute="_compute_dates", store=True, readonly=False, precompute=True)
    days = fields.Float(
        "Days per person",
        digits=(6, 1),
        compute="_compute_days",
        store=True,
        readonly=False,
        precompute=True,
        aggregator=None,
    )
    trainee_days = fields.Float("Days planned", compute="_compute_trainee_days", store=True, digits=(10, 1))
    # how much
    priority = fields.Selection(PRIORITIES, required=True, default="2")
    is_mandatory = fields.Boolean("Mandatory", help="Asked by a text or a decision: a simulation never drops it.")
    cost_ids = fields.One2many("gov.training.cost", "action_id", "Costs", groups=SEES_COST)
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    cost_untaxed = fields.Monetary("Cost without tax", compute="_compute_cost", store=True, groups=SEES_COST)
    cost_total = fields.Monetary("Cost", compute="_compute_cost", store=True, groups=SEES_COST, help="With taxes.")
    cost_day = fields.Monetary(
        "Cost of a trainee-day", compute="_compute_cost_day", store=True, aggregator="avg", groups=SEES_COST
    )
    weight = fields.Integer("Weight", compute="_compute_weight", help="What its needs are worth in a simulation.")
    state = fields.Selection(
        STATES, required=True, readonly=True, default="proposed", copy=False, index=True, tracking=True
    )
    drop_reason = fields.Text("Why dropped", readonly=True, copy=False)
    moved_from_id = fields.Many2one(
        "gov.training.plan", "Shifted from", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    record_ids = fields.One2many("gov.training.record", "action_id", "Trainings followed")
    done_days = fields.Float("Days done", compute="_compute_done", digits=(10, 1))
    done_persons = fields.Integer("Persons trained", compute="_compute_done")
    can_change = fields.Boolean(compute="_compute_can_change", export_string_translation=False)
    can_act = fields.Boolean(compute="_compute_can_change", export_string_translation=False)

    _groups_range = models.Constraint(
        "CHECK (group_count BETWEEN 1 AND 1000 AND seats BETWEEN 1 AND 10000)",
        "An action has at least one group of one seat.",
    )
    _persons_range = models.Constraint(
        "CHECK (coalesce(person_count, 0) BETWEEN 0 AND 1000000)", "The number of persons is not negative."
    )
    _days_range = models.Constraint("CHECK (days > 0 AND days <= 1000)", "An action lasts from half a day on.")
    _dates_order = models.Constraint("CHECK (date_to >= date_from)", "The last day is not before the first.")

    # ------------------------------------------------------------------ computes
    @api.depends("course_id")
    def _compute_name(self):
        for action in self:
            action.name = action.course_id.name or action.name

    @api.depends("course_id")
    def _compute_provider_id(self):
        for action in self:
            action.provider_id = action.course_id.provider_id

    @api.depends("course_id")
    def _compute_seats(self):
        for action in self:
            action.seats = action.course_id.max_seats or 20

    @api.depends("course_id")
    def _compute_days(self):
        for action in self:
            action.days = action.course_id.days or 1

    @api.depends("plan_id.year_from", "quarter")
    def _compute_dates(self):
        for action in self:
            if not action.quarter or not action.plan_id.year_from:
                action.date_from = action.date_to = False
                continue
            action.date_from, action.date_to = self._gov_quarter_dates(action.plan_id.year_from, action.quarter)

    @api.model
    def _gov_quarter_dates(self, year, quarter):
        last = int(quarter) * 3
        return date(year, last - 2, 1), date(year, last, monthrange(year, last)[1])

    def _compute_currency_id(self):
        self.currency_id = self.env.company.currency_id

    @api.depends("need_ids.employee_id", "need_ids.merged_ids.employee_id")
    def _compute_employee_ids(self):
        for action in self:
            people = action._gov_people().with_env(self.env)
            action.employee_ids = people._filtered_access("read")

    def _gov_people(self):
        """Return the people of the action, from its needs and those merged into them.

        sudo: for the module's own code (sessions), which checks who acts.
        """
        needs = self.sudo().need_ids
        return (needs | needs.merged_ids).employee_id

    @api.depends("need_ids.total_persons")
    def _compute_need_persons(self):
        for action in self:
            # sudo: how many, of all regions
            action.need_persons = sum(action.sudo().need_ids.mapped("total_persons"))

    @api.depends("person_count", "course_id.min_seats")
    def _compute_is_small(self):
        for action in self:
            action.is_small = action.person_count < action.course_id.min_seats

    @api.depends("person_count", "days")
    def _compute_trainee_days(self):
        for action in self:
            action.trainee_days = action.person_count * action.days

    @api.depends("cost_ids.amount_untaxed", "cost_ids.amount_total")
    def _compute_cost(self):
        for action in self:
            action.cost_untaxed = sum(action.cost_ids.mapped("amount_untaxed"))
            action.cost_total = sum(action.cost_ids.mapped("amount_total"))

    @api.depends("cost_total", "trainee_days")
    def _compute_cost_day(self):
        for action in self:
            action.cost_day = rates.ratio(action.cost_total, action.trainee_days) or 0

    @api.depends("need_ids.priority", "need_ids.merged_ids.priority", "priority", "person_count")
    def _compute_weight(self):
        worth = self._gov_priority_weights()
        for action in self:
            # sudo: needs of all regions are worth the same
            needs = action.sudo().need_ids
            every = needs | needs.merged_ids
            total = sum(worth[need.priority] * need.person_count for need in every)
            places = max(0, action.person_count - sum(every.mapped("person_count")))
            action.weight = total + (places * worth[action.priority] if not every else 0)

    @api.model
    def _gov_priority_weights(self):
        # sudo: settings of the simulation
        parameters, today = self.env["gov.parameter"].sudo(), fields.Date.context_today(self)
        return {
            priority: int(parameters.get_value(f"training.weight_priority_{priority}", today))
            for priority, _label in PRIORITIES
        }

    @api.depends("record_ids.days")
    def _compute_done(self):
        # sudo: sums alone, of all regions
        rows = (
            self.env["gov.training.record"]
            .sudo()
            ._read_group([("action_id", "in", self.ids)], ["action_id"], ["days:sum", "employee_id:count_distinct"])
        )
        found = {action.id: (days, persons) for action, days, persons in rows}
        for action in self:
            action.done_days, action.done_persons = found.get(action._origin.id, (0, 0))

    @api.depends_context("uid")
    @api.depends("state", "plan_id.state")
    def _compute_can_change(self):
        may = self.env["gov.training.plan"]._gov_may_prepare()
        for action in self:
            state = action.sudo().plan_id.state  # sudo: the state of the plan alone
            action.can_change = may and (not action.id or state == "draft") and action.state in ("proposed", "planned")
            action.can_act = may and action.state in ("planned", "running") and state in ("approved", "running")

    # ------------------------------------------------------------------ guards
    @api.constrains("date_from", "date_to", "plan_id")
    def _check_dates(self):
        for action in self:
            plan = action.plan_id
            for day in (action.date_from, action.date_to):
                if day and not plan.year_from <= day.year <= plan.year_to:
                    raise ValidationError(
                        self.env._(
                            "“%(action)s” must take place in %(year)s, the year of its plan.",
                            action=action.name,
                            year=plan.year_from,
                        )
                    )

    @api.constrains("plan_id")
    def _check_plan(self):
        for action in self:
            if action.plan_id.kind != "annual":
                raise ValidationError(self.env._("Actions are in the annual plans, not in the multi-year one."))

    @api.model_create_multi
    def create(self, vals_list):
        if not has_sentinel(self.env):
            for vals in vals_list:
                given = {name for name in ACT_FIELDS & vals.keys() if vals[name]}
                if vals.get("state") == "proposed":
                    given.discard("state")
                self._gov_refuse(given)
        clean = without_defaults(self, ACT_FIELDS).with_context(**{SENTINEL_KEY: None})
        actions = super(GovTrainingAction, clean).create(vals_list).with_env(self.env)
        unnamed = [action.id for action, vals in zip(actions, vals_list, strict=True) if not vals.get("name")]
        copy_names(actions.browse(unnamed), "name", "course_id")
        actions._gov_check_change()
        return actions

    def write(self, vals):
        if not has_sentinel(self.env):
            self._gov_refuse(ACT_FIELDS & vals.keys())
            if CONTENT & vals.keys():
                self._gov_check_change()
        result = super(GovTrainingAction, self.with_context(**{SENTINEL_KEY: None})).write(vals)
        if "course_id" in vals and not vals.get("name"):
            copy_names(self, "name", "course_id")
        if "plan_id" in vals and not has_sentinel(self.env):
            self._gov_check_change()
        return result

    def _gov_refuse(self, names):
        if names:
            labels = ", ".join(self._fields[name]._description_string(self.env) for name in sorted(names))
            raise UserError(
                self.env._("“%(fields)s” cannot be set: an action moves with its buttons only.", fields=labels)
            )

    def _gov_check_change(self):
        """Refuse to change what an approved plan says, other than by the acts."""
        for action in self:
            plan = action.sudo().plan_id  # sudo: the state of the plan alone
            if plan.state != "draft":
                raise UserError(
                    self.env._(
                        "“%(plan)s” is filed or approved: what it holds changes when it is returned or revised.",
                        plan=plan.name,
                    )
                )
            if action.state not in ("proposed", "planned"):
                raise UserError(
                    self.env._("“%(action)s” is under way, done or dropped: it does not change.", action=action.name)
                )

    def copy_data(self, default=None):
        return [
            dict(vals, cost_ids=[Command.create(cost) for cost in action.cost_ids.copy_data()])
            for action, vals in zip(self, super().copy_data(default), strict=True)
        ]

    @api.ondelete(at_uninstall=False)
    def _unlink_except_planned(self):
        for action in self:
            if action.state not in ("proposed", "dropped") or action.sudo().plan_id.version:  # sudo: as above
                raise UserError(
                    self.env._("“%(action)s” was in an approved plan: drop it, saying why.", action=action.name)
                )
        self.sudo().need_ids._gov_write({"action_id": False})  # sudo: needs of all regions are free again

    def _gov_write(self, vals):
        """Write what acts alone change; the act has checked who does it."""
        # sudo: fields that acts alone write
        return with_sentinel(self.sudo()).write(vals)

    # ------------------------------------------------------------------ building
    def _gov_size(self):
        """Size the action for the people of its needs: persons, and groups of the seats of the course."""
        for action in self:
            persons = max(action.need_persons, 0)
            if not persons:
                continue
            # sudo: sized by the act of the plan
            action.sudo().write({"person_count": persons, "group_count": rates.groups_of(persons, action.seats)})

    def _gov_usual_costs(self):
        """Write the usual costs of the course: fees by group, what each person costs, travel of the regions."""
        parameters, today = self.env["gov.parameter"].sudo(), fields.Date.context_today(self)  # sudo: settings
        tax = parameters.get_value("training.vat", today)
        travel = parameters.get_value("training.travel_estimate", today)
        per_diem = parameters.get_value("training.per_diem_estimate", today)
        seat = self.env["gov.region"].search([("code", "=", "04")])
        vals = []
        for action in self.sudo():  # sudo: costs are written by the act of the plan
            course = action.course_id
            lines = []
            if course.cost_session:
                element = "platform" if course.modality == "elearning" else "fees"
                lines.append(
                    {"element": element, "basis": "group", "unit_price": course.cost_session, "tax_rate": tax}
                )
            if course.cost_head:
                element = "platform" if course.modality == "elearning" else "meals"
                lines.append({"element": element, "basis": "person", "unit_price": course.cost_head, "tax_rate": tax})
            away = len(action._gov_people().filtered(lambda one: one.department_id.effective_region_id != seat))
            if course.modality == "in_person" and away:
                lines += [
                    {"element": "travel", "basis": "count", "count": away, "unit_price": travel, "tax_rate": 0},
                    {
                        "element": "per_diem",
                        "basis": "count",
                        "count": away * action.days,
                        "unit_price": per_diem,
                        "tax_rate": 0,
                    },
                ]
            vals += [dict(line, action_id=action.id) for line in lines]
        self.env["gov.training.cost"].sudo().create(vals)  # sudo: as above

    # ------------------------------------------------------------------ acts
    def _gov_claim(self, states):
        self.check_access("read")
        if not (self.env["gov.training.plan"]._gov_may_prepare() or self.env.su):
            raise AccessError(self.env._("Training officers and HR managers carry out the training plans."))
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                "UPDATE gov_training_action SET write_date = now() AT TIME ZONE 'UTC' "
                "WHERE id IN %s AND state IN %s RETURNING id",
                tuple(sorted(self.ids)) or (0,),
                tuple(states),
            )
        )
        taken = {row[0] for row in self.env.cr.fetchall()}
        self.invalidate_recordset()
        for action in self:
            if action.id not in taken:
                label = dict(self._fields["state"]._description_selection(self.env))[action.state]
                raise UserError(
                    self.env._(
                        "“%(action)s” is “%(state)s”: this can no longer be done. Reload the page.",
                        action=action.name,
                        state=label,
                    )
                )

    def _gov_check_approved(self):
        for action in self:
            if action.plan_id.state not in ("approved", "running", "draft") or action.state == "proposed":
                raise UserError(self.env._("“%(plan)s” is not approved yet.", plan=action.plan_id.name))

    @short_transaction
    def action_start(self):
        """Begin an action that is planned."""
        self._gov_claim(("planned",))
        self._gov_check_approved()
        self._gov_start()
        return True

    def _gov_start(self):
        """Begin planned actions, for the act on a session whose caller was checked; others are left alone."""
        planned = self.sudo().filtered(lambda one: one.state == "planned")  # sudo: moved by an act
        planned._gov_write({"state": "running"})
        for plan in planned.plan_id.filtered(lambda one: one.state == "approved"):
            plan._transition("running")
        self._gov_journal(planned, "start", {})

    @short_transaction
    def action_finish(self):
        """End an action under way."""
        self._gov_claim(("running",))
        self._gov_finish()
        return True

    def _gov_finish(self):
        """End actions under way, for the act on a session whose caller was checked; others are left alone."""
        running = self.sudo().filtered(lambda one: one.state == "running")  # sudo: moved by an act
        running._gov_write({"state": "done"})
        self._gov_journal(running, "finish", {})

    @short_transaction
    def action_drop(self, reason):
        """Drop actions, saying why; their needs are free for another action or another plan."""
        reason = self.env["gov.training.need"]._gov_reason(reason)
        self._gov_claim(("proposed", "planned"))
        for action in self:
            if action.plan_id.state in ("submitted", "in_review"):
                raise UserError(self.env._("“%(plan)s” is being decided on: wait.", plan=action.plan_id.name))
        self._gov_drop(reason)
        return True

    def _gov_drop(self, reason):
        actions = self.sudo()  # sudo: needs of all regions are free again; the caller was checked
        actions.need_ids._gov_write({"action_id": False})
        actions._gov_write({"state": "dropped", "drop_reason": reason})
        self._gov_journal(actions, "drop", {"reason": reason})

    @short_transaction
    def action_restore(self):
        """Take back a dropped action while its plan is prepared; its needs come back with the building."""
        self._gov_claim(("dropped",))
        for action in self:
            if action.plan_id.state != "draft":
                raise UserError(
                    self.env._("“%(plan)s” is filed or approved: revise it first.", plan=action.plan_id.name)
                )
        self._gov_write({"state": "proposed", "drop_reason": False})
        self._gov_journal(self, "restore", {})
        return True

    @short_transaction
    def action_shift(self, quarter=None, year=None, reason=None):
        """Shift actions to another quarter, or to the plan of another year, which is made when it is not there.

        :param quarter: "1" to "4"; the same one when None
        :param year: another year; the same one when None
        :param reason: required once the plan is approved
        """
        self._gov_claim(("proposed", "planned"))
        quarter = str(quarter) if quarter else None
        if quarter and quarter not in dict(QUARTERS):
            raise UserError(self.env._("A quarter is 1, 2, 3 or 4."))
        if year is not None and type(year) is not int:
            raise UserError(self.env._("Give the year in four digits."))
        for action in self:
            if action.plan_id.state in ("submitted", "in_review", "closed"):
                raise UserError(self.env._("“%(plan)s” is being decided on, or closed.", plan=action.plan_id.name))
            if action.plan_id.state != "draft":
                reason = self.env["gov.training.need"]._gov_reason(reason)
        self._gov_shift(quarter, year, reason or "")
        return True

    def _gov_shift(self, quarter, year, reason):
        """Do the shift; the caller was checked."""
        for action in self.sudo():  # sudo: moved by an act, whose caller was checked
            old = {"year": action.year, "quarter": action.quarter}
            vals = {"quarter": quarter or action.quarter}
            target = action.plan_id
            if year and year != action.year:
                target = action.plan_id._gov_plan_of(year)
                vals |= {"plan_id": target.id, "moved_from_id": action.plan_id.id, "state": "proposed"}
            first, last = self._gov_quarter_dates(target.year_from, vals["quarter"] or "1")
            vals |= {"date_from": first, "date_to": last}
            action._gov_write(vals)
            if year and year != old["year"]:
                needs = action.need_ids | action.need_ids.merged_ids
                needs._gov_write({"year": year})
            self._gov_journal(
                action,
                "shift",
                {"from": old, "to": {"year": action.year, "quarter": action.quarter}, "reason": reason},
            )

    def _gov_journal(self, actions, act, payload):
        self.env["gov.journal.entry"]._record_many(
            [(action, act, {"year": action.year, **payload}) for action in actions.sudo(False).sorted("id")]
        )

    # ------------------------------------------------------------------ needs in and out
    @short_transaction
    def action_add_needs(self, need_ids):
        """Put needs that human resources kept into the action, and size it for their people.

        :param need_ids: ids of needs
        """
        self.ensure_one()
        self._gov_claim(("proposed", "planned"))
        self._gov_check_change()
        ids = [one for one in need_ids if type(one) is int] if isinstance(need_ids, list | tuple) else []
        needs = self.env["gov.training.need"].browse(ids).exists()
        needs._gov_claim(("kept",))
        needs._gov_check_free()
        wrong = needs.filtered(lambda need: need.year != self.year)
        if wrong:
            raise UserError(
                self.env._("“%(need)s” is for the plan of %(year)s.", need=wrong[0].display_name, year=wrong[0].year)
            )
        needs._gov_write({"action_id": self.id})
        self._gov_size()
        self._gov_journal(self, "add_needs", {"needs": sorted(needs.ids)})
        return True

    @short_transaction
    def action_remove_needs(self, need_ids):
        """Take needs out of the action; they are free for another.

        :param need_ids: ids of needs
        """
        self.ensure_one()
        self._gov_claim(("proposed", "planned"))
        self._gov_check_change()
        ids = [one for one in need_ids if type(one) is int] if isinstance(need_ids, list | tuple) else []
        # sudo: needs of all regions; who prepares the plan was checked
        needs = self.sudo().need_ids.filtered(lambda need: need.id in ids)
        if not needs:
            raise UserError(self.env._("Choose needs of this action."))
        needs._gov_write({"action_id": False})
        self._gov_size()
        self._gov_journal(self, "remove_needs", {"needs": sorted(needs.ids)})
        return True

    # ------------------------------------------------------------------ screens
    def action_open_drop(self):
        """Open the dialog that takes the reason for dropping."""
        return self.plan_id[:1]._gov_ask_action(self, "drop", self.env._("Drop"))

    def action_open_shift(self):
        """Open the dialog that shifts."""
        return self.plan_id[:1]._gov_ask_action(self, "shift", self.env._("Shift"))

    def action_open_needs(self):
        """Open the needs of the action, the merged ones as well."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("gov_hr_training.gov_training_need_action")
        domain = Domain("action_id", "=", self.id) | Domain("lead_id.action_id", "=", self.id)
        action.update(domain=list(domain), context={})
        return action

    def action_open_records(self):
        """Open the trainings followed."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("gov_hr_training.gov_training_record_action")
        action.update(domain=[("action_id", "=", self.id)], context={})
        return action


class GovTrainingPlan(models.Model):
    """The plan of another year, and the dialogs of its actions."""

    _inherit = "gov.training.plan"

    def _gov_plan_of(self, year):
        """Return the annual plan of a year that may still change; make it when there is none.

        sudo: for the acts that shift, whose caller was checked.
        """
        plan = self.sudo().search(
            [("kind", "=", "annual"), ("year_from", "=", year), ("state", "not in", ("refused", "cancelled"))], limit=1
        )
        if plan and plan.state != "draft":
            raise UserError(
                self.env._("“%(plan)s” is filed or approved: nothing can be shifted into it.", plan=plan.name)
            )
        if not plan:
            parent = self.sudo().parent_id.filtered(lambda one: one.year_from <= year <= one.year_to)
            plan = self.sudo().create(
                {
                    "kind": "annual",
                    "year_from": year,
                    "parent_id": parent.id,
                    "lang": self.lang,
                    "employee_id": self.sudo().employee_id.id,
                }
            )
        return plan

    def _gov_ask_action(self, actions, operation, title):
        actions.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "gov.training.reason",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_operation": operation,
                "default_res_model": actions._name,
                "default_res_ids": ",".join(map(str, actions.ids)),
                "default_year": actions[:1].year,
                "default_quarter": actions[:1].quarter,
            },
        }


class GovTrainingCost(models.Model):
    """One element of the cost of an action: so many, at so much, with its tax."""

    _name = "gov.training.cost"
    _description = "Cost of a training action"
    _order = "action_id, sequence, id"
    _rec_name = "element"

    action_id = fields.Many2one("gov.training.action", "Action", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer(default=10)
    element = fields.Selection(ELEMENTS, required=True, default="fees")
    note = fields.Char("Detail")
    basis = fields.Selection(BASES, required=True, default="lump", help="What the quantity is counted from.")
    count = fields.Float("Units", default=1, digits=(10, 2), help="For a cost per unit, or a lump sum several times.")
    quantity = fields.Float(compute="_compute_amounts", store=True, digits=(12, 2), aggregator=None)
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    unit_price = fields.Monetary("Unit price", help="Without tax.", aggregator=None)
    tax_rate = fields.Float("VAT (%)", digits=(5, 2), default=lambda self: self._default_tax_rate(), aggregator=None)
    amount_untaxed = fields.Monetary("Without tax", compute="_compute_amounts", store=True)
    amount_tax = fields.Monetary("VAT", compute="_compute_amounts", store=True)
    amount_total = fields.Monetary("Total", compute="_compute_amounts", store=True)

    _prices = models.Constraint(
        "CHECK (coalesce(unit_price, 0) >= 0 AND coalesce(count, 0) >= 0 AND coalesce(tax_rate, 0) BETWEEN 0 AND 100)",
        "Prices and quantities are not negative, and a tax is between 0 and 100 %.",
    )

    @api.model
    def _default_tax_rate(self):
        # sudo: a rate of tax is public
        return self.env["gov.parameter"].sudo().get_value("training.vat", fields.Date.context_today(self))

    def _compute_currency_id(self):
        self.currency_id = self.env.company.currency_id

    @api.depends(
        "basis",
        "count",
        "unit_price",
        "tax_rate",
        "action_id.group_count",
        "action_id.person_count",
        "action_id.days",
    )
    def _compute_amounts(self):
        for cost in self:
            action = cost.action_id
            cost.quantity = {
                "lump": cost.count,
                "count": cost.count,
                "group": action.group_count,
                "group_day": action.group_count * action.days,
                "person": action.person_count,
                "person_day": action.person_count * action.days,
            }[cost.basis or "lump"]
            cost.amount_untaxed = cost.currency_id.round(cost.quantity * cost.unit_price)
            cost.amount_tax, cost.amount_total = rates.with_tax(cost.amount_untaxed, cost.tax_rate)

    @api.model_create_multi
    def create(self, vals_list):
        costs = super().create(vals_list)
        costs.action_id._gov_check_change()
        return costs

    def write(self, vals):
        if set(vals) - {"quantity", "amount_untaxed", "amount_tax", "amount_total"}:
            self.action_id._gov_check_change()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_approved(self):
        self.action_id._gov_check_change()
