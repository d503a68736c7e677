import random
from datetime import timedelta

from odoo import fields, models

from ..tools import sample_session as sample
from .gov_training_session_acts import PAST

LANGS = ("fr_FR", "en_US", "ar_MA")
REASONS = {
    "postpone": "قاعة التكوين غير متاحة بسبب أشغال الصيانة",
    "cancel": "عدد المسجلين أقل من الحد الأدنى",
}


class GovSample(models.AbstractModel):
    """The sample year of training sessions: one in each state, those held with their attendance and evaluations."""

    _inherit = "gov.sample"

    def _steps(self):
        return [
            *super()._steps(),
            self._make_training_tests,
            self._make_training_sessions,
            self._make_training_evaluations,
            self._make_training_programme,
        ]

    # ------------------------------------------------------------------ what the steps share
    def _training_sessions(self):
        # our own code writes the history: the acts let past days pass
        return self._as("training", self.env["gov.training.session"]).with_context(gov_past=PAST)

    def _training_course(self, code):
        return self.env["gov.training.course"].search([("code", "=", code)], limit=1)

    def _training_people(self):
        """Return the people of the directorate of the sample logins who have no login, in a fixed order."""
        unit = self._user("employee").employee_id.department_id
        top = unit
        while top.parent_id and top.unit_kind != "directorate":
            top = top.parent_id
        people = self.env["hr.employee"].search(
            [("department_id", "child_of", top.id), ("user_id", "=", False), ("ppr_number", "!=", False)],
            order="ppr_number",
        )
        # the service of the sample employee first: their head decides on them
        return people.sorted(lambda one: (one.department_id != unit, one.ppr_number))

    def _training_new(self, code, first, last, place, trainer=None, outside=None, **vals):
        course = self._training_course(code)
        action = self.env["gov.training.action"].search(
            [("course_id", "=", course.id), ("plan_id.year_from", "=", 2026), ("plan_id.kind", "=", "annual")], limit=1
        )
        who = {"employee_id": self._user(trainer).employee_id.id} if trainer else dict(outside)
        session = self._training_sessions().create(
            {
                "course_id": course.id,
                "action_id": action.id if action.state in ("planned", "running", "done") else False,
                "date_from": first,
                "date_to": last,
                "place": place,
                "trainer_ids": [(0, 0, who)],
                "seats": 12,
                "min_seats": 3,
                **vals,
            }
        )
        self._keep()
        return session

    # ------------------------------------------------------------------ tests
    def _make_training_tests(self):
        """Write the test of one course, in the three languages."""
        course = self._training_course("AC-01")
        quizzes = self._as("training", self.env["gov.training.quiz"])
        if not course or quizzes.search_count([("course_id", "=", course.id)], limit=1):
            return
        quiz = quizzes.create({"course_id": course.id})
        for at, (names, choices) in enumerate(sample.QUESTIONS, 1):
            question = self.env["gov.training.question"].create(
                {
                    "quiz_id": quiz.id,
                    "name": names[1],
                    "sequence": at,
                    "choice_ids": [
                        (0, 0, {"name": texts[1], "is_right": right, "sequence": number})
                        for number, (right, *texts) in enumerate(choices, 1)
                    ],
                }
            )
            for lang, text in zip(LANGS, names, strict=True):
                question.with_context(lang=lang).name = text
            for choice, (_right, *texts) in zip(question.choice_ids, choices, strict=True):
                for lang, text in zip(LANGS, texts, strict=True):
                    choice.with_context(lang=lang).name = text

    # ------------------------------------------------------------------ sessions
    def _make_training_sessions(self):
        """Hold sessions in 2026, one in each state."""
        sessions = self._training_sessions()
        if sessions.search_count([], limit=1) or not self._training_course("AC-01"):
            return
        people = self._training_people()
        employee = self._user("employee").employee_id
        outside = {"name": "Karima Benjelloun", "organisation": "École de l'image et des médias de l'Exemple"}
        # held and closed
        writing = self._training_new("DO-02", "2026-04-14", "2026-04-15", "قاعة الندوات - المقر المركزي", "hr")
        self._training_hold(writing, employee | people[:5], absent={people[4].id: 3})
        welcome = self._training_new("AC-01", "2026-07-06", "2026-07-07", "مركز التكوين - الرباط", "social")
        self._training_hold(welcome, employee | people[1:6], tests=True)
        # under way, with its first day signed
        running = self._training_new("ET-02", "2026-11-27", "2026-11-30", "القاعة 2 - المقر المركزي", "editor")
        self._training_convoke(running, people[8:12])
        self._training_sign(running, fields.Date.to_date("2026-11-27"))
        running._gov_progress()
        self._keep()
        # convoked: the sample employee is there
        filing = self._training_new("DO-01", "2026-12-15", "2026-12-16", "مركز التكوين - الرباط", "hr")
        self._training_convoke(filing, employee | people[2:5])
        # open, full, with a waiting list and an application that waits for the head
        crisis = self._training_new(
            "ME-05", "2026-12-17", "2026-12-18", "القاعة 2 - المقر المركزي", outside=outside, seats=4
        )
        crisis.action_open()
        self._keep()
        crisis.action_enrol(people[10:17].ids)
        self._keep()
        self._as("employee", crisis).action_apply("تدبير طلبات الصحافة الواردة على المصلحة")
        self._keep()
        # open, with seats left
        studies = self._training_new("ET-01", "2027-01-18", "2027-01-21", "مركز التكوين - الرباط", outside=outside)
        studies.action_open()
        self._keep()
        studies.action_enrol(people[12:15].ids)
        self._keep()
        # postponed, cancelled, in preparation
        litigation = self._training_new("JU-01", "2026-10-12", "2026-10-14", "قاعة الندوات - المقر المركزي", "hr")
        litigation.action_open()
        self._keep()
        litigation.action_enrol(people[5:9].ids)
        self._keep()
        litigation.action_postpone(REASONS["postpone"])
        self._keep()
        buildings = self._training_new("AC-04", "2026-09-21", "2026-09-22", "المستودع المركزي", "asset")
        buildings.action_cancel(REASONS["cancel"])
        self._keep()
        self._training_new("SI-03", "2027-02-08", "2027-02-11", "القاعة 2 - المقر المركزي", outside=outside)

    def _training_convoke(self, session, people):
        session.action_open()
        self._keep()
        # those who are on leave or on mission on these days stay out, as the officer would do
        away = {item["employee_id"] for item in session.sudo()._gov_conflicts(people)}
        session.action_enrol([one.id for one in people if one.id not in away])
        self._keep()
        session = session.browse(session.id)
        session.action_convoke()
        self._keep()

    def _training_sign(self, session, until=None, absent=None):
        """Let the participants have signed, by phone, a few minutes after the beginning of each half-day."""
        left = dict(absent or {})
        # run by the command line, as the system
        for slot in session.sudo().slot_ids.sorted("start"):
            if until and slot.date > until:
                continue
            present = slot.presence_ids.filtered(lambda row: row.state == "expected")
            for row in present.filtered(lambda row: left.get(row.employee_id.id)):
                left[row.employee_id.id] -= 1
                present -= row
            present._gov_write(
                {
                    "state": "present",
                    "way": "phone",
                    "signed_on": slot.start + timedelta(minutes=4),
                    "signed_by_id": self._user("training").id,
                }
            )
        self._keep()

    def _training_hold(self, session, people, absent=None, tests=False):
        self._training_convoke(session, people)
        session = session.browse(session.id)
        if tests:
            self._training_take_tests(session)
        self._training_sign(session, absent=absent)
        self._training_give_feedback(session)
        session.action_close()
        self._keep()

    def _training_take_tests(self, session):
        draw = random.Random(session.id)  # noqa: S311 - fictitious answers
        tests = self.env["gov.training.test"]
        vals = []
        # run by the command line, as the system
        for registration in session.sudo().registration_ids:
            before = draw.choice((20.0, 40.0, 60.0))
            after = min(100.0, before + draw.choice((20.0, 40.0, 60.0)))
            for phase, day, score in (("before", session.date_from, before), ("after", session.date_to, after)):
                vals.append({"registration_id": registration.id, "phase": phase, "date": day, "score": score})
        tests._gov_create(vals)

    def _training_give_feedback(self, session):
        draw = random.Random(2026)  # noqa: S311 - as above
        registrations = session.sudo().registration_ids.filtered("present_count")
        self.env["gov.training.feedback"]._gov_create(
            [
                {
                    "session_id": session.id,
                    "content": draw.choice((3, 4, 4, 5)),
                    "teaching": draw.choice((4, 4, 5)),
                    "usefulness": draw.choice((3, 4, 5)),
                    "organisation": draw.choice((2, 3, 4)),
                    "pace": draw.choice((3, 3, 4)),
                    "comment": sample.COMMENTS[at] if at < len(sample.COMMENTS) else False,
                }
                for at in range(len(registrations))
            ]
        )
        registrations._gov_write({"feedback_given": True})
        session._gov_write({"has_feedback": True})

    # ------------------------------------------------------------------ at work, figures of the unit
    def _make_training_evaluations(self):
        """Evaluate at work what was held in April, ask for what was held in July, measure a figure of the unit."""
        indicators = self._as("training", self.env["gov.training.indicator"])
        if indicators.search_count([], limit=1):
            return
        closed = self._training_sessions().search([("state", "=", "closed")], order="date_from")
        if len(closed) < 2:
            return
        writing, welcome = closed[0], closed[1]
        draw = random.Random(3)  # noqa: S311 - as above
        vals = []
        # run by the command line, as the system
        for registration in writing.sudo().registration_ids.filtered(lambda one: one.state == "validated"):
            for side in ("employee", "head"):
                vals.append(
                    {
                        "registration_id": registration.id,
                        "side": side,
                        "due_on": "2026-07-15",
                        "until": "2026-10-15",
                        "state": "done",
                        "used": draw.choice((3, 4, 5)),
                        "progress": draw.choice((3, 4)),
                        "conditions": draw.choice((2, 3, 4)),
                        "answered_on": "2026-07-22",
                    }
                )
        self.env["gov.training.transfer"]._gov_create(vals)
        self._keep()
        self.env["gov.training.transfer"]._cron_due()
        self._keep()
        unit = self._user("employee").employee_id.department_id
        made = indicators.create(
            [
                {
                    "session_id": writing.id,
                    "department_id": unit.id,
                    "name": sample.INDICATORS[0][1],
                    "unit_label": "%",
                    "value_before": 55,
                    "target": 85,
                    "value_after": 76,
                    "measured_on": "2026-10-20",
                },
                {
                    "session_id": welcome.id,
                    "department_id": unit.id,
                    "name": sample.INDICATORS[1][1],
                    "unit_label": "min",
                    "value_before": 35,
                    "target": 15,
                },
            ]
        )
        for indicator, names in zip(made, sample.INDICATORS, strict=True):
            for lang, text in zip(LANGS, names, strict=True):
                indicator.with_context(lang=lang).name = text

    # ------------------------------------------------------------------ reconversion
    def _make_training_programme(self):
        """Lead two people of the service to digital communication, with a mentor."""
        programmes = self._as("training", self.env["gov.training.programme"])
        job = self.env["hr.job"].search([("rec_code", "=", sample.PROGRAMME_JOB)], limit=1)
        if programmes.search_count([], limit=1) or not job:
            return
        people = self._training_people().filtered(lambda one: one.job_id and one.job_id != job)[:2]
        mentor = self._user("editor").employee_id
        programme = programmes.create(
            {
                "name": sample.PROGRAMME[0][1],
                "description": sample.PROGRAMME[1][1],
                "job_id": job.id,
                "date_from": "2026-09-01",
                "date_to": "2027-06-30",
                "member_ids": [(0, 0, {"employee_id": one.id, "mentor_id": mentor.id}) for one in people],
            }
        )
        for name, texts in zip(("name", "description"), sample.PROGRAMME, strict=True):
            for lang, text in zip(LANGS, texts, strict=True):
                programme.with_context(lang=lang)[name] = text
        self._keep()
        programme.action_propose_steps()
        self._keep()
        programme.action_start()
