import json

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time

from .common import REASON, ApprovalCase


class TestReceipt(ApprovalCase):
    def test_receipts_follow_each_other_without_gap(self):
        taken = []
        for _turn in range(3):
            taken.append(self._request().receipt_number)
            with self.assertRaises(UserError):
                self._request(employee_id=False)
        last = self.env["gov.counter"]._peek("approval.receipt", "2026")
        self.assertEqual(taken, [f"{last - shift:05d}/2026" for shift in (2, 1, 0)])

    def test_numbering_starts_again_each_year(self):
        with freeze_time("2027-01-04 09:00:00"):
            self.assertEqual(self._request().receipt_number, "00001/2027")

    def test_several_filed_at_once_get_each_a_number(self):
        requests = self._request(submit=False) | self._request(submit=False)
        requests.action_submit()
        self.assertEqual(len(set(requests.mapped("receipt_number"))), 2)

    def test_returned_request_keeps_number_and_history(self):
        request = self._request()
        number, filed = request.receipt_number, request.submitted_on
        request.with_user(self.u_head).action_approve()
        request.with_user(self.u_divhead).action_return(REASON)
        self.assertEqual(request.state, "draft")
        self.assertEqual(request.return_reason, REASON)
        todo = request.sudo().activity_ids
        self.assertEqual(todo.user_id, self.u_agent)
        request.write({"name": "Leave on Tuesday"})
        request.action_submit()
        self.assertEqual((request.receipt_number, request.submitted_on), (number, filed))
        self.assertEqual(
            [(line.round, line.state) for line in self._lines(request)],
            [(1, "approved"), (1, "returned"), (1, "cancelled"), (2, "waiting"), (2, "pending"), (2, "pending")],
        )
        self.assertEqual(request.receipt_id.what, "Leave on Tuesday")
        todo = request.sudo().activity_ids
        self.assertEqual(todo.user_id, self.u_head)
        line = request.sudo().approval_line_ids.filtered(lambda one: one.state == "waiting")
        self.assertEqual(todo.gov_key, f"step:{line.id}")
        for lang in ("ar_MA", "fr_FR", "en_US"):
            said = request.with_context(lang=lang)._gov_todo_words(todo.gov_key)
            self.assertEqual(said, line.with_context(lang=lang).name)
        # a step of another request, and what is no step
        other = self._request()
        foreign = self._lines(other)[0]
        for key in (f"step:{foreign.id}", "step:0", "step:x", "step", "", None):
            self.assertFalse(request._gov_todo_words(key), key)

    def test_complement_is_asked_once(self):
        request = self._request()
        request.with_user(self.u_head).action_return(REASON)
        request.action_submit()
        self.env.invalidate_all()
        self.assertFalse(request.with_user(self.u_head).can_return)
        with self.assertRaisesRegex(UserError, "law 55-19"):
            request.with_user(self.u_head).action_return(REASON)
        request.with_user(self.u_head).action_refuse(REASON)

    def test_number_of_complements_is_a_setting(self):
        self.circuit.max_returns = 0
        with self.assertRaises(UserError):
            self._request().with_user(self.u_head).action_return(REASON)
        self.circuit.max_returns = 2
        request = self._request()
        for _turn in range(2):
            request.with_user(self.u_head).action_return(REASON)
            request.action_submit()
        with self.assertRaises(UserError):
            request.with_user(self.u_head).action_return(REASON)

    def test_receipt_prints_in_arabic_and_french(self):
        request = self._request()
        html = self.env["ir.actions.report"]._render_qweb_html("gov_approval.report_receipt", request.receipt_id.ids)[
            0
        ]
        html = html.decode()
        self.assertIn(request.receipt_number, html)
        self.assertIn("Leave on Monday", html)
        self.assertIn('dir="rtl"', html)
        action = request.action_print_receipt()
        self.assertEqual(action["report_name"], "gov_approval.report_receipt")

    def test_receipt_is_not_printed_by_strangers(self):
        request = self._request()
        with self.assertRaises(AccessError):
            request.receipt_id.with_user(self.u_stranger).action_print()
        with self.assertRaises(UserError):
            self._request(submit=False).action_print_receipt()

    def test_pattern_of_the_circuit(self):
        self.circuit.write({"receipt_pattern": "R-{year}-{number:03d}", "receipt_counter": "t.series"})
        self.assertEqual(self._request().receipt_number, "R-2026-001")
        for pattern in ("{number}", "{year}", "{number.__class__}/{year}", "{number!r}/{year}", "{0}/{year}", "{"):
            with self.subTest(pattern=pattern), self.assertRaises(ValidationError):
                self.circuit.receipt_pattern = pattern

    def test_acts_are_journalled_with_their_reasons(self):
        request = self._request()
        request.with_user(self.u_head).action_refuse(REASON)
        request.with_user(self.u_divhead).action_approve()
        request.with_user(self.u_director).action_approve()
        entries = self.env["gov.journal.entry"].search(
            [("model", "=", request._name), ("res_id", "=", request.id)], order="id"
        )
        self.assertEqual(entries.mapped("act"), ["submit", "opinion", "opinion", "approval", "grant"])
        self.assertEqual(entries.mapped("actor_id.login"), ["t_agent", "t_head", "t_divhead", "t_director"])
        self.assertEqual(json.loads(entries[0].payload)["receipt"], request.receipt_number)
        self.assertEqual(json.loads(entries[1].payload)["reason"], REASON)
        self.assertEqual(json.loads(entries[1].payload)["decision"], "unfavourable")

    def test_change_of_a_circuit_is_journalled(self):
        self.circuit.with_user(self.u_hrmanager).step_ids[0].unlink()
        entry = self.env["gov.journal.entry"].search(
            [("model", "=", "gov.approval.circuit"), ("res_id", "=", self.circuit.id)], order="id desc", limit=1
        )
        self.assertEqual(entry.actor_id, self.u_hrmanager)
        self.assertEqual(
            [step["who"] for step in json.loads(entry.payload)["steps"]], ["head_of_division", "director"]
        )


