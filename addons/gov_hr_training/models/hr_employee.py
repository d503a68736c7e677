from odoo import api, fields, models


class HrEmployee(models.Model):
    """The trainings a person has followed, and what is asked for him."""

    _inherit = "hr.employee"

    training_record_ids = fields.One2many(
        "gov.training.record", "employee_id", "Trainings followed", groups="hr.group_hr_user,gov_base.group_auditor"
    )
    training_record_count = fields.Integer(
        compute="_compute_training_counts", groups="hr.group_hr_user,gov_base.group_auditor"
    )
    training_days_year = fields.Float(
        "Days of training this year",
        compute="_compute_training_counts",
        digits=(6, 1),
        groups="hr.group_hr_user,gov_base.group_auditor",
    )

    @api.depends("training_record_ids.days")
    def _compute_training_counts(self):
        year = fields.Date.context_today(self).year
        rows = self.env["gov.training.record"]._read_group(
            [("employee_id", "in", self.ids), ("result", "!=", "failed")],
            ["employee_id", "year"],
            ["__count", "days:sum"],
        )
        counts, days = {}, {}
        for employee, of_year, number, total in rows:
            counts[employee.id] = counts.get(employee.id, 0) + number
            if of_year == year:
                days[employee.id] = total
        for employee in self:
            employee.training_record_count = counts.get(employee.id, 0)
            employee.training_days_year = days.get(employee.id, 0)

    def action_open_trainings(self):
        """Open the trainings the person has followed."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("gov_hr_training.gov_training_record_action")
        action.update(domain=[("employee_id", "=", self.id)], context={"default_employee_id": self.id})
        return action
