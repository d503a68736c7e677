from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, float_compare

from ..services import closing, ledger


class GovBudgetCarryover(models.Model):
    """The carry-over of investment credits to the next year: what was committed with visa and not ordered.

    Within a share of the investment CP of the finance law (30 %), in proportion or by a list that is chosen; support
    funds are outside the ceiling; what finished contracts leave is cancelled by law.  An order of the minister of
    finance decides; the credits, with their commitments, are then added to the lines of the next year.  What contracts
    leave for later years (CE) needs no credit carried: it is charged to the credits of the next year.
    """

    _name = "gov.budget.carryover"
    _description = "Carry-over of credits"
    _inherit = ["gov.budget.decision"]
    _order = "date desc, id desc"
    _rec_names_search = ["number"]
    _series = "budget.carryover"
    _prefix = "RC"

    budget_id = fields.Many2one(
        "gov.budget", "From", required=True, index=True, ondelete="restrict", domain=[("state", "=", "closed")]
    )
    target_budget_id = fields.Many2one(
        "gov.budget", "To", required=True, index=True, ondelete="restrict", domain=[("state", "=", "open")]
    )
    mode = fields.Selection(
        [("prorata", "In proportion"), ("selection", "By a list")],
        required=True,
        default="prorata",
        help="How the ceiling is shared when more is left to order.",
    )
    line_ids = fields.One2many("gov.budget.carryover.line", "carryover_id", "Lines")
    initial_cp = fields.Float("Investment CP of the finance law", compute="_compute_totals", digits=(16, 2))
    ceiling = fields.Float(compute="_compute_totals", digits=(16, 2))
    total_left = fields.Float("Left to order", compute="_compute_totals", digits=(16, 2))
    amount = fields.Float("Carried over", compute="_compute_totals", digits=(16, 2))
    counted = fields.Float("Counted in the ceiling", compute="_compute_totals", digits=(16, 2))
    problem_text = fields.Text("What is missing", compute="_compute_problem_text")

    @api.depends("budget_id", "line_ids.amount", "line_ids.is_donor_funded", "date")
    def _compute_totals(self):
        for one in self:
            one.initial_cp = one._gov_initial_cp()
            one.ceiling = closing.ceiling(one.initial_cp, one._gov_rate()) if one.budget_id else 0
            one.total_left = sum(item.left for item in one.line_ids)
            one.amount = sum(item.amount for item in one.line_ids)
            one.counted = sum(item.amount for item in one.line_ids if not item.is_donor_funded)

    @api.depends("line_ids.amount", "budget_id", "target_budget_id", "state")
    @api.depends_context("lang")
    def _compute_problem_text(self):
        for one in self:
            one.problem_text = "\n".join(one._gov_problems()) if one.state in ("draft", "submitted") else False

    def _gov_rate(self):
        return self.env["gov.parameter"].get_value(
            "budget.carry_over.cap", self.budget_id.fiscal_year_id.date_to or fields.Date.context_today(self)
        )

    def _gov_initial_cp(self):
        if not self.budget_id:
            return 0.0
        # sudo: the ceiling is that of the whole department
        [(total,)] = (
            self.env["gov.budget.line"]
            .sudo()
            ._read_group(
                [("budget_id", "=", self.budget_id.id), ("is_investment", "=", True)], aggregates=["cp_initial:sum"]
            )
        )
        return total or 0.0

    def _gov_authority(self):
        return self.env._("The order of the minister of finance")

    # ------------------------------------------------------------------ acts
    def action_compute(self):
        """Read what is left to order from the closed books, and share the ceiling. Budget officers only."""
        self._gov_check_role(("budget_officer",), self.env._("Only a budget officer prepares a carry-over."))
        self.check_access("write")
        self._gov_lock()
        for one in self:
            one._gov_check_editable({"line_ids": True})
            if one.budget_id.state != "closed":
                raise UserError(
                    self.env._(
                        "%(budget)s is not closed: what is left to order is known on 31 December.",
                        budget=one.budget_id.display_name,
                    )
                )
            # sudo: the carry-over is that of the whole department
            lines = (
                self.env["gov.budget.line"]
                .sudo()
                .search([("budget_id", "=", one.budget_id.id), ("is_investment", "=", True)])
            )
            closed, later = lines._gov_closed_amounts(), lines._gov_later_amounts()
            before = one._gov_carried_before()
            left = {line: closing.to_order(line) - before.get(line.id, ledger.ZERO) for line in lines}
            rows = [
                (line.id, left[line], closed.get(line.id, 0), line.node_id.is_donor_funded)
                for line in lines
                if left[line] > 0
            ]
            later = {line_id: min(ledger.money(later.get(line_id)), amount) for line_id, amount, *_rest in rows}
            shares = closing.carry_over(
                [(line_id, amount - later[line_id], gone, donor) for line_id, amount, gone, donor in rows],
                one.initial_cp,
                one._gov_rate(),
                one._gov_counted_before(),
            )
            one.line_ids.unlink()
            self.env["gov.budget.carryover.line"]._gov_create(
                [
                    {
                        "carryover_id": one.id,
                        "line_id": line_id,
                        "left": left,
                        "closed": gone,
                        "later": later[line_id],
                        "is_donor_funded": donor,
                        "amount": shares[line_id] if one.mode == "prorata" or donor else 0,
                    }
                    for line_id, left, gone, donor in rows
                ]
            )
        return True

    def _gov_others(self):
        """Return the lines (superuser) of the other carry-overs of the same budget that are effective."""
        # sudo: the ceiling is that of the whole department
        return (
            self.env["gov.budget.carryover.line"]
            .sudo()
            .search(
                [
                    ("carryover_id.budget_id", "=", self.budget_id.id),
                    ("carryover_id.state", "=", "effective"),
                    ("carryover_id", "!=", self.id),
                ]
            )
        )

    def _gov_carried_before(self):
        """Return line id → what other carry-overs have taken over already."""
        found = {}
        for item in self._gov_others():
            found.setdefault(item.line_id.id, ledger.ZERO)
            found[item.line_id.id] += ledger.money(item.amount) + ledger.money(item.later)
        return found

    def _gov_counted_before(self):
        """Return what other carry-overs have used of the ceiling."""
        items = self._gov_others().filtered(lambda item: not item.is_donor_funded)
        return sum((ledger.money(item.amount) for item in items), ledger.ZERO)

    def _gov_problems(self):
        self.ensure_one()
        _ = self.env._
        if not self.line_ids:
            return [_("Press “Compute” to read what is left to order.")]
        problems = []
        if self.budget_id.state != "closed" or self.target_budget_id.state != "open":
            problems.append(_("Credits are carried from a closed budget to an open one."))
        if (self.budget_id.kind, self.budget_id.account_code or "") != (
            self.target_budget_id.kind,
            self.target_budget_id.account_code or "",
        ) or self.target_budget_id.year != self.budget_id.year + 1:
            problems.append(_("Credits are carried to the same budget of the next year."))
        before = self._gov_carried_before()
        for item in self.line_ids:
            highest = closing.to_order(item.line_id) - before.get(item.line_id.id, ledger.ZERO)
            highest = min(highest, ledger.money(item.left)) - ledger.money(item.closed) - ledger.money(item.later)
            if item.amount < 0 or float_compare(item.amount, float(highest), 2) > 0:
                problems.append(
                    _(
                        "%(line)s: at most what is left to order, less what finished contracts and later years leave.",
                        line=item.line_id.display_name,
                    )
                )
        counted = ledger.money(self.counted) + self._gov_counted_before()
        amount = self.env["gov.budget.line"]._gov_amount
        if counted > ledger.money(self.ceiling):
            problems.append(
                _(
                    "The carry-over %(asked)s passes the ceiling %(ceiling)s (%(rate)s %% of the investment CP of the "
                    "finance law).",
                    asked=amount(counted),
                    ceiling=amount(self.ceiling),
                    rate=f"{self._gov_rate() * 100:g}",
                )
            )
        missing = self._gov_target_lines(check=True)
        if missing:
            problems.append(
                _(
                    "These rubrics are not in the budget of the next year: %(codes)s. Add their lines first.",
                    codes=", ".join(missing.mapped("full_code")),
                )
            )
        problems += self._gov_later_problems(amount)
        return problems

    def _gov_later_problems(self, amount):
        """Later years are paid by the credits of the next year: say which line has not enough of them."""
        asked, found = {}, self._gov_target_lines()
        for item in self.sudo().line_ids.filtered("later"):  # sudo: the carry-over is that of the whole department
            target = found.get(item.line_id.id)
            if target:
                asked[target] = asked.get(target, ledger.ZERO) + ledger.money(item.later)
        return [
            self.env._(
                "%(line)s of %(year)s: %(later)s of contracts over several years are charged to its credits, "
                "%(available)s is left. Add credits to this line first.",
                line=target.full_code,
                year=target.year,
                later=amount(later),
                available=amount(target.available),
            )
            for target, later in asked.items()
            if later > ledger.money(target.available)
        ]

    def _gov_target_lines(self, check=False):
        """Return line id → line of the next year; with ``check``, the lines that have none."""
        # sudo: the carry-over is that of the whole department
        items = self.sudo().line_ids.filtered(lambda item: item.amount or item.later)
        # sudo: as above
        candidates = (
            self.env["gov.budget.line"]
            .sudo()
            .search(
                [
                    ("budget_id", "=", self.target_budget_id.id),
                    ("node_id", "in", items.line_id.node_id.ids),
                    ("parent_line_id", "=", False),
                ]
            )
        )
        found = {}
        for item in items:
            same = candidates.filtered(lambda line, item=item: line.node_id == item.line_id.node_id)
            unit = (item.line_id.parent_line_id or item.line_id).unit_id
            line = same.filtered(lambda line, unit=unit: line.unit_id == unit) or same
            if line:
                found[item.line_id.id] = line[:1]
        if check:
            return items.line_id.filtered(lambda line: line.id not in found)
        return found

    def _gov_on_effective(self):
        movements = []
        # sudo: the act has checked who does it
        for one in self.sudo().sorted("id"):
            one._gov_hold_budgets()
            targets = one._gov_target_lines()
            taken = one._gov_take_over(targets)
            day = max(one.visa_date, one.target_budget_id.fiscal_year_id.date_from)
            common = {"kind": "carry_over", "movement": "a14", "date": day}
            credits, whole = {}, {}
            for item in one.line_ids.filtered(lambda item: item.amount or item.later):
                target = targets[item.line_id.id]
                amount = ledger.money(item.amount)
                credits[target] = credits.get(target, ledger.ZERO) + amount
                whole[target] = whole.get(target, ledger.ZERO) + amount + ledger.money(item.later)
            for target, amount in credits.items():
                rows = taken.get(target.id, [])
                movements.append(
                    {
                        "line": target,
                        "cp": amount,
                        # what no commitment of the system explains
                        "committed": whole[target] - sum((row["committed"] for row in rows), ledger.ZERO),
                        "record": one,
                        "label": one.number,
                        **common,
                    }
                )
                movements += [{"line": target, **row, **common} for row in rows]
        self.env["gov.budget.entry"]._gov_post(movements)

    def _gov_hold_budgets(self):
        """Hold both budgets until the end of the act, and look again: another carry-over, or a closing, came first."""
        self.env.execute_query(
            SQL(
                "SELECT id FROM gov_budget WHERE id IN %s ORDER BY id FOR NO KEY UPDATE",
                (self.budget_id.id, self.target_budget_id.id),
            )
        )
        self.env.invalidate_all()
        problems = self._gov_problems()
        if problems:
            raise UserError("\n".join(problems))

    def _gov_take_over(self, targets):
        """Take over the acts behind what is carried; the module of commitments does.

        :param targets: line id → line of the next year
        :return: id of the line of the next year → what each act brings: dicts of ``committed``, ``liquidated``,
            ``record`` and ``label`` for the ledger
        """
        return {}

    def _gov_facts(self):
        return {
            **super()._gov_facts(),
            "from": self.budget_id.name,
            "to": self.target_budget_id.name,
            "amount": f"{self.amount:.2f}",
            "ceiling": f"{self.ceiling:.2f}",
            "authority": self.authority_reference or "",
        }


