import os

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import CertificateCase


@tagged("post_install", "-at_install")
class TestIssue(CertificateCase):
    def test_one_register_a_year_without_gap_for_all_types(self):
        requests = self.env["gov.certificate.request"]
        for code in ("work", "assignment", "work"):
            requests |= self.ask(self.amina, code)[1]
        self.assertOneYearRegister(requests)
        self.assertEqual(len(requests.document_id.register_id), 1)

    def test_register_starts_again_each_year(self):
        with freeze_time("2026-12-31 10:00:00"):
            _result, last = self.ask(self.amina, "work")
        with freeze_time("2027-01-01 10:00:00"):
            _result, first = self.ask(self.amina, "work")
        self.assertEqual(first.document_id.rank, 1)
        self.assertIn("2026", last.document_id.number)
        self.assertIn("2027", first.document_id.number)

    def test_number_stays_after_revocation(self):
        _result, first = self.ask(self.amina, "work")
        number = first.document_id.number
        first.with_env(self.as_user(self.manager)).action_revoke_document("Issued on a wrong unit.")
        _result, second = self.ask(self.amina, "work")
        self.assertEqual(first.document_id.state, "revoked")
        self.assertEqual(first.document_id.number, number)
        self.assertEqual(second.document_id.rank, first.document_id.rank + 1)

    def test_revocation_takes_a_reason_and_a_manager(self):
        _result, request = self.ask(self.amina, "work")
        with self.assertRaises(UserError):
            request.with_env(self.as_user(self.manager)).action_revoke_document("  ")
        for user in (self.amina, self.officer):
            with self.assertRaises(AccessError):
                request.with_env(self.as_user(user)).action_revoke_document("I would like to.")
        self.assertEqual(request.document_id.state, "valid")

    def test_request_shows_the_revocation(self):
        _result, request = self.ask(self.amina, "work")
        request.with_env(self.as_user(self.manager)).action_revoke_document("Issued on a wrong unit.")
        own = request.with_env(self.as_user(self.amina))
        self.assertEqual(own.document_state, "revoked")
        self.assertEqual(own.revoke_reason, "Issued on a wrong unit.")

    def test_corrected_document_supersedes_the_old_one(self):
        _result, request = self.ask(self.amina, "work")
        old = request.document_id
        self.amina_file.name = "Amina BENALI TAZI"
        request.with_env(self.as_user(self.officer)).action_reissue("The family name was incomplete.")
        self.assertEqual(old.state, "superseded")
        self.assertEqual(request.document_id.state, "valid")
        self.assertEqual(request.document_id.supersedes_id, old)
        self.assertEqual(request.previous_document_id, old)
        self.assertIn("BENALI TAZI", self.text_of(request))
        self.assertEqual(request.document_id.rank, old.rank + 1)

    def test_officer_cannot_make_his_own_document_again(self):
        _result, request = self.ask(self.officer, "work")
        with self.assertRaises(AccessError):
            request.with_env(self.as_user(self.officer)).action_reissue("For myself.")

    def test_failure_to_seal_keeps_number_and_request(self):
        before = os.environ.pop("GOV_SEAL_PKCS12")
        try:
            with mute_logger("odoo.addons.gov_document.models.gov_document_seal"):
                result, request = self.ask(self.amina, "work")
        finally:
            os.environ["GOV_SEAL_PKCS12"] = before
        self.assertEqual(result["state"], "approved")
        self.assertEqual(request.document_id.state, "issuing")
        number = request.document_id.number
        self.env["gov.certificate.request"]._cron_issue()
        self.assertEqual(request.state, "issued")
        self.assertEqual(request.document_id.number, number)

    def test_issued_twice_makes_one_document(self):
        draft = self.draft(self.amina, "work")
        draft.action_submit()
        document = draft.document_id
        with self.assertRaises(UserError):
            draft.action_submit()
        self.assertEqual(draft.document_id, document)

    def test_issue_is_for_human_resources(self):
        self.kind("no_benefit").is_auto_issued = False
        choice = self.env.ref("gov_hr_certificate.question_no_benefit_subject").choice_ids[0]
        _result, request = self.ask(self.amina, "no_benefit", answers={"subject": choice.id})
        self.approve(request, self.officer)
        with self.assertRaises(AccessError):
            request.with_env(self.as_user(self.amina)).action_issue()
        self.assertEqual(request.with_env(self.as_user(self.second)).action_issue(), 1)

    def test_filing_and_issuing_are_in_the_journal(self):
        _result, request = self.ask(self.amina, "work")
        entries = self.env["gov.journal.entry"].sudo().search(
            [("model", "=", "gov.certificate.request"), ("res_id", "=", request.id)]
        )
        self.assertIn("submit", entries.mapped("act"))
        issued = self.env["gov.journal.entry"].sudo().search(
            [("model", "=", "gov.document"), ("res_id", "=", request.document_id.id), ("act", "=", "issue")]
        )
        self.assertEqual(len(issued), 1)
