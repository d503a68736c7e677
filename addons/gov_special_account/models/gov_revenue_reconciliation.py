from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from odoo.addons.gov_base.tools.act import short_transaction
from odoo.addons.gov_base.tools.text import to_decimal

from ..services.rules import reconcile


class GovRevenueReconciliation(models.Model):
    """The reconciliation of a month's revenue with the statement of the treasury, collector by collector.

    draft → submitted → approved.  A budget officer loads what was entered, writes what the treasury states, explains
    each difference and submits; an authorising officer, not the same person, approves: it is then frozen.
    """

    _name = "gov.revenue.reconciliation"
    _description = "Monthly reconciliation of revenue"
    _inherit = ["gov.special.decided"]
    _order = "month desc, account_id"
    _act_fields = frozenset({"state", "submitted_by_id", "approved_by_id", "approved_on", "reason"})

    account_id = fields.Many2one("gov.special.account", "Account", required=True, index=True, ondelete="restrict")
    region_id = fields.Many2one(
        "gov.region", related="account_id.region_id", store=True, index="btree_not_null", ondelete="restrict"
    )
    month = fields.Date(
        required=True,
        default=lambda self: self._default_month(),
        help="Any day of the month; it counts from its first.",
    )
    statement_reference = fields.Char("Statement of the treasury")
    state = fields.Selection(
        [("draft", "Draft"), ("submitted", "To approve"), ("approved", "Approved")],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        index=True,
        tracking=True,
    )
    line_ids = fields.One2many("gov.revenue.reconciliation.line", "reconciliation_id", "Collectors")
    ours = fields.Float("Entered here", digits=(16, 2), compute="_compute_totals", store=True)
    theirs = fields.Float("Stated by the treasury", digits=(16, 2), compute="_compute_totals", store=True)
    difference = fields.Float(digits=(16, 2), compute="_compute_totals", store=True)
    difference_count = fields.Integer("Collectors that differ", compute="_compute_totals", store=True)
    approved_on = fields.Date(readonly=True, copy=False)
    reason = fields.Char("Why it was returned")

    _one_month = models.Constraint("UNIQUE (account_id, month)", "This month of the account is reconciled already.")

    @api.model
    def _default_month(self):
        first = fields.Date.context_today(self).replace(day=1)
        return fields.Date.subtract(first, months=1)

    @api.depends("account_id", "month")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for one in self:
            day = one.month
            month = format_date(self.env, day, date_format="MMMM y") if day else ""
            one.display_name = " · ".join(filter(None, (one.account_id.display_name, month)))

    @api.depends("line_ids.ours", "line_ids.theirs")
    def _compute_totals(self):
        for one in self:
            one.ours = sum(one.line_ids.mapped("ours"))
            one.theirs = sum(one.line_ids.mapped("theirs"))
            one.difference = one.theirs - one.ours
            one.difference_count = len(one.line_ids.filtered("difference"))

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._gov_first_day(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._gov_first_day(vals))

    def _gov_first_day(self, vals):
        day = fields.Date.to_date(vals.get("month"))
        return dict(vals, month=day.replace(day=1)) if day else vals

    # ---------------------------------------------------------------------------------------------------------- acts
    def action_load(self):
        """Load what was entered for the month, collector by collector; what the treasury states stays."""
        self._gov_check_role(("budget_officer",), self.env._("Only a budget officer prepares a reconciliation."))
        self.check_access("write")
        for one in self:
            if one.state != "draft":
                raise UserError(self.env._("A reconciliation that was submitted no longer changes."))
            one._gov_load()
        return True

    def _gov_load(self):
        last = fields.Date.add(self.month, months=1)
        groups = self.env["gov.revenue.entry"]._read_group(
            [("account_id", "=", self.account_id.id), ("kind", "=", "collected"), ("month", ">=", self.month),
             ("month", "<", last)],
            ["collector_id"],
            ["amount:sum"],
        )  # fmt: skip
        ours = {collector: to_decimal(amount) for collector, amount in groups}
        known = {line.collector_id: line for line in self.line_ids}
        theirs = {collector: to_decimal(line.theirs) for collector, line in known.items()}
        new = []
        for collector, amount, _stated, _difference in reconcile(ours, theirs):
            if collector in known:
                known[collector].ours = float(amount)
            else:
                new.append({"reconciliation_id": self.id, "collector_id": collector.id, "ours": float(amount)})
        self.env["gov.revenue.reconciliation.line"].create(new)

    @short_transaction
    def action_submit(self):
        """Submit for approval; each difference is explained. For budget officers."""
        self._gov_check_role(("budget_officer",), self.env._("Only a budget officer prepares a reconciliation."))
        self.check_access("write")
        self._gov_lock()
        for one in self:
            if not one.line_ids:
                raise UserError(self.env._("%(name)s: load the revenue of the month first.", name=one.display_name))
            one._gov_load()
            silent = one.line_ids.filtered(lambda line: line.difference and not (line.explanation or "").strip())
            if silent:
                raise UserError(
                    self.env._(
                        "%(name)s: explain the difference of %(collectors)s.",
                        name=one.display_name,
                        collectors=", ".join(silent.mapped("display_name")),
                    )
                )
        return self._gov_hand_over()

    @short_transaction
    def action_approve(self, comment=None):
        """Approve and freeze; for authorising officers, never who prepared it."""
        self._gov_check_role(
            ("authorising_officer",), self.env._("Only an authorising officer approves a reconciliation.")
        )
        self._gov_check_not_author()
        self._gov_take("submitted", "approved")
        self._gov_write({"approved_by_id": self.env.uid, "approved_on": self._gov_today()})
        return self._gov_journal("approve", comment=comment or "")

    @short_transaction
    def action_return(self, reason):
        """Give it back to who prepared it, with a reason; for authorising officers."""
        self._gov_check_role(
            ("authorising_officer",), self.env._("Only an authorising officer returns a reconciliation.")
        )
        return self._gov_decline("return", "draft", reason)

    def _gov_facts(self):
        return {
            "account": self.account_id.code,
            "month": f"{self.month:%Y-%m}",
            "ours": f"{self.ours:.2f}",
            "theirs": f"{self.theirs:.2f}",
        }


class GovRevenueReconciliationLine(models.Model):
    """One collector of a reconciled month: what was entered, what the treasury states, why they differ."""

    _name = "gov.revenue.reconciliation.line"
    _description = "Collector of a reconciliation"
    _inherit = ["gov.budget.part"]
    _act_field = "reconciliation_id"
    _order = "id"
    _rec_name = "collector_id"

    reconciliation_id = fields.Many2one("gov.revenue.reconciliation", required=True, index=True, ondelete="cascade")
    collector_id = fields.Many2one(
        "gov.revenue.collector", "Collector", index="btree_not_null", ondelete="restrict",
        help="Empty for revenue without a collector.",
    )  # fmt: skip
    ours = fields.Float("Entered here", digits=(16, 2), readonly=True)
    theirs = fields.Float("Stated by the treasury", digits=(16, 2))
    difference = fields.Float(digits=(16, 2), compute="_compute_difference", store=True)
    explanation = fields.Char()

    _one_collector = models.UniqueIndex(
        "(reconciliation_id, coalesce(collector_id, 0))", "A collector stands once in a month."
    )

    @api.depends("ours", "theirs")
    def _compute_difference(self):
        for line in self:
            line.difference = float(to_decimal(line.theirs) - to_decimal(line.ours))

    @api.depends("collector_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for line in self:
            line.display_name = line.collector_id.display_name or self.env._("without collector")
