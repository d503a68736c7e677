"""Where purchases meet the budget: the commitment of an order or a contract, its visa, its invoices and payments."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.gov_base.tools.act import short_transaction
from odoo.addons.gov_budget_execution.services import withholdings
from odoo.addons.gov_budget_execution.services.interest import money

KINDS_ORDER = {"supplies": "bc_f", "services": "bc_s", "works": "bc_f", "studies": "bc_s"}
KINDS_CONTRACT = {"works": "mr_t", "supplies": "mr_f", "services": "mr_s", "studies": "mr_e"}


class PurchaseOrder(models.Model):
    _inherit = "purchase.order"

    gov_commitment_id = fields.Many2one(
        "gov.commitment", "Commitment", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    gov_commitment_state = fields.Selection(related="gov_commitment_id.state", string="State of the commitment")

    def _gov_before_engage(self, today):
        """Prepare the commitment of the order: the procurement officer completes its pieces and proposes it."""
        result = super()._gov_before_engage(today)
        if not self.gov_budget_line_id:
            raise UserError(self.env._("Say which budget line the order is charged to."))
        kind = KINDS_ORDER[self.gov_nature_id.kind]
        commitment = self.env["gov.commitment"]._gov_of_purchase(
            self,
            kind,
            self.gov_object or self.name,
            self.partner_id,
            self.gov_officer_id,
            self.gov_unit_id,
            self.gov_budget_line_id,
            self.gov_amount_untaxed,
            self.gov_amount,
            self.name,
        )
        minutes = self.env.ref(f"gov_budget_execution.piece_{kind}_3", raise_if_not_found=False)
        if minutes and self.gov_minutes_document_id:
            # sudo: the file of the commitment holds the minutes of the choice, under their number
            file = commitment.sudo().piece_ids
            file.filtered(lambda piece: piece.piece_id == minutes).reference = self.gov_minutes_document_id.number
        self._gov_write({"gov_commitment_id": commitment.id})
        return result

    def _gov_check_committed(self):
        """Refuse to sign an order whose commitment has no visa (decree 2-07-1235 art. 7)."""
        for order in self:
            if order.gov_commitment_id.state != "visaed":
                raise UserError(
                    self.env._(
                        "The commitment of “%(order)s” has no visa yet: propose it, and let the controller decide.",
                        order=order.display_name,
                    )
                )
        return super()._gov_check_committed()

    def _gov_before_cancel(self, reason):
        """Cancel the commitment with the order: what it held of the credit is free again."""
        for order in self:
            commitment = order.gov_commitment_id
            if commitment.state in ("draft", "returned", "proposed", "visaed"):
                commitment.action_cancel(reason)
        return super()._gov_before_cancel(reason)

    def action_gov_commitment(self):
        """Open the commitment of the order."""
        self.ensure_one()
        return open_record(self.gov_commitment_id)


class GovContract(models.Model):
    _inherit = "gov.contract"

    commitment_id = fields.Many2one(
        "gov.commitment", "Commitment", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    commitment_state = fields.Selection(related="commitment_id.state", string="State of the commitment")

    def _gov_check_committed(self):
        """Refuse to notify a contract whose commitment has no visa."""
        for contract in self:
            if contract.commitment_id.state != "visaed":
                raise UserError(
                    self.env._(
                        "The commitment of “%(contract)s” has no visa yet: it is notified after it (decree "
                        "2-07-1235 art. 7).",
                        contract=contract.display_name,
                    )
                )
        return super()._gov_check_committed()

    @short_transaction
    def action_prepare_commitment(self):
        """Prepare the commitment of the contract: of all of it, of its first year, or of its firm tranche."""
        self.ensure_one()
        self._gov_check_officer()
        self._gov_hold()
        if self.commitment_id and self.commitment_id.state not in ("cancelled", "refused"):
            return open_record(self.commitment_id)
        if self.state != "approved" or not self.line_ids:
            raise UserError(self.env._("Complete the price schedule of an approved contract first."))
        if not self.budget_line_id:
            raise UserError(self.env._("Say which budget line the contract is charged to."))
        self._gov_check_form()
        if self.is_yearly:
            if not self.begins_on:
                raise UserError(self.env._("Say on which day the first year begins."))
            if not self.year_ids or self.year_ids[0].date_from != self.begins_on:
                self._gov_plan_years()
            return self.year_ids[0].action_commit()
        untaxed, amount = self._gov_first_amounts()
        commitment = self.env["gov.commitment"]._gov_of_purchase(
            self,
            KINDS_CONTRACT[self.kind],
            self.object,
            self.partner_id,
            self.officer_id,
            self.unit_id,
            self.budget_line_id,
            untaxed,
            amount,
            self.number,
        )
        self._gov_write({"commitment_id": commitment.id})
        return open_record(commitment)

    @short_transaction
    def action_plan_years(self):
        """Write the years of a framework or renewable contract, before the first one is committed."""
        self.ensure_one()
        self._gov_check_officer()
        self._gov_hold()
        if not self.is_yearly or self.state != "approved" or self.year_ids.commitment_id:
            raise UserError(self.env._("Years are planned before the first one is committed."))
        if not self.begins_on or not self.amount:
            raise UserError(self.env._("Say on which day the first year begins, and complete the price schedule."))
        self._gov_plan_years()
        return True


class GovProgressAccount(models.Model):
    _inherit = "gov.progress.account"

    liquidation_id = fields.Many2one(
        "gov.liquidation", "Invoice entered", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )

    _invoice_uniq = models.UniqueIndex(
        "(liquidation_id) WHERE liquidation_id IS NOT NULL", "An invoice pays one account."
    )

    def _gov_taxes(self, amount, untaxed, day):
        """Return the taxes that the payment order of the account withholds: (code, amount)."""
        commitment = self._gov_commitment().sudo()  # sudo: the profile of its kind of expense
        kind, orders = commitment.kind_id, self.env["gov.payment.order"].sudo()  # sudo: the month of the supplier
        if amount <= 0 or not kind or not (kind.is_service or kind.is_fee):
            return []
        bill = withholdings.Bill(
            total=money(amount),
            untaxed=money(untaxed),
            vat=money(amount) - money(untaxed),
            is_service=kind.is_service,
            is_excluded=kind.is_vat_excluded,
            month_before=orders._gov_month_before(self.contract_id.partner_id, day),
            is_fee=kind.is_fee,
            tax_regime=self.contract_id.partner_id.gov_tax_regime or "none",
        )
        return [
            (f"{line.code}_withheld", line.amount) for line in withholdings.withholdings(bill, orders._gov_rates(day))
        ]

    @short_transaction
    def action_enter_invoice(self):
        """Enter the invoice of a signed account on the commitment that pays it.

        The legal clock runs from the day the holder deposited the attachment.
        """
        self.ensure_one()
        self._gov_check_role(
            ("procurement_officer", "budget_officer"), self.env._("A procurement or budget officer enters an invoice.")
        )
        self.contract_id._gov_hold()
        if self.liquidation_id and self.liquidation_id.state not in ("cancelled", "refused"):
            return open_record(self.liquidation_id)
        if self.state not in ("signed", "ordered"):
            raise UserError(self.env._("The account is signed before its invoice is entered."))
        if self.this_account <= 0:
            raise UserError(self.env._("This account pays nothing: it has no invoice."))
        contract, commitment = self.contract_id, self._gov_commitment()
        if commitment.state != "visaed":
            raise UserError(self.env._("The contract has no commitment with its visa."))
        invoice = self.env["gov.liquidation"].create(
            {
                "commitment_id": commitment.id,
                "invoice_number": self.invoice_reference or f"{contract.number}-{self.number}",
                "invoice_date": min(self.date, self.deposited_on),
                "deposited_on": self.deposited_on,
                "contract_ref": contract.number,
                "untaxed_amount": self.untaxed,
                "vat_amount": round(self.this_account - self.untaxed, 2),
                "amount": self.this_account,
                "advance_amount": self.advance_recovered,
                "invoice_ice": self.contract_id.partner_id.gov_ice,
            }
        )
        self._gov_write({"liquidation_id": invoice.id})
        return open_record(invoice)


class GovCommitment(models.Model):
    _inherit = "gov.commitment"

    @api.model
    def _gov_of_purchase(
        self, origin, kind, title, partner, officer, unit, line, untaxed, amount, reference, year=None
    ):
        """Make the draft commitment of an order or a contract; the caller has checked who does it.

        :param year: fiscal year, that of today when None
        """
        year = year or self.env["gov.fiscal.year"]._for_date(self._gov_today())
        return self.create(
            {
                "object": title,
                "kind_id": self.env.ref(f"gov_budget_execution.kind_{kind}").id,
                "reference": reference,
                "officer_id": officer.id,
                "unit_id": unit.id,
                "partner_id": partner.id,
                "fiscal_year_id": year.id,
                "untaxed_amount": untaxed,
                "vat_amount": round(amount - untaxed, 2),
                "line_ids": [fields.Command.create({"budget_line_id": line.id, "amount": amount})],
            }
        )

    def _gov_on_taken_over(self):
        """Orders and contracts go on with the commitment of the new year."""
        super()._gov_on_taken_over()
        for one in self.filtered("predecessor_id"):
            before = one.predecessor_id.id
            # sudo: who carried the commitment over was checked
            orders = self.env["purchase.order"].sudo().search([("gov_commitment_id", "=", before)])
            orders._gov_write({"gov_commitment_id": one.id})
            # sudo: as above
            contracts = self.env["gov.contract"].sudo().search([("commitment_id", "=", before)])
            contracts._gov_write({"commitment_id": one.id})


class GovPaymentOrder(models.Model):
    _inherit = "gov.payment.order"

    def _gov_pay(self, day, reference, user):
        """Tell the order and the account that they are paid, in the transaction of the payment."""
        result = super()._gov_pay(day, reference, user)
        # sudo: the state of the purchase follows its payment, whoever records it
        orders = (
            self.env["purchase.order"]
            .sudo()
            .search([("gov_commitment_id", "=", self.commitment_id.id), ("gov_state", "=", "certified")])
        )
        for order in orders:
            self.commitment_id.invalidate_recordset(["paid"])
            if self.commitment_id.paid >= order.gov_amount - 0.005:
                order._gov_move("paid", "pay", lambda one: {"amount": one.gov_amount})
        return result


def open_record(record):
    return {
        "type": "ir.actions.act_window",
        "res_model": record._name,
        "res_id": record.id,
        "view_mode": "form",
        "views": [(False, "form")],
    }
