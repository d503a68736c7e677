import io
from datetime import datetime, timedelta

from odoo import models
from odoo.fields import Command
from odoo.tools.misc import file_open

from ..tools import sample_courses as sample

BEGIN = datetime(2026, 10, 12, 9, 0)


class GovSample(models.AbstractModel):
    """The sample year of distance learning: eight courses in three languages, and learners at several stages."""

    _inherit = "gov.sample"

    def _steps(self):
        return [*super()._steps(), self._make_courses, self._make_learners]

    def _in_three(self, record, field, words):
        for lang, text in zip(sample.LANGS, words, strict=True):
            record.with_context(lang=lang)[field] = text

    def _make_courses(self):
        """Make the specialities, the courses with their lessons, and publish those that are ready."""
        channels = self.env["slide.channel"].with_context(tracking_disable=True, mail_create_nolog=True, lang="en_US")
        if channels.with_context(active_test=False).search_count([], limit=1):
            return
        tags = self._make_course_tags()
        skills = {skill.code: skill.id for skill in self.env["hr.skill"].search([("gov_kind", "!=", False)])}
        officer = self._user("training")
        for course in sample.COURSES:
            channel = channels.create(
                {
                    "name": course["name"][2],
                    "user_id": officer.id,
                    "tag_ids": [Command.set([tags[tag] for tag in course["tags"]])],
                    "gov_hours": course["hours"],
                    "gov_validity_months": course.get("validity", 0),
                    "gov_competency_ids": [
                        Command.create({"skill_id": skills[code], "level": level})
                        for code, level in course["skills"].items()
                        if code in skills
                    ],
                }
            )
            self._in_three(channel, "name", course["name"])
            channel.description = f"<p>{course['about'][2]}</p>"
            for lang, text in zip(sample.LANGS[:2], course["about"][:2], strict=True):
                channel.update_field_translations("description", {lang: {course["about"][2]: text}})
            for place, (kind, names, content) in enumerate(course["lessons"], 1):
                self._make_lesson(channel, place, kind, names, content)
            if not course.get("is_draft"):
                channel.action_gov_publish()

    def _make_course_tags(self):
        made = {}
        for place, (code, (domain, speciality)) in enumerate(sample.TAGS.items(), 1):
            group = self.env["slide.channel.tag.group"].create({"name": domain[2], "sequence": place})
            self._in_three(group, "name", domain)
            tag = self.env["slide.channel.tag"].create({"name": speciality[2], "group_id": group.id})
            self._in_three(tag, "name", speciality)
            made[code] = tag.id
        return made

    def _make_lesson(self, channel, place, kind, names, content):
        slides = self.env["slide.slide"].with_context(tracking_disable=True, mail_create_nolog=True, lang="en_US")
        vals = {"name": names[2], "channel_id": channel.id, "sequence": place, "slide_category": kind}
        vals["completion_time"] = {"article": 0.15, "video": 0.05, "scorm": 0.3, "document": 0.25, "quiz": 0.1}[kind]
        if kind == "article":
            vals["html_content"] = "".join(f"<p>{text}</p>" for text in content[2])
        lesson = slides.create(vals)
        self._in_three(lesson, "name", names)
        if kind == "article":
            for lang, texts in zip(sample.LANGS[:2], content[:2], strict=True):
                lesson.update_field_translations("html_content", {lang: dict(zip(content[2], texts, strict=True))})
        elif kind == "video":
            with file_open("gov_hr_elearning/data/sample/counter.webm", "rb") as film:
                lesson._gov_take_file(io.BytesIO(film.read()), "film.webm")
        elif kind == "scorm":
            lesson._gov_take_file(sample.package(f"{channel.id}-{place}"), "exercise.zip")
        elif kind == "document":
            lesson._gov_take_file(sample.sheet(names[2], ["Sample document of the sample year."]), "document.pdf")
        elif kind == "quiz":
            for number, (question, right, wrong) in enumerate(content):
                self._make_question(lesson, number, question, right, wrong)
        return lesson

    def _make_question(self, lesson, number, question, right, wrong):
        made = self.env["slide.question"].create(
            {
                "slide_id": lesson.id,
                "sequence": number,
                "question": question[2],
                "answer_ids": [Command.create({"text_value": right[2], "is_correct": True, "sequence": 1})]
                + [Command.create({"text_value": one[2], "sequence": 2}) for one in wrong],
            }
        )
        self._in_three(made, "question", question)
        for answer, words in zip(made.answer_ids.sorted("id"), (right, *wrong), strict=True):
            self._in_three(answer, "text_value", words)

    def _make_learners(self):
        """Oblige, enrol, and put the sample logins where they are in the courses."""
        if self.env["gov.course.obligation"].search_count([], limit=1):
            return
        channels = {
            course["code"]: self.env["slide.channel"].search([("name", "=", course["name"][2])], limit=1)
            for course in sample.COURSES
        }
        if not channels["data"]:
            return
        for code, days, reason in sample.OBLIGATIONS:
            obligation = self.env["gov.course.obligation"].create(
                {"channel_id": channels[code].id, "is_for_all": True, "days": days, "reason": reason[2]}
            )
            self._in_three(obligation, "reason", reason)
            obligation._gov_apply()
        for place, (login, code, done, begun) in enumerate(sample.STAGES):
            if user := self._user(login):
                self._follow(user, channels[code], done, begun, BEGIN + timedelta(days=2 * place))

    def _follow(self, user, channel, done, begun, moment):
        """Write what a login did of a course: lessons done, and a share of the next one."""
        learning = self.env["gov.learning"].with_user(user).with_context(lang="en_US")
        if not channel.with_user(user).is_member:
            learning.action_join(channel.id)
        lessons = channel.slide_ids.filtered(lambda slide: not slide.is_category).sorted("sequence")
        for place, lesson in enumerate(lessons[: done + (1 if begun else 0)]):
            row = lesson.with_user(user)._gov_begin()
            share = 1.0 if place < done else begun
            if lesson.slide_category == "video":
                seen = [[0, round(lesson.gov_duration * share, 1)]]
                row.write({"gov_seen": seen, "gov_position": seen[0][1]})
            if place < done:
                self._finish(learning, lesson, user)
            row.write({"gov_last_on": moment + timedelta(hours=place), "gov_started_on": moment})

    def _finish(self, learning, lesson, user):
        if lesson.slide_category == "quiz":
            questions = lesson.question_ids
            wrong = {
                str(one.id): one.answer_ids.filtered(lambda answer: not answer.is_correct)[0].id for one in questions
            }
            right = {str(one.id): one.answer_ids.filtered("is_correct").id for one in questions}
            if user.id % 2:
                learning.action_answer_quiz(lesson.id, wrong)
            learning.action_answer_quiz(lesson.id, right)
        elif lesson.slide_category == "scorm":
            attempt = lesson.with_user(user)._gov_attempt().with_user(user)
            item = attempt.sudo().package_id.item_ids._gov_launched()  # sudo: the sample's own packages
            launch = attempt.action_launch(item.id)["launch"]
            answers = {
                "cmi.core.lesson_status": "passed",
                "cmi.core.score.raw": "100",
                "cmi.interactions.0.id": "who-knows",
                "cmi.interactions.0.result": "wrong" if user.id % 3 else "correct",
            }
            attempt.action_commit(launch, answers, True)
        else:
            lesson.with_user(user)._gov_content_done()
