from dataclasses import replace
from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..services import absence, rules
from ..services.rules import Leave, Person, Settings

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
MAN, WOMAN = Person("male", date(2010, 1, 4)), Person("female", date(2010, 1, 4))
BIRTH = date(2026, 5, 12)
VALUES = Settings(
    annual_first_months=12,
    exceptional_days=10,
    hajj_months=2,
    hajj_blocks_annual=True,
    short_full_days=90,
    short_total_days=180,
    short_window_months=12,
    medium_full_months=24,
    medium_total_months=36,
    long_full_months=36,
    long_total_months=60,
    slice_short_months=3,
    slice_long_months=6,
    certificate_days=2,
    certificate_rural_days=3,
    maternity_days=98,
    maternity_before_weeks=7,
    paternity_days=15,
    paternity_window_weeks=14,
    kafala_woman_days=98,
    kafala_man_days=15,
    kafala_window_weeks=14,
    kafala_child_months=24,
    nursing_hours=1,
    nursing_child_months=24,
    unpaid_months=1,
    unpaid_every_months=24,
    absence_hours=4,
)
PROPERTY = settings(
    max_examples=80, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow], database=None
)


def leave(code, first, last=None, count=None, **values):
    last = last or first + ((count or 1) - 1) * DAY
    values.setdefault("days", {first.year: (last - first).days + 1})
    return Leave(code, first, last, **values)


class RulesCase(BaseCase):
    def broken(self, one, person=MAN, history=(), values=VALUES):
        return [breach.rule for breach in rules.check(one, person, list(history), values)]

    def assertKept(self, *args, **kwargs):  # noqa: N802 - the name of unittest's assertions
        self.assertEqual(self.broken(*args, **kwargs), [])


