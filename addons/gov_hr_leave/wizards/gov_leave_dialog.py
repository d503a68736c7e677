from odoo import fields, models
from odoo.exceptions import UserError

# operation → (model, act, names of the fields of the dialog given to it)
OPERATIONS = {
    "certificate": ("hr.leave", "action_receive_certificate", ("day", "paper_date")),
    "council": ("hr.leave", "action_record_council", ("health_file_id", "reference", "paper_date")),
    "exception": ("hr.leave", "action_grant_exception", ("reason",)),
    "recall": ("hr.leave", "action_recall", ("day", "reason")),
    "reissue": ("hr.leave", "action_reissue_decision", ("reason",)),
    "return": ("gov.leave.return", "action_record", ("day", "reason", "reference", "paper_date")),
    "answer": ("gov.absence", "action_answer", ("reason",)),
    "justify": ("gov.absence", "action_justify", ("reason",)),
    "deduct": ("gov.absence", "action_deduct", ("reason",)),
    "cancel": ("gov.absence", "action_cancel", ("reason",)),
}


class GovLeaveDialog(models.TransientModel):
    """The dialog that takes a day, a reference or a reason before an act on a leave, a return or an absence.

    It holds no right of its own: the act checks who calls it.
    """

    _name = "gov.leave.dialog"
    _description = "Act on a leave"

    operation = fields.Selection(
        [
            ("certificate", "Certificate received"),
            ("council", "Health Council"),
            ("exception", "Exception"),
            ("recall", "Recall to service"),
            ("reissue", "Decision made again"),
            ("return", "Return to service"),
            ("answer", "Answer to the query"),
            ("justify", "Justified"),
            ("deduct", "Deduction"),
            ("cancel", "Cancelled"),
        ],
        required=True,
        readonly=True,
    )
    res_id = fields.Integer("Record", required=True, readonly=True)
    day = fields.Date(default=fields.Date.context_today)
    paper_date = fields.Date("Date of the paper")
    reference = fields.Char("Reference")
    reason = fields.Text()
    health_file_id = fields.Many2one("gov.health.file", "Health file", index="btree_not_null", ondelete="cascade")
    employee_id = fields.Many2one("hr.employee", readonly=True, index="btree_not_null", ondelete="cascade")
    file_kind = fields.Char(readonly=True, export_string_translation=False)
    needs_fitness = fields.Boolean(readonly=True, export_string_translation=False)

    def action_confirm(self):
        """Do the act, with the rights of the user."""
        self.ensure_one()
        if self.operation not in OPERATIONS:
            raise UserError(self.env._("Unknown operation."))
        model, act, names = OPERATIONS[self.operation]
        values = [self[name].id if name == "health_file_id" else self[name] or None for name in names]
        if self.operation == "council" and not self.health_file_id:
            raise UserError(self.env._("Choose the health file, or open one first."))
        record = self.env[model].browse(self.res_id)
        getattr(record, act)(*values)
        return {"type": "ir.actions.client", "tag": "soft_reload"}
