import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools.misc import format_date

from odoo.addons.gov_base.tools.search import search_when

_logger = logging.getLogger(__name__)

BATCH = 500
OVERDUE = (1, 8, 22)  # days after the deadline on which the person is told


class GovCourseCompetency(models.Model):
    """A competency that a finished course brings to a level."""

    _name = "gov.course.competency"
    _description = "Competency given by a course"
    _order = "channel_id, id"
    _rec_name = "skill_id"

    channel_id = fields.Many2one("slide.channel", "Course", required=True, index=True, ondelete="cascade")
    skill_id = fields.Many2one(
        "hr.skill", "Competency", required=True, index=True, ondelete="restrict", domain="[('gov_kind', '!=', False)]"
    )
    level = fields.Integer(
        "Level reached",
        required=True,
        default=1,
        aggregator=None,
        help="1 notions, 2 practice, 3 mastery, 4 expertise.",
    )

    _skill_uniq = models.Constraint("UNIQUE (channel_id, skill_id)", "A course names a competency once.")
    _level_range = models.Constraint("CHECK (level BETWEEN 1 AND 4)", "Levels go from 1 to 4.")

    @api.constrains("skill_id")
    def _check_framework(self):
        for line in self:
            if not line.skill_id.gov_kind:
                raise ValidationError(
                    self.env._("“%(skill)s” is not in the framework of competencies.", skill=line.skill_id.name)
                )


class GovCourseResult(models.Model):
    """A course finished by a person: the proof, one row each time."""

    _name = "gov.course.result"
    _description = "Course finished"
    _order = "date desc, id desc"
    _rec_name = "channel_id"

    channel_id = fields.Many2one("slide.channel", "Course", required=True, index=True, ondelete="restrict")
    employee_id = fields.Many2one("hr.employee", "Employee", required=True, index=True, ondelete="restrict")
    department_id = fields.Many2one(
        "hr.department", "Unit", compute="_compute_department_id", store=True, index=True, ondelete="restrict"
    )
    region_id = fields.Many2one(
        "gov.region", "Region", compute="_compute_department_id", store=True, index=True, ondelete="restrict"
    )
    date = fields.Date("Finished on", required=True, index=True)
    hours = fields.Float(digits=(6, 1))
    expires_on = fields.Date("Valid until")

    @api.depends("employee_id")
    def _compute_department_id(self):
        for result in self:
            # sudo: the unit of the person on the day, which stays in the row
            unit = result.employee_id.sudo().department_id
            result.department_id = unit
            result.region_id = unit.effective_region_id

    def _gov_credit(self):
        """Record finished courses among the trainings, and raise the levels they give."""
        vals_list = []
        for result in self:
            channel = result.channel_id
            vals = channel._gov_result_vals(result.employee_id, result.date, result)
            levels = {line.skill_id.id: line.level for line in channel.gov_competency_ids}
            if result.expires_on:
                # a course with a validity of its own: its levels end with it
                for line in channel.gov_competency_ids:
                    result.employee_id._gov_raise_skill(
                        line.skill_id,
                        line.level,
                        self.env._("Course: %(course)s", course=channel.name),
                        valid_to=result.expires_on,
                        on_date=result.date,
                    )
                levels = {}
            vals_list.append(dict(vals, levels=levels))
        # the hours are credited to the plan, the levels raised and the line of the résumé written in one place
        self.env["gov.training.record"]._gov_record(vals_list)


