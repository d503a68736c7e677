"""Which figures of a table of persons may be shown without telling who is behind them, in plain Python.

A *table* is a set of characteristics; its *cells* count the persons of each combination of their values.  The cells
of several tables of the same persons are protected together:

- a cell below the threshold is not shown (primary suppression), nor the women and the men of a cell in which the
  women, the men or those without a recorded sex are below the threshold;
- on each line, that is a shown cell and the cells of another table that share its persons out, what is left when the
  shown ones are taken away is nothing or at least the threshold (secondary suppression).  Lines are found in the
  data: a region and its directorates, a corps and its grades, the total and everything;
- last, an audit by linear algebra: no sum or difference of shown figures, over any tables, equals a figure below the
  threshold.  What it finds is mended and audited again.

Tables are taken in order, the first ones being the most useful: what is shown of a table stays so, and the following
ones hide their own cells.  A table for which that is not enough is not published; should even the others tell its
small figures, all tables so far are decided again together.

The audit works on the combinations of values that exist, which can only make it find more than a reader could.  It
projects each figure on random numbers modulo a prime: a dependency always shows; a false alarm, which only hides one
figure more, has a probability below one in a million.
"""

import random
from collections import defaultdict
from dataclasses import dataclass, field

SHOWN, TOTAL_ONLY, HIDDEN = 0, 1, 2  # what is shown of a cell: all, its total without the sexes, nothing
PRIME = 2**31 - 1
LANE = 80  # bits a lane of a packed vector: a sum of 2^17 products of two numbers below the prime fits
STEP = LANE // 8
MEASURES = ("staff", "women", "men", "other")


class ImpossibleError(Exception):
    """Nothing is left to hide in the tables that may still change."""


@dataclass
class Cell:
    """Persons of one combination of values in one table."""

    table: tuple
    key: tuple
    staff: int = 0
    women: int = 0
    men: int = 0
    level: int = SHOWN
    least: int = HIDDEN  # the level that it may reach: below, hiding it is of no use, for another table shows it
    joints: int = 0  # combinations of all characteristics that it is made of
    vectors: dict = field(default_factory=dict)

    @property
    def other(self):
        """Persons whose sex is not recorded."""
        return self.staff - self.women - self.men

    def hides(self, measure):
        """Whether a measure of the cell is not shown."""
        return self.level == HIDDEN or (measure != "staff" and self.level == TOTAL_ONLY)


def protect(joints, tables, threshold, prefer=frozenset()):
    """Decide what is shown of each cell.

    :param joints: ``[(values, staff, women, men)]``, one row for each combination of all characteristics
    :param tables: tuples of positions in ``values``, the most useful first; ``()`` is the grand total
    :param threshold: the smallest count that may be shown (above zero)
    :param prefer: ``{(table, key)}`` hidden last time, hidden first when one more must be: what was hidden stays so
    :return: ``{(table, key): Cell}``; a table that could not be published has no cell
    """
    work = _Work(list(joints), tables, threshold, prefer)
    done = []
    for table in sorted(tables, key=lambda table: len(table) > 1):  # those of one characteristic come first
        if work.try_settle(done, table):
            done.append(table)
        elif len(table) < 2 and not work.is_safe_without(done, table):
            done.append(table)
            work.settle(done, done)
        elif len(table) < 2:
            work.dropped.add(table)
    return {name: cell for name, cell in work.cells.items() if cell.table in done}


