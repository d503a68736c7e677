"""Who decides at a step of a circuit, worked out on plain values.

A *chain* is the list of posts met from the unit of the employee up to the top of the organisation chart.  Each post
says which users can act for it today; who is barred from the request (who asked for it, whom it concerns, who stands
in for them) never counts as able.
"""

from dataclasses import dataclass

# Rank of the units in the hierarchy; a unit whose kind is not given has rank 0 and serves the direct head only.
RANKS = {
    "service": 1,
    "division": 2,
    "directorate": 3,
    "regional_directorate": 3,
    "inspectorate": 3,
    "secretariat_general": 4,
    "cabinet": 5,
}
# Lowest rank of the unit whose head takes the step.
LOWEST_RANK = {"direct_head": 0, "head_of_division": RANKS["division"], "director": RANKS["directorate"]}
STRENGTH = {"opinion": 1, "approval": 2, "signature": 3}


@dataclass(frozen=True)
class Post:
    """The post of head of one unit.

    :param unit: id of the unit
    :param kind: kind of the unit, or False
    :param chief: id of the employee who heads it, or False when the post is vacant
    :param users: ids of the users who can act for the post today
    """

    unit: int
    kind: str
    chief: int
    users: frozenset


@dataclass(frozen=True)
class Found:
    """The post that takes a step.

    :param climbed: whether it stands above the post the step names (vacant, absent from the chain, or barred)
    """

    unit: int
    users: frozenset
    climbed: bool


def find_post(chain, who, employee, barred, above=None):
    """Return the post that takes a step, climbing the chain while nobody can act.

    :param chain: list of :class:`Post`, from the unit of the employee upwards
    :param who: ``direct_head``, ``head_of_division`` or ``director``
    :param employee: id of the employee concerned: he is never his own head
    :param barred: ids of the users who must not act on the request
    :param above: id of a unit: only the posts over it are looked at (escalation)
    :return: :class:`Found`, or None when the top is reached and nobody can act
    """
    lowest = LOWEST_RANK[who]
    started, climbed = above is None, False
    for post in chain:
        if not started:
            started = post.unit == above
            continue
        if RANKS.get(post.kind, 0) < lowest:
            continue
        if above is None and not climbed and lowest and RANKS.get(post.kind, 0) > lowest:
            climbed = True  # the chain has no unit of the level named by the step
        able = frozenset(post.users) - frozenset(barred)
        if able and post.chief != employee:
            return Found(post.unit, able, climbed)
        climbed = True
    return None


def merged_steps(steps):
    """Tell which steps of a circuit to skip because one head would take several of them.

    :param steps: list of tuples ``(unit, climbed, kind, merge)`` in the order of the circuit; ``unit`` is the unit of
        the post that takes the step (None for a role or a person), ``merge`` the option of the step
    :return: dict of the index of a skipped step → the index of the step of the same head that is kept.  The weaker
        act gives way to the stronger (an opinion to an approval), the earlier to the later when they are equal.
    """
    skipped = {}
    for first, (unit, climbed, kind, merge) in enumerate(steps):
        for last in range(first + 1, len(steps)):
            unit2, climbed2, kind2, merge2 = steps[last]
            if unit is None or unit != unit2 or first in skipped or last in skipped:
                continue
            if STRENGTH[kind] <= STRENGTH[kind2]:
                if climbed or merge:
                    skipped[first] = last
            elif climbed2 or merge2:
                skipped[last] = first
    return skipped
