from odoo import api, fields, models
from odoo.tools import SQL

from ..services.projection import NEVER, Cell, Group

# Positions in which a person is on the staff that works or is paid here; the others come back by a return
PRESENT = ("activity", "provision")


class GovWorkforceStaff(models.AbstractModel):
    """The staff of today as the projections and the watch count it: one place that says who is on it and until when.

    On the staff: who is in activity or made available to another body.  A file with neither a date of recruitment nor
    a grade is no civil servant's and counts for nobody, as in the analysis of the workforce.  A person leaves on the
    retirement date of the file (the age limit of law 72-14, with the extensions granted), or earlier by an act signed.
    """

    _name = "gov.workforce.staff"
    _description = "Staff of today"

    @api.model
    def _gov_staff(self, shift=0):
        """Return a statement with one row a person on the staff.

        Columns: employee_id, version_id, job_id, grade_id, department_id, region_id, sex, leaves_on, how,
        recruitment_date, retirement_date, birthday.  The caller says who may see what.

        :param shift: months by which the age limit is put off
        """
        for model in ("hr.employee", "hr.version", "hr.department"):
            self.env[model].flush_model()
        return SQL(
            """
            SELECT person.id AS employee_id, version.id AS version_id, version.job_id, version.grade_id,
                   version.department_id, unit.effective_region_id AS region_id,
                   CASE WHEN version.sex IN ('female', 'male') THEN version.sex END AS sex,
                   LEAST(%(limit)s, act.last, version.departure_date) AS leaves_on,
                   CASE WHEN LEAST(act.last, version.departure_date) < %(limit)s
                          OR person.retirement_date IS NULL AND LEAST(act.last, version.departure_date) IS NOT NULL
                        THEN 'departure_known' ELSE 'retirement' END AS how,
                   person.recruitment_date, person.retirement_date, person.birthday
              FROM hr_employee person
              JOIN hr_version version ON version.id = person.current_version_id
         LEFT JOIN hr_department unit ON unit.id = version.department_id
         LEFT JOIN (SELECT employee_id, min(date_version) - 1 AS last
                      FROM hr_version
                     WHERE active AND statutory_position = 'left' AND date_version > %(today)s
                  GROUP BY employee_id) act ON act.employee_id = person.id
             WHERE person.active AND person.company_id IN %(companies)s
               AND COALESCE(version.statutory_position, 'activity') IN %(present)s
               AND (person.recruitment_date IS NOT NULL OR version.grade_id IS NOT NULL)
            """,
            limit=SQL("(person.retirement_date + make_interval(months => %s))::date", shift)
            if shift
            else SQL("person.retirement_date"),
            today=fields.Date.context_today(self),
            companies=tuple(self.env.companies.ids),
            present=PRESENT,
        )

    @api.model
    def _gov_groups(self, first, last, shift=0, early=False):
        """Return the ``Group`` of people alike, of the whole staff.

        :param first: first year of the projection; who should have left before leaves in it
        :param last: last year; who leaves later is counted together
        :param shift: months by which the age limit is put off
        :param early: whether the year from which each may retire early is needed
        :return: groups; ``undated`` in ``how`` when no retirement date is known
        """
        early_year = SQL("NULL::int")
        if early:
            day = fields.Date.context_today(self)
            get = self.env["gov.parameter"].sudo().get_value  # sudo: a number of law
            years = {sex: int(get(f"career.retirement.early.{sex}.years", day)) for sex in ("female", "male")}
            early_year = SQL(
                """CASE WHEN extract(year FROM recruitment_date) + CASE WHEN sex = 'female' THEN %s ELSE %s END <= %s
                        THEN (extract(year FROM recruitment_date)
                              + CASE WHEN sex = 'female' THEN %s ELSE %s END)::int END""",
                years["female"], years["male"], last, years["female"], years["male"],
            )  # fmt: skip
        # sudo: the region of each unit is in the organisation chart
        units = self.env["hr.department"].sudo().with_context(active_test=False)
        regions = {unit.id: unit.effective_region_id.id for unit in units.search_fetch([], ["effective_region_id"])}
        # year and way of leaving in one number: below zero by an act, 0 when not known
        self.env.cr.execute(
            SQL(
                """
                SELECT job_id, grade_id, department_id, sex,
                       CASE WHEN leaves_on IS NULL THEN 0 WHEN leaves_on >= %(end)s THEN %(never)s
                            ELSE greatest(date_part('year', leaves_on)::int, %(first)s)
                                 * CASE WHEN how = 'retirement' THEN 1 ELSE -1 END END,
                       %(early)s, count(*)
                  FROM (%(staff)s) staff
              GROUP BY 1, 2, 3, 4, 5, 6
                """,
                end=f"{last + 1}-01-01",
                never=NEVER,
                first=first,
                early=early_year,
                staff=self._gov_staff(shift),
            )
        )
        cells, groups = {}, []
        for job, grade, unit, sex, leaves, early_from, count in self.env.cr.fetchall():
            cell = cells.get((job, grade, unit, sex))
            if cell is None:
                cell = cells[job, grade, unit, sex] = Cell(job, grade, unit, regions.get(unit) or None, sex)
            how = "undated" if not leaves else "departure_known" if leaves < 0 else "retirement"
            groups.append(Group(cell, abs(leaves) or None, how, early_from, count))
        return groups

    @api.model
    def _gov_regions(self):
        """Return the ids of the regions the user serves; none when he serves all.

        sudo: the regions of the user himself.
        """
        return self.env.user.sudo().gov_region_ids.ids

    @api.model
    def _gov_seen_staff(self, shift=0):
        """Return the statement of the staff of the regions the user serves."""
        regions = self._gov_regions()
        staff = self._gov_staff(shift)
        return SQL("SELECT * FROM (%s) seen WHERE region_id IN %s", staff, tuple(regions)) if regions else staff

    @api.model
    def _gov_leavers(self, first, year, shift, keep, limit=400):
        """Return the people who leave in a year by law or by an act, of those the user may see.

        :param first: first year of the projection: who should have left before is in it
        :param keep: function of a cell that says whether it is looked at
        """
        start = f"{year}-01-01" if year > first else "1900-01-01"
        self.env.cr.execute(
            SQL(
                """SELECT employee_id, job_id, grade_id, department_id, region_id, sex, leaves_on, how
                     FROM (%s) staff WHERE leaves_on >= %s AND leaves_on < %s ORDER BY leaves_on, employee_id""",
                self._gov_seen_staff(shift),
                start,
                f"{year + 1}-01-01",
            )
        )
        found = [row for row in self.env.cr.fetchall() if keep(Cell(*row[1:6]))][:limit]
        # sudo: names of people of the regions the user serves, for human resources and auditors
        people = self.env["hr.employee"].sudo().browse([row[0] for row in found])
        names = {person.id: person for person in people}
        return [
            {
                "id": row[0],
                "name": names[row[0]].display_name,
                "job": names[row[0]].job_id.name or "",
                "unit": names[row[0]].department_id.name or "",
                "date": fields.Date.to_string(row[6]),
                "kind": row[7],
            }
            for row in found
        ]
