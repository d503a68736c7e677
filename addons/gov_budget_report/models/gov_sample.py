from odoo import models

from odoo.addons.gov_budget.models.gov_budget_stateful import on_day

from .gov_budget_forecast import MONTHS

ASKED = "Besoin de fin d'année"


class GovSample(models.AbstractModel):
    """Requests beyond their credits, for which the forecast finds a transfer; lines planned month by month; one
    verification of the books."""

    _inherit = "gov.sample"

    def _steps(self):
        return [*super()._steps(), self._make_requests_beyond, self._make_forecast, self._make_verification]

    def _make_requests_beyond(self):
        commitments = self.env["gov.commitment"]
        if commitments.search_count([("object", "=like", f"{ASKED}%")], limit=1):
            return
        partner = self.env["res.partner"].search([("ref", "=", "SPL-002")], limit=1)
        officer = self.env["gov.budget.officer"].search([("kind", "=", "main")], limit=1)
        lines = self.env["gov.budget.line"].search(
            [("year", "=", 2026), ("section", "=", "equipment"), ("is_open", "=", True),
             ("parent_line_id", "=", False), ("available", ">", 0), ("cp_current", ">", 100_000)],
            order="available, id",
            limit=4,
        )  # fmt: skip
        if not (partner and officer and lines):
            return
        for rank, line in enumerate(lines, 1):
            on_day(self._as("budget", commitments), "2026-11-26").create(
                {
                    "object": f"{ASKED} n° {rank}",
                    "partner_id": partner.id,
                    "officer_id": officer.id,
                    "fiscal_year_id": line.fiscal_year_id.id,
                    "kind_id": self.env.ref("gov_budget_execution.kind_bc_f").id,
                    "reference": f"BC {90 + rank}/2026",
                    "line_ids": [(0, 0, {"budget_line_id": line.id, "amount": line.available + 35_000 * rank})],
                }
            )

    def _make_forecast(self):
        """Plan the year of some lines in twelve parts, December with what the credits still allow."""
        if self.env["gov.budget.forecast"].search_count([], limit=1):
            return
        lines = self.env["gov.budget.line"].search(
            [("year", "=", 2026), ("section", "=", "equipment"), ("is_open", "=", True),
             ("parent_line_id", "=", False), ("cp_initial", ">", 100_000)],
            order="available desc, id",
            limit=24,
        )  # fmt: skip
        rows = []
        for line in lines:
            part = round(line.cp_initial / 12, -2)
            for month, _name in MONTHS:
                planned = min(part, round(line.available, -2)) if month == "12" else part
                rows.append({"line_id": line.id, "month": month, "planned_commitment": planned, "planned_order": part})
        self._as("budget", self.env["gov.budget.forecast"]).create(rows)

    def _make_verification(self):
        if not self.env["gov.budget.verification"].search_count([], limit=1):
            self._as("auditor", self.env["gov.budget.verification"]).action_verify()
