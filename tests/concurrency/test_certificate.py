"""Many at once on a real server: numbers without gap, one act, no state by a back door."""

import functools

import pytest

from support import RpcError, Server, together

THREADS = 50


@pytest.fixture(scope="module")
def server(database):
    """A threaded server with a connection for each request and one for its act, as db_maxconn must allow."""
    with Server(database, options=("--db_maxconn", str(2 * THREADS + 10))) as running:
        yield running


def purpose(client):
    return client.call("gov.certificate.purpose", "search", [], limit=1)[0]


def test_fifty_at_once_take_numbers_without_gap_and_lose_nothing(server, sql):
    clients = [server.client("employee") for _client in range(THREADS)]
    # the first request of each session but one: what Odoo logs of it must not disturb the act
    before = sql("SELECT coalesce(max(rank), 0) FROM gov_document WHERE kind = 'work'")[0][0]
    values = {"type_code": "work", "lang": "ar", "purpose_id": purpose(clients[0])}
    outcomes = together(
        [lambda c=client: c.call("gov.certificate.request", "action_ask", values) for client in clients]
    )
    errors = [error for _result, error in outcomes if error]
    assert not errors, errors[0]
    results = [result for result, _error in outcomes]
    assert [result["state"] for result in results] == ["issued"] * THREADS
    ids = tuple(result["document_id"] for result in results)
    rows = sql("SELECT register_id, period, rank, number, state FROM gov_document WHERE id IN %s ORDER BY rank", [ids])
    ranks = [row[2] for row in rows]
    assert ranks == list(range(ranks[0], ranks[0] + THREADS)), "a gap or a number given twice"
    assert len({row[3] for row in rows}) == THREADS
    assert {row[4] for row in rows} == {"valid"}
    assert before < ranks[0]
    # the whole register, from its first number to its last
    register, period = rows[0][:2]
    gap = sql(
        "SELECT count(*), min(rank), max(rank) FROM gov_document WHERE register_id = %s AND period = %s",
        [register, period],
    )[0]
    assert gap[0] == gap[2] - gap[1] + 1 and gap[1] == 1
    # receipts as well, and every request has its document
    receipts = {result["receipt_number"] for result in results}
    assert len(receipts) == THREADS
    lost = sql("SELECT count(*) FROM gov_certificate_request WHERE state = 'approved' AND document_id IS NOT NULL")
    assert lost == [(0,)]


def filed(server, code="salary"):
    """File a request of the employee; return its id."""
    client = server.client("employee")
    result = client.call(
        "gov.certificate.request", "action_ask", {"type_code": code, "lang": "fr", "purpose_id": purpose(client)}
    )
    assert result["state"] == "submitted", result
    return result["id"]


def test_two_approvers_at_once_make_one_act(server, sql):
    for _round in range(3):
        request = filed(server)
        clients = [server.client(login) for login in ("hr", "hr", "hrmanager")]
        context = {"gov_approval_lines": [line(sql, request)]}  # the step each has on his screen
        outcomes = together([functools.partial(approve, client, request, context) for client in clients])
        done = [result for result, error in outcomes if not error]
        assert len(done) == 1, outcomes
        assert all(isinstance(error, RpcError) for _result, error in outcomes if error)
        acts = sql(
            "SELECT count(*) FROM gov_approval_line WHERE res_model = 'gov.certificate.request' AND res_id = %s"
            " AND state = 'approved'",
            [request],
        )
        assert acts == [(1,)]


def approve(client, request, context):
    return client.call("gov.certificate.request", "action_approve", [request], context=context)


def line(sql, request):
    return sql(
        "SELECT id FROM gov_approval_line WHERE res_model = 'gov.certificate.request' AND res_id = %s"
        " AND state = 'waiting'",
        [request],
    )[0][0]


