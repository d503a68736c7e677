import base64
import io

import openpyxl
import xlsxwriter

from odoo.exceptions import AccessError, UserError

from ..services.nomenclature import SHEETS
from .common import BudgetCase

[SPEC] = SHEETS
CHAPTER = "1.2.1.2.0.98.000"


class TestImportBudget(BudgetCase):
    """The breakdown comes from the ministry's workbook: every bad row named, all or nothing."""

    ROWS = [
        {"chapter": CHAPTER, "name_fr": "Matériel", "name_ar": "المعدات"},
        {"chapter": CHAPTER, "programme": "400", "name_fr": "Communication", "gender_mark": "G2"},
        {"chapter": CHAPTER, "programme": "400", "region": "4", "project": "10", "name_fr": "Moyens",
         "gender_score": 3},
        {"year": 2026, "chapter": CHAPTER, "programme": "400", "region": "4", "project": "10", "line": "11",
         "name_fr": "Fournitures", "name_ar": "لوازم", "unit": "BTR", "cp": 250000},
        {"year": 2026, "chapter": CHAPTER, "programme": "400", "region": "4", "project": "10", "line": "12",
         "name_fr": "Impression", "unit": "BTR", "cp": 50000.5},
    ]  # fmt: skip

    def workbook(self, rows):
        stream = io.BytesIO()
        book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False})
        sheet = book.add_worksheet("Morasse")
        for position, column in enumerate(SPEC.columns):
            sheet.write_string(0, position, column.fr[0])
            for line, row in enumerate(rows, 1):
                if row.get(column.code) is not None:
                    sheet.write(line, position, row[column.code])
        book.close()
        return stream.getvalue()

    def take(self, rows, name="morasse.xlsx"):
        batches = self.env["gov.import.batch"].with_user(self.budget_user)
        return batches._import_file("budget", self.workbook(rows), name)

    def errors(self, rows):
        batch = (
            self.env["gov.import.batch"]
            .with_user(self.budget_user)
            .create({"target": "budget", "file": base64.b64encode(self.workbook(rows)), "filename": "m.xlsx"})
        )
        batch.action_check()
        return {(error.line, error.code) for error in batch.error_ids}

    def free_year(self):
        """The general budget of 2026 in preparation, when the database has none: the test's own is of account TEST."""
        budget = self.env["gov.budget"].search(
            [("year", "=", 2026), ("kind", "=", "general"), ("account_code", "in", (False, ""))]
        )
        if budget and budget.state != "preparation":
            self.skipTest("the general budget of 2026 is open in this database")

    def test_rubrics_and_credits(self):
        self.free_year()
        self.take(self.ROWS)
        line = self.env["gov.budget.line"].search([("chapter_code", "=", CHAPTER), ("full_code", "like", "L11")])
        self.assertRecordValues(
            line, [{"full_code": "P400-R04-Pj10-L11", "cp_proposed": 250000, "region_id": self.far.id}]
        )
        self.assertEqual(line.unit_id, self.regional_unit)
        node = line.node_id
        self.assertEqual(node.with_context(lang="ar_MA").name, "لوازم")
        self.assertEqual(node.with_context(lang="fr_FR").name, "Fournitures")
        self.assertEqual(node.parent_id.parent_id.region_id, self.far)
        self.assertEqual(line.budget_id.state, "preparation")
        self.take([dict(self.ROWS[3], cp=260000)], "again.xlsx")
        self.assertEqual(line.cp_proposed, 260000)

    def test_every_bad_row_is_named(self):
        good = self.ROWS
        self.assertEqual(
            self.errors(
                [
                    *good[:3],
                    dict(good[3], line="1A"),
                    dict(good[3], chapter="9.9"),
                    dict(good[3], region=None),
                    dict(good[3], ce=10),
                    dict(good[2], cp=10),
                    dict(good[4], unit="NOBODY"),
                    dict(good[3], year=None, line="13"),
                    dict(good[3], programme="455", line="14"),
                    dict(good[3], gender_mark="G9", line="15"),
                    dict(good[3], line="16"),
                    dict(good[3], line="16"),
                ]
            ),
            {
                (5, "segment_code"),
                (6, "chapter_code"),
                (7, "segment_gap"),
                (8, "ce_functioning"),
                (9, "credits_level"),
                (9, "rubric_double"),
                (10, "unknown"),
                (11, "credits_year"),
                (12, "rubric_parent"),
                (13, "gender_mark"),
                (15, "rubric_double"),
            },
        )

    def test_rows_below_a_bad_one_are_not_blamed(self):
        self.free_year()
        rows = [dict(row) for row in self.ROWS]
        rows[1]["gender_mark"] = "G9"  # the programme
        rows[2]["gender_score"] = 7  # the project
        self.assertEqual({line for line, _code in self.errors(rows)}, {3, 4})
        # what stands in no row at all is still told
        rows = [dict(row) for row in self.ROWS if row.get("line") or not row.get("project")]
        rows[0]["name_fr"] = None
        self.assertEqual({line for line, _code in self.errors(rows)}, {2, 4, 5})

    def test_only_budget_officers(self):
        with self.assertRaises(AccessError):
            self.env["gov.import.batch"].with_user(self.auditor)._import_file(
                "budget", self.workbook(self.ROWS), "m.xlsx"
            )

    def test_credits_of_an_open_budget_are_not_imported(self):
        budget = self.env["gov.budget"].search(
            [("year", "=", 2026), ("kind", "=", "general"), ("account_code", "in", (False, ""))]
        )
        if not budget:
            self.take(self.ROWS)
            budget = self.env["gov.budget.line"].search([("chapter_code", "=", CHAPTER)]).budget_id
            budget.with_user(self.budget_user).action_vote("Law", "2025-12-31")
        self.assertIn((5, "budget_voted"), self.errors([dict(row, functional="08.4") for row in self.ROWS]))

    def test_export_reads_back(self):
        data = self.budget.with_user(self.auditor)._gov_workbook()
        sheet = openpyxl.load_workbook(io.BytesIO(data)).active
        rows = list(sheet.iter_rows(values_only=True))
        self.assertEqual(rows[0][:3], tuple(column.title("en") for column in SPEC.columns[:3]))
        cp = [column.code for column in SPEC.columns].index("cp")
        self.assertEqual(sum(row[cp] or 0 for row in rows[1:]), 6100)
        with self.assertRaises(AccessError):
            self.budget.with_user(self.employee)._gov_workbook()

    def test_undo_gives_back(self):
        self.free_year()
        batch = self.take(self.ROWS)
        batch.action_undo()
        self.assertFalse(self.env["gov.budget.node"].search([("chapter_code", "=", CHAPTER)]))

    def test_undo_gives_the_labels_back(self):
        self.free_year()
        self.take(self.ROWS)
        key = [("chapter_code", "=", CHAPTER), ("full_code", "=", "P400-R04-Pj10-L11")]
        node = self.env["gov.budget.node"].search(key)
        again = self.take([dict(self.ROWS[3], name_fr="Autre", name_ar="آخر", cp=1)], "again.xlsx")
        self.assertEqual([node.with_context(lang=lang).name for lang in ("fr_FR", "ar_MA")], ["Autre", "آخر"])
        again.action_undo()
        self.assertEqual([node.with_context(lang=lang).name for lang in ("fr_FR", "ar_MA")], ["Fournitures", "لوازم"])

    def test_a_text_is_never_a_formula(self):
        self.node_a.name = "=1+1"
        data = self.budget.with_user(self.auditor)._gov_workbook()
        sheet = openpyxl.load_workbook(io.BytesIO(data)).active
        cells = [cell for row in sheet.iter_rows() for cell in row if cell.value == "=1+1"]
        self.assertTrue(cells)
        self.assertTrue(all(cell.data_type != "f" for cell in cells))

    def test_empty_file(self):
        with self.assertRaises(UserError):
            self.take([])
