"""The budget beside Odoo's defaults and hand-written SQL: commitments, hot lines, numbering, situations, exports.

* (a) One commitment end to end over RPC (draft, proposal, visa) with a ledger that grows (``--ledger
  1000,100000,500000,1000000``): CPU of server and PostgreSQL, SQL statements; the posting itself, by statement.
* (b) Sixteen clients on one hot line: our short transactions beside the same act in Odoo's default cursor with its
  retry, and beside the same server spread over a thousand lines; a gapless number beside ``ir.sequence`` no_gap.
* (c) The situation of a thousand lines beside one GROUP BY of the ledger, its drill-down, a pivot of three keys; and
  beside what OCA's account_budget_oca and mis_builder show of the same postings, in a database without our modules
  (``OCA_TEMPLATE``).
* (d) The ledger as a workbook of 100,000 rows: memory and time beside Odoo's own export.

Ledger rows are synthetic, written by SQL with the counters they make; the books are proven at the end of each part.
"""

import dataclasses
import datetime
import gc
import io
import tempfile
import threading
import time
import types
from contextlib import nullcontext
from statistics import median

from oca import oca

from lib import (
    Figures,
    RpcError,
    Server,
    analyse,
    arguments,
    compare,
    cpu_between,
    environment,
    measure,
    memory,
    peak_memory,
)

YEAR = datetime.date.today().year
LINES = 1000
CLIENTS = 16
INLINE = {"gov_act_inline": True}  # the act in the request's own cursor: REPEATABLE READ and Odoo's retry
CHAPTER = "1.2.1.2.0.98.000"
COUNTED = ("wall", "python", "postgres", "statements")


# --------------------------------------------------------------------------------------------------------- the budget
def make_user(env, login, *roles):
    groups = [env.ref("base.group_user").id, *(env.ref(f"gov_base.group_{role}").id for role in roles)]
    return (
        env["res.users"]
        .with_context(no_reset_password=True)
        .create(
            {
                "name": login,
                "login": login,
                "password": login,
                "tz": "Africa/Casablanca",
                "group_ids": [(6, 0, groups)],
            }
        )
    )


