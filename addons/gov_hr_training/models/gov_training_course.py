from odoo import api, fields, models
from odoo.exceptions import ValidationError

# hr.md §5.2-4
KINDS = [
    ("improvement", "Improvement"),
    ("preparation", "Preparation for a post"),
    ("reconversion", "Reconversion"),
    ("exam", "Preparation for an exam or competition"),
    ("internship", "Internship in Morocco or abroad"),
    ("degree", "Training for a degree"),
    ("elearning", "Distance learning"),
]
MODALITIES = [("in_person", "In person"), ("remote", "Remote, with a trainer"), ("elearning", "Distance learning")]
LEVELS = [("1", "Notions"), ("2", "Practice"), ("3", "Mastery"), ("4", "Expertise")]


class GovTrainingAxis(models.Model):
    """A strategic axis: what a need or an action serves beyond the person."""

    _name = "gov.training.axis"
    _description = "Strategic axis of training"
    _order = "sequence, code, id"
    _rec_names_search = ["code", "name"]

    code = fields.Char(required=True, help="Such as A1.")
    name = fields.Char(required=True, translate=True)
    description = fields.Text(translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _code_uniq = models.Constraint("UNIQUE (code)", "This code is already that of another axis.")


class GovTrainingCourse(models.Model):
    """A course of the catalogue: what it teaches, to how many, for how long and at what cost.

    Training officers and HR managers keep the catalogue; everybody reads it, costs apart.
    """

    _name = "gov.training.course"
    _description = "Training course"
    _inherit = ["mail.thread"]
    _order = "code, id"
    _rec_names_search = ["code", "name"]

    code = fields.Char(required=True, copy=False, help="Such as COM-012.")
    name = fields.Char(required=True, translate=True)
    purpose = fields.Text("Objectives", translate=True, help="What the participants can do at the end.")
    content = fields.Html("Programme", translate=True)
    kind = fields.Selection(KINDS, required=True, default="improvement", help="Kind of action of the training plan.")
    modality = fields.Selection(MODALITIES, required=True, default="in_person")
    days = fields.Float(required=True, default=1.0, digits=(6, 1), help="Days for one participant, in half days.")
    hours = fields.Float(
        compute="_compute_hours", store=True, readonly=False, precompute=True, digits=(6, 1), help="Hours in all."
    )
    min_seats = fields.Integer("Least participants", default=8, help="Below it a session is not held.")
    max_seats = fields.Integer("Most participants", default=20, help="Seats of one group.")
    provider_id = fields.Many2one("res.partner", "Provider", index="btree_not_null", ondelete="restrict")
    prerequisite = fields.Text("Prerequisites", translate=True)
    skill_line_ids = fields.One2many("gov.training.course.skill", "course_id", "Competencies reached", copy=True)
    skill_ids = fields.Many2many("hr.skill", string="Competencies", compute="_compute_skill_ids")
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    cost_session = fields.Monetary(
        "Cost of a session", help="Fees of a trainer and room for one group, without tax, as usually paid."
    )
    cost_head = fields.Monetary("Cost per participant", help="Meals, papers, places, without tax, for one person.")
    cost_person = fields.Monetary(
        "Cost for one person",
        compute="_compute_cost_person",
        store=True,
        help="Cost per participant and a seat of a full session: courses are compared by it.",
    )
    active = fields.Boolean(default=True)

    _code_uniq = models.Constraint("UNIQUE (code)", "This code is already that of another course.")
    _days_range = models.Constraint("CHECK (days > 0 AND days <= 1000)", "A course lasts from half a day on.")
    _hours_range = models.Constraint("CHECK (hours >= 0)", "Hours are not negative.")
    _seats_range = models.Constraint(
        "CHECK (min_seats >= 1 AND max_seats >= min_seats AND max_seats <= 10000)",
        "The most participants are at least the least ones.",
    )
    _costs_range = models.Constraint(
        "CHECK (coalesce(cost_session, 0) >= 0 AND coalesce(cost_head, 0) >= 0)", "A cost is not negative."
    )

    @api.depends("days")
    def _compute_hours(self):
        for course in self:
            course.hours = course.days * 6

    def _compute_currency_id(self):
        self.currency_id = self.env.company.currency_id

    @api.depends("skill_line_ids.skill_id")
    def _compute_skill_ids(self):
        for course in self:
            course.skill_ids = course.skill_line_ids.skill_id

    @api.depends("cost_session", "cost_head", "max_seats")
    def _compute_cost_person(self):
        for course in self:
            course.cost_person = course.cost_head + course.cost_session / max(course.max_seats, 1)

    @api.depends("code", "name")
    def _compute_display_name(self):
        for course in self:
            course.display_name = f"[{course.code}] {course.name}" if course.code else course.name

    @api.constrains("days")
    def _check_days(self):
        for course in self:
            if course.days * 2 != int(course.days * 2):
                raise ValidationError(self.env._("The length of a course is counted in half days."))

    def copy_data(self, default=None):
        return [
            dict(vals, code=self.env._("%(code)s (copy)", code=course.code))
            if "code" not in (default or {})
            else vals
            for course, vals in zip(self, super().copy_data(default), strict=True)
        ]


class GovTrainingCourseSkill(models.Model):
    """A competency that a course brings to a level, once validated; from which level one may follow it."""

    _name = "gov.training.course.skill"
    _description = "Competency reached by a course"
    _order = "course_id, id"
    _rec_name = "skill_id"

    course_id = fields.Many2one("gov.training.course", "Course", required=True, index=True, ondelete="cascade")
    skill_id = fields.Many2one(
        "hr.skill",
        "Competency",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('gov_kind', '!=', False)]",
    )
    level = fields.Integer(
        "Level reached",
        required=True,
        default=2,
        aggregator=None,
        help="1 notions, 2 practice, 3 mastery, 4 expertise; given after validation.",
    )
    entry_level = fields.Integer(
        "Level at entry", default=0, aggregator=None, help="Level one must hold before; 0 when none is asked."
    )

    _skill_uniq = models.Constraint("UNIQUE (course_id, skill_id)", "A course names a competency once.")
    _level_range = models.Constraint(
        "CHECK (level BETWEEN 1 AND 4 AND entry_level BETWEEN 0 AND 3 AND entry_level < level)",
        "A course leads to a level from 1 to 4, above the one asked at entry.",
    )

    @api.constrains("skill_id")
    def _check_framework(self):
        for line in self:
            if not line.skill_id.gov_kind:
                raise ValidationError(
                    self.env._("“%(skill)s” is not in the framework of competencies.", skill=line.skill_id.name)
                )
