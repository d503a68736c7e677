from odoo import models


class HrLeave(models.Model):
    _inherit = "hr.leave"

    def _gov_on_approved(self):
        """Granted: a session to which the person is convoked on these days is signalled to its officer."""
        result = super()._gov_on_approved()
        for leave in self:
            self.env["gov.training.session"]._gov_signal_conflicts(
                leave.employee_id, leave.request_date_from, leave.request_date_to
            )
        return result


class GovMissionOrder(models.Model):
    _inherit = "gov.mission.order"

    def _gov_on_approved(self):
        """Granted: as for a leave."""
        result = super()._gov_on_approved()
        for order in self:
            self.env["gov.training.session"]._gov_signal_conflicts(order.employee_id, order.date_from, order.date_to)
        return result
