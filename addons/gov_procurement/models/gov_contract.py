from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import format_amount, format_date

from odoo.addons.gov_base.tools.act import around_act, short_transaction

from ..tools import execution, guarantee


class GovContract(models.Model):
    """A public contract: its price schedule, guarantees, service orders, accounts, acceptances (CCAG-T, finance.md
    §4.8–4.9).

    approved (from a call, or recorded) → notified (its commitment has its visa) → running (order to start) →
    stopped and
    running again → accepted provisionally → accepted finally → closed; or terminated, with its reason.
    """

    _name = "gov.contract"
    _description = "Public contract"
    _inherit = ["gov.budget.stateful", "mail.thread", "gov.document.mixin"]
    _order = "id desc"
    _rec_names_search = ["number", "object", "partner_id.name"]
    _draft_states = ("approved",)
    _free_fields = frozenset(
        {
            "note",
            "account_ids",
            "guarantee_ids",
            "service_order_ids",
            "acceptance_ids",
            "change_ids",
            "subcontract_ids",
            "year_ids",
            "notice_ids",
        }
    )
    _act_fields = frozenset(
        {
            "state",
            "number",
            "notified_on",
            "started_on",
            "finished_on",
            "provisional_on",
            "final_on",
            "terminated_on",
            "end_reason",
            "completion_on",
            "advance_granted",
            "advance_paid",
            "advance_invoice_id",
            "commitment_id",
            "end_case",
            "audit_on",
        }
    )

    number = fields.Char(readonly=True, copy=False, index="trigram")
    object = fields.Char(required=True, index="trigram", translate=True)
    tender_id = fields.Many2one("gov.tender", "Call", readonly=True, index="btree_not_null", ondelete="restrict")
    lot_id = fields.Many2one("gov.tender.lot", "Lot", readonly=True, index="btree_not_null", ondelete="restrict")
    partner_id = fields.Many2one(
        "res.partner", "Holder", required=True, index=True, ondelete="restrict", tracking=True
    )
    officer_id = fields.Many2one(
        "gov.budget.officer", "Authorising officer", required=True, index=True, ondelete="restrict"
    )
    region_id = fields.Many2one(related="officer_id.region_id", store=True, index=True)
    unit_id = fields.Many2one("hr.department", "Unit that follows it", required=True, index=True, ondelete="restrict")
    budget_line_id = fields.Many2one("gov.budget.line", "Budget line", index="btree_not_null", ondelete="restrict")
    nature_id = fields.Many2one("gov.procurement.nature", "Nature", required=True, index=True, ondelete="restrict")
    kind = fields.Selection(related="nature_id.kind", store=True)
    form = fields.Selection(
        [
            ("ordinary", "Ordinary"),
            ("framework", "Framework"),
            ("renewable", "Renewable"),
            ("tranches", "Firm and conditional tranches"),
            ("ordinary_law", "Under ordinary law"),
        ],
        required=True,
        default="ordinary",
    )
    is_negotiated = fields.Boolean("Negotiated")
    line_ids = fields.One2many("gov.contract.line", "contract_id", "Price schedule", copy=True)
    amount_untaxed = fields.Monetary("Amount before tax", compute="_compute_amount", store=True)
    amount = fields.Monetary("Initial amount, all taxes included", compute="_compute_amount", store=True)
    change_ids = fields.One2many("gov.contract.change", "contract_id", "Amendments and decisions", copy=False)
    total = fields.Monetary("With amendments", compute="_compute_total", store=True)
    limit_text = fields.Text("Limits of changes", compute="_compute_limits")
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    # delay
    delivery_days = fields.Integer("Delay (days)", required=True, default=90, aggregator=None)
    extension_days = fields.Integer("Extensions granted (days)", compute="_compute_total", store=True, aggregator=None)
    service_order_ids = fields.One2many("gov.service.order", "contract_id", "Service orders", copy=False)
    notified_on = fields.Date("Approval notified on", readonly=True, copy=False)
    started_on = fields.Date("Started on", readonly=True, copy=False)
    finished_on = fields.Date("Finished on", readonly=True, copy=False)
    end_on = fields.Date("End of the delay", compute="_compute_delay")
    days_late = fields.Integer("Days late", compute="_compute_delay")
    delay_text = fields.Text("Count of the delay", compute="_compute_delay")
    penalty = fields.Monetary("Penalty for delay", compute="_compute_delay")
    is_penalty_capped = fields.Boolean("Cap of penalties reached", compute="_compute_delay")
    # money
    has_retention = fields.Boolean(
        "Retention money", default=True, help="A tenth of each account until 7 % of the contract."
    )
    advance_due = fields.Monetary("Advance of law", compute="_compute_advance")
    advance_granted = fields.Monetary("Advance granted", readonly=True, copy=False)
    advance_paid = fields.Monetary("Advance paid", readonly=True, copy=False)
    guarantee_ids = fields.One2many("gov.guarantee", "contract_id", "Guarantees", copy=False)
    account_ids = fields.One2many("gov.progress.account", "contract_id", "Accounts", copy=False)
    paid_rate = fields.Float("Executed (%)", compute="_compute_paid_rate")
    acceptance_ids = fields.One2many("gov.acceptance", "contract_id", "Acceptances", copy=False)
    subcontract_ids = fields.One2many("gov.subcontract", "contract_id", "Subcontractors", copy=False)
    provisional_on = fields.Date("Provisional acceptance", readonly=True, copy=False)
    warranty_months = fields.Integer("Warranty (months)", default=12, aggregator=None)
    warranty_end = fields.Date("Warranty until", compute="_compute_warranty_end")
    final_on = fields.Date("Final acceptance", readonly=True, copy=False)
    terminated_on = fields.Date("Terminated on", readonly=True, copy=False)
    end_reason = fields.Text("Reason of the end", readonly=True, copy=False)
    completion_on = fields.Date("Completion report", readonly=True, copy=False)
    completion_due_on = fields.Date("Completion report due on", compute="_compute_completion_due_on")
    note = fields.Text("Notes")
    # revision
    revision_constant = fields.Float("Fixed part (k)", digits=(5, 4), default=1, aggregator=None)
    revision_term_ids = fields.One2many("gov.contract.revision.term", "contract_id", "Revision terms", copy=True)
    state = fields.Selection(
        [
            ("approved", "Approved"),
            ("notified", "Notified"),
            ("running", "Running"),
            ("stopped", "Stopped"),
            ("finished", "Works ended"),
            ("provisional", "Accepted provisionally"),
            ("final", "Accepted finally"),
            ("closed", "Closed"),
            ("terminated", "Terminated"),
        ],
        default="approved",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
    )

    _number_uniq = models.UniqueIndex("(number) WHERE number IS NOT NULL", "Two contracts have the same number.")
    _days_positive = models.Constraint("CHECK (delivery_days > 0)", "A delay is a positive number of days.")
    _warranty_positive = models.Constraint("CHECK (warranty_months >= 0)", "A warranty is not negative.")

    # ------------------------------------------------------------------ computes
    def _compute_currency_id(self):
        self.currency_id = self.env.company.currency_id

    @api.depends("line_ids.amount_untaxed", "line_ids.amount")
    def _compute_amount(self):
        for contract in self:
            contract.amount_untaxed = sum(contract.line_ids.mapped("amount_untaxed"))
            contract.amount = sum(contract.line_ids.mapped("amount"))

    @api.depends("amount", "change_ids.amount", "change_ids.state", "change_ids.kind", "change_ids.extension_days")
    def _compute_total(self):
        for contract in self:
            signed = contract.change_ids.filtered(lambda one: one.state == "signed")
            contract.total = contract.amount + sum(one._gov_signed_amount() for one in signed)
            contract.extension_days = sum(signed.mapped("extension_days"))

    @api.depends("change_ids.amount", "change_ids.state", "amount", "account_ids.state")
    @api.depends_context("lang")
    def _compute_limits(self):
        words = {
            "supplementary": self.env._("Supplementary works"),
            "increase": self.env._("Increase"),
            "decrease": self.env._("Decrease"),
        }
        for contract in self:
            rows = contract._gov_limits()
            contract.limit_text = "\n".join(
                contract._gov_quantity_words(row)
                if row.code.startswith("quantity:")
                else self.env._(
                    "%(what)s: %(value)s of %(limit)s (art. %(article)s)%(mark)s",
                    what=words[row.code],
                    value=format_amount(self.env, float(row.measured), contract.currency_id),
                    limit=format_amount(self.env, float(row.limit), contract.currency_id),
                    article=row.article,
                    mark=" ⚠" if row.is_beyond else "",
                )
                for row in rows
                if row.code in words or row.is_beyond
            )

    def _gov_quantity_words(self, row):
        """Return the sentence of a price whose quantity moved by more than a half (art. 59)."""
        line = self.line_ids.filtered(lambda one: one.number == row.code.split(":", 1)[1])[:1]
        rate = self._gov_limit("procurement.change.quantity_indemnity")
        return self.env._(
            "Price %(price)s moved by %(moved)s, more than %(limit)s: an indemnity of %(indemnity)s at most may be "
            "asked (art. 59) ⚠",
            price=line.number,
            moved=f"{row.measured:g}",
            limit=f"{row.limit:g}",
            indemnity=format_amount(
                self.env, float(row.measured - row.limit) * line.unit_price * rate, self.currency_id
            ),
        )

    def _gov_limits(self, extra=None):
        """Return the limits of changes with what was signed, and what ``extra`` = (kind, amount) would add."""
        self.ensure_one()
        sums = {"supplementary": 0, "increase": 0, "decrease": 0}
        for change in self.change_ids.filtered(lambda one: one.state == "signed"):
            if change.kind in sums:
                sums[change.kind] += change.amount
        if extra and extra[0] in sums:
            sums[extra[0]] += extra[1]
        day = self._gov_today()
        rates = {
            name: self._gov_limit(f"procurement.change.{name}", day) for name in (*sums, "quantity", "quantity_share")
        }
        final = self.account_ids.filtered(
            lambda one: one.is_final and not one.year_id and one.state in ("signed", "ordered", "paid")
        )
        lines = [
            (row.line_id.number, str(round(row.line_id.quantity, 3)), str(round(row.quantity, 3)),
             str(round(row.line_id.unit_price, 2)))
            for row in final.line_ids
        ]  # fmt: skip
        return execution.change_limits(self.amount, rates=rates, lines=lines, **sums)

    def _gov_limit(self, code, day=None):
        # sudo: a figure of law
        return self.env["gov.parameter"].sudo().get_value(code, day or self._gov_today())

    def _gov_delay(self, until=None):
        """Return the ``DelayCount`` of the contract: from its service orders and extensions."""
        self.ensure_one()
        today = until or self.terminated_on or self._gov_today()
        days = self.delivery_days
        if self.is_yearly and self.started_on:
            # each order of a year has its delay: the contract itself lasts until the end of its last year
            days = (self.year_ids[-1:].date_to - self.started_on).days + 1 if self.year_ids else days
        return execution.count_delay(
            self.started_on or None,
            max(1, days),
            self._gov_stops(),
            self.extension_days,
            finished=self.finished_on or None,
            today=today,
        )

    def _gov_stops(self):
        """Return the stops of the contract: (stopped, resumed), resumed None while it lasts."""
        self.ensure_one()
        stops, stopped = [], None
        for order in self.service_order_ids.filtered(lambda one: one.state == "notified").sorted("date"):
            if order.kind == "stop":
                stopped = order.date
            elif order.kind == "resume" and stopped:
                stops.append((stopped, order.date))
                stopped = None
        if stopped:
            stops.append((stopped, None))
        return stops

    def _gov_advance_recovered_on(self):
        """Return the day on which the accounts had taken the whole advance back, or False."""
        self.ensure_one()
        left = self.advance_paid
        for account in self.account_ids.filtered(lambda one: one.state in ("signed", "ordered", "paid")).sorted(
            "number"
        ):
            left -= account.advance_recovered
            if self.advance_paid and left < 0.005:
                return account.signed_on
        return False

    def _gov_penalty(self, until=None):
        """Return the ``Penalty`` of each part that has a delay of its own: the contract, or each tranche started."""
        day = until or self._gov_today()
        kind = "studies" if self.kind == "studies" else "works"
        rate = self._gov_limit("procurement.penalty.rate", day)
        cap = self._gov_limit(f"procurement.penalty.cap.{kind}", day)
        if self.tranche_ids:
            parts = [(row._gov_total(), row._gov_delay(until).days_late) for row in self.tranche_ids if row.started_on]
        else:
            parts = [(self.base_amount if self.is_yearly else self.total, self._gov_delay(until).days_late)]
        return [execution.late_penalty(str(round(base, 2)), days, rate, cap) for base, days in parts]

    @api.depends(
        "started_on", "finished_on", "delivery_days", "extension_days", "service_order_ids.state",
        "service_order_ids.date", "total", "terminated_on", "year_ids.date_to", "tranche_ids.started_on",
        "tranche_ids.finished_on",
    )  # fmt: skip
    @api.depends_context("lang")
    def _compute_delay(self):
        for contract in self:
            # a contract by tranches has a delay for each tranche started
            parts = contract.tranche_ids.filtered("started_on") or contract
            counts = [part._gov_delay() for part in parts]
            contract.end_on = max((count.end for count in counts if count.end), default=False)
            contract.days_late = max(count.days_late for count in counts)
            penalties = contract._gov_penalty()
            contract.penalty = float(sum(row.amount for row in penalties))
            contract.is_penalty_capped = any(row.is_capped for row in penalties)
            lines = [part._gov_delay_words(count) for part, count in zip(parts, counts, strict=True) if count.start]
            contract.delay_text = "\n".join(lines) or False

    def _gov_delay_words(self, count):
        """Return the count of a delay in words, of the contract or of one of its tranches."""
        return self.env._(
            "Start %(start)s + %(days)s days = %(planned)s; + %(suspended)s days stopped + %(extended)s "
            "days of "
            "extension = %(end)s. Late: %(late)s days.",
            start=format_date(self.env, count.start),
            days=(count.planned_end - count.start).days + 1,
            planned=format_date(self.env, count.planned_end),
            suspended=count.suspended,
            extended=count.extended,
            end=format_date(self.env, count.end),
            late=count.days_late,
        )

    @api.depends(
        "amount", "delivery_days", "form", "minimum", "duration_years", "year_ids.amount", "tranche_ids.amount",
        "subcontract_ids.state", "subcontract_ids.amount",
    )  # fmt: skip
    def _compute_advance(self):
        for contract in self:
            day = contract.notified_on or contract._gov_today()
            base, months = contract._gov_advance_base()
            contract.advance_due = float(
                guarantee.advance(
                    str(round(base, 2)),
                    months,
                    threshold=contract._gov_limit("procurement.advance.threshold", day),
                    shortest=contract._gov_limit("procurement.advance.months", day),
                    rate=contract._gov_limit("procurement.advance.rate", day),
                    bracket=contract._gov_limit("procurement.advance.bracket", day),
                    rate_above=contract._gov_limit("procurement.advance.rate_above", day),
                    cap=contract._gov_limit("procurement.advance.cap", day),
                )
            )

    @api.depends("account_ids.gross", "account_ids.state", "total", "duration_years", "form")
    def _compute_paid_rate(self):
        for contract in self:
            whole = contract.total * (contract.duration_years or 1) if contract.is_yearly else contract.total
            contract.paid_rate = 100 * contract._gov_executed() / whole if whole else 0

    def _gov_executed(self):
        """Return what the signed accounts hold since the beginning, all taxes included: of each year and tranche."""
        self.ensure_one()
        gross = {}
        for one in self.account_ids:
            if one.state in ("signed", "ordered", "paid") and not one.is_general:
                part = (one.year_id.id, one.tranche_id.id)
                gross[part] = max(gross.get(part, 0), one.gross)
        return sum(gross.values())

    @api.depends("provisional_on", "warranty_months")
    def _compute_warranty_end(self):
        for contract in self:
            contract.warranty_end = (
                fields.Date.add(contract.provisional_on, months=contract.warranty_months)
                if contract.provisional_on
                else False
            )

    @api.depends("final_on", "total")
    def _compute_completion_due_on(self):
        for contract in self:
            contract.completion_due_on = False
            if contract.final_on and contract.total >= contract._gov_limit("procurement.completion.threshold"):
                months = int(contract._gov_limit("procurement.completion.months"))
                contract.completion_due_on = fields.Date.add(contract.final_on, months=months)

    @api.depends("number", "object")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for contract in self:
            contract.display_name = " · ".join(filter(None, (contract.number, contract.object)))

    @api.constrains("revision_constant", "revision_term_ids")
    def _check_revision(self):
        for contract in self:
            if not contract.revision_term_ids:
                continue
            try:
                execution.revised(
                    1,
                    str(round(contract.revision_constant, 4)),
                    [(str(round(term.share, 4)), 1, 1) for term in contract.revision_term_ids],
                    self._gov_limit("procurement.revision.constant_min"),
                )
            except ValueError:
                raise ValidationError(
                    self.env._("The fixed part of a revision formula is 0.15 at least, and makes 1 with the shares.")
                ) from None

    # ------------------------------------------------------------------ from a call
    @api.model
    def _gov_from_lot(self, lot):
        """Make the contract of a lot that was awarded; its price schedule is completed before the notification."""
        tender, offer = lot.tender_id, lot.winner_offer_id
        vat = lot.vat_rate / 100
        number = self.env["gov.counter"]._take("contract", self._gov_today().year)
        return self._gov_create(
            [
                {
                    "number": f"{number:03d}/{tender.officer_id.code}/{self._gov_today().year}",
                    "object": lot.name if len(tender.lot_ids) > 1 else tender.object,
                    "tender_id": tender.id,
                    "lot_id": lot.id,
                    "partner_id": offer.bid_id.partner_id.id,
                    "officer_id": tender.officer_id.id,
                    "unit_id": tender.unit_id.id,
                    "budget_line_id": tender.budget_line_id.id,
                    "nature_id": tender.nature_id.id,
                    "form": tender.form,
                    "is_negotiated": tender.procedure in ("negotiated", "negotiated_publicity"),
                    "delivery_days": tender.delivery_days,
                    "line_ids": [
                        fields.Command.create(
                            {
                                "number": "1",
                                "name": lot.name,
                                "quantity": 1,
                                "unit_price": round(offer.amount / (1 + vat), 2),
                                "vat_rate": lot.vat_rate,
                                "award_amount": offer.amount,
                            }
                        )
                    ],
                }
            ]
        )

    @api.model_create_multi
    def create(self, vals_list):
        contracts = super().create(vals_list)
        year = self._gov_today().year
        for contract in contracts.filtered(lambda one: not one.number):
            number = self.env["gov.counter"]._take("contract", year)
            contract._gov_write({"number": f"{number:03d}/{contract.officer_id.code}/{year}"})
        return contracts

    @api.ondelete(at_uninstall=False)
    def _unlink_except_recorded(self):
        for contract in self:
            if contract.tender_id or contract.state != "approved":
                raise UserError(self.env._("A contract stays in the register."))

    # ------------------------------------------------------------------ acts
    def _gov_check_officer(self):
        self._gov_check_role(
            ("procurement_officer",), self.env._("A procurement officer does this step of a contract.")
        )

    @short_transaction
    def action_notify(self):
        """Notify the approval to the holder: the commitment has its visa (decree 2-07-1235 art. 7)."""
        self._gov_check_officer()
        self._gov_take("approved", "notified")
        today = self._gov_today()
        for contract in self:
            if not contract.line_ids or contract.amount <= 0:
                raise UserError(self.env._("Complete the price schedule before the contract is notified."))
            if contract.tender_id.validity_end and today > contract.tender_id.validity_end:
                raise UserError(
                    self.env._(
                        "The offers were valid until %(day)s.",
                        day=format_date(self.env, contract.tender_id.validity_end),
                    )
                )
            contract._gov_check_form()
            contract._gov_check_committed()
            contract._gov_plan_guarantees(today)
        self._gov_write({"notified_on": today})
        self._gov_log("notify", lambda one: {"amount": str(one.amount), "holder": one.partner_id.id})
        return True

    def _gov_check_committed(self):
        """Refuse a contract whose commitment has no visa; the budget part extends."""

    def _gov_plan_guarantees(self, day):
        """Write down the guarantees due: definitive (20 days), and their release later."""
        self.ensure_one()
        rate = self._gov_limit("procurement.guarantee.definitive", day)
        days = int(self._gov_limit("procurement.guarantee.days", day))
        self.env["gov.guarantee"]._gov_create(
            [
                {
                    "contract_id": self.id,
                    "kind": "definitive",
                    "amount_due": float(guarantee.definitive_guarantee(round(self.amount, 2), rate)),
                    "due_on": day + timedelta(days),
                }
            ]
        )

    @short_transaction
    def action_pay_advance(self):
        """Grant the advance of law: its guarantee covers it whole, and no account was made (decree 2-14-272).

        It is entered on the commitment and paid by a payment order like any expense; accounts take back what was paid.
        """
        self._gov_check_role(("authorising_officer",), self.env._("The authorising officer pays an advance."))
        self._gov_take(("notified", "running"), "running")
        for contract in self:
            if not contract.started_on:
                raise UserError(self.env._("The advance is paid once the order to start is notified."))
            if contract.advance_paid or contract.advance_granted or not contract.advance_due:
                raise UserError(self.env._("This contract has no advance to pay."))
            if contract.account_ids.filtered(lambda one: one.state != "cancelled"):
                raise UserError(self.env._("An advance comes before the first account."))
            given = contract.guarantee_ids.filtered(lambda one: one.kind == "advance" and one.state == "given")
            if sum(given.mapped("amount")) < contract.advance_due - 0.005:
                raise UserError(
                    self.env._(
                        "The advance of %(amount)s is covered whole by a guarantee first.",
                        amount=format_amount(self.env, contract.advance_due, contract.currency_id),
                    )
                )
            contract._gov_grant_advance()
        self._gov_log("advance", lambda one: {"amount": str(one.advance_granted)})
        return True

    @short_transaction
    def action_finish(self, date=None):
        """Record the end of the works, as the holder announced it (art. 73)."""
        self._gov_check_officer()
        self._gov_take(("running", "stopped"), "finished")
        today = self._gov_today()
        day = fields.Date.to_date(date) or today
        for contract in self:
            if not contract.started_on <= day <= today:
                raise UserError(self.env._("Works end between their start and today."))
            waiting = contract.tranche_ids.filtered(lambda row: row.state == "planned")
            if waiting:
                raise UserError(
                    self.env._(
                        "Affirm or renounce the tranche “%(tranche)s” first (art. 9).", tranche=waiting[0].display_name
                    )
                )
            running = contract.tranche_ids.filtered(lambda row: row.state == "started")
            if running:
                running._gov_write({"state": "ended", "finished_on": day})
        self._gov_write({"finished_on": day})
        self._gov_log("finish", lambda one: {"on": str(day), "days_late": one.days_late})
        return True

    @around_act
    def action_complete(self):
        """Make the completion report (form M27) and close the contract: within three months of the final
        acceptance."""
        self._gov_complete()
        self._gov_issue_for("contract_completion")
        return True

    @short_transaction
    def _gov_complete(self):
        self._gov_check_officer()
        self._gov_take("final", "closed")
        for contract in self:
            held = contract.guarantee_ids.filtered(lambda one: one.state in ("given",))
            if held:
                raise UserError(
                    self.env._(
                        "Release the guarantees first: %(guarantees)s.",
                        guarantees=", ".join(held.mapped("display_name")),
                    )
                )
        self._gov_write({"completion_on": self._gov_today()})
        self._gov_log("complete", lambda one: {"total": str(one.total)})
        return True

    def action_new_account(self):
        """Begin the next account, with the quantities of the last one."""
        self.ensure_one()
        self._gov_check_officer()
        account = self.env["gov.progress.account"]._gov_next(self)
        return {
            "type": "ir.actions.act_window",
            "res_model": "gov.progress.account",
            "res_id": account.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }


