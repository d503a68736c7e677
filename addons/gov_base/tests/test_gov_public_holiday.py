from datetime import date, datetime, timedelta

from psycopg2.errors import UniqueViolation
from pytz import timezone, utc

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.service.model import call_kw
from odoo.tests import BaseCase, TransactionCase, freeze_time, new_test_user
from odoo.tools import mute_logger

from ..tools import holidays


class TestHolidayArithmetic(BaseCase):
    def test_hijri_year_shorter_than_the_civil_one_may_come_twice(self):
        found = holidays.hijri_occurrences(date(2033, 1, 1), date(2033, 12, 31), 10, 1, 0)
        self.assertEqual([year for year, _day in found], [1454, 1455])

    def test_thirtieth_of_a_short_month_does_not_exist(self):
        found = holidays.hijri_occurrences(date(2020, 1, 1), date(2029, 12, 31), 9, 30, 0)
        self.assertTrue(0 < len(found) < 10)

    def test_years_out_of_the_tables_have_no_hijri_day(self):
        self.assertEqual(holidays.hijri_occurrences(date(1800, 1, 1), date(1800, 12, 31), 1, 1, 1), [])
        self.assertEqual(holidays.hijri_occurrences(date(2200, 1, 1), date(2200, 12, 31), 1, 1, 1), [])

    def test_weekdays_agree_with_counting_one_by_one(self):
        start = date(2026, 1, 1)
        for shift in range(7):
            for length in range(-2, 40):
                first, last = start + timedelta(shift), start + timedelta(shift + length)
                expected = sum((first + timedelta(n)).weekday() < 5 for n in range(length + 1))
                self.assertEqual(holidays.count_weekdays(first, last), expected)


