import base64
import copy
import io
import zipfile

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..services.framework import SHEETS, export_rows
from .common import FrameworkCase


@tagged("post_install", "-at_install")
class TestFrameworkImport(FrameworkCase):
    """The whole framework as one workbook: all or nothing, every bad row named, brought up to date by code."""

    def refused(self, change):
        """Import the rows once changed; return the errors as ``(sheet, line, heading, code)``."""
        rows = copy.deepcopy(self.rows)
        change(rows)
        batch = self.Batch.create(
            {"target": "framework", "filename": "x.xlsx", "file": base64.b64encode(self.workbook(rows))}
        )
        batch._gov_carry_out()
        self.assertNotEqual(batch.state, "done")
        self.assertFalse(self.env["hr.job"].search([("rec_code", "=like", "T-0%")]), "something was taken")
        return [(error.sheet, error.line, error.heading, error.code) for error in batch.error_ids]

    def test_every_table_is_taken_in_three_languages(self):
        self.take()
        job = self.env["hr.job"].search([("rec_code", "=", "T-01")])
        names = [job.with_context(lang=lang).name for lang in ("ar_MA", "fr_FR", "en_US")]
        self.assertEqual(names, ["وظيفة", "Emploi un", "Job one"])
        self.assertEqual(job.family_id.code, "T-A")
        self.assertEqual(job.access_grade_ids.mapped("code"), ["ADM2", "ADM3"])
        self.assertEqual(
            [(line.skill_id.code, line.level_rank, line.weight, line.is_critical) for line in job._gov_profile()],
            [("K1", 3, 3, True), ("H1", 2, 1, False)],
        )
        self.assertEqual(job.path_ids.mapped(lambda path: (path.near_job_id.rec_code, path.kind, path.months)),
                         [("T-02", "evolution", 12)])  # fmt: skip
        self.assertEqual(job.activity_line_ids.with_context(lang="ar_MA").name, "نشاط")
        self.assertEqual(job.post_ids.budget_number, "PB1")

    def test_english_falls_back_on_french(self):
        self.take()
        skill = self.env["hr.skill"].search([("code", "=", "H1")])
        self.assertEqual(skill.with_context(lang="en_US").name, "Pratique")

    def test_export_then_import_changes_nothing(self):
        self.take()
        for lang in ("ar_MA", "fr_FR", "en_US"):
            family = self.env["gov.job.family"].with_user(self.Batch.env.user).with_context(lang=lang)
            batch = self.Batch._import_file("framework", family._gov_framework_workbook(), f"{lang}.xlsx")
            self.assertEqual(batch.sudo().made["changed"], [])
            self.assertFalse(any(batch.sudo().made["created"].values()))

    def test_known_code_brings_the_row_up_to_date(self):
        self.take()
        rows = copy.deepcopy(self.rows)
        rows["jobs"][0]["name_ar"] = "وظيفة جديدة"
        rows["profiles"][0]["level"] = 4
        before = self.env["hr.job"].search_count([])
        self.take(rows, "second.xlsx")
        self.assertEqual(self.env["hr.job"].search_count([]), before)
        job = self.env["hr.job"].search([("rec_code", "=", "T-01")])
        self.assertEqual(job.with_context(lang="ar_MA").name, "وظيفة جديدة")
        self.assertEqual(job._gov_profile()[0].level_rank, 4)

    def test_job_of_the_same_name_outside_the_framework_enters_it(self):
        job = self.env["hr.job"].with_context(lang="fr_FR").create({"name": "Emploi un"})
        self.take()
        self.assertEqual(job.rec_code, "T-01")

    def test_undo_puts_back_what_was_there(self):
        self.take()
        rows = copy.deepcopy(self.rows)
        rows["jobs"][0]["name_ar"] = "وظيفة جديدة"
        rows["jobs"][0]["experience"] = 9
        rows["competencies"].append({"code": "B1", "kind": "Savoir-être", "name_ar": "سلوك", "name_fr": "Attitude"})
        batch = self.take(rows, "second.xlsx")
        batch._gov_undo()
        job = self.env["hr.job"].search([("rec_code", "=", "T-01")])
        self.assertEqual(job.with_context(lang="ar_MA").name, "وظيفة")
        self.assertEqual(job.access_experience, 2)
        self.assertFalse(self.env["hr.skill"].search([("code", "=", "B1")]))

    def test_unknown_references_are_named_with_line_and_column(self):
        def change(rows):
            rows["jobs"][1]["family"] = "NOPE"
            rows["profiles"][1]["skill"] = "ZZ"
            rows["posts"][0]["unit"] = "NOWHERE"

        found = self.refused(change)
        self.assertIn(("Emplois", 3, "Famille", "unknown_in_file"), found)
        self.assertIn(("Profils", 3, "Compétence", "unknown_in_file"), found)
        self.assertIn(("Postes", 2, "Code unité", "unknown"), found)

    def test_level_beyond_four_is_refused(self):
        found = self.refused(lambda rows: rows["profiles"][0].update(level=5))
        self.assertEqual(found, [("Profils", 2, "Niveau requis", "range")])

    def test_job_in_a_family_with_sub_families_is_refused(self):
        found = self.refused(lambda rows: rows["jobs"][0].update(family="T"))
        self.assertIn(("Emplois", 2, "Famille", "family_with_sub_families"), found)

    def test_third_level_of_families_is_refused(self):
        def change(rows):
            rows["families"].append({"code": "T-A-1", "parent": "T-A", "name_ar": "ا", "name_fr": "Trois"})

        self.assertIn(("Familles", 4, "Famille mère", "own_parent"), self.refused(change))

    def test_same_competency_twice_in_a_profile_is_refused(self):
        found = self.refused(lambda rows: rows["profiles"].append(dict(rows["profiles"][0], level=1)))
        self.assertEqual(found, [("Profils", 4, "Compétence", "double_row")])

    def test_path_to_itself_is_refused(self):
        found = self.refused(lambda rows: rows["paths"][0].update(near="T-01"))
        self.assertEqual(found, [("Emplois proches", 2, "Vers l'emploi", "same_job")])

    def test_person_holds_one_post(self):
        person = self.env["hr.employee"].create({"name": "One", "ppr_number": "7000001"})

        def change(rows):
            rows["posts"][0]["holder"] = person.ppr_number
            rows["posts"].append(dict(rows["posts"][0], code="TP-2", budget="PB2"))

        self.assertEqual(self.refused(change), [("Postes", 3, "Titulaire (PPR)", "holder_twice")])

    def test_text_of_the_workbook_is_never_a_formula(self):
        rows = copy.deepcopy(self.rows)
        rows["jobs"][0]["name_fr"] = "=HYPERLINK(1)"
        self.take(rows)
        family = self.env["gov.job.family"].with_user(self.Batch.env.user)
        self.assertIn("=HYPERLINK(1)", str(export_rows(family.env)["jobs"]))
        book = zipfile.ZipFile(io.BytesIO(family._gov_framework_workbook()))
        sheets = b"".join(book.read(name) for name in book.namelist() if "worksheets/sheet" in name)
        self.assertNotIn(b"<f>", sheets)

    def test_export_and_import_are_for_those_who_keep_the_framework(self):
        reader = self.make_user("reader1")
        with self.assertRaises(AccessError):
            self.env["gov.job.family"].with_user(reader).action_export_framework()
        with self.assertRaises(AccessError):
            self.env["gov.import.batch"].with_user(reader)._import_file(
                "framework", self.workbook(self.rows), "x.xlsx"
            )

    def test_payroll_numbers_leave_for_human_resources_only(self):
        person = self.env["hr.employee"].create({"name": "One", "ppr_number": "7000001"})
        self.take()
        self.env["gov.post"].search([("code", "=", "TP-1")]).employee_id = person
        for role, number in (("hr_officer", "7000001"), ("training_officer", None)):
            user = self.make_user(f"export_{role}", f"gov_base.group_{role}")
            rows = export_rows(self.env(user=user))["posts"]
            self.assertEqual([row["holder"] for row in rows if row["code"] == "TP-1"], [number])

    def test_headings_differ_inside_each_sheet(self):
        for spec in SHEETS:
            for lang in ("en", "fr", "ar"):
                titles = [column.title(lang) for column in spec.columns]
                self.assertEqual(len(titles), len(set(titles)), (spec.code, lang))
