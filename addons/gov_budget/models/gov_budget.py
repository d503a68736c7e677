from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.gov_base.tools.act import short_transaction


class GovBudget(models.Model):
    """The budget of a year: general, of a special account (CAS) or of an autonomous service (SEGMA).

    preparation → voted (the finance law) → open (credits are written to the ledger) → closed (31 December).  Budget
    officers prepare; authorising officers open and close.
    """

    _name = "gov.budget"
    _description = "Budget"
    _inherit = ["gov.budget.stateful", "mail.thread"]
    _order = "year desc, kind, account_code, id"
    _rec_names_search = ["name"]
    _act_fields = frozenset({"state", "law_reference", "law_date", "opened_on", "closed_on"})

    name = fields.Char(compute="_compute_name", store=True, translate=False)
    fiscal_year_id = fields.Many2one("gov.fiscal.year", "Fiscal year", required=True, index=True, ondelete="restrict")
    year = fields.Integer(compute="_compute_year", store=True, precompute=True, aggregator=None)
    kind = fields.Selection(
        [("general", "General budget"), ("cas", "Special account (CAS)"), ("segma", "Autonomous service (SEGMA)")],
        required=True,
        default="general",
    )
    account_code = fields.Char(
        "Account number", help="Of a special account or an autonomous service, such as 29.004; empty otherwise."
    )
    label = fields.Char("Account name", translate=True)
    line_ids = fields.One2many("gov.budget.line", "budget_id", "Lines")
    state = fields.Selection(
        [("preparation", "In preparation"), ("voted", "Voted"), ("open", "Open"), ("closed", "Closed")],
        string="Status",
        required=True,
        readonly=True,
        default="preparation",
        copy=False,
        tracking=True,
    )
    law_reference = fields.Char("Finance law", readonly=True, copy=False, tracking=True)
    law_date = fields.Date("Promulgated on", readonly=True, copy=False)
    opened_on = fields.Date(readonly=True, copy=False)
    closed_on = fields.Date(readonly=True, copy=False)

    _budget_uniq = models.UniqueIndex(
        "(fiscal_year_id, kind, coalesce(account_code, ''))", "This budget of the year already exists."
    )

    @api.depends("fiscal_year_id.date_from")
    def _compute_year(self):
        for budget in self:
            budget.year = budget.fiscal_year_id.date_from.year if budget.fiscal_year_id.date_from else 0

    @api.depends("year", "kind", "account_code")
    def _compute_name(self):
        for budget in self:
            budget.name = " ".join(
                filter(
                    None,
                    [
                        str(budget.year or ""),
                        {"general": "BG", "cas": "CAS", "segma": "SEGMA"}.get(budget.kind),
                        budget.account_code,
                    ],
                )
            )

    @api.depends("year", "kind", "account_code", "label")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for budget in self:
            kind = budget.label or labels.get(budget.kind, "")
            if budget.account_code:
                kind = f"{kind} \u2066{budget.account_code}\u2069"
            budget.display_name = f"{kind} {budget.year or ''}".strip()

    # ------------------------------------------------------------------ acts
    @short_transaction
    def action_vote(self, law_reference, law_date):
        """Record the finance law: what is proposed becomes what was voted. Budget officers only."""
        self._gov_check_role(("budget_officer",), self.env._("Only a budget officer records the vote of a budget."))
        if not (isinstance(law_reference, str) and law_reference.strip()):
            raise UserError(self.env._("Give the number of the finance law."))
        try:
            law_date = fields.Date.to_date(law_date)
        except ValueError:
            law_date = None
        if not law_date:
            raise UserError(self.env._("Give the day of promulgation of the finance law."))
        self._gov_take("preparation", "voted")
        self._gov_write({"law_reference": law_reference.strip(), "law_date": law_date})
        journal = self.env["gov.journal.entry"]
        for budget in self:
            if not budget.sudo().line_ids:  # sudo: the lines of all regions
                raise UserError(
                    self.env._("%(budget)s has no line: load its credits first.", budget=budget.display_name)
                )
            journal._record(
                budget, "vote", {"law": budget.law_reference, "date": str(law_date)} | budget._gov_totals()
            )
        return True

    def _gov_totals(self):
        """Return the proposed credits of the budget, for the journal."""
        self.ensure_one()
        # sudo: the lines of all regions
        [(cp, ce, count)] = (
            self.env["gov.budget.line"]
            .sudo()
            ._read_group(
                [("budget_id", "=", self.id), ("parent_line_id", "=", False)],
                aggregates=["cp_proposed:sum", "ce_proposed:sum", "__count"],
            )
        )
        return {"cp": f"{cp or 0:.2f}", "ce": f"{ce or 0:.2f}", "lines": count}

    @short_transaction
    def action_open(self):
        """Open the voted credits for acts: the ledger begins. Authorising officers only."""
        self._gov_check_role(
            ("authorising_officer",), self.env._("Only the authorising officer opens the credits of a budget.")
        )
        self._gov_take("voted", "open")
        today = fields.Date.context_today(self)
        self._gov_write({"opened_on": today})
        for budget in self:
            if budget.fiscal_year_id.state != "open":
                raise UserError(
                    self.env._("The fiscal year %(year)s is not open: open it first.", year=budget.fiscal_year_id.name)
                )
            lines = budget.sudo().line_ids.filtered(lambda line: not line.parent_line_id)  # sudo: of all regions
            lines._gov_write({"is_open": True})
            self.env["gov.budget.entry"]._gov_post(
                [
                    {
                        "line": line,
                        "kind": "initial",
                        "cp": line.cp_proposed,
                        "ce": line.ce_proposed,
                        "record": budget,
                        "date": budget.fiscal_year_id.date_from,
                        "label": budget.law_reference,
                    }
                    for line in lines
                    if line.cp_proposed or line.ce_proposed
                ]
            )
            self.env["gov.budget.cap"]._gov_open(budget)
            self.env["gov.journal.entry"]._record(budget, "open", budget._gov_totals())
        return True
