"""The rules of regions read the unit of an employee on his present record.

An update of the module leaves them alone (``noupdate``), so that an administration keeps its own: changed while ours.
"""

from odoo import SUPERUSER_ID, api

REGIONS = "'in', user.gov_region_ids.ids)"
BEFORE = f"('department_id.effective_region_id', {REGIONS}"
STORED = f"('current_version_id.department_id.effective_region_id', {REGIONS}"
OURS = {
    "gov_base.hr_employee_rule_region": (
        f"['|', ('user_id', '=', user.id), {BEFORE}]",
        f"['|', '|', ('user_id', '=', user.id), {STORED}, '&', ('current_version_id', '=', False), {BEFORE}]",
    ),
    "gov_base.hr_version_rule_region": (
        BEFORE.replace("('", "('employee_id."),
        STORED.replace("('", "('employee_id."),
    ),
}


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    for name, (before, after) in OURS.items():
        rule = env.ref(name, raise_if_not_found=False)
        if rule:
            rule.domain_force = rule.domain_force.replace(before, after)
