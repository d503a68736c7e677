"""Dirhams as decimals: what every calculation of a contract uses, so that no centime is lost to binary fractions."""

from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal, InvalidOperation

CENTIME = Decimal("0.01")


def dirhams(value):
    """Return an amount as a Decimal of two places, rounded half up (finance.md, conventions of the software).

    :param value: Decimal, int, float or text, in dirhams
    :raise ValueError: what was given is no finite number
    """
    try:
        return exact(value).quantize(CENTIME, ROUND_HALF_UP)
    except InvalidOperation:
        raise ValueError("an amount beyond any budget") from None


def exact(value):
    """Return a number as a Decimal, unrounded; a float is read as it is written, not as its binary fraction.

    :raise ValueError: what was given is no finite number
    """
    if isinstance(value, bool) or value is None:
        raise ValueError("not a number")
    try:
        number = value if isinstance(value, Decimal) else Decimal(str(value).strip())
    except InvalidOperation:
        raise ValueError("not a number") from None
    if not number.is_finite():
        raise ValueError("not a finite number")
    return number


def whole_dirhams_up(value):
    """Return an amount rounded up to the next whole dirham (definitive guarantee, CCAG-T art. 15-1)."""
    return exact(value).quantize(Decimal(1), ROUND_CEILING)
