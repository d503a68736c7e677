from odoo import api, models

from odoo.addons.gov_document.tools import blocks

KINDS = ("training_convocation", "training_certificate")


class GovDocumentTemplate(models.Model):
    _inherit = "gov.document.template"

    @api.model
    def _gov_placeholders(self, kind=None):
        """Add what convocations and certificates of training print."""
        _ = self.env._
        names = super()._gov_placeholders(kind)
        if kind in KINDS:
            names.update(
                course=(_("Title of the training"), "التواصل الرقمي", "Communication numérique"),
                date_from=(_("First day"), "7 دجنبر 2026", "7 décembre 2026"),
                date_to=(_("Last day"), "9 دجنبر 2026", "9 décembre 2026"),
                training_place=(_("Place of the training"), "قاعة الندوات", "Salle de conférences"),
                trainer=(_("Trainers"), "سعيد الإدريسي", "Said EL IDRISSI"),
                undersigned=(_("“The undersigned”, according to who signs"), "يشهد الموقع أسفله", "Le soussigné"),
                hours=(_("Hours followed"), "18", "18"),
                half_days=(_("Half-days followed"), "6", "6"),
                presence=(_("Presence, in percent"), "100", "100"),
            )
        return names

    @api.model
    def _gov_blocks(self, kind=None):
        _ = self.env._
        found = super()._gov_blocks(kind)
        sample = blocks.facts_table([("…", "…")])
        if kind in KINDS:
            found["person"] = (_("Name, numbers, grade and unit of the person"), sample, sample)
            found["schedule"] = (_("Half-days of the session"), sample, sample)
            found["training"] = (_("Title, objectives, place, trainers and hours"), sample, sample)
        if kind == "training":
            found["training_table"] = (
                _("Trainings validated, with the numbers of their certificates"),
                sample,
                sample,
            )
        return found
