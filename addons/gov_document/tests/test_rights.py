from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import DocumentCase


@tagged("post_install", "-at_install")
class TestRights(DocumentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mine = cls.issue()
        cls.hers = cls.issue(employee=cls.woman, record=cls.woman)

    def seen_by(self, user):
        self.env.invalidate_all()
        return self.Document.with_user(user).search([("register_id", "=", self.register.id)])

    def test_each_sees_what_concerns_him(self):
        self.assertEqual(self.seen_by(self.user), self.mine)
        self.assertEqual(self.seen_by(self.other_user), self.hers)
        self.assertEqual(self.seen_by(self.signer_user), self.hers + self.mine)
        for user in (self.officer, self.manager, self.auditor):
            self.assertEqual(self.seen_by(user), self.hers + self.mine)

    def test_officer_of_a_region_sees_his_region(self):
        regions = self.env["gov.region"].search([], limit=2)
        department = self.env["hr.department"].create({"name": "Unit", "region_id": regions[0].id})
        self.employee.department_id = department
        self.officer.gov_region_ids = regions[0]
        self.assertEqual(self.seen_by(self.officer), self.mine)
        self.officer.gov_region_ids = regions[1]
        self.assertFalse(self.seen_by(self.officer))

    def test_file_follows_the_document(self):
        self.env.invalidate_all()
        file = self.hers.attachment_id
        self.assertTrue(file.with_user(self.other_user).has_access("read"))
        self.assertFalse(file.with_user(self.user).has_access("read"))
        self.assertFalse(self.env["ir.attachment"].with_user(self.user).search([("id", "=", file.id)]))
        with self.assertRaises(AccessError):
            self.hers.with_user(self.user).action_download()
        self.assertIn(str(self.hers.id), self.hers.with_user(self.other_user).action_download()["url"])

    def test_manager_and_signatory_revoke_the_others_do_not(self):
        for user in (self.user, self.officer, self.auditor):
            with self.assertRaises(AccessError):
                self.mine.with_user(user).action_revoke("I want to")
        self.mine.with_user(self.signer_user).action_revoke("Wrong grade")
        self.hers.with_user(self.manager).action_revoke("Wrong date")
        self.assertRecordValues(
            self.mine + self.hers,
            [
                {"state": "revoked", "revoke_reason": "Wrong grade", "revoked_by_id": self.signer_user.id},
                {"state": "revoked", "revoke_reason": "Wrong date", "revoked_by_id": self.manager.id},
            ],
        )
        acts = self.env["gov.journal.entry"].search([("res_id", "=", self.mine.id), ("model", "=", "gov.document")])
        self.assertEqual(acts[0].act, "revoke")
        self.assertEqual(acts[0].actor_id, self.signer_user)

    def test_revoking_takes_a_reason_and_happens_once(self):
        for reason in (None, "", "   "):
            with self.assertRaises(UserError):
                self.mine.with_user(self.manager).action_revoke(reason)
        self.mine.with_user(self.manager).action_revoke("Wrong date")
        with self.assertRaises(UserError):
            self.mine.with_user(self.manager).action_revoke("Again")

    def test_wizard_revokes_under_the_users_rights(self):
        wizard = self.env["gov.document.revoke"].with_user(self.user)
        with self.assertRaises(AccessError):
            wizard.create({"document_ids": [(6, 0, self.mine.ids)], "reason": "x"}).action_confirm()
        self.assertEqual(self.mine.state, "valid")

    def test_only_hr_manager_keeps_templates_and_registers(self):
        for record in (self.arabic, self.register):
            for user, allowed in (
                (self.manager, True),
                (self.officer, False),
                (self.auditor, False),
                (self.user, False),
            ):
                self.assertEqual(record.with_user(user).has_access("write"), allowed)
        self.assertFalse(self.arabic.with_user(self.user).has_access("read"))

    def test_officers_and_auditors_print_registers(self):
        wizard = {"register_id": self.register.id, "year": 2026}
        for user in (self.officer, self.auditor):
            action = self.env["gov.document.register.print"].with_user(user).create(wizard).action_print()
            self.assertIn(f"/{self.register.id}/2026.pdf", action["url"])
        with self.assertRaises(AccessError):
            self.register.with_user(self.user)._check_printer()

    def test_frozen_page_is_not_read_by_users(self):
        with self.assertRaises(AccessError):
            self.mine.with_user(self.user).read(["content"])
