from odoo import api, fields, models


class GovRegion(models.Model):
    """A region of the Kingdom, or the central services (code 00).

    Units, and through them employees and requests, belong to a region; users may be limited to some regions.
    The thirteen records are shipped; nobody deletes them.
    """

    _name = "gov.region"
    _description = "Region"
    _order = "code"
    _rec_names_search = ["code", "name"]

    code = fields.Char(required=True, size=2, help="Official number of the region, 00 for the central services.")
    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)

    _code_uniq = models.Constraint("UNIQUE (code)", "Two regions cannot have the same code.")
    _code_form = models.Constraint("CHECK (code ~ '^[0-9]{2}$')", "The code of a region is two digits.")

    @api.depends("code", "name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for region in self:
            region.display_name = region.name
