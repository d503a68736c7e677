from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..services import sick

DAY = timedelta(days=1)
SHORT = sick.ShortScale(full=90, half=180, months=12)
MEDIUM = sick.LongScale(full=24, total=36)
LONG = sick.LongScale(full=36, total=60)
PROPERTY = settings(
    max_examples=80, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow], database=None
)


def days(first, count):
    """The period of ``count`` days from ``first``."""
    return first, first + (count - 1) * DAY


def slow_fraction(periods, day):
    """The rule as the law says it, day by day and with nothing clever: what the service must equal."""
    sick_days = {first + n * DAY for first, last in periods for n in range((last - first).days + 1)} | {day}
    after = sick.add_months(day, -12)
    count = sum(1 for one in sick_days if after < one <= day)
    return 1.0 if count <= 90 else 0.5 if count <= 180 else 0.0


@tagged("post_install", "-at_install")
class TestShortSickness(BaseCase):
    """Article 43: three months in full, three in half, in any twelve months that follow each other."""

    def fraction(self, periods, day):
        runs = sick.short_runs(periods, day, day, SHORT)
        self.assertEqual(len(runs), 1)
        return runs[0][2]

    def test_the_ninetieth_day_is_full_pay_and_the_ninety_first_is_half(self):
        first, last = days(date(2026, 1, 1), 91)
        self.assertEqual(
            sick.short_runs([], first, last, SHORT),
            [(first, date(2026, 3, 31), 1.0), (date(2026, 4, 1), date(2026, 4, 1), 0.5)],
        )

    def test_third_month_of_short_sickness_is_full_pay(self):
        first, last = days(date(2026, 3, 2), 90)
        self.assertEqual(sick.short_runs([], first, last, SHORT), [(first, last, 1.0)])

    def test_the_hundred_and_eightieth_day_is_half_pay_and_the_next_is_blocked(self):
        first, last = days(date(2026, 1, 1), 181)
        runs = sick.short_runs([], first, last, SHORT)
        self.assertEqual([fraction for *_x, fraction in runs], [1.0, 0.5, 0.0])
        self.assertEqual(runs[1], (date(2026, 4, 1), date(2026, 6, 29), 0.5))
        self.assertEqual(runs[2][0], date(2026, 6, 30))
        self.assertEqual(sick.short_first_blocked([], first, last, SHORT), date(2026, 6, 30))
        self.assertIsNone(sick.short_first_blocked([], first, last - DAY, SHORT))

    def test_days_of_a_year_ago_leave_the_window_one_by_one(self):
        """90 days from 1 March 2025; ill again from 1 March 2026: each new day replaces one of a year ago."""
        old = days(date(2025, 3, 1), 90)
        first, last = days(date(2026, 3, 1), 90)
        self.assertEqual(sick.short_runs([old], first, last, SHORT), [(first, last, 1.0)])
        # one day earlier, the day of illness of the year before still counts: the ninety-first of the window
        first = date(2026, 2, 28)
        runs = sick.short_runs([old], first, last - DAY, SHORT)
        self.assertEqual(runs[0][2], 0.5)
        self.assertEqual(runs[0][0], first)

    def test_ninetieth_and_ninety_first_day_across_a_rolling_window_over_two_years(self):
        """60 days in autumn 2025, then an illness over the year's end, whose 31st day is the 91st of the window."""
        autumn = days(date(2025, 9, 1), 60)
        first, last = days(date(2025, 12, 15), 40)
        runs = sick.short_runs([autumn], first, last, SHORT)
        self.assertEqual(runs, [(first, first + 29 * DAY, 1.0), (first + 30 * DAY, last, 0.5)])
        self.assertEqual(first + 29 * DAY, date(2026, 1, 13))

    def test_hundred_and_eightieth_and_next_day_across_a_rolling_window(self):
        old = days(date(2025, 6, 1), 170)
        first, last = days(date(2026, 5, 1), 15)
        runs = sick.short_runs([old], first, last, SHORT)
        self.assertEqual(runs, [(first, first + 9 * DAY, 0.5), (first + 10 * DAY, last, 0.0)])
        # the whole of it a month later: as many days of the old illness have gone out
        first, last = days(date(2026, 6, 1), 15)
        self.assertEqual({run[2] for run in sick.short_runs([old], first, last, SHORT)}, {0.5})

    def test_window_of_a_leap_year_has_366_days(self):
        """On 28 February 2025 the window begins on 29 February 2024; on 1 March that day has gone."""
        self.assertEqual(sick.short_count([days(date(2024, 2, 29), 1)], date(2025, 2, 28), SHORT), 1)
        self.assertEqual(sick.short_count([days(date(2024, 2, 29), 1)], date(2025, 3, 1), SHORT), 0)
        # 29 February looks back to 28 February excluded
        self.assertEqual(sick.short_count([days(date(2023, 2, 28), 2)], date(2024, 2, 29), SHORT), 1)

    def test_29_february_is_a_day_of_illness_like_another(self):
        first, last = days(date(2024, 1, 1), 91)
        self.assertEqual(sick.short_runs([], first, last, SHORT)[0][1], date(2024, 3, 30))

    def test_days_recorded_twice_count_once(self):
        first = date(2026, 1, 1)
        twice = [days(first, 30), days(first + 10 * DAY, 30)]
        self.assertEqual(sick.short_count(twice, first + 39 * DAY, SHORT), 40)

    def test_later_illness_changes_nothing_before_it(self):
        first, last = days(date(2026, 1, 1), 60)
        later = days(date(2026, 4, 1), 100)
        self.assertEqual(sick.short_runs([later], first, last, SHORT), sick.short_runs([], first, last, SHORT))

    def test_what_is_left_is_that_of_an_illness_without_a_break(self):
        full, half, end = sick.short_remaining([], date(2026, 1, 1), SHORT)
        self.assertEqual((full, half, end), (90, 90, date(2026, 6, 29)))
        full, half, _end = sick.short_remaining([days(date(2025, 11, 1), 40)], date(2026, 1, 1), SHORT)
        self.assertEqual((full, half), (50, 90))
        full, half, end = sick.short_remaining([days(date(2025, 7, 5), 180)], date(2026, 1, 1), SHORT)
        self.assertEqual((full, half, end), (0, 0, None))

    @PROPERTY
    @given(
        st.lists(st.tuples(st.integers(0, 900), st.integers(1, 120)), max_size=8),
        st.integers(300, 1300),
        st.integers(1, 60),
    )
    def test_property_equal_to_the_rule_day_by_day(self, spans, start, length):
        origin = date(2023, 1, 1)
        history = [days(origin + at * DAY, count) for at, count in spans]
        first, last = days(origin + start * DAY, length)
        runs = sick.short_runs(history, first, last, SHORT)
        # without a hole, in order, neighbours different
        self.assertEqual((runs[0][0], runs[-1][1]), (first, last))
        for (_f, end, fraction), (begin, _l, following) in zip(runs, runs[1:], strict=False):
            self.assertEqual(end + DAY, begin)
            self.assertNotEqual(fraction, following)
        for begin, end, fraction in runs:
            for n in range((end - begin).days + 1):
                day = begin + n * DAY
                self.assertEqual(fraction, slow_fraction([*history, (first, last)], day))

    @PROPERTY
    @given(st.lists(st.tuples(st.integers(0, 700), st.integers(1, 60)), max_size=6), st.integers(0, 800))
    def test_property_more_illness_never_pays_more(self, spans, at):
        origin = date(2024, 1, 1)
        history = [days(origin + start * DAY, count) for start, count in spans]
        day = origin + at * DAY
        less = sick.short_runs(history[:-1], day, day, SHORT)[0][2]
        more = sick.short_runs(history, day, day, SHORT)[0][2]
        self.assertLessEqual(more, less)

    def test_a_long_history_costs_little(self):
        """Forty years of illness, three weeks each season: one leave is paid in a few thousand searches."""
        history = [days(date(1986, 1, 1) + n * 90 * DAY, 21) for n in range(160)]
        count = sick.DayCount(history)
        self.assertEqual(count.until(date(2026, 12, 31)), 160 * 21)
        runs = sick.short_runs(history, *days(date(2025, 6, 20), 180), SHORT)
        self.assertEqual(runs[-1][2], 0.0)


