from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, float_compare, format_date

from odoo.addons.gov_base.tools.act import short_transaction

from ..services import closing, ledger
from .gov_budget_entry import BudgetRefused


class GovBudgetDelegation(models.Model):
    """An order that delegates credits to a sub-authorising officer, or takes delegated credits back (reduction).

    The central line keeps its credit and counts what is delegated; the officer's unit has a line of its own under it.
    A credit is delegated on rubrics of the officer's region or of the common ones (00), within the officer's ceiling.
    """

    _name = "gov.budget.delegation"
    _description = "Delegation of credits"
    _inherit = ["gov.budget.decision"]
    _order = "date desc, id desc"
    _rec_names_search = ["number", "officer_id.name"]
    _series = "budget.delegation"
    _prefix = "OD"

    kind = fields.Selection(
        [("delegation", "Delegation"), ("reduction", "Reduction")], required=True, default="delegation", tracking=True
    )
    budget_id = fields.Many2one(
        "gov.budget", "Budget", required=True, index=True, ondelete="restrict", domain=[("state", "=", "open")],
        default=lambda self: self.env["gov.budget.amendment"]._default_budget_id(),
    )  # fmt: skip
    officer_id = fields.Many2one(
        "gov.budget.officer",
        "Sub-authorising officer",
        required=True,
        index=True,
        ondelete="restrict",
        domain=[("kind", "!=", "main")],
        tracking=True,
    )
    unit_id = fields.Many2one(related="officer_id.unit_id", string="Unit", store=True, index=True)
    region_id = fields.Many2one(related="officer_id.region_id", string="Region", store=True, index=True)
    accountant = fields.Char(related="officer_id.accountant", string="Assigned accountant")
    line_ids = fields.One2many("gov.budget.delegation.line", "delegation_id", "Lines", copy=True)
    amount = fields.Float(compute="_compute_amount", store=True, digits=(16, 2))
    problem_text = fields.Text("What is missing", compute="_compute_problem_text")
    year = fields.Integer(related="budget_id.year", store=True, aggregator=None)

    @api.depends("line_ids.cp", "line_ids.ce")
    def _compute_amount(self):
        for one in self:
            one.amount = sum(item.cp + item.ce for item in one.line_ids)

    @api.depends("line_ids.line_id", "line_ids.cp", "line_ids.ce", "officer_id", "kind", "state", "date", "budget_id")
    @api.depends_context("lang")
    def _compute_problem_text(self):
        for one in self:
            one.problem_text = "\n".join(one._gov_problems()) if one.state in ("draft", "submitted") else False

    # ------------------------------------------------------------------ checks
    def _gov_problems(self):
        self.ensure_one()
        _ = self.env._
        if not self.line_ids:
            return [_("Name the lines and the amounts.")]
        problems = []
        officer = self.officer_id
        if self.budget_id.state != "open":
            problems.append(_("The budget %(budget)s is not open.", budget=self.budget_id.display_name))
        if officer.kind == "main":
            problems.append(_("Credits are delegated to sub-authorising officers."))
        if self.date < officer.date_from or (officer.date_to and self.date > officer.date_to):
            problems.append(_("%(officer)s is not in office on that day.", officer=officer.display_name))
        if len(self.line_ids.line_id) < len(self.line_ids):
            problems.append(_("The same line stands twice: keep one row a line."))
        for item in self.line_ids:
            problems += self._gov_line_problems(item)
        return problems + self._gov_ceiling_problems()

    def _gov_ceiling_problems(self):
        officer = self.officer_id
        total = self._gov_delegated_to(officer) + self.amount
        if self.kind != "delegation" or not officer.ceiling or float_compare(total, officer.ceiling, 2) <= 0:
            return []
        amount = self.env["gov.budget.line"]._gov_amount
        return [
            self.env._(
                "%(officer)s may receive %(ceiling)s a year: with this order it would be %(total)s.",
                officer=officer.display_name,
                ceiling=amount(officer.ceiling),
                total=amount(total),
            )
        ]

    def _gov_line_problems(self, item):
        _ = self.env._
        line, found = item.line_id, []
        if line.budget_id != self.budget_id:
            found.append(_("%(line)s is not of this budget.", line=line.display_name))
        if item.cp < 0 or item.ce < 0 or not (item.cp or item.ce):
            found.append(
                _("%(line)s: give an amount; a reduction is written as a positive one.", line=line.display_name)
            )
        if item.ce and not line.is_investment:
            found.append(_("Commitment appropriations (CE) are for investment lines only."))
        if self.kind == "reduction":
            if line.parent_line_id and line.unit_id == self.unit_id:
                left, asked = line.available, item.cp + item.ce
                if self.state not in ("signed", "authorised") and float_compare(left, asked, 2) < 0:
                    found.append(self._gov_short(line, asked))
            else:
                found.append(_("%(line)s was not delegated to this officer.", line=line.display_name))
            return found
        if line.parent_line_id:
            found.append(
                _("%(line)s is a delegated credit itself: it is not delegated again.", line=line.display_name)
            )
        region = line.node_id.region_id
        if region.code != "00" and region != self.region_id:
            found.append(
                _(
                    "%(line)s is a credit of %(region)s: it is delegated there, not to %(officer)s.",
                    line=line.display_name,
                    region=region.display_name,
                    officer=self.officer_id.display_name,
                )
            )
        asked = item.cp + item.ce
        if self.state not in ("signed", "authorised") and float_compare(line.available, asked, 2) < 0:
            found.append(self._gov_short(line, asked))
        return found

    def _gov_short(self, line, asked):
        return self.env._(
            "Not enough is left on %(line)s: %(equation)s.",
            line=line.display_name,
            equation=line._gov_equation({name: line[name] for name in ledger.COUNTERS}, asked),
        )

    def _gov_delegated_to(self, officer):
        """Return what the officer received in the year, CP and CE, net of reductions."""
        # sudo: the lines of the officer's unit, whoever delegates
        [(cp, ce)] = (
            self.env["gov.budget.entry"]
            .sudo()
            ._read_group(
                [
                    ("kind", "=", "delegation"),
                    ("line_id.unit_id", "=", officer.unit_id.id),
                    ("line_id.parent_line_id", "!=", False),
                    ("line_id.year", "=", self.budget_id.year),
                ],
                aggregates=["cp:sum", "ce:sum"],
            )
        )
        return (cp or 0.0) + (ce or 0.0)

    # ------------------------------------------------------------------ posting
    def _gov_on_signed(self):
        self._gov_hold(1)

    def _gov_on_released(self):
        self._gov_hold(-1)

    def _gov_hold(self, sign):
        # sudo: the act has checked who does it
        self.env["gov.budget.entry"]._gov_post(
            [
                {
                    "line": item.line_id,
                    "kind": "reservation",
                    "reserved": sign * (ledger.money(item.cp) + ledger.money(item.ce)),
                    "record": one,
                    "label": one.number,
                }
                for one in self.sudo()
                for item in one.line_ids
            ]
        )

    def _gov_on_effective(self):
        # sudo: the act has checked who does it; each order counts for the ceiling of the next one
        for one in self.sudo().sorted("id"):
            one._gov_effect()

    def _gov_effect(self):
        # orders signed together, or at the same instant, are counted one after the other
        self.env.execute_query(
            SQL("SELECT id FROM gov_budget_officer WHERE id = %s FOR NO KEY UPDATE", self.officer_id.id)
        )
        problems = self._gov_ceiling_problems()
        if problems:
            raise BudgetRefused("\n".join(problems), rule="ceiling")
        movements = []
        for one in self:
            common = {"record": one, "label": one.number, "date": one._gov_posting_day()}
            lines = one.line_ids.line_id
            lines._gov_locked()  # so that one act alone makes the officer's line
            children = lines._gov_delegated_lines(one.unit_id) if one.kind == "delegation" else {}
            for item in one.line_ids:
                cp, ce = ledger.money(item.cp), ledger.money(item.ce)
                movements.append({"line": item.line_id, "kind": "reservation", **common, "reserved": -(cp + ce)})
                if one.kind == "delegation":
                    parent, child, sign = item.line_id, children[item.line_id.id], 1
                else:
                    parent, child, sign = item.line_id.parent_line_id, item.line_id, -1
                movements += [
                    {"line": parent, "kind": "delegation", **common, "delegated": sign * (cp + ce),
                     "delegated_ce": sign * ce},
                    {"line": child, "kind": "delegation", **common, "cp": sign * cp, "ce": sign * ce},
                ]  # fmt: skip
        self.env["gov.budget.entry"]._gov_post(movements)

    def _gov_facts(self):
        return {
            **super()._gov_facts(),
            "kind": self.kind,
            "officer": self.officer_id.code,
            "lines": {
                item.line_id.full_code: {"cp": f"{item.cp:.2f}", "ce": f"{item.ce:.2f}"} for item in self.line_ids
            },
            "visa": self.visa_number or "",
        }

    def _gov_document_kind(self):
        return "gov_budget.register_delegation", "budget_delegation"


