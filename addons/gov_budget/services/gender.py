"""Gender share of a budget: each project is scored from 1 (its aim) to 5, and counts for the weight of its score.

The weights are legal parameters (method of the ministry of Finance, results-based budget report of the 2025 bill).
"""

from decimal import ROUND_HALF_UP, Decimal

SCORES = (1, 2, 3, 4, 5)


def counted(cents, weight):
    """Give the part of an amount (centimes) that counts, to the centime."""
    return int((Decimal(cents) * Decimal(str(weight))).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def share(rows, weights):
    """Sum amounts and their counted part by key.

    :param rows: (key, score or None, centimes)
    :param dict weights: score → weight between 0 and 1; an unknown score, or none, counts for nothing
    :return: key → dict(total, gender, share, unscored); ``share`` is a fraction, None when there is no amount
    """
    result = {}
    for key, score, cents in rows:
        line = result.setdefault(key, {"total": 0, "gender": 0, "unscored": 0})
        line["total"] += cents
        if score in weights:
            line["gender"] += counted(cents, weights[score])
        else:
            line["unscored"] += cents
    for line in result.values():
        line["share"] = line["gender"] / line["total"] if line["total"] else None
    return result