@tagged("post_install", "-at_install")
class TestLongSickness(BaseCase):
    """Articles 43 bis and 44: rights counted in months over the career, in slices of 3 or 6 months."""

    def slices(self, first, count, months=6):
        made = []
        for _n in range(count):
            last = sick.slice_end(first, months)
            made.append((first, last))
            first = last + DAY
        return made

    def test_slice_of_three_or_six_months_from_date_to_date(self):
        self.assertEqual(sick.slice_end(date(2026, 1, 15), 3), date(2026, 4, 14))
        self.assertEqual(sick.slice_end(date(2026, 8, 31), 6), date(2027, 2, 27))
        self.assertEqual(sick.slice_end(date(2027, 8, 31), 6), date(2028, 2, 28))
        self.assertEqual(sick.slice_months(date(2026, 1, 15), date(2026, 4, 14), (3, 6)), 3)
        self.assertEqual(sick.slice_months(date(2026, 1, 15), date(2026, 7, 14), (3, 6)), 6)
        self.assertIsNone(sick.slice_months(date(2026, 1, 15), date(2026, 4, 13), (3, 6)))
        self.assertIsNone(sick.slice_months(date(2026, 1, 15), date(2026, 4, 15), (3, 6)))

    def test_medium_sickness_two_years_full_then_third_year_half(self):
        slices = self.slices(date(2024, 2, 29), 6)
        paid = [sick.long_runs(slices, first, last, MEDIUM) for first, last in slices]
        self.assertEqual([[run[2] for run in runs] for runs in paid], [[1.0]] * 4 + [[0.5]] * 2)
        first = slices[-1][1] + DAY
        self.assertEqual(sick.long_first_blocked(slices, first, sick.slice_end(first, 3), MEDIUM), first)

    def test_long_sickness_three_years_full_then_two_half(self):
        slices = self.slices(date(2021, 7, 1), 10)
        fractions = [sick.long_runs(slices, first, last, LONG)[0][2] for first, last in slices]
        self.assertEqual(fractions, [1.0] * 6 + [0.5] * 4)
        self.assertEqual(sick.long_remaining(slices, LONG), (0, 0))
        self.assertEqual(sick.long_remaining(slices[:7], LONG), (0, 540))

    def test_pay_changes_inside_a_slice_when_an_earlier_one_was_cut_short(self):
        """23 months used, then a slice of three months: one month in full, two in half."""
        earlier = [*self.slices(date(2024, 1, 1), 3), (date(2025, 7, 1), date(2025, 11, 30))]
        self.assertEqual(sick.total_days(earlier), 23 * 30)
        runs = sick.long_runs(earlier, date(2026, 3, 10), date(2026, 6, 9), MEDIUM)
        self.assertEqual(
            runs, [(date(2026, 3, 10), date(2026, 4, 9), 1.0), (date(2026, 4, 10), date(2026, 6, 9), 0.5)]
        )

    def test_career_total_does_not_lapse_with_the_years(self):
        earlier = self.slices(date(2005, 1, 1), 4)
        runs = sick.long_runs(earlier, date(2026, 1, 1), date(2026, 3, 31), MEDIUM)
        self.assertEqual(runs, [(date(2026, 1, 1), date(2026, 3, 31), 0.5)])

    @PROPERTY
    @given(st.integers(0, 3000), st.lists(st.sampled_from((3, 6)), min_size=1, max_size=14))
    def test_property_slices_count_their_months_whatever_the_date(self, start, lengths):
        first, slices = date(2018, 1, 1) + start * DAY, []
        for months in lengths:
            last = sick.slice_end(first, months)
            slices.append((first, last))
            first = last + DAY
        self.assertEqual(sick.total_days(slices), 30 * sum(lengths))
        done = 0
        for months, (begin, end) in zip(lengths, slices, strict=True):
            runs = sick.long_runs(slices, begin, end, MEDIUM)
            self.assertEqual((runs[0][0], runs[-1][1]), (begin, end))
            for run_first, run_last, fraction in runs:
                got, rest = sick.length(begin, run_last)
                self.assertEqual(rest, 0)
                expected = 1.0 if done + got <= 24 else 0.5 if done + got <= 36 else 0.0
                self.assertEqual(fraction, expected, (run_first, run_last))
            done += months


