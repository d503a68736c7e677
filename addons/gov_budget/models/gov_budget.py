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
    _draft_states = ("preparation",)
    _free_fields = frozenset({"label", "line_ids"})

    name = fields.Char(compute="_compute_name", store=True, translate=False)
    fiscal_year_id = fields.Many2one(
        "gov.fiscal.year", "Fiscal year", required=True, index=True, ondelete="restrict",
        default=lambda self: self._default_fiscal_year(),
    )  # fmt: skip
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
    change_ids = fields.One2many("gov.budget.vote.change", "budget_id", "Amendments of Parliament")
    framework_id = fields.Many2one(
        "gov.budget.framework", "Three-year framework", index="btree_not_null", ondelete="restrict",
        help="Its first year is the draft of this budget.",
    )  # fmt: skip
    cp_total = fields.Float("CP", compute="_compute_totals", digits=(16, 2))
    ce_total = fields.Float("CE", compute="_compute_totals", digits=(16, 2))
    available_total = fields.Float("Available", compute="_compute_totals", digits=(16, 2))
    committed_total = fields.Float("Committed", compute="_compute_totals", digits=(16, 2))
    ordered_total = fields.Float("Ordered", compute="_compute_totals", digits=(16, 2))
    gender_total = fields.Float("Counted for gender", compute="_compute_gender", digits=(16, 2))
    gender_rate = fields.Float("Gender share", compute="_compute_gender", digits=(16, 4))
    line_count = fields.Integer("Number of lines", compute="_compute_totals")
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

    @api.model
    def _default_fiscal_year(self):
        """Return the first year, not closed, that has no general budget yet."""
        made = self.search([("kind", "=", "general")]).fiscal_year_id
        Year = self.env["gov.fiscal.year"]
        return Year.search([("state", "!=", "closed"), ("id", "not in", made.ids)], order="date_from", limit=1)

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

    def _compute_totals(self):
        groups = self.env["gov.budget.line"]._read_group(
            [("budget_id", "in", self.ids)],
            ["budget_id"],
            [
                "cp_current:sum",
                "cp_received:sum",
                "ce_current:sum",
                "available:sum",
                "committed:sum",
                "ordered:sum",
                "cp_voted:sum",
                "ce_voted:sum",
                "__count",
            ],
        )
        found = {budget.id: values for budget, *values in groups}
        for budget in self:
            cp, received, ce, available, committed, ordered, cp_voted, ce_voted, count = found.get(budget.id, [0] * 9)
            is_prepared = budget.state in ("preparation", "voted")
            budget.cp_total = cp_voted if is_prepared else cp - received
            budget.ce_total = ce_voted if is_prepared else ce
            budget.available_total, budget.committed_total, budget.ordered_total = available, committed, ordered
            budget.line_count = count

    def _compute_gender(self):
        # the same figures as on the page of the gender share, by the weights of the year of the budget
        for name in ("gov.budget", "gov.budget.line", "gov.budget.node"):
            self.env[name].flush_model()
        groups = self.env["gov.budget.gender"]._read_group(
            [("budget_id", "in", self.ids)], ["budget_id"], ["credit:sum", "counted:sum"]
        )
        found = {budget.id: (credit, counted) for budget, credit, counted in groups}
        for budget in self:
            whole, budget.gender_total = found.get(budget.id, (0, 0))
            budget.gender_rate = budget.gender_total / whole if whole else 0

    # ------------------------------------------------------------------ preparation
    @short_transaction
    def action_load_framework(self):
        """Bring the first year of the three-year framework into the draft budget. Budget officers only."""
        self._gov_check_role(("budget_officer",), self.env._("Only a budget officer prepares a budget."))
        self.check_access("write")
        Line = self.env["gov.budget.line"]
        for budget in self:
            framework = budget.framework_id
            if budget.state != "preparation":
                raise UserError(self.env._("%(budget)s is no longer in preparation.", budget=budget.display_name))
            if not framework or framework.base_year + 1 != budget.year:
                raise UserError(
                    self.env._("Choose the three-year framework whose first year is %(year)s.", year=budget.year)
                )
            if framework.state not in ("approved", "sent"):
                raise UserError(self.env._("%(framework)s is not approved yet.", framework=framework.display_name))
            known = {(line.node_id.id, line.unit_id.id): line for line in budget.line_ids}
            new, rows = [], budget._gov_framework_rows()
            for row in rows:
                line = known.get((row["node_id"], row["unit_id"] or False))
                vals = {"cp_proposed": row["cp"], "ce_proposed": row["ce"]}
                if line:
                    line.write(vals)
                else:
                    new.append({"budget_id": budget.id, "node_id": row["node_id"], "unit_id": row["unit_id"], **vals})
            # what the framework no longer has is no longer proposed
            kept = {(row["node_id"], row["unit_id"] or False) for row in rows}
            gone = budget.line_ids.filtered(lambda line, kept=kept: (line.node_id.id, line.unit_id.id) not in kept)
            gone.write({"cp_proposed": 0, "ce_proposed": 0})
            Line.create(new)
            self.env["gov.journal.entry"]._record(
                budget, "load", {"framework": framework.display_name} | budget._gov_totals()
            )
        return True

    def action_ask_vote(self):
        """Ask for the finance law, then record the vote."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Vote"),
            "res_model": "gov.budget.dialog",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_operation": "vote", "default_res_model": self._name, "default_res_id": self.id},
        }

    def action_add_line(self):
        """Add a rubric without credit to an open budget, for an amendment or a carry-over to give it some."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New rubric in %(budget)s", budget=self.display_name),
            "res_model": "gov.budget.line",
            "views": [(self.env.ref("gov_budget.gov_budget_line_view_form_add").id, "form")],
            "target": "new",
            "context": {"default_budget_id": self.id},
        }

    def action_open_lines(self):
        """Open the lines of this budget."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("gov_budget.gov_budget_line_action")
        return action | {"domain": [("budget_id", "=", self.id)], "context": {}, "display_name": self.display_name}

    # ------------------------------------------------------------------ acts
    @short_transaction
    def action_vote(self, law_reference, law_date):
        """Record the finance law: what is proposed becomes what was voted. Budget officers only."""
        self._gov_check_role(("budget_officer",), self.env._("Only a budget officer records the vote of a budget."))
        if not (isinstance(law_reference, str) and law_reference.strip()):
            raise UserError(self.env._("Give the number of the finance law."))
        law_date = self._gov_to_day(law_date, self.env._("Give the day of promulgation of the finance law."))
        self._gov_take("preparation", "voted")
        self._gov_write({"law_reference": law_reference.strip(), "law_date": law_date})
        journal = self.env["gov.journal.entry"]
        for budget in self:
            if not budget.sudo().line_ids:  # sudo: the lines of all regions
                raise UserError(
                    self.env._("%(budget)s has no line: load its credits first.", budget=budget.display_name)
                )
            below = budget.sudo().line_ids.filtered(lambda line: line.cp_voted < 0 or line.ce_voted < 0)[
                :1
            ]  # sudo: all
            if below:
                raise UserError(
                    self.env._(
                        "The changes of Parliament leave less than nothing on %(line)s.", line=below.display_name
                    )
                )
            journal._record(
                budget, "vote", {"law": budget.law_reference, "date": str(law_date)} | budget._gov_totals()
            )
        return True

    def _gov_totals(self):
        """Return the voted credits of the budget, for the journal."""
        self.ensure_one()
        # sudo: the lines of all regions
        [(cp, ce, count)] = (
            self.env["gov.budget.line"]
            .sudo()
            ._read_group(
                [("budget_id", "=", self.id), ("parent_line_id", "=", False)],
                aggregates=["cp_voted:sum", "ce_voted:sum", "__count"],
            )
        )
        return {"cp": f"{cp or 0:.2f}", "ce": f"{ce or 0:.2f}", "lines": count}

    @short_transaction
    def action_open(self):
        """Open the voted credits for acts: the ledger begins. Authorising officers only."""
        self._gov_check_role(
            ("authorising_officer",), self.env._("Only the authorising officer opens the credits of a budget.")
        )
        self.check_access("read")
        self._gov_check_not_author()
        self._gov_take("voted", "open")
        today = self._gov_today()
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
                        "cp": line.cp_voted,
                        "ce": line.ce_voted,
                        "record": budget,
                        "date": budget.fiscal_year_id.date_from,
                        "label": budget.law_reference,
                    }
                    for line in lines
                    if line.cp_voted or line.ce_voted
                ]
            )
            self.env["gov.budget.cap"]._gov_open(budget)
            self.env["gov.journal.entry"]._record(budget, "open", budget._gov_totals())
        return True
