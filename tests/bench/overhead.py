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


def turn(sides, call, times):
    """CPU milliseconds of a call on each side, the calls of the sides taking turns one by one: what else the machine
    does weighs on both alike."""
    model, method, args = call
    before = {side: server.cpu() for side, (server, _client) in sides.items()}
    for _ in range(times):
        for _server, client in sides.values():
            client.call(model, method, *args)
    return {side: cpu_between(before[side], server.cpu()) / times * 1000 for side, (server, _client) in sides.items()}


def measure(figures, name, call, sides, repetitions, times):
    turn(sides, call, 20)
    costs = [turn(sides, call, times) for _ in range(repetitions)]
    statements = {side: server.requests()[-1]["sql"] for side, (server, _client) in sides.items()}
    alone = statistics.median(cost["core"] for cost in costs)
    figures.note(f"{name}: {alone:.2f} ms CPU, {statements['core']} statements with Odoo alone")
    figures.value(f"{name}: statements more", statements["suite"] - statements["core"], at_most=0)
    ratio = statistics.median(cost["suite"] / cost["core"] for cost in costs)
    figures.value(f"{name}: CPU, suite / Odoo alone", ratio, at_most=1.05, unit="×")


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
