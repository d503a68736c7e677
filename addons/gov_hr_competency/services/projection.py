"""Projection of the workforce year by year, in plain Python: values in, values out.

The staff are counted by cell (job, grade, unit, region, sex), and in each cell by the year in which they leave: the
age limit or an act signed already.  Each year, in this order: those who leave by law or by an act, early retirements,
other departures, detachments and availability, moves out, returns, moves in, recruitments, moves inside, promotions::

    stock(t+1) = stock(t) − retirements − early − departures − out + in + recruitments ± promotions and moves inside

Everything is a whole number of people: a rate of 2 % of 30 people makes one departure in the second year.  What is
spread over several cells is spread in proportion to their staff, and what was rounded off is remembered, so that over
the years each cell has its part.  Nobody leaves twice: who retires early no longer retires later, and a stock never
falls below zero; what a hypothesis asked beyond the staff there is told as unmet.
"""

import itertools
import math
from collections import defaultdict
from typing import NamedTuple

AXES = ("job", "grade", "unit", "region", "sex")
# leaving by themselves, from the data; then what hypotheses make, in the order of the year
KNOWN = ("retirement", "departure_known")
OUT = ("early", "departure", "position_out", "mobility_out")
IN = ("position_in", "mobility_in", "recruitment")
MOVES = ("mobility", "promotion")
KINDS = (*KNOWN, *OUT, *IN, *MOVES)
LASTING = ("retirement", "departure_known", "early", "departure")  # leave a seat to replace
NEVER = 9999


class Cell(NamedTuple):
    """Where people are counted; ids, or None when not known."""

    job: int | None = None
    grade: int | None = None
    unit: int | None = None
    region: int | None = None
    sex: str | None = None


class Group(NamedTuple):
    """People alike: same cell, same year and way of leaving, same year from which they may retire early."""

    cell: Cell
    leaves: int | None
    how: str
    early_from: int | None
    count: int


class Hypothesis(NamedTuple):
    """One line of a scenario.

    :param kind: one of ``OUT``, ``IN``, ``MOVES``
    :param basis: ``number`` of people a year, ``rate`` in percent of the staff concerned at the beginning of the year,
        or ``replacement`` in percent of those who left for good in the year
    :param where: ``{axis: ids}`` of the people concerned; an axis that is not named is any
    :param to: ``{axis: id}`` of what changes for those who move or enter
    :param home: cell of those who enter where nobody is
    """

    id: int
    kind: str
    basis: str
    value: float
    first: int
    last: int
    where: dict
    to: dict
    home: Cell


class Flow(NamedTuple):
    """A movement of one year in one cell: ``number`` is negative for those who leave the cell."""

    kind: str
    cell: Cell
    number: int
    hypothesis: int | None


class Projection(NamedTuple):
    """What a scenario leads to: the staff of the first day, the flows of each year, what could not be done.

    ``stocks`` holds the staff of each cell at the end of each year, counted from the people themselves; it is there
    when asked for, to prove the rest.
    """

    years: tuple
    opening: dict
    flows: dict
    unmet: list
    stocks: list


def project(groups, hypotheses, years, keep_stocks=False):
    """Project the staff over the years.

    :param groups: ``Group`` of the staff of the first day
    :param hypotheses: ``Hypothesis`` of the scenario
    :param years: the years in order; who leaves before or in the first one leaves in the first one
    :param keep_stocks: count the staff of each cell at the end of each year
    :return: ``Projection``
    """
    work = _Work(groups)
    opening = dict(work.sizes)
    ordered = sorted(hypotheses, key=lambda one: (KINDS.index(one.kind), one.id))
    flows, stocks = {}, []
    for year in years:
        flows[year] = work.run_year(year, ordered)
        if keep_stocks:
            stocks.append({cell: sum(pool.values()) for cell, pool in work.pools.items()})
    return Projection(tuple(years), opening, flows, work.unmet, stocks)


def table(projection, key, keep=None):
    """Return the stocks and flows of a projection by an axis.

    :param key: function of a cell that gives its row
    :param keep: function of a cell that says whether it is counted; all when None
    :return: ``{row: {"stocks": [first day, end of each year …], "flows": [{kind: net number} of each year]}}``
    """
    rows = {}
    count = len(projection.years)

    def row_of(cell):
        name = key(cell)
        row = rows.get(name)
        if row is None:
            row = rows[name] = {"stocks": [0] * (count + 1), "flows": [{} for _year in range(count)]}
        return row

    for cell, number in projection.opening.items():
        if keep is None or keep(cell):
            row_of(cell)["stocks"][0] += number
    for place, year in enumerate(projection.years):
        for flow in projection.flows[year]:
            if keep is None or keep(flow.cell):
                kinds = row_of(flow.cell)["flows"][place]
                kinds[flow.kind] = kinds.get(flow.kind, 0) + flow.number
    for row in rows.values():
        stocks = row["stocks"]
        for place, kinds in enumerate(row["flows"]):
            stocks[place + 1] = stocks[place] + sum(kinds.values())
    return rows


