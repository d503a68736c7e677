import io
import random

from odoo.tests import BaseCase, tagged

from ..services import cmi, media, ranges
from .common import fixture


@tagged("post_install", "-at_install")
class TestRanges(BaseCase):
    def test_union_is_that_of_sets_of_seconds(self):
        """Against a hand-made union over tenths of seconds, for random intervals."""
        rng = random.Random(7)
        for _round in range(200):
            pairs = [sorted((rng.uniform(0, 100), rng.uniform(0, 100))) for _one in range(rng.randint(0, 12))]
            union = ranges.clean(pairs, 100)
            for place in range(1000):
                moment = place / 10 + 0.05
                inside = any(first <= moment <= last for first, last in pairs)
                if inside:
                    self.assertTrue(any(first <= moment <= last for first, last in union))
            self.assertTrue(all(a[1] < b[0] for a, b in zip(union, union[1:], strict=False)))
            self.assertLessEqual(ranges.length(union), 100)

    def test_no_more_is_seen_than_time_went_by(self):
        rng = random.Random(11)
        for _round in range(300):
            seen = ranges.clean([sorted((rng.uniform(0, 60), rng.uniform(0, 60))) for _one in range(3)], 60)
            claimed = [[rng.uniform(-10, 80), rng.uniform(-10, 80)] for _one in range(5)]
            allowed = rng.uniform(0, 20)
            union = ranges.add(seen, claimed, 60, allowed)
            # what touches is joined: half a second for each join
            self.assertLessEqual(ranges.length(union) - ranges.length(seen), allowed + 0.5 * 6 + 0.01)
            self.assertGreaterEqual(ranges.length(union) + 0.01, ranges.length(seen))

    def test_seeking_to_the_end_is_not_seeing(self):
        union = ranges.add([], [[0, 5], [595, 600]], 600, 1000)
        self.assertAlmostEqual(ranges.share(union, 600), 10 / 599.5, places=3)

    def test_odd_claims(self):
        odd = [None, [1], ["a", "b"], [float("nan"), 2], [3, float("inf")], [9, 1], {"a": 1}, [-5, -1]]
        self.assertEqual(ranges.clean(odd, 10), [])
        self.assertEqual(ranges.share([], 0), 0)

    def test_curve(self):
        self.assertEqual(ranges.curve([[[0, 10]], [[0, 5]]], 10, 4), [2, 2, 1, 1])


