from odoo import models


class GovSample(models.AbstractModel):
    """The sample year: courses for the staff and learners at several stages."""

    _inherit = "gov.sample"