class _Work:
    """The cells of all tables, and what is known of how they hang together."""

    def __init__(self, joints, tables, threshold, prefer):
        self.joints, self.tables, self.threshold, self.prefer = joints, tables, threshold, prefer
        self.cells = {}
        for table in tables:
            for values, staff, women, men in joints:
                key = tuple(values[position] for position in table)
                cell = self.cells.get((table, key))
                if cell is None:
                    cell = self.cells[table, key] = Cell(table, key)
                cell.staff += staff
                cell.women += women
                cell.men += men
                cell.joints += 1
        self.lines = self._find_lines()
        self.lanes = sum(2 + bool(cell.other) for cell in self.cells.values()) + 2
        self._fill_vectors()
        self.fixed, self.fixed_tables = _Basis(self.lanes), set()
        self.dropped = set()  # tables of one characteristic that are not published: their small figures stay secret

    def _find_lines(self):
        """``[(whole, [parts])]``: cells of one table that share the persons of a cell of another table out."""
        lines = []
        for whole_table in self.tables:
            for part_table in self.tables:
                if whole_table == part_table:
                    continue
                shared = defaultdict(lambda: defaultdict(int))
                for values, *_counts in self.joints:
                    key = tuple(values[position] for position in whole_table)
                    part = tuple(values[position] for position in part_table)
                    shared[key][part] += 1
                for key, parts in shared.items():
                    rows = [self.cells[part_table, part] for part in parts]
                    if all(row.joints == parts[row.key] for row in rows):
                        lines.append((self.cells[whole_table, key], rows))
        return lines

    def _fill_vectors(self):
        """Give each figure the sum of the random numbers of the persons it counts, many numbers packed in one."""
        generator = random.Random(20260101)
        mask = sum(PRIME << (LANE * lane) for lane in range(self.lanes))
        for cell in self.cells.values():
            cell.vectors = dict.fromkeys(MEASURES, 0)
        for values, staff, women, men in self.joints:
            vectors = {}
            for name, count in (("women", women), ("men", men), ("other", staff - women - men)):
                if count:
                    vectors[name] = generator.getrandbits(LANE * self.lanes) & mask
            vectors["staff"] = sum(vectors.values())
            for table in self.tables:
                own = self.cells[table, tuple(values[position] for position in table)].vectors
                for name, vector in vectors.items():
                    own[name] += vector

    # -- rounds -----------------------------------------------------------------------------------------------------
    def try_settle(self, done, table):
        """Decide one more table; return whether hiding its own cells is enough."""
        try:
            self.settle([*done, table], [table])
        except ImpossibleError:
            return False
        return True

    def is_safe_without(self, done, table):
        """Whether the figures of a table that is not published stay untold by those of the others."""
        cells = [cell for cell in self.cells.values() if cell.table in done or cell.table == table]
        for cell in cells:
            if cell.table == table:
                cell.level = HIDDEN
        return not self._told(cells, {table}, self._secrets(cells))

    def settle(self, tables, free):
        """Decide the cells of the tables ``free``, those of the other ``tables`` being decided.

        :raise ImpossibleError: hiding cells of the free tables is not enough
        """
        tables, free = set(tables), set(free)
        lines = [(whole, parts) for whole, parts in self.lines if whole.table in tables and parts[0].table in tables]
        cells = [cell for cell in self.cells.values() if cell.table in tables]
        self._start([cell for cell in cells if cell.table in free], lines, free)
        secrets = self._secrets([cell for cell in self.cells.values() if cell.table in tables | self.dropped])
        while True:
            while self._mend(lines, free):
                pass
            told = self._told(cells, free, secrets)
            if not told:
                return
            for used in told:
                self._hide([(cell, name) for cell, name in used if cell.table in free])

    def _secrets(self, cells):
        return [(cell, name) for cell in cells for name in MEASURES if 0 < getattr(cell, name) < self.threshold]

    def _told(self, cells, free, secrets):
        """For each secret that shown figures tell when they are added and taken away, those figures."""
        if not secrets:
            return []
        if self.fixed_tables & free:  # decided again
            self.fixed, self.fixed_tables = _Basis(self.lanes), set()
        decided = {cell.table for cell in cells} - free - self.fixed_tables
        for cell in cells:
            if cell.table in decided:
                self.fixed.add_cell(cell)
        self.fixed_tables |= decided
        basis = self.fixed.copy()
        for cell in cells:
            if cell.table in free:
                basis.add_cell(cell)
        return list(filter(None, (basis.tells(cell.vectors[name]) for cell, name in secrets)))

    def _start(self, cells, lines, free):
        for cell in cells:
            cell.level, cell.least = SHOWN, HIDDEN
            if 0 < cell.staff < self.threshold:
                cell.level = HIDDEN
            elif any(0 < getattr(cell, name) < self.threshold for name in MEASURES[1:]):
                cell.level = TOTAL_ONLY
        for whole, parts in lines:
            # the same persons under another name, already decided: they are shown as far as they are there
            if len(parts) == 1:
                for cell, twin in ((parts[0], whole), (whole, parts[0])):
                    if cell.table in free and twin.table not in free:
                        cell.least = min(cell.least, twin.level)
                        cell.level = max(cell.level, twin.level)

    def _mend(self, lines, free):
        """Hide more where a line tells a hidden figure; return whether anything changed."""
        changed = False
        for whole, parts in lines:
            for measure in MEASURES:
                while self._line_tells(whole, parts, measure):
                    candidates = [(part, measure) for part in parts if getattr(part, measure)]
                    if not self._hide(candidates, free):
                        if not self._hide([(whole, measure)], free):
                            raise ImpossibleError
                    changed = True
        return changed

    def _line_tells(self, whole, parts, measure):
        if whole.hides(measure):
            return False
        return 0 < sum(getattr(part, measure) for part in parts if part.hides(measure)) < self.threshold

    def _hide(self, candidates, free=None):
        """Hide the least useful of some shown figures: what was hidden before, the finest table, then the smallest.

        :return: whether one could be hidden
        :raise ImpossibleError: none can, and nothing else is tried (``free`` is None)
        """
        shown = []
        for cell, measure in candidates:
            level = HIDDEN if measure == "staff" else TOTAL_ONLY
            if cell.level < level <= cell.least and (free is None or cell.table in free):
                shown.append((cell, level))
        if not shown:
            if free is None:
                raise ImpossibleError
            return False
        cell, level = min(
            shown,
            key=lambda item: (
                (item[0].table, item[0].key) not in self.prefer,
                -len(item[0].table),
                item[0].staff,
            ),
        )
        cell.level = level
        return True