class GovContractLine(models.Model):
    """A price of the schedule of a contract."""

    _name = "gov.contract.line"
    _description = "Price of a contract"
    _order = "contract_id, sequence, id"

    contract_id = fields.Many2one("gov.contract", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer(default=10)
    number = fields.Char("Price no.", required=True)
    name = fields.Text("Designation", required=True)
    unit = fields.Char()
    quantity = fields.Float(digits=(16, 3), required=True, default=1)
    unit_price = fields.Float("Unit price before tax", digits=(16, 2), required=True)
    vat_rate = fields.Float("VAT (%)", default=20, aggregator=None)
    award_amount = fields.Monetary("Amount of the award", readonly=True, help="All taxes included, as awarded.")
    amount_untaxed = fields.Monetary("Before tax", compute="_compute_amount", store=True)
    amount = fields.Monetary("All taxes included", compute="_compute_amount", store=True)
    currency_id = fields.Many2one(related="contract_id.currency_id")

    _number_uniq = models.Constraint("UNIQUE (contract_id, number)", "Two prices have the same number.")
    _positive = models.Constraint(
        "CHECK (quantity >= 0 AND unit_price >= 0)", "Quantities and prices are not negative."
    )

    @api.depends("quantity", "unit_price", "vat_rate", "award_amount")
    def _compute_amount(self):
        for line in self:
            line.amount_untaxed = round(line.quantity * line.unit_price, 2)
            # the amount of the award is kept to the centime whatever the rounding of its price before tax
            line.amount = line.award_amount or round(line.amount_untaxed * (1 + line.vat_rate / 100), 2)

    def write(self, vals):
        self._gov_check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_notified(self):
        self._gov_check_open()

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._gov_check_open()
        return lines

    def _gov_check_open(self):
        for line in self:
            if line.contract_id.state != "approved":
                raise UserError(self.env._("The contract is notified: an amendment changes its prices, nothing else."))


class GovContractRevisionTerm(models.Model):
    """A term of a revision formula: share, index, initial value."""

    _name = "gov.contract.revision.term"
    _description = "Term of a revision formula"
    _order = "contract_id, id"
    _rec_name = "index_code"

    contract_id = fields.Many2one("gov.contract", required=True, index=True, ondelete="cascade")
    index_code = fields.Char("Index", required=True)
    share = fields.Float(digits=(5, 4), required=True, aggregator=None)
    initial_value = fields.Float("Initial value", digits=(12, 4), required=True, aggregator=None)

    _positive = models.Constraint("CHECK (share >= 0 AND initial_value > 0)", "Shares and indices are positive.")


class GovContractChange(models.Model):
    """An amendment or a decision that changes a contract, within the limits of art. 55 to 58."""

    _name = "gov.contract.change"
    _description = "Change of a contract"
    _inherit = ["gov.budget.stateful"]
    _order = "contract_id, date, id"
    _rec_name = "reference"
    _draft_states = ("draft",)
    _act_fields = frozenset({"state", "signed_on", "signed_by_id"})

    contract_id = fields.Many2one("gov.contract", required=True, index=True, ondelete="restrict")
    reference = fields.Char("Number", required=True)
    kind = fields.Selection(
        [
            ("supplementary", "Supplementary works (amendment)"),
            ("increase", "Increase in the mass of works"),
            ("decrease", "Decrease in the mass of works"),
            ("extension", "Extension of the delay"),
            ("other", "Other amendment, without amount"),
        ],
        required=True,
        default="supplementary",
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    amount = fields.Monetary("Amount, all taxes included", help="Always positive; the kind says its direction.")
    extension_days = fields.Integer("Days added", aggregator=None)
    reason = fields.Text(required=True)
    currency_id = fields.Many2one(related="contract_id.currency_id")
    signed_on = fields.Date(readonly=True, copy=False)
    signed_by_id = fields.Many2one("res.users", readonly=True, copy=False, index="btree_not_null", ondelete="restrict")
    state = fields.Selection(
        [("draft", "Draft"), ("signed", "Signed"), ("cancelled", "Cancelled")],
        default="draft",
        required=True,
        readonly=True,
    )

    _positive = models.Constraint("CHECK (amount >= 0 AND extension_days >= 0)", "Amounts and days are not negative.")

    def _gov_signed_amount(self):
        self.ensure_one()
        return {"supplementary": 1, "increase": 1, "decrease": -1}.get(self.kind, 0) * self.amount

    @short_transaction
    def action_sign(self):
        """Sign the change: the authorising officer, within the limits of the law."""
        self._gov_check_role(("authorising_officer",), self.env._("The authorising officer signs the change."))
        self._gov_check_not_author()
        self._gov_take("draft", "signed")
        for change in self:
            contract = change.contract_id
            if contract.state in ("closed", "final", "terminated"):
                raise UserError(self.env._("The contract has ended: it no longer changes."))
            # the change itself counts as signed already
            change.invalidate_recordset()
            beyond = [row for row in contract._gov_limits() if row.is_beyond and row.code == change.kind]
            if beyond and change.kind != "decrease":
                raise UserError(
                    self.env._(
                        "With it the changes make %(value)s, more than %(limit)s (art. %(article)s): another "
                        "contract is due.",
                        value=format_amount(self.env, float(beyond[0].measured), contract.currency_id),
                        limit=format_amount(self.env, float(beyond[0].limit), contract.currency_id),
                        article=beyond[0].article,
                    )
                )
        self._gov_write({"signed_on": self._gov_today(), "signed_by_id": self.env.uid})
        self.env["gov.journal.entry"]._record_many(
            [
                (one.contract_id, "change", {"kind": one.kind, "amount": str(one.amount), "days": one.extension_days})
                for one in self
            ]
        )
        return True

    @short_transaction
    def action_cancel(self, reason=None):
        """Give up a change that was not signed."""
        self.check_access("write")
        self._gov_check_role(("procurement_officer",), self.env._("A procurement officer does it."))
        self._gov_take("draft", "cancelled")
        return True


class GovServiceOrder(models.Model):
    """A service order: to start, to stop, to resume, or to notify (form M10); it drives the count of the delay."""

    _name = "gov.service.order"
    _description = "Service order"
    _inherit = ["gov.budget.stateful", "gov.document.mixin"]
    _order = "contract_id, date, id"
    _rec_name = "number"
    _draft_states = ("draft",)
    _act_fields = frozenset({"state", "number", "notified_on"})

    contract_id = fields.Many2one("gov.contract", required=True, index=True, ondelete="restrict")
    number = fields.Integer("No.", readonly=True, copy=False, aggregator=None)
    kind = fields.Selection(
        [
            ("start", "To start"),
            ("stop", "To stop"),
            ("resume", "To resume"),
            ("notify", "Notification of an amendment"),
            ("other", "Other"),
        ],
        required=True,
        default="start",
    )
    date = fields.Date("Effect from", required=True, default=fields.Date.context_today)
    reason = fields.Text(help="Needed to stop: it is told to the holder.")
    notified_on = fields.Date(readonly=True, copy=False)
    receipt = fields.Char("Receipt of the holder")
    state = fields.Selection(
        [("draft", "Draft"), ("notified", "Notified")], default="draft", required=True, readonly=True
    )

    @around_act
    def action_notify(self):
        """Notify the service order: numbered, printed; the contract starts, stops or resumes from its date."""
        self._gov_notify()
        self._gov_issue_for("service_order")
        return True

    @short_transaction
    def _gov_notify(self):
        self._gov_check_role(
            ("procurement_officer", "authorising_officer"),
            self.env._("A procurement officer or the authorising officer notifies a service order."),
        )
        self._gov_take("draft", "notified")
        today = self._gov_today()
        for order in self:
            order._gov_check_kind(today)
            siblings = order.contract_id.service_order_ids.filtered(lambda one: one.state == "notified")
            order._gov_write({"number": max([0, *siblings.mapped("number")]) + 1, "notified_on": today})
            target = {"start": "running", "stop": "stopped", "resume": "running"}.get(order.kind)
            if target:
                sources = {"start": ("notified",), "stop": ("running",), "resume": ("stopped",)}[order.kind]
                order.contract_id._gov_take(sources, target)
            if order.kind == "start":
                order.contract_id._gov_write({"started_on": order.date})
        self.env["gov.journal.entry"]._record_many(
            [(one.contract_id, "service_order", {"kind": one.kind, "on": str(one.date)}) for one in self]
        )
        return True

    def _gov_check_kind(self, today):
        self.ensure_one()
        contract = self.contract_id
        if self.kind == "stop":
            self._gov_check_reason(self.reason)
        if self.kind == "start":
            wait = int(contract._gov_limit("procurement.step.start_min", today))
            if contract.form != "ordinary_law" and self.date < contract.notified_on + timedelta(wait):
                raise UserError(
                    self.env._(
                        "Works start %(days)s days at least after the notification: from %(day)s (CCAG-T art. 40).",
                        days=wait,
                        day=format_date(self.env, contract.notified_on + timedelta(wait)),
                    )
                )
        elif contract.started_on and self.date < contract.started_on:
            raise UserError(self.env._("It takes effect after the start of the works."))
        last = contract.service_order_ids.filtered(lambda one: one.state == "notified" and one != self).sorted("date")[
            -1:
        ]
        if last and self.kind in ("stop", "resume") and self.date < last.date:
            raise UserError(self.env._("A service order follows the former one in time."))


class GovGuarantee(models.Model):
    """A guarantee of a contract: due, given, released or called (finance.md §4.8)."""

    _name = "gov.guarantee"
    _description = "Guarantee"
    _inherit = ["gov.budget.stateful"]
    _order = "contract_id, due_on, id"
    _act_fields = frozenset({"state", "released_on", "given_on", "amount_due"})

    contract_id = fields.Many2one("gov.contract", required=True, index=True, ondelete="restrict")
    kind = fields.Selection(
        [
            ("provisional", "Provisional guarantee"),
            ("definitive", "Definitive guarantee"),
            ("advance", "Guarantee of the advance"),
            ("retention", "Guarantee instead of the retention"),
        ],
        required=True,
        default="definitive",
    )
    amount_due = fields.Monetary("Amount due", readonly=True)
    amount = fields.Monetary("Amount given")
    bank = fields.Char("Bank or insurer")
    reference = fields.Char("Deed")
    due_on = fields.Date("Due on", index=True)
    given_on = fields.Date(readonly=True, copy=False)
    released_on = fields.Date(readonly=True, copy=False)
    release_due_on = fields.Date("To be released on", compute="_compute_release_due_on")
    is_overdue = fields.Boolean("Overdue", compute="_compute_release_due_on")
    currency_id = fields.Many2one(related="contract_id.currency_id")
    state = fields.Selection(
        [("due", "Due"), ("given", "Given"), ("released", "Released"), ("called", "Called")],
        default="due",
        required=True,
        readonly=True,
        copy=False,
    )

    _positive = models.Constraint("CHECK (amount >= 0)", "An amount is not negative.")

    @api.depends("kind", "contract_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        words = dict(self._fields["kind"]._description_selection(self.env))
        for one in self:
            one.display_name = f"{words.get(one.kind, '')} · {one.contract_id.number or ''}"

    @api.depends("state", "contract_id.final_on", "contract_id.notified_on", "due_on")
    def _compute_release_due_on(self):
        today = self._gov_today()
        for one in self:
            contract = one.contract_id
            definitive = contract.guarantee_ids.filtered(lambda other: other.kind == "definitive" and other.given_on)
            due = {
                row.kind: row.due_on
                for row in guarantee.releases(
                    {
                        "definitive_given": definitive[:1].given_on,
                        "final_acceptance": contract.final_on,
                        "advance_recovered": contract._gov_advance_recovered_on() if contract else None,
                    }
                )
            }
            one.release_due_on = due.get(one.kind, False) if one.state == "given" else False
            one.is_overdue = bool(
                (one.state == "due" and one.due_on and one.due_on < today)
                or (one.release_due_on and one.release_due_on < today)
            )

    @short_transaction
    def action_give(self):
        """Record that the guarantee was given, for the amount due at least."""
        self._gov_check_role(("procurement_officer",), self.env._("A procurement officer records a guarantee."))
        self._gov_take("due", "given")
        for one in self:
            if one.amount < one.amount_due - 0.005:
                raise UserError(
                    self.env._(
                        "%(due)s are due, %(given)s are written: correct the amount or ask for the difference.",
                        due=format_amount(self.env, one.amount_due, one.currency_id),
                        given=format_amount(self.env, one.amount, one.currency_id),
                    )
                )
            if not (one.bank and one.reference):
                raise UserError(self.env._("Write the bank and the reference of the deed."))
        self._gov_write({"given_on": self._gov_today()})
        self._gov_log("guarantee_given", lambda one: {"kind": one.kind, "amount": str(one.amount)})
        return True

    @short_transaction
    def action_release(self):
        """Release the guarantee, once what it waits for has happened (CCAG-T art. 19)."""
        self._gov_check_role(("authorising_officer",), self.env._("The authorising officer releases a guarantee."))
        for one in self:
            if not one.release_due_on:
                raise UserError(
                    self.env._(
                        "%(guarantee)s is kept: a definitive guarantee and the retention are released at the final "
                        "acceptance, a provisional one once the definitive one is given.",
                        guarantee=one.display_name,
                    )
                )
        self._gov_take("given", "released")
        self._gov_write({"released_on": self._gov_today()})
        self._gov_log("guarantee_released", lambda one: {"kind": one.kind})
        return True

    @short_transaction
    def action_call(self, reason):
        """Call the guarantee, with the reason."""
        self._gov_check_role(("authorising_officer",), self.env._("The authorising officer calls a guarantee."))
        reason = self._gov_check_reason(reason)
        self._gov_take("given", "called")
        self._gov_log("guarantee_called", lambda one: {"kind": one.kind, "reason": reason})
        return True


class GovSubcontract(models.Model):
    """A subcontractor, accepted or refused within fifteen days; half of the contract at most (art. 151)."""

    _name = "gov.subcontract"
    _description = "Subcontractor"
    _inherit = ["gov.budget.stateful"]
    _order = "contract_id, id"
    _rec_name = "partner_id"
    _draft_states = ("asked",)
    _act_fields = frozenset({"state", "reason"})

    contract_id = fields.Many2one("gov.contract", required=True, index=True, ondelete="restrict")
    partner_id = fields.Many2one("res.partner", "Subcontractor", required=True, index=True, ondelete="restrict")
    part = fields.Text("Part of the contract", required=True)
    is_main_part = fields.Boolean("Main part of the contract")
    amount = fields.Monetary("Amount, all taxes included", required=True)
    asked_on = fields.Date(required=True, default=fields.Date.context_today)
    answer_due_on = fields.Date("Answer due on", compute="_compute_answer_due_on")
    reason = fields.Text(readonly=True)
    currency_id = fields.Many2one(related="contract_id.currency_id")
    state = fields.Selection(
        [("asked", "Asked"), ("accepted", "Accepted"), ("refused", "Refused")],
        default="asked",
        required=True,
        readonly=True,
    )

    _positive = models.Constraint("CHECK (amount > 0)", "An amount is greater than zero.")

    @api.depends("asked_on")
    def _compute_answer_due_on(self):
        for one in self:
            days = int(one.contract_id._gov_limit("procurement.subcontract.days", one.asked_on))
            one.answer_due_on = one.asked_on + timedelta(days)

    @short_transaction
    def action_accept(self):
        """Accept the subcontractor."""
        self._gov_check_role(("authorising_officer",), self.env._("The authorising officer accepts a subcontractor."))
        self._gov_take("asked", "accepted")
        for one in self:
            accepted = one.contract_id.subcontract_ids.filtered(
                lambda other, one=one: other.state == "accepted" and other != one
            )
            if one.is_main_part:
                raise UserError(self.env._("The main part of a contract is never subcontracted (art. 151)."))
            limit = one.contract_id._gov_limit("procurement.subcontract.share")
            if not execution.subcontracting_is_allowed(
                one.contract_id.total, sum(accepted.mapped("amount")) + one.amount, limit
            ):
                raise UserError(self.env._("Half of the contract at most is subcontracted (art. 151)."))
            if self.env["gov.supplier.exclusion"]._gov_barred(one.partner_id, self._gov_today()):
                raise AccessError(self.env._("This subcontractor is excluded from public procurement."))
        self._gov_log("subcontract", lambda one: {"partner": one.partner_id.id, "amount": str(one.amount)})
        return True

    @short_transaction
    def action_refuse(self, reason):
        """Refuse the subcontractor, with the reason."""
        self._gov_check_role(("authorising_officer",), self.env._("The authorising officer refuses a subcontractor."))
        reason = self._gov_check_reason(reason)
        self._gov_take("asked", "refused")
        self._gov_write({"reason": reason})
        self._gov_log("subcontract_refused", lambda one: {"partner": one.partner_id.id, "reason": reason})
        return True
