"""Competencies and workforce ahead, beside one hand-written SQL statement of the same answer in the same run.

A staff of ``--sizes`` people (copied in SQL), in 40 jobs that require 15 competencies each, 78 units of 13
directorates, with 15 levels a person, some of them expired:

* heat-map of the gaps, directorate by competency;
* projection over ten years with recruitments, by directorate, job, grade and sex.

The values of both sides are compared before anything is measured.  The projection is judged from 20,000 people on.
"""

import datetime
import hashlib
import itertools

from leave import add_people, analyse

from lib import Figures, arguments, compare, environment

JOBS, SKILLS, REQUIRED, DIRECTORATES, SERVICES = 40, 120, 15, 13, 6
TARGET = 3
JUDGED = 20_000  # people from which the projection is judged
RECRUITED = 12
AXES = {
    "directorate": "unit.directorate_id",
    "job": "version.job_id",
    "grade": "version.grade_id",
    "sex": "version.sex",
}


def make_framework(env):
    """Make units, competencies and jobs; return the ids."""
    top = env["hr.department"].create(
        [{"name": f"Directorate {n}", "unit_code": f"BT{n}", "unit_kind": "directorate"} for n in range(DIRECTORATES)]
    )
    units = env["hr.department"].create(
        [
            {"name": f"Service {n}.{m}", "unit_code": f"BT{n}-{m}", "unit_kind": "service", "parent_id": parent.id}
            for n, parent in enumerate(top)
            for m in range(SERVICES)
        ]
    )
    kinds = env["hr.skill.type"].search([("gov_kind", "!=", False)], order="id")
    skills = env["hr.skill"].create(
        [
            {"name": f"Competency {n}", "code": f"BT-{n:03}", "skill_type_id": kinds[n % len(kinds)].id}
            for n in range(SKILLS)
        ]
    )
    family = env["gov.job.family"].create({"code": "BT", "name": "Bench"})
    jobs = env["hr.job"].create(
        [{"name": f"Job {n}", "rec_code": f"BT-{n:02}", "family_id": family.id} for n in range(JOBS)]
    )
    lines = []
    for number, job in enumerate(jobs):
        for place in range(REQUIRED):
            skill = skills[(number * 7 + place * 3) % SKILLS]
            rank = 1 + (number + place) % 4
            level = skill.skill_type_id.skill_level_ids.filtered(lambda one, rank=rank: one.gov_rank == rank)
            lines.append(
                {
                    "job_id": job.id,
                    "skill_type_id": skill.skill_type_id.id,
                    "skill_id": skill.id,
                    "skill_level_id": level.id,
                    "weight": 1 + place % 3,
                    "is_critical": place < 4,
                }
            )
    env["hr.job.skill"].create(lines)
    grades = env["gov.grade"].search([], order="id", limit=15)
    return units.ids, jobs.ids, grades.ids


def grow(env, template, count, seed, ids):
    """Add people: a unit holds 8 jobs, a job 3 grades; ages, sexes and levels in the same proportions at any size."""
    units, jobs, grades = ids
    people = add_people(env, template, count, seed)
    env.cr.execute(
        """UPDATE hr_version version
              SET department_id = (%(units)s)[1 + n %% %(units_count)s],
                  job_id = (%(jobs)s)[1 + (n %% %(units_count)s * 5 + n / %(units_count)s %% 8) %% %(jobs_count)s],
                  grade_id = (%(grades)s)[1 + ((n %% %(units_count)s * 5 + n / %(units_count)s %% 8)
                                              + n / 700 %% 3) %% %(grades_count)s],
                  sex = CASE WHEN n / 13 %% 5 < 2 THEN 'female' ELSE 'male' END
             FROM (SELECT id, id - %(first)s AS n FROM hr_employee WHERE id BETWEEN %(first)s AND %(last)s) person
            WHERE version.employee_id = person.id""",
        {
            "units": units, "units_count": len(units), "jobs": jobs, "jobs_count": len(jobs), "grades": grades,
            "grades_count": len(grades), "first": people[0], "last": people[-1],
        },
    )  # fmt: skip
    env.cr.execute(
        """UPDATE hr_employee
              SET birthday = make_date(1963 + (id * 7 %% 38), 1 + id %% 12, 1 + id %% 28),
                  recruitment_date = make_date(1990 + (id * 7 %% 35), 1, 2),
                  retirement_date = (date_trunc('month', make_date(1963 + (id * 7 %% 38), 1 + id %% 12, 1 + id %% 28)
                                     + interval '63 years') + interval '1 month - 1 day')::date
            WHERE id BETWEEN %s AND %s""",
        [people[0], people[-1]],
    )
    env.cr.execute(
        """INSERT INTO hr_employee_skill (employee_id, skill_id, skill_type_id, skill_level_id, level_rank, valid_from,
                                          valid_to)
           SELECT version.employee_id, need.skill_id, need.skill_type_id, level.id, level.gov_rank, DATE '2025-01-01',
                  CASE WHEN (version.employee_id + need.id) %% 9 = 0 THEN DATE '2025-12-31'
                       WHEN (version.employee_id + need.id) %% 2 = 0 THEN DATE '2100-01-01' END
             FROM hr_version version
             JOIN hr_job_skill need ON need.job_id = version.job_id
             JOIN hr_skill_level level ON level.skill_type_id = need.skill_type_id
                  AND level.gov_rank = 1 + (version.employee_id * 3 + need.id) %% 4
            WHERE version.employee_id BETWEEN %s AND %s""",
        [people[0], people[-1]],
    )
    env.invalidate_all()
    analyse(env)


