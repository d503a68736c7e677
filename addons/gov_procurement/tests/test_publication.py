import zipfile
from io import BytesIO

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.gov_document.services import rendering

from .calls import CallCase
from .common import TODAY, ProcurementCase


class PublicationTools:
    def publications(self, record, kind=None):
        found = self.env["gov.procurement.publication"].search(
            [("res_model", "=", record._name), ("res_id", "=", record.id)]
        )
        return found.filtered(lambda one: one.kind == kind) if kind else found

    def printed(self, publication, lang="fr"):
        """Return what the document prints, as text."""
        values = publication._gov_document_values(lang)
        return f"{values['facts']} {values['rows']}"


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestPublication(PublicationTools, CallCase):
    """What article 134 has published comes from the acts, has its day, its proof and its document."""

    def test_call_makes_its_publications_due_one_after_the_other(self):
        tender = self.call(estimates=(1_000_000, 140_000))
        notice = self.publications(tender)
        self.assertEqual((notice.kind, notice.state, notice.article), ("notice", "published", "23"))
        self.assertEqual(notice.reference, "P-7, J-7, L-7")
        bids = self.evaluated(tender, [(820_000, 123_456), (940_000, 131_313)])
        extract = self.publications(tender, "extract")
        self.assertEqual(fields.Date.to_string(extract.due_on), "2026-04-11")
        text = self.printed(extract)
        self.assertIn(self.suppliers[0].name, text)
        self.assertIn("820", text)
        # neither the estimate nor the gap to it (art. 46)
        for secret in ("1\u00a0140\u00a0000", "1\u00a0000\u00a0000", "%"):
            self.assertNotIn(secret, text)
        with freeze_time("2026-04-13 09:00:00"):
            self.assertTrue(extract.is_overdue)
            self.assertIn(extract, extract.search([("is_overdue", "=", True)]))
            self.assertNotIn(extract, extract.search([("is_overdue", "=", False)]))
            extract.reference = "E-1"
            extract.with_user(self.procurement).action_publish()
            self.assertEqual(str(tender.results_published_on), "2026-04-13")
            for bid in bids:
                bid.action_ask_documents()
                bid.action_documents_complete()
            tender.action_award()
            result = self.publications(tender, "result")
            self.assertIn("940", self.printed(result))
            tender.with_user(self.authorising).action_cancel("A founded complaint on the first lot")
        cancelled = self.publications(tender, "cancellation")
        self.assertIn("founded complaint", self.printed(cancelled))
        self.assertEqual(len(self.publications(tender)), 4)

    def test_published_with_where_and_when_and_kept_in_the_journal(self):
        tender = self.call()
        with freeze_time("2026-04-10 11:00:00"):
            tender.action_declare_infructuous("no_bid")
            result = self.publications(tender, "result").with_user(self.procurement)
            with self.refuses("where it was published"):
                result.action_publish()
            result.reference = "R-12"
            result.published_on = "2026-04-11"
            with self.refuses("between"):
                result.action_publish()
            result.published_on = "2026-04-09"
            with self.refuses("between"):
                result.action_publish()
            result.published_on = False
            result.action_publish()
        self.assertEqual((result.state, str(result.published_on)), ("published", "2026-04-10"))
        self.assertEqual(result.published_by_id, self.procurement)
        with self.refuses():
            result.reference = "R-13"
        result.action_return("The number was that of another call")
        self.assertEqual((result.state, result.published_on), ("due", False))
        acts = self.env["gov.journal.entry"].sudo().search([("model", "=", result._name), ("res_id", "=", result.id)])
        self.assertEqual(acts.mapped("act"), ["return", "publish"])

    def test_who_may_and_what_nobody_may(self):
        tender = self.call()
        with freeze_time("2026-04-10 11:00:00"):
            tender.action_declare_infructuous("no_bid")
        result = self.publications(tender, "result")
        result.with_user(self.procurement).reference = "R-1"
        for user in (self.auditor, self.controller, self.authorising):
            with self.refuses():
                result.with_user(user).action_publish()
            with self.refuses():
                result.with_user(user).reference = "x"
        with self.refuses():
            result.with_user(self.employee).read(["subject"])
        mine = result.with_user(self.procurement)
        for vals in ({"state": "published"}, {"due_on": "2030-01-01"}, {"kind": "other"}, {"res_id": 1}):
            with self.subTest(vals=vals), self.refuses():
                mine.write(vals)
        with self.refuses():
            mine.unlink()
        with self.refuses():
            mine.copy()
        with self.refuses():
            mine.create({"kind": "extract", "subject": "By hand", "officer_id": self.officer.id})
        with self.refuses():
            mine.with_context(default_state="published", default_is_fed=True).create(
                {"kind": "result", "subject": "By hand", "officer_id": self.officer.id}
            )
        with self.refuses("reason"):
            result.with_user(self.authorising).action_waive("no")
        with self.refuses():
            mine.action_waive("It is about defence")
        result.with_user(self.authorising).action_waive("It is about defence")
        self.assertEqual(result.state, "waived")
        by_hand = mine.create({"kind": "audit", "subject": "Audit of a contract", "officer_id": self.officer.id})
        by_hand.reference = "A-1"
        by_hand.action_publish()
        with self.refuses("by hand"):
            by_hand.action_open_source()
        with self.refuses("No document"):
            by_hand.action_open_file()
        far = self.make_user("b_far_publication", "procurement_officer")
        far.gov_region_ids = self.far
        self.assertFalse(result.with_user(far).search([("officer_id", "=", self.officer.id)]))

    def test_documents_in_both_languages_replaced_until_published(self):
        tender = self.call()
        with freeze_time("2026-04-10 11:00:00"):
            tender.action_declare_infructuous("no_bid")
            result = self.publications(tender, "result").with_user(self.procurement)
            with self.refuses():
                result.with_user(self.auditor).action_open_file()
            self.assertIn("document.pdf", result.action_open_file()["url"])
            first = result.document_id
            self.assertEqual((first.state, first.lang), ("valid", "ar_fr"))
            result.action_make_again()
            self.assertEqual((first.state, result.document_id.state), ("superseded", "valid"))
            self.assertIn(str(result.document_id.id), result.with_user(self.auditor).action_open_file()["url"])
            result.reference = "R-1"
            result.action_publish()
            with self.refuses("stays as it was"):
                result.action_make_again()
        self.assertEqual(result.action_open_source()["res_id"], tender.id)

    def test_orders_and_exclusions(self):
        order, _quotes = self.opened([900, 800])
        self.assertEqual(self.publications(order).kind, "order_notice")
        order._gov_award()
        result = self.publications(order, "order_result")
        text = self.printed(result)
        self.assertIn(self.suppliers[1].name, text)
        self.assertNotIn(self.suppliers[0].name, text)
        order.action_post_results("RES-1")
        self.assertEqual((result.state, result.reference), ("published", "RES-1"))
        with self.refuses("stays published"):
            result.with_user(self.procurement).action_return("A mistake of the clerk")
        other = self.awarded(500)
        row = self.publications(other, "order_result").with_user(self.procurement)
        row.reference = "RES-2"
        row.action_publish()
        self.assertEqual((other.gov_results_reference, row.state), ("RES-2", "published"))
        order.action_cancel_order("The need is gone")
        self.assertIn("need is gone", self.printed(self.publications(order, "cancellation")))
        quiet = self.purchase()
        quiet.action_cancel_order("The need is gone")
        self.assertFalse(self.publications(quiet))
        exclusion = self.env["gov.supplier.exclusion"].create(
            {"partner_id": self.suppliers[0].id, "reference": "7/2026", "reason": "False declaration"}
        )
        found = self.publications(exclusion)
        self.assertEqual((found.kind, found.state), ("exclusion", "due"))
        self.assertIn("False declaration", self.printed(found))

    def test_programme_with_its_newspaper_is_published(self):
        plans = self.env["gov.procurement.plan"].with_user(self.procurement)
        line = fields.Command.create(
            {
                "name": "Paper", "nature_id": self.nature.id, "place": "Rabat", "estimate_untaxed": 300_000,
                "need_date": "2027-06-30",
            }
        )  # fmt: skip
        plan = plans.create(
            {"year": 2027, "officer_id": self.officer.id, "line_ids": [line], "newspaper": "The Daily 12"}
        )
        plan.action_publish()
        found = self.publications(plan)
        self.assertEqual((found.state, found.reference), ("published", "The Daily 12"))
        plan.action_amend()
        plan.action_publish()
        self.assertEqual(len(self.publications(plan)), 2)


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestPresentation(PublicationTools, CallCase):
    """The report of presentation (M9) and the letters of a call."""

    def setUp(self):
        super().setUp()
        # letters to a whole committee would start worker processes
        self.patch(rendering, "POOL_FROM", 1000)

    def test_approval_asks_for_the_signed_report(self):
        tender = self.awarded_call(estimates=(1_000_000, 140_000))
        with freeze_time("2026-04-29 09:00:00"):
            with self.refuses("report of presentation"):
                tender.with_user(self.authorising).action_approve()
            self.assertEqual(tender.state, "awarded")
            self.assertTrue(tender.report_text)
            reports = self.env["gov.tender.report"].with_user(self.procurement)
            report = reports.create({"tender_id": tender.id})
            self.assertIn(tender.object, report.need)
            with self.refuses("not whole"):
                report.with_user(self.authorising)._gov_sign()
            names = ("objectives", "indicators", "means", "reasons", "choice", "market_price")
            report.write({name: f"Words on {name}" for name in names})
            with self.refuses():
                report._gov_sign()
            with self.refuses():
                report.write({"state": "signed"})
            with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                reports.create({"tender_id": tender.id})
            report.with_user(self.authorising).action_sign()
            document = report.document_id
            self.assertEqual((document.kind, document.state, document.lang), ("presentation_report", "valid", "ar_fr"))
            text = str(report._gov_document_values("fr"))
            for word in ("Words on means", "Words on market_price", self.suppliers[1].name, "940"):
                self.assertIn(word, text)
            with self.refuses():
                report.means = "Other"
            tender.with_user(self.authorising).action_approve()
        self.assertEqual(tender.state, "approved")
        found = self.publications(report)
        self.assertEqual((found.kind, found.state), ("presentation_report", "due"))
        self.assertIn(str(document.id), found.with_user(self.auditor).action_open_file()["url"])

    def test_threshold_is_a_parameter_and_negotiation_always_has_one(self):
        self.env.ref("gov_procurement.parameter_report_threshold").sudo().value = 100_000_000
        tender = self.call()
        self.assertFalse(tender._gov_misses_report())
        tender._gov_write({"procedure": "negotiated"})
        self.assertTrue(tender._gov_misses_report())

    def test_letters_once_each_in_both_languages(self):
        tender = self.call()
        with self.refuses("Convoke the committee first"):
            tender.action_letters_convocation()
        with freeze_time("2026-03-20 09:00:00"):
            tender.action_convoke()
            with self.refuses():
                tender.with_user(self.auditor).action_letters_convocation()
            tender.action_letters_convocation()
            letters = tender.letter_ids.filtered(lambda one: one.kind == "tender_convocation")
            self.assertEqual(len(letters), len(tender.committee_ids))
            self.assertEqual(set(letters.mapped("state")), {"valid"})
            with self.refuses("already"):
                tender.action_letters_convocation()
            with self.refuses("not put off"):
                tender.action_letters_postponement()
            with self.refuses("Nobody is invited"):
                tender.action_letters_invitation()
        bids = self.evaluated(tender, [(912_345,), (940_000,)])
        with freeze_time("2026-04-13 09:00:00"):
            with self.refuses("Ask the presumed winner"):
                tender.action_letters_documents()
            bids[0].action_ask_documents()
            tender.action_letters_documents()
        self.assertEqual(len(tender.letter_ids.filtered(lambda one: one.kind == "tender_documents")), 1)

    def test_letters_of_postponement_go_to_members_and_bidders(self):
        tender = self.call()
        self.env["gov.tender.bid"].with_user(self.procurement).create(
            {"tender_id": tender.id, "partner_id": self.suppliers[0].id, "bearer": "Portal"}
        )
        with freeze_time("2026-04-10 10:05:00"):
            tender.action_postpone_session()
            tender.action_letters_postponement()
        letters = tender.letter_ids.filtered(lambda one: one.kind == "tender_postponement")
        self.assertEqual(len(letters), len(tender.committee_ids) + 1)

    def test_answers_and_notification_of_the_approval(self):
        tender = self.awarded_call(estimates=(1_000_000, 140_000))
        with freeze_time("2026-04-14 09:00:00"):
            complaint = (
                self.env["gov.tender.complaint"]
                .with_user(self.procurement)
                .create({"tender_id": tender.id, "partner_id": self.suppliers[2].id, "subject": "I was set aside"})
            )
            with self.refuses("Answer the complaint first"):
                complaint.action_letter()
            complaint.action_refuse("The offer is over the band")
            complaint.action_letter()
            self.assertEqual(complaint.document_ids.kind, "tender_answer")
            self.assertIn("over the band", complaint._gov_document_values("ar")["facts"])
            with self.refuses("already"):
                complaint.action_letter()
        with freeze_time("2026-05-29 09:00:00"):
            self.presented(tender)
            tender.with_user(self.authorising).action_approve()
            contract = tender.contract_ids[0].with_user(self.procurement)
            with self.refuses("Notify the approval first"):
                contract.action_letter_approval()
            contract.action_prepare_commitment()
            self.visaed(contract)
            contract.action_notify()
            letter = contract.document_ids.filtered(lambda one: one.kind == "contract_approval")
            self.assertEqual(letter.state, "valid")
            with self.refuses("already"):
                contract.action_letter_approval()


