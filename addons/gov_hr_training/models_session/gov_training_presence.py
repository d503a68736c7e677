import base64
import binascii
from datetime import UTC

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, hmac

from odoo.addons.gov_base.tools.act import short_transaction
from odoo.addons.gov_document.services import qr

from ..services import session_code
from . import clock

# a signature drawn with a finger, as the page draws it
PNG = b"\x89PNG\r\n\x1a\n"
LARGEST_SIGNATURE = 100 * 1024
WAYS = [
    ("phone", "Signed on a phone"),
    ("tablet", "Signed on the tablet"),
    ("trainer", "Called by the trainer"),
    ("officer", "Corrected by the training officer"),
]


class GovTrainingPresence(models.Model):
    """Whether a participant was there at a half-day: expected, then signed once, or absent.

    Signed by the person on a phone with the code that the trainer's screen shows, or on the tablet that the trainer
    holds out; or called by the trainer.  Only during the half-day, some minutes more.  Afterwards the training officer
    corrects, with a reason, and never about himself.
    """

    _name = "gov.training.presence"
    _description = "Attendance at a half-day"
    _inherit = ["gov.training.guarded"]
    _order = "slot_id, id"

    registration_id = fields.Many2one(
        "gov.training.registration", "Participant", required=True, index=True, ondelete="cascade"
    )
    slot_id = fields.Many2one("gov.training.slot", "Half-day", required=True, index=True, ondelete="cascade")
    session_id = fields.Many2one(related="registration_id.session_id", store=True, index=True)
    employee_id = fields.Many2one(related="registration_id.employee_id", store=True, index=True)
    date = fields.Date(related="slot_id.date", store=True)
    period = fields.Selection(related="slot_id.period", string="Part of the day", store=True)
    state = fields.Selection(
        [("expected", "Expected"), ("present", "Present"), ("absent", "Absent"), ("excused", "Excused")],
        required=True,
        default="expected",
        readonly=True,
        copy=False,
    )
    way = fields.Selection(WAYS, "How")
    signed_on = fields.Datetime()
    signed_by_id = fields.Many2one("res.users", "Recorded by", index="btree_not_null", ondelete="restrict")
    signature = fields.Binary(attachment=True)
    reason = fields.Char("Reason of the correction")

    _once = models.UniqueIndex("(registration_id, slot_id)", "One signs once for a half-day.")

    @api.depends("registration_id", "slot_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for presence in self:
            one = presence.sudo()  # sudo: named to whoever reads the attendance
            presence.display_name = " · ".join((one.employee_id.display_name or "", one.slot_id.display_name or ""))

    # ------------------------------------------------------------------ acts
    def _gov_mark(self, state, way, signature=None, reason=None, before=("expected",)):
        """Record the presence: one conditional statement, so that nobody signs twice.

        :return: False when it was recorded already
        """
        self.ensure_one()
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """UPDATE gov_training_presence
                      SET state = %s, way = %s, reason = %s, signed_by_id = %s,
                          signed_on = now() AT TIME ZONE 'UTC', write_date = now() AT TIME ZONE 'UTC'
                    WHERE id = %s AND state IN %s RETURNING id""",
                state,
                way or None,
                reason or None,
                self.env.uid,
                self.id,
                tuple(before),
            )
        )
        self.invalidate_recordset()
        if not rows:
            return False
        self.modified(["state"])
        if signature:
            self._gov_write({"signature": signature})
        self.env["gov.journal.entry"]._record(
            self, "attend", {"slot": self.slot_id.id, "state": state, "way": way, "reason": reason or ""}
        )
        return True

    @short_transaction
    def action_correct(self, state, reason):
        """Correct the attendance, with a reason: the training officer, never about himself.

        :param state: ``present``, ``absent`` or ``excused``
        """
        self.ensure_one()
        self.check_access("read")
        one = self.sudo()  # sudo: what is corrected
        one.session_id.with_env(self.env)._gov_check_runs()
        if one.employee_id.user_id == self.env.user:
            raise AccessError(self.env._("Your own attendance is corrected by another training officer."))
        if state not in ("present", "absent", "excused"):
            raise UserError(self.env._("The attendance is present, absent or excused."))
        reason = self._gov_reason(reason)
        if one.session_id.state not in ("convoked", "running"):
            raise UserError(self.env._("The attendance of a session that is closed no longer changes."))
        if one.slot_id.start > fields.Datetime.now():
            raise UserError(self.env._("This half-day has not begun."))
        old = one.state
        others = tuple(name for name in ("expected", "present", "absent", "excused") if name != state)
        if not one._gov_mark(state, "officer", reason=reason, before=others):
            raise UserError(self.env._("The attendance says that already."))
        self.env["gov.journal.entry"]._record(self, "correct", {"from": old, "to": state, "reason": reason})
        return True

    def action_open_correct(self):
        """Open the dialog that corrects."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Correct the attendance"),
            "res_model": "gov.training.dialog",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_session_id": self.session_id.id,
                "default_presence_id": self.id,
                "default_operation": "correct",
            },
        }


class GovTrainingSlot(models.Model):
    """Signing for a half-day."""

    _inherit = "gov.training.slot"

    # ------------------------------------------------------------------ the code of the screen
    @api.model
    def _gov_sign_text(self, text):
        """Return the keyed digest of a text; the key is the database's own secret."""
        # sudo: the secret of the database keys the digest and does not come out
        return hmac(self.env(su=True), "gov.training.slot", text)

    @api.model
    def _gov_seconds(self):
        return fields.Datetime.now().replace(tzinfo=UTC).timestamp()

    @api.model
    def _gov_code_seconds(self):
        return max(10, int(self._gov_parameter("training.code.seconds")))

    def _gov_check_holds(self):
        """Refuse who does not hold the attendance of this half-day: its trainers, and who runs the session."""
        self.ensure_one()
        session = self.session_id
        if session.is_trainer:
            return
        session._gov_check_runs()

    def get_code(self):
        """Return what the trainer's screen shows for this half-day: a code good for some seconds.

        :return: ``{"code", "path", "svg", "seconds", "present", "expected"}``
        """
        self.ensure_one()
        self.check_access("read")
        self._gov_check_holds()
        now = self._gov_seconds()
        seconds = self._gov_code_seconds()
        code = session_code.make(self.id, now, seconds, self._gov_sign_text)
        path = f"/training/sign/{code}"
        return {
            "code": code,
            "path": path,
            "svg": qr.svg(self.get_base_url() + path, self.env._("Code to sign with a phone")),
            # the screen asks for the next one before this one is out of date
            "seconds": seconds - int(now % seconds),
            "present": self.present_count,
            "expected": self.expected_count,
        }

    @api.model
    def _gov_read_code(self, code):
        """Return the half-day of a code; refuse by a sentence one that is not good now."""
        try:
            slot_id = session_code.read(code, self._gov_seconds(), self._gov_code_seconds(), self._gov_sign_text)
        except session_code.CodeError as error:
            raise UserError(
                {
                    "expired": self.env._(
                        "This code is out of date: scan the one that the trainer's screen shows now."
                    ),
                    "early": self.env._(
                        "This code is not good yet: scan the one that the trainer's screen shows now."
                    ),
                    "forged": self.env._("This code does not come from us: scan the one on the trainer's screen."),
                    "unreadable": self.env._("This code cannot be read: scan the one on the trainer's screen."),
                }[error.reason]
            ) from error
        slot = self.browse(slot_id).exists()
        if not slot:
            raise UserError(self.env._("This half-day no longer exists: ask the trainer."))
        return slot

    @api.model
    def action_sign_code(self, code):
        """Sign for oneself with the code that the trainer's screen shows.

        :return: as :meth:`_gov_sign_self`
        """
        return self._gov_read_code(code)._gov_sign_self()

    @short_transaction
    def _gov_sign_self(self):
        """Record the presence of the user, who has shown that he is in the room.

        :return: ``{"is_new", "session", "slot", "signed_on"}``
        """
        self.ensure_one()
        employee = self.env.user.employee_id
        if not employee:
            raise UserError(
                self.env._(
                    "Your account is not linked to a personnel file: ask the human resources office to link it."
                )
            )
        slot = self.sudo()  # sudo: one's own line of attendance
        presence = slot.presence_ids.filtered(lambda one: one.employee_id == employee)
        if not presence:
            raise UserError(
                self.env._(
                    "You are not a participant of “%(session)s”: the training officer can tell you why.",
                    session=slot.session_id.display_name,
                )
            )
        if presence.state == "present":
            return slot._gov_signed(presence, False)
        slot._gov_check_window()
        is_new = presence._gov_mark("present", "phone")
        if not is_new and presence.state != "present":
            raise UserError(
                self.env._("You were recorded as absent: the training officer corrects it, with the reason.")
            )
        return slot._gov_signed(presence, is_new)

    def _gov_signed(self, presence, is_new):
        return {
            "is_new": is_new,
            "session": self.session_id.display_name,
            "slot": self.display_name,
            "signed_on": f"{clock.to_local(self.env, presence.signed_on):%H:%M}" if presence.signed_on else "",
        }

    def _gov_check_window(self):
        """Refuse to sign before the half-day or after it, some minutes apart."""
        self.ensure_one()
        session = self.session_id
        if session._gov_is_past_allowed():
            return
        session._gov_progress()
        first, last = self._gov_window()
        now = fields.Datetime.now()
        values = {
            "slot": self.display_name,
            "first": f"{clock.to_local(self.env, first):%H:%M}",
            "last": f"{clock.to_local(self.env, last):%H:%M}",
        }
        if session.state not in ("convoked", "running"):
            raise UserError(self.env._("This session is not under way: nobody signs for it."))
        if now < first:
            raise UserError(self.env._("It is too early to sign for %(slot)s: from %(first)s on.", **values))
        if now > last:
            raise UserError(
                self.env._(
                    "It is too late to sign for %(slot)s, which ended to sign at %(last)s: the training officer "
                    "corrects the attendance, with a reason.",
                    **values,
                )
            )

    # ------------------------------------------------------------------ the tablet
    @short_transaction
    def action_sign_tablet(self, registration_id, signature=None):
        """Record the presence of a participant on the device of the trainer.

        :param signature: PNG in base64 that the person has drawn; None when the trainer calls the names
        :return: ``{"is_new", "signed_on"}``
        """
        self.ensure_one()
        self.check_access("read")
        self._gov_check_holds()
        slot = self.sudo()  # sudo: who holds the attendance was checked
        presence = slot.presence_ids.filtered(lambda one: one.registration_id.id == registration_id)
        if not presence:
            raise UserError(self.env._("This person is not a participant of this half-day."))
        if presence.employee_id.user_id == self.env.user:
            raise AccessError(self.env._("You sign for yourself with your phone, or somebody else records it."))
        slot._gov_check_window()
        image = self._gov_read_signature(signature)
        way = "tablet" if image else "trainer"
        is_new = presence._gov_mark("present", way, image)
        return slot._gov_signed(presence, is_new)

    @short_transaction
    def action_unsign(self, registration_id):
        """Take back a presence that the trainer has just recorded by mistake, during the half-day."""
        self.ensure_one()
        self.check_access("read")
        self._gov_check_holds()
        slot = self.sudo()  # sudo: who holds the attendance was checked
        presence = slot.presence_ids.filtered(lambda one: one.registration_id.id == registration_id)
        slot._gov_check_window()
        if not presence or presence.way not in ("trainer", "tablet") or presence.signed_by_id != self.env.user:
            raise UserError(
                self.env._(
                    "Only what you recorded yourself is taken back here: the training officer corrects the rest."
                )
            )
        if presence._gov_mark("expected", False, reason=self.env._("Taken back"), before=("present",)):
            presence._gov_write({"signature": False, "signed_on": False, "signed_by_id": False})
        return True

    def _gov_read_signature(self, signature):
        """Return a drawn signature as it is kept, or None; refuse what is no small PNG."""
        if not signature:
            return None
        text = signature.split(",", 1)[-1] if isinstance(signature, str) else ""
        try:
            data = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            data = b""
        if not data.startswith(PNG) or len(data) > LARGEST_SIGNATURE:
            raise UserError(self.env._("This signature cannot be kept: clear it and sign again."))
        return text
