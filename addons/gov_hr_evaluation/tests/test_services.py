from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..services import calendar, eligibility, hierarchy, marks, statistics

BANDS = [(18, "excellent"), (16, "very good"), (14, "good"), (10, "average"), (0, "weak")]
quarters = st.integers(0, 80).map(lambda number: number / 4)


@tagged("standard", "at_install")
class TestMarks(BaseCase):
    def refused(self, code, *args):
        with self.assertRaises(marks.MarkError) as raised:
            marks.check_mark(*args)
        self.assertEqual(raised.exception.code, code)

    def test_mark_of_exactly_18_is_excellent(self):
        self.assertEqual(marks.find_band(18, BANDS), "excellent")

    def test_mark_of_17_75_is_very_good(self):
        self.assertEqual(marks.find_band(17.75, BANDS), "very good")

    def test_mark_of_exactly_16_is_very_good(self):
        self.assertEqual(marks.find_band(16, BANDS), "very good")

    def test_mark_just_under_16_is_good(self):
        self.assertEqual(marks.find_band(15.99, BANDS), "good")

    def test_mark_of_exactly_14_is_good(self):
        self.assertEqual(marks.find_band(14, BANDS), "good")

    def test_mark_of_exactly_10_is_average(self):
        self.assertEqual(marks.find_band(10, BANDS), "average")

    def test_mark_just_under_10_is_weak(self):
        self.assertEqual(marks.find_band(9.75, BANDS), "weak")

    def test_mark_of_zero_is_weak_and_of_twenty_excellent(self):
        self.assertEqual((marks.find_band(0, BANDS), marks.find_band(20, BANDS)), ("weak", "excellent"))

    def test_mark_under_every_band_has_none(self):
        self.assertIsNone(marks.find_band(3, [(10, "average")]))

    def test_maximum_of_a_criterion_is_given_and_a_quarter_more_refused(self):
        self.assertEqual(marks.check_mark(5, 5, 0.25), 5)
        self.refused("over", 5.25, 5, 0.25)

    def test_negative_mark_is_refused(self):
        self.refused("negative", -0.25, 5, 0.25)

    def test_quarter_of_a_point_is_refused_where_halves_are_the_rule(self):
        self.assertEqual(marks.check_mark(3.5, 5, 0.5), Decimal("3.5"))
        self.refused("step", 3.25, 5, 0.5)

    def test_comma_counts_as_a_point(self):
        self.assertEqual(marks.check_mark("4,25", 5, 0.25), Decimal("4.25"))

    def test_what_is_no_number_is_refused(self):
        for value in ("", "cinq", None, True, "nan", "inf", [], {}, "4 5"):
            self.refused("number", value, 5, 0.25)

    def test_tenths_of_a_point_are_exact(self):
        self.assertEqual(marks.check_mark(0.3, 5, 0.1), Decimal("0.3"))

    def test_unchanged_marks_are_no_change(self):
        self.assertEqual(marks.changes({"a": 4.0, "b": 2}, {"a": 4, "b": 2.5}), [("b", Decimal(2), Decimal("2.5"))])

    @given(st.lists(quarters, max_size=8))
    @settings(max_examples=100, deadline=None)
    def test_total_of_quarters_is_exact(self, values):
        self.assertEqual(marks.total(values), Decimal(sum(int(value * 4) for value in values)) / 4)

    @given(quarters, quarters)
    @settings(max_examples=200, deadline=None)
    def test_higher_mark_never_has_a_lower_band(self, one, two):
        floors = {name: floor for floor, name in BANDS}
        low, high = sorted((one, two))
        self.assertLessEqual(floors[marks.find_band(low, BANDS)], floors[marks.find_band(high, BANDS)])

    @given(st.integers(-40, 200), st.sampled_from([3, 4, 5]), st.sampled_from([0.25, 0.5, 1]))
    @settings(max_examples=200, deadline=None)
    def test_mark_accepted_is_in_range_and_on_a_step(self, eighths, maximum, step):
        value = eighths / 8
        good = 0 <= value <= maximum and (value / step) == int(value / step)
        try:
            self.assertEqual(marks.check_mark(value, maximum, step), Decimal(str(value)))
            accepted = True
        except marks.MarkError:
            accepted = False
        self.assertEqual(accepted, good)


