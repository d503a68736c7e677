from odoo import api, models
from odoo.fields import Domain


class HrEmployee(models.Model):
    """Leave balances of a person, explained line by line."""

    _inherit = "hr.employee"

    @api.model
    def _gov_leave_seen_domain(self):
        """Return the lines of people whose leave account the user may read, for record rules of what has an
        ``employee_id``: himself, those of the units below his, HR those of its regions, auditors all."""
        user = self.env.user
        if user.has_group("gov_base.group_auditor"):
            return Domain.TRUE
        # sudo: only which units the user heads and which regions he serves
        regions = user.sudo().gov_region_ids
        if user.has_group("gov_base.group_hr_officer"):
            if not regions:
                return Domain.TRUE
            seen = Domain("employee_id.department_id.effective_region_id", "in", regions.ids)
        else:
            seen = Domain.FALSE
        # sudo: as above
        units = self.env["hr.department"].sudo().search([("manager_id.user_id", "=", user.id)])
        if units:
            seen |= Domain("employee_id.department_id", "child_of", units.ids)
        return seen | Domain("employee_id.user_id", "=", user.id)
