import datetime

from odoo.tests import BaseCase

from odoo.addons.gov_import.services import parsers
from odoo.addons.gov_import.services.problems import PROBLEMS, Problem

DAY = datetime.date(1987, 3, 21)


class TestParsers(BaseCase):
    def refused(self, code, parse, value):
        with self.assertRaises(Problem) as caught:
            parse(value)
        self.assertEqual(caught.exception.code, code)
        self.assertIn(code, PROBLEMS)

    def test_dates_in_many_forms(self):
        for value in (
            DAY,
            datetime.datetime(1987, 3, 21, 14, 5),
            31857,
            31857.6,
            "31857",
            "21/03/1987",
            "21-3-1987",
            "21.03.87",
            "1987-03-21",
            "1987-03-21 00:00:00",
            "21 mars 1987",
            "21 MARS 1987",
            "21 مارس 1987",
            "٢١/٠٣/١٩٨٧",
            "\u200f21/03/1987 ",
        ):
            self.assertEqual(parsers.date(value), DAY, value)
        self.assertEqual(parsers.date("1er août 2020"), datetime.date(2020, 8, 1))
        self.assertEqual(parsers.date("1 غشت 2020"), datetime.date(2020, 8, 1))
        self.assertEqual(parsers.date("01/02/29"), datetime.date(2029, 2, 1))
        self.assertEqual(parsers.date("01/02/31"), datetime.date(1931, 2, 1))

    def test_what_is_no_date_is_refused(self):
        for value in ("31/02/1987", "03/21/1987", "1987", "hier", 0, -5, 99999999, True, "21/03/19871", "=TODAY()"):
            self.refused("date", parsers.date, value)
        self.refused("date_range", parsers.date, "01/01/1899")
        self.refused("date_range", parsers.date, datetime.date(2101, 1, 1))

    def test_numbers_in_any_digits(self):
        amount = parsers.number(0, 10**9)
        for value in (1234.5, "1234,5", "1 234,50", "1\u202f234,50", "1,234.50", "١٢٣٤٫٥", "1234.5"):
            self.assertEqual(amount(value), 1234.5, value)
        whole = parsers.number(0, 25, whole=True)
        self.assertEqual([whole(value) for value in (3, 3.0, "3", "٣", "25")], [3, 3, 3, 3, 25])
        self.refused("integer", whole, "3,5")
        self.refused("integer", whole, 3.5)
        self.refused("range", whole, 26)
        self.refused("range", whole, "-1")
        self.refused("number", amount, "12 DH")
        self.refused("number", amount, "1e5")

    def test_yes_and_no_in_three_languages(self):
        for value in ("oui", "Yes", "نعم", "X", 1, True):
            self.assertIs(parsers.boolean(value), True)
        for value in ("non", "No", "لا", 0, False):
            self.assertIs(parsers.boolean(value), False)
        self.refused("boolean", parsers.boolean, "peut-être")

    def test_choice_knows_its_words(self):
        parse = parsers.choice({"f": ("Féminin", "أنثى"), "m": ("Masculin", "ذكر")})
        self.assertEqual([parse(word) for word in ("FEMININ", "انثى", "m", "masculin ")], ["f", "f", "m", "m"])
        self.refused("choice", parse, "autre")

    def test_phones_and_addresses(self):
        for value in ("0612345678", 612345678, "06 12 34 56 78", "+212 6-12-34-56-78", "00212612345678", "٠٦١٢٣٤٥٦٧٨"):
            self.assertEqual(parsers.phone(value), "+212612345678", value)
        self.refused("phone", parsers.phone, "12")
        self.assertEqual(parsers.email(" A.B@Example.MA "), "a.b@example.ma")
        for value in ("a@b", "a b@c.ma", "a@b..ma", "a@b.ma, c@d.ma", "<a@b.ma>"):
            self.refused("email", parsers.email, value)

    def test_hidden_marks_and_control_characters(self):
        self.assertEqual(parsers.text()("\u200fأحمد  \xa0 العلوي\u200e "), "أحمد العلوي")
        self.refused("control", parsers.text(), "abc\u202etxt")
        self.refused("too_long", parsers.text(5), "abcdef")
        self.refused("formula_error", parsers.text(), "#REF!")
