"""Monthly forecast of a line: what is left shared over months, and what is still to come of a plan.

Values in, values out; amounts are ``Decimal``, months are numbers from 1 to 12.
"""

from decimal import ROUND_DOWN, Decimal

ZERO = Decimal(0)
CENTIME = Decimal("0.01")


def share(amount, months):
    """Return {month: part} of an amount in equal parts; the last month takes the centimes that are over.

    >>> share(Decimal("100"), [10, 11, 12])
    {10: Decimal('33.33'), 11: Decimal('33.33'), 12: Decimal('33.34')}
    """
    months = sorted(months)
    if not months or amount <= 0:
        return dict.fromkeys(months, ZERO)
    part = (amount / len(months)).quantize(CENTIME, ROUND_DOWN)
    parts = dict.fromkeys(months, part)
    parts[months[-1]] += amount - part * len(months)
    return parts


def to_come(planned, month, done):
    """Return what a plan still expects: the months to come, and what is left of the month in progress.

    :param planned: {month: amount}
    :param done: what was committed in the month in progress

    >>> to_come({10: Decimal(50), 11: Decimal(80), 12: Decimal(20)}, 11, Decimal(30))
    Decimal('70')
    """
    later = sum((amount for one, amount in planned.items() if one > month), ZERO)
    return later + max(ZERO, planned.get(month, ZERO) - max(done, ZERO))
