from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.gov_execution_act import GROUNDS

# what a dialog may do, on which models: (method, names of the arguments)
OPERATIONS = {
    "refuse_visa": ("action_refuse_visa", ("reason", "ground")),
    "visa_without_pieces": ("action_visa_without_pieces", ("reason",)),
    "return": ("action_return", ("reason",)),
    "cancel": ("action_cancel", ("reason",)),
    "close": ("action_close", ("reason",)),
    "increase": ("action_increase", ("amount", "reason", "line")),
    "decrease": ("action_decrease", ("amount", "reason", "line")),
    "override": ("action_override", ("reference", "reason")),
    "certify": ("action_certify", ("day",)),
    "suspend": ("action_suspend", ("reason",)),
    "refuse": ("action_refuse", ("reason",)),
    "requisition": ("action_requisition", ("reason",)),
    "pay": ("action_pay", ("day", "reference")),
    "advance": ("action_advance", ("amount", "reference")),
    "refund": ("action_refund", ("amount", "reference")),
    "count": ("action_count", ("amount", "reason")),
    "close_imprest": ("action_close", ("reference",)),
}
MODELS = (
    "gov.commitment",
    "gov.liquidation",
    "gov.payment.order",
    "gov.imprest",
    "gov.imprest.expense",
    "gov.imprest.batch",
)


class GovExecutionDialog(models.TransientModel):
    """Dialog that takes what an act needs; the act itself checks who may do it."""

    _name = "gov.execution.dialog"
    _description = "Act on an expense"

    operation = fields.Selection(
        [
            ("refuse_visa", "Refuse the visa"),
            ("visa_without_pieces", "Give the visa without them"),
            ("return", "Return"),
            ("cancel", "Cancel"),
            ("close", "Close the commitment"),
            ("increase", "Increase"),
            ("decrease", "Decrease"),
            ("override", "Override"),
            ("certify", "Certify"),
            ("suspend", "Suspend"),
            ("refuse", "Refuse"),
            ("requisition", "Requisition"),
            ("pay", "Record the payment"),
            ("advance", "Record an advance"),
            ("refund", "Record what the holder pays back"),
            ("count", "Count the cash"),
            ("close_imprest", "Close the imprest"),
        ],
        required=True,
        readonly=True,
    )
    res_model = fields.Char(required=True, readonly=True, export_string_translation=False)
    res_id = fields.Integer(required=True, readonly=True, export_string_translation=False)
    reason = fields.Text(help="Kept in the journal; who asked reads it.")
    ground = fields.Selection(GROUNDS, "Ground", default="other")
    amount = fields.Float("Amount", digits=(16, 2))
    commitment_id = fields.Many2one("gov.commitment", compute="_compute_commitment_id")
    line_id = fields.Many2one(
        "gov.commitment.line",
        "Line",
        compute="_compute_line_id",
        store=True,
        readonly=False,
        ondelete="cascade",
        domain="[('commitment_id', '=', commitment_id)]",
    )
    day = fields.Date("Day", default=fields.Date.context_today)
    reference = fields.Char("Reference")

    @api.depends("res_model", "res_id")
    def _compute_commitment_id(self):
        for dialog in self:
            dialog.commitment_id = dialog.res_id if dialog.res_model == "gov.commitment" else False

    @api.depends("commitment_id")
    def _compute_line_id(self):
        for dialog in self:
            lines = dialog.commitment_id.line_ids
            dialog.line_id = lines if len(lines) == 1 else dialog.line_id

    def action_confirm(self):
        """Do the act."""
        self.ensure_one()
        if self.res_model not in MODELS or self.operation not in OPERATIONS:
            raise UserError(self.env._("This act does not exist."))
        method, names = OPERATIONS[self.operation]
        record = self.env[self.res_model].browse(self.res_id).exists()
        if not record or not hasattr(record, method):
            raise UserError(self.env._("This act does not exist."))
        values = {
            "reason": self.reason,
            "ground": self.ground,
            "amount": self.amount,
            "line": self.line_id.id or None,
            "day": self.day,
            "reference": self.reference,
        }
        # the dialog is gone before the act, whose transaction begins with nothing written
        arguments = [values[name] for name in names]
        getattr(record, method)(*arguments)
        return {"type": "ir.actions.act_window_close"}
