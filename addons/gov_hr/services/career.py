"""Seniority arithmetic of a career, in plain Python."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta


def duration(first, after):
    """Years, months and days from ``first`` (counted) to ``after`` (not counted)."""
    delta = relativedelta(after, first)
    return delta.years, delta.months, delta.days


_WORDS_AR = (  # one, two, three to ten, eleven and more
    ("سنة واحدة", "سنتان", "سنوات", "سنة"),
    ("شهر واحد", "شهران", "أشهر", "شهرا"),
    ("يوم واحد", "يومان", "أيام", "يوما"),
)


def duration_ar(years, months, days):
    """A duration in Arabic, where the noun follows the number: « 3 سنوات وشهران و21 يوما »."""
    parts = []
    for number, (one, two, few, many) in zip((years, months, days), _WORDS_AR, strict=True):
        if number == 1:
            parts.append(one)
        elif number == 2:
            parts.append(two)
        elif number:
            parts.append(f"{number} {few if 3 <= number % 100 <= 10 else many}")
    return " و".join(parts) or "أقل من يوم"


def duration_fr(years, months, days):
    """A duration in French: « 3 ans, 2 mois »."""
    names = (("an", "ans"), ("mois", "mois"), ("jour", "jours"))
    parts = [
        f"{number} {one if number == 1 else many}"
        for number, (one, many) in zip((years, months, days), names, strict=True)
        if number
    ]
    return ", ".join(parts) or "moins d’un jour"


def day_after(day):
    return day + timedelta(days=1)


def step_seniority(rows, until):
    """Seniority acquired in the step during each dated situation of one person.

    :param rows: dicts ``{"date", "grade", "echelon", "kept_from"}`` in order of date; ``kept_from`` is the date that
        an act keeps as start of the seniority in the step, when it keeps a remainder
    :param until: day on which the last situation is looked at (counted)
    :return: list of ``(start of the seniority, end of the situation or None, (years, months, days))``
    """
    result, start, previous = [], None, None
    for position, row in enumerate(rows):
        key = (row["grade"], row["echelon"])
        if row.get("kept_from"):
            start = row["kept_from"]
        elif key != previous or start is None:
            start = row["date"]
        previous = key
        following = rows[position + 1]["date"] if position + 1 < len(rows) else None
        end = following - timedelta(days=1) if following else None
        stop = following or max(until + timedelta(days=1), row["date"])
        result.append((start, end, duration(start, max(stop, start))))
    return result


def age_on(birthday, day):
    """Age in full years on ``day``."""
    return relativedelta(day, birthday).years
