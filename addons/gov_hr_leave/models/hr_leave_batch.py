from odoo import models
from odoo.exceptions import UserError

from odoo.addons.gov_base.tools.act import runs_inline

AT_ONCE = 50


class HrLeave(models.Model):
    """Deciding on many requests."""

    _inherit = "hr.leave"

    def action_batch_approve(self):
        """Open the dialog that gives the act expected from the user on each selected request, with a progress bar."""
        waiting = self.filtered("can_approve")
        if not waiting:
            raise UserError(self.env._("None of these requests waits for you."))
        return {
            "type": "ir.actions.client",
            "tag": "gov_leave.batch",
            "name": self.env._("Decide on %(number)s requests", number=len(waiting)),
            "target": "new",
            "params": {"ids": waiting.ids},
        }

    def action_treat(self):
        """Give the act expected from the user (favourable opinion, approval, signature) on each request, one by one.

        :return: ``{"done": number, "failed": [{id, name, message}]}``: one that fails does not stop the others
        """
        done, failed = 0, []
        for leave in self[:AT_ONCE]:
            try:
                if runs_inline(self.env):
                    with self.env.cr.savepoint():
                        leave.action_approve()
                else:
                    leave.action_approve()
                done += 1
            except UserError as error:
                failed.append({"id": leave.id, "name": leave.exists().display_name or "", "message": str(error)})
        return {"done": done, "failed": failed}

    def action_open_balance(self):
        """Open “Why this number of days” for the person of the request and its kind of leave."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.actions"]._for_xml_id("gov_hr_leave.leave_why_action")
        return dict(action, params={"employee_id": self.employee_id.id, "code": self.gov_code})

    def action_open_team(self):
        """Open the calendar of the unit of the person, on the month of the leave."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.actions"]._for_xml_id("gov_hr_leave.leave_team_action")
        params = {"department_id": self.department_id.id, "date": str(self.request_date_from)}
        return dict(action, params=params)
