"""Year end: what lapses on a line, what is carried over, and how the ceiling is shared.

Royal decree 330-66 article 87, organic law 130-13 articles 28 and 63, finance law 2026 article 21.
"""

import calendar
import datetime
from decimal import ROUND_DOWN

from .ledger import CENT, ZERO, money


def lapse(counters, is_investment):
    """Return the changes that close a line on 31 December: a dict of entry columns.

    Functioning: what was not ordered lapses, with its commitments.  Investment: what was not committed lapses, first
    the commitment appropriations; what is committed and not ordered stays, to be carried over.
    """
    c = {name: money(value) for name, value in counters.items()}
    found = {"reserved": -c["reserved"]}
    if is_investment:
        left = c["cp_current"] + c["ce_current"] - c["delegated"] - c["committed"]
        found["ce"] = -min(c["ce_current"], max(left, ZERO))
        found["cp"] = -max(left + found["ce"], ZERO)
    else:
        found["committed"] = c["ordered"] - c["committed"]
        found["liquidated"] = c["ordered"] - c["liquidated"]
        found["cp"] = -max(c["cp_current"] - (c["delegated"] - c["delegated_ce"]) - c["ordered"], ZERO)
    return {name: amount for name, amount in found.items() if amount}


def take_back(counters, is_investment):
    """Return (CP, CE) that a sub-authorising officer's line gives back: what is left, never more than was received."""
    changes = lapse(counters, is_investment)
    cp = min(-changes.get("cp", ZERO), money(counters["cp_received"]))
    return max(cp, ZERO), -changes.get("ce", ZERO)


def to_order(counters):
    """Return what is committed and not ordered (reste à ordonnancer)."""
    return money(counters["committed"]) - money(counters["ordered"])


def ceiling(initial_cp, rate):
    """Return the most that is carried over of a department's investment.

    >>> ceiling(1000, 0.3)
    Decimal('300.00')
    """
    return (money(initial_cp) * money_rate(rate)).quantize(CENT, rounding=ROUND_DOWN)


def money_rate(rate):
    """Return a rate as an exact number."""
    return money(rate * 10000) / 10000 if isinstance(rate, float) else money(rate)


def share(amounts, limit):
    """Share a ceiling over amounts in proportion; sums are exact, no share is more than its amount.

    >>> share([100, 100, 100], 200)
    [Decimal('66.67'), Decimal('66.67'), Decimal('66.66')]
    >>> share([10, 20], 100)
    [Decimal('10.00'), Decimal('20.00')]
    """
    amounts = [money(amount) for amount in amounts]
    total, limit = sum(amounts, ZERO), money(limit)
    if total <= limit:
        return amounts
    if limit <= 0:
        return [money(0) for _amount in amounts]
    exact = [amount * limit / total for amount in amounts]
    shares = [value.quantize(CENT, rounding=ROUND_DOWN) for value in exact]
    left = int((limit - sum(shares, ZERO)) / CENT)
    order = sorted(range(len(amounts)), key=lambda at: (shares[at] - exact[at], at))
    for at in order[:left]:
        shares[at] += CENT
    return shares


def carry_over(rows, initial_cp, rate, used=0):
    """Return key → amount carried over, in proportion when the ceiling is passed.

    :param rows: (key, to order, closed, is donor funded): ``closed`` is the part of contracts that are finished, which
        the law cancels; support funds are carried outside the ceiling
    :param used: what other carry-overs have used of the ceiling
    """
    plain = [(key, max(money(left) - money(closed), ZERO)) for key, left, closed, donor in rows if not donor]
    outside = {key: max(money(left) - money(closed), ZERO) for key, left, closed, donor in rows if donor}
    shares = share([amount for _key, amount in plain], ceiling(initial_cp, rate) - money(used))
    return {**{key: amount for (key, _left), amount in zip(plain, shares, strict=True)}, **outside}


def quarter_of(day):
    """Return the quarter of a day, 1 to 4."""
    return (day.month - 1) // 3 + 1


def quarter_range(year, quarter):
    """Return the first and last day of a quarter.

    >>> quarter_range(2026, 2)
    (datetime.date(2026, 4, 1), datetime.date(2026, 6, 30))
    """
    last = quarter * 3
    return datetime.date(year, last - 2, 1), datetime.date(year, last, calendar.monthrange(year, last)[1])


def month_day(text, year):
    """Return the day that « 11-30 » names in a year, or None when it names none."""
    try:
        month, day = (int(part) for part in str(text).split("-"))
        return datetime.date(year, month, day)
    except ValueError:
        return None
