import io
from datetime import timedelta

import openpyxl

from odoo import fields
from odoo.tests import freeze_time, tagged

from ..controllers.plan import plan_workbook
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
        line.write({"estimate_untaxed": 300_000, "procedure": "simplified", "delivery_days": 5})
        self.assertIn("Purchase order", line.schedule_text)

    def test_timeline_is_planned_again_when_a_step_slips(self):
        line = self.plan(estimate_untaxed=600_000).line_ids
        steps = line.get_timeline()
        self.assertEqual([step["code"] for step in steps][:3], ["estimate", "file", "publication"])
        self.assertLessEqual(steps[-1]["end"], "2027-06-30")
        late = line.get_timeline({"file": "2027-06-01"})
        self.assertGreater(late[-1]["end"], "2027-06-30")
        self.assertTrue(late[0]["done"])

    def test_timeline_holds_the_whole_of_the_calendar_of_an_open_call(self):
        line = self.plan(estimate_untaxed=900_000).line_ids
        steps = {step["code"]: step for step in line.get_timeline()}
        self.assertEqual(
            [code for code, step in steps.items() if not step["milestone"]],
            ["estimate", "file", "publication", "quorum", "evaluation", "documents", "results", "standstill",
             "approval", "commitment", "handover", "guarantee", "start", "delivery"],
        )  # fmt: skip
        session = fields.Date.to_date(steps["publication"]["end"])
        days = {code: (fields.Date.to_date(steps[code]["end"]) - session).days
                for code in ("convocation", "changes", "questions", "answers", "validity")}  # fmt: skip
        self.assertEqual(days, {"convocation": -7, "changes": -7, "questions": -7, "answers": -3, "validity": 60})
        self.assertGreaterEqual(steps["quorum"]["length"], 2)
        self.assertEqual(steps["standstill"]["length"], 15)

    def test_real_days_of_the_file_plan_the_rest_again(self):
        line = self.plan(need_date="2026-06-30", delivery_days=10).line_ids
        self.assertEqual(line.progress, "planned")
        order = self.purchase(gov_plan_line_id=line.id)
        line.invalidate_recordset()
        self.assertEqual((line.progress, line.is_late), ("begun", False))
        order.action_publish(fields.Datetime.now() + timedelta(days=150))
        line.invalidate_recordset()
        self.assertTrue(line.is_late)
        self.assertGreater(line.days_over, 0)
        self.assertIn("after the day of need", line.schedule_text)
        steps = {step["code"]: step for step in line.get_timeline()}
        self.assertTrue(steps["estimate"]["done"])
        self.assertGreater(steps["notice"]["slipped"], 90)
        order.action_cancel_order("The need is gone")
        line.invalidate_recordset()
        self.assertEqual(line.progress, "planned")

    def test_who_follows_the_programme_is_told_once_and_no_longer_when_it_begins(self):
        lines = self.env["gov.procurement.plan.line"]
        plan = self.plan(need_date="2026-06-30")
        line = plan.line_ids
        with freeze_time(line.start_by - timedelta(5)):
            self.assertTrue(lines._cron_watch())
            lines._cron_watch()
            activity = line.activity_ids
            self.assertEqual((len(activity), activity.user_id), (1, self.procurement))
            self.assertIn("Start by", activity.summary)
        with freeze_time(line.start_by + timedelta(1)):
            line.invalidate_recordset()
            lines._cron_watch()
            self.assertIn("It should have begun", line.activity_ids.summary)
            self.purchase(gov_plan_line_id=line.id)
            line.invalidate_recordset()
            lines._cron_watch()
            self.assertFalse(line.activity_ids.filtered(lambda one: "begun" in one.summary))

    def test_late_purchases_are_found_and_counted(self):
        plan = self.plan(need_date="2026-03-20")
        other = self.plan_line(plan, need_date="2027-03-20")
        lines = self.env["gov.procurement.plan.line"]
        late = lines.search([("plan_id", "=", plan.id), ("is_late", "=", True)])
        self.assertEqual(late, plan.line_ids - other)
        self.assertEqual(lines.search([("plan_id", "=", plan.id), ("is_late", "=", False)]), other)
        self.assertEqual(plan.late_count, 1)

    def test_orders_of_a_nature_that_pass_the_ceiling_together_are_said(self):
        plan = self.plan(estimate_untaxed=300_000)
        self.assertFalse(plan.splitting_text)
        self.plan_line(plan, estimate_untaxed=150_000)
        plan.invalidate_recordset()
        self.assertIn("Group them", plan.splitting_text)

    def test_publication_has_its_proofs_and_its_document(self):
        plan = self.plan()
        with self.refuses("first"):
            self.proof(plan, "portal")
        with freeze_time("2027-04-02"):
            self.assertTrue(plan.is_overdue)
            self.assertIn(plan, self.env["gov.procurement.plan"].search([("is_overdue", "=", True)]))
        plan.action_publish()
        self.assertFalse(plan.is_overdue)
        self.assertEqual(plan.document_id.state, "valid")
        first = plan.document_id
        self.assertIn("newspaper", plan.proof_missing.lower())
        for support in ("portal", "newspaper", "premises"):
            self.proof(plan, support)
        self.assertFalse(plan.proof_missing)
        self.assertEqual(plan.proof_ids.filtered("date_to").date_to, fields.Date.to_date(TODAY) + timedelta(30))
        with self.refuses("30 days"):
            self.proof(plan, "premises", date_to=fields.Date.to_date(TODAY) + timedelta(10))
        plan.action_amend()
        plan.line_ids.place = "Salé"
        plan.action_publish()
        self.assertTrue(plan.proof_missing)
        self.assertTrue(plan.document_id and plan.document_id != first)
        self.assertIn("Place of execution", plan.change_ids.mapped("what_label"))
        with self.refuses("kept"):
            plan.proof_ids.filtered(lambda proof: proof.version == 1)[0].unlink()

    def test_workbook_of_the_programme(self):
        plan = self.plan(name="=1+1")
        self.plan_line(plan, year_offset="2", name="Later")
        book = openpyxl.load_workbook(io.BytesIO(plan_workbook(plan)))
        self.assertEqual(book.sheetnames, ["2027", "2028", "2029"])
        self.assertEqual(book["2027"]["A2"].value, "=1+1")
        self.assertEqual(book["2027"]["A2"].data_type, "s")
        self.assertEqual(book["2027"]["E2"].value, 360_000)
        self.assertEqual(book["2029"]["A2"].value, "Later")

    def plan_line(self, plan, **vals):
        return (
            self.env["gov.procurement.plan.line"]
            .with_user(self.procurement)
            .create(
                {
                    "plan_id": plan.id,
                    "name": "Other",
                    "nature_id": self.nature.id,
                    "place": "Rabat",
                    "estimate_untaxed": 10_000,
                    "need_date": "2027-06-30",
                    **vals,
                }
            )
        )

    def proof(self, plan, support, **vals):
        return (
            self.env["gov.procurement.plan.proof"]
            .with_user(self.procurement)
            .create({"plan_id": plan.id, "support": support, "reference": "No. 1", **vals})
        )

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
