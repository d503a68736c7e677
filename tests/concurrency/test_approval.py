"""Requests under many hands at once, over RPC on a real server: one act each, receipts without gap, no back door.

``APPROVAL_MODEL`` names another kind of request to try, whose first step is given to HR officers.
"""

import functools
import os

import pytest

from support import RpcError, together

MODEL = os.environ.get("APPROVAL_MODEL", "gov.certificate.request")
ROUNDS = int(os.environ.get("ROUNDS", "10"))
REASON = "The file lacks the act of appointment."


def draft(client):
    if MODEL != "gov.certificate.request":
        return client.call(MODEL, "create", [{"name": "Under many hands"}])[0]
    values = {
        "type_id": client.call("gov.certificate.type", "search", [["code", "=", "salary"]], limit=1)[0],
        "purpose_id": client.call("gov.certificate.purpose", "search", [], limit=1)[0],
        "lang": "fr",
    }
    return client.call(MODEL, "create", [values])[0]


def filed(client, sql):
    """File a request; return its id and the id of the step that waits."""
    request = draft(client)
    client.call(MODEL, "action_submit", [request])
    return request, waiting(sql, request)


def waiting(sql, request):
    rows = sql(
        "SELECT id FROM gov_approval_line WHERE res_model = %s AND res_id = %s AND state = 'waiting'",
        [MODEL, request],
    )
    assert len(rows) <= 1, "two steps of one request wait"
    return rows[0][0] if rows else None


def decided(sql, request):
    return sql(
        "SELECT count(*) FROM gov_approval_line WHERE res_model = %s AND res_id = %s AND decided_on IS NOT NULL",
        [MODEL, request],
    )[0][0]


def act(client, method, request, *args, line=None):
    context = {"gov_approval_line": line} if line else {}
    return functools.partial(client.call, MODEL, method, [request], *args, context=context)


def refusals(outcomes):
    errors = [error for _result, error in outcomes if error]
    for error in errors:
        assert isinstance(error, RpcError), error
        assert error.name.startswith("odoo.exceptions."), (error.name, error, error.debug)
    return errors


def test_request_filed_twice_at_once_is_filed_once(server, sql):
    employee = server.client("employee")
    for _round in range(max(2, ROUNDS // 4)):
        request = draft(employee)
        outcomes = together([act(employee, "action_submit", request)] * 6)
        assert [error for _result, error in outcomes].count(None) == 1, outcomes
        refusals(outcomes)
        receipts = sql(
            "SELECT count(*), count(name) FROM gov_approval_receipt WHERE res_model = %s AND res_id = %s",
            [MODEL, request],
        )
        assert receipts == [(1, 1)]
        filings = sql(
            "SELECT count(*) FROM gov_journal_entry WHERE model = %s AND res_id = %s AND act = 'submit'",
            [MODEL, request],
        )
        assert filings == [(1,)]


def test_several_approvers_at_once_make_one_act_each_round(server, sql):
    employee = server.client("employee")
    approvers = [server.client(login) for login in ("hr", "hrmanager", "hr", "hrmanager")]
    for _round in range(ROUNDS):
        request, line = filed(employee, sql)
        outcomes = together([act(client, "action_approve", request, line=line) for client in approvers])
        assert [error for _result, error in outcomes].count(None) == 1, outcomes
        refusals(outcomes)
        # the click of the second approver never falls on the next step
        assert decided(sql, request) == 1


@pytest.mark.parametrize("with_step", [True, False], ids=["from the form", "by bare RPC"])
def test_approval_refusal_return_and_cancellation_at_once_make_one_act(server, sql, with_step):
    employee, officer, manager = (server.client(login) for login in ("employee", "hr", "hrmanager"))
    for _round in range(max(3, ROUNDS // 2)):
        request, line = filed(employee, sql)
        line = line if with_step else None
        outcomes = together(
            [
                act(officer, "action_approve", request, line=line),
                act(manager, "action_refuse", request, REASON, line=line),
                act(officer, "action_return", request, REASON, line=line),
                act(employee, "action_cancel", request),
            ]
        )
        refusals(outcomes)
        done = [number for number, (_result, error) in enumerate(outcomes) if not error]
        state = sql(f'SELECT state FROM "{MODEL.replace(".", "_")}" WHERE id = %s', [request])[0][0]  # noqa: S608
        acts = sql(
            "SELECT act FROM gov_journal_entry WHERE model = %s AND res_id = %s AND act != 'submit' ORDER BY id",
            [MODEL, request],
        )
        # a cancellation may follow an act that left the request open; two decisions of one step never
        decisions = [number for number in done if number != 3]
        assert len(decisions) <= 1, (outcomes, acts)
        assert done, outcomes
        if 3 in done:
            assert state == "cancelled"
        assert decided(sql, request) == len(decisions)


def test_receipts_of_many_filed_at_once_have_no_gap(server, sql):
    clients = [server.client("employee") for _client in range(16)]
    requests = [draft(client) for client in clients]
    outcomes = together(
        [act(client, "action_submit", request) for client, request in zip(clients, requests, strict=True)]
    )
    assert not [error for _result, error in outcomes if error], outcomes
    numbers = sorted(
        int(name.split("/")[0])
        for (name,) in sql(
            "SELECT name FROM gov_approval_receipt WHERE res_model = %s AND res_id IN %s", [MODEL, tuple(requests)]
        )
    )
    assert numbers == list(range(numbers[0], numbers[0] + len(requests)))


def test_no_state_by_rpc(server, sql):
    employee = server.client("employee")
    request, line = filed(employee, sql)
    for login in ("employee", "head", "hr", "hrmanager", "admin"):
        client = server.client(login)
        for values in ({"state": "approved"}, {"receipt_number": "1"}, {"requester_id": client.uid}):
            with pytest.raises(RpcError):
                client.call(MODEL, "write", [request], values)
            with pytest.raises(RpcError):
                client.call(MODEL, "write", [request], values, context={"_gov_act_sentinel": True})
        with pytest.raises(RpcError):
            client.call("gov.approval.line", "write", [line], {"state": "approved"})
        with pytest.raises(RpcError):
            client.call(MODEL, "_transition", [request], "approved")
        with pytest.raises(RpcError):
            client.call(MODEL, "_gov_write", [request], {"state": "approved"})
    for login in ("employee", "admin"):
        with pytest.raises(RpcError):
            server.client(login).call(MODEL, "action_approve", [request])
    assert waiting(sql, request) == line


def test_nobody_decided_on_what_he_asked(sql):
    """The invariant over all the requests of the database, whatever was done to them."""
    broken = sql(
        """
        SELECT line.id FROM gov_approval_line line
          JOIN gov_approval_receipt_excluded_rel excluded
            ON excluded.gov_approval_receipt_id = line.receipt_id
           AND excluded.res_users_id IN (line.decided_by_id, line.decided_for_id)
        """
    )
    assert broken == []
