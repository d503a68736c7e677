from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import format_date

from odoo.addons.gov_approval.models.sentinel import has_sentinel, with_sentinel
from odoo.addons.gov_base.tools.defaults import without_defaults

from ..services import session_days
from . import clock

PERIODS = [("am", "Morning"), ("pm", "Afternoon")]
STATES = [
    ("draft", "In preparation"),
    ("open", "Open"),
    ("convoked", "Convoked"),
    ("running", "Under way"),
    ("closed", "Closed"),
    ("postponed", "Postponed"),
    ("cancelled", "Cancelled"),
]
# set by the acts alone: no write, import or creation may give them
ACT_FIELDS = {
    "state",
    "seats_taken",
    "arrival_count",
    "last_seated",
    "reason",
    "convoked_on",
    "closed_on",
    "presence_threshold",
    "has_feedback",
    "registration_ids",
    "event_ids",
}
# what participants were told: once they are convoked it changes by an act only, which tells them
TOLD_FIELDS = {"place", "date_from", "date_to", "begins", "ends", "slot_ids", "trainer_ids", "course_id", "lang"}
# who holds a seat
SEATED = ("registered", "convoked", "validated", "not_validated")
MOST_SEATS = 10000
CONTACT_READERS = "gov_base.group_training_officer,gov_base.group_hr_officer,gov_base.group_auditor"


