"""Codes of the budgetary nomenclature: chapters as the finance law prints them, and the key below a chapter."""

import re

# C.P.T.x.0.DEPT.SC of the tables annexed to the finance laws; ASCII: digits of other scripts are other codes
CHAPTER = re.compile(r"[134]\.[12]\.[0-3]\.[0-5]\.[01]\.\d{2}\.\d{3}", re.ASCII)
SEGMENTS = {
    "programme": re.compile(r"\d{3}", re.ASCII),
    "region": re.compile(r"0\d|1[0-2]", re.ASCII),
    "project": re.compile(r"\d{2}", re.ASCII),
    "line": re.compile(r"\d{2}", re.ASCII),
}
PREFIXES = {"programme": "P", "region": "R", "project": "Pj", "line": "L"}
KINDS = ("chapter", "programme", "region", "project", "line")
FULL = re.compile(r"P(\d{3})(?:-R(0\d|1[0-2])(?:-Pj(\d{2})(?:-L(\d{2}))?)?)?", re.ASCII)


def parent_kind(kind):
    """Return the kind that stands above ``kind``; None for a chapter."""
    position = KINDS.index(kind)
    return KINDS[position - 1] if position else None


def is_valid(kind, code):
    """Tell whether ``code`` is a segment of that kind.

    >>> is_valid("chapter", "1.2.1.2.0.29.000"), is_valid("region", "13"), is_valid("programme", "40")
    (True, False, False)
    """
    pattern = CHAPTER if kind == "chapter" else SEGMENTS[kind]
    return bool(pattern.fullmatch(code or ""))


def join(segments):
    """Return the key of the segments below the chapter.

    >>> join(["300", "04", "10", "11"])
    'P300-R04-Pj10-L11'
    """
    return "-".join(PREFIXES[kind] + code for kind, code in zip(KINDS[1:], segments, strict=False))


def split(full_code):
    """Return the segments of a key, or None when it is none.

    >>> split("P300-R04-Pj10-L11"), split("P300-R4")
    (('300', '04', '10', '11'), None)
    """
    found = FULL.fullmatch(full_code or "")
    return tuple(segment for segment in found.groups() if segment is not None) if found else None


def section_of(chapter):
    """Return what a chapter is for: personnel, equipment, investment, common, debt, revenue, cas, segma, segma_invest.

    >>> section_of("1.2.1.2.0.29.000"), section_of("4.2.2.2.0.29.008"), section_of("3.2.0.0.1.29.004")
    ('equipment', 'segma_invest', 'cas')
    """
    component, part, title, kind = chapter.split(".")[:4]
    if part == "1":
        return "revenue"
    if component == "3":
        return "cas"
    if component == "4":
        return "segma_invest" if title == "2" else "segma"
    if title == "2":
        return "investment"
    if title == "3":
        return "debt"
    return {"1": "personnel", "2": "equipment"}.get(kind, "common")


def budget_kind_of(chapter):
    """Return the budget a chapter belongs to: general, cas, segma."""
    return {"1": "general", "3": "cas", "4": "segma"}[chapter[0]]


def account_of(chapter):
    """Return the number of the special account or autonomous service: 29.004; empty for the general budget."""
    return "" if chapter[0] == "1" else ".".join(chapter.split(".")[5:])


INVESTMENT = ("investment", "segma_invest")
