from odoo import api, models

from odoo.addons.gov_document.tools.blocks import LANGS

# said of somebody whose file has no grade: an employee of the administration
NO_GRADE = {"ar": ("موظف", "موظفة"), "fr": ("fonctionnaire", "fonctionnaire")}
NO_UNIT = {"ar": "هذه الإدارة", "fr": "cette administration"}
EMPTY = "—"


class HrEmployee(models.Model):
    _inherit = "hr.employee"

    def _gov_leave_person_values(self, lang, on_date):
        """Return what leave decisions print about this person; run as superuser by the act that issues."""
        self.ensure_one()
        employee = self.with_context(lang=LANGS[lang])
        version = employee._get_version(on_date)
        # the masculine stands where the file says nothing
        female = employee.sex == "female"
        return {
            "employee_name": employee._gov_document_name(lang),
            "employee_name_fr": employee.name,
            "sex": "female" if female else "male",
            "cnie": employee.cnie or EMPTY,
            "ppr": employee.ppr_number or EMPTY,
            "grade": version.grade_id.name or NO_GRADE[lang][female],
            "unit": version.department_id.name or employee.department_id.name or NO_UNIT[lang],
        }

    @api.model
    def _gov_leave_signatory(self):
        """Return the head of the unit that signs leave decisions and queries; empty when the chart has none."""
        # sudo: the code of the unit that signs, and its head, are in the directory
        parameters, units = self.env["gov.parameter"].sudo(), self.env["hr.department"].sudo()
        codes = [parameters.get_value("leave.signatory_unit")]
        # where certificates are issued too, the unit that signs them, when the first names none
        codes += [row[2] for row in parameters._get_rows("certificate.signatory_unit")]
        for code in codes:
            unit = units.search([("unit_code", "=", code)], limit=1)
            if unit:
                return unit.manager_id
        return self.env["hr.employee"]

    def _gov_heads(self):
        """Return the users who head the unit of this person or a unit above it, the nearest first; never himself."""
        self.ensure_one()
        employee = self.sudo()  # sudo: who heads a unit is in the organisation chart
        unit, users = employee.department_id, self.env["res.users"]
        while unit:
            users |= unit.manager_id.user_id
            unit = unit.parent_id
        return users.filtered("active") - employee.user_id

    def _gov_is_headed_by(self, user):
        """Tell whether a user heads the unit of this person or a unit above it; nobody heads himself."""
        self.ensure_one()
        return user in self._gov_heads()
