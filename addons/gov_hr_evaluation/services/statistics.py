"""Distribution of marks, on plain values: what the harmonisation looks at."""

from .marks import CENT, find_band, to_decimal


def _mean(values):
    return float((sum(values) / len(values)).quantize(CENT)) if values else None


def summary(values, bands, step=1):
    """Return the distribution of some marks.

    :param values: list of marks
    :param bands: list of ``(floor, name)``
    :param step: width of a bar of the histogram, in points
    :return: dict with ``count``, ``mean``, ``lowest``, ``highest``, ``spread`` (standard deviation), ``bands``
        ``{name: count}`` and ``bars`` ``{floor of the bar: count}``
    """
    marks = [to_decimal(value) for value in values]
    bars, counts = {}, {}
    for mark in marks:
        bar = int(mark // step) * step
        bars[bar] = bars.get(bar, 0) + 1
        name = find_band(mark, bands)
        counts[name] = counts.get(name, 0) + 1
    mean = sum(marks) / len(marks) if marks else None
    spread = (sum((mark - mean) ** 2 for mark in marks) / len(marks)).sqrt() if marks else None
    return {
        "count": len(marks),
        "mean": _mean(marks),
        "lowest": float(min(marks)) if marks else None,
        "highest": float(max(marks)) if marks else None,
        "spread": float(spread.quantize(CENT)) if marks else None,
        "bands": counts,
        "bars": bars,
    }


def gap(first, second, least=1):
    """Return the difference of the means of two groups (G9: women less men), None when one is under ``least``."""
    if len(first) < max(least, 1) or len(second) < max(least, 1):
        return None
    one = sum(to_decimal(value) for value in first) / len(first)
    two = sum(to_decimal(value) for value in second) / len(second)
    return float((one - two).quantize(CENT))
