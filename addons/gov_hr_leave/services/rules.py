"""What the general statute allows for each kind of leave: plain values in, breaches out.

:func:`check` looks at one leave against the leaves already granted or waiting and the settings (legal parameters) in
force on its first day.  It returns :class:`Breach` records, whose ``rule`` names a sentence of the model and whose
``values`` fill it.  Nothing here knows a number of the law: all come with :class:`Settings`.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

from . import sick
from .sick import DAY, add_months

# Legal parameter of each setting, in the order of the articles.
PARAMETERS = {
    "annual_first_months": "leave.annual.months_before_first",
    "exceptional_days": "leave.exceptional.days",
    "hajj_months": "leave.hajj.months",
    "hajj_blocks_annual": "leave.hajj.cancels_annual",
    "short_full_days": "leave.sick_short.full_days",
    "short_total_days": "leave.sick_short.total_days",
    "short_window_months": "leave.sick_short.window_months",
    "medium_full_months": "leave.sick_medium.full_months",
    "medium_total_months": "leave.sick_medium.total_months",
    "long_full_months": "leave.sick_long.full_months",
    "long_total_months": "leave.sick_long.total_months",
    "slice_short_months": "leave.sick_slice.short_months",
    "slice_long_months": "leave.sick_slice.long_months",
    "certificate_days": "leave.sick_certificate.days",
    "certificate_rural_days": "leave.sick_certificate.rural_days",
    "maternity_days": "leave.maternity.days",
    "maternity_before_weeks": "leave.maternity.before_weeks",
    "paternity_days": "leave.paternity.days",
    "paternity_window_weeks": "leave.paternity.window_weeks",
    "kafala_woman_days": "leave.kafala_woman.days",
    "kafala_man_days": "leave.kafala_man.days",
    "kafala_window_weeks": "leave.kafala.window_weeks",
    "kafala_child_months": "leave.kafala.child_months",
    "nursing_hours": "leave.nursing.hours",
    "nursing_child_months": "leave.nursing.child_months",
    "unpaid_months": "leave.unpaid.months",
    "unpaid_every_months": "leave.unpaid.every_months",
    "absence_hours": "leave.absence.max_hours",
}
SHORT, MEDIUM, LONG = "MAL_CD", "MAL_MD", "MAL_LD"
WOMEN = {"MAT", "KAF_F", "ALL"}
MEN = {"PAT", "KAF_M"}
EVENT = {"MAT", "PAT", "KAF_F", "KAF_M", "ALL"}
# the administration grants these of its own motion, nobody asks for them
NOT_ASKED = {"FERM"}
NEEDS_BIRTHDATE = {"KAF_F", "KAF_M", "ALL"}
# two dates given for one birth (expected, then real) are never further apart; no rule of law, two births are
SAME_EVENT = timedelta(days=150)
WEEK = timedelta(days=7)


class Scales:
    """Scales made of the settings."""

    @property
    def short(self):
        return sick.ShortScale(self.short_full_days, self.short_total_days, self.short_window_months)

    def long(self, code):
        if code == MEDIUM:
            return sick.LongScale(self.medium_full_months, self.medium_total_months)
        return sick.LongScale(self.long_full_months, self.long_total_months)

    @property
    def slices(self):
        return (self.slice_short_months, self.slice_long_months)


@dataclass(frozen=True)
class Settings(Scales):
    """Values of the legal parameters, by the names of :data:`PARAMETERS`."""

    annual_first_months: int
    exceptional_days: float
    hajj_months: int
    hajj_blocks_annual: bool
    short_full_days: int
    short_total_days: int
    short_window_months: int
    medium_full_months: int
    medium_total_months: int
    long_full_months: int
    long_total_months: int
    slice_short_months: int
    slice_long_months: int
    certificate_days: int
    certificate_rural_days: int
    maternity_days: int
    maternity_before_weeks: int
    paternity_days: int
    paternity_window_weeks: int
    kafala_woman_days: int
    kafala_man_days: int
    kafala_window_weeks: int
    kafala_child_months: int
    nursing_hours: float
    nursing_child_months: int
    unpaid_months: int
    unpaid_every_months: int
    absence_hours: float


class LawSettings(Scales):
    """Settings read from the legal parameters when a rule asks for one: a leave of a year in which paternity leave did
    not exist does not need its length."""

    def __init__(self, get_value):
        """:param get_value: function code → value on the day that counts"""
        self._get_value = get_value

    def __getattr__(self, name):
        if name not in PARAMETERS:
            raise AttributeError(name)
        value = self._get_value(PARAMETERS[name])
        value = int(value) if value == int(value) else value
        setattr(self, name, value)
        return value


@dataclass(frozen=True)
class Leave:
    """A leave as the rules see it.

    :param days: days counted in the unit of its type, by civil year
    :param event_date: birth (expected or real), execution of the kafala order, day of the event
    :param health_file: reference of the illness group, never its name; the lengths granted for one are added together
    """

    code: str
    first: date
    last: date
    days: dict = field(default_factory=dict)
    hours: float = 0.0
    key: int = 0
    cause: str = ""
    cause_days: float = 0.0
    event_date: date = None
    child_birthdate: date = None
    health_file: str = ""
    waived: frozenset = frozenset()

    @property
    def period(self):
        return (self.first, self.last)

    @property
    def calendar_days(self):
        return (self.last - self.first).days + 1


@dataclass(frozen=True)
class Person:
    """What the rules ask about who takes the leave: sex (``male``, ``female`` or unknown) and date of recruitment."""

    sex: str = ""
    recruitment_date: date = None


@dataclass(frozen=True)
class Breach:
    """A rule that a leave does not keep; ``can_waive`` when an HR manager may pass over it with a reason."""

    rule: str
    values: dict = field(default_factory=dict)
    can_waive: bool = False


def check(leave, person, history, settings):
    """Return the breaches of one leave, in the order in which they are best told.

    :param leave: :class:`Leave`
    :param person: :class:`Person`
    :param history: the other leaves of the person that are granted or waiting, of all the types
    :param settings: :class:`Settings` in force on the first day of the leave
    """
    others = [other for other in history if not (leave.key and other.key == leave.key)]
    breaches = [*_check_person(leave, person), *_CHECKS.get(leave.code, _nothing)(leave, person, others, settings)]
    return [breach for breach in breaches if not (breach.can_waive and breach.rule in leave.waived)]


def _nothing(leave, person, history, settings):
    return []


def _check_person(leave, person):
    if leave.code in NOT_ASKED:
        yield Breach("not_asked")
    if leave.code in WOMEN and person.sex != "female":
        yield Breach("women_only" if person.sex else "sex_unknown")
    if leave.code in MEN and person.sex != "male":
        yield Breach("men_only" if person.sex else "sex_unknown")
    if leave.code in EVENT - {"ALL"} and not leave.event_date:
        yield Breach("event_missing_order" if leave.code in ("KAF_F", "KAF_M") else "event_missing_birth")
    if leave.code in NEEDS_BIRTHDATE and not leave.child_birthdate:
        yield Breach("child_birthdate_missing")


# ------------------------------------------------------------------------------------------------- administrative
def _check_annual(leave, person, history, settings):
    if person.recruitment_date:
        right_from = add_months(person.recruitment_date, settings.annual_first_months)
        if leave.first < right_from:
            yield Breach("annual_before_first_year", {"months": settings.annual_first_months, "date": right_from})
    if settings.hajj_blocks_annual:
        for other in history:
            if other.code == "HAJJ":
                shared = _years(leave) & _years(other)
                if shared:
                    yield Breach("annual_in_hajj_year", {"year": min(shared)}, can_waive=True)
                    return


def _years(leave):
    return set(range(leave.first.year, leave.last.year + 1))


def _check_exceptional(leave, person, history, settings):
    if not leave.cause:
        yield Breach("cause_missing")
        return
    asked = sum(leave.days.values())
    same = sum(
        sum(other.days.values())
        for other in history
        if other.code == leave.code
        and other.cause == leave.cause
        and leave.event_date
        and other.event_date == leave.event_date
    )
    # a cause that gives as many days as the year has no limit of its own
    if 0 < leave.cause_days < settings.exceptional_days and asked + same > leave.cause_days:
        yield Breach("cause_days", {"days": leave.cause_days, "asked": asked + same})
    for year, days in sorted(leave.days.items()):
        taken = sum(other.days.get(year, 0) for other in history if other.code == leave.code)
        if taken + days > settings.exceptional_days:
            yield Breach(
                "exceptional_year",
                {"year": year, "days": settings.exceptional_days, "taken": taken, "asked": days},
            )


def _check_hajj(leave, person, history, settings):
    longest = add_months(leave.first, settings.hajj_months) - DAY
    if leave.last > longest:
        yield Breach("hajj_length", {"months": settings.hajj_months, "date": longest})
    before = next((other for other in history if other.code == "HAJJ"), None)
    if before:
        yield Breach("hajj_once", {"year": before.first.year})
    if settings.hajj_blocks_annual:
        for other in sorted(history, key=lambda one: one.first):
            shared = _years(leave) & _years(other)
            if other.code == "ANN" and shared:
                yield Breach("hajj_annual_taken", {"year": min(shared)}, can_waive=True)
                break


def _check_unpaid(leave, person, history, settings):
    end = add_months(leave.first, settings.unpaid_months) - DAY
    if leave.last != end:
        yield Breach("unpaid_length", {"months": settings.unpaid_months, "date": end})
    every = settings.unpaid_every_months
    for other in history:
        if other.code == "SS" and add_months(min(leave, other, key=_first).first, every) > _latest(leave, other):
            yield Breach(
                "unpaid_every", {"years": every / 12, "date": other.first, "next": add_months(other.first, every)}
            )
            break


def _first(leave):
    return leave.first


def _latest(*leaves):
    return max(leave.first for leave in leaves)


def _check_absence(leave, person, history, settings):
    if leave.first != leave.last or leave.hours > settings.absence_hours:
        yield Breach("absence_hours", {"hours": settings.absence_hours})


# -------------------------------------------------------------------------------------------------------- health
def _check_short(leave, person, history, settings):
    scale = settings.short
    periods = [other.period for other in history if other.code == SHORT]
    blocked = sick.short_first_blocked(periods, leave.first, leave.last, scale)
    if not blocked:
        # days of the past may be recorded late: those granted after them are counted again
        later = sorted(period for period in periods if period[0] > leave.last)
        for first, last in later:
            blocked = sick.short_first_blocked([*periods, leave.period], first, last, scale)
            if blocked:
                break
    if blocked:
        yield Breach("short_ceiling", {"days": scale.half, "months": scale.months, "date": blocked})


def _check_long(leave, person, history, settings):
    if not leave.health_file:
        yield Breach("health_file_missing")
    if not sick.slice_months(leave.first, leave.last, settings.slices):
        short, long = settings.slices
        yield Breach(
            "slice_length",
            {
                "short": short,
                "long": long,
                "first": sick.slice_end(leave.first, short),
                "second": sick.slice_end(leave.first, long),
            },
        )
    if not leave.health_file:
        return
    scale = settings.long(leave.code)
    same = [other.period for other in history if other.code == leave.code and other.health_file == leave.health_file]
    # a slice recorded late moves those that follow it
    for first, last in [leave.period, *sorted(period for period in same if period[0] > leave.last)]:
        blocked = sick.long_first_blocked([*same, leave.period], first, last, scale)
        if blocked:
            yield Breach("long_ceiling", {"years": scale.total / 12, "date": blocked})
            break


# -------------------------------------------------------------------------------------------------- birth, kafala
def same_event(leave, other):
    """Tell whether two leaves are for the same birth or the same kafala."""
    if not (leave.event_date and other.event_date):
        return False
    return abs(leave.event_date - other.event_date) <= SAME_EVENT


def _taken_for_event(leave, history):
    return [other for other in history if other.code == leave.code and same_event(leave, other)]


def _check_maternity(leave, person, history, settings):
    if not leave.event_date:
        return
    earliest = leave.event_date - settings.maternity_before_weeks * WEEK
    if leave.first < earliest:
        yield Breach("maternity_early", {"weeks": settings.maternity_before_weeks, "date": earliest})
    latest = leave.event_date + (settings.maternity_days - 1) * DAY
    if leave.first > latest:
        yield Breach("maternity_late", {"date": latest})
    taken = sum(other.calendar_days for other in _taken_for_event(leave, history))
    if taken + leave.calendar_days > settings.maternity_days:
        yield Breach("event_length", {"days": settings.maternity_days, "taken": taken, "asked": leave.calendar_days})


def _check_paternity(leave, person, history, settings):
    if not leave.event_date:
        return
    latest = leave.event_date + settings.paternity_window_weeks * WEEK
    if not leave.event_date <= leave.first <= latest:
        yield Breach("paternity_window", {"first": leave.event_date, "last": latest})
    yield from _one_block(leave, history, settings.paternity_days)


def _one_block(leave, history, days):
    if _taken_for_event(leave, history):
        yield Breach("event_one_block", {"days": days})
    elif leave.calendar_days > days:
        yield Breach("event_length", {"days": days, "taken": 0, "asked": leave.calendar_days})


def _check_kafala(leave, person, history, settings):
    if leave.event_date:
        latest = leave.event_date + settings.kafala_window_weeks * WEEK
        if not leave.event_date <= leave.first <= latest:
            yield Breach("kafala_window", {"first": leave.event_date, "last": latest})
        days = settings.kafala_woman_days if leave.code == "KAF_F" else settings.kafala_man_days
        yield from _one_block(leave, history, days)
    if leave.child_birthdate:
        limit = add_months(leave.child_birthdate, settings.kafala_child_months)
        if (leave.event_date or leave.first) >= limit:
            yield Breach("child_too_old", {"months": settings.kafala_child_months, "date": limit})


def _check_nursing(leave, person, history, settings):
    if not leave.child_birthdate:
        return
    limit = add_months(leave.child_birthdate, settings.nursing_child_months)
    if leave.last >= limit:
        yield Breach("nursing_end", {"months": settings.nursing_child_months, "date": limit - DAY})
    source = [
        other
        for other in history
        if (other.code == "MAT" and other.event_date and abs(other.event_date - leave.child_birthdate) <= SAME_EVENT)
        or (other.code == "KAF_F" and other.child_birthdate == leave.child_birthdate)
    ]
    if source and leave.first <= max(other.last for other in source):
        yield Breach("nursing_start", {"date": max(other.last for other in source) + DAY})
    if leave.first < leave.child_birthdate:
        yield Breach("nursing_before_birth", {"date": leave.child_birthdate})
    again = next(
        (
            other
            for other in history
            if other.code == "ALL" and other.first <= leave.last and leave.first <= other.last
        ),
        None,
    )
    if again:
        yield Breach("nursing_again", {"first": again.first, "last": again.last})


_CHECKS = {
    "ANN": _check_annual,
    "EXC_FAM": _check_exceptional,
    "HAJJ": _check_hajj,
    "SS": _check_unpaid,
    "ABS": _check_absence,
    SHORT: _check_short,
    MEDIUM: _check_long,
    LONG: _check_long,
    "MAT": _check_maternity,
    "PAT": _check_paternity,
    "KAF_F": _check_kafala,
    "KAF_M": _check_kafala,
    "ALL": _check_nursing,
}


# ------------------------------------------------------------------------------------------------------- what is left
@dataclass(frozen=True)
class Remaining:
    """What is left of a right that is no yearly balance.

    :param right: the whole right, None when the type has no ceiling
    :param taken: what the counted leaves use of it
    :param first: first day that counts (window), None over the whole career
    :param counted: [(leave key, days)] of the leaves that count, oldest first
    :param extra: figures of the kind: ``full`` and ``half`` days left of an illness, ``next`` day of a new right
    """

    right: float
    taken: float
    first: date = None
    counted: tuple = ()
    extra: dict = field(default_factory=dict)

    @property
    def left(self):
        return None if self.right is None else max(0, self.right - self.taken)


def remaining(code, history, on_date, settings):
    """Return what is left of a right of one kind on a day: window, career and event types; free types have none.

    :param history: leaves of the person, granted or waiting, of all the types
    :return: :class:`Remaining`
    """
    own = sorted((leave for leave in history if leave.code == code), key=_first)
    return _REMAINING.get(code, _free)(code, own, on_date, settings)


def _free(code, own, on_date, settings):
    return Remaining(None, sum(leave.calendar_days for leave in own if leave.first.year == on_date.year))


def _remaining_short(code, own, on_date, settings):
    scale = settings.short
    after = sick.window_start(on_date, scale.months)
    counted = tuple(
        (leave.key, (min(leave.last, on_date) - max(leave.first, after + DAY)).days + 1)
        for leave in own
        if leave.last > after and leave.first <= on_date
    )
    periods = [leave.period for leave in own]
    full, half, end = sick.short_remaining(periods, on_date + DAY, scale)
    taken = sick.DayCount(periods).between(after, on_date)
    return Remaining(scale.half, taken, after + DAY, counted, {"full": full, "half": half, "until": end})


def _remaining_long(code, own, on_date, settings):
    """The file that was used last: rights are counted for each illness group apart."""
    scale = settings.long(code)
    started = [leave for leave in own if leave.first <= on_date]
    last_file = started[-1].health_file if started else ""
    same = [leave for leave in started if leave.health_file == last_file]
    full, half = sick.long_remaining([leave.period for leave in same], scale)
    counted = tuple((leave.key, sick.total_days([leave.period])) for leave in same)
    right = scale.total * sick.MONTH_DAYS
    return Remaining(right, right - full - half, None, counted, {"full": full, "half": half, "file": last_file})


def _remaining_hajj(code, own, on_date, settings):
    taken = next((leave for leave in own), None)
    right = (add_months(on_date, settings.hajj_months) - on_date).days
    counted = ((taken.key, taken.calendar_days),) if taken else ()
    return Remaining(right, right if taken else 0, None, counted, {"year": taken.first.year} if taken else {})


def _remaining_unpaid(code, own, on_date, settings):
    right = (add_months(on_date, settings.unpaid_months) - on_date).days
    every = settings.unpaid_every_months
    used = [leave for leave in own if add_months(leave.first, every) > on_date]
    extra = {"next": max(add_months(leave.first, every) for leave in used)} if used else {}
    return Remaining(
        right,
        right if used else 0,
        add_months(on_date, -every) + DAY,
        tuple((leave.key, leave.calendar_days) for leave in used),
        extra,
    )


def _remaining_event(code, own, on_date, settings):
    # one setting alone is read: the others may not be in force on that day
    right = getattr(
        settings,
        {
            "MAT": "maternity_days",
            "PAT": "paternity_days",
            "KAF_F": "kafala_woman_days",
            "KAF_M": "kafala_man_days",
        }[code],
    )
    last = own[-1] if own else None
    # the right is that of the last event; long after it, a new event would give a new one
    same = [leave for leave in own if leave is last or same_event(leave, last)] if last else []
    if last and last.event_date and on_date - last.event_date > SAME_EVENT:
        same = []
    taken = sum(leave.calendar_days for leave in same)
    if same and code != "MAT":
        taken = right  # in one block: what was not asked is lost
    extra = {"event": last.event_date} if same and last.event_date else {}
    return Remaining(right, taken, None, tuple((leave.key, leave.calendar_days) for leave in same), extra)


_REMAINING = {
    SHORT: _remaining_short,
    MEDIUM: _remaining_long,
    LONG: _remaining_long,
    "HAJJ": _remaining_hajj,
    "SS": _remaining_unpaid,
    "MAT": _remaining_event,
    "PAT": _remaining_event,
    "KAF_F": _remaining_event,
    "KAF_M": _remaining_event,
}
