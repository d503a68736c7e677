from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form

from .common import REASON, ApprovalCase

FORGED = {
    "state": "approved",
    "receipt_number": "00001/2026",
    "submitted_on": "2026-01-01 00:00:00",
    "due_on": "2027-01-01",
    "requester_id": 1,
    "approval_line_ids": [(5, 0, 0)],
    "receipt_id": False,
    "submitter_id": 1,
    "circuit_id": False,
}


class TestStates(ApprovalCase):
    """A state changes by an act only."""

    def test_state_and_technical_fields_are_not_written_by_anybody(self):
        request = self._request()
        for user in (self.u_agent, self.u_head, self.u_hrmanager, self.admin):
            for name, value in FORGED.items():
                with self.subTest(user=user.login, field=name), self.assertRaises(UserError):
                    request.with_user(user).write({name: value})
        with self.assertRaises(UserError):
            request.sudo().write({"state": "approved"})
        with self.assertRaisesRegex(UserError, "with its buttons only"):
            request.with_user(self.u_hrmanager).write({"state": "approved"})
        self.assertEqual(request.state, "submitted")

    def test_later_state_of_the_model_is_guarded_too(self):
        request = self._request()
        with self.assertRaises(UserError):
            request.write({"state": "done"})
        with self.assertRaises(UserError):
            request.with_user(self.u_hrmanager).action_finish()

    def test_request_is_not_created_in_a_late_state(self):
        model = self.env["gov.approval.test.request"]
        for user in (self.u_agent, self.u_hrmanager, self.admin):
            for name, value in FORGED.items():
                with self.subTest(user=user.login, field=name), self.assertRaises(UserError):
                    model.with_user(user).create({"name": "x", name: value})
        self.assertEqual(model.with_user(self.u_agent).create({"name": "x", "state": "draft"}).state, "draft")

    def test_default_state_of_the_context_is_refused(self):
        model = self.env["gov.approval.test.request"].with_user(self.u_agent)
        with self.assertRaises(UserError):
            model.with_context(default_state="approved").create({"name": "x"})
        with self.assertRaises(UserError):
            model.with_context(default_receipt_number="00001/2026").create({"name": "x"})
        with self.assertRaises(UserError):
            model.with_context(default_requester_id=self.u_head.id).default_get(["requester_id"])
        self.assertEqual(model.with_context(default_state="draft").create({"name": "x"}).state, "draft")

    def test_sentinel_is_not_forged_by_a_context_value(self):
        request = self._request()
        for forged in (True, 1, "object", {}, [1]):
            with self.assertRaises(UserError):
                request.with_context(_gov_act_sentinel=forged).write({"state": "approved"})
            with self.assertRaises(UserError):
                request.with_context(_gov_act_sentinel=forged).create({"name": "x", "state": "approved"})

    def test_copy_starts_again(self):
        request = self._request()
        request.with_user(self.u_head).action_approve()
        copy = request.with_user(self.u_agent).copy()
        self.assertRecordValues(
            copy,
            [{"state": "draft", "receipt_number": False, "submitted_on": False, "due_on": False, "receipt_id": False}],
        )
        self.assertFalse(copy.approval_line_ids)
        with self.assertRaises(UserError):
            request.with_user(self.u_agent).copy({"state": "approved"})

    def test_import_changes_no_state(self):
        model = self.env["gov.approval.test.request"].with_user(self.u_hrmanager)
        result = model.load(["name", "state"], [["Imported", "approved"]])
        self.assertFalse(result["ids"])
        self.assertIn("with its buttons only", result["messages"][0]["message"])
        request = self._request()
        self.env["ir.model.data"].create(
            {"name": "t_request", "module": "t", "model": request._name, "res_id": request.id}
        )
        result = model.load(["id", "state"], [["t.t_request", "Approved"]])
        self.assertFalse(result["ids"])
        self.assertEqual(request.state, "submitted")

    def test_form_does_not_carry_a_state(self):
        form = Form(self.env["gov.approval.test.request"].with_user(self.u_agent))
        form.name = "By the form"
        with self.assertRaises(AssertionError):
            form.state = "approved"
        self.assertEqual(form.save().state, "draft")

    def test_onchange_saves_no_state(self):
        model = self.env["gov.approval.test.request"].with_user(self.u_agent)
        spec = {"name": {}, "state": {}}
        model.onchange({"name": "x", "state": "approved"}, ["state"], spec)
        with self.assertRaises(UserError):
            model.web_save({"name": "x", "state": "approved"}, spec)

    def test_content_is_frozen_once_filed(self):
        request = self._request()
        with self.assertRaisesRegex(UserError, "can no longer be changed"):
            request.write({"amount": 9000})
        with self.assertRaises(UserError):
            request.with_user(self.u_hrmanager).write({"employee_id": self.stranger.id})
        request.with_user(self.u_head).action_return(REASON)
        request.write({"amount": 12})
        self.assertEqual(request.amount, 12)

    def test_filed_request_is_not_deleted(self):
        request = self._request()
        for user in (self.u_agent, self.u_hrmanager):
            with self.assertRaises(UserError):
                request.with_user(user).unlink()
        request.with_user(self.u_head).action_return(REASON)
        with self.assertRaises(UserError):
            request.with_user(self.u_agent).unlink()
        self._request(submit=False).unlink()

    def test_lines_and_receipts_are_written_by_nobody(self):
        request = self._request()
        line = self._current(request)
        for user in (self.u_agent, self.u_head, self.u_hrmanager, self.u_auditor, self.admin):
            for record in (line.sudo(False), request.receipt_id.sudo(False)):
                record = record.with_user(user)
                with self.subTest(user=user.login, model=record._name):
                    with self.assertRaises(AccessError):
                        record.write({"res_id": 0})
                    with self.assertRaises(AccessError):
                        record.unlink()
                    with self.assertRaises(AccessError):
                        record.create({})
        with self.assertRaises(AccessError):
            line.sudo(False).with_user(self.u_agent).write({"state": "approved"})
        self.assertEqual(line.state, "waiting")

    def test_matrix_of_roles_and_acts(self):
        """Who may do which act while the head's opinion waits; everybody else is refused."""
        acts = {
            "approve": lambda request: request.action_approve(),
            "refuse": lambda request: request.action_refuse(REASON),
            "return": lambda request: request.action_return(REASON),
            "cancel": lambda request: request.action_cancel(REASON),
            "submit": lambda request: request.action_submit(),
        }
        allowed = {
            self.u_head: {"approve", "refuse", "return"},
            self.u_agent: {"cancel"},
            self.u_hr: {"cancel"},
            self.u_hrmanager: {"cancel"},
        }
        everybody = (
            self.u_agent
            | self.u_colleague
            | self.u_stranger
            | self.u_head
            | self.u_head2
            | self.u_divhead
            | self.u_director
            | self.u_secretary
            | self.u_hr
            | self.u_hrmanager
            | self.u_auditor
            | self.admin
        )
        for user in everybody:
            for name, act in acts.items():
                with self.subTest(user=user.login, act=name):
                    request = self._request()
                    if name in allowed.get(user, ()):
                        act(request.with_user(user))
                        continue
                    with self.assertRaises(UserError):
                        act(request.with_user(user))
                    request.invalidate_recordset()
                    self.assertEqual(request.state, "submitted")

    def test_matrix_of_states_and_acts(self):
        """From each state only the acts of the table lead on."""
        acts = {
            "submit": lambda request: request.with_user(self.u_agent).action_submit(),
            "approve": lambda request: request.with_user(self.u_head).action_approve(),
            "refuse": lambda request: request.with_user(self.u_head).action_refuse(REASON),
            "return": lambda request: request.with_user(self.u_head).action_return(REASON),
            "cancel": lambda request: request.with_user(self.u_agent).action_cancel(),
        }
        self._circuit({"who": "direct_head", "kind": "approval", "name": "Head"})
        reach = {
            "draft": [],
            "submitted": ["submit"],
            "approved": ["submit", "approve"],
            "refused": ["submit", "refuse"],
            "cancelled": ["submit", "cancel"],
        }
        allowed = {
            "draft": {"submit", "cancel"},
            "submitted": {"approve", "refuse", "return", "cancel"},
        }
        for state, way in reach.items():
            for name, act in acts.items():
                with self.subTest(state=state, act=name):
                    request = self._request(submit=False)
                    for step in way:
                        acts[step](request)
                    self.assertEqual(request.state, state)
                    if name in allowed.get(state, ()):
                        act(request)
                        self.assertNotEqual(request.state, state)
                    else:
                        with self.assertRaises(UserError):
                            act(request)
                        self.assertEqual(request.state, state)

    def test_concrete_model_goes_to_its_later_state_by_its_table(self):
        self._circuit({"who": "direct_head", "kind": "approval", "name": "Head"})
        request = self._request()
        request.with_user(self.u_head).action_approve()
        request.action_finish()
        self.assertEqual(request.state, "done")
        with self.assertRaises(UserError):
            request.action_finish()

    def test_reason_is_required_and_long_enough(self):
        request = self._request()
        head = request.with_user(self.u_head)
        for reason in (None, "", "   ", "\n\t", "no", "too short", False, ["not a text, a list"], "a         b"):
            with self.subTest(reason=reason):
                for act in (head.action_refuse, head.action_return):
                    with self.assertRaisesRegex(UserError, "Give the reason"):
                        act(reason)
        self.assertEqual(self._current(request).state, "waiting")
        head.action_refuse("exactly 10")

    def test_shortest_reason_is_a_setting(self):
        self.circuit.reason_min_length = 30
        request = self._request()
        with self.assertRaises(UserError):
            request.with_user(self.u_head).action_refuse("x" * 29)
        request.with_user(self.u_head).action_refuse("x" * 30)

    def test_hr_gives_a_reason_to_cancel_and_the_requester_none(self):
        request = self._request()
        with self.assertRaisesRegex(UserError, "Give the reason"):
            request.with_user(self.u_hr).action_cancel()
        request.with_user(self.u_agent).action_cancel()
        self.assertEqual(request.state, "cancelled")
        self.assertEqual(set(self._lines(request).mapped("state")), {"cancelled"})

    def test_circuit_without_step_grants_at_once(self):
        self._circuit()
        request = self._request()
        self.assertEqual(request.state, "approved")
        self.assertEqual(request.granted_count, 1)
        self.assertTrue(request.receipt_number)

    def test_without_circuit_nothing_is_filed(self):
        self.circuit.active = False
        request = self._request(submit=False)
        with self.assertRaisesRegex(UserError, "No approval circuit"):
            request.action_submit()
        self.assertEqual(request.state, "draft")

    def test_filing_needs_an_employee(self):
        request = self._request(submit=False, employee_id=False)
        with self.assertRaisesRegex(UserError, "names no employee"):
            request.action_submit()

    def test_several_requests_at_once(self):
        requests = self._request() | self._request() | self._request()
        requests.with_user(self.u_head).action_approve()
        self.assertEqual(requests.mapped("state"), ["in_review"] * 3)
        # one that is not his turn stops all of them
        late = self._request()
        with self.assertRaises(AccessError):
            (requests | late).with_user(self.u_divhead).action_approve()

    def test_running_request_keeps_the_steps_it_was_filed_with(self):
        request = self._request()
        self.circuit.step_ids.unlink()
        self.assertEqual(self._lines(request).mapped("name")[0], "Opinion of the head")
        request.with_user(self.u_head).action_approve()
        self.assertEqual(request.state, "in_review")

    def test_step_already_decided_is_said_with_its_author(self):
        self._circuit(
            {"who": "role", "group_id": self.env.ref("gov_base.group_hr_officer").id, "name": "HR", "merge": False},
            {"who": "role", "group_id": self.env.ref("gov_base.group_hr_officer").id, "name": "HR2", "merge": False},
        )
        request = self._request()
        line = self._current(request)
        screen = {"gov_approval_line": line.id}  # both have the first step before their eyes
        request.with_user(self.u_hr).with_context(**screen).action_approve()
        with self.assertRaisesRegex(UserError, "already decided by t_hr on 02/03/2026"):
            request.with_user(self.u_hrmanager).with_context(**screen).action_approve()
        self.assertEqual(self._current(request).sequence, 2)

    def test_circuit_condition_chooses(self):
        small = self.circuit
        big = self._circuit({"who": "director", "name": "Director"}, domain="[('amount', '>', 1000)]", sequence=1)
        small.active = True
        self.assertEqual(self._request(amount=1001).circuit_id, big)
        self.assertEqual(self._request(amount=1000).circuit_id, small)

    def test_bad_condition_of_a_circuit_is_refused(self):
        for domain in ("[('nothing', '=', 1)]", "nonsense", "__import__('os')"):
            with self.assertRaises(ValidationError):
                self.circuit.domain = domain
