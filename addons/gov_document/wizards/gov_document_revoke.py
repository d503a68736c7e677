from odoo import fields, models


class GovDocumentRevoke(models.TransientModel):
    """Ask for the reason before documents are revoked."""

    _name = "gov.document.revoke"
    _description = "Revoke documents"

    document_ids = fields.Many2many("gov.document", string="Documents", readonly=True)
    reason = fields.Text(required=True, help="Kept in the register and in the journal; not shown on the public page.")

    def action_confirm(self):
        """Revoke the documents; :meth:`gov.document.action_revoke` checks who may."""
        self.ensure_one()
        self.document_ids.action_revoke(self.reason)
        return {"type": "ir.actions.client", "tag": "soft_reload"}
