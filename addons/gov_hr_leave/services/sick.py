"""Pay of a person on health leave, day by day: plain values in, plain values out.

* Short illness (article 43): on each day of illness ``d``, ``n`` is the number of days of short illness in the twelve
  months that end on ``d``, that is in ``(d − 12 months, d]``.  Up to the 90th day the pay is whole, up to the 180th it
  is half; beyond there is no more right.
* Medium and long illness (articles 43 bis and 44): the lengths already granted for the same health file are added over
  the whole career; slices are of 3 or 6 months and are counted from date to date, so that no month of 31 days and no
  29 February makes a right shorter or longer.

A period is ``(first day, last day)``, both included.  A run is ``(first day, last day, fraction)``.
"""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import timedelta

from dateutil.relativedelta import relativedelta

DAY = timedelta(days=1)
# a month is worth thirty days when months and days are added together, as the rules of public accounts do
MONTH_DAYS = 30

FULL, HALF, NONE = 1.0, 0.5, 0.0


@dataclass(frozen=True)
class ShortScale:
    """Rights in a short illness.

    :param full: last day of illness paid in full (90)
    :param half: last day of illness paid at all (180)
    :param months: length of the window in months (12)
    """

    full: int
    half: int
    months: int


@dataclass(frozen=True)
class LongScale:
    """Rights in a medium or long illness, in months over the career: those in full, and all of them."""

    full: int
    total: int


def add_months(day, months):
    """Return the same day ``months`` later (earlier when negative), the last day of the month when it is shorter."""
    return day + relativedelta(months=months)


def merge(periods):
    """Return periods in order, those that overlap or touch made one."""
    merged = []
    for first, last in sorted(period for period in periods if period[0] <= period[1]):
        if merged and first <= merged[-1][1] + DAY:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return merged


class DayCount:
    """Counts the days of a set of periods; each question costs a binary search, however long the history."""

    def __init__(self, periods):
        self._periods = merge(periods)
        self._starts = [first for first, _last in self._periods]
        self._before = [0]
        for first, last in self._periods:
            self._before.append(self._before[-1] + (last - first).days + 1)

    def until(self, day):
        """Return how many days of the periods are on ``day`` or before."""
        at = bisect_right(self._starts, day)
        if not at:
            return 0
        first, last = self._periods[at - 1]
        return self._before[at - 1] + (min(day, last) - first).days + 1

    def between(self, after, until):
        """Return how many days of the periods are in ``(after, until]``."""
        return self.until(until) - self.until(after)


def window_start(day, months):
    """Return the last day that no longer counts for ``day``: its date ``months`` earlier."""
    return add_months(day, -months)


def short_count(periods, day, scale):
    """Return ``n``: the days of short illness in the window that ends on ``day``."""
    return DayCount(periods).between(window_start(day, scale.months), day)


def short_fraction(count, scale):
    """Return the part of the pay kept on the ``count``-th day of illness of a window."""
    if count <= scale.full:
        return FULL
    return HALF if count <= scale.half else NONE


def short_runs(history, first, last, scale):
    """Return the pay of each day of illness from ``first`` to ``last``, days of equal pay in one run.

    :param history: all the periods of short illness of the person, later ones included (they change nothing); the days
        ``first`` to ``last`` are taken as days of illness whether they are in it or not
    :return: [(first day, last day, fraction)], in order, without a hole
    """
    days = DayCount([*history, (first, last)])
    fractions = (
        (day, short_fraction(days.between(window_start(day, scale.months), day), scale))
        for day in _each_day(first, last)
    )
    return merge_runs((day, day, fraction) for day, fraction in fractions)


def short_first_blocked(history, first, last, scale):
    """Return the first day from ``first`` to ``last`` beyond the ceiling, or None."""
    return next((start for start, _end, fraction in short_runs(history, first, last, scale) if not fraction), None)


