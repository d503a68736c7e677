from odoo.tests import freeze_time, tagged

from .test_career_act_common import ActCase


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10")
class TestCareerActSign(ActCase):
    def test_signing_an_echelon_makes_number_document_situation_and_journal_line(self):
        act = self.make_act("echelon", effective_date="2026-03-01")
        self.assertEqual(act.echelon, 7)
        act.with_user(self.manager_user).action_sign()
        self.assertEqual(act.state, "signed")
        self.assertRegex(act.number, r"^\d{4}/CAR/2026$")
        self.assertEqual(act.document_id.state, "valid")
        version = act.version_id
        self.assertRecordValues(
            version,
            [{"echelon": 7, "salary_index": 428, "act_number": act.number, "act_kind": "echelon", "act_id": act.id}],
        )
        self.assertEqual(str(version.date_version), "2026-03-01")
        self.assertRecordValues(act, [{"old_echelon": 6, "old_salary_index": 402, "echelon": 7, "salary_index": 428}])
        entry = self.env["gov.journal.entry"].search([("model", "=", act._name), ("res_id", "=", act.id)])
        self.assertEqual(entry.act, "sign")
