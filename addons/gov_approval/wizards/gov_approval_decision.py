from odoo import api, fields, models
from odoo.exceptions import UserError


class GovApprovalDecision(models.TransientModel):
    """Dialog that takes the reason of a refusal, a return or a cancellation, for one request or several."""

    _name = "gov.approval.decision"
    _description = "Reason of a decision"

    decision = fields.Selection(
        [("refuse", "Refuse"), ("return", "Return for completion"), ("cancel", "Cancel")], required=True
    )
    res_model = fields.Char(required=True, export_string_translation=False)
    res_ids = fields.Char(required=True, export_string_translation=False)
    is_opinion = fields.Boolean(compute="_compute_is_opinion", export_string_translation=False)
    is_applicant = fields.Boolean(compute="_compute_is_opinion", export_string_translation=False)
    reason = fields.Text(help="The requester reads it; it is kept in the journal.")

    @api.depends("res_model", "res_ids", "decision")
    def _compute_is_opinion(self):
        for wizard in self:
            records = wizard._get_records()
            wizard.is_opinion = wizard.decision == "refuse" and set(records.mapped("current_kind")) == {"opinion"}
            wizard.is_applicant = all(self.env.user in record._gov_applicants() for record in records)

    def _get_records(self):
        self.ensure_one()
        if self.res_model not in self.env["gov.approval.circuit"]._get_request_models():
            raise UserError(self.env._("These records do not follow an approval circuit."))
        ids = [int(part) for part in (self.res_ids or "").split(",") if part.strip().isdigit()]
        return self.env[self.res_model].browse(ids).exists()._filtered_access("read")

    def action_confirm(self):
        """Do the act with the reason; the rights are checked by the act itself."""
        self.ensure_one()
        records = self._get_records()
        if self.decision == "refuse":
            records.action_refuse(self.reason)
        elif self.decision == "return":
            records.action_return(self.reason)
        else:
            records.action_cancel(self.reason)
        return {"type": "ir.actions.act_window_close"}
