import base64
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, new_test_user, tagged

from .common import ElearningCase

TODAY = "2026-11-23"


@tagged("post_install", "-at_install")
class TestMyCourses(ElearningCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.text = cls.make_lesson(sequence=1)

    def page(self, user=None):
        return self.learning(user).get_my_courses()

    def titles(self, part, user=None):
        return [card["name"] for card in self.page(user)[part]]

    def test_suggested_because_of_a_gap(self):
        card = next(card for card in self.page()["suggested"] if card["name"] == "Personal data")
        reason = card["reasons"][0]
        self.assertEqual((reason["skill"], reason["held"], reason["required"], reason["reached"]), ("Data", 0, 2, 2))
        # who has no such gap sees it among all courses
        self.assertIn("Personal data", self.titles("others", self.other))
        # the gap is closed: no longer suggested
        self.employee._gov_raise_skill(self.skill, 2, "test")
        self.assertNotIn("Personal data", self.titles("suggested"))

    def test_from_suggested_to_started_to_done(self):
        learning = self.learning()
        learning.action_join(self.course.id)
        second = self.make_lesson(name="Second", sequence=2)
        learning.get_lesson(self.text.id)
        self.assertIn("Personal data", self.titles("started"))
        answer = learning.action_finish_lesson(self.text.id)
        self.assertEqual((answer["next"], answer["is_course_done"]), (second.id, False))
        learning.get_lesson(second.id)
        card = next(card for card in self.page()["started"] if card["name"] == "Personal data")
        self.assertEqual((card["stopped_at"], card["progress"]), ("Second", 50))
        self.assertEqual(learning.get_course(self.course.id)["resume"], second.id)
        self.assertTrue(learning.action_finish_lesson(second.id)["is_course_done"])
        self.assertIn("Personal data", self.titles("done"))

    def test_finished_course_is_credited_everywhere(self):
        line = self.env["gov.training.course"].create({"code": "EL-C", "name": "Data course", "days": 1})
        self.course.gov_training_course_id = line
        learning = self.learning()
        learning.action_join(self.course.id)
        learning.action_finish_lesson(self.text.id)
        record = self.env["gov.training.record"].search([("employee_id", "=", self.employee.id)])
        self.assertRecordValues(
            record, [{"hours": 2, "source": "elearning", "result": "validated", "course_id": line.id}]
        )
        held = self.env["hr.employee"]._gov_held_levels(self.employee)
        self.assertEqual(held[self.employee.id, self.skill.id], 2)
        lines = self.env["hr.resume.line"].search([("employee_id", "=", self.employee.id)])
        self.assertEqual(len(lines), 1, "one line of the résumé, not one of core and one of the training")
        result = self.env["gov.course.result"].search([("employee_id", "=", self.employee.id)])
        self.assertEqual((result.channel_id, result.hours), (self.course, 2))
        # a lesson added later does not take the result back
        self.make_lesson(name="Late lesson")
        self.assertIn("Personal data", self.titles("done"))
        self.assertEqual(self.env["gov.training.record"].search_count([("employee_id", "=", self.employee.id)]), 1)

    def test_validity_of_its_own(self):
        self.course.gov_validity_months = 12
        learning = self.learning()
        learning.action_join(self.course.id)
        with freeze_time(TODAY):
            learning.action_finish_lesson(self.text.id)
        held = self.env["hr.employee.skill"].search(
            [("employee_id", "=", self.employee.id), ("skill_id", "=", self.skill.id)]
        )
        self.assertEqual(str(held.valid_to), "2027-11-23")

    def test_the_action_of_the_year_is_credited(self):
        plan = self.env["gov.training.plan"].create(
            {"year_from": 2026, "year_to": 2026, "employee_id": self.employee.id}
        )
        line = self.env["gov.training.course"].create({"code": "EL-C", "name": "Data course", "days": 1})
        action = self.env["gov.training.action"].create({"name": "Action", "plan_id": plan.id, "course_id": line.id})
        self.course.write({"gov_training_course_id": line.id, "gov_action_ids": [(6, 0, action.ids)]})
        self.assertEqual(self.course._gov_action(fields.Date.to_date(TODAY)), action)
        self.assertFalse(self.course._gov_action(fields.Date.to_date("2027-02-01")))

    def test_nothing_is_done_by_a_word(self):
        film, packed = self.make_film(), self.make_package()
        learning = self.learning()
        learning.action_join(self.course.id)
        for lesson in (film, packed):
            with self.assertRaises(UserError):
                learning.action_finish_lesson(lesson.id)
            with self.assertRaises(UserError):
                lesson.with_user(self.learner).action_mark_completed()
        learning.action_finish_lesson(self.text.id)
        with self.assertRaises(UserError):
            self.text.with_user(self.learner).action_mark_uncompleted()
        learning.get_lesson(film.id)
        row = self.env["slide.slide.partner"].search(
            [("slide_id", "=", film.id), ("partner_id", "=", self.learner.partner_id.id)]
        )
        with self.assertRaises(AccessError):
            row.with_user(self.learner).write({"completed": True})
        with self.assertRaises(AccessError):
            self.env["slide.slide.partner"].with_user(self.learner).create(
                {"slide_id": film.id, "partner_id": self.learner.partner_id.id, "completed": True}
            )

    def test_lessons_are_for_those_in_the_course(self):
        learning = self.learning()
        for act in (
            lambda: learning.get_lesson(self.text.id),
            lambda: learning.action_finish_lesson(self.text.id),
            lambda: learning.action_watch(self.text.id, 0, []),
        ):
            with self.assertRaises(AccessError):
                act()
        self.course.enroll = "invite"
        with self.assertRaises(UserError):
            learning.action_join(self.course.id)
        self.course.is_published = False
        with self.assertRaises(UserError):
            learning.get_course(self.course.id)

    def test_prerequisites(self):
        after = self.make_course("After", prerequisite_channel_ids=[(6, 0, self.course.ids)])
        with self.assertRaises(UserError) as caught:
            self.learning().action_join(after.id)
        self.assertIn("Personal data", str(caught.exception))

    def test_each_language_of_a_lesson(self):
        self.text.with_context(lang="fr_FR").name = "Leçon"
        self.text.update_field_translations("html_content", {"fr_FR": {"Text": "Texte"}})
        learning = self.learning()
        learning.action_join(self.course.id)
        self.assertIn("Texte", learning.with_context(lang="fr_FR").get_lesson(self.text.id)["html"])
        self.assertIn("Text<", learning.get_lesson(self.text.id)["html"])

    def test_texts_ask_nothing_outside_and_run_nothing(self):
        self.text.html_content = (
            '<p style="background:url(https://evil.example/a.png)">A<img src="https://evil.example/x.png"/>'
            '<img src="//evil.example/y.png"/><img src="/web/image/1"/><script>alert(1)</script>'
            '<iframe src="https://evil.example"></iframe><a href="javascript:alert(1)" onclick="x()">b</a></p>'
        )
        learning = self.learning()
        learning.action_join(self.course.id)
        html = learning.get_lesson(self.text.id)["html"]
        for word in ("evil.example", "<script", "javascript:", "onclick", "<iframe"):
            self.assertNotIn(word, html)
        self.assertIn("/web/image/1", html)

    def test_a_page_of_many_courses_costs_the_same(self):
        self.learning().get_my_courses()
        for place in range(12):
            self.make_lesson(self.make_course(f"Course {place}"))
        self.env.flush_all()
        self.env.invalidate_all()
        self.learning().get_my_courses()
        self.env.invalidate_all()
        with self.assertQueryCount(60):
            self.learning().get_my_courses()


@tagged("post_install", "-at_install")
class TestFilm(ElearningCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.film = cls.make_film()
        cls.film.gov_duration = 100
        cls.learning_ = cls.env["gov.learning"].with_user(cls.learner)
        cls.learning_.action_join(cls.course.id)

    def watch(self, moment, position, seen):
        with freeze_time(moment):
            return self.learning_.action_watch(self.film.id, position, seen)

    def open(self, moment):
        with freeze_time(moment):
            return self.learning_.get_lesson(self.film.id)

    def test_watched_to_the_end_is_done(self):
        self.open("2026-11-23 10:00:00")
        answer = self.watch("2026-11-23 10:00:40", 40, [[0, 40]])
        self.assertFalse(answer["is_done"])
        self.assertEqual(self.open("2026-11-23 11:00:00")["position"], 40)
        answer = self.watch("2026-11-23 11:01:00", 100, [[40, 100]])
        self.assertTrue(answer["is_done"])

    def test_leaping_to_the_end_is_not(self):
        self.open("2026-11-23 10:00:00")
        answer = self.watch("2026-11-23 10:00:08", 100, [[0, 4], [96, 100]])
        self.assertFalse(answer["is_done"])
        self.assertLess(answer["share"], 0.1)

    def test_a_forged_report_gives_no_more_than_the_clock(self):
        self.open("2026-11-23 10:00:00")
        for second in range(1, 6):
            answer = self.watch(f"2026-11-23 10:00:0{second}", 100, [[0, 100]])
        self.assertLess(answer["share"], 0.4)
        self.assertFalse(answer["is_done"])

    def test_the_same_seconds_count_once(self):
        self.open("2026-11-23 10:00:00")
        for minute in range(1, 9):
            answer = self.watch(f"2026-11-23 10:0{minute}:00", 30, [[0, 30]])
        self.assertAlmostEqual(answer["share"], 30 / 99.5, places=2)

    def test_odd_reports_are_refused(self):
        for position, seen in ((0, "x"), ("a", []), (0, [[0, 1]] * 600), (None, [])):
            with self.assertRaises(UserError):
                self.learning_.action_watch(self.film.id, position, seen)
        self.learning_.action_watch(self.film.id, float("nan"), [[None, 1], ["a"]])

    def test_size_limit(self):
        parameter = self.env["gov.parameter"].search([("code", "=", "elearning.video_megabytes")])
        parameter.value = 0
        with self.assertRaises(UserError) as caught:
            self.make_film()
        self.assertIn("film.webm", str(caught.exception))

    def test_captions_are_webvtt(self):
        Caption = self.env["gov.lesson.caption"].with_user(self.officer)
        with self.assertRaises(ValidationError):
            Caption.create(
                {"slide_id": self.film.id, "lang": "ar", "file": base64.b64encode(b"<script>"), "file_name": "a.vtt"}
            )
        text = "WEBVTT\n\n00:00.000 --> 00:02.000\nمرحبا"
        Caption.create({"slide_id": self.film.id, "lang": "ar", "file": base64.b64encode(text.encode())})
        self.assertEqual(self.learning_.get_lesson(self.film.id)["captions"][0]["lang"], "ar")
        with self.assertRaises(AccessError):
            Caption.with_user(self.learner).create({"slide_id": self.film.id, "lang": "fr", "file": b"QQ=="})

    def test_nothing_outside(self):
        with self.assertRaises(ValidationError):
            self.make_lesson(slide_category="video", html_content=False, url="https://youtu.be/abcdefghijk")


@tagged("post_install", "-at_install")
class TestQuiz(ElearningCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        answers = [
            (0, 0, {"text_value": "Yes", "is_correct": True}),
            (0, 0, {"text_value": "No", "comment": "Read again"}),
        ]
        cls.quiz = cls.make_lesson(
            slide_category="quiz",
            html_content=False,
            question_ids=[(0, 0, {"question": f"Q{place}", "answer_ids": answers}) for place in range(4)],
        )
        cls.learning_ = cls.env["gov.learning"].with_user(cls.learner)
        cls.learning_.action_join(cls.course.id)

    def answers(self, right):
        return {
            str(question.id): question.answer_ids[0 if place < right else 1].id
            for place, question in enumerate(self.quiz.question_ids)
        }

    def test_the_key_is_not_told(self):
        lesson = self.learning_.get_lesson(self.quiz.id)
        self.assertNotIn("is_correct", str(lesson))
        answer = self.learning_.action_answer_quiz(self.quiz.id, self.answers(3))
        self.assertFalse(answer["is_passed"] or answer["is_done"])
        self.assertEqual([one["is_right"] for one in answer["results"]], [True, True, True, False])
        self.assertEqual(answer["results"][3]["comment"], "Read again")
        with self.assertRaises(AccessError):
            self.env["slide.answer"].with_user(self.learner).search([]).read(["is_correct"])

    def test_again_until_passed(self):
        self.learning_.action_answer_quiz(self.quiz.id, self.answers(0))
        answer = self.learning_.action_answer_quiz(self.quiz.id, self.answers(4))
        self.assertTrue(answer["is_passed"] and answer["is_course_done"])
        board = self.env["gov.learning.board"].with_user(self.officer).get_board(self.course.id)["course"]
        self.assertEqual({one["share"] for one in board["questions"]}, {50})

    def test_odd_answers(self):
        foreign = self.make_lesson(
            slide_category="quiz",
            question_ids=[(0, 0, {"question": "x", "answer_ids": [(0, 0, {"text_value": "a", "is_correct": True}),
                                                                 (0, 0, {"text_value": "b"})]})],
        )  # fmt: skip
        wrong = dict(self.answers(4))
        wrong[next(iter(wrong))] = foreign.question_ids.answer_ids[0].id
        for answers in ({}, wrong, [], dict(list(self.answers(4).items())[:2])):
            with self.assertRaises(UserError):
                self.learning_.action_answer_quiz(self.quiz.id, answers)

    def test_a_film_with_questions_asks_for_both(self):
        film = self.make_film()
        film.question_ids = [
            (0, 0, {"question": "x", "answer_ids": [(0, 0, {"text_value": "a", "is_correct": True}),
                                                    (0, 0, {"text_value": "b"})]})
        ]  # fmt: skip
        question = film.question_ids
        answer = self.learning_.action_answer_quiz(film.id, {str(question.id): question.answer_ids[0].id})
        self.assertFalse(answer["is_done"])
        with freeze_time("2026-11-23 10:00:00"):
            self.learning_.get_lesson(film.id)
        with freeze_time("2026-11-23 10:00:30"):
            self.assertTrue(self.learning_.action_watch(film.id, 6, [[0, 6]])["is_done"])


@tagged("post_install", "-at_install")
class TestCertification(ElearningCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.survey = cls.env["survey.survey"].create(
            {
                "title": "Certification",
                "certification": True,
                "scoring_type": "scoring_without_answers",
                "scoring_success_min": 50,
                "is_attempts_limited": True,
                "attempts_limit": 1,
                "access_mode": "public",
                "question_and_page_ids": [
                    (0, 0, {"title": "Q", "question_type": "numerical_box", "is_scored_question": True,
                            "answer_numerical_box": 4, "answer_score": 1})
                ],
            }
        )  # fmt: skip
        cls.lesson = cls.make_lesson(
            slide_category="certification", html_content=False, survey_id=cls.survey.id, gov_retry_days=3
        )
        cls.learning_ = cls.env["gov.learning"].with_user(cls.learner)
        cls.learning_.action_join(cls.course.id)

    def attempt(self, value, moment):
        with freeze_time(moment):
            self.learning_.action_certify(self.lesson.id)
            answer = self.env["survey.user_input"].search(
                [("slide_id", "=", self.lesson.id)], order="id desc", limit=1
            )
            answer._save_lines(self.survey.question_ids, value)
            answer._mark_done()
            self.env.flush_all()
        return answer

    def test_who_fails_stays_and_tries_again(self):
        self.attempt(1, "2026-11-23 10:00:00")
        self.assertIn(self.learner.partner_id, self.course.partner_ids, "core would have taken him out")
        with freeze_time("2026-11-24 10:00:00"), self.assertRaises(UserError) as caught:
            self.learning_.action_certify(self.lesson.id)
        self.assertIn("2026", str(caught.exception))
        lesson = self.learning_.get_lesson(self.lesson.id)
        self.assertEqual(lesson["certification"]["last_score"], 0)
        self.attempt(4, "2026-11-27 10:00:00")
        self.assertTrue(self.learning_.get_lesson(self.lesson.id)["is_done"])
        self.assertTrue(self.learning_.get_course(self.course.id)["completed_on"])

    def test_the_survey_is_for_the_staff(self):
        self.assertRecordValues(self.survey, [{"access_mode": "token", "users_login_required": True}])

    def test_attempts_left_are_of_the_same_round(self):
        self.survey.attempts_limit = 3
        first = self.attempt(1, "2026-11-23 10:00:00")
        second = self.attempt(1, "2026-11-23 11:00:00")
        self.assertEqual(first.invite_token, second.invite_token)


@tagged("post_install", "-at_install")
class TestObligations(ElearningCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["gov.course.obligation"].search([]).active = False  # those of the sample year
        cls.text = cls.make_lesson()

    def oblige(self, **vals):
        return (
            self.env["gov.course.obligation"]
            .with_user(self.officer)
            .create({"channel_id": self.course.id, "job_ids": [(6, 0, self.job.ids)], **vals})
        )

    def notes(self, user):
        return self.env["mail.message"].search_count(
            [("partner_ids", "in", user.partner_id.ids), ("message_type", "=", "user_notification")]
        )

    @freeze_time(TODAY)
    def test_those_of_the_job_are_enrolled_and_told(self):
        before = self.notes(self.learner)
        self.oblige(days=30, reason="Law 09-08").action_apply()
        due = self.env["gov.course.due"].search([("channel_id", "=", self.course.id)])
        self.assertEqual(due.employee_id, self.employee)
        self.assertEqual(str(due.due_on), "2026-12-23")
        self.assertTrue(self.course.with_user(self.learner).is_member)
        self.assertEqual(self.notes(self.learner), before + 1)
        card = self.learning().get_my_courses()["must"][0]
        self.assertEqual((card["name"], card["due"]["reason"]), ("Personal data", "Law 09-08"))
        # a second night changes nothing
        self.env["gov.course.obligation"]._cron_obligations()
        self.assertEqual(self.env["gov.course.due"].search_count([("channel_id", "=", self.course.id)]), 1)
        self.assertEqual(self.notes(self.learner), before + 1)

    def test_units_with_those_under_them(self):
        below = self.env["hr.department"].create({"name": "Below", "unit_code": "EL-B", "parent_id": self.unit.id})
        user = new_test_user(self.env, "el_below", groups="base.group_user")
        person = self.env["hr.employee"].create({"name": "Below", "user_id": user.id, "department_id": below.id})
        obligation = self.oblige(job_ids=False, department_ids=[(6, 0, self.unit.ids)])
        self.assertIn(person, obligation._gov_people())

    def test_reminders_before_and_after(self):
        with freeze_time(TODAY):
            self.oblige(days=20).action_apply()
        due = self.env["gov.course.due"].search([("channel_id", "=", self.course.id)])
        told = []
        for days in range(60):
            day = fields.Date.to_date(TODAY) + timedelta(days=days)
            with freeze_time(day):
                before = self.notes(self.learner)
                self.env["gov.course.due"]._gov_remind()
                self.env["gov.course.due"]._gov_remind()
                if self.notes(self.learner) > before:
                    self.assertEqual(self.notes(self.learner), before + 1, "once a day")
                    told.append((day - due.due_on).days)
        self.assertEqual(told, [-14, -3, 1, 8, 22])

    @freeze_time(TODAY)
    def test_finished_is_settled(self):
        self.oblige().action_apply()
        self.learning().action_finish_lesson(self.text.id)
        due = self.env["gov.course.due"].search([("channel_id", "=", self.course.id)])
        self.assertEqual(str(due.done_on), TODAY)
        self.assertFalse(self.learning().get_my_courses()["must"])

    def test_renewed_before_its_validity_ends(self):
        self.course.gov_validity_months = 12
        with freeze_time(TODAY):
            self.oblige().action_apply()
            self.learning().action_finish_lesson(self.text.id)
        with freeze_time("2027-11-01"):
            self.env["gov.course.obligation"]._cron_obligations()
            card = self.learning().get_my_courses()["must"][0]
            self.assertEqual((card["due"]["date"], card["progress"]), ("2027-11-23", 0))
            self.learning().action_finish_lesson(self.text.id)
        self.assertEqual(
            self.env["gov.course.result"].search_count([("employee_id", "=", self.employee.id)]), 2, "both times stay"
        )
        self.assertEqual(self.env["gov.training.record"].search_count([("employee_id", "=", self.employee.id)]), 2)

    def test_for_somebody(self):
        with self.assertRaises(ValidationError):
            self.oblige(job_ids=False)

    def test_who_may(self):
        for user in (self.learner, self.author, self.auditor):
            with self.assertRaises(AccessError):
                self.env["gov.course.obligation"].with_user(user).create(
                    {"channel_id": self.course.id, "is_for_all": True}
                )
        obligation = self.oblige()
        with self.assertRaises(AccessError):
            obligation.with_user(self.auditor).action_apply()
        obligation.action_apply()
        due = self.env["gov.course.due"].search([("channel_id", "=", self.course.id)])
        self.assertFalse(self.env["gov.course.due"].with_user(self.other).search([("id", "=", due.id)]))
        self.assertTrue(self.env["gov.course.due"].with_user(self.learner).search([("id", "=", due.id)]))
        with self.assertRaises(AccessError):
            due.with_user(self.learner).write({"due_on": "2030-01-01"})
        with self.assertRaises(AccessError):
            due.with_user(self.learner).action_excuse("no")
        with self.assertRaises(UserError):
            due.with_user(self.officer).action_excuse()
        due.with_user(self.officer).action_excuse("Long absence")
        self.assertFalse(due.exists())


@tagged("post_install", "-at_install")
class TestBoard(ElearningCase):
    def test_funnel_and_curve(self):
        text, film = self.make_lesson(sequence=1), self.make_film()
        film.gov_duration = 100
        self.make_lesson(name="Last", sequence=9)
        for user, seen in ((self.learner, [[0, 100]]), (self.other, [[0, 30]])):
            learning = self.learning(user)
            learning.action_join(self.course.id)
            learning.action_finish_lesson(text.id)
            with freeze_time("2026-11-23 10:00:00"):
                learning.get_lesson(film.id)
            with freeze_time("2026-11-23 10:03:00"):
                learning.action_watch(film.id, seen[-1][1], seen)
        board = self.env["gov.learning.board"].with_user(self.officer).get_board(self.course.id)["course"]
        counts = {step["code"]: step["count"] for step in board["funnel"]}
        # the author is enrolled by core
        self.assertEqual(counts, {"enrolled": 3, "begun": 2, "half": 1, "done": 0})
        line = next(line for line in board["lessons"] if line["id"] == film.id)
        self.assertEqual((line["opened"], line["done"], line["stopped"]), (2, 1, 1))
        self.assertEqual((line["curve"][0], line["curve"][10]), (2, 1))
        for step in board["funnel"]:
            self.assertEqual(
                self.env[step["model"]].with_user(self.officer).search_count(step["domain"]), step["count"]
            )

    def test_who_sees_it(self):
        own = self.env["slide.channel"].with_user(self.author).create({"name": "Own"})
        board = self.env["gov.learning.board"]
        with self.assertRaises(AccessError):
            board.with_user(self.learner).get_board(self.course.id)
        with self.assertRaises(AccessError):
            board.with_user(self.author).get_board(self.course.id)
        self.assertEqual([one["id"] for one in board.with_user(self.author).get_board()["courses"]], own.ids)


@tagged("post_install", "-at_install")
class TestStaffOnly(ElearningCase):
    def test_visitors_and_portal_read_nothing(self):
        lesson = self.make_lesson(is_preview=True)
        portal = new_test_user(self.env, "el_portal", groups="base.group_portal")
        for user in (self.env.ref("base.public_user"), portal):
            for record in (self.course, lesson, self.env["slide.channel.tag"], self.env["gov.course.competency"]):
                with self.assertRaises(AccessError):
                    record.with_user(user).search([])
                self.assertFalse(record.with_user(user).has_access("read"))

    def test_no_course_is_shown_outside(self):
        self.assertEqual(self.course.visibility, "connected")
        for visibility in ("public", "link"):
            with self.assertRaises(ValidationError):
                self.course.visibility = visibility

    def test_authors_write_their_own(self):
        own = self.env["slide.channel"].with_user(self.author).create({"name": "Own"})
        own.gov_competency_ids = [(0, 0, {"skill_id": self.skill.id, "level": 1})]
        with self.assertRaises(AccessError):
            self.course.with_user(self.author).name = "Mine"
        with self.assertRaises(AccessError):
            self.course.gov_competency_ids.with_user(self.author).level = 4
        with self.assertRaises(AccessError):
            self.course.with_user(self.auditor).name = "Audited"
        self.assertEqual(self.course.with_user(self.auditor).name, "Personal data")

    def test_who_reads_the_progress_of_persons(self):
        lesson = self.make_lesson()
        self.learning().action_join(self.course.id)
        self.learning().get_lesson(lesson.id)
        for model in ("slide.channel.partner", "slide.slide.partner"):
            rows = [("channel_id", "=", self.course.id), ("partner_id", "=", self.learner.partner_id.id)]
            for user, seen in ((self.officer, 1), (self.auditor, 1), (self.author, 0)):
                self.assertEqual(self.env[model].with_user(user).search_count(rows), seen, (model, user.login))
            with self.assertRaises(AccessError):
                self.env[model].with_user(self.other).search(rows)

    def test_publishing_needs_content(self):
        course = self.make_course("Empty", is_published=False)
        with self.assertRaises(UserError):
            course.action_gov_publish()
        self.make_lesson(course, slide_category="video", html_content=False, is_published=False)
        with self.assertRaises(UserError) as caught:
            course.action_gov_publish()
        self.assertIn("Lesson", str(caught.exception))
        with self.assertRaises(AccessError):
            course.with_user(self.learner).action_gov_publish()
