from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .common import TODAY
from .law_common import LawCase


@freeze_time(TODAY)
@tagged("-at_install", "post_install")
class TestLeaveReturn(LawCase):
    """The record of return to service (PV de reprise)."""

    def granted(self, first="2026-03-03", last="2026-03-06", **values):
        leave = self.approve(self.ask(first, last, **values))
        return leave, self.env["gov.leave.return"].search([("leave_id", "=", leave.id)])

    def test_the_return_is_expected_on_the_first_working_day(self):
        _leave, record = self.granted()
        self.assertEqual((record.expected_on, record.due_on), (date(2026, 3, 9), date(2026, 3, 10)))
        self.assertEqual((record.state, record.employee_id), ("expected", self.agent))

    def test_permissions_of_some_hours_expect_no_return(self):
        leave = self.ask(
            "2026-03-03", "2026-03-03", code="ABS", request_unit_hours=True, request_hour_from=9, request_hour_to=11
        )
        self.approve(leave)
        self.assertFalse(self.env["gov.leave.return"].search([("leave_id", "=", leave.id)]))

    def test_the_head_records_the_return_never_the_person(self):
        leave, record = self.granted()
        with freeze_time("2026-03-09 09:30:00"):
            for user in (self.u_agent, self.u_colleague, self.u_other_head, self.u_far_officer, self.u_auditor):
                with self.assertRaises(AccessError):
                    record.with_env(self.as_user(user)).action_record()
            record.with_env(self.as_user(self.u_head)).action_record()
        self.assertRecordValues(
            record, [{"state": "recorded", "returned_on": date(2026, 3, 9), "recorded_by_id": self.u_head.id}]
        )
        document = record.document_id
        self.assertEqual((document.state, document.kind, document.lang), ("valid", "leave_return", "ar"))
        self.assertEqual(document.signatory_id, self.head)
        page = self.page(document)
        self.assertIn(leave.sudo().decision_document_id.number, page)
        self.assertIn("تم استئناف العمل في الموعد المحدد", page)
        with freeze_time("2026-03-10 09:30:00"), self.refuses("already recorded"):
            record.with_env(self.as_user(self.u_head)).action_record()

    def test_a_head_does_not_record_his_own_return(self):
        leave = self.ask("2026-03-03", "2026-03-06", user=self.u_head, interim_employee_id=self.colleague.id)
        self.approve(leave, self.u_director)
        record = self.env["gov.leave.return"].search([("leave_id", "=", leave.id)])
        with freeze_time("2026-03-09 09:30:00"):
            with self.assertRaises(AccessError):
                record.with_env(self.as_user(self.u_head)).action_record()
            record.with_env(self.as_user(self.u_director)).action_record()
        self.assertEqual(record.state, "recorded")

    def test_a_return_is_neither_to_come_nor_inside_the_leave(self):
        _leave, record = self.granted()
        head = record.with_env(self.as_user(self.u_head))
        with self.refuses("on the day itself or later"):
            head.action_record("2026-03-09")
        with freeze_time("2026-03-10 09:30:00"):
            with self.refuses("called back to service first"):
                head.action_record("2026-03-06")
            with self.refuses("no date"):
                head.action_record("soon")

    def test_a_late_return_says_the_day_it_was_expected(self):
        _leave, record = self.granted(decision_lang="fr")
        with freeze_time("2026-03-12 09:30:00"):
            record.with_env(self.as_user(self.u_officer)).action_record("2026-03-11", "Came late")
        self.assertIn("La reprise était attendue le 9 mars 2026", self.page(record.document_id))
        self.assertNotIn("Came late", self.page(record.document_id))

    def test_after_medium_sick_leave_the_return_needs_a_certificate_of_fitness(self):
        leave = self.sick("2026-03-02", "2026-06-01", code="MAL_MD", decision_lang="fr")
        health = self.as_user(self.u_health)
        file = health["gov.health.file"].create({"employee_id": self.agent.id, "kind": "MAL_MD"})
        leave.with_env(health).action_record_council(file.id, "45/2026", "2026-03-01")
        self.approve(leave)
        record = self.env["gov.leave.return"].search([("leave_id", "=", leave.id)])
        with freeze_time("2026-06-02 09:30:00"):
            head = record.with_env(self.as_user(self.u_head))
            self.assertTrue(head.needs_fitness)
            with self.refuses("certificate of fitness"):
                head.action_record()
            head.action_record(fitness_reference="12/26", fitness_date="2026-06-01")
        self.assertIn("12/26", self.page(record.document_id))
        self.assertEqual(record.fitness_reference, "12/26")

    def test_a_missing_return_is_told_once_to_the_head_and_to_human_resources(self):
        _leave, record = self.granted()
        with freeze_time("2026-03-10 06:00:00"):
            self.env["gov.leave.return"]._cron_alert()
            self.assertEqual(record.state, "expected", "one working day is left")
        with freeze_time("2026-03-11 06:00:00"):
            self.env["gov.leave.return"]._cron_alert()
            self.env["gov.leave.return"]._cron_alert()
            self.assertEqual(record.state, "missing")
            users = record.activity_ids.user_id
            self.assertEqual(len(record.activity_ids), 2)
            self.assertIn(self.u_head, users)
            self.assertNotIn(self.u_agent, users)
            home = record.with_env(self.as_user(self.u_head)).get_missing_returns()
            self.assertEqual((home["count"], home["missing"]), (1, 1))
            self.assertTrue(home["records"][0]["is_late"])
            record.with_env(self.as_user(self.u_head)).action_record()
        self.assertFalse(record.activity_ids)

    def test_the_home_page_shows_nothing_to_who_records_nothing(self):
        self.granted()
        with freeze_time("2026-03-11 06:00:00"):
            for user in (self.u_agent, self.u_colleague, self.u_other_head):
                home = self.as_user(user)["gov.leave.return"].get_missing_returns()
                self.assertEqual(home["count"], 0)

    def test_a_leave_followed_by_another_expects_the_return_after_the_last(self):
        _first, record = self.granted()
        second = self.sick("2026-03-07", "2026-03-13")
        self.approve(second)
        with freeze_time("2026-03-12 06:00:00"):
            self.env["gov.leave.return"]._cron_alert()
        self.assertEqual(record.state, "dropped")
        other = self.env["gov.leave.return"].search([("leave_id", "=", second.id)])
        self.assertEqual((other.state, other.expected_on), ("expected", date(2026, 3, 16)))

    def test_nobody_writes_makes_or_deletes_a_return(self):
        leave, record = self.granted()
        for user in (self.u_agent, self.u_head, self.u_manager):
            own = record.with_env(self.as_user(user))
            with self.assertRaises(AccessError):
                own.write({"state": "recorded"})
            with self.assertRaises(AccessError):
                own.unlink()
            with self.assertRaises(AccessError):
                own.create({"leave_id": leave.id, "employee_id": self.agent.id, "expected_on": "2026-03-09"})
        with self.assertRaises(AccessError):
            record.copy()
