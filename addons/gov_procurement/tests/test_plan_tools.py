import random
from datetime import date, timedelta
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from odoo.addons.gov_base.tools import identifiers

from ..services import suppliers
from ..tools import evaluation, execution, schedule, splitting


def working(day):
    return day.weekday() < 5 and day not in (date(2026, 5, 1), date(2026, 7, 30))


@tagged("post_install", "-at_install")
class TestScheduleOfSteps(BaseCase):
    """Steps that run together, real days, sessions already set."""

    STEPS = [
        schedule.Step("file", 6, "calendar"),
        schedule.Step("publication", 21, "calendar", "", True),
        schedule.Step("handover", 5, "working"),
        schedule.Step("guarantee", 20, "calendar", "", False, True),
        schedule.Step("start", 10, "calendar"),
    ]

    def test_steps_that_run_together_begin_on_one_day_and_the_longest_counts(self):
        plan = {step.code: step for step in schedule.forward(date(2026, 3, 2), self.STEPS, working)}
        self.assertEqual(plan["handover"].start, plan["guarantee"].start)
        self.assertEqual(plan["start"].start, plan["guarantee"].end)
        self.assertEqual(plan["guarantee"].start, plan["publication"].end)

    def test_the_last_start_is_the_last_one(self):
        for need in (date(2026, 9, 1), date(2026, 12, 31), date(2027, 1, 4)):
            start, plan = schedule.latest_start(need, self.STEPS, working)
            self.assertLessEqual(schedule.finish(plan), need)
            later = start + timedelta(1)
            while not working(later):
                later += timedelta(1)
            self.assertGreater(schedule.finish(schedule.forward(later, self.STEPS, working)), need)

    def test_a_step_under_way_cannot_end_in_the_past(self):
        plan = schedule.forward(date(2026, 3, 2), self.STEPS, working, done={"file": date(2026, 3, 9)},
                                today=date(2026, 6, 1))  # fmt: skip
        self.assertEqual(plan[1].end, date(2026, 6, 1))
        self.assertGreater(plan[1].slipped, 0)

    def test_a_session_that_is_set_is_kept(self):
        plan = schedule.forward(date(2026, 3, 2), self.STEPS, working, done={"file": date(2026, 3, 9)},
                                today=date(2026, 3, 10), fixed={"publication": date(2026, 5, 20)})  # fmt: skip
        self.assertEqual((plan[1].end, plan[1].done), (date(2026, 5, 20), False))

    def test_what_comes_before_a_step_that_is_done_is_done(self):
        ends = schedule.known_ends(self.STEPS, {"publication": date(2026, 4, 1)})
        self.assertEqual(ends, {"file": date(2026, 4, 1), "publication": date(2026, 4, 1)})

    def test_each_real_day_moves_what_follows_and_nothing_before(self):
        draw = random.Random(7)
        for _n in range(50):
            start = date(2026, 1, 5) + timedelta(draw.randrange(300))
            usual = schedule.forward(start, self.STEPS, working)
            slip = draw.randrange(1, 40)
            real = usual[0].end + timedelta(slip)
            moved = schedule.forward(start, self.STEPS, working, done={"file": real})
            self.assertEqual(moved[0].end, real)
            self.assertTrue(all(after.end >= before.end for after, before in zip(moved, usual, strict=True)))


