"""Gaps between what a job requires and what a person holds, in plain Python."""


def gap(required, held):
    """Levels missing: never negative, a level above what is required does not make up for another.

    :param required: level required, 1 to 4
    :param held: level held on the day, 0 when none or expired
    """
    return max(0, (required or 0) - (held or 0))


def weighted(rows):
    """Sum of the gaps weighed by what each competency counts for.

    :param rows: ``(required, held, weight)``
    """
    return sum(gap(required, held) * weight for required, held, weight in rows)


def coverage(rows):
    """Share of the requirements that are met, or None when nothing is required.

    :param rows: ``(required, held)`` of critical competencies
    """
    total = met = 0
    for required, held in rows:
        total += 1
        met += (held or 0) >= required
    return met / total if total else None


def proposal(self_level, head_level):
    """Level proposed for agreement: the head's view, or the person's own when the head gave none."""
    return head_level if head_level is not None else self_level
