from odoo import api, fields, models

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
        if self.kind == "chapter" and self.amount > self._gov_chapter_left() + 0.005:
            problems.append(
                _(
                    "The chapter has %(left)s left in all: less than asked.",
                    left=line._gov_amount(self._gov_chapter_left()),
                )
            )
        return problems

    def _gov_chapter_left(self):
        # sudo: the limit is that of the whole chapter
        [(total, authorised)] = (
            self.env["gov.budget.line"]
            .sudo()
            ._read_group(
                [("budget_id", "=", self.line_id.budget_id.id), ("chapter_id", "=", self.line_id.chapter_id.id)],
                aggregates=["available:sum", "authorised:sum"],
            )
        )
        return (total or 0.0) - (authorised or 0.0)

    def _gov_on_effective(self):
        # sudo: the act has checked who does it
        for one in self.sudo():
            if one.kind == "chapter":
                # the other lines of the chapter are held while its sum is looked at
                self.env["gov.budget.line"].sudo().search(
                    [("budget_id", "=", one.line_id.budget_id.id), ("chapter_id", "=", one.line_id.chapter_id.id)]
                )._gov_locked()
        for one in self.sudo():  # sudo: as above
            sign = -1 if one.kind == "end" else 1
            self.env["gov.budget.entry"]._gov_post(
                [
                    {
                        "line": one.line_id,
                        "kind": "override",
                        "authorised": sign * ledger.money(one.amount),
                        "record": one,
                        "label": one.number,
                        "date": one.visa_date,
                    }
                ]
            )

    def _gov_facts(self):
        return {
            **super()._gov_facts(),
            "kind": self.kind,
            "line": self.line_id.full_code,
            "amount": f"{self.amount:.2f}",
            "basis": self.legal_basis,
            "authority": self.authority_reference or "",
        }
