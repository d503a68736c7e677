"""Moments of half-days as the administration reads them."""

from odoo.addons.gov_base.tools.text import date_words
from odoo.addons.gov_hr_mission.tools import to_local, to_utc

# weekdays from Monday
DAYS = {
    "ar": ("الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد"),
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
__all__ = [
    "day_words",
    "hours_text",
    "short_lang",
    "to_local",
    "to_utc",
]


def short_lang(env):
    """Return ``ar``, ``fr`` or ``en``, the language of the reader."""
    code = (env.lang or "en")[:2]
    return code if code in DAYS else "en"


def day_words(day, lang):
    """Return a day as it is read out: « lundi 7 décembre 2026 »."""
    return f"{DAYS[lang][day.weekday()]} {date_words(day, lang)}"


def hours_text(start, stop):
    """Return the hours of a half-day, which keep their order in a right-to-left line: 09:00–12:00."""
    return f"\u2066{start:%H:%M}–{stop:%H:%M}\u2069"
