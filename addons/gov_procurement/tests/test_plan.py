from odoo import fields
from odoo.tests import freeze_time, tagged

from .common import TODAY, ProcurementCase


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestPlan(ProcurementCase):
    """Forecast programme of article 17, its procedures, its calendar, its history."""

    def plan(self, **line):
        return (
            self.env["gov.procurement.plan"]
            .with_user(self.procurement)
            .create(
                {
                    "year": 2027,
                    "officer_id": self.officer.id,
                    "line_ids": [
                        fields.Command.create(
                            {
                                "name": "Paper",
                                "nature_id": self.nature.id,
                                "place": "Rabat",
                                "estimate_untaxed": 300_000,
                                "need_date": "2027-06-30",
                                **line,
                            }
                        )
                    ],
                }
            )
        )

    def test_procedure_is_proposed_from_amount_and_nature(self):
        line = self.plan().line_ids
        self.assertEqual(line.procedure, "purchase_order")
        line.estimate_untaxed = 600_000
        self.assertEqual(line.procedure, "simplified")
        line.estimate_untaxed = 1_200_000
        self.assertEqual(line.procedure, "open_international")
        with self.refuses():
            line.procedure = "purchase_order"
        line.write({"procedure": "restricted", "justification": "Certificate of article 20: few makers"})
        self.assertEqual(line.procedure, "restricted")

    def test_purchase_says_by_when_it_starts_or_what_else_to_choose(self):
        line = self.plan(estimate_untaxed=600_000, need_date="2026-12-31").line_ids
        self.assertFalse(line.is_late)
        self.assertTrue(line.start_by < line.need_date)
        line.write({"need_date": "2026-04-01"})
        self.assertTrue(line.is_late)
        self.assertIn("move the day of need", line.schedule_text)
        line.write({"estimate_untaxed": 300_000, "procedure": "simplified"})
        self.assertIn("Purchase order", line.schedule_text)

    def test_timeline_is_planned_again_when_a_step_slips(self):
        line = self.plan(estimate_untaxed=600_000).line_ids
        steps = line.get_timeline()
        self.assertEqual([step["code"] for step in steps][:2], ["file", "publication"])
        self.assertLessEqual(steps[-1]["end"], "2027-06-30")
        late = line.get_timeline({"file": "2027-06-01"})
        self.assertGreater(late[-1]["end"], "2027-06-30")
        self.assertTrue(late[0]["done"])

    def test_published_programme_changes_with_its_history(self):
        plan = self.plan()
        plan.action_publish()
        with self.refuses("Amend"):
            plan.line_ids.estimate_untaxed = 350_000
        with self.refuses():
            plan.line_ids.unlink()
        plan.action_amend()
        plan.line_ids.estimate_untaxed = 350_000
        plan.action_publish()
        self.assertEqual(plan.version, 2)
        change = plan.change_ids.filtered(lambda one: one.what == "estimate_untaxed")
        self.assertEqual((change.before, change.after), ("300000.0", "350000.0"))
        with self.refuses():
            change.sudo().write({"after": "1"})

    def test_reserved_share_is_computed(self):
        plan = self.plan()
        self.assertEqual((plan.reserved_rate, plan.reserved_missing), (0, 108_000))
        plan.line_ids.reservation = "small"
        self.assertEqual((plan.reserved_rate, plan.reserved_missing), (100, 0))

    def test_only_procurement_officers_publish(self):
        plan = self.plan()
        for user in (self.authorising, self.auditor, self.budget_user):
            with self.refuses():
                plan.with_user(user).action_publish()
        with self.refuses():
            plan.write({"state": "published"})
