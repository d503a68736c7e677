"""Detection of split purchases: orders that, put together, pass a threshold that each of them stays under (art. 91).

Plain Python: purchases in, suspicions out, each with the purchases that make it.  A suspicion is no proof; the model
shows it before an order is signed and keeps the answer of who signs.
"""

from collections import defaultdict, namedtuple
from datetime import timedelta

from .money import dirhams, exact

Purchase = namedtuple("Purchase", "id date amount nature unit supplier address bank", defaults=(None,) * 5)
Purchase.__doc__ = """One purchase: id, date, dirhams all taxes included, and what it may share with others.
``supplier``, ``address`` and
``bank`` are normalised keys (ICE, postal address, RIB)."""

Suspicion = namedtuple("Suspicion", "axis key total threshold ids first last")
Suspicion.__doc__ = "Purchases that share ``axis`` = ``key`` and together pass the threshold within the window."

AXES = {
    "nature": lambda one: (one.nature,),
    "unit": lambda one: (one.nature, one.unit),
    "supplier": lambda one: (one.supplier,),
    "address": lambda one: (one.address,),
    "bank": lambda one: (one.bank,),
}


def find(purchases, threshold, days=365, new=None, axes=None):
    """Return the suspicions, the heaviest first.

    For each axis the sum of the purchases within any window of ``days`` calendar days is compared with the threshold;
    purchases that pass it alone are no splitting and are left out.

    :param purchases: of ``Purchase``, any order
    :param threshold: dirhams all taxes included, over which another procedure is due
    :param new: id of the purchase about to be signed: only suspicions that it takes part in are returned
    :param axes: names among ``AXES``; all when None
    """
    limit = exact(threshold)
    found = []
    small = [one for one in purchases if exact(one.amount) <= limit]
    for axis in axes or AXES:
        groups = defaultdict(list)
        for one in small:
            key = AXES[axis](one)
            if all(key):
                groups[key].append(one)
        for key, members in groups.items():
            heaviest = _heaviest(sorted(members, key=lambda one: (one.date, str(one.id))), limit, days, new)
            if heaviest:
                total, ids, first, last = heaviest
                found.append(Suspicion(axis, key, dirhams(total), dirhams(limit), ids, first, last))
    return sorted(found, key=lambda one: (-one.total, one.axis, str(one.key)))


def _heaviest(members, limit, days, new):
    """Return (total, ids, first, last) of the heaviest window over the limit, by two pointers; None when there is
    none."""
    best, start, total = None, 0, exact(0)
    for end, one in enumerate(members):
        total += exact(one.amount)
        while one.date - members[start].date >= timedelta(days):
            total -= exact(members[start].amount)
            start += 1
        window = members[start : end + 1]
        if total > limit and len(window) > 1 and (best is None or total > best[0]):
            if new is None or any(other.id == new for other in window):
                best = total, [other.id for other in window], window[0].date, one.date
    return best