@tagged("standard", "at_install")
class TestCalendar(BaseCase):
    TEXTS = {
        "open_on": "10-01",
        "self_until": "10-31",
        "interview_from": "11-01",
        "interview_to": "11-30",
        "marks_until": "12-31",
        "notify_until": "01-31",
    }

    def test_notification_is_in_january_of_the_next_year(self):
        dates = calendar.propose(2026, self.TEXTS)
        self.assertEqual(dates["open_on"], date(2026, 10, 1))
        self.assertEqual(dates["marks_until"], date(2026, 12, 31))
        self.assertEqual(dates["notify_until"], date(2027, 1, 31))

    def test_29_february_is_the_28th_where_the_year_has_none(self):
        self.assertEqual(calendar.day_of(2026, "02-29"), date(2026, 2, 28))
        self.assertEqual(calendar.day_of(2028, "02-29"), date(2028, 2, 29))
        self.assertEqual(calendar.add_years(date(2024, 2, 29), 2), date(2026, 2, 28))

    def test_what_is_no_month_and_day_is_refused(self):
        for text in ("", "13-01", "12/31", "00-10", "12-40", None):
            with self.assertRaises(ValueError):
                calendar.day_of(2026, text)

    def test_delay_to_reply_counts_thirty_days_after_the_notification(self):
        self.assertEqual(calendar.last_day_to_reply(date(2027, 1, 15), 30), date(2027, 2, 14))
        self.assertEqual(calendar.last_day_to_reply(date(2028, 1, 31), 30), date(2028, 3, 1))

    def test_interview_is_due_two_years_after_the_last(self):
        opening = date(2026, 10, 1)
        self.assertEqual(calendar.interview_due(date(2024, 11, 15), None, 2, opening), date(2026, 11, 15))
        self.assertEqual(calendar.interview_due(None, date(2025, 9, 1), 2, opening), date(2027, 9, 1))
        self.assertEqual(calendar.interview_due(None, None, 2, opening), opening)
        self.assertEqual(calendar.interview_due(None, date(2004, 7, 1), 2, opening), opening)

    @given(st.integers(2000, 2100), st.permutations(list(TEXTS.values())))
    @settings(max_examples=100, deadline=None)
    def test_proposed_dates_are_always_in_order(self, year, values):
        # two turns of the calendar would need more than one year: only what the parameters can say is asked
        texts = dict(zip(calendar.DATES, values, strict=True))
        dates = calendar.propose(year, texts)
        first = dates["open_on"]
        self.assertTrue(all(first.year <= day.year <= first.year + 1 for day in dates.values()))


@tagged("standard", "at_install")
class TestEligibility(BaseCase):
    SETTINGS = {"positions": {"activity"}, "min_months": 6, "on": date(2026, 10, 1)}

    def reason(self, position="activity", recruited=date(2010, 9, 1), retired=None, gone=()):
        return eligibility.reason_to_skip(2026, position, recruited, retired, list(gone), self.SETTINGS)

    def test_whole_year_in_activity_is_evaluated(self):
        self.assertIsNone(self.reason())
        self.assertIsNone(self.reason(recruited=None))

    def test_recruited_with_180_days_left_is_evaluated_and_with_179_not(self):
        self.assertIsNone(self.reason(recruited=date(2026, 7, 5)))  # 180 days, that day included
        self.assertEqual(self.reason(recruited=date(2026, 7, 6)), "recruited")

    def test_recruited_after_the_year_is_left_out(self):
        self.assertEqual(self.reason(recruited=date(2027, 1, 2)), "recruited")

    def test_availability_and_secondment_are_left_out(self):
        self.assertEqual(self.reason(position="availability"), "position")
        self.assertEqual(self.reason(position="secondment"), "position")

    def test_staff_made_available_is_evaluated_when_the_campaign_says_so(self):
        self.assertEqual(self.reason(position="provision"), "position")
        wide = dict(self.SETTINGS, positions={"activity", "provision"})
        self.assertIsNone(eligibility.reason_to_skip(2026, "provision", date(2010, 1, 1), None, [], wide))

    def test_back_from_availability_too_late_is_left_out(self):
        gone = [(date(2025, 1, 1), date(2026, 7, 31), "position")]
        self.assertEqual(self.reason(gone=gone), "position")

    def test_absent_185_days_is_evaluated_and_186_not(self):
        self.assertIsNone(self.reason(gone=[(date(2026, 1, 1), date(2026, 7, 4), "absence")]))
        self.assertEqual(self.reason(gone=[(date(2026, 1, 1), date(2026, 7, 5), "absence")]), "absent")

    def test_overlapping_absences_count_once(self):
        gone = [(date(2026, 1, 1), date(2026, 6, 30), "absence"), (date(2026, 3, 1), date(2026, 6, 30), "absence")]
        self.assertIsNone(self.reason(gone=gone))

    def test_retired_on_the_opening_day_is_left_out(self):
        self.assertEqual(self.reason(retired=date(2026, 10, 1)), "retired")
        self.assertIsNone(self.reason(retired=date(2026, 10, 2)))

    @given(
        st.lists(
            st.tuples(
                st.dates(date(2025, 6, 1), date(2027, 6, 1)),
                st.dates(date(2025, 6, 1), date(2027, 6, 1)),
                st.sampled_from(["absence", "position"]),
            ),
            max_size=6,
        )
    )
    @settings(max_examples=100, deadline=None)
    def test_days_served_and_days_away_make_the_year(self, gone):
        served, taken = eligibility.days_served(2026, None, gone)
        self.assertEqual(served + sum(taken.values()), 365)


