import logging
from collections import defaultdict
from datetime import date

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from odoo.addons.gov_base.tools.act import run_short

from ..services import annual

_logger = logging.getLogger(__name__)

BATCH = 5000
# kinds of leave with a right for each civil year
YEARLY = ("ANN", "EXC_FAM")
# statutory positions in which the person serves elsewhere, or not at all
NOT_SERVED = ("availability", "secondment", "military")


class GovLeaveLedger(models.Model):
    """The engine of yearly rights: what 1 January credits, what part years take off, what 31 December lets lapse."""

    _inherit = "gov.leave.ledger"

    # ------------------------------------------------------------------ settings
    @api.model
    def _yearly(self, code, year):
        """Return (days of the right, months of service before it) of a kind of leave, by the law of that year."""
        values, day = self.env["gov.parameter"].sudo(), date(year, 1, 1)  # sudo: legal parameters are public
        if code == "ANN":
            return values.get_value("leave.annual.days", day), int(
                values.get_value("leave.annual.months_before_first", day)
            )
        return values.get_value("leave.exceptional.days", day), 0

    @api.model
    def _yearly_text(self, code):
        return self.env["hr.leave.type"]._gov_get(code).legal_text_id.id

    # ------------------------------------------------------------------ one person, at the act
    @api.model
    def _ensure_rights(self, employee, code, years):
        """Credit the rights of some years that a person will have and has not yet, for a leave asked in advance.

        The line bears the day the right opens, so that the balance of an earlier day does not count it.

        :return: dict of (year, is carried) → day from which the counter may be used
        """
        self.env.cr.execute(
            SQL(
                """SELECT year, is_carried, date FROM gov_leave_ledger
                    WHERE employee_id = %s AND gov_code = %s AND year IN %s AND kind IN ('right', 'carried_in')""",
                employee.id,
                code,
                tuple(years) or (0,),
            )
        )
        dates = {(year, carried): day for year, carried, day in self.env.cr.fetchall()}
        lines = []
        for year in years:
            if (year, False) in dates:
                continue
            days, months = self._yearly(code, year)
            opens = self._opens(employee, code, year, months)
            if opens:
                dates[year, False] = opens
                lines.append(self._right_line(employee.id, code, year, days, opens))
        if lines:
            self._post(lines)
            for line in lines:
                self._prorata(line["year"], [employee.id], code)
        return dates

    @api.model
    def _opens(self, employee, code, year, months):
        """Return the day the right of a year opens for a person, or None."""
        recruitment = employee.sudo().recruitment_date  # sudo: only whether the first months of service are over
        if months and not recruitment:
            raise UserError(
                self.env._(
                    "The date of recruitment of %(person)s is missing in the file: without it nobody knows whether "
                    "the right to leave is open. Ask HR to complete it.",
                    person=employee.sudo().name,  # sudo: his name, for who files for him
                )
            )
        return annual.right_date(year, recruitment or date(year, 1, 1), months)

    @api.model
    def _right_line(self, employee_id, code, year, days, opens):
        facts = {"service_date": str(opens)} if opens > date(year, 1, 1) else None
        return {
            "employee_id": employee_id,
            "gov_code": code,
            "year": year,
            "kind": "right",
            "days": days,
            "date": opens,
            "facts": facts,
            "legal_text_id": self._yearly_text(code),
        }

    # ------------------------------------------------------------------ everybody, in batches
    @api.model
    def _credit_batch(self, year, code, on_date, after_id=0, limit=BATCH):
        """Credit the right of a year to the next people who have not had it and whose right is open on a day.

        One statement for lines and counters: nothing is credited twice, whoever runs it again.

        :return: (number credited, last id looked at or None when there is none left)
        """
        days, months = self._yearly(code, year)
        first = date(year, 1, 1)
        opens = SQL("greatest(%s, (employee.recruitment_date + make_interval(months => %s))::date)", first, months)
        known = SQL("employee.recruitment_date IS NOT NULL") if months else SQL("TRUE")
        self.env.cr.execute(
            SQL(
                """
                WITH due AS (
                    SELECT employee.id, %(opens)s AS opens
                      FROM hr_employee employee
                     WHERE employee.id > %(after)s AND employee.active AND %(known)s AND %(opens)s <= %(on_date)s
                       AND (employee.retirement_date IS NULL OR employee.retirement_date >= %(first)s)
                       AND NOT EXISTS (SELECT FROM gov_leave_ledger line
                                        WHERE line.employee_id = employee.id AND line.gov_code = %(code)s
                                          AND line.year = %(year)s AND line.kind = 'right')
                  ORDER BY employee.id LIMIT %(limit)s
                ), posted AS (
                    INSERT INTO gov_leave_ledger (employee_id, gov_code, year, is_carried, kind, days, date, facts,
                                                  legal_text_id, actor_id, posted_on)
                    SELECT due.id, %(code)s, %(year)s, FALSE, 'right', %(days)s, due.opens,
                           CASE WHEN due.opens > %(first)s THEN jsonb_build_object('service_date', due.opens) END,
                           %(text)s, %(uid)s, %(now)s
                      FROM due
                    ON CONFLICT DO NOTHING RETURNING employee_id, days
                ), counted AS (
                    INSERT INTO gov_leave_counter (employee_id, gov_code, year, is_carried, credited, taken, pending)
                    SELECT employee_id, %(code)s, %(year)s, FALSE, days, 0, 0 FROM posted ORDER BY employee_id
                    ON CONFLICT (employee_id, gov_code, year, is_carried)
                    DO UPDATE SET credited = gov_leave_counter.credited + EXCLUDED.credited
                )
                SELECT (SELECT count(*) FROM posted), (SELECT max(id) FROM due)
                """,
                opens=opens,
                known=known,
                after=after_id,
                on_date=on_date,
                first=first,
                code=code,
                year=year,
                limit=limit,
                days=days,
                text=self._yearly_text(code) or None,
                uid=self.env.uid,
                now=fields.Datetime.now(),
            )
        )
        done, last = self.env.cr.fetchone()
        if done:
            self.invalidate_model()
            self.env["gov.leave.counter"].invalidate_model()
        return done, last

    @api.model
    def _credit_year(self, year, on_date=None, limit=BATCH, progress=None):
        """Credit the rights of a year to everybody whose right is open; each batch is committed, and a run that stops
        is taken up by the next one.

        :param progress: called after each batch with the number of people; stops when it returns False
        :return: dict of code → number of people credited
        """
        on_date = on_date or fields.Date.context_today(self)
        found = defaultdict(int)
        for code in YEARLY:
            after = 0
            while after is not None:
                done, after = run_short(
                    self.env,
                    lambda env, code=code, after=after: env[self._name]._credit_act(year, code, on_date, after, limit),
                )
                found[code] += done
                if progress and after is not None and progress(done) is False:
                    return dict(found)
        return dict(found)

    @api.model
    def _credit_act(self, year, code, on_date, after_id, limit):
        """Do one batch with its part years and its line in the journal; inside a short transaction."""
        done, last = self._credit_batch(year, code, on_date, after_id, limit)
        if done and code == "ANN":
            self._prorata(year, None, code, after_id, last)
        if done:
            self.env["gov.journal.entry"]._record(
                self.browse(), "credit", {"code": code, "year": year, "people": done, "up_to": last}
            )
        return done, last

    # ------------------------------------------------------------------ part years
    @api.model
    def _months_not_served(self, year, employee_ids=None, after_id=0, last_id=None):
        """Return dict of employee id → months (Fraction) of a year not served: availability, secondment, military
        service and unpaid leave."""
        first, last = date(year, 1, 1), date(year, 12, 31)
        wanted = (
            SQL("employee_id IN %s", tuple(employee_ids) or (0,))
            if employee_ids is not None
            else SQL("employee_id > %s AND employee_id <= %s", after_id, last_id or 2**31 - 1)
        )
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                SELECT employee_id, since, until FROM (
                    SELECT employee_id, date_version AS since, statutory_position,
                           coalesce(lead(date_version) OVER (PARTITION BY employee_id ORDER BY date_version) - 1,
                                    'infinity'::date) AS until
                      FROM hr_version WHERE active AND %(wanted)s
                       AND employee_id IN (SELECT employee_id FROM hr_version
                                            WHERE active AND statutory_position IN %(positions)s AND %(wanted)s)
                ) situation
                WHERE statutory_position IN %(positions)s AND since <= %(last)s AND until >= %(first)s
                UNION ALL
                SELECT employee_id, request_date_from, request_date_to FROM hr_leave
                 WHERE state = 'validate' AND %(wanted)s AND request_date_from <= %(last)s
                   AND request_date_to >= %(first)s AND holiday_status_id = %(unpaid)s
                """,
                wanted=wanted,
                positions=NOT_SERVED,
                first=first,
                last=last,
                unpaid=self.env["hr.leave.type"]._gov_get("SS").id or 0,
            )
        )
        periods = defaultdict(list)
        for employee_id, since, until in self.env.cr.fetchall():
            periods[employee_id].append((since, until if isinstance(until, date) else last))
        return {
            employee_id: annual.months_not_served(year, [(since, min(until, last)) for since, until in pairs])
            for employee_id, pairs in periods.items()
        }

    @api.model
    def _prorata(self, year, employee_ids, code="ANN", after_id=0, last_id=None):
        """Take off the right of a year what was not served, or give back what was taken off too much.

        What the person has already taken stays taken: no more is taken off than what is left.

        :return: number of lines posted
        """
        if code != "ANN":
            return 0
        months = self._months_not_served(year, employee_ids, after_id, last_id)
        rows = self._read_prorata(
            year, code, set(months) | set(employee_ids or ()), employee_ids is None, after_id, last_id
        )
        if not rows:
            return 0
        day = date(year, 1, 1)
        values = self.env["gov.parameter"].sudo()  # sudo: legal parameters are public
        rounding = values.get_value("leave.annual.rounding", day)
        lines = []
        for employee_id, right, posted, left in rows:
            not_served = months.get(employee_id, 0)
            wanted = float(right) - float(annual.part_of_right(right, not_served, rounding))
            less = min(wanted + float(posted), float(left))
            if abs(less) < 0.001:
                continue
            lines.append(
                {
                    "employee_id": employee_id,
                    "gov_code": code,
                    "year": year,
                    "kind": "prorata",
                    "days": -less,
                    "date": max(day, min(fields.Date.context_today(self), date(year, 12, 31))),
                    "facts": {"months": round(float(not_served), 2)},
                    "legal_text_id": self._yearly_text(code),
                }
            )
        self._post(lines)
        return len(lines)

    def _read_prorata(self, year, code, employee_ids, is_range, after_id, last_id):
        """Return [(employee id, right, days posted for part years, days left)] of those concerned."""
        wanted = SQL("line.employee_id IN %s", tuple(employee_ids) or (0,))
        if is_range:
            wanted = SQL(
                "(%s OR line.employee_id > %s AND line.employee_id <= %s AND line.kind = 'prorata')",
                wanted,
                after_id,
                last_id or 2**31 - 1,
            )
        self.env.cr.execute(
            SQL(
                """
                SELECT line.employee_id, sum(line.days) FILTER (WHERE line.kind = 'right'),
                       coalesce(sum(line.days) FILTER (WHERE line.kind = 'prorata'
                                                         AND NOT coalesce(line.facts, '{}') ? 'hajj'), 0),
                       max(counter.credited - counter.taken - counter.pending)
                  FROM gov_leave_ledger line
                  JOIN gov_leave_counter counter
                    ON counter.employee_id = line.employee_id AND counter.gov_code = line.gov_code
                   AND counter.year = line.year AND NOT counter.is_carried
                 WHERE line.year = %(year)s AND line.gov_code = %(code)s AND line.kind IN ('right', 'prorata')
                   AND line.employee_id IN (SELECT line.employee_id FROM gov_leave_ledger line
                                             WHERE line.year = %(year)s AND line.gov_code = %(code)s AND %(wanted)s)
              GROUP BY line.employee_id HAVING count(*) FILTER (WHERE line.kind = 'right') > 0
                """,
                year=year,
                code=code,
                wanted=wanted,
            )
        )
        return self.env.cr.fetchall()

    # ------------------------------------------------------------------ 31 December
    @api.model
    def _lapse_batch(self, year, limit=BATCH):
        """Let what is left of the annual leave of a past year lapse, carried days included (A4).

        :return: number of counters emptied; 0 when all are
        """
        self.env.cr.execute(
            SQL(
                """
                WITH due AS (
                    SELECT id, credited - taken - pending AS days FROM gov_leave_counter
                     WHERE gov_code = 'ANN' AND year = %(year)s AND credited - taken - pending > 0
                  ORDER BY id LIMIT %(limit)s
                ), emptied AS (
                    UPDATE gov_leave_counter counter SET credited = counter.credited - due.days
                      FROM due WHERE counter.id = due.id
                       AND counter.credited - due.days - counter.taken - counter.pending >= 0
                 RETURNING counter.employee_id, counter.is_carried, due.days
                )
                INSERT INTO gov_leave_ledger (employee_id, gov_code, year, is_carried, kind, days, date, reason,
                                              legal_text_id, actor_id, posted_on)
                SELECT employee_id, 'ANN', %(year)s, is_carried, 'lapsed', -days, %(last)s,
                       'FORCLOS', %(text)s, %(uid)s, %(now)s
                  FROM emptied
                """,
                year=year,
                limit=limit,
                last=date(year, 12, 31),
                text=self._yearly_text("ANN") or None,
                uid=self.env.uid,
                now=fields.Datetime.now(),
            )
        )
        done = self.env.cr.rowcount
        if done:
            self.invalidate_model()
            self.env["gov.leave.counter"].invalidate_model()
        return done

    @api.model
    def _lapse_act(self, year, limit):
        done = self._lapse_batch(year, limit)
        if done:
            self.env["gov.journal.entry"]._record(self.browse(), "lapse", {"year": year, "counters": done})
        return done

    @api.model
    def _lapse_year(self, year, limit=BATCH):
        """Let the annual leave of a past year lapse, in committed batches."""
        if year >= fields.Date.context_today(self).year:
            raise UserError(self.env._("The leave of %(year)s lapses when the year is over.", year=year))
        total = 0
        while done := run_short(self.env, lambda env: env[self._name]._lapse_act(year, limit)):
            total += done
        return total

    # ------------------------------------------------------------------ by whom
    @api.model
    def action_credit_year(self, year=None):
        """Credit the rights of a year to all those whose right is open today. HR managers only.

        :param year: the current one when None; not a later one
        :return: dict of code → number of people
        """
        if not self.env.user.has_group("gov_base.group_hr_manager"):
            raise AccessError(self.env._("Only an HR manager credits the rights of the year."))
        today = fields.Date.context_today(self)
        year = int(year) if str(year or "").isdecimal() else today.year
        if not today.year - 1 <= year <= today.year:
            raise UserError(self.env._("Rights are credited for this year or the one before."))
        # sudo: the ledger is written by the engine alone; the role was checked
        return self.sudo()._credit_year(year, min(today, date(year, 12, 31)))

    @api.model
    def _cron_yearly(self):
        """Each day: the rights that opened, the part years, and what the year before has left."""
        today = fields.Date.context_today(self)
        jobs = self.env["ir.cron"]

        def progress(done):
            jobs._commit_progress(done)

        self._credit_year(today.year, today, progress=progress)
        run_short(self.env, lambda env: env[self._name]._prorata(today.year, None))
        self._lapse_year(today.year - 1)