def test_approval_and_refusal_at_once_make_one_act(server, sql):
    request = filed(server)
    approver, refuser = server.client("hr"), server.client("hrmanager")
    context = {"gov_approval_lines": [line(sql, request)]}
    outcomes = together(
        [
            lambda: approver.call("gov.certificate.request", "action_approve", [request], context=context),
            lambda: refuser.call(
                "gov.certificate.request", "action_refuse", [request], "The file is being corrected.", context=context
            ),
        ]
    )
    assert len([result for result, error in outcomes if not error]) == 1, outcomes


def test_double_click_on_submit_issues_once(server, sql):
    client = server.client("employee")
    kind = client.call("gov.certificate.type", "search", [["code", "=", "work"]])[0]
    draft = client.call(
        "gov.certificate.request", "create", [{"type_id": kind, "lang": "fr", "purpose_id": purpose(client)}]
    )[0]
    others = [server.client("employee") for _click in range(4)]
    outcomes = together([lambda c=one: c.call("gov.certificate.request", "action_submit", [draft]) for one in others])
    assert len([result for result, error in outcomes if not error]) == 1, outcomes
    documents = sql(
        "SELECT count(*) FROM gov_document WHERE res_model = 'gov.certificate.request' AND res_id = %s", [draft]
    )
    assert documents == [(1,)]


@pytest.mark.parametrize("login", ["employee", "hr", "hrmanager", "admin"])
@pytest.mark.parametrize("state", ["submitted", "approved", "issued", "refused"])
def test_a_state_written_by_rpc_is_refused(server, sql, login, state):
    owner = server.client("employee")
    kind = owner.call("gov.certificate.type", "search", [["code", "=", "salary"]])[0]
    values = {"type_id": kind, "lang": "fr", "purpose_id": purpose(owner)}
    draft = owner.call("gov.certificate.request", "create", [values])[0]
    client = server.client(login)
    for forged in (
        lambda: client.call("gov.certificate.request", "write", [draft], {"state": state}),
        lambda: client.call("gov.certificate.request", "web_save", [draft], {"state": state}, specification={}),
        lambda: client.call("gov.certificate.request", "create", [dict(values, state=state)]),
        lambda: client.call("gov.certificate.request", "create", [values], context={"default_state": state}),
        lambda: client.call(
            "gov.certificate.request", "write", [draft], {"state": state}, context={"_gov_act_sentinel": True}
        ),
        lambda: client.call("gov.certificate.request", "write", [draft], {"document_id": 1}),
        lambda: client.call("gov.certificate.request", "_transition", [draft], state),
        lambda: client.call("gov.certificate.request", "_gov_write", [draft], {"state": state}),
    ):
        with pytest.raises(RpcError):
            forged()
    answer = client.call(
        "gov.certificate.request", "load", ["id", "type_id/.id", "lang", "state"], [["", str(kind), "French", state]]
    )
    assert not answer["ids"] and answer["messages"]
    assert sql("SELECT state FROM gov_certificate_request WHERE id = %s", [draft]) == [("draft",)]


def test_copy_is_a_draft(server, sql):
    client = server.client("employee")
    result = client.call(
        "gov.certificate.request", "action_ask", {"type_code": "work", "lang": "fr", "purpose_id": purpose(client)}
    )
    copied = client.call("gov.certificate.request", "copy", [result["id"]])
    copied = copied[0] if isinstance(copied, list) else copied
    assert sql("SELECT state, document_id, receipt_number FROM gov_certificate_request WHERE id = %s", [copied]) == [
        ("draft", None, None)
    ]


def test_another_employees_request_is_closed(server):
    request = filed(server)
    client = server.client("social")
    for call in (
        lambda: client.call("gov.certificate.request", "read", [request], ["type_id"]),
        lambda: client.call("gov.certificate.request", "action_download", [request]),
        lambda: client.call("gov.certificate.request", "action_approve", [request]),
        lambda: client.call("gov.certificate.request", "action_cancel", [request], "For another person."),
    ):
        with pytest.raises(RpcError):
            call()
    assert client.call("gov.certificate.request", "search_count", [["id", "=", request]]) == 0
