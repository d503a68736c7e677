"""The year of an employee: HR opens the campaign, she assesses herself on a phone in Arabic, her head holds the
interview and marks, the mark is compared, notified with its PDF, she replies, it is final; eight mark at once."""

import functools
import re
import subprocess

import pytest

from support import RpcError, together

SLOW = 120_000  # the first page of a server makes its bundles
SHEET = "gov.evaluation.sheet"
MARKS = [4.5, 4.25, 2.5, 3.5, 2.25]  # 17


@pytest.fixture(scope="module")
def opened(rpc):
    """A campaign of this year, opened by the RPC that the progress dialog uses; its id."""
    manager = rpc("hrmanager")
    year = int(manager.call("gov.evaluation.campaign", "default_get", ["year"])["year"])
    found = manager.call("gov.evaluation.campaign", "search", [["year", "=", year]])
    if found:
        return found[0]
    values = {
        "year": year,
        "open_on": f"{year}-01-02",
        "self_until": f"{year}-12-31",
        "interview_from": f"{year}-01-02",
    }
    values |= {"interview_to": f"{year}-12-31", "marks_until": f"{year}-12-31", "notify_until": f"{year + 1}-01-31"}
    return manager.call("gov.evaluation.campaign", "create", [values])[0]


def criteria(client):
    return [one["id"] for one in client.call(SHEET, "get_my_evaluation")["sheet"]["criteria"]]


