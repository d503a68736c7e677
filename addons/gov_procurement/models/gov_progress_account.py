from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount

from odoo.addons.gov_base.tools.act import around_act, short_transaction

from ..tools import account as accounts
from ..tools import execution


class GovProgressAccount(models.Model):
    """An account of a contract (décompte, form M12): cumulative, each amount explained line by line.

    draft → signed by the authorising officer, in the order of their numbers → ordered → paid.  What it pays is worked
    out from the quantities since the beginning (``tools/account.py``); the former accounts are those that were signed.
    """

    _name = "gov.progress.account"
    _description = "Account of a contract"
    _inherit = ["gov.budget.stateful", "mail.thread", "gov.document.mixin"]
    _order = "contract_id, number desc"
    _draft_states = ("draft", "checked")
    _free_fields = frozenset({"invoice_reference"})
    _act_fields = frozenset(
        {"state", "number", "signed_on", "signed_by_id", "checked_by_id", "paid_on", "contract_id", "liquidation_id"}
        | {"gross", "this_account", "retention", "advance_recovered", "penalty", "revision_now", "net", "detail"}
    )

    contract_id = fields.Many2one(
        "gov.contract", "Contract", required=True, readonly=True, index=True, ondelete="restrict"
    )
    officer_id = fields.Many2one(related="contract_id.officer_id", store=True, index=True)
    number = fields.Integer("No.", readonly=True, copy=False, aggregator=None)
    is_final = fields.Boolean("Final account")
    date = fields.Date(required=True, default=fields.Date.context_today)
    line_ids = fields.One2many("gov.progress.account.line", "account_id", "Quantities", copy=False)
    supplies = fields.Monetary(
        "Supplies on site", help="Owned and paid for by the holder; four fifths count (art. 64)."
    )
    revision_total = fields.Monetary(
        "Revision since the beginning", compute="_compute_revision", store=True, readonly=False
    )
    special_penalty = fields.Monetary("Special penalties")
    withholding_vat = fields.Monetary("VAT withheld")
    withholding_tax = fields.Monetary("Income or corporate tax withheld")
    invoice_reference = fields.Char("Invoice")
    index_ids = fields.One2many("gov.progress.account.index", "account_id", "Indices", copy=False)
    # worked out
    gross = fields.Monetary("Works since the beginning", readonly=True, copy=False)
    this_account = fields.Monetary("This account", readonly=True, copy=False)
    retention = fields.Monetary("Retention", readonly=True, copy=False)
    advance_recovered = fields.Monetary("Advance taken back", readonly=True, copy=False)
    penalty = fields.Monetary("Penalties", readonly=True, copy=False)
    revision_now = fields.Monetary("Revision", readonly=True, copy=False)
    net = fields.Monetary("Net to pay", readonly=True, copy=False)
    detail = fields.Json(readonly=True, copy=False, export_string_translation=False)
    explanation = fields.Text("Explanation", compute="_compute_explanation")
    currency_id = fields.Many2one(related="contract_id.currency_id")
    checked_by_id = fields.Many2one(
        "res.users", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    signed_by_id = fields.Many2one("res.users", readonly=True, copy=False, index="btree_not_null", ondelete="restrict")
    signed_on = fields.Date(readonly=True, copy=False)
    paid_on = fields.Date(readonly=True, copy=False)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("checked", "Attachment agreed"),
            ("signed", "Signed"),
            ("ordered", "Ordered"),
            ("paid", "Paid"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
    )

    _number_uniq = models.Constraint("UNIQUE (contract_id, number)", "Two accounts have the same number.")
    _one_open = models.UniqueIndex(
        "(contract_id) WHERE state IN ('draft', 'checked')", "An account of this contract is already being made."
    )
    _positive = models.Constraint(
        "CHECK (supplies >= 0 AND special_penalty >= 0 AND withholding_vat >= 0 AND withholding_tax >= 0)",
        "Amounts of an account are not negative.",
    )

    @api.model
    def _gov_next(self, contract):
        """Make the next account of a contract, with the quantities of the last one."""
        if contract.state not in ("running", "stopped", "finished", "provisional"):
            raise UserError(self.env._("Accounts are made once the works have started, until the final account."))
        if contract.account_ids.filtered("is_final"):
            raise UserError(self.env._("The final account was made."))
        last = contract.account_ids.filtered(lambda one: one.state != "cancelled").sorted("number")[-1:]
        before = {line.line_id: line.quantity for line in last.line_ids}
        return self._gov_create(
            [
                {
                    "contract_id": contract.id,
                    "number": last.number + 1,
                    "line_ids": [
                        fields.Command.create({"line_id": line.id, "quantity": before.get(line, 0)})
                        for line in contract.line_ids
                    ],
                }
            ]
        )

    @api.depends("contract_id.number", "number")
    def _compute_display_name(self):
        for one in self:
            one.display_name = f"{one.contract_id.number or ''} · {one.number}"

    @api.depends("index_ids.value", "line_ids.quantity", "contract_id.revision_constant")
    def _compute_revision(self):
        for one in self:
            contract, values = one.contract_id, {row.term_id: row.value for row in one.index_ids}
            terms = contract.revision_term_ids
            if not terms or any(not values.get(term) for term in terms):
                one.revision_total = one.revision_total or 0
                continue
            work = sum(
                round(round(line.quantity * line.line_id.unit_price, 2) * (1 + line.line_id.vat_rate / 100), 2)
                for line in one.line_ids
            )
            total = execution.revised(
                str(round(work, 2)),
                str(round(contract.revision_constant, 4)),
                [(str(round(term.share, 4)), str(values[term]), str(term.initial_value)) for term in terms],
                contract._gov_limit("procurement.revision.constant_min", one.date),
            )
            one.revision_total = float(total) - round(work, 2)

    @api.depends("detail")
    @api.depends_context("lang")
    def _compute_explanation(self):
        for one in self:
            rows = one.detail or []
            one.explanation = "\n".join(
                one._gov_sentence(row) for row in rows if row["code"] not in ("before_tax", "vat")
            )

    def _gov_sentence(self, row):
        """Return a line of the account in words: what, how much, from what."""
        amount = format_amount(self.env, float(row["amount"]), self.currency_id)
        made = row.get("made", {})
        words = {
            "supplies": self.env._("Supplies on site, four fifths: %s"),
            "gross": self.env._("Works since the beginning, all taxes included: %s"),
            "revision": self.env._("Revision of prices: %s"),
            "former_accounts": self.env._("Former accounts: %s"),
            "this_account": self.env._("This account: %s"),
            "retention": self.env._("Retention (a tenth, until 7 %% of the contract): %s"),
            "advance": self.env._("Advance taken back: %s"),
            "penalty": self.env._("Penalty for delay: %s"),
            "special_penalty": self.env._("Special penalties: %s"),
            "vat_withheld": self.env._("VAT withheld: %s"),
            "tax_withheld": self.env._("Tax withheld: %s"),
            "carried": self.env._("Carried to the next account: %s"),
            "net": self.env._("Net to pay: %s"),
        }
        text = words.get(row["code"], "%s") % amount
        if row["code"] == "penalty":
            text += self.env._(
                " (%(days)s days × 1/1000 × %(base)s, cap %(cap)s, before %(before)s)",
                days=made.get("days"),
                base=made.get("base"),
                cap=made.get("cap"),
                before=made.get("before"),
            )
        return text

    # ------------------------------------------------------------------ working out
    def _gov_work_out(self):
        """Work the account out from its quantities and from the accounts signed before it; return the ``Account``."""
        self.ensure_one()
        contract, day = self.contract_id, self.date
        former = contract.account_ids.filtered(
            lambda one: one.state in ("signed", "ordered", "paid") and one.number < self.number
        )
        limit = contract._gov_limit
        kind = "studies" if contract.kind == "studies" else "works"
        work = [
            accounts.WorkLine(
                line.line_id.number,
                str(round(line.quantity, 3)),
                str(round(line.line_id.unit_price, 2)),
                Decimal(str(round(line.line_id.vat_rate, 2))) / 100,
            )
            for line in self.line_ids
        ]

        def total(name):
            return Decimal(str(round(sum(former.mapped(name)), 2)))

        return accounts.work_out(
            work,
            Decimal(str(round(contract.total, 2))),
            supplies=str(round(self.supplies, 2)),
            paid_before=str(round(max(former.mapped("gross"), default=0), 2)) if former else 0,
            retained_before=total("retention"),
            has_retention=contract.has_retention
            and not contract.guarantee_ids.filtered(lambda one: one.kind == "retention" and one.state == "given"),
            advance_paid=str(round(contract.advance_paid, 2)),
            advance_recovered=total("advance_recovered"),
            penalty_days=contract._gov_delay(day).days_late,
            penalised_before=total("penalty"),
            special_penalties=execution.special_penalties(
                str(round(contract.total, 2)),
                str(round(self.special_penalty, 2)),
                limit("procurement.penalty.special_cap", day),
            ),
            revision=str(round(self.revision_total, 2)),
            revised_before=total("revision_now"),
            withholdings=[
                ("vat_withheld", str(round(self.withholding_vat, 2))),
                ("tax_withheld", str(round(self.withholding_tax, 2))),
            ],
            rates={
                "retention": limit("procurement.retention.rate", day),
                "retention_ceiling": limit("procurement.retention.ceiling", day),
                "penalty": limit("procurement.penalty.rate", day),
                "penalty_cap": limit(f"procurement.penalty.cap.{kind}", day),
                "advance_end": limit("procurement.advance.end", day),
                "supplies_share": Decimal(str(limit("procurement.supplies.share", day))),
            },
        )

    def _gov_keep(self):
        for one in self:
            result = one._gov_work_out()
            one._gov_write(
                {
                    "gross": float(result["gross"]),
                    "this_account": float(result["this_account"]),
                    "retention": float(-result["retention"]),
                    "advance_recovered": float(-result["advance"]),
                    "penalty": float(-result["penalty"]),
                    "revision_now": float(result["revision"]),
                    "net": float(result.net),
                    "detail": [
                        {
                            "code": line.code,
                            "amount": str(line.amount),
                            "made": {key: str(value) for key, value in line.formula.items()},
                        }
                        for line in result.lines
                    ],
                }
            )

    # ------------------------------------------------------------------ acts
    @short_transaction
    def action_check(self):
        """Agree on the attachment: quantities are those seen on site (art. 61)."""
        self._gov_check_role(("procurement_officer",), self.env._("A procurement officer agrees on the attachment."))
        self._gov_take("draft", "checked")
        for one in self:
            for line in one.line_ids:
                if line.quantity < line.quantity_before - 0.0005 and not one.is_final:
                    raise UserError(
                        self.env._(
                            "Price %(price)s: %(now)s is less than the %(before)s of the former account. "
                            "Quantities add up; "
                            "only the final account corrects them down.",
                            price=line.line_id.number,
                            now=line.quantity,
                            before=line.quantity_before,
                        )
                    )
        self._gov_keep()
        self._gov_write({"checked_by_id": self.env.uid})
        self._gov_log("check", lambda one: {"gross": str(one.gross)})
        return True

    @short_transaction
    def action_return(self, reason):
        """Send the account back to be corrected, with the reason."""
        self._gov_check_role(
            ("procurement_officer", "authorising_officer"), self.env._("The contracting authority returns an account.")
        )
        reason = self._gov_check_reason(reason)
        self._gov_take("checked", "draft")
        for one in self:
            one.sudo().message_post(body=reason)  # sudo: the reason is a message of the account
        self._gov_log("return", lambda one: {"reason": reason})
        return True

    @around_act
    def action_sign(self):
        """Sign the account: the authorising officer, never who made it; makes form M12."""
        self._gov_sign()
        self._gov_issue_for("progress_account")
        return True

    @short_transaction
    def _gov_sign(self):
        self._gov_check_role(("authorising_officer",), self.env._("The authorising officer signs an account."))
        self._gov_take("checked", "signed")
        for one in self:
            if self.env.user in (one.checked_by_id | one.create_uid):
                raise UserError(self.env._("You prepared this account: somebody else signs it."))
            open_before = one.contract_id.account_ids.filtered(
                lambda other, one=one: other.number < one.number and other.state in ("draft", "checked")
            )
            if open_before:
                raise UserError(self.env._("Accounts are signed in the order of their numbers."))
        self._gov_keep()
        for one in self:
            one._gov_before_sign()
        self._gov_write({"signed_by_id": self.env.uid, "signed_on": fields.Date.context_today(self)})
        self._gov_log("sign", lambda one: {"gross": str(one.gross), "net": str(one.net)})
        return True

    def _gov_before_sign(self):
        """Prepare the payment; the budget part extends."""

    @short_transaction
    def action_cancel(self, reason=None):
        """Cancel an account that was not signed; its number stays taken."""
        self._gov_check_role(("procurement_officer",), self.env._("A procurement officer cancels an account."))
        reason = self._gov_check_reason(reason)
        self._gov_take(("draft", "checked"), "cancelled")
        self._gov_log("cancel", lambda one: {"reason": reason})
        return True

    def write(self, vals):
        result = super().write(vals)
        if (
            not self._gov_is_act()
            and {"line_ids", "supplies", "special_penalty", "revision_total", "date"} & vals.keys()
        ):
            for one in self:
                if one.state == "checked":
                    raise UserError(self.env._("The attachment is agreed: return the account before it changes."))
        return result


class GovProgressAccountLine(models.Model):
    """The quantity of one price executed since the beginning."""

    _name = "gov.progress.account.line"
    _description = "Quantity of an account"
    _order = "account_id, line_id"
    _rec_name = "line_id"

    account_id = fields.Many2one("gov.progress.account", required=True, index=True, ondelete="cascade")
    line_id = fields.Many2one("gov.contract.line", "Price", required=True, index=True, ondelete="restrict")
    name = fields.Text(related="line_id.name")
    unit = fields.Char(related="line_id.unit")
    unit_price = fields.Float(related="line_id.unit_price")
    contract_quantity = fields.Float("Contract", related="line_id.quantity")
    quantity_before = fields.Float("Former account", compute="_compute_before", digits=(16, 3))
    quantity = fields.Float("Since the beginning", digits=(16, 3))
    amount = fields.Monetary("Before tax", compute="_compute_before")
    currency_id = fields.Many2one(related="account_id.currency_id")

    _pair_uniq = models.Constraint("UNIQUE (account_id, line_id)", "A price comes once in an account.")
    _positive = models.Constraint("CHECK (quantity >= 0)", "A quantity is not negative.")

    @api.depends("quantity", "account_id.number", "line_id")
    def _compute_before(self):
        before = {}
        for contract in self.account_id.contract_id:
            for account in contract.account_ids.filtered(lambda one: one.state in ("signed", "ordered", "paid")):
                for line in account.line_ids:
                    before[contract.id, line.line_id.id, account.number] = line.quantity
        for line in self:
            contract = line.account_id.contract_id.id
            numbers = [
                key[2] for key in before if key[:2] == (contract, line.line_id.id) and key[2] < line.account_id.number
            ]
            line.quantity_before = before[contract, line.line_id.id, max(numbers)] if numbers else 0
            line.amount = round(line.quantity * line.line_id.unit_price, 2)

    def write(self, vals):
        self._gov_check_open()
        return super().write(vals)

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._gov_check_open()
        return lines

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        self._gov_check_open()

    def _gov_check_open(self):
        for line in self:
            if line.account_id.state != "draft":
                raise UserError(self.env._("The attachment is agreed: return the account before it changes."))


class GovProgressAccountIndex(models.Model):
    """The value of an index in the month of an account."""

    _name = "gov.progress.account.index"
    _description = "Index of an account"
    _order = "account_id, term_id"
    _rec_name = "term_id"

    account_id = fields.Many2one("gov.progress.account", required=True, index=True, ondelete="cascade")
    term_id = fields.Many2one("gov.contract.revision.term", "Index", required=True, index=True, ondelete="restrict")
    value = fields.Float(digits=(12, 4), required=True)

    _pair_uniq = models.Constraint("UNIQUE (account_id, term_id)", "An index comes once in an account.")
    _positive = models.Constraint("CHECK (value > 0)", "An index is greater than zero.")
