import io

import xlsxwriter

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from ..services import suppliers as workbook
from .common import TODAY, ProcurementCase

[SPEC] = workbook.SHEETS
RIB = "225810001234567890123476"


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestSupplier(ProcurementCase):
    """Suppliers: identifiers, papers that expire, exclusions of the whole enterprise, history, workbook."""

    def test_an_exclusion_follows_the_enterprise_to_its_other_establishments(self):
        head = self.suppliers[0]
        base = head.gov_ice[:9] + "0007"
        branch = self.env["res.partner"].create(
            {"name": "Branch", "gov_ice": f"{base}{-int(base) * 100 % 97:02d}", "is_company": True}
        )
        self.env["gov.supplier.exclusion"].create(
            {"partner_id": head.id, "reference": "1", "reason": "Fraud", "date_from": "2026-01-01",
             "date_to": "2026-12-31"}
        )  # fmt: skip
        barred = self.env["gov.supplier.exclusion"]._gov_barred
        both = head | branch
        self.assertEqual(barred(both | self.suppliers[1], fields.Date.to_date("2026-06-01")), both)
        self.assertFalse(barred(both, fields.Date.to_date("2027-01-01")))
        self.assertFalse(barred(both, fields.Date.to_date("2025-12-31")))

    def test_papers_not_in_force_are_said_and_told(self):
        one = self.suppliers[0]
        self.assertIn("CNSS", one.gov_papers_missing)
        self.env["gov.supplier.document"].create(
            [
                {"partner_id": one.id, "kind": "tax", "valid_from": "2026-01-05"},
                {"partner_id": one.id, "kind": "cnss", "valid_from": "2025-03-10"},
            ]
        )
        one.invalidate_recordset()
        self.assertFalse(one.gov_papers_missing)
        self.awarded(1000)
        papers = self.env["gov.supplier.document"]
        papers._cron_watch()
        papers._cron_watch()
        activity = one.activity_ids
        self.assertEqual(len(activity), 1)
        self.assertIn("CNSS", activity.summary)
        self.assertIn("09/03/2026", activity._gov_title(one.with_context(lang="fr_FR")))
        self.env["gov.supplier.document"].create({"partner_id": one.id, "kind": "cnss", "valid_from": "2026-03-01"})
        papers._cron_watch()
        self.assertFalse(one.activity_ids)

    def test_history_counts_delays_and_notes(self):
        order = self.awarded(1000, gov_delivery_days=1)
        supplier = order.partner_id
        order.action_engage()
        self.visaed(order)
        order.with_user(self.authorising).action_sign()
        with freeze_time("2026-04-01"):
            order.action_deliver("2026-03-20")
            with self.refuses("1 to 5"):
                order.with_user(self.procurement2).action_certify(9)
            order.with_user(self.procurement2).action_certify(4)
        supplier.invalidate_recordset()
        self.assertEqual(supplier.gov_order_count, 1)
        self.assertEqual((supplier.gov_late_count, supplier.gov_late_days), (1, order.gov_days_late))
        self.assertEqual((supplier.gov_quality_note, supplier.gov_quality_count), (4, 1))
        self.assertEqual(supplier.gov_volume, order.gov_amount)

    def test_identity_card_of_an_auto_entrepreneur(self):
        one = self.suppliers[0]
        one.gov_cin = "AB123456"
        with self.refuses("identity card"):
            one.gov_cin = "123"

    def book(self, rows):
        stream = io.BytesIO()
        with xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False}) as book:
            sheet = book.add_worksheet("Fournisseurs")
            for position, column in enumerate(SPEC.columns):
                sheet.write_string(0, position, column.fr[0])
                for line, row in enumerate(rows, 1):
                    if row.get(column.code) is not None:
                        sheet.write(line, position, row[column.code])
        return stream.getvalue()

    def take(self, rows):
        batches = self.env["gov.import.batch"].with_user(self.procurement)
        return batches._import_file("supplier", self.book(rows), "fournisseurs.xlsx")

    def test_workbook_keeps_zeros_checks_keys_and_is_undone(self):
        base = "0012399990001"
        ice = f"{base}{-int(base) * 100 % 97:02d}"
        batch = self.take(
            [
                {"name": "Par nombre", "ice": int(ice), "cnss": 12345, "rib": RIB, "kind": "TPME"},
                {"name": "Auto", "kind": "Auto-entrepreneur", "cin": "AB123456"},
            ]
        )
        one, auto = (self.env["res.partner"].search([("name", "=", name)]) for name in ("Par nombre", "Auto"))
        self.assertEqual((one.gov_ice, one.gov_cnss_number), (ice, "0012345"))
        self.assertEqual(one._gov_ribs(), {RIB})
        self.assertEqual((auto.gov_supplier_kind, auto.gov_cin), ("auto_entrepreneur", "AB123456"))
        batch._gov_undo()
        self.assertFalse(one.exists())

    def test_wrong_identifiers_and_twins_are_named(self):
        self.env["res.partner.bank"].create({"partner_id": self.suppliers[1].id, "acc_number": "MA64" + RIB})
        with self.assertRaises(UserError) as caught:
            self.take(
                [
                    {"name": "Key", "ice": "001234567000063"},
                    {"name": "Twin", "ice": self.suppliers[0].gov_ice},
                    {"name": "Same account", "rib": RIB, "kind": "Non résident"},
                    {"name": "Nobody"},
                ]
            )
        text = str(caught.exception)
        for word in ("001234567000063", self.suppliers[0].name, self.suppliers[1].name, "identifier"):
            self.assertIn(word, text)

    def test_mentions_of_an_invoice_are_those_of_its_supplier(self):
        order = self.awarded(1000)
        supplier = order.partner_id
        supplier.write({"name": "Société Atlas Papeterie SARL", "gov_tax_number": "40000001"})
        self.env["res.partner.bank"].create({"partner_id": supplier.id, "acc_number": "MA64" + RIB})
        order.action_engage()
        commitment = self.visaed(order)
        right = {"invoice_ice": supplier.gov_ice, "invoice_tax_number": "40 000 001", "invoice_rib": RIB,
                 "invoice_name": "STE ATLAS PAPETERIE"}  # fmt: skip
        invoice = (
            self.env["gov.liquidation"]
            .with_user(self.procurement)
            .create(
                {
                    "commitment_id": commitment.id,
                    "invoice_number": "F 1",
                    "invoice_date": TODAY,
                    "contract_ref": order.name,
                    "untaxed_amount": 1000,
                    "vat_amount": 200,
                    "amount": 1200,
                    **right,
                }
            )
        )
        self.assertFalse(invoice._gov_reference_problems())
        for name, wrong in (
            ("invoice_ice", "001234567000063"),
            ("invoice_tax_number", "40000002"),
            ("invoice_rib", "225810001234567890123477"),
            ("invoice_rib", "007780000123456789012396"),
            ("invoice_name", "Rif Transport"),
        ):
            with self.subTest(name=name, wrong=wrong):
                invoice.write({name: wrong})
                self.assertTrue(invoice._gov_reference_problems())
                with self.refuses():
                    invoice.action_submit()
                invoice.write({name: right[name]})
        invoice.action_submit()
        self.assertEqual(invoice.state, "submitted")
