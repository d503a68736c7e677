from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from odoo.addons.gov_base.tools.act import short_transaction
from odoo.addons.gov_base.tools.text import nbsp_amount

from ..services import imprest
from ..services.interest import exact, money
from .gov_commitment import amount_field

LIVE = ("paid", "sent", "replenished")


class GovImprestExpense(models.Model):
    """A small expense paid in cash by the holder of an imprest, with its receipt.

    draft → paid (the cash leaves, numbered) → sent with a batch → replenished; cancelled before it is sent, or refused
    by who controls the batch: the holder then owes it.
    """

    _name = "gov.imprest.expense"
    _description = "Expense of an imprest"
    _inherit = ["gov.imprest.act"]
    _order = "id desc"
    _rec_names_search = ["number", "object", "payee"]
    _act_fields = frozenset({"state", "number", "paid_on", "paid_by_id", "batch_id", "refusal_reason"})
    _draft_states = ("draft",)

    number = fields.Char(readonly=True, copy=False, index="trigram")
    imprest_id = fields.Many2one(
        "gov.imprest",
        "Imprest",
        required=True,
        index=True,
        ondelete="restrict",
        domain=[("state", "=", "open")],
        default=lambda self: self._default_imprest_id(),
    )
    region_id = fields.Many2one(
        related="imprest_id.region_id", store=True, precompute=True, index=True, ondelete="restrict", string="Region"
    )
    nature_id = fields.Many2one(
        "gov.imprest.nature",
        "Nature",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('imprest_id', '=', imprest_id)]",
    )
    date = fields.Date("Date of the receipt", required=True, default=fields.Date.context_today)
    payee = fields.Char("Paid to", required=True)
    object = fields.Char("What was bought", required=True)
    amount = amount_field("Amount", required=True)
    receipt = fields.Binary("Receipt", attachment=True, copy=False, help="A photograph or a scan.")
    receipt_name = fields.Char(copy=False)
    receipt_reference = fields.Char("Number of the receipt", copy=False, help="Where no photograph is attached.")
    batch_id = fields.Many2one(
        "gov.imprest.batch", "Batch", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    paid_on = fields.Date("Paid on", readonly=True, copy=False)
    paid_by_id = fields.Many2one(
        "res.users", "Paid by", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    refusal_reason = fields.Text("Why it was refused", readonly=True, copy=False)
    cash = amount_field("Cash", related="imprest_id.cash")
    is_mine = fields.Boolean(related="imprest_id.is_mine", export_string_translation=False)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("paid", "Paid"),
            ("sent", "Sent"),
            ("replenished", "Replenished"),
            ("refused", "Refused"),
            ("cancelled", "Cancelled"),
        ],
        "Status",
        required=True,
        readonly=True,
        default="draft",
        copy=False,
    )

    _amount_positive = models.Constraint("CHECK (amount >= 0 AND amount < 1e13)", "An amount is not negative.")
    _number_uniq = models.UniqueIndex("(imprest_id, number) WHERE number IS NOT NULL", "A number is given once.")

    @api.model
    def _default_imprest_id(self):
        uid = self.env.uid
        mine = [("state", "=", "open"), "|", ("holder_id", "=", uid), ("substitute_id", "=", uid)]
        return self.env["gov.imprest"].search(mine, limit=1)

    @api.depends("number", "object")
    def _compute_display_name(self):
        for one in self:
            number = f"\u2066{one.number}\u2069" if one.number else ""
            one.display_name = " ".join(filter(None, [number, one.object])) or self.env._("New expense")

    @api.constrains("nature_id", "imprest_id")
    def _check_nature(self):
        for one in self:
            if one.nature_id.imprest_id != one.imprest_id:
                raise ValidationError(self.env._("This nature belongs to another imprest."))

    @api.model_create_multi
    def create(self, vals_list):
        expenses = super().create(vals_list)
        if not self.env.su:
            for one in expenses:
                one._gov_check_holder(one.imprest_id)
        return expenses

    # ------------------------------------------------------------------ acts
    @short_transaction
    def action_pay(self):
        """Pay from the cash: the receipt is there, the nature allowed, and every limit held. The holder."""
        self.check_access("write")
        self._gov_take("draft", "paid")
        for one in self.sorted("id"):
            self._gov_check_holder(one.imprest_id)
            one.sudo().with_context(lang=self.env.lang)._gov_pay(self.env.user)  # sudo: the holder was checked
        return True

    def _gov_pay(self, user):
        fund, today = self.imprest_id, self._gov_today()
        if not (self.receipt or self.receipt_reference):
            raise UserError(self.env._("Attach the receipt, or give its number: no expense without its receipt."))
        if self.date > today:
            raise UserError(self.env._("The receipt is dated in the future."))
        last = self.env["gov.budget"]._gov_deadline("imprest", today.year)
        if today > last or self.date.year != today.year:
            raise UserError(
                self.env._(
                    "Expenses are paid until %(day)s of their year: the imprest is settled afterwards.",
                    day=self.env["gov.budget.decision"]._gov_day(last),
                )
            )
        # the row of the line first, as every act does: two funds of one line count each other's expenses
        self.nature_id.budget_line_id._gov_locked()
        self.nature_id.budget_line_id.invalidate_recordset(["available"], flush=False)
        # the row of the fund is held from here on: what is spent of a nature is counted once
        self.env.execute_query(SQL("SELECT id FROM gov_imprest WHERE id = %s FOR NO KEY UPDATE", fund.id))
        fund.invalidate_recordset(flush=False)
        # an expense is paid in this act already
        nature, left = self.nature_id, None
        if nature.ceiling:
            left = exact(nature.ceiling) - self._gov_spent([("nature_id", "=", nature.id)])
        sentences = {
            "zero": self.env._("Give an amount in dirhams, more than zero."),
            "operation": self.env._("%(amount)s: one operation of this imprest is %(highest)s at most."),
            "nature": self.env._("%(amount)s: %(left)s are left of the ceiling of this nature."),
            "cash": self.env._("%(amount)s: there are %(cash)s in the cash."),
        }
        problems = imprest.problems(self.amount, fund.highest, left, fund.cash)
        if problems:
            raise UserError(
                "\n".join(
                    sentences[code] % {name: nbsp_amount(value) for name, value in facts.items()}
                    for code, facts in problems
                )
            )
        self._gov_check_credit()
        rank = self.env["gov.counter"]._take(f"imprest.expense.{fund.id}", today.year)
        number = f"{fund.number}/{today.year % 100}-{rank:04d}"
        self._gov_write({"number": number, "paid_on": today, "paid_by_id": user.id})
        fund._gov_move("expense", money(self.amount), f"{number} {self.object}", self)
        self._gov_journal("pay", {"number": number, "amount": str(money(self.amount)), "payee": self.payee})

    def _gov_spent(self, domain):
        year = self._gov_today().year
        self.env.flush_all()
        [(total,)] = self._read_group(
            [
                *domain,
                ("id", "!=", self.id),
                ("state", "in", LIVE),
                ("paid_on", ">=", f"{year}-01-01"),
                ("paid_on", "<=", f"{year}-12-31"),
            ],
            [],
            ["amount:sum"],
        )
        return money(total or 0)

    def _gov_check_credit(self):
        """The credits are charged when the batch is justified: refuse what the line could not bear then."""
        line = self.nature_id.budget_line_id
        self.env.flush_all()
        [(waiting,)] = self._read_group(
            [
                ("nature_id.budget_line_id", "=", line.id),
                ("id", "!=", self.id),
                "|",
                ("state", "=", "paid"),
                "&",
                ("state", "=", "sent"),
                "|",
                ("batch_id.commitment_id", "=", False),
                # once it is proposed, the line has it among what is reserved
                ("batch_id.commitment_id.state", "in", ("draft", "returned", "refused", "cancelled")),
            ],
            [],
            ["amount:sum"],
        )
        left = money(line.available) - money(waiting or 0)
        if not line.is_open or money(self.amount) > left:
            raise UserError(
                self.env._(
                    "%(line)s: %(left)s are left once the expenses of imprests are charged, %(asked)s asked.",
                    line=line.display_name,
                    left=nbsp_amount(max(left, 0)),
                    asked=nbsp_amount(self.amount),
                )
            )

    @short_transaction
    def action_cancel(self, reason=None):
        """Undo an expense that is not sent: the cash comes back. The holder, with the reason once it was paid."""
        self.check_access("write")
        for one in self.sorted("id"):
            self._gov_check_holder(one.imprest_id)
            was_paid = one.state == "paid"
            if was_paid:
                reason = self._gov_check_reason(reason)
            one._gov_take("paid" if was_paid else "draft", "cancelled")
            full = one.sudo()  # sudo: the holder was checked
            if was_paid:
                full.imprest_id._gov_move("undo", money(full.amount), f"{full.number} {reason}", full)
            one._gov_journal("cancel", {"number": full.number or "", "reason": reason or ""})
        return True

    @short_transaction
    def action_refuse(self, reason):
        """Refuse an expense of a batch under control: the holder owes it. Budget or authorising officers."""
        self.check_access("read")
        self._gov_check_office()
        reason = self._gov_check_reason(reason)
        for one in self.sorted("id"):
            self._gov_check_not_holder(one.imprest_id)
            full = one.sudo()  # sudo: who controls was checked
            if full.batch_id.state != "submitted":
                raise UserError(self.env._("An expense is refused while its batch is controlled."))
        self._gov_take("sent", "refused")
        for one in self.sorted("id"):
            full = one.sudo()  # sudo: who controls was checked
            full._gov_write({"refusal_reason": reason})
            full.imprest_id._gov_move("refuse", money(full.amount), f"{full.number} {reason}", full)
            one._gov_journal("refuse", {"number": full.number, "reason": reason})
        return True


