"""Transfers, delegations, cancellations and the closing at the same instant: not one dirham over on any line."""

import concurrent.futures
import contextlib
import functools
import time

import psycopg2
import pytest

from support import RpcError, Server, together

THREADS = 6
# what a user may be told: sentences of the rules, never the words of a database
SENTENCES = {
    "odoo.exceptions.UserError",
    "odoo.exceptions.ValidationError",
    "odoo.exceptions.AccessError",
}
COUNTERS = ("delegated", "reserved", "committed", "liquidated", "ordered", "paid")


@pytest.fixture(scope="module")
def server(database):
    with Server(database, options=("--db_maxconn", str(6 * THREADS + 10))) as running:
        yield running


@pytest.fixture(scope="module")
def sessions(server):
    """Sessions of the three roles, several of each who decide."""
    return {
        "budget": [server.client("budget")],
        "authorising": [server.client("authorising") for _session in range(THREADS)],
        "controller": [server.client("controller") for _session in range(THREADS)],
    }


@pytest.fixture
def books(sql):
    """Check that every counter is the sum of its entries and that no rule is broken, and return a line's counters."""

    def check(line=None):
        sums = ", ".join(f"coalesce(sum(e.{name}), 0)" for name in COUNTERS)
        wrong = sql(
            f"""SELECT l.id FROM gov_budget_line l LEFT JOIN gov_budget_entry e ON e.line_id = l.id GROUP BY l.id
                HAVING ({", ".join(f"l.{name}" for name in COUNTERS)}, l.cp_current, l.ce_current)
                    <> ({sums}, coalesce(sum(e.cp), 0), coalesce(sum(e.ce), 0))"""  # noqa: S608 - our own columns
        )
        assert not wrong, "a counter is not the sum of its entries"
        assert not sql("SELECT id FROM gov_budget_line WHERE available + authorised < 0")
        # what is held is what signed decisions hold
        held = sql(
            """SELECT l.id FROM gov_budget_line l
                WHERE l.year = 2026 AND l.reserved <> coalesce((
                    SELECT sum(e.reserved) FROM gov_budget_entry e WHERE e.line_id = l.id), 0)"""
        )
        assert not held
        if line:
            [row] = sql("SELECT available, reserved, cp_current, delegated FROM gov_budget_line WHERE id = %s", [line])
            return tuple(map(float, row))
        return None

    return check


@pytest.fixture(scope="module")
def lines(sessions):
    """A line of the central means, another one of its project, and a line of the project beside."""
    client = sessions["budget"][0]

    def find(code):
        [line] = client.call(
            "gov.budget.line",
            "search",
            [
                ["full_code", "=", code],
                ["section", "=", "equipment"],
                ["year", "=", 2026],
                ["parent_line_id", "=", False],
            ],
        )
        return line

    return [find(f"P401-R00-Pj10-L{code}") for code in ("15", "16", "18")]


def transfers(client, source, target, amount, count):
    made = [
        client.call(
            "gov.budget.amendment",
            "create",
            {
                "reason": "Concurrency",
                "line_ids": [[0, 0, {"line_id": source, "cp": -amount}], [0, 0, {"line_id": target, "cp": amount}]],
            },
        )
        for _number in range(count)
    ]
    ids = [one[0] if isinstance(one, list) else one for one in made]
    client.call("gov.budget.amendment", "action_submit", ids)
    return ids


def check_told(outcomes):
    """Each refusal is a sentence; none speaks of a deadlock or of a serialization failure."""
    for _result, error in outcomes:
        if error:
            assert isinstance(error, RpcError), error
            assert error.name in SENTENCES, (error.name, error.debug)


def act(client, model, method, record, *args):
    return client.call(model, method, [record], *args)


def test_signatures_hold_no_more_than_is_left(sessions, lines, books):
    """Each of six transfers takes a third of what is left: three are signed, three are refused with the equation."""
    source, target, _other = lines
    available = books(source)[0]
    part = round(available / 3 - 0.01, 2)
    ids = transfers(sessions["budget"][0], source, target, part, THREADS)
    outcomes = together(
        [
            functools.partial(act, client, "gov.budget.amendment", "action_sign", one)
            for client, one in zip(sessions["authorising"], ids, strict=True)
        ]
    )
    check_told(outcomes)
    refused = [str(error) for _result, error in outcomes if error]
    assert len(refused) == THREADS - 3, refused
    assert all("<" in sentence for sentence in refused), refused
    left, reserved, _cp, _delegated = books(source)
    assert left == pytest.approx(available - 3 * part, abs=0.001) and reserved >= 3 * part - 0.001
    for one, (_result, error) in zip(ids, outcomes, strict=True):
        if not error:
            act(sessions["authorising"][0], "gov.budget.amendment", "action_cancel", one, "End of the test")
    assert books(source)[0] == pytest.approx(available)


