from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date, sql

from ..tools import procedure as procedures
from ..tools import schedule
from .gov_procurement_plan import PROCEDURES, RESERVATIONS

# steps of each family of procedures (finance.md §4.5): code, unit, article, on a day of session, together with the
# step before; the lengths are legal parameters
CALL = [
    ("estimate", "working", "6", False, False),
    ("file", "calendar", "22", False, False),
    ("publication", "calendar", "19", True, False),
    ("quorum", "calendar", "39", True, False),
    ("evaluation", "working", "43", False, False),
    ("documents", "calendar", "43", False, False),
    ("results", "calendar", "46", False, False),
    ("standstill", "calendar", "142", False, False),
    ("approval", "working", "143", False, False),
    ("commitment", "working", "S4-6", False, False),
    ("handover", "working", "CCAG-T 13", False, False),
    ("guarantee", "calendar", "CCAG-T 15", False, True),
    ("start", "calendar", "CCAG-T 40", False, False),
]
STEPS = {
    "purchase_order": [
        ("estimate", "working", "6", False, False),
        ("notice", "calendar", "91", False, False),
        ("award", "working", "91", False, False),
        ("posting", "calendar", "91", False, False),
        ("commitment", "working", "S4-6", False, True),
    ],
    "preselection": [
        *CALL[:1],
        ("candidates", "calendar", "50", True, False),
        ("admission", "working", "50", False, False),
        *CALL[1:],
    ],
    "negotiated": [
        *CALL[:1],
        ("negotiation", "working", "89", False, False),
        ("approval", "working", "143", False, False),
        *CALL[9:],
    ],
    "ordinary_law": [
        *CALL[:1],
        ("negotiation", "working", "4", False, False),
        ("commitment", "working", "S4-6", False, False),
        ("start", "calendar", "CCAG-T 40", False, False),
    ],
}
STEPS["competition"] = STEPS["preselection"]
# parameters of the lengths: of the procedure for some, of another name for others
LENGTH_BY_PROCEDURE = {"publication", "commitment"}
LENGTHS = {"start": "procurement.step.start_min", "guarantee": "procurement.guarantee.days"}
# what falls within the time of publication, or after the session: code, parameter, days before (-) or after (+)
MILESTONES = (
    ("convocation", "procurement.convocation.days", -1),
    ("changes", "procurement.rectification.last_days", -1),
    ("questions", "procurement.question.days", -1),
    ("answers", "procurement.answer.days", -1),
    ("validity", "procurement.validity.days", 1),
)
NOT_BEGUN = ("cancelled", "infructuous")
ACTIVITY = "gov_procurement.mail_activity_type_start"
WATCHED = (
    "name", "nature_id", "place", "quantity", "procedure", "estimate_untaxed", "vat_rate", "need_date",
    "publication_month", "reservation", "year_offset", "active",
)  # fmt: skip