def digest(rows):
    """How many rows, and what tells them apart from others: a difference is not printed in full."""
    rows = sorted(rows, key=str)
    return len(rows), hashlib.sha256(repr(rows).encode()).hexdigest(), rows[:3]


# -------------------------------------------------------------------------------------------------------- heat-map
def heatmap_by_hand(env, today):
    env.cr.execute(
        """
        SELECT unit.directorate_id, need.skill_id, count(*),
               sum(greatest(need.level_rank - coalesce(held.level, 0), 0)),
               count(*) FILTER (WHERE coalesce(held.level, 0) < need.level_rank)
          FROM hr_employee person
          JOIN hr_version version ON version.id = person.current_version_id
          JOIN hr_department unit ON unit.id = version.department_id
          JOIN hr_job_skill need ON need.job_id = version.job_id AND need.level_rank > 0
               AND (need.valid_to IS NULL OR need.valid_to >= %(today)s)
     LEFT JOIN (SELECT employee_id, skill_id, max(level_rank) AS level
                  FROM hr_employee_skill
                 WHERE level_rank > 0 AND valid_from <= %(today)s AND (valid_to IS NULL OR valid_to >= %(today)s)
              GROUP BY employee_id, skill_id) held
               ON held.employee_id = person.id AND held.skill_id = need.skill_id
         WHERE person.active
      GROUP BY 1, 2""",
        {"today": today},
    )
    return env.cr.fetchall()


def heatmap_cells(result):
    """The same form for both sides: (directorate, competency), (mean gap, people, below), in order."""
    if isinstance(result, list):
        return digest(
            ((row, column), (round(float(missing) / people, 6), people, short))
            for row, column, people, missing, short in result
        )
    found = []
    for row, cells in zip(result["rows"], result["cells"], strict=True):
        for column, cell in zip(result["columns"], cells, strict=True):
            if cell:
                found.append(((row["id"], column["id"]), (round(cell["gap"], 6), cell["people"], cell["short"])))
    return digest(found)


# ------------------------------------------------------------------------------------------------------ projection
def make_scenario(env):
    """Recruit in some cells that exist, so many a year."""
    env.cr.execute(
        """SELECT version.job_id, version.grade_id, version.department_id, version.sex FROM hr_employee person
             JOIN hr_version version ON version.id = person.current_version_id
            WHERE person.active AND version.job_id IS NOT NULL AND version.grade_id IS NOT NULL
         GROUP BY 1, 2, 3, 4 ORDER BY count(*) DESC, 1, 2, 3, 4 LIMIT %s""",
        [RECRUITED],
    )
    lines = []
    for number, (job, grade, unit, sex) in enumerate(env.cr.fetchall()):
        where = {"job_id": job, "grade_id": grade, "department_id": unit, "sex": sex}
        lines.append((0, 0, {"kind": "recruitment", "basis": "number", "value": 5 + number, **where}))
    return env["gov.workforce.scenario"].create({"name": "Bench", "horizon": 10, "flow_ids": lines}).id


