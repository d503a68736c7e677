"""Absence without authorisation (law 12-81): half-days and the part of the pay they cost.  Plain values."""

from collections import defaultdict
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

PERIODS = ("am", "pm")
DAY = timedelta(days=1)


def half_days(first, last, is_working_day, first_period="am", last_period="pm"):
    """Return the half-days of work from ``first`` to ``last``: [(day, "am" or "pm")]."""
    found = []
    for n in range((last - first).days + 1):
        day = first + n * DAY
        if not is_working_day(day):
            continue
        for period in PERIODS:
            if (day == first and period < first_period) or (day == last and period > last_period):
                continue
            found.append((day, period))
    return found


def deduction(monthly_pay, count, parts=60):
    """Return what ``count`` half-days cost: ``count`` times the ``parts``-th of the monthly pay, to the centime.

    :param monthly_pay: gross monthly pay without family allowances
    :param parts: how many half-days make a month (60)
    """
    amount = Decimal(str(monthly_pay)) * count / Decimal(parts)
    return float(amount.quantize(Decimal("0.01"), ROUND_HALF_UP))


def statement(rows):
    """Return the monthly list of deductions: [(employee, [rows], half-days, amount)] in the order of the names.

    :param rows: [(employee key, name, half-days, amount, row)]
    """
    grouped = defaultdict(list)
    names = {}
    for employee, name, count, amount, row in rows:
        grouped[employee].append((count, amount, row))
        names[employee] = name
    result = []
    for employee in sorted(grouped, key=lambda key: (names[key], key)):
        lines = grouped[employee]
        total = sum(Decimal(str(amount)) for _count, amount, _row in lines)
        result.append((employee, [row for *_x, row in lines], sum(count for count, *_x in lines), float(total)))
    return result
