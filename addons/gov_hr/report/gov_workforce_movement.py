from odoo import fields, models
from odoo.tools import SQL

from .gov_workforce_report import POSITIONS_OUT


class GovWorkforceMovement(models.Model):
    """One row for each recruitment, grade promotion, beginning of availability leave and departure.

    Read from the dated situations (``hr.version``) in order; nothing is stored.  The characteristics are those of the
    situation that the movement made (for a departure, of the last one).  For human resources, as the analysis of the
    workforce.
    """

    _name = "gov.workforce.movement"
    _description = "Workforce movements"
    _auto = False
    _order = "date desc, employee_id"
    _rec_name = "employee_id"
    _depends = {
        "gov.grade": ["group_id"],
        "hr.department": ["directorate_id", "effective_region_id"],
        "hr.employee": ["recruitment_date"],
        "hr.version": [
            "active",
            "employee_id",
            "date_version",
            "departure_date",
            "sex",
            "department_id",
            "corps_id",
            "grade_id",
            "statutory_position",
            "act_kind",
        ],
    }

    kind = fields.Selection(
        [
            ("recruitment", "Recruitment"),
            ("promotion", "Grade promotion"),
            ("availability", "Availability leave"),
            ("departure", "Departure"),
        ],
        readonly=True,
    )
    date = fields.Date(readonly=True)
    year = fields.Char(readonly=True)
    employee_id = fields.Many2one("hr.employee", readonly=True)
    sex = fields.Selection([("female", "Women"), ("male", "Men"), ("other", "Not recorded")], readonly=True)
    department_id = fields.Many2one("hr.department", string="Unit", readonly=True)
    directorate_id = fields.Many2one("hr.department", string="Directorate", readonly=True)
    region_id = fields.Many2one("gov.region", string="Region", readonly=True)
    corps_id = fields.Many2one("gov.corps", string="Corps", readonly=True)
    grade_id = fields.Many2one("gov.grade", string="Grade", readonly=True)
    grade_group_id = fields.Many2one("gov.workforce.band", string="Group of grades", readonly=True)
    staff = fields.Integer(string="Movements", readonly=True)
    women = fields.Integer(readonly=True)
    men = fields.Integer(readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT dated.id * 4 + movement.rank AS id,
                   movement.kind AS kind,
                   movement.date AS date,
                   EXTRACT(year FROM movement.date)::int::text AS year,
                   dated.employee_id AS employee_id,
                   CASE WHEN dated.sex IN ('female', 'male') THEN dated.sex ELSE 'other' END AS sex,
                   dated.department_id AS department_id,
                   unit.directorate_id AS directorate_id,
                   unit.effective_region_id AS region_id,
                   dated.corps_id AS corps_id,
                   dated.grade_id AS grade_id,
                   grade.group_id AS grade_group_id,
                   1 AS staff,
                   CASE WHEN dated.sex = 'female' THEN 1 ELSE 0 END AS women,
                   CASE WHEN dated.sex = 'male' THEN 1 ELSE 0 END AS men
              FROM (
                       SELECT version.id, version.employee_id, version.date_version, version.departure_date,
                              version.sex, version.department_id, version.corps_id, version.grade_id,
                              COALESCE(version.statutory_position, 'activity') AS position, version.act_kind,
                              employee.recruitment_date,
                              LAG(version.id) OVER career AS before_id,
                              LAG(version.grade_id) OVER career AS before_grade_id,
                              LAG(COALESCE(version.statutory_position, 'activity')) OVER career AS before_position
                         FROM hr_version version
                         JOIN hr_employee employee ON employee.id = version.employee_id
                        WHERE version.active
                       WINDOW career AS (PARTITION BY version.employee_id ORDER BY version.date_version)
                   ) dated
        CROSS JOIN LATERAL (VALUES
                       (0, 'recruitment', COALESCE(dated.recruitment_date, dated.date_version),
                        dated.before_id IS NULL
                        AND (dated.recruitment_date IS NOT NULL OR dated.act_kind = 'recruitment')),
                       (1, 'promotion', dated.date_version,
                        dated.act_kind IN ('grade_choice', 'grade_exam')
                        AND dated.grade_id IS DISTINCT FROM dated.before_grade_id),
                       (2, 'availability', dated.date_version,
                        dated.position = 'availability' AND dated.before_position IS DISTINCT FROM 'availability'),
                       (3, 'departure', CASE WHEN dated.position = %(out)s THEN dated.date_version - 1
                                             ELSE dated.departure_date END,
                        (dated.position = %(out)s AND dated.before_position IS DISTINCT FROM %(out)s)
                        OR (dated.position <> %(out)s AND dated.departure_date IS NOT NULL AND NOT EXISTS (
                                SELECT FROM hr_version last
                                 WHERE last.employee_id = dated.employee_id AND last.active
                                   AND last.date_version > dated.date_version)))
                   ) movement(rank, kind, date, happened)
         LEFT JOIN hr_department unit ON unit.id = dated.department_id
         LEFT JOIN gov_grade grade ON grade.id = dated.grade_id
             WHERE movement.happened
            """,
            out=POSITIONS_OUT,
        )