@tagged("post_install", "-at_install")
class TestAdministrativeLeave(RulesCase):
    def test_first_annual_leave_comes_after_twelve_months(self):
        person = Person("male", date(2025, 3, 17))
        self.assertEqual(self.broken(leave("ANN", date(2026, 3, 16)), person), ["annual_before_first_year"])
        self.assertKept(leave("ANN", date(2026, 3, 17)), person)
        self.assertKept(leave("ANN", date(2026, 3, 16)), Person("male", None))

    def test_a_cause_has_its_own_days(self):
        marriage = {"cause": "marriage", "cause_days": 4, "event_date": date(2026, 6, 5)}
        first = date(2026, 6, 4)
        self.assertKept(leave("EXC_FAM", first, count=4, **marriage))
        self.assertEqual(self.broken(leave("EXC_FAM", first, count=5, **marriage)), ["cause_days"])
        before = leave("EXC_FAM", date(2026, 6, 1), count=2, **marriage)
        self.assertEqual(self.broken(leave("EXC_FAM", first, count=3, **marriage), history=[before]), ["cause_days"])
        other = replace(before, event_date=date(2026, 1, 9))
        self.assertKept(leave("EXC_FAM", first, count=4, **marriage), history=[other])
        self.assertEqual(self.broken(leave("EXC_FAM", first)), ["cause_missing"])

    def test_all_the_causes_together_have_ten_days_a_year(self):
        taken = [
            leave("EXC_FAM", date(2026, 2, 2), count=4, cause="marriage"),
            leave("EXC_FAM", date(2026, 4, 6), count=3, cause="death"),
        ]
        three = leave("EXC_FAM", date(2026, 9, 7), count=3, cause="death", cause_days=3)
        self.assertKept(three, history=taken)
        four = leave("EXC_FAM", date(2026, 9, 7), count=4, cause="other")
        breach = rules.check(four, MAN, taken, VALUES)[0]
        self.assertEqual((breach.rule, breach.values["taken"], breach.can_waive), ("exceptional_year", 7, False))
        # the next year is another right; a leave across 31 December uses both
        across = leave("EXC_FAM", date(2026, 12, 30), count=4, cause="other", days={2026: 2, 2027: 2})
        self.assertKept(across, history=taken)
        across = replace(across, days={2026: 4, 2027: 2})
        self.assertEqual(self.broken(across, history=taken), ["exceptional_year"])

    def test_hajj_two_months_once_in_the_career(self):
        hajj = leave("HAJJ", date(2026, 5, 1), date(2026, 6, 30))
        self.assertKept(hajj)
        self.assertEqual(self.broken(replace(hajj, last=date(2026, 7, 1))), ["hajj_length"])
        old = leave("HAJJ", date(2004, 1, 5), date(2004, 2, 20))
        self.assertEqual(self.broken(hajj, history=[old]), ["hajj_once"])
        # 31 December + 2 months ends with February, 29 days in a leap year
        self.assertKept(leave("HAJJ", date(2027, 12, 31), date(2028, 2, 28)))
        self.assertEqual(self.broken(leave("HAJJ", date(2027, 12, 31), date(2028, 2, 29))), ["hajj_length"])

    def test_no_annual_leave_in_the_year_of_the_hajj_unless_waived(self):
        hajj = leave("HAJJ", date(2026, 5, 1), date(2026, 6, 30))
        annual = leave("ANN", date(2026, 8, 3), count=5)
        self.assertEqual(self.broken(annual, history=[hajj]), ["annual_in_hajj_year"])
        self.assertEqual(self.broken(hajj, history=[annual]), ["hajj_annual_taken"])
        self.assertKept(replace(annual, waived=frozenset({"annual_in_hajj_year"})), history=[hajj])
        self.assertKept(leave("ANN", date(2027, 1, 4)), history=[hajj])
        self.assertKept(annual, history=[hajj], values=replace(VALUES, hajj_blocks_annual=False))
        # what may not be waived stays, whatever the waiver says
        twice = replace(hajj, waived=frozenset({"hajj_once"}))
        self.assertEqual(self.broken(twice, history=[leave("HAJJ", date(2001, 2, 1))]), ["hajj_once"])

    def test_unpaid_leave_is_one_month_and_indivisible(self):
        self.assertKept(leave("SS", date(2026, 3, 15), date(2026, 4, 14)))
        self.assertKept(leave("SS", date(2028, 1, 31), date(2028, 2, 28)))
        for last in (date(2026, 4, 13), date(2026, 4, 15)):
            self.assertEqual(self.broken(leave("SS", date(2026, 3, 15), last)), ["unpaid_length"])

    def test_unpaid_leave_once_every_two_years(self):
        before = leave("SS", date(2024, 3, 15), date(2024, 4, 14))
        self.assertEqual(
            self.broken(leave("SS", date(2026, 3, 14), date(2026, 4, 13)), history=[before]), ["unpaid_every"]
        )
        self.assertKept(leave("SS", date(2026, 3, 15), date(2026, 4, 14)), history=[before])
        # one that was granted for later counts as well
        after = leave("SS", date(2027, 1, 1), date(2027, 1, 31))
        self.assertEqual(
            self.broken(leave("SS", date(2026, 3, 15), date(2026, 4, 14)), history=[after]), ["unpaid_every"]
        )

    def test_absence_of_half_a_day_at_most(self):
        self.assertKept(leave("ABS", date(2026, 3, 2), hours=4))
        self.assertEqual(self.broken(leave("ABS", date(2026, 3, 2), hours=4.5)), ["absence_hours"])
        self.assertEqual(self.broken(leave("ABS", date(2026, 3, 2), count=2, hours=4)), ["absence_hours"])

    def test_nobody_asks_for_a_closing_of_the_offices(self):
        self.assertEqual(self.broken(leave("FERM", date(2026, 6, 9))), ["not_asked"])

    def test_free_types_have_no_ceiling(self):
        for code in ("EXC_MAND", "EXC_SYND", "EXAM", "FORM", "MAL_AT"):
            self.assertKept(leave(code, date(2026, 3, 2), count=120))