class TestMessages(ApprovalCase):
    def test_requester_reads_the_decision_in_his_language(self):
        self._circuit({"who": "direct_head", "name": "Head"})
        request = self._request()
        self.env["mail.mail"].search([]).unlink()
        request.with_user(self.u_head).action_refuse(REASON)
        message = request.sudo().message_ids.filtered(lambda one: self.u_agent.partner_id in one.partner_ids)
        self.assertEqual(len(message), 1)
        self.assertIn(REASON, message.body)
        self.assertEqual(message.author_id, self.u_head.partner_id)
        self.assertLessEqual(len(self.env["mail.mail"].search([])), 1, "the requester alone")

    def test_calling_upon_heads_sends_no_mail(self):
        before = self.env["mail.mail"].search_count([])
        self._request()
        self.assertEqual(self.env["mail.mail"].search_count([]), before)

    def test_todo_is_for_who_may_act_and_ends_with_the_act(self):
        self._interim(self.head, self.colleague)
        request = self._request()
        self.assertEqual(request.sudo().activity_ids.user_id, self.u_head | self.u_colleague)
        request.with_user(self.u_colleague).action_approve()
        self.assertEqual(request.sudo().activity_ids.user_id, self.u_divhead)
        request.with_user(self.u_agent).action_cancel()
        self.assertFalse(request.sudo().activity_ids)

    def test_interim_begun_today_gets_its_todos(self):
        self._interim(self.head, self.colleague, "2026-03-04", "2026-03-06")
        request = self._request()
        self.assertEqual(request.sudo().activity_ids.user_id, self.u_head)
        with freeze_time("2026-03-04 06:00:00"):
            self._current(request)._refresh_today(self.env["gov.approval.line"]._today())
        self.assertEqual(request.sudo().activity_ids.user_id, self.u_head | self.u_colleague)


