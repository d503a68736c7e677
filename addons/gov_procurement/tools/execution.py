"""Execution of a contract: count of the delay, penalties, revision of prices, limits of changes (finance.md §4.9).

Plain Python on dates and decimals. Articles are those of the CCAG-T (decree 2-14-394) unless said otherwise.
"""

from collections import namedtuple
from datetime import timedelta
from decimal import Decimal

from .money import dirhams, exact

DelayCount = namedtuple("DelayCount", "start planned_end suspended extended end days_late running")
DelayCount.__doc__ = """Count of the delay of execution. start: first day; planned_end: last day without suspension
or extension; suspended,
extended: days; end: last contractual day; days_late: calendar days after it; running: the clock is not stopped."""


def count_delay(start, days, suspensions=(), extensions=0, finished=None, today=None):
    """Return the count of a delay in calendar days, holidays not deducted (art. 65).

    The day of the order to start is the first day; a delay of N days ends on day N.  A suspension runs from the day
    of the
    order to stop to the day before the order to resume; overlapping suspensions count once.

    :param start: date of the order to start, or None when it was not given
    :param days: contractual delay, calendar days
    :param suspensions: ``(stopped, resumed)`` dates, ``resumed`` None while it lasts
    :param extensions: days granted
    :param finished: day of the end of the works (notice of the contractor, art. 73), None while they last
    :param today: day of the count, needed while the works last
    :raise ValueError: a delay that is no positive number of days, a resumption before its stop, no day to count to
    """
    if start is None:
        return DelayCount(None, None, 0, extensions, None, 0, False)
    if days <= 0:
        raise ValueError("a delay is a positive number of days")
    until = finished or today
    if until is None:
        raise ValueError("give the day of the count")
    stopped, still, last = 0, False, None
    for begin, resume in sorted(suspensions, key=lambda pair: (pair[0], pair[1] is None, pair[1] or pair[0])):
        if resume is not None and resume < begin:
            raise ValueError("works are resumed after they were stopped")
        # a stop that lasts counts up to today; one that begins after the end of the works does not count
        end = min(resume, until + timedelta(1)) if resume is not None else until + timedelta(1)
        begin = max(begin, start, last or start)
        if end > begin:
            stopped += (end - begin).days
        last = max(last or start, end)
        still = still or (resume is None and finished is None) or (resume is not None and resume > until)
    planned = start + timedelta(days - 1)
    end = planned + timedelta(extensions + stopped)
    late = max(0, (until - end).days)
    return DelayCount(start, planned, stopped, extensions, end, late, not still)


Penalty = namedtuple("Penalty", "days base raw cap amount is_capped")
Penalty.__doc__ = (
    "Penalty for delay: days, base, amount before the cap, cap, amount due, and whether the cap is reached."
)


def late_penalty(base, days_late, rate=Decimal("0.001"), cap=Decimal("0.08")):
    """Return the penalty for delay (art. 65): a thousandth of the base a day, 8 % of it at most.

    :param base: initial amount, supplementary works and increases, in dirhams
    :param days_late: calendar days
    :return: a ``Penalty``; at the cap the authority may terminate the contract
    """
    base, days = exact(base), max(0, int(days_late))
    raw, ceiling = dirhams(base * exact(rate) * days), dirhams(base * exact(cap))
    return Penalty(days, dirhams(base), raw, ceiling, min(raw, ceiling), raw >= ceiling and days > 0)


def special_penalties(base, asked, cap=Decimal("0.02")):
    """Return the special penalties that may be applied, 2 % of the contract at most (art. 66)."""
    return min(dirhams(asked), dirhams(exact(base) * exact(cap)))


def revised(amount, constant, terms, lowest_constant=Decimal("0.15")):
    """Return an amount revised: ``P = P0 x [k + a X/X0 + b Y/Y0 + …]`` (order 3-302-15).

    :param amount: P0, value of the works executed since the indices changed, in dirhams
    :param constant: k, fixed part, at least 0.15
    :param terms: ``(share, index, initial index)``; k and the shares make 1
    :raise ValueError: a fixed part under 15 %, shares that do not make 1, an index that is no positive number
    """
    constant = exact(constant)
    terms = [tuple(exact(value) for value in term) for term in terms]
    if constant < exact(lowest_constant):
        raise ValueError("the fixed part of a revision formula is 0.15 at least")
    if constant + sum(term[0] for term in terms) != 1:
        raise ValueError("the fixed part and the shares make 1")
    if any(share < 0 or now <= 0 or before <= 0 for share, now, before in terms):
        raise ValueError("shares are not negative, indices are greater than zero")
    return dirhams(exact(amount) * (constant + sum(share * now / before for share, now, before in terms)))


