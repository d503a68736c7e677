"""Dates of recurring public holidays and arithmetic of working days; no database here."""

from datetime import date, timedelta

from hijridate import Gregorian, Hijri

DAY = timedelta(days=1)
FIRST_YEAR, LAST_YEAR = 1925, 2076  # what the tables of hijridate cover, whole years


def hijri_of(day):
    """Return (year, month, day) of a date in the Umm al-Qura calendar."""
    hijri = Gregorian.fromdate(day).to_hijri()
    return hijri.year, hijri.month, hijri.day


def gregorian_occurrence(year, month, day):
    """Return the date of a fixed day in ``year``, or None (29 February)."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def hijri_occurrences(first, last, month, day, offset):
    """Return [(hijri year, estimated date)] of a Hijri day that falls from ``first`` to ``last``.

    :param offset: days added to the Umm al-Qura date, because Morocco sights the moon itself, mostly a day later

    The 30th of a month that has 29 days is no occurrence.  Years out of the tables give none.
    """
    first, last = max(first, date(FIRST_YEAR, 1, 1)), min(last, date(LAST_YEAR, 12, 31))
    found = []
    if first > last:
        return found
    for year in range(hijri_of(first)[0] - 1, hijri_of(last)[0] + 2):
        try:
            start = Hijri(year, month, day).to_gregorian()
        except (ValueError, OverflowError):
            continue
        start = date(start.year, start.month, start.day) + offset * DAY
        if first <= start <= last:
            found.append((year, start))
    return found


def is_weekend(day):
    """Tell whether ``day`` is a Saturday or a Sunday."""
    return day.weekday() >= 5


def count_weekdays(first, last):
    """Return how many of the days ``first`` to ``last``, both included, are Monday to Friday."""
    if last < first:
        return 0
    weeks, rest = divmod((last - first).days + 1, 7)
    return weeks * 5 + sum(not is_weekend(first + n * DAY) for n in range(rest))


def count_working_days(first, last, holidays_of_year):
    """Return how many days ``first`` to ``last``, both included, are worked.

    :param holidays_of_year: function year → set of the holidays of that year
    """
    if last < first:
        return 0
    lost = sum(
        first <= day <= last and not is_weekend(day)
        for year in range(first.year, last.year + 1)
        for day in holidays_of_year(year)
    )
    return count_weekdays(first, last) - lost


def add_working_days(day, count, holidays_of_year):
    """Return the ``count``-th working day after ``day`` (before it when negative).

    Zero gives ``day`` itself, or the next working day when ``day`` is not worked: a time limit never ends on a day
    when the counters are closed.
    """

    years = {}

    def worked(some_day):
        if is_weekend(some_day):
            return False
        if some_day.year not in years:
            years[some_day.year] = holidays_of_year(some_day.year)
        return some_day not in years[some_day.year]

    if count == 0:
        while not worked(day):
            day += DAY
        return day
    step = DAY if count > 0 else -DAY
    left = abs(count)
    while left:
        day += step
        left -= worked(day)
    return day
