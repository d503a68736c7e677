"""The rules of regions read the unit of an employee on his present record.

An update of the module leaves them alone (``noupdate``), so that an administration keeps its own: changed while ours.
"""

from odoo import SUPERUSER_ID, api

OURS = {
    "gov_base.hr_employee_rule_region": "('department_id.effective_region_id'",
    "gov_base.hr_version_rule_region": "('employee_id.department_id.effective_region_id'",
}


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    for name, former in OURS.items():
        rule = env.ref(name, raise_if_not_found=False)
        if rule and former in rule.domain_force:
            stored = former.replace("department_id", "current_version_id.department_id")
            rule.domain_force = rule.domain_force.replace(former, stored)
