import logging

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.gov_base.tools.act import short_transaction
from odoo.addons.gov_base.tools.search import search_when

from ..services import session_learning

_logger = logging.getLogger(__name__)

CRITERIA = ("content", "teaching", "usefulness", "organisation", "pace")
TRANSFER_CRITERIA = ("used", "progress", "conditions")
LONGEST_TEXT = 1000
MOST_QUESTIONS = 60


class GovTrainingFeedback(models.Model):
    """Level 1: what one participant thought of a session at its end, five criteria from 1 to 5.

    Nothing in the row says who answered nor when: no author, no moment; the registration only remembers that its
    person has answered.  Shown once there are as many answers as the legal parameter asks; to the trainer as means.
    """

    _name = "gov.training.feedback"
    _description = "Evaluation at the end of a session"
    _inherit = ["gov.training.guarded"]
    _order = "session_id desc, id"
    _log_access = False

    session_id = fields.Many2one("gov.training.session", "Session", required=True, index=True, ondelete="cascade")
    course_id = fields.Many2one(related="session_id.course_id", store=True, index=True)
    content = fields.Integer("Content", required=True, aggregator="avg")
    teaching = fields.Integer("Teaching", required=True, aggregator="avg")
    usefulness = fields.Integer("Usefulness for work", required=True, aggregator="avg")
    organisation = fields.Integer("Organisation", required=True, aggregator="avg")
    pace = fields.Integer("Pace and materials", required=True, aggregator="avg")
    mean = fields.Float("Satisfaction", compute="_compute_mean", store=True, aggregator="avg", digits=(3, 2))
    comment = fields.Text()

    _marks_range = models.Constraint(
        "CHECK (content BETWEEN 1 AND 5 AND teaching BETWEEN 1 AND 5 AND usefulness BETWEEN 1 AND 5 "
        "AND organisation BETWEEN 1 AND 5 AND pace BETWEEN 1 AND 5)",
        "Each criterion is given 1 to 5.",
    )

    @api.depends(*CRITERIA)
    def _compute_mean(self):
        for feedback in self:
            feedback.mean = session_learning.mean([feedback[name] for name in CRITERIA]) or 0.0

    @api.depends("session_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for feedback in self:
            feedback.display_name = feedback.sudo().session_id.display_name  # sudo: the session is public


class GovTrainingQuiz(models.Model):
    """Level 2: the questions asked before and after a course; the difference is what was learnt."""

    _name = "gov.training.quiz"
    _description = "Test of a course"
    _inherit = ["mail.thread"]
    _order = "course_id, id"
    _rec_name = "course_id"

    course_id = fields.Many2one("gov.training.course", "Course", required=True, index=True, ondelete="cascade")
    question_ids = fields.One2many("gov.training.question", "quiz_id", "Questions", copy=True)
    active = fields.Boolean(default=True)

    _one = models.UniqueIndex("(course_id) WHERE active", "This course has its test already.")

    def _gov_is_ready(self):
        """Tell whether there is a test to take."""
        return bool(self and self._gov_right())

    def _gov_right(self):
        """Return the right choices: ``{question id: {choice ids}}``."""
        self.ensure_one()
        return {
            question.id: set(question.choice_ids.filtered("is_right").ids)
            for question in self.question_ids
            if question.choice_ids.filtered("is_right")
        }


class GovTrainingQuestion(models.Model):
    """A question of a test, with the choices among which one or several are right."""

    _name = "gov.training.question"
    _description = "Question of a test"
    _order = "quiz_id, sequence, id"

    quiz_id = fields.Many2one("gov.training.quiz", required=True, index=True, ondelete="cascade")
    name = fields.Char("Question", required=True, translate=True)
    sequence = fields.Integer(default=10)
    choice_ids = fields.One2many("gov.training.choice", "question_id", "Choices", copy=True)

    @api.constrains("choice_ids")
    def _check_choices(self):
        for question in self:
            right = question.choice_ids.filtered("is_right")
            if len(question.choice_ids) < 2 or not right or right == question.choice_ids:
                raise ValidationError(
                    self.env._(
                        "“%(question)s” needs two choices at least, of which one is right and one is wrong.",
                        question=question.name,
                    )
                )


class GovTrainingChoice(models.Model):
    """A choice offered by a question of a test."""

    _name = "gov.training.choice"
    _description = "Choice of a question"
    _order = "question_id, sequence, id"

    question_id = fields.Many2one("gov.training.question", required=True, index=True, ondelete="cascade")
    name = fields.Char("Choice", required=True, translate=True)
    is_right = fields.Boolean("Right")
    sequence = fields.Integer(default=10)


class GovTrainingTest(models.Model):
    """Level 2: the test of a participant, before or after the session; taken once."""

    _name = "gov.training.test"
    _description = "Test of a participant"
    _inherit = ["gov.training.guarded"]
    _order = "registration_id, phase desc, id"

    registration_id = fields.Many2one(
        "gov.training.registration", "Participant", required=True, index=True, ondelete="cascade"
    )
    employee_id = fields.Many2one(related="registration_id.employee_id", store=True, index=True)
    course_id = fields.Many2one(related="registration_id.course_id", store=True, index=True)
    phase = fields.Selection([("before", "Before"), ("after", "After")], required=True)
    date = fields.Date(required=True)
    score = fields.Float("Right answers (%)", digits=(5, 1), aggregator="avg")
    answers = fields.Json(groups="gov_base.group_training_officer,gov_base.group_auditor")

    _once = models.UniqueIndex("(registration_id, phase)", "A test is taken once.")
    _score_range = models.Constraint("CHECK (score BETWEEN 0 AND 100)", "A score is a percentage.")

    @api.depends("registration_id", "phase")
    @api.depends_context("lang")
    def _compute_display_name(self):
        names = dict(self._fields["phase"]._description_selection(self.env))
        for test in self:
            test.display_name = " · ".join((test.registration_id.display_name or "", names.get(test.phase, "")))


class GovTrainingTransfer(models.Model):
    """Level 3: some months later, what is used at work, seen by the person and by the head.

    Made by the scheduled task at its due date, with a to-do; missed when nobody answered by the last day.
    """

    _name = "gov.training.transfer"
    _description = "Evaluation at work"
    _inherit = ["gov.training.guarded", "mail.thread", "mail.activity.mixin"]
    _order = "due_on desc, id desc"

    registration_id = fields.Many2one(
        "gov.training.registration", "Participant", required=True, index=True, ondelete="cascade"
    )
    employee_id = fields.Many2one(related="registration_id.employee_id", store=True, index=True)
    department_id = fields.Many2one(related="registration_id.department_id", store=True, index=True)
    region_id = fields.Many2one(related="registration_id.region_id", store=True, index=True)
    session_id = fields.Many2one(related="registration_id.session_id", store=True, index=True)
    course_id = fields.Many2one(related="registration_id.course_id", store=True, index=True)
    side = fields.Selection([("employee", "The person"), ("head", "The head")], "Seen by", required=True)
    due_on = fields.Date("Due on", required=True)
    until = fields.Date("Last day", required=True)
    state = fields.Selection(
        [("waiting", "Waits for an answer"), ("done", "Answered"), ("missed", "Not answered")],
        required=True,
        default="waiting",
        readonly=True,
        copy=False,
        index=True,
    )
    used = fields.Integer("What was learnt is used", aggregator="avg")
    progress = fields.Integer("The work is better for it", aggregator="avg")
    conditions = fields.Integer("Means and time allow it", aggregator="avg")
    mean = fields.Float("Transfer", compute="_compute_mean", store=True, aggregator="avg", digits=(3, 2))
    remark = fields.Text("What helped, what stood in the way")
    answered_by_id = fields.Many2one("res.users", "Answered by", index="btree_not_null", ondelete="restrict")
    answered_on = fields.Date()
    can_answer = fields.Boolean(
        compute="_compute_rights", search="_search_can_answer", export_string_translation=False
    )
    is_readable = fields.Boolean(
        compute="_compute_rights", search="_search_is_readable", export_string_translation=False
    )

    _once = models.UniqueIndex("(registration_id, side)", "Each side answers once.")
    _marks_range = models.Constraint(
        "CHECK (state <> 'done' OR "
        "(used BETWEEN 1 AND 5 AND progress BETWEEN 1 AND 5 AND conditions BETWEEN 1 AND 5))",
        "Each question is given 1 to 5.",
    )

    @api.depends("registration_id", "side")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for transfer in self:
            one = transfer.sudo()  # sudo: named to whoever reads it
            transfer.display_name = " · ".join((one.employee_id.display_name or "", one.course_id.name or ""))

    @api.depends(*TRANSFER_CRITERIA, "state")
    def _compute_mean(self):
        for transfer in self:
            done = transfer.state == "done"
            transfer.mean = session_learning.mean([transfer[name] for name in TRANSFER_CRITERIA]) if done else 0.0

    @api.depends_context("uid")
    @api.depends("state", "side", "employee_id")
    def _compute_rights(self):
        records = self.filtered("id")
        # sudo: the same question as the record rule, asked of the database
        readable = self.sudo().search(Domain("id", "in", records.ids) & self._gov_people_domain())
        for transfer in self:
            transfer.is_readable = transfer in readable
            transfer.can_answer = transfer.state == "waiting" and transfer._gov_is_answerer()

    @api.model
    @search_when
    def _search_is_readable(self):
        return self._gov_people_domain()

    @api.model
    @search_when
    def _search_can_answer(self):
        user = self.env.user
        heads = user | self.env["gov.training.registration"]._gov_absent_heads()
        # sudo: who heads which unit is in the organisation chart
        units = self.env["hr.department"].sudo().search([("manager_id.user_id", "in", heads.ids)])
        domain = Domain("state", "=", "waiting") & (
            (Domain("side", "=", "employee") & Domain("employee_id.user_id", "=", user.id))
            | (
                Domain("side", "=", "head")
                & Domain("department_id", "child_of", units.ids)
                & Domain("employee_id.user_id", "not in", heads.ids)
            )
        )
        return domain

    def _gov_is_answerer(self):
        self.ensure_one()
        one = self.sudo()  # sudo: what the user is to the person
        if one.side == "employee":
            return one.employee_id.user_id == self.env.user
        return one.registration_id._gov_is_head(self.env.user)

    @short_transaction
    def action_answer(self, values):
        """Answer for one's side: the person for himself, a head for the other.

        :param values: ``{"used", "progress", "conditions"}`` from 1 to 5, and ``"remark"``
        """
        self.ensure_one()
        self.check_access("read")
        if not (self.env.su or self._gov_is_answerer()):
            raise AccessError(self.env._("The person answers for himself, a head answers for the head."))
        values = values if isinstance(values, dict) else {}
        marks = {name: values.get(name) for name in TRANSFER_CRITERIA}
        if any(type(mark) is not int or not 1 <= mark <= 5 for mark in marks.values()):
            raise UserError(self.env._("Give each question a mark from 1 to 5."))
        remark = values.get("remark") if isinstance(values.get("remark"), str) else ""
        if len(remark) > LONGEST_TEXT:
            raise UserError(self.env._("Write %(number)s characters at most.", number=LONGEST_TEXT))
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                "UPDATE gov_training_transfer SET write_date = now() AT TIME ZONE 'UTC' WHERE id = %s "
                "AND state IN ('waiting', 'missed') RETURNING id",
                self.id,
            )
        )
        self.invalidate_recordset()
        if not rows:
            raise UserError(self.env._("This was answered already."))
        self._gov_write(
            {
                **marks,
                "remark": remark.strip() or False,
                "state": "done",
                "answered_by_id": self.env.uid,
                "answered_on": fields.Date.context_today(self),
            }
        )
        self.sudo().activity_ids.unlink()  # sudo: the to-do ends with the answer
        self.env["gov.journal.entry"]._record(self, "evaluate", {"side": self.side})
        return True

    def action_open_answer(self):
        """Open the dialog that answers."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Evaluation at work"),
            "res_model": "gov.training.dialog",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_session_id": self.session_id.id,
                "default_transfer_id": self.id,
                "default_operation": "transfer",
            },
        }

    @api.model
    def _cron_due(self, batch=500):
        """Ask the persons and the heads what is used at work, when the time has come; note those not answered.

        sudo: scheduled for all sessions.
        """
        today = fields.Date.context_today(self)
        months = int(self._gov_parameter("training.transfer.months", today))
        last = int(self._gov_parameter("training.transfer.until", today))
        registrations = self.env["gov.training.registration"].sudo()
        due = registrations.search(
            [
                ("state", "=", "validated"),
                ("session_id.date_to", "<=", today - relativedelta(months=months)),
                ("session_id.date_to", ">", today - relativedelta(months=last)),
                ("transfer_ids", "=", False),
            ],
            limit=batch,
            order="id",
        )
        made = self._gov_create(
            [
                {
                    "registration_id": one.id,
                    "side": side,
                    "due_on": one.session_id.date_to + relativedelta(months=months),
                    "until": one.session_id.date_to + relativedelta(months=last),
                }
                for one in due
                for side in ("employee", "head")
            ]
        ).sudo()
        for transfer in made:
            employee = transfer.employee_id
            user = employee.user_id if transfer.side == "employee" else employee._gov_heads()[:1]
            if user:
                one = transfer.with_context(lang=user.lang, mail_activity_quick_update=True)
                one.activity_schedule(
                    activity_type_id=registrations._gov_todo("transfer").id,
                    **one._gov_said("transfer"),
                    date_deadline=min(transfer.until, max(today, transfer.due_on) + relativedelta(days=15)),
                    user_id=user.id,
                )
        missed = self.sudo().search([("state", "=", "waiting"), ("until", "<", today)], limit=batch)
        if missed:
            missed._gov_write({"state": "missed"})
            missed.activity_ids.unlink()
        if made or missed:
            _logger.info("Training: %s evaluations at work asked for, %s not answered", len(made), len(missed))
        return len(made)

    def _gov_todo_words(self, key):
        if key != "transfer":
            return super()._gov_todo_words(key)
        return self.env._("What is used at work: %(course)s", course=self.course_id.name)


class GovTrainingIndicator(models.Model):
    """Level 4: a figure of a unit that a session should move: before, target, after 6 to 12 months."""

    _name = "gov.training.indicator"
    _description = "Indicator of a unit for a training"
    _inherit = ["mail.thread", "gov.training.people"]
    _order = "session_id desc, id"

    session_id = fields.Many2one("gov.training.session", "Session", required=True, index=True, ondelete="cascade")
    course_id = fields.Many2one(related="session_id.course_id", store=True, index=True)
    department_id = fields.Many2one("hr.department", "Unit", index="btree_not_null", ondelete="restrict")
    name = fields.Char("Indicator", required=True, help="Such as: press releases published within the day.")
    unit_label = fields.Char("Counted in", help="Such as %, days, documents.")
    value_before = fields.Float("Before", tracking=True, aggregator=None)
    target = fields.Float(tracking=True, aggregator=None)
    value_after = fields.Float("After", tracking=True, aggregator=None)
    is_measured = fields.Boolean("Measured", compute="_compute_is_measured", store=True)
    measured_on = fields.Date("Measured on", tracking=True, help="The day the value after was taken.")
    due_on = fields.Date("To be measured on", compute="_compute_due_on", store=True, readonly=False, precompute=True)
    comment = fields.Text(help="What else may have moved the figure.")
    achievement = fields.Float(
        "Target reached",
        compute="_compute_achievement",
        store=True,
        aggregator="avg",
        help="Share of the way from the value before to the target; above 100 % when it is passed.",
    )

    _target_differs = models.Constraint("CHECK (target <> value_before)", "The target differs from the value before.")

    @api.depends("measured_on")
    def _compute_is_measured(self):
        for indicator in self:
            indicator.is_measured = bool(indicator.measured_on)

    @api.depends("session_id.date_to")
    def _compute_due_on(self):
        for indicator in self:
            last = indicator.session_id.date_to
            months = int(self._gov_parameter("training.indicator.months", last)) if last else 0
            indicator.due_on = last + relativedelta(months=months) if last else False

    @api.depends("value_before", "target", "value_after", "measured_on")
    def _compute_achievement(self):
        for indicator in self:
            after = indicator.value_after if indicator.measured_on else None
            indicator.achievement = (
                session_learning.achievement(indicator.value_before, indicator.target, after) or 0.0
            )

    @api.constrains("measured_on", "session_id")
    def _check_measured_on(self):
        for indicator in self:
            if indicator.measured_on and indicator.measured_on <= indicator.session_id.date_to:
                raise ValidationError(self.env._("The value after is measured after the session."))

    @api.model_create_multi
    def create(self, vals_list):
        indicators = super().create(vals_list)
        indicators._gov_check_keeper()
        return indicators

    def write(self, vals):
        self._gov_check_keeper()
        result = super().write(vals)
        if "department_id" in vals or "session_id" in vals:
            self._gov_check_keeper()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_measured(self):
        self._gov_check_keeper()
        for indicator in self:
            if indicator.measured_on:
                raise UserError(self.env._("An indicator that was measured stays."))

    def _gov_check_keeper(self):
        """The training officers write the indicators."""
        if not self.env.su:
            self.session_id._gov_check_runs()

    @api.model
    def _cron_due(self, batch=200):
        """Remind the officers of the indicators to be measured.

        sudo: scheduled for all sessions.
        """
        today = fields.Date.context_today(self)
        due = self.sudo().search(
            [
                ("is_measured", "=", False),
                ("due_on", "<=", today),
                ("session_id.state", "=", "closed"),
            ],
            limit=batch,
        )
        for session in due.session_id:
            officer = session.officer_id
            if officer and self._gov_todo() not in session.activity_ids.activity_type_id:
                one = session.with_context(lang=officer.lang, mail_activity_quick_update=True)
                one.activity_schedule(
                    activity_type_id=self._gov_todo().id,
                    **one._gov_said("indicator"),
                    user_id=officer.id,
                )
        return len(due)

    @api.model
    def _gov_todo(self):
        return self.env.ref("gov_hr_training.mail_activity_type_indicator")


class GovTrainingRegistration(models.Model):
    """What a participant answers: evaluation at the end, tests before and after."""

    _inherit = "gov.training.registration"

    def _gov_check_own(self):
        self.ensure_one()
        self.check_access("read")
        if self.sudo().employee_id.user_id != self.env.user:  # sudo: only whether it is the user
            raise AccessError(self.env._("Only the participant answers."))

    # ------------------------------------------------------------------ level 1
    def _gov_may_give_feedback(self):
        """Tell whether the person may say what the session was worth: from the last half-day on, once."""
        self.ensure_one()
        one = self.sudo()  # sudo: one's own registration
        slots = one.session_id.slot_ids
        days = int(self._gov_parameter("training.feedback.days"))
        now = fields.Datetime.now()
        return bool(
            not one.feedback_given
            and one.present_count
            and slots
            and one.state in ("convoked", "validated", "not_validated")
            and max(slots.mapped("start")) <= now
            and fields.Date.context_today(self) <= one.session_id.date_to + relativedelta(days=days)
        )

    @short_transaction
    def action_give_feedback(self, values):
        """Say what the session was worth; the answer is kept without the name.

        :param values: the five criteria from 1 to 5, and ``"comment"``
        """
        self._gov_check_own()
        values = values if isinstance(values, dict) else {}
        marks = {name: values.get(name) for name in CRITERIA}
        if any(type(mark) is not int or not 1 <= mark <= 5 for mark in marks.values()):
            raise UserError(self.env._("Give each criterion a mark from 1 to 5."))
        comment = values.get("comment") if isinstance(values.get("comment"), str) else ""
        if len(comment) > LONGEST_TEXT:
            raise UserError(self.env._("Write %(number)s characters at most.", number=LONGEST_TEXT))
        if not self._gov_may_give_feedback():
            raise UserError(
                self.env._("The session is evaluated once, from its last half-day on, by who was present.")
            )
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                "UPDATE gov_training_registration SET feedback_given = TRUE WHERE id = %s "
                "AND feedback_given IS NOT TRUE RETURNING id",
                self.id,
            )
        )
        self.invalidate_recordset(["feedback_given"])
        if not rows:
            raise UserError(self.env._("You have evaluated this session already."))
        session = self.sudo().session_id  # sudo: the answer is kept without the name
        feedbacks = self.env["gov.training.feedback"]
        # not the registration, not the user: nothing in the row leads back to who answered
        feedbacks._gov_create([{"session_id": session.id, **marks, "comment": comment.strip() or False}])
        count = feedbacks.sudo().search_count([("session_id", "=", session.id)])  # sudo: a number alone
        minimum = int(self._gov_parameter("training.feedback.minimum"))
        if not session.has_feedback and session_learning.may_show(count, minimum):
            session._gov_write({"has_feedback": True})
        return True

    # ------------------------------------------------------------------ level 2
    def _gov_quiz(self):
        # sudo: the questions are shown to participants, the right answers never
        return self.env["gov.training.quiz"].sudo().search([("course_id", "=", self.sudo().course_id.id)], limit=1)

    def _gov_open_phase(self):
        """Return the test that the person may take now, ``before`` or ``after``, or False."""
        self.ensure_one()
        one = self.sudo()  # sudo: one's own registration
        if (
            one.state not in ("registered", "convoked", "validated", "not_validated")
            or not one._gov_quiz()._gov_is_ready()
        ):
            return False
        slots = one.session_id.slot_ids
        if not slots:
            return False
        now, taken = fields.Datetime.now(), set(one.test_ids.mapped("phase"))
        if now < min(slots.mapped("stop")):
            return "before" if "before" not in taken else False
        days = int(self._gov_parameter("training.feedback.days"))
        late = fields.Date.context_today(self) > one.session_id.date_to + relativedelta(days=days)
        ready = max(slots.mapped("start")) <= now and one.present_count and not late
        return "after" if ready and "after" not in taken else False

    def get_test(self):
        """Return the test that the person may take now, without the right answers.

        :return: ``{"phase", "course", "questions": [{"id", "name", "many", "choices": [{"id", "name"}]}]}``, or False
        """
        self._gov_check_own()
        phase = self._gov_open_phase()
        if not phase:
            return False
        quiz = self._gov_quiz()
        return {
            "phase": phase,
            "course": quiz.course_id.name,
            "questions": [
                {
                    "id": question.id,
                    "name": question.name,
                    "many": len(question.choice_ids.filtered("is_right")) > 1,
                    "choices": [{"id": choice.id, "name": choice.name} for choice in question.choice_ids],
                }
                for question in quiz.question_ids
            ],
        }

    @short_transaction
    def action_answer_test(self, phase, answers):
        """Take a test, once.

        :param phase: ``before`` or ``after``
        :param answers: ``{question id: [choice ids]}``
        :return: ``{"score", "gain"}``; the gain is None before the session
        """
        self._gov_check_own()
        if phase != self._gov_open_phase():
            raise UserError(self.env._("This test was taken already, or its time is not now."))
        right = self._gov_quiz()._gov_right()
        given, answers = {}, answers if isinstance(answers, dict) else {}
        for key, choices in list(answers.items())[:MOST_QUESTIONS]:
            if str(key).isdigit() and isinstance(choices, list):
                given[int(key)] = {choice for choice in choices if type(choice) is int}
        score = session_learning.score(right, given)
        self.env["gov.training.test"]._gov_create(
            [
                {
                    "registration_id": self.id,
                    "phase": phase,
                    "date": fields.Date.context_today(self),
                    "score": score,
                    "answers": {str(key): sorted(choices) for key, choices in given.items() if key in right},
                }
            ]
        )
        self.env.flush_all()
        one = self.sudo()  # sudo: one's own result
        return {"score": score, "gain": one.gain if one.has_tests else None}


class GovTrainingSession(models.Model):
    """What the evaluations say of a session, to whom may read it."""

    _inherit = "gov.training.session"

    def _gov_todo_words(self, key):
        if key != "indicator":
            return super()._gov_todo_words(key)
        return self.env._("Measure the indicators of the unit: %(course)s", course=self.course_id.name)

    def get_feedback(self):
        """Return the evaluations of the session as means, once they are many enough.

        Read by its trainers (without the comments), training officers, HR and auditors.

        :return: ``{"count", "minimum", "is_open", "means": {criterion: mean}, "mean", "comments": […], "tests": {…}}``
        """
        self.ensure_one()
        self.check_access("read")
        user = self.env.user
        roles = ("training_officer", "hr_officer", "auditor")
        reader = any(user.has_group(f"gov_base.group_{role}") for role in roles)
        if not (reader or self.is_trainer or self.env.su):
            raise AccessError(self.env._("The evaluations are read by the trainer and the training officers."))
        # sudo: means of answers without names
        rows = self.env["gov.training.feedback"].sudo().search([("session_id", "=", self.id)])
        minimum = int(self._gov_parameter("training.feedback.minimum"))
        is_open = session_learning.may_show(len(rows), minimum)
        tests = (
            self.env["gov.training.registration"]
            .sudo()
            .search(  # sudo: means of the group
                [("session_id", "=", self.id), ("has_tests", "=", True)]
            )
        )
        shown = session_learning.may_show(len(tests), minimum)
        return {
            "count": len(rows),
            "minimum": minimum,
            "is_open": is_open,
            "means": {name: session_learning.mean(rows.mapped(name)) for name in CRITERIA} if is_open else {},
            "mean": session_learning.mean(rows.mapped("mean")) if is_open else None,
            # the words of one person may be known by who trained him
            "comments": sorted(rows.filtered("comment").mapped("comment")) if is_open and reader else [],
            "tests": {
                "count": len(tests),
                "before": session_learning.mean(tests.mapped("score_before")) if shown else None,
                "after": session_learning.mean(tests.mapped("score_after")) if shown else None,
                "gain": session_learning.mean(tests.mapped("gain")) if shown else None,
            },
        }
