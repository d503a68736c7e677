from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

ROWS = ("unit", "directorate", "region", "family", "job", "person")
COLUMNS = ("skill", "kind")
LIMIT = 400


class GovCompetencyGap(models.AbstractModel):
    """Gaps between what jobs require and what people hold, worked out by sets; nothing is stored.

    Everybody sees those he may: HR and training officers their regions, auditors all, heads their units, others
    themselves.  An expired level is not held.
    """

    _name = "gov.competency.gap"
    _description = "Gaps of competencies"

    @api.model
    def _gov_people(self):
        """Return the domain of the people whose gaps the user may see."""
        user = self.env.user
        Domain = fields.Domain
        roles = ("hr_officer", "training_officer", "auditor")
        domain = Domain("user_id", "=", user.id)
        units = self.env["gov.competency.assessment"]._gov_headed_units()
        if units:
            domain |= Domain("department_id", "in", units.ids)
        if any(user.has_group(f"gov_base.group_{role}") for role in roles):
            regions = user.sudo().gov_region_ids  # sudo: the regions of the user himself
            if not regions:
                return Domain.TRUE
            domain |= Domain("department_id.effective_region_id", "in", regions.ids)
        return domain

    @api.model
    def _gov_rows(self, domain=None, on_date=None):
        """Return a statement that gives one row for each person and required competency.

        Columns: employee_id, job_id, department_id, skill_id, required, held, weight, is_critical, family_id,
        gov_kind.
        The caller has put in ``domain`` whom the user may see.
        """
        on_date = on_date or fields.Date.context_today(self)
        # sudo: the domain says whom the user may see
        people = self.env["hr.employee"].sudo()._search(domain if domain is not None else self._gov_people())
        for model in ("hr.employee.skill", "hr.job.skill", "hr.version"):
            self.env[model].flush_model()
        return SQL(
            """
            SELECT person.id AS employee_id, version.job_id, version.department_id, need.skill_id,
                   need.level_rank AS required, coalesce(held.level, 0) AS held, need.weight, need.is_critical,
                   job.family_id, skill.gov_kind
              FROM hr_employee person
              JOIN hr_version version ON version.id = person.current_version_id
              JOIN hr_job job ON job.id = version.job_id
              JOIN hr_job_skill need ON need.job_id = job.id AND need.level_rank > 0
                   AND (need.valid_to IS NULL OR need.valid_to >= %(day)s)
              JOIN hr_skill skill ON skill.id = need.skill_id AND skill.gov_kind IS NOT NULL
         LEFT JOIN (SELECT employee_id, skill_id, max(level_rank) AS level
                      FROM hr_employee_skill
                     WHERE level_rank > 0 AND valid_from <= %(day)s AND (valid_to IS NULL OR valid_to >= %(day)s)
                  GROUP BY employee_id, skill_id) held
                ON held.employee_id = person.id AND held.skill_id = need.skill_id
             WHERE person.id IN %(people)s
            """,
            day=on_date,
            people=people.subselect(),
        )

    @api.model
    def get_heatmap(self, rows="directorate", columns="skill", on_date=None, critical=False):
        """Return the gaps by two axes, the heaviest columns first.

        :param rows: unit, directorate, region, family, job or person
        :param columns: skill, or kind
        :param on_date: day on which levels must be valid; today when None
        :param critical: look at critical competencies alone
        :return: ``{"rows": [{id, name, coverage, weighted}], "columns": [{id, name}],
            "cells": [[{gap, people, short}]], "total": {"coverage", "weighted"}}``; ``gap`` is the mean of missing
            levels of those of whom the competency is required, ``short`` how many miss some
        """
        if rows not in ROWS or columns not in COLUMNS:
            raise UserError(self.env._("Choose by what the gaps are shown."))
        day = self.env["gov.parameter"]._to_day(on_date)
        base = self._gov_rows(on_date=day)
        row_key = {
            "unit": SQL("g.department_id"),
            "directorate": SQL("coalesce(unit.directorate_id, g.department_id)"),
            "region": SQL("unit.effective_region_id"),
            "family": SQL("g.family_id"),
            "job": SQL("g.job_id"),
            "person": SQL("g.employee_id"),
        }[rows]
        column_key = SQL("g.skill_id") if columns == "skill" else SQL("g.gov_kind")
        self.env.cr.execute(
            SQL(
                """
                SELECT %(row)s, %(column)s, count(*), sum(greatest(g.required - g.held, 0)),
                       sum(greatest(g.required - g.held, 0) * g.weight),
                       count(*) FILTER (WHERE g.held < g.required),
                       count(*) FILTER (WHERE g.is_critical),
                       count(*) FILTER (WHERE g.is_critical AND g.held >= g.required)
                  FROM (%(base)s) g
             LEFT JOIN hr_department unit ON unit.id = g.department_id
                 WHERE %(which)s
              GROUP BY 1, 2
                """,
                row=row_key,
                column=column_key,
                base=base,
                which=SQL("g.is_critical") if critical else SQL("TRUE"),
            )
        )
        return self._gov_table(rows, columns, self.env.cr.fetchall())

    def _gov_table(self, rows, columns, found):
        cells, by_row, by_column = {}, {}, {}
        for row, column, people, missing, heavy, short, critical, covered in found:
            cells[row, column] = {"gap": float(missing) / people, "people": people, "short": short}
            totals = by_row.setdefault(row, [0, 0, 0])
            totals[0] += critical
            totals[1] += covered
            totals[2] += int(heavy)
            by_column[column] = by_column.get(column, 0) + int(heavy)
        row_names, column_names = self._gov_names(rows, by_row), self._gov_names(columns, by_column)
        ordered_rows = sorted(by_row, key=lambda key: (-by_row[key][2], row_names.get(key, "")))[:LIMIT]
        ordered_columns = sorted(by_column, key=lambda key: (-by_column[key], column_names.get(key, "")))
        critical = sum(totals[0] for totals in by_row.values())
        covered = sum(totals[1] for totals in by_row.values())
        return {
            "rows": [
                {
                    "id": key or False,
                    "name": row_names.get(key) or self.env._("None"),
                    "coverage": by_row[key][1] / by_row[key][0] if by_row[key][0] else None,
                    "weighted": by_row[key][2],
                }
                for key in ordered_rows
            ],
            "columns": [{"id": key, "name": column_names.get(key, "")} for key in ordered_columns],
            "cells": [[cells.get((row, column)) for column in ordered_columns] for row in ordered_rows],
            "total": {
                "coverage": covered / critical if critical else None,
                "weighted": sum(totals[2] for totals in by_row.values()),
            },
        }

    def _gov_names(self, axis, keys):
        keys = [key for key in keys if key]
        if axis == "kind":
            return dict(self.env["hr.skill"]._fields["gov_kind"]._description_selection(self.env))
        model = {
            "unit": "hr.department",
            "directorate": "hr.department",
            "region": "gov.region",
            "family": "gov.job.family",
            "job": "hr.job",
            "person": "hr.employee",
            "skill": "hr.skill",
        }[axis]
        # sudo: names of what the user was allowed to count
        records = self.env[model].sudo().browse(keys)
        if axis == "person":
            return {one.id: one.display_name for one in records}
        return {one.id: one.name for one in records}

    @api.model
    def get_people(self, rows, row_id, skill_id=None, on_date=None, kind=None, critical=False):
        """Return the people behind a cell, of those the user may see: who misses what.

        :param skill_id: the competency of the cell; all when None
        :param kind: the kind of competency of the cell: knowledge, know_how or behaviour; all when None
        :param critical: look at critical competencies alone
        :return: ``[{employee_id, name, job, unit, skill, required, held, gap, is_critical}]``, the widest gaps first
        """
        if rows not in ROWS:
            raise UserError(self.env._("Choose by what the gaps are shown."))
        day = self.env["gov.parameter"]._to_day(on_date)
        field = {
            "unit": fields.Domain("department_id", "=", row_id),
            "directorate": fields.Domain("department_id.directorate_id", "=", row_id)
            | fields.Domain("department_id", "=", row_id),
            "region": fields.Domain("department_id.effective_region_id", "=", row_id),
            "family": fields.Domain("job_id.family_id", "=", row_id),
            "job": fields.Domain("job_id", "=", row_id),
            "person": fields.Domain("id", "=", row_id),
        }[rows]
        base = self._gov_rows(self._gov_people() & field, day)
        which = [SQL("TRUE")]
        if skill_id:
            which.append(SQL("skill_id = %s", skill_id))
        if kind:
            which.append(SQL("gov_kind = %s", kind))
        if critical:
            which.append(SQL("is_critical"))
        self.env.cr.execute(
            SQL(
                """SELECT employee_id, skill_id, required, held, is_critical, weight FROM (%s) g
                    WHERE held < required AND %s
                 ORDER BY (required - held) * weight DESC, is_critical DESC, employee_id LIMIT %s""",
                base,
                SQL(" AND ").join(which),
                LIMIT,
            )
        )
        found = self.env.cr.fetchall()
        # sudo: names of the people the user was allowed to see above
        people = self.env["hr.employee"].sudo().browse({row[0] for row in found})
        skills = self.env["hr.skill"].browse({row[1] for row in found})
        names = {person.id: person for person in people}
        words = {skill.id: skill.name for skill in skills}
        return [
            {
                "employee_id": employee,
                "name": names[employee].display_name,
                "job": names[employee].job_id.name or "",
                "unit": names[employee].department_id.name or "",
                "skill": words[skill],
                "required": required,
                "held": held,
                "gap": required - held,
                "is_critical": is_critical,
            }
            for employee, skill, required, held, is_critical, _weight in found
        ]
