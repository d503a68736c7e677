"""The arithmetic of a budget line, in values: what a movement does to the counters, and what may not be.

The database does the same in one conditional UPDATE (``models/gov_budget_entry.py``) with CHECK constraints behind;
this is the one place that says which counter a movement touches and how a refusal reads.
"""

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

# what an entry of the ledger holds, as signed changes
COLUMNS = (
    "cp",
    "ce",
    "delegated",
    "delegated_ce",
    "reserved",
    "committed",
    "liquidated",
    "ordered",
    "paid",
    "authorised",
)
# what a line holds: each counter is a sum over its entries
COUNTERS = (
    "cp_initial",
    "ce_initial",
    "cp_received",
    "cp_carried",
    "cp_moved",
    "cp_added",
    "cp_lapsed",
    "cp_current",
    "ce_current",
    "delegated",
    "delegated_ce",
    "reserved",
    "committed",
    "liquidated",
    "ordered",
    "paid",
    "authorised",
    "available",
)
# entry kinds; credit ones may change cp and ce
CREDIT_KINDS = ("initial", "amendment", "delegation", "carry_over", "lapse", "correction")
KINDS = (*CREDIT_KINDS, "reservation", "commitment", "liquidation", "order", "payment", "override")
# movements of amendments that add credit from outside the chapter's own credits (column 5 of the situation)
ADDING = ("a8", "a9", "a10", "a11", "a12")
# kinds that are posted on a line that is not open: preparation, closing, the books of the year before, and the payment
# of what was ordered in time
ALWAYS = ("initial", "lapse", "carry_over", "correction", "payment")
ZERO = Decimal(0)
CENT = Decimal("0.01")


def money(value):
    """Return a number as exact centimes.

    >>> money(0.1 + 0.2)
    Decimal('0.30')
    """
    return Decimal(repr(value) if isinstance(value, float) else value or 0).quantize(CENT, rounding=ROUND_HALF_UP)


def bucket(kind, movement=None):
    """Return the counter that a change of cp of this kind belongs to; cp_current holds them all.

    >>> bucket("initial"), bucket("amendment", "a6"), bucket("amendment", "a9"), bucket("delegation")
    ('cp_initial', 'cp_moved', 'cp_added', 'cp_received')
    """
    if kind == "amendment":
        return "cp_added" if movement in ADDING else "cp_moved"
    return {
        "initial": "cp_initial",
        "delegation": "cp_received",
        "carry_over": "cp_carried",
        "lapse": "cp_lapsed",
        "correction": "cp_moved",
    }[kind]


def changes(movement, is_investment):
    """Return what one movement changes: counter → signed amount."""
    found = defaultdict(lambda: ZERO)
    values = {name: money(movement.get(name)) for name in COLUMNS}
    kind = movement["kind"]
    if (values["cp"] or values["ce"]) and kind not in CREDIT_KINDS:
        raise ValueError(f"an entry of kind {kind} changes no credit")
    if values["ce"] and not is_investment:
        raise ValueError("commitment appropriations (CE) are for investment lines only")
    for name in COLUMNS[2:]:
        found[name] = values[name]
    if values["cp"]:
        found[bucket(kind, movement.get("movement"))] += values["cp"]
    if kind == "initial":
        found["ce_initial"] += values["ce"]
    found["cp_current"] = values["cp"]
    found["ce_current"] = values["ce"]
    found["available"] = values["cp"] + values["ce"] - values["delegated"] - values["reserved"] - values["committed"]
    return {name: amount for name, amount in found.items() if amount}


def total(movements, is_investment):
    """Return the sum of the changes of several movements of one line."""
    found = defaultdict(lambda: ZERO)
    for movement in movements:
        for name, amount in changes(movement, is_investment).items():
            found[name] += amount
    return dict(found)


def added(counters, delta):
    """Return the counters after the changes ``delta``."""
    return {name: money(counters.get(name)) + delta.get(name, ZERO) for name in COUNTERS}


def problem(counters):
    """Return the first rule that these counters break, or None.

    The order is that of the explanations: what is left first, then the phases of an expense one after the other.
    """
    c = counters
    if c["available"] + c["authorised"] < 0:
        return "available"
    if c["cp_current"] < 0 or c["ce_current"] < 0:
        return "credit"
    for name in ("delegated", "delegated_ce", "reserved", "authorised"):
        if c[name] < 0:
            return name
    if c["delegated_ce"] > c["delegated"]:
        return "delegated_ce"
    for lower, upper in (("paid", "ordered"), ("ordered", "liquidated"), ("liquidated", "committed")):
        if c[lower] < 0:
            return lower
        if c[lower] > c[upper]:
            return f"{lower}_{upper}"
    if c["committed"] < 0:
        return "committed"
    if c["ordered"] > c["cp_current"] - (c["delegated"] - c["delegated_ce"]) + c["authorised"]:
        return "ordered_cp"
    return None


# The same rules in SQL, over expressions of a row: used by the conditional UPDATE and by the CHECK constraints.
RULES = {
    "available": "{available} + {authorised} >= 0",
    "credit": "{cp_current} >= 0 AND {ce_current} >= 0",
    "delegated": "{delegated_ce} >= 0 AND {delegated_ce} <= {delegated}",
    "reserved": "{reserved} >= 0 AND {authorised} >= 0",
    "phases": "{paid} >= 0 AND {paid} <= {ordered} AND {ordered} <= {liquidated} AND {liquidated} <= {committed}",
    "ordered": "{ordered} <= {cp_current} - ({delegated} - {delegated_ce}) + {authorised}",
    "sum": (
        "{cp_current} = {cp_initial} + {cp_received} + {cp_carried} + {cp_moved} + {cp_added} + {cp_lapsed} "
        "AND {available} = {cp_current} + {ce_current} - {delegated} - {reserved} - {committed}"
    ),
}


def rule_sql(rule):
    """Return a rule as a condition on the columns of the line."""
    return RULES[rule].format(**{name: name for name in COUNTERS})


def rate(part, whole):
    """Return a share as a fraction, 0 when there is nothing to share."""
    return float(money(part) / money(whole)) if money(whole) else 0.0
