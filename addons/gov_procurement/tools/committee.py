"""Composition and quorum of the committee of a call for tenders (decree 2-22-431 art. 38 and 39).

Plain Python: members and presence in, what is missing out.
"""

from collections import namedtuple

from .money import exact

Member = namedtuple(
    "Member", "id role is_concerned_service present declared conflict", defaults=(False, False, False, False)
)
Member.__doc__ = """A member: role "president", "administration", "treasury" or "finance"; of the service concerned
or not; present;
declared on conflicts of interest; in conflict."""

REQUIRED = ("president", "administration", "treasury")


def missing_roles(members, estimate, finance_threshold):
    """Return what the committee lacks by its composition, as ``(role, number missing)``.

    A president, two representatives of the administration of whom one at least is of the service concerned, one of the
    Treasury, and one of the ministry of finance when the estimate is over the threshold (50 million before tax).

    :param estimate: before tax, in dirhams
    """
    counts = {}
    for one in members:
        if not one.conflict:
            counts[one.role] = counts.get(one.role, 0) + 1
    needed = {"president": 1, "administration": 2, "treasury": 1}
    if exact(estimate) > exact(finance_threshold):
        needed["finance"] = 1
    lacks = [(role, number - counts.get(role, 0)) for role, number in needed.items() if counts.get(role, 0) < number]
    concerned = any(one.role == "administration" and one.is_concerned_service and not one.conflict for one in members)
    if not concerned and not any(role == "administration" for role, _number in lacks):
        lacks.append(("concerned_service", 1))
    return lacks


def quorum(members, estimate, finance_threshold, is_second_session=False):
    """Return ``(holds, reasons)``: whether the session may sit, and what it lacks.

    Each member who must be there is, has declared on his interests, and none in conflict sits.  A member absent puts
    the
    session off by 48 hours; at the second one the members present are enough, with the president among them.

    :return: reasons as ``(code, member id or role)``
    """
    reasons = []
    if not is_second_session:
        reasons += [("composition", role) for role, _number in missing_roles(members, estimate, finance_threshold)]
    for one in members:
        if one.conflict:
            if one.present:
                reasons.append(("conflict", one.id))
            continue
        if not one.present:
            if not is_second_session or one.role == "president":
                reasons.append(("absent", one.id))
        elif not one.declared:
            reasons.append(("undeclared", one.id))
    if not any(one.role == "president" and one.present and not one.conflict for one in members):
        if ("composition", "president") not in reasons and not any(code == "absent" for code, _who in reasons):
            reasons.append(("composition", "president"))
    return not reasons, reasons
