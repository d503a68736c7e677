from odoo.exceptions import AccessError, UserError

from .common import BudgetCase

MODELS = (
    "gov.budget",
    "gov.budget.line",
    "gov.budget.entry",
    "gov.budget.cap",
    "gov.budget.amendment",
    "gov.budget.delegation",
    "gov.budget.reconciliation",
    "gov.budget.carryover",
    "gov.budget.override",
    "gov.budget.post.act",
    "gov.budget.quarterly",
    "gov.budget.vote.change",
)


class TestAccess(BudgetCase):
    """Who reads and who writes: budget officers prepare, others read, employees see nothing."""

    def can(self, user, model, operation):
        return self.env[model].with_user(user).has_access(operation)

    def test_table(self):
        for model in MODELS:
            for user in (self.budget_user, self.authorising, self.controller, self.auditor):
                self.assertTrue(self.can(user, model, "read"), (user.login, model))
            for user in (self.authorising, self.controller, self.auditor, self.employee):
                for operation in ("write", "create", "unlink"):
                    self.assertFalse(self.can(user, model, operation), (user.login, model, operation))
            self.assertFalse(self.can(self.employee, model, "read"), model)
        for model in ("gov.budget.entry", "gov.budget.cap"):
            for operation in ("write", "create", "unlink"):
                self.assertFalse(self.can(self.budget_user, model, operation))
        for model in ("gov.budget.line", "gov.budget.entry", "gov.budget"):
            self.assertTrue(self.can(self.procurement, model, "read"))

    def test_region_of_the_user(self):
        user = self.make_user("b_far", "budget_officer")
        user.gov_region_ids = self.far
        self.post(self.line_a, "commitment", committed=5)
        seen = self.env["gov.budget.line"].with_user(user).search([("budget_id", "=", self.budget.id)])
        self.assertEqual(seen, self.line_d)
        with self.assertRaises(AccessError):
            self.line_a.with_user(user).read(["available"])
        entries = self.env["gov.budget.entry"].with_user(user).search([("line_id.budget_id", "=", self.budget.id)])
        self.assertEqual(entries.line_id, self.line_d)

    def test_what_is_worked_out_is_not_written(self):
        """Odoo stores a value given for a stored field that it computes."""
        line = self.line_a.with_user(self.budget_user)
        for name, value in (
            ("cp_voted", 10**6),
            ("is_investment", True),
            ("chapter_code", "1.2.2.2.0.99.000"),
            ("region_id", self.far.id),
            ("parent_line_id", self.line_b.id),
        ):
            with self.assertRaises(UserError, msg=name), self.env.cr.savepoint():
                line.write({name: value})
        with self.assertRaises(AccessError):
            line.create({"budget_id": self.budget.id, "node_id": self.node_c.id, "cp_voted": 10**6})

    def test_open_budget_stays_in_its_year(self):
        budget, year = self.budget.with_user(self.budget_user), self.make_year(2027)
        for values in ({"fiscal_year_id": year.id}, {"kind": "cas"}, {"account_code": "29.004"}):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                budget.write(values)
        self.assertEqual(self.line_a.year, 2026)

    def test_acts_check_the_role(self):
        one = (
            self.env["gov.budget.amendment"]
            .with_user(self.budget_user)
            .create(
                {
                    "budget_id": self.budget.id,
                    "reason": "Needs",
                    "line_ids": [
                        (0, 0, {"line_id": self.line_a.id, "cp": -10}),
                        (0, 0, {"line_id": self.line_b.id, "cp": 10}),
                    ],
                }
            )
        )
        for user in (self.auditor, self.controller, self.employee, self.authorising):
            with self.assertRaises(AccessError):
                one.with_user(user).action_submit()
        one.action_submit()
        for user in (self.auditor, self.controller, self.employee, self.budget_user2):
            with self.assertRaises(AccessError):
                one.with_user(user).action_sign()
        one.with_user(self.authorising).action_sign()
        for user in (self.auditor, self.employee, self.budget_user2, self.authorising):
            with self.assertRaises(AccessError):
                one.with_user(user).action_visa()

    def test_dialog_serves_budget_records_only(self):
        dialog = (
            self.env["gov.budget.dialog"]
            .with_user(self.budget_user)
            .create({"operation": "cancel", "res_model": "res.users", "res_id": 2, "reason": "Anything at all"})
        )
        with self.assertRaisesRegex(Exception, "does not exist"):
            dialog.action_confirm()

    def test_every_reader_opens_the_screens(self):
        """The form of a line and the list of budgets open for each role that has their menu."""
        for user in (self.budget_user, self.authorising, self.controller, self.procurement, self.auditor):
            line = self.line_a.with_user(user)
            view = line.get_view(view_type="form")
            names = [name for name in view["models"]["gov.budget.line"] if name in line._fields]
            self.assertEqual(line.read(names)[0]["available"], 1000)
            budget = self.budget.with_user(user)
            view = budget.get_view(view_type="form")
            budget.read([name for name in view["models"]["gov.budget"] if name in budget._fields])
