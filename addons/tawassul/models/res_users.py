from odoo import api, models


class ResUsers(models.Model):
    """No robot starts a conversation with a new user."""

    _inherit = "res.users"

    @api.model_create_multi
    def create(self, vals_list):
        if "odoobot_state" in self._fields:
            vals_list = [{"odoobot_state": "disabled", **vals} for vals in vals_list]
        return super().create(vals_list)
