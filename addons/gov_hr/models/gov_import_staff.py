from odoo import api, fields, models

from ..services.staff_import import StaffTarget


class GovImportBatch(models.Model):
    """Files of the staff: personnel, career, organisation chart.  The HR manager imports them."""

    _inherit = "gov.import.batch"

    target = fields.Selection(selection_add=[("staff", "Staff and organisation chart")], ondelete={"staff": "cascade"})

    @api.model
    def _gov_target_classes(self):
        return dict(super()._gov_target_classes(), staff=StaffTarget)
