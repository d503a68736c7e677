from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.gov_base.tools.act import short_transaction
from odoo.addons.gov_base.tools.search import search_when
from odoo.addons.gov_base.tools.text import nbsp_amount

from ..services import clocks, consistency
from ..services.interest import exact, money
from .gov_commitment import amount_field

ZERO = Decimal(0)
HORIZON = 366  # days in which two invoices of a supplier are compared


class GovLiquidation(models.Model):
    """An invoice (or account) on a commitment: deposited, checked, its service certified; the clock of the payment.

    draft → submitted (its clock runs from the deposit) ⇄ suspended (with all the reasons) → certified (liquidated), or
    refused, or cancelled.  The clock of a certified one stops too, until its payment is ordered.  Who certifies the
    service is never who entered the invoice.  A service that nobody certifies in time is taken as done on the day the
    law says.
    """

    _name = "gov.liquidation"
    _description = "Invoice"
    _inherit = ["gov.commitment.bound", "gov.budget.amounts"]
    _amount_fields = ("untaxed_amount", "vat_amount", "amount", "advance_amount")
    _order = "id desc"
    _rec_names_search = ["number", "invoice_number", "partner_id.name", "gid_number"]
    _act_fields = frozenset(
        {
            "state",
            "number",
            "submitted_by_id",
            "certified_on",
            "service_date",
            "certified_by_id",
            "refusal_reason",
            "stop_ids",
        }
    )
    _draft_states = ("draft",)
    _free_fields = frozenset({"gid_number", "piece_ids", "note"})

    number = fields.Char(readonly=True, copy=False, index="trigram", help="In the register of creditors' rights.")
    commitment_id = fields.Many2one(
        "gov.commitment",
        "Commitment",
        required=True,
        index=True,
        ondelete="restrict",
        domain=[("state", "=", "visaed")],
    )
    officer_id = fields.Many2one(related="commitment_id.officer_id", string="Authorising officer")
    invoice_number = fields.Char("Invoice number", required=True, index="trigram")
    invoice_date = fields.Date("Invoice date", required=True)
    deposited_on = fields.Date(
        "Deposited on", required=True, default=fields.Date.context_today, help="First day of the legal delays."
    )
    channel = fields.Selection(
        [("gid", "GID platform"), ("paper", "On paper")],
        "Deposited",
        required=True,
        default="gid",
        help="Deposit on the platform is compulsory above the threshold of decree 2-16-344.",
    )
    contract_ref = fields.Char("Quoted contract or order", help="As the invoice quotes it.")
    invoice_ice = fields.Char("ICE on the invoice")
    untaxed_amount = amount_field("Without taxes", required=True)
    vat_amount = amount_field("VAT")
    amount = amount_field("Total, taxes included", required=True)
    advance_amount = amount_field(
        "Of which advance paid already", help="Liquidated with the advance: it is recovered here, not charged twice."
    )
    line_ids = fields.One2many("gov.liquidation.line", "liquidation_id", "Charged to", copy=False)
    piece_ids = fields.One2many("gov.execution.piece", "liquidation_id", "Pieces")
    stop_ids = fields.One2many("gov.clock.stop", "liquidation_id", "Suspensions", readonly=True, copy=False)
    order_ids = fields.One2many("gov.payment.order", "liquidation_id", "Payment orders", readonly=True, copy=False)
    # the acts
    submitted_by_id = fields.Many2one(
        "res.users", "Entered by", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    certified_by_id = fields.Many2one(
        "res.users", "Certified by", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    certified_on = fields.Date("Certified on", readonly=True, copy=False)
    service_date = fields.Date("Service done on", readonly=True, copy=False, help="As the certification says.")
    refusal_reason = fields.Text(readonly=True, copy=False)
    note = fields.Text("Notes")
    # the clocks
    certify_due_on = fields.Date("Certify by", compute="_compute_clock", store=True)
    service_day = fields.Date(
        "Service taken as done", compute="_compute_clock", store=True, help="Certified, or by law on day 31."
    )
    is_deemed = fields.Boolean("Taken as done by law", compute="_compute_clock", store=True)
    order_due_on = fields.Date("Order by", compute="_compute_clock", store=True)
    pay_due_on = fields.Date("Pay by", compute="_compute_clock", store=True, index="btree_not_null")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("submitted", "To certify"),
            ("suspended", "Suspended"),
            ("certified", "Certified"),
            ("refused", "Refused"),
            ("cancelled", "Cancelled"),
        ],
        "Status",
        required=True,
        readonly=True,
        default="draft",
        copy=False,
    )
    is_stopped = fields.Boolean(compute="_compute_is_stopped", export_string_translation=False)
    can_certify = fields.Boolean(compute="_compute_can_certify", export_string_translation=False)
    is_ordered = fields.Boolean("Ordered", compute="_compute_is_ordered", search="_search_is_ordered")

    _number_uniq = models.UniqueIndex("(number) WHERE number IS NOT NULL", "A number of the register is given once.")
    _amounts_positive = models.Constraint(
        "CHECK (amount >= 0 AND untaxed_amount >= 0 AND vat_amount >= 0 AND amount < 1e13 AND untaxed_amount < 1e13 "
        "AND vat_amount < 1e13 AND coalesce(advance_amount, 0) BETWEEN 0 AND amount)",
        "The amounts are never negative, nor beyond reason.",
    )

    # ------------------------------------------------------------------ computes
    @api.depends("number", "invoice_number")
    def _compute_display_name(self):
        for one in self:
            parts = [
                one.number and f"\u2066{one.number}\u2069",
                one.invoice_number and f"\u2066{one.invoice_number}\u2069",
            ]
            one.display_name = " · ".join(filter(None, parts)) or self.env._("New invoice")

    @api.depends("deposited_on", "certified_on", "service_date", "stop_ids.date_from", "stop_ids.date_to")
    def _compute_clock(self):
        value = self.env["gov.parameter"].get_value
        for one in self:
            start = one.deposited_on
            if not start:
                one.certify_due_on = one.service_day = one.order_due_on = one.pay_due_on = one.is_deemed = False
                continue
            stops = one.stop_ids._gov_stops()
            days = int(value("execution.clock.service", start))
            one.certify_due_on = clocks.due_date(start, days, stops) or False
            day, is_deemed = clocks.service_done(start, one.certified_on and one.service_date, days, stops)
            one.service_day, one.is_deemed = day or False, is_deemed
            # a suspension that began before the service counts for its days after it
            due = clocks.due_date(day, int(value("execution.clock.order", start)), stops) if day else None
            one.order_due_on = due or False
            due = clocks.payment_due(day, int(value("execution.clock.total", start)), stops) if day else None
            one.pay_due_on = due or False

    @api.depends("stop_ids.date_to")
    def _compute_is_stopped(self):
        for one in self:
            one.is_stopped = any(not stop.date_to for stop in one.stop_ids)

    @api.depends_context("uid")
    @api.depends("state", "submitted_by_id", "create_uid")
    def _compute_can_certify(self):
        office = self.env.user.has_groups(
            "gov_base.group_budget_officer,gov_base.group_procurement_officer,gov_base.group_authorising_officer"
        )
        for one in self:
            asked = one.submitted_by_id | one._gov_authors()
            one.can_certify = bool(office and one.state == "submitted" and self.env.user not in asked)

    def _compute_is_ordered(self):
        live = (
            self.env["gov.payment.order"]
            .sudo()
            ._read_group(  # sudo: only whether there is an order
                [("liquidation_id", "in", self.ids), ("state", "!=", "cancelled")], ["liquidation_id"]
            )
        )
        done = {liquidation.id for (liquidation,) in live}
        for one in self:
            one.is_ordered = one.id in done

    @search_when
    def _search_is_ordered(self):
        return [("order_ids", "any", [("state", "!=", "cancelled")])]

    # ------------------------------------------------------------------ hooks
    @api.model_create_multi
    def create(self, vals_list):
        invoices = super().create(vals_list)
        invoices._gov_fill_lines()
        invoices._gov_list_pieces("liquidation")
        return invoices

    def write(self, vals):
        result = super().write(vals)
        if {"amount", "advance_amount", "commitment_id"} & vals.keys() and "line_ids" not in vals:
            self._gov_fill_lines()
        return result

    def _gov_fill_lines(self):
        """Charge an invoice to the line of its commitment when there is only one."""
        if self._gov_is_bulk():
            return
        for one in self:
            lines = one.commitment_id.line_ids
            if one.state != "draft" or len(lines) != 1:
                continue
            if len(one.line_ids) == 1 and one.line_ids.commitment_line_id == lines:
                one.line_ids.amount = one._gov_charged()
            elif not one.line_ids or one.line_ids.commitment_line_id != lines:
                one.line_ids.unlink()
                one.env["gov.liquidation.line"].create(
                    [{"liquidation_id": one.id, "commitment_line_id": lines.id, "amount": one._gov_charged()}]
                )

    def _gov_charged(self):
        """Return what the invoice charges to its commitment: its total, without the advance liquidated before."""
        self.ensure_one()
        return float(money(exact(self.amount) - exact(self.advance_amount or 0)))

    # ------------------------------------------------------------------ checks
    def _gov_checks(self):
        self.ensure_one()
        _ = self.env._
        one = self.sudo().with_context(lang=self.env.lang)  # sudo: other invoices are compared, whoever reads this one
        missing = [_("Missing: %(piece)s", piece=name) for name in one._gov_pieces_missing()]
        return [
            self._gov_check("F1", _("Amounts of the invoice"), one._gov_amount_problems(), page="amounts"),
            self._gov_check("F2", _("Within the commitment"), one._gov_commitment_problems(), page="amounts"),
            self._gov_check("F3", _("Same supplier and contract"), one._gov_reference_problems(), page="amounts"),
            self._gov_check("F4", _("Not sent twice"), one._gov_duplicate_problems(), page="amounts"),
            self._gov_check("F5", _("Pieces"), missing, page="pieces"),
        ]

    def _gov_vat_rates(self):
        text = self.env["gov.parameter"].get_value("execution.vat.rates", self.invoice_date)
        return [exact(Decimal(part.strip())) / 100 for part in str(text).split(";") if part.strip()]

    def _gov_amount_problems(self):
        _ = self.env._
        sentences = {
            "negative": _("An invoice has a positive total."),
            "sum": _("Without taxes and VAT make %(sum)s, the total says %(total)s."),
            "rate": _("%(vat)s of VAT is more than the highest legal rate gives."),
        }
        found = []
        for code, facts in consistency.vat_problems(
            self.untaxed_amount, self.vat_amount, self.amount, self._gov_vat_rates()
        ):
            facts = {name: nbsp_amount(value) for name, value in facts.items()}
            found.append(sentences[code] % facts)
        return found

    def _gov_commitment_problems(self):
        _, found = self.env._, []
        charged = sum((exact(line.amount) for line in self.line_ids), ZERO)
        if money(charged) != money(self._gov_charged()):
            found.append(
                _(
                    "The lines make %(sum)s, the invoice %(total)s.",
                    sum=nbsp_amount(charged),
                    total=nbsp_amount(self._gov_charged()),
                )
            )
        if self.state in ("draft", "submitted", "suspended"):
            for line in self.line_ids:
                left = exact(line.commitment_line_id.left_to_liquidate)
                if exact(line.amount) > left:
                    found.append(
                        _(
                            "%(line)s: %(left)s are left of the commitment, %(asked)s invoiced.",
                            line=line.commitment_line_id.display_name,
                            left=nbsp_amount(left),
                            asked=nbsp_amount(line.amount),
                        )
                    )
        if self.channel == "paper":
            limit = self.env["gov.parameter"].get_value("execution.deposit.electronic", self.deposited_on)
            untaxed = self.commitment_id.untaxed_amount or self.commitment_id.amount
            if self.kind_id.is_public_order and exact(untaxed) > exact(limit):
                found.append(_("Above %(limit)s without taxes the deposit is made on GID.", limit=nbsp_amount(limit)))
        return found

    def _gov_reference_problems(self):
        _, found = self.env._, []
        digits = "".join(sign for sign in self.invoice_ice or "" if sign.isdigit())
        if digits and self.partner_id.gov_ice and digits != self.partner_id.gov_ice:
            found.append(
                _(
                    "The invoice bears the ICE %(one)s, the supplier has %(other)s.",
                    one=digits,
                    other=self.partner_id.gov_ice,
                )
            )
        quoted, expected = self.contract_ref, self.commitment_id.reference
        if quoted and expected and consistency.invoice_key(quoted) != consistency.invoice_key(expected):
            found.append(_("The invoice quotes %(one)s, the commitment is on %(other)s.", one=quoted, other=expected))
        if self.invoice_date and self.deposited_on and self.invoice_date > self.deposited_on:
            found.append(_("The invoice is dated after its deposit."))
        return found

    def _gov_duplicate_problems(self):
        _ = self.env._
        first = fields.Date.subtract(self.invoice_date, days=HORIZON)
        others = self.search_fetch(
            [
                ("partner_id", "=", self.partner_id.id),
                ("id", "!=", self.id),
                ("state", "not in", ("refused", "cancelled")),
                ("invoice_date", ">=", first),
            ],
            ["invoice_number", "amount", "invoice_date"],
            limit=2000,
        )
        rows = [
            {"number": one.invoice_number, "amount": one.amount, "date": one.invoice_date, "name": one.display_name}
            for one in others
        ]
        mine = {"number": self.invoice_number, "amount": self.amount, "date": self.invoice_date}
        sentences = {
            "number": _("%(invoice)s bears the same number."),
            "amount": _("%(invoice)s has nearly the same amount and date."),
        }
        found = consistency.duplicates(mine, rows)
        return [sentences[why] % {"invoice": other["name"]} for other, why in found]

    # ------------------------------------------------------------------ acts
    @short_transaction
    def action_submit(self):
        """Enter the invoice: it is numbered in the register of creditors' rights and its delays run."""
        self.check_access("write")
        self._gov_check_office()
        self._gov_take("draft", "submitted")
        for one in self.sorted("id"):
            one.sudo().with_context(lang=self.env.lang)._gov_enter(self.env.user)  # sudo: who enters was checked
        return True

    def _gov_enter(self, user):
        today = self._gov_today()
        problems = [*self._gov_amount_problems(), *self._gov_commitment_problems(), *self._gov_reference_problems()]
        key = consistency.invoice_key(self.invoice_number)
        same = self.search(
            [
                ("partner_id", "=", self.partner_id.id),
                ("id", "!=", self.id),
                ("state", "in", ("submitted", "suspended", "certified")),
                ("invoice_date", ">=", fields.Date.subtract(self.invoice_date, days=HORIZON)),
            ]
        ).filtered(lambda one: consistency.invoice_key(one.invoice_number) == key)[:1]
        if same:
            problems.append(
                self.env._(
                    "This supplier already has the invoice %(invoice)s: the same number.", invoice=same.display_name
                )
            )
        if self.deposited_on > today:
            problems.append(self.env._("The deposit is in the future."))
        if self.commitment_id.state != "visaed":
            problems.append(
                self.env._(
                    "“%(commitment)s” has no visa: nothing is owed on it.", commitment=self.commitment_id.display_name
                )
            )
        if problems:
            raise UserError("\n".join(problems))
        year = self.fiscal_year_id.date_from.year
        rank = self.env["gov.counter"]._take("execution.liquidation", year)
        self._gov_write({"number": f"{rank:05d}/{year}", "submitted_by_id": user.id})
        self._gov_journal("enter", {"number": self.number, "amount": str(money(self.amount))}, user)

    @short_transaction
    def action_suspend(self, reason):
        """Stop the clock, until the payment is ordered, with a note to the supplier that holds all the reasons."""
        self.check_access("write")
        self._gov_check_office()
        reason = self._gov_check_reason(reason)
        certified = self.filtered(lambda one: one.state == "certified")
        (self - certified)._gov_take("submitted", "suspended")
        certified._gov_take("certified", "certified")
        certified.sudo().with_context(lang=self.env.lang)._gov_check_may_stop()  # sudo: orders, whoever suspends
        self.env["gov.clock.stop"]._gov_create(
            [
                {
                    "liquidation_id": one.id,
                    "date_from": self._gov_today(),
                    "reason": reason,
                    "user_id": self.env.uid,
                }
                for one in self
            ]
        )
        for one in self:
            one._gov_journal("suspend", {"number": one.number, "reason": reason})
        return True

    def _gov_check_may_stop(self):
        """Refuse to stop the clock of certified invoices twice, or once their payment is ordered."""
        orders = self.order_ids.filtered(lambda order: order.state != "cancelled")
        if orders:
            orders.lock_for_update()  # of a signature and a suspension at the same time, one comes first
            self.invalidate_recordset()
            orders.invalidate_recordset()
        for one in self:
            if one.is_stopped:
                raise UserError(self.env._("The clock of “%(invoice)s” is already stopped.", invoice=one.display_name))
            if one.order_ids.filtered(lambda order: order.state not in ("draft", "submitted", "cancelled")):
                raise UserError(
                    self.env._(
                        "The payment of “%(invoice)s” is ordered: only the accountant sends it back now.",
                        invoice=one.display_name,
                    )
                )

    @short_transaction
    def action_resume(self):
        """Start the clock again: what was missing has been deposited."""
        self.check_access("write")
        self._gov_check_office()
        certified = self.filtered(lambda one: one.state == "certified" and one.is_stopped)
        (self - certified)._gov_take("suspended", "submitted")
        certified._gov_take("certified", "certified")
        # sudo: who resumes was checked
        stops = self.sudo().stop_ids.filtered(lambda stop: not stop.date_to)
        stops._gov_write({"date_to": self._gov_today()})
        for one in self:
            one._gov_journal("resume", {"number": one.number})
        return True

    @short_transaction
    def action_certify(self, service_date=None):
        """Certify that the service is done: the amount becomes liquidated. Never who entered the invoice.

        :param service_date: day of the reception or of the signed statement; today when left out
        """
        self.check_access("read")
        self._gov_check_office()
        today = self._gov_today()
        try:
            day = fields.Date.to_date(service_date) or today
        except (TypeError, ValueError):
            raise UserError(self.env._("Give the day as year-month-day.")) from None
        if day > today:
            raise UserError(self.env._("A service is certified once it is done, not before."))
        self._gov_take("submitted", "certified")
        for one in self.sorted("id"):
            one._gov_check_other(one.sudo().submitted_by_id | one._gov_authors())  # sudo: only who entered it
            # sudo: who certifies was checked
            one.sudo().with_context(lang=self.env.lang)._gov_certify(day, self.env.user)
        return True

    def _gov_certify(self, day, user):
        self._gov_write({"service_date": day, "certified_on": self._gov_today(), "certified_by_id": user.id})
        self.env.flush_all()
        self._gov_count(1)
        self._gov_journal("certify", {"number": self.number, "day": str(day), "amount": str(money(self.amount))}, user)

    def _gov_count(self, sign):
        changes = {}
        for line in self.line_ids:
            changes[line.commitment_line_id.id] = sign * money(line.amount)
        self.env["gov.commitment.line"]._gov_move(changes, "liquidated")
        self.env["gov.budget.entry"]._gov_post(
            [
                {
                    "line": line.commitment_line_id.budget_line_id,
                    "kind": "liquidation",
                    "liquidated": sign * money(line.amount),
                    "record": self,
                    "label": f"{self.number} {self.partner_id.name or ''} {self.invoice_number}",
                }
                for line in self.line_ids
            ]
        )

    @short_transaction
    def action_refuse(self, reason):
        """Refuse the invoice: the service is not done, or not as ordered. Never who entered it."""
        self.check_access("read")
        self._gov_check_office()
        reason = self._gov_check_reason(reason)
        self._gov_take(("submitted", "suspended"), "refused")
        for one in self.sorted("id"):
            one._gov_check_other(one.sudo().submitted_by_id | one._gov_authors())  # sudo: only who entered it
            one._gov_write({"refusal_reason": reason})
            one._gov_journal("refuse", {"number": one.number, "reason": reason})
        return True

    @short_transaction
    def action_cancel(self, reason=None):
        """Cancel: before certification by who prepares; then by an authorising officer, while nothing is ordered."""
        self.check_access("read")
        self._gov_lock()  # who cancels, and why, depends on how far it came
        for one in self.sorted("id"):
            was_certified = one.state == "certified"
            if was_certified:
                one._gov_check_authorising()
                one._gov_check_other(one.sudo().certified_by_id)  # sudo: only who certified
            else:
                one.check_access("write")
                one._gov_check_office()
            if one.state != "draft":
                reason = one._gov_check_reason(reason)
            one._gov_take("certified" if was_certified else ("draft", "submitted", "suspended"), "cancelled")
            full = one.sudo().with_context(lang=self.env.lang)  # sudo: who cancels was checked
            if was_certified:
                if full.order_ids.filtered(lambda order: order.state != "cancelled"):
                    raise UserError(self.env._("A payment order is made on this invoice: cancel it first."))
                full._gov_count(-1)
            one._gov_journal("cancel", {"number": full.number or "", "reason": reason or ""})
        return True

    @short_transaction
    def action_make_order(self):
        """Open the payment order of a certified invoice, made when there is none: once, however many ask at once."""
        self.ensure_one()
        self.check_access("read")
        self._gov_lock()
        order = self.order_ids.filtered(lambda one: one.state != "cancelled")[:1]
        if not order:
            self._gov_check_office()
            if self.state != "certified":
                raise UserError(self.env._("A payment is ordered once the service is certified."))
            order = self.env["gov.payment.order"].create({"liquidation_id": self.id})
        return {
            "type": "ir.actions.act_window",
            "res_model": "gov.payment.order",
            "res_id": order.id,
            "views": [(False, "form")],
        }


class GovLiquidationLine(models.Model):
    """The part of an invoice charged to one line of its commitment."""

    _name = "gov.liquidation.line"
    _description = "Invoice line"
    _inherit = ["gov.budget.part", "gov.budget.amounts"]
    _act_field = "liquidation_id"
    _amount_fields = ("amount",)
    _order = "liquidation_id, id"

    liquidation_id = fields.Many2one("gov.liquidation", required=True, index=True, ondelete="cascade")
    commitment_line_id = fields.Many2one(
        "gov.commitment.line", "Budget line", required=True, index=True, ondelete="restrict"
    )
    amount = amount_field("Amount", required=True)
    left_to_liquidate = amount_field("Left of the commitment", related="commitment_line_id.left_to_liquidate")

    _line_uniq = models.UniqueIndex("(liquidation_id, commitment_line_id)", "A line stands once on an invoice.")
    _amount_positive = models.Constraint("CHECK (amount >= 0)", "An amount is never negative.")

    @api.constrains("commitment_line_id", "liquidation_id")
    def _check_commitment(self):
        for line in self:
            if line.commitment_line_id.commitment_id != line.liquidation_id.commitment_id:
                raise ValidationError(self.env._("This line belongs to another commitment."))
