from datetime import date

from odoo.tests import freeze_time, tagged

from .common import TODAY
from .law_common import LawCase


@freeze_time(TODAY)
@tagged("-at_install", "post_install")
class TestHolidayRecount(LawCase):
    """Rule A8: a holiday confirmed, moved or announced late counts the leaves it touches again."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.u_agent.lang = "fr_FR"

    def holiday(self, first, last=None):
        return self.env["gov.public.holiday"].create(
            {"name": "T day off", "date_from": first, "date_to": last or first}
        )

    def told(self, leave):
        return leave.sudo().message_ids.filtered(lambda one: "leave from" in one.body or "congé" in one.body)

    def test_an_exceptional_day_inside_a_leave_comes_back(self):
        leave = self.approve(self.ask("2026-04-06", "2026-04-10"))
        self.assertEqual(self.counter(), (22, 5, 0))
        self.holiday("2026-04-08")
        self.assertEqual((leave.sudo().number_of_days, self.counter()), (4, (22, 4, 0)))
        self.assertEqual(self.lines().mapped("kind"), ["right", "taken", "returned"])
        self.assertIn(self.u_agent.partner_id, leave.sudo().message_ids.notified_partner_ids)

    def test_counting_twice_gives_back_once(self):
        leave = self.approve(self.ask("2026-04-06", "2026-04-10"))
        self.holiday("2026-04-08")
        messages = len(leave.sudo().message_ids)
        leave.sudo()._gov_recount_and_tell()
        self.assertEqual(self.counter(), (22, 4, 0))
        self.assertEqual(len(leave.sudo().message_ids), messages)

    def test_a_holiday_that_goes_away_takes_the_day_again(self):
        holiday = self.holiday("2026-04-08")
        self.approve(self.ask("2026-04-06", "2026-04-10"))
        self.assertEqual(self.counter(), (22, 4, 0))
        holiday.active = False
        self.assertEqual(self.counter(), (22, 5, 0))

    def test_a_holiday_that_moves_inside_the_leave_changes_nothing(self):
        holiday = self.holiday("2026-04-08")
        leave = self.approve(self.ask("2026-04-06", "2026-04-10"))
        holiday.write({"date_from": "2026-04-09", "date_to": "2026-04-09"})
        self.assertEqual((leave.sudo().number_of_days, self.counter()), (4, (22, 4, 0)))

    def test_the_moon_moves_a_holiday_out_of_one_leave_into_another(self):
        holiday = self.holiday("2026-04-10")
        mine = self.approve(self.ask("2026-04-06", "2026-04-10"))
        other = self.approve(self.ask("2026-04-13", "2026-04-14", user=self.u_colleague))
        holiday.write({"date_from": "2026-04-13", "date_to": "2026-04-13"})
        self.assertEqual((mine.sudo().number_of_days, other.sudo().number_of_days), (5, 1))
        self.assertEqual(self.counter(), (22, 5, 0))
        self.assertEqual(self.counter(self.colleague), (22, 1, 0))

    def test_never_below_zero_human_resources_are_told(self):
        holiday = self.holiday("2026-04-08")
        self.approve(self.ask("2026-05-04", "2026-05-22"))  # 15 days
        self.approve(self.ask("2026-06-01", "2026-06-03"))  # 3 days
        leave = self.approve(self.ask("2026-04-06", "2026-04-10"))  # 4 days: 22 in all
        self.assertEqual(self.counter(), (22, 22, 0))
        holiday.active = False
        self.assertEqual(self.counter(), (22, 22, 0))
        activity = leave.sudo().activity_ids
        self.assertEqual(len(activity), 1)
        self.assertNotEqual(activity.user_id, self.u_agent)

    def test_a_holiday_right_after_the_leave_moves_the_return(self):
        leave = self.approve(self.ask("2026-04-06", "2026-04-10"))
        record = self.env["gov.leave.return"].search([("leave_id", "=", leave.id)])
        self.assertEqual(record.expected_on, date(2026, 4, 13))
        self.holiday("2026-04-13")
        self.assertEqual(record.expected_on, date(2026, 4, 14))

    def test_waiting_requests_are_counted_again_too(self):
        leave = self.ask("2026-04-06", "2026-04-10")
        self.assertEqual(self.counter(), (22, 0, 5))
        self.holiday("2026-04-08")
        self.assertEqual((leave.sudo().number_of_days, self.counter()), (4, (22, 0, 4)))

    def test_calendar_days_do_not_change(self):
        leave = self.approve(self.sick("2026-03-02", "2026-03-06"))
        self.holiday("2026-03-04")
        self.assertEqual(leave.sudo().number_of_days, 5)

    def test_the_person_is_told_in_his_language(self):
        leave = self.approve(self.ask("2026-04-06", "2026-04-10"))
        self.holiday("2026-04-08")
        message = leave.sudo().message_ids[:1]
        self.assertIn("06/04/2026", message.body)
        self.assertEqual(message.notified_partner_ids, self.u_agent.partner_id)

    def test_many_leaves_are_left_to_the_task(self):
        leave = self.approve(self.ask("2026-04-06", "2026-04-10"))
        leave._gov_write({"is_to_recount": True})
        # the day is closed without the hook, as if the server had stopped before it
        self.env.cr.execute(
            "INSERT INTO gov_public_holiday (name, date_from, date_to, state, active) "
            "VALUES (jsonb_build_object('en_US', 'T day off'), '2026-04-08', '2026-04-08', 'exceptional', true)"
        )
        self.env.registry.clear_cache()
        self.env["hr.leave"]._cron_recount()
        self.env.invalidate_all()
        self.assertEqual((leave.sudo().number_of_days, leave.sudo().is_to_recount), (4, False))
        self.assertEqual(self.counter(), (22, 4, 0))
