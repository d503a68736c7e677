from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

from . import clock

MOST_CARDS = 60
PAST_MONTHS = 24


class GovTrainingSession(models.Model):
    """What the pages of the employee and of the trainer show, each in one call."""

    _inherit = "gov.training.session"

    # ------------------------------------------------------------------ my training
    @api.model
    def get_my_training(self):
        """Return the training of the user, ready for the page “My sessions”.

        :return: ``{"employee", "todo", "mine", "open", "past", "gives", "programmes"}``: lists of cards, of which
            ``todo`` is what waits for an answer now, then how many sessions he gives and programmes he is in
        """
        employee = self.env.user.employee_id
        answer = {
            "employee": employee.name or False,
            "todo": [],
            "mine": [],
            "open": [],
            "past": [],
            "gives": 0,
            "programmes": 0,
        }
        if not employee:
            return answer
        today = fields.Date.context_today(self)
        # one's own registrations: the record rule shows them
        registrations = self.env["gov.training.registration"].search(
            [
                ("employee_id.user_id", "=", self.env.uid),
                ("date_from", ">=", today - timedelta(days=31 * PAST_MONTHS)),
            ],
            order="date_from desc",
            limit=MOST_CARDS,
        )
        for registration in registrations:
            card = registration._gov_card()
            past = registration.state in ("validated", "not_validated", "refused", "withdrawn", "cancelled")
            answer["past" if past else "mine"].append(card)
            answer["todo"] += registration._gov_todos(card)
        transfers = self.env["gov.training.transfer"].search(
            [("side", "=", "employee"), ("state", "=", "waiting"), ("employee_id.user_id", "=", self.env.uid)]
        )
        answer["todo"] += [
            {
                "kind": "transfer",
                "id": transfer.id,
                "title": transfer.course_id.name,
                "until": format_date(self.env, transfer.until),
            }
            for transfer in transfers
        ]
        answer["mine"].sort(key=lambda card: card["date_from"])
        offered = self.search(
            Domain("state", "in", ("open", "convoked"))
            & Domain("is_offered", "=", True)
            & Domain("date_from", ">=", today),
            order="date_from, id",
            limit=MOST_CARDS,
        )
        answer["open"] = [session._gov_card() for session in offered if session.can_apply]
        answer["gives"] = self.search_count(
            [("trainer_ids.employee_id.user_id", "=", self.env.uid), ("state", "in", ("convoked", "running"))]
        )
        members = Domain("employee_id.user_id", "=", self.env.uid) | Domain("mentor_id.user_id", "=", self.env.uid)
        answer["programmes"] = self.env["gov.training.programme.member"].search_count(members)
        return answer

    def _gov_card(self):
        """Return what a card shows of the session."""
        self.ensure_one()
        lang = clock.short_lang(self.env)
        days = [self.date_from] if self.date_from == self.date_to else [self.date_from, self.date_to]
        return {
            "session_id": self.id,
            "title": self.name or self.course_id.name,
            "purpose": self.course_id.purpose or "",
            "date_from": fields.Date.to_string(self.date_from),
            "when": " – ".join(clock.day_words(day, lang) for day in days),
            "hours": self._gov_first_hours(),
            "half_days": self.slot_count,
            "place": self.place or "",
            "trainer": self.trainer_text or "",
            "free": max(0, self.seats_free),
            "waiting": self.waiting_count,
            "apply_until": format_date(self.env, self.apply_until) if self.apply_until else "",
        }

    def _gov_first_hours(self):
        slots = self.slot_ids.sorted("start")
        if not slots:
            return ""
        start = clock.to_local(self.env, slots[0].start)
        stop = clock.to_local(self.env, max(slots.filtered(lambda one: one.date == slots[0].date).mapped("stop")))
        return clock.hours_text(start, stop)

    # ------------------------------------------------------------------ the trainer
    @api.model
    def get_attendance(self, session_id=None, slot_id=None):
        """Return the attendance of a session for its trainer, or the list of his sessions when none is chosen.

        :return: ``{"sessions": […]}``, or ``{"session", "slots", "slot", "people"}``
        """
        if not session_id:
            return {"sessions": self._gov_held_sessions()}
        session = self.browse(session_id if type(session_id) is int else ()).exists()
        if not session:
            raise UserError(self.env._("This session no longer exists."))
        session.check_access("read")
        if not session.is_trainer:
            session._gov_check_runs()
        slots = session.slot_ids.sorted("start")
        now = fields.Datetime.now()
        chosen = slots.filtered(lambda slot: slot.id == slot_id)
        if not chosen:
            # the half-day of now, else the next one, else the last
            chosen = slots.filtered(lambda slot: slot._gov_window()[1] >= now)[:1] or slots[-1:]
        return {
            "session": {
                "id": session.id,
                "title": session.name or session.course_id.name,
                "place": session.place or "",
                "state": session.state,
                "can_run": session.can_run,
                "feedback": session.state in ("running", "closed"),
            },
            "slots": [{"id": slot.id, "name": slot.display_name} for slot in slots],
            "slot": chosen._gov_slot_card() if chosen else False,
            "people": chosen._gov_people() if chosen else [],
        }

    @api.model
    def _gov_held_sessions(self):
        today = fields.Date.context_today(self)
        domain = Domain("state", "in", ("convoked", "running")) & Domain("date_to", ">=", today - timedelta(days=15))
        sessions = self.search(domain, order="date_from", limit=MOST_CARDS)
        return [
            {**session._gov_card(), "today": session.date_from <= today <= session.date_to}
            for session in sessions
            if session.is_trainer or session.can_run
        ]


