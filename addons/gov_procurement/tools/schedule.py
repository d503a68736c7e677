"""Back-scheduling of a purchase: from the day of need to the day to start, by the legal minimum of each step
(finance.md §4.5).

Plain Python.  ``steps`` are those of a procedure, each with its length and unit; ``is_working_day`` and
``session_day`` say what a calendar allows (public holidays, days on which the committee sits).  Lengths come from
the legal parameters.
"""

from collections import namedtuple
from datetime import timedelta

Step = namedtuple("Step", "code length unit article on_session_day", defaults=("", False))
Step.__doc__ = """One step: code, length, unit ("calendar" or "working" days), article of law, and whether its last
day must be a day on
which the committee sits."""

Planned = namedtuple("Planned", "code start end length unit article done slipped", defaults=(False, 0))
Planned.__doc__ = "A step in the calendar: first and last day, its length, whether it is done, days it slipped."


def _add(day, length, unit, is_working_day):
    """Return the day that ends ``length`` days after ``day``; a last day that is a holiday moves to the next working
    day."""
    if unit == "calendar":
        day += timedelta(length)
    else:
        for _ in range(length):
            day += timedelta(1)
            while not is_working_day(day):
                day += timedelta(1)
    while not is_working_day(day):
        day += timedelta(1)
    return day


def forward(start, steps, is_working_day, session_day=None, done=None):
    """Plan the steps from a day on; what is done keeps its real end, and what follows is planned again from it.

    :param start: first day
    :param steps: of ``Step``, in order
    :param is_working_day: day → bool
    :param session_day: day → bool, days on which the committee can sit; each working day when None
    :param done: ``{code: day it ended}``
    :return: a list of ``Planned``
    """
    done = done or {}
    session_day = session_day or is_working_day
    planned, day = [], start
    while not is_working_day(day):
        day += timedelta(1)
    expected = day
    for step in steps:
        end = _add(day, step.length, step.unit, is_working_day)
        if step.on_session_day:
            end = _next(end, lambda one: is_working_day(one) and session_day(one))
        usual = _add(expected, step.length, step.unit, is_working_day)
        if step.on_session_day:
            usual = _next(usual, lambda one: is_working_day(one) and session_day(one))
        real = done.get(step.code)
        planned.append(
            Planned(step.code, day, real or end, step.length, step.unit, step.article, real is not None,
                    ((real or end) - usual).days)
        )  # fmt: skip
        day, expected = real or end, usual
    return planned


def _next(day, allowed, most=400):
    for _ in range(most):
        if allowed(day):
            return day
        day += timedelta(1)
    raise ValueError("no day of session within a year: give the days on which the committee sits")


def latest_start(need, steps, is_working_day, session_day=None, longest=1500):
    """Return (day, plan): the last day on which the steps can begin and end by the day of need.

    :param need: day on which the service must be there
    :raise ValueError: no such day within ``longest`` days
    """
    # widen the time looked at until the procedure fits into it
    span = min(longest, 2 * sum(step.length for step in steps) + 30)
    while forward(need - timedelta(span), steps, is_working_day, session_day)[-1].end > need:
        if span >= longest:
            raise ValueError("the procedure is longer than the time looked at")
        span = min(longest, 2 * span)
    low, high = need - timedelta(span), need
    # the end never moves back when the start moves forward: a binary search finds the last good day
    while low < high:
        middle = low + timedelta(((high - low).days + 1) // 2)
        if forward(middle, steps, is_working_day, session_day)[-1].end <= need:
            low = middle
        else:
            high = middle - timedelta(1)
    while not is_working_day(low):
        low -= timedelta(1)
    return low, forward(low, steps, is_working_day, session_day)


def compare(need, procedures, today, is_working_day, session_day=None):
    """Return, for each procedure, its last start and whether there is still time, the longest that is still possible
    first.

    :param procedures: ``{code: steps}``
    :return: ``[{"code", "start", "days_left", "possible", "plan"}]``
    """
    rows = []
    for code, steps in procedures.items():
        start, plan = latest_start(need, steps, is_working_day, session_day)
        rows.append(
            {"code": code, "start": start, "days_left": (start - today).days, "possible": start >= today, "plan": plan}
        )
    # among those still possible the one to begin first; among the others the one that is missed by least
    return sorted(
        rows, key=lambda row: (not row["possible"], row["start"].toordinal() * (1 if row["possible"] else -1))
    )
