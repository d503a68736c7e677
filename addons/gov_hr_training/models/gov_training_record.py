from odoo import api, fields, models


class GovTrainingRecord(models.Model):
    """A training that a person has finished: one row for each person and origin."""

    _name = "gov.training.record"
    _description = "Training followed"
    _order = "date desc, id desc"
    _rec_name = "course_name"

    employee_id = fields.Many2one("hr.employee", "Employee", required=True, index=True, ondelete="restrict")
    department_id = fields.Many2one("hr.department", "Unit", index=True, ondelete="restrict")
    region_id = fields.Many2one("gov.region", index="btree_not_null", ondelete="restrict")
    course_id = fields.Many2one("gov.training.course", "Course", index="btree_not_null", ondelete="restrict")
    course_name = fields.Char("Training")
    action_id = fields.Many2one("gov.training.action", "Action", index="btree_not_null", ondelete="restrict")
    date = fields.Date("Finished on", required=True)
    hours = fields.Float(digits=(6, 1))
    days = fields.Float(digits=(6, 1))
    source = fields.Selection(
        [("session", "Session"), ("elearning", "Distance learning"), ("external", "Outside of the plan")],
        required=True,
    )
    result = fields.Selection(
        [("attended", "Attended"), ("validated", "Validated"), ("failed", "Not validated")],
        required=True,
        default="attended",
    )
    origin_model = fields.Char("Origin model")
    origin_res_id = fields.Many2oneReference("Origin", model_field="origin_model")

    _origin_uniq = models.Constraint(
        "UNIQUE (employee_id, origin_model, origin_res_id)", "This training is already recorded for this person."
    )

    @api.model
    def _gov_record(self, vals_list):
        """Record finished trainings; what is recorded already is brought up to date."""
        raise NotImplementedError
