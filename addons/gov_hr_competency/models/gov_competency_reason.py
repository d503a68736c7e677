from odoo import fields, models
from odoo.exceptions import UserError


class GovCompetencyReason(models.TransientModel):
    """Dialog that takes the words of an act: the reason of a cancellation or of a return, the opinion of a unit."""

    _name = "gov.competency.reason"
    _description = "Words of an act"

    ACTS = {
        ("gov.vacancy", "cancel"),
        ("gov.competency.assessment", "return"),
        ("gov.competency.assessment", "cancel"),
        ("gov.vacancy.application", "host_opinion"),
    }

    res_model = fields.Char(required=True, export_string_translation=False)
    res_id = fields.Integer(required=True, export_string_translation=False)
    act = fields.Char(required=True, export_string_translation=False)
    opinion = fields.Selection([("favourable", "Favourable"), ("unfavourable", "Unfavourable")])
    reason = fields.Text("Words")

    def action_confirm(self):
        """Do the act with the words given; the act itself checks who may."""
        self.ensure_one()
        if (self.res_model, self.act) not in self.ACTS:
            raise UserError(self.env._("This dialog has nothing to do. Close it."))
        record = self.env[self.res_model].browse(self.res_id).exists()
        act, reason, opinion = self.act, self.reason, self.opinion
        if act == "host_opinion":
            record.action_give_host_opinion(opinion, reason)
        elif act == "return":
            record.action_return(reason)
        else:
            record.action_cancel(reason)
        return {"type": "ir.actions.act_window_close"}
