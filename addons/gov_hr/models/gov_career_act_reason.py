from odoo import fields, models


class GovCareerActReason(models.TransientModel):
    """Asks why a draft is cancelled, or why a signed act is cancelled by a contrary one."""

    _name = "gov.career.act.reason"
    _description = "Reason of the cancellation of a career act"

    act_id = fields.Many2one("gov.career.act", required=True, index=True, ondelete="cascade")
    operation = fields.Selection(
        [("cancel", "Cancel the draft"), ("contrary", "Prepare the contrary act")], required=True, default="cancel"
    )
    reason = fields.Text(required=True, help="Kept with the act; that of a contrary act is printed on it.")

    def action_confirm(self):
        """Do it, under the rights of the user, which the act checks."""
        self.ensure_one()
        if self.operation == "cancel":
            self.act_id.action_cancel(self.reason)
            return {"type": "ir.actions.act_window_close"}
        contrary = self.act_id.action_make_contrary(self.reason)
        return {
            "type": "ir.actions.act_window",
            "res_model": "gov.career.act",
            "res_id": contrary.id,
            "views": [(False, "form")],
        }
