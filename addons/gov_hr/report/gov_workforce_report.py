from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

POSITIONS_OUT = "left"
# Identity of a row: the year and the employee, so that both are known from it
YEAR_BASE, YEAR_STEP = 1900, 10_000_000


class GovWorkforceReport(models.Model):
    """One row for each person on the staff at the end of each year, with the situation of that day.

    The situation is the dated record (``hr.version``) in force on 31 December, or today in the current year.  A person
    counts from the first recorded situation and from the date of recruitment, to the last day of service; a file with
    neither a date of recruitment nor a grade is no civil servant's and counts for nobody.  Nothing is stored: a late
    act is seen at once.

    For human resources only, each officer in the regions served, by the region of the unit on that day.  Everybody
    else has the published figures (``gov.workforce.figure``), where no small group can be told.
    """

    _name = "gov.workforce.report"
    _description = "Workforce analysis"
    _auto = False
    _order = "year desc, employee_id"
    _rec_name = "employee_id"
    _depends = {
        "gov.workforce.year": ["name", "day"],
        "gov.workforce.band": ["kind", "lower", "upper"],
        "gov.grade": ["group_id"],
        "hr.job": ["responsibility_level"],
        "hr.department": ["directorate_id", "effective_region_id"],
        "hr.employee": ["active", "birthday", "recruitment_date", "retirement_date"],
        "hr.version": [
            "active",
            "employee_id",
            "date_version",
            "departure_date",
            "sex",
            "department_id",
            "job_id",
            "corps_id",
            "grade_id",
            "statutory_position",
        ],
    }

    year = fields.Char(readonly=True)
    day = fields.Date(string="Situation on", readonly=True)
    employee_id = fields.Many2one("hr.employee", readonly=True, index=False, ondelete="cascade")
    version_id = fields.Many2one("hr.version", string="Situation", readonly=True, index=False, ondelete="cascade")
    sex = fields.Selection([("female", "Women"), ("male", "Men"), ("other", "Not recorded")], readonly=True)
    department_id = fields.Many2one("hr.department", string="Unit", readonly=True, index=False, ondelete="cascade")
    directorate_id = fields.Many2one(
        "hr.department", string="Directorate", readonly=True, index=False, ondelete="cascade"
    )
    region_id = fields.Many2one("gov.region", string="Region", readonly=True, index=False, ondelete="cascade")
    corps_id = fields.Many2one("gov.corps", string="Corps", readonly=True, index=False, ondelete="cascade")
    grade_id = fields.Many2one("gov.grade", string="Grade", readonly=True, index=False, ondelete="cascade")
    grade_group_id = fields.Many2one(
        "gov.workforce.band", string="Group of grades", readonly=True, index=False, ondelete="cascade"
    )
    age_band_id = fields.Many2one(
        "gov.workforce.band", string="Age band", readonly=True, index=False, ondelete="cascade"
    )
    seniority_band_id = fields.Many2one(
        "gov.workforce.band", string="Years of service", readonly=True, index=False, ondelete="cascade"
    )
    statutory_position = fields.Selection(selection="_selection_position", string="Position", readonly=True)
    responsibility_level = fields.Selection(
        selection="_selection_level", string="Post of responsibility", readonly=True
    )
    recruitment_date = fields.Date(string="Recruitment date", readonly=True)
    retirement_date = fields.Date(string="Retirement date", readonly=True)
    staff = fields.Integer(readonly=True)
    women = fields.Integer(readonly=True)
    men = fields.Integer(readonly=True)
    women_share = fields.Float(
        string="Women (%)", digits=(5, 1), aggregator="avg", readonly=True, help="Women among a hundred of the staff."
    )
    age = fields.Integer(string="Age (mean)", aggregator="avg", readonly=True)
    seniority = fields.Integer(string="Years of service (mean)", aggregator="avg", readonly=True)
    years_in_grade = fields.Float(
        string="Years in the grade (mean)",
        digits=(5, 1),
        aggregator="avg",
        readonly=True,
        help="From the first situation recorded in the grade.",
    )

    @api.model
    def _selection_position(self):
        return self.env["hr.version"]._fields["statutory_position"]._description_selection(self.env)

    @api.model
    def _selection_level(self):
        return self.env["hr.job"]._fields["responsibility_level"]._description_selection(self.env)

    @property
    def _table_query(self):
        # the situation of each person on each day comes from the unique index on (employee, date) of the situations
        return SQL(
            """
            SELECT (year.name::int - %(base)s) * %(step)s + employee.id AS id,
                   year.name AS year,
                   year.day AS day,
                   employee.id AS employee_id,
                   version.id AS version_id,
                   CASE WHEN version.sex IN ('female', 'male') THEN version.sex ELSE 'other' END AS sex,
                   version.department_id AS department_id,
                   unit.directorate_id AS directorate_id,
                   unit.effective_region_id AS region_id,
                   version.corps_id AS corps_id,
                   version.grade_id AS grade_id,
                   grade.group_id AS grade_group_id,
                   age_band.id AS age_band_id,
                   seniority_band.id AS seniority_band_id,
                   COALESCE(version.statutory_position, 'activity') AS statutory_position,
                   job.responsibility_level AS responsibility_level,
                   employee.recruitment_date AS recruitment_date,
                   employee.retirement_date AS retirement_date,
                   1 AS staff,
                   CASE WHEN version.sex = 'female' THEN 1 ELSE 0 END AS women,
                   CASE WHEN version.sex = 'male' THEN 1 ELSE 0 END AS men,
                   CASE WHEN version.sex = 'female' THEN 100.0 ELSE 0.0 END AS women_share,
                   elapsed.age AS age,
                   elapsed.seniority AS seniority,
                   (year.day - (
                       SELECT min(held.date_version) FROM hr_version held
                        WHERE held.employee_id = employee.id AND held.active
                          AND held.grade_id = version.grade_id AND held.date_version <= year.day
                   )) / 365.25 AS years_in_grade
              FROM gov_workforce_year year
        CROSS JOIN hr_employee employee
              JOIN LATERAL (
                       SELECT dated.* FROM hr_version dated
                        WHERE dated.employee_id = employee.id AND dated.active AND dated.date_version <= year.day
                     ORDER BY dated.date_version DESC
                        LIMIT 1
                   ) version ON TRUE
        CROSS JOIN LATERAL (
                       SELECT EXTRACT(year FROM age(year.day, employee.birthday))::int AS age,
                              EXTRACT(year FROM age(year.day, employee.recruitment_date))::int AS seniority
                   ) elapsed
         LEFT JOIN hr_department unit ON unit.id = version.department_id
         LEFT JOIN hr_job job ON job.id = version.job_id
         LEFT JOIN gov_grade grade ON grade.id = version.grade_id
         LEFT JOIN gov_workforce_band age_band
                ON age_band.kind = 'age' AND elapsed.age >= age_band.lower
               AND (COALESCE(age_band.upper, 0) = 0 OR elapsed.age <= age_band.upper)
         LEFT JOIN gov_workforce_band seniority_band
                ON seniority_band.kind = 'seniority' AND elapsed.seniority >= seniority_band.lower
               AND (COALESCE(seniority_band.upper, 0) = 0 OR elapsed.seniority <= seniority_band.upper)
             WHERE (employee.recruitment_date <= year.day
                    OR (employee.recruitment_date IS NULL AND version.grade_id IS NOT NULL))
               AND (version.departure_date IS NULL OR version.departure_date >= year.day)
               AND (employee.active OR version.departure_date IS NOT NULL OR EXISTS (
                       SELECT FROM hr_version later
                        WHERE later.employee_id = employee.id AND later.active
                          AND (later.statutory_position = %(out)s OR later.departure_date IS NOT NULL)))
               AND COALESCE(version.statutory_position, 'activity') <> %(out)s
            """,
            base=YEAR_BASE,
            step=YEAR_STEP,
            out=POSITIONS_OUT,
        )

    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, **kwargs):
        """A row is looked up by its year and employee, which have indexes, and not by its number, which has none."""
        domain = Domain(domain).map_conditions(_narrow)
        return super()._search(domain, offset, limit, order, **kwargs)

    def action_open_employee(self):
        """Open the personnel file behind a row, with the rights of the reader on it."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "hr.employee",
            "res_id": self.employee_id.id,
            "views": [[False, "form"]],
        }


def _narrow(condition):
    if condition.field_expr != "id" or condition.operator != "in":
        return condition
    numbers = [number for number in condition.value if isinstance(number, int)]
    return (
        condition
        & Domain("year", "in", sorted({str(number // YEAR_STEP + YEAR_BASE) for number in numbers}))
        & Domain("employee_id", "in", sorted({number % YEAR_STEP for number in numbers}))
    )
