"""Forecast of cash of an account, month by month, and the month in which each planned expense can be ordered.

Orders are paid from realised revenue only (decree 2-15-426 art. 24 and 26), and within the credits of their year: an
expense waits until the money left by the expenses before it reaches its amount, and for a year whose credits hold it.
Values in, values out.
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
    committed: bool = False  # it has its credits already
    orderable: datetime.date | None = None  # first day of the month it can be ordered in; None: not within the horizon
    missing: Decimal = ZERO  # what lacks at the end of the horizon
    lacks_credits: bool = False  # the money would be there, and no year of the horizon has the credits


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


def forecast(opening, today, revenue, expenses, horizon=12, credits=None):
    """Lay the planned expenses on the months in which realised revenue pays for them.

    Revenue of a month serves from the next month on (it is realised once the month is over), but what is on the
    account already serves at once; a later expense never takes the money that an earlier one of the same or a higher
    priority waits for.  An expense that has its money and waits for the credits of another year keeps that money.

    :param opening: money not ordered today
    :param revenue: {first day of month: amount expected}
    :param expenses: :class:`Expense` list; ``orderable``, ``missing`` and ``lacks_credits`` are filled in
    :param credits: {year: credits that nothing is committed on}; None when they are no limit.  What is committed has
        its credits; at the turn of a year what the money does not cover goes on those of the new year (CAS-13)
    :return: list of :class:`Month`
    """
    months = []
    waiting = sorted(expenses, key=lambda one: (one.priority, one.wanted, str(one.key)))
    for expense in waiting:
        expense.orderable, expense.missing, expense.lacks_credits = None, ZERO, False
    cash, ready = opening, opening
    room = dict(credits or {})
    for first in months_between(today, horizon):
        month = Month(first, cash, revenue.get(first, ZERO))
        end = months_between(first, 2)[1]
        if credits is not None and first.month == 1 and first > today:
            owed = sum((expense.amount for expense in waiting if expense.committed), ZERO)
            room[first.year] = max(ZERO, room.get(first.year, ZERO) - max(ZERO, owed - max(ZERO, ready)))
        kept = []
        blocked, held = False, ZERO
        for expense in waiting:
            due = expense.wanted < end
            has_credits = credits is None or expense.committed or expense.amount <= room.get(first.year, ZERO)
            expense.lacks_credits = due and not has_credits
            # whoever is due and lacks money blocks those after him
            if due and not blocked and expense.amount <= ready - held and has_credits:
                expense.orderable = max(first, expense.wanted, today)
                month.expenses.append(expense)
                ready -= expense.amount
                if credits is not None and not expense.committed:
                    room[first.year] = room.get(first.year, ZERO) - expense.amount
                continue
            if due and not blocked and not has_credits:
                held += expense.amount
            else:
                blocked = blocked or due
            kept.append(expense)
        waiting = kept
        cash = month.closing
        ready += month.revenue
        months.append(month)
    left = ready
    for expense in waiting:
        # only what is due is missing anything
        if expense.wanted >= end:
            continue
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
