"""One vacant post under many hands: HR decides on six applications at the same moment, and one person gets it."""

import datetime
import functools
import os

import pytest

from support import RpcError, together

ROUNDS = int(os.environ.get("ROUNDS", "3"))
HANDS = 6
VACANCY, APPLICATION = "gov.vacancy", "gov.vacancy.application"


@pytest.fixture(scope="module")
def office(rpc):
    """Applications are decided by HR alone, so that each has one step; posts and people for the rounds."""
    hr, manager = rpc("hr"), rpc("hrmanager")
    for circuit in manager.call("gov.approval.circuit", "search", [["model", "=", APPLICATION]]):
        steps = manager.call("gov.approval.step", "search", [["circuit_id", "=", circuit], ["kind", "=", "opinion"]])
        manager.call("gov.approval.circuit", "write", [circuit], {"step_ids": [[2, step, 0] for step in steps]})
    people = hr.call("hr.employee", "search", [["user_id", "=", False], ["job_id", "!=", False]], limit=HANDS)
    offered = {
        one["post_id"][0]
        for one in hr.call(VACANCY, "search_read", [["state", "in", ["draft", "published", "closed"]]], ["post_id"])
    }
    posts = hr.call("gov.post", "search", [["is_vacant", "=", True], ["id", "not in", sorted(offered)]], limit=ROUNDS)
    return {"hr": hr, "people": people, "posts": posts}


def test_post_wanted_by_six_goes_to_one(server, office, sql):
    hr, today = office["hr"], datetime.datetime.now(datetime.UTC).date()
    managers = [server.client("hrmanager") for _hand in range(HANDS)]
    for post in office["posts"]:
        until = str(today + datetime.timedelta(days=10))
        [vacancy] = hr.call(VACANCY, "create", [{"post_id": post, "open_on": str(today), "close_on": until}])
        hr.call(VACANCY, "action_publish", [vacancy])
        applications = []
        for person in office["people"]:
            vals = {"vacancy_id": vacancy, "employee_id": person, "motivation": "Under many hands"}
            applications += hr.call(APPLICATION, "create", [vals])
            hr.call(APPLICATION, "action_submit", [applications[-1]])
        outcomes = together(
            [
                functools.partial(manager.call, APPLICATION, "action_approve", [application])
                for manager, application in zip(managers, applications, strict=True)
            ]
        )
        assert sum(1 for _result, error in outcomes if not error) == 1, outcomes
        for _result, error in outcomes:
            if error:
                assert isinstance(error, RpcError) and error.name == "odoo.exceptions.UserError", error
        granted = sql("SELECT id FROM gov_vacancy_application WHERE vacancy_id = %s AND state = 'approved'", [vacancy])
        chosen = sql("SELECT chosen_id, state FROM gov_vacancy WHERE id = %s", [vacancy])
        assert len(granted) == 1 and chosen == [(granted[0][0], "filled")], (granted, chosen)
        fills = sql(
            "SELECT count(*) FROM gov_journal_entry WHERE model = %s AND res_id = %s AND act = 'fill'",
            [VACANCY, vacancy],
        )
        assert fills == [(1,)]


def test_vacancy_published_by_six_hands_is_published_once(server, office, sql):
    hr, today = office["hr"], datetime.datetime.now(datetime.UTC).date()
    taken = {one["post_id"][0] for one in hr.call(VACANCY, "search_read", [], ["post_id"])}
    [post] = hr.call("gov.post", "search", [["is_vacant", "=", True], ["id", "not in", sorted(taken)]], limit=1)
    [vacancy] = hr.call(VACANCY, "create", [{"post_id": post, "open_on": str(today), "close_on": str(today)}])
    officers = [server.client("hr") for _hand in range(HANDS)]
    outcomes = together([functools.partial(one.call, VACANCY, "action_publish", [vacancy]) for one in officers])
    assert sum(1 for _result, error in outcomes if not error) == 1, outcomes
    acts = sql(
        "SELECT count(*) FROM gov_journal_entry WHERE model = %s AND res_id = %s AND act = 'publish'",
        [VACANCY, vacancy],
    )
    assert acts == [(1,)]
