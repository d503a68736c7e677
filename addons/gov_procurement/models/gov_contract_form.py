"""Special forms of contracts (art. 7–9): framework and renewable ones with their years, tranches."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL, format_amount

from odoo.addons.gov_base.tools.act import short_transaction

from ..tools import execution, renewal
from .gov_commitment_link import KINDS_CONTRACT, open_record

YEARLY = ("framework", "renewable")
LIVE = ("signed", "ordered", "paid")


class GovProcurementNature(models.Model):
    _inherit = "gov.procurement.nature"

    is_long = fields.Boolean(
        "Five years",
        help="In annex 2-B or 3-B: framework and renewable contracts last five years in all, else three (art. 7, 8).",
    )


class GovContract(models.Model):
    """What depends on the form of a contract: its years or tranches, what is committed, and its limits."""

    _inherit = "gov.contract"

    is_yearly = fields.Boolean(compute="_compute_is_yearly", export_string_translation=False)
    is_long = fields.Boolean(related="nature_id.is_long", string="Five years")
    duration_years = fields.Integer(
        "Length in years, renewals included",
        compute="_compute_duration_years",
        store=True,
        readonly=False,
        aggregator=None,
        help="One year renewed by silence, three or five years in all by the nature (art. 7 and 8).",
    )
    begins_on = fields.Date("Begins on", help="First day of the first year: its share is counted from it.")
    minimum = fields.Monetary(
        "Minimum of a year",
        compute="_compute_minimum",
        store=True,
        readonly=False,
        help="All taxes included; the maximum is the price schedule, twice the minimum at most (art. 7).",
    )
    minimum_total = fields.Monetary("Minimum with amendments", compute="_compute_minimum_total")
    year_ids = fields.One2many("gov.contract.year", "contract_id", "Years", copy=False)
    year_text = fields.Text("What the years commit", compute="_compute_year_text", compute_sudo=True)
    missing_year_id = fields.Many2one(
        "gov.contract.year", "Year not committed", compute="_compute_missing_year_id", compute_sudo=True
    )
    tranche_ids = fields.One2many("gov.contract.tranche", "contract_id", "Tranches", copy=False)
    base_amount = fields.Monetary(
        "In force",
        compute="_compute_base_amount",
        help="What the contract commits now: the years that have their visa, the tranches started, or its total.",
    )

    _duration = models.Constraint("CHECK (coalesce(duration_years, 1) >= 1)", "A contract lasts one year at least.")
    _minimum_positive = models.Constraint("CHECK (coalesce(minimum, 0) >= 0)", "A minimum is not negative.")

    @api.depends("form")
    def _compute_is_yearly(self):
        for one in self:
            one.is_yearly = one.form in YEARLY

    @api.depends("form", "nature_id.is_long")
    def _compute_duration_years(self):
        for one in self:
            longest = one._gov_longest() if one.form in YEARLY and one.nature_id else 1
            one.duration_years = min(one.duration_years or longest, longest) if one.form in YEARLY else 1

    def _gov_longest(self):
        """Return how many years the contract may last in all, by its nature."""
        code = "long" if self.nature_id.is_long else "short"
        return int(self._gov_limit(f"procurement.framework.years_{code}", self.begins_on or None))

    @api.depends("form", "amount", "line_ids.quantity_min", "line_ids.unit_price", "line_ids.vat_rate")
    def _compute_minimum(self):
        for one in self:
            if one.form == "renewable":
                one.minimum = one.amount
            elif one.form == "framework" and any(one.line_ids.mapped("quantity_min")):
                one.minimum = sum(
                    round(round(line.quantity_min * line.unit_price, 2) * (1 + line.vat_rate / 100), 2)
                    for line in one.line_ids
                )
            else:
                one.minimum = one.minimum if one.form == "framework" else 0

    @api.depends("minimum", "change_ids.state", "change_ids.amount", "change_ids.kind")
    def _compute_minimum_total(self):
        for one in self:
            lowered = one.change_ids.filtered(lambda row: row.state == "signed" and row.kind == "minimum")
            one.minimum_total = one.minimum - sum(lowered.mapped("amount"))

    @api.depends(
        "total", "form", "year_ids.amount", "year_ids.commitment_id.state", "tranche_ids.state", "line_ids.amount"
    )
    def _compute_base_amount(self):
        for one in self:
            if one.form in YEARLY:
                one.base_amount = sum(one.year_ids.filtered("is_committed").mapped("amount"))
            elif one.tranche_ids:
                one.base_amount = sum(
                    row._gov_total()
                    for row in one.tranche_ids
                    if row.kind == "firm" or row.state in ("started", "ended")
                )
            else:
                one.base_amount = one.total

    @api.depends("year_ids.commitment_id.state", "year_ids.date_from", "state")
    def _compute_missing_year_id(self):
        today = self._gov_today()
        for one in self:
            one.missing_year_id = (
                one.year_ids.filtered(lambda row: not row.is_committed and row.date_from <= today and row.rank > 1)[:1]
                if one.state in ("running", "stopped")
                else False
            )

    @api.depends("year_ids.amount", "year_ids.commitment_id.state", "total", "duration_years", "minimum_total")
    @api.depends_context("lang")
    def _compute_year_text(self):
        for one in self:
            if one.form not in YEARLY or not one.year_ids:
                one.year_text = False
                continue

            def words(amount, one=one):
                return format_amount(self.env, float(amount), one.currency_id)

            done = sum(one.year_ids.mapped("executed"))
            lines = [
                self.env._(
                    "Committed: %(sum)s of %(ceiling)s at most (%(years)s × %(yearly)s).",
                    sum=words(sum(one.year_ids.filtered("is_committed").mapped("amount"))),
                    ceiling=words(one.total * one.duration_years),
                    years=one.duration_years,
                    yearly=words(one.total),
                )
            ]
            gap = renewal.shortfall(str(round(one.minimum_total, 2)), one.duration_years, str(round(done, 2)))
            if one.form == "framework" and gap.missing and one.state in ("finished", "provisional", "final", "closed"):
                lines.append(
                    self.env._(
                        "The minimum was not reached: %(done)s executed of %(due)s, %(missing)s missing.",
                        done=words(gap.done),
                        due=words(gap.due),
                        missing=words(gap.missing),
                    )
                )
            elif one.form == "framework":
                lines.append(
                    self.env._(
                        "Executed: %(done)s; minimum over the whole length: %(due)s.",
                        done=words(gap.done),
                        due=words(gap.due),
                    )
                )
            one.year_text = "\n".join(lines)

    # ------------------------------------------------------------------ checks before the commitment
    @api.constrains("duration_years", "form", "nature_id")
    def _check_duration(self):
        for one in self:
            if one.form in YEARLY and one.duration_years > one._gov_longest():
                raise ValidationError(
                    self.env._(
                        "Contracts of this nature last %(years)s years at most, renewals included (art. 7 and 8).",
                        years=one._gov_longest(),
                    )
                )

    def _gov_check_form(self):
        """Refuse a contract whose price schedule does not fit its form, before its commitment and notification."""
        for one in self:
            if one.form == "framework":
                problem = renewal.framework_problem(
                    str(round(one.minimum, 2)),
                    str(round(one.amount, 2)),
                    one._gov_limit("procurement.framework.ratio"),
                )
                if problem == "missing":
                    raise UserError(self.env._("A framework contract says its minimum and its maximum of a year."))
                if problem:
                    raise UserError(
                        self.env._(
                            "The maximum of %(high)s is between the minimum of %(low)s and "
                            "%(ratio)s times it (art. 7).",
                            high=format_amount(self.env, one.amount, one.currency_id),
                            low=format_amount(self.env, one.minimum, one.currency_id),
                            ratio=f"{one._gov_limit('procurement.framework.ratio'):g}",
                        )
                    )
            if one.form == "tranches":
                one._gov_check_tranches()
            if one.kind == "studies":
                one._gov_check_studies()

    def _gov_check_tranches(self):
        firm = self.tranche_ids.filtered(lambda row: row.kind == "firm")
        if len(firm) != 1 or len(self.tranche_ids) < 2:
            raise UserError(
                self.env._(
                    "A contract by tranches has one firm tranche and one conditional tranche at least (art. 9)."
                )
            )
        if self.line_ids.filtered(lambda line: not line.tranche_id):
            raise UserError(self.env._("Say of which tranche each price is."))
        if self.tranche_ids.filtered(lambda row: not row.amount):
            raise UserError(self.env._("Each tranche has its prices."))

    def _gov_check_studies(self):
        firm_days = int(self._gov_limit("procurement.studies.firm_days"))
        problem = execution.studies_price_problem(self.delivery_days, bool(self.revision_term_ids), firm_days)
        if problem == "firm":
            raise UserError(
                self.env._(
                    "The price of studies of less than %(days)s days is firm: take the formula out (art. 15).",
                    days=firm_days,
                )
            )
        if problem == "revisable":
            raise UserError(
                self.env._(
                    "The price of studies of %(days)s days or more is revised: write the revision formula (art. 15).",
                    days=firm_days,
                )
            )

    # ------------------------------------------------------------------ what each form commits
    def _gov_hold(self):
        """Hold the rows of these contracts until the act ends: two acts on one contract come one after the other."""
        self.flush_recordset()
        self.env.execute_query(
            SQL(
                "UPDATE gov_contract SET write_date = now() AT TIME ZONE 'UTC' WHERE id IN %s RETURNING id",
                tuple(self.ids) or (0,),
            )
        )
        self.env.invalidate_all()

    def _gov_first_amounts(self):
        """Return (before tax, with taxes) of the first commitment: the firm tranche, the first year, or all."""
        self.ensure_one()
        if self.form in YEARLY:
            amount = self.year_ids[:1].amount
        elif self.form == "tranches":
            firm = self.tranche_ids.filtered(lambda row: row.kind == "firm")
            return firm.amount_untaxed, firm.amount
        else:
            return self.amount_untaxed, self.amount
        return self._gov_untaxed(amount), amount

    def _gov_untaxed(self, amount):
        """Return the part before tax of an amount of the contract, at the share of its price schedule."""
        return round(amount * self.amount_untaxed / self.amount, 2) if self.amount else amount

    def _gov_plan_years(self):
        """Write the years of the contract, with what each commits, while the first is not committed."""
        self.ensure_one()
        rows = renewal.plan_years(self.begins_on, self.duration_years, str(round(self.amount, 2)))
        self.year_ids.sudo().unlink()  # sudo: they are made by the system, before anything is committed
        self.env["gov.contract.year"]._gov_create(
            [
                {
                    "contract_id": self.id,
                    "rank": rank,
                    "year": row.year,
                    "date_from": row.first,
                    "date_to": row.last,
                    "is_whole": row.is_whole,
                    "amount": float(row.amount),
                }
                for rank, row in enumerate(rows, 1)
            ]
        )
        self.invalidate_recordset(["year_ids"])

    def _gov_advance_base(self):
        """Return what the advance is counted on, and the months of execution (decree 2-14-272)."""
        self.ensure_one()
        amount, months = self.amount, self.delivery_days / 30
        if self.form in YEARLY:
            first = self.year_ids[:1]
            amount = self.minimum if self.form == "framework" else first.amount or self.amount
            months = 12 * (self.duration_years or 1)
        elif self.form == "tranches":
            firm = self.tranche_ids.filtered(lambda row: row.kind == "firm")
            amount, months = firm.amount, firm.delivery_days / 30
        subcontracted = sum(self.subcontract_ids.filtered(lambda row: row.state == "accepted").mapped("amount"))
        return max(0, amount - subcontracted), months

    def _gov_commitments(self):
        """Return every commitment of the contract: its own, of its years, of its tranches."""
        return self.commitment_id | self.year_ids.commitment_id | self.tranche_ids.commitment_id


class GovContractLine(models.Model):
    _inherit = "gov.contract.line"

    quantity_min = fields.Float("Least quantity", digits=(16, 3), help="Of a year of a framework contract.")
    tranche_id = fields.Many2one(
        "gov.contract.tranche",
        "Tranche",
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        domain="[('contract_id', '=', parent.id)]",
    )

    _minimum = models.Constraint(
        "CHECK (coalesce(quantity_min, 0) >= 0 AND coalesce(quantity_min, 0) <= quantity)",
        "The least quantity is between zero and the quantity.",
    )

    @api.constrains("tranche_id", "contract_id")
    def _check_tranche(self):
        for line in self:
            if line.tranche_id and line.tranche_id.contract_id != line.contract_id:
                raise ValidationError(self.env._("This tranche is of another contract."))


class GovContractChange(models.Model):
    """Amendments of framework contracts: the maximum grows by a tenth, the minimum falls by a quarter, at most."""

    _inherit = "gov.contract.change"

    kind = fields.Selection(
        selection_add=[
            ("maximum", "Rise of the yearly maximum (framework)"),
            ("minimum", "Fall of the yearly minimum (framework)"),
        ],
        ondelete={"maximum": "cascade", "minimum": "cascade"},
    )

    def _gov_signed_amount(self):
        self.ensure_one()
        return self.amount if self.kind == "maximum" else super()._gov_signed_amount()

    @short_transaction
    def action_sign(self):
        """Sign the change; of a framework contract, within what article 7 allows over its whole length."""
        self.contract_id._gov_hold()
        for change in self:
            contract = change.contract_id
            if change.kind in ("maximum", "minimum"):
                if contract.form != "framework":
                    raise UserError(self.env._("Only a framework contract has a maximum and a minimum."))
                others = contract.change_ids.filtered(
                    lambda row, change=change: row.state == "signed" and row.kind == change.kind and row != change
                )
                limit = renewal.amendment_problem(
                    change.kind,
                    str(round(contract.amount if change.kind == "maximum" else contract.minimum, 2)),
                    str(round(sum(others.mapped("amount")) + change.amount, 2)),
                    contract._gov_limit(f"procurement.framework.{change.kind}"),
                )
                if limit is not None:
                    raise UserError(
                        self.env._(
                            "Over the whole length the amendments move it by %(limit)s at most (art. 7).",
                            limit=format_amount(self.env, float(limit), contract.currency_id),
                        )
                    )
            elif contract.form == "framework" and change.kind in ("supplementary", "increase", "decrease"):
                raise UserError(
                    self.env._(
                        "A framework contract changes by its maximum or its minimum (art. 7): choose that kind."
                    )
                )
        return super().action_sign()


class GovContractYear(models.Model):
    """A year of a framework or renewable contract: it is committed whole, or the contract is terminated (art. 7, 8).

    planned → prepared (its commitment is made, and waits for its visa) → closed (its definitive account is signed).
    """

    _name = "gov.contract.year"
    _description = "Year of a contract"
    _inherit = ["gov.budget.stateful"]
    _order = "contract_id, rank"
    _rec_name = "year"
    _draft_states = ("planned",)
    _act_fields = frozenset(
        {"state", "contract_id", "rank", "year", "date_from", "date_to", "is_whole", "commitment_id"}
    )

    contract_id = fields.Many2one("gov.contract", required=True, readonly=True, index=True, ondelete="cascade")
    officer_id = fields.Many2one(related="contract_id.officer_id", store=True, index=True)
    rank = fields.Integer("No.", readonly=True, aggregator=None)
    year = fields.Integer(readonly=True, aggregator=None)
    date_from = fields.Date("From", readonly=True)
    date_to = fields.Date("To", readonly=True)
    is_whole = fields.Boolean("Whole year", readonly=True)
    amount = fields.Monetary(
        "To commit", help="The whole amount; of the first and the last year its share or the need."
    )
    budget_line_id = fields.Many2one(
        "gov.budget.line",
        "Budget line",
        compute="_compute_budget_line_id",
        store=True,
        readonly=False,
        index="btree_not_null",
        ondelete="restrict",
        domain="[('year', '=', year)]",
    )
    commitment_id = fields.Many2one(
        "gov.commitment", "Commitment", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    commitment_state = fields.Selection(related="commitment_id.state", string="State of the commitment")
    is_committed = fields.Boolean("Committed", compute="_compute_is_committed")
    is_late = fields.Boolean("Not committed in time", compute="_compute_is_committed")
    account_ids = fields.One2many("gov.progress.account", "year_id", "Accounts")
    executed = fields.Monetary("Executed", compute="_compute_executed")
    left = fields.Monetary("Left of the year", compute="_compute_executed")
    currency_id = fields.Many2one(related="contract_id.currency_id")
    state = fields.Selection(
        [("planned", "To commit"), ("prepared", "Commitment made"), ("closed", "Closed")],
        default="planned",
        required=True,
        readonly=True,
        copy=False,
    )

    _year_uniq = models.Constraint("UNIQUE (contract_id, year)", "A year of a contract comes once.")
    _commitment_uniq = models.UniqueIndex(
        "(commitment_id) WHERE commitment_id IS NOT NULL", "A commitment is that of one year."
    )
    _positive = models.Constraint("CHECK (amount >= 0)", "An amount is not negative.")

    @api.depends("contract_id.number", "year")
    def _compute_display_name(self):
        for one in self:
            one.display_name = f"{one.contract_id.number or ''} · {one.year}"

    @api.depends("contract_id.budget_line_id", "year")
    def _compute_budget_line_id(self):
        for one in self:
            line = one.contract_id.budget_line_id
            if line.year == one.year or one.budget_line_id.year == one.year:
                one.budget_line_id = one.budget_line_id if one.budget_line_id.year == one.year else line
                continue
            # sudo: the same rubric in the budget of that year, whoever plans it
            same = (
                self.env["gov.budget.line"]
                .sudo()
                .search(
                    [
                        ("node_id", "=", line.node_id.id),
                        ("year", "=", one.year),
                        ("budget_kind", "=", line.budget_kind),
                        ("parent_line_id", "=", False),
                        ("unit_id", "in", (line.unit_id.id, False)),
                    ],
                    limit=1,
                )
            )
            one.budget_line_id = same.id

    @api.depends("commitment_id.state", "date_from")
    def _compute_is_committed(self):
        today = self._gov_today()
        for one in self:
            one.is_committed = one.commitment_id.sudo().state in ("visaed", "closed")  # sudo: only its state
            one.is_late = not one.is_committed and bool(one.date_from) and one.date_from <= today

    @api.depends("account_ids.gross", "account_ids.state", "account_ids.revision_now", "amount")
    def _compute_executed(self):
        for one in self:
            live = one.account_ids.filtered(lambda row: row.state in LIVE and not row.is_general)
            one.executed = max(live.mapped("gross"), default=0) + sum(live.mapped("revision_now"))
            one.left = one.amount - one.executed

    @short_transaction
    def action_commit(self):
        """Make the commitment of the year, once: a new commitment for each year, by the procurement officer."""
        self.ensure_one()
        self._gov_check_role(("procurement_officer",), self.env._("A procurement officer commits a year."))
        contract = self.contract_id
        contract._gov_hold()
        if self.commitment_id and self.commitment_id.state not in ("cancelled", "refused"):
            return open_record(self.commitment_id)
        if contract.state in ("approved", "provisional", "final", "closed", "terminated") and self.rank > 1:
            raise UserError(self.env._("The years after the first are committed while the contract runs."))
        earlier = contract.year_ids.filtered(lambda row: row.rank < self.rank and not row.is_committed)
        if earlier:
            raise UserError(
                self.env._(
                    "%(year)s is not committed: the years follow one another, and a year without commitment ends the "
                    "contract (art. 7 and 8).",
                    year=earlier[0].year,
                )
            )
        self._gov_check_amount()
        year = self.env["gov.fiscal.year"].search(
            [("date_from", "<=", self.date_from), ("date_to", ">=", self.date_from)]
        )
        if not year:
            raise UserError(self.env._("The fiscal year %(year)s is not open yet.", year=self.year))
        if not self.budget_line_id:
            raise UserError(
                self.env._("The budget of %(year)s has no line for it: choose the line of the year.", year=self.year)
            )
        self._gov_take(("planned", "prepared"), "prepared")
        commitment = self.env["gov.commitment"]._gov_of_purchase(
            contract,
            KINDS_CONTRACT[contract.kind],
            contract.object,
            contract.partner_id,
            contract.officer_id,
            contract.unit_id,
            self.budget_line_id,
            contract._gov_untaxed(self.amount),
            self.amount,
            contract.number,
            year=year,
        )
        self._gov_write({"commitment_id": commitment.id})
        contract._gov_write({"commitment_id": commitment.id})
        self._gov_log("commit_year", lambda one: {"year": one.year, "amount": str(one.amount)})
        return open_record(commitment)

    def _gov_check_amount(self):
        self.ensure_one()
        contract = self.contract_id
        others = contract.year_ids.filtered(
            lambda row: row != self
            and row.commitment_id.state in ("draft", "returned", "proposed", "visaed", "closed")
        )
        problem = renewal.yearly_problem(
            renewal.Year(self.year, self.date_from, self.date_to, self.amount, self.is_whole),
            str(round(self.amount, 2)),
            str(round(contract.total, 2)),
            str(round(sum(others.mapped("amount")), 2)),
            contract.duration_years,
        )
        if not problem:
            return
        code, facts = problem
        facts = {
            name: value if name == "years" else format_amount(self.env, float(value), contract.currency_id)
            for name, value in facts.items()
        }
        sentences = {
            "zero": self.env._("Say how much the year commits."),
            "above": self.env._("%(asked)s is more than the %(yearly)s of a year."),
            "whole": self.env._("A whole year commits the whole amount: %(yearly)s, not %(asked)s (art. 7 and 8)."),
            "ceiling": self.env._("The years would commit %(sum)s, more than %(years)s years: %(ceiling)s."),
        }
        raise UserError(sentences[code] % facts)


class GovContractTranche(models.Model):
    """A tranche of a contract (art. 9): the firm one starts with it, a conditional one by a service order.

    planned → started (order to start, or of affirmation) → ended; or renounced, with the indemnity of the contract.
    """

    _name = "gov.contract.tranche"
    _description = "Tranche of a contract"
    _inherit = ["gov.budget.stateful"]
    _order = "contract_id, number"
    _draft_states = ("planned",)
    _act_fields = frozenset(
        {"state", "commitment_id", "started_on", "finished_on", "renounced_on", "indemnity", "indemnity_invoice_id"}
    )

    contract_id = fields.Many2one("gov.contract", required=True, index=True, ondelete="cascade")
    number = fields.Integer("No.", required=True, default=1, aggregator=None)
    name = fields.Char("Content", required=True)
    kind = fields.Selection([("firm", "Firm"), ("conditional", "Conditional")], required=True, default="conditional")
    delivery_days = fields.Integer("Delay (days)", required=True, default=90, aggregator=None)
    affirm_days = fields.Integer(
        "To be affirmed within (days)", aggregator=None, help="From the order to start the firm tranche."
    )
    affirm_due_on = fields.Date("To be affirmed by", compute="_compute_affirm_due_on")
    is_expired = fields.Boolean("Time to affirm is over", compute="_compute_affirm_due_on")
    wait_indemnity = fields.Monetary("Indemnity of waiting", help="When the contract says so: affirmed after its day.")
    renounce_indemnity = fields.Monetary("Indemnity of renunciation", help="When the contract says so.")
    indemnity = fields.Monetary("Indemnity due", readonly=True, copy=False)
    indemnity_invoice_id = fields.Many2one(
        "gov.liquidation", "Invoice of the indemnity", readonly=True, copy=False, index="btree_not_null",
        ondelete="restrict",
    )  # fmt: skip
    line_ids = fields.One2many("gov.contract.line", "tranche_id", "Prices")
    amount_untaxed = fields.Monetary("Before tax", compute="_compute_amount", store=True)
    amount = fields.Monetary("All taxes included", compute="_compute_amount", store=True)
    commitment_id = fields.Many2one(
        "gov.commitment", "Commitment", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    commitment_state = fields.Selection(related="commitment_id.state", string="State of the commitment")
    started_on = fields.Date("Started on", readonly=True, copy=False)
    finished_on = fields.Date("Finished on", readonly=True, copy=False)
    renounced_on = fields.Date("Renounced on", readonly=True, copy=False)
    end_on = fields.Date("End of the delay", compute="_compute_delay")
    days_late = fields.Integer("Days late", compute="_compute_delay")
    account_ids = fields.One2many("gov.progress.account", "tranche_id", "Accounts")
    currency_id = fields.Many2one(related="contract_id.currency_id")
    state = fields.Selection(
        [("planned", "Planned"), ("started", "Started"), ("ended", "Ended"), ("renounced", "Renounced")],
        default="planned",
        required=True,
        readonly=True,
        copy=False,
    )

    _number_uniq = models.Constraint("UNIQUE (contract_id, number)", "Two tranches have the same number.")
    _one_firm = models.UniqueIndex("(contract_id) WHERE kind = 'firm'", "A contract has one firm tranche.")
    _positive = models.Constraint(
        "CHECK (delivery_days > 0 AND coalesce(affirm_days, 0) >= 0 AND coalesce(wait_indemnity, 0) >= 0 "
        "AND coalesce(renounce_indemnity, 0) >= 0)",
        "Days and indemnities are not negative.",
    )

    def _gov_check_editable(self, vals):
        super()._gov_check_editable(vals)
        self._gov_check_open()

    @api.model_create_multi
    def create(self, vals_list):
        tranches = super().create(vals_list)
        tranches._gov_check_open()
        return tranches

    @api.ondelete(at_uninstall=False)
    def _unlink_except_notified(self):
        self._gov_check_open()

    def _gov_check_open(self):
        for one in self:
            if one.contract_id.state != "approved":
                raise UserError(self.env._("The contract is notified: its tranches no longer change."))

    @api.depends("line_ids.amount", "line_ids.amount_untaxed")
    def _compute_amount(self):
        for one in self:
            one.amount_untaxed = sum(one.line_ids.mapped("amount_untaxed"))
            one.amount = sum(one.line_ids.mapped("amount"))

    @api.depends("number", "name")
    def _compute_display_name(self):
        for one in self:
            one.display_name = f"{one.number} · {one.name or ''}"

    @api.depends("affirm_days", "contract_id.started_on", "state", "kind")
    def _compute_affirm_due_on(self):
        today = self._gov_today()
        for one in self:
            start = one.contract_id.started_on
            is_waiting = one.kind == "conditional" and start and one.affirm_days
            one.affirm_due_on = start + timedelta(one.affirm_days) if is_waiting else False
            one.is_expired = one.state == "planned" and bool(one.affirm_due_on) and one.affirm_due_on < today

    @api.depends("started_on", "finished_on", "delivery_days", "contract_id.service_order_ids.state")
    def _compute_delay(self):
        for one in self:
            count = one._gov_delay()
            one.end_on, one.days_late = count.end or False, count.days_late

    def _gov_total(self):
        """Return what the tranche is worth; amendments of the contract move the firm one."""
        self.ensure_one()
        return self.amount + (self.contract_id.total - self.contract_id.amount if self.kind == "firm" else 0)

    def _gov_delay(self, until=None):
        """Return the ``DelayCount`` of the tranche, with the stops of the contract."""
        self.ensure_one()
        contract = self.contract_id
        return execution.count_delay(
            self.started_on or None,
            self.delivery_days,
            contract._gov_stops(),
            contract.extension_days if self.kind == "firm" else 0,
            finished=self.finished_on or None,
            today=until or contract.terminated_on or self._gov_today(),
        )

    def _gov_delay_words(self, count):
        return f"{self.display_name}: {self.contract_id._gov_delay_words(count)}"

    @short_transaction
    def action_prepare_commitment(self):
        """Make the commitment of a conditional tranche: it is affirmed once it has its visa."""
        self.ensure_one()
        contract = self.contract_id
        contract._gov_check_officer()
        if self.kind == "firm":
            return contract.action_prepare_commitment()
        contract._gov_hold()
        if self.commitment_id and self.commitment_id.state not in ("cancelled", "refused"):
            return open_record(self.commitment_id)
        if self.state != "planned" or contract.state not in ("running", "stopped"):
            raise UserError(self.env._("A conditional tranche is committed while the firm one runs."))
        commitment = self.env["gov.commitment"]._gov_of_purchase(
            contract,
            KINDS_CONTRACT[contract.kind],
            f"{contract.object} – {self.name}",
            contract.partner_id,
            contract.officer_id,
            contract.unit_id,
            contract.budget_line_id,
            self.amount_untaxed,
            self.amount,
            contract.number,
        )
        self._gov_write({"commitment_id": commitment.id})
        self._gov_log("commit_tranche", lambda one: {"tranche": one.number, "amount": str(one.amount)})
        return open_record(commitment)

    def _gov_affirm(self, day):
        """Start a conditional tranche that has its visa; late, with the indemnity of waiting."""
        self.ensure_one()
        if self.commitment_id.sudo().state != "visaed":  # sudo: only its state
            raise UserError(self.env._("The commitment of “%(tranche)s” has no visa yet.", tranche=self.display_name))
        self._gov_take("planned", "started")
        late = self.affirm_due_on and day > self.affirm_due_on
        self._gov_write({"started_on": day, "indemnity": self.wait_indemnity if late else 0})

    def _gov_renounce(self, day):
        self.ensure_one()
        if self.commitment_id.sudo().state in ("proposed", "visaed"):  # sudo: only its state
            raise UserError(self.env._("Cancel the commitment of the tranche first."))
        self._gov_take("planned", "renounced")
        self._gov_write({"renounced_on": day, "indemnity": self.renounce_indemnity})

    @short_transaction
    def action_finish(self, date=None):
        """Record the end of the works of the tranche, as the holder announced it."""
        self.contract_id._gov_check_officer()
        self._gov_take("started", "ended")
        today = self._gov_today()
        day = fields.Date.to_date(date) or today
        for one in self:
            if not one.started_on <= day <= today:
                raise UserError(self.env._("Works end between their start and today."))
        self._gov_write({"finished_on": day})
        self._gov_log("finish_tranche", lambda one: {"tranche": one.number, "on": str(day)})
        return True

    def action_new_account(self):
        """Begin the next account of the tranche."""
        self.ensure_one()
        self.contract_id._gov_check_officer()
        return open_record(self.env["gov.progress.account"]._gov_next(self.contract_id, tranche=self))

    @short_transaction
    def action_enter_indemnity(self):
        """Enter the indemnity of the tranche as an invoice on the commitment of the contract."""
        self.ensure_one()
        self.contract_id._gov_check_officer()
        self.contract_id._gov_hold()
        invoice = self.indemnity_invoice_id
        if invoice and invoice.state not in ("cancelled", "refused"):
            return open_record(invoice)
        if not self.indemnity:
            raise UserError(self.env._("No indemnity is due on this tranche."))
        commitment = self.commitment_id if self.state in ("started", "ended") else self.contract_id.commitment_id
        made = self.env["gov.liquidation"].create(
            {
                "commitment_id": commitment.id,
                "invoice_number": f"{self.contract_id.number}-I{self.number}",
                "invoice_date": self.renounced_on or self.started_on,
                "contract_ref": self.contract_id.number,
                "untaxed_amount": self.indemnity,
                "amount": self.indemnity,
            }
        )
        self._gov_write({"indemnity_invoice_id": made.id})
        return open_record(made)

    def action_open_orders(self):
        """Open a new service order on this tranche: affirmation or renunciation."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Service order"),
            "res_model": "gov.service.order",
            "views": [(self.env.ref("gov_procurement.gov_service_order_view_form").id, "form")],
            "target": "new",
            "context": {
                "default_contract_id": self.contract_id.id,
                "default_tranche_id": self.id,
                "default_kind": "renounce" if self.env.context.get("gov_renounce") else "affirm",
            },
        }


