from odoo import api, fields, models
from odoo.exceptions import ValidationError

# What a unit may stand directly under; None stands for the top of the chart and for units without a kind.
PARENTS = {
    "cabinet": {None},
    "secretariat_general": {None},
    "inspectorate": {None},
    "directorate": {None, "secretariat_general"},
    "regional_directorate": {None, "secretariat_general"},
    "division": {None, "cabinet", "secretariat_general", "inspectorate", "directorate", "regional_directorate"},
    "service": {
        None,
        "cabinet",
        "secretariat_general",
        "inspectorate",
        "directorate",
        "regional_directorate",
        "division",
    },
}


class HrDepartment(models.Model):
    _inherit = "hr.department"

    unit_kind = fields.Selection(
        [
            ("cabinet", "Cabinet"),
            ("secretariat_general", "General secretariat"),
            ("inspectorate", "General inspectorate"),
            ("directorate", "Directorate"),
            ("division", "Division"),
            ("service", "Service"),
            ("regional_directorate", "Regional directorate"),
        ],
        string="Kind of unit",
        index="btree_not_null",
        tracking=True,
        help="Decides what the unit may stand under and who signs: head of service, head of division, director.",
    )
    unit_code = fields.Char(
        help="Short code of the unit, used in the numbers of its documents.", copy=False, tracking=True
    )
    region_id = fields.Many2one(
        "gov.region",
        "Region",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="Where the unit is. Its own units are there too unless they say otherwise.",
    )
    effective_region_id = fields.Many2one(
        "gov.region",
        "Region in force",
        compute="_compute_effective_region_id",
        store=True,
        recursive=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The unit's own region, or else that of the nearest unit above.",
    )

    _unit_code_uniq = models.UniqueIndex(
        "(unit_code) WHERE unit_code IS NOT NULL", "Two units cannot have the same code."
    )

    @api.depends("region_id", "parent_id.effective_region_id")
    def _compute_effective_region_id(self):
        for unit in self:
            unit.effective_region_id = unit.region_id or unit.parent_id.effective_region_id

    @api.constrains("unit_kind", "parent_id")
    def _check_nesting(self):
        labels = dict(self._fields["unit_kind"]._description_selection(self.env))
        for unit in self:
            for upper, lower in [(unit.parent_id, unit), *((unit, child) for child in unit.child_ids)]:
                if lower.unit_kind and (upper.unit_kind or None) not in PARENTS[lower.unit_kind]:
                    raise ValidationError(
                        self.env._(
                            "%(unit)s (%(kind)s) cannot stand under %(parent)s (%(parent_kind)s).",
                            unit=lower.name,
                            kind=labels[lower.unit_kind],
                            parent=upper.name,
                            parent_kind=labels[upper.unit_kind],
                        )
                    )

    @api.constrains("unit_kind", "region_id")
    def _check_region(self):
        for unit in self:
            if unit.unit_kind == "regional_directorate" and (not unit.region_id or unit.region_id.code == "00"):
                raise ValidationError(
                    self.env._("%(unit)s is a regional directorate: choose its region.", unit=unit.name)
                )

    def _gov_ancestor(self, kind):
        """Return the nearest unit of a kind, the unit itself first and then those above it; empty if there is none.

        :param kind: a value of ``unit_kind``, or several of them
        """
        self.ensure_one()
        kinds = {kind} if isinstance(kind, str) else set(kind)
        unit = self
        while unit and unit.unit_kind not in kinds:
            unit = unit.parent_id
        return unit
