from odoo import models


class HrEmployee(models.Model):
    """Odoo's buttons on leave lead to our screens."""

    _inherit = "hr.employee"

    def action_time_off_dashboard(self):
        """Open the explained balances of the person."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("gov_hr_leave.leave_why_action")
        return dict(action, params={"employee_id": self.id})

    def action_open_time_off_calendar(self):
        """Open the calendar of the unit."""
        return self.env["ir.actions.actions"]._for_xml_id("gov_hr_leave.leave_team_action")


class HrEmployeePublic(models.Model):
    _inherit = "hr.employee.public"

    def action_time_off_dashboard(self):
        """Open one's own explained balances."""
        return self.env["ir.actions.actions"]._for_xml_id("gov_hr_leave.leave_why_action")

    def action_open_time_off_calendar(self):
        """Open the calendar of the unit."""
        return self.env["ir.actions.actions"]._for_xml_id("gov_hr_leave.leave_team_action")


class HrDepartment(models.Model):
    _inherit = "hr.department"

    def action_open_leave_department(self):
        """Open the requests of the unit."""
        action = self.env["ir.actions.act_window"]._for_xml_id("gov_hr_leave.hr_leave_action_all")
        action["domain"] = [("department_id", "child_of", self.ids)]
        return action
