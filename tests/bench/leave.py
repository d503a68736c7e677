"""Leave beside Odoo's own: balances, crediting of the year, a request from the form to the decision, employee search.

One data set that grows (``--sizes 1000,10000,50000``): people, a ledger of several years, leaves; Odoo's side is a
second database with hr_holidays alone, the same people, an allocation and three granted leaves each.  People beyond
the first are copied in SQL.

* Balances of all: two kinds of leave, beside one hand-written statement with equal values, and beside
  ``get_allocation_data`` (measured on at most a thousand people, its cost a person multiplied).
* Crediting a year for all, in committed batches with journal and part years, beside two hand-written INSERTs.
* Request and approval over RPC by a real session: CPU of server and PostgreSQL, SQL statements, growth.
* Search as one types: growth, for the file (HR) and the directory (everybody).
"""

import datetime
import os
import random
import subprocess
import time
from contextlib import closing
from statistics import median

import psycopg2

from lib import Cost, Figures, Server, arguments, backend_cpu, clone, columns, compare, cpu_between, environment

CORE = "CORE_TEMPLATE"
KEYS = 200  # a clock of CPU ticks a hundred times a second
CODES = ("ANN", "EXC_FAM")
THIS_YEAR = datetime.date.today().year
FIRST_NAMES = "Amina Youssef Khadija Omar Salma Hicham Nadia Rachid Imane Karim Laila Mehdi Hanane Said Zineb".split()
LAST_NAMES = "Bennani Tazi Alaoui Idrissi Berrada Fassi Chraibi Naciri Lahlou Amrani Ouazzani Sebti Kettani".split()


