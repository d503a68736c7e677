"""Buttons that open the dialog of an act; the act itself checks who may do it."""

from odoo import models


def _open(record, operation, title, **defaults):
    record.ensure_one()
    record.check_access("read")
    return {
        "type": "ir.actions.act_window",
        "name": title,
        "res_model": "gov.leave.dialog",
        "views": [(False, "form")],
        "target": "new",
        "context": {
            "default_operation": operation,
            "default_res_id": record.id,
            **{f"default_{name}": value for name, value in defaults.items()},
        },
    }


class HrLeave(models.Model):
    _inherit = "hr.leave"

    def action_open_certificate(self):
        """Open the dialog that records the certificate."""
        return _open(self, "certificate", self.env._("Certificate received"))

    def action_open_council(self):
        """Open the dialog that records the health file and the opinion of the Health Council."""
        return _open(
            self,
            "council",
            self.env._("Health file and Health Council"),
            employee_id=self.employee_id.id,
            file_kind=self.gov_code,
        )

    def action_open_exception(self):
        """Open the dialog that takes the reason of an exception."""
        return _open(self, "exception", self.env._("Grant an exception"))

    def action_open_recall(self):
        """Open the dialog that takes the day and the reason of a recall to service."""
        return _open(self, "recall", self.env._("Call back to service"))

    def action_open_reissue(self):
        """Open the dialog that takes the reason for making the decision again."""
        return _open(self, "reissue", self.env._("Make the decision again"))


class GovLeaveReturn(models.Model):
    _inherit = "gov.leave.return"

    def action_open_record(self):
        """Open the dialog that records the return."""
        return _open(self, "return", self.env._("Return to service"), needs_fitness=self.needs_fitness)


class GovAbsence(models.Model):
    _inherit = "gov.absence"

    def action_open_answer(self):
        """Open the dialog that takes the answer to the query."""
        return _open(self, "answer", self.env._("Answer the query"))

    def action_open_justify(self):
        """Open the dialog that takes the reason for holding the absence as justified."""
        return _open(self, "justify", self.env._("Hold as justified"))

    def action_open_deduct(self):
        """Open the dialog that takes the reason of a deduction."""
        return _open(self, "deduct", self.env._("Deduct from the pay"))

    def action_open_cancel(self):
        """Open the dialog that takes the reason of a cancellation."""
        return _open(self, "cancel", self.env._("Cancel the absence"))
