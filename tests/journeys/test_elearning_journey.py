"""Distance learning on a phone, in Arabic: a film and a SCORM course to their end, then the file of the person; and a
package that tries to leave its sandbox."""

import io
import pathlib
import re
import zipfile

import pytest
import requests

SLOW = 120_000  # the first page of a server makes its bundles
FIXTURES = pathlib.Path(__file__).resolve().parents[2] / "addons" / "gov_hr_elearning" / "tests" / "fixtures"

MANIFEST = """<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="M" xmlns="{space}" xmlns:adlcp="{adlcp}">
  <metadata><schema>ADL SCORM</schema><schemaversion>{version}</schemaversion></metadata>
  <organizations default="O"><organization identifier="O"><title>Course</title>{items}</organization></organizations>
  <resources>{resources}</resources>
</manifest>"""
SPACES = {
    "1.2": ("http://www.imsproject.org/xsd/imscp_rootv1p1p2", "http://www.adlnet.org/xsd/adlcp_rootv1p2", "scormtype"),
    "2004 4th Edition": (
        "http://www.imsglobal.org/xsd/imscp_v1p1",
        "http://www.adlnet.org/xsd/adlcp_v1p3",
        "scormType",
    ),
}


def package(pages, version="1.2"):
    """A package whose activities are pages given by name."""
    space, adlcp, kind = SPACES[version]
    launched = [name for name in pages if name.startswith("sco")]
    items = "".join(f'<item identifier="I{n}" identifierref="R{n}"><title>{n}</title></item>' for n in launched)
    resources = "".join(
        f'<resource identifier="R{n}" type="webcontent" adlcp:{kind}="sco" href="{n}"><file href="{n}"/></resource>'
        for n in launched
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "imsmanifest.xml",
            MANIFEST.format(space=space, adlcp=adlcp, version=version, items=items, resources=resources),
        )
        for name, content in pages.items():
            archive.writestr(name, content)
    return stream.getvalue()


class Author:
    """The training officer, who makes courses as the screens do."""

    def __init__(self, server):
        self.client = server.client("training")
        page = self.client.get("/odoo").text
        self.token = re.search(r'csrf_token: "([^"]+)"', page)[1]

    def course(self, name, **vals):
        return self.client.call("slide.channel", "create", [{"name": name, "is_published": True, **vals}])[0]

    def lesson(self, course, name, file=None, **vals):
        slide = self.client.call(
            "slide.slide",
            "create",
            [{"name": name, "channel_id": course, "is_published": True, "slide_category": "article", **vals}],
        )[0]
        if file:
            answer = self.send(slide, *file)
            assert answer.status_code == 200, answer.text
        return slide

    def send(self, slide, name, data):
        return self.client.http.post(
            f"{self.client.server.url}/elearning/upload/{slide}",
            data={"csrf_token": self.token},
            files={"file": (name, io.BytesIO(data))},
            timeout=60,
        )


@pytest.fixture(scope="module")
def author(server, rpc):
    return Author(server)


def sandbox(page):
    """The frame of the package, inside that of the player."""
    for _try in range(200):
        frame = next((one for one in page.frames if one.url.startswith(page.url.split("/odoo")[0] + "/scorm/")), None)
        if frame:
            return frame
        page.wait_for_timeout(50)
    raise AssertionError("the package was not opened")


def open_lesson(page, course, lesson):
    page.goto(f"/odoo/my-courses/{course}", timeout=SLOW)
    join = page.locator(".o_gov_learn_actions .btn-primary:not(.o_gov_learn_go)")
    page.locator(".o_gov_learn_lessons").first.wait_for()
    if join.count():
        join.first.click()
    page.locator(f"[data-lesson='{lesson}']:not([disabled])").click()
    page.locator(".o_gov_learn_back").wait_for()


def forgive(browser, *words):
    """Take out what the browser says of refusals that the test provokes; a request that was refused is told too."""
    browser.errors[:] = [error for error in browser.errors if not any(word in error for word in words)]


