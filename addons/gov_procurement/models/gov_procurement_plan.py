from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date

from odoo.addons.gov_base.tools.act import short_transaction

from ..tools import procedure as procedures
from ..tools import schedule

PROCEDURES = [
    ("purchase_order", "Purchase order"),
    ("simplified", "Simplified open call"),
    ("open_national", "National open call"),
    ("open_international", "International open call"),
    ("restricted", "Restricted call"),
    ("preselection", "Call with pre-selection"),
    ("competition", "Competition"),
    ("negotiated_publicity", "Negotiated with publicity"),
    ("negotiated", "Negotiated without publicity"),
    ("ordinary_law", "Contract under ordinary law"),
]
RESERVATIONS = [
    ("small", "Small firms"),
    ("cooperative", "Cooperatives and unions"),
    ("auto_entrepreneur", "Auto-entrepreneurs"),
]
# steps of each family of procedures: code, unit, article, on a day of session; lengths are legal parameters
STEPS = {
    "purchase_order": [
        ("notice", "calendar", "91", False),
        ("award", "working", "91", False),
        ("commitment", "working", "S4-6", False),
    ],
    "simplified": [
        ("file", "calendar", "22", False),
        ("publication", "calendar", "19", True),
        ("documents", "calendar", "43", False),
        ("standstill", "calendar", "142", False),
        ("commitment", "working", "S4-6", False),
        ("handover", "working", "CCAG-T 13", False),
        ("start", "calendar", "CCAG-T 40", False),
    ],
}
STEPS["open_national"] = STEPS["open_international"] = STEPS["restricted"] = STEPS["simplified"]
STEPS["negotiated_publicity"] = STEPS["simplified"]
STEPS["preselection"] = [("candidates", "calendar", "50", True), *STEPS["simplified"]]
STEPS["competition"] = STEPS["preselection"]
STEPS["negotiated"] = STEPS["ordinary_law"] = [
    ("negotiation", "working", "89", False),
    ("commitment", "working", "S4-6", False),
    ("start", "calendar", "CCAG-T 40", False),
]
LENGTH_BY_PROCEDURE = {"publication", "commitment"}


