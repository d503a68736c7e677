"""Leave on a phone, in Arabic and in French: ask, follow, decide at each level, hold the decision as a PDF; then the
screens around it: why this balance, who is away, the plan of the year, the calendar address."""

import pathlib
import re
import subprocess

import polib
import pytest
import vobject
from journeys.test_home import CHECK_PAGE, latin_words

SLOW = 120_000  # the first page of a server makes its bundles
LANGUAGES = ("ar_MA", "fr_FR")
ADDONS = pathlib.Path(__file__).resolve().parents[2] / "addons"
# the weeks asked for lie in the next year, away from each other
WEEKS = {"ar_MA": (("12-07", "12-11"), 5), "fr_FR": (("12-14", "12-18"), 5)}
KIND = {"ar_MA": "الرخصة السنوية", "fr_FR": "Congé annuel"}


@pytest.fixture(scope="module")
def credited(rpc):
    """The rights of this year are credited, as on 1 January."""
    rpc("hrmanager").call("gov.leave.ledger", "action_credit_year")
    return True


@pytest.fixture(scope="module")
def terms():
    """{language: English sentences of the screens that have another wording in the language}."""
    found = {}
    for lang in LANGUAGES:
        po = polib.pofile(str(ADDONS / "gov_hr_leave" / "i18n" / f"{lang[:2]}.po"))
        found[lang] = {entry.msgid for entry in po if entry.msgstr and entry.msgstr != entry.msgid}
    return found


def texts(page):
    """The pieces of text of the screen, as they stand in the page."""
    return page.evaluate(
        """() => {
            const walker = document.createTreeWalker(document.querySelector(".o_gov_leave"), NodeFilter.SHOW_TEXT);
            const found = [];
            while (walker.nextNode()) {
                const text = walker.currentNode.textContent.trim();
                const holder = walker.currentNode.parentElement;
                // the name of a language is written in it
                if (text && holder.getClientRects().length && !holder.closest("[lang]:not(html)")) found.push(text);
            }
            return found;
        }"""
    )


def check(page, lang, terms):
    """Nothing wider than the screen, right direction, no English left, every control named and readable."""
    page.wait_for_timeout(100)
    assert page.evaluate("getComputedStyle(document.body).direction") == ("rtl" if lang == "ar_MA" else "ltr")
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0, "scrolls sideways"
    wide = page.evaluate(
        """() => [...document.querySelectorAll(".o_gov_leave *")].filter((el) => {
            const box = el.getBoundingClientRect();
            const inside = box.left >= -1 && box.right <= innerWidth + 1;
            return box.width && !inside && !el.closest(".o_gov_team_scroll, .visually-hidden");
        }).map((el) => el.outerHTML.slice(0, 120))"""
    )
    assert not wide, "reaches out of the screen"
    shown = texts(page)
    assert not terms[lang] & set(shown), "left in English"
    if lang == "ar_MA":
        # what a person has typed, addresses and sizes are rightly in Latin letters
        # the administrator has no personnel file, thus no Arabic name
        left = [word for word in latin_words(" ".join(shown)) if word not in ("iCal", "Administrator")]
        assert not left, f"left in Latin letters: {left}"
    assert page.evaluate(CHECK_PAGE) == []


def go_to_month(page, iso):
    """Turn the months of the open picker until a day is there; each turn is waited for."""
    for _month in range(24):
        if page.locator(f".o_gov_picker [data-day='{iso}']").count():
            return
        before = page.locator(".o_gov_picker [data-day]").first.get_attribute("data-day")
        page.locator(".o_gov_picker_head button").last.click()
        page.wait_for_function(
            "before => document.querySelector('.o_gov_picker [data-day]')?.dataset.day !== before", arg=before
        )
    raise AssertionError(f"{iso} is not reached")


def choose_days(page, first, last):
    for day in (first, last):
        go_to_month(page, day)
        page.locator(f".o_gov_picker [data-day='{day}']").click()


def year_of(page):
    return page.evaluate("new Date().getFullYear()")


def decide(browser, login, lang, receipt):
    """Give the act expected from a person, on a phone; return its name."""
    page = browser(login, lang, phone=True)
    page.goto("/odoo/leave-to-decide", timeout=SLOW)
    page.locator(".o_kanban_record", has_text=receipt).first.click()
    button = page.locator(".o_form_view button[name=action_approve]:visible")
    button.wait_for()
    name = button.inner_text().strip()
    button.click()
    button.wait_for(state="detached")
    return name


