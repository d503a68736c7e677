from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, new_test_user


class TestGovLegalText(TransactionCase):
    def test_texts_of_the_contract_are_there_in_three_languages(self):
        for name in (
            "dahir_1_58_008 law_50_05 law_30_22 law_55_19 law_43_20 law_09_08 law_31_13 law_03_01 law_72_14 law_65_00 "
            "law_011_71 law_12_81 organic_law_130_13 decree_2_73_722 decree_2_73_723 decree_2_62_344 decree_2_77_169 "
            "decree_2_05_916 decree_2_04_403 decree_2_05_1367 decree_2_05_1366 decree_2_99_1219 decree_2_99_1216 "
            "decree_2_97_1053 decree_2_58_1381 decree_2_22_470 decree_2_05_01 decree_2_13_423 decree_2_11_681 "
            "decree_2_20_660 decree_2_22_687 decree_2_09_165 royal_decree_988_68 royal_decree_62_68 order_1725_06 "
            "order_2332_20 circular_4_fp circular_26_2012"
        ).split():
            with self.subTest(text=name):
                text = self.env.ref(f"gov_base.legal_text_{name}")
                self.assertEqual(text.code, name)
                english, french, arabic = (text.with_context(lang=lang) for lang in ("en_US", "fr_FR", "ar_MA"))
                for field in ("name", "reference"):
                    self.assertEqual(len({english[field], french[field], arabic[field]}), 3, field)
                    self.assertRegex(arabic[field], "[\u0621-\u064a]{3}", field)
                number = text.number.replace("-", ".") if text.kind != "circular" else text.number
                if text.kind != "circular":
                    self.assertIn(number, arabic.reference)

    def test_citation_in_the_language_of_the_document(self):
        text = self.env.ref("gov_base.legal_text_decree_2_05_916")
        self.assertRegex(text._gov_citation("ar"), "^المرسوم رقم 2\\.05\\.916 .*20 يوليوز 2005")
        self.assertRegex(text._gov_citation("fr_FR"), "^le décret n° 2-05-916 du .*20 juillet 2005")
        text.with_context(lang="fr_FR").reference = False
        self.assertEqual(text._gov_citation("fr"), text.with_context(lang="fr_FR").name)

    def test_hr_manager_and_budget_officer_keep_the_list(self):
        text = self.env.ref("gov_base.legal_text_law_65_00")
        for group in ("gov_base.group_hr_manager", "gov_base.group_budget_officer"):
            user = new_test_user(self.env, group.split(".")[1], group)
            text.with_user(user).note = group
        clerk = new_test_user(self.env, "clerk", "base.group_user")
        self.assertTrue(text.with_user(clerk).name)
        with self.assertRaises(AccessError):
            text.with_user(clerk).note = "x"
