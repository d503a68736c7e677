from odoo import api, models

from odoo.addons.gov_document.tools.blocks import facts_table


class GovDocumentTemplate(models.Model):
    _inherit = "gov.document.template"

    @api.model
    def _gov_placeholders(self, kind=None):
        """Add what mission orders and statements of expenses print."""
        _ = self.env._
        names = super()._gov_placeholders(kind)
        if kind not in ("mission_order", "mission_settlement"):
            return names
        names["destination"] = (_("Destination"), "طنجة", "Tanger")
        if kind == "mission_order":
            names.update(
                mission_kind=(_("In Morocco or abroad, in words"), "داخل المغرب", "au Maroc"),
                purpose=(_("Purpose of the mission"), "زيارة تفقدية", "Visite d’inspection"),
                date_from=(_("First day"), "3 مارس 2026", "3 mars 2026"),
                date_to=(_("Last day"), "5 مارس 2026", "5 mars 2026"),
            )
        else:
            names.update(
                order_number=(_("Number of the mission order"), "0001/OM/2026", "0001/OM/2026"),
                real_start=(_("Real departure"), "03/03/2026 08:00", "03/03/2026 08:00"),
                real_stop=(_("Real return"), "05/03/2026 18:00", "05/03/2026 18:00"),
                due=(_("Whether the sum is paid or given back"), "تؤدى للمعني بالأمر", "à payer à l’intéressé"),
                due_words=(_("That sum in words"), "مائة درهم", "cent dirhams"),
                total_words=(_("Total in words"), "مائة درهم", "cent dirhams"),
            )
        return names

    @api.model
    def _gov_blocks(self, kind=None):
        _ = self.env._
        found = super()._gov_blocks(kind)
        meanings = {
            "mission_order": {
                "person": _("Name, number, grade and unit of the person"),
                "mission": _("Purpose, hours, transport, own car, who pays, budget line"),
                "itinerary": _("Stages of the journey"),
            },
            "mission_settlement": {
                "person": _("Name, number, grade and unit of the person"),
                "itinerary": _("Stages of the journey"),
                "amounts": _("Amounts line by line, total, advance and what is left"),
            },
        }.get(kind, {})
        sample = facts_table([("…", "…")])
        found.update({name: (meaning, sample, sample) for name, meaning in meanings.items()})
        return found
