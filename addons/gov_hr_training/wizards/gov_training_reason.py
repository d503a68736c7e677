from odoo import fields, models
from odoo.exceptions import UserError

from ..models.gov_training_action import QUARTERS

# (model, operation): what the dialog calls
ACTS = {
    ("gov.training.need", "aside"): "action_set_aside",
    ("gov.training.plan", "revise"): "action_revise",
    ("gov.training.plan", "close"): "action_close",
    ("gov.training.action", "drop"): "action_drop",
    ("gov.training.action", "shift"): "action_shift",
}


class GovTrainingReason(models.TransientModel):
    """The dialog that takes a reason, and where an action goes; the act checks who does it."""

    _name = "gov.training.reason"
    _description = "Reason of an act on training"

    operation = fields.Selection(
        [
            ("aside", "Set aside"),
            ("revise", "Revise"),
            ("close", "Close"),
            ("drop", "Drop"),
            ("shift", "Shift"),
        ],
        required=True,
    )
    res_model = fields.Char(required=True, export_string_translation=False)
    res_ids = fields.Char(required=True, export_string_translation=False)
    reason = fields.Text()
    quarter = fields.Selection(QUARTERS)
    year = fields.Integer(aggregator=None)

    def action_confirm(self):
        """Do the act with the reason."""
        self.ensure_one()
        method = ACTS.get((self.res_model, self.operation))
        ids = [int(one) for one in (self.res_ids or "").split(",") if one.strip().isdigit()]
        if not method or not ids:
            raise UserError(self.env._("Open this dialog from the record that it is about."))
        records = self.env[self.res_model].browse(ids)
        if self.operation == "shift":
            records.action_shift(quarter=self.quarter, year=self.year or None, reason=self.reason)
        else:
            getattr(records, method)(self.reason)
        return {"type": "ir.actions.act_window_close"}
