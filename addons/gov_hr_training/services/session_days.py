"""Half-days of a session, and what else falls on them, in plain Python."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

MORNING, AFTERNOON = "am", "pm"
PERIODS = (MORNING, AFTERNOON)
LONGEST = 400  # days from the first to the last: beyond it somebody slipped on the keyboard


@dataclass(frozen=True)
class HalfDay:
    """One half-day, in local time."""

    day: object
    period: str
    start: datetime
    stop: datetime


def clock(hours):
    """Return the time of a number of hours: 14.5 is 14:30."""
    minutes = round(hours * 60)
    return time(minutes // 60, minutes % 60)


def half_days(first, last, is_working, hours, begins=MORNING, ends=AFTERNOON):
    """Return the half-days from the first to the last day that are worked.

    :param is_working: function of a date
    :param hours: ``{"am": (9, 12), "pm": (14, 17)}``, hours of the day as numbers
    :param begins: half-day with which the first day begins
    :param ends: half-day with which the last day ends
    """
    if last < first or (last - first).days > LONGEST:
        return []
    found, day = [], first
    while day <= last:
        if is_working(day):
            for period in PERIODS:
                early = day == first and PERIODS.index(period) < PERIODS.index(begins)
                late = day == last and PERIODS.index(period) > PERIODS.index(ends)
                if not early and not late:
                    start, stop = (datetime.combine(day, clock(hour)) for hour in hours[period])
                    found.append(HalfDay(day, period, start, stop))
        day += timedelta(days=1)
    return found


def falls_on(slots, absence):
    """Tell whether an absence takes one of the half-days.

    :param slots: ``(day, start, stop)``, moments in the zone of the absence's ``start`` and ``stop``
    :param absence: dict with ``date_from``, ``date_to`` and, when it does not take whole days, ``start``, ``stop``
    """
    start, stop = absence.get("start"), absence.get("stop")
    for day, slot_start, slot_stop in slots:
        if start and stop:
            if start < slot_stop and slot_start < stop:
                return True
        elif absence["date_from"] <= day <= absence["date_to"]:
            return True
    return False


def signing_window(start, stop, before, after):
    """Return from when to when one may sign for a half-day.

    :param before: minutes before its beginning
    :param after: minutes after its end
    """
    return start - timedelta(minutes=before), stop + timedelta(minutes=after)


def presence_rate(states):
    """Return the share of the half-days at which the person was present; 0 when there is none."""
    states = list(states)
    return sum(state == "present" for state in states) / len(states) if states else 0.0


def is_validated(rate, threshold):
    """Tell whether a rate of presence reaches the threshold, whatever the rounding of floats."""
    return rate + 1e-9 >= threshold


def runs(slots):
    """Return the half-days as stretches of days that follow each other: ``[(first, last, start, stop)]``.

    :param slots: ``(day, start, stop)`` in any order
    """
    found = []
    for day, start, stop in sorted(slots, key=lambda slot: slot[1]):
        if found and (day - found[-1][1]).days <= 1:
            found[-1] = (found[-1][0], day, found[-1][2], max(found[-1][3], stop))
        else:
            found.append((day, day, start, stop))
    return found
