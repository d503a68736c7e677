"""Movements of credits in the year: which rule one falls under, who decides, and how much of a programme may move.

Organic law 130-13 (articles 34, 42, 45, 58, 60-63), decree 2-15-426 (articles 11, 19, 20, 23), royal decree 330-66
(articles 88 and 89).  Values in, values out.
"""

from dataclasses import dataclass
from decimal import Decimal

from .ledger import ZERO, money


@dataclass(frozen=True)
class Place:
    """Where a line stands in the nomenclature."""

    budget: str  # general, cas, segma
    account: str
    chapter: str
    section: str
    programme: int
    region: str
    project: int
    line: int


@dataclass(frozen=True)
class Rule:
    """What a kind of amendment asks for.

    ``shape``: transfer (what is taken equals what is given), increase, decrease, recode (an expense changes line);
    ``decider``: authorising, finance (minister of finance), finance_order, decree, government, law, carry_over;
    ``outside``: the decision of somebody else is recorded before the visa; ``capped``: counts in the 10 %.
    """

    shape: str
    decider: str
    outside: bool = False
    capped: bool = False
    committees: bool = False


RULES = {
    "a1": Rule("forbidden", "law"),
    "a2": Rule("transfer", "finance", outside=True, capped=True),
    "a3": Rule("transfer", "finance", outside=True),
    "a4": Rule("transfer", "finance", outside=True, capped=True),
    "a5": Rule("transfer", "finance", outside=True),
    "a6": Rule("transfer", "authorising"),
    "a7": Rule("transfer", "authorising"),
    "a8": Rule("increase", "finance_order", outside=True),
    "a9": Rule("increase", "decree", outside=True, committees=True),
    "a10": Rule("increase", "finance_order", outside=True),
    "a11": Rule("increase", "authorising"),
    "a12": Rule("transfer", "finance_order", outside=True),
    "a13": Rule("decrease", "government", outside=True, committees=True),
    "a14": Rule("carry_over", "finance_order", outside=True),
    "a15": Rule("recode", "authorising"),
}
TRANSFERS = tuple(kind for kind, rule in RULES.items() if rule.shape == "transfer")


def transfer_kind(places):
    """Return the kind of a transfer between these places: the highest level on which they differ decides.

    :return: a1 to a7, a12, or ``reverse`` for the general budget giving to an account, ``accounts`` between accounts
    """
    places = list(places)
    chapters = {place.chapter for place in places}
    if len(chapters) > 1:
        accounts = {(place.budget, place.account) for place in places}
        if len(accounts) == 1:
            return "a1"
        return "mixed"
    if len({place.programme for place in places}) > 1:
        first = places[0]
        if first.budget in ("cas", "segma"):
            return "a4"
        return "a3" if first.section == "personnel" else "a2"
    if len({place.region for place in places}) > 1:
        return "a5"
    if len({place.project for place in places}) > 1:
        return "a6"
    return "a7"


def required_kind(sources, targets):
    """Return the kind of a transfer from ``sources`` to ``targets``.

    Between budgets, only a special account or an autonomous service gives to the general budget (A12).
    """
    found = transfer_kind([*sources, *targets])
    if found != "mixed":
        return found
    givers = {(place.budget, place.account) for place in sources}
    takers = {place.budget for place in targets}
    if takers == {"general"} and len(givers) == 1 and next(iter(givers))[0] in ("cas", "segma"):
        return "a12"
    if takers == {"general"}:
        return "accounts"
    return "reverse"


def programme_moves(lines):
    """Return programme → (moved out, moved in), net within each programme.

    CP and CE are apart: a programme that gives CP against CE has moved both, though its total is the same.

    :param lines: (programme, signed CP, signed CE)
    """
    nets = {}
    for programme, *amounts in lines:
        columns = nets.setdefault(programme, [ZERO] * len(amounts))
        columns[:] = [net + money(amount) for net, amount in zip(columns, amounts, strict=True)]
    return {
        programme: (sum((max(-net, ZERO) for net in columns), ZERO), sum((max(net, ZERO) for net in columns), ZERO))
        for programme, columns in sorted(nets.items())
        if any(columns)
    }


def counted(moved_out, moved_in, mode):
    """Return what counts against the cap: both directions, or what went out alone."""
    return money(moved_out) + money(moved_in) if mode == "both" else money(moved_out)


def cap(initial, rate):
    """Return the most that may move, rounded down to the centime.

    >>> cap(1000, 0.1)
    Decimal('100.00')
    """
    share = Decimal(repr(rate)) if isinstance(rate, float) else Decimal(rate)
    return money((money(initial) * share).quantize(Decimal("0.01"), rounding="ROUND_DOWN"))


def cap_left(initial, rate, moved_out, moved_in, mode):
    """Return what may still move in the year; negative when the cap was lowered after."""
    return cap(initial, rate) - counted(moved_out, moved_in, mode)


def within_cap(initial, rate, moved, new, mode):
    """Tell whether the movement ``new`` (out, in) keeps a programme within its cap, after ``moved`` (out, in)."""
    new_counted = counted(*new, mode)
    return not new_counted or counted(*moved, mode) + new_counted <= cap(initial, rate)
