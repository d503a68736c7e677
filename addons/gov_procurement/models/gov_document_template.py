from odoo import api, models

from odoo.addons.gov_document.tools.blocks import facts_table

KINDS = (
    "purchase_minutes",
    "purchase_order",
    "purchase_notice",
    "purchase_certificate",
    "forecast_programme",
    "tender_minutes",
    "tender_letter",
    "service_order",
    "progress_account",
    "acceptance",
    "contract_completion",
    "publication_notice",
    "publication_rectification",
    "publication_extract",
    "publication_result",
    "publication_order_result",
    "publication_cancellation",
    "publication_exclusion",
    "publication_list_orders",
    "publication_list_ordinary_law",
    "publication_list_small_firms",
    "presentation_report",
    "tender_convocation",
    "tender_invitation",
    "tender_postponement",
    "tender_documents",
    "tender_answer",
    "contract_approval",
)


class GovDocumentTemplate(models.Model):
    _inherit = "gov.document.template"

    @api.model
    def _gov_placeholders(self, kind=None):
        """Add what the documents of purchases print."""
        _ = self.env._
        names = super()._gov_placeholders(kind)
        if kind in KINDS:
            names.update(
                subject=(_("Object of the purchase"), "اقتناء لوازم المكتب", "Achat de fournitures de bureau"),
                party=(_("Supplier, bidder or holder"), "شركة المثال", "Société Exemple"),
                amount=(_("Amount in figures"), "1 200,00", "1 200,00"),
                amount_words=(_("Amount in words"), "ألف ومائتا درهم", "mille deux cents dirhams"),
            )
        return names

    @api.model
    def _gov_blocks(self, kind=None):
        _ = self.env._
        found = super()._gov_blocks(kind)
        if kind in KINDS:
            sample = facts_table([("…", "…")])
            found.update(
                facts=(_("Facts of the file: references, dates, people"), sample, sample),
                rows=(_("Table of the document: prices, offers, amounts"), sample, sample),
            )
        return found
