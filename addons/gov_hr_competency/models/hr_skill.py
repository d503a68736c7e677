from odoo import api, fields, models
from odoo.exceptions import ValidationError

LEVELS = (1, 2, 3, 4)
KINDS = [("knowledge", "Knowledge"), ("know_how", "Know-how"), ("behaviour", "Behaviour")]


class HrSkillType(models.Model):
    """The three kinds of competencies of the framework; Odoo's other types of skills stay what they are."""

    _inherit = "hr.skill.type"

    gov_kind = fields.Selection(
        KINDS, "Kind of competency", readonly=True, help="Set on the three types of the framework."
    )

    _gov_kind_uniq = models.UniqueIndex(
        "(gov_kind) WHERE gov_kind IS NOT NULL", "Each kind of competency is one type."
    )

    @api.constrains("skill_ids", "skill_level_ids")
    def _check_no_null_skill_or_skill_level(self):
        # the three types of the framework are there before their first competency
        others = self.filtered(lambda kind: not kind.gov_kind)
        return super(HrSkillType, others)._check_no_null_skill_or_skill_level()


class HrSkillLevel(models.Model):
    """A level of mastery, 1 to 4 in the framework; its name is printed in the reader's language."""

    _inherit = "hr.skill.level"

    name = fields.Char(translate=True)
    gov_rank = fields.Integer("Level", aggregator=None, help="1 notions, 2 practice, 3 mastery, 4 expertise.")

    _gov_rank_range = models.Constraint(
        "CHECK (gov_rank IS NULL OR gov_rank BETWEEN 0 AND 4)", "Levels go from 1 to 4."
    )


class HrSkill(models.Model):
    """A competency: what it is, and by what each level is recognised."""

    _inherit = "hr.skill"

    code = fields.Char("Code", index=True, help="Code in the framework, such as SA-014.")
    definition = fields.Text(translate=True, help="What the competency covers, in one or two sentences.")
    gov_kind = fields.Selection(related="skill_type_id.gov_kind", store=True, index=True)
    indicator_ids = fields.One2many("gov.skill.indicator", "skill_id", "Indicators by level", copy=True)
    job_skill_ids = fields.One2many("hr.job.skill", "skill_id", "Required by")
    job_count = fields.Integer("Jobs", compute="_compute_job_count")

    _code_uniq = models.UniqueIndex(
        "(code) WHERE code IS NOT NULL", "This code is already that of another competency."
    )

    @api.depends("job_skill_ids")
    def _compute_job_count(self):
        counts = dict(
            self.env["hr.job.skill"]._read_group(
                [("skill_id", "in", self.ids)], ["skill_id"], ["job_id:count_distinct"]
            )
        )
        for skill in self:
            skill.job_count = counts.get(skill, 0)

    @api.constrains("code", "skill_type_id")
    def _check_framework_code(self):
        for skill in self:
            if skill.gov_kind and not skill.code:
                raise ValidationError(
                    self.env._("“%(name)s” belongs to the framework: give it a code.", name=skill.name)
                )

    def _gov_level_name(self, rank):
        """Return the name of a level of this competency, in the language of the environment."""
        self.ensure_one()
        return self.skill_type_id.skill_level_ids.filtered(lambda level: level.gov_rank == rank).name or ""


class GovSkillIndicator(models.Model):
    """What is observed when a person holds a competency at a level."""

    _name = "gov.skill.indicator"
    _description = "Indicator of a level of competency"
    _order = "skill_id, level"
    _rec_name = "text"

    skill_id = fields.Many2one("hr.skill", "Competency", required=True, index=True, ondelete="cascade")
    level = fields.Integer(required=True, aggregator=None, help="1 notions, 2 practice, 3 mastery, 4 expertise.")
    text = fields.Text("Observed when", required=True, translate=True)

    _level_uniq = models.Constraint("UNIQUE (skill_id, level)", "A level has one indicator.")
    _level_range = models.Constraint("CHECK (level BETWEEN 1 AND 4)", "Levels go from 1 to 4.")
