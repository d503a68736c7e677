from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import REASON, TODAY, LeaveCase


@freeze_time(TODAY)
@tagged("-at_install", "post_install")
class TestLeaveActs(LeaveCase):
    # ------------------------------------------------------------------ from the request to the decision
    def test_filing_makes_the_days_wait_and_granting_takes_them(self):
        leave = self.ask("2026-03-16", "2026-03-19")
        self.assertEqual((leave.state, leave.approval_state, leave.number_of_days), ("confirm", "submitted", 4))
        self.assertEqual(self.counter(), (22, 0, 4))
        self.approve(leave)
        self.assertEqual((leave.state, leave.approval_state), ("validate", "approved"))
        self.assertEqual(self.counter(), (22, 4, 0))
        taken = self.lines().filtered(lambda line: line.kind == "taken")
        self.assertEqual((taken.days, taken.year, taken.date), (-4, 2026, date(2026, 3, 2)))
        self.assertEqual(taken.leave_id.id, leave.id)

    def test_refusal_gives_the_days_back_and_needs_a_reason(self):
        leave = self.ask("2026-03-16", "2026-03-19")
        head = leave.with_env(self.as_user(self.u_head))
        with self.assertRaises(UserError):
            head.action_refuse("  ")
        head.action_refuse(REASON)
        self.assertEqual(self.counter(), (22, 0, 0))
        self.assertEqual(head.state, "refuse")
        self.assertFalse(head.sudo().reserved)

    def test_return_gives_the_days_back_until_filed_again(self):
        leave = self.ask("2026-03-16", "2026-03-19")
        leave.with_env(self.as_user(self.u_head)).action_return(REASON)
        self.assertEqual(self.counter(), (22, 0, 0))
        mine = leave.with_env(self.as_user(self.u_agent))
        mine.request_date_to = "2026-03-17"
        mine.action_submit()
        self.assertEqual(self.counter(), (22, 0, 2))

    def test_cancelling_a_filed_leave_gives_the_days_back(self):
        leave = self.ask("2026-03-16", "2026-03-19")
        leave.action_cancel()
        self.assertEqual(self.counter(), (22, 0, 0))

    def test_cancelling_a_granted_leave_posts_a_line_that_gives_back(self):
        leave = self.approve(self.ask("2026-03-16", "2026-03-19"))
        leave.with_env(self.as_user(self.u_agent)).action_cancel()
        self.assertEqual(self.counter(), (22, 0, 0))
        self.assertEqual(self.lines().mapped("kind"), ["right", "taken", "returned"])
        self.assertFalse(self.env["resource.calendar.leaves"].search([("holiday_id", "=", leave.id)]))

    def test_a_leave_that_has_begun_is_not_cancelled(self):
        leave = self.approve(self.ask("2026-03-16", "2026-03-19"))
        with freeze_time("2026-03-16 08:00:00"):
            mine = leave.with_env(self.as_user(self.u_agent))
            self.assertFalse(mine.can_cancel)
            with self.assertRaisesRegex(UserError, "has begun"):
                mine.action_cancel()
        self.assertEqual(self.counter(), (22, 4, 0))

    def test_granting_twice_is_told_who_decided(self):
        leave = self.approve(self.ask("2026-03-16", "2026-03-19"))
        with self.assertRaises(UserError):
            self.approve(leave)
        self.assertEqual(self.counter(), (22, 4, 0))

    def test_the_journal_has_each_act(self):
        leave = self.approve(self.ask("2026-03-16", "2026-03-19"))
        entries = self.env["gov.journal.entry"].search([("model", "=", "hr.leave"), ("res_id", "=", leave.id)])
        self.assertEqual(set(entries.mapped("act")), {"submit", "approval", "grant"})

    def test_nothing_of_odoo_is_made_around_a_leave(self):
        before = self.env["mail.activity"].search_count([])
        leave = self.approve(self.ask("2026-03-16", "2026-03-19"))
        self.assertFalse(leave.sudo().meeting_id)
        self.assertFalse(leave.sudo().message_partner_ids)
        mine = self.env["mail.activity"].search([("res_model", "=", "hr.leave"), ("res_id", "=", leave.id)])
        self.assertFalse(
            mine.filtered(lambda one: "hr_holidays" in (one.activity_type_id.get_external_id() or {}).values())
        )
        self.assertEqual(self.env["mail.activity"].search_count([]), before)

    # ------------------------------------------------------------------ what is refused
    def test_an_overdrawn_balance_is_refused_with_the_equation(self):
        self.approve(self.ask("2026-04-01", "2026-04-28"))  # 20 working days
        self.assertEqual(self.counter(), (22, 20, 0))
        self.ask("2026-07-06", "2026-07-06")
        leave = self.ask("2026-08-03", "2026-08-04", submit=False)
        with self.assertRaisesRegex(UserError, r"2 asked; 22 credited − 20 taken − 1 waiting = 1 left"):
            leave.action_submit()

    def test_the_last_day_of_the_right_may_be_taken(self):
        self.approve(self.ask("2026-04-01", "2026-04-28"))
        leave = self.approve(self.ask("2026-07-06", "2026-07-07"))
        self.assertEqual((leave.number_of_days, self.counter()), (2, (22, 22, 0)))

    def test_two_leaves_of_one_person_do_not_overlap(self):
        self.ask("2026-03-16", "2026-03-19")
        for first, last in (("2026-03-19", "2026-03-23"), ("2026-03-10", "2026-03-16"), ("2026-03-17", "2026-03-17")):
            leave = self.ask(first, last, submit=False)
            with self.assertRaisesRegex(UserError, "two leaves do not overlap"):
                leave.action_submit()
        self.ask("2026-03-23", "2026-03-24")  # the next working day is free

    def test_the_database_refuses_an_overlap_by_itself(self):
        first = self.ask("2026-03-16", "2026-03-19")
        second = self.ask("2026-03-23", "2026-03-24")
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.env.cr.execute("UPDATE hr_leave SET request_date_from = %s WHERE id = %s", ["2026-03-19", second.id])
        self.assertTrue(first.exists())

    def test_the_database_refuses_an_overdrawn_counter_by_itself(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.env.cr.execute(
                "UPDATE gov_leave_counter SET taken = 23 WHERE employee_id = %s AND gov_code = 'ANN'", [self.agent.id]
            )

    def test_refused_leaves_leave_their_days_free(self):
        leave = self.ask("2026-03-16", "2026-03-19")
        leave.with_env(self.as_user(self.u_head)).action_refuse(REASON)
        self.ask("2026-03-16", "2026-03-19")

    def test_two_people_may_be_away_on_the_same_days(self):
        self.ask("2026-03-16", "2026-03-19")
        self.ask("2026-03-16", "2026-03-19", user=self.u_colleague)

    def test_a_weekend_is_no_leave(self):
        leave = self.ask("2026-03-07", "2026-03-08", submit=False)
        with self.assertRaisesRegex(UserError, "nobody works"):
            leave.action_submit()

    def test_days_across_31_december_use_the_right_of_each_year(self):
        leave = self.approve(self.ask("2026-12-28", "2027-01-08"))
        of_2026, of_2027 = leave._gov_days()[2026], leave._gov_days()[2027]
        self.assertEqual(self.counter(year=2026), (22, of_2026, 0))
        self.assertEqual(self.counter(year=2027), (22, of_2027, 0))
        dates = {line.year: line.date for line in self.lines() if line.kind == "taken"}
        self.assertEqual(dates, {2026: date(2026, 3, 2), 2027: date(2027, 1, 1)})

    # ------------------------------------------------------------------ who decides
    def test_nobody_approves_his_own_leave_by_any_role(self):
        self.u_head.group_ids = [
            Command.link(self.env.ref(name).id)
            for name in ("hr_holidays.group_hr_holidays_manager", "gov_base.group_hr_manager")
        ]
        self.head.leave_manager_id = self.u_head
        leave = self.ask("2026-03-16", "2026-03-19", user=self.u_head, interim_employee_id=self.colleague.id)
        mine = leave.with_env(self.as_user(self.u_head))
        with self.assertRaises(UserError):
            mine.action_approve()
        self.assertEqual(mine.state, "confirm")
        self.assertFalse(mine.can_approve)
        self.approve(leave, self.u_director)
        self.assertEqual(leave.state, "validate")

    def test_who_files_for_another_does_not_decide_on_it(self):
        leave = self.ask("2026-03-16", "2026-03-19", user=self.u_head, employee=self.agent)
        with self.assertRaises(UserError):
            leave.with_env(self.as_user(self.u_head)).action_approve()

    def test_a_colleague_does_not_file_for_another(self):
        leave = self.ask("2026-03-16", "2026-03-19", user=self.u_colleague, employee=self.agent, submit=False)
        with self.assertRaises(AccessError):
            leave.action_submit()

    def test_a_head_of_another_unit_does_not_decide(self):
        leave = self.ask("2026-03-16", "2026-03-19")
        with self.assertRaises(UserError):
            leave.with_env(self.as_user(self.u_other_head)).action_approve()

    def test_the_time_off_manager_of_odoo_has_no_power(self):
        self.agent.leave_manager_id = self.u_colleague
        self.u_colleague.group_ids = [Command.link(self.env.ref("hr_holidays.group_hr_holidays_manager").id)]
        leave = self.ask("2026-03-16", "2026-03-19")
        his = leave.with_env(self.as_user(self.u_colleague))
        for act in ("action_approve", "action_back_to_approval", "_action_validate"):
            with self.assertRaises(UserError):
                getattr(his, act)()
        self.assertEqual(leave.state, "confirm")


@freeze_time(TODAY)
@tagged("-at_install", "post_install")
class TestStateIsGuarded(LeaveCase):
    """No door of Odoo changes the state of a leave, for whatever role."""

    def doors(self):
        self.u_manager.group_ids = [Command.link(self.env.ref("hr_holidays.group_hr_holidays_manager").id)]
        return self.as_user(self.u_manager)

    def vals(self, **vals):
        return {
            "holiday_status_id": self.annual.id,
            "employee_id": self.agent.id,
            "request_date_from": "2026-03-16",
            "request_date_to": "2026-03-19",
            **vals,
        }

    def test_write(self):
        leave = self.ask("2026-03-16", "2026-03-19")
        for env in (self.as_user(self.u_agent), self.doors(), self.env):
            for state in ("validate", "draft", "cancel"):
                with self.assertRaises(UserError):
                    leave.with_env(env).write({"state": state})
            for context in ({"leave_fast_create": True}, {"leave_skip_state_check": True}, {"gov_act": True}):
                with self.assertRaises(UserError):
                    leave.with_env(env).with_context(**context).write({"state": "validate"})

    def test_create_in_a_late_state(self):
        for state in ("confirm", "validate1", "validate"):
            for context in ({}, {"leave_fast_create": True, "leave_skip_state_check": True}):
                with self.assertRaises(UserError):
                    self.doors()["hr.leave"].with_context(**context).create(self.vals(state=state))

    def test_default_state_in_the_context(self):
        for state in ("confirm", "validate"):
            with self.assertRaises(UserError):
                self.doors()["hr.leave"].with_context(default_state=state).create(self.vals())

    def test_a_forged_sentinel_opens_nothing(self):
        leave = self.ask("2026-03-16", "2026-03-19")
        for value in (True, 1, "x", {"a": 1}):
            with self.assertRaises(UserError):
                leave.with_env(self.doors()).with_context(_gov_act_sentinel=value).write({"state": "validate"})

    def test_number_of_days_and_counters_are_not_given(self):
        leave = self.ask("2026-03-16", "2026-03-19", submit=False)
        for vals in (
            {"number_of_days": 1},
            {"reserved": [[2026, False, 1, "2026-01-01"]]},
            {"slot": "health"},
            {"date_to": "2026-03-17 12:00:00"},
        ):
            with self.assertRaises(UserError):
                leave.write(vals)
            with self.assertRaises(UserError):
                self.as_user(self.u_agent)["hr.leave"].create(self.vals(**vals))
        days = (
            self.as_user(self.u_agent)["hr.leave"]
            .with_context(default_number_of_days=1, default_slot="health", default_reserved=[[2026, False, 9, "x"]])
            .create(self.vals())
        )
        self.assertEqual((days.number_of_days, days.slot, days.sudo().reserved), (4, False, False))

    def test_import(self):
        result = self.doors()["hr.leave"].load(
            ["employee_id/.id", "holiday_status_id/.id", "request_date_from", "request_date_to", "state"],
            [[str(self.agent.id), str(self.annual.id), "2026-03-16", "2026-03-19", "validate"]],
        )
        self.assertFalse(result["ids"])

    def test_copy_of_a_granted_leave_is_refused(self):
        leave = self.approve(self.ask("2026-03-16", "2026-03-19"))
        with self.assertRaises(UserError):
            leave.with_env(self.doors()).copy()

    def test_content_is_frozen_once_filed(self):
        leave = self.ask("2026-03-16", "2026-03-19")
        for env in (self.as_user(self.u_agent), self.doors()):
            for vals in (
                {"request_date_to": "2026-03-20"},
                {"holiday_status_id": self.kind("SS").id},
                {"employee_id": self.colleague.id},
                {"cause_id": self.env.ref("gov_hr_leave.leave_cause_death").id},
            ):
                with self.assertRaises(UserError):
                    leave.with_env(env).write(vals)

    def test_back_to_approval_and_validation_of_odoo(self):
        leave = self.approve(self.ask("2026-03-16", "2026-03-19"))
        for method in ("action_back_to_approval", "_action_validate", "_move_validate_leave_to_confirm"):
            with self.assertRaises(UserError):
                getattr(leave.with_env(self.doors()), method)()
        self.assertEqual(leave.state, "validate")

    def test_the_dialog_of_odoo_cancels_by_the_act(self):
        leave = self.ask("2026-03-16", "2026-03-19")
        wizard = self.as_user(self.u_colleague)["hr.holidays.cancel.leave"].create({"leave_id": leave.id})
        with self.assertRaises(AccessError):
            wizard.action_cancel_leave()
        self.as_user(self.u_agent)["hr.holidays.cancel.leave"].create({"leave_id": leave.id}).action_cancel_leave()
        self.assertEqual((leave.state, self.counter()), ("cancel", (22, 0, 0)))

    def test_leave_is_not_granted_in_bulk(self):
        wizard = self.doors()["hr.leave.generate.multi.wizard"].create(
            {
                "holiday_status_id": self.annual.id,
                "employee_ids": [Command.set(self.agent.ids)],
                "date_from": "2026-03-16",
                "date_to": "2026-03-19",
            }
        )
        with self.assertRaises(UserError):
            wizard.action_generate_time_off()

    def test_days_are_not_allocated(self):
        with self.assertRaises(UserError):
            self.doors()["hr.leave.allocation"].create(
                {"holiday_status_id": self.annual.id, "employee_id": self.agent.id, "number_of_days": 9}
            )

    def test_a_filed_leave_is_not_deleted(self):
        leave = self.ask("2026-03-16", "2026-03-19")
        for env in (self.as_user(self.u_agent), self.doors(), self.env):
            with self.assertRaises(UserError):
                leave.with_env(env).unlink()
        draft = self.ask("2026-04-13", "2026-04-14", submit=False)
        draft.unlink()
        self.assertFalse(draft.exists())

    def test_a_holiday_that_changes_does_not_reset_leaves(self):
        leave = self.approve(self.ask("2026-03-16", "2026-03-19"))
        self.env["gov.public.holiday"].create(
            {"name": "Day off", "date_from": "2026-03-17", "date_to": "2026-03-17", "state": "exceptional"}
        )
        self.assertEqual(leave.state, "validate")
        refused = self.env["hr.leave"].search([("employee_id", "=", self.agent.id), ("state", "=", "refuse")])
        self.assertFalse(refused)