def test_film_and_scorm_to_the_end_in_arabic_on_a_phone(browser, server, author):
    employee = server.client("employee")
    person = author.client.call("hr.employee", "search", [["user_id", "=", employee.uid]])[0]
    # a competency that the job asks for and the person lacks: the course is offered because of it
    kind = author.client.call("hr.skill.type", "search", [["gov_kind", "=", "know_how"]])[0]
    skill = author.client.call(
        "hr.skill", "create", [{"name": "حفظ الوثائق", "code": "JRN-1", "skill_type_id": kind}]
    )[0]
    course = author.course(
        "مدد حفظ الوثائق", gov_hours=1.5, gov_competency_ids=[(0, 0, {"skill_id": skill, "level": 2})]
    )
    film = author.lesson(course, "شريط", ("film.webm", (FIXTURES / "film.webm").read_bytes()), sequence=1)
    packed = author.lesson(
        course, "درس تفاعلي", ("retention.zip", (FIXTURES / "retention_scorm12.zip").read_bytes()), sequence=2
    )
    page = browser(login="employee", lang="ar_MA", phone=True)
    outside = []
    page.on("requestfinished", lambda request: request.url.startswith("http") and outside.append(request.url))
    page.goto("/odoo/my-courses", timeout=SLOW)
    page.locator(f"[data-course='{course}']").wait_for()
    assert page.evaluate("getComputedStyle(document.body).direction") == "rtl"
    open_lesson(page, course, film)
    # one leaps to the end: nothing is counted; then the film is seen
    video = page.locator("video")
    video.evaluate("film => new Promise(done => { film.muted = true; film.onseeked = done; film.currentTime = 5.5; })")
    page.wait_for_timeout(500)
    assert not page.locator(".o_gov_learn_after").count()
    video.evaluate("film => { film.currentTime = 0; return film.play().then(() => 1); }")
    page.locator(".o_gov_learn_after").wait_for(timeout=30_000)
    page.locator(".o_gov_learn_next").click()
    # the package: two pages, then one leaves and comes back where one stopped
    course_page = sandbox(page)
    course_page.locator("#next").click()
    course_page.locator("#page-2.shown").wait_for()
    page.wait_for_timeout(700)
    open_lesson(page, course, packed)
    course_page = sandbox(page)
    course_page.locator("#page-2.shown").wait_for()
    course_page.locator("#next").click()
    course_page.locator("input[value=b]").check()
    course_page.locator("#next").click()
    page.locator(".o_gov_learn_after").wait_for()
    width = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert width[0] <= width[1], "the screen scrolls sideways"
    # what changed: the plan, the skill, the résumé
    records = author.client.call(
        "gov.training.record", "search_read", [["employee_id", "=", person], ["course_name", "=", "مدد حفظ الوثائق"]],
        ["hours", "source", "result"],
    )  # fmt: skip
    assert [(one["hours"], one["source"], one["result"]) for one in records] == [(1.5, "elearning", "validated")]
    hr = server.client("hrmanager")
    held = hr.call(
        "hr.employee.skill", "search_read", [["employee_id", "=", person], ["skill_id", "=", skill]], ["level_rank"]
    )
    assert [one["level_rank"] for one in held] == [2]
    lines = hr.call("hr.resume.line", "search_read", [["employee_id", "=", person]], ["name"])
    assert sum(one["name"] == "مدد حفظ الوثائق" for one in lines) == 1
    attempt = author.client.call(
        "gov.scorm.attempt", "search_read", [["slide_id", "=", packed]], ["completion", "success", "score", "seconds"]
    )
    assert [(one["completion"], one["success"], one["score"]) for one in attempt] == [("completed", "passed", 100)]
    assert not [url for url in outside if not url.startswith(server.url)], "something was asked outside"


def test_package_of_an_exporter_with_frames(browser, server, author):
    course = author.course("Records")
    lesson = author.lesson(course, "PLCT", ("plct.zip", (FIXTURES / "plct_scorm12.zip").read_bytes()))
    page = browser(login="head", lang="fr_FR")
    answered = []
    page.on("response", lambda response: answered.append(response.url))
    open_lesson(page, course, lesson)
    frame = sandbox(page)
    frame.locator("#toc li").first.wait_for(state="attached")
    inner = frame.frame_locator("#main-iframe")
    inner.locator("h1").first.wait_for()
    assert frame.evaluate("API.LMSGetValue('cmi.objectives._count')") == "5"
    assert frame.evaluate("self.origin") == "null"
    assert not [url for url in answered if url.startswith("http") and not url.startswith(server.url)]
    forgive(browser, "cdn.jsdelivr.net")


