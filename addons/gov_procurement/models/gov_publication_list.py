from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.gov_base.tools.text import nbsp_amount

SMALL = ("small", "startup", "cooperative", "union", "auto_entrepreneur")
SIGNED = ("signed", "delivered", "certified", "paid")


class GovProcurementList(models.AbstractModel):
    """The yearly lists of article 134 (form M26): one definition, printed as a document and as a workbook.

    A list is ``{"title", "facts": [(label, value)], "columns": [(label, kind)], "rows"}``; a row of level 0 is a
    subtotal.
    """

    _name = "gov.procurement.list"
    _description = "Yearly lists of purchases"

    @api.model
    def _gov_list(self, kind, officer, year):
        first, last = f"{year}-01-01", f"{year}-12-31"
        return getattr(self.sudo(), f"_gov_{kind}")(officer, first, last)  # sudo: the caller has checked who reads

    def _gov_list_orders(self, officer, first, last):
        """Purchase orders signed in the year: number and total by nature, with the winners (art. 91)."""
        _ = self.env._
        orders = self.env["purchase.order"].search(
            Domain("gov_officer_id", "=", officer.id)
            & Domain("gov_signed_on", ">=", first)
            & Domain("gov_signed_on", "<=", last)
            & Domain("gov_state", "in", SIGNED),
            order="gov_signed_on, id",
        )
        rows = []
        for nature, found in sorted(orders.grouped("gov_nature_id").items(), key=lambda row: row[0].code or ""):
            rows.append((0, [nature.display_name, len(found), "", "", sum(found.mapped("gov_amount")), None]))
            rows += [
                [one.name, None, one.gov_object or "", one.partner_id.name, one.gov_amount, one.gov_signed_on]
                for one in found
            ]
        return {
            "title": _("Purchase orders of the year"),
            "facts": self._gov_totals(len(orders), sum(orders.mapped("gov_amount"))),
            "columns": [
                (_("Nature, order"), "text"),
                (_("Number"), "number"),
                (_("Object"), "text"),
                (_("Supplier"), "text"),
                (_("Amount, all taxes included"), "amount"),
                (_("Signed on"), "date"),
            ],
            "rows": rows,
        }

    def _gov_contracts(self, officer, first, last, domain):
        return self.env["gov.contract"].search(
            Domain("officer_id", "=", officer.id)
            & Domain("notified_on", ">=", first)
            & Domain("notified_on", "<=", last)
            & domain,
            order="notified_on, id",
        )

    def _gov_list_ordinary_law(self, officer, first, last):
        """Contracts under ordinary law notified in the year, by nature (art. 4 to 7)."""
        _ = self.env._
        contracts = self._gov_contracts(officer, first, last, Domain("form", "=", "ordinary_law"))
        groups = sorted(contracts.grouped("nature_id").items(), key=lambda row: row[0].code or "")
        return self._gov_contract_list(
            _("Contracts under ordinary law of the year"),
            _("Nature, contract"),
            [(nature.display_name, found) for nature, found in groups],
            self._gov_totals(len(contracts), sum(contracts.mapped("amount"))),
        )

    def _gov_list_small_firms(self, officer, first, last):
        """Contracts of small firms, cooperatives, unions and auto-entrepreneurs notified in the year, and their share
        (art. 148)."""
        _ = self.env._
        every = self._gov_contracts(officer, first, last, Domain.TRUE)
        contracts = every.filtered(lambda one: one.partner_id.commercial_partner_id.gov_supplier_kind in SMALL)
        words = dict(self.env["res.partner"]._fields["gov_supplier_kind"]._description_selection(self.env))
        groups = [
            (words[kind], found)
            for kind in SMALL
            if (
                found := contracts.filtered(
                    lambda one, kind=kind: one.partner_id.commercial_partner_id.gov_supplier_kind == kind
                )
            )
        ]
        total, whole = sum(contracts.mapped("amount")), sum(every.mapped("amount"))
        share = f"{100 * total / whole:.2f} %" if whole else "–"
        floor = self.env["gov.parameter"].get_value("procurement.reserved.share", fields.Date.to_date(last))
        facts = [
            *self._gov_totals(len(contracts), total),
            (_("Share of the contracts of the year"), f"\u2066{share}\u2069"),
            (_("Legal share"), f"\u2066{100 * floor:g} %\u2069"),
        ]
        return self._gov_contract_list(
            _("Contracts of small firms, cooperatives and auto-entrepreneurs of the year"),
            _("Kind of firm, contract"),
            groups,
            facts,
        )

    def _gov_contract_list(self, title, head, groups, facts):
        _ = self.env._
        rows = []
        for label, found in groups:
            rows.append((0, [label, len(found), "", "", sum(found.mapped("amount")), None]))
            rows += [[one.number, None, one.object, one.partner_id.name, one.amount, one.notified_on] for one in found]
        return {
            "title": title,
            "facts": facts,
            "columns": [
                (head, "text"),
                (_("Number"), "number"),
                (_("Object"), "text"),
                (_("Holder"), "text"),
                (_("Amount, all taxes included"), "amount"),
                (_("Notified on"), "date"),
            ],
            "rows": rows,
        }

    def _gov_totals(self, number, amount):
        _ = self.env._
        return [
            (_("Number"), str(number)),
            (_("Total, all taxes included"), f"\u2066{nbsp_amount(amount)}\u2069"),
        ]

    # ------------------------------------------------------------------ the register of publications
    @api.model
    def _gov_register(self, publications):
        """Return the publications as a list: what, since when, due, published, where."""
        _ = self.env._
        kinds = dict(publications._fields["kind"]._description_selection(self.env))
        supports = dict(publications._fields["support"]._description_selection(self.env))
        states = dict(publications._fields["state"]._description_selection(self.env))
        return {
            "title": _("Publications"),
            "facts": [],
            "columns": [
                (_("Publication"), "text"),
                (_("Object"), "text"),
                (_("Article"), "text"),
                (_("Since"), "date"),
                (_("To be published by"), "date"),
                (_("Published on"), "date"),
                (_("Where"), "text"),
                (_("Reference"), "text"),
                (_("State"), "text"),
            ],
            "rows": [
                [
                    kinds[one.kind], one.subject, one.article or "", one.event_on, one.due_on,
                    one.published_on or None,
                    supports.get(one.support, "") if one.published_on else "", one.reference or "", states[one.state],
                ]
                for one in publications
            ],
        }  # fmt: skip
