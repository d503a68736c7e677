"""Arithmetic of the three-year programming (PBT): hypotheses, branches, merges, rounds, checks.

Amounts are whole centimes, so that sums are exact.  A row is a dict of figures: the commitment (``ce``) and payment
(``cp``) appropriations of the three years, and what is planned after them.  Nothing here knows the database.
"""

from decimal import ROUND_HALF_UP, Decimal

YEARS = (1, 2, 3)
CP = ("cp_1", "cp_2", "cp_3")
CE = ("ce_1", "ce_2", "ce_3")
LATER = ("cp_later", "ce_later")
FIGURES = ("cp_1", "ce_1", "cp_2", "ce_2", "cp_3", "ce_3", "cp_later", "ce_later")
LAW = ("lf_cp", "lf_ce")
DIRHAM = 100

KINDS = ("growth", "change", "freeze", "shift")


def centimes(amount):
    """Give an amount in dirhams (float, int, Decimal, None) as whole centimes."""
    return int((Decimal(str(amount or 0)) * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def dirhams(cents):
    """Give centimes as a number of dirhams."""
    return cents / 100


def rounded(value, unit=DIRHAM):
    """Round a Decimal number of centimes to ``unit`` centimes, halves away from zero."""
    return int((Decimal(value) / unit).quantize(Decimal(1), rounding=ROUND_HALF_UP)) * unit


# -- hypotheses ------------------------------------------------------------------------------------------------------


def in_scope(attributes, scope):
    """Tell whether a row is meant by a hypothesis.

    :param dict attributes: what the row is: programme, region, project, nature …, one value or a set of values each
    :param dict scope: name → set of values; an empty set leaves nothing out
    """
    for name, wanted in scope.items():
        if not wanted:
            continue
        value = attributes.get(name)
        values = value if isinstance(value, set | frozenset) else {value}
        if not values & set(wanted):
            return False
    return True


def apply(rows, hypotheses, unit=DIRHAM):
    """Apply hypotheses, in order, to rows.

    :param dict rows: key → (figures with those of the finance law, attributes)
    :param hypotheses: dicts with ``kind``, ``percent``, ``years``, ``delay``, ``scope``
    :return: key → figures; the rows given are not changed
    """
    result = {key: {name: figures.get(name, 0) for name in FIGURES} for key, (figures, _attributes) in rows.items()}
    for hypothesis in hypotheses:
        change = _KIND[hypothesis["kind"]]
        for key, (figures, attributes) in rows.items():
            if in_scope(attributes, hypothesis.get("scope") or {}):
                law = {name: figures.get(name, 0) for name in LAW}
                change(result[key], law, hypothesis, unit)
    return result


def _years(hypothesis):
    return sorted(set(hypothesis.get("years") or YEARS))


def _growth(row, law, hypothesis, unit):
    """Programme the finance law at so much a year; a row without a finance law has no basis and stays."""
    rate = 1 + Decimal(str(hypothesis.get("percent") or 0)) / 100
    for year in _years(hypothesis):
        for kind in ("cp", "ce"):
            if law[f"lf_{kind}"]:
                row[f"{kind}_{year}"] = max(0, rounded(law[f"lf_{kind}"] * rate**year, unit))


def _change(row, _law, hypothesis, unit):
    """Raise or cut what is programmed."""
    rate = 1 + Decimal(str(hypothesis.get("percent") or 0)) / 100
    for year in _years(hypothesis):
        for kind in ("cp", "ce"):
            row[f"{kind}_{year}"] = max(0, rounded(row[f"{kind}_{year}"] * rate, unit))


def _freeze(row, law, hypothesis, _unit):
    """Programme no more than the finance law; new measures, absent from it, wait."""
    for year in _years(hypothesis):
        for kind in ("cp", "ce"):
            row[f"{kind}_{year}"] = min(row[f"{kind}_{year}"], law[f"lf_{kind}"])


def _shift(row, _law, hypothesis, _unit):
    """Put everything so many years later; what leaves the three years is kept as planned after them."""
    delay = max(0, int(hypothesis.get("delay") or 0))
    for kind in ("cp", "ce"):
        before = [row[f"{kind}_{year}"] for year in YEARS]
        after = ([0] * delay + before)[:3]
        row[f"{kind}_later"] += sum(before) - sum(after)
        for year in YEARS:
            row[f"{kind}_{year}"] = after[year - 1]


_KIND = {"growth": _growth, "change": _change, "freeze": _freeze, "shift": _shift}


# -- branches --------------------------------------------------------------------------------------------------------


def status(base, main, branch):
    """Tell what became of one figure since the branch was made: same, branch, main, both or conflict."""
    if main == base:
        return "same" if branch == base else "branch"
    if branch == base:
        return "main"
    return "both" if main == branch else "conflict"


def row_status(base, main, branch):
    """Tell what became of a row: the gravest of its figures (conflict, then branch, main, both, same)."""
    found = {status(base.get(name, 0), main.get(name, 0), branch.get(name, 0)) for name in FIGURES}
    for word in ("conflict", "branch", "main", "both"):
        if word in found:
            return word
    return "same"


def merge(base, main, branch, prefer=None):
    """Merge a row of a branch into the framework.

    Figures that only one side changed take that side's value.  Where both changed differently, ``prefer`` ("main" or
    "branch") decides; without it they are told and the framework keeps its own.

    :return: (figures, names of the figures in conflict)
    """
    result, conflicts = {}, []
    for name in FIGURES:
        b, m, s = base.get(name, 0), main.get(name, 0), branch.get(name, 0)
        word = status(b, m, s)
        if word == "conflict":
            conflicts.append(name)
            result[name] = s if prefer == "branch" else m
        else:
            result[name] = s if word == "branch" else m
    return result, conflicts


def differences(before, after):
    """Give the figures that differ: name → (before, after)."""
    return {
        name: (before.get(name, 0), after.get(name, 0))
        for name in FIGURES
        if before.get(name, 0) != after.get(name, 0)
    }


# -- rounds ----------------------------------------------------------------------------------------------------------

LEVELS = ("directorate", "drhf", "top")


def by_level(current, changes):
    """Give what a row was asked for, and what each level of arbitration made of it.

    :param dict current: the figures now
    :param changes: (level, figure, before, after) in the order they were made; those before a figure was entered
        anew are history
    :return: dict ``asked`` and each of LEVELS → figures
    """
    asked, kept, broken = dict(current), [], set()
    for change in reversed(changes):
        _level, name, before, after = change
        # a figure that was entered anew since (the collection was opened again) begins there
        if name in broken or after != asked[name]:
            broken.add(name)
            continue
        asked[name] = before
        kept.append(change)
    result = {"asked": asked}
    for rank, level in enumerate(LEVELS):
        # in the order of time: a level may come back after a higher one
        figures = dict(asked)
        for change_level, name, _before, after in reversed(kept):
            if LEVELS.index(change_level) <= rank:
                figures[name] = after
        result[level] = figures
    return result


# -- rolling ---------------------------------------------------------------------------------------------------------


def roll(row):
    """Give the figures of the next framework: each year is one nearer, the third begins from what was later."""
    result = {}
    for kind in ("cp", "ce"):
        result[f"{kind}_1"] = row.get(f"{kind}_2", 0)
        result[f"{kind}_2"] = row.get(f"{kind}_3", 0)
        result[f"{kind}_3"] = row.get(f"{kind}_later", 0)
        result[f"{kind}_later"] = 0
    return result


# -- checks ----------------------------------------------------------------------------------------------------------


def unfunded_commitments(row):
    """Give the years whose commitment appropriations exceed the payments planned after them (check b).

    :return: list of (year, commitment appropriations, payments planned afterwards)
    """
    found = []
    for year in YEARS:
        after = sum(row.get(f"cp_{later}", 0) for later in YEARS if later > year) + row.get("cp_later", 0)
        if row.get(f"ce_{year}", 0) > after:
            found.append((year, row[f"ce_{year}"], after))
    return found


def off_ceiling(totals, ceilings):
    """Compare sums with notified ceilings (check a).

    :param totals: key → figures; ``ceilings``: key → figures, only those notified
    :return: list of (key, figure, total, ceiling)
    """
    found = []
    for key, ceiling in ceilings.items():
        total = totals.get(key, {})
        for name in CP + CE:
            if name in ceiling and total.get(name, 0) != ceiling[name]:
                found.append((key, name, total.get(name, 0), ceiling[name]))
    return found


def add_up(rows):
    """Sum figures; names that only some rows have count as zero in the others."""
    total = {}
    for row in rows:
        for name, value in row.items():
            total[name] = total.get(name, 0) + value
    return total


def variation(before, after):
    """Give the change in per cent with one decimal, or None when there was nothing before."""
    if not before:
        return None
    return float((Decimal(after - before) * 100 / before).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP))
