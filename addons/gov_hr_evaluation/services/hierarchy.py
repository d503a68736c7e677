"""Who evaluates whom: the nearest head over a person, worked out on the chart as plain values."""


def find_evaluator(unit, employee, units, able=None):
    """Return the head who evaluates a person: that of his unit, or the nearest above when he heads it himself.

    :param unit: id of the unit of the person, or None
    :param employee: id of the person: he is never his own head
    :param units: dict of id of unit → ``(id of the unit above or None, id of its head or None)``
    :param able: set of the ids of heads who can evaluate (active); None takes any
    :return: ``(id of the head, id of his unit)``, or ``(None, None)`` at the top of the chart
    """
    seen = set()
    while unit and unit in units and unit not in seen:
        seen.add(unit)
        above, head = units[unit]
        if head and head != employee and (able is None or head in able):
            return head, unit
        unit = above
    return None, None


def chain(unit, units):
    """Return the ids of a unit and of those above it, from the unit upwards."""
    found = []
    while unit and unit in units and unit not in found:
        found.append(unit)
        unit = units[unit][0]
    return found
