"""Seats of training sessions under many hands at once, over RPC on a real server: 200 rounds on the last seat."""

import datetime
import functools
import os

import pytest

from support import RpcError, together

ROUNDS = int(os.environ.get("ROUNDS", "200"))
HANDS = 4  # officers who enrol at the same moment
SESSION, REGISTRATION = "gov.training.session", "gov.training.registration"


@pytest.fixture(scope="module")
def office(server):
    """Training officers at work, people without a login, and sessions with one seat, a day each."""
    hands = [server.client("training") for _hand in range(HANDS)]
    boss, manager = hands[0], server.client("hrmanager")
    own = boss.call("res.users", "read", [boss.uid], ["employee_id"])[0]["employee_id"][0]
    people = manager.call("hr.employee", "search", [["id", "!=", own], ["user_id", "=", False]], limit=HANDS + 2)
    course = boss.call("gov.training.course", "create", [{"code": "CC-SEATS", "name": "Seats", "days": 1}])[0]
    return {"hands": hands, "people": people, "course": course, "sessions": 0}


def make_sessions(office, count, seats=1):
    """Sessions with some seats, far enough apart for nobody to be in two at a time."""
    boss = office["hands"][0]
    base = datetime.date.today() + datetime.timedelta(days=30)
    vals_list = []
    for _session in range(count):
        office["sessions"] += 1
        day = base + datetime.timedelta(days=office["sessions"])
        while day.weekday() > 4:
            day += datetime.timedelta(days=1)
        vals_list.append(
            {
                "course_id": office["course"],
                "date_from": str(day),
                "date_to": str(day),
                "seats": seats,
                "min_seats": 1,
                "place": "Room",
                "is_offered": True,
                "slot_ids": [
                    [
                        0,
                        0,
                        {
                            "date": str(day),
                            "period": "am",
                            "start": f"{day} 09:00:00",
                            "stop": f"{day} 11:00:00",
                        },
                    ]
                ],
            }
        )
    sessions = boss.call(SESSION, "create", vals_list)
    boss.call(SESSION, "action_open", sessions)
    return sessions


def enrol_all(client, sessions, person):
    """One officer enrols one person in each session, one after the other; the outcomes."""
    return [client.call(SESSION, "action_enrol", [session], [person])[0] for session in sessions]


def rows_of(sql, session):
    return sql(
        "SELECT employee_id, state, arrival FROM gov_training_registration WHERE session_id = %s ORDER BY arrival",
        [session],
    )


def failures(outcomes):
    return [error for _result, error in outcomes if error]


def test_last_seat_wanted_by_many_goes_to_one_and_the_rest_wait_in_order(office, sql):
    """Each session is a round: all hands enrol somebody at once, in the order of their own; one has the seat."""
    sessions = make_sessions(office, ROUNDS)
    people = office["people"][:HANDS]
    jobs = []
    for at, (client, person) in enumerate(zip(office["hands"], people, strict=True)):
        # every hand begins a little further on half of the rounds, so that each of them wins some
        turned = sessions[at % 2 :] + sessions[: at % 2]
        jobs.append(functools.partial(enrol_all, client, turned, person))
    outcomes = together(jobs)
    assert not failures(outcomes), failures(outcomes)
    winners = set()
    for session in sessions:
        rows = rows_of(sql, session)
        assert [arrival for _person, _state, arrival in rows] == list(range(1, HANDS + 1)), rows
        assert [state for _person, state, _arrival in rows] == ["registered"] + ["waiting"] * (HANDS - 1), rows
        winners.add(rows[0][0])
    query = "SELECT DISTINCT seats_taken, arrival_count FROM gov_training_session WHERE id IN %s"
    assert sql(query, [tuple(sessions)]) == [(1, HANDS)]
    assert len(winners) > 1, "the rounds were not concurrent: the same hand always came first"
    # what each was told is what is kept
    for result, _error in outcomes:
        for told in result:
            kept = sql("SELECT state, arrival FROM gov_training_registration WHERE id = %s", [told["id"]])
            assert kept == [(told["state"], told["arrival"])]
    office["rounds"] = sessions


