"""Guarantees, advance and retention of a contract, in plain Python on decimals (finance.md §4.8).

Rates and ceilings come as arguments, from the legal parameters of the day; the defaults are those of the texts:
CCAG-T art. 15, 18, 19 and 64 (decree 2-14-394), decree 2-14-272 on advances, decree 2-22-431 art. 24.
"""

from collections import namedtuple
from decimal import Decimal

from .money import dirhams, exact, whole_dirhams_up


def provisional_guarantee_ceiling(estimate, rate=Decimal("0.02")):
    """Return the highest provisional guarantee that may be asked: 2 % of the estimate (decree 2-22-431, art. 24)."""
    return dirhams(exact(estimate) * exact(rate))


def definitive_guarantee(initial_amount, rate=Decimal("0.03")):
    """Return the definitive guarantee: 3 % of the initial amount, rounded up to the whole dirham (CCAG-T art. 15-1).

    :raise ValueError: a negative amount
    """
    amount = exact(initial_amount)
    if amount < 0:
        raise ValueError("an amount is not negative")
    return dirhams(whole_dirhams_up(amount * exact(rate)))


def forfeiture_penalty(estimate, rate=Decimal("0.01")):
    """Return what replaces a provisional guarantee that was not asked, where it would be forfeited (1 % of the
    estimate)."""
    return dirhams(exact(estimate) * exact(rate))


def advance(
    initial_amount,
    months,
    threshold=500_000,
    shortest=4,
    rate=Decimal("0.10"),
    bracket=10_000_000,
    rate_above=Decimal("0.05"),
    cap=20_000_000,
):
    """Return the advance due on a contract (decree 2-14-272), in dirhams.

    10 % up to ten million and 5 % above, 20 million at most; nothing under 500,000 dirhams or four months.

    :param initial_amount: all taxes included; of a framework contract its minimum, of a renewable one its first year,
        of a contract by tranches its firm tranche, without what is subcontracted
    :param months: length of the execution
    """
    amount = exact(initial_amount)
    if amount < exact(threshold) or exact(months) < exact(shortest):
        return dirhams(0)
    lower = min(amount, exact(bracket))
    due = exact(rate) * lower + exact(rate_above) * (amount - lower)
    return dirhams(min(exact(cap), due))


def advance_recovery(
    advance_paid, contract_amount, work_done, already_recovered, work_at_start=0, end=Decimal("0.80")
):
    """Return what an account takes back of the advance, so that all of it is back when 80 % is executed (art. 8).

    Linear between ``work_at_start`` and 80 % of the contract; never more than what is left to take back.

    :param work_done: work executed since the beginning, all taxes included
    """
    left = exact(advance_paid) - exact(already_recovered)
    if left <= 0:
        return dirhams(0)
    start, full = exact(work_at_start), exact(end) * exact(contract_amount)
    done = exact(work_done)
    if done >= full or full <= start:
        return dirhams(left)
    share = max(Decimal(0), done - start) / (full - start)
    return dirhams(min(left, max(Decimal(0), exact(advance_paid) * share - exact(already_recovered))))


def retention(work, contract_total, retained_before, rate=Decimal("0.10"), ceiling=Decimal("0.07")):
    """Return the retention on an interim payment: a tenth, until 7 % of the contract with its amendments (CCAG-T
    art. 64).

    :param work: amount of this payment, all taxes included; negative when an account is corrected down
    :param contract_total: initial amount and amendments
    :param retained_before: retained by the accounts before
    :return: dirhams; negative when more was retained than the ceiling allows now
    """
    room = exact(ceiling) * exact(contract_total) - exact(retained_before)
    return dirhams(max(min(exact(rate) * exact(work), room), -exact(retained_before)))


Release = namedtuple("Release", "kind due_on reason")
Release.__doc__ = (
    "A guarantee to be given back: provisional, definitive, retention or advance; the first day due; why."
)


def releases(facts):
    """Return the guarantees that must be released, of what has happened to a contract (CCAG-T art. 19, decree
    2-16-344 art. 7).

    :param facts: dates or None under ``definitive_given``, ``final_acceptance``, ``advance_recovered``
    """
    due = []
    if facts.get("definitive_given"):
        due.append(Release("provisional", facts["definitive_given"], "definitive_given"))
    if facts.get("final_acceptance"):
        due.append(Release("definitive", facts["final_acceptance"], "final_acceptance"))
        due.append(Release("retention", facts["final_acceptance"], "final_acceptance"))
    if facts.get("advance_recovered"):
        due.append(Release("advance", facts["advance_recovered"], "advance_recovered"))
    return due
