"""Year end under many hands: proposals, visas and the closing together, then two carry-overs of the same credits."""

import functools

import pytest

from support import RpcError, together

HANDS = 5
SENTENCES = ("UserError", "ValidationError", "AccessError", "BudgetRefused")
YEAR = 2018  # past, so that its books can be closed today


def one(made):
    return made[0] if isinstance(made, list) else made


@pytest.fixture(scope="module")
def hands(server):
    return {
        login: [server.client(login) for _hand in range(HANDS)] for login in ("budget", "authorising", "controller")
    }


@pytest.fixture
def proven(sql):
    """Counters equal entries, and commitments say what their acts posted, from year to year."""

    def check():
        assert not sql(
            """SELECT l.id FROM gov_budget_line l LEFT JOIN gov_budget_entry e ON e.line_id = l.id GROUP BY l.id
               HAVING (l.reserved, l.committed, l.liquidated, l.ordered, l.cp_current) IS DISTINCT FROM
                      (coalesce(sum(e.reserved), 0), coalesce(sum(e.committed), 0), coalesce(sum(e.liquidated), 0),
                       coalesce(sum(e.ordered), 0), coalesce(sum(e.cp), 0))"""
        )
        assert not sql(
            """WITH said AS (SELECT budget_line_id AS id, sum(committed + lapsed) AS c
                               FROM gov_commitment_line GROUP BY 1),
                    posted AS (SELECT line_id AS id, sum(committed) AS c FROM gov_budget_entry
                                WHERE res_model = 'gov.commitment.act' GROUP BY 1)
               SELECT * FROM said FULL JOIN posted USING (id) WHERE coalesce(said.c, 0) <> coalesce(posted.c, 0)"""
        )

    return check


def make_year(hands, sql, year, credits):
    """Make an open budget of a past year with one line of operation and one of investment."""
    budget, authorising = hands["budget"][0], hands["authorising"][0]
    sql("UPDATE gov_budget_node SET year_from = 2015")
    fiscal = one(
        budget.call(
            "gov.fiscal.year",
            "create",
            [{"name": str(year), "date_from": f"{year}-01-01", "date_to": f"{year}-12-31"}],
        )
    )
    budget.call("gov.fiscal.year", "action_open", [fiscal])
    book = one(budget.call("gov.budget", "create", [{"fiscal_year_id": fiscal, "kind": "general"}]))
    lines = []
    for is_investment in (False, True):
        node = sql(
            """SELECT node_id FROM gov_budget_line WHERE year = 2026 AND budget_kind = 'general' AND is_investment = %s
                  AND section IN ('equipment', 'investment') AND parent_line_id IS NULL ORDER BY id LIMIT 1""",
            [is_investment],
        )[0][0]
        values = {"budget_id": book, "node_id": node, "cp_proposed": credits}
        lines.append(one(budget.call("gov.budget.line", "create", [values])))
    budget.call("gov.budget", "action_vote", [book], "Law", f"{year - 1}-12-31")
    authorising.call("gov.budget", "action_open", [book])
    return fiscal, book, lines


def commitments(client, fiscal, line, amount, count):
    partner = client.call("res.partner", "search", [["gov_ice", "!=", False]], limit=1)[0]
    kind = client.call("gov.expense.kind", "search", [["code", "=", "BC-F"]])[0]
    officer = client.call("gov.budget.officer", "search", [["kind", "=", "main"]], limit=1)[0]
    return client.call(
        "gov.commitment",
        "create",
        [
            {
                "object": f"Year end {at}",
                "partner_id": partner,
                "kind_id": kind,
                "officer_id": officer,
                "fiscal_year_id": fiscal,
                "line_ids": [[0, 0, {"budget_line_id": line, "amount": amount}]],
            }
            for at in range(count)
        ],
    )


def told(outcomes):
    for _result, error in outcomes:
        if error:
            assert isinstance(error, RpcError) and error.name.endswith(SENTENCES), error


def test_year_end_with_everybody_at_work(hands, sql, proven):
    fiscal, book, (operation, investment) = make_year(hands, sql, YEAR, 10000)
    budget, controller = hands["budget"][0], hands["controller"][0]
    works = commitments(budget, fiscal, investment, 700, 6)
    budget.call("gov.commitment", "action_submit", works)
    controller.call("gov.commitment", "action_visa", works[:4])
    ready = commitments(budget, fiscal, operation, 50, 2 * HANDS)
    budget.call("gov.commitment", "action_submit", ready[:HANDS])
    calls = [
        functools.partial(client.call, "gov.commitment", "action_visa", [each])
        for client, each in zip(hands["controller"], ready[:HANDS], strict=True)
    ]
    calls.append(functools.partial(hands["authorising"][0].call, "gov.budget", "action_close", [book]))
    calls += [
        functools.partial(client.call, "gov.commitment", "action_submit", [each])
        for client, each in zip(hands["budget"], ready[HANDS:], strict=True)
    ]
    told(together(calls))
    assert sql("SELECT state FROM gov_budget WHERE id = %s", [book]) == [("closed",)]
    # nothing waits on closed books, and nothing of operation is left committed
    assert not sql(
        """SELECT c.id FROM gov_commitment c WHERE c.fiscal_year_id = %s AND (c.pending_act_id IS NOT NULL
              OR c.state = 'proposed' OR (c.state = 'visaed' AND c.id = ANY(%s)))""",
        [fiscal, ready],
    )
    [(reserved, committed)] = sql("SELECT reserved, committed FROM gov_budget_line WHERE id = %s", [operation])
    assert (reserved, committed) == (0, 0)
    assert sql("SELECT committed FROM gov_budget_line WHERE id = %s", [investment]) == [(2800,)]
    proven()

    # two carry-overs of the same credits, decided at the same instant: one is effective, the other is told
    _fiscal, following, (_next_operation, next_investment) = make_year(hands, sql, YEAR + 1, 100)
    found = []
    for _number in range(2):
        values = {"budget_id": book, "target_budget_id": following, "reason": "Works under way"}
        carryover = one(budget.call("gov.budget.carryover", "create", [values]))
        budget.call("gov.budget.carryover", "action_compute", [carryover])
        budget.call("gov.budget.carryover", "action_submit", [carryover])
        hands["authorising"][0].call("gov.budget.carryover", "action_sign", [carryover])
        hands["authorising"][0].call("gov.budget.carryover", "action_authorise", [carryover], "Order 1", "2019-02-01")
        found.append(carryover)
    outcomes = together(
        [
            functools.partial(client.call, "gov.budget.carryover", "action_visa", [each])
            for client, each in zip(hands["controller"], found, strict=False)
        ]
    )
    told(outcomes)
    assert sum(error is None for _result, error in outcomes) == 1, outcomes
    assert sql("SELECT cp_carried, committed FROM gov_budget_line WHERE id = %s", [next_investment]) == [(2800, 2800)]
    states = sql("SELECT state, count(*) FROM gov_commitment WHERE id = ANY(%s) GROUP BY 1 ORDER BY 1", [works])
    assert states == [("carried", 4), ("lapsed", 2)]
    linked = sql(
        "SELECT count(*), count(DISTINCT predecessor_id) FROM gov_commitment WHERE predecessor_id = ANY(%s)", [works]
    )
    assert linked == [(4, 4)]
    proven()