@tagged("post_install", "-at_install")
class TestMedia(BaseCase):
    def test_films(self):
        kind, seconds = media.probe(fixture("film.webm"))
        self.assertEqual(kind, "video/webm")
        self.assertAlmostEqual(seconds, 6, delta=0.5)
        kind, seconds = media.probe(fixture("film.mp4"))
        self.assertEqual(kind, "video/mp4")
        self.assertAlmostEqual(seconds, 6, delta=0.5)

    def test_what_is_no_film(self):
        for data, code in (
            (b"", "empty"),
            (b"<html><script>alert(1)</script></html>" + b" " * 50, "kind"),
            (b"\0\0\0\x18ftypmp42" + b"\0" * 60, "damaged"),
            (b"\x1a\x45\xdf\xa3" + b"\xff" * 60, "damaged"),
        ):
            with self.assertRaises(media.MediaError) as caught:
                media.probe(io.BytesIO(data))
            self.assertEqual(caught.exception.code, code, data[:20])

    def test_cut_films(self):
        for name in ("film.mp4", "film.webm"):
            data = fixture(name).getvalue()
            with self.assertRaises(media.MediaError):
                media.probe(io.BytesIO(data[: len(data) // 8]))

    def test_random_bytes_never_break(self):
        rng = random.Random(3)
        for name in ("film.mp4", "film.webm"):
            original = fixture(name).getvalue()
            for _round in range(150):
                data = bytearray(original)
                for _one in range(8):
                    data[rng.randrange(len(data))] = rng.randrange(256)
                try:
                    media.probe(io.BytesIO(bytes(data)))
                except media.MediaError:
                    continue

    def test_captions(self):
        self.assertTrue(media.check_captions("WEBVTT\n\n00:00.000 --> 00:02.000\nمرحبا"))
        self.assertFalse(media.check_captions("<script>-->"))
        self.assertFalse(media.check_captions("WEBVTT\n\nnothing"))


@tagged("post_install", "-at_install")
class TestDataModel(BaseCase):
    def test_what_a_course_may_set(self):
        for name, value in (
            ("cmi.core.lesson_status", "passed"),
            ("cmi.core.score.raw", "87.5"),
            ("cmi.core.session_time", "0000:10:05.50"),
            ("cmi.suspend_data", "x" * 64000),
            ("cmi.interactions.0.id", "Q1"),
            ("cmi.interactions.3.objectives.2.id", "O"),
            ("cmi.interactions.0.result", "wrong"),
            ("cmi.interactions.0.result", "0.5"),
        ):
            self.assertTrue(cmi.check("1.2", name, value), name)
        for name, value in (
            ("cmi.completion_status", "completed"),
            ("cmi.score.scaled", "-0.5"),
            ("cmi.session_time", "PT1H2M3.5S"),
            ("cmi.interactions.0.timestamp", "2026-11-29T10:00:00+01:00"),
            ("cmi.objectives.0.progress_measure", "1"),
        ):
            self.assertTrue(cmi.check("2004", name, value), name)

    def test_what_it_may_not(self):
        for name, value in (
            ("cmi.core.lesson_status", "won"),
            ("cmi.core.student_name", "Somebody else"),
            ("cmi.core.score.raw", "101"),
            ("cmi.core.score.raw", "1e999"),
            ("cmi.core.session_time", "ten minutes"),
            ("cmi.suspend_data", "x" * 64001),
            ("cmi.suspend_data", {"a": 1}),
            ("cmi.unknown", "x"),
            ("__proto__", "x"),
            ("cmi.interactions.1000.id", "x"),
            ("cmi.core.total_time", "0001:00:00"),
            ("cmi.suspend_data\n", "x"),
        ):
            self.assertFalse(cmi.check("1.2", name, value), name)
        for name, value in (("cmi.score.scaled", "1.5"), ("cmi.session_time", "P"), ("cmi.learner_id", "1"),
                            ("cmi.success_status", "completed")):  # fmt: skip
            self.assertFalse(cmi.check("2004", name, value), name)

    def test_bounds(self):
        many = {f"cmi.interactions.{place}.id": f"Q{place}" for place in range(900)}
        many |= {f"cmi.interactions.{place}.student_response": "y" * 1000 for place in range(900)}
        kept, refused = cmi.accept("1.2", {}, many)
        self.assertLessEqual(sum(len(name) + len(value) for name, value in kept.items()), cmi.TOTAL)
        self.assertTrue(refused)

    def test_outcome_12(self):
        outcome = cmi.outcome
        self.assertEqual(outcome("1.2", {}, None, None, True)["completion"], "completed")
        passed = {"cmi.core.lesson_status": "completed", "cmi.core.score.raw": "70"}
        self.assertEqual(outcome("1.2", passed, 60, None, True),
                         {"completion": "completed", "success": "passed", "score": 70.0})  # fmt: skip
        self.assertEqual(outcome("1.2", passed, 80, None, True)["success"], "failed")
        self.assertEqual(outcome("1.2", {**passed, "cmi.core.lesson_status": "incomplete"}, 60, None, True)["success"],
                         "unknown")  # fmt: skip
        ranged = {**passed, "cmi.core.score.raw": "15", "cmi.core.score.min": "10", "cmi.core.score.max": "20"}
        self.assertEqual(outcome("1.2", ranged)["score"], 50)

    def test_outcome_2004(self):
        outcome = cmi.outcome
        values = {"cmi.completion_status": "incomplete", "cmi.progress_measure": "0.9", "cmi.score.scaled": "0.4"}
        self.assertEqual(outcome("2004", values, 0.5, 0.8),
                         {"completion": "completed", "success": "failed", "score": 40.0})  # fmt: skip
        self.assertEqual(outcome("2004", values)["completion"], "incomplete")
        self.assertEqual(outcome("2004", {"cmi.success_status": "passed"}, 0.5)["success"], "unknown")

    def test_times(self):
        self.assertEqual(cmi.parse_time_12("0001:02:03.50"), 3723.5)
        self.assertIsNone(cmi.parse_time_12("1:2:3"))
        self.assertEqual(cmi.duration_2004("P1DT1H1M1S"), 90061)
        self.assertIsNone(cmi.duration_2004("PT"))
        self.assertEqual(cmi.format_time("1.2", 3723.9), "0001:02:03.00")
        self.assertEqual(cmi.duration_2004(cmi.format_time("2004", 90061)), 90061)

    def test_interactions(self):
        values = {
            "cmi.interactions.0.id": "Q1",
            "cmi.interactions.0.result": "wrong",
            "cmi.interactions.0.student_response": "b",
            "cmi.interactions.1.id": "Q2",
            "cmi.interactions.2.result": "correct",
        }
        rows = cmi.interactions("1.2", values)
        self.assertEqual([(row["id"], row["is_right"], row["given"]) for row in rows], [("Q1", False, "b")])
