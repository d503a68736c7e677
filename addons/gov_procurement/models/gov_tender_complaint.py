from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from odoo.addons.gov_base.tools.act import short_transaction


class GovTenderComplaint(models.Model):
    """A complaint of a bidder (art. 163 and 164): received within its days, answered within five, then carried to the
    minister or to the national commission of public procurement; the procedure may be suspended ten days at most."""

    _name = "gov.tender.complaint"
    _description = "Complaint on a call for tenders"
    _inherit = ["gov.budget.stateful", "gov.document.mixin"]
    _order = "received_on, id"
    _rec_name = "subject"
    _act_fields = frozenset({"state", "answered_on", "answer", "level", "level_on", "suspended_until"})

    tender_id = fields.Many2one("gov.tender", required=True, index=True, ondelete="cascade")
    partner_id = fields.Many2one("res.partner", "Complainant", required=True, index=True, ondelete="restrict")
    received_on = fields.Date(required=True, default=fields.Date.context_today)
    ground = fields.Selection(
        [
            ("rules", "a–c) The rules, the file or the results"),
            ("elimination", "d) The elimination of its offer"),
        ],
        "On what",
        required=True,
        default="rules",
        help="A complaint on the rules comes until the fifth day after the publication of the results; on an "
        "elimination, within five days of the letter.",
    )
    subject = fields.Text(required=True)
    admissible_until = fields.Date("To be received by", compute="_compute_admissible")
    is_late = fields.Boolean("Out of time", compute="_compute_admissible")
    due_on = fields.Date("Answer due on", compute="_compute_due_on")
    level = fields.Selection(
        [
            ("authority", "Contracting authority"),
            ("minister", "Minister"),
            ("commission", "National commission of public procurement"),
        ],
        "Before",
        required=True,
        readonly=True,
        default="authority",
    )
    level_on = fields.Date("Carried on", readonly=True)
    suspended_until = fields.Date("Procedure suspended until", readonly=True)
    answer = fields.Text(readonly=True)
    answered_on = fields.Date(readonly=True)
    state = fields.Selection(
        [("open", "To be answered"), ("accepted", "Founded"), ("rejected", "Not founded")],
        default="open",
        required=True,
        readonly=True,
    )

    @api.depends("received_on", "ground", "tender_id.results_published_on", "tender_id.letters_sent_on")
    def _compute_admissible(self):
        for one in self:
            tender = one.tender_id
            start = tender.letters_sent_on if one.ground == "elimination" else tender.results_published_on
            one.admissible_until = False
            if start and one.received_on:
                days = int(tender._gov_limit("procurement.complaint.days", one.received_on))
                one.admissible_until = start + timedelta(days)
            one.is_late = bool(one.admissible_until and one.received_on > one.admissible_until)

    @api.depends("received_on", "level_on")
    def _compute_due_on(self):
        for one in self:
            start = one.level_on or one.received_on
            one.due_on = False
            if start:
                days = int(one.tender_id._gov_limit("procurement.complaint.days", start))
                one.due_on = start + timedelta(days)

    @api.model_create_multi
    def create(self, vals_list):
        complaints = super().create(vals_list)
        self.env["gov.journal.entry"]._record_many(
            [
                (one.tender_id, "receive_complaint", {"complaint": one.id, "on": str(one.received_on)})
                for one in complaints
            ]
        )
        return complaints

    def _gov_check_editable(self, vals):
        for one in self:
            if one.state != "open" or one.level != "authority" or one.suspended_until:
                raise UserError(self.env._("The complaint is being treated: what was received no longer changes."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A complaint stays in the file: answer it."))

    @short_transaction
    def action_accept(self, answer):
        """Answer that the complaint is founded: the call is then cancelled or its step done again."""
        return self._gov_answer("accepted", answer)

    @short_transaction
    def action_refuse(self, reason):
        """Answer that the complaint is not founded, with the reasons."""
        return self._gov_answer("rejected", reason)

    def _gov_check_authority(self):
        self.check_access("read")
        self._gov_check_role(
            ("procurement_officer", "authorising_officer"),
            self.env._("The contracting authority answers a complaint."),
        )

    def _gov_answer(self, state, answer):
        self._gov_check_authority()
        answer = self._gov_check_reason(answer)
        self._gov_take("open", state)
        self._gov_write({"answer": answer, "answered_on": fields.Date.context_today(self)})
        self.env["gov.journal.entry"]._record_many(
            [(one.tender_id, "complaint", {"state": state, "complaint": one.id, "level": one.level}) for one in self]
        )
        return True

    @short_transaction
    def action_escalate(self, level):
        """Record that the complainant goes to the minister, or to the national commission (art. 163 and 164).

        :param level: minister or commission
        """
        self._gov_check_authority()
        steps = {"authority": ("minister", "commission"), "minister": ("commission",)}
        for one in self:
            if level not in steps.get(one.level, ()):
                raise UserError(
                    self.env._("A complaint goes from the authority to the minister, or to the national commission.")
                )
        self._gov_take(("open", "rejected"), "open")
        self._gov_write(
            {"level": level, "level_on": fields.Date.context_today(self), "answer": False, "answered_on": False}
        )
        self.env["gov.journal.entry"]._record_many(
            [(one.tender_id, "escalate_complaint", {"complaint": one.id, "level": level}) for one in self]
        )
        return True

    @short_transaction
    def action_suspend(self, days):
        """Suspend the procedure while the complaint is looked at: ten days at most, once.

        :param days: whole number of days
        """
        self._gov_check_authority()
        today = fields.Date.context_today(self)
        for one in self:
            most = int(one.tender_id._gov_limit("procurement.complaint.suspension", today))
            if not isinstance(days, int) or not 1 <= days <= most:
                raise UserError(self.env._("A suspension is %(days)s days at most (art. 163).", days=most))
            if one.suspended_until:
                raise UserError(
                    self.env._(
                        "The procedure was suspended until %(day)s already.",
                        day=format_date(self.env, one.suspended_until),
                    )
                )
            if one.tender_id.state in ("approved", "infructuous", "cancelled"):
                raise UserError(self.env._("The call has ended: there is nothing left to suspend."))
        self._gov_take("open", "open")
        self._gov_write({"suspended_until": today + timedelta(days)})
        self.env["gov.journal.entry"]._record_many(
            [(one.tender_id, "suspend", {"complaint": one.id, "until": str(one.suspended_until)}) for one in self]
        )
        return True
