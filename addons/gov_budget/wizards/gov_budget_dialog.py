from odoo import fields, models
from odoo.exceptions import UserError

MODELS = (
    "gov.budget.amendment",
    "gov.budget.delegation",
    "gov.budget.carryover",
    "gov.budget.override",
    "gov.budget.post.act",
)


class GovBudgetDialog(models.TransientModel):
    """Dialog that takes what an act on a budget record needs; the act itself checks who may do it."""

    _name = "gov.budget.dialog"
    _description = "Act on the budget"

    operation = fields.Selection(
        [
            ("refuse", "Refuse"),
            ("return", "Return"),
            ("cancel", "Cancel"),
            ("authorise", "Record the decision"),
            ("visa", "Give the visa"),
            ("send", "Sent"),
            ("vote", "Vote"),
            ("rename", "Rename"),
            ("close_node", "Close the rubric"),
        ],
        required=True,
    )
    res_model = fields.Char(required=True)
    res_id = fields.Many2oneReference(model_field="res_model", required=True)
    reason = fields.Text(help="It is kept in the journal.")
    reference = fields.Char("Number")
    date = fields.Date("Day", default=fields.Date.context_today)
    label = fields.Char("New label")
    label_ar = fields.Char("New label in Arabic")
    label_fr = fields.Char("New label in French")
    language = fields.Char(default=lambda self: self.env.lang, export_string_translation=False)
    year = fields.Integer(default=lambda self: fields.Date.context_today(self).year)

    def action_confirm(self):
        """Do the act."""
        self.ensure_one()
        acts = {
            "send": ("gov.budget.quarterly", lambda record: record.action_send(self.reference, self.date)),
            "vote": ("gov.budget", lambda record: record.action_vote(self.reference, self.date)),
            "rename": (
                "gov.budget.node",
                lambda record: record.action_rename(self._gov_labels(), self.year, self.reason),
            ),
            "close_node": ("gov.budget.node", lambda record: record.action_close(self.year, self.reason)),
        }
        model, act = acts.get(self.operation, (None, None))
        if (model and self.res_model != model) or (not model and self.res_model not in MODELS):
            raise UserError(self.env._("This act does not exist."))
        record = self.env[self.res_model].browse(self.res_id).exists()
        if not record:
            raise UserError(self.env._("The record no longer exists."))
        if act:
            act(record)
        elif self.operation == "authorise":
            record.action_authorise(self.reference, self.date)
        elif self.operation == "visa":
            record.action_visa(self.reference)
        else:
            {"refuse": record.action_refuse, "return": record.action_return, "cancel": record.action_cancel}[
                self.operation
            ](self.reason)
        return {"type": "ir.actions.act_window_close"}

    def _gov_labels(self):
        """Return the new label in the languages it is given in."""
        labels = {"ar_MA": self.label_ar, "fr_FR": self.label_fr, self.env.lang or "en_US": self.label}
        installed = dict(self.env["res.lang"].get_installed())
        return {lang: text for lang, text in labels.items() if text and lang in installed}
