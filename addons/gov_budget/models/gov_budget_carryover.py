from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_compare

from ..services import closing, ledger


class GovBudgetCarryover(models.Model):
    """The carry-over of investment credits to the next year: what was committed with visa and not ordered.

    Within a share of the investment CP of the finance law (30 %), in proportion or by a list that is chosen; support
    funds are outside the ceiling; what finished contracts leave is cancelled by law.  An order of the minister of
    finance decides; the credits, with their commitments, are then added to the lines of the next year.
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
            closed = lines._gov_closed_amounts()
            rows = [
                (line.id, closing.to_order(line), closed.get(line.id, 0), line.node_id.is_donor_funded)
                for line in lines
                if closing.to_order(line) > 0
            ]
            shares = closing.carry_over(rows, one.initial_cp, one._gov_rate())
            one.line_ids.unlink()
            self.env["gov.budget.carryover.line"].create(
                [
                    {
                        "carryover_id": one.id,
                        "line_id": line_id,
                        "left": left,
                        "closed": gone,
                        "is_donor_funded": donor,
                        "amount": shares[line_id] if one.mode == "prorata" or donor else 0,
                    }
                    for line_id, left, gone, donor in rows
                ]
            )
        return True

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
        for item in self.line_ids:
            if item.amount < 0 or float_compare(item.amount, item.left - item.closed, 2) > 0:
                problems.append(
                    _(
                        "%(line)s: at most what is left to order, less what finished contracts leave.",
                        line=item.line_id.display_name,
                    )
                )
        if float_compare(self.counted, self.ceiling, 2) > 0:
            amount = self.env["gov.budget.line"]._gov_amount
            problems.append(
                _(
                    "The carry-over %(asked)s passes the ceiling %(ceiling)s (%(rate)s %% of the investment CP of the "
                    "finance law).",
                    asked=amount(self.counted),
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
        return problems

    def _gov_target_lines(self, check=False):
        """Return line id → line of the next year; with ``check``, the lines that have none."""
        # sudo: the carry-over is that of the whole department
        items = self.sudo().line_ids.filtered("amount")
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
        for one in self.sudo():
            targets = one._gov_target_lines()
            for item in one.line_ids.filtered("amount"):
                amount = ledger.money(item.amount)
                movements.append(
                    {
                        "line": targets[item.line_id.id],
                        "kind": "carry_over",
                        "movement": "a14",
                        "cp": amount,
                        "committed": amount,
                        "record": one,
                        "label": one.number,
                        "date": max(one.visa_date, one.target_budget_id.fiscal_year_id.date_from),
                    }
                )
        self.env["gov.budget.entry"]._gov_post(movements)

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
    _inherit = ["gov.budget.amounts"]
    _amount_fields = ("amount",)
    _order = "carryover_id, id"

    carryover_id = fields.Many2one("gov.budget.carryover", required=True, index=True, ondelete="cascade")
    line_id = fields.Many2one("gov.budget.line", "Line", required=True, index=True, ondelete="restrict", readonly=True)
    left = fields.Float("Left to order", digits=(16, 2), readonly=True)
    closed = fields.Float("Of finished contracts", digits=(16, 2), readonly=True, help="Cancelled by the finance law.")
    is_donor_funded = fields.Boolean("Support funds", readonly=True)
    amount = fields.Float("Carried over", digits=(16, 2))

    def write(self, vals):
        for item in self:
            item.carryover_id._gov_check_editable({"line_ids": True})
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_filed(self):
        for item in self:
            item.carryover_id._gov_check_editable({"line_ids": True})


class GovBudgetLine(models.Model):
    _inherit = "gov.budget.line"

    def _gov_closed_amounts(self):
        """Return line id → what finished contracts leave unordered; the module of commitments tells."""
        return {}