def test_one_visa_for_two_clicks(sessions, lines, books, sql):
    source, target, _other = lines
    before = books(source)
    [one] = transfers(sessions["budget"][0], source, target, 1000, 1)
    act(sessions["authorising"][0], "gov.budget.amendment", "action_sign", one)
    outcomes = together(
        [
            functools.partial(act, client, "gov.budget.amendment", "action_visa", one)
            for client in sessions["controller"]
        ]
    )
    check_told(outcomes)
    assert sum(not error for _result, error in outcomes) == 1
    assert books(source)[2] == before[2] - 1000
    entries = sql(
        "SELECT count(*) FROM gov_budget_entry WHERE res_model = 'gov.budget.amendment' AND res_id = %s AND cp <> 0",
        [one],
    )
    assert entries == [(2,)]


def test_decision_given_up_while_it_is_signed_holds_nothing(sessions, lines, books, sql):
    """Cancelled, refused or returned at the instant of the signature: what it held is free again, or stays signed."""
    source, target, _other = lines
    client, signers = sessions["budget"][0], sessions["authorising"]
    why = "Not needed any more"
    giving_up = [(client, "action_cancel"), (signers[1], "action_refuse"), (signers[2], "action_return")]
    ids = transfers(client, source, target, 10, 12)
    before = books(source)[1]
    for turn, one in enumerate(ids):
        other, method = giving_up[turn % 3]
        outcomes = together(
            [
                functools.partial(act, signers[0], "gov.budget.amendment", "action_sign", one),
                functools.partial(act, other, "gov.budget.amendment", method, one, why),
            ]
        )
        check_told(outcomes)
    signed = sql("SELECT id FROM gov_budget_amendment WHERE id = ANY(%s) AND state = 'signed'", [ids])
    assert books(source)[1] == pytest.approx(before + 10 * len(signed))
    for (one,) in signed:
        act(signers[0], "gov.budget.amendment", "action_cancel", one, why)
    assert books(source)[1] == pytest.approx(before)


def test_transfer_delegation_and_cancellation_on_one_line(sessions, lines, books, sql):
    """Transfers out and back, delegations and cancellations together: every sum holds, nothing is lost."""
    source, target, other = lines
    client = sessions["budget"][0]
    [officer] = client.call("gov.budget.officer", "search", [["code", "=", "SO04"]])
    before = [books(line) for line in lines]
    whole = sum(row[2] for row in before)
    out = transfers(client, source, target, 1500, 2)
    back = transfers(client, target, source, 700, 2)
    gone = transfers(client, source, other, 900, 2)
    orders = [
        client.call(
            "gov.budget.delegation",
            "create",
            {"officer_id": officer, "reason": "Concurrency", "line_ids": [[0, 0, {"line_id": source, "cp": 400}]]},
        )
        for _number in range(2)
    ]
    orders = [one[0] if isinstance(one, list) else one for one in orders]
    client.call("gov.budget.delegation", "action_submit", orders)
    for one in [*out, *back, *gone]:
        act(sessions["authorising"][0], "gov.budget.amendment", "action_sign", one)
    for one in orders:
        act(sessions["authorising"][0], "gov.budget.delegation", "action_sign", one)
    controllers, signers = sessions["controller"], sessions["authorising"]
    calls = [
        *(
            functools.partial(act, controllers[at], "gov.budget.amendment", "action_visa", one)
            for at, one in enumerate(out)
        ),
        *(
            functools.partial(act, controllers[at + 2], "gov.budget.amendment", "action_visa", one)
            for at, one in enumerate(back)
        ),
        *(
            functools.partial(act, controllers[at + 4], "gov.budget.delegation", "action_visa", one)
            for at, one in enumerate(orders)
        ),
        *(
            functools.partial(act, signers[at], "gov.budget.amendment", "action_cancel", one, "Not needed any more")
            for at, one in enumerate(gone)
        ),
    ]
    outcomes = together(calls)
    check_told(outcomes)
    assert not [error for _result, error in outcomes if error]
    after = [books(line) for line in lines]
    assert sum(row[2] for row in after) == pytest.approx(whole)
    assert after[0][2] == pytest.approx(before[0][2] - 2 * 1500 + 2 * 700)
    assert after[0][3] == pytest.approx(before[0][3] + 800)
    assert after[0][1] == pytest.approx(before[0][1])
    children = sql("SELECT count(*), sum(cp_received) FROM gov_budget_line WHERE parent_line_id = %s", [source])
    assert children == [(1, 800)] or before[0][3], children


