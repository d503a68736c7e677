"""The arithmetic of an imprest: where the money of the advance is, and what each act moves.

Values in, values out.  At any time cash + to be justified + sent + owed by the holder = advance received.
"""

from decimal import Decimal

from .interest import exact

PLACES = ("cash", "unsent", "sent", "owed")
ZERO = Decimal(0)
# act → (place the money leaves, place it goes to); None is the treasury, and the advance moves with it
MOVES = {
    "advance": (None, "cash"),
    "expense": ("cash", "unsent"),
    "undo": ("unsent", "cash"),
    "send": ("unsent", "sent"),
    "return": ("sent", "unsent"),
    "refuse": ("sent", "owed"),
    "refund": ("owed", "cash"),
    "spend": ("sent", None),
    "replenish": (None, "cash"),
    "give_back": ("cash", None),
}


def changes(act, amount):
    """Return what an act moves: counter → signed amount.

    >>> changes("expense", 70)
    {'cash': Decimal('-70'), 'unsent': Decimal('70')}
    >>> changes("give_back", 30)
    {'cash': Decimal('-30'), 'advanced': Decimal('-30')}
    """
    source, target = MOVES[act]
    amount, found = exact(amount), {}
    if source:
        found[source] = -amount
    if target:
        found[target] = found.get(target, ZERO) + amount
    if source is None:
        found["advanced"] = amount
    if target is None:
        found["advanced"] = -amount
    return found


def difference(counters):
    """Return what is missing (below zero) or over in the books: zero by construction."""
    return sum((exact(counters[name]) for name in PLACES), ZERO) - exact(counters["advanced"])


def problems(amount, highest, left_of_nature, cash):
    """Return what forbids an expense in cash: (code, facts).

    :param highest: most of one operation; 0 for no limit
    :param left_of_nature: what is left of the ceiling of its nature; None without a ceiling
    """
    amount, found = exact(amount), []
    if amount <= 0:
        return [("zero", {})]
    if highest and amount > exact(highest):
        found.append(("operation", {"amount": amount, "highest": exact(highest)}))
    if left_of_nature is not None and amount > exact(left_of_nature):
        found.append(("nature", {"amount": amount, "left": exact(left_of_nature)}))
    if amount > exact(cash):
        found.append(("cash", {"amount": amount, "cash": exact(cash)}))
    return found
