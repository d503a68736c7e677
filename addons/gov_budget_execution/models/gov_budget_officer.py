from odoo import api, fields, models, tools
from odoo.exceptions import UserError

from odoo.addons.gov_document.services import numbering

# what an officer numbers: a series without gap for each, a year
SERIES = {"sheet": "ENG", "order": "OP", "slip": "BE"}


class GovBudgetOfficer(models.Model):
    _inherit = "gov.budget.officer"

    control_level = fields.Selection(
        [("full", "Full control"), ("light", "Light control"), ("lighter", "Lighter control")],
        required=True,
        default="full",
        tracking=True,
        help="Modulated control of expenditure: what the department was qualified for after the audit of its "
        "management (decree 2-07-1235, articles 12 to 16).",
    )

    @api.model_create_multi
    def create(self, vals_list):
        officers = super().create(vals_list)
        for officer in officers:
            for series in SERIES:
                officer._gov_register(series)
        return officers

    def _gov_register(self, series):
        """Return the register (superuser) of a series of this officer: sheet, order or slip."""
        self.ensure_one()
        # sudo: a register is made once for each officer, whoever acts first
        registers = self.env["gov.document.register"].sudo()
        found = registers.browse(self._gov_register_id(series))
        if found:
            return found
        names = {
            "sheet": self.env._("Commitment sheets: %(officer)s"),
            "order": self.env._("Payment orders: %(officer)s"),
            "slip": self.env._("Issue sheets: %(officer)s"),
        }
        found = registers.create(
            {
                "code": self._gov_register_code(series),
                "name": names[series] % {"officer": self.code},
                "pattern": f"{{number:04d}}/{SERIES[series]}/{self.code}/{{year}}",
                "yearly": True,
                "gapless": True,
            }
        )
        self.env.registry.clear_cache()
        return found

    def _gov_register_code(self, series):
        return f"execution.{series}.{self.code}".lower()

    @tools.ormcache("self.id", "series")
    def _gov_register_id(self, series):
        # sudo: only the id of a register
        registers = self.env["gov.document.register"].sudo().with_context(active_test=False)
        return registers.search([("code", "=", self._gov_register_code(series))], limit=1).id

    @tools.ormcache("self.id")
    def _gov_profile(self):
        """Return (kind, control level, code) without a statement: every act asks for them."""
        officer = self.sudo()  # sudo: officers are for everybody who prepares
        return officer.kind, officer.control_level, officer.code

    @tools.ormcache("self.id", "series")
    def _gov_series(self, series):
        """Return (code of the counter, pattern) of a series, made when it is missing."""
        register = self._gov_register(series)
        return register._counter_code(), register.pattern, register.code

    def _gov_take_number(self, series, year):
        """Take the next number of a series: (rank, number as printed).  The counter's row is hot: call it last."""
        counter, pattern, code = self._gov_series(series)
        rank = self.env["gov.counter"]._take(counter, str(year))
        return rank, numbering.render(pattern, number=rank, year=year, register=code)

    def write(self, vals):
        if "code" in vals and any(officer.code != vals["code"] for officer in self):
            # sudo: commitments of every region count
            if self.env["gov.commitment"].sudo().search_count([("officer_id", "in", self.ids)], limit=1):
                raise UserError(
                    self.env._("The code of an officer stands in the numbers of acts: it does not change.")
                )
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result
