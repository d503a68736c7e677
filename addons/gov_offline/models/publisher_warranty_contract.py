from odoo import models


class PublisherWarrantyContract(models.AbstractModel):
    """Odoo's weekly report to its publisher (number of users, installed modules, addresses)."""

    _inherit = "publisher_warranty.contract"

    def _get_sys_logs(self):
        # whoever asks, cron or module: nothing is sent, and there is no message from the publisher
        return {"messages": [], "enterprise_info": {}}
