from psycopg2.errors import ExclusionViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import TransactionCase, new_test_user
from odoo.tools import mute_logger


class TestGovFiscalYear(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.budget = new_test_user(cls.env, "gov_budget", "gov_base.group_budget_officer")
        cls.authorising = new_test_user(cls.env, "gov_authorising", "gov_base.group_authorising_officer")
        cls.clerk = new_test_user(cls.env, "clerk", "base.group_user")
        cls.years = cls.env["gov.fiscal.year"].with_user(cls.budget)
        cls.year = cls.years.create({"name": "1999", "date_from": "1999-01-01", "date_to": "1999-12-31"})

    def test_year_is_opened_then_closed_for_good(self):
        self.year.with_user(self.authorising).action_open()
        self.assertEqual(self.year.state, "open")
        with self.assertRaises(UserError):
            self.year.action_open()
        self.year.action_close()
        self.assertEqual(self.year.state, "closed")
        for action in (self.year.action_open, self.year.action_close):
            with self.assertRaises(UserError):
                action()
        with self.assertRaises(UserError):
            self.year.date_to = "1999-11-30"

    def test_clerk_neither_opens_nor_writes(self):
        year = self.year.with_user(self.clerk)
        self.assertEqual(year.name, "1999")
        with self.assertRaises(AccessError):
            year.action_open()
        with self.assertRaises(AccessError):
            year.write({"name": "x"})
        with self.assertRaises(AccessError):
            self.year.with_user(self.authorising).write({"name": "x"})

    def test_state_is_not_written_imported_created_or_copied(self):
        for values in ({"state": "open"}, {"state": "draft"}):
            with self.assertRaises(UserError):
                self.year.with_context(gov_act=True).write(values)
        with self.assertRaises(UserError):
            self.years.create({"name": "1998", "date_from": "1998-01-01", "date_to": "1998-12-31", "state": "closed"})
        result = self.years.load(
            ["name", "date_from", "date_to", "state"], [["1997", "1997-01-01", "1997-12-31", "closed"]]
        )
        self.assertFalse(result["ids"])
        self.year.action_open()
        copy = self.year.copy({"name": "1996", "date_from": "1996-01-01", "date_to": "1996-12-31"})
        self.assertEqual(copy.state, "draft")
        made = self.years.with_context(default_state="closed").create(
            {"name": "1994", "date_from": "1994-01-01", "date_to": "1994-12-31"}
        )
        self.assertEqual(made.state, "draft")

    def test_two_years_share_no_day(self):
        with self.assertRaisesRegex(ValidationError, "1999"), self.env.cr.savepoint():
            self.years.create({"name": "1999 bis", "date_from": "1999-12-31", "date_to": "2000-12-30"})
        other = self.years.create({"name": "2000", "date_from": "2000-01-01", "date_to": "2000-12-31"})
        with self.assertRaises(ValidationError):
            other.date_from = "1999-12-31"

    def test_database_refuses_years_that_share_a_day(self):
        with self.assertRaises(ExclusionViolation), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.env.cr.execute("SET CONSTRAINTS ALL IMMEDIATE")
            self.env.cr.execute(
                "INSERT INTO gov_fiscal_year (name, date_from, date_to, state) VALUES "
                "('x', '1999-06-01', '1999-07-01', 'draft')"
            )

    def test_opened_year_is_not_deleted(self):
        self.year.action_open()
        with self.assertRaises(UserError):
            self.year.unlink()

    def test_year_of_a_day(self):
        self.assertEqual(self.years._for_date("1999-12-31"), self.year)
        self.assertFalse(self.years._for_date("1998-12-31"))
