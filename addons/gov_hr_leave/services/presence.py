"""Who is present in a unit from day to day, from plain values."""

from datetime import timedelta

DAY = timedelta(days=1)


def presence(people, absences, first, last, is_working_day):
    """Return the presence of each working day.

    :param people: ids of the people of the unit
    :param absences: ``[(person, first day, last day)]``; a person away twice on a day counts once
    :param is_working_day: callable, day → bool
    :return: dict of day → ``(number present, percentage present)``; days off are left out
    """
    people = set(people)
    away = {}
    for person, start, end in absences:
        if person not in people:
            continue
        day, end = max(start, first), min(end, last)
        while day <= end:
            away.setdefault(day, set()).add(person)
            day += DAY
    found, day = {}, first
    while day <= last:
        if is_working_day(day):
            count = len(people) - len(away.get(day, ()))
            found[day] = (count, 100 * count // len(people) if people else 100)
        day += DAY
    return found


def low_days(found, least):
    """Return the days of :func:`presence` on which less than ``least`` percent are present, in order."""
    return [day for day, (_count, percent) in sorted(found.items()) if percent < least]
