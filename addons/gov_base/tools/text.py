"""Dates and amounts as Moroccan documents write them."""

from decimal import ROUND_HALF_UP, Decimal

NBSP = "\u00a0"
MONTHS_AR = (
    "يناير",
    "فبراير",
    "مارس",
    "أبريل",
    "ماي",
    "يونيو",
    "يوليوز",
    "غشت",
    "شتنبر",
    "أكتوبر",
    "نونبر",
    "دجنبر",
)
MONTHS_FR = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
MONTHS_EN = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
MONTHS_HIJRI_AR = (
    "محرم",
    "صفر",
    "ربيع الأول",
    "ربيع الآخر",
    "جمادى الأولى",
    "جمادى الآخرة",
    "رجب",
    "شعبان",
    "رمضان",
    "شوال",
    "ذو القعدة",
    "ذو الحجة",
)
MONTHS_HIJRI_FR = (
    "moharrem",
    "safar",
    "rabii I",
    "rabii II",
    "joumada I",
    "joumada II",
    "rejeb",
    "chaabane",
    "ramadan",
    "chaoual",
    "kaada",
    "hija",
)
MONTHS_HIJRI_EN = (
    "Muharram",
    "Safar",
    "Rabi' I",
    "Rabi' II",
    "Jumada I",
    "Jumada II",
    "Rajab",
    "Sha'ban",
    "Ramadan",
    "Shawwal",
    "Dhu al-Qa'da",
    "Dhu al-Hijja",
)


def to_decimal(value):
    """Return ``value`` (int, float, str or Decimal) as a Decimal of two places, half a centime rounded up.

    A float is read as the shortest number that stands for it, so ``0.1 + 0.2`` and ``1.005`` come out as people
    read them.

    :raise ValueError: when it is no finite number
    """
    if isinstance(value, bool):
        raise ValueError(f"not an amount: {value!r}")
    if isinstance(value, str):
        value = value.replace(NBSP, "").replace("\u202f", "").replace(" ", "").replace(",", ".")
    try:
        number = Decimal(format(value, ".15g")) if isinstance(value, float) else Decimal(value)
        number = number.quantize(Decimal("0.01"), ROUND_HALF_UP)
    except (ArithmeticError, TypeError, ValueError):
        raise ValueError(f"not an amount: {value!r}") from None
    if not number.is_finite():
        raise ValueError(f"not an amount: {value!r}")
    return abs(number) if number == 0 else number


def nbsp_amount(value):
    """Return an amount as ``12 345,60``, its thousands parted by no-break spaces so that it never breaks or turns.

    In a right-to-left text a negative amount must still stand in ``<bdi dir="ltr">``.
    """
    return f"{to_decimal(value):,.2f}".replace(",", NBSP).replace(".", ",")


def month_name_ar(number):
    """Return the Moroccan name of month 1–12."""
    if not 1 <= number <= 12:
        raise ValueError(f"not a month: {number!r}")
    return MONTHS_AR[number - 1]


def language(lang):
    """Return ``ar``, ``fr`` or ``en`` for a language code such as ``ar_MA``."""
    code = (lang or "").replace("-", "_").split("_")[0].lower()
    if code not in ("ar", "fr", "en"):
        raise ValueError(f"not a language of official documents: {lang!r}")
    return code


def date_words(date, lang):
    """Return a date as documents write it: ``21 غشت 2026``, ``1er août 2026``, ``21 August 2026``."""
    code = language(lang)
    months = {"ar": MONTHS_AR, "fr": MONTHS_FR, "en": MONTHS_EN}[code]
    day = "1er" if code == "fr" and date.day == 1 else date.day
    return f"{day} {months[date.month - 1]} {date.year}"


def hijri_words(year, month, day, lang):
    """Return a Hijri date in words of ``lang``: ``10 ذو الحجة 1447``."""
    months = {"ar": MONTHS_HIJRI_AR, "fr": MONTHS_HIJRI_FR, "en": MONTHS_HIJRI_EN}[language(lang)]
    day = "1er" if language(lang) == "fr" and day == 1 else day
    return f"{day} {months[month - 1]} {year}"


def isolated(code):
    """Return a number or a code that keeps its order inside a right-to-left text (invisible marks around it)."""
    return f"\u2066{code}\u2069" if code else ""


def enclosed(text):
    """Return a name that keeps its own direction inside a text of the other (invisible marks around it)."""
    return f"\u2068{text}\u2069" if text else ""
