import base64
import io
import zipfile

import xlsxwriter
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..services import framework_book
from .framework_common import TODAY, YEAR, FrameworkCase


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestFrameworkCollection(FrameworkCase):
    """Needs of the units: ceilings, deadlines, who enters, who sees."""

    def test_a_framework_is_filled_from_the_law_and_the_former_framework(self):
        former = self.framework(base_year=YEAR - 1, collection_deadline=f"{YEAR - 1}-04-01")
        self.line(former, self.paper, self.service, (10, 20, 30), cp_later=40)
        self.line(former, self.far_paper, self.far_unit, (5, 6, 7))
        self.line(former, self.building, self.service, (5, 6, 7))
        former.sudo()._gov_write({"state": "sent"})
        budget = self.env["gov.budget"].create({"fiscal_year_id": self.far_year.id})
        self.env["gov.budget.line"].create(
            {"budget_id": budget.id, "node_id": self.water.id, "unit_id": self.service.id, "cp_proposed": 70}
        )
        self.env["gov.budget.line"].create(
            {"budget_id": budget.id, "node_id": self.paper.id, "unit_id": self.service.id, "cp_proposed": 12}
        )
        budget.with_user(self.officer).action_vote("Law 1-46", f"{YEAR}-01-01")
        framework = self.framework()
        framework.action_fill()
        rows = {line.node_id: line for line in framework.line_ids}
        self.assertEqual([rows[self.paper][name] for name in ("cp_1", "cp_2", "cp_3")], [20, 30, 40])
        self.assertEqual(rows[self.paper].lf_cp, 12)
        self.assertEqual([rows[self.water][name] for name in ("cp_1", "cp_2", "cp_3")], [70, 70, 70])
        self.assertEqual([rows[self.far_paper][name] for name in ("cp_1", "cp_2", "cp_3")], [6, 7, 7], "it goes on")
        self.assertEqual([rows[self.building][name] for name in ("cp_1", "cp_2", "cp_3")], [6, 7, 0], "it ends")
        framework.action_fill()
        self.assertEqual(len(framework.line_ids), 4, "filling twice adds nothing")

    def test_each_unit_gets_its_sheet_with_the_deadline_and_a_reminder(self):
        framework = self.collecting()
        need = self.need(framework, self.service)
        self.assertEqual(str(need.deadline), f"{YEAR}-04-01")
        self.assertEqual(need.activity_ids.user_id, self.head)
        self.assertEqual(set(need.line_ids), {self.lines["paper"], self.lines["building"]})

    def test_an_officer_of_a_region_asks_all_the_units(self):
        framework = self.filled()
        framework.with_user(self.far_officer).action_open_collection()
        self.assertEqual(len(framework.sudo().need_ids), 2)
        asked = framework.sudo().need_ids.activity_ids.user_id
        self.assertEqual(asked, self.head | self.far_head)
        framework.with_user(self.far_officer).action_open_arbitration()
        entry = self.env["gov.journal.entry"].search(
            [("model", "=", framework._name), ("res_id", "=", framework.id), ("act", "=", "open_arbitration")]
        )
        self.assertIn("TFS", str(entry.payload))

    def test_a_head_sees_the_needs_of_his_unit_only(self):
        framework = self.collecting()
        lines = self.env["gov.budget.framework.line"]
        mine = lines.with_user(self.head).search([("framework_id", "=", framework.id)])
        self.assertEqual(mine, self.lines["paper"] | self.lines["building"])
        self.assertEqual(
            lines.with_user(self.far_head).search([("framework_id", "=", framework.id)]), self.lines["far"]
        )
        self.env.invalidate_all()
        self.assertEqual(framework.with_user(self.head).need_ids.unit_id, self.service)
        with self.assertRaises(AccessError):
            self.lines["far"].with_user(self.head).read(["cp_1"])
        with self.assertRaises(AccessError):
            self.lines["far"].with_user(self.head).write({"cp_1": 1})
        for record in (self.lines["far"], self.need(framework, self.far_unit)):
            for operation in ("read", "write"):
                self.assertFalse(record.with_user(self.head).has_access(operation), (record, operation))
        self.assertTrue(self.lines["paper"].with_user(self.head).has_access("write"))

    def test_a_director_sees_the_units_under_him_and_a_colleague_nothing(self):
        framework = self.collecting()
        lines = self.env["gov.budget.framework.line"]
        self.assertEqual(len(lines.with_user(self.director).search([("framework_id", "=", framework.id)])), 2)
        self.assertFalse(lines.with_user(self.clerk).search([("framework_id", "=", framework.id)]))
        self.assertFalse(self.env["gov.budget.framework"].with_user(self.clerk).search([("id", "=", framework.id)]))

    def test_an_officer_with_regions_sees_his_regions(self):
        framework = self.collecting()
        seen = (
            self.env["gov.budget.framework.line"]
            .with_user(self.far_officer)
            .search([("framework_id", "=", framework.id)])
        )
        self.assertEqual(seen, self.lines["far"])

    def test_the_head_names_who_enters_and_nothing_else(self):
        framework = self.collecting()
        need = self.need(framework, self.service).with_user(self.head)
        need.officer_id = self.clerk
        self.lines["paper"].with_user(self.clerk).cp_1 = 90
        self.assertEqual(self.lines["paper"].cp_1, 90)
        with self.assertRaises(AccessError):
            need.deadline = f"{YEAR}-12-01"
        with self.assertRaises(AccessError):
            need.write({"ceiling_cp_1": 10**9})

    def test_the_unit_enters_while_its_sheet_is_open(self):
        framework = self.collecting()
        self.lines["paper"].with_user(self.head).write({"cp_1": 105, "hypotheses": "Contract"})
        added = self.line(
            framework,
            self.water,
            self.service,
            (30, 30, 30),
            user=self.head,
            nature="new",
            name="Fountains",
            hypotheses="3 x 10",
        )
        self.assertEqual(added.need_id, self.need(framework, self.service))
        with self.assertRaises(AccessError):
            self.line(framework, self.water, self.far_unit, (1, 1, 1), user=self.head)
        self.need(framework, self.service).with_user(self.head).action_submit()
        with self.assertRaises(AccessError):
            self.lines["paper"].with_user(self.head).cp_1 = 200
        with self.assertRaises(AccessError):
            self.line(framework, self.water, self.service, (1, 1, 1), user=self.head)

    def test_the_baseline_keeps_to_the_ceiling_and_new_measures_go_beyond(self):
        framework = self.collecting()
        need = self.need(framework, self.service)
        need.with_user(self.officer).write(
            {
                "has_ceiling": True,
                "ceiling_cp_1": 1099.99,
                "ceiling_cp_2": 5000,
                "ceiling_cp_3": 5000,
                "ceiling_ce_1": 1500,
            }
        )
        with self.refused("CP N.1: the baseline of T service is .1,100.00. DH for a ceiling of .1,099.99"):
            need.with_user(self.head).action_submit()
        need.with_user(self.officer).ceiling_cp_1 = 1100
        self.line(
            framework,
            self.water,
            self.service,
            (900, 0, 0),
            user=self.head,
            nature="new",
            name="More",
            hypotheses="Why",
        )
        need.with_user(self.head).action_submit()
        self.assertEqual(need.state, "submitted")

    def test_a_new_measure_says_its_purpose_and_how_it_was_worked_out(self):
        framework = self.collecting()
        self.line(framework, self.water, self.service, (9, 0, 0), user=self.head, nature="new", name="Fountains")
        with self.refused("does not say its purpose"):
            self.need(framework, self.service).with_user(self.head).action_submit()

    def test_needs_are_submitted_by_the_unit_and_accepted_by_another(self):
        framework = self.collecting()
        need = self.need(framework, self.service)
        with self.assertRaises(AccessError):
            need.with_user(self.officer).action_submit()
        need.with_user(self.head).action_submit()
        with self.assertRaises(AccessError):
            need.with_user(self.head).action_accept()
        with self.assertRaises(UserError):
            need.with_user(self.head).action_submit()
        self.service.manager_id = self.officer.employee_id
        with self.refused("Who asks does not accept", AccessError):
            need.with_user(self.officer).action_accept()
        need.with_user(self.second).action_accept()
        self.assertEqual((need.state, need.accepted_by_id), ("accepted", self.second))

    def test_returning_needs_takes_a_reason_and_opens_them_again(self):
        framework = self.collecting()
        need = self.need(framework, self.service)
        need.with_user(self.head).action_submit()
        with self.refused("reason"):
            need.with_user(self.officer).action_return("  ")
        need.with_user(self.officer).action_return("Water is missing")
        self.assertEqual(need.state, "open")
        self.assertFalse(need.submitted_by_id)
        self.assertIn("Water is missing", need.message_ids[0].body)

    def test_units_after_the_deadline_are_told_as_late(self):
        framework = self.collecting()
        self.need(framework, self.far_unit).with_user(self.far_head).action_submit()
        self.assertEqual(framework.late_count, 0)
        with freeze_time(f"{YEAR}-04-02"):
            framework.invalidate_recordset()
            self.assertEqual(framework.late_count, 1)
            late = self.env["gov.budget.framework.need"].search(
                [("is_late", "=", True), ("framework_id", "=", framework.id)]
            )
            self.assertEqual(late.unit_id, self.service)

    def test_states_and_kept_fields_are_not_written_by_hand(self):
        framework = self.collecting()
        need = self.need(framework, self.service)
        for record, vals in (
            (framework, {"state": "approved"}),
            (framework, {"approved_by_id": self.officer.id}),
            (need.with_user(self.officer), {"state": "accepted"}),
            (self.lines["paper"].with_user(self.officer), {"lf_cp": 5}),
            (self.lines["paper"].with_user(self.officer), {"asked_cp_1": 5}),
            (self.lines["paper"].with_user(self.officer), {"node_id": self.water.id}),
        ):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                record.write(vals)
        with self.assertRaises(UserError):
            self.framework(base_year=YEAR + 3, state="approved")
        other = self.env["gov.budget.framework"].with_user(self.officer).with_context(default_state="approved")
        self.assertEqual(other.create({"base_year": YEAR + 4}).state, "draft")
        with self.assertRaises(UserError):
            framework.copy()

    def test_an_auditor_reads_everything_and_writes_nothing(self):
        framework = self.collecting().with_user(self.auditor)
        self.assertEqual(len(framework.line_ids), 3)
        self.assertTrue(framework.get_checklist())
        for act in ("action_fill", "action_open_arbitration", "action_approve"):
            with self.subTest(act=act), self.assertRaises(UserError):
                getattr(framework, act)()
        with self.assertRaises(AccessError):
            framework.note = "x"
        with self.assertRaises(AccessError):
            self.lines["paper"].with_user(self.auditor).cp_1 = 5

    def test_one_line_for_a_unit_a_heading_and_a_purpose(self):
        framework = self.filled()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.line(framework, self.paper, self.service, (1, 1, 1))
            self.env.flush_all()
        self.line(framework, self.paper, self.service, (1, 1, 1), nature="new", name="One")
        self.line(framework, self.paper, self.service, (1, 1, 1), nature="new", name="Two")

    def test_nothing_is_programmed_on_a_rubric_that_is_not_in_use(self):
        framework = self.framework()
        line = self.line(framework, self.paper, self.service, (100, 0, 0))
        self.paper.with_user(self.officer).action_close(YEAR + 1, "No longer used")
        with self.refused(f"not in use in {YEAR + 3}", ValidationError):
            line.cp_3 = 1
        with self.refused(f"not in use in {YEAR + 2}", ValidationError):
            line.ce_2 = 1
        self.water.with_user(self.officer).action_close(YEAR, "No longer used")
        with self.refused(f"not in use in {YEAR + 1}", ValidationError):
            self.line(framework, self.water, self.service)
        self.far_paper.year_from = YEAR + 2
        with self.refused(f"not in use in {YEAR + 1}", ValidationError):
            self.line(framework, self.far_paper, self.far_unit, (1, 1, 1))
        self.assertTrue(self.line(framework, self.far_paper, self.far_unit, (0, 1, 1)))

    def test_the_law_is_carried_on_until_the_end_of_a_rubric(self):
        self.paper.with_user(self.officer).action_close(YEAR + 1, "No longer used")
        budget = self.env["gov.budget"].create({"fiscal_year_id": self.far_year.id})
        self.env["gov.budget.line"].create(
            {"budget_id": budget.id, "node_id": self.paper.id, "unit_id": self.service.id, "cp_proposed": 70}
        )
        budget.with_user(self.officer).action_vote("Law 1-46", f"{YEAR}-01-01")
        framework = self.framework()
        framework.action_fill()
        line = framework.line_ids.filtered(lambda one: one.node_id == self.paper)
        self.assertEqual((line.cp_1, line.cp_2, line.cp_3), (70, 0, 0))

    def test_a_line_given_to_another_unit_leaves_the_sheet_of_the_former(self):
        framework = self.filled()
        needs = self.env["gov.budget.framework.need"].with_user(self.officer)
        former, other = needs.create(
            [{"framework_id": framework.id, "unit_id": unit.id} for unit in (self.service, self.far_unit)]
        )
        line = self.line(framework, self.water, self.service, (5, 0, 0))
        self.assertEqual(line.need_id, former)
        line.unit_id = self.far_unit
        self.assertEqual(line.need_id, other)
        line.unit_id = self.directorate
        self.assertFalse(line.need_id)

    def test_no_credit_stands_on_revenue(self):
        framework = self.framework()
        node, values = None, {"year_from": 2040, "name": "Revenue"}
        tree = [("chapter", "1.1.0.0.0.98.000"), ("programme", "700"), ("region", "00"), ("project", "10")]
        for kind, code in tree:
            node = self.env["gov.budget.node"].create(
                dict(values, kind=kind, code=code, parent_id=node.id if node else False)
            )
        self.assertEqual(node.section, "revenue")
        with self.refused("rubric of revenue"):
            self.line(framework, node, self.service, (100, 0, 0))

    def test_credits_stand_on_projects_and_lines(self):
        with self.assertRaises(ValidationError):
            self.line(self.framework(), self.programme, self.service, (1, 1, 1))

    def test_odd_amounts_get_a_sentence(self):
        framework = self.collecting()
        line = self.lines["paper"].with_user(self.head)
        for value in (float("nan"), float("inf"), 1e300, "lots"):
            with self.subTest(value=value), self.assertRaises(UserError):
                line.write({"cp_1": value})
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
            line.write({"cp_1": -1})
            line.flush_recordset()
        self.assertEqual(framework.line_count, 3)

    def test_two_frameworks_of_one_year_are_refused(self):
        self.framework()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.framework()


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestFrameworkWorkbook(FrameworkCase):
    """The sheet of a unit out and in: what comes out goes in unchanged; a bad row stops all."""

    def upload(self, rows, unit=None, user=None, raw=None):
        need = self.need(self.collected, unit or self.service).with_user(user or self.head)
        content = raw or framework_book.needs_workbook(["T"], rows, "fr_FR")
        return need.action_import(base64.b64encode(content).decode(), "needs.xlsx")

    def setUp(self):
        super().setUp()
        self.collected = self.collecting()
        self.good = {"chapter": self.chapter.code, "code": self.water.full_code, "nature": "baseline", "cp_1": 7.25}

    def test_what_is_exported_and_imported_changes_nothing(self):
        need = self.need(self.collected, self.service).with_user(self.head)
        for lang in ("en_US", "fr_FR", "ar_MA"):
            content = need.with_context(lang=lang)._gov_workbook()
            before = need.line_ids.read(["cp_1", "ce_1", "cp_3", "name", "nature", "write_date"])
            result = need.action_import(base64.b64encode(content).decode(), "needs.xlsx")
            self.assertEqual(result, {"taken": 2, "errors": []})
            self.assertEqual(need.line_ids.read(["cp_1", "ce_1", "cp_3", "name", "nature", "write_date"]), before)

    def test_rows_of_the_file_are_taken_and_the_others_stay(self):
        result = self.upload([self.good, dict(self.good, code=self.paper.full_code.lower(), cp_1=99)])
        self.assertEqual(result["taken"], 2)
        self.assertEqual(self.lines["paper"].cp_1, 99)
        self.assertEqual(self.lines["building"].cp_1, 1000)
        need = self.need(self.collected, self.service)
        self.assertEqual(need.line_ids.filtered(lambda line: line.node_id == self.water).cp_1, 7.25)

    def test_bad_rows_are_named_with_their_cell_and_nothing_is_taken(self):
        result = self.upload(
            [
                self.good,
                dict(self.good, code="P999-R00-Pj10-L11"),
                dict(self.good, code=self.programme.full_code),
                dict(self.good, code=self.paper.full_code, ce_1=5),
                dict(self.good, nature="new"),
                self.good,
            ]
        )
        self.assertEqual(result["taken"], 0)
        self.assertFalse(
            self.need(self.collected, self.service).line_ids.filtered(lambda line: line.node_id == self.water)
        )
        places = [error["place"] for error in result["errors"]]
        # headings stand on line 3 (one title, one empty line)
        self.assertEqual(places, ["Besoins!B5", "Besoins!B6", "Besoins!H7", "Besoins!E8", "Besoins!B9"])
        text = " ".join(error["message"] for error in result["errors"])
        for words in ("P999-R00-Pj10-L11", "above them", "investment only", "does not say its purpose", "Line 4"):
            self.assertIn(words, text)

    def test_one_heading_written_in_two_ways_is_one_heading(self):
        code = self.water.full_code
        for other in (code.lower(), code.replace("-", "- ")):
            result = self.upload([self.good, dict(self.good, code=other, cp_1=9)])
            self.assertEqual([error["place"] for error in result["errors"]], ["Besoins!B5"], other)
            self.assertIn("Line 4", result["errors"][0]["message"])

    def test_amounts_that_are_no_numbers_are_named(self):
        stream = io.BytesIO()
        with xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False}) as book:
            sheet = book.add_worksheet("Besoins")
            sheet.write_row(0, 0, ["Chapitre", "Clé", "CP exercice N+1"])
            sheet.write_row(1, 0, [self.chapter.code, self.water.full_code, "beaucoup"])
            sheet.write_row(2, 0, [self.chapter.code, self.paper.full_code, -5])
        result = self.upload(None, raw=stream.getvalue())
        self.assertEqual([error["place"] for error in result["errors"]], ["Besoins!C2", "Besoins!C3"])
        self.assertIn("beaucoup", result["errors"][0]["message"])

    def test_text_is_never_a_formula_out_nor_in(self):
        self.line(
            self.collected,
            self.water,
            self.service,
            (5, 0, 0),
            user=self.head,
            nature="new",
            name="=HYPERLINK(1)",
            hypotheses="=cmd|'/c calc'!A1",
        )
        need = self.need(self.collected, self.service).with_user(self.head)
        content = need._gov_workbook()
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                if name.startswith("xl/worksheets/sheet"):
                    self.assertNotIn(b"<f>", archive.read(name))
        self.assertEqual(need.action_import(base64.b64encode(content).decode(), "n.xlsx")["errors"], [])
        self.assertTrue(need.line_ids.filtered(lambda line: line.name == "=HYPERLINK(1)"))

    def test_files_that_are_no_workbook_are_refused_in_a_sentence(self):
        for raw in (b"\x00\x01", b"%PDF-1.7 x", b"PK\x03\x04broken"):
            result = self.upload(None, raw=raw)
            self.assertEqual(result["taken"], 0)
            self.assertTrue(result["errors"][0]["message"])
        need = self.need(self.collected, self.service).with_user(self.head)
        with self.refused("did not arrive whole"):
            need.action_import("é", "x.xlsx")

    def test_only_the_unit_and_officers_read_a_workbook_in(self):
        with self.assertRaises(AccessError):
            self.upload([self.good], user=self.far_head)
        with self.assertRaises(AccessError):
            self.upload([self.good], user=self.auditor)
        self.need(self.collected, self.service).with_user(self.head).action_submit()
        with self.assertRaises(UserError):
            self.upload([self.good])

    def test_the_dialog_shows_what_is_wrong(self):
        need = self.need(self.collected, self.service).with_user(self.head)
        raw = framework_book.needs_workbook(["T"], [dict(self.good, code="P999")], "en_US")
        dialog = (
            self.env["gov.budget.need.upload"]
            .with_user(self.head)
            .create({"need_id": need.id, "file": base64.b64encode(raw), "filename": "n.xlsx"})
        )
        self.assertEqual(dialog.action_load()["res_id"], dialog.id)
        self.assertEqual(dialog.error_count, 1)
        self.assertIn("Needs!B4", dialog.error_text)
