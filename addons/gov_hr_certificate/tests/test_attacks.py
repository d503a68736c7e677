"""What a person may try by RPC to get a document he has no right to."""

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from ..tools.printable import is_printable
from .common import CertificateCase


@tagged("post_install", "-at_install")
class TestAttacks(CertificateCase):
    def answer(self, request, code):
        return request.answer_ids.filtered(lambda line: line.question_id.code == code)

    def test_default_value_gives_no_document_of_another(self):
        _result, theirs = self.ask(self.souad, "work")
        for name, value in (
            ("document_id", theirs.document_id.id),
            ("previous_document_id", theirs.document_id.id),
            ("issued_by_id", self.manager.id),
            ("is_on_time", True),
            ("region_id", theirs.region_id.id),
            ("department_id", theirs.department_id.id),
        ):
            with self.subTest(name):
                requests = self.as_user(self.amina)["gov.certificate.request"]
                requests = requests.with_context(**{f"default_{name}": value})
                draft = requests.create({"type_id": self.kind("work").id, "lang": "fr"})
                kept = draft.sudo()[name]
                self.assertNotEqual(kept.id if name.endswith("_id") else kept, value)
                draft.with_context(**{f"default_{name}": False}).action_submit()
        self.assertEqual(theirs.document_id.state, "valid", "nobody replaces the document of another")

    def test_worked_out_fields_are_not_written(self):
        draft = self.draft(self.amina, "work")
        for vals in (
            {"region_id": self.souad_file.department_id.region_id.id},
            {"department_id": self.souad_file.department_id.id},
            {"on_time_rate": 100.0},
            {"missing_text": False},
            {"document_id": False},
        ):
            with self.subTest(vals), self.assertRaises(UserError):
                draft.write(vals)

    def test_person_concerned_does_not_answer_for_human_resources(self):
        for user in (self.amina, self.officer):
            draft = self.draft(user, "engagement")
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.answer(draft, "instalments").value_amount = 10
        draft = self.draft(self.amina, "engagement")
        draft.action_submit()
        self.answer(draft, "instalments").with_env(self.as_user(self.officer)).value_amount = 10
        self.assertEqual(self.answer(draft, "instalments").sudo().value_amount, 10)

    def test_amount_out_of_reason_is_refused(self):
        draft = self.draft(self.amina, "engagement")
        draft.action_submit()
        answer = self.answer(draft, "instalments").with_env(self.as_user(self.officer))
        for amount in (-0.01, 10**9, 1e300):
            with self.subTest(amount), self.assertRaises(ValidationError):
                answer.value_amount = amount

    def test_purpose_is_one_plain_line(self):
        for purpose in ("x" * 151, "a\nb", "paid \u202e000 05", "a\u2066b", "a\x00b"):
            self.assertFalse(is_printable(purpose, 150), repr(purpose))
        self.assertTrue(is_printable("ملف قرض\u200f (بنك) é", 150))
        with self.assertRaises(ValidationError):
            self.draft(self.amina, "work", purpose="x" * 151)

    def test_demand_that_cannot_be_read_gets_a_sentence(self):
        requests = self.as_user(self.amina)["gov.certificate.request"]
        for values in (
            None,
            [],
            {"type_code": None},
            {"type_code": ["work"]},
            {"type_code": "work", "lang": "xx"},
            {"type_code": "work", "purpose_id": "abc"},
            {"type_code": "work", "purpose_id": 10**8},
            {"type_code": "work", "purpose": 5},
            {"type_code": "work", "answers": [1]},
        ):
            with self.subTest(values), self.assertRaises(UserError):
                requests.action_ask(values)

    def test_who_makes_a_type_instant_does_not_get_it_at_once(self):
        manager = self.as_user(self.manager)
        self.kind("salary").with_env(manager).with_context(install_mode=True).write(
            {"instant": True, "circuit_id": self.kind("work").circuit_id.id}
        )
        with self.assertRaisesRegex(UserError, "Another HR manager"):
            self.draft(self.manager, "salary").action_submit()
        _result, request = self.ask(self.amina, "salary")
        self.assertEqual(request.state, "issued", "for the others the type holds")

    def test_document_is_made_once_and_replaced_once(self):
        self.kind("salary").is_auto_issued = False
        _result, request = self.ask(self.amina, "salary")
        self.approve(request, self.officer, self.manager)
        self.assertEqual(request.state, "approved")
        before = self.env["gov.document"].search_count([("res_id", "=", request.id)])
        request._gov_prepare_act()
        request._gov_prepare_act()
        self.assertEqual(self.env["gov.document"].search_count([("res_id", "=", request.id)]), before + 1)
