from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import format_date
from odoo.tools.i18n import format_list

from odoo.addons.gov_base.tools import identifiers


class ResPartner(models.Model):
    """A supplier of the administration: its identifiers, papers, exclusions and history (finance.md §4.10)."""

    _inherit = "res.partner"

    gov_trade_court = fields.Char("Court of the register", copy=False)
    gov_cnss_number = fields.Char("CNSS number", copy=False)
    gov_business_tax = fields.Char("Business tax number", copy=False, help="Taxe professionnelle, formerly patente.")
    gov_cin = fields.Char("Identity card (CIN)", copy=False, help="Of an auto-entrepreneur.")
    gov_supplier_kind = fields.Selection(
        [
            ("large", "Enterprise"),
            ("small", "Very small, small or medium enterprise"),
            ("startup", "Innovative young enterprise"),
            ("cooperative", "Cooperative"),
            ("union", "Union of cooperatives"),
            ("auto_entrepreneur", "Auto-entrepreneur"),
            ("foreign", "Enterprise not resident in Morocco"),
        ],
        "Kind of supplier",
        help="Small firms, cooperatives and auto-entrepreneurs have a reserved share; the last are preferred when two "
        "offers are equal.",
    )
    gov_document_ids = fields.One2many("gov.supplier.document", "partner_id", "Papers")
    gov_exclusion_ids = fields.One2many("gov.supplier.exclusion", "partner_id", "Exclusions")
    gov_is_excluded = fields.Boolean("Excluded", compute="_compute_gov_is_excluded", search="_search_gov_is_excluded")
    gov_duplicate_text = fields.Char("Same identifiers as", compute="_compute_gov_duplicate_text")
    gov_papers_missing = fields.Char("Papers not in force", compute="_compute_gov_papers_missing")
    # what the office has seen of the supplier
    gov_order_count = fields.Integer("Purchase orders", compute="_compute_gov_history")
    gov_contract_count = fields.Integer("Contracts", compute="_compute_gov_history")
    gov_late_count = fields.Integer("Late deliveries", compute="_compute_gov_history")
    gov_late_days = fields.Float("Days late on average", compute="_compute_gov_history", digits=(16, 1))
    gov_penalty_total = fields.Monetary("Penalties", compute="_compute_gov_history", currency_field="gov_currency_id")
    gov_volume = fields.Monetary("Bought from it", compute="_compute_gov_history", currency_field="gov_currency_id")
    gov_quality_note = fields.Float("Quality (of 5)", compute="_compute_gov_history", digits=(16, 1))
    gov_quality_count = fields.Integer("Notes of quality", compute="_compute_gov_history")
    gov_currency_id = fields.Many2one("res.currency", compute="_compute_gov_currency_id")

    def _compute_gov_currency_id(self):
        self.gov_currency_id = self.env.company.currency_id

    @api.depends("gov_document_ids.valid_to", "gov_document_ids.valid_from")
    @api.depends_context("lang")
    def _compute_gov_papers_missing(self):
        papers = self.env["gov.supplier.document"]
        words = dict(papers._fields["kind"]._description_selection(self.env))
        suppliers = self._origin.filtered(lambda one: one.is_company)
        missing = papers._gov_missing(suppliers, fields.Date.context_today(self))
        for one in self:
            kinds = missing.get(one._origin)
            one.gov_papers_missing = kinds and format_list(self.env, [words[kind] for kind in kinds], "unit")

    def _gov_todo_words(self, key):
        paper = key == "paper" and self.env["gov.supplier.document"]._gov_first_ending(self).get(self)
        if not paper:
            return super()._gov_todo_words(key)
        return self.env._(
            "%(supplier)s: %(paper)s valid until %(day)s",
            supplier=self.display_name,
            paper=dict(paper._fields["kind"]._description_selection(self.env))[paper.kind],
            day=format_date(self.env, paper.valid_to),
        )

    @api.depends("gov_exclusion_ids.date_from", "gov_exclusion_ids.date_to")
    def _compute_gov_is_excluded(self):
        barred = self.env["gov.supplier.exclusion"]._gov_barred(self, fields.Date.context_today(self))
        for one in self:
            one.gov_is_excluded = one in barred

    def _search_gov_is_excluded(self, operator, value):
        if operator != "in":
            return NotImplemented
        if True in value and False in value:
            return Domain.TRUE
        today = fields.Date.context_today(self)
        # sudo: exclusions are published
        partners = (
            self.env["gov.supplier.exclusion"]
            .sudo()  # sudo: as above
            .search(
                Domain("date_from", "<=", today) & (Domain("date_to", "=", False) | Domain("date_to", ">=", today))
            )
            .partner_id
        )
        domain = Domain("id", "in", partners.ids)
        return domain if True in value else ~domain

    @api.depends("gov_ice", "bank_ids.acc_number")
    def _compute_gov_duplicate_text(self):
        for one in self:
            others = one._gov_duplicates()
            one.gov_duplicate_text = ", ".join(others.mapped("display_name")) or False

    def _gov_duplicates(self):
        """Return the other suppliers with the same ICE or the same bank account (RIB or its IBAN)."""
        self.ensure_one()
        ribs = self._gov_ribs()
        # sudo: bank accounts are closed to most; only names of suppliers come out
        found = self.env["res.partner"].sudo()
        if self.gov_ice:
            found |= found.search([("gov_ice", "=", self.gov_ice), ("id", "!=", self._origin.id)])
        if ribs:
            banks = self.env["res.partner.bank"].sudo()  # sudo: as above
            numbers = [*ribs, *map(identifiers.iban_of_rib, ribs)]
            found |= banks.search(
                [("sanitized_acc_number", "in", numbers), ("partner_id", "not in", [self._origin.id, False])]
            ).partner_id
        return found - self._origin.commercial_partner_id.child_ids - self._origin.commercial_partner_id

    def _gov_ribs(self):
        return set().union(*self._gov_ribs_by_partner().values())

    def _gov_ribs_by_partner(self):
        """Return ``{supplier: its RIB}``, those of its IBAN included."""
        # sudo: bank accounts are closed to most; they are compared only
        return {
            one: {rib for rib in map(_rib, one.sudo().bank_ids.mapped("acc_number")) if rib}  # sudo: as above
            for one in self
        }

    def _compute_gov_history(self):
        """Sum up orders, contracts, delays, penalties and notes of quality; a query each for all suppliers."""
        suppliers = self._origin
        ids = suppliers.ids
        signed = ("signed", "delivered", "certified", "paid")
        orders = {
            partner: (count, late)
            for partner, count, late in self.env["purchase.order"]._read_group(
                [("partner_id", "in", ids), ("gov_state", "in", signed)], ["partner_id"], ["__count", "gov_amount:sum"]
            )
        }
        late = {
            partner: (count, days)
            for partner, count, days in self.env["purchase.order"]._read_group(
                [("partner_id", "in", ids), ("gov_days_late", ">", 0)],
                ["partner_id"],
                ["__count", "gov_days_late:sum"],
            )
        }
        contracts = {
            partner: (count, total)
            for partner, count, total in self.env["gov.contract"]._read_group(
                [("partner_id", "in", ids)], ["partner_id"], ["__count", "total:sum"]
            )
        }
        running = self.env["gov.contract"].search(
            [("partner_id", "in", ids), ("state", "not in", ("approved", "notified"))]
        )
        penalties, slipped = defaultdict(float), defaultdict(list)
        for contract in running:
            penalties[contract.partner_id] += contract.penalty
            if contract.days_late:
                slipped[contract.partner_id].append(contract.days_late)
        notes = defaultdict(list)
        rated = self.env["purchase.order"]._read_group(
            [("partner_id", "in", ids), ("gov_quality", "!=", False)], ["partner_id", "gov_quality"], ["__count"]
        ) + self.env["gov.acceptance"]._read_group(
            [("contract_id.partner_id", "in", ids), ("quality", "!=", False), ("state", "=", "pronounced")],
            ["holder_id", "quality"],
            ["__count"],
        )
        for partner, note, count in rated:
            notes[partner] += [int(note)] * count
        for one in self:
            partner = one._origin
            count, days = late.get(partner, (0, 0))
            one.gov_order_count, volume = orders.get(partner, (0, 0))
            one.gov_contract_count, total = contracts.get(partner, (0, 0))
            one.gov_volume = volume + total
            one.gov_late_count = count + len(slipped[partner])
            one.gov_late_days = (days + sum(slipped[partner])) / one.gov_late_count if one.gov_late_count else 0
            one.gov_penalty_total = penalties[partner]
            one.gov_quality_count = len(notes[partner])
            one.gov_quality_note = sum(notes[partner]) / len(notes[partner]) if notes[partner] else 0

    @api.constrains("gov_cin")
    def _check_gov_cin(self):
        for one in self.filtered("gov_cin"):
            try:
                identifiers.check_cnie(one.gov_cin)
            except identifiers.IdentifierError:
                raise ValidationError(
                    self.env._(
                        "“%(value)s” is no number of an identity card: one or two letters, then the digits.",
                        value=one.gov_cin,
                    )
                ) from None

    @api.constrains("gov_tax_number", "gov_trade_register", "gov_cnss_number", "gov_business_tax")
    def _check_gov_numbers(self):
        shapes = {
            "gov_tax_number": (7, 8),
            "gov_trade_register": (1, 7),
            "gov_cnss_number": (7, 7),
            "gov_business_tax": (8, 8),
        }
        for one in self:
            for name, (shortest, longest) in shapes.items():
                value = one[name]
                if value and not (value.isascii() and value.isdigit() and shortest <= len(value) <= longest):
                    raise ValidationError(
                        self.env._(
                            "%(field)s of “%(supplier)s”: %(value)s is not right, it has %(shortest)s to "
                            "%(longest)s digits.",
                            field=self._fields[name]._description_string(self.env),
                            supplier=one.display_name,
                            value=value,
                            shortest=shortest,
                            longest=longest,
                        )
                    )

    def action_gov_orders(self):
        """Open the purchase orders of the supplier."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("gov_procurement.purchase_order_action")
        return {**action, "domain": [("partner_id", "=", self.id), ("gov_state", "!=", False)], "context": {}}

    def action_gov_late(self):
        """Open the late deliveries of the supplier."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("gov_procurement.purchase_order_action")
        return {**action, "domain": [("partner_id", "=", self.id), ("gov_days_late", ">", 0)], "context": {}}

    def action_gov_accounts(self):
        """Open the accounts of the supplier's contracts, with their penalties."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("gov_procurement.gov_progress_account_action")
        return {**action, "domain": [("contract_id.partner_id", "=", self.id)], "context": {}}

    def action_gov_contracts(self):
        """Open the contracts of the supplier."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("gov_procurement.gov_contract_action")
        return {**action, "domain": [("partner_id", "=", self.id)], "context": {}}


def _rib(number):
    """Return the RIB of an account number, be it a RIB or an IBAN; None when it is neither."""
    try:
        return identifiers.check_rib(number)
    except identifiers.IdentifierError:
        pass
    try:
        return identifiers.check_iban_ma(number)[4:]
    except identifiers.IdentifierError:
        return None
