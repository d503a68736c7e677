from collections import defaultdict
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

from odoo.addons.gov_base.tools.act import short_transaction
from odoo.addons.gov_base.tools.text import nbsp_amount, to_decimal

from ..services.rules import Position, split_carried_commitments

PARTS = [("whole", "Whole account"), ("operating", "Operation"), ("investment", "Investment")]
# moved by the ledger of the budget, by the ledger of revenue, by the acts of the account
LEDGER = ("lf_credits", "transferred", "other_credits", "committed", "ordered", "paid")
REVENUE = ("assessed", "collected", "announced")
COUNTERS = (*LEDGER, *REVENUE, "carried", "extra_a", "extra_b", "surplus", "anticipated")
LAW = {"lf_revenue", "anticipation", "account_id", "fiscal_year_id", "part"}
DIGITS = (16, 2)


def credit_counter(kind, movement, model):
    """Return the counter that a change of credits of the ledger belongs to; None for what no counter of ours follows.

    Credits of types A and B have acts of ours behind them, which move their own counter; delegations move credits
    inside the account.
    """
    if kind == "initial":
        return "lf_credits"
    if kind == "delegation" or model == "gov.special.act":
        return None
    if kind == "amendment" and movement == "a12":
        return "transferred"
    if kind == "amendment" and movement in ("a5", "a6", "a7", "a4"):
        return None  # inside the account
    return "other_credits"


