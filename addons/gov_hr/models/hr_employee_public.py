from odoo import fields, models


class HrEmployeePublic(models.Model):
    """The directory: colleagues also see the name in Arabic and the grade, never the step, index or position."""

    _inherit = "hr.employee.public"
    _rec_names_search = ["name", "name_ar"]

    name_ar = fields.Char(string="Name in Arabic", readonly=True)
    grade_id = fields.Many2one("gov.grade", readonly=True, index=False, ondelete="restrict")
