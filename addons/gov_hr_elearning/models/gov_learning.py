from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.misc import format_date

from ..services import ranges

FASTEST = 2.0  # a player may show a film twice as fast
SLACK = 3.0  # seconds of the network and of the player's own clock
SUGGESTED = 12


class SlideSlide(models.Model):
    """What a learner does of a lesson; each row is his own."""

    _inherit = "slide.slide"

    def _gov_row(self):
        """Return the row of the user for this lesson, made when it is missing; the caller has checked the reader."""
        self.ensure_one()
        rows = self.env["slide.slide.partner"].sudo()  # sudo: the learner's own progress
        partner = self.env.user.partner_id
        row = rows.search([("slide_id", "=", self.id), ("partner_id", "=", partner.id)])
        return row or rows.create({"slide_id": self.id, "channel_id": self.channel_id.id, "partner_id": partner.id})

    def _gov_begin(self):
        """Note that the user opens the lesson."""
        now = fields.Datetime.now()
        row = self._gov_row()
        row.write({"gov_last_on": now, "gov_beat_on": now, "gov_started_on": row.gov_started_on or now})
        # sudo: the learner's own membership: begun from the first lesson on
        member = self.env["slide.channel.partner"].sudo().search(
            [("channel_id", "=", self.channel_id.id), ("partner_id", "=", row.partner_id.id)]
        )  # fmt: skip
        if member.member_status == "joined":
            member.member_status = "ongoing"
        return row

    def _gov_content_done(self):
        """Note that the user went through the content; the lesson is done unless questions are left."""
        for slide in self:
            row = slide._gov_row()
            if not row.gov_is_content_done:
                row.gov_is_content_done = True
            slide._gov_finish(row)

    def _gov_finish(self, row):
        if row.completed or not row.gov_is_content_done:
            return
        if self.question_ids and row.gov_quiz_share * 100 < self.gov_pass_share:
            return
        row.completed = True

    def _gov_attempt(self):
        """Return the current attempt of the user at a package; begun when there is none, or for a new package."""
        self.ensure_one()
        attempts = self.env["gov.scorm.attempt"].sudo()  # sudo: the learner's own attempts
        mine = attempts.search([("slide_id", "=", self.id), ("user_id", "=", self.env.uid)], order="number desc")
        current = mine.filtered("is_current")[:1]
        if current and current.package_id == self.gov_package_id:
            return current
        return self._gov_new_attempt(mine)

    def _gov_new_attempt(self, mine):
        mine.filtered("is_current").write({"is_current": False})
        # sudo: a new attempt of the learner himself
        return self.env["gov.scorm.attempt"].sudo().create(
            {
                "slide_id": self.id,
                "package_id": self.gov_package_id.id,
                "user_id": self.env.uid,
                "number": max(mine.mapped("number"), default=0) + 1,
            }
        )  # fmt: skip


