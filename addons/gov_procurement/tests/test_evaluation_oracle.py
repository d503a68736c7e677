"""The ranking of offers against an oracle written apart: brute force on fractions, from the words of the decree."""

import itertools
import random
from datetime import date
from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.evaluation import (
    Offer,
    abnormal_prices,
    converted,
    detail_total,
    percentage_amount,
    rank_increases,
    rank_negotiated,
    rank_offers,
    rank_percentages,
    rank_studies,
    rate_day,
)

LOW = {"works": Fraction(4, 5), "supplies": Fraction(3, 4), "services": Fraction(3, 4)}
CENTIMES = st.integers(min_value=70_000_00, max_value=125_000_00)


def first_of(offers, price):
    """Return the indices that may be first: the closest not above ``price``, else the closest above it."""
    below = [one for one in offers if one <= price]
    pool = below or offers
    best = min(abs(price - one) for one in pool)
    return {index for index, one in enumerate(offers) if one in pool and abs(price - one) == best}


def oracle(estimate, amounts, kind):
    """Return (kept indices, price, order of amounts), by trying: each place takes the closest of what is left."""
    estimate, amounts = Fraction(estimate), [Fraction(one) for one in amounts]
    kept = [i for i, one in enumerate(amounts) if LOW[kind] * estimate <= one <= Fraction(6, 5) * estimate]
    if not kept:
        return [], None, []
    price = (estimate + sum(amounts[i] for i in kept) / len(kept)) / 2
    left, order = [amounts[i] for i in kept], []
    while left:
        index = min(first_of(left, price))
        order.append(left.pop(index))
    return kept, price, order