@tagged("post_install", "-at_install")
class TestSplittingDisguises(BaseCase):
    """What is done to hide a split purchase: names, accounts, addresses, officers, amounts."""

    def one(self, key, amount, day=1, **same):
        return splitting.Purchase(key, date(2026, 1, day), amount, **same)

    def axes(self, *orders, **given):
        return {one.axis for one in splitting.find(orders, 500_000, **given)}

    def test_addresses_that_differ_by_case_accents_spaces_and_short_forms_are_one(self):
        same = [
            ("12, Avenue Mohammed V", "Salé"),
            ("12 AV.  MOHAMMED V", "SALE"),
            ("N° 12, ave Mohammed-V", "salé "),
            ("012 Av Mohammed V,", "Sale"),
        ]
        self.assertEqual(len({splitting.address_key(*parts) for parts in same}), 1)
        arabic = [("رقم ١٢ شارع الأمير", "سلا"), ("12، شارع الامير", "سلا"), ("١٢ ش الأمــير", "سلا")]
        self.assertEqual(len({splitting.address_key(*parts) for parts in arabic}), 1)
        self.assertNotEqual(splitting.address_key("12 rue A", "Rabat"), splitting.address_key("13 rue A", "Rabat"))
        self.assertIsNone(splitting.address_key("", None, " - "))

    def test_an_account_among_several_is_enough(self):
        orders = self.one("a", 300_000, bank=("R1", "R2")), self.one("b", 300_000, bank=("R2", "R3"))
        self.assertEqual(self.axes(*orders), {"bank"})
        self.assertFalse(self.axes(self.one("a", 300_000, bank=("R1",)), self.one("b", 300_000, bank=("R3",))))

    def test_three_orders_of_one_unit_on_three_officers_are_found(self):
        orders = [self.one(n, 200_000, nature="paper", unit="archives", officer=n) for n in "abc"]
        self.assertEqual(self.axes(*orders), {"unit"})

    def test_the_ceiling_of_a_nature_is_that_of_each_officer(self):
        orders = [self.one(n, 300_000, nature="paper", unit=n, officer=n) for n in "ab"]
        self.assertFalse(self.axes(*orders))

    def test_amounts_just_under_the_ceiling_add_up(self):
        orders = [self.one(n, Decimal("499999.99"), nature=n, supplier="1") for n in "ab"]
        [found] = splitting.find(orders, 500_000)
        self.assertEqual((found.axis, found.total), ("supplier", Decimal("999999.98")))
        self.assertFalse(self.axes(self.one("a", 500_000, supplier="1")))

    def test_the_part_of_the_fiscal_year_is_said(self):
        orders = [
            splitting.Purchase("a", date(2025, 11, 3), 300_000, supplier="1"),
            splitting.Purchase("b", date(2026, 2, 2), 250_000, supplier="1"),
        ]
        [found] = splitting.find(orders, 500_000, new="b")
        self.assertEqual((found.total, found.year_total), (550_000, 250_000))

    def test_no_sum_over_the_threshold_escapes(self):
        """Beside a plain count of every window: the same suspicions, whatever the order of the purchases."""
        draw = random.Random(11)
        for _n in range(60):
            orders = [
                splitting.Purchase(n, date(2026, 1, 1) + timedelta(draw.randrange(700)), draw.randrange(1, 300) * 1000,
                                   supplier=draw.choice("xyz"))
                for n in range(12)
            ]  # fmt: skip
            expected = {}
            for supplier in "xyz":
                mine = [one for one in orders if one.supplier == supplier]
                sums = [
                    sum(two.amount for two in mine if last.date - timedelta(365) < two.date <= last.date)
                    for last in mine
                ]
                if sums and max(sums) > 500_000:
                    expected[supplier] = max(sums)
            draw.shuffle(orders)
            found = {one.key[0]: one.total for one in splitting.find(orders, 500_000)}
            self.assertEqual(found, expected)


