from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from odoo.addons.gov_base.tools import identifiers


class ResPartner(models.Model):
    """A supplier of the administration: its identifiers, papers, exclusions and history (finance.md §4.10)."""

    _inherit = "res.partner"

    gov_trade_court = fields.Char("Court of the register", copy=False)
    gov_cnss_number = fields.Char("CNSS number", copy=False)
    gov_business_tax = fields.Char("Business tax number", copy=False, help="Taxe professionnelle, formerly patente.")
    gov_supplier_kind = fields.Selection(
        [
            ("large", "Enterprise"),
            ("small", "Very small, small or medium enterprise"),
            ("startup", "Innovative young enterprise"),
            ("cooperative", "Cooperative"),
            ("union", "Union of cooperatives"),
            ("auto_entrepreneur", "Auto-entrepreneur"),
            ("foreign", "Enterprise not resident in Morocco"),
        ],
        "Kind of supplier",
        help="Small firms, cooperatives and auto-entrepreneurs have a reserved share; the last are preferred when two "
        "offers are equal.",
    )
    gov_document_ids = fields.One2many("gov.supplier.document", "partner_id", "Papers")
    gov_exclusion_ids = fields.One2many("gov.supplier.exclusion", "partner_id", "Exclusions")
    gov_is_excluded = fields.Boolean("Excluded", compute="_compute_gov_is_excluded", search="_search_gov_is_excluded")
    gov_duplicate_text = fields.Char("Same identifiers as", compute="_compute_gov_duplicate_text")
    gov_order_count = fields.Integer(compute="_compute_gov_history")
    gov_contract_count = fields.Integer(compute="_compute_gov_history")
    gov_late_count = fields.Integer("Late deliveries", compute="_compute_gov_history")

    @api.depends("gov_exclusion_ids.date_from", "gov_exclusion_ids.date_to")
    def _compute_gov_is_excluded(self):
        barred = self.env["gov.supplier.exclusion"]._gov_barred(self, fields.Date.context_today(self))
        for one in self:
            one.gov_is_excluded = one in barred

    def _search_gov_is_excluded(self, operator, value):
        if operator != "in":
            return NotImplemented
        if True in value and False in value:
            return Domain.TRUE
        today = fields.Date.context_today(self)
        # sudo: exclusions are published
        partners = (
            self.env["gov.supplier.exclusion"]
            .sudo()  # sudo: as above
            .search(
                Domain("date_from", "<=", today) & (Domain("date_to", "=", False) | Domain("date_to", ">=", today))
            )
            .partner_id
        )
        domain = Domain("id", "in", partners.ids)
        return domain if True in value else ~domain

    @api.depends("gov_ice", "bank_ids.acc_number")
    def _compute_gov_duplicate_text(self):
        for one in self:
            others = one._gov_duplicates()
            one.gov_duplicate_text = ", ".join(others.mapped("display_name")) or False

    def _gov_duplicates(self):
        """Return the other suppliers with the same ICE or the same bank account (RIB or its IBAN)."""
        self.ensure_one()
        ribs = self._gov_ribs()
        # sudo: bank accounts are closed to most; only names of suppliers come out
        found = self.env["res.partner"].sudo()
        if self.gov_ice:
            found |= found.search([("gov_ice", "=", self.gov_ice), ("id", "!=", self._origin.id)])
        if ribs:
            banks = self.env["res.partner.bank"].sudo()  # sudo: as above
            same = banks.search([("partner_id", "!=", self._origin.id), ("partner_id", "!=", False)])
            found |= same.filtered(lambda bank: _rib(bank.acc_number) in ribs).partner_id
        return found - self._origin.commercial_partner_id.child_ids - self._origin.commercial_partner_id

    def _gov_ribs(self):
        # sudo: bank accounts are closed to most; they are compared only
        return {rib for rib in map(_rib, self.sudo().bank_ids.mapped("acc_number")) if rib}

    def _compute_gov_history(self):
        orders = self.env["purchase.order"]._read_group(
            [("partner_id", "in", self.ids), ("gov_state", "!=", False)], ["partner_id"], ["__count"]
        )
        late = self.env["purchase.order"]._read_group(
            [("partner_id", "in", self.ids), ("gov_days_late", ">", 0)], ["partner_id"], ["__count"]
        )
        contracts = self.env["gov.contract"]._read_group([("partner_id", "in", self.ids)], ["partner_id"], ["__count"])
        orders, late, contracts = dict(orders), dict(late), dict(contracts)
        for one in self:
            one.gov_order_count = orders.get(one, 0)
            one.gov_late_count = late.get(one, 0)
            one.gov_contract_count = contracts.get(one, 0)

    @api.constrains("gov_tax_number", "gov_trade_register", "gov_cnss_number", "gov_business_tax")
    def _check_gov_numbers(self):
        shapes = {
            "gov_tax_number": (7, 8),
            "gov_trade_register": (1, 7),
            "gov_cnss_number": (7, 7),
            "gov_business_tax": (8, 8),
        }
        for one in self:
            for name, (shortest, longest) in shapes.items():
                value = one[name]
                if value and not (value.isascii() and value.isdigit() and shortest <= len(value) <= longest):
                    raise ValidationError(
                        self.env._(
                            "%(field)s of “%(supplier)s”: %(value)s is not right, it has %(shortest)s to "
                            "%(longest)s digits.",
                            field=self._fields[name]._description_string(self.env),
                            supplier=one.display_name,
                            value=value,
                            shortest=shortest,
                            longest=longest,
                        )
                    )

    def action_gov_orders(self):
        """Open the purchase orders of the supplier."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("gov_procurement.purchase_order_action")
        return {**action, "domain": [("partner_id", "=", self.id), ("gov_state", "!=", False)], "context": {}}

    def action_gov_contracts(self):
        """Open the contracts of the supplier."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("gov_procurement.gov_contract_action")
        return {**action, "domain": [("partner_id", "=", self.id)], "context": {}}


def _rib(number):
    """Return the RIB of an account number, be it a RIB or an IBAN; None when it is neither."""
    try:
        return identifiers.check_rib(number)
    except identifiers.IdentifierError:
        pass
    try:
        return identifiers.check_iban_ma(number)[4:]
    except identifiers.IdentifierError:
        return None
