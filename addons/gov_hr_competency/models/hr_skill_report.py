from odoo import fields, models


class HrEmployeeSkillReport(models.AbstractModel):
    """The reports of hr_skills read the names of levels, translated here: the database drops their views when
    the column changes, and they are made again on the new one, once all columns are there."""

    _inherit = "hr.employee.skill.report"

    skill_level = fields.Char(translate=True)

    def init(self):
        self.pool.post_init(super().init)


class HrEmployeeCertificationReport(models.AbstractModel):
    _inherit = "hr.employee.certification.report"

    skill_level = fields.Char(translate=True)

    def init(self):
        self.pool.post_init(super().init)
