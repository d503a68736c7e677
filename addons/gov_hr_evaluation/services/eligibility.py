"""Who is evaluated for a year: those who served long enough in it, on plain values."""

from datetime import date, timedelta

# months are counted as thirtieths of the days, as pay does
MONTH = 30


def _clip(first, last, year):
    first, last = first or date(year, 1, 1), last or date(year, 12, 31)
    return max(first, date(year, 1, 1)), min(last, date(year, 12, 31))


def _days(first, last):
    """Return the set of days from first to last, both included."""
    return {first + timedelta(days=at) for at in range((last - first).days + 1)} if last >= first else set()


def days_served(year, recruited, interruptions):
    """Return how many days of a year a person served, and how many each kind of interruption took.

    :param recruited: date of recruitment, None when it is not known (counted as an earlier year)
    :param interruptions: list of ``(first, last, kind)``; they may overlap, the first of the list takes the day
    :return: ``(days, {kind: days})``
    """
    first, last = _clip(recruited, None, year)
    served, taken = _days(first, last), {}
    for start, end, kind in interruptions:
        gone = served & _days(*_clip(start, end, year))
        if gone:
            taken[kind] = taken.get(kind, 0) + len(gone)
            served -= gone
    return len(served), taken


def reason_to_skip(year, position, recruited, retired, interruptions, settings):
    """Return why a person gets no sheet for a year, or None when he gets one.

    :param position: statutory position on the day of the campaign
    :param retired: date of retirement, or None
    :param interruptions: list of ``(first, last, kind)``, ``kind`` being ``absence`` or a position
    :param settings: dict with ``positions`` (those that are evaluated here), ``min_months`` (least service in the
        year) and ``on`` (day of the campaign)
    :return: ``position`` (his position is not one that is evaluated here), ``retired``, ``recruited`` (too late in the
        year), ``absent`` (too long in the year), or None
    """
    if position and position not in settings["positions"]:
        return "position"
    if retired and retired <= settings["on"]:
        return "retired"
    least = settings["min_months"] * MONTH
    served, taken = days_served(year, recruited, interruptions)
    if served >= least:
        return None
    full, _none = days_served(year, recruited, [])
    if full < least:
        return "recruited"
    away = taken.get("absence", 0)
    return "absent" if away >= sum(taken.values()) - away else "position"
