from datetime import date
from unittest.mock import patch

import psycopg2

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .session_common import NOW, REASON, SessionCase


@tagged("-at_install", "post_install")
@freeze_time(NOW)
class TestSessionSeats(SessionCase):
    """Seats: never overbooked, the waiting list in order, a freed seat goes to who waited first."""

    def test_half_days_are_those_of_working_days(self):
        session = self.draft(date_from="2026-03-12", date_to="2026-03-17", ends="am")
        days = [(str(slot.date), slot.period) for slot in session.slot_ids]
        self.assertEqual(
            days,
            [
                ("2026-03-12", "am"),
                ("2026-03-12", "pm"),
                ("2026-03-13", "am"),
                ("2026-03-13", "pm"),
                ("2026-03-16", "am"),
                ("2026-03-16", "pm"),
                ("2026-03-17", "am"),
            ],
        )
        self.assertEqual(session.hours, 21)

    def test_who_comes_when_no_seat_is_left_waits_in_the_order_of_arrival(self):
        session = self.opened()
        first = self.enrol(session, *self.agents[:3])
        second = self.enrol(session, self.agents[3])
        self.assertEqual(first.mapped("state"), ["registered", "registered", "waiting"])
        self.assertEqual((first | second).mapped("arrival"), [1, 2, 3, 4])
        self.assertEqual((first | second).mapped("position"), [0, 0, 1, 2])
        self.assertEqual((session.seats_taken, session.seats_free, session.waiting_count), (2, 0, 2))

    def test_a_freed_seat_goes_to_who_waited_first(self):
        session = self.opened()
        registrations = self.enrol(session, *self.agents[:4])
        self.as_user(self.u_agent, registrations[0]).action_cancel("I am needed elsewhere.")
        self.env.invalidate_all()
        self.assertEqual(registrations.mapped("state"), ["withdrawn", "registered", "registered", "waiting"])
        self.assertEqual(session.seats_taken, 2)
        self.as_user(self.u_officer, registrations[2]).action_cancel(REASON)
        self.env.invalidate_all()
        self.assertEqual(registrations[3].state, "registered")

    def test_waiting_by_priority_passes_before_arrival(self):
        session = self.opened(waiting_order="priority")
        self.enrol(session, *self.agents[:2])
        low = self.enrol(session, self.agents[2], priority="3")
        high = self.enrol(session, self.agents[3], priority="1")
        self.assertEqual((low.position, high.position), (2, 1))
        self.as_user(self.u_agent, self.registration(session, self.agent)).action_cancel(REASON)
        self.env.invalidate_all()
        self.assertEqual((low.state, high.state), ("waiting", "registered"))

    def test_who_waits_withdraws_without_a_reason_and_frees_no_seat(self):
        session = self.opened()
        registrations = self.enrol(session, *self.agents[:4])
        self.as_user(self.u_agents[2], registrations[2]).action_cancel()
        self.env.invalidate_all()
        self.assertEqual(registrations.mapped("state"), ["registered", "registered", "withdrawn", "waiting"])
        self.assertEqual(session.seats_taken, 2)
        self.assertEqual(registrations[3].position, 1)

    def test_giving_a_seat_back_takes_a_reason(self):
        session = self.opened()
        registration = self.enrol(session, self.agent)
        for reason in (None, "", "   ", 5, "x" * 501):
            with self.assertRaises(UserError):
                self.as_user(self.u_agent, registration).action_cancel(reason)
        self.assertEqual(registration.state, "registered")

    def test_seats_that_are_added_go_to_who_waits(self):
        session = self.opened()
        registrations = self.enrol(session, *self.agents[:5])
        self.as_user(self.u_officer, session).action_set_seats(4)
        self.env.invalidate_all()
        self.assertEqual(registrations.mapped("state"), ["registered"] * 4 + ["waiting"])
        with self.assertRaisesRegex(UserError, "4 seats are taken"):
            self.as_user(self.u_officer, session).action_set_seats(3)
        for wrong in (0, -1, "5", None, 10**6, True):
            with self.assertRaises(UserError):
                self.as_user(self.u_officer, session).action_set_seats(wrong)

    def test_the_database_refuses_more_seats_than_there_are(self):
        session = self.opened()
        with self.assertRaises(psycopg2.errors.CheckViolation), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.env.cr.execute("UPDATE gov_training_session SET seats_taken = 3 WHERE id = %s", [session.id])

    def test_one_person_is_registered_once(self):
        session = self.opened()
        registration = self.enrol(session, self.agent)
        with self.assertRaisesRegex(UserError, "registered for this session already"):
            self.enrol(session, self.agent)
        with self.assertRaisesRegex(UserError, "registered for this session already"):
            self.apply(session)
        self.as_user(self.u_agent, registration).action_cancel(REASON)
        self.assertEqual(self.enrol(session, self.agent).state, "registered")

    def test_a_replacement_takes_the_seat_and_not_the_place_of_who_waits(self):
        session = self.convoked()
        waiting = self.enrol(session, self.agents[2])
        old = self.registration(session, self.agent)
        number = old.convocation_id
        answer = self.as_user(self.u_officer, old).action_replace(self.agents[3].id, REASON)
        self.env.invalidate_all()
        new = self.env["gov.training.registration"].browse(answer["id"])
        self.assertEqual((old.state, new.state, waiting.state), ("withdrawn", "convoked", "waiting"))
        self.assertEqual((new.replaces_id, old.replaced_by_id), (old, new))
        self.assertEqual(session.seats_taken, 2)
        self.assertEqual((number.state, new.convocation_id.state), ("revoked", "valid"))
        self.assertEqual(len(new.presence_ids), 4)
        self.assertFalse(old.presence_ids)

    def test_the_counter_is_what_the_registrations_say(self):
        session = self.opened(seats=3)
        self.enrol(session, *self.agents[:5])
        for user, act in ((self.u_agents[1], "action_cancel"), (self.u_agents[4], "action_cancel")):
            one = self.registration(session, user.employee_id)
            getattr(self.as_user(user, one), act)(REASON)
        self.env.invalidate_all()
        seated = session.registration_ids.filtered(lambda one: one.state in ("registered", "convoked"))
        self.assertEqual(session.seats_taken, len(seated))
        self.assertEqual(len(seated), 3)


