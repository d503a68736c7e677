from collections import defaultdict
from decimal import Decimal

from odoo import api, fields, models, tools
from odoo.exceptions import UserError

from odoo.addons.gov_budget.models.gov_budget_entry import BudgetRefused

from .gov_special_year import credit_counter

# only these need the year of the account to be open here: an account's revenue must be known to order against it
SPENDING = ("ordered", "paid")


class GovBudgetEntry(models.Model):
    """Postings on the lines of a special account move its year in the same transaction, or its rules refuse them."""

    _inherit = "gov.budget.entry"

    @api.model
    @tools.ormcache("line_id")
    def _gov_special_place(self, line_id):
        """Return (fiscal year id, chapter code) of a line of a special account, None of another line.

        A line never changes its budget or its rubric once it takes postings, so the answer is kept.
        """
        # sudo: the act has checked who posts; the place of a line is no secret
        line = self.env["gov.budget.line"].sudo().browse(line_id)
        if line.budget_kind == "general":
            return None
        return line.fiscal_year_id.id, line.chapter_code

    @api.model
    def _gov_post_checks(self, lines, movements, deltas, after):
        super()._gov_post_checks(lines, movements, deltas, after)
        by_place = defaultdict(list)
        for line in lines:
            place = self._gov_special_place(line.id)
            if place:
                by_place[place].append(line)
        if not by_place:
            return
        years = {
            (year.fiscal_year_id.id, year.chapter_code): year
            # sudo: the act has checked who posts; the account counts whoever sees it
            for year in self.env["gov.special.year"]
            .sudo()
            .search(
                [
                    ("fiscal_year_id", "in", [place[0] for place in by_place]),
                    ("chapter_code", "in", [place[1] for place in by_place]),
                ]
            )
        }
        moves = defaultdict(lambda: defaultdict(Decimal))
        for place, its_lines in by_place.items():
            year = years.get(place)
            for line in its_lines:
                self._gov_check_special(year, line, movements[line.id], deltas[line.id], after[line.id])
                if not year or year.state == "draft":
                    continue
                for movement in movements[line.id]:
                    record = movement.get("record")
                    model = record._name if record else None
                    name = credit_counter(movement["kind"], movement.get("movement"), model)
                    if name and movement.get("cp"):
                        sign = -1 if name == "transferred" else 1
                        moves[year.id][name] += sign * Decimal(str(movement["cp"]))
                for name in ("committed", "ordered", "paid"):
                    if deltas[line.id].get(name):
                        moves[year.id][name] += deltas[line.id][name]
        try:
            self.env["gov.special.year"].sudo()._gov_move(moves)  # sudo: as above
        except UserError as error:
            raise BudgetRefused(str(error), lines[:1].id, "special_account") from error

    @api.model
    def _gov_check_special(self, year, line, movements, delta, after):
        """Refuse what no special account may do, whatever its figures."""
        spends = any(delta.get(name, 0) > 0 for name in SPENDING)
        commits = delta.get("committed", 0) > 0
        if (spends and not year) or (year and year.state != "open" and (spends or commits)):
            raise BudgetRefused(
                self.env._(
                    "The special account of chapter %(chapter)s is not open for this year: its realised revenue is "
                    "not known, so nothing can be ordered on %(line)s (CAS-9, SG-9). Open its year first.",
                    chapter=line.chapter_code,
                    line=line.full_code,
                ),
                line.id,
                "special_account_closed",
            )
        for movement in movements:
            record = movement.get("record")
            adds = movement["kind"] == "amendment" and movement.get("movement") in ("a8", "a9")
            if year and adds and movement.get("cp", 0) > 0 and (not record or record._name != "gov.special.act"):
                raise BudgetRefused(
                    self.env._(
                        "A special account gets credits beyond the finance law from its own revenue alone: open "
                        "credits of type A (excess revenue) or B (balance) on %(account)s (CAS-10, CAS-11, SG-9).",
                        account=year.account_id.display_name,
                    ),
                    line.id,
                    "special_account_extra",
                )
            if year and movement.get("movement") == "a12" and movement.get("cp", 0) > 0:
                raise BudgetRefused(
                    self.env._(
                        "%(account)s takes no transfer from another account or service (CAS-3, SG-4): transfers go to "
                        "the general budget alone.",
                        account=year.account_id.display_name,
                    ),
                    line.id,
                    "special_account_transfer",
                )
        # what is taken over from other books was controlled there
        asked = sum(movement.get("committed") or 0 for movement in movements if movement["kind"] != "correction")
        if year and asked > 0:
            if line.node_id.is_salary and not year.account_id.allow_salaries:
                raise BudgetRefused(
                    self.env._(
                        "%(account)s pays no salary and no allowance (CAS-6, SG-3): %(line)s cannot be committed.",
                        account=year.account_id.display_name,
                        line=line.full_code,
                    ),
                    line.id,
                    "special_account_salary",
                )
            try:
                year._gov_check_programme(line, after["committed"])
            except UserError as error:
                raise BudgetRefused(str(error), line.id, "special_account_programme") from error


class GovBudgetNode(models.Model):
    _inherit = "gov.budget.node"

    is_salary = fields.Boolean(
        "Pays salaries",
        tracking=True,
        help="Salaries and allowances of civil servants: a special account or an autonomous service pays none, unless "
        "the finance law says so.",
    )
