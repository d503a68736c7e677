"""Marks out of the criteria, their total and its appreciation, on plain values (decree 2-05-1367).

Marks are compared as decimals: 15.99 is not 16, and no sum of quarters of a point ever misses its band.
"""

from decimal import Decimal, InvalidOperation

CENT = Decimal("0.01")


class MarkError(ValueError):
    """A mark that cannot be given; ``code`` is number, negative, over or step."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code


def to_decimal(value):
    """Return a number as an exact decimal, from a number or its text.

    :raise MarkError: ``number`` when it is none
    """
    if isinstance(value, bool) or value is None:
        raise MarkError("number")
    try:
        found = Decimal(str(value).strip().replace(",", "."))
    except InvalidOperation as error:
        raise MarkError("number") from error
    if not found.is_finite():
        raise MarkError("number")
    return found


def check_mark(value, maximum, step):
    """Return the mark given to one criterion as a decimal.

    :param value: what was typed, a number or its text (a comma counts as a point)
    :param maximum: most that the criterion gives
    :param step: smallest part of a point that is given, 0.25 for quarters
    :raise MarkError: ``number``, ``negative``, ``over`` (above the maximum) or ``step`` (no multiple of the step)
    """
    mark, most, part = to_decimal(value), to_decimal(maximum), to_decimal(step)
    if mark < 0:
        raise MarkError("negative")
    if mark > most:
        raise MarkError("over")
    if part > 0 and mark % part:
        raise MarkError("step")
    return mark


def total(values):
    """Return the sum of marks as a decimal with two places."""
    return sum((to_decimal(value) for value in values), Decimal(0)).quantize(CENT)


def find_band(mark, bands):
    """Return the band of a mark.

    :param bands: list of ``(floor, band)``: a band begins with its floor, included, and ends where the next begins
    :return: the band with the highest floor that the mark reaches, or None when it reaches none
    """
    mark = to_decimal(mark)
    reached = [(to_decimal(floor), band) for floor, band in bands if mark >= to_decimal(floor)]
    return max(reached, key=lambda pair: pair[0])[1] if reached else None


def changes(before, after):
    """Return what an adjustment changes.

    :param before: dict of criterion → mark
    :param after: dict of criterion → mark, of all the criteria or of those that change
    :return: list of ``(criterion, old, new)`` in the order of ``after``, those that do not change left out
    """
    return [
        (key, to_decimal(before.get(key, 0)), to_decimal(value))
        for key, value in after.items()
        if key not in before or to_decimal(before[key]) != to_decimal(value)
    ]
