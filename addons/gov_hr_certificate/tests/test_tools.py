from datetime import date, datetime

from odoo.tests import BaseCase, tagged

from ..models.hr_employee import _head_of
from ..tools import delays, seizable
from ..tools.pay import pay_table


@tagged("post_install", "-at_install")
class TestDelays(BaseCase):
    def test_a_day_begun_counts_whole(self):
        self.assertEqual([delays.promised_days(hours) for hours in (0, 1, 24, 25, 48, 120)], [0, 1, 1, 2, 2, 5])

    def test_clock_stands_still_on_days_off(self):
        friday, monday = datetime(2026, 6, 5, 15), datetime(2026, 6, 8, 15)
        open_day = lambda day: day.weekday() < 5  # noqa: E731
        self.assertEqual(delays.count_working_hours(friday, monday, open_day), 24)
        self.assertEqual(delays.count_working_hours(friday, monday, lambda day: True), 72)
        self.assertEqual(delays.count_working_hours(friday, monday, lambda day: day == date(2026, 6, 5)), 9)

    def test_no_time_before_the_start(self):
        self.assertEqual(delays.count_working_hours(datetime(2026, 6, 5), datetime(2026, 6, 4), lambda day: True), 0)


@tagged("post_install", "-at_install")
class TestTransferableShare(BaseCase):
    def test_rate_less_instalments(self):
        self.assertEqual(seizable.transferable_share(12256.57, 0, 0.4, 1500), 4902.62)
        self.assertEqual(seizable.transferable_share(12256.57, 3000, 0.4, 1500), 1902.62)

    def test_never_below_zero(self):
        self.assertEqual(seizable.transferable_share(5000, 2500, 0.4, 1500), 0)

    def test_floor_stays_with_the_person(self):
        self.assertEqual(seizable.transferable_share(2000, 0, 0.4, 1500), 500)
        self.assertEqual(seizable.transferable_share(1400, 0, 0.4, 1500), 0)

    def test_rounded_down_never_up(self):
        self.assertEqual(seizable.transferable_share(100.04, 0, 0.4, 0), 40.01)
        self.assertEqual(seizable.transferable_share(100.06, 0, 0.4, 0), 40.02)


@tagged("post_install", "-at_install")
class TestBlocks(BaseCase):
    def test_amounts_keep_their_order_in_arabic(self):
        table = pay_table(("Item", "Amount"), [([("Base <b>", 12345.6)], "Gross", 12345.6)])
        self.assertEqual(table.count('<bdi dir="ltr">12\u00a0345,60</bdi>'), 2)
        self.assertIn("Base &lt;b&gt;", table)

    def test_title_of_the_head_of_a_unit(self):
        cases = (
            ("رئيس", "قسم الموارد البشرية", "head", "ar", "رئيس قسم الموارد البشرية"),
            ("مدير", "مديرية الموارد البشرية", "director", "ar", "مدير الموارد البشرية"),
            ("Chef", "Division des ressources humaines", "head", "fr", "Chef de la Division des ressources humaines"),
            ("Cheffe", "Service des études", "head", "fr", "Cheffe du Service des études"),
            ("Directeur", "Direction des ressources humaines", "director", "fr", "Directeur des ressources humaines"),
        )
        for head, unit, kind, lang, title in cases:
            self.assertEqual(_head_of(head, unit, kind, lang), title)
