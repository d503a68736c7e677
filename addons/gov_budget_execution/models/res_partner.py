from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.gov_base.tools.identifiers import IdentifierError, check_iban_ma, check_ice, check_rib


class ResPartner(models.Model):
    """A creditor of the State: identifiers that payment orders print, tax regime that says what is withheld."""

    _inherit = "res.partner"

    gov_ice = fields.Char("ICE", index="btree_not_null", help="Common identifier of the enterprise, 15 digits.")
    gov_tax_number = fields.Char("Tax identifier (IF)")
    gov_trade_register = fields.Char("Trade register (RC)")
    gov_tax_regime = fields.Selection(
        [
            ("none", "Not concerned"),
            ("is", "Corporate tax (IS)"),
            ("ir", "Income tax (IR), professional"),
            ("auto", "Self-employed person (auto-entrepreneur)"),
            ("cpu", "Single professional contribution (CPU)"),
        ],
        "Tax regime",
        default="none",
        help="Says which tax is withheld on fees: 5 % of corporate tax, income tax, or nothing.",
    )

    @api.constrains("gov_ice")
    def _check_gov_ice(self):
        sentences = {
            "ice_empty": self.env._("Give the fifteen digits of the ICE."),
            "ice_format": self.env._("An ICE has fifteen digits, its leading zeros included."),
            "ice_key": self.env._("The last two digits of this ICE do not match the others: check each digit."),
        }
        for partner in self.filtered("gov_ice"):
            try:
                check_ice(partner.gov_ice)
            except IdentifierError as error:
                raise ValidationError(
                    self.env._("%(partner)s: %(problem)s", partner=partner.display_name, problem=sentences[error.code])
                ) from error

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._gov_normal_ice(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._gov_normal_ice(vals))

    @api.model
    def _gov_normal_ice(self, vals):
        if not vals.get("gov_ice"):
            return vals
        try:
            return dict(vals, gov_ice=check_ice(vals["gov_ice"]))
        except IdentifierError:
            return vals  # the constraint says what is wrong


class ResPartnerBank(models.Model):
    _inherit = "res.partner.bank"

    @api.constrains("acc_number")
    def _check_gov_rib(self):
        """Refuse a Moroccan account whose key is wrong; accounts abroad are left alone."""
        for bank in self:
            number = bank.sanitized_acc_number or ""
            try:
                if number.startswith("MA"):
                    check_iban_ma(number)
                elif number.isdigit() and len(number) == 24:
                    check_rib(number)
            except IdentifierError as error:
                raise ValidationError(
                    self.env._(
                        "“%(number)s” is no valid account number (RIB): its key does not match. Check the 24 digits "
                        "on the bank's certificate.",
                        number=bank.acc_number,
                    )
                ) from error

    def _gov_rib(self):
        """Return the 24 digits of the account, empty when it is not a Moroccan one."""
        number = self.sanitized_acc_number or ""
        return number[4:] if number.startswith("MA") else number
