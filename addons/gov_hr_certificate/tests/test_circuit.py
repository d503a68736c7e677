from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .common import CertificateCase


@tagged("post_install", "-at_install")
class TestCircuit(CertificateCase):
    def test_salary_is_checked_then_signed_then_issued(self):
        _result, request = self.ask(self.amina, "salary")
        self.approve(request, self.officer)
        self.assertEqual(request.state, "in_review")
        self.assertFalse(request.document_id)
        self.approve(request, self.manager)
        self.assertEqual(request.state, "issued")
        self.assertEqual(request.document_id.state, "valid")

    def test_requester_cannot_approve_own_request(self):
        _result, request = self.ask(self.officer, "salary")
        with self.assertRaises(AccessError):
            self.approve(request, self.officer)
        self.assertEqual(request.state, "submitted")

    def test_officer_who_files_for_another_cannot_approve_it(self):
        draft = self.draft(self.officer, "salary", employee=self.amina_file)
        draft.action_submit()
        with self.assertRaises(AccessError):
            self.approve(draft, self.officer)
        self.approve(draft, self.second, self.manager)
        self.assertEqual(draft.with_env(self.env).state, "issued")

    def test_employee_cannot_approve(self):
        _result, request = self.ask(self.amina, "salary")
        with self.assertRaises(AccessError):
            self.approve(request, self.youssef)

    def test_refusal_takes_a_reason_that_the_person_reads(self):
        _result, request = self.ask(self.amina, "salary")
        with self.assertRaises(UserError):
            request.with_env(self.as_user(self.officer)).action_refuse("")
        request.with_env(self.as_user(self.officer)).action_refuse("The pay file of this month is being corrected.")
        own = request.with_env(self.as_user(self.amina))
        self.assertEqual(own.state, "refused")
        self.assertIn("being corrected", own.refusal_reason)
        self.assertFalse(request.document_id)

    def test_complement_is_asked_once(self):
        _result, request = self.ask(self.amina, "salary")
        request.with_env(self.as_user(self.officer)).action_return("Choose the purpose again, please.")
        self.assertEqual(request.state, "draft")
        receipt = request.receipt_number
        request.with_env(self.as_user(self.amina)).action_submit()
        self.assertEqual(request.receipt_number, receipt)
        with self.assertRaises(UserError):
            request.with_env(self.as_user(self.officer)).action_return("Once more, please complete it.")

    def test_cancel_by_the_person(self):
        _result, request = self.ask(self.amina, "salary")
        request.with_env(self.as_user(self.amina)).action_cancel()
        self.assertEqual(request.state, "cancelled")
        with self.assertRaises(UserError):
            self.approve(request, self.officer)

    def test_silence_calls_upon_the_next_head_and_issues_nothing(self):
        with freeze_time("2026-06-01 09:00:00"):
            _result, request = self.ask(self.amina, "salary")
            line = request.approval_line_ids.filtered(lambda item: item.state == "waiting")
        with freeze_time("2026-06-22 09:00:00"):
            with patch.object(type(self.env["ir.cron"]), "_commit_progress", return_value=60):
                self.env["gov.approval.line"]._cron_overdue()
            self.assertTrue(line.reminded_on)
            self.assertIn(request.state, ("submitted", "in_review"))
            self.assertFalse(request.document_id)
            self.assertEqual(request.urgency, "late")

    def test_silence_is_told_to_the_employee(self):
        for kind in self.env["gov.certificate.type"].search([("instant", "=", False)]):
            self.assertTrue(kind.silence_text, kind.code)
            self.assertEqual(kind.circuit_id.silence, "escalate")

    @freeze_time("2026-06-05 10:00:00")
    def test_queue_by_due_date(self):
        _result, salary = self.ask(self.amina, "salary")
        requests = self.as_user(self.officer)["gov.certificate.request"]
        with freeze_time("2026-06-09 10:00:00"):
            self.assertIn(salary.id, requests.search([("urgency", "=", "today")]).ids)
        with freeze_time("2026-06-10 10:00:00"):
            self.assertIn(salary.id, requests.search([("urgency", "=", "late")]).ids)
            self.assertNotIn(salary.id, requests.search([("urgency", "in", ["today", "coming"])]).ids)

    def test_batch_approval_issues_and_names_what_fails(self):
        choice = self.env.ref("gov_hr_certificate.question_no_benefit_subject").choice_ids[0]
        found = self.env["gov.certificate.request"]
        for user in (self.amina, self.youssef, self.souad, self.officer):
            found |= self.ask(user, "no_benefit", answers={"subject": choice.id})[1]
        answer = found.with_env(self.as_user(self.officer)).action_treat("approve")
        self.assertEqual(answer["done"], 3)
        self.assertEqual([item["id"] for item in answer["failed"]], [found[3].id])
        self.assertEqual(found.mapped("state"), ["issued"] * 3 + ["submitted"])
        self.assertOneYearRegister(found[:3])

    def test_batch_issue_when_the_type_says_so(self):
        self.kind("no_benefit").is_auto_issued = False
        choice = self.env.ref("gov_hr_certificate.question_no_benefit_subject").choice_ids[0]
        first, second = (
            self.ask(user, "no_benefit", answers={"subject": choice.id})[1] for user in (self.amina, self.youssef)
        )
        both = first | second
        self.approve(first, self.officer)
        self.approve(second, self.officer)
        self.assertEqual(both.mapped("state"), ["approved", "approved"])
        self.assertFalse(both.document_id)
        answer = both.with_env(self.as_user(self.officer)).action_treat("issue")
        self.assertEqual((answer["done"], answer["failed"]), (2, []))
        self.assertEqual(both.mapped("state"), ["issued", "issued"])

    def test_unknown_batch_operation_is_refused(self):
        _result, request = self.ask(self.amina, "salary")
        with self.assertRaises(UserError):
            request.with_env(self.as_user(self.officer)).action_treat("unlink")

    @freeze_time("2026-06-05 10:00:00")
    def test_delay_kept_is_measured_in_working_time(self):
        _result, request = self.ask(self.amina, "salary")
        with freeze_time("2026-06-08 10:00:00"):
            self.approve(request, self.officer, self.manager)
        self.assertTrue(request.is_on_time)
        self.assertEqual(request.treatment_hours, 24)
        self.assertEqual(request.on_time_rate, 100)
        _result, late = self.ask(self.amina, "salary")
        with freeze_time("2026-06-30 10:00:00"):
            self.approve(late, self.officer, self.manager)
        self.assertFalse(late.is_on_time)
        self.assertEqual(late.on_time_rate, 0)

    def test_hr_answers_before_the_last_approval(self):
        self.kind("payment_end").active = True
        _result, request = self.ask(self.amina, "payment_end")
        self.approve(request, self.officer)
        with self.assertRaisesRegex(UserError, "Answer first"), self.env.cr.savepoint():
            self.approve(request, self.manager)
        for line in request.answer_ids.with_env(self.as_user(self.officer)):
            line.write({"value_date": "2026-07-01"} if line.kind == "date" else {"value_text": "06/2026"})
        self.approve(request, self.manager)
        self.assertEqual(request.state, "issued")
        self.assertIn("06/2026", self.text_of(request))
