"""Tax for the promotion of the national audiovisual landscape (TPPAN), collected with the electricity bill
(finance law 1996-97, art. 16).

Values in, values out: the brackets, the ceiling and the exemption are given by the caller, who reads them from the
dated legal parameters.
"""

import datetime
from decimal import ROUND_HALF_UP, Decimal

CENTIME = Decimal("0.01")


def tax_of_bill(kwh, brackets, ceiling, exempt_up_to):
    """Return the tax of one month's consumption.

    :param brackets: list of (last kWh of the bracket or None, rate a kWh), in order; each part of the consumption
        bears the rate of its bracket
    :param ceiling: most that a subscriber pays a month
    :param exempt_up_to: a consumption up to it pays nothing
    """
    kwh = Decimal(kwh)
    if kwh < 0:
        raise ValueError("consumption is not negative")
    if kwh <= exempt_up_to:
        return Decimal(0)
    total, below = Decimal(0), Decimal(0)
    for last, rate in brackets:
        top = kwh if last is None else min(kwh, Decimal(last))
        if top > below:
            total += (top - below) * rate
            below = top
    return min(total, ceiling).quantize(CENTIME, ROUND_HALF_UP)


def due_date(month):
    """Return the last day on which a collector pays the treasury what he collected in ``month`` (any day of it): the
    end of the month that follows."""
    year, number = month.year + (month.month + 1) // 12, (month.month + 1) % 12 + 1
    return datetime.date(year, number, 1) - datetime.timedelta(days=1)


def split(amount, share):
    """Share what was collected between the fund (``share``) and the other beneficiary; the two make the amount."""
    fund = (amount * share).quantize(CENTIME, ROUND_HALF_UP)
    return fund, amount - fund
