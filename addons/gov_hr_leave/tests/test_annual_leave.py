from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from ..models import gov_leave_credit
from .common import REASON, TODAY, LeaveCase


@freeze_time(TODAY)
@tagged("-at_install", "post_install")
class TestAnnualLeave(LeaveCase):
    """Rules A1 to A9 of annual leave (article 40), named one by one."""

    def recruit(self, login, day, **values):
        return self.person(login, self.service, recruitment_date=day, **values)[0]

    # ------------------------------------------------------------------ A1: the right
    def test_a1_twenty_two_days_are_credited_on_1_january_after_twelve_months(self):
        line = self.lines(year=2026)
        self.assertEqual((line.kind, line.days, line.date), ("right", 22, date(2026, 1, 1)))

    def test_a1_crediting_twice_credits_once(self):
        for _again in range(2):
            done, _last = self.ledger._credit_batch(2026, "ANN", date(2026, 3, 2))
            self.assertEqual(done, 0)
        self.assertEqual(self.counter(), (22, 0, 0))

    def test_a1_nothing_before_the_day_that_completes_twelve_months_then_twenty_two(self):
        new = self.recruit("t_new", "2025-06-15")
        self.ledger._credit_batch(2026, "ANN", date(2026, 6, 14))
        self.assertFalse(self.lines(new))
        self.ledger._credit_batch(2026, "ANN", date(2026, 6, 15))
        line = self.lines(new)
        self.assertEqual((line.days, line.date, line.facts), (22, date(2026, 6, 15), {"service_date": "2026-06-15"}))
        self.assertIn("twelve months", line.sentence)
        self.assertEqual(self.balance("2026-06-14", new)["balance"], 0)
        self.assertEqual(self.balance("2026-06-15", new)["balance"], 22)

    def test_a1_leave_may_be_asked_in_advance_for_days_after_the_twelve_months_only(self):
        new, user = self.person("t_new2", self.service, recruitment_date="2025-06-15")
        early = self.ask("2026-06-12", "2026-06-12", user=user, submit=False)
        with self.assertRaises(UserError):
            early.action_submit()
        self.approve(self.ask("2026-06-15", "2026-06-15", user=user))
        self.assertEqual(self.counter(new), (22, 1, 0))
        self.assertEqual(self.balance("2026-03-02", new)["balance"], 0)
        self.assertEqual(self.balance("2026-06-15", new)["balance"], 21)

    def test_a1_recruited_in_the_year_has_no_right_that_year(self):
        new, user = self.person("t_new3", self.service, recruitment_date="2026-01-02")
        leave = self.ask("2026-12-28", "2026-12-28", user=user, submit=False)
        with self.assertRaises(UserError):
            leave.action_submit()
        self.assertEqual(self.counter(new), (0, 0, 0))

    def test_a1_without_a_recruitment_date_the_sentence_says_what_is_missing(self):
        _new, user = self.person("t_new4", self.service, recruitment_date=False)
        leave = self.ask("2026-06-15", "2026-06-15", user=user, submit=False)
        with self.assertRaisesRegex(UserError, "recruitment"):
            leave.action_submit()

    def test_a1_months_on_availability_are_taken_off_by_halves_rounded_up(self):
        away = self.recruit("t_away", "2015-09-01")
        away.create_version({"date_version": "2026-04-01", "statutory_position": "availability"})
        away.create_version({"date_version": "2026-07-01", "statutory_position": "activity"})
        self.ledger._credit_batch(2026, "ANN", date(2026, 3, 2))
        self.ledger._prorata(2026, away.ids)
        self.assertEqual(self.counter(away), (16.5, 0, 0))  # 22 × 9/12
        prorata = self.lines(away).filtered(lambda line: line.kind == "prorata")
        self.assertEqual((prorata.days, prorata.facts), (-5.5, {"months": 3.0}))
        self.assertEqual(self.ledger._prorata(2026, away.ids), 0)  # nothing more to take off

    def test_a1_a_return_earlier_than_planned_gives_the_months_back(self):
        away = self.recruit("t_away2", "2015-09-01")
        version = away.create_version({"date_version": "2026-04-01", "statutory_position": "secondment"})
        self.ledger._credit_batch(2026, "ANN", date(2026, 3, 2))
        self.ledger._prorata(2026, away.ids)
        self.assertEqual(self.counter(away)[0], 5.5)  # 22 × 3/12
        version.statutory_position = "activity"
        self.ledger._prorata(2026, away.ids)
        self.assertEqual(self.counter(away)[0], 22)

    def test_a1_part_years_never_take_off_what_was_taken(self):
        away, user = self.person("t_away3", self.service, recruitment_date="2015-09-01")
        self.ledger._credit_batch(2026, "ANN", date(2026, 3, 2))
        self.approve(self.ask("2026-03-16", "2026-04-10", user=user))
        taken = self.counter(away)[1]
        away.create_version({"date_version": "2026-05-01", "statutory_position": "availability"})
        self.ledger._prorata(2026, away.ids)
        self.assertEqual(self.counter(away), (taken, taken, 0))

    def test_a1_crediting_goes_on_where_a_run_stopped(self):
        for number in range(5):
            self.recruit(f"t_many{number}", "2015-09-01")
        done, last = self.ledger._credit_batch(2026, "ANN", date(2026, 3, 2), limit=2)
        self.assertEqual(done, 2)
        total = done
        while last is not None:
            done, last = self.ledger._credit_batch(2026, "ANN", date(2026, 3, 2), last, limit=2)
            total += done
        self.assertEqual(total, 5)

    def test_a1_only_an_hr_manager_credits(self):
        for user in (self.u_agent, self.u_head, self.u_officer, self.u_auditor):
            with self.assertRaises(AccessError):
                self.as_user(user)["gov.leave.ledger"].action_credit_year()
        with self.assertRaises(UserError):
            self.as_user(self.u_manager)["gov.leave.ledger"].action_credit_year(2027)
        new = self.recruit("t_new5", "2015-09-01")
        found = self.as_user(self.u_manager)["gov.leave.ledger"].action_credit_year()
        self.assertEqual((found["ANN"], found["EXC_FAM"]), (1, 1))
        self.assertEqual(self.counter(new), (22, 0, 0))

    def test_the_number_of_days_is_the_legal_parameter_of_the_year(self):
        row = self.env["gov.parameter"].search([("code", "=", "leave.annual.days")])
        row.valid_to = "2026-12-31"
        row.copy({"value": 26, "valid_from": "2027-01-01", "valid_to": False})
        self.assertEqual(self.ledger._yearly("ANN", 2026)[0], 22)
        self.assertEqual(self.ledger._yearly("ANN", 2027)[0], 26)
        self.assertEqual(self.balance("2027-02-01")["balance"], 26)

    # ------------------------------------------------------------------ A4: carry-over
    def carry(self, days, year=2026, user=None):
        record = self.as_user(self.u_officer)["gov.leave.carryover"].create(
            {"employee_id": self.agent.id, "year": year, "days": days, "reason": REASON}
        )
        record.with_env(self.as_user(user or self.u_manager)).action_sign()
        return record

    def test_a4_days_are_carried_over_by_a_signed_decision_only(self):
        with freeze_time("2027-01-04 09:00:00"):
            self.ledger._credit_batch(2027, "ANN", date(2027, 1, 4))
            self.ledger._lapse_batch(2026)
            self.assertEqual(self.balance()["balance"], 22)
            leave = self.ask("2027-02-01", "2027-03-05", submit=False)  # 25 days
            with self.assertRaises(UserError):
                leave.action_submit()
            self.carry(5)
            self.assertEqual(self.counter(year=2027, carried=True), (5, 0, 0))
            self.assertEqual(self.balance()["balance"], 27)
            leave.with_env(self.as_user(self.u_agent)).action_submit()

    def test_a4_carried_days_are_used_first(self):
        with freeze_time("2027-01-04 09:00:00"):
            self.ledger._credit_batch(2027, "ANN", date(2027, 1, 4))
            self.carry(5)
            self.approve(self.ask("2027-02-01", "2027-02-03"))
            self.assertEqual(self.counter(year=2027, carried=True), (5, 3, 0))
            self.assertEqual(self.counter(year=2027), (22, 0, 0))
            leave = self.approve(self.ask("2027-03-01", "2027-03-04"))
            self.assertEqual(self.counter(year=2027, carried=True), (5, 5, 0))
            self.assertEqual(self.counter(year=2027), (22, 2, 0))
            # given back, the days of the year itself come back first
            leave.with_env(self.as_user(self.u_agent)).action_cancel()
            self.assertEqual(self.counter(year=2027, carried=True), (5, 3, 0))

    def test_a4_carried_once_only(self):
        with freeze_time("2027-01-04 09:00:00"):
            self.carry(5)
            with self.assertRaisesRegex(UserError, "once only"):
                self.carry(2)

    def test_a4_what_was_carried_is_not_carried_again(self):
        with freeze_time("2027-01-04 09:00:00"):
            self.ledger._credit_batch(2027, "ANN", date(2027, 1, 4))
            self.carry(5)
        with freeze_time("2027-12-20 09:00:00"):
            record = self.as_user(self.u_officer)["gov.leave.carryover"].create(
                {"employee_id": self.agent.id, "year": 2027, "days": 23, "reason": REASON}
            )
            with self.assertRaisesRegex(UserError, "22 days left"):
                record.with_env(self.as_user(self.u_manager)).action_sign()

    def test_a4_what_is_left_lapses_at_the_end_of_the_year_once(self):
        self.approve(self.ask("2026-03-16", "2026-03-19"))
        with freeze_time("2027-01-01 01:00:00"):
            self.ledger._lapse_year(2026)
            self.ledger._lapse_year(2026)
        lapsed = self.lines(year=2026).filtered(lambda line: line.kind == "lapsed")
        self.assertEqual((lapsed.days, lapsed.date, lapsed.reason), (-18, date(2026, 12, 31), "FORCLOS"))
        self.assertEqual(self.counter(), (4, 4, 0))

    def test_a4_carried_days_lapse_at_the_end_of_the_next_year(self):
        with freeze_time("2027-01-04 09:00:00"):
            self.ledger._lapse_batch(2026)
            self.carry(5)
        with freeze_time("2028-01-01 01:00:00"):
            self.ledger._lapse_year(2027)
        self.assertEqual(self.counter(year=2027, carried=True), (0, 0, 0))
        lapsed = self.lines(year=2027).filtered(lambda line: line.kind == "lapsed" and line.is_carried)
        self.assertEqual((lapsed.days, lapsed.date), (-5, date(2027, 12, 31)))
        self.assertIn("carried over have lapsed", lapsed.sentence)

    def test_a4_a_decision_signed_after_the_lapse_brings_its_days_back(self):
        with freeze_time("2027-01-10 09:00:00"):
            self.ledger._lapse_batch(2026)
            self.carry(7)
            kinds = self.lines(year=2026).mapped("kind")
            self.assertEqual(kinds, ["right", "lapsed", "correction", "carried_out"])
            self.assertEqual(sum(self.lines(year=2026).mapped("days")), 0)
            self.assertEqual(self.counter(year=2027, carried=True), (7, 0, 0))

    def test_a4_too_late_or_too_many_days_are_refused(self):
        with freeze_time("2028-01-10 09:00:00"), self.assertRaisesRegex(UserError, "that year or the next"):
            self.carry(5, year=2026)
        with freeze_time("2027-01-10 09:00:00"), self.assertRaisesRegex(UserError, "22 days left"):
            self.carry(22.5)

    def test_a4_nobody_signs_for_himself_and_an_officer_does_not_sign(self):
        with freeze_time("2027-01-04 09:00:00"):
            with self.assertRaises(AccessError):
                self.carry(5, user=self.u_officer)
            own = self.as_user(self.u_officer)["gov.leave.carryover"].create(
                {"employee_id": self.manager.id, "year": 2026, "days": 3, "reason": REASON}
            )
            with self.assertRaises(AccessError):
                own.with_env(self.as_user(self.u_manager)).action_sign()
            for vals in ({"state": "signed"}, {"signed_by_id": self.u_manager.id}):
                with self.assertRaises(UserError):
                    own.with_env(self.as_user(self.u_manager)).write(vals)
            forged = (
                self.as_user(self.u_officer)["gov.leave.carryover"]
                .with_context(default_state="signed")
                .create({"employee_id": self.agent.id, "year": 2026, "days": 3, "reason": REASON})
            )
            self.assertEqual(forged.state, "draft")

    # ------------------------------------------------------------------ A7, A8, recall
    def test_a7_what_interrupts_annual_leave_gives_its_days_back(self):
        leave = self.approve(self.ask("2026-03-09", "2026-03-18"))
        days = leave.number_of_days
        before = self.counter()
        given = leave.sudo()._gov_interrupt(date(2026, 3, 12), "Another leave begins")
        self.assertEqual(given, days - 3)
        self.assertEqual(self.counter(), (22, before[1] - given, 0))
        self.assertEqual(
            (leave.request_date_to, leave.granted_date_to, leave.number_of_days),
            (date(2026, 3, 11), date(2026, 3, 18), 3),
        )
        self.assertEqual(leave.state, "validate")

    def test_a7_an_interruption_from_the_first_day_ends_the_whole_leave(self):
        leave = self.approve(self.ask("2026-03-09", "2026-03-18"))
        leave.sudo()._gov_interrupt(date(2026, 3, 9), "Another leave begins")
        self.assertEqual((leave.state, self.counter()), ("cancel", (22, 0, 0)))

    def test_a8_a_day_off_declared_later_inside_a_granted_leave_comes_back(self):
        leave = self.approve(self.ask("2026-06-08", "2026-06-12"))
        before = self.counter()[1]
        self.env["gov.public.holiday"].create(
            {"name": "Bridge", "date_from": "2026-06-10", "date_to": "2026-06-10", "state": "exceptional"}
        )
        leave.sudo()._gov_recount()
        self.assertEqual(self.counter()[1], before - 1)
        self.assertEqual(leave.number_of_days, before - 1)
        self.assertEqual(leave.sudo()._gov_recount(), {})

    def test_a8_a_day_off_declared_while_waiting_takes_no_day(self):
        leave = self.ask("2026-06-08", "2026-06-12")
        waiting = self.counter()[2]
        self.env["gov.public.holiday"].create(
            {"name": "Bridge", "date_from": "2026-06-10", "date_to": "2026-06-10", "state": "exceptional"}
        )
        self.approve(leave)
        self.assertEqual(self.counter(), (22, waiting - 1, 0))

    def test_recall_is_by_a_head_with_a_reason_and_gives_the_rest_back(self):
        leave = self.approve(self.ask("2026-03-02", "2026-03-06"))
        for user in (self.u_agent, self.u_colleague, self.u_far_officer):
            with self.assertRaises(UserError):
                leave.with_env(self.as_user(user)).action_recall("2026-03-04", REASON)
        head = leave.with_env(self.as_user(self.u_head))
        for day in ("2026-03-02", "2026-03-07", "2026-03-01"):
            with self.assertRaises(UserError):
                head.action_recall(day, REASON)
        with self.assertRaises(UserError):
            head.action_recall("2026-03-04", "")
        head.action_recall("2026-03-04", REASON)
        self.assertEqual(self.counter(), (22, 2, 0))
        self.assertIn("called back", self.lines()[-1].sentence)

    # ------------------------------------------------------------------ the pilgrimage
    def test_no_annual_leave_in_the_year_of_the_pilgrimage(self):
        hajj = self.env["hr.leave"].create(
            {
                "holiday_status_id": self.kind("HAJJ").id,
                "employee_id": self.agent.id,
                "request_date_from": "2026-05-01",
                "request_date_to": "2026-06-30",
            }
        )
        hajj._gov_drop_annual()
        self.assertEqual(self.counter(), (0, 0, 0))
        self.assertIn("pilgrimage", self.lines()[-1].sentence)
        self.assertEqual(self.ledger._prorata(2026, self.agent.ids), 0)  # the engine does not give it back
        hajj._gov_return_annual()
        self.assertEqual(self.counter(), (22, 0, 0))

    def test_the_batch_size_is_a_bound_of_memory(self):
        self.assertLessEqual(gov_leave_credit.BATCH, 10000)