class _Basis:
    """Echelon basis of packed vectors modulo the prime; behind its numbers, each tells which figures it is made of."""

    def __init__(self, lanes):
        self.lanes = lanes
        self.rows = []  # (lane of the pivot, packed vector whose pivot is one)
        self.figures = []

    def copy(self):
        other = _Basis(self.lanes)
        other.rows, other.figures = list(self.rows), list(self.figures)
        return other

    def add_cell(self, cell):
        # staff less women are the men, but for those without a recorded sex
        for name in MEASURES[:3] if cell.other else MEASURES[:2]:
            if not cell.hides(name) and getattr(cell, name):
                self._add(cell, name)

    def _reduce(self, packed):
        """Numbers of a vector once the rows of the basis are taken out of it."""
        low = (1 << LANE) - 1
        for lane, row in self.rows:
            value = ((packed >> (LANE * lane)) & low) % PRIME
            if value:
                packed += (PRIME - value) * row
        size = self.lanes + len(self.figures)
        raw = packed.to_bytes(STEP * size + 16, "little")
        return [int.from_bytes(raw[STEP * lane : STEP * lane + STEP], "little") % PRIME for lane in range(size)]

    def _add(self, cell, name):
        self.figures.append((cell, name))
        numbers = self._reduce(cell.vectors[name] + (1 << (LANE * (self.lanes + len(self.figures) - 1))))
        lane = next((lane for lane in range(self.lanes) if numbers[lane]), None)
        if lane is not None:
            inverse = pow(numbers[lane], -1, PRIME)
            packed = b"".join((number * inverse % PRIME).to_bytes(STEP, "little") for number in numbers)
            self.rows.append((lane, int.from_bytes(packed, "little")))

    def tells(self, vector):
        """The figures whose sums and differences give the vector; none when they do not."""
        numbers = self._reduce(vector)
        if any(numbers[: self.lanes]):
            return []
        return [figure for figure, number in zip(self.figures, numbers[self.lanes :], strict=True) if number]
