from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, formatLang

from odoo.addons.gov_base.tools.search import search_when


class GovLeaveAccount(models.Model):
    """The row every act on a leave of a person changes first, so that two acts of one person follow each other.

    Odoo reads at REPEATABLE READ: a lock without a change would let two requests see the same balance.
    """

    _name = "gov.leave.account"
    _description = "Leave account of a person"
    _log_access = False

    employee_id = fields.Many2one("hr.employee", required=True, readonly=True, index=True, ondelete="cascade")
    touches = fields.Integer(readonly=True, required=True, default=0)
    is_seen = fields.Boolean(compute="_compute_is_seen", search="_search_is_seen", export_string_translation=False)

    _employee_uniq = models.UniqueIndex("(employee_id)", "A person has one leave account.")

    def _compute_is_seen(self):
        seen = self.filtered_domain(self._search_is_seen("in", [True]))
        for account in self:
            account.is_seen = account in seen

    @api.model
    @search_when
    def _search_is_seen(self):
        return self.env["hr.employee"]._gov_leave_seen_domain()

    @api.model
    def _touch(self, people):
        """Take the accounts of some people, in the order of their ids, until the end of the transaction.

        :param people: a statement that gives the ids of employees, or a list of them
        """
        if not isinstance(people, SQL):
            people = SQL("SELECT unnest(%s)", sorted(set(people)))
        self.env.cr.execute(
            SQL(
                """INSERT INTO gov_leave_account (employee_id, touches)
                   SELECT DISTINCT person.id, 1 FROM (%s) AS person (id) ORDER BY person.id
                   ON CONFLICT (employee_id) DO UPDATE SET touches = gov_leave_account.touches + 1""",
                people,
            )
        )


