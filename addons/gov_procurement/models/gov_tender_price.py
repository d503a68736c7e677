from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.gov_base.tools.act import short_transaction

from ..tools.evaluation import rate_day


class GovTenderLotPart(models.AbstractModel):
    """A part of a lot: it changes while the call is prepared, and no longer once its file was sent."""

    _name = "gov.tender.lot.part"
    _description = "Part of a lot"

    @api.model_create_multi
    def create(self, vals_list):
        parts = super().create(vals_list)
        parts._gov_check_draft()
        return parts

    def write(self, vals):
        self._gov_check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent(self):
        self._gov_check_draft()

    def _gov_check_draft(self):
        for one in self:
            if one.tender_id.state != "draft":
                raise UserError(self.env._("The file was sent: its lots no longer change."))


class GovTenderPrice(models.Model):
    """A price of the schedule of a lot: what bidders give a unit price for, and what becomes the schedule of the
    contract."""

    _name = "gov.tender.price"
    _description = "Price of the schedule of a lot"
    _inherit = ["gov.tender.lot.part"]
    _order = "lot_id, sequence, id"
    _rec_name = "name"

    lot_id = fields.Many2one("gov.tender.lot", required=True, index=True, ondelete="cascade")
    tender_id = fields.Many2one(related="lot_id.tender_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    number = fields.Char("Price no.", required=True)
    name = fields.Char("Designation", required=True, translate=True)
    unit = fields.Char()
    quantity = fields.Float(digits=(16, 3), required=True, default=1, aggregator=None)
    estimated_price = fields.Float("Estimated unit price", digits=(16, 2), aggregator=None)
    tranche_id = fields.Many2one(
        "gov.tender.tranche",
        "Tranche",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('lot_id', '=', lot_id)]",
    )
    is_principal = fields.Boolean("Principal", help="A principal price far from its estimate must be justified.")

    _number_uniq = models.Constraint("UNIQUE (lot_id, number)", "Two prices have the same number.")
    _positive = models.Constraint(
        "CHECK (quantity > 0 AND estimated_price >= 0)", "A quantity is greater than zero, a price not negative."
    )


class GovTenderTranche(models.Model):
    """A tranche of a lot: firm, or conditional on an order to affirm it (art. 9)."""

    _name = "gov.tender.tranche"
    _description = "Tranche of a lot"
    _inherit = ["gov.tender.lot.part"]
    _order = "lot_id, number"
    _rec_name = "name"

    lot_id = fields.Many2one("gov.tender.lot", required=True, index=True, ondelete="cascade")
    tender_id = fields.Many2one(related="lot_id.tender_id", store=True, index=True)
    number = fields.Integer(required=True, default=1, aggregator=None)
    name = fields.Char("Object", required=True, translate=True)
    is_firm = fields.Boolean("Firm")
    estimate_untaxed = fields.Monetary("Estimate before tax", required=True)
    delivery_days = fields.Integer("Delay (days)", required=True, default=90, aggregator=None)
    affirmation_days = fields.Integer(
        "To be affirmed within (days)", default=0, aggregator=None, help="Counted from the end of the tranche before."
    )
    currency_id = fields.Many2one(related="lot_id.currency_id")

    _number_uniq = models.Constraint("UNIQUE (lot_id, number)", "Two tranches have the same number.")
    _positive = models.Constraint(
        "CHECK (estimate_untaxed > 0 AND delivery_days > 0 AND affirmation_days >= 0)",
        "Amounts and delays are greater than zero.",
    )


class GovTenderRate(models.Model):
    """The selling rate of a foreign currency for the offers of a call: of Bank Al-Maghrib, on the first working day of
    the week before the opening."""

    _name = "gov.tender.rate"
    _description = "Rate of a currency for a call"
    _order = "tender_id, currency_id"
    _rec_name = "currency_id"

    tender_id = fields.Many2one("gov.tender", required=True, index=True, ondelete="cascade")
    currency_id = fields.Many2one("res.currency", required=True, index=True, ondelete="restrict")
    day = fields.Date("Rate of", compute="_compute_day")
    rate = fields.Float("Dirhams for one unit", digits=(12, 6), required=True, aggregator=None)
    source = fields.Char("Reference of the quotation", required=True)

    _currency_uniq = models.Constraint("UNIQUE (tender_id, currency_id)", "A currency has one rate in a call.")
    _positive = models.Constraint("CHECK (rate > 0)", "A rate is greater than zero.")

    @api.depends("tender_id.session_at", "tender_id.opened_at")
    def _compute_day(self):
        works = self.env["gov.public.holiday"]._is_working_day
        for one in self:
            moment = one.tender_id.opened_at or one.tender_id.session_at
            one.day = rate_day(fields.Date.context_today(one, moment), works) if moment else False

    @api.model_create_multi
    @short_transaction
    def create(self, vals_list):
        rates = super().create(vals_list)
        rates._gov_check_open()
        rates._gov_journal_rate()
        return rates

    @short_transaction
    def write(self, vals):
        self._gov_check_open()
        result = super().write(vals)
        self._gov_journal_rate()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_open(self):
        self._gov_check_open()

    def _gov_check_open(self):
        for one in self:
            tender = one.tender_id
            tender._gov_check_officer()
            if tender.state == "session":
                tender._gov_lock_session()
            elif tender.state != "published":
                raise UserError(
                    self.env._("Rates are noted once the notice is published, and until the session closes.")
                )

    def _gov_journal_rate(self):
        self.env["gov.journal.entry"]._record_many(
            [(one.tender_id, "rate", {"currency": one.currency_id.name, "rate": str(one.rate)}) for one in self]
        )
