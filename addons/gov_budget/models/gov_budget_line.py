from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, formatLang

from odoo.addons.gov_base.tools.act import is_acting

from ..services import ledger
from ..services.amendment import Place

TURN = 5_311_207  # the class of the advisory locks of lines


def counter(string, help=None):  # noqa: A002 - the word of the ORM
    """Make a stored counter: numeric, never indexed, moved by the ledger alone."""
    return fields.Float(string, digits=(16, 2), required=True, readonly=True, copy=False, default=0.0, help=help)


class GovBudgetLine(models.Model):
    """A credit line: a rubric of a budget, and the counters of what became of its credits.

    Every counter equals the sum of the line's entries in the ledger and is moved by ``gov.budget.entry._gov_post``
    alone, by one conditional UPDATE; nobody writes one.  A line delegated to a sub-authorising officer is a line of
    its own under the central one (``parent_line_id``), for his unit.

        available = cp_current + ce_current − delegated − reserved − committed
    """

    _name = "gov.budget.line"
    _description = "Budget line"
    _inherit = ["gov.budget.amounts", "gov.budget.stateful"]
    _amount_fields = ("cp_proposed", "ce_proposed")
    _order = "chapter_code, full_code, id"
    _rec_names_search = ["full_code", "node_id.name"]
    # a delegated line is made by the order that delegates, and by nobody else
    _act_fields = frozenset({*ledger.COUNTERS, "is_open", "parent_line_id"})

    # identity
    budget_id = fields.Many2one("gov.budget", "Budget", required=True, index=True, ondelete="restrict")
    node_id = fields.Many2one(
        "gov.budget.node", "Rubric", required=True, index=True, ondelete="restrict", domain=[("kind", "=", "line")]
    )
    unit_id = fields.Many2one(
        "hr.department", "Unit", index="btree_not_null", ondelete="restrict", help="Who uses the credit."
    )
    parent_line_id = fields.Many2one(
        "gov.budget.line",
        "Delegated from",
        index="btree_not_null",
        ondelete="restrict",
        help="The central line whose credit a sub-authorising officer received.",
    )
    delegated_line_ids = fields.One2many("gov.budget.line", "parent_line_id", "Delegated lines")
    entry_ids = fields.One2many("gov.budget.entry", "line_id", "Entries")
    # from the rubric and the budget, stored to be searched and grouped
    fiscal_year_id = fields.Many2one(
        related="budget_id.fiscal_year_id", store=True, index=True, ondelete="restrict", precompute=True
    )
    year = fields.Integer(related="budget_id.year", store=True, precompute=True, aggregator=None)
    budget_kind = fields.Selection(related="budget_id.kind", store=True, precompute=True)
    budget_state = fields.Selection(related="budget_id.state", string="Status of the budget")
    full_code = fields.Char(related="node_id.full_code", string="Key", store=True, precompute=True, index="trigram")
    chapter_code = fields.Char(related="node_id.chapter_code", store=True, precompute=True)
    chapter_id = fields.Many2one(
        related="node_id.chapter_id", string="Chapter", store=True, precompute=True, index=True, ondelete="restrict"
    )
    programme_id = fields.Many2one(
        related="node_id.programme_id", string="Programme", store=True, precompute=True, index=True,
        ondelete="restrict",
    )  # fmt: skip
    project_id = fields.Many2one(
        related="node_id.project_id", string="Project or action", store=True, precompute=True, index=True,
        ondelete="restrict",
    )  # fmt: skip
    region_id = fields.Many2one(
        "gov.region",
        "Region",
        compute="_compute_region_id",
        store=True,
        precompute=True,
        index=True,
        ondelete="restrict",
        help="Of the unit that uses a delegated credit, else of the rubric.",
    )
    section = fields.Selection(related="node_id.section", store=True, precompute=True)
    is_investment = fields.Boolean(related="node_id.is_investment", string="Investment", store=True, precompute=True)
    # preparation
    cp_proposed = fields.Float("Proposed CP", digits=(16, 2), help="Payment appropriations of the draft finance law.")
    ce_proposed = fields.Float("Proposed CE", digits=(16, 2), help="Commitment appropriations of the years after.")
    change_ids = fields.One2many("gov.budget.vote.change", "line_id", "Changes by Parliament")
    cp_voted = fields.Float("Voted CP", compute="_compute_voted", store=True, digits=(16, 2))
    ce_voted = fields.Float("Voted CE", compute="_compute_voted", store=True, digits=(16, 2))
    # counters: sums of the ledger
    is_open = fields.Boolean("Open", readonly=True, copy=False, help="Acts are posted on open lines only.")
    cp_initial = counter("CP of the finance law")
    ce_initial = counter("CE of the finance law")
    cp_received = counter("Received", help="Credit delegated from the central line.")
    cp_carried = counter("Carried over")
    cp_moved = counter("Movements", help="Transfers between rubrics, signed.")
    cp_added = counter("Added", help="Supplementary credits, support funds, re-established credits.")
    cp_lapsed = counter("Lapsed", help="Taken back at the end of the year (negative).")
    cp_current = counter("CP", help="Payment appropriations of today.")
    ce_current = counter("CE", help="Commitment appropriations of today, for the years after.")
    delegated = counter("Delegated", help="Given to sub-authorising officers, CP and CE.")
    delegated_ce = counter("Delegated CE")
    reserved = counter("Reserved", help="Held for requests that wait for their visa.")
    committed = counter("Committed")
    liquidated = counter("Liquidated")
    ordered = counter("Ordered")
    paid = counter("Paid")
    authorised = counter("Authorised beyond", help="By a named act of override, with its authority and its reason.")
    available = counter("Available", help="CP + CE − delegated − reserved − committed: what is left to commit.")
    # read on screens
    commitment_rate = fields.Float("Committed %", compute="_compute_rates", digits=(16, 4), aggregator=None)
    order_rate = fields.Float("Ordered %", compute="_compute_rates", digits=(16, 4), aggregator=None)
    to_order = fields.Float("Left to order", compute="_compute_rates", digits=(16, 2))
    equation = fields.Char("What is left", compute="_compute_equation")
    label = fields.Char(compute="_compute_label", help="What the rubric is called in the year of the budget.")
    is_listed = fields.Boolean(related="node_id.is_listed", string="Needs the finance ministry")
    amendment_count = fields.Integer("Amendments", compute="_compute_amendment_count")

    _line_uniq = models.UniqueIndex(
        "(budget_id, node_id, coalesce(unit_id, 0), coalesce(parent_line_id, 0))",
        "This line already stands in the budget.",
    )
    _check_available = models.Constraint(
        f"CHECK ({ledger.rule_sql('available')})", "Not one dirham over: nothing is left on this line."
    )
    _check_credit = models.Constraint(f"CHECK ({ledger.rule_sql('credit')})", "A credit is never negative.")
    _check_delegated = models.Constraint(
        f"CHECK ({ledger.rule_sql('delegated')})", "What is delegated is never negative."
    )
    _check_reserved = models.Constraint(
        f"CHECK ({ledger.rule_sql('reserved')})", "What is reserved is never negative."
    )
    _check_phases = models.Constraint(
        f"CHECK ({ledger.rule_sql('phases')})", "Committed ≥ liquidated ≥ ordered ≥ paid ≥ 0."
    )
    _check_ordered = models.Constraint(
        f"CHECK ({ledger.rule_sql('ordered')})", "Payments are ordered within the payment appropriations."
    )
    _check_sum = models.Constraint(f"CHECK ({ledger.rule_sql('sum')})", "The counters of a line add up.")
    _check_ce = models.Constraint(
        "CHECK (ce_current = 0 OR is_investment)", "Commitment appropriations (CE) are for investment lines only."
    )

    def init(self):
        super().init()
        # counters change at every act: room in the page keeps those updates on it
        self.env.cr.execute("ALTER TABLE gov_budget_line SET (fillfactor = 60)")

    # ------------------------------------------------------------------ computes
    @api.depends("node_id.region_id", "unit_id.effective_region_id", "parent_line_id")
    def _compute_region_id(self):
        for line in self:
            unit = line.unit_id if line.parent_line_id else self.env["hr.department"]
            line.region_id = unit.effective_region_id or line.node_id.region_id

    @api.depends("cp_proposed", "ce_proposed", "change_ids.cp", "change_ids.ce")
    def _compute_voted(self):
        for line in self:
            line.cp_voted = line.cp_proposed + sum(line.change_ids.mapped("cp"))
            line.ce_voted = line.ce_proposed + sum(line.change_ids.mapped("ce"))

    @api.depends("cp_current", "ce_current", "committed", "ordered")
    def _compute_rates(self):
        for line in self:
            line.commitment_rate = ledger.rate(line.committed, line.cp_current + line.ce_current)
            line.order_rate = ledger.rate(line.ordered, line.cp_current)
            line.to_order = line.committed - line.ordered

    @api.depends(*ledger.COUNTERS)
    @api.depends_context("lang")
    def _compute_equation(self):
        for line in self:
            line.equation = line._gov_equation({name: line[name] for name in ledger.COUNTERS})

    def _compute_amendment_count(self):
        items = self.env["gov.budget.amendment.line"]
        counts = {}
        if items.has_access("read"):  # who buys reads lines, not amendments
            counts = dict(items._read_group([("line_id", "in", self.ids)], ["line_id"], ["__count"]))
        for line in self:
            line.amendment_count = counts.get(line, 0)

    @api.depends("node_id.name", "node_id.version_ids.name", "year")
    @api.depends_context("lang")
    def _compute_label(self):
        for line in self:
            # sudo: names of rubrics are public
            line.label = line.node_id.sudo()._gov_name_in(line.year) if line.node_id else False

    @api.depends("full_code", "label", "unit_id", "parent_line_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for line in self:
            line.display_name = self._gov_title(
                line.full_code, line.label, line.parent_line_id and line.unit_id.display_name
            )

    @api.model
    def _gov_title(self, code, name, unit):
        """Return the name of a line; that of a delegated one says for which unit."""
        title = f"\u2066{code or ''}\u2069 {name or ''}"
        return f"{title} · {unit}" if unit else title

    @api.model
    def _gov_titles(self, ids):
        """Return [(id, display name)] of lines, by one statement for all that are not delegated."""
        return self._gov_titles_of(self.env.execute_query(self._gov_titles_sql(ids)))

    @api.model
    def _gov_titles_sql(self, ids):
        """Return the query of what the titles of lines are made of: id, code, label, line it was delegated from."""
        nodes, versions = self.env["gov.budget.node"], self.env["gov.budget.node.version"]
        return SQL(
            "SELECT l.id, %s, coalesce(%s, %s), l.parent_line_id FROM gov_budget_line l JOIN gov_budget_node n "
            "ON n.id = l.node_id LEFT JOIN gov_budget_node_version v ON v.node_id = l.node_id "
            "AND l.year BETWEEN v.year_from AND v.year_to WHERE l.id = ANY(%s)",
            SQL.identifier("l", "full_code", to_flush=self._fields["full_code"]),
            versions._field_to_sql("v", "name"),
            nodes._field_to_sql("n", "name"),
            list(ids),
        )

    @api.model
    def _gov_titles_of(self, rows):
        """Return [(id, display name)] of lines from the rows of that query."""
        delegated = [line for line, _code, _name, parent in rows if parent]
        units = {}
        if delegated:
            # sudo: names are public
            units = {line.id: line.unit_id.display_name for line in self.sudo().browse(delegated)}
        return [(line, self._gov_title(code, name, units.get(line))) for line, code, name, _parent in rows]

    # ------------------------------------------------------------------ hooks
    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        if not self._gov_is_acting():
            lines._gov_check_added()
        lines._gov_check_place()
        return lines

    def write(self, vals):
        is_moved = {"budget_id", "node_id", "unit_id", "parent_line_id"} & vals.keys()
        if (is_moved or {"cp_proposed", "ce_proposed"} & vals.keys()) and not self._gov_is_acting():
            self._gov_check_preparation()
        result = super().write(vals)
        if is_moved:
            if not self._gov_is_acting():
                self._gov_check_preparation()
            self._gov_check_place()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self._gov_check_preparation()

    def _gov_check_added(self):
        """Refuse a credit after the vote; a rubric added to an open budget begins with none, and is open."""
        late = self.filtered(lambda line: line.budget_id.state != "preparation")
        for line in self:
            is_closed = line.budget_id.state == "closed" or line.budget_id.state == "voted"
            if line.parent_line_id or line in late and (is_closed or line.cp_proposed or line.ce_proposed):
                raise UserError(
                    self.env._(
                        "%(line)s: a credit is added by an act (amendment, delegation, carry-over); a rubric without "
                        "credit is added to an open budget.",
                        line=line.display_name,
                    )
                )
        late._gov_write({"is_open": True})
        for budget in late.budget_id:
            self.env["gov.budget.cap"]._gov_open(budget)

    def _gov_check_preparation(self):
        for line in self:
            if line.parent_line_id:
                raise UserError(
                    self.env._("%(line)s was delegated: it changes by delegations alone.", line=line.display_name)
                )
            if line.budget_id.state != "preparation":
                raise UserError(
                    self.env._(
                        "The budget %(budget)s is no longer in preparation: its lines change by amendments.",
                        budget=line.budget_id.display_name,
                    )
                )

    def _gov_check_place(self):
        for line in self:
            if line.node_id.kind != "line":
                raise UserError(
                    self.env._(
                        "%(node)s is no line of the nomenclature: credits stand on lines.", node=line.node_id.full_code
                    )
                )
            if line.section == "revenue":
                raise UserError(
                    self.env._(
                        "%(node)s is a rubric of revenue (%(chapter)s): credits stand on rubrics of expenditure.",
                        node=line.node_id.full_code,
                        chapter=line.chapter_code,
                    )
                )
            if not line.node_id._gov_in_year(line.year):
                raise UserError(
                    self.env._("%(node)s is not in use in %(year)s.", node=line.node_id.display_name, year=line.year)
                )

    # ------------------------------------------------------------------ reading
    def _gov_place(self):
        """Return where the line stands, for the rules of amendments."""
        self.ensure_one()
        return Place(
            budget=self.budget_id.kind,
            account=self.budget_id.account_code or "",
            chapter=self.chapter_code,
            section=self.section,
            programme=self.programme_id.id,
            region=self.node_id.region_id.code or "",
            project=self.project_id.id,
            line=self.node_id.id,
        )

    @api.model
    def get_availability(self, line_ids):
        """Return what is left on lines and the parts of the equation, as the ledger holds them now.

        :param line_ids: ids of lines, at most 500
        :return: line id (as text) → ``{"code", "name", "opened", "cp", "ce", "delegated", "reserved", "committed",
            "authorised", "available", "sentence"}``
        :raise AccessError: for lines the user does not see
        """
        if not isinstance(line_ids, list | tuple) or not all(type(item) is int for item in line_ids):
            raise UserError(self.env._("Give the ids of the lines as a list of numbers."))
        lines = self.browse(line_ids[:500]).exists()
        lines.check_access("read")
        lines.invalidate_recordset(ledger.COUNTERS, flush=False)
        return {str(line.id): line._gov_availability() for line in lines}

    def _gov_availability(self):
        self.ensure_one()
        return {
            "code": self.full_code,
            "name": self.node_id.name,
            "opened": self.cp_current + self.ce_current,
            "cp": self.cp_current,
            "ce": self.ce_current,
            "delegated": self.delegated,
            "reserved": self.reserved,
            "committed": self.committed,
            "authorised": self.authorised,
            "available": self.available,
            "sentence": self.equation,
        }

    def _gov_turn(self):
        """Return the query that waits for the turn of an act on these lines, ``turn``, to begin a statement with.

        Of many acts on one line, PostgreSQL lets a newcomer change a row before one that waits for it since long: who
        waits finds, each time, a newer version that somebody else holds.  An advisory lock of the line, taken before
        its row and kept until the act ends, is given first come, first served.  Only acts in a short transaction of
        their own take turns: in another the row, changed since its beginning, could not be changed after the wait.
        """
        ids = sorted(self.ids) if is_acting(self.env) else []
        return SQL(
            "WITH turn AS MATERIALIZED (SELECT count(pg_advisory_xact_lock(%s, line)) FROM unnest(%s::int[]) line)",
            TURN,
            ids,
        )

    def _gov_locked(self):
        """Lock these lines in id order and return id → counters (Decimal), final until the transaction ends."""
        if not self:
            return {}
        self.flush_recordset()
        names = SQL(", ").join(SQL.identifier("l", name) for name in ledger.COUNTERS)
        rows = self.env.execute_query(
            SQL(
                "%s SELECT l.id, %s FROM turn, gov_budget_line l WHERE l.id IN %s ORDER BY l.id "
                "FOR NO KEY UPDATE OF l",
                self._gov_turn(),
                names,
                tuple(self.ids),
            )
        )
        return {row[0]: dict(zip(ledger.COUNTERS, map(ledger.money, row[1:]), strict=True)) for row in rows}

    @api.model
    def _gov_amount(self, value):
        """Return an amount in the user's language, which no right-to-left sentence breaks."""
        return f"\u2066{formatLang(self.env, float(value), digits=2)}\u2069"

    @api.model
    def _gov_equation(self, counters, asked=None):
        """Return opened − delegated − committed − reserved = available, in words; with ``< asked`` for a refusal."""
        words = {
            "opened": self._gov_amount(ledger.money(counters["cp_current"]) + ledger.money(counters["ce_current"])),
            "delegated": self._gov_amount(counters["delegated"]),
            "committed": self._gov_amount(counters["committed"]),
            "reserved": self._gov_amount(counters["reserved"]),
            "available": self._gov_amount(counters["available"]),
        }
        if asked is None:
            return self.env._(
                "opened %(opened)s − delegated %(delegated)s − committed %(committed)s − reserved %(reserved)s = "
                "available %(available)s",
                **words,
            )
        return self.env._(
            "opened %(opened)s − delegated %(delegated)s − committed %(committed)s − reserved %(reserved)s = "
            "available %(available)s < asked %(asked)s",
            asked=self._gov_amount(asked),
            **words,
        )

    # ------------------------------------------------------------------ screens
    def _gov_window(self, name, model, domain, context=None):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "views": [(False, "list"), (False, "form")],
            "domain": domain,
            "context": context or {},
        }

    def action_open_entries(self):
        """Open the entries of the ledger behind this line."""
        self.ensure_one()
        return self._gov_window(self.env._("Entries"), "gov.budget.entry", [("line_id", "=", self.id)])

    def action_open_amendments(self):
        """Open the amendments that touch this line."""
        self.ensure_one()
        return self._gov_window(self.env._("Amendments"), "gov.budget.amendment", [("line_ids.line_id", "=", self.id)])

    def action_open_delegated(self):
        """Open what was delegated of this line."""
        self.ensure_one()
        return self._gov_window(self.env._("Delegated lines"), "gov.budget.line", [("parent_line_id", "=", self.id)])
