import random
from fractions import Fraction

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..services.disclosure import HIDDEN, SHOWN, TOTAL_ONLY, protect

TABLES = ((), (0,), (1,), (2,), (0, 2))


def telling(cells, joints, threshold):
    """Small figures that shown ones tell by adding and taking away: exact elimination, written apart from the service.

    The unknowns are the persons of each combination and sex.
    """
    columns = [(values, sex) for values, *_counts in joints for sex in ("women", "men", "other")]

    def vector(cell, name):
        wanted = ("women", "men", "other") if name == "staff" else (name,)
        return [
            Fraction(int(sex in wanted and tuple(values[position] for position in cell.table) == cell.key))
            for values, sex in columns
        ]

    # a combination nobody of a sex belongs to is no unknown: whoever knows that knows more
    empty = {
        (values, sex)
        for values, staff, women, men in joints
        for sex, count in (("women", women), ("men", men), ("other", staff - women - men))
        if not count
    }
    kept = [number for number, column in enumerate(columns) if column not in empty]
    names = ("staff", "women", "men", "other")
    basis = []

    def reduced(row):
        row = [row[number] for number in kept]
        for pivot, other in basis:
            if row[pivot]:
                factor = row[pivot]
                row = [value - factor * taken for value, taken in zip(row, other, strict=True)]
        return row

    for cell in cells.values():
        for name in names:
            if not cell.hides(name):
                row = reduced(vector(cell, name))
                pivot = next((number for number, value in enumerate(row) if value), None)
                if pivot is not None:
                    basis.append((pivot, [value / row[pivot] for value in row]))
    return [
        (cell, name)
        for cell in cells.values()
        for name in names
        if 0 < getattr(cell, name) < threshold and not any(reduced(vector(cell, name)))
    ]


@tagged("post_install", "-at_install")
class TestDisclosure(BaseCase):
    def levels(self, cells, table):
        return {key[0]: cell.level for (cell_table, key), cell in cells.items() if cell_table == table}

    def test_cell_below_the_threshold_is_hidden_and_a_second_one_with_it(self):
        joints = [(("a",), 20, 10, 10), (("b",), 4, 2, 2), (("c",), 12, 6, 6)]
        cells = protect(joints, [(), (0,)], 5)
        self.assertEqual(self.levels(cells, (0,)), {"a": SHOWN, "b": HIDDEN, "c": HIDDEN})
        self.assertEqual(cells[(), ()].level, SHOWN)

    def test_cell_of_the_threshold_is_shown(self):
        joints = [(("a",), 20, 10, 10), (("b",), 5, 5, 0), (("c",), 12, 6, 6)]
        cells = protect(joints, [(), (0,)], 5)
        self.assertEqual(set(self.levels(cells, (0,)).values()), {SHOWN})

    def test_few_women_hide_the_sexes_of_two_cells_and_keep_the_totals(self):
        joints = [(("a",), 20, 10, 10), (("b",), 15, 4, 11), (("c",), 16, 8, 8)]
        cells = protect(joints, [(), (0,)], 5)
        self.assertEqual(self.levels(cells, (0,)), {"a": SHOWN, "b": TOTAL_ONLY, "c": TOTAL_ONLY})

    def test_two_small_cells_that_make_less_than_the_threshold_need_a_third(self):
        joints = [(("a",), 20, 10, 10), (("b",), 2, 1, 1), (("c",), 2, 1, 1), (("d",), 12, 6, 6)]
        cells = protect(joints, [(), (0,)], 5)
        self.assertEqual(self.levels(cells, (0,)), {"a": SHOWN, "b": HIDDEN, "c": HIDDEN, "d": HIDDEN})

    def test_what_is_left_of_a_region_by_its_directorates_is_never_small(self):
        # the directorate of 3 stands in region r1 with one of 20; the smallest other one of all is in r2
        joints = [
            (("r1", "big"), 20, 10, 10),
            (("r1", "small"), 3, 3, 0),
            (("r2", "x"), 12, 6, 6),
            (("r2", "y"), 14, 7, 7),
        ]
        cells = protect(joints, [(), (0,), (1,)], 5)
        self.assertEqual(cells[(1,), ("small",)].level, HIDDEN)
        self.assertTrue(cells[(1,), ("big",)].level == HIDDEN or cells[(0,), ("r1",)].level == HIDDEN)
        self.assertFalse(telling(cells, joints, 5))

    def test_same_persons_under_two_names_are_hidden_under_both(self):
        joints = [(("r1", "d1"), 3, 1, 2), (("r2", "d2"), 9, 5, 4), (("r3", "d3"), 30, 15, 15)]
        cells = protect(joints, [(), (0,), (1,)], 5)
        self.assertEqual(cells[(0,), ("r1",)].level, HIDDEN)
        self.assertEqual(cells[(1,), ("d1",)].level, HIDDEN)
        self.assertFalse(telling(cells, joints, 5))

    def test_what_was_hidden_before_is_hidden_first(self):
        joints = [(("a",), 20, 10, 10), (("b",), 4, 2, 2), (("c",), 12, 6, 6)]
        cells = protect(joints, [(), (0,)], 5, prefer={((0,), ("a",))})
        self.assertEqual(self.levels(cells, (0,)), {"a": HIDDEN, "b": HIDDEN, "c": SHOWN})

    def test_persons_without_a_recorded_sex_are_not_told_by_the_rest(self):
        joints = [(("a",), 20, 10, 10), (("b",), 20, 9, 10), (("c",), 20, 10, 10)]
        cells = protect(joints, [(), (0,)], 5)
        self.assertEqual(cells[(), ()].level, TOTAL_ONLY)
        self.assertEqual(cells[(0,), ("b",)].level, TOTAL_ONLY)
        self.assertFalse(telling(cells, joints, 5))

    def test_nobody_at_all_gives_no_figure(self):
        self.assertEqual(protect([], [(), (0,)], 5), {})

    def test_everybody_in_one_cell_of_three_shows_nothing(self):
        cells = protect([(("a",), 3, 1, 2)], [(), (0,)], 5)
        self.assertEqual({cell.level for cell in cells.values()}, {HIDDEN})

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.integers(0, 10**9), st.integers(1, 70), st.integers(2, 6))
    def test_no_sum_or_difference_of_shown_figures_tells_a_small_one(self, seed, size, threshold):
        chance = random.Random(seed)
        people = {}
        for _number in range(size):
            region = chance.choices(range(4), (8, 3, 1, 1))[0]
            directorate = (region, chance.randrange(2) if region == 0 else 0)
            row = people.setdefault((region, directorate, chance.randrange(3)), [0, 0, 0])
            row[0] += 1
            sex = chance.choices((1, 2, 0), (40, 58, 2))[0]
            if sex:
                row[sex] += 1
        joints = [(values, *counts) for values, counts in people.items()]
        cells = protect(joints, TABLES, threshold)
        for cell in cells.values():
            for name in ("staff", "women", "men", "other"):
                self.assertTrue(cell.hides(name) or not 0 < getattr(cell, name) < threshold)
        self.assertFalse(telling(cells, joints, threshold))
        for table in TABLES[1:]:
            rows = [cell for cell in cells.values() if cell.table == table]
            for name in ("staff", "women", "men"):
                left = sum(getattr(cell, name) for cell in rows if cell.hides(name))
                if not cells[(), ()].hides(name):
                    self.assertFalse(0 < left < threshold, f"{name} left over in {table}")
