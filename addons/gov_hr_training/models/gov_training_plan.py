from datetime import date

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from odoo.addons.gov_approval.models.gov_approval_mixin import TRANSITIONS
from odoo.addons.gov_approval.models.sentinel import has_sentinel, with_sentinel
from odoo.addons.gov_base.tools.act import around_act, short_transaction

from ..services import rates
from ..tools.names import write_names
from .gov_training_course import SEES_COST

ACT_FIELDS = {"document_id", "version", "version_ids", "approved_on", "closing_note"}
GONE = ("refused", "cancelled")
APPROVED = ("approved", "running", "closed")
LONGEST = 5


class GovTrainingPlan(models.Model):
    """A training plan: of several years, which holds the annual ones, or of a year, which holds the actions.

    draft → submitted → in_review (opinion of the training committee, then signature) → approved, with its numbered
    document and its actions planned → running → closed.  An approved plan is revised by going back to draft with a
    reason: its next approval makes another version, and the former ones stay.

    Training officers and HR managers prepare it; who prepared or filed it never decides on it.
    """

    _name = "gov.training.plan"
    _description = "Training plan"
    _inherit = ["gov.approval.mixin", "gov.document.mixin"]
    _order = "year_from desc, kind, id desc"

    TRANSITIONS = dict(TRANSITIONS, approved={"running", "draft"}, running={"closed", "draft"}, closed=set())

    state = fields.Selection(
        selection_add=[("running", "Under way"), ("closed", "Closed")],
        ondelete={"running": "set default", "closed": "set default"},
    )
    name = fields.Char(
        required=True, translate=True, compute="_compute_name", store=True, readonly=False, precompute=True
    )
    kind = fields.Selection([("multi", "Multi-year"), ("annual", "Annual")], required=True, default="annual")
    parent_id = fields.Many2one(
        "gov.training.plan",
        "Multi-year plan",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('kind', '=', 'multi')]",
    )
    child_ids = fields.One2many("gov.training.plan", "parent_id", "Annual plans")
    year_from = fields.Integer(
        "From", required=True, aggregator=None, default=lambda self: fields.Date.context_today(self).year + 1
    )
    year_to = fields.Integer(
        "To",
        required=True,
        aggregator=None,
        compute="_compute_year_to",
        store=True,
        readonly=False,
        precompute=True,
    )
    employee_id = fields.Many2one(
        "hr.employee",
        "Prepared by",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.user.employee_id,
    )
    lang = fields.Selection(
        [("ar_fr", "Arabic and French"), ("ar", "Arabic"), ("fr", "French")],
        "Language of the document",
        required=True,
        default="ar_fr",
    )
    orientations = fields.Text(translate=True, help="What the plan aims at; printed on the document.")
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    budget = fields.Monetary(groups=SEES_COST, help="With taxes. What the actions of the plan may cost together.")
    budget_q1 = fields.Monetary("Ceiling of the first quarter", groups=SEES_COST, help="0: no ceiling.")
    budget_q2 = fields.Monetary("Ceiling of the second quarter", groups=SEES_COST, help="0: no ceiling.")
    budget_q3 = fields.Monetary("Ceiling of the third quarter", groups=SEES_COST, help="0: no ceiling.")
    budget_q4 = fields.Monetary("Ceiling of the fourth quarter", groups=SEES_COST, help="0: no ceiling.")
    has_absence_cost = fields.Boolean(
        "Count the pay of absences",
        groups=SEES_COST,
        help="Shows beside the cost what the days of the trainees cost in pay; it is not charged to the budget.",
    )
    absence_daily = fields.Monetary("Mean pay of a day", groups=SEES_COST, help="Of one person, for the option above.")
    action_ids = fields.One2many("gov.training.action", "plan_id", "Actions", copy=False)
    scenario_ids = fields.One2many("gov.training.scenario", "plan_id", "Scenarios", copy=False, groups=SEES_COST)
    version = fields.Integer(default=0, readonly=True, copy=False, aggregator=None, help="How often it was approved.")
    version_ids = fields.One2many(
        "gov.training.plan.version", "plan_id", "Versions", readonly=True, copy=False, groups=SEES_COST
    )
    approved_on = fields.Date("Approved on", readonly=True, copy=False)
    closing_note = fields.Text("Closing note", readonly=True, copy=False)
    document_id = fields.Many2one(
        "gov.document", "Document", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    document_number = fields.Char(related="document_id.number", string="Document number")
    document_state = fields.Selection(related="document_id.state", string="State of the document")
    # figures
    cost_total = fields.Monetary(
        "Cost of the actions", compute="_compute_figures", compute_sudo=True, groups=SEES_COST
    )
    cost_absence = fields.Monetary("Pay of absences", compute="_compute_figures", compute_sudo=True, groups=SEES_COST)
    budget_left = fields.Monetary(
        "Left of the budget", compute="_compute_figures", compute_sudo=True, groups=SEES_COST
    )
    is_over = fields.Boolean("Over the budget", compute="_compute_figures", compute_sudo=True)
    action_count = fields.Integer("Number of actions", compute="_compute_counts")
    person_count = fields.Integer(
        "Places", compute="_compute_counts", help="Persons planned, an action after another."
    )
    trainee_days = fields.Float("Days planned", compute="_compute_counts", digits=(10, 1), help="Of all trainees.")
    done_days = fields.Float("Days done", compute="_compute_done", digits=(10, 1))
    execution_rate = fields.Float("Execution (%)", compute="_compute_done", digits=(6, 1))
    need_count = fields.Integer("Needs", compute="_compute_need_count")
    free_need_count = fields.Integer("Needs in no action", compute="_compute_need_count")
    can_prepare = fields.Boolean(compute="_compute_can_prepare", export_string_translation=False)

    _annual_once = models.UniqueIndex(
        "(year_from) WHERE kind = 'annual' AND state NOT IN ('refused', 'cancelled')",
        "There is already an annual plan for this year.",
    )
    _years_order = models.Constraint(
        "CHECK (year_from BETWEEN 2000 AND 2100 AND year_to >= year_from)", "The last year is not before the first."
    )
    _annual_one_year = models.Constraint(
        "CHECK (kind <> 'annual' OR year_from = year_to)", "An annual plan is for one year."
    )
    _budgets = models.Constraint(
        "CHECK (coalesce(budget, 0) >= 0 AND coalesce(budget_q1, 0) >= 0 AND coalesce(budget_q2, 0) >= 0 "
        "AND coalesce(budget_q3, 0) >= 0 AND coalesce(budget_q4, 0) >= 0 AND coalesce(absence_daily, 0) >= 0)",
        "A budget is not negative.",
    )

    # ------------------------------------------------------------------ computes
    @api.depends("kind", "year_from")
    def _compute_year_to(self):
        for plan in self:
            plan.year_to = plan.year_from + (2 if plan.kind == "multi" else 0)

    @api.depends("kind", "year_from", "year_to")
    def _compute_name(self):
        for plan in self:
            if not plan.name and plan.year_from:
                plan.name = plan._gov_usual_name()

    def _gov_usual_name(self):
        if self.kind == "multi":
            return self.env._("Training plan %(first)s–%(last)s", first=self.year_from, last=self.year_to)
        return self.env._("Training plan %(year)s", year=self.year_from)

    def _compute_currency_id(self):
        self.currency_id = self.env.company.currency_id

    @api.depends("name", "version")
    def _compute_display_name(self):
        for plan in self:
            name = plan.name or ""
            plan.display_name = (
                self.env._("%(name)s (version %(number)s)", name=name, number=plan.version)
                if plan.version > 1
                else name
            )

    @api.depends(
        "action_ids.cost_total", "action_ids.state", "budget", "child_ids.budget", "has_absence_cost", "absence_daily"
    )
    def _compute_figures(self):
        for plan in self:
            if plan.kind == "multi":
                plan.cost_total = sum(plan.child_ids.filtered(lambda one: one.state not in GONE).mapped("budget"))
                plan.cost_absence = 0
            else:
                live = plan.action_ids.filtered(lambda one: one.state != "dropped")
                plan.cost_total = sum(live.mapped("cost_total"))
                plan.cost_absence = (
                    sum(live.mapped("trainee_days")) * plan.absence_daily if plan.has_absence_cost else 0
                )
            plan.budget_left = plan.budget - plan.cost_total
            plan.is_over = plan.currency_id.compare_amounts(plan.cost_total, plan.budget) > 0

    @api.depends("action_ids.state", "action_ids.person_count", "action_ids.trainee_days", "child_ids.action_ids")
    def _compute_counts(self):
        for plan in self:
            actions = (plan.action_ids | plan.child_ids.action_ids).filtered(lambda one: one.state != "dropped")
            plan.action_count = len(actions)
            plan.person_count = sum(actions.mapped("person_count"))
            plan.trainee_days = sum(actions.mapped("trainee_days"))

    @api.depends("action_ids.record_ids.days", "trainee_days")
    def _compute_done(self):
        actions = (self.action_ids | self.child_ids.action_ids)._origin
        # sudo: sums of days alone, of all regions
        done = dict(
            self.env["gov.training.record"]
            .sudo()
            ._read_group([("action_id", "in", actions.ids)], ["action_id"], ["days:sum"])
        )
        for plan in self:
            own = (plan.action_ids | plan.child_ids.action_ids)._origin
            plan.done_days = sum(done.get(action, 0) for action in own)
            plan.execution_rate = rates.share(plan.done_days, plan.trainee_days) or 0

    @api.depends("year_from", "year_to", "action_ids")
    def _compute_need_count(self):
        for plan in self:
            domain = Domain("year", ">=", plan.year_from) & Domain("year", "<=", plan.year_to)
            domain &= Domain("state", "in", ("kept", "met"))
            needs = self.env["gov.training.need"]
            plan.need_count = needs.search_count(domain)
            plan.free_need_count = needs.search_count(domain & Domain("action_id", "=", False))

    @api.depends_context("uid")
    @api.depends("state")
    def _compute_can_prepare(self):
        may = self._gov_may_prepare()
        for plan in self:
            plan.can_prepare = may and plan.state == "draft"

    # ------------------------------------------------------------------ rights and guards
    @api.model
    def _gov_may_prepare(self):
        """Tell whether the user prepares plans: training officers and HR managers of all regions."""
        user = self.env.user
        return user.has_group("gov_base.group_training_officer") or user.has_group("gov_base.group_hr_manager")

    def _gov_is_applicant_or_hr(self):
        return self._gov_may_prepare() or super()._gov_is_applicant_or_hr()

    def _gov_may_file(self):
        return self._gov_may_prepare() or super()._gov_may_file()

    def _gov_check_prepare(self):
        if not (self._gov_may_prepare() or self.env.su):
            raise AccessError(self.env._("Training officers and HR managers prepare the training plans."))

    @api.constrains("kind", "parent_id", "year_from", "year_to")
    def _check_years(self):
        for plan in self:
            if plan.kind == "multi" and not 1 <= plan.year_to - plan.year_from < LONGEST:
                raise ValidationError(self.env._("A multi-year plan is for two to %(most)s years.", most=LONGEST))
            parent = plan.parent_id
            if parent and (plan.kind == "multi" or parent.kind != "multi"):
                raise ValidationError(self.env._("An annual plan belongs to a multi-year plan, not the reverse."))
            if parent and not parent.year_from <= plan.year_from <= parent.year_to:
                raise ValidationError(
                    self.env._(
                        "“%(plan)s” is outside of the years of “%(parent)s”.", plan=plan.name, parent=parent.name
                    )
                )
            outside = plan.child_ids.filtered(
                lambda one, plan=plan: not plan.year_from <= one.year_from <= plan.year_to
            )
            if outside:
                raise ValidationError(self.env._("“%(plan)s” is outside of these years.", plan=outside[0].name))

    @api.model_create_multi
    def create(self, vals_list):
        if not has_sentinel(self.env):
            for vals in vals_list:
                self._gov_check_act_fields({name for name, value in vals.items() if value})
        plans = super().create(vals_list)
        for plan, vals in zip(plans, vals_list, strict=True):
            if not vals.get("name"):
                write_names(plan, "name", lambda env, one=plan: one.with_env(env)._gov_usual_name())
        plans._gov_check_prepare()
        return plans

    def write(self, vals):
        self._gov_check_act_fields(vals)
        return super().write(vals)

    def _gov_check_act_fields(self, names):
        forbidden = ACT_FIELDS & set(names)
        if forbidden and not has_sentinel(self.env):
            labels = ", ".join(self._fields[name]._description_string(self.env) for name in sorted(forbidden))
            raise UserError(self.env._("“%(fields)s” cannot be set: only the acts change them.", fields=labels))

    @api.model
    def default_get(self, fields_list):
        given = {name for name in ACT_FIELDS if f"default_{name}" in self.env.context}
        self._gov_check_act_fields(given)
        return super().default_get(fields_list)

    @api.model
    def _gov_content_fields(self):
        # what the heads of the plan count is no content
        return super()._gov_content_fields() - {"child_ids", "action_ids", "scenario_ids"}

    @api.ondelete(at_uninstall=False)
    def _unlink_except_approved(self):
        for plan in self:
            if plan.version:
                raise UserError(self.env._("“%(plan)s” was approved: it stays in the records.", plan=plan.name))
            # sudo: what is in the plan, whoever deletes it
            if plan.sudo().action_ids:
                raise UserError(self.env._("“%(plan)s” holds actions: delete them first.", plan=plan.name))

    # ------------------------------------------------------------------ filing
    def _gov_summary(self):
        self.ensure_one()
        return self.name

    def _gov_check_submit(self):
        super()._gov_check_submit()
        for plan in self:
            if plan.kind == "multi":
                plan._gov_check_submit_multi()
            else:
                plan._gov_check_submit_annual()

    def _gov_check_submit_multi(self):
        plan = self.sudo()  # sudo: budgets of the annual plans, compared
        if not (plan.orientations or "").strip():
            raise UserError(self.env._("Write the orientations of the multi-year plan before filing it."))
        if not plan.budget:
            raise UserError(self.env._("Give the budget of the plan before filing it."))
        if plan.currency_id.compare_amounts(plan.cost_total, plan.budget) > 0:
            raise UserError(
                self.env._("The annual plans are given more together than the multi-year plan: lower their budgets.")
            )

    def _gov_check_submit_annual(self):
        plan = self.sudo()  # sudo: costs are compared with the budget, whoever files
        live = plan.action_ids.filtered(lambda one: one.state != "dropped")
        if not live:
            raise UserError(self.env._("“%(plan)s” holds no action: build it from the needs first.", plan=plan.name))
        without = live.filtered(lambda one: not one.quarter)
        if without:
            raise UserError(self.env._("Give a quarter to “%(action)s”.", action=without[0].name))
        if plan.is_over:
            raise UserError(
                self.env._(
                    "The actions cost %(cost)s, more than the budget of %(budget)s. Simulate what to drop or to "
                    "shift, or have the budget raised.",
                    cost=plan.currency_id.format(plan.cost_total),
                    budget=plan.currency_id.format(plan.budget),
                )
            )
        for quarter, spent in plan._gov_spent_by_quarter().items():
            ceiling = plan[f"budget_q{quarter}"]
            if ceiling and plan.currency_id.compare_amounts(spent, ceiling) > 0:
                raise UserError(
                    self.env._(
                        "Quarter %(quarter)s costs %(cost)s, more than its ceiling of %(ceiling)s: simulate, or shift "
                        "an action.",
                        quarter=quarter,
                        cost=plan.currency_id.format(spent),
                        ceiling=plan.currency_id.format(ceiling),
                    )
                )
        if plan.parent_id:
            given = sum(plan.parent_id.child_ids.filtered(lambda one: one.state not in GONE).mapped("budget"))
            if plan.currency_id.compare_amounts(given, plan.parent_id.budget) > 0:
                raise UserError(
                    self.env._(
                        "The annual plans of “%(parent)s” are given %(given)s together, more than its budget of "
                        "%(budget)s.",
                        parent=plan.parent_id.name,
                        given=plan.currency_id.format(given),
                        budget=plan.currency_id.format(plan.parent_id.budget),
                    )
                )

    def _gov_spent_by_quarter(self):
        spent = dict.fromkeys("1234", 0.0)
        for action in self.action_ids:
            if action.state != "dropped" and action.quarter:
                spent[action.quarter] += action.cost_total
        return spent

    def _gov_on_approved(self):
        """Granted: the actions are planned, the version is kept and the document numbered in the same act."""
        super()._gov_on_approved()
        today = fields.Date.context_today(self)
        for plan in self.sudo():  # sudo: the plan is approved by the act, whose caller was checked
            plan._gov_write({"version": plan.version + 1, "approved_on": today})
            plan.action_ids.filtered(lambda one: one.state == "proposed")._gov_write({"state": "planned"})
            plan._gov_prepare_document()
            plan._gov_keep_version()

    def _gov_keep_version(self):
        """Keep what the plan holds at its approval."""
        # sudo: the version is kept by the act of approval
        versions = with_sentinel(self.env["gov.training.plan.version"].sudo())
        for plan in self:
            live = plan.action_ids.filtered(lambda one: one.state != "dropped")
            versions.create(
                {
                    "plan_id": plan.id,
                    "number": plan.version,
                    "approved_on": plan.approved_on,
                    "document_id": plan.document_id.id,
                    "budget": plan.budget,
                    "cost_total": plan.cost_total,
                    "action_count": len(live),
                    "trainee_days": sum(live.mapped("trainee_days")),
                    "content": [
                        {
                            "action": action.name,
                            "code": action.course_id.code,
                            "quarter": action.quarter,
                            "groups": action.group_count,
                            "persons": action.person_count,
                            "days": action.trainee_days,
                            "cost": action.cost_total,
                            "state": action.state,
                        }
                        for action in live
                    ],
                }
            )

    def _gov_on_refused(self, reason):
        """Refused: its actions are dropped, and the needs are free for another plan."""
        super()._gov_on_refused(reason)
        self._gov_free(reason)

    def _gov_free(self, reason):
        # sudo: the actions end with their plan, whose act was checked
        self.sudo().action_ids.filtered(lambda one: one.state in ("proposed", "planned"))._gov_drop(reason)

    # ------------------------------------------------------------------ acts
    @around_act
    def action_submit(self):
        """File the plan: receipt, and the steps of the circuit."""
        result = super().action_submit()
        self._gov_finish_document()
        return result

    @around_act
    def action_approve(self, comment=None):
        """Do the act of the current step; at the last one the plan is numbered and sealed."""
        result = super().action_approve(comment=comment)
        self._gov_finish_document()
        return result

    @short_transaction
    def action_cancel(self, reason=None):
        """Withdraw a plan that is not approved; the needs are free for another one."""
        for plan in self:
            if plan.version:
                raise UserError(self.env._("“%(plan)s” was approved: close it, or revise it.", plan=plan.name))
        result = super().action_cancel(reason)
        self._gov_free((reason if isinstance(reason, str) else "") or self.env._("Plan withdrawn."))
        return result

    @short_transaction
    def action_start(self):
        """Begin to carry out an approved plan."""
        self.check_access("read")
        self._gov_check_prepare()
        self._gov_claim(("approved",))
        self._transition("running")
        self._gov_record([(plan, "start", {}) for plan in self])
        return True

    @short_transaction
    def action_close(self, note=None):
        """Close a plan: what was not done is dropped, its needs are free for another plan.

        :param note: what is to be remembered of it
        """
        self.check_access("read")
        self._gov_check_prepare()
        self._gov_claim(("running",))
        today = fields.Date.context_today(self)
        for plan in self.sudo():  # sudo: who closes was checked above
            if date(plan.year_to, 12, 1) > today:
                raise UserError(
                    self.env._("“%(plan)s” is closed from December %(year)s on.", plan=plan.name, year=plan.year_to)
                )
            under_way = plan.action_ids.filtered(lambda one: one.state == "running")
            if under_way:
                raise UserError(self.env._("“%(action)s” is still under way: end it first.", action=under_way[0].name))
            open_plans = plan.child_ids.filtered(lambda one: one.state not in (*GONE, "closed"))
            if open_plans:
                raise UserError(self.env._("“%(plan)s” is not closed yet.", plan=open_plans[0].name))
            left = plan.action_ids.filtered(lambda one: one.state in ("proposed", "planned"))
            left._gov_drop(self.env._("Not done when the plan was closed."))
            plan._gov_write({"closing_note": (note or "").strip()[:4000] if isinstance(note, str) else False})
        self._transition("closed")
        self._gov_record([(plan, "close", {"days": plan.sudo().done_days}) for plan in self])  # sudo: a sum of days
        return True

    @short_transaction
    def action_revise(self, reason):
        """Take an approved plan back to draft, to change it: it goes through its circuit again as another version.

        Actions that are planned or under way go on meanwhile.
        """
        self.check_access("read")
        self._gov_check_prepare()
        reason = self.env["gov.training.need"]._gov_reason(reason)
        self._gov_claim(("approved", "running"))
        today = fields.Date.context_today(self)
        for plan in self:
            # sudo: the receipt counts the rounds; the next filing goes through all the steps again
            receipt = plan.sudo().receipt_id
            receipt.write({"return_count": receipt.return_count + 1, "returned_on": today})
            plan.message_post(body=self.env._("Revised: %(reason)s", reason=reason))
        self._transition("draft")
        self._gov_record([(plan, "revise", {"reason": reason, "version": plan.version}) for plan in self])
        return True

    @short_transaction
    def action_make_years(self):
        """Make the annual plans of a multi-year plan that are not there yet, its budget shared between them."""
        self.ensure_one()
        self.check_access("read")
        self._gov_check_prepare()
        if self.kind != "multi" or self.state in (*GONE, "closed"):
            raise UserError(self.env._("Only a multi-year plan that is open is split into years."))
        known = {
            plan.year_from
            for plan in self.search(
                [("kind", "=", "annual"), ("year_from", ">=", self.year_from), ("year_from", "<=", self.year_to),
                 ("state", "not in", GONE)]
            )
        }  # fmt: skip
        years = [year for year in range(self.year_from, self.year_to + 1) if year not in known]
        if not years:
            raise UserError(self.env._("Every year of this plan has its annual plan."))
        plan = self.sudo()  # sudo: the budget is shared, whoever splits the plan
        left = max(0, plan.budget - plan.cost_total)
        part = plan.currency_id.round(left / len(years))
        self.create(
            [
                {"kind": "annual", "parent_id": self.id, "year_from": year, "budget": part, "lang": self.lang}
                for year in years
            ]
        )
        return self.action_open_years()

    @short_transaction
    def action_build(self):
        """Make the actions of the year from the needs that human resources kept: one for each course.

        Run again, it adds the needs kept since, to the action of their course.  Needs without a course stay free.

        :return: the actions, opened
        """
        self.ensure_one()
        self.check_access("read")
        self._gov_check_prepare()
        self._gov_claim(("draft",))
        if self.kind != "annual":
            raise UserError(self.env._("Actions are in the annual plans: open the one of the year."))
        made = self._gov_build()
        self._gov_record([(self, "build", {"actions": made["new"], "needs": made["needs"]})])
        return self.action_open_actions()

    def _gov_build(self):
        plan = self.sudo()  # sudo: needs of all regions and costs go into the plan; its caller was checked
        needs = plan.env["gov.training.need"].search(
            [("year", "=", plan.year_from), ("state", "=", "kept"), ("action_id", "=", False)]
        )
        by_course = needs.filtered("course_id").grouped("course_id")
        known = {action.course_id: action for action in plan.action_ids if action.state in ("proposed", "planned")}
        order = sorted(
            (course for course in by_course if course not in known),
            key=lambda course: (min(by_course[course].mapped("priority")), -len(by_course[course]), course.code),
        )
        sizes = [sum(by_course[course].mapped("total_persons")) * course.days for course in order]
        vals = [
            {
                "plan_id": plan.id,
                "course_id": course.id,
                "quarter": str(quarter),
                "priority": min(by_course[course].mapped("priority")),
                "axis_id": plan._gov_main_axis(by_course[course]).id,
            }
            for course, quarter in zip(order, rates.spread(sizes), strict=True)
        ]
        new = plan.env["gov.training.action"].create(vals)
        for action in new:
            known[action.course_id] = action
        count = 0
        for course, of_course in by_course.items():
            of_course._gov_write({"action_id": known[course].id})
            count += len(of_course)
        plan.env["gov.training.action"].union(*(known[course] for course in by_course))._gov_size()
        new._gov_usual_costs()
        return {"new": len(new), "needs": count}

    def _gov_main_axis(self, needs):
        counts = {}
        for axis in needs.mapped("axis_id"):
            counts[axis] = len(needs.filtered(lambda need, axis=axis: need.axis_id == axis))
        return max(counts, key=lambda axis: (counts[axis], -axis.id)) if counts else self.env["gov.training.axis"]

    def action_compute_absence(self):
        """Work out the mean pay of a day of the staff, for the option that shows the pay of absences."""
        self.ensure_one()
        self.check_access("write")
        self._gov_check_prepare()
        today = fields.Date.context_today(self)
        # sudo: a mean over the whole staff alone leaves this method
        people = self.env["hr.employee"].sudo().search([("ppr_number", "!=", False)])
        versions = {person.id: person._get_version(today) for person in people}
        nets = people._gov_net_pays(today, versions)
        if len(nets) < 5:
            raise UserError(self.env._("Too few pay files are complete: enter the mean pay of a day by hand."))
        # sudo: a parameter of organisation
        days = self.env["gov.parameter"].sudo().get_value("training.paid_days_year", today)
        self.write({"absence_daily": round(sum(nets.values()) / len(nets) * 12 / days, 2), "has_absence_cost": True})
        return True

    # ------------------------------------------------------------------ screens
    def _gov_window(self, xmlid, domain, context=None, name=None):
        action = self.env["ir.actions.act_window"]._for_xml_id(f"gov_hr_training.{xmlid}")
        action.update(domain=domain, context=context or {})
        if name:
            action["name"] = name
        return action

    def action_open_actions(self):
        """Open the actions of the plan."""
        self.ensure_one()
        plans = self | self.child_ids
        context = {"default_plan_id": self.id} if self.kind == "annual" else {"search_default_group_plan": 1}
        return self._gov_window("gov_training_action_action", [("plan_id", "in", plans.ids)], context)

    def action_open_years(self):
        """Open the annual plans."""
        self.ensure_one()
        context = {"default_parent_id": self.id, "default_kind": "annual"}
        return self._gov_window("gov_training_plan_action", [("parent_id", "=", self.id)], context)

    def action_open_needs(self):
        """Open the needs of the years of the plan."""
        self.ensure_one()
        domain = [("year", ">=", self.year_from), ("year", "<=", self.year_to)]
        return self._gov_window("gov_training_need_action", domain, {"search_default_kept": 1})

    def action_open_records(self):
        """Open the trainings followed in the actions of the plan."""
        self.ensure_one()
        actions = self.action_ids | self.child_ids.action_ids
        return self._gov_window("gov_training_record_action", [("action_id", "in", actions.ids)])

    def action_open_scenarios(self):
        """Open the scenarios of the plan, side by side."""
        self.ensure_one()
        return self._gov_window(
            "gov_training_scenario_action", [("plan_id", "=", self.id)], {"default_plan_id": self.id}
        )

    def action_simulate(self):
        """Make a scenario that fits the plan into its budget, and open it; nothing of the plan changes."""
        self.ensure_one()
        self._gov_check_prepare()
        scenario = self.env["gov.training.scenario"].create({"plan_id": self.id})
        scenario.action_compute()
        return {
            "type": "ir.actions.act_window",
            "name": scenario.name,
            "res_model": scenario._name,
            "res_id": scenario.id,
            "views": [(False, "form")],
            "target": "current",
        }

    def action_download(self):
        """Download the document of the plan."""
        self.ensure_one()
        self.check_access("read")
        if not self.document_id:
            raise UserError(self.env._("The plan is not approved yet."))
        return self.document_id.action_download()

    def action_ask_revision(self):
        """Open the dialog that takes the reason of a revision."""
        return self._gov_ask("revise", self.env._("Revise the plan"))

    def action_ask_closing(self):
        """Open the dialog that closes the plan."""
        return self._gov_ask("close", self.env._("Close the plan"))

    def _gov_ask(self, operation, title):
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "gov.training.reason",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_operation": operation,
                "default_res_model": self._name,
                "default_res_ids": ",".join(map(str, self.ids)),
            },
        }


