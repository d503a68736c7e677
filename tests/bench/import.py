"""Import of the staff: 10,000 employees from a workbook, beside Odoo's own load() of the same rows.

What is counted for us is the whole way: opening the workbook, recognising the columns, checking every cell against
the file and the database, writing, computed fields, constraints.  For load() it is load() alone, given ready texts.
"""

import base64
import contextlib
import datetime
import io
import sys

import xlsxwriter

from lib import Figures, arguments, compare, environment, measure, memory, peak_memory

HEADINGS = [
    "N° PPR", "CNIE", "Nom et prénom", "Nom et prénom en arabe", "Sexe", "Date de naissance", "Lieu de naissance",
    "Code de l'unité", "Grade", "Échelon", "Date d'effet de la situation", "Position statutaire", "Zone de résidence",
    "Date de recrutement", "Date de titularisation", "Situation familiale", "Nombre d'enfants", "Téléphone",
    "Courriel",
]  # fmt: skip
LOAD = [
    "ppr_number", "cnie", "name", "name_ar", "sex", "birthday", "place_of_birth", "department_id/.id", "grade_id/.id",
    "echelon", "date_version", "statutory_position", "residence_zone", "recruitment_date", "tenure_date", "marital",
    "children", "work_phone", "work_email",
]  # fmt: skip


def rows(count, first):
    """Rows of a staff file, in Python values; ``first`` keeps two runs apart."""
    for number in range(first, first + count):
        born = datetime.date(1966 + number % 30, 1 + number % 12, 1 + number % 28)
        hired = datetime.date(born.year + 24, born.month, 1)
        yield {
            "ppr": str(50_000_000 + number),
            "cnie": f"QZ{1 + number}",
            "name": f"Family{number} Given{number % 97}",
            "name_ar": f"الاسم العائلي {number}",
            "female": number % 2,
            "born": born,
            "unit": number % 20,
            "step": 1 + number % 6,
            "since": hired.replace(year=hired.year + 2),
            "hired": hired,
            "tenure": hired.replace(year=hired.year + 1),
            "married": number % 3 != 0,
            "children": number % 4,
            "phone": f"+2125{number:08d}",
            "email": f"agent{number}@communication.example",
        }


def workbook(people):
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("Personnel")
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for column, heading in enumerate(HEADINGS):
            sheet.write_string(0, column, heading)
        for line, person in enumerate(people, 1):
            values = [
                person["ppr"], person["cnie"], person["name"], person["name_ar"], "F" if person["female"] else "M",
                person["born"], "Rabat", f"BENCH{person['unit']:02d}", "ADM2", person["step"], person["since"],
                "Activité", "A", person["hired"], person["tenure"], "Marié(e)" if person["married"] else "Célibataire",
                person["children"], person["phone"], person["email"],
            ]  # fmt: skip
            for column, value in enumerate(values):
                if isinstance(value, datetime.date):
                    sheet.write_datetime(line, column, datetime.datetime.combine(value, datetime.time()), day)
                else:
                    sheet.write(line, column, value)
    return stream.getvalue()


def load_rows(people, units, grade):
    for person in people:
        yield [
            person["ppr"], person["cnie"], person["name"], person["name_ar"], "female" if person["female"] else "male",
            person["born"].isoformat(), "Rabat", str(units[person["unit"]]), str(grade), str(person["step"]),
            person["since"].isoformat(), "activity", "A", person["hired"].isoformat(), person["tenure"].isoformat(),
            "married" if person["married"] else "single", str(person["children"]), person["phone"], person["email"],
        ]  # fmt: skip


@contextlib.contextmanager
def undone(env):
    """Run and leave nothing behind."""
    env.flush_all()
    env.cr.execute("SAVEPOINT bench")
    try:
        yield
        env.flush_all()
    finally:
        env.invalidate_all(flush=False)
        env.transaction.clear()
        env.cr.execute("ROLLBACK TO SAVEPOINT bench")


def ours(env, content, count):
    batch = env["gov.import.batch"]._import_file("staff", content, "bench.xlsx")
    if batch.good_count != count:
        sys.exit(f"error: {batch.good_count} of {count} rows were imported")


def theirs(env, lines, count):
    for start in range(0, count, 500):  # load() of a screen takes batches too
        result = env["hr.employee"].load(LOAD, lines[start : start + 500])
        if not result["ids"]:
            sys.exit(f"error: load(): {result['messages'][:3]}")


def manager(env):
    """The HR manager who imports; no administrator, so that load() makes no pictures either."""
    user = env["res.users"].search([("login", "=", "bench.import")])
    return user or env["res.users"].create(
        {
            "name": "Bench import",
            "login": "bench.import",
            "group_ids": [(6, 0, [env.ref("gov_base.group_hr_manager").id, env.ref("base.group_user").id])],
        }
    )


def main():
    args = arguments("Import of the staff", rows=10_000, few=300)
    count = 1000 if args.quick else args.rows
    few = 100 if args.quick else args.few
    figures = Figures("import")
    with environment(args.database) as env:
        units = env["hr.department"].create(
            [{"name": f"Bench {n}", "unit_code": f"BENCH{n:02d}", "unit_kind": "service"} for n in range(20)]
        )
        grade = env["gov.grade"].search([("code", "=", "ADM2")]).id
        user = manager(env)
        env.cr.commit()
        try:
            env = env(user=user.id)
            measure_all(env, figures, units.ids, grade, count, few)
        finally:
            env.cr.rollback()
            env = env(user=1)
            env["hr.department"].browse(units.ids).unlink()
            env.cr.commit()
    return figures.finish()


def measure_all(env, figures, units, grade, count, few):
    small = list(rows(few, 900_000))
    small_file, small_lines = workbook(small), list(load_rows(small, units, grade))

    def run_ours():
        with undone(env):
            ours(env, small_file, few)

    def run_theirs():
        with undone(env):
            theirs(env, small_lines, few)

    costs = compare({"ours": run_ours, "load": run_theirs}, repetitions=3, env=env)
    for name, cost in costs.items():
        figures.note(
            f"{few} rows, {name}: {cost.cpu * 1000 / few:.2f} ms CPU a row (Python {cost.python * 1000 / few:.2f}, "
            f"PostgreSQL {cost.postgres * 1000 / few:.2f}), {cost.statements / few:.1f} statements a row"
        )
    figures.ratio(f"{few} rows: CPU, Odoo's load() / ours", costs["load"].cpu, costs["ours"].cpu, at_least=4)

    content = workbook(rows(count, 0))
    figures.note(f"workbook of {count:,} rows: {len(base64.b64encode(content)) / 2**20:.1f} MB")
    with undone(env):
        before = memory()
        peak_memory(reset=True)
        cost = measure(lambda: ours(env, content, count), env)
        growth = peak_memory() - before
    figures.note(f"{count:,} rows: {cost.wall:.1f} s, Python {cost.python:.1f} s, PostgreSQL {cost.postgres:.1f} s")
    figures.value(f"{count:,} employees: CPU a row", cost.cpu * 1000 / count, at_most=6, unit=" ms")
    figures.value(f"{count:,} employees: SQL statements a row", cost.statements / count, at_most=5)
    figures.value(f"{count:,} employees: growth of memory", growth, at_most=400, unit=" MB")


if __name__ == "__main__":
    raise SystemExit(main())
