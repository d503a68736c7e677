from odoo import api, fields, models
from odoo.exceptions import AccessError


class GovPayLine(models.Model):
    """A line of the pay of one person that no table gives: function allowance, mutual society, loan, court deduction.

    Typed by the HR manager (never for oneself) from the pay file of the Treasury, dated, and added to the pay
    statement of the days it covers.  Read by the auditor; the person sees it in the statement.
    """

    _name = "gov.pay.line"
    _description = "Line of pay of an employee"
    _order = "employee_id, kind, date_from desc"

    employee_id = fields.Many2one("hr.employee", required=True, index=True, ondelete="cascade")
    code = fields.Char(required=True, help="Short code of the line on the statement, for example mutual or loan.")
    name = fields.Char(required=True, help="Name of the line, as printed on certificates.")
    kind = fields.Selection(
        [
            ("taxable", "Earning, taxed"),
            ("untaxed", "Earning, not taxed"),
            ("deductible", "Deduction before tax"),
            ("deduction", "Deduction after tax"),
        ],
        required=True,
        help="Taxed earnings enter the gross pay. Deductions before tax (mutual society) lower the taxable income.",
    )
    currency_id = fields.Many2one(related="employee_id.company_id.currency_id")
    amount = fields.Monetary(string="Monthly amount", required=True)
    date_from = fields.Date(string="From", required=True, default=lambda self: fields.Date.context_today(self))
    date_to = fields.Date(string="To", help="Last day of the line; empty while it runs.")
    legal_text_id = fields.Many2one("gov.legal.text", string="Legal text", index="btree_not_null", ondelete="restrict")

    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "The amount is above zero: the kind says whether it is added or withheld."
    )
    _dates = models.Constraint("CHECK (date_to IS NULL OR date_to >= date_from)", "The end comes before the start.")

    def _check_not_own(self):
        if not self.env.su and self.env.user in self.sudo().employee_id.user_id:  # sudo: only the link to the user
            raise AccessError(
                self.env._("Nobody changes their own pay: ask another HR manager to record this line on your file.")
            )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_not_own()
        return lines

    def write(self, vals):
        self._check_not_own()
        result = super().write(vals)
        self._check_not_own()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_own(self):
        self._check_not_own()
