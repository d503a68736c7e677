import base64
import io
import zipfile

import openpyxl

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time

from .common import TODAY, ExecutionCase


@freeze_time(TODAY)
class TestGidFiles(ExecutionCase):
    def exchange(self, text, user=None, kind="commitment"):
        return (
            self.env["gov.gid.exchange"]
            .with_user(user or self.budget_user)
            .create(
                {
                    "direction": "import",
                    "mapping_id": self.env.ref(f"gov_budget_execution.gid_{kind}").id,
                    "file": base64.b64encode(text.encode()),
                    "file_name": "gid.csv",
                }
            )
        )

    def test_given_and_taken_back(self):
        one = self.committed(70, object="=HYPERLINK(1)")
        given = (
            self.env["gov.gid.exchange"]
            .with_user(self.budget_user)
            .create(
                {"mapping_id": self.env.ref("gov_budget_execution.gid_commitment").id, "fiscal_year_id": self.year.id}
            )
        )
        given.action_export()
        text = base64.b64decode(given.with_context(bin_size=False).file).decode("utf-8-sig")
        self.assertIn(one.number, text)
        self.assertIn("'=HYPERLINK(1)", text)
        self.assertIn(";70,00;", text)
        taken = self.exchange(f"N° engagement;N° GID;Montant\n{one.number};2026-000123;70,00\n")
        taken.action_import()
        self.assertEqual((taken.state, taken.row_count, one.gid_number), ("done", 1, "2026-000123"))
        # what has its GID number is not given again
        self.assertNotIn(one.number, [row["number"] for row in given._gov_export_rows()])
        empty = given.copy({"fiscal_year_id": self.make_year(2033).id})
        with self.assertRaisesRegex(UserError, "No act"), self.env.cr.savepoint():
            empty.action_export()

    def test_all_or_nothing_and_each_bad_row_is_named(self):
        one, two = self.committed(70), self.committed(80)
        taken = self.exchange(
            "N° engagement;N° GID;Montant\n"
            f"{one.number};G-1;70,00\n{two.number};G-1;81\n9999/ENG/T1/2026;G-3;1\n;G-4;x\n"
        )
        taken.action_import()
        self.assertEqual(taken.state, "refused")
        self.assertFalse(one.gid_number or two.gid_number)
        self.assertEqual(
            sorted((error.line, error.column) for error in taken.error_ids),
            [(3, "Montant"), (3, "N° GID"), (4, "N° engagement"), (5, "Montant"), (5, "N° engagement")],
        )
        taken.file = base64.b64encode(f"N° engagement;N° GID\n{one.number};G-1\n".encode())
        taken.action_import()
        self.assertEqual((taken.state, one.gid_number), ("done", "G-1"))
        self.assertFalse(taken.error_ids)

    def test_payments_are_taken_by_the_controller(self):
        order = self.issued(self.certified(self.committed(70)))
        order.with_user(self.controller).action_visa()
        text = f"N° OP;N° GID;Date de règlement;Référence de règlement\n{order.number};P-1;02/03/2026;VIR-9\n"
        refused = self.exchange(text, kind="order")
        refused.action_import()
        self.assertEqual((refused.state, order.state), ("refused", "visaed"))
        self.exchange(text, self.controller, "order").action_import()
        self.assertRecordValues(order, [{"state": "paid", "gid_number": "P-1", "payment_reference": "VIR-9"}])
        self.check_ledger()

    def test_no_act_stands_in_for_another(self):
        one, two = self.committed(70), self.committed(80)
        self.exchange(f"N° engagement;N° GID\n{one.number};G-1\n").action_import()
        wrong = self.exchange(f"N° engagement;N° GID\n9999/ENG/T1/2026;G-1\n{two.number};G-2\n{two.number};G-3\n")
        wrong.action_import()
        self.assertEqual(
            [(error.line, error.column) for error in wrong.error_ids], [(2, "N° engagement"), (4, "N° GID")]
        )
        self.assertFalse(two.gid_number)

    def test_bad_payments_are_named(self):
        one = self.committed(300)
        orders = [self.issued(self.certified(one, 50, number=f"F-{at}")) for at in range(3)]
        for order in orders:
            order.with_user(self.controller).action_visa()
        first, second, third = orders
        text = (
            "N° OP;N° GID;Date de règlement;Référence de règlement\n"
            f"{first.number};P-1;01/03/2026;VIR-1\n"
            f"{second.number};P-2;02/03/2026;VIR-2\n{second.number};P-2;03/03/2026;VIR-2\n"
            f"{third.number};P-3;29/02/2026;VIR-3\n"
        )
        with freeze_time("2026-03-04 09:00:00"):
            taken = self.exchange(text, self.controller, "order")
            taken.action_import()
        self.assertEqual([error.line for error in taken.error_ids], [2, 4, 5])
        self.assertIn("before its visa", taken.error_ids[0].message)
        self.assertIn("two days", taken.error_ids[1].message)
        self.assertEqual({order.state for order in orders}, {"visaed"})

    def test_who_signed_takes_no_payment(self):
        one = self.committed(70)
        order = self.env["gov.payment.order"].with_user(self.everything)
        order = order.create({"liquidation_id": self.certified(one).id})
        order.action_submit()
        order.with_user(self.authorising)._gov_sign_all()
        order.with_user(self.controller).action_visa()
        taken = self.exchange(f"N° OP;Date de règlement\n{order.number};02/03/2026\n", self.everything, "order")
        taken.action_import()
        self.assertEqual((taken.state, taken.error_ids.line, order.state), ("refused", 2, "visaed"))

    def test_unreadable_files_get_a_sentence(self):
        for text in ("", "PK\0\0", "a;b\n1;2\n"):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                self.exchange(text or " ").action_import()
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.exchange("x", self.auditor)

    def test_registers_are_text_and_amounts(self):
        one = self.committed(70, object="=1+1")
        registers = self.env["gov.execution.register"].with_user(self.auditor)
        for kind in ("commitments", "rights", "orders", "rubrics"):
            with registers._gov_workbook(kind, self.year) as out:
                data = out.read()
            book = openpyxl.load_workbook(io.BytesIO(data))
            with zipfile.ZipFile(io.BytesIO(data)) as parts:
                out_text = parts.read("xl/worksheets/sheet1.xml").decode()
            if kind == "commitments":
                rows = list(book.active.iter_rows())
                cells = {cell.value: cell.data_type for row in rows[1:] for cell in row}
                self.assertEqual(cells[one.number], "s")
                self.assertIn(70, cells)
                self.assertNotIn("<f>", out_text)
                self.assertIn("=1+1", cells)
        with self.assertRaises(AccessError):
            self.env["gov.execution.register"].with_user(self.employee)._gov_workbook("orders", self.year)
