from odoo.tests import BaseCase

from odoo.addons.gov_import.services import parsers
from odoo.addons.gov_import.services.headings import HeadingIndex, letter, normalise
from odoo.addons.gov_import.services.spec import Column


class TestHeadings(BaseCase):
    def test_case_accents_and_punctuation_do_not_matter(self):
        for one, other in (
            ("Échelon", "ECHELON"),
            ("Date d'effet", "date  d’effet"),
            ("N° PPR", "Numéro PPR"),
            ("Né(e) le", "née le"),
            ("E-mail", "email"),
        ):
            self.assertEqual(normalise(one), normalise(other))

    def test_ways_of_writing_arabic_do_not_matter(self):
        for one, other in (
            ("تاريخ الإزدياد", "تاريخ الازدياد"),
            ("الاسم الكامـــل", "الإسم الكامل"),
            ("الدرجة", "الدَّرَجة"),
            ("الرقم الاستدلالى", "الرقم الاستدلالي"),
            ("رئيس", "رييس"),
        ):
            self.assertEqual(normalise(one), normalise(other))

    def test_different_words_stay_different(self):
        words = ("grade", "échelon", "الدرجة", "الرتبة", "nom", "prénom", "date d'effet", "date de l'acte")
        self.assertEqual(len({normalise(word) for word in words}), len(words))

    def test_first_heading_wins_and_brackets_are_optional(self):
        index = HeadingIndex(
            [
                Column("grade", ("Grade",), ("Grade",), ("الدرجة",), parsers.code),
                Column("unit", ("Unit",), (), (), None),
            ]
        )
        found = index.guess(["Grade *", None, "GRADE (code)", "الدرجة", "Other", "unit"])
        self.assertEqual(found, {0: "grade", 5: "unit"})

    def test_letters_of_columns(self):
        self.assertEqual([letter(n) for n in (0, 25, 26, 51, 52, 701, 702)], ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"])