class Budget:
    """A budget of a thousand lines in this year, with who proposes and who gives the visa."""

    def __init__(self, database):
        self.database = database
        with environment(database) as env:
            self.prepare(env)
            env.cr.commit()

    def prepare(self, env):
        env = env(context={**env.context, "tracking_disable": True})
        budget_user = make_user(env, "bench_budget", "budget_officer")
        authorising = make_user(env, "bench_authorising", "authorising_officer")
        make_user(env, "bench_controller", "expenditure_controller")
        self.auditor = make_user(env, "bench_auditor", "auditor").id
        for number in range(CLIENTS):
            make_user(env, f"bench_budget_{number}", "budget_officer")
        years = env["gov.fiscal.year"]
        year = years._for_date(datetime.date.today()) or years.create(
            {"name": str(YEAR), "date_from": f"{YEAR}-01-01", "date_to": f"{YEAR}-12-31"}
        )
        if year.state == "draft":
            year.action_open()
        unit = env["hr.department"].create({"name": "Bench", "unit_kind": "directorate", "unit_code": "BENCH"})
        nodes = env["gov.budget.node"]

        def node(kind, code, parent, name):
            vals = {"kind": kind, "code": code, "parent_id": parent and parent.id, "name": name, "year_from": 2020}
            return nodes.create(vals)

        chapter = node("chapter", CHAPTER, None, "Bench")
        leaves = nodes
        for programme_code in ("400", "401", "402", "403"):
            programme = node("programme", programme_code, chapter, f"Programme {programme_code}")
            for region_code in range(5):
                region = node("region", f"{region_code:02d}", programme, f"Region {region_code}")
                for project_code in range(10, 15):
                    project = node("project", str(project_code), region, f"Project {project_code}")
                    leaves |= nodes.create(
                        [
                            {"kind": "line", "code": str(code), "parent_id": project.id, "name": f"Line {code}",
                             "year_from": 2020}
                            for code in range(11, 21)
                        ]
                    )  # fmt: skip
        budget = env["gov.budget"].create({"fiscal_year_id": year.id, "kind": "general", "account_code": "BENCH"})
        lines = env["gov.budget.line"].create(
            [
                {"budget_id": budget.id, "node_id": leaf.id, "unit_id": unit.id, "cp_proposed": 10**9}
                for leaf in leaves[:LINES]
            ]
        )
        budget.with_user(budget_user).action_vote("Bench", f"{YEAR}-01-01")
        budget.with_user(authorising).action_open()
        officer = env["gov.budget.officer"].create(
            {"code": "BENCH", "name": "Bench", "kind": "main", "unit_id": unit.id, "user_id": authorising.id,
             "date_from": "2020-01-01"}
        )  # fmt: skip
        partner = env["res.partner"].create({"name": "Bench", "is_company": True})
        self.company = env.company.id
        self.year, self.budget, self.lines, self.chapter = year.id, budget.id, lines.ids, chapter.id
        kind = env.ref("gov_budget_execution.kind_bc_f")
        # pieces are not what is measured
        kind.piece_ids.unlink()
        self.vals = {
            "object": "Bench",
            "partner_id": partner.id,
            "officer_id": officer.id,
            "fiscal_year_id": year.id,
            "kind_id": kind.id,
            "reference": "BC",
        }

    def grow(self, rows):
        """Add entries by SQL, spread over the lines, and the counters they make."""
        with environment(self.database) as env:
            env.cr.execute(
                """INSERT INTO gov_budget_entry
                          (line_id, fiscal_year_id, kind, date, cp, ce, delegated, delegated_ce, reserved, committed,
                           liquidated, ordered, paid, authorised, label, user_id, posted_on)
                   SELECT (%(lines)s::int[])[1 + n %% %(count)s], %(year)s, 'commitment',
                          make_date(%(number)s, 1 + n %% 12, 1 + n %% 28), 0, 0, 0, 0, 0, 0.01, 0, 0, 0, 0,
                          'Bench ' || n, 1, now() AT TIME ZONE 'UTC'
                     FROM generate_series(1, %(rows)s) n""",
                {"lines": self.lines, "count": len(self.lines), "year": self.year, "number": YEAR, "rows": rows},
            )
            env.cr.execute(
                """UPDATE gov_budget_line l SET committed = s.committed, available = s.available
                     FROM (SELECT line_id, sum(committed) AS committed, sum(cp + ce - delegated - reserved - committed)
                                  AS available FROM gov_budget_entry GROUP BY line_id) s WHERE s.line_id = l.id""",
            )
            env.cr.commit()
        analyse(self.database)

    def drafts(self, count, lines):
        """Make drafts of commitments, each on the next of the lines; return their ids."""
        with environment(self.database) as env:
            made = env["gov.commitment"].with_context(tracking_disable=True).create(
                [
                    {**self.vals, "line_ids": [(0, 0, {"budget_line_id": lines[n % len(lines)], "amount": 1.0})]}
                    for n in range(count)
                ]
            )  # fmt: skip
            env.cr.commit()
            return made.ids

    def prove(self, figures, what):
        """Every counter equals the sum of its entries, every series is whole."""
        with environment(self.database) as env:
            run = env["gov.budget.verification"]._gov_run()
            wrong = [f"{one.name}: {one.message}" for one in run.finding_ids[:5]]
            figures.value(f"{what}: problems in the books", run.problem_count, at_most=0)
            for text in wrong:
                figures.note(text)


# -------------------------------------------------------------------------------------------- (a) one commitment
def measure_commitment(figures, budget, size, turns):
    with Server(budget.database) as server:
        officer, controller = server.client("bench_budget"), server.client("bench_controller")
        for client in (officer, controller):
            # as the web client: who works says for which company, so that nobody reads it from the user
            client.context["allowed_company_ids"] = [budget.company]

        def once(line):
            vals = {**budget.vals, "line_ids": [[0, 0, {"budget_line_id": line, "amount": 1.0}]]}
            [one] = officer.call("gov.commitment", "create", [vals])
            officer.call("gov.commitment", "action_submit", [one])
            controller.call("gov.commitment", "action_visa", [one])

        for line in budget.lines[:3]:
            once(line)
        seen = len(server.requests())
        spent = []
        for turn in range(turns):
            before = server.cpu()
            once(budget.lines[turn % 7])
            spent.append(cpu_between(before, server.cpu()))
        by_path = {}
        for request in server.requests()[seen:]:
            by_path.setdefault(request["path"].rsplit("/", 1)[-1], []).append(request["sql"])
    statements = {name: int(median(counts)) for name, counts in by_path.items()}
    cpu = sum(spent) / len(spent)
    figures.note(
        f"{size:,} entries: one commitment, draft to visa: {cpu * 1e3:.0f} ms of CPU, statements "
        + ", ".join(f"{name} {count}" for name, count in statements.items())
    )
    return cpu, statements


