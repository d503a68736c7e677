"""Who is who in the programming of the budget, and the key that acts carry."""

from odoo.exceptions import UserError

# Set in the context by the acts; an object, so that no call by RPC can send it.
from ..models.gov_budget_stateful import _ACT as ACT

READERS = ("budget_officer", "authorising_officer", "expenditure_controller", "auditor")
TOP_UNITS = ("directorate", "regional_directorate", "inspectorate", "secretariat_general", "cabinet")


def acting(records):
    """Return records that write as an act whose author was checked."""
    return records.with_context(gov_budget_act=ACT)


def is_acting(records):
    return records.env.context.get("gov_budget_act") is ACT


def has_role(env, *roles):
    """Tell whether the user has one of the roles; superuser rights, under which rules are worked out, are none."""
    return any(env.user.has_group(f"gov_base.group_{role}") for role in roles)


def is_officer(env):
    return env.su or has_role(env, "budget_officer")


def headed_units(env):
    """Return the units the user heads, and those under them.

    sudo: the hierarchy is in the organisation chart, open to everyone.
    """
    units = env["hr.department"].sudo()
    headed = units.search([("manager_id.user_id", "=", env.uid)])
    return units.search([("id", "child_of", headed.ids)]) if headed else headed


def served_regions(env):
    """Return the regions a user serves; none means all.

    sudo: the regions of the user himself.
    """
    return env.user.sudo().gov_region_ids


def is_top(env):
    """Tell whether the user decides for the secretary general or the minister."""
    if has_role(env, "authorising_officer"):
        return True
    # sudo: the organisation chart is open to everyone
    heads = env["hr.department"].sudo()
    domain = [("manager_id.user_id", "=", env.uid), ("unit_kind", "in", ("secretariat_general", "cabinet"))]
    return bool(heads.search_count(domain, limit=1))


def clean_reason(env, reason):
    """Return a reason without useless spaces; refuse one that says nothing."""
    reason = " ".join((reason or "").split()) if isinstance(reason, str) else ""
    if len(reason) < 3:
        raise UserError(env._("Give the reason: it is kept with the act and others read it."))
    return reason


def check_stays(records, vals, *names):
    """Refuse to move records to another owner: the guards look at where they stand, not at where they would go."""
    for name in names:
        if name in vals and not is_acting(records) and any(one[name].id != (vals[name] or False) for one in records):
            raise UserError(records.env._("This stays where it was made: make another one there."))
