import hashlib

from odoo import api, models
from odoo.exceptions import AccessError

# What lets the documents' own code attach their PDF; an object cannot be forged through RPC.
ATTACH = object()


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    def _gov_frozen(self):
        return self.filtered(lambda attachment: attachment.res_model == "gov.document" and attachment.res_id)

    def _gov_refuse_frozen(self):
        raise AccessError(
            self.env._("The file of an official document is frozen: it can be revoked and replaced, never changed.")
        )

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get("gov_attach") is not ATTACH and any(
            vals.get("res_model") == "gov.document" for vals in vals_list
        ):
            self._gov_refuse_frozen()
        return super().create(vals_list)

    def write(self, vals):
        if self.env.context.get("gov_attach") is not ATTACH:
            frozen = self.sudo()._gov_frozen()  # sudo: to know what the file belongs to, nothing is given out
            if frozen and not (frozen == self and self._gov_same_bytes(vals)):
                self._gov_refuse_frozen()
            if vals.get("res_model") == "gov.document":
                self._gov_refuse_frozen()
        return super().write(vals)

    def _gov_same_bytes(self, vals):
        """Moving the bytes between the database and the file store is the one change that changes nothing."""
        return set(vals) <= {"raw", "mimetype"} and all(
            hashlib.sha1(vals.get("raw") or b"", usedforsecurity=False).hexdigest() == attachment.checksum
            and vals.get("mimetype", attachment.mimetype) == attachment.mimetype
            for attachment in self
        )

    def unlink(self):
        if self.sudo()._gov_frozen():  # sudo: as in write
            self._gov_refuse_frozen()
        return super().unlink()