class GovProcurementPlanLine(models.Model):
    """One purchase that is foreseen: what, where, how, for how much, when, reserved for whom.

    It says by which day it must start, from the day of need back through the legal minimum of each step.  Once a call
    or an order is made for it, the steps take their real dates and what remains is planned again.
    """

    _name = "gov.procurement.plan.line"
    _description = "Line of the forecast programme"
    _inherit = ["gov.budget.stateful", "mail.thread", "mail.activity.mixin"]
    _order = "plan_id, year_offset, publication_month, id"
    _act_fields = frozenset({"is_published"})

    plan_id = fields.Many2one("gov.procurement.plan", "Programme", required=True, index=True, ondelete="cascade")
    officer_id = fields.Many2one(related="plan_id.officer_id", store=True, index=True)
    plan_year = fields.Integer("Programme of", related="plan_id.year", store=True, aggregator=None)
    year_offset = fields.Selection([("0", "N"), ("1", "N+1"), ("2", "N+2")], "Year", required=True, default="0")
    name = fields.Char("Object", required=True)
    nature_id = fields.Many2one("gov.procurement.nature", "Nature", required=True, index=True, ondelete="restrict")
    kind = fields.Selection(related="nature_id.kind", store=True)
    unit_ids = fields.Many2many("hr.department", string="Units in need", help="Needs of several units are grouped.")
    need_ids = fields.One2many("gov.procurement.need", "plan_line_id", "Needs grouped", readonly=True)
    place = fields.Char("Place of execution", required=True)
    quantity = fields.Char("Quantities")
    estimate_untaxed = fields.Monetary("Estimate before tax", required=True)
    vat_rate = fields.Float("VAT (%)", default=20, aggregator=None)
    estimate = fields.Monetary("Estimate, all taxes included", compute="_compute_estimate", store=True)
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    procedure = fields.Selection(
        PROCEDURES,
        compute="_compute_procedure",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        help="Proposed from the amount and the nature; another one is justified.",
    )
    proposed = fields.Char("Proposed", compute="_compute_proposed")
    justification = fields.Text(help="Why another procedure than the one proposed.")
    need_date = fields.Date("Needed on", required=True, index=True)
    delivery_days = fields.Integer(
        "Time to deliver (days)", default=30, aggregator=None, help="Between the order to start and the day of need."
    )
    publication_month = fields.Date("Publication", help="First day of the month in which the notice is published.")
    reservation = fields.Selection(RESERVATIONS, "Reserved for")
    budget_line_id = fields.Many2one("gov.budget.line", "Budget line", index="btree_not_null", ondelete="restrict")
    start_by = fields.Date(
        "Start by", compute="_compute_start_by", store=True, index="btree_not_null",
        help="Last day on which the first step can begin for the purchase to be there on the day of need.",
    )  # fmt: skip
    schedule_text = fields.Char("Advice", compute="_compute_schedule")
    is_late = fields.Boolean("Too late", compute="_compute_schedule", search="_search_is_late")
    ends_on = fields.Date("Ends on", compute="_compute_schedule", help="By the steps as they are.")
    days_over = fields.Integer("Days after the need", compute="_compute_schedule")
    order_ids = fields.One2many("purchase.order", "gov_plan_line_id", "Purchase orders")
    tender_ids = fields.One2many("gov.tender", "plan_line_id", "Calls")
    progress = fields.Selection(
        [("planned", "Planned"), ("begun", "Begun"), ("contracted", "Contracted"), ("done", "Done")],
        "State",
        compute="_compute_progress",
    )
    is_published = fields.Boolean(readonly=True, copy=False)
    active = fields.Boolean(default=True)

    _estimate_positive = models.Constraint("CHECK (estimate_untaxed > 0)", "An estimate is greater than zero.")
    _vat_range = models.Constraint("CHECK (vat_rate BETWEEN 0 AND 100)", "A VAT rate is between 0 and 100 %.")
    _delivery_range = models.Constraint(
        "CHECK (delivery_days BETWEEN 0 AND 3650)", "A time to deliver is between 0 and 3650 days."
    )

    def _auto_init(self):
        # filled by _gov_fill_start_by once the legal lengths of new steps are there
        if sql.table_exists(self.env.cr, self._table) and not sql.column_exists(self.env.cr, self._table, "start_by"):
            sql.create_column(self.env.cr, self._table, "start_by", "date")
        return super()._auto_init()

    @api.model
    def _gov_fill_start_by(self):
        """Work out the last start of purchases that were planned before the suite kept it."""
        lines = self.with_context(active_test=False).search([("start_by", "=", False)])
        self.env.add_to_compute(self._fields["start_by"], lines)
        lines._recompute_recordset(["start_by"])

    def _compute_currency_id(self):
        self.currency_id = self.env.company.currency_id

    @api.depends("estimate_untaxed", "vat_rate")
    def _compute_estimate(self):
        for line in self:
            line.estimate = round(line.estimate_untaxed * (1 + line.vat_rate / 100), 2)

    # ------------------------------------------------------------------ procedure
    def _gov_proposals(self):
        """Return ``{line: procedures it may take}``, the one proposed first; the law of each day read once."""
        # sudo: figures of law
        value = self.env["gov.parameter"].sudo().get_value
        today, limits = fields.Date.context_today(self), {}
        ready = self.filtered(lambda line: line.nature_id and line.estimate_untaxed > 0)
        used = self.env["gov.procurement.ceiling"]._gov_used_by(
            (line.nature_id._origin.id, line.officer_id._origin.id, (line.need_date or today).year) for line in ready
        )
        found = dict.fromkeys(self, ())
        for line in ready:
            day = line.need_date or today
            if day not in limits:
                limits[day] = {
                    name: value(f"procurement.threshold.{name}", day)
                    for name in ("simplified", "restricted", "national_works", "national_other")
                }
                limits[day]["purchase_order"] = value("procurement.order.ceiling", day)
            found[line] = procedures.propose(
                line.nature_id.kind,
                line.estimate_untaxed,
                max(line.estimate, line.estimate_untaxed),
                limits[day],
                used_of_nature=used.get((line.nature_id._origin.id, line.officer_id._origin.id, day.year), 0),
                in_list=line.nature_id.in_order_list,
                is_increase=line.nature_id.is_increase,
            )
        return found

    @api.depends("estimate_untaxed", "nature_id", "need_date")
    def _compute_procedure(self):
        proposals = self._gov_proposals()
        for line in self:
            possible = [one.code for one in proposals[line] if one.possible]
            if not line.procedure or line.procedure not in possible:
                if possible and not line.justification:
                    line.procedure = possible[0]
            line.procedure = line.procedure or "open_national"

    @api.depends("estimate_untaxed", "nature_id", "need_date")
    @api.depends_context("lang")
    def _compute_proposed(self):
        words = dict(self._fields["procedure"]._description_selection(self.env))
        proposals = self._gov_proposals()
        for line in self:
            line.proposed = ", ".join(words[one.code] for one in proposals[line] if one.possible) or False

    @api.constrains("procedure", "justification", "estimate_untaxed", "nature_id")
    def _check_procedure(self):
        proposals = self._gov_proposals()
        for line in self:
            if line.procedure in ("ordinary_law", "competition"):
                continue
            possible = [one.code for one in proposals[line] if one.possible]
            if line.procedure not in possible and not (line.justification or "").strip():
                raise ValidationError(
                    self.env._(
                        "“%(object)s”: this procedure is not open to that amount and nature (possible: "
                        "%(possible)s). Choose "
                        "one of them, or say the case of law in the justification.",
                        object=line.name,
                        possible=line.proposed,
                    )
                )

    # ------------------------------------------------------------------ back-scheduling
    def _gov_is_working_day(self):
        """Return day → bool, the holidays of each year read once however many purchases are planned."""
        days_of_year, years = self.env["gov.public.holiday"]._days_of_year, {}

        def is_working_day(day):
            if day.weekday() > 4:
                return False
            if day.year not in years:
                years[day.year] = days_of_year(day.year)
            return day not in years[day.year]

        return is_working_day

    def _gov_steps(self, code, day):
        """Return the steps of a procedure with their lengths of law on a day."""
        # sudo: figures of law
        value = self.env["gov.parameter"].sudo().get_value
        steps = []
        for name, unit, article, on_session, together in STEPS.get(code, CALL):
            if name == "quorum":
                # a session without its quorum is held 48 hours later
                length = -(-int(value("procurement.session.postpone_hours", day)) // 24)
            else:
                key = f"procurement.step.{name}.{code}" if name in LENGTH_BY_PROCEDURE else f"procurement.step.{name}"
                length = int(value(LENGTHS.get(name, key), day))
            steps.append(schedule.Step(name, length, unit, article, on_session, together))
        return steps

    def _gov_calendar(self):
        """Return a function (code, day of need, days to deliver) → (last start, steps, plan); each worked out once.

        With the last start that the line keeps, the steps are planned from it; without, it is searched for.
        """
        today, working = fields.Date.context_today(self), self._gov_is_working_day()
        law, known = {}, {}

        def plan(code, need, delivery, start=None):
            if code not in law:
                law[code] = self._gov_steps(code, today)
            key = code, need, delivery, start
            if key not in known:
                steps = [*law[code], schedule.Step("delivery", delivery, "calendar")] if delivery else law[code]
                if start:
                    known[key] = start, schedule.forward(start, steps, working), steps
                else:
                    known[key] = (*schedule.latest_start(need, steps, working, longest=6000), steps)
            start, planned, steps = known[key]
            return start, steps, planned

        return plan, working

    @api.depends("need_date", "procedure", "delivery_days")
    def _compute_start_by(self):
        plan, _working = self._gov_calendar()
        for line in self:
            line.start_by = False
            if line.need_date and line.procedure:
                line.start_by = plan(line.procedure, line.need_date, max(line.delivery_days, 0))[0]

    def _gov_files(self):
        """Return ``{line: (call, order)}``: the last live call and order made for each purchase, as superuser."""
        found = {}
        for line in self:
            full = line._origin.sudo()  # sudo: how far the purchase is, whoever follows the programme
            tenders = full.tender_ids.filtered(lambda one: one.state not in NOT_BEGUN)
            orders = full.order_ids.filtered(lambda one: one.gov_state and one.gov_state not in NOT_BEGUN)
            found[line] = tenders.sorted("id")[-1:], orders.sorted("id")[-1:]
        return found

    @api.depends("tender_ids.state", "order_ids.gov_state", "tender_ids.contract_ids.provisional_on")
    def _compute_progress(self):
        files = self._gov_files()
        for line in self:
            tender, order = files[line]
            contracts = tender.contract_ids
            if order.gov_state in ("certified", "paid") or contracts and all(contracts.mapped("provisional_on")):
                line.progress = "done"
            elif tender.state == "approved" or order.gov_state in ("signed", "delivered"):
                line.progress = "contracted"
            else:
                line.progress = "begun" if tender or order else "planned"

    @api.model
    def _gov_real_ends(self, tender, order):
        """Return ``({step: day it ended}, {step: day it is fixed on})`` from the acts of the file."""
        if order:
            opened = order.gov_state not in ("need", "notice")
            done = {
                "estimate": order.gov_published_at and order.gov_published_at.date(),
                "notice": opened and order.gov_deadline and order.gov_deadline.date(),
                "award": order.gov_awarded_on,
                "posting": order.gov_results_until,
                "commitment": order.gov_signed_on,
                "delivery": order.gov_delivered_on,
            }
            fixed = {"notice": order.gov_state == "notice" and order.gov_deadline and order.gov_deadline.date()}
        else:
            contracts = tender.contract_ids

            def whole(days):
                return max(days) if days and all(days) else False

            held = tender.opened_at and tender.opened_at.date()
            done = {
                "estimate": tender.file_sent_on,
                "file": tender.published_on,
                "publication": held,
                "quorum": held,
                "evaluation": tender.evaluated_on,
                "documents": tender.awarded_on,
                "results": tender.results_published_on,
                "standstill": tender.approved_on,
                "approval": tender.approved_on,
                "commitment": whole(contracts.commitment_id.mapped("visa_on")),
                "handover": whole(contracts.mapped("notified_on")),
                "start": whole(contracts.mapped("started_on")),
                "delivery": whole(contracts.mapped("provisional_on")),
            }
            fixed = {"publication": not held and tender.session_at and tender.session_at.date()}
        return {code: day for code, day in done.items() if day}, {code: day for code, day in fixed.items() if day}

    def _gov_replan(self, files, plan, working, today, done=None):
        """Return (first day, steps in the calendar) of one purchase as it stands; real ends come before ``done``."""
        start, steps, planned = plan(self.procedure, self.need_date, max(self.delivery_days, 0), self.start_by)
        tender, order = files
        real, fixed = self._gov_real_ends(tender, order) if tender or order else ({}, {})
        real = {**(done or {}), **real}
        if not (tender or order or real):
            if start >= today:
                return start, planned
            return today, schedule.forward(today, steps, working)
        ends = schedule.known_ends(steps, real)
        begin = min([start, *ends.values(), *([] if ends else [today])])
        return begin, schedule.forward(begin, steps, working, done=ends, today=today, fixed=fixed)

    @api.depends("need_date", "procedure", "estimate_untaxed", "nature_id", "delivery_days", "start_by", "progress")
    @api.depends_context("lang")
    def _compute_schedule(self):
        today = fields.Date.context_today(self)
        plan, working = self._gov_calendar()
        words = dict(self._fields["procedure"]._description_selection(self.env))
        files = self._gov_files()
        late = self.filtered(lambda one: one.progress == "planned" and one.start_by and one.start_by < today)
        proposals = late._gov_proposals()
        _ = self.env._
        for line in self:
            line.update({"schedule_text": False, "is_late": False, "ends_on": False, "days_over": 0})
            if not line.need_date or not line.procedure:
                continue
            if line.progress == "done":
                line.schedule_text = _("Done.")
                continue
            begin, steps = line._gov_replan(files[line], plan, working, today)
            line.ends_on = schedule.finish(steps)
            line.days_over = max(0, (line.ends_on - line.need_date).days)
            day = format_date(self.env, line.start_by)
            if line.progress != "planned":
                ends = format_date(self.env, line.ends_on)
                line.is_late = bool(line.days_over)
                line.schedule_text = (
                    _(
                        "Begun: the steps that remain end on %(day)s, %(days)s days after the day of need.",
                        day=ends,
                        days=line.days_over,
                    )
                    if line.days_over
                    else _("Begun: the steps that remain end on %(day)s, in time.", day=ends)
                )
            elif line not in late:
                line.schedule_text = _("Start by %(day)s.", day=day)
            else:
                line.is_late = True
                line.schedule_text = line._gov_late_text(proposals[line], plan, today, words, day)

    def _gov_late_text(self, proposals, plan, today, words, day):
        """Say that it is too late, and which other procedure there is still time for."""
        others = []
        for one in proposals:
            if one.possible and one.code != self.procedure:
                start = plan(one.code, self.need_date, max(self.delivery_days, 0))[0]
                if start >= today:
                    others.append((start, one.code))
        if others:
            start, code = min(others)
            return self.env._(
                "It should have begun on %(day)s: choose %(other)s (start by %(until)s), or move the day of need.",
                day=day,
                other=words[code],
                until=format_date(self.env, start),
            )
        return self.env._(
            "It should have begun on %(day)s and no quicker procedure is open: move the day of need.", day=day
        )

    def _search_is_late(self, operator, value):
        """Find the purchases that should have begun: nothing was made for them and their last day has passed."""
        if operator != "in":
            return NotImplemented
        if True in value and False in value:
            return fields.Domain.TRUE
        live = fields.Domain("tender_ids", "any", [("state", "not in", NOT_BEGUN)]) | fields.Domain(
            "order_ids", "any", [("gov_state", "not in", (False, *NOT_BEGUN))]
        )
        domain = fields.Domain("start_by", "<", fields.Date.context_today(self)) & ~live
        return domain if True in value else ~domain

    def get_timeline(self, done=None):
        """Return the steps of the purchase in the calendar: the real days of what is done, then what remains.

        :param done: ``{step code: "YYYY-MM-DD"}`` of steps that are finished besides those that the file itself knows
        :return: ``[{"code", "name", "start", "end", "length", "unit", "article", "done", "slipped", "milestone"}]``
        """
        self.ensure_one()
        self.check_access("read")
        plan, working = self._gov_calendar()
        given = {code: fields.Date.to_date(day) for code, day in dict(done or {}).items()}
        today = fields.Date.context_today(self)
        _begin, planned = self._gov_replan(self._gov_files()[self], plan, working, today, given)
        names = self._gov_step_names()
        rows = []
        for step in planned:
            rows.append({**step._asdict(), "milestone": False})
            if step.code == "publication":
                rows += self._gov_milestones(step, today)
        return [
            {
                **row,
                "name": names.get(row["code"], row["code"]),
                "start": fields.Date.to_string(row["start"]),
                "end": fields.Date.to_string(row["end"]),
            }
            for row in rows
        ]

    def _gov_milestones(self, step, today):
        """Return the days that the session gives: convocation, last changes, questions and answers, validity."""
        # sudo: figures of law
        value = self.env["gov.parameter"].sudo().get_value
        articles = {"convocation": "38", "changes": "22", "questions": "25", "answers": "25", "validity": "36"}
        found = []
        for code, parameter, side in MILESTONES:
            days = int(value(parameter, today))
            day = step.end + timedelta(side * days)
            found.append(
                {**step._asdict(), "code": code, "start": day, "end": day, "length": days, "unit": "calendar",
                 "article": articles[code], "done": step.done or day < today, "slipped": 0, "milestone": True}
            )  # fmt: skip
        return sorted(found, key=lambda row: row["end"])

    def _gov_step_names(self):
        return {
            "estimate": self.env._("Need and estimate, written and signed"),
            "notice": self.env._("Notice on the portal"),
            "award": self.env._("Examination and award"),
            "posting": self.env._("Result posted"),
            "commitment": self.env._("Commitment and visa"),
            "file": self.env._("File sent to the committee"),
            "publication": self.env._("Publication to session"),
            "quorum": self.env._("Reserve for a session put off by 48 hours"),
            "evaluation": self.env._("Examination of the offers"),
            "documents": self.env._("Documents of the presumed winner"),
            "results": self.env._("Result published"),
            "standstill": self.env._("Standstill before approval"),
            "approval": self.env._("Approval"),
            "handover": self.env._("Documents given to the holder"),
            "guarantee": self.env._("Definitive guarantee"),
            "start": self.env._("Order to start"),
            "candidates": self.env._("Applications of candidates"),
            "admission": self.env._("Admission of candidates"),
            "negotiation": self.env._("Negotiation"),
            "delivery": self.env._("Execution and delivery"),
            "convocation": self.env._("Committee convoked at the latest"),
            "changes": self.env._("Last day to change the file"),
            "questions": self.env._("Last day for questions"),
            "answers": self.env._("Last day for answers"),
            "validity": self.env._("Offers valid until"),
        }

    # ------------------------------------------------------------------ alerts
    @api.model
    def _cron_watch(self):
        """Tell who follows a programme which purchases must start soon, should have begun, or slip."""
        today = fields.Date.context_today(self)
        coming = self.search([("need_date", ">=", today)])
        # the law and the public holidays may have changed since
        self.env.add_to_compute(self._fields["start_by"], coming)
        coming._recompute_recordset(["start_by"])
        # sudo: a figure of the suite
        days = int(self.env["gov.parameter"].sudo().get_value("procurement.plan.alert_days"))
        soon = today + timedelta(days)
        told = coming.filtered(
            lambda line: (line.progress == "planned" and line.start_by and line.start_by <= soon)
            or (line.progress != "planned" and line.is_late)
        )
        others = self.search([("activity_ids.activity_type_id", "=", self.env.ref(ACTIVITY).id)]) - told
        others.activity_unlink([ACTIVITY])
        for line in told:
            user = line.plan_id.user_id or line.plan_id.create_uid
            line = line.with_context(lang=user.lang)
            known = line.activity_ids.filtered(lambda one: one.activity_type_id == self.env.ref(ACTIVITY))
            text = line.schedule_text
            if known and known[0].summary == text:
                continue
            known.unlink()
            line.activity_schedule(
                ACTIVITY,
                date_deadline=max(today, line.start_by) if line.progress == "planned" else today,
                **line._gov_said("start"),
                user_id=user.id,
            )
        return len(told)

    def _gov_todo_words(self, key):
        return self.schedule_text or None if key == "start" else super()._gov_todo_words(key)

    # ------------------------------------------------------------------ history
    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._gov_check_open()
        lines._gov_keep([("added", False, line.name) for line in lines])
        return lines

    def write(self, vals):
        if not self._gov_is_act():
            self._gov_check_open()
        watched = [name for name in WATCHED if name in vals]
        before = {line.id: {name: self._gov_word(line, name) for name in watched} for line in self}
        result = super().write(vals)
        for name in watched:
            lines = self.filtered(lambda line, name=name: before[line.id][name] != self._gov_word(line, name))
            lines._gov_keep([(name, before[line.id][name], self._gov_word(line, name)) for line in lines])
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        for line in self:
            if line.is_published:
                raise UserError(
                    self.env._("“%(object)s” was published: archive it, so that the change is kept.", object=line.name)
                )
            # sudo: needs of every unit are looked at
            if line.sudo().need_ids:
                raise UserError(
                    self.env._("“%(object)s” groups needs of units: take them out of it first.", object=line.name)
                )

    def _gov_word(self, line, name):
        value = line[name]
        field = self._fields[name]
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, value) or ""
        if field.relational:
            return ", ".join(value.mapped("display_name"))
        return str(value if field.type == "boolean" else value or "")

    def _gov_check_open(self):
        for line in self:
            if line.plan_id.state == "published":
                raise UserError(self.env._("“%(plan)s” is published: press “Amend” first.", plan=line.plan_id.name))

    def _gov_keep(self, changes):
        rows = [
            {
                "plan_id": line.plan_id.id,
                "line_name": line.name,
                "what": what,
                "before": before,
                "after": after,
                "version": line.plan_id.version + 1,
            }
            for line, (what, before, after) in zip(self, changes, strict=True)
            if line.plan_id.published_on
        ]
        # sudo: the history is written by the change itself
        self.env["gov.procurement.plan.change"].sudo().create(rows)

    def action_open_needs(self):
        """Open the needs that this purchase groups."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("gov_procurement.gov_procurement_need_action")
        return {**action, "domain": [("plan_line_id", "=", self.id)], "context": {}}
