from odoo import fields, models


class GovCertificateReason(models.TransientModel):
    """Dialog that takes the reason for revoking an issued document, or for making it again."""

    _name = "gov.certificate.reason"
    _description = "Reason to revoke or replace a certificate"

    request_id = fields.Many2one("gov.certificate.request", required=True, index=True, ondelete="cascade")
    operation = fields.Selection([("revoke", "Revoke"), ("reissue", "Make again")], required=True)
    reason = fields.Text(required=True, help="Kept in the register and shown to the person concerned.")

    def action_confirm(self):
        """Do the act; the rights are checked by the act itself."""
        self.ensure_one()
        if self.operation == "revoke":
            self.request_id.action_revoke_document(self.reason)
        else:
            self.request_id.action_reissue(self.reason)
        return {"type": "ir.actions.act_window_close"}
