from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_amount

from odoo.addons.gov_base.tools.act import around_act, short_transaction

from ..tools import procedure as procedures

PROCEDURES = [
    ("purchase_order", "Purchase order"),
    ("simplified", "Simplified open call"),
    ("open_national", "National open call"),
    ("open_international", "International open call"),
    ("restricted", "Restricted call"),
    ("preselection", "Call with pre-selection"),
    ("competition", "Competition"),
    ("negotiated_publicity", "Negotiated with publicity"),
    ("negotiated", "Negotiated without publicity"),
    ("ordinary_law", "Contract under ordinary law"),
]
RESERVATIONS = [
    ("small", "Small firms"),
    ("cooperative", "Cooperatives and unions"),
    ("auto_entrepreneur", "Auto-entrepreneurs"),
]
SUPPORTS = [("portal", "Portal of public procurement"), ("newspaper", "National newspaper"), ("premises", "Premises")]


class GovProcurementPlan(models.Model):
    """The three-year forecast programme of one authorising officer (decree 2-22-431, art. 17).

    draft → published (before 31 March, on the portal and in a newspaper, posted thirty days) → amended and published
    again as often as needed, each change kept.  Years N+1 and N+2 hold their main projects.
    """

    _name = "gov.procurement.plan"
    _description = "Forecast programme of purchases"
    _inherit = ["gov.budget.stateful", "mail.thread", "gov.document.mixin"]
    _order = "year desc, id desc"
    _act_fields = frozenset({"state", "published_on", "version", "published_by_id", "document_id"})

    name = fields.Char(compute="_compute_name", store=True)
    year = fields.Integer(
        "Year N", required=True, default=lambda self: fields.Date.context_today(self).year + 1, aggregator=None
    )
    officer_id = fields.Many2one(
        "gov.budget.officer", "Authorising officer", required=True, index=True, ondelete="restrict", tracking=True
    )
    line_ids = fields.One2many("gov.procurement.plan.line", "plan_id", "Lines", copy=True)
    state = fields.Selection(
        [("draft", "Draft"), ("published", "Published"), ("amending", "Being amended")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    version = fields.Integer(default=1, readonly=True, copy=False, aggregator=None)
    published_on = fields.Date("Published on", readonly=True, copy=False, tracking=True)
    published_by_id = fields.Many2one(
        "res.users", "Published by", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    newspaper = fields.Char("Newspaper", help="Title, number and date of the national newspaper that published it.")
    due_on = fields.Date("To be published before", compute="_compute_due_on")
    is_overdue = fields.Boolean("Publication late", compute="_compute_due_on", search="_search_is_overdue")
    proof_ids = fields.One2many("gov.procurement.plan.proof", "plan_id", "Proofs of publication")
    proof_missing = fields.Char("Proofs missing", compute="_compute_proof_missing")
    document_id = fields.Many2one(
        "gov.document", "Programme (M20)", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    user_id = fields.Many2one(
        "res.users",
        "Followed by",
        default=lambda self: self.env.user,
        index="btree_not_null",
        ondelete="restrict",
        help="Told when a purchase must start, or slips.",
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    amount = fields.Monetary("Forecast of year N", compute="_compute_amounts")
    reserved_amount = fields.Monetary("Reserved", compute="_compute_amounts")
    reserved_rate = fields.Float("Reserved (%)", compute="_compute_amounts")
    reserved_missing = fields.Monetary("Missing to the legal share", compute="_compute_amounts")
    reserved_floor = fields.Float("Legal share (%)", compute="_compute_amounts")
    late_count = fields.Integer("To start late", compute="_compute_late_count")
    need_count = fields.Integer("Needs", compute="_compute_need_count")
    splitting_text = fields.Text("Purchases to group", compute="_compute_splitting_text")
    change_ids = fields.One2many("gov.procurement.plan.change", "plan_id", "History", readonly=True)

    _year_officer_uniq = models.Constraint(
        "UNIQUE (year, officer_id)", "This officer has a programme for that year: amend it."
    )
    _year_range = models.Constraint("CHECK (year BETWEEN 2000 AND 2100)", "Give the year with four digits.")

    @api.depends("year", "officer_id.code")
    def _compute_name(self):
        for plan in self:
            plan.name = f"PP {plan.year}–{plan.year + 2} · {plan.officer_id.code or ''}"

    @api.depends("year", "state", "published_on")
    def _compute_due_on(self):
        today = fields.Date.context_today(self)
        for plan in self:
            plan.due_on = plan._gov_due_day(plan.year)
            done = plan.published_on or today
            plan.is_overdue = bool(plan.due_on and done >= plan.due_on)

    def _gov_due_day(self, year):
        """Return the day before which the programme of a year is published."""
        if not year or not 2000 <= year <= 2100:
            return False
        # sudo: a date of law, "month-day"
        value = (
            self.env["gov.parameter"].sudo().get_value("procurement.plan.due", fields.Date.to_date(f"{year}-01-01"))
        )
        return fields.Date.to_date(f"{year}-{value}")

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        plans = self.search([("published_on", "=", False)])
        found = plans.filtered("is_overdue") | self.search([("published_on", "!=", False)]).filtered("is_overdue")
        return [("id", "in" if True in value else "not in", found.ids)]

    @api.depends("proof_ids.support", "proof_ids.version", "proof_ids.date", "proof_ids.date_to", "version", "state")
    @api.depends_context("lang")
    def _compute_proof_missing(self):
        words = dict(self.env["gov.procurement.plan.proof"]._fields["support"]._description_selection(self.env))
        for plan in self:
            if plan.state == "draft":
                plan.proof_missing = False
                continue
            have = {proof.support for proof in plan.proof_ids if proof.version == plan.version}
            plan.proof_missing = ", ".join(word for code, word in words.items() if code not in have) or False

    def _compute_late_count(self):
        today = fields.Date.context_today(self)
        found = self.env["gov.procurement.plan.line"]._read_group(
            [("plan_id", "in", self.ids), ("start_by", "<", today), ("is_late", "=", True)], ["plan_id"], ["__count"]
        )
        counts = {plan.id: count for plan, count in found}
        for plan in self:
            plan.late_count = counts.get(plan._origin.id, 0)

    def _compute_need_count(self):
        found = self.env["gov.procurement.need"]._read_group(
            [("plan_line_id.plan_id", "in", self.ids)], ["plan_id"], ["__count"]
        )
        counts = {plan.id: count for plan, count in found}
        for plan in self:
            plan.need_count = counts.get(plan._origin.id, 0)

    @api.depends(
        "line_ids.procedure", "line_ids.estimate", "line_ids.nature_id", "line_ids.year_offset", "line_ids.active"
    )
    @api.depends_context("lang")
    def _compute_splitting_text(self):
        """Say which purchase orders of a nature and year, each under the ceiling, pass it together."""
        sums = self._gov_sums()
        for plan in self:
            groups = defaultdict(lambda: [0, 0.0])
            for offset, nature, procedure, _reserved, count, total in sums[plan]:
                if procedure == "purchase_order" and nature:
                    group = groups[offset, nature]
                    group[0] += count
                    group[1] += total
            # sudo: a figure of law
            value = self.env["gov.parameter"].sudo().get_value
            limit = value("procurement.order.ceiling", plan._gov_due_day(plan.year) or None)
            plan.splitting_text = (
                "\n".join(
                    self.env._(
                        "%(nature)s, %(year)s: %(count)s purchase orders make %(total)s, more than %(limit)s. "
                        "Group them in a call for tenders.",
                        nature=nature.name,
                        year=plan.year + int(offset),
                        count=count,
                        total=format_amount(self.env, total, plan.currency_id),
                        limit=format_amount(self.env, limit, plan.currency_id),
                    )
                    for (offset, nature), (count, total) in groups.items()
                    if count > 1 and total > limit
                )
                or False
            )

    def _compute_currency_id(self):
        self.currency_id = self.env.company.currency_id

    def _gov_sums(self):
        """Return ``{plan: [(year offset, nature, procedure, is reserved, purchases, estimates)]}``.

        One query for the programmes of the database; those being edited are summed from the lines on the screen.
        """
        found = {plan: [] for plan in self}
        kept = self.filtered(lambda plan: isinstance(plan.id, int))
        if kept:
            groups = self.env["gov.procurement.plan.line"]._read_group(
                [("plan_id", "in", kept.ids)],
                ["plan_id", "year_offset", "nature_id", "procedure", "reservation"],
                ["__count", "estimate:sum"],
            )
            for plan, offset, nature, procedure, reservation, count, total in groups:
                found[plan].append((offset, nature, procedure, bool(reservation), count, round(total, 2)))
        for plan in self - kept:
            for line in plan.line_ids.filtered("active"):
                found[plan].append(
                    (
                        line.year_offset,
                        line.nature_id._origin,
                        line.procedure,
                        bool(line.reservation),
                        1,
                        line.estimate,
                    )
                )
        return found

    @api.depends("line_ids.estimate", "line_ids.reservation", "line_ids.year_offset", "line_ids.active")
    def _compute_amounts(self):
        sums = self._gov_sums()
        for plan in self:
            share, reserved, total = procedures.reserved_share(
                [
                    (str(round(total, 2)), kept)
                    for offset, _nature, _way, kept, _count, total in sums[plan]
                    if offset == "0"
                ]
            )
            # sudo: a figure of law
            floor = self.env["gov.parameter"].sudo().get_value("procurement.reserved.share", plan.due_on or None)
            plan.amount, plan.reserved_amount = float(total), float(reserved)
            plan.reserved_rate = float(100 * share) if share is not None else 0
            plan.reserved_floor = 100 * floor
            plan.reserved_missing = max(0, round(float(total) * floor - float(reserved), 2))

    def _gov_check_editable(self, vals):
        free = {"newspaper", "line_ids", "proof_ids", "user_id", "message_follower_ids", "message_ids", "activity_ids"}
        if vals.keys() - free:
            for plan in self:
                if plan.state != "draft":
                    raise UserError(
                        self.env._(
                            "“%(plan)s” was published: amend its lines, its year and officer stay.", plan=plan.name
                        )
                    )

    @around_act
    def action_publish(self):
        """Publish the programme, or its new version, and make its document (form M20); procurement officers only."""
        self._gov_publish()
        self._gov_issue_for("forecast_programme", field="document_id")
        return True

    @short_transaction
    def _gov_publish(self):
        self._gov_check_role(
            ("procurement_officer",), self.env._("A procurement officer publishes the forecast programme.")
        )
        self._gov_take(("draft", "amending"), "published")
        today = fields.Date.context_today(self)
        for plan in self:
            if not plan.line_ids.filtered(lambda line: line.year_offset == "0"):
                raise UserError(self.env._("“%(plan)s” has no line for its first year.", plan=plan.name))
            version = plan.version + 1 if plan.published_on else plan.version
            plan._gov_write(
                {"published_on": today, "version": version, "published_by_id": self.env.uid, "document_id": False}
            )
            plan.line_ids.filtered(lambda line: not line.is_published)._gov_write({"is_published": True})
        self.env["gov.journal.entry"]._record_many(
            [(plan, "publish", {"version": plan.version, "lines": len(plan.line_ids)}) for plan in self]
        )

    @short_transaction
    def action_amend(self):
        """Open a published programme to changes, which are kept and published as a new version."""
        self._gov_check_role(
            ("procurement_officer",), self.env._("A procurement officer amends the forecast programme.")
        )
        self._gov_take("published", "amending")
        self.env["gov.journal.entry"]._record_many([(plan, "amend", {"version": plan.version}) for plan in self])
        return True

    def action_print(self):
        """Download the programme as a workbook (form M20)."""
        self.ensure_one()
        self.check_access("read")
        return {"type": "ir.actions.act_url", "url": f"/gov_procurement/plan/{self.id}.xlsx", "target": "download"}

    @around_act
    def action_print_document(self):
        """Download the published programme in Arabic and in French (form M20); it is made when it is not there yet."""
        self.ensure_one()
        self.check_access("read")
        if not self.document_id:
            self._gov_check_role(
                ("procurement_officer",), self.env._("A procurement officer makes the document of the programme.")
            )
            if self.state != "published":
                raise UserError(self.env._("The programme is published first: its document is that of a version."))
            self._gov_issue_for("forecast_programme", field="document_id")
        url = f"/gov_document/{self.document_id.id}/document.pdf"
        return {"type": "ir.actions.act_url", "url": url, "target": "download"}

    def action_open_lines(self):
        """Open the purchases of the programme as a list of their own, those to start late first."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("gov_procurement.gov_procurement_plan_line_action")
        return {**action, "domain": [("plan_id", "=", self.id)], "context": {"default_plan_id": self.id}}

    def action_open_needs(self):
        """Open the needs that were grouped into the programme."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("gov_procurement.gov_procurement_need_action")
        return {**action, "domain": [("plan_line_id.plan_id", "=", self.id)], "context": {}}


class GovProcurementPlanProof(models.Model):
    """Where and when a version of a programme was published: portal, newspaper, premises for thirty days (art. 17)."""

    _name = "gov.procurement.plan.proof"
    _description = "Proof of publication of a programme"
    _order = "plan_id, version desc, date"
    _rec_name = "reference"

    plan_id = fields.Many2one("gov.procurement.plan", "Programme", required=True, index=True, ondelete="cascade")
    version = fields.Integer(compute="_compute_version", store=True, readonly=False, precompute=True, aggregator=None)
    support = fields.Selection(SUPPORTS, "Where", required=True)
    reference = fields.Char("Title, number or address", required=True, help="As one finds it again.")
    date = fields.Date("From", required=True, default=fields.Date.context_today)
    date_to = fields.Date("Until", compute="_compute_date_to", store=True, readonly=False, precompute=True)
    attachment_ids = fields.Many2many("ir.attachment", string="Scanned proof")

    _dates = models.Constraint("CHECK (date_to IS NULL OR date_to >= date)", "A posting ends after it began.")

    @api.depends("plan_id")
    def _compute_version(self):
        for proof in self:
            proof.version = proof.version or proof.plan_id.version

    @api.depends("support", "date")
    def _compute_date_to(self):
        # sudo: a figure of law
        days = int(self.env["gov.parameter"].sudo().get_value("procurement.plan.posting_days"))
        for proof in self:
            is_posted = proof.support == "premises" and proof.date
            proof.date_to = (proof.date_to or fields.Date.add(proof.date, days=days)) if is_posted else False

    @api.constrains("support", "date", "date_to", "plan_id")
    def _check_proof(self):
        # sudo: a figure of law
        days = int(self.env["gov.parameter"].sudo().get_value("procurement.plan.posting_days"))
        for proof in self:
            if proof.plan_id.state == "draft":
                raise UserError(self.env._("Publish the programme first: a proof is that of a published version."))
            if proof.support == "premises" and (proof.date_to - proof.date).days < days:
                raise UserError(self.env._("The programme stays posted at the premises %(days)s days.", days=days))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_former(self):
        for proof in self:
            if proof.version < proof.plan_id.version:
                raise UserError(self.env._("The proof of a former version is kept."))


class GovProcurementPlanChange(models.Model):
    """A change of a published programme: what, from what, to what, by whom; nobody rewrites it."""

    _name = "gov.procurement.plan.change"
    _description = "Change of a forecast programme"
    _order = "id desc"
    _rec_name = "line_name"

    plan_id = fields.Many2one("gov.procurement.plan", required=True, readonly=True, index=True, ondelete="cascade")
    line_name = fields.Char("Object", readonly=True)
    what = fields.Char("What", readonly=True)
    what_label = fields.Char("Change", compute="_compute_what_label")
    before = fields.Char("From", readonly=True)
    after = fields.Char("To", readonly=True)
    version = fields.Integer(readonly=True, aggregator=None)

    @api.depends("what")
    @api.depends_context("lang")
    def _compute_what_label(self):
        names = self.env["gov.procurement.plan.line"]._fields
        for change in self:
            if change.what == "added":
                change.what_label = self.env._("Added")
            elif change.what in names:
                change.what_label = names[change.what]._description_string(self.env)
            else:
                change.what_label = change.what

    def write(self, vals):
        raise UserError(self.env._("The history of a programme is not rewritten."))


class GovProcurementCeiling(models.Model):
    _inherit = "gov.procurement.ceiling"

    @api.model
    def _gov_used(self, nature, officer, year):
        """Return what purchase orders have used of a nature this year, in dirhams."""
        if not nature or not officer:
            return 0
        return self._gov_used_by([(nature.id, officer.id, year)]).get((nature.id, officer.id, year), 0)

    @api.model
    def _gov_used_by(self, keys):
        """Return ``{(nature id, officer id, year): dirhams used}`` of those of ``keys`` that have used something."""
        keys = set(keys)
        if not keys:
            return {}
        domain = (
            Domain("nature_id", "in", [key[0] for key in keys])
            & Domain("officer_id", "in", [key[1] for key in keys])
            & Domain("year", "in", [key[2] for key in keys])
        )
        # sudo: sums, which propose a procedure to who prepares the programme
        rows = self.sudo().search_fetch(domain, ["nature_id", "officer_id", "year", "used"])
        return {(row.nature_id.id, row.officer_id.id, row.year): row.used for row in rows}
