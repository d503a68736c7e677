from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from odoo.addons.gov_base.tools.act import around_act, short_transaction
from odoo.addons.gov_base.tools.search import search_when

from ..models.gov_training_need import PRIORITIES
from ..services import session_days, session_learning
from . import clock

STATES = [
    ("applied", "Waits for the head"),
    ("waiting", "On the waiting list"),
    ("registered", "Registered"),
    ("convoked", "Convoked"),
    ("validated", "Training validated"),
    ("not_validated", "Not validated"),
    ("refused", "Refused"),
    ("withdrawn", "Withdrawn"),
    ("cancelled", "Cancelled"),
]
ALIVE = ("applied", "waiting", "registered", "convoked", "validated", "not_validated")
SEATED = ("registered", "convoked", "validated", "not_validated")
# the results of a test are for the person, on his own page, and for those who run training; not for his heads
SCORE_READERS = "gov_base.group_training_officer,gov_base.group_hr_officer,gov_base.group_auditor"


class GovTrainingRegistration(models.Model):
    """The place of a person in a session.

    applied (the person asks) → the head agrees → registered (a seat is held) or waiting → registered when a seat is
    freed → convoked → validated or not validated at the closing; or refused by the head, withdrawn, cancelled with the
    session.  Training officers enrol others straight away.  Who asked never decides.
    """

    _name = "gov.training.registration"
    _description = "Registration for a training session"
    _inherit = ["gov.training.guarded", "mail.thread", "mail.activity.mixin", "gov.document.mixin"]
    _order = "session_id desc, arrival, id"
    _rec_names_search = ["employee_id.name", "session_id.name", "session_id.course_id.name"]

    session_id = fields.Many2one("gov.training.session", "Session", required=True, index=True, ondelete="restrict")
    employee_id = fields.Many2one("hr.employee", "Employee", required=True, index=True, ondelete="restrict")
    department_id = fields.Many2one(
        "hr.department", "Unit", compute="_compute_unit", store=True, precompute=True, index=True, ondelete="restrict"
    )
    region_id = fields.Many2one(
        "gov.region", compute="_compute_unit", store=True, precompute=True, index="btree_not_null", ondelete="restrict"
    )
    course_id = fields.Many2one(related="session_id.course_id", store=True, index=True)
    date_from = fields.Date(related="session_id.date_from", store=True)
    date_to = fields.Date(related="session_id.date_to")
    place = fields.Char(related="session_id.place")
    need_id = fields.Many2one("gov.training.need", "Need", index="btree_not_null", ondelete="set null")
    source = fields.Selection(
        [("employee", "The employee applied"), ("officer", "The training officer enrolled")],
        "Who asked",
        required=True,
        default="employee",
    )
    asked_by_id = fields.Many2one("res.users", "Asked by", index="btree_not_null", ondelete="restrict")
    motive = fields.Text("Why this training")
    priority = fields.Selection(PRIORITIES, required=True, default="2")
    arrival = fields.Integer("Arrival", default=0, aggregator=None, help="Order of arrival in the session.")
    position = fields.Integer("Place on the waiting list", compute="_compute_position")
    state = fields.Selection(STATES, required=True, default="applied", readonly=True, copy=False, index=True)
    decided_by_id = fields.Many2one("res.users", "Decided by", index="btree_not_null", ondelete="restrict")
    decided_on = fields.Datetime()
    comment = fields.Text("Word of the head")
    reason = fields.Text(help="Why it was refused, withdrawn or cancelled.")
    replaced_by_id = fields.Many2one(
        "gov.training.registration", "Replaced by", index="btree_not_null", ondelete="restrict"
    )
    replaces_id = fields.Many2one(
        "gov.training.registration", "Takes the seat of", index="btree_not_null", ondelete="restrict"
    )
    # documents
    convocation_id = fields.Many2one("gov.document", "Convocation", index="btree_not_null", ondelete="restrict")
    convocation_number = fields.Char(related="convocation_id.number", string="Convocation number")
    certificate_id = fields.Many2one("gov.document", "Certificate", index="btree_not_null", ondelete="restrict")
    certificate_number = fields.Char(related="certificate_id.number", string="Certificate number")
    # attendance
    presence_ids = fields.One2many("gov.training.presence", "registration_id", "Attendance")
    present_count = fields.Integer("Half-days present", compute="_compute_presence", store=True, aggregator="sum")
    expected_count = fields.Integer("Half-days", compute="_compute_presence", store=True, aggregator="sum")
    presence_rate = fields.Float("Presence", compute="_compute_presence", store=True, aggregator="avg")
    # evaluation
    feedback_given = fields.Boolean(
        "Evaluation given", help="What the person answered is kept apart, and cannot be traced to the person."
    )
    test_ids = fields.One2many("gov.training.test", "registration_id", "Tests")
    score_before = fields.Float(
        "Test before", compute="_compute_scores", store=True, aggregator="avg", digits=(5, 1), groups=SCORE_READERS
    )
    score_after = fields.Float(
        "Test after", compute="_compute_scores", store=True, aggregator="avg", digits=(5, 1), groups=SCORE_READERS
    )
    gain = fields.Float(
        "Points gained", compute="_compute_scores", store=True, aggregator="avg", digits=(5, 1), groups=SCORE_READERS
    )
    has_tests = fields.Boolean("Both tests taken", compute="_compute_scores", store=True)
    transfer_ids = fields.One2many("gov.training.transfer", "registration_id", "At work")
    # the reader
    signalled = fields.Char(export_string_translation=False)
    conflict_text = fields.Text("Conflicts", compute="_compute_conflict_text")
    is_mine = fields.Boolean(compute="_compute_rights", export_string_translation=False)
    can_decide = fields.Boolean(
        compute="_compute_rights", search="_search_can_decide", export_string_translation=False
    )
    can_withdraw = fields.Boolean(compute="_compute_rights", export_string_translation=False)
    can_run = fields.Boolean(compute="_compute_rights", export_string_translation=False)
    is_readable = fields.Boolean(
        compute="_compute_rights", search="_search_is_readable", export_string_translation=False
    )

    _once = models.UniqueIndex(
        "(session_id, employee_id) WHERE state IN ('applied', 'waiting', 'registered', 'convoked', 'validated', "
        "'not_validated')",
        "This person is registered for this session already.",
    )
    _queue_idx = models.Index("(session_id, arrival) WHERE state = 'waiting'")

    # ------------------------------------------------------------------ computes
    @api.depends("employee_id")
    def _compute_unit(self):
        for registration in self:
            # sudo: unit of the day of the registration, in the directory
            department = registration.sudo().employee_id.department_id
            registration.department_id = department
            registration.region_id = department.effective_region_id

    @api.depends("employee_id", "session_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for registration in self:
            one = registration.sudo()  # sudo: both are named to whoever reads the registration
            name = one.employee_id._gov_document_name(clock.short_lang(self.env)) if one.employee_id else ""
            registration.display_name = " · ".join(filter(None, (name, one.session_id.display_name)))

    @api.depends("state", "arrival")
    def _compute_position(self):
        waiting = self.filtered(lambda one: one.state == "waiting")
        # sudo: places alone, of all who wait for these sessions
        rows = self.sudo().search_fetch(
            [("session_id", "in", waiting.session_id.ids), ("state", "=", "waiting")],
            ["session_id", "priority", "arrival"],
        )
        places = {}
        for session, members in rows.grouped("session_id").items():
            order = members.sorted(session._gov_queue_key)
            places.update({one.id: at for at, one in enumerate(order, 1)})
        for registration in self:
            registration.position = places.get(registration.id, 0)

    @api.depends("presence_ids.state")
    def _compute_presence(self):
        for registration in self:
            states = registration.presence_ids.mapped("state")
            registration.expected_count = len(states)
            registration.present_count = states.count("present")
            registration.presence_rate = session_days.presence_rate(states)

    @api.depends("test_ids.score", "test_ids.phase")
    def _compute_scores(self):
        for registration in self:
            scores = {test.phase: test.score for test in registration.test_ids}
            registration.score_before = scores.get("before", 0.0)
            registration.score_after = scores.get("after", 0.0)
            registration.has_tests = len(scores) == 2
            registration.gain = session_learning.gain(scores.get("before"), scores.get("after")) or 0.0

    @api.depends("state")
    def _compute_conflict_text(self):
        for registration in self:
            registration.conflict_text = False
            if registration.state in ("applied", "waiting", "registered", "convoked"):
                # sudo: when the person is away, never why, for whoever reads the registration
                one = registration.sudo()
                found = one.session_id._gov_conflicts(one.employee_id)
                registration.conflict_text = "\n".join(
                    registration.session_id._gov_conflict_sentence(item) for item in found
                )

    @api.depends_context("uid")
    @api.depends("state", "employee_id")
    def _compute_rights(self):
        user = self.env.user
        officer, regions = self._gov_is_officer(), self._gov_served_regions()
        readable = self._filtered_readable()
        for registration in self:
            one = registration.sudo()  # sudo: only what the user is to the person and to the session
            registration.is_mine = one.employee_id.user_id == user
            headed = bool(one.employee_id) and one.employee_id._gov_is_headed_by(user)
            runs = officer and (not regions or one.session_id.region_id in regions)
            registration.can_run = runs and not registration.is_mine
            registration.can_decide = (
                registration.state == "applied" and one._gov_is_head(user) and user != one.asked_by_id
            )
            registration.can_withdraw = registration.state in (
                "applied",
                "waiting",
                "registered",
                "convoked",
            ) and (registration.is_mine or headed or runs)
            registration.is_readable = registration in readable

    def _filtered_readable(self):
        records = self.filtered("id")
        # sudo: the same question as the record rule, asked of the database
        return self.sudo().search(Domain("id", "in", records.ids) & self._gov_people_domain()) if records else self

    @api.model
    @search_when
    def _search_is_readable(self):
        return self._gov_people_domain()

    @api.model
    @search_when
    def _search_can_decide(self):
        heads = self.env.user | self._gov_absent_heads()
        # sudo: who heads which unit is in the organisation chart
        units = self.env["hr.department"].sudo().search([("manager_id.user_id", "in", heads.ids)])
        domain = (
            Domain("state", "=", "applied")
            & Domain("department_id", "child_of", units.ids)
            & Domain("employee_id.user_id", "not in", heads.ids)
        )
        return domain

    @api.model
    def _gov_absent_heads(self):
        """Return the users for whom the user stands in today."""
        # sudo: only for whom the user stands in
        interims = self.env["gov.interim"].sudo()._get_absents(self.env.user)
        return self.env["res.users"].union(*(absent for absent, _path in interims))

    def _gov_is_head(self, user):
        """Tell whether a user heads the person, or stands in today for somebody who does; never the person himself."""
        self.ensure_one()
        employee = self.employee_id
        if user == employee.user_id:
            return False
        heads = employee._gov_heads()
        return user in heads or (user == self.env.user and bool(self._gov_absent_heads() & heads))

    # ------------------------------------------------------------------ sets
    @api.model
    def _gov_live(self, employee, sessions):
        """Return the registrations of a person for these sessions that are neither refused nor ended."""
        return self.search(
            [("employee_id", "=", employee.id), ("session_id", "in", sessions.ids), ("state", "in", ALIVE)]
        )

    def _gov_alive(self):
        return self.filtered(lambda one: one.state in ALIVE)

    def _gov_seated(self):
        return self.filtered(lambda one: one.state in SEATED)

    # ------------------------------------------------------------------ state
    def _gov_claim(self, states, target, **extra):
        """Take these registrations from one of ``states`` to ``target``; return those that were taken."""
        self.env.flush_all()
        changes = [SQL("%s = %s", SQL.identifier(name), value) for name, value in extra.items()]
        rows = self.env.execute_query(
            SQL(
                "UPDATE gov_training_registration SET %s WHERE id IN %s AND state IN %s RETURNING id",
                SQL(", ").join([SQL("state = %s", target), SQL("write_date = now() AT TIME ZONE 'UTC'"), *changes]),
                self._ids or (0,),
                tuple(states),
            )
        )
        self.invalidate_recordset()
        taken = self.browse(sorted(row[0] for row in rows))
        taken.modified(["state"])
        return taken

    def _gov_claim_one(self, states, target, **extra):
        self.ensure_one()
        taken = self._gov_claim(states, target, **extra)
        if not taken:
            raise UserError(
                self.env._("This was done already, or can no longer be done. Reload the page to see where it stands.")
            )
        return taken

    def _gov_set_state(self, state):
        if self:
            self._gov_write({"state": state})

    def _gov_end(self, state, reason):
        if self:
            self._gov_write({"state": state, "reason": reason})
            self._gov_close_todos()

    def _gov_close_todos(self):
        # sudo: the to-do of the head ends with the application, whoever ends it
        self.sudo().activity_ids.filtered(lambda one: one.activity_type_id == self._gov_todo("decide")).unlink()

    @api.model
    def _gov_todo(self, name):
        return self.env.ref(f"gov_hr_training.mail_activity_type_{name}")

    # ------------------------------------------------------------------ seats
    def _gov_seat(self):
        """Give these new registrations of one session their numbers, and a seat while there is one."""
        session = self.session_id
        found = session._gov_take_seats(len(self))
        if found is None:
            raise UserError(self.env._("“%(session)s” no longer takes registrations.", session=session.display_name))
        first, seated = found
        for at, registration in enumerate(self):
            registration._gov_write({"arrival": first + at, "state": "registered" if at < seated else "waiting"})
        self.env.flush_all()
        self[:seated]._gov_on_seated()
        for registration in self[seated:]:
            registration._gov_tell_person(
                lambda one: one.env._(
                    "You are on the waiting list of “%(session)s”, place %(place)s.",
                    session=one.session_id.display_name,
                    place=one.position,
                )
            )

    def _gov_on_seated(self):
        """Tell those who have a seat; when the participants are convoked already, convoke them too."""
        late = self.filtered(lambda one: one.session_id.state in ("convoked", "running"))
        late.sudo()._gov_convoke()  # sudo: the act that gave the seat was checked
        for registration in self - late:
            registration._gov_tell_person(
                lambda one: one.env._(
                    "You have a seat in “%(session)s”, from %(start)s to %(stop)s. Your convocation follows.",
                    session=one.session_id.display_name,
                    start=format_date(one.env, one.session_id.date_from),
                    stop=format_date(one.env, one.session_id.date_to),
                )
            )
        if late:
            late.session_id._gov_sync_calendar()

    def _gov_on_promoted(self):
        """A seat was freed: these had waited first."""
        self._gov_on_seated()
        self.env["gov.journal.entry"]._record_many(
            [(one, "promote", {"session": one.session_id.id, "arrival": one.arrival}) for one in self]
        )

    def _gov_tell_person(self, sentence):
        for registration in self.sudo():  # sudo: the person is told, whoever acts
            registration._gov_tell(
                registration.employee_id.user_id - self.env.user,
                lambda one: one.session_id.display_name,
                sentence,
            )

    def _gov_outcome(self, warnings=()):
        """Return what the act gave each: see ``gov.training.session.action_enrol``."""
        away = list(warnings)
        return [
            {
                "id": one.id,
                "employee_id": one.employee_id.id,
                "state": one.state,
                "arrival": one.arrival,
                "position": one.position,
                "warnings": away,
            }
            for one in self.sudo()  # sudo: what was given to those just enrolled
        ]

    # ------------------------------------------------------------------ the head
    def _gov_ask_head(self):
        """Give the nearest head a to-do; the training officer when nobody heads the person."""
        for registration in self.sudo():  # sudo: who applies plans work for his head
            heads = registration.employee_id._gov_heads()
            user = heads[:1] or registration.session_id.officer_id
            if user:
                one = registration.with_context(lang=user.lang, mail_activity_quick_update=True)
                one.activity_schedule(
                    activity_type_id=registration._gov_todo("decide").id,
                    **one._gov_said("decide"),
                    user_id=user.id,
                )

    def _gov_todo_words(self, key):
        person = self.employee_id.display_name
        if key == "decide":
            return self.env._("Agree on a training: %(person)s", person=person)
        if key == "conflict":
            return self.env._("A participant is away: %(person)s", person=person)
        return super()._gov_todo_words(key)

    def _gov_check_decides(self):
        self.ensure_one()
        user = self.env.user
        one = self.sudo()  # sudo: who is whose head
        if self.env.su:
            return
        concerned = one.employee_id.user_id | one.asked_by_id
        if user in concerned or self._gov_absent_heads() & concerned:
            raise AccessError(self.env._("Who asks does not decide: a head above does."))
        heads = one.employee_id._gov_heads()
        runs = self._gov_is_officer() and (
            not self._gov_served_regions() or one.session_id.region_id in self._gov_served_regions()
        )
        if not one._gov_is_head(user) and not (not heads and runs):
            raise AccessError(
                self.env._("A head of %(person)s decides on this application.", person=one.employee_id.display_name)
            )

    @around_act
    def action_approve(self, comment=None):
        """Agree, as a head: the person gets a seat, or a place on the waiting list by his order of arrival."""
        self.ensure_one()
        self._gov_approve(comment)
        self.sudo()._gov_finish_convocations()  # sudo: finishes what the act prepared
        return True

    @short_transaction
    def _gov_approve(self, comment=None):
        self.check_access("read")
        self._gov_check_decides()
        comment = self._gov_reason(comment, required=False)
        session = self.sudo().session_id  # sudo: whether the session still takes people
        session._gov_check_open()
        session._gov_check_conflicts(self.sudo().employee_id, "registration")  # sudo: as above
        taken = self._gov_claim_one(
            ("applied",),
            "waiting",
            decided_by_id=self.env.uid,
            decided_on=fields.Datetime.now(),
            comment=comment or None,
        )
        taken._gov_close_todos()
        # on the list with its number of arrival, then the list is served: nobody is passed over
        if not session._gov_lock_row():
            raise UserError(self.env._("“%(session)s” no longer takes registrations.", session=session.display_name))
        promoted = session._gov_promote()
        if taken not in promoted:
            taken.invalidate_recordset()
            taken._gov_tell_person(
                lambda one: one.env._(
                    "Your head agrees. No seat is left in “%(session)s”: you wait for one, place %(place)s.",
                    session=one.session_id.display_name,
                    place=one.position,
                )
            )
        self.env["gov.journal.entry"]._record(taken, "approve", {"session": session.id, "arrival": taken.arrival})

    @short_transaction
    def action_refuse(self, reason):
        """Refuse an application, as a head, with a reason."""
        self.ensure_one()
        self.check_access("read")
        self._gov_check_decides()
        reason = self._gov_reason(reason)
        taken = self._gov_claim_one(
            ("applied",), "refused", decided_by_id=self.env.uid, decided_on=fields.Datetime.now(), reason=reason
        )
        taken._gov_close_todos()
        taken._gov_tell_person(
            lambda one: one.env._(
                "Your application for “%(session)s” is refused. Reason: %(reason)s",
                session=one.session_id.display_name,
                reason=reason,
            )
        )
        self.env["gov.journal.entry"]._record(taken, "refuse", {"reason": reason})
        return True

    # ------------------------------------------------------------------ withdraw, replace
    @around_act
    def action_cancel(self, reason=None):
        """Withdraw: the person, a head or the training officer; the seat goes at once to who waits first.

        A reason is asked once there is a seat.
        """
        self.ensure_one()
        session = self.sudo().session_id  # sudo: whose list moves
        self._gov_withdraw(reason)
        session.registration_ids._gov_finish_convocations()
        return True

    @short_transaction
    def _gov_withdraw(self, reason=None):
        self.check_access("read")
        one = self.sudo()  # sudo: what the user is to the person and to the session
        if not (self.env.su or self.can_withdraw or one.state not in ALIVE):
            raise AccessError(self.env._("The person, one of the heads or the training officer withdraws."))
        seated = one.state in ("registered", "convoked")
        reason = self._gov_reason(reason, required=seated)
        session = one.session_id
        if seated and session._gov_bounds()[1] and session._gov_bounds()[1] <= fields.Datetime.now():
            raise UserError(self.env._("The session is over: the attendance says who was there."))
        # two statements, each conditional: what waits has no seat to give back, whatever happens meanwhile
        taken = self._gov_claim(("applied", "waiting"), "withdrawn", reason=reason or None)
        if not taken:
            if not reason:
                raise UserError(self.env._("A seat was just given: say why it is given back."))
            taken = self._gov_claim_one(("registered", "convoked"), "withdrawn", reason=reason)
            taken.sudo()._gov_revoke_convocations(reason)  # sudo: the convocation falls with the registration
            taken.sudo().presence_ids._gov_delete()  # sudo: as above
            session._gov_free_seats(1)
            session._gov_sync_calendar()
            session._gov_tell(
                session.officer_id - self.env.user,
                lambda target: target.display_name,
                lambda target, person=one.employee_id.display_name: target.env._(
                    "%(person)s gives the seat back. Reason: %(reason)s", person=person, reason=reason
                ),
            )
        taken._gov_close_todos()
        taken._gov_tell_person(
            lambda target: target.env._(
                "Your registration for “%(session)s” is withdrawn.", session=target.session_id.display_name
            )
        )
        self.env["gov.journal.entry"]._record(taken, "withdraw", {"reason": reason})

    @around_act
    def action_replace(self, employee_id, reason):
        """Give the seat of a participant to another person: the training officer, with a reason.

        The seat passes from one to the other, so that the waiting list is not served; who is replaced is told.

        :param employee_id: id of the employee who takes the seat
        :return: the new registration, as in ``gov.training.session.action_enrol``
        """
        self.ensure_one()
        new = self._gov_replace(employee_id, reason)
        new._gov_finish_convocations()
        return new._gov_outcome()[0]

    @short_transaction
    def _gov_replace(self, employee_id, reason):
        self.check_access("read")
        session = self.session_id
        session._gov_check_runs()
        reason = self._gov_reason(reason)
        employee = self._gov_ids("hr.employee", [employee_id])
        if not employee:
            raise UserError(self.env._("Choose who takes the seat."))
        if employee == self.env.user.employee_id and not self.env.su:
            raise AccessError(self.env._("You do not enrol yourself: apply for the session, and your head agrees."))
        session._gov_check_open()
        session._gov_check_people(employee)
        session._gov_check_conflicts(employee, "registration")
        old = self._gov_claim_one(("registered", "convoked"), "withdrawn", reason=reason).sudo()  # sudo: checked above
        old._gov_revoke_convocations(reason)
        old.presence_ids._gov_delete()
        new = self._gov_create(
            [
                {
                    "session_id": session.id,
                    "employee_id": employee.id,
                    "source": "officer",
                    "priority": old.priority,
                    "arrival": old.arrival,
                    "state": "registered",
                    "asked_by_id": self.env.uid,
                    "decided_by_id": self.env.uid,
                    "decided_on": fields.Datetime.now(),
                    "replaces_id": old.id,
                }
            ]
        )
        old._gov_write({"replaced_by_id": new.id})
        new._gov_on_seated()
        old._gov_tell_person(
            lambda target: target.env._(
                "Your seat in “%(session)s” goes to somebody else. Reason: %(reason)s",
                session=target.session_id.display_name,
                reason=reason,
            )
        )
        self.env["gov.journal.entry"]._record(old, "replace", {"by": new.id, "reason": reason})
        return new

    # ------------------------------------------------------------------ conflicts that come later
    def _gov_signal_conflict(self):
        """Tell the training officer of what was granted on the half-days since the convocation; each thing once."""
        told = 0
        for registration in self:
            found = registration.session_id._gov_conflicts(registration.employee_id, granted_only=True)
            key = " ".join(sorted(f"{item['model']},{item['res_id']}" for item in found))
            if not found or key == (registration.signalled or ""):
                continue
            registration._gov_write({"signalled": key})
            officer = registration.session_id.officer_id
            if officer:
                one = registration.with_context(lang=officer.lang, mail_activity_quick_update=True)
                one.activity_schedule(
                    activity_type_id=registration._gov_todo("conflict").id,
                    **one._gov_said("conflict"),
                    note=" ".join(one.session_id._gov_conflict_sentence(item) for item in found),
                    user_id=officer.id,
                )
            told += 1
        return told

    # ------------------------------------------------------------------ screens
    def action_download_convocation(self):
        """Download the convocation."""
        self.ensure_one()
        self.check_access("read")
        if not self.convocation_id:
            raise UserError(self.env._("There is no convocation yet."))
        return self.convocation_id.action_download()

    def action_download_certificate(self):
        """Download the certificate of training."""
        self.ensure_one()
        self.check_access("read")
        if not self.certificate_id:
            raise UserError(self.env._("The certificate is issued at the closing of the session, to who was present."))
        return self.certificate_id.action_download()

    def _gov_open_dialog(self, operation, title):
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "gov.training.dialog",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_session_id": self.session_id.id,
                "default_registration_id": self.id,
                "default_operation": operation,
            },
        }

    def action_open_refuse(self):
        """Open the dialog that refuses an application."""
        return self._gov_open_dialog("refuse", self.env._("Refuse the application"))

    def action_open_cancel(self):
        """Open the dialog that withdraws."""
        return self._gov_open_dialog("withdraw", self.env._("Withdraw from the session"))

    def action_open_replace(self):
        """Open the dialog that replaces a participant."""
        return self._gov_open_dialog("replace", self.env._("Replace a participant"))