Change = namedtuple("Change", "code limit measured is_beyond article")
Change.__doc__ = """A limit on changes: its code, the limit in dirhams (or days), what was measured, whether it is
passed, the article."""


def change_limits(initial, supplementary=0, increase=0, decrease=0, lines=(), rates=None):
    """Return the limits of a contract's changes, each with what it measures (art. 55, 57, 58, 59).

    :param supplementary: supplementary works by amendment, dirhams
    :param increase: increase in the mass of works
    :param decrease: reduction of it
    :param lines: ``(number, initial quantity, final quantity, unit price)``
    :param rates: ``{"supplementary", "increase", "decrease", "quantity", "quantity_share"}`` in force
    """
    rates = {
        "supplementary": Decimal("0.10"),
        "increase": Decimal("0.10"),
        "decrease": Decimal("0.25"),
        "quantity": Decimal("0.50"),
        "quantity_share": Decimal("0.10"),
        **(rates or {}),
    }
    initial = exact(initial)
    found = []
    for code, value, article in (
        ("supplementary", supplementary, "55"),
        ("increase", increase, "57"),
        ("decrease", decrease, "58"),
    ):
        limit = dirhams(initial * exact(rates[code]))
        found.append(Change(code, limit, dirhams(value), dirhams(value) > limit, article))
    for number, before, after, price in lines:
        before, after, price = exact(before), exact(after), exact(price)
        moved = abs(after - before)
        weight = dirhams(before * price)
        # indemnity only where the price weighs more than a tenth of the contract and moves by more than a half
        if weight > initial * exact(rates["quantity_share"]):
            limit = before * exact(rates["quantity"])
            found.append(Change(f"quantity:{number}", limit, moved, moved > limit, "59"))
    return found


def subcontracting_is_allowed(contract_amount, subcontracted, limit=Decimal("0.50")):
    """Tell whether what is subcontracted stays within half of the contract (decree 2-22-431, art. 151)."""
    return exact(subcontracted) <= exact(contract_amount) * exact(limit)


def revision_of(works, constant, terms, lowest_constant=Decimal("0.15")):
    """Return the revision of works: what they cost more (or less) at the indices of the month they were executed in.

    Only the works of the month move with its indices: those of the former accounts keep their own (order 3-302-15).
    """
    return revised(works, constant, terms, lowest_constant) - dirhams(works)


def revision_passes(constant, terms, limit=Decimal("0.50")):
    """Tell whether the price of what is left moves by more than a half: the contract may be terminated (art. 54)."""
    factor = exact(constant) + sum(exact(share) * exact(now) / exact(before) for share, now, before in terms)
    return abs(factor - 1) > exact(limit)


def studies_price_problem(days, has_revision, firm_days=90):
    """Tell whether the price of studies is not of the nature their delay asks for (decree 2-22-431, art. 15).

    :return: None, ``firm`` (under three months the price is firm), or ``revisable`` (from three months it is revised)
    """
    if days < firm_days and has_revision:
        return "firm"
    if days >= firm_days and not has_revision:
        return "revisable"
    return None


TERMINATIONS = (
    "authority",
    "fault",
    "penalty_cap",
    "adjournment",
    "year",
    "decrease",
    "revision",
    "late_payment",
    "force_majeure",
    "death",
)


def termination_problem(case, facts):
    """Tell why a case of termination is not open: None when it is, or the code of what is missing.

    :param case: one of ``TERMINATIONS``
    :param facts: ``notice_over`` (day after which the last formal notice is without answer, or None), ``decide_by``
        (last day to decide on it), ``today``, ``is_capped``, ``days_stopped``, ``stop_limit``, ``is_year_missing``,
        ``is_decreased``, ``is_revised``, ``days_unpaid``, ``unpaid_limit``
    """
    if case not in TERMINATIONS:
        return "unknown"
    today = facts.get("today")
    if case == "fault":
        if not facts.get("notice_over") or today <= facts["notice_over"]:
            return "notice"
        return "notice_old" if facts.get("decide_by") and today > facts["decide_by"] else None
    if case == "adjournment":
        return None if facts.get("days_stopped", 0) > facts.get("stop_limit", 365) else "stopped"
    if case == "late_payment":
        return None if facts.get("days_unpaid", 0) > facts.get("unpaid_limit", 240) else "paid"
    flags = {
        "penalty_cap": "is_capped",
        "year": "is_year_missing",
        "decrease": "is_decreased",
        "revision": "is_revised",
    }
    if case in flags and not facts.get(flags[case]):
        return flags[case]
    return None
