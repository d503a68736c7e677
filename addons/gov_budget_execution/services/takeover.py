"""Year end of commitments: how what a line carries over is shared among the acts on it, and what later years take.

Values in, values out.
"""

from dataclasses import dataclass
from decimal import Decimal

from .interest import exact

ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Left:
    """What one commitment leaves unordered on a line."""

    key: int
    left: Decimal
    certified: Decimal = ZERO
    later: Decimal = ZERO


def later_part(ce_amount, left):
    """Return what later years (CE) are still to pay of what is left: the payments of the year come first.

    >>> later_part(30, 100), later_part(30, 20)
    (Decimal('30'), Decimal('20'))
    """
    return max(min(exact(ce_amount), exact(left)), Decimal(0))


def allocate(limit, rows):
    """Share what a line carries among its commitments: {key: amount}.

    What is certified and not ordered comes first, for it is owed; then the commitments in the order given (the oldest
    visa first), each in full while the credit lasts.  What later years pay needs no credit carried.

    >>> allocate(100, [Left(1, exact(80)), Left(2, exact(60), exact(50))])
    {1: Decimal('50'), 2: Decimal('50')}
    """
    free = max(exact(limit), Decimal(0))
    shares = {}
    for row in rows:
        shares[row.key] = min(free, exact(row.certified), exact(row.left) - exact(row.later))
        free -= shares[row.key]
    for row in rows:
        more = min(free, exact(row.left) - exact(row.later) - shares[row.key])
        shares[row.key] += more
        free -= more
    return shares


def split_later(later, schedule, year):
    """Return (what the year pays, what its later years pay) of the part of later years of a commitment.

    :param schedule: {year: amount}; without one, the next year pays all

    >>> split_later(100, {2027: 60, 2028: 40}, 2027)
    (Decimal('60'), Decimal('40'))
    >>> split_later(30, {2027: 60, 2028: 40}, 2027)
    (Decimal('0'), Decimal('30'))
    """
    later = exact(later)
    after = sum((exact(amount) for at, amount in schedule.items() if at > year), Decimal(0))
    rest = min(later, after)
    return later - rest, rest