class GovLeaveCounter(models.Model):
    """What is left of a right of a person: credited, taken and waiting days of one kind of leave in one year.

    The sum of the ledger in one row, changed by one conditional UPDATE in the transaction of the act; a CHECK keeps
    it from being overdrawn.  Days carried over from the year before have a row of their own, used first.  The person,
    those above, HR of the region and auditors read; nobody writes.
    """

    _name = "gov.leave.counter"
    _description = "Counter of leave days"
    _log_access = False
    _order = "employee_id, gov_code, year, is_carried"
    _rec_name = "gov_code"

    employee_id = fields.Many2one("hr.employee", required=True, readonly=True, index=True, ondelete="restrict")
    gov_code = fields.Char("Kind of leave", required=True, readonly=True)
    year = fields.Integer(required=True, readonly=True, aggregator=None)
    is_carried = fields.Boolean("Carried over", readonly=True, help="Days of the year before, carried by a decision.")
    credited = fields.Float(digits=(8, 2), required=True, readonly=True, default=0)
    taken = fields.Float(digits=(8, 2), required=True, readonly=True, default=0)
    pending = fields.Float("Waiting", digits=(8, 2), required=True, readonly=True, default=0)
    available = fields.Float(digits=(8, 2), compute="_compute_available")
    is_seen = fields.Boolean(compute="_compute_is_seen", search="_search_is_seen", export_string_translation=False)

    _key_uniq = models.UniqueIndex("(employee_id, gov_code, year, is_carried)", "A right has one counter a year.")
    _not_overdrawn = models.Constraint(
        "CHECK (credited - taken - pending >= 0 AND taken >= 0 AND pending >= 0)",
        "The leave balance is not enough: another request has taken the days in the meantime.",
    )

    @api.depends("credited", "taken", "pending")
    def _compute_available(self):
        for counter in self:
            counter.available = counter.credited - counter.taken - counter.pending

    def _compute_is_seen(self):
        seen = self.filtered_domain(self._search_is_seen("in", [True]))
        for counter in self:
            counter.is_seen = counter in seen

    @api.model
    @search_when
    def _search_is_seen(self):
        return self.env["hr.employee"]._gov_leave_seen_domain()

    def _refuse(self):
        raise AccessError(self.env._("Counters of leave follow the ledger: nobody writes them by hand."))

    @api.model_create_multi
    def create(self, vals_list):
        self._refuse()

    def write(self, vals):
        self._refuse()

    def unlink(self):
        self._refuse()

    def copy(self, default=None):
        self._refuse()

    # ------------------------------------------------------------------ changes
    @api.model
    def _change(self, deltas):
        """Change counters by one conditional UPDATE; what would be overdrawn is refused and nothing is changed.

        :param deltas: dict of (employee id, code, year, is carried) → [credited, taken, pending], signed days
        :raise UserError: with the equation of the balance that is not enough
        """
        keys = sorted(key for key, days in deltas.items() if any(days))
        if not keys:
            return
        missing = self._update([(key, deltas[key]) for key in keys])
        if missing:
            self.env.cr.execute(
                SQL(
                    """INSERT INTO gov_leave_counter
                              (employee_id, gov_code, year, is_carried, credited, taken, pending)
                       SELECT *, 0, 0, 0 FROM unnest(%s, %s, %s, %s) ON CONFLICT DO NOTHING""",
                    *self._columns(missing),
                )
            )
            missing = self._update([(key, deltas[key]) for key in missing])
        if missing:
            key = missing[0]
            raise UserError(self._refusal(key, deltas[key]))

    @staticmethod
    def _columns(keys):
        employees, codes, years, carried = zip(*keys, strict=True)
        return list(employees), list(codes), list(years), list(carried)

    def _update(self, changes):
        """Apply ``[(key, [credited, taken, pending])]`` and return the keys that have no row or not enough days."""
        columns = self._columns([key for key, _days in changes])
        credited, taken, pending = ([float(days[index]) for _key, days in changes] for index in range(3))
        self.env.cr.execute(
            SQL(
                """UPDATE gov_leave_counter counter
                      SET credited = counter.credited + delta.credited::numeric,
                          taken = counter.taken + delta.taken::numeric,
                          pending = counter.pending + delta.pending::numeric
                     FROM unnest(%s, %s, %s, %s, %s, %s, %s)
                          AS delta (employee_id, gov_code, year, is_carried, credited, taken, pending)
                    WHERE counter.employee_id = delta.employee_id AND counter.gov_code = delta.gov_code
                      AND counter.year = delta.year AND counter.is_carried = delta.is_carried
                      AND counter.credited + delta.credited::numeric >= counter.taken + delta.taken::numeric
                          + counter.pending + delta.pending::numeric
                RETURNING counter.employee_id, counter.gov_code, counter.year, counter.is_carried""",
                *columns,
                credited,
                taken,
                pending,
            )
        )
        done = set(self.env.cr.fetchall())
        if done:
            self.invalidate_model(["credited", "taken", "pending"])
        return [key for key, _days in changes if key not in done]

    @api.model
    def _read_usable(self, employee_id, code, years):
        """Return dict of (year, is carried) → (credited, taken, pending, day from which it may be used) of a person;
        counters whose right is not credited are left out."""
        self.env.cr.execute(
            SQL(
                """SELECT line.year, line.is_carried, coalesce(counter.credited, 0), coalesce(counter.taken, 0),
                          coalesce(counter.pending, 0), line.date
                     FROM gov_leave_ledger line
                     LEFT JOIN gov_leave_counter counter
                            ON counter.employee_id = line.employee_id AND counter.gov_code = line.gov_code
                           AND counter.year = line.year AND counter.is_carried = line.is_carried
                    WHERE line.employee_id = %s AND line.gov_code = %s AND line.year IN %s
                      AND line.kind IN ('right', 'carried_in')""",
                employee_id,
                code,
                tuple(years) or (0,),
            )
        )
        return {(year, carried): values for year, carried, *values in self.env.cr.fetchall()}

    @api.model
    def _read_rows(self, employee_id, code, years):
        """Return dict of (year, is carried) → (credited, taken, pending) of a person, as of this statement."""
        self.env.cr.execute(
            SQL(
                """SELECT year, is_carried, credited, taken, pending FROM gov_leave_counter
                    WHERE employee_id = %s AND gov_code = %s AND year IN %s""",
                employee_id,
                code,
                tuple(years),
            )
        )
        return {(year, carried): days for year, carried, *days in self.env.cr.fetchall()}

    def _refusal(self, key, delta):
        """Return the sentence that says why the days are not there, with the equation."""
        employee_id, code, year, _carried = key
        wanted = sum(map(float, delta[1:])) - float(delta[0])
        return self._not_enough(employee_id, code, year, wanted)

    @api.model
    def _not_enough(self, employee_id, code, year, wanted):
        rows = self._read_rows(employee_id, code, [year])
        credited, taken, pending = (float(sum(days[index] for days in rows.values())) for index in range(3))
        leave_type = self.env["hr.leave.type"]._gov_get(code).with_env(self.env).sudo()  # sudo: only its name
        return self.env._(
            "Not enough days of “%(type)s” for %(year)s: %(wanted)s asked; %(credited)s credited − %(taken)s taken − "
            "%(pending)s waiting = %(left)s left.",
            type=leave_type.name or code,
            year=year,
            wanted=self._number(wanted),
            credited=self._number(credited),
            taken=self._number(taken),
            pending=self._number(pending),
            left=self._number(credited - taken - pending),
        )

    @api.model
    def _number(self, days):
        """Return a number of days as the language writes it, without useless decimals."""
        days = float(days)
        return formatLang(self.env, days, digits=0 if days == int(days) else 1)
