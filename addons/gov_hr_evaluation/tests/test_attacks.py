from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from odoo.addons.gov_approval.models.sentinel import SENTINEL_KEY

from .common import FULL, SIXTEEN, EvaluationCase


@tagged("post_install", "-at_install")
@freeze_time("2026-11-16 10:00:00")
class TestAttacks(EvaluationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.campaign.with_user(cls.users["manager"]).action_open_next(50)

    def test_state_and_marks_are_never_written_not_even_by_superuser_code(self):
        sheet = self.mark("amina")
        assessment = self.assessment(sheet)
        for record, vals in (
            (sheet, {"state": "final"}),
            (sheet, {"appeal_until": "2030-01-01"}),
            (assessment, {"is_notified": True}),
            (assessment.line_ids[0], {"mark": 5}),
        ):
            for forged in ({}, {SENTINEL_KEY: True}, {SENTINEL_KEY: "object"}):
                with self.assertRaises(AccessError):
                    record.sudo().with_context(**forged).write(vals)

    def test_sheets_are_never_created_copied_or_imported(self):
        sheets = self.act("manager", self.env["gov.evaluation.sheet"])
        vals = {"campaign_id": self.campaign.id, "employee_id": self.files["hassan"].id, "state": "final"}
        with self.assertRaises(AccessError):
            sheets.create(vals)
        with self.assertRaises(AccessError):
            self.env["gov.evaluation.sheet"].sudo().create(vals)
        with self.assertRaises(AccessError):
            self.sheet("amina").sudo().copy()
        result = sheets.load(
            ["campaign_id/.id", "employee_id/.id", "state"],
            [[str(self.campaign.id), str(self.files["hassan"].id), "Final"]],
        )
        self.assertFalse(result["ids"])

    def test_defaults_of_the_context_make_no_late_state(self):
        campaign = self.env["gov.evaluation.campaign"].create({"year": 2027})
        forged = {"default_state": "final", "default_evaluator_id": self.files["karim"].id, "default_is_given": True}
        with freeze_time("2027-10-02"):
            campaign.with_user(self.users["manager"]).with_context(**forged).action_open_next(50)
        self.assertEqual(set(campaign.sheet_ids.mapped("state")), {"self"})
        sheet = campaign.sheet_ids.filtered(lambda one: one.employee_id == self.files["amina"])
        criterion = campaign.criterion_ids[0].id
        self.act("amina", sheet).with_context(**forged).action_save_self({"marks": {criterion: 3}})
        self.assertFalse(self.assessment(sheet, "self").is_given)

    def test_state_of_the_campaign_moves_by_its_acts_alone(self):
        manager = self.act("manager", self.campaign)
        with self.assertRaises(UserError):
            manager.write({"state": "closed"})
        with self.assertRaises(UserError):
            manager.create({"year": 2030, "state": "notified"})
        made = manager.with_context(default_state="closed", default_opened_on="2020-01-01").create({"year": 2031})
        self.assertEqual((made.state, made.opened_on), ("draft", False))
        with self.assertRaises(UserError):
            manager.unlink()

    def test_interview_is_not_forged(self):
        interviews = self.act("youssef", self.env["gov.evaluation.interview"])
        sheet = self.sheet("amina")
        base = {"sheet_id": sheet.id, "date": "2026-11-12"}
        for vals in ({"state": "signed"}, {"remarks": "I agree."}, {"head_user_id": self.users["leila"].id}):
            with self.assertRaises(UserError):
                interviews.create(dict(base, **vals))
        interview = interviews.with_context(default_state="signed", default_remarks="I agree.").create(base)
        self.assertEqual((interview.state, interview.remarks), ("draft", False))
        with self.assertRaises(UserError):
            interview.write({"state": "signed"})
        with self.assertRaises(UserError):
            interview.write({"sheet_id": self.sheet("karim").id})
        with self.assertRaises(UserError):
            interview.copy()

    def test_one_person_does_nothing_on_the_sheet_of_another(self):
        sheet = self.sheet("amina")
        for login in ("karim", "nadia", "youssef", "manager", "auditor"):
            for act in (
                lambda own: own.action_save_self({"marks": {}}),
                lambda own: own.action_submit_self({"marks": self.marks(FULL)}),
            ):
                with self.assertRaises(AccessError, msg=login):
                    act(self.act(login, sheet))
        self.to_head("amina")
        for login in ("amina", "karim", "nadia", "leila", "hassan", "manager", "auditor", "rachid"):
            for act in (
                lambda own: own.action_save_marks({"marks": self.marks(SIXTEEN)}),
                lambda own: own.action_submit_marks({"marks": self.marks(SIXTEEN), "words": "x"}),
            ):
                with self.assertRaises(AccessError, msg=login):
                    act(self.act(login, sheet))

    def test_acts_out_of_their_stage_are_refused(self):
        sheet = self.sheet("amina")
        calls = {
            "self": (),
            "head": (("amina", "action_submit_self", [{"marks": {}}]),),
            "harmonisation": (("youssef", "action_save_marks", [{"marks": {}}]),),
        }
        early = (
            ("youssef", "action_save_marks", [{"marks": {}}]),
            ("leila", "action_adjust", [{}, "Early."]),
            ("leila", "action_return", ["Early."]),
            ("leila", "action_decide", ["kept", "Early."]),
            ("amina", "action_reply", ["Early."]),
            ("amina", "action_read_mark", []),
        )
        for login, method, args in early:
            with self.assertRaises(UserError, msg=method):
                getattr(self.act(login, sheet), method)(*args)
        self.mark("amina")
        for login, method, args in calls["head"] + calls["harmonisation"]:
            with self.assertRaises(UserError, msg=method):
                getattr(self.act(login, sheet), method)(*args)

    def test_what_cannot_be_read_is_refused_with_a_sentence(self):
        sheet = self.to_head("amina")
        for values in ({"marks": [1, 2]}, {"marks": "5"}, {"marks": {"a": {}}}, {"words": "x" * 5000}):
            with self.assertRaises(UserError):
                self.act("youssef", sheet).action_save_marks(values)
        self.act("youssef", sheet).action_save_marks({"notes": ["x"], "words": 5})
        self.assertFalse(self.assessment(sheet).words)

    def test_role_of_the_dialog_gives_no_right(self):
        sheet = self.mark("amina")
        dialogs = self.act("karim", self.env["gov.evaluation.decision"])
        dialog = dialogs.create({"sheet_id": sheet.id, "operation": "return", "reason": "Mine."})
        with self.assertRaises(AccessError):
            dialog.action_confirm()
        adjust = dialogs.create({"sheet_id": sheet.id, "operation": "adjust", "reason": "Mine."})
        self.assertFalse(adjust.line_ids, "the dialog shows the marks of others")
        with self.assertRaises(AccessError):
            self.act("nadia", dialog).read(["reason"])

    def test_chooses_no_evaluator_but_hr_managers(self):
        for login in ("officer", "youssef", "amina", "leila"):
            with self.assertRaises(AccessError, msg=login):
                self.act(login, self.sheet("amina")).action_change_evaluator(self.files["nadia"].id, "Mine.")
        with self.assertRaises(AccessError):
            self.act("manager", self.sheet("manager")).action_change_evaluator(self.files["nadia"].id, "A friend.")

    def test_cancels_no_sheet_of_his_own(self):
        with self.assertRaises(AccessError):
            self.act("manager", self.sheet("manager")).action_cancel("No evaluation for me.")

    def test_odd_input_is_answered_by_a_sentence(self):
        sheet = self.mark("amina")
        manager, sheets = self.act("manager", sheet), self.act("manager", self.env["gov.evaluation.sheet"])
        for evaluator in (None, "abc", "", 1e9, [1], {"a": 1}, True):
            with self.assertRaisesRegex(UserError, "in service"):
                manager.action_change_evaluator(evaluator, "A conflict.")
        for marks in (None, "abc", 5, [1], {"x": 1}, {1e9: 2}):
            with self.assertRaises(UserError):
                manager.action_adjust(marks, "Why.")
        for campaign in ("abc", 1e9, [1], {"a": 1}, 10**30):
            self.assertFalse(sheets.get_distribution(campaign)["campaign"])
            self.assertFalse(self.act("youssef", sheets).get_team(campaign)["campaign"])
        for group in (None, "abc", [], {"a": 1}, 5):
            with self.assertRaisesRegex(UserError, "grouped by"):
                sheets.get_distribution(self.campaign.id, group)
        campaign = self.act("manager", self.campaign)
        for limit in (None, "abc", [], 1e9, -5):
            self.assertIn("remaining", campaign.action_open_next(limit))
        campaign.action_harmonise()
        self.assertIn("remaining", campaign.action_notify_next("abc"))

    def test_odd_words_and_revisions_are_no_error(self):
        own = self.act("amina", self.sheet("amina"))
        for values in (
            None,
            "abc",
            5,
            {"revision": 10**30},
            {"notes": {"²": "x", None: "y"}},
            {"notes": 5, "words": [1]},
        ):
            self.assertIn("revision", own.action_save_self(values))
        for marks in (5, "abc", {"x": 1}, {None: 1}):
            with self.assertRaises(UserError):
                own.action_save_self({"marks": marks})
