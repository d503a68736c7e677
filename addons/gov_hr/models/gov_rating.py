from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL

from odoo.addons.gov_base.tools.defaults import without_defaults

# What lets the yearly rating write its final marks; an object cannot be forged through RPC.
RECORD = object()
BANDS = ("excellent", "very_good", "good", "average")
HIGHEST = 20


class GovRating(models.Model):
    """The final yearly mark of a civil servant, out of 20 (decree 2-05-1367): it gives the pace of advancement.

    Written once by the yearly rating (``_gov_record_marks``), frozen then; marks of years before the suite are taken
    over by the HR manager, by hand or from a file, and may be corrected by him.  Nobody writes his own.  The person,
    human resources of the region and the auditor read it.
    """

    _name = "gov.rating"
    _description = "Yearly mark"
    _order = "year desc, employee_id"
    _rec_name = "year"

    employee_id = fields.Many2one("hr.employee", required=True, index=True, ondelete="restrict")
    year = fields.Integer(required=True, index=True, aggregator=None, help="Civil year that was rated.")
    mark = fields.Float(
        digits=(4, 2),
        required=True,
        aggregator="avg",
        help="Final mark out of 20; the mean of the years of a step gives the pace of the next one.",
    )
    appreciation = fields.Selection(
        [
            ("excellent", "Excellent"),
            ("very_good", "Very good"),
            ("good", "Good"),
            ("average", "Average"),
            ("weak", "Weak"),
        ],
        compute="_compute_appreciation",
        store=True,
        help="Follows the mark, by the legal parameters rating.appreciation.*",
    )
    source = fields.Selection(
        [("evaluation", "Yearly rating"), ("takeover", "Taken over from the former file")],
        required=True,
        readonly=True,
        default="takeover",
        help="A mark of the yearly rating is final and frozen; one taken over can be corrected by the HR manager.",
    )
    department_id = fields.Many2one(related="employee_id.department_id", string="Unit")

    _employee_year_uniq = models.Constraint(
        "UNIQUE (employee_id, year)", "This person already has a mark for this year."
    )
    _mark_range = models.Constraint("CHECK (mark >= 0 AND mark <= 20)", "A mark lies between 0 and 20.")
    _year_range = models.Constraint("CHECK (year BETWEEN 1958 AND 2200)", "A year is written with four digits.")

    @api.depends("mark", "year")
    def _compute_appreciation(self):
        parameters = self.env["gov.parameter"].sudo()  # sudo: legal parameters are for all
        bands = {}
        for rating in self:
            if rating.year not in bands:
                day = f"{max(rating.year or 0, 1958)}-12-31"
                bands[rating.year] = [
                    (name, Decimal(str(parameters.get_value(f"rating.appreciation.{name}", day)))) for name in BANDS
                ]
            mark = Decimal(str(round(rating.mark, 2)))
            rating.appreciation = next((name for name, least in bands[rating.year] if mark >= least), "weak")

    @api.depends("employee_id", "year")
    def _compute_display_name(self):
        for rating in self:
            rating.display_name = f"{rating.employee_id.display_name} · {rating.year}"

    @api.constrains("year", "source")
    def _check_year(self):
        this_year = fields.Date.context_today(self).year
        for rating in self:
            if rating.year > this_year:
                raise ValidationError(
                    self.env._(
                        "The year %(year)s of %(name)s is not over: a mark is given for a year past or present.",
                        year=rating.year,
                        name=rating.employee_id.name,
                    )
                )

    # -- guards ---------------------------------------------------------------------------------------------------
    def _gov_is_recording(self):
        return self.env.context.get("gov_rating_record") is RECORD

    def _gov_check_hand(self, vals_list=()):
        """By hand only marks taken over, by the HR manager, and never his own."""
        if self._gov_is_recording():
            return
        if any("mark" in vals and vals["mark"] in (None, False, "") for vals in vals_list):
            raise UserError(self.env._("Write the mark: an empty one is not a zero."))
        if any(vals.get("source", "takeover") != "takeover" for vals in vals_list):
            raise UserError(self.env._("A mark of the yearly rating comes from its campaign, never by hand."))
        frozen = self.filtered(lambda rating: rating.source == "evaluation")
        if frozen:
            raise UserError(
                self.env._(
                    "The mark of %(name)s for %(year)s was made final by the yearly rating: it cannot be changed by "
                    "hand.",
                    name=frozen[0].employee_id.name,
                    year=frozen[0].year,
                )
            )
        # sudo: only the link to the user is looked at
        if not self.env.su and self.env.user in self.sudo().employee_id.user_id:
            raise AccessError(self.env._("Nobody writes their own mark: ask another HR manager."))

    @api.model_create_multi
    def create(self, vals_list):
        self._gov_check_hand([{"mark": None, **vals} for vals in vals_list])
        ratings = super(GovRating, without_defaults(self, ("source",))).create(vals_list).with_env(self.env)
        if not self._gov_is_recording():
            ratings._gov_check_hand()
            ratings._gov_journal("take_over")
        return ratings

    def write(self, vals):
        self._gov_check_hand([vals])
        result = super().write(vals)
        if not self._gov_is_recording():
            self._gov_check_hand()
            self._gov_journal("correct")
        return result

    def unlink(self):
        self._gov_check_hand()
        self._gov_journal("delete")
        return super().unlink()

    def _gov_journal(self, act):
        """Keep the fact; the mark itself is not for the journal, which more people read than the marks."""
        # sudo: the journal is written by acts alone
        self.env["gov.journal.entry"].sudo()._record_many(
            [
                (rating, act, {"employee": rating.employee_id.id, "year": rating.year, "source": rating.source})
                for rating in self
            ]
        )

    # -- the yearly rating ----------------------------------------------------------------------------------------
    @api.model
    def _gov_record_marks(self, marks):
        """Make final marks of the yearly rating; the caller has checked who may, and calls it inside its act.

        :param marks: ``[(employee id, year, mark of 20), …]``; a mark taken over for the same year is replaced
        :return: the ratings, in the order of ``marks``
        :raise UserError: when the yearly rating has already made one of them final
        """
        # sudo: these rows are written by the act of the yearly rating, whose caller was checked
        ratings = self.sudo().with_context(gov_rating_record=RECORD)
        wanted = {(employee_id, year): mark for employee_id, year, mark in marks}
        found = ratings.search(
            [("employee_id", "in", [key[0] for key in wanted]), ("year", "in", [key[1] for key in wanted])]
        )
        known = {(rating.employee_id.id, rating.year): rating for rating in found}
        final = [known[key] for key in wanted if key in known and known[key].source == "evaluation"]
        if final:
            raise UserError(
                self.env._(
                    "The mark of %(name)s for %(year)s is already final.",
                    name=final[0].employee_id.name,
                    year=final[0].year,
                )
            )
        missing = [key for key in wanted if key not in known]
        created = ratings.create(
            [
                {"employee_id": employee_id, "year": year, "mark": wanted[employee_id, year], "source": "evaluation"}
                for employee_id, year in missing
            ]
        )
        known.update(zip(missing, created, strict=True))
        for key in wanted.keys() - set(missing):
            known[key].write({"mark": wanted[key], "source": "evaluation"})
        result = ratings.browse([known[employee_id, year].id for employee_id, year, _mark in marks])
        result._gov_journal("final")
        return self.browse(result.ids)

    @api.model
    def _gov_marks(self, employee_ids):
        """Every mark of these people in one query: ``{employee id: {year: Decimal}}``; the caller checks rights."""
        self.flush_model(["employee_id", "year", "mark"])
        marks = {}
        if not employee_ids:
            return marks
        for employee_id, year, mark in self.env.execute_query(
            SQL("SELECT employee_id, year, mark FROM gov_rating WHERE employee_id IN %s", tuple(employee_ids))
        ):
            marks.setdefault(employee_id, {})[year] = Decimal(str(mark)).quantize(Decimal("0.01"))
        return marks