class GovSpecialYear(models.Model):
    """One year of a special account; an autonomous service has two, its operation and its investment.

    draft (in preparation) → open → closed.  Its counters are moved by acts alone: credits, commitments, orders and
    payments by each posting in the ledger of the budget, revenue by each entry of revenue; each by one conditional
    UPDATE in the transaction of the act, with CHECK constraints behind: the account is always creditor (CAS-5), orders
    stay within realised revenue (CAS-9, SG-9) and within the credits, extra credits within their maxima (CAS-10,
    CAS-11).  Budget officers prepare, authorising officers open and close.
    """

    _name = "gov.special.year"
    _description = "Year of a special account"
    _inherit = ["gov.budget.stateful", "gov.special.ask", "mail.thread"]
    _order = "date_from desc, account_id, part desc"
    _act_fields = frozenset({*COUNTERS, "carried_commitments", "state", "opened_on", "closed_on"})

    account_id = fields.Many2one("gov.special.account", "Account", required=True, index=True, ondelete="restrict")
    kind = fields.Selection(related="account_id.kind")
    region_id = fields.Many2one(
        "gov.region", related="account_id.region_id", store=True, index="btree_not_null", ondelete="restrict"
    )
    fiscal_year_id = fields.Many2one("gov.fiscal.year", "Fiscal year", required=True, index=True, ondelete="restrict")
    date_from = fields.Date(related="fiscal_year_id.date_from", store=True, precompute=True)
    date_to = fields.Date(related="fiscal_year_id.date_to", store=True, precompute=True)
    part = fields.Selection(PARTS, required=True, default="whole")
    chapter_code = fields.Char("Chapter", compute="_compute_chapter_code", store=True, precompute=True, index=True)
    state = fields.Selection(
        [("draft", "In preparation"), ("open", "Open"), ("closed", "Closed")],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        index=True,
        tracking=True,
    )
    opened_on = fields.Date(readonly=True, copy=False)
    closed_on = fields.Date(readonly=True, copy=False)
    # the law
    lf_revenue = fields.Float(
        "Revenue in the finance law",
        digits=DIGITS,
        required=True,
        default=0.0,
        tracking=True,
        help="Revenue the finance law expects of the year.",
    )
    lf_credits = fields.Float(
        "Credits of the finance law", digits=DIGITS, required=True, default=0.0, readonly=True, copy=False,
        help="Maximum expenditure of the finance law (CAS-1): the credits the budget opened with.",
    )  # fmt: skip
    anticipation = fields.Float(
        "Ceiling of anticipated commitments",
        digits=DIGITS,
        required=True,
        default=0.0,
        tracking=True,
        help="What the finance law allows to commit beyond the credits of the year (CAS-14). Autonomous services have "
        "none (SG-6).",
    )
    # the counters
    carried = fields.Float("Balance carried forward", digits=DIGITS, required=True, default=0.0, readonly=True)
    assessed = fields.Float("Revenue assessed", digits=DIGITS, required=True, default=0.0, readonly=True, copy=False)
    collected = fields.Float("Revenue collected", digits=DIGITS, required=True, default=0.0, readonly=True, copy=False)
    announced = fields.Float(
        "Support funds announced", digits=DIGITS, required=True, default=0.0, readonly=True, copy=False,
        help="Announced by the donor and not yet collected: they may be ordered against (organic law, art. 34).",
    )  # fmt: skip
    extra_a = fields.Float(
        "Credits of excess revenue (A)", digits=DIGITS, required=True, default=0.0, readonly=True, copy=False
    )
    extra_b = fields.Float(
        "Credits of the balance (B)", digits=DIGITS, required=True, default=0.0, readonly=True, copy=False
    )
    transferred = fields.Float(
        "Transferred to the general budget", digits=DIGITS, required=True, default=0.0, readonly=True, copy=False
    )
    other_credits = fields.Float(
        "Other changes of credits", digits=DIGITS, required=True, default=0.0, readonly=True, copy=False,
        help="Support funds, credits re-established or cancelled.",
    )  # fmt: skip
    anticipated = fields.Float(
        "Anticipated commitments allowed", digits=DIGITS, required=True, default=0.0, readonly=True, copy=False,
        help="Part of the ceiling given to lines by acts (CAS-14).",
    )  # fmt: skip
    surplus = fields.Float(
        "Operating surplus moved", digits=DIGITS, required=True, default=0.0, readonly=True, copy=False,
        help="Given by operation (negative) or received by investment (SG-5).",
    )  # fmt: skip
    committed = fields.Float(digits=DIGITS, required=True, default=0.0, readonly=True, copy=False)
    ordered = fields.Float(digits=DIGITS, required=True, default=0.0, readonly=True, copy=False)
    paid = fields.Float(digits=DIGITS, required=True, default=0.0, readonly=True, copy=False)
    carried_commitments = fields.Float(
        "Commitments left by the year before", digits=DIGITS, required=True, default=0.0, readonly=True, copy=False,
        help="Committed and not ordered: charged first on what follows (CAS-12, CAS-13, SG-8).",
    )  # fmt: skip
    # what follows from them
    credits = fields.Float("Credits opened", digits=DIGITS, compute="_compute_position")
    realised = fields.Float("Realised revenue", digits=DIGITS, compute="_compute_position")
    engage_room = fields.Float("Can still be committed", digits=DIGITS, compute="_compute_position")
    order_room = fields.Float("Can still be ordered", digits=DIGITS, compute="_compute_position")
    balance = fields.Float(digits=DIGITS, compute="_compute_position")
    extra_a_room = fields.Float("Room for credits A", digits=DIGITS, compute="_compute_position")
    extra_b_room = fields.Float("Room for credits B", digits=DIGITS, compute="_compute_position")
    transfer_room = fields.Float("Room for a transfer", digits=DIGITS, compute="_compute_position")
    revenue_entry_ids = fields.One2many("gov.revenue.entry", "year_id", "Revenue")

    _one_year = models.Constraint(
        "UNIQUE (account_id, fiscal_year_id, part)", "An account has one such part in a year."
    )
    _creditor = models.Constraint(
        "CHECK (paid + transferred <= carried + collected + surplus)", "A special account is always creditor (CAS-5)."
    )
    _within_revenue = models.Constraint(
        "CHECK (ordered + transferred <= carried + collected + surplus + announced)",
        "Orders stay within realised revenue (CAS-9, SG-9).",
    )
    _within_credits = models.Constraint(
        "CHECK (ordered <= lf_credits + extra_a + extra_b - transferred + other_credits)",
        "Orders stay within the credits opened (CAS-1).",
    )
    _committed_within = models.Constraint(
        "CHECK (committed <= lf_credits + extra_a + extra_b - transferred + other_credits + anticipation)",
        "Commitments stay within the credits and the ceiling of anticipated commitments (CAS-14).",
    )
    _extra_a_max = models.Constraint(
        "CHECK (extra_a <= GREATEST(0, collected - lf_credits))",
        "Credits of type A stay within the revenue collected beyond the finance law (CAS-10).",
    )
    _extra_b_max = models.Constraint(
        "CHECK (extra_b <= GREATEST(0, carried))",
        "Credits of type B stay within the balance of the year before (CAS-11).",
    )
    _positive = models.Constraint(
        "CHECK (carried >= 0 AND collected >= 0 AND announced >= 0 AND lf_credits >= 0 AND lf_revenue >= 0"
        " AND extra_a >= 0 AND extra_b >= 0 AND transferred >= 0 AND anticipation >= 0 AND paid >= 0"
        " AND anticipated >= 0 AND anticipated <= anticipation)",
        "The figures of a special account are not negative.",
    )
    _segma_anticipation = models.Constraint(
        "CHECK (part = 'whole' OR anticipation = 0)", "An autonomous service commits nothing by anticipation (SG-6)."
    )
    _segma_surplus = models.Constraint(
        "CHECK ((part = 'whole' AND surplus = 0) OR (part = 'operating' AND surplus <= 0)"
        " OR (part = 'investment' AND surplus >= 0))",
        "The operating surplus goes from operation to investment, never back (SG-5).",
    )

    # ------------------------------------------------------------------------------------------------------ computes
    @api.depends("account_id", "fiscal_year_id", "part")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["part"]._description_selection(self.env))
        for year in self:
            name = " ".join(filter(None, (year.account_id.display_name, year.fiscal_year_id.name)))
            part = labels.get(year.part) if year.part != "whole" else None
            year.display_name = " · ".join(filter(None, (name, part))) or self.env._("New year")

    @api.depends("account_id.expenditure_code", "account_id.investment_code", "part")
    def _compute_chapter_code(self):
        for year in self:
            account = year.account_id
            year.chapter_code = account.investment_code if year.part == "investment" else account.expenditure_code

    def _gov_position(self):
        """Return the figures of the year as values of the rules."""
        self.ensure_one()
        figures = {name: to_decimal(self[name]) for name in Position.__dataclass_fields__ if name in self._fields}
        # what moved between the parts counts as money of the part; announced funds may be ordered against
        figures["carried"] += to_decimal(self.surplus)
        figures["lf_credits"] += to_decimal(self.other_credits)
        return Position(**figures)

    def _gov_extra_a_max(self):
        """Return the largest total of credits of type A: against the credits of the finance law themselves, whatever
        was re-established or suspended since."""
        return max(Decimal(0), to_decimal(self.collected) - to_decimal(self.lf_credits))

    def _gov_free_surplus(self):
        """Return the money of operation that no commitment needs (SG-5)."""
        position = self._gov_position()
        return max(Decimal(0), position.realised - position.transferred - max(position.committed, position.ordered))

    @api.depends(*COUNTERS, "anticipation")
    def _compute_position(self):
        for year in self:
            position = year._gov_position()
            year.credits = float(position.credits)
            year.realised = float(position.realised)
            year.engage_room = float(position.engage_room)
            year.order_room = float(
                min(position.credits - position.ordered, position.cash_room + to_decimal(year.announced))
            )
            year.balance = float(position.balance)
            year.extra_a_room = float(year._gov_extra_a_max() - position.extra_a)
            year.extra_b_room = float(max(Decimal(0), to_decimal(year.carried)) - position.extra_b)
            year.transfer_room = float(position.transfer_room)

    # --------------------------------------------------------------------------------------------------- constraints
    @api.constrains("account_id", "part")
    def _check_part(self):
        for year in self:
            if (year.part == "whole") != (year.account_id.kind == "cas"):
                raise UserError(
                    self.env._(
                        "A special-purpose account has one whole year; an autonomous service has a year of operation "
                        "and one of investment (SG-5)."
                    )
                )

    # --------------------------------------------------------------------------------------------------------- hooks
    def write(self, vals):
        if LAW & vals.keys() and any(year.state != "draft" for year in self):
            raise UserError(self.env._("The year is open: the figures of the finance law no longer change."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_open(self):
        if any(year.state != "draft" for year in self):
            raise UserError(self.env._("A year that was opened stays in the books."))

    def copy_data(self, default=None):
        raise UserError(self.env._("The next year is made by closing this one: its balance follows."))

    # ------------------------------------------------------------------------------------------------------- counters
    @api.model
    def _gov_move(self, deltas):
        """Move the counters of years by one conditional UPDATE each, in the order of ids; refuse with the equation.

        :param deltas: {id of a year: {counter: amount}}; amounts are anything ``to_decimal`` takes
        :raise UserError: naming rule and equation; nothing is then kept, the caller's transaction being undone
        """
        self.env.flush_all()
        for year_id in sorted(deltas):
            moves = {name: to_decimal(amount) for name, amount in deltas[year_id].items() if to_decimal(amount)}
            if not moves:
                continue
            sets = SQL(", ").join(
                SQL("%s = %s + %s", SQL.identifier(name), SQL.identifier(name), amount)
                for name, amount in sorted(moves.items())
            )
            conditions = [SQL("id = %s", year_id), SQL("state = 'open'"), *self._gov_limits(moves)]
            rows = self.env.execute_query(
                SQL("UPDATE gov_special_year SET %s WHERE %s RETURNING id", sets, SQL(" AND ").join(conditions))
            )
            if not rows:
                self._gov_refuse(year_id, moves)
        self.browse(deltas).invalidate_recordset(flush=False)

    @api.model
    def _gov_limits(self, moves):
        """Return the conditions that a move must meet, as SQL over the row before it moves."""
        d = defaultdict(Decimal, moves)
        if d["carried"]:
            yield SQL("carried + %s >= 0", d["carried"])
        credits = SQL(
            "(lf_credits + extra_a + extra_b - transferred + other_credits + %s)",
            d["lf_credits"] + d["extra_a"] + d["extra_b"] - d["transferred"] + d["other_credits"],
        )
        cash = SQL(
            "(carried + collected + surplus - transferred + %s)",
            d["carried"] + d["collected"] + d["surplus"] - d["transferred"],
        )
        lowers_cash = d["collected"] < 0 or d["transferred"] > 0 or d["surplus"] < 0 or d["announced"] < 0
        lowers_credits = (
            d["transferred"] > 0
            or d["extra_a"] < 0
            or d["extra_b"] < 0
            or d["other_credits"] < 0
            or d["lf_credits"] < 0
        )
        if d["committed"] > 0 or lowers_credits:
            yield SQL("committed + %s <= %s + anticipation", d["committed"], credits)
        if d["ordered"] > 0 or lowers_credits:
            yield SQL("ordered + %s <= %s", d["ordered"], credits)
        if d["ordered"] > 0 or lowers_cash:
            yield SQL("ordered + %s <= %s + announced + %s", d["ordered"], cash, d["announced"])
        if d["surplus"] < 0:
            yield SQL("committed <= %s", cash)
        if d["paid"] > 0 or lowers_cash:
            yield SQL("paid + %s <= %s", d["paid"], cash)
        if d["extra_a"] > 0 or d["collected"] < 0:
            yield SQL("extra_a + %s <= GREATEST(0, collected + %s - lf_credits)", d["extra_a"], d["collected"])
        if d["extra_b"] > 0:
            yield SQL("extra_b + %s <= GREATEST(0, carried)", d["extra_b"])
        if d["anticipated"] > 0:
            yield SQL("anticipated + %s <= anticipation", d["anticipated"])

    def _gov_refuse(self, year_id, moves):
        year = self.browse(year_id)
        year.invalidate_recordset(flush=False)
        # sudo: the figures of the equation, told to whoever may not read the account and commits on its line
        year = year.sudo()
        _ = self.env._
        d = defaultdict(Decimal, moves)
        place = {"account": year.display_name}
        if year.state != "open":
            raise UserError(_("%(account)s is not open: nothing can be charged to it.", **place))
        position = year._gov_position()
        money = nbsp_amount
        credits = (
            position.credits + d["lf_credits"] + d["extra_a"] + d["extra_b"] - d["transferred"] + d["other_credits"]
        )
        announced = to_decimal(year.announced) + d["announced"]
        cash = position.realised + d["collected"] + d["surplus"] - position.transferred - d["transferred"]
        place.update(credits=money(credits), cash=money(cash), announced=money(announced))
        if d["extra_a"] > 0:
            raise UserError(
                _(
                    "%(account)s (CAS-10): collected %(collected)s - credits of the finance law %(law)s = %(max)s, of "
                    "which %(done)s opened; %(asked)s more is too much.",
                    collected=money(position.collected),
                    law=money(year.lf_credits),
                    max=money(year._gov_extra_a_max()),
                    done=money(position.extra_a),
                    asked=money(d["extra_a"]),
                    **place,
                )
            )
        if d["extra_b"] > 0:
            raise UserError(
                _(
                    "%(account)s (CAS-11): the balance carried forward is %(carried)s, of which %(done)s opened; "
                    "%(asked)s more is too much.",
                    carried=money(to_decimal(year.carried)),
                    done=money(position.extra_b),
                    asked=money(d["extra_b"]),
                    **place,
                )
            )
        if d["anticipated"] > 0:
            raise UserError(
                _(
                    "%(account)s (CAS-14): ceiling of anticipated commitments %(ahead)s, of which %(done)s given; "
                    "%(asked)s more is too much.",
                    ahead=money(position.anticipation),
                    done=money(to_decimal(year.anticipated)),
                    asked=money(d["anticipated"]),
                    **place,
                )
            )
        if d["committed"] > 0 and position.committed + d["committed"] > credits + position.anticipation:
            raise UserError(
                _(
                    "%(account)s (CAS-14): credits %(credits)s + anticipation %(ahead)s - committed %(done)s = "
                    "%(room)s < asked %(asked)s.",
                    ahead=money(position.anticipation),
                    done=money(position.committed),
                    room=money(credits + position.anticipation - position.committed),
                    asked=money(d["committed"]),
                    **place,
                )
            )
        if d["ordered"] > 0:
            rule = "CAS-9" if year.kind == "cas" else "SG-9"
            if position.ordered + d["ordered"] > cash + announced:
                raise UserError(
                    _(
                        "%(account)s (%(rule)s): realised revenue and balance %(cash)s + announced %(announced)s - "
                        "ordered %(done)s = %(room)s < asked %(asked)s. Wait for revenue: the forecast of cash tells "
                        "when this can be ordered.",
                        rule=rule,
                        done=money(position.ordered),
                        room=money(cash + announced - position.ordered),
                        asked=money(d["ordered"]),
                        **place,
                    )
                )
            raise UserError(
                _(
                    "%(account)s (CAS-1): credits %(credits)s - ordered %(done)s = %(room)s < asked %(asked)s.",
                    done=money(position.ordered),
                    room=money(credits - position.ordered),
                    asked=money(d["ordered"]),
                    **place,
                )
            )
        raise UserError(
            _(
                "%(account)s (CAS-5): after this act its money would be %(cash)s with %(ordered)s ordered, %(paid)s "
                "paid and credits of %(credits)s for %(committed)s committed. A special account is always creditor.",
                ordered=money(position.ordered + d["ordered"]),
                paid=money(position.paid + d["paid"]),
                committed=money(position.committed + d["committed"]),
                **place,
            )
        )

    # ---------------------------------------------------------------------------------------------------------- acts
    @short_transaction
    def action_open(self):
        """Open the years for acts; for authorising officers.

        What the ledger of the budget holds already (credits opened before the account was known here) is taken up.
        """
        self._gov_check_role(
            ("authorising_officer",), self.env._("Only an authorising officer opens a year of a special account.")
        )
        self.check_access("read")
        self._gov_take("draft", "open")
        self._gov_write({"opened_on": self._gov_today()})
        journal = self.env["gov.journal.entry"]
        for year in self.sorted("id"):
            # the ledger stands still while it is summed
            year._gov_lines()._gov_locked()
            sums = year._gov_ledger_sums()
            if any(sums.values()):
                self._gov_move({year.id: sums})
            journal._record(
                year, "open", {name: f"{year[name]:.2f}" for name in ("carried", "lf_credits", "lf_revenue")}
            )
        return True

    def _gov_lines(self):
        """Return the budget lines of the year (superuser): those of its chapter."""
        # sudo: an account counts all its lines, of every region
        return (
            self.env["gov.budget.line"]
            .sudo()
            .search([("fiscal_year_id", "=", self.fiscal_year_id.id), ("chapter_code", "=", self.chapter_code)])
        )

    def _gov_ledger_sums(self):
        """Return what the ledger of the budget holds of the year: counter → amount, but for acts of ours."""
        self.ensure_one()
        rows = self.env.execute_query(
            SQL(
                """SELECT e.kind, e.movement, e.res_model, e.res_id, sum(e.cp), sum(e.committed),
                          sum(e.ordered), sum(e.paid)
                     FROM gov_budget_entry e JOIN gov_budget_line l ON l.id = e.line_id
                    WHERE l.fiscal_year_id = %s AND l.chapter_code = %s
                 GROUP BY e.kind, e.movement, e.res_model, e.res_id""",
                self.fiscal_year_id.id,
                self.chapter_code,
            )
        )
        sums = defaultdict(Decimal)
        for kind, movement, model, _res_id, cp, committed, ordered, paid in rows:
            name = credit_counter(kind, movement, model)
            if name:
                sums[name] += to_decimal(cp) * (-1 if name == "transferred" else 1)
            for counter, amount in (("committed", committed), ("ordered", ordered), ("paid", paid)):
                sums[counter] += to_decimal(amount)
        return {name: amount for name, amount in sums.items() if amount}

    @short_transaction
    def action_take_over(self, balance, commitments=0, reference=None):
        """Take over the balance of an account that was executed elsewhere until this year; for authorising officers.

        :param balance: its balance at the end of the year before, as the treasury states it
        :param commitments: what was committed then and not ordered
        :param reference: the statement of the treasury
        """
        self.ensure_one()
        self._gov_check_role(
            ("authorising_officer",), self.env._("Only an authorising officer takes over the balance of an account.")
        )
        self.check_access("read")
        if self._gov_others("<", ("open", "closed")):
            raise UserError(
                self.env._("%(year)s follows a year kept here: its balance comes from there.", year=self.display_name)
            )
        if not (isinstance(reference, str) and len(reference.strip()) >= 3):
            raise UserError(self.env._("Give the reference of the statement of the treasury."))
        try:
            amounts = to_decimal(balance or 0), to_decimal(commitments or 0)
        except ValueError as error:
            raise UserError(self.env._("Write the balance and the commitments as numbers.")) from error
        if any(not 0 <= amount < 10**13 for amount in amounts):
            raise UserError(self.env._("A special account is always creditor (CAS-5): check these amounts."))
        self._gov_take("draft", "draft")
        self._gov_write({"carried": float(amounts[0]), "carried_commitments": float(amounts[1])})
        facts = {"balance": str(amounts[0]), "commitments_left": str(amounts[1]), "reference": reference.strip()}
        self.env["gov.journal.entry"]._record(self, "take_over", facts)
        return True

    def action_ask_take_over(self):
        """Ask for the balance to take over and for the statement that proves it."""
        return self._gov_ask("take_over")

    def _gov_others(self, operator, states):
        """Return the other years of the part of the account, before (``<``) or after (``>``) this one."""
        domain = [
            ("account_id", "=", self.account_id.id), ("part", "=", self.part), ("state", "in", states),
            ("date_from", operator, self.date_from),
        ]  # fmt: skip
        # sudo: years of an account the user may read
        return self.sudo().search(domain, order="date_from")

    @short_transaction
    def action_close(self):
        """Close the years; the balance follows into the next year (CAS-5, SG-7). For authorising officers."""
        self._gov_check_role(
            ("authorising_officer",), self.env._("Only an authorising officer closes a year of a special account.")
        )
        self.check_access("read")
        for year in self.sorted("id"):
            year._gov_close()
        return True

    def _gov_close(self):
        self.ensure_one()
        self._gov_check_over()
        next_year = self.env["gov.fiscal.year"].search([("date_from", ">", self.date_to)], order="date_from", limit=1)
        if not next_year:
            raise UserError(self.env._("Prepare the next fiscal year first: the balance goes there."))
        self.flush_recordset()
        rows = self.env.execute_query(
            SQL(
                """UPDATE gov_special_year SET state = 'closed', closed_on = %s
                    WHERE id = %s AND state = 'open' AND ordered = paid RETURNING id""",
                self._gov_today(),
                self.id,
            )
        )
        self.invalidate_recordset(flush=False)
        if not rows:
            if self.state != "open":
                raise UserError(self.env._("%(year)s is not open.", year=self.display_name))
            raise UserError(
                self.env._(
                    "%(year)s: %(amount)s is ordered and not paid. Pay these orders, or cancel them for the next "
                    "year, before closing.",
                    year=self.display_name,
                    amount=nbsp_amount(to_decimal(self.ordered) - to_decimal(self.paid)),
                )
            )
        position = self._gov_position()
        # what the books of the budget let lapse at their closing is still owed to the suppliers
        left = position.committed - position.ordered + self._gov_lapsed_commitments()
        on_surplus, on_law = split_carried_commitments(left, position.balance)
        domain = [
            ("account_id", "=", self.account_id.id), ("fiscal_year_id", "=", next_year.id), ("part", "=", self.part)
        ]  # fmt: skip
        following = self.sudo().search(domain)  # sudo: the act of closing writes the next year's opening balance
        vals = {"carried": float(position.balance), "carried_commitments": float(left)}
        if not following:
            place = {"account_id": self.account_id.id, "fiscal_year_id": next_year.id, "part": self.part}
            self._gov_create([{**place, "lf_revenue": self.lf_revenue, **vals}])
        elif following.state == "draft":
            following._gov_write(vals)
        else:
            # the next year is executed already: its orders had to do without this balance until now
            self._gov_move({following.id: {"carried": position.balance - to_decimal(following.carried)}})
            following._gov_write({"carried_commitments": vals["carried_commitments"]})
        self.env["gov.journal.entry"]._record(
            self,
            "close",
            {
                "balance": str(position.balance),
                "commitments_left": str(left),
                "charged_on_balance": str(on_surplus),
                "charged_on_law": str(on_law),
                "next_year": next_year.name,
            },
        )

    def _gov_check_over(self):
        """Refuse to close a year before its end, before an earlier one, or before the books its lines are in."""
        if self._gov_today() < self.date_to:
            raise UserError(
                self.env._(
                    "%(year)s is closed on %(day)s, not before: revenue still comes in.",
                    year=self.display_name,
                    day=format_date(self.env, self.date_to),
                )
            )
        if earlier := self._gov_others("<", ("open",))[:1]:
            raise UserError(
                self.env._(
                    "Close %(earlier)s first: its balance comes into %(year)s.",
                    earlier=earlier.display_name,
                    year=self.display_name,
                )
            )
        # sudo: whether the books of the account are still open
        if books := self._gov_lines().budget_id.filtered(lambda budget: budget.state == "open")[:1]:
            raise UserError(
                self.env._(
                    "Close the books of “%(budget)s” first: what lapses there is still charged to %(year)s.",
                    budget=books.display_name,
                    year=self.display_name,
                )
            )

    def _gov_lapsed_commitments(self):
        """Return what was committed and not ordered when the books of the budget were closed."""
        [(amount,)] = self.env.execute_query(
            SQL(
                """SELECT coalesce(-sum(e.committed), 0)
                     FROM gov_budget_entry e JOIN gov_budget_line l ON l.id = e.line_id
                    WHERE l.fiscal_year_id = %s AND l.chapter_code = %s AND e.kind = 'lapse'""",
                self.fiscal_year_id.id,
                self.chapter_code,
            )
        )
        return to_decimal(amount)

    # ---------------------------------------------------------------------------------------------- programme of use
    def _gov_check_programme(self, line, committed):
        """Refuse a commitment beyond the programme of use in force (CAS-15); called while the line is locked.

        :param committed: what is committed on the line after the act (Decimal)
        """
        self.ensure_one()
        if self.part != "whole":
            return
        if not self.env["gov.parameter"].get_value("cas.programme_required", self.date_from):
            return
        central = line.parent_line_id or line
        # sudo: the programme in force binds whoever commits
        uses = (
            self.env["gov.special.program.line"]
            .sudo()
            .search(
                [
                    ("program_id.state", "=", "approved"),
                    ("program_id.account_id", "=", self.account_id.id),
                    ("program_id.fiscal_year_id", "=", self.fiscal_year_id.id),
                    ("budget_line_id", "=", central.id),
                ]
            )
        )
        allowed = sum((to_decimal(use.amount) for use in uses), Decimal(0))
        if to_decimal(committed) > allowed:
            raise UserError(
                self.env._(
                    "%(account)s (CAS-15): the programme of use allows %(allowed)s on %(line)s and %(committed)s would"
                    " be committed. Modify the programme of use first.",
                    account=self.account_id.display_name,
                    allowed=nbsp_amount(allowed),
                    line=line.full_code,
                    committed=nbsp_amount(committed),
                )
            )
