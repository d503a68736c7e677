"""Commitments under many hands at once, over RPC on a real server: not one dirham over, no gap, no duplicate."""

import concurrent.futures
import functools
import os
import re

import pytest

from support import RpcError, together

COUNT = int(os.environ.get("COMMITMENTS", "200"))
HANDS = 10
CREDIT, ASKED = 1000, 70
NAMES = ("reserved", "committed", "liquidated", "ordered", "paid")


@pytest.fixture(scope="module")
def found_line():
    return {}


@pytest.fixture
def line(rpc, sql, found_line):
    """A line of the open budget of the year with exactly 1,000 left at first: the rest of its credit is committed."""
    if "id" not in found_line:
        found_line["id"] = make_line(rpc, sql)
    return found_line["id"]


def make_line(rpc, sql):
    year = sql("SELECT id FROM gov_fiscal_year WHERE state = 'open' AND now() BETWEEN date_from AND date_to")[0][0]
    found = sql(
        """SELECT id, available FROM gov_budget_line
            WHERE fiscal_year_id = %s AND is_open AND NOT is_investment AND available > 5000
              AND parent_line_id IS NULL AND section = 'equipment'
              AND budget_kind = 'general' ORDER BY id LIMIT 1""",
        [year],
    )
    budget, controller = rpc("budget"), rpc("controller")
    line_id, available = found[0]
    one = commitment(budget, line_id, float(available) - CREDIT, "All but a thousand")
    pieces = budget.call("gov.commitment", "read", [one], ["piece_ids"])[0]["piece_ids"]
    budget.call("gov.execution.piece", "write", pieces, {"reference": "On paper"})
    budget.call("gov.commitment", "action_submit", [one])
    controller.call("gov.commitment", "action_visa", [one])
    assert left(sql, line_id) == CREDIT
    return line_id


def commitment(client, line_id, amount, name):
    partner = client.call("res.partner", "search", [["gov_ice", "!=", False]], limit=1)[0]
    kind = client.call("gov.expense.kind", "search", [["code", "=", "BC-F"]])[0]
    officer = client.call("gov.budget.officer", "search", [["kind", "=", "main"]], limit=1)[0]
    values = {
        "object": name,
        "partner_id": partner,
        "kind_id": kind,
        "officer_id": officer,
        "line_ids": [[0, 0, {"budget_line_id": line_id, "amount": amount}]],
    }
    return client.call("gov.commitment", "create", [values])[0]


def left(sql, line_id):
    return sql("SELECT available FROM gov_budget_line WHERE id = %s", [line_id])[0][0]


def check_books(sql):
    """Counters of budget lines equal their entries, and the commitments on them."""
    wrong = " OR ".join(f"l.{name} <> coalesce(sum(e.{name}), 0)" for name in NAMES)
    query = f"""SELECT l.id FROM gov_budget_line l LEFT JOIN gov_budget_entry e ON e.line_id = l.id
                 GROUP BY l.id HAVING {wrong}"""  # noqa: S608 - our own columns
    assert not sql(query)
    assert not sql("SELECT id FROM gov_budget_line WHERE available + authorised < 0 OR reserved < 0")


def check_numbers(sql):
    """Each series of sheets runs from 1 without gap or duplicate, up to its counter."""
    rows = sql("SELECT number FROM gov_commitment_act WHERE rank > 0 AND kind IN ('initial', 'increase', 'decrease')")
    series = {}
    for (number,) in rows:
        rank, name = re.fullmatch(r"(\d+)/(.+)", number).groups()
        series.setdefault(name, []).append(int(rank))
    for name, ranks in series.items():
        assert sorted(ranks) == list(range(1, len(ranks) + 1)), name


def spread(jobs, hands=HANDS):
    """Run jobs over ``hands`` sessions: [(client, job)] → outcomes in order."""

    def run(job):
        try:
            return job(), None
        except RpcError as error:
            return None, error

    with concurrent.futures.ThreadPoolExecutor(hands) as pool:
        return list(pool.map(run, jobs))


def test_two_hundred_ask_for_seventy_of_a_thousand(server, line, sql):
    clients = [server.client("budget") for _hand in range(HANDS)]
    drafts = spread(
        [lambda at=at: commitment(clients[at % HANDS], line, ASKED, f"At once {at}") for at in range(COUNT)]
    )
    ids = [result for result, _error in drafts]
    entries = sql("SELECT count(*) FROM gov_budget_entry WHERE line_id = %s", [line])[0][0]
    outcomes = spread(
        [lambda at=at: clients[at % HANDS].call("gov.commitment", "action_submit", [ids[at]]) for at in range(COUNT)]
    )
    done = [at for at, (_result, error) in enumerate(outcomes) if not error]
    refused = [error for _result, error in outcomes if error]
    assert len(done) == CREDIT // ASKED, [str(error) for error in refused[:2]]
    for error in refused:
        assert error.name.endswith(("BudgetRefused", "UserError")), error.debug
        digits = re.sub(r"[^0-9−=<]", "", str(error).replace("\u2009", ""))
        assert "=" in digits and "<" in digits, str(error)
    assert left(sql, line) == CREDIT - len(done) * ASKED
    states = sql("SELECT state, count(*) FROM gov_commitment WHERE id = ANY(%s) GROUP BY state ORDER BY state", [ids])
    assert states == [("draft", COUNT - len(done)), ("proposed", len(done))]
    # a refused act leaves no entry
    assert sql("SELECT count(*) FROM gov_budget_entry WHERE line_id = %s", [line])[0][0] == entries + len(done)
    check_books(sql)
    check_numbers(sql)