def measure_posting(figures, budget):
    """The engagement itself: the credit checked and taken, the entry, the number, the journal."""
    with environment(budget.database) as env:
        line = env["gov.budget.line"].browse(budget.lines[0])
        officer = env["gov.budget.officer"].browse(budget.vals["officer_id"])
        entries, journal = env["gov.budget.entry"], env["gov.journal.entry"]

        def engage():
            entries._gov_post([{"line": line, "kind": "commitment", "committed": 1, "label": "Bench"}])
            officer._gov_take_number("sheet", YEAR)
            journal._record(line, "bench", {"amount": "1.00"})

        engage()
        cost = measure(engage, env)
        figures.value("one engagement (credit, entry, number, journal): statements", cost.statements, at_most=12)


# --------------------------------------------------------------------------------------------- (b) many at once
def run_clients(clients, ids, context=None):
    """Each client proposes its share of the drafts, all at once: (done per second, p95, longest, errors)."""
    times, errors, lock = [], [], threading.Lock()
    barrier = threading.Barrier(len(clients) + 1)

    def work(client, mine):
        barrier.wait()
        for one in mine:
            start = time.perf_counter()
            try:
                client.call("gov.commitment", "action_submit", [one], context=context or {})
            except RpcError as error:
                with lock:
                    errors.append(str(error))
            with lock:
                times.append(time.perf_counter() - start)

    threads = [
        threading.Thread(target=work, args=(client, ids[number :: len(clients)]))
        for number, client in enumerate(clients)
    ]
    for thread in threads:
        thread.start()
    barrier.wait()
    start = time.perf_counter()
    for thread in threads:
        thread.join()
    wall = time.perf_counter() - start
    times.sort()
    return (len(times) - len(errors)) / wall, times[int(len(times) * 0.95)], times[-1], errors


def measure_hot_line(figures, budget, each, rounds):
    count = each * CLIENTS
    found = {"hot": [], "default": [], "spread": []}
    with Server(budget.database, options=("--db_maxconn", "64")) as server:
        clients = [server.client(f"bench_budget_{number}") for number in range(CLIENTS)]
        run_clients(clients, budget.drafts(CLIENTS, budget.lines))  # warm
        for _round in range(rounds):
            found["hot"].append(run_clients(clients, budget.drafts(count, budget.lines[:1])))
            found["default"].append(run_clients(clients, budget.drafts(count, budget.lines[:1]), INLINE))
            found["spread"].append(run_clients(clients, budget.drafts(count, budget.lines)))
    rate = {name: median(run[0] for run in runs) for name, runs in found.items()}
    longest = {name: max(run[2] for run in runs) for name, runs in found.items()}
    for name, runs in found.items():
        p95 = median(run[1] for run in runs)
        figures.note(
            f"{CLIENTS} clients, {name}: {rate[name]:.0f}/s, p95 {p95 * 1e3:.0f} ms, longest {longest[name]:.2f} s"
        )
    figures.ratio(
        "one hot line: throughput, ours / default cursor with its retry", rate["hot"], rate["default"], at_least=3
    )
    figures.ratio(
        "one hot line: throughput, ours / spread over 1,000 lines", rate["hot"], rate["spread"], at_least=0.5
    )
    figures.ratio("one hot line: slowest request, ours / default", longest["hot"], longest["default"], at_most=0.1)
    shown = [error for runs in (found["hot"], found["spread"]) for run in runs for error in run[3]]
    figures.value("one hot line: errors shown to a user", len(shown), at_most=0)
    for error in shown[:3]:
        figures.note(error[:200])
    budget.prove(figures, "after the hot line")


