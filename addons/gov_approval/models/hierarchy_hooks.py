"""What changes the heads changes at once who is called upon; the cron takes what would be too long."""

from odoo import models

from .gov_approval_line import REFRESHED_AT_ONCE
from .gov_interim import forget_rows


def _refresh(env, domain):
    forget_rows(env)
    # sudo: who is called upon follows the organisation, whoever changed it
    lines = (
        env["gov.approval.line"]
        .sudo()
        .search([("state", "=", "waiting"), *domain], limit=REFRESHED_AT_ONCE + 1, order="id")
    )
    if len(lines) > REFRESHED_AT_ONCE:
        lines.write({"refreshed_on": False})
        # sudo: as above
        env["gov.approval.line"].sudo().search([("state", "=", "waiting"), *domain]).write({"refreshed_on": False})
        # sudo: as above
        env.ref("gov_approval.ir_cron_refresh").sudo()._trigger()
    else:
        lines._refresh_actors()


class HrDepartment(models.Model):
    _inherit = "hr.department"

    def write(self, vals):
        result = super().write(vals)
        if {"manager_id", "parent_id", "unit_kind", "active"} & set(vals):
            _refresh(self.env, [("receipt_id.department_id", "child_of", self.ids)])
        return result


class ResUsers(models.Model):
    _inherit = "res.users"

    def write(self, vals):
        result = super().write(vals)
        if "group_ids" in vals:  # a role nobody held may now be held
            _refresh(
                self.env,
                [("group_id", "!=", False), "|", ("is_blocked", "=", True), ("unit_id", "!=", False)],
            )
        if "active" in vals:
            # sudo: ids of the units whose requests are looked at again; nothing is shown
            units = self.env["hr.department"].sudo().search([("manager_id.user_id", "in", self.ids)])
            _refresh(
                self.env,
                ["|", ("actor_ids", "in", self.ids), ("receipt_id.department_id", "child_of", units.ids)],
            )
        return result


class HrEmployee(models.Model):
    _inherit = "hr.employee"

    def write(self, vals):
        result = super().write(vals)
        if {"user_id", "active"} & set(vals):
            # sudo: ids of the units whose requests are looked at again; nothing is shown
            units = self.env["hr.department"].sudo().search([("manager_id", "in", self.ids)])
            if units:
                _refresh(self.env, [("receipt_id.department_id", "child_of", units.ids)])
        if {"department_id", "user_id"} & set(vals):
            _refresh(self.env, [("receipt_id.employee_id", "in", self.ids)])
        return result
