"""A mission from the phone of the employee to the statement of expenses, in Arabic and in French."""

import datetime
import re
import subprocess

import pytest

SLOW = 120_000  # the first page of a server makes its bundles
LANGUAGES = ("ar_MA", "fr_FR")
WORDS = {
    "ar_MA": ("أمر بمهمة", "بيان مصاريف التنقل"),
    "fr_FR": ("Ordre de mission", "État des frais de déplacement"),
}


def local(moment, lang):
    """A moment as the field of the form takes it: the day, then the hour."""
    return moment.strftime("%d/%m/%Y %H:%M")


def text_of(pdf, tmp_path):
    path = tmp_path / "document.pdf"
    path.write_bytes(pdf)
    run = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True)
    return " ".join(re.sub(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", run.stdout.decode()).split())


def download(client, document):
    """The PDF, with the session of one user."""
    answer = client.get(f"/gov_document/{document}/document.pdf")
    assert answer.status_code == 200 and answer.content.startswith(b"%PDF-")
    return answer.content


def fill(page, name, value):
    field = page.locator(f".o_field_widget[name={name}] input, .o_field_widget[name={name}] textarea").first
    field.fill(value)
    field.press("Tab")


def read(client, model, record, *names):
    return client.call(model, "read", [record], list(names))[0]


def press(page, action):
    """Press a button of the form, in the bar or, on a phone, in its menu."""
    button = page.locator(
        f".o_form_view button[name={action}]:visible, .o-dropdown--menu button[name={action}]:visible"
    )
    page.locator(".o_statusbar_buttons").first.wait_for()
    page.wait_for_timeout(300)  # the bar folds its buttons once it knows its width
    if not button.count():
        page.locator(".o_statusbar_buttons .o-dropdown, .o_cp_action_menus .o-dropdown").first.click()
    button.first.click()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_employee_asks_on_a_phone_and_two_heads_decide(browser, server, rpc, lang, tmp_path):
    shift = 40 if lang == "ar_MA" else 60  # each language its days
    start = datetime.datetime.now().replace(hour=9, minute=0) + datetime.timedelta(days=shift)
    page = browser(login="employee", lang=lang, phone=True)
    page.goto("/odoo/ask-mission", timeout=SLOW)
    page.locator(".o_gov_mission_form, .o_form_view").first.wait_for()
    fill(page, "purpose", "زيارة المديرية الجهوية" if lang == "ar_MA" else "Visite de la direction régionale")
    fill(page, "place_to", "طنجة" if lang == "ar_MA" else "Tanger")
    fill(page, "start", local(start, lang))
    fill(page, "stop", local(start + datetime.timedelta(days=2), lang))
    width = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert width[0] <= width[1], "the screen scrolls sideways"
    press(page, "action_submit")
    page.locator(".o_field_widget[name=receipt_number]", has_text=re.compile(r"\d")).first.wait_for()
    employee = server.client("employee")
    order = employee.call(
        "gov.mission.order", "search", [["requester_id", "=", employee.uid]], limit=1, order="id desc"
    )[0]
    assert read(employee, "gov.mission.order", order, "state")["state"] == "submitted"
    for login in ("head", "director"):
        desk = browser(login=login, lang=lang)
        desk.goto(f"/odoo/missions/{order}", timeout=SLOW)
        desk.locator("button[name=action_approve]:visible").click()
        desk.locator("button[name=action_approve]:visible").wait_for(state="detached")
    found = read(employee, "gov.mission.order", order, "state", "document_id", "document_number", "stage_ids")
    assert found["state"] == "approved"
    assert len(found["stage_ids"]) == 2
    text = text_of(download(employee, found["document_id"][0]), tmp_path)
    # in both languages, each signed
    for words in (WORDS["ar_MA"][0], WORDS["fr_FR"][0], found["document_number"]):
        assert words in text
    director = server.client("director")
    signature = director.call("res.users", "read", [director.uid], ["name"])[0]["name"]
    assert signature in text
    page.goto("/odoo/my-missions")
    page.locator(".o_kanban_record", has_text=found["document_number"]).first.wait_for()


def test_mission_is_settled_on_a_phone_in_arabic_once_its_rate_is_known(browser, server, rpc, tmp_path):
    employee, hr, manager = server.client("employee"), server.client("hr"), server.client("hrmanager")
    person = read(employee, "res.users", employee.uid, "employee_id")["employee_id"][0]
    start = datetime.datetime.now(datetime.UTC).replace(hour=7, minute=0, second=0, microsecond=0, tzinfo=None)
    start -= datetime.timedelta(days=20)
    values = {
        "employee_id": person,
        "purpose": "Book fair",
        "place_from": "Rabat",
        "place_to": "Marrakech",
        "start": str(start),
        "stop": str(start + datetime.timedelta(days=1, hours=10)),
        "transport": "own_car",
        "car_make": "Dacia Logan",
        "car_plate": "12345-A-1",
        "car_power": 7,
    }
    order = hr.call("gov.mission.order", "create", [values])[0]
    hr.call("gov.mission.order", "action_submit", [order])
    for login in ("head", "director"):
        rpc(login).call("gov.mission.order", "action_approve", [order])
    page = browser(login="employee", lang="ar_MA", phone=True)
    page.goto(f"/odoo/my-missions/{order}", timeout=SLOW)
    press(page, "action_settle")
    warning = page.locator("[name=missing_alert]")
    warning.wait_for()
    # the rate is asked for in plain words, and the statement cannot be filed without it
    assert "لا يوجد سعر يومي" in warning.inner_text()
    settlement = read(employee, "gov.mission.order", order, "settlement_id")["settlement_id"][0]
    group = manager.call("gov.mission.group", "search", [["scales", "ilike", "10"]], limit=1)[0]
    first, last = start.date(), (start + datetime.timedelta(days=2)).date()
    vals = {"group_id": group, "kind": "morocco", "amount": 200, "valid_from": str(first), "valid_to": str(last)}
    group_of_person = read(hr, "hr.employee", person, "grade_id")["grade_id"]
    assert group_of_person
    manager.call("gov.mission.rate", "create", [vals])
    for stage in read(employee, "gov.mission.settlement", settlement, "stage_ids")["stage_ids"]:
        employee.call("gov.mission.stage", "write", [stage], {"km": 330})
    expense = {"settlement_id": settlement, "name": "Péage", "amount": 80, "date": str(first), "proof": "aGVsbG8="}
    employee.call("gov.mission.expense", "create", [expense])
    page.reload()
    page.locator(".o_field_widget[name=total_amount]", has_text=re.compile(r"\d")).first.wait_for()
    assert not page.locator("[name=missing_alert]:visible").count()
    press(page, "action_submit")
    page.locator(".o_field_widget[name=receipt_number]", has_text=re.compile(r"\d")).first.wait_for()
    for login in ("head", "hr", "authorising"):
        rpc(login).call("gov.mission.settlement", "action_approve", [settlement])
    found = read(employee, "gov.mission.settlement", settlement, "state", "total_amount", "document_id")
    assert found["state"] == "approved"
    assert found["total_amount"] == pytest.approx(2 * 330 * 1.75 + 80 + 200 * read_fraction(employee, settlement))
    text = text_of(download(employee, found["document_id"][0]), tmp_path)
    for words in (*WORDS["ar_MA"][1:], *WORDS["fr_FR"][1:], "577,50"):
        assert words in text
    assert read(employee, "gov.mission.order", order, "state")["state"] == "settled"


def read_fraction(client, settlement):
    """The days paid, from the lines the person reads."""
    domain = [["settlement_id", "=", settlement], ["kind", "=", "allowance"]]
    lines = client.call("gov.mission.settlement.line", "search_read", domain, ["quantity"])
    return sum(line["quantity"] for line in lines)