@tagged("post_install", "-at_install")
class TestEvaluationOracle(BaseCase):
    """Other numbers than those of the page, other types, and what is no offer."""

    @settings(max_examples=120, deadline=None)
    @given(
        st.lists(CENTIMES, min_size=0, max_size=9),
        st.integers(min_value=80_000_00, max_value=120_000_00),
        st.sampled_from(sorted(LOW)),
    )
    def test_ranking_is_that_of_the_oracle(self, centimes, estimate, kind):
        amounts = [Decimal(one) / 100 for one in centimes]
        kept, price, order = oracle(Fraction(estimate, 100), [Fraction(one, 100) for one in centimes], kind)
        result = rank_offers(Decimal(estimate) / 100, amounts, kind)
        self.assertEqual(sorted(result.retained), kept)
        self.assertEqual([Fraction(one.amount) for one in result.ranking], order)
        if kept:
            self.assertAlmostEqual(float(result.reference_price), float(price), 9)
            equal = [i for i in kept if Fraction(centimes[i], 100) == order[0]]
            self.assertEqual(sorted(result.tied), equal if len(equal) > 1 else [])

    def test_every_order_of_the_bids_gives_the_same_ranking(self):
        bids = {"a": 820_000, "b": 940_000, "c": 1_190_000, "d": 1_000_000, "e": 799_999}
        expected = rank_offers(1_000_000, bids, "works")
        for names in itertools.permutations(bids):
            result = rank_offers(1_000_000, {name: bids[name] for name in names}, "works")
            self.assertEqual(result.ranking, expected.ranking)

    def test_types_of_numbers_give_the_same_result(self):
        rows = [("a", "819999.99", "819999.99"), ("b", 940_000, "940000"), ("c", 1_100_000.10, "1100000.10")]
        expected = rank_offers("1000000", {key: text for key, _value, text in rows}, "works")
        for give in (Decimal, float, str, lambda text: f" {text} "):
            for shape in (
                dict,
                list,
                tuple,
                lambda pairs: (pair for pair in pairs),
                lambda pairs: [{"id": key, "amount": value} for key, value in pairs],
                lambda pairs: {key: {"amount": value} for key, value in pairs},
            ):
                offers = shape([(key, give(text)) for key, _value, text in rows])
                result = rank_offers(give("1000000"), offers, "travaux")
                self.assertEqual(result.ranking, expected.ranking)
                self.assertEqual(result.reference_price, expected.reference_price)

    def test_boundaries_to_the_centime(self):
        cent = Decimal("0.01")
        for estimate in (Decimal("1000000"), Decimal("333333.35"), Decimal("7.77")):
            for kind, low in (("works", "0.80"), ("supplies", "0.75"), ("services", "0.75")):
                floor, top = estimate * Decimal(low), estimate * Decimal("1.20")
                inside = [floor.quantize(cent, "ROUND_CEILING"), top.quantize(cent, "ROUND_FLOOR")]
                outside = [inside[0] - cent, inside[1] + cent]
                result = rank_offers(estimate, [*inside, *outside], kind)
                self.assertEqual(sorted(result.retained), [0, 1], (estimate, kind))
                self.assertEqual(
                    {one.id: one.reason for one in result.rejected}, {2: "abnormally_low", 3: "excessive"}
                )

    def test_what_is_no_offer_gets_a_sentence(self):
        wrong = (
            (1_000_000, None), (1_000_000, 5), (1_000_000, "900000"), (1_000_000, ["x"]), (1_000_000, [None]),
            (1_000_000, [True]), (1_000_000, [float("inf")]), (1_000_000, [Decimal("NaN")]), (1_000_000, [-1]),
            (1_000_000, [0]), (1_000_000, {"a": None}), (1_000_000, [{"id": "a"}]), (1_000_000, [("a",)]),
            (1_000_000, [([], 5)]), (1_000_000, [("a", 5), ("a", 6)]), (1_000_000, ["1e40"]), (None, [5]),
            ("", [5]), (0, [5]), (-5, [5]), (float("nan"), [5]), ("1e40", [5]), ([], [5]),
        )  # fmt: skip
        for estimate, offers in wrong:
            with self.subTest(estimate=estimate, offers=offers), self.assertRaises(ValueError) as caught:
                rank_offers(estimate, offers, "works")
            self.assertTrue(str(caught.exception))
        for kind in (None, "", "gifts", 5, "studies"):
            with self.assertRaises(ValueError):
                rank_offers(1_000_000, [900_000], kind)

    def test_national_preference_is_asked_again_of_the_next_bidder_not_resident(self):
        # P = (1,000,000 + 940,000) / 2 = 970,000; two bidders who are not resident are the closest below it
        offers = [
            Offer("f1", 960_000, resident=False), Offer("f2", 950_000, resident=False), Offer("r", 910_000),
        ]  # fmt: skip
        result = rank_offers(1_000_000, offers, "works", national_preference=True)
        self.assertEqual(result.winner, "r")
        self.assertEqual([one["id"] for one in result.preference["all"]], ["f1", "f2"])
        self.assertEqual({one.id: one.amount for one in result.ranking}, {"f1": 960_000, "f2": 950_000, "r": 910_000})

    def test_national_preference_without_residents_changes_nothing(self):
        offers = [Offer("f1", 900_000, resident=False), Offer("f2", 950_000, resident=False)]
        plain = rank_offers(1_000_000, offers, "works")
        result = rank_offers(1_000_000, offers, "works", national_preference=True)
        self.assertEqual((result.retained, result.preference), (plain.retained, None))

    def test_studies_against_an_oracle(self):
        draw = random.Random(5)  # noqa: S311 - no secret
        for _round in range(60):
            offers = {n: Offer(n, draw.randint(700_000, 1_250_000), technical=draw.randint(50, 100)) for n in range(6)}
            weight = Fraction(draw.randint(10, 40), 100)
            kept = [one for one in offers.values() if one.technical >= 70 and 750_000 <= one.amount <= 1_200_000]
            result = rank_studies(1_000_000, list(offers.values()), float(weight), threshold=70)
            self.assertEqual(sorted(result.retained), [one.id for one in kept])
            if not kept:
                continue
            lowest = min(one.amount for one in kept)
            finals = {}
            for one in kept:
                financial = Fraction(int(Fraction(100 * lowest, one.amount) * 100 + Fraction(1, 2)), 100)
                final = (1 - weight) * one.technical + weight * financial
                finals[one.id] = Fraction(int(final * 100 + Fraction(1, 2)), 100)
            for one in result.ranking:
                self.assertEqual(Fraction(one.final), finals[one.id])
            self.assertEqual([finals[one.id] for one in result.ranking], sorted(finals.values(), reverse=True))

    def test_percentages(self):
        self.assertEqual(percentage_amount("1000000", "-6.25"), Decimal("937500.00"))
        self.assertEqual(percentage_amount(333_333, 2.5), Decimal("341666.33"))
        result = rank_percentages(
            1_000_000,
            [Offer("a", Decimal("-18")), Offer("b", Decimal("-6")), Offer("zero", Decimal(0)),
             Offer("three", Decimal("-5.125")), Offer("free", Decimal("-100"))],
            "works",
        )  # fmt: skip
        self.assertEqual((result.winner, result.reference_price), ("b", 940_000))
        self.assertEqual({one.id for one in result.rejected}, {"zero", "three", "free"})
        self.assertEqual(rank_increases({"a": "2.50", "b": "2.49", "c": "-1"}).winner, "b")

    def test_negotiated_offers_go_to_the_lowest(self):
        self.assertEqual(rank_negotiated({"a": 10, "b": 9}).winner, "b")
        self.assertEqual(sorted(rank_negotiated({"a": 9, "b": 9}).tied), ["a", "b"])
        self.assertTrue(rank_negotiated({}).is_infructuous)

    def test_detail_and_unit_prices(self):
        self.assertEqual(detail_total([(3, "10.333"), ("2.5", 4)], 20), Decimal("49.20"))
        prices = [("1", 79, 100), ("2", 80, 100), ("3", 120, 100), ("4", "120.01", 100), ("5", 9, 0)]
        self.assertEqual(abnormal_prices(prices, ("0.80", "1.20")), [("1", "abnormally_low"), ("4", "excessive")])

    def test_rate_of_the_first_working_day_of_the_week_before(self):
        holidays = {date(2026, 4, 27), date(2026, 5, 1)}

        def works(day):
            return day.weekday() < 5 and day not in holidays

        self.assertEqual(rate_day(date(2026, 5, 5), works), date(2026, 4, 28))
        self.assertEqual(rate_day(date(2026, 5, 10), works), date(2026, 4, 28))
        self.assertEqual(rate_day(date(2026, 5, 11), works), date(2026, 5, 4))
        closed = {date(2026, 4, 27 + n) if n < 4 else date(2026, 5, n - 3) for n in range(7)}
        self.assertEqual(
            rate_day(date(2026, 5, 5), lambda day: day.weekday() < 5 and day not in closed), date(2026, 4, 24)
        )
        self.assertEqual(converted("87000.50", 10.8123), Decimal("940675.51"))
        for rate in (0, -1, "x", None):
            with self.assertRaises(ValueError):
                converted(5, rate)
