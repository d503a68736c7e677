from datetime import date, timedelta

from odoo import fields, models

TODAY = date(2026, 11, 29)
# what the report of presentation of a sample call says
REPORT = {
    "objectives": "Donner aux services les moyens de leur mission, dans les délais du programme d’action (exemple).",
    "indicators": "Délai d’exécution tenu ; taux de satisfaction des services de 90 % au moins.",
    "means": "Un chef de projet, un représentant de chaque service, les locaux de l’administration centrale.",
    "reasons": "La nature et le montant du besoin ouvrent la concurrence la plus large.",
    "choice": "Offre classée première ; pièces de l’attributaire complètes et en cours de validité.",
    "market_price": "Prix comparés à ceux des marchés des trois dernières années, écart inférieur à 10 %.",
}


class GovSample(models.AbstractModel):
    """Reports and publications of the sample year: most are published, some wait, one or two are late."""

    _inherit = "gov.sample"

    def _steps(self):
        return [*super()._steps(), self._make_presentation_reports, self._make_publications]

    def _make_presentation_reports(self):
        """Make the reports of presentation of the calls that were awarded or approved."""
        reports = self.env["gov.tender.report"]
        tenders = self.env["gov.tender"].search([("state", "in", ("awarded", "approved"))], order="id")
        if not tenders or reports.search_count([], limit=1):
            return
        authorising = self._user("authorising")
        for tender in tenders:
            report = self._as("procurement", reports).create({"tender_id": tender.id, **REPORT})
            if tender.state == "approved":
                report._gov_write({"state": "signed", "signed_on": tender.approved_on, "signed_by_id": authorising.id})

    def _make_publications(self):
        """Put on the list what the calls, orders, reports and exclusions of the year made due."""
        publications = self.env["gov.procurement.publication"]
        if publications.search_count([("is_fed", "=", True)], limit=1):
            return
        for plan in self.env["gov.procurement.plan"].search([("published_on", "!=", False)]):
            self._take_publication(plan, "programme", plan.published_on, plan.newspaper or "PP")
        for tender in self.env["gov.tender"].search([("published_on", "!=", False)]):
            references = ", ".join(tender.publication_ids.mapped("reference"))
            self._take_publication(tender, "notice", tender.published_on, references)
            if tender.closed_at:
                self._take_publication(tender, "extract", tender.closed_at.date(), f"EX-{tender.number}")
            if tender.results_published_on:
                self._take_publication(tender, "result", tender.results_published_on, f"RES-{tender.number}")
            if tender.state == "cancelled":
                self._take_publication(tender, "cancellation", date(2026, 7, 20), f"ANN-{tender.number}")
        for report in self.env["gov.tender.report"].search([("state", "=", "signed")]):
            self._take_publication(report, "presentation_report", report.signed_on, "RP")
        orders = self.env["purchase.order"].search([("gov_published_at", "!=", False)])
        for order in orders:
            self._take_publication(
                order, "order_notice", fields.Date.to_date(order.gov_published_at), order.gov_notice_reference
            )
            if order.gov_awarded_on:
                self._take_publication(order, "order_result", order.gov_awarded_on, f"R-{order.gov_notice_reference}")
        for exclusion in self.env["gov.supplier.exclusion"].search([]):
            self._take_publication(exclusion, "exclusion", exclusion.date_from, exclusion.reference)

    def _take_publication(self, record, kind, day, reference):
        """Put one publication on the list: published the day after, unless it is of the last months."""
        late = kind in ("result", "presentation_report", "order_result") and day.month >= 8
        published = {
            "state": "published",
            "published_on": min(day + timedelta(kind not in ("notice", "order_notice", "programme")), TODAY),
            "published_by_id": self._user("procurement").id,
            "reference": reference or "–",
        }
        self.env["gov.procurement.publication"]._gov_feed(
            record, kind, day, rank=record.version if kind == "programme" else 1, **({} if late else published)
        )
