from collections import defaultdict
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL, float_compare

from ..services import amendment as rules
from ..services import ledger
from .gov_budget_entry import BudgetRefused

KINDS = [
    ("a1", "A1 Between chapters (forbidden)"),
    ("a2", "A2 Between programmes of a chapter"),
    ("a3", "A3 Between programmes, personnel"),
    ("a4", "A4 Between programmes of an account or a service"),
    ("a5", "A5 Between regions of a programme"),
    ("a6", "A6 Between projects of a region"),
    ("a7", "A7 Between lines of a project"),
    ("a8", "A8 From contingencies"),
    ("a9", "A9 Supplementary credit"),
    ("a10", "A10 Support funds"),
    ("a11", "A11 Re-established credit"),
    ("a12", "A12 From an account or a service to the general budget"),
    ("a13", "A13 Suspension of investment"),
    ("a14", "A14 Carry-over"),
    ("a15", "A15 Expense charged to another line"),
]
AMOUNTS = ("cp", "ce")


class GovBudgetAmendment(models.Model):
    """A movement of credits in the year, A1 to A15 of the rules: who decides, within which limits, with which visa.

    The kind of a transfer follows from its lines: the highest level on which they differ.  Transfers between chapters
    do not exist.  Movements between programmes are held within a share of each programme's initial credits.
    """

    _name = "gov.budget.amendment"
    _description = "Amendment of the budget"
    _inherit = ["gov.budget.decision"]
    _order = "date desc, id desc"
    _rec_names_search = ["number", "reason"]
    _series = "budget.amendment"
    _prefix = "AM"

    budget_id = fields.Many2one(
        "gov.budget", "Budget", required=True, index=True, ondelete="restrict", domain=[("state", "=", "open")],
        default=lambda self: self._default_budget_id(),
    )  # fmt: skip
    kind = fields.Selection(
        KINDS,
        compute="_compute_kind",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        tracking=True,
        help="For a transfer, worked out from its lines.",
    )
    line_ids = fields.One2many("gov.budget.amendment.line", "amendment_id", "Lines", copy=True)
    shape = fields.Char(compute="_compute_shape", export_string_translation=False)
    decider_text = fields.Char("Who decides", compute="_compute_rule_texts")
    limit_text = fields.Text("Limits", compute="_compute_rule_texts")
    problem_text = fields.Text("What is missing", compute="_compute_problem_text")
    amount = fields.Float("Amount moved", compute="_compute_amount", store=True, digits=(16, 2))
    committees_informed_on = fields.Date(
        "Finance committees informed on",
        help="Supplementary credits and suspensions: the committees of both chambers.",
    )
    donor = fields.Char(help="Support funds: who gives, and the agreement.")
    refund_reference = fields.Char(help="Re-established credit: the receipt of the refund.")
    refund_date = fields.Date()
    is_paid = fields.Boolean("The expense is paid", help="It changes line with its payment.")
    year = fields.Integer(related="budget_id.year", store=True, aggregator=None)

    @api.model
    def _default_budget_id(self):
        return self.env["gov.budget"].search([("state", "=", "open"), ("kind", "=", "general")], limit=1)

    # ------------------------------------------------------------------ computes
    @api.depends("line_ids.line_id", "line_ids.cp", "line_ids.ce")
    def _compute_kind(self):
        for one in self:
            if one.kind and rules.RULES[one.kind].shape not in ("transfer", "forbidden"):
                continue
            found = one._gov_required_kind()
            one.kind = found if found in rules.RULES else one.kind or "a7"

    def _gov_places(self):
        """Return (sources, targets) of the lines."""
        self.ensure_one()
        sources, targets = [], []
        for item in self.line_ids:
            if not item.line_id:
                continue
            place = item.line_id._gov_place()
            if item.cp < 0 or item.ce < 0:
                sources.append(place)
            if item.cp > 0 or item.ce > 0 or not (item.cp or item.ce):
                targets.append(place)
        return sources, targets

    def _gov_required_kind(self):
        """Return the kind that the lines of a transfer make, or None while they are not there."""
        if len(self.line_ids.line_id) < 2:
            return None
        sources, targets = self._gov_places()
        if not sources or not targets:  # amounts not typed yet
            return rules.transfer_kind([*sources, *targets])
        return rules.required_kind(sources, targets)

    @api.depends("kind")
    def _compute_shape(self):
        for one in self:
            one.shape = rules.RULES[one.kind].shape if one.kind else False

    @api.depends("line_ids.cp", "line_ids.ce")
    def _compute_amount(self):
        for one in self:
            amounts = [amount for item in one.line_ids for amount in (item.cp, item.ce)]
            one.amount = max(
                sum(amount for amount in amounts if amount > 0), -sum(amount for amount in amounts if amount < 0)
            )

    @api.depends("kind", "line_ids.line_id", "line_ids.cp", "line_ids.ce", "state")
    @api.depends_context("lang")
    def _compute_rule_texts(self):
        for one in self:
            one.decider_text = one._gov_decider_text()
            one.limit_text = one._gov_limit_text()

    @api.depends(
        "kind", "line_ids.line_id", "line_ids.cp", "line_ids.ce", "donor", "refund_date", "refund_reference",
        "committees_informed_on", "state", "date", "budget_id",
    )  # fmt: skip
    @api.depends_context("lang")
    def _compute_problem_text(self):
        for one in self:
            one.problem_text = "\n".join(one._gov_problems()) if one.state in ("draft", "submitted") else False

    @api.depends("kind", "line_ids.line_id")
    def _compute_needs_authority(self):
        super()._compute_needs_authority()

    # ------------------------------------------------------------------ the rule
    def _gov_decider_text(self):
        self.ensure_one()
        if not self.kind:
            return False
        _ = self.env._
        texts = {
            "law": _(
                "Nobody: the finance law alone moves credits from one chapter to another (organic law, art. 45)."
            ),
            "finance": _(
                "The minister of finance, at the request of the authorising officer (decree 2-15-426, art. 23)."
            ),
            "authorising": _("The authorising officer or the sub-authorising officer."),
            "finance_order": _("An order of the minister of finance."),
            "decree": _("A decree, after information of the finance committees (organic law, art. 60)."),
            "government": _("The Government, after information of the finance committees (organic law, art. 62)."),
        }
        decider = rules.RULES[self.kind].decider
        if decider == "authorising" and self._gov_listed_lines():
            return _("The authorising officer, after authorisation of the ministry of finance: a line is on its list.")
        return texts.get(decider)

    def _gov_listed_lines(self):
        self.ensure_one()
        if self.kind not in ("a6", "a7"):
            return self.env["gov.budget.node"]
        return self.line_ids.line_id.node_id.filtered("is_listed")

    def _gov_authority(self):
        self.ensure_one()
        if not self.kind:
            return ""
        _ = self.env._
        rule = rules.RULES[self.kind]
        if rule.outside:
            return {
                "finance": _("The decision of the minister of finance"),
                "finance_order": _("The order of the minister of finance"),
                "decree": _("The decree"),
                "government": _("The decision of the Government"),
            }[rule.decider]
        if self._gov_listed_lines():
            return _("The authorisation of the ministry of finance")
        return ""

    @api.model
    def _gov_cap_terms(self, day):
        """Return (rate, counting mode) of the cap on movements between programmes."""
        parameters = self.env["gov.parameter"]
        mode = parameters.get_value("budget.transfer.count_mode", day)
        return parameters.get_value("budget.transfer.cap", day), "out" if mode == "out" else "both"

    def _gov_programme_moves(self):
        self.ensure_one()
        return rules.programme_moves(
            (item.line_id.programme_id.id, item.cp, item.ce) for item in self.line_ids if item.line_id
        )

    def _gov_limit_text(self):
        self.ensure_one()
        if not self.kind or not rules.RULES[self.kind].capped or not self.line_ids.line_id:
            return False
        rate, mode = self._gov_cap_terms(self.date or fields.Date.context_today(self))
        is_counted = self.state == "effective"
        sentences = []
        caps = self._gov_caps()
        for programme, (out, into) in self._gov_programme_moves().items():
            cap = caps.get(programme)
            if not cap:
                continue
            moved = rules.counted(cap.moved_out, cap.moved_in, mode)
            amount = self.env["gov.budget.line"]._gov_amount
            after = moved if is_counted else moved + rules.counted(out, into, mode)
            sentences.append(
                self.env._(
                    "%(programme)s: %(moved)s moved of the %(cap)s allowed (%(rate)s %% of %(initial)s).",
                    programme=cap.programme_id.display_name,
                    moved=amount(after),
                    cap=amount(rules.cap(cap.initial, rate)),
                    rate=f"{rate * 100:g}",
                    initial=amount(cap.initial),
                )
            )
        return "\n".join(sentences) or False

    def _gov_caps(self):
        """Return programme id → its counter of the year."""
        self.ensure_one()
        # sudo: the counters of programmes hold no region
        caps = self.env["gov.budget.cap"].sudo().search(
            [("budget_id", "in", self.line_ids.line_id.budget_id.ids),
             ("programme_id", "in", self.line_ids.line_id.programme_id.ids)]
        )  # fmt: skip
        return {cap.programme_id.id: cap for cap in caps}

    # ------------------------------------------------------------------ checks
    def _gov_problems(self):
        self.ensure_one()
        _ = self.env._
        problems = []
        if not self.line_ids:
            return [_("Name the lines and the amounts.")]
        if self.budget_id.state != "open":
            problems.append(_("The budget %(budget)s is not open.", budget=self.budget_id.display_name))
        if self.date and self.budget_id.year and self.date.year != self.budget_id.year:
            problems.append(_("The decision is dated outside the year of the budget."))
        lines = self.line_ids.line_id
        if len(lines) < len(self.line_ids):
            problems.append(_("The same line stands twice: keep one row a line."))
        if any(not (item.cp or item.ce) for item in self.line_ids):
            problems.append(_("A row has no amount."))
        problems += self._gov_budget_problems()
        if any(item.ce and not item.line_id.is_investment for item in self.line_ids):
            problems.append(_("Commitment appropriations (CE) are for investment lines only."))
        shape = rules.RULES[self.kind].shape
        check = {
            "transfer": self._gov_transfer_problems,
            "forbidden": self._gov_transfer_problems,
            "recode": self._gov_recode_problems,
        }.get(shape, self._gov_one_way_problems)
        problems += check()
        units = lines.filtered("parent_line_id")
        if units and (self.kind not in ("a6", "a7") or units != lines or len(units.unit_id) > 1):
            problems.append(
                _(
                    "A delegated credit moves between the lines of one sub-authorising officer, inside a project or a "
                    "region; otherwise take the delegation back first."
                )
            )
        return problems

    def _gov_budget_problems(self):
        """Tell the lines of another budget: only a special account or a service gives to one, in the same year."""
        foreign = self.line_ids.line_id.filtered(lambda line: line.budget_id != self.budget_id)
        if self.kind == "a12" or self._gov_required_kind() in ("a12", "reverse", "accounts"):
            if self.budget_id in self.line_ids.line_id.budget_id:
                foreign = foreign.filtered(lambda line: line.year != self.budget_id.year)
        return [self.env._("%(line)s is not of this budget.", line=line.display_name) for line in foreign[:5]]

    def _gov_transfer_problems(self):
        _ = self.env._
        problems = []
        for name in AMOUNTS:
            total = sum((ledger.money(item[name]) for item in self.line_ids), ledger.ZERO)
            if total:
                label = self.env["gov.budget.amendment.line"]._fields[name]._description_string(self.env)
                problems.append(
                    _(
                        "What is taken and what is given differ by %(amount)s (%(column)s).",
                        amount=self.env["gov.budget.line"]._gov_amount(total),
                        column=label,
                    )
                )
        required = self._gov_required_kind()
        if required == "a1" or self.kind == "a1":
            problems.append(
                _(
                    "These lines are of different chapters: no credit moves from one chapter to another "
                    "during the year (organic law 130-13, art. 45). Ask for a supplementary credit, or wait for "
                    "the next finance law."
                )
            )
        elif required == "reverse":
            problems.append(
                _(
                    "The general budget gives nothing to a special account or an autonomous service this way: only "
                    "the other direction exists (decree 2-15-426, art. 11)."
                )
            )
        elif required == "accounts":
            problems.append(
                _("No transfer goes between special accounts and autonomous services (organic law, art. 22 and 27).")
            )
        elif required and required != self.kind:
            labels = dict(self._fields["kind"]._description_selection(self.env))
            problems.append(
                _(
                    "With these lines this is “%(required)s”, not “%(kind)s”.",
                    required=labels[required],
                    kind=labels[self.kind],
                )
            )
        if required in rules.RULES and rules.RULES[required].capped:
            problems += self._gov_cap_problems()
        problems += self._gov_left_problems()
        return problems

    def _gov_cap_problems(self):
        rate, mode = self._gov_cap_terms(self.date)
        caps, problems = self._gov_caps(), []
        for programme, moves in self._gov_programme_moves().items():
            cap = caps.get(programme)
            if not cap:
                continue
            if not rules.within_cap(cap.initial, rate, (cap.moved_out, cap.moved_in), moves, mode):
                problems.append(self._gov_cap_sentence(cap, moves, rate, mode))
        return problems

    @api.model
    def _gov_cap_sentence(self, cap, moves, rate, mode):
        amount = self.env["gov.budget.line"]._gov_amount
        return self.env._(
            "Programme %(programme)s: %(rate)s %% of the initial credits %(initial)s = %(cap)s may move in the year; "
            "moved %(moved)s, left %(left)s < asked %(asked)s (decree 2-15-426, art. 23).",
            programme=cap.programme_id.display_name,
            rate=f"{rate * 100:g}",
            initial=amount(cap.initial),
            cap=amount(rules.cap(cap.initial, rate)),
            moved=amount(rules.counted(cap.moved_out, cap.moved_in, mode)),
            left=amount(rules.cap_left(cap.initial, rate, cap.moved_out, cap.moved_in, mode)),
            asked=amount(rules.counted(*moves, mode)),
        )

    def _gov_left_problems(self):
        """Tell the lines on which too little is left; said again by the ledger, which decides."""
        problems = []
        for item in self.line_ids:
            take = -(item.cp + item.ce)
            line = item.line_id
            is_held = self.state in ("signed", "authorised")
            if take > 0 and not is_held and float_compare(line.available + line.authorised, take, 2) < 0:
                problems.append(
                    self.env._(
                        "Not enough is left on %(line)s: %(equation)s.",
                        line=line.display_name,
                        equation=line._gov_equation({name: line[name] for name in ledger.COUNTERS}, take),
                    )
                )
        return problems

    def _gov_one_way_problems(self):
        _ = self.env._
        problems = []
        rule = rules.RULES[self.kind]
        if rule.shape == "carry_over":
            return [_("A carry-over is made from its own screen: Annual budget › Carry-overs.")]
        sign = 1 if rule.shape == "increase" else -1
        if any(sign * item.cp < 0 or sign * item.ce < 0 for item in self.line_ids):
            problems.append(
                _("This amendment only adds credits.") if sign > 0 else _("This amendment only takes credits back.")
            )
        if rule.committees and not self.committees_informed_on:
            problems.append(_("Say on which day the finance committees of both chambers were informed."))
        elif rule.committees and self.committees_informed_on > self.date:
            problems.append(_("The finance committees are informed before the decision, not after."))
        if self.kind == "a10" and not (self.donor or "").strip():
            problems.append(_("Say who gives the support funds, and by which agreement."))
        if self.kind == "a13":
            if any(not item.line_id.is_investment for item in self.line_ids):
                problems.append(_("Only investment credits are suspended."))
            problems += self._gov_left_problems()
        if self.kind == "a11":
            problems += self._gov_refund_problems()
        return problems

    def _gov_refund_problems(self):
        _ = self.env._
        problems = []
        threshold = self.env["gov.parameter"].get_value("budget.refund.threshold", self.date)
        if not (self.refund_reference or "").strip() or not self.refund_date:
            problems.append(_("Give the receipt and the day of the refund."))
        elif self.refund_date > self.date:
            problems.append(_("The refund is dated after the decision: its day is still to come."))
        elif self.refund_date.year != self.budget_id.year:
            problems.append(
                _("The refund was received in another year: it is an accidental revenue, no credit comes back.")
            )
        if float_compare(self.amount, threshold, 2) < 0:
            problems.append(
                _(
                    "A refund below %(threshold)s DH re-establishes no credit: it goes to the list of accidental "
                    "revenue (royal decree 330-66, art. 88).",
                    threshold=self.env["gov.budget.line"]._gov_amount(threshold),
                )
            )
        return problems

    def _gov_recode_problems(self):
        _ = self.env._
        problems = []
        if any(item.ce for item in self.line_ids):
            problems.append(_("An expense charged to another line moves its amount alone: write it under CP."))
        if sum((ledger.money(item.cp) for item in self.line_ids), ledger.ZERO):
            problems.append(_("The expense leaves one line and goes to another: the amounts differ."))
        for item in self.line_ids:
            line, amount = item.line_id, -item.cp
            name = "paid" if self.is_paid else "ordered"
            if amount > 0 and float_compare(line[name], amount, 2) < 0:
                problems.append(
                    _(
                        "On %(line)s %(there)s is charged, less than the %(asked)s to move.",
                        line=line.display_name,
                        there=line._gov_amount(line[name]),
                        asked=line._gov_amount(amount),
                    )
                )
        return problems

    # ------------------------------------------------------------------ posting
    def _gov_on_signed(self):
        """Hold what will be taken, so that nobody commits it before the visa."""
        self._gov_hold(1)

    def _gov_on_released(self):
        self._gov_hold(-1)

    def _gov_hold(self, sign):
        # sudo: the act has checked who does it
        self.env["gov.budget.entry"]._gov_post(
            [
                {
                    "line": item.line_id,
                    "kind": "reservation",
                    "reserved": sign * take,
                    "record": one,
                    "label": one.number,
                }
                for one in self.sudo()
                for item, take in one._gov_taken().items()
            ]
        )

    def _gov_taken(self):
        """Return row → amount that the amendment takes from the line of the row."""
        if rules.RULES[self.kind].shape == "recode":
            return {}
        return {
            item: -(ledger.money(item.cp) + ledger.money(item.ce)) for item in self.line_ids if item.cp + item.ce < 0
        }

    def _gov_on_effective(self):
        movements = []
        # sudo: the act has checked who does it
        for one in self.sudo():
            common = {"record": one, "label": one.number, "movement": one.kind, "date": one._gov_posting_day()}
            taken = one._gov_taken()
            for item in one.line_ids:
                if rules.RULES[one.kind].shape == "recode":
                    names = ["committed", "liquidated", "ordered", *(["paid"] if one.is_paid else [])]
                    movements.append(
                        {"line": item.line_id, "kind": "correction", **common, **dict.fromkeys(names, item.cp)}
                    )
                    continue
                if item in taken:
                    movements.append({"line": item.line_id, "kind": "reservation", **common, "reserved": -taken[item]})
                movements.append({"line": item.line_id, "kind": "amendment", **common, "cp": item.cp, "ce": item.ce})
        self.env["gov.budget.entry"]._gov_post(movements)
        for one in self.sudo():  # sudo: the counters of the programmes
            if rules.RULES[one.kind].capped:
                one._gov_move_caps()

    def _gov_move_caps(self):
        """Count the movement of each programme, within the cap: one conditional UPDATE a programme, in id order."""
        rate, mode = self._gov_cap_terms(self.visa_date)
        caps = self._gov_caps()
        for cap, moves in sorted(
            (
                (caps[programme], moves)
                for programme, moves in self._gov_programme_moves().items()
                if programme in caps
            ),
            key=lambda pair: pair[0].id,
        ):
            out, into = moves
            condition = SQL(
                "TRUE"
                if not rules.counted(out, into, mode)
                else "moved_out + moved_in + %(out)s + %(into)s <= trunc(initial * %(rate)s, 2)"
                if mode == "both"
                else "moved_out + %(out)s <= trunc(initial * %(rate)s, 2)",
                **(
                    {}
                    if not rules.counted(out, into, mode)
                    else {"out": out, "into": into, "rate": Decimal(repr(rate))}
                ),
            )
            done = self.env.execute_query(
                SQL(
                    "UPDATE gov_budget_cap SET moved_out = moved_out + %s, moved_in = moved_in + %s "
                    "WHERE id = %s AND %s RETURNING id",
                    out,
                    into,
                    cap.id,
                    condition,
                )
            )
            cap.invalidate_recordset(flush=False)
            if not done:
                raise BudgetRefused(self._gov_cap_sentence(cap, moves, rate, mode), rule="cap")

    def _gov_facts(self):
        lines = defaultdict(dict)
        for item in self.line_ids:
            lines[item.line_id.full_code] = {"cp": f"{item.cp:.2f}", "ce": f"{item.ce:.2f}"}
        return {
            **super()._gov_facts(),
            "kind": self.kind,
            "lines": dict(lines),
            "authority": self.authority_reference or "",
            "visa": self.visa_number or "",
        }

    # ------------------------------------------------------------------ document
    def _gov_document_kind(self):
        self.ensure_one()
        shape = rules.RULES[self.kind].shape
        if shape == "recode":
            return "gov_budget.register_amendment", "budget_recode"
        if shape == "transfer":
            return "gov_budget.register_amendment", "budget_transfer"
        return None


