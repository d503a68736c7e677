from odoo import api, models


class GovParameter(models.Model):
    """Retirement dates are stored: a change of the age table has them computed again."""

    _inherit = "gov.parameter"

    @api.model_create_multi
    def create(self, vals_list):
        parameters = super().create(vals_list)
        parameters._gov_recompute_retirement()
        return parameters

    def write(self, vals):
        self._gov_recompute_retirement()
        result = super().write(vals)
        self._gov_recompute_retirement()
        return result

    def unlink(self):
        is_concerned = any(code.startswith("retirement.") for code in self.mapped("code"))
        result = super().unlink()
        if is_concerned:
            self._gov_recompute_retirement(force=True)
        return result

    def _gov_recompute_retirement(self, force=False):
        if force or any((code or "").startswith("retirement.") for code in self.mapped("code")):
            Employee = (
                self.env["hr.employee"].sudo().with_context(active_test=False)
            )  # sudo: a stored date, not a reading
            self.env.add_to_compute(Employee._fields["retirement_date"], Employee.search([("birthday", "!=", False)]))
