"""Numbers and amounts in words: Arabic, French, English.

The cardinals of French and English come from num2words.  Those of Arabic are built here, because the noun that is
counted decides their form: the dual (درهمان), the plural after 3–10 (دراهم), the accusative singular after 11–99
(درهماً), the genitive singular after the round numbers, before which 200, 2 000 … lose their nūn (مائتا درهم).
Everything stands in the nominative, as after «مبلغ قدره» or in the line of a total.
"""

from dataclasses import dataclass

from num2words import num2words

from .text import language, to_decimal

LIMIT = 10**15


# ---------------------------------------------------------------------------------------------------------- Arabic
@dataclass(frozen=True)
class Noun:
    """An Arabic noun that is counted.

    one: with the number 1 («درهم واحد»); genitive: after a round number; dual; dual_construct: the dual before a noun;
    plural: after 3–10; accusative: after 11–99.
    """

    one: str
    genitive: str
    dual: str
    dual_construct: str
    plural: str
    accusative: str


DIRHAM = Noun("درهم واحد", "درهم", "درهمان", "درهما", "دراهم", "درهماً")
CENTIME = Noun("سنتيم واحد", "سنتيم", "سنتيمان", "سنتيما", "سنتيمات", "سنتيماً")
THOUSAND = Noun("ألف", "ألف", "ألفان", "ألفا", "آلاف", "ألفاً")
MILLION = Noun("مليون", "مليون", "مليونان", "مليونا", "ملايين", "مليوناً")
MILLIARD = Noun("مليار", "مليار", "ملياران", "مليارا", "مليارات", "ملياراً")
SCALES = ((10**9, MILLIARD), (10**6, MILLION), (10**3, THOUSAND))

# counting a masculine noun / a feminine one
UNITS_M = ("", "واحد", "اثنان", "ثلاثة", "أربعة", "خمسة", "ستة", "سبعة", "ثمانية", "تسعة", "عشرة")
UNITS_F = ("", "واحدة", "اثنتان", "ثلاث", "أربع", "خمس", "ست", "سبع", "ثمان", "تسع", "عشر")
TENS = ("", "", "عشرون", "ثلاثون", "أربعون", "خمسون", "ستون", "سبعون", "ثمانون", "تسعون")
HUNDREDS = (
    "",
    "مائة",
    "مائتان",
    "ثلاثمائة",
    "أربعمائة",
    "خمسمائة",
    "ستمائة",
    "سبعمائة",
    "ثمانمائة",
    "تسعمائة",
)
AND = " و"


def _ar_small(number, feminine):
    """Return 1–99 in words."""
    units = UNITS_F if feminine else UNITS_M
    if number <= 10:
        return units[number]
    if number < 20:
        unit = number - 10
        if feminine:
            first = {1: "إحدى", 2: "اثنتا", 8: "ثماني"}.get(unit, units[unit])
            return f"{first} عشرة"
        return f"{ {1: 'أحد', 2: 'اثنا'}.get(unit, units[unit]) } عشر"
    tens, unit = divmod(number, 10)
    if not unit:
        return TENS[tens]
    first = "إحدى" if feminine and unit == 1 else units[unit]
    return f"{first}{AND}{TENS[tens]}"


def _ar_count(number, noun, *, construct=False):
    """Return ``number`` (from 1) of a masculine ``noun``; ``construct`` when another noun follows (ألفا درهم)."""
    if number == 1:
        return noun.one
    if number == 2:
        return noun.dual_construct if construct else noun.dual
    rest = number % 100
    if rest in (1, 2):
        # the noun comes twice: مائة درهم ودرهم واحد
        return f"{_ar_count(number - rest, noun)}{AND}{_ar_count(rest, noun, construct=construct)}"
    if rest == 0:
        return f"{_ar_cardinal(number, construct=True)} {noun.genitive}"
    if rest <= 10:
        return f"{_ar_cardinal(number)} {noun.plural}"
    return f"{_ar_cardinal(number)} {noun.genitive if construct else noun.accusative}"


