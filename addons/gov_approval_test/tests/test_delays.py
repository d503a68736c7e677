from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import freeze_time
from odoo.tools import mute_logger

from .common import REASON, ApprovalCase


class TestDelays(ApprovalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.law = cls.env.ref("gov_base.legal_text_law_55_19")

    def _cron(self, day):
        """Run the cron of a day; in a test its commits are left out."""
        cron = self.env.registry["ir.cron"]
        with (
            freeze_time(f"{day} 09:00:00"),
            patch.object(cron, "_commit_progress", lambda *args, **kwargs: float("inf")),
        ):
            self.env["gov.approval.line"]._cron_overdue()
            self.env.flush_all()

    def _acts(self, request):
        return (
            self.env["gov.journal.entry"]
            .search([("model", "=", request._name), ("res_id", "=", request.id)], order="id")
            .mapped("act")
        )

    def test_delay_leaves_out_week_ends(self):
        with freeze_time("2026-03-05 09:00:00"):  # a Thursday
            self._circuit({"who": "direct_head", "name": "Head", "days": 2}, delay_days=6)
            request = self._request()
        self.assertEqual(self._current(request).due_on, fields.Date.to_date("2026-03-09"))
        self.assertEqual(request.due_on, fields.Date.to_date("2026-03-13"))

    def test_delay_leaves_out_public_holidays(self):
        holidays = self.env["gov.public.holiday"]
        day = fields.Date.to_date("2026-03-10")
        self.assertTrue(holidays._is_working_day(day))
        self._circuit({"who": "direct_head", "name": "Head", "days": 2})
        with freeze_time("2026-03-09 09:00:00"):
            before = self._current(self._request()).due_on
        holidays.create({"name": "T exceptional day", "date_from": day, "date_to": day, "state": "exceptional"})
        with freeze_time("2026-03-09 09:00:00"):
            after = self._current(self._request()).due_on
        self.assertEqual((before, after), (fields.Date.to_date("2026-03-11"), fields.Date.to_date("2026-03-12")))

    def test_promise_never_exceeds_the_legal_maximum(self):
        self._circuit({"who": "direct_head", "name": "Head"}, delay_days=200)
        request = self._request()
        self.assertEqual(request.due_on, fields.Date.to_date("2026-05-01"))  # 60 calendar days after 2 March

    def test_day_is_that_of_the_administration(self):
        # 23:30 UTC on Sunday is Monday in Morocco
        self.assertEqual(self.env.company.resource_calendar_id.tz or "Africa/Casablanca", "Africa/Casablanca")
        with freeze_time("2026-07-05 23:30:00"):
            day = self.env["gov.approval.line"].with_context(tz="America/New_York")._today()
        self.assertEqual(day, fields.Date.to_date("2026-07-06"))

    def test_late_step_is_reminded_then_the_next_head_is_called_upon(self):
        self.u_head.lang = "en_US"  # the to-do is written in the language of its reader
        self._circuit({"who": "direct_head", "name": "Head", "days": 2}, delay_days=30)
        request = self._request()
        line = self._current(request)
        self.assertEqual(line.due_on, fields.Date.to_date("2026-03-04"))
        self._cron("2026-03-04")
        self.assertFalse(line.reminded_on)
        self._cron("2026-03-05")
        self.assertTrue(line.reminded_on)
        todo = request.sudo().activity_ids
        self.assertEqual(todo.user_id, self.u_head)
        self.assertIn("Late", todo.summary)
        self.assertEqual(line.actor_ids, self.u_head)
        self._cron("2026-03-09")  # the second working day after the reminder is not over
        self.assertEqual(line.actor_ids, self.u_head)
        self._cron("2026-03-10")
        self.assertEqual(line.actor_ids, self.u_head | self.u_divhead)
        self.assertIn("escalate", self._acts(request))
        request.with_user(self.u_divhead).action_approve()
        self.assertEqual(request.state, "approved")
        self.assertFalse(request.sudo().activity_ids)

    def test_head_called_upon_before_keeps_his_right(self):
        self._circuit({"who": "direct_head", "name": "Head", "days": 2}, delay_days=30)
        request = self._request()
        for day in ("2026-03-05", "2026-03-10"):
            self._cron(day)
        request.with_user(self.u_head).action_approve()

    def test_escalation_climbs_to_the_top_then_tells_hr(self):
        self._circuit({"who": "direct_head", "name": "Head", "days": 1}, delay_days=30)
        request = self._request()
        for day in ("03-04", "03-09", "03-12", "03-17", "03-31"):
            self._cron(f"2026-{day}")
        line = self._current(request)
        self.assertEqual(
            line.actor_ids, self.u_head | self.u_secretary, "the latest head called upon, and the first one"
        )
        self.assertTrue(line.is_escalation_over)
        self.assertIn(self.u_hrmanager, request.sudo().activity_ids.user_id)

    def test_cron_twice_on_a_day_does_nothing_more(self):
        self._circuit({"who": "direct_head", "name": "Head", "days": 1}, delay_days=30)
        request = self._request()
        for day in ("03-04", "03-04", "03-09", "03-09", "03-09"):
            self._cron(f"2026-{day}")
        self.assertEqual(self._acts(request).count("escalate"), 1)

    def test_one_failing_line_leaves_the_others(self):
        self._circuit({"who": "direct_head", "name": "Head", "days": 1}, delay_days=30)
        first, second = self._request(), self._request()
        broken = self._current(first)
        line_class = self.env.registry["gov.approval.line"]
        remind = line_class._remind

        def fails(line, today):
            if line.id == broken.id:
                raise ValueError("broken")
            return remind(line, today)

        with patch.object(line_class, "_remind", fails), self.assertLogs("odoo.addons.gov_approval", "ERROR"):
            self._cron("2026-03-04")
        self.assertTrue(self._current(second).reminded_on)

    def test_silence_grants_where_the_circuit_says_so(self):
        self._circuit(
            {"who": "direct_head", "name": "Head", "kind": "opinion"},
            {"who": "director", "name": "Director"},
            delay_days=5,
            silence="accept",
            legal_text_id=self.law.id,
        )
        request = self._request()
        self.assertEqual(request.due_on, fields.Date.to_date("2026-03-09"))
        self._cron("2026-03-09")
        self.assertEqual(request.state, "submitted")
        self._cron("2026-03-10")
        self.assertEqual(request.state, "approved")
        self.assertEqual(request.granted_count, 1)
        self.assertEqual(self._lines(request).mapped("state"), ["tacit", "cancelled"])
        self.assertFalse(self._lines(request).decided_by_id)
        entry = self.env["gov.journal.entry"].search(
            [("model", "=", request._name), ("res_id", "=", request.id), ("act", "=", "tacit_agreement")]
        )
        self.assertIn(self.law.code, entry.payload)

    def test_silence_grants_nothing_elsewhere(self):
        for silence in ("none", "escalate"):
            self._circuit({"who": "direct_head", "name": "Head"}, delay_days=5, silence=silence)
            request = self._request()
            self._cron("2026-06-10")
            self.assertEqual(request.state, "submitted")

    def test_silence_calls_upon_the_next_head_where_the_circuit_says_so(self):
        self._circuit({"who": "direct_head", "name": "Head", "days": 0}, delay_days=5, silence="escalate")
        request = self._request()
        self._cron("2026-03-10")
        self.assertEqual(self._current(request).actor_ids, self.u_head | self.u_divhead)

    def test_silence_never_stands_for_a_signature(self):
        with self.assertRaises(ValidationError):
            self._circuit(
                {"who": "director", "name": "Director", "kind": "signature"},
                delay_days=5,
                silence="accept",
                legal_text_id=self.law.id,
            )
        circuit = self._circuit(
            {"who": "direct_head", "name": "Head"},
            {"who": "director", "name": "Director"},
            delay_days=5,
            silence="accept",
            legal_text_id=self.law.id,
        )
        request = self._request()
        # filed when the last step was still a signature
        self._lines(request)[1].kind = "signature"
        self._cron("2026-03-10")
        self.assertEqual(request.state, "submitted")
        self.assertEqual(circuit.silence, "accept")
        self.assertIn(self.u_divhead, self._current(request).actor_ids)

    def test_silence_grants_only_by_a_text(self):
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self._circuit({"who": "director", "name": "Director"}, delay_days=5, silence="accept")

    def test_time_with_the_requester_does_not_count(self):
        self._circuit({"who": "direct_head", "name": "Head"}, delay_days=10)
        request = self._request()
        self.assertEqual(request.due_on, fields.Date.to_date("2026-03-16"))
        with freeze_time("2026-03-03 10:00:00"):
            request.with_user(self.u_head).action_return(REASON)
        with freeze_time("2026-03-10 10:00:00"):  # five working days later
            request.with_user(self.u_agent).action_submit()
        # Aïd and other holidays, if any, move both ends alike
        expected = self.env["gov.public.holiday"]._add_working_days(fields.Date.to_date("2026-03-16"), 5)
        self.assertEqual(request.due_on, expected)

    def test_heads_who_change_are_called_upon_at_once(self):
        request = self._request()
        self.service.manager_id = self.colleague
        self.assertEqual(self._current(request).actor_ids, self.u_colleague)
        self.assertEqual(request.sudo().activity_ids.user_id, self.u_colleague)
        self.service.manager_id = False  # vacant: the next head
        self.assertEqual(self._current(request).actor_ids, self.u_divhead)

    def test_head_without_login_or_archived_is_passed_over(self):
        request = self._request()
        self.u_head.active = False
        self.assertEqual(self._current(request).actor_ids, self.u_divhead)
        self.u_head.active = True
        self.assertEqual(self._current(request).actor_ids, self.u_head)

    def test_head_is_worked_out_at_the_moment_of_acting(self):
        request = self._request()
        line = self._current(request)
        # a change that no hook saw
        self.env.cr.execute(
            "UPDATE hr_department SET manager_id = %s WHERE id = %s", (self.colleague.id, self.service.id)
        )
        self.env.invalidate_all()
        request.with_user(self.u_colleague).action_approve()
        self.assertEqual(line.decided_by_id, self.u_colleague)

    def test_blocked_request_goes_on_when_hr_names_a_head(self):
        self.directorate.parent_id = False
        request = self._request(self.u_director)
        self.assertTrue(self._current(request).is_blocked)
        self.directorate.parent_id = self.secretariat
        self.assertEqual(self._current(request).actor_ids, self.u_secretary)
        self.assertFalse(self._current(request).is_blocked)

    def test_role_is_regional(self):
        near = self._person("t_hr_near", "gov_base.group_hr_officer", self.region)[1]
        far = self._person("t_hr_far", "gov_base.group_hr_officer", self.region_far)[1]
        self._circuit({"who": "role", "group_id": self.env.ref("gov_base.group_hr_officer").id, "name": "HR"})
        request = self._request()
        self.assertTrue(request.with_user(near).can_approve)
        self.assertFalse(request.with_user(far).search([("id", "=", request.id)]))
        with self.assertRaises(Exception):  # noqa: B017 - no sight of it at all
            request.with_user(far).action_approve()
        request.with_user(near).action_approve()