def test_books_close_while_decisions_are_signed(sessions, books, sql):
    """A decision is signed before, and the books do not close, or refused after: none is held on closed books."""
    client, signers = sessions["budget"][0], sessions["authorising"]
    for turn in range(3):
        year = 2015 + turn
        fiscal = client.call(
            "gov.fiscal.year",
            "create",
            {"name": str(year), "date_from": f"{year}-01-01", "date_to": f"{year}-12-31"},
        )
        fiscal = fiscal[0] if isinstance(fiscal, list) else fiscal
        client.call("gov.fiscal.year", "action_open", [fiscal])
        nodes = client.call(
            "gov.budget.node",
            "search",
            [["full_code", "like", "P401-R00-Pj10-L1"], ["section", "=", "equipment"]],
            limit=2,
        )
        sql("UPDATE gov_budget_node SET year_from = 2015")
        [budget] = _ids(client.call("gov.budget", "create", [{"fiscal_year_id": fiscal, "kind": "general"}]))
        made = _ids(
            client.call(
                "gov.budget.line",
                "create",
                [{"budget_id": budget, "node_id": node, "cp_proposed": 1000} for node in nodes],
            )
        )
        client.call("gov.budget", "action_vote", [budget], "Law", f"{year - 1}-12-31")
        signers[0].call("gov.budget", "action_open", [budget])
        drafts = _ids(
            client.call(
                "gov.budget.amendment",
                "create",
                [
                    {
                        "reason": "Concurrency",
                        "budget_id": budget,
                        "date": f"{year}-12-30",
                        "line_ids": [[0, 0, {"line_id": made[0], "cp": -10}], [0, 0, {"line_id": made[1], "cp": 10}]],
                    }
                    for _number in range(THREADS - 1)
                ],
            )
        )
        client.call("gov.budget.amendment", "action_submit", drafts)
        calls = [
            functools.partial(act, signer, "gov.budget.amendment", "action_sign", one)
            for signer, one in zip(signers[1:], drafts, strict=True)
        ]
        calls.insert(turn * 2, functools.partial(act, signers[0], "gov.budget", "action_close", budget))
        check_told(together(calls))
        [[state, held, is_open]] = sql(
            """SELECT b.state,
                      (SELECT count(*) FROM gov_budget_amendment a WHERE a.budget_id = b.id AND a.state = 'signed'),
                      bool_or(l.is_open)
                 FROM gov_budget b JOIN gov_budget_line l ON l.budget_id = b.id
                WHERE b.id = %s GROUP BY b.id""",
            [budget],
        )
        assert (state == "closed") == (not is_open)
        assert not (state == "closed" and held), "a decision is held on closed books"
        books()


def _ids(made):
    return made if isinstance(made, list) else [made]


def test_acts_on_a_line_are_served_in_turn(sessions, lines, books, sql, database):
    """Who waits for a line waits in its queue, so that no newcomer passes before: the act waits while another's turn
    lasts, and goes through after it."""
    source, target, _other = lines
    [one] = transfers(sessions["budget"][0], source, target, 10, 1)
    waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND NOT granted"
    with contextlib.closing(psycopg2.connect(dbname=database)) as other, other.cursor() as cr:
        # the turn of somebody else
        cr.execute("SELECT pg_advisory_xact_lock(5311207, %s)", [source])
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            signing = pool.submit(sessions["authorising"][0].call, "gov.budget.amendment", "action_sign", [one])
            deadline = time.monotonic() + 60
            while not sql(waiting, [source])[0][0]:
                assert time.monotonic() < deadline, "the act did not wait for its turn"
                assert not signing.done(), signing.result()
                time.sleep(0.02)
            other.rollback()
            signing.result(60)
    assert sql("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s", [source]) == [(0,)]
    books(source)
