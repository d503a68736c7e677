"""Rows pasted from a spreadsheet, in plain Python."""

import re
import unicodedata
from decimal import Decimal, InvalidOperation

SEPARATORS = re.compile(r"\t|;|\|")
YES = frozenset("1 x yes y oui o true vrai admis admise admitted نعم ناجح ناجحة مقبول مقبولة".split())
NO = frozenset(
    ("", "0", "no", "n", "non", "false", "faux", "ajourné", "ajournée", "refusé", "refusée", "لا", "راسب", "راسبة")
)


def rows(text):
    """Cells of each line that holds something: ``[(line number from 1, [cell, …])]``.

    Cells are parted by tabulations (as a spreadsheet gives them), semicolons or bars; Arabic digits are read as
    European ones, no-break spaces as spaces.
    """
    result = []
    for number, line in enumerate((text or "").splitlines(), 1):
        line = "".join(
            str(unicodedata.digit(char)) if char.isdigit() and not char.isascii() else char for char in line
        )
        cells = [cell.replace("\u00a0", " ").replace("\u202f", " ").strip() for cell in SEPARATORS.split(line)]
        if any(cells):
            result.append((number, cells))
    return result


def number(cell):
    """The number a cell says, with a point, a comma or an Arabic comma; None when it says none."""
    try:
        value = Decimal(cell.replace("٫", ".").replace(",", ".").replace(" ", ""))
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def yes(cell):
    """True or False for a cell that says yes or no in Arabic, French or English; None for another word."""
    word = cell.casefold()
    return True if word in YES else False if word in NO else None