class GovServiceOrder(models.Model):
    """Service orders of tranches: affirmation and renunciation."""

    _inherit = "gov.service.order"

    kind = fields.Selection(
        selection_add=[
            ("affirm", "Affirmation of a tranche"),
            ("renounce", "Renunciation of a tranche"),
        ],
        ondelete={"affirm": "cascade", "renounce": "cascade"},
    )
    tranche_id = fields.Many2one(
        "gov.contract.tranche",
        "Tranche",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('contract_id', '=', contract_id), ('state', '=', 'planned'), ('kind', '=', 'conditional')]",
    )

    @api.constrains("tranche_id", "contract_id")
    def _check_tranche(self):
        for one in self:
            if one.tranche_id and one.tranche_id.contract_id != one.contract_id:
                raise ValidationError(self.env._("This tranche is of another contract."))

    def _gov_check_kind(self, today):
        super()._gov_check_kind(today)
        contract, tranche = self.contract_id, self.tranche_id
        if self.kind in ("affirm", "renounce"):
            if not tranche or tranche.kind != "conditional":
                raise UserError(self.env._("Say which conditional tranche the order is about."))
            if contract.state not in ("running", "stopped"):
                raise UserError(self.env._("A tranche is affirmed or renounced while the contract runs."))
            if self.kind == "affirm":
                tranche._gov_affirm(self.date)
            else:
                self._gov_check_reason(self.reason)
                tranche._gov_renounce(self.date)
        elif self.kind == "start":
            firm = contract.tranche_ids.filtered(lambda row: row.kind == "firm")
            if firm:
                firm._gov_take("planned", "started")
                firm._gov_write({"started_on": self.date})
