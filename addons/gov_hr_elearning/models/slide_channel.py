from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

STAFF = ("connected", "members")


class SlideChannelTagGroup(models.Model):
    """Domains of specialities (communication, law, finance …)."""

    _inherit = "slide.channel.tag.group"

    def _default_is_published(self):
        return False


class SlideChannel(models.Model):
    """A course of distance learning, for the staff alone.

    Training officers write all courses, authors their own.  Employees find those that are published, join those that
    are open, and are put into those that are mandatory for them.  A finished course is recorded among the trainings
    of the person, with its hours, and gives the levels of competency it names.
    """

    _inherit = "slide.channel"

    visibility = fields.Selection(default="connected")
    publish_template_id = fields.Many2one(default=False)
    completed_template_id = fields.Many2one(default=False)
    allow_comment = fields.Boolean(compute="_compute_allow_comment")
    nbr_scorm = fields.Integer("SCORM packages", compute="_compute_slides_statistics", store=True)

    gov_competency_ids = fields.One2many("gov.course.competency", "channel_id", "Competencies given", copy=True)
    gov_obligation_ids = fields.One2many("gov.course.obligation", "channel_id", "Mandatory for")
    gov_training_course_id = fields.Many2one(
        "gov.training.course",
        "Course of the catalogue",
        index="btree_not_null",
        ondelete="restrict",
        help="The finished course is recorded under it in the trainings of the person.",
    )
    gov_action_ids = fields.Many2many(
        "gov.training.action",
        string="Actions of the plan",
        domain="[('course_id', '=', gov_training_course_id)]",
        help="The actions of the training plans that this course carries out; the one of the year is credited.",
    )
    gov_hours = fields.Float(
        "Hours decided",
        digits=(6, 2),
        help="Hours recorded in the plan once the course is finished; 0: the length of its lessons.",
    )
    gov_credit = fields.Float("Hours credited", compute="_compute_gov_credit", digits=(6, 2))
    gov_validity_months = fields.Integer(
        "Valid for (months)", help="After it the level expires and the course is to be followed again; 0: no end."
    )
    gov_lang = fields.Selection(
        [("ar", "Arabic"), ("fr", "French"), ("en", "English"), ("all", "Arabic, French and English")],
        "Languages of the contents",
        default="all",
        required=True,
    )
    gov_due_count = fields.Integer("Persons concerned", compute="_compute_gov_due_count")

    _gov_hours_range = models.Constraint("CHECK (gov_hours >= 0 AND gov_hours <= 1000)", "Hours are not negative.")
    _gov_validity_range = models.Constraint(
        "CHECK (gov_validity_months BETWEEN 0 AND 240)", "A validity is between 0 and 240 months."
    )

    @api.depends("channel_type")
    def _compute_allow_comment(self):
        """Core's marks and comments have their page on the public site, which is closed."""
        self.allow_comment = False

    @api.depends("total_time", "gov_hours")
    def _compute_gov_credit(self):
        for channel in self:
            channel.gov_credit = channel.gov_hours or round(channel.total_time or 0.0, 2)

    def _compute_gov_due_count(self):
        counts = dict(
            self.env["gov.course.due"]._read_group([("channel_id", "in", self.ids)], ["channel_id"], ["__count"])
        )
        for channel in self:
            channel.gov_due_count = counts.get(channel, 0)

    @api.constrains("visibility")
    def _check_gov_staff_only(self):
        for channel in self:
            if channel.visibility not in STAFF:
                raise ValidationError(
                    self.env._(
                        "“%(course)s” cannot be shown outside: courses are for the staff. Show it to signed-in "
                        "staff, or to those enrolled.",
                        course=channel.name,
                    )
                )

    # -- who is in

    def _message_employee_chatter(self, msg, partners):
        """Courses followed are on the page of trainings; the file of the person is not filled with links."""

    def _compute_website_url(self):
        super()._compute_website_url()
        for channel in self:
            if channel.id:
                channel.website_url = f"/odoo/my-courses/{channel.id}"

    def _get_access_action(self, access_uid=None, force_website=False):
        return self._gov_open_course()

    def _gov_open_course(self):
        """Return the action that opens the course as a learner."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("gov_hr_elearning.gov_learning_action")
        return {**action, "context": {"active_id": self.id}}

    def action_gov_open(self):
        """Open the course as a learner does."""
        return self._gov_open_course()

    def action_gov_board(self):
        """Open the page that says where the learners of this course stop."""
        self.ensure_one()
        self.check_access("write")
        action = self.env["ir.actions.actions"]._for_xml_id("gov_hr_elearning.gov_learning_board_action")
        return {**action, "context": {"active_id": self.id}}

    def action_gov_publish(self):
        """Publish the course and its lessons; it needs at least one lesson that can be followed."""
        self.check_access("write")
        for channel in self:
            lessons = channel.slide_ids.filtered(lambda slide: not slide.is_category)
            if not lessons:
                raise UserError(self.env._("“%(course)s” has no lesson yet: add one.", course=channel.name))
            empty = lessons.filtered(lambda slide: not slide._gov_is_ready())
            if empty:
                raise UserError(
                    self.env._(
                        "These lessons have no content yet: %(lessons)s. Give each its text, file or questions.",
                        lessons=", ".join(empty.mapped("name")),
                    )
                )
            lessons.filtered(lambda slide: not slide.is_published).is_published = True
            channel.is_published = True
        return True

    def action_gov_unpublish(self):
        """Withdraw the course from the catalogue; those who follow it keep what they did."""
        self.check_access("write")
        self.is_published = False
        return True

    # -- for the plan

    def _gov_action(self, day):
        """Return the action of the plan that a course finished on a day carries out, if any."""
        self.ensure_one()
        # sudo: which plan the training counts for, whoever finished it
        actions = self.sudo().gov_action_ids.filtered(
            lambda action: action.state not in ("dropped", "cancelled", "refused")
            and action.plan_id.year_from <= day.year <= action.plan_id.year_to
        )
        return actions[:1]

    def _gov_result_vals(self, employee, day, origin):
        """Return the values of the training record of a finished course."""
        self.ensure_one()
        action = self._gov_action(day)
        course = action.course_id or self.sudo().gov_training_course_id  # sudo: as above
        return {
            "employee_id": employee.id,
            "course_id": course.id,
            "course_name": self.name,
            "action_id": action.id,
            "date": day,
            "hours": self.gov_credit,
            "source": "elearning",
            "result": "validated",
            "origin_model": origin._name,
            "origin_res_id": origin.id,
        }

    @api.model
    def _gov_check_author(self):
        if not self.env.user.has_group("gov_hr_elearning.group_course_author"):
            raise AccessError(self.env._("Only authors of courses and training officers see this."))

    @api.model
    def _gov_authored(self):
        """Return the domain of the courses whose learners the user may look at."""
        user = self.env.user
        if user.has_group("gov_base.group_training_officer") or user.has_group("gov_base.group_auditor"):
            return Domain.TRUE
        return Domain("user_id", "=", user.id)


class SlideChannelTag(models.Model):
    """A speciality under which courses are found."""

    _inherit = "slide.channel.tag"
