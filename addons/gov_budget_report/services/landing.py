"""Landing forecast: what will lapse on 31 December, and the legal transfers of credits that would save it.

Values in, values out; amounts are ``Decimal``.  The law (organic law 130-13 art. 45 and 63, decree 2-15-426 art. 23):

* credits of functioning that are not ordered lapse at the end of the year; of investment, those not committed;
* credits never move between chapters (a1); between lines of one project (a7), between projects of one programme and
  region (a6), between regions of one programme (a5); between programmes of a chapter within a share of their initial
  credits (a2; a4 for special accounts and autonomous services), which personnel does not know (a3).
"""

import datetime
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from odoo.addons.gov_budget.services import closing

ZERO = Decimal(0)
CENTIME = Decimal("0.01")
# the easiest decision first
RANK = {"a7": 0, "a6": 1, "a5": 2, "a3": 3, "a4": 3, "a2": 3}


@dataclass(frozen=True)
class Line:
    """A budget line at a date.  Places are ids of the tree; ``waiting``: asked for and not yet committed."""

    key: object
    chapter: object
    programme: object
    region: object
    project: object
    credits: Decimal  # payment and commitment appropriations
    committed: Decimal
    ordered: Decimal
    reserved: Decimal = ZERO
    delegated: Decimal = ZERO
    waiting: Decimal = ZERO
    is_investment: bool = False
    is_personnel: bool = False
    kind: str = "general"  # general, cas, segma
    is_listed: bool = False  # on the joint list: the ministry of finance authorises first
    planned: Decimal | None = None  # commitments planned until the end of the year, when somebody planned them
    ce: Decimal = ZERO  # commitment appropriations among the credits: they lapse first, and no transfer moves them
    later: Decimal = ZERO  # committed for later years: carried with its contract, it takes nothing of the ceiling
    closed: Decimal = ZERO  # left unordered by contracts that are finished: the law cancels it
    is_donor: bool = False  # support funds are carried over outside the ceiling

    @property
    def free(self):
        return self.credits - self.committed - self.reserved - self.delegated


@dataclass(frozen=True)
class Landing:
    key: object
    expected: Decimal  # commitments expected by the end of the year
    lapse: Decimal  # credits nobody will commit
    unordered: Decimal  # of functioning: committed today and not ordered, lost as well unless ordered in time
    need: Decimal  # what is asked for beyond the credits


@dataclass(frozen=True)
class Move:
    """A transfer of credits that the law allows."""

    kind: str
    source: object
    target: object
    amount: Decimal
    needs_ministry: bool


def land(line, today, first, last_commitment):
    """Forecast one line.

    The commitments to come are those planned; where nobody planned, the pace of the year so far goes on until the last
    day on which one may commit.  What waits for a visa is expected in any case.

    :param first: first day of the year
    :param last_commitment: last day on which one may commit
    """
    elapsed = max((today - first).days + 1, 1)
    left = max((last_commitment - today).days, 0)
    if line.planned is not None:
        to_come = line.planned if left else ZERO
    else:
        to_come = (line.committed * left / elapsed).quantize(CENTIME, ROUND_HALF_UP)
    to_come = max(to_come, line.waiting + line.reserved)
    room = line.credits - line.committed - line.delegated
    expected = line.committed + min(to_come, max(room, ZERO))
    need = max(ZERO, to_come - max(room, ZERO))
    return Landing(
        key=line.key,
        expected=expected,
        lapse=max(ZERO, line.credits - line.delegated - expected),
        unordered=ZERO if line.is_investment else max(ZERO, line.committed - line.ordered),
        need=need,
    )


def movement(source, target):
    """Return the kind of transfer from one line to another, or None when the law forbids it (a1)."""
    if source.chapter != target.chapter or source.key == target.key:
        return None
    if source.programme != target.programme:
        if source.is_personnel:
            return "a3"
        return "a2" if source.kind == "general" else "a4"
    if source.region != target.region:
        return "a5"
    return "a7" if source.project == target.project else "a6"


def propose(lines, landings, room):
    """Return the moves that bring credits that would lapse to where they are asked for.

    The easiest decisions come first, the largest needs before the others; no line gives more than it would lose, none
    gets more than it lacks, and no programme goes beyond ``room``.

    :param room: {programme: amount that may still move between programmes}; a programme that is missing has none
    """
    landing = {one.key: one for one in landings}
    spare = {line.key: min(max(landing[line.key].lapse - line.ce, ZERO), max(line.free, ZERO)) for line in lines}
    lack = {line.key: landing[line.key].need for line in lines}
    room = dict(room)
    givers = sorted((line for line in lines if spare[line.key] > 0), key=lambda line: -spare[line.key])
    takers = sorted((line for line in lines if lack[line.key] > 0), key=lambda line: -lack[line.key])
    by_chapter = {}
    for line in givers:
        by_chapter.setdefault(line.chapter, []).append(line)
    moves = []
    for wanted in range(4):
        for target in takers:
            for source in by_chapter.get(target.chapter, ()):
                if lack[target.key] <= 0:
                    break
                kind = movement(source, target)
                if kind is None or RANK[kind] != wanted or spare[source.key] <= 0 or lack[source.key] > 0:
                    continue
                amount = min(spare[source.key], lack[target.key])
                if kind in ("a2", "a4"):
                    amount = min(amount, room.get(source.programme, ZERO), room.get(target.programme, ZERO))
                    if amount <= 0:
                        continue
                    room[source.programme] -= amount
                    room[target.programme] -= amount
                if amount <= 0:
                    continue
                spare[source.key] -= amount
                lack[target.key] -= amount
                by_ministry = kind not in ("a6", "a7") or source.is_listed or target.is_listed
                moves.append(Move(kind, source.key, target.key, amount, by_ministry))
    return moves


def carry_over(lines, share, lf_investment):
    """Investment of one budget at the end of the year: what is committed and not ordered is carried over within
    ``share`` of its investment credits of the finance law (organic law art. 63), as the carry-over will share it.

    :return: {"asked": remaining to order, "cap", "carried", "lost"}
    """
    rows = [
        (line.key, max(line.committed - line.ordered - line.later, ZERO), line.closed, line.is_donor)
        for line in lines
        if line.is_investment
    ]
    asked = sum((left for _key, left, _closed, _donor in rows), ZERO)
    carried = sum(closing.carry_over(rows, lf_investment, share).values(), ZERO)
    return {"asked": asked, "cap": closing.ceiling(lf_investment, share), "carried": carried, "lost": asked - carried}


def last_day(year, month, day):
    """Return a date of the year, the last day of the month when the month is shorter."""
    while True:
        try:
            return datetime.date(year, month, day)
        except ValueError:
            day -= 1