@tagged("-at_install", "post_install")
@freeze_time(NOW)
class TestSessionApplication(SessionCase):
    """Who asks never decides: an employee applies, a head agrees, an officer enrols others only."""

    def test_application_waits_for_the_head_then_gets_a_seat(self):
        session = self.opened()
        registration = self.apply(session)
        self.assertEqual((registration.state, session.seats_taken), ("applied", 0))
        todo = registration.activity_ids
        self.assertEqual(todo.user_id, self.u_head)
        for user in (self.u_agent, self.u_other_head, self.u_officer, self.u_hr, self.u_auditor, self.u_agents[1]):
            with self.assertRaises(AccessError, msg=user.login):
                self.as_user(user, registration).action_approve()
        self.as_user(self.u_head, registration).action_approve("Good for the service.")
        self.env.invalidate_all()
        self.assertEqual((registration.state, session.seats_taken), ("registered", 1))
        self.assertEqual(registration.decided_by_id, self.u_head)
        self.assertFalse(registration.activity_ids)
        with self.assertRaisesRegex(UserError, "done already"):
            self.as_user(self.u_head, registration).action_approve()

    def test_the_place_on_the_list_counts_from_the_application(self):
        session = self.opened(seats=1)
        early = self.apply(session)
        self.enrol(session, self.agents[1])
        late = self.enrol(session, self.agents[2])
        self.as_user(self.u_head, early).action_approve()
        self.env.invalidate_all()
        self.assertEqual((early.state, early.position, late.position), ("waiting", 1, 2))
        self.as_user(self.u_officer, self.registration(session, self.agents[1])).action_cancel(REASON)
        self.env.invalidate_all()
        self.assertEqual((early.state, late.state), ("registered", "waiting"))

    def test_a_refusal_takes_a_reason_that_the_person_reads(self):
        session = self.opened()
        registration = self.apply(session)
        with self.assertRaises(UserError):
            self.as_user(self.u_head, registration).action_refuse("")
        self.as_user(self.u_head, registration).action_refuse("The service is short of staff.")
        self.env.invalidate_all()
        self.assertEqual(registration.state, "refused")
        message = self.env["mail.message"].search(
            [("model", "=", registration._name), ("res_id", "=", registration.id)], limit=1
        )
        self.assertIn("short of staff", message.body)
        # a refusal frees the person to apply again
        self.assertEqual(self.apply(session).state, "applied")

    def test_a_head_who_applies_is_decided_by_the_head_above(self):
        session = self.opened()
        registration = self.apply(session, self.u_head)
        self.assertEqual(registration.activity_ids.user_id, self.u_director)
        with self.assertRaises(AccessError):
            self.as_user(self.u_head, registration).action_approve()
        self.as_user(self.u_director, registration).action_approve()
        self.env.invalidate_all()
        self.assertEqual(registration.state, "registered")

    def test_an_officer_does_not_enrol_himself(self):
        session = self.opened(seats=5)
        with self.assertRaises(AccessError):
            self.enrol(session, self.officer)
        registration = self.apply(session, self.u_officer)
        with self.assertRaises(AccessError):
            self.as_user(self.u_officer, registration).action_approve()
        self.as_user(self.u_other_head, registration).action_approve()
        self.env.invalidate_all()
        self.assertEqual(registration.state, "registered")

    def test_one_applies_in_time_and_where_it_is_offered(self):
        session = self.opened(apply_until="2026-03-04")
        with self.at("2026-03-05 09:00:00"), self.assertRaisesRegex(UserError, "Applications ended"):
            self.apply(session)
        closed = self.opened(is_offered=False)
        with self.assertRaisesRegex(UserError, "training officer enrols"):
            self.apply(closed)
        self.assertFalse(self.as_user(self.u_agent, closed).can_apply)
        draft = self.draft()
        with self.assertRaises(AccessError):
            self.apply(draft)

    def test_a_trainer_is_no_participant(self):
        session = self.opened()
        with self.assertRaisesRegex(UserError, "is the trainer"):
            self.apply(session, self.u_trainer)
        self.enrol(session, self.agent)
        with self.assertRaises(ValidationError):
            self.as_user(self.u_officer, session).trainer_ids = [(0, 0, {"employee_id": self.agent.id})]

    def test_officers_of_a_region_run_its_sessions_and_enrol_its_people(self):
        session = self.opened(self.u_far_officer, region_id=self.far.id)
        self.assertEqual(session.region_id, self.far)
        self.enrol(session, self.far_agent, user=self.u_far_officer)
        with self.assertRaisesRegex(AccessError, "not of a region"):
            self.enrol(session, self.agent, user=self.u_far_officer)
        central = self.opened()
        for act in (
            lambda one: one.action_enrol(self.far_agent.ids),
            lambda one: one.action_convoke(),
            lambda one: one.action_cancel(REASON),
            lambda one: one.action_set_seats(5),
            lambda one: one.write({"place": "Elsewhere"}),
        ):
            with self.assertRaises(AccessError):
                act(self.as_user(self.u_far_officer, central))

    def test_needs_of_the_action_are_enrolled_together_the_high_ones_first(self):
        plans = self.as_user(self.u_officer)["gov.training.plan"]
        plan = plans.create({"name": "S plan", "year_from": 2031, "year_to": 2031}).with_env(self.env)
        action = self.env["gov.training.action"].create(
            {"name": "S action", "plan_id": plan.id, "course_id": self.course.id, "priority": "2"}
        )
        needs = self.env["gov.training.need"]
        for agent, priority in zip(self.agents[:3], ("3", "2", "1"), strict=True):
            needs |= self.env["gov.training.need"].create(
                {
                    "employee_id": agent.id,
                    "source": "hr",
                    "priority": priority,
                    "year": 2031,
                    "course_id": self.course.id,
                }
            )
        # planned by the acts of the plan; here only the link counts
        self.env.flush_all()
        self.env.cr.execute("UPDATE gov_training_need SET action_id = %s WHERE id IN %s", [action.id, needs._ids])
        self.env.invalidate_all()
        session = self.opened(action_id=action.id, seats=2, min_seats=1)
        answer = self.as_user(self.u_officer, session).action_enrol_needs()
        self.assertEqual(
            [(row["employee_id"], row["state"]) for row in answer],
            [
                (self.agents[2].id, "registered"),
                (self.agents[1].id, "registered"),
                (self.agents[0].id, "waiting"),
            ],
        )
        with self.assertRaisesRegex(UserError, "no need of a person"):
            self.as_user(self.u_officer, session).action_enrol_needs()

    def test_the_action_of_the_plan_goes_with_its_sessions(self):
        plans = self.as_user(self.u_officer)["gov.training.plan"]
        plan = plans.create({"name": "S plan", "year_from": 2031, "year_to": 2031}).with_env(self.env)
        action = self.env["gov.training.action"].create(
            {"name": "S action", "plan_id": plan.id, "course_id": self.course.id, "group_count": 1}
        )
        self.env.flush_all()
        self.env.cr.execute("UPDATE gov_training_action SET state = 'planned' WHERE id = %s", [action.id])
        self.env.invalidate_all()
        session = self.convoked(action_id=action.id, seats=2, min_seats=1)
        self.assertEqual(action.state, "running")
        self.held(session)
        with self.at("2026-03-12 09:00:00"):
            self.as_user(self.u_officer, session).action_close()
        self.env.invalidate_all()
        self.assertEqual(action.state, "done")