# ---------------------------------------------------------------------------------------------------- people in SQL
def add_people(env, template, count, seed):
    """Copy one employee ``count`` times with other names; return the ids."""
    cr = env.cr
    env.flush_all()
    draw = random.Random(seed)
    names = [
        f"{draw.choice(FIRST_NAMES)} {draw.choice(LAST_NAMES)} {draw.randrange(10**6):06d}" for _n in range(count)
    ]
    for place in range(0, 12):  # the people that are looked for: as many whatever the size
        if seed == 0:
            names[place * (count // 12)] = f"Quzmala Bensouda {place}"
    cr.execute("CREATE TEMP TABLE bench_names (n int PRIMARY KEY, name text)")
    cr.execute("INSERT INTO bench_names SELECT ord, name FROM unnest(%s) WITH ORDINALITY AS x (name, ord)", [names])
    name = "(SELECT name FROM bench_names b WHERE b.n = n.n)"
    absent = {key: "NULL" for key in ("user_id", "barcode", "ppr_number", "cnie", "message_main_attachment_id")}
    only = lambda table: {k: v for k, v in absent.items() if k in columns(cr, table)}  # noqa: E731
    resources = clone(cr, "resource_resource", template.resource_id.id, count, name=name, **only("resource_resource"))
    cr.execute("SELECT max(id) FROM hr_version")
    [versions] = cr.fetchone()
    cr.execute("ALTER TABLE hr_employee DISABLE TRIGGER ALL")
    employees = clone(
        cr,
        "hr_employee",
        template.id,
        count,
        name=name,
        resource_id=f"{resources} + n",
        current_version_id=f"{versions} + n",
        **only("hr_employee"),
    )
    cr.execute("ALTER TABLE hr_employee ENABLE TRIGGER ALL")
    clone(cr, "hr_version", template.version_id.id, count, employee_id=f"{employees} + n")
    cr.execute("DROP TABLE bench_names")
    env.invalidate_all()
    return range(employees + 1, employees + count + 1)


def analyse(env):
    env.cr.commit()
    with closing(psycopg2.connect(dbname=env.cr.dbname)) as connection, connection.cursor() as cr:
        connection.autocommit = True
        cr.execute("VACUUM ANALYZE")


def make_user(env, login, groups=()):
    group_ids = [env.ref(name).id for name in ("base.group_user", *groups)]
    return (
        env["res.users"]
        .with_context(no_reset_password=True)
        .create(
            {
                "name": login,
                "login": login,
                "password": login,
                "group_ids": [(6, 0, group_ids)],
                "tz": "Africa/Casablanca",
            }
        )
    )


# -------------------------------------------------------------------------------------------------------- two sides
class Ours:
    def __init__(self, database):
        self.database = database
        with environment(database) as env:
            self.prepare(env)
            env.cr.commit()

    def prepare(self, env):
        env["gov.approval.circuit"].search([("model", "=", "hr.leave")]).active = False
        unit = env["hr.department"].create({"name": "Bench", "unit_kind": "directorate", "unit_code": "BENCH"})
        dates = {"date_version": "2015-01-01", "recruitment_date": "2015-01-01", "department_id": unit.id}
        self.users = {}
        for login in ("bench_employee", "bench_head"):
            user = make_user(env, login)
            self.users[login] = user.id
            employee = env["hr.employee"].create({"name": login, "user_id": user.id, **dates})
            self.me = getattr(self, "me", employee.id)
            if login == "bench_head":
                unit.manager_id = employee
        self.searchers = {
            "file": make_user(env, "bench_officer", ("gov_base.group_hr_officer",)).id,
            "directory": self.users["bench_employee"],
        }
        self.template = env["hr.employee"].create({"name": "Bench template", **dates}).id
        env["gov.approval.circuit"].create(
            {
                "name": "Bench",
                "model_id": env.ref("hr_holidays.model_hr_leave").id,
                "step_ids": [(0, 0, {"name": "Head", "who": "direct_head", "kind": "approval", "days": 2})],
            }
        )
        self.kind = env.ref("gov_hr_leave.leave_type_ann").id
        self.closed = set(env["gov.public.holiday"]._days_of_year(THIS_YEAR + 1))

    def grow(self, env, count, seed):
        ids = add_people(env, env["hr.employee"].browse(self.template), count, seed)
        env.cr.commit()
        env["gov.leave.ledger"]._credit_year(THIS_YEAR, datetime.date(THIS_YEAR, 12, 31))
        # years of history: three lines taken in each of the last two years and in this one
        for back in range(3):
            year = THIS_YEAR - back
            if back:
                env["gov.leave.ledger"]._credit_year(year, datetime.date(year, 12, 31))
            env.cr.execute(
                """INSERT INTO gov_leave_ledger
                          (employee_id, gov_code, year, is_carried, kind, days, date, facts, actor_id, posted_on)
                   SELECT id, 'ANN', %(year)s, FALSE, 'taken', -n, make_date(%(year)s, n * 3, 10),
                          jsonb_build_object('from', '2026-01-01', 'to', '2026-01-02'), 1, now() AT TIME ZONE 'UTC'
                     FROM generate_series(%(first)s, %(last)s) id, generate_series(1, 3) n""",
                {"year": year, "first": ids[0], "last": ids[-1]},
            )
            env.cr.execute(
                """UPDATE gov_leave_counter SET taken = taken + 6
                    WHERE gov_code = 'ANN' AND year = %s AND employee_id BETWEEN %s AND %s""",
                [year, ids[0], ids[-1]],
            )
        analyse(env)

    def request(self, clients, day):
        """Ask for a day and grant it; return the paths of the calls."""
        employee, head = clients
        values = {"holiday_status_id": self.kind, "request_date_from": str(day), "request_date_to": str(day)}
        [leave] = employee.call("hr.leave", "create", [dict(values, employee_id=self.me)])
        employee.call("hr.leave", "action_submit", [leave])
        head.call("hr.leave", "action_approve", [leave])

    def clients(self, server):
        return server.client("bench_employee"), server.client("bench_head")


class Stock:
    def __init__(self, database):
        self.database = database
        with environment(database) as env:
            self.prepare(env)
            env.cr.commit()

    def prepare(self, env):
        kind = env.ref("hr_holidays.leave_type_paid_time_off")
        kind.write({"leave_validation_type": "hr", "requires_allocation": True})
        self.kind = kind.id
        user = make_user(env, "bench_employee")
        make_user(env, "bench_head", ("hr_holidays.group_hr_holidays_user",))
        mine = env["hr.employee"].create({"name": "bench_employee", "user_id": user.id})
        self.me = mine.id
        template = env["hr.employee"].create({"name": "Bench template"})
        self.template = template.id
        for employee in (mine, template):
            allocation = env["hr.leave.allocation"].create(
                {
                    "name": "Bench",
                    "employee_id": employee.id,
                    "holiday_status_id": kind.id,
                    "number_of_days": 200,
                    "date_from": f"{THIS_YEAR}-01-01",
                }
            )
            allocation.action_approve()
        self.allocation = allocation.id
        leave = env["hr.leave"].create(
            {
                "employee_id": template.id,
                "holiday_status_id": kind.id,
                "request_date_from": f"{THIS_YEAR}-03-03",
                "request_date_to": f"{THIS_YEAR}-03-05",
            }
        )
        leave.action_approve()
        self.leave = leave.id

    def grow(self, env, count, seed):
        ids = add_people(env, env["hr.employee"].browse(self.template), count, seed)
        people = f"{ids[0] - 1} + n"
        clone(env.cr, "hr_leave_allocation", self.allocation, count, employee_id=people)
        for weeks in range(3):
            shift = f"interval '{weeks * 7} days'"
            clone(
                env.cr,
                "hr_leave",
                self.leave,
                count,
                employee_id=people,
                **{name: f"row.{name} + {shift}" for name in ("date_from", "date_to")},
                **{name: f"(row.{name} + {shift})::date" for name in ("request_date_from", "request_date_to")},
            )
        analyse(env)

    def request(self, clients, day):
        employee, officer = clients
        values = {"holiday_status_id": self.kind, "request_date_from": str(day), "request_date_to": str(day)}
        [leave] = employee.call("hr.leave", "create", [dict(values, employee_id=self.me)])
        officer.call("hr.leave", "action_approve", [leave])

    def clients(self, server):
        return server.client("bench_employee"), server.client("bench_head")


# ---------------------------------------------------------------------------------------------------------- figures
def sql_balances(env, ids):
    today = datetime.date.today()
    env.cr.execute(
        """SELECT line.employee_id, line.gov_code, line.days, coalesce(counter.pending, 0)::float8
             FROM (SELECT employee_id, gov_code, sum(days)::float8 AS days FROM gov_leave_ledger
                    WHERE year = %(year)s AND gov_code IN %(codes)s AND date <= %(today)s
                 GROUP BY employee_id, gov_code) line
             LEFT JOIN (SELECT employee_id, gov_code, sum(pending) AS pending FROM gov_leave_counter
                         WHERE year = %(year)s AND gov_code IN %(codes)s GROUP BY employee_id, gov_code) counter
                    ON counter.employee_id = line.employee_id AND counter.gov_code = line.gov_code
            WHERE line.employee_id = ANY(%(ids)s)""",
        {"year": today.year, "codes": CODES, "today": today, "ids": ids},
    )
    return {(row[0], row[1]): (row[2], row[3], max(row[2] - row[3], 0)) for row in env.cr.fetchall()}


def measure_balances(figures, ours, stock, size):
    with environment(ours.database) as env:
        people = env["hr.employee"].search([("id", ">=", ours.template)])
        ids = list(people._ids)
        costs = compare(
            {
                "ours": lambda: people._gov_balances(people, CODES),
                "sql": lambda: sql_balances(env, ids),
            },
            env=env,
            repetitions=7,
            same=lambda found: hash(frozenset(found.items())),
        )
        figures.ratio(
            f"{size:,} people: balances of all, CPU, ours / one SQL statement",
            costs["ours"].cpu or 0.01,
            costs["sql"].cpu or 0.01,
            at_most=2,
        )
        figures.value(f"{size:,} people: balances of all, statements", int(costs["ours"].statements), at_most=5)
        per_person = costs["ours"].cpu / len(ids)
    with environment(stock.database) as env:
        people = env["hr.employee"].search([("id", ">=", stock.template)], limit=1000)
        kinds = env["hr.leave.type"].search([("id", "=", stock.kind)]) | env.ref(
            "hr_holidays.leave_type_sick_time_off"
        )
        before, start = sum(backend_cpu(stock.database).values()), time.process_time()
        kinds.get_allocation_data(people, datetime.date.today())
        spent = time.process_time() - start + sum(backend_cpu(stock.database).values()) - before
        figures.ratio(
            f"{size:,} people: balances of all, CPU, Odoo's get_allocation_data / ours",
            spent / len(people),
            max(per_person, 1e-6),
            at_least=100,
        )


def measure_crediting(figures, ours, size, turns):
    """A year never credited before for each turn; the SQL side inserts the same lines and counters."""
    with environment(ours.database) as env:
        uid, text = env.uid, env["gov.leave.ledger"]._yearly_text("ANN")

        def engine(year):
            env["gov.leave.ledger"]._credit_year(year, datetime.date(year, 12, 31))

        def by_hand(year):
            for code, days in (("ANN", 22), ("EXC_FAM", 10)):
                env.cr.execute(
                    """INSERT INTO gov_leave_ledger (employee_id, gov_code, year, is_carried, kind, days, date,
                                                     legal_text_id, actor_id, posted_on)
                       SELECT id, %s, %s, FALSE, 'right', %s, make_date(%s, 1, 1), %s, %s, now() AT TIME ZONE 'UTC'
                         FROM hr_employee WHERE active""",
                    [code, year, days, year, text, uid],
                )
                env.cr.execute(
                    """INSERT INTO gov_leave_counter
                              (employee_id, gov_code, year, is_carried, credited, taken, pending)
                       SELECT id, %s, %s, FALSE, %s, 0, 0 FROM hr_employee WHERE active""",
                    [code, year, days],
                )
            env.cr.commit()

        spent = {"engine": [], "sql": []}
        year = 2016 + 40 * (size % 7)  # years nobody has yet
        env.cr.execute("SELECT coalesce(max(year), 2030) FROM gov_leave_ledger")
        year = max(env.cr.fetchone()[0], 2030)
        for _turn in range(turns):
            for name, side in (("engine", engine), ("sql", by_hand)):
                year += 1
                before, start = backend_cpu(ours.database), time.process_time()
                side(year)
                spent[name].append(time.process_time() - start + cpu_between(before, backend_cpu(ours.database)))
        # nothing of this test weighs on the next size
        env.cr.execute("ALTER TABLE gov_leave_ledger DISABLE TRIGGER USER")
        env.cr.execute("DELETE FROM gov_leave_ledger WHERE year > 2030")
        env.cr.execute("ALTER TABLE gov_leave_ledger ENABLE TRIGGER USER")
        env.cr.execute("DELETE FROM gov_leave_counter WHERE year > 2030")
        env.cr.commit()
    figures.ratio(
        f"{size:,} people: crediting a year for all, CPU, ours / two SQL statements",
        max(median(spent["engine"]), 0.01),
        max(median(spent["sql"]), 0.01),
        at_most=10,
    )
    return median(spent["engine"])


def measure_requests(figures, sides, servers, size, turns):
    """Alternate requests of both sides; return {side: (CPU, statements)} of one request."""
    clients = {name: side.clients(servers[name]) for name, side in sides.items()}
    costs = {name: [] for name in sides}
    day = datetime.date(THIS_YEAR + 1, 2, 1)
    used = sides["ours"].used_days = getattr(sides["ours"], "used_days", 0)
    for turn in range(turns + 2):
        day = datetime.date(THIS_YEAR + 1, 2, 2) + datetime.timedelta(days=used)
        while day.weekday() > 3 or day in sides["ours"].closed:
            used += 1
            day += datetime.timedelta(days=1)
        used += 1
        for name, side in sides.items():
            before, seen = servers[name].cpu(), len(servers[name].requests())
            side.request(clients[name], day)
            cpu = cpu_between(before, servers[name].cpu())
            calls = [call for call in servers[name].requests()[seen:] if "hr.leave/" in call["path"]]
            if turn > 1:  # two to warm up
                costs[name].append(Cost(python=cpu, statements=sum(call["sql"] for call in calls)))
    sides["ours"].used_days = used
    found = {
        name: (
            sum(cost.cpu for cost in of_side) / len(of_side),
            median(cost.statements for cost in of_side),
        )
        for name, of_side in costs.items()
    }
    figures.note(
        f"{size:,} people: one request, ours {found['ours'][0] * 1000:.0f} ms of CPU and {found['ours'][1]:.0f} "
        f"statements, Odoo {found['stock'][0] * 1000:.0f} ms and {found['stock'][1]:.0f}"
    )
    figures.ratio(
        f"{size:,} people: request and approval, CPU, ours / Odoo", found["ours"][0], found["stock"][0], at_most=0.6
    )
    figures.value(f"{size:,} people: request and approval, statements", int(found["ours"][1]), at_most=120)
    return found


def measure_search(ours):
    """Return the CPU of one search as one types, {"file": …, "directory": …}."""
    found = {}
    for name, uid in ours.searchers.items():
        model = "hr.employee" if name == "file" else "hr.employee.public"
        with environment(ours.database, uid=uid) as env:
            people = env[model]

            def typed(people=people, env=env):
                for _key in range(KEYS):
                    env.invalidate_all()
                    result = people.name_search("quzmala", limit=8)
                return [row[1] for row in result]

            assert len(typed()) == 8, "the search finds nobody"
            costs = compare({name: typed}, env=env, repetitions=3)
            found[name] = costs[name].cpu / KEYS
    return found


def main():
    args = arguments("Leave beside Odoo's own", sizes="1000,5000", turns=10)
    sizes = [300, 900] if args.quick else [int(size) for size in args.sizes.split(",")]
    turns = 3 if args.quick else args.turns
    figures = Figures("leave")
    core = f"{args.database}_core"
    subprocess.run(["dropdb", "--if-exists", "--force", core], check=True)
    subprocess.run(["createdb", "-T", os.environ[CORE], core], check=True)
    try:
        sides = {"ours": Ours(args.database), "stock": Stock(core)}
        requests, searches, credits_, people = {}, {}, {}, 0
        for seed, size in enumerate(sizes):
            for side in sides.values():
                with environment(side.database) as env:
                    side.grow(env, size - people, seed)
            people = size
            measure_balances(figures, sides["ours"], sides["stock"], size)
            credits_[size] = measure_crediting(figures, sides["ours"], size, 2 if args.quick else 3)
            with Server(sides["ours"].database) as ours, Server(core) as stock:
                requests[size] = measure_requests(figures, sides, {"ours": ours, "stock": stock}, size, turns)
            searches[size] = measure_search(sides["ours"])
        small, large = sizes[0], sizes[-1]
        if large > small:
            growth = f"from {small:,} to {large:,} people"
            figures.ratio(
                f"request and approval, CPU, {growth}",
                requests[large]["ours"][0],
                requests[small]["ours"][0],
                at_most=1.15,
            )
            figures.ratio(
                f"request and approval, statements, {growth}",
                requests[large]["ours"][1],
                requests[small]["ours"][1],
                at_most=1,
            )
            for name in ("file", "directory"):
                figures.ratio(
                    f"search as one types in the {name}, CPU, {growth}",
                    searches[large][name],
                    searches[small][name],
                    at_most=1.3,
                )
            figures.note(f"crediting a year: {credits_[large] / large * 1e6:.0f} µs of CPU a person at {large:,}")
    finally:
        subprocess.run(["dropdb", "--if-exists", "--force", core], check=True)
    return figures.finish()


if __name__ == "__main__":
    raise SystemExit(main())