class GovProcurementPlan(models.Model):
    """The three-year forecast programme of one authorising officer (decree 2-22-431, art. 17).

    draft → published (before 31 March, on the portal and in a newspaper, posted thirty days) → amended and published
    again as often as needed, each change kept.  Years N+1 and N+2 hold their main projects.
    """

    _name = "gov.procurement.plan"
    _description = "Forecast programme of purchases"
    _inherit = ["gov.budget.stateful", "mail.thread", "gov.document.mixin"]
    _order = "year desc, id desc"
    _act_fields = frozenset({"state", "published_on", "version", "published_by_id"})

    name = fields.Char(compute="_compute_name", store=True)
    year = fields.Integer(
        "Year N", required=True, default=lambda self: fields.Date.context_today(self).year + 1, aggregator=None
    )
    officer_id = fields.Many2one(
        "gov.budget.officer", "Authorising officer", required=True, index=True, ondelete="restrict", tracking=True
    )
    line_ids = fields.One2many("gov.procurement.plan.line", "plan_id", "Lines", copy=True)
    state = fields.Selection(
        [("draft", "Draft"), ("published", "Published"), ("amending", "Being amended")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    version = fields.Integer(default=1, readonly=True, copy=False, aggregator=None)
    published_on = fields.Date("Published on", readonly=True, copy=False, tracking=True)
    published_by_id = fields.Many2one(
        "res.users", "Published by", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    newspaper = fields.Char("Newspaper", help="Title, number and date of the national newspaper that published it.")
    due_on = fields.Date("To be published before", compute="_compute_due_on")
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    amount = fields.Monetary("Forecast of year N", compute="_compute_amounts")
    reserved_amount = fields.Monetary("Reserved", compute="_compute_amounts")
    reserved_rate = fields.Float("Reserved (%)", compute="_compute_amounts")
    reserved_missing = fields.Monetary("Missing to the legal share", compute="_compute_amounts")
    change_ids = fields.One2many("gov.procurement.plan.change", "plan_id", "History", readonly=True)

    _year_officer_uniq = models.Constraint(
        "UNIQUE (year, officer_id)", "This officer has a programme for that year: amend it."
    )
    _year_range = models.Constraint("CHECK (year BETWEEN 2000 AND 2100)", "Give the year with four digits.")

    @api.depends("year", "officer_id.code")
    def _compute_name(self):
        for plan in self:
            plan.name = f"PP {plan.year}–{plan.year + 2} · {plan.officer_id.code or ''}"

    @api.depends("year")
    def _compute_due_on(self):
        for plan in self:
            plan.due_on = fields.Date.to_date(f"{plan.year}-03-31") if plan.year else False

    def _compute_currency_id(self):
        self.currency_id = self.env.company.currency_id

    @api.depends("line_ids.estimate", "line_ids.reservation", "line_ids.year_offset", "line_ids.active")
    def _compute_amounts(self):
        for plan in self:
            lines = plan.line_ids.filtered(lambda line: line.year_offset == "0")
            share, reserved, total = procedures.reserved_share(
                [(line.estimate, bool(line.reservation)) for line in lines]
            )
            # sudo: a figure of law
            floor = self.env["gov.parameter"].sudo().get_value("procurement.reserved.share", plan.due_on or None)
            plan.amount, plan.reserved_amount = float(total), float(reserved)
            plan.reserved_rate = float(100 * share) if share is not None else 0
            plan.reserved_missing = max(0, float(total) * floor - float(reserved))

    def _gov_check_editable(self, vals):
        if vals.keys() - {"newspaper", "line_ids", "message_follower_ids", "message_ids", "activity_ids"}:
            for plan in self:
                if plan.state != "draft":
                    raise UserError(
                        self.env._(
                            "“%(plan)s” was published: amend its lines, its year and officer stay.", plan=plan.name
                        )
                    )

    @short_transaction
    def action_publish(self):
        """Publish the programme, or its new version; procurement officers only."""
        self._gov_check_role(
            ("procurement_officer",), self.env._("A procurement officer publishes the forecast programme.")
        )
        self._gov_take(("draft", "amending"), "published")
        today = fields.Date.context_today(self)
        for plan in self:
            if not plan.line_ids.filtered(lambda line: line.year_offset == "0"):
                raise UserError(self.env._("“%(plan)s” has no line for its first year.", plan=plan.name))
            version = plan.version + 1 if plan.published_on else plan.version
            plan._gov_write({"published_on": today, "version": version, "published_by_id": self.env.uid})
            plan.line_ids._gov_write({"is_published": True})
        self.env["gov.journal.entry"]._record_many(
            [(plan, "publish", {"version": plan.version, "lines": len(plan.line_ids)}) for plan in self]
        )
        return True

    @short_transaction
    def action_amend(self):
        """Open a published programme to changes, which are kept and published as a new version."""
        self._gov_check_role(
            ("procurement_officer",), self.env._("A procurement officer amends the forecast programme.")
        )
        self._gov_take("published", "amending")
        self.env["gov.journal.entry"]._record_many([(plan, "amend", {"version": plan.version}) for plan in self])
        return True

    def action_print(self):
        """Download the programme as a workbook (form M20)."""
        self.ensure_one()
        self.check_access("read")
        return {"type": "ir.actions.act_url", "url": f"/gov_procurement/plan/{self.id}.xlsx", "target": "download"}


class GovProcurementPlanLine(models.Model):
    """One purchase that is foreseen: what, where, how, for how much, when, reserved for whom."""

    _name = "gov.procurement.plan.line"
    _description = "Line of the forecast programme"
    _inherit = ["gov.budget.stateful"]
    _order = "plan_id, year_offset, publication_month, id"
    _act_fields = frozenset({"is_published"})

    plan_id = fields.Many2one("gov.procurement.plan", "Programme", required=True, index=True, ondelete="cascade")
    officer_id = fields.Many2one(related="plan_id.officer_id", store=True, index=True)
    year_offset = fields.Selection([("0", "N"), ("1", "N+1"), ("2", "N+2")], "Year", required=True, default="0")
    name = fields.Char("Object", required=True)
    nature_id = fields.Many2one("gov.procurement.nature", "Nature", required=True, index=True, ondelete="restrict")
    kind = fields.Selection(related="nature_id.kind", store=True)
    unit_ids = fields.Many2many("hr.department", string="Units in need", help="Needs of several units are grouped.")
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
    publication_month = fields.Date("Publication", help="First day of the month in which the notice is published.")
    reservation = fields.Selection(RESERVATIONS, "Reserved for")
    budget_line_id = fields.Many2one("gov.budget.line", "Budget line", index="btree_not_null", ondelete="restrict")
    start_by = fields.Date("Start by", compute="_compute_schedule")
    schedule_text = fields.Char("Advice", compute="_compute_schedule")
    is_late = fields.Boolean("Too late", compute="_compute_schedule")
    order_ids = fields.One2many("purchase.order", "gov_plan_line_id", "Purchase orders")
    tender_ids = fields.One2many("gov.tender", "plan_line_id", "Calls")
    is_published = fields.Boolean(readonly=True, copy=False)
    active = fields.Boolean(default=True)

    _estimate_positive = models.Constraint("CHECK (estimate_untaxed > 0)", "An estimate is greater than zero.")
    _vat_range = models.Constraint("CHECK (vat_rate BETWEEN 0 AND 100)", "A VAT rate is between 0 and 100 %.")

    def _compute_currency_id(self):
        self.currency_id = self.env.company.currency_id

    @api.depends("estimate_untaxed", "vat_rate")
    def _compute_estimate(self):
        for line in self:
            line.estimate = round(line.estimate_untaxed * (1 + line.vat_rate / 100), 2)

    def _gov_proposals(self):
        self.ensure_one()
        if not (self.nature_id and self.estimate_untaxed > 0):
            return []
        day = self.need_date or fields.Date.context_today(self)
        # sudo: figures of law
        parameter = self.env["gov.parameter"].sudo()
        limits = {
            name: parameter.get_value(f"procurement.threshold.{name}", day)
            for name in ("simplified", "restricted", "national_works", "national_other")
        }
        limits["purchase_order"] = parameter.get_value("procurement.order.ceiling", day)
        used = self.env["gov.procurement.ceiling"]._gov_used(self.nature_id, self.officer_id, day.year)
        return procedures.propose(
            self.nature_id.kind,
            self.estimate_untaxed,
            max(self.estimate, self.estimate_untaxed),
            limits,
            used_of_nature=used,
            in_list=self.nature_id.in_order_list,
            is_increase=self.nature_id.is_increase,
        )

    @api.depends("estimate_untaxed", "nature_id", "need_date")
    def _compute_procedure(self):
        for line in self:
            possible = [one.code for one in line._gov_proposals() if one.possible]
            if not line.procedure or line.procedure not in possible:
                if possible and not line.justification:
                    line.procedure = possible[0]
            line.procedure = line.procedure or "open_national"

    @api.depends("estimate_untaxed", "nature_id", "need_date")
    @api.depends_context("lang")
    def _compute_proposed(self):
        words = dict(self._fields["procedure"]._description_selection(self.env))
        for line in self:
            line.proposed = ", ".join(words[one.code] for one in line._gov_proposals() if one.possible) or False

    @api.constrains("procedure", "justification", "estimate_untaxed", "nature_id")
    def _check_procedure(self):
        for line in self:
            if line.procedure in ("ordinary_law", "competition"):
                continue
            possible = [one.code for one in line._gov_proposals() if one.possible]
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
        parameter = self.env["gov.parameter"].sudo()
        steps = []
        for name, unit, article, on_session in STEPS.get(code, STEPS["simplified"]):
            key = f"{name}.{code}" if name in LENGTH_BY_PROCEDURE else name
            length = int(parameter.get_value(f"procurement.step.{key}", day))
            steps.append(schedule.Step(name, length, unit, article, on_session))
        return steps

    @api.depends("need_date", "procedure", "estimate_untaxed", "nature_id")
    @api.depends_context("lang")
    def _compute_schedule(self):
        today = fields.Date.context_today(self)
        working, known = self._gov_is_working_day(), {}
        words = dict(self._fields["procedure"]._description_selection(self.env))
        for line in self:
            line.start_by, line.schedule_text, line.is_late = False, False, False
            if not line.need_date or not line.procedure:
                continue
            codes = [line.procedure, *(one.code for one in line._gov_proposals() if one.possible)]
            for code in codes:
                if code not in known:
                    known[code] = line._gov_steps(code, today)
            steps = {code: known[code] for code in dict.fromkeys(codes)}
            rows = {row["code"]: row for row in schedule.compare(line.need_date, steps, today, working)}
            mine = rows[line.procedure]
            line.start_by, line.is_late = mine["start"], not mine["possible"]
            others = [row for code, row in rows.items() if code != line.procedure and row["possible"]]
            day = format_date(self.env, mine["start"])
            if mine["possible"]:
                line.schedule_text = self.env._("Start by %(day)s.", day=day)
            elif others:
                line.schedule_text = self.env._(
                    "It should have begun on %(day)s: choose %(other)s (start by %(until)s), or move the day of need.",
                    day=day,
                    other=words[others[0]["code"]],
                    until=format_date(self.env, others[0]["start"]),
                )
            else:
                line.schedule_text = self.env._(
                    "It should have begun on %(day)s and no quicker procedure is open: move the day of need.", day=day
                )

    def get_timeline(self, done=None):
        """Return the steps of the purchase in the calendar, back-scheduled from the day of need or from what is done.

        :param done: ``{step code: "YYYY-MM-DD"}`` of the steps that are finished: what follows is planned again
        :return: ``[{"code", "name", "start", "end", "length", "unit", "article", "done", "slipped"}]``
        """
        self.ensure_one()
        self.check_access("read")
        working = self._gov_is_working_day()
        today = fields.Date.context_today(self)
        steps = self._gov_steps(self.procedure, today)
        start, plan = schedule.latest_start(self.need_date, steps, working)
        if done:
            known = {code: fields.Date.to_date(day) for code, day in dict(done).items()}
            plan = schedule.forward(start, steps, working, done=known)
        names = self._gov_step_names()
        return [
            {
                **step._asdict(),
                "name": names.get(step.code, step.code),
                "start": fields.Date.to_string(step.start),
                "end": fields.Date.to_string(step.end),
            }
            for step in plan
        ]

    def _gov_step_names(self):
        return {
            "notice": self.env._("Notice on the portal"),
            "award": self.env._("Examination and award"),
            "commitment": self.env._("Commitment and visa"),
            "file": self.env._("File sent to the committee"),
            "publication": self.env._("Publication to session"),
            "documents": self.env._("Documents of the presumed winner"),
            "standstill": self.env._("Standstill before approval"),
            "handover": self.env._("Documents given to the holder"),
            "start": self.env._("Order to start"),
            "candidates": self.env._("Applications of candidates"),
            "negotiation": self.env._("Negotiation"),
        }

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
        watched = [
            name for name in ("name", "procedure", "estimate_untaxed", "need_date", "reservation") if name in vals
        ]
        before = {line.id: {name: self._gov_word(line, name) for name in watched} for line in self}
        result = super().write(vals)
        for name in watched:
            changes = [
                (name, before[line.id][name], self._gov_word(line, name))
                for line in self
                if before[line.id][name] != self._gov_word(line, name)
            ]
            lines = self.filtered(lambda line, name=name: before[line.id][name] != self._gov_word(line, name))
            lines._gov_keep(changes)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        for line in self:
            if line.is_published:
                raise UserError(
                    self.env._("“%(object)s” was published: archive it, so that the change is kept.", object=line.name)
                )

    def _gov_word(self, line, name):
        value = line[name]
        field = self._fields[name]
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, value) or ""
        return str(value or "")

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


class GovProcurementPlanChange(models.Model):
    """A change of a published programme: what, from what, to what, by whom; nobody rewrites it."""

    _name = "gov.procurement.plan.change"
    _description = "Change of a forecast programme"
    _order = "id desc"
    _rec_name = "line_name"

    plan_id = fields.Many2one("gov.procurement.plan", required=True, readonly=True, index=True, ondelete="cascade")
    line_name = fields.Char("Object", readonly=True)
    what = fields.Char("What", readonly=True)
    before = fields.Char("From", readonly=True)
    after = fields.Char("To", readonly=True)
    version = fields.Integer(readonly=True, aggregator=None)

    def write(self, vals):
        raise UserError(self.env._("The history of a programme is not rewritten."))


class GovProcurementCeiling(models.Model):
    _inherit = "gov.procurement.ceiling"

    @api.model
    def _gov_used(self, nature, officer, year):
        """Return what purchase orders have used of a nature this year, in dirhams."""
        if not nature or not officer:
            return 0
        domain = (
            Domain("nature_id", "=", nature.id) & Domain("officer_id", "=", officer.id) & Domain("year", "=", year)
        )
        # sudo: a sum, which proposes a procedure to who prepares the programme
        return self.sudo().search(domain, limit=1).used
