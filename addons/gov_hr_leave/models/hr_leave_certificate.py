import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.gov_base.tools.act import around_act, run_short, short_transaction

from ..services import sick

_logger = logging.getLogger(__name__)
DAY = timedelta(days=1)


class HrLeave(models.Model):
    """The papers of a health leave: certificate, file and opinion of the Health Council, counter-visit.

    Recorded by officers with the right to health leave, never on their own leave.  A certificate that comes late, or
    not at all, makes the days before it an irregular absence, which gets its query (law 12-81).
    """

    _inherit = "hr.leave"

    visit_on = fields.Date("Counter-visit ordered on", readonly=True, copy=False)
    visit_document_id = fields.Many2one(
        "gov.document",
        "Order for a counter-visit",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        groups="gov_hr_leave.group_health_leave",
    )

    def _gov_on_submitted(self):
        """A certificate attached to the request has come on the day it is filed."""
        result = super()._gov_on_submitted()
        today = fields.Date.context_today(self)
        for leave in self:
            if leave.is_health and not leave.certificate_received_on and leave._gov_attachment_count():
                leave._gov_write({"certificate_received_on": today})
        return result

    @short_transaction
    def action_receive_certificate(self, received_on=None, certificate_date=None):
        """Record the day the medical certificates came; days before a late one become an irregular absence.

        :param received_on: date or ISO string, today when None, never a day to come
        :param certificate_date: date written on it
        """
        self.check_access("read")
        self._gov_check_health_officer()
        to_day = self.env["gov.parameter"]._to_day
        day, today = to_day(received_on), fields.Date.context_today(self)
        if day > today:
            raise UserError(self.env._("A certificate is recorded on the day it came or later, not before."))
        self._gov_claim(("submitted", "in_review"))
        journal = []
        for leave in self.sudo():  # sudo: the right was checked above; the field is written by the act
            vals = {"certificate_received_on": day}
            if certificate_date:
                vals["certificate_date"] = to_day(certificate_date)
            leave._gov_write(vals)
            late = leave.is_certificate_late
            if late:
                leave._gov_record_irregular(day)
            journal.append((leave, "certificate", {"received": str(day), "late": late}))
        self._gov_record(journal)
        return True

    def _gov_record_irregular(self, received_on=None):
        """Record as irregular the days that a certificate does not cover, for want of having come in time."""
        self.ensure_one()
        today = fields.Date.context_today(self)
        period = sick.irregular_period(self.request_date_from, self.request_date_to, received_on, today)
        return self.env["gov.absence"]._gov_from_certificate(self, period) if period else self.env["gov.absence"]

    @short_transaction
    def action_record_council(self, health_file_id, reference=None, council_date=None):
        """Record the health file a medium or long sick leave belongs to, and the opinion of the Health Council.

        :param health_file_id: id of a ``gov.health.file`` of the person and of the kind of leave
        :param reference: number of the opinion; never an illness
        :param council_date: its date
        """
        self.ensure_one()
        self.check_access("read")
        self._gov_check_health_officer()
        file = self.env["gov.health.file"].browse(int(health_file_id)).exists()
        file.check_access("read")
        leave = self.sudo()  # sudo: the right was checked above; the fields are written by the act
        if file.employee_id != leave.employee_id or file.kind != leave.gov_code:
            raise UserError(self.env._("This health file is for another person or another kind of leave."))
        self._gov_claim(("submitted", "in_review"))
        vals = {"health_file_id": file.id}
        if reference:
            vals["council_reference"] = reference.strip()
        if council_date:
            vals["council_date"] = self.env["gov.parameter"]._to_day(council_date)
        leave._gov_write(vals)
        self._gov_record([(self, "council", {"file": file.name, "reference": reference or ""})])
        return True

    @around_act
    def action_order_visit(self):
        """Order a medical counter-visit of the person, for a sick leave long enough; a numbered document."""
        self.ensure_one()
        self.check_access("read")
        self._gov_check_health_officer()
        least = int(self._gov_parameter("leave.sick_counter_visit.min_days", self.request_date_from))
        if not self.is_health or self.number_of_days < least:
            raise UserError(
                self.env._("A counter-visit is ordered for a sick leave of %(days)s days at least.", days=least)
            )

        def act(env):
            leave = env[self._name].browse(self.id)
            env.flush_all()
            rows = env.execute_query(
                SQL(
                    """UPDATE hr_leave SET visit_on = %s WHERE id = %s AND visit_on IS NULL
                        AND state IN ('confirm', 'validate1', 'validate') RETURNING id""",
                    fields.Date.context_today(leave),
                    leave.id,
                )
            )
            leave.invalidate_recordset()
            if not rows:
                raise UserError(env._("A counter-visit was ordered already, or the leave is over."))
            own = leave.sudo()  # sudo: the right was checked above
            document = env["gov.document"]._gov_prepare(
                [
                    own._gov_document_vals(
                        "leave_health_visit",
                        "leave_health",
                        own._gov_decision_lang(),
                        own.employee_id._gov_leave_signatory(),
                        env["gov.document"],
                    )
                ]
            )
            own._gov_write({"visit_document_id": document.id})
            env["gov.journal.entry"]._record(leave, "counter_visit", {"number": document.number})

        run_short(self.env, act)
        self.sudo().visit_document_id._gov_finish()  # sudo: what the act prepared is finished
        return True

    @api.model
    def _cron_missing_certificates(self, batch=200):
        """Make an irregular absence of the sick leaves whose certificate has not come in time, each once.

        sudo: scheduled for everybody.
        """
        today = fields.Date.context_today(self)
        # sudo: as above
        leaves = self.sudo().search(
            Domain("holiday_status_id.is_health", "=", True)
            & Domain("state", "in", ("confirm", "validate1"))
            & Domain("certificate_received_on", "=", False)
            & Domain("request_date_from", "<", today),
            order="request_date_from, id",
        )
        done = 0
        for leave in leaves.filtered("is_certificate_late")[:batch]:
            done += bool(leave._gov_record_irregular())
        if done:
            _logger.info("Sick leaves without certificate in time: %s irregular absences recorded", done)
