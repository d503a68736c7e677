from odoo import api, fields, models
from odoo.exceptions import ValidationError


class GovMissionGroup(models.Model):
    """A group of pay scales (échelles) that share the daily rates of missions.

    The HR manager keeps the list; everyone reads it.  A scale stands in one group only.
    """

    _name = "gov.mission.group"
    _description = "Group of pay scales for missions"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    scales = fields.Char(
        "Pay scales", help="Numbers of the pay scales of the group, parted by commas, as on the grades: 10, 11."
    )
    is_off_scale = fields.Boolean("Off scale", help="Grades above the scales (hors échelle) belong to this group.")
    note = fields.Text("Certainty", translate=True, help="Says what HR must confirm about this group.")
    active = fields.Boolean(default=True)

    @api.constrains("scales", "is_off_scale", "active")
    def _check_scales(self):
        seen = {}
        for group in self.search([]):
            for scale in group._get_scales() | ({"off"} if group.is_off_scale else set()):
                if scale in seen:
                    raise ValidationError(
                        self.env._(
                            "The pay scale %(scale)s stands in two groups, “%(first)s” and “%(second)s”: take it out "
                            "of one of them.",
                            scale=self.env._("off scale") if scale == "off" else scale,
                            first=seen[scale].name,
                            second=group.name,
                        )
                    )
                seen[scale] = group

    def _get_scales(self):
        self.ensure_one()
        return {scale.strip() for scale in (self.scales or "").replace("،", ",").split(",") if scale.strip()}

    @api.model
    def _gov_of_grade(self, grade):
        """Return the group of a grade, empty when none holds its pay scale."""
        if not grade:
            return self.browse()
        for group in self.search([]):
            if (grade.is_off_scale and group.is_off_scale) or (
                not grade.is_off_scale and grade.scale and grade.scale.strip() in group._get_scales()
            ):
                return group
        return self.browse()


class GovMissionZone(models.Model):
    """A zone of countries that share the daily rates of missions abroad.  The HR manager keeps it; everyone reads."""

    _name = "gov.mission.zone"
    _description = "Zone of countries for missions"
    _order = "name, id"

    name = fields.Char(required=True, translate=True)
    country_ids = fields.Many2many("res.country", string="Countries")
    active = fields.Boolean(default=True)

    @api.constrains("country_ids", "active")
    def _check_countries(self):
        seen = {}
        for zone in self.search([]):
            for country in zone.country_ids:
                if country in seen:
                    raise ValidationError(
                        self.env._(
                            "%(country)s stands in two zones, “%(first)s” and “%(second)s”: take it out of one of "
                            "them.",
                            country=country.name,
                            first=seen[country].name,
                            second=zone.name,
                        )
                    )
                seen[country] = zone

    @api.model
    def _gov_of_country(self, country):
        return self.search([("country_ids", "in", country.ids)], limit=1) if country else self.browse()
