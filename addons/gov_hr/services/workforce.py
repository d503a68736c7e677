"""Rates of the indicators on gender and the workforce, in plain Python.

Each takes counts or means and returns a number, or None where there is nothing to divide by: « no holder » is no rate
of zero.
"""


def share(part, whole):
    """``part`` among a hundred of ``whole``."""
    return 100.0 * part / whole if whole else None


def ratio(first, second):
    """``first`` for one of ``second``: 1 is parity."""
    return first / second if first is not None and second else None


def gap(women, men):
    """What women have less than men, in percent of men: 1 − W / M; negative when they have more."""
    return 100.0 * (1 - women / men) if women is not None and men else None


def difference(women, men):
    """What women have more than men."""
    return women - men if women is not None and men is not None else None


def mean(values):
    """Arithmetic mean."""
    values = list(values)
    return sum(values) / len(values) if values else None
