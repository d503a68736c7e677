from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time

from .common import ApprovalCase


class TestInterim(ApprovalCase):
    def _propose(self, user, **vals):
        return (
            self.env["gov.interim"].with_user(user).create({"date_from": "2026-03-01", "date_to": "2026-03-31"} | vals)
        )

    def test_nobody_writes_himself_the_login_of_an_absent_head(self):
        interim = self._interim(self.agent, self.colleague).with_user(self.u_agent)
        proposed = interim.copy({"date_from": "2026-04-01", "date_to": "2026-04-30"})
        for record in (interim, proposed):
            for vals in ({"absent_user_id": self.u_head.id}, {"substitute_user_id": self.u_agent.id}):
                with self.subTest(vals), self.assertRaises(UserError):
                    record.write(vals)
        persons = {"absent_id": self.agent.id, "substitute_id": self.colleague.id, "date_to": "2026-05-30"}
        interims = interim.browse()
        with self.assertRaises(UserError):
            interims.create(persons | {"absent_user_id": self.u_head.id})
        with self.assertRaises(UserError):
            interims.with_context(default_absent_user_id=self.u_head.id).create(persons)
        self.assertEqual((interim | proposed).sudo().absent_user_id, self.u_agent)

    def test_substitute_acts_in_the_place_of_the_absent_head(self):
        self._interim(self.head, self.colleague)
        request = self._request()
        self.assertTrue(request.with_user(self.u_colleague).can_approve)
        self.assertIn(request, request.with_user(self.u_colleague).search([("is_waiting_me", "=", True)]))
        request.with_user(self.u_colleague).action_approve()
        self.assertRecordValues(
            self._lines(request)[0],
            [{"decided_by_id": self.u_colleague.id, "decided_for_id": self.u_head.id, "state": "approved"}],
        )

    def test_absent_head_may_still_act_himself(self):
        self._interim(self.head, self.colleague)
        request = self._request()
        request.with_user(self.u_head).action_approve()
        self.assertFalse(self._lines(request)[0].decided_for_id)

    def test_interim_gives_a_right_on_its_days_only(self):
        self._interim(self.head, self.stranger, "2026-03-10", "2026-03-12")
        request = self._request()
        for day, allowed in (("03-09", False), ("03-10", True), ("03-12", True), ("03-13", False)):
            with self.subTest(day=day), freeze_time(f"2026-{day} 10:00:00"):
                self.env.invalidate_all()
                found = request.with_user(self.u_stranger).search([("is_waiting_me", "=", True)])
                self.assertEqual(bool(found), allowed)
                self.assertEqual(len(self.env["gov.approval.line"].with_user(self.u_stranger).get_waiting()), allowed)
                if not allowed:
                    with self.assertRaises(AccessError):
                        request.with_user(self.u_stranger).action_approve()

    def test_interims_are_read_once_and_again_after_each_change(self):
        interims = self.env["gov.interim"]
        interim = self._interim(self.head, self.colleague)
        self.assertIn((interim.id, self.head.id, self.u_head.id, self.u_colleague.id), interims._rows_in_force())
        with self.assertQueryCount(0):
            interims._get_absents(self.u_colleague)
            interims._get_absents(self.u_stranger)
            interims._get_substitutes(self.u_head)
        try:
            with self.env.cr.savepoint():
                self._interim(self.agent, self.stranger)
                self.assertTrue(interims._get_absents(self.u_stranger))
                raise ValueError
        except ValueError:
            self.assertFalse(interims._get_absents(self.u_stranger))
        self.colleague.user_id = False
        self.assertFalse(interims._get_absents(self.u_colleague))
        self.colleague.user_id = self.u_colleague
        self.assertEqual(interims._get_absents(self.u_colleague)[0][0], self.u_head)
        with freeze_time("2026-04-01 10:00:00"):
            self.assertFalse(interims._get_absents(self.u_colleague))
        interim.with_user(self.u_head).action_cancel()
        self.assertFalse(interims._get_absents(self.u_colleague))

    def test_interim_not_confirmed_gives_no_right(self):
        self._propose(self.u_head, absent_id=self.head.id, substitute_id=self.stranger.id)
        request = self._request()
        with self.assertRaises(AccessError):
            request.with_user(self.u_stranger).action_approve()

    def test_ended_interim_gives_no_right(self):
        interim = self._interim(self.head, self.stranger)
        request = self._request()
        interim.with_user(self.u_stranger).action_cancel()
        with self.assertRaises(AccessError):
            request.with_user(self.u_stranger).action_approve()

    def test_scope_limits_the_right(self):
        old = self.circuit.copy({"active": False})
        self._interim(self.head, self.stranger, scope="models", circuit_ids=[(6, 0, old.ids)])
        request = self._request()
        self.assertTrue(request.with_user(self.u_stranger).can_approve)
        other = self.circuit.copy()
        self.env["gov.interim"].with_user(self.u_head).search([]).action_cancel()
        self._interim(self.head, self.stranger, scope="circuits", circuit_ids=[(6, 0, other.ids)])
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            request.with_user(self.u_stranger).action_approve()
        with self.assertRaises(ValidationError):
            self._propose(self.u_head, absent_id=self.head.id, substitute_id=self.stranger.id, scope="models")

    def test_right_passes_on_once_more_then_stops(self):
        self._interim(self.head, self.head2)
        self._interim(self.head2, self.stranger)
        self._interim(self.stranger, self.auditor)
        request = self._request()
        self.assertFalse(request.with_user(self.u_auditor).can_approve)
        self.assertTrue(request.with_user(self.u_stranger).can_approve)
        with self.assertRaises(AccessError):
            request.with_user(self.u_auditor).action_approve()
        request.with_user(self.u_stranger).action_approve()
        self.assertEqual(self._lines(request)[0].decided_for_id, self.u_head)

    def test_interims_never_turn_in_a_circle(self):
        self._interim(self.head, self.head2)
        with self.assertRaisesRegex(ValidationError, "circle"):
            self._interim(self.head2, self.head)
        self._interim(self.head2, self.divhead)
        with self.assertRaisesRegex(ValidationError, "circle"):
            self._interim(self.divhead, self.head)
        self._interim(self.divhead, self.head, "2026-05-01", "2026-05-02")

    def test_substitute_of_a_holder_of_the_role_acts(self):
        self._circuit({"who": "role", "group_id": self.env.ref("gov_base.group_hr_manager").id, "name": "HR"})
        self._interim(self.hrmanager, self.stranger)
        request = self._request()
        request.with_user(self.u_stranger).action_approve()
        self.assertEqual(request.sudo().approval_line_ids.decided_for_id, self.u_hrmanager)

    def test_head_without_login_is_replaced_by_his_substitute(self):
        self.head.user_id = False
        interim = self._propose(self.u_divhead, absent_id=self.head.id, substitute_id=self.stranger.id)
        with self.assertRaises(AccessError):
            interim.with_user(self.u_divhead).action_confirm()  # the head proposes, HR confirms
        interim.with_user(self.u_hr).action_confirm()
        request = self._request()
        self.assertEqual(self._current(request).actor_ids, self.u_stranger)
        request.with_user(self.u_stranger).action_approve()

    def test_nobody_makes_himself_a_substitute(self):
        for user, employee in ((self.u_stranger, self.stranger), (self.u_agent, self.agent)):
            with self.assertRaises(AccessError):
                self._propose(user, absent_id=self.director.id, substitute_id=employee.id)
        interim = self._propose(self.u_hr, absent_id=self.director.id, substitute_id=self.hr.id)
        with self.assertRaises(AccessError):
            interim.action_confirm()
        # nor does he confirm what he proposed for another
        interim = self._propose(self.u_hr, absent_id=self.director.id, substitute_id=self.stranger.id)
        with self.assertRaises(AccessError):
            interim.action_confirm()
        interim.with_user(self.u_hrmanager).action_confirm()

    def test_own_interim_is_not_turned_into_that_of_another(self):
        interim = self._propose(self.u_stranger, absent_id=self.stranger.id, substitute_id=self.agent.id)
        with self.assertRaises(AccessError):
            interim.write({"absent_id": self.director.id})

    def test_head_proposes_for_his_people_only(self):
        self._propose(self.u_divhead, absent_id=self.head.id, substitute_id=self.head2.id)
        with self.assertRaises(AccessError):
            self._propose(self.u_divhead, absent_id=self.director.id, substitute_id=self.head2.id)

    def test_state_of_an_interim_changes_by_its_acts_only(self):
        interim = self._propose(self.u_head, absent_id=self.head.id, substitute_id=self.stranger.id)
        for user in (self.u_head, self.u_hrmanager, self.admin):
            with self.assertRaises(UserError):
                interim.with_user(user).write({"state": "confirmed"})
        with self.assertRaises(UserError):
            self._propose(self.u_head, absent_id=self.head.id, substitute_id=self.stranger.id, state="confirmed")
        with self.assertRaises(UserError):
            self.env["gov.interim"].with_user(self.u_head).with_context(default_state="confirmed").create(
                {"absent_id": self.head.id, "substitute_id": self.stranger.id, "date_to": "2026-04-01"}
            )
        interim.action_confirm()
        with self.assertRaises(UserError):
            interim.write({"date_to": "2027-01-01"})
        with self.assertRaises(UserError):
            interim.unlink()
        with self.assertRaises(UserError):
            interim.action_confirm()

    def test_substitute_is_told_in_his_language(self):
        self.u_stranger.lang = "fr_FR"
        interim = self._interim(self.head, self.stranger)
        message = interim.message_ids.filtered(lambda one: self.u_stranger.partner_id in one.partner_ids)
        self.assertEqual(len(message), 1)

    def test_strangers_do_not_read_interims(self):
        interim = self._interim(self.head, self.colleague)
        self.env.invalidate_all()
        self.assertFalse(self.env["gov.interim"].with_user(self.u_stranger).search([("id", "=", interim.id)]))
        for user in (self.u_head, self.u_colleague, self.u_divhead, self.u_hr, self.u_auditor):
            self.assertTrue(self.env["gov.interim"].with_user(user).search([("id", "=", interim.id)]), user.login)

    def test_confirmation_and_end_are_journalled(self):
        interim = self._interim(self.head, self.colleague)
        interim.action_cancel("Back earlier")
        acts = self.env["gov.journal.entry"].search(
            [("model", "=", "gov.interim"), ("res_id", "=", interim.id)], order="id"
        )
        self.assertEqual(acts.mapped("act"), ["confirm", "cancel"])
