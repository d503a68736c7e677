from odoo import fields, models

from .gov_training_need import PRIORITIES

QUARTERS = [("1", "First quarter"), ("2", "Second quarter"), ("3", "Third quarter"), ("4", "Fourth quarter")]
STATES = [
    ("proposed", "Proposed"),
    ("planned", "Planned"),
    ("running", "Under way"),
    ("done", "Done"),
    ("dropped", "Dropped"),
]


class GovTrainingAction(models.Model):
    """An action of a training plan: one course, for groups of people, at a moment, at a cost."""

    _name = "gov.training.action"
    _description = "Action of the training plan"
    _inherit = ["mail.thread"]
    _order = "plan_id, quarter, id"

    name = fields.Char(required=True)
    plan_id = fields.Many2one("gov.training.plan", "Plan", required=True, index=True, ondelete="cascade")
    course_id = fields.Many2one("gov.training.course", "Course", required=True, index=True, ondelete="restrict")
    axis_id = fields.Many2one("gov.training.axis", "Strategic axis", index="btree_not_null", ondelete="restrict")
    group_count = fields.Integer("Groups", default=1)
    seats = fields.Integer("Seats per group", default=20)
    person_count = fields.Integer("Persons planned")
    days = fields.Float("Days per person", digits=(6, 1))
    need_ids = fields.One2many("gov.training.need", "action_id", "Needs")
    employee_ids = fields.Many2many("hr.employee", string="People", compute="_compute_employee_ids")
    quarter = fields.Selection(QUARTERS)
    date_from = fields.Date("From")
    date_to = fields.Date("To")
    priority = fields.Selection(PRIORITIES, required=True, default="2")
    is_mandatory = fields.Boolean("Mandatory")
    cost_ids = fields.One2many("gov.training.cost", "action_id", "Costs")
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    cost_total = fields.Monetary("Cost")
    state = fields.Selection(STATES, required=True, readonly=True, default="proposed", copy=False, index=True)

    def _compute_currency_id(self):
        self.currency_id = self.env.company.currency_id

    def _compute_employee_ids(self):
        for action in self:
            action.employee_ids = action.need_ids.employee_id


class GovTrainingCost(models.Model):
    """One element of the cost of an action."""

    _name = "gov.training.cost"
    _description = "Cost of a training action"

    action_id = fields.Many2one("gov.training.action", required=True, index=True, ondelete="cascade")
