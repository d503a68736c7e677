from datetime import date

from odoo import fields, models


class GovLeavePlanOpen(models.TransientModel):
    """Dialog of HR that opens the leave plans of a year for the units of its regions."""

    _name = "gov.leave.plan.open"
    _description = "Open the leave plans of a year"

    year = fields.Integer(required=True, default=lambda self: self._default_year())
    deadline = fields.Date("Wishes until", required=True, help="Last day on which employees enter their wishes.")

    def _default_year(self):
        today = fields.Date.context_today(self)
        # after the summer people think of the next year
        return today.year if today < date(today.year, 9, 1) else today.year + 1

    def action_open(self):
        """Open the plans and show those of the year."""
        self.ensure_one()
        count = self.env["gov.leave.plan"].action_open_year(self.year, self.deadline)
        action = self.env["ir.actions.act_window"]._for_xml_id("gov_hr_leave.gov_leave_plan_action")
        action["domain"] = [("year", "=", self.year)]
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if count else "warning",
                "message": self.env._("Plans opened: %(count)s.", count=count)
                if count
                else self.env._("The plans of this year are open already."),
                "next": action,
            },
        }
