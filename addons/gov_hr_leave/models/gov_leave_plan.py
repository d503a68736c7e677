from collections import defaultdict
from datetime import date

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from odoo.addons.gov_base.tools.act import short_transaction
from odoo.addons.gov_base.tools.search import search_when

from ..services import presence

LIVE = ("wish", "agreed", "changed")
FUTURE_YEARS = 2


class GovLeavePlan(models.Model):
    """The plan of the annual leave of a unit for a year, arbitrated before the summer (article 40).

    HR opens the plans of all units with a deadline (``open``): each employee enters the periods wished for.  The head
    of the unit, or one above, agrees, changes with a reason or refuses each wish, keeping enough people present;
    parents of a family come first, as the law says.  Once every wish is answered the head closes the plan
    (``closed``) and each person turns the agreed periods into draft requests.  HR may open a plan again.

    Nobody answers his own wish.  Nothing here is written but by the acts below.
    """

    _name = "gov.leave.plan"
    _description = "Yearly leave plan of a unit"
    _order = "year desc, department_id"

    department_id = fields.Many2one(
        "hr.department", "Unit", required=True, readonly=True, index=True, ondelete="restrict"
    )
    year = fields.Integer(required=True, readonly=True, aggregator=None, index=True)
    deadline = fields.Date("Wishes until", required=True, readonly=True)
    least_present = fields.Integer(
        "Least presence (%)",
        required=True,
        readonly=True,
        aggregator=None,
        help="Under this share of people present on a working day, a wish is agreed with a reason only.",
    )
    state = fields.Selection(
        [("open", "Open"), ("closed", "Closed")], required=True, readonly=True, default="open", copy=False, index=True
    )
    line_ids = fields.One2many("gov.leave.plan.line", "plan_id", "Periods", readonly=True)
    people_count = fields.Integer("People", compute="_compute_counts")
    wish_count = fields.Integer("To answer", compute="_compute_counts")
    answered_count = fields.Integer("Answered", compute="_compute_counts")
    silent_count = fields.Integer("Without a wish", compute="_compute_counts")
    is_late = fields.Boolean("Late", compute="_compute_is_late")
    is_seen = fields.Boolean(compute="_compute_is_seen", search="_search_is_seen", export_string_translation=False)
    can_arbitrate = fields.Boolean(compute="_compute_can_arbitrate", export_string_translation=False)

    _unit_uniq = models.UniqueIndex("(department_id, year)", "A unit has one leave plan a year.")

    # ------------------------------------------------------------------ computed
    @api.depends("department_id", "year")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for plan in self:
            plan.display_name = self.env._("Leave %(year)s · %(unit)s", year=plan.year, unit=plan.department_id.name)

    @api.depends("line_ids.state")
    def _compute_counts(self):
        # sudo: numbers alone come out, for whoever reads the plan
        units = self.sudo().department_id
        people = dict(
            self.env["hr.employee"]
            .sudo()
            ._read_group(  # sudo: as above
                [("department_id", "in", units.ids)], ["department_id"], ["__count"]
            )
        )
        lines = (
            self.env["gov.leave.plan.line"]
            .sudo()
            ._read_group(  # sudo: as above
                [("plan_id", "in", self.ids)], ["plan_id", "state"], ["__count", "employee_id:array_agg"]
            )
        )
        counts, persons = defaultdict(lambda: defaultdict(int)), defaultdict(set)
        for plan, state, count, employees in lines:
            counts[plan.id][state] += count
            persons[plan.id].update(employees)
        for plan in self:
            found = counts[plan.id]
            plan.people_count = people.get(plan.sudo().department_id, 0)  # sudo: as above
            plan.wish_count = found["wish"]
            plan.answered_count = sum(found.values()) - found["wish"]
            plan.silent_count = max(plan.people_count - len(persons[plan.id]), 0)

    @api.depends("state", "deadline")
    def _compute_is_late(self):
        today = fields.Date.context_today(self)
        for plan in self:
            plan.is_late = plan.state == "open" and plan.deadline and plan.deadline < today

    def _compute_is_seen(self):
        seen = self.sudo().filtered_domain(self._seen_domain())  # sudo: the domain itself says what is seen
        for plan in self:
            plan.is_seen = plan in seen

    @api.model
    @search_when
    def _search_is_seen(self):
        return self._seen_domain()

    @api.model
    def _seen_domain(self):
        """Return the plans the user may read: of his unit and of those below the units he heads, HR's regions."""
        user = self.env.user
        if user.has_group("gov_base.group_auditor"):
            return Domain.TRUE
        seen = Domain.FALSE
        # sudo: which units the user belongs to or heads, and which regions he serves
        regions = user.sudo().gov_region_ids
        if user.has_group("gov_base.group_hr_officer"):
            if not regions:
                return Domain.TRUE
            seen |= Domain("department_id.effective_region_id", "in", regions.ids)
        # sudo: as above
        own = user.sudo().employee_ids.department_id
        headed = self.env["gov.leave.feed"]._headed_units(user)
        if own:
            seen |= Domain("department_id", "in", own.ids)
        if headed:
            seen |= Domain("department_id", "child_of", headed.ids)
        return seen

    @api.depends_context("uid")
    def _compute_can_arbitrate(self):
        for plan in self:
            plan.can_arbitrate = plan._gov_is_arbiter()

    def _gov_is_arbiter(self):
        """Tell whether the user answers the wishes of the unit: its head, one above, or HR of the region."""
        self.ensure_one()
        user = self.env.user
        # sudo: heads of units and regions served; only yes or no comes out
        unit = self.sudo().department_id
        if user.has_group("gov_base.group_hr_officer"):
            regions = user.sudo().gov_region_ids  # sudo: as above
            if not regions or unit.effective_region_id in regions:
                return True
        while unit:
            if unit.manager_id.user_id == user:
                return True
            unit = unit.parent_id
        return False

    # ------------------------------------------------------------------ acts of HR
    @api.model
    @short_transaction
    def action_open_year(self, year, deadline):
        """Open the plans of a year for the units of one's regions that have people; those that exist are left alone.

        :param int year: this year or one of the two next ones
        :param deadline: last day to enter wishes (date or ISO string), today or later
        :return: number of plans opened
        :raise AccessError: for others than HR officers
        """
        user = self.env.user
        if not user.has_group("gov_base.group_hr_officer"):
            raise AccessError(self.env._("Human resources open the leave plans."))
        today = fields.Date.context_today(self)
        year = int(year) if str(year).isdecimal() else 0
        deadline = self.env["gov.parameter"]._to_day(deadline)
        if not today.year <= year <= today.year + FUTURE_YEARS:
            raise UserError(
                self.env._(
                    "A plan is opened for %(first)s to %(last)s.", first=today.year, last=today.year + FUTURE_YEARS
                )
            )
        if deadline < today or deadline.year > year:
            raise UserError(
                self.env._("Choose a last day for the wishes between today and the end of %(year)s.", year=year)
            )
        # sudo: the units of the regions served are opened, which was checked above
        domain = Domain("manager_id", "!=", False) | Domain("member_ids", "!=", False)
        regions = user.sudo().gov_region_ids  # sudo: the regions of the user himself
        if regions:
            domain &= Domain("effective_region_id", "in", regions.ids)
        units = self.env["hr.department"].sudo().search(domain)  # sudo: as above
        peopled = {
            unit.id
            # sudo: which units have people
            for unit, _count in self.env["hr.employee"]
            .sudo()
            ._read_group([("department_id", "in", units.ids)], ["department_id"], ["__count"])
        }
        plans = self.sudo()  # sudo: plans are made by this act alone
        known = set(plans.search([("year", "=", year), ("department_id", "in", units.ids)]).department_id.ids)
        least = self.env["hr.leave"]._gov_least_present()
        made = plans.create(
            [
                {"department_id": unit, "year": year, "deadline": deadline, "least_present": least}
                for unit in sorted(peopled - known)
            ]
        )
        self.env["gov.journal.entry"]._record_many(
            [(plan, "open", {"year": year, "deadline": str(deadline)}) for plan in made]
        )
        return len(made)

    @short_transaction
    def action_extend(self, deadline):
        """Give more time to enter wishes. HR officers of the region."""
        self._gov_check_hr()
        deadline = self.env["gov.parameter"]._to_day(deadline)
        self._gov_claim("open")
        if deadline < fields.Date.context_today(self):
            raise UserError(self.env._("The new last day is today or later."))
        self.sudo().write({"deadline": deadline})  # sudo: by this act alone
        return True

    @short_transaction
    def action_reopen(self):
        """Open closed plans again, so that answers can be changed. HR officers of the region."""
        self._gov_check_hr()
        self._gov_claim("closed")
        self.sudo().write({"state": "open"})  # sudo: by this act alone
        self.env["gov.journal.entry"]._record_many([(plan, "reopen", {}) for plan in self])
        return True

    def _gov_check_hr(self):
        self.check_access("read")
        if not self.env.user.has_group("gov_base.group_hr_officer"):
            raise AccessError(self.env._("Human resources do this."))
        for plan in self:
            if not plan._gov_is_arbiter():
                raise AccessError(self.env._("“%(plan)s” is of another region.", plan=plan.display_name))

    def _gov_claim(self, state):
        """Take the plans for an act, by one conditional UPDATE."""
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                "UPDATE gov_leave_plan SET write_date = now() AT TIME ZONE 'UTC' WHERE id IN %s AND state = %s "
                "RETURNING id",
                self._ids or (0,),
                state,
            )
        )
        taken = {row[0] for row in self.env.cr.fetchall()}
        self.invalidate_recordset()
        for plan in self:
            if plan.id not in taken:
                raise UserError(
                    self.env._("“%(plan)s” is already open.", plan=plan.display_name)
                    if state == "closed"
                    else self.env._("“%(plan)s” is closed: HR opens it again if need be.", plan=plan.display_name)
                )

    # ------------------------------------------------------------------ acts of heads
    @short_transaction
    def action_close(self):
        """Close the plans once every wish is answered; each person is told through the plan. Heads and HR."""
        self.check_access("read")
        self._gov_claim("open")
        for plan in self:
            if not plan._gov_is_arbiter():
                raise AccessError(
                    self.env._(
                        "The head of “%(unit)s”, one above or HR closes the plan.", unit=plan.department_id.name
                    )
                )
            # sudo: a number, to tell what is left to do
            waiting = len(plan.sudo().line_ids.filtered(lambda line: line.state == "wish"))
            if waiting:
                raise UserError(
                    self.env._("%(number)s wishes are not answered yet: answer them first.", number=waiting)
                )
        self.sudo().write({"state": "closed"})  # sudo: by this act alone
        self.env["gov.journal.entry"]._record_many([(plan, "close", {}) for plan in self])
        return True

    def action_open_arbitration(self):
        """Open the screen where the wishes of the unit are answered."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.actions"]._for_xml_id("gov_hr_leave.leave_plan_arbitrate_action")
        return dict(action, params={"plan_id": self.id}, name=self.display_name)

    def _gov_people(self):
        """Return the people of the unit as superuser; the caller has checked who asks."""
        # sudo: the caller has checked who asks
        return self.env["hr.employee"].sudo().search([("department_id", "=", self.department_id.id)], order="name, id")

    def _gov_presence(self, first, last, without=None, adding=()):
        """Return the presence of each working day of the unit by the plan, see ``services.presence``.

        :param without: line whose days are left out
        :param adding: further ``(employee id, first, last)``
        """
        self.ensure_one()
        # sudo: numbers alone come out
        lines = self.sudo().line_ids.filtered(lambda line: line.state in ("agreed", "changed") and line != without)
        absences = [(line.employee_id.id, line.date_from, line.date_to) for line in lines]
        return presence.presence(
            self._gov_people().ids,
            [*absences, *adding],
            first,
            last,
            self.env["gov.public.holiday"]._is_working_day,
        )

    # ------------------------------------------------------------------ screens
    @api.model
    def get_my_plan(self, year=None):
        """Return the plan of one's unit for a year with one's own wishes.

        :param year: the year, or None for the open plan with the nearest deadline
        :return: ``{employee, plan: {id, year, …} or False, years, lines, planned_text, right_text, is_open}``
        """
        employee = self.env.user.employee_id
        if not employee:
            return {"employee": False, "plan": False, "years": [], "lines": []}
        # sudo: the plan of one's own unit and one's own lines; hr.employee is closed to plain employees
        unit = employee.sudo().department_id
        plans = self.sudo().search([("department_id", "=", unit.id)], order="year desc")  # sudo: as above
        plan = (
            plans.filtered(lambda item: item.year == year)[:1]
            if year
            else (plans.filtered(lambda item: item.state == "open")[-1:] or plans[:1])
        )
        lines = plan.line_ids.filtered(lambda line: line.employee_id == employee.sudo())  # sudo: as above
        today = fields.Date.context_today(self)
        is_open = bool(plan) and plan.state == "open" and plan.deadline >= today
        wording = self.env["hr.leave"]
        days = sum(line.days for line in lines if line.state in LIVE)
        result = {
            "employee": True,
            "plan": False,
            "years": plans.mapped("year"),
            "lines": [line._gov_screen_values() for line in lines.sorted("date_from")],
            "is_open": is_open,
            "planned_text": wording._gov_days_text(days, "working"),
            "holidays": {},
        }
        if plan:
            result["holidays"] = wording._gov_holiday_names(date(plan.year, 1, 1), date(plan.year, 12, 31))
            result["plan"] = {
                "id": plan.id,
                "year": plan.year,
                "unit": unit.name,
                "state": plan.state,
                "deadline_text": format_date(self.env, plan.deadline, date_format="EEEE d MMMM y"),
                "first": f"{plan.year}-01-01",
                "last": f"{plan.year}-12-31",
                "can_request": any(
                    line.state in ("agreed", "changed") and not line.leave_id and line.date_to >= today
                    for line in lines
                ),
            }
            balance = employee.get_leave_balance("ANN", max(today, date(plan.year, 1, 1)))
            result["right_text"] = wording._gov_days_text(balance["available"], "working")
        return result

    @api.model
    @short_transaction
    def action_wish(self, values):
        """Enter or change a wish of one's own, while the plan of the unit is open.

        :param values: ``{"plan_id", "date_from", "date_to", "note", "line_id" to change one}``
        :return: id of the line
        :raise UserError: after the deadline, for days outside the year, over another wish, or answered already
        """
        values = values if isinstance(values, dict) else {}
        employee = self.env.user.employee_id.sudo()  # sudo: one's own file
        to_day = self.env["gov.parameter"]._to_day
        first, last = to_day(values.get("date_from")), to_day(values.get("date_to"))
        # sudo: the plan of one's own unit, checked below; its lines are written by acts alone
        plan = self.sudo().browse(values.get("plan_id") if isinstance(values.get("plan_id"), int) else 0).exists()
        if not employee or not plan or plan.department_id != employee.department_id:
            raise UserError(self.env._("This leave plan is not that of your unit: reload the page."))
        plan._gov_claim("open")
        if plan.deadline < fields.Date.context_today(self):
            raise UserError(
                self.env._(
                    "Wishes could be entered until %(date)s. Tell the head of your unit what you would like.",
                    date=format_date(self.env, plan.deadline),
                )
            )
        vals = {
            "date_from": first,
            "date_to": last,
            "wish_from": first,
            "wish_to": last,
            "note": str(values.get("note") or "")[:200],
        }
        line = plan.line_ids.filtered(lambda item: item.id == values.get("line_id"))
        line._gov_check_period(plan, employee, first, last)
        if line:
            if line.employee_id != employee or line.state != "wish":
                raise UserError(self.env._("This wish is answered already: enter another one instead."))
            line.write(vals)
        else:
            line = line.create({**vals, "plan_id": plan.id, "employee_id": employee.id})
        return line.id

    @api.model
    def get_arbitration(self, plan_id=None):
        """Return what the head needs to answer the wishes of a unit.

        :param plan_id: the plan; without it the open plan of a unit the user answers for
        :return: ``{plans: [{id, name, wishes}], plan: {…}, people: [{id, name, children, lines}], weeks: [{iso, label,
            present, low}]}``; people without a wish are there as well
        """
        plans = self.search([], order="state desc, year desc, department_id").filtered("can_arbitrate")
        plan = plans.filtered(lambda item: item.id == plan_id)[:1] or plans[:1]
        listed = [{"id": item.id, "name": item.display_name, "wishes": item.wish_count} for item in plans[:200]]
        if not plan:
            return {"plans": listed, "plan": False, "people": [], "weeks": []}
        # sudo: the user answers for this unit, which was checked above
        lines = plan.sudo().line_ids
        by_person = lines.grouped("employee_id")
        people = plan._gov_people()
        rows = []
        for person in people | lines.employee_id:
            found = by_person.get(person, lines.browse())
            rows.append(
                {
                    "id": person.id,
                    "name": person.display_name,
                    "children": person.children_count,
                    "is_me": person.user_id == self.env.user,
                    "lines": [
                        line._gov_screen_values() | {"low_text": line._gov_low_text()}
                        for line in found.sorted("date_from")
                    ],
                }
            )
        return {
            "plans": listed,
            "plan": {
                "id": plan.id,
                "name": plan.display_name,
                "state": plan.state,
                "deadline_text": format_date(self.env, plan.deadline, date_format="EEEE d MMMM y"),
                "least": plan.least_present,
                "wishes": plan.wish_count,
                "silent": plan.silent_count,
                "first": f"{plan.year}-01-01",
                "last": f"{plan.year}-12-31",
            },
            "people": sorted(rows, key=lambda row: (not row["lines"], -row["children"] if row["lines"] else 0)),
            "weeks": plan._gov_weeks(lines),
            "holidays": self.env["hr.leave"]._gov_holiday_names(date(plan.year, 1, 1), date(plan.year, 12, 31)),
        }

    def _gov_weeks(self, lines):
        """Return the least presence of each week of the year, as it would be if all the wishes were agreed."""
        self.ensure_one()
        first, last = date(self.year, 1, 1), date(self.year, 12, 31)
        found = self._gov_presence(
            first,
            last,
            adding=[(line.employee_id.id, line.date_from, line.date_to) for line in lines if line.state == "wish"],
        )
        weeks = {}
        for day, (_count, percent) in sorted(found.items()):
            monday = fields.Date.start_of(day, "week")
            weeks[monday] = min(weeks.get(monday, 100), percent)
        return [
            {
                "iso": str(monday),
                "month": monday.month,
                "present": percent,
                "low": percent < self.least_present,
                "label": self.env._(
                    "Week of %(date)s: %(percent)s %% present at least",
                    date=format_date(self.env, monday, date_format="d MMMM"),
                    percent=percent,
                ),
            }
            for monday, percent in weeks.items()
        ]


class GovLeavePlanLine(models.Model):
    """A period of annual leave somebody wishes for in the plan of the unit, and the answer of the head.

    ``wish`` → ``agreed``, ``changed`` (other dates, with a reason) or ``refused`` (with a reason).  An agreed period
    becomes a draft request of leave by its person; the request then follows its own circuit.
    """

    _name = "gov.leave.plan.line"
    _description = "Period of a yearly leave plan"
    _order = "plan_id, date_from, id"

    plan_id = fields.Many2one("gov.leave.plan", "Plan", required=True, readonly=True, index=True, ondelete="cascade")
    employee_id = fields.Many2one(
        "hr.employee", "Employee", required=True, readonly=True, index=True, ondelete="restrict"
    )
    department_id = fields.Many2one(related="plan_id.department_id", string="Unit", store=True, index=True)
    year = fields.Integer(related="plan_id.year", store=True)
    wish_from = fields.Date("Wished from", required=True, readonly=True)
    wish_to = fields.Date("Wished until", required=True, readonly=True)
    date_from = fields.Date("From", required=True, readonly=True)
    date_to = fields.Date("Until", required=True, readonly=True)
    days = fields.Float("Working days", compute="_compute_days", digits=(6, 1))
    note = fields.Char("Words of the employee", readonly=True)
    state = fields.Selection(
        [("wish", "Wished"), ("agreed", "Agreed"), ("changed", "Agreed on other dates"), ("refused", "Refused")],
        required=True,
        readonly=True,
        default="wish",
        copy=False,
        index=True,
    )
    reason = fields.Char(readonly=True, copy=False, help="Why the dates were changed, or the wish refused.")
    answered_by_id = fields.Many2one(
        "res.users", "Answered by", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    answered_on = fields.Date(readonly=True, copy=False)
    leave_id = fields.Many2one(
        "hr.leave", "Request", readonly=True, copy=False, index="btree_not_null", ondelete="set null"
    )
    children_count = fields.Integer("Children", compute="_compute_children_count")
    has_priority = fields.Boolean(
        "Parent of a family",
        compute="_compute_children_count",
        help="Parents of a family have priority in the choice of the periods (article 40).",
    )
    is_seen = fields.Boolean(compute="_compute_is_seen", search="_search_is_seen", export_string_translation=False)

    _dates_order = models.Constraint(
        "CHECK (date_from <= date_to AND wish_from <= wish_to)", "A period ends after it begins."
    )
    _no_overlap = models.Constraint(
        "EXCLUDE USING gist (employee_id WITH =, daterange(date_from, date_to, '[]') WITH &&) "
        "WHERE (state <> 'refused')",
        "Two periods of one person cannot cover the same day.",
    )

    @api.depends("date_from", "date_to")
    def _compute_days(self):
        holidays = self.env["gov.public.holiday"]
        for line in self:
            line.days = (
                holidays._count_working_days(line.date_from, line.date_to) if line.date_from and line.date_to else 0
            )

    @api.depends("employee_id")
    def _compute_children_count(self):
        for line in self:
            # sudo: how many children, for those who arbitrate; the plan shows it because the law gives them priority
            line.children_count = line.sudo().employee_id.children_count
            line.has_priority = bool(line.children_count)

    def _compute_is_seen(self):
        seen = self.filtered_domain(self._search_is_seen("in", [True]))
        for line in self:
            line.is_seen = line in seen

    @api.model
    @search_when
    def _search_is_seen(self):
        return self.env["hr.employee"]._gov_leave_seen_domain()

    @api.depends("employee_id", "date_from")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for line in self:
            line.display_name = (
                f"{line.sudo().employee_id.display_name} · {format_date(self.env, line.date_from)}"  # sudo: the name
            )

    @api.constrains("date_from", "date_to", "wish_from", "wish_to", "plan_id")
    def _check_period(self):
        for line in self:
            if line.state != "refused":
                line._gov_check_period(line.plan_id, line.employee_id, line.date_from, line.date_to)

    def _gov_check_period(self, plan, employee, first, last):
        """Refuse a period out of the year, without a working day, or over another one of the person."""
        if last < first:
            raise ValidationError(self.env._("A period ends after it begins."))
        if first.year != plan.year or last.year != plan.year:
            raise ValidationError(self.env._("The plan is for %(year)s: choose days of that year.", year=plan.year))
        if not self.env["gov.public.holiday"]._count_working_days(first, last):
            raise ValidationError(self.env._("There is no working day in this period: choose other days."))
        other = self.search(
            [
                ("id", "not in", self.ids),
                ("employee_id", "=", employee.id),
                ("state", "!=", "refused"),
                ("date_from", "<=", last),
                ("date_to", ">=", first),
            ],
            limit=1,
        )
        if other:
            raise ValidationError(
                self.env._(
                    "This period touches another one, from %(first)s to %(last)s: choose other days.",
                    first=format_date(self.env, other.date_from),
                    last=format_date(self.env, other.date_to),
                )
            )

    # ------------------------------------------------------------------ acts of the person
    @short_transaction
    def action_unwish(self):
        """Take back wishes of one's own that are not answered yet."""
        self.check_access("read")
        self._gov_claim(("wish",))
        for line in self.sudo():  # sudo: one's own lines, checked here
            if line.employee_id.user_id != self.env.user:
                raise AccessError(self.env._("A wish is taken back by the person who entered it."))
        self.sudo().unlink()  # sudo: as above
        return True

    @short_transaction
    def action_make_requests(self):
        """Turn agreed periods of one's own into draft requests of annual leave, to be checked and sent.

        :return: ids of the drafts made
        """
        self.check_access("read")
        self._gov_claim(("agreed", "changed"))
        leave_type = self.env["hr.leave.type"]._gov_get("ANN")
        drafts = self.env["hr.leave"]
        for line in self:
            own = line.sudo()  # sudo: one's own line, checked here
            if own.employee_id.user_id != self.env.user:
                raise AccessError(self.env._("Each person asks for his own leave."))
            if own.leave_id:
                continue
            draft = drafts.create(
                {
                    "employee_id": own.employee_id.id,
                    "holiday_status_id": leave_type.id,
                    "request_date_from": own.date_from,
                    "request_date_to": own.date_to,
                }
            )
            own.leave_id = draft
            drafts += draft
        return drafts.ids

    # ------------------------------------------------------------------ acts of the head
    @short_transaction
    def action_agree(self, reason=None):
        """Agree to wishes as they are.

        :param reason: required when too few people would be present
        """
        journal = []
        for line in self._gov_claim_for_answer():
            line._gov_check_period(line.plan_id, line.employee_id, line.wish_from, line.wish_to)
            line._gov_check_presence(line.wish_from, line.wish_to, reason)
            reason = reason.strip()[:500] if isinstance(reason, str) else ""
            line.write({**self._gov_answer_vals("agreed", line.wish_from, line.wish_to), "reason": reason})
            journal.append((line, "agree", {}))
        self.env["gov.journal.entry"]._record_many(journal)
        return True

    @short_transaction
    def action_change(self, date_from, date_to, reason):
        """Agree to a wish on other dates.

        :param reason: required, read by the person
        """
        self.ensure_one()
        to_day = self.env["gov.parameter"]._to_day
        first, last = to_day(date_from), to_day(date_to)
        reason = self._gov_check_reason(reason)
        line = self._gov_claim_for_answer()
        line._gov_check_period(line.plan_id, line.employee_id, first, last)
        line.write({**self._gov_answer_vals("changed", first, last), "reason": reason})
        self.env["gov.journal.entry"]._record(line, "change", {"from": str(first), "to": str(last)})
        return True

    @short_transaction
    def action_refuse(self, reason):
        """Refuse wishes.

        :param reason: required, read by the person
        """
        reason = self._gov_check_reason(reason)
        lines = self._gov_claim_for_answer()
        for line in lines:
            line.write({**self._gov_answer_vals("refused", line.wish_from, line.wish_to), "reason": reason})
        self.env["gov.journal.entry"]._record_many([(line, "refuse", {}) for line in lines])
        return True

    def _gov_answer_vals(self, state, first, last):
        return {
            "state": state,
            "date_from": first,
            "date_to": last,
            "answered_by_id": self.env.uid,
            "answered_on": fields.Date.context_today(self),
        }

    def _gov_check_reason(self, reason):
        reason = reason.strip() if isinstance(reason, str) else ""
        if not reason:
            raise UserError(self.env._("Say why in a few words: the person reads it."))
        return reason[:500]

    def _gov_claim(self, states):
        """Take the lines for an act, by one conditional UPDATE."""
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                "UPDATE gov_leave_plan_line SET write_date = now() AT TIME ZONE 'UTC' WHERE id IN %s AND state IN %s "
                "RETURNING id",
                self._ids or (0,),
                states,
            )
        )
        taken = {row[0] for row in self.env.cr.fetchall()}
        self.invalidate_recordset()
        if len(taken) < len(self):
            raise UserError(self.env._("This period has changed in the meantime: reload the page."))

    def _gov_claim_for_answer(self):
        """Take the lines and their plans for an answer of the user; return them as superuser, who may was checked."""
        self.check_access("read")
        lines = self.sudo()  # sudo: the rights are checked here, the lines are written by acts alone
        lines.plan_id.sudo(False)._gov_claim("open")
        self._gov_claim(("wish", "agreed", "changed", "refused"))
        for line in lines:
            if line.employee_id.user_id == self.env.user:
                raise AccessError(
                    self.env._("Nobody answers his own wish: the head above you or human resources does.")
                )
            if not line.plan_id.sudo(False)._gov_is_arbiter():
                raise AccessError(
                    self.env._(
                        "The head of “%(unit)s”, one above or HR answers the wishes.",
                        unit=line.plan_id.department_id.name,
                    )
                )
            if line.leave_id:
                raise UserError(self.env._("This period is a request of leave already: decide on the request."))
        return lines

    def _gov_check_presence(self, first, last, reason):
        """Refuse to agree without a reason when too few people would be present on a day of the period."""
        self.ensure_one()
        plan = self.plan_id
        found = plan._gov_presence(first, last, without=self, adding=[(self.employee_id.id, first, last)])
        low = presence.low_days(found, plan.least_present)
        if low and not (isinstance(reason, str) and reason.strip()):
            raise UserError(
                self.env._(
                    "Less than %(least)s %% of the unit would be present on %(date)s (%(number)s days in all). Change "
                    "the dates, or say why it is agreed all the same.",
                    least=plan.least_present,
                    date=format_date(self.env, low[0], date_format="d MMMM y"),
                    number=len(low),
                )
            )

    # ------------------------------------------------------------------ screens
    def _gov_screen_values(self):
        """Return a line as the screens show it."""
        self.ensure_one()
        leave = self.env["hr.leave"]
        states = dict(self._fields["state"]._description_selection(self.env))
        moved = (self.wish_from, self.wish_to) != (self.date_from, self.date_to)
        return {
            "id": self.id,
            "state": self.state,
            "state_text": states[self.state],
            "tone": {"wish": "info", "agreed": "good", "changed": "warn", "refused": "bad"}[self.state],
            "date_from": str(self.date_from),
            "date_to": str(self.date_to),
            "dates_text": leave._gov_range_text(self.date_from, self.date_to),
            "wish_text": leave._gov_range_text(self.wish_from, self.wish_to) if moved else "",
            "days_text": leave._gov_days_text(self.days, "working"),
            "note": self.note or "",
            "reason": self.reason or "",
            "has_request": bool(self.leave_id),
        }

    def _gov_low_text(self):
        """Return the warning of a wish that would leave too few people, or an empty text."""
        self.ensure_one()
        if self.state == "refused":
            return ""
        plan = self.plan_id
        found = plan._gov_presence(
            self.date_from, self.date_to, without=self, adding=[(self.employee_id.id, self.date_from, self.date_to)]
        )
        low = presence.low_days(found, plan.least_present)
        if not low:
            return ""
        return self.env._(
            "%(percent)s %% present on %(date)s, less than %(least)s %%",
            percent=min(found[day][1] for day in low),
            date=format_date(self.env, low[0], date_format="d MMMM"),
            least=plan.least_present,
        )
