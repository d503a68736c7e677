from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class GovAdvancementRule(models.Model):
    """From which grade one is promoted to which, and on what conditions, from one date to another.

    Conditions left empty are the general ones of decree 2-04-403, kept as legal parameters (career.promotion.*): a
    special statute that differs writes its own here.  The HR manager keeps the rows; every employee may read them.
    """

    _name = "gov.advancement.rule"
    _description = "Grade promotion"
    _order = "corps_id, grade_rank, valid_from desc"

    grade_id = fields.Many2one("gov.grade", string="From grade", required=True, index=True, ondelete="cascade")
    target_grade_id = fields.Many2one("gov.grade", string="To grade", required=True, index=True, ondelete="cascade")
    corps_id = fields.Many2one(
        related="grade_id.corps_id", store=True, index=True, ondelete="cascade", export_string_translation=False
    )
    grade_rank = fields.Integer(related="grade_id.rank", store=True, aggregator=None)
    has_exam = fields.Boolean(string="By examination", default=True, help="The professional examination is open.")
    has_choice = fields.Boolean(string="By choice", default=True, help="The table of advancement is open.")
    exam_years = fields.Integer(
        string="Years for the examination", aggregator=None, help="In the grade; 0 takes the general rule."
    )
    choice_years = fields.Integer(
        string="Years for the choice", aggregator=None, help="In the grade; 0 takes the general rule."
    )
    choice_echelon = fields.Integer(
        string="Step for the choice", aggregator=None, help="Lowest step to be held; 0 takes the general rule."
    )
    quota_rate = fields.Float(
        string="Quota", digits=(5, 4), aggregator=None, help="Share of the eligible; 0 takes the general rule."
    )
    has_exam_share = fields.Boolean(
        string="Own split", help="The split between examination and choice is not the general one."
    )
    exam_share = fields.Float(
        string="Share of the examination", digits=(5, 4), aggregator=None, help="The rest is by choice."
    )
    valid_from = fields.Date(string="First day", required=True, default=fields.Date.context_today)
    valid_to = fields.Date(string="Last day", help="Empty while no end is known.")
    legal_text_id = fields.Many2one("gov.legal.text", string="Legal text", index="btree_not_null", ondelete="restrict")
    note = fields.Text(string="Certainty", translate=True, help="Says what human resources must confirm.")

    _dates_order = models.Constraint(
        "CHECK (valid_to IS NULL OR valid_to >= valid_from)", "A row ends after it begins."
    )
    _other_grade = models.Constraint("CHECK (grade_id <> target_grade_id)", "A promotion goes to another grade.")
    _rates = models.Constraint(
        "CHECK (quota_rate BETWEEN 0 AND 1 AND exam_share BETWEEN 0 AND 1)", "A share lies between 0 and 100 %."
    )
    _not_negative = models.Constraint(
        "CHECK (exam_years >= 0 AND choice_years >= 0 AND choice_echelon >= 0)", "Years and steps are not negative."
    )

    @api.depends("grade_id", "target_grade_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for row in self:
            row.display_name = self.env._(
                "%(grade)s to %(target)s", grade=row.grade_id.name or "", target=row.target_grade_id.name or ""
            )

    @api.constrains("grade_id", "valid_from", "valid_to")
    def _check_overlap(self):
        for group in self.search([("grade_id", "in", self.grade_id.ids)]).grouped("grade_id").values():
            previous = self.browse()
            for row in group.sorted("valid_from"):
                if previous and (not previous.valid_to or previous.valid_to >= row.valid_from):
                    raise ValidationError(
                        self.env._(
                            "The grade %(grade)s has two rules of promotion on %(day)s. End the first one the day "
                            "before the second begins.",
                            grade=row.grade_id.name,
                            day=fields.Date.to_string(row.valid_from),
                        )
                    )
                previous = row

    @api.model
    def _gov_conditions(self, on_date):
        """Conditions in force on a day: ``{grade id: dict}``, empty cells filled with the general rule."""
        value = self.env["gov.parameter"].get_value
        dated = Domain("valid_from", "<=", on_date) & (
            Domain("valid_to", "=", False) | Domain("valid_to", ">=", on_date)
        )
        result = {}
        for row in self.sudo().search(dated):  # sudo: the law is no secret
            off_scale = row.target_grade_id.is_off_scale
            way = "off_scale" if off_scale else "choice"
            result[row.grade_id.id] = {
                "target": row.target_grade_id.id,
                "exam_years": (row.exam_years or int(value("career.promotion.exam.years", on_date)))
                if row.has_exam
                else None,
                "choice_years": (row.choice_years or int(value(f"career.promotion.{way}.years", on_date)))
                if row.has_choice
                else None,
                "choice_echelon": row.choice_echelon
                or (int(value("career.promotion.off_scale.echelon", on_date)) if off_scale else 0),
                "quota": row.quota_rate or value("career.promotion.quota", on_date),
                "exam_share": row.exam_share if row.has_exam_share else value("career.promotion.exam.share", on_date),
            }
        return result
