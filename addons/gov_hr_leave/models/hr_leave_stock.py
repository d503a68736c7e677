"""What Odoo does around leave that the rules of the civil service replace, or that costs without serving."""

from odoo import models


class ResourceCalendarLeaves(models.Model):
    _inherit = "resource.calendar.leaves"

    def _reevaluate_leaves(self, time_domain_dict):
        """Odoo resets and refuses leaves when a holiday changes; ours are recounted by an act of their own."""
