"""Needs and plans of training under many hands at once, over RPC on a real server: each act is done once."""

import functools
import os

import pytest

from support import RpcError, together

ROUNDS = int(os.environ.get("ROUNDS", "4"))
HANDS = 8
NEED, PLAN, ACTION, SCENARIO = "gov.training.need", "gov.training.plan", "gov.training.action", "gov.training.scenario"


def check_one(outcomes):
    """One is done; each of the others reads a sentence."""
    done = [result for result, error in outcomes if not error]
    assert len(done) == 1, outcomes
    for _result, error in outcomes:
        assert error is None or (isinstance(error, RpcError) and "odoo.exceptions" in error.name), error


def test_a_need_is_kept_once(rpc, sql):
    employee, hands = rpc("employee"), [rpc("hrmanager"), rpc("training")]
    own = employee.call("res.users", "read", [employee.uid], ["employee_id"])[0]["employee_id"][0]
    for number in range(ROUNDS):
        values = {"employee_id": own, "subject": f"Under many hands {number}", "year": 2040}
        need = employee.call(NEED, "create", [values])[0]
        jobs = [functools.partial(hands[at % 2].call, NEED, "action_keep", [need]) for at in range(HANDS)]
        check_one(together(jobs))
        kept = "SELECT count(*) FROM gov_journal_entry WHERE model = %s AND res_id = %s AND act = 'keep'"
        assert sql(kept, [NEED, need])[0][0] == 1


@pytest.fixture
def plan(rpc):
    """A draft plan of a far year, with two actions that cost more together than its budget; one year a test."""
    training = rpc("training")
    last = training.call(
        PLAN, "search_read", [["year_from", ">=", 2050]], ["year_from"], order="year_from desc", limit=1
    )
    year = last[0]["year_from"] + 2 if last else 2050
    found = training.call(PLAN, "create", [{"kind": "annual", "year_from": year, "budget": 15000}])[0]
    course = training.call("gov.training.course", "search", [], limit=1)[0]
    for quarter in ("1", "2"):
        cost = [0, 0, {"element": "fees", "basis": "lump", "unit_price": 10000, "tax_rate": 0}]
        values = {"plan_id": found, "course_id": course, "quarter": quarter, "person_count": 10, "cost_ids": [cost]}
        training.call(ACTION, "create", [values])
    return {"id": found, "year": year, "training": training}


def scenario(plan):
    found = plan["training"].call(SCENARIO, "create", [{"plan_id": plan["id"]}])[0]
    plan["training"].call(SCENARIO, "action_compute", [found])
    return found


def check_applied(plan, sql):
    years = sql("SELECT year, count(*) FROM gov_training_action WHERE year IN %s GROUP BY year ORDER BY year",
                [(plan["year"], plan["year"] + 1)])  # fmt: skip
    assert years == [(plan["year"], 1), (plan["year"] + 1, 1)]
    made = sql("SELECT count(*) FROM gov_training_plan WHERE year_from = %s", [plan["year"] + 1])
    assert made[0][0] == 1, "the plan of the next year is made once"


def test_a_scenario_is_applied_once(rpc, sql, plan):
    hands, one = [plan["training"], rpc("hrmanager")], scenario(plan)
    jobs = [functools.partial(hands[at % 2].call, SCENARIO, "action_apply", [one]) for at in range(HANDS)]
    check_one(together(jobs))
    check_applied(plan, sql)


def test_of_two_scenarios_of_a_plan_one_is_applied(rpc, sql, plan):
    both = [scenario(plan), scenario(plan)]
    hands = [plan["training"], rpc("hrmanager")]
    jobs = [functools.partial(hands[at].call, SCENARIO, "action_apply", [both[at]]) for at in range(2)]
    check_one(together(jobs))
    check_applied(plan, sql)


def test_a_plan_is_built_once_from_the_needs(rpc, sql, plan):
    training, manager, head = plan["training"], rpc("hrmanager"), rpc("training")
    unit = head.call("hr.department", "search", [["unit_kind", "=", "service"]], limit=1)[0]
    course = training.call("gov.training.course", "search", [], limit=2)[1]
    values = {"employee_id": False, "department_id": unit, "person_count": 5, "subject": "Once", "course_id": course}
    need = training.call(NEED, "create", [dict(values, year=plan["year"])])[0]
    manager.call(NEED, "action_keep", [need])
    jobs = [
        functools.partial((training, manager)[at % 2].call, PLAN, "action_build", [plan["id"]]) for at in range(HANDS)
    ]
    for _result, error in together(jobs):
        assert error is None or "odoo.exceptions" in error.name, error
    count = "SELECT count(*) FROM gov_training_action WHERE plan_id = %s AND course_id = %s"
    actions = sql(count, [plan["id"], course])[0][0]
    assert actions == 1