def test_withdrawal_and_enrolment_at_once_promote_exactly_the_first_who_waits(office, sql):
    """On sessions of the first test: who has the seat leaves while somebody new comes, and another leaves the list."""
    sessions = office["rounds"][:24]
    client, other, third = office["hands"][:3]
    newcomer = office["people"][HANDS]
    for session in sessions:
        rows = sql(
            "SELECT id, employee_id FROM gov_training_registration WHERE session_id = %s ORDER BY arrival", [session]
        )
        seated, leaving = rows[0][0], rows[2][0]
        outcomes = together(
            [
                functools.partial(client.call, REGISTRATION, "action_cancel", [seated], "Called elsewhere."),
                functools.partial(other.call, SESSION, "action_enrol", [session], [newcomer]),
                functools.partial(third.call, REGISTRATION, "action_cancel", [leaving], "No longer needed."),
            ]
        )
        assert not failures(outcomes), failures(outcomes)
        states = dict(sql("SELECT id, state FROM gov_training_registration WHERE session_id = %s", [session]))
        assert states[seated] == "withdrawn" and states[leaving] == "withdrawn"
        assert states[rows[1][0]] == "registered", "the first who waited has the seat"
        assert sorted(states.values()).count("registered") == 1
        assert outcomes[1][0][0]["state"] == "waiting", "who came last waits"
        assert sql("SELECT seats_taken FROM gov_training_session WHERE id = %s", [session]) == [(1,)]


def test_all_who_hold_seats_leave_at_once_and_as_many_are_promoted(office, sql):
    for session in make_sessions(office, 6, seats=2):
        office["hands"][0].call(SESSION, "action_enrol", [session], office["people"][:5])
        rows = sql("SELECT id FROM gov_training_registration WHERE session_id = %s ORDER BY arrival", [session])
        jobs = [
            functools.partial(client.call, REGISTRATION, "action_cancel", [row[0]], "Called elsewhere.")
            for client, row in zip(office["hands"], rows[:2], strict=False)
        ]
        outcomes = together(jobs)
        assert not failures(outcomes), failures(outcomes)
        states = [state for _person, state, _arrival in rows_of(sql, session)]
        assert states == ["withdrawn"] * 2 + ["registered"] * 2 + ["waiting"]
        assert sql("SELECT seats_taken FROM gov_training_session WHERE id = %s", [session]) == [(2,)]


def test_the_same_withdrawal_twice_frees_one_seat(office, sql):
    session = make_sessions(office, 1)[0]
    office["hands"][0].call(SESSION, "action_enrol", [session], office["people"][:3])
    seated = sql("SELECT id FROM gov_training_registration WHERE session_id = %s AND state = 'registered'", [session])[
        0
    ][0]
    outcomes = together(
        [
            functools.partial(client.call, REGISTRATION, "action_cancel", [seated], "Called elsewhere.")
            for client in office["hands"]
        ]
    )
    assert len([1 for _result, error in outcomes if not error]) == 1, outcomes
    for error in failures(outcomes):
        assert isinstance(error, RpcError) and error.name.endswith("UserError"), error
    assert [state for _person, state, _arrival in rows_of(sql, session)] == ["withdrawn", "registered", "waiting"]


def test_many_taps_on_one_code_sign_once(server, rpc, office, sql):
    """The session is now: several windows of one employee sign with the code of the screen at the same moment."""
    boss = office["hands"][0]
    employee = rpc("employee")
    person = employee.call("res.users", "read", [employee.uid], ["employee_id"])[0]["employee_id"][0]
    now = datetime.datetime.now(datetime.UTC).replace(microsecond=0, tzinfo=None)
    session = make_sessions(office, 1)[0]
    boss.call(SESSION, "write", [session], {"trainer_ids": [[0, 0, {"name": "From outside"}]]})
    boss.call(SESSION, "action_enrol", [session], [person])
    boss.call(SESSION, "action_convoke", [session])
    slot = sql(
        "UPDATE gov_training_slot SET start = %s, stop = %s WHERE session_id = %s RETURNING id",
        [now - datetime.timedelta(minutes=5), now + datetime.timedelta(hours=1), session],
    )[0][0]
    windows = [server.client("employee") for _window in range(HANDS)]
    code = boss.call("gov.training.slot", "get_code", [slot])["code"]
    jobs = [functools.partial(one.call, "gov.training.slot", "action_sign_code", code) for one in windows]
    outcomes = together(jobs)
    assert not failures(outcomes), failures(outcomes)
    assert sum(result["is_new"] for result, _error in outcomes) == 1
    acts = sql(
        "SELECT count(*) FROM gov_journal_entry j JOIN gov_training_presence p ON p.id = j.res_id"
        " WHERE j.model = 'gov.training.presence' AND j.act = 'attend' AND p.session_id = %s",
        [session],
    )
    assert acts == [(1,)]
