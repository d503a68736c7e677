from odoo import models
from odoo.exceptions import AccessError, UserError

from ..services import fiscal_package, programming
from . import roles

LICENCE = {
    "name": "ODbL-1.0",
    "title": "Open Data Commons Open Database License v1.0",
    "path": "https://opendatacommons.org/licenses/odbl/1-0/",
}


class GovBudgetPackage(models.Model):
    """The voted budget as open data: a Fiscal Data Package."""

    _inherit = "gov.budget"

    def action_open_data(self):
        """Download the voted budget as a Fiscal Data Package: by budget officers and auditors."""
        self._gov_check_open_data()
        return {
            "type": "ir.actions.act_url",
            "url": f"/gov_budget/budget/{self.id}/open-data.zip",
            "target": "download",
        }

    def _gov_check_open_data(self):
        self.ensure_one()
        if not roles.has_role(self.env, "budget_officer", "auditor"):
            raise AccessError(self.env._("Open data are downloaded by a budget officer or an auditor."))
        self.check_access("read")
        if roles.served_regions(self.env):
            raise AccessError(
                self.env._("Open data tell the whole budget: they are downloaded by who sees all regions.")
            )
        if self.state == "preparation":
            raise UserError(
                self.env._(
                    "Open data are those of a voted budget; %(budget)s is in preparation.", budget=self.display_name
                )
            )

    def _gov_package(self):
        """Return (descriptor, rows) of the budget; rows are made as they are taken."""
        self._gov_check_open_data()
        department = next(iter(self.line_ids.mapped("chapter_code")), "").split(".")[5:6]
        slug = f"budget-{self.kind}-{self.year}" + (f"-{self.account_code}" if self.account_code else "")
        title = self.with_context(lang="fr_FR").display_name.replace("\u2066", "").replace("\u2069", "")
        package = fiscal_package.descriptor(
            slug,
            f"{title} - {self.env.company.name}",
            self.year,
            department=department[0] if department else "",
            currency=self.env.company.currency_id.name,
            description=self.law_reference or "",
            licences=[LICENCE],
        )
        return package, self._gov_package_rows()

    def _gov_package_rows(self, size=1000):
        names = {"fr": {}, "ar": {}}
        ids = self.env["gov.budget.line"].search([("budget_id", "=", self.id), ("parent_line_id", "=", False)]).ids
        for start in range(0, len(ids), size):
            lines = self.env["gov.budget.line"].browse(ids[start : start + size])
            nodes = lines.node_id | lines.chapter_id | lines.programme_id | lines.project_id
            regions = lines.region_id
            for short, lang in (("fr", "fr_FR"), ("ar", "ar_MA")):
                names[short].update({("n", node.id): node.name for node in nodes.with_context(lang=lang)})
                names[short].update({("r", region.id): region.name for region in regions.with_context(lang=lang)})
            for line in lines:
                yield self._gov_package_row(line, names)
            lines.invalidate_recordset()

    def _gov_package_row(self, line, names):
        unit = line.unit_id.sudo()  # sudo: the organisation chart is public
        row = {
            "budget_line": f"{line.chapter_code}/{line.full_code}" + (f"/{unit.unit_code or unit.id}" if unit else ""),
            "chapter": line.chapter_code,
            "programme": line.programme_id.code,
            "region": line.region_id.code,
            "project": line.project_id.code,
            "nature": line.node_id.code,
            "function": line.node_id.functional_code,
            "unit": unit.unit_code,
            "unit_label": unit.name,
            "payment_appropriations": programming.centimes(line.cp_voted),
            "commitment_appropriations": programming.centimes(line.ce_voted),
        }
        for short in ("fr", "ar"):
            row[f"chapter_{short}"] = names[short].get(("n", line.chapter_id.id))
            row[f"programme_{short}"] = names[short].get(("n", line.programme_id.id))
            row[f"project_{short}"] = names[short].get(("n", line.project_id.id))
            row[f"nature_{short}"] = names[short].get(("n", line.node_id.id))
            row[f"region_{short}"] = names[short].get(("r", line.region_id.id))
        return row
