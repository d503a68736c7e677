from datetime import date, timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ..services import presence

LONGEST_CALENDAR = 62  # days
MOST_PEOPLE = 300


class HrLeave(models.Model):
    """Who is away: the calendar of a unit."""

    _inherit = "hr.leave"

    @api.model
    def _gov_absence_rows(self, employee_ids, first, last, pending=True, named=False):
        """Return the leaves of some people that touch a period, in one statement, past the rules: the caller has
        checked whom the user may see.

        :param pending: whether requests not decided yet are there as well
        :param named: whether a health leave is named (to the person alone); otherwise it is “Absent”
        :return: list of dicts ``id``, ``employee_id``, ``date_from``, ``date_to``, ``state``, ``label``,
            ``is_health``, ``changed_on``; permissions of some hours are left out
        """
        if not employee_ids:
            return []
        self.flush_model()
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT leave.id, leave.employee_id, leave.request_date_from AS date_from,
                       leave.request_date_to AS date_to, leave.state, leave.holiday_status_id AS type_id,
                       COALESCE(type.is_health, false) AS is_health, leave.write_date AS changed_on
                  FROM hr_leave leave JOIN hr_leave_type type ON type.id = leave.holiday_status_id
                 WHERE leave.employee_id IN %s AND leave.request_date_from <= %s AND leave.request_date_to >= %s
                   AND leave.state IN %s AND type.count_unit <> 'hours'
                 ORDER BY leave.request_date_from, leave.id
                """,
                tuple(employee_ids),
                last,
                first,
                ("confirm", "validate1", "validate") if pending else ("validate",),
            )
        )
        # sudo: the kinds of leave are public
        types = self.env["hr.leave.type"].sudo().browse({row["type_id"] for row in rows})
        names = {leave_type.id: leave_type.name for leave_type in types}
        absent = self.env._("Absent")
        for row in rows:
            row["label"] = absent if row["is_health"] and not named else names[row["type_id"]]
        return rows

    @api.model
    def _gov_calendar_units(self):
        """Return ``(units, headed)`` as superuser: those whose calendar the user may see, and those of them whose
        kinds of leave he may read (the units he heads with those below, HR's regions, all for auditors)."""
        user = self.env.user
        # sudo: the organisation chart, and the user's own unit and regions
        units = self.env["hr.department"].sudo()
        regions = user.sudo().gov_region_ids  # sudo: as above
        if user.has_group("gov_base.group_auditor") or (user.has_group("gov_base.group_hr_officer") and not regions):
            headed = units.search([])
        else:
            domain = Domain.FALSE
            if user.has_group("gov_base.group_hr_officer"):
                domain |= Domain("effective_region_id", "in", regions.ids)
            own = self.env["gov.leave.feed"]._headed_units(user)
            if own:
                domain |= Domain("id", "child_of", own.ids)
            headed = units.search(domain)
        return headed | user.sudo().employee_ids.department_id, headed  # sudo: as above

    @api.model
    def get_team_calendar(self, date_from, date_to, department_id=None):
        """Return who is away in a unit, day by day.  Colleagues see their own unit and only that somebody is absent;
        heads see the units they head and those below, HR those of its regions, with the kind of leave but health.

        :param date_from: first day (ISO), at most 62 days before ``date_to``
        :param department_id: the unit; that of the user when None
        :return: ``{units, unit_id, days, people, more_text}``
        :raise AccessError: for a unit the user may not see
        """
        first, last = self._gov_calendar_dates(date_from, date_to)
        units, headed = self._gov_calendar_units()
        # sudo: the user's own unit
        own = self.env.user.sudo().employee_id.department_id
        if department_id and department_id not in units.ids:
            raise AccessError(self.env._("You see the calendar of your unit and of the units you head only."))
        unit = units.browse(department_id) if department_id else (own or headed[:1])
        result = {
            "units": self._gov_calendar_choices(units),
            "unit_id": unit.id,
            "days": [],
            "people": [],
            "more_text": "",
        }
        if not unit:
            return result
        is_head = unit in headed
        domain = [("department_id", "child_of" if is_head else "=", unit.id)]
        # sudo: names of the people of a unit the user may see, checked above
        people = (
            self.env["hr.employee"]
            .sudo()
            .search_fetch(domain, ["name", "name_ar", "department_id", "user_id"], order="department_id, name, id")
        )
        shown = people[:MOST_PEOPLE]
        rows = self._gov_absence_rows(people.ids, first, last)
        # sudo: missions and training of the people of the unit: kind and dates
        others = [row for row in people.sudo()._gov_absences(first, last) if row["kind"] != "leave"]
        by_person = {}
        for row in rows:
            by_person.setdefault(row["employee_id"], []).append(row)
        for row in others:
            by_person.setdefault(row["employee_id"], []).append(row)
        granted = [
            (row["employee_id"], row["date_from"], row["date_to"])
            for row in [*rows, *others]
            if row.get("state", "validate") == "validate" and row.get("is_granted", True)
        ]
        result["days"] = self._gov_calendar_days(first, last, people, granted)
        for person in shown:
            is_me = person.user_id == self.env.user
            result["people"].append(
                {
                    "id": person.id,
                    "name": person.display_name,
                    "is_me": is_me,
                    "absences": [
                        value
                        for row in by_person.get(person.id, ())
                        if (value := self._gov_calendar_absence(row, is_head, is_me))
                    ],
                }
            )
        if len(people) > len(shown):
            result["more_text"] = self.env._(
                "%(shown)s of %(all)s people are shown: choose a smaller unit to see the others.",
                shown=len(shown),
                all=len(people),
            )
        return result

    @api.model
    def _gov_calendar_choices(self, units):
        """Return the units to choose from, in the order of the chart, those below indented."""
        found, ids = [], set(units.ids)
        for unit in units.sorted("complete_name")[:500]:
            path = [int(part) for part in (unit.parent_path or "").split("/") if part]
            depth = sum(1 for part in path[:-1] if part in ids)
            found.append({"id": unit.id, "name": "\u2003" * depth + unit.name})
        return found

    @api.model
    def _gov_calendar_dates(self, date_from, date_to):
        to_day = self.env["gov.parameter"]._to_day
        first, last = to_day(date_from), to_day(date_to)
        if last < first or (last - first).days >= LONGEST_CALENDAR:
            raise UserError(self.env._("A calendar shows %(days)s days at most.", days=LONGEST_CALENDAR))
        return first, last

    @api.model
    def _gov_calendar_absence(self, row, is_head, is_me):
        """Return an absence as the user may see it, or None."""
        values = {"date_from": str(row["date_from"]), "date_to": str(row["date_to"]), "kind": "leave"}
        if "state" not in row:
            return {**values, "kind": row["kind"], "label": row["label"], "tone": "mission"}
        if row["state"] != "validate" and not (is_head or is_me):
            return None  # what is asked for concerns those who decide
        if not is_head and not is_me:
            # one word for all kinds: the word “Absent” alone never tells that somebody is ill
            return {**values, "label": self.env._("Absent"), "tone": "absent"}
        if row["state"] != "validate":
            label = self.env._("%(leave)s (asked for)", leave=row["label"])
            return {**values, "label": label, "tone": "pending"}
        return {**values, "label": row["label"], "tone": "absent" if row["is_health"] else "leave"}

    @api.model
    def _gov_calendar_days(self, first, last, people, absences):
        is_working_day = self.env["gov.public.holiday"]._is_working_day
        found = presence.presence(people.ids, absences, first, last, is_working_day)
        least = self._gov_least_present()
        holidays = {day: name for day, name, _estimated in self._gov_holiday_rows(first, last)}
        today = fields.Date.context_today(self)
        days = []
        for number in range((last - first).days + 1):
            day = first + timedelta(days=number)
            count, percent = found.get(day, (0, 0))
            days.append(
                {
                    "iso": str(day),
                    "number": day.day,
                    "weekday": format_date(self.env, day, date_format="EEEEE"),
                    "monday": day.weekday() == 0,
                    "off": day not in found,
                    "holiday": holidays.get(day, ""),
                    "today": day == today,
                    "present": percent,
                    "low": day in found and percent < least,
                    "present_text": self.env._(
                        "%(count)s of %(all)s present (%(percent)s %%)", count=count, all=len(people), percent=percent
                    ),
                }
            )
        return days

    # ------------------------------------------------------------------ why this balance
    @api.model
    def get_balance_page(self, employee_id=None, code=None, on_date=None):
        """Return the screen “Why this number of days”: a balance with each of its lines, on a day past or to come.

        :param employee_id: somebody else than the user, for those who may read his account
        :param code: code of the kind of leave; annual leave when None
        :param on_date: ISO day; today when None
        :return: ``{employee, types, code, title, number, unit, on_text, summary, lines, balance, rule}``
        """
        today = fields.Date.context_today(self)
        day = self.env["gov.parameter"]._to_day(on_date) if on_date else today
        employee = self.env.user.employee_id
        if employee_id and employee_id != employee.id:
            employee = self.env["hr.employee"].browse(int(employee_id))
        page = {
            "employee": False,
            "types": [],
            "lines": [],
            "summary": [],
            "balance": {"balance": 0},
            "title": self.env._("Why this balance?"),
        }
        if not employee:
            return page
        # get_leave_balance refuses whoever may not read the account
        types = self._gov_askable_types(
            employee.sudo()
        )  # sudo: the sex of the person, for the kinds that depend on it
        types = types.filtered(lambda item: item.quota_kind != "free")
        leave_type = types.filtered(lambda item: item.gov_code == code)[:1] or types.filtered(
            lambda item: item.gov_code == "ANN"
        )
        unit = leave_type.count_unit
        balance = employee.get_leave_balance(leave_type.gov_code, day)
        file = employee.sudo()  # sudo: name and unit of a person whose account the user may read, checked above
        number = balance["available"]
        text = self._gov_days_text(number, unit)
        is_mine = file.user_id == self.env.user
        page |= {
            "employee": {"name": file.display_name, "unit": file.department_id.name or ""},
            "types": [{"code": item.gov_code, "name": item.name} for item in types],
            "code": leave_type.gov_code,
            "title": self.env._("Why %(days)s?", days=text),
            "number": self._gov_number(number),
            "unit": self._gov_unit_text(number, unit),
            "on_text": self._gov_balance_date_text(leave_type.name, day, today),
            "balance": {key: balance[key] for key in ("balance", "pending", "available")},
            "summary": [
                {"label": self.env._("Balance"), "value": self._gov_days_text(balance["balance"], unit)},
                {
                    "label": self.env._("Asked for, not decided"),
                    "value": self._gov_days_text(balance["pending"], unit),
                },
            ]
            if balance["pending"]
            else [],
            "lines": [self._gov_balance_line(line) for line in balance["lines"]],
            "rule": self._gov_law_text(leave_type),
            "printed_text": self.env._(
                "Printed on %(date)s. This statement is worked out from the ledger of leave; it is no decision.",
                date=self._gov_day_text(today, weekday=False),
            ),
            "is_mine": is_mine,
        }
        return page

    @api.model
    def _gov_balance_date_text(self, name, day, today):
        words = {"leave": name, "date": self._gov_day_text(day, weekday=False)}
        if day > today:
            return self.env._("%(leave)s, if you wait until %(date)s", **words)
        return self.env._("%(leave)s, on %(date)s", **words)

    @api.model
    def _gov_balance_line(self, line):
        number = float(line["days"])
        day = line["date"] if isinstance(line["date"], date) else fields.Date.to_date(line["date"])
        return {
            "date_text": self._gov_day_text(day, weekday=False) if day else "",
            "sentence": line["sentence"],
            "legal": line.get("legal_text") or "",
            "days": number,
            "days_text": ("+" if number > 0 else "−" if number < 0 else "") + self._gov_number(abs(number)),
            "running_text": self._gov_number(line["running"]),
            "forecast": line["kind"] == "forecast",
        }