class GovBudgetAmendmentLine(models.Model):
    """What an amendment takes from a line (negative) or gives to it, and what this leaves there."""

    _name = "gov.budget.amendment.line"
    _description = "Line of an amendment"
    _inherit = ["gov.budget.part", "gov.budget.amounts"]
    _act_field = "amendment_id"
    _amount_fields = ("cp", "ce")
    _order = "amendment_id, id"

    amendment_id = fields.Many2one("gov.budget.amendment", required=True, index=True, ondelete="cascade")
    line_id = fields.Many2one("gov.budget.line", "Budget line", required=True, index=True, ondelete="restrict")
    cp = fields.Float("CP +/−", digits=(16, 2), help="Negative: taken from the line; positive: given to it.")
    ce = fields.Float("CE +/−", digits=(16, 2))
    state = fields.Selection(related="amendment_id.state", export_string_translation=False)
    cp_now = fields.Float("CP now", compute="_compute_effect", digits=(16, 2))
    available_now = fields.Float("Available now", compute="_compute_effect", digits=(16, 2))
    available_after = fields.Float("Available after", compute="_compute_effect", digits=(16, 2))
    is_short = fields.Boolean(compute="_compute_effect", export_string_translation=False)

    @api.depends("line_id", "cp", "ce", "amendment_id.state", "amendment_id.kind")
    def _compute_effect(self):
        for item in self:
            line = item.line_id
            change = item.cp + item.ce
            if item.amendment_id.kind == "a15":
                change = -change
            is_held = item.amendment_id.state in ("signed", "authorised") and change < 0
            is_done = item.amendment_id.state == "effective"
            item.cp_now = line.cp_current
            item.available_now = line.available - change if is_held else line.available
            item.available_after = line.available if is_held or is_done else line.available + change
            item.is_short = item.available_after + line.authorised < -0.005