@tagged("-at_install", "post_install")
@freeze_time(NOW)
class TestSessionLife(SessionCase):
    """From the preparation to the closing: convocations, calendar, postponing, cancelling, what follows."""

    def test_convocation_is_a_numbered_document_with_calendar_entries(self):
        session = self.convoked(lang="ar_fr")
        self.assertEqual(session.state, "convoked")
        registrations = session.registration_ids
        self.assertEqual(registrations.mapped("state"), ["convoked", "convoked"])
        for registration in registrations:
            document = registration.convocation_id
            self.assertEqual((document.state, document.lang), ("valid", "ar_fr"))
            self.assertIn("/CF/2026", document.number)
            self.assertEqual(document.employee_id, registration.employee_id)
            self.assertEqual(document.signatory_id, self.director)
        content = registrations[0].convocation_id.content
        for words in ("استدعاء للتكوين", "Convocation à une formation", "10 مارس 2026", "10 mars 2026", "Room 3"):
            self.assertIn(words, content)
        events = session.event_ids
        self.assertEqual(
            [str(one.start) for one in events.sorted("start")], ["2026-03-10 09:00:00", "2026-03-11 09:00:00"]
        )
        partners = (self.agents[:2].user_id | self.u_trainer).partner_id
        self.assertEqual(events[0].partner_ids, partners)

    def test_who_gets_a_seat_after_the_convocation_is_convoked_at_once(self):
        session = self.convoked()
        waiting = self.enrol(session, self.agents[2])
        old = self.registration(session, self.agent)
        document = old.convocation_id
        self.as_user(self.u_agent, old).action_cancel(REASON)
        self.env.invalidate_all()
        self.assertEqual((waiting.state, waiting.convocation_id.state), ("convoked", "valid"))
        self.assertEqual(document.state, "revoked")
        self.assertEqual(len(waiting.presence_ids), 4)
        self.assertIn(self.u_agents[2].partner_id, session.event_ids[0].partner_ids)
        self.assertNotIn(self.u_agent.partner_id, session.event_ids[0].partner_ids)

    def test_participants_are_convoked_from_the_least_number_on(self):
        session = self.opened(seats=5, min_seats=3)
        self.enrol(session, *self.agents[:2])
        with self.assertRaisesRegex(UserError, "2 participants of 3"):
            self.as_user(self.u_officer, session).action_convoke()
        session.min_seats = 2
        self.as_user(self.u_officer, session).action_convoke()
        self.assertEqual(session.state, "convoked")

    def test_a_place_and_a_trainer_are_asked_for(self):
        session = self.opened(place=False, trainer_ids=[])
        self.enrol(session, self.agent)
        with self.assertRaisesRegex(UserError, "place"):
            self.as_user(self.u_officer, session).action_convoke()
        session.place = "Room 4"
        with self.assertRaisesRegex(UserError, "trainer"):
            self.as_user(self.u_officer, session).action_convoke()

    def test_a_new_place_replaces_the_convocations(self):
        session = self.convoked()
        old = self.registration(session, self.agent).convocation_id
        with self.assertRaisesRegex(UserError, "Change the place"):
            self.as_user(self.u_officer, session).write({"place": "Room 9"})
        self.as_user(self.u_officer, session).action_change_place("Room 9", REASON)
        self.env.invalidate_all()
        new = self.registration(session, self.agent).convocation_id
        self.assertEqual((old.state, new.state, new.supersedes_id), ("superseded", "valid", old))
        self.assertIn("Room 9", new.content)
        self.assertEqual(set(session.event_ids.mapped("location")), {"Room 9"})
        self.assertEqual(len(self.registration(session, self.agent).presence_ids), 4)

    def test_postponing_revokes_and_keeps_the_seats(self):
        session = self.convoked()
        old = session.registration_ids.convocation_id
        with self.assertRaises(UserError):
            self.as_user(self.u_officer, session).action_postpone("")
        self.as_user(self.u_officer, session).action_postpone(REASON)
        self.env.invalidate_all()
        self.assertEqual((session.state, session.seats_taken), ("postponed", 2))
        self.assertEqual(set(old.mapped("state")), {"revoked"})
        self.assertEqual(set(session.registration_ids.mapped("state")), {"registered"})
        self.assertFalse(session.event_ids)
        self.assertFalse(session.registration_ids.presence_ids)
        self.as_user(self.u_officer, session).write({"date_from": "2026-03-24", "date_to": "2026-03-25"})
        self.as_user(self.u_officer, session).action_open()
        self.as_user(self.u_officer, session).action_convoke()
        self.env.invalidate_all()
        self.assertEqual(set(session.registration_ids.convocation_id.mapped("state")), {"valid"})
        self.assertEqual(min(session.slot_ids.mapped("date")), date(2026, 3, 24))
        self.assertIn("24 mars 2026", session.registration_ids[0].convocation_id.content)

    def test_a_seat_freed_while_it_is_postponed_goes_to_who_waits_when_it_opens(self):
        session = self.opened()
        registrations = self.enrol(session, *self.agents[:3])
        self.as_user(self.u_officer, session).action_postpone(REASON)
        self.as_user(self.u_agent, registrations[0]).action_cancel(REASON)
        self.env.invalidate_all()
        self.assertEqual(registrations[2].state, "waiting")
        self.as_user(self.u_officer, session).action_open()
        self.env.invalidate_all()
        self.assertEqual(registrations[2].state, "registered")
        self.assertEqual(session.seats_taken, 2)

    def test_cancelling_tells_everybody_and_is_final(self):
        session = self.convoked()
        self.enrol(session, self.agents[2])
        documents = session.registration_ids.convocation_id
        self.as_user(self.u_officer, session).action_cancel(REASON)
        self.env.invalidate_all()
        self.assertEqual((session.state, session.seats_taken), ("cancelled", 0))
        self.assertEqual(set(session.registration_ids.mapped("state")), {"cancelled"})
        self.assertEqual(set(documents.mapped("state")), {"revoked"})
        self.assertFalse(session.event_ids)
        messages = self.env["mail.message"].search([("model", "=", session._name), ("res_id", "=", session.id)])
        told = messages.filtered(lambda one: REASON in one.body).notified_partner_ids
        self.assertEqual(told, (self.agents[:3].user_id | self.u_trainer).partner_id)
        for act in ("action_open", "action_convoke", "action_close"):
            with self.assertRaises(UserError):
                getattr(self.as_user(self.u_officer, session), act)()

    def test_closing_validates_who_was_present_enough(self):
        session = self.closed(present={self.agents[1]: 3})
        first, second = (self.registration(session, agent) for agent in self.agents[:2])
        self.assertEqual(session.presence_threshold, 0.8)
        self.assertEqual((first.state, first.presence_rate), ("validated", 1.0))
        self.assertEqual((second.state, second.presence_rate), ("not_validated", 0.75))
        self.assertEqual(first.certificate_id.state, "valid")
        self.assertIn("/AF/2026", first.certificate_id.number)
        self.assertIn("12 heures", first.certificate_id.content)
        self.assertFalse(second.certificate_id)
        records = self.env["gov.training.record"].search([("course_id", "=", self.course.id)])
        self.assertEqual(
            {(one.employee_id, one.result, one.hours, one.days) for one in records},
            {(self.agents[0], "validated", 12.0, 2.0), (self.agents[1], "failed", 9.0, 1.5)},
        )
        held = self.env["hr.employee"]._gov_held_levels(self.agents[:2], date(2026, 3, 12))
        self.assertEqual(held, {(self.agent.id, self.skill.id): 2})

    def test_the_threshold_is_a_legal_parameter(self):
        self.parameter("training.presence_min", 0.75)
        session = self.closed(present={self.agents[1]: 3})
        self.assertEqual(set(session.registration_ids.mapped("state")), {"validated"})

    def test_it_is_closed_after_its_last_half_day_by_another_than_a_participant(self):
        session = self.opened()
        registration = self.apply(session, self.u_officer)
        self.as_user(self.u_other_head, registration).action_approve()
        self.as_user(self.u_officer, session).action_convoke()
        with self.at("2026-03-11 10:00:00"), self.assertRaisesRegex(UserError, "last half-day"):
            self.as_user(self.u_manager, session).action_close()
        with self.at("2026-03-12 09:00:00"):
            with self.assertRaisesRegex(AccessError, "participant of this session"):
                self.as_user(self.u_officer, session).action_close()
            for user in (self.u_agent, self.u_head, self.u_trainer, self.u_hr, self.u_auditor):
                with self.assertRaises(AccessError, msg=user.login):
                    self.as_user(user, session).action_close()
            self.as_user(self.u_manager, session).action_close()
        self.env.invalidate_all()
        self.assertEqual(session.state, "closed")
        self.assertEqual(registration.state, "not_validated")

    def test_nobody_signs_a_certificate_about_himself(self):
        session = self.opened()
        self.enrol(session, self.director, self.agent)
        with self.assertRaises(UserError) as caught:
            self.as_user(self.u_officer, session).action_convoke()
        self.assertIn("Nobody can sign for TS director", str(caught.exception))
        above = self.env["hr.department"].create(
            {
                "name": "S general",
                "unit_kind": "secretariat_general",
                "unit_code": "TSG",
                "manager_id": self.manager.id,
            }
        )
        self.directorate.parent_id = above
        self.as_user(self.u_officer, session).action_convoke()
        self.env.invalidate_all()
        signatories = {one.employee_id: one.convocation_id.signatory_id for one in session.registration_ids}
        self.assertEqual(signatories, {self.director: self.manager, self.agent: self.director})

    def test_the_clock_begins_a_session(self):
        session = self.convoked()
        with self.at("2026-03-10 08:00:00"):
            self.env["gov.training.session"]._cron_progress()
            self.assertEqual(session.state, "convoked")
        with self.at("2026-03-10 09:01:00"):
            self.env["gov.training.session"]._cron_progress()
        self.assertEqual(session.state, "running")

    def test_a_certificate_is_asked_for_later(self):
        self.closed()
        requests = self.as_user(self.u_agent)["gov.certificate.request"]
        values = {"type_code": "training", "lang": "fr", "purpose": "Concours"}
        answer = requests.action_ask(values)
        self.assertEqual(answer["state"], "issued", answer["message"])
        document = self.env["gov.document"].browse(answer["document_id"])
        self.assertIn("S digital communication", document.content)
        self.assertIn("/AF/2026", document.content)
        nothing = self.as_user(self.u_agents[3])["gov.certificate.request"].action_ask(values)
        self.assertEqual(nothing["state"], "draft")
        self.assertIn("a training that was followed", nothing["message"])

    def test_acts_are_in_the_journal(self):
        session = self.closed()
        entries = self.env["gov.journal.entry"].search(
            [("model", "=", "gov.training.session"), ("res_id", "=", session.id)]
        )
        self.assertEqual(set(entries.mapped("act")), {"open", "convoke", "close"})
        registration = self.registration(session, self.agent)
        entries = self.env["gov.journal.entry"].search(
            [("model", "=", registration._name), ("res_id", "=", registration.id)]
        )
        self.assertEqual(entries.mapped("act"), ["enrol"])


