from decimal import Decimal

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time
from odoo.tools import html2plaintext, mute_logger

from .common import TODAY, ExecutionCase

ENGAGEMENT = 12  # SQL statements of one engagement, at most


@freeze_time(TODAY)
class TestCommitment(ExecutionCase):
    def test_credit_is_reserved_then_committed(self):
        one = self.commitment(70)
        self.assertEqual((one.state, one.total_amount), ("draft", 70))
        one.action_submit()
        self.assertEqual(one.state, "proposed")
        self.assertEqual(one.number, "0001/ENG/T1/2026")
        self.assertEqual(one.requested_by_id, self.budget_user)
        self.assertEqual(self.counters(self.line_a), {"available": 930, "reserved": 70})
        one.with_user(self.controller).action_visa()
        self.assertRecordValues(one, [{"state": "visaed", "committed": 70, "visa_by_id": self.controller.id}])
        self.assertEqual(self.counters(self.line_a), {"available": 930, "committed": 70})
        self.check_ledger()

    def test_series_has_no_gap(self):
        numbers = []
        for amount in (70, 5000, 70):
            one = self.commitment(amount)
            if amount > 1000:
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    one.action_submit()
                continue
            one.action_submit()
            numbers.append(one.number)
        self.assertEqual(numbers, ["0001/ENG/T1/2026", "0002/ENG/T1/2026"])

    def test_refusal_tells_the_equation_and_leaves_nothing(self):
        self.committed(940)
        one = self.commitment(70)
        entries = self.Entry.search_count([])
        with self.assertRaisesRegex(UserError, "60.00.*70.00"), self.env.cr.savepoint():
            one.action_submit()
        one.invalidate_recordset()
        self.assertEqual((one.state, one.number), ("draft", False))
        self.assertEqual(self.Entry.search_count([]), entries)
        self.assertIn("C1", [check["code"] for check in one.checks if check["ok"] is False])

    def test_who_asked_never_gives_the_visa(self):
        one = self.commitment(70, user=self.everything)
        one.action_submit()
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            one.with_user(self.everything).action_visa()
        for act in ("action_visa", "action_refuse_visa", "action_return"):
            arguments = () if act == "action_visa" else ("Missing: the quotations",)
            for user in (self.budget2, self.authorising, self.auditor):
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    getattr(one.with_user(user), act)(*arguments)
        one.with_user(self.controller).action_visa()

    def test_refusal_frees_the_reservation(self):
        one = self.commitment(70)
        one.action_submit()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            one.with_user(self.controller).action_refuse_visa("")
        one.with_user(self.controller).action_refuse_visa("Quotations missing\nWrong line", "imputation")
        self.assertRecordValues(one, [{"state": "refused", "ground": "imputation", "pending_act_id": False}])
        self.assertEqual(self.counters(self.line_a), {"available": 1000})
        with self.assertRaises(UserError), self.env.cr.savepoint():
            one.with_user(self.controller).action_visa()
        self.check_ledger()

    def test_returned_then_proposed_again_keeps_its_number(self):
        one = self.commitment(70)
        one.action_submit()
        number = one.number
        one.with_user(self.controller).action_return("Attach the quotations")
        self.assertEqual(one.state, "returned")
        one.line_ids.amount = 80
        one.action_submit()
        self.assertEqual(one.number, number)
        self.assertEqual(one.act_ids.mapped("state"), ["proposed", "returned"])
        self.assertEqual(self.counters(self.line_a), {"available": 920, "reserved": 80})

    def test_amount_that_is_none_is_told(self):
        for amount in (float("nan"), 1e308, "NaN", -1e14, 10**14):
            with self.assertRaisesRegex(UserError, "is no amount"), self.env.cr.savepoint():
                self.commitment(amount)

    def test_what_is_reserved_is_worked_out(self):
        """A total written beside the amount would reserve less than what is asked."""
        one = self.commitment(700)
        for record, values in ((one.line_ids, {"total": 1}), (one, {"amount": 1}), (one, {"region_id": self.far.id})):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                record.with_user(self.budget_user).write(values)
        one.action_submit()
        self.assertEqual(self.line_a.reserved, 700)

    def test_frozen_once_proposed(self):
        one = self.commitment(70)
        one.action_submit()
        for values in ({"object": "Gold"}, {"line_ids": [(1, one.line_ids.id, {"amount": 1})]}):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                one.write(values)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            one.line_ids.unlink()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            one.line_ids.write({"committed": 5})
        with self.assertRaises(UserError), self.env.cr.savepoint():
            one.write({"state": "visaed"})
        one.gid_number = "GID-1"
        self.assertFalse(one.copy().number)

    def test_increase_waits_for_its_visa(self):
        one = self.committed(70)
        one.action_increase(30, "Amendment number 1")
        self.assertEqual(one.pending_act_id.kind, "increase")
        self.assertEqual(self.counters(self.line_a), {"available": 900, "reserved": 30, "committed": 70})
        with self.assertRaises(UserError), self.env.cr.savepoint():
            one.action_decrease(10, "And less of it")
        one.with_user(self.controller).action_visa()
        self.assertEqual(one.committed, 100)
        self.assertEqual(self.counters(self.line_a), {"available": 900, "committed": 100})
        self.check_ledger()

    def test_refused_increase_changes_nothing(self):
        one = self.committed(70)
        one.action_increase(30, "Amendment number 1")
        one.with_user(self.controller).action_refuse_visa("No amendment is attached", "pieces")
        self.assertRecordValues(one, [{"state": "visaed", "committed": 70, "pending_act_id": False}])
        self.assertEqual(self.counters(self.line_a), {"available": 930, "committed": 70})

    def test_decrease_never_below_what_is_liquidated(self):
        one = self.committed(70)
        self.certified(one, 60)
        with self.assertRaisesRegex(UserError, "10,00"), self.env.cr.savepoint():
            one.action_decrease(11, "Less was needed")
        one.action_decrease(10, "Less was needed")
        one.with_user(self.controller).action_visa()
        self.assertEqual(one.committed, 60)
        self.assertEqual(self.counters(self.line_a), {"available": 940, "committed": 60, "liquidated": 60})
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.commitment(-1)
        for amount in (0, -5, float("nan"), "x", 10**20):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                one.action_increase(amount, "An odd amount")

    def test_cancellation_by_case(self):
        draft = self.commitment(70)
        draft.action_cancel()
        proposed = self.commitment(70)
        proposed.action_submit()
        proposed.with_user(self.budget2).action_cancel("Asked twice")
        visaed = self.committed(70)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            visaed.action_cancel("Not needed any more")
        visaed.with_user(self.authorising).action_cancel("Not needed any more")
        self.assertEqual((draft + proposed + visaed).mapped("state"), ["cancelled"] * 3)
        self.assertEqual(self.counters(self.line_a), {"available": 1000})
        invoiced = self.committed(70)
        self.certified(invoiced, 10)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            invoiced.with_user(self.authorising).action_cancel("Not needed any more")
        self.check_ledger()

    def test_closing_gives_the_rest_back(self):
        one = self.committed(70)
        self.issued(self.certified(one, 50))
        one.with_user(self.authorising).action_close("All is delivered")
        self.assertRecordValues(one, [{"state": "closed", "committed": 50}])
        self.assertEqual(self.counters(self.line_a)["available"], 950)
        self.check_ledger()

    def test_it_does_not_end_under_an_invoice_that_waits(self):
        one = self.committed(70)
        invoice = self.invoice(one, 60)
        invoice.action_submit()
        for act in ("action_close", "action_cancel"):
            with self.assertRaisesRegex(UserError, "An invoice waits"), self.env.cr.savepoint():
                getattr(one.with_user(self.authorising), act)("Nothing more to come")
        invoice.with_user(self.budget2).action_refuse("Not what was ordered")
        one.with_user(self.authorising).action_close("Nothing more to come")
        self.assertEqual(self.counters(self.line_a), {"available": 1000})

    def test_sheet_of_a_decrease_keeps_what_stood(self):
        one = self.committed(300)
        one.with_user(self.budget_user).action_decrease(100, "Less is needed")
        act = one.pending_act_id
        one.with_user(self.controller).action_visa()
        self.committed(500)
        # as they stood when the decrease was asked for
        self.assertEqual(
            {name: Decimal(value) for name, value in act.snapshot[str(self.line_a.id)].items()},
            {"cp_current": 1000, "ce_current": 0, "delegated_ce": 0, "committed": 300, "available": 700},
        )

    def test_sheet_tells_payment_credits_from_later_years(self):
        def works(payment, later):
            rows = [{"budget_line_id": self.line_i.id, "amount": payment, "ce_amount": later}]
            kind = self.env.ref("gov_budget_execution.kind_mr_p").id
            return self.commitment(lines=rows, kind_id=kind, schedule_ids=[(0, 0, {"year": 2027, "amount": later})])

        first, second, third = works(100, 50), works(200, 120), works(300, 90)
        first.sudo().piece_ids.write({"reference": "on paper"})
        first.action_submit()
        first.with_user(self.controller).action_visa()
        second.action_submit()
        third.action_submit()
        rows = third.pending_act_id._gov_charge_rows(third.line_ids, Decimal(390))
        figures = [[html2plaintext(cell).strip() for cell in cells] for _title, cells in rows]
        # of CP 800 and CE 400: 100 and 50 committed, 200 and 120 asked by the other proposal
        self.assertEqual(figures, [["800,00", "100,00", "500,00", "300,00"], ["400,00", "50,00", "230,00", "90,00"]])

    def test_override_is_a_named_act(self):
        one = self.commitment(70)
        one.action_submit()
        one.with_user(self.controller).action_refuse_visa("The supplier is not the right one", "other")
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            one.with_user(self.controller).action_override("12/2026", "Necessity of service")
        with self.assertRaises(UserError), self.env.cr.savepoint():
            one.with_user(self.authorising).action_override("", "Necessity of service")
        one.with_user(self.authorising).action_override("12/2026", "Necessity of service")
        self.assertRecordValues(one, [{"state": "visaed", "is_override": True, "committed": 70}])
        self.assertEqual(self.counters(self.line_a), {"available": 930, "committed": 70})
        other = self.commitment(70)
        other.action_submit()
        other.with_user(self.controller).action_refuse_visa("No credit for this", "credit")
        with self.assertRaises(UserError), self.env.cr.savepoint():
            other.with_user(self.authorising).action_override("12/2026", "Necessity of service")

    def test_late_interest_supplement_is_one_percent(self):
        one = self.commitment(lines=[{"budget_line_id": self.line_a.id, "amount": 500, "interest_amount": 5}])
        self.assertEqual((one.amount, one.interest_amount, one.total_amount), (500, 5, 505))
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            one.line_ids.interest_amount = 5.01
            one.flush_recordset()
            one._check_supplement()
        one.action_submit()
        self.assertEqual(self.counters(self.line_a), {"available": 495, "reserved": 505})

    def test_several_lines_and_later_years(self):
        multi = self.env.ref("gov_budget_execution.kind_mr_p")
        rows = [{"budget_line_id": self.line_i.id, "amount": 300, "ce_amount": 400}]
        one = self.commitment(lines=rows, kind_id=multi.id)
        self.assertEqual(one.form, "multi_year")
        with self.assertRaisesRegex(UserError, "later years"), self.env.cr.savepoint():
            one.action_submit()
        one.schedule_ids = [(0, 0, {"year": 2027, "amount": 300}), (0, 0, {"year": 2028, "amount": 100})]
        one.action_submit()
        self.assertEqual(self.counters(self.line_i), {"available": 500, "reserved": 700})
        two = [{"budget_line_id": self.line_a.id, "amount": 10}, {"budget_line_id": self.line_b.id, "amount": 20}]
        self.committed(lines=two)
        self.assertEqual(self.counters(self.line_b), {"available": 480, "committed": 20})
        self.check_ledger()

    def test_operating_line_takes_no_investment(self):
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.commitment(70, kind_id=self.works.id).action_submit()
        one = self.commitment(70, line=self.line_i, kind_id=self.works.id)
        one.action_submit()
        self.assertEqual(str(one.visa_due_on), "2026-03-19")  # twelve working days, francs

    def test_visa_delay_and_silence(self):
        one = self.commitment(70)
        one.action_submit()
        self.assertEqual(str(one.visa_due_on), "2026-03-09")
        self.assertFalse(one.is_silent)
        with freeze_time("2026-03-10 09:00:00"):
            one.invalidate_recordset()
            self.assertTrue(one.is_silent)
            self.assertIn(one, one.search([("is_silent", "=", True)]))

    def test_recurrent_expense_covers_the_year(self):
        water = self.env.ref("gov_budget_execution.kind_ab")
        one = self.commitment(120, kind_id=water.id)
        with self.assertRaisesRegex(UserError, "from when"), self.env.cr.savepoint():
            one.action_submit()
        one.write({"period_from": "2026-01-01", "period_to": "2026-12-31"})
        one.action_submit()

    def test_checks_say_what_is_missing(self):
        one = self.commitment(70)
        checks = {check["code"]: check for check in one.checks}
        self.assertEqual(list(checks), ["C1", "C2", "C3", "C4", "C5", "C6"])
        self.assertIs(checks["C1"]["ok"], True)
        self.assertIs(checks["C6"]["ok"], False)
        self.assertEqual(len(checks["C6"]["texts"]), 3)
        one.piece_ids.write({"reference": "Folder 12"})
        one.invalidate_recordset()
        # below the ceiling the regularity is not controlled
        self.assertIsNone({check["code"]: check["ok"] for check in one.checks}["C6"])

    def test_pieces_that_were_decided_stay(self):
        one = self.commitment(70)
        piece = one.piece_ids[0]
        piece.reference = "Folder 12"
        one.action_submit()
        one.with_user(self.controller).action_visa()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            piece.reference = "Folder 13"
        with self.assertRaises(UserError), self.env.cr.savepoint():
            piece.unlink()
        one.piece_ids[1].reference = "Came later"

    def test_regions_are_apart(self):
        one = self.commitment(70)
        self.assertFalse(self.env["gov.commitment"].with_user(self.far_budget).search([("id", "=", one.id)]))
        with self.assertRaises(AccessError):
            one.with_user(self.far_budget).read(["object"])
        with self.assertRaises(AccessError):
            one.with_user(self.far_budget).action_submit()

    def test_auditor_reads_and_employee_does_not(self):
        one = self.committed(70)
        self.assertEqual(one.with_user(self.auditor).read(["number"])[0]["number"], one.number)
        self.assertTrue(one.with_user(self.auditor).act_ids.changes)
        with self.assertRaises(AccessError):
            one.with_user(self.auditor).write({"note": "x"})
        with self.assertRaises(AccessError):
            one.with_user(self.employee).read(["number"])
        with self.assertRaises(AccessError):
            self.env["gov.commitment.act"].with_user(self.everything).create(
                [{"commitment_id": one.id, "kind": "increase", "amount": 5}]
            )

    def test_dialogs_do_the_acts_they_name_and_no_other(self):
        one = self.committed(70)
        dialogs = self.env["gov.execution.dialog"].with_user(self.budget_user)
        vals = {"res_model": "gov.commitment", "res_id": one.id, "amount": 5, "reason": "Amendment number 1"}
        dialog = dialogs.create({"operation": "increase", **vals})
        self.assertEqual(dialog.line_id, one.line_ids)
        dialog.action_confirm()
        self.assertEqual(one.pending_amount, 5)
        for values in ({"res_model": "res.users"}, {"res_id": 0}, {"operation": "pay"}):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                dialogs.create({"operation": "increase", **vals, **values}).action_confirm()
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            dialogs.create({"operation": "refuse_visa", **vals}).action_confirm()

    def test_series_follow_the_pattern_of_their_register(self):
        one = self.commitment(5)
        one.action_submit()
        register = self.officer._gov_register("sheet")
        self.assertEqual(register.code, "execution.sheet.t1")
        register.pattern = "{number:06d}-T1-{year}"
        two = self.commitment(5)
        two.action_submit()
        self.assertEqual((one.number, two.number), ("0001/ENG/T1/2026", "000002-T1-2026"))
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.officer.code = "T2"

    def test_engagement_costs_few_statements(self):
        """Submit and visa: at most twelve statements each, whatever is in the ledger."""
        found = []
        for _round in range(3):
            one = self.commitment(5)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            one.action_submit()
            self.env.flush_all()
            submit = self.env.cr.sql_log_count - before
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            one.with_user(self.controller).action_visa()
            self.env.flush_all()
            found.append((submit, self.env.cr.sql_log_count - before))
        self.assertLessEqual(found[-1][1], ENGAGEMENT, found)
        self.assertLessEqual(found[-1][0], ENGAGEMENT, found)
