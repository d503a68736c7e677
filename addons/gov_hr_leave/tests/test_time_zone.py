from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestTimeZone(TransactionCase):
    """Odoo's module of leave moves by hours what somebody in another time zone enters in a calendar."""

    def test_holiday_closes_whole_days_whoever_enters_it(self):
        user = self.env["res.users"].create(
            {
                "name": "In Paris",
                "login": "paris_holidays",
                "tz": "Europe/Paris",
                "group_ids": [(4, self.env.ref("gov_base.group_hr_manager").id)],
            }
        )
        holidays = self.env["gov.public.holiday"].with_user(user)
        first = holidays.create({"name": "One", "date_from": "2031-04-08", "date_to": "2031-04-08"})
        # the next day: moved by an hour, it would overlap the first
        second = holidays.create({"name": "Two", "date_from": "2031-04-09", "date_to": "2031-04-09"})
        for holiday in first.sudo() + second.sudo():
            for leave in holiday.leave_ids:
                expected = leave.calendar_id._gov_holiday_leave_vals(holiday)
                self.assertEqual((leave.date_from, leave.date_to), (expected["date_from"], expected["date_to"]))
