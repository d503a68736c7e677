from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import float_compare

from odoo.addons.gov_approval.models.sentinel import SENTINEL_KEY, has_sentinel
from odoo.addons.gov_base.tools.defaults import without_defaults

# HR may say them otherwise at any time; the rest of the criteria of an open campaign is frozen
WORDS = {"name", "description"}


class GovEvaluationScale(models.AbstractModel):
    """What criteria and appreciations share: dated rows of the law, copied into a campaign when it opens.

    A row without campaign is the law, from its first day to its last; HR managers keep them.  The rows of a campaign
    are its own: made by its opening, they change no more, but for their words.
    """

    _name = "gov.evaluation.scale"
    _description = "Scale of the evaluation"

    code = fields.Char(required=True, help="Short stable name, the same from one year to the next.")
    name = fields.Char(required=True, translate=True)
    campaign_id = fields.Many2one(
        "gov.evaluation.campaign",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        copy=False,
        help="Empty for the rows of the law. The rows of a campaign are frozen when it opens.",
    )
    valid_from = fields.Date("First day", required=True, default=fields.Date.context_today)
    valid_to = fields.Date("Last day", help="Empty while no end is known.")
    legal_text_id = fields.Many2one("gov.legal.text", index="btree_not_null", ondelete="restrict")

    _dates_order = models.Constraint(
        "CHECK (valid_to IS NULL OR valid_from <= valid_to)", "A row ends after it begins."
    )

    @api.model
    def _gov_in_force(self, on_date):
        """Return the rows of the law on a day."""
        return self.search(
            Domain("campaign_id", "=", False)
            & Domain("valid_from", "<=", on_date)
            & (Domain("valid_to", "=", False) | Domain("valid_to", ">=", on_date))
        )

    @api.constrains("code", "campaign_id", "valid_from", "valid_to")
    def _check_once(self):
        for row in self:
            domain = (
                Domain("code", "=", row.code)
                & Domain("campaign_id", "=", row.campaign_id.id)
                & Domain("id", "!=", row.id)
                & (Domain("valid_to", "=", False) | Domain("valid_to", ">=", row.valid_from))
            )
            if row.valid_to:
                domain &= Domain("valid_from", "<=", row.valid_to)
            if self.search_count(domain, limit=1):
                raise ValidationError(
                    self.env._(
                        "Two rows “%(name)s” hold on the same day. Give the first one its last day.", name=row.name
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        if not has_sentinel(self.env) and any(vals.get("campaign_id") for vals in vals_list):
            self._gov_refuse_frozen()
        clean = without_defaults(self, ["campaign_id"]).with_context(**{SENTINEL_KEY: None})
        return super(GovEvaluationScale, clean).create(vals_list).with_env(self.env)

    def write(self, vals):
        if not has_sentinel(self.env) and ("campaign_id" in vals or (self.campaign_id and set(vals) - WORDS)):
            self._gov_refuse_frozen()
        return super(GovEvaluationScale, self.with_context(**{SENTINEL_KEY: None})).write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_frozen(self):
        if self.campaign_id.filtered(lambda campaign: campaign.state != "draft"):
            self._gov_refuse_frozen()

    def _gov_refuse_frozen(self):
        raise UserError(
            self.env._(
                "The criteria and appreciations of a campaign were frozen when it opened: only their wording changes. "
                "Change the rows of the law for the next campaign."
            )
        )


class GovEvaluationCriterion(models.Model):
    """A criterion of the yearly mark and the most it gives (decree 2-05-1367)."""

    _name = "gov.evaluation.criterion"
    _description = "Criterion of the yearly mark"
    _inherit = ["gov.evaluation.scale"]
    _order = "campaign_id desc, sequence, id"

    sequence = fields.Integer(default=10)
    max_mark = fields.Float("Maximum", digits=(4, 2), required=True, aggregator=None)
    description = fields.Text("What is looked at", translate=True, help="Helps heads and employees to mark alike.")

    _max_positive = models.Constraint("CHECK (max_mark > 0)", "A criterion gives more than zero.")

    @api.model
    def _gov_check_total(self, criteria, total):
        """Refuse criteria whose maxima do not add up to the mark of the law."""
        found = sum(criteria.mapped("max_mark"))
        if float_compare(found, total, precision_digits=2):
            raise UserError(
                self.env._(
                    "The maxima of the criteria add up to %(found)g; the yearly mark is out of %(total)g. Correct the "
                    "criteria before opening the campaign.",
                    found=found,
                    total=total,
                )
            )


class GovEvaluationBand(models.Model):
    """An appreciation and the mark from which it is given: excellent from 18, very good from 16 …"""

    _name = "gov.evaluation.band"
    _description = "Appreciation of the yearly mark"
    _inherit = ["gov.evaluation.scale"]
    _order = "campaign_id desc, floor desc, id"

    floor = fields.Float(
        "From", digits=(4, 2), required=True, aggregator=None, help="First mark of this appreciation."
    )

    _floor_positive = models.Constraint("CHECK (floor >= 0)", "An appreciation begins at zero or above.")
