from odoo import models
from odoo.fields import Domain


class HrEmployee(models.Model):
    _inherit = "hr.employee"

    def _gov_evaluation_absences(self, date_from, date_to):
        """Return the absences that weigh on the service of a year: ``{employee id: [(first, last)]}``.

        Missions and courses are service; leave is an absence.
        """
        found = {employee.id: [] for employee in self}
        for row in self._gov_absences(date_from, date_to):
            if row["kind"] == "leave" and row.get("is_granted"):
                found[row["employee_id"]].append((row["date_from"], row["date_to"]))
        return found

    def write(self, vals):
        result = super().write(vals)
        if {"department_id", "user_id", "active"} & set(vals):
            # sudo: places of the sheets follow the organisation, whoever changed it
            sheets = self.env["gov.evaluation.sheet"].sudo()
            domain = Domain("employee_id", "in", self.ids)
            if {"user_id", "active"} & set(vals):
                domain |= Domain("evaluator_id", "in", self.ids)
            sheets.search(domain & Domain("state", "in", ("self", "head")))._gov_refresh()
        return result


class HrDepartment(models.Model):
    _inherit = "hr.department"

    def write(self, vals):
        result = super().write(vals)
        if {"manager_id", "parent_id", "active"} & set(vals):
            # sudo: places of the sheets follow the organisation, whoever changed it
            sheets = self.env["gov.evaluation.sheet"].sudo()
            sheets.search([("department_id", "child_of", self.ids), ("state", "in", ("self", "head"))])._gov_refresh()
        return result


class ResUsers(models.Model):
    _inherit = "res.users"

    def _gov_serves_region(self, region):
        """Tell whether a user serves a region: those given to him, or all when none is."""
        self.ensure_one()
        return not self.gov_region_ids or region in self.gov_region_ids
