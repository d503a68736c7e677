from odoo import fields, models

from odoo.addons.gov_approval.models.gov_approval_mixin import TRANSITIONS


class GovApprovalTestRequest(models.Model):
    """The smallest request: an employee, a subject, and a later state ``done`` after approval."""

    _name = "gov.approval.test.request"
    _description = "Test request"
    _inherit = ["gov.approval.mixin"]

    TRANSITIONS = dict(TRANSITIONS, approved={"done"})

    name = fields.Char("Subject", required=True)
    employee_id = fields.Many2one(
        "hr.employee", index=True, ondelete="restrict", default=lambda self: self.env.user.employee_id
    )
    amount = fields.Integer()
    state = fields.Selection(selection_add=[("done", "Done")], ondelete={"done": "set default"})
    granted_count = fields.Integer("Times granted", readonly=True, copy=False)
    refusal_reason = fields.Char(readonly=True, copy=False)

    def _gov_on_approved(self):
        super()._gov_on_approved()
        # sudo: written by the act, whose caller was checked
        for request in self.sudo():
            request.granted_count += 1

    def _gov_on_refused(self, reason):
        super()._gov_on_refused(reason)
        # sudo: written by the act, whose caller was checked
        self.sudo().refusal_reason = reason

    def action_finish(self):
        """Lead an approved request to its later state."""
        self.check_access("read")
        self._transition("done")
