import re
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.gov_base.tools.text import to_decimal

CODES = {
    "cas": re.compile(r"3\.1\.0\.0\.1\.\d{2}\.\d{3}"),
    "segma": re.compile(r"4\.1\.1\.0\.0\.\d{2}\.\d{3}"),
}
CATEGORIES = [
    ("earmarked", "Special-purpose account"),
    ("dotation", "Expenditure-from-dotation account"),
    ("membership", "Account of membership of international organisations"),
    ("monetary", "Account of monetary operations"),
    ("financing", "Financing account"),
    ("autonomous", "Autonomously managed State service"),
]


class GovSpecialAccount(models.Model):
    """A special-purpose account of the treasury (CAS) or an autonomously managed State service (SEGMA).

    The law of finance creates it, names its revenue and its expenditure.  It spends its own revenue: orders stay
    within what was realised, its balance is never negative and follows it from year to year
    (``gov.special.year``).  Budget officers keep it; authorising officers and the controller decide; auditors read.
    """

    _name = "gov.special.account"
    _description = "Special account or autonomous service"
    _inherit = ["mail.thread"]
    _order = "kind, code"
    _rec_names_search = ["code", "name", "short_name"]

    name = fields.Char(required=True, translate=True)
    short_name = fields.Char(help="What everybody calls it: FPPAN, ISIC …")
    kind = fields.Selection(
        [("cas", "Special-purpose account (CAS)"), ("segma", "Autonomous service (SEGMA)")],
        required=True,
        default="cas",
        tracking=True,
    )
    category = fields.Selection(CATEGORIES, compute="_compute_category", store=True, readonly=False, precompute=True)
    code = fields.Char(
        "Revenue code",
        required=True,
        tracking=True,
        help="As the finance law prints it: 3.1.0.0.1.29.004 for a special-purpose account, 4.1.1.0.0.29.008 for an "
        "autonomous service.",
    )
    expenditure_code = fields.Char(compute="_compute_codes", store=True, precompute=True, index=True)
    investment_code = fields.Char(
        "Investment code", compute="_compute_codes", store=True, precompute=True, index="btree_not_null"
    )
    creation_year = fields.Integer(
        required=True, tracking=True, aggregator=None, help="The year of the finance law that created it."
    )
    legal_text_id = fields.Many2one(
        "gov.legal.text", "Law that created it", index="btree_not_null", ondelete="restrict"
    )
    unit_id = fields.Many2one(
        "hr.department", "Unit in charge", index="btree_not_null", ondelete="restrict", tracking=True
    )
    region_id = fields.Many2one(
        "gov.region", related="unit_id.effective_region_id", store=True, index="btree_not_null", ondelete="restrict"
    )
    head_quality = fields.Selection(
        [
            ("minister", "Minister, authorising officer by right"),
            ("sub", "Sub-authorising officer"),
            ("officer", "Authorising officer by decree"),
        ],
        string="Authorising officer",
        default="minister",
        required=True,
        tracking=True,
    )
    head_order = fields.Char(
        "Reference of the appointment", tracking=True, help="Number and date of the order or decree that appoints."
    )
    allow_salaries = fields.Boolean(
        "May pay salaries",
        tracking=True,
        help="Only where the finance law says so for this account: it may then pay salaries and allowances.",
    )
    object_revenue = fields.Text("Revenue in the law", translate=True)
    object_expenditure = fields.Text("Expenditure in the law", translate=True)
    source_ids = fields.One2many("gov.revenue.source", "account_id", "Sources of revenue")
    tariff_ids = fields.One2many("gov.special.tariff", "account_id", "Tariffs")
    year_ids = fields.One2many("gov.special.year", "account_id", "Years")
    active = fields.Boolean(default=True)

    # figures of the year in progress, all parts together
    current_year_ids = fields.Many2many("gov.special.year", compute="_compute_current", string="Year in progress")
    realised = fields.Float("Realised revenue", digits=(16, 2), compute="_compute_current")
    ordered = fields.Float(digits=(16, 2), compute="_compute_current")
    balance = fields.Float("Balance", digits=(16, 2), compute="_compute_current")
    order_room = fields.Float("Can still be ordered", digits=(16, 2), compute="_compute_current")
    check_state = fields.Selection(
        [("ok", "All rules hold"), ("watch", "To watch"), ("broken", "A rule is broken")],
        string="Rules",
        compute="_compute_check_state",
    )

    _code_uniq = models.Constraint("UNIQUE (code)", "Two accounts cannot have the same code.")

    # ------------------------------------------------------------------------------------------------------ computes
    @api.depends("short_name", "name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for account in self:
            account.display_name = account.short_name or account.name or self.env._("New account")

    @api.depends("kind")
    def _compute_category(self):
        for account in self:
            if account.kind == "segma":
                account.category = "autonomous"
            elif not account.category or account.category == "autonomous":
                account.category = "earmarked"

    @api.depends("code", "kind")
    def _compute_codes(self):
        for account in self:
            parts = (account.code or "").split(".")
            tail = ".".join(parts[4:])
            is_segma = account.kind == "segma"
            account.expenditure_code = f"4.2.1.1.{tail}" if is_segma else f"3.2.0.0.{tail}"
            account.investment_code = f"4.2.2.2.{tail}" if is_segma else False

    @api.depends_context("uid")
    def _compute_current(self):
        today = fields.Date.context_today(self)
        years = self.env["gov.special.year"].search(
            [("account_id", "in", self.ids), ("date_from", "<=", today), ("date_to", ">=", today)]
        )
        by_account = years.grouped("account_id")
        for account in self:
            rows = by_account.get(account, years.browse())
            account.current_year_ids = rows
            for name in ("realised", "ordered", "balance", "order_room"):
                account[name] = sum(rows.mapped(name))

    def _compute_check_state(self):
        for account in self:
            states = {check["state"] for check in account._gov_checks(fields.Date.context_today(self))}
            account.check_state = "broken" if "broken" in states else "watch" if "watch" in states else "ok"

    # --------------------------------------------------------------------------------------------------- constraints
    @api.constrains("code", "kind")
    def _check_code(self):
        for account in self:
            if not CODES[account.kind].fullmatch(account.code):
                example = "3.1.0.0.1.29.004" if account.kind == "cas" else "4.1.1.0.0.29.008"
                raise ValidationError(
                    self.env._(
                        "“%(code)s” is not the revenue code of this kind of account: write it as the finance law "
                        "does, such as %(example)s.",
                        code=account.code,
                        example=example,
                    )
                )

    @api.constrains("creation_year")
    def _check_creation_year(self):
        for account in self:
            if not 1912 <= account.creation_year <= 2200:
                raise ValidationError(
                    self.env._("%(year)s is not the year of a finance law.", year=account.creation_year)
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        # sudo: whether it has years, whatever their region
        if self.sudo().year_ids:
            raise UserError(self.env._("An account that has had a year stays in the books: archive it."))

    def write(self, vals):
        if {"code", "kind"} & vals.keys():
            for account in self:
                changed = any(name in vals and account[name] != vals[name] for name in ("code", "kind"))
                # sudo: as above
                if changed and account.sudo().year_ids:
                    raise UserError(
                        self.env._(
                            "%(account)s has been executed: its code and kind no longer change.",
                            account=account.display_name,
                        )
                    )
        return super().write(vals)

    def copy_data(self, default=None):
        raise UserError(self.env._("An account is created by a finance law: enter the new one with its own code."))

    # ---------------------------------------------------------------------------------------------------- parameters
    def _gov_number(self, code, day):
        return to_decimal_exact(self.env["gov.parameter"].get_value(code, day))

    # -------------------------------------------------------------------------------------------------------- actions
    def action_open_revenue(self):
        """Open the revenue entries of the account."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("gov_special_account.gov_revenue_entry_action")
        action.update(domain=[("account_id", "=", self.id)], context={"default_account_id": self.id})
        return action

    def action_open_years(self):
        """Open the years of the account."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("gov_special_account.gov_special_year_action")
        action.update(domain=[("account_id", "=", self.id)], context={"default_account_id": self.id})
        return action


def to_decimal_exact(value):
    """Return a parameter's float as the Decimal people wrote."""
    return Decimal(format(value, ".15g")) if isinstance(value, float) else to_decimal(value)


class GovRevenueSource(models.Model):
    """A source of the revenue of an account: a tax, a levy, a service rendered, a grant, a transfer."""

    _name = "gov.revenue.source"
    _description = "Source of revenue"
    _order = "account_id, sequence, id"

    account_id = fields.Many2one("gov.special.account", required=True, index=True, ondelete="restrict")
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    nature = fields.Selection(
        [
            ("tax", "Tax"),
            ("levy", "Levy"),
            ("service", "Service rendered"),
            ("support", "Support funds"),
            ("subsidy", "Balance subsidy of the general budget"),
            ("transfer", "Transfer from the general budget"),
            ("other", "Other"),
        ],
        required=True,
        default="tax",
    )
    is_own = fields.Boolean(
        "Own resource",
        compute="_compute_is_own",
        store=True,
        readonly=False,
        precompute=True,
        help="Own resources are those that do not come from the general budget.",
    )
    active = fields.Boolean(default=True)

    _name_uniq = models.UniqueIndex("(account_id, (name->>'en_US'))", "Two sources of an account have the same name.")

    @api.depends("nature")
    def _compute_is_own(self):
        for source in self:
            source.is_own = source.nature not in ("subsidy", "transfer")


class GovRevenueCollector(models.Model):
    """Who collects revenue and pays it to the treasury: a distributor of electricity, a cashier, a school."""

    _name = "gov.revenue.collector"
    _description = "Collector of revenue"
    _order = "code"
    _rec_names_search = ["code", "name"]

    code = fields.Char(required=True)
    name = fields.Char(required=True, translate=True)
    partner_id = fields.Many2one("res.partner", "Contact", index="btree_not_null", ondelete="restrict")
    account_ids = fields.Many2many("gov.special.account", string="Accounts")
    active = fields.Boolean(default=True)

    _code_uniq = models.Constraint("UNIQUE (code)", "Two collectors cannot have the same code.")


class GovSpecialTariff(models.Model):
    """A tariff of an autonomous service, fixed by a joint order (SG-12)."""

    _name = "gov.special.tariff"
    _description = "Tariff of a service"
    _order = "account_id, name, valid_from desc"

    account_id = fields.Many2one("gov.special.account", required=True, index=True, ondelete="cascade")
    name = fields.Char("Service rendered", required=True, translate=True)
    price = fields.Float(digits=(16, 2), required=True)
    unit = fields.Char(translate=True, help="For one what: student and year, day of training, copy …")
    order_reference = fields.Char(
        "Joint order",
        required=True,
        help="Number and date of the order of the minister and of the minister of finance.",
    )
    valid_from = fields.Date("First day", required=True)
    valid_to = fields.Date("Last day")

    _price_positive = models.Constraint("CHECK (price >= 0)", "A tariff is not negative.")
    _dates = models.Constraint("CHECK (valid_to IS NULL OR valid_from <= valid_to)", "A tariff ends after it begins.")

    @api.constrains("account_id")
    def _check_kind(self):
        for tariff in self:
            if tariff.account_id.kind != "segma":
                raise ValidationError(self.env._("Only an autonomous service has tariffs."))
