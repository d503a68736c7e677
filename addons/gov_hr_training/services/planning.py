"""Fitting a training plan into its budget, in plain Python.

Each action has a cost, a weight (what its needs are worth) and places where it may stand: the quarter wished, another
quarter of the year, the next year.  The search keeps the greatest value under the ceilings.  It is a branch and bound
over the actions in the order of value for money: exact whenever it ends within ``NODES`` steps, which it does for the
plans met; beyond, it gives the best found, and how far from the best it may be at most (``bound``).

Amounts are whole numbers (centimes), so that no rounding lets a plan through.
"""

import math
from bisect import bisect_right
from dataclasses import dataclass, field

NODES = 150_000
# what an action is worth where it is put, of what it is worth where it was wished, in hundredths
SAME, OTHER_QUARTER, NEXT_YEAR = 100, 90, 40
DROPPED = None


@dataclass(frozen=True)
class Item:
    """An action: its key, its cost, the value at each place, and whether it must stay in the year.

    ``places`` is a tuple of ``(place, value)``, a place being one of those of ``Ceilings.budgets``.
    """

    key: object
    cost: int
    places: tuple
    must_stay: bool = False


@dataclass(frozen=True)
class Ceilings:
    """``budgets``: of each place, the budgets it takes from, that of the year first; ``limits``: of each budget, the
    most it holds (a budget without a limit has none).  ``main`` is the budget of the year of the plan."""

    budgets: dict
    limits: dict
    main: object


@dataclass
class Answer:
    """``choices``: of each item its place, or None when dropped; ``None`` instead of a dict when nothing fits."""

    choices: dict | None = None
    value: int = 0
    bound: int = 0
    is_exact: bool = True
    nodes: int = 0
    spent: dict = field(default_factory=dict)


def places_of(weight, wished, quarters, next_year=None):
    """Return the places of an action, the best first.

    :param weight: what its needs are worth
    :param wished: the quarter wished
    :param quarters: the quarters it may go to (the one wished included)
    :param next_year: the place of the next year, or None when it may not be shifted
    """
    places = [(wished, weight * SAME)] if wished in quarters else []
    others = sorted((one for one in quarters if one != wished), key=lambda one: (abs(one - wished), one))
    places += [(one, weight * OTHER_QUARTER) for one in others]
    if next_year is not None:
        places.append((next_year, weight * NEXT_YEAR))
    return tuple(places)


def fit(items, ceilings, nodes=NODES):
    """Return the :class:`Answer` of greatest value under the ceilings; of equal ones, the first in value for money."""
    search = _Search(items, ceilings, nodes)
    search.run()
    answer = search.answer
    if answer.choices is not None:
        answer.spent = spending(items, answer.choices, ceilings)
    return answer


def spending(items, choices, ceilings):
    """Return what each budget spends when the items stand where ``choices`` says."""
    spent = {}
    for item in items:
        place = choices.get(item.key)
        if place is not DROPPED:
            for budget in ceilings.budgets[place]:
                spent[budget] = spent.get(budget, 0) + item.cost
    return spent


class _Search:
    def __init__(self, items, ceilings, nodes):
        self.ceilings, self.left_nodes, self.nodes = ceilings, nodes, nodes
        self.answer = Answer()
        main = ceilings.main
        rows = []
        for position, item in enumerate(items):
            inside = [(place, value) for place, value in item.places if main in ceilings.budgets[place]]
            outside = [(place, value) for place, value in item.places if main not in ceilings.budgets[place]]
            if item.must_stay:
                outside = []
            best_in = max((value for _place, value in inside), default=0)
            best_out = max((value for _place, value in outside), default=0)
            gain = max(0, best_in - best_out)
            choices = sorted(inside + outside, key=lambda one: -one[1])
            rows.append((item, choices, best_in, best_out, gain, position))
        # what must stay comes first; then the value for money, then what was there first
        rows.sort(
            key=lambda row: (
                not row[0].must_stay,
                -(row[4] / row[0].cost) if row[0].cost else -math.inf,
                row[5],
            )
        )
        self.rows = rows
        self.count = len(rows)
        self.must = sum(1 for row in rows if row[0].must_stay)
        # sums from the front over the optional ones, which stand in the order of value for money
        self.costs, self.gains = [0], [0]
        for item, _choices, _in, _out, gain, _position in rows[self.must :]:
            self.costs.append(self.costs[-1] + (item.cost if gain else 0))
            self.gains.append(self.gains[-1] + gain)
        self.base = [0] * (self.count + 1)
        self.forced = [0] * (self.count + 1)
        for number in range(self.count - 1, -1, -1):
            item, _choices, best_in, best_out, _gain, _position = rows[number]
            self.base[number] = self.base[number + 1] + (best_in if item.must_stay else best_out)
            self.forced[number] = self.forced[number + 1] + (item.cost if item.must_stay else 0)

    def _bound(self, number, room):
        """Return what the items from ``number`` on can be worth at most, with ``room`` left in the year's budget."""
        room -= self.forced[number]
        if room < 0:
            return -1
        start = max(number, self.must) - self.must
        if room == math.inf:
            return self.base[number] + self.gains[-1] - self.gains[start]
        # as many whole ones as the room holds, then a part of the next
        end = bisect_right(self.costs, self.costs[start] + room) - 1
        best = self.base[number] + self.gains[end] - self.gains[start]
        if end < len(self.gains) - 1:
            cost = self.costs[end + 1] - self.costs[end]
            rest = room - (self.costs[end] - self.costs[start])
            best += math.ceil((self.gains[end + 1] - self.gains[end]) * rest / cost)
        return best

    def run(self):
        limits = self.ceilings.limits
        room = {budget: limits.get(budget, math.inf) for place in self.ceilings.budgets.values() for budget in place}
        room.setdefault(self.ceilings.main, limits.get(self.ceilings.main, math.inf))
        self.room = room
        self.best, self.found = -1, None
        self.taken = [None] * self.count
        top = self._bound(0, room[self.ceilings.main])
        if top >= 0:
            self._descend(0, 0)
        answer = self.answer
        answer.nodes = self.nodes - self.left_nodes
        answer.is_exact = self.left_nodes > 0
        if self.found is not None:
            answer.choices = {self.rows[number][0].key: place for number, place in enumerate(self.found)}
            answer.value = self.best
            answer.bound = self.best if answer.is_exact else max(top, self.best)

    def _descend(self, number, value):
        """Depth first, without recursion deeper than the number of actions: each level tries its places in turn."""
        if self.left_nodes <= 0 and self.found is not None:
            return
        self.left_nodes -= 1
        if number == self.count:
            if value > self.best:
                self.best, self.found = value, list(self.taken)
            return
        limit = self._bound(number, self.room[self.ceilings.main])
        if limit < 0 or value + limit <= self.best:
            return
        item, choices, _in, _out, _gain, _position = self.rows[number]
        for place, worth in choices:
            budgets = self.ceilings.budgets[place]
            if all(item.cost <= self.room[budget] for budget in budgets):
                for budget in budgets:
                    self.room[budget] -= item.cost
                self.taken[number] = place
                self._descend(number + 1, value + worth)
                for budget in budgets:
                    self.room[budget] += item.cost
        if not item.must_stay:
            self.taken[number] = DROPPED
            self._descend(number + 1, value)
        self.taken[number] = DROPPED
