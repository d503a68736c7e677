from odoo import api, fields, models
from odoo.exceptions import ValidationError

DOCUMENT_KINDS = [
    ("tax", "Tax regularity certificate"),
    ("cnss", "CNSS certificate"),
    ("register", "Extract of the trade register"),
    ("bank", "Bank certificate (RIB)"),
    ("insurance", "Insurance"),
    ("qualification", "Qualification or approval"),
    ("reference", "Reference certificate"),
    ("other", "Other"),
]


class GovSupplierDocument(models.Model):
    """A paper of a supplier that expires: an order or a contract asks for those in force (art. 28)."""

    _name = "gov.supplier.document"
    _description = "Document of a supplier"
    _order = "partner_id, kind, valid_to desc"
    _rec_name = "kind"

    partner_id = fields.Many2one("res.partner", "Supplier", required=True, index=True, ondelete="cascade")
    kind = fields.Selection(DOCUMENT_KINDS, required=True)
    reference = fields.Char()
    valid_from = fields.Date("Issued on", required=True, default=fields.Date.context_today)
    valid_to = fields.Date(
        "Valid until", compute="_compute_valid_to", store=True, readonly=False, precompute=True, required=True
    )
    attachment_ids = fields.Many2many("ir.attachment", string="Scanned paper")
    is_valid = fields.Boolean("In force", compute="_compute_is_valid", search="_search_is_valid")

    _dates = models.Constraint("CHECK (valid_to >= valid_from)", "A paper expires after the day it was issued.")
    _expiry_idx = models.Index("(valid_to)")

    @api.depends("valid_from", "kind")
    def _compute_valid_to(self):
        # sudo: a figure of law
        months = int(self.env["gov.parameter"].sudo().get_value("procurement.document.months"))
        for one in self:
            if one.valid_from and not one.valid_to:
                one.valid_to = fields.Date.add(one.valid_from, months=months, days=-1)

    @api.depends("valid_from", "valid_to")
    def _compute_is_valid(self):
        today = fields.Date.context_today(self)
        for one in self:
            one.is_valid = bool(one.valid_to and one.valid_from <= today <= one.valid_to)

    def _search_is_valid(self, operator, value):
        if operator != "in":
            return NotImplemented
        if True in value and False in value:
            return fields.Domain.TRUE
        today = fields.Date.context_today(self)
        domain = fields.Domain("valid_from", "<=", today) & fields.Domain("valid_to", ">=", today)
        return domain if True in value else ~domain


class GovSupplierExclusion(models.Model):
    """An exclusion of a supplier from public procurement, temporary or final (art. 152)."""

    _name = "gov.supplier.exclusion"
    _description = "Exclusion of a supplier"
    _order = "date_from desc, id desc"
    _rec_name = "reference"

    partner_id = fields.Many2one("res.partner", "Supplier", required=True, index=True, ondelete="restrict")
    reference = fields.Char("Decision", required=True, help="Number of the decision, published on the portal.")
    reason = fields.Text(required=True)
    date_from = fields.Date("From", required=True, default=fields.Date.context_today)
    date_to = fields.Date("To", help="Empty: final.")
    answer = fields.Text("Answer of the supplier", help="It has fifteen days at least to answer.")

    _dates = models.Constraint("CHECK (date_to IS NULL OR date_to >= date_from)", "An exclusion ends after it began.")

    @api.constrains("partner_id")
    def _check_supplier(self):
        for one in self:
            if not one.partner_id.gov_ice:
                raise ValidationError(
                    self.env._(
                        "“%(supplier)s” has no ICE: give it first, an exclusion follows the enterprise and not "
                        "its name.",
                        supplier=one.partner_id.display_name,
                    )
                )

    @api.model
    def _gov_barred(self, partners, on_date):
        """Return those of ``partners`` that an exclusion bars on a day: the enterprise itself, or one of the same ICE.

        sudo: exclusions are published; a decision bars whoever reads the file.
        """
        enterprises = {partner: partner.sudo().commercial_partner_id for partner in partners}
        ices = {one.gov_ice for one in enterprises.values() if one.gov_ice}
        ids = [one.id for one in enterprises.values()]
        excluded = (
            self.sudo()
            .search(
                fields.Domain("date_from", "<=", on_date)
                & (fields.Domain("date_to", "=", False) | fields.Domain("date_to", ">=", on_date))
                & (fields.Domain("partner_id", "in", ids) | fields.Domain("partner_id.gov_ice", "in", list(ices)))
            )
            .partner_id
        )
        known = {one.gov_ice for one in excluded if one.gov_ice}
        return partners.filtered(
            lambda partner: enterprises[partner] in excluded or enterprises[partner].gov_ice in known
        )
