from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from odoo.addons.gov_budget.tests.common import TODAY

from .common import SpecialCase


@freeze_time(TODAY)
@tagged("-at_install", "post_install")
class TestAct(SpecialCase):
    """Extra credits within their maxima, anticipation within its ceiling, the surplus of a service."""

    def act(self, kind, amount, line=None, **vals):
        act = (
            self.env["gov.special.act"]
            .with_user(self.budget_user)
            .create(
                {
                    "year_id": self.special_year.id,
                    "kind": kind,
                    "order_reference": "Order 5/2026",
                    "order_date": "2026-02-20",
                    "line_ids": [(0, 0, {"budget_line_id": (line or self.cas_line).id, "amount": amount})],
                    **vals,
                }
            )
        )
        return act

    def approve(self, act):
        act.action_submit()
        return act.with_user(self.authorising).action_approve()

    def test_credits_of_excess_revenue(self):
        with self.assertRaisesRegex(UserError, "CAS-10"):
            self.act("extra_a", 1).action_submit()
        self.collect(1100)
        act = self.act("extra_a", 100)
        self.assertEqual(act.room, 100)
        self.approve(act)
        self.assertEqual(self.figures("extra_a", "credits", "extra_a_room"), [100, 1100, 0])
        self.cas_line.invalidate_recordset()
        self.assertEqual((self.cas_line.cp_current, self.cas_line.cp_added), (900, 100))
        with self.assertRaisesRegex(UserError, "CAS-10"):
            self.act("extra_a", 0.01).action_submit()

    def test_credits_of_the_balance(self):
        self.approve(self.act("extra_b", 150))
        self.assertEqual(self.figures("extra_b", "extra_b_room", "credits"), [150, 50, 1150])
        with self.assertRaisesRegex(UserError, "CAS-11"):
            self.act("extra_b", 51).action_submit()

    def test_two_acts_submitted_together_do_not_pass_the_maximum(self):
        first, second = self.act("extra_b", 150), self.act("extra_b", 150)
        first.action_submit()
        second.action_submit()
        first.with_user(self.authorising).action_approve()
        with self.assertRaisesRegex(UserError, "CAS-11"), self.env.cr.savepoint():
            second.with_user(self.authorising).action_approve()
        self.assertEqual(self.figures("extra_b"), [150])

    def test_an_extra_credit_needs_its_order(self):
        act = self.act("extra_b", 10, order_reference=False)
        act.action_submit()
        with self.assertRaisesRegex(UserError, "number and the date"):
            act.with_user(self.authorising).action_approve()

    def test_anticipation_stays_within_its_ceiling(self):
        self.env.cr.execute("UPDATE gov_special_year SET anticipation = 300 WHERE id = %s", [self.special_year.id])
        self.special_year.invalidate_recordset()
        parameter = self.env["gov.parameter"].search([("code", "=", "cas.programme_required")])
        parameter.value = 0
        self.spend(1000 - 200, upto="committed")
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.spend(250, upto="committed")
        self.approve(self.act("anticipation", 250))
        self.spend(250, upto="committed")
        self.assertEqual(self.figures("committed", "anticipated"), [1050, 250])
        with self.assertRaisesRegex(UserError, "CAS-14"):
            self.act("anticipation", 51).action_submit()

    def test_who_prepares_and_who_approves(self):
        act = self.act("extra_b", 10)
        for user in (self.authorising, self.controller, self.auditor, self.employee):
            with self.assertRaises(UserError):
                act.with_user(user).action_submit()
        act.action_submit()
        for user in (self.budget_user, self.budget_user2, self.controller, self.auditor, self.employee):
            with self.assertRaises(AccessError):
                act.with_user(user).action_approve()
        both = self.make_user("b_both", "budget_officer", "authorising_officer")
        own = self.act("extra_b", 10).with_user(both)
        own.action_submit()
        with self.assertRaises(AccessError):
            own.action_approve()

    def test_refusing_takes_a_reason_and_opens_nothing(self):
        act = self.act("extra_b", 10)
        act.action_submit()
        with self.assertRaises(UserError):
            act.with_user(self.authorising).action_refuse(" ")
        act.with_user(self.authorising).action_refuse("The order is not signed")
        self.assertEqual((act.state, *self.figures("extra_b")), ("refused", 0))
        with self.assertRaises(UserError):
            act.with_user(self.authorising).action_approve()
        given_up = self.act("extra_b", 10)
        given_up.action_cancel("No longer needed")
        self.assertEqual(given_up.state, "cancelled")

    def test_a_line_of_another_account_is_refused(self):
        with self.assertRaises(UserError):
            self.act("extra_b", 10, self.line_a).action_submit()

    def test_frozen_once_submitted(self):
        act = self.act("extra_b", 10)
        act.action_submit()
        for change in (
            lambda: act.write({"amount": 5}),
            lambda: act.line_ids.write({"amount": 5}),
            act.line_ids.unlink,
        ):
            with self.assertRaises(UserError):
                change()
        with self.assertRaises(UserError):
            act.write({"state": "approved"})

    def test_surplus_of_a_service_goes_to_its_investment(self):
        service = self.env["gov.special.account"].create(
            {
                "name": "Institute",
                "short_name": "INS",
                "kind": "segma",
                "code": "4.1.1.0.0.99.008",
                "creation_year": 2019,
            }
        )
        fees = self.env["gov.revenue.source"].create({"account_id": service.id, "name": "Fees", "nature": "service"})
        years = self.env["gov.special.year"]
        parts = years.create(
            [
                {"account_id": service.id, "fiscal_year_id": self.year.id, "part": part}
                for part in ("operating", "investment")
            ]
        )
        self.assertEqual(parts.mapped("chapter_code"), ["4.2.1.1.0.99.008", "4.2.2.2.0.99.008"])
        with self.assertRaises(UserError):
            years.create({"account_id": service.id, "fiscal_year_id": self.make_year(2027).id, "part": "whole"})
        parts.with_user(self.authorising).action_open()
        self.collect(500, fees, account_id=service.id, collector_id=False)
        self.assertEqual(parts[0].collected, 500)
        # money beyond the credits of the service: nothing can be ordered, so nothing is a surplus yet
        self.env.cr.execute("UPDATE gov_special_year SET lf_credits = 400 WHERE id IN %s", [tuple(parts.ids)])
        parts.invalidate_recordset()
        act = (
            self.env["gov.special.act"]
            .with_user(self.budget_user)
            .create({"year_id": parts[0].id, "kind": "surplus", "amount": 150})
        )
        self.approve(act)
        parts.invalidate_recordset()
        self.assertEqual([(year.surplus, year.realised) for year in parts], [(-150, 350), (150, 150)])
        with self.assertRaises(UserError):
            self.env["gov.special.act"].create({"year_id": parts[1].id, "kind": "surplus", "amount": 1})
        with self.assertRaises(UserError):
            self.env["gov.special.act"].create({"year_id": parts[0].id, "kind": "anticipation"})
        checks = {check["rule"]: check["state"] for check in service._gov_checks(self.special_year.opened_on)}
        self.assertEqual(set(checks), {f"SG-{number}" for number in range(1, 13)})
        self.assertEqual((checks["SG-9"], checks["SG-11"], checks["SG-12"]), ("ok", "watch", "watch"))