class TestAccess(ApprovalCase):
    def _sees(self, user, request):
        self.env.invalidate_all()
        line = self._lines(request)[0].id
        sights = (
            bool(request.with_user(user).search([("id", "=", request.id)])),
            bool(self.env["gov.approval.line"].with_user(user).search([("id", "=", line)])),
            bool(self.env["gov.approval.receipt"].with_user(user).search([("id", "=", request.receipt_id.id)])),
            request.with_user(user).has_access("read"),
        )
        self.assertEqual(len(set(sights)), 1, sights)
        return sights[0]

    def test_who_reads_a_request_its_steps_and_receipt(self):
        request = self._request()
        readers = [u for u in (self.u_agent, self.u_head, self.u_hr, self.u_hrmanager, self.u_auditor)]
        others = [u for u in (self.u_colleague, self.u_stranger, self.u_head2)]
        for user in readers:
            self.assertTrue(self._sees(user, request), user.login)
        for user in others:
            self.assertFalse(self._sees(user, request), user.login)

    def test_who_acted_keeps_sight_of_the_request(self):
        request = self._request()
        request.with_user(self.u_head).action_approve()
        self.service.manager_id = self.colleague
        self.assertTrue(self._sees(self.u_head, request))

    def test_hr_of_a_region_sees_its_own_region(self):
        near = self._person("t_hr_near", "gov_base.group_hr_officer", self.region)[1]
        far = self._person("t_hr_far", "gov_base.group_hr_officer", self.region_far)[1]
        request = self._request()
        self.assertTrue(self._sees(near, request))
        self.assertFalse(self._sees(far, request))
        with self.assertRaises(AccessError):
            request.with_user(far).action_cancel(REASON)

    def test_head_called_upon_reads_earlier_opinions(self):
        request = self._request()
        request.with_user(self.u_head).action_refuse(REASON)
        self.env.invalidate_all()
        lines = request.with_user(self.u_divhead).approval_line_ids
        self.assertEqual(lines.filtered("reason").reason, REASON)

    def test_earlier_head_does_not_change_a_returned_draft(self):
        request = self._request()
        request.with_user(self.u_head).action_return(REASON)
        with self.assertRaises(AccessError):
            request.with_user(self.u_head).write({"name": "Something else"})

    def test_nobody_files_for_a_stranger(self):
        request = self._request(self.u_colleague, submit=False, employee_id=self.agent.id)
        with self.assertRaises(AccessError):
            request.action_submit()
        self._request(self.u_head, employee_id=self.agent.id)

    def test_waiting_list_of_the_home_page(self):
        request = self._request()
        self.assertEqual(
            self.env["gov.approval.line"].with_user(self.u_head).get_waiting(5),
            [
                {
                    "model": "gov.approval.test.request",
                    "res_id": request.id,
                    "name": "Leave on Monday",
                    "step": "Opinion of the head",
                    "kind": "opinion",
                    "requester": "t_agent",
                    "since": "2026-03-02",
                    "due": "2026-03-04",
                    "overdue": False,
                }
            ],
        )
        self.assertEqual(self.env["gov.approval.line"].with_user(self.u_head).get_waiting_count(), 1)
        self.assertEqual(self.env["gov.approval.line"].with_user(self.u_agent).get_waiting(), [])

    def test_waiting_search_costs_the_same_for_many_requests(self):
        model = self.env["gov.approval.test.request"]
        counts = []
        for _turn in range(2):
            for _one in range(4):
                self._request()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            found = model.with_user(self.u_head).search([("is_waiting_me", "=", True)])
            found.mapped("can_approve")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(len(found), 8)
        self.assertGreaterEqual(counts[0], counts[1])

    def test_steps_approved_from_the_list(self):
        requests = self._request() | self._request()
        lines = self.env["gov.approval.line"].with_user(self.u_head).search([("is_waiting_me", "=", True)])
        lines.action_approve()
        self.assertEqual(requests.mapped("state"), ["in_review", "in_review"])
        with self.assertRaises(UserError):
            lines.action_approve()

    def test_dialog_of_reasons_does_the_act(self):
        request = self._request()
        action = request.with_user(self.u_head).action_ask_refusal()
        wizard = (
            self.env["gov.approval.decision"]
            .with_user(self.u_head)
            .with_context(**action["context"])
            .create({"reason": REASON})
        )
        self.assertTrue(wizard.is_opinion)
        wizard.action_confirm()
        self.assertEqual(self._lines(request)[0].opinion, "unfavourable")
        with self.assertRaisesRegex(UserError, "already decided by t_head"):
            wizard.action_confirm()

    def test_dialog_acts_on_requests_only(self):
        wizard = self.env["gov.approval.decision"].create(
            {"decision": "cancel", "res_model": "res.partner", "res_ids": "1", "reason": REASON}
        )
        with self.assertRaises(UserError):
            wizard.action_confirm()


class TestSeparation(ApprovalCase):
    def test_no_walk_through_the_acts_lets_who_asked_decide(self):
        """Every user tries every act at every moment of many requests: no decision is ever by an applicant."""
        users = (
            self.u_agent
            | self.u_head
            | self.u_head2
            | self.u_divhead
            | self.u_director
            | self.u_secretary
            | self.u_hr
            | self.u_hrmanager
            | self.admin
        )
        self._interim(self.head, self.colleague)
        self._interim(self.divhead, self.hr)
        requests = self.env["gov.approval.test.request"]
        for user in users - self.admin:
            requests |= self._request(user).sudo()
        acts = ("action_approve", "action_refuse")
        for turn in range(5):
            for request in requests:
                for user in users:
                    try:
                        with self.env.cr.savepoint():
                            getattr(request.with_user(user), acts[(turn + user.id) % 5 == 0])(REASON)
                    except UserError:
                        continue
        self.env.flush_all()
        self.env.cr.execute(
            """
            SELECT count(*) FILTER (WHERE excluded.res_users_id IS NOT NULL), count(*)
              FROM gov_approval_line line
              LEFT JOIN gov_approval_receipt_excluded_rel excluded
                ON excluded.gov_approval_receipt_id = line.receipt_id
               AND excluded.res_users_id IN (line.decided_by_id, line.decided_for_id)
             WHERE line.decided_by_id IS NOT NULL
            """
        )
        broken, decided = self.env.cr.fetchone()
        self.assertEqual(broken, 0)
        self.assertGreater(decided, 10)
        self.assertTrue(set(requests.mapped("state")) & {"approved", "refused"})
