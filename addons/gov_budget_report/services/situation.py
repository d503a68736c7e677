"""Columns and rates of the situation of execution (decree 330-66 art. 110; finance.md §2.8).

Values in, values out.  Amounts are floats of two decimals, as the database gives sums of numeric columns; each figure
computed from others is rounded to the centime.  A rate compares with nothing where there is nothing: it is None.
"""

# What a situation is made of, line by line; every other column follows from these.
BASE = (
    "lf",
    "carried",
    "moved",
    "funds",
    "received",
    "lapsed",
    "delegated",
    "delegated_ce",
    "ce",
    "committed",
    "reserved",
    "liquidated",
    "ordered",
    "paid",
    "authorised",
)

# Columns of model M5 in their order: name, number of the column, is it a rate.
COLUMNS = (
    ("lf", 2, False),
    ("carried", 3, False),
    ("moved", 4, False),
    ("funds", 5, False),
    ("credits", 6, False),
    ("delegated", 7, False),
    ("ce", 8, False),
    ("committed", 9, False),
    ("rate_committed", 10, True),
    ("available", 11, False),
    ("ordered", 12, False),
    ("rate_issued", 13, True),
    ("rate_ordered", 13, True),
    ("paid", 14, False),
    ("rate_paid", 15, True),
    ("to_order", 16, False),
)


def rate(part, whole):
    """Return part / whole, or None where there is nothing to compare with."""
    if not whole:
        return None
    return round(part / whole, 6) if part else 0.0


def complete(base):
    """Return all the columns of a row from its BASE amounts.

    Credits are those of column 6.  What a unit can use is its credits and what it received by delegation, less what it
    delegated: the rates of a part of the budget compare with that, and over the whole budget it is column 6 again.
    Lapsed credits (negative) stay in the credits, as the administrative account shows them, and leave the available.
    """
    try:
        row = {name: base[name] or 0.0 for name in BASE}
    except KeyError:
        row = {name: base.get(name) or 0.0 for name in BASE}
    return fill(row)


def fill(row):
    """Add the other columns to a row that has all its BASE amounts, in place: see ``complete``.

    Most lines know few movements, and rounding is what a situation of a thousand lines costs.
    """
    received, ce, delegated, committed = row["received"], row["ce"], row["delegated"], row["committed"]
    ordered = row["ordered"]
    credits = row["lf"]
    if row["carried"] or row["moved"] or row["funds"]:
        credits = round(credits + row["carried"] + row["moved"] + row["funds"], 2)
    capacity = usable = credits
    if received or ce or delegated:
        capacity = round(credits + received + ce - delegated, 2)
        usable = round(credits + received - delegated + row["delegated_ce"], 2)
    row["credits"] = credits
    row["available"] = round(capacity + row["lapsed"] - committed - row["reserved"], 2)
    row["to_order"] = round(committed - ordered, 2) if ordered else committed
    row["rate_committed"] = rate(committed, capacity)
    row["rate_issued"] = rate(ordered, usable)
    row["rate_ordered"] = rate(ordered, committed)
    row["rate_paid"] = rate(row["paid"], ordered)
    return row


def total(rows):
    """Return the sums of the BASE amounts of rows."""
    return {name: round(sum([row.get(name) or 0.0 for row in rows]), 2) for name in BASE}


def add(total, base):
    """Add the BASE amounts of a row to those of a total, in place."""
    for name in BASE:
        value = base.get(name)
        if value:
            total[name] = round(total.get(name, 0.0) + value, 2)
    return total


def tree(lines, path):
    """Return the rows of a situation from its lines: each group before what it holds, with its sums.

    :param lines: dicts with the BASE amounts, already in the order of printing
    :param path: function of a line that returns its groups from the outermost to the innermost: hashable keys
    :return: list of ``(depth, keys, base, line or None)``; a line comes one level below its innermost group
    """
    rows, open_groups = [], []
    for line in lines:
        keys = list(path(line))
        kept = 0
        while kept < min(len(keys), len(open_groups)) and open_groups[kept][0] == keys[kept]:
            kept += 1
        del open_groups[kept:]
        for depth in range(kept, len(keys)):
            total = {}
            rows.append((depth, tuple(keys[: depth + 1]), total, None))
            open_groups.append((keys[depth], total))
        for _key, total in open_groups:
            add(total, line)
        rows.append((len(keys), tuple(keys), line, line))
    return rows
