from collections import defaultdict
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from odoo.addons.gov_base.tools.act import short_transaction
from odoo.addons.gov_base.tools.search import search_when
from odoo.addons.gov_base.tools.text import nbsp_amount

from ..services import clocks, controls
from ..services.interest import exact, highest_supplement, money
from .gov_execution_act import GROUNDS
from .gov_expense_kind import FORMS

ZERO = Decimal(0)
# a refusal on one of these grounds cannot be overridden (decree 2-07-1235, article 28)
NEVER_OVERRIDDEN = ("credit", "law")


def amount_field(string, **options):
    """Make an amount in dirhams: numeric in the database, never a binary float."""
    return fields.Float(string, digits=(16, 2), **options)


class GovCommitment(models.Model):
    """A commitment: the act that creates a debt of the State, within the credits, before any legal engagement.

    draft → proposed (credit reserved, sheet numbered) → visaed (committed) → closed; or refused with all remarks at
    once, returned to be completed, cancelled; at year end lapsed, or carried over.  Budget, procurement
    or authorising officers propose; the expenditure controller gives or refuses the visa, never who asked.  Increases,
    decreases and the cancellation of a visaed commitment are acts of their own (``gov.commitment.act``), with their
    entries in the ledger; an increase or a decrease waits for a visa like the commitment itself.
    """

    _name = "gov.commitment"
    _description = "Commitment"
    _inherit = ["gov.execution.act"]
    _order = "id desc"
    _rec_names_search = ["number", "object", "reference", "gid_number", "partner_id.name"]
    _act_fields = frozenset(
        {
            "state",
            "number",
            "requested_by_id",
            "deposited_on",
            "visa_due_on",
            "visa_on",
            "visa_by_id",
            "pending_act_id",
            "remarks",
            "ground",
            "is_override",
            "act_ids",
            "predecessor_id",
            "successor_ids",
            "left_behind",
        }
    )
    _draft_states = ("draft", "returned")
    _free_fields = frozenset({"gid_number", "piece_ids", "note"})

    # identity
    number = fields.Char("Number", readonly=True, copy=False, index="trigram", help="Of the commitment sheet.")
    object = fields.Char("Object", required=True, index="trigram")
    kind_id = fields.Many2one(
        "gov.expense.kind",
        "Kind of expense",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self._default_kind_id(),
    )
    form = fields.Selection(FORMS, compute="_compute_form", store=True, readonly=False, precompute=True, required=True)
    reference = fields.Char("Contract or order", help="Number of the contract, purchase order or decision.")
    reference_date = fields.Date("Its date")
    is_negotiated = fields.Boolean("Negotiated", help="Contract awarded by the negotiated procedure.")
    # relations
    officer_id = fields.Many2one(
        "gov.budget.officer",
        "Authorising officer",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self._default_officer_id(),
    )
    region_id = fields.Many2one(
        related="officer_id.region_id", store=True, precompute=True, index=True, ondelete="restrict", string="Region"
    )
    fiscal_year_id = fields.Many2one(
        "gov.fiscal.year",
        "Fiscal year",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self._default_fiscal_year_id(),
    )
    partner_id = fields.Many2one("res.partner", "Beneficiary", required=True, index=True, ondelete="restrict")
    partner_ice = fields.Char(related="partner_id.gov_ice", string="ICE")
    unit_id = fields.Many2one("hr.department", "Unit that asks", index="btree_not_null", ondelete="restrict")
    line_ids = fields.One2many("gov.commitment.line", "commitment_id", "Charged to", copy=True)
    schedule_ids = fields.One2many("gov.commitment.schedule", "commitment_id", "Later years", copy=True)
    piece_ids = fields.One2many("gov.execution.piece", "commitment_id", "Pieces")
    act_ids = fields.One2many("gov.commitment.act", "commitment_id", "Acts", readonly=True, copy=False)
    liquidation_ids = fields.One2many("gov.liquidation", "commitment_id", "Invoices", readonly=True, copy=False)
    order_ids = fields.One2many("gov.payment.order", "commitment_id", "Payment orders", readonly=True, copy=False)
    # amounts
    untaxed_amount = amount_field("Without taxes", help="Leave 0 when the expense bears no tax.")
    vat_amount = amount_field("VAT")
    amount = amount_field(
        "Amount", compute="_compute_amounts", store=True, precompute=True, help="All taxes included."
    )
    ce_amount = amount_field("Of which later years (CE)", compute="_compute_amounts", store=True, precompute=True)
    interest_amount = amount_field(
        "Late interest, supplement",
        compute="_compute_amounts",
        store=True,
        precompute=True,
        help="Set aside for late interest on a public order, 1 % at most, shown apart (decree 2-16-344, article 12).",
    )
    total_amount = amount_field("Total proposed", compute="_compute_amounts", store=True, precompute=True)
    committed = amount_field("Committed", compute="_compute_counters")
    liquidated = amount_field("Liquidated", compute="_compute_counters")
    ordered = amount_field("Ordered", compute="_compute_counters")
    paid = amount_field("Paid", compute="_compute_counters")
    # recurrent expenses
    period_from = fields.Date("From")
    period_to = fields.Date("To")
    # the acts
    requested_by_id = fields.Many2one(
        "res.users", "Asked by", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    deposited_on = fields.Date("Deposited on", readonly=True, copy=False)
    visa_due_on = fields.Date("Visa due on", readonly=True, copy=False, index="btree_not_null")
    visa_on = fields.Date("Visa of", readonly=True, copy=False)
    visa_by_id = fields.Many2one(
        "res.users", "Visa by", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    pending_act_id = fields.Many2one(
        "gov.commitment.act",
        "Waits for a visa",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    pending_kind = fields.Selection(related="pending_act_id.kind", string="Act")
    pending_amount = amount_field("Asked", related="pending_act_id.amount")
    remarks = fields.Text("Remarks of the controller", readonly=True, copy=False)
    ground = fields.Selection(GROUNDS, "Ground", readonly=True, copy=False)
    is_override = fields.Boolean("Override (passer-outre)", readonly=True, copy=False)
    note = fields.Text("Notes")
    # screens
    is_silent = fields.Boolean("Delay over", compute="_compute_is_silent", search="_search_is_silent")
    can_decide = fields.Boolean(compute="_compute_can_decide", export_string_translation=False)
    equation = fields.Text("What will be left", compute="_compute_equation")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("proposed", "Proposed"),
            ("visaed", "Committed"),
            ("refused", "Refused"),
            ("returned", "To be completed"),
            ("cancelled", "Cancelled"),
            ("closed", "Closed"),
            ("carried", "Carried over"),
            ("lapsed", "Lapsed"),
        ],
        "Status",
        required=True,
        readonly=True,
        default="draft",
        copy=False,
    )

    _number_uniq = models.UniqueIndex("(number) WHERE number IS NOT NULL", "A commitment sheet has its own number.")
    _gid_uniq = models.UniqueIndex(
        "(gid_number) WHERE gid_number IS NOT NULL", "This GID number is already that of another commitment."
    )
    _state_year = models.Index("(state, fiscal_year_id)")
    _amounts_positive = models.Constraint(
        "CHECK (amount >= 0 AND interest_amount >= 0 AND untaxed_amount >= 0 AND vat_amount >= 0)",
        "The amounts of a commitment are never negative.",
    )
    _period_order = models.Constraint("CHECK (period_from <= period_to)", "The period ends after it begins.")

    # ------------------------------------------------------------------ defaults
    @api.model
    def _default_kind_id(self):
        return self.env["gov.expense.kind"].search([], limit=1)

    @api.model
    def _default_officer_id(self):
        officers, day = self.env["gov.budget.officer"], self._gov_today()
        return officers._gov_for_unit(self.env.user.employee_id.department_id, day)

    @api.model
    def _default_fiscal_year_id(self):
        return self.env["gov.fiscal.year"]._for_date(self._gov_today())

    # ------------------------------------------------------------------ computes
    @api.depends("kind_id")
    def _compute_form(self):
        for one in self:
            one.form = one.kind_id.form or one.form or "purchase_order"

    @api.depends("line_ids.amount", "line_ids.ce_amount", "line_ids.interest_amount")
    def _compute_amounts(self):
        for one in self:
            payment = sum((exact(line.amount) for line in one.line_ids), ZERO)
            later = sum((exact(line.ce_amount) for line in one.line_ids), ZERO)
            interest = sum((exact(line.interest_amount) for line in one.line_ids), ZERO)
            one.ce_amount, one.interest_amount = float(later), float(interest)
            one.amount = float(payment + later)
            one.total_amount = float(payment + later + interest)

    @api.depends("line_ids.committed", "line_ids.liquidated", "line_ids.ordered", "line_ids.paid")
    def _compute_counters(self):
        names = ("committed", "liquidated", "ordered", "paid")
        sums = {
            commitment.id: values
            for commitment, *values in self.env["gov.commitment.line"]._read_group(
                [("commitment_id", "in", self.ids)], ["commitment_id"], [f"{name}:sum" for name in names]
            )
        }
        for one in self:
            for name, value in zip(names, sums.get(one.id, (0, 0, 0, 0)), strict=True):
                one[name] = value

    @api.depends("number", "object")
    def _compute_display_name(self):
        for one in self:
            number = f"\u2066{one.number}\u2069" if one.number else ""
            one.display_name = " ".join(filter(None, [number, one.object])) or self.env._("New commitment")

    @api.depends("visa_due_on", "pending_act_id")
    def _compute_is_silent(self):
        today = self._gov_today()
        for one in self:
            one.is_silent = bool(one.pending_act_id and one.visa_due_on and one.visa_due_on < today)

    @search_when
    def _search_is_silent(self):
        return [("pending_act_id", "!=", False), ("visa_due_on", "<", self._gov_today())]

    @api.depends_context("uid")
    @api.depends("pending_act_id", "pending_act_id.asked_by_id", "create_uid")
    def _compute_can_decide(self):
        is_controller = self.env.user.has_group("gov_base.group_expenditure_controller")
        for one in self:
            asked = one.pending_act_id.sudo().asked_by_id | one._gov_authors()  # sudo: only who asked
            one.can_decide = bool(is_controller and one.pending_act_id and self.env.user not in asked)

    @api.depends(
        "line_ids.budget_line_id", "line_ids.amount", "line_ids.ce_amount", "line_ids.interest_amount", "state"
    )
    @api.depends_context("lang")
    def _compute_equation(self):
        for one in self:
            one.equation = "\n".join(line.left_sentence for line in one.line_ids if line.left_sentence) or False

    # ------------------------------------------------------------------ constraints
    @api.constrains("line_ids", "interest_amount", "amount", "kind_id")
    def _check_supplement(self):
        for one in self:
            if not one.interest_amount:
                continue
            if not one.kind_id.is_public_order:
                raise ValidationError(
                    self.env._("“%(kind)s” bears no late interest: set no supplement aside.", kind=one.kind_id.name)
                )
            share = exact(self.env["gov.parameter"].get_value("execution.interest.supplement", one._gov_day()))
            if exact(one.interest_amount) > highest_supplement(one.amount, share):
                raise ValidationError(
                    self.env._(
                        "The supplement for late interest is %(share)s %% of the amount at most: %(highest)s DH here.",
                        share=f"{share * 100:g}".replace(".", ","),
                        highest=nbsp_amount(highest_supplement(one.amount, share)),
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        commitments = super().create(vals_list)
        commitments._gov_list_pieces("commitment")
        return commitments

    def write(self, vals):
        result = super().write(vals)
        if "kind_id" in vals:
            for one in self:
                one.piece_ids.filtered(
                    lambda piece: piece.piece_id and not piece.is_here
                ).sudo().unlink()  # sudo: the list
            self._gov_list_pieces("commitment")
        return result

    def _gov_year(self):
        return self.line_ids[:1].budget_line_id.year or self.fiscal_year_id.date_from.year

    def _gov_day(self):
        return self.deposited_on or self._gov_today()

    # ------------------------------------------------------------------ checks
    def _gov_checks(self):
        self.ensure_one()
        _ = self.env._
        one = self.sudo()  # sudo: lines and parameters are named to whoever reads the commitment
        one = one.with_context(lang=self.env.lang)
        return [
            self._gov_check("C1", _("Credits are available"), one._gov_credit_problems(), page="lines"),
            self._gov_check("C2", _("Imputation is right"), one._gov_imputation_problems(), page="lines"),
            self._gov_check("C3", _("Amounts add up"), one._gov_amount_problems(), page="lines"),
            self._gov_check("C4", _("The whole year is counted"), one._gov_year_problems(), page="more"),
            self._gov_check("C5", _("Later years are planned"), one._gov_later_problems(), page="lines"),
            one._gov_regularity_check(),
        ]

    def _gov_credit_problems(self):
        if self.state not in ("draft", "returned"):
            return []
        problems = []
        for line, asked in self._gov_by_budget_line().items():
            if asked > exact(line.available):
                counters = {
                    name: line[name]
                    for name in ("cp_current", "ce_current", "delegated", "committed", "reserved", "available")
                }
                problems.append(f"{line.display_name}: {line._gov_equation(counters, asked)}")
        return problems

    def _gov_by_budget_line(self):
        """Return what each budget line is asked for: line → amount, supplement included."""
        found = defaultdict(lambda: ZERO)
        for line in self.line_ids:
            found[line.budget_line_id] += exact(line.total)
        return found

    def _gov_imputation_problems(self):
        _, problems = self.env._, []
        _family, section = self.kind_id._gov_profile()
        officer, _level, _code = self.officer_id._gov_profile()
        for line in self.line_ids:
            budget_line, code = line.budget_line_id, line.budget_line_id.full_code
            if budget_line.fiscal_year_id != self.fiscal_year_id:
                problems.append(
                    _(
                        "%(line)s is a line of %(other)s: choose one of %(year)s.",
                        line=code,
                        other=budget_line.fiscal_year_id.name,
                        year=self.fiscal_year_id.name,
                    )
                )
            if section == "operation" and budget_line.is_investment:
                problems.append(
                    _(
                        "“%(kind)s” is an operating expense: %(line)s is an investment line.",
                        kind=self.kind_id.name,
                        line=code,
                    )
                )
            if section == "investment" and not budget_line.is_investment:
                problems.append(
                    _(
                        "“%(kind)s” is an investment: %(line)s is no investment line.",
                        kind=self.kind_id.name,
                        line=code,
                    )
                )
            if line.ce_amount and not budget_line.is_investment:
                problems.append(_("%(line)s is no investment line: it takes no later years (CE).", line=code))
            region = budget_line.region_id
            if officer == "sub" and region and region != self.region_id and region.code != "00":
                problems.append(_("%(line)s is of another region than the sub-authorising officer.", line=code))
        return problems

    def _gov_amount_problems(self):
        _, problems = self.env._, []
        if not self.line_ids:
            problems.append(_("Say which budget line is charged, and how much."))
        elif not self.amount:
            problems.append(_("The amount is zero."))
        if self.untaxed_amount or self.vat_amount:
            taxed = exact(self.untaxed_amount) + exact(self.vat_amount)
            if money(taxed) != money(self.amount):
                problems.append(
                    _(
                        "Without taxes and VAT make %(sum)s, the lines make %(amount)s.",
                        sum=nbsp_amount(taxed),
                        amount=nbsp_amount(self.amount),
                    )
                )
        return problems

    def _gov_year_problems(self):
        _, problems = self.env._, []
        if self.form != "recurrent":
            return problems
        year = self.fiscal_year_id
        if not self.period_from or not self.period_to:
            return [_("A recurrent expense says from when to when it runs.")]
        if self.period_from > year.date_to or self.period_to < year.date_from:
            return [_("The period has no day in %(year)s.", year=year.name)]
        share = controls.recurrent_share(self.period_from, self.period_to, self.amount, year.date_from, year.date_to)
        payment = exact(self.amount) - exact(self.ce_amount)
        if payment < share:
            problems.append(
                _(
                    "The part of the period that falls in %(year)s is %(share)s: %(amount)s is not enough to the end "
                    "of the year.",
                    year=year.name,
                    share=nbsp_amount(share),
                    amount=nbsp_amount(payment),
                )
            )
        return problems

    def _gov_later_problems(self):
        _ = self.env._
        if not self.ce_amount and self.form != "multi_year":
            return []
        schedule = defaultdict(lambda: ZERO)
        for row in self.schedule_ids:
            schedule[row.year] += exact(row.amount)
        year = self.fiscal_year_id.date_from.year if self.fiscal_year_id else 0
        sentences = {
            "none": _("Say in which later years the commitment credits (CE) will be paid."),
            "year": _("The schedule holds %(year)s: later years only."),
            "zero": _("The schedule has no amount in %(year)s."),
            "sum": _("The schedule makes %(total)s, the commitment credits %(commitment)s."),
        }
        payment = exact(self.amount) - exact(self.ce_amount)
        found = []
        for code, facts in controls.schedule_problems(year, payment, self.ce_amount, schedule):
            facts = {name: value if name == "year" else nbsp_amount(value) for name, value in facts.items()}
            found.append(sentences[code] % facts)
        if self.form == "multi_year" and not self.ce_amount:
            found.append(_("A contract over several years needs an amount in later years (CE)."))
        return found

    def _gov_regularity_check(self):
        _ = self.env._
        is_needed, why = self._gov_regularity()
        texts = {
            "staff_pay": _("Waived: act on pay or status (decree 2-07-1235, article 10)."),
            "transfer": _("Waived: transfer, tax, court decision or rent (article 10)."),
            "small_staff": _("Waived: staff expense below the ceiling (article 10)."),
            "small_goods": _("Waived: goods and services below the ceiling (article 10)."),
            "light": _("Waived by light control (articles 12 and 13)."),
            "lighter": _("Waived by lighter control (articles 14 to 16)."),
        }
        missing = [_("Missing: %(piece)s", piece=name) for name in self._gov_pieces_missing()]
        if not is_needed:
            waived = texts[why]
            return self._gov_check("C6", _("Regularity and pieces"), missing, waived=waived, page="pieces")
        return self._gov_check("C6", _("Regularity and pieces"), missing, page="pieces")

    def _gov_regularity(self):
        value, day = self.env["gov.parameter"].get_value, self._gov_day()
        ceilings = controls.Ceilings(
            *(
                exact(value(f"execution.control.{name}", day))
                for name in ("staff", "goods", "light_staff", "light_goods", "light_market", "lighter_market")
            )
        )
        (family, _section), (_kind, level, _code) = self.kind_id._gov_profile(), self.officer_id._gov_profile()
        return controls.regularity(family, self.amount, ceilings, level, self.is_negotiated)

    def _gov_visa_due(self, day):
        value = self.env["gov.parameter"].get_value
        delays = {
            name: value(f"execution.visa.{name}", day)
            for name in ("market", "other", "lighter_market", "lighter_other")
        }
        (family, _section), (_kind, level, _code) = self.kind_id._gov_profile(), self.officer_id._gov_profile()
        days, is_franc = controls.visa_delay(family, level, delays)
        holidays = self.env["gov.public.holiday"]
        return clocks.working_due(day, days, holidays._add_working_days, is_franc)

    # ------------------------------------------------------------------ acts
    @short_transaction
    def action_submit(self):
        """Propose the commitment: the credit is reserved, the sheet is numbered, the controller's delay begins.

        :raise UserError: with everything that is wrong at once, or the equation of a line that has not enough left
        """
        self.check_access("write")
        self._gov_check_office()
        self._gov_take(self._draft_states, "proposed")
        for one in self.sorted("id"):
            # sudo: who proposes was checked; lines of other regions are counted
            one.sudo().with_context(lang=self.env.lang)._gov_propose(self.env.user)
        return True

    def _gov_propose(self, user):
        problems = [
            *self._gov_amount_problems(),
            *self._gov_imputation_problems(),
            *self._gov_later_problems(),
            *self._gov_year_problems(),
        ]
        if problems:
            raise UserError("\n".join(problems))
        changes = {line.id: money(line.total) for line in self.line_ids}
        self._gov_ask("initial", changes, False, user)

    def _gov_ask(self, kind, changes, reason, user):
        """Make the act that waits for its visa: reserve what it asks for, number its sheet, start the delay."""
        day, year = self._gov_today(), self._gov_year()
        vals = {
            "commitment_id": self.id,
            "kind": kind,
            "changes": {str(line): str(amount) for line, amount in changes.items()},
            "amount": float(sum(changes.values(), ZERO)),
            "reason": reason,
            "asked_by_id": user.id,
            "asked_on": day,
            "due_on": self._gov_visa_due(day),
            "fiscal_year_id": self.fiscal_year_id.id,
            "officer_id": self.officer_id.id,
        }
        act = self.env["gov.commitment.act"]

        def make_act(after):
            nonlocal act
            rank, number = self.officer_id._gov_take_number("sheet", year)
            later = self._gov_later_committed([line for line, row in after.items() if row["ce_current"]])
            snapshot = {
                str(line): {name: str(value) for name, value in {**row, **later.get(line, {})}.items()}
                for line, row in after.items()
            }
            act = self._gov_make_act([{**vals, "number": number, "rank": rank, "snapshot": snapshot}])
            return act, f"{number} {self.object}"

        movements = [
            {"line": line.budget_line_id, "kind": "reservation", "reserved": changes[line.id]}
            for line in self.line_ids
            if changes.get(line.id, ZERO) > 0
        ]
        self.env.flush_all()
        # the hot rows, last: the lines, the series of the officer, the head of the journal
        if movements:
            self.env["gov.budget.entry"]._gov_post(movements, make_act)
        else:
            make_act(
                {
                    line.budget_line_id.id: self._gov_stood(line.budget_line_id)
                    for line in self.line_ids
                    if line.id in changes
                }
            )
        values = {"pending_act_id": act.id, "visa_due_on": act.due_on, "remarks": False, "ground": False}
        if kind == "initial":
            values.update(number=self.number or act.number, deposited_on=day, requested_by_id=user.id)
        self._gov_write(values)
        self._gov_journal(
            {"initial": "propose"}.get(kind, f"ask_{kind}"),
            {"number": act.number, "amount": str(sum(changes.values(), ZERO))},
            user,
        )
        return act

    def _gov_stood(self, line):
        """Return how a budget line stands now, as the sheet of an act says it."""
        names = ("cp_current", "ce_current", "delegated_ce", "committed", "available")
        later = self._gov_later_committed(line.ids if line.ce_current else [])
        return {name: exact(line[name]) for name in names} | later.get(line.id, {})

    def _gov_later_committed(self, lines):
        """Return what of the commitment credits (CE) of budget lines is committed, and reserved by other proposals."""
        if not lines:
            return {}
        rows = self.env.execute_query(
            SQL(
                """SELECT c.budget_line_id, sum(least(c.ce_amount, c.committed)),
                          sum(CASE WHEN o.state = 'proposed' AND o.id <> %s THEN c.ce_amount ELSE 0 END)
                     FROM gov_commitment_line c JOIN gov_commitment o ON o.id = c.commitment_id
                    WHERE c.budget_line_id IN %s AND c.ce_amount > 0 GROUP BY c.budget_line_id""",
                self.id,
                tuple(lines),
            )
        )
        return {line: {"later_committed": done, "later_reserved": asked} for line, done, asked in rows}

    @api.model
    def _gov_make_act(self, vals_list):
        """Create acts, which the commitment's own acts alone do."""
        # sudo: the act has checked who does it
        return self.env["gov.commitment.act"]._gov_create(vals_list).sudo()

    def _gov_take_act(self, state, decider=None, remarks=False, ground=False):
        """Take the act that waits, once: of two decisions at the same time one is done, the other is told."""
        self.ensure_one()
        rows = self.env.execute_query(
            SQL(
                """UPDATE gov_commitment_act SET state = %s, decided_by_id = %s, decided_on = %s, remarks = %s,
                          ground = %s, write_uid = %s, write_date = now() AT TIME ZONE 'UTC'
                    WHERE commitment_id = %s AND state = 'proposed' RETURNING id""",
                state,
                decider and decider.id,
                self._gov_today(),
                remarks or None,
                ground or None,
                self.env.uid,
                self.id,
            )
        )
        acts = self.env["gov.commitment.act"].sudo()  # sudo: the act is taken by who was checked
        if not rows:
            raise UserError(
                self.env._(
                    "Nothing waits for a visa on “%(commitment)s”: somebody may have decided already. Reload "
                    "the page.",
                    commitment=self.display_name,
                )
            )
        act = acts.browse(rows[0][0])
        act.invalidate_recordset()
        return act.with_context(lang=self.env.lang)

    def _gov_conditions_missing(self):
        """Pieces condition the visa of the first proposal, where its regularity is controlled."""
        if not self.kind_id._gov_has_conditions():
            return []
        if not self._gov_regularity()[0] or self.pending_act_id.kind != "initial":
            return []
        return super()._gov_conditions_missing()

    @short_transaction
    def action_visa(self):
        """Give the visa: what was reserved becomes committed. Expenditure controllers, never who asked.

        :raise UserError: with the pieces that condition the visa and are not in the file
        """
        return self._gov_give_visa()

    @short_transaction
    def action_visa_without_pieces(self, reason):
        """Give the visa although pieces that condition it are missing, with the reason, kept in the journal."""
        return self._gov_give_visa(self._gov_check_reason(reason))

    def _gov_give_visa(self, reason=False):
        self.check_access("read")
        self._gov_check_controller()
        for one in self.sorted("id"):
            # before the act is taken: what it asks for is still pending
            missing = one._gov_check_conditions(reason)
            act = one._gov_take_act("visaed", self.env.user, reason)
            one._gov_check_other(act.asked_by_id | one._gov_authors())
            if missing:
                one._gov_journal(
                    "visa_without_pieces", {"number": act.number, "reason": reason, "pieces": missing}, self.env.user
                )
            one.sudo()._gov_effect(act, "visa", self.env.user)  # sudo: who gives the visa was checked
        return True

    def _gov_effect(self, act, word, user, was_reserved=True):
        """Commit (or free) what the act asked for."""
        day = self._gov_today()
        changes = act._gov_changes()
        values = {"pending_act_id": False}
        if act.kind == "initial":
            values.update(state="visaed", visa_on=day, visa_by_id=user.id)
        self._gov_write(values)
        self.env.flush_all()
        self.env["gov.commitment.line"]._gov_move(changes, "committed")
        movements = {}
        for line, amount in changes.items():
            movements[line] = {"committed": amount}
            if amount > 0 and was_reserved:
                movements[line]["reserved"] = -amount
        act._gov_post(movements, kind="commitment")
        self._gov_journal(word, {"number": act.number, "amount": str(sum(changes.values(), ZERO))}, user)

    @short_transaction
    def action_refuse_visa(self, reason, ground="other"):
        """Refuse the visa with all the remarks in one notification; the reservation is freed.

        :param reason: all the remarks, one a line
        :param ground: credit, law, imputation, computation, pieces, visa, discharge or other
        """
        return self._gov_send_back("refused", reason, ground, "refuse")

    @short_transaction
    def action_return(self, reason):
        """Return the proposal to be completed; the reservation is freed until it is proposed again."""
        return self._gov_send_back("returned", reason, "pieces", "return")

    def _gov_send_back(self, state, reason, ground, word):
        self.check_access("read")
        self._gov_check_controller()
        reason = self._gov_check_reason(reason)
        self._gov_check_ground(ground)
        for one in self.sorted("id"):
            act = one._gov_take_act(state, self.env.user, reason, ground)
            one._gov_check_other(act.asked_by_id | one._gov_authors())
            values = {"pending_act_id": False, "remarks": reason, "ground": ground}
            if act.kind == "initial":
                values["state"] = state
            one.sudo()._gov_write(values)  # sudo: who refuses was checked
            one.sudo()._gov_release(act)  # sudo: who refuses was checked
            one._gov_journal(word, {"number": act.number, "reason": reason, "ground": ground}, self.env.user)
        return True

    def _gov_release(self, act):
        self.env.flush_all()
        act._gov_post({line: {"reserved": -amount} for line, amount in act._gov_changes().items() if amount > 0})

    @short_transaction
    def action_override(self, reference, reason):
        """Pass over a refusal (passer-outre) by decision of the Head of Government, an act of an authorising officer.

        Impossible when credits or posts are lacking, or against a law (decree 2-07-1235, article 28).

        :param reference: number and date of the decision
        """
        self.ensure_one()
        self.check_access("read")
        self._gov_check_authorising()
        reason = self._gov_check_reason(reason)
        if not (isinstance(reference, str) and reference.strip()):
            raise UserError(self.env._("Give the number and the date of the decision of the Head of Government."))
        self._gov_take("refused", "visaed")
        one = self.sudo()  # sudo: who overrides was checked
        if one.ground in NEVER_OVERRIDDEN:
            raise UserError(self.env._("A refusal for lack of credits, or for breach of a law, cannot be overridden."))
        one._gov_check_other(one.requested_by_id | one._gov_authors())
        last = one.act_ids.sorted("id")[-1:]
        act = self._gov_make_act(
            [
                {
                    "commitment_id": one.id,
                    "kind": "initial",
                    "changes": last.changes,
                    "amount": last.amount,
                    "reason": f"{reference.strip()}: {reason}",
                    "asked_by_id": last.asked_by_id.id,
                    "asked_on": last.asked_on,
                    "decided_by_id": self.env.uid,
                    "decided_on": self._gov_today(),
                    "state": "overridden",
                    "number": last.number,
                    "rank": last.rank,
                    "fiscal_year_id": one.fiscal_year_id.id,
                    "officer_id": one.officer_id.id,
                }
            ]
        )
        one._gov_write({"is_override": True})
        one._gov_effect(act, "override", self.env.user, was_reserved=False)
        return True

    @short_transaction
    def action_increase(self, amount, reason, line_id=None):
        """Ask for a complementary commitment: the credit is reserved and waits for its visa.

        :param line_id: id of the commitment line; may be left out when there is one
        """
        return self._gov_change("increase", amount, reason, line_id)

    @short_transaction
    def action_decrease(self, amount, reason, line_id=None):
        """Ask to free a part that will not be used; effective with its visa, never below what is liquidated."""
        return self._gov_change("decrease", amount, reason, line_id)

    def _gov_change(self, kind, amount, reason, line_id):
        self.ensure_one()
        self.check_access("write")
        self._gov_check_office()
        reason = self._gov_check_reason(reason)
        try:
            amount = money(exact(amount))
        except (TypeError, ValueError, ArithmeticError):
            amount = ZERO
        if not amount.is_finite() or not ZERO < amount < 10**13:
            raise UserError(self.env._("Give an amount in dirhams, more than zero."))
        self._gov_take("visaed", "visaed")
        one = self.sudo().with_context(lang=self.env.lang)  # sudo: who asks was checked
        if one.pending_act_id:
            raise UserError(self.env._("Another act of this commitment waits for its visa: let it be decided first."))
        line = (
            one.line_ids
            if line_id is None and len(one.line_ids) == 1
            else one.line_ids.filtered(lambda row: row.id == line_id)
        )
        if len(line) != 1:
            raise UserError(self.env._("Say which line of the commitment changes."))
        if kind == "decrease" and exact(line.committed) - amount < exact(line.liquidated):
            raise UserError(
                self.env._(
                    "%(liquidated)s are already liquidated of the %(committed)s committed: no more than %(free)s can "
                    "be freed.",
                    liquidated=nbsp_amount(line.liquidated),
                    committed=nbsp_amount(line.committed),
                    free=nbsp_amount(exact(line.committed) - exact(line.liquidated)),
                )
            )
        one._gov_ask(kind, {line.id: amount if kind == "increase" else -amount}, reason, self.env.user)
        return True

    @short_transaction
    def action_cancel(self, reason=None):
        """Cancel: a draft or a proposal by who prepares; what is committed by an authorising officer, never who asked.

        A commitment with an invoice certified is not cancelled: decrease or close it.
        """
        self.check_access("read")
        self._gov_lock()  # who cancels, and why, depends on how far it came
        for one in self.sorted("id"):
            one._gov_cancel(reason)
        return True

    def _gov_cancel(self, reason):
        one = self.sudo().with_context(lang=self.env.lang)  # sudo: each case below checks who cancels
        before = one.state
        if before != "draft":
            reason = self._gov_check_reason(reason)
        if before == "visaed":
            self._gov_check_authorising()
            one.with_env(self.env)._gov_check_other(one.requested_by_id | one._gov_authors())
        else:
            self.check_access("write")
            self._gov_check_office()
        self._gov_take(
            ("draft", "returned", "proposed", "visaed") if before == "visaed" else ("draft", "returned", "proposed"),
            "cancelled",
        )
        if one.pending_act_id:
            act = one._gov_take_act("cancelled", self.env.user, reason)
            one._gov_write({"pending_act_id": False})
            one._gov_release(act)
        if before == "visaed":
            if any(line.liquidated for line in one.line_ids):
                raise UserError(
                    self.env._("Invoices are certified on this commitment: decrease it or close it instead.")
                )
            one._gov_check_no_invoice_waits()
            one._gov_free("cancel", reason, self.env.user)
        self._gov_journal("cancel", {"number": one.number or "", "reason": reason or ""}, self.env.user)

    def _gov_check_no_invoice_waits(self):
        """The clock of an invoice that was deposited runs: it is certified or refused before its commitment ends."""
        waiting = self.liquidation_ids.filtered(lambda one: one.state in ("submitted", "suspended"))
        if waiting:
            raise UserError(
                self.env._(
                    "An invoice waits on “%(commitment)s” (%(invoice)s): certify it, refuse it or cancel it first.",
                    commitment=self.display_name,
                    invoice=waiting[0].display_name,
                )
            )

    def _gov_free(self, kind, reason, user):
        """Give back what is committed and will not be liquidated."""
        changes = {
            line.id: exact(line.liquidated) - exact(line.committed)
            for line in self.line_ids
            if exact(line.committed) > exact(line.liquidated)
        }
        if not changes:
            return
        day = self._gov_today()
        act = self._gov_make_act(
            [
                {
                    "commitment_id": self.id,
                    "kind": kind,
                    "changes": {str(line): str(amount) for line, amount in changes.items()},
                    "amount": float(sum(changes.values(), ZERO)),
                    "reason": reason,
                    "asked_by_id": user.id,
                    "asked_on": day,
                    "decided_by_id": user.id,
                    "decided_on": day,
                    "state": "done",
                    "number": self.number,
                    "fiscal_year_id": self.fiscal_year_id.id,
                    "officer_id": self.officer_id.id,
                }
            ]
        )
        self.env.flush_all()
        self.env["gov.commitment.line"]._gov_move(changes, "committed")
        act._gov_post({line: {"committed": amount} for line, amount in changes.items()}, kind="commitment")

    @short_transaction
    def action_close(self, reason):
        """Close a commitment that is executed: what is left of it goes back to the line. Authorising officers."""
        self.check_access("read")
        self._gov_check_authorising()
        reason = self._gov_check_reason(reason)
        self._gov_take("visaed", "closed")
        for one in self.sudo().sorted("id"):  # sudo: who closes was checked
            one = one.with_context(lang=self.env.lang)
            if one.pending_act_id:
                raise UserError(
                    self.env._("An act of “%(commitment)s” waits for its visa.", commitment=one.display_name)
                )
            if any(
                exact(line.ordered) != exact(line.liquidated) for line in one.line_ids if not one.kind_id.has_retention
            ):
                raise UserError(
                    self.env._(
                        "“%(commitment)s” has invoices that are not ordered yet: close it afterwards.",
                        commitment=one.display_name,
                    )
                )
            one._gov_check_no_invoice_waits()
            one._gov_free("close", reason, self.env.user)
            one._gov_journal("close", {"number": one.number, "reason": reason}, self.env.user)
        return True

    # ------------------------------------------------------------------ screens
    def action_print_sheet(self):
        """Give the commitment sheet (M3) of the last proposal, made the first time it is asked for."""
        self.ensure_one()
        self.check_access("read")
        act = self.sudo().act_ids.filtered("number").sorted("id")[-1:]  # sudo: an act is read with its commitment
        if not act:
            raise UserError(self.env._("The sheet is made when the commitment is proposed."))
        return act.action_print_sheet()

    def action_new_invoice(self):
        """Open a new invoice on this commitment."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New invoice"),
            "res_model": "gov.liquidation",
            "views": [(False, "form")],
            "context": {"default_commitment_id": self.id},
        }

    def action_entries(self):
        """Open the ledger entries of this commitment, its invoices and its orders."""
        self.ensure_one()
        self.check_access("read")
        acts, invoices, orders = self.act_ids.ids, self.liquidation_ids.ids, self.order_ids.ids
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Entries of %(commitment)s", commitment=self.number or self.object),
            "res_model": "gov.budget.entry",
            "views": [(False, "list"), (False, "form")],
            "domain": [
                "|",
                "|",
                *("&", ("res_model", "=", "gov.commitment.act"), ("res_id", "in", acts)),
                *("&", ("res_model", "=", "gov.liquidation"), ("res_id", "in", invoices)),
                *("&", ("res_model", "=", "gov.payment.order"), ("res_id", "in", orders)),
            ],
        }
