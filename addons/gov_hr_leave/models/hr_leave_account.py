from collections import defaultdict
from datetime import date, timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from odoo.addons.gov_base.tools.act import short_transaction

from .hr_leave import BLOCKING

DAY = timedelta(days=1)
# a later leave is a typing error, and would credit rights nobody can know yet
YEARS_AHEAD = 3


class HrLeave(models.Model):
    """The days of a leave in the account of its person: waiting once filed, taken once granted, or given back."""

    _inherit = "hr.leave"

    # ------------------------------------------------------------------ one act of a person at a time
    def _gov_touch(self):
        self.env["gov.leave.account"]._touch(SQL("SELECT employee_id FROM hr_leave WHERE id IN %s", self._ids or (0,)))

    def _gov_lock(self):
        """Wait for the acts under way on the leaves of these people: each takes their accounts first, so that the
        leaves themselves need not be locked in order."""
        self.env.flush_all()
        self._gov_touch()

    def _gov_accept_silence(self, line):
        self._gov_lock()
        return super()._gov_accept_silence(line)

    @short_transaction
    def action_submit(self):
        """File the leaves: the days wait in the counters until they are granted or not."""
        self.check_access("read")
        self.env.flush_all()
        self._gov_touch()
        return super().action_submit()

    # ------------------------------------------------------------------ filing
    def _gov_check_submit(self):
        super()._gov_check_submit()
        for leave in self:
            leave._gov_check_period()
        self._gov_check_rules()
        # sudo: counters and slot are written by the acts alone
        for leave in self.sudo():
            leave._gov_write({"slot": leave._gov_find_slot()})
            leave._gov_reserve()

    def _gov_check_period(self):
        """Refuse a leave without dates, or without a single day to count."""
        self.ensure_one()
        visible = self.sudo()  # sudo: the period and how it is counted, for who files
        if not visible.holiday_status_id.gov_code:
            raise UserError(
                self.env._("“%(type)s” is not a kind of leave of the statute.", type=visible.holiday_status_id.name)
            )
        first, last = visible.request_date_from, visible.request_date_to
        if not first or not last:
            raise UserError(self.env._("Give the first and the last day of the leave."))
        if last < first:
            raise UserError(self.env._("The last day of the leave is before its first day."))
        furthest = fields.Date.context_today(self).year + YEARS_AHEAD
        if last.year > furthest:
            raise UserError(self.env._("A leave is asked for until the end of %(year)s at the latest.", year=furthest))
        if visible.count_unit == "hours" and visible._gov_hours() <= 0:
            raise UserError(self.env._("Give the hours of the permission, on a working day."))
        if not visible._gov_days() and visible.count_unit != "hours":
            raise UserError(
                self.env._(
                    "From %(first)s to %(last)s nobody works: weekends and public holidays take no day of leave.",
                    first=format_date(self.env, first),
                    last=format_date(self.env, last),
                )
            )

    def _gov_overlapping(self):
        """Return the leaves of the person, filed or granted, that share a day with this one."""
        self.ensure_one()
        return self.search(
            Domain("employee_id", "=", self.employee_id.id)
            & Domain("id", "!=", self.id)
            & Domain("slot", "!=", False)
            & Domain("state", "in", BLOCKING)
            & Domain("request_date_from", "<=", self.request_date_to)
            & Domain("request_date_to", ">=", self.request_date_from)
        )

    def _gov_may_interrupt(self, other):
        """Tell whether this leave may begin during another one, which it then suspends (hook; rule A7)."""
        self.ensure_one()
        return self.holiday_status_id.interrupts_annual and other.gov_code == "ANN"

    def _gov_find_slot(self):
        """Return the slot of a leave to file; refuse it when another leave of the person has some of its days (A9)."""
        self.ensure_one()
        if self.holiday_status_id.is_apart:
            return False
        others = self._gov_overlapping()
        other = next((one for one in others if not self._gov_may_interrupt(one)), None)
        if other:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "“%(other)s” (%(state)s) already has some of these days: two leaves do not overlap. Choose other "
                    "days, or cancel that one first.",
                    other=other.display_name,
                    state=labels[other.state],
                )
            )
        return "health" if others else "main"

    # ------------------------------------------------------------------ waiting days
    def _gov_is_counted(self):
        """Tell whether the leave takes days of a right of the year, which the ledger keeps."""
        self.ensure_one()
        return self.holiday_status_id.quota_kind == "yearly"

    def _gov_reserve(self):
        """Let the days of the leave wait in the counters of its years, days carried over first (A4, A6).

        :raise UserError: with the equation, when a year has not enough
        """
        self.ensure_one()
        if not self._gov_is_counted():
            return
        days_by_year = self._gov_days()
        code, employee = self.gov_code, self.employee_id
        counters = self.env["gov.leave.counter"]
        rows = counters._read_usable(employee.id, code, days_by_year)
        if any((year, False) not in rows for year in days_by_year):
            self.env["gov.leave.ledger"]._ensure_rights(employee, code, list(days_by_year))
            rows = counters._read_usable(employee.id, code, days_by_year)
        reserved, deltas = [], {}
        for year, wanted in sorted(days_by_year.items()):
            left = float(wanted)
            for carried in (True, False):
                credited, taken, pending, since = rows.get((year, carried), (0, 0, 0, None))
                days = min(left, float(credited - taken - pending))
                if days > 0:
                    left -= days
                    reserved.append([year, carried, days, fields.Date.to_string(since)])
                    deltas[employee.id, code, year, carried] = [0, 0, days]
            if left > 0:
                raise UserError(counters._not_enough(employee.id, code, year, wanted))
        counters._change(deltas)
        self._gov_write({"reserved": reserved})

    def _gov_reserved(self):
        """Return dict of counter key → days of this leave that wait in it."""
        self.ensure_one()
        return {
            (self.employee_id.id, self.gov_code, year, bool(carried)): days
            for year, carried, days, _since in self.reserved or []
        }

    def _gov_release(self):
        """Give the waiting days back to the counters."""
        for leave in self:
            if leave.reserved:
                leave.env["gov.leave.counter"]._change(
                    {key: [0, 0, -days] for key, days in leave._gov_reserved().items()}
                )
                leave._gov_write({"reserved": False})

    # ------------------------------------------------------------------ granting
    def _gov_on_approved(self):
        """Take the days, suspend the leave this one interrupts, close the calendar, prepare the decision."""
        result = super()._gov_on_approved()
        # sudo: the act was checked; counters, ledger and calendars are written by it alone
        for leave in self.sudo():
            leave._gov_check_rules()
            leave._gov_settle_overlap()
            leave._gov_take()
            leave._gov_close_calendar()
            leave._gov_drop_annual()
            leave._gov_prepare_decision()
        return result

    def _gov_drop_annual(self):
        """In the year of the pilgrimage there is no annual leave: what is left of it goes (article 41)."""
        self.ensure_one()
        year = self.request_date_from.year
        if self.gov_code != "HAJJ" or not self._gov_parameter("leave.hajj.cancels_annual", self.request_date_from):
            return
        ledger = self.env["gov.leave.ledger"]
        dates = ledger._ensure_rights(self.employee_id, "ANN", [year])
        rows = self.env["gov.leave.counter"]._read_rows(self.employee_id.id, "ANN", [year])
        credited, taken, pending = rows.get((year, False), (0, 0, 0))
        left = float(credited - taken - pending)
        if left > 0:
            ledger._post(
                [
                    {
                        "employee_id": self.employee_id.id,
                        "gov_code": "ANN",
                        "year": year,
                        "kind": "prorata",
                        "days": -left,
                        "date": max(fields.Date.context_today(self), dates[year, False]),
                        "facts": {"hajj": True},
                        "legal_text_id": self.holiday_status_id.legal_text_id.id,
                        "leave_id": self.id,
                    }
                ]
            )

    def _gov_return_annual(self):
        """Give back the annual leave that a cancelled pilgrimage had taken off."""
        self.ensure_one()
        self.env.cr.execute(
            SQL(
                """SELECT employee_id, year, -sum(days) FROM gov_leave_ledger
                    WHERE leave_id = %s AND kind = 'prorata' GROUP BY employee_id, year""",
                self.id,
            )
        )
        lines = [
            {
                "employee_id": employee_id,
                "gov_code": "ANN",
                "year": year,
                "kind": "prorata",
                "days": days,
                "date": max(fields.Date.context_today(self), date(year, 1, 1)),
                "facts": {"hajj": True},
                "legal_text_id": self.holiday_status_id.legal_text_id.id,
                "leave_id": self.id,
            }
            for employee_id, year, days in self.env.cr.fetchall()
            if days
        ]
        if lines:
            self.env["gov.leave.ledger"]._post(lines)

    def _gov_settle_overlap(self):
        """Suspend the granted annual leave during which this one begins; what still waits is refused when its turn
        comes."""
        self.ensure_one()
        if not self.slot:
            return
        others = self._gov_overlapping()
        for other in others:
            if not self._gov_may_interrupt(other):
                raise UserError(
                    self.env._(
                        "“%(other)s” has some of these days: return this request, so that its dates are changed.",
                        other=other.display_name,
                    )
                )
        if self.slot == "health":
            granted = others.filtered(lambda other: other.state == "validate")
            for other in granted:
                other._gov_interrupt(self.request_date_from, self.env._("Another leave begins"), why="sickness")
            if others == granted:
                self._gov_write({"slot": "main"})

    def _gov_take(self):
        """Move the waiting days to the ledger, one line a year; dated like the leave, never before the right."""
        self.ensure_one()
        if not self._gov_is_counted():
            return
        by_year = defaultdict(float)
        for year, _carried, days, _since in self.reserved or []:
            by_year[year] += days
        if dict(by_year) != {year: float(days) for year, days in self._gov_days().items()}:
            # a holiday was declared or moved while the request was waiting
            self._gov_release()
            self._gov_reserve()
        day = min(fields.Date.context_today(self), self.request_date_from)
        leave_type = self.holiday_status_id
        self.env["gov.leave.ledger"]._post(
            [
                {
                    "employee_id": self.employee_id.id,
                    "gov_code": self.gov_code,
                    "year": year,
                    "is_carried": carried,
                    "kind": "taken",
                    "days": -days,
                    "date": max(filter(None, (day, date(year, 1, 1), fields.Date.to_date(since)))),
                    "facts": {"from": str(self.request_date_from), "to": str(self.request_date_to)},
                    "legal_text_id": leave_type.legal_text_id.id,
                    "leave_id": self.id,
                }
                for year, carried, days, since in self.reserved or []
            ],
            release=self._gov_reserved(),
        )
        self._gov_write({"reserved": False})

    def _gov_close_calendar(self):
        """Close the calendar of the person, for what plans by it (presence, resources)."""
        if self.holiday_status_id.time_type == "leave" and self.slot:
            self._create_resource_leave()

    # ------------------------------------------------------------------ giving back
    def _transition(self, target):
        ends = target in ("draft", "refused", "cancelled")
        # sudo: the act was checked; counters and ledger are written by it alone
        granted = self.sudo().filtered(lambda leave: leave.approval_state == "approved") if ends else self.browse()
        if granted and target == "cancelled":
            granted._gov_check_not_begun()
        result = super()._transition(target)
        if ends:
            # sudo: as above
            self.sudo()._gov_release()
            for leave in granted:
                leave._gov_give_back(leave._gov_net_taken_by_year(), "cancelled")
                leave._gov_return_annual()
                leave._remove_resource_leave()
                leave._gov_on_cancelled()
        return result

    def _gov_check_not_begun(self):
        today = fields.Date.context_today(self)
        for leave in self:
            if leave.request_date_from <= today:
                raise UserError(
                    self.env._(
                        "“%(leave)s” has begun: it is not cancelled any more. Call the person back to service from "
                        "the day of return.",
                        leave=leave.display_name,
                    )
                )

    @api.depends_context("uid")
    @api.depends("state")
    def _compute_rights(self):
        super()._compute_rights()
        today = fields.Date.context_today(self)
        for leave in self:
            if leave.can_cancel and leave.state == "validate":
                leave.can_cancel = leave.request_date_from > today

    def _gov_net_taken(self):
        """Return dict of (year, is carried) → days this leave has taken and not given back."""
        self.ensure_one()
        self.env.cr.execute(
            SQL(
                """SELECT year, is_carried, -sum(days) FROM gov_leave_ledger
                    WHERE leave_id = %s AND kind IN ('taken', 'returned') GROUP BY year, is_carried""",
                self.id,
            )
        )
        return {(year, carried): days for year, carried, days in self.env.cr.fetchall() if days}

    def _gov_net_taken_by_year(self):
        by_year = defaultdict(float)
        for (year, _carried), days in self._gov_net_taken().items():
            by_year[year] += float(days)
        return dict(by_year)

    def _gov_give_back(self, days_by_year, why, facts=None, reason=None):
        """Give days of a granted leave back to their years, those of the year itself before those carried over.

        To be called inside an act, after :meth:`_gov_touch`.  Never more than the leave took.

        :param days_by_year: dict of civil year → days
        :param why: ``cancelled``, ``holiday``, ``sickness``, ``recall`` or ``departure``: the sentence of the line
        :param facts: more facts for the sentence of the line
        :param reason: words kept with the line; never of health
        :return: days given back in all
        """
        self.ensure_one()
        if not self._gov_is_counted():
            return 0
        taken, today, lines = self._gov_net_taken(), fields.Date.context_today(self), []
        for year, wanted in sorted(days_by_year.items()):
            left = float(wanted)
            for carried in (False, True):
                days = min(left, float(taken.get((year, carried), 0)))
                if days > 0:
                    left -= days
                    lines.append(
                        {
                            "employee_id": self.employee_id.id,
                            "gov_code": self.gov_code,
                            "year": year,
                            "is_carried": carried,
                            "kind": "returned",
                            "days": days,
                            "date": max(today, date(year, 1, 1)),
                            "facts": {
                                "why": why,
                                "from": str(self.request_date_from),
                                "to": str(self.granted_date_to or self.request_date_to),
                            }
                            | (facts or {}),
                            "reason": reason,
                            "legal_text_id": self.holiday_status_id.legal_text_id.id,
                            "leave_id": self.id,
                        }
                    )
        self.env["gov.leave.ledger"]._post(lines)
        return sum(line["days"] for line in lines)

    def _gov_recount(self, why="holiday", facts=None):
        """Count the days of filed and granted leaves again, after a holiday changed; the act of the caller.

        Days that are no longer working days are given back.  Days that became working days are taken as far as the
        balance allows: what was granted stays granted.

        :return: dict of leave id → days given back (negative: taken besides), those that changed only
        """
        changed = {}
        self._gov_touch()
        # sudo: counters and ledger are written by acts alone; the caller is one
        for leave in self.sudo():
            before = leave.number_of_days
            self.env.add_to_compute(self._fields["number_of_days"], leave)
            self.env.add_to_compute(self._fields["number_of_hours"], leave)
            leave._recompute_recordset(["number_of_days", "number_of_hours"])
            leave.flush_recordset()
            if leave.state in ("confirm", "validate1") and leave.reserved:
                leave._gov_release()
                leave._gov_reserve()
            elif leave.state == "validate" and leave._gov_is_counted():
                leave._gov_settle_count(why, facts)
            if leave.number_of_days != before:
                changed[leave.id] = before - leave.number_of_days
        return changed

    def _gov_settle_count(self, why, facts=None):
        """Make what the ledger took equal to what the leave counts now."""
        self.ensure_one()
        taken = self._gov_net_taken_by_year()
        now = {year: float(days) for year, days in self._gov_days().items()}
        less = {year: days - now.get(year, 0) for year, days in taken.items() if days > now.get(year, 0)}
        if less:
            self._gov_give_back(less, why, facts)
        rows = None
        for year, days in now.items():
            more = days - taken.get(year, 0)
            if more <= 0:
                continue
            rows = rows or self.env["gov.leave.counter"]._read_rows(self.employee_id.id, self.gov_code, list(now))
            credited, used, pending = rows.get((year, False), (0, 0, 0))
            more = min(more, float(credited - used - pending))
            if more > 0:
                self.env["gov.leave.ledger"]._post(
                    [
                        {
                            "employee_id": self.employee_id.id,
                            "gov_code": self.gov_code,
                            "year": year,
                            "kind": "taken",
                            "days": -more,
                            "date": max(fields.Date.context_today(self), date(year, 1, 1)),
                            "facts": {"from": str(self.request_date_from), "to": str(self.request_date_to)},
                            "legal_text_id": self.holiday_status_id.legal_text_id.id,
                            "leave_id": self.id,
                        }
                    ]
                )

    # ------------------------------------------------------------------ shortening
    def _gov_interrupt(self, from_date, reason, why="sickness"):
        """Shorten a granted leave to the day before ``from_date`` and give its unused days back (rule A7).

        Inside an act of the caller, who has checked who acts and journals it.  A leave that has not begun by then is
        cancelled.

        :param from_date: first day the person is no longer on this leave
        :param reason: words kept with the lines of the ledger; never of health
        :return: days given back to the right, 0 for leave without a yearly right
        """
        self.ensure_one()
        leave = self.sudo()  # sudo: dates, counters and ledger change by acts alone; the caller is one
        if leave.state != "validate" or from_date > leave.request_date_to:
            return 0
        before = leave._gov_net_taken_by_year()
        if from_date <= leave.request_date_from:
            given = leave._gov_give_back(before, why, reason=reason)
            leave._gov_return_annual()
            super(HrLeave, leave)._transition("cancelled")
            leave._remove_resource_leave()
            leave._gov_on_cancelled()
            return given
        last = leave.granted_date_to or leave.request_date_to
        leave._gov_write({"request_date_to": from_date - DAY, "granted_date_to": last})
        leave.flush_recordset()
        now = leave._gov_days()
        given = leave._gov_give_back(
            {year: days - float(now.get(year, 0)) for year, days in before.items() if days > now.get(year, 0)},
            why,
            reason=reason,
        )
        leave._remove_resource_leave()
        leave._gov_close_calendar()
        return given

    @short_transaction
    def action_recall(self, date_return, reason):
        """Call people back to service during their leave; the days that are left go back to their right.

        By a head of the person or HR of the region, never by the person.

        :param date_return: first day of service (date or ISO string), after the first day of the leave
        :param reason: required, told to the person
        """
        self.check_access("read")
        day = self.env["gov.parameter"]._to_day(date_return) if date_return else None
        self._gov_lock()
        self._gov_claim(("approved",))
        journal = []
        for leave in self:
            if self.env.user in leave._gov_applicants() or not leave._gov_may_file():
                raise AccessError(
                    self.env._(
                        "“%(leave)s”: only a head of the person, or HR of the region, calls back to service.",
                        leave=leave.display_name,
                    )
                )
            words = leave._gov_check_reason(reason)
            if not day or not leave.request_date_from < day <= leave.request_date_to:
                raise UserError(
                    self.env._(
                        "The day of return is after the first day of the leave, and its last day at the latest."
                    )
                )
            # sudo: the act was checked above
            given = leave.sudo()._gov_interrupt(day, words, why="recall")
            journal.append((leave, "recall", {"from": str(day), "given_back": given, "reason": words}))
            # sudo: who is called back is told, whoever acted
            leave.sudo()._gov_tell_recall(day, words)
        self._gov_record(journal)
        return True

    def _gov_tell_recall(self, day, reason):
        self.ensure_one()
        user = self.employee_id.user_id
        if user.active:
            translated = self.with_context(lang=user.lang, mail_notify_force_send=False)
            translated.message_post(
                body=translated.env._(
                    "You are called back to service from %(day)s. Reason: %(reason)s",
                    day=format_date(translated.env, day),
                    reason=reason,
                ),
                partner_ids=user.partner_id.ids,
                subtype_xmlid="mail.mt_note",
            )
