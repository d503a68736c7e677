from odoo import fields, models


class GovAdvancementDrop(models.TransientModel):
    """Dialog that takes the reason for dropping lines of an advancement campaign."""

    _name = "gov.advancement.drop"
    _description = "Drop of an advancement"

    line_ids = fields.Many2many("gov.advancement.campaign.line", string="Lines")
    reason = fields.Text(required=True, help="Kept with the line; human resources and the auditor read it.")

    def action_confirm(self):
        """Drop the lines; rights are checked by the act itself."""
        self.ensure_one()
        self.line_ids.action_drop(self.reason)
        return {"type": "ir.actions.act_window_close"}
