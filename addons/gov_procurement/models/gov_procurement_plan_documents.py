"""What the forecast programme (M20), the notice of a purchase and the certificate without competition print."""

from odoo import models
from odoo.tools import format_date, format_datetime

from odoo.addons.gov_base.tools.text import nbsp_amount
from odoo.addons.gov_document.tools.blocks import LANGS, data_table, facts_table, ltr, money_cell

from ..tools.documents import document_head


class GovProcurementPlan(models.Model):
    _inherit = "gov.procurement.plan"

    def _gov_document_values(self, lang):
        """Return what the published programme prints: year N in full, then the main projects of N+1 and N+2 (M20)."""
        self.ensure_one()
        one = self.sudo().with_context(lang=LANGS[lang])  # sudo: the act that issues has checked who may
        _, lines = one.env._, one.line_ids
        procedures = dict(lines._fields["procedure"]._description_selection(one.env))
        reservations = dict(lines._fields["reservation"]._description_selection(one.env))
        first = lines.filtered(lambda line: line.year_offset == "0")
        later = lines - first
        rows = [
            [
                line.name,
                line.nature_id.name,
                line.place,
                procedures[line.procedure],
                money_cell(line.estimate),
                ltr(str(line.publication_month or "")[:7]),
                reservations.get(line.reservation, "–"),
            ]
            for line in first
        ]
        table = data_table(
            [_("Object"), _("Nature"), _("Place"), _("Procedure"), _("Estimate"), _("Publication"), _("Reserved for")],
            rows,
            numeric=(4,),
        )
        if later:
            table += data_table(
                [_("Year"), _("Main projects"), _("Nature"), _("Estimate")],
                [
                    [ltr(one.year + int(line.year_offset)), line.name, line.nature_id.name,
                     money_cell(line.estimate)]
                    for line in later.sorted(lambda line: (line.year_offset, line.id))
                ],
                numeric=(3,),
            )  # fmt: skip
        return {
            **document_head(one.env, lang, one.name, one.officer_id, one.officer_id.name, one.amount),
            "facts": facts_table(
                [
                    (_("Authorising officer"), one.officer_id.name),
                    (_("Years"), ltr(f"{one.year}–{one.year + 2}")),
                    (_("Version"), ltr(one.version)),
                    (_("Published on"), ltr(format_date(one.env, one.published_on))),
                    (_("Purchases of the first year"), ltr(len(first))),
                    (_("Forecast of the first year, all taxes included"), money_cell(one.amount)),
                    (
                        _("Reserved for small firms, cooperatives and auto-entrepreneurs"),
                        ltr(f"{nbsp_amount(one.reserved_amount)} ({one.reserved_rate:.1f} %)"),
                    ),
                ]
            ),
            "rows": table,
        }


class GovPurchaseNotice(models.Model):
    _inherit = "purchase.order"

    def _gov_document_values(self, lang):
        """Add to the notice what article 91-1 asks for: content, place, time, address of the office, deadline."""
        values = super()._gov_document_values(lang)
        if self.gov_state != "notice":
            return values
        one = self.sudo().with_context(lang=LANGS[lang])  # sudo: the act that issues has checked who may
        _ = one.env._
        values["facts"] = facts_table(
            [
                (_("Reference"), ltr(one.name)),
                (_("Authorising officer"), one.gov_officer_id.name),
                (_("Place"), one.gov_place),
                (_("Time to deliver (days)"), one.gov_delivery_days),
                (_("Conditions of guarantee"), one.gov_guarantee),
                (_("Address of the office"), one.gov_office_address),
                (
                    _("Deadline for quotations"),
                    ltr(format_datetime(one.env, one.gov_deadline, dt_format="short")),
                ),
            ]
        )
        values["rows"] = data_table(
            [_("Designation"), _("Quantity"), _("Unit")],
            [
                [line.name, ltr(f"{line.product_qty:g}"), line.product_uom_id.name]
                for line in one.order_line
                if not line.display_type
            ],
            numeric=(1,),
        )
        return {**values, "party": "–", "amount": "–", "amount_words": "–"}