def short_remaining(history, on_date, scale):
    """Return what is left of the rights in short illness for somebody who falls ill on ``on_date`` and stays ill.

    :return: (days in full, days in half, last day with a right or None).  The window slides while the illness goes
        on: days of a year ago come back, so the figures are those of an illness without a break, at most the scale's.
    """
    known = [(first, min(last, on_date - DAY)) for first, last in history if first < on_date]
    farthest = on_date + (scale.half - 1) * DAY
    full = half = 0
    end = None
    for first, last, fraction in short_runs(known, on_date, farthest, scale):
        if not fraction:
            break
        length = (last - first).days + 1
        full, half = (full + length, half) if fraction == FULL else (full, half + length)
        end = last
    return full, half, end


def _each_day(first, last):
    return (first + n * DAY for n in range((last - first).days + 1))


def merge_runs(runs):
    """Return runs in order, those that follow each other at the same fraction made one."""
    merged = []
    for first, last, fraction in sorted(runs):
        if merged and merged[-1][2] == fraction and merged[-1][1] + DAY == first:
            merged[-1] = (merged[-1][0], last, fraction)
        else:
            merged.append((first, last, fraction))
    return merged


# ------------------------------------------------------------------------------------------- medium and long illness
def length(first, last):
    """Return the length of a period, both days included, as (whole months from date to date, days left)."""
    after = last + DAY
    months = (after.year - first.year) * 12 + after.month - first.month
    while add_months(first, months) > after:
        months -= 1
    return months, (after - add_months(first, months)).days


def slice_end(first, months):
    """Return the last day of a slice of ``months`` that begins on ``first``."""
    return add_months(first, months) - DAY


def slice_months(first, last, allowed):
    """Return how many months a slice has, one of ``allowed``; None when the period is no such slice."""
    return next((months for months in allowed if slice_end(first, months) == last), None)


def total_days(periods):
    """Return the length of periods together in months of thirty days: 6 months and 12 days are 192."""
    return sum(months * MONTH_DAYS + min(days, MONTH_DAYS) for months, days in (length(*period) for period in periods))


def _advance(first, days):
    """Return the day after ``days`` (in months of thirty days) from ``first``."""
    months, rest = divmod(days, MONTH_DAYS)
    return add_months(first, months) + rest * DAY


def long_runs(earlier, first, last, scale):
    """Return the pay of a medium or long illness from ``first`` to ``last``, days of equal pay in one run.

    :param earlier: periods granted for the same health file; those that begin on ``first`` or later are left out
    :param scale: :class:`LongScale`
    """
    done = total_days(period for period in earlier if period[0] < first)
    after, runs, start = last + DAY, [], first
    for months, fraction in ((scale.full, FULL), (scale.total, HALF)):
        left = months * MONTH_DAYS - done
        stop = min(after, _advance(first, left)) if left > 0 else first
        if stop > start:
            runs.append((start, stop - DAY, fraction))
            start = stop
    if start < after:
        runs.append((start, last, NONE))
    return merge_runs(runs)


def long_first_blocked(earlier, first, last, scale):
    """Return the first day beyond the total right, or None."""
    return next((start for start, _end, fraction in long_runs(earlier, first, last, scale) if not fraction), None)


def long_remaining(periods, scale):
    """Return what is left of a health file in months of thirty days: (days in full, days in half)."""
    done = total_days(periods)
    full = max(0, scale.full * MONTH_DAYS - done)
    return full, max(0, scale.total * MONTH_DAYS - done) - full


# ------------------------------------------------------------------------------------------------------ certificates
def certificate_deadline(stopped_on, delay, add_working_days):
    """Return the last day on which the certificate of somebody who stopped on ``stopped_on`` comes in time.

    :param delay: working days allowed after the stop
    :param add_working_days: function (day, n) → the n-th working day after
    """
    return add_working_days(stopped_on, delay)


def certificate_is_late(stopped_on, received_on, delay, add_working_days):
    """Tell whether a certificate came after its time; None when it has not come."""
    if not received_on:
        return None
    return received_on > certificate_deadline(stopped_on, delay, add_working_days)


def irregular_period(stopped_on, last, received_on, today):
    """Return the days not covered for want of a certificate in time: from the stop to the day before it came.

    :param received_on: day the certificate came, None when it has not
    """
    end = (received_on - DAY) if received_on else today
    end = min(end, last)
    return (stopped_on, end) if end >= stopped_on else None
