import datetime
from collections import defaultdict
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.gov_base.tools.text import to_decimal

from ..services import cash


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
    amount = fields.Float(digits=(16, 2), required=True)
    wanted = fields.Date("Wanted on", required=True, default=fields.Date.context_today)
    priority = fields.Integer(default=10, aggregator=None, help="The smallest number is served first.")
    active = fields.Boolean(default=True)
    orderable = fields.Date(
        "Can be ordered from", compute="_compute_orderable",
        help="First day on which realised revenue and balance pay for it, after what goes before.",
    )  # fmt: skip
    missing = fields.Float("Still missing", digits=(16, 2), compute="_compute_orderable")

    _positive = models.Constraint("CHECK (amount > 0)", "A planned expense has an amount.")

    @api.depends("account_id", "amount", "wanted", "priority", "active")
    def _compute_orderable(self):
        found = {}
        for account in self.account_id:
            for expense in account._gov_forecast()["expenses"]:
                found[expense.key] = expense
        for plan in self:
            expense = found.get(plan._origin.id)
            plan.orderable = expense.orderable if expense else False
            plan.missing = float(expense.missing) if expense else 0.0


class GovSpecialAccountForecast(models.Model):
    _inherit = "gov.special.account"

    plan_ids = fields.One2many("gov.special.plan", "account_id", "Planned expenses")

    def _gov_forecast(self, today=None, horizon=None):
        """Return the forecast of cash: {"months": [Month], "expenses": [Expense], "opening"}.

        Money not ordered today; revenue the finance law expects, laid on the months as the past three years were; the
        commitments that wait for their order; then the planned expenses in their order.
        """
        self.ensure_one()
        today = today or fields.Date.context_today(self)
        horizon = horizon or int(self.env["gov.parameter"].get_value("special.forecast.months", today))
        # sudo: the account is readable; its figures come from all its lines
        account = self._origin.sudo()
        years = account.year_ids.filtered(lambda year: year.date_from <= today <= year.date_to)
        opening, waiting = Decimal(0), Decimal(0)
        for year in years:
            position = year._gov_position()
            opening += position.cash_room
            waiting += position.committed - position.ordered
        expenses = []
        if waiting > 0:
            # it is committed already: nothing goes before it
            expenses.append(cash.Expense("committed", waiting, today, -1))
        expenses += [
            cash.Expense(plan.id, to_decimal(plan.amount), plan.wanted, plan.priority)
            for plan in account.plan_ids
            if plan.active
        ]
        revenue = account._gov_expected_revenue(today, horizon)
        months = cash.forecast(max(opening, Decimal(0)), today, revenue, expenses, horizon)
        return {"months": months, "expenses": expenses, "opening": opening}

    def _gov_expected_revenue(self, today, horizon):
        """Return {first day of month: revenue expected}, less what the month in progress has collected already."""
        history, collected = defaultdict(Decimal), Decimal(0)
        rows = self.env.execute_query(
            SQL(
                """SELECT date_trunc('month', date)::date, sum(amount) FROM gov_revenue_entry
                    WHERE account_id = %s AND kind = 'collected' AND date >= %s AND date <= %s GROUP BY 1""",
                self.id or None,
                datetime.date(today.year - 3, 1, 1),
                today,
            )
        )
        for month, amount in rows:
            if month.year < today.year:
                history[month.month] += max(to_decimal(amount), Decimal(0))
            elif month == today.replace(day=1):
                collected = to_decimal(amount)
        expected = {}
        annual = {}
        for year in self.year_ids:
            annual[year.date_from.year] = annual.get(year.date_from.year, Decimal(0)) + to_decimal(year.lf_revenue)
        last = annual[max(annual)] if annual else Decimal(0)
        spreads = {}
        for month in cash.months_between(today, horizon):
            amount = annual.get(month.year, last)
            if month.year not in spreads:
                spreads[month.year] = cash.seasonal(history, amount)
            expected[month] = spreads[month.year][month.month]
        first = today.replace(day=1)
        expected[first] = max(Decimal(0), expected.get(first, Decimal(0)) - collected)
        return expected
