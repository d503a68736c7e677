import io
import re

from odoo.http import Request
from odoo.tests import HttpCase, new_test_user, tagged

from .common import MANIFEST_2004, ElearningCase, fixture, package


class HttpElearning(HttpCase, ElearningCase):
    def sign_in(self, user):
        self.authenticate(user.login, user.login)

    def rpc(self, model, method, *args):
        answer = self.url_open(
            f"/web/dataset/call_kw/{model}/{method}",
            json={"jsonrpc": "2.0", "method": "call",
                  "params": {"model": model, "method": method, "args": list(args), "kwargs": {}}},
        ).json()  # fmt: skip
        if "error" in answer:
            raise AssertionError(answer["error"]["data"]["message"])
        return answer["result"]


@tagged("post_install", "-at_install")
class TestFilmOverHttp(HttpElearning):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.film = cls.make_film()
        cls.data = fixture("film.webm").getvalue()
        cls.url = f"/elearning/video/{cls.film.id}"

    def get(self, headers=None, head=False):
        return self.url_open(self.url, headers=headers or {}, method="HEAD" if head else "GET")

    def test_ranges(self):
        self.learning().action_join(self.course.id)
        self.sign_in(self.learner)
        size = len(self.data)
        whole = self.get()
        self.assertEqual((whole.status_code, whole.content), (200, self.data))
        self.assertEqual(whole.headers["Content-Type"], "video/webm")
        self.assertEqual(whole.headers["Accept-Ranges"], "bytes")
        self.assertEqual(whole.headers["X-Content-Type-Options"], "nosniff")
        for asked, first, last in (
            ("bytes=0-99", 0, 99),
            ("bytes=100-", 100, size - 1),
            ("bytes=-50", size - 50, size - 1),
            (f"bytes=0-{size * 2}", 0, size - 1),
        ):
            part = self.get({"Range": asked})
            self.assertEqual(part.status_code, 206, asked)
            self.assertEqual(part.content, self.data[first : last + 1], asked)
            self.assertEqual(part.headers["Content-Range"], f"bytes {first}-{last}/{size}")
            self.assertEqual(int(part.headers["Content-Length"]), last + 1 - first)
        self.assertEqual(self.get({"Range": f"bytes={size + 10}-"}).status_code, 416)
        head = self.get(head=True)
        self.assertEqual((head.status_code, head.content), (200, b""))
        self.assertEqual(int(head.headers["Content-Length"]), size)
        # an old copy is not continued with the bytes of another file
        stale = self.get({"Range": "bytes=10-20", "If-Range": '"other"'})
        self.assertEqual((stale.status_code, len(stale.content)), (200, size))
        same = self.get({"If-None-Match": whole.headers["ETag"]})
        self.assertEqual(same.status_code, 304)

    def test_only_for_those_in_the_course(self):
        self.assertIn("/web/login", self.get().url)
        self.sign_in(self.other)
        self.assertEqual(self.get().status_code, 404)
        self.assertEqual(self.url_open("/elearning/video/999999").status_code, 404)
        attachment = self.film.gov_video_id
        self.assertEqual(self.url_open(f"/web/content/{attachment.id}").status_code, 404, "no other way to the file")

    def test_a_large_film_is_not_read_whole(self):
        """A response hands the file over block by block: its body is no bytes in memory."""
        self.learning().action_join(self.course.id)
        self.sign_in(self.learner)
        response = self.opener.get(self.base_url() + self.url, stream=True, timeout=10)
        self.assertEqual(next(response.iter_content(64)), self.data[:64])

    def test_upload(self):
        lesson = self.make_lesson()
        url = f"/elearning/upload/{lesson.id}"

        def send(name, data, token=True):
            body = {"csrf_token": Request.csrf_token(self)} if token else {}
            return self.url_open(url, data=body, files={"file": (name, io.BytesIO(data))})

        self.sign_in(self.learner)
        self.assertEqual(send("film.mp4", fixture("film.mp4").getvalue()).status_code, 404)
        self.sign_in(self.officer)
        self.assertEqual(send("film.mp4", fixture("film.mp4").getvalue(), token=False).status_code, 400)
        answer = send("film.mp4", fixture("film.mp4").getvalue())
        self.assertEqual(answer.status_code, 200, answer.text)
        self.assertEqual(answer.json()["kind"], "video")
        self.assertEqual(lesson.gov_video_id.mimetype, "video/mp4")
        # an image that calls itself a film
        answer = send("film.mp4", b"\x89PNG\r\n\x1a\n" + b"\0" * 100)
        self.assertEqual(answer.status_code, 422)
        self.assertIn("film.mp4", answer.json()["error"])
        answer = send("x.pdf", b"%PDF-1.4\n" + b"0" * 100 + b"\n%%EOF\n")
        self.assertEqual(answer.json()["kind"], "document")
        self.assertEqual(self.url_open(f"/elearning/document/{lesson.id}").headers["Content-Type"], "application/pdf")
        self.assertEqual(send("x.pdf", b"%PDF-1.4\n" + b"0" * 100).status_code, 422)


