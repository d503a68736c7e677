"""The budget as its people meet it, in Arabic and in French: three clicks from the home of the app to what is left on
a line and why; the board, the situation at a past day, the landing forecast, the special account, the proof."""

import re

import pytest

SLOW = 120_000  # the first page of a server makes its bundles
LANGUAGES = ("ar_MA", "fr_FR")
WORDS = {
    "ar_MA": {"left": "المتاح", "board": "الميزانية", "situation": "وضعية التنفيذ", "cas": "صندوق النهوض"},
    "fr_FR": {
        "left": "Disponible",
        "board": "Budget",
        "situation": "Situation d'exécution",
        "cas": "Fonds pour la promotion",
    },
}
# words of the screens that would show that a term was forgotten
ENGLISH = re.compile(
    r"\b(Committed|Available|Credits|Ordered|Will lapse|What is left|Last movements|Month by month)\b"
)
AMOUNT = re.compile(r"[\d\u00a0\u202f ]+,\d{2}")


def amount(text):
    return float(re.sub(r"[^\d,\-−]", "", text).replace(",", ".").replace("−", "-"))


def check(page, lang, root):
    """Right direction, nothing wider than the screen, no English left."""
    assert page.evaluate("getComputedStyle(document.body).direction") == ("rtl" if lang == "ar_MA" else "ltr")
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0, "scrolls sideways"
    assert not ENGLISH.search(page.locator(root).inner_text())


@pytest.fixture(scope="module")
def line(rpc):
    """A line of the year with commitments on it."""
    found = rpc("budget").call(
        "gov.budget.line", "search_read",
        [["year", "=", 2026], ["budget_kind", "=", "general"], ["committed", ">", 0], ["parent_line_id", "=", False]],
        ["full_code", "available", "committed"], limit=1, order="committed desc",
    )  # fmt: skip
    return found[0]


# What a person presses, as the browser saw it: what a script dispatches does not count.
OPEN_APP = """
() => {
    const { menu } = odoo.__WOWL_DEBUG__.root.env.services;
    return menu.selectMenu(menu.getApps().find((app) => app.xmlid === "gov_budget.menu_budget"));
}
"""
COUNT_CLICKS = """
window.pressed = 0;
document.addEventListener("click", (ev) => { window.pressed += ev.isTrusted ? 1 : 0; }, true);
"""


@pytest.mark.parametrize("lang, phone", [("ar_MA", False), ("ar_MA", True), ("fr_FR", False)])
def test_three_clicks_to_what_is_left_and_why(browser, rpc, line, lang, phone):
    page = browser(login="budget", lang=lang, phone=phone)
    page.goto("/odoo", timeout=SLOW)
    page.locator(".gov_home").wait_for()
    page.evaluate(OPEN_APP)
    board = page.locator(".o_gov_board")  # the home of the app
    board.locator("[data-column=available] .o_gov_big").wait_for()
    check(page, lang, ".o_gov_board")
    page.evaluate(COUNT_CLICKS)
    # 1: the button of the board
    board.locator("[name=what_is_left]").click()
    search = page.locator(".o_gov_situation input[name=search]")
    search.wait_for()
    search.fill(line["full_code"])
    search.press("Enter")
    row = page.locator(".o_gov_situation tr[data-level=line]", has_text=line["full_code"]).first
    row.wait_for()
    # 2: the line
    row.locator(".o_gov_row").click()
    dialog = page.locator(".modal .o_gov_line")
    dialog.locator(".o_gov_left").wait_for()
    left = dialog.locator(".o_gov_left")
    assert WORDS[lang]["left"] in left.inner_text()
    assert amount(left.locator("bdi").inner_text()) == pytest.approx(line["available"])
    # the equation adds up, term by term
    terms = dialog.locator(".o_gov_equation tbody tr:not(.o_gov_left)").all()
    total = 0.0
    for term in terms:
        sign = -1 if "−" in term.locator(".o_gov_sign").inner_text() else 1
        total += sign * amount(term.locator("bdi").inner_text())
    assert total == pytest.approx(line["available"])
    assert dialog.locator(".o_gov_moves tbody tr").count()
    check(page, lang, ".modal")
    # 3: a term opens the entries that make it
    dialog.locator(".o_gov_equation button").last.click()
    rows = ".o_kanban_view .o_kanban_record:not(.o_kanban_ghost)" if phone else ".o_list_view .o_data_row"
    page.locator(rows).first.wait_for()
    page.locator(".modal").wait_for(state="detached")
    assert page.evaluate("window.pressed") == 3
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0