def waiting_logins(sql, leave_id):
    """The logins the current step of a request waits for: heads, or HR managers where the step belongs to a role."""
    rows = sql(
        """SELECT users.login FROM gov_approval_line line
             LEFT JOIN gov_approval_line_actor_rel actor ON actor.gov_approval_line_id = line.id
             LEFT JOIN res_users users ON users.id = actor.res_users_id
            WHERE line.res_model = 'hr.leave' AND line.res_id = %s AND line.state = 'waiting' ORDER BY users.login""",
        [leave_id],
    )
    return [login or "hrmanager" for (login,) in rows]


def pdf_text(data, tmp_path):
    path = tmp_path / "decision.pdf"
    path.write_bytes(data)
    run = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True)
    return " ".join(re.sub(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", run.stdout.decode()).split())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_leave_is_asked_decided_and_its_decision_is_held(browser, rpc, sql, credited, terms, lang, tmp_path):
    page = browser("employee", lang, phone=True)
    page.goto("/odoo/leave", timeout=SLOW)
    page.locator(".o_gov_leave_card[data-code=ANN]").wait_for()
    check(page, lang, terms)
    page.locator(".o_gov_leave_tile[data-code=ANN]").click()
    page.locator(".o_gov_picker").wait_for()
    check(page, lang, terms)
    (first, last), days = WEEKS[lang]
    year = year_of(page)
    choose_days(page, f"{year}-{first}", f"{year}-{last}")
    page.locator(f".o_gov_leave_preview[data-days='{days}']").wait_for()
    check(page, lang, terms)
    if page.locator("#gov_leave_interim option").count() > 1:
        page.locator("#gov_leave_interim").select_option(index=1)
    page.locator(".o_gov_leave_go").click()
    page.locator(".o_gov_leave_result[data-state=confirm]").wait_for()
    check(page, lang, terms)
    receipt = page.locator(".o_gov_leave_number").inner_text()
    page.locator(".o_gov_leave_follow").click()
    request = page.locator(".o_gov_leave_request", has_text=receipt)
    request.wait_for()
    leave_id = int(request.get_attribute("data-id"))
    request.locator("button[aria-expanded]").click()
    request.locator(".o_gov_leave_steps li.waiting").wait_for()
    check(page, lang, terms)

    acts = []
    while logins := waiting_logins(sql, leave_id):
        assert "employee" not in logins, "nobody decides on his own request"
        login = next((name for name in ("head", "director", "hrmanager", "hr") if name in logins), None)
        if not login:  # a head of division has no sample login of that name: give him a password
            login = logins[0]
            admin = rpc("admin")
            user = admin.call("res.users", "search", [("login", "=", login)])
            admin.call("res.users", "write", user, {"password": login})
        acts.append((login, decide(browser, login, lang, receipt)))
    assert len(acts) >= 3, acts
    assert {"director", "hrmanager"} <= {login for login, _act in acts}
    assert all(latin_words(act) == [] for _login, act in acts if lang == "ar_MA")

    page.goto("/odoo/my-leave")
    request = page.locator(f".o_gov_leave_request[data-id='{leave_id}'][data-state=validate]")
    request.wait_for()
    check(page, lang, terms)
    with page.expect_download(timeout=SLOW) as event:
        request.locator(".o_gov_leave_decision").click()
    data = pathlib.Path(event.value.path()).read_bytes()
    assert data.startswith(b"%PDF-")
    text = pdf_text(data, tmp_path)
    person = rpc("employee").call("hr.leave", "get_balance_page", context={"lang": lang})["employee"]["name"]
    assert person in text
    assert str(year) in text

    balance = rpc("employee").call("hr.leave", "get_balance_page", code="ANN")
    assert balance["lines"][-1]["days"] == -days


def test_days_that_are_not_left_keep_the_request_as_a_draft(browser, credited, terms):
    page = browser("employee", "ar_MA", phone=True)
    page.goto("/odoo/leave", timeout=SLOW)
    page.locator(".o_gov_leave_tile[data-code=ANN]").click()
    year = year_of(page) + 1
    choose_days(page, f"{year}-03-01", f"{year}-05-28")
    page.locator(".o_gov_leave_refusal").wait_for()
    page.locator(".o_gov_leave_go").click()
    page.locator(".o_gov_leave_failure").wait_for()
    check(page, "ar_MA", terms)
    page.goto("/odoo/leave")
    page.locator(".o_gov_leave_drafts .o_gov_leave_tile").first.click()
    page.locator(".o_gov_leave_form").wait_for()
    assert (
        page.locator(".o_gov_leave_preview").count() or page.locator(".o_gov_leave_preview").first.wait_for() is None
    )


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("login", ["employee", "head", "hrmanager"])
def test_screens_around_leave(browser, credited, terms, login, lang):
    page = browser(login, lang, phone=True)
    for path, landmark in (
        ("my-leave", ".o_gov_leave_card"),
        ("leave-balance", ".o_gov_why_lines li"),
        ("leave-team", ".o_gov_team_table tbody tr"),
        ("leave-wishes", ".o_gov_leave h1"),
        ("leave-plan", ".o_gov_leave h1"),
    ):
        page.goto(f"/odoo/{path}", timeout=SLOW)
        page.locator(landmark).first.wait_for()
        check(page, lang, terms)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_slider_looks_ahead_and_the_page_prints(browser, credited, terms, lang):
    page = browser("employee", lang)
    page.goto("/odoo/leave-balance", timeout=SLOW)
    page.locator(".o_gov_why_lines li").first.wait_for()
    slider = page.locator("#gov_why_slider")
    slider.focus()
    for _month in range(4):
        page.keyboard.press("ArrowLeft" if lang == "ar_MA" else "ArrowRight")
    page.locator(".o_gov_why_lines li.forecast").first.wait_for()
    check(page, lang, terms)
    page.emulate_media(media="print")
    assert not page.locator(".o_main_navbar").is_visible()
    assert not page.locator(".o_gov_why_ahead").is_visible()
    assert page.locator(".o_gov_why_printed").is_visible()
    assert page.pdf(format="A4").startswith(b"%PDF-")


def test_plan_of_the_year_from_the_wish_to_the_request(browser, rpc, credited, terms):
    hr = rpc("hrmanager")
    page = browser("employee", "ar_MA", phone=True)
    page.goto("/odoo/leave-wishes", timeout=SLOW)
    year = year_of(page) + 1
    hr.call("gov.leave.plan", "action_open_year", year, page.evaluate("new Date().toISOString().slice(0, 10)"))
    page.reload()
    page.locator(".o_gov_wish_add").click()
    choose_days(page, f"{year}-07-05", f"{year}-07-09")
    check(page, "ar_MA", terms)
    page.locator("form [type=submit]").click()
    page.locator(".o_gov_leave_request[data-state=wish]").wait_for()
    check(page, "ar_MA", terms)

    head = browser("head", "ar_MA", phone=True)
    head.goto("/odoo/leave-plan", timeout=SLOW)
    head.locator(".o_gov_wish_line[data-state=wish] .o_gov_wish_agree").first.click()
    head.locator(".o_gov_wish_line[data-state=agreed]").wait_for()
    check(head, "ar_MA", terms)

    page.reload()
    page.locator(".o_gov_wish_request").click()
    page.locator(".o_gov_leave_request[data-state=draft]").first.wait_for()


def test_calendar_address_is_read_without_signing_in_until_it_is_stopped(browser, server, credited, terms):
    page = browser("employee", "ar_MA", phone=True)
    page.goto("/odoo/leave-calendar", timeout=SLOW)
    own = page.locator("section[data-scope=own]")
    own.locator(".btn-primary").click()
    address = page.locator("#gov_feed_own").input_value()
    check(page, "ar_MA", terms)
    path = "/my/leave/" + address.rsplit("/", 1)[1]
    anonymous = page.context.browser.new_context(base_url=server.url)
    answer = anonymous.request.get(path)
    assert answer.status == 200
    assert vobject.readOne(answer.text()).name == "VCALENDAR"
    own.locator(".btn-secondary").last.click()
    page.locator(".modal .btn-primary").click()
    page.locator("#gov_feed_own").wait_for(state="detached")
    assert anonymous.request.get(path).status == 404
    anonymous.close()
