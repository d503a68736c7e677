"""Several sessions arbitrate the same line, approve the same framework, submit and return the same needs at once."""

import functools

import pytest

from support import RpcError, Server, together

THREADS = 6
SENTENCES = {
    "odoo.exceptions.UserError",
    "odoo.exceptions.ValidationError",
    "odoo.exceptions.AccessError",
}


@pytest.fixture(scope="module")
def server(database):
    with Server(database, options=("--db_maxconn", str(6 * THREADS + 10))) as running:
        yield running


@pytest.fixture(scope="module")
def officers(server):
    return [server.client("budget") for _session in range(THREADS)]


@pytest.fixture
def framework(sql):
    """The framework under way in the sample year: in arbitration, with a round of the finance services open."""
    [row] = sql(
        "SELECT id FROM gov_budget_framework "
        "WHERE base_year = 2026 AND state = 'arbitration' AND is_scenario IS NOT TRUE"
    )
    return row[0]


def told(outcomes):
    """Return the refusals, each a sentence and none of the database's words."""
    refused = [error for _result, error in outcomes if error]
    for error in refused:
        assert isinstance(error, RpcError), error
        assert error.name in SENTENCES, (error.name, error.debug)
    return refused


def changes_of(sql, line):
    return sql(
        "SELECT before, after FROM gov_budget_framework_change WHERE line_id = %s AND figure = 'cp_1' ORDER BY id",
        [line],
    )


def test_each_change_begins_where_the_one_before_ended(officers, framework, sql):
    """Six sessions give one line six other amounts at the same instant: the changes make one chain, none is lost."""
    [(line, asked)] = sql(
        "SELECT l.id, l.cp_1 FROM gov_budget_framework_line l WHERE l.framework_id = %s AND l.cp_1 > 1000000 "
        "AND NOT EXISTS (SELECT FROM gov_budget_framework_change c WHERE c.line_id = l.id) ORDER BY l.id LIMIT 1",
        [framework],
    )
    outcomes = together(
        [
            functools.partial(
                client.call,
                "gov.budget.framework.line",
                "action_arbitrate",
                [line],
                {"cp_1": 1000 + number},
                "At the same time",
            )
            for number, client in enumerate(officers)
        ]
    )
    assert not told(outcomes)
    changes = changes_of(sql, line)
    assert len(changes) == THREADS
    assert changes[0][0] == asked
    for before, after in zip(changes, changes[1:], strict=False):
        assert after[0] == before[1]
    [(now,)] = sql("SELECT cp_1 FROM gov_budget_framework_line WHERE id = %s", [line])
    assert now == changes[-1][1]


def test_whoever_looked_at_an_amount_changes_that_amount_or_is_told(officers, framework, sql):
    """All six have seen the same amount: one changes it, the five others are told to look again."""
    [(line, seen)] = sql(
        "SELECT l.id, l.cp_1 FROM gov_budget_framework_line l WHERE l.framework_id = %s AND l.cp_1 > 1000000 "
        "AND NOT EXISTS (SELECT FROM gov_budget_framework_change c WHERE c.line_id = l.id) ORDER BY l.id LIMIT 1",
        [framework],
    )
    outcomes = together(
        [
            functools.partial(
                client.call,
                "gov.budget.framework.line",
                "action_arbitrate",
                [line],
                {"cp_1": 2000 + number},
                "At the same time",
                {"cp_1": float(seen)},
            )
            for number, client in enumerate(officers)
        ]
    )
    assert len(told(outcomes)) == THREADS - 1
    assert len(changes_of(sql, line)) == 1


def test_a_scenario_is_merged_once(officers, framework, sql):
    """Six merges of the same line at once: one changes the framework, the others find it so already."""
    [(scenario, branch, line)] = sql(
        "SELECT b.framework_id, b.id, b.origin_id FROM gov_budget_framework_line b "
        "JOIN gov_budget_framework s ON s.id = b.framework_id AND s.parent_id = %s AND s.state = 'draft' "
        "JOIN gov_budget_framework_line o ON o.id = b.origin_id AND o.cp_1 <> b.cp_1 "
        "WHERE NOT EXISTS (SELECT FROM gov_budget_framework_change c WHERE c.line_id = o.id) ORDER BY b.id LIMIT 1",
        [framework],
    )
    outcomes = together(
        [
            functools.partial(
                client.call, "gov.budget.framework", "action_merge", [scenario], [branch], "At the same time"
            )
            for client in officers
        ]
    )
    assert not told(outcomes)
    assert sorted(result["merged"] for result, _error in outcomes) == [0] * (THREADS - 1) + [1]
    assert len(changes_of(sql, line)) == 1
    [(own, merged)] = sql(
        "SELECT b.cp_1, o.cp_1 FROM gov_budget_framework_line b JOIN gov_budget_framework_line o ON o.id = %s "
        "WHERE b.id = %s",
        [line, branch],
    )
    assert own == merged


def test_one_round_is_opened_and_closed(officers, framework, sql):
    closed = together(
        [
            functools.partial(client.call, "gov.budget.framework", "action_close_round", [framework])
            for client in officers
        ]
    )
    assert len(told(closed)) == THREADS - 1
    opened = together(
        [
            functools.partial(client.call, "gov.budget.framework", "action_open_round", [framework], "drhf")
            for client in officers
        ]
    )
    assert len(told(opened)) == THREADS - 1
    [(count,)] = sql(
        "SELECT count(*) FROM gov_budget_framework_round WHERE framework_id = %s AND state = 'open'", [framework]
    )
    assert count == 1
