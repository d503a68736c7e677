from odoo import api, models

from .gov_execution_act import GivenRank


class GovDocument(models.Model):
    _inherit = "gov.document"

    @api.model
    def _take_numbers(self, register, code, period, count):
        """Use the number that the act took from this register, in its own transaction, instead of another one."""
        given = self.env.context.get("gov_given_rank")
        if isinstance(given, GivenRank) and count == 1:
            return given.rank
        return super()._take_numbers(register, code, period, count)


class GovDocumentRegister(models.Model):
    _inherit = "gov.document.register"

    def write(self, vals):
        result = super().write(vals)
        if {"code", "pattern"} & vals.keys():
            self.env.registry.clear_cache()  # authorising officers keep the form of their numbers
        return result