class GovLearning(models.AbstractModel):
    """What the page "My courses" asks for: the courses of the user, a course, a lesson, and what he does there.

    Everything is about the user himself.  A lesson is read with the rights of the user; his own progress is written
    past them, as far as the rules of each kind of lesson allow.
    """

    _name = "gov.learning"
    _description = "My courses"

    # -- the page

    @api.model
    def get_my_courses(self):
        """Return ``{must, started, suggested, done, others, tags}`` of the user; each course as ``_card`` gives it."""
        user, today = self.env.user, fields.Date.context_today(self)
        channels = self.env["slide.channel"].search([("is_published", "=", True)])
        # sudo: the user's own memberships and deadlines
        members = {
            one.channel_id.id: one
            for one in self.env["slide.channel.partner"]
            .sudo()
            .search([("partner_id", "=", user.partner_id.id), ("member_status", "!=", "invited")])
        }
        employee = user.employee_id.sudo()  # sudo: as above
        dues = {
            due.channel_id.id: due
            for due in self.env["gov.course.due"]
            .sudo()  # sudo: as above
            .search([("employee_id", "=", employee.id), ("done_on", "=", False)])
            if employee
        }
        stops = self._stops(channels)
        cards = {
            channel.id: self._card(
                channel, members.get(channel.id), dues.get(channel.id), stops.get(channel.id), today
            )
            for channel in channels
        }
        must = sorted((cards[one] for one in dues if one in cards), key=lambda card: card["due"]["date"])
        taken = {card["id"] for card in must}
        started = [
            cards[one]
            for one, member in members.items()
            if one in cards and one not in taken and member.member_status == "ongoing"
        ]
        started.sort(key=lambda card: card["last_on"] or "", reverse=True)
        done = [
            cards[one]
            for one, member in members.items()
            if one in cards and one not in taken and member.member_status == "completed"
        ]
        done.sort(key=lambda card: card["completed_on"] or "", reverse=True)
        taken |= {card["id"] for card in started + done}
        suggested = self._suggested(employee, {one: card for one, card in cards.items() if one not in taken})
        taken |= {card["id"] for card in suggested}
        others = [card for one, card in cards.items() if one not in taken]
        return {
            "must": must,
            "started": started,
            "suggested": suggested,
            "done": done,
            "others": others,
            "tags": sorted({tag for card in cards.values() for tag in card["tags"]}),
            "is_author": user.has_group("gov_hr_elearning.group_course_author"),
        }

    def _stops(self, channels):
        """Return where the user stopped in each course: ``{channel id: (lesson, moment)}``."""
        # sudo: the user's own progress
        rows = self.env["slide.slide.partner"].sudo().search(
            [
                ("channel_id", "in", channels.ids),
                ("partner_id", "=", self.env.user.partner_id.id),
                ("gov_last_on", "!=", False),
            ],
            order="gov_last_on desc, completed, id desc",
        )  # fmt: skip
        stops = {}
        for row in rows:
            stops.setdefault(row.channel_id.id, row)
        return stops

    def _card(self, channel, member, due, stop, today):
        completed = member.gov_completed_on if member and member.member_status == "completed" else None
        card = {
            "id": channel.id,
            "name": channel.name,
            "tags": channel.tag_ids.mapped("name"),
            "hours": channel.gov_credit,
            "lessons": channel.total_slides,
            "progress": member.completion if member else 0,
            "status": member.member_status if member else None,
            "is_open": channel.enroll == "public",
            "competencies": [
                {
                    "name": line.skill_id.name,
                    "level": line.level,
                    "level_name": line.skill_id._gov_level_name(line.level),
                }
                for line in channel.gov_competency_ids
            ],
            "stopped_at": stop.slide_id.name if stop and stop.slide_id.is_published else None,
            "last_on": fields.Datetime.to_string(stop.gov_last_on) if stop else None,
            "completed_on": fields.Datetime.to_string(completed) if completed else None,
            "completed_text": format_date(self.env, completed.date()) if completed else None,
            "expires_text": format_date(self.env, member.gov_expires_on) if member and member.gov_expires_on else None,
            "due": None,
        }
        if due:
            left = (due.due_on - today).days
            words = format_date(self.env, due.due_on, date_format="d MMMM y")
            if left < 0:
                text, tone = self.env._("Late: to be finished by %(day)s", day=words), "bad"
            else:
                text, tone = self.env._("To finish by %(day)s", day=words), "warn" if left <= 14 else "neutral"
            card["due"] = {"date": str(due.due_on), "text": text, "tone": tone, "reason": due.reason or ""}
        return card

    def _suggested(self, employee, cards):
        """Return the courses that close a gap of the user, the heaviest gaps first, each with the reason."""
        if not employee or not cards:
            return []
        base = self.env["gov.competency.gap"]._gov_rows(Domain("id", "=", employee.id))
        gaps = {
            skill: (required, held, (required - held) * weight)
            for skill, required, held, weight in self.env.execute_query(self._gap_query(base))
        }
        lines = self.env["gov.course.competency"].search(
            [("channel_id", "in", list(cards)), ("skill_id", "in", list(gaps))]
        )
        found = {}
        for line in lines:
            required, held, weight = gaps[line.skill_id.id]
            if line.level <= held:
                continue
            reason = {
                "skill": line.skill_id.name,
                "held": held,
                "required": required,
                "reached": min(line.level, required),
                "text": self.env._(
                    "%(skill)s: your job asks for level %(required)s, you hold %(held)s; this course leads to "
                    "%(level)s.",
                    skill=line.skill_id.name,
                    required=required,
                    held=held,
                    level=line.level,
                ),
            }
            entry = found.setdefault(line.channel_id.id, {"weight": 0, "reasons": []})
            entry["weight"] += weight
            entry["reasons"].append(reason)
        order = sorted(found, key=lambda one: (-found[one]["weight"], cards[one]["name"]))
        return [{**cards[one], "reasons": found[one]["reasons"]} for one in order[:SUGGESTED]]

    def _gap_query(self, base):
        return SQL("SELECT skill_id, required, held, weight FROM (%s) g WHERE held < required", base)

    # -- a course

    def _channel(self, channel_id):
        channel = self.env["slide.channel"].browse(int(channel_id)).exists()
        if not channel:
            raise UserError(self.env._("This course is not there any more."))
        channel.check_access("read")
        return channel

    def _slide(self, slide_id, is_member=True):
        """Return a lesson that the user may follow, or refuse in a sentence."""
        slide = self.env["slide.slide"].browse(int(slide_id)).exists()
        if not slide or slide.is_category:
            raise UserError(self.env._("This lesson is not there any more: open the course again."))
        if not slide.has_access("read"):
            raise AccessError(self.env._("Join the course before you open its lessons."))
        if is_member and not slide.channel_id.is_member:
            raise AccessError(self.env._("Join the course before you open its lessons."))
        return slide

    @api.model
    def get_course(self, channel_id):
        """Return a course with its lessons and where the user is in them."""
        channel = self._channel(channel_id)
        partner = self.env.user.partner_id
        # sudo: the user's own membership, deadline and progress, and the table of contents of a course he may read
        member = self.env["slide.channel.partner"].sudo().search(
            [("channel_id", "=", channel.id), ("partner_id", "=", partner.id), ("member_status", "!=", "invited")]
        )  # fmt: skip
        due = self.env["gov.course.due"].sudo().search(  # sudo: as above
            [
                ("channel_id", "=", channel.id),
                ("employee_id.user_id", "=", self.env.uid),
                ("done_on", "=", False),
            ]
        )  # fmt: skip
        slides = channel.sudo().slide_ids.filtered("is_published")  # sudo: as above
        rows = {
            row.slide_id.id: row
            for row in self.env["slide.slide.partner"]
            .sudo()  # sudo: as above
            .search([("channel_id", "=", channel.id), ("partner_id", "=", partner.id)])
        }
        stop = self._stops(channel).get(channel.id)
        card = self._card(channel, member, due[:1], stop, fields.Date.context_today(self))
        lessons, section = [], ""
        for slide in slides.sorted(lambda one: (one.sequence, not one.is_category, one.id)):
            if slide.is_category:
                section = slide.name
                continue
            lessons.append(self._lesson_line(slide, section, rows.get(slide.id)))
        left = [line["id"] for line in lessons if not line["is_done"]]
        resume = stop.slide_id.id if stop and stop.slide_id.id in left else (left[0] if left else None)
        return {
            **card,
            "description": self.env["slide.slide"]._gov_local_html(channel.description),
            "is_member": bool(member),
            "is_author": channel.has_access("write"),
            "items": lessons,
            "resume": resume if member else None,
            "missing": [
                one.name for one in channel.prerequisite_channel_ids if not one.completed
            ],
        }  # fmt: skip

    def _lesson_line(self, slide, section, row):
        return {
            "id": slide.id,
            "name": slide.name,
            "section": section,
            "kind": slide.slide_category,
            "icon": slide.slide_icon_class,
            "minutes": round((slide.completion_time or 0) * 60),
            "is_done": bool(row and row.completed),
            "is_started": bool(row and row.gov_started_on),
            "position": row.gov_position if row else 0,
            "has_quiz": bool(slide.question_ids),
        }

    @api.model
    def action_join(self, channel_id):
        """Join an open course; those on invitation are asked of their author."""
        channel = self._channel(channel_id)
        if not channel.is_published:
            raise UserError(self.env._("This course is not published yet."))
        missing = channel.prerequisite_channel_ids.filtered(lambda one: not one.completed)
        if missing:
            raise UserError(self.env._("Finish first: %(courses)s.", courses=", ".join(missing.mapped("name"))))
        if channel.enroll != "public" and not channel.is_member:
            raise UserError(
                self.env._("This course is followed on invitation: ask %(author)s.", author=channel.user_id.name or "")
            )
        if not channel.is_member:
            channel._action_add_members(self.env.user.partner_id)
        return True

    # -- a lesson

    @api.model
    def get_lesson(self, slide_id):
        """Open a lesson: what is shown of it, and where the user stopped."""
        slide = self._slide(slide_id)
        row = slide._gov_begin()
        lesson = {
            **self._lesson_line(slide.sudo(), "", row),  # sudo: icon and length of a lesson the user may read
            "channel": slide.channel_id.id,
            "course": slide.channel_id.name,
            "description": slide._gov_local_html(slide.description),
            "is_content_done": row.gov_is_content_done,
            "questions": self._questions(slide) if slide.question_ids else [],
            "pass_share": slide.gov_pass_share,
            "best_share": round(row.gov_quiz_share * 100),
            "tries": row.quiz_attempts_count,
            "next": self._after(slide)["next"] if row.completed else False,
        }
        more = getattr(self, f"_lesson_{slide.slide_category}", None)
        return {**lesson, **(more(slide, row) if more else {})}

    def _lesson_article(self, slide, row):
        return {"html": slide._gov_local_html(slide.html_content)}

    def _lesson_infographic(self, slide, row):
        return {"url": f"/elearning/picture/{slide.id}"}

    def _lesson_document(self, slide, row):
        return {"url": f"/web/static/lib/pdfjs/web/viewer.html?file=/elearning/document/{slide.id}"}

    def _needed(self):
        today = fields.Date.context_today(self)
        return float(self.env["gov.parameter"].get_value("elearning.watched_share", today))

    def _lesson_video(self, slide, row):
        seen = ranges.clean(row.gov_seen, slide.gov_duration)
        names = dict(self.env["gov.lesson.caption"]._fields["lang"]._description_selection(self.env))
        return {
            "url": f"/elearning/video/{slide.id}",
            "mimetype": slide.gov_video_id.sudo().mimetype,  # sudo: kind of the film of a lesson the user may read
            "duration": slide.gov_duration,
            "position": row.gov_position,
            "seen": seen,
            "share": ranges.share(seen, slide.gov_duration),
            "needed": self._needed(),
            "captions": [
                {"lang": caption.lang, "label": names[caption.lang], "url": f"/elearning/captions/{caption.id}"}
                for caption in slide.gov_caption_ids
            ],
        }

    def _lesson_scorm(self, slide, row):
        attempt = slide._gov_attempt()
        return {
            "url": f"/elearning/scorm/{slide.id}",
            "attempt": {"id": attempt.id, "number": attempt.number, **attempt._gov_progress()["attempt"]},
        }

    def _lesson_certification(self, slide, row):
        survey = slide.survey_id.sudo()  # sudo: what the certification asks, for who follows the course
        inputs = row.user_input_ids.sorted("id")
        last = inputs[-1:]
        return {
            "certification": {
                "title": survey.title,
                "success_min": survey.scoring_success_min,
                "minutes": survey.time_limit if survey.is_time_limited else 0,
                "is_passed": row.survey_scoring_success,
                "tries": len(inputs.filtered(lambda one: one.state == "done")),
                "limit": survey.attempts_limit if survey.is_attempts_limited else 0,
                "last_score": round(last.scoring_percentage) if last and last.state == "done" else None,
                "is_begun": bool(last and last.state == "in_progress"),
            }
        }

    def _questions(self, slide):
        # sudo: words of the questions of a lesson the user may read; which answers are right stays on the server
        return [
            {
                "id": question.id,
                "text": question.question,
                "answers": [{"id": answer.id, "text": answer.text_value} for answer in question.answer_ids],
            }
            for question in slide.sudo().question_ids
        ]

    @api.model
    def action_finish_lesson(self, slide_id):
        """Say that a text, picture or document was read; films, packages and quizzes are not finished by a word."""
        slide = self._slide(slide_id)
        if slide.slide_category not in ("article", "infographic", "document"):
            raise UserError(self.env._("This lesson is done once it is followed to its end."))
        slide._gov_content_done()
        return self._after(slide)

    @api.model
    def action_watch(self, slide_id, position, seen):
        """Keep what the player of a film reports: where it is, and which seconds were shown since the last report.

        More cannot have been seen than time went by, at twice the speed.

        :param position: seconds from the beginning
        :param seen: ``[[from, to]]`` in seconds
        """
        slide = self._slide(slide_id)
        if slide.slide_category != "video" or not slide.gov_duration:
            raise UserError(self.env._("This lesson is not a film."))
        if not isinstance(seen, list) or len(seen) > 500 or not isinstance(position, int | float):
            raise UserError(self.env._("The player sent something that is not understood."))
        now, row = fields.Datetime.now(), slide._gov_row()
        passed = (now - row.gov_beat_on).total_seconds() if row.gov_beat_on else 0
        allowed = max(0.0, passed) * FASTEST + SLACK
        union = ranges.add(row.gov_seen, seen, slide.gov_duration, allowed)
        where = min(max(0.0, float(position)), slide.gov_duration) if position == position else 0.0
        share = ranges.share(union, slide.gov_duration)
        row.write({"gov_seen": union, "gov_position": where, "gov_beat_on": now, "gov_last_on": now})
        if share >= self._needed():
            slide._gov_content_done()
        return {"share": share, "is_done": row.completed, **(self._after(slide) if row.completed else {})}

    @api.model
    def action_answer_quiz(self, slide_id, answers):
        """Answer the questions of a lesson (``{question id: answer id}``): what is right, whether it is passed.

        Which answers are right is not told, so that the questions can be tried again.
        """
        slide = self._slide(slide_id)
        questions = slide.sudo().question_ids  # sudo: the key of the questions stays on the server
        if not questions or not isinstance(answers, dict):
            raise UserError(self.env._("This lesson has no questions."))
        chosen = {int(key): int(value) for key, value in answers.items() if value}
        missing = questions.filtered(lambda one: one.id not in chosen)
        if missing:
            raise UserError(self.env._("Answer all the questions: %(number)s are left.", number=len(missing)))
        row = slide._gov_row()
        lines, results = [], []
        for question in questions:
            answer = question.answer_ids.filtered(lambda one, question=question: one.id == chosen[question.id])
            if not answer:
                raise UserError(self.env._("The questions have changed: open the lesson again."))
            results.append({"id": question.id, "is_right": answer.is_correct, "comment": answer.comment or ""})
            lines.append(
                {
                    "slide_id": slide.id,
                    "user_id": self.env.uid,
                    "question_id": question.id,
                    "question": str(question.id),
                    "label": question.question,
                    "given": answer.text_value,
                    "is_right": answer.is_correct,
                }
            )
        self.env["gov.lesson.answer"].sudo().create(lines)  # sudo: the user's own answers
        share = sum(one["is_right"] for one in results) / len(results)
        row.write(
            {
                "quiz_attempts_count": row.quiz_attempts_count + 1,
                "gov_quiz_share": max(share, row.gov_quiz_share),
                "gov_last_on": fields.Datetime.now(),
            }
        )
        if slide.slide_category == "quiz":
            row.gov_is_content_done = True
        slide._gov_finish(row)
        return {
            "results": results,
            "share": round(share * 100),
            "is_passed": share * 100 >= slide.gov_pass_share,
            "is_done": row.completed,
            **(self._after(slide) if row.completed else {}),
        }

    @api.model
    def action_new_attempt(self, slide_id):
        """Begin a package anew; the former attempts stay."""
        slide = self._slide(slide_id)
        if slide.slide_category != "scorm" or not slide.gov_package_id:
            raise UserError(self.env._("This lesson is not a package."))
        attempt = slide._gov_attempt()
        if attempt.completion != "not_attempted":
            # sudo: the learner's own attempts
            mine = attempt.sudo().search([("slide_id", "=", slide.id), ("user_id", "=", self.env.uid)])
            slide._gov_new_attempt(mine)
        return self.get_lesson(slide.id)

    @api.model
    def action_certify(self, slide_id):
        """Return the address of the certification of a lesson: the round that is open, or a new one when allowed."""
        slide = self._slide(slide_id)
        if slide.slide_category != "certification" or not slide.survey_id:
            raise UserError(self.env._("This lesson is not a certification."))
        row = slide._gov_begin()
        survey = slide.survey_id.sudo()  # sudo: the certification of a course the user follows
        last = row.user_input_ids.sorted("id")[-1:]
        if row.survey_scoring_success:
            raise UserError(self.env._("You have passed this certification already."))
        if last and last.state != "done":
            return last.get_start_url()
        token = last.invite_token or self.env["survey.user_input"]._generate_invite_token()
        if last and not survey._has_attempts_left(last.partner_id, last.email, last.invite_token):
            opens = fields.Date.to_date(last.end_datetime or last.write_date) + timedelta(
                days=max(slide.gov_retry_days, 1)
            )
            if fields.Date.context_today(self) < opens:
                raise UserError(
                    self.env._(
                        "All the attempts of this round are used. You stay in the course, and may try again from "
                        "%(day)s.",
                        day=format_date(self.env, opens),
                    )
                )
            token = self.env["survey.user_input"]._generate_invite_token()
        answer = survey._create_answer(
            partner=self.env.user.partner_id,
            check_attempts=False,
            invite_token=token,
            slide_id=slide.id,
            slide_partner_id=row.id,
        )
        return answer.get_start_url()

    def _after(self, slide):
        """Return what follows a lesson that is done: the next one, and whether the course is finished."""
        channel = slide.channel_id
        # sudo: the user's own membership and progress
        member = self.env["slide.channel.partner"].sudo().search(
            [("channel_id", "=", channel.id), ("partner_id", "=", self.env.user.partner_id.id)]
        )  # fmt: skip
        row = slide._gov_row()
        return {
            "is_done": row.completed,
            "next": member.next_slide_id.id or False,
            "progress": member.completion,
            "is_course_done": member.member_status == "completed",
        }
