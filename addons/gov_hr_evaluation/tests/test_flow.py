from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .common import FULL, SIXTEEN, EvaluationCase


@tagged("post_install", "-at_install")
@freeze_time("2026-11-16 10:00:00")
class TestFlow(EvaluationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["gov.evaluation.campaign"].browse(cls.campaign.id).with_user(cls.users["manager"]).action_open_next(50)

    def test_from_the_self_assessment_to_the_final_mark(self):
        sheet = self.sheet("amina")
        self.assertEqual((sheet.state, sheet.evaluator_id), ("self", self.files["youssef"]))
        self.act("amina", sheet).action_submit_self({"marks": self.marks(FULL), "words": "A full year."})
        self.assertEqual(sheet.state, "head")
        self.to_head("amina")
        self.act("youssef", sheet).action_save_marks({"marks": self.marks(SIXTEEN), "revision": 0})
        self.act("youssef", sheet).action_submit_marks({"words": "Steady work."})
        self.assertEqual(sheet.state, "harmonisation")
        self.act("manager", self.campaign).action_harmonise()
        answer = self.act("manager", self.campaign).action_notify_next()
        self.assertEqual((answer["done"], answer["failed"], answer["remaining"]), (1, [], 0))
        self.assertEqual(sheet.state, "notified")
        self.assertEqual(str(sheet.appeal_until), "2026-12-16")
        self.assertEqual(sheet.document_id.state, "valid")
        with freeze_time("2026-12-17 10:00:00"):
            self.env["gov.evaluation.campaign"]._cron_calendar()
        self.assertEqual(sheet.state, "final")
        rating = self.env["gov.rating"].search([("employee_id", "=", self.files["amina"].id), ("year", "=", 2026)])
        self.assertEqual((rating.mark, rating.source), (16.0, "evaluation"))

    def test_mark_of_exactly_16_is_very_good(self):
        sheet = self.mark("amina", values=SIXTEEN)
        self.assertEqual((sheet.mark, sheet.band_id.code), (16.0, "very_good"))

    def test_mark_of_15_75_is_good(self):
        sheet = self.mark("amina", values=dict(SIXTEEN, innovation=2))
        self.assertEqual((sheet.mark, sheet.band_id.code), (15.75, "good"))

    def test_mark_of_exactly_18_is_excellent(self):
        sheet = self.mark("amina", values=dict(FULL, tasks=3))
        self.assertEqual((sheet.mark, sheet.band_id.code), (18.0, "excellent"))

    def test_mark_of_exactly_10_is_average_and_9_75_weak(self):
        low = {"tasks": 2, "output": 2, "organisation": 2, "behaviour": 2, "innovation": 2}
        self.assertEqual(self.mark("amina", values=low).band_id.code, "average")
        self.assertEqual(self.mark("karim", values=dict(low, innovation=1.75)).band_id.code, "weak")

    def test_mark_out_of_range_is_refused_with_a_sentence(self):
        sheet = self.to_head("amina")
        for value, word in ((5.25, "from 0 to 5"), (-1, "from 0 to 5"), ("abc", "up to 5"), (4.1, "by 0.25")):
            with self.assertRaisesRegex(UserError, word):
                self.act("youssef", sheet).action_save_marks({"marks": self.marks({"tasks": value})})

    def test_criterion_of_another_campaign_is_refused(self):
        sheet = self.to_head("amina")
        law = self.env.ref("gov_hr_evaluation.criterion_tasks")
        for key in (law.id, "x", None):
            with self.assertRaises(UserError):
                self.act("youssef", sheet).action_save_marks({"marks": {key: 4}})

    def test_marks_are_given_complete_and_with_words(self):
        sheet = self.to_head("amina")
        partial = {key: value for key, value in SIXTEEN.items() if key != "innovation"}
        with self.assertRaisesRegex(UserError, "Research and innovation"):
            self.act("youssef", sheet).action_submit_marks({"marks": self.marks(partial), "words": "Fine."})
        with self.assertRaisesRegex(UserError, "general appreciation"):
            self.act("youssef", sheet).action_submit_marks({"marks": self.marks(SIXTEEN), "words": "  "})

    def test_zero_is_a_mark_and_empty_is_none(self):
        sheet = self.to_head("amina")
        zero = dict(SIXTEEN, innovation=0)
        self.act("youssef", sheet).action_submit_marks({"marks": self.marks(zero), "words": "Nothing new."})
        self.assertEqual(sheet.mark, 13.75)
        other = self.to_head("karim")
        self.act("youssef", other).action_save_marks({"marks": self.marks(SIXTEEN)})
        self.act("youssef", other).action_save_marks({"marks": self.marks({"innovation": None})})
        with self.assertRaises(UserError):
            self.act("youssef", other).action_submit_marks({"words": "Fine."})

    def test_second_who_writes_at_the_same_time_is_told(self):
        self.interim("youssef", "karim", "2026-11-10", "2026-11-20")
        sheet = self.to_head("amina")
        first = self.act("youssef", sheet).action_save_marks({"marks": self.marks(SIXTEEN), "revision": 0})
        self.assertEqual(first["revision"], 1)
        with self.assertRaisesRegex(UserError, "Youssef EL ALAOUI has just written"):
            self.act("karim", sheet).action_save_marks({"marks": self.marks(FULL), "revision": 0})
        self.assertEqual(self.assessment(sheet).total, 16.0)
        self.act("karim", sheet).action_save_marks({"marks": self.marks(FULL), "revision": 1})
        self.assertEqual(self.assessment(sheet).total, 20.0)

    def test_same_marks_are_given_once(self):
        sheet = self.mark("amina")
        with self.assertRaisesRegex(UserError, "this stage is over"):
            self.act("youssef", sheet).action_submit_marks({"marks": self.marks(FULL), "words": "Again."})
        self.assertEqual(sheet.mark, 16.0)

    def test_interim_marks_in_the_place_of_the_absent_head_on_his_days_alone(self):
        self.interim("youssef", "nadia", "2026-11-10", "2026-11-20")
        sheet = self.to_head("amina")
        self.act("nadia", sheet).action_submit_marks({"marks": self.marks(SIXTEEN), "words": "For the head."})
        self.assertEqual((sheet.state, sheet.marked_by_id), ("harmonisation", self.users["nadia"]))
        with freeze_time("2026-11-21 10:00:00"), self.assertRaises(AccessError):
            self.act("nadia", self.to_head("karim")).action_save_marks({"marks": {}})

    def test_interim_limited_to_some_requests_gives_no_right_on_marks(self):
        circuit = self.env["gov.approval.circuit"].search([], limit=1)
        if not circuit:
            model = self.env["gov.approval.circuit"]
            self.skipTest(f"no {model._description} is installed")
        self.interim("youssef", "nadia", "2026-11-10", "2026-11-20", "circuits", circuit_ids=[(6, 0, circuit.ids)])
        with self.assertRaises(AccessError):
            self.act("nadia", self.to_head("amina")).action_save_marks({"marks": {}})

    def test_nobody_marks_his_own_sheet_even_by_an_interim(self):
        self.interim("leila", "youssef", "2026-11-10", "2026-11-20")  # he stands in for the head who marks him
        sheet = self.to_head("youssef")
        self.assertEqual(sheet.evaluator_id, self.files["leila"])
        with self.assertRaisesRegex(AccessError, "Nobody marks his own sheet"):
            self.act("youssef", sheet).action_save_marks({"marks": self.marks(FULL)})

    def test_who_stands_in_for_a_person_does_not_mark_him(self):
        self.interim("youssef", "karim", "2026-11-10", "2026-11-20")
        self.interim("leila", "karim", "2026-11-10", "2026-11-20")
        with self.assertRaises(AccessError):
            self.act("karim", self.to_head("youssef")).action_save_marks({"marks": self.marks(FULL)})

    def test_adjustment_keeps_before_after_and_reason(self):
        sheet = self.mark("amina", values=FULL)
        self.act("leila", sheet).action_adjust(self.marks({"tasks": 4}), "Above what the other services give.")
        assessment = self.assessment(sheet)
        self.assertEqual((assessment.total, assessment.first_total), (19.0, 20.0))
        line = assessment.adjustment_ids
        self.assertRecordValues(
            line,
            [
                {
                    "before": 5.0,
                    "after": 4.0,
                    "total_before": 20.0,
                    "total_after": 19.0,
                    "reason": "Above what the other services give.",
                    "origin": "harmonisation",
                    "author_id": self.users["leila"].id,
                }
            ],
        )

    def test_head_is_told_of_an_adjustment_without_the_mark(self):
        sheet = self.mark("amina", values=FULL)
        self.act("leila", sheet).action_adjust(self.marks({"tasks": 4}), "Compared.")
        message = self.env["mail.message"].search(
            [("model", "=", "gov.evaluation.sheet"), ("res_id", "=", sheet.id)], order="id desc", limit=1
        )
        self.assertEqual(message.notified_partner_ids, self.users["youssef"].partner_id)
        self.assertNotRegex(message.body, r"\b(19|20)\b")
        # nor does the person see that message
        self.assertFalse(self.act("amina", message).search([("id", "=", message.id)]))

    def test_adjustment_needs_a_reason_a_change_and_a_mark_in_range(self):
        sheet = self.mark("amina", values=FULL)
        for marks, reason in (({"tasks": 4}, "  "), ({"tasks": 5}, "Same."), ({"tasks": 6}, "More.")):
            with self.assertRaises(UserError):
                self.act("leila", sheet).action_adjust(self.marks(marks), reason)

    def test_who_marked_does_not_harmonise_what_he_gave(self):
        sheet = self.mark("amina", values=FULL)
        for act in (
            lambda: self.act("youssef", sheet).action_adjust(self.marks({"tasks": 4}), "Mine."),
            lambda: self.act("youssef", sheet).action_notify(),
            lambda: self.act("youssef", sheet).action_return("Mine."),
        ):
            with self.assertRaises(AccessError):
                act()

    def test_interim_who_marked_does_not_harmonise_by_another_right(self):
        self.interim("youssef", "manager", "2026-11-10", "2026-11-20")
        sheet = self.to_head("amina")
        self.act("manager", sheet).action_submit_marks({"marks": self.marks(FULL), "words": "For the head."})
        with freeze_time("2026-11-25 10:00:00"), self.assertRaises(AccessError):
            self.act("manager", sheet).action_adjust(self.marks({"tasks": 4}), "As HR.")

    def test_marks_sent_back_are_marked_again(self):
        sheet = self.mark("amina", values=FULL)
        self.act("leila", sheet).action_return("Say what was done.")
        self.assertEqual((sheet.state, self.assessment(sheet).is_given), ("head", False))
        self.act("youssef", sheet).action_submit_marks({"marks": self.marks(SIXTEEN), "words": "Said."})
        self.assertEqual(sheet.mark, 16.0)

    def test_mark_is_notified_after_the_harmonisation_has_begun(self):
        sheet = self.mark("amina")
        with self.assertRaisesRegex(UserError, "after the harmonisation"):
            self.act("leila", sheet).action_notify()

    def test_hr_manager_does_not_notify_his_own_mark(self):
        self.mark("amina")
        self.mark("manager", by="leila")
        self.act("second", self.campaign).action_harmonise()
        answer = self.act("manager", self.campaign).action_notify_next()
        self.assertEqual(answer["done"], 1)
        self.assertEqual(len(answer["failed"]), 1)
        self.assertEqual(self.sheet("manager").state, "harmonisation")
        self.act("second", self.campaign).action_notify_next()
        self.assertEqual(self.sheet("manager").state, "notified")

    def test_journal_holds_no_mark(self):
        sheet = self.notify("amina")
        self.act("amina", sheet).action_reply("I disagree.")
        self.act("leila", sheet).action_decide("changed", "Seen again.", self.marks({"tasks": 4.5}))
        entries = self.env["gov.journal.entry"].search([("model", "like", "gov.evaluation")])
        self.assertTrue({"mark", "notify", "reply", "decide", "finalise"} <= set(entries.mapped("act")))
        for entry in entries:
            self.assertNotRegex(entry.payload, r"16[.,]|\b16\b|4[.,]5|16[.,]5")

    def test_fingerprint_of_the_journal_proves_the_final_mark(self):
        sheet = self.notify("amina")
        sheet.campaign_id._cron_calendar()
        with freeze_time("2027-02-01"):
            self.env["gov.evaluation.campaign"]._cron_calendar()
        assessment = self.assessment(sheet)
        entry = self.env["gov.journal.entry"].search([("act", "=", "finalise"), ("res_id", "=", sheet.id)])
        self.assertIn(assessment.digest, entry.payload)
        self.assertEqual(assessment._gov_digest(), assessment.digest)
        assessment.line_ids[0]._gov_write({"mark": 1.0})
        self.assertNotEqual(assessment._gov_digest(), assessment.digest)

    def test_sheet_left_at_the_self_assessment_goes_to_the_head_the_day_after_its_last_day(self):
        sheet = self.sheet("amina")
        self.campaign.self_until = "2026-11-16"
        self.env["gov.evaluation.sheet"]._cron_end_self()
        self.assertEqual(sheet.state, "self")
        with freeze_time("2026-11-17 10:00:00"):
            self.env["gov.evaluation.sheet"]._cron_end_self()
            self.env["gov.evaluation.sheet"]._cron_end_self()
        self.assertEqual(sheet.state, "head")

    def test_head_who_changes_takes_over_what_is_not_marked(self):
        marked = self.mark("karim")
        self.service.manager_id = self.files["nadia"]
        self.assertEqual(self.sheet("amina").evaluator_id, self.files["nadia"])
        self.assertEqual(marked.evaluator_id, self.files["youssef"])
        # the former head is one of the staff now
        self.assertEqual(self.sheet("youssef").evaluator_id, self.files["nadia"])

    def test_head_chosen_by_hr_stays(self):
        sheet = self.sheet("amina")
        self.act("manager", sheet).action_change_evaluator(self.files["nadia"].id, "The head arrived in October.")
        self.service.manager_id = self.files["hassan"]
        self.assertEqual(sheet.evaluator_id, self.files["nadia"])
        self.to_head("amina")
        self.act("nadia", sheet).action_save_marks({"marks": self.marks(SIXTEEN)})

    def test_nobody_is_chosen_to_mark_himself(self):
        with self.assertRaises(UserError):
            self.act("manager", self.sheet("amina")).action_change_evaluator(self.files["amina"].id, "Why not.")

    def test_cancelled_sheet_leaves_no_mark(self):
        sheet = self.mark("amina")
        self.act("manager", sheet).action_cancel("Left in November.")
        with self.assertRaises(UserError):
            self.act("leila", sheet).action_adjust(self.marks({"tasks": 1}), "Too late.")
        self.assertEqual(sheet.state, "cancelled")

    def test_to_dos_follow_the_sheet(self):
        sheet = self.sheet("amina")
        kinds = lambda: sheet.activity_ids.mapped("activity_type_id.name")  # noqa: E731
        self.assertEqual(kinds(), ["Assess your own year"])
        self.act("amina", sheet).action_submit_self({"marks": self.marks(FULL)})
        self.assertEqual(kinds(), [])
        self.act("officer", self.campaign).action_remind("head")
        self.act("officer", self.campaign).action_remind("head")  # no second to-do
        self.assertEqual(sheet.activity_ids.user_id, self.users["youssef"])
        self.assertEqual(len(sheet.activity_ids), 1)
        self.mark("amina")
        self.assertEqual(kinds(), [])