def projection_by_hand(env, scenario, axis, first, last):
    recruits = {
        "directorate": "unit.directorate_id",
        "job": "flow.job_id",
        "grade": "flow.grade_id",
        "sex": "flow.sex",
    }
    env.cr.execute(
        f"""
        WITH staff AS (
            SELECT {AXES[axis]} AS axis, greatest(extract(year FROM person.retirement_date)::int, %(first)s) AS leaves,
                   count(*) AS number
              FROM hr_employee person
              JOIN hr_version version ON version.id = person.current_version_id
         LEFT JOIN hr_department unit ON unit.id = version.department_id
             WHERE person.active AND coalesce(version.statutory_position, 'activity') IN ('activity', 'provision')
               AND (person.recruitment_date IS NOT NULL OR version.grade_id IS NOT NULL)
          GROUP BY 1, 2),
        entries AS (
            SELECT {recruits[axis]} AS axis, sum(flow.value)::int AS number
              FROM gov_workforce_flow flow LEFT JOIN hr_department unit ON unit.id = flow.department_id
             WHERE flow.scenario_id = %(scenario)s GROUP BY 1)
        SELECT staff.axis, year,
               coalesce(sum(staff.number) FILTER (WHERE staff.leaves IS NULL OR staff.leaves > year), 0)
               + coalesce(max(entries.number), 0) * greatest(year - %(first)s, 0)
          FROM staff CROSS JOIN generate_series(%(first)s - 1, %(last)s) year
     LEFT JOIN entries ON entries.axis = staff.axis
      GROUP BY 1, 2 ORDER BY 1, 2""",  # noqa: S608 - columns of this file
        {"first": first, "last": last, "scenario": scenario},
    )
    return env.cr.fetchall()


def projection_rows(result):
    """The same form for both sides: [(row, [today, end of each year])]."""
    if isinstance(result, list):
        grouped = itertools.groupby(result, key=lambda row: row[0])
        return digest((str(key), [int(row[2]) for row in rows]) for key, rows in grouped)
    return digest((str(row["id"] or None), row["stocks"][0]) for row in result["rows"])


def main():
    args = arguments("Competencies and workforce ahead beside hand-written SQL", sizes="5000,50000", turns=5)
    sizes = [500, 1500] if args.quick else [int(size) for size in args.sizes.split(",")]
    turns = 3 if args.quick else args.turns
    figures = Figures("talent")
    today = datetime.date.today()
    with environment(args.database) as env:
        ids = make_framework(env)
        user = (
            env["res.users"]
            .with_context(no_reset_password=True)
            .create(
                {
                    "name": "Bench officer",
                    "login": "bench_talent",
                    "group_ids": [(6, 0, [env.ref("base.group_user").id, env.ref("gov_base.group_hr_officer").id])],
                    "tz": "Africa/Casablanca",
                }
            )
        )
        template = env["hr.employee"].create(
            {"name": "Bench template", "date_version": "2015-01-01", "recruitment_date": "2015-01-01"}
        )
        env.cr.execute("UPDATE hr_employee SET active = FALSE WHERE id = %s", [template.id])
        env.cr.commit()
        people = 0
        for seed, size in enumerate(sizes):
            env.cr.execute("UPDATE hr_employee SET active = TRUE WHERE id = %s", [template.id])
            grow(env, template, size - people, seed, ids)
            env.cr.execute("UPDATE hr_employee SET active = FALSE WHERE id = %s", [template.id])
            people = size
            env.invalidate_all()
            reader = env(user=user.id)
            costs = compare(
                {
                    "ours": lambda reader=reader: reader["gov.competency.gap"].get_heatmap(rows="directorate"),
                    "sql": lambda: heatmap_by_hand(env, today),
                },
                repetitions=turns,
                env=env,
                same=heatmap_cells,
            )
            figures.note(
                f"{size:,} people × {REQUIRED} competencies: heat-map, ours {costs['ours'].wall * 1000:.0f} ms in "
                f"{costs['ours'].statements:.0f} statements, SQL {costs['sql'].wall * 1000:.0f} ms"
            )
            figures.ratio(
                f"{size:,} people: heat-map, CPU, ours / one SQL statement",
                max(costs["ours"].cpu, 0.01),
                max(costs["sql"].cpu, 0.01),
                at_most=TARGET,
            )
            scenario = make_scenario(env)
            for axis in AXES:
                costs = compare(
                    {
                        "ours": lambda axis=axis, reader=reader, scenario=scenario: reader[
                            "gov.workforce.projection"
                        ].get_projection([scenario], axis),
                        "sql": lambda axis=axis, scenario=scenario: projection_by_hand(
                            env, scenario, axis, today.year, today.year + 10
                        ),
                    },
                    repetitions=turns,
                    env=env,
                    same=projection_rows,
                )
                figures.note(
                    f"{size:,} people: ten years by {axis}, ours {costs['ours'].wall * 1000:.0f} ms in "
                    f"{costs['ours'].statements:.0f} statements, SQL {costs['sql'].wall * 1000:.0f} ms"
                )
                if size < JUDGED:  # the fixed cost of a call, some tens of milliseconds, tells nothing of the growth
                    continue
                figures.ratio(
                    f"{size:,} people: ten-year projection by {axis}, CPU, ours / one SQL statement",
                    max(costs["ours"].cpu, 0.01),
                    max(costs["sql"].cpu, 0.01),
                    at_most=TARGET,
                )
            env.cr.commit()
    return figures.finish()


if __name__ == "__main__":
    raise SystemExit(main())
