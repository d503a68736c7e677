from odoo import fields, models


class GovEvaluationLatecomer(models.TransientModel):
    """The dialog in which an HR manager makes the sheets of employees whom the opening left out."""

    _name = "gov.evaluation.latecomer"
    _description = "Employees to add to a campaign"

    campaign_id = fields.Many2one("gov.evaluation.campaign", required=True, index=True, ondelete="cascade")
    employee_ids = fields.Many2many(
        "hr.employee", string="Employees", required=True, help="Their sheets are made whatever left them out."
    )

    def action_add(self):
        """Make the sheets.  HR managers; the act checks it."""
        self.ensure_one()
        return self.env["gov.evaluation.sheet"]._gov_add(self.campaign_id, self.employee_ids.ids)
