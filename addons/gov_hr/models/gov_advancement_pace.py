from datetime import date

from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

from ..services.advancement import Durations

# The most particular row wins: that of the grade, then of the corps, of the grid, of off-scale grades, the general one
SCOPES = ("grade_id", "corps_id", "grid_id")


class GovAdvancementPace(models.Model):
    """Time needed in a step (échelon) before the next one, at each pace, from one date to another.

    One general row a step, and rows of a grid, a corps or a grade where a special statute says otherwise; off-scale
    grades have theirs.  The HR manager keeps them; every employee may read them, for they are the law.
    """

    _name = "gov.advancement.pace"
    _description = "Time needed in a step"
    _order = "is_off_scale, grid_id, corps_id, grade_id, echelon, valid_from desc"

    echelon = fields.Integer(
        string="From step", required=True, aggregator=None, help="Step held; the row gives the time before the next."
    )
    fast_months = fields.Integer(string="Fast (months)", required=True, aggregator=None)
    medium_months = fields.Integer(string="Medium (months)", required=True, aggregator=None)
    slow_months = fields.Integer(
        string="Slow (months)", required=True, aggregator=None, help="At this length the step is of right."
    )
    needs_rating = fields.Boolean(
        string="Marks decide",
        default=True,
        help="Unticked: everybody moves after the fast time, whatever the marks.",
    )
    is_off_scale = fields.Boolean(string="Off-scale grades", help="The row holds for all grades off the scales.")
    grid_id = fields.Many2one(
        "gov.index.grid", string="Grid", index="btree_not_null", ondelete="cascade", help="Empty: all grids."
    )
    corps_id = fields.Many2one("gov.corps", index="btree_not_null", ondelete="cascade", help="Empty: all corps.")
    grade_id = fields.Many2one("gov.grade", index="btree_not_null", ondelete="cascade", help="Empty: all grades.")
    valid_from = fields.Date(string="First day", required=True, default=fields.Date.context_today)
    valid_to = fields.Date(string="Last day", help="Empty while no end is known.")
    legal_text_id = fields.Many2one("gov.legal.text", string="Legal text", index="btree_not_null", ondelete="restrict")
    note = fields.Text(string="Certainty", translate=True, help="Says what human resources must confirm.")

    _months_order = models.Constraint(
        "CHECK (echelon > 0 AND fast_months > 0 AND fast_months <= medium_months AND medium_months <= slow_months)",
        "The fast time is the shortest, the slow one the longest, and all are above zero.",
    )
    _dates_order = models.Constraint(
        "CHECK (valid_to IS NULL OR valid_to >= valid_from)", "A row ends after it begins."
    )
    _one_scope = models.Constraint(
        "CHECK (num_nonnulls(grid_id, corps_id, grade_id) + coalesce(is_off_scale, false)::int <= 1)",
        "A row holds for one grid, one corps, one grade, or the off-scale grades: not for several.",
    )

    @api.depends("echelon", "is_off_scale", "grid_id", "corps_id", "grade_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for row in self:
            scope = row.grade_id.name or row.corps_id.name or row.grid_id.name
            scope = scope or (self.env._("Off-scale grades") if row.is_off_scale else self.env._("All grades"))
            row.display_name = self.env._("%(scope)s, step %(step)s", scope=scope, step=row.echelon)

    @api.constrains("echelon", "is_off_scale", "grid_id", "corps_id", "grade_id", "valid_from", "valid_to")
    def _check_overlap(self):
        rows = self.search([("echelon", "in", self.mapped("echelon"))])
        for group in rows.grouped(
            lambda row: (row.echelon, row.is_off_scale, row.grid_id, row.corps_id, row.grade_id)
        ).values():
            previous = self.browse()
            for row in group.sorted("valid_from"):
                if previous and (not previous.valid_to or previous.valid_to >= row.valid_from):
                    raise ValidationError(
                        self.env._(
                            "Two rows give the time of « %(row)s » on %(day)s. End the first one the day before the "
                            "second begins.",
                            row=row.display_name,
                            day=fields.Date.to_string(row.valid_from),
                        )
                    )
                previous = row

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

    @api.model
    @tools.ormcache()
    def _gov_rows(self):
        """Every row, read once: ``{(scope, id, step): ((from, to, Durations), …)}``."""
        table = {}
        for row in self.sudo().search([]):  # sudo: the law is no secret
            scope = next((name for name in SCOPES if row[name]), "off_scale" if row.is_off_scale else "general")
            durations = Durations(row.fast_months, row.medium_months, row.slow_months, row.needs_rating)
            key = (scope, row[scope].id if scope in SCOPES else 0, row.echelon)
            table[key] = (*table.get(key, ()), (row.valid_from, row.valid_to or date.max, durations))
        return table

    @api.model
    def _gov_durations(self, grade, echelon, on_date):
        """The :class:`Durations` of a step of a grade on a day, from the most particular row; None without any."""
        table = self._gov_rows()
        keys = [("grade_id", grade.id), ("corps_id", grade.corps_id.id), ("grid_id", grade.grid_id.id)]
        keys += [("off_scale", 0)] if grade.is_off_scale else []
        for scope, id_ in [*keys, ("general", 0)]:
            for first, last, durations in table.get((scope, id_, echelon), ()):
                if first <= on_date <= last:
                    return durations
        return None