def test_line_changed_while_it_is_proposed(server, line, sql):
    """A line that moves to another credit at the instant of the proposal: what is reserved is what the line says."""
    budget, other = server.client("budget"), server.client("budget")
    [[elsewhere]] = sql(
        """SELECT o.id FROM gov_budget_line l JOIN gov_budget_line o ON o.fiscal_year_id = l.fiscal_year_id
            WHERE l.id = %s AND o.id <> l.id AND o.is_open AND NOT o.is_investment AND o.available > 5000
              AND o.parent_line_id IS NULL AND o.section = 'equipment' AND o.budget_kind = 'general'
            ORDER BY o.id LIMIT 1""",
        [line],
    )
    wrong = []
    for turn in range(8):
        one = commitment(budget, line, 1, f"Changed {turn}")
        [[row]] = sql("SELECT id FROM gov_commitment_line WHERE commitment_id = %s", [one])
        together(
            [
                lambda one=one: budget.call("gov.commitment", "action_submit", [one]),
                lambda row=row: other.call("gov.commitment.line", "write", [row], {"budget_line_id": elsewhere}),
            ]
        )
        wrong += sql(
            """SELECT c.state, l.budget_line_id, e.line_id
                 FROM gov_commitment c JOIN gov_commitment_line l ON l.commitment_id = c.id
                 JOIN gov_commitment_act a ON a.commitment_id = c.id
                 JOIN gov_budget_entry e ON e.res_model = 'gov.commitment.act' AND e.res_id = a.id
                WHERE c.id = %s AND e.line_id <> l.budget_line_id""",
            [one],
        )
        if sql("SELECT state FROM gov_commitment WHERE id = %s", [one])[0][0] == "proposed":
            budget.call("gov.commitment", "action_cancel", [one], "End of the test")
    assert not wrong
    check_books(sql)


def decide(client, one, is_visa):
    if is_visa:
        return client.call("gov.commitment", "action_visa", [one])
    return client.call("gov.commitment", "action_refuse_visa", [one], "Refused at once", "other")


def test_one_decision_of_many_wins(server, line, sql):
    waiting = sql(
        """SELECT c.id FROM gov_commitment c JOIN gov_commitment_line l ON l.commitment_id = c.id
            WHERE l.budget_line_id = %s AND c.state = 'proposed' ORDER BY c.id LIMIT 3""",
        [line],
    )
    controllers = [server.client("controller") for _hand in range(5)]
    for (one,) in waiting:
        jobs = [functools.partial(decide, client, one, at % 2) for at, client in enumerate(controllers)]
        outcomes = together(jobs)
        assert sum(error is None for _result, error in outcomes) == 1, outcomes
        assert all(isinstance(error, RpcError) for _result, error in outcomes if error)
    check_books(sql)


def test_all_acts_together_keep_the_books(server, line, sql):
    """Visas, refusals, cancellations and new proposals on one line at the same time."""
    budget = [server.client("budget") for _hand in range(4)]
    controllers = [server.client("controller") for _hand in range(4)]
    waiting = [
        row[0]
        for row in sql(
            """SELECT c.id FROM gov_commitment c JOIN gov_commitment_line l ON l.commitment_id = c.id
                WHERE l.budget_line_id = %s AND c.state = 'proposed' ORDER BY c.id""",
            [line],
        )
    ]
    drafts = [
        row[0]
        for row in sql(
            """SELECT c.id FROM gov_commitment c JOIN gov_commitment_line l ON l.commitment_id = c.id
                WHERE l.budget_line_id = %s AND c.state = 'draft' ORDER BY c.id LIMIT 24""",
            [line],
        )
    ]
    jobs = []
    for at, one in enumerate(waiting):
        client = controllers[at % 4]
        if at % 3 == 0:
            jobs.append(lambda client=client, one=one: client.call("gov.commitment", "action_visa", [one]))
        elif at % 3 == 1:
            jobs.append(
                lambda client=client, one=one: client.call(
                    "gov.commitment", "action_refuse_visa", [one], "No need of it", "other"
                )
            )
        else:
            jobs.append(
                lambda client=budget[at % 4], one=one: client.call(
                    "gov.commitment", "action_cancel", [one], "Asked twice"
                )
            )
    for at, one in enumerate(drafts):
        jobs.append(lambda client=budget[at % 4], one=one: client.call("gov.commitment", "action_submit", [one]))
    spread(jobs, 8)
    check_books(sql)
    check_numbers(sql)
    assert left(sql, line) >= 0
