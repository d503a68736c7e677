"""Which figures of a table of persons may be shown without telling who is behind them, in plain Python.

A *table* is a set of characteristics; its *cells* count the persons of each combination of their values.  The cells
of several tables of the same persons are protected together:

- a cell below the threshold is not shown (primary suppression), nor its share of women when the women, the men or
  those without a recorded sex in it are below the threshold;
- on each line, that is a shown cell and the cells of another table that share its persons out, what is left when the
  shown ones are taken away is nothing or at least the threshold, and never one cell alone (secondary suppression).
  Lines are found in the data: a region and its directorates, a corps and its grades, the total and everything;
- last, an audit by linear algebra: no sum or difference of shown figures, over any tables, equals a figure below the
  threshold.  What it finds is mended and audited again.

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
MEASURES = ("staff", "women", "men", "other")


@dataclass
class Cell:
    """Persons of one combination of values in one table."""

    table: tuple
    key: tuple
    staff: int = 0
    women: int = 0
    men: int = 0
    level: int = SHOWN
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
    :param tables: tuples of positions in ``values``; ``()`` is the grand total
    :param threshold: the smallest count that may be shown (above zero)
    :param prefer: ``{(table, key)}`` hidden last time, hidden first when one more must be: what was hidden stays so
    :return: ``{(table, key): Cell}``
    """
    joints = list(joints)
    cells = _cells(joints, tables)
    lines = _lines(joints, tables, cells)
    for cell in cells.values():
        if 0 < cell.staff < threshold:
            cell.level = HIDDEN
        elif any(0 < getattr(cell, name) < threshold for name in MEASURES[1:]):
            cell.level = TOTAL_ONLY
    while True:
        while _mend_lines(lines, threshold, prefer):
            pass
        found = _derivable(joints, tables, cells, threshold)
        if not found or not _hide_more(cells, found, prefer):
            return cells


def _cells(joints, tables):
    cells = {}
    for table in tables:
        for values, staff, women, men in joints:
            key = tuple(values[position] for position in table)
            cell = cells.get((table, key))
            if cell is None:
                cell = cells[table, key] = Cell(table, key)
            cell.staff += staff
            cell.women += women
            cell.men += men
            cell.joints += 1
    return cells


def _lines(joints, tables, cells):
    """``[(whole, [parts])]``: cells of one table that share the persons of a cell of another table out."""
    lines = []
    for whole_table in tables:
        for part_table in tables:
            if whole_table == part_table:
                continue
            shared = defaultdict(lambda: defaultdict(int))
            for values, *_counts in joints:
                key = tuple(values[position] for position in whole_table)
                part = tuple(values[position] for position in part_table)
                shared[key][part] += 1
            for key, parts in shared.items():
                rows = [cells[part_table, part] for part in parts]
                if all(row.joints == parts[row.key] for row in rows):
                    lines.append((cells[whole_table, key], rows))
    return lines


def _mend_lines(lines, threshold, prefer):
    """Hide more where a line tells a hidden figure; return whether anything changed."""
    changed = False
    for whole, parts in lines:
        for measure in MEASURES:
            while _line_tells(whole, parts, measure, threshold):
                _hide_one(whole, parts, measure, prefer)
                changed = True
    return changed


def _line_tells(whole, parts, measure, threshold):
    hidden = [part for part in parts if part.hides(measure) and getattr(part, measure)]
    if whole.hides(measure):
        return not hidden and getattr(whole, measure) > 0
    if not hidden:
        return False
    return len(hidden) == 1 or sum(getattr(part, measure) for part in hidden) < threshold


def _hide_one(whole, parts, measure, prefer):
    level = HIDDEN if measure == "staff" else TOTAL_ONLY
    shown = [part for part in parts if not part.hides(measure) and getattr(part, measure)]
    if shown:
        # what was hidden before, then the smallest
        cell = min(shown, key=lambda part: ((part.table, part.key) not in prefer, part.staff))
    else:
        cell = whole
    cell.level = max(cell.level, level)