@freeze_time("2026-01-05 10:00:00")
class TestGovPublicHoliday(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(cls.env, "gov_manager", "gov_base.group_hr_manager", tz="Africa/Casablanca")
        cls.officer = new_test_user(cls.env, "gov_officer", "gov_base.group_hr_officer")
        cls.holidays = cls.env["gov.public.holiday"].with_user(cls.manager)
        cls.env["gov.public.holiday"]._generate(2026)
        cls.calendar = cls.env.company.resource_calendar_id

    def holiday(self, rule, year=2026):
        return self.holidays.search(
            [("rule_id", "=", self.env.ref(f"gov_base.public_holiday_rule_{rule}").id)]
        ).filtered(lambda holiday: holiday.year == year)

    def closed(self, day, calendar=None):
        """Whether nobody works at any hour of a day in the calendar."""
        zone = timezone("Africa/Casablanca")
        start = zone.localize(datetime.combine(day, datetime.min.time()))
        calendar = calendar or self.calendar
        return not list(calendar._work_intervals_batch(start, start + timedelta(days=1))[False])

    # ---------------------------------------------------------------------------------------------------- the rules
    def test_holidays_of_2026(self):
        expected = {
            "new_year": ("2026-01-01", "2026-01-01"),
            "independence_manifesto": ("2026-01-11", "2026-01-11"),
            "amazigh_new_year": ("2026-01-14", "2026-01-14"),
            "fitr": ("2026-03-21", "2026-03-22"),
            "labour": ("2026-05-01", "2026-05-01"),
            "adha": ("2026-05-28", "2026-05-29"),
            "muharram": ("2026-06-17", "2026-06-17"),
            "throne": ("2026-07-30", "2026-07-30"),
            "oued_ed_dahab": ("2026-08-14", "2026-08-14"),
            "revolution": ("2026-08-20", "2026-08-20"),
            "youth": ("2026-08-21", "2026-08-21"),
            "mawlid": ("2026-08-26", "2026-08-27"),
            "unity": ("2026-10-31", "2026-10-31"),
            "green_march": ("2026-11-06", "2026-11-06"),
            "independence": ("2026-11-18", "2026-11-18"),
        }
        for rule, (first, last) in expected.items():
            holiday = self.holiday(rule)
            with self.subTest(rule=rule):
                self.assertEqual((str(holiday.date_from), str(holiday.date_to)), (first, last))
                hijri = rule in ("fitr", "adha", "muharram", "mawlid")
                self.assertEqual(holiday.state, "estimated" if hijri else "confirmed")
                self.assertEqual(holiday.is_hijri, hijri)
        self.assertEqual(self.holiday("adha").with_context(lang="ar_MA").hijri_label, "10 ذو الحجة 1447")

    def test_holidays_begin_with_the_year_of_their_decree(self):
        self.holidays.action_generate(2023)
        self.assertFalse(self.holiday("amazigh_new_year", 2023))
        self.holidays.action_generate(2024)
        self.assertTrue(self.holiday("amazigh_new_year", 2024))
        self.holidays.action_generate(2025)
        self.assertFalse(self.holiday("unity", 2025))

    def test_year_is_made_once(self):
        self.assertEqual(self.holidays.action_generate(2026), 0)
        self.assertEqual(self.holidays.action_generate(2030), 15)
        self.assertEqual(self.holidays.action_generate(2030), 0)
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.env.cr.execute(
                "UPDATE gov_public_holiday SET occurrence = 2026 WHERE rule_id = %s AND occurrence = 2030",
                [self.env.ref("gov_base.public_holiday_rule_labour").id],
            )

    def test_scheduled_task_makes_this_year_and_the_next(self):
        with freeze_time("2040-02-01"):
            self.env["gov.public.holiday"]._cron_generate()
        for year in (2040, 2041):
            self.assertTrue(self.holiday("throne", year))
            self.assertTrue(self.holiday("fitr", year))

    def test_names_in_three_languages(self):
        holiday = self.holiday("throne")
        self.assertEqual(holiday.with_context(lang="ar_MA").name, "عيد العرش")
        self.assertEqual(holiday.with_context(lang="fr_FR").name, "Fête du Trône")

    def test_day_that_does_not_exist_is_refused(self):
        rules = self.env["gov.public.holiday.rule"]
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            rules.create({"name": "x", "month": 4, "day": 31})
        rules.create({"name": "leap", "month": 2, "day": 29})
        self.holidays.action_generate(2031)
        self.assertFalse(self.holidays.search([("name", "=", "leap"), ("year", "=", 2031)]))

    # --------------------------------------------------------------------------------------------------- moon sighting
    def test_moon_moves_a_holiday_and_every_calendar_follows(self):
        adha = self.holiday("adha")
        other = self.env["resource.calendar"].create({"name": "Other", "company_id": self.env.company.id})
        self.assertTrue(self.closed(date(2026, 5, 28)) and self.closed(date(2026, 5, 29), other))
        changes = []
        self.patch(
            type(self.env["gov.public.holiday"]),
            "_gov_holiday_changed",
            lambda holiday, old, new: changes.append((holiday, old, new)),
        )
        adha.action_confirm("2026-05-27", "2026-05-28")
        self.assertEqual(
            (adha.state, str(adha.date_from), str(adha.date_to)), ("confirmed", "2026-05-27", "2026-05-28")
        )
        for calendar in (self.calendar, other):
            self.assertTrue(self.closed(date(2026, 5, 27), calendar))
            self.assertTrue(self.closed(date(2026, 5, 28), calendar))
            self.assertFalse(self.closed(date(2026, 5, 29), calendar))
        self.assertEqual(
            changes,
            [(adha, (date(2026, 5, 28), date(2026, 5, 29)), (date(2026, 5, 27), date(2026, 5, 28)))],
        )
        self.assertFalse(self.holidays._is_working_day("2026-05-27"))
        self.assertTrue(self.holidays._is_working_day("2026-05-29"))

    def test_confirming_as_estimated_changes_no_day(self):
        fitr = self.holiday("fitr")
        changes = []
        self.patch(type(self.env["gov.public.holiday"]), "_gov_holiday_changed", lambda *args: changes.append(args))
        fitr.action_confirm()
        self.assertEqual((fitr.state, changes), ("confirmed", []))
        with self.assertRaises(UserError):
            fitr.action_confirm()

    def test_confirmed_dates_are_fixed_until_reopened(self):
        fitr = self.holiday("fitr")
        fitr.action_confirm(date(2026, 3, 20))
        self.assertEqual(str(fitr.date_to), "2026-03-21", "as many days as before")
        with self.assertRaises(UserError):
            fitr.date_from = "2026-03-19"
        fitr.action_reopen()
        fitr.action_confirm("2026-03-21")
        self.assertEqual(str(fitr.date_from), "2026-03-21")
        with self.assertRaises(UserError):
            self.holiday("throne").action_reopen()

    def test_moon_does_not_move_a_holiday_by_a_week(self):
        with self.assertRaises(UserError):
            self.holiday("fitr").action_confirm("2026-03-28")
        with self.assertRaises(UserError):
            self.holiday("fitr").action_confirm("2026-03-21", "2026-03-20")

    def test_only_an_hr_manager_makes_and_confirms(self):
        fitr = self.holiday("fitr").with_user(self.officer)
        for call in (fitr.action_confirm, fitr.action_reopen, lambda: fitr.action_generate(2030)):
            with self.assertRaises(AccessError):
                call()
        with self.assertRaises(AccessError):
            fitr.write({"date_from": "2026-03-20"})

    def test_state_is_not_written_created_imported_or_copied(self):
        fitr = self.holiday("fitr")
        with self.assertRaises(UserError):
            fitr.with_context(gov_act=True).write({"state": "confirmed"})
        values = {"name": "x", "date_from": "2026-02-02", "date_to": "2026-02-02"}
        for state in ("estimated", "confirmed"):
            with self.assertRaises(UserError):
                self.holidays.create({**values, "state": state})
        with self.assertRaises(UserError):
            self.holidays.create({**values, "rule_id": fitr.rule_id.id, "occurrence": 1500})
        result = self.holidays.load(
            ["name", "date_from", "date_to", "state"], [["x", "2026-02-02", "2026-02-02", "confirmed"]]
        )
        self.assertFalse(result["ids"])
        given = {"default_state": "confirmed", "default_rule_id": fitr.rule_id.id, "default_occurrence": 1500}
        made = self.holidays.with_context(**given).create(values)
        self.assertEqual((made.state, made.rule_id.id, made.occurrence), ("exceptional", False, 0))
        fitr.action_confirm()
        self.assertEqual(fitr.copy().state, "exceptional")

    def test_days_that_are_no_dates_are_refused_by_a_sentence(self):
        for given in (("bad",), ("2026-99-01",), (5,), (None, "bad")):
            with self.subTest(given), self.assertRaisesRegex(UserError, "is no date"):
                self.holiday("fitr").action_confirm(*given)
        for year in ("abc", 10**9, -5, [1]):
            with self.subTest(year), self.assertRaises(UserError):
                self.holidays.action_generate(year)

    @freeze_time("2033-05-04 10:00:00")
    def test_button_of_the_list_makes_next_year_whichever_rows_are_selected(self):
        rows = self.holiday("fitr").ids
        self.assertTrue(rows)
        made = call_kw(self.holidays.browse(), "action_generate_next_year", [rows], {})
        self.assertGreater(made, 0)
        self.assertTrue(self.holiday("throne", 2034))

    # --------------------------------------------------------------------------------------------------- calendars
    def test_company_works_the_week_of_the_decree(self):
        calendar = self.calendar
        self.assertEqual(
            (calendar.tz, calendar.hours_per_week, calendar.hours_per_day), ("Africa/Casablanca", 36.5, 7.3)
        )
        hours = {
            day: [(line.hour_from, line.hour_to) for line in lines.sorted("hour_from") if line.day_period != "lunch"]
            for day, lines in calendar.attendance_ids.grouped("dayofweek").items()
        }
        self.assertEqual(set(hours), set("01234"))
        self.assertEqual(hours["0"], [(8.5, 12.5), (13, 16.5)])
        self.assertEqual(hours["4"], [(8.5, 12), (13.5, 16.5)])

    def test_friday_hour_is_a_setting(self):
        self.env["gov.parameter"].search([("code", "=", "working_time.friday_break")]).value = 0
        self.calendar.with_user(self.manager).action_gov_apply_working_time()
        self.assertEqual(self.calendar.hours_per_week, 37.5)
        with self.assertRaises(AccessError):
            self.calendar.with_user(self.officer).action_gov_apply_working_time()

    def test_calendars_are_closed_whole_days_of_morocco(self):
        leave = self.holiday("labour").sudo().leave_ids.filtered(lambda leave: leave.calendar_id == self.calendar)
        zone = timezone("Africa/Casablanca")
        local = [
            utc.localize(moment).astimezone(zone).replace(tzinfo=None) for moment in (leave.date_from, leave.date_to)
        ]
        self.assertEqual(local, [datetime(2026, 5, 1), datetime(2026, 5, 1, 23, 59, 59)])
        self.assertFalse(leave.resource_id)
        self.assertEqual(leave.company_id, self.env.company)
        self.assertIn(leave, self.calendar.global_leave_ids)
        self.assertTrue(self.closed(date(2026, 5, 1)))
        self.assertFalse(self.closed(date(2026, 4, 30)))

    def test_clock_of_ramadan_does_not_shift_a_holiday(self):
        # Morocco is at GMT in Ramadan and an hour ahead otherwise; the 1st of May 2020 was in Ramadan
        self.holidays.action_generate(2020)
        leave = (
            self.holiday("labour", 2020).sudo().leave_ids.filtered(lambda leave: leave.calendar_id == self.calendar)
        )
        self.assertEqual(leave.date_from, datetime(2020, 5, 1, 0, 0))
        leave = (
            self.holiday("throne", 2020).sudo().leave_ids.filtered(lambda leave: leave.calendar_id == self.calendar)
        )
        self.assertEqual(leave.date_from, datetime(2020, 7, 29, 23, 0))

    def test_exceptional_day_closes_and_its_deletion_opens(self):
        self.assertFalse(self.closed(date(2026, 5, 4)))
        day = self.holidays.create({"name": "Bridge", "date_from": "2026-05-04", "date_to": "2026-05-04"})
        self.assertEqual(day.state, "exceptional")
        self.assertTrue(self.closed(date(2026, 5, 4)))
        self.assertFalse(self.holidays._is_working_day("2026-05-04"))
        day.date_from = day.date_to = "2026-05-05"
        self.assertTrue(self.closed(date(2026, 5, 5)) and not self.closed(date(2026, 5, 4)))
        day.name = "Announced"
        self.assertEqual(set(day.sudo().leave_ids.mapped("name")), {"Announced"})
        changes = []
        self.patch(
            type(self.env["gov.public.holiday"]), "_gov_holiday_changed", lambda _self, *args: changes.append(args)
        )
        day.unlink()
        self.assertFalse(self.closed(date(2026, 5, 5)))
        self.assertTrue(self.holidays._is_working_day("2026-05-05"))
        self.assertEqual(changes, [((date(2026, 5, 5), date(2026, 5, 5)), None)])

    def test_recurring_holiday_not_kept_is_archived_not_deleted(self):
        youth = self.holiday("youth")
        with self.assertRaises(UserError):
            youth.unlink()
        youth.action_archive()
        self.assertFalse(self.closed(date(2026, 8, 21)))
        self.assertTrue(self.holidays._is_working_day("2026-08-21"))
        self.assertEqual(self.holidays.action_generate(2026), 0)
        youth.action_unarchive()
        self.assertTrue(self.closed(date(2026, 8, 21)))
        self.assertFalse(self.holidays._is_working_day("2026-08-21"))

    def test_calendar_made_later_is_closed_too(self):
        made = self.env["resource.calendar"].create({"name": "Later", "company_id": False, "tz": "Africa/Casablanca"})
        copy = self.calendar.copy()
        for calendar in (made, copy):
            leaves = self.env["resource.calendar.leaves"].search([("calendar_id", "=", calendar.id)])
            self.assertEqual(leaves.gov_holiday_id, self.env["gov.public.holiday"].search([]))
        self.holiday("adha").action_confirm("2026-05-27")
        self.assertTrue(self.closed(date(2026, 5, 27), copy) and not self.closed(date(2026, 5, 29), copy))

    def test_closing_of_a_calendar_is_not_edited_beside_its_holiday(self):
        leave = self.holiday("labour").sudo().leave_ids[:1]
        with self.assertRaises(UserError):
            leave.date_to = "2026-05-08 12:00:00"
        with self.assertRaises(UserError):
            leave.unlink()

    # ------------------------------------------------------------------------------------------------- working days
    def test_working_days_around_a_weekend_and_a_holiday(self):
        add = self.holidays._add_working_days
        for day, count, expected in (
            ("2026-10-30", 0, "2026-10-30"),
            ("2026-10-31", 0, "2026-11-02"),  # a Saturday that is a holiday
            ("2026-11-01", 0, "2026-11-02"),
            ("2026-10-30", 1, "2026-11-02"),
            ("2026-10-31", 1, "2026-11-02"),
            ("2026-11-05", 1, "2026-11-09"),  # the Green March is a Friday
            ("2026-11-05", 0, "2026-11-05"),
            ("2026-11-06", 0, "2026-11-09"),
            ("2026-11-02", 10, "2026-11-17"),
            ("2026-12-31", 1, "2027-01-04"),
            ("2026-11-09", -1, "2026-11-05"),
            ("2026-11-08", -1, "2026-11-05"),
        ):
            with self.subTest(day=day, count=count):
                self.assertEqual(str(add(day, count)), expected)

    def test_count_of_working_days_includes_both_ends(self):
        count = self.holidays._count_working_days
        self.assertEqual(count("2026-11-02", "2026-11-06"), 4)
        self.assertEqual(count("2026-11-06", "2026-11-06"), 0)
        self.assertEqual(count("2026-11-05", "2026-11-05"), 1)
        self.assertEqual(count("2026-11-07", "2026-11-08"), 0)
        self.assertEqual(count("2026-11-06", "2026-11-02"), 0)
        self.assertEqual(count("2026-11-01", "2026-11-30"), 19)
        # 261 days from Monday to Friday, less the holidays on those days
        self.assertEqual(count("2026-01-01", "2026-12-31"), 261 - 14)

    def test_counting_and_adding_agree(self):
        day = date(2026, 2, 27)
        for number in range(1, 320, 7):
            end = self.holidays._add_working_days(day, number)
            self.assertEqual(self.holidays._count_working_days(day + timedelta(days=1), end), number)
            self.assertTrue(self.holidays._is_working_day(end))

    def test_years_without_rows_follow_the_rules(self):
        self.assertFalse(self.holidays.search([("year", "=", 2035)]))
        self.assertFalse(self.holidays._is_working_day("2035-07-30"))
        self.assertEqual(self.holidays._count_working_days("2035-07-30", "2035-07-31"), 1)
        before = self.holidays._count_working_days("2034-06-01", "2036-06-01")
        for year in (2034, 2035, 2036):
            self.holidays.action_generate(year)
        self.assertEqual(self.holidays._count_working_days("2034-06-01", "2036-06-01"), before)
        # an exceptional day alone does not hide the rules of its year
        self.holidays.create({"name": "Bridge", "date_from": "2038-03-01", "date_to": "2038-03-01"})
        self.assertFalse(self.holidays._is_working_day("2038-07-30"))
        self.assertFalse(self.holidays._is_working_day("2038-03-01"))

    def test_changed_rule_is_seen_at_once(self):
        self.assertTrue(self.holidays._is_working_day("2045-09-06"))
        self.env["gov.public.holiday.rule"].create({"name": "New", "month": 9, "day": 6})
        self.assertFalse(self.holidays._is_working_day("2045-09-06"))

    def test_asking_again_asks_the_database_nothing(self):
        self.holidays._count_working_days("2026-01-01", "2027-12-31")
        with self.assertQueryCount(0):
            self.holidays._count_working_days("2026-01-01", "2027-12-31")
            self.holidays._add_working_days("2026-01-01", 250)
