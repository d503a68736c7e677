from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.gov_base.tools.act import short_transaction

from ..tools import evaluation

DISCARDS = [
    ("absent", "No offer for this lot"),
    ("object", "Does not conform to the object"),
    ("unsigned", "Not signed"),
    ("power", "Signed by somebody without power"),
    ("reserves", "Restrictions or reserves"),
    ("schedule", "Price labels, units or quantities differ"),
    ("percentage", "Percentage with more than two decimals, or zero"),
]
# what the financial envelope holds, and what the administrative stage writes
MONEY = {
    "amount_read",
    "amount",
    "percentage",
    "foreign_amount",
    "foreign_currency_id",
    "correction",
    "discard_reason",
}
CONTENT = {*MONEY, "technical_note", "line_ids"}


class GovTenderOffer(models.Model):
    """What a bidder offers for a lot: technical note, amount read, amount corrected, rank.

    Amounts enter while the session is at its financial stage and its quorum holds, never before, by no route.
    """

    _name = "gov.tender.offer"
    _description = "Offer for a lot"
    _inherit = ["gov.budget.stateful"]
    _order = "lot_id, rank, id"
    _act_fields = frozenset(
        {"rank", "financial_note", "final_note", "evaluation", "bid_id", "lot_id", "compared_amount", "abnormal_text"}
    )

    bid_id = fields.Many2one("gov.tender.bid", "Bid", required=True, index=True, ondelete="restrict", readonly=True)
    lot_id = fields.Many2one("gov.tender.lot", "Lot", required=True, index=True, ondelete="restrict", readonly=True)
    tender_id = fields.Many2one(related="bid_id.tender_id", store=True, index=True)
    partner_id = fields.Many2one(related="bid_id.partner_id", store=True, index=True)
    stage = fields.Selection(related="bid_id.stage")
    is_percentage = fields.Boolean(related="tender_id.is_percentage")
    has_prices = fields.Boolean("Has a price schedule", compute="_compute_has_prices")
    technical_note = fields.Float(aggregator=None, help="Out of 100, for studies; given before prices are opened.")
    percentage = fields.Float(
        "Percentage",
        digits=(8, 4),
        aggregator=None,
        help="Of a call by increase or rebate: above zero an increase, under zero a rebate. Two decimals at most, not "
        "zero (art. 20-3).",
    )
    foreign_currency_id = fields.Many2one(
        "res.currency", "Currency of the offer", index="btree_not_null", ondelete="restrict",
        help="When it is not the dirham: converted at the selling rate noted on the call.",
    )  # fmt: skip
    foreign_amount = fields.Float("Amount in its currency", digits=(16, 2), aggregator=None)
    amount_read = fields.Monetary(
        "Amount read",
        compute="_compute_amount_read",
        store=True,
        readonly=False,
        help="As read in session, all taxes included; of a percentage or of another currency it is worked out.",
    )
    amount = fields.Monetary(
        "Corrected amount",
        compute="_compute_amount",
        store=True,
        readonly=False,
        help="After the arithmetic check: the detailed estimate prevails over the act of commitment (art. 43).",
    )
    correction = fields.Text("What was corrected")
    is_corrected = fields.Boolean("Corrected", compute="_compute_is_corrected", store=True)
    line_ids = fields.One2many("gov.tender.offer.line", "offer_id", "Detailed estimate")
    abnormal_text = fields.Text("Prices that look abnormal", readonly=True, copy=False)
    discard_reason = fields.Selection(DISCARDS, "Set aside because")
    financial_note = fields.Float(readonly=True, aggregator=None)
    final_note = fields.Float(readonly=True, aggregator=None)
    compared_amount = fields.Monetary(
        "Compared amount", readonly=True, copy=False, help="With the national preference, for the comparison alone."
    )
    rank = fields.Integer(readonly=True, aggregator=None)
    evaluation = fields.Selection(
        [
            ("retained", "Retained"),
            ("excessive", "Excessive"),
            ("abnormally_low", "Abnormally low"),
            ("technical", "Under the technical threshold"),
            ("percentage", "Percentage not in order"),
        ],
        readonly=True,
    )
    gap_rate = fields.Float("Gap to the estimate (%)", compute="_compute_gap_rate")
    currency_id = fields.Many2one(related="lot_id.currency_id")

    _pair_uniq = models.Constraint("UNIQUE (bid_id, lot_id)", "A bidder has one offer for a lot.")
    _amounts_positive = models.Constraint("CHECK (amount_read >= 0 AND amount >= 0)", "An amount is not negative.")
    _note_range = models.Constraint("CHECK (technical_note BETWEEN 0 AND 100)", "A note is between 0 and 100.")
    _foreign_positive = models.Constraint("CHECK (foreign_amount >= 0)", "An amount is not negative.")

    @api.depends("lot_id.price_ids")
    def _compute_has_prices(self):
        for offer in self:
            offer.has_prices = bool(offer.lot_id.price_ids)

    @api.depends(
        "percentage", "foreign_amount", "foreign_currency_id", "tender_id.rate_ids.rate", "lot_id.estimate",
    )  # fmt: skip
    def _compute_amount_read(self):
        for offer in self:
            if offer.is_percentage and offer.percentage:
                offer.amount_read = float(evaluation.percentage_amount(offer.lot_id.estimate, offer.percentage))
            elif offer.foreign_currency_id and offer.foreign_amount:
                rate = offer.tender_id.rate_ids.filtered(
                    lambda one, offer=offer: one.currency_id == offer.foreign_currency_id
                )
                offer.amount_read = float(evaluation.converted(offer.foreign_amount, rate.rate)) if rate else 0
            else:
                offer.amount_read = offer.amount_read

    @api.depends("amount_read", "line_ids.unit_price")
    def _compute_amount(self):
        for offer in self:
            if offer.line_ids and all(line.unit_price > 0 for line in offer.line_ids):
                offer.amount = float(
                    evaluation.detail_total(
                        [(line.price_id.quantity, line.unit_price) for line in offer.line_ids], offer.lot_id.vat_rate
                    )
                )
            elif not offer.amount or not offer.correction:
                offer.amount = offer.amount_read

    @api.depends("amount", "amount_read")
    def _compute_is_corrected(self):
        for offer in self:
            offer.is_corrected = bool(offer.amount_read and abs(offer.amount - offer.amount_read) >= 0.005)

    @api.depends("amount", "lot_id.estimate")
    def _compute_gap_rate(self):
        for offer in self:
            estimate = offer.lot_id.estimate
            offer.gap_rate = 100 * (offer.amount - estimate) / estimate if estimate and offer.amount else 0

    @api.depends("bid_id", "lot_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for offer in self:
            offer.display_name = f"{offer.bid_id.partner_id.name} · {offer.lot_id.number}"

    @api.model_create_multi
    def create(self, vals_list):
        if not self._gov_is_act():
            raise UserError(self.env._("Offers are made when a bidder is admitted, in session."))
        # nothing of the envelope comes from a default value, neither of the context nor of a user
        empty = {name: False for name in CONTENT - {"line_ids", "amount_read", "amount"}}
        return super().create([{**empty, "amount_read": 0, **vals} for vals in vals_list])

    def copy_data(self, default=None):
        raise UserError(self.env._("Offers are made when a bidder is admitted, in session."))

    def _gov_check_editable(self, vals):
        money = (MONEY | {"line_ids"}) & vals.keys()
        for offer in self:
            offer.bid_id._gov_check_office()
        self.bid_id._gov_check_session("financial" if money else "administrative")
        if "percentage" in vals and not all(self.mapped("is_percentage")):
            raise UserError(self.env._("The offers of this call are amounts, not percentages."))

    @short_transaction
    def write(self, vals):
        result = super().write(vals)
        watched = (CONTENT - {"line_ids"}) & vals.keys()
        if watched and not self._gov_is_act():
            self._gov_journal_content(sorted(watched))
        return result

    def _gov_journal_content(self, names):
        self.env["gov.journal.entry"]._record_many(
            [
                (
                    offer.tender_id,
                    "offer",
                    {
                        "bid": offer.bid_id.id,
                        "lot": offer.lot_id.number,
                        **{name: str(offer[name] or "") for name in names if name != "foreign_currency_id"},
                        **(
                            {"foreign_currency_id": offer.foreign_currency_id.name or ""}
                            if "foreign_currency_id" in names
                            else {}
                        ),
                    },
                )
                for offer in self
            ]
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("An offer that was opened stays in the file."))

    def _gov_make_lines(self):
        """Make the empty detailed estimates when the financial envelopes are opened."""
        self.env["gov.tender.offer.line"]._gov_create(
            [
                {"offer_id": offer.id, "price_id": price.id, "unit_price": 0, "amount_read": 0}
                for offer in self
                if not offer.line_ids
                for price in offer.lot_id.price_ids
            ]
        )

    def _gov_check_prices(self, day):
        """Note the principal unit prices far from their estimate: the presumed winner justifies them (art. 43, 44)."""
        for offer in self:
            low, high = (
                Decimal(str(offer.tender_id._gov_limit(f"procurement.band.{offer.tender_id.kind}.{side}", day)))
                for side in ("low", "high")
            )
            rows = evaluation.abnormal_prices(
                [
                    (line.price_id.number, line.unit_price, line.price_id.estimated_price)
                    for line in offer.line_ids
                    if line.price_id.is_principal and line.unit_price
                ],
                (low, high),
            )
            words = {"excessive": self.env._("excessive"), "abnormally_low": self.env._("abnormally low")}
            offer._gov_write(
                {
                    "abnormal_text": "\n".join(
                        self.env._("Price %(number)s: %(word)s", number=number, word=words[word])
                        for number, word in rows
                    )
                }
            )


class GovTenderOfferLine(models.Model):
    """A unit price of an offer, typed in session from its detailed estimate."""

    _name = "gov.tender.offer.line"
    _description = "Unit price of an offer"
    _inherit = ["gov.budget.stateful"]
    _order = "offer_id, sequence, id"
    _rec_name = "price_id"
    _act_fields = frozenset({"offer_id", "price_id"})

    offer_id = fields.Many2one(
        "gov.tender.offer", "Offer", required=True, index=True, ondelete="restrict", readonly=True
    )
    tender_id = fields.Many2one(related="offer_id.tender_id", store=True, index=True)
    price_id = fields.Many2one(
        "gov.tender.price", "Price", required=True, index=True, ondelete="restrict", readonly=True
    )
    sequence = fields.Integer(related="price_id.sequence", store=True)
    quantity = fields.Float(related="price_id.quantity")
    unit = fields.Char(related="price_id.unit")
    unit_price = fields.Float(
        "Unit price before tax",
        digits=(16, 2),
        aggregator=None,
        help="In letters when letters and figures differ, if the rules of the consultation say so.",
    )
    amount = fields.Float("Before tax", digits=(16, 2), compute="_compute_amount", aggregator=None)
    amount_read = fields.Float("Amount written by the bidder", digits=(16, 2), aggregator=None)
    is_wrong = fields.Boolean("Wrong", compute="_compute_amount")

    _pair_uniq = models.Constraint("UNIQUE (offer_id, price_id)", "A price comes once in an offer.")
    _positive = models.Constraint("CHECK (unit_price >= 0 AND amount_read >= 0)", "An amount is not negative.")

    @api.depends("unit_price", "amount_read", "price_id.quantity")
    def _compute_amount(self):
        for line in self:
            line.amount = float(evaluation.line_total(line.price_id.quantity, line.unit_price))
            line.is_wrong = bool(line.amount_read and abs(line.amount - line.amount_read) >= 0.005)

    @api.model_create_multi
    def create(self, vals_list):
        if not self._gov_is_act():
            raise UserError(self.env._("Prices are typed when the financial envelopes are opened, in session."))
        return super().create(vals_list)

    def _gov_check_editable(self, vals):
        self.offer_id.bid_id._gov_check_office()
        self.offer_id.bid_id._gov_check_session("financial")

    @short_transaction
    def write(self, vals):
        result = super().write(vals)
        if vals and not self._gov_is_act():
            self.env["gov.journal.entry"]._record_many(
                [
                    (
                        line.tender_id,
                        "offer_price",
                        {
                            "bid": line.offer_id.bid_id.id,
                            "price": line.price_id.number,
                            "unit_price": str(line.unit_price),
                        },
                    )
                    for line in self
                ]
            )
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("An offer that was opened stays in the file."))
