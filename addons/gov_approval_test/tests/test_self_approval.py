from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time

from .common import REASON, ApprovalCase


class TestSelfApproval(ApprovalCase):
    """Whoever decides is never who asked, by any route."""

    def _refused(self, request, user):
        request = request.with_user(user)
        for act in (
            lambda: request.action_approve(),
            lambda: request.action_refuse(REASON),
            lambda: request.action_return(REASON),
        ):
            with self.assertRaises(AccessError):
                act()
        request.invalidate_recordset()
        self.assertFalse(request.can_approve)
        self.assertFalse(request.is_waiting_me)
        self.assertNotIn(request, request.search([("is_waiting_me", "=", True)]))
        self.assertFalse(
            [one for one in self.env["gov.approval.line"].with_user(user).get_waiting() if one["res_id"] == request.id]
        )

    def _role_circuit(self, group="gov_base.group_hr_manager", kind="approval"):
        return self._circuit(
            {"who": "role", "group_id": self.env.ref(group).id, "kind": kind, "name": "Human resources"}
        )

    def test_head_who_asks_is_judged_by_the_next_head(self):
        request = self._request(self.u_head)
        self.assertEqual(self._current(request).actor_ids, self.u_divhead)
        self._refused(request, self.u_head)
        # both opinions would come from the head of division: one is asked
        self.assertEqual(self._lines(request).mapped("state"), ["skipped", "waiting", "pending"])

    def test_head_of_division_who_asks_skips_his_levels(self):
        request = self._request(self.u_divhead)
        self.assertEqual(self._lines(request).mapped("state"), ["skipped", "skipped", "waiting"])
        self.assertEqual(self._current(request).actor_ids, self.u_director)
        self._refused(request, self.u_divhead)

    def test_director_who_asks_is_judged_by_the_secretary_general(self):
        request = self._request(self.u_director)
        self.assertEqual(self._lines(request).mapped("state"), ["skipped", "skipped", "waiting"])
        self.assertEqual(self._current(request).actor_ids, self.u_secretary)
        self._refused(request, self.u_director)
        request.with_user(self.u_secretary).action_approve()
        self.assertEqual(request.state, "approved")

    def test_one_at_the_top_who_asks_waits_and_hr_is_told(self):
        request = self._request(self.u_secretary)
        line = self._current(request)
        self.assertTrue(line.is_blocked)
        self.assertFalse(line.actor_ids)
        self._refused(request, self.u_secretary)
        told = self.env["mail.activity"].search([("res_model", "=", request._name), ("res_id", "=", request.id)])
        self.assertIn(self.u_hrmanager, told.user_id)
        self.assertEqual(told.activity_type_id, self.env.ref("gov_approval.mail_activity_type_blocked"))

    def test_hr_manager_asking_for_himself_does_not_approve_as_holder_of_the_role(self):
        other = self._person("t_hrmanager2", "gov_base.group_hr_manager")[1]
        self._role_circuit()
        request = self._request(self.u_hrmanager)
        self._refused(request, self.u_hrmanager)
        request.with_user(other).action_approve()
        self.assertEqual(request.state, "approved")

    def test_only_holder_of_the_role_who_asks_is_judged_by_his_head(self):
        group = self.env["res.groups"].create({"name": "T role", "user_ids": [Command.set(self.u_stranger.ids)]})
        self._circuit({"who": "role", "group_id": group.id, "kind": "approval", "name": "The only one"})
        request = self._request(self.u_stranger)
        self.assertEqual(self._current(request).actor_ids, self.u_head2)
        self._refused(request, self.u_stranger)
        request.with_user(self.u_head2).action_approve()
        self.assertEqual(request.state, "approved")

    def test_person_of_the_step_who_asks_is_judged_by_his_head(self):
        self._circuit({"who": "person", "user_id": self.u_stranger.id, "kind": "approval", "name": "Person"})
        request = self._request(self.u_stranger)
        self._refused(request, self.u_stranger)
        self.assertEqual(self._current(request).actor_ids, self.u_head2)

    def test_administrator_has_no_right_over_a_request(self):
        request = self._request()
        request.with_user(self.admin).sudo().invalidate_recordset()
        with self.assertRaises(AccessError):
            request.with_user(self.admin).action_approve()
        with self.assertRaises(AccessError):
            request.with_user(self.admin).sudo().action_approve()

    def test_administrator_does_not_approve_what_he_asked(self):
        employee = self.env["hr.employee"].search([("user_id", "=", self.admin.id)], limit=1)
        if not employee:
            employee = employee.create({"name": "Admin", "user_id": self.admin.id})
        employee.department_id = self.service
        self.admin.group_ids |= self.env.ref("gov_base.group_hr_manager")
        self._role_circuit()
        request = self._request(self.admin, employee_id=employee.id)
        self._refused(request, self.admin)

    def test_superuser_code_does_not_lift_the_bar(self):
        request = self._request(self.u_head)
        with self.assertRaises(AccessError):
            request.with_user(self.u_head).sudo().action_approve()

    def test_hr_who_files_for_an_employee_does_not_decide(self):
        self._role_circuit("gov_base.group_hr_officer")
        request = self._request(self.u_hr, employee_id=self.agent.id)
        self._refused(request, self.u_hr)
        request.with_user(self.u_hrmanager).action_approve()
        self.assertEqual(request.state, "approved")

    def test_hr_who_only_files_the_draft_of_another_does_not_decide(self):
        self._role_circuit("gov_base.group_hr_officer")
        request = self._request(self.u_agent, submit=False)
        # HR reads drafts in some models only: give the sight, not the right
        request.with_user(self.u_hr).sudo().action_submit()
        self.assertEqual(request.submitter_id, self.u_hr)
        with self.assertRaises(AccessError):
            request.with_user(self.u_hr).action_approve()

    def test_employee_concerned_does_not_decide_what_another_asked_for_him(self):
        self._circuit({"who": "direct_head", "kind": "approval", "name": "Head"})
        request = self._request(self.u_hr, employee_id=self.head.id)
        self._refused(request, self.u_head)
        self.assertEqual(self._current(request).actor_ids, self.u_divhead)

    def test_requester_does_not_decide_as_substitute_of_his_head(self):
        self._interim(self.head, self.agent)
        request = self._request()
        self.assertEqual(self._current(request).actor_ids, self.u_head)
        self._refused(request, self.u_agent)

    def test_requester_does_not_decide_through_a_chain_of_interims(self):
        self._interim(self.head, self.colleague)
        self._interim(self.colleague, self.agent)
        request = self._request()
        self._refused(request, self.u_agent)

    def test_substitute_of_the_requester_does_not_decide(self):
        # the head of division stands in for the agent who asks: he may not decide on the request, his head does
        self._interim(self.agent, self.divhead)
        self._circuit({"who": "head_of_division", "kind": "approval", "name": "Division"})
        request = self._request()
        self.assertEqual(self._current(request).actor_ids, self.u_director)
        self._refused(request, self.u_divhead)

    def test_holder_of_the_role_who_stands_in_for_the_requester_does_not_decide(self):
        self._role_circuit("gov_base.group_hr_officer")
        request = self._request()
        self._interim(self.agent, self.hr)
        self._refused(request, self.u_hr)
        with self.assertRaisesRegex(AccessError, "stand in for t_agent"):
            request.with_user(self.u_hr).action_approve()
        request.with_user(self.u_hrmanager).action_approve()

    def test_substitute_of_the_requester_does_not_decide_by_the_interim_of_a_head(self):
        self._interim(self.agent, self.colleague)
        self._interim(self.head, self.colleague)
        request = self._request()
        self._refused(request, self.u_colleague)

    def test_interim_begun_after_filing_bars_the_substitute_too(self):
        request = self._request()
        self._interim(self.agent, self.head)
        with self.assertRaises(AccessError):
            request.with_user(self.u_head).action_approve()

    def test_requester_called_upon_by_escalation_does_not_decide(self):
        # the director asks for one of his agents; escalation reaches his post and passes over it
        self._circuit({"who": "head_of_division", "kind": "approval", "name": "Division", "days": 1})
        request = self._request(self.u_director, employee_id=self.agent.id, submit=False)
        request.action_submit()
        for day in ("2026-03-04 09:00:00", "2026-03-09 09:00:00", "2026-03-16 09:00:00"):
            with freeze_time(day):
                self._current(request)._treat_overdue(self.env["gov.approval.line"]._today())
        self.assertIn(self.u_secretary, self._current(request).actor_ids)
        self.assertNotIn(self.u_director, self._current(request).actor_ids)
        self._refused(request, self.u_director)

    def test_new_head_who_asked_before_he_was_named_does_not_decide(self):
        request = self._request()
        self.service.manager_id = self.agent
        self.assertEqual(self._current(request).actor_ids, self.u_divhead)
        self._refused(request, self.u_agent)

    def test_login_given_to_the_employee_after_the_filing_does_not_decide(self):
        self._role_circuit()
        self.hrmanager.user_id = False
        request = self._request(self.u_hr, employee_id=self.hrmanager.id)
        self.hrmanager.user_id = self.u_hrmanager
        self._refused(request, self.u_hrmanager)

    def test_login_taken_from_the_employee_after_the_filing_does_not_decide(self):
        self._role_circuit()
        request = self._request(self.u_hr, employee_id=self.hrmanager.id)
        self.hrmanager.user_id = False
        self._refused(request, self.u_hrmanager)

    def test_who_takes_the_steps_out_is_not_granted_his_own_request(self):
        circuit = self._role_circuit().with_user(self.u_hrmanager)
        circuit.step_ids.unlink()
        request = self._request(self.u_hrmanager, submit=False)
        with self.assertRaises(UserError) as refused:
            request.action_submit()
        self.assertIn("Another HR manager", str(refused.exception))
        self.assertEqual(self._request().state, "approved", "for the others the circuit holds")
        other = self._person("t_hrmanager2", "gov_base.group_hr_manager")[1]
        circuit.with_user(other).delay_days = 4
        request.action_submit()
        self.assertEqual(request.state, "approved")

    def test_who_makes_silence_an_agreement_does_not_profit_by_it(self):
        circuit = self._role_circuit().with_user(self.u_hrmanager)
        text = self.env["gov.legal.text"].search([], limit=1)
        request = self._request(self.u_hrmanager)
        circuit.write({"silence": "accept", "legal_text_id": text.id})
        other = self._request()
        with freeze_time("2026-06-01 09:00:00"):
            for line in self._current(request) | self._current(other):
                line._treat_overdue(self.env["gov.approval.line"]._today())
        self.assertNotEqual(request.state, "approved")
        self.assertEqual(other.state, "approved")

    def test_change_of_a_circuit_leaves_its_trace_whatever_the_context_says(self):
        entries = self.env["gov.journal.entry"].search_count([("model", "=", "gov.approval.circuit")])
        circuit = self.circuit.with_user(self.u_hrmanager).with_context(install_mode=True)
        circuit.delay_days = 9
        circuit.step_ids[0].days = 9
        self.assertGreaterEqual(
            self.env["gov.journal.entry"].search_count([("model", "=", "gov.approval.circuit")]), entries + 2
        )

    def test_condition_of_a_circuit_is_a_value_never_code(self):
        for code in ("[('id', '=', uid)]", "[x for x in (1,)]", "().__class__", "[('id', '=', 10**10**10)]"):
            with self.subTest(code), self.assertRaises(ValidationError):
                self.circuit.with_user(self.u_hrmanager).domain = code

    def test_search_by_who_is_called_upon_tells_nothing_else_of_them(self):
        request = self._request()
        requests = request.with_user(self.u_agent)
        self.assertIn(request, requests.search([("waiting_user_ids.name", "=", self.u_head.name)]))
        self.assertIn(request, requests.search([("waiting_user_ids", "in", self.u_head.ids)]))
        self.assertNotIn(request, requests.search([("waiting_user_ids.name", "=", "nobody")]))
        self.head.sudo().private_phone = "0600000000"
        with self.assertRaises(AccessError):
            requests.search([("waiting_user_ids.employee_ids.private_phone", "=like", "06%")])

    def test_barred_user_is_told_why(self):
        request = self._request(self.u_head)
        with self.assertRaisesRegex(AccessError, "never who asked"):
            request.with_user(self.u_head).action_approve()

    def test_no_one_decides_on_a_draft(self):
        request = self._request(submit=False)
        with self.assertRaises(UserError):
            request.with_user(self.u_head).action_approve()
