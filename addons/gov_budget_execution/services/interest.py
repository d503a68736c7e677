"""Late interest of public orders (decree 2-16-344, articles 8 to 12).  Decimal in, Decimal out."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

CENTIME = Decimal("0.01")


def exact(value):
    """Return a number kept as a float as the decimal that people read."""
    return value if isinstance(value, Decimal) else Decimal(format(value, ".15g"))


def money(value):
    """Return an amount rounded to the centime, half up."""
    return exact(value).quantize(CENTIME, ROUND_HALF_UP)


@dataclass(frozen=True)
class Stretch:
    """Days that run at one rate."""

    first: object
    last: object
    days: int
    rate: Decimal
    amount: Decimal  # not rounded


def stretches(base, due, until, rate_on, day_basis=365):
    """Return the days of interest from the day after ``due`` to ``until`` included, by rate.

    :param base: amount with taxes minus the retention money
    :param due: last day to pay without interest
    :param until: day of payment, or the day interest is asked for
    :param rate_on: function day → yearly rate as a fraction (0.035)
    """
    base, found = exact(base), []
    day, first, rate = due + timedelta(days=1), None, None
    while day <= until:
        now = exact(rate_on(day))
        if first is None or now != rate:
            if first is not None:
                found.append((first, day - timedelta(days=1), rate))
            first, rate = day, now
        day += timedelta(days=1)
    if first is not None:
        found.append((first, until, rate))
    result = []
    for start, stop, rate in found:
        days = (stop - start).days + 1
        result.append(Stretch(start, stop, days, rate, base * rate * days / Decimal(day_basis)))
    return result


def late_interest(base, due, until, rate_on, day_basis=365):
    """Return the interest due, rounded to the centime; 0 when paid in time or nothing is owed."""
    if due is None or until is None or until <= due or exact(base) <= 0:
        return Decimal("0.00")
    return money(sum((one.amount for one in stretches(base, due, until, rate_on, day_basis)), Decimal()))


def interest_of_a_day(base, day, rate_on, day_basis=365):
    """Return what one more day costs."""
    return money(exact(base) * exact(rate_on(day)) / Decimal(day_basis)) if exact(base) > 0 else Decimal("0.00")


def rate_of_quarter(average, points=Decimal("0.01"), step=Decimal("0.001")):
    """Return the rate of a quarter: weighted average of the treasury bills plus one point, rounded up to the tenth.

    >>> rate_of_quarter(Decimal("0.02432"))
    Decimal('0.035')
    """
    raw = exact(average) + exact(points)
    return (raw / step).to_integral_value(ROUND_CEILING) * step


def highest_supplement(amount, share):
    """Return the most that may be set aside for late interest on a commitment of ``amount``."""
    return money(exact(amount) * exact(share))
