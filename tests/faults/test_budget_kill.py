"""The server is killed (SIGKILL) while commitments are made: counters equal entries, nothing acknowledged is lost.

    python -m pytest tests/faults/test_budget_kill.py        (scripts/test gives it a copy of the sample database)

Several clients propose and visa commitments without pause; the server dies in the middle, and another one starts on
the same database. What a client was told is there; what was cut is there whole or not at all; numbers have no gap.
"""

import contextlib
import os
import re
import signal
import threading
import time

import psycopg2
import requests

from support import RpcError, Server

HANDS = 3
NAMES = ("reserved", "committed", "liquidated", "ordered", "paid")


class Books:
    def __init__(self, database):
        self.connection = psycopg2.connect(dbname=database)
        self.connection.autocommit = True

    def ask(self, query, *values):
        with self.connection.cursor() as cursor:
            cursor.execute(query, values)
            return cursor.fetchall()

    def check(self):
        wrong = " OR ".join(f"l.{name} <> coalesce(sum(e.{name}), 0)" for name in NAMES)
        assert not self.ask(
            f"""SELECT l.id FROM gov_budget_line l LEFT JOIN gov_budget_entry e ON e.line_id = l.id
                 GROUP BY l.id HAVING {wrong}"""  # noqa: S608 - our own columns
        )
        # what is reserved on lines is what waits for a visa, and nothing else of ours
        assert not self.ask(
            """SELECT c.id FROM gov_commitment c LEFT JOIN gov_commitment_act a ON a.id = c.pending_act_id
                WHERE (c.state = 'proposed') <> (a.id IS NOT NULL AND a.kind = 'initial')
                   OR (c.pending_act_id IS NOT NULL AND a.state <> 'proposed')"""
        )
        assert not self.ask(
            """SELECT l.id FROM gov_commitment_line l JOIN gov_commitment c ON c.id = l.commitment_id
                WHERE c.state = 'visaed' AND l.committed = 0 AND l.total > 0"""
        )
        series = {}
        for (number,) in self.ask(
            "SELECT number FROM gov_commitment_act WHERE rank > 0 AND kind IN ('initial', 'increase', 'decrease')"
        ):
            rank, name = re.fullmatch(r"(\d+)/(.+)", number).groups()
            series.setdefault(name, []).append(int(rank))
        for name, ranks in series.items():
            assert sorted(ranks) == list(range(1, len(ranks) + 1)), name
        counters = dict(self.ask("SELECT code, value FROM gov_counter WHERE code LIKE 'document.execution.sheet.%%'"))
        highest = {
            f"document.execution.sheet.{name.split('/')[1].lower()}": max(ranks) for name, ranks in series.items()
        }
        assert counters == highest


def drafts(client, line, count):
    partner = client.call("res.partner", "search", [["gov_ice", "!=", False]], limit=1)[0]
    kind = client.call("gov.expense.kind", "search", [["code", "=", "BC-F"]])[0]
    officer = client.call("gov.budget.officer", "search", [["kind", "=", "main"]], limit=1)[0]
    return client.call(
        "gov.commitment",
        "create",
        [
            {
                "object": f"Before the fault {at}",
                "partner_id": partner,
                "kind_id": kind,
                "officer_id": officer,
                "line_ids": [[0, 0, {"budget_line_id": line, "amount": 3}]],
            }
            for at in range(count)
        ],
    )


def test_a_killed_server_loses_nothing_it_acknowledged(fresh_database):
    database = fresh_database()
    books = Books(database)
    with contextlib.closing(books.connection):
        books.check()
        line = books.ask(
            """SELECT id FROM gov_budget_line WHERE is_open AND NOT is_investment AND section = 'equipment'
                  AND parent_line_id IS NULL AND year = extract(year FROM now()) ORDER BY available DESC LIMIT 1"""
        )[0][0]
        told = {}
        with Server(database) as server:
            budget = server.client("budget")
            ids = drafts(budget, line, 200)
            pairs = [(server.client("budget"), server.client("controller")) for _hand in range(HANDS)]

            def work(at):
                asks, decides = pairs[at]
                for one in ids[at::HANDS]:
                    try:
                        asks.call("gov.commitment", "action_submit", [one])
                        told[one] = "proposed"
                        decides.call("gov.commitment", "action_visa", [one])
                        told[one] = "visaed"
                    except (requests.RequestException, RpcError, ValueError):
                        return

            threads = [threading.Thread(target=work, args=(at,)) for at in range(HANDS)]
            for thread in threads:
                thread.start()
            deadline = time.monotonic() + 30
            while len(told) < 30 and time.monotonic() < deadline:
                time.sleep(0.02)
            os.kill(server.process.pid, signal.SIGKILL)
            server.process.wait()
            for thread in threads:
                thread.join(60)
        assert 30 <= len(told) < len(ids), "the server was not killed in the middle"
        wait_for_sessions(books, database)
        states = dict(books.ask("SELECT id, state FROM gov_commitment WHERE id = ANY(%s)", ids))
        lost = {one: (word, states[one]) for one, word in told.items() if states[one] not in (word, "visaed")}
        assert not lost
        books.check()
        # and the work goes on
        with Server(database) as server:
            left = [one for one, state in states.items() if state == "draft"][:3]
            assert left
            for one in left:
                server.client("budget").call("gov.commitment", "action_submit", [one])
        books.check()


def wait_for_sessions(books, database):
    """Wait until PostgreSQL has noticed that the killed server's sessions are gone."""
    for _try in range(100):
        if not books.ask(
            """SELECT 1 FROM pg_stat_activity
                WHERE datname = %s AND pid <> pg_backend_pid() AND backend_type = 'client backend'""",
            database,
        ):
            return
        time.sleep(0.1)
