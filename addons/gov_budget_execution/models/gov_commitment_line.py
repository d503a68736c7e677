from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.gov_base.tools.text import nbsp_amount

from ..services.interest import exact
from .gov_commitment import amount_field

COUNTERS = ("committed", "liquidated", "ordered", "paid")
# each phase stays within the one before it
ABOVE = {"liquidated": "committed", "ordered": "liquidated", "paid": "ordered"}
BELOW = {"committed": "liquidated", "liquidated": "ordered", "ordered": "paid"}


def counter(string):
    return amount_field(string, readonly=True, copy=False, default=0.0, required=True)


class GovCommitmentLine(models.Model):
    """What a commitment charges to one budget line, and how far it is executed.

    The amounts are written while the commitment is prepared; the counters by its acts alone.
    """

    _name = "gov.commitment.line"
    _description = "Commitment line"
    _inherit = ["gov.budget.part", "gov.budget.stateful", "gov.budget.amounts"]
    _act_field = "commitment_id"
    _amount_fields = ("amount", "ce_amount", "interest_amount")
    _part_fields = frozenset({"amount", "ce_amount", "interest_amount", "budget_line_id", "commitment_id"})
    _order = "commitment_id, id"
    _act_fields = frozenset({*COUNTERS, "lapsed", "lapsed_liquidated"})

    commitment_id = fields.Many2one("gov.commitment", required=True, index=True, ondelete="cascade")
    budget_line_id = fields.Many2one("gov.budget.line", "Budget line", required=True, index=True, ondelete="restrict")
    amount = amount_field(
        "Amount (CP)", required=True, default=0.0, help="Charged to the payment credits of the year."
    )
    ce_amount = amount_field("Later years (CE)", default=0.0, help="Charged to the commitment credits of the line.")
    interest_amount = amount_field("Late interest", default=0.0, help="Supplement for late interest, shown apart.")
    total = amount_field("Total", compute="_compute_total", store=True, precompute=True)
    committed = counter("Committed")
    liquidated = counter("Liquidated")
    ordered = counter("Ordered")
    paid = counter("Paid")
    left_to_liquidate = amount_field("Left to liquidate", compute="_compute_left")
    available = amount_field("Left on the line", related="budget_line_id.available")
    available_after = amount_field("After this", compute="_compute_after")
    left_sentence = fields.Char("What will be left", compute="_compute_after")

    _amounts_positive = models.Constraint(
        "CHECK (amount >= 0 AND ce_amount >= 0 AND interest_amount >= 0 AND total < 1e13)",
        "The amounts of a line are never negative, nor beyond reason.",
    )
    _phases = models.Constraint(
        "CHECK (paid >= 0 AND paid <= ordered AND ordered <= liquidated AND liquidated <= committed)",
        "Committed ≥ liquidated ≥ ordered ≥ paid ≥ 0.",
    )
    _line_uniq = models.UniqueIndex(
        "(commitment_id, budget_line_id)", "A budget line stands once in a commitment: add the amounts."
    )

    @api.depends("amount", "ce_amount", "interest_amount")
    def _compute_total(self):
        for line in self:
            line.total = float(exact(line.amount) + exact(line.ce_amount) + exact(line.interest_amount))

    @api.depends("committed", "liquidated")
    def _compute_left(self):
        for line in self:
            line.left_to_liquidate = float(exact(line.committed) - exact(line.liquidated))

    @api.depends("budget_line_id", "amount", "ce_amount", "interest_amount", "commitment_id.state")
    @api.depends_context("lang")
    def _compute_after(self):
        for line in self:
            budget_line = line.budget_line_id
            is_open = line.commitment_id.state in (False, "draft", "returned")
            after = exact(budget_line.available) - (exact(line.total) if is_open else 0)
            line.available_after = float(after)
            if not budget_line or not is_open:
                line.left_sentence = False
                continue
            line.left_sentence = self.env._(
                "%(line)s: %(available)s left − %(asked)s asked = %(after)s",
                line=budget_line.full_code,
                available=f"\u2066{nbsp_amount(budget_line.available)}\u2069",
                asked=f"\u2066{nbsp_amount(line.total)}\u2069",
                after=f"\u2066{nbsp_amount(after)}\u2069",
            )

    @api.depends("budget_line_id", "commitment_id.number")
    def _compute_display_name(self):
        for line in self:
            line.display_name = line.budget_line_id.display_name

    @api.private
    def search_fetch(self, domain, field_names=None, offset=0, limit=None, order=None):
        """Who opens the lines of a commitment reads them: what a line stores comes with its id, by one statement."""
        if field_names is not None and set(field_names) == {"commitment_id"}:
            field_names = [
                name
                for name, field in self._fields.items()
                if field.store and field.column_type and field.prefetch is True and not field.groups
            ]
        return super().search_fetch(domain, field_names, offset, limit, order)

    @api.model
    def _gov_kept_sentence(self, act):
        return self.env._(
            "“%(commitment)s” is proposed: its lines change by an increase or a decrease.", commitment=act.display_name
        )

    @api.model
    def _gov_move(self, changes, name):
        """Add to one counter of lines, within the phase above and not below the one after it.

        :param changes: {id: signed Decimal}
        :raise UserError: with the figures, when a line has not enough left
        """
        ids = sorted(line for line, amount in changes.items() if amount)
        if not ids:
            return
        above, below = ABOVE.get(name), BELOW.get(name)
        rules = [f"l.{name} + v.amount >= {'l.' + below if below else '0'}"]
        if above:
            rules.append(f"l.{name} + v.amount <= l.{above}")
        cr = self.env.cr
        if len(ids) > 1:
            cr.execute("SELECT id FROM gov_commitment_line WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE", [ids])
        values = ", ".join(["(%s, %s::numeric)"] * len(ids))
        cr.execute(
            f"""UPDATE gov_commitment_line l SET {name} = l.{name} + v.amount
                  FROM (VALUES {values}) AS v (id, amount)
                 WHERE l.id = v.id AND {" AND ".join(rules)} RETURNING l.id""",  # noqa: S608 - our own columns
            [part for line in ids for part in (line, changes[line])],
        )
        done = {row[0] for row in cr.fetchall()}
        lines = self.sudo().browse(ids)  # sudo: the act has checked who moves them
        lines.invalidate_recordset(COUNTERS, flush=False)
        lines.modified([name])
        for line in lines:
            if line.id not in done:
                self._gov_refuse(line, name, changes[line.id])

    @api.model
    def _gov_refuse(self, line, name, amount):
        line.invalidate_recordset(flush=False)
        label = line._fields
        above, below = ABOVE.get(name), BELOW.get(name)
        limit = above if amount > 0 else below
        raise UserError(
            self.env._(
                "On %(line)s: %(name)s %(value)s + %(amount)s does not fit with %(limit)s %(bound)s.",
                line=line.display_name,
                name=label[name]._description_string(self.env),
                value=nbsp_amount(line[name]),
                amount=nbsp_amount(amount),
                limit=label[limit]._description_string(self.env) if limit else "",
                bound=nbsp_amount(line[limit]) if limit else nbsp_amount(Decimal(0)),
            )
        )


class GovCommitmentSchedule(models.Model):
    """When the later years of a commitment will be paid."""

    _name = "gov.commitment.schedule"
    _description = "Schedule of later years"
    _inherit = ["gov.budget.part", "gov.budget.amounts"]
    _act_field = "commitment_id"
    _amount_fields = ("amount",)
    _order = "commitment_id, year"

    commitment_id = fields.Many2one("gov.commitment", required=True, index=True, ondelete="cascade")
    year = fields.Integer(required=True, aggregator=None)
    amount = amount_field("Amount", required=True)

    _year_uniq = models.UniqueIndex("(commitment_id, year)", "A year stands once in the schedule.")
    _amount_positive = models.Constraint(
        "CHECK (amount >= 0 AND amount < 1e13)", "An amount of the schedule is never negative, nor beyond reason."
    )
