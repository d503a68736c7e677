"""Two requests sent at the same instant: no balance is overdrawn, no two leaves of a person overlap."""

import datetime
import functools

import pytest

from support import RpcError, Server, together

THREADS = 8
ROUNDS = 50
DAY = datetime.timedelta(days=1)
# what a user may be told: sentences of the rules, never the words of a database
SENTENCES = {"odoo.exceptions.UserError", "odoo.exceptions.ValidationError", "odoo.exceptions.AccessError"}


@pytest.fixture(scope="module")
def server(database):
    with Server(database, options=("--db_maxconn", str(4 * THREADS + 10))) as running:
        yield running


@pytest.fixture(scope="module")
def people(server):
    """Eight sessions of the employee, one of the head, and a circuit of one approval for annual leave."""
    manager = server.client("hrmanager")
    [model] = manager.call("ir.model", "search", [["model", "=", "hr.leave"]])
    manager.call(
        "gov.approval.circuit",
        "create",
        [
            {
                "name": "Concurrency",
                "model_id": model,
                "sequence": -10,
                "domain": "[('gov_code', '=', 'ANN')]",
                "step_ids": [(0, 0, {"name": "Head", "who": "direct_head", "kind": "approval", "days": 2})],
            }
        ],
    )
    return [server.client("employee") for _client in range(THREADS)], server.client("head")


@pytest.fixture
def account(sql):
    """Return the counters of the employee and check that they hold, with the ledger, the leaves and each other."""
    [[employee]] = sql(
        "SELECT e.id FROM hr_employee e JOIN res_users u ON u.id = e.user_id WHERE u.login = 'employee'"
    )

    def read():
        counters = {
            year: (float(credited), float(taken), float(pending))
            for year, credited, taken, pending in sql(
                "SELECT year, sum(credited), sum(taken), sum(pending) FROM gov_leave_counter"
                " WHERE employee_id = %s AND gov_code = 'ANN' GROUP BY year",
                [employee],
            )
        }
        ledger = dict(
            sql(
                "SELECT year, sum(days)::float FROM gov_leave_ledger WHERE employee_id = %s AND gov_code = 'ANN'"
                " GROUP BY year",
                [employee],
            )
        )
        for year, (credited, taken, pending) in counters.items():
            assert credited - taken - pending >= 0, "overdrawn"
            assert ledger[year] == credited - taken, "the counter is not the sum of the ledger"
        overlaps = sql(
            "SELECT a.id, b.id FROM hr_leave a JOIN hr_leave b ON b.employee_id = a.employee_id AND b.id > a.id"
            " WHERE a.employee_id = %s AND a.slot IS NOT NULL AND b.slot IS NOT NULL"
            " AND a.state IN ('confirm', 'validate1', 'validate') AND b.state IN ('confirm', 'validate1', 'validate')"
            " AND a.request_date_from <= b.request_date_to AND b.request_date_from <= a.request_date_to",
            [employee],
        )
        assert not overlaps, "two leaves of one person overlap"
        waiting = sql(
            "SELECT coalesce(sum(number_of_days), 0) FROM hr_leave l"
            " JOIN hr_leave_type t ON t.id = l.holiday_status_id"
            " WHERE l.employee_id = %s AND t.gov_code = 'ANN' AND l.state IN ('confirm', 'validate1')",
            [employee],
        )[0][0]
        assert waiting == sum(pending for _credited, _taken, pending in counters.values())
        return counters

    return read


def drafts(client, periods):
    [kind] = client.call("hr.leave.type", "search", [["gov_code", "=", "ANN"]])
    return client.call(
        "hr.leave",
        "create",
        [
            {"holiday_status_id": kind, "request_date_from": str(first), "request_date_to": str(last)}
            for first, last in periods
        ],
    )


def act(client, method, leave, *args):
    return client.call("hr.leave", method, [leave], *args)


def check_told(outcomes):
    """Each refusal is a sentence, none speaks of a deadlock or of a serialization failure."""
    for _result, error in outcomes:
        if error:
            assert isinstance(error, RpcError), error
            assert error.name in SENTENCES, (error.name, error.debug)


def test_eight_requests_at_once_never_overdraw_nor_overlap(people, account, sql):
    clients, _head = people
    year = datetime.date.today().year + 1
    monday = datetime.date(year, 2, 1)
    monday += DAY * (-monday.weekday() % 7)
    weeks = [monday + 7 * DAY * number for number in range(THREADS)]
    for turn in range(ROUNDS):
        if turn % 2:  # eight requests that share a day: one is filed
            dates = [(weeks[0] + DAY * (number % 3), weeks[0] + DAY * 3) for number in range(THREADS)]
        else:  # eight weeks of four or five days: more than the year gives
            dates = [(week, week + DAY * (3 + (turn + number) % 2)) for number, week in enumerate(weeks)]
        leaves = drafts(clients[0], dates)
        days = dict(sql("SELECT id, number_of_days FROM hr_leave WHERE id IN %s", [tuple(leaves)]))
        outcomes = together(
            [
                functools.partial(act, client, "action_submit", leave)
                for client, leave in zip(clients, leaves, strict=True)
            ]
        )
        check_told(outcomes)
        filed = [leave for leave, (_result, error) in zip(leaves, outcomes, strict=True) if not error]
        refused = [leave for leave in leaves if leave not in filed]
        counters = account()
        credited, taken, pending = counters[year]
        assert pending == sum(days[leave] for leave in filed)
        if turn % 2:
            assert len(filed) == 1, outcomes
        else:
            assert filed and refused
            assert all(credited - taken - pending < days[leave] for leave in refused), "refused though days were left"
        outcomes = together(
            [
                functools.partial(act, client, "action_cancel", leave)
                for client, leave in zip(clients, filed, strict=False)
            ]
        )
        check_told(outcomes)
        assert not [error for _result, error in outcomes if error]
        assert account()[year][2] == 0


def test_acts_of_several_people_on_one_balance_at_once_hold(people, account, sql):
    """Granting, withdrawing and filing cross each other: whatever comes first, the sums hold."""
    clients, head = people
    year = datetime.date.today().year + 1
    monday = datetime.date(year, 5, 1)
    monday += DAY * (-monday.weekday() % 7)
    for turn in range(10):
        weeks = [monday + 7 * DAY * number for number in range(4)]
        leaves = drafts(clients[0], [(week, week + DAY * 3) for week in weeks])
        for leave in leaves[:2]:
            act(clients[0], "action_submit", leave)
        jobs = [
            functools.partial(act, head, "action_approve", leaves[0]),
            functools.partial(act, clients[0], "action_cancel", leaves[0]),
            functools.partial(act, clients[1], "action_cancel", leaves[1]),
            functools.partial(act, clients[2], "action_submit", leaves[2]),
            functools.partial(act, clients[3], "action_submit", leaves[2]),
            functools.partial(act, clients[4], "action_submit", leaves[3]),
        ]
        outcomes = together(jobs)
        check_told(outcomes)
        assert not outcomes[2][1] and not outcomes[5][1], outcomes
        assert len([one for one in outcomes[3:5] if not one[1]]) == 1, "filed twice"
        account()
        states = dict(sql("SELECT id, state FROM hr_leave WHERE id IN %s", [tuple(leaves)]))
        assert states[leaves[0]] in ("validate", "cancel"), turn
        for leave, state in states.items():
            if state != "cancel":
                act(clients[0], "action_cancel", leave)
        assert account()[year][1:] == (0, 0)
