from odoo import fields, models

from .purchase_order import QUALITY


class GovAcceptance(models.Model):
    """The note of quality that an acceptance leaves in the history of the holder."""

    _inherit = "gov.acceptance"

    holder_id = fields.Many2one(
        related="contract_id.partner_id", store=True, index=True, ondelete="restrict", string="Holder"
    )
    quality = fields.Selection(
        QUALITY, "Quality of the service", copy=False, help="Kept in the history of the supplier."
    )
