from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from . import roles


class GovBudgetObjective(models.Model):
    """What a programme aims at, measured by indicators; budget officers keep it, everyone reads it."""

    _name = "gov.budget.objective"
    _description = "Objective of a programme"
    _inherit = ["mail.thread"]
    _order = "programme_code, sequence, code"
    _rec_names_search = ["code", "name"]

    code = fields.Char(required=True, tracking=True, help="Short, such as 400-1.")
    name = fields.Char("Objective", required=True, translate=True, tracking=True)
    description = fields.Text(translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    programme_id = fields.Many2one(
        "gov.budget.node",
        "Programme",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('kind', '=', 'programme')]",
    )
    programme_code = fields.Char(related="programme_id.code", string="Programme code", store=True, precompute=True)
    is_gender = fields.Boolean("Sensitive to gender", tracking=True)
    responsible_id = fields.Many2one("res.users", "Followed by", index="btree_not_null", ondelete="restrict")
    indicator_ids = fields.One2many("gov.budget.indicator", "objective_id", "Indicators")
    indicator_count = fields.Integer("Number of indicators", compute="_compute_indicator_count")

    _code_uniq = models.Constraint("UNIQUE (code)", "Another objective has this code.")

    @api.depends("indicator_ids")
    def _compute_indicator_count(self):
        for objective in self:
            objective.indicator_count = len(objective.indicator_ids)

    @api.depends("code", "name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for objective in self:
            objective.display_name = f"\u2066{objective.code or ''}\u2069 {objective.name or ''}".strip()

    @api.constrains("programme_id")
    def _check_programme(self):
        for objective in self:
            if objective.programme_id.kind != "programme":
                raise ValidationError(
                    self.env._("%(node)s is no programme.", node=objective.programme_id.display_name)
                )


class GovBudgetIndicator(models.Model):
    """How an objective is measured: unit, formula, source, frequency, who answers for it, and its values by year.

    A sub-indicator details another one, such as the access of women to training.  Budget officers define indicators;
    who answers for one enters its results.
    """

    _name = "gov.budget.indicator"
    _description = "Indicator of performance"
    _inherit = ["mail.thread"]
    _order = "objective_id, sequence, code"
    _rec_names_search = ["code", "name"]

    code = fields.Char(required=True, tracking=True, help="Short, such as 400-1.1.")
    name = fields.Char("Indicator", required=True, translate=True, tracking=True)
    objective_id = fields.Many2one(
        "gov.budget.objective", "Objective", required=True, index=True, ondelete="cascade", tracking=True
    )
    programme_id = fields.Many2one(
        related="objective_id.programme_id", string="Programme", store=True, index=True, ondelete="restrict"
    )
    parent_id = fields.Many2one(
        "gov.budget.indicator",
        "Details",
        index="btree_not_null",
        ondelete="cascade",
        domain="[('objective_id', '=', objective_id), ('parent_id', '=', False)]",
        help="Empty for an indicator; a sub-indicator details another one.",
    )
    child_ids = fields.One2many("gov.budget.indicator", "parent_id", "Sub-indicators")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    is_gender = fields.Boolean("Sensitive to gender", tracking=True)
    unit = fields.Selection(
        [("number", "Count"), ("percent", "%"), ("days", "Days"), ("amount", "DH"), ("index", "Index")],
        "Unit of measure",
        required=True,
        default="number",
    )
    direction = fields.Selection(
        [("up", "The more the better"), ("down", "The less the better")], required=True, default="up"
    )
    formula = fields.Text(translate=True, help="How it is worked out.")
    source = fields.Char(translate=True, help="Where the data come from.")
    frequency = fields.Selection(
        [("month", "Monthly"), ("quarter", "Quarterly"), ("half", "Half-yearly"), ("year", "Yearly")],
        required=True,
        default="year",
    )
    responsible_id = fields.Many2one("res.users", "Answers for it", index="btree_not_null", ondelete="restrict")
    limits = fields.Text("Limits", translate=True, help="What the indicator does not tell.")
    value_ids = fields.One2many("gov.budget.indicator.value", "indicator_id", "Values")
    last_value = fields.Char("Last result", compute="_compute_last_value")

    _code_uniq = models.Constraint("UNIQUE (code)", "Another indicator has this code.")

    @api.depends("value_ids.realised", "value_ids.is_realised", "unit")
    def _compute_last_value(self):
        for indicator in self:
            last = indicator.value_ids.filtered("is_realised").sorted("year")[-1:]
            text = f"{last.year}: {last.realised:g}" if last else ""
            indicator.last_value = f"{text} %" if last and indicator.unit == "percent" else text

    @api.depends("code", "name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for indicator in self:
            indicator.display_name = f"\u2066{indicator.code or ''}\u2069 {indicator.name or ''}".strip()

    @api.constrains("parent_id", "objective_id")
    def _check_parent(self):
        for indicator in self:
            parent = indicator.parent_id
            if parent and (parent.parent_id or parent == indicator or parent.objective_id != indicator.objective_id):
                raise ValidationError(
                    self.env._(
                        "%(code)s: a sub-indicator details an indicator of its own objective, one level deep.",
                        code=indicator.code,
                    )
                )


class GovBudgetIndicatorValue(models.Model):
    """The target and the result of an indicator in one year, and why they differ.

    Targets are set by budget officers and freeze once the finance law of the year is out (a performance project of the
    year was approved); results are entered by who answers for the indicator until the report is approved.
    """

    _name = "gov.budget.indicator.value"
    _description = "Value of an indicator"
    _inherit = ["gov.budget.amounts"]
    _amount_fields = ("target", "realised")
    _order = "year, id"
    _rec_name = "year"

    indicator_id = fields.Many2one("gov.budget.indicator", "Indicator", required=True, index=True, ondelete="cascade")
    objective_id = fields.Many2one(
        related="indicator_id.objective_id", string="Objective", store=True, index=True, ondelete="cascade"
    )
    year = fields.Integer(required=True, aggregator=None, default=lambda self: fields.Date.context_today(self).year)
    unit = fields.Selection(related="indicator_id.unit", string="Unit of measure")
    direction = fields.Selection(related="indicator_id.direction", string="Direction")
    target = fields.Float(digits=(16, 2), aggregator=None)
    is_target = fields.Boolean("Target set", default=True)
    realised = fields.Float(digits=(16, 2), aggregator=None)
    is_realised = fields.Boolean("Result known", help="Tells a result of zero from none.")
    gap = fields.Float("Result - target", compute="_compute_gap", digits=(16, 2), store=True, aggregator=None)
    is_missed = fields.Boolean("Missed", compute="_compute_gap", store=True)
    comment = fields.Text("Explanation", help="Why the result is not the target, and what is done about it.")

    _year_uniq = models.UniqueIndex("(indicator_id, year)", "An indicator has one value a year.")
    _year_sane = models.Constraint("CHECK (year BETWEEN 2000 AND 2100)", "The year has four digits.")

    @api.depends("target", "is_target", "realised", "is_realised", "indicator_id.direction")
    def _compute_gap(self):
        for value in self:
            both = value.is_target and value.is_realised
            value.gap = value.realised - value.target if both else 0
            good = value.gap >= 0 if value.direction == "up" else value.gap <= 0
            value.is_missed = bool(both and not good)

    @api.onchange("realised")
    def _onchange_realised(self):
        if self.realised:
            self.is_realised = True

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("realised") and "is_realised" not in vals:
                vals["is_realised"] = True
        values = super().create(vals_list)
        values._gov_check_writer({"target"} if any(v.is_target for v in values) else {"realised"})
        return values

    def write(self, vals):
        self._gov_check_writer(set(vals))
        if vals.get("realised") and "is_realised" not in vals:
            vals = dict(vals, is_realised=True)
        result = super().write(vals)
        if {"year", "indicator_id"} & vals.keys():
            # nor does it go into a year whose documents were approved
            self._gov_check_writer({"target", "realised"})
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_reported(self):
        self._gov_check_writer({"target", "realised"})

    def _gov_check_writer(self, names):
        """Targets are for budget officers, results also for who answers; what an approved document says stays."""
        if roles.is_acting(self):
            return
        targets = names & {"target", "is_target", "year", "indicator_id"}
        results = names & {"realised", "is_realised", "comment"}
        officer = roles.is_officer(self.env)
        years = set(self.mapped("year"))
        # sudo: only which years were approved
        frozen = (
            self.env["gov.budget.performance"].sudo().search([("year", "in", list(years)), ("state", "=", "approved")])
        )
        projects = set(frozen.filtered(lambda one: one.kind == "pdp").mapped("year"))
        reports = set(frozen.filtered(lambda one: one.kind == "rdp").mapped("year"))
        for value in self:
            if targets and not officer:
                raise AccessError(self.env._("Targets are set by a budget officer."))
            if results and not officer and value.indicator_id.responsible_id != self.env.user:
                raise AccessError(
                    self.env._(
                        "The results of %(code)s are entered by who answers for it.", code=value.indicator_id.code
                    )
                )
            if (targets and value.year in projects) or (results and value.year in reports):
                raise UserError(
                    self.env._(
                        "%(code)s, %(year)s: this is in an approved document and no longer changes.",
                        code=value.indicator_id.code,
                        year=value.year,
                    )
                )
