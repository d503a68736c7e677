from datetime import date, datetime

from psycopg2.errors import ExclusionViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import TransactionCase, freeze_time, new_test_user
from odoo.tools import mute_logger


class TestGovParameter(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(cls.env, "gov_manager", "gov_base.group_hr_manager")
        cls.budget = new_test_user(cls.env, "gov_budget", "gov_base.group_budget_officer")
        cls.clerk = new_test_user(cls.env, "clerk", "base.group_user", tz="Africa/Casablanca")
        cls.portal = new_test_user(cls.env, "gov_portal", "base.group_portal")
        cls.parameters = cls.env["gov.parameter"].with_user(cls.manager)
        cls.old, cls.new = cls.parameters.create(
            [
                {
                    "code": "t.days",
                    "name": "Days",
                    "unit": "days",
                    "value": 21,
                    "valid_from": "2000-01-01",
                    "valid_to": "2019-12-31",
                },
                {"code": "t.days", "name": "Days", "unit": "days", "value": 22, "valid_from": "2020-01-01"},
            ]
        )

    def value(self, *args, user=None, **kwargs):
        return self.env["gov.parameter"].with_user(user or self.clerk).get_value(*args, **kwargs)

    def test_value_of_each_day_at_the_boundaries(self):
        for day, expected in (
            ("2000-01-01", 21),
            (date(2019, 12, 31), 21),
            (date(2020, 1, 1), 22),
            ("2099-12-31", 22),
        ):
            self.assertEqual(self.value("t.days", day), expected)
        self.assertEqual(self.value("t.days", on_date="2005-06-01"), 21)

    def test_moment_counts_on_the_day_of_the_user(self):
        # 23:30 in UTC is half past midnight of the next day in Morocco
        self.assertEqual(self.value("t.days", datetime(2019, 12, 31, 23, 30)), 22)
        self.assertEqual(self.value("t.days", "2019-12-31 23:30:00"), 22)
        self.assertEqual(self.value("t.days", datetime(2019, 12, 31, 22, 30)), 21)
        with freeze_time("2019-12-31 22:30:00"):
            self.assertEqual(self.value("t.days"), 21)
        with freeze_time("2019-12-31 23:30:00"):
            self.assertEqual(self.value("t.days"), 22)

    def test_what_is_no_date_is_refused_by_a_sentence(self):
        for given in ("2026-13-01", "2026-02-30", "tomorrow", "2026-01-01 25:00:00", "'; --", 20260101, [1], {"a": 1}):
            with self.subTest(given), self.assertRaisesRegex(UserError, "is no date"):
                self.value("t.days", given)
        self.assertEqual(self.value("t.days", "2019-12-31T22:30:00"), 21)
        with self.assertRaises(UserError):
            self.value(["t.days"])

    def test_unknown_value_is_told_with_its_code_and_date(self):
        with self.assertRaisesRegex(UserError, r"t\.days.*12/31/1999|t\.days.*31/12/1999"):
            self.value("t.days", "1999-12-31")
        with self.assertRaisesRegex(UserError, r"t\.nothing"):
            self.value("t.nothing")
        with self.assertRaisesRegex(UserError, "31/12/2010"):
            self.value("t.days", "31/12/2010")

    def test_text_and_rate_values(self):
        self.parameters.create(
            {"code": "t.body", "name": "B", "unit": "text", "value_text": "CNOPS", "valid_from": "2000-01-01"}
        )
        self.assertEqual(self.value("t.body"), "CNOPS")
        rate = self.parameters.create(
            {"code": "t.rate", "name": "R", "unit": "rate", "value": 0.0255, "valid_from": "2000-01-01"}
        )
        self.assertEqual(self.value("t.rate"), 0.0255)
        self.assertEqual(rate.with_context(lang="fr_FR").value_display, "2,55\u00a0%")
        self.assertEqual(self.new.value_display, "22")

    def test_text_unit_and_text_value_go_together(self):
        with self.assertRaises(ValidationError):
            self.parameters.create({"code": "t.x", "name": "X", "unit": "text", "valid_from": "2000-01-01"})
        with self.assertRaises(ValidationError):
            self.new.value_text = "x"

    def test_two_rows_of_a_code_share_no_day(self):
        for start, end in (("2019-12-31", "2019-12-31"), ("1999-01-01", False), ("2030-01-01", False)):
            with (
                self.subTest(start=start),
                self.assertRaisesRegex(ValidationError, "t.days"),
                self.env.cr.savepoint(),
            ):
                self.parameters.create(
                    {"code": "t.days", "name": "D", "value": 1, "valid_from": start, "valid_to": end}
                )
        with self.assertRaises(ValidationError):
            self.old.valid_to = False
        with self.assertRaises(ValidationError):
            self.new.valid_from = "2019-12-31"
        self.new.valid_to = "2022-12-31"
        self.parameters.create({"code": "t.days", "name": "D", "value": 23, "valid_from": "2023-01-01"})
        self.assertEqual(self.value("t.days", "2023-01-01"), 23)

    def test_database_refuses_rows_that_share_a_day(self):
        with self.assertRaises(ExclusionViolation), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.env.cr.execute("SET CONSTRAINTS ALL IMMEDIATE")
            self.env.cr.execute(
                "INSERT INTO gov_parameter (code, name, unit, value, valid_from) VALUES "
                "('t.days', '{\"en_US\": \"x\"}', 'days', 1, '2050-01-01')"
            )

    def test_change_is_seen_at_once_and_kept_in_the_history(self):
        self.assertEqual(self.value("t.days"), 22)
        self.env.cr.flush()  # the creation is over
        self.new.with_user(self.budget).value = 24
        self.assertEqual(self.value("t.days"), 24)
        self.env.cr.flush()
        tracked = self.new.message_ids.sudo().tracking_value_ids.filtered(lambda v: v.field_id.name == "value")
        self.assertRecordValues(tracked, [{"old_value_float": 22, "new_value_float": 24}])
        self.new.valid_from = "2020-06-01"
        with self.assertRaises(UserError):
            self.value("t.days", "2020-01-01")

    def test_value_in_force_is_not_deleted_a_coming_one_may_be(self):
        with self.assertRaises(UserError):
            self.new.unlink()
        self.new.valid_to = "2100-12-31"
        coming = self.parameters.create({"code": "t.days", "name": "D", "value": 30, "valid_from": "2101-01-01"})
        self.assertEqual(self.value("t.days", "2101-01-01"), 30)
        coming.unlink()
        with self.assertRaises(UserError):
            self.value("t.days", "2101-01-01")

    def test_clerk_reads_and_does_not_write_and_strangers_do_not_read(self):
        self.assertEqual(self.value("t.days", user=self.clerk), 22)
        with self.assertRaises(AccessError):
            self.new.with_user(self.clerk).value = 1
        with self.assertRaises(AccessError):
            self.new.with_user(self.clerk).copy({"code": "t.other"})
        with self.assertRaises(AccessError):
            self.value("t.days", user=self.portal)

    def test_reading_again_asks_the_database_nothing(self):
        self.value("t.days", "2020-01-01")
        with self.assertQueryCount(0):
            for _i in range(100):
                self.value("t.days", "2020-01-01")

    def test_table_comes_in_the_order_of_its_numbers(self):
        for number, ceiling, rate, end in ((1, 40000, 0, False), (2, 60000, 0.1, False), (10, 0, 0.37, "2020-12-31")):
            for column, value in (("ceiling", ceiling), ("rate", rate)):
                self.parameters.create(
                    {
                        "code": f"t.tax.{number}.{column}",
                        "name": "T",
                        "value": value,
                        "valid_from": "2001-01-01",
                        "valid_to": end,
                    }
                )
        table = self.env["gov.parameter"].with_user(self.clerk)._get_table
        self.assertEqual(
            table("t.tax", "2020-12-31"),
            [{"ceiling": 40000, "rate": 0}, {"ceiling": 60000, "rate": 0.1}, {"ceiling": 0, "rate": 0.37}],
        )
        self.assertEqual(len(table("t.tax", "2021-01-01")), 2)
        with self.assertRaisesRegex(UserError, "t.tax"):
            table("t.tax", "2000-12-31")
        with self.assertRaises(UserError):
            table("t.ta", "2020-12-31")

    def test_code_is_written_in_small_latin_letters(self):
        for code in ("T.Days", "t..days", "t days", ".t", "أ"):
            with self.assertRaises(ValidationError):
                self.parameters.create({"code": code, "name": "D", "value": 1, "valid_from": "2000-01-01"})

    def test_rows_in_force_are_found(self):
        rows = self.env["gov.parameter"].search([("code", "=", "t.days"), ("is_current", "=", True)])
        self.assertEqual(rows, self.new)
        rows = self.env["gov.parameter"].search([("code", "=", "t.days"), ("is_current", "=", False)])
        self.assertEqual(rows, self.old)
        self.assertEqual((self.old | self.new).filtered("is_current"), self.new)

    def test_numbers_of_the_law_are_shipped(self):
        for code, day, expected in (
            ("working_time.start", "2026-01-01", 8.5),
            ("working_time.end", "2026-01-01", 16.5),
            ("working_time.break", "2026-01-01", 0.5),
            ("working_time.friday_break", "2026-01-01", 1),
            ("procedure.answer_days", "2026-01-01", 60),
        ):
            self.assertEqual(self.value(code, day), expected)