def total(rows, years):
    """Add the rows of a table up.

    :param rows: what ``table`` returns
    :param years: number of years, for a table without rows
    :return: ``{"stocks", "flows"}``
    """
    stocks, flows = [0] * (years + 1), [{} for _year in range(years)]
    for row in rows.values():
        for place, number in enumerate(row["stocks"]):
            stocks[place] += number
        for place, kinds in enumerate(row["flows"]):
            for kind, number in kinds.items():
                flows[place][kind] = flows[place].get(kind, 0) + number
    return {"stocks": stocks, "flows": flows}


def spread(number, weights, credit=None, capped=True):
    """Share a number of people over cells in proportion to their weights.

    :param number: people to share, at most the sum of the weights when ``capped``
    :param weights: ``[(cell, weight)]``
    :param credit: what each cell was owed before; changed in place
    :param capped: give no cell more than its weight
    :return: ``{cell: people}``, their sum is ``number``
    """
    credit = {} if credit is None else credit
    weights = [(cell, weight) for cell, weight in weights if weight > 0]
    total = sum(weight for _cell, weight in weights)
    if not total or number <= 0:
        return {}
    room = dict(weights) if capped else None
    for cell, weight in weights:
        credit[cell] = credit.get(cell, 0.0) + number * weight / total
    shares, left = {}, number
    # ties go to places far from each other, not to the first units of the list
    order = sorted(
        range(len(weights)), key=lambda n: (-round(credit[weights[n][0]], 9), n * 7919 % 104729)
    )  # fmt: skip
    for place in order:
        cell = weights[place][0]
        share = min(left, max(0, math.floor(credit[cell] + 1e-9)), room[cell] if capped else left)
        if share:
            shares[cell] = share
            credit[cell] -= share
            left -= share
    while left:
        best = sorted(order, key=lambda n: -round(credit[weights[n][0]], 9))
        for place in best:
            cell = weights[place][0]
            if not left:
                break
            if not capped or shares.get(cell, 0) < room[cell]:
                shares[cell] = shares.get(cell, 0) + 1
                credit[cell] -= 1
                left -= 1
    return shares


