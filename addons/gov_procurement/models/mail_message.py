from odoo import api, models
from odoo.exceptions import UserError

from .ir_attachment import SEALED


class MailMessage(models.Model):
    """No message hangs on a bid: what is said of it is said in its session, and written by its acts."""

    _inherit = "mail.message"

    @api.model_create_multi
    def create(self, vals_list):
        self._gov_check_sealed(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        self._gov_check_sealed([vals])
        return super().write(vals)

    @api.model
    def _gov_check_sealed(self, vals_list):
        if self.env.context.get("default_model") in SEALED or any(vals.get("model") in SEALED for vals in vals_list):
            raise UserError(self.env._("No message is written on a bid: its session and its acts say what it holds."))
