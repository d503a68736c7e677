from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.gov_budget.models.gov_budget_stateful import on_day
from odoo.addons.gov_budget.services import ledger
from odoo.addons.gov_budget.tests.common import TODAY, BudgetCase
from odoo.addons.gov_budget_execution.tests.common import ExecutionCase

from ..services import books, seal, verification


@freeze_time(TODAY)
@tagged("-at_install", "post_install")
class TestVerification(BudgetCase):
    """One changed amount is found and located."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Verification = cls.env["gov.budget.verification"]
        cls.Entry._gov_post(
            [
                {"line": cls.line_a, "kind": "commitment", "committed": 300},
                {"line": cls.line_b, "kind": "amendment", "movement": "a7", "cp": -100},
                {"line": cls.line_a, "kind": "amendment", "movement": "a7", "cp": 100},
                {"line": cls.line_i, "kind": "commitment", "committed": 50},
            ]
        )

    def findings(self, code=None):
        run = self.Verification.with_user(self.auditor).browse(
            self.Verification.with_user(self.auditor).action_verify()["res_id"]
        )
        found = run.finding_ids
        self.assertEqual(run.state, "broken" if run.problem_count else "ok")
        return found.filtered(lambda one: code is None or one.code == code)

    def tamper(self, statement, *parameters, table="gov_budget_entry"):
        self.env.flush_all()
        self.env.cr.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")  # noqa: S608 - a name of the test
        self.env.cr.execute(statement, parameters)
        self.env.cr.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")  # noqa: S608
        self.env.invalidate_all()

    def test_sound_books_are_green(self):
        mine = [one for one in self.findings() if one.res_id in self.budget.line_ids.ids]
        self.assertFalse(mine)

    def test_a_changed_amount_in_the_ledger_is_found_and_located(self):
        entry = self.Entry.search([("line_id", "=", self.line_a.id), ("committed", "=", 300)])
        self.tamper("UPDATE gov_budget_entry SET committed = committed - 0.01 WHERE id = %s", entry.id)
        found = self.findings("counters").filtered(lambda one: one.res_id == self.line_a.id)
        self.assertEqual({one.res_model for one in found}, {"gov.budget.line"})
        self.assertIn("counter committed is 300.00 and its entries make 299.99", found.mapped("message"))
        action = found[0].with_user(self.auditor).action_open_record()
        self.assertEqual((action["res_model"], action["res_id"]), ("gov.budget.line", self.line_a.id))

    def test_a_changed_counter_is_found(self):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE gov_budget_line SET paid = 1, ordered = 1, liquidated = 1 WHERE id = %s", [self.line_a.id]
        )
        found = self.findings("counters").filtered(lambda one: one.res_id == self.line_a.id)
        self.assertEqual(len(found), 3)

    def test_a_deleted_entry_is_found(self):
        entry = self.Entry.search([("line_id", "=", self.line_i.id), ("committed", "=", 50)])
        self.tamper("DELETE FROM gov_budget_entry WHERE id = %s", entry.id)
        self.assertTrue(self.findings("counters").filtered(lambda one: one.res_id == self.line_i.id))

    def test_a_commitment_that_says_more_than_its_acts_is_found(self):
        partner = self.env["res.partner"].create({"name": "Supplier"})
        officer = self.env["gov.budget.officer"].create(
            {"code": "V1", "name": "Minister", "kind": "main", "unit_id": self.unit.id, "date_from": "2020-01-01",
             "accountant": "Treasurer"}
        )  # fmt: skip
        one = self.env["gov.commitment"].with_user(self.budget_user)
        one = one.create(
            {"object": "Paper", "partner_id": partner.id, "officer_id": officer.id, "fiscal_year_id": self.year.id,
             "line_ids": [(0, 0, {"budget_line_id": self.line_a.id, "amount": 70})]}
        )  # fmt: skip
        one.action_submit()
        one.with_user(self.controller).action_visa()
        self.assertFalse(self.findings("commitments").filtered(lambda found: found.res_id == self.line_a.id))
        self.env.flush_all()
        self.env.cr.execute("UPDATE gov_commitment_line SET committed = 71 WHERE id = %s", one.line_ids.ids)
        found = self.findings("commitments").filtered(lambda found: found.res_id == self.line_a.id)
        self.assertEqual(found.mapped("message"), ["its commitments say committed 71.00 and their acts posted 70.00"])

    def test_a_decision_posted_twice_or_held_for_nobody_is_found(self):
        one = self.env["gov.budget.amendment"].with_user(self.budget_user)
        moves = ((self.line_a, -100), (self.line_b, 100))
        lines = [(0, 0, {"line_id": line.id, "cp": amount}) for line, amount in moves]
        one = one.create({"budget_id": self.budget.id, "reason": "Needs", "line_ids": lines})
        one.action_submit()
        one.with_user(self.authorising).action_sign()
        one.with_user(self.controller)._gov_visa()
        codes = ("held", "decisions")
        mine = [found.res_id for code in codes for found in self.findings(code)]
        self.assertNotIn(one.id, mine)
        again = [{"line": line, "kind": "amendment", "movement": "a7", "cp": cp, "record": one} for line, cp in moves]
        self.Entry._gov_post([*again, {"line": self.line_a, "kind": "reservation", "reserved": 5, "record": one}])
        found = self.findings("decisions").filtered(lambda found: found.res_id == one.id)
        self.assertIn("it should move -100.00 and its entries move -200.00", found.mapped("message"))
        self.assertIn("5.00 is held", self.findings("held").filtered(lambda f: f.res_id == self.line_a.id).message)

    def test_a_sealed_row_that_was_changed_or_removed_is_named(self):
        """What no sum tells: a word, a day, two rows that take each other's place."""
        self.assertFalse(self.findings("sealed_budget_entry"))
        one, two = self.Entry.search([("line_id", "in", (self.line_a + self.line_i).ids), ("committed", ">", 0)])
        for statement, changed in (
            ("UPDATE gov_budget_entry SET label = 'x' WHERE id = %s", one),
            ("UPDATE gov_budget_entry SET date = date - 1 WHERE id = %s", two),
        ):
            self.tamper(statement, changed.id)
        self.assertEqual(set(self.findings("sealed_budget_entry").mapped("res_id")), {one.id, two.id})
        self.tamper("DELETE FROM gov_budget_entry WHERE id = %s", two.id)
        found = self.findings("sealed_budget_entry").filtered(lambda found: found.res_id == two.id)
        self.assertIn("removed", found.message)

    def test_a_changed_or_removed_seal_is_found(self):
        self.findings()
        made = self.env["gov.budget.seal"].search([], limit=1)
        self.tamper(
            "UPDATE gov_budget_seal SET content = '1:0', digest = %s WHERE id = %s",
            seal.digest("1:0"), made.id, table="gov_budget_seal",
        )  # fmt: skip
        self.assertEqual(self.findings("seals").mapped("message"), ["this seal was changed"])
        self.tamper("DELETE FROM gov_budget_seal WHERE id = %s", made.id, table="gov_budget_seal")
        self.assertEqual(self.findings("seals").mapped("res_id"), [made.id])

    def test_an_entry_moved_to_another_kind_is_found(self):
        entry = self.Entry.search([("line_id", "=", self.line_b.id), ("movement", "=", "a7")])
        self.tamper("UPDATE gov_budget_entry SET movement = 'a9' WHERE id = %s", entry.id)
        found = self.findings("counters").filtered(lambda one: one.res_id == self.line_b.id)
        self.assertEqual(len(found), 2)  # moved and added
        self.assertTrue(self.findings("chapters").filtered(lambda one: one.res_id == self.budget.id))

    def test_an_entry_moved_to_another_year_is_found(self):
        other = self.make_year(2027)
        entry = self.Entry.search([("line_id", "=", self.line_a.id)], limit=1)
        self.tamper("UPDATE gov_budget_entry SET fiscal_year_id = %s WHERE id = %s", other.id, entry.id)
        self.assertIn(entry.id, self.findings("years").mapped("res_id"))

    def test_a_switched_off_guard_is_found(self):
        self.env.cr.execute("ALTER TABLE gov_budget_entry DISABLE TRIGGER gov_budget_entry_append_only_row")
        self.assertIn("is off", self.findings("guard").message)
        # a trigger that only replication runs guards nothing either
        self.env.cr.execute("ALTER TABLE gov_budget_entry ENABLE REPLICA TRIGGER gov_budget_entry_append_only_row")
        self.assertIn("is off", self.findings("guard").message)

    def test_a_gap_and_a_double_in_a_series_are_found(self):
        self.env.cr.execute("CREATE TEMP TABLE gov_series (id int, rank int, officer_id int)")
        self.env.cr.execute("INSERT INTO gov_series VALUES (1, 1, 1), (2, 3, 1), (3, 1, 2), (4, 1, 2), (5, 1, 3)")
        probe = verification.series_probe("s", "gov_series", "rank", "officer_id::text", "")
        [(_probe, seen, total, problems)] = verification.run(self.env.cr, [probe])
        self.assertEqual((seen, total), (5, 2))
        self.assertEqual(
            [one.message for one in problems], ["numbers are missing: 2 numbers up to 3", "a number stands twice"]
        )

    def test_a_movement_beyond_the_cap_is_found(self):
        cap = self.env["gov.budget.cap"].search([("budget_id", "=", self.budget.id)], limit=1)
        cap.flush_recordset()
        self.env.cr.execute("UPDATE gov_budget_cap SET moved_out = initial WHERE id = %s", [cap.id])
        self.assertIn(cap.id, self.findings("caps").mapped("res_id"))

    def test_expressions_follow_the_ledger(self):
        """Each counter of the lines has its expression, made of the words of the ledger."""
        self.assertEqual(set(books.counter_sql(ledger)), set(ledger.COUNTERS))
        self.assertLessEqual(set(books.BASE_OF.values()), set(ledger.COUNTERS))

    def test_results_are_kept_and_nobody_changes_one(self):
        run = self.Verification.browse(self.Verification.with_user(self.auditor).action_verify()["res_id"])
        self.assertEqual(run.user_id, self.auditor)
        for act in (lambda: run.write({"state": "ok"}), run.unlink, lambda: run.copy()):
            with self.assertRaises(AccessError):
                act()
        with self.assertRaises(AccessError):
            self.Verification.create({"state": "ok"})

    def test_who_verifies(self):
        for user in (self.employee, self.controller, self.procurement):
            with self.assertRaises(AccessError):
                self.Verification.with_user(user).action_verify()

    def test_the_nightly_task_says_what_is_wrong_in_the_log(self):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE gov_budget_line SET reserved = 1, available = available - 1 WHERE id = %s", [self.line_a.id]
        )
        with mute_logger("odoo.addons.gov_budget_report.models.gov_budget_verification"):
            self.Verification._cron_verify()
        self.assertEqual(self.Verification.search([], limit=1).state, "broken")


