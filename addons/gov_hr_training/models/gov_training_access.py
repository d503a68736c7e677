from odoo import api, fields, models
from odoo.tools import SQL


class GovTrainingAccess(models.Model):
    """One row for each person on the staff in a year, with the days of training followed: access rate, days per head.

    The staff is that of the workforce figures (situation at the end of the year, today in the current one); nothing is
    stored.  Human resources and training officers read it, in the regions they serve, and auditors.
    """

    _name = "gov.training.access"
    _description = "Access to training"
    _auto = False
    _order = "year desc, days desc, employee_id"
    _rec_name = "employee_id"
    _depends = {"gov.training.record": ["employee_id", "year", "days", "hours", "result"]}

    year = fields.Char(readonly=True)
    employee_id = fields.Many2one("hr.employee", readonly=True, index=False, ondelete="cascade")
    sex = fields.Selection([("female", "Women"), ("male", "Men"), ("other", "Not recorded")], readonly=True)
    department_id = fields.Many2one("hr.department", "Unit", readonly=True, index=False, ondelete="cascade")
    directorate_id = fields.Many2one("hr.department", "Directorate", readonly=True, index=False, ondelete="cascade")
    region_id = fields.Many2one("gov.region", "Region", readonly=True, index=False, ondelete="cascade")
    grade_group_id = fields.Many2one(
        "gov.workforce.band", "Group of grades", readonly=True, index=False, ondelete="cascade"
    )
    age_band_id = fields.Many2one("gov.workforce.band", "Age band", readonly=True, index=False, ondelete="cascade")
    staff = fields.Integer("Persons", readonly=True)
    trained = fields.Integer("Persons trained", readonly=True)
    access_rate = fields.Float(
        "Access (%)", readonly=True, aggregator="avg", digits=(6, 1), help="Persons trained among a hundred."
    )
    training_count = fields.Integer("Trainings", readonly=True)
    days = fields.Float("Days", readonly=True, digits=(10, 1))
    days_head = fields.Float("Days per head", readonly=True, aggregator="avg", digits=(10, 2))
    hours = fields.Float(readonly=True, digits=(10, 1))

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT staff.id, staff.year, staff.employee_id, staff.sex, staff.department_id, staff.directorate_id,
                   staff.region_id, staff.grade_group_id, staff.age_band_id,
                   1 AS staff,
                   CASE WHEN followed.number > 0 THEN 1 ELSE 0 END AS trained,
                   CASE WHEN followed.number > 0 THEN 100.0 ELSE 0.0 END AS access_rate,
                   coalesce(followed.number, 0) AS training_count,
                   coalesce(followed.days, 0) AS days,
                   coalesce(followed.days, 0) AS days_head,
                   coalesce(followed.hours, 0) AS hours
              FROM (%s) staff
         LEFT JOIN (SELECT employee_id, year, count(*) AS number, sum(days) AS days, sum(hours) AS hours
                      FROM gov_training_record
                     WHERE result <> 'failed'
                  GROUP BY employee_id, year) followed
                ON followed.employee_id = staff.employee_id AND followed.year = staff.year::int
            """,
            self.env["gov.workforce.report"]._table_query,
        )

    @api.model
    def action_open(self):
        """Open the analysis of the access to training, the years being ready."""
        self.check_access("read")
        # sudo: the years of the workforce figures, made when they are not there
        self.env["gov.workforce.year"].sudo()._gov_ensure_years()
        return self.env["ir.actions.act_window"]._for_xml_id("gov_hr_training.gov_training_access_action")

    def action_open_records(self):
        """Open the trainings behind a row."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("gov_hr_training.gov_training_record_action")
        action.update(
            domain=[("employee_id", "=", self.employee_id.id), ("year", "=", int(self.year))],
            context={},
        )
        return action
