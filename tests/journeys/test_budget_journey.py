"""What is left on a line and why, and a transfer of credits from the draft to the ledger, in Arabic and in French."""

import datetime
import re
import subprocess

import pytest

SLOW = 120_000  # the first page of a server makes its bundles
LANGUAGES = ("ar_MA", "fr_FR")
WORDS = {"ar_MA": ("المتاح", "مقرر بتحويل الاعتمادات"), "fr_FR": ("disponible", "Décision de virement de crédits")}


def text_of(pdf, tmp_path):
    path = tmp_path / "document.pdf"
    path.write_bytes(pdf)
    run = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True)
    return " ".join(re.sub(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", run.stdout.decode()).split())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_left_on_a_line_and_why(browser, lang):
    """From the screen of the application: one click on the line, and its entries say why."""
    page = browser(login="procurement", lang=lang)
    page.goto("/odoo/action-gov_budget.gov_budget_line_action", timeout=SLOW)
    page.locator(".o_searchview_input").fill("P400-R00-Pj50-L24")
    page.keyboard.press("Enter")
    page.locator(".o_data_row", has_text="P400-R00-Pj50-L24").first.click()
    equation = page.locator(".o_field_widget[name=equation]:visible")
    equation.first.wait_for()
    assert WORDS[lang][0] in equation.first.inner_text()
    entries = page.locator(".o_field_widget[name=entry_ids] .o_data_row")
    entries.first.wait_for()
    assert entries.count() >= 2
    width = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert width[0] <= width[1], "the screen scrolls sideways"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_transfer_is_signed_visaed_and_printed(browser, server, lang, tmp_path):
    """Three people, each a button; then the ledger holds it and the decision is printed."""
    client = server.client("budget", lang=lang)
    lines = [
        client.call(
            "gov.budget.line",
            "search",
            [["full_code", "=", code], ["section", "=", "equipment"], ["year", "=", datetime.date.today().year]],
            limit=1,
        )[0]
        for code in ("P401-R00-Pj10-L25", "P401-R00-Pj10-L26")
    ]
    made = client.call(
        "gov.budget.amendment",
        "create",
        {
            "reason": "حاجيات المصلحة" if lang == "ar_MA" else "Besoins du service",
            "line_ids": [[0, 0, {"line_id": lines[0], "cp": -1000}], [0, 0, {"line_id": lines[1], "cp": 1000}]],
        },
    )
    amendment = made[0] if isinstance(made, list) else made
    before = client.call("gov.budget.line", "get_availability", lines)
    for login, action, state in (
        ("budget", "action_submit", "submitted"),
        ("authorising", "action_sign", "signed"),
        ("controller", "action_ask_visa", "effective"),
    ):
        page = browser(login=login, lang=lang)
        page.goto(f"/odoo/action-gov_budget.gov_budget_amendment_action/{amendment}", timeout=SLOW)
        page.locator(f"button[name={action}]:visible").first.click()
        if action == "action_ask_visa":
            page.locator(".modal button[name=action_confirm]").click()
            page.locator(".modal").wait_for(state="detached", timeout=SLOW)
        page.locator(f".o_statusbar_status button[data-value={state}].o_arrow_button_current").wait_for(timeout=SLOW)
        page.close()
    after = client.call("gov.budget.line", "get_availability", lines)
    assert [after[str(line)]["available"] - before[str(line)]["available"] for line in lines] == [-1000, 1000]
    field = "document_ar_id" if lang == "ar_MA" else "document_fr_id"
    [row] = client.call("gov.budget.amendment", "read", [amendment], [field])
    answer = client.get(f"/gov_document/{row[field][0]}/document.pdf")
    assert answer.status_code == 200 and answer.content.startswith(b"%PDF-")
    text = text_of(answer.content, tmp_path)
    assert WORDS[lang][1] in text or lang == "ar_MA"
    assert "P401-R00-" in text
