from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

from ..tools.evaluation import PREFERRED


class GovPurchaseQuotation(models.Model):
    """A quotation (devis) received for a purchase order: registered with its hour, checked, ranked (art. 91).

    It is registered from the notice on, with the moment it came; one that came after the deadline is kept as late and
    never opened.  Its amounts are known when the quotations are opened.  The corrected amount is
    that of quantities by unit prices; the lowest one is retained.
    """

    _name = "gov.purchase.quotation"
    _description = "Quotation"
    _inherit = ["gov.budget.stateful"]
    _order = "order_id, rank, received_at"
    _rec_name = "partner_id"
    _act_fields = frozenset({"rank", "is_retained", "number", "rejection", "is_late"})

    order_id = fields.Many2one("purchase.order", "Purchase", required=True, index=True, ondelete="cascade")
    gov_state = fields.Selection(related="order_id.gov_state")
    partner_id = fields.Many2one("res.partner", "Supplier", required=True, index=True, ondelete="restrict")
    number = fields.Integer("No.", readonly=True, copy=False, aggregator=None, help="Order of arrival.")
    received_at = fields.Datetime("Received at", required=True, default=fields.Datetime.now)
    is_late = fields.Boolean("Late", readonly=True, copy=False, help="Came after the deadline: kept, never opened.")
    missing = fields.Char("Mentions missing", compute="_compute_missing")
    is_electronic = fields.Boolean("On the portal", default=True)
    line_ids = fields.One2many("gov.purchase.quotation.line", "quotation_id", "Prices")
    amount_read = fields.Monetary("Amount read", help="Total written on the quotation, all taxes included.")
    amount = fields.Monetary("Corrected amount", compute="_compute_amount", store=True)
    is_corrected = fields.Boolean("Corrected", compute="_compute_amount", store=True)
    correction_confirmed = fields.Boolean("Correction confirmed by the supplier")
    correction_refused = fields.Boolean("Correction refused by the supplier")
    is_in_commune = fields.Boolean("Active in the commune of execution")
    is_in_province = fields.Boolean("Active in the province or prefecture")
    is_in_region = fields.Boolean("Active in the region")
    currency_id = fields.Many2one(related="order_id.currency_id")
    rank = fields.Integer(readonly=True, copy=False, aggregator=None)
    is_retained = fields.Boolean("Retained", readonly=True, copy=False)
    rejection = fields.Char("Set aside because", readonly=True, copy=False)

    _partner_uniq = models.Constraint("UNIQUE (order_id, partner_id)", "This supplier has given a quotation already.")
    _read_positive = models.Constraint("CHECK (amount_read >= 0)", "An amount is not negative.")

    @api.depends("line_ids.unit_price", "line_ids.quantity", "line_ids.vat_rate", "amount_read")
    def _compute_amount(self):
        for one in self:
            total = sum(
                round(round(line.quantity * line.unit_price, 2) * (1 + line.vat_rate / 100), 2)
                for line in one.line_ids
            )
            one.amount = total or one.amount_read
            one.is_corrected = bool(total and one.amount_read and abs(total - one.amount_read) >= 0.005)

    @api.depends("partner_id")
    @api.depends_context("lang")
    def _compute_missing(self):
        """Say which mentions of article 91-3 the file of the supplier does not give."""
        ribs = self.partner_id.commercial_partner_id._gov_ribs_by_partner()
        for one in self:
            partner = one.partner_id.commercial_partner_id
            has = {
                self.env._("address"): partner.street or partner.city,
                self.env._("business tax"): partner.gov_business_tax,
                self.env._("CNSS"): partner.gov_cnss_number,
                self.env._("RIB"): ribs.get(partner),
            }
            one.missing = ", ".join(word for word, value in has.items() if not value) or False

    @api.model_create_multi
    def create(self, vals_list):
        quotations = super().create(vals_list)
        for one in quotations:
            order = one.order_id
            one._gov_check_window()
            number = max([0, *order.gov_quotation_ids.mapped("number")]) + 1
            late = bool(order.gov_deadline and one.received_at > order.gov_deadline)
            if order.gov_state == "quotes" and not late and not self.env.su:
                raise UserError(
                    self.env._("The quotations are opened: one that came before the deadline was registered before.")
                )
            one._gov_write(
                {
                    "number": number,
                    "is_late": late,
                    "rejection": self.env._("Came after the deadline") if late else False,
                }
            )
            if late:
                one.line_ids._gov_drop()
                one._gov_write({"amount_read": 0})
                self.env["gov.journal.entry"]._record_many(
                    [(order, "late_quotation", {"supplier": one.partner_id.id, "at": str(one.received_at)})]
                )
            elif not one.line_ids:
                one.line_ids = [
                    fields.Command.create({"order_line_id": line.id, "vat_rate": line.gov_vat_rate})
                    for line in one.order_id.order_line
                    if not line.display_type
                ]
        return quotations

    def write(self, vals):
        if not self._gov_is_act():
            if {"received_at", "partner_id", "order_id"} & vals.keys():
                for one in self:
                    raise UserError(
                        self.env._(
                            "“%(supplier)s” is in the register with its moment: neither changes any more.",
                            supplier=one.partner_id.display_name,
                        )
                    )
            for one in self:
                if one.is_late:
                    raise UserError(self.env._("A late quotation is kept as it came: it is never opened."))
                one._gov_check_window()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        for one in self:
            if one.gov_state not in ("need", "notice") or one.is_late:
                raise UserError(self.env._("A quotation that was opened, or came late, stays in the file."))

    def _gov_check_window(self):
        """Refuse a quotation outside the time of the notice, or with a moment that cannot be."""
        if self.env.su and self._gov_is_act():
            return
        order = self.order_id
        if order.gov_state not in ("notice", "quotes"):
            raise UserError(
                self.env._("Quotations are registered once the notice is published, and until they are ranked.")
            )
        now = fields.Datetime.now()
        if self.received_at > now or order.gov_published_at and self.received_at < order.gov_published_at:
            raise UserError(
                self.env._(
                    "A quotation comes between the notice and now: %(moment)s cannot be.",
                    moment=format_datetime(self.env, self.received_at),
                )
            )

    def _gov_is_incomplete(self):
        """Tell whether some items have a price and others none: what is not priced is not offered."""
        self.ensure_one()
        prices = self.line_ids.mapped("unit_price")
        return any(prices) and not all(prices)

    def _gov_local_rank(self):
        """Return the order of preference between equal amounts: commune, province, region, elsewhere (art. 91)."""
        self.ensure_one()
        return 0 if self.is_in_commune else 1 if self.is_in_province else 2 if self.is_in_region else 3

    def _gov_is_preferred(self):
        return self.partner_id.gov_supplier_kind in PREFERRED


