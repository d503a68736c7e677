from odoo import api, fields, models
from odoo.exceptions import ValidationError

TRENDS = [("growing", "Growing"), ("stable", "Stable"), ("changing", "Changing"), ("declining", "Declining")]


class HrJob(models.Model):
    """A typical job (emploi-type) of the framework: the sheet that describes it and the profile it requires."""

    _inherit = "hr.job"

    rec_code = fields.Char(
        "Code in the framework", index=True, copy=False, help="Such as RHU-03; empty outside the framework."
    )
    family_id = fields.Many2one(
        "gov.job.family",
        "Job family",
        index="btree_not_null",
        ondelete="restrict",
        help="The sub-family, or the family when it has none.",
    )
    purpose = fields.Text(translate=True, help="Why the job exists, in one sentence.")
    activity_line_ids = fields.One2many("gov.job.activity", "job_id", "Activities of the job", copy=True)
    access_grade_ids = fields.Many2many("gov.grade", string="Grades that give access")
    access_diploma = fields.Char("Diploma", translate=True)
    access_experience = fields.Integer("Experience (years)", aggregator=None)
    relations = fields.Text(translate=True, help="With whom the holder works, inside and outside.")
    working_conditions = fields.Text(translate=True)
    trend = fields.Selection(TRENDS, "Trend of the job", help="How the need for this job moves in the coming years.")
    trend_note = fields.Text("Why", translate=True)
    path_ids = fields.One2many("gov.job.path", "job_id", "Near jobs", help="Where its holders can move to.", copy=True)
    path_from_ids = fields.One2many("gov.job.path", "near_job_id", "Reached from")
    post_ids = fields.One2many(
        "gov.post",
        "job_id",
        "Posts",
        groups="gov_base.group_hr_officer,gov_base.group_training_officer,gov_base.group_auditor",
    )
    post_count = fields.Integer("Seats", compute="_compute_posts", compute_sudo=True)
    vacant_count = fields.Integer("Vacant seats", compute="_compute_posts", compute_sudo=True)
    critical_count = fields.Integer("Critical competencies", compute="_compute_critical_count")

    _rec_code_uniq = models.UniqueIndex(
        "(rec_code) WHERE rec_code IS NOT NULL", "This code is already that of another job."
    )
    _access_experience_range = models.Constraint(
        "CHECK (access_experience IS NULL OR access_experience BETWEEN 0 AND 40)",
        "Experience is between 0 and 40 years.",
    )

    @api.depends("post_ids.employee_id", "post_ids.active")
    def _compute_posts(self):
        # numbers alone, of all regions; who holds the seats is for those who read the posts
        rows = self.env["gov.post"]._read_group(
            [("job_id", "in", self.ids)], ["job_id"], ["__count", "employee_id:count"]
        )
        counts = {job: (total, held) for job, total, held in rows}
        for job in self:
            total, held = counts.get(job, (0, 0))
            job.post_count, job.vacant_count = total, total - held

    @api.depends("job_skill_ids.is_critical")
    def _compute_critical_count(self):
        for job in self:
            job.critical_count = len(job.job_skill_ids.filtered("is_critical"))

    @api.constrains("rec_code", "family_id")
    def _check_family(self):
        for job in self:
            if job.rec_code and not job.family_id:
                raise ValidationError(self.env._("“%(job)s” is in the framework: give its family.", job=job.name))
            if job.family_id.child_ids:
                raise ValidationError(
                    self.env._(
                        "“%(family)s” has sub-families: put “%(job)s” in one of them.",
                        family=job.family_id.name,
                        job=job.name,
                    )
                )

    def _gov_profile(self):
        """Return the lines of the profile in force, the decisive ones first."""
        self.ensure_one()
        lines = self.current_job_skill_ids.filtered(lambda line: line.skill_id.gov_kind)
        return lines.sorted(lambda line: (not line.is_critical, -line.weight, line.skill_id.code or ""))


class GovJobActivity(models.Model):
    """One activity of a job, main or secondary."""

    _name = "gov.job.activity"
    _description = "Activity of a job"
    _order = "job_id, is_secondary, sequence, id"

    job_id = fields.Many2one("hr.job", required=True, index=True, ondelete="cascade")
    name = fields.Text("Activity", required=True, translate=True)
    is_secondary = fields.Boolean("Secondary")
    sequence = fields.Integer(default=10)


class GovJobPath(models.Model):
    """A move from a job to a near one: an area of mobility, or a step up after preparation."""

    _name = "gov.job.path"
    _description = "Path between two jobs"
    _order = "job_id, kind, near_job_id"
    _rec_name = "near_job_id"

    job_id = fields.Many2one("hr.job", "From", required=True, index=True, ondelete="cascade")
    near_job_id = fields.Many2one("hr.job", "To", required=True, index=True, ondelete="cascade")
    kind = fields.Selection(
        [("near", "Near job"), ("evolution", "Evolution")],
        required=True,
        default="near",
        help="Near: reached in weeks. Evolution: a step up, after training or experience.",
    )
    months = fields.Integer("Preparation (months)", help="Usual length of the preparation.")

    _pair_uniq = models.Constraint("UNIQUE (job_id, near_job_id)", "This path exists already.")
    _not_itself = models.Constraint("CHECK (job_id <> near_job_id)", "A path leads to another job.")
    _months_range = models.Constraint("CHECK (months BETWEEN 0 AND 120)", "A preparation lasts at most ten years.")


class HrJobSkill(models.Model):
    """A competency required by a job: its level, its weight, and whether the job cannot be held without it."""

    _inherit = "hr.job.skill"

    weight = fields.Integer(
        default=2, aggregator=None, help="1 useful, 2 important, 3 decisive. Gaps are weighed by it."
    )
    is_critical = fields.Boolean("Critical", help="The job cannot be held without it: followed in the coverage rate.")
    level_rank = fields.Integer("Required level", related="skill_level_id.gov_rank", store=True)
    definition = fields.Text(related="skill_id.definition")

    _weight_range = models.Constraint("CHECK (weight BETWEEN 1 AND 5)", "A weight is between 1 and 5.")

    def _get_passive_fields(self):
        return [*super()._get_passive_fields(), "weight", "is_critical"]
