"""Interims as a graph, worked out on plain values: who stands in for whom, and whether it turns in a circle."""

# One who stands in may himself be absent; a right passes on once more, then stops.
LONGEST_CHAIN = 2


def stood_in_for(person, links, longest=LONGEST_CHAIN):
    """Return the absent persons whose rights a person holds today.

    :param person: id of the person who stands in
    :param links: list of tuples ``(absent, substitute, interim)`` in force today
    :param longest: number of interims a right may pass through
    :return: list of tuples ``(absent, [interims passed through])``, nearest first, the person himself never in it
    """
    by_substitute = {}
    for absent, substitute, interim in links:
        by_substitute.setdefault(substitute, []).append((absent, interim))
    found, level = [], [(person, [])]
    for _depth in range(longest):
        following = []
        for holder, path in level:
            for absent, interim in by_substitute.get(holder, ()):
                if absent != person and interim not in path:
                    following.append((absent, [*path, interim]))
        found += following
        level = following
    return found


def closes_circle(absent, substitute, date_from, date_to, others):
    """Tell whether an interim would hand a right back to the one who is absent.

    :param others: list of tuples ``(absent, substitute, date_from, date_to)`` of the other interims
    :return: whether, on some day of the interim, the substitute's rights end (through any number of interims) with
        the absent person
    """
    todo, seen = [(substitute, date_from, date_to)], set()
    while todo:
        holder, first, last = todo.pop()
        if holder == absent:
            return True
        if (holder, first, last) in seen:
            continue
        seen.add((holder, first, last))
        for absent2, substitute2, first2, last2 in others:
            if absent2 == holder and max(first, first2) <= min(last, last2):
                todo.append((substitute2, max(first, first2), min(last, last2)))
    return False
