import logging

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from odoo.addons.gov_base.tools.act import around_act, short_transaction

from ..services import session_days
from .gov_training_session import MOST_SEATS

_logger = logging.getLogger(__name__)

ENROLLING = ("open", "convoked", "running")
MOST_AT_ONCE = 500
# an object cannot be sent by RPC
PAST = object()


class GovTrainingSession(models.Model):
    """The acts of a session: open, enrol, convoke, hold, close, postpone, cancel; and its seats."""

    _inherit = "gov.training.session"

    @api.model
    def _gov_is_past_allowed(self):
        """Tell whether our own code writes the history of sessions that were held: the sample year does."""
        return self.env.context.get("gov_past") is PAST

    # ------------------------------------------------------------------ the row of the session
    def _gov_claim(self, states, target=None, **extra):
        """Take these sessions out of one of ``states``, into ``target``; the first statement of an act.

        Of two calls at once one finds them, the other is told.
        """
        self.env.flush_all()
        values = {"state": target, **extra} if target else extra
        changes = [SQL("%s = %s", SQL.identifier(name), value) for name, value in values.items()]
        rows = self.env.execute_query(
            SQL(
                "UPDATE gov_training_session SET %s WHERE id IN %s AND state IN %s RETURNING id",
                SQL(", ").join([SQL("write_date = now() AT TIME ZONE 'UTC'"), *changes]),
                self._ids or (0,),
                tuple(states),
            )
        )
        self.invalidate_recordset()
        if len(rows) != len(self):
            raise UserError(
                self.env._("This was done already, or can no longer be done. Reload the page to see where it stands.")
            )
        if target:
            self.modified(["state"])

    def _gov_take_seats(self, count):
        """Give the next ``count`` arrivals their numbers, and the seats that are left to the first of them.

        One statement on the row of the session, which is locked until the end of the act: whoever arrives at the same
        moment comes after.

        :return: ``(first number, how many have a seat)``; None when the session no longer takes registrations
        """
        self.ensure_one()
        rows = self.env.execute_query(
            SQL(
                """UPDATE gov_training_session
                      SET arrival_count = arrival_count + %(count)s,
                          last_seated = least(%(count)s, seats - seats_taken),
                          seats_taken = seats_taken + least(%(count)s, seats - seats_taken)
                    WHERE id = %(id)s AND state IN %(states)s
                RETURNING arrival_count - %(count)s + 1, last_seated""",
                count=count,
                id=self.id,
                states=ENROLLING,
            )
        )
        self.invalidate_recordset(["arrival_count", "last_seated", "seats_taken", "seats_free"])
        return rows[0] if rows else None

    def _gov_lock_row(self):
        """Keep the row of the session until the end of the act; False when it takes no registrations any more."""
        self.ensure_one()
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """UPDATE gov_training_session SET write_date = now() AT TIME ZONE 'UTC'
                    WHERE id = %s AND state IN %s RETURNING id""",
                self.id,
                ENROLLING,
            )
        )
        return bool(rows)

    @api.model
    def _gov_queue_key(self, registration):
        """The order in which those who wait are served."""
        session = registration.session_id
        priority = registration.priority or "9" if session.waiting_order == "priority" else ""
        return priority, registration.arrival, registration.id

    def _gov_take_number(self):
        """Give an application its place in the order of arrival; None when the session takes none any more."""
        self.ensure_one()
        rows = self.env.execute_query(
            SQL(
                """UPDATE gov_training_session SET arrival_count = arrival_count + 1
                    WHERE id = %s AND state IN %s RETURNING arrival_count""",
                self.id,
                ENROLLING,
            )
        )
        self.invalidate_recordset(["arrival_count"])
        return rows[0][0] if rows else None

    def _gov_free_seats(self, count):
        """Give seats back, and hand them at once to those who wait first; the row of the session stays locked.

        :return: the registrations that got a seat
        """
        self.ensure_one()
        self.env.execute_query(
            SQL(
                """UPDATE gov_training_session SET seats_taken = seats_taken - %s
                    WHERE id = %s AND state NOT IN ('cancelled', 'closed') RETURNING id""",
                count,
                self.id,
            )
        )
        return self._gov_promote()

    def _gov_promote(self):
        """Give the free seats to those who wait first; the caller holds the row of the session."""
        self.ensure_one()
        self.env.flush_all()
        ids = []
        for _turn in range(MOST_SEATS):
            # read by SQL: each statement sees what was committed before it, the cache what was read before the lock
            rows = self.env.execute_query(
                SQL(
                    """SELECT r.id FROM gov_training_session s
                         JOIN gov_training_registration r ON r.session_id = s.id AND r.state = 'waiting'
                        WHERE s.id = %s AND s.state IN %s AND s.seats_taken < s.seats
                     ORDER BY CASE WHEN s.waiting_order = 'priority' THEN r.priority END, r.arrival, r.id LIMIT 1""",
                    self.id,
                    ENROLLING,
                )
            )
            if not rows:
                break
            # who has just withdrawn is passed over: the next turn finds the next
            taken = self.env.execute_query(
                SQL(
                    """UPDATE gov_training_registration
                          SET state = 'registered', write_date = now() AT TIME ZONE 'UTC'
                        WHERE id = %s AND state = 'waiting' RETURNING id""",
                    rows[0][0],
                )
            )
            if taken:
                ids.append(taken[0][0])
                self.env.execute_query(
                    SQL(
                        """UPDATE gov_training_session SET seats_taken = seats_taken + 1
                            WHERE id = %s AND seats_taken < seats RETURNING id""",
                        self.id,
                    )
                )
        self.invalidate_recordset()
        promoted = self.env["gov.training.registration"].browse(ids)
        promoted.invalidate_recordset()
        promoted.modified(["state"])
        if promoted:
            promoted._gov_on_promoted()
        return promoted

    # ------------------------------------------------------------------ enrol
    @around_act
    def action_enrol(self, employee_ids, priority=None):
        """Enrol people: a training officer does it for others, never for himself.

        Each gets a seat while there is one, then a place on the waiting list in the order given.

        :param employee_ids: ids of employees
        :param priority: '1' high, '2' medium, '3' low; medium when None
        :return: ``[{"id", "employee_id", "state", "arrival", "position", "warnings": […]}]``, in the order given
        """
        self.ensure_one()
        registrations, warnings = self._gov_enrol(employee_ids, priority)
        registrations._gov_finish_convocations()
        return registrations._gov_outcome(warnings)

    @short_transaction
    def _gov_enrol(self, employee_ids, priority=None, need_ids=None):
        self._gov_check_runs()
        employees = self._gov_ids("hr.employee", employee_ids)
        if not employees:
            raise UserError(self.env._("Choose who is enrolled."))
        if len(employees) > MOST_AT_ONCE:
            raise UserError(self.env._("Enrol %(number)s people at once at most.", number=MOST_AT_ONCE))
        if priority not in (None, False, "1", "2", "3"):
            raise UserError(self.env._("A priority is high, medium or low."))
        self._gov_check_open()
        if self.env.user.employee_id in employees and not self.env.su:
            raise AccessError(self.env._("You do not enrol yourself: apply for the session, and your head agrees."))
        self._gov_check_people(employees)
        warnings = self._gov_check_conflicts(employees, "registration")
        needs = need_ids or {}
        registrations = self.env["gov.training.registration"]._gov_create(
            [
                {
                    "session_id": self.id,
                    "employee_id": employee.id,
                    "source": "officer",
                    "priority": (needs[employee.id].priority if employee.id in needs else None) or priority or "2",
                    "need_id": needs[employee.id].id if employee.id in needs else False,
                    "asked_by_id": self.env.uid,
                    "decided_by_id": self.env.uid,
                    "decided_on": fields.Datetime.now(),
                }
                for employee in employees
            ]
        )
        self.env.flush_all()
        registrations._gov_seat()
        self.env["gov.journal.entry"]._record_many(
            [(one, "enrol", {"session": self.id, "state": one.state, "arrival": one.arrival}) for one in registrations]
        )
        return registrations, warnings

    @around_act
    def action_enrol_needs(self):
        """Enrol the people of the needs of the action, those of high priority first; who is in already is left out.

        :return: as :meth:`action_enrol`
        """
        self.ensure_one()
        self._gov_check_runs()
        # sudo: the needs of the action are those its officers planned for
        needs = self.sudo().action_id.need_ids
        needs = (needs | needs.merged_ids).filtered("employee_id").sorted(lambda need: (need.priority, need.id))
        taken = self.sudo().registration_ids._gov_alive().employee_id  # sudo: who is in already
        by_employee = {}
        for need in needs:
            if need.employee_id not in taken and need.employee_id.active:
                by_employee.setdefault(need.employee_id.id, need)
        own = self.env.user.employee_id.id
        by_employee.pop(own, None)
        if not by_employee:
            raise UserError(self.env._("The action has no need of a person who is not enrolled yet."))
        registrations, warnings = self._gov_enrol(list(by_employee), need_ids=by_employee)
        registrations._gov_finish_convocations()
        return registrations._gov_outcome(warnings)

    def action_apply(self, motive=None):
        """Apply for this session for oneself; the head agrees, then the seat is given in the order of arrival.

        :return: ``{"id", "state", "arrival"}``
        """
        self.ensure_one()
        registration = self._gov_apply(motive)
        one = registration.sudo()  # sudo: one's own registration, just made
        return {"id": one.id, "state": one.state, "arrival": one.arrival}

    @short_transaction
    def _gov_apply(self, motive=None):
        self.check_access("read")
        employee = self.env.user.employee_id
        if not employee:
            raise UserError(
                self.env._(
                    "Your account is not linked to a personnel file: ask the human resources office to link it."
                )
            )
        self._gov_check_open()
        if not self.is_offered:
            raise UserError(self.env._("The training officer enrols the participants of this session: ask him."))
        today = fields.Date.context_today(self)
        last = min(self.apply_until or self.date_from, self.date_from)
        if today > last:
            raise UserError(
                self.env._(
                    "Applications ended on %(date)s: look for another session.", date=format_date(self.env, last)
                )
            )
        employee = employee.sudo()  # sudo: one's own file
        self._gov_check_people(employee)
        self._gov_check_conflicts(employee, "registration")
        registration = self.env["gov.training.registration"]._gov_create(
            [
                {
                    "session_id": self.id,
                    "employee_id": employee.id,
                    "source": "employee",
                    "priority": "2",
                    "asked_by_id": self.env.uid,
                    "motive": self._gov_reason(motive, required=False) or False,
                }
            ]
        )
        self.env.flush_all()
        number = self._gov_take_number()
        if number is None:
            raise UserError(self.env._("“%(session)s” no longer takes applications.", session=self.display_name))
        registration._gov_write({"arrival": number})
        registration._gov_ask_head()
        self.env["gov.journal.entry"]._record(registration, "apply", {"session": self.id, "arrival": number})
        return registration

    def _gov_check_open(self):
        self.ensure_one()
        if self.state not in ENROLLING:
            raise UserError(
                self.env._(
                    "“%(session)s” takes no registrations now: its state is “%(state)s”.",
                    session=self.display_name,
                    state=dict(self._fields["state"]._description_selection(self.env))[self.state],
                )
            )
        _start, stop = self._gov_bounds()
        if stop and stop <= fields.Datetime.now() and not self._gov_is_past_allowed():
            raise UserError(self.env._("“%(session)s” is over.", session=self.display_name))

    def _gov_check_people(self, employees):
        """Refuse people who cannot be participants: in already, trainers, gone, of another region; and oneself."""
        self.ensure_one()
        session = self.sudo()  # sudo: who is in already, whoever asks
        regions = self._gov_served_regions() if not self.env.su and self._gov_is_officer() else None
        taken = session.registration_ids._gov_alive().employee_id
        own = self.env.user.employee_id
        for employee in employees:
            name = employee.display_name
            if employee in taken:
                raise UserError(self.env._("%(name)s is registered for this session already.", name=name))
            if employee in session.trainer_ids.employee_id:
                raise UserError(self.env._("%(name)s is the trainer of this session.", name=name))
            if not employee.active:
                raise UserError(self.env._("%(name)s has left: choose somebody else.", name=name))
            if employee == own:
                continue
            if regions and employee.department_id.effective_region_id not in regions:
                raise AccessError(
                    self.env._("%(name)s is not of a region you serve: ask the officers of that region.", name=name)
                )
        return True

    # ------------------------------------------------------------------ open, seats, place
    @short_transaction
    def action_open(self):
        """Open sessions in preparation, or postponed ones on their new days, to registrations."""
        self._gov_check_runs()
        for session in self:
            if not session.slot_ids:
                raise UserError(
                    self.env._(
                        "“%(session)s” has no half-day on a working day: check its dates.",
                        session=session.display_name,
                    )
                )
            if session._gov_bounds()[1] <= fields.Datetime.now() and not self._gov_is_past_allowed():
                raise UserError(
                    self.env._("“%(session)s” is in the past: give its new dates first.", session=session.display_name)
                )
        postponed = self.filtered(lambda one: one.state == "postponed")
        self._gov_claim(("draft", "postponed"), "open")
        for session in postponed:
            session._gov_promote()  # seats freed while it was postponed
            # sudo: those who keep their seat are told, whoever opens
            seated = session.sudo().registration_ids._gov_seated()
            session._gov_tell(
                seated.employee_id.user_id,
                lambda one: one.display_name,
                lambda one: one.env._(
                    "“%(session)s” is from %(start)s to %(stop)s. You keep your seat; your convocation follows.",
                    session=one.display_name,
                    start=format_date(one.env, one.date_from),
                    stop=format_date(one.env, one.date_to),
                ),
            )
        self.env["gov.journal.entry"]._record_many([(one, "open", {"course": one.course_id.code}) for one in self])
        return True

    @around_act
    def action_set_seats(self, seats):
        """Change the number of seats; those added go at once to those who wait first.

        :param seats: never fewer than the seats taken
        """
        self.ensure_one()
        self._gov_set_seats(seats)
        self.sudo().registration_ids._gov_finish_convocations()  # sudo: finishes what the act prepared
        return True

    @short_transaction
    def _gov_set_seats(self, seats):
        self._gov_check_runs()
        if type(seats) is not int or not 1 <= seats <= MOST_SEATS:
            raise UserError(self.env._("Give a number of seats from 1 to %(number)s.", number=MOST_SEATS))
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """UPDATE gov_training_session SET seats = %(seats)s, min_seats = least(min_seats, %(seats)s)
                    WHERE id = %(id)s AND seats_taken <= %(seats)s AND state NOT IN ('closed', 'cancelled')
                RETURNING id""",
                seats=seats,
                id=self.id,
            )
        )
        self.invalidate_recordset()
        if not rows:
            raise UserError(
                self.env._(
                    "%(taken)s seats are taken: withdraw participants first, or give at least as many seats.",
                    taken=self.seats_taken,
                )
            )
        self._gov_promote()
        self.env["gov.journal.entry"]._record(self, "set_seats", {"seats": seats})

    @around_act
    def action_change_place(self, place, reason=None):
        """Change the place; participants who were convoked get a new convocation that replaces the first."""
        self.ensure_one()
        self._gov_change_place(place, reason)
        self.sudo().registration_ids._gov_finish_convocations()  # sudo: finishes what the act prepared
        return True

    @short_transaction
    def _gov_change_place(self, place, reason=None):
        self._gov_check_runs()
        place = " ".join(place.split()) if isinstance(place, str) else ""
        if not place:
            raise UserError(self.env._("Write the new place."))
        reason = self._gov_reason(reason, required=False)
        self._gov_claim(("open", "convoked", "running"))
        old = self.place
        self._gov_write({"place": place})
        if self.state != "open":
            self._gov_sync_calendar()
            # sudo: those convoked get their new convocation by the act
            self.sudo().registration_ids.filtered(lambda one: one.state == "convoked")._gov_convoke(supersede=True)
        self.env["gov.journal.entry"]._record(self, "change_place", {"from": old or "", "to": place, "reason": reason})

    # ------------------------------------------------------------------ convoke, hold
    @around_act
    def action_convoke(self):
        """Convoke the participants: a numbered convocation and calendar entries for each, and for the trainers.

        :raise UserError: below the least participants, without place or trainer, and for a conflict when the
            parameter says so
        """
        self.ensure_one()
        self._gov_do_convoke()
        self.sudo().registration_ids._gov_finish_convocations()  # sudo: finishes what the act prepared
        return True

    @short_transaction
    def _gov_do_convoke(self):
        self._gov_check_runs()
        session = self.sudo()  # sudo: who runs the session was checked
        seated = session.registration_ids._gov_seated()
        if self.state == "open":
            if not self.place:
                raise UserError(self.env._("Write the place first: it is on the convocation."))
            if not session.trainer_ids:
                raise UserError(self.env._("Name the trainer first."))
            if len(seated) < self.min_seats:
                raise UserError(
                    self.env._(
                        "%(count)s participants of %(least)s at least: enrol others, lower the least participants, "
                        "postpone or cancel.",
                        count=len(seated),
                        least=self.min_seats,
                    )
                )
            if self._gov_bounds()[1] <= fields.Datetime.now() and not self._gov_is_past_allowed():
                raise UserError(self.env._("“%(session)s” is over.", session=self.display_name))
            self._gov_check_conflicts(seated.employee_id, "convocation")
        self._gov_claim(("open",), "convoked", convoked_on=fields.Datetime.now())
        self._gov_sync_calendar()
        # those who got a seat between the check and the claim are convoked as well
        session.registration_ids.filtered(lambda one: one.state == "registered")._gov_convoke()
        session.action_id._gov_start()
        self.env["gov.journal.entry"]._record(self, "convoke", {"participants": len(seated)})

    def _gov_progress(self):
        """Let convoked sessions begin with the clock."""
        now = fields.Datetime.now()
        for session in self.filtered(lambda one: one.state == "convoked"):
            start, _stop = session._gov_bounds()
            if start and start <= now:
                session._gov_begin()

    def _gov_begin(self):
        """Move a convoked session to under way; of the many who sign at its first minute one does it, none is told."""
        self.ensure_one()
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                """UPDATE gov_training_session SET state = 'running', write_date = now() AT TIME ZONE 'UTC'
                    WHERE id = %s AND state = 'convoked' RETURNING id""",
                self.id,
            )
        )
        self.invalidate_recordset()
        self.modified(["state"])

    @api.model
    def _cron_progress(self, batch=200):
        """Begin the sessions whose first half-day has come.

        sudo: scheduled for all sessions.
        """
        domain = Domain("state", "=", "convoked") & Domain("slot_ids.start", "<=", fields.Datetime.now())
        sessions = self.sudo().search(domain, limit=batch, order="id").try_lock_for_update()
        sessions._gov_progress()
        if sessions:
            _logger.info("Training sessions that began: %s", len(sessions))
        return len(sessions)

    # ------------------------------------------------------------------ close
    @around_act
    def action_close(self):
        """Close the session after its last half-day: who was present enough has the training validated.

        Validated: certificate, record of training, competencies raised, line in the résumé.  Who ran the session as
        an officer and was a participant does not close it.
        """
        self.ensure_one()
        self._gov_close()
        self.sudo().registration_ids._gov_finish_certificates()  # sudo: finishes what the act prepared
        return True

    @short_transaction
    def _gov_close(self):
        self._gov_check_runs()
        session = self.sudo()  # sudo: who runs the session was checked
        session._gov_progress()
        own = self.env.user.employee_id
        if own and own in session.registration_ids._gov_seated().employee_id:
            raise AccessError(self.env._("You are a participant of this session: another training officer closes it."))
        _start, stop = session._gov_bounds()
        if stop and stop > fields.Datetime.now():
            raise UserError(
                self.env._(
                    "The last half-day ends on %(date)s: the session is closed after it.",
                    date=format_date(self.env, self.date_to),
                )
            )
        threshold = self._gov_parameter("training.presence_min", self.date_to)
        self._gov_claim(("running",), "closed", closed_on=fields.Datetime.now(), presence_threshold=threshold)
        convoked = session.registration_ids.filtered(lambda one: one.state == "convoked")
        # a half-day nobody recorded is one of absence
        convoked.presence_ids.filtered(lambda one: one.state == "expected")._gov_write({"state": "absent"})
        convoked.invalidate_recordset()
        validated = convoked.filtered(lambda one: session_days.is_validated(one.presence_rate, threshold))
        failed = convoked - validated
        validated._gov_set_state("validated")
        failed._gov_set_state("not_validated")
        # who waited for this session can only look for another
        session.registration_ids.filtered(lambda one: one.state in ("waiting", "applied", "registered"))._gov_end(
            "cancelled", self.env._("The session is over.")
        )
        convoked._gov_record_training(validated)
        validated._gov_certify()
        convoked._gov_tell_result()
        session._gov_finish_action()
        self.env["gov.journal.entry"]._record(
            self, "close", {"validated": len(validated), "not_validated": len(failed), "threshold": threshold}
        )

    def _gov_finish_action(self):
        """End the action of the plan once its groups were held and no other session of it is left."""
        action = self.action_id
        sessions = self.search([("action_id", "=", action.id)]) if action else self.browse()
        left = sessions.filtered(lambda one: one.state in ("draft", "open", "convoked", "running", "postponed"))
        held = sessions.filtered(lambda one: one.state == "closed")
        if action and not left and len(held) >= action.group_count:
            action._gov_finish()

    # ------------------------------------------------------------------ postpone, cancel
    @short_transaction
    def action_postpone(self, reason):
        """Postpone the session: convocations are revoked, calendar entries go; participants keep their seats.

        Give the new dates, then open it again.
        """
        self.ensure_one()
        self._gov_check_runs()
        reason = self._gov_reason(reason)
        self._gov_claim(("open", "convoked"), "postponed", reason=reason, convoked_on=None)
        session = self.sudo()  # sudo: who runs the session was checked
        convoked = session.registration_ids.filtered(lambda one: one.state == "convoked")
        convoked._gov_revoke_convocations(reason)
        convoked.presence_ids._gov_delete()
        convoked._gov_set_state("registered")
        session.event_ids.with_context(dont_notify=True).unlink()
        session._gov_tell(
            session.registration_ids._gov_alive().employee_id.user_id | session.trainer_ids.employee_id.user_id,
            lambda one: one.display_name,
            lambda one: one.env._(
                "“%(session)s” is postponed. Reason: %(reason)s", session=one.display_name, reason=reason
            ),
        )
        self.env["gov.journal.entry"]._record(self, "postpone", {"reason": reason})
        return True

    @short_transaction
    def action_cancel(self, reason=None):
        """Cancel the session, with a reason: convocations are revoked, everybody is told, seats are given back."""
        self.ensure_one()
        self._gov_check_runs()
        reason = self._gov_reason(reason)
        self._gov_claim(("draft", "open", "convoked", "postponed"), "cancelled", reason=reason)
        session = self.sudo()  # sudo: who runs the session was checked
        alive = session.registration_ids._gov_alive()
        users = alive.employee_id.user_id | session.trainer_ids.employee_id.user_id
        alive._gov_revoke_convocations(reason)
        alive.presence_ids._gov_delete()
        alive._gov_end("cancelled", reason)
        session.event_ids.with_context(dont_notify=True).unlink()
        session._gov_write({"seats_taken": 0})
        session._gov_tell(
            users,
            lambda one: one.display_name,
            lambda one: one.env._(
                "“%(session)s” is cancelled. Reason: %(reason)s", session=one.display_name, reason=reason
            ),
        )
        self.env["gov.journal.entry"]._record(self, "cancel", {"reason": reason})
        return True

    # ------------------------------------------------------------------ calendar
    def _gov_sync_calendar(self):
        """Make the calendar entries those of the session: one a day, with its participants and trainers.

        sudo: the entries are made by the act, whose caller was checked.
        """
        events = self.env["calendar.event"].sudo().with_context(dont_notify=True, no_mail_to_attendees=True)
        for session in self.sudo():
            people = session.registration_ids._gov_seated().employee_id | session.trainer_ids.employee_id
            partners = people.user_id.partner_id | people.filtered(lambda one: not one.user_id).work_contact_id
            wanted = {}
            for slot in session.slot_ids:
                start, stop = wanted.get(slot.date, (slot.start, slot.stop))
                wanted[slot.date] = (min(start, slot.start), max(stop, slot.stop))
            present = {event.start.date(): event for event in session.event_ids.sudo()}
            for day, event in present.items():
                if day not in wanted:
                    event.with_context(dont_notify=True).unlink()
            new = []
            for day, (start, stop) in wanted.items():
                vals = {
                    "name": session.name or session.course_id.name,
                    "start": start,
                    "stop": stop,
                    "location": session.place or False,
                    "partner_ids": [(6, 0, partners.ids)],
                    "user_id": session.officer_id.id,
                    "privacy": "confidential",
                    "gov_session_id": session.id,
                }
                event = present.get(day)
                if event and event.exists():
                    event.with_context(dont_notify=True, no_mail_to_attendees=True).write(vals)
                else:
                    new.append(vals)
            events.create(new)
            session.invalidate_recordset(["event_ids"])

    # ------------------------------------------------------------------ conflicts that come later
    @api.model
    def _gov_signal_conflicts(self, employees, first, last):
        """Tell the officers of convoked sessions that a participant has just been granted something else.

        sudo: called by the act that grants the other absence; who is told has the session to run.
        """
        registrations = (
            self.env["gov.training.registration"]
            .sudo()
            .search(
                [
                    ("employee_id", "in", employees.ids),
                    ("state", "=", "convoked"),
                    ("session_id.date_from", "<=", last),
                    ("session_id.date_to", ">=", first),
                ]
            )
        )
        for registration in registrations:
            registration._gov_signal_conflict()
        return registrations

    @api.model
    def _cron_conflicts(self):
        """Look for what was granted on the days of sessions whose participants are convoked.

        sudo: scheduled for all sessions.
        """
        today = fields.Date.context_today(self)
        sessions = self.sudo().search([("state", "=", "convoked"), ("date_to", ">=", today)])
        told = 0
        for registration in sessions.registration_ids.filtered(lambda one: one.state == "convoked"):
            told += registration._gov_signal_conflict()
        if told:
            _logger.info("Training: %s new conflicts of convoked participants", told)
        return told