class GovTrainingSlot(models.Model):
    """What the trainer's page shows of a half-day."""

    _inherit = "gov.training.slot"

    def _gov_slot_card(self):
        self.ensure_one()
        first, last = self._gov_window()
        now = fields.Datetime.now()
        session = self.session_id
        return {
            "id": self.id,
            "name": self.display_name,
            "hours": clock.hours_text(clock.to_local(self.env, self.start), clock.to_local(self.env, self.stop)),
            "is_open": session.state in ("convoked", "running") and first <= now <= last,
            "opens_at": f"{clock.to_local(self.env, first):%H:%M}",
            "closes_at": f"{clock.to_local(self.env, last):%H:%M}",
            "present": self.present_count,
            "expected": self.expected_count,
        }

    def _gov_people(self):
        """Return the participants of a half-day, by name."""
        self.ensure_one()
        # sudo: name, unit and attendance, for who holds the attendance
        rows = self.sudo().presence_ids
        ways = dict(rows._fields["way"]._description_selection(self.env))
        states = dict(rows._fields["state"]._description_selection(self.env))
        lang = clock.short_lang(self.env)
        people = [
            {
                "id": row.id,
                "registration_id": row.registration_id.id,
                "name": row.employee_id._gov_document_name(lang),
                "unit": row.registration_id.department_id.name or "",
                "state": row.state,
                "state_name": states[row.state],
                "way": ways.get(row.way, ""),
                "at": f"{clock.to_local(self.env, row.signed_on):%H:%M}" if row.signed_on else "",
                "can_undo": row.state == "present"
                and row.way in ("trainer", "tablet")
                and row.signed_by_id == self.env.user,
                "is_me": row.employee_id.user_id == self.env.user,
            }
            for row in rows
        ]
        return sorted(people, key=lambda row: row["name"])


class GovTrainingRegistration(models.Model):
    """What the page of the employee shows of a registration."""

    _inherit = "gov.training.registration"

    def _gov_card(self):
        self.ensure_one()
        one = self.sudo()  # sudo: the session of one's own registration
        states = dict(self._fields["state"]._description_selection(self.env))
        return {
            **one.session_id._gov_card(),
            "id": self.id,
            "state": self.state,
            "state_name": states[self.state],
            "position": self.position,
            "reason": self.reason or "",
            "can_withdraw": self.can_withdraw,
            "needs_reason": self.state in ("registered", "convoked"),
            "convocation": self._gov_link(one.convocation_id),
            "convocation_number": one.convocation_number or "",
            "certificate": self._gov_link(one.certificate_id),
            "certificate_number": one.certificate_number or "",
            "present": self.present_count,
            "expected": self.expected_count,
            "score_before": one.score_before if one.test_ids.filtered(lambda test: test.phase == "before") else None,
            "score_after": one.score_after if one.test_ids.filtered(lambda test: test.phase == "after") else None,
        }

    @api.model
    def _gov_link(self, document):
        valid = document and document.state in ("valid", "superseded") and document.attachment_id
        return f"/gov_document/{document.id}/document.pdf" if valid else ""

    def _gov_todos(self, card):
        """Return what waits for the person about this registration."""
        self.ensure_one()
        found = []
        slot = self._gov_slot_now()
        if slot:
            found.append({"kind": "sign", "id": self.id, "title": card["title"], "slot": slot.display_name})
        if self._gov_may_give_feedback():
            found.append({"kind": "feedback", "id": self.id, "title": card["title"]})
        phase = self._gov_open_phase()
        if phase:
            found.append({"kind": "test", "phase": phase, "id": self.id, "title": card["title"]})
        return found

    def _gov_slot_now(self):
        """Return the half-day that the person has not signed for and may sign for now."""
        self.ensure_one()
        one = self.sudo()  # sudo: one's own attendance
        if one.state != "convoked":
            return one.presence_ids.slot_id.browse()
        now = fields.Datetime.now()
        for presence in one.presence_ids.filtered(lambda row: row.state == "expected"):
            first, last = presence.slot_id._gov_window()
            if first <= now <= last:
                return presence.slot_id
        return one.presence_ids.slot_id.browse()
