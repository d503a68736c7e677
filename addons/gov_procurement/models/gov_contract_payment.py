"""How the money of a contract reaches its payment: deductions of accounts, advance, retention given back."""

from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount

from odoo.addons.gov_base.tools.act import short_transaction
from odoo.addons.gov_budget_execution.models import gov_payment_order
from odoo.addons.gov_budget_execution.services import withholdings
from odoo.addons.gov_budget_execution.services.interest import exact, money

from .gov_commitment_link import open_record

LIVE = ("signed", "ordered", "paid")
# what the account works out, and its payment order takes as it is
FROM_ACCOUNT = frozenset(
    {
        "liquidation_id",
        "commitment_id",
        "penalty_amount",
        "advance_amount",
        "has_retention",
        "is_service",
        "is_vat_excluded",
        "is_fee",
        "untaxed_amount",
        "vat_amount",
        "gross_amount",
    }
)
# line of an account → line of its payment order
WITHHELD = {
    "retention": ("retention", "retention", "plain"),
    "advance": ("advance", None, "plain"),
    "penalty": ("penalty", None, "plain"),
    "special_penalty": ("penalty", None, "plain"),
    "vat_withheld": ("vat", "vat", "service"),
    "is_withheld": ("is", "is", "fee"),
    "ir_withheld": ("ir", "ir", "fee"),
}


