from fractions import Fraction

from odoo.tests import BaseCase, tagged

from ..services import decision_words as wording


@tagged("post_install", "-at_install")
class TestWording(BaseCase):
    def test_working_days_in_arabic_follow_the_number(self):
        for value, words in (
            (1, "يوم عمل واحد (1)"),
            (2, "يومي عمل (2)"),
            (3, "ثلاثة (3) أيام عمل"),
            (10, "عشرة (10) أيام عمل"),
            (11, "أحد عشر (11) يوم عمل"),
            (12, "اثني عشر (12) يوم عمل"),
            (15, "خمسة عشر (15) يوم عمل"),
            (20, "عشرين (20) يوم عمل"),
            (22, "اثنين وعشرين (22) يوم عمل"),
            (Fraction(5, 2), "يومي عمل ونصف (2,5)"),
            (0.5, "نصف يوم عمل (0,5)"),
        ):
            self.assertEqual(wording.counted(value, "working", "ar"), words)

    def test_calendar_days_and_months_in_arabic(self):
        self.assertEqual(wording.counted(98, "calendar", "ar"), "ثمانية وتسعين (98) يوما")
        self.assertEqual(wording.counted(15, "calendar", "ar"), "خمسة عشر (15) يوما")
        self.assertEqual(wording.counted(100, "calendar", "ar"), "مائة (100) يوم")
        self.assertEqual(wording.counted(180, "calendar", "ar"), "مائة وثمانين (180) يوما")
        self.assertEqual(wording.counted(2, "months", "ar"), "شهرين (2)")
        self.assertEqual(wording.counted(6, "months", "ar"), "ستة (6) أشهر")
        self.assertEqual(wording.counted(3, "hours", "ar"), "ثلاث (3) ساعات")

    def test_days_in_french(self):
        for value, unit, words in (
            (1, "working", "un (1) jour ouvrable"),
            (15, "working", "quinze (15) jours ouvrables"),
            (Fraction(29, 2), "working", "quatorze jours ouvrables et demi (14,5)"),
            (0.5, "working", "une demi-journée (0,5)"),
            (98, "calendar", "quatre-vingt-dix-huit (98) jours"),
            (1, "months", "un (1) mois"),
            (1, "half_days", "une (1) demi-journée"),
            (21, "half_days", "vingt et une (21) demi-journées"),
        ):
            self.assertEqual(wording.counted(value, unit, "fr"), words)

    def test_years_and_hours(self):
        self.assertEqual(wording.years({2027: 1, 2026: 2}, "fr"), "2026 et 2027")
        self.assertEqual(wording.years([2026], "ar"), "2026")
        self.assertEqual(wording.years([2026, 2027], "ar"), "2026 و2027")
        self.assertEqual(wording.clock(8.5), "08:30")

    def test_a_third_of_a_day_is_refused(self):
        with self.assertRaises(ValueError):
            wording.counted(Fraction(1, 3), "working", "fr")
