from odoo.exceptions import AccessError, UserError

from .common import REASON, ApprovalCase


class TestCircuit(ApprovalCase):
    def test_request_goes_through_its_steps_in_order(self):
        request = self._request()
        self.assertEqual(request.state, "submitted")
        self.assertEqual(self._current(request).actor_ids, self.u_head)
        request.with_user(self.u_head).action_approve("Fine with me")
        self.assertEqual(request.state, "in_review")
        self.assertEqual(self._current(request).actor_ids, self.u_divhead)
        request.with_user(self.u_divhead).action_approve()
        self.assertEqual(self._current(request).actor_ids, self.u_director)
        with self.assertRaises(AccessError):
            request.with_user(self.u_head).action_approve()
        request.with_user(self.u_director).action_approve()
        self.assertEqual(request.state, "approved")
        self.assertEqual(request.granted_count, 1)
        self.assertRecordValues(
            self._lines(request),
            [
                {"state": "approved", "opinion": "favourable", "decided_by_id": self.u_head.id},
                {"state": "approved", "opinion": "favourable", "decided_by_id": self.u_divhead.id},
                {"state": "approved", "opinion": False, "decided_by_id": self.u_director.id},
            ],
        )

    def test_unfavourable_opinion_does_not_stop_the_request(self):
        request = self._request()
        request.with_user(self.u_head).action_refuse(REASON)
        line = self._lines(request)[0]
        self.assertRecordValues(line, [{"state": "approved", "opinion": "unfavourable", "reason": REASON}])
        self.assertEqual(request.state, "in_review")
        self.assertEqual(self._current(request).actor_ids, self.u_divhead)

    def test_refusal_ends_the_request_with_its_reason(self):
        request = self._request()
        request.with_user(self.u_head).action_approve()
        request.with_user(self.u_divhead).action_approve()
        request.with_user(self.u_director).action_refuse(REASON)
        self.assertEqual(request.state, "refused")
        self.assertEqual(request.refusal_reason, REASON)
        with self.assertRaises(UserError):
            request.with_user(self.u_director).action_approve()