@tagged("post_install", "-at_install")
class TestPublicationLists(PublicationTools, HttpCase, ProcurementCase):
    """The yearly lists: one definition, printed as a document and as a workbook."""

    def signed(self, amount):
        order = self.awarded(amount)
        order.action_engage()
        self.visaed(order)
        order.with_user(self.authorising)._gov_sign()
        return order

    def workbook(self, content):
        """Return the text of the first sheet, and whether it holds a formula."""
        with zipfile.ZipFile(BytesIO(content)) as book:
            sheet = book.read("xl/worksheets/sheet1.xml").decode()
            if "xl/sharedStrings.xml" in book.namelist():
                sheet += book.read("xl/sharedStrings.xml").decode()
        return sheet

    @mute_logger("odoo.http")
    def test_lists_of_a_year(self):
        with freeze_time(TODAY):
            orders = [self.signed(1000), self.signed(2000)]
            orders[0]._gov_write({"gov_object": "=HYPERLINK(1)"})
            cancelled = self.signed(500)
            cancelled.with_user(self.authorising).action_cancel_order("The need is gone")
            self.suppliers[1].gov_supplier_kind = "cooperative"
            contracts = self.env["gov.contract"].with_user(self.procurement)
            for supplier, form, price in ((0, "ordinary_law", 60_000), (1, "ordinary", 40_000)):
                contract = contracts.create(
                    {
                        "object": f"Contract {form}", "partner_id": self.suppliers[supplier].id, "form": form,
                        "officer_id": self.officer.id, "unit_id": self.unit.id, "nature_id": self.nature.id,
                        "budget_line_id": self.line_a.id,
                        "line_ids": [
                            fields.Command.create({"number": "1", "name": "Items", "quantity": 1, "unit_price": price})
                        ],
                    }
                )  # fmt: skip
                contract._gov_write({"state": "notified", "notified_on": "2026-03-02"})
        rows = self.env["gov.procurement.publication"]
        with freeze_time("2027-01-02 09:00:00"):
            with self.refuses():
                rows.with_user(self.auditor).action_prepare_lists()
            action = rows.with_user(self.procurement).action_prepare_lists()
            lists = rows.search([*action["domain"], ("officer_id", "=", self.officer.id)])
            self.assertEqual(len(lists), 3)
            rows._cron_lists()
            self.assertEqual(rows.search_count([*action["domain"], ("officer_id", "=", self.officer.id)]), 3)
            self.assertEqual({str(one.due_on) for one in lists}, {"2027-02-01"})
            by_kind = {one.kind: one.with_user(self.procurement) for one in lists}
            found = by_kind["list_orders"]._gov_list()
            level, total = found["rows"][0]
            self.assertEqual((level, total[1], total[4]), (0, 2, 3600))
            self.assertEqual([row[4] for row in found["rows"][1:]], [1200, 2400])
            law = by_kind["list_ordinary_law"]._gov_list()["rows"]
            self.assertEqual((len(law), law[0][1][4]), (2, 72_000))
            small = by_kind["list_small_firms"]._gov_list()
            self.assertEqual(len(small["rows"]), 2)
            self.assertIn("40.00 %", dict(small["facts"])["Share of the contracts of the year"])
            by_kind["list_orders"].action_open_file()
            self.assertEqual(by_kind["list_orders"].document_id.state, "valid")
        self.env.flush_all()
        for user in (self.auditor, self.employee):
            user.password = user.login
        self.authenticate(self.auditor.login, self.auditor.login)
        answer = self.url_open(f"/gov_procurement/publication/{by_kind['list_orders'].id}.xlsx?lang=fr")
        self.assertEqual(answer.status_code, 200)
        sheet = self.workbook(answer.content)
        self.assertIn("=HYPERLINK(1)", sheet)
        self.assertNotIn("<f>", sheet)
        self.assertIn("3600", sheet)
        register = self.workbook(self.url_open("/gov_procurement/publications.xlsx?year=2027").content)
        self.assertIn(f"2026 · {self.officer.display_name}", register)
        self.authenticate(self.employee.login, self.employee.login)
        address = f"/gov_procurement/publication/{by_kind['list_orders'].id}.xlsx"
        self.assertIn(self.url_open(address).status_code, (403, 404))
        with self.assertRaises(AccessError):
            by_kind["list_orders"].with_user(self.employee).action_download()
