from odoo import models


class GovSample(models.AbstractModel):
    _inherit = "gov.sample"
