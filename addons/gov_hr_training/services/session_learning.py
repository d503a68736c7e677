"""What a session brought: answers, tests, indicators, in plain Python."""


def mean(values):
    """Return the mean of the values that are given, or None."""
    values = [value for value in values if value is not None and value is not False]
    return sum(values) / len(values) if values else None


def may_show(count, minimum):
    """Tell whether answers are many enough to be shown without telling who gave them."""
    return count >= max(1, minimum)


def score(right, given):
    """Return the percentage of questions answered rightly: all the right choices, and none of the wrong ones.

    :param right: ``{question: set of right choices}``
    :param given: ``{question: set of choices}``; a question left out is wrong
    """
    if not right:
        return 0.0
    good = sum(set(given.get(question) or ()) == set(choices) for question, choices in right.items())
    return 100.0 * good / len(right)


def gain(before, after):
    """Return the points gained between two tests, or None when one is missing."""
    return None if before is None or after is None else after - before


def relative_gain(before, after):
    """Return the share of what could be learnt that was learnt, from −1 to 1, or None.

    Who had 80 and has 90 learnt half of what was left; who had 100 could learn nothing more.
    """
    if before is None or after is None:
        return None
    if after >= before:
        return (after - before) / (100.0 - before) if before < 100 else 0.0
    return (after - before) / before


def achievement(before, target, after):
    """Return the share of the way from the value before to the target that was made, or None.

    It is the same for a value that should rise and for one that should fall; above 1 when the target is passed,
    negative when the value moved away.
    """
    if before is None or target is None or after is None or target == before:
        return None
    return (after - before) / (target - before)