@tagged("post_install", "-at_install")
class TestHealthLeave(RulesCase):
    def test_short_sickness_stops_at_the_hundred_and_eightieth_day(self):
        taken = leave("MAL_CD", date(2025, 8, 1), count=170)
        self.assertKept(leave("MAL_CD", date(2026, 3, 1), count=10), history=[taken])
        breach = rules.check(leave("MAL_CD", date(2026, 3, 1), count=11), MAN, [taken], VALUES)[0]
        self.assertEqual((breach.rule, breach.values["date"]), ("short_ceiling", date(2026, 3, 11)))

    def test_an_illness_recorded_late_is_counted_with_those_after_it(self):
        later = leave("MAL_CD", date(2026, 4, 1), count=175)
        self.assertEqual(self.broken(leave("MAL_CD", date(2026, 1, 5), count=6), history=[later]), ["short_ceiling"])
        self.assertKept(leave("MAL_CD", date(2026, 1, 5), count=5), history=[later])

    def test_the_leave_itself_is_not_counted_twice(self):
        one = leave("MAL_CD", date(2026, 1, 1), count=180, key=7)
        self.assertKept(one, history=[one])

    def test_medium_sickness_in_slices_of_three_or_six_months(self):
        one = leave("MAL_MD", date(2026, 1, 1), date(2026, 6, 30), health_file="A")
        self.assertKept(one)
        self.assertEqual(self.broken(replace(one, last=date(2026, 5, 31))), ["slice_length"])
        self.assertEqual(self.broken(replace(one, health_file="")), ["health_file_missing"])

    def test_rights_of_medium_sickness_are_those_of_one_illness_group(self):
        used = [leave("MAL_MD", date(2020 + n // 2, 1 + 6 * (n % 2), 1), None, 180, health_file="A") for n in range(6)]
        used = [replace(one, last=rules.sick.slice_end(one.first, 6)) for one in used]
        again = leave("MAL_MD", date(2026, 1, 1), date(2026, 3, 31), health_file="A")
        breach = rules.check(again, MAN, used, VALUES)[0]
        self.assertEqual((breach.rule, breach.values), ("long_ceiling", {"years": 3, "date": date(2026, 1, 1)}))
        self.assertKept(replace(again, health_file="B"), history=used)
        self.assertKept(replace(again, code="MAL_LD"), history=used)


@tagged("post_install", "-at_install")
class TestBirthAndKafala(RulesCase):
    def test_maternity_ninety_eight_days_for_one_birth(self):
        first = BIRTH - WEEK
        self.assertKept(leave("MAT", first, count=98, event_date=BIRTH), WOMAN)
        self.assertEqual(self.broken(leave("MAT", first, count=99, event_date=BIRTH), WOMAN), ["event_length"])
        part = leave("MAT", first, count=60, event_date=BIRTH)
        rest = leave("MAT", first + 60 * DAY, count=39, event_date=BIRTH + 3 * DAY)
        self.assertEqual(self.broken(rest, WOMAN, [part]), ["event_length"])
        self.assertKept(replace(rest, last=rest.last - DAY), WOMAN, [part])
        earlier = leave("MAT", date(2024, 1, 1), count=98, event_date=date(2024, 1, 5))
        self.assertKept(leave("MAT", first, count=98, event_date=BIRTH), WOMAN, [earlier])

    def test_maternity_starts_seven_weeks_before_the_birth_at_the_earliest(self):
        self.assertKept(leave("MAT", BIRTH - 7 * WEEK, count=98, event_date=BIRTH), WOMAN)
        early = leave("MAT", BIRTH - 7 * WEEK - DAY, count=98, event_date=BIRTH)
        self.assertEqual(self.broken(early, WOMAN), ["maternity_early"])
        self.assertKept(leave("MAT", BIRTH + 97 * DAY, event_date=BIRTH), WOMAN)
        self.assertEqual(self.broken(leave("MAT", BIRTH + 98 * DAY, event_date=BIRTH), WOMAN), ["maternity_late"])

    def test_paternity_fifteen_days_in_one_block_within_fourteen_weeks(self):
        self.assertKept(leave("PAT", BIRTH, count=15, event_date=BIRTH))
        self.assertKept(leave("PAT", BIRTH + 14 * WEEK, count=15, event_date=BIRTH))
        for first in (BIRTH - DAY, BIRTH + 14 * WEEK + DAY):
            self.assertEqual(self.broken(leave("PAT", first, count=15, event_date=BIRTH)), ["paternity_window"])
        self.assertEqual(self.broken(leave("PAT", BIRTH, count=16, event_date=BIRTH)), ["event_length"])
        first = leave("PAT", BIRTH, count=5, event_date=BIRTH)
        second = leave("PAT", BIRTH + 2 * WEEK, count=10, event_date=BIRTH)
        self.assertEqual(self.broken(second, history=[first]), ["event_one_block"])

    def test_leaves_of_birth_follow_the_sex_of_the_file(self):
        for code, right, wrong in (("MAT", WOMAN, MAN), ("PAT", MAN, WOMAN)):
            one = leave(code, BIRTH, count=10, event_date=BIRTH)
            self.assertKept(one, right)
            self.assertIn(self.broken(one, wrong)[0], ("women_only", "men_only"))
            self.assertEqual(self.broken(one, Person("", None)), ["sex_unknown"])

    def test_kafala_from_the_order_for_a_child_under_twenty_four_months(self):
        order = date(2026, 5, 12)
        young = {"event_date": order, "child_birthdate": date(2024, 5, 13)}
        self.assertKept(leave("KAF_F", order, count=98, **young), WOMAN)
        self.assertKept(leave("KAF_M", order, count=15, **young))
        self.assertEqual(self.broken(leave("KAF_M", order, count=16, **young)), ["event_length"])
        old = dict(young, child_birthdate=date(2024, 5, 12))
        self.assertEqual(self.broken(leave("KAF_F", order, count=98, **old), WOMAN), ["child_too_old"])
        self.assertEqual(self.broken(leave("KAF_F", order - DAY, count=98, **young), WOMAN), ["kafala_window"])
        missing = self.broken(leave("KAF_F", order, count=98), WOMAN)
        self.assertEqual(missing, ["event_missing_order", "child_birthdate_missing"])

    def test_nursing_hour_from_the_end_of_maternity_until_twenty_four_months(self):
        maternity = leave("MAT", BIRTH, count=98, event_date=BIRTH)
        last = date(2028, 5, 11)
        one = leave("ALL", maternity.last + DAY, last, child_birthdate=BIRTH)
        self.assertKept(one, WOMAN, [maternity])
        self.assertEqual(self.broken(replace(one, last=last + DAY), WOMAN, [maternity]), ["nursing_end"])
        self.assertEqual(self.broken(replace(one, first=maternity.last), WOMAN, [maternity]), ["nursing_start"])
        self.assertEqual(self.broken(replace(one, first=BIRTH - DAY), WOMAN), ["nursing_before_birth"])
        self.assertEqual(self.broken(one, MAN, [maternity]), ["women_only"])
        # born on 29 February: two years later there is none
        leap = leave("ALL", date(2024, 7, 1), date(2026, 2, 27), child_birthdate=date(2024, 2, 29))
        self.assertKept(leap, WOMAN)
        self.assertEqual(self.broken(replace(leap, last=date(2026, 2, 28)), WOMAN), ["nursing_end"])
        again = leave("ALL", date(2025, 1, 1), date(2025, 6, 30), child_birthdate=date(2024, 2, 29))
        self.assertEqual(self.broken(again, WOMAN, [leap]), ["nursing_again"])


@tagged("post_install", "-at_install")
class TestRemaining(RulesCase):
    def test_what_is_left_by_kind(self):
        day = date(2026, 6, 1)
        history = [
            leave("MAL_CD", date(2026, 5, 1), count=31, key=1),
            leave("HAJJ", date(2012, 1, 1), date(2012, 2, 20), key=2),
            leave("SS", date(2025, 1, 15), date(2025, 2, 14), key=3),
            leave("MAT", BIRTH, count=60, event_date=BIRTH, key=4),
            leave("PAT", BIRTH, count=7, event_date=BIRTH, key=5),
        ]
        short = rules.remaining("MAL_CD", history, day, VALUES)
        self.assertEqual((short.right, short.taken, short.left), (180, 31, 149))
        self.assertEqual((short.extra["full"], short.extra["half"]), (59, 90))
        self.assertEqual(short.counted, ((1, 31),))
        self.assertEqual(rules.remaining("HAJJ", history, day, VALUES).left, 0)
        self.assertEqual(rules.remaining("HAJJ", [], day, VALUES).left, 61)
        unpaid = rules.remaining("SS", history, day, VALUES)
        self.assertEqual((unpaid.left, unpaid.extra["next"]), (0, date(2027, 1, 15)))
        self.assertEqual(rules.remaining("SS", history, date(2027, 1, 15), VALUES).left, 31)
        self.assertEqual(rules.remaining("MAT", history, day, VALUES).left, 38)
        self.assertEqual(rules.remaining("PAT", history, day, VALUES).left, 0, "in one block: the rest is lost")
        self.assertEqual(rules.remaining("PAT", history, date(2027, 6, 1), VALUES).left, 15, "another birth")
        self.assertIsNone(rules.remaining("FORM", history, day, VALUES).right)
        files = [leave("MAL_LD", date(2026, 1, 1), date(2026, 6, 30), health_file="A", key=9)]
        long = rules.remaining("MAL_LD", files, day, VALUES)
        self.assertEqual((long.right, long.taken, long.extra["full"]), (1800, 180, 900))

    @PROPERTY
    @given(st.lists(st.tuples(st.integers(0, 600), st.integers(1, 90)), max_size=6), st.integers(200, 700))
    def test_property_what_is_left_is_what_the_rule_grants(self, spans, at):
        """An illness as long as what is left breaks no ceiling; one day more does."""
        origin = date(2024, 1, 1)
        day = origin + at * DAY
        history = []
        for start, count in spans:
            first = origin + start * DAY
            last = min(first + (count - 1) * DAY, day)
            if first <= last:
                history.append(leave("MAL_CD", first, last, key=len(history) + 1))
        left = rules.remaining("MAL_CD", history, day, VALUES).extra
        total = left["full"] + left["half"]
        if total:
            self.assertNotIn("short_ceiling", self.broken(leave("MAL_CD", day + DAY, count=total), history=history))
        longer = leave("MAL_CD", day + DAY, count=total + 1)
        self.assertIn("short_ceiling", self.broken(longer, history=history))


@tagged("post_install", "-at_install")
class TestIrregularAbsence(BaseCase):
    def working(self, day):
        return day.weekday() < 5 and day != date(2026, 5, 1)

    def test_half_days_of_work_only(self):
        found = absence.half_days(date(2026, 4, 30), date(2026, 5, 4), self.working, "pm", "am")
        self.assertEqual(found, [(date(2026, 4, 30), "pm"), (date(2026, 5, 4), "am")])
        self.assertEqual(absence.half_days(date(2026, 5, 2), date(2026, 5, 3), self.working), [])
        self.assertEqual(len(absence.half_days(date(2026, 5, 4), date(2026, 5, 8), self.working)), 10)

    def test_a_half_day_costs_a_sixtieth_of_the_monthly_pay(self):
        self.assertEqual(absence.deduction(6000, 1), 100.0)
        self.assertEqual(absence.deduction(5736.29, 1), 95.60)
        self.assertEqual(absence.deduction(5736.29, 3), 286.81)
        self.assertEqual(absence.deduction(5736.29, 60), 5736.29)
        self.assertEqual(absence.deduction(8000, 0), 0.0)

    def test_monthly_statement_adds_up_by_person(self):
        rows = [(2, "Omar", 2, 191.2, "b"), (1, "Amal", 1, 95.6, "a"), (2, "Omar", 1, 95.61, "c")]
        self.assertEqual(absence.statement(rows), [(1, ["a"], 1, 95.6), (2, ["b", "c"], 3, 286.81)])
