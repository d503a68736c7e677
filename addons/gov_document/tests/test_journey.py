from odoo.tests import Form, tagged

from .common import DocumentCase


@tagged("post_install", "-at_install")
class TestScreens(DocumentCase):
    """What an HR manager does on the screens."""

    def test_manager_writes_a_template_and_sees_the_check(self):
        with Form(self.env["gov.document.template"].with_user(self.manager)) as form:
            form.name, form.kind, form.lang, form.title = "New", "test", "fr", "Attestation"
            form.body = "<p>[[employee_nam]]</p>"
            self.assertFalse(form.is_sound)
            form.body = "<p>[[employee_name]]</p>"
            self.assertTrue(form.is_sound)
        self.assertIn("preview.pdf", form.record.action_preview()["url"])

    def test_manager_revokes_with_the_wizard(self):
        document = self.issue()
        wizard = Form(
            self.env["gov.document.revoke"].with_user(self.manager).with_context(default_document_ids=document.ids)
        )
        wizard.reason = "Wrong date"
        wizard.save().action_confirm()
        self.assertEqual(document.state, "revoked")
