"""The part of a month's pay that may still be pledged to a lender."""

from decimal import ROUND_DOWN, Decimal

CENTIME = Decimal("0.01")


def transferable_share(net, deductions, rate, floor):
    """Return what may still be withheld each month, in dirhams, rounded down to the centime.

    :param net: net pay of the month before any loan, in dirhams
    :param deductions: instalments already withheld each month, in dirhams
    :param rate: highest part of the net that all instalments together may take (0.40 for 40 %)
    :param floor: amount of the net that must stay with the person, in dirhams
    """
    net, deductions, rate, floor = (Decimal(str(value)) for value in (net, deductions, rate, floor))
    ceiling = min(net * rate, net - floor)
    share = max(Decimal(0), ceiling - deductions)
    return float(share.quantize(CENTIME, rounding=ROUND_DOWN))
