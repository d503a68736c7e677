from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.gov_base.tools.act import short_transaction
from odoo.addons.gov_base.tools.text import nbsp_amount, to_decimal

KINDS = [
    ("extra_a", "Credit of excess revenue (type A)"),
    ("extra_b", "Credit of the balance (type B)"),
    ("surplus", "Operating surplus to investment"),
    ("anticipation", "Anticipated commitments"),
]
DISTRIBUTED = ("extra_a", "extra_b", "anticipation")


class GovSpecialAct(models.Model):
    """An act on the credits of a special account: extra credits of type A or B, anticipation, operating surplus.

    draft → submitted → approved, refused or cancelled.  A budget officer prepares and distributes over the lines; an
    authorising officer, never the same person, approves with the order of the ministry of finance.  The maxima of
    CAS-10, CAS-11 and CAS-14 are held by the counters of the year, in the transaction of the approval.
    """

    _name = "gov.special.act"
    _description = "Act on the credits of a special account"
    _inherit = ["gov.special.decided"]
    _order = "id desc"
    _act_fields = frozenset({"state", "submitted_by_id", "approved_by_id", "approved_on", "reason"})

    year_id = fields.Many2one("gov.special.year", "Year", required=True, index=True, ondelete="restrict")
    account_id = fields.Many2one(
        "gov.special.account", "Account", related="year_id.account_id", store=True, index=True, ondelete="restrict"
    )
    region_id = fields.Many2one(
        "gov.region", related="year_id.region_id", store=True, index="btree_not_null", ondelete="restrict"
    )
    kind = fields.Selection(KINDS, required=True, default="extra_a")
    amount = fields.Float(
        digits=(16, 2), compute="_compute_amount", store=True, readonly=False, help="What is opened, in all."
    )
    room = fields.Float("At most", digits=(16, 2), compute="_compute_room")
    order_reference = fields.Char(
        "Order of the ministry of finance", tracking=True, help="Number of the order (arrêté) that opens the credit."
    )
    order_date = fields.Date("Date of the order")
    motive = fields.Text("Why")
    line_ids = fields.One2many("gov.special.act.line", "act_id", "Distribution")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("submitted", "To approve"),
            ("approved", "Approved"),
            ("refused", "Refused"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        index=True,
        tracking=True,
    )
    approved_on = fields.Date(readonly=True, copy=False)

    @api.depends("kind", "year_id", "amount")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for act in self:
            act.display_name = " · ".join(
                filter(None, (labels.get(act.kind), act.year_id and act.year_id.display_name))
            )

    @api.depends("line_ids.amount", "kind")
    def _compute_amount(self):
        for act in self:
            if act.kind in DISTRIBUTED:
                act.amount = sum(act.line_ids.mapped("amount"))

    @api.depends("kind", "year_id")
    def _compute_room(self):
        for act in self:
            year = act.year_id
            act.room = {
                "extra_a": year.extra_a_room,
                "extra_b": year.extra_b_room,
                "anticipation": year.anticipation - year.anticipated,
                "surplus": float(year._gov_free_surplus()) if year else 0.0,
            }.get(act.kind, 0.0)

    @api.constrains("kind", "year_id")
    def _check_kind(self):
        for act in self:
            if act.kind == "surplus" and act.year_id.part != "operating":
                raise UserError(
                    self.env._("The operating surplus is that of the operation of an autonomous service (SG-5).")
                )
            if act.kind == "anticipation" and act.year_id.part != "whole":
                raise UserError(self.env._("An autonomous service commits nothing by anticipation (SG-6)."))

    # ---------------------------------------------------------------------------------------------------------- acts
    def _gov_check_content(self):
        for act in self:
            amount = to_decimal(act.amount)
            if amount <= 0:
                raise UserError(self.env._("%(act)s: give an amount.", act=act.display_name))
            if amount > to_decimal(act.room):
                rule = {"extra_a": "CAS-10", "extra_b": "CAS-11", "anticipation": "CAS-14", "surplus": "SG-5"}[
                    act.kind
                ]
                raise UserError(
                    self.env._(
                        "%(act)s (%(rule)s): %(amount)s is asked and %(room)s is left.",
                        act=act.display_name,
                        rule=rule,
                        amount=nbsp_amount(amount),
                        room=nbsp_amount(max(to_decimal(act.room), 0)),
                    )
                )
            for line in act.line_ids.budget_line_id:
                if line.chapter_code != act.year_id.chapter_code or line.fiscal_year_id != act.year_id.fiscal_year_id:
                    raise UserError(
                        self.env._(
                            "%(line)s is no line of %(year)s.", line=line.display_name, year=act.year_id.display_name
                        )
                    )

    @short_transaction
    def action_submit(self):
        """Submit for approval; for budget officers."""
        self._gov_check_role(
            ("budget_officer",), self.env._("Only a budget officer prepares acts on special accounts.")
        )
        self.check_access("write")
        self._gov_check_content()
        return self._gov_hand_over()

    @short_transaction
    def action_approve(self, comment=None):
        """Open the credits; for authorising officers, never who prepared them, with the order that opens them."""
        self._gov_check_role(
            ("authorising_officer",), self.env._("Only an authorising officer approves acts on special accounts.")
        )
        self._gov_check_not_author()
        self.check_access("read")
        for act in self.sorted("id"):
            if act.kind in ("extra_a", "extra_b") and not (act.order_reference and act.order_date):
                raise UserError(
                    self.env._(
                        "%(act)s: give the number and the date of the order of the ministry of finance that opens it.",
                        act=act.display_name,
                    )
                )
            act._gov_take("submitted", "approved")
            act._gov_write({"approved_by_id": self.env.uid, "approved_on": self._gov_today()})
            act._gov_check_content()
            act._gov_apply()
            act._gov_journal("approve", comment=comment or "")
        return True

    def _gov_apply(self):
        # sudo: the act was approved by who may; the years and lines are moved by it
        years = self.env["gov.special.year"].sudo()
        amount = to_decimal(self.amount)
        if self.kind == "surplus":
            investment = years.search(
                [
                    ("account_id", "=", self.account_id.id),
                    ("fiscal_year_id", "=", self.year_id.fiscal_year_id.id),
                    ("part", "=", "investment"),
                ]
            )
            if not investment:
                raise UserError(
                    self.env._("%(account)s has no investment this year.", account=self.account_id.display_name)
                )
            years._gov_move({self.year_id.id: {"surplus": -amount}, investment.id: {"surplus": amount}})
            return
        if self.kind == "anticipation":
            movements = [
                {"line": line.budget_line_id, "kind": "override", "authorised": line.amount, "record": self}
                for line in self.line_ids
            ]
            years._gov_move({self.year_id.id: {"anticipated": amount}})
            self.env["gov.budget.entry"]._gov_post(movements)
            return
        self.env["gov.budget.entry"]._gov_post(
            [
                {
                    "line": line.budget_line_id,
                    "kind": "amendment",
                    "movement": "a9",
                    "cp": line.amount,
                    "record": self,
                    "label": self.order_reference,
                }
                for line in self.line_ids
            ]
        )
        years._gov_move({self.year_id.id: {self.kind: amount}})

    @short_transaction
    def action_refuse(self, reason):
        """Refuse, with a reason; for authorising officers."""
        self._gov_check_role(
            ("authorising_officer",), self.env._("Only an authorising officer decides on acts on special accounts.")
        )
        self._gov_check_not_author()
        return self._gov_decline("refuse", "refused", reason)

    @short_transaction
    def action_return(self, reason):
        """Give it back to be corrected; for authorising officers."""
        self._gov_check_role(
            ("authorising_officer",), self.env._("Only an authorising officer decides on acts on special accounts.")
        )
        return self._gov_decline("return", "draft", reason)

    @short_transaction
    def action_cancel(self, reason=None):
        """Give up what is not approved yet; for budget officers."""
        self._gov_check_role(
            ("budget_officer",), self.env._("Only a budget officer gives up acts on special accounts.")
        )
        self.check_access("write")
        self._gov_take(("draft", "submitted"), "cancelled")
        self._gov_write({"reason": reason or False})
        return self._gov_journal("cancel", reason=reason or "")

    def _gov_facts(self):
        return {
            "account": self.account_id.code,
            "year": self.year_id.fiscal_year_id.name,
            "kind": self.kind,
            "amount": f"{self.amount:.2f}",
            "order": self.order_reference or "",
        }


class GovSpecialActLine(models.Model):
    """Part of an act that goes to one budget line."""

    _name = "gov.special.act.line"
    _description = "Distribution of an act on a special account"
    _inherit = ["gov.budget.part", "gov.budget.amounts"]
    _act_field = "act_id"
    _amount_fields = ("amount",)
    _order = "act_id, id"

    act_id = fields.Many2one("gov.special.act", required=True, index=True, ondelete="cascade")
    budget_line_id = fields.Many2one("gov.budget.line", "Budget line", required=True, index=True, ondelete="restrict")
    amount = fields.Float(digits=(16, 2), required=True)

    _positive = models.Constraint("CHECK (amount > 0)", "Each line gets an amount.")
    _one_line = models.Constraint("UNIQUE (act_id, budget_line_id)", "A line stands once in an act.")
