from odoo.tests import BaseCase

from ..tools import identifiers


class TestIdentifiers(BaseCase):
    def refused(self, function, code, *values):
        for value in values:
            with self.subTest(value=value), self.assertRaises(identifiers.IdentifierError) as caught:
                function(value)
            self.assertEqual((caught.exception.code, str(caught.exception)), (code, code), value)
            self.assertIsInstance(caught.exception, ValueError)

    def test_cnie_is_one_or_two_letters_and_one_to_seven_digits(self):
        for given, expected in (
            ("AB123456", "AB123456"),
            (" ab 12-34 56 ", "AB123456"),
            ("K1", "K1"),
            ("bk١٢٣٤٥٦٧", "BK1234567"),
            ("\u202aAB123456\u202c", "AB123456"),
            ("A.012345", "A012345"),
        ):
            self.assertEqual(identifiers.check_cnie(given), expected)
        self.refused(identifiers.check_cnie, "cnie_empty", "", None, False, " - ")
        self.refused(
            identifiers.check_cnie,
            "cnie_format",
            "123456",
            "ABC123",
            "AB12345678",
            "A",
            "A12B",
            "AB 000",
            "éb12",
            "١٢٣",
        )

    def test_leading_zeros_of_a_cnie_stay_but_do_not_make_another_person(self):
        self.assertEqual(identifiers.check_cnie("ab012345"), "AB012345")
        self.assertEqual(identifiers.cnie_key("ab012345"), identifiers.cnie_key("AB12345"))
        self.assertNotEqual(identifiers.cnie_key("AB12345"), identifiers.cnie_key("AB123450"))

    def test_ppr_is_up_to_eight_digits_without_its_padding(self):
        for given, expected in (
            ("1234567", "1234567"),
            ("0001234567", "1234567"),
            (1234567, "1234567"),
            (1234567.0, "1234567"),
            ("12 345 678", "12345678"),
            ("٧", "7"),
        ):
            self.assertEqual(identifiers.check_ppr(given), expected)
        self.refused(identifiers.check_ppr, "ppr_empty", "", None)
        self.refused(identifiers.check_ppr, "ppr_format", "12A", "000", "²")
        self.refused(identifiers.check_ppr, "ppr_length", "123456789")

    def test_ice_is_fifteen_digits_with_their_control(self):
        self.assertEqual(identifiers.check_ice("00 21 36 09 30 00 040"), "002136093000040")
        self.assertEqual(identifiers.check_ice("001561191000066"), "001561191000066")
        self.refused(identifiers.check_ice, "ice_empty", "")
        self.refused(identifiers.check_ice, "ice_format", "00213609300004", "0021360930000400", "00213609300004A")
        self.refused(identifiers.check_ice, "ice_key", "001561191000065", "002136093000041")

    def test_rib_is_twenty_four_digits_with_their_key(self):
        # 115190000012050005349 followed by two zeros leaves 76 when divided by 97: the key is 21
        self.assertEqual(identifiers.check_rib("011 519 0000012050005349 21"), "011519000001205000534921")
        self.refused(identifiers.check_rib, "rib_empty", "", None)
        self.refused(
            identifiers.check_rib, "rib_format", "01151900000120500053492", "0" * 24, "01151900000120500053492A"
        )
        self.refused(identifiers.check_rib, "rib_key", "011519000001205000534922", "011519000001205000534912")
        self.assertNotEqual(
            identifiers.rib_key("0115190000012050005349"), identifiers.rib_key("0115190000012050005394")
        )

    def test_moroccan_iban_holds_a_valid_rib(self):
        # the example of the SWIFT registry
        self.assertEqual(
            identifiers.check_iban_ma("ma64 0115 1900 0001 2050 0053 4921"), "MA64011519000001205000534921"
        )
        self.assertEqual(identifiers.iban_of_rib("011519000001205000534921"), "MA64011519000001205000534921")
        self.refused(identifiers.check_iban_ma, "iban_empty", "")
        self.refused(
            identifiers.check_iban_ma, "iban_format", "FR1420041010050500013M02606", "MA6401151900000120500053492"
        )
        self.refused(identifiers.check_iban_ma, "iban_key", "MA65011519000001205000534921")
        # right control of the IBAN over a RIB whose key is wrong
        self.refused(identifiers.check_iban_ma, "iban_rib", "MA37011519000001205000534922")