class GovTrainingSession(models.Model):
    """A session: a course given to a group, at a place, on half-days, with seats.

    draft → open (registrations) → convoked (each participant has his numbered convocation) → running → closed, or
    cancelled with a reason, or postponed with a reason and opened again on other days.  Training officers run it; the
    trainer takes the attendance.  Seats are one stored counter that no two registrations can overdraw; who comes when
    none is left waits in the order of arrival and gets the first that is freed.
    """

    _name = "gov.training.session"
    _description = "Training session"
    _inherit = ["mail.thread", "mail.activity.mixin", "gov.training.people"]
    _order = "date_from desc, id desc"
    _rec_names_search = ["name", "course_id.name", "course_id.code", "place"]

    # what and where
    course_id = fields.Many2one(
        "gov.training.course", "Course", required=True, index=True, ondelete="restrict", tracking=True
    )
    action_id = fields.Many2one(
        "gov.training.action",
        "Action of the plan",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('course_id', '=', course_id)]",
        help="The needs of this action are enrolled together.",
    )
    name = fields.Char("Title", help="Left empty, the name of the course stands for it.")
    modality = fields.Selection(related="course_id.modality")
    place = fields.Char(tracking=True, help="Building and room, or the address of the meeting when it is remote.")
    region_id = fields.Many2one(
        "gov.region",
        index="btree_not_null",
        ondelete="restrict",
        default=lambda self: self._default_region_id(),
        help="Whose training officers run it; empty: those of all regions.",
    )
    officer_id = fields.Many2one(
        "res.users",
        "Training officer",
        index="btree_not_null",
        ondelete="restrict",
        default=lambda self: self.env.user,
        help="Is told of what happens: withdrawals, conflicts, participants without an answer.",
    )
    trainer_ids = fields.One2many("gov.training.trainer", "session_id", "Trainers", copy=True)
    trainer_text = fields.Char("Trainer", compute="_compute_trainer_text")
    # when
    date_from = fields.Date("First day", required=True, index=True, tracking=True)
    date_to = fields.Date(
        "Last day",
        required=True,
        compute="_compute_date_to",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
    )
    begins = fields.Selection(PERIODS, "First half-day", required=True, default="am")
    ends = fields.Selection(PERIODS, "Last half-day", required=True, default="pm")
    slot_ids = fields.One2many("gov.training.slot", "session_id", "Half-days", copy=False)
    slot_count = fields.Integer("Number of half-days", compute="_compute_slots", store=True)
    hours = fields.Float("Hours of training", compute="_compute_slots", store=True, digits=(6, 1))
    # seats
    seats = fields.Integer(
        required=True, compute="_compute_seats", store=True, readonly=False, precompute=True, tracking=True
    )
    min_seats = fields.Integer(
        "Least participants",
        required=True,
        compute="_compute_seats",
        store=True,
        readonly=False,
        precompute=True,
        help="The participants are not convoked below it.",
    )
    seats_taken = fields.Integer(readonly=True, copy=False, default=0)
    seats_free = fields.Integer("Free seats", compute="_compute_seats_free")
    arrival_count = fields.Integer(
        "Arrivals", readonly=True, copy=False, default=0, help="Numbers the applications in their order of arrival."
    )
    last_seated = fields.Integer(
        "Seated at the last arrival", readonly=True, copy=False, default=0, export_string_translation=False
    )
    waiting_order = fields.Selection(
        [("arrival", "Order of arrival"), ("priority", "Priority of the need, then order of arrival")],
        "Waiting list by",
        required=True,
        default="arrival",
        help="Who gets a seat that is freed. The order of arrival counts from the application, or from the enrolment "
        "when the training officer enrols.",
    )
    waiting_count = fields.Integer("Waiting", compute="_compute_counts")
    applied_count = fields.Integer("Applications", compute="_compute_counts")
    is_offered = fields.Boolean(
        "Employees may apply", default=True, help="Otherwise the training officer alone enrols participants."
    )
    apply_until = fields.Date("Applications until", help="Last day to apply; empty: until the session begins.")
    lang = fields.Selection(
        [("ar_fr", "Arabic and French"), ("ar", "Arabic"), ("fr", "French")],
        "Language of the documents",
        required=True,
        default="ar_fr",
    )
    # life
    state = fields.Selection(
        STATES, required=True, readonly=True, default="draft", copy=False, index=True, tracking=True
    )
    reason = fields.Text(readonly=True, copy=False, help="Why it was postponed or cancelled.")
    convoked_on = fields.Datetime(readonly=True, copy=False)
    closed_on = fields.Datetime(readonly=True, copy=False)
    presence_threshold = fields.Float(
        "Presence asked",
        readonly=True,
        copy=False,
        aggregator=None,
        help="Share of the half-days from which the training counts as followed, on the day of the closing.",
    )
    has_feedback = fields.Boolean(
        "Answers may be shown",
        readonly=True,
        copy=False,
        help="There are enough evaluations to show them without telling who gave them.",
    )
    registration_ids = fields.One2many(
        "gov.training.registration", "session_id", "Registrations", readonly=True, copy=False
    )
    event_ids = fields.One2many("calendar.event", "gov_session_id", "Calendar entries", readonly=True, copy=False)
    indicator_ids = fields.One2many("gov.training.indicator", "session_id", "Indicators of the unit", copy=False)
    indicator_count = fields.Integer(compute="_compute_indicator_count", export_string_translation=False)
    # the reader
    can_run = fields.Boolean(compute="_compute_rights", export_string_translation=False)
    is_trainer = fields.Boolean(compute="_compute_rights", export_string_translation=False)
    can_apply = fields.Boolean(compute="_compute_rights", export_string_translation=False)
    conflict_text = fields.Text("Conflicts", compute="_compute_conflict_text")
    color = fields.Integer(compute="_compute_color", export_string_translation=False)

    _seats_range = models.Constraint(
        f"CHECK (seats BETWEEN 1 AND {MOST_SEATS} AND min_seats BETWEEN 1 AND seats)",
        "A session has one seat at least, and no fewer seats than the least participants.",
    )
    _seats_taken_range = models.Constraint(
        "CHECK (seats_taken BETWEEN 0 AND seats)", "There is no seat left in this session."
    )
    _dates_order = models.Constraint("CHECK (date_from <= date_to)", "A session ends on or after its first day.")
    _open_idx = models.Index("(date_from) WHERE state IN ('open', 'convoked', 'running')")

    # ------------------------------------------------------------------ defaults and computes
    def _default_region_id(self):
        regions = self._gov_served_regions()
        return regions if len(regions) == 1 else regions.browse()

    @api.depends("date_from", "course_id")
    def _compute_date_to(self):
        holidays = self.env["gov.public.holiday"].sudo()  # sudo: working days are public
        for session in self:
            first, last = session.date_from, session.date_to
            if first and (not last or last < first or not session._origin):
                more = max(0, -(-int(session.course_id.days * 2) // 2) - 1)
                last = holidays._add_working_days(first, more) if more else first
            session.date_to = last

    @api.depends("course_id", "action_id")
    def _compute_seats(self):
        for session in self:
            course, action = session.course_id, session.action_id
            seats, least = session.seats, session.min_seats
            if not session.state or session.state == "draft":
                seats = max(1, action.seats or course.max_seats or seats or 1)
                least = min(seats, max(1, course.min_seats or 1))
            session.seats, session.min_seats = seats, least

    @api.depends("slot_ids.start", "slot_ids.stop")
    def _compute_slots(self):
        for session in self:
            slots = session.slot_ids.filtered(lambda slot: slot.start and slot.stop)
            session.slot_count = len(slots)
            session.hours = sum((slot.stop - slot.start).total_seconds() for slot in slots) / 3600

    @api.depends("seats", "seats_taken")
    def _compute_seats_free(self):
        for session in self:
            session.seats_free = session.seats - session.seats_taken

    @api.depends("registration_ids.state")
    def _compute_counts(self):
        # sudo: numbers alone
        rows = (
            self.env["gov.training.registration"]
            .sudo()
            ._read_group(
                [("session_id", "in", self.ids), ("state", "in", ("waiting", "applied"))],
                ["session_id", "state"],
                ["__count"],
            )
        )
        counts = {(session.id, state): count for session, state, count in rows}
        for session in self:
            session.waiting_count = counts.get((session.id, "waiting"), 0)
            session.applied_count = counts.get((session.id, "applied"), 0)

    def _compute_indicator_count(self):
        for session in self:
            session.indicator_count = len(session.indicator_ids)

    @api.depends("trainer_ids.employee_id", "trainer_ids.name")
    @api.depends_context("lang")
    def _compute_trainer_text(self):
        for session in self:
            session.trainer_text = ", ".join(trainer._gov_name() for trainer in session.trainer_ids)

    @api.depends("name", "course_id", "date_from")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for session in self:
            title = session.name or session.course_id.name or ""
            day = format_date(self.env, session.date_from) if session.date_from else ""
            session.display_name = " · ".join(filter(None, (title, day)))

    @api.depends("state")
    def _compute_color(self):
        colors = {"draft": 0, "open": 4, "convoked": 3, "running": 10, "closed": 8, "postponed": 2, "cancelled": 1}
        for session in self:
            session.color = colors.get(session.state, 0)

    @api.depends_context("uid")
    @api.depends("state", "region_id", "trainer_ids", "is_offered", "apply_until")
    def _compute_rights(self):
        officer, regions = self._gov_is_officer(), self._gov_served_regions()
        today = fields.Date.context_today(self)
        employee = self.env.user.employee_id
        # sudo: one's own registrations
        mine = self.env["gov.training.registration"].sudo()._gov_live(employee, self) if employee else []
        taken = {registration.session_id.id for registration in mine}
        for session in self:
            session.can_run = officer and (not regions or session.region_id in regions)
            # sudo: only whether the user trains
            session.is_trainer = bool(employee) and employee in session.sudo().trainer_ids.employee_id
            session.can_apply = (
                bool(employee)
                and session.state in ("open", "convoked")
                and session.is_offered
                and session.id not in taken
                and not session.is_trainer
                and today <= (session.apply_until or session.date_from or today)
                and today <= (session.date_from or today)
            )

    @api.depends("registration_ids.state", "slot_ids.start", "state")
    def _compute_conflict_text(self):
        for session in self:
            session.conflict_text = False
            if session.state in ("open", "convoked") and session.can_run and session.id:
                # sudo: when people are away, for who runs the session
                found = session.sudo()._gov_conflicts(session.sudo().registration_ids._gov_seated().employee_id)
                session.conflict_text = "\n".join(session._gov_conflict_sentence(item) for item in found[:20])

    # ------------------------------------------------------------------ guards
    @api.constrains("apply_until", "date_from")
    def _check_apply_until(self):
        for session in self:
            if session.apply_until and session.apply_until > session.date_from:
                raise ValidationError(self.env._("Applications end on the first day at the latest."))

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for session in self:
            if (session.date_to - session.date_from).days > session_days.LONGEST:
                raise ValidationError(
                    self.env._(
                        "A session lasts %(number)s days at most: check its dates.", number=session_days.LONGEST
                    )
                )

    @api.constrains("action_id", "course_id")
    def _check_action(self):
        for session in self:
            action = session.sudo().action_id  # sudo: only whether it is the same course
            if action and action.course_id != session.course_id:
                raise ValidationError(self.env._("The action of the plan is about another course."))

    def _gov_check_runs(self):
        """Refuse who does not run these sessions: training officers of their region, HR managers."""
        if self.env.su:
            return
        self.check_access("read")
        self._gov_check_officer()
        regions = self._gov_served_regions()
        for session in self:
            if regions and session.region_id not in regions:
                raise AccessError(
                    self.env._(
                        "“%(session)s” is run by the training officers of its region.", session=session.display_name
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._gov_check_act_fields({name: value for name, value in vals.items() if value})
        clean = without_defaults(self, ACT_FIELDS)
        vals_list = [{name: value for name, value in vals.items() if name not in ACT_FIELDS} for vals in vals_list]
        sessions = super(GovTrainingSession, clean).create(vals_list).with_env(self.env)
        sessions._gov_check_runs()
        for session in sessions:
            if not session.slot_ids:
                session._gov_make_slots()
        return sessions

    def write(self, vals):
        if not has_sentinel(self.env):
            self._gov_check_act_fields(vals)
            self._gov_check_runs()
            self._gov_check_content(vals)
        result = super().write(vals)
        if {"date_from", "date_to", "begins", "ends"} & vals.keys() and "slot_ids" not in vals:
            for session in self:
                if session.state in ("draft", "open", "postponed"):
                    session._gov_make_slots()
        if "region_id" in vals and not has_sentinel(self.env):
            self._gov_check_runs()
        return result

    def _gov_check_act_fields(self, vals):
        forbidden = sorted(ACT_FIELDS & vals.keys())
        if forbidden and not has_sentinel(self.env):
            labels = ", ".join(self._fields[name]._description_string(self.env) for name in forbidden)
            raise UserError(
                self.env._("“%(fields)s” cannot be set: only the acts on the session change them.", fields=labels)
            )

    def _gov_check_content(self, vals):
        for session in self:
            if session.state in ("closed", "cancelled", "running") and vals.keys() - {"officer_id", "indicator_ids"}:
                raise UserError(self.env._("“%(session)s” no longer changes.", session=session.display_name))
            if session.state == "convoked" and TOLD_FIELDS & vals.keys():
                raise UserError(
                    self.env._(
                        "The participants of “%(session)s” are convoked: use “Change the place” or “Postpone”, which "
                        "tell them.",
                        session=session.display_name,
                    )
                )
            if session.state != "draft" and "seats" in vals:
                raise UserError(self.env._("Use “Change the seats”: who waits then gets those that are added."))
            if session.state != "draft" and "course_id" in vals:
                raise UserError(self.env._("The course of a session that was opened stays: make another session."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_opened(self):
        for session in self:
            if session.state != "draft":
                raise UserError(self.env._("A session that was opened stays in the records: cancel it."))

    def _gov_write(self, vals):
        """Write what only acts write; the act has checked who does it."""
        # sudo: officers have the right on the session, not on what the acts keep
        return with_sentinel(self.sudo()).write(vals)

    # ------------------------------------------------------------------ half-days
    def _gov_hours(self, on_date):
        """Return the hours of the two half-days on a day."""
        return {
            period: tuple(self._gov_parameter(f"training.{name}.{end}", on_date) for end in ("from", "to"))
            for period, name in (("am", "morning"), ("pm", "afternoon"))
        }

    def _gov_make_slots(self):
        """Write the half-days of the working days from the first to the last; those there are replaced."""
        self.ensure_one()
        holidays = self.env["gov.public.holiday"].sudo()  # sudo: working days are public
        found = session_days.half_days(
            self.date_from,
            self.date_to,
            holidays._is_working_day,
            self._gov_hours(self.date_from),
            self.begins,
            self.ends,
        )
        session = with_sentinel(self.sudo())  # sudo: who writes the session makes its half-days
        session.slot_ids.unlink()
        with_sentinel(self.env["gov.training.slot"].sudo()).create(  # sudo: as above
            [
                {
                    "session_id": self.id,
                    "date": half.day,
                    "period": half.period,
                    "start": clock.to_utc(self.env, half.start),
                    "stop": clock.to_utc(self.env, half.stop),
                }
                for half in found
            ]
        )
        self.invalidate_recordset(["slot_ids"])

    def action_make_slots(self):
        """Write the half-days again from the dates, working days only."""
        self._gov_check_runs()
        for session in self:
            if session.state not in ("draft", "open", "postponed"):
                raise UserError(self.env._("The half-days of a session that was convoked change by “Postpone”."))
            session._gov_make_slots()
        return True

    def _gov_bounds(self):
        """Return the first and the last moment of the session (UTC); None when it has no half-day."""
        self.ensure_one()
        slots = self.slot_ids
        return (min(slots.mapped("start")), max(slots.mapped("stop"))) if slots else (None, None)

    # ------------------------------------------------------------------ conflicts
    def _gov_conflicts(self, employees, granted_only=False):
        """Return what else falls on the half-days for these people: leave, missions, other sessions.

        Run as superuser by its callers, who have checked what they may show.
        """
        self.ensure_one()
        if not employees or not self.slot_ids:
            return []
        slots = [(slot.date, slot.start, slot.stop) for slot in self.slot_ids]
        days = [day for day, _start, _stop in slots]
        own = set(self.registration_ids.ids)
        found = []
        # sudo: when people are away, never why
        for item in employees.sudo()._gov_absences(min(days), max(days)):
            if item["model"] == "gov.training.registration" and item["res_id"] in own:
                continue
            if item["model"] == "gov.training.trainer" and item["res_id"] in self.trainer_ids.ids:
                continue
            if granted_only and not item.get("is_granted", True):
                continue
            if item.get("employee_id") in employees.ids and session_days.falls_on(slots, item):
                found.append(item)
        return found

    def _gov_conflict_sentence(self, item):
        """Say who is away, when, and for what."""
        # sudo: the name of the person, for whoever may know of the conflict
        employee = self.env["hr.employee"].sudo().browse(item["employee_id"])
        values = {
            "employee": employee._gov_document_name(clock.short_lang(self.env)),
            "what": item["label"],
            "start": format_date(self.env, item["date_from"]),
            "stop": format_date(self.env, item["date_to"]),
        }
        if item.get("is_granted", True):
            return self.env._("%(employee)s is away from %(start)s to %(stop)s: %(what)s.", **values)
        return self.env._("%(employee)s may be away from %(start)s to %(stop)s: %(what)s, not decided yet.", **values)

    def _gov_check_conflicts(self, employees, step):
        """Refuse the conflicts that are decided, or let them pass as warnings, as the parameter of the step says.

        :param step: ``registration`` or ``convocation``
        :return: the sentences to show
        """
        self.ensure_one()
        found = self.sudo()._gov_conflicts(employees)  # sudo: who may act was checked
        blocking = [item for item in found if item.get("is_granted", True)]
        if blocking and self._gov_parameter(f"training.conflict.{step}") == "refuse":
            raise UserError(
                self.env._(
                    "%(conflicts)s Choose another session, or have that absence changed first.",
                    conflicts=" ".join(self._gov_conflict_sentence(item) for item in blocking[:5]),
                )
            )
        return [self._gov_conflict_sentence(item) for item in found]

    # ------------------------------------------------------------------ screens
    def action_open_registrations(self):
        """Open the registrations of the session."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("gov_hr_training.gov_training_registration_action")
        return dict(action, domain=[("session_id", "=", self.id)], context={"search_default_live": 1})

    def action_open_attendance(self):
        """Open the page that takes the attendance, for the trainer or the officer."""
        self.ensure_one()
        return {
            "type": "ir.actions.client",
            "tag": "gov_training.attendance",
            "name": self.display_name,
            "params": {"session_id": self.id},
        }

    def action_open_results(self):
        """Open the figures of the session."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("gov_hr_training.gov_training_result_action")
        return dict(action, domain=[("session_id", "=", self.id)], context={})

    def _gov_open_dialog(self, operation, title, **defaults):
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "gov.training.dialog",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_session_id": self.id,
                "default_operation": operation,
                **{f"default_{name}": value for name, value in defaults.items()},
            },
        }

    def action_open_enrol(self):
        """Open the dialog that enrols participants."""
        return self._gov_open_dialog("enrol", self.env._("Enrol participants"))

    def action_open_postpone(self):
        """Open the dialog that postpones the session."""
        return self._gov_open_dialog("postpone", self.env._("Postpone the session"))

    def action_open_cancel(self):
        """Open the dialog that cancels the session."""
        return self._gov_open_dialog("cancel_session", self.env._("Cancel the session"))

    def action_open_seats(self):
        """Open the dialog that changes the seats."""
        return self._gov_open_dialog("seats", self.env._("Change the seats"), seats=self.seats)

    def action_open_place(self):
        """Open the dialog that changes the place."""
        return self._gov_open_dialog("place", self.env._("Change the place"), place=self.place)

    def action_open_apply(self):
        """Open the dialog by which an employee applies."""
        return self._gov_open_dialog("apply", self.env._("Apply for this session"))


class GovTrainingTrainer(models.Model):
    """Who gives a session: a colleague, who takes the attendance with his login, or somebody from outside."""

    _name = "gov.training.trainer"
    _description = "Trainer of a session"
    _order = "session_id, id"

    session_id = fields.Many2one("gov.training.session", required=True, index=True, ondelete="cascade")
    employee_id = fields.Many2one(
        "hr.employee", "Internal trainer", index="btree_not_null", ondelete="restrict", help="Empty: from outside."
    )
    name = fields.Char("External trainer")
    organisation = fields.Char()
    phone = fields.Char(groups=CONTACT_READERS)
    email = fields.Char(groups=CONTACT_READERS)
    display_text = fields.Char("Trainer", compute="_compute_display_text")

    _someone = models.Constraint(
        "CHECK (employee_id IS NOT NULL OR coalesce(name, '') <> '')", "Name the trainer: a colleague or a person."
    )

    @api.depends("employee_id", "name", "organisation")
    @api.depends_context("lang")
    def _compute_display_text(self):
        for trainer in self:
            trainer.display_text = trainer._gov_name()

    @api.depends("employee_id", "name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for trainer in self:
            trainer.display_name = trainer._gov_name()

    @api.constrains("employee_id", "session_id")
    def _check_not_participant(self):
        # sudo: only whether the trainer is a participant as well
        for trainer in self.sudo().filtered("employee_id"):
            if trainer.employee_id in trainer.session_id.registration_ids._gov_seated().employee_id:
                raise ValidationError(
                    self.env._(
                        "%(name)s is a participant of this session: nobody trains himself.",
                        name=trainer.employee_id.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        trainers = super().create(vals_list)
        trainers._gov_check_session()
        return trainers

    def write(self, vals):
        self._gov_check_session()
        result = super().write(vals)
        if "session_id" in vals:
            self._gov_check_session()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_convoked(self):
        self._gov_check_session()

    def _gov_check_session(self):
        """The trainers of a session are changed by who runs it, until its participants are convoked."""
        sessions = self.session_id
        sessions._gov_check_runs()
        for session in sessions:
            if session.state not in ("draft", "open", "postponed") and not has_sentinel(self.env):
                raise UserError(
                    self.env._(
                        "The participants of “%(session)s” know their trainer already.", session=session.display_name
                    )
                )

    def _gov_name(self, lang=None):
        """Return the name of the trainer in a language, with the organisation of who comes from outside."""
        self.ensure_one()
        one = self.sudo()  # sudo: who trains is told to everybody
        if one.employee_id:
            return one.employee_id._gov_document_name(lang or clock.short_lang(self.env))
        return " – ".join(filter(None, (one.name, one.organisation)))


class GovTrainingSlot(models.Model):
    """A half-day of a session: what one signs for."""

    _name = "gov.training.slot"
    _description = "Half-day of a session"
    _inherit = ["gov.training.people"]
    _order = "start, id"

    session_id = fields.Many2one("gov.training.session", required=True, index=True, ondelete="cascade")
    date = fields.Date(required=True, index=True)
    period = fields.Selection(PERIODS, "Part of the day", required=True)
    start = fields.Datetime("From", required=True)
    stop = fields.Datetime("To", required=True)
    presence_ids = fields.One2many("gov.training.presence", "slot_id", "Attendance", readonly=True)
    present_count = fields.Integer("Present", compute="_compute_counts")
    expected_count = fields.Integer("Expected", compute="_compute_counts")

    _moments_order = models.Constraint("CHECK (start < stop)", "A half-day ends after it begins.")
    _once = models.UniqueIndex("(session_id, date, period)", "This half-day is there already.")

    @api.depends("presence_ids.state")
    def _compute_counts(self):
        # sudo: numbers alone
        rows = (
            self.env["gov.training.presence"]
            .sudo()
            ._read_group([("slot_id", "in", self.ids)], ["slot_id", "state"], ["__count"])
        )
        counts = {(slot.id, state): count for slot, state, count in rows}
        for slot in self:
            slot.present_count = counts.get((slot.id, "present"), 0)
            slot.expected_count = sum(count for (one, _state), count in counts.items() if one == slot.id)

    @api.depends("date", "period")
    @api.depends_context("lang")
    def _compute_display_name(self):
        names = dict(self._fields["period"]._description_selection(self.env))
        for slot in self:
            day = clock.day_words(slot.date, clock.short_lang(self.env)) if slot.date else ""
            slot.display_name = " · ".join(filter(None, (day, names.get(slot.period))))

    @api.constrains("start", "stop", "date")
    def _check_day(self):
        for slot in self:
            start, stop = clock.to_local(self.env, slot.start), clock.to_local(self.env, slot.stop)
            if start.date() != slot.date or stop.date() != slot.date or stop - start > timedelta(hours=12):
                raise ValidationError(self.env._("The hours of a half-day are those of its day."))

    @api.constrains("date", "session_id")
    def _check_inside(self):
        for slot in self:
            session = slot.session_id
            if not session.date_from <= slot.date <= session.date_to:
                raise ValidationError(self.env._("A half-day is between the first and the last day of the session."))

    @api.model_create_multi
    def create(self, vals_list):
        slots = super().create(vals_list)
        slots._gov_check_session()
        return slots

    def write(self, vals):
        self._gov_check_session()
        if "session_id" in vals and not has_sentinel(self.env):
            raise UserError(self.env._("A half-day stays in its session."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_convoked(self):
        self._gov_check_session()

    def _gov_check_session(self):
        """Half-days are changed by who runs the session, until its participants are convoked."""
        if has_sentinel(self.env):
            return
        sessions = self.session_id
        sessions._gov_check_runs()
        for session in sessions:
            if session.state not in ("draft", "open", "postponed"):
                raise UserError(self.env._("The half-days of a session that was convoked change by “Postpone”."))

    def _gov_window(self):
        """Return from when to when one may sign for this half-day (UTC)."""
        self.ensure_one()
        before, after = (self._gov_parameter(f"training.sign.{end}", self.date) for end in ("before", "after"))
        return session_days.signing_window(self.start, self.stop, before, after)
