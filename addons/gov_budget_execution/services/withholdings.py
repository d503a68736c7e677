"""What is withheld on a payment order, line by line, with the reason of each.

Values in, values out; the rates and ceilings are given by the caller, who reads the dated legal parameters.
"""

from dataclasses import dataclass, field
from decimal import Decimal

from .interest import exact, money

ZERO = Decimal("0.00")
# what reduces the expense itself (the State owes less now), and what is paid to somebody else
REDUCING = ("retention", "penalty", "advance")
PAID_TO_OTHERS = ("vat", "is", "ir", "opposition")


@dataclass(frozen=True)
class Rates:
    """Rates and ceilings on the day of the order."""

    retention_rate: Decimal = ZERO
    retention_cap: Decimal = ZERO
    vat_rate: Decimal = ZERO
    vat_free_amount: Decimal = ZERO
    vat_free_month: Decimal = ZERO
    is_rate: Decimal = ZERO
    ir_rate: Decimal = ZERO


@dataclass(frozen=True)
class Bill:
    """What is to be paid, and to whom."""

    total: Decimal  # with taxes
    untaxed: Decimal
    vat: Decimal
    is_service: bool = False  # a service of the regulation list: VAT is withheld
    is_excluded: bool = False  # water, electricity, telecommunications, insurance agents
    month_before: Decimal = ZERO  # services of this supplier in the month, before this bill, with taxes
    is_fee: bool = False  # fees, commissions, brokerage
    tax_regime: str = "none"  # is, ir, auto, cpu, none
    has_retention: bool = False
    contract_total: Decimal = ZERO  # with taxes, amendments included
    retained_before: Decimal = ZERO
    penalty: Decimal = ZERO
    advance: Decimal = ZERO
    oppositions: tuple = field(default_factory=tuple)  # amounts owed to third parties, in their order


@dataclass(frozen=True)
class Withheld:
    code: str
    base: Decimal
    rate: Decimal
    amount: Decimal
    reason: str  # key of the sentence


def retention(bill, rates):
    """Return the retention money of one payment: its rate of the bill, until the cap of the contract is reached."""
    wanted = money(exact(bill.total) * rates.retention_rate)
    cap = money(exact(bill.contract_total) * rates.retention_cap)
    left = max(ZERO, cap - money(bill.retained_before))
    return min(wanted, left), left < wanted


def vat_withheld(bill, rates):
    """Return (amount, reason) of the VAT withheld on services."""
    if not bill.is_service or bill.vat <= 0:
        return ZERO, "not_service"
    if bill.is_excluded:
        return ZERO, "excluded"
    within_month = exact(bill.month_before) + exact(bill.total) <= rates.vat_free_month
    if exact(bill.total) <= rates.vat_free_amount and within_month:
        return ZERO, "small"
    return money(exact(bill.vat) * rates.vat_rate), "service"


def withholdings(bill, rates):
    """Return the lines withheld on a bill, those that are zero left out."""
    lines = []
    if bill.has_retention:
        amount, capped = retention(bill, rates)
        lines.append(
            Withheld("retention", exact(bill.total), rates.retention_rate, amount, "capped" if capped else "plain")
        )
    if bill.penalty:
        lines.append(Withheld("penalty", money(bill.penalty), Decimal(1), money(bill.penalty), "plain"))
    if bill.advance:
        lines.append(Withheld("advance", money(bill.advance), Decimal(1), money(bill.advance), "plain"))
    amount, reason = vat_withheld(bill, rates)
    lines.append(Withheld("vat", exact(bill.vat), rates.vat_rate, amount, reason))
    if bill.is_fee and bill.tax_regime == "is":
        lines.append(
            Withheld("is", exact(bill.untaxed), rates.is_rate, money(exact(bill.untaxed) * rates.is_rate), "fee")
        )
    if bill.is_fee and bill.tax_regime == "ir":
        lines.append(
            Withheld("ir", exact(bill.untaxed), rates.ir_rate, money(exact(bill.untaxed) * rates.ir_rate), "fee")
        )
    lines = [line for line in lines if line.amount]
    left = money(bill.total) - sum((line.amount for line in lines), ZERO)
    if left < 0:
        raise ValueError("what is withheld exceeds the bill")
    for asked in bill.oppositions:
        part = min(left, money(asked))
        if part > 0:
            lines.append(Withheld("opposition", money(asked), Decimal(1), part, "all" if part == asked else "part"))
            left -= part
    return lines


def charged(total, lines):
    """Return what is charged to the budget: the bill minus what the State does not owe now."""
    return money(total) - sum((line.amount for line in lines if line.code in REDUCING), ZERO)


def shares(charged, amounts):
    """Share what is charged among the lines of a bill in proportion: no part is more than its line.

    Each part is the step between two rounded running totals, so the parts make the total to the centime.

    >>> shares(Decimal("299.99"), [Decimal(100), Decimal(100), Decimal(100), Decimal("0.01")])
    [Decimal('99.99'), Decimal('100.00'), Decimal('99.99'), Decimal('0.01')]
    """
    total, run, done, parts = sum(amounts, ZERO), ZERO, ZERO, []
    for amount in amounts:
        run += amount
        reached = money(charged * run / total)
        parts.append(reached - done)
        done = reached
    return parts


def net_to_pay(total, lines):
    """Return what the creditor receives."""
    return money(total) - sum((line.amount for line in lines), ZERO)
