from odoo import fields, models


class HrEmployee(models.Model):
    """The seat a person holds."""

    _inherit = "hr.employee"

    post_ids = fields.One2many(
        "gov.post", "employee_id", "Seat held", groups="hr.group_hr_user,gov_base.group_auditor"
    )
