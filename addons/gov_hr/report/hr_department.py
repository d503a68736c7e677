from odoo import api, fields, models

TOP_KINDS = frozenset(("cabinet", "secretariat_general", "inspectorate", "directorate", "regional_directorate"))


class HrDepartment(models.Model):
    _inherit = "hr.department"

    directorate_id = fields.Many2one(
        "hr.department",
        compute="_compute_directorate_id",
        store=True,
        recursive=True,
        index="btree_not_null",
        ondelete="set null",
        help="The directorate (or the cabinet, secretariat, inspectorate) the unit belongs to, for statistics.",
    )

    @api.depends("unit_kind", "parent_id.directorate_id")
    def _compute_directorate_id(self):
        for unit in self:
            unit.directorate_id = unit._origin if unit.unit_kind in TOP_KINDS else unit.parent_id.directorate_id