class GovCourseObligation(models.Model):
    """Whom a course is mandatory for, and until when; training officers decide."""

    _name = "gov.course.obligation"
    _description = "Mandatory course"
    _order = "channel_id, id"
    _rec_name = "channel_id"

    channel_id = fields.Many2one("slide.channel", "Course", required=True, index=True, ondelete="cascade")
    is_for_all = fields.Boolean("All the staff")
    job_ids = fields.Many2many("hr.job", string="Jobs")
    department_ids = fields.Many2many("hr.department", string="Units", help="With the units under them.")
    deadline = fields.Date(help="Last day to finish. Empty: counted from the day the person is concerned.")
    days = fields.Integer("Days to finish", default=60, help="From the day the person is concerned.")
    reason = fields.Char(translate=True, help="Why it is mandatory; the person reads it.")
    active = fields.Boolean(default=True)
    due_ids = fields.One2many("gov.course.due", "obligation_id", "Persons concerned")
    due_count = fields.Integer("Persons", compute="_compute_due_count")

    _days_range = models.Constraint("CHECK (days BETWEEN 1 AND 1000)", "Between one day and a thousand.")

    def _compute_due_count(self):
        counts = dict(
            self.env["gov.course.due"]._read_group([("obligation_id", "in", self.ids)], ["obligation_id"], ["__count"])
        )
        for obligation in self:
            obligation.due_count = counts.get(obligation, 0)

    @api.constrains("is_for_all", "job_ids", "department_ids")
    def _check_target(self):
        for obligation in self:
            if not (obligation.is_for_all or obligation.job_ids or obligation.department_ids):
                raise ValidationError(
                    self.env._("Say for whom “%(course)s” is mandatory: jobs, units, or all the staff.",
                               course=obligation.channel_id.name)
                )  # fmt: skip

    def _gov_people(self):
        """Return the employees whom the obligation concerns today."""
        self.ensure_one()
        domain = Domain("user_id", "!=", False)
        if not self.is_for_all:
            if self.job_ids:
                domain &= Domain("job_id", "in", self.job_ids.ids)
            if self.department_ids:
                domain &= Domain("department_id", "child_of", self.department_ids.ids)
        # sudo: whom a mandatory course concerns, counted by the system
        return self.env["hr.employee"].sudo().search(domain)

    def action_apply(self):
        """Put those concerned into the course now; the nightly task does the same."""
        self.check_access("write")
        self._gov_apply()
        return True

    def _gov_apply(self, limit=None):
        """Put those who are newly concerned into the course, with their deadline; at most ``limit`` persons."""
        today = fields.Date.context_today(self)
        # sudo: rows written for persons the decider may not read
        dues = self.env["gov.course.due"].sudo()
        made = dues.browse()
        for obligation in self.filtered(lambda one: one.active and one.channel_id.is_published):
            channel = obligation.channel_id
            people = obligation._gov_people()
            already = dues.search([("channel_id", "=", channel.id), ("employee_id", "in", people.ids)]).employee_id
            # sudo: who finished the course before it was mandatory owes nothing while that is valid
            finished = (
                self.env["gov.course.result"]
                .sudo()
                .search(
                    [
                        ("channel_id", "=", channel.id),
                        ("employee_id", "in", people.ids),
                        "|",
                        ("expires_on", "=", False),
                        ("expires_on", ">=", today),
                    ]
                )
                .employee_id
            )
            new = (people - already - finished)[:limit]
            deadline = obligation.deadline or today + timedelta(days=obligation.days)
            for start in range(0, len(new), BATCH):
                batch = new[start : start + BATCH]
                # sudo: the enrolment of those concerned, decided by who wrote the obligation
                channel.sudo()._action_add_members(batch.user_id.partner_id)
                made |= dues.create(
                    [
                        {
                            "channel_id": channel.id,
                            "employee_id": person.id,
                            "obligation_id": obligation.id,
                            "assigned_on": today,
                            "due_on": max(deadline, today),
                        }
                        for person in batch
                    ]
                )
        made._gov_tell("new")
        return made

    @api.model
    def _cron_obligations(self):
        """Follow obligations: those newly concerned, validities that end, reminders. What fails is logged and tried
        again the next night; what is done is kept."""
        is_task = bool(self.env.context.get("ir_cron_progress_id"))
        dues, jobs = self.env["gov.course.due"], self.env["ir.cron"]
        acts = [(f"obligation {one.id}", one._gov_apply) for one in self.search([])]
        acts += [("validities", dues._gov_renew), ("reminders", dues._gov_remind)]
        left, done = len(acts), 0
        for name, act in acts:
            more = True
            while more:
                try:
                    with self.env.cr.savepoint():
                        more = len(act(limit=BATCH)) == BATCH
                except Exception:
                    _logger.exception("Mandatory courses: %s", name)
                    more = False
                done += 1
                if is_task and not jobs._commit_progress(1, remaining=left):
                    return
            left -= 1
        _logger.info("Mandatory courses: %s steps done", done)


