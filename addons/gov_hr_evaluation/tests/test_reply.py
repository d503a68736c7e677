from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .common import SIXTEEN, EvaluationCase


@tagged("post_install", "-at_install")
@freeze_time("2027-01-15 10:00:00")
class TestReply(EvaluationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.campaign.with_user(cls.users["manager"]).action_open_next(50)

    def rating(self, login="amina"):
        return self.env["gov.rating"].search([("employee_id", "=", self.files[login].id), ("year", "=", 2026)])

    def test_reply_on_the_last_day_is_received(self):
        sheet = self.notify("amina")
        self.assertEqual(str(sheet.appeal_until), "2027-02-14")
        with freeze_time("2027-02-14 22:00:00"):
            self.act("amina", sheet).action_reply("I gave more than that.")
        self.assertEqual(sheet.state, "appeal")

    def test_reply_on_the_day_after_is_refused(self):
        sheet = self.notify("amina")
        with freeze_time("2027-02-15 08:00:00"), self.assertRaisesRegex(UserError, "delay to reply ended"):
            self.act("amina", sheet).action_reply("Too late.")
        self.assertEqual(sheet.state, "notified")

    def test_silence_makes_the_mark_final_the_day_after_the_last_and_once(self):
        sheet = self.notify("amina")
        with freeze_time("2027-02-14 23:00:00"):
            self.env["gov.evaluation.sheet"]._cron_silence()
        self.assertEqual(sheet.state, "notified")
        with freeze_time("2027-02-15 03:00:00"):
            self.assertEqual(self.env["gov.evaluation.sheet"]._cron_silence(), 1)
            self.assertEqual(self.env["gov.evaluation.sheet"]._cron_silence(), 0)
        self.assertEqual((sheet.state, self.rating().mark), ("final", 16.0))

    def test_silence_does_not_end_a_reply_under_study(self):
        sheet = self.notify("amina")
        self.act("amina", sheet).action_reply("I disagree.")
        with freeze_time("2027-06-01"):
            self.env["gov.evaluation.sheet"]._cron_silence()
        self.assertEqual(sheet.state, "appeal")

    def test_mark_kept_is_final_with_its_reason(self):
        sheet = self.notify("amina")
        self.act("amina", sheet).action_reply("I disagree.")
        self.act("leila", sheet).action_decide("kept", "The objectives were not reached.", cap_informed=True)
        self.assertRecordValues(
            sheet,
            [
                {
                    "state": "final",
                    "decision": "kept",
                    "decision_reason": "The objectives were not reached.",
                    "is_cap_informed": True,
                    "decided_by_id": self.users["leila"].id,
                }
            ],
        )
        self.assertEqual(self.rating().mark, 16.0)

    def test_mark_changed_is_final_and_a_new_sheet_replaces_the_former(self):
        sheet = self.notify("amina")
        former = sheet.document_id
        self.act("amina", sheet).action_reply("I disagree.")
        self.act("manager", sheet).action_decide("changed", "A task was forgotten.", self.marks({"tasks": 4.75}))
        self.assertEqual(self.rating().mark, 16.75)
        self.assertEqual((former.state, sheet.document_id.state), ("superseded", "valid"))
        self.assertEqual(sheet.document_id.supersedes_id, former)
        self.assertIn("16,75", sheet.document_id.sudo().content)

    def test_change_without_a_change_is_refused(self):
        sheet = self.notify("amina")
        self.act("amina", sheet).action_reply("I disagree.")
        with self.assertRaisesRegex(UserError, "No mark was changed"):
            self.act("manager", sheet).action_decide("changed", "Seen.", self.marks({"tasks": SIXTEEN["tasks"]}))

    def test_decision_has_a_reason(self):
        sheet = self.notify("amina")
        self.act("amina", sheet).action_reply("I disagree.")
        with self.assertRaisesRegex(UserError, "Give the reason"):
            self.act("manager", sheet).action_decide("kept", " ")
        with self.assertRaises(UserError):
            self.act("manager", sheet).action_decide("refused", "No.")

    def test_who_marked_and_the_person_do_not_answer_the_reply(self):
        sheet = self.notify("amina")
        self.act("amina", sheet).action_reply("I disagree.")
        for login in ("amina", "youssef", "karim", "officer", "auditor", "nadia"):
            with self.assertRaises(AccessError, msg=login):
                self.act(login, sheet).action_decide("kept", "No.")

    def test_reply_is_the_persons_alone_and_not_empty(self):
        sheet = self.notify("amina")
        for login in ("karim", "youssef", "manager"):
            with self.assertRaises(AccessError, msg=login):
                self.act(login, sheet).action_reply("For her.")
        with self.assertRaises(UserError):
            self.act("amina", sheet).action_reply("   ")

    def test_final_mark_is_frozen(self):
        sheet = self.notify("amina")
        with freeze_time("2027-02-15"):
            self.env["gov.evaluation.sheet"]._cron_silence()
        for act in (
            lambda: self.act("manager", sheet).action_adjust(self.marks({"tasks": 1}), "Later."),
            lambda: self.act("manager", sheet).action_decide("kept", "Later."),
            lambda: self.act("manager", sheet).action_cancel("Later."),
            lambda: self.act("amina", sheet).action_reply("Later."),
            lambda: self.act("youssef", sheet).action_save_marks({"marks": self.marks({"tasks": 1})}),
        ):
            with self.assertRaises(UserError):
                act()
        self.assertEqual((sheet.state, self.rating().mark), ("final", 16.0))

    def test_rating_sheet_is_in_both_languages_with_every_criterion(self):
        sheet = self.notify("amina")
        content = sheet.document_id.sudo().content
        for words in (
            "بطاقة التنقيط برسم سنة 2026",
            "Fiche de notation au titre de l’année 2026",
            "أمينة بنعلي",
            "Amina BENALI",
            "A good year.",
            "14 février 2027",
        ):
            self.assertIn(words, content)
        self.assertEqual(content.count("3,25"), 2)
        self.assertEqual(sheet.document_id.signatory_id, self.files["hassan"])
        self.assertRegex(sheet.document_number, r"^\d{4}/EVAL/2027$")

    def test_nobody_signs_his_own_rating_sheet(self):
        self.env["gov.parameter"].search([("code", "=", "evaluation.signatory_unit")]).value_text = "EV2"
        sheet = self.notify("leila", by="hassan")
        self.assertEqual(sheet.document_id.signatory_id, self.files["hassan"])

    def test_advancement_reads_the_final_mark(self):
        self.notify("amina")
        with freeze_time("2027-02-15"):
            self.env["gov.evaluation.sheet"]._cron_silence()
        marks = self.env["gov.rating"]._gov_marks(self.files["amina"].ids)
        self.assertEqual(float(marks[self.files["amina"].id][2026]), 16.0)

    def test_reading_the_mark_is_kept_once(self):
        sheet = self.notify("amina")
        self.act("amina", sheet).action_read_mark()
        first = sheet.read_on
        with freeze_time("2027-01-20"):
            self.act("amina", sheet).action_read_mark()
        self.assertEqual(sheet.read_on, first)
