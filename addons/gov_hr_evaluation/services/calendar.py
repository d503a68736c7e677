"""The dates of a campaign, of the right of reply and of the interviews, on plain values."""

import re
from calendar import monthrange
from datetime import date, timedelta

DATES = ("open_on", "self_until", "interview_from", "interview_to", "marks_until", "notify_until")


def day_of(year, text):
    """Return the date of a text such as ``10-31`` (month and day) in a year.

    A day that the month does not have is its last one: ``02-29`` is 28 February in most years.

    :raise ValueError: when the text is no month and day
    """
    found = re.fullmatch(r"(\d{1,2})-(\d{1,2})", (text or "").strip())
    if not found or not 1 <= int(found[1]) <= 12 or not 1 <= int(found[2]) <= 31:
        raise ValueError(text)
    month = int(found[1])
    return date(year, month, min(int(found[2]), monthrange(year, month)[1]))


def propose(year, texts):
    """Return the dates of the campaign of a year.

    :param texts: dict of the names of ``DATES`` → month and day; a date that would come before the one it follows is
        in the year after (the notification, in January)
    """
    dates, previous = {}, None
    for name in DATES:
        day = day_of(year, texts[name])
        if previous and day < previous:
            day = day_of(year + 1, texts[name])
        dates[name] = previous = day
    return dates


def last_day_to_reply(notified_on, days):
    """Return the last day of the right of reply, itself included: ``days`` days after the notification."""
    return notified_on + timedelta(days=int(days))


def add_years(day, years):
    """Return the same day some years later; 29 February becomes the 28th where the year has none."""
    year = day.year + int(years)
    return date(year, day.month, min(day.day, monthrange(year, day.month)[1]))


def interview_due(last, recruited, years, opening):
    """Return the day by which an evaluation interview must be held.

    :param last: day of the last interview, or None
    :param recruited: date of recruitment, or None
    :param years: most years between two interviews
    :param opening: first day of the campaign: who was never met, as far as the file tells, is due from there on
    """
    if last:
        return add_years(last, years)
    return max(add_years(recruited, years), opening) if recruited else opening