HOSTILE = """<!DOCTYPE html><html><head><meta charset="utf-8"></head><body><script>
const tries = {
  parent: () => window.parent.document.body.innerHTML,
  top: () => window.top.document.cookie,
  top_location: () => { window.top.location.href = '/web/session/logout'; return 'left'; },
  player: () => window.parent.fetch,
  cookie: () => { document.cookie = 'session_id=x; path=/';
    return document.cookie.includes('session_id=x') ? 'memory' : ''; },
  storage: () => { localStorage.setItem('a', 'b'); return 'memory'; },
  opener: () => window.open('/odoo') ? 'opened' : 'refused',
  origin: () => self.origin,
};
const results = {};
for (const [name, act] of Object.entries(tries)) {
  try { results[name] = String(act()); } catch (error) { results[name] = 'refused'; }
}
const reach = async (url, options) => { try { const a = await fetch(url, options); return 'reached ' + a.status; }
  catch (error) { return 'refused'; } };
(async () => {
  results.session = await reach('/web/session/get_session_info', { method: 'POST', credentials: 'include',
    headers: { 'Content-Type': 'application/json' }, body: '{}' });
  results.other_course = await reach('/elearning/video/OTHER', { credentials: 'include' });
  results.outside = await reach('https://example.invalid/x');
  results.own = await reach('own.txt');
  results.image = await new Promise((done) => { const i = new Image(); i.onload = () => done('reached');
    i.onerror = () => done('refused'); i.src = '/web/static/img/logo.png'; });
  API.LMSInitialize('');
  // forged messages: for another attempt, with other kinds, with values that are none
  for (const data of [{ gov: 'scorm', launch: 'x', kind: 'finish', changes: { 'cmi.core.lesson_status': 'passed' } },
    { gov: 'scorm-progress', attempt: 1, state: { completion: 'completed', success: 'passed' } },
    { gov: 'scorm', launch: window.__gov_scorm.launch, kind: 'values', changes: { __proto__: { a: 'b' },
      'cmi.core.student_name': 'X', 'cmi.suspend_data': { a: 1 }, 'cmi.core.score.raw': '5000' } }]) {
    window.parent.postMessage(data, '*'); window.top.postMessage(data, '*');
  }
  window.tried = results;
  document.body.dataset.done = '1';
})();
</script></body></html>"""


def test_hostile_package_stays_in_its_sandbox(browser, server, author):
    course = author.course("Hostile")
    other = author.lesson(author.course("Other"), "Film", ("film.mp4", (FIXTURES / "film.mp4").read_bytes()))
    pages = {"sco.html": HOSTILE.replace("OTHER", str(other)), "own.txt": "own", "plain.html": "<p>plain"}
    lesson = author.lesson(course, "Package", ("hostile.zip", package(pages)))
    page = browser(login="director", lang="fr_FR")
    open_lesson(page, course, lesson)
    frame = sandbox(page)
    frame.locator("body[data-done]").wait_for(state="attached")
    tried = frame.evaluate("window.tried")
    assert tried == {
        "parent": "refused",
        "top": "refused",
        "top_location": "refused",
        "player": "refused",
        "cookie": "memory",
        "storage": "memory",
        "opener": "refused",
        "origin": "null",
        "session": "refused",
        "other_course": "refused",
        "outside": "refused",
        "own": "reached 200",
        "image": "refused",
    }
    page.wait_for_timeout(5000)  # the player's own delay before it sends
    assert page.url.endswith(f"/my-courses/{course}"), "the page around it was not moved"
    tracks = author.client.call("gov.scorm.track", "search_read", [["attempt_id.slide_id", "=", lesson]],
                                ["completion", "success", "values", "has_score"])  # fmt: skip
    assert [(one["completion"], one["success"], one["values"] or {}, one["has_score"]) for one in tracks] == [
        ("incomplete", "unknown", {}, False)
    ]
    # the address of the package, opened by itself and with the session: still no origin, and no session in it
    address = frame.url
    page.goto(address.replace("sco.html", "plain.html"))
    assert page.evaluate("self.origin") == "null"
    assert requests.get(address.replace("sco.html", "own.txt"), timeout=30).text == "own"
    forgive(
        browser,
        "Content Security Policy",
        "example.invalid",
        "sandbox",
        "Unsafe attempt",
        "Blocked opening",
        "logo.png",
    )


