from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from odoo.addons.gov_budget.tests.common import TODAY

from .common import SpecialCase

MODELS = (
    "gov.special.account",
    "gov.special.year",
    "gov.revenue.entry",
    "gov.revenue.source",
    "gov.revenue.reconciliation",
    "gov.special.program",
    "gov.special.act",
    "gov.special.plan",
)


@freeze_time(TODAY)
@tagged("-at_install", "post_install")
class TestAccess(SpecialCase):
    def test_readers_read_and_others_do_not(self):
        self.collect(10)
        for model in MODELS:
            for user in (self.budget_user, self.authorising, self.controller, self.auditor):
                self.env[model].with_user(user).search([]).mapped("display_name")
            for user in (self.employee, self.procurement):
                with self.assertRaises(AccessError):
                    self.env[model].with_user(user).search([])

    def test_only_budget_officers_write(self):
        for user in (self.authorising, self.controller, self.auditor):
            with self.assertRaises(AccessError):
                self.account.with_user(user).name = "x"
            with self.assertRaises(AccessError):
                self.env["gov.revenue.entry"].with_user(user).create(
                    {"account_id": self.account.id, "source_id": self.tax.id, "amount": 1}
                )

    def test_a_regional_reader_sees_the_accounts_of_his_region(self):
        user = self.make_user("b_far", "auditor")
        user.gov_region_ids = self.far
        self.account.unit_id = self.unit
        self.collect(10)
        for model in (
            "gov.special.account",
            "gov.special.year",
            "gov.revenue.entry",
            "gov.revenue.source",
            "gov.special.program",
        ):
            found = self.env[model].with_user(user).search([])
            self.assertNotIn(self.account, found if model == "gov.special.account" else found.account_id)
        self.account.unit_id = self.regional_unit
        self.env.flush_all()
        self.assertIn(self.account, self.env["gov.special.account"].with_user(user).search([]))

    def test_codes_are_those_of_the_finance_law(self):
        self.assertEqual(self.account.expenditure_code, "3.2.0.0.1.99.004")
        for kind, code in (
            ("cas", "3.2.0.0.1.99.007"),
            ("cas", "4.1.1.0.0.98.008"),
            ("segma", "3.1.0.0.1.98.004"),
            ("cas", "x"),
        ):
            with self.assertRaises(ValidationError):
                self.env["gov.special.account"].create(
                    {"name": "x", "kind": kind, "code": code, "creation_year": 2000}
                )
        with self.assertRaises(UserError):
            self.account.code = "3.1.0.0.1.99.009"
        with self.assertRaises(UserError):
            self.account.unlink()
        with self.assertRaises(UserError):
            self.account.copy()

    def test_dialogs_do_only_acts_of_accounts(self):
        entry = self.collect(10)
        dialog = self.env["gov.special.dialog"].with_user(self.budget_user)
        asked = dialog.with_context(**entry.action_ask_reverse()["context"]).create({"reason": "Counted twice"})
        asked.action_confirm()
        self.assertTrue(entry.reversal_ids)
        with self.assertRaises(UserError):
            dialog.create(
                {"operation": "cancel", "res_model": "res.users", "res_id": self.auditor.id}
            ).action_confirm()
