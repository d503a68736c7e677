from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .common import SIXTEEN, EvaluationCase


@tagged("post_install", "-at_install")
@freeze_time("2026-11-16 10:00:00")
class TestInterview(EvaluationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.campaign.with_user(cls.users["manager"]).action_open_next(50)

    def draft(self, login="amina", by="youssef", **vals):
        self.sheet(login).filtered(lambda one: one.state == "self")._gov_end_self()
        values = {
            "sheet_id": self.sheet(login).id,
            "date": "2026-11-12",
            "place": "Room 3",
            "achievements": "The register is up to date.",
            "objectives": "Treat requests in two days.",
            "lang": "fr",
            "proposal_ids": [
                (0, 0, {"kind": "training", "name": "Archives", "reason": "New software", "priority": "1"}),
                (0, 0, {"kind": "mobility", "name": "Regional post", "priority": "3"}),
            ],
            **vals,
        }
        return self.env["gov.evaluation.interview"].browse(
            self.act(by, self.env["gov.evaluation.interview"]).create(values).id
        )

    def presented(self, **vals):
        interview = self.draft(**vals)
        self.act("youssef", interview).action_present()
        return interview

    def test_mark_is_refused_while_an_interview_is_due(self):
        sheet = self.sheet("amina")
        sheet._gov_end_self()
        with self.assertRaisesRegex(UserError, "an evaluation interview is due"):
            self.act("youssef", sheet).action_submit_marks({"marks": self.marks(SIXTEEN), "words": "Fine."})

    def test_mark_is_refused_while_the_record_is_not_answered(self):
        self.presented()
        sheet = self.sheet("amina")
        with self.assertRaises(UserError):
            self.act("youssef", sheet).action_submit_marks({"marks": self.marks(SIXTEEN), "words": "Fine."})

    def test_signed_record_lets_the_mark_be_given(self):
        interview = self.presented()
        self.act("amina", interview).action_sign("I thank the team.")
        sheet = self.sheet("amina")
        self.assertEqual(str(sheet.interview_due_on), "2028-11-12")
        self.act("youssef", sheet).action_submit_marks({"marks": self.marks(SIXTEEN), "words": "Fine."})
        self.assertEqual(sheet.state, "harmonisation")

    def test_interview_of_last_year_is_enough_and_of_two_years_ago_is_not(self):
        sheet = self.sheet("amina")
        for due, missing in (("2026-12-31", True), ("2027-01-01", False)):
            sheet._gov_write({"interview_due_on": due})
            self.env.invalidate_all()
            self.assertEqual(sheet.is_interview_missing, missing, due)
            found = self.env["gov.evaluation.sheet"].search([("is_interview_missing", "=", True)])
            self.assertEqual(sheet in found, missing, due)

    def test_next_campaign_knows_the_last_interview(self):
        interview = self.presented()
        self.act("amina", interview).action_sign()
        following = self.env["gov.evaluation.campaign"].create({"year": 2027})
        with freeze_time("2027-10-01"):
            following.with_user(self.users["manager"]).action_open_next(50)
        sheet = following.sheet_ids.filtered(lambda one: one.employee_id == self.files["amina"])
        self.assertEqual((str(sheet.last_interview_on), str(sheet.interview_due_on)), ("2026-11-12", "2028-11-12"))
        self.assertFalse(sheet.is_interview_missing)
        other = following.sheet_ids.filtered(lambda one: one.employee_id == self.files["karim"])
        self.assertTrue(other.is_interview_missing)

    def test_recruit_of_last_year_is_met_two_years_after_the_recruitment(self):
        recruit = self.make_employee(
            "Recent RECRUIT", self.service, 60, recruitment_date="2025-09-01", tenure_date=False
        )
        self.campaign.with_user(self.users["manager"]).action_open_next(50)
        sheet = self.env["gov.evaluation.sheet"].search([("employee_id", "=", recruit.id)])
        self.assertEqual(str(sheet.interview_due_on), "2027-09-01")
        self.assertFalse(sheet.is_interview_missing)

    def test_refusal_to_sign_is_recorded_and_counts(self):
        interview = self.presented()
        with self.assertRaisesRegex(UserError, "Say why"):
            self.act("amina", interview).action_refuse_to_sign(" ")
        self.act("amina", interview).action_refuse_to_sign("The objectives were never set.")
        self.assertEqual((interview.state, interview.remarks), ("refused", "The objectives were never set."))
        self.assertFalse(self.sheet("amina").is_interview_missing)
        self.assertIn("Amina BENALI a refusé de signer.", interview.document_id.sudo().content)

    def test_head_records_a_refusal(self):
        interview = self.presented()
        self.act("youssef", interview).action_record_refusal("Presented on 13 November, not signed after three days.")
        self.assertEqual(interview.state, "refused")
        with self.assertRaises(UserError):
            self.act("amina", interview).action_sign()

    def test_record_is_frozen_once_presented(self):
        interview = self.presented()
        for change in (
            lambda: self.act("youssef", interview).write({"objectives": "More."}),
            lambda: self.act("youssef", interview.proposal_ids[0]).write({"name": "More"}),
            lambda: self.act("youssef", interview.proposal_ids[0]).unlink(),
            lambda: self.act("youssef", self.env["gov.evaluation.proposal"]).create(
                {"interview_id": interview.id, "name": "More"}
            ),
            lambda: self.act("youssef", interview).unlink(),
        ):
            with self.assertRaises(UserError):
                change()

    def test_record_is_complete_before_it_is_signed(self):
        interview = self.draft(place=False)
        with self.assertRaisesRegex(UserError, "Place"):
            self.act("youssef", interview).action_present()

    def test_interview_is_recorded_once_held_and_on_its_year(self):
        for day in ("2026-11-17", "2024-11-12"):
            with self.assertRaises(ValidationError, msg=day):
                self.draft(date=day)

    def test_only_the_head_or_his_interim_holds_the_interview(self):
        for login in ("amina", "karim", "nadia", "leila", "officer", "manager"):
            with self.assertRaises(AccessError, msg=login):
                self.draft(by=login)
        self.interim("youssef", "nadia", "2026-11-10", "2026-11-20")
        self.draft(by="nadia")

    def test_person_reads_the_record_once_presented(self):
        interview = self.draft()
        interviews = self.env["gov.evaluation.interview"]
        self.assertFalse(self.act("amina", interviews).search([("id", "=", interview.id)]))
        self.act("youssef", interview).action_present()
        self.assertTrue(self.act("amina", interviews).search([("id", "=", interview.id)]))
        self.assertFalse(self.act("karim", interviews).search([("id", "=", interview.id)]))

    def test_only_the_person_signs(self):
        interview = self.presented()
        for login in ("youssef", "karim", "manager"):
            with self.assertRaises(AccessError, msg=login):
                self.act(login, interview).action_sign()

    def test_report_prints_the_record_its_proposals_and_the_remarks(self):
        interview = self.presented()
        self.act("amina", interview).action_sign("I thank the team.")
        content = interview.document_id.sudo().content
        for words in (
            "Rapport d’évaluation",
            "The register is up to date.",
            "Archives",
            "I thank the team.",
            "Room 3",
        ):
            self.assertIn(words, content)
        self.assertEqual(interview.document_id.state, "valid")

    def test_typed_text_is_printed_and_never_interpreted(self):
        interview = self.presented(achievements="<script>alert(1)</script> [[cnie]] {{ 1 + 1 }}")
        self.act("amina", interview).action_sign("<b>bold</b>")
        content = interview.document_id.sudo().content
        self.assertNotIn("<script>", content)
        self.assertIn("&lt;script&gt;", content)
        self.assertIn("[[cnie]] {{ 1 + 1 }}", content)
        self.assertNotIn("<b>bold</b>", content)

    def test_training_needs_can_be_asked_for(self):
        interview = self.presented()
        self.act("amina", interview).action_sign()
        needs = self.env["gov.evaluation.proposal"].search([("kind", "=", "training"), ("year", "=", 2026)])
        self.assertRecordValues(
            needs,
            [
                {
                    "name": "Archives",
                    "priority": "1",
                    "employee_id": self.files["amina"].id,
                    "state": "signed",
                    "department_id": self.service.id,
                }
            ],
        )

    def test_heads_are_reminded_of_the_interviews_due_from_their_first_day_on(self):
        self.campaign.interview_from = "2026-11-17"
        sheets = self.env["gov.evaluation.sheet"]
        self.assertEqual(sheets._cron_interviews(), 0)
        with freeze_time("2026-11-17 10:00:00"):
            self.assertEqual(sheets._cron_interviews(), 11)
            self.assertEqual(sheets._cron_interviews(), 0)
        self.assertIn("Hold an evaluation interview", self.sheet("amina").activity_ids.mapped("activity_type_id.name"))
