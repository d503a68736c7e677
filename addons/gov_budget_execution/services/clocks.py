"""Legal delays of the execution of the budget.  Plain functions: dates in, dates out.

A delay is counted in calendar days, or in working days when the text says so.  It stops while a suspension runs and
goes on with the days that were left.  *Franc* means that neither the first day nor the last one counts: the delay
ends on the working day after its last full day.

Nothing here knows a number of law: the callers read the dated parameters and pass them.
"""

from dataclasses import dataclass
from datetime import timedelta


def working_due(start, days, add_working_days, is_franc=False):
    """Return the last day of a delay of ``days`` working days that began on ``start``.

    :param add_working_days: function (day, n) → the n-th working day after day
    """
    if days < 0:
        raise ValueError(f"not a delay: {days!r}")
    return add_working_days(start, days + 1 if is_franc else days)


@dataclass(frozen=True)
class Stop:
    """A suspension: the days from ``first`` on do not count until ``last``, when the missing papers came."""

    first: object  # date: the day of the note
    last: object = None  # date of the deposit of what was missing; None while it runs


def _merged(stops, start, until):
    """Return the suspensions between two days as separate (first, last) pairs, in order."""
    found = []
    for stop in sorted(stops, key=lambda stop: stop.first):
        first, last = max(stop.first, start), min(stop.last or until, until)
        if last <= first:
            continue
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found


def suspended_days(stops, start, until):
    """Return how many days between ``start`` and ``until`` did not count."""
    return sum((last - first).days for first, last in _merged(stops, start, until))


def elapsed_days(start, on, stops=()):
    """Return the days of the delay used on ``on``; 0 on the first day."""
    return max(0, (on - start).days - suspended_days(stops, start, on)) if on > start else 0


def due_date(start, days, stops=()):
    """Return the last day of a delay of ``days`` calendar days, or None while an open suspension stops it."""
    due = start + timedelta(days=days)
    for stop in sorted(stops, key=lambda stop: stop.first):
        if stop.last is None:
            if stop.first < due:
                return None
            continue
        first = max(stop.first, start)
        if stop.last <= first or first >= due:
            continue
        due += timedelta(days=(stop.last - first).days)
        start = stop.last  # what was counted before is not counted again by an overlapping suspension
    return due


def remaining_days(start, days, on, stops=()):
    """Return the days left on ``on``: negative when the delay is over."""
    return days - elapsed_days(start, on, stops)


def service_done(deposited, certified, days, stops=()):
    """Return (date of the service done, whether the law takes it as done without certification).

    The service is certified within ``days`` of the deposit; otherwise it is taken as done on the day after (day 31
    for a delay of 30).

    :return: (None, False) while it is neither certified nor suspended for good
    """
    if certified:
        certified = max(certified, deposited)  # the invoice is certified: not before it came
    due = due_date(deposited, days, stops)
    deemed = due + timedelta(days=1) if due else None
    if certified and (deemed is None or certified < deemed):
        return certified, False
    return (deemed, True) if deemed else (None, False)


def visa_days_left(total, used, minimum):
    """Return the days the accountant has when a rejected order comes back: what was left, ``minimum`` at least."""
    return max(total - used, minimum)


def payment_due(service_day, days, stops=()):
    """Return the last day to pay without interest, or None while a suspension runs."""
    return due_date(service_day, days, stops)
