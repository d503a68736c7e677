"""Accounts of a contract (décomptes): the amount of each, explained line by line (CCAG-T art. 61–64, 68).

An account is cumulative: it takes all the work since the beginning, and pays what the former ones did not.  Plain
Python:
quantities and rates in, a list of lines out; the form M12 prints these lines and nothing else.
"""

from collections import namedtuple
from decimal import Decimal

from .execution import late_penalty
from .guarantee import advance_recovery, retention
from .money import dirhams, exact

WorkLine = namedtuple("WorkLine", "number quantity unit_price vat finished", defaults=(Decimal("0.20"), True))
WorkLine.__doc__ = (
    "Cumulated quantity of one price: number, quantity, unit price before tax, VAT rate, works finished or not."
)

Line = namedtuple("Line", "code amount formula")
Line.__doc__ = """One line of an account: code, dirhams (deductions are negative), and the numbers it is made of, as
a dictionary."""


class Account:
    """An account worked out: its lines in the order they are printed, and its totals in dirhams."""

    def __init__(self, lines):
        self.lines = list(lines)

    def __getitem__(self, code):
        return sum((line.amount for line in self.lines if line.code == code), dirhams(0))

    @property
    def net(self):
        """What is paid to the contractor."""
        return self["net"]


def totals(work, supplies=0, supplies_share=Decimal("0.80")):
    """Return (before tax, VAT, all taxes included) of the works and of four fifths of the supplies on site (art.
    64)."""
    by_rate = {}
    for line in work:
        amount = dirhams(exact(line.quantity) * exact(line.unit_price))
        rate = exact(line.vat)
        by_rate[rate] = by_rate.get(rate, dirhams(0)) + amount
    before_tax = sum(by_rate.values(), dirhams(0))
    tax = sum((dirhams(amount * rate) for rate, amount in by_rate.items()), dirhams(0))
    kept = dirhams(exact(supplies) * exact(supplies_share))
    return before_tax, tax, before_tax + tax + kept


def work_out(
    work,
    contract_total,
    *,
    supplies=0,
    paid_before=0,
    retained_before=0,
    has_retention=True,
    advance_paid=0,
    advance_recovered=0,
    advance_base=None,
    penalty_days=0,
    penalty_base=None,
    penalised_before=0,
    special_penalties=0,
    revision=0,
    revised_before=0,
    withholdings=(),
    rates=None,
):
    """Work an account out: from the cumulated works to the net to pay.

    :param work: ``WorkLine`` of all that is executed since the beginning
    :param contract_total: initial amount and amendments, all taxes included
    :param supplies: supplies on site, paid for by the contractor, all taxes included
    :param paid_before: gross amount (before deductions) of the former accounts, all taxes included
    :param retained_before, advance_recovered, penalised_before, revised_before: of the former accounts
    :param has_retention: False where a guarantee replaces the retention
    :param advance_base: contract amount the recovery is counted on; ``contract_total`` when None
    :param withholdings: ``(code, amount)`` of taxes withheld on this account
    :param rates: those of ``retention``, ``late_penalty`` and ``advance_recovery`` in force
    :return: an ``Account``; its net is never below zero: what cannot be taken now is said in ``carried``
    """
    rates = rates or {}
    before_tax, tax, gross = totals(work, supplies, rates.get("supplies_share", Decimal("0.80")))
    lines = [Line("before_tax", before_tax, {}), Line("vat", tax, {})]
    if supplies:
        lines.append(
            Line(
                "supplies",
                gross - before_tax - tax,
                {"value": dirhams(supplies), "share": rates.get("supplies_share")},
            )
        )
    lines.append(Line("gross", gross, {}))
    revision_now = dirhams(exact(revision) - exact(revised_before))
    if revision_now:
        lines.append(Line("revision", revision_now, {"total": dirhams(revision), "before": dirhams(revised_before)}))
    due = gross - dirhams(paid_before)
    lines.append(Line("former_accounts", -dirhams(paid_before), {}))
    lines.append(Line("this_account", due + revision_now, {"gross": gross, "before": dirhams(paid_before)}))
    deductions = []
    if has_retention:
        kept = retention(
            due,
            contract_total,
            retained_before,
            rates.get("retention", Decimal("0.10")),
            rates.get("retention_ceiling", Decimal("0.07")),
        )
        deductions.append(
            Line(
                "retention", -kept, {"work": due, "before": dirhams(retained_before), "total": dirhams(contract_total)}
            )
        )
    if advance_paid:
        back = advance_recovery(
            advance_paid,
            contract_total if advance_base is None else advance_base,
            gross,
            advance_recovered,
            end=rates.get("advance_end", Decimal("0.80")),
        )
        deductions.append(
            Line(
                "advance",
                -back,
                {"advance": dirhams(advance_paid), "before": dirhams(advance_recovered), "work": gross},
            )
        )
    penalty = late_penalty(
        contract_total if penalty_base is None else penalty_base,
        penalty_days,
        rates.get("penalty", Decimal("0.001")),
        rates.get("penalty_cap", Decimal("0.08")),
    )
    fresh = penalty.amount - dirhams(penalised_before)
    if fresh:
        deductions.append(
            Line("penalty", -fresh, {"days": penalty.days, "base": penalty.base, "raw": penalty.raw,
                                     "cap": penalty.cap,
                                     "before": dirhams(penalised_before)})
        )  # fmt: skip
    if special_penalties:
        deductions.append(Line("special_penalty", -dirhams(special_penalties), {}))
    deductions += [Line(code, -dirhams(amount), {}) for code, amount in withholdings if dirhams(amount)]
    net = due + revision_now + sum((line.amount for line in deductions), dirhams(0))
    lines += deductions
    if net < 0:
        # what the contractor owes is taken from the next account or from the guarantees, not paid as a negative sum
        lines.append(Line("carried", -net, {}))
        net = dirhams(0)
    lines.append(Line("net", net, {}))
    return Account(lines)
