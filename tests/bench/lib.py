"""What every bench needs: an environment, costs, the ABAB comparison, and figures that hold or fall short.

A bench is a file ``tests/bench/NAME.py``, started by ``scripts/bench NAME`` on a fresh copy of the template database
(``--database DB``), with Odoo importable::

    from lib import Figures, arguments, compare, environment

    def main():
        args = arguments("What is measured")
        figures = Figures("documents")
        with environment(args.database) as env:
            costs = compare({"ours": lambda: ours(env), "stock": lambda: stock(env)}, env=env)
        figures.ratio("one certificate: CPU, ours / stock", costs["ours"].cpu, costs["stock"].cpu, at_most=0.2)
        figures.value("statements", costs["ours"].statements, at_most=12)
        return figures.finish()

    if __name__ == "__main__":
        raise SystemExit(main())

Ratios and numbers of SQL statements are judged, never seconds: a busy machine slows both sides alike.
"""

import argparse
import contextlib
import dataclasses
import gc
import os
import pathlib
import statistics
import sys
import time

import psycopg2

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from support import Client, RpcError, Server, backend_cpu, cpu_between, process_cpu  # noqa: E402

__all__ = [
    "Client", "Cost", "Figures", "RpcError", "Server", "analyse", "arguments", "backend_cpu", "clone", "columns",
    "compare", "cpu_between", "environment", "measure", "memory", "peak_memory", "process_cpu",
]  # fmt: skip


