import io

import openpyxl

from odoo.addons.gov_base.tests.common import make_user
from odoo.addons.gov_hr.tests.common import CareerCase


class TestStaffTable(CareerCase):
    """The budget book counts the staff by grade, with the gross pay of a year, and names nobody."""

    def rows(self):
        found = self.env["gov.budget.framework"].new({})._gov_staff_rows()
        return {row["grade"]: row for row in found}

    def test_number_and_amount_by_grade(self):
        grade = self.grade("ADM3")
        before = self.rows().get(grade.name, {"number": 0, "amount": 0})
        new = self.make_employee("Third colleague")
        self.make_employee("Without a grade", grade="NONE", echelon=False)
        after = self.rows()[grade.name]
        gross = new.get_pay_statement()["gross"]
        self.assertEqual(after["number"], before["number"] + 1)
        self.assertEqual(after["amount"] - before["amount"], round(gross * 100) * 12)
        self.assertEqual(set(after), {"scale", "grade", "number", "amount"})
        self.assertTrue(before["number"] >= 2)

    def test_a_file_that_lacks_something_is_counted(self):
        grade = self.grade("ADM3")
        before = self.rows()[grade.name]
        self.make_employee("Zone unknown", residence_zone=False)
        self.assertEqual(self.rows()[grade.name]["number"], before["number"] + 1)

    def test_the_workbook_has_a_sheet_of_the_staff(self):
        officer = make_user(self.env, "st_officer", "budget_officer")
        framework = self.env["gov.budget.framework"].with_user(officer).create({"base_year": 2056})
        book = openpyxl.load_workbook(io.BytesIO(framework._gov_workbook("m2")))
        found = {row[1].value: [cell.value for cell in row[2:4]] for row in book.worksheets[1].iter_rows()}
        row = self.rows()[self.grade("ADM3").name]
        self.assertEqual(found[row["grade"]], [row["number"], row["amount"] / 100])
