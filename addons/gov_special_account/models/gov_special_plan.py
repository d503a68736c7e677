import datetime
from collections import defaultdict
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from odoo.addons.gov_base.tools.text import to_decimal

from ..services import cash
from .gov_special_year import PARTS


class GovSpecialPlan(models.Model):
    """An expense somebody plans on a special account; the forecast tells when it can be ordered."""

    _name = "gov.special.plan"
    _description = "Planned expense of a special account"
    _order = "account_id, priority, wanted, id"

    account_id = fields.Many2one("gov.special.account", "Account", required=True, index=True, ondelete="cascade")
    region_id = fields.Many2one(
        "gov.region", related="account_id.region_id", store=True, index="btree_not_null", ondelete="restrict"
    )
    name = fields.Char("Expense", required=True)
    budget_line_id = fields.Many2one("gov.budget.line", "Budget line", index="btree_not_null", ondelete="restrict")
    part = fields.Selection(
        PARTS,
        compute="_compute_part",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        help="Each part of an autonomous service pays for itself (SG-5).",
    )
    amount = fields.Float(digits=(16, 2), required=True)
    wanted = fields.Date("Wanted on", required=True, default=fields.Date.context_today)
    priority = fields.Integer(default=10, aggregator=None, help="The smallest number is served first.")
    active = fields.Boolean(default=True)
    orderable = fields.Date(
        "Can be ordered from", compute="_compute_orderable",
        help="First day on which realised revenue and balance pay for it and the credits of the year hold it, after "
        "what goes before.",
    )  # fmt: skip
    missing = fields.Float("Still missing", digits=(16, 2), compute="_compute_orderable")

    _positive = models.Constraint("CHECK (amount > 0)", "A planned expense has an amount.")

    @api.depends("account_id", "budget_line_id")
    def _compute_part(self):
        for plan in self:
            account, chapter = plan.account_id, plan.budget_line_id.chapter_code
            parts = account._gov_parts()
            if chapter:
                plan.part = parts[-1] if chapter == account.investment_code else parts[0]
            elif plan.part not in parts:
                plan.part = parts[0]

    @api.constrains("account_id", "budget_line_id", "part")
    def _check_place(self):
        for plan in self:
            account, line = plan.account_id, plan.budget_line_id
            if plan.part not in account._gov_parts():
                raise ValidationError(
                    self.env._(
                        "“%(expense)s”: an expense of an autonomous service is of its operation or of its investment "
                        "(SG-5), one of a special-purpose account of the whole account.",
                        expense=plan.name,
                    )
                )
            chapter = account.investment_code if plan.part == "investment" else account.expenditure_code
            if line and line.chapter_code != chapter:
                raise ValidationError(
                    self.env._(
                        "%(line)s is no line of %(account)s for “%(expense)s”.",
                        line=line.display_name,
                        account=account.display_name,
                        expense=plan.name,
                    )
                )

    @api.depends("account_id", "amount", "wanted", "priority", "active", "part")
    def _compute_orderable(self):
        found = {}
        for account in self.account_id:
            for part in account._gov_parts():
                for expense in account._gov_forecast(part=part)["expenses"]:
                    found[expense.key] = expense
        for plan in self:
            expense = found.get(plan._origin.id)
            plan.orderable = expense.orderable if expense else False
            plan.missing = float(expense.missing) if expense else 0.0


class GovSpecialAccountForecast(models.Model):
    _inherit = "gov.special.account"

    plan_ids = fields.One2many("gov.special.plan", "account_id", "Planned expenses")

    def _gov_parts(self):
        """Return the parts of the account that pay for themselves."""
        return ("operating", "investment") if self.kind == "segma" else ("whole",)

    def _gov_forecast(self, today=None, horizon=None, part=None):
        """Return the forecast of cash: {"months": [Month], "expenses": [Expense], "opening"}.

        Money not ordered today, announced support funds included; revenue the finance law expects, laid on the months
        as the past three years were; the commitments that wait for their order; then the planned expenses in their
        order, within the credits of each year.

        :param part: of an autonomous service; its operation when not said
        """
        self.ensure_one()
        part = part or self._gov_parts()[0]
        today = today or fields.Date.context_today(self)
        horizon = horizon or int(self.env["gov.parameter"].get_value("special.forecast.months", today))
        # sudo: the account is readable; its figures come from all its lines
        account = self._origin.sudo()
        years = account.year_ids.filtered(lambda year: year.part == part)
        opening, waiting, credits = Decimal(0), Decimal(0), Decimal(0)
        for year in years.filtered(lambda year: year.date_from <= today <= year.date_to):
            position = year._gov_position()
            opening += position.cash_room + to_decimal(year.announced)
            waiting += position.committed - position.ordered
            credits += max(position.credits - position.committed, Decimal(0))
        expenses = []
        if waiting > 0:
            # it is committed already: nothing goes before it
            expenses.append(cash.Expense("committed", waiting, today, -1, committed=True))
        expenses += [
            cash.Expense(plan.id, to_decimal(plan.amount), plan.wanted, plan.priority)
            for plan in account.plan_ids
            if plan.active and plan.part == part
        ]
        law = years._gov_law(today, horizon)
        revenue = account._gov_expected_revenue(today, horizon, part, law)
        room = {**law, today.year: credits}
        months = cash.forecast(max(opening, Decimal(0)), today, revenue, expenses, horizon, room)
        return {"months": months, "expenses": expenses, "opening": opening}

    def _gov_expected_revenue(self, today, horizon, part, law):
        """Return {first day of month: revenue expected}, less what the month in progress has collected already."""
        history, collected = defaultdict(Decimal), Decimal(0)
        rows = self.env.execute_query(
            SQL(
                """SELECT date_trunc('month', date)::date, sum(amount) FROM gov_revenue_entry
                    WHERE account_id = %s AND part = %s AND kind = 'collected' AND date >= %s AND date <= %s
                 GROUP BY 1""",
                self.id or None,
                part,
                datetime.date(today.year - 3, 1, 1),
                today,
            )
        )
        for month, amount in rows:
            if month.year < today.year:
                history[month.month] += max(to_decimal(amount), Decimal(0))
            elif month == today.replace(day=1):
                collected = to_decimal(amount)
        spreads = {year: cash.seasonal(history, amount) for year, amount in law.items()}
        expected = {month: spreads[month.year][month.month] for month in cash.months_between(today, horizon)}
        first = today.replace(day=1)
        expected[first] = max(Decimal(0), expected.get(first, Decimal(0)) - collected)
        return expected


class GovSpecialYear(models.Model):
    _inherit = "gov.special.year"

    def _gov_law(self, today, horizon):
        """Return {year: revenue of the finance law} of the years of a forecast; one that has none yet has that of the
        last year known.  The finance law opens credits for as much."""
        known = {year.date_from.year: to_decimal(year.lf_revenue) for year in self if year.lf_revenue}
        found = {}
        for number in sorted({month.year for month in cash.months_between(today, horizon)}):
            before = [year for year in known if year <= number]
            found[number] = known[max(before)] if before else Decimal(0)
        return found
