import io

from openpyxl import load_workbook

from odoo.exceptions import ValidationError
from odoo.tests import BaseCase, freeze_time, tagged

from ..services import numbering
from .common import DocumentCase


@tagged("post_install", "-at_install")
class TestPatterns(BaseCase):
    def test_rendered_patterns(self):
        for pattern, expected in (
            ("{number}", "7"),
            ("{number:04d}/DRH/{year}", "0007/DRH/2026"),
            ("N° {number:4d}-{year2}", "N°    7-26"),
            ("{register}/{number:05d}", "work/00007"),
            ("{{x}} {number}", "{x} 7"),
        ):
            self.assertEqual(numbering.render(pattern, 7, 2026, "work"), expected)

    def test_refused_patterns(self):
        for pattern, code in (
            ("{number", "syntax"),
            ("number}", "syntax"),
            ("", "number"),
            ("{year}", "number"),
            ("{number}", "year"),
            ("{number.__class__}{year}", "unknown"),
            ("{number[0]}{year}", "unknown"),
            ("{number!r}{year}", "unknown"),
            ("{0}{year}", "unknown"),
            ("{}{year}", "unknown"),
            ("{object}{number}{year}", "unknown"),
            ("{number:{year}}", "format"),
            ("{number:>99999999d}{year}", "format"),
            ("{number:0999999999d}{year}", "format"),
            ("{year:0100d}{number}", "format"),
        ):
            with self.subTest(pattern), self.assertRaises(numbering.PatternError) as caught:
                numbering.check(pattern, yearly=True)
            self.assertEqual(caught.exception.code, code, pattern)


@tagged("post_install", "-at_install")
class TestRegister(DocumentCase):
    def test_unsafe_pattern_is_refused_with_a_sentence(self):
        for pattern in ("{number.__class__}/{year}", "{env}/{number}/{year}", "{year}"):
            with self.assertRaises(ValidationError):
                self.register.pattern = pattern

    def test_numbers_follow_without_gap_and_start_again_each_year(self):
        first = self.Document._gov_prepare([self.vals() for _n in range(3)])
        second = self.Document._gov_prepare([self.vals(), self.vals(issue_date="2027-01-02"), self.vals()])
        self.assertEqual(first.mapped("number"), ["0001/T/2026", "0002/T/2026", "0003/T/2026"])
        self.assertEqual(second.mapped("number"), ["0004/T/2026", "0001/T/2027", "0005/T/2026"])

    def test_failed_issue_gives_its_number_back(self):
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            self.Document._gov_prepare([self.vals()])
            raise ZeroDivisionError
        self.assertEqual(self.Document._gov_prepare([self.vals()]).number, "0001/T/2026")

    def test_register_without_years_never_starts_again(self):
        register = self.register.create({"code": "ever", "name": "E", "pattern": "{number}", "yearly": False})
        a, b = self.Document._gov_prepare(
            [self.vals(register=register), self.vals(register=register, issue_date="2027-01-01")]
        )
        self.assertEqual((a.number, b.number), ("1", "2"))

    @freeze_time("2026-03-05")
    def test_example_shows_the_next_number(self):
        self.assertEqual(self.register.example, "0001/T/2026")
        self.issue()
        self.register.invalidate_recordset()
        self.assertEqual(self.register.example, "0002/T/2026")

    def test_code_of_a_used_register_cannot_change(self):
        self.register.code = "other"
        self.issue()
        with self.assertRaises(ValidationError):
            self.register.code = "another"

    def test_printed_register_marks_the_revoked_and_keeps_every_number(self):
        documents = self.issue(3)
        documents[1].action_revoke("Wrong date")
        rows = list(self.register._print_rows("2026"))
        self.assertEqual([row[0] for _state, row in rows], documents.mapped("number"))
        self.assertEqual([state for state, _row in rows], ["valid", "revoked", "valid"])
        self.assertIn("Wrong date", rows[1][1][-1])
        self.assertTrue(self.register._print_pdf("2026").startswith(b"%PDF"))

    def test_spreadsheet_holds_no_formula(self):
        names = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "{=1}", "=cmd|' /C calc'!A0"]
        people = self.env["hr.employee"].create([{"name": name, "sex": "male"} for name in names])
        for person in people:
            self.issue(employee=person, record=person)
        book = load_workbook(io.BytesIO(self.register._print_xlsx("2026")))
        cells = [cell for row in book.active.iter_rows() for cell in row]
        self.assertNotIn("f", {cell.data_type for cell in cells})
        values = {cell.value for cell in cells}
        self.assertTrue({name for name in names if name.strip() == name} <= values)
