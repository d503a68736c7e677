from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ..services import ranges

STEPS = 20
WORST = 10


class GovLearningBoard(models.AbstractModel):
    """Where learners stop, for authors: sums alone, no name of a learner.

    Training officers and auditors see all courses, authors their own.
    """

    _name = "gov.learning.board"
    _description = "Where learners stop"

    @api.model
    def get_board(self, channel_id=None):
        """Return the courses one may look at, and the figures of one of them.

        :return: ``{courses: [{id, name}], course: {funnel, lessons, questions} or None}``
        """
        channels = self.env["slide.channel"]
        channels._gov_check_author()
        mine = channels.search(channels._gov_authored(), order="name")
        if channel_id and channel_id not in mine.ids:
            raise AccessError(self.env._("This course is that of another author."))
        channel = mine.browse(channel_id) if channel_id else mine.filtered("is_published")[:1] or mine[:1]
        return {
            "courses": [{"id": one.id, "name": one.name} for one in mine],
            "course": self._course(channel) if channel else None,
        }

    def _course(self, channel):
        lessons = self._lessons(channel)
        return {
            "id": channel.id,
            "name": channel.name,
            "funnel": self._funnel(channel),
            "lessons": lessons,
            "questions": self._questions(channel),
        }

    def _funnel(self, channel):
        """Enrolled, begun, half-way, finished; each opens to its people for those who may see them."""
        # sudo: sums of a course of the author
        groups = dict(
            self.env["slide.channel.partner"]
            .sudo()
            ._read_group(
                [("channel_id", "=", channel.id), ("member_status", "!=", "invited")], ["member_status"], ["__count"]
            )
        )
        half = self.env["slide.channel.partner"].sudo().search_count(  # sudo: as above
            [
                ("channel_id", "=", channel.id),
                ("member_status", "in", ("ongoing", "completed")),
                ("completion", ">=", 50),
            ]
        )  # fmt: skip
        enrolled = sum(groups.values())
        begun = groups.get("ongoing", 0) + groups.get("completed", 0)
        done = groups.get("completed", 0)
        _ = self.env._
        member = "slide.channel.partner"
        base = [["channel_id", "=", channel.id]]
        return [
            {"code": "enrolled", "name": _("Enrolled"), "count": enrolled, "model": member, "domain": base},
            {
                "code": "begun",
                "name": _("Begun"),
                "count": begun,
                "model": member,
                "domain": [*base, ["member_status", "in", ["ongoing", "completed"]]],
            },
            {
                "code": "half",
                "name": _("Half-way"),
                "count": half,
                "model": member,
                "domain": [*base, ["member_status", "in", ["ongoing", "completed"]], ["completion", ">=", 50]],
            },
            {
                "code": "done",
                "name": _("Finished"),
                "count": done,
                "model": member,
                "domain": [*base, ["member_status", "=", "completed"]],
            },
        ]

    def _lessons(self, channel):
        """Each lesson: how many opened it, how many did it, how many stopped there."""
        self.env["slide.slide.partner"].flush_model()
        self.env["slide.channel.partner"].flush_model()
        slides = channel.slide_ids.filtered(lambda slide: not slide.is_category and slide.is_published).sorted(
            lambda slide: (slide.sequence, slide.id)
        )
        figures = {
            slide: (opened, done, stopped)
            for slide, opened, done, stopped in self.env.execute_query(
                SQL(
                    """
                    WITH last AS (
                        SELECT DISTINCT ON (p.partner_id) p.partner_id, p.slide_id
                          FROM slide_slide_partner p
                          JOIN slide_channel_partner m
                            ON m.channel_id = p.channel_id AND m.partner_id = p.partner_id
                               AND m.active AND m.member_status = 'ongoing'
                         WHERE p.channel_id = %(channel)s AND p.gov_last_on IS NOT NULL
                      ORDER BY p.partner_id, p.gov_last_on DESC, p.id DESC)
                    SELECT p.slide_id, count(*) FILTER (WHERE p.gov_started_on IS NOT NULL OR p.completed),
                           count(*) FILTER (WHERE p.completed), count(last.partner_id)
                      FROM slide_slide_partner p
                 LEFT JOIN last ON last.partner_id = p.partner_id AND last.slide_id = p.slide_id
                           AND NOT coalesce(p.completed, FALSE)
                     WHERE p.channel_id = %(channel)s
                  GROUP BY p.slide_id
                    """,
                    channel=channel.id,
                )
            )
        }
        videos = slides.filtered(lambda slide: slide.slide_category == "video")
        seen = {}
        # sudo: sums of a course of the author
        for row in self.env["slide.slide.partner"].sudo().search_fetch(
            [("slide_id", "in", videos.ids), ("gov_seen", "!=", False)], ["slide_id", "gov_seen"]
        ):  # fmt: skip
            seen.setdefault(row.slide_id.id, []).append(row.gov_seen)
        lines = []
        for slide in slides:
            opened, done, stopped = figures.get(slide.id, (0, 0, 0))
            line = {
                "id": slide.id,
                "name": slide.name,
                "kind": slide.slide_category,
                "icon": slide.slide_icon_class,
                "opened": opened,
                "done": done,
                "stopped": stopped,
            }
            if slide in videos:
                people = seen.get(slide.id, [])
                line["viewers"] = len(people)
                line["duration"] = slide.gov_duration
                line["curve"] = ranges.curve(
                    [ranges.clean(one, slide.gov_duration) for one in people], slide.gov_duration, STEPS
                )
            lines.append(line)
        return lines

    def _questions(self, channel):
        """Return the questions most often answered wrong, of quizzes and of packages."""
        self.env["gov.lesson.answer"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT a.slide_id, a.question, max(a.label), count(*), count(*) FILTER (WHERE NOT a.is_right)
                  FROM gov_lesson_answer a
                  JOIN slide_slide s ON s.id = a.slide_id
                 WHERE s.channel_id = %s
              GROUP BY a.slide_id, a.question
                HAVING count(*) FILTER (WHERE NOT a.is_right) > 0
              ORDER BY count(*) FILTER (WHERE NOT a.is_right)::float / count(*) DESC, count(*) DESC, a.question
                 LIMIT %s
                """,
                channel.id,
                WORST,
            )
        )
        slides = {slide.id: slide for slide in self.env["slide.slide"].browse({row[0] for row in rows})}
        # sudo: words of the questions of the author's course, in the reader's language
        quiz = self.env["slide.question"].sudo().browse(
            int(row[1]) for row in rows if slides[row[0]].question_ids and row[1].isdigit()
        ).exists()  # fmt: skip
        words = {str(one.id): one.question for one in quiz}
        return [
            {
                "lesson": slides[slide].name,
                "question": words.get(question) or label or question,
                "answers": answers,
                "wrong": wrong,
                "share": round(wrong * 100 / answers),
            }
            for slide, question, label, answers, wrong in rows
        ]