@tagged("post_install", "-at_install")
class TestPurchaseProperties(BaseCase):
    """Properties that hold whatever the numbers (finance.md §4.6, §4.9, §4.10)."""

    def test_any_twenty_two_digits_validate_with_their_key_and_no_change_of_one_digit_does(self):
        draw = random.Random(3)
        for _n in range(200):
            base = "".join(draw.choice("0123456789") for _digit in range(22))
            if not base.strip("0"):
                continue
            rib = base + identifiers.rib_key(base)
            self.assertEqual(identifiers.check_rib(rib), rib)
            self.assertEqual(identifiers.check_iban_ma(identifiers.iban_of_rib(rib)), "MA64" + rib)
            for place in range(24):
                digit = draw.choice([one for one in "0123456789" if one != rib[place]])
                with self.assertRaises(identifiers.IdentifierError):
                    identifiers.check_rib(rib[:place] + digit + rib[place + 1 :])

    def test_any_thirteen_digits_validate_as_ice_with_their_key_and_no_change_of_one_digit_does(self):
        draw = random.Random(4)
        for _n in range(200):
            base = "".join(draw.choice("0123456789") for _digit in range(13))
            ice = base + f"{-int(base) * 100 % 97:02d}"
            self.assertEqual(identifiers.check_ice(ice), ice)
            place = draw.randrange(13)
            digit = draw.choice([one for one in "0123456789" if one != ice[place]])
            with self.assertRaises(identifiers.IdentifierError):
                identifiers.check_ice(ice[:place] + digit + ice[place + 1 :])

    def test_ranking_depends_on_no_order_and_retains_no_outlier(self):
        draw = random.Random(5)
        for kind, low in (("works", Decimal("0.80")), ("supplies", Decimal("0.75")), ("services", Decimal("0.75"))):
            for _n in range(60):
                estimate = draw.randrange(100_000, 5_000_000)
                offers = {
                    f"o{n}": Decimal(draw.randrange(60, 140)) * estimate / 100 + n for n in range(draw.randrange(1, 9))
                }
                first = evaluation.rank_offers(estimate, offers, kind)
                names = list(offers)
                draw.shuffle(names)
                again = evaluation.rank_offers(estimate, {name: offers[name] for name in names}, kind)
                self.assertEqual((first.winner, first.reference_price), (again.winner, again.reference_price))
                self.assertEqual(list(first.ranking), list(again.ranking))
                for one in first.ranking:
                    self.assertTrue(low * estimate <= offers[one.id] <= Decimal("1.20") * estimate, one)

    def test_a_penalty_is_never_above_its_cap(self):
        draw = random.Random(6)
        for _n in range(300):
            base, days = draw.randrange(1, 10_000_000), draw.randrange(0, 2000)
            penalty = execution.late_penalty(base, days, "0.001", "0.08")
            self.assertLessEqual(penalty.amount, Decimal("0.08") * base + Decimal("0.005"))
            self.assertGreaterEqual(penalty.amount, 0)


@tagged("post_install", "-at_install")
class TestSupplierCells(BaseCase):
    """Cells of a workbook of suppliers: zeros that a spreadsheet drops come back, lost digits are refused."""

    def test_zeros_of_an_ice_come_back(self):
        for cell in ("001561191000066", 1561191000066, 1561191000066.0, " 001 561 191 000 066 "):
            self.assertEqual(suppliers.ice(cell), "001561191000066")
        for cell in ("001561191000067", 12345, "abc"):
            with self.assertRaises(suppliers.Problem):
                suppliers.ice(cell)

    def test_a_rib_kept_as_a_number_is_refused(self):
        self.assertEqual(suppliers.rib("225 810 0012345678901234 76"), "225810001234567890123476")
        self.assertEqual(suppliers.rib("MA64225810001234567890123476"), "225810001234567890123476")
        for cell in (2.25810001234568e23, "2.2581E+23"):
            with self.assertRaises(suppliers.Problem) as caught:
                suppliers.rib(cell)
            self.assertEqual(caught.exception.code, "rib_number")
        with self.assertRaises(suppliers.Problem):
            suppliers.rib("225810001234567890123477")

    def test_numbers_keep_their_zeros(self):
        self.assertEqual(suppliers.digits(7, 7)("0012345"), "0012345")
        self.assertEqual(suppliers.digits(7, 7)(12345), "0012345")
        with self.assertRaises(suppliers.Problem):
            suppliers.digits(7, 7)("12345")
