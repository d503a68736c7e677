from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.gov_base.tools.act import short_transaction

SEALED = ("gov.tender.bid", "gov.tender.offer", "gov.tender.offer.line")
CONTENT = {"res_model", "res_id", "raw", "datas", "url", "name", "description", "type", "store_fname", "db_datas"}


class IrAttachment(models.Model):
    """A file of a bid is part of its envelope: none is attached before the session, nor without its quorum."""

    _inherit = "ir.attachment"

    @api.model_create_multi
    def create(self, vals_list):
        if any(vals.get("res_model") in SEALED for vals in vals_list):
            return self._gov_create_sealed(vals_list)
        attachments = super().create(vals_list)
        attachments._gov_check_sealed()
        return attachments

    @short_transaction
    def _gov_create_sealed(self, vals_list):
        attachments = super().create(vals_list)
        attachments._gov_check_sealed()
        return attachments

    def write(self, vals):
        guarded = not CONTENT.isdisjoint(vals)
        if guarded:
            self._gov_check_sealed()
        result = super().write(vals)
        if guarded:
            self._gov_check_sealed()
        return result

    def _gov_check_sealed(self):
        """Refuse a file on a bid that is still sealed, or in session without the quorum."""
        ids = {}
        for one in self.sudo():  # sudo: what the file hangs on, whoever sends it
            if one.res_model in SEALED and one.res_id:
                ids.setdefault(one.res_model, set()).add(one.res_id)
        for model, numbers in ids.items():
            # sudo: the state of the call decides, not the rights of the sender
            for tender in self.env[model].sudo().browse(numbers).exists().tender_id:
                if tender.state == "session":
                    tender._gov_lock_session()
                elif tender.state not in ("evaluated", "awarded", "approved"):
                    raise UserError(
                        self.env._(
                            "Bids are sealed until the session of %(tender)s: no file is attached to one before it.",
                            tender=tender.display_name,
                        )
                    )