def _derivable(joints, tables, cells, threshold):
    """Cells of which the shown figures, added and taken away, tell a count below the threshold."""
    has_other = any(cell.other for cell in cells.values())
    names = MEASURES if has_other else MEASURES[:3]
    shown = [(cell, name) for cell in cells.values() for name in names if not cell.hides(name) and getattr(cell, name)]
    secret = [(cell, name) for cell in cells.values() for name in names if 0 < getattr(cell, name) < threshold]
    if not secret:
        return []
    # of staff, women, men and other, three tell the fourth: it is left out of the basis
    basis_names = names[:-1]
    lanes = sum(name in basis_names for _cell, name in shown) + 2
    _fill_vectors(joints, tables, cells, names, lanes)
    basis = _Basis(lanes)
    for cell, name in shown:
        if name in basis_names:
            basis.add(cell.vectors[name])
    found = [cell for cell, name in secret if not cell.hides(name) or basis.holds(cell.vectors[name])]
    for cell in cells.values():
        cell.vectors = {}
    return found


def _fill_vectors(joints, tables, cells, names, lanes):
    """Give each figure the sum of the random numbers of the persons it counts, ``lanes`` numbers packed in one."""
    generator = random.Random(20260101)
    mask = sum(PRIME << (LANE * lane) for lane in range(lanes))
    for cell in cells.values():
        cell.vectors = dict.fromkeys(names, 0)
    for values, staff, women, men in joints:
        vectors = {}
        counts = {"women": women, "men": men, "other": staff - women - men}
        for name, count in counts.items():
            if count:
                vectors[name] = generator.getrandbits(LANE * lanes) & mask
        vectors["staff"] = sum(vectors.values())
        for table in tables:
            own = cells[table, tuple(values[position] for position in table)].vectors
            for name, vector in vectors.items():
                own[name] += vector


class _Basis:
    """Echelon basis of packed vectors modulo the prime."""

    def __init__(self, lanes):
        self.lanes = lanes
        self.rows = []  # (lane of the pivot, packed vector whose pivot is one)

    def _reduce(self, vector):
        """Numbers of a vector once the rows of the basis are taken out of it."""
        low = (1 << LANE) - 1
        packed = self._pack(self._unpack(vector))
        for lane, row in self.rows:
            value = ((packed >> (LANE * lane)) & low) % PRIME
            if value:
                packed += (PRIME - value) * row
        return self._unpack(packed)

    def _unpack(self, vector):
        raw = vector.to_bytes(LANE // 8 * self.lanes + 16, "little")
        step = LANE // 8
        return [int.from_bytes(raw[step * lane : step * lane + step], "little") % PRIME for lane in range(self.lanes)]

    @staticmethod
    def _pack(numbers):
        step = LANE // 8
        return int.from_bytes(b"".join(number.to_bytes(step, "little") for number in numbers), "little")

    def add(self, vector):
        """Add a vector, unless the basis already tells it."""
        numbers = self._reduce(vector)
        lane = next((lane for lane, number in enumerate(numbers) if number), None)
        if lane is not None:
            inverse = pow(numbers[lane], -1, PRIME)
            self.rows.append((lane, self._pack([number * inverse % PRIME for number in numbers])))

    def holds(self, vector):
        """Whether the basis tells the vector."""
        return not any(self._reduce(vector))


def _hide_more(cells, found, prefer):
    """Hide one more figure beside each that can be told; return whether there was one to hide."""
    changed = False
    for cell in found:
        level = cell.level or TOTAL_ONLY
        peers = [peer for peer in cells.values() if peer.table == cell.table and peer.staff and peer.level < level]
        peers = peers or [peer for peer in cells.values() if peer.staff and peer.level < level]
        if peers:
            peer = min(peers, key=lambda row: ((row.table, row.key) not in prefer, row.staff))
            peer.level = level
            changed = True
    return changed
