from datetime import date, datetime, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..services import settlement
from ..services.settlement import Part, Rate

PARTS = [
    Part("night", 0, 5, Decimal("0.5")),
    Part("noon", 11, 14, Decimal("0.25")),
    Part("evening", 18, 21, Decimal("0.25")),
]
BOUNDS = [("light", 6), ("medium", 9), ("heavy", None)]
TUESDAY = date(2026, 3, 3)


def parts_on(_day):
    return PARTS


def at(day, hour, minute=0):
    return datetime(2026, 3, day, hour, minute)


def rate_200(_day, _part):
    return Rate(Decimal("200"), 1)


def fractions(start, stop, provided=()):
    lines, missing, _left = settlement.allowance_lines(start, stop, parts_on, rate_200, provided)
    assert not missing
    return [(line.day.day, line.fraction) for line in lines]


moments = st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2026, 12, 31))
stays = st.tuples(moments, st.integers(min_value=1, max_value=40 * 24 * 60)).map(
    lambda pair: (pair[0], pair[0] + timedelta(minutes=pair[1]))
)


@tagged("post_install", "-at_install")
class TestSettlementService(BaseCase):
    def test_three_days_from_morning_to_evening(self):
        """Out at 8:00, back the third day at 18:00: no evening on the last day, no night on the first."""
        found = fractions(at(3, 8), at(5, 18))
        self.assertEqual(found, [(3, Decimal("0.50")), (4, Decimal("1.00")), (5, Decimal("0.75"))])

    def test_part_is_due_at_its_exact_hours_and_not_a_minute_less(self):
        self.assertEqual(fractions(at(3, 11), at(3, 14)), [(3, Decimal("0.25"))])
        self.assertEqual(fractions(at(3, 11, 1), at(3, 14)), [])
        self.assertEqual(fractions(at(3, 11), at(3, 13, 59)), [])

    def test_night_belongs_to_the_morning_it_ends_in(self):
        self.assertEqual(fractions(at(3, 22), at(4, 5)), [(4, Decimal("0.5"))])
        self.assertEqual(fractions(at(3, 22), at(4, 4, 59)), [])

    def test_return_at_midnight_does_not_begin_a_new_day(self):
        days = settlement.days_between(at(3, 8), datetime(2026, 3, 4, 0, 0))
        self.assertEqual(days, [TUESDAY])

    def test_mission_over_the_leap_day_and_the_year_end(self):
        leap = settlement.days_between(datetime(2028, 2, 28, 8), datetime(2028, 3, 1, 18))
        self.assertEqual(leap, [date(2028, 2, 28), date(2028, 2, 29), date(2028, 3, 1)])
        end = settlement.days_between(datetime(2026, 12, 31, 8), datetime(2027, 1, 1, 18))
        self.assertEqual(end, [date(2026, 12, 31), date(2027, 1, 1)])

    def test_what_the_organiser_provides_is_not_due(self):
        lines, _missing, left = settlement.allowance_lines(
            at(3, 8), at(4, 22), parts_on, rate_200, ("noon", "evening")
        )
        self.assertEqual([(line.day.day, line.amount) for line in lines], [(4, Decimal("100.00"))])
        self.assertEqual(
            [(day.day, parts) for day, parts in left], [(3, ("noon", "evening")), (4, ("noon", "evening"))]
        )

    def test_missing_rate_is_reported_and_never_zero(self):
        lines, missing, _left = settlement.allowance_lines(at(3, 8), at(3, 22), parts_on, lambda _d, _p: None)
        self.assertEqual(lines, [])
        self.assertEqual(missing, [(TUESDAY, "noon"), (TUESDAY, "evening")])

    def test_rate_of_a_part_is_taken_as_it_is(self):
        def rate(_day, part):
            return Rate(Decimal("80"), 2, True) if part == "night" else Rate(Decimal("200"), 1)

        lines, _missing, _left = settlement.allowance_lines(at(3, 22), at(4, 15), parts_on, rate)
        self.assertEqual(
            [(line.rate_ref, line.fraction, line.amount) for line in lines],
            [(2, Decimal(1), Decimal("80.00")), (1, Decimal("0.25"), Decimal("50.00"))],
        )

    def test_bands_of_fiscal_power_at_six_seven_nine_and_ten(self):
        bands = {power: settlement.mileage_band(power, BOUNDS) for power in (1, 6, 7, 9, 10, 40)}
        self.assertEqual(bands, {1: "light", 6: "light", 7: "medium", 9: "medium", 10: "heavy", 40: "heavy"})
        for unknown in (0, None, -1):
            with self.assertRaises(ValueError):
                settlement.mileage_band(unknown, BOUNDS)

    def test_kilometres_to_the_centime(self):
        self.assertEqual(settlement.mileage_amount(320, 1.75), Decimal("560.00"))
        self.assertEqual(settlement.mileage_amount(0.1, 2.30), Decimal("0.23"))
        self.assertEqual(settlement.mileage_amount(33.3, 1.75), Decimal("58.28"))  # 58.275, half up
        with self.assertRaises(ValueError):
            settlement.mileage_amount(-1, 1.75)

    def test_advance_above_the_total_is_given_back_not_hidden(self):
        self.assertEqual(settlement.balance("500", "200"), (Decimal("300.00"), Decimal("0.00")))
        self.assertEqual(settlement.balance("500", "500"), (Decimal("0.00"), Decimal("0.00")))
        self.assertEqual(settlement.balance("500", "620.5"), (Decimal("0.00"), Decimal("120.50")))

    def test_hours_and_fractions_out_of_order_are_refused(self):
        for hours in ((14, 11), (5, 5), (-1, 3), (20, 25)):
            with self.assertRaises(ValueError):
                Part("x", *hours, Decimal("0.5"))
        with self.assertRaises(ValueError):
            Part("x", 1, 2, Decimal("1.5"))

    def row(self, **vals):
        return {
            "id": 1,
            "group": 2,
            "kind": "morocco",
            "zone": None,
            "part": "day",
            "amount": 200,
            "valid_from": date(2026, 1, 1),
            "valid_to": None,
            **vals,
        }

    def test_rate_in_force_on_its_first_and_last_day(self):
        rows = [
            self.row(valid_to=date(2026, 3, 2)),
            self.row(id=2, amount=250, valid_from=TUESDAY, valid_to=date(2026, 3, 31)),
        ]
        found = {
            day: settlement.find_rate(rows, day, 2, "morocco", None, "noon")
            for day in (
                date(2025, 12, 31),
                date(2026, 1, 1),
                date(2026, 3, 2),
                TUESDAY,
                date(2026, 3, 31),
                date(2026, 4, 1),
            )
        }
        self.assertEqual([rate.ref if rate else None for rate in found.values()], [None, 1, 1, 2, 2, None])

    def test_rate_of_the_zone_before_the_rate_without_zone(self):
        rows = [self.row(kind="abroad"), self.row(id=2, kind="abroad", zone=7), self.row(id=3, kind="abroad", zone=8)]
        self.assertEqual(settlement.find_rate(rows, TUESDAY, 2, "abroad", 7, "noon").ref, 2)
        self.assertEqual(settlement.find_rate(rows, TUESDAY, 2, "abroad", None, "noon").ref, 1)
        self.assertIsNone(settlement.find_rate(rows, TUESDAY, 2, "morocco", None, "noon"))
        self.assertIsNone(settlement.find_rate(rows, TUESDAY, 3, "abroad", 7, "noon"))

    @settings(max_examples=200, deadline=None)
    @given(stays)
    def test_a_day_is_never_worth_more_than_one(self, stay):
        for line in settlement.allowance_lines(*stay, parts_on, rate_200)[0]:
            self.assertLessEqual(line.fraction, 1)
            self.assertGreater(line.amount, 0)
            self.assertTrue(stay[0].date() <= line.day <= stay[1].date())

    @settings(max_examples=200, deadline=None)
    @given(stays, st.integers(min_value=0, max_value=3000), st.integers(min_value=0, max_value=3000))
    def test_a_longer_mission_never_gives_less(self, stay, earlier, later):
        def total(start, stop):
            return sum(line.amount for line in settlement.allowance_lines(start, stop, parts_on, rate_200)[0])

        wider = (stay[0] - timedelta(minutes=earlier), stay[1] + timedelta(minutes=later))
        self.assertGreaterEqual(total(*wider), total(*stay))

    @settings(max_examples=200, deadline=None)
    @given(stays, st.integers(min_value=1, max_value=30))
    def test_cutting_a_mission_in_two_never_gives_more(self, stay, day):
        cut = datetime.combine(stay[0].date() + timedelta(days=day), datetime.min.time())
        if not stay[0] < cut < stay[1]:
            return

        def worth(start, stop):
            return sum(line.fraction for line in settlement.allowance_lines(start, stop, parts_on, rate_200)[0])

        # midnight cuts no part: the two halves are the whole
        self.assertEqual(worth(stay[0], cut) + worth(cut, stay[1]), worth(*stay))

    @settings(max_examples=200, deadline=None)
    @given(stays, st.sets(st.sampled_from(["noon", "evening", "night"])), st.sampled_from(["0.01", "137.33", "200"]))
    def test_every_part_is_paid_left_out_or_missing_once(self, stay, provided, amount):
        def rate(day, part):
            return None if part == "noon" and day.day == 13 else Rate(Decimal(amount), 1)

        lines, missing, left = settlement.allowance_lines(*stay, parts_on, rate, tuple(provided))
        told = [(line.day, code) for line in lines for code in line.parts]
        told += missing + [(day, code) for day, codes in left for code in codes]
        expected = [(day, code) for day, codes in settlement.parts_of_days(*stay, parts_on) for code in codes]
        self.assertEqual(sorted(told), sorted(expected))

    @settings(max_examples=200, deadline=None)
    @given(st.decimals(min_value=0, max_value=10**6, places=2), st.decimals(min_value=0, max_value=10**6, places=2))
    def test_balance_is_the_difference_on_one_side_only(self, total, advance):
        to_pay, to_give_back = settlement.balance(total, advance)
        self.assertEqual(to_pay - to_give_back, total - advance)
        self.assertFalse(to_pay and to_give_back)