class GovCourseDue(models.Model):
    """A mandatory course of a person: until when, and whether it is done."""

    _name = "gov.course.due"
    _description = "Mandatory course of a person"
    _order = "due_on, id"
    _rec_name = "channel_id"

    channel_id = fields.Many2one("slide.channel", "Course", required=True, index=True, ondelete="cascade")
    employee_id = fields.Many2one("hr.employee", "Employee", required=True, index=True, ondelete="cascade")
    department_id = fields.Many2one(
        "hr.department", "Unit", compute="_compute_department_id", store=True, index=True, ondelete="set null"
    )
    region_id = fields.Many2one(
        "gov.region", "Region", compute="_compute_department_id", store=True, index=True, ondelete="set null"
    )
    obligation_id = fields.Many2one("gov.course.obligation", "Obligation", index="btree_not_null", ondelete="set null")
    reason = fields.Char(related="obligation_id.reason")
    assigned_on = fields.Date("Since", required=True)
    due_on = fields.Date("To finish by", required=True, index=True)
    done_on = fields.Date("Finished on", readonly=True)
    is_late = fields.Boolean("Late", compute="_compute_is_late", search="_search_is_late")
    reminded_on = fields.Date("Last reminder", readonly=True)

    _person_uniq = models.Constraint("UNIQUE (channel_id, employee_id)", "This course is already due by this person.")

    @api.depends("employee_id.department_id")
    def _compute_department_id(self):
        for due in self:
            # sudo: the unit of the person, for those who follow the unit
            unit = due.employee_id.sudo().department_id
            due.department_id = unit
            due.region_id = unit.effective_region_id

    @api.depends("due_on", "done_on")
    def _compute_is_late(self):
        today = fields.Date.context_today(self)
        for due in self:
            due.is_late = not due.done_on and due.due_on < today

    @search_when
    def _search_is_late(self):
        return Domain("done_on", "=", False) & Domain("due_on", "<", fields.Date.context_today(self))

    def action_excuse(self, reason=None):
        """Take a person out of the obligation (long absence, course followed elsewhere); the course stays open."""
        self.check_access("unlink")
        if not (reason or self.env.context.get("gov_reason")):
            raise UserError(self.env._("Say why this person need not follow the course."))
        self.unlink()
        return True

    @api.model
    def _gov_done(self, results):
        """Mark what finished courses settle."""
        for result in results:
            self.search(
                [
                    ("channel_id", "=", result.channel_id.id),
                    ("employee_id", "=", result.employee_id.id),
                    ("done_on", "=", False),
                ]
            ).done_on = result.date

    def _gov_tell(self, kind):
        """Tell persons of their mandatory course, in their language, where they read their messages.

        Those who have the same course, day and language are told by one message.
        """
        alike = {}
        # sudo: each person's own message, language and address
        for due in self.sudo():
            user = due.employee_id.user_id
            if user.active:
                alike.setdefault((due.channel_id, due.due_on, user.lang), []).append(user.partner_id.id)
        for (channel, due_on, lang), partners in alike.items():
            words = channel.with_context(lang=lang)
            day = format_date(words.env, due_on, lang_code=lang, date_format="d MMMM y")
            _ = words.env._
            subject, body = {
                "new": (
                    _("Course to follow: %(course)s", course=words.name),
                    _("This course is mandatory for you. Finish it by %(day)s: My space, My courses.", day=day),
                ),
                "soon": (
                    _("Reminder: %(course)s", course=words.name),
                    _("You have until %(day)s to finish this course: My space, My courses.", day=day),
                ),
                "late": (
                    _("Late: %(course)s", course=words.name),
                    _("This course was to be finished by %(day)s. Finish it now: My space, My courses.", day=day),
                ),
            }[kind]
            words.message_notify(partner_ids=partners, subject=subject, body=body)

    @api.model
    def _gov_remind(self, limit=None):
        """Remind those who have not finished: some days before, and after the deadline; once a day at most."""
        today = fields.Date.context_today(self)
        before = sorted(
            int(part) for part in str(self.env["gov.parameter"].get_value("elearning.reminders", today)).split(",")
        )
        moments = {today + timedelta(days=days): "soon" for days in before}
        moments |= {today - timedelta(days=days): "late" for days in OVERDUE}
        waiting = self.search(
            [
                ("done_on", "=", False),
                ("due_on", "in", list(moments)),
                "|",
                ("reminded_on", "=", False),
                ("reminded_on", "<", today),
            ],
            limit=limit,
        )
        for kind in ("soon", "late"):
            waiting.filtered(lambda due, kind=kind: moments[due.due_on] == kind)._gov_tell(kind)
        waiting.reminded_on = today
        return waiting

    @api.model
    def _gov_renew(self, limit=None):
        """Open mandatory courses again whose validity ends soon."""
        today = fields.Date.context_today(self)
        ahead = int(self.env["gov.parameter"].get_value("elearning.renewal_days", today))
        ending = self.env["slide.channel.partner"].search(
            [
                ("member_status", "=", "completed"),
                ("gov_expires_on", "!=", False),
                ("gov_expires_on", "<=", today + timedelta(days=ahead)),
            ]
        )
        by_partner = {}
        for due in self.search([("channel_id", "in", ending.channel_id.ids), ("done_on", "!=", False)]):
            by_partner[due.channel_id, due.employee_id.user_id.partner_id] = due
        renewed = self.browse()
        for one in ending:
            due = by_partner.get((one.channel_id, one.partner_id))
            if limit and len(renewed) >= limit:
                break
            if due and due.obligation_id.active:
                due.write(
                    {
                        "done_on": False,
                        "assigned_on": today,
                        "due_on": max(one.gov_expires_on, today + timedelta(days=1)),
                        "reminded_on": False,
                    }
                )
                one._gov_reopen()
                renewed |= due
        renewed._gov_tell("new")
        return renewed
