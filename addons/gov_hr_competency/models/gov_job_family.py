from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class GovJobFamily(models.Model):
    """A professional family of the framework of jobs and competencies, or a sub-family of one.

    Two levels and no more: jobs belong to a sub-family, or to a family that has none.  HR managers and training
    officers keep the framework; every internal user reads it.
    """

    _name = "gov.job.family"
    _description = "Job family"
    _parent_store = True
    _order = "sequence, code"
    _rec_names_search = ["name", "code"]

    code = fields.Char(required=True, help="Short code, such as RHU; a sub-family adds to it, such as RHU-DEV.")
    name = fields.Char(required=True, translate=True)
    kind = fields.Selection(
        [("core", "Core business"), ("support", "Support")],
        required=True,
        default="core",
        help="Core: the missions of the sector. Support: what makes them possible.",
    )
    description = fields.Text(translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    parent_id = fields.Many2one("gov.job.family", "Family", index=True, ondelete="restrict")
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("gov.job.family", "parent_id", "Sub-families")
    job_ids = fields.One2many("hr.job", "family_id", "Jobs")
    job_count = fields.Integer("Number of jobs", compute="_compute_job_count")

    _code_uniq = models.Constraint("UNIQUE (code)", "This code is already the code of another family.")

    @api.depends("job_ids", "child_ids.job_ids")
    def _compute_job_count(self):
        counts = dict(
            self.env["hr.job"]._read_group([("family_id", "child_of", self.ids)], ["family_id"], ["__count"])
        )
        for family in self:
            family.job_count = sum(counts.get(member, 0) for member in family | family.child_ids)

    @api.constrains("parent_id")
    def _check_levels(self):
        if self._has_cycle():
            raise ValidationError(self.env._("A family cannot stand under itself."))
        for family in self:
            if family.parent_id.parent_id or (family.parent_id and family.child_ids):
                raise ValidationError(
                    self.env._(
                        "“%(family)s” would stand on a third level: a framework has families and sub-families only.",
                        family=family.name,
                    )
                )

    @api.depends("name", "code")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for family in self:
            family.display_name = f"{family.code} {family.name}".strip() if family.name else ""

    # -- the printed catalogue -------------------------------------------------------------------------------------
    @api.model
    def action_print_framework(self, lang="ar"):
        """Print the whole framework: families, job sheets, competencies with their levels.

        :param lang: ``ar`` or ``fr``
        """
        self.check_access("read")
        if lang not in ("ar", "fr"):
            raise UserError(self.env._("The catalogue is printed in Arabic or in French."))
        report = self.env.ref(f"gov_hr_competency.framework_report_{lang}")
        return report.report_action(self.env.company, config=False)

    def _gov_jobs(self):
        """Return the jobs of the families and of their sub-families, by code."""
        return self.env["hr.job"].search(
            [("family_id", "child_of", self.ids), ("rec_code", "!=", False)], order="rec_code"
        )

    def _gov_skills(self):
        """Return the competencies that the jobs of the families require, by code."""
        return self._gov_jobs().job_skill_ids.skill_id.filtered("gov_kind").sorted("code")