@tagged("post_install", "-at_install")
class TestScormOverHttp(HttpElearning):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        files = {
            "app.js": "var a = 1;",
            "media.bin": bytes(range(256)) * 100,
            "latin.html": "<p>\xe9t\xe9".encode("latin-1"),
        }
        cls.lesson = cls.make_package(stream=package(files))
        cls.env["gov.learning"].with_user(cls.learner).action_join(cls.course.id)
        cls.attempt = cls.lesson.with_user(cls.learner)._gov_attempt()
        cls.items = cls.attempt.package_id.item_ids

    def launch(self, item=0):
        return self.attempt.with_user(self.learner).action_launch(self.items[item].id)

    def visitor(self, path, **kwargs):
        """Without any session: what a page in the sandbox sends."""
        self.opener.cookies.clear()
        return self.url_open(path, **kwargs)

    def test_files_by_the_address_alone(self):
        launch = self.launch()
        page = self.visitor(launch["url"])
        self.assertEqual(page.status_code, 200)
        self.assertRegex(
            page.text, r"<head><script>window\.__gov_scorm=.*?</script><script src=\"/scorm/runtime\.js\">"
        )
        self.assertEqual(page.headers["Cache-Control"], "no-store")
        base = launch["url"].rpartition("/")[0]
        script = self.visitor(base + "/app.js")
        self.assertEqual(
            (script.text, script.headers["Content-Type"]), ("var a = 1;", "text/javascript; charset=utf-8")
        )
        part = self.visitor(base + "/media.bin", headers={"Range": "bytes=300-309"})
        self.assertEqual((part.status_code, part.content), (206, (bytes(range(256)) * 100)[300:310]))
        self.assertEqual(self.visitor(base + "/media.bin", headers={"Range": "bytes=99999999-"}).status_code, 416)
        latin = self.visitor(base + "/latin.html")
        self.assertEqual(latin.headers["Content-Type"], "text/html")
        self.assertIn(b"\xe9t\xe9", latin.content)

    def test_everything_is_in_a_sandbox(self):
        launch = self.launch()
        base = launch["url"].rpartition("/")[0]
        for name in ("one.html", "app.js", "media.bin", "imsmanifest.xml"):
            headers = self.visitor(f"{base}/{name}").headers
            policy = headers["Content-Security-Policy"]
            self.assertTrue(policy.startswith("sandbox allow-scripts allow-forms;"))
            self.assertNotIn("allow-same-origin", policy)
            self.assertNotIn("allow-top-navigation", policy)
            connect = re.search(r"connect-src ([^;]*)", policy)[1]
            self.assertIn(f"{base}/ ", connect)
            self.assertNotIn("'self'", policy)
            self.assertNotIn("Set-Cookie", headers)
            self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
            self.assertEqual(headers["Referrer-Policy"], "no-referrer")

    def test_addresses(self):
        launch = self.launch()
        token = launch["url"].split("/")[2]
        good = self.visitor(launch["url"])
        self.assertEqual(good.status_code, 200)
        flipped = token[:-1] + ("A" if token[-1] != "A" else "B")
        bodies = set()
        for path in (
            f"/scorm/{flipped}/one.html",
            f"/scorm/{token}/nothing.html",
            f"/scorm/{token}/..%2f..%2fetc/passwd",
            f"/scorm/{token}/%2e%2e/one.html",
            "/scorm/x/one.html",
            f"/scorm/{'a' * 500}/one.html",
        ):
            answer = self.visitor(path)
            self.assertEqual(answer.status_code, 404, path)
            bodies.add(answer.text)
        self.assertEqual(len(bodies), 1, "the same answer, whatever is wrong")
        self.assertIn(self.visitor(launch["url"], data={"a": "b"}).status_code, (404, 405))
        # the address is over: time, another launch, the learner leaves the course
        record = self.env["gov.scorm.launch"].search([("attempt_id", "=", self.attempt.id)])
        self.assertNotIn(token, str(record.read()), "only the digest is kept")
        record.expires_on = "2026-01-01 00:00:00"
        self.assertEqual(self.visitor(launch["url"]).status_code, 404)
        second = self.launch(1)
        self.assertEqual(self.visitor(launch["url"]).status_code, 404)
        self.assertEqual(self.visitor(second["url"]).status_code, 200)
        self.course.sudo()._remove_membership(self.learner.partner_id.ids)
        self.env.flush_all()
        self.assertEqual(self.visitor(second["url"]).status_code, 404)

    def test_an_address_leads_to_its_package_alone(self):
        launch = self.launch()
        other = self.make_package(self.make_course("Other"), package({"secret.html": "secret"}))
        self.assertTrue(other.gov_package_id)
        token = launch["url"].split("/")[2]
        self.assertEqual(self.visitor(f"/scorm/{token}/secret.html").status_code, 404)

    def test_the_player_page(self):
        self.sign_in(self.learner)
        page = self.url_open(f"/elearning/scorm/{self.lesson.id}")
        self.assertEqual(page.status_code, 200)
        self.assertIn('sandbox="allow-scripts allow-forms"', page.text)
        self.assertIn("frame-ancestors 'self'", page.headers["Content-Security-Policy"])
        self.sign_in(self.other)
        self.assertEqual(self.url_open(f"/elearning/scorm/{self.lesson.id}").status_code, 404)


