import hashlib
import json

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from odoo.addons.gov_approval.models.sentinel import SENTINEL_KEY, has_sentinel, with_sentinel
from odoo.addons.gov_base.tools.act import short_transaction
from odoo.addons.gov_base.tools.defaults import without_defaults

from ..services import planning, rates
from .gov_training_action import QUARTERS

ACT_FIELDS = {
    "state",
    "fingerprint",
    "is_exact",
    "is_feasible",
    "value_best",
    "applied_by_id",
    "applied_on",
    "cost_before",
    "cost_after",
    "cost_next",
    "weight_before",
    "weight_after",
    "persons_before",
    "persons_after",
    "line_ids",
}
YEAR, NEXT = "year", "next"


class GovTrainingScenario(models.Model):
    """What to drop or to shift so that an annual plan fits its budget: a proposal, that nothing applies by itself.

    The officer says the budget, what may move, and what must be kept or dropped; the scenario shows what each action
    becomes, what it costs before and after, and which needs are lost.  Scenarios of a plan are compared side by side.
    Applying one is an act: it drops and shifts the actions of the plan, which must still be as it was computed.
    """

    _name = "gov.training.scenario"
    _description = "Scenario of a training plan"
    _order = "plan_id, id desc"

    name = fields.Char(
        required=True, compute="_compute_name", store=True, readonly=False, precompute=True, help="To compare them."
    )
    plan_id = fields.Many2one(
        "gov.training.plan",
        "Plan",
        required=True,
        index=True,
        ondelete="cascade",
        domain="[('kind', '=', 'annual'), ('state', '=', 'draft')]",
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    budget = fields.Monetary(
        compute="_compute_budget", store=True, readonly=False, precompute=True, help="Of the year, with taxes."
    )
    has_quarters = fields.Boolean("Ceilings of the quarters", help="Keep to the ceilings that the plan gives.")
    allow_quarter = fields.Boolean("May go to another quarter", default=True)
    allow_year = fields.Boolean("May go to the next year", default=True)
    next_budget = fields.Monetary("Budget of the next year", help="What may be shifted into it; 0: no limit.")
    state = fields.Selection(
        [("draft", "To compute"), ("computed", "Computed"), ("applied", "Applied")],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
    )
    line_ids = fields.One2many("gov.training.scenario.line", "scenario_id", "Actions", copy=False)
    is_feasible = fields.Boolean("Fits", readonly=True, copy=False)
    is_exact = fields.Boolean(
        "Best possible", readonly=True, copy=False, help="No other choice keeps more under these ceilings."
    )
    value_best = fields.Float(
        "At least (%) of the best",
        readonly=True,
        copy=False,
        digits=(6, 1),
        aggregator=None,
        help="100 when it is the best.",
    )
    cost_before = fields.Monetary("Cost before", readonly=True, copy=False)
    cost_after = fields.Monetary("Cost after", readonly=True, copy=False)
    cost_next = fields.Monetary("Shifted to the next year", readonly=True, copy=False)
    weight_before = fields.Integer("Worth before", readonly=True, copy=False)
    weight_after = fields.Integer("Worth kept", readonly=True, copy=False)
    weight_rate = fields.Float("Worth kept (%)", compute="_compute_weight_rate", digits=(6, 1))
    persons_before = fields.Integer("Persons before", readonly=True, copy=False)
    persons_after = fields.Integer("Persons kept", readonly=True, copy=False)
    kept_count = fields.Integer("Kept", compute="_compute_line_counts")
    shifted_count = fields.Integer("Shifted", compute="_compute_line_counts")
    dropped_count = fields.Integer("Dropped", compute="_compute_line_counts")
    lost_high = fields.Integer(
        "High priorities put off",
        compute="_compute_line_counts",
        help="Needs of high priority that the year no longer serves.",
    )
    applied_by_id = fields.Many2one(
        "res.users", "Applied by", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    applied_on = fields.Datetime("Applied on", readonly=True, copy=False)
    fingerprint = fields.Char(readonly=True, copy=False, export_string_translation=False)

    _budgets = models.Constraint(
        "CHECK (coalesce(budget, 0) >= 0 AND coalesce(next_budget, 0) >= 0)", "A budget is not negative."
    )

    # ------------------------------------------------------------------ computes
    @api.depends("plan_id")
    def _compute_name(self):
        for scenario in self:
            if not scenario.name and scenario.plan_id:
                number = len(scenario.plan_id.scenario_ids - scenario) + 1
                scenario.name = self.env._("Scenario %(number)s", number=number)

    @api.depends("plan_id")
    def _compute_budget(self):
        for scenario in self:
            scenario.budget = scenario.plan_id.budget

    def _compute_currency_id(self):
        self.currency_id = self.env.company.currency_id

    @api.depends("weight_before", "weight_after")
    def _compute_weight_rate(self):
        for scenario in self:
            scenario.weight_rate = rates.share(scenario.weight_after, scenario.weight_before) or 0

    @api.depends("line_ids.decision")
    def _compute_line_counts(self):
        for scenario in self:
            lines = scenario.line_ids
            dropped = lines.filtered(lambda line: line.decision == "drop")
            scenario.kept_count = len(lines.filtered(lambda line: line.decision == "keep"))
            scenario.shifted_count = len(lines.filtered(lambda line: line.decision in ("quarter", "year")))
            scenario.dropped_count = len(dropped)
            scenario.lost_high = sum(
                (dropped | lines.filtered(lambda line: line.decision == "year")).mapped("high_count")
            )

    # ------------------------------------------------------------------ guards
    @api.model_create_multi
    def create(self, vals_list):
        if not has_sentinel(self.env):
            for vals in vals_list:
                given = {name for name in ACT_FIELDS & vals.keys() if vals[name]}
                if vals.get("state") == "draft":
                    given.discard("state")
                if given:
                    self._gov_refuse()
        clean = without_defaults(self, ACT_FIELDS).with_context(**{SENTINEL_KEY: None})
        scenarios = super(GovTrainingScenario, clean).create(vals_list).with_env(self.env)
        scenarios.plan_id._gov_check_prepare()
        return scenarios

    def write(self, vals):
        if not has_sentinel(self.env):
            if (ACT_FIELDS - {"line_ids"}) & vals.keys():
                self._gov_refuse()
            if any(scenario.state == "applied" for scenario in self):
                raise UserError(self.env._("A scenario that was applied no longer changes: make another."))
            if set(vals) & {"budget", "has_quarters", "allow_quarter", "allow_year", "next_budget", "plan_id"}:
                super(GovTrainingScenario, self.with_context(**{SENTINEL_KEY: None})).write({"state": "draft"})
        return super(GovTrainingScenario, self.with_context(**{SENTINEL_KEY: None})).write(vals)

    def _gov_refuse(self):
        raise UserError(self.env._("What a scenario says comes from its computation."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_applied(self):
        if any(scenario.state == "applied" for scenario in self):
            raise UserError(self.env._("A scenario that was applied stays in the records."))

    def _gov_write(self, vals):
        # sudo: written by the acts, which check who does it
        return with_sentinel(self.sudo()).write(vals)

    # ------------------------------------------------------------------ acts
    def action_compute(self):
        """Work out what each action becomes; the plan does not change."""
        for scenario in self:
            scenario.check_access("write")
            if scenario.state == "applied":
                raise UserError(self.env._("A scenario that was applied no longer changes: make another."))
            scenario._gov_compute()
        return True

    def _gov_actions(self):
        return self.plan_id.action_ids.filtered(lambda one: one.state in ("proposed", "planned", "running", "done"))

    def _gov_fingerprint(self, actions):
        facts = [
            (one.id, round(one.cost_total * 100), one.quarter, one.state, one.is_mandatory, one.weight)
            for one in actions.sorted("id")
        ]
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()

    def _gov_compute(self):
        self.ensure_one()
        actions = self._gov_actions()
        if not actions:
            raise UserError(self.env._("“%(plan)s” holds no action yet.", plan=self.plan_id.name))
        locks = {line.action_id: line.lock for line in self.line_ids if line.lock}
        items, costs = [], {}
        for action in actions:
            costs[action.id] = round(action.cost_total * 100)
            items.append(self._gov_item(action, locks.get(action), costs[action.id]))
        dropped = {action.id for action in actions if locks.get(action) == "drop" and not action.is_mandatory}
        answer = planning.fit([item for item in items if item.key not in dropped], self._gov_ceilings())
        feasible = answer.choices is not None
        choices = answer.choices or {}
        lines = []
        for action in actions:
            wished = int(action.quarter or 1)
            place = choices.get(action.id) if feasible and action.id not in dropped else None
            if not feasible and action.id not in dropped:
                place = wished
            decision = (
                "drop" if place is None else "year" if place == NEXT else "keep" if place == wished else "quarter"
            )
            lines.append(
                {
                    "scenario_id": self.id,
                    "action_id": action.id,
                    "lock": locks.get(action),
                    "decision": decision,
                    "quarter_to": str(place) if decision in ("keep", "quarter") else False,
                    "cost": action.cost_total,
                    "weight": action.weight,
                    "persons": action.person_count,
                    "high_count": self._gov_high(action),
                }
            )
        self.line_ids.with_context(gov_scenario=SENTINEL).unlink()
        # sudo: lines are written by the computation alone
        made = self.env["gov.training.scenario.line"].sudo().with_context(gov_scenario=SENTINEL).create(lines)
        kept = made.filtered(lambda line: line.decision in ("keep", "quarter"))
        self._gov_write(
            {
                "state": "computed" if feasible else "draft",
                "is_feasible": feasible,
                "is_exact": answer.is_exact,
                "value_best": 100 * answer.value / answer.bound if answer.bound else 100,
                "fingerprint": self._gov_fingerprint(actions),
                "cost_before": sum(made.mapped("cost")),
                "cost_after": sum(kept.mapped("cost")),
                "cost_next": sum(made.filtered(lambda line: line.decision == "year").mapped("cost")),
                "weight_before": sum(made.mapped("weight")),
                "weight_after": sum(kept.mapped("weight")),
                "persons_before": sum(made.mapped("persons")),
                "persons_after": sum(kept.mapped("persons")),
            }
        )

    def _gov_item(self, action, lock, cost):
        wished = int(action.quarter or 1)
        fixed = action.state in ("running", "done")
        quarters = [1, 2, 3, 4] if self.allow_quarter and not fixed else [wished]
        must = fixed or action.is_mandatory or lock == "keep"
        next_year = NEXT if self.allow_year and not must else None
        return planning.Item(action.id, cost, planning.places_of(action.weight, wished, quarters, next_year), must)

    def _gov_ceilings(self):
        plan = self.plan_id
        budgets = {quarter: (YEAR, quarter) for quarter in (1, 2, 3, 4)} | {NEXT: (NEXT,)}
        limits = {YEAR: round(self.budget * 100)}
        if self.next_budget:
            limits[NEXT] = round(self.next_budget * 100)
        if self.has_quarters:
            limits |= {
                quarter: round(plan[f"budget_q{quarter}"] * 100)
                for quarter in (1, 2, 3, 4)
                if plan[f"budget_q{quarter}"]
            }
        return planning.Ceilings(budgets, limits, YEAR)

    def _gov_high(self, action):
        needs = action.sudo().need_ids  # sudo: how many, of all regions
        return len((needs | needs.merged_ids).filtered(lambda need: need.priority == "1"))

    @short_transaction
    def action_apply(self):
        """Drop and shift the actions of the plan as the scenario says; the plan must be as it was computed."""
        self.ensure_one()
        self.check_access("write")
        plan = self.plan_id
        plan._gov_check_prepare()
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                "UPDATE gov_training_scenario SET write_date = now() AT TIME ZONE 'UTC' "
                "WHERE id = %s AND state = 'computed' RETURNING id",
                self.id,
            )
        )
        taken = self.env.cr.fetchone()
        self.invalidate_recordset()
        if not taken:
            raise UserError(self.env._("Compute the scenario first; one that was applied is not applied again."))
        plan._gov_claim(("draft",))
        # another scenario may have been applied while this one waited for the plan
        self.env.invalidate_all()
        if self.fingerprint != self._gov_fingerprint(self._gov_actions()):
            raise UserError(self.env._("The plan has changed since this was computed: compute again."))
        self._gov_apply()
        self._gov_write({"state": "applied", "applied_by_id": self.env.uid, "applied_on": fields.Datetime.now()})
        self.env["gov.journal.entry"]._record(
            plan,
            "apply_scenario",
            {
                "scenario": self.id,
                "dropped": sorted(self.line_ids.filtered(lambda line: line.decision == "drop").action_id.ids),
                "shifted": sorted(
                    self.line_ids.filtered(lambda line: line.decision in ("quarter", "year")).action_id.ids
                ),
            },
        )
        return True

    def _gov_apply(self):
        reason = self.env._("Dropped by “%(scenario)s”, to fit the budget.", scenario=self.name)
        for line in self.line_ids:
            action = line.action_id
            if line.decision == "drop":
                action._gov_drop(reason)
            elif line.decision == "year":
                action._gov_shift(None, action.year + 1, self.name)
            elif line.decision == "quarter":
                action._gov_shift(line.quarter_to, None, self.name)

    def action_open_plan(self):
        """Open the plan."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "gov.training.plan",
            "res_id": self.plan_id.id,
            "views": [(False, "form")],
        }

    def action_compare(self):
        """Open the scenarios of the plan, side by side."""
        return self.plan_id[:1].action_open_scenarios()


# Set in the context by the computation; an object, so that no RPC call can send it
SENTINEL = object()


class GovTrainingScenarioLine(models.Model):
    """What one action becomes in a scenario; the officer may ask that it be kept or dropped."""

    _name = "gov.training.scenario.line"
    _description = "Action in a scenario"
    _order = "scenario_id, decision, weight desc, id"
    _rec_name = "action_id"

    scenario_id = fields.Many2one("gov.training.scenario", required=True, index=True, ondelete="cascade")
    action_id = fields.Many2one(
        "gov.training.action", "Action", required=True, readonly=True, index=True, ondelete="cascade"
    )
    quarter_from = fields.Selection(related="action_id.quarter", string="Wished in")
    priority = fields.Selection(related="action_id.priority")
    is_mandatory = fields.Boolean(related="action_id.is_mandatory")
    lock = fields.Selection(
        [("keep", "Keep"), ("drop", "Drop")], "You ask", help="Then compute again. Empty: the computation chooses."
    )
    decision = fields.Selection(
        [
            ("keep", "Kept"),
            ("quarter", "Another quarter"),
            ("year", "Next year"),
            ("drop", "Dropped"),
        ],
        "Proposal",
        readonly=True,
        required=True,
    )
    quarter_to = fields.Selection(QUARTERS, "Goes to", readonly=True)
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    cost = fields.Monetary(readonly=True)
    weight = fields.Integer("Worth", readonly=True, help="Sum of the priorities of its needs.")
    persons = fields.Integer(readonly=True)
    high_count = fields.Integer("High priorities", readonly=True, help="Needs of high priority.")

    _action_once = models.Constraint("UNIQUE (scenario_id, action_id)", "An action is once in a scenario.")

    def _compute_currency_id(self):
        self.currency_id = self.env.company.currency_id

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get("gov_scenario") is not SENTINEL:
            raise UserError(self.env._("The lines of a scenario come from its computation."))
        return super().create(vals_list)

    def write(self, vals):
        if set(vals) - {"lock"}:
            raise UserError(self.env._("The lines of a scenario come from its computation."))
        if any(line.scenario_id.state == "applied" for line in self):
            raise UserError(self.env._("A scenario that was applied no longer changes: make another."))
        if vals.get("lock") == "drop" and any(self.mapped("is_mandatory")):
            raise UserError(self.env._("A mandatory action is not dropped."))
        result = super().write(vals)
        self.scenario_id._gov_write({"state": "draft"})
        return result

    def unlink(self):
        if self.env.context.get("gov_scenario") is not SENTINEL and not self.env.su:
            raise AccessError(self.env._("The lines of a scenario come from its computation."))
        return super().unlink()
