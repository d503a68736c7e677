"""The data model of SCORM 1.2 and 2004: what a course may say of a learner, checked and bounded.

The rules stand in ``static/src/scorm/cmi.json``, read here and by the run-time in the browser, so that both refuse the
same.  The browser is not believed: what it sends is checked here again before anything is kept.
"""

import functools
import json
import math
import re
from datetime import datetime

from odoo.tools.misc import file_open

ELEMENTS = 3000  # elements kept for one activity
TOTAL = 400_000  # characters kept for one activity
DAY = 86400.0

TIME_12 = re.compile(r"^(\d{2,4}):([0-5]\d):([0-5]\d)(\.\d{1,2})?$")
DURATION = re.compile(
    r"^P(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,5})D)?"
    r"(?:T(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,9})(\.\d{1,2})?S)?)?$"
)


@functools.cache
def model(version):
    """Return the rules of a version: ``[(compiled pattern, rule)]``."""
    with file_open("gov_hr_elearning/static/src/scorm/cmi.json") as file:
        rules = json.load(file)
    return [(re.compile("^" + rule["name"].replace(".", r"\.").replace("N", r"(\d{1,3})") + r"\Z"), rule)
            for rule in rules[version]]  # fmt: skip


@functools.lru_cache(maxsize=4096)
def rule_of(version, name):
    """Return the rule of an element, None when the standard has no such element."""
    if len(name) > 120:
        return None
    return next((rule for pattern, rule in model(version) if pattern.match(name)), None)


def parse_time_12(text):
    """Return the seconds of a CMITimespan ``HHHH:MM:SS.SS``, None when it is none."""
    match = TIME_12.match(text or "")
    if not match:
        return None
    hours, minutes, seconds, part = match.groups()
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds) + float(part or 0)


def duration_2004(text):
    """Return the seconds of a duration ``P1DT2H3M4.5S``, None when it is none; a month counts 30 days."""
    match = DURATION.match(text or "")
    if not match or text.endswith(("P", "T")):
        return None
    years, months, days, hours, minutes, seconds, part = match.groups()
    total = (int(years or 0) * 365 + int(months or 0) * 30 + int(days or 0)) * DAY
    return total + int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0) + float(part or 0)


def format_time(version, seconds):
    """Write seconds as the total time of a version."""
    seconds = max(0.0, float(seconds))
    whole = int(seconds)
    if version == "2004":
        return f"PT{whole // 3600}H{whole % 3600 // 60}M{whole % 60}S"
    return f"{whole // 3600:04d}:{whole % 3600 // 60:02d}:{whole % 60:02d}.00"


def _is_number(text, low, high):
    if not re.fullmatch(r"[+-]?(\d{1,12}(\.\d{0,12})?|\.\d{1,12})", text):
        return False
    value = float(text)
    return math.isfinite(value) and (low is None or value >= low) and (high is None or value <= high)


def _is_moment(text):
    if re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,2})?", text):
        return True
    try:
        datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return False
    return 4 <= len(text) <= 40


def check(version, name, value):
    """Tell whether a course may set an element to a value; the same answer as the run-time in the browser."""
    rule = rule_of(version, name)
    if rule is None or "w" not in rule["access"] or not isinstance(value, str):
        return False
    kind = rule.get("type", "string")
    if "\0" in value or len(value) > rule.get("size", 4096):
        return False
    if kind == "string":
        return True
    if kind == "vocabulary":
        return value in rule["values"] or (rule.get("numbers") and _is_number(value, None, None))
    if kind == "number":
        return (value == "" and rule.get("blank", False)) or _is_number(value, rule.get("min"), rule.get("max"))
    if kind == "time":
        return parse_time_12(value) is not None
    if kind == "duration":
        return duration_2004(value) is not None
    if kind == "moment":
        return _is_moment(value)
    if kind == "identifier":
        return bool(value.strip()) and not re.search(r"\s", value.strip())
    return False