@tagged("-at_install", "post_install")
@freeze_time(NOW)
class TestSessionConflicts(SessionCase):
    """What else falls on the half-days: said with who, what and when; refused or warned as the parameter says."""

    def away(self, is_granted=True, days=("2026-03-10", "2026-03-10"), employee=None):
        """Let a person be away, whatever the module that says so."""
        employees = type(self.env["hr.employee"])
        before = employees._gov_absences
        person = employee or self.agent

        def found(records, date_from, date_to):
            rows = before(records, date_from, date_to)
            first, last = (date.fromisoformat(day) for day in days)
            if person.id in records.ids and first <= date_to and last >= date_from:
                rows.append(
                    {
                        "employee_id": person.id,
                        "kind": "leave",
                        "model": "hr.leave",
                        "res_id": 1,
                        "date_from": first,
                        "date_to": last,
                        "label": "Annual leave",
                        "is_granted": is_granted,
                    }
                )
            return rows

        return patch.object(employees, "_gov_absences", found)

    def test_a_conflict_says_who_what_and_when(self):
        session = self.opened()
        with self.away():
            answer = self.as_user(self.u_officer, session).action_enrol(self.agent.ids)
            sentence = answer[0]["warnings"][0]
            for words in ("TS agent0", "Annual leave", "10/03/2026"):
                self.assertIn(words, sentence)
            self.assertIn("Annual leave", self.registration(session, self.agent).conflict_text)
            with self.assertRaisesRegex(UserError, "TS agent0.*Annual leave"):
                self.as_user(self.u_officer, session).action_convoke()
        self.as_user(self.u_officer, session).action_convoke()

    def test_the_parameter_refuses_at_the_registration_too(self):
        self.parameter("training.conflict.registration", "refuse")
        session = self.opened()
        with self.away(), self.assertRaisesRegex(UserError, "Annual leave"):
            self.enrol(session, self.agent)
        with self.away(), self.assertRaisesRegex(UserError, "Annual leave"):
            self.apply(session)
        with self.away(is_granted=False):
            self.assertEqual(self.enrol(session, self.agent).state, "registered")

    def test_the_parameter_warns_at_the_convocation(self):
        self.parameter("training.conflict.convocation", "warn")
        session = self.opened()
        with self.away():
            self.enrol(session, self.agent)
            self.as_user(self.u_officer, session).action_convoke()
        self.assertEqual(session.state, "convoked")

    def test_another_day_or_another_half_day_is_no_conflict(self):
        session = self.opened()
        with self.away(days=("2026-03-12", "2026-03-20")):
            answer = self.as_user(self.u_officer, session).action_enrol(self.agent.ids)
        self.assertFalse(answer[0]["warnings"])

    def test_two_sessions_of_one_person_conflict_once_convoked(self):
        self.parameter("training.conflict.registration", "refuse")
        self.convoked()
        other = self.opened()
        with self.assertRaisesRegex(UserError, "training: S digital communication"):
            self.enrol(other, self.agent)
        later = self.opened(date_from="2026-03-16", date_to="2026-03-17")
        self.assertEqual(self.enrol(later, self.agent).state, "registered")

    def test_a_mission_sees_the_session(self):
        session = self.convoked()
        found = self.agent._gov_absences(date(2026, 3, 11), date(2026, 3, 31))
        self.assertEqual(
            [(row["kind"], row["is_granted"], row["res_id"]) for row in found],
            [("training", True, self.registration(session, self.agent).id)],
        )
        self.assertFalse(self.agent._gov_absences(date(2026, 3, 12), date(2026, 3, 31)))
        trainer = self.trainer._gov_absences(date(2026, 3, 10), date(2026, 3, 10))
        self.assertEqual([row["kind"] for row in trainer], ["training"])

    def test_what_is_granted_after_the_convocation_is_signalled_once(self):
        session = self.convoked()
        registration = self.registration(session, self.agent)
        with self.away():
            self.env["gov.training.session"]._gov_signal_conflicts(self.agent, date(2026, 3, 10), date(2026, 3, 10))
            self.env["gov.training.session"]._cron_conflicts()
        todo = registration.activity_ids
        self.assertEqual(todo.user_id, self.u_officer)
        self.assertIn("Annual leave", todo.note)

    def test_a_mission_granted_on_a_session_is_signalled(self):
        session = self.opened()
        registration = self.enrol(session, self.agent)
        order = self.as_user(self.u_agent)["gov.mission.order"].create(
            {
                "purpose": "Inspection",
                "place_from": "Rabat",
                "place_to": "Fez",
                "start": "2026-03-10 08:00:00",
                "stop": "2026-03-10 18:00:00",
                "transport": "train",
            }
        )
        order.action_submit()
        self.as_user(self.u_officer, session).action_convoke()
        # the mission was only asked for: it is granted although the session is convoked, and the officer is told
        employees = type(self.env["hr.employee"])
        before = employees._gov_absences
        with patch.object(
            employees,
            "_gov_absences",
            lambda records, first, last: [row for row in before(records, first, last) if row["kind"] == "mission"],
        ):
            self.as_user(self.u_head, order).action_approve()
            self.as_user(self.u_director, order).action_approve()
        self.env.invalidate_all()
        self.assertEqual(order.state, "approved")
        self.assertIn("Fez", registration.activity_ids.note)


