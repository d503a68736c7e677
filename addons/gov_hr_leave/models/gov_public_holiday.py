import logging
from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from .hr_leave import BLOCKING

_logger = logging.getLogger(__name__)
# more leaves than this are counted again by the scheduled task, in batches that commit
AT_ONCE = 40


class GovPublicHoliday(models.Model):
    """A holiday confirmed, moved or announced late counts the leaves it touches again (rule A8)."""

    _inherit = "gov.public.holiday"

    def _gov_holiday_changed(self, old_range, new_range):
        result = super()._gov_holiday_changed(old_range, new_range)
        leaves = self.env["hr.leave"]._gov_touched_by([old_range, new_range])
        self.env["hr.leave"]._gov_recount_soon(leaves)
        self.env["gov.leave.return"]._gov_move_around([old_range, new_range])
        return result


class HrLeave(models.Model):
    _inherit = "hr.leave"

    is_to_recount = fields.Boolean(
        readonly=True,
        copy=False,
        export_string_translation=False,
        help="A public holiday inside it has changed and its days are not yet counted again.",
    )

    _recount_idx = models.Index("(id) WHERE is_to_recount")

    @api.model
    def _gov_touched_by(self, ranges):
        """Return the leaves, waiting or granted, whose days or return change with a holiday on these days."""
        domain = Domain.FALSE
        for days in filter(None, ranges):
            first, last = days
            domain |= Domain("request_date_from", "<=", last) & Domain("request_date_to", ">=", first)
        # sudo: the holiday is for everybody; only the days change
        return self.sudo().search(
            domain & Domain("state", "in", BLOCKING) & Domain("holiday_status_id.count_unit", "=", "working"),
            order="employee_id, id",
        )

    @api.model
    def _gov_recount_soon(self, leaves):
        """Count leaves again: a few at once, many by the scheduled task.  Doing it twice changes nothing."""
        if len(leaves) <= AT_ONCE:
            leaves._gov_recount_and_tell()
            return
        leaves._gov_write({"is_to_recount": True})
        # sudo: the task is that of the system
        self.env.ref("gov_hr_leave.ir_cron_recount").sudo()._trigger()

    def _gov_recount_and_tell(self):
        """Count again, move the returns, tell each person what changed in his language, and HR what is short."""
        if not self:
            return
        changed = self._gov_recount("holiday")
        self._gov_write({"is_to_recount": False})
        by_lang = defaultdict(self.browse)
        for leave in self.browse(changed):
            by_lang[leave.employee_id.user_id.lang or "ar_MA"] += leave
        for lang, leaves in by_lang.items():
            for leave in leaves.with_context(lang=lang):
                leave._gov_tell_recount(changed[leave.id])
        self.filtered(lambda leave: leave.state == "validate")._gov_tell_short()

    def _gov_tell_recount(self, given):
        """Tell the person how many days come back, or are taken besides."""
        self.ensure_one()
        user = self.employee_id.user_id
        if not user.active:
            return
        values = {
            "days": self.env["gov.leave.counter"]._number(abs(given)),
            "first": format_date(self.env, self.request_date_from),
            "last": format_date(self.env, self.request_date_to),
        }
        if given > 0:
            body = self.env._(
                "A public holiday falls in your leave from %(first)s to %(last)s: %(days)s day(s) come back to you.",
                **values,
            )
        else:
            body = self.env._(
                "A public holiday has left your leave from %(first)s to %(last)s: %(days)s day(s) more are counted.",
                **values,
            )
        self.with_context(mail_notify_force_send=False).message_post(
            body=body,
            partner_ids=user.partner_id.ids,
            author_id=self.env.ref("base.partner_root").id,
            subtype_xmlid="mail.mt_note",
        )

    def _gov_tell_short(self):
        """Tell HR of the leaves whose balance could not give the days that a holiday no longer gives."""
        for leave in self:
            if not leave._gov_is_counted():
                continue
            short = leave.number_of_days - sum(leave._gov_net_taken_by_year().values())
            if short <= 0:
                continue
            for officer in leave._gov_hr_officers()[:1]:
                record = leave.with_context(lang=officer.lang, mail_activity_quick_update=True)
                if leave.activity_ids.filtered(lambda one, who=officer: one.user_id == who):
                    continue
                record.activity_schedule(
                    "mail.mail_activity_data_todo",
                    user_id=officer.id,
                    date_deadline=fields.Date.context_today(self),
                    **record._gov_said("short"),
                    note=record.env._(
                        "A public holiday has left the leave from %(first)s to %(last)s of %(person)s, and the "
                        "balance lacks %(days)s day(s). Nothing was taken: decide with the person.",
                        first=format_date(record.env, leave.request_date_from),
                        last=format_date(record.env, leave.request_date_to),
                        person=leave.employee_id.display_name,
                        days=record.env["gov.leave.counter"]._number(short),
                    ),
                )

    def _gov_todo_words(self, key):
        return self.env._("Leave longer than its balance") if key == "short" else super()._gov_todo_words(key)

    def _gov_hr_officers(self):
        """Return the HR officers who serve the region of the person, those of few regions first, never the person."""
        self.ensure_one()
        # sudo: only who may be given the to-do
        group = self.env.ref("gov_base.group_hr_officer").sudo()
        employee = self.sudo().employee_id  # sudo: region and login of the person
        officers = group.all_user_ids.filtered("active") - self.env.ref("base.user_root") - employee.user_id
        region = employee.department_id.effective_region_id
        serving = officers.filtered(lambda user: not user.gov_region_ids or region in user.gov_region_ids)
        if self.is_health:
            health = self.env.ref("gov_hr_leave.group_health_leave").sudo().all_user_ids  # sudo: as above
            serving = serving.filtered(lambda user: user in health)
        return serving.sorted(lambda user: (not user.gov_region_ids, user.id))

    @api.model
    def _cron_recount(self, batch=200):
        """Count again the leaves a change of holiday has touched, in batches that commit."""
        domain = [("is_to_recount", "=", True)]
        # sudo: scheduled for everybody
        leaves = self.sudo().search(domain, order="employee_id, id", limit=batch)
        if not leaves:
            return
        leaves._gov_recount_and_tell()
        left = self.sudo().search_count(domain)  # sudo: as above
        _logger.info("Leaves counted again after a holiday: %s, %s left", len(leaves), left)
        self.env["gov.leave.return"]._gov_progress(len(leaves), left)