class GovBudgetDelegationLine(models.Model):
    """What an order delegates of a line, or takes back of a delegated one."""

    _name = "gov.budget.delegation.line"
    _description = "Line of a delegation"
    _inherit = ["gov.budget.part", "gov.budget.amounts"]
    _act_field = "delegation_id"
    _amount_fields = ("cp", "ce")
    _order = "delegation_id, id"

    delegation_id = fields.Many2one("gov.budget.delegation", required=True, index=True, ondelete="cascade")
    line_id = fields.Many2one("gov.budget.line", "Budget line", required=True, index=True, ondelete="restrict")
    cp = fields.Float("CP", digits=(16, 2))
    ce = fields.Float("CE", digits=(16, 2))
    available_now = fields.Float("Available now", related="line_id.available")


class GovBudgetReconciliation(models.Model):
    """The quarterly reconciliation of a sub-authorising officer's statement with the central ledger.

    A budget officer fills the officer's figures; the differences are explained; another one closes it when nothing is
    left unexplained.
    """

    _name = "gov.budget.reconciliation"
    _description = "Reconciliation of delegated credits"
    _inherit = ["gov.budget.stateful", "mail.thread"]
    _order = "year desc, quarter desc, officer_id"
    _rec_name = "officer_id"
    _act_fields = frozenset({"state", "closed_by_id", "closed_on"})
    _draft_states = ("draft",)

    officer_id = fields.Many2one(
        "gov.budget.officer", "Sub-authorising officer", required=True, index=True, ondelete="restrict",
        domain=[("kind", "!=", "main")],
    )  # fmt: skip
    region_id = fields.Many2one(related="officer_id.region_id", store=True, index=True)
    fiscal_year_id = fields.Many2one("gov.fiscal.year", "Fiscal year", required=True, index=True, ondelete="restrict")
    year = fields.Integer(compute="_compute_year", store=True, aggregator=None)
    quarter = fields.Selection([("1", "1st"), ("2", "2nd"), ("3", "3rd"), ("4", "4th")], required=True)
    line_ids = fields.One2many("gov.budget.reconciliation.line", "reconciliation_id", "Lines")
    difference = fields.Float(compute="_compute_difference", store=True, digits=(16, 2))
    state = fields.Selection(
        [("draft", "Open"), ("closed", "Reconciled")], string="Status", required=True, readonly=True, default="draft",
        copy=False, tracking=True,
    )  # fmt: skip
    statement_reference = fields.Char(
        "Statement of the officer", copy=False, help="Number and date of the statement that was received."
    )
    note = fields.Text("Explanation of the differences")
    closed_by_id = fields.Many2one(
        "res.users", "Closed by", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    closed_on = fields.Date(readonly=True, copy=False)

    _quarter_uniq = models.UniqueIndex(
        "(officer_id, fiscal_year_id, quarter)", "This quarter of this officer already has its reconciliation."
    )

    @api.depends("fiscal_year_id.date_from")
    def _compute_year(self):
        for one in self:
            one.year = one.fiscal_year_id.date_from.year if one.fiscal_year_id else 0

    @api.depends("line_ids.difference")
    def _compute_difference(self):
        for one in self:
            one.difference = sum(abs(item.difference) for item in one.line_ids)

    @api.depends("officer_id", "quarter", "year")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for one in self:
            if not (one.officer_id and one.quarter):
                one.display_name = self.env._("New reconciliation")
                continue
            one.display_name = self.env._(
                "%(officer)s, quarter %(quarter)s of %(year)s",
                officer=one.officer_id.display_name or "",
                quarter=one.quarter or "",
                year=one.year or "",
            )

    def action_compute(self):
        """Read the central figures at the end of the quarter from the ledger; typed statements are kept."""
        self._gov_check_role(("budget_officer",), self.env._("Only a budget officer reconciles delegated credits."))
        self.check_access("write")
        self._gov_lock()
        self._gov_read_ledger()
        return True

    def _gov_read_ledger(self):
        for one in self:
            one._gov_check_editable({"line_ids": True})
            _first, last = closing.quarter_range(one.year, int(one.quarter))
            # sudo: the lines of the officer, whoever reconciles
            lines = (
                self.env["gov.budget.line"]
                .sudo()
                .search(
                    [
                        ("unit_id", "=", one.officer_id.unit_id.id),
                        ("parent_line_id", "!=", False),
                        ("fiscal_year_id", "=", one.fiscal_year_id.id),
                    ]
                )
            )
            # sudo: as above
            groups = (
                self.env["gov.budget.entry"]
                .sudo()
                ._read_group(
                    [("line_id", "in", lines.ids), ("date", "<=", last)],
                    ["line_id"],
                    ["cp:sum", "ce:sum", "committed:sum", "ordered:sum", "paid:sum"],
                )
            )
            known = {item.line_id: item for item in one.line_ids}
            new = []
            for line, cp, ce, committed, ordered, paid in groups:
                vals = {"credit": cp + ce, "committed": committed, "ordered": ordered, "paid": paid}
                if line in known:
                    known[line]._gov_write(vals)
                else:
                    new.append(
                        {
                            "reconciliation_id": one.id,
                            "line_id": line.id,
                            **vals,
                            **{f"so_{name}": value for name, value in vals.items()},
                        }
                    )
            self.env["gov.budget.reconciliation.line"]._gov_create(new)

    @short_transaction
    def action_close(self):
        """Close the reconciliation: nothing differs, or the differences are explained. Not by who made it."""
        self._gov_check_role(
            ("budget_officer", "authorising_officer"),
            self.env._("Only budget and authorising officers close a reconciliation."),
        )
        self.check_access("read")
        for one in self:
            one._gov_check_not_author()
            _first, last = closing.quarter_range(one.year, int(one.quarter))
            if last >= self._gov_today():
                raise UserError(
                    self.env._(
                        "The quarter ends on %(day)s: its figures are not final.", day=format_date(self.env, last)
                    )
                )
        self._gov_read_ledger()
        for one in self:
            if not (one.statement_reference or "").strip():
                raise UserError(self.env._("Give the number and the date of the officer's statement."))
            if one.difference and not (one.note or "").strip():
                raise UserError(self.env._("Explain the differences, or correct the statement."))
        self._gov_take("draft", "closed")
        self._gov_write({"closed_by_id": self.env.uid, "closed_on": self._gov_today()})
        for one in self:
            self.env["gov.journal.entry"]._record(
                one,
                "reconcile",
                {"officer": one.officer_id.code, "quarter": f"{one.year}-{one.quarter}",
                 "difference": f"{one.difference:.2f}"},
            )  # fmt: skip
        return True


class GovBudgetReconciliationLine(models.Model):
    """A delegated line: what the central ledger holds and what the officer's statement says."""

    _name = "gov.budget.reconciliation.line"
    _description = "Line of a reconciliation"
    _inherit = ["gov.budget.part", "gov.budget.stateful", "gov.budget.amounts"]
    _act_field = "reconciliation_id"
    # the figures of the central ledger, read by “Compute” alone
    _act_fields = frozenset({"reconciliation_id", "line_id", "credit", "committed", "ordered", "paid"})
    _amount_fields = ("so_credit", "so_committed", "so_ordered", "so_paid")
    _order = "reconciliation_id, id"

    reconciliation_id = fields.Many2one("gov.budget.reconciliation", required=True, index=True, ondelete="cascade")
    line_id = fields.Many2one("gov.budget.line", "Line", required=True, index=True, ondelete="restrict")
    credit = fields.Float("Credit", digits=(16, 2), readonly=True)
    committed = fields.Float(digits=(16, 2), readonly=True)
    ordered = fields.Float(digits=(16, 2), readonly=True)
    paid = fields.Float(digits=(16, 2), readonly=True)
    so_credit = fields.Float("Credit (statement)", digits=(16, 2))
    so_committed = fields.Float("Committed (statement)", digits=(16, 2))
    so_ordered = fields.Float("Ordered (statement)", digits=(16, 2))
    so_paid = fields.Float("Paid (statement)", digits=(16, 2))
    difference = fields.Float(compute="_compute_difference", store=True, digits=(16, 2))

    @api.depends("credit", "committed", "ordered", "paid", "so_credit", "so_committed", "so_ordered", "so_paid")
    def _compute_difference(self):
        for item in self:
            item.difference = sum(
                abs(item[name] - item[f"so_{name}"]) for name in ("credit", "committed", "ordered", "paid")
            )


class GovBudgetLine(models.Model):
    _inherit = "gov.budget.line"

    def _gov_delegated_lines(self, unit):
        """Return central line id → the line of ``unit`` under it, made when it is not there.

        To be called by an act that holds the locks of these lines.
        """
        found = {}
        children = self.search([("parent_line_id", "in", self.ids), ("unit_id", "=", unit.id)])
        for child in children:
            found[child.parent_line_id.id] = child
        missing = self.filtered(lambda line: line.id not in found)
        created = self._gov_create(
            [
                {
                    "budget_id": line.budget_id.id,
                    "node_id": line.node_id.id,
                    "unit_id": unit.id,
                    "parent_line_id": line.id,
                    "is_open": True,
                }
                for line in missing
            ]
        )
        for line, child in zip(missing, created, strict=True):
            found[line.id] = child
        return found
