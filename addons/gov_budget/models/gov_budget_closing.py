from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.gov_base.tools.act import short_transaction

from ..services import closing, ledger


class GovBudget(models.Model):
    """Year end: the last days for commitments and payment orders, and the closing act."""

    _inherit = "gov.budget"

    @api.model
    def _gov_deadline(self, phase, year):
        """Return the last day of a phase in a year: ``commitment`` or ``order``, of functioning credits.

        The day is set every year by a circular; a dated parameter holds it as month-day.
        """
        text = self.env["gov.parameter"].get_value(f"budget.closing.{phase}", f"{year}-12-31")
        day = closing.month_day(text, year)
        if not day:
            raise UserError(
                self.env._(
                    "Parameter %(code)s is no day: write it as month-day, such as 11-30.",
                    code=f"budget.closing.{phase}",
                )
            )
        return day

    @short_transaction
    def action_close(self):
        """Close the books on 31 December: what is not used lapses, delegations of accounts return. For good.

        Authorising officers only.  Every line is locked, in id order, so that acts at work end before or are refused.
        """
        self._gov_check_role(
            ("authorising_officer",), self.env._("Only the authorising officer closes the books of a budget.")
        )
        self.check_access("read")
        today = self._gov_today()
        self._gov_take("open", "closed")
        for budget in self:
            last = budget.fiscal_year_id.date_to
            if today < last:
                raise UserError(
                    self.env._(
                        "The books of %(budget)s are closed on %(day)s, not before.",
                        budget=budget.display_name,
                        day=self.env["gov.budget.decision"]._gov_day(last),
                    )
                )
            budget._gov_write({"closed_on": today})
            budget._gov_on_closing()
            lapsed = budget._gov_close_lines(last)
            budget._gov_on_closed()
            self.env["gov.journal.entry"]._record(
                budget,
                "close",
                {"lapsed": f"{lapsed:.2f}", "lines": len(budget.sudo().line_ids)},  # sudo: a count
            )
        return True

    def _gov_check_nothing_held(self):
        for model, name in (
            ("gov.budget.amendment", self.env._("amendments")),
            ("gov.budget.delegation", self.env._("delegations")),
        ):
            # sudo: those of all regions
            held = (
                self.env[model]
                .sudo()
                .search([("budget_id", "=", self.id), ("state", "in", ("signed", "authorised"))], limit=5)
            )
            if held:
                raise UserError(
                    self.env._(
                        "These %(kind)s are signed and not effective: %(numbers)s. Finish or cancel them before the "
                        "books are closed.",
                        kind=name,
                        numbers=", ".join(held.mapped("number")),
                    )
                )

    def _gov_close_lines(self, day):
        """Post what lapses on every line and close them; return the credits that lapsed."""
        lines = self.sudo().line_ids  # sudo: the lines of all regions
        counters = lines._gov_locked()
        # after the locks: a decision signed meanwhile is seen, the next one waits and is refused
        self._gov_check_nothing_held()
        movements, lapsed = self._gov_closing_movements(lines, counters, day)
        self.env["gov.budget.entry"]._gov_post(movements)
        lines._gov_write({"is_open": False})
        return float(sum(lapsed.values()))

    def _gov_closing_movements(self, lines, counters, day):
        """Return (the movements that close the lines, {id of a line: the credits that lapse on it}).

        :param counters: ``{id: {counter: value}}`` of the lines
        """
        movements, back, lapsed = [], {}, {}
        children = lines.filtered("parent_line_id")
        common = {"record": self, "date": day, "label": self.display_name}
        for line in children:
            c = counters[line.id]
            changes = closing.lapse(c, line.is_investment)
            if self.kind == "cas":
                cp, ce = closing.take_back(c, line.is_investment)
                if cp or ce:
                    gone = {name: changes.pop(name, 0) for name in ("reserved", "committed", "liquidated")}
                    movements.append({"line": line, "kind": "lapse", **common, **gone})
                    movements.append({"line": line, "kind": "delegation", **common, "cp": -cp, "ce": -ce})
                    movements.append(
                        {
                            "line": line.parent_line_id,
                            "kind": "delegation",
                            **common,
                            "delegated": -(cp + ce),
                            "delegated_ce": -ce,
                        }
                    )
                    back.setdefault(line.parent_line_id.id, []).append((cp, ce))
                    changes = {
                        name: value
                        for name, value in {
                            "cp": changes.get("cp", 0) + cp,
                            "ce": changes.get("ce", 0) + ce,
                        }.items()
                        if value
                    }
            if changes:
                movements.append({"line": line, "kind": "lapse", **common, **changes})
                lapsed[line.id] = -(changes.get("cp", 0) + changes.get("ce", 0))
        for line in lines - children:
            c = dict(counters[line.id])
            for cp, ce in back.get(line.id, ()):
                c["delegated"] -= cp + ce
                c["delegated_ce"] -= ce
            changes = closing.lapse(c, line.is_investment)
            if changes:
                movements.append({"line": line, "kind": "lapse", **common, **changes})
                lapsed[line.id] = -(changes.get("cp", 0) + changes.get("ce", 0))
        return movements, lapsed

    def _gov_on_closing(self):
        """Called before the lines are locked; modules of acts lock theirs first, as their own acts do."""

    def _gov_unvisaed_amounts(self):
        """Return line id → what was ordered and has no visa: it does not consume the credits of the year."""
        return {}

    def _gov_on_closed(self):
        """Called at the end of the closing act; modules of acts mark what lapsed with the credits."""

    def action_preview_closing(self):
        """Tell what would lapse if the books were closed now."""
        self.ensure_one()
        self.check_access("read")
        lines = self.line_ids
        counters = {line.id: {name: ledger.money(line[name]) for name in ledger.COUNTERS} for line in lines}
        for line_id, amount in self._gov_unvisaed_amounts().items():
            if line_id in counters:
                counters[line_id]["ordered"] -= amount
        _movements, lapsed = self._gov_closing_movements(lines, counters, self._gov_today())
        found = [line_id for line_id, amount in lapsed.items() if amount]
        action = self.env["ir.actions.act_window"]._for_xml_id("gov_budget.gov_budget_line_action")
        action.update(
            name=self.env._(
                "What would lapse: %(amount)s", amount=self.env["gov.budget.line"]._gov_amount(sum(lapsed.values()))
            ),
            domain=[("id", "in", found)],
            context={},
        )
        return action
