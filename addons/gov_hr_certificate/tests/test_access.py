from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import CertificateCase


@tagged("post_install", "-at_install")
class TestAccess(CertificateCase):
    def sees(self, user, request):
        found = self.as_user(user)["gov.certificate.request"].search([("id", "=", request.id)])
        return bool(found)

    def test_another_employees_request_is_closed(self):
        _result, request = self.ask(self.amina, "salary")
        self.assertFalse(self.sees(self.youssef, request))  # even the head of her unit, who is not in the circuit
        for call in (
            lambda own: own.read(["type_id"]),
            lambda own: own.action_download(),
            lambda own: own.action_cancel("For another."),
            lambda own: own.action_approve(),
        ):
            with self.assertRaises(AccessError):
                call(request.with_env(self.as_user(self.youssef)))

    def test_who_reads_what(self):
        _result, request = self.ask(self.souad, "work")
        for user in (self.souad, self.officer, self.second, self.manager, self.regional, self.auditor):
            self.assertTrue(self.sees(user, request), user.login)
        for user in (self.amina, self.youssef):
            self.assertFalse(self.sees(user, request), user.login)

    def test_regional_officer_sees_his_region_only(self):
        _result, central = self.ask(self.amina, "salary")
        _result, regional = self.ask(self.souad, "salary")
        self.assertFalse(self.sees(self.regional, central))
        self.assertTrue(self.sees(self.regional, regional))
        with self.assertRaises(AccessError):
            self.approve(central, self.regional)

    def test_document_of_another_is_closed(self):
        _result, request = self.ask(self.amina, "work")
        with self.assertRaises(AccessError):
            request.document_id.with_env(self.as_user(self.youssef)).action_download()

    def test_auditor_writes_nothing(self):
        _result, request = self.ask(self.amina, "salary")
        with self.assertRaises(UserError):
            request.with_env(self.as_user(self.auditor)).purpose = "Changed"
        with self.assertRaises(AccessError):
            self.approve(request, self.auditor)

    def test_employee_cannot_file_for_another(self):
        with self.assertRaises(AccessError):
            self.draft(self.amina, "work", employee=self.youssef_file)

    def test_draft_cannot_be_turned_to_another_person(self):
        draft = self.draft(self.amina, "work")
        with self.assertRaises(AccessError):
            draft.employee_id = self.youssef_file.id

    def test_regional_officer_cannot_file_outside_his_region(self):
        with self.assertRaises(AccessError):
            self.draft(self.regional, "work", employee=self.amina_file)

    def test_type_for_hr_only_is_refused_to_employees(self):
        self.kind("work").audience = "hr"
        with self.assertRaises(ValidationError):
            self.draft(self.amina, "work")

    def test_state_is_never_written(self):
        draft = self.draft(self.amina, "salary")
        for state in ("submitted", "approved", "issued", "refused"):
            with self.assertRaises(UserError):
                draft.write({"state": state})
        for user in (self.officer, self.manager):
            with self.assertRaises(UserError):
                draft.with_env(self.as_user(user)).write({"state": "issued"})
        self.assertEqual(draft.state, "draft")

    def test_state_is_never_created(self):
        requests = self.as_user(self.officer)["gov.certificate.request"]
        for vals in ({"state": "issued"}, {"state": "approved"}):
            with self.assertRaises(UserError):
                requests.create(
                    {"type_id": self.kind("work").id, "lang": "fr", "employee_id": self.amina_file.id, **vals}
                )

    def test_state_is_never_defaulted_by_the_context(self):
        requests = self.as_user(self.amina)["gov.certificate.request"].with_context(default_state="issued")
        with self.assertRaises(UserError):
            requests.create({"type_id": self.kind("work").id, "lang": "fr"})

    def test_document_is_never_written(self):
        _result, other = self.ask(self.youssef, "work")
        draft = self.draft(self.amina, "work")
        forged = ({"document_id": other.document_id.id}, {"issued_on": "2026-01-01 00:00:00"}, {"is_on_time": True})
        for vals in forged:
            with self.assertRaises(UserError):
                draft.write(vals)
            with self.assertRaises(UserError):
                self.draft(self.amina, "work", **vals)

    def test_state_is_never_imported(self):
        result = self.as_user(self.officer)["gov.certificate.request"].load(
            ["employee_id/.id", "type_id/.id", "lang", "state"],
            [[str(self.amina_file.id), str(self.kind("work").id), "French", "issued"]],
        )
        self.assertFalse(result["ids"])
        self.assertTrue(result["messages"])

    def test_copy_is_a_draft_without_document(self):
        _result, request = self.ask(self.amina, "work")
        copied = request.with_env(self.as_user(self.amina)).copy()
        self.assertEqual(copied.state, "draft")
        self.assertFalse(copied.document_id)
        self.assertFalse(copied.receipt_number)
        self.assertFalse(copied.issued_on)

    def test_filed_request_is_not_deleted(self):
        _result, request = self.ask(self.amina, "salary")
        with self.assertRaises(UserError):
            request.with_env(self.as_user(self.amina)).unlink()

    def test_catalogue_shows_own_acts_only(self):
        acts = self.as_user(self.amina)["gov.certificate.type"].get_catalogue()["acts"]
        self.assertEqual([act["id"] for act in acts], self.amina_file.version_ids.ids)