class GovContract(models.Model):
    _inherit = "gov.contract"

    advance_invoice_id = fields.Many2one(
        "gov.liquidation", "Entry of the advance", readonly=True, copy=False, index="btree_not_null",
        ondelete="restrict",
    )  # fmt: skip
    release_order_ids = fields.One2many(
        "gov.payment.order", "contract_id", "Orders of the retention given back", readonly=True, copy=False
    )
    retention_kept = fields.Monetary("Retention kept", compute="_compute_retention", store=True)
    retention_released = fields.Monetary("Retention given back", compute="_compute_retention", store=True)
    retention_held = fields.Monetary("Retention held", compute="_compute_retention", store=True)
    has_retention_guarantee = fields.Boolean(
        compute="_compute_has_retention_guarantee", compute_sudo=True, export_string_translation=False
    )
    commitment_missing = fields.Monetary("Not committed yet", compute="_compute_commitment_missing", compute_sudo=True)
    payment_text = fields.Text("Money of the contract", compute="_compute_payment_text", compute_sudo=True)

    _retention = models.Constraint(
        "CHECK (coalesce(retention_released, 0) <= coalesce(retention_kept, 0) + 0.005)",
        "More retention would be given back than was kept.",
    )

    @api.depends(
        "account_ids.retention", "account_ids.state", "release_order_ids.gross_amount", "release_order_ids.state"
    )
    def _compute_retention(self):
        for one in self:
            kept = sum(one.account_ids.filtered(lambda row: row.state in LIVE).mapped("retention"))
            orders = one.sudo().release_order_ids  # sudo: only their amounts
            given = sum(orders.filtered(lambda row: row.state != "cancelled").mapped("gross_amount"))
            one.retention_kept, one.retention_released = kept, given
            one.retention_held = kept - given

    @api.depends("guarantee_ids.kind", "guarantee_ids.state")
    def _compute_has_retention_guarantee(self):
        for one in self:
            given = one.guarantee_ids.filtered(lambda row: row.kind == "retention" and row.state == "given")
            one.has_retention_guarantee = bool(given)

    @api.depends("total", "commitment_id.committed", "form", "state")
    def _compute_commitment_missing(self):
        for one in self:
            commitment = one.commitment_id.sudo()  # sudo: what is committed, for whoever reads the contract
            if one.is_yearly or commitment.state != "visaed" or one.state in ("closed", "terminated"):
                one.commitment_missing = 0
                continue
            firm = one.tranche_ids.filtered(lambda row: row.kind == "firm")
            wanted = firm._gov_total() if firm else one.total
            one.commitment_missing = max(0, wanted - (commitment.committed - commitment.interest_amount))

    @api.depends("account_ids.state", "account_ids.net", "retention_held", "advance_paid", "advance_granted")
    @api.depends_context("lang")
    def _compute_payment_text(self):
        _ = self.env._
        for one in self:
            live = one.account_ids.filtered(lambda row: row.state in LIVE and not row.is_general)

            def words(amount, one=one):
                return format_amount(self.env, amount, one.currency_id)

            lines = []
            if live:
                lines = [
                    _("Accounts signed: %(gross)s, of which", gross=words(sum(live.mapped("this_account")))),
                    _("− retention: %(amount)s", amount=words(sum(live.mapped("retention")))),
                    _("− advance taken back: %(amount)s", amount=words(sum(live.mapped("advance_recovered")))),
                    _(
                        "− penalties: %(amount)s",
                        amount=words(sum(live.mapped("penalty")) + sum(live.mapped("special_taken"))),
                    ),
                    _(
                        "− taxes withheld: %(amount)s",
                        amount=words(sum(live.mapped("withholding_vat")) + sum(live.mapped("withholding_tax"))),
                    ),
                    _(
                        "= net: %(net)s, paid so far: %(paid)s",
                        net=words(sum(live.mapped("net"))),
                        paid=words(sum(live.filtered(lambda row: row.state == "paid").mapped("net"))),
                    ),
                ]
            if one.advance_granted or one.advance_paid:
                lines.append(
                    _(
                        "Advance: %(granted)s granted, %(paid)s paid, %(left)s to take back",
                        granted=words(one.advance_granted),
                        paid=words(one.advance_paid),
                        left=words(one.advance_paid - sum(live.mapped("advance_recovered"))),
                    )
                )
            if one.retention_kept:
                lines.append(
                    _(
                        "Retention: %(kept)s kept, %(given)s given back, %(held)s held",
                        kept=words(one.retention_kept),
                        given=words(one.retention_released),
                        held=words(one.retention_held),
                    )
                )
            one.payment_text = "\n".join(lines) or False

    def _gov_retains(self):
        """Tell whether accounts keep the retention: not when a guarantee replaces it."""
        self.ensure_one()
        given = self.guarantee_ids.filtered(lambda one: one.kind == "retention" and one.state == "given")
        return self.has_retention and not given

    # ------------------------------------------------------------------ advance
    def _gov_grant_advance(self):
        """Enter the advance granted on the commitment: its payment order follows, like that of any expense."""
        self.ensure_one()
        commitment = self.commitment_id
        if commitment.state != "visaed":
            raise UserError(self.env._("The contract has no commitment with its visa."))
        today = self._gov_today()
        # sudo: the authorising officer grants it; the office that prepares expenses certifies and orders it
        invoice = (
            self.env["gov.liquidation"]
            .sudo()
            .create(
                {
                    "commitment_id": commitment.id,
                    "invoice_number": f"{self.number}-AV",
                    "invoice_date": today,
                    "deposited_on": today,
                    "contract_ref": self.number,
                    "untaxed_amount": self.advance_due,
                    "amount": self.advance_due,
                    "invoice_ice": self.partner_id.gov_ice,
                }
            )
        )
        self._gov_write({"advance_granted": self.advance_due, "advance_invoice_id": invoice.id})

    def action_open_advance(self):
        """Open the entry of the advance."""
        self.ensure_one()
        return open_record(self.advance_invoice_id)

    # ------------------------------------------------------------------ commitment raised
    @short_transaction
    def action_raise_commitment(self):
        """Ask the visa of what amendments add to the commitment, by the procurement officer."""
        self.ensure_one()
        self._gov_check_officer()
        self._gov_hold()
        missing = self.commitment_missing
        if missing < 0.005:
            raise UserError(self.env._("The commitment covers the contract."))
        signed = self.change_ids.filtered(lambda one: one.state == "signed")
        self.commitment_id.action_increase(
            round(missing, 2),
            self.env._(
                "Amendments of the contract %(number)s: %(references)s",
                number=self.number,
                references=", ".join(signed.mapped("reference")),
            ),
        )
        return open_record(self.commitment_id)

    # ------------------------------------------------------------------ retention
    @short_transaction
    def action_release_retention(self):
        """Prepare the payment orders that give the retention back: after the final acceptance, or against a guarantee.

        One order for each commitment that kept some; they are signed, get their visa and are paid like any other.
        """
        self.ensure_one()
        self._gov_check_role(
            ("procurement_officer", "budget_officer"),
            self.env._("A procurement or budget officer prepares the release of the retention."),
        )
        self._gov_hold()
        guarantee = self.guarantee_ids.filtered(lambda one: one.kind == "retention" and one.state == "given")
        if self.state not in ("final", "closed") and sum(guarantee.mapped("amount")) < self.retention_held - 0.005:
            raise UserError(
                self.env._(
                    "The retention of %(amount)s is given back after the final acceptance, or against a guarantee of "
                    "that amount (art. 64).",
                    amount=format_amount(self.env, self.retention_held, self.currency_id),
                )
            )
        vals_list, since = [], self.final_on or max(guarantee.mapped("given_on"), default=False)
        for commitment, held in self._gov_retained_by_commitment().items():
            if held < 0.005:
                continue
            vals_list.append(
                {
                    "kind": "retention",
                    "contract_id": self.id,
                    "released_on": since,
                    "commitment_id": commitment.id,
                    "object": self.env._("Retention of the contract %(number)s given back", number=self.number),
                    "origin_year": (since or self._gov_today()).year,
                    "gross_amount": held,
                    "untaxed_amount": held,
                    "payment_mode": "transfer",
                }
            )
        if not vals_list:
            raise UserError(self.env._("No retention is held: its orders exist already."))
        orders = self.env["gov.payment.order"]._gov_create(vals_list)
        self.env.flush_all()
        self._gov_log("retention", lambda one: {"amount": str(round(sum(orders.mapped("gross_amount")), 2))})
        return open_record(orders[:1])

    def _gov_retained_by_commitment(self):
        """Return what each commitment still holds of the retention."""
        found = {}
        for account in self.account_ids.filtered(lambda one: one.state in LIVE):
            commitment = account.liquidation_id.commitment_id or account._gov_commitment()
            found[commitment] = found.get(commitment, 0) + account.retention
        for order in self.sudo().release_order_ids.filtered(lambda one: one.state != "cancelled"):  # sudo: amounts
            commitment = order.commitment_id.with_env(self.env)
            found[commitment] = found.get(commitment, 0) - order.gross_amount
        return {commitment: round(amount, 2) for commitment, amount in found.items()}


