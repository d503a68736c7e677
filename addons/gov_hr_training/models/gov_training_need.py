from odoo import fields, models

SOURCES = [
    ("gap", "Gap of competency"),
    ("interview", "Evaluation interview"),
    ("employee", "Request of the employee"),
    ("head", "Request of the head"),
    ("project", "Project of the unit"),
    ("hr", "Human resources"),
]
PRIORITIES = [("1", "High"), ("2", "Medium"), ("3", "Low")]


class GovTrainingNeed(models.Model):
    """A training need."""

    _name = "gov.training.need"
    _description = "Training need"
    _inherit = ["mail.thread"]
    _order = "priority, id desc"

    name = fields.Char("What")
    employee_id = fields.Many2one("hr.employee", "Employee", index=True, ondelete="restrict")
    department_id = fields.Many2one("hr.department", "Unit", index=True, ondelete="restrict")
    region_id = fields.Many2one(related="department_id.effective_region_id", store=True, index="btree_not_null")
    person_count = fields.Integer("Persons", default=1)
    year = fields.Integer("Plan year", aggregator=None)
    source = fields.Selection(SOURCES, required=True, default="employee")
    skill_id = fields.Many2one("hr.skill", "Competency", index="btree_not_null", ondelete="restrict")
    level_now = fields.Integer("Level held", aggregator=None)
    level_target = fields.Integer("Level aimed at", aggregator=None)
    priority = fields.Selection(PRIORITIES, required=True, default="2")
    deadline = fields.Date()
    course_id = fields.Many2one(
        "gov.training.course", "Course proposed", index="btree_not_null", ondelete="restrict"
    )
    axis_id = fields.Many2one("gov.training.axis", "Strategic axis", index="btree_not_null", ondelete="restrict")
    justification = fields.Text()
    action_id = fields.Many2one(
        "gov.training.action", "Action of the plan", index="btree_not_null", ondelete="restrict", copy=False
    )
