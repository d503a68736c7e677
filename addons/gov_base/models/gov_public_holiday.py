from datetime import date

from odoo import SUPERUSER_ID, api, fields, models, tools
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from ..tools import holidays
from ..tools.defaults import without_defaults
from ..tools.text import hijri_words
from .resource_calendar import HOLIDAY_ACT

# A key only Python can hold: a call from outside cannot forge it.
_ACT = object()


class GovPublicHoliday(models.Model):
    """The days of a public holiday in a year: nobody works, and every calendar of the administration is closed.

    Days of the civil calendar are confirmed from the start.  Days of the Hijri calendar are ``estimated`` until the
    moon has been sighted and an HR manager confirms them, on other dates if need be.  A day off announced by the Head
    of Government is ``exceptional``.  A holiday that is not kept in some year is archived, not deleted, so that it is
    not made again.
    """

    _name = "gov.public.holiday"
    _description = "Public holiday"
    _inherit = ["mail.thread"]
    _order = "date_from, id"

    name = fields.Char(required=True, translate=True)
    date_from = fields.Date("First day", required=True, index=True, tracking=True)
    date_to = fields.Date("Last day", required=True, tracking=True)
    days = fields.Integer("Number of days", compute="_compute_days")
    year = fields.Integer(compute="_compute_year", store=True, index=True, aggregator=None)
    state = fields.Selection(
        [("estimated", "Estimated"), ("confirmed", "Confirmed"), ("exceptional", "Exceptional")],
        string="Status",
        required=True,
        default="exceptional",
        copy=False,
        tracking=True,
        help="An estimated day may still move by a day; an exceptional one was announced for once.",
    )
    rule_id = fields.Many2one(
        "gov.public.holiday.rule", "Recurring holiday", index=True, ondelete="restrict", readonly=True, copy=False
    )
    occurrence = fields.Integer(readonly=True, copy=False, aggregator=None, help="Its year in its own calendar.")
    is_hijri = fields.Boolean("Hijri day", compute="_compute_is_hijri", store=True)
    hijri_label = fields.Char("Hijri date", compute="_compute_hijri_label")
    legal_text_id = fields.Many2one("gov.legal.text", index="btree_not_null", ondelete="restrict")
    note = fields.Text(help="The announcement: who, when, why.")
    active = fields.Boolean(default=True, tracking=True, help="Archive a holiday that is not kept this year.")
    leave_ids = fields.One2many("resource.calendar.leaves", "gov_holiday_id", "Closed in calendars", readonly=True)

    _dates_order = models.Constraint("CHECK (date_from <= date_to)", "A holiday ends after it begins.")
    _length = models.Constraint("CHECK (date_to - date_from < 31)", "A holiday lasts at most 31 days.")
    _occurrence_uniq = models.UniqueIndex(
        "(rule_id, occurrence) WHERE rule_id IS NOT NULL", "This holiday exists already for this year."
    )

    # ------------------------------------------------------------------------------------------------------ computes
    @api.depends("date_from", "date_to")
    def _compute_days(self):
        for holiday in self:
            whole = holiday.date_from and holiday.date_to
            holiday.days = (holiday.date_to - holiday.date_from).days + 1 if whole else 0

    @api.depends("date_from")
    def _compute_year(self):
        for holiday in self:
            holiday.year = holiday.date_from.year if holiday.date_from else 0

    @api.depends("rule_id.calendar")
    def _compute_is_hijri(self):
        for holiday in self:
            holiday.is_hijri = holiday.rule_id.calendar == "hijri"

    @api.depends("rule_id", "occurrence")
    @api.depends_context("lang")
    def _compute_hijri_label(self):
        lang = (self.env.lang or "en")[:2]
        for holiday in self:
            rule = holiday.rule_id
            holiday.hijri_label = (
                hijri_words(holiday.occurrence, rule.month, rule.day, lang if lang in ("ar", "fr") else "en")
                if holiday.is_hijri
                else False
            )

    @api.depends("name", "year")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for holiday in self:
            holiday.display_name = f"{holiday.name or ''} {holiday.year or ''}".strip()

    # --------------------------------------------------------------------------------------------------------- hooks
    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get("gov_act") is not _ACT:
            for vals in vals_list:
                if vals.get("state", "exceptional") != "exceptional" or vals.get("rule_id") or vals.get("occurrence"):
                    raise UserError(
                        self.env._(
                            "Only exceptional days are entered by hand. The others come from the recurring holidays: "
                            "use “Make the days of next year”."
                        )
                    )
        clean = self
        if self.env.context.get("gov_act") is not _ACT:
            clean = without_defaults(self, ["state", "rule_id", "occurrence"])
        created = super(GovPublicHoliday, clean).create(vals_list).with_env(self.env)
        self.env.registry.clear_cache()
        created._sync_calendars()
        for holiday in created.with_context(gov_act=None):
            holiday._gov_holiday_changed(None, holiday._range())
        return created

    def write(self, vals):
        if self.env.context.get("gov_act") is not _ACT:
            if {"state", "rule_id", "occurrence"} & vals.keys():
                raise UserError(self.env._("A holiday is confirmed with its button, not by writing its state."))
            if {"date_from", "date_to"} & vals.keys() and "confirmed" in self.mapped("state"):
                raise UserError(
                    self.env._("The dates of a confirmed holiday are fixed. Reopen it first if they were wrong.")
                )
        before = {holiday: holiday._range() for holiday in self}
        result = super().write(vals)
        if {"date_from", "date_to", "active"} & vals.keys():
            self.env.registry.clear_cache()
            self._sync_calendars()
            for holiday in self.with_context(gov_act=None):
                if before[holiday] != holiday._range():
                    holiday._gov_holiday_changed(before[holiday], holiday._range())
        elif "name" in vals:
            self._sync_calendars()
        return result

    def unlink(self):
        before = [holiday._range() for holiday in self]
        self.check_access("unlink")
        # sudo: the calendars belong to the company and follow the holidays, whoever deletes these
        self.sudo().leave_ids.with_context(gov_act=HOLIDAY_ACT).unlink()
        result = super().unlink()
        self.env.registry.clear_cache()
        for days in before:
            if days:
                self.browse()._gov_holiday_changed(days, None)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_recurring(self):
        for holiday in self:
            if holiday.rule_id:
                raise UserError(
                    self.env._(
                        "%(holiday)s comes from a recurring holiday and would be made again. Archive it if it is not "
                        "kept this year.",
                        holiday=holiday.display_name,
                    )
                )

    # ------------------------------------------------------------------------------------------------------- actions
    def action_confirm(self, date_from=None, date_to=None):
        """Confirm an estimated holiday, on the days given when the moon has moved it. HR managers only.

        :param date_from: first day (date or ISO string); the estimated one when None
        :param date_to: last day; as many days as before when None
        """
        self._check_manager()
        for holiday in self:
            if holiday.state != "estimated":
                raise UserError(self.env._("%(holiday)s is not estimated.", holiday=holiday.display_name))
            to_day = self.env["gov.parameter"]._to_day  # says what is wrong with a date that cannot be read
            first = to_day(date_from) if date_from else holiday.date_from
            last = to_day(date_to) if date_to else first + (holiday.date_to - holiday.date_from)
            if last < first:
                raise UserError(self.env._("A holiday ends after it begins."))
            if abs((first - holiday.date_from).days) > 3:
                raise UserError(
                    self.env._(
                        "%(holiday)s was estimated on %(date)s: the moon does not move it by more than three days.",
                        holiday=holiday.display_name,
                        date=format_date(self.env, holiday.date_from),
                    )
                )
            holiday.with_context(gov_act=_ACT).write({"state": "confirmed", "date_from": first, "date_to": last})
        return True

    def action_reopen(self):
        """Make confirmed Hijri holidays estimated again, to correct their dates. HR managers only."""
        self._check_manager()
        for holiday in self:
            if holiday.state != "confirmed" or not holiday.is_hijri:
                raise UserError(
                    self.env._("%(holiday)s is not a confirmed Hijri holiday.", holiday=holiday.display_name)
                )
        self.with_context(gov_act=_ACT).write({"state": "estimated"})
        return True

    @api.model
    def action_generate(self, year=None):
        """Make the days of a year from the recurring holidays; those that exist are left alone. HR managers only.

        :param year: 1925–2076; next year when None
        :return: number of holidays made
        """
        self._check_manager()
        year = year or fields.Date.context_today(self).year + 1
        year = int(year) if str(year).isdecimal() else 0
        if not holidays.FIRST_YEAR <= year <= holidays.LAST_YEAR:
            raise UserError(
                self.env._(
                    "The Hijri calendar is computed for %(first)s to %(last)s only.",
                    first=holidays.FIRST_YEAR,
                    last=holidays.LAST_YEAR,
                )
            )
        return len(self._generate(year))

    def action_generate_next_year(self):
        """Make the days of next year, whichever rows are selected. HR managers only; answers their number."""
        return self.browse().action_generate()

    def _check_manager(self):
        if not self.env.su and not self.env.user.has_group("gov_base.group_hr_manager"):
            raise AccessError(self.env._("Only an HR manager makes and confirms public holidays."))

    @api.model
    def _generate(self, year):
        """Create what is missing of the holidays that begin in a year and return it."""
        found = self.env["gov.public.holiday.rule"].search([])._occurrences(date(year, 1, 1), date(year, 12, 31))
        known = {
            (holiday.rule_id.id, holiday.occurrence)
            for holiday in self.with_context(active_test=False).search(
                [("rule_id", "!=", False), ("occurrence", "in", [occurrence for _rule, occurrence, _start in found])]
            )
        }
        vals_list = [
            {
                "name": rule.name,
                "date_from": start,
                "date_to": start + (rule.days - 1) * holidays.DAY,
                "state": "estimated" if rule.calendar == "hijri" else "confirmed",
                "rule_id": rule.id,
                "occurrence": occurrence,
                "legal_text_id": rule.legal_text_id.id,
            }
            for rule, occurrence, start in found
            if (rule.id, occurrence) not in known
        ]
        made = self.with_context(gov_act=_ACT, mail_create_nolog=True).create(vals_list).with_env(self.env)
        langs = [lang for lang, _name in self.env["res.lang"].get_installed()]
        for holiday in made:
            rule = holiday.rule_id
            holiday.update_field_translations("name", {lang: rule.with_context(lang=lang).name for lang in langs})
        return made

    @api.model
    def _cron_generate(self):
        """Make the days of this year and of the next one."""
        year = fields.Date.context_today(self).year
        for wanted in (year, year + 1):
            self._generate(wanted)

    # ---------------------------------------------------------------------------------------------------- calendars
    def _range(self):
        """Return (first day, last day), or None for an archived holiday."""
        self.ensure_one()
        return (self.date_from, self.date_to) if self.active else None

    def _gov_holiday_changed(self, old_range, new_range):
        """Called after the days of a holiday changed; other modules recompute here what the days touch.

        ``self`` is the holiday, or empty when it was deleted.

        :param old_range: (first day, last day) before, None when the holiday is new
        :param new_range: (first day, last day) after, None when the holiday is gone
        """

    def _sync_calendars(self, calendars=None):
        """Close the calendars of the administration on these holidays, and open them where a holiday has gone.

        :param calendars: all of them when None

        sudo: the calendars belong to the company and follow the holidays, whoever changes these.
        """
        # sudo: the calendars belong to the company and follow the holidays, whoever changes these
        holidays_ = self.sudo().with_context(lang=self.env.company.partner_id.lang or self.env.lang)
        if calendars is None:
            calendars = self.env["resource.calendar"].sudo().with_context(active_test=False).search([])
        leaves = {
            (leave.gov_holiday_id, leave.calendar_id): leave
            for leave in self.env["resource.calendar.leaves"]
            .sudo()
            .search([("gov_holiday_id", "in", self.ids), ("calendar_id", "in", calendars.ids)])
        }
        missing = []
        gone = self.env["resource.calendar.leaves"].sudo()
        for holiday in holidays_:
            for calendar in calendars:
                leave = leaves.get((holiday, calendar))
                if not holiday.active:
                    gone += leave or gone.browse()
                    continue
                vals = calendar._gov_holiday_leave_vals(holiday)
                if not leave:
                    missing.append(vals)
                    continue
                changed = {name: vals[name] for name in ("name", "date_from", "date_to") if leave[name] != vals[name]}
                if changed:
                    leave.with_context(gov_act=HOLIDAY_ACT).write(changed)
        gone.with_context(gov_act=HOLIDAY_ACT).unlink()
        # as the system, which is in Morocco: Odoo's module of leave moves what somebody in another time zone enters
        self.env["resource.calendar.leaves"].with_user(SUPERUSER_ID).create(missing)

    # ------------------------------------------------------------------------------------------------- working days
    @api.model
    @tools.ormcache("year")
    def _days_of_year(self, year):
        """Return the frozenset of the public holidays of a year, weekends included.

        A recurring holiday counts on the days of its row; one that has no row yet on the days its rule gives.
        """
        first, last = date(year, 1, 1), date(year, 12, 31)
        estimated = self.env["gov.public.holiday.rule"]._estimated_days(year)
        known = set()
        ranges = []
        # sudo: public holidays are public
        rows = self.sudo().with_context(active_test=False)
        for holiday in rows.search([("date_from", "<=", last), ("date_to", ">=", first), ("active", "=", True)]):
            ranges.append((holiday.date_from, holiday.date_to))
        for holiday in rows.search(
            [
                ("rule_id", "in", [rule for rule, *_rest in estimated]),
                ("occurrence", "in", [occurrence for _rule, occurrence, *_rest in estimated]),
            ]
        ):
            known.add((holiday.rule_id.id, holiday.occurrence))
        ranges += [(start, end) for rule, occurrence, start, end in estimated if (rule, occurrence) not in known]
        return frozenset(
            day
            for start, end in ranges
            for day in (start + n * holidays.DAY for n in range((end - start).days + 1))
            if day.year == year
        )

    @api.model
    def _is_working_day(self, day):
        """Tell whether ``day`` is worked: Monday to Friday and no public holiday."""
        day = fields.Date.to_date(day)
        return not holidays.is_weekend(day) and day not in self._days_of_year(day.year)

    @api.model
    def _add_working_days(self, day, n):
        """Return the ``n``-th working day after ``day``, before it when ``n`` is negative.

        The day itself never counts.  0 gives ``day``, or the next working day when ``day`` is not worked.
        """
        return holidays.add_working_days(fields.Date.to_date(day), int(n), self._days_of_year)

    @api.model
    def _count_working_days(self, first, last):
        """Return the number of working days from ``first`` to ``last``, both included; 0 when last is before first."""
        return holidays.count_working_days(fields.Date.to_date(first), fields.Date.to_date(last), self._days_of_year)