def measure_overdraw(figures, budget):
    """A line with credit for exactly a hundred: sixteen clients ask for 160."""
    with environment(budget.database) as env:
        line = env["gov.budget.line"].browse(budget.lines[-1])
        env["gov.budget.entry"]._gov_post([{"line": line, "kind": "correction", "cp": 100 - line.available}])
        env.cr.commit()
    with Server(budget.database, options=("--db_maxconn", "64")) as server:
        clients = [server.client(f"bench_budget_{number}") for number in range(CLIENTS)]
        _rate, _p95, _longest, errors = run_clients(clients, budget.drafts(10 * CLIENTS, budget.lines[-1:]))
    with environment(budget.database) as env:
        left = env["gov.budget.line"].browse(budget.lines[-1]).available
    figures.value(
        "credit for 100, asked 160 times at once: accepted", 10 * CLIENTS - len(errors), at_most=100, at_least=100
    )
    figures.value("credit for 100: left", left, at_most=0, at_least=0)


def measure_numbering(figures, budget, each):
    """Gapless numbers taken by sixteen threads: our counter in a short transaction, ir.sequence no_gap with retry."""
    from odoo.api import Environment  # noqa: PLC0415
    from odoo.modules.registry import Registry  # noqa: PLC0415
    from odoo.service.model import retrying  # noqa: PLC0415

    from odoo.addons.gov_base.tools.act import run_short  # noqa: PLC0415 - Odoo is there once an environment is

    with environment(budget.database) as env:
        sequence = env["ir.sequence"].create({"name": "Bench", "implementation": "no_gap"}).id
        env.cr.commit()
    registry = Registry(budget.database)

    def ours():
        with registry.cursor() as cr:
            env = Environment(cr, 1, {})
            return run_short(env, lambda env: env["gov.counter"]._take("bench", YEAR))

    def stock():
        with registry.cursor() as cr:
            env = Environment(cr, 1, {})
            number = retrying(lambda: env["ir.sequence"].browse(sequence).next_by_id(), env)
            cr.commit()
            return int(number)

    def storm(function, count):
        numbers, times, lock = [], [], threading.Lock()

        def work():
            for _n in range(count):
                start = time.perf_counter()
                try:
                    number = function()
                except Exception:  # noqa: BLE001 - a request given up by the retry
                    number = None
                with lock:
                    times.append(time.perf_counter() - start)
                    numbers.append(number)

        threads = [threading.Thread(target=work) for _n in range(CLIENTS)]
        start = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        done = [number for number in numbers if number is not None]
        return len(done) / (time.perf_counter() - start), max(times), done

    ours_rate, ours_longest, numbers = storm(ours, each)
    stock_rate, stock_longest, _numbers = storm(stock, max(each // 4, 3))
    figures.note(
        f"numbering: ours {ours_rate:.0f}/s, longest {ours_longest:.2f} s; "
        f"no_gap {stock_rate:.0f}/s, longest {stock_longest:.2f} s"
    )
    figures.ratio("gapless numbering: throughput, ours / ir.sequence no_gap", ours_rate, stock_rate, at_least=4)
    figures.value(
        "gapless numbering: gaps and doubles", len(set(range(1, len(numbers) + 1)) ^ set(numbers)), at_most=0
    )
    figures.value("gapless numbering: numbers not given", CLIENTS * each - len(numbers), at_most=0)


# ------------------------------------------------------------------------------------------------ (c) situations
GROUPED = """
    SELECT line_id, sum(cp) FILTER (WHERE kind = 'initial'), sum(cp) FILTER (WHERE kind = 'carry_over'),
           sum(cp) FILTER (WHERE kind = 'amendment'), sum(cp) FILTER (WHERE kind = 'delegation'), sum(delegated),
           sum(ce), sum(committed), sum(reserved), sum(liquidated), sum(ordered), sum(paid)
      FROM gov_budget_entry WHERE fiscal_year_id = %s GROUP BY line_id"""


def measure_oca(figures, budget, beside, size, repetitions):
    """Our situation beside what OCA's modules show of postings of the same lines and amounts."""
    first = 10  # lines that got commitments over RPC

    with (
        environment(budget.database, uid=budget.auditor) as env,
        environment(beside.database) as theirs,
    ):
        lines = set(budget.lines[first:])

        def ours():
            env.invalidate_all()
            rows = env["gov.budget.situation"].get_situation(budget.year, None, "line", {"chapter": budget.chapter})
            return [round(row["committed"], 2) for row in rows["rows"] if row["id"] in lines]

        costs = compare(
            {
                "ours": ours,
                "budget": lambda: beside.budget(theirs)[first:],
                "report": lambda: beside.report(theirs)[first:],
            },
            env={"ours": env, "budget": theirs, "report": theirs},
            repetitions=repetitions,
            same=lambda result: sorted(result),
        )
        for side, module in (("budget", "account_budget_oca"), ("report", "mis_builder")):
            figures.ratio(
                f"{size:,} entries: situation of {LINES:,} lines, CPU, ours / {module}",
                costs["ours"].cpu,
                costs[side].cpu,
                at_most=1,
            )
            figures.note(
                f"{size:,} entries: {module} {costs[side].cpu * 1e3:.0f} ms of CPU, "
                f"{costs[side].statements:.0f} statements; ours {costs['ours'].cpu * 1e3:.0f} ms, "
                f"{costs['ours'].statements:.0f} statements"
            )


def measure_situation(figures, budget, size, repetitions):
    with environment(budget.database, uid=budget.auditor) as env:
        env.cr.execute("SET max_parallel_workers_per_gather = 0")
        situation, entries = env["gov.budget.situation"], env["gov.budget.entry"]

        def ours():
            env.invalidate_all()
            rows = situation.get_situation(budget.year, None, "line", {"chapter": budget.chapter})["rows"]
            return sorted((row["id"], round(row["committed"], 2)) for row in rows)

        def ledger():
            env.cr.execute(GROUPED, [budget.year])
            mine = set(budget.lines)
            return sorted((row[0], round(row[7] or 0, 2)) for row in env.cr.fetchall() if row[0] in mine)

        def tree():
            env.invalidate_all()
            return situation.get_situation(budget.year, None, "programme", {"chapter": budget.chapter})["total"][
                "committed"
            ]

        # ten at once: a clock of CPU ticks a hundred times a second
        costs = compare(
            {"ours": lambda: [ours() for _n in range(10)][-1], "ledger": ledger},
            env=env,
            repetitions=repetitions,
            same=hash_of,
        )
        one = dataclasses.replace(costs["ours"], **{k: getattr(costs["ours"], k) / 10 for k in COUNTED})
        costs["ours"] = one
        faster = costs["ledger"].cpu / max(costs["ours"].cpu, 0.001)
        if size >= 1_000_000:
            figures.value(
                f"{size:,} entries: situation of {LINES:,} lines, GROUP BY of the ledger / ours",
                faster,
                at_least=20,
                unit="×",
            )
        figures.note(
            f"{size:,} entries: situation of {LINES:,} lines {costs['ours'].cpu * 1e3:.0f} ms, GROUP BY "
            f"{costs['ledger'].cpu * 1e3:.0f} ms, {costs['ours'].statements:.0f} statements"
        )
        programme = compare({"tree": tree}, env=env, repetitions=repetitions)["tree"]
        figures.note(f"{size:,} entries: situation by programme {programme.cpu * 1e3:.0f} ms")
        line = budget.lines[1]
        domain = situation.get_entries_action("committed", budget.year, None, {"line": line})["domain"]
        named = {"fields": {"display_name": {}}}
        specification = {"date": {}, "line_id": named, "kind": {}, "label": {}, "user_id": named, "cp": {}}
        specification |= {"committed": {}, "ordered": {}, "paid": {}, "res_id": {}}

        def drill():
            """The page that the list behind a figure asks for."""
            env.invalidate_all()
            page = entries.web_search_read(domain, specification, limit=80, count_limit=10001)
            return [page["length"], *((one["id"], one["user_id"]["display_name"]) for one in page["records"])]

        def drill_sql():
            """The same page by hand: its rows, its names, how many there are."""
            env.cr.execute(
                """SELECT e.id, e.date, e.line_id, l.full_code, n.name->>'en_US', e.kind, e.label, e.user_id,
                          p.name AS user, e.cp, e.committed, e.ordered, e.paid, e.res_id
                     FROM gov_budget_entry e JOIN gov_budget_line l ON l.id = e.line_id
                     JOIN gov_budget_node n ON n.id = l.node_id JOIN res_users u ON u.id = e.user_id
                     JOIN res_partner p ON p.id = u.partner_id
                    WHERE e.fiscal_year_id = %s AND e.line_id = %s AND e.committed <> 0
                 ORDER BY e.date DESC, e.id DESC LIMIT 80""",
                [budget.year, line],
            )
            rows = env.cr.dictfetchall()
            env.cr.execute(
                """SELECT count(*) FROM (SELECT 1 FROM gov_budget_entry WHERE fiscal_year_id = %s AND line_id = %s
                                            AND committed <> 0 LIMIT 10001) entries""",
                [budget.year, line],
            )
            return [
                env.cr.fetchone()[0] if len(rows) == 80 else len(rows),
                *((row["id"], row["user"]) for row in rows),
            ]

        env.flush_all()
        drills = compare(
            {
                "ours": lambda: [drill() for _n in range(100)][-1],
                "sql": lambda: [drill_sql() for _n in range(100)][-1],
            },
            env=env, repetitions=repetitions, same=hash_of,
        )  # fmt: skip
        figures.note(
            f"{size:,} entries: a page of the drill-down {drills['ours'].cpu / 100 * 1e3:.2f} ms of CPU, bare SQL "
            f"{drills['sql'].cpu / 100 * 1e3:.2f} ms"
        )
        if size >= 500_000:  # of fewer a page has a handful of rows, and is all preparation
            figures.ratio(
                f"{size:,} entries: a page of the drill-down, CPU, ours / SQL",
                drills["ours"].cpu,
                drills["sql"].cpu,
                at_most=1.5,
            )
        report = env["gov.budget.report"]

        def pivot():
            env.invalidate_all()
            groups = report.formatted_read_group(
                [("fiscal_year_id", "=", budget.year)],
                ["programme_id", "region_id", "date:month"],
                ["committed:sum", "ordered:sum"],
            )
            return len(groups), round(sum(group["committed:sum"] for group in groups), 2)

        def pivot_sql():
            env.cr.execute(
                """SELECT l.programme_id, l.region_id, date_trunc('month', e.date), sum(e.committed), sum(e.ordered)
                     FROM gov_budget_entry e JOIN gov_budget_line l ON l.id = e.line_id
                    WHERE e.fiscal_year_id = %s GROUP BY 1, 2, 3""",
                [budget.year],
            )
            rows = env.cr.fetchall()
            return len(rows), round(sum(row[3] for row in rows), 2)

        pivots = compare({"ours": pivot, "sql": pivot_sql}, env=env, repetitions=repetitions, same=repr)
        if size >= 500_000:  # of fewer the labels of the cells are most
            figures.ratio(
                f"{size:,} entries: pivot of three keys, CPU, ours / SQL",
                pivots["ours"].cpu,
                pivots["sql"].cpu,
                at_most=1.5,
            )
        past = measure(
            lambda: situation.get_situation(budget.year, f"{YEAR}-06-30", "line", {"chapter": budget.chapter}), env
        )
        figures.note(
            f"{size:,} entries: situation at 30 June from the ledger {past.cpu * 1e3:.0f} ms, "
            f"{past.statements} statements"
        )
        return costs["ours"].cpu, costs["ours"].statements, drills["ours"].cpu


def hash_of(result):
    return hash(tuple(result))


# --------------------------------------------------------------------------------------------------- (d) exports
def rows_of(stream):
    """The cells of a workbook below its heads, a cell of nothing and an absent one alike."""
    import openpyxl  # noqa: PLC0415 - for this part alone

    with stream:
        page = openpyxl.load_workbook(stream, read_only=True).worksheets[0]
        return [
            tuple(float(cell) if isinstance(cell, (int, float)) else str(cell or "") for cell in row)
            for row in page.iter_rows(min_row=2, values_only=True)
        ]


def measure_exports(figures, budget, rows):
    from unittest.mock import patch  # noqa: PLC0415

    from odoo.addons.gov_base.tools.xlsx import write_workbook  # noqa: PLC0415
    from odoo.addons.web.controllers import export  # noqa: PLC0415

    few, many = rows // 10, rows
    # the columns of our sheet
    names = (
        *("date", "line_id/chapter_code", "line_id/full_code", "kind", "label", "cp", "ce", "delegated", "reserved"),
        *("committed", "liquidated", "ordered", "paid"),
    )
    with environment(budget.database) as env:
        situation = env["gov.budget.situation"]
        year = env["gov.fiscal.year"].browse(budget.year)

        def ours(count):
            env.invalidate_all()
            sheet = situation._gov_entries_sheet(year)
            sheet["rows"] = (row for number, row in enumerate(sheet["rows"]) if number < count)
            file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by who reads it
            write_workbook(file, [sheet])
            return file

        def stock(count):
            env.invalidate_all()
            entries = env["gov.budget.entry"].search([("fiscal_year_id", "=", year.id)], limit=count, order="id")
            data = entries.export_data(list(names))["datas"]
            columns = [{"name": name, "label": name, "type": "char", "store": True} for name in names]
            with patch.object(export, "request", types.SimpleNamespace(env=env)):
                with export.ExportXlsxWriter(columns, [column["label"] for column in columns], len(data)) as writer:
                    for number, row in enumerate(data):
                        for position, value in enumerate(row):
                            writer.write_cell(number + 1, position, value)
            return io.BytesIO(writer.value)

        # what is loaded once; and both hold the same cells
        same = [rows_of(ours(few)), rows_of(stock(few))]
        if same[0] != same[1] or len(same[0]) != few:
            raise SystemExit(f"error: the two workbooks differ: {set(same[0]) ^ set(same[1])}"[:600])
        del same
        peaks = []
        for count in (few, many):
            gc.collect()
            peak_memory(reset=True)
            before = memory()
            ours(count).close()
            peaks.append(peak_memory() - before)
        figures.value(
            f"workbook of {few:,} to {many:,} rows: growth of memory (MB)", max(peaks[1] - peaks[0], 0.0), at_most=20
        )
        costs = compare({"ours": lambda: ours(many).close(), "stock": lambda: stock(many).close()}, 3, env)
        mine, theirs = costs["ours"], costs["stock"]
        figures.note(f"workbook of {many:,} rows: ours {mine.wall:.1f} s, Odoo's export {theirs.wall:.1f} s")
        figures.ratio(f"workbook of {many:,} rows: wall, ours / Odoo's export", mine.wall, theirs.wall, at_most=0.5)


def main():
    args = arguments(
        "The budget beside Odoo's defaults",
        ledger="1000,100000,500000,1000000",
        each=12,
        rounds=3,
        rows=100_000,
        turns=15,
        parts="abcd",
    )
    sizes = [300, 3000] if args.quick else [int(size) for size in args.ledger.split(",")]
    each, rounds, turns = (3, 1, 4) if args.quick else (args.each, args.rounds, args.turns)
    figures = Figures("budget")
    budget = Budget(args.database)
    commitments, situations, rows = {}, {}, 0
    repetitions = 3 if args.quick else 5
    with oca(args.database, YEAR, LINES) if "c" in args.parts else nullcontext() as beside:
        for size in sizes:
            budget.grow(size - rows)
            if beside:
                beside.grow(size - rows)
            rows = size
            if "a" in args.parts:
                commitments[size] = measure_commitment(figures, budget, size, turns)
            if "c" in args.parts:
                situations[size] = measure_situation(figures, budget, size, repetitions)
            if beside:
                measure_oca(figures, budget, beside, size, repetitions)
            elif "c" in args.parts:
                figures.note(f"{size:,} entries: OCA's modules were not to be had, and do not stand beside ours")
    small, large = sizes[0], sizes[-1]
    growth = f"from {small:,} to {large:,} entries"
    if commitments and large > small:
        figures.ratio(
            f"one commitment over RPC, CPU, {growth}", commitments[large][0], commitments[small][0], at_most=1.2
        )
        for name, count in commitments[large][1].items():
            figures.ratio(
                f"{name}, statements, {growth}", count, max(commitments[small][1].get(name, 0), 1), at_most=1
            )
    if situations and large > small:
        figures.ratio(f"situation, CPU, {growth}", situations[large][0], situations[small][0], at_most=1.2)
        figures.ratio(f"situation, statements, {growth}", situations[large][1], situations[small][1], at_most=1)
    if "a" in args.parts:
        measure_posting(figures, budget)
    if "b" in args.parts:
        measure_hot_line(figures, budget, each, rounds)
        measure_overdraw(figures, budget)
        measure_numbering(figures, budget, each * 2)
    if "d" in args.parts:
        count = 2000 if args.quick else args.rows
        if count > rows:
            budget.grow(count - rows)
        measure_exports(figures, budget, count)
    return figures.finish()


if __name__ == "__main__":
    raise SystemExit(main())
