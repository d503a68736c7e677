from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.gov_base.tools.act import short_transaction
from odoo.addons.gov_base.tools.text import nbsp_amount, to_decimal


class GovSpecialProgram(models.Model):
    """The programme of use of a special account: what its credits of the year are for (CAS-15, CAS-17).

    draft → submitted → approved (visa of the ministry of finance recorded), or refused.  A modified programme is a new
    version; the one before is superseded on its approval.  Commitments are charged within the approved programme.
    """

    _name = "gov.special.program"
    _description = "Programme of use"
    _inherit = ["gov.special.decided"]
    _order = "fiscal_year_id desc, account_id, version desc"
    _act_fields = frozenset(
        {"state", "version", "visa_reference", "visa_date", "approved_by_id", "submitted_by_id", "reason"}
    )

    account_id = fields.Many2one("gov.special.account", "Account", required=True, index=True, ondelete="restrict")
    region_id = fields.Many2one(
        "gov.region", related="account_id.region_id", store=True, index="btree_not_null", ondelete="restrict"
    )
    fiscal_year_id = fields.Many2one("gov.fiscal.year", "Fiscal year", required=True, index=True, ondelete="restrict")
    version = fields.Integer(compute="_compute_version", store=True, precompute=True, copy=False, aggregator=None)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("submitted", "To approve"),
            ("approved", "Approved"),
            ("refused", "Refused"),
            ("superseded", "Superseded"),
        ],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        index=True,
        tracking=True,
    )
    line_ids = fields.One2many("gov.special.program.line", "program_id", "Uses", copy=True)
    total = fields.Float(digits=(16, 2), compute="_compute_total", store=True)
    credits = fields.Float("Credits opened", digits=(16, 2), compute="_compute_credits")
    visa_reference = fields.Char("Visa of the ministry of finance", readonly=True, copy=False, tracking=True)
    visa_date = fields.Date(readonly=True, copy=False)
    approved_by_id = fields.Many2one(
        "res.users", "Recorded by", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )

    _one_approved = models.UniqueIndex(
        "(account_id, fiscal_year_id) WHERE state = 'approved'", "One programme of use is in force a year."
    )
    _one_version = models.UniqueIndex("(account_id, fiscal_year_id, version)", "This version exists already.")

    @api.depends("account_id", "fiscal_year_id", "version")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for one in self:
            if not (one.account_id and one.fiscal_year_id):
                one.display_name = self.env._("New programme of use")
                continue
            place = {"account": one.account_id.display_name, "year": one.fiscal_year_id.name, "version": one.version}
            one.display_name = self.env._("%(account)s %(year)s, version %(version)s", **place)

    @api.depends("account_id", "fiscal_year_id")
    def _compute_version(self):
        """A programme takes the next version of its account and year, once."""
        taken = {}
        for one in self:
            key = one.account_id, one.fiscal_year_id
            if key not in taken:
                # sudo: the versions of the year, whatever their state
                last = self.sudo().search(
                    [("account_id", "=", key[0].id), ("fiscal_year_id", "=", key[1].id), ("id", "!=", one._origin.id)],
                    order="version desc",
                    limit=1,
                )
                taken[key] = last.version
            taken[key] += 1
            one.version = taken[key]

    @api.depends("line_ids.amount")
    def _compute_total(self):
        for one in self:
            one.total = sum(one.line_ids.mapped("amount"))

    @api.depends("account_id", "fiscal_year_id")
    def _compute_credits(self):
        years = self.env["gov.special.year"].search(
            [("account_id", "in", self.account_id.ids), ("fiscal_year_id", "in", self.fiscal_year_id.ids)]
        )
        for one in self:
            its = years.filtered(
                lambda year, one=one: year.account_id == one.account_id and year.fiscal_year_id == one.fiscal_year_id
            )
            one.credits = sum(its.mapped("credits"))

    @api.constrains("account_id")
    def _check_kind(self):
        for one in self:
            if one.account_id.kind != "cas":
                raise UserError(self.env._("Only a special-purpose account (CAS) has a programme of use."))

    # ---------------------------------------------------------------------------------------------------------- acts
    @short_transaction
    def action_submit(self):
        """Submit for the visa: within the credits opened. For budget officers."""
        self._gov_check_role(("budget_officer",), self.env._("Only a budget officer prepares a programme of use."))
        self.check_access("write")
        self._gov_lock()
        for one in self:
            if not one.line_ids:
                raise UserError(self.env._("%(name)s: say what the credits are for.", name=one.display_name))
            one._gov_check_credits()
            one._gov_check_committed()
        return self._gov_hand_over()

    def _gov_check_credits(self):
        if to_decimal(self.total) > to_decimal(self.credits):
            raise UserError(
                self.env._(
                    "%(name)s: %(total)s of uses for %(credits)s of credits opened (CAS-1).",
                    name=self.display_name,
                    total=nbsp_amount(self.total),
                    credits=nbsp_amount(self.credits),
                )
            )

    def _gov_check_committed(self):
        """Refuse a programme below what is committed already."""
        amounts = self._gov_amounts()
        lines = (
            self.env["gov.budget.line"]
            .sudo()
            .search(  # sudo: all lines of the account, of every region
                [
                    ("fiscal_year_id", "=", self.fiscal_year_id.id),
                    ("chapter_code", "=", self.account_id.expenditure_code),
                    ("parent_line_id", "=", False),
                ]
            )
        )
        # whoever commits at the same instant waits, and then sees this programme
        lines._gov_locked()
        lines.invalidate_recordset(["committed"], flush=False)
        for line in lines:
            if to_decimal(line.committed) > amounts.get(line.id, 0):
                raise UserError(
                    self.env._(
                        "%(line)s: %(committed)s is committed, more than the %(amount)s of the programme.",
                        line=line.display_name,
                        committed=nbsp_amount(line.committed),
                        amount=nbsp_amount(amounts.get(line.id, 0)),
                    )
                )

    def _gov_amounts(self):
        """Return {id of a budget line: amount of its uses}."""
        amounts = {}
        for use in self.line_ids:
            key = use.budget_line_id.id
            amounts[key] = amounts.get(key, 0) + to_decimal(use.amount)
        return amounts

    @short_transaction
    def action_approve(self, comment=None, visa_reference=None, visa_date=None):
        """Record the visa of the ministry of finance; for authorising officers, never who submitted it.

        :param visa_reference: number of the visa; ``comment`` stands for it when a caller gives only that
        """
        self._gov_check_role(
            ("authorising_officer",), self.env._("Only an authorising officer records the visa of a programme of use.")
        )
        self._gov_check_not_author()
        reference = visa_reference or comment
        if not (isinstance(reference, str) and reference.strip()):
            raise UserError(self.env._("Give the number of the visa of the ministry of finance."))
        for one in self:
            one._gov_check_credits()
            one._gov_check_committed()
            # sudo: the version in force, superseded by this one
            former = one.sudo().search(
                [
                    ("account_id", "=", one.account_id.id),
                    ("fiscal_year_id", "=", one.fiscal_year_id.id),
                    ("state", "=", "approved"),
                ]
            )
            if former:
                former._gov_take("approved", "superseded")
            one._gov_take("submitted", "approved")
        self._gov_write(
            {
                "visa_reference": reference.strip(),
                "visa_date": fields.Date.to_date(visa_date) or self._gov_today(),
                "approved_by_id": self.env.uid,
            }
        )
        self._gov_journal("approve", visa=reference.strip())
        return True

    @short_transaction
    def action_refuse(self, reason):
        """Record that the visa was refused, with its reason; for authorising officers."""
        self._gov_check_role(
            ("authorising_officer",), self.env._("Only an authorising officer records a refusal of the visa.")
        )
        self._gov_check_not_author()
        return self._gov_decline("refuse", "refused", reason)

    @short_transaction
    def action_return(self, reason):
        """Give it back to be corrected; for authorising officers."""
        self._gov_check_role(
            ("authorising_officer",), self.env._("Only an authorising officer returns a programme of use.")
        )
        return self._gov_decline("return", "draft", reason)

    def action_modify(self):
        """Begin a new version of the programme; for budget officers."""
        self.ensure_one()
        self._gov_check_role(("budget_officer",), self.env._("Only a budget officer modifies a programme of use."))
        if self.state not in ("approved", "refused"):
            raise UserError(self.env._("A programme of use is modified once it was approved or refused."))
        # sudo: the versions of the year, whatever their state
        last = self.sudo().search(
            [("account_id", "=", self.account_id.id), ("fiscal_year_id", "=", self.fiscal_year_id.id)],
            order="version desc",
            limit=1,
        )
        if last.state in ("draft", "submitted"):
            new = last
        else:
            [vals] = self.copy_data()
            new = self.create([vals])
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": new.id,
            "views": [(False, "form")],
        }

    def _gov_facts(self):
        return {
            "account": self.account_id.code,
            "year": self.fiscal_year_id.name,
            "version": self.version,
            "total": f"{self.total:.2f}",
        }


