from odoo import api, models
from odoo.fields import Domain

HEALTH_GROUP = "gov_hr_leave.group_health_leave"


class GovApprovalReceipt(models.Model):
    """The receipts and steps of health leave: closed to the roles that read all the others.

    The names of their circuit and steps would tell what the request itself hides.
    """

    _inherit = "gov.approval.receipt"

    @api.model
    def _involved_domain(self):
        domain, user = super()._involved_domain(), self.env.user
        wide = user.has_group("gov_base.group_hr_officer") or user.has_group("gov_base.group_auditor")
        if not wide or (user.has_group(HEALTH_GROUP) and user.has_group("gov_base.group_hr_officer")):
            return domain  # the others read what they asked or decide on, nothing else
        # sudo: which requests are of health leave, to leave them out
        leaves = self.env["hr.leave"].sudo()._search([("holiday_status_id.is_health", "=", True)])
        health = Domain("res_model", "=", "hr.leave") & Domain("res_id", "in", leaves)
        lines = Domain("decided_by_id", "=", user.id)
        for _absent, _interims, called in self.env["gov.approval.line"]._get_rights(user):
            lines |= called
        own = Domain("requester_id", "=", user.id) | Domain("excluded_user_ids", "in", user.ids)
        return domain & (~health | own | Domain("line_ids", "any!", lines))
