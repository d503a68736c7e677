import random
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools import evaluation
from ..tools.evaluation import Offer, rank_increases, rank_offers, rank_studies

AMOUNTS = st.decimals(min_value=1, max_value=10_000_000, places=2)
E = 1_000_000


@tagged("post_install", "-at_install")
class TestEvaluation(BaseCase):
    """Ranking of offers, articles 43, 44, 144, 147 and 20-3 of decree 2-22-431."""

    def winner(self, *amounts, estimate=E, kind="works", **options):
        result = rank_offers(estimate, list(amounts), kind, **options)
        return None if result.is_infructuous else result.winning_amount

    def test_vectors_of_the_page(self):
        result = rank_offers(E, [820_000, 940_000], "travaux")
        self.assertEqual((result.reference_price, result.winning_amount), (940_000, 940_000))
        result = rank_offers(E, [1_100_000, 1_190_000], "works")
        self.assertEqual((result.reference_price, result.winning_amount), (1_072_500, 1_100_000))
        result = rank_offers(E, [850_000, 1_000_000, 1_150_000], "works")
        self.assertEqual((result.reference_price, result.winning_amount), (1_000_000, 1_000_000))
        result = rank_offers(E, {"a": 799_999, "b": 800_000, "c": 950_000}, "works")
        self.assertEqual((result.reference_price, result.winner), (937_500, "b"))
        self.assertEqual([(one.id, one.reason) for one in result.rejected], [("a", "abnormally_low")])

    def test_below_the_reference_price_always_ranks_before_above(self):
        result = rank_offers(E, {"far below": 800_000, "just above": 950_000}, "works")
        self.assertEqual(result.reference_price, 937_500)
        self.assertEqual(result.retained, ["far below", "just above"])

    def test_the_bounds_themselves_are_retained(self):
        for kind, low in (("works", "0.80"), ("supplies", "0.75"), ("services", "0.75")):
            bound = Decimal(low) * E
            self.assertEqual(len(rank_offers(E, [bound, 1_200_000], kind).ranking), 2)
            reasons = [
                one.reason for one in rank_offers(E, [bound - Decimal("0.01"), Decimal("1200000.01")], kind).rejected
            ]
            self.assertEqual(reasons, ["abnormally_low", "excessive"])

    def test_an_offer_equal_to_the_reference_price_is_first(self):
        # P = (1,000,000 + (900,000 + 1,000,000 + 1,100,000) / 3) / 2 = 1,000,000
        result = rank_offers(E, [900_000, 1_000_000, 1_100_000], "works")
        self.assertEqual((result.winner, result.ranking[0].side, result.ranking[0].distance), (1, "below", 0))

    def test_nothing_retained_is_infructuous(self):
        result = rank_offers(E, [500_000, 1_500_000], "supplies")
        self.assertTrue(result.is_infructuous)
        self.assertIsNone(result.winner)
        self.assertTrue(rank_offers(E, [], "works").is_infructuous)

    def test_equal_offers_are_drawn_unless_one_is_preferred(self):
        result = rank_offers(E, {"a": 900_000, "b": 900_000}, "works")
        self.assertEqual((result.winner, sorted(result.tied)), (None, ["a", "b"]))
        self.assertEqual(rank_offers(E, {"a": 900_000, "b": 900_000}, "works", draw="b").winner, "b")
        preferred = [Offer("a", 900_000), Offer("b", 900_000, preferred=True)]
        self.assertEqual(rank_offers(E, preferred, "works").winner, "b")
        several = [*preferred, Offer("c", 900_000, preferred=True)]
        self.assertEqual(sorted(rank_offers(E, several, "works").tied), ["b", "c"])
        with self.assertRaises(ValueError):
            rank_offers(E, several, "works", draw="a")

    def test_bad_numbers_are_refused(self):
        for estimate, offers, kind in (
            (0, [1], "works"),
            (E, [0], "works"),
            (E, [-5], "works"),
            (E, ["x"], "works"),
            (E, [float("nan")], "works"),
            (E, [1], "gifts"),
            (E, [1], "studies"),
            (E, [(1, 5), (1, 6)], "works"),
        ):
            with self.subTest(estimate=estimate, offers=offers, kind=kind), self.assertRaises(ValueError):
                rank_offers(estimate, offers, kind)

    def test_national_preference_case_1_lowers_the_foreign_offer_closest_below(self):
        offers = [Offer("foreign", 930_000, resident=False), Offer("home", 900_000), Offer("high", 1_000_000)]
        plain = rank_offers(E, offers, "works")
        self.assertEqual(plain.winner, "foreign")
        result = rank_offers(E, offers, "works", national_preference=True)
        self.assertEqual((result.winner, result.preference["case"]), ("home", 1))
        self.assertEqual(result.preference["compared"], Decimal("790500.00"))
        self.assertEqual({one.id: one.amount for one in result.ranking}["foreign"], 930_000)

    def test_national_preference_case_2_raises_the_foreign_offer_closest_above(self):
        offers = [Offer("foreign", 1_100_000, resident=False), Offer("home", 1_190_000)]
        result = rank_offers(E, offers, "works", national_preference=True)
        self.assertEqual((result.winner, result.preference["case"]), ("home", 2))

    def test_national_preference_case_3_raises_the_foreign_offer_when_residents_are_all_above(self):
        offers = [Offer("foreign", 900_000, resident=False), Offer("home", 1_150_000)]
        result = rank_offers(E, offers, "works", national_preference=True)
        self.assertEqual(result.preference["case"], 3)
        # 1,035,000 is above P (1,012,500) and still closer than the resident
        self.assertEqual(result.winner, "foreign")

    def test_national_preference_leaves_a_resident_first_alone(self):
        offers = [Offer("home", 930_000), Offer("foreign", 900_000, resident=False)]
        self.assertIsNone(rank_offers(E, offers, "works", national_preference=True).preference)

    def test_increases_lowest_first_two_decimals_not_zero(self):
        result = rank_increases({"a": "3.5", "b": "1.25", "c": "0", "d": "1.125"})
        self.assertEqual(result.retained, ["b", "a"])
        self.assertEqual({one.id for one in result.rejected}, {"c", "d"})

    def test_studies_weigh_technical_and_financial_notes(self):
        offers = [
            Offer("a", 900_000, technical=80),
            Offer("b", 1_000_000, technical=90),
            Offer("c", 800_000, technical=60),
        ]
        result = rank_studies(E, offers, weight="0.30", threshold=70)
        self.assertEqual([one.reason for one in result.rejected], ["technical"])
        notes = {one.id: (one.financial, one.final) for one in result.ranking}
        self.assertEqual(
            notes, {"a": (Decimal("100.00"), Decimal("86.00")), "b": (Decimal("90.00"), Decimal("90.00"))}
        )
        self.assertEqual(result.winner, "b")

    def test_studies_weight_stays_between_10_and_40_percent(self):
        offers = [Offer("a", 900_000, technical=80)]
        for weight in ("0.09", "0.41"):
            with self.assertRaises(ValueError):
                rank_studies(E, offers, weight)
        self.assertEqual(rank_studies(E, offers, "0.10").winner, "a")
        with self.assertRaises(ValueError):
            rank_studies(E, [Offer("a", 900_000)], "0.20")

    @settings(max_examples=200, deadline=None)
    @given(
        st.lists(AMOUNTS, min_size=1, max_size=12), st.sampled_from(["works", "supplies", "services"]), st.randoms()
    )
    def test_ranking_does_not_depend_on_the_order_of_bids(self, amounts, kind, shuffler):
        offers = list(enumerate(amounts))
        mixed = offers[:]
        shuffler.shuffle(mixed)
        first, second = rank_offers(E, offers, kind), rank_offers(E, mixed, kind)
        self.assertEqual(first.retained, second.retained)
        self.assertEqual(first.winner, second.winner)
        self.assertEqual(sorted(first.tied), sorted(second.tied))

    @settings(max_examples=200, deadline=None)
    @given(st.lists(AMOUNTS, min_size=1, max_size=12), AMOUNTS, st.sampled_from(["works", "supplies", "services"]))
    def test_a_retained_set_never_contains_an_outlier(self, amounts, estimate, kind):
        result = rank_offers(estimate, amounts, kind)
        low, high = evaluation.bounds(result.estimate, kind)
        for one in result.ranking:
            self.assertTrue(low <= one.amount <= high)
        for one in result.rejected:
            self.assertFalse(low <= one.amount <= high)
        self.assertEqual(len(result.ranking) + len(result.rejected), len(amounts))
        below = [one.distance for one in result.ranking if one.side == "below"]
        above = [one.distance for one in result.ranking if one.side == "above"]
        self.assertEqual([one.side for one in result.ranking], ["below"] * len(below) + ["above"] * len(above))
        self.assertEqual((below, above), (sorted(below), sorted(above)))

    def test_five_hundred_bids_are_ranked_as_by_hand(self):
        draw = random.Random(7)  # noqa: S311 - repeatable bids
        amounts = [Decimal(draw.randrange(70_000_000, 130_000_000)) / 100 for _ in range(500)]
        result = rank_offers(E, amounts, "works")
        kept = [one for one in amounts if 800_000 <= one <= 1_200_000]
        price = (Decimal(E) + sum(kept) / len(kept)) / 2
        expected = max((one for one in kept if one <= price), default=min(kept))
        self.assertEqual(result.winning_amount, expected)
