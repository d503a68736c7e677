from datetime import date

from odoo.tests import BaseCase, tagged

from ..services import acts, positions


@tagged("post_install", "-at_install")
class TestActServices(BaseCase):
    """Arithmetic of acts and positions, without a database."""

    GRID = [(1, 336), (2, 369), (3, 403), (4, 436)]

    def test_promotion_leads_to_the_step_with_the_equal_index(self):
        self.assertEqual(acts.promotion(self.GRID, 403, 30, date(2025, 1, 1))[:2], (3, 403))

    def test_promotion_leads_to_the_step_with_the_just_higher_index(self):
        self.assertEqual(acts.promotion(self.GRID, 404, 10, None)[:2], (4, 436))
        self.assertEqual(acts.promotion(self.GRID, 100, 10, None)[:2], (1, 336))

    def test_promotion_above_the_grid_stays_at_its_last_step(self):
        self.assertEqual(acts.promotion(self.GRID, 900, 10, None)[:2], (4, 436))

    def test_seniority_is_kept_when_the_gain_is_smaller_than_that_of_the_next_step(self):
        start = date(2024, 5, 1)
        # index 402 to 403: a gain of 1, where the next step would have given 26
        self.assertEqual(acts.promotion(self.GRID, 402, 26, start), (3, 403, start))

    def test_seniority_begins_again_when_the_gain_is_equal_or_larger(self):
        self.assertEqual(acts.promotion(self.GRID, 377, 26, date(2024, 5, 1)), (3, 403, None))
        self.assertEqual(acts.promotion(self.GRID, 376, 26, date(2024, 5, 1)), (3, 403, None))

    def test_next_and_former_step_skip_what_the_grid_has_not(self):
        self.assertEqual(acts.next_step([1, 2, 4], 2), 4)
        self.assertIsNone(acts.next_step([1, 2, 4], 4))
        self.assertEqual(acts.step_before([1, 2, 4], 4), 2)
        self.assertIsNone(acts.step_before([1, 2, 4], 1))

    def test_length_in_months_ends_the_day_before(self):
        self.assertEqual(positions.last_day(date(2026, 1, 1), 12), date(2026, 12, 31))
        self.assertEqual(positions.last_day(date(2024, 2, 29), 12), date(2025, 2, 27))
        self.assertEqual(positions.last_day(date(2024, 8, 31), 6), date(2025, 2, 27))
        self.assertTrue(positions.is_within(date(2026, 1, 1), date(2026, 12, 31), 12))
        self.assertFalse(positions.is_within(date(2026, 1, 1), date(2027, 1, 1), 12))

    def test_every_kind_has_fields_of_the_situation_only(self):
        for kind, spec in [*acts.KINDS.items(), *acts.SANCTIONS.items()]:
            with self.subTest(kind=kind):
                self.assertLessEqual(set(spec.changes), set(acts.SITUATION))

    def test_availability_and_interruption_do_not_count_and_are_cut_to_the_span(self):
        situations = [
            (date(2020, 1, 1), "activity"),
            (date(2022, 1, 1), "availability"),
            (date(2024, 1, 1), "availability"),
            (date(2024, 7, 1), "activity"),
            (date(2025, 3, 1), "interrupted"),
            (date(2025, 4, 1), "activity"),
        ]
        found = positions.not_counting(situations, [], date(2023, 1, 1), date(2025, 12, 31))
        self.assertEqual(
            found,
            [
                (date(2023, 1, 1), date(2024, 6, 30), "availability"),
                (date(2025, 3, 1), date(2025, 3, 31), "exclusion"),
            ],
        )

    def test_an_availability_that_runs_lasts_to_the_end_of_the_span(self):
        found = positions.not_counting(
            [(date(2025, 6, 1), "availability")],
            [(date(2024, 1, 1), date(2024, 2, 1), "suspension")],
            date(2024, 1, 15),
            date(2026, 1, 1),
        )
        self.assertEqual(
            found,
            [
                (date(2024, 1, 15), date(2024, 2, 1), "suspension"),
                (date(2025, 6, 1), date(2026, 1, 1), "availability"),
            ],
        )