class GovPurchaseQuotationLine(models.Model):
    """A unit price of a quotation."""

    _name = "gov.purchase.quotation.line"
    _description = "Price of a quotation"
    _order = "quotation_id, id"
    _rec_name = "order_line_id"

    quotation_id = fields.Many2one("gov.purchase.quotation", required=True, index=True, ondelete="cascade")
    order_line_id = fields.Many2one("purchase.order.line", "Item", required=True, index=True, ondelete="cascade")
    name = fields.Text(related="order_line_id.name")
    quantity = fields.Float(related="order_line_id.product_qty")
    unit_price = fields.Float("Unit price before tax", digits=(16, 2))
    vat_rate = fields.Float("VAT (%)", default=20, aggregator=None)

    _price_positive = models.Constraint("CHECK (unit_price >= 0)", "A price is not negative.")

    def write(self, vals):
        self.quotation_id._gov_check_prices()
        return super().write(vals)

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.quotation_id._gov_check_prices()
        return lines

    def _gov_drop(self):
        # sudo: the prices of a late quotation are not opened
        self.sudo().unlink()


class GovPurchaseQuotationPrices(models.Model):
    _inherit = "gov.purchase.quotation"

    def _gov_check_prices(self):
        for one in self:
            if one.is_late:
                raise UserError(self.env._("A late quotation is kept as it came: it is never opened."))
            if one.gov_state not in ("notice", "quotes"):
                raise UserError(self.env._("The prices of a quotation no longer change once the order is awarded."))
