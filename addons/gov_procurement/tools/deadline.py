"""The deadlines of a call for tenders (finance.md §4.5): what is due, by which article, until when, and whether it is
done.

Plain Python on dates; lengths come from the legal parameters.
"""

from collections import namedtuple
from datetime import timedelta

Deadline = namedtuple("Deadline", "code due done article")
Deadline.__doc__ = """One deadline: its code, the last day, the day it was done or None, the article."""

# what ends by itself
WAITS = frozenset({"remarks", "standstill"})

# names of the lengths, in days (guarantees: in hours)
LENGTHS = (
    "remark_days",
    "convocation",
    "answer",
    "extract",
    "letters",
    "guarantee_hours",
    "standstill",
    "complaint",
)


def deadlines(facts, lengths):
    """Return the deadlines that the facts open, in the order of their days.

    :param facts: dict of days (``date`` or None): file_sent, session, convoked, closed, extract, awarded, letters,
        guarantees, approved, validity_end, standstill_end; and ``questions``, ``complaints``, ``documents``: lists of
        ``(id, day received or asked, day answered or given)``
    :param lengths: ``{name of LENGTHS: number}``
    """
    rows = []

    def add(code, start, days, done, article, sign=1):
        if start:
            rows.append(Deadline(code, start + timedelta(sign * days), done, article))

    add("remarks", facts.get("file_sent"), lengths["remark_days"], facts.get("published"), "22")
    if not facts.get("closed"):
        add("convocation", facts.get("session"), lengths["convocation"], facts.get("convoked"), "38", -1)
        add("session", facts.get("session"), 0, facts.get("opened"), "38")
        for _one, _asked, answered in facts.get("questions", ()):
            add("answer", facts.get("session"), lengths["answer"], answered, "25", -1)
    add("extract", facts.get("closed"), lengths["extract"], facts.get("extract"), "46")
    for _one, due, given in facts.get("documents", ()):
        rows.append(Deadline("documents", due, given, "43"))
    add("letters", facts.get("awarded"), lengths["letters"], facts.get("letters"), "47")
    # hours count from the letter: whole days, the last one included
    add("guarantees", facts.get("letters"), -(-lengths["guarantee_hours"] // 24), facts.get("guarantees"), "47")
    for _one, due, answered in facts.get("complaints", ()):
        rows.append(Deadline("complaint", due, answered, "163"))
    if facts.get("awarded"):
        if facts.get("standstill_end"):
            rows.append(Deadline("standstill", facts["standstill_end"], facts.get("approved"), "142"))
        if facts.get("validity_end"):
            rows.append(Deadline("approval", facts["validity_end"], facts.get("approved"), "143"))
    return sorted(rows, key=lambda row: (row.due, row.code))


def is_late(row, today):
    """Tell whether a deadline passed without being done; what is only waited for is never late."""
    return row.code not in WAITS and row.done is None and today > row.due
