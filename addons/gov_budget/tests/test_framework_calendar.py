import datetime

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .framework_common import TODAY, YEAR, FrameworkCase


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestFrameworkCalendar(FrameworkCase):
    """The days of the law, reminders, project sheets."""

    def test_the_days_of_the_law_come_with_the_framework(self):
        framework = self.framework()
        days = {milestone.code: milestone.date for milestone in framework.milestone_ids}
        self.assertEqual(days["circular"], datetime.date(YEAR, 3, 15))
        self.assertEqual(days["pbt_sent"], datetime.date(YEAR, 4, 14))
        self.assertEqual(days["rdp_sent"], datetime.date(YEAR + 2, 7, 31))
        self.assertEqual(days["settlement_law"], datetime.date(YEAR + 3, 3, 31))
        self.assertTrue(all(framework.milestone_ids.mapped("name")))

    def test_a_day_that_cannot_be_read_is_left_out(self):
        day = self.env["gov.budget.milestone"]._gov_day
        self.assertEqual(day("1 02-28", 2047), datetime.date(2048, 2, 28))
        for text in ("", None, "0 13-01", "0 02-30", "15 March", "00 03-15"):
            self.assertIsNone(day(text, 2047))
        # a day of leap years is the last of February in the others
        self.assertEqual(day("0 02-29", 2047), datetime.date(2047, 2, 28))
        self.assertEqual(day("1 02-29", 2047), datetime.date(2048, 2, 29))

    def test_situations_follow_the_day(self):
        framework = self.framework()
        found = {milestone.code: milestone.situation for milestone in framework.milestone_ids}
        self.assertEqual((found["circular"], found["pbt_sent"]), ("late", "later"))
        with freeze_time(f"{YEAR}-04-01"):
            framework.milestone_ids.invalidate_recordset()
            soon = self.env["gov.budget.milestone"].search(
                [("situation", "=", "soon"), ("framework_id", "=", framework.id)]
            )
            self.assertEqual(soon.mapped("code"), ["pbt_sent"])

    def test_each_follower_is_reminded_once_before_and_once_after(self):
        framework = self.collecting()
        framework.sudo().activity_ids.unlink()
        remind = self.env["gov.budget.milestone"]._cron_remind
        with freeze_time(f"{YEAR}-04-05"):
            remind()
            count = len(framework.sudo().activity_ids)
            self.assertEqual(framework.sudo().activity_ids.user_id, self.officer)
            remind()
            self.assertEqual(len(framework.sudo().activity_ids), count, "twice a day changes nothing")
        with freeze_time(f"{YEAR}-04-16"):
            remind()
            self.assertEqual(len(framework.sudo().activity_ids), count + 1, "the programming is late: told once more")
            remind()
            self.assertEqual(len(framework.sudo().activity_ids), count + 1)

    def test_units_are_reminded_until_they_submit(self):
        framework = self.collecting()
        need = self.need(framework, self.service)
        before = len(need.activity_ids)
        with freeze_time(f"{YEAR}-04-02"):
            self.env["gov.budget.milestone"]._cron_remind()
            self.assertEqual(len(need.activity_ids), before + 1)
            need.with_user(self.head).action_submit()
            self.assertFalse(need.activity_ids)

    def test_a_milestone_is_done_by_who_follows_it_and_reopened_with_a_reason(self):
        framework = self.framework()
        milestone = framework.milestone_ids[0]
        milestone.responsible_id = self.clerk
        with self.assertRaises(AccessError):
            milestone.with_user(self.head).action_done()
        milestone.with_user(self.clerk).action_done()
        self.assertEqual((str(milestone.done_on), milestone.done_by_id), (TODAY, self.clerk))
        with self.assertRaises(UserError):
            milestone.with_user(self.officer).done_on = False
        with self.assertRaises(AccessError):
            milestone.with_user(self.clerk).action_reopen("Not complete")
        milestone.with_user(self.officer).action_reopen("Not complete")
        self.assertFalse(milestone.done_on)

    def test_the_officer_adds_days_of_his_own(self):
        framework = self.framework()
        milestones = self.env["gov.budget.milestone"]
        added = milestones.with_user(self.officer).create(
            {"framework_id": framework.id, "label": "Meeting of directors", "date": f"{YEAR}-05-02"}
        )
        self.assertEqual(added.name, "Meeting of directors")
        with self.assertRaises(UserError):
            milestones.with_user(self.officer).create({"framework_id": framework.id, "date": f"{YEAR}-05-02"})
        with self.assertRaises(AccessError):
            milestones.with_user(self.head).create(
                {"framework_id": framework.id, "label": "x", "date": f"{YEAR}-05-02"}
            )

    def sheet(self, framework, user=None, **vals):
        values = {
            "framework_id": framework.id,
            "node_id": self.work.id,
            "unit_id": self.service.id,
            "name": "New building",
            "cost": 4000,
            "paid_before": 500,
            "year_ids": [(0, 0, {"year": YEAR + 1, "cp": 1000, "ce": 1500}), (0, 0, {"year": YEAR + 2, "cp": 2000})],
        }
        return self.env["gov.budget.project.sheet"].with_user(user or self.officer).create({**values, **vals})

    def test_a_project_sheet_tells_its_schedule_and_what_is_programmed(self):
        sheet = self.sheet(self.filled())
        self.assertEqual((sheet.scheduled, sheet.left), (3000, 500))
        self.assertEqual((sheet.programmed, sheet.gap), (3500, 500))

    def test_a_schedule_does_not_exceed_the_cost(self):
        sheet = self.sheet(self.filled())
        with self.assertRaises(ValidationError):
            sheet.write({"year_ids": [(0, 0, {"year": YEAR + 3, "cp": 501})]})
        with self.assertRaises(ValidationError):
            sheet.cost = 100
        with self.assertRaises(ValidationError):
            self.sheet(sheet.framework_id, node_id=self.paper.id)

    def test_a_unit_keeps_its_project_sheets_while_needs_are_collected(self):
        framework = self.collecting()
        sheet = self.sheet(framework, user=self.head)
        sheet.year_ids[0].cp = 900
        with self.assertRaises(AccessError):
            sheet.with_user(self.far_head).read(["name"])
        with self.assertRaises(UserError):
            self.sheet(framework, user=self.head, unit_id=self.far_unit.id)
        self.need(framework, self.service).with_user(self.head).action_submit()
        with self.assertRaises(UserError):
            sheet.cost = 5000
        sheet.with_user(self.officer).cost = 5000
