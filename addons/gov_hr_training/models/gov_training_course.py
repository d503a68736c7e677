from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain

from ..services import cover

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
# who sees what training costs
SEES_COST = (
    "gov_base.group_training_officer,gov_base.group_hr_officer,gov_base.group_budget_officer,"
    "gov_base.group_authorising_officer,gov_base.group_auditor"
)
LEVELS = [("1", "Notions"), ("2", "Practice"), ("3", "Mastery"), ("4", "Expertise")]


class Catalogue:
    """The lines of the active courses by competency, to pick a course for one gap."""

    def __init__(self, lines):
        self.lines = {}
        for skill, *line in lines:
            self.lines.setdefault(skill, []).append(line)

    def pick(self, skill, now, target):
        """Return the id of the cheapest course that leads from a level to another, or nearest to it; False if none."""
        now, target = now or 0, target or 4
        usable = [line for line in self.lines.get(skill, ()) if line[0] <= now < line[1]]
        if not usable:
            return False
        return min(usable, key=lambda line: (max(0, target - line[1]), line[2], line[3], line[4]))[4]


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
        "Cost of a session",
        groups=SEES_COST,
        help="Fees of a trainer and room for one group, without tax, as usually paid.",
    )
    cost_head = fields.Monetary(
        "Cost per participant", groups=SEES_COST, help="Meals, papers, places, without tax, for one person."
    )
    cost_person = fields.Monetary(
        "Cost for one person",
        compute="_compute_cost_person",
        store=True,
        groups=SEES_COST,
        help="Cost per participant and a seat of a full session: courses are compared by it.",
    )
    active = fields.Boolean(default=True)
    action_count = fields.Integer("Actions", compute="_compute_action_count")

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

    @api.depends_context("uid")
    def _compute_action_count(self):
        counts = dict(
            self.env["gov.training.action"]._read_group(
                [("course_id", "in", self.ids), ("state", "!=", "dropped")], ["course_id"], ["__count"]
            )
        )
        for course in self:
            course.action_count = counts.get(course, 0)

    def action_open_actions(self):
        """Open the actions of plans that use the course."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("gov_hr_training.gov_training_action_action")
        action.update(domain=[("course_id", "=", self.id)], context={})
        return action

    # ------------------------------------------------------------------ what closes a gap
    @api.model
    def _gov_by_skill(self):
        """Return the active catalogue by competency: :class:`Catalogue`."""
        # sudo: what a course costs decides which is proposed; only the course comes out
        lines = self.env["gov.training.course.skill"].sudo().search([("course_id.active", "=", True)])
        lines.course_id.fetch(["cost_person", "days"])
        return Catalogue(
            [
                (line.skill_id.id, line.entry_level, line.level, line.course_id.cost_person, line.course_id.days,
                 line.course_id.id)
                for line in lines
            ]
        )  # fmt: skip

    @api.model
    def _gov_cover(self, pairs):
        """Return the cheapest courses that bring each person to the levels wanted.

        :param pairs: list of ``(wanted, held)``, each ``{id of hr.skill: level}``
        :return: list of ``{"courses": gov.training.course in the order to follow, "cost", "days", "missing":
            {skill id: level the courses reach}, "is_exact"}``
        """
        # sudo: costs decide which courses are the cheapest; who may see the cost is for the caller to check
        lines = self.env["gov.training.course.skill"].sudo().search([("course_id.active", "=", True)])
        by_course = lines.grouped("course_id")
        courses = [
            cover.Course(
                course.id,
                round(course.cost_person * 100),
                course.days,
                {line.skill_id.id: (line.entry_level, line.level) for line in of_course},
            )
            for course, of_course in by_course.items()
        ]
        found, known = [], {}
        for wanted, held in pairs:
            key = (tuple(sorted(wanted.items())), tuple(sorted((one, held.get(one, 0)) for one in wanted)))
            if key not in known:
                known[key] = cover.cheapest(wanted, held, courses)
            answer = known[key]
            found.append(
                {
                    "courses": self.browse(answer.courses),
                    "cost": answer.cost / 100,
                    "days": answer.days,
                    "missing": answer.missing,
                    "is_exact": answer.is_exact,
                }
            )
        return found

    @api.model
    def get_path(self, employee_id=None, job_id=None):
        """Return the cheapest courses that close the gaps of a person towards a job.

        For the person, one of the heads above, human resources and training officers of the region, auditors.

        :param employee_id: the user's own file when None
        :param job_id: the job held when None
        :return: ``{"courses": [{"id", "name", "days", "modality", "cost", "skills": [{"name", "from", "to"}]}],
            "missing": [{"skill", "required", "reached"}], "gaps", "days", "cost", "is_exact"}``; costs are None for
            who may not read them
        """
        # sudo: the right to look at the person is checked just below
        people = self.env["hr.employee"].sudo()
        own = self.env.user.employee_id.sudo()  # sudo: one's own file
        employee = people.browse(employee_id).exists() if employee_id else own
        allowed = employee and people.search_count(
            Domain("id", "=", employee.id) & self.env["gov.competency.gap"]._gov_people()
        )
        if not allowed:
            raise AccessError(self.env._("You see the gaps of yourself, of your people or of your region alone."))
        job = self.env["hr.job"].sudo().browse(job_id).exists() if job_id else employee.job_id  # sudo: public sheets
        today = fields.Date.context_today(self)
        held = {skill: level for (_person, skill), level in employee._gov_held_levels(employee, today).items()}
        profile = job._gov_profile() if job else self.env["hr.job.skill"]
        wanted = {line.skill_id.id: line.level_rank for line in profile}
        answer = self._gov_cover([(wanted, held)])[0]
        shows_cost = self.has_access("read") and self._has_field_access(self._fields["cost_person"], "read")
        names = {line.skill_id.id: line.skill_id.name for line in profile}
        levels, courses = dict(held), []
        for course in answer["courses"]:
            moves = []
            for line in course.skill_line_ids:
                now = levels.get(line.skill_id.id, 0)
                if line.entry_level <= now < line.level:
                    levels[line.skill_id.id] = line.level
                    if line.skill_id.id in wanted:
                        moves.append({"name": line.skill_id.name, "from": now, "to": line.level})
            courses.append(
                {
                    "id": course.id,
                    "name": course.name,
                    "days": course.days,
                    "modality": course.modality,
                    "cost": course.cost_person if shows_cost else None,
                    "skills": moves,
                }
            )
        return {
            "courses": courses,
            "missing": [
                {"skill": names[skill], "required": wanted[skill], "reached": level}
                for skill, level in answer["missing"].items()
            ],
            "gaps": sum(1 for skill, level in wanted.items() if held.get(skill, 0) < level),
            "days": answer["days"],
            "cost": answer["cost"] if shows_cost else None,
            "is_exact": answer["is_exact"],
        }

    def copy_data(self, default=None):
        return [
            dict(vals, code=self.env._("%(code)s (copy)", code=course.code)) if "code" not in (default or {}) else vals
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
