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
    advance_work_before=0,
    penalty_days=0,
    penalty_base=None,
    penalised_before=0,
    penalties=None,
    special_penalties=0,
    specially_before=0,
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
    :param penalties: ``(base, days late)`` of each part that has a delay of its own; one part when None
    :param special_penalties, specially_before: since the beginning, and what the former accounts took of them
    :param advance_work_before: works of the former years, which count for the recovery too
    :param withholdings: ``(code, amount)`` of taxes withheld on this account
    :param rates: those of ``retention``, ``late_penalty`` and ``advance_recovery`` in force
    :return: an ``Account``; its net is never below zero.  What this account cannot take is said in ``carried``: it
        is not counted as taken, so the next account takes it
    """
    rates = rates or {}
    before_tax, tax, gross = totals(work, supplies, rates.get("supplies_share", Decimal("0.80")))
    lines = [Line("before_tax", before_tax, {}), Line("vat", tax, {})]
    if dirhams(supplies):
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
            gross + dirhams(advance_work_before),
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
    parts = penalties
    if parts is None:
        parts = [(contract_total if penalty_base is None else penalty_base, penalty_days)]
    rows = [
        late_penalty(base, days, rates.get("penalty", Decimal("0.001")), rates.get("penalty_cap", Decimal("0.08")))
        for base, days in parts
    ]
    fresh = sum((row.amount for row in rows), dirhams(0)) - dirhams(penalised_before)
    if fresh:
        deductions.append(
            Line("penalty", -fresh, {"days": " + ".join(str(row.days) for row in rows if row.days),
                                     "base": sum((row.base for row in rows), dirhams(0)),
                                     "raw": sum((row.raw for row in rows), dirhams(0)),
                                     "cap": sum((row.cap for row in rows), dirhams(0)),
                                     "before": dirhams(penalised_before)})
        )  # fmt: skip
    special = dirhams(special_penalties) - dirhams(specially_before)
    if special:
        deductions.append(Line("special_penalty", -special, {"before": dirhams(specially_before)}))
    # taxes are withheld by law on what is paid: before what the holder owes for his own fault
    taxes = [Line(code, -dirhams(amount), {}) for code, amount in withholdings if dirhams(amount)]
    kept = [line for line in deductions if line.code == "retention"]
    deductions, carried = _within(due + revision_now, kept + taxes + [one for one in deductions if one not in kept])
    net = due + revision_now + sum((line.amount for line in deductions), dirhams(0))
    lines += deductions
    if net < 0:
        # a final account corrected down: what was paid too much is taken from the guarantees
        carried, net = carried - net, dirhams(0)
    if carried:
        lines.append(Line("carried", carried, {}))
    lines.append(Line("net", net, {}))
    return Account(lines)


def _within(amount, deductions):
    """Return the deductions that an amount can bear, in their order, and what of them it cannot."""
    left, kept, carried = max(dirhams(0), amount), [], dirhams(0)
    for line in deductions:
        taken = min(-line.amount, left)  # what is given back is always taken
        left -= taken
        carried += -line.amount - taken
        if taken:
            kept.append(line._replace(amount=-taken))
    return kept, carried
