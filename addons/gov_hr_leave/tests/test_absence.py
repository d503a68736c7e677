from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import REASON, TODAY
from .law_common import LawCase


@freeze_time(TODAY)
@tagged("-at_install", "post_install")
class TestIrregularAbsence(LawCase):
    """Law 12-81: half-days recorded by the head, query, answer, justified or deducted, statement, notice."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        grade = cls.env["gov.grade"].search([("code", "=", "ADM3")])
        cls.agent.write({"grade_id": grade.id, "echelon": 6, "residence_zone": "A"})

    def record(self, user=None, **values):
        values = {"employee_id": self.agent.id, "date_from": "2026-02-26", "date_to": "2026-02-27", **values}
        absence = self.as_user(user or self.u_head)["gov.absence"].create(values)
        return self.env["gov.absence"].browse(absence.id)

    def queried(self, **values):
        absence = self.record(**values)
        absence.with_env(self.as_user(self.u_officer)).action_query()
        self.env.invalidate_all()
        return absence

    # ------------------------------------------------------------------ recording
    def test_half_days_are_those_of_work(self):
        self.assertEqual(self.record().half_days, 4)
        absence = self.record(date_from="2026-02-20", date_to="2026-02-23", period_from="pm", period_to="am")
        self.assertEqual(absence.half_days, 2, "Friday afternoon, Monday morning")

    def test_days_of_leave_are_no_absence(self):
        self.take_over("ANN", "2026-02-10", "2026-02-11")
        self.assertEqual(self.record(date_from="2026-02-09", date_to="2026-02-12").half_days, 4)
        self.take_over("ANN", "2026-02-17", "2026-02-18")
        with self.assertRaises(ValidationError):
            self.record(date_from="2026-02-17", date_to="2026-02-18")

    def test_weekends_and_days_to_come_are_refused(self):
        with self.assertRaises(ValidationError):
            self.record(date_from="2026-02-28", date_to="2026-03-01")
        with self.assertRaises(ValidationError):
            self.record(date_from="2026-03-02", date_to="2026-03-03")

    def test_the_head_records_never_on_himself_nor_a_colleague(self):
        for user in (self.u_agent, self.u_colleague, self.u_other_head, self.u_far_officer, self.u_auditor):
            with self.assertRaises(AccessError):
                self.record(user)
        with self.assertRaises(AccessError):
            self.record(self.u_head, employee_id=self.head.id)
        with self.assertRaises(AccessError):
            self.record(self.u_officer, employee_id=self.officer.id)
        self.assertEqual(self.record(self.u_director).recorded_by_id, self.u_director)

    def test_half_days_are_recorded_once(self):
        self.record()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.record(date_from="2026-02-27", date_to="2026-02-27", period_from="pm")
        self.record(date_from="2026-02-25", date_to="2026-02-25")

    def test_states_and_amounts_are_changed_by_acts_alone(self):
        absence = self.record()
        for vals in ({"state": "justified"}, {"amount": 1}, {"answer": "x"}, {"query_document_id": 1}):
            for user in (self.u_head, self.u_officer, self.u_manager):
                with self.assertRaises(UserError):
                    absence.with_env(self.as_user(user)).write(vals)
        with self.assertRaises(UserError):
            self.record(state="deducted", date_from="2026-02-24", date_to="2026-02-24")
        forged = self.as_user(self.u_head)["gov.absence"].with_context(default_state="justified")
        made = forged.create({"employee_id": self.agent.id, "date_from": "2026-02-24", "date_to": "2026-02-24"})
        self.assertEqual(made.state, "recorded")
        with self.assertRaises(UserError):
            absence.with_env(self.as_user(self.u_manager)).unlink()

    # ------------------------------------------------------------------ query and answer
    def test_the_query_is_a_numbered_letter_with_its_delay(self):
        self.u_agent.lang = "fr_FR"
        absence = self.queried()
        self.assertEqual((absence.state, absence.answer_due_on), ("queried", date(2026, 3, 5)))
        document = absence.query_document_id
        self.assertEqual((document.state, document.kind, document.lang), ("valid", "leave_absence_query", "fr"))
        page = self.page(document)
        self.assertIn("quatre (4) demi-journées", page)
        self.assertIn("5 mars 2026", page)
        self.assertEqual(absence.activity_ids.user_id, self.u_agent)

    def test_only_hr_of_the_region_sends_the_query(self):
        absence = self.record()
        for user in (self.u_head, self.u_director, self.u_agent, self.u_far_officer, self.u_auditor):
            with self.assertRaises(AccessError):
                absence.with_env(self.as_user(user)).action_query()

    def test_the_person_answers_and_hr_justifies(self):
        absence = self.queried()
        with self.assertRaises(AccessError):
            absence.with_env(self.as_user(self.u_head)).action_answer("It was a strike.")
        mine = absence.with_env(self.as_user(self.u_agent))
        with self.refuses("Write your explanation"):
            mine.action_answer("  ")
        mine.action_answer("The bridge was closed.")
        self.assertEqual((mine.state, mine.own_answer), ("answered", "The bridge was closed."))
        self.assertFalse(absence.with_env(self.as_user(self.u_head)).own_answer)
        with self.assertRaises(AccessError):
            absence.with_env(self.as_user(self.u_head)).read(["answer"])
        absence.with_env(self.as_user(self.u_officer)).action_justify(REASON)
        self.assertEqual(absence.state, "justified")
        with self.assertRaises(UserError):
            absence.with_env(self.as_user(self.u_manager)).action_deduct(REASON)

    def test_an_answer_on_paper_is_recorded_by_hr(self):
        absence = self.queried()
        with freeze_time("2026-03-04 10:00:00"):
            absence.with_env(self.as_user(self.u_officer)).action_answer("Paper", "2026-03-03")
        self.assertEqual(absence.answered_on, date(2026, 3, 3))

    # ------------------------------------------------------------------ deduction
    def test_a_half_day_costs_a_sixtieth_of_the_pay_without_family_allowances(self):
        self.env["gov.dependant"].create(
            {"employee_id": self.agent.id, "kind": "child", "name": "Child", "birthdate": "2020-01-01"}
        )
        absence = self.queried()
        pay = self.agent.get_pay_statement(date(2026, 2, 26))
        self.assertGreater(pay["family_allowances"], 0)
        with freeze_time("2026-03-06 10:00:00"):
            absence.with_env(self.as_user(self.u_manager)).action_deduct(REASON)
        self.assertEqual(absence.monthly_pay, pay["gross"])
        self.assertEqual(absence.amount, round(pay["gross"] * 4 / 60 + 1e-9, 2))
        self.assertEqual(absence.pay_month, date(2026, 4, 1))
        self.assertEqual(absence.with_env(self.as_user(self.u_agent)).own_amount, absence.amount)
        self.assertEqual(absence.with_env(self.as_user(self.u_head)).own_amount, 0)
        with self.assertRaises(AccessError):
            absence.with_env(self.as_user(self.u_head)).read(["amount"])

    def test_no_deduction_before_the_delay_is_over_unless_answered(self):
        absence = self.queried()
        manager = absence.with_env(self.as_user(self.u_manager))
        with freeze_time("2026-03-05 10:00:00"), self.refuses("may answer until"):
            manager.action_deduct(REASON)
        absence.with_env(self.as_user(self.u_agent)).action_answer("Nothing to say")
        with self.assertRaises(AccessError):
            absence.with_env(self.as_user(self.u_officer)).action_deduct(REASON)
        manager.action_deduct(REASON)
        self.assertEqual(absence.state, "deducted")

    def test_the_journal_tells_the_acts_without_pay(self):
        absence = self.queried()
        with freeze_time("2026-03-06 10:00:00"):
            absence.with_env(self.as_user(self.u_manager)).action_deduct(REASON)
        entries = self.env["gov.journal.entry"].search([("model", "=", "gov.absence"), ("res_id", "=", absence.id)])
        self.assertEqual(sorted(entries.mapped("act")), ["deduct", "query", "record"])
        self.assertNotIn(str(absence.amount), "".join(str(entry.payload) for entry in entries))

    def test_the_statement_of_the_month_takes_each_deduction_once(self):
        absence = self.queried()
        with freeze_time("2026-03-06 10:00:00"):
            absence.with_env(self.as_user(self.u_manager)).action_deduct(REASON)
            statements = self.as_user(self.u_manager)["gov.absence.statement"]
            statement = statements.create({"month": "2026-04-15", "lang": "fr"})
            with self.assertRaises(AccessError):
                statement.with_env(self.as_user(self.u_officer)).action_issue()
            statement.action_issue()
            self.assertEqual((statement.state, statement.total), ("issued", absence.sudo().amount))
            self.assertEqual(statement.absence_ids.ids, absence.ids)
            self.assertIn("avril 2026", self.page(statement.document_id))
            with self.refuses("no deduction for this month"):
                statements.create({"month": "2026-04-01"}).action_issue()
            with self.assertRaises(UserError):
                statement.write({"month": "2026-05-01"})
        with self.assertRaises(AccessError):
            statement.document_id.with_env(self.as_user(self.u_officer)).read(["number"])

    # ------------------------------------------------------------------ mistakes, abandonment
    def test_the_head_cancels_what_he_recorded_until_the_query(self):
        absence = self.record()
        absence.with_env(self.as_user(self.u_head)).action_cancel(REASON)
        self.assertEqual(absence.state, "cancelled")
        absence = self.queried()
        with self.assertRaises(AccessError):
            absence.with_env(self.as_user(self.u_head)).action_cancel(REASON)
        absence.with_env(self.as_user(self.u_officer)).action_cancel(REASON)
        self.assertEqual(absence.query_document_id.state, "revoked")

    def test_notice_to_return_within_seven_days(self):
        absence = self.queried(is_ongoing=True)
        with self.assertRaises(AccessError):
            absence.with_env(self.as_user(self.u_officer)).action_send_notice()
        manager = absence.with_env(self.as_user(self.u_manager))
        manager.action_send_notice()
        self.assertEqual((absence.notice_on, absence.notice_due_on), (date(2026, 3, 2), date(2026, 3, 9)))
        document = absence.notice_document_id
        self.assertEqual((document.state, document.kind), ("valid", "leave_absence_notice"))
        with self.refuses("sent once"):
            manager.action_send_notice()
        with freeze_time("2026-03-10 06:00:00"):
            self.env["gov.absence"]._cron_overdue()
            self.env["gov.absence"]._cron_overdue()
            told = absence.activity_ids.filtered(lambda one: one.user_id != self.u_agent)
            self.assertEqual(len(told), 1)
            self.assertIn("Abandonment", told.summary)
            absence.with_env(self.as_user(self.u_head)).action_mark_back()
        self.assertFalse(absence.is_ongoing)

    def test_hr_is_told_of_a_query_without_answer(self):
        absence = self.queried()
        with freeze_time("2026-03-06 06:00:00"):
            self.env["gov.absence"]._cron_overdue()
            told = absence.activity_ids.filtered(lambda one: one.user_id != self.u_agent)
            self.assertIn("without answer", told.summary)
