"""Counting the days of a leave, by civil year, without the ORM.

Working days are Monday to Friday without public holidays (article 40 speaks of days of work, يوم عمل); calendar days
count each day.  Days are ``Fraction`` halves at most, so that sums are exact.
"""

from datetime import date, timedelta
from fractions import Fraction

HALF = Fraction(1, 2)
DAY = timedelta(days=1)
WORKING, CALENDAR, HOURS = "working", "calendar", "hours"


def is_working(day, holidays_of_year):
    """Tell whether somebody works on a day.

    :param holidays_of_year: callable, year → set of the public holidays of the year
    """
    return day.weekday() < 5 and day not in holidays_of_year(day.year)


def years(first, last):
    """Yield (year, first day, last day) of the civil years a period touches (rule A6)."""
    for year in range(first.year, last.year + 1):
        yield year, max(first, date(year, 1, 1)), min(last, date(year, 12, 31))


def working_days(first, last, holidays_of_year):
    """Return the number of working days of a period, both ends included, 0 when it is empty."""
    if last < first:
        return 0
    length = (last - first).days + 1
    weeks, rest = divmod(length, 7)
    count = weeks * 5 + sum((first + DAY * (weeks * 7 + shift)).weekday() < 5 for shift in range(rest))
    for year, start, end in years(first, last):
        count -= sum(1 for day in holidays_of_year(year) if start <= day <= end and day.weekday() < 5)
    return count


def days_by_year(first, last, unit, holidays_of_year, half_first=False, half_last=False):
    """Return dict of civil year → days of a leave in it; years without a day to count are left out.

    :param unit: ``working`` or ``calendar``; a leave in ``hours`` takes no day
    :param half_first: the first day begins at noon; takes half a day off, if that day counts
    :param half_last: the last day ends at noon
    """
    if unit == HOURS or not first or not last or last < first:
        return {}
    found = {}
    for year, start, end in years(first, last):
        if unit == WORKING:
            days = Fraction(working_days(start, end, holidays_of_year))
        else:
            days = Fraction((end - start).days + 1)
        for half, day in ((half_first, first), (half_last, last)):
            if half and start <= day <= end and (unit == CALENDAR or is_working(day, holidays_of_year)):
                days -= HALF
        if days > 0:
            found[year] = days
    return found
