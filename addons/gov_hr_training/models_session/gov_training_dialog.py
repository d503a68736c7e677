from odoo import api, fields, models

from ..models.gov_training_need import PRIORITIES

MARKS = [(str(mark), str(mark)) for mark in range(1, 6)]


class GovTrainingDialog(models.TransientModel):
    """Dialog that takes what an act on a session needs; the act itself checks who may do it."""

    _name = "gov.training.dialog"
    _description = "Act on a training session"

    operation = fields.Selection(
        [
            ("enrol", "Enrol"),
            ("apply", "Apply"),
            ("postpone", "Postpone"),
            ("cancel_session", "Cancel"),
            ("seats", "Seats"),
            ("place", "Place"),
            ("refuse", "Refuse"),
            ("withdraw", "Withdraw"),
            ("replace", "Replace"),
            ("correct", "Correct"),
            ("transfer", "Evaluate at work"),
            ("end_member", "End"),
        ],
        required=True,
    )
    session_id = fields.Many2one("gov.training.session", index=True, ondelete="cascade")
    registration_id = fields.Many2one("gov.training.registration", index=True, ondelete="cascade")
    presence_id = fields.Many2one("gov.training.presence", index=True, ondelete="cascade")
    transfer_id = fields.Many2one("gov.training.transfer", index=True, ondelete="cascade")
    member_id = fields.Many2one("gov.training.programme.member", index=True, ondelete="cascade")
    employee_ids = fields.Many2many("hr.employee", string="Participants")
    employee_id = fields.Many2one("hr.employee", "Who takes the seat", index=True, ondelete="cascade")
    priority = fields.Selection(PRIORITIES, default="2")
    conflict_text = fields.Text("Conflicts", compute="_compute_conflict_text")
    reason = fields.Text(help="It is kept, and those concerned read it.")
    motive = fields.Text("Why this training")
    seats = fields.Integer()
    place = fields.Char()
    presence_state = fields.Selection(
        [("present", "Present"), ("absent", "Absent"), ("excused", "Excused")], "Attendance", default="present"
    )
    outcome = fields.Selection(
        [("succeeded", "Succeeded"), ("failed", "Not succeeded"), ("left", "Left the programme")], default="succeeded"
    )
    used = fields.Selection(MARKS, "What was learnt is used")
    progress = fields.Selection(MARKS, "The work is better for it")
    conditions = fields.Selection(MARKS, "Means and time allow it")

    @api.depends("employee_ids", "employee_id", "session_id")
    def _compute_conflict_text(self):
        for dialog in self:
            session, people = dialog.session_id, dialog.employee_ids | dialog.employee_id
            sentences = []
            if session and people and session.can_run:
                # sudo: when people are away, for who runs the session
                found = session.sudo()._gov_conflicts(people._origin or people)
                sentences = [session._gov_conflict_sentence(item) for item in found]
            dialog.conflict_text = "\n".join(sentences)

    def action_confirm(self):
        """Do the act."""
        self.ensure_one()
        session, registration, reason = self.session_id, self.registration_id, self.reason
        if self.operation == "enrol":
            session.action_enrol(self.employee_ids.ids, self.priority)
        elif self.operation == "apply":
            session.action_apply(self.motive)
        elif self.operation == "postpone":
            session.action_postpone(reason)
        elif self.operation == "cancel_session":
            session.action_cancel(reason)
        elif self.operation == "seats":
            session.action_set_seats(self.seats)
        elif self.operation == "place":
            session.action_change_place(self.place, reason)
        elif self.operation == "refuse":
            registration.action_refuse(reason)
        elif self.operation == "withdraw":
            registration.action_cancel(reason)
        elif self.operation == "replace":
            registration.action_replace(self.employee_id.id, reason)
        elif self.operation == "correct":
            self.presence_id.action_correct(self.presence_state, reason)
        elif self.operation == "transfer":
            marks = {name: int(self[name] or 0) for name in ("used", "progress", "conditions")}
            self.transfer_id.action_answer({**marks, "remark": reason})
        elif self.operation == "end_member":
            self.member_id.action_end(self.outcome, reason)
        return {"type": "ir.actions.act_window_close"}