@tagged("-at_install", "post_install")
@freeze_time(NOW)
class TestSessionAttacks(SessionCase):
    """Nothing moves by hand, by import, by copy, by a context, by a call of somebody without the right."""

    def test_states_and_counters_are_not_written(self):
        session = self.opened()
        officer = self.as_user(self.u_officer, session)
        for vals in (
            {"state": "closed"},
            {"seats_taken": 0},
            {"arrival_count": 0},
            {"has_feedback": True},
            {"registration_ids": [(5,)]},
            {"seats": 50},
        ):
            with self.assertRaises(UserError, msg=str(vals)):
                officer.write(vals)
        sessions = self.as_user(self.u_officer)["gov.training.session"].with_context(
            default_state="closed", default_seats_taken=1, gov_past=True, _gov_act_sentinel=True
        )
        other = sessions.create({"course_id": self.course.id, "date_from": "2026-03-10"})
        self.assertEqual((other.state, other.seats_taken), ("draft", 0))
        with self.assertRaises(UserError):
            sessions.create({"course_id": self.course.id, "date_from": "2026-03-10", "state": "open"})
        copy = officer.copy()
        self.assertEqual(
            (copy.state, copy.seats_taken, copy.registration_ids), ("draft", 0, copy.registration_ids.browse())
        )

    def test_registrations_and_attendance_are_not_made_by_hand(self):
        session = self.convoked()
        registration = self.registration(session, self.agent)
        for user in (self.u_agent, self.u_officer, self.u_manager, self.u_head):
            mine = self.as_user(user, registration)
            for act in (
                lambda one: one.write({"state": "validated"}),
                lambda one: one.write({"priority": "1"}),
                lambda one: one.copy(),
                lambda one: one.unlink(),
                lambda one: one.create({"session_id": session.id, "employee_id": self.agents[2].id}),
                lambda one: one.presence_ids.write({"state": "present"}),
                lambda one: one.with_context(_gov_act_sentinel=True).write({"state": "validated"}),
            ):
                with self.assertRaises(UserError, msg=user.login):
                    act(mine)

    def test_past_sessions_are_not_opened_by_a_context(self):
        session = self.draft(date_from="2026-02-10", date_to="2026-02-11")
        with self.assertRaisesRegex(UserError, "in the past"):
            self.as_user(self.u_officer, session).with_context(gov_past=True).action_open()

    def test_everybody_reads_what_is_his(self):
        session = self.convoked()
        draft = self.draft()
        registration = self.registration(session, self.agent)
        cells = {
            self.u_agent: True,
            self.u_agents[1]: False,
            self.u_head: True,
            self.u_director: True,
            self.u_other_head: False,
            self.u_officer: True,
            self.u_far_officer: False,
            self.u_hr: True,
            self.u_auditor: True,
            self.u_trainer: False,
        }
        for user, allowed in cells.items():
            found = self.as_user(user)["gov.training.registration"].search([("id", "=", registration.id)])
            self.assertEqual(bool(found), allowed, user.login)
            rows = self.as_user(user)["gov.training.presence"].search([("registration_id", "=", registration.id)])
            self.assertEqual(bool(rows), allowed, user.login)
            self.assertEqual(self.as_user(user, registration).has_access("read"), allowed, user.login)
        self.assertFalse(self.as_user(self.u_agent)["gov.training.session"].search([("id", "=", draft.id)]))
        self.assertTrue(self.as_user(self.u_auditor)["gov.training.session"].search([("id", "=", draft.id)]))
        with self.assertRaises(AccessError):
            self.as_user(self.u_auditor, session).write({"officer_id": self.u_auditor.id})
        with self.assertRaises(AccessError):
            self.as_user(self.u_auditor, session).action_enrol(self.agents[2].ids)

    def test_odd_input_gets_a_sentence(self):
        session = self.opened()
        officer = self.as_user(self.u_officer, session)
        for ids in ([], None, "1", [0], ["x"], [10**9], {"a": 1}):
            with self.assertRaises(UserError, msg=str(ids)):
                officer.action_enrol(ids)
        with self.assertRaises(UserError):
            officer.action_enrol(self.agent.ids, "9")
        # the same person twice is one registration
        self.assertEqual(len(officer.action_enrol([self.agent.id, self.agent.id])), 1)
        with self.assertRaises(ValidationError):
            self.draft(date_from="2026-03-10", date_to="2029-03-10")

    def test_a_session_that_was_opened_is_not_deleted(self):
        session = self.opened()
        with self.assertRaises(UserError):
            self.as_user(self.u_officer, session).unlink()
        self.as_user(self.u_officer, self.draft()).unlink()

    def test_half_days_of_a_convoked_session_stay(self):
        session = self.convoked()
        slot = self.as_user(self.u_officer, session.slot_ids[0])
        for act in (lambda: slot.unlink(), lambda: slot.write({"start": "2026-03-10 08:00:00"})):
            with self.assertRaises(UserError):
                act()

    def test_enrolling_many_costs_a_flat_number_of_statements(self):
        session = self.opened(seats=500)
        agents = self.env["hr.employee"].create(
            [{"name": f"S many {at}", "department_id": self.service.id} for at in range(60)]
        )
        self.enrol(session, *agents[:2])
        self.env.flush_all()
        with self.assertQueryCount(__system__=900):
            self.as_user(self.u_officer, session).action_enrol(agents[2:].ids)