@tagged("post_install", "-at_install")
class TestScormAttempt(HttpElearning):
    """What comes back from a package: kept, bounded, resumed; nobody else's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lesson = cls.make_package()
        cls.env["gov.learning"].with_user(cls.learner).action_join(cls.course.id)
        cls.attempt = cls.lesson.with_user(cls.learner)._gov_attempt().with_user(cls.learner)
        cls.items = cls.attempt.sudo().package_id.item_ids

    def follow(self, item, values, finished=True, attempt=None):
        attempt = attempt or self.attempt
        launch = attempt.action_launch(item.id)["launch"]
        return attempt.action_commit(launch, values, finished)

    def test_two_activities_to_the_end(self):
        answer = self.follow(
            self.items[0],
            {"cmi.core.lesson_status": "completed", "cmi.core.score.raw": "80", "cmi.core.session_time": "0000:00:10"},
        )
        self.assertEqual(answer["items"][0]["status"], "passed")
        self.assertEqual(answer["attempt"]["completion"], "incomplete")
        answer = self.follow(self.items[1], {"cmi.core.lesson_status": "completed"})
        self.assertEqual((answer["attempt"]["completion"], answer["attempt"]["score"]), ("completed", 80))
        self.assertTrue(self.learning().get_course(self.course.id)["completed_on"])

    def test_failed_is_not_done_and_may_begin_anew(self):
        self.follow(self.items[0], {"cmi.core.lesson_status": "completed", "cmi.core.score.raw": "10"})
        answer = self.follow(self.items[1], {"cmi.core.lesson_status": "completed"})
        self.assertEqual((answer["attempt"]["completion"], answer["attempt"]["success"]), ("completed", "failed"))
        self.assertFalse(self.learning().get_course(self.course.id)["completed_on"])
        lesson = self.learning().action_new_attempt(self.lesson.id)
        self.assertEqual(lesson["attempt"]["number"], 2)
        with self.assertRaisesRegex(Exception, "over"):
            self.attempt.action_launch(self.items[0].id)

    def test_resume(self):
        self.follow(
            self.items[0],
            {"cmi.core.exit": "suspend", "cmi.suspend_data": "page=7", "cmi.core.lesson_location": "7",
             "cmi.core.lesson_status": "incomplete"},
        )  # fmt: skip
        launch = self.attempt.action_launch(self.items[0].id)
        self.assertEqual(launch["values"]["cmi.suspend_data"], "page=7")
        track = self.attempt.sudo().track_ids
        self.assertEqual((track.entry, track._gov_fixed()["cmi.core.entry"]), ("resume", "resume"))

    def test_cut_without_an_end_resumes(self):
        self.follow(self.items[0], {"cmi.suspend_data": "half"}, finished=False)
        self.attempt.action_launch(self.items[0].id)
        self.assertEqual(self.attempt.sudo().track_ids.entry, "resume")

    def test_time_is_that_of_the_clock_at_most(self):
        self.follow(self.items[0], {"cmi.core.session_time": "0040:00:00"})
        self.assertLess(self.attempt.sudo().seconds, 60)

    def test_forged_reports(self):
        launch = self.attempt.action_launch(self.items[0].id)["launch"]
        for user in (self.other, self.officer, self.auditor):
            with self.assertRaisesRegex(Exception, "somebody else|not allowed|Join"):
                self.attempt.with_user(user).action_commit(launch, {}, True)
        for args in (("nonsense", {}), (launch, "text"), (launch, ["a"]), (None, {})):
            with self.assertRaises(Exception):  # noqa: B017 - whatever the refusal
                self.attempt.action_commit(*args)
        answer = self.attempt.action_commit(
            launch,
            {"cmi.core.student_name": "X", "__proto__": "x", "cmi.core.lesson_status": "won", "cmi.suspend_data": 7,
             "cmi.core.score.raw": "1000"},
        )  # fmt: skip
        self.assertEqual(len(answer["refused"]), 5)
        self.assertFalse(self.attempt.sudo().track_ids.values)
        # another window took over
        self.attempt.action_launch(self.items[1].id)
        with self.assertRaisesRegex(Exception, "another window"):
            self.attempt.action_commit(launch, {"cmi.core.lesson_status": "passed"})

    def test_rows_are_not_written_by_hand(self):
        self.attempt.action_launch(self.items[0].id)
        for record in (self.attempt, self.attempt.sudo().track_ids.with_user(self.learner)):
            with self.assertRaises(Exception):  # noqa: B017
                record.write({"completion": "completed"})
        self.assertFalse(
            self.env["gov.scorm.attempt"].with_user(self.other).search([("slide_id", "=", self.lesson.id)])
        )
        with self.assertRaises(Exception):  # noqa: B017
            self.env["gov.scorm.launch"].with_user(self.officer).search([])

    def test_answers_reach_the_board(self):
        self.follow(
            self.items[0],
            {"cmi.interactions.0.id": "Q-capital", "cmi.interactions.0.type": "choice",
             "cmi.interactions.0.student_response": "b", "cmi.interactions.0.result": "wrong"},
        )  # fmt: skip
        board = self.env["gov.learning.board"].with_user(self.officer).get_board(self.course.id)["course"]
        self.assertEqual([(one["question"], one["share"]) for one in board["questions"]], [("Q-capital", 100)])

    def test_2004(self):
        lesson = self.make_package(self.make_course("2004"), package(manifest=MANIFEST_2004))
        self.learning().action_join(lesson.channel_id.id)
        attempt = lesson.with_user(self.learner)._gov_attempt().with_user(self.learner)
        item = attempt.sudo().package_id.item_ids
        answer = self.follow(
            item, {"cmi.progress_measure": "0.9", "cmi.score.scaled": "0.4", "cmi.exit": "suspend"}, True, attempt
        )
        self.assertEqual((answer["attempt"]["completion"], answer["attempt"]["success"]), ("completed", "failed"))
        answer = self.follow(item, {"cmi.score.scaled": "0.75"}, True, attempt)
        self.assertEqual((answer["attempt"]["success"], answer["attempt"]["score"]), ("passed", 75))
        fixed = attempt.sudo().track_ids._gov_fixed()
        self.assertEqual((fixed["cmi.scaled_passing_score"], fixed["cmi.completion_threshold"]), ("0.5", "0.8"))
        self.assertIn("cmi.objectives.0.id", attempt.sudo().track_ids._gov_start_values())


@tagged("post_install", "-at_install")
class TestClosedSite(HttpElearning):
    """The public site that comes with core's courses shows nothing, and asks nothing outside."""

    def test_public_pages(self):
        lesson = self.make_lesson(is_preview=True)
        for path in (
            "/slides",
            f"/slides/{self.course.id}",
            f"/slides/slide/{lesson.id}",
            f"/slides/embed/{lesson.id}",
            f"/slides/embed_external/{lesson.id}",
            "/slides/all",
            "/profile/users",
            "/profile/ranks_badges",
            "/contactus",
            "/website/info",
            "/sitemap.xml",
        ):
            answer = self.url_open(path)
            self.assertEqual(answer.status_code, 404, path)
            self.assertNotIn("Personal data", answer.text)
        for path in ("/slides/channel/join", "/slides/slide/quiz/get", "/slides/slide/get_html_content"):
            answer = self.url_open(path, json={"jsonrpc": "2.0", "params": {"channel_id": self.course.id,
                                                                             "slide_id": lesson.id}})  # fmt: skip
            self.assertNotIn("result", answer.json() if answer.status_code == 200 else {})

    def test_the_root_leads_into_the_suite(self):
        answer = self.url_open("/", allow_redirects=False)
        self.assertEqual(answer.status_code, 303)
        self.assertIn("/odoo", answer.headers["Location"])

    def test_nobody_registers_himself(self):
        self.assertEqual(self.url_open("/web/signup").status_code, 404)
        self.assertNotIn("/web/signup", self.url_open("/web/login").text)

    def test_old_links_lead_to_my_courses(self):
        self.sign_in(self.learner)
        answer = self.url_open(f"/slides/{self.course.id}", allow_redirects=False)
        self.assertEqual((answer.status_code, answer.headers["Location"].endswith("/odoo/my-courses")), (303, True))

    def test_nothing_is_asked_outside(self):
        page = self.url_open("/web/login").text
        pages = [page]
        for address in re.findall(r'(?:href|src)="(/web/assets/[^"]+)"', page):
            pages.append(self.url_open(address).text)
        self.assertGreater(len(pages), 1)
        for text in pages:
            # no style or font of another site, whichever it is
            self.assertFalse(
                re.search(r"@import\s[^;]{0,20}https?://|url\(.?https?://|<link[^>]+stylesheet[^>]+https?://", text)
            )

    def test_portal_and_public_have_no_address(self):
        portal = new_test_user(self.env, "el_portal2", groups="base.group_portal")
        film = self.make_film()
        self.sign_in(portal)
        for path in (f"/elearning/video/{film.id}", f"/elearning/scorm/{film.id}", f"/elearning/document/{film.id}"):
            self.assertEqual(self.url_open(path).status_code, 404)
