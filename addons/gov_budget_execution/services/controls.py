"""Which control a commitment goes through, and how long the controller has.

Values in, values out: the ceilings are legal parameters given by the caller.
"""

from calendar import monthrange
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from .interest import exact, money

# families of expense, as far as the control makes a difference
MARKET = "market"  # public contracts and their amendments
GOODS = "goods"  # purchase orders, contracts under ordinary law
STAFF_ENTRY = "staff_entry"  # appointment, tenure, reinstatement, change of grade, exit
STAFF_PAY = "staff_pay"  # other acts on pay and status
STAFF_OTHER = "staff_other"  # other expenses of staff
TRANSFER = "transfer"  # subsidies to public establishments, taxes, court decisions, rents
LEASE = "lease"  # initial and amended leases
LEVELS = ("full", "light", "lighter")


@dataclass(frozen=True)
class Ceilings:
    staff: Decimal
    goods: Decimal
    light_staff: Decimal
    light_goods: Decimal
    light_market: Decimal
    lighter_market: Decimal


def regularity(family, amount, ceilings, level="full", is_negotiated=False):
    """Return (whether the regularity of an act is controlled, reason of the answer).

    :param level: full, light (article 12-13) or lighter (article 14-16) control of a qualified department
    """
    amount = exact(amount)
    if family == STAFF_PAY:
        return False, "staff_pay"
    if family == TRANSFER:
        return False, "transfer"
    if family == STAFF_OTHER and amount <= ceilings.staff:
        return False, "small_staff"
    if family == GOODS and amount <= ceilings.goods:
        return False, "small_goods"
    if level == "light":
        limit = {STAFF_OTHER: ceilings.light_staff, GOODS: ceilings.light_goods, MARKET: ceilings.light_market}.get(
            family
        )
        if limit is not None and amount <= limit:
            return False, "light"
    if level == "lighter":
        if family in (STAFF_ENTRY, LEASE):
            return True, "lighter_listed"
        if family == MARKET and is_negotiated:
            return True, "lighter_negotiated"
        if amount <= ceilings.lighter_market or family == STAFF_OTHER:
            return False, "lighter"
    return True, "full"


def visa_delay(family, level, delays):
    """Return (days, franc) of the visa of a commitment.

    :param delays: {"market": 12, "other": 5, "lighter_market": 7, "lighter_other": 3}
    """
    kind = "market" if family == MARKET else "other"
    if level == "lighter":
        return int(delays[f"lighter_{kind}"]), kind == "market"
    return int(delays[kind]), kind == "market"


def recurrent_share(first, last, amount, year_first, year_last):
    """Return the part of a recurrent expense that falls into the year, by months; of a month begun, its days.

    >>> from datetime import date
    >>> recurrent_share(date(2026, 7, 1), date(2027, 6, 30), 1200, date(2026, 1, 1), date(2026, 12, 31))
    Decimal('600.00')
    """
    total = _months(first, last)
    inside = _months(max(first, year_first), min(last, year_last))
    if not inside:
        return Decimal("0.00")
    return money(exact(amount) * inside.numerator * total.denominator / (inside.denominator * total.numerator))


def _months(first, last):
    """Return the months from ``first`` to ``last`` included, as a fraction: a month begun counts for its days."""
    if last < first:
        return Fraction(0)
    whole = (last.year - first.year) * 12 + last.month - first.month
    before = Fraction(first.day - 1, monthrange(first.year, first.month)[1])
    return whole - before + Fraction(last.day, monthrange(last.year, last.month)[1])


def schedule_problems(first_year, payment, commitment, schedule):
    """Return what is wrong between a commitment over years and its schedule of payments.

    :param payment: amount charged to the payment credit of the year
    :param commitment: amount charged to the commitment credit (later years)
    :param schedule: {year: amount} of the later years
    """
    problems = []
    if exact(commitment) and not schedule:
        problems.append(("none", {}))
    for year in sorted(schedule):
        if year <= first_year:
            problems.append(("year", {"year": year}))
        if exact(schedule[year]) <= 0:
            problems.append(("zero", {"year": year}))
    total = sum((exact(value) for value in schedule.values()), Decimal())
    if schedule and total != exact(commitment):
        problems.append(("sum", {"total": total, "commitment": exact(commitment)}))
    return problems