@tagged("post_install", "-at_install")
class TestCertificate(BaseCase):
    """The certificate comes within two working days after the stop, three in rural areas."""

    def add(self, day, count):
        holidays = {date(2026, 7, 30)}
        while count:
            day += DAY
            if day.weekday() < 5 and day not in holidays:
                count -= 1
        return day

    def test_two_working_days_after_the_stop_is_in_time(self):
        # stopped on a Tuesday, Thursday is the Feast of the Throne: Friday is the second working day
        stopped = date(2026, 7, 28)
        self.assertEqual(sick.certificate_deadline(stopped, 2, self.add), date(2026, 7, 31))
        self.assertFalse(sick.certificate_is_late(stopped, date(2026, 7, 31), 2, self.add))
        self.assertTrue(sick.certificate_is_late(stopped, date(2026, 8, 3), 2, self.add))
        self.assertFalse(sick.certificate_is_late(stopped, date(2026, 8, 3), 3, self.add))
        self.assertIsNone(sick.certificate_is_late(stopped, None, 2, self.add))

    def test_days_before_a_late_certificate_are_irregular(self):
        stopped, last = date(2026, 7, 6), date(2026, 7, 17)
        today = date(2026, 7, 10)
        self.assertEqual(sick.irregular_period(stopped, last, date(2026, 7, 13), today), (stopped, date(2026, 7, 12)))
        self.assertEqual(sick.irregular_period(stopped, last, None, today), (stopped, today))
        self.assertEqual(sick.irregular_period(stopped, last, date(2026, 8, 1), today), (stopped, last))
        self.assertIsNone(sick.irregular_period(stopped, last, stopped, today))
