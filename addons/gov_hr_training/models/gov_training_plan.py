from odoo import fields, models


class GovTrainingPlan(models.Model):
    """A training plan."""

    _name = "gov.training.plan"
    _description = "Training plan"
    _inherit = ["gov.approval.mixin", "gov.document.mixin"]
    _order = "year_from desc, kind, id desc"

    name = fields.Char(required=True, translate=True)
    kind = fields.Selection([("multi", "Multi-year"), ("annual", "Annual")], required=True, default="annual")
    parent_id = fields.Many2one("gov.training.plan", "Multi-year plan", index="btree_not_null", ondelete="restrict")
    year_from = fields.Integer("From", required=True, aggregator=None)
    year_to = fields.Integer("To", required=True, aggregator=None)
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    budget = fields.Monetary()
    action_ids = fields.One2many("gov.training.action", "plan_id", "Actions")

    def _compute_currency_id(self):
        self.currency_id = self.env.company.currency_id
