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


def missing(required, held, person):
    """What a person lacks of a profile.

    :param required: ``{skill: (level, weight, critical)}``
    :param held: ``{(person, skill): level}`` valid on the day
    :return: ``{skill: (required, held, weight, critical)}`` of what is below the required level
    """
    found = {}
    for skill, (level, weight, critical) in required.items():
        has = held.get((person, skill), 0)
        if gap(level, has):
            found[skill] = (level, has, weight, critical)
    return found


def figures(required, lacking):
    """Weigh what is missing.

    :param required: ``{skill: (level, weight, critical)}``
    :param lacking: ``{skill: (required, held, weight, critical)}``
    :return: ``{"weighted": sum of gaps by weight, "critical": levels missing of critical ones, "fit": 0 to 1}``
    """
    whole = sum(level * weight for level, weight, _critical in required.values())
    heavy = weighted((level, has, weight) for level, has, weight, _critical in lacking.values())
    return {
        "weighted": heavy,
        "critical": sum(gap(level, has) for level, has, _weight, critical in lacking.values() if critical),
        "fit": 1 - heavy / whole if whole else None,
    }


def full_years(since, until):
    """Whole years between two days."""
    return until.year - since.year - ((until.month, until.day) < (since.month, since.day))


def rank_key(candidate):
    """Key that ranks candidates: access conditions not met, critical levels missing, weighted gap, months, then id.

    :param candidate: ``{"grade", "experience": met or not, "critical", "weighted", "months": or None, "id"}``
    """
    unmet = (not candidate["grade"]) + (not candidate["experience"])
    months = candidate["months"] if candidate["months"] is not None else 999
    return unmet, candidate["critical"], candidate["weighted"], months, candidate["id"]


def wish_matches(wish, job, units, region):
    """Tell whether a wish of mobility meets a seat: each kind of wish that is given must hold, and one must be given.

    :param wish: ``{"jobs", "units", "regions"}``, sets of ids
    :param units: the unit of the seat and those above it
    """
    if not (wish["jobs"] or wish["units"] or wish["regions"]):
        return False
    return (
        (not wish["jobs"] or job in wish["jobs"])
        and (not wish["units"] or bool(set(units) & wish["units"]))
        and (not wish["regions"] or region in wish["regions"])
    )
