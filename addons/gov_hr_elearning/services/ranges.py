"""Seconds of a video that were really seen, as a union of intervals; values in, values out."""

import math

MOST = 200  # intervals kept for one person and one video
TOUCH = 0.5  # gaps shorter than this are the steps of the player


def clean(intervals, duration):
    """Return valid, sorted, merged intervals within ``[0, duration]``; what is not numbers is left out."""
    kept = []
    for pair in intervals or ():
        if not isinstance(pair, list | tuple) or len(pair) != 2:
            continue
        first, last = pair
        if not all(isinstance(one, int | float) and math.isfinite(one) for one in pair):
            continue
        first, last = max(0.0, float(first)), min(float(duration), float(last))
        if last > first:
            kept.append([round(first, 2), round(last, 2)])
    return merge(kept)


def merge(intervals):
    """Return the union of intervals, sorted; neighbours that touch are one."""
    merged = []
    for first, last in sorted(intervals):
        if merged and first <= merged[-1][1] + TOUCH:
            merged[-1][1] = max(merged[-1][1], last)
        else:
            merged.append([first, last])
    while len(merged) > MOST:
        # forget the shortest, so that a row never grows without end
        merged.remove(min(merged, key=lambda pair: pair[1] - pair[0]))
    return merged


def length(intervals):
    return sum(last - first for first, last in intervals)


def add(seen, claimed, duration, allowed):
    """Add what a player says was seen, as far as the time that went by allows.

    :param seen: intervals seen before
    :param claimed: intervals the player reports
    :param allowed: most new seconds that can have been seen since the last report
    :return: the union
    """
    seen, claimed = clean(seen, duration), clean(claimed, duration)
    left = max(0.0, float(allowed))
    for first, last in claimed:
        for start, stop in _outside(first, last, seen):
            if left <= 0:
                break
            stop = min(stop, start + left)
            left -= stop - start
            seen = merge([*seen, [start, round(stop, 2)]])
    return seen


def _outside(first, last, intervals):
    """Yield the parts of an interval that are in none of the others."""
    for start, stop in intervals:
        if stop <= first or start >= last:
            continue
        if start > first:
            yield first, start
        first = max(first, stop)
    if last > first:
        yield first, last


def share(intervals, duration):
    """Return the share seen, 0 to 1; the last half second is lost by most players and counts as seen."""
    if not duration or duration <= 0:
        return 0.0
    return min(1.0, length(intervals) / max(duration - TOUCH, duration * 0.9))


def curve(people, duration, steps=20):
    """Return for each step of a video how many people saw some of it."""
    if not duration or duration <= 0:
        return [0] * steps
    width = duration / steps
    counts = [0] * steps
    for intervals in people:
        for step in range(steps):
            middle = (step + 0.5) * width
            if any(first <= middle <= last for first, last in intervals):
                counts[step] += 1
    return counts
