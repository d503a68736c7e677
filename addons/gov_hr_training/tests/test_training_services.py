import itertools
import random
import time

from odoo.tests import BaseCase, tagged

from ..services import cover, planning, rates


@tagged("-at_install", "post_install")
class TestPlanning(BaseCase):
    """Actions are dropped or shifted so that the most worthy needs are kept under the ceilings."""

    def ceilings(self, year, quarters=None, next_year=None):
        budgets = {quarter: ("year", quarter) for quarter in (1, 2, 3, 4)} | {"next": ("next",)}
        limits = {"year": year, **{quarter: limit for quarter, limit in (quarters or {}).items()}}
        if next_year is not None:
            limits["next"] = next_year
        return planning.Ceilings(budgets, limits, "year")

    def item(self, key, cost, weight, wished=1, must=False, next_year=None, quarters=(1,)):
        return planning.Item(key, cost, planning.places_of(weight, wished, quarters, next_year), must)

    def test_the_dearest_is_not_the_one_dropped_when_it_is_worth_most(self):
        items = [self.item("a", 60, 10), self.item("b", 50, 6), self.item("c", 50, 6)]
        answer = planning.fit(items, self.ceilings(100))
        self.assertEqual(answer.choices, {"a": None, "b": 1, "c": 1})
        self.assertEqual(answer.spent, {"year": 100, 1: 100})
        self.assertTrue(answer.is_exact)

    def test_all_is_kept_where_it_was_wished_when_it_fits(self):
        items = [self.item(n, 10, n, wished=1 + n % 4, quarters=(1, 2, 3, 4), next_year="next") for n in range(12)]
        answer = planning.fit(items, self.ceilings(120))
        self.assertEqual(answer.choices, {n: 1 + n % 4 for n in range(12)})

    def test_what_is_mandatory_is_never_dropped(self):
        items = [self.item("law", 90, 0, must=True), self.item("a", 20, 100)]
        self.assertEqual(planning.fit(items, self.ceilings(100)).choices, {"law": 1, "a": None})
        self.assertIsNone(planning.fit(items, self.ceilings(80)).choices)

    def test_an_action_goes_to_another_quarter_before_the_next_year(self):
        items = [
            self.item("a", 60, 5, 1, quarters=(1, 2), next_year="next"),
            self.item("b", 60, 4, 1, quarters=(1, 2), next_year="next"),
            self.item("c", 60, 3, 1, quarters=(1, 2), next_year="next"),
        ]
        answer = planning.fit(items, self.ceilings(120, {1: 60, 2: 60}))
        self.assertEqual(answer.choices, {"a": 1, "b": 2, "c": "next"})
        tight = planning.fit(items, self.ceilings(120, {1: 60, 2: 60}, next_year=0))
        self.assertEqual(tight.choices, {"a": 1, "b": 2, "c": None})

    def test_small_plans_are_solved_exactly(self):
        draw = random.Random(4)
        for _round in range(150):
            items = [
                planning.Item(
                    number,
                    draw.randint(0, 40),
                    planning.places_of(draw.randint(0, 9), draw.randint(1, 2), (1, 2), draw.choice(("next", None))),
                    draw.random() < 0.15,
                )
                for number in range(draw.randint(1, 6))
            ]
            limits = {
                draw.choice((1, 2)): draw.randint(0, 60),
            }
            ceilings = self.ceilings(draw.randint(0, 120), limits, draw.choice((None, draw.randint(0, 40))))
            answer = planning.fit(items, ceilings)
            self.assertTrue(answer.is_exact)
            best = self.by_hand(items, ceilings)
            if best is None:
                self.assertIsNone(answer.choices)
            else:
                self.assertEqual(answer.value, best)
                self.check_fits(items, answer, ceilings)

    def by_hand(self, items, ceilings):
        options = []
        for item in items:
            places = [one for one in item.places if not item.must_stay or one[0] != "next"]
            options.append(places + ([] if item.must_stay else [(None, 0)]))
        best = None
        for chosen in itertools.product(*options):
            choices = {item.key: place for item, (place, _value) in zip(items, chosen, strict=True)}
            spent = planning.spending(items, choices, ceilings)
            if all(amount <= ceilings.limits.get(budget, amount) for budget, amount in spent.items()):
                value = sum(one[1] for one in chosen)
                best = value if best is None else max(best, value)
        return best

    def check_fits(self, items, answer, ceilings):
        self.assertEqual(set(answer.choices), {item.key for item in items})
        for budget, amount in planning.spending(items, answer.choices, ceilings).items():
            self.assertLessEqual(amount, ceilings.limits.get(budget, amount))
        for item in items:
            if item.must_stay:
                self.assertIn(answer.choices[item.key], (1, 2, 3, 4))

    def test_a_large_plan_is_answered_in_seconds_and_says_how_good_it_is(self):
        draw = random.Random(9)
        items = [
            self.item(
                number,
                draw.randint(500_000, 20_000_000),
                draw.randint(1, 300),
                draw.randint(1, 4),
                must=number % 20 == 0,
                next_year="next",
                quarters=(1, 2, 3, 4),
            )
            for number in range(120)
        ]
        total = sum(item.cost for item in items)
        ceilings = self.ceilings(total // 2, dict.fromkeys((1, 2, 3, 4), total // 6))
        start = time.process_time()
        answer = planning.fit(items, ceilings)
        self.assertLess(time.process_time() - start, 20)
        self.check_fits(items, answer, ceilings)
        self.assertGreaterEqual(answer.bound, answer.value)
        self.assertGreater(answer.value, answer.bound * 0.97)


@tagged("-at_install", "post_install")
class TestCover(BaseCase):
    """A gap is closed by the courses that cost least together."""

    def course(self, key, cost, days=1, **lines):
        return cover.Course(
            key, cost, days, {skill: (line if isinstance(line, tuple) else (0, line)) for skill, line in lines.items()}
        )

    def test_one_course_for_two_gaps_is_cheaper_than_two(self):
        courses = [self.course("a", 60, x=3), self.course("b", 60, y=3), self.course("ab", 100, x=3, y=3)]
        answer = cover.cheapest({"x": 3, "y": 3}, {"x": 1}, courses)
        self.assertEqual((answer.courses, answer.cost), (["ab"], 100))
        self.assertEqual(cover.cheapest({"x": 3}, {"x": 1}, courses).courses, ["a"])

    def test_a_course_that_asks_a_level_is_prepared_by_another(self):
        courses = [self.course("expert", 50, x=(2, 4)), self.course("first", 20, x=2), self.course("long", 90, x=4)]
        self.assertEqual(cover.cheapest({"x": 4}, {}, courses).courses, ["first", "expert"])
        self.assertEqual(cover.cheapest({"x": 4}, {"x": 2}, courses).courses, ["expert"])

    def test_it_says_what_no_course_covers(self):
        answer = cover.cheapest({"x": 4, "z": 1}, {}, [self.course("a", 10, x=2)])
        self.assertEqual((answer.courses, answer.missing), (["a"], {"x": 2, "z": 0}))

    def test_nothing_is_asked_of_who_holds_the_levels(self):
        answer = cover.cheapest({"x": 2}, {"x": 3}, [self.course("a", 10, x=2)])
        self.assertEqual((answer.courses, answer.cost, answer.missing), ([], 0, {}))

    def test_of_two_sets_of_one_cost_the_shorter_is_taken(self):
        courses = [self.course("slow", 0, days=5, x=2), self.course("fast", 0, days=1, x=2)]
        self.assertEqual(cover.cheapest({"x": 2}, {}, courses).courses, ["fast"])

    def test_small_catalogues_are_solved_exactly(self):
        draw = random.Random(7)
        skills = "vwxyz"
        for _round in range(150):
            courses = []
            for key in range(draw.randint(1, 8)):
                lines = {}
                for skill in draw.sample(skills, draw.randint(1, 3)):
                    level = draw.randint(1, 4)
                    lines[skill] = (draw.choice((0, 0, draw.randint(0, level - 1))), level)
                courses.append(cover.Course(key, draw.randint(0, 30), draw.randint(1, 5), lines))
            wanted = {skill: draw.randint(1, 4) for skill in draw.sample(skills, draw.randint(1, 4))}
            held = {skill: draw.randint(0, 2) for skill in skills}
            answer = cover.cheapest(wanted, held, courses)
            goal = {skill: min(level, max(held[skill], answer.missing.get(skill, level)))
                    for skill, level in wanted.items()}  # fmt: skip
            best = min(
                (sum(one.cost for one in chosen), sum(one.days for one in chosen))
                for size in range(len(courses) + 1)
                for chosen in itertools.combinations(courses, size)
                if all(cover.reached(held, chosen)[0].get(skill, 0) >= level for skill, level in goal.items())
            )
            self.assertEqual((answer.cost, answer.days), best)
            followed = [course for course in courses if course.key in answer.courses]
            levels, _order = cover.reached(held, followed)
            for skill, level in goal.items():
                self.assertGreaterEqual(levels.get(skill, 0), level)

    def test_a_large_catalogue_is_answered_in_a_moment(self):
        draw = random.Random(3)
        skills = [f"s{number}" for number in range(40)]
        courses = [
            cover.Course(
                key,
                draw.randint(100_000, 900_000),
                draw.randint(1, 6),
                {skill: (draw.choice((0, 1)), draw.randint(2, 4)) for skill in draw.sample(skills, 3)},
            )
            for key in range(150)
        ]
        start = time.process_time()
        answer = cover.cheapest({skill: 3 for skill in skills[:12]}, dict.fromkeys(skills, 1), courses, nodes=5000)
        self.assertLess(time.process_time() - start, 15)
        self.assertTrue(answer.courses)


@tagged("-at_install", "post_install")
class TestRates(BaseCase):
    def test_groups_hold_everybody(self):
        self.assertEqual([rates.groups_of(n, 20) for n in (0, 1, 20, 21, 40, 41)], [1, 1, 1, 2, 2, 3])

    def test_quarters_bear_as_much(self):
        self.assertEqual(rates.spread([30, 20, 20, 10, 10]), [1, 2, 3, 4, 4])

    def test_tax_is_rounded_to_the_centime(self):
        self.assertEqual(rates.with_tax(1234.56, 20), (246.91, 1481.47))
        self.assertEqual(rates.with_tax(100, 0), (0, 100))

    def test_a_rate_of_nothing_is_unknown(self):
        self.assertIsNone(rates.share(0, 0))
        self.assertEqual(rates.share(1, 4), 25)
