from collections import defaultdict
from decimal import ROUND_DOWN, Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, format_date

from odoo.addons.gov_base.tools.text import nbsp_amount, to_decimal

from ..services import landing

SHOWN = 200
PROPOSED = 60


class GovBudgetLanding(models.AbstractModel):
    """Landing forecast: what will lapse on 31 December, line by line, and which legal transfer would save it."""

    _name = "gov.budget.landing"
    _description = "Landing forecast of the budget"

    @api.model
    def _gov_lines(self, year, day, filters=None):
        """Return the lines of the year that the user sees, as values of the rules."""
        found = self.env["gov.budget.line"].search_fetch(
            [*self.env["gov.budget.situation"]._gov_domain(year, filters), ("budget_id.state", "=", "open")],
            [
                "chapter_id", "programme_id", "region_id", "project_id", "node_id", "parent_line_id",
                "full_code", "section", "budget_id", "cp_initial",
                "cp_current", "ce_current", "committed", "ordered", "reserved", "delegated", "is_investment",
                "budget_kind",
            ],
        )  # fmt: skip
        waiting, planned = self._gov_waiting(found), self._gov_planned(found, day)
        investment = found.filtered("is_investment").sudo()  # sudo: what is left of contracts, added up by line
        later, closed = investment._gov_later_amounts(), investment._gov_closed_amounts()
        # sudo: whether a rubric is on the joint list is public
        listed = set(found.sudo().node_id.filtered("is_listed").ids)
        donors = set(found.sudo().node_id.filtered("is_donor_funded").ids)  # sudo: as above
        return found, [
            landing.Line(
                key=line.id,
                # a line that a sub-authorising officer received takes part in no transfer: its credit is taken back
                chapter=(line.chapter_id.id, line.parent_line_id and line.id),
                programme=line.programme_id.id,
                region=line.region_id.id,
                project=line.project_id.id,
                credits=to_decimal(line.cp_current) + to_decimal(line.ce_current),
                committed=to_decimal(line.committed),
                ordered=to_decimal(line.ordered),
                reserved=to_decimal(line.reserved),
                delegated=to_decimal(line.delegated),
                waiting=waiting.get(line.id, Decimal(0)),
                is_investment=line.is_investment,
                is_personnel=line.section == "personnel",
                kind=line.budget_kind,
                is_listed=line.node_id.id in listed,
                ce=to_decimal(line.ce_current),
                later=to_decimal(later.get(line.id, 0)),
                closed=to_decimal(closed.get(line.id, 0)),
                is_donor=line.node_id.id in donors,
                planned=planned.get(line.id),
            )
            for line in found
        ]

    @api.model
    def _gov_waiting(self, lines):
        """Return {line id: what is asked for and neither reserved nor committed}: drafts of commitments.

        What was proposed is reserved already.
        """
        if not lines:
            return {}
        self.env["gov.commitment.line"].flush_model()
        self.env["gov.commitment"].flush_model(["state"])
        rows = self.env.execute_query(
            SQL(
                """SELECT cl.budget_line_id, sum(cl.total) FROM gov_commitment_line cl
                     JOIN gov_commitment c ON c.id = cl.commitment_id
                    WHERE c.state IN ('draft', 'returned') AND cl.budget_line_id IN %s GROUP BY cl.budget_line_id""",
                tuple(lines.ids),
            )
        )
        return {line: to_decimal(amount or 0) for line, amount in rows}

    @api.model
    def _gov_room(self, year):
        """Return {programme id: what may still move between programmes}."""
        share, both = self._gov_cap_terms(fields.Date.context_today(self))
        # sudo: the counters of the programmes bound everybody
        caps = self.env["gov.budget.cap"].sudo().search([("budget_id.fiscal_year_id", "=", year._origin.id)])
        room = defaultdict(Decimal)
        for cap in caps:
            used = to_decimal(cap.moved_out) + (to_decimal(cap.moved_in) if both else Decimal(0))
            most = (to_decimal(cap.initial) * share).quantize(Decimal("0.01"), ROUND_DOWN)
            room[cap.programme_id.id] = max(Decimal(0), most - used)
        return dict(room)

    @api.model
    def _gov_cap_terms(self, day):
        """Return (share of the initial credits that may move, True when both directions count)."""
        terms = self.env["gov.budget.amendment"]._gov_cap_terms(day)
        return Decimal(format(terms[0], ".15g")), terms[1] == "both"

    @api.model
    def _gov_last_commitment(self, year):
        """Return the last day on which functioning credits may be committed."""
        text = self.env["gov.parameter"].get_value("budget.closing.commitment", year.date_to)
        month, day = (int(part) for part in str(text).split("-"))
        return landing.last_day(year.date_to.year, month, day)

    @api.model
    def _gov_forecast(self, year, today, filters=None):
        day = min(max(today, year.date_from), year.date_to)
        found, lines = self._gov_lines(year, day, filters)
        last = self._gov_last_commitment(year)
        landings = [
            # salaries are committed until the end of the year, as investment is
            landing.land(line, day, year.date_from, year.date_to if line.is_investment or line.is_personnel else last)
            for line in lines
        ]
        return found, lines, landings, last

    @api.model
    def get_landing(self, fiscal_year_id=None, filters=None):
        """Return what will lapse, line by line, and the legal transfers that would save it.

        :param filters: as those of ``gov.budget.situation.get_situation``
        :return: ``{"year", "last_commitment", "total", "lines": […], "moves": […], "can_draft"}``
        """
        self.env["gov.budget.situation"]._gov_check_reader()
        year = self.env["gov.budget.situation"]._gov_fiscal_year(fiscal_year_id)
        today = fields.Date.context_today(self)
        found, lines, landings, last = self._gov_forecast(year, today, filters)
        by_id = found.grouped("id")
        names = self.env["gov.budget.situation"]._gov_labels("line", found.ids)
        moves = landing.propose(lines, landings, self._gov_room(year))
        saved = defaultdict(Decimal)
        for move in moves:
            saved[move.source] += move.amount
        total = {
            "credits": float(sum((line.credits - line.delegated for line in lines), Decimal(0))),
            "expected": float(sum((one.expected for one in landings), Decimal(0))),
            "lapse": float(sum((one.lapse for one in landings), Decimal(0))),
            "unordered": float(sum((one.unordered for one in landings), Decimal(0))),
            "need": float(sum((one.need for one in landings), Decimal(0))),
            "saved": float(sum(saved.values(), Decimal(0))),
        }
        losing = sorted((one for one in landings if one.lapse or one.need), key=lambda one: (-one.lapse, -one.need))
        share = to_decimal_rate(self.env["gov.parameter"].get_value("budget.carry_over.cap", today))
        carry = self._gov_carry_over(found, lines, share)
        return {
            "year": {"id": year._origin.id, "name": year.name},
            "last_commitment": format_date(self.env, last),
            "is_over": today > last,
            "total": total,
            "carry_over": {name: float(value) for name, value in carry.items()},
            "count": len(losing),
            "lines": [
                {
                    "id": one.key,
                    "code": names[one.key][0],
                    "name": names[one.key][1],
                    "credits": float(to_decimal(by_id[one.key].cp_current) + to_decimal(by_id[one.key].ce_current)),
                    "committed": by_id[one.key].committed,
                    "expected": float(one.expected),
                    "lapse": float(one.lapse),
                    "need": float(one.need),
                    "saved": float(saved[one.key]),
                }
                for one in losing[:SHOWN]
            ],
            "moves": [self._gov_move_facts(move, names) for move in moves[:PROPOSED]],
            "can_draft": self.env["gov.budget.amendment"].has_access("create"),
        }

    @api.model
    def _gov_carry_over(self, found, lines, share):
        """Return what is carried over of investment: each budget within its own ceiling."""
        values = dict(zip(found.ids, lines, strict=True))
        total = dict.fromkeys(("asked", "cap", "carried", "lost"), Decimal(0))
        for its in found.filtered("is_investment").grouped("budget_id").values():
            initial = sum((to_decimal(line.cp_initial) for line in its), Decimal(0))
            for name, value in landing.carry_over([values[line.id] for line in its], share, initial).items():
                total[name] += value
        return total

    @api.model
    def _gov_move_facts(self, move, names):
        return {
            "kind": move.kind,
            "source": move.source,
            "source_code": names[move.source][0],
            "source_name": names[move.source][1],
            "target": move.target,
            "target_code": names[move.target][0],
            "target_name": names[move.target][1],
            "amount": float(move.amount),
            "needs_ministry": move.needs_ministry,
        }

    @api.model
    def action_draft_amendment(self, source, target, fiscal_year_id=None):
        """Prepare the draft amendment of a proposed transfer and open it; for budget officers.

        The proposal is made again: only what the law allows now, and still saves credits, is prepared.
        """
        if not self.env.user.has_group("gov_base.group_budget_officer"):
            raise AccessError(self.env._("Only a budget officer prepares amendments."))
        if type(source) is not int or type(target) is not int:
            raise UserError(self.env._("Give the two lines by their ids."))
        year = self.env["gov.budget.situation"]._gov_fiscal_year(fiscal_year_id)
        found, lines, landings, _last = self._gov_forecast(year, fields.Date.context_today(self))
        moves = landing.propose(lines, landings, self._gov_room(year))
        move = next((one for one in moves if (one.source, one.target) == (source, target)), None)
        if move is None:
            raise UserError(
                self.env._("This transfer is no longer proposed: the credits moved meanwhile. Reload the forecast.")
            )
        giver = found.browse(source)
        amendment = self.env["gov.budget.amendment"].create(
            {
                "budget_id": giver.budget_id.id,
                "reason": self.env._(
                    "%(amount)s would lapse on %(giver)s on 31 December and is asked for on %(taker)s.",
                    amount=nbsp_amount(move.amount),
                    giver=giver.full_code,
                    taker=found.browse(target).full_code,
                ),
                "line_ids": [
                    (0, 0, {"line_id": source, "cp": -float(move.amount)}),
                    (0, 0, {"line_id": target, "cp": float(move.amount)}),
                ],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "gov.budget.amendment",
            "res_id": amendment.id,
            "views": [(False, "form")],
        }

    @api.model
    def _gov_sheet(self, year):
        """Return the landing forecast as a sheet."""
        _ = self.env._
        found, _lines, landings, _last = self._gov_forecast(year, fields.Date.context_today(self))
        names = self.env["gov.budget.situation"]._gov_labels("line", found.ids)
        by_id = found.grouped("id")
        columns = [
            (_("Imputation"), "text"), (_("Label"), "text"), (_("Credits"), "amount"), (_("Committed"), "amount"),
            (_("Expected by 31 December"), "amount"), (_("Will lapse"), "amount"),
            (_("Committed, not ordered"), "amount"), (_("Asked beyond the credits"), "amount"),
        ]  # fmt: skip

        def rows():
            for one in landings:
                line = by_id[one.key]
                yield [
                    names[one.key][0], names[one.key][1], line.cp_current + line.ce_current, line.committed,
                    float(one.expected), float(one.lapse), float(one.unordered), float(one.need),
                ]  # fmt: skip

        return {
            "name": _("Landing %(year)s", year=year.name),
            "columns": columns,
            "rows": rows(),
            "rtl": (self.env.lang or "").startswith("ar"),
            "widths": {0: 24, 1: 48},
        }


def to_decimal_rate(value):
    return Decimal(format(value, ".15g"))
