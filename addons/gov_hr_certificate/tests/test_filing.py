from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .common import CertificateCase


@tagged("post_install", "-at_install")
class TestFiling(CertificateCase):
    def test_instant_certificate_is_issued_in_one_call(self):
        result, request = self.ask(self.amina, "work", "ar")
        self.assertEqual(result["state"], "issued")
        self.assertEqual(request.state, "issued")
        self.assertEqual(request.document_id.state, "valid")
        self.assertTrue(request.document_id.attachment_id.sudo().raw.startswith(b"%PDF"))
        self.assertTrue(result["number"])
        self.assertEqual(request.requester_id, self.amina)

    def test_submit_of_an_instant_draft_returns_a_download(self):
        draft = self.draft(self.amina, "work")
        action = draft.action_submit()
        self.assertEqual(action["type"], "ir.actions.act_url")
        self.assertEqual(draft.state, "issued")
        self.assertTrue(draft.document_id)

    def test_receipt_is_given_on_filing(self):
        result, request = self.ask(self.amina, "salary")
        self.assertEqual(request.state, "submitted")
        self.assertTrue(result["receipt_number"])
        self.assertEqual(request.receipt_id.name, result["receipt_number"])
        other, _request = self.ask(self.youssef, "salary")
        self.assertNotEqual(other["receipt_number"], result["receipt_number"])

    @freeze_time("2026-06-05 10:00:00")  # a Friday
    def test_promised_date_counts_working_days(self):
        _result, salary = self.ask(self.amina, "salary")  # 48 hours
        self.assertEqual(str(salary.due_on), "2026-06-09")
        _result, record = self.ask(self.amina, "service_record")  # 5 days
        self.assertEqual(str(record.due_on), "2026-06-12")

    @freeze_time("2026-06-05 10:00:00")
    def test_promise_never_exceeds_the_legal_maximum(self):
        self.kind("salary").delay_hours = 24 * 365
        _result, request = self.ask(self.amina, "salary")
        self.assertEqual(str(request.due_on), "2026-08-04")  # 60 days, law 55-19

    def test_purpose_is_required(self):
        draft = self.draft(self.amina, "work", purpose_id=False)
        with self.assertRaisesRegex(UserError, "purpose"), self.env.cr.savepoint():
            draft.action_submit()
        self.assertEqual(draft.state, "draft")

    def test_first_purpose_of_the_list_is_proposed(self):
        request = self.as_user(self.amina)["gov.certificate.request"].create({"type_id": self.kind("work").id})
        self.assertEqual(request.purpose_id, self.env["gov.certificate.purpose"].search([], limit=1))
        self.assertTrue(request.purpose_id)

    def test_purpose_is_printed_in_the_language_of_the_document(self):
        self.loan.with_context(lang="fr_FR").name = "Dossier de crédit"
        _result, request = self.ask(self.amina, "work", "fr", ui="ar_MA")
        self.assertIn("Dossier de crédit", self.text_of(request))

    def test_own_words_replace_the_purpose_of_the_list(self):
        _result, request = self.ask(self.amina, "work", purpose="Inscription au club", purpose_id=False)
        self.assertIn("Inscription au club", self.text_of(request))

    def test_own_words_are_escaped(self):
        _result, request = self.ask(self.amina, "work", purpose="<img src=x onerror=alert(1)>", purpose_id=False)
        self.assertNotIn("<img src=x", self.text_of(request))

    def test_each_type_comes_in_both_languages(self):
        for lang, word in (("ar", "شهادة العمل"), ("fr", "Attestation de travail")):
            _result, request = self.ask(self.amina, "work", lang)
            self.assertEqual(request.document_id.lang, lang)
            self.assertIn(word, request.document_id.title)
        _result, request = self.ask(self.amina, "work", "ar_fr")
        self.assertIn("شهادة العمل", self.text_of(request))
        self.assertIn("Attestation de travail", self.text_of(request))

    def test_language_not_offered_is_refused(self):
        with self.assertRaises(ValidationError):
            self.draft(self.amina, "salary", "ar_fr")

    def test_required_answers(self):
        draft = self.draft(self.amina, "transfer_order")
        with self.assertRaisesRegex(UserError, "Answer first"), self.env.cr.savepoint():
            draft.action_submit()

    def test_bank_account_is_checked(self):
        draft = self.draft(self.amina, "transfer_order")
        line = draft.answer_ids.filtered(lambda answer: answer.kind == "rib")
        with self.assertRaisesRegex(ValidationError, "RIB"), self.env.cr.savepoint():
            line.value_text = "111111111111111111111111"

    def test_answer_belongs_to_the_type(self):
        draft = self.draft(self.amina, "transfer_order")
        foreign = self.env.ref("gov_hr_certificate.question_no_benefit_subject")
        with self.assertRaises(ValidationError):
            draft.answer_ids.create({"request_id": draft.id, "question_id": foreign.id})

    def test_answers_are_frozen_once_filed(self):
        _result, request = self.ask(
            self.amina, "no_benefit", answers={"subject": self._choice("no_benefit").id}
        )
        with self.assertRaises(UserError):
            request.answer_ids.with_env(self.as_user(self.amina)).choice_id = self._choice("no_benefit", 1).id

    def test_act_of_another_person_is_refused(self):
        draft = self.draft(self.amina, "act_copy")
        with self.assertRaises(ValidationError):
            draft.answer_ids.version_id = self.youssef_file.version_id

    def _choice(self, code, at=0):
        return self.env.ref(f"gov_hr_certificate.question_{code}_subject").choice_ids[at]


