"""Counted days as decisions write them, in words and in figures, in Arabic and in French."""

import re
from fractions import Fraction

from odoo.addons.gov_base.tools.words import number_words

# (one, two, plural after 3 to 10, singular after 11, singular after a round hundred), after «لمدة»
ARABIC = {
    "working": ("يوم عمل واحد", "يومي عمل", "أيام عمل", "يوم عمل", "يوم عمل"),
    "calendar": ("يوم واحد", "يومين", "أيام", "يوما", "يوم"),
    "months": ("شهر واحد", "شهرين", "أشهر", "شهرا", "شهر"),
    "half_days": ("نصف يوم واحد", "نصفي يوم", "أنصاف يوم", "نصف يوم", "نصف يوم"),
    "hours": ("ساعة واحدة", "ساعتين", "ساعات", "ساعة", "ساعة"),
}
FRENCH = {
    "working": ("jour ouvrable", "jours ouvrables"),
    "calendar": ("jour", "jours"),
    "months": ("mois", "mois"),
    "half_days": ("demi-journée", "demi-journées"),
    "hours": ("heure", "heures"),
}
FEMININE = {"half_days", "hours"}
ARABIC_FEMININE = {"hours"}
# numbers in the genitive, as after «لمدة»
OBLIQUE = (
    (re.compile(r"(عشر|ثلاث|أربع|خمس|ست|سبع|ثمان|تسع)ون\b"), r"\1ين"),
    (re.compile(r"\bاثنا عشر\b"), "اثني عشر"),
    (re.compile(r"\bاثنتا عشرة\b"), "اثنتي عشرة"),
    (re.compile(r"(^|و)اثنان\b"), r"\1اثنين"),
    (re.compile(r"(^|و)اثنتان\b"), r"\1اثنتين"),
    (re.compile(r"\bمائتا\b"), "مائتي"),
    (re.compile(r"\bمائتان\b"), "مائتين"),
)


# first-strong isolate and its end: a number or a name keeps its own order inside Arabic
FSI, PDI = "\u2068", "\u2069"


def apart(text):
    """Return a reference, a number or an address so that it keeps its order whatever the text around it."""
    return f"{FSI}{text}{PDI}" if text else text


def figure(value):
    """Return a number of days in figures, with a comma before the half."""
    value = Fraction(value).limit_denominator(100)
    return str(value.numerator) if value.denominator == 1 else f"{float(value):g}".replace(".", ",")


def oblique(words):
    """Return an Arabic number in the genitive."""
    for pattern, written in OBLIQUE:
        words = pattern.sub(written, words)
    return words


def counted(value, unit, lang):
    """Return a number of ``unit`` in words and in figures: «quinze (15) jours ouvrables», «خمسة عشر (15) يوم عمل».

    :param value: whole number or halves, above 0
    :param unit: working, calendar, months, half_days or hours
    :param lang: ``ar`` (in the genitive, as after «لمدة») or ``fr``
    """
    value = Fraction(value).limit_denominator(100)
    whole, half = int(value), value - int(value) == Fraction(1, 2)
    if value != whole and not half:
        raise ValueError(f"neither whole nor a half: {value}")
    return _arabic(whole, half, unit) if lang == "ar" else _french(whole, half, unit)


def _french(whole, half, unit):
    one, many = FRENCH[unit]
    gender = "f" if unit in FEMININE else "m"
    if half:
        if not whole:
            return f"une demi-journée ({figure(Fraction(1, 2))})" if unit != "hours" else "une demi-heure (0,5)"
        noun = many if whole > 1 else one
        end = "et demie" if unit in FEMININE else "et demi"
        return f"{number_words(whole, 'fr', gender)} {noun} {end} ({figure(whole + Fraction(1, 2))})"
    return f"{number_words(whole, 'fr', gender)} ({whole}) {many if whole > 1 else one}"


def _arabic(whole, half, unit):
    one, two, plural, singular, hundred = ARABIC[unit]
    feminine = unit in ARABIC_FEMININE
    end = " ونصف" if half else ""
    number = figure(whole + Fraction(1, 2)) if half else str(whole)
    if not whole:
        return f"نصف {hundred} ({number})"
    if whole == 1:
        return f"{one}{end} ({number})"
    if whole == 2:
        return f"{two}{end} ({number})"
    words = oblique(number_words(whole, "ar", "f" if feminine else "m"))
    rest = whole % 100
    noun = plural if 3 <= rest <= 10 else singular if rest > 10 else hundred
    return f"{words} {noun}{end} ({number})" if half else f"{words} ({number}) {noun}"


def years(values, lang):
    """Return the years of a leave: «2026», «2026 et 2027», «2026 و2027»."""
    texts = [str(year) for year in sorted(values)]
    if len(texts) < 2:
        return "".join(texts)
    join = " و" if lang == "ar" else " et "
    return f"{', '.join(texts[:-1])}{join}{texts[-1]}"


def clock(hours):
    """Return an hour of the day as 08:30."""
    minutes = round(hours * 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
