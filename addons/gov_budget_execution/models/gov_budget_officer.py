from odoo import fields, models, tools
from odoo.exceptions import UserError

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
                "pattern": "{number:04d}/%s/%s/{year}" % (SERIES[series], self.code),
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

    def _gov_take_number(self, series, year):
        """Take the next number of a series: (rank, number as printed).  The counter's row is hot: call it last."""
        register = self._gov_register(series)
        rank = self.env["gov.counter"]._take(register._counter_code(), register._period(year))
        return rank, register._format(rank, year)

    def write(self, vals):
        if "code" in vals and any(officer.code != vals["code"] for officer in self):
            # sudo: commitments of every region count
            if self.env["gov.commitment"].sudo().search_count([("officer_id", "in", self.ids)], limit=1):
                raise UserError(self.env._("The code of an officer stands in the numbers of acts: it does not change."))
        return super().write(vals)