@tagged("standard", "at_install")
class TestHierarchy(BaseCase):
    UNITS = {1: (None, 100), 2: (1, 101), 3: (2, None), 4: (2, 102)}

    def test_head_of_the_unit_evaluates_its_staff(self):
        self.assertEqual(hierarchy.find_evaluator(4, 7, self.UNITS), (102, 4))

    def test_head_is_evaluated_by_the_head_above(self):
        self.assertEqual(hierarchy.find_evaluator(4, 102, self.UNITS), (101, 2))

    def test_vacant_post_is_climbed_over(self):
        self.assertEqual(hierarchy.find_evaluator(3, 7, self.UNITS), (101, 2))

    def test_nobody_evaluates_the_top(self):
        self.assertEqual(hierarchy.find_evaluator(1, 100, self.UNITS), (None, None))

    def test_head_without_login_is_climbed_over(self):
        self.assertEqual(hierarchy.find_evaluator(4, 7, self.UNITS, {100}), (100, 1))

    def test_circle_in_the_chart_ends(self):
        self.assertEqual(hierarchy.find_evaluator(1, 7, {1: (2, 7), 2: (1, 7)}), (None, None))

    @given(st.dictionaries(st.integers(1, 9), st.tuples(st.integers(1, 9), st.integers(1, 5)), max_size=9))
    @settings(max_examples=150, deadline=None)
    def test_nobody_is_ever_his_own_head(self, units):
        for unit in units:
            for employee in range(1, 6):
                self.assertNotEqual(hierarchy.find_evaluator(unit, employee, units)[0], employee)


@tagged("standard", "at_install")
class TestStatistics(BaseCase):
    def test_mean_spread_bands_and_bars(self):
        found = statistics.summary([16, 16, 18, 14], BANDS)
        self.assertEqual((found["count"], found["mean"], found["lowest"], found["highest"]), (4, 16, 14, 18))
        self.assertEqual(found["bands"], {"very good": 2, "excellent": 1, "good": 1})
        self.assertEqual(found["bars"], {16: 2, 18: 1, 14: 1})
        self.assertAlmostEqual(found["spread"], 1.41)

    def test_no_mark_has_no_mean(self):
        found = statistics.summary([], BANDS)
        self.assertEqual((found["count"], found["mean"], found["spread"]), (0, None, None))

    def test_gap_is_women_less_men_and_masked_under_the_least(self):
        self.assertEqual(statistics.gap([16, 17], [15, 16]), 1.0)
        self.assertIsNone(statistics.gap([16], []))
        self.assertIsNone(statistics.gap([16, 17], [15] * 5, least=5))

    @given(st.lists(quarters, min_size=1, max_size=40))
    @settings(max_examples=100, deadline=None)
    def test_bands_and_bars_count_every_mark_once(self, values):
        found = statistics.summary(values, BANDS)
        self.assertEqual(sum(found["bands"].values()), len(values))
        self.assertEqual(sum(found["bars"].values()), len(values))
        self.assertTrue(found["lowest"] - 0.01 <= found["mean"] <= found["highest"] + 0.01)
