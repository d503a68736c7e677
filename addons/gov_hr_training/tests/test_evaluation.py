from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .session_common import NOW, SessionCase

GOOD = {"content": 4, "teaching": 5, "usefulness": 3, "organisation": 4, "pace": 4}
DURING, AFTER = "2026-03-11 15:00:00", "2026-03-12 10:00:00"


@tagged("-at_install", "post_install")
@freeze_time(NOW)
class TestEvaluationOfSessions(SessionCase):
    """Four levels: at the end without a name, tests before and after, at work, figures of the unit."""

    def quiz(self):
        return self.env["gov.training.quiz"].create(
            {
                "course_id": self.course.id,
                "question_ids": [
                    (
                        0,
                        0,
                        {
                            "name": f"Question {at}",
                            "choice_ids": [
                                (0, 0, {"name": "Right", "is_right": True}),
                                (0, 0, {"name": "Right too", "is_right": at == 1}),
                                (0, 0, {"name": "Wrong"}),
                            ],
                        },
                    )
                    for at in range(2)
                ],
            }
        )

    def held_session(self):
        return self.held(self.convoked(*self.agents, seats=5))

    def give(self, session, user, **values):
        registration = self.registration(session, user.employee_id)
        return self.as_user(user, registration).action_give_feedback({**GOOD, **values})

    # -- level 1
    def test_answers_show_once_they_are_enough_and_bear_no_name(self):
        session = self.held_session()
        with self.at(DURING):
            for user in self.u_agents[:4]:
                self.give(session, user)
            shown = self.as_user(self.u_trainer, session).get_feedback()
            self.assertEqual((shown["count"], shown["is_open"], shown["means"]), (4, False, {}))
            self.assertFalse(
                self.as_user(self.u_officer)["gov.training.feedback"].search([("session_id", "=", session.id)])
            )
            self.give(session, self.u_agents[4], content=2, comment="More practice, please.")
            shown = self.as_user(self.u_trainer, session).get_feedback()
        self.assertTrue(shown["is_open"])
        self.assertAlmostEqual(shown["means"]["content"], 3.6)
        self.assertEqual(shown["comments"], [], "the trainer reads no words")
        self.assertEqual(self.as_user(self.u_officer, session).get_feedback()["comments"], ["More practice, please."])
        rows = self.as_user(self.u_officer)["gov.training.feedback"].search([("session_id", "=", session.id)])
        self.assertEqual(len(rows), 5)
        # nothing in the table leads back to somebody
        self.env.cr.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = 'gov_training_feedback'"
        )
        columns = {row[0] for row in self.env.cr.fetchall()}
        self.assertFalse(
            columns & {"create_uid", "write_uid", "create_date", "write_date", "employee_id", "registration_id"}
        )

    def test_who_was_present_answers_once_and_in_time(self):
        session = self.held_session()
        registration = self.registration(session, self.agent)
        with self.at("2026-03-11 10:00:00"), self.assertRaisesRegex(UserError, "from its last half-day on"):
            self.give(session, self.u_agent)
        with self.at("2026-04-20 10:00:00"), self.assertRaises(UserError):
            self.give(session, self.u_agent)
        with self.at(DURING):
            for odd in (
                {"content": 6},
                {"content": 0},
                {"content": None},
                {"content": "5"},
                {"content": True},
                {"comment": "x" * 2000},
            ):
                with self.assertRaises(UserError, msg=str(odd)):
                    self.give(session, self.u_agent, **odd)
            for odd in (None, [], "5", 5):
                with self.assertRaises(UserError):
                    self.as_user(self.u_agent, registration).action_give_feedback(odd)
            with self.assertRaises(AccessError):
                self.as_user(self.u_head, registration).action_give_feedback(GOOD)
            with self.assertRaises(AccessError):
                self.as_user(self.u_officer, registration).action_give_feedback(GOOD)
            self.give(session, self.u_agent)
            with self.assertRaises(UserError):
                self.give(session, self.u_agent)

    def test_others_do_not_read_the_evaluations(self):
        session = self.held_session()
        for user in (self.u_agent, self.u_head):
            with self.assertRaises(AccessError):
                self.as_user(user, session).get_feedback()
            with self.assertRaises(AccessError):
                self.as_user(user)["gov.training.feedback"].search([])

    # -- level 2
    def test_tests_before_and_after_give_the_gain(self):
        quiz = self.quiz()
        session = self.convoked()
        registration = self.registration(session, self.agent)
        one, two = quiz.question_ids
        right = {str(question.id): question.choice_ids.filtered("is_right").ids for question in quiz.question_ids}
        mine = self.as_user(self.u_agent, registration)
        test = mine.get_test()
        self.assertEqual((test["phase"], len(test["questions"])), ("before", 2))
        self.assertEqual(set(test["questions"][0]["choices"][0]), {"id", "name"}, "the right answers stay here")
        self.assertEqual([question["many"] for question in test["questions"]], [False, True])
        answer = mine.action_answer_test(
            "before", {str(one.id): right[str(one.id)], str(two.id): right[str(two.id)][:1]}
        )
        self.assertEqual(answer, {"score": 50.0, "gain": None})
        with self.assertRaises(UserError):
            self.as_user(self.u_agent, registration).action_answer_test("before", right)
        with self.assertRaises(UserError):
            self.as_user(self.u_agent, registration).action_answer_test("after", right)
        self.held(session)
        with self.at(AFTER):
            answer = self.as_user(self.u_agent, registration).action_answer_test("after", right)
        self.assertEqual(answer, {"score": 100.0, "gain": 50.0})
        self.env.invalidate_all()
        self.assertEqual((registration.score_before, registration.score_after, registration.gain), (50, 100, 50))

    def test_results_of_tests_are_not_for_the_head(self):
        self.quiz()
        session = self.convoked()
        registration = self.registration(session, self.agent)
        self.as_user(self.u_agent, registration).action_answer_test("before", {})
        for user, seen in (
            (self.u_agent, 1),
            (self.u_head, 0),
            (self.u_officer, 1),
            (self.u_far_officer, 0),
            (self.u_auditor, 1),
        ):
            found = self.as_user(user)["gov.training.test"].search([("registration_id", "=", registration.id)])
            self.assertEqual(len(found), seen, user.login)
        with self.assertRaises(AccessError):
            self.as_user(self.u_head, registration).read(["score_before"])
        for user in (self.u_agent, self.u_head, self.u_trainer):
            with self.assertRaises(AccessError):
                self.as_user(user)["gov.training.choice"].search([])

    def test_a_question_has_right_and_wrong_choices(self):
        quiz = self.quiz()
        for choices in ([("a", True)], [("a", False), ("b", False)], [("a", True), ("b", True)]):
            with self.assertRaises(ValidationError):
                quiz.question_ids = [
                    (
                        0,
                        0,
                        {
                            "name": "Odd",
                            "choice_ids": [(0, 0, {"name": name, "is_right": right}) for name, right in choices],
                        },
                    )
                ]

    # -- level 3
    def test_at_work_is_asked_after_three_months_of_the_person_and_of_the_head(self):
        session = self.closed(present={self.agents[1]: 1})
        transfers = self.env["gov.training.transfer"]
        with self.at("2026-06-10 06:00:00"):
            transfers._cron_due()
        self.assertFalse(transfers.search([("session_id", "=", session.id)]))
        with self.at("2026-06-11 06:00:00"):
            transfers._cron_due()
            transfers._cron_due()
        found = transfers.search([("session_id", "=", session.id)], order="side")
        self.assertEqual(found.mapped("side"), ["employee", "head"], "who was not validated is not asked")
        self.assertEqual((str(found[0].due_on), str(found[0].until)), ("2026-06-11", "2026-09-11"))
        self.assertEqual(found.activity_ids.user_id, self.u_agent | self.u_head)
        own, head = found
        marks = {"used": 4, "progress": 3, "conditions": 2, "remark": "No camera yet."}
        with self.at("2026-06-20 10:00:00"):
            for user, one in ((self.u_head, own), (self.u_agent, head), (self.u_officer, own), (self.u_officer, head)):
                with self.assertRaises(AccessError, msg=user.login):
                    self.as_user(user, one).action_answer(marks)
            with self.assertRaises(UserError):
                self.as_user(self.u_agent, own).action_answer({"used": 9})
            self.as_user(self.u_agent, own).action_answer(marks)
            self.as_user(self.u_director, head).action_answer({**marks, "used": 5})
            with self.assertRaisesRegex(UserError, "answered already"):
                self.as_user(self.u_agent, own).action_answer(marks)
        self.env.invalidate_all()
        self.assertEqual((own.state, own.mean, head.mean), ("done", 3.0, 3.33))
        self.assertFalse(found.activity_ids)

    def test_what_is_not_answered_is_said_after_six_months(self):
        session = self.closed()
        transfers = self.env["gov.training.transfer"]
        with self.at("2026-06-12 06:00:00"):
            transfers._cron_due()
        with self.at("2026-09-12 06:00:00"):
            transfers._cron_due()
        found = transfers.search([("session_id", "=", session.id)])
        self.assertEqual(set(found.mapped("state")), {"missed"})
        self.assertFalse(found.activity_ids)

    # -- level 4
    def test_an_indicator_goes_from_before_to_the_target(self):
        session = self.closed()
        officer = self.as_user(self.u_officer)
        indicator = officer["gov.training.indicator"].create(
            {
                "session_id": session.id,
                "name": "Releases in a day",
                "value_before": 40,
                "target": 80,
                "unit_label": "%",
            }
        )
        self.assertEqual(indicator.due_on, date(2026, 9, 11))
        with self.at("2026-09-12 06:00:00"):
            officer["gov.training.indicator"].sudo()._cron_due()
            self.assertEqual(session.activity_ids.user_id, self.u_officer)
            with self.assertRaises(ValidationError):
                indicator.write({"value_after": 60, "measured_on": "2026-03-11"})
            indicator.write({"value_after": 60, "measured_on": "2026-09-12"})
        self.assertEqual((indicator.is_measured, indicator.achievement), (True, 0.5))
        with self.assertRaises(AccessError):
            self.as_user(self.u_head)["gov.training.indicator"].search([])
        with self.assertRaises(AccessError):
            self.as_user(self.u_auditor, indicator).write({"value_after": 80})
        with self.assertRaises(AccessError):
            self.as_user(self.u_far_officer, indicator).write({"value_after": 80})

    # -- together
    def test_results_of_a_session_on_the_four_levels(self):
        session = self.held_session()
        with self.at(AFTER):
            for user in self.u_agents[:3]:
                self.give(session, user)
            self.as_user(self.u_officer, session).action_close()
        row = self.as_user(self.u_officer)["gov.training.result"].search([("session_id", "=", session.id)])
        self.assertEqual((row.participant_count, row.validated_count, row.presence_rate), (5, 5, 1.0))
        self.assertEqual((row.feedback_count, row.satisfaction), (3, 0.0), "three answers do not show")
        with self.at("2026-03-13 10:00:00"):
            for user in self.u_agents[3:]:
                self.give(session, user)
        self.env.invalidate_all()
        row = self.as_user(self.u_auditor)["gov.training.result"].search([("session_id", "=", session.id)])
        self.assertAlmostEqual(row.satisfaction, 4.0)
        with self.assertRaises(AccessError):
            self.as_user(self.u_agent)["gov.training.result"].search([])

    def test_the_page_of_the_employee_says_what_waits(self):
        self.quiz()
        session = self.convoked()
        pages = self.as_user(self.u_agent)["gov.training.session"]
        page = pages.get_my_training()
        self.assertEqual([one["kind"] for one in page["todo"]], ["test"])
        self.assertEqual(page["mine"][0]["state"], "convoked")
        self.assertTrue(page["mine"][0]["convocation"])
        with self.at("2026-03-10 09:30:00"):
            kinds = [
                one["kind"] for one in self.as_user(self.u_agent)["gov.training.session"].get_my_training()["todo"]
            ]
            self.assertEqual(kinds, ["sign", "test"])
        self.held(session)
        with self.at(DURING):
            kinds = [
                one["kind"] for one in self.as_user(self.u_agent)["gov.training.session"].get_my_training()["todo"]
            ]
            self.assertEqual(kinds, ["feedback", "test"])
        other = self.opened(date_from="2026-03-24", date_to="2026-03-25")
        page = self.as_user(self.u_agents[3])["gov.training.session"].get_my_training()
        offered = {one["session_id"] for one in page["open"]}
        self.assertEqual(offered & set((session | other).ids), {other.id}, "one under way is no longer offered")
        self.assertEqual(self.as_user(self.u_trainer)["gov.training.session"].get_my_training()["gives"], 1)