def accept(version, kept, changes):
    """Return what is kept of an activity after changes, and the names that were refused.

    :param kept: ``{element: value}`` kept before
    :param changes: ``{element: value}`` from the browser
    """
    result, refused = dict(kept), []
    total = sum(len(name) + len(value) for name, value in result.items())
    for name, value in list(changes.items())[:ELEMENTS]:
        if not isinstance(name, str) or not check(version, name, value):
            refused.append(str(name)[:120])
            continue
        before = len(name) + len(result[name]) if name in result else 0
        if (name not in result and len(result) >= ELEMENTS) or total - before + len(name) + len(value) > TOTAL:
            refused.append(name)
            continue
        total += len(name) + len(value) - before
        result[name] = value
    return result, refused


def number(values, name):
    try:
        value = float(values[name])
    except (KeyError, TypeError, ValueError):
        return None
    return value if math.isfinite(value) else None


def outcome(version, values, mastery=None, threshold=None, is_finished=False):
    """Return what a course said of a learner: ``{completion, success, score}``.

    :param values: ``{element: value}``
    :param mastery: score to be reached (1.2: out of 100; 2004: scaled)
    :param threshold: progress that means complete (2004)
    :param is_finished: whether the course said it is over; one that never gave a status is then complete (1.2)
    :return: completion among not attempted, incomplete, completed; success among unknown, passed, failed; score 0–100
        or None
    """
    if version == "1.2":
        status = values.get("cmi.core.lesson_status", "not attempted")
        raw, least, most = (number(values, f"cmi.core.score.{part}") for part in ("raw", "min", "max"))
        if is_finished and "cmi.core.lesson_status" not in values:
            status = "completed"
        if is_finished and mastery is not None and raw is not None and status in ("passed", "failed", "completed"):
            status = "passed" if raw >= mastery else "failed"
        success = status if status in ("passed", "failed") else "unknown"
        completion = {"passed": "completed", "failed": "completed", "browsed": "completed"}.get(status, status)
        return {"completion": completion, "success": success, "score": _percent(raw, least, most)}
    completion = values.get("cmi.completion_status", "unknown")
    measure = number(values, "cmi.progress_measure")
    if threshold is not None and measure is not None:
        completion = "completed" if measure >= threshold else "incomplete"
    success = values.get("cmi.success_status", "unknown")
    scaled = number(values, "cmi.score.scaled")
    if mastery is not None:
        if scaled is not None:
            success = "passed" if scaled >= mastery else "failed"
        else:
            success = "unknown"
    if is_finished and completion == "unknown":
        completion = "completed"  # a course that never says otherwise is complete once over
    if scaled is not None:
        score = max(0.0, scaled) * 100
    else:
        score = _percent(*(number(values, f"cmi.score.{part}") for part in ("raw", "min", "max")))
    completion = "incomplete" if completion == "unknown" and values else completion
    return {
        "completion": "not attempted" if completion == "unknown" else completion,
        "success": success,
        "score": score,
    }


def _percent(raw, least, most):
    if raw is None:
        return None
    least, most = (0.0 if least is None else least), (100.0 if most is None else most)
    if most <= least:
        return max(0.0, min(100.0, raw))
    return max(0.0, min(100.0, (raw - least) * 100.0 / (most - least)))


def interactions(version, values):
    """Return the answers to questions: ``[{id, kind, result, given, label}]``, those that say right or wrong."""
    found = {}
    for name, value in values.items():
        match = re.match(r"^cmi\.interactions\.(\d{1,3})\.(\w+)$", name)
        if match:
            found.setdefault(int(match[1]), {})[match[2]] = value
    rows = []
    for _position, answer in sorted(found.items()):
        result = answer.get("result", "")
        if not answer.get("id") or result not in ("correct", "wrong", "incorrect"):
            continue
        rows.append(
            {
                "id": answer["id"][:250],
                "kind": answer.get("type", ""),
                "is_right": result == "correct",
                "given": (answer.get("student_response") or answer.get("learner_response") or "")[:250],
                "label": answer.get("description", "")[:250],
            }
        )
    return rows
