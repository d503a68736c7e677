from odoo import api, fields, models
from odoo.exceptions import UserError

from ..services import ledger


class GovBudgetOverride(models.Model):
    """A named authorisation to go beyond what is left on a line, for an amount, by an authority, with a reason.

    Two cases exist: personnel credits are limited at the level of the chapter, so that a line may pass its own when
    the chapter has enough left; a special account may commit ahead within the ceiling of the finance law.  Nothing
    else goes beyond a credit, not even a decision to disregard a refused visa (decree 2-07-1235, art. 28).
    """

    _name = "gov.budget.override"
    _description = "Authorisation beyond a credit"
    _inherit = ["gov.budget.amounts", "gov.budget.decision"]
    _amount_fields = ("amount",)
    _order = "date desc, id desc"
    _rec_names_search = ["number", "line_id.full_code"]
    _series = "budget.override"
    _prefix = "OV"

    kind = fields.Selection(
        [
            ("chapter", "Personnel: limited at the level of the chapter"),
            ("ahead", "Special account: commitment ahead of the year"),
            ("end", "End of an authorisation"),
        ],
        required=True,
        default="chapter",
    )
    line_id = fields.Many2one("gov.budget.line", "Budget line", required=True, index=True, ondelete="restrict")
    amount = fields.Float(digits=(16, 2), required=True)
    legal_basis = fields.Char(required=True, help="The article, or the table of the finance law, that allows it.")
    problem_text = fields.Text("What is missing", compute="_compute_problem_text")

    _amount_positive = models.Constraint("CHECK (amount > 0)", "Give an amount.")

    @api.depends("line_id", "kind", "amount", "state")
    @api.depends_context("lang")
    def _compute_problem_text(self):
        for one in self:
            one.problem_text = "\n".join(one._gov_problems()) if one.state in ("draft", "submitted") else False

    def _gov_authority(self):
        self.ensure_one()
        return self.env._("The authorisation of the ministry of finance") if self.kind == "ahead" else ""

    def _gov_problems(self):
        self.ensure_one()
        _, line = self.env._, self.line_id
        problems = []
        if self.kind == "chapter" and line.section != "personnel":
            problems.append(_("Only lines of the chapter of personnel are limited at the level of the chapter."))
        if self.kind == "ahead" and line.budget_kind != "cas":
            problems.append(_("Only a special account commits ahead of the year."))
        if self.kind == "end" and self.amount > line.authorised:
            problems.append(_("Less than that is authorised on this line."))
        if self.kind == "chapter" and self.amount > sum(self._gov_other_lines().mapped("available")) + 0.005:
            problems.append(
                _(
                    "The other lines of the chapter have %(left)s left in all: less than asked.",
                    left=line._gov_amount(sum(self._gov_other_lines().mapped("available"))),
                )
            )
        return problems

    def _gov_other_lines(self):
        """Return the other lines (superuser) of the chapter that have something left, the most first."""
        # sudo: the limit is that of the whole chapter
        lines = (
            self.env["gov.budget.line"]
            .sudo()
            .search(
                [
                    ("budget_id", "=", self.line_id.budget_id.id),
                    ("chapter_id", "=", self.line_id.chapter_id.id),
                    ("id", "!=", self.line_id.id),
                ]
            )
        )
        return lines.filtered(lambda line: line.available > 0).sorted(lambda line: (-line.available, line.id))

    def _gov_on_effective(self):
        # one after the other: each sees what the one before holds; sudo: the act has checked who does it
        for one in self.sudo():
            sign = -1 if one.kind == "end" else 1
            common = {"record": one, "label": one.number, "date": one._gov_posting_day()}
            amount = ledger.money(one.amount)
            movements = [{"line": one.line_id, "kind": "override", "authorised": sign * amount, **common}]
            holds = {"chapter": one._gov_held_elsewhere, "end": one._gov_given_back}.get(one.kind)
            if holds:
                movements += [
                    {"line": line, "kind": "reservation", "reserved": change, **common} for line, change in holds()
                ]
            self.env["gov.budget.entry"]._gov_post(movements)

    def _gov_posting_day(self):
        return min(self.visa_date, self.line_id.fiscal_year_id.date_to)

    def _gov_held_elsewhere(self):
        """Return (line, amount) to hold on the other lines: what one line may pass, the chapter has not twice."""
        lines = self._gov_other_lines() | self.line_id
        counters = lines._gov_locked()
        left, held = ledger.money(self.amount), []
        for line in lines - self.line_id:
            part = min(left, max(counters[line.id]["available"], ledger.ZERO))
            if part:
                held.append((line, part))
                left -= part
        if left:
            raise UserError("\n".join(self._gov_problems()) or self.env._("The chapter has less left than asked."))
        return held

    def _gov_given_back(self):
        """Return (line, −amount) of what former authorisations of this line hold elsewhere, up to what ends."""
        # sudo: the authorisations of this line, and what they hold
        former = self.sudo().search([("line_id", "=", self.line_id.id), ("state", "=", "effective")])
        # sudo: as above
        groups = (
            self.env["gov.budget.entry"]
            .sudo()
            ._read_group(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "in", former.ids),
                    ("line_id", "!=", self.line_id.id),
                ],
                ["line_id"],
                ["reserved:sum"],
            )
        )
        left, back = ledger.money(self.amount), []
        for line, reserved in groups:
            part = min(left, ledger.money(reserved))
            if part > 0:
                back.append((line, -part))
                left -= part
        return back

    def _gov_facts(self):
        return {
            **super()._gov_facts(),
            "kind": self.kind,
            "line": self.line_id.full_code,
            "amount": f"{self.amount:.2f}",
            "basis": self.legal_basis,
            "authority": self.authority_reference or "",
        }
