"""Forecast of cash of an account, month by month, and the month in which each planned expense can be ordered.

Orders are paid from realised revenue only (decree 2-15-426 art. 24 and 26): an expense waits until the money left by
the expenses before it reaches its amount.  Values in, values out.
"""

import datetime
from dataclasses import dataclass, field
from decimal import Decimal

ZERO = Decimal(0)


@dataclass
class Expense:
    """An expense somebody plans: wanted from a day on, served in the order of priority, then of that day."""

    key: object
    amount: Decimal
    wanted: datetime.date
    priority: int = 10
    orderable: datetime.date | None = None  # first day of the month it can be ordered in; None: not within the horizon
    missing: Decimal = ZERO  # what lacks at the end of the horizon


@dataclass
class Month:
    first: datetime.date
    opening: Decimal
    revenue: Decimal
    expenses: list = field(default_factory=list)

    @property
    def spent(self):
        return sum((expense.amount for expense in self.expenses), ZERO)

    @property
    def closing(self):
        return self.opening + self.revenue - self.spent


def months_between(first, count):
    """Return the first days of ``count`` months, from the month of ``first`` on."""
    days = []
    year, month = first.year, first.month
    for _n in range(count):
        days.append(datetime.date(year, month, 1))
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return days


def forecast(opening, today, revenue, expenses, horizon=12):
    """Lay the planned expenses on the months in which realised revenue pays for them.

    Revenue of a month serves from the next month on (it is realised once the month is over), but what is on the
    account already serves at once; a later expense never takes the money that an earlier one of the same or a higher
    priority waits for.

    :param opening: money not ordered today
    :param revenue: {first day of month: amount expected}
    :param expenses: :class:`Expense` list; ``orderable`` and ``missing`` are filled in
    :return: list of :class:`Month`
    """
    months = []
    waiting = sorted(expenses, key=lambda one: (one.priority, one.wanted, str(one.key)))
    for expense in waiting:
        expense.orderable, expense.missing = None, ZERO
    cash, ready = opening, opening
    for first in months_between(today, horizon):
        month = Month(first, cash, revenue.get(first, ZERO))
        end = months_between(first, 2)[1]
        kept = []
        blocked = False
        for expense in waiting:
            due = expense.wanted < end
            # whoever is due and lacks money blocks those after him
            if due and not blocked and expense.amount <= ready:
                expense.orderable = max(first, expense.wanted, today)
                month.expenses.append(expense)
                ready -= expense.amount
            else:
                blocked = blocked or due
                kept.append(expense)
        waiting = kept
        cash = month.closing
        ready += month.revenue
        months.append(month)
    left = ready
    for expense in waiting:
        expense.missing = max(ZERO, expense.amount - max(ZERO, left))
        left -= expense.amount
    return months


def seasonal(history, annual):
    """Spread an annual amount over twelve months as the past did.

    :param history: {month 1-12: amount collected over past years}; without history, in equal parts
    :return: {month: amount}, whose sum is exactly ``annual``
    """
    total = sum(history.values(), ZERO)
    spread, given = {}, ZERO
    for month in range(1, 13):
        share = history.get(month, ZERO) / total if total else Decimal(1) / 12
        spread[month] = (annual * share).quantize(Decimal("0.01"))
        given += spread[month]
    spread[12] += annual - given
    return spread
