from decimal import Decimal

from odoo.exceptions import UserError
from odoo.tests import BaseCase, TransactionCase

from ..tools import words

# Written by hand from the grammar of each language; not made by the code under test.
ARABIC = {
    "0": "صفر درهم",
    "0.01": "سنتيم واحد",
    "0.02": "سنتيمان",
    "0.05": "خمسة سنتيمات",
    "0.10": "عشرة سنتيمات",
    "0.11": "أحد عشر سنتيماً",
    "0.50": "خمسون سنتيماً",
    "0.99": "تسعة وتسعون سنتيماً",
    "1": "درهم واحد",
    "1.01": "درهم واحد وسنتيم واحد",
    "2": "درهمان",
    "2.02": "درهمان وسنتيمان",
    "3": "ثلاثة دراهم",
    "4": "أربعة دراهم",
    "5": "خمسة دراهم",
    "6": "ستة دراهم",
    "7": "سبعة دراهم",
    "8": "ثمانية دراهم",
    "9": "تسعة دراهم",
    "10": "عشرة دراهم",
    "11": "أحد عشر درهماً",
    "12": "اثنا عشر درهماً",
    "13": "ثلاثة عشر درهماً",
    "19": "تسعة عشر درهماً",
    "20": "عشرون درهماً",
    "21": "واحد وعشرون درهماً",
    "22": "اثنان وعشرون درهماً",
    "55": "خمسة وخمسون درهماً",
    "80": "ثمانون درهماً",
    "99": "تسعة وتسعون درهماً",
    "100": "مائة درهم",
    "101": "مائة درهم ودرهم واحد",
    "102": "مائة درهم ودرهمان",
    "103": "مائة وثلاثة دراهم",
    "110": "مائة وعشرة دراهم",
    "111": "مائة وأحد عشر درهماً",
    "199": "مائة وتسعة وتسعون درهماً",
    "200": "مائتا درهم",
    "201": "مائتا درهم ودرهم واحد",
    "203": "مائتان وثلاثة دراهم",
    "250": "مائتان وخمسون درهماً",
    "300": "ثلاثمائة درهم",
    "800": "ثمانمائة درهم",
    "1000": "ألف درهم",
    "1001": "ألف درهم ودرهم واحد",
    "1003": "ألف وثلاثة دراهم",
    "1200": "ألف ومائتا درهم",
    "1999.99": "ألف وتسعمائة وتسعة وتسعون درهماً وتسعة وتسعون سنتيماً",
    "2000": "ألفا درهم",
    "2002": "ألفا درهم ودرهمان",
    "2011": "ألفان وأحد عشر درهماً",
    "2200": "ألفان ومائتا درهم",
    "3000": "ثلاثة آلاف درهم",
    "10000": "عشرة آلاف درهم",
    "11000": "أحد عشر ألف درهم",
    "12345.60": "اثنا عشر ألفاً وثلاثمائة وخمسة وأربعون درهماً وستون سنتيماً",
    "20000": "عشرون ألف درهم",
    "100000": "مائة ألف درهم",
    "101000": "مائة ألف وألف درهم",
    "102000": "مائة ألف وألفا درهم",
    "103000": "مائة وثلاثة آلاف درهم",
    "111111": "مائة وأحد عشر ألفاً ومائة وأحد عشر درهماً",
    "200000": "مائتا ألف درهم",
    "200002": "مائتا ألف درهم ودرهمان",
    "1000000": "مليون درهم",
    "1000001": "مليون درهم ودرهم واحد",
    "1002000": "مليون وألفا درهم",
    "2000000": "مليونا درهم",
    "2200000": "مليونان ومائتا ألف درهم",
    "2345678": "مليونان وثلاثمائة وخمسة وأربعون ألفاً وستمائة وثمانية وسبعون درهماً",
    "3000000": "ثلاثة ملايين درهم",
    "3000003.03": "ثلاثة ملايين وثلاثة دراهم وثلاثة سنتيمات",
    "11000000": "أحد عشر مليون درهم",
    "1000000000": "مليار درهم",
    "2000000000": "مليارا درهم",
    "5000000000": "خمسة مليارات درهم",
    "12000000000": "اثنا عشر مليار درهم",
    "1000000000000": "ألف مليار درهم",
    "-1": "ناقص درهم واحد",
    "-200": "ناقص مائتا درهم",
    "-0.02": "ناقص سنتيمان",
}
FRENCH = {
    "0": "zéro dirham",
    "0.01": "un centime",
    "0.02": "deux centimes",
    "0.21": "vingt et un centimes",
    "0.80": "quatre-vingts centimes",
    "1": "un dirham",
    "1.01": "un dirham et un centime",
    "1.50": "un dirham et cinquante centimes",
    "2": "deux dirhams",
    "3": "trois dirhams",
    "7": "sept dirhams",
    "10": "dix dirhams",
    "11": "onze dirhams",
    "16": "seize dirhams",
    "17": "dix-sept dirhams",
    "20": "vingt dirhams",
    "21": "vingt et un dirhams",
    "22": "vingt-deux dirhams",
    "31": "trente et un dirhams",
    "60": "soixante dirhams",
    "61": "soixante et un dirhams",
    "70": "soixante-dix dirhams",
    "71": "soixante et onze dirhams",
    "72": "soixante-douze dirhams",
    "77": "soixante-dix-sept dirhams",
    "80": "quatre-vingts dirhams",
    "81": "quatre-vingt-un dirhams",
    "90": "quatre-vingt-dix dirhams",
    "91": "quatre-vingt-onze dirhams",
    "99": "quatre-vingt-dix-neuf dirhams",
    "100": "cent dirhams",
    "101": "cent un dirhams",
    "102": "cent deux dirhams",
    "103": "cent trois dirhams",
    "180": "cent quatre-vingts dirhams",
    "200": "deux cents dirhams",
    "201": "deux cent un dirhams",
    "280": "deux cent quatre-vingts dirhams",
    "999": "neuf cent quatre-vingt-dix-neuf dirhams",
    "1000": "mille dirhams",
    "1001": "mille un dirhams",
    "1100": "mille cent dirhams",
    "1200": "mille deux cents dirhams",
    "1999.99": "mille neuf cent quatre-vingt-dix-neuf dirhams et quatre-vingt-dix-neuf centimes",
    "2000": "deux mille dirhams",
    "2200": "deux mille deux cents dirhams",
    "11000": "onze mille dirhams",
    "12345.60": "douze mille trois cent quarante-cinq dirhams et soixante centimes",
    "21000": "vingt et un mille dirhams",
    "80000": "quatre-vingt mille dirhams",
    "81000": "quatre-vingt-un mille dirhams",
    "100000": "cent mille dirhams",
    "200000": "deux cent mille dirhams",
    "1000000": "un million de dirhams",
    "1000001": "un million un dirhams",
    "1000000.50": "un million de dirhams et cinquante centimes",
    "1200000": "un million deux cent mille dirhams",
    "2000000": "deux millions de dirhams",
    "2000080": "deux millions quatre-vingts dirhams",
    "80000000": "quatre-vingts millions de dirhams",
    "200000000": "deux cents millions de dirhams",
    "1000000000": "un milliard de dirhams",
    "2000000000": "deux milliards de dirhams",
    "3500000000": "trois milliards cinq cents millions de dirhams",
    "1000000000000": "mille milliards de dirhams",
    "-1": "moins un dirham",
    "-2000000": "moins deux millions de dirhams",
}
ENGLISH = {
    "0": "zero dirhams",
    "0.01": "one centime",
    "0.02": "two centimes",
    "0.15": "fifteen centimes",
    "0.50": "fifty centimes",
    "0.99": "ninety-nine centimes",
    "1": "one dirham",
    "1.01": "one dirham and one centime",
    "1.25": "one dirham and twenty-five centimes",
    "2": "two dirhams",
    "3": "three dirhams",
    "4": "four dirhams",
    "5": "five dirhams",
    "8": "eight dirhams",
    "10": "ten dirhams",
    "11": "eleven dirhams",
    "12": "twelve dirhams",
    "13": "thirteen dirhams",
    "14": "fourteen dirhams",
    "15": "fifteen dirhams",
    "18": "eighteen dirhams",
    "19": "nineteen dirhams",
    "20": "twenty dirhams",
    "21": "twenty-one dirhams",
    "30": "thirty dirhams",
    "40": "forty dirhams",
    "44": "forty-four dirhams",
    "50": "fifty dirhams",
    "80": "eighty dirhams",
    "90": "ninety dirhams",
    "99": "ninety-nine dirhams",
    "100": "one hundred dirhams",
    "101": "one hundred and one dirhams",
    "102": "one hundred and two dirhams",
    "103": "one hundred and three dirhams",
    "110": "one hundred and ten dirhams",
    "120": "one hundred and twenty dirhams",
    "200": "two hundred dirhams",
    "250": "two hundred and fifty dirhams",
    "999": "nine hundred and ninety-nine dirhams",
    "1000": "one thousand dirhams",
    "1001": "one thousand and one dirhams",
    "1100": "one thousand one hundred dirhams",
    "1999.99": "one thousand nine hundred and ninety-nine dirhams and ninety-nine centimes",
    "2000": "two thousand dirhams",
    "2026": "two thousand and twenty-six dirhams",
    "3000": "three thousand dirhams",
    "10000": "ten thousand dirhams",
    "11000": "eleven thousand dirhams",
    "12345.60": "twelve thousand three hundred and forty-five dirhams and sixty centimes",
    "20000": "twenty thousand dirhams",
    "100000": "one hundred thousand dirhams",
    "200002": "two hundred thousand and two dirhams",
    "1000000": "one million dirhams",
    "1000001": "one million and one dirhams",
    "1200000": "one million two hundred thousand dirhams",
    "2000000": "two million dirhams",
    "2345678": "two million three hundred and forty-five thousand six hundred and seventy-eight dirhams",
    "1000000000": "one billion dirhams",
    "2000000000": "two billion dirhams",
    "1000000000000": "one trillion dirhams",
    "-1": "minus one dirham",
    "-12.50": "minus twelve dirhams and fifty centimes",
}
NUMBERS_AR = {  # value: (counting a masculine noun, a feminine one)
    "0": ("صفر", "صفر"),
    "1": ("واحد", "واحدة"),
    "2": ("اثنان", "اثنتان"),
    "3": ("ثلاثة", "ثلاث"),
    "8": ("ثمانية", "ثمان"),
    "10": ("عشرة", "عشر"),
    "11": ("أحد عشر", "إحدى عشرة"),
    "12": ("اثنا عشر", "اثنتا عشرة"),
    "13": ("ثلاثة عشر", "ثلاث عشرة"),
    "18": ("ثمانية عشر", "ثماني عشرة"),
    "21": ("واحد وعشرون", "إحدى وعشرون"),
    "22": ("اثنان وعشرون", "اثنتان وعشرون"),
    "35": ("خمسة وثلاثون", "خمس وثلاثون"),
    "100": ("مائة", "مائة"),
    "103": ("مائة وثلاثة", "مائة وثلاث"),
    "200": ("مائتان", "مائتان"),
    "2000": ("ألفان", "ألفان"),
    "2026": ("ألفان وستة وعشرون", "ألفان وست وعشرون"),
    "12000": ("اثنا عشر ألفاً", "اثنا عشر ألفاً"),
    "2.5": ("اثنان فاصلة خمسة", "اثنان فاصلة خمسة"),
    "-3": ("ناقص ثلاثة", "ناقص ثلاث"),
}


