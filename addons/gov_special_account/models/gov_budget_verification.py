from odoo import api, models

from odoo.addons.gov_budget_report.services.verification import Probe

from ..services.probes import PROBES


class GovBudgetVerification(models.Model):
    _inherit = "gov.budget.verification"

    @api.model
    def _gov_probes(self):
        return [*super()._gov_probes(), *(Probe(*one) for one in PROBES)]


class GovBudgetVerificationLine(models.Model):
    _inherit = "gov.budget.verification.line"

    @api.model
    def _gov_labels(self):
        _ = self.env._
        return {
            **super()._gov_labels(),
            "accounts": _("Special accounts: every counter equals the sum of its entries"),
            "account_rules": _("Special accounts: creditor, within revenue, credits and maxima"),
            "account_carried": _("Special accounts: the balance is carried over exactly"),
            "account_missing": _("Special accounts: nothing is ordered on an account whose revenue is not known"),
            "revenue_series": _("Revenue: one series without gap for each account and year"),
            "revenue_guard": _("Revenue: the ledger is append-only in the database"),
        }
