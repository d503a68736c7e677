from odoo import api, models


class ResDeviceLog(models.Model):
    """The log of devices stays out of the transaction of the request that opens a session.

    Odoo writes it while it checks the session, before the request does anything.  An act of that request would then
    find a transaction that has written, run inside it at REPEATABLE READ (see ``gov_base.tools.act``) and fail when
    many people open a session at once, as on the morning when everybody asks for a certificate.
    """

    _inherit = "res.device.log"

    @api.model
    def _update_device(self, request):
        cr = self.env.cr
        before = cr.sql_log_count
        super()._update_device(request)
        # Most requests log nothing, and cost nothing here.  The check of the session, which calls this, only reads.
        if cr.sql_log_count != before and not cr.readonly:
            cr.commit()  # pylint: disable=invalid-commit
