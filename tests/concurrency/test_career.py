"""Career acts signed by several people at once, on a real server: one situation, one number, no gap."""

import functools

import pytest

from support import RpcError, together

MODEL = "gov.career.act"
ROUNDS = 4


@pytest.fixture(scope="module")
def sessions(server):
    """Sessions of people who may sign; the first call of each is made before the race."""
    clients = [server.client("hrmanager") for _number in range(4)]
    for client in clients:
        client.call(MODEL, "search_count", [])
    return clients


def people(sql, count):
    """Ids of people in activity who can still be advanced, and have not been in an earlier test."""
    rows = sql(
        """
        SELECT e.id, v.echelon + 1 FROM hr_employee e
          JOIN hr_version v ON v.id = e.current_version_id
          JOIN gov_grade g ON g.id = v.grade_id
          LEFT JOIN resource_resource r ON r.id = e.resource_id
         WHERE v.statutory_position = 'activity' AND v.echelon BETWEEN 1 AND 4 AND v.sex IN ('male', 'female')
           AND r.user_id IS NULL AND e.active AND v.date_version < '2026-12-01'
           AND EXISTS (SELECT FROM gov_index_grid_line l WHERE l.grid_id = g.grid_id AND l.echelon = v.echelon + 1)
           AND NOT EXISTS (SELECT FROM gov_career_act a WHERE a.employee_id = e.id)
           AND NOT EXISTS (SELECT FROM hr_department d WHERE d.manager_id = e.id)
         ORDER BY e.id LIMIT %s
        """,
        [count],
    )
    assert len(rows) == count, "the sample has too few people for this test"
    return rows


def draft(client, employee_id):
    values = {"kind": "echelon", "employee_id": employee_id, "effective_date": "2026-12-01"}
    return client.call(MODEL, "create", [values])[0]


def sign(client, act):
    return functools.partial(client.call, MODEL, "action_sign", [act])


def one_done(outcomes):
    errors = [error for _result, error in outcomes if error]
    assert len(errors) == len(outcomes) - 1, outcomes
    for error in errors:
        assert isinstance(error, RpcError), error
        assert error.name.startswith("odoo.exceptions."), (error.name, error, error.debug)


def register_has_no_gap(sql):
    rows = sql(
        """
        SELECT d.period, count(*), min(d.rank), max(d.rank) FROM gov_document d
          JOIN gov_document_register r ON r.id = d.register_id
         WHERE r.code = 'career' GROUP BY d.period
        """
    )
    assert rows and all(count == last and first == 1 for _period, count, first, last in rows), rows


def test_an_act_signed_by_many_sessions_is_signed_once(sessions, sql):
    for employee_id, step in people(sql, ROUNDS):
        act = draft(sessions[0], employee_id)
        one_done(together([sign(client, act) for client in sessions]))
        situations = sql(
            "SELECT echelon, act_number FROM hr_version WHERE employee_id = %s AND act_id = %s", [employee_id, act]
        )
        number = sql("SELECT number FROM gov_career_act WHERE id = %s AND state = 'signed'", [act])[0][0]
        assert situations == [(step, number)]
        documents = sql("SELECT count(*) FROM gov_document WHERE res_model = %s AND res_id = %s", [MODEL, act])
        assert documents == [(1,)]
        lines = sql(
            "SELECT count(*) FROM gov_journal_entry WHERE model = %s AND res_id = %s AND act = 'sign'", [MODEL, act]
        )
        assert lines == [(1,)]
    register_has_no_gap(sql)


def test_two_drafts_of_one_advancement_advance_the_person_once(sessions, sql):
    for employee_id, step in people(sql, ROUNDS):
        acts = [draft(client, employee_id) for client in sessions]
        one_done(together([sign(client, act) for client, act in zip(sessions, acts, strict=True)]))
        states = sql("SELECT state, count(*) FROM gov_career_act WHERE id IN %s GROUP BY state", [tuple(acts)])
        assert sorted(states) == [("draft", len(acts) - 1), ("signed", 1)]
        steps = sql(
            "SELECT echelon FROM hr_version WHERE employee_id = %s AND date_version = '2026-12-01'", [employee_id]
        )
        assert steps == [(step,)]
    register_has_no_gap(sql)


def test_acts_of_different_people_at_once_are_all_signed_and_numbered_without_a_gap(sessions, sql):
    found = people(sql, 8)
    acts = [draft(sessions[0], employee_id) for employee_id, _step in found]
    jobs = [sign(sessions[number % len(sessions)], act) for number, act in enumerate(acts)]
    outcomes = together(jobs)
    assert not [error for _result, error in outcomes if error], outcomes
    numbers = sql(
        "SELECT count(DISTINCT number) FROM gov_career_act WHERE id IN %s AND state = 'signed'", [tuple(acts)]
    )
    assert numbers == [(8,)]
    register_has_no_gap(sql)


def test_signing_and_cancelling_at_once_make_one_act(sessions, sql):
    for employee_id, _step in people(sql, ROUNDS):
        act = draft(sessions[0], employee_id)
        outcomes = together(
            [
                sign(sessions[0], act),
                functools.partial(sessions[1].call, MODEL, "action_cancel", [act], "Not due"),
                sign(sessions[2], act),
            ]
        )
        one_done(outcomes)
        state, number = sql("SELECT state, number FROM gov_career_act WHERE id = %s", [act])[0]
        assert (state == "signed") == bool(number)
    register_has_no_gap(sql)
