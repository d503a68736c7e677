from datetime import date

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class GovIndexGrid(models.Model):
    """A grid of indices: for each step (échelon), the index that the base pay is computed from.

    Its lines are dated: when a decree changes an index, the HR manager closes the line and adds the next one, so that
    past situations keep theirs.  Several grades may share one grid.
    """

    _name = "gov.index.grid"
    _description = "Grid of indices"
    _order = "code"

    code = fields.Char(required=True, help="Short code used in files, for example E11.")
    name = fields.Char(required=True, translate=True, help="Name shown when a grade chooses its grid.")
    line_ids = fields.One2many("gov.index.grid.line", "grid_id", string="Steps")
    grade_ids = fields.One2many("gov.grade", "grid_id", string="Grades")
    legal_text_id = fields.Many2one("gov.legal.text", string="Legal text", index="btree_not_null", ondelete="restrict")
    note = fields.Text(
        string="Certainty", translate=True, help="Says where the figures come from and what HR must confirm."
    )

    _code_uniq = models.Constraint("UNIQUE (code)", "This code is already the code of another grid.")


class GovIndexGridLine(models.Model):
    """The index of one step of a grid, from one date to another."""

    _name = "gov.index.grid.line"
    _description = "Step of a grid of indices"
    _order = "grid_id, echelon, valid_from"

    grid_id = fields.Many2one("gov.index.grid", required=True, index=True, ondelete="cascade")
    echelon = fields.Integer(string="Step", required=True, help="Number of the step (échelon), from 1.")
    is_exceptional = fields.Boolean(
        string="Exceptional step", help="Printed as « exceptional step » in place of its number."
    )
    salary_index = fields.Integer(
        string="Index", required=True, aggregator=None, help="Index the base pay is computed from."
    )
    valid_from = fields.Date(string="First day", required=True, default=lambda self: fields.Date.context_today(self))
    valid_to = fields.Date(string="Last day", help="Last day on which this index is in force; empty when it still is.")

    _positive = models.Constraint("CHECK (echelon > 0 AND salary_index > 0)", "A step and its index are above zero.")
    _dates = models.Constraint("CHECK (valid_to IS NULL OR valid_to >= valid_from)", "The end comes before the start.")

    @api.constrains("grid_id", "echelon", "valid_from", "valid_to")
    def _check_overlap(self):
        groups = self.search([("grid_id", "in", self.grid_id.ids)]).grouped(lambda line: (line.grid_id, line.echelon))
        for (grid, echelon), lines in groups.items():
            previous_end = None
            for line in lines.sorted("valid_from"):
                if previous_end and line.valid_from <= previous_end:
                    raise ValidationError(
                        self.env._(
                            "Step %(step)s of the grid %(grid)s has two indices on %(day)s. Close the first one the "
                            "day before the second one begins.",
                            step=echelon,
                            grid=grid.name,
                            day=fields.Date.to_string(line.valid_from),
                        )
                    )
                previous_end = line.valid_to or date.max

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()