@tagged("post_install", "-at_install")
class TestMissingData(CertificateCase):
    def test_missing_data_keep_the_draft_and_say_what_and_whom(self):
        self.amina_file.cnie = False
        result, request = self.ask(self.amina, "work")
        self.assertEqual(result["state"], "draft")
        self.assertEqual(request.state, "draft")
        self.assertIn("CNIE", result["message"])
        self.assertIn("Division of human resources", result["message"])
        self.assertFalse(request.document_id)
        self.assertFalse(request.receipt_number)

    def test_human_resources_are_told(self):
        self.amina_file.cnie = False
        _result, request = self.ask(self.amina, "work")
        self.assertEqual(len(request.activity_ids), 1)
        self.assertIn(request.activity_ids.user_id, self.officer | self.second | self.manager)
        found = self.as_user(self.officer)["gov.certificate.request"].search([("missing_text", "!=", False)])
        self.assertIn(request.id, found.ids)

    def test_regional_file_goes_to_the_officer_of_the_region(self):
        self.souad_file.cnie = False
        _result, request = self.ask(self.souad, "work")
        self.assertEqual(request.activity_ids.user_id, self.regional)

    def test_submit_refuses_with_the_same_sentence(self):
        self.amina_file.recruitment_date = False
        draft = self.draft(self.amina, "work")
        with self.assertRaisesRegex(UserError, "recruitment"), self.env.cr.savepoint():
            draft.action_submit()
        self.assertEqual(draft.state, "draft")

    def test_draft_is_filed_once_the_file_is_complete(self):
        self.amina_file.cnie = False
        _result, request = self.ask(self.amina, "work")
        self.amina_file.cnie = "TA000001"
        request.with_env(self.as_user(self.amina)).action_submit()
        self.assertEqual(request.state, "issued")
        self.assertFalse(request.missing_text)

    def test_arabic_document_needs_the_arabic_name(self):
        self.amina_file.name_ar = False
        result, _request = self.ask(self.amina, "work", "ar")
        self.assertEqual(result["state"], "draft")
        result, _request = self.ask(self.amina, "work", "fr")
        self.assertEqual(result["state"], "issued")

    def test_pay_that_cannot_be_worked_out_says_why(self):
        self.amina_file.residence_zone = False
        result, _request = self.ask(self.amina, "salary")
        self.assertEqual(result["state"], "draft")
        self.assertIn("residence zone", result["message"])

    def test_no_signatory(self):
        self.hr_unit.manager_id = False
        result, _request = self.ask(self.amina, "work")
        self.assertEqual(result["state"], "draft")
        self.assertIn("signs", result["message"])

    def test_nobody_signs_a_document_about_himself(self):
        result, _request = self.ask(self.chief, "work")
        self.assertEqual(result["state"], "draft")
        self.assertIn("another person to sign", result["message"])

    def test_account_without_file_is_told(self):
        self.amina_file.user_id = False
        with self.assertRaisesRegex(UserError, "personnel file"), self.env.cr.savepoint():
            self.ask(self.amina, "work")
