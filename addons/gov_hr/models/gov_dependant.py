from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..services.career import age_on


class GovDependant(models.Model):
    """A spouse or child of an employee, for family allowances and income tax.

    Kept by HR officers on the proof the employee brings.  As soon as one row is recorded for a person, the rows take
    the place of the plain number of children of the personal file.  HR and the auditor read it, and the person in
    « My file ».
    """

    _name = "gov.dependant"
    _description = "Dependant of an employee"
    _order = "employee_id, kind desc, birthdate"

    employee_id = fields.Many2one("hr.employee", required=True, index=True, ondelete="cascade")
    kind = fields.Selection([("spouse", "Spouse"), ("child", "Child")], required=True, default="child")
    name = fields.Char(required=True)
    name_ar = fields.Char(string="Name in Arabic")
    birthdate = fields.Date(help="Needed for a child: allowances and tax reductions stop at ages set by law.")
    is_student = fields.Boolean(
        string="Student", help="Family allowances go on to a later age for a child who studies."
    )
    is_disabled = fields.Boolean(string="Disabled", help="No age limit applies to a disabled child.")
    is_taxed_apart = fields.Boolean(
        string="Not for tax",
        help="Gives no reduction of income tax, for example a spouse with an income of their own.",
    )
    date_from = fields.Date(
        string="From", help="Day from which the person counts: marriage, birth, kafala. Empty: always."
    )
    date_to = fields.Date(string="To", help="Last day on which the person counts. Empty: still counts.")

    _dates = models.Constraint(
        "CHECK (date_to IS NULL OR date_from IS NULL OR date_to >= date_from)", "The end comes before the start."
    )
    _child_birthdate = models.Constraint(
        "CHECK (kind <> 'child' OR birthdate IS NOT NULL)",
        "Give the date of birth of the child: allowances depend on age.",
    )

    def _check_not_own(self):
        if not self.env.su and self.env.user in self.sudo().employee_id.user_id:  # sudo: only the link to the user
            raise AccessError(
                self.env._(
                    "Nobody changes their own pay: ask another HR officer to record the dependants of your file."
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows._check_not_own()
        return rows

    def write(self, vals):
        self._check_not_own()
        result = super().write(vals)
        self._check_not_own()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_own(self):
        self._check_not_own()

    def _gov_counts_on(self, on_date):
        return self.filtered(
            lambda row: (not row.date_from or row.date_from <= on_date)
            and (not row.date_to or row.date_to >= on_date)
            and (not row.birthdate or row.birthdate <= on_date)
        )

    def _gov_family_children(self, on_date, age, student_age):
        """Children who give right to family allowances on a date."""
        return self._gov_counts_on(on_date).filtered(
            lambda row: row.kind == "child"
            and (row.is_disabled or age_on(row.birthdate, on_date) < (student_age if row.is_student else age))
        )

    def _gov_tax_dependants(self, on_date, age):
        """Persons who give right to a reduction of income tax on a date."""
        return self._gov_counts_on(on_date).filtered(
            lambda row: not row.is_taxed_apart
            and (row.kind == "spouse" or row.is_disabled or age_on(row.birthdate, on_date) <= age)
        )
