from datetime import date

from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError


class GovGrade(models.Model):
    """A grade (daraja) of a corps: it gives the pay scale, the grid of indices and the statutory allowances.

    The HR manager keeps it; every internal user reads it, for the directory shows the grade of each person.
    """

    _name = "gov.grade"
    _description = "Grade"
    _order = "corps_id, rank desc, code"
    _rec_names_search = ["name", "code"]

    code = fields.Char(required=True, help="Short code used in files and reports, for example ADM2.")
    name = fields.Char(
        required=True, translate=True, help="Official name of the grade, printed on acts and certificates."
    )
    corps_id = fields.Many2one("gov.corps", required=True, index=True, ondelete="restrict")
    rank = fields.Integer(required=True, help="1 is the lowest grade of the corps: a promotion goes to a higher rank.")
    scale = fields.Char(
        string="Pay scale",
        help="Number of the pay scale (échelle); free text, since some grades have a scale of their own.",
    )
    is_off_scale = fields.Boolean(
        string="Off scale", help="Above the scales (hors échelle): printed in place of a scale number."
    )
    grid_id = fields.Many2one(
        "gov.index.grid", index=True, ondelete="restrict", help="Grid that gives the index of each step of the grade."
    )
    allowance_ids = fields.One2many("gov.grade.allowance", "grade_id", string="Statutory allowances")
    active = fields.Boolean(default=True, help="An archived grade is no longer offered, but past situations keep it.")
    note = fields.Text(
        string="Certainty", translate=True, help="Says what HR must confirm about the data of this grade."
    )

    _code_uniq = models.Constraint("UNIQUE (code)", "This code is already the code of another grade.")
    _rank_positive = models.Constraint("CHECK (rank > 0)", "The rank of a grade begins at 1.")

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        if "grid_id" in vals:
            self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    @api.model
    @tools.ormcache()
    def _gov_grids(self):
        """Every grid of every grade, read once: ``{grade id: {step: ((from, to, index, exceptional), …)}}``."""
        lines = {}
        for line in (
            self.env["gov.index.grid.line"].sudo().search([])
        ):  # sudo: grids are no secret, readers may be anyone
            steps = lines.setdefault(line.grid_id.id, {})
            row = (line.valid_from, line.valid_to or date.max, line.salary_index, line.is_exceptional)
            steps[line.echelon] = (*steps.get(line.echelon, ()), row)
        # sudo: grades are no secret either
        grades = self.sudo().with_context(active_test=False).search([])
        return {grade.id: lines.get(grade.grid_id.id, {}) for grade in grades}

    @api.model
    def _gov_index(self, grade_id, echelon, on_date):
        """Index of a step on a date.

        :return: ``(index, is exceptional step)``, or None when the grade has no such step on that date
        """
        for first, last, index, is_exceptional in self._gov_grids().get(grade_id, {}).get(echelon, ()):
            if first <= on_date <= last:
                return index, is_exceptional
        return None

    def _gov_steps(self, on_date):
        """Steps that the grade has on a date, in order."""
        self.ensure_one()
        grid = self._gov_grids().get(self.id, {})
        return [step for step in sorted(grid) if self._gov_index(self.id, step, on_date)]

    def _gov_scale_label(self):
        """What is printed as pay scale: its number, or that the grade is off scale."""
        self.ensure_one()
        return self.env._("Off scale") if self.is_off_scale else (self.scale or "")


class GovGradeAllowance(models.Model):
    """A statutory monthly allowance of a grade, for a band of steps and from one date to another.

    One row may hold the total of the statutory allowances, or several rows may share it by name: the pay statement
    adds up those that cover the step on its date.  The HR manager keeps the table; a grade without any row on a date
    has no pay statement on that date.
    """

    _name = "gov.grade.allowance"
    _description = "Statutory allowance of a grade"
    _order = "grade_id, echelon_from, code, valid_from"

    grade_id = fields.Many2one("gov.grade", required=True, index=True, ondelete="cascade")
    code = fields.Char(required=True, default="allowance", help="Code of the line on the pay statement.")
    name = fields.Char(required=True, translate=True, help="Name of the line on the pay statement.")
    echelon_from = fields.Integer(string="From step", required=True, default=1)
    echelon_to = fields.Integer(string="To step", required=True, default=99)
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    amount = fields.Monetary(string="Monthly amount", required=True, help="Gross amount in dirhams for one month.")
    valid_from = fields.Date(string="First day", required=True, default=lambda self: fields.Date.context_today(self))
    valid_to = fields.Date(
        string="Last day", help="Last day on which this amount is in force; empty when it still is."
    )
    legal_text_id = fields.Many2one("gov.legal.text", string="Legal text", index="btree_not_null", ondelete="restrict")
    note = fields.Text(
        string="Certainty", translate=True, help="Says where the amount comes from and what HR must confirm."
    )

    _steps = models.Constraint(
        "CHECK (echelon_from > 0 AND echelon_to >= echelon_from)", "The band of steps is empty."
    )
    _dates = models.Constraint("CHECK (valid_to IS NULL OR valid_to >= valid_from)", "The end comes before the start.")
    _amount_positive = models.Constraint("CHECK (amount >= 0)", "An allowance is not negative.")

    @api.depends_context("company")
    def _compute_currency_id(self):
        self.currency_id = self.env.company.currency_id

    @api.constrains("grade_id", "code", "echelon_from", "echelon_to", "valid_from", "valid_to")
    def _check_overlap(self):
        groups = self.search([("grade_id", "in", self.grade_id.ids)]).grouped(lambda row: (row.grade_id, row.code))
        for (grade, code), rows in groups.items():
            for position, row in enumerate(rows):
                for other in rows[position + 1 :]:
                    if (
                        row.echelon_from <= other.echelon_to
                        and other.echelon_from <= row.echelon_to
                        and row.valid_from <= (other.valid_to or date.max)
                        and other.valid_from <= (row.valid_to or date.max)
                    ):
                        raise ValidationError(
                            self.env._(
                                "The allowance %(code)s of the grade %(grade)s has two amounts for the same step on "
                                "the same day. Close the first one the day before the second one begins.",
                                code=code,
                                grade=grade.name,
                            )
                        )
