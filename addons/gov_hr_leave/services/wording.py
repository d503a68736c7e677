"""Numbers of days in words: Arabic has five forms where English has two."""

AR_DAYS = {
    # 1, 2, 3–10, 11 and more, a fraction or zero
    "working": ("يوم عمل واحد", "يوما عمل", "أيام عمل", "يوم عمل", "يوم عمل"),
    "calendar": ("يوم واحد", "يومان", "أيام", "يوما", "يوم"),
    "hours": ("ساعة واحدة", "ساعتان", "ساعات", "ساعة", "ساعة"),
}


def days_ar(number, shown, unit):
    """Return a number of days (or hours) in Arabic.

    :param number: the number
    :param shown: the number as the language writes it
    :param unit: ``working``, ``calendar`` or ``hours``
    """
    one, two, few, many, part = AR_DAYS[unit]
    if number == 1:
        return one
    if number == 2:
        return two
    if number != int(number) or number == 0:
        return f"{shown} {part}"
    if 3 <= number % 100 <= 10:
        return f"{shown} {few}"
    return f"{shown} {many}"


def runs(days):
    """Return the runs of days that follow each other: ``[(first, last)]``, from a sorted list of dates."""
    found = []
    for day in days:
        if found and (day - found[-1][1]).days == 1:
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found


def unit_ar(number, unit):
    """Return the unit in Arabic as it stands after a number written in digits."""
    _one, _two, few, many, part = AR_DAYS[unit]
    if number != int(number) or number in (0, 1, 2):
        return part
    return few if 3 <= number % 100 <= 10 else many
