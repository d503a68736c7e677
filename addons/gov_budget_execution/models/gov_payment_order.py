from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

from odoo.addons.gov_base.tools.act import around_act, short_transaction
from odoo.addons.gov_base.tools.text import nbsp_amount
from odoo.addons.gov_document.tools.blocks import LANGS, data_table, facts_table, ltr, money_cell

from ..services import clocks, consistency, withholdings
from ..services.interest import exact, interest_of_a_day, late_interest, money
from .gov_commitment import amount_field
from .gov_execution_act import GROUNDS

ZERO = Decimal(0)
# refusals that a requisition cannot pass over (decree 2-07-1235, articles 29 and 30)
NEVER_REQUISITIONED = ("credit", "discharge", "visa")
EMITTED = ("issued", "visaed", "paid")
UNPAID = ("draft", "submitted", "issued", "visaed", "rejected")


class GovPaymentOrder(models.Model):
    """A payment order: what is paid to a creditor, what is withheld and why, within the legal delays.

    draft → submitted (for signature) → issued (signed, numbered in the one series of the authorising officer and the
    year) → visaed → paid; rejected by the accountant (sent again, requisitioned or cancelled), cancelled.  Budget or
    procurement officers prepare, an authorising officer signs, the expenditure controller gives the visa and pays;
    who acts is never who asked.
    """

    _name = "gov.payment.order"
    _description = "Payment order"
    _inherit = ["gov.commitment.bound", "gov.budget.amounts"]
    _amount_fields = (
        "untaxed_amount",
        "vat_amount",
        "gross_amount",
        "penalty_amount",
        "advance_amount",
        "opposition_amount",
    )
    _order = "id desc"
    _rec_names_search = ["number", "object", "partner_id.name", "gid_number", "payment_reference"]
    _act_fields = frozenset(
        {
            "state",
            "number",
            "rank",
            "submitted_by_id",
            "signed_by_id",
            "signed_on",
            "received_on",
            "rejected_on",
            "visa_due_on",
            "visa_days_used",
            "order_due_on",
            "visa_on",
            "visa_by_id",
            "remarks",
            "ground",
            "is_requisition",
            "requisition_reason",
            "paid_on",
            "paid_by_id",
            "payment_reference",
            "interest_amount",
            "interest_order_ids",
            "slip_id",
            "withholding_ids",
            "line_ids",
            "charged_amount",
            "withheld_amount",
            "net_amount",
            "kind",
            "late_order_id",
        }
    )
    _draft_states = ("draft",)
    _free_fields = frozenset({"gid_number", "piece_ids", "note"})

    # identity
    number = fields.Char(readonly=True, copy=False, index="trigram")
    rank = fields.Integer(readonly=True, copy=False, aggregator=None, export_string_translation=False)
    kind = fields.Selection(
        [("ordinary", "Expense"), ("interest", "Late interest")], required=True, readonly=True, default="ordinary"
    )
    object = fields.Char(compute="_compute_from_invoice", store=True, readonly=False, precompute=True)
    origin_year = fields.Integer(
        "Year of the claim",
        compute="_compute_from_invoice",
        store=True,
        readonly=False,
        precompute=True,
        aggregator=None,
        help="Year in which the creditor acquired the right.",
    )
    # relations
    liquidation_id = fields.Many2one(
        "gov.liquidation", "Invoice", index="btree_not_null", ondelete="restrict", domain=[("state", "=", "certified")]
    )
    commitment_id = fields.Many2one(
        "gov.commitment",
        "Commitment",
        compute="_compute_from_invoice",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index=True,
        ondelete="restrict",
    )
    officer_id = fields.Many2one(
        related="commitment_id.officer_id",
        store=True,
        precompute=True,
        index=True,
        ondelete="restrict",
        string="Authorising officer",
    )
    bank_id = fields.Many2one(
        "res.partner.bank",
        "Account (RIB)",
        compute="_compute_bank_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
        domain="[('partner_id', '=', opposition_partner_id or partner_id)]",
        help="One of the accounts known for the supplier.",
    )
    line_ids = fields.One2many("gov.payment.order.line", "order_id", "Charged to", readonly=True, copy=False)
    withholding_ids = fields.One2many(
        "gov.payment.withholding", "order_id", "What is withheld", readonly=True, copy=False
    )
    piece_ids = fields.One2many("gov.execution.piece", "order_id", "Pieces")
    slip_id = fields.Many2one(
        "gov.payment.slip", "Issue sheet", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    late_order_id = fields.Many2one(
        "gov.payment.order", "For the late payment of", readonly=True, copy=False, index="btree_not_null",
        ondelete="restrict",
    )  # fmt: skip
    interest_order_ids = fields.One2many("gov.payment.order", "late_order_id", "Order of late interest", readonly=True)
    # amounts
    untaxed_amount = amount_field(
        "Without taxes", compute="_compute_from_invoice", store=True, readonly=False, precompute=True
    )
    vat_amount = amount_field("VAT", compute="_compute_from_invoice", store=True, readonly=False, precompute=True)
    gross_amount = amount_field(
        "Gross, taxes included", compute="_compute_from_invoice", store=True, readonly=False, precompute=True
    )
    penalty_amount = amount_field("Late penalty", help="Deducted: the State owes less.")
    advance_amount = amount_field(
        "Advance to recover", compute="_compute_advance_amount", store=True, readonly=False, precompute=True,
        help="Deducted from what was advanced on the contract.",
    )  # fmt: skip
    has_retention = fields.Boolean(
        "Retention money", compute="_compute_profile", store=True, readonly=False, precompute=True
    )
    is_service = fields.Boolean(
        "Service, VAT withheld", compute="_compute_profile", store=True, readonly=False, precompute=True
    )
    is_vat_excluded = fields.Boolean(
        "VAT not withheld", compute="_compute_profile", store=True, readonly=False, precompute=True
    )
    is_fee = fields.Boolean("Fees", compute="_compute_profile", store=True, readonly=False, precompute=True)
    opposition_partner_id = fields.Many2one(
        "res.partner",
        "Opposing third party",
        index="btree_not_null",
        ondelete="restrict",
        help="Third party notice, seizure, pledge or assignment: who is paid in the creditor's place.",
    )
    opposition_amount = amount_field("Amount opposed")
    opposition_reference = fields.Char("Reference of the opposition")
    charged_amount = amount_field("Charged to the budget", readonly=True, copy=False)
    withheld_amount = amount_field("Withheld", readonly=True, copy=False)
    net_amount = amount_field("Net to pay", readonly=True, copy=False)
    payment_mode = fields.Selection(
        [("transfer", "Bank transfer"), ("cash", "Cash")],
        "Mode of payment", compute="_compute_payment_mode", store=True, readonly=False,
        precompute=True,
    )  # fmt: skip
    # acts and clocks
    submitted_by_id = fields.Many2one(
        "res.users", "Prepared by", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    signed_by_id = fields.Many2one(
        "res.users", "Signed by", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    signed_on = fields.Date("Issued on", readonly=True, copy=False)
    received_on = fields.Date("Received by the accountant", readonly=True, copy=False)
    order_due_on = fields.Date("Order by", compute="_compute_dues", store=True, readonly=True)
    pay_due_on = fields.Date(
        "Pay by",
        compute="_compute_dues",
        store=True,
        index="btree_not_null",
        help="Late interest runs from the next day.",
    )
    visa_due_on = fields.Date("Visa due on", readonly=True, copy=False, index="btree_not_null")
    visa_days_used = fields.Integer(readonly=True, copy=False, aggregator=None, export_string_translation=False)
    visa_on = fields.Date("Visa of", readonly=True, copy=False)
    visa_by_id = fields.Many2one(
        "res.users", "Visa by", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    rejected_on = fields.Date(readonly=True, copy=False)
    remarks = fields.Text("Remarks of the accountant", readonly=True, copy=False)
    ground = fields.Selection(GROUNDS, readonly=True, copy=False)
    is_requisition = fields.Boolean("Requisition", readonly=True, copy=False)
    requisition_reason = fields.Text(readonly=True, copy=False)
    paid_on = fields.Date("Paid on", readonly=True, copy=False)
    paid_by_id = fields.Many2one(
        "res.users", "Paid by", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    payment_reference = fields.Char("Reference of the payment", readonly=True, copy=False)
    interest_amount = amount_field("Late interest due", readonly=True, copy=False, help="Fixed on the day of payment.")
    interest = amount_field("Late interest", compute="_compute_interest", help="Due so far, or fixed at the payment.")
    interest_per_day = amount_field("Interest a day", compute="_compute_interest")
    days_left = fields.Integer("Days left", compute="_compute_interest", aggregator=None)
    note = fields.Text("Notes")
    can_sign = fields.Boolean(compute="_compute_can", export_string_translation=False)
    can_decide = fields.Boolean(compute="_compute_can", export_string_translation=False)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("submitted", "To sign"),
            ("issued", "Issued"),
            ("visaed", "Visa given"),
            ("paid", "Paid"),
            ("rejected", "Rejected"),
            ("cancelled", "Cancelled"),
        ],
        "Status",
        required=True,
        readonly=True,
        default="draft",
        copy=False,
    )

    _number_uniq = models.UniqueIndex("(number) WHERE number IS NOT NULL", "A payment order has its own number.")
    _gid_uniq = models.UniqueIndex(
        "(gid_number) WHERE gid_number IS NOT NULL", "This GID number is already that of another payment order."
    )
    _one_live = models.UniqueIndex(
        "(liquidation_id) WHERE state != 'cancelled' AND liquidation_id IS NOT NULL", "An invoice is ordered once."
    )
    _one_interest = models.UniqueIndex(
        "(late_order_id) WHERE state != 'cancelled' AND late_order_id IS NOT NULL",
        "The late interest of an order is ordered once.",
    )
    _state_year = models.Index("(state, fiscal_year_id)")
    _amounts_positive = models.Constraint(
        "CHECK (gross_amount >= 0 AND untaxed_amount >= 0 AND vat_amount >= 0 AND penalty_amount >= 0 "
        "AND advance_amount >= 0 AND opposition_amount >= 0 AND gross_amount < 1e13 AND untaxed_amount < 1e13 "
        "AND vat_amount < 1e13 AND penalty_amount < 1e13 AND advance_amount < 1e13 AND opposition_amount < 1e13)",
        "The amounts of an order are never negative, nor beyond reason.",
    )

    # ------------------------------------------------------------------ computes
    @api.depends("liquidation_id")
    def _compute_from_invoice(self):
        for one in self:
            invoice = one.liquidation_id
            if not invoice:
                one.object, one.origin_year = one.object, one.origin_year
                one.commitment_id = one.commitment_id
                one.untaxed_amount, one.vat_amount, one.gross_amount = (
                    one.untaxed_amount,
                    one.vat_amount,
                    one.gross_amount,
                )
                continue
            one.commitment_id = invoice.commitment_id
            one.object = invoice.commitment_id.object
            one.origin_year = (invoice.service_date or invoice.invoice_date or self._gov_today()).year
            one.untaxed_amount, one.vat_amount = invoice.untaxed_amount, invoice.vat_amount
            one.gross_amount = invoice.amount

    @api.depends("liquidation_id")
    def _compute_advance_amount(self):
        for one in self:
            one.advance_amount = one.liquidation_id.advance_amount or one.advance_amount

    @api.depends("partner_id", "opposition_partner_id")
    def _compute_bank_id(self):
        for one in self:
            payee = one.opposition_partner_id or one.partner_id
            if one.bank_id.partner_id != payee:
                one.bank_id = payee.bank_ids[:1]

    @api.depends("commitment_id", "kind")
    def _compute_profile(self):
        for one in self:
            kind = one.commitment_id.kind_id if one.kind != "interest" else self.env["gov.expense.kind"]
            one.has_retention, one.is_service = kind.has_retention, kind.is_service
            one.is_vat_excluded, one.is_fee = kind.is_vat_excluded, kind.is_fee

    @api.depends("gross_amount")
    def _compute_payment_mode(self):
        limit = exact(self.env["gov.parameter"].get_value("execution.payment.cash"))
        for one in self:
            one.payment_mode = "transfer" if exact(one.gross_amount) > limit else one.payment_mode or "transfer"

    @api.depends("liquidation_id.order_due_on", "liquidation_id.pay_due_on", "late_order_id.paid_on", "visa_days_used")
    def _compute_dues(self):
        value = self.env["gov.parameter"].get_value
        for one in self:
            invoice, late = one.liquidation_id, one.late_order_id
            if late.paid_on:
                one.order_due_on = late.paid_on + timedelta(days=int(value("execution.interest.order", late.paid_on)))
                one.pay_due_on = one.order_due_on
                continue
            due = invoice.order_due_on
            if due:
                # the clock stops while the order is with the accountant, each time: what was left runs from the return
                due += timedelta(days=one.visa_days_used)
            one.order_due_on, one.pay_due_on = due, invoice.pay_due_on

    @api.depends("pay_due_on", "paid_on", "interest_amount", "gross_amount", "state")
    def _compute_interest(self):
        today = self._gov_today()
        rate_on, basis = self._gov_rate_on(), int(self.env["gov.parameter"].get_value("execution.interest.basis"))
        for one in self:
            one.days_left = (one.pay_due_on - (one.paid_on or today)).days if one.pay_due_on else 0
            base = one._gov_interest_base()
            if one.state == "paid":
                one.interest, one.interest_per_day = one.interest_amount, 0
            elif one.state == "cancelled" or not one.pay_due_on or not base:
                one.interest = one.interest_per_day = 0
            else:
                one.interest = float(late_interest(base, one.pay_due_on, today, rate_on, basis))
                day = max(today, one.pay_due_on) + timedelta(days=1)
                one.interest_per_day = float(interest_of_a_day(base, day, rate_on, basis))

    def _gov_rate_on(self):
        """Return the function day → rate; a quarter without a rate keeps the last one known (2-16-344, article 11)."""
        # sudo: legal parameters are for all the staff
        rows = self.env["gov.parameter"].sudo()._get_rows("execution.interest.rate")
        rows, value = sorted(rows, key=lambda row: row[0], reverse=True), self.env["gov.parameter"].get_value

        def rate_on(day):
            known = next((rate for first, _last, rate in rows if first <= day), None)
            return value("execution.interest.rate", day) if known is None else known

        return rate_on

    def _gov_interest_base(self):
        """Return what bears late interest: the amount with taxes minus the retention money, on public orders."""
        if self.kind == "interest" or not self.commitment_id.kind_id.is_public_order:
            return ZERO
        kept = sum((exact(row.amount) for row in self.withholding_ids if row.code == "retention"), ZERO)
        return exact(self.gross_amount) - kept

    @api.depends_context("uid")
    @api.depends("state", "submitted_by_id", "signed_by_id", "create_uid")
    def _compute_can(self):
        authorising = self.env.user.has_group("gov_base.group_authorising_officer")
        controller = self.env.user.has_group("gov_base.group_expenditure_controller")
        for one in self:
            asked = one.submitted_by_id | one._gov_authors()
            one.can_sign = bool(authorising and one.state == "submitted" and self.env.user not in asked)
            others = asked | one.signed_by_id
            one.can_decide = bool(controller and one.state in ("issued", "visaed") and self.env.user not in others)

    @api.depends("number", "object")
    def _compute_display_name(self):
        for one in self:
            number = f"\u2066{one.number}\u2069" if one.number else ""
            one.display_name = " ".join(filter(None, [number, one.object])) or self.env._("New payment order")

    # ------------------------------------------------------------------ hooks
    @api.constrains("bank_id", "partner_id", "opposition_partner_id")
    def _check_bank(self):
        for one in self:
            payee = one.opposition_partner_id or one.partner_id
            if one.bank_id and one.bank_id.partner_id != payee:
                raise ValidationError(
                    self.env._(
                        "The account %(rib)s is not known for %(partner)s: the payment would not discharge the State.",
                        rib=one.bank_id.acc_number,
                        partner=payee.display_name,
                    )
                )

    @api.constrains("commitment_id", "liquidation_id")
    def _check_invoice(self):
        for one in self:
            if one.liquidation_id and one.liquidation_id.commitment_id != one.commitment_id:
                raise ValidationError(self.env._("The invoice belongs to another commitment."))

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        orders._gov_refresh()
        orders._gov_list_pieces("payment")
        return orders

    def write(self, vals):
        result = super().write(vals)
        if {
            "liquidation_id",
            "penalty_amount",
            "advance_amount",
            "has_retention",
            "is_service",
            "is_vat_excluded",
            "is_fee",
            "opposition_partner_id",
            "opposition_amount",
            "untaxed_amount",
            "vat_amount",
            "gross_amount",
        } & vals.keys():
            self._gov_refresh()
        return result

    # ------------------------------------------------------------------ amounts
    def _gov_refresh(self):
        """Work out again what is withheld and what is charged, of orders that are not signed yet."""
        if self._gov_is_bulk():
            return
        for one in self:
            if one.state in ("draft", "submitted"):
                one.sudo().with_context(lang=self.env.lang)._gov_work_out()  # sudo: history and rates, for the amounts

    def _gov_rates(self, day):
        value = self.env["gov.parameter"].get_value
        names = {
            "retention_rate": "retention.rate",
            "retention_cap": "retention.cap",
            "vat_rate": "vat.rate",
            "vat_free_amount": "vat.free_amount",
            "vat_free_month": "vat.free_month",
            "is_rate": "is.rate",
            "ir_rate": "ir.rate",
        }
        return withholdings.Rates(
            **{name: exact(value(f"execution.withheld.{code}", day)) for name, code in names.items()}
        )

    def _gov_bill(self, day):
        chain = self.commitment_id._gov_chain()
        others = self.search(
            [
                ("commitment_id", "in", chain.ids),
                ("id", "!=", self.id),
                ("state", "in", EMITTED),
            ]
        )
        retained = sum((exact(row.amount) for row in others.withholding_ids if row.code == "retention"), ZERO)
        opposed = (exact(self.opposition_amount),) if self.opposition_partner_id and self.opposition_amount else ()
        return withholdings.Bill(
            total=money(self.gross_amount),
            untaxed=money(self.untaxed_amount),
            vat=money(self.vat_amount),
            is_service=self.is_service,
            is_excluded=self.is_vat_excluded,
            month_before=self._gov_month_before(self.partner_id, day),
            is_fee=self.is_fee,
            tax_regime=self.partner_id.gov_tax_regime or "none",
            has_retention=self.has_retention,
            contract_total=chain._gov_contract_total(),
            retained_before=retained,
            penalty=exact(self.penalty_amount),
            advance=exact(self.advance_amount),
            oppositions=opposed,
        )

    def _gov_month_before(self, partner, day):
        """Return what services of a supplier were ordered in the month of a day, before this order, with taxes."""
        [(month,)] = self._read_group(
            [
                ("partner_id", "=", partner.id),
                ("is_service", "=", True),
                ("id", "not in", self.ids),
                ("state", "in", EMITTED),
                ("signed_on", ">=", day.replace(day=1)),
                ("signed_on", "<=", day),
            ],
            [],
            ["gross_amount:sum"],
        )
        return exact(month or 0)

    def _gov_withheld(self, day):
        """Return the ``Withheld`` lines of the order; who works them out elsewhere, with an account, extends."""
        return withholdings.withholdings(self._gov_bill(day), self._gov_rates(day))

    def _gov_work_out(self):
        day = self.signed_on or self._gov_today()
        try:
            lines = self._gov_withheld(day)
        except ValueError:
            raise UserError(
                self.env._(
                    "What is withheld exceeds the %(gross)s of the order.", gross=nbsp_amount(self.gross_amount)
                )
            ) from None
        charged = withholdings.charged(exact(self.gross_amount), lines)
        net = withholdings.net_to_pay(exact(self.gross_amount), lines)
        self.withholding_ids.unlink()
        self.line_ids.unlink()
        self.env["gov.payment.withholding"].create(
            [
                {
                    "order_id": self.id,
                    "code": line.code,
                    "base": float(line.base),
                    "rate": float(line.rate),
                    "amount": float(line.amount),
                    "why": line.reason,
                }
                for line in lines
            ]
        )
        self.env["gov.payment.order.line"].create(
            [
                {"order_id": self.id, "commitment_line_id": line.id, "amount": float(amount)}
                for line, amount in self._gov_shares(charged)
            ]
        )
        self._gov_write(
            {
                "charged_amount": float(charged),
                "withheld_amount": float(money(self.gross_amount) - net),
                "net_amount": float(net),
            }
        )

    def _gov_shares(self, charged):
        """Share what is charged among the lines of the invoice, to the centime."""
        invoice = self.liquidation_id
        if not invoice:
            lines = self.commitment_id.line_ids
            fitting = lines.filtered(lambda line: exact(line.committed) - exact(line.liquidated) >= charged)
            return [((fitting or lines)[:1], charged)] if lines else []
        rows = invoice.line_ids.filtered("amount").sorted("id")
        parts = withholdings.shares(charged, [exact(row.amount) for row in rows])
        return list(zip(rows.commitment_line_id, parts, strict=True))

    # ------------------------------------------------------------------ checks
    def _gov_checks(self):
        self.ensure_one()
        _ = self.env._
        one = self.sudo().with_context(lang=self.env.lang)  # sudo: lines and accounts, for whoever reads the order
        missing = [_("Missing: %(piece)s", piece=name) for name in one._gov_pieces_missing()]
        invoice = one.liquidation_id
        if one.kind == "ordinary" and not (invoice and invoice.state == "certified"):
            missing.insert(0, _("The service done is not certified."))
        signature = [] if one.signed_by_id else [_("The authorising officer has not signed yet.")]
        signature += one._gov_office_problems(one.signed_on or self._gov_today())
        visa = [] if one.commitment_id.state in ("visaed", "closed") else [_("The commitment has no visa.")]
        return [
            self._gov_check("C1", _("Payment credits are available"), one._gov_credit_problems(), page="amounts"),
            self._gov_check("C2", _("Signed by an accredited officer"), signature, page="more"),
            self._gov_check("C3", _("Liquidation is exact"), one._gov_amount_problems(), page="amounts"),
            self._gov_check("C4", _("The commitment has its visa"), visa, page="more"),
            self._gov_check(
                "C5", _("The payment discharges the State"), one._gov_discharge_problems(), page="amounts"
            ),
            self._gov_check("C6", _("Pieces and service done"), missing, page="pieces"),
        ]

    def _gov_office_problems(self, day):
        officer = self.officer_id
        if officer.date_from <= day and not (officer.date_to and officer.date_to < day):
            return []
        return [
            self.env._(
                "%(officer)s is not in office on %(day)s: nobody signs for an officer who is not accredited.",
                officer=officer.name,
                day=format_date(self.env, day),
            )
        ]

    def _gov_credit_problems(self):
        if self.state in EMITTED:
            return []
        found, asked = [], defaultdict(lambda: ZERO)
        for line in self.line_ids:
            asked[line.commitment_line_id.budget_line_id] += exact(line.amount)
        for line, amount in asked.items():
            left = exact(line.cp_current) - exact(line.delegated) + exact(line.delegated_ce) - exact(line.ordered)
            if amount > left + exact(line.authorised):
                found.append(
                    self.env._(
                        "%(line)s: %(left)s of payment credits (CP) are left, %(asked)s asked.",
                        line=line.display_name,
                        left=nbsp_amount(left),
                        asked=nbsp_amount(amount),
                    )
                )
        return found

    def _gov_amount_problems(self):
        found = []
        rows = [{"amount": row.amount} for row in self.withholding_ids]
        for _code, facts in consistency.order_problems(self.gross_amount, rows, self.net_amount):
            found.append(
                self.env._(
                    "The net is %(net)s, the total minus what is withheld %(expected)s.",
                    net=nbsp_amount(facts["net"]),
                    expected=nbsp_amount(facts["expected"]),
                )
            )
        if exact(self.gross_amount) <= 0:
            found.append(self.env._("The order has no amount."))
        invoice = self.liquidation_id
        if invoice and money(invoice.amount) != money(self.gross_amount):
            found.append(
                self.env._(
                    "The order is of %(gross)s, the invoice of %(invoice)s.",
                    gross=nbsp_amount(self.gross_amount),
                    invoice=nbsp_amount(invoice.amount),
                )
            )
        if invoice and money(exact(self.untaxed_amount) + exact(self.vat_amount)) != money(self.gross_amount):
            found.append(self.env._("Without taxes and VAT do not make the total."))
        return found

    def _gov_discharge_problems(self):
        _, found = self.env._, []
        payee = self.opposition_partner_id or self.partner_id
        if self.payment_mode == "transfer":
            if not self.bank_id:
                found.append(
                    _("No account (RIB) is known for %(partner)s: add it on the supplier.", partner=payee.name)
                )
            elif self.bank_id.partner_id != payee:
                found.append(_("The account is not one of %(partner)s.", partner=payee.name))
            elif len(self.bank_id._gov_rib()) != 24 and payee.country_id.code in (False, "MA"):
                found.append(_("The account of %(partner)s is no RIB of 24 digits.", partner=payee.name))
        limit = self.env["gov.parameter"].get_value("execution.payment.cash", self.signed_on or None)
        if self.payment_mode == "cash" and exact(self.net_amount) > exact(limit):
            found.append(_("Above %(limit)s DH the payment is a bank transfer.", limit=nbsp_amount(limit)))
        if self.opposition_amount and not self.opposition_partner_id:
            found.append(_("Say who opposes the payment."))
        return found

    # ------------------------------------------------------------------ acts
    @short_transaction
    def action_submit(self):
        """Hand the order over for signature."""
        self.check_access("write")
        self._gov_check_office()
        self._gov_take("draft", "submitted")
        for one in self.sorted("id"):
            full = one.sudo().with_context(lang=self.env.lang)  # sudo: who submits was checked
            full._gov_check_ready()
            full._gov_write({"submitted_by_id": self.env.uid})
        return True

    def _gov_check_ready(self):
        problems = [*self._gov_amount_problems(), *self._gov_discharge_problems()]
        if self.kind == "ordinary" and self.liquidation_id.state != "certified":
            problems.append(self.env._("A payment is ordered once the service is certified."))
        if self.liquidation_id.is_stopped:
            problems.append(
                self.env._("The clock of the invoice is stopped: resume it once what was missing is here.")
            )
        if problems:
            raise UserError("\n".join(problems))

    @around_act
    def action_sign(self):
        """Sign the orders: each takes the next number of the series of the officer and is charged to its lines.

        Authorising officers, never who prepared. The document (M14) is made and sealed afterwards.
        """
        self._gov_sign_all()
        for one in self:
            one._gov_make_document()
        return True

    @short_transaction
    def _gov_sign_all(self):
        self.check_access("read")
        self._gov_check_authorising()
        self._gov_take("submitted", "issued")
        for one in self.sorted("id"):
            one._gov_check_other(one.sudo().submitted_by_id | one._gov_authors())  # sudo: only who prepared
            full = one.sudo().with_context(lang=self.env.lang)  # sudo: who signs was checked
            full._gov_sign(self.env.user)
        return True

    def _gov_sign(self, user):
        today = self._gov_today()
        problems = self._gov_office_problems(today)
        if problems:
            raise UserError("\n".join(problems))
        self._gov_work_out_again()
        self._gov_check_ready()
        self._gov_write(
            {
                "signed_by_id": user.id,
                "signed_on": today,
                "received_on": today,
                "visa_due_on": self._gov_visa_due(today),
            }
        )
        self.env.flush_all()
        if self.kind == "interest":
            self._gov_count("liquidated", 1, "liquidation")
        self._gov_count("ordered", 1, "order")
        rank, number = self.officer_id._gov_take_number("order", self.fiscal_year_id.date_from.year)
        self._gov_write({"number": number, "rank": rank})
        self._gov_journal(
            "sign",
            {"number": number, "gross": str(money(self.gross_amount)), "net": str(money(self.net_amount))},
            user,
        )

    def _gov_work_out_again(self):
        """The month and the retention may have moved since the draft: what is withheld is that of the signature."""
        before = self.net_amount
        self._gov_work_out()
        if money(before) != money(self.net_amount):
            raise UserError(
                self.env._(
                    "Other orders of this supplier were signed meanwhile: the net changes from %(before)s to "
                    "%(after)s. Return the order to its draft, check it and submit it again.",
                    before=nbsp_amount(before),
                    after=nbsp_amount(self.net_amount),
                )
            )

    def _gov_check_retention(self):
        """While an order was rejected, others may have kept the retention money it keeps: the cap holds for all."""
        kept = sum((exact(row.amount) for row in self.withholding_ids if row.code == "retention"), ZERO)
        now = sum((line.amount for line in self._gov_withheld(self.signed_on) if line.code == "retention"), ZERO)
        if kept != now:
            raise UserError(
                self.env._(
                    "Other orders of the contract were signed meanwhile: the retention money is %(now)s and no longer "
                    "%(kept)s. Cancel this order and make it again.",
                    now=nbsp_amount(now),
                    kept=nbsp_amount(kept),
                )
            )

    def _gov_visa_due(self, day, used=0):
        value = self.env["gov.parameter"].get_value
        is_staff = self.commitment_id.kind_id.family.startswith("staff")
        total = int(value("execution.visa.pay_staff" if is_staff else "execution.visa.pay", day))
        if used:
            total = clocks.visa_days_left(total, used, int(value("execution.visa.pay_minimum", day)))
        return day + timedelta(days=total)

    def _gov_count(self, name, sign, kind, day=None):
        """Move a counter of the lines of these orders, of their commitments and of the budget.

        :param day: of the entries; today when left out
        """
        changes, movements = defaultdict(lambda: ZERO), []
        for one in self:
            for line in one.line_ids:
                amount = sign * money(line.amount)
                changes[line.commitment_line_id.id] += amount
                movements.append(
                    {
                        "line": line.commitment_line_id.budget_line_id,
                        "kind": kind,
                        name: amount,
                        "date": day,
                        "record": one,
                        "label": f"{one.number or ''} {one.partner_id.name or ''} {one.object or ''}".strip(),
                    }
                )
        self.env["gov.commitment.line"]._gov_move(changes, name)
        self.env["gov.budget.entry"]._gov_post(movements)

    @short_transaction
    def action_visa(self):
        """Give the visa of the payment: credits, signature, liquidation, discharge and pieces were checked."""
        return self._gov_give_visa()

    @short_transaction
    def action_visa_without_pieces(self, reason):
        """Give the visa although pieces that condition it are missing, with the reason, kept in the journal."""
        return self._gov_give_visa(self._gov_check_reason(reason))

    def _gov_give_visa(self, reason=False):
        self.check_access("read")
        self._gov_check_controller()
        self._gov_take("issued", "visaed")
        for one in self.sorted("id"):
            missing = one._gov_check_conditions(reason)
            if missing:
                one._gov_journal(
                    "visa_without_pieces", {"number": one.number, "reason": reason, "pieces": missing}, self.env.user
                )
            full = one.sudo()  # sudo: who gives the visa was checked
            one._gov_check_other(full.submitted_by_id | full.signed_by_id | one._gov_authors())
            full._gov_write({"visa_on": self._gov_today(), "visa_by_id": self.env.uid})
            full._gov_journal("visa", {"number": full.number}, self.env.user)
        return True

    @short_transaction
    def action_refuse_visa(self, reason, ground="other"):
        """Reject the order with all the remarks at once: it is no longer emitted, and the officer's clock goes on.

        :param reason: all the remarks, one a line
        :param ground: credit, law, imputation, computation, pieces, visa, discharge or other
        """
        self.check_access("read")
        self._gov_check_controller()
        reason = self._gov_check_reason(reason)
        self._gov_check_ground(ground)
        self._gov_take("issued", "rejected")
        today = self._gov_today()
        for one in self.sorted("id"):
            full = one.sudo().with_context(lang=self.env.lang)  # sudo: who rejects was checked
            one._gov_check_other(full.submitted_by_id | full.signed_by_id | one._gov_authors())
            used = full.visa_days_used + clocks.elapsed_days(full.received_on or today, today)
            full._gov_write({"remarks": reason, "ground": ground, "rejected_on": today, "visa_days_used": used})
            self.env.flush_all()
            full._gov_count("ordered", -1, "order")
            full._gov_journal("refuse", {"number": full.number, "reason": reason, "ground": ground}, self.env.user)
        return True

    @short_transaction
    def action_resend(self):
        """Send a rejected order again, completed: the accountant has the days he had left, five at least."""
        self.check_access("read")
        self._gov_check_authorising()
        self._gov_take("rejected", "issued")
        today = self._gov_today()
        for one in self.sorted("id"):
            full = one.sudo().with_context(lang=self.env.lang)  # sudo: who sends was checked
            one._gov_check_other(full.submitted_by_id | one._gov_authors())
            full._gov_check_books()
            full._gov_check_ready()
            full._gov_check_retention()
            full._gov_write({"received_on": today, "visa_due_on": full._gov_visa_due(today, full.visa_days_used)})
            self.env.flush_all()
            full._gov_count("ordered", 1, "order")
            full._gov_journal("resend", {"number": full.number}, self.env.user)
        return True

    @short_transaction
    def action_requisition(self, reason):
        """Order the accountant to pay all the same (requisition); never without credits, visa or discharge."""
        self.check_access("read")
        self._gov_check_authorising()
        reason = self._gov_check_reason(reason)
        self._gov_take("rejected", "visaed")
        for one in self.sorted("id"):
            full = one.sudo().with_context(lang=self.env.lang)  # sudo: who requisitions was checked
            one._gov_check_other(full.submitted_by_id | one._gov_authors())
            if full.ground in NEVER_REQUISITIONED:
                raise UserError(
                    self.env._(
                        "No requisition without credits, without the visa of the commitment, or when the payment "
                        "would not discharge the State."
                    )
                )
            full._gov_check_books()
            full._gov_check_retention()
            full._gov_write({"is_requisition": True, "requisition_reason": reason, "visa_on": self._gov_today()})
            self.env.flush_all()
            full._gov_count("ordered", 1, "order")
            full._gov_journal("requisition", {"number": full.number, "reason": reason}, self.env.user)
        return True

    @short_transaction
    def action_pay(self, payment_date=None, reference=None):
        """Record the payment: the accountant tells its day and its reference within five working days.

        :param payment_date: day of the transfer; today when left out
        """
        self.check_access("read")
        self._gov_check_controller()
        today = self._gov_today()
        try:
            day = fields.Date.to_date(payment_date) or today
        except (TypeError, ValueError):
            raise UserError(self.env._("Give the day as year-month-day.")) from None
        if day > today:
            raise UserError(self.env._("A payment is recorded once it is made, not before."))
        self._gov_take("visaed", "paid")
        for one in self.sorted("id"):
            full = one.sudo().with_context(lang=self.env.lang)  # sudo: who pays was checked
            one._gov_check_other(full.submitted_by_id | full.signed_by_id | one._gov_authors())
            if full.visa_on and day < full.visa_on:
                raise UserError(
                    self.env._(
                        "The visa is of %(day)s: the payment cannot be before.",
                        day=format_date(self.env, full.visa_on),
                    )
                )
            full._gov_pay(day, str(reference or "").strip() or False, self.env.user)
        return True

    def _gov_pay(self, day, reference, user):
        basis = int(self.env["gov.parameter"].get_value("execution.interest.basis", day))
        interest = late_interest(self._gov_interest_base(), self.pay_due_on or None, day, self._gov_rate_on(), basis)
        self._gov_write(
            {"paid_on": day, "payment_reference": reference, "paid_by_id": user.id, "interest_amount": float(interest)}
        )
        self.env.flush_all()
        self._gov_count("paid", 1, "payment")
        self._gov_journal("pay", {"number": self.number, "day": str(day), "net": str(money(self.net_amount))}, user)

    @short_transaction
    def action_cancel(self, reason=None):
        """Cancel: before the signature by who prepares; issued or rejected, by an authorising officer."""
        self.check_access("read")
        self._gov_lock()  # who cancels, and why, depends on how far it came
        for one in self.sorted("id"):
            before = one.state
            if before in ("issued", "rejected"):
                one._gov_check_authorising()
                one._gov_check_other(one.sudo().submitted_by_id | one._gov_authors())  # sudo: only who prepared
                sources = (before,)
            else:
                one.check_access("write")
                one._gov_check_office()
                sources = ("draft", "submitted")
            if before != "draft":
                reason = one._gov_check_reason(reason)
            one._gov_take(sources, "cancelled")
            full = one.sudo().with_context(lang=self.env.lang)  # sudo: who cancels was checked
            if before == "issued":
                full._gov_count("ordered", -1, "order")
            if full.number and full.kind == "interest":
                full._gov_count("liquidated", -1, "liquidation")
            full._gov_journal("cancel", {"number": full.number or "", "reason": reason or ""}, self.env.user)
            full._gov_on_cancelled()
        return True

    def _gov_on_cancelled(self):
        """Called at the end of a cancellation: the invoice is free for another order."""

    @short_transaction
    def action_return(self, reason):
        """Return an order to its draft instead of signing it. Authorising officers."""
        self.check_access("read")
        self._gov_check_authorising()
        reason = self._gov_check_reason(reason)
        self._gov_take("submitted", "draft")
        for one in self.sudo():  # sudo: who returns was checked
            one._gov_write({"remarks": reason})
            one._gov_refresh()
            one._gov_journal("return", {"reason": reason}, self.env.user)
        return True

    def action_propose_interest(self):
        """Prepare the order of the late interest of orders paid late; open the first one."""
        self._gov_check_office()
        self.check_access("read")
        made = self._gov_propose_interest()
        if not made:
            raise UserError(self.env._("No late interest is due on these orders, or its order exists already."))
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": made[:1].id,
            "views": [(False, "form")],
        }

    def _gov_propose_interest(self):
        late = self.filtered(
            lambda one: one.state == "paid"
            and one.interest_amount
            and not one.interest_order_ids.filtered(lambda other: other.state != "cancelled")
        )
        vals_list = [
            {
                "kind": "interest",
                "late_order_id": one.id,
                "commitment_id": one.commitment_id.id,
                "object": self.env._(
                    "Late interest on the payment order %(number)s, paid on %(day)s",
                    number=one.number,
                    day=format_date(self.env, one.paid_on),
                ),
                "origin_year": one.paid_on.year,
                "gross_amount": one.interest_amount,
                "untaxed_amount": one.interest_amount,
                "payment_mode": "transfer",
            }
            for one in late
        ]
        return self._gov_create(vals_list) if vals_list else self.browse()

    def _gov_check_books(self):
        """Refuse to take up again an order of a year whose books are closed."""
        closed = self.line_ids.budget_line_id.filtered(lambda line: not line.is_open)
        if closed:
            raise UserError(
                self.env._(
                    "The books of %(year)s are closed: cancel this order and order the invoice again on the "
                    "commitment of the new year.",
                    year=self.fiscal_year_id.name,
                )
            )

    @api.model
    def _cron_propose_interest(self):
        """Prepare the orders of late interest, so that they are signed within thirty days."""
        late = self.search(
            [("state", "=", "paid"), ("interest_amount", ">", 0), ("interest_order_ids", "=", False)], limit=200
        )
        late._gov_propose_interest()

    # ------------------------------------------------------------------ document
    def _gov_make_document(self):
        full = self.sudo()  # sudo: the order is printed for whoever signs it
        if full.rank and not full.document_ids:
            self._gov_issue("order", "payment_order", full.rank, full.signed_on, full.signed_by_id.employee_id)

    def _gov_document_values(self, lang):
        """Return the placeholders and blocks of the payment order (M14): the mentions of article 36 of 330-66."""
        self.ensure_one()
        one = self.with_context(lang=LANGS[lang])
        _, partner, commitment, invoice = one.env._, one.partner_id, one.commitment_id, one.liquidation_id
        values = super()._gov_document_values(lang)
        codes = dict(one.withholding_ids._fields["code"]._description_selection(one.env))
        modes = dict(one._fields["payment_mode"]._description_selection(one.env))
        payee = one.opposition_partner_id or partner
        address = " ".join(filter(None, [partner.street, partner.street2, partner.zip, partner.city]))
        rows = [[codes[row.code], row.sentence, money_cell(row.amount)] for row in one.withholding_ids]
        pieces = [piece.label for piece in one.piece_ids if piece.is_here]
        number = f"\u2066{invoice.invoice_number}\u2069" if invoice else ""
        values.update(
            fiscal_year=one.fiscal_year_id.name,
            officer=one.officer_id.name,
            total_words=one.env["gov.words"].amount(one.net_amount, lang),
            facts=facts_table(
                [
                    (_("Creditor"), partner.name),
                    (_("Address"), ltr(address)),
                    (_("ICE"), ltr(partner.gov_ice)),
                    (_("Tax identifier (IF)"), ltr(partner.gov_tax_number)),
                    (_("Paid to"), payee.name if payee != partner else ""),
                    (_("Account (RIB)"), ltr(one.bank_id._gov_rib() if one.bank_id else "")),
                    (_("Mode of payment"), modes.get(one.payment_mode)),
                    (_("Object"), one.object),
                    (_("Year of the claim"), str(one.origin_year or "")),
                    (_("Commitment"), ltr(commitment.number)),
                    (_("Contract or order"), ltr(commitment.reference)),
                    (_("Invoice"), number),
                    (_("Service done on"), format_date(one.env, invoice.service_day) if invoice.service_day else ""),
                    (_("Assigned accountant"), one.officer_id.accountant),
                    (_("Pieces joined"), ", ".join(pieces)),
                ]
            ),
            charges=data_table(
                [_("Rubric"), _("Amount (DH)")],
                [[line.budget_line_id.display_name, money_cell(line.amount)] for line in one.line_ids],
                total=(_("Charged to the budget"), [money_cell(one.charged_amount)]),
                numeric=(1,),
            ),
            withheld=data_table(
                [_("Withheld"), _("How it was worked out"), _("Amount (DH)")],
                [[_("Gross, taxes included"), "", money_cell(one.gross_amount)], *rows],
                total=(_("Net to pay"), [money_cell(one.net_amount)]),
                numeric=(2,),
            ),
            visa=facts_table(
                [
                    (_("Visa of the accountant"), "…" * 12),
                    (_("Number and date"), "…" * 12),
                    (_("Paid on"), "…" * 12),
                ]
            ),
        )
        return values

    def action_print(self):
        """Give the payment order (M14)."""
        self.ensure_one()
        self.check_access("read")
        if not self.number:
            raise UserError(self.env._("The document is made when the order is signed."))
        self._gov_make_document()
        return self._gov_open_document(self.env._("The document is being made. Try again in a moment."))


class GovPaymentOrderLine(models.Model):
    """What a payment order charges to a line of its commitment; worked out by the system."""

    _name = "gov.payment.order.line"
    _description = "Payment order line"
    _order = "order_id, id"

    order_id = fields.Many2one("gov.payment.order", required=True, readonly=True, index=True, ondelete="cascade")
    commitment_line_id = fields.Many2one(
        "gov.commitment.line", "Budget line", required=True, readonly=True, index=True, ondelete="restrict"
    )
    budget_line_id = fields.Many2one(
        related="commitment_line_id.budget_line_id",
        store=True,
        precompute=True,
        index=True,
        ondelete="restrict",
        string="Rubric",
    )
    amount = amount_field("Amount", required=True, readonly=True)


class GovPaymentWithholding(models.Model):
    """What is withheld on a payment order, with its base, its rate and its reason; worked out by the system."""

    _name = "gov.payment.withholding"
    _description = "Withholding"
    _order = "order_id, id"
    _rec_name = "code"

    order_id = fields.Many2one("gov.payment.order", required=True, readonly=True, index=True, ondelete="cascade")
    code = fields.Selection(
        [
            ("retention", "Retention money"),
            ("penalty", "Late penalty"),
            ("advance", "Recovery of the advance"),
            ("vat", "VAT withheld"),
            ("is", "Corporate tax withheld (IS)"),
            ("ir", "Income tax withheld (IR)"),
            ("opposition", "Opposition"),
        ],
        "Withheld",
        required=True,
        readonly=True,
    )
    base = amount_field("Base", readonly=True)
    rate = fields.Float(digits=(16, 4), readonly=True, aggregator=None)
    amount = amount_field("Amount", readonly=True)
    why = fields.Char(readonly=True, export_string_translation=False)
    sentence = fields.Char("Explanation", compute="_compute_sentence")

    @api.depends("code", "base", "rate", "amount", "why")
    @api.depends_context("lang")
    def _compute_sentence(self):
        _ = self.env._
        texts = {
            "retention": _("%(base)s × %(rate)s %% = %(amount)s, until the cap of the contract"),
            "penalty": _("Penalty of %(amount)s deducted from the bill"),
            "advance": _("%(amount)s of the advance recovered"),
            "vat": _("VAT %(base)s × %(rate)s %% = %(amount)s, paid to the tax office (CGI 117-V)"),
            "is": _("Fees without taxes %(base)s × %(rate)s %% = %(amount)s (CGI 19-IV-A)"),
            "ir": _("Fees without taxes %(base)s × %(rate)s %% = %(amount)s (CGI 73-II)"),
            "opposition": _("%(amount)s paid to the opposing third party, of %(base)s"),
        }
        for row in self:
            facts = {
                "base": nbsp_amount(row.base),
                "rate": f"{row.rate * 100:g}".replace(".", ","),
                "amount": nbsp_amount(row.amount),
            }
            row.sentence = texts[row.code] % facts if row.code else False
