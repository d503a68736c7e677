"""A session from the enrolment to the certificate: the tablet of the trainer shows the code, the employee signs on her
phone in Arabic, evaluates, takes the test; the officer closes; the certificate is verified by its code."""

import datetime
import re
import subprocess

import pytest

SLOW = 120_000  # the first page of a server makes its bundles
SESSION, SLOT = "gov.training.session", "gov.training.slot"


def read(client, model, record, *names):
    return client.call(model, "read", [record], list(names))[0]


def employee_of(client):
    return read(client, "res.users", client.uid, "employee_id")["employee_id"][0]


def text_of(pdf, tmp_path):
    path = tmp_path / "document.pdf"
    path.write_bytes(pdf)
    run = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True)
    return " ".join(re.sub(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", run.stdout.decode()).split())


def check_width(page):
    width = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert width[0] <= width[1], "the screen scrolls sideways"


@pytest.fixture(scope="module")
def held(rpc):
    """A session of tomorrow, convoked, whose one half-day is moved to now by the fixture ``now``."""
    training, manager = rpc("training"), rpc("hrmanager")
    person, trainer = employee_of(rpc("employee")), employee_of(rpc("social"))
    course = training.call("gov.training.course", "search", [["code", "=", "AC-01"]])[0]
    day = datetime.date.today() + datetime.timedelta(days=1)
    while day.weekday() > 4:
        day += datetime.timedelta(days=1)
    vals = {
        "course_id": course,
        "date_from": str(day),
        "date_to": str(day),
        "place": "مركز التكوين",
        "seats": 3,
        "min_seats": 1,
        "trainer_ids": [[0, 0, {"employee_id": trainer}]],
        "slot_ids": [
            [0, 0, {"date": str(day), "period": "am", "start": f"{day} 09:00:00", "stop": f"{day} 12:00:00"}]
        ],
    }
    session = training.call(SESSION, "create", [vals])[0]
    training.call(SESSION, "action_open", [session])
    other = manager.call("hr.employee", "search", [["user_id", "=", False]], limit=1)
    training.call(SESSION, "action_enrol", [session], [person, *other])
    training.call(SESSION, "action_convoke", [session])
    slot = training.call(SLOT, "search", [["session_id", "=", session]])[0]
    return {"session": session, "slot": slot, "person": person}


@pytest.fixture(scope="module")
def convocation_text(held, rpc, tmp_path_factory):
    employee = rpc("employee")
    rows = employee.call(
        "gov.training.registration",
        "search_read",
        [["session_id", "=", held["session"]]],
        ["convocation_id", "convocation_number", "state"],
    )
    assert [row["state"] for row in rows] == ["convoked"], "she reads her own registration and no other"
    answer = employee.get(f"/gov_document/{rows[0]['convocation_id'][0]}/document.pdf")
    assert answer.status_code == 200
    return text_of(answer.content, tmp_path_factory.mktemp("convocation"))


def test_convocation_is_in_both_languages_and_in_the_calendar(held, convocation_text, rpc):
    for words in ("استدعاء للتكوين", "Convocation à une formation", "/CF/"):
        assert words in convocation_text, convocation_text
    events = rpc("employee").call(
        "calendar.event", "search_read", [["gov_session_id", "=", held["session"]]], ["start"]
    )
    assert len(events) == 1


def test_employee_signs_on_her_phone_with_the_code_of_the_trainers_tablet(browser, held, server, rpc, sql):
    now = datetime.datetime.now(datetime.UTC).replace(microsecond=0, tzinfo=None)
    sql(
        "UPDATE gov_training_slot SET start = %s, stop = %s, date = %s WHERE id = %s",
        [now - datetime.timedelta(minutes=10), now + datetime.timedelta(hours=1), now.date(), held["slot"]],
    )
    tablet = browser(login="social", lang="fr_FR")
    tablet.goto("/odoo/training-attendance", timeout=SLOW)
    tablet.locator(".o_choose", has_text="Accueil").last.click()
    tablet.locator(".o_show_code").click()
    path = tablet.locator(".o_qr").get_attribute("data-path")
    phone = browser(login="employee", lang="ar_MA", phone=True)
    phone.goto(path, timeout=SLOW)
    phone.locator("main[data-answer=ask]").wait_for()
    assert phone.evaluate("getComputedStyle(document.body).direction") == "rtl"
    check_width(phone)
    phone.get_by_role("button", name="أنا حاضر: أوقع").click()
    phone.locator("main[data-answer=signed]").wait_for()
    assert "تم تسجيل حضورك" in phone.inner_text("main")
    # the tablet shows it by itself
    tablet.locator(".o_gov_training_people li[data-state=present]").wait_for()
    # the same scan does not serve twice
    phone.goto(path)
    phone.locator("main[data-answer=ask]").wait_for()
    phone.locator("form button").click()
    phone.locator("main[data-answer=signed]").wait_for()
    assert "سبق تسجيل حضورك" in phone.inner_text("main")
    rows = sql(
        "SELECT state, way FROM gov_training_presence WHERE slot_id = %s AND employee_id = %s",
        [held["slot"], held["person"]],
    )
    assert rows == [("present", "phone")]
    # who has no phone signs on the tablet with a finger
    row = tablet.locator(".o_gov_training_people li[data-state=expected]").first
    row.locator(".o_ask").click()
    box = tablet.locator("canvas").bounding_box()
    tablet.mouse.move(box["x"] + 40, box["y"] + 60)
    tablet.mouse.down()
    tablet.mouse.move(box["x"] + 180, box["y"] + 90, steps=5)
    tablet.mouse.up()
    tablet.locator(".o_keep").click()
    tablet.locator(".o_gov_training_people li[data-state=expected]").wait_for(state="detached")
    signed = sql("SELECT way FROM gov_training_presence WHERE slot_id = %s ORDER BY way", [held["slot"]])
    assert signed == [("phone",), ("tablet",)]


def test_employee_evaluates_and_takes_the_test_on_her_phone_in_arabic(browser, held, rpc, sql):
    phone = browser(login="employee", lang="ar_MA", phone=True)
    phone.goto("/odoo/my-sessions", timeout=SLOW)
    phone.locator("[data-kind=feedback]").first.click()
    phone.locator(".o_gov_training_form").wait_for()
    check_width(phone)
    for group in phone.locator(".o_gov_training_marks").all():
        group.locator("button").nth(3).click()
    phone.locator("#o_words").fill("تكوين مفيد.")
    phone.locator(".o_send").click()
    phone.locator(".alert-success").wait_for()
    given = sql("SELECT content, comment FROM gov_training_feedback WHERE session_id = %s", [held["session"]])
    assert given == [(4, "تكوين مفيد.")]
    phone.locator("[data-kind=test]").first.click()
    phone.locator(".o_send_test").wait_for()
    for question in phone.locator(".o_gov_training_test fieldset").all():
        question.locator("input").first.check()
    phone.locator(".o_send_test").click()
    phone.locator(".o_gov_training_result").wait_for()
    check_width(phone)
    assert not phone.locator("[data-kind=feedback]").count()


def test_officer_closes_and_the_certificate_is_verified(browser, held, rpc, sql, tmp_path):
    now = datetime.datetime.now(datetime.UTC).replace(microsecond=0, tzinfo=None)
    sql(
        "UPDATE gov_training_slot SET start = %s, stop = %s WHERE id = %s",
        [now - datetime.timedelta(hours=3), now - datetime.timedelta(minutes=1), held["slot"]],
    )
    desk = browser(login="training", lang="fr_FR")
    desk.goto(f"/odoo/training-sessions/{held['session']}", timeout=SLOW)
    desk.locator("button[name=action_close]:visible").click()
    desk.locator(".modal .btn-primary").click()
    desk.locator("button[name=action_close]:visible").wait_for(state="detached", timeout=SLOW)
    phone = browser(login="employee", lang="ar_MA", phone=True)
    phone.goto("/odoo/my-sessions", timeout=SLOW)
    with phone.expect_download() as event:
        phone.locator(".o_certificate").first.click()
    with open(event.value.path(), "rb") as file:
        text = text_of(file.read(), tmp_path)
    for words in ("شهادة التكوين", "Attestation de formation", "/AF/"):
        assert words in text, text
    employee = rpc("employee")
    row = employee.call(
        "gov.training.registration", "search_read", [["session_id", "=", held["session"]]], ["state", "certificate_id"]
    )[0]
    assert row["state"] == "validated"
    token = sql("SELECT token FROM gov_document WHERE id = %s", [row["certificate_id"][0]])[0][0]
    verified = browser(lang="ar_MA", phone=True)
    verified.goto(f"/verify/{token}?lang=ar")
    verified.locator("[data-answer=document].good").wait_for()
    records = sql(
        "SELECT result, source, has_levels FROM gov_training_record WHERE employee_id = %s"
        " AND origin_res_id = (SELECT id FROM gov_training_registration WHERE session_id = %s AND employee_id = %s)"
        " AND origin_model = 'gov.training.registration'",
        [held["person"], held["session"], held["person"]],
    )
    assert records == [("validated", "session", True)], records
