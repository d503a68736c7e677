from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase

from ..services import projection as p

A = p.Cell(1, 1, 10, 100, "female")
B = p.Cell(1, 2, 10, 100, "male")
C = p.Cell(2, 1, 11, 101, "male")
YEARS = range(2026, 2031)

KEYS = {axis: (lambda cell, axis=axis: getattr(cell, axis)) for axis in p.AXES}
KEYS["total"] = lambda cell: True
CELLS = st.builds(
    p.Cell,
    job=st.sampled_from([1, 2, None]),
    grade=st.sampled_from([1, 2, 3]),
    unit=st.sampled_from([10, 11, 12]),
    region=st.sampled_from([100, 101]),
    sex=st.sampled_from(["female", "male", None]),
)
GROUPS = st.lists(
    st.builds(
        p.Group,
        cell=CELLS,
        leaves=st.one_of(st.none(), st.integers(2024, 2034)),
        how=st.sampled_from(p.KNOWN),
        early_from=st.one_of(st.none(), st.integers(2020, 2032)),
        count=st.integers(1, 30),
    ),
    max_size=12,
)


@st.composite
def hypotheses(draw):
    found = []
    for number in range(draw(st.integers(0, 6))):
        kind = draw(st.sampled_from(p.OUT + p.IN + p.MOVES))
        basis = draw(st.sampled_from(("number", "rate", "replacement") if kind in p.IN else ("number", "rate")))
        value = draw(st.floats(0, 100 if basis != "number" else 40))
        where = draw(
            st.fixed_dictionaries(
                {},
                optional={
                    "job": st.just({1}), "grade": st.sampled_from([{1}, {2}]), "unit": st.just({10, 11}),
                    "sex": st.just({"female"}),
                },
            )
        )  # fmt: skip
        to = {}
        if kind in p.MOVES + p.IN:
            to = draw(st.sampled_from([{"grade": 3}, {"job": 2}, {"unit": 12, "region": 101}]))
        first = draw(st.integers(2026, 2030))
        found.append(
            p.Hypothesis(number, kind, basis, value, first, draw(st.integers(first, 2034)), where, to, p.Cell())
        )
    return found


def line(kind, basis, value, where=None, to=None, first=2027, last=2099, number=1, home=None):
    return p.Hypothesis(number, kind, basis, value, first, last, where or {}, to or {}, home or p.Cell())


