from collections import defaultdict
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, format_date

from odoo.addons.gov_base.tools.act import short_transaction
from odoo.addons.gov_base.tools.defaults import without_defaults
from odoo.addons.gov_base.tools.text import nbsp_amount, to_decimal

KINDS = [
    ("assessed", "Assessed"),
    ("collected", "Collected"),
    ("announced", "Announced (support funds)"),
]


class GovRevenueEntry(models.Model):
    """One movement of revenue of a special account: assessed, collected, or announced by a donor.

    Append-only, in the ORM and in SQL: budget officers enter, a mistake is corrected by its reversal with a reason.
    Each entry moves the year of the account in the same transaction and is in the journal; revenue that is withdrawn
    is refused when what it pays for was ordered.
    """

    _name = "gov.revenue.entry"
    _description = "Revenue entry"
    _inherit = ["gov.journal.append.only", "gov.special.ask"]
    _order = "date desc, id desc"
    _rec_name = "number"

    number = fields.Char(readonly=True, required=True, default="/", copy=False)
    account_id = fields.Many2one("gov.special.account", "Account", required=True, index=True, ondelete="restrict")
    part = fields.Selection(
        [("whole", "Whole account"), ("operating", "Operation"), ("investment", "Investment")],
        compute="_compute_part",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    year_id = fields.Many2one(
        "gov.special.year", "Year", compute="_compute_year_id", store=True, precompute=True, index=True,
        ondelete="restrict", required=True,
    )  # fmt: skip
    region_id = fields.Many2one("gov.region", related="account_id.region_id")
    source_id = fields.Many2one(
        "gov.revenue.source", "Source", required=True, index=True, ondelete="restrict",
        domain="[('account_id', '=', account_id)]",
    )  # fmt: skip
    collector_id = fields.Many2one(
        "gov.revenue.collector", "Collector", index="btree_not_null", ondelete="restrict",
        domain="['|', ('account_ids', '=', False), ('account_ids', 'in', account_id)]",
    )  # fmt: skip
    kind = fields.Selection(KINDS, required=True, default="collected")
    date = fields.Date(
        required=True, default=fields.Date.context_today, help="The day it reached the account, or was assessed."
    )
    month = fields.Date(
        compute="_compute_month", store=True, readonly=False, precompute=True, required=True,
        help="The month it was collected for: any day of it.",
    )  # fmt: skip
    amount = fields.Float(digits=(16, 2), required=True)
    met = fields.Float(
        "Announced before",
        digits=(16, 2),
        readonly=True,
        copy=False,
        help="Part of this revenue that the donor had announced: it is no longer expected.",
    )
    reference = fields.Char(help="Number of the receipt or of the statement of the treasury.")
    note = fields.Char()
    reverses_id = fields.Many2one(
        "gov.revenue.entry", "Reverses", readonly=True, index="btree_not_null", ondelete="restrict", copy=False
    )
    reversal_ids = fields.One2many("gov.revenue.entry", "reverses_id", "Reversed by")
    user_id = fields.Many2one(
        "res.users", "Entered by", readonly=True, required=True, index=True, ondelete="restrict",
        default=lambda self: self.env.uid,
    )  # fmt: skip

    _reversed_once = models.UniqueIndex(
        "(reverses_id) WHERE reverses_id IS NOT NULL", "This entry is reversed already."
    )
    _amount_sign = models.Constraint(
        "CHECK ((reverses_id IS NULL AND amount > 0) OR (reverses_id IS NOT NULL AND amount < 0))",
        "Revenue is positive; only a reversal takes it back.",
    )
    _met_within = models.Constraint(
        "CHECK (met IS NULL OR met = 0"
        " OR (kind = 'collected' AND abs(met) <= abs(amount) AND sign(met) = sign(amount)))",
        "What was announced before is part of what is collected.",
    )
    _account_date = models.Index("(account_id, date)")

    # ------------------------------------------------------------------------------------------------------ computes
    @api.depends("account_id")
    def _compute_part(self):
        for entry in self:
            if entry.account_id.kind == "cas":
                entry.part = "whole"
            elif entry.part not in ("operating", "investment"):
                entry.part = "operating"

    @api.depends("account_id", "part", "date")
    def _compute_year_id(self):
        # sudo: the year of an account the user may read; its rights are those of the account
        years = self.env["gov.special.year"].sudo().search([("account_id", "in", self.account_id.ids)])
        for entry in self:
            entry.year_id = years.filtered(
                lambda year, entry=entry: year.account_id == entry.account_id
                and year.part == entry.part
                and entry.date
                and year.date_from <= entry.date <= year.date_to
            )[:1].id

    @api.depends("date")
    def _compute_month(self):
        for entry in self:
            entry.month = (entry.month or entry.date or fields.Date.context_today(entry)).replace(day=1)

    # --------------------------------------------------------------------------------------------------------- hooks
    def _refuse(self):
        raise AccessError(
            self.env._(
                "The ledger of revenue is append-only: nobody changes or deletes an entry. Reverse it, with a reason, "
                "and enter the right one."
            )
        )

    @api.model_create_multi
    def create(self, vals_list):
        """Enter revenue: for budget officers; each entry moves its account at once."""
        self.check_access("create")
        if not self.env.su and not self.env.user.has_group("gov_base.group_budget_officer"):
            raise AccessError(self.env._("Only a budget officer enters revenue."))
        for vals in vals_list:
            if vals.keys() & {"number", "reverses_id", "user_id", "year_id", "met"}:
                raise UserError(self.env._("The number, the author and the year of an entry are given by the system."))
        clean = without_defaults(self, self._fields)
        defaults = {k[8:]: v for k, v in self.env.context.items() if k.startswith("default_")}
        allowed = {"account_id", "source_id", "collector_id", "kind", "part", "date"}
        given = {name: value for name, value in defaults.items() if name in allowed}
        return clean._gov_enter([{**given, **vals} for vals in vals_list]).with_env(self.env)

    @short_transaction
    def _gov_enter(self, vals_list, reason=None):
        """Write entries, move their years, number and journal them: a short act, on rows that many share."""
        now = fields.Date.context_today(self)
        rows = []
        for vals in vals_list:
            vals = dict(vals)
            try:
                vals["date"] = fields.Date.to_date(vals.get("date")) or now
                vals["month"] = (fields.Date.to_date(vals.get("month")) or vals["date"]).replace(day=1)
                vals["amount"] = float(to_decimal(vals.get("amount") or 0))
            except ValueError as error:
                raise UserError(self.env._("Write the amount as a number, and the date as a date.")) from error
            if vals["amount"] < 0 and not vals.get("reverses_id"):
                raise UserError(self.env._("Revenue is a positive amount: to take it back, reverse its entry."))
            if not vals["amount"]:
                raise UserError(self.env._("Give the amount of the revenue."))
            if abs(vals["amount"]) >= 10**13:
                raise UserError(self.env._("This amount is beyond any revenue: check it."))
            if vals["date"] > now:
                raise UserError(
                    self.env._(
                        "%(date)s is to come: revenue is entered once it is there.",
                        date=format_date(self.env, vals["date"]),
                    )
                )
            if vals["month"] > vals["date"]:
                raise UserError(self.env._("Revenue of a month is not collected before it."))
            rows.append(vals)
        entries = self._gov_insert(rows)
        moves = defaultdict(lambda: defaultdict(int))
        for entry in entries:
            moves[entry.year_id.id][entry.kind] += to_decimal(entry.amount)
            # what had been announced is there: it is no longer expected beside it
            moves[entry.year_id.id]["announced"] -= to_decimal(entry.met)
        # sudo: the entry is allowed; the counters are moved by it
        self.env["gov.special.year"].sudo()._gov_move(moves)
        self.env["gov.journal.entry"]._record_many(
            [(entry, "reverse" if entry.reverses_id else "enter", entry._gov_facts(reason)) for entry in entries]
        )
        return entries

    def _gov_insert(self, rows):
        """Number and insert the rows, after the checks that need the records."""
        accounts = self.env["gov.special.account"].browse(
            [row.get("account_id") for row in rows if row.get("account_id")]
        )
        accounts.check_access("read")
        # numbers are taken last of all reads, before the insert: an append-only row is written once
        taken = {}
        for row in rows:
            account = accounts.browse(row.get("account_id"))
            if not account.exists():
                raise UserError(self.env._("Say of which account this is revenue."))
            taken.setdefault((account.code, row["date"].year), []).append(row)
        for (code, year), its_rows in sorted(taken.items(), key=lambda one: one[0]):
            first = self.env["gov.counter"]._take(f"revenue.{code}", year, len(its_rows))
            for rank, row in enumerate(its_rows):
                row["number"] = f"{first + rank:05d}/{year}"
        for row in rows:
            self._gov_check_row(row)
        self._gov_meet(rows)
        # past the guard of the append-only model: this is where its entries are made
        return models.Model.create(self, rows)

    def _gov_meet(self, rows):
        """Say how much of each row of support funds had been announced; refuse to withdraw what has arrived.

        The year is held until the end of the act: of two receipts at once, the second finds what the first left.
        """
        sources = self.env["gov.revenue.source"].browse({row["source_id"] for row in rows})
        support = set(sources.filtered(lambda source: source.nature == "support").ids)
        rows = [row for row in rows if row["source_id"] in support and row["kind"] in ("collected", "announced")]
        if not rows:
            return
        years = tuple(sorted({row["year_id"] for row in rows}))
        self.env.execute_query(
            SQL("SELECT id FROM gov_special_year WHERE id IN %s ORDER BY id FOR NO KEY UPDATE", years)
        )
        expected = defaultdict(
            Decimal,
            {
                (year, source): to_decimal(amount)
                for year, source, amount in self.env.execute_query(
                    SQL(
                        """SELECT year_id, source_id, coalesce(sum(amount) FILTER (WHERE kind = 'announced'), 0)
                                  - coalesce(sum(met), 0)
                             FROM gov_revenue_entry WHERE year_id IN %s AND source_id IN %s GROUP BY 1, 2""",
                        years,
                        tuple(support),
                    )
                )
            },
        )
        undone = self.browse([row["reverses_id"] for row in rows if row.get("reverses_id")])
        met = {entry.id: to_decimal(entry.met) for entry in undone}
        for row in rows:
            place, amount = (row["year_id"], row["source_id"]), to_decimal(row["amount"])
            if row["kind"] == "announced":
                expected[place] += amount
                if expected[place] < 0:
                    raise UserError(
                        self.env._(
                            "%(arrived)s of this announcement has arrived: only what is still expected is withdrawn. "
                            "Reverse the receipt first, if it was one of something else.",
                            arrived=nbsp_amount(-expected[place]),
                        )
                    )
                continue
            part = -met[row["reverses_id"]] if row.get("reverses_id") else min(amount, expected[place])
            row["met"] = float(part)
            expected[place] -= part

    def _gov_check_row(self, row):
        source = self.env["gov.revenue.source"].browse(row.get("source_id")).exists()
        account = self.env["gov.special.account"].browse(row["account_id"])
        if not source or source.account_id != account:
            raise UserError(self.env._("Choose a source of revenue of %(account)s.", account=account.display_name))
        kind = row.setdefault("kind", "collected")
        if kind not in dict(KINDS):
            raise UserError(self.env._("Revenue is assessed, collected or announced."))
        if kind == "announced" and source.nature != "support":
            raise UserError(self.env._("Only support funds are announced before they are collected."))
        part = row.get("part") or ("whole" if account.kind == "cas" else "operating")
        if (part == "whole") != (account.kind == "cas"):
            raise UserError(
                self.env._("Revenue of an autonomous service is of its operation or of its investment (SG-5).")
            )
        row["part"] = part
        # sudo: the year of the account, whose rights are those of the account
        year = (
            self.env["gov.special.year"]
            .sudo()
            .search(
                [
                    ("account_id", "=", account.id),
                    ("part", "=", part),
                    ("date_from", "<=", row["date"]),
                    ("date_to", ">=", row["date"]),
                ],
                limit=1,
            )
        )
        if year.state != "open":
            raise UserError(
                self.env._(
                    "The year of %(account)s that holds %(date)s is not open: revenue cannot be entered.",
                    account=account.display_name,
                    date=format_date(self.env, row["date"]),
                )
            )
        row["year_id"] = year.id
        collector = self.env["gov.revenue.collector"].browse(row.get("collector_id") or [])
        if collector.account_ids and account not in collector.account_ids and not row.get("reverses_id"):
            raise UserError(
                self.env._(
                    "“%(collector)s” does not collect for %(account)s: choose another one, or add the account to it.",
                    collector=collector.name,
                    account=account.display_name,
                )
            )

    def _gov_facts(self, reason=None):
        facts = {
            "number": self.number,
            "account": self.account_id.code,
            "source": self.source_id.with_context(lang="en_US").name,
            "kind": self.kind,
            "date": str(self.date),
            "amount": f"{self.amount:.2f}",
            "reference": self.reference or "",
        }
        if self.met:
            facts["met"] = f"{self.met:.2f}"
        if reason:
            facts.update(reason=reason, reverses=self.reverses_id.number)
        return facts

    # ---------------------------------------------------------------------------------------------------------- acts
    @short_transaction
    def action_reverse(self, reason):
        """Take these entries back by entries of the opposite amount, today; for budget officers, with a reason."""
        if not self.env.su and not self.env.user.has_group("gov_base.group_budget_officer"):
            raise AccessError(self.env._("Only a budget officer reverses revenue."))
        self.check_access("read")
        if not (isinstance(reason, str) and len(reason.strip()) >= 5):
            raise UserError(self.env._("Say why, in a few words: a reversal takes a reason."))
        today = fields.Date.context_today(self)
        rows = []
        for entry in self:
            if entry.reverses_id:
                raise UserError(self.env._("%(entry)s is a reversal itself.", entry=entry.number))
            if entry.reversal_ids:
                raise UserError(self.env._("%(entry)s is reversed already.", entry=entry.number))
            day = min(today, entry.year_id.date_to)
            rows.append(
                {
                    "account_id": entry.account_id.id,
                    "part": entry.part,
                    "source_id": entry.source_id.id,
                    "collector_id": entry.collector_id.id,
                    "kind": entry.kind,
                    "date": day,
                    "month": entry.month,
                    "amount": -entry.amount,
                    "reference": entry.reference,
                    "note": reason.strip(),
                    "reverses_id": entry.id,
                }
            )
        self._gov_enter(rows, reason.strip())
        return True