@freeze_time(TODAY)
@tagged("-at_install", "post_install")
class TestVerificationOfActs(ExecutionCase):
    """What was written past its act, without a trace in the sums of the lines, is found and named."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.one, cls.two = cls.committed(70), cls.committed(80)
        cls.waiting = cls.commitment(20)
        cls.waiting.action_submit()
        cls.order = cls.issued(cls.certified(cls.one))

    def found(self, code, statement, *parameters):
        probe = next(
            probe for probe in self.env["gov.budget.verification"]._gov_probes() if probe.code == code
        )  # fmt: skip
        self.env.flush_all()
        [(_probe, _seen, total, _problems)] = verification.run(self.env.cr, [probe])
        self.assertFalse(total)
        self.env.cr.execute(statement, parameters)
        [(_probe, _seen, _total, problems)] = verification.run(self.env.cr, [probe])
        return [(problem.model, problem.res_id) for problem in problems]

    def test_one_commitment_changed_against_another(self):
        found = self.found(
            "commitment_lines",
            "UPDATE gov_commitment_line SET committed = committed + CASE commitment_id WHEN %s THEN 5 ELSE -5 END "
            "WHERE commitment_id IN (%s, %s)",
            self.one.id, self.one.id, self.two.id,
        )  # fmt: skip
        self.assertEqual(found, [("gov.commitment", self.one.id), ("gov.commitment", self.two.id)])

    def test_a_proposal_that_was_made_to_vanish(self):
        act = self.waiting.pending_act_id
        found = self.found("reservations", "UPDATE gov_commitment_act SET state = 'cancelled' WHERE id = %s", act.id)
        self.assertEqual(found, [("gov.commitment.act", act.id)])

    def test_a_commitment_of_another_state(self):
        for one, state in ((self.two, "cancelled"), (self.waiting, "visaed"), (self.waiting, "returned")):
            with self.subTest(state=state):
                self.env.cr.execute("SAVEPOINT tampering")
                found = self.found(
                    "commitment_states", "UPDATE gov_commitment SET state = %s WHERE id = %s", state, one.id
                )
                self.assertEqual(found, [("gov.commitment", one.id)])
                self.env.cr.execute("ROLLBACK TO SAVEPOINT tampering")

    def test_proposals_that_end_with_the_year(self):
        on_day(self.budget.with_user(self.authorising), "2026-12-31").action_close()
        self.assertEqual(self.waiting.state, "lapsed")
        self.assertFalse(self.found("reservations", "SELECT 1"))

    def test_an_invoice_that_was_never_certified(self):
        invoice = self.invoice(self.two, 10, number="F-9")
        found = self.found("invoices", "UPDATE gov_liquidation SET state = 'certified' WHERE id = %s", invoice.id)
        self.assertEqual(found, [("gov.liquidation", invoice.id)])

    def test_an_order_said_to_be_paid_or_of_another_net(self):
        orders = [("gov.payment.order", self.order.id)]
        for change in ("state = 'paid'", "net_amount = net_amount + 0.01", "charged_amount = charged_amount - 0.01"):
            with self.subTest(change=change):
                self.env.cr.execute("SAVEPOINT tampering")
                statement = f"UPDATE gov_payment_order SET {change} WHERE id = %s"  # noqa: S608 - of this test
                self.assertEqual(set(self.found("payments", statement, self.order.id)), set(orders))
                self.env.cr.execute("ROLLBACK TO SAVEPOINT tampering")

    def test_who_decided_on_what_he_asked(self):
        order = self.order
        statement = "UPDATE gov_payment_order SET signed_by_id = submitted_by_id WHERE id = %s"
        self.assertEqual(self.found("people", statement, order.id), [("gov.payment.order", order.id)])
