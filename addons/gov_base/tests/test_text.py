from datetime import date

from odoo.tests import BaseCase

from ..tools import text


class TestText(BaseCase):
    def test_amount_never_breaks(self):
        self.assertEqual(text.nbsp_amount(12345.6), "12\u00a0345,60")
        self.assertEqual(text.nbsp_amount("1234567.891"), "1\u00a0234\u00a0567,89")
        self.assertEqual(text.nbsp_amount(-1000), "-1\u00a0000,00")
        self.assertEqual(text.nbsp_amount(0), "0,00")
        self.assertEqual(text.nbsp_amount(2.675), "2,68")
        self.assertEqual(text.nbsp_amount("12 345,60"), "12\u00a0345,60")

    def test_dates_have_moroccan_months(self):
        self.assertEqual(text.date_words(date(2026, 8, 21), "ar_MA"), "21 غشت 2026")
        self.assertEqual(text.date_words(date(2026, 8, 21), "fr_FR"), "21 août 2026")
        self.assertEqual(text.date_words(date(2026, 1, 1), "fr"), "1er janvier 2026")
        self.assertEqual(text.date_words(date(2026, 8, 21), "en"), "21 August 2026")
        expected = "يناير فبراير مارس أبريل ماي يونيو يوليوز غشت شتنبر أكتوبر نونبر دجنبر".split()
        self.assertEqual([text.month_name_ar(number) for number in range(1, 13)], expected)

    def test_no_month_and_no_language(self):
        for number in (0, 13, -1):
            with self.assertRaises(ValueError):
                text.month_name_ar(number)
        with self.assertRaises(ValueError):
            text.date_words(date(2026, 8, 21), "es")

    def test_hijri_dates(self):
        self.assertEqual(text.hijri_words(1447, 12, 10, "ar"), "10 ذو الحجة 1447")
        self.assertEqual(text.hijri_words(1448, 1, 1, "fr"), "1er moharrem 1448")
        self.assertEqual(text.hijri_words(1447, 10, 1, "en"), "1 Shawwal 1447")
