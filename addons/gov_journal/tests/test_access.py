import tempfile

from odoo.exceptions import AccessError
from odoo.service.model import call_kw
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..tools.verify import verify
from .common import JournalCase


@tagged("post_install", "-at_install")
class TestAccess(JournalCase):
    def test_auditor_and_hr_manager_read_the_others_do_not(self):
        self.write_acts()
        for model in ("gov.journal.entry", "gov.journal.chain", "gov.journal.head", "gov.journal.check"):
            for user in (self.auditor, self.manager):
                self.env[model].with_user(user).search([]).read()
                for operation in ("create", "write", "unlink"):
                    self.assertFalse(self.env[model].with_user(user).has_access(operation))
            with self.assertRaises(AccessError):
                self.env[model].with_user(self.employee).search([])

    def test_employee_cannot_verify(self):
        self.write_acts()
        chains = self.env["gov.journal.chain"].search([])
        with self.assertRaises(AccessError):
            chains.with_user(self.employee).action_verify()
        with self.assertRaises(AccessError):
            self.env["gov.journal.chain"].with_user(self.employee).action_verify_all()

    def test_button_of_the_list_verifies_every_chain_whichever_rows_are_selected(self):
        self.write_acts()
        chains = self.env["gov.journal.chain"].with_user(self.auditor)
        answer = call_kw(chains, "action_verify_all", [chains.search([], limit=1).ids], {})
        self.assertIn(str(len(chains.search([]))), answer["params"]["message"])

    def test_act_opens_its_record_under_the_readers_rights(self):
        act = self.write_acts(count=1)
        action = act.with_user(self.auditor).action_open_record()
        self.assertEqual((action["res_model"], action["res_id"]), ("res.partner", self.partners[0].id))


@tagged("post_install", "-at_install")
class TestExport(HttpCase, JournalCase):
    def test_auditor_exports_what_the_verifier_proves(self):
        self.write_acts()
        self.env["gov.journal.head"]._cron_keep_heads()
        self.authenticate("journal_auditor", "journal_auditor")
        response = self.url_open("/gov_journal/export")
        self.assertEqual(response.status_code, 200)
        with tempfile.NamedTemporaryFile(suffix=".jsonl") as file:
            file.write(response.content)
            file.flush()
            verifier = verify(file.name)
        self.assertEqual([str(problem) for problem in verifier.problems], [])
        self.assertEqual(verifier.counts["test.chain"], 6)

    def test_employee_gets_no_export(self):
        self.authenticate("journal_employee", "journal_employee")
        with mute_logger("odoo.http"):
            response = self.url_open("/gov_journal/export")
        self.assertEqual(response.status_code, 403)
        self.assertNotIn(b"gov-journal", response.content)
