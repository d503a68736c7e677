from psycopg2 import DatabaseError

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.gov_budget.tests.common import TODAY

from .common import SpecialCase


@freeze_time(TODAY)
@tagged("-at_install", "post_install")
class TestRevenue(SpecialCase):
    """Revenue: append-only, numbered, journalled; reconciled each month."""

    def test_an_entry_moves_its_account_and_is_journalled(self):
        entry = self.collect(150.25)
        self.assertEqual(self.figures("collected", "realised"), [150.25, 350.25])
        self.assertEqual(entry.number, "00001/2026")
        self.assertEqual(str(entry.month), "2026-02-01")
        self.assertEqual(entry.user_id, self.budget_user)
        line = self.env["gov.journal.entry"].search([("model", "=", "gov.revenue.entry"), ("res_id", "=", entry.id)])
        self.assertEqual((line.act, line.actor_id), ("enter", self.budget_user))
        self.assertEqual(self.collect(1).number, "00002/2026")

    def test_assessed_revenue_is_not_collected(self):
        self.collect(500, kind="assessed")
        self.assertEqual(self.figures("assessed", "collected", "realised"), [500, 0, 200])

    def test_nobody_changes_or_deletes_an_entry(self):
        entry = self.collect(10)
        for act in (lambda: entry.write({"amount": 20}), entry.unlink, entry.copy):
            with self.assertRaises(AccessError):
                act()
        self.env.flush_all()
        for statement in ("UPDATE gov_revenue_entry SET amount = 9", "DELETE FROM gov_revenue_entry"):
            with mute_logger("odoo.sql_db"), self.assertRaises(DatabaseError), self.env.cr.savepoint():
                self.env.cr.execute(f"{statement} WHERE id = {entry.id}")  # noqa: S608

    def test_a_mistake_is_reversed_with_a_reason(self):
        entry = self.collect(150)
        with self.assertRaises(UserError):
            entry.action_reverse("")
        entry.action_reverse("Counted twice")
        self.assertEqual(self.figures("collected"), [0])
        self.assertEqual(entry.reversal_ids.amount, -150)
        with self.assertRaisesRegex(UserError, "already"):
            entry.action_reverse("Counted twice")
        with self.assertRaisesRegex(UserError, "reversal itself"):
            entry.reversal_ids.with_user(self.budget_user).action_reverse("Counted twice")

    def test_revenue_already_ordered_against_is_not_taken_back(self):
        entry = self.collect(150)
        self.spend(300, upto="ordered")
        with self.assertRaisesRegex(UserError, "CAS-5"):
            entry.action_reverse("Counted twice")

    def test_odd_entries_get_a_sentence(self):
        for vals in (
            {"amount": 0},
            {"amount": -5},
            {"amount": 10**15},
            {"amount": "a lot"},
            {"date": "2026-03-05"},
            {"date": "2024-02-10"},
            {"date": "someday"},
            {"month": "2026-05-01"},
            {"source_id": False},
            {"kind": "announced"},
            {"kind": "imagined"},
            {"part": "operating"},
            {"number": "1/2026"},
            {"reverses_id": 1},
        ):
            with self.subTest(vals), self.assertRaises(UserError), self.env.cr.savepoint():
                self.collect(**{"amount": 10, **vals})
        other = self.env["gov.special.account"].create(
            {"name": "Other", "kind": "cas", "code": "3.1.0.0.1.99.005", "creation_year": 2000}
        )
        with self.assertRaises(UserError):
            self.collect(10, account_id=other.id)

    def test_defaults_of_a_call_cannot_forge_an_entry(self):
        entries = self.env["gov.revenue.entry"].with_user(self.budget_user)
        entry = entries.with_context(
            default_number="99999/2026", default_user_id=self.auditor.id, default_account_id=self.account.id
        ).create({"source_id": self.tax.id, "amount": 5, "date": "2026-02-01"})
        self.assertEqual(
            (entry.number, entry.user_id, entry.account_id), ("00001/2026", self.budget_user, self.account)
        )

    def test_import_of_a_list(self):
        found = self.env["gov.revenue.entry"].with_user(self.budget_user).load(
            ["account_id/.id", "source_id/.id", "amount", "date"],
            [[str(self.account.id), str(self.tax.id), amount, "2026-01-05"] for amount in ("10", "20")],
        )  # fmt: skip
        self.assertFalse(found["messages"])
        self.assertEqual(self.figures("collected"), [30])

    def test_the_form_enters_an_entry(self):
        with Form(self.env["gov.revenue.entry"].with_user(self.budget_user)) as form:
            form.account_id = self.account
            form.source_id = self.tax
            form.amount = 12
        self.assertEqual(self.figures("collected"), [12])

    # ------------------------------------------------------------------------------------------------- reconciliation
    def reconciliation(self, **vals):
        return self.env["gov.revenue.reconciliation"].with_user(self.budget_user).create(
            {"account_id": self.account.id, "month": "2026-02-15", **vals}
        )  # fmt: skip

    def test_a_month_is_reconciled_collector_by_collector(self):
        self.collect(100)
        self.collect(50, collector_id=self.collector2.id)
        self.collect(30, month="2026-01-01")
        made = self.reconciliation()
        self.assertEqual(str(made.month), "2026-02-01")
        made.action_load()
        self.assertEqual(
            {line.collector_id: line.ours for line in made.line_ids}, {self.collector: 100, self.collector2: 50}
        )
        made.line_ids.filtered(lambda line: line.collector_id == self.collector).theirs = 100
        made.line_ids.filtered(lambda line: line.collector_id == self.collector2).theirs = 45
        with self.assertRaisesRegex(UserError, "Second"):
            made.action_submit()
        made.line_ids.filtered("difference").explanation = "Paid on 1 March"
        made.action_submit()
        self.assertEqual((made.ours, made.theirs, made.difference, made.difference_count), (150, 145, -5, 1))
        with self.assertRaises(AccessError):
            made.action_approve()
        with self.assertRaises(UserError):
            made.line_ids[:1].theirs = 1
        made.with_user(self.authorising).action_return("Ask the second collector")
        self.assertEqual(made.state, "draft")
        made.action_submit()
        made.with_user(self.authorising).action_approve()
        self.assertEqual(made.approved_by_id, self.authorising)

    def test_who_prepared_does_not_approve(self):
        both = self.make_user("b_both", "budget_officer", "authorising_officer")
        self.collect(100)
        made = self.reconciliation().with_user(both)
        made.action_load()
        made.line_ids.theirs = 100
        made.action_submit()
        with self.assertRaises(AccessError):
            made.action_approve()

    def test_late_collectors_are_named(self):
        self.collect(10, date="2026-01-20", month="2025-11-01")
        with freeze_time("2026-03-05 09:00:00"):
            self.account.invalidate_recordset()
            lines = self.account.late_text.splitlines()
        self.assertEqual(len(lines), 2)  # December by the end of January, January by the end of February
        self.assertTrue(all("First" in line for line in lines))

    def test_tax_of_a_bill(self):
        bill = self.env["gov.tppan.simulation"].with_user(self.budget_user).create({"kwh": 400, "month": "2026-02-10"})
        self.assertEqual((bill.tax, bill.fund, bill.other), (65.0, 26.0, 39.0))
        self.assertEqual(str(bill.due_date), "2026-03-31")
        bill.kwh = 150
        self.assertEqual(bill.tax, 0)
