from datetime import date

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ..services import annual, rules
from .hr_leave import BLOCKING

# days outside are typing errors; a career is shorter
FIRST_YEAR = 1900
MOST_YEARS_AHEAD = 80


class HrEmployee(models.Model):
    """Leave balances of a person, explained line by line."""

    _inherit = "hr.employee"

    def _gov_absences(self, date_from, date_to):
        """Add the leaves, filed or granted; the reason of a health leave is never told."""
        found = super()._gov_absences(date_from, date_to)
        leaves = self.env["hr.leave"].search(
            [
                ("employee_id", "in", self.ids),
                ("state", "in", BLOCKING),
                ("request_date_from", "<=", date_to),
                ("request_date_to", ">=", date_from),
                # an hour a day for nursing is no absence of some days
                "|",
                ("slot", "!=", False),
                ("request_unit_hours", "=", True),
            ],
            order="request_date_from, id",
        )
        for leave in leaves:
            hidden = leave.is_health
            values = {
                "employee_id": leave.employee_id.id,
                "kind": "leave",
                "model": "hr.leave",
                "res_id": leave.id,
                "date_from": leave.request_date_from,
                "date_to": leave.request_date_to,
                "label": self.env._("Absent") if hidden else leave.holiday_status_id.name,
                "is_granted": leave.state == "validate",
            }
            if leave.request_unit_hours:
                values |= {"start": leave.date_from, "stop": leave.date_to}
            found.append(values)
        return found

    # ------------------------------------------------------------------ who may read an account
    @api.model
    def _gov_leave_people_domain(self):
        """Return the people whose leave account the user may read: himself, those of the units below his, for HR those
        of its regions, for auditors all."""
        user = self.env.user
        if user.has_group("gov_base.group_auditor"):
            return Domain.TRUE
        seen = Domain("user_id", "=", user.id)
        if user.has_group("gov_base.group_hr_officer"):
            regions = user.sudo().gov_region_ids  # sudo: only which regions the user serves
            if not regions:
                return Domain.TRUE
            seen |= Domain("department_id.effective_region_id", "in", regions.ids)
        # sudo: only which units the user heads
        units = self.env["hr.department"].sudo().search([("manager_id.user_id", "=", user.id)])
        if units:
            seen |= Domain("department_id", "child_of", units.ids)
        return seen

    @api.model
    def _gov_leave_seen_domain(self):
        """Return the condition on records with an ``employee_id``, for record rules."""
        people = self._gov_leave_people_domain()
        return people if people.is_true() else Domain("employee_id", "any!", people)

    def _gov_check_leave_readable(self, leave_type):
        """Refuse whoever may not read the account of this person, or this kind of leave when it is of health."""
        self.ensure_one()
        user = self.env.user
        # sudo: only whether the user is the person
        if self.env.su or self.sudo().user_id == user:
            return
        # sudo: only whether the person is among those the user may read
        found = (
            self.sudo()
            .with_context(active_test=False)
            .search_count(Domain("id", "=", self.id) & self._gov_leave_people_domain(), limit=1)
        )
        if not found:
            raise AccessError(
                self.env._("A leave account is read by the person, the heads above, HR of the region and auditors.")
            )
        if leave_type.is_health and not user.has_group("gov_hr_leave.group_health_leave"):
            raise AccessError(self.env._("Health leave is read by the person and HR with the right to it."))

    # ------------------------------------------------------------------ the balance
    def get_leave_balance(self, gov_code, on_date=None):
        """Return the balance of a kind of leave of the person on a day, and the lines that make it.

        The balance is the sum of the days of the lines.  On a later date the lines of kind ``forecast`` say what the
        law will credit and let lapse by then.

        :param gov_code: code of the kind of leave (``ANN``, ``EXC_FAM``, ``MAL_CD``…)
        :param on_date: date or ISO string, today when None
        :return: ``{code, name, unit, quota, on_date, balance, pending, available, lines: [{date, kind, days, running,
            sentence, leave_id}]}``; days in the unit of the kind; ``balance`` and ``available`` are None for kinds
            without limit
        :raise AccessError: for others than the person, the heads above, HR of the region and auditors
        """
        self.ensure_one()
        on_date = self.env["gov.parameter"]._to_day(on_date)
        today = fields.Date.context_today(self)
        if not FIRST_YEAR <= on_date.year <= today.year + MOST_YEARS_AHEAD:
            raise UserError(
                self.env._(
                    "A balance is told for a day between %(first)s and %(last)s.",
                    first=FIRST_YEAR,
                    last=today.year + MOST_YEARS_AHEAD,
                )
            )
        leave_type = self.env["hr.leave.type"]._gov_get(str(gov_code or ""))
        if not leave_type:
            raise UserError(self.env._("“%(code)s” is no kind of leave.", code=gov_code))
        self._gov_check_leave_readable(leave_type)
        found = {
            "code": gov_code,
            "name": leave_type.with_env(self.env).sudo().name,  # sudo: kinds of leave are public
            "unit": leave_type.count_unit,
            "quota": leave_type.quota_kind,
            "on_date": on_date,
        }
        # sudo: the right to read was checked above
        employee = self.sudo()
        if leave_type.quota_kind == "yearly":
            return found | employee._gov_yearly_balance(leave_type, on_date)
        return found | employee._gov_other_balance(leave_type, on_date)

    @api.model
    def _gov_balances(self, employees, codes, on_date=None):
        """Return the balances of yearly kinds of leave of many people, by one statement a kind.

        For code that has checked who asks.

        :return: dict of (employee id, code) → (balance, pending, available)
        """
        ledger, found = self.env["gov.leave.ledger"], {}
        today = fields.Date.context_today(self)
        on_date = on_date or today
        year = on_date.year
        ids = list(employees._ids)
        self.env.flush_all()
        for code in codes:
            days, months = ledger._yearly(code, year)
            expected = (
                SQL(
                    """CASE WHEN line.has_right IS NOT TRUE AND employee.active AND %(known)s
                            AND greatest(%(first)s, (employee.recruitment_date + make_interval(months => %(months)s)))
                                <= %(on_date)s THEN %(days)s ELSE 0 END""",
                    known=SQL("employee.recruitment_date IS NOT NULL") if months else SQL("TRUE"),
                    first=date(year, 1, 1),
                    months=months,
                    on_date=on_date,
                    days=days,
                )
                if year >= today.year
                else SQL("0")
            )
            self.env.cr.execute(
                SQL(
                    """
                    SELECT id, balance, pending, greatest(balance - pending, 0) FROM (
                        SELECT employee.id, (coalesce(line.days, 0) + %(expected)s)::float8 AS balance,
                               coalesce(counter.pending, 0)::float8 AS pending
                          FROM hr_employee employee
                          LEFT JOIN (SELECT employee_id, sum(days) FILTER (WHERE date <= %(on_date)s) AS days,
                                            bool_or(kind = 'right') AS has_right
                                       FROM gov_leave_ledger WHERE gov_code = %(code)s AND year = %(year)s
                                   GROUP BY employee_id) line ON line.employee_id = employee.id
                          LEFT JOIN (SELECT employee_id, sum(pending) AS pending
                                       FROM gov_leave_counter WHERE gov_code = %(code)s AND year = %(year)s
                                        AND pending > 0
                                   GROUP BY employee_id) counter ON counter.employee_id = employee.id
                         WHERE employee.id = ANY(%(ids)s)
                    ) balances
                    """,
                    expected=expected,
                    on_date=on_date,
                    code=code,
                    year=year,
                    ids=ids,
                )
            )
            found.update(((row[0], code), row[1:]) for row in self.env.cr.fetchall())
        return found

    # ------------------------------------------------------------------ rights of the year
    def _gov_yearly_balance(self, leave_type, on_date):
        """Return balance and lines of a yearly right: the stored lines of its year, and what is expected by then."""
        self.ensure_one()
        code, today = leave_type.gov_code, fields.Date.context_today(self)
        first_year = min(today.year, on_date.year)
        stored = self._gov_stored_lines(code, first_year, on_date)
        lines, running = [], 0.0

        def add(line, kind=None):
            nonlocal running
            running += line["days"]
            lines.append(
                {
                    "date": line["date"],
                    "kind": kind or line["kind"],
                    "days": line["days"],
                    "running": running,
                    "sentence": self.env["gov.leave.ledger"]._words(line),
                    "leave_id": line["leave"].id,
                }
            )

        for year in range(first_year, on_date.year + 1):
            own = stored.get(year, [])
            if year >= today.year and not any(line["kind"] == "right" for line in own):
                own = sorted(own + self._gov_expected_right(leave_type, year, on_date), key=_by_date)
            for line in own:
                add(line, "forecast" if line.get("expected") else None)
            if year < on_date.year and running:
                end = date(year, 12, 31)
                add(self._gov_line(leave_type, "lapsed", -running, year, end, expected=True), "forecast")
        self.env.cr.execute(
            SQL(
                """SELECT coalesce(sum(pending), 0) FROM gov_leave_counter
                    WHERE employee_id = %s AND gov_code = %s AND year = %s""",
                self.id,
                code,
                on_date.year,
            )
        )
        pending = float(self.env.cr.fetchone()[0])
        return {
            "balance": running,
            "pending": pending,
            "available": max(running - pending, 0),
            "lines": lines,
        }

    def _gov_stored_lines(self, code, first_year, on_date):
        """Return dict of year → lines of the ledger that count on a day, oldest first."""
        lines = self.env["gov.leave.ledger"].search_fetch(
            [
                ("employee_id", "=", self.id),
                ("gov_code", "=", code),
                ("year", ">=", first_year),
                ("year", "<=", on_date.year),
                ("date", "<=", on_date),
            ],
            ["kind", "days", "year", "is_carried", "date", "reason", "facts", "leave_id", "legal_text_id"],
            order="year, date, id",
        )
        found = {}
        for line in lines:
            found.setdefault(line.year, []).append(line._gov_line_values())
        return found

    def _gov_line(self, leave_type, kind, days, year, day, facts=None, expected=False):
        return {
            "kind": kind,
            "days": days,
            "year": year,
            "is_carried": False,
            "date": day,
            "reason": None,
            "facts": facts or {},
            "leave": self.env["hr.leave"],
            "text": leave_type.legal_text_id,
            "code": leave_type.gov_code,
            "expected": expected,
        }

    def _gov_expected_right(self, leave_type, year, on_date):
        """Return the lines the law will credit for a year by a day, when the ledger has not got them yet."""
        ledger, code = self.env["gov.leave.ledger"], leave_type.gov_code
        days, months = ledger._yearly(code, year)
        if not self.active or (months and not self.recruitment_date):
            return []
        opens = annual.right_date(year, self.recruitment_date or date(year, 1, 1), months)
        if not opens or opens > on_date:
            return []
        facts = {"service_date": str(opens)} if opens > date(year, 1, 1) else {}
        found = [self._gov_line(leave_type, "right", days, year, opens, facts, expected=True)]
        if code == "ANN":
            not_served = ledger._months_not_served(year, [self.id]).get(self.id, 0)
            rounding = ledger.env["gov.parameter"].get_value("leave.annual.rounding", date(year, 1, 1))
            less = days - float(annual.part_of_right(days, not_served, rounding))
            if less:
                facts = {"months": round(float(not_served), 2)}
                found.append(self._gov_line(leave_type, "prorata", -less, year, opens, facts, expected=True))
        return found

    # ------------------------------------------------------------------ other kinds
    def _gov_other_balance(self, leave_type, on_date):
        """Return balance and lines of a kind limited over a period, the career or an event, from the leaves."""
        self.ensure_one()
        leaves = self.env["hr.leave"].search(
            [
                ("employee_id", "=", self.id),
                ("holiday_status_id", "=", leave_type.id),
                ("state", "in", BLOCKING),
            ],
            order="request_date_from, id",
        )
        law = leaves.new({"request_date_from": on_date})._gov_law()
        history = [leave._gov_rule_facts() for leave in leaves]
        left = rules.remaining(leave_type.gov_code, history, on_date, law)
        unit, words = leave_type.count_unit, self.env["hr.leave"]._gov_days_text
        running = left.right
        lines = []
        if left.right is not None:
            lines.append(self._gov_right_of_kind(leave_type, left, words(left.right, unit), on_date))
        pending = 0.0
        for key, days in left.counted:
            leave = leaves.filtered(lambda one, key=key: one.id == key)
            if leave.state != "validate":
                pending += days
            if running is not None:
                running = max(running - days, 0)
            lines.append(
                {
                    "date": leave.request_date_from,
                    "kind": "taken" if leave.state == "validate" else "pending",
                    "days": -days,
                    "running": running,
                    "sentence": self.env._(
                        "%(days)s of the leave from %(first)s to %(last)s",
                        days=words(days, unit),
                        first=format_date(self.env, leave.request_date_from),
                        last=format_date(self.env, leave.request_date_to),
                    ),
                    "leave_id": leave.id,
                }
            )
        available = left.left
        return {
            "balance": None if available is None else available + pending,
            "pending": pending,
            "available": available,
            "lines": lines,
            "extra": left.extra,
        }

    def _gov_right_of_kind(self, leave_type, left, days, on_date):
        if left.first:
            sentence = self.env._(
                "%(days)s at most since %(first)s", days=days, first=format_date(self.env, left.first)
            )
        elif leave_type.quota_kind == "career":
            sentence = self.env._("%(days)s over the career", days=days)
        else:
            sentence = self.env._("%(days)s for each event", days=days)
        law = self.env["gov.leave.ledger"]._cited(leave_type)
        if law:
            sentence = self.env._("%(sentence)s — %(law)s", sentence=sentence, law=law)
        return {
            "date": left.first or on_date,
            "kind": "right",
            "days": left.right,
            "running": left.right,
            "sentence": sentence,
            "leave_id": False,
        }


def _by_date(line):
    return line["date"]
