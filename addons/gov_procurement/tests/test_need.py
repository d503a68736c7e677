import io

import openpyxl
import xlsxwriter

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from ..controllers.plan import needs_workbook
from ..services import needs as workbook
from .common import TODAY, ProcurementCase

[SPEC] = workbook.SHEETS


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestNeed(ProcurementCase):
    """Needs of units: written and sent by them, grouped into the programme, who grouped what kept."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_unit = cls.env["hr.department"].create({"name": "Archives", "unit_code": "ARCH"})
        cls.clerk = cls.make_user("b_clerk")
        cls.stranger = cls.make_user("b_stranger")
        cls.env["hr.employee"].create(
            [
                {"name": "Clerk", "user_id": cls.clerk.id, "department_id": cls.unit.id},
                {"name": "Stranger", "user_id": cls.stranger.id, "department_id": cls.other_unit.id},
            ]
        )
        cls.unit.unit_code = cls.unit.unit_code or "BTR"

    def need(self, user=None, **vals):
        return (
            self.env["gov.procurement.need"]
            .with_user(user or self.clerk)
            .create(
                {
                    "name": "Paper",
                    "nature_id": self.nature.id,
                    "year": 2027,
                    "need_date": "2027-06-30",
                    "quantity": 10,
                    "measure": "box",
                    "estimate_untaxed": 10_000,
                    **vals,
                }
            )
        )

    def test_a_clerk_writes_and_sends_for_his_own_unit(self):
        need = self.need()
        self.assertEqual(need.unit_id, self.unit)
        need.action_send()
        self.assertEqual((need.state, need.sent_by_id), ("sent", self.clerk))
        with self.refuses():
            need.estimate_untaxed = 5
        with self.refuses():
            need.unlink()
        with self.refuses():
            need.with_user(self.stranger).read(["name"])
        with self.refuses():
            self.need(self.clerk, unit_id=self.other_unit.id)
        self.assertEqual(need.with_user(self.auditor).name, "Paper")
        with self.refuses():
            need.with_user(self.auditor).action_cancel()

    def test_nothing_moves_but_by_the_acts(self):
        need = self.need()
        for vals in ({"state": "grouped"}, {"plan_line_id": 1}, {"grouped_by_id": self.clerk.id}):
            with self.subTest(vals=vals), self.refuses():
                need.write(vals)
        with self.refuses():
            self.need(state="sent")
        copied = need.with_context(default_state="grouped").copy()
        self.assertEqual(copied.state, "draft")
        need.action_send()
        for act in ("action_group", "action_ungroup"):
            with self.refuses():
                getattr(need, act)()
        with self.refuses():
            need.action_return("Not clear enough")
        with self.refuses():
            need.with_user(self.stranger).action_cancel()

    def test_a_need_comes_back_with_a_reason(self):
        need = self.need()
        need.action_send()
        office = need.with_user(self.procurement)
        with self.refuses("why"):
            office.action_return("")
        office.action_return("Say the format of the paper")
        self.assertEqual(need.state, "returned")
        need.estimate_untaxed = 12_000
        need.action_send()
        self.assertFalse(need.return_reason)

    def test_needs_of_one_nature_and_year_become_one_purchase(self):
        mine = self.need(vat_rate=20)
        theirs = self.need(self.stranger, quantity=5, estimate_untaxed=30_000, vat_rate=14, need_date="2027-04-01")
        later = self.need(year=2028, need_date="2028-02-01", name="Paper of 2028")
        for need in (mine, theirs, later):
            need.action_send()
        found = mine | theirs | later
        found.with_user(self.procurement).action_group(officer=self.officer.id)
        mine, theirs, later = (need.with_user(self.procurement) for need in (mine, theirs, later))
        line = mine.plan_line_id
        self.assertEqual(line, theirs.plan_line_id)
        self.assertRecordValues(
            line,
            [{"estimate_untaxed": 40_000, "estimate": 46_200, "quantity": "15 box", "year_offset": "0",
              "procedure": "purchase_order"}],
        )  # fmt: skip
        self.assertEqual(line.unit_ids, self.unit | self.other_unit)
        self.assertEqual(str(line.need_date), "2027-04-01")
        self.assertEqual((mine.grouped_by_id, mine.state), (self.procurement, "grouped"))
        self.assertEqual(later.plan_line_id.plan_id, line.plan_id)
        self.assertEqual(later.plan_line_id.year_offset, "1")
        self.assertEqual(line.plan_id.need_count, 3)
        entries = self.env["gov.journal.entry"].sudo().search([("model", "=", mine._name), ("act", "=", "group")])
        self.assertEqual(len(entries.filtered(lambda one: one.res_id in found.ids)), 3)

    def test_needs_go_into_a_chosen_purchase_and_out_of_it(self):
        first = self.need()
        first.action_send()
        first.with_user(self.procurement).action_group(officer=self.officer.id)
        line = first.with_user(self.procurement).plan_line_id
        second = self.need(estimate_untaxed=5_000)
        second.action_send()
        second.with_user(self.procurement).action_group(line=line.id)
        self.assertEqual(line.estimate_untaxed, 15_000)
        other = self.need(nature_id=self.works_nature.id)
        other.action_send()
        with self.refuses("not of the nature"):
            other.with_user(self.procurement).action_group(line=line.id)
        with self.refuses("take them out"):
            line.with_user(self.procurement).unlink()
        second.with_user(self.procurement).action_ungroup()
        self.assertEqual((line.estimate_untaxed, second.state), (10_000, "sent"))
        line.plan_id.with_user(self.procurement).action_publish()
        with self.refuses("published"):
            first.with_user(self.procurement).action_ungroup()
        with self.refuses("Amend"):
            second.with_user(self.procurement).action_group(officer=self.officer.id)
        self.assertTrue(line.is_published)

    def book(self, rows):
        stream = io.BytesIO()
        with xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False}) as book:
            sheet = book.add_worksheet("Besoins")
            for position, column in enumerate(SPEC.columns):
                sheet.write_string(0, position, column.fr[0])
                for line, row in enumerate(rows, 1):
                    if row.get(column.code) is not None:
                        sheet.write(line, position, row[column.code])
        return stream.getvalue()

    ROW = {"name": "Papier", "nature": "T01", "year": 2027, "need_date": "30/06/2027", "estimate": 12_500,
           "quantity": 25, "measure": "ramette"}  # fmt: skip

    def test_workbook_comes_in_and_goes_out_and_the_import_is_undone(self):
        row = {**self.ROW, "unit": self.unit.unit_code}
        batches = self.env["gov.import.batch"].with_user(self.procurement)
        batch = batches._import_file("need", self.book([row, {**row, "name": "Autre"}]), "besoins.xlsx")
        found = self.env["gov.procurement.need"].search([("name", "in", ("Papier", "Autre"))])
        self.assertEqual(found.mapped("state"), ["sent", "sent"])
        self.assertEqual(found.sent_by_id, self.procurement)
        out = openpyxl.load_workbook(io.BytesIO(needs_workbook(found.with_context(lang="fr_FR"))))
        self.assertEqual([cell.value for cell in out.active[1]][:3], ["Service", "Objet", "Nature"])
        self.assertEqual({out.active["B2"].value, out.active["B3"].value}, {"Papier", "Autre"})
        with self.assertRaises(UserError):
            batches._import_file("need", needs_workbook(found.with_context(lang="fr_FR")), "again.xlsx")
        batch._gov_undo()
        self.assertFalse(found.exists())

    def test_each_wrong_row_is_named(self):
        row = {**self.ROW, "unit": self.unit.unit_code}
        rows = [
            row,
            {**row, "unit": "NOWHERE"},
            {**row, "nature": "XX"},
            {**row, "need_date": "30/06/2028", "name": "B"},
            {**row, "estimate": 0, "name": "C"},
            row,
        ]
        with self.assertRaises(UserError) as caught:
            self.env["gov.import.batch"].with_user(self.procurement)._import_file("need", self.book(rows), "b.xlsx")
        for word in ("NOWHERE", "XX", "30/06/2028", "greater than zero", "already"):
            self.assertIn(word, str(caught.exception))
        self.assertFalse(self.env["gov.procurement.need"].search([("name", "=", "Papier")]))
        with self.refuses():
            self.env["gov.import.batch"].with_user(self.clerk)._import_file("need", self.book([row]), "b.xlsx")
