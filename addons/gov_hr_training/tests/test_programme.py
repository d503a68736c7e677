from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .session_common import NOW, REASON, SessionCase


@tagged("-at_install", "post_install")
@freeze_time(NOW)
class TestProgramme(SessionCase):
    """A reconversion: steps that close the gap to the target job, progress read from the trainings recorded."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        kind = cls.skill.skill_type_id
        cls.second = cls.env["hr.skill"].create({"name": "S video", "code": "TSX2", "skill_type_id": kind.id})
        levels = {level.gov_rank: level for level in kind.skill_level_ids}
        cls.job = cls.env["hr.job"].create(
            {
                "name": "S target",
                "job_skill_ids": [
                    (
                        0,
                        0,
                        {"skill_id": skill.id, "skill_type_id": kind.id, "skill_level_id": levels[rank].id},
                    )
                    for skill, rank in ((cls.skill, 2), (cls.second, 3))
                ],
            }
        )
        courses = cls.env["gov.training.course"]
        cls.basic, cls.advanced, cls.dear = courses.create(
            [
                {
                    "code": f"TS-1{at}",
                    "name": f"S video {at}",
                    "days": 1,
                    "min_seats": 1,
                    "max_seats": 10,
                    "cost_session": cost,
                    "skill_line_ids": [(0, 0, {"skill_id": cls.second.id, "entry_level": entry, "level": level})],
                }
                for at, (entry, level, cost) in enumerate(((0, 2, 1000), (2, 3, 1000), (0, 3, 90000)))
            ]
        )

    def programme(self, user=None, **vals):
        values = {
            "name": "S towards video",
            "job_id": self.job.id,
            "date_from": "2026-03-01",
            "date_to": "2026-12-31",
            "member_ids": [(0, 0, {"employee_id": self.agent.id, "mentor_id": self.head.id})],
            **vals,
        }
        return self.as_user(user or self.u_officer)["gov.training.programme"].create(values).with_env(self.env)

    def test_steps_close_the_gap_in_order_for_the_least_cost(self):
        programme = self.programme()
        self.as_user(self.u_officer, programme).action_propose_steps()
        self.env.invalidate_all()
        member = programme.member_ids
        courses = member.step_ids.course_id
        self.assertEqual(set(courses), {self.course, self.basic, self.advanced})
        order = member.step_ids.sorted("sequence").course_id.ids
        self.assertLess(order.index(self.basic.id), order.index(self.advanced.id))
        self.assertEqual((member.gap_before, member.gap_now, member.progress), (5, 5, 0))

    def test_progress_is_what_was_validated(self):
        programme = self.programme()
        self.as_user(self.u_officer, programme).action_propose_steps()
        self.as_user(self.u_officer, programme).action_start()
        self.closed(self.agent)
        self.env.invalidate_all()
        member = programme.member_ids
        self.assertEqual((programme.state, member.state), ("running", "running"))
        self.assertEqual((member.done_count, member.step_count), (1, 3))
        with self.at("2026-03-12 10:00:00"):
            self.env.invalidate_all()
            self.assertEqual(member.gap_now, 3)
        step = member.step_ids.filtered(lambda one: one.course_id == self.course)
        self.assertEqual((step.is_done, str(step.done_on)), (True, "2026-03-11"))

    def test_it_begins_with_members_mentors_and_steps(self):
        programme = self.programme(member_ids=[])
        with self.assertRaises(UserError):
            self.as_user(self.u_officer, programme).action_start()
        programme.member_ids = [(0, 0, {"employee_id": self.agent.id})]
        with self.assertRaises(UserError):
            self.as_user(self.u_officer, programme).action_start()
        programme.member_ids.mentor_id = self.head
        with self.assertRaises(UserError):
            self.as_user(self.u_officer, programme).action_start()
        self.assertEqual(programme.state, "draft")

    def test_success_is_proposed_to_human_resources_and_changes_no_job(self):
        programme = self.programme()
        self.as_user(self.u_officer, programme).action_propose_steps()
        self.as_user(self.u_officer, programme).action_start()
        member = programme.member_ids
        before = self.agent.job_id
        for user in (self.u_agent, self.u_head, self.u_hr, self.u_auditor, self.u_far_officer):
            with self.assertRaises(AccessError, msg=user.login):
                self.as_user(user, member).action_end("succeeded")
        officer = self.as_user(self.u_officer, member)
        with self.assertRaises(UserError):
            officer.action_end("succeeded")  # steps are missing: a reason is asked
        for outcome in (None, "running", "done", 5):
            with self.assertRaises(UserError):
                officer.action_end(outcome, REASON)
        officer.action_end("succeeded", "Validated by experience.")
        self.env.invalidate_all()
        self.assertEqual((member.state, self.agent.job_id), ("succeeded", before))
        todo = member.activity_ids
        self.assertTrue(todo.user_id.has_group("gov_base.group_hr_officer"))
        self.assertIn("S target", todo.summary)
        with self.assertRaises(UserError):
            self.as_user(self.u_officer, member).action_end("failed", REASON)
        self.as_user(self.u_officer, programme).action_close()
        self.assertEqual(programme.state, "closed")

    def test_it_is_closed_once_each_member_has_ended(self):
        programme = self.programme()
        self.as_user(self.u_officer, programme).action_propose_steps()
        self.as_user(self.u_officer, programme).action_start()
        with self.assertRaises(UserError):
            self.as_user(self.u_officer, programme).action_close()
        self.as_user(self.u_officer, programme.member_ids).action_end("left", REASON)
        self.as_user(self.u_officer, programme).action_close()
        with self.assertRaises(UserError):
            self.as_user(self.u_officer, programme).write({"name": "Other"})

    def test_nobody_is_his_own_mentor_nor_led_to_his_own_job(self):
        with self.assertRaises(ValidationError):
            self.programme(member_ids=[(0, 0, {"employee_id": self.agent.id, "mentor_id": self.agent.id})])
        self.agent.job_id = self.job
        with self.assertRaises(ValidationError):
            self.programme()

    def test_states_move_by_acts_alone(self):
        programme = self.programme()
        officer = self.as_user(self.u_officer, programme)
        for vals in ({"state": "running"}, {"member_ids": [(1, programme.member_ids.id, {"state": "succeeded"})]}):
            with self.assertRaises(UserError):
                officer.write(vals)
        with self.assertRaises(UserError):
            self.programme(state="running")
        other = (
            self.as_user(self.u_officer)["gov.training.programme"]
            .with_context(default_state="closed")
            .create({"name": "S other", "job_id": self.job.id, "date_to": "2026-12-31"})
        )
        self.assertEqual(other.state, "draft")

    def test_members_mentors_heads_and_those_of_the_region_read_it(self):
        programme = self.programme(member_ids=[(0, 0, {"employee_id": self.agent.id, "mentor_id": self.trainer.id})])
        cells = {
            self.u_agent: True,
            self.u_trainer: True,
            self.u_head: True,
            self.u_agents[1]: False,
            self.u_other_head: False,
            self.u_officer: True,
            self.u_hr: True,
            self.u_auditor: True,
        }
        for user, allowed in cells.items():
            found = self.as_user(user)["gov.training.programme.member"].search([("programme_id", "=", programme.id)])
            self.assertEqual(bool(found), allowed, user.login)
            self.assertEqual(self.as_user(user, programme).has_access("read"), allowed, user.login)
