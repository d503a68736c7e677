from odoo import api, fields, models
from odoo.exceptions import UserError

from ..services.needs import NeedTarget
from ..services.suppliers import SupplierTarget


class GovImportBatch(models.Model):
    """Workbooks of the needs of units and of suppliers."""

    _inherit = "gov.import.batch"

    target = fields.Selection(
        selection_add=[("need", "Needs of units"), ("supplier", "Suppliers")],
        ondelete={"need": "cascade", "supplier": "cascade"},
    )

    @api.model
    def _gov_target_classes(self):
        return dict(super()._gov_target_classes(), need=NeedTarget, supplier=SupplierTarget)


class GovProcurementNeed(models.Model):
    _inherit = "gov.procurement.need"

    def _gov_remove(self):
        """Delete needs that an import brought, when it is undone; one that is in a programme stops it."""
        for need in self:
            if need.state not in ("draft", "sent", "returned", "cancelled"):
                raise UserError(
                    self.env._("“%(need)s” is in the programme already: take it out of it first.", need=need.name)
                )
        self._gov_write({"state": "draft"})
        self.unlink()
