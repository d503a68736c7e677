"""What each kind of career act is, in plain Python: what it changes, what it must say, in which position it is taken.

The lengths, the number of renewals and the ages are no business of this file: they are legal parameters.
"""

from dataclasses import dataclass

# The dated situation of a person, as an act may change it (the index follows from grade and step)
SITUATION = (
    "grade_id",
    "echelon",
    "salary_index",
    "step_seniority_date",
    "statutory_position",
    "department_id",
    "job_id",
    "residence_zone",
)
STEP = ("echelon", "salary_index", "step_seniority_date")
RANK = ("grade_id", *STEP)
PLACE = ("department_id", "job_id", "residence_zone")
POSITION = ("statutory_position",)
# In these a person keeps rank and advancement
SERVING = ("activity", "provision", "secondment", "military")
AWAY = ("provision", "secondment", "availability", "military", "interrupted")
LEFT = "left"


@dataclass(frozen=True)
class Kind:
    """A kind of act.

    :param version: its name on the dated situation it makes (``hr.version.act_kind``)
    :param changes: fields of the situation that it may change
    :param needs: fields of the act without which it is not signed
    :param position: statutory position it gives
    :param taken_in: positions in which it may be taken; none: every position but « left the service »
    :param opens: it opens a period with an end
    :param closes: it ends (or renews) the period that was open
    :param leaves: the person leaves the service
    """

    version: str
    changes: tuple = ()
    needs: tuple = ()
    position: str = ""
    taken_in: tuple = ()
    opens: bool = False
    closes: bool = False
    leaves: bool = False


KINDS = {
    "recruitment": Kind(
        "recruitment", (*RANK, *PLACE, *POSITION), ("grade_id", "echelon", "department_id"), "activity"
    ),
    "probation": Kind("probation", RANK, ("end_date",), taken_in=("activity",), opens=True),
    "probation_extension": Kind(
        "probation_extension", (), ("end_date", "reason"), taken_in=("activity",), opens=True, closes=True
    ),
    "tenure": Kind("titularisation", RANK, (), taken_in=SERVING, closes=True),
    "echelon": Kind("echelon", STEP, ("echelon",), taken_in=SERVING),
    "grade_choice": Kind("grade_choice", RANK, ("grade_id", "echelon"), taken_in=SERVING),
    "grade_exam": Kind("grade_exam", RANK, ("grade_id", "echelon"), taken_in=SERVING),
    "reclassification": Kind("reclassification", RANK, ("grade_id", "echelon", "reason")),
    "appointment": Kind("appointment", PLACE, ("job_id",), taken_in=("activity",)),
    "assignment": Kind("assignment", PLACE, ("department_id",), taken_in=("activity",)),
    "mutation": Kind("mutation", PLACE, ("department_id",), taken_in=("activity",)),
    "provision": Kind(
        "provision", POSITION, ("host", "end_date"), "provision", ("activity", "provision"), opens=True, closes=True
    ),
    "provision_end": Kind("provision_end", (*POSITION, *PLACE), (), "activity", taken_in=("provision",), closes=True),
    "secondment": Kind(
        "secondment", POSITION, ("host", "end_date"), "secondment", ("activity", "provision"), opens=True, closes=True
    ),
    "secondment_renewal": Kind(
        "secondment_renewal",
        POSITION,
        ("host", "end_date"),
        "secondment",
        ("secondment",),
        opens=True,
        closes=True,
    ),
    "secondment_end": Kind(
        "secondment_end", (*POSITION, *PLACE), (), "activity", taken_in=("secondment",), closes=True
    ),
    "availability": Kind(
        "availability",
        POSITION,
        ("position_case", "end_date"),
        "availability",
        ("activity", "provision", "secondment"),
        opens=True,
        closes=True,
    ),
    "availability_renewal": Kind(
        "availability_renewal",
        POSITION,
        ("position_case", "end_date"),
        "availability",
        ("availability",),
        opens=True,
        closes=True,
    ),
    "military": Kind("military", POSITION, ("end_date",), "military", ("activity",), opens=True, closes=True),
    "reinstatement": Kind("reinstatement", (*POSITION, *PLACE), (), "activity", AWAY, closes=True),
    "sanction": Kind("other", (), ("sanction_kind", "reason")),
    "retirement": Kind("retirement", POSITION, ("retirement_case",), LEFT, closes=True, leaves=True),
    "resignation": Kind("resignation", POSITION, ("reason",), LEFT, closes=True, leaves=True),
    "contrary": Kind("contrary", SITUATION, ("contrary_of_id", "reason")),
}

# Disciplinary measures (General Statute, articles 65 to 73): what each changes.  On the dated situation they bear a
# neutral name, for those who keep files are more than those who may know of discipline.
SANCTIONS = {
    "warning": Kind("other"),
    "reprimand": Kind("other"),
    "table_removal": Kind("other"),
    "step_lowering": Kind("other", STEP, ("echelon",), taken_in=SERVING),
    "demotion": Kind("other", RANK, ("grade_id", "echelon"), taken_in=SERVING),
    "exclusion": Kind("other", POSITION, ("end_date",), "interrupted", SERVING, opens=True),
    "compulsory_retirement": Kind("other", POSITION, (), LEFT, closes=True, leaves=True),
    "dismissal": Kind("other", POSITION, (), LEFT, closes=True, leaves=True),
    "dismissal_no_pension": Kind("other", POSITION, (), LEFT, closes=True, leaves=True),
    "suspension": Kind("other", (), ("end_date",), opens=True),
}
# Pronounced without the disciplinary council, after explanations
WITHOUT_COUNCIL = ("warning", "reprimand", "suspension")


def spec(kind, sanction=None):
    """Return the :class:`Kind` of an act; a sanction is what its measure makes it."""
    found = KINDS[kind]
    if kind == "sanction" and sanction:
        measure = SANCTIONS[sanction]
        return Kind(
            found.version,
            measure.changes,
            (*found.needs, *measure.needs),
            measure.position,
            measure.taken_in,
            measure.opens,
            measure.closes,
            measure.leaves,
        )
    return found


def next_step(steps, echelon):
    """Return the step after ``echelon`` in the ordered ``steps`` of a grade, or None at the last one."""
    return next((step for step in steps if step > echelon), None)


def step_before(steps, echelon):
    """Return the step before ``echelon``, or None at the first one."""
    return next((step for step in reversed(steps) if step < echelon), None)


def promotion(grid, old_index, old_gain, seniority_from):
    """Return where a promotion leads in the new grade: the step with an equal or just higher index.

    :param grid: ``[(step, index)]`` of the new grade, in order
    :param old_index: index held
    :param old_gain: what the next step of the former grade would have given; at its last step, what that step gave
    :param seniority_from: date from which the seniority in the former step runs
    :return: ``(step, index, date from which seniority is kept or None)``; the last step when every index is lower
    """
    step, index = next(((step, index) for step, index in grid if index >= old_index), grid[-1])
    return step, index, seniority_from if index - old_index < old_gain else None
