from odoo import models
from odoo.fields import Command


class ResCompany(models.Model):
    _inherit = "res.company"

    def _gov_set_up(self):
        """Give each company the working time of decree 2-05-916 and Morocco's hour; called once, at installation."""
        for company in self:
            calendar = self.env["resource.calendar"].create(
                {
                    "name": self.env._("Administrative working time"),
                    "company_id": company.id,
                    "tz": "Africa/Casablanca",
                    "attendance_ids": [Command.clear()]
                    + [Command.create(vals) for vals in self.env["resource.calendar"]._gov_attendance_vals()],
                }
            )
            company.resource_calendar_id = calendar
