from datetime import datetime, time, timedelta

from pytz import timezone, utc

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

# A key only Python can hold: a call from outside cannot forge it.
HOLIDAY_ACT = object()


class ResourceCalendar(models.Model):
    _inherit = "resource.calendar"

    @api.model_create_multi
    def create(self, vals_list):
        calendars = super().create(vals_list)
        # a calendar made later is closed on the holidays too; those copied from the company's come with their link
        self.env["gov.public.holiday"].sudo().search([])._sync_calendars(calendars)
        return calendars

    def write(self, vals):
        result = super().write(vals)
        if "tz" in vals:
            self.env.registry.clear_cache()  # the day at the seat of the administration is read by its time zone
            # sudo: holidays are public; the calendar of the company is closed on them, whoever changes it
            self.env["gov.public.holiday"].sudo().search([])._sync_calendars(self)
        return result

    def action_gov_apply_working_time(self):
        """Write the week of decree 2-05-916, as the legal parameters of today give it, into these calendars.

        HR managers only.
        """
        if not self.env.su and not self.env.user.has_group("gov_base.group_hr_manager"):
            raise AccessError(self.env._("Only an HR manager changes the working time of the administration."))
        lines = [Command.create(vals) for vals in self._gov_attendance_vals()]
        for calendar in self:
            calendar.attendance_ids = [Command.clear(), *lines]
        return True

    def _gov_holiday_leave_vals(self, holiday):
        """Return the values of the closing of this calendar on a holiday: whole days of the calendar's time zone."""
        self.ensure_one()
        zone = timezone(self.tz or "Africa/Casablanca")

        def to_utc(day, moment):
            return zone.localize(datetime.combine(day, moment)).astimezone(utc).replace(tzinfo=None)

        return {
            "name": holiday.name,
            "calendar_id": self.id,
            "company_id": self.company_id.id or self.env.company.id,
            "resource_id": False,
            "gov_holiday_id": holiday.id,
            "date_from": to_utc(holiday.date_from, time.min),
            "date_to": to_utc(holiday.date_to + timedelta(days=1), time.min) - timedelta(seconds=1),
            "time_type": "leave",
        }

    @api.model
    def _gov_attendance_vals(self, on_date=None):
        """Return the values of the week of decree 2-05-916 as the parameters of ``on_date`` give it.

        Monday to Friday from ``working_time.start`` to ``working_time.end``, with a break at midday that
        ``working_time.friday_break`` lengthens on Friday.
        """
        # sudo: only the legal hours of work
        get_value = self.env["gov.parameter"].sudo().get_value
        start, end, lunch, pause, friday = (
            get_value(f"working_time.{name}", on_date)
            for name in ("start", "end", "break_start", "break", "friday_break")
        )
        vals_list = []
        for day, name in enumerate(
            (
                self.env._("Monday"),
                self.env._("Tuesday"),
                self.env._("Wednesday"),
                self.env._("Thursday"),
                self.env._("Friday"),
            )
        ):
            # the Friday prayer is at midday: its hour goes before and after the ordinary break
            first = lunch - friday / 2 if day == 4 else lunch
            last = lunch + pause + friday / 2 if day == 4 else lunch + pause
            vals_list += [
                {
                    "name": self.env._("%(day)s morning", day=name),
                    "dayofweek": str(day),
                    "day_period": "morning",
                    "hour_from": start,
                    "hour_to": first,
                },
                {
                    "name": self.env._("%(day)s break", day=name),
                    "dayofweek": str(day),
                    "day_period": "lunch",
                    "hour_from": first,
                    "hour_to": last,
                },
                {
                    "name": self.env._("%(day)s afternoon", day=name),
                    "dayofweek": str(day),
                    "day_period": "afternoon",
                    "hour_from": last,
                    "hour_to": end,
                },
            ]
        return vals_list


class ResourceCalendarLeaves(models.Model):
    _inherit = "resource.calendar.leaves"

    gov_holiday_id = fields.Many2one(
        "gov.public.holiday",
        "Public holiday",
        index="btree_not_null",
        ondelete="cascade",
        readonly=True,
        help="The public holiday that closes the calendar; it moves when the holiday does.",
    )

    _gov_holiday_uniq = models.UniqueIndex(
        "(gov_holiday_id, calendar_id) WHERE gov_holiday_id IS NOT NULL",
        "A calendar is closed once for each public holiday.",
    )

    def write(self, vals):
        self._gov_check_holiday()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_holiday(self):
        self._gov_check_holiday()

    def _gov_check_holiday(self):
        """A closing that follows a public holiday changes with the holiday only."""
        if self.env.context.get("gov_act") is HOLIDAY_ACT:
            return
        for leave in self:
            if leave.gov_holiday_id:
                raise UserError(
                    self.env._(
                        "This closing follows the public holiday %(holiday)s. Change the holiday instead.",
                        holiday=leave.gov_holiday_id.display_name,
                    )
                )

    def _copy_leave_vals(self):
        return {**super()._copy_leave_vals(), "gov_holiday_id": self.gov_holiday_id.id}
