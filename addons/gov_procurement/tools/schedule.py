"""Back-scheduling of a purchase: from the day of need to the day to start, by the legal minimum of each step
(finance.md §4.5).

Plain Python.  ``steps`` are those of a procedure, each with its length and unit; ``is_working_day`` and
``session_day`` say what a calendar allows (public holidays, days on which the committee sits).  Lengths come from
the legal parameters.
"""

from collections import namedtuple
from datetime import timedelta

Step = namedtuple("Step", "code length unit article on_session_day together", defaults=("", False, False))
Step.__doc__ = """One step: code, length, unit ("calendar" or "working" days), article of law, whether its last day
must be a day on which the committee sits, and whether it begins together with the step before it."""

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


def forward(start, steps, is_working_day, session_day=None, done=None, today=None, fixed=None):
    """Plan the steps from a day on; what is done keeps its real end, and what follows is planned again from it.

    :param start: first day
    :param steps: of ``Step``, in order
    :param is_working_day: day → bool
    :param session_day: day → bool, days on which the committee can sit; each working day when None
    :param done: ``{code: day it ended}``
    :param today: when given, a step that is not done cannot end before that day
    :param fixed: ``{code: day}`` of steps not done whose end is set already, such as a session that was published
    :return: a list of ``Planned``
    """
    done, fixed = done or {}, fixed or {}
    session_day = session_day or is_working_day

    def both(day):
        return is_working_day(day) and session_day(day)

    planned, day = [], start
    while not is_working_day(day):
        day += timedelta(1)
    # where the steps begin and end as planned, and as they are; those that run together begin on one day
    begin, end, usual_begin, usual_end = day, day, day, day
    for step in steps:
        if not step.together:
            begin, usual_begin = end, usual_end
        last = _add(begin, step.length, step.unit, is_working_day)
        usual = _add(usual_begin, step.length, step.unit, is_working_day)
        if step.on_session_day:
            last, usual = _next(last, both), _next(usual, both)
        real = done.get(step.code)
        if real is None and step.code in fixed:
            last = max(fixed[step.code], begin)
        if real is not None:
            last = real
        elif today and last < today:
            last = _next(today, both if step.on_session_day else is_working_day)
        planned.append(
            Planned(step.code, min(begin, last), last, step.length, step.unit, step.article, real is not None,
                    (last - usual).days)
        )  # fmt: skip
        end = max(end, last) if step.together else last
        usual_end = max(usual_end, usual) if step.together else usual
    return planned


def finish(plan):
    """Return the day on which the whole of a plan is done."""
    return max(step.end for step in plan)


def known_ends(steps, done):
    """Return ``done`` completed: a step before one that is done is done too, at the latest when the next one ended.

    :param done: ``{code: day it ended}``, gaps allowed
    """
    found, later = {}, None
    for step in reversed(steps):
        if step.code in done:
            later = min(done[step.code], later) if later else done[step.code]
            found[step.code] = done[step.code]
        elif later and not step.together:
            found[step.code] = later
    return found


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
    while finish(forward(need - timedelta(span), steps, is_working_day, session_day)) > need:
        if span >= longest:
            raise ValueError("the procedure is longer than the time looked at")
        span = min(longest, 2 * span)
    low, high = need - timedelta(span), need
    # the end never moves back when the start moves forward: a binary search finds the last good day
    while low < high:
        middle = low + timedelta(((high - low).days + 1) // 2)
        if finish(forward(middle, steps, is_working_day, session_day)) <= need:
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
