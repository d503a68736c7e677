from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..services import gaps

CANDIDATES = 15


class GovSuccessionPlan(models.Model):
    """The succession of a post that must not stay empty: who could take it, and what each lacks.

    For HR officers (their regions), HR managers and auditors; the people compared do not see it.  HR ranks the staff,
    keeps the candidates it prepares, and trains them: a module of training finds the courses that close what
    ``gov.succession.candidate._gov_missing`` tells.
    """

    _name = "gov.succession.plan"
    _description = "Succession of a post"
    _inherit = ["mail.thread"]
    _order = "leaves_on, id"

    post_id = fields.Many2one("gov.post", "Post", required=True, index=True, ondelete="cascade")
    job_id = fields.Many2one(related="post_id.job_id", store=True, index=True)
    department_id = fields.Many2one(related="post_id.department_id", store=True, index=True)
    region_id = fields.Many2one(related="post_id.region_id", store=True, index=True)
    holder_id = fields.Many2one(related="post_id.employee_id", string="Holder")
    leaves_on = fields.Date("Holder leaves on", compute="_compute_leaves_on", store=True, compute_sudo=True)
    is_sensitive = fields.Boolean(related="post_id.is_sensitive")
    ranked_on = fields.Datetime("Ranked on", readonly=True, copy=False)
    candidate_ids = fields.One2many("gov.succession.candidate", "plan_id", "Candidates")
    candidate_count = fields.Integer("Number of candidates", compute="_compute_counts")
    kept_count = fields.Integer("Candidates kept", compute="_compute_counts")
    note = fields.Text(help="How the knowledge is handed over, and when.")
    active = fields.Boolean(default=True)

    _post_uniq = models.UniqueIndex("(post_id) WHERE active", "The succession of this post is prepared already.")

    @api.depends("post_id.employee_id.retirement_date")
    def _compute_leaves_on(self):
        for plan in self:
            plan.leaves_on = plan.post_id.employee_id.retirement_date

    @api.depends("candidate_ids.is_kept")
    def _compute_counts(self):
        for plan in self:
            plan.candidate_count = len(plan.candidate_ids)
            plan.kept_count = len(plan.candidate_ids.filtered("is_kept"))

    @api.depends("post_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for plan in self:
            plan.display_name = plan.post_id.display_name or self.env._("New succession")

    def _gov_check_writer(self):
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group("gov_base.group_hr_officer"):
            raise AccessError(self.env._("Human resources prepare the succession of posts."))

    def action_rank(self):
        """Rank the staff for the posts: those kept stay, the others are found anew."""
        self._gov_check_writer()
        for plan in self:
            required = plan.job_id._gov_required()[plan.job_id.id]
            if not required:
                raise UserError(
                    self.env._(
                        "“%(job)s” requires no competency: write its profile before ranking candidates.",
                        job=plan.job_id.name,
                    )
                )
            kept = plan.candidate_ids.filtered(lambda one: one.is_kept or one.note)
            (plan.candidate_ids - kept).unlink()
            ranked = plan._gov_rank(kept.employee_id.ids)
            ranks = {candidate["id"]: rank for rank, candidate in enumerate(ranked, 1)}
            for one in kept:
                one.rank = ranks.get(one.employee_id.id, len(ranked) + 1)
            self.env["gov.succession.candidate"].create(
                [
                    {
                        "plan_id": plan.id,
                        "employee_id": candidate["id"],
                        "rank": ranks[candidate["id"]],
                        "months": candidate["months"] or 0,
                        "is_near": candidate["months"] is not None,
                    }
                    for candidate in ranked
                    if candidate["id"] not in kept.employee_id.ids
                ]
            )
            plan.ranked_on = fields.Datetime.now()
        return True

    def _gov_rank(self, always=()):
        """Return the best candidates of the regions the user serves, best first (see ``gaps.rank_key``).

        One statement over the whole staff: the gap of each, the access conditions, the months of the path from the job
        held.  Nobody who leaves soon, nor the holder.

        :param always: ids of employees that are ranked whatever their gap
        """
        self.ensure_one()
        today = fields.Date.context_today(self)
        job = self.job_id
        grades = tuple(job.access_grade_ids.ids)
        for model in ("hr.employee.skill", "hr.job.skill", "gov.job.path"):
            self.env[model].flush_model()
        self.env.cr.execute(
            SQL(
                """
                SELECT staff.employee_id, %(grade)s AS grade,
                       %(years)s = 0 OR COALESCE(staff.recruitment_date <= %(since)s, FALSE) AS experience,
                       COALESCE(sum(greatest(need.level_rank - COALESCE(held.level, 0), 0))
                           FILTER (WHERE need.is_critical), 0) AS critical,
                       COALESCE(sum(greatest(need.level_rank - COALESCE(held.level, 0), 0) * need.weight), 0)
                           AS weighted,
                       CASE WHEN staff.job_id = %(job)s THEN 0 ELSE max(path.months) END AS months
                  FROM (%(staff)s) staff
            CROSS JOIN (SELECT skill_id, level_rank, weight, is_critical FROM hr_job_skill
                         WHERE job_id = %(job)s AND level_rank > 0
                           AND (valid_to IS NULL OR valid_to >= %(today)s)) need
             LEFT JOIN (SELECT employee_id, skill_id, max(level_rank) AS level FROM hr_employee_skill
                         WHERE level_rank > 0 AND valid_from <= %(today)s
                           AND (valid_to IS NULL OR valid_to >= %(today)s)
                      GROUP BY employee_id, skill_id) held
                       ON held.employee_id = staff.employee_id AND held.skill_id = need.skill_id
             LEFT JOIN gov_job_path path ON path.job_id = staff.job_id AND path.near_job_id = %(job)s
                 WHERE staff.employee_id <> %(holder)s
                   AND (staff.leaves_on IS NULL OR staff.leaves_on > %(soon)s OR staff.employee_id IN %(always)s)
              GROUP BY staff.employee_id, staff.grade_id, staff.recruitment_date, staff.job_id
              ORDER BY (NOT %(grade)s)::int
                       + (NOT (%(years)s = 0 OR COALESCE(staff.recruitment_date <= %(since)s, FALSE)))::int,
                       (staff.employee_id IN %(always)s) DESC, critical, weighted, months NULLS LAST, staff.employee_id
                 LIMIT %(limit)s
                """,
                grade=SQL("COALESCE(staff.grade_id IN %s, FALSE)", grades) if grades else SQL("TRUE"),
                years=job.access_experience or 0,
                since=fields.Date.subtract(today, years=job.access_experience or 0),
                job=job.id,
                staff=self.env["gov.workforce.staff"]._gov_seen_staff(),
                today=today,
                holder=self.post_id.employee_id.id or 0,
                soon=self.env["gov.post"]._gov_notice_day(),
                always=tuple(always) or (0,),
                limit=CANDIDATES + len(always),
            )
        )
        names = ("id", "grade", "experience", "critical", "weighted", "months")
        found = [dict(zip(names, row, strict=True)) for row in self.env.cr.fetchall()]
        return sorted(found, key=gaps.rank_key)

    def action_keep_best(self):
        """Keep the three best of those who meet the access conditions."""
        self._gov_check_writer()
        for plan in self:
            best = plan.candidate_ids.sorted("rank").filtered(lambda one: one.grade_ok and one.experience_ok)[:3]
            best.is_kept = True
        return True

    def action_open_candidates(self):
        """Open the candidates of the plan with what each lacks."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "gov.succession.candidate",
            "views": [(False, "list"), (False, "form")],
            "domain": [("plan_id", "=", self.id)],
            "context": {"default_plan_id": self.id},
        }

    @api.model
    def action_prepare_sensitive(self):
        """Make the plans that are missing: sensitive posts, held or vacant, and those whose holder leaves soon."""
        self.env["gov.succession.plan"].browse()._gov_check_writer()
        posts = self.env["gov.post"].search(
            ["|", ("is_sensitive", "=", True), "&", ("is_leaving_soon", "=", True), ("is_single", "=", True)]
        )
        planned = self.search([("post_id", "in", posts.ids)]).post_id
        plans = self.create([{"post_id": post.id} for post in posts - planned])
        plans.filtered(lambda plan: plan.job_id._gov_required()[plan.job_id.id]).action_rank()
        action = self.env["ir.actions.actions"]._for_xml_id("gov_hr_competency.gov_succession_plan_action")
        return action


class GovSuccessionCandidate(models.Model):
    """A person who could take a post: the gap, in a sentence, and whether the access conditions are met.

    What is missing is read again each time: a course followed since the ranking is seen at once.
    """

    _name = "gov.succession.candidate"
    _description = "Candidate to the succession of a post"
    _order = "plan_id, is_kept desc, rank, id"
    _rec_name = "employee_id"

    plan_id = fields.Many2one("gov.succession.plan", "Succession", required=True, index=True, ondelete="cascade")
    employee_id = fields.Many2one("hr.employee", "Employee", required=True, index=True, ondelete="cascade")
    job_id = fields.Many2one(related="employee_id.job_id", string="Present job")
    department_id = fields.Many2one(related="employee_id.department_id", string="Unit")
    rank = fields.Integer(default=99, readonly=True, aggregator=None)
    is_kept = fields.Boolean("Kept", help="Prepared for the post by human resources.")
    is_near = fields.Boolean("On a path", readonly=True, help="A path of the framework leads from the present job.")
    months = fields.Integer(
        "Preparation (months)", readonly=True, aggregator=None, help="Of the path from the present job."
    )
    fit = fields.Float("Profile held", compute="_compute_gap", compute_sudo=True)
    weighted = fields.Integer("Weighted gap", compute="_compute_gap", compute_sudo=True)
    critical = fields.Integer("Critical levels missing", compute="_compute_gap", compute_sudo=True)
    explanation = fields.Char("What is missing", compute="_compute_gap", compute_sudo=True)
    grade_ok = fields.Boolean("Grade", compute="_compute_access", compute_sudo=True)
    experience_ok = fields.Boolean("Experience", compute="_compute_access", compute_sudo=True)
    note = fields.Char()

    _person_uniq = models.Constraint("UNIQUE (plan_id, employee_id)", "This person is a candidate already.")

    def _gov_missing(self):
        """Return what each candidate lacks for the post: ``{candidate: {skill id: level required}}``.

        For modules that find how to close the gap; an expired level is not held.  ``_gov_held_levels`` of the employee
        tells the level held.  The caller has checked who asks.
        """
        found = {}
        for plan in self.plan_id:
            candidates = self.filtered(lambda one, plan=plan: one.plan_id == plan)
            missing = plan.job_id._gov_missing(candidates.employee_id)
            for one in candidates:
                found[one] = {skill: row[0] for skill, row in missing[one.employee_id.id].items()}
        return found

    @api.depends("employee_id", "plan_id.job_id")
    @api.depends_context("lang")
    def _compute_gap(self):
        self.update({"fit": 0, "weighted": 0, "critical": 0, "explanation": ""})
        for job in self.plan_id.job_id:
            candidates = self.filtered(lambda one, job=job: one.plan_id.job_id == job)
            missing = job._gov_missing(candidates.employee_id)
            for one in candidates:
                gap = job._gov_gap(missing.get(one.employee_id.id, {}))
                one.fit = gap["fit"] or 0
                one.weighted, one.critical = gap["weighted"], gap["critical"]
                one.explanation = gap["sentence"]

    @api.depends("employee_id", "plan_id.job_id")
    def _compute_access(self):
        self.update({"grade_ok": False, "experience_ok": False})
        for job in self.plan_id.job_id:
            candidates = self.filtered(lambda one, job=job: one.plan_id.job_id == job)
            access = job._gov_access(candidates.employee_id)
            for one in candidates:
                one.grade_ok, one.experience_ok = access.get(one.employee_id.id, (False, False))

    @api.constrains("employee_id", "plan_id")
    def _check_holder(self):
        for one in self:
            if one.employee_id == one.plan_id.post_id.employee_id:
                raise UserError(self.env._("The holder of the post does not succeed himself."))
