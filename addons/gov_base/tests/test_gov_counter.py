from psycopg2.errors import CheckViolation, UniqueViolation

from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, new_test_user
from odoo.tools import mute_logger


class TestGovCounter(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.counters = cls.env["gov.counter"]
        cls.clerk = new_test_user(cls.env, "clerk", "base.group_user")
        cls.auditor = new_test_user(cls.env, "gov_auditor", "gov_base.group_auditor")

    def test_numbers_follow_each_other_in_each_series_and_period(self):
        take = self.counters._take
        self.assertEqual([take("t.work", 2026), take("t.work", "2026"), take("t.work", 2027)], [1, 2, 1])
        self.assertEqual(take("t.salary", 2026), 1)
        self.assertEqual(take("t.work", 2026, count=10), 3)
        self.assertEqual(take("t.work", 2026), 13)
        self.assertEqual(self.counters._peek("t.work", 2026), 13)
        self.assertEqual(self.counters._peek("t.none", 2026), 0)

    def test_number_of_an_act_that_fails_is_given_back(self):
        self.counters._take("t.work", 2026)
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            self.counters._take("t.work", 2026, 7)
            _never = 1 / 0
        self.assertEqual(self.counters._take("t.work", 2026), 2)

    def test_record_shows_the_last_number(self):
        self.counters._take("t.work", 2026)
        counter = self.counters.search([("code", "=", "t.work")])
        self.assertEqual(counter.value, 1)
        self.counters._take("t.work", 2026)
        self.assertEqual(counter.value, 2)

    def test_nothing_less_than_one_number_is_taken(self):
        for count in (0, -1):
            with self.assertRaises(ValueError):
                self.counters._take("t.work", 2026, count)
        with self.assertRaises(ValueError):
            self.counters._take("", 2026)

    def test_nobody_writes_a_counter_by_hand(self):
        self.counters._take("t.work", 2026)
        counter = self.counters.search([("code", "=", "t.work")])
        for record in (counter, counter.sudo(), counter.with_user(self.env.ref("base.user_admin"))):
            with self.assertRaises(UserError):
                record.write({"value": 5})
            with self.assertRaises(UserError):
                record.create({"code": "t.other", "period": "2026", "value": 5})
            with self.assertRaises(UserError):
                record.unlink()
        self.assertEqual(self.counters._peek("t.work", 2026), 1)

    def test_auditor_reads_counters_and_a_clerk_does_not(self):
        self.counters._take("t.work", 2026)
        counter = self.counters.search([("code", "=", "t.work")])
        self.assertEqual(counter.with_user(self.auditor).value, 1)
        with self.assertRaises(AccessError):
            counter.with_user(self.clerk).read(["value"])

    def test_database_refuses_a_second_row_and_a_zero(self):
        self.counters._take("t.work", 2026)
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.env.cr.execute("INSERT INTO gov_counter (code, period, value) VALUES ('t.work', '2026', 1)")
        with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.env.cr.execute("UPDATE gov_counter SET value = 0 WHERE code = 't.work'")