def arguments(description, **options):
    """Parse ``--database`` (always given by scripts/bench), ``--quick`` and the options given as name=default."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--database", required=True)
    parser.add_argument("--quick", action="store_true", help="small sizes, to see that the bench works")
    for name, default in options.items():
        parser.add_argument("--" + name.replace("_", "-"), type=type(default), default=default)
    return parser.parse_args()


@contextlib.contextmanager
def environment(database, uid=None, **context):
    """An ORM environment on the database (superuser unless ``uid``). Commit with ``env.cr.commit()``; else undone."""
    from odoo.api import SUPERUSER_ID, Environment
    from odoo.modules.registry import Registry
    from odoo.tools import config

    if not config["db_name"]:
        options = ["--database", database, "--no-http", "--log-level", "warn"]
        if os.environ.get("BENCH_ADDONS_PATH"):  # modules of others beside ours, in a database of their own
            options += ["--addons-path", os.environ["BENCH_ADDONS_PATH"]]
        config.parse_config(options, setup_logging=True)
    with Registry(database).cursor() as cr:
        # parallel workers' CPU is not counted in the backend's
        cr.execute("SET max_parallel_workers_per_gather = 0")
        yield Environment(cr, uid or SUPERUSER_ID, context)
        cr.rollback()


def analyse(database):
    """Give PostgreSQL the statistics of rows that were written in masses."""
    with contextlib.closing(psycopg2.connect(dbname=database)) as connection, connection.cursor() as cr:
        connection.autocommit = True
        cr.execute("VACUUM ANALYZE")


def columns(cr, table):
    """Names of the columns of a table that can be written."""
    cr.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_generated = 'NEVER'", [table]
    )
    return [name for (name,) in cr.fetchall()]


def clone(cr, table, template, count, **changes):
    """Copy one row ``count`` times; changes are SQL expressions where ``n`` counts from 1.  Return the id before the
    first copy."""
    cr.execute(f"SELECT max(id) FROM {table}")  # noqa: S608 - names of the benches
    [base] = cr.fetchone()
    values = {"id": f"{base} + n", **changes}
    names = columns(cr, table)
    chosen = ", ".join(values.get(name, f'row."{name}"') for name in names)
    listed = ", ".join(f'"{name}"' for name in names)
    cr.execute(
        f"INSERT INTO {table} ({listed}) SELECT {chosen}"  # noqa: S608 - as above
        f" FROM {table} row, generate_series(1, %s) n WHERE row.id = %s ORDER BY n",
        [count, template],
    )
    cr.execute(f"SELECT setval('{table}_id_seq', max(id)) FROM {table}")  # noqa: S608 - as above
    return base


@dataclasses.dataclass
class Cost:
    """What one run cost: seconds (wall, CPU of Python, of PostgreSQL), SQL statements; and what it returned."""

    wall: float = 0.0
    python: float = 0.0
    postgres: float = 0.0
    statements: int = 0
    result: object = None

    @property
    def cpu(self):
        return self.python + self.postgres


def exact_cpu(pid):
    """Seconds of CPU of one process, to the microsecond where the kernel counts them: its clock ticks are 10 ms."""
    try:
        return int(pathlib.Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9 or process_cpu(pid)
    except (OSError, ValueError):
        return process_cpu(pid)


def measure(function, env=None):
    """Run the function once and return its Cost. Children that end within (rendering processes) are counted."""
    pid = None
    if env is not None:
        env.cr.execute("SELECT pg_backend_pid()")
        [pid] = env.cr.fetchone()
    gc.collect()
    statements = env.cr.sql_log_count if env is not None else 0
    backend = (pid and exact_cpu(pid)) or 0.0
    times, used = os.times(), time.process_time()
    start = time.perf_counter()
    result = function()
    wall = time.perf_counter() - start
    used, after = time.process_time() - used, os.times()
    python = used + sum(after[2:4]) - sum(times[2:4])
    postgres = ((pid and exact_cpu(pid)) or 0.0) - backend
    return Cost(wall, python, postgres, (env.cr.sql_log_count if env is not None else 0) - statements, result)


def compare(sides, repetitions=5, env=None, same=None):
    """Run the sides in turn (A B A B …) after one unmeasured turn each; return {name: median Cost}.

    ``env``: whose backend is measured, or {name: environment} where the sides work on databases of their own.

    ``same``: a function of a side's result that must give the same value for all sides; a bench of different results
    would compare nothing."""
    runs = {name: [] for name in sides}
    values = {name: (same(function()) if same else function()) for name, function in sides.items()}
    if same and len({repr(value) for value in values.values()}) > 1:
        sys.exit(f"error: the sides do not give the same result: {values}")
    for _turn in range(repetitions):
        for name, function in sides.items():
            runs[name].append(measure(function, env.get(name) if isinstance(env, dict) else env))
    return {
        name: Cost(
            **{
                field: statistics.median(getattr(cost, field) for cost in costs)
                for field in ("wall", "python", "postgres", "statements")
            },
            result=costs[-1].result,
        )
        for name, costs in runs.items()
    }


def memory(pid="self"):
    """Resident memory of a process now, in MB."""
    return _status(pid, "VmRSS:")


def peak_memory(pid="self", reset=False):
    """Highest resident memory of a process, in MB, since it began or since the last ``reset``."""
    value = _status(pid, "VmHWM:")
    if reset:
        with contextlib.suppress(OSError):
            pathlib.Path(f"/proc/{pid}/clear_refs").write_text("5")
    return value


def _status(pid, key):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(key):
            return int(line.split()[1]) / 1024
    return 0.0


class Figures:
    """Prints one line a figure (what, measured, target, verdict) and knows whether all hold."""

    def __init__(self, name):
        self.name = name
        self.count = 0
        self.short = 0

    def value(self, what, measured, at_most=None, at_least=None, unit=""):
        """Judge one number against its target. ``at_most=0`` means none at all."""
        holds = (at_most is None or measured <= at_most) and (at_least is None or measured >= at_least)
        target = " and ".join(
            f"{sign} {bound:g}{unit}" for sign, bound in (("≤", at_most), ("≥", at_least)) if bound is not None
        )
        self.count += 1
        self.short += not holds
        shown = f"{measured:,}" if isinstance(measured, int) else f"{measured:,.3f}"
        print(
            f"{self.name}: {what}: {shown}{unit}; target {target}: {'holds' if holds else 'FALLS SHORT'}", flush=True
        )
        return holds

    def ratio(self, what, ours, theirs, at_most=None, at_least=None):
        """Judge ours / theirs."""
        if not theirs:
            sys.exit(f"error: {what}: the other side measured nothing")
        return self.value(what, ours / theirs, at_most=at_most, at_least=at_least, unit="×")

    def note(self, text):
        """A line of context (sizes, absolute costs) that is not judged."""
        print(f"{self.name}: {text}", flush=True)

    def finish(self):
        """Exit code: 1 when a figure falls short or none was measured."""
        print(f"{self.name}: {self.count - self.short} of {self.count} figures hold", flush=True)
        return 0 if self.count and not self.short else 1
