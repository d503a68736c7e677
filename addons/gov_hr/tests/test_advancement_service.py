from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase

from ..services import advancement as adv

D = Decimal
THRESHOLDS = (D(16), D(10))
FOUR = adv.Durations(24, 30, 42)  # step 4 to 5
DAYS = st.dates(date(1990, 1, 1), date(2040, 12, 31))
PERIODS = st.lists(
    st.tuples(DAYS, st.integers(0, 900)).map(lambda pair: (pair[0], pair[0] + timedelta(days=pair[1]))), max_size=4
)
MARKS = st.dictionaries(st.integers(1990, 2050), st.decimals(0, 20, places=2), max_size=20)
DURATIONS = st.lists(st.integers(12, 72), min_size=3, max_size=3).map(lambda months: adv.Durations(*sorted(months)))


class TestAdvancementClock(BaseCase):
    def test_a_step_is_due_on_the_same_day_of_the_month(self):
        self.assertEqual(adv.due_date(date(2024, 3, 15), 24), (date(2026, 3, 15), 0))

    def test_29_february_falls_on_the_28th_of_a_common_year_and_on_the_29th_of_a_leap_year(self):
        self.assertEqual(adv.due_date(date(2024, 2, 29), 12)[0], date(2025, 2, 28))
        self.assertEqual(adv.due_date(date(2024, 2, 29), 48)[0], date(2028, 2, 29))

    def test_the_31st_falls_on_the_last_day_of_a_shorter_month(self):
        self.assertEqual(adv.due_date(date(2023, 8, 31), 30)[0], date(2026, 2, 28))

    def test_each_day_that_does_not_count_puts_the_step_off_by_a_day(self):
        period = (date(2025, 1, 1), date(2025, 1, 10), "availability")
        self.assertEqual(adv.due_date(date(2024, 3, 15), 24, [period]), (date(2026, 3, 25), 10))

    def test_a_leap_day_within_a_period_is_a_day_as_well(self):
        period = (date(2024, 2, 28), date(2024, 3, 1))
        self.assertEqual(adv.due_date(date(2023, 6, 1), 12, [period]), (date(2024, 6, 4), 3))

    def test_a_period_that_begins_in_the_time_another_added_counts_too(self):
        periods = [(date(2025, 6, 1), date(2025, 6, 30)), (date(2026, 1, 20), date(2026, 1, 24))]
        # due on 1 January 2026, put off to the 31st by the first, then by 5 days by the second
        self.assertEqual(adv.due_date(date(2024, 1, 1), 24, periods), (date(2026, 2, 5), 35))

    def test_a_period_that_begins_on_the_day_due_changes_nothing(self):
        period = (date(2026, 1, 1), date(2026, 12, 31))
        self.assertEqual(adv.due_date(date(2024, 1, 1), 24, [period]), (date(2026, 1, 1), 0))

    def test_a_period_before_the_step_changes_nothing_and_one_across_its_start_counts_from_it(self):
        self.assertEqual(adv.due_date(date(2024, 1, 1), 12, [(date(2023, 1, 1), date(2023, 12, 31))])[1], 0)
        self.assertEqual(adv.due_date(date(2024, 1, 1), 12, [(date(2023, 1, 1), date(2024, 1, 1))])[1], 1)

    def test_the_clock_stands_still_in_a_period_without_end(self):
        self.assertEqual(adv.due_date(date(2024, 1, 1), 24, [(date(2025, 1, 1), None)])[0], None)

    def test_overlapping_periods_count_each_day_once(self):
        periods = [(date(2024, 5, 1), date(2024, 5, 20)), (date(2024, 5, 10), date(2024, 5, 31))]
        self.assertEqual(adv.due_date(date(2024, 1, 1), 12, periods)[1], 31)


