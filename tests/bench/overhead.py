"""What a request pays that has nothing to do with the suite: the same calls on a database with all our modules and on
one with the Odoo modules they depend on alone, in turn (A B A B …), each on a server of its own.

Targets: no SQL statement more, and at most 1.05 times the CPU (Odoo's and PostgreSQL's together).
"""

import os
import statistics
import subprocess

from lib import Figures, Server, arguments, cpu_between

CALLS = {
    "read of a contact": ("res.partner", "read", [[1], ["name", "email", "phone", "lang"]]),
    "list of countries": ("res.country", "search_read", [[], ["name", "code", "phone_code"], 0, 80]),
    "search of a user": ("res.users", "name_search", ["a"]),
}


def turn(server, client, call, times):
    """Cost of the call, made `times` times: CPU milliseconds each, and SQL statements of the last one."""
    model, method, args = call
    before = server.cpu()
    for _ in range(times):
        client.call(model, method, *args)
    used = cpu_between(before, server.cpu())
    return used / times * 1000, server.requests()[-1]["sql"]


def measure(figures, name, call, sides, repetitions, times):
    for server, client in sides.values():
        turn(server, client, call, 20)
    costs = {side: [] for side in sides}
    statements = {}
    for _ in range(repetitions):
        for side, (server, client) in sides.items():
            cpu, statements[side] = turn(server, client, call, times)
            costs[side].append(cpu)
    median = {side: statistics.median(values) for side, values in costs.items()}
    figures.note(f"{name}: {median['core']:.2f} ms CPU, {statements['core']} statements with Odoo alone")
    figures.value(f"{name}: statements more", statements["suite"] - statements["core"], at_most=0)
    figures.ratio(f"{name}: CPU, suite / Odoo alone", median["suite"], median["core"], at_most=1.05)


def main():
    args = arguments(__doc__, repetitions=9, times=150)
    repetitions, times = (3, 30) if args.quick else (args.repetitions, args.times)
    figures = Figures("overhead")
    core = f"{args.database}_core"
    subprocess.run(["dropdb", "--if-exists", "--force", core], check=True)
    subprocess.run(["createdb", "-T", os.environ["CORE_TEMPLATE"], core], check=True)
    try:
        with Server(args.database) as with_suite, Server(core) as alone:
            sides = {"suite": (with_suite, with_suite.client("admin")), "core": (alone, alone.client("admin"))}
            for name, call in CALLS.items():
                measure(figures, name, call, sides, repetitions, times)
    finally:
        subprocess.run(["dropdb", "--if-exists", "--force", core], check=True)
    return figures.finish()


if __name__ == "__main__":
    raise SystemExit(main())
