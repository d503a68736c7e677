from odoo import api, fields, models


class HrEmployeePublic(models.Model):
    """The directory: colleagues also see the name in Arabic and the grade, never the step, index or position."""

    _inherit = "hr.employee.public"
    _rec_names_search = ["name", "name_ar"]

    name_ar = fields.Char(string="Name in Arabic", readonly=True)
    grade_id = fields.Many2one("gov.grade", readonly=True, index=False, ondelete="restrict")
    # Worked out from the person's present situation, which is closed to colleagues: only the post comes out of it.
    gov_post = fields.Char(string="Post held", related="employee_id.gov_post")

    @api.depends("name", "name_ar")
    @api.depends_context("lang")
    def _compute_display_name(self):
        """Who reads in Arabic reads the name in Arabic letters, where it is known."""
        super()._compute_display_name()
        if (self.env.lang or "").startswith("ar"):
            for employee in self.filtered("name_ar"):
                employee.display_name = employee.name_ar
