from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..services import annual, counting

DAY = timedelta(days=1)
HOLIDAYS = {2026: {date(2026, 3, 20), date(2026, 3, 21), date(2026, 5, 1)}, 2027: {date(2027, 1, 1)}}


def of_year(year):
    return HOLIDAYS.get(year, set())


def count(first, last, unit="working", **halves):
    return counting.days_by_year(first, last, unit, of_year, **halves)


@tagged("-at_install", "post_install")
class TestCounting(BaseCase):
    def test_working_days_leave_out_weekends_and_holidays(self):
        # Monday 16 to Friday 27 March 2026, the 20th is a holiday and the 21st a Saturday
        self.assertEqual(count(date(2026, 3, 16), date(2026, 3, 27)), {2026: 9})

    def test_first_and_last_day_both_count(self):
        self.assertEqual(count(date(2026, 3, 2), date(2026, 3, 2)), {2026: 1})

    def test_a_weekend_takes_no_day(self):
        self.assertEqual(count(date(2026, 3, 7), date(2026, 3, 8)), {})

    def test_a_holiday_alone_takes_no_day(self):
        self.assertEqual(count(date(2026, 5, 1), date(2026, 5, 1)), {})

    def test_friday_is_one_day(self):
        self.assertEqual(count(date(2026, 3, 6), date(2026, 3, 6)), {2026: 1})

    def test_calendar_days_count_each_day(self):
        self.assertEqual(count(date(2026, 3, 16), date(2026, 3, 27), "calendar"), {2026: 12})

    def test_hours_take_no_day(self):
        self.assertEqual(count(date(2026, 3, 16), date(2026, 3, 27), "hours"), {})

    def test_across_31_december_each_year_takes_its_own_days(self):
        self.assertEqual(count(date(2026, 12, 28), date(2027, 1, 8)), {2026: 4, 2027: 5})

    def test_29_february_of_a_leap_year_counts(self):
        self.assertEqual(count(date(2028, 2, 28), date(2028, 3, 1)), {2028: 3})
        self.assertEqual(count(date(2028, 2, 28), date(2028, 3, 1), "calendar"), {2028: 3})
        self.assertEqual(count(date(2027, 2, 26), date(2027, 3, 1), "calendar"), {2027: 4})

    def test_half_days_take_half_a_day_off(self):
        self.assertEqual(count(date(2026, 3, 2), date(2026, 3, 4), half_first=True), {2026: Fraction(5, 2)})
        self.assertEqual(count(date(2026, 3, 2), date(2026, 3, 4), half_first=True, half_last=True), {2026: 2})

    def test_half_of_a_holiday_takes_nothing_off(self):
        self.assertEqual(count(date(2026, 3, 20), date(2026, 3, 23), half_first=True), {2026: 1})

    def test_a_period_that_ends_before_it_begins_takes_nothing(self):
        self.assertEqual(count(date(2026, 3, 5), date(2026, 3, 2)), {})
        self.assertEqual(counting.working_days(date(2026, 3, 5), date(2026, 3, 2), of_year), 0)

    @settings(max_examples=200, deadline=None)
    @given(st.dates(date(2026, 1, 1), date(2027, 12, 1)), st.integers(0, 90), st.integers(0, 90))
    def test_cutting_a_leave_in_two_never_changes_its_days(self, first, length, cut):
        last, cut = first + DAY * length, first + DAY * min(cut, length)
        whole = counting.working_days(first, last, of_year)
        parts = counting.working_days(first, cut, of_year) + counting.working_days(cut + DAY, last, of_year)
        self.assertEqual(whole, parts)
        slow = sum(counting.is_working(first + DAY * shift, of_year) for shift in range(length + 1))
        self.assertEqual(whole, slow)
        self.assertEqual(sum(count(first, last).values()), whole)


@tagged("-at_install", "post_install")
class TestAnnualService(BaseCase):
    def test_nothing_before_the_day_that_completes_twelve_months(self):
        self.assertEqual(annual.right_date(2026, date(2025, 9, 1), 12), date(2026, 9, 1))
        self.assertIsNone(annual.right_date(2025, date(2025, 9, 1), 12))
        self.assertEqual(annual.right_date(2027, date(2025, 9, 1), 12), date(2027, 1, 1))

    def test_recruited_on_1_january_has_the_right_on_1_january_of_the_next_year(self):
        self.assertEqual(annual.right_date(2026, date(2025, 1, 1), 12), date(2026, 1, 1))
        self.assertEqual(annual.right_date(2026, date(2025, 1, 2), 12), date(2026, 1, 2))
        self.assertEqual(annual.right_date(2026, date(2025, 12, 31), 12), date(2026, 12, 31))

    def test_recruited_on_29_february_completes_twelve_months_on_28_february(self):
        self.assertEqual(annual.right_date(2025, date(2024, 2, 29), 12), date(2025, 2, 28))

    def test_a_whole_month_not_served_is_one_month_whatever_its_length(self):
        for month, last in ((1, 31), (2, 28), (4, 30)):
            self.assertEqual(annual.months_not_served(2026, [(date(2026, month, 1), date(2026, month, last))]), 1)

    def test_days_not_served_twice_count_once(self):
        periods = [(date(2026, 1, 1), date(2026, 1, 31)), (date(2026, 1, 15), date(2026, 2, 28))]
        self.assertEqual(annual.months_not_served(2026, periods), 2)

    def test_only_the_days_of_the_year_count(self):
        self.assertEqual(annual.months_not_served(2026, [(date(2025, 7, 1), date(2027, 7, 1))]), 12)
        self.assertEqual(annual.months_not_served(2026, [(date(2025, 7, 1), date(2025, 12, 31))]), 0)

    def test_part_of_the_right_is_rounded_up_to_half_a_day(self):
        # nine months served: 22 × 9/12 = 16.5; ten: 18.33 → 18.5; eleven: 20.17 → 20.5
        for months, days in ((0, 22), (3, 16.5), (2, 18.5), (1, 20.5), (6, 11), (12, 0), (13, 0)):
            self.assertEqual(float(annual.part_of_right(22, months, 0.5)), days)

    @settings(max_examples=200, deadline=None)
    @given(st.fractions(0, 12), st.sampled_from([Fraction(1, 2), Fraction(1)]))
    def test_part_of_the_right_is_never_less_than_the_exact_part_nor_more_than_the_right(self, months, rounding):
        part = annual.part_of_right(22, months, rounding)
        exact = Fraction(22) * (12 - months) / 12
        self.assertTrue(exact <= part <= 22)
        self.assertLess(part - exact, rounding)
