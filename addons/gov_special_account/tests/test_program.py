from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from odoo.addons.gov_budget.models.gov_budget_entry import BudgetRefused
from odoo.addons.gov_budget.tests.common import TODAY

from .common import SpecialCase


@freeze_time(TODAY)
@tagged("-at_install", "post_install")
class TestProgram(SpecialCase):
    """Commitments are charged within the programme of use; a modified one is a new version."""

    def test_a_commitment_beyond_the_programme_is_refused(self):
        self.program.action_modify()
        new = self.env["gov.special.program"].search([("account_id", "=", self.account.id), ("state", "=", "draft")])
        new.with_user(self.budget_user).line_ids.filtered(lambda use: use.budget_line_id == self.cas_line).amount = 100
        new.with_user(self.budget_user).action_submit()
        new.with_user(self.authorising).action_approve(visa_reference="DB 2/2026")
        self.assertEqual((new.version, self.program.state), (2, "superseded"))
        self.spend(100, upto="committed")
        with self.assertRaisesRegex(BudgetRefused, "CAS-15"):
            self.spend(1, upto="committed")

    def test_without_a_programme_nothing_is_committed(self):
        self.env.flush_all()
        self.program._gov_write({"state": "refused"})
        with self.assertRaisesRegex(BudgetRefused, "CAS-15"):
            self.spend(1, upto="committed")
        parameter = self.env["gov.parameter"].search([("code", "=", "cas.programme_required")])
        parameter.value = 0
        self.spend(1, upto="committed")

    def draft(self, amount):
        return self.env["gov.special.program"].with_user(self.budget_user).create(
            {
                "account_id": self.account.id,
                "fiscal_year_id": self.make_year(2026).id,
                "line_ids": [(0, 0, {"budget_line_id": self.cas_line.id, "name": "Use", "amount": amount})],
            }
        )  # fmt: skip

    def test_uses_stay_within_credits_and_above_commitments(self):
        self.program._gov_write({"state": "refused"})
        self.env.cr.execute("UPDATE gov_special_program SET version = 9 WHERE id = %s", [self.program.id])
        program = self.draft(1001)
        with self.assertRaisesRegex(UserError, "CAS-1"):
            program.action_submit()
        program.line_ids.amount = 50
        self.post(self.cas_line, "correction", committed=60)
        with self.assertRaisesRegex(UserError, "committed"):
            program.action_submit()
        program.line_ids.amount = 60
        program.action_submit()
        with self.assertRaises(UserError):
            program.line_ids.amount = 70
        with self.assertRaises(UserError):
            program.with_user(self.authorising).action_approve()
        with self.assertRaises(AccessError):
            program.action_approve(visa_reference="1")
        with self.assertRaises(UserError):
            program.with_user(self.authorising).action_refuse("")
        program.with_user(self.authorising).action_refuse("Studies are missing")
        self.assertEqual((program.state, program.reason), ("refused", "Studies are missing"))

    def test_lines_of_another_account_are_refused(self):
        with self.assertRaises(UserError):
            self.env["gov.special.program.line"].create(
                {"program_id": self.draft(1).id, "budget_line_id": self.line_a.id, "name": "x", "amount": 1}
            )

    def test_states_move_by_acts_alone(self):
        for vals in ({"state": "draft"}, {"visa_reference": "x"}, {"version": 7}):
            with self.assertRaises(UserError):
                self.program.with_user(self.budget_user).write(vals)
        made = self.program.with_user(self.budget_user).copy(
            {"fiscal_year_id": self.make_year(2027).id, "line_ids": False}
        )
        self.assertEqual((made.state, made.version, made.visa_reference), ("draft", 1, False))
