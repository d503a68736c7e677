from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

from ..services import settlement

KINDS = [("morocco", "In Morocco"), ("abroad", "Abroad")]
PART_NAMES = [("noon", "Midday meal"), ("evening", "Evening meal"), ("night", "Night")]
BANDS = ("light", "medium", "heavy")


class GovMissionRate(models.Model):
    """A daily rate of missions and the days it holds: for a group of pay scales, in Morocco or in a zone abroad.

    The HR manager enters them from the text in force; none is shipped, for the amounts were not read in any text.  A
    rate that is missing is asked for, never taken as zero.  A row that a settlement has used is not changed: it gets
    its last day, and a new row begins the day after.
    """

    _name = "gov.mission.rate"
    _description = "Daily rate of missions"
    _order = "kind, group_id, zone_id, part, valid_from desc"

    group_id = fields.Many2one("gov.mission.group", "Group", required=True, index=True, ondelete="restrict")
    kind = fields.Selection(KINDS, required=True, default="morocco")
    zone_id = fields.Many2one(
        "gov.mission.zone",
        "Zone",
        index="btree_not_null",
        ondelete="restrict",
        help="Abroad: the zone of countries. Empty: every country that has no rate of its own zone.",
    )
    part = fields.Selection(
        [("day", "Whole day"), *PART_NAMES],
        required=True,
        default="day",
        help="The rate of the whole day is cut by the fractions of the legal parameters; a rate given for one part of "
        "the day is taken as it is.",
    )
    amount = fields.Float("Amount (DH)", digits=(16, 2), required=True, aggregator=None)
    valid_from = fields.Date("First day", required=True)
    valid_to = fields.Date("Last day", help="Empty while no end is known.")
    legal_text_id = fields.Many2one(
        "gov.legal.text", "Legal text", index="btree_not_null", ondelete="restrict", help="Printed beside each amount."
    )
    note = fields.Text()

    _amount_positive = models.Constraint("CHECK (amount > 0)", "A daily rate is more than zero.")
    _amount_bounds = models.Constraint("CHECK (amount < 1000000)", "A daily rate is less than a million dirhams.")
    _dates_order = models.Constraint(
        "CHECK (valid_to IS NULL OR valid_from <= valid_to)", "A rate ends after it begins."
    )
    _zone_abroad = models.Constraint(
        "CHECK (kind = 'abroad' OR zone_id IS NULL)", "A zone of countries belongs to a rate for missions abroad."
    )
    # the numbers stand for the ids: a GiST index compares ranges without an extension of PostgreSQL
    _dates_apart = models.Constraint(
        """EXCLUDE USING gist (
            int4range(group_id, group_id, '[]') WITH &&,
            int4range(coalesce(zone_id, 0), coalesce(zone_id, 0), '[]') WITH &&,
            int8range(hashtextextended(kind || part, 0), hashtextextended(kind || part, 0), '[]') WITH &&,
            daterange(valid_from, valid_to, '[]') WITH &&
        ) DEFERRABLE INITIALLY DEFERRED""",
        "Two rates of one group, kind and part of the day cannot cover the same day.",
    )

    @api.depends("group_id", "kind", "zone_id", "part")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        parts = dict(self._fields["part"]._description_selection(self.env))
        for rate in self:
            where = rate.zone_id.name or kinds.get(rate.kind, "")
            rate.display_name = " · ".join(filter(None, (rate.group_id.name, where, parts.get(rate.part, ""))))

    @api.constrains("valid_from", "valid_to", "group_id", "kind", "zone_id", "part")
    def _check_overlap(self):
        for rate in self:
            others = self.search(
                [
                    ("id", "!=", rate.id),
                    ("group_id", "=", rate.group_id.id),
                    ("kind", "=", rate.kind),
                    ("zone_id", "=", rate.zone_id.id),
                    ("part", "=", rate.part),
                ]
            )
            for other in others:
                starts_before_end = not rate.valid_to or other.valid_from <= rate.valid_to
                ends_after_start = not other.valid_to or rate.valid_from <= other.valid_to
                if starts_before_end and ends_after_start:
                    raise ValidationError(
                        self.env._(
                            "“%(rate)s” has another row from %(date)s that covers some of these days. Give that row "
                            "its last day first.",
                            rate=rate.display_name,
                            date=format_date(self.env, other.valid_from),
                        )
                    )

    def write(self, vals):
        if set(vals) & {"group_id", "kind", "zone_id", "part", "amount", "valid_from"}:
            self._check_unused()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self._check_unused()

    def _check_unused(self):
        # sudo: only whether a settlement that is granted rests on the row
        used = (
            self.env["gov.mission.settlement.line"]
            .sudo()
            .search([("rate_id", "in", self.ids), ("settlement_id.state", "not in", ("draft", "cancelled"))], limit=1)
        )
        if used:
            raise UserError(
                self.env._(
                    "Settlements rest on “%(rate)s”: give it its last day, and enter the new rate in a new row.",
                    rate=used.rate_id.display_name,
                )
            )

    # ------------------------------------------------------------------ reading
    @api.model
    def _gov_rows(self, group, kind):
        """Return the rates of a group as :func:`settlement.find_rate` takes them.

        sudo: rates are no secret, whoever settles.
        """
        rates = self.sudo().search([("group_id", "=", group.id), ("kind", "=", kind)])
        return [
            {
                "id": rate.id,
                "group": rate.group_id.id,
                "kind": rate.kind,
                "zone": rate.zone_id.id or None,
                "part": rate.part,
                "amount": rate.amount,
                "valid_from": rate.valid_from,
                "valid_to": rate.valid_to or None,
            }
            for rate in rates
        ]

    @api.model
    def _gov_parts_on(self, day):
        """Return the parts of the day in force on ``day``, from the legal parameters."""
        parameters = self.env["gov.parameter"]
        return [
            settlement.Part(
                code,
                parameters.get_value(f"mission.part.{code}.from", day),
                parameters.get_value(f"mission.part.{code}.to", day),
                settlement.exact(parameters.get_value(f"mission.part.{code}.fraction", day)),
            )
            for code in settlement.PARTS
        ]

    @api.model
    def _gov_mileage(self, power, day):
        """Return (rate in DH/km, code of the parameter, lowest power, highest power or None) for a fiscal power.

        :raise ValueError: when the power is not known
        """
        parameters = self.env["gov.parameter"]
        highest = [int(parameters.get_value(f"mission.km.{band}.power_max", day)) for band in BANDS[:-1]] + [None]
        band = settlement.mileage_band(power, list(zip(BANDS, highest, strict=True)))
        at = BANDS.index(band)
        code = f"mission.km.{band}.rate"
        return parameters.get_value(code, day), code, (highest[at - 1] + 1 if at else 1), highest[at]
