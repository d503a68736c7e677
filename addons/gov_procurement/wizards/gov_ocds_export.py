from odoo import api, fields, models
from odoo.exceptions import UserError


class GovOcdsExport(models.TransientModel):
    """Dialog that downloads the open contracting data of a period."""

    _name = "gov.ocds.export"
    _description = "Download of open contracting data"

    kind = fields.Selection(
        [("releases", "Releases: one for each act"), ("records", "Records: each purchase with all its acts")],
        required=True,
        default="records",
    )
    date_from = fields.Date("From", default=lambda self: self._default_date_from())
    date_to = fields.Date("To", default=fields.Date.context_today)
    prefix = fields.Char(compute="_compute_prefix")
    is_placeholder = fields.Boolean(compute="_compute_prefix", export_string_translation=False)

    def _default_date_from(self):
        return fields.Date.start_of(fields.Date.context_today(self), "year")

    @api.depends("kind")
    def _compute_prefix(self):
        for one in self:
            one.prefix = one.env.company.gov_ocds_prefix
            one.is_placeholder = one.prefix == "ocds-000000"

    def action_download(self):
        """Download the package of the period."""
        self.ensure_one()
        self.env["gov.ocds"]._gov_check_reader()
        if self.date_from and self.date_to and self.date_from > self.date_to:
            raise UserError(self.env._("The period begins after its end."))
        period = f"date_from={self.date_from or ''}&date_to={self.date_to or ''}"
        return {
            "type": "ir.actions.act_url",
            "url": f"/gov_procurement/ocds/{self.kind}.json?{period}",
            "target": "download",
        }