class GovTrainingPlanVersion(models.Model):
    """What a plan held each time it was approved; written by the approval alone, never changed."""

    _name = "gov.training.plan.version"
    _description = "Version of a training plan"
    _order = "plan_id, number desc"
    _rec_name = "number"

    plan_id = fields.Many2one("gov.training.plan", "Plan", required=True, index=True, ondelete="cascade")
    number = fields.Integer("Version", required=True, aggregator=None)
    approved_on = fields.Date("Approved on", required=True)
    document_id = fields.Many2one("gov.document", "Document", index="btree_not_null", ondelete="restrict")
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    budget = fields.Monetary(groups=SEES_COST)
    cost_total = fields.Monetary("Cost", groups=SEES_COST)
    action_count = fields.Integer("Number of actions")
    trainee_days = fields.Float("Days planned", digits=(10, 1))
    content = fields.Json(readonly=True, groups=SEES_COST)
    content_html = fields.Html("Actions", compute="_compute_content_html", sanitize=False, groups=SEES_COST)

    _number_uniq = models.Constraint("UNIQUE (plan_id, number)", "A version is kept once.")

    def _compute_currency_id(self):
        self.currency_id = self.env.company.currency_id

    @api.depends("content")
    @api.depends_context("lang")
    def _compute_content_html(self):
        for version in self:
            version.content_html = self.env["ir.qweb"]._render(
                "gov_hr_training.plan_version", {"rows": version.content or [], "money": version.currency_id.format}
            )

    @api.model_create_multi
    def create(self, vals_list):
        if not has_sentinel(self.env):
            raise UserError(self.env._("A version of a plan is kept by its approval."))
        return super().create(vals_list)

    def write(self, vals):
        raise UserError(self.env._("A version of a plan that was approved does not change."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A version of a plan that was approved does not change."))

    def action_download(self):
        """Download the document of this version."""
        self.ensure_one()
        self.check_access("read")
        if not self.document_id:
            raise UserError(self.env._("This version has no document."))
        return self.document_id.action_download()