class GovBudgetCarryoverLine(models.Model):
    """What is left to order on a line, and how much of it is carried over."""

    _name = "gov.budget.carryover.line"
    _description = "Line of a carry-over"
    _inherit = ["gov.budget.part", "gov.budget.stateful", "gov.budget.amounts"]
    _act_field = "carryover_id"
    _amount_fields = ("amount",)
    # read from the closed books by “Compute” alone
    _act_fields = frozenset({"carryover_id", "line_id", "left", "later", "closed", "is_donor_funded"})
    _order = "carryover_id, id"

    carryover_id = fields.Many2one("gov.budget.carryover", required=True, index=True, ondelete="cascade")
    line_id = fields.Many2one("gov.budget.line", "Line", required=True, index=True, ondelete="restrict", readonly=True)
    left = fields.Float("Left to order", digits=(16, 2), readonly=True)
    later = fields.Float(
        "Of later years",
        digits=(16, 2),
        readonly=True,
        help="Left by contracts over several years (CE): charged to the credits of the next year, "
        "no credit is carried.",
    )
    closed = fields.Float("Of finished contracts", digits=(16, 2), readonly=True, help="Cancelled by the finance law.")
    is_donor_funded = fields.Boolean("Support funds", readonly=True)
    amount = fields.Float("Carried over", digits=(16, 2))


class GovBudgetLine(models.Model):
    _inherit = "gov.budget.line"

    def _gov_closed_amounts(self):
        """Return line id → what finished contracts leave unordered; the module of commitments tells."""
        return {}

    def _gov_later_amounts(self):
        """Return line id → what is left for later years (CE); the module of commitments tells."""
        return {}
