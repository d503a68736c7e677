from odoo import api, fields, models


class GovBudgetOfficer(models.Model):
    """Who may order expenses: the authorising officer, or a sub-authorising officer of a deconcentrated service.

    A sub-authorising officer is named by an order that the ministry of finance visas, within limits of amount and
    territory; each has his own accountant and his own series of payment orders.  Budget officers keep the list.
    """

    _name = "gov.budget.officer"
    _description = "Authorising officer"
    _inherit = ["gov.budget.amounts", "mail.thread"]
    _amount_fields = ("ceiling",)
    _order = "kind, code"
    _rec_names_search = ["code", "name"]

    code = fields.Char(required=True, help="Short code, in the numbers of the payment orders.")
    name = fields.Char(required=True, translate=True, tracking=True, help="The quality: Regional director of …")
    kind = fields.Selection(
        [
            ("main", "Authorising officer"),
            ("sub", "Sub-authorising officer"),
            ("segma", "Head of an autonomous service"),
        ],
        required=True,
        default="sub",
        tracking=True,
    )
    unit_id = fields.Many2one("hr.department", "Unit", required=True, index=True, ondelete="restrict", tracking=True)
    region_id = fields.Many2one(related="unit_id.effective_region_id", string="Region", store=True, index=True)
    user_id = fields.Many2one("res.users", "User", index="btree_not_null", ondelete="restrict", tracking=True)
    accountant = fields.Char(
        "Assigned accountant", translate=True, tracking=True, help="Ministerial, regional or provincial treasurer."
    )
    order_reference = fields.Char("Order of appointment", tracking=True)
    ceiling = fields.Float(digits=(16, 2), tracking=True, help="Most that may be delegated in a year; 0 for no limit.")
    date_from = fields.Date("From", required=True, default=fields.Date.context_today, tracking=True)
    date_to = fields.Date("Until", tracking=True)
    active = fields.Boolean(default=True)

    _code_uniq = models.Constraint("UNIQUE (code)", "Two officers cannot have the same code.")
    _dates_order = models.Constraint("CHECK (date_to IS NULL OR date_from <= date_to)", "It ends after it begins.")

    @api.model
    def _gov_for_unit(self, unit, day):
        """Return the officer of a unit on a day: its own, else that of the nearest unit above, else the main one."""
        while unit:
            found = self.search(
                [
                    ("unit_id", "=", unit.id),
                    ("date_from", "<=", day),
                    "|",
                    ("date_to", "=", False),
                    ("date_to", ">=", day),
                ],
                limit=1,
            )
            if found:
                return found
            unit = unit.parent_id
        return self.search([("kind", "=", "main"), ("date_from", "<=", day)], limit=1)
