"""Which procedure a purchase may take, and why (finance.md §4.1, §4.3; decree 2-22-431 art. 19, 20, 88, 89, 91).

Thresholds come from the legal parameters of the day (``LIMITS`` names them); amounts are estimates.
"""

from collections import namedtuple

from .money import exact

# name: unit of the estimate it is compared with
LIMITS = {
    "purchase_order": "with_tax",
    "simplified": "before_tax",
    "restricted": "before_tax",
    "national_works": "before_tax",
    "national_other": "before_tax",
}

Proposal = namedtuple("Proposal", "code reason article possible")
Proposal.__doc__ = """A procedure: its code, the reason in a word (a key of the sentences of the model), the article,
and whether it may be
chosen with no further justification."""


def propose(kind, before_tax, with_tax, limits, used_of_nature=0, in_list=True, is_increase=False):
    """Return the procedures that a purchase may take, the one proposed first.

    :param kind: works, supplies, services, studies
    :param before_tax: estimate before tax, dirhams
    :param with_tax: estimate all taxes included
    :param limits: ``{name of LIMITS: dirhams}`` in force on the day
    :param used_of_nature: purchase orders of the same nature, authorising officer and year, all taxes included
    :param in_list: the object is in the list of purchase orders (annex 4)
    :param is_increase: guarding, cleaning, green spaces: offers are by increase (art. 20-3)
    :return: a list of ``Proposal``; those that need a certificate or a case of law come last, not ``possible``
    :raise ValueError: an estimate that is no positive number
    """
    before, with_all = exact(before_tax), exact(with_tax)
    if before <= 0 or with_all < before:
        raise ValueError("an estimate is greater than zero, and not smaller with taxes than without")
    found = []
    ceiling = exact(limits["purchase_order"])
    if not in_list:
        found.append(Proposal("purchase_order", "not_in_list", "91", False))
    elif exact(used_of_nature) + with_all <= ceiling:
        found.append(Proposal("purchase_order", "within_ceiling", "91", True))
    else:
        found.append(Proposal("purchase_order", "over_ceiling", "91", False))
    if before <= exact(limits["simplified"]):
        found.append(Proposal("simplified", "within_simplified", "19-I-1", True))
    national = exact(limits["national_works" if kind == "works" else "national_other"])
    if before <= national:
        found.append(Proposal("open_national", "within_national", "19", True))
    else:
        found.append(Proposal("open_international", "over_national", "19", True))
        found.append(Proposal("open_national", "needs_certificate", "19", False))
    if before < exact(limits["restricted"]):
        found.append(Proposal("restricted", "needs_certificate", "20-2", False))
    found += [
        Proposal("preselection", "complex", "50", False),
        Proposal("negotiated_publicity", "case_of_law", "88", False),
        Proposal("negotiated", "case_of_law", "89", False),
    ]
    if is_increase:
        found = [one for one in found if one.code not in ("negotiated",)]
    return sorted(found, key=lambda one: not one.possible)


def framework_is_valid(lowest, highest, ratio=2):
    """Tell whether the bounds of a framework contract hold: the highest is at most twice the lowest (art. 7)."""
    low, high = exact(lowest), exact(highest)
    return 0 < low <= high <= low * exact(ratio)


def reserved_share(lines):
    """Return (share, reserved, total) of the forecast amount reserved for small firms (art. 148), share None without
    lines.

    :param lines: ``(estimate, is_reserved)`` of year N
    """
    total = sum((exact(estimate) for estimate, _reserved in lines), exact(0))
    reserved = sum((exact(estimate) for estimate, is_reserved in lines if is_reserved), exact(0))
    return (reserved / total if total else None), reserved, total
