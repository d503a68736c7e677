"""The plan of 2027: the training officer collects the needs from the gaps, human resources keep them, the actions are
built and simulated until they fit the budget, the plan is filed, the committee gives its opinion, it is signed, and
its document opens in Arabic and in French."""

import re
import subprocess

import pytest

SLOW = 120_000  # the first page of a server makes its bundles
NEED, PLAN, ACTION = "gov.training.need", "gov.training.plan", "gov.training.action"
YEAR = 2027


@pytest.fixture(scope="module")
def plan(rpc):
    """The annual plan of 2027, a draft of the sample year; its id."""
    found = rpc("training").call(PLAN, "search", [["kind", "=", "annual"], ["year_from", "=", YEAR]])
    assert len(found) == 1
    return found[0]


def read(client, plan, *names):
    return client.call(PLAN, "read", [plan], list(names))[0]


def confirm(page):
    page.locator(".modal .btn-primary").first.click()
    page.locator(".modal").wait_for(state="detached")


def test_needs_are_collected_from_the_gaps(browser, rpc, plan):
    training = rpc("training")
    gaps = [["year", "=", YEAR], ["source", "=", "gap"]]
    before = training.call(NEED, "search_count", gaps)
    page = browser(login="training", lang="fr_FR")
    page.goto("/odoo/training-needs", timeout=SLOW)
    page.locator(".o_list_view").wait_for(timeout=SLOW)
    page.goto("/odoo/action-gov_hr_training.gov_training_collect_action", timeout=SLOW)
    page.locator("button[name=action_collect]").click()
    page.locator(".o_list_view .o_data_row, .o_list_view .o_group_header").first.wait_for(timeout=SLOW)
    collected = training.call(NEED, "search_count", gaps)
    assert collected > before + 100, "the gaps of the sample year make hundreds of needs"
    wrong = [*gaps, ["is_critical", "=", False]]
    assert training.call(NEED, "search_count", wrong) == 0, "the dialog asks for the critical ones first"
    high = [*gaps, ["priority", "!=", "1"]]
    assert training.call(NEED, "search_count", high) == 0


def test_human_resources_keep_them_at_once(browser, rpc, plan):
    manager = rpc("hrmanager")
    page = browser(login="hrmanager", lang="fr_FR")
    page.goto("/odoo/training-needs", timeout=SLOW)
    page.locator(".o_data_row").first.wait_for(timeout=SLOW)
    page.locator("thead .o_list_record_selector input").click()
    every = page.locator(".o_selection_box .o_select_domain, .o_list_select_domain, a:has-text('Tout sélectionner')")
    if every.count():
        every.first.click()
    page.locator("button[name=action_keep]").first.click()
    page.locator(".o_notification").first.wait_for(timeout=SLOW)
    left = manager.call(NEED, "search_read", [["year", "=", YEAR], ["state", "=", "proposed"]], ["employee_id"])
    own = manager.call("res.users", "read", [manager.uid], ["employee_id"])[0]["employee_id"][0]
    assert {row["employee_id"][0] for row in left} <= {own}, "only what concerns the manager waits for somebody else"
    assert manager.call(NEED, "search_count", [["year", "=", YEAR], ["state", "=", "kept"]]) > 100


def test_actions_are_built_from_the_needs(browser, rpc, plan):
    training = rpc("training")
    page = browser(login="training", lang="fr_FR")
    page.goto(f"/odoo/training-plans/{plan}", timeout=SLOW)
    page.locator("button[name=action_build]").click()
    page.locator(".o_list_view .o_data_row").first.wait_for(timeout=SLOW)
    actions = training.call(
        ACTION, "search_read", [["plan_id", "=", plan]], ["person_count", "group_count", "seats", "cost_total"]
    )
    assert len(actions) >= 10
    assert all(one["group_count"] * one["seats"] >= one["person_count"] for one in actions)
    served = training.call(NEED, "search_count", [["year", "=", YEAR], ["action_id.plan_id", "=", plan]])
    assert served > 100
    figures = read(training, plan, "cost_total", "budget", "is_over", "free_need_count")
    assert figures["is_over"], "the needs of the sample year cost more than its budget"
    assert abs(figures["cost_total"] - sum(one["cost_total"] for one in actions)) < 0.01


def test_it_is_simulated_until_it_fits(browser, rpc, plan):
    training = rpc("training")
    page = browser(login="training", lang="fr_FR")
    page.goto(f"/odoo/training-plans/{plan}", timeout=SLOW)
    assert not page.locator("button[name=action_submit]:visible").count(), "over the budget it is not filed"
    page.locator("button[name=action_simulate]:visible").click()
    page.locator("button[name=action_apply]:visible").wait_for(timeout=SLOW)
    scenario = training.call("gov.training.scenario", "search", [["plan_id", "=", plan]], limit=1)
    fields = ["budget", "cost_before", "cost_after", "is_feasible", "weight_rate", "dropped_count", "shifted_count"]
    found = training.call("gov.training.scenario", "read", scenario, fields)[0]
    assert found["is_feasible"] and found["cost_after"] <= found["budget"] < found["cost_before"]
    assert found["weight_rate"] > 50 and found["dropped_count"] + found["shifted_count"] >= 1
    assert read(training, plan, "is_over")["is_over"], "nothing is applied by itself"
    page.locator("button[name=action_apply]:visible").click()
    confirm(page)
    page.locator("button[name=action_apply]:visible").wait_for(state="detached", timeout=SLOW)
    after = read(training, plan, "cost_total", "budget", "is_over")
    assert not after["is_over"] and abs(after["cost_total"] - found["cost_after"]) < 0.01


def test_it_is_filed_decided_by_others_and_its_document_opens(browser, rpc, plan, tmp_path):
    training = rpc("training")
    page = browser(login="training", lang="fr_FR")
    page.goto(f"/odoo/training-plans/{plan}", timeout=SLOW)
    page.locator("button[name=action_submit]:visible").click()
    page.locator("button[name=action_print_receipt]:visible").wait_for(timeout=SLOW)
    assert not page.locator("button[name=action_approve]:visible").count(), "who filed it decides on it"
    for login in ("hrmanager", "authorising"):
        other = browser(login=login, lang="fr_FR")
        other.goto(f"/odoo/training-plans/{plan}", timeout=SLOW)
        other.locator("button[name=action_approve]:visible").click()
        other.locator("button[name=action_approve]:visible").wait_for(state="detached", timeout=SLOW)
    done = read(training, plan, "state", "document_number", "version", "document_id")
    assert done["state"] == "approved" and done["version"] == 1
    assert re.fullmatch(r"\d{3}/PF/\d{4}", done["document_number"])
    states = training.call(ACTION, "search_read", [["plan_id", "=", plan]], ["state"])
    assert {one["state"] for one in states} <= {"planned", "dropped"}
    answer = training.get(f"/gov_document/{done['document_id'][0]}/document.pdf")
    assert answer.ok and answer.content.startswith(b"%PDF")
    path = tmp_path / "plan.pdf"
    path.write_bytes(answer.content)
    text = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True).stdout.decode()
    text = re.sub(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", text)
    for words in (
        "Plan annuel de formation",
        "المخطط السنوي للتكوين",
        "Actions de formation",
        done["document_number"],
    ):
        assert words in text, words
    page = browser(login="training", lang="ar_MA")
    page.goto(f"/odoo/training-plans/{plan}", timeout=SLOW)
    page.locator("button[name=action_download]:visible").wait_for(timeout=SLOW)
    assert page.evaluate("getComputedStyle(document.body).direction") == "rtl"