class GovLiquidation(models.Model):
    _inherit = "gov.liquidation"

    def _gov_account(self):
        """Return the account of a contract that the invoice enters."""
        # sudo: the account of an invoice, for whoever pays it
        accounts = self.env["gov.progress.account"].sudo()
        return accounts.search([("liquidation_id", "in", self.ids)], limit=1) if self.ids else accounts

    def _gov_advanced_contract(self):
        # sudo: as above
        contracts = self.env["gov.contract"].sudo()
        return contracts.search([("advance_invoice_id", "in", self.ids)], limit=1) if self.ids else contracts

    @short_transaction
    def action_certify(self, service_date=None):
        """Certify; the service of an account is done on the day its attachment was agreed, unless told otherwise."""
        if not service_date and len(self) == 1:
            service_date = self._gov_account().checked_on or None
        return super().action_certify(service_date)

    @short_transaction
    def action_cancel(self, reason=None):
        """Cancel; an advance that is not entered any more may be granted again."""
        result = super().action_cancel(reason)
        self._gov_advance_lost()
        return result

    @short_transaction
    def action_refuse(self, reason):
        """Refuse; an advance that is refused may be granted again."""
        result = super().action_refuse(reason)
        self._gov_advance_lost()
        return result

    def _gov_advance_lost(self):
        for one in self:
            contract = one._gov_advanced_contract()
            if contract:
                contract._gov_write({"advance_granted": 0, "advance_invoice_id": False})


