"""The right to annual leave of one year, without the ORM (rules A1, A4, A11).

Days and months are ``Fraction``, so that a year of twelve months gives the whole right, exactly.
"""

import calendar
from datetime import date, timedelta
from fractions import Fraction
from math import ceil

YEAR_MONTHS = 12
DAY = timedelta(days=1)


def add_months(day, months):
    """Return the same day some months later; the last day of a shorter month."""
    years, month = divmod(day.year * 12 + day.month - 1 + int(months), 12)
    return date(years, month + 1, min(day.day, calendar.monthrange(years, month + 1)[1]))


def right_date(year, recruitment, months_before):
    """Return the day the right of a year opens: 1 January, or the day that completes the first months of service;
    ``None`` when that day comes later than the year.

    :param recruitment: first day of service
    :param months_before: months of service before the first leave
    """
    first = date(year, 1, 1)
    opens = add_months(recruitment, months_before)
    if opens.year > year:
        return None
    return max(first, opens)


def months_not_served(year, periods):
    """Return the months of a year covered by periods: a whole month is one, part of one its part of days.

    :param periods: (first day, last day) pairs, in any order; days counted twice are counted once
    """
    first, last = date(year, 1, 1), date(year, 12, 31)
    days = set()
    for start, end in periods:
        day, end = max(start, first), min(end, last)
        days.update(day + DAY * shift for shift in range((end - day).days + 1))
    by_month = [0] * (YEAR_MONTHS + 1)
    for day in days:
        by_month[day.month] += 1
    return sum(
        (Fraction(count, calendar.monthrange(year, month)[1]) for month, count in enumerate(by_month) if count),
        Fraction(0),
    )


def part_of_right(days, months, rounding):
    """Return the part of a right left when some months were not served, rounded up to a part of a day.

    :param days: the right of a whole year
    :param months: months not served
    :param rounding: part of a day, such as one half
    """
    days, rounding = Fraction(days), Fraction(rounding)
    part = days * (YEAR_MONTHS - min(Fraction(months), Fraction(YEAR_MONTHS))) / YEAR_MONTHS
    return min(ceil(part / rounding) * rounding, days)
