"""What a mission gives right to: days, kilometres, advance.  Plain functions: values in, values out.

A day is cut into parts (midday meal, evening meal, night), each worth a fraction of the daily rate.  A part is due
when the person is away during the whole of its hours.  Hours and fractions are legal parameters, given by the caller
for each day; moments are local times without zone; money is ``Decimal`` in dirhams, to the centime, half up.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

CENTIME = Decimal("0.01")
PARTS = ("night", "noon", "evening")  # in the order of the hours of a day


def money(value):
    """Return an amount rounded to the centime, half up."""
    return Decimal(value).quantize(CENTIME, ROUND_HALF_UP)


def exact(value):
    """Return a number kept as a float as the decimal that people read (1.75, not 1.7500000000000000222)."""
    return value if isinstance(value, Decimal) else Decimal(format(float(value), ".12g"))


@dataclass(frozen=True)
class Part:
    """A part of the day: its hours (0 to 24, 18.5 is half past six) and what it is worth of the daily rate."""

    code: str
    hour_from: float
    hour_to: float
    fraction: Decimal

    def __post_init__(self):
        if not 0 <= self.hour_from < self.hour_to <= 24:
            raise ValueError(f"the hours of {self.code} do not follow each other: {self.hour_from}, {self.hour_to}")
        if not 0 <= self.fraction <= 1:
            raise ValueError(f"the fraction of {self.code} is not between 0 and 1: {self.fraction}")


@dataclass(frozen=True)
class DayLine:
    """What one day gives right to, at one rate."""

    day: object  # date
    parts: tuple  # codes of the parts paid by this line
    fraction: Decimal  # their sum, or their number when each has an amount of its own
    rate: Decimal
    rate_ref: object
    amount: Decimal


@dataclass(frozen=True)
class Rate:
    """A rate that applies: ``amount`` a day, or for the part alone when ``is_part``; ``ref`` names its row."""

    amount: Decimal
    ref: object
    is_part: bool = False


def _moment(day, hour):
    return datetime.combine(day, time()) + timedelta(minutes=round(hour * 60))


def days_between(start, stop):
    """Return the calendar days a mission touches, first and last included."""
    if stop <= start:
        raise ValueError("a mission ends after it begins")
    # a return at midnight does not begin a new day
    last = (stop - timedelta(microseconds=1)).date()
    return [start.date() + timedelta(days=shift) for shift in range((last - start.date()).days + 1)]


def parts_of_days(start, stop, parts_on):
    """Return ``[(day, (codes of the parts during which the person is away))]``, days without any left out.

    :param start: local moment of departure
    :param stop: local moment of return
    :param parts_on: function day → list of :class:`Part` in force that day
    """
    found = []
    for day in days_between(start, stop):
        codes = tuple(
            part.code
            for part in parts_on(day)
            if start <= _moment(day, part.hour_from) and _moment(day, part.hour_to) <= stop
        )
        if codes:
            found.append((day, codes))
    return found


def allowance_lines(start, stop, parts_on, rate_for, provided=()):
    """Work out the daily allowances of a mission.

    :param rate_for: function (day, part code) → :class:`Rate`, or None when no rate is known
    :param provided: codes of the parts that somebody else provides (meals, lodging): they are not due
    :return: ``(lines, missing, left_out)``: lists of :class:`DayLine`, of ``(day, part code)`` without rate, and of
        ``(day, part codes)`` that are not due
    """
    lines, missing, left_out = [], [], []
    for day, codes in parts_of_days(start, stop, parts_on):
        worth = {part.code: exact(part.fraction) for part in parts_on(day)}
        not_due = tuple(code for code in codes if code in provided)
        if not_due:
            left_out.append((day, not_due))
        by_rate = {}
        for code in codes:
            if code in provided:
                continue
            rate = rate_for(day, code)
            if rate is None:
                missing.append((day, code))
                continue
            by_rate.setdefault((rate.ref, rate.is_part, exact(rate.amount)), []).append(code)
        for (ref, is_part, amount), taken in by_rate.items():
            fraction = Decimal(len(taken)) if is_part else sum((worth[code] for code in taken), Decimal(0))
            lines.append(DayLine(day, tuple(taken), fraction, amount, ref, money(fraction * amount)))
    return lines, missing, left_out


def mileage_band(power, bounds):
    """Return the name of the band of a fiscal power.

    :param power: whole number of CV, from 1
    :param bounds: list of (name, highest power, or None for the last band), in order
    :raise ValueError: when the power is not known or no band holds it
    """
    if not power or power < 1:
        raise ValueError("the fiscal power is not known")
    for name, highest in bounds:
        if highest is None or power <= highest:
            return name
    raise ValueError(f"no band holds {power} CV")


def mileage_amount(km, rate):
    """Return what kilometres are worth, rounded to the centime."""
    km, rate = exact(km), exact(rate)
    if km < 0 or rate < 0:
        raise ValueError("kilometres and rates are not negative")
    return money(km * rate)


def balance(total, advance):
    """Return ``(to pay, to give back)``: one of the two is zero; what is owed is never a negative sum."""
    left = money(total) - money(advance)
    return (left, Decimal("0.00")) if left >= 0 else (Decimal("0.00"), -left)


def find_rate(rows, day, group, kind, zone, part):
    """Return the :class:`Rate` that applies, or None.

    The row of the part itself comes before that of the whole day; abroad, the row of the zone before the row without
    zone.  Rows are dicts with ``id``, ``group``, ``kind``, ``zone`` (None), ``part`` (``day`` or a part), ``amount``,
    ``valid_from``, ``valid_to`` (None while no end is known).
    """
    good = [
        row
        for row in rows
        if row["group"] == group
        and row["kind"] == kind
        and row["zone"] in (None, zone)
        and row["part"] in ("day", part)
        and row["valid_from"] <= day
        and (row["valid_to"] is None or day <= row["valid_to"])
    ]
    if not good:
        return None
    best = max(good, key=lambda row: (row["zone"] is not None, row["part"] == part, row["valid_from"]))
    return Rate(exact(best["amount"]), best["id"], best["part"] != "day")
