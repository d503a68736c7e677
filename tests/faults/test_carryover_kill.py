"""The server is killed (SIGKILL) while a carry-over takes commitments over: all of them are taken over, or none.

python -m pytest tests/faults/test_carryover_kill.py    (scripts/test gives it a copy of the sample database)
"""

import contextlib
import os
import signal
import threading
import time

import psycopg2
import requests

from support import RpcError, Server

YEAR = 2018


def one(made):
    return made[0] if isinstance(made, list) else made


def prepare(ask, budget, authorising, controller):
    """Make a closed year with thirty commitments of investment, and a carry-over that waits for its visa."""
    ask("UPDATE gov_budget_node SET year_from = 2015")
    node = ask(
        """SELECT node_id FROM gov_budget_line WHERE year = 2026 AND budget_kind = 'general' AND section = 'investment'
              AND parent_line_id IS NULL ORDER BY id LIMIT 1"""
    )[0][0]
    books, lines = [], []
    for year in (YEAR, YEAR + 1):
        fiscal = one(
            budget.call(
                "gov.fiscal.year",
                "create",
                [{"name": str(year), "date_from": f"{year}-01-01", "date_to": f"{year}-12-31"}],
            )
        )
        budget.call("gov.fiscal.year", "action_open", [fiscal])
        book = one(budget.call("gov.budget", "create", [{"fiscal_year_id": fiscal, "kind": "general"}]))
        values = {"budget_id": book, "node_id": node, "cp_proposed": 100000}
        lines.append(one(budget.call("gov.budget.line", "create", [values])))
        budget.call("gov.budget", "action_vote", [book], "Law", f"{year - 1}-12-31")
        authorising.call("gov.budget", "action_open", [book])
        books.append((fiscal, book))
    partner = budget.call("res.partner", "search", [["gov_ice", "!=", False]], limit=1)[0]
    kind = budget.call("gov.expense.kind", "search", [["code", "=", "BC-F"]])[0]
    officer = budget.call("gov.budget.officer", "search", [["kind", "=", "main"]], limit=1)[0]
    works = budget.call(
        "gov.commitment",
        "create",
        [
            {
                "object": f"Works {at}",
                "partner_id": partner,
                "kind_id": kind,
                "officer_id": officer,
                "fiscal_year_id": books[0][0],
                "line_ids": [[0, 0, {"budget_line_id": lines[0], "amount": 500}]],
            }
            for at in range(30)
        ],
    )
    budget.call("gov.commitment", "action_submit", works)
    controller.call("gov.commitment", "action_visa", works)
    authorising.call("gov.budget", "action_close", [books[0][1]])
    values = {"budget_id": books[0][1], "target_budget_id": books[1][1], "reason": "Works under way"}
    carryover = one(budget.call("gov.budget.carryover", "create", [values]))
    budget.call("gov.budget.carryover", "action_compute", [carryover])
    budget.call("gov.budget.carryover", "action_submit", [carryover])
    authorising.call("gov.budget.carryover", "action_sign", [carryover])
    authorising.call("gov.budget.carryover", "action_authorise", [carryover], "Order 1", "2019-02-01")
    return works, lines[1], carryover


def test_a_killed_server_takes_over_all_or_nothing(fresh_database):
    database = fresh_database()
    connection = psycopg2.connect(dbname=database)
    connection.autocommit = True

    def ask(query, *values):
        with connection.cursor() as cursor:
            cursor.execute(query, values or None)
            return cursor.fetchall() if cursor.description else []

    def outcome(works, line):
        carried = ask("SELECT count(*) FROM gov_commitment WHERE id = ANY(%s) AND state = 'carried'", works)[0][0]
        made = ask("SELECT count(*) FROM gov_commitment WHERE predecessor_id = ANY(%s)", works)[0][0]
        [(credit, committed, entries)] = ask(
            """SELECT l.cp_carried, l.committed, coalesce(sum(e.committed), 0) FROM gov_budget_line l
                 LEFT JOIN gov_budget_entry e ON e.line_id = l.id WHERE l.id = %s GROUP BY l.id""",
            line,
        )
        assert committed == entries == credit and carried == made and credit == 500 * carried
        return carried

    with contextlib.closing(connection):
        with Server(database) as server:
            controller = server.client("controller")
            works, line, carryover = prepare(ask, server.client("budget"), server.client("authorising"), controller)
            told = []

            def decide():
                with contextlib.suppress(requests.RequestException, RpcError, ValueError):
                    told.append(controller.call("gov.budget.carryover", "action_visa", [carryover]))

            thread = threading.Thread(target=decide)
            thread.start()
            # the act is at work: its transaction has written, nothing is committed yet
            deadline = time.monotonic() + 30
            while time.monotonic() < deadline and not told:
                if ask(
                    """SELECT 1 FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()
                          AND backend_xid IS NOT NULL""",
                    database,
                ):
                    break
                time.sleep(0.002)
            os.kill(server.process.pid, signal.SIGKILL)
            server.process.wait()
            thread.join(60)
        for _try in range(100):
            if not ask(
                """SELECT 1 FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()
                      AND backend_type = 'client backend'""",
                database,
            ):
                break
            time.sleep(0.1)
        carried = outcome(works, line)
        assert carried in (0, 30) and (carried == 30 or not told)
        if not carried:
            with Server(database) as server:
                server.client("controller").call("gov.budget.carryover", "action_visa", [carryover])
            assert outcome(works, line) == 30