RUNTIME_2004 = """<!DOCTYPE html><html><body><script>
const api = window.API_1484_11, log = [];
const call = (name, ...args) => { const value = api[name](...args);
  log.push([name, ...args.slice(0, 1), value, api.GetLastError()]); };
call('GetValue', 'cmi.location');
call('Initialize', 'x');
call('Initialize', '');
call('Initialize', '');
call('GetValue', 'cmi.location');
call('GetValue', 'cmi.completion_status');
call('GetValue', 'cmi.entry');
call('GetValue', 'cmi.nothing');
call('SetValue', 'cmi.learner_id', 'x');
call('GetValue', 'cmi.session_time');
call('SetValue', 'cmi.score.scaled', '1.5');
call('SetValue', 'cmi.score.scaled', 'high');
call('SetValue', 'cmi.interactions.1.id', 'Q');
call('SetValue', 'cmi.interactions.0.type', 'choice');
call('SetValue', 'cmi.interactions.0.id', 'Q');
call('SetValue', 'cmi.interactions.0.type', 'choice');
call('GetValue', 'cmi.interactions._count');
call('GetValue', 'cmi.score._children');
call('SetValue', 'cmi.location', '7');
call('SetValue', 'cmi.score.scaled', '0.8');
call('SetValue', 'cmi.success_status', 'passed');
call('SetValue', 'cmi.completion_status', 'completed');
call('SetValue', 'cmi.session_time', 'PT1S');
call('Commit', '');
call('Terminate', '');
call('GetValue', 'cmi.location');
call('Terminate', '');
window.log = log; document.body.dataset.done = '1';
</script></body></html>"""

ANSWERS_2004 = [
    ["GetValue", "cmi.location", "", "122"],
    ["Initialize", "x", "false", "201"],
    ["Initialize", "", "true", "0"],
    ["Initialize", "", "false", "103"],
    ["GetValue", "cmi.location", "", "403"],
    ["GetValue", "cmi.completion_status", "unknown", "0"],
    ["GetValue", "cmi.entry", "ab-initio", "0"],
    ["GetValue", "cmi.nothing", "", "401"],
    ["SetValue", "cmi.learner_id", "false", "404"],
    ["GetValue", "cmi.session_time", "", "405"],
    ["SetValue", "cmi.score.scaled", "false", "407"],
    ["SetValue", "cmi.score.scaled", "false", "406"],
    ["SetValue", "cmi.interactions.1.id", "false", "351"],
    ["SetValue", "cmi.interactions.0.type", "false", "408"],
    ["SetValue", "cmi.interactions.0.id", "true", "0"],
    ["SetValue", "cmi.interactions.0.type", "true", "0"],
    ["GetValue", "cmi.interactions._count", "1", "0"],
    ["GetValue", "cmi.score._children", "scaled,raw,min,max", "0"],
    ["SetValue", "cmi.location", "true", "0"],
    ["SetValue", "cmi.score.scaled", "true", "0"],
    ["SetValue", "cmi.success_status", "true", "0"],
    ["SetValue", "cmi.completion_status", "true", "0"],
    ["SetValue", "cmi.session_time", "true", "0"],
    ["Commit", "", "true", "0"],
    ["Terminate", "", "true", "0"],
    ["GetValue", "cmi.location", "", "123"],
    ["Terminate", "", "false", "113"],
]


def test_two_activities_of_2004_and_their_codes(browser, server, author):
    course = author.course("SCORM 2004")
    second = RUNTIME_2004.replace("'PT1S'", "'PT2S'")
    data = package({"sco1.html": RUNTIME_2004, "sco2.html": second}, "2004 4th Edition")
    lesson = author.lesson(course, "Package", ("course.zip", data))
    page = browser(login="hr", lang="fr_FR")
    open_lesson(page, course, lesson)
    frame = sandbox(page)
    frame.locator("body[data-done]").wait_for(state="attached")
    assert frame.evaluate("window.log") == ANSWERS_2004
    player = page.frame_locator("iframe.o_gov_scorm")
    player.locator(".gov_scorm_item.passed").wait_for()
    assert not page.locator(".o_gov_learn_after").count(), "one of two activities is done"
    player.locator("#gov_scorm_next").click()
    page.locator(".o_gov_learn_after").wait_for(timeout=20_000)
    state = author.client.call("gov.scorm.attempt", "search_read", [["slide_id", "=", lesson]], ["score", "success"])
    assert [(one["score"], one["success"]) for one in state] == [(80, "passed")]
