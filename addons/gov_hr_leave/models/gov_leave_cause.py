from odoo import api, fields, models


class GovLeaveCause(models.Model):
    """A cause of exceptional leave for family or serious reasons (article 41), and the days it gives.

    Kept by HR managers.  The days are a dated legal parameter, all causes together within the ceiling of the year.
    """

    _name = "gov.leave.cause"
    _description = "Cause of exceptional leave"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, copy=False)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    parameter_code = fields.Char(
        "Legal parameter", required=True, help="Code of the legal parameter that says how many days the cause gives."
    )
    days = fields.Float("Days today", compute="_compute_days", digits=(6, 1))
    legal_text_id = fields.Many2one("gov.legal.text", "Legal text", index="btree_not_null", ondelete="restrict")

    _code_uniq = models.UniqueIndex("(code)", "This code names another cause.")

    @api.depends("parameter_code")
    def _compute_days(self):
        today = fields.Date.context_today(self)
        for cause in self:
            cause.days = cause.parameter_code and self.env["gov.parameter"].get_value(cause.parameter_code, today)