class TestWords(BaseCase):
    def check(self, table, lang):
        self.assertGreaterEqual(len(table), 60)
        for value, expected in table.items():
            with self.subTest(value=value, lang=lang):
                self.assertEqual(words.amount_words(value, lang), expected)

    def test_arabic_amounts_agree_with_their_noun(self):
        self.check(ARABIC, "ar")

    def test_french_amounts(self):
        self.check(FRENCH, "fr")

    def test_english_amounts(self):
        self.check(ENGLISH, "en")

    def test_arabic_number_takes_the_gender_of_its_noun(self):
        for value, (masculine, feminine) in NUMBERS_AR.items():
            with self.subTest(value=value):
                self.assertEqual(words.number_words(value, "ar"), masculine)
                self.assertEqual(words.number_words(value, "ar_MA", "f"), feminine)

    def test_french_feminine_number(self):
        for value, expected in ((1, "une"), (21, "vingt et une"), (81, "quatre-vingt-une"), (11, "onze"), (2, "deux")):
            self.assertEqual(words.number_words(value, "fr_FR", "f"), expected)
        self.assertEqual(words.number_words(101, "fr", "f"), "cent une")

    def test_numbers_with_decimals(self):
        self.assertEqual(words.number_words("2.5", "fr"), "deux virgule cinq")
        self.assertEqual(words.number_words("2,05", "fr"), "deux virgule zéro cinq")
        self.assertEqual(words.number_words(12.25, "en"), "twelve point two five")
        self.assertEqual(words.number_words(0.5, "ar"), "صفر فاصلة خمسة")

    def test_half_a_centime_is_rounded_up_whatever_the_type(self):
        for value in ("0.005", Decimal("0.005"), 0.005):
            self.assertEqual(words.amount_words(value, "fr"), "un centime")
        for value in (1.005, "1.005", Decimal("1.0050")):
            self.assertEqual(words.amount_words(value, "fr"), "un dirham et un centime")
        self.assertEqual(words.amount_words(0.1 + 0.2, "fr"), "trente centimes")
        self.assertEqual(words.amount_words(2.675, "fr"), "deux dirhams et soixante-huit centimes")
        self.assertEqual(words.amount_words(-2.675, "fr"), "moins deux dirhams et soixante-huit centimes")
        self.assertEqual(words.amount_words(0.999, "ar"), "درهم واحد")
        self.assertEqual(words.amount_words("-0.004", "ar"), "صفر درهم", "nothing is not negative")

    def test_amount_as_documents_write_it_is_understood(self):
        self.assertEqual(words.amount_words("12\u00a0345,60", "ar"), ARABIC["12345.60"])

    def test_what_is_no_number_is_refused(self):
        for value in ("", "abc", None, float("nan"), float("inf"), True, "1.2.3", 10**15, "-1e15"):
            with self.subTest(value=value), self.assertRaises(ValueError):
                words.amount_words(value, "ar")
        self.assertTrue(words.amount_words(10**15 - 1, "ar"))

    def test_other_languages_and_genders_are_refused(self):
        for lang in ("es", "", None):
            with self.assertRaises(ValueError):
                words.amount_words(1, lang)
        with self.assertRaises(ValueError):
            words.number_words(1, "ar", "x")


class TestGovWords(TransactionCase):
    def test_any_user_may_ask_and_gets_a_sentence_for_nonsense(self):
        user = self.env["res.users"].create({"name": "Words", "login": "words", "group_ids": False})
        service = self.env["gov.words"].with_user(user)
        self.assertEqual(service.amount(101, "ar_MA"), "مائة درهم ودرهم واحد")
        self.assertEqual(service.number(21, "fr_FR", "f"), "vingt et une")
        with self.assertRaisesRegex(UserError, "abc"):
            service.amount("abc", "fr")
        for value, lang in ((5, 5), ([5], "fr"), ({}, "ar"), (float("nan"), "fr"), (float("-inf"), "ar"), (5, ["fr"])):
            with self.subTest(value=value, lang=lang), self.assertRaises(UserError):
                service.amount(value, lang)
