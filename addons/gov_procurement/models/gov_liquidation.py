from odoo import fields, models

from odoo.addons.gov_base.tools import identifiers
from odoo.addons.gov_budget_execution.services import consistency

ALIKE = 0.7  # names of one supplier look alike at least so much (finance.md §2.7)


class GovLiquidation(models.Model):
    """The mentions that an invoice bears of its supplier: each is compared with what the office knows of him."""

    _inherit = "gov.liquidation"

    invoice_name = fields.Char(
        "Name on the invoice", help="Compared with the supplier's: seven tenths alike at least."
    )
    invoice_tax_number = fields.Char("IF on the invoice")
    invoice_rib = fields.Char("RIB on the invoice", help="It must be one that the supplier is known by.")

    def _gov_reference_problems(self):
        """Add to ICE and contract: a right ICE, the same IF, a known RIB, a name that looks like the supplier's."""
        found = super()._gov_reference_problems()
        _, partner = self.env._, self.partner_id.commercial_partner_id
        if self.invoice_ice:
            try:
                identifiers.check_ice(self.invoice_ice)
            except identifiers.IdentifierError:
                found.append(_("%(ice)s is no ICE: fifteen digits, the last two match.", ice=self.invoice_ice))
        digits = "".join(sign for sign in self.invoice_tax_number or "" if sign.isdigit())
        if digits and partner.gov_tax_number and digits.lstrip("0") != partner.gov_tax_number.lstrip("0"):
            found.append(
                _(
                    "The invoice bears the IF %(one)s, the supplier has %(other)s.",
                    one=digits,
                    other=partner.gov_tax_number,
                )
            )
        if self.invoice_rib:
            try:
                number = identifiers._compact(self.invoice_rib)
                iban = number.startswith("MA")
                rib = identifiers.check_iban_ma(number)[4:] if iban else identifiers.check_rib(number)
            except identifiers.IdentifierError:
                found.append(_("%(rib)s is no RIB: its key does not match.", rib=self.invoice_rib))
            else:
                if rib not in partner._gov_ribs():
                    found.append(
                        _(
                            "%(rib)s is not known as an account of %(supplier)s: ask for the certificate of its bank.",
                            rib=rib,
                            supplier=partner.display_name,
                        )
                    )
        if self.invoice_name and consistency.name_similarity(self.invoice_name, partner.name) < ALIKE:
            found.append(
                _(
                    "The invoice is in the name of “%(one)s”, the supplier is “%(other)s”.",
                    one=self.invoice_name,
                    other=partner.name,
                )
            )
        return found