class TestAdvancementPace(BaseCase):
    start = date(2023, 7, 1)

    def due(self, marks, durations=FOUR, default="medium", periods=(), start=None):
        marks = {year: D(str(mark)) for year, mark in marks.items()}
        return adv.step_due(start or self.start, durations, marks, periods, THRESHOLDS, default)

    def test_a_mean_of_16_is_fast_and_a_hundredth_less_is_medium(self):
        fast = self.due({2023: 16, 2024: 16})
        self.assertEqual((fast.pace, fast.due), ("fast", date(2025, 7, 1)))
        medium = self.due({2023: 16, 2024: 15.99})
        self.assertEqual((medium.pace, medium.due), ("medium", date(2026, 1, 1)))

    def test_a_mean_of_10_is_medium_and_a_hundredth_less_is_slow(self):
        medium = self.due({2023: 10, 2024: 10, 2025: 10})
        self.assertEqual((medium.pace, medium.due), ("medium", date(2026, 1, 1)))
        slow = self.due({2023: 10, 2024: 10, 2025: 9.97, 2026: 10})
        self.assertEqual((slow.pace, slow.due), ("slow", date(2027, 1, 1)))

    def test_at_the_longest_time_the_step_is_of_right_whatever_the_marks(self):
        self.assertEqual(self.due(dict.fromkeys(range(2020, 2030), 0)).due, date(2027, 1, 1))

    def test_only_the_years_that_end_within_the_period_count(self):
        # from 1 July 2023 to 1 July 2025: the marks of 2023 and 2024, not that of 2025
        self.assertEqual(self.due({2022: 0, 2023: 16, 2024: 16, 2025: 0}).years, (2023, 2024))

    def test_a_year_that_ends_the_day_before_the_step_is_due_counts(self):
        self.assertEqual(adv.rated_years(date(2025, 1, 1), date(2026, 1, 1)), (2025,))
        self.assertEqual(adv.rated_years(date(2025, 1, 2), date(2026, 1, 2)), (2025,))
        self.assertEqual(adv.rated_years(date(2024, 12, 31), date(2025, 12, 31)), (2024,))

    def test_who_has_no_mark_takes_the_pace_of_the_setting_and_it_is_told(self):
        due = self.due({})
        self.assertEqual((due.pace, due.average, due.missing), ("medium", None, (2023, 2024, 2025)))
        self.assertEqual(self.due({}, default="fast").pace, "fast")
        self.assertEqual(self.due({}, default="slow").pace, "slow")

    def test_a_missing_mark_is_left_out_of_the_mean_and_told(self):
        due = self.due({2024: 17})
        self.assertEqual((due.pace, due.average, due.missing), ("fast", 17, (2023,)))

    def test_a_year_spent_wholly_away_needs_no_mark(self):
        away = [(date(2024, 1, 1), date(2024, 12, 31))]
        due = self.due({2023: 17, 2025: 17}, periods=away)
        self.assertEqual((due.years, due.missing, due.due), ((2023, 2025), (), date(2026, 7, 2)))

    def test_the_shown_mean_never_reaches_a_threshold_that_the_true_one_does_not(self):
        mean = adv.average([D("15.99"), D("16"), D("16")])
        self.assertLess(mean, 16)
        self.assertEqual(adv.shown(mean), D("15.99"))

    def test_off_scale_steps_take_three_years_without_marks(self):
        due = self.due({2023: 0, 2024: 0}, adv.Durations(36, 36, 36, False))
        self.assertEqual((due.pace, due.due, due.years), ("single", date(2026, 7, 1), ()))

    @given(start=DAYS, durations=DURATIONS, marks=MARKS, periods=PERIODS, default=st.sampled_from(adv.PACES))
    @settings(max_examples=300, deadline=None)
    def test_never_before_the_fast_date_nor_after_the_slow_one_and_what_does_not_count(
        self, start, durations, marks, periods, default
    ):
        due = adv.step_due(start, durations, marks, periods, THRESHOLDS, default)
        self.assertGreaterEqual(due.due, adv.add_months(start, durations.fast))
        slow, excluded = adv.due_date(start, durations.slow, periods)
        self.assertLessEqual(due.due, slow)
        self.assertEqual(slow, adv.add_months(start, durations.slow) + timedelta(days=excluded))
        self.assertEqual(due.due, adv.add_months(start, due.months) + timedelta(days=due.excluded))

    @given(start=DAYS, marks=MARKS, periods=PERIODS, data=st.data())
    @settings(max_examples=200, deadline=None)
    def test_the_order_of_periods_and_marks_plays_no_part(self, start, marks, periods, data):
        due = adv.step_due(start, FOUR, marks, periods, THRESHOLDS, "medium")
        shuffled = dict(data.draw(st.permutations(list(marks.items()))))
        again = adv.step_due(start, FOUR, shuffled, data.draw(st.permutations(periods)), THRESHOLDS, "medium")
        self.assertEqual(due, again)

    @given(start=DAYS, marks=MARKS, periods=PERIODS, year=st.integers(1990, 2050))
    @settings(max_examples=200, deadline=None)
    def test_a_better_mark_never_puts_the_step_off(self, start, marks, periods, year):
        worse = adv.step_due(start, FOUR, marks | {year: D(5)}, periods, THRESHOLDS, "medium")
        better = adv.step_due(start, FOUR, marks | {year: D(18)}, periods, THRESHOLDS, "medium")
        self.assertLessEqual(better.due, worse.due)

    @given(first=DAYS, months=st.integers(1, 80), periods=PERIODS)
    @settings(max_examples=200, deadline=None)
    def test_the_days_put_off_are_those_of_the_periods_before_the_day_due(self, first, months, periods):
        due, excluded = adv.due_date(first, months, periods)
        inside = {
            day
            for begin, end in periods
            for day in (begin + timedelta(days=n) for n in range((end - begin).days + 1))
            if first <= day < due
        }
        self.assertEqual(len(inside), excluded)


