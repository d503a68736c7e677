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
    employee_id = fields.Many2one("hr.employee", readonly=True, index=False, ondelete="cascade")
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
    staff = fields.Integer(string="Movements", readonly=True)
    women = fields.Integer(readonly=True)
    men = fields.Integer(readonly=True)

    @property
    def _table_query(self):
        # one branch for each kind: a question about one of them reads only its own situations
        columns = SQL(
            """
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
            """
        )
        joins = SQL(
            """
            LEFT JOIN hr_department unit ON unit.id = dated.department_id
            LEFT JOIN gov_grade grade ON grade.id = dated.grade_id
            """
        )
        before = """
            (SELECT %s FROM hr_version former
              WHERE former.employee_id = dated.employee_id AND former.active
                AND former.date_version < dated.date_version
           ORDER BY former.date_version DESC
              LIMIT 1)
            """
        former_position = SQL(before, SQL("COALESCE(former.statutory_position, 'activity')"))
        return SQL(
            """
            SELECT dated.id * 4 AS id, 'recruitment' AS kind, %(columns)s
              FROM hr_employee employee
              JOIN LATERAL (
                       SELECT version.* FROM hr_version version
                        WHERE version.employee_id = employee.id AND version.active
                     ORDER BY version.date_version
                        LIMIT 1
                   ) dated ON employee.recruitment_date IS NOT NULL OR dated.act_kind = 'recruitment'
        CROSS JOIN LATERAL (SELECT COALESCE(employee.recruitment_date, dated.date_version) AS date) movement
              %(joins)s
         UNION ALL
            SELECT dated.id * 4 + 1, 'promotion', %(columns)s
              FROM hr_version dated
        CROSS JOIN LATERAL (SELECT dated.date_version AS date) movement
              %(joins)s
             WHERE dated.active AND dated.employee_id IS NOT NULL
               AND dated.act_kind IN ('grade_choice', 'grade_exam')
               AND dated.grade_id IS DISTINCT FROM %(former_grade)s
         UNION ALL
            SELECT dated.id * 4 + 2, 'availability', %(columns)s
              FROM hr_version dated
        CROSS JOIN LATERAL (SELECT dated.date_version AS date) movement
              %(joins)s
             WHERE dated.active AND dated.employee_id IS NOT NULL AND dated.statutory_position = 'availability'
               AND %(former_position)s IS DISTINCT FROM 'availability'
         UNION ALL
            SELECT dated.id * 4 + 3, 'departure', %(columns)s
              FROM hr_version dated
        CROSS JOIN LATERAL (
                       SELECT CASE WHEN dated.statutory_position = %(out)s THEN dated.date_version - 1
                                   ELSE dated.departure_date END AS date
                   ) movement
              %(joins)s
             WHERE dated.active AND dated.employee_id IS NOT NULL
               AND ((dated.statutory_position = %(out)s AND %(former_position)s IS DISTINCT FROM %(out)s)
                    OR (dated.departure_date IS NOT NULL AND dated.statutory_position IS DISTINCT FROM %(out)s
                        AND NOT EXISTS (
                                SELECT FROM hr_version later
                                 WHERE later.employee_id = dated.employee_id AND later.active
                                   AND later.date_version > dated.date_version)))
            """,
            columns=columns,
            joins=joins,
            former_grade=SQL(before, SQL("former.grade_id")),
            former_position=former_position,
            out=POSITIONS_OUT,
        )
