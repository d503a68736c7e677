from odoo import api, fields, models
from odoo.exceptions import UserError


class GovDocumentRegisterPrint(models.TransientModel):
    """Ask for the year and the form of a register to print."""

    _name = "gov.document.register.print"
    _description = "Print a register"

    register_id = fields.Many2one(
        "gov.document.register", required=True, readonly=True, index=True, ondelete="cascade"
    )
    yearly = fields.Boolean(related="register_id.yearly")
    year = fields.Integer(required=True, default=lambda self: fields.Date.context_today(self).year)
    form = fields.Selection([("pdf", "PDF"), ("xlsx", "Spreadsheet")], required=True, default="pdf")

    @api.constrains("year")
    def _check_year(self):
        for wizard in self:
            if not 1956 <= wizard.year <= 2100:
                raise UserError(self.env._("%s is no year of a register.", wizard.year))

    def action_print(self):
        """Give the register of the year as a file."""
        self.ensure_one()
        self.register_id._check_printer()
        period = self.register_id._period(self.year)
        url = f"/gov_document/register/{self.register_id.id}/{period}.{self.form}"
        return {"type": "ir.actions.act_url", "url": url, "target": "new" if self.form == "pdf" else "download"}
