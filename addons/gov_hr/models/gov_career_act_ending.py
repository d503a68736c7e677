import logging

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.gov_base.tools.search import search_when

_logger = logging.getLogger(__name__)

ENDING_KINDS = (
    "provision",
    "secondment",
    "secondment_renewal",
    "availability",
    "availability_renewal",
    "military",
    "probation",
    "probation_extension",
)


class GovCareerAct(models.Model):
    """Positions that end: who must ask to come back, and until when; people who have left the service."""

    _inherit = "gov.career.act"

    is_ending = fields.Boolean(string="Ends soon", compute="_compute_notice", search="_search_is_ending")
    notice_date = fields.Date(
        string="Return to be asked for by",
        compute="_compute_notice",
        help="Last day on which a person on availability leave asks to come back or to renew; by the law in force at "
        "the end. For the other positions, the day from which the end is announced.",
    )
    notice_state = fields.Selection(
        [("asked", "Return asked for"), ("waiting", "To be asked for"), ("late", "Delay passed"), ("over", "Ended")],
        string="Return",
        compute="_compute_notice",
    )

    def _gov_notice_months(self):
        code = "career.availability" if self.kind in ("availability", "availability_renewal") else "career.position"
        return int(self.env["gov.parameter"].get_value(f"{code}.notice.months", self.end_date))

    @api.depends("kind", "state", "end_date", "closed_by_id", "contrary_id", "return_requested_on")
    def _compute_notice(self):
        today = fields.Date.context_today(self)
        for act in self:
            runs = act.state == "signed" and act.end_date and not act.closed_by_id and not act.contrary_id
            act.is_ending = act.notice_date = act.notice_state = False
            if not runs or act.kind not in ENDING_KINDS:
                continue
            act.notice_date = act.end_date - relativedelta(months=act._gov_notice_months())
            act.is_ending = act._gov_announced_from() <= today
            if act.return_requested_on:
                act.notice_state = "asked"
            elif act.end_date < today:
                act.notice_state = "over"
            else:
                # only availability has a delay of law; the other ends are announced
                late = act.notice_date < today and act.kind in ("availability", "availability_renewal")
                act.notice_state = "late" if late else "waiting"

    def _gov_announced_from(self):
        """Return the day from which the end of a position is announced: a month before its notice."""
        return self.notice_date - relativedelta(months=1)

    @api.model
    def _gov_running_domain(self):
        return Domain(
            [
                ("state", "=", "signed"),
                ("kind", "in", ENDING_KINDS),
                ("end_date", "!=", False),
                ("closed_by_id", "=", False),
                ("contrary_id", "=", False),
            ]
        )

    @search_when
    def _search_is_ending(self):
        today = fields.Date.context_today(self)
        get = self.env["gov.parameter"].get_value
        away = [("kind", "in", ("availability", "availability_renewal"))]
        availability = today + relativedelta(months=int(get("career.availability.notice.months", today)) + 1)
        others = today + relativedelta(months=int(get("career.position.notice.months", today)) + 1)
        return self._gov_running_domain() & (
            (Domain(away) & Domain("end_date", "<=", availability))
            | (~Domain(away) & Domain("end_date", "<=", others))
        )

    def action_note_return_request(self, on_date=None):
        """Note the day on which the person asked to come back or to renew: HR officers.

        :param on_date: day of the request; today when it is not given
        """
        self.ensure_one()
        self._gov_check_officer()
        day = self.env["gov.parameter"]._to_day(on_date)
        if not self.notice_date:
            raise UserError(self.env._("This act opens no position that runs: there is no return to ask for."))
        if day > fields.Date.context_today(self):
            raise UserError(self.env._("The day of the request is to come. Note it when it is there."))
        self._gov_acting().write({"return_requested_on": day})
        self.env["gov.journal.entry"]._record(self, "return_request", {"date": str(day), "number": self.number})
        self.activity_unlink(["gov_hr.mail_activity_ending"])
        return True

    # -- scheduled ------------------------------------------------------------------------------------------------
    @api.model
    def _cron_career(self):
        """Announce to human resources the positions that end, and archive the files of those who have left.

        sudo: scheduled for all the acts.
        """
        self.sudo()._gov_archive_left()
        self.sudo()._gov_announce_ends()

    def _gov_archive_left(self):
        today = fields.Date.context_today(self)
        # sudo: scheduled for all the files
        people = (
            self.env["hr.employee"]
            .sudo()
            .search(
                [
                    ("current_version_id.statutory_position", "=", "left"),
                    ("current_version_id.date_version", "<=", today),
                    ("current_version_id.act_id", "!=", False),
                ]
            )
        )
        people.with_context(tracking_disable=True).write({"active": False})
        if people:
            _logger.info("Careers: %s people have left the service", len(people))

    def _gov_announce_ends(self):
        kind = self.env.ref("gov_hr.mail_activity_ending")
        ending = self.search(self._gov_running_domain() & Domain("is_ending", "=", True))
        told = self.env["mail.activity"].search(
            [("res_model", "=", self._name), ("res_id", "in", ending.ids), ("activity_type_id", "=", kind.id)]
        )
        # a to-do that was done is not made again
        done = self.env["mail.activity"].search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", ending.ids),
                ("activity_type_id", "=", kind.id),
                ("active", "=", False),
            ]
        )
        for act in ending - self.browse((told | done).mapped("res_id")):
            user = act._gov_officer()
            if not user:
                continue
            act = act.with_context(lang=user.lang)
            act.activity_schedule(
                "gov_hr.mail_activity_ending",
                date_deadline=max(act.notice_date, fields.Date.context_today(act)),
                **act._gov_said("ending"),
                note=act.env._("Ask for the return or the renewal, then prepare the act."),
                user_id=user.id,
            )

    def _gov_todo_words(self, key):
        if key != "ending":
            return super()._gov_todo_words(key)
        return self.env._(
            "%(name)s: the position ends on %(end)s",
            name=self.employee_id.display_name,
            end=self._gov_day(self.end_date),
        )

    def _gov_officer(self):
        """Return an HR officer who serves the region of the person, never the person."""
        officers = self.env.ref("gov_base.group_hr_officer").all_user_ids.filtered(
            lambda user: user.active and not user.share and user not in self.employee_id.user_id
        )
        region = self.employee_id.department_id.effective_region_id
        return (
            officers.filtered(lambda user: region in user.gov_region_ids)
            or officers.filtered(lambda user: not user.gov_region_ids)
        )[:1]
