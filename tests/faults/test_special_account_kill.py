"""The server is killed (SIGKILL) while revenue is entered and reversed: the account equals its entries, none lost.

python -m pytest tests/faults/test_special_account_kill.py    (scripts/test gives it a copy of the sample database)
"""

import contextlib
import importlib.util
import os
import pathlib
import signal
import threading
import time

import psycopg2
import requests

from support import RpcError, Server

HANDS = 3
PROBES = pathlib.Path(__file__).resolve().parents[2] / "addons/gov_special_account/services/probes.py"


def probes():
    spec = importlib.util.spec_from_file_location("special_probes", PROBES)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.PROBES


def test_a_killed_server_keeps_the_account_exact(fresh_database):
    database = fresh_database()
    connection = psycopg2.connect(dbname=database)
    connection.autocommit = True

    def ask(query, *values):
        with connection.cursor() as cursor:
            cursor.execute(query, values or None)
            return cursor.fetchall()

    def check():
        for code, _table, query, *_rest in probes():
            assert not ask(query), code

    with contextlib.closing(connection):
        check()
        year, account, source = ask(
            """SELECT y.id, y.account_id, min(s.id) FROM gov_special_year y
                 JOIN gov_fiscal_year f ON f.id = y.fiscal_year_id
                 JOIN gov_special_account a ON a.id = y.account_id AND a.kind = 'cas'
                 JOIN gov_revenue_source s ON s.account_id = a.id AND s.nature <> 'support'
                WHERE y.state = 'open' AND now() BETWEEN f.date_from AND f.date_to GROUP BY y.id, y.account_id"""
        )[0]
        before = ask("SELECT collected FROM gov_special_year WHERE id = %s", year)[0][0]
        told = {}
        with Server(database) as server:
            clients = [server.client("budget") for _hand in range(HANDS)]

            def work(client):
                while True:
                    try:
                        values = {"account_id": account, "source_id": source, "amount": 10}
                        [entry] = client.call("gov.revenue.entry", "create", [values])
                        told[entry] = "entered"
                        if entry % 2:
                            client.call("gov.revenue.entry", "action_reverse", [entry], "Entered twice")
                            told[entry] = "reversed"
                    except (requests.RequestException, RpcError, ValueError):
                        return

            threads = [threading.Thread(target=work, args=(client,)) for client in clients]
            for thread in threads:
                thread.start()
            deadline = time.monotonic() + 30
            while len(told) < 30 and time.monotonic() < deadline:
                time.sleep(0.02)
            os.kill(server.process.pid, signal.SIGKILL)
            server.process.wait()
            for thread in threads:
                thread.join(60)
        assert len(told) >= 30, "the server was not killed in the middle"
        for _try in range(100):
            others = ask(
                """SELECT 1 FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()
                      AND backend_type = 'client backend'""",
                database,
            )
            if not others:
                break
            time.sleep(0.1)
        check()
        there = {row[0] for row in ask("SELECT id FROM gov_revenue_entry WHERE id = ANY(%s)", list(told))}
        assert there == set(told), "an acknowledged entry is lost"
        back = {row[0] for row in ask("SELECT reverses_id FROM gov_revenue_entry WHERE reverses_id IS NOT NULL")}
        assert {entry for entry, word in told.items() if word == "reversed"} <= back
        [(net,)] = ask("SELECT sum(amount) FROM gov_revenue_entry WHERE year_id = %s AND kind = 'collected'", year)
        [(after,)] = ask("SELECT collected FROM gov_special_year WHERE id = %s", year)
        assert after == net and after >= before
        # and the work goes on
        with Server(database) as server:
            values = {"account_id": account, "source_id": source, "amount": 10}
            server.client("budget").call("gov.revenue.entry", "create", [values])
        check()