class GovPaymentOrder(models.Model):
    """The order of an account withholds what the account did; that of a retention gives it back."""

    _inherit = "gov.payment.order"
    _act_fields = gov_payment_order.GovPaymentOrder._act_fields | {"contract_id", "released_on"}

    kind = fields.Selection(selection_add=[("retention", "Retention given back")], ondelete={"retention": "cascade"})
    contract_id = fields.Many2one(
        "gov.contract", "Contract", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    released_on = fields.Date("Retention due from", readonly=True, copy=False)

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        for one in orders if not self._gov_is_bulk() else ():
            account = one.liquidation_id._gov_account()
            if account:
                # what the account takes shows on its order too
                one._gov_write({"penalty_amount": max(0, account.penalty + account.special_taken)})
        return orders

    def write(self, vals):
        if FROM_ACCOUNT & vals.keys() and not self._gov_is_act():
            for one in self:
                if one.kind == "retention" or one.liquidation_id._gov_account():
                    raise UserError(
                        self.env._(
                            "“%(order)s” pays what its contract worked out: correct the account, not the order.",
                            order=one.display_name,
                        )
                    )
        return super().write(vals)

    @api.depends("commitment_id", "kind")
    def _compute_profile(self):
        super()._compute_profile()
        # sudo: an advance is told from the other invoices, whoever pays it
        contracts = self.env["gov.contract"].sudo().search([("advance_invoice_id", "in", self.liquidation_id.ids)])
        for one in self:
            if one.kind == "retention" or one.liquidation_id in contracts.advance_invoice_id:
                one.has_retention = one.is_service = one.is_vat_excluded = one.is_fee = False

    @api.depends("released_on")
    def _compute_dues(self):
        super()._compute_dues()
        value = self.env["gov.parameter"].get_value
        for one in self:
            if one.kind == "retention" and one.released_on:
                day = one.released_on
                one.order_due_on = day + timedelta(int(value("execution.clock.order", day)))
                one.pay_due_on = day + timedelta(int(value("execution.clock.total", day)))

    def _gov_withheld(self, day):
        if self.kind == "retention":
            return self._gov_opposed([])
        account = self.liquidation_id._gov_account()
        if not account:
            return super()._gov_withheld(day)
        rates = self._gov_rates(day)
        bases = {"retention": self.gross_amount, "vat": self.vat_amount}
        lines = []
        for row in account.detail or []:
            amount = -Decimal(row["amount"])
            if row["code"] not in WITHHELD or not amount:
                continue
            code, rate, reason = WITHHELD[row["code"]]
            base = exact(bases.get(code, self.untaxed_amount)) if rate else money(abs(amount))
            share = getattr(rates, f"{rate}_rate") if rate else Decimal(1)
            if code == "retention" and amount != money(base * share):
                reason = "capped"
            lines.append(withholdings.Withheld(code, base, share, amount, reason))
        return self._gov_opposed(lines)

    def _gov_opposed(self, lines):
        """Add what is paid to the opposing third party, of what is left."""
        left = money(self.gross_amount) - sum((line.amount for line in lines), Decimal(0))
        asked = money(self.opposition_amount) if self.opposition_partner_id else Decimal(0)
        part = min(left, asked)
        if part > 0:
            reason = "all" if part == asked else "part"
            lines = [*lines, withholdings.Withheld("opposition", asked, Decimal(1), part, reason)]
        return lines

    def _gov_shares(self, charged):
        """Charge a retention to the lines that kept it: what they liquidated and did not order."""
        if self.kind != "retention":
            return super()._gov_shares(charged)
        left, found = charged, []
        for line in self.commitment_id.line_ids.sorted("id"):
            part = min(left, exact(line.liquidated) - exact(line.ordered))
            if part > 0:
                found.append((line, part))
                left -= part
        if left > 0:
            raise UserError(self.env._("The accounts that kept this retention are not all ordered: order them first."))
        return found

    def _gov_list_pieces(self, stage):
        """The file of a retention given back holds the acceptance or the guarantee, nothing of the invoice."""
        given = self.filtered(lambda one: one.kind == "retention")
        for one in given:
            acceptance = one.contract_id.acceptance_ids.filtered(
                lambda row: row.kind == "final" and row.state == "pronounced"
            )[:1]
            # sudo: the list of pieces, for whoever prepares the order
            self.env["gov.execution.piece"].sudo().create(
                {
                    "order_id": one.id,
                    "name": self.env._("Final acceptance, or guarantee instead of the retention"),
                    "is_required": True,
                    "reference": acceptance.document_ids[:1].number
                    or one.contract_id.guarantee_ids.filtered(lambda row: row.kind == "retention")[:1].reference,
                }
            )
        return super(GovPaymentOrder, self - given)._gov_list_pieces(stage)

    def _gov_sign(self, user):
        result = super()._gov_sign(user)
        # sudo: the state of the account follows its payment
        account = self.liquidation_id._gov_account()
        if account.state == "signed":
            account._gov_write({"state": "ordered"})
        return result

    @short_transaction
    def action_cancel(self, reason=None):
        """Cancel; the account of the order waits for another one."""
        result = super().action_cancel(reason)
        for one in self:
            account = one.sudo().liquidation_id._gov_account()  # sudo: as above
            if account.state == "ordered":
                account._gov_write({"state": "signed"})
        return result

    def _gov_pay(self, day, reference, user):
        """Tell the account and the contract that they are paid, in the transaction of the payment."""
        result = super()._gov_pay(day, reference, user)
        account = self.liquidation_id._gov_account()
        if account.state in ("signed", "ordered"):
            account._gov_write({"state": "paid", "paid_on": day})
        contract = self.liquidation_id._gov_advanced_contract()
        if contract:
            contract._gov_write({"advance_paid": self.gross_amount})
        return result
