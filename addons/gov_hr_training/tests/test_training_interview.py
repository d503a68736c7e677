from odoo.tests import freeze_time, tagged

from odoo.addons.gov_hr_evaluation.tests import common


@tagged("post_install", "-at_install")
@freeze_time("2026-11-16 10:00:00")
class TestTrainingInterview(common.EvaluationCase):
    """What a signed interview proposes as training becomes a need, once, that the head has already kept."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.campaign.with_user(cls.users["manager"]).action_open_next(50)

    def interview(self):
        self.sheet("amina").filtered(lambda one: one.state == "self")._gov_end_self()
        values = {
            "sheet_id": self.sheet("amina").id,
            "date": "2026-11-12",
            "place": "Room 3",
            "achievements": "The register is up to date.",
            "objectives": "Treat requests in two days.",
            "lang": "fr",
            "proposal_ids": [
                (0, 0, {"kind": "training", "name": "Archives", "reason": "New software", "priority": "1"}),
                (0, 0, {"kind": "mobility", "name": "Regional post", "priority": "3"}),
            ],
        }
        made = self.act("youssef", self.env["gov.evaluation.interview"]).create(values)
        self.act("youssef", made).action_present()
        return made

    def test_the_proposals_of_signed_interviews_become_needs_once(self):
        course = self.env["gov.training.course"].create({"code": "T-ARC", "name": "Archives"})
        interview = self.interview()
        needs = self.act("manager", self.env["gov.training.need"])
        self.assertFalse(needs._gov_collect_interviews(2027), "not signed yet")
        self.act("amina", interview).action_sign()
        made = needs._gov_collect_interviews(2027)
        self.assertRecordValues(
            made,
            [
                {
                    "employee_id": self.files["amina"].id,
                    "subject": "Archives",
                    "course_id": course.id,
                    "justification": "New software",
                    "priority": "1",
                    "source": "interview",
                    "state": "head",
                    "year": 2027,
                    "requester_id": self.users["youssef"].id,
                }
            ],
        )
        self.assertFalse(needs._gov_collect_interviews(2027), "collected twice")
        self.act("leila", made).action_keep()
        self.assertEqual(made.state, "division")
