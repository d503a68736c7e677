from odoo import fields, models
from odoo.exceptions import UserError


class GovMissionDialog(models.TransientModel):
    """Dialog that takes what an act on a mission needs; the act itself checks who may do it."""

    _name = "gov.mission.dialog"
    _description = "Act on a mission"

    operation = fields.Selection(
        [
            ("extend", "Extend"),
            ("advance", "Advance"),
            ("colleagues", "Colleagues"),
            ("correct", "Correct"),
        ],
        required=True,
    )
    order_id = fields.Many2one("gov.mission.order", required=True, index=True, ondelete="cascade")
    settlement_id = fields.Many2one("gov.mission.settlement", index="btree_not_null", ondelete="cascade")
    stop = fields.Datetime("New return")
    reason = fields.Text(help="It is kept in the journal, and the person reads it.")
    currency_id = fields.Many2one(related="order_id.currency_id")
    amount = fields.Monetary("Amount paid")
    reference = fields.Char("Reference of the payment")
    employee_ids = fields.Many2many(
        "hr.employee", string="Colleagues", help="Each gets a draft of his own order, checks it and files it."
    )

    def action_confirm(self):
        """Do the act."""
        self.ensure_one()
        if self.operation == "extend":
            self.order_id.action_extend(self.stop, self.reason)
        elif self.operation == "advance":
            self.order_id.action_record_advance(self.amount, self.reference)
        elif self.operation == "correct":
            if self.settlement_id.order_id != self.order_id:
                raise UserError(self.env._("This settlement belongs to another mission."))
            new = self.settlement_id.action_correct(self.reason)
            return {
                "type": "ir.actions.act_window",
                "res_model": "gov.mission.settlement",
                "res_id": new.id,
                "views": [(False, "form")],
            }
        else:
            ids = self.employee_ids.ids
            self.order_id.action_copy_for(ids)
        return {"type": "ir.actions.act_window_close"}
