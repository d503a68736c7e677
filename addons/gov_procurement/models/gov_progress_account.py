from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount

from odoo.addons.gov_base.tools.act import around_act, short_transaction

from ..tools import account as accounts
from ..tools import execution

LIVE = ("signed", "ordered", "paid")


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
        | {"year_id", "tranche_id", "is_general", "checked_on", "untaxed", "special_taken", "withheld", "carried"}
        | {"withholding_vat", "withholding_tax"}
    )

    contract_id = fields.Many2one(
        "gov.contract", "Contract", required=True, readonly=True, index=True, ondelete="restrict"
    )
    officer_id = fields.Many2one(related="contract_id.officer_id", store=True, index=True)
    year_id = fields.Many2one("gov.contract.year", "Year", readonly=True, index="btree_not_null", ondelete="restrict")
    tranche_id = fields.Many2one(
        "gov.contract.tranche", "Tranche", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    number = fields.Integer("No.", readonly=True, copy=False, aggregator=None)
    is_final = fields.Boolean(
        "Final account", help="Of the contract, of the tranche, or the definitive account of the year."
    )
    is_general = fields.Boolean(
        "General account", readonly=True, help="Sums up the definitive accounts of the years; it pays nothing."
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    deposited_on = fields.Date(
        "Deposited on",
        required=True,
        default=fields.Date.context_today,
        help="Day the holder deposited the attachment: the legal delays of the payment run from it.",
    )
    checked_on = fields.Date("Attachment agreed on", readonly=True, copy=False)
    line_ids = fields.One2many("gov.progress.account.line", "account_id", "Quantities", copy=False)
    supplies = fields.Monetary(
        "Supplies on site", help="Owned and paid for by the holder; four fifths count (art. 64)."
    )
    revision_total = fields.Monetary(
        "Revision since the beginning", compute="_compute_revision", store=True, readonly=False
    )
    special_penalty = fields.Monetary("Special penalties")
    withholding_vat = fields.Monetary("VAT withheld", readonly=True, copy=False)
    withholding_tax = fields.Monetary("Income or corporate tax withheld", readonly=True, copy=False)
    invoice_reference = fields.Char("Invoice")
    index_ids = fields.One2many("gov.progress.account.index", "account_id", "Indices", copy=False)
    # worked out
    gross = fields.Monetary("Works since the beginning", readonly=True, copy=False)
    this_account = fields.Monetary("This account", readonly=True, copy=False)
    untaxed = fields.Monetary("Before tax", readonly=True, copy=False)
    retention = fields.Monetary("Retention", readonly=True, copy=False)
    advance_recovered = fields.Monetary("Advance taken back", readonly=True, copy=False)
    penalty = fields.Monetary("Penalties", readonly=True, copy=False)
    special_taken = fields.Monetary("Special penalties taken", readonly=True, copy=False)
    carried = fields.Monetary("Carried to the next account", readonly=True, copy=False)
    withheld = fields.Monetary("Withheld", compute="_compute_withheld")
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
    @short_transaction
    def _gov_next(self, contract, tranche=None):
        """Make the next account of a contract, of its open year or of a tranche, with the last quantities."""
        contract._gov_hold()
        if contract.state not in ("running", "stopped", "finished", "provisional"):
            raise UserError(self.env._("Accounts are made once the works have started, until the final account."))
        part = self._gov_part(contract, tranche)
        if contract.account_ids.filtered(lambda one: one.state in ("draft", "checked")):
            raise UserError(self.env._("An account of this contract is already being made."))
        last = self._gov_of_part(contract, part).sorted("number")[-1:]
        if last.is_final or last.is_general:
            raise UserError(self.env._("The final account was made."))
        before = {line.line_id: line.quantity for line in last.line_ids}
        lines = contract.line_ids
        if part.get("tranche_id"):
            lines = lines.filtered(lambda line: line.tranche_id.id == part["tranche_id"])
        if part.get("is_general"):
            before = self._gov_all_quantities(contract)
        return self._gov_create(
            [
                {
                    "contract_id": contract.id,
                    "number": max([0, *contract.account_ids.mapped("number")]) + 1,
                    "line_ids": [
                        fields.Command.create({"line_id": line.id, "quantity": before.get(line, 0)}) for line in lines
                    ],
                    **part,
                }
            ]
        )

    @api.model
    def _gov_part(self, contract, tranche=None):
        """Return the part that the next account is of: a year, a tranche, the sum of the years, or all."""
        if contract.is_yearly:
            year = contract.year_ids.filtered(lambda row: row.state != "closed")[:1]
            if not year:
                return {"is_general": True, "is_final": True}
            if not year.is_committed:
                raise UserError(
                    self.env._(
                        "%(year)s has no commitment with its visa: commit it, or terminate the contract.",
                        year=year.year,
                    )
                )
            return {"year_id": year.id}
        if not contract.tranche_ids:
            return {}
        if not tranche:
            tranche = contract.tranche_ids.filtered(
                lambda row: (
                    row.state in ("started", "ended")
                    and not row.account_ids.filtered(lambda one: one.is_final and one.state in LIVE)
                )
            )
            if len(tranche) != 1:
                raise UserError(self.env._("Press “New account” on one of the tranches that started."))
        if tranche.state not in ("started", "ended"):
            raise UserError(self.env._("“%(tranche)s” has not started.", tranche=tranche.display_name))
        return {"tranche_id": tranche.id}

    @api.model
    def _gov_of_part(self, contract, part):
        """Return the accounts of a part of a contract, those cancelled left out."""
        return contract.account_ids.filtered(
            lambda one: (
                one.state != "cancelled"
                and one.year_id.id == (part.get("year_id") or False)
                and one.tranche_id.id == (part.get("tranche_id") or False)
                and one.is_general == bool(part.get("is_general"))
            )
        )

    @api.model
    def _gov_all_quantities(self, contract):
        """Return the quantities of the last accounts of every year, summed by price."""
        found = {}
        for year in contract.year_ids:
            last = year.account_ids.filtered(lambda one: one.state in LIVE).sorted("number")[-1:]
            for line in last.line_ids:
                found[line.line_id] = found.get(line.line_id, 0) + line.quantity
        return found

    def _gov_former(self):
        """Return the signed accounts before this one, of the same part of the contract."""
        self.ensure_one()
        part = {"year_id": self.year_id.id, "tranche_id": self.tranche_id.id, "is_general": self.is_general}
        return self._gov_of_part(self.contract_id, part).filtered(
            lambda one: one.state in LIVE and one.number < self.number
        )

    def _gov_total(self):
        """Return the amount that the account counts on: of the year, of the tranche, or of the contract."""
        self.ensure_one()
        if self.year_id:
            return self.year_id.amount
        return self.tranche_id._gov_total() if self.tranche_id else self.contract_id.total

    def _gov_commitment(self):
        """Return the commitment that pays the account."""
        self.ensure_one()
        return self.year_id.commitment_id or self.tranche_id.commitment_id or self.contract_id.commitment_id

    @api.depends("retention", "advance_recovered", "penalty", "special_taken", "withholding_vat", "withholding_tax")
    def _compute_withheld(self):
        for one in self:
            one.withheld = (
                one.retention + one.advance_recovered + one.penalty + one.special_taken
                + one.withholding_vat + one.withholding_tax
            )  # fmt: skip

    @api.depends("contract_id.number", "number")
    def _compute_display_name(self):
        for one in self:
            one.display_name = f"{one.contract_id.number or ''} · {one.number}"

    @api.depends("index_ids.value", "line_ids.quantity", "contract_id.revision_constant")
    def _compute_revision(self):
        """Revise the works of this account alone, with the indices of its month; the former ones keep theirs."""
        for one in self:
            contract, values = one.contract_id, {row.term_id: row.value for row in one.index_ids}
            terms = contract.revision_term_ids
            if not terms or any(not values.get(term) for term in terms):
                one.revision_total = one.revision_total or 0
                continue
            former = one._gov_former().sorted("number")
            work = one._gov_works() - (max(former.mapped("gross"), default=0))
            revision = execution.revision_of(
                str(round(max(0, work), 2)),
                str(round(contract.revision_constant, 4)),
                [(str(round(term.share, 4)), str(values[term]), str(term.initial_value)) for term in terms],
                contract._gov_limit("procurement.revision.constant_min", one.date),
            )
            one.revision_total = former[-1:].revision_total + float(revision)

    def _gov_works(self):
        """Return the works since the beginning, all taxes included, without supplies."""
        return round(
            sum(
                round(round(line.quantity * line.line_id.unit_price, 2) * (1 + line.line_id.vat_rate / 100), 2)
                for line in self.line_ids
            ),
            2,
        )

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
            "is_withheld": self.env._("Corporate tax withheld: %s"),
            "ir_withheld": self.env._("Income tax withheld: %s"),
            "carried": self.env._("Not taken by this account, carried to the next one: %s"),
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
        former = self._gov_former()
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

        def total(name, rows=former):
            return Decimal(str(round(sum(rows.mapped(name)), 2)))

        # an advance is taken back by the accounts of every year
        everything = contract.account_ids.filtered(lambda one: one.state in LIVE and one.number < self.number)
        others = {}
        for one in everything - former:
            others[one.year_id, one.tranche_id] = max(others.get((one.year_id, one.tranche_id), 0), one.gross)
        is_advanced = not self.is_general and (not self.tranche_id or self.tranche_id.kind == "firm")
        before = max(former.mapped("gross"), default=0)
        revised = former.sorted("number")[-1:].revision_total
        if self.is_general:
            before, revised = sum(others.values()), self.revision_total
        asked = sum(former.mapped("special_penalty")) + self.special_penalty
        base = str(round(self._gov_total(), 2))
        values = {
            "supplies": str(round(self.supplies, 2)),
            "paid_before": str(round(before, 2)),
            "retained_before": total("retention"),
            "has_retention": contract._gov_retains() and not self.is_general,
            "advance_paid": str(round(contract.advance_paid, 2)) if is_advanced else 0,
            "advance_recovered": total("advance_recovered", everything),
            "advance_base": self._gov_advance_base(),
            "advance_work_before": str(round(sum(others.values()), 2)) if contract.is_yearly else 0,
            "penalties": self._gov_penalties(day),
            "penalised_before": total("penalty"),
            "special_penalties": execution.special_penalties(
                base, str(round(asked, 2)), limit("procurement.penalty.special_cap", day)
            ),
            "specially_before": total("special_taken"),
            "revision": str(round(self.revision_total, 2)),
            "revised_before": str(round(revised, 2)),
            "rates": {
                "retention": limit("procurement.retention.rate", day),
                "retention_ceiling": limit("procurement.retention.ceiling", day),
                "penalty": limit("procurement.penalty.rate", day),
                "penalty_cap": limit(f"procurement.penalty.cap.{kind}", day),
                "advance_end": limit("procurement.advance.end", day),
                "supplies_share": Decimal(str(limit("procurement.supplies.share", day))),
            },
        }
        result = accounts.work_out(work, Decimal(base), **values)
        untaxed = self._gov_untaxed(result, former)
        taxes = self._gov_taxes(float(result["this_account"]), untaxed, day)
        if taxes:
            result = accounts.work_out(work, Decimal(base), **values, withholdings=taxes)
        return result, untaxed

    def _gov_untaxed(self, result, former):
        """Return the part before tax: exact for the works, at the share of the contract for the rest."""
        works = result["before_tax"] + result["vat"]
        before_works, before_untaxed = Decimal(0), Decimal(0)
        for line in former.sorted("number")[-1:].detail or []:
            if line["code"] in ("before_tax", "vat"):
                before_works += Decimal(line["amount"])
                before_untaxed += Decimal(line["amount"]) if line["code"] == "before_tax" else 0
        rest = result["this_account"] - (works - before_works)
        return float(result["before_tax"] - before_untaxed) + self.contract_id._gov_untaxed(float(rest))

    def _gov_advance_base(self):
        """Return what the recovery of the advance is counted on: the minimum of a framework contract, or the part."""
        contract = self.contract_id
        amount = self._gov_total()
        if contract.is_yearly:
            amount = contract.minimum_total if contract.form == "framework" else contract.year_ids[:1].amount
        return str(round(amount, 2))

    def _gov_penalties(self, day):
        """Return (base, days late) of the part of the contract that the account is of."""
        if self.is_general or self.year_id:
            return []
        part = self.tranche_id or self.contract_id
        return [(str(round(self._gov_total(), 2)), part._gov_delay(day).days_late)]

    def _gov_taxes(self, amount, untaxed, day):
        """Return the taxes withheld on the account, as its payment order would; the budget part extends."""
        return []

    def _gov_keep(self):
        for one in self:
            result, untaxed = one._gov_work_out()
            taken = {code: float(-result[code]) for code in ("vat_withheld", "is_withheld", "ir_withheld")}
            one._gov_write(
                {
                    "gross": float(result["gross"]),
                    "this_account": float(result["this_account"]),
                    "untaxed": untaxed,
                    "retention": float(-result["retention"]),
                    "advance_recovered": float(-result["advance"]),
                    "penalty": float(-result["penalty"]),
                    "special_taken": float(-result["special_penalty"]),
                    "withholding_vat": taken["vat_withheld"],
                    "withholding_tax": taken["is_withheld"] + taken["ir_withheld"],
                    "revision_now": float(result["revision"]),
                    "carried": float(result["carried"]),
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
            one._gov_check_content()
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
        self._gov_write({"checked_by_id": self.env.uid, "checked_on": self._gov_today()})
        self._gov_keep()
        for one in self:
            one._gov_check_within()
        self._gov_log("check", lambda one: {"gross": str(one.gross)})
        return True

    def _gov_check_content(self):
        """Refuse an attachment that its contract does not bear: phases of studies are accepted first."""
        self.ensure_one()
        if self.deposited_on > self._gov_today():
            raise UserError(self.env._("The deposit of the attachment is in the future."))
        if self.is_general or self.contract_id.kind != "studies":
            return
        accepted = self.contract_id.acceptance_ids.filtered(lambda one: one.state == "pronounced")
        done = accepted.phase_ids
        if accepted.filtered(lambda one: one.kind in ("provisional", "final")):
            return
        early = self.line_ids.filtered(lambda line: line.quantity and line.line_id not in done)
        if early:
            raise UserError(
                self.env._(
                    "Phase %(phase)s is paid once its reports are accepted: pronounce its partial acceptance first.",
                    phase=early[0].line_id.number,
                )
            )

    def _gov_check_within(self):
        """Refuse an account that passes what its year commits (art. 7 and 8)."""
        self.ensure_one()
        year = self.year_id
        if not year:
            return
        spent = self.gross + sum((self._gov_former() | self).mapped("revision_now"))
        if spent > year.amount + 0.005:
            raise UserError(
                self.env._(
                    "The accounts of %(year)s make %(spent)s, the year commits %(amount)s (art. 7 and 8).",
                    year=year.year,
                    spent=format_amount(self.env, spent, self.currency_id),
                    amount=format_amount(self.env, year.amount, self.currency_id),
                )
            )

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
        self.contract_id._gov_hold()
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
            one._gov_check_within()
            one._gov_before_sign()
            if one.is_final and one.year_id:
                one.year_id._gov_take("prepared", "closed")
        self._gov_write({"signed_by_id": self.env.uid, "signed_on": self._gov_today()})
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
        content = {"line_ids", "index_ids", "supplies", "special_penalty", "revision_total", "date", "is_final"}
        if not self._gov_is_act() and (content | {"deposited_on"}) & vals.keys():
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
        for account in self.account_id:
            last = account._gov_former().sorted("number")[-1:]
            before[account.id] = {line.line_id.id: line.quantity for line in last.line_ids}
        for line in self:
            line.quantity_before = before.get(line.account_id.id, {}).get(line.line_id.id, 0)
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
