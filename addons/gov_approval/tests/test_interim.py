from datetime import date

from odoo.tests import BaseCase

from odoo.addons.gov_approval.services.interim import closes_circle, stood_in_for

JAN = (date(2026, 1, 1), date(2026, 1, 31))
FEB = (date(2026, 2, 1), date(2026, 2, 28))
YEAR = (date(2026, 1, 1), date(2026, 12, 31))


class TestStoodInFor(BaseCase):
    def test_right_passes_on_once_more_then_stops(self):
        links = [("a", "b", 1), ("b", "c", 2), ("c", "d", 3)]
        self.assertEqual(stood_in_for("b", links), [("a", [1])])
        self.assertEqual(stood_in_for("c", links), [("b", [2]), ("a", [2, 1])])
        self.assertEqual(stood_in_for("d", links), [("c", [3]), ("b", [3, 2])])

    def test_circle_ends(self):
        links = [("a", "b", 1), ("b", "a", 2)]
        self.assertEqual(stood_in_for("a", links), [("b", [2])])

    def test_nobody_stands_in_for_nobody(self):
        self.assertEqual(stood_in_for("z", [("a", "b", 1)]), [])


class TestClosesCircle(BaseCase):
    def test_two_who_stand_in_for_each_other(self):
        self.assertTrue(closes_circle("a", "b", *JAN, [("b", "a", *YEAR)]))

    def test_circle_of_three(self):
        self.assertTrue(closes_circle("a", "b", *JAN, [("b", "c", *JAN), ("c", "a", *JAN)]))

    def test_other_days_make_no_circle(self):
        self.assertFalse(closes_circle("a", "b", *JAN, [("b", "a", *FEB)]))

    def test_one_common_day_is_enough(self):
        self.assertTrue(closes_circle("a", "b", *JAN, [("b", "a", date(2026, 1, 31), date(2026, 2, 5))]))

    def test_links_that_never_meet_make_no_circle(self):
        self.assertFalse(closes_circle("a", "b", *YEAR, [("b", "c", *JAN), ("c", "a", *FEB)]))
