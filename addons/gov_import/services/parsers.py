"""Read the value of one cell: each parser takes what the file holds and gives a Python value, or raises Problem."""

import datetime
import re

from .headings import DIGITS, normalise
from .problems import Problem

EPOCH = datetime.date(1899, 12, 30)
EARLIEST, LATEST = datetime.date(1900, 1, 1), datetime.date(2100, 12, 31)
_SPACES = re.compile(r"\s+")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_MARKS = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u200e\u200f\ufeff\u061c"))
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?")
_DMY = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})(?: \d{1,2}:\d{2}(?::\d{2})?)?")
_NAMED = re.compile(r"(\d{1,2})(?:er)?[-/. ]+([^\d\s.]+)\.?[-/. ,]+(\d{4})")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
_ERRORS = {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"}
_MONTHS = (
    ("janvier", "janv", "january", "jan", "يناير", "جانفي"),
    ("fevrier", "fevr", "february", "feb", "فبراير"),
    ("mars", "march", "mar", "مارس"),
    ("avril", "avr", "april", "apr", "أبريل", "ابريل"),
    ("mai", "may", "ماي", "مايو"),
    ("juin", "june", "jun", "يونيو", "يونيه"),
    ("juillet", "juil", "july", "jul", "يوليوز", "يوليو"),
    ("aout", "august", "aug", "غشت", "أغسطس"),
    ("septembre", "sept", "september", "sep", "شتنبر", "سبتمبر"),
    ("octobre", "oct", "october", "أكتوبر", "اكتوبر"),
    ("novembre", "nov", "november", "نونبر", "نوفمبر"),
    ("decembre", "dec", "december", "دجنبر", "ديسمبر"),
)
MONTHS = {normalise(name): number for number, names in enumerate(_MONTHS, 1) for name in names}
YES = {"1", "oui", "o", "yes", "y", "true", "vrai", "x", "نعم"}
NO = {"0", "non", "n", "no", "false", "faux", "لا"}
NO_NORMALISED = {normalise(word) for word in NO}
YES_NORMALISED = {normalise(word) for word in YES}


def clean(value):
    """Give the text of a cell without invisible marks and doubled spaces; numbers lose a useless ``.0``."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    if isinstance(value, datetime.datetime | datetime.date):
        return value.strftime("%d/%m/%Y")
    text = str(value)
    if not text.isascii():
        text = text.translate(_MARKS)
    if text in _ERRORS:
        raise Problem("formula_error", value=text)
    return _SPACES.sub(" ", text).strip()


def text(limit=200):
    """Make a parser of free text of at most ``limit`` characters."""

    def parse(value):
        result = clean(value)
        if len(result) > limit:
            raise Problem("too_long", limit=limit)
        if _CONTROL.search(str(value)):
            raise Problem("control")
        return result

    return parse


def code(value):
    """Read a code: no spaces, Latin digits, capitals."""
    return clean(value).translate(DIGITS).replace(" ", "").upper()


def date(value):
    """Read a date: of a spreadsheet or its serial number, 2026-03-21, 21/03/2026, 21 mars 2026, 21 مارس 2026."""
    if isinstance(value, datetime.datetime):
        return _reasonable(value.date())
    if isinstance(value, datetime.date):
        return _reasonable(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        if not 1 <= value < 73_050:  # 1900 … 2099
            raise Problem("date", value=clean(value))
        return EPOCH + datetime.timedelta(days=int(value))
    written = clean(value).translate(DIGITS)
    day = None
    try:
        if found := _ISO.fullmatch(written):
            day = datetime.date(*map(int, found.groups()))
        elif found := _DMY.fullmatch(written):
            number, month, year = map(int, found.groups())
            if year < 100:
                year += 1900 if year > 30 else 2000
            day = datetime.date(year, month, number)
        elif found := _NAMED.fullmatch(written):
            month = MONTHS.get(normalise(found[2]))
            day = month and datetime.date(int(found[3]), month, int(found[1]))
        elif written.isdecimal() and len(written) == 5:
            day = EPOCH + datetime.timedelta(days=int(written))
    except ValueError:
        day = None
    if not day:
        raise Problem("date", value=written)
    return _reasonable(day)


def _reasonable(day):
    if not EARLIEST <= day <= LATEST:
        raise Problem("date_range", value=day.strftime("%d/%m/%Y"))
    return day


def number(low=None, high=None, *, whole=False):
    """Make a parser of numbers from ``low`` to ``high``: 1 234,50 or 1234.5, in any digits."""

    def parse(value):
        if isinstance(value, int | float) and not isinstance(value, bool):
            result = value
        else:
            written = clean(value).translate(DIGITS).replace("٫", ".").replace("٬", "")
            bare = written.replace(" ", "")
            if "," in bare and "." not in bare:
                bare = bare.replace(",", ".")
            elif "," in bare:
                bare = bare.replace(",", "")
            if not _NUMBER.fullmatch(bare):
                raise Problem("integer" if whole else "number", value=written)
            result = float(bare)
        if whole:
            if result != int(result):
                raise Problem("integer", value=clean(value))
            result = int(result)
        if (low is not None and result < low) or (high is not None and result > high):
            raise Problem("range", value=result, low=low, high=high)
        return result

    return parse


def boolean(value):
    """Read yes or no in three languages."""
    if isinstance(value, bool):
        return value
    word = normalise(clean(value))
    if word in YES_NORMALISED:
        return True
    if word in NO_NORMALISED:
        return False
    raise Problem("boolean", value=clean(value))


def choice(options, shown=None):
    """Make a parser of one of several values.

    :param dict options: for each value to store, the words that mean it (any language)
    :param shown: the words to propose in the message; default: the first of each
    """
    words = {normalise(word): key for key, names in options.items() for word in (key, *names)}
    proposed = ", ".join(shown or [names[0] if names else key for key, names in options.items()])

    def parse(value):
        found = words.get(normalise(clean(value)))
        if found is None:
            raise Problem("choice", value=clean(value), choices=proposed)
        return found

    return parse


def email(value):
    """Read one e-mail address."""
    written = clean(value)
    if not re.fullmatch(r"[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", written) or ".." in written:
        raise Problem("email", value=written)
    return written.lower()


def phone(value):
    """Read a telephone number, Moroccan (0 and nine digits, the 0 often lost by the spreadsheet) or international."""
    written = clean(value).translate(DIGITS)
    digits = re.sub(r"[ .()/-]", "", written)
    digits = re.sub(r"^00", "+", digits)
    if re.fullmatch(r"[5-8]\d{8}", digits):
        digits = "0" + digits
    if re.fullmatch(r"0[5-8]\d{8}", digits):
        digits = "+212" + digits[1:]
    if not re.fullmatch(r"\+\d{8,15}", digits):
        raise Problem("phone", value=written)
    return digits
