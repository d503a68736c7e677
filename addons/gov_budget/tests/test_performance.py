import csv
import io
import json
import zipfile
from unittest.mock import patch

import openpyxl
import pypdf

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, freeze_time, tagged

from odoo.addons.gov_document.services import rendering

from ..services import fiscal_package
from .framework_common import TODAY, YEAR, FrameworkCase


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestPerformance(FrameworkCase):
    """Objectives, indicators, the performance project and its report."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["gov.budget.objective"].search([]).action_archive()
        cls.env["gov.budget.indicator"].search([]).action_archive()
        cls.objective, cls.indicator = cls.make_objective(cls)
        cls.indicator.direction = "down"
        cls.indicator.responsible_id = cls.clerk
        values = cls.env["gov.budget.indicator.value"]
        for year, target, realised in (
            (YEAR - 2, 30, 31),
            (YEAR - 1, 28, 29),
            (YEAR, 25, None),
            (YEAR + 1, 20, None),
            (YEAR + 2, 18, None),
            (YEAR + 3, 15, None),
        ):
            values.create(
                {
                    "indicator_id": cls.indicator.id,
                    "year": year,
                    "target": target,
                    "realised": realised or 0,
                    "is_realised": realised is not None,
                }
            )

    def document(self, kind="pdp", year=YEAR + 1, user=None):
        return self.env["gov.budget.performance"].with_user(user or self.officer).create({"kind": kind, "year": year})

    def value(self, year):
        return self.indicator.value_ids.filtered(lambda value: value.year == year)

    def test_the_project_takes_results_the_law_and_three_targets(self):
        line = self.document().line_ids
        figures = [line[name] for name in ("realised_2", "realised_1", "law", "target_1", "target_2", "target_3")]
        self.assertEqual(figures, [31, 29, 25, 20, 18, 15])
        self.assertEqual(line._gov_text("realised"), "–")
        self.assertEqual(line._gov_text("target_1"), "20")

    def test_a_project_without_a_target_of_its_year_is_not_submitted(self):
        document = self.document()
        self.value(YEAR + 1).unlink()
        with self.refused("No target of .*700-1.1"):
            document.action_submit()

    def test_a_document_is_approved_by_another_and_then_freezes(self):
        document = self.document()
        document.action_submit()
        with self.assertRaises(AccessError):
            document.action_approve()
        self.officer.group_ids += self.env.ref("gov_base.group_authorising_officer")
        with self.refused("does not approve", AccessError):
            document.action_approve()
        document.with_user(self.top).action_approve()
        self.assertEqual(document.state, "approved")
        with self.refused("approved document"):
            self.value(YEAR + 1).with_user(self.officer).target = 5
        with self.assertRaises(UserError):
            document.with_user(self.officer).strategy = "Another"
        with self.assertRaises(UserError):
            document.line_ids.with_user(self.officer).write({"comment": "x"})

    def test_a_report_explains_each_gap(self):
        value = self.value(YEAR - 1)
        self.assertEqual((value.gap, value.is_missed), (1, True))
        report = self.document("rdp", YEAR - 1)
        self.assertEqual(report.missing_count, 1)
        with self.refused("Explain the gap .*700-1.1"):
            report.action_submit()
        value.with_user(self.clerk).comment = "Two posts stayed vacant"
        report.action_submit()
        self.assertEqual(report.line_ids.comment, "Two posts stayed vacant")
        self.assertEqual(report.state, "submitted")

    def test_a_gap_is_worked_out(self):
        value = self.value(YEAR - 1).with_user(self.officer)
        for vals in ({"gap": 0}, {"is_missed": False}):
            with self.assertRaises(UserError):
                value.write(vals)

    def test_a_report_without_a_result_is_not_submitted(self):
        report = self.document("rdp", YEAR)
        with self.refused("No result of"):
            report.action_submit()

    def test_a_result_of_zero_is_a_result(self):
        value = self.value(YEAR)
        value.with_user(self.clerk).write({"realised": 0, "is_realised": True})
        self.assertEqual((value.gap, value.is_missed), (-25, False))

    def test_results_are_entered_by_who_answers_and_targets_by_officers(self):
        value = self.value(YEAR)
        value.with_user(self.clerk).realised = 24
        self.assertTrue(value.is_realised)
        with self.assertRaises(AccessError):
            value.with_user(self.head).realised = 1
        with self.assertRaises(AccessError):
            value.with_user(self.clerk).target = 99
        with self.assertRaises(AccessError):
            self.env["gov.budget.indicator.value"].with_user(self.clerk).create(
                {"indicator_id": self.indicator.id, "year": YEAR + 9, "target": 1}
            )
        with self.assertRaises(AccessError):
            self.indicator.with_user(self.clerk).name = "Other"

    def test_a_report_is_due_at_the_end_of_july_after_its_year(self):
        report = self.document("rdp", YEAR - 1)
        self.assertEqual(str(report.due_on), f"{YEAR}-07-31")
        self.assertFalse(report.is_late)
        with freeze_time(f"{YEAR}-08-01"):
            report.invalidate_recordset()
            self.assertTrue(report.is_late)
            self.assertIn(report, self.env["gov.budget.performance"].search([("is_late", "=", True)]))

    def test_everyone_reads_what_was_approved_and_nothing_before(self):
        document = self.document()
        documents = self.env["gov.budget.performance"].with_user(self.clerk)
        self.assertFalse(documents.search([("id", "=", document.id)]))
        document.action_submit()
        document.with_user(self.top).action_approve()
        self.assertTrue(documents.search([("id", "=", document.id)]))
        self.assertEqual(len(document.with_user(self.clerk).line_ids), 1)
        with self.assertRaises(UserError):
            document.with_user(self.auditor).action_return("The auditor may not")

    def test_a_sub_indicator_details_an_indicator_of_its_objective(self):
        indicators = self.env["gov.budget.indicator"]
        child = indicators.create(
            {"code": "700-1.1.1", "name": "Women", "objective_id": self.objective.id, "parent_id": self.indicator.id}
        )
        with self.assertRaises(ValidationError):
            indicators.create(
                {"code": "700-1.1.2", "name": "Deeper", "objective_id": self.objective.id, "parent_id": child.id}
            )
        other = self.env["gov.budget.objective"].create(
            {"code": "700-2", "name": "Other", "programme_id": self.programme.id}
        )
        with self.assertRaises(ValidationError):
            child.objective_id = other

    def test_an_objective_is_for_a_programme(self):
        with self.assertRaises(ValidationError):
            self.objective.programme_id = self.project

    def test_no_value_goes_into_a_year_that_was_approved(self):
        document = self.document()
        document.with_user(self.officer).action_submit()
        document.with_user(self.top).action_approve()
        other = self.indicator.copy({"code": "700-1.9"})
        value = self.env["gov.budget.indicator.value"].create({"indicator_id": other.id, "year": 2090, "target": 3})
        with self.assertRaises(UserError):
            value.with_user(self.officer).year = document.year

    def test_figures_are_printed_with_a_comma_and_programmes_described(self):
        self.programme.write({"responsible_id": self.director.id, "strategy": "Near the people"})
        document = self.document()
        line = document.line_ids[0]
        self.env["gov.budget.indicator.value"].search([("indicator_id", "=", line.indicator_id.id)]).unlink()
        line.indicator_id.unit = "percent"
        values = {"indicator_id": line.indicator_id.id, "year": document.year, "target": 26.8}
        self.env["gov.budget.indicator.value"].create(values)
        document.with_user(self.officer).action_refresh()
        self.assertEqual(document.line_ids[0]._gov_text("target_1"), "26,8\u00a0%")
        report = document.action_print("fr")["report_name"]
        html = self.env["ir.actions.report"]._render_qweb_html(report, document.ids)[0].decode()
        self.assertIn("Near the people", html)
        self.assertIn(self.director.name, html)

    def test_the_document_is_printed_and_exported_in_both_languages(self):
        document = self.document()
        for lang in ("ar", "fr"):
            report = document.action_print(lang)
            html = (
                self.env["ir.actions.report"]
                .with_user(self.officer)
                ._render_qweb_html(report["report_name"], document.ids)[0]
            )
            self.assertIn(b"700-1.1", html)
        self.assertEqual(document._gov_workbook()[:2], b"PK")
        with self.assertRaises(UserError):
            document.action_print("de")


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestPerformanceGender(FrameworkCase):
    """The gender share of a budget: scores of projects, weights of the law, down to the lines."""

    def test_each_line_counts_for_the_weight_of_the_nearest_score_above(self):
        self.project.gender_score = 2
        self.water.gender_score = 5
        self.programme.gender_score = 3
        budget = self.env["gov.budget"].create({"fiscal_year_id": self.far_year.id})
        self.env["gov.budget.line"].create(
            [
                {"budget_id": budget.id, "node_id": node.id, "unit_id": self.service.id, "cp_proposed": 1000}
                for node in (self.paper, self.water, self.far_paper, self.building)
            ]
        )
        self.env.flush_all()
        rows = self.env["gov.budget.gender"].with_user(self.auditor).search([("budget_id", "=", budget.id)])
        found = {row.node_id: (row.score, row.counted, row.unscored) for row in rows}
        self.assertEqual(
            found,
            {
                self.paper: (2, 700, 0),
                self.water: (5, 0, 0),
                self.far_paper: (3, 300, 0),
                self.building: (0, 0, 1000),
            },
        )
        action = rows.filtered(lambda row: row.node_id == self.paper).action_open_line()
        self.assertEqual(self.env[action["res_model"]].browse(action["res_id"]).node_id, self.paper)
        far = self.env["gov.budget.gender"].with_user(self.far_officer).search([("budget_id", "=", budget.id)])
        self.assertEqual(far.node_id, self.far_paper)

    def test_the_weight_is_that_of_the_budget_year(self):
        parameter = self.env["gov.parameter"].search([("code", "=", "budget.gender.share.3")])
        parameter.valid_to = f"{YEAR - 1}-12-31"
        parameter.copy({"valid_from": f"{YEAR}-01-01", "valid_to": False, "value": 0.5})
        self.programme.gender_score = 3
        budget = self.env["gov.budget"].create({"fiscal_year_id": self.far_year.id})
        self.env["gov.budget.line"].create({"budget_id": budget.id, "node_id": self.paper.id, "cp_proposed": 1000})
        self.env.flush_all()
        self.assertEqual(self.env["gov.budget.gender"].search([("budget_id", "=", budget.id)]).counted, 500)


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestFrameworkDownloads(FrameworkCase, HttpCase):
    """Prints, tables and open data."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.addClassCleanup(rendering._pool.end)
        for user in (cls.head, cls.auditor, cls.officer, cls.clerk):
            user.password = user.login

    def test_the_tables_add_up_at_each_level(self):
        framework = self.filled()
        rows = framework._gov_table()
        self.assertEqual(
            [(row["level"], row["code"], row["cp_1"]) for row in rows if row["level"] != "line"][:4],
            [
                ("chapter", self.chapter.code, 15000),
                ("programme", "700", 15000),
                ("region", "00", 10000),
                ("project", "10", 10000),
            ],
        )
        total = framework._gov_total(rows)
        self.assertEqual(total["cp_1"], sum(row["cp_1"] for row in rows if row["level"] == "line"))
        self.assertEqual(total["cp_1"], 115000)

    def test_prints_render_in_both_languages(self):
        framework = self.filled()
        self.make_objective()
        self.programme_invest.write({"responsible_id": self.director.id, "strategy": "Near the people"})
        self.authenticate(self.officer.login, self.officer.login)
        for model in ("m1", "m2"):
            for lang in ("ar", "fr"):
                html = framework._gov_print_html(model, lang)
                self.assertIn(self.paper.full_code if model == "m2" else self.chapter.code, html)
                self.assertIn(f'dir="{"rtl" if lang == "ar" else "ltr"}"', html)
                if model == "m1":
                    self.assertIn("Near the people", html)
                    self.assertIn(self.director.name, html)
                url = framework.action_print(model, lang)["params"]["next"]["url"]
                answer = self.url_open(url)
                self.assertEqual((answer.status_code, answer.content[:5]), (200, b"%PDF-"))
        self.authenticate(self.clerk.login, self.clerk.login)
        self.assertEqual(self.url_open(url).status_code, 404)
        with self.assertRaises(UserError):
            framework.action_print("m3", "ar")
        with self.assertRaises(AccessError):
            framework.with_user(self.clerk).action_print("m1", "ar")

    def test_the_signatures_never_stand_alone(self):
        """Whatever the number of lines, the page of the signatures also holds the end of the table."""
        framework = self.filled()
        tree = {"kind": "line", "parent_id": self.project.id, "year_from": 2040}
        for count in (18, 3, 3, 3):  # the end of the table comes near the end of the page, and beyond
            codes = [f"{number:02d}" for number in range(20 + len(self.project.child_ids), 99)][:count]
            nodes = self.env["gov.budget.node"].create([dict(tree, code=code, name=f"Line {code}") for code in codes])
            for node in nodes:
                self.line(framework, node, self.service, (10, 10, 10))
            pdf = pypdf.PdfReader(io.BytesIO(framework._gov_pdf("m2", "fr")))
            last = pdf.pages[-1].extract_text()
            self.assertRegex(last, "Total .*", f"{len(framework.line_ids)} lines")

    def test_the_staff_stands_on_a_sheet_of_its_own(self):
        framework = self.filled()
        staff = [
            {"scale": "11", "grade": "Administrator", "number": 3, "amount": 36000050},
            {"scale": "10", "grade": "Technician", "number": 2, "amount": 0},
        ]
        with patch.object(type(framework), "_gov_staff_rows", lambda self: staff):
            book = openpyxl.load_workbook(io.BytesIO(framework._gov_workbook("m2")))
            self.assertEqual(len(openpyxl.load_workbook(io.BytesIO(framework._gov_workbook("m1"))).sheetnames), 1)
        self.assertEqual(len(book.sheetnames), 2)
        rows = [[cell.value for cell in row] for row in book.worksheets[1].iter_rows(min_row=5)]
        told = [["11", "Administrator", 3, 360000.5], ["10", "Technician", 2, 0], ["Total", "", 5, 360000.5]]
        self.assertEqual(rows[1:], told)

    def test_workbooks_are_downloaded_by_who_may(self):
        framework = self.collecting()
        need = self.need(framework, self.service)
        self.authenticate(self.head.login, self.head.login)
        answer = self.url_open(f"/gov_budget/need/{need.id}.xlsx")
        self.assertEqual((answer.status_code, answer.content[:2]), (200, b"PK"))
        other = self.need(framework, self.far_unit)
        self.assertEqual(self.url_open(f"/gov_budget/need/{other.id}.xlsx").status_code, 404)
        self.assertEqual(self.url_open("/gov_budget/need/999999999.xlsx").status_code, 404)
        self.authenticate(self.auditor.login, self.auditor.login)
        for model in ("m1", "m2"):
            answer = self.url_open(f"/gov_budget/framework/{framework.id}/{model}.xlsx")
            self.assertEqual((answer.status_code, answer.content[:2]), (200, b"PK"))
        self.authenticate(self.clerk.login, self.clerk.login)
        self.assertEqual(self.url_open(f"/gov_budget/framework/{framework.id}/m1.xlsx").status_code, 404)

    def voted(self):
        budget = self.env["gov.budget"].create({"fiscal_year_id": self.far_year.id})
        self.env["gov.budget.line"].create(
            [
                {"budget_id": budget.id, "node_id": self.paper.id, "unit_id": self.service.id, "cp_proposed": 10.55},
                {"budget_id": budget.id, "node_id": self.far_paper.id, "cp_proposed": 5},
                {"budget_id": budget.id, "node_id": self.building.id, "cp_proposed": 100, "ce_proposed": 250},
            ]
        )
        budget.with_user(self.officer).action_vote("Law 1-46", f"{YEAR}-01-01")
        return budget

    def test_open_data_are_those_of_a_voted_budget_and_keep_to_the_specification(self):
        budget = self.voted()
        package, rows = budget.with_user(self.auditor)._gov_package()
        table = list(csv.reader(io.StringIO("".join(fiscal_package.table(rows)))))
        self.assertEqual(fiscal_package.problems(package, table), [])
        self.assertEqual(len(table), 4)
        facts = list(fiscal_package.denormalise(package, table[1:]))
        self.assertEqual(sum(float(fact["amount"]) for fact in facts if fact["kind"] == "cp"), 115.55)
        self.assertEqual(sum(float(fact["amount"]) for fact in facts if fact["kind"] == "ce"), 250)
        self.assertEqual({fact["department"] for fact in facts}, {"98"})

    def test_open_data_are_downloaded_by_auditors_and_officers_who_see_all(self):
        budget = self.voted()
        self.assertIn(str(budget.id), budget.with_user(self.auditor).action_open_data()["url"])
        for user in (self.top, self.far_officer):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                budget.with_user(user).action_open_data()
        draft = self.env["gov.budget"].create(
            {"fiscal_year_id": self.far_year.id, "kind": "cas", "account_code": "98.001"}
        )
        with self.refused("in preparation"):
            draft.with_user(self.auditor).action_open_data()
        self.env.flush_all()
        self.authenticate(self.auditor.login, self.auditor.login)
        answer = self.url_open(f"/gov_budget/budget/{budget.id}/open-data.zip")
        self.assertEqual(answer.status_code, 200)
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            package = json.loads(archive.read("datapackage.json"))
            self.assertEqual(package["name"], f"budget-general-{YEAR}")
            self.assertEqual(archive.read("budget.csv").decode().count("\r\n"), 4)
