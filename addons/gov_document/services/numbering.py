"""Patterns of document numbers: a closed set of fields, no attribute, no index, no conversion."""

import re
from string import Formatter

FIELDS = {"number", "year", "year2", "register"}
WIDTH = re.compile(r"0?[1-9]?\d?d?\Z")


class PatternError(ValueError):
    """The pattern is wrong; ``code`` is one of syntax, unknown, format, number, year."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code


def parse(pattern):
    """Return the pattern as a list of (literal text, field or None, format)."""
    try:
        parts = list(Formatter().parse(pattern or ""))
    except ValueError as error:
        raise PatternError("syntax") from error
    result = []
    for literal, field, spec, conversion in parts:
        if field is not None:
            if field not in FIELDS or conversion:
                raise PatternError("unknown")
            if spec and (field != "number" or not WIDTH.match(spec)):
                raise PatternError("format")
        result.append((literal, field, spec or ""))
    return result


def check(pattern, yearly):
    """Raise :class:`PatternError` unless ``pattern`` gives each document of the register a number of its own."""
    fields = {field for _literal, field, _spec in parse(pattern)}
    if "number" not in fields:
        raise PatternError("number")
    if yearly and not fields & {"year", "year2"}:
        raise PatternError("year")


def render(pattern, number, year, register):
    """Return the number as it is printed.

    >>> render("{number:04d}/DRH/{year}", 12, 2026, "work")
    '0012/DRH/2026'
    """
    values = {"number": number, "year": year, "year2": f"{year % 100:02d}", "register": register}
    out = []
    for literal, field, spec in parse(pattern):
        out.append(literal)
        if field is not None:
            out.append(format(values[field], spec) if spec else str(values[field]))
    return "".join(out)
