"""Lengths of statutory positions and periods that do not count, in plain Python."""

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

# Cases of availability (General Statute, articles 56 to 60) and the family of each
CASES = (
    "relative_illness",
    "enlistment",
    "studies",
    "personal",
    "child",
    "follow_spouse",
    "health",
)
WOMEN_CASES = ("child", "follow_spouse")
# Cases that tell the health of the person or of the family: never in the journal
HEALTH_CASES = ("relative_illness", "health", "child")
WITH_COUNCIL = ("studies", "personal")  # opinion of the joint committee
NOT_COUNTING = {"availability": "availability", "interrupted": "exclusion"}


def last_day(start, months):
    """Return the last day of a period of ``months`` that begins on ``start``."""
    return start + relativedelta(months=int(months)) - timedelta(days=1)


def is_within(start, end, months):
    """Tell whether the period from ``start`` to ``end`` is at most ``months`` long."""
    return end <= last_day(start, months)


def not_counting(situations, others, date_from, date_to):
    """Return the periods of one person that do not count for advancement, cut to a span.

    :param situations: ``[(first day, position)]`` in order of date; each lasts until the next one
    :param others: ``[(first day, last day, kind)]`` of measures that make no situation
    :param date_from: first day of the span; ``date_to``: its last day
    :return: ``[(first day, last day, kind)]`` in order of date
    """
    found = []
    for number, (start, position) in enumerate(situations):
        kind = NOT_COUNTING.get(position)
        if not kind:
            continue
        end = situations[number + 1][0] - timedelta(days=1) if number + 1 < len(situations) else date.max
        if found and found[-1][2] == kind and found[-1][1] + timedelta(days=1) == start:
            found[-1] = (found[-1][0], end, kind)
        else:
            found.append((start, end, kind))
    found += others
    cut = [(max(start, date_from), min(end, date_to), kind) for start, end, kind in found]
    return sorted(period for period in cut if period[0] <= period[1])
