from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.gov_base.tools.text import nbsp_amount

from ..tools.evaluation import PREFERRED
from ..tools.guarantee import provisional_guarantee_ceiling
from ..tools.procedure import framework_is_valid


class GovTenderLot(models.Model):
    """A lot of a call: its estimate, its offers, its result."""

    _name = "gov.tender.lot"
    _description = "Lot of a call for tenders"
    _inherit = ["gov.budget.stateful"]
    _order = "tender_id, number"
    _rec_name = "name"
    _act_fields = frozenset({"reference_price", "winner_offer_id", "result", "result_facts"})

    tender_id = fields.Many2one("gov.tender", required=True, index=True, ondelete="cascade")
    tender_state = fields.Selection(related="tender_id.state")
    number = fields.Integer(required=True, default=1, aggregator=None)
    name = fields.Char("Object", required=True, translate=True)
    estimate_untaxed = fields.Monetary("Estimate before tax", required=True)
    vat_rate = fields.Float("VAT (%)", default=20, aggregator=None)
    estimate = fields.Monetary("Estimate, all taxes included", compute="_compute_estimate", store=True)
    provisional_guarantee = fields.Monetary("Provisional guarantee")
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    minimum = fields.Monetary("Minimum", help="Framework contracts.")
    maximum = fields.Monetary("Maximum", help="Framework contracts: twice the minimum at most (art. 7).")
    price_ids = fields.One2many("gov.tender.price", "lot_id", "Schedule of prices", copy=True)
    tranche_ids = fields.One2many("gov.tender.tranche", "lot_id", "Tranches", copy=True)
    form = fields.Selection(related="tender_id.form")
    offer_ids = fields.One2many("gov.tender.offer", "lot_id", "Offers")
    needs_draw = fields.Boolean("To be drawn", compute="_compute_needs_draw")
    reference_price = fields.Float("Reference price", digits=(16, 4), readonly=True, copy=False, aggregator=None)
    drawn_offer_id = fields.Many2one(
        "gov.tender.offer",
        "Drawn",
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="Among equal offers.",
    )
    winner_offer_id = fields.Many2one(
        "gov.tender.offer", "Winner", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    result = fields.Selection(
        [("ranked", "Ranked"), ("tied", "Equal offers: draw"), ("infructuous", "Infructuous")],
        readonly=True,
        copy=False,
    )
    result_facts = fields.Json("Facts of the result", readonly=True, copy=False, export_string_translation=False)
    result_text = fields.Text("Explanation", compute="_compute_result_text")

    _number_uniq = models.Constraint("UNIQUE (tender_id, number)", "Two lots have the same number.")
    _estimate_positive = models.Constraint("CHECK (estimate_untaxed >= 0)", "An estimate is not negative.")

    def _compute_currency_id(self):
        self.currency_id = self.env.company.currency_id

    @api.depends("estimate_untaxed", "vat_rate")
    def _compute_estimate(self):
        for lot in self:
            lot.estimate = round(lot.estimate_untaxed * (1 + lot.vat_rate / 100), 2)

    @api.depends("offer_ids.rank", "offer_ids.bid_id.documents_state", "drawn_offer_id", "tender_state")
    def _compute_needs_draw(self):
        for lot in self:
            equal = lot._gov_equal_offers() if lot.tender_state == "evaluated" else lot.offer_ids[:0]
            lot.needs_draw = len(equal) > 1 and lot.drawn_offer_id not in equal

    @api.constrains("provisional_guarantee", "estimate", "minimum", "maximum")
    def _check_amounts(self):
        for lot in self:
            day = fields.Date.context_today(lot)
            rate = lot.tender_id._gov_limit("procurement.guarantee.provisional", day)
            if lot.provisional_guarantee > float(provisional_guarantee_ceiling(lot.estimate, rate)) + 0.005:
                raise ValidationError(
                    self.env._(
                        "The provisional guarantee is 2 %% of the estimate at most (art. 24): lot %(lot)s.",
                        lot=lot.number,
                    )
                )
            if lot.tender_id.form == "framework" and not framework_is_valid(
                lot.minimum, lot.maximum, lot.tender_id._gov_limit("procurement.framework.ratio", day)
            ):
                raise ValidationError(
                    self.env._("A framework contract has a minimum, and a maximum of twice it at most (art. 7).")
                )

    @api.model_create_multi
    def create(self, vals_list):
        lots = super().create(vals_list)
        for lot in lots:
            if lot.tender_state != "draft":
                raise UserError(self.env._("The file was sent: its lots no longer change."))
        return lots

    def write(self, vals):
        if not self._gov_is_act() and vals.keys() - {"drawn_offer_id"}:
            for lot in self:
                if lot.tender_state != "draft":
                    raise UserError(self.env._("The file was sent: its lots no longer change."))
        if "drawn_offer_id" in vals and not self._gov_is_act():
            self._gov_check_draw(vals["drawn_offer_id"])
        result = super().write(vals)
        if "drawn_offer_id" in vals and not self._gov_is_act():
            self.env["gov.journal.entry"]._record_many(
                [(lot.tender_id, "draw", {"lot": lot.number, "offer": lot.drawn_offer_id.id}) for lot in self]
            )
        return result

    def _gov_check_draw(self, offer_id):
        """Refuse a draw that is none: offers are equal, the draw falls on one of them, once, before the award."""
        tender = self.tender_id
        tender._gov_check_officer()
        for lot in self:
            equal = lot._gov_equal_offers()
            if lot.tender_state != "evaluated" or len(equal) < 2:
                raise UserError(self.env._("Only equal offers are drawn."))
            if lot.drawn_offer_id in equal:
                raise UserError(
                    self.env._("The draw was done and noted: %(offer)s.", offer=lot.drawn_offer_id.display_name)
                )
            if offer_id not in equal.ids:
                raise UserError(
                    self.env._(
                        "The draw is between the offers that are equal: %(offers)s.",
                        offers=", ".join(equal.mapped("display_name")),
                    )
                )

    def _gov_equal_offers(self):
        """Return the offers between which the place to award is drawn, those whose documents were refused apart."""
        self.ensure_one()
        ranked = self.offer_ids.filtered(lambda one: one.rank and one.bid_id.documents_state != "refused")
        ranked = ranked.sorted("rank")
        if not ranked:
            return ranked
        measure = "final_note" if self.tender_id.kind == "studies" else "compared_amount"
        first = ranked[0]
        equal = ranked.filtered(lambda one: abs(one[measure] - first[measure]) < 0.005)
        preferred = equal.filtered(lambda one: one.partner_id.gov_supplier_kind in PREFERRED)
        return preferred or equal

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent(self):
        for lot in self:
            if lot.tender_state != "draft":
                raise UserError(self.env._("The file was sent: its lots stay."))

    def _gov_keep_result(self, result):
        """Write the result of an evaluation on the lot and its offers, with its explanation."""
        self.ensure_one()
        # read together: what is written of one offer reads it, and one by one is three queries each
        offers = self.env["gov.tender.offer"].browse([one.id for one in (*result.ranking, *result.rejected)])
        by_id = {offer.id: offer for offer in offers}
        for one in result.ranking:
            by_id[one.id]._gov_write(
                {
                    "rank": one.rank,
                    "compared_amount": float(getattr(one, "compared", None) or one.amount),
                    "financial_note": float(getattr(one, "financial", 0) or 0),
                    "final_note": float(getattr(one, "final", 0) or 0),
                    "evaluation": "retained",
                }
            )
        for reason in {one.reason for one in result.rejected}:
            rejected = offers.browse([one.id for one in result.rejected if one.reason == reason])
            rejected._gov_write({"rank": 0, "evaluation": reason})
        state = "infructuous" if result.is_infructuous else "tied" if result.tied else "ranked"
        self._gov_write(
            {
                "reference_price": float(result.reference_price or 0),
                "result": state,
                "result_facts": self._gov_explain(result),
            }
        )

    def _gov_explain(self, result):
        """Return the facts that explain a result; they are read in the language of the reader."""
        facts = [{"code": "estimate", "amount": self.estimate}]
        if result.reference_price is not None:
            facts.append(
                {"code": "price", "number": len(result.ranking), "amount": round(float(result.reference_price), 4)}
            )
        facts += [
            {"code": "preference", "case": change["case"], "amount": float(change["compared"])}
            for change in (result.preference or {}).get("all", ())
        ]
        if result.tied:
            facts.append({"code": "tied"})
        return facts

    @api.depends("result_facts")
    @api.depends_context("lang")
    def _compute_result_text(self):
        _ = self.env._

        def sentence(fact):
            amount = f"\u2066{nbsp_amount(fact.get('amount') or 0)}\u2069"
            return {
                "estimate": _("Estimate: %(amount)s", amount=amount),
                "price": _(
                    "Reference price: (estimate + mean of %(number)s retained offers) / 2 = %(price)s",
                    number=fact.get("number"),
                    price=amount,
                ),
                "preference": _(
                    "National preference, case %(case)s of article 147: compared at %(amount)s",
                    case=fact.get("case"),
                    amount=amount,
                ),
                "tied": _("Equal offers: a draw parts them."),
                "passed": _(
                    "Passed over, with %(limit)s lot(s) already: %(bidders)s.",
                    limit=fact.get("limit"),
                    bidders=fact.get("bidders"),
                ),
                "no_document": _("No bidder who was ranked gave the documents asked (art. 45 e)."),
            }[fact["code"]]

        for lot in self:
            lot.result_text = "\n".join(sentence(fact) for fact in lot.result_facts or [])

    def _gov_award(self):
        """Award the lot to the first offer whose bidder gave the documents asked; pass to the next otherwise."""
        self.ensure_one()
        if self.result == "infructuous":
            return
        equal = self._gov_equal_offers()
        if len(equal) > 1 and self.drawn_offer_id not in equal:
            raise UserError(
                self.env._(
                    "Lot %(lot)s: draw between the equal offers first: %(offers)s.",
                    lot=self.number,
                    offers=", ".join(equal.mapped("display_name")),
                )
            )
        drawn = self.drawn_offer_id if self.drawn_offer_id in equal else equal[:0]
        ranked = self.offer_ids.filtered("rank").sorted(lambda one: (one != drawn, one.rank))
        passed, limit = [], self.tender_id.max_lots
        for offer in ranked:
            if offer.bid_id.documents_state == "refused":
                continue
            won = self.tender_id.lot_ids.filtered(lambda one, bid=offer.bid_id: one.winner_offer_id.bid_id == bid)
            if limit and len(won) >= limit:
                passed.append(offer.bid_id.partner_id.display_name)
                continue
            if offer.bid_id.documents_state != "complete":
                raise UserError(
                    self.env._(
                        "Lot %(lot)s: %(bidder)s is ranked next; note whether the documents asked of the "
                        "presumed winner are "
                        "complete (art. 43).",
                        lot=self.number,
                        bidder=offer.bid_id.partner_id.display_name,
                    )
                )
            self._gov_write({"winner_offer_id": offer.id, "result": "ranked"})
            if passed:
                self._gov_add_fact({"code": "passed", "limit": limit, "bidders": ", ".join(passed)})
            return
        # nobody who was ranked gave the documents: the lot is infructuous (art. 45 e)
        self._gov_write({"result": "infructuous"})
        self._gov_add_fact({"code": "no_document"})

    def _gov_add_fact(self, fact):
        self._gov_write({"result_facts": [*(self.result_facts or []), fact]})

    def _gov_facts(self):
        return [
            {
                "lot": lot.number,
                "reference_price": str(lot.reference_price),
                "result": lot.result or "",
                "winner": lot.winner_offer_id.bid_id.partner_id.id or 0,
                "amount": str(lot.winner_offer_id.amount),
            }
            for lot in self
        ]
