"""Ahead of the workforce: HR compares scenarios and opens a figure, an employee follows the paths from her job on a
phone in Arabic and applies to an internal vacancy; her head gives his opinion, HR decides, the post is given once."""

import pytest

from support import RpcError

SLOW = 120_000  # the first page of a server makes its bundles
APPLICATION = "gov.vacancy.application"


def is_flat(page):
    """Whether the screen does not scroll sideways."""
    width = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    return width[0] <= width[1]


def test_hr_compares_scenarios_and_opens_a_figure(browser, rpc):
    page = browser(login="hr", lang="fr_FR")
    page.goto("/odoo/workforce-projection", timeout=SLOW)
    table = page.locator(".o_gov_projection_table")
    table.wait_for(timeout=SLOW)
    scenarios = rpc("hr").call("gov.workforce.scenario", "search_count", [])
    assert scenarios >= 3
    assert page.locator(".o_gov_graph polyline").count() == 3
    total = table.locator("tbody").first.locator("tr").nth(1).locator(".o_gov_projection_cell")
    shown = [int("".join(filter(str.isdigit, text))) for text in total.all_inner_texts()]
    assert len(shown) == 11
    total.nth(3).click()
    panel = page.locator(".o_gov_projection_cell_panel")
    panel.wait_for()
    figures = [text for text in panel.locator("tbody").first.locator("td.text-end").all_inner_texts()]
    numbers = [int(text.replace("+", "").replace("−", "-").replace("\u202f", "").strip()) for text in figures]
    assert numbers[0] == shown[2] and numbers[-1] == shown[3]
    assert numbers[0] + sum(numbers[1:-1]) == numbers[-1], "the flows do not make the figure"
    page.locator("select[name=axis]").select_option("sex")
    page.wait_for_function("document.querySelectorAll('.o_gov_projection_table tbody').length === 3")


def test_hr_sees_what_leaves_in_arabic(browser):
    page = browser(login="hr", lang="ar_MA")
    page.goto("/odoo/workforce-watch", timeout=SLOW)
    rows = page.locator(".o_gov_watch_skills tbody tr")
    rows.first.wait_for(timeout=SLOW)
    rows.first.locator("button").click()
    people = page.locator(".o_gov_watch_people tbody tr")
    people.first.wait_for()
    leave = int(rows.first.locator("td").nth(2).inner_text())
    assert people.count() == leave, "the figure does not open to the people who make it"


def test_employee_follows_the_paths_on_a_phone_in_arabic(browser):
    page = browser(login="employee", lang="ar_MA", phone=True)
    page.goto("/odoo/career-paths", timeout=SLOW)
    boxes = page.locator(".o_gov_path_box")
    boxes.first.wait_for(timeout=SLOW)
    assert boxes.count() > 1 and is_flat(page)
    own = page.locator(".o_gov_paths_gap").inner_text()
    boxes.nth(1).click()
    page.wait_for_function("text => document.querySelector('.o_gov_paths_gap').innerText !== text", arg=own)


@pytest.fixture(scope="module")
def vacancy(rpc):
    found = rpc("employee").call("gov.vacancy", "search", [["is_open", "=", True], ["state", "=", "published"]])
    return found[0]


def test_employee_applies_and_the_post_is_given_once(browser, rpc, vacancy):
    page = browser(login="employee", lang="ar_MA", phone=True)
    page.goto(f"/odoo/internal-vacancies/{vacancy}", timeout=SLOW)
    page.locator("button[name=action_apply]:visible").first.click()
    page.locator(".o_field_widget[name=motivation] textarea").fill("أرغب في تطوير مساري المهني.")
    assert is_flat(page)
    page.locator("button[name=action_submit]:visible").first.click()
    page.locator(".o_field_widget[name=receipt_number]").wait_for()
    employee = rpc("employee")
    [application] = employee.call(APPLICATION, "search", [["vacancy_id", "=", vacancy]])
    for act in (("action_approve", [application]), ("action_give_host_opinion", [application], "favourable")):
        with pytest.raises(RpcError):
            employee.call(APPLICATION, *act)
    with pytest.raises(RpcError):
        employee.call(APPLICATION, "write", [application], {"state": "approved"})
    rpc("head").call(APPLICATION, "action_approve", [application])
    rpc("hrmanager").call(APPLICATION, "action_approve", [application])
    assert employee.call(APPLICATION, "read", [application], ["state"])[0]["state"] == "approved"
    assert rpc("hr").call("gov.vacancy", "read", [vacancy], ["state"])[0]["state"] == "filled"
    page.reload()
    page.locator(".o_arrow_button_current, .o_statusbar_status").first.wait_for()
