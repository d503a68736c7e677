from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..services import pasted

SHOWN = 10


class GovAdvancementPaste(models.TransientModel):
    """Dialog that takes rows copied from a spreadsheet: results of an examination, or yearly marks of the past.

    Each bad row is named with its line and what to do; nothing is written until all are good.  HR officers enter
    results, HR managers marks, never their own.
    """

    _name = "gov.advancement.paste"
    _description = "Rows copied from a spreadsheet"

    content = fields.Selection(
        [("exam", "Results of the examination"), ("marks", "Yearly marks")], required=True, default="exam"
    )
    campaign_id = fields.Many2one(
        "gov.advancement.campaign",
        string="Campaign",
        index=True,
        ondelete="cascade",
        domain=[("kind", "=", "grade"), ("state", "=", "computed")],
        default=lambda self: self._default_campaign(),
    )
    text = fields.Text(string="Rows", required=True, help="Copy the cells in your spreadsheet and paste them here.")

    def _default_campaign(self):
        return self.env["gov.advancement.campaign"].search(
            [("kind", "=", "grade"), ("state", "=", "computed")], limit=1, order="year desc"
        )

    def action_confirm(self):
        """Write all the rows, or none; the rights are checked by what is written."""
        self.ensure_one()
        needed = "officer" if self.content == "exam" else "manager"
        if not self.env.user.has_group(f"gov_base.group_hr_{needed}"):
            raise AccessError(self.env._("Only human resources import results and marks."))
        rows = pasted.rows(self.text)
        if rows and pasted.number(rows[0][1][0]) is None:
            rows = rows[1:]  # the headings
        if not rows:
            raise UserError(self.env._("There is no row: copy the cells in your spreadsheet and paste them here."))
        numbers = {cells[0] for _line, cells in rows}
        found = (
            self.env["hr.employee"]
            .with_context(active_test=False)
            .search_fetch([("ppr_number", "in", list(numbers))], ["ppr_number"])
        )
        people = {employee.ppr_number: employee for employee in found}
        return self._gov_exam(rows, people) if self.content == "exam" else self._gov_marks(rows, people)

    def _gov_refuse(self, problems):
        if not problems:
            return
        lines = [self.env._("Line %(line)s: %(problem)s", line=line, problem=text) for line, text in problems[:SHOWN]]
        if len(problems) > SHOWN:
            lines.append(self.env._("… and %(count)s other lines.", count=len(problems) - SHOWN))
        raise UserError(self.env._("Nothing was written.") + "\n" + "\n".join(lines))

    def _gov_mark_problem(self, cell):
        mark = pasted.number(cell)
        if mark is None or not 0 <= mark <= 20:
            return self.env._("“%(value)s” is no mark: write a number from 0 to 20.", value=cell)
        return None

    def _gov_exam(self, rows, people):
        if not self.campaign_id or self.campaign_id.state != "computed":
            raise UserError(self.env._("Choose a computed campaign of grades: its candidates take the results."))
        found = self.env["gov.advancement.campaign.line"].search(
            [("campaign_id", "=", self.campaign_id.id), ("way", "=", "exam"), ("state", "!=", "excluded")]
        )
        lines = {line.employee_id: line for line in found}
        problems, results = [], {}
        for at, cells in rows:
            ppr, mark, admitted = (*cells, "", "")[:3]
            line = lines.get(people.get(ppr))
            if line is None:
                problems.append((at, self.env._("“%(ppr)s” is no candidate of this examination.", ppr=ppr)))
            elif line.id in results:
                problems.append((at, self.env._("“%(ppr)s” stands in two rows.", ppr=ppr)))
            elif problem := self._gov_mark_problem(mark):
                problems.append((at, problem))
            elif pasted.yes(admitted) is None:
                problems.append((at, self.env._("“%(value)s”: write yes or no for admitted.", value=admitted)))
            else:
                results[line.id] = {"exam_mark": float(pasted.number(mark)), "is_admitted": pasted.yes(admitted)}
        self._gov_refuse(problems)
        found.browse(results)._gov_write_results(results)
        return {"type": "ir.actions.act_window_close"}

    def _gov_marks(self, rows, people):
        ratings = self.env["gov.rating"]
        problems, vals_list, seen = [], [], set()
        known = {
            (rating.employee_id.id, rating.year): rating
            for rating in ratings.search([("employee_id", "in", [employee.id for employee in people.values()])])
        }
        this_year = fields.Date.context_today(self).year
        for at, cells in rows:
            ppr, year, mark = (*cells, "", "")[:3]
            employee = people.get(ppr)
            if employee is None:
                problems.append((at, self.env._("“%(ppr)s” is the payroll number of nobody you serve.", ppr=ppr)))
                continue
            if not (year.isdigit() and 1958 <= int(year) <= this_year):
                problems.append((at, self.env._("“%(value)s” is no year of the past.", value=year)))
            elif problem := self._gov_mark_problem(mark):
                problems.append((at, problem))
            elif (employee.id, int(year)) in known or (employee.id, int(year)) in seen:
                problems.append(
                    (at, self.env._("%(name)s already has a mark for %(year)s.", name=employee.name, year=year))
                )
            else:
                seen.add((employee.id, int(year)))
                vals_list.append({"employee_id": employee.id, "year": int(year), "mark": float(pasted.number(mark))})
        self._gov_refuse(problems)
        ratings.create(vals_list)
        return {"type": "ir.actions.act_window_close"}
