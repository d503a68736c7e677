from odoo import api, fields, models


class ResUsers(models.Model):
    _inherit = "res.users"

    gov_region_ids = fields.Many2many(
        "gov.region",
        string="Regions served",
        help="The user sees the files and requests of these regions only, and their own. Empty: all regions.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        users = super().create(vals_list)
        if any(vals.get("gov_region_ids") for vals in vals_list):
            self.env.registry.clear_cache()
        return users

    def write(self, vals):
        result = super().write(vals)
        if "gov_region_ids" in vals:
            # record rules are cached with the regions in them
            self.env.registry.clear_cache()
        return result