def _ar_cardinal(number, *, feminine=False, construct=False):
    """Return ``number`` (from 1) in words; ``construct`` when a noun in the genitive follows a round number."""
    parts = []
    for size, noun in SCALES:
        count, number = divmod(number, size)
        if count:
            parts.append(_ar_count(count, noun, construct=construct and not number))
    hundreds, number = divmod(number, 100)
    if hundreds:
        parts.append("مائتا" if hundreds == 2 and construct and not number else HUNDREDS[hundreds])
    if number:
        parts.append(_ar_small(number, feminine))
    return AND.join(parts)


# ---------------------------------------------------------------------------------------------------- French, English
def _fr_cardinal(number, feminine=False):
    """Return ``number`` in French; num2words has no feminine and counts a thousand milliards as un billion."""
    milliards, rest = divmod(number, 10**9)
    if milliards >= 1000:
        parts = [f"{_fr_cardinal(milliards)} milliards"] + ([_fr_cardinal(rest, feminine)] if rest else [])
        return " ".join(parts)
    words = num2words(number, lang="fr")
    return f"{words}e" if feminine and number % 10 == 1 and words.endswith("un") else words


def _fr_count(number, noun):
    link = "de " if number >= 10**6 and number % 10**6 == 0 else ""
    return f"{_fr_cardinal(number)} {link}{noun}{'s' if number > 1 else ''}"


def _en_cardinal(number):
    return num2words(number, lang="en").replace(",", "")


def _en_count(number, noun):
    return f"{_en_cardinal(number)} {noun}{'' if number == 1 else 's'}"


# --------------------------------------------------------------------------------------------------------- public
MINUS = {"ar": "ناقص", "fr": "moins", "en": "minus"}
POINT = {"ar": "فاصلة", "fr": "virgule", "en": "point"}
ZERO = {"ar": "صفر", "fr": "zéro", "en": "zero"}
JOIN = {"ar": AND, "fr": " et ", "en": " and "}
NO_DIRHAM = {"ar": "صفر درهم", "fr": "zéro dirham", "en": "zero dirhams"}


def _cardinal(number, lang, feminine=False):
    if not number:
        return ZERO[lang]
    if lang == "ar":
        return _ar_cardinal(number, feminine=feminine)
    return _fr_cardinal(number, feminine) if lang == "fr" else _en_cardinal(number)


def _checked(value):
    number = to_decimal(value)
    if abs(number) >= LIMIT:
        raise ValueError(f"too large for words: {value!r}")
    return number


def number_words(value, lang, gender="m"):
    """Return a number in words.

    :param value: int, float, str or Decimal, below 10^15; more than two decimals are rounded, half up
    :param lang: ``ar``, ``fr`` or ``en``, or a language code that begins so (``ar_MA``)
    :param gender: ``m`` or ``f``, the gender of the noun that is counted (يوم ``m``, سنة ``f``)
    :raise ValueError: no number, too large, or another language
    """
    lang = language(lang)
    if gender not in ("m", "f"):
        raise ValueError(f"not a gender: {gender!r}")
    number = _checked(value)
    whole = int(abs(number))
    decimals = f"{abs(number):.2f}".split(".")[1].rstrip("0")
    words = _cardinal(whole, lang, gender == "f" and not decimals)
    if decimals:
        digits = [_cardinal(int(digit), lang) for digit in decimals]
        if decimals[0] != "0" and lang != "en":
            digits = [_cardinal(int(decimals), lang)]  # «douze virgule vingt-cinq»; English reads digit by digit
        words = " ".join([words, POINT[lang], *digits])
    return f"{MINUS[lang]} {words}" if number < 0 else words


def amount_words(value, lang):
    """Return an amount of dirhams in words, its centimes after it.

    :param value: dirhams, as int, float, str or Decimal, below 10^15; rounded to the centime, half up
    :param lang: ``ar``, ``fr`` or ``en``, or a language code that begins so (``ar_MA``)
    :raise ValueError: no number, too large, or another language
    """
    lang = language(lang)
    number = _checked(value)
    dirhams, centimes = divmod(int(abs(number) * 100), 100)
    count = {
        "ar": lambda n, unit: _ar_count(n, DIRHAM if unit == "dirham" else CENTIME),
        "fr": _fr_count,
        "en": _en_count,
    }[lang]
    parts = [count(n, unit) for n, unit in ((dirhams, "dirham"), (centimes, "centime")) if n]
    words = JOIN[lang].join(parts) or NO_DIRHAM[lang]
    return f"{MINUS[lang]} {words}" if number < 0 else words
