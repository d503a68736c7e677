from odoo import api, models

from odoo.addons.gov_document.tools.blocks import facts_table

from .gov_training_plan_document import ANNUAL, MULTI


class GovDocumentTemplate(models.Model):
    _inherit = "gov.document.template"

    @api.model
    def _gov_placeholders(self, kind=None):
        """Add what training plans print."""
        _ = self.env._
        names = super()._gov_placeholders(kind)
        if kind in (ANNUAL, MULTI):
            names.update(
                plan_name=(_("Name of the plan"), "مخطط التكوين 2027", "Plan de formation 2027"),
                year_from=(_("First year"), "2027", "2027"),
                year_to=(_("Last year"), "2027", "2027"),
                version=(_("Version"), "1", "1"),
                orientations=(_("Orientations"), "تأهيل الكفاءات الرقمية", "Renforcer les compétences numériques"),
                budget=(_("Budget"), "450 000,00", "450 000,00"),
                budget_words=(
                    _("Budget in words"),
                    "أربعمائة وخمسون ألف درهم",
                    "quatre cent cinquante mille dirhams",
                ),
                cost=(_("Cost of the actions"), "448 200,00", "448 200,00"),
                approved_on=(_("Day of the approval"), "3 دجنبر 2026", "3 décembre 2026"),
            )
        return names

    @api.model
    def _gov_blocks(self, kind=None):
        _ = self.env._
        found = super()._gov_blocks(kind)
        meanings = {"figures": _("Number of actions, places, days, budget"), "opinions": _("Opinion of the committee")}
        if kind == MULTI:
            meanings["years"] = _("Annual plans and their budgets")
        elif kind == ANNUAL:
            meanings["actions"] = _("Actions, with groups, persons, days and costs")
            meanings["costs"] = _("Costs by element, with taxes")
        else:
            return found
        sample = facts_table([("…", "…")])
        found.update({name: (meaning, sample, sample) for name, meaning in meanings.items()})
        return found
