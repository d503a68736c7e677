"""Missions under many hands at once, over RPC on a real server: one vehicle, driver, person, settlement at a time."""

import datetime
import functools
import os

import pytest

from support import RpcError, together

ROUNDS = int(os.environ.get("ROUNDS", "4"))
HANDS = 8


def moment(day, hour):
    """A moment of this month's next year, so that no round meets the days of another."""
    base = datetime.datetime.now(datetime.UTC).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    return (base + datetime.timedelta(days=30 + 3 * day, hours=hour)).strftime("%Y-%m-%d %H:%M:%S")


def mission(client, employee, day, **vals):
    values = {
        "employee_id": employee,
        "purpose": "Under many hands",
        "place_from": "Rabat",
        "place_to": "Fez",
        "start": moment(day, 8),
        "stop": moment(day, 18),
        "transport": "admin_car",
        **vals,
    }
    return client.call("gov.mission.order", "create", [values])[0]


@pytest.fixture(scope="module")
def office(rpc):
    """HR who files for eight people, two officers of the pool, vehicles."""
    hr, admin = rpc("hr"), rpc("admin")
    own = hr.call("res.users", "read", [hr.uid], ["employee_id"])[0]["employee_id"][0]
    people = hr.call("hr.employee", "search", [["id", "!=", own], ["user_id", "=", False]], limit=HANDS + 1)
    brand = admin.call("fleet.vehicle.model.brand", "create", [{"name": "Make of the test"}])[0]
    model = admin.call("fleet.vehicle.model", "create", [{"name": "Model of the test", "brand_id": brand}])[0]
    vals_list = [{"model_id": model, "license_plate": f"TEST-{at}"} for at in range(HANDS)]
    vehicles = admin.call("fleet.vehicle", "create", vals_list)
    return {"hr": hr, "people": people, "vehicles": vehicles}


def bookings_of(office, sql, day):
    """File one mission a person on the same day; return the bookings that wait for a vehicle."""
    orders = [mission(office["hr"], person, day) for person in office["people"][:HANDS]]
    for order in orders:
        office["hr"].call("gov.mission.order", "action_submit", [order])
    return [sql("SELECT id FROM gov_mission_booking WHERE order_id = %s", [order])[0][0] for order in orders]


def check_one(outcomes):
    """One wins; each of the others reads a sentence."""
    done = [result for result, error in outcomes if not error]
    assert len(done) == 1, outcomes
    for _result, error in outcomes:
        if error:
            assert isinstance(error, RpcError), error
            assert error.name in ("odoo.exceptions.UserError", "odoo.exceptions.ValidationError"), error.debug


def test_vehicle_wanted_by_eight_missions_goes_to_one(server, office, sql):
    pools = [server.client("asset") for _hand in range(HANDS)]
    for round_ in range(ROUNDS):
        vehicle = office["vehicles"][0]
        jobs = [
            functools.partial(pool.call, "gov.mission.booking", "action_book", [booking], vehicle)
            for pool, booking in zip(pools, bookings_of(office, sql, round_), strict=True)
        ]
        check_one(together(jobs))
    double = sql(
        """SELECT count(*) FROM gov_mission_booking a JOIN gov_mission_booking b
             ON a.id < b.id AND a.vehicle_id = b.vehicle_id AND a.start < b.stop AND b.start < a.stop
            WHERE a.state = 'booked' AND b.state = 'booked'"""
    )
    assert double == [(0,)]


def test_driver_wanted_by_eight_missions_drives_one(server, office, sql):
    pools = [server.client("asset") for _hand in range(HANDS)]
    driver = office["people"][HANDS]
    for round_ in range(ROUNDS, ROUNDS + max(2, ROUNDS // 2)):
        wanted = zip(pools, bookings_of(office, sql, round_), office["vehicles"], strict=True)
        jobs = [
            functools.partial(pool.call, "gov.mission.booking", "action_book", [booking], vehicle, driver)
            for pool, booking, vehicle in wanted
        ]
        check_one(together(jobs))


def test_two_missions_of_one_person_filed_at_once_are_one(server, office, sql):
    clients = [server.client("hr") for _hand in range(2)]
    person = office["people"][0]
    for round_ in range(3 * ROUNDS, 4 * ROUNDS):
        orders = [mission(clients[0], person, round_, transport="train") for _hand in range(2)]
        jobs = [
            functools.partial(client.call, "gov.mission.order", "action_submit", [order])
            for client, order in zip(clients, orders, strict=True)
        ]
        check_one(together(jobs))
        states = sql("SELECT state FROM gov_mission_order WHERE id IN %s ORDER BY state", [tuple(orders)])
        assert states == [("draft",), ("submitted",)]


def test_settlement_opened_by_eight_clicks_is_one(server, rpc, office, sql):
    """The mission is of yesterday: HR files it late."""
    employee, hr = rpc("employee"), office["hr"]
    person = employee.call("res.users", "read", [employee.uid], ["employee_id"])[0]["employee_id"][0]
    base = datetime.datetime.now(datetime.UTC).replace(microsecond=0, tzinfo=None)
    order = mission(
        hr,
        person,
        0,
        start=str(base - datetime.timedelta(hours=30)),
        stop=str(base - datetime.timedelta(hours=20)),
        transport="train",
    )
    hr.call("gov.mission.order", "action_submit", [order])
    for login in ("head", "director"):
        rpc(login).call("gov.mission.order", "action_approve", [order])
    clients = [server.client("employee") for _hand in range(HANDS)]
    outcomes = together(
        [functools.partial(one.call, "gov.mission.order", "action_settle", [order]) for one in clients]
    )
    opened = {result["res_id"] for result, error in outcomes if not error}
    assert len(opened) == 1, outcomes
    assert sql("SELECT count(*) FROM gov_mission_settlement WHERE order_id = %s", [order]) == [(1,)]
