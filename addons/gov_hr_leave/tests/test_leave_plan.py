from datetime import date

import psycopg2

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time
from odoo.tools import mute_logger

from .common import REASON, TODAY, LeaveCase


@freeze_time(TODAY)
class TestLeavePlan(LeaveCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["gov.leave.plan"].with_user(cls.u_officer).action_open_year(2026, "2026-04-30")
        cls.plan = cls.env["gov.leave.plan"].search([("department_id", "=", cls.service.id), ("year", "=", 2026)])
        cls.plan.least_present = 60

    def wish(self, first, last, user=None, **values):
        plans = self.as_user(user or self.u_agent)["gov.leave.plan"]
        values = {"plan_id": self.plan.id, "date_from": first, "date_to": last, **values}
        line = plans.action_wish(values)
        self.env.invalidate_all()
        return self.env["gov.leave.plan.line"].browse(line)

    def by(self, user, record):
        return record.with_env(self.as_user(user))

    def test_hr_opens_the_units_of_its_regions_once(self):
        opened = self.env["gov.leave.plan"].search([("year", "=", 2026)]).department_id
        self.assertLessEqual(self.service | self.other_service | self.far_unit, opened)
        self.assertEqual(self.as_user(self.u_officer)["gov.leave.plan"].action_open_year(2026, "2026-04-30"), 0)
        self.assertEqual(self.as_user(self.u_far_officer)["gov.leave.plan"].action_open_year(2027, "2026-12-01"), 1)
        for user in (self.u_agent, self.u_head, self.u_auditor):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.as_user(user)["gov.leave.plan"].action_open_year(2027, "2026-12-01")

    def test_year_and_deadline_are_checked(self):
        plans = self.as_user(self.u_officer)["gov.leave.plan"]
        for year, deadline in ((2025, "2026-04-01"), (2029, "2026-04-01"), (2027, "2026-03-01"), ("x", "2026-04-01")):
            with self.subTest(year), self.assertRaises(UserError):
                plans.action_open_year(year, deadline)

    def test_wish_within_the_year_without_overlap(self):
        line = self.wish("2026-07-06", "2026-07-17")
        self.assertRecordValues(line, [{"state": "wish", "days": 10, "employee_id": self.agent.id}])
        for first, last in (
            ("2026-07-17", "2026-07-20"),
            ("2026-12-28", "2027-01-02"),
            ("2026-07-18", "2026-07-19"),
        ):
            with self.subTest(first), self.assertRaises(ValidationError):
                self.wish(first, last)
        self.wish("2026-07-20", "2026-07-21")

    def test_overlap_is_refused_by_the_database_as_well(self):
        line = self.wish("2026-07-06", "2026-07-17")
        with self.assertRaises(psycopg2.errors.ExclusionViolation), mute_logger("odoo.sql_db"):
            self.env.cr.execute(
                """INSERT INTO gov_leave_plan_line
                          (plan_id, employee_id, wish_from, wish_to, date_from, date_to, state)
                   SELECT plan_id, employee_id, wish_from, wish_to, '2026-07-17', '2026-07-18', 'wish'
                     FROM gov_leave_plan_line WHERE id = %s""",
                [line.id],
            )

    def test_last_day_of_wishes_is_the_deadline(self):
        with freeze_time("2026-04-30 20:00:00"):
            self.wish("2026-07-06", "2026-07-17")
        with freeze_time("2026-05-01 08:00:00"), self.assertRaisesRegex(UserError, "could be entered until"):
            self.wish("2026-08-03", "2026-08-07")

    def test_plan_of_another_unit_takes_no_wish(self):
        with self.assertRaises(UserError):
            self.wish("2026-07-06", "2026-07-17", user=self.u_officer)

    def test_head_agrees_changes_and_refuses_with_a_reason(self):
        first, second = self.wish("2026-07-06", "2026-07-10"), self.wish("2026-08-03", "2026-08-07")
        third = self.wish("2026-09-07", "2026-09-11")
        self.by(self.u_head, first).action_agree()
        with self.assertRaises(UserError):
            self.by(self.u_head, second).action_change("2026-08-10", "2026-08-14", " ")
        self.by(self.u_head, second).action_change("2026-08-10", "2026-08-14", REASON)
        with self.assertRaises(UserError):
            self.by(self.u_head, third).action_refuse("")
        self.by(self.u_head, third).action_refuse(REASON)
        self.env.invalidate_all()
        self.assertEqual((first | second | third).mapped("state"), ["agreed", "changed", "refused"])
        self.assertRecordValues(
            second,
            [
                {
                    "wish_from": date(2026, 8, 3),
                    "date_from": date(2026, 8, 10),
                    "date_to": date(2026, 8, 14),
                    "reason": REASON,
                    "answered_by_id": self.u_head.id,
                }
            ],
        )

    def test_who_answers(self):
        line = self.wish("2026-07-06", "2026-07-10")
        for user in (self.u_agent, self.u_colleague, self.u_other_head, self.u_far_officer, self.u_auditor):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.by(user, line).action_agree()
        self.by(self.u_director, line).action_agree()

    def test_nobody_answers_his_own_wish(self):
        line = self.wish("2026-07-06", "2026-07-10", user=self.u_head)
        with self.assertRaisesRegex(AccessError, "own wish"):
            self.by(self.u_head, line).action_agree()
        self.by(self.u_director, line).action_agree()

    def test_too_few_present_needs_a_reason(self):
        # three people, 60 percent: one may be away
        self.by(self.u_head, self.wish("2026-07-06", "2026-07-10")).action_agree()
        line = self.wish("2026-07-10", "2026-07-14", user=self.u_colleague)
        with self.assertRaisesRegex(UserError, "10 July 2026"):
            self.by(self.u_head, line).action_agree()
        self.env.invalidate_all()
        self.assertEqual(line.state, "wish")
        self.by(self.u_head, line).action_agree(REASON)
        self.env.invalidate_all()
        self.assertRecordValues(line, [{"state": "agreed", "reason": REASON}])

    def test_parents_are_shown_first(self):
        self.env["gov.dependant"].create(
            {"employee_id": self.colleague.id, "name": "child", "birthdate": "2018-01-01"}
        )
        self.wish("2026-07-06", "2026-07-10")
        self.wish("2026-07-06", "2026-07-10", user=self.u_colleague)
        data = self.as_user(self.u_head)["gov.leave.plan"].get_arbitration(self.plan.id)
        wishing = [(row["id"], row["children"]) for row in data["people"] if row["lines"]]
        self.assertEqual(wishing, [(self.colleague.id, 1), (self.agent.id, 0)])
        self.assertTrue(data["people"][0]["lines"][0]["low_text"] == "", "nobody is agreed yet")
        low = [week["iso"] for week in data["weeks"] if week["low"]]
        self.assertEqual(low, ["2026-07-06"])

    def test_plan_closes_when_all_is_answered_and_opens_again_by_hr(self):
        line = self.wish("2026-07-06", "2026-07-10")
        with self.assertRaisesRegex(UserError, "not answered"):
            self.by(self.u_head, self.plan).action_close()
        self.by(self.u_head, line).action_agree()
        with self.assertRaises(AccessError):
            self.by(self.u_colleague, self.plan).action_close()
        self.by(self.u_head, self.plan).action_close()
        with self.assertRaisesRegex(UserError, "closed"):
            self.by(self.u_head, line).action_refuse(REASON)
        with self.assertRaises(AccessError):
            self.by(self.u_head, self.plan).action_reopen()
        self.by(self.u_officer, self.plan).action_reopen()
        self.env.invalidate_all()
        self.assertEqual(self.plan.state, "open")

    def test_agreed_periods_become_draft_requests_of_the_person(self):
        line = self.wish("2026-07-06", "2026-07-10")
        with self.assertRaises(UserError):
            self.by(self.u_agent, line).action_make_requests()
        self.by(self.u_head, line).action_agree()
        with self.assertRaises(AccessError):
            self.by(self.u_head, line).action_make_requests()
        ids = self.by(self.u_agent, line).action_make_requests()
        leave = self.env["hr.leave"].browse(ids)
        self.assertRecordValues(
            leave,
            [
                {
                    "state": "draft",
                    "employee_id": self.agent.id,
                    "requester_id": self.u_agent.id,
                    "request_date_from": date(2026, 7, 6),
                    "number_of_days": 5,
                }
            ],
        )
        self.assertEqual(self.by(self.u_agent, line).action_make_requests(), [], "once only")
        self.by(self.u_agent, leave).action_submit()
        self.approve(leave)
        self.assertEqual(leave.state, "validate")

    def test_nothing_is_written_but_by_acts(self):
        line = self.wish("2026-07-06", "2026-07-10")
        for user in (self.u_agent, self.u_head, self.u_manager):
            with self.subTest(user.login):
                for record, values in ((line, {"state": "agreed"}), (self.plan, {"state": "closed"})):
                    with self.assertRaises(AccessError):
                        self.by(user, record).write(values)
                with self.assertRaises(AccessError):
                    self.by(user, line).copy()
                with self.assertRaises(AccessError):
                    self.as_user(user)["gov.leave.plan.line"].create({"plan_id": self.plan.id})

    def test_colleague_reads_the_plan_but_not_the_wishes_of_others(self):
        line = self.wish("2026-07-06", "2026-07-10")
        self.assertTrue(self.as_user(self.u_colleague)["gov.leave.plan"].search([("id", "=", self.plan.id)]))
        for user, sees in (
            (self.u_colleague, False),
            (self.u_other_head, False),
            (self.u_far_officer, False),
            (self.u_agent, True),
            (self.u_head, True),
            (self.u_director, True),
            (self.u_officer, True),
            (self.u_auditor, True),
        ):
            with self.subTest(user.login):
                found = self.as_user(user)["gov.leave.plan.line"].search([("id", "=", line.id)])
                self.assertEqual(bool(found), sees)

    def test_my_plan_tells_the_right_and_what_is_planned(self):
        self.wish("2026-07-06", "2026-07-10")
        page = self.as_user(self.u_agent)["gov.leave.plan"].get_my_plan()
        self.assertEqual(page["planned_text"], "5 working days")
        self.assertEqual(page["right_text"], "22 working days")
        self.assertTrue(page["is_open"])
        self.assertEqual(page["plan"]["year"], 2026)