class TestProjection(BaseCase):
    """The arithmetic of the years to come, without a database."""

    def stocks(self, found, key="total", row=True):
        return p.table(found, KEYS[key])[row]["stocks"]

    def test_hand_computed_table(self):
        """Ten people of A, eight of B, five of C, by hand year after year.

        2026: of A 1 reaches the limit (overdue since 2025).
        2027: A −2 by age, B −1 by an act; replacement of 3 leavers at 50 % = 1.5, so 1 comes in, to A, the cell that
        lost most (2 of 3); promotion of 2 from grade 1 (A 8, C 5: one each) to grade 2.
        2028: A −1 by age; 1 leaver at 50 % and the half kept from 2027 = 1 comes in, to A.  Early retirement is 10 %
        of the 4 of grade 2 who have the years: 0.4, nobody yet; 0.8 in 2029, and 1.2 in 2030: one of B.
        2030: 1 leaver at 50 % = 0.5, nobody comes in.
        """
        groups = [
            p.Group(A, 2025, "retirement", None, 1),
            p.Group(A, 2027, "retirement", None, 2),
            p.Group(A, 2028, "retirement", None, 1),
            p.Group(A, None, "retirement", None, 6),
            p.Group(B, 2027, "departure_known", None, 1),
            p.Group(B, None, "retirement", 2026, 4),
            p.Group(B, None, "retirement", None, 3),
            p.Group(C, None, "retirement", None, 5),
        ]
        lines = [
            line("recruitment", "replacement", 50, number=1),
            line("promotion", "number", 2, {"grade": {1}}, {"grade": 2}, last=2027, number=2),
            line("early", "rate", 10, {"grade": {2}}, first=2028, last=2030, number=3),
        ]
        found = p.project(groups, lines, YEARS, keep_stocks=True)
        self.assertEqual(self.stocks(found), [23, 22, 20, 20, 20, 19])
        self.assertEqual(self.stocks(found, "grade", 1), [15, 14, 11, 11, 11, 11])
        self.assertEqual(self.stocks(found, "grade", 2), [8, 8, 9, 9, 9, 8])
        self.assertEqual(self.stocks(found, "sex", "female"), [10, 9, 8, 8, 8, 8])
        self.assertEqual(self.stocks(found, "region", 101), [5, 5, 5, 5, 5, 5])
        flows = p.table(found, KEYS["total"])[True]["flows"]
        self.assertEqual(flows[0], {"retirement": -1})
        self.assertEqual(
            flows[1], {"retirement": -2, "departure_known": -1, "recruitment": 1, "promotion": 0}
        )  # fmt: skip
        self.assertEqual(flows[2], {"retirement": -1, "recruitment": 1})
        # 0.4 a year of those who may retire early makes one in 2030
        self.assertEqual([one.get("early", 0) for one in flows], [0, 0, 0, 0, -1])

    @settings(max_examples=150, deadline=None, derandomize=True)
    @given(GROUPS, hypotheses())
    def test_stock_changes_by_the_sum_of_its_flows(self, groups, lines):
        """stock(t+1) − stock(t) is the sum of the flows of the year, by each axis and in total, and never below 0."""
        found = p.project(groups, lines, YEARS, keep_stocks=True)
        for key in KEYS.values():
            counted = []
            for cells in (found.opening, *found.stocks):
                sums = {}
                for cell, number in cells.items():
                    self.assertGreaterEqual(number, 0)
                    sums[key(cell)] = sums.get(key(cell), 0) + number
                counted.append(sums)
            rows = p.table(found, key)
            for row, figures in rows.items():
                self.assertEqual(figures["stocks"], [sums.get(row, 0) for sums in counted])
                for place, kinds in enumerate(figures["flows"]):
                    change = counted[place + 1].get(row, 0) - counted[place].get(row, 0)
                    self.assertEqual(change, sum(kinds.values()))

    @settings(max_examples=100, deadline=None, derandomize=True)
    @given(GROUPS, hypotheses())
    def test_nobody_leaves_twice(self, groups, lines):
        found = p.project(groups, lines, YEARS)
        whole = sum(group.count for group in groups)
        flows = [flow for year in found.flows.values() for flow in year]
        entered = sum(flow.number for flow in flows if flow.kind in p.IN)
        left = -sum(flow.number for flow in flows if flow.kind in p.OUT + p.KNOWN)
        self.assertLessEqual(left, whole + entered)
        moves = sum(flow.number for flow in flows if flow.kind in p.MOVES)
        self.assertEqual(moves, 0, "a move inside takes and gives as many")

    def test_early_retirement_takes_those_nearest_who_have_the_years(self):
        groups = [
            p.Group(A, 2028, "retirement", 2020, 2),
            p.Group(A, 2029, "retirement", 2025, 2),
            p.Group(A, None, "retirement", None, 6),
        ]
        found = p.project(groups, [line("early", "number", 3, last=2027)], YEARS)
        flows = p.table(found, KEYS["total"])[True]["flows"]
        self.assertEqual([one.get("early", 0) for one in flows], [0, -3, 0, 0, 0])
        self.assertEqual([one.get("retirement", 0) for one in flows], [0, 0, 0, -1, 0])

    def test_more_than_the_staff_there_is_told_and_not_done(self):
        found = p.project([p.Group(A, None, "retirement", None, 3)], [line("departure", "number", 5)], YEARS)
        self.assertEqual(self.stocks(found), [3, 3, 0, 0, 0, 0])
        self.assertEqual(found.unmet[0], (1, 2027, 5, 3))

    def test_recruits_where_nobody_is_make_a_new_row(self):
        home = p.Cell(7, 8, 20, 102, None)
        lines = [line("recruitment", "number", 2, {"job": {7}}, last=2028, home=home)]
        found = p.project([p.Group(A, None, "retirement", None, 3)], lines, YEARS)
        self.assertEqual(self.stocks(found, "job", 7), [0, 0, 2, 4, 4, 4])

    def test_small_rates_add_up_over_the_years(self):
        found = p.project([p.Group(A, None, "retirement", None, 30)], [line("departure", "rate", 2)], YEARS)
        self.assertEqual(self.stocks(found), [30, 30, 30, 29, 29, 28])

    def test_parts_go_round_among_equal_cells(self):
        """One departure a year among four equal cells takes one of each in four years."""
        cells = [A._replace(unit=unit) for unit in (1, 2, 3, 4)]
        groups = [p.Group(cell, None, "retirement", None, 5) for cell in cells]
        found = p.project(groups, [line("departure", "number", 1)], YEARS)
        self.assertEqual({row["stocks"][-1] for row in p.table(found, KEYS["unit"]).values()}, {4})

    def test_promoted_people_keep_their_age_limit(self):
        groups = [p.Group(A, 2028, "retirement", None, 2)]
        lines = [line("promotion", "number", 1, {"grade": {1}}, {"grade": 2}, last=2027)]
        found = p.project(groups, lines, YEARS)
        self.assertEqual(self.stocks(found, "grade", 2), [0, 0, 1, 0, 0, 0])

    @given(st.integers(0, 60), st.lists(st.integers(0, 9), max_size=12))
    def test_shares_add_up_and_stay_under_the_cap(self, number, weights):
        number = min(number, sum(weights))
        shares = p.spread(number, list(enumerate(weights)))
        self.assertEqual(sum(shares.values()), number)
        for cell, share in shares.items():
            self.assertTrue(0 < share <= weights[cell])
