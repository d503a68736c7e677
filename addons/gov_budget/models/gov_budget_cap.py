from odoo import api, fields, models

from ..services import amendment as rules


class GovBudgetCap(models.Model):
    """What moved out of and into a programme in a year, against the share of its initial credits that may move.

    One row a budget, chapter and programme, made when the budget opens and moved by the acts of amendments alone.
    """

    _name = "gov.budget.cap"
    _description = "Movements of a programme in the year"
    _inherit = ["gov.budget.stateful"]
    _order = "budget_id desc, programme_id"
    _rec_name = "programme_id"
    _act_fields = frozenset({"budget_id", "programme_id", "initial", "moved_out", "moved_in"})

    budget_id = fields.Many2one("gov.budget", "Budget", required=True, readonly=True, index=True, ondelete="restrict")
    programme_id = fields.Many2one(
        "gov.budget.node", "Programme", required=True, readonly=True, index=True, ondelete="restrict"
    )
    chapter_id = fields.Many2one(related="programme_id.chapter_id", string="Chapter")
    initial = fields.Float("Initial credits", digits=(16, 2), required=True, readonly=True, default=0.0)
    moved_out = fields.Float(digits=(16, 2), required=True, readonly=True, default=0.0)
    moved_in = fields.Float(digits=(16, 2), required=True, readonly=True, default=0.0)
    ceiling = fields.Float("May move", compute="_compute_left", digits=(16, 2))
    left = fields.Float("May still move", compute="_compute_left", digits=(16, 2))
    used_rate = fields.Float("Part used", compute="_compute_left", digits=(16, 4))

    _cap_uniq = models.UniqueIndex("(budget_id, programme_id)", "A programme has one counter a year.")
    _moved_positive = models.Constraint("CHECK (moved_out >= 0 AND moved_in >= 0)", "Movements are never negative.")

    @api.depends("initial", "moved_out", "moved_in")
    def _compute_left(self):
        rate, mode = self.env["gov.budget.amendment"]._gov_cap_terms(fields.Date.context_today(self))
        for cap in self:
            cap.ceiling = rules.cap(cap.initial, rate)
            cap.left = rules.cap_left(cap.initial, rate, cap.moved_out, cap.moved_in, mode)
            cap.used_rate = (cap.ceiling - cap.left) / cap.ceiling if cap.ceiling else 0

    @api.model
    def _gov_open(self, budget):
        """Make the counters of the programmes of a budget that opens, or that gets a rubric of another programme."""
        # sudo: the lines of all regions
        groups = (
            self.env["gov.budget.line"]
            .sudo()
            ._read_group(
                [("budget_id", "=", budget.id), ("parent_line_id", "=", False)],
                ["programme_id"],
                ["cp_initial:sum", "ce_initial:sum"],
            )
        )
        # sudo: as above
        known = self.sudo().search([("budget_id", "=", budget.id)]).programme_id
        self._gov_create(
            [
                {"budget_id": budget.id, "programme_id": programme.id, "initial": (cp or 0) + (ce or 0)}
                for programme, cp, ce in groups
                if programme not in known
            ]
        )
