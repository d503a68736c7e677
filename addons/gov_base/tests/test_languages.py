from datetime import date

from odoo.tests import TransactionCase, tagged
from odoo.tools.misc import format_date, formatLang


@tagged("post_install", "-at_install")
class TestLanguages(TransactionCase):
    def test_three_languages_are_active(self):
        self.assertLessEqual(
            {"ar_MA", "fr_FR", "en_US"}, {code for code, _name in self.env["res.lang"].get_installed()}
        )

    def test_moroccan_arabic(self):
        lang = self.env.ref("gov_base.lang_ar_MA")
        self.assertRecordValues(
            lang,
            [
                {
                    "code": "ar_MA",
                    "url_code": "ar_MA",
                    "direction": "rtl",
                    "week_start": "1",
                    "grouping": "[3,0]",
                    "decimal_point": ",",
                    "thousands_sep": "\u00a0",
                    "time_format": "%H:%M:%S",
                    "date_format": "%d/%m/%Y",
                }
            ],
        )
        env = self.env(context={"lang": "ar_MA"})
        self.assertEqual(format_date(env, date(2026, 8, 21), date_format="d MMMM y"), "21 غشت 2026")
        self.assertEqual(format_date(env, date(2026, 8, 21)), "21/08/2026")
        self.assertEqual(formatLang(env, 1234567.891, digits=2), "1\u00a0234\u00a0567,89")

    def test_core_speaks_arabic_and_french(self):
        for lang, settings, word in (("ar_MA", "الإعدادات", "العملة"), ("fr_FR", "Paramètres", "Devise")):
            env = self.env(context={"lang": lang})
            # words of core that the suite does not replace
            self.assertEqual(env.ref("base.menu_administration").name, settings)
            self.assertEqual(env["ir.model"]._get("res.currency").name, word)
            self.assertNotEqual(env.ref("gov_base.menu_my").name, "My space")

    def test_names_of_our_data_are_in_three_languages(self):
        for model in (
            "gov.region",
            "gov.legal.text",
            "gov.public.holiday.rule",
            "gov.public.holiday",
            "gov.parameter",
        ):
            for record in self.env[model].search([]):
                if model == "gov.parameter" and not record.get_external_id()[record.id].startswith("gov_base."):
                    continue
                with self.subTest(model=model, name=record.name):
                    self.assertRegex(record.with_context(lang="ar_MA").name, "[\u0621-\u064a]{2}")
                    self.assertNotRegex(record.with_context(lang="fr_FR").name, "[\u0621-\u064a]")

    def test_new_user_is_in_morocco(self):
        user = self.env["res.users"].create({"name": "New", "login": "new.user"})
        self.assertEqual(user.tz, "Africa/Casablanca")
        self.assertEqual(self.env.ref("base.user_admin").tz, "Africa/Casablanca")