class GovImprestBatch(models.Model):
    """The justified expenses of an imprest, handed over with their receipts to be charged and replenished.

    draft → submitted (by the holder) → approved (by a budget or authorising officer, never the holder: its commitment
    is prepared) → liquidated → replenished, with the payment of its order; or returned to the holder with the reason.
    """

    _name = "gov.imprest.batch"
    _description = "Batch of expenses of an imprest"
    _inherit = ["gov.imprest.act"]
    _order = "id desc"
    _rec_name = "number"
    _act_fields = frozenset(
        {"state", "number", "submitted_by_id", "submitted_on", "approved_by_id", "commitment_id", "liquidation_id",
         "refusal_reason", "expense_ids"}
    )  # fmt: skip
    _draft_states = ("draft",)

    number = fields.Char(readonly=True, copy=False, index="trigram")
    imprest_id = fields.Many2one("gov.imprest", "Imprest", required=True, index=True, ondelete="restrict")
    region_id = fields.Many2one(
        related="imprest_id.region_id", store=True, precompute=True, index=True, ondelete="restrict", string="Region"
    )
    expense_ids = fields.One2many("gov.imprest.expense", "batch_id", "Expenses", readonly=True, copy=False)
    amount = amount_field("Amount", compute="_compute_amount")
    waiting = amount_field("To be justified", related="imprest_id.unsent")
    submitted_by_id = fields.Many2one(
        "res.users", "Handed over by", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    submitted_on = fields.Date("Handed over on", readonly=True, copy=False)
    approved_by_id = fields.Many2one(
        "res.users", "Controlled by", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    commitment_id = fields.Many2one(
        "gov.commitment", "Commitment", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    liquidation_id = fields.Many2one(
        "gov.liquidation", "Invoice", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    refusal_reason = fields.Text("Why it was returned", readonly=True, copy=False)
    is_mine = fields.Boolean(related="imprest_id.is_mine", export_string_translation=False)
    can_approve = fields.Boolean(compute="_compute_can", export_string_translation=False)
    can_liquidate = fields.Boolean(compute="_compute_can", export_string_translation=False)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("submitted", "To be controlled"),
            ("approved", "To be charged"),
            ("liquidated", "To be paid"),
            ("replenished", "Replenished"),
            ("cancelled", "Cancelled"),
        ],
        "Status",
        required=True,
        readonly=True,
        default="draft",
        copy=False,
    )

    _number_uniq = models.UniqueIndex("(number) WHERE number IS NOT NULL", "A number is given once.")

    @api.depends("expense_ids.amount", "expense_ids.state")
    def _compute_amount(self):
        for one in self:
            rows = one.expense_ids.filtered(lambda row: row.state in ("sent", "replenished"))
            one.amount = float(sum((exact(row.amount) for row in rows), money(0)))

    @api.depends("state", "commitment_id.state", "liquidation_id.state")
    def _compute_can(self):
        for one in self:
            is_dead = one._gov_is_commitment_dead()
            # sudo: the state of its invoice
            is_refused = one.sudo().liquidation_id.state in ("refused", "cancelled")
            one.can_approve = one.state == "submitted" or (one.state == "approved" and is_dead)
            one.can_liquidate = (one.state == "approved" and not is_dead) or (one.state == "liquidated" and is_refused)

    @api.depends("number")
    def _compute_display_name(self):
        for one in self:
            one.display_name = f"\u2066{one.number}\u2069" if one.number else self.env._("New batch")

    @api.model_create_multi
    def create(self, vals_list):
        batches = super().create(vals_list)
        if not self.env.su:
            for one in batches:
                one._gov_check_holder(one.imprest_id)
        return batches

    # ------------------------------------------------------------------ acts
    @short_transaction
    def action_submit(self):
        """Hand over all the expenses that are paid and not justified yet. The holder or the substitute."""
        self.check_access("write")
        self._gov_take("draft", "submitted")
        for one in self.sorted("id"):
            fund = one.sudo().imprest_id  # sudo: the holder is checked now
            self._gov_check_holder(fund)
            # the fund first: an expense paid meanwhile waits for the next batch
            self.env.execute_query(SQL("SELECT id FROM gov_imprest WHERE id = %s FOR NO KEY UPDATE", fund.id))
            # sudo: as above
            rows = self.env["gov.imprest.expense"].sudo()
            rows = rows.search([("imprest_id", "=", fund.id), ("state", "=", "paid"), ("batch_id", "=", False)])
            if not rows:
                raise UserError(self.env._("No expense is to be justified."))
            rows._gov_take("paid", "sent")
            rows._gov_write({"batch_id": one.id})
            today = self._gov_today()
            number = one.number
            if not number:
                rank = self.env["gov.counter"]._take(f"imprest.batch.{fund.id}", today.year)
                number = f"{fund.number}/B{today.year % 100}-{rank:03d}"
            one._gov_write(
                {"number": number, "submitted_by_id": self.env.uid, "submitted_on": today, "refusal_reason": False}
            )
            fund._gov_move("send", sum((money(row.amount) for row in rows), money(0)), number, one)
            fund._gov_write({"last_justified_on": today})
            one._gov_journal("submit", {"number": number, "expenses": len(rows), "amount": str(money(one.amount))})
        return True

    @short_transaction
    def action_return(self, reason):
        """Give the batch back to the holder with the reason; its expenses are to be justified again."""
        self.check_access("read")
        self._gov_check_office()
        reason = self._gov_check_reason(reason)
        # its commitment was refused: the receipts are looked at again
        dead = self.filtered(lambda one: one.state == "approved" and one._gov_is_commitment_dead())
        (self - dead)._gov_take("submitted", "draft")
        dead._gov_take("approved", "draft")
        for one in self.sorted("id"):
            self._gov_check_not_holder(one.imprest_id)
            full = one.sudo()  # sudo: who returns was checked
            rows = full.expense_ids.filtered(lambda row: row.state == "sent")
            total = sum((money(row.amount) for row in rows), money(0))
            if rows:
                rows._gov_take("sent", "paid")
                rows._gov_write({"batch_id": False})
                full.imprest_id._gov_move("return", total, f"{full.number} {reason}", full)
            full._gov_write({"refusal_reason": reason, "commitment_id": False})
            one._gov_journal("return", {"number": full.number, "reason": reason})
        return True

    def _gov_is_commitment_dead(self):
        """Tell whether the commitment of the batch was refused, cancelled, or ended with its year for good."""
        commitment = self.sudo().commitment_id  # sudo: its state
        is_lapsed = commitment.state == "lapsed" and not commitment.can_renew and not commitment.successor_ids
        return commitment.state in ("refused", "cancelled") or is_lapsed

    @short_transaction
    def action_approve(self, comment=None):
        """Accept the receipts and prepare the commitment. Budget or authorising officers, not the holder."""
        self.check_access("read")
        self._gov_check_office()
        self._gov_lock()
        dead = self.filtered(lambda one: one._gov_is_commitment_dead())
        (self - dead)._gov_take("submitted", "approved")
        dead._gov_take("approved", "approved")
        for one in self.sorted("id"):
            self._gov_check_not_holder(one.imprest_id)
            full = one.sudo().with_context(lang=self.env.lang)  # sudo: who controls was checked
            rows = full.expense_ids.filtered(lambda row: row.state == "sent")
            if not rows:
                raise UserError(self.env._("No expense of this batch is accepted: return it."))
            commitment = self.env["gov.commitment"].create([full._gov_commitment_vals(rows)])
            full._gov_write({"approved_by_id": self.env.uid, "commitment_id": commitment.id})
            one._gov_journal("approve", {"number": full.number, "amount": str(money(full.amount))})
        return True

    def _gov_commitment_vals(self, rows):
        fund, amounts = self.imprest_id, {}
        # what is justified after the books of its year closed is charged to the credits of the new one
        closed = rows.nature_id.budget_line_id.filtered(lambda line: not line.is_open)
        year = self.env["gov.fiscal.year"]._for_date(self._gov_today())
        later = self.env["gov.commitment"]._gov_next_lines(closed, year) if closed and year else {}
        for row in rows:
            line = row.nature_id.budget_line_id
            line = later.get(line.id, line)
            amounts[line] = amounts.get(line, money(0)) + money(row.amount)
        year = next(iter(amounts)).fiscal_year_id
        return {
            "object": self.env._("Imprest %(fund)s, batch %(batch)s", fund=fund.name, batch=self.number),
            "kind_id": self.env.ref("gov_budget_execution.kind_rd").id,
            "officer_id": fund.officer_id.id,
            "unit_id": fund.unit_id.id,
            "partner_id": fund.partner_id.id,
            "fiscal_year_id": year.id,
            "reference": self.number,
            "line_ids": [
                (0, 0, {"budget_line_id": line.id, "amount": float(amount)}) for line, amount in amounts.items()
            ],
        }

    @short_transaction
    def action_liquidate(self):
        """Prepare the liquidation of the batch, once its commitment has its visa. Budget officers, not the holder."""
        self.ensure_one()
        self.check_access("read")
        self._gov_check_role(("budget_officer",), self.env._("A budget officer prepares the liquidation."))
        self._gov_check_not_holder(self.imprest_id)
        self._gov_lock()
        full = self.sudo()  # sudo: who prepares was checked
        renewed = full.commitment_id.successor_ids.filtered(lambda one: one.state == "visaed")[:1]
        if renewed:  # it lapsed with its year and goes on in the next one
            full._gov_write({"commitment_id": renewed.id})
        if full.commitment_id.state != "visaed":
            raise UserError(self.env._("The commitment of the batch has no visa yet."))
        is_dead = full.liquidation_id.state in ("refused", "cancelled")
        self._gov_take("liquidated" if is_dead else "approved", "liquidated")
        today = self._gov_today()
        invoice = self.env["gov.liquidation"].create(
            {
                "commitment_id": full.commitment_id.id,
                "invoice_number": full.number,
                "invoice_date": full.submitted_on,
                "deposited_on": today,
                "channel": "paper",
                "untaxed_amount": full.amount,
                "amount": full.amount,
                "line_ids": [
                    (0, 0, {"commitment_line_id": line.id, "amount": line.amount})
                    for line in full.commitment_id.line_ids
                ]
                if len(full.commitment_id.line_ids) > 1
                else [],
            }
        )
        full._gov_write({"liquidation_id": invoice.id})
        self._gov_journal("liquidate", {"number": full.number})
        return {
            "type": "ir.actions.act_window",
            "res_model": "gov.liquidation",
            "res_id": invoice.id,
            "views": [(False, "form")],
        }

    @short_transaction
    def action_cancel(self, reason=None):
        """Give up an empty draft. The holder."""
        self.check_access("write")
        for one in self:
            self._gov_check_holder(one.imprest_id)
        self._gov_take("draft", "cancelled")
        return True

    def _gov_replenish(self):
        """The order of the batch is paid: its expenses are charged to the credits and the cash is whole again."""
        for one in self.sorted("id"):
            one._gov_take("liquidated", "replenished")
            rows = one.expense_ids.filtered(lambda row: row.state == "sent")
            rows._gov_take("sent", "replenished")
            total = sum((money(row.amount) for row in rows), money(0))
            one.imprest_id._gov_move("spend", total, one.number, one)
            one.imprest_id._gov_move("replenish", total, one.number, one)
            one._gov_journal("replenish", {"number": one.number, "amount": str(total)})


class GovPaymentOrder(models.Model):
    _inherit = "gov.payment.order"

    def _gov_pay(self, day, reference, user):
        """The payment of a batch replenishes its imprest, in the same transaction."""
        result = super()._gov_pay(day, reference, user)
        if self.liquidation_id:
            # sudo: the fund follows its payment, whoever records it
            batches = self.env["gov.imprest.batch"].sudo()
            domain = [("liquidation_id", "=", self.liquidation_id.id), ("state", "=", "liquidated")]
            batches.search(domain)._gov_replenish()
        return result