@pytest.mark.parametrize("lang", LANGUAGES)
def test_situation_at_a_past_day_and_its_files(browser, rpc, lang, tmp_path):
    page = browser(login="controller", lang=lang)
    page.goto("/odoo/budget-situation", timeout=SLOW)
    root = page.locator(".o_gov_situation")
    root.locator("tr[data-level=chapter]").first.wait_for()
    assert WORDS[lang]["situation"] in root.inner_text()
    shown = root.locator("tfoot [data-column=committed]").inner_text()
    today = amount(shown)
    root.locator("input[name=day]").fill("2026-06-30")
    root.locator("input[name=day]").dispatch_event("change")
    page.wait_for_function(
        "(shown) => document.querySelector('.o_gov_situation tfoot [data-column=committed]').innerText !== shown",
        arg=shown,
    )
    past = amount(root.locator("tfoot [data-column=committed]").inner_text())
    assert 0 < past < today
    # the figures of the screen are those of the ledger
    found = rpc("controller").call("gov.budget.situation", "get_situation", day="2026-06-30", level="kind")
    assert found["total"]["committed"] == pytest.approx(past)
    root.locator("tr[data-level=chapter] .o_gov_row").first.click()
    root.locator("tr[data-level=programme]").first.wait_for()
    check(page, lang, ".o_gov_situation")
    client = rpc("controller")
    for kind, start in (("pdf", b"%PDF-"), ("xlsx", b"PK"), ("csv", b"\xef\xbb\xbf")):
        answer = client.get(f"/gov_budget_report/situation.{kind}?day=2026-06-30&lang={lang[:2]}")
        assert answer.status_code == 200
        assert answer.content.startswith(start)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_board_and_landing_on_a_phone(browser, lang):
    page = browser(login="authorising", lang=lang, phone=True)
    page.goto("/odoo/budget-board", timeout=SLOW)
    board = page.locator(".o_gov_board")
    board.locator("[data-column=committed]").wait_for()
    check(page, lang, ".o_gov_board")
    board.locator(".o_gov_tight").first.click()
    page.locator(".modal .o_gov_left").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    page.goto("/odoo/budget-landing")
    page.locator(".o_gov_landing table").first.wait_for()
    check(page, lang, ".o_gov_landing")


def test_a_proposed_transfer_becomes_a_draft(browser, rpc):
    found = rpc("budget").call("gov.budget.landing", "get_landing")
    assert found["moves"], "the sample year asks beyond some credits"
    page = browser(login="budget", lang="fr_FR")
    page.goto("/odoo/budget-landing", timeout=SLOW)
    page.locator(".o_gov_landing table button.btn-primary").first.click()
    page.locator(".o_form_view .o_field_widget[name=line_ids]").wait_for()
    assert page.locator(".o_field_widget[name=line_ids] .o_data_row").count() == 2


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_fund_its_history_and_its_forecast(browser, rpc, lang):
    budget = rpc("budget")
    [fund] = budget.call("gov.special.account", "search", [["code", "=", "3.1.0.0.1.29.004"]])
    years = budget.call(
        "gov.special.year", "search_read", [["account_id", "=", fund], ["state", "=", "closed"]],
        ["fiscal_year_id", "balance"], order="date_from",
    )  # fmt: skip
    balances = {year["fiscal_year_id"][1]: year["balance"] for year in years}
    assert balances["2021"] == pytest.approx(347_480_000)
    assert balances["2022"] == pytest.approx(347_550_000)
    assert balances["2023"] == pytest.approx(205_940_000)
    page = browser(login="budget", lang=lang)
    page.goto(f"/odoo/special-accounts/{fund}", timeout=SLOW)
    form = page.locator(".o_form_view")
    form.locator("[name=situation_html] table").first.wait_for()
    assert WORDS[lang]["cas"] in form.locator("[name=name] textarea, [name=name] input").first.input_value()
    page.locator(".o_notebook .nav-link[name=forecast]").click()
    form.locator("[name=forecast_html] table").first.wait_for()
    assert form.locator("[name=plan_ids] .o_data_row").count() >= 5
    page.locator(".o_notebook .nav-link[name=rules]").click()
    assert "CAS-18" in form.locator("[name=rules_html]").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    for kind, start in (("pdf", b"%PDF-"), ("xlsx", b"PK")):
        answer = budget.get(f"/gov_special_account/situation/{fund}.{kind}?day=2023-12-31&lang={lang[:2]}")
        assert answer.status_code == 200
        assert answer.content.startswith(start)


def test_the_auditor_proves_the_books(browser):
    page = browser(login="auditor", lang="ar_MA")
    page.goto("/odoo/budget-verification", timeout=SLOW)
    page.locator("button[name=action_verify]").first.click()
    page.locator(".o_form_view .alert-success:visible").wait_for(timeout=SLOW)
    assert not page.locator(".o_form_view [name=finding_ids] .o_data_row").count()
