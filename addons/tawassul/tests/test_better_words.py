import polib

from odoo.tests import TransactionCase, tagged
from odoo.tools import file_path
from odoo.tools.translate import code_translations

from ..tools.better_words import term_files, web_words


@tagged("post_install", "-at_install")
class TestBetterWords(TransactionCase):
    """Our words for Odoo's own terms are in force, and stay so when modules are updated."""

    def _label(self, lang):
        return self.env["hr.employee"].with_context(lang=lang).fields_get(["department_id"])["department_id"]["string"]

    def test_words_of_the_administration_replace_those_of_core(self):
        self.assertEqual(self._label("ar_MA"), "الوحدة الإدارية")
        self.assertEqual(self._label("fr_FR"), "Unité")
        self.assertEqual(self._label("en_US"), "Department")

    def test_words_of_views_are_ours_too(self):
        view = self.env.ref("hr.view_employee_form")
        self.assertIn("توزيع الأجرة", view.with_context(lang="ar_MA").arch_db)

    def test_words_survive_an_update_of_the_module_they_belong_to(self):
        modules = self.env["ir.module.module"]
        # what an update of hr does, with its own words written over all
        super_terms = modules.search([("name", "=", "hr")])
        self.env.ref("hr.field_hr_employee__department_id").with_context(lang="ar_MA").field_description = "القسم"
        super_terms._update_translations(["ar_MA"], overwrite=True)
        self.env.invalidate_all()
        self.env.registry.clear_all_caches()
        self.assertEqual(self._label("ar_MA"), "الوحدة الإدارية")

    def test_web_client_gets_our_words_and_keeps_the_others(self):
        ours = web_words("ar_MA")["web"]
        self.assertIn("Odoo Session Expired", ours)
        found, _parameters = self.env["ir.http"]._get_translations_for_webclient(["web"], "ar_MA")
        messages = {message["id"]: message["string"] for message in found["web"]["messages"]}
        self.assertEqual(messages["Odoo Session Expired"], ours["Odoo Session Expired"])
        core = code_translations.get_web_translations("web", "ar_MA")["messages"]
        self.assertEqual(set(messages), {message["id"] for message in core} | set(ours))

    def test_no_word_of_ours_names_the_publisher(self):
        for lang in ("ar_MA", "fr_FR", "en_US"):
            for path in term_files(lang):
                for entry in polib.pofile(file_path(path)):
                    self.assertNotIn("odoo", entry.msgstr.lower())
                    self.assertTrue(entry.msgstr, entry.msgid)

    def test_each_word_still_has_its_place_in_core(self):
        for lang in ("ar_MA", "fr_FR"):
            for path in term_files(lang):
                for entry in polib.pofile(file_path(path)):
                    module = entry.comment.split("module:")[1].split()[0]
                    pot = {term.msgid for term in polib.pofile(file_path(f"{module}/i18n/{module}.pot"))}
                    self.assertIn(entry.msgid, pot, f"{path}: core no longer says this")
