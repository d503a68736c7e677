from odoo import api, fields, models


class GovWorkforceBand(models.Model):
    """A band of the statistics of the workforce: ages, years of service, or pay scales (groups of grades).

    The HR manager keeps the table, everyone reads it.  Bands of one kind never overlap; what lies in none is counted
    as not recorded.  A change is seen at once in the analysis, in the published figures when they are next published.
    """

    _name = "gov.workforce.band"
    _description = "Band of the workforce statistics"
    _order = "kind, lower, id"

    kind = fields.Selection(
        [("age", "Age"), ("seniority", "Years of service"), ("grade_group", "Group of grades")], required=True
    )
    code = fields.Char(required=True, help="Short code used in files.")
    name = fields.Char(required=True, translate=True)
    lower = fields.Integer(
        string="From", required=True, aggregator=None, help="First age, year of service or pay scale of the band."
    )
    upper = fields.Integer(
        string="To", aggregator=None, help="Last age, year of service or pay scale of the band; 0 when there is none."
    )
    is_off_scale = fields.Boolean(
        string="With grades off scale", help="Grades above the scales (hors échelle) belong to this group."
    )
    note = fields.Text(string="Certainty", translate=True, help="Says where the band comes from and what to confirm.")

    _code_uniq = models.Constraint("UNIQUE (kind, code)", "Two bands of one kind have the same code.")
    _bounds = models.Constraint(
        "CHECK (lower >= 0 AND (COALESCE(upper, 0) = 0 OR upper >= lower))", "The band is empty."
    )
    # the hash stands for the kind, which a GiST index cannot compare without an extension of PostgreSQL
    _apart = models.Constraint(
        """EXCLUDE USING gist (
            int8range(hashtextextended(kind, 0), hashtextextended(kind, 0), '[]') WITH &&,
            int4range(lower, NULLIF(upper, 0), '[]') WITH &&
        ) DEFERRABLE INITIALLY DEFERRED""",
        "Two bands of one kind overlap.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        bands = super().create(vals_list)
        bands._gov_regroup_grades()
        return bands

    def write(self, vals):
        result = super().write(vals)
        if not {"kind", "lower", "upper", "is_off_scale"}.isdisjoint(vals):
            self._gov_regroup_grades()
        return result

    def unlink(self):
        kinds = set(self.mapped("kind"))
        result = super().unlink()
        if "grade_group" in kinds:
            self._gov_regroup_grades(force=True)
        return result

    def _gov_regroup_grades(self, force=False):
        """Grades with a scale follow the bands; a group chosen by hand for a grade without one stays."""
        if force or "grade_group" in self.mapped("kind"):
            # sudo: the group of a grade is stored for everyone
            grades = self.env["gov.grade"].sudo().with_context(active_test=False).search([])
            ruled = grades.filtered(lambda grade: grade.is_off_scale or grade._gov_scale_number() is not None)
            ruled._compute_group_id()

    @api.model
    def _gov_find(self, kind, number):
        """The band of a kind that holds a number (empty when none does)."""
        for band in self.search([("kind", "=", kind)]):
            if band.lower <= number and (not band.upper or number <= band.upper):
                return band
        return self.browse()
