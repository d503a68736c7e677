import hashlib
import random
from datetime import date, datetime, timedelta

from odoo.tests import BaseCase, tagged

from ..services import session_code, session_days, session_learning

HOURS = {"am": (9, 12.5), "pm": (14, 17)}


def sign(text):
    return hashlib.sha256(f"key {text}".encode()).hexdigest()


@tagged("-at_install", "post_install")
class TestHalfDays(BaseCase):
    """Half-days stand on worked days only, in order, and never overlap."""

    def test_days_without_work_are_passed_over(self):
        found = session_days.half_days(
            date(2026, 3, 5), date(2026, 3, 10), lambda day: day.weekday() < 5, HOURS, "pm", "am"
        )
        self.assertEqual(
            [(half.day.day, half.period) for half in found],
            [(5, "pm"), (6, "am"), (6, "pm"), (9, "am"), (9, "pm"), (10, "am")],
        )
        self.assertEqual(found[1].stop, datetime(2026, 3, 6, 12, 30))

    def test_any_session_has_ordered_half_days_that_do_not_overlap(self):
        draw = random.Random(7)
        for _round in range(300):
            first = date(2026, 1, 1) + timedelta(days=draw.randint(0, 364))
            last = first + timedelta(days=draw.randint(-3, 40))
            off = {draw.randint(0, 6) for _day in range(draw.randint(0, 3))}
            begins, ends = (draw.choice("ap") + "m" for _end in range(2))
            found = session_days.half_days(
                first, last, lambda day, off=off: day.weekday() not in off, HOURS, begins, ends
            )
            for before, after in zip(found, found[1:], strict=False):
                self.assertLess(before.start, before.stop)
                self.assertLessEqual(before.stop, after.start)
            for half in found:
                self.assertNotIn(half.day.weekday(), off)
                self.assertTrue(first <= half.day <= last)

    def test_nothing_when_the_days_are_upside_down_or_endless(self):
        always = lambda day: True  # noqa: E731
        self.assertEqual(session_days.half_days(date(2026, 3, 2), date(2026, 3, 1), always, HOURS), [])
        self.assertEqual(session_days.half_days(date(2026, 1, 1), date(2036, 1, 1), always, HOURS), [])

    def test_an_absence_of_some_hours_takes_only_its_half_day(self):
        slots = [(date(2026, 3, 2), datetime(2026, 3, 2, 9), datetime(2026, 3, 2, 12))]
        afternoon = {
            "date_from": date(2026, 3, 2),
            "date_to": date(2026, 3, 2),
            "start": datetime(2026, 3, 2, 14),
            "stop": datetime(2026, 3, 2, 16),
        }
        self.assertFalse(session_days.falls_on(slots, afternoon))
        self.assertTrue(session_days.falls_on(slots, dict(afternoon, start=datetime(2026, 3, 2, 11))))
        whole = {"date_from": date(2026, 3, 1), "date_to": date(2026, 3, 2)}
        self.assertTrue(session_days.falls_on(slots, whole))
        self.assertFalse(session_days.falls_on(slots, dict(whole, date_to=date(2026, 3, 1))))

    def test_stretches_of_days_are_joined(self):
        def slot(day, hour):
            return date(2026, 3, day), datetime(2026, 3, day, hour), datetime(2026, 3, day, hour + 3)

        slots = [slot(3, 14), slot(2, 9), slot(2, 14), slot(3, 9), slot(5, 9)]
        self.assertEqual(
            session_days.runs(slots),
            [
                (date(2026, 3, 2), date(2026, 3, 3), datetime(2026, 3, 2, 9), datetime(2026, 3, 3, 17)),
                (date(2026, 3, 5), date(2026, 3, 5), datetime(2026, 3, 5, 9), datetime(2026, 3, 5, 12)),
            ],
        )

    def test_presence_reaches_a_threshold_whatever_the_floats(self):
        self.assertTrue(session_days.is_validated(session_days.presence_rate(["present"] * 8 + ["absent"] * 2), 0.8))
        self.assertTrue(session_days.is_validated(0.1 + 0.2, 0.3))
        self.assertFalse(session_days.is_validated(session_days.presence_rate(["present"] * 3 + ["excused"]), 0.8))
        self.assertEqual(session_days.presence_rate([]), 0)


@tagged("-at_install", "post_install")
class TestSessionCode(BaseCase):
    """A code is good for its window and the next one; nobody makes one without the key."""

    def reason(self, code, now):
        with self.assertRaises(session_code.CodeError) as caught:
            session_code.read(code, now, 30, sign)
        return caught.exception.reason

    def test_a_code_lives_its_window_and_the_next_one(self):
        code = session_code.make(42, 3000, 30, sign)
        for now in (3000, 3029, 3030, 3059):
            self.assertEqual(session_code.read(code, now, 30, sign), 42)
        self.assertEqual(self.reason(code, 3060), "expired")
        self.assertEqual(self.reason(code, 2999), "early")

    def test_any_change_is_seen(self):
        code = session_code.make(42, 3000, 30, sign)
        for at in range(len(code)):
            other = code[:at] + ("0" if code[at] != "0" else "1") + code[at + 1 :]
            self.assertIn(self.reason(other, 3000), ("forged", "unreadable"), other)
        for other in ("", None, 5, code + "0", code[:-1], "42.100", f"-{code}", code.upper(), f" {code}", f"{code}\n"):
            self.assertEqual(self.reason(other, 3000), "unreadable", repr(other))

    def test_another_key_is_a_forgery(self):
        self.assertEqual(self.reason(session_code.make(42, 3000, 30, lambda text: "0" * 64), 3000), "forged")


@tagged("-at_install", "post_install")
class TestLearning(BaseCase):
    """Scores, gains and indicators."""

    def test_a_question_is_right_with_all_its_choices_and_no_other(self):
        right = {1: {10}, 2: {20, 21}, 3: {30}, 4: {40}}
        given = {1: {10}, 2: {20}, 3: {30, 31}, 9: {90}}
        self.assertEqual(session_learning.score(right, given), 25)
        self.assertEqual(session_learning.score(right, right), 100)
        self.assertEqual(session_learning.score({}, given), 0)
        self.assertEqual(session_learning.score(right, {}), 0)

    def test_gain_is_unknown_without_both_tests(self):
        self.assertIsNone(session_learning.gain(None, 80))
        self.assertEqual(session_learning.gain(40, 80), 40)
        self.assertEqual(session_learning.relative_gain(80, 90), 0.5)
        self.assertEqual(session_learning.relative_gain(100, 100), 0)
        self.assertEqual(session_learning.relative_gain(50, 25), -0.5)

    def test_achievement_is_the_same_way_up_and_down(self):
        self.assertEqual(session_learning.achievement(10, 20, 15), 0.5)
        self.assertEqual(session_learning.achievement(20, 10, 15), 0.5)
        self.assertEqual(session_learning.achievement(20, 10, 5), 1.5)
        self.assertEqual(session_learning.achievement(20, 10, 30), -1)
        self.assertIsNone(session_learning.achievement(10, 10, 12))
        self.assertIsNone(session_learning.achievement(10, 20, None))

    def test_few_answers_are_not_shown(self):
        self.assertFalse(session_learning.may_show(4, 5))
        self.assertTrue(session_learning.may_show(5, 5))
        self.assertFalse(session_learning.may_show(0, 0))
        self.assertIsNone(session_learning.mean([None, False]))
        self.assertEqual(session_learning.mean([1, None, 3]), 2)
