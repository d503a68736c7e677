"""Arithmetic of advancement in step and in grade, in plain Python.

Dates are dates, durations months, marks ``Decimal`` of 20.  No number of the law stands here: the caller gives
durations, thresholds, quotas and the way of rounding, read from dated rows on the date that counts.
"""

from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

PACES = ("fast", "medium", "slow")
ROUNDINGS = {"down": ROUND_FLOOR, "nearest": ROUND_HALF_UP, "up": ROUND_CEILING}
CENT = Decimal("0.01")


class Durations(NamedTuple):
    """Time needed in a step, in months at each pace; without rating only ``fast`` counts, for everybody."""

    fast: int
    medium: int
    slow: int
    needs_rating: bool = True


class Due(NamedTuple):
    """When a person moves to the next step, and why.

    ``due`` is None while the clock stands still with no known end; ``excluded`` counts the days that pushed it;
    ``years`` are the rated years of the period, ``missing`` those of them without a mark; ``average`` is that of the
    known ones (None without any), exact.
    """

    pace: str
    months: int
    due: date | None
    excluded: int
    years: tuple
    missing: tuple
    average: Decimal | None


# -- the clock -----------------------------------------------------------------------------------------------
def add_months(day, months):
    """The same day of the month later; the last day of the month when it has no such day (29 February)."""
    return day + relativedelta(months=months)


def merged(periods):
    """Periods ``(first day, last day or None)`` in order, without overlap; days that touch make one period."""
    result = []
    for first, last in sorted((first, last or date.max) for first, last, *_kind in periods):
        if last < first:
            continue
        if result and (result[-1][1] == date.max or first <= result[-1][1] + timedelta(days=1)):
            result[-1][1] = max(result[-1][1], last)
        else:
            result.append([first, last])
    return [tuple(period) for period in result]


def due_date(start, months, periods=()):
    """Day on which ``months`` of service since ``start`` are complete, excluded periods not counted, day by day.

    :param periods: ``(first day, last day or None, …)`` in any order, overlapping or not; both days are excluded
    :return: ``(date or None, excluded days)``; None when an excluded period has no end
    """
    day, excluded = add_months(start, months), 0
    for first, last in merged(periods):
        first = max(first, start)
        if last < first:
            continue
        if first >= day:
            break
        if last == date.max:
            return None, excluded
        days = (last - first).days + 1
        excluded += days
        day += timedelta(days=days)
    return day, excluded


def excluded_days(first, last, periods):
    """Number of days of ``[first, last]`` (both counted) that lie in ``periods``."""
    days = 0
    for begin, end in merged(periods):
        begin, end = max(begin, first), min(end, last)
        days += max((end - begin).days + 1, 0)
    return days


# -- step ----------------------------------------------------------------------------------------------------
def run_start(rows, key):
    """First day of the last unbroken run of ``key(row)`` in dated situations, oldest first."""
    start, current = None, None
    for row in rows:
        if start is None or key(row) != current:
            start, current = row["date"], key(row)
    return start


def step_start(rows):
    """Day from which seniority in the present step counts: that kept by an act, or the first in this step."""
    start, current = None, None
    for row in rows:
        key = (row["grade"], row["echelon"])
        if row.get("kept_from"):
            start = row["kept_from"]
        elif start is None or key != current:
            start = row["date"]
        current = key
    return start


def rated_years(start, due, periods=()):
    """Civil years whose mark counts for a period: those that end within it and hold a day of service of it."""
    if due is None:
        return ()
    years = []
    for year in range(start.year, due.year + 1):
        first, last = max(date(year, 1, 1), start), date(year, 12, 31)
        if start <= last < due and excluded_days(first, last, periods) < (last - first).days + 1:
            years.append(year)
    return tuple(years)


def average(marks):
    """Exact mean of marks, None without any."""
    marks = [Decimal(mark) for mark in marks]
    return sum(marks) / len(marks) if marks else None


def shown(mark):
    """A mean with two decimals, never rounded up to a threshold it does not reach."""
    return None if mark is None else mark.quantize(CENT, rounding=ROUND_DOWN)


def step_due(start, durations, marks, periods, thresholds, default_pace):
    """Pace and date of the next step.

    At each pace, from the fastest, the marks of the years that end within its own period decide: the fast pace asks
    for the first threshold, the medium one for the second; at the longest duration the step is of right.

    :param durations: a :class:`Durations`
    :param marks: ``{year: mark}``; years without a mark are left out of the mean and told
    :param thresholds: lowest mean of the fast and of the medium pace
    :param default_pace: pace of who has no mark at all in the period
    """
    if not durations.needs_rating:
        due, excluded = due_date(start, durations.fast, periods)
        return Due("single", durations.fast, due, excluded, (), (), None)
    for position, pace in enumerate(PACES):
        months = durations[position]
        due, excluded = due_date(start, months, periods)
        years = rated_years(start, due, periods)
        known = [marks[year] for year in years if marks.get(year) is not None]
        mean = average(known)
        if pace != "slow":
            if mean is None and position < PACES.index(default_pace):
                continue
            if mean is not None and mean < Decimal(thresholds[position]):
                continue
        missing = tuple(year for year in years if marks.get(year) is None)
        return Due(pace, months, due, excluded, years, missing, mean)
    raise AssertionError("the slow pace is of right")


# -- grade ---------------------------------------------------------------------------------------------------
def posts(eligible, rate, exam_share, rounding="nearest"):
    """Posts opened by a quota, and their split.

    :return: ``(all, by examination, by choice)``
    """
    mode = ROUNDINGS[rounding]
    total = int((Decimal(eligible) * Decimal(str(rate))).to_integral_value(rounding=mode))
    by_exam = int((Decimal(total) * Decimal(str(exam_share))).to_integral_value(rounding=mode))
    return total, by_exam, total - by_exam


def merit_order(candidates):
    """Rank candidates by merit: mark, then seniority in the grade, then general seniority, then age.

    :param candidates: dicts ``{"id", "mark" (or None), "grade_days", "service_days", "born"}``
    :return: ``[(id, rank, is tied)]`` best first; equal merits share a rank, the next one leaves the gap
    """

    def merit(candidate):
        mark = candidate["mark"]
        return (
            mark is None,
            -(mark or 0),
            -candidate["grade_days"],
            -candidate["service_days"],
            candidate["born"] or date.max,
        )

    order = sorted(candidates, key=lambda candidate: (merit(candidate), candidate["id"]))
    result = []
    for position, candidate in enumerate(order):
        tied_before = position and merit(order[position - 1]) == merit(candidate)
        tied_after = position + 1 < len(order) and merit(order[position + 1]) == merit(candidate)
        rank = result[-1][1] if tied_before else position + 1
        result.append((candidate["id"], rank, bool(tied_before or tied_after)))
    return result


def within(ranking, number):
    """Who is within the first ``number`` posts of a ranking.

    Equal merits that cross the last post are all left out: a person decides between them.

    :return: ``(ids within, ids tied across the last post)``
    """
    inside, crossing = set(), set()
    ranks = {}
    for id_, rank, _tied in ranking:
        ranks.setdefault(rank, []).append(id_)
    taken = 0
    for rank in sorted(ranks):
        ids = ranks[rank]
        if taken + len(ids) <= number:
            inside.update(ids)
        elif taken < number:
            crossing.update(ids)
        taken += len(ids)
    return inside, crossing
