from odoo import api, models

from odoo.addons.gov_document.tools.blocks import facts_table

KINDS = ("commitment_sheet", "payment_order", "payment_slip")


class GovDocumentTemplate(models.Model):
    _inherit = "gov.document.template"

    @api.model
    def _gov_placeholders(self, kind=None):
        """Add what commitment sheets, payment orders and issue sheets print."""
        _ = self.env._
        names = super()._gov_placeholders(kind)
        if kind == "imprest":
            names.update(
                name=(_("Name of the imprest"), "شساعة المصالح المركزية", "Régie des services centraux"),
                unit=(_("Service"), "مديرية الموارد البشرية", "Direction des ressources humaines"),
                holder=(_("Holder"), "السيد …", "M. …"),
                ceiling_words=(_("Ceiling in words"), "عشرة آلاف درهم", "dix mille dirhams"),
            )
        if kind not in KINDS:
            return names
        names.update(
            fiscal_year=(_("Fiscal year"), "2026", "2026"),
            officer=(_("Authorising officer"), "وزير الشباب والثقافة والتواصل", "Le ministre"),
            total_words=(_("Total in words"), "مائة درهم", "cent dirhams"),
        )
        return names

    @api.model
    def _gov_blocks(self, kind=None):
        _ = self.env._
        found = super()._gov_blocks(kind)
        meanings = {
            "commitment_sheet": {
                "facts": _("Reference, object, form, beneficiary"),
                "charges": _("Rubrics: credit, committed, available, proposed, in CP and CE"),
                "amounts": _("Amount, supplement for late interest, total"),
                "pieces": _("Pieces joined"),
                "visa": _("Frame of the accountant's visa"),
            },
            "payment_order": {
                "facts": _("Creditor, account, object, origin year, commitment, invoice, pieces"),
                "charges": _("Rubrics charged"),
                "withheld": _("Gross, what is withheld and why, net"),
                "visa": _("Frame of the accountant's visa"),
            },
            "imprest": {
                "facts": _("Officer, accountant, holder, substitute, ceilings, agreement"),
                "natures": _("Natures of expenses, line and ceiling of each"),
            },
            "payment_slip": {
                "orders": _("Orders by rubric, with totals"),
                "visa": _("Frame of the accountant's receipt"),
            },
        }.get(kind, {})
        sample = facts_table([("…", "…")])
        found.update({name: (meaning, sample, sample) for name, meaning in meanings.items()})
        return found
