from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..services.clocks import Stop


class GovClockStop(models.Model):
    """A suspension of the clock of an invoice: the note with all its reasons, until what was missing came.

    Made and ended by the acts of the invoice alone.
    """

    _name = "gov.clock.stop"
    _description = "Suspension of a delay"
    _inherit = ["gov.budget.stateful"]
    _order = "date_from, id"
    _rec_name = "reason"
    _act_fields = frozenset({"liquidation_id", "date_from", "date_to", "reason", "user_id"})

    liquidation_id = fields.Many2one("gov.liquidation", required=True, index=True, ondelete="cascade")
    date_from = fields.Date("Stopped on", required=True)
    date_to = fields.Date("Went on")
    reason = fields.Text(required=True)
    user_id = fields.Many2one("res.users", "Notified by", required=True, index=True, ondelete="restrict")

    _dates_order = models.Constraint("CHECK (date_to IS NULL OR date_from <= date_to)", "It ends after it begins.")
    _one_open = models.UniqueIndex("(liquidation_id) WHERE date_to IS NULL", "The clock is already stopped.")

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(self.env._("A delay is suspended by the button “Suspend” of the invoice."))
        return super().create(vals_list)

    def _gov_stops(self):
        return [Stop(stop.date_from, stop.date_to or None) for stop in self]
