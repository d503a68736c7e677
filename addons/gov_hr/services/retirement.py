"""Date of retirement by age limit, in plain Python (law 72-14: the age depends on the year of birth)."""

from calendar import monthrange

from dateutil.relativedelta import relativedelta


def retirement_date(birthday, ages, at_end_of_month=True):
    """Date on which a person born on ``birthday`` leaves by age limit.

    :param birthday: date of birth
    :param ages: rows ``{"born_until": last year of birth concerned, "months": age in months}`` in ascending order of
        year; the last row may have no ``born_until``
    :param at_end_of_month: leave at the end of the month in which the age is reached (administrative practice)
    :return: date, or None when no row concerns that year
    """
    for row in ages:
        if not row.get("born_until") or birthday.year <= row["born_until"]:
            day = birthday + relativedelta(months=int(row["months"]))
            return day.replace(day=monthrange(day.year, day.month)[1]) if at_end_of_month else day
    return None
