from collections import defaultdict

from odoo import fields, models
from odoo.exceptions import UserError

MONTHS = 12


class GovBudgetFramework(models.Model):
    _inherit = "gov.budget.framework"

    def _gov_staff_rows(self):
        """Return the staff by pay scale and grade: number in service and gross pay of a year, in centimes.

        Sums by grade alone leave the files of the staff: what one person is paid stays closed.
        """
        self.ensure_one()
        day = fields.Date.context_today(self)
        # sudo: the budget book counts the whole department and names nobody
        employees = self.env["hr.employee"].sudo().search([("grade_id", "!=", False), ("salary_index", ">", 0)])
        try:
            statements = employees._gov_pay_statements(day)
        except UserError:
            # a file that lacks something is counted, without its amount
            statements = {}
            for employee in employees:
                try:
                    statements |= employee._gov_pay_statements(day)
                except UserError:
                    continue
        rows = defaultdict(lambda: [0, 0])
        for employee in employees:
            row = rows[employee.grade_id]
            row[0] += 1
            statement = statements.get(employee.id)
            row[1] += round(float(statement["gross"]) * 100) * MONTHS if statement else 0
        found = []
        for grade, (number, amount) in rows.items():
            grade = grade.with_context(lang=self.env.lang)
            scale = self.env._("Off scale") if grade.is_off_scale else grade.scale or ""
            order = (not grade.is_off_scale, -int(scale) if scale.isdigit() else 0, grade.name)
            found.append((order, {"scale": scale, "grade": grade.name, "number": number, "amount": amount}))
        return [row for _order, row in sorted(found, key=lambda one: one[0])]
