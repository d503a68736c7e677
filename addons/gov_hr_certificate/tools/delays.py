"""Working time taken by a request.  Plain values in, plain values out."""

from datetime import datetime, time, timedelta

DAY = timedelta(days=1)
HOURS_A_DAY = 24


def promised_days(hours):
    """Return the working days of a delay given in hours, 24 a working day: a day begun counts whole."""
    return -(-hours // HOURS_A_DAY)


def count_working_hours(start, end, is_working_day):
    """Return the hours of working days between two naive local datetimes (0 when ``end`` is not after ``start``).

    :param is_working_day: function of a date, true when the clock runs on it, all day long
    """
    total = timedelta()
    moment = start
    while moment < end:
        midnight = datetime.combine(moment.date() + DAY, time.min)
        stop = min(midnight, end)
        if is_working_day(moment.date()):
            total += stop - moment
        moment = stop
    return total.total_seconds() / 3600
