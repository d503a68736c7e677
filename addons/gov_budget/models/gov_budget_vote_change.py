from odoo import api, fields, models
from odoo.exceptions import UserError


class GovBudgetVoteChange(models.Model):
    """An amendment of Parliament to the draft budget: what it adds to or takes from a line before the vote."""

    _name = "gov.budget.vote.change"
    _description = "Amendment of Parliament"
    _inherit = ["gov.budget.amounts"]
    _amount_fields = ("cp", "ce")
    _order = "budget_id desc, id"
    _rec_name = "reference"

    budget_id = fields.Many2one("gov.budget", "Budget", required=True, index=True, ondelete="cascade")
    line_id = fields.Many2one(
        "gov.budget.line", "Budget line", required=True, index=True, ondelete="restrict",
        domain="[('budget_id', '=', budget_id)]",
    )  # fmt: skip
    chamber = fields.Selection(
        [
            ("representatives", "House of Representatives"),
            ("councillors", "House of Councillors"),
            ("final", "Final reading"),
        ],
        required=True,
        default="representatives",
    )
    reference = fields.Char("Number", required=True)
    reason = fields.Char()
    cp = fields.Float("CP +/−", digits=(16, 2))
    ce = fields.Float("CE +/−", digits=(16, 2))

    @api.model_create_multi
    def create(self, vals_list):
        for budget in self.env["gov.budget"].browse(
            {vals["budget_id"] for vals in vals_list if vals.get("budget_id")}
        ):
            self._gov_refuse_voted(budget)
        changes = super().create(vals_list)
        changes._gov_check_preparation()
        return changes

    def write(self, vals):
        self._gov_check_preparation()
        result = super().write(vals)
        self._gov_check_preparation()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_voted(self):
        self._gov_check_preparation()

    def _gov_check_preparation(self):
        for change in self:
            self._gov_refuse_voted(change.budget_id)
            if change.line_id.budget_id != change.budget_id:
                raise UserError(self.env._("%(line)s is not of this budget.", line=change.line_id.display_name))

    @api.model
    def _gov_refuse_voted(self, budget):
        if budget.state != "preparation":
            raise UserError(
                self.env._("%(budget)s is voted: Parliament changes it no more.", budget=budget.display_name)
            )