class _Work:
    """The staff while the years go by."""

    def __init__(self, groups):
        self.pools = {}  # cell: {(year of leaving, how, early from): people}
        self.sizes = {}  # cell: people
        self.due = defaultdict(list)  # year: [(cell, cohort)] that may leave then
        self.unmet = []
        self.rest = defaultdict(float)  # hypothesis: part of a person not yet made
        self.credit = defaultdict(dict)  # hypothesis: {cell: what it is owed}
        self.by_axis = {}  # axis: (cells indexed, {value: cells})
        self.matches = {}  # hypothesis: [cells looked at, cells concerned]
        for cell, leaves, how, early_from, count in groups:
            self.put(cell, (leaves or NEVER, how, early_from or NEVER), count)

    def put(self, cell, cohort, number):
        pool = self.pools.get(cell)
        if pool is None:
            pool = self.pools[cell] = {}
            self.sizes[cell] = 0
        pool[cohort] = pool.get(cohort, 0) + number
        self.sizes[cell] += number
        if cohort[0] != NEVER:
            self.due[cohort[0]].append((cell, cohort))

    def take(self, cell, number, near, early=None):
        """Take people out of a cell, those nearest to the age limit first or last; return ``[(cohort, number)]``."""
        pool = self.pools[cell]
        cohorts = [one for one in pool if early is None or one[2] <= early]
        cohorts.sort(reverse=not near)
        taken = []
        for cohort in cohorts:
            if not number:
                break
            part = min(number, pool[cohort])
            number -= part
            self.sizes[cell] -= part
            taken.append((cohort, part))
            if part == pool[cohort]:
                del pool[cohort]
            else:
                pool[cohort] -= part
        return taken

    def concerned(self, one):
        """Return the cells of a hypothesis, in a fixed order; those made since are looked at as well."""
        looked, cells = self.matches.get(one.id, (0, []))
        if looked < len(self.pools):
            new = [cell for cell in self.candidates(one.where, looked) if _is_in(cell, one.where)]
            if one.kind in MOVES:
                new = [cell for cell in new if cell._replace(**one.to) != cell]
            cells = sorted(cells + new, key=_order) if new else cells
            self.matches[one.id] = (len(self.pools), cells)
        return cells

    def candidates(self, where, looked):
        """Return the cells made since, of the axis that narrows them most."""
        if looked or not where:
            return list(itertools.islice(self.pools, looked, None))
        found = None
        for axis, ids in where.items():
            if axis not in self.by_axis:
                place, index = AXES.index(axis), {}
                for cell in self.pools:
                    index.setdefault(cell[place], []).append(cell)
                self.by_axis[axis] = (len(self.pools), index)
            count, index = self.by_axis[axis]
            cells = [cell for value in ids for cell in index.get(value, ())]
            cells += itertools.islice(self.pools, count, None)
            if found is None or len(cells) < len(found):
                found = cells
        return found

    def run_year(self, year, hypotheses):
        flows = self.leave(year)
        active = [one for one in hypotheses if one.first <= year <= one.last]
        if not active:
            return flows
        start = {}
        if any(one.basis == "rate" for one in active):
            start = dict(self.sizes)
            for flow in flows:
                start[flow.cell] -= flow.number  # the rates are of the staff of the first day
        left = defaultdict(int)
        for flow in flows:
            left[flow.cell] -= flow.number
        for one in active:
            made = self.apply(one, year, start, left)
            flows += made
            if one.kind in LASTING:
                for flow in made:
                    left[flow.cell] -= flow.number
        return flows

    def leave(self, year):
        flows = []
        for due in sorted(one for one in self.due if one <= year):
            for cell, cohort in self.due.pop(due):
                number = self.pools[cell].pop(cohort, 0)
                if number:
                    self.sizes[cell] -= number
                    flows.append(Flow(cohort[1], cell, -number, None))
        return flows

    def apply(self, one, year, start, left):
        concerned = self.concerned(one)
        if one.basis == "number":
            asked = one.value
        elif one.basis == "replacement":
            asked = sum(left.get(cell, 0) for cell in concerned) * one.value / 100
        elif one.kind == "early":
            asked = self.eligible(concerned, year) * one.value / 100
        else:
            asked = sum(start.get(cell, 0) for cell in concerned) * one.value / 100
        asked += self.rest[one.id]
        number = math.floor(asked + 1e-9)
        self.rest[one.id] = asked - number
        if number <= 0:
            return []
        return self.enter(one, number, concerned, left) if one.kind in IN else self.move(one, year, number, concerned)

    def eligible(self, cells, early):
        return sum(
            number for cell in cells for cohort, number in self.pools[cell].items() if cohort[2] <= early
        )  # fmt: skip

    def enter(self, one, number, concerned, left):
        weights = [(cell, left.get(cell, 0) if one.basis == "replacement" else self.sizes[cell]) for cell in concerned]
        if not any(weight for _cell, weight in weights):
            weights = [(cell, 1) for cell in concerned] or [(one.home, 1)]
        flows = []
        for cell, share in spread(number, weights, self.credit[one.id], capped=False).items():
            place = cell._replace(**one.to)
            self.put(place, (NEVER, "retirement", NEVER), share)
            flows.append(Flow(one.kind, place, share, one.id))
        return flows

    def move(self, one, year, number, concerned):
        """Take people out of the cells concerned, to nowhere or to the cell they move to."""
        early = year if one.kind == "early" else None
        weights = [
            (cell, self.eligible([cell], early) if early is not None else self.sizes[cell]) for cell in concerned
        ]
        there = sum(weight for _cell, weight in weights)
        if number > there:
            self.unmet.append((one.id, year, number, there))
            number = there
        flows = []
        for cell, share in spread(number, weights, self.credit[one.id]).items():
            taken = self.take(cell, share, near=one.kind == "early", early=early)
            flows.append(Flow(one.kind, cell, -share, one.id))
            if one.kind in MOVES:
                place = cell._replace(**one.to)
                for cohort, part in taken:
                    self.put(place, cohort, part)
                flows.append(Flow(one.kind, place, share, one.id))
        return flows


def _is_in(cell, where):
    return all(getattr(cell, axis) in ids for axis, ids in where.items())


def _order(cell):
    return tuple((value is None, str(value).zfill(9)) for value in cell)
