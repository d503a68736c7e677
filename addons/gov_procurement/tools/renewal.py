"""Framework and renewable contracts: their years and what each commits (decree 2-22-431, art. 7, 8).

Plain Python: dates and amounts in, rows out.  The shortest delays, shares and numbers of years come as arguments,
from the legal parameters of the day.
"""

from collections import namedtuple
from datetime import date, timedelta
from decimal import Decimal

from .money import dirhams, exact

Year = namedtuple("Year", "year first last amount is_whole")
Year.__doc__ = """A year of a contract renewed by silence: calendar year, first and last day of the contract in it,
what it commits, and whether it is whole (its amount is then no choice)."""


def add_years(day, years):
    """Return the same day ``years`` later; 29 February becomes 28 February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def plan_years(start, years, yearly):
    """Return the ``Year`` rows of a contract that begins on ``start`` and lasts ``years`` in all.

    A whole calendar year commits the whole amount (the maximum of a framework contract); the first and the last year
    commit their share in days, and what they commit makes one whole year together, to the centime.

    :param years: whole years, renewals included
    :param yearly: amount of a whole year, in dirhams
    :raise ValueError: no positive number of years
    """
    if years < 1:
        raise ValueError("a contract lasts one year at least")
    yearly, end = dirhams(yearly), add_years(start, years) - timedelta(1)
    rows = []
    for year in range(start.year, end.year + 1):
        first, last = max(start, date(year, 1, 1)), min(end, date(year, 12, 31))
        length = (date(year, 12, 31) - date(year, 1, 1)).days + 1
        days = (last - first).days + 1
        amount = yearly if days == length else dirhams(yearly * days / length)
        rows.append(Year(year, first, last, amount, days == length))
    if len(rows) > 1 and not rows[0].is_whole:
        # what the first year leaves of a whole one goes to the last: no centime more than ``years`` amounts in all
        rows[-1] = rows[-1]._replace(amount=yearly - rows[0].amount)
    return rows


def yearly_problem(row, asked, yearly, committed, years):
    """Tell why a year cannot commit an amount: None when it can, or (code, facts).

    :param row: the ``Year``; a whole one commits the whole amount, the first and the last their need
    :param asked: amount to commit
    :param yearly: amount of a whole year, with its amendments
    :param committed: what the other years have committed
    :param years: length of the contract in years: all together commit ``years`` amounts at most
    """
    asked, yearly, committed = dirhams(asked), dirhams(yearly), dirhams(committed)
    if asked <= 0:
        return "zero", {}
    if asked > yearly:
        return "above", {"asked": asked, "yearly": yearly}
    if row.is_whole and asked != yearly:
        return "whole", {"asked": asked, "yearly": yearly}
    if asked + committed > yearly * years:
        return "ceiling", {"sum": asked + committed, "ceiling": yearly * years, "years": years}
    return None


def framework_problem(minimum, maximum, ratio=Decimal(2)):
    """Tell whether the minimum and the maximum of a framework contract do not fit: None, or a code (art. 7)."""
    low, high = exact(minimum), exact(maximum)
    if low <= 0 or high <= 0:
        return "missing"
    if low > high:
        return "order"
    if high > low * exact(ratio):
        return "ratio"
    return None


Shortfall = namedtuple("Shortfall", "due done missing")


def shortfall(minimum, years, done):
    """Return what was to be ordered at least over the whole contract, what was, and what is missing."""
    due, done = dirhams(exact(minimum) * exact(years)), dirhams(done)
    return Shortfall(due, done, max(dirhams(0), due - done))


def amendment_problem(kind, base, moved, rate):
    """Tell whether an amendment passes its limit: None, or the limit in dirhams.

    The maximum grows by a tenth at most and the minimum falls by a quarter at most, over the whole length (art. 7).

    :param kind: ``maximum`` or ``minimum``
    :param base: initial maximum or minimum
    :param moved: all the amendments together, this one included
    """
    if kind not in ("maximum", "minimum"):
        raise ValueError("an amendment moves the maximum or the minimum")
    limit = dirhams(exact(base) * exact(rate))
    return limit if exact(moved) > limit else None
