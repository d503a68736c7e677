"""Recognise the heading of a column in Arabic, French or English, however it is typed."""

import re
import unicodedata

ARABIC = str.maketrans(
    {
        "أ": "ا",
        "إ": "ا",
        "آ": "ا",
        "ٱ": "ا",
        "ى": "ي",
        "ی": "ي",
        "ئ": "ي",
        "ؤ": "و",
        "ة": "ه",
        "ک": "ك",
        "ـ": None,  # tatweel
        "œ": "oe",
        "æ": "ae",
    }
)
DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
LATIN_DIGITS = DIGITS
_SEPARATORS = re.compile(r"[^0-9a-zء-ي]+")
_UNIT = re.compile(r"\([^)]*\)")


def normalise(text):
    """Reduce a heading or a code to what identifies it: no case, accent, vowel mark, tatweel, punctuation or space.

    >>> normalise("  Date d'effet ") == normalise("DATE D’EFFET")
    True
    >>> normalise("الإسم الكـامل") == normalise("الاسم الكامل")
    True
    """
    text = unicodedata.normalize("NFKC", str(text or "")).lower()
    text = text.replace("n°", "numero ").replace("№", "numero ").translate(ARABIC).translate(DIGITS)
    text = unicodedata.normalize("NFD", text)
    text = "".join(char for char in text if not unicodedata.combining(char)).translate(ARABIC)
    return _SEPARATORS.sub("", text)


def variants(heading):
    """Give the forms under which a heading is looked up: whole, then without what stands in brackets."""
    whole = normalise(heading)
    bare = normalise(_UNIT.sub(" ", str(heading or "")).replace("*", " "))
    return [whole] if bare == whole or not bare else [whole, bare]


class HeadingIndex:
    """Look up columns by any of their headings."""

    def __init__(self, columns):
        self._codes = {}
        for column in columns:
            for name in column.headings():
                self._codes.setdefault(normalise(name), column.code)

    def find(self, heading):
        """Give the code of the column this heading names, or None."""
        for form in variants(heading):
            if form and form in self._codes:
                return self._codes[form]
        return None

    def guess(self, headings):
        """Map positions to column codes; each column is given to the first heading that names it."""
        mapping, taken = {}, set()
        for position, heading in enumerate(headings):
            code = self.find(heading)
            if code and code not in taken:
                mapping[position] = code
                taken.add(code)
        return mapping


def letter(position):
    """Give the letters of a column from its position (0 → A, 26 → AA)."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
