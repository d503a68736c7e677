"""Detection of split purchases: orders that, put together, pass a threshold that each of them stays under (art. 91).

Plain Python: purchases in, suspicions out, each with the purchases that make it.  A suspicion is no proof; the model
shows it before an order is signed and keeps the answer of who answers for it.
"""

import re
import unicodedata
from collections import defaultdict, namedtuple
from datetime import timedelta

from .money import dirhams, exact

Purchase = namedtuple(
    "Purchase", "id date amount nature unit supplier address bank officer", defaults=(None,) * 5 + ("",)
)
Purchase.__doc__ = """One purchase: id, date, dirhams all taxes included, and what it may share with others.

``supplier``, ``address`` and ``bank`` are normalised keys (enterprise, ``address_key``, RIB), or several of them in a
list or tuple: a supplier with two accounts shares each. ``nature`` counts within one ``officer``, whose ceiling it is;
the other axes look at the orders of all officers."""

Suspicion = namedtuple("Suspicion", "axis key total threshold ids first last year_total", defaults=(None,))
Suspicion.__doc__ = """Purchases that share ``axis`` = ``key`` and together pass the threshold within the window;
``year_total`` is the part of the calendar year of the last one, which is the fiscal year."""

# the parts of the key of each axis; each part has one value, or several
AXES = {
    "nature": ("nature", "officer"),
    "unit": ("nature", "unit"),
    "supplier": ("supplier",),
    "address": ("address",),
    "bank": ("bank",),
}
# words of addresses that are written in several ways, without accents
_WORDS = {
    "av": "avenue", "ave": "avenue", "bd": "boulevard", "bld": "boulevard", "blvd": "boulevard", "r": "rue",
    "n": "", "no": "", "num": "", "numero": "", "imm": "immeuble", "appt": "appartement", "apt": "appartement",
    "app": "appartement", "et": "etage", "qrt": "quartier", "lot": "lotissement",
    "zi": "zone industrielle",
    "pl": "place", "rte": "route", "res": "residence", "rdc": "rez de chaussee",
    "\u0634": "\u0634\u0627\u0631\u0639", "\u0632": "\u0632\u0646\u0642\u0629", "\u0631\u0642\u0645": "",
}  # fmt: skip
# letters of Arabic that are written in several ways: alefs with hamza, final ya and ta marbuta
_LETTERS = str.maketrans(
    {"\u0623": "\u0627", "\u0625": "\u0627", "\u0622": "\u0627", "\u0671": "\u0627", "\u0649": "\u064a",
     "\u0629": "\u0647", "\u0640": ""}
)  # fmt: skip
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")


def address_key(*parts):
    """Return what two spellings of an address have in common; None when nothing is left.

    Case, accents, signs, spaces, Arabic digits and the usual short forms (« Av. », « Bd », « N° ») do not count.
    """
    text = unicodedata.normalize("NFKD", " ".join(str(part) for part in parts if part)).casefold()
    text = "".join(sign for sign in text if not unicodedata.combining(sign)).translate(_LETTERS).translate(_DIGITS)
    words = re.findall(r"[^\W\d_]+|\d+", text)
    kept = [_WORDS.get(word, word.lstrip("0") or "0" if word.isdigit() else word) for word in words]
    return " ".join(word for word in kept if word) or None


def _keys(one, axis):
    """Return the keys of a purchase on an axis, none when a part is missing."""
    found = [()]
    for name in AXES[axis]:
        value = getattr(one, name)
        if name == "officer":
            values = (value,)
        else:
            values = value if isinstance(value, list | tuple | set | frozenset) else (value,)
            values = [part for part in values if part]
        found = [(*key, part) for key in found for part in values]
    return found


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
            for key in _keys(one, axis):
                groups[key].append(one)
        for key, members in groups.items():
            heaviest = _heaviest(sorted(members, key=lambda one: (one.date, str(one.id))), limit, days, new)
            if heaviest:
                total, window = heaviest
                last = window[-1].date
                year = sum((exact(one.amount) for one in window if one.date.year == last.year), exact(0))
                ids = [one.id for one in window]
                found.append(
                    Suspicion(axis, key, dirhams(total), dirhams(limit), ids, window[0].date, last, dirhams(year))
                )
    return sorted(found, key=lambda one: (-one.total, one.axis, str(one.key)))


def _heaviest(members, limit, days, new):
    """Return (total, purchases) of the heaviest window over the limit, by two pointers; None when there is none."""
    best, start, total = None, 0, exact(0)
    place = next((at for at, one in enumerate(members) if one.id == new), None)
    if new is not None and place is None:
        return None
    for end, one in enumerate(members):
        total += exact(one.amount)
        while one.date - members[start].date >= timedelta(days):
            total -= exact(members[start].amount)
            start += 1
        if total > limit and end > start and (best is None or total > best[0]):
            if new is None or start <= place <= end:
                best = total, members[start : end + 1]
    return best
