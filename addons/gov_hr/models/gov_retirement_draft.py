from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

# Acts that end the service: who has one needs no other
LEAVING = ("retirement", "resignation")


class GovRetirementDraft(models.TransientModel):
    """Dialog that drafts the retirement acts of those who reach the age limit in the coming months.

    HR officers and managers use it, for the regions they serve; the drafts are read, completed and signed one by one.
    Who has an act already, drafted or signed, is left out: the button may be used every month.
    """

    _name = "gov.retirement.draft"
    _description = "Drafting of retirement acts"

    months = fields.Integer(
        string="Leaving within (months)", required=True, default=lambda self: self._default_months()
    )
    until = fields.Date(string="Up to", compute="_compute_people")
    employee_ids = fields.Many2many("hr.employee", string="People concerned", compute="_compute_people")
    people_count = fields.Integer(string="Acts to draft", compute="_compute_people")

    _months_positive = models.Constraint("CHECK (months BETWEEN 1 AND 120)", "Give between 1 and 120 months.")

    @api.model
    def _default_months(self):
        return int(self.env["gov.parameter"].get_value("retirement.draft.months"))

    @api.depends("months")
    def _compute_people(self):
        today = fields.Date.context_today(self)
        for wizard in self:
            until = today + relativedelta(months=max(min(wizard.months, 120), 0))
            people = self.env["hr.employee"].search(
                [("retirement_date", ">=", today), ("retirement_date", "<=", until)], order="retirement_date, id"
            )
            wizard.until = until
            wizard.employee_ids = people - self._gov_leaving(people)
            wizard.people_count = len(wizard.employee_ids)

    @api.model
    def _gov_leaving(self, people):
        """Those of ``people`` who have an act that ends their service, drafted or signed and not cancelled."""
        # sudo: only who has one comes out, an act of another region counts as well
        groups = (
            self.env["gov.career.act"]
            .sudo()
            ._read_group(
                [
                    ("employee_id", "in", people.ids),
                    ("kind", "in", LEAVING),
                    ("state", "in", ("draft", "signed")),
                    ("contrary_id", "=", False),
                ],
                ["employee_id"],
            )
        )
        return people.browse(employee.id for (employee,) in groups)

    def action_draft(self):
        """Draft one retirement act a person, taking effect the day after the age limit; HR officers and managers."""
        self.ensure_one()
        if not self.env.user.has_group("gov_base.group_hr_officer"):
            raise AccessError(self.env._("Only human resources prepare retirement acts."))
        people = self.employee_ids.filtered(lambda employee: employee.user_id != self.env.user)
        if not people:
            raise UserError(
                self.env._("Nobody without an act leaves up to this date: give more months, or open the acts.")
            )
        made = self.env["gov.career.act"].create(
            [
                {
                    "employee_id": employee.id,
                    "kind": "retirement",
                    "effective_date": employee.retirement_date + timedelta(days=1),
                }
                for employee in people
            ]
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Retirement acts"),
            "res_model": "gov.career.act",
            "view_mode": "list,form",
            "views": [[False, "list"], [False, "form"]],
            "domain": [("id", "in", made.ids)],
        }