class GovSpecialProgramLine(models.Model):
    """One use of the credits: a line of the budget, for whom and for what."""

    _name = "gov.special.program.line"
    _description = "Use of the credits of a special account"
    _inherit = ["gov.budget.part", "gov.budget.amounts"]
    _act_field = "program_id"
    _amount_fields = ("amount",)
    _order = "program_id, sequence, id"

    program_id = fields.Many2one("gov.special.program", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer(default=10)
    budget_line_id = fields.Many2one("gov.budget.line", "Budget line", required=True, index=True, ondelete="restrict")
    beneficiary_id = fields.Many2one("res.partner", "Beneficiary", index="btree_not_null", ondelete="restrict")
    name = fields.Char("Use", required=True, translate=True)
    amount = fields.Float(digits=(16, 2), required=True)
    committed = fields.Float(related="budget_line_id.committed", string="Committed on the line")

    _positive = models.Constraint("CHECK (amount > 0)", "A use has an amount.")

    @api.constrains("budget_line_id", "program_id")
    def _check_line(self):
        for use in self:
            program, line = use.program_id, use.budget_line_id
            if (
                line.chapter_code != program.account_id.expenditure_code
                or line.fiscal_year_id != program.fiscal_year_id
                or line.parent_line_id
            ):
                raise UserError(
                    self.env._(
                        "%(line)s is no line of %(account)s in %(year)s.",
                        line=line.display_name,
                        account=program.account_id.display_name,
                        year=program.fiscal_year_id.name,
                    )
                )

    @api.model
    def _gov_kept_sentence(self, act):
        return self.env._("The programme of use is no longer a draft: modify it to make a new version.")