def text_of(pdf, tmp_path):
    path = tmp_path / "sheet.pdf"
    path.write_bytes(pdf)
    run = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True)
    return re.sub(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", run.stdout.decode())


def test_hr_opens_the_campaign_with_a_progress_bar(browser, opened, rpc):
    page = browser(login="hrmanager", lang="fr_FR")
    page.goto(f"/odoo/evaluation-campaigns/{opened}", timeout=SLOW)
    page.locator("button[name=action_open]:visible").first.click()
    dialog = page.locator(".o_gov_evaluation_batch")
    dialog.locator(".o_close").wait_for(timeout=SLOW)
    assert int(dialog.locator(".o_done").inner_text()) > 300
    dialog.locator(".o_close").click()
    page.locator(".o_gov_evaluation_cockpit").wait_for()
    counts = rpc("hrmanager").call(
        "gov.evaluation.campaign", "read", [opened], ["state", "remaining_count", "sheet_count", "skip_count"]
    )[0]
    assert counts["state"] == "open" and counts["remaining_count"] == 0
    staff = rpc("hrmanager").call("hr.employee", "search_count", [])
    assert counts["sheet_count"] + counts["skip_count"] == staff


def test_employee_assesses_herself_on_a_phone_in_arabic(browser, opened, rpc):
    page = browser(login="employee", lang="ar_MA", phone=True)
    page.goto("/odoo/my-evaluations", timeout=SLOW)
    cards = page.locator(".o_gov_evaluation_criterion")
    cards.first.wait_for()
    assert cards.count() == 5
    assert page.evaluate("getComputedStyle(document.body).direction") == "rtl"
    for number, point in enumerate((4, 4, 2, 3, 2)):
        cards.nth(number).locator(".o_point").nth(point).click()
    page.locator("#o_words").fill("سنة من العمل المنتظم.")
    page.locator(".o_save").click()
    page.locator(".o_save[disabled]").wait_for()
    page.reload()
    page.locator(".o_point.active").first.wait_for()
    assert page.locator(".o_point.active").count() == 5, "what was kept is lost"
    width = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert width[0] <= width[1], "the screen scrolls sideways"
    unnamed = page.evaluate(
        """[...document.querySelectorAll('.o_gov_evaluation :is(button, input, textarea)')]
        .filter((el) => !(el.innerText || '').trim() && !el.getAttribute('aria-label')
            && !el.getAttribute('aria-labelledby')
            && !(el.labels && [...el.labels].some((label) => label.innerText.trim())))
        .map((el) => el.outerHTML)"""
    )
    assert not unnamed
    page.locator(".o_submit").click()
    page.locator(".o_gov_evaluation_waiting").wait_for()


def test_head_records_the_interview_and_she_signs_it_on_her_phone(browser, opened, rpc):
    employee, head = rpc("employee"), rpc("head")
    sheet = employee.call(SHEET, "get_my_evaluation")["sheet"]["id"]
    page = browser(login="head", lang="fr_FR")
    page.goto("/odoo/evaluation-team", timeout=SLOW)
    page.locator(f"tbody[data-sheet='{sheet}'] .o_interview").click()
    page.locator(".o_field_widget[name=place] input").fill("Salle 3")
    page.locator(".o_field_widget[name=achievements] textarea").fill("Le registre est à jour.")
    page.locator(".o_field_widget[name=objectives] textarea").fill("Traiter les demandes en deux jours.")
    page.locator("button[name=action_present]").click()
    page.locator(".modal .btn-primary").click()
    page.locator("button[name=action_open_answer]").first.wait_for()
    record = head.call("gov.evaluation.interview", "search_read", [["sheet_id", "=", sheet]], ["state"])
    assert record[0]["state"] == "presented"
    phone = browser(login="employee", lang="ar_MA", phone=True)
    phone.goto("/odoo/my-evaluations", timeout=SLOW)
    phone.locator(".o_sign").click()
    phone.locator(".modal button[name=action_confirm]").click()
    phone.locator(".o_download_report").wait_for(timeout=SLOW)


def test_head_marks_with_the_keyboard(browser, opened, rpc):
    sheet = rpc("employee").call(SHEET, "get_my_evaluation")["sheet"]["id"]
    page = browser(login="head", lang="ar_MA")
    page.goto("/odoo/evaluation-team", timeout=SLOW)
    row = page.locator(f"tbody[data-sheet='{sheet}']")
    row.locator("input").first.wait_for()
    row.locator("input").first.focus()
    for mark in MARKS:
        page.keyboard.type(str(mark).replace(".", ","))
        page.keyboard.press("Tab")
    row.locator(".o_words").click()
    row.locator("textarea").first.fill("موظفة مواظبة.")
    assert "17" in row.locator(".o_sum strong").inner_text()
    row.locator(".o_give").click()
    page.locator(f"tbody[data-sheet='{sheet}'][data-state=harmonisation]").wait_for()
    # the person sees no mark yet
    shown = rpc("employee").call(SHEET, "get_my_evaluation")["sheet"]
    assert shown["marks"] is None and shown["state"] == "harmonisation"


def test_hr_notifies_and_she_replies_on_her_phone(browser, opened, rpc, tmp_path):
    manager, director = rpc("hrmanager"), rpc("director")
    manager.call("gov.evaluation.campaign", "action_harmonise", [opened])
    page = browser(login="hrmanager", lang="fr_FR")
    page.goto("/odoo/evaluation-board", timeout=SLOW)
    page.locator(".o_histogram").wait_for()
    page.goto(f"/odoo/evaluation-campaigns/{opened}", timeout=SLOW)
    page.locator("button[name=action_notify]:visible").click()
    page.locator(".modal .btn-primary").click()
    page.locator(".o_gov_evaluation_batch .o_close").wait_for(timeout=SLOW)
    assert page.locator(".o_gov_evaluation_batch .o_done").inner_text() == "1"
    phone = browser(login="employee", lang="ar_MA", phone=True)
    phone.goto("/odoo/my-evaluations", timeout=SLOW)
    phone.locator(".o_final").wait_for()
    assert phone.locator(".o_final").inner_text() == "17"
    with phone.expect_download() as event:
        phone.locator(".o_download").click()
    with open(event.value.path(), "rb") as file:
        text = " ".join(text_of(file.read(), tmp_path).split())
    for words in ("بطاقة التنقيط", "Fiche de notation", "EVAL", "17"):
        assert words in text, text
    phone.locator(".o_begin_reply").click()
    phone.locator("#o_reply").fill("أنجزت كل الأهداف.")
    phone.locator(".o_send_reply").click()
    phone.locator(".o_gov_evaluation_replied").wait_for()
    sheet = rpc("employee").call(SHEET, "get_my_evaluation")["sheet"]
    assert sheet["state"] == "appeal"
    director.call(
        SHEET, "action_decide", [sheet["id"]], "kept", "The objectives were shared with another unit.", {}, True
    )
    phone.reload()
    phone.locator(".o_gov_evaluation_history svg circle").first.wait_for()
    assert rpc("employee").call(SHEET, "get_my_evaluation")["sheet"]["state"] == "final"


def test_final_mark_is_in_the_record_of_marks_and_nowhere_in_the_journal(opened, rpc, sql):
    sheet = rpc("employee").call(SHEET, "get_my_evaluation")["sheet"]
    rows = sql(
        "SELECT r.mark, r.source FROM gov_rating r JOIN gov_evaluation_sheet s ON s.employee_id = r.employee_id"
        " AND s.year = r.year WHERE s.id = %s",
        [sheet["id"]],
    )
    assert [(float(mark), source) for mark, source in rows] == [(17.0, "evaluation")]
    payloads = sql(
        "SELECT payload FROM gov_journal_entry WHERE model LIKE 'gov.evaluation%%' AND res_id = %s", [sheet["id"]]
    )
    assert payloads and not [one for (one,) in payloads if re.search(r"\b17\b|4[.,]25", one)]


def test_head_and_others_who_mark_at_once_make_one_act(server, opened, rpc, sql):
    """The head in eight windows at once: each save but one is told that somebody wrote before; one gives the marks."""
    head = rpc("head")
    row = next(one for one in head.call(SHEET, "get_team")["rows"] if one["state"] == "head")
    ids = [one["id"] for one in head.call(SHEET, "get_team")["criteria"]]
    windows = [server.client("head") for _window in range(8)]
    revision = row["marks"]["revision"] if row["marks"] else 0
    for turn in range(5):
        values = {
            "marks": dict(zip(map(str, ids), MARKS, strict=True)),
            "words": f"Turn {turn}.",
            "revision": revision,
        }
        outcomes = together(
            [functools.partial(client.call, SHEET, "action_save_marks", [row["id"]], values) for client in windows]
        )
        saved = [result for result, error in outcomes if not error]
        assert len(saved) == 1, outcomes
        assert all(isinstance(error, RpcError) for _result, error in outcomes if error)
        assert saved[0]["total"] == 17 and saved[0]["revision"] == revision + 1
        revision += 1
    lines = sql(
        "SELECT count(*), count(DISTINCT m.criterion_id) FROM gov_evaluation_mark m JOIN gov_evaluation_assessment a"
        " ON a.id = m.assessment_id WHERE a.sheet_id = %s AND a.side = 'head'",
        [row["id"]],
    )
    assert lines == [(5, 5)]
    if row["interview_missing"]:
        interview = head.call(
            "gov.evaluation.interview",
            "create",
            [{"sheet_id": row["id"], "place": "Here", "achievements": "Done.", "objectives": "More."}],
        )[0]
        head.call("gov.evaluation.interview", "action_present", [interview])
        head.call("gov.evaluation.interview", "action_record_refusal", [interview], "Presented and refused today.")
    outcomes = together([lambda c=client: c.call(SHEET, "action_submit_marks", [row["id"]]) for client in windows])
    assert len([result for result, error in outcomes if not error]) == 1, outcomes
    acts = sql(
        "SELECT count(*) FROM gov_journal_entry WHERE model = %s AND res_id = %s AND act = 'mark'", [SHEET, row["id"]]
    )
    assert acts == [(1,)]
