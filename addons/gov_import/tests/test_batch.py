from odoo.tests import TransactionCase

from odoo.addons.gov_import.services import problems
from odoo.addons.gov_import.services.problems import PROBLEMS
from odoo.addons.gov_import.services.report import errors_workbook


class TestBatch(TransactionCase):
    def test_each_problem_says_what_and_what_to_do_in_three_languages(self):
        for code in PROBLEMS:
            seen = set()
            for lang in ("en_US", "fr_FR", "ar_MA"):
                what, cure = problems.sentences(self.env(context={"lang": lang}), code, {})
                self.assertTrue(what and cure, code)
                seen.add((what, cure))
            self.assertEqual(len(seen), 3, code)

    def test_parameters_follow_the_language_and_a_percent_sign_does_no_harm(self):
        params = {"column": ["@", {"en": "Step", "fr": "Échelon", "ar": "الرتبة"}]}
        french = problems.sentences(self.env(context={"lang": "fr_FR"}), "required", params)
        self.assertIn("Échelon", french[1])
        shown = problems.sentences(self.env, "date", {"value": "100 %s %(x)s"})
        self.assertIn("100 %s %(x)s", shown[0])

    def test_unknown_code_of_a_removed_module_is_shown(self):
        self.assertEqual(problems.sentences(self.env, "gone", {})[0], "gone")

    def test_report_cells_are_text_whatever_they_begin_with(self):
        rows = [("=1+1", 1, "A", "+x", "@SUM(A1)", "-1", "{=1}")]
        self.assertNotIn(b"<f>", errors_workbook(False, "Errors", list("abcdefg"), rows))