class TestAdvancementSituation(BaseCase):
    def rows(self, *rows):
        keys = ("date", "grade", "echelon", "kept_from")
        return [dict(zip(keys, row, strict=False)) for row in rows]

    def test_seniority_runs_from_the_first_situation_in_the_step_through_a_mutation(self):
        rows = self.rows((date(2020, 1, 1), 1, 4), (date(2022, 1, 1), 1, 5), (date(2023, 5, 1), 1, 5))
        self.assertEqual(adv.step_start(rows), date(2022, 1, 1))

    def test_seniority_kept_by_an_act_counts(self):
        rows = self.rows((date(2020, 1, 1), 1, 4, None), (date(2024, 1, 1), 2, 3, date(2022, 6, 1)))
        self.assertEqual(adv.step_start(rows), date(2022, 6, 1))

    def test_the_same_step_held_again_later_begins_anew(self):
        rows = self.rows((date(2020, 1, 1), 1, 5), (date(2021, 1, 1), 1, 6), (date(2022, 1, 1), 1, 5))
        self.assertEqual(adv.step_start(rows), date(2022, 1, 1))

    def test_seniority_in_the_grade_runs_through_its_steps(self):
        rows = self.rows((date(2010, 1, 1), 1, 6), (date(2015, 1, 1), 2, 3), (date(2018, 1, 1), 2, 4))
        self.assertEqual(adv.run_start(rows, lambda row: row["grade"]), date(2015, 1, 1))


class TestPromotion(BaseCase):
    def candidate(self, id_, mark=15, grade=4000, service=6000, born=date(1975, 1, 1)):
        mark = None if mark is None else D(str(mark))
        return {"id": id_, "mark": mark, "grade_days": grade, "service_days": service, "born": born}

    def test_posts_are_36_percent_of_the_eligible_rounded_as_the_setting_says(self):
        self.assertEqual(adv.posts(11, 0.36, 0.5, "down"), (3, 1, 2))  # 3.96
        self.assertEqual(adv.posts(11, 0.36, 0.5, "nearest"), (4, 2, 2))
        self.assertEqual(adv.posts(11, 0.36, 0.5, "up"), (4, 2, 2))
        self.assertEqual(adv.posts(1, 0.33, 0.5, "nearest"), (0, 0, 0))
        self.assertEqual(adv.posts(1, 0.33, 0.5, "up"), (1, 1, 0))

    def test_a_quota_written_as_a_float_is_read_as_the_number_people_wrote(self):
        self.assertEqual(adv.posts(25, 0.36, 0.5, "down")[0], 9)  # 25 × 0.36 is 9, not 8.999…
        self.assertEqual(adv.posts(100, 0.36, 0.5, "up")[0], 36)

    def test_merit_is_the_mark_then_the_grade_then_general_seniority_then_age(self):
        people = [
            self.candidate(1, mark=14, grade=9000),
            self.candidate(2, mark=15),
            self.candidate(3, mark=15, grade=4001),
            self.candidate(4, mark=15, service=6001),
            self.candidate(5, mark=15, born=date(1974, 12, 31)),
            self.candidate(6, mark=None, grade=9999),
        ]
        self.assertEqual([id_ for id_, _rank, _tied in adv.merit_order(people)], [3, 4, 5, 2, 1, 6])

    def test_equal_merits_share_a_rank_and_the_next_one_leaves_the_gap(self):
        people = [self.candidate(1), self.candidate(2), self.candidate(3, mark=12)]
        self.assertEqual(adv.merit_order(people), [(1, 1, True), (2, 1, True), (3, 3, False)])

    def test_equal_merits_across_the_last_post_are_left_to_a_person(self):
        ranking = [(1, 1, False), (2, 2, True), (3, 2, True), (4, 4, False)]
        self.assertEqual(adv.within(ranking, 2), ({1}, {2, 3}))
        self.assertEqual(adv.within(ranking, 3), ({1, 2, 3}, set()))
        self.assertEqual(adv.within(ranking, 0), (set(), set()))

    @given(
        people=st.lists(
            st.tuples(st.one_of(st.none(), st.decimals(0, 20, places=2)), st.integers(0, 3), st.integers(0, 3), DAYS),
            max_size=12,
        ),
        number=st.integers(0, 12),
        data=st.data(),
    )
    @settings(max_examples=200, deadline=None)
    def test_the_order_in_which_candidates_are_read_plays_no_part(self, people, number, data):
        candidates = [
            {"id": id_, "mark": mark, "grade_days": grade, "service_days": service, "born": born}
            for id_, (mark, grade, service, born) in enumerate(people)
        ]
        ranking = adv.merit_order(candidates)
        self.assertEqual(adv.merit_order(data.draw(st.permutations(candidates))), ranking)
        inside, crossing = adv.within(ranking, number)
        self.assertLessEqual(len(inside), number)
        self.assertFalse(inside & crossing)
        if len(people) <= number:
            self.assertEqual(len(inside), len(people))
