from datetime import date
from decimal import Decimal

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from odoo.addons.gov_budget.tests.common import TODAY

from .common import SpecialCase

D = Decimal


@freeze_time(TODAY)
@tagged("-at_install", "post_install")
class TestEdges(SpecialCase):
    """Acts in the wrong order, days at the edge of a year, money that would be counted twice."""

    def make_service(self, **vals):
        service = self.env["gov.special.account"].create(
            {
                "name": "Institute",
                "short_name": "INS",
                "kind": "segma",
                "code": "4.1.1.0.0.99.008",
                "creation_year": 2019,
                **vals,
            }
        )
        parts = self.env["gov.special.year"].create(
            [
                {"account_id": service.id, "fiscal_year_id": self.year.id, "part": part}
                for part in ("operating", "investment")
            ]
        )
        parts.with_user(self.authorising).action_open()
        return service, *parts

    # ------------------------------------------------------------------------------------------------ support funds
    def test_announced_funds_that_arrive_are_not_counted_twice(self):
        """Announced 150, then 100 of it collected: 200 carried and 150 of funds, whichever way they stand."""
        self.spend(800, upto="liquidated")
        self.collect(150, self.grant, kind="announced")
        self.assertEqual(self.figures("announced", "order_room"), [150, 350])
        first = self.collect(100, self.grant)
        self.assertEqual(self.figures("announced", "collected", "order_room"), [50, 100, 350])
        with self.assertRaisesRegex(UserError, "CAS-9"), self.env.cr.savepoint():
            self.post(self.cas_line, "order", ordered=351)
        # what comes beyond the announcement is new money
        self.collect(80, self.grant)
        self.assertEqual(self.figures("announced", "collected", "order_room"), [0, 180, 380])
        # money of another source meets no announcement
        self.collect(70, self.grant, kind="announced")
        self.collect(30)
        self.assertEqual(self.figures("announced", "order_room"), [70, 480])
        # taken back, the hundred is announced again
        first.action_reverse("Counted twice")
        self.assertEqual(self.figures("announced", "collected", "order_room"), [170, 110, 480])

    def test_an_announcement_that_arrived_is_not_withdrawn(self):
        announced = self.collect(150, self.grant, kind="announced")
        arrived = self.collect(100, self.grant)
        with self.assertRaisesRegex(UserError, "100,00"), self.env.cr.savepoint():
            announced.action_reverse("The donor withdrew")
        arrived.action_reverse("Of another account")
        announced.action_reverse("The donor withdrew")
        self.assertEqual(self.figures("announced", "collected"), [0, 0])

    # ------------------------------------------------------------------------------------------------------- closing
    def test_a_year_is_closed_once_it_is_over(self):
        self.make_year(2027)
        with freeze_time("2026-12-30 12:00:00"), self.assertRaisesRegex(UserError, "31"), self.env.cr.savepoint():
            self.special_year.with_user(self.authorising).action_close()
        with freeze_time("2026-12-31 12:00:00"):
            self.cas_budget.with_user(self.authorising).action_close()
            self.special_year.with_user(self.authorising).action_close()
        self.assertEqual(self.special_year.state, "closed")

    def test_years_are_closed_in_their_order(self):
        following, _last = self.make_year(2027), self.make_year(2028)
        year = self.env["gov.special.year"].create(
            {"account_id": self.account.id, "fiscal_year_id": following.id, "lf_revenue": 10}
        )
        with freeze_time("2028-01-03 09:00:00"):
            year.with_user(self.authorising).action_open()
            self.cas_budget.with_user(self.authorising).action_close()
            with self.assertRaisesRegex(UserError, "2026"), self.env.cr.savepoint():
                year.with_user(self.authorising).action_close()
            self.special_year.with_user(self.authorising).action_close()
            year.invalidate_recordset()
            self.assertEqual(year.carried, 200)
            year.with_user(self.authorising).action_close()

    def test_the_budget_lapses_before_the_account_closes(self):
        """Closed in the other order, what lapses could no longer be charged to the account."""
        self.make_year(2027)
        with freeze_time("2026-12-31 12:00:00"):
            with self.assertRaisesRegex(UserError, "Close the books"), self.env.cr.savepoint():
                self.special_year.with_user(self.authorising).action_close()
            self.cas_budget.with_user(self.authorising).action_close()
            self.special_year.with_user(self.authorising).action_close()
        self.assertEqual(self.special_year.state, "closed")

    def test_what_the_budget_closed_first_is_still_owed(self):
        self.make_year(2027)
        self.spend(300, upto="committed")
        self.spend(50, self.cas_line2)
        with freeze_time("2026-12-31 12:00:00"):
            self.cas_budget.with_user(self.authorising).action_close()
            self.special_year.with_user(self.authorising).action_close()
        following = self.env["gov.special.year"].search(
            [("account_id", "=", self.account.id), ("state", "=", "draft")]
        )
        self.assertEqual((following.carried, following.carried_commitments), (150, 300))

    # -------------------------------------------------------------------------------------------- balance taken over
    def test_an_account_with_a_past_takes_its_balance_over(self):
        """A fund executed elsewhere until now: its balance comes in by an act, before its first year opens."""
        other = self.env["gov.special.account"].create(
            {"name": "Old fund", "kind": "cas", "code": "3.1.0.0.1.99.006", "creation_year": 1996}
        )
        # a year that was only written down for its figures is no past kept here
        self.env["gov.special.year"].create({"account_id": other.id, "fiscal_year_id": self.make_year(2025).id})
        year = self.env["gov.special.year"].create({"account_id": other.id, "fiscal_year_id": self.year.id})
        for user in (self.budget_user, self.controller, self.auditor, self.employee):
            with self.assertRaises(AccessError):
                year.with_user(user).action_take_over(205_940_000, 12.5, "TGR 12/2025")
        boss = year.with_user(self.authorising)
        for wrong in ((-1, 0, "TGR 1"), (10**15, 0, "TGR 1"), (5, 0, ""), (5, -2, "TGR 1"), ("x", 0, "TGR 1")):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                boss.action_take_over(*wrong)
        boss.action_take_over(205_940_000, 12.5, "TGR 12/2025")
        self.assertEqual((year.carried, year.carried_commitments), (205_940_000, 12.5))
        line = self.env["gov.journal.entry"].search([("model", "=", "gov.special.year"), ("res_id", "=", year.id)])
        self.assertEqual(line.mapped("act"), ["take_over"])
        boss.action_open()
        with self.assertRaises(UserError):
            boss.action_take_over(1, 0, "TGR 12/2025")
        # a year that follows another one has the balance of that one
        self.make_year(2027)
        with freeze_time("2026-12-31 12:00:00"):
            boss.action_close()
        following = other.year_ids.filtered(lambda one: one.fiscal_year_id.name == "2027")
        with self.assertRaises(UserError):
            following.with_user(self.authorising).action_take_over(1, 0, "TGR 12/2026")

    # ------------------------------------------------------------------------------------------------------- revenue
    def test_a_collector_of_another_account_is_refused(self):
        stranger = self.env["gov.special.account"].create(
            {"name": "Other", "kind": "cas", "code": "3.1.0.0.1.99.005", "creation_year": 2000}
        )
        self.collector.account_ids = stranger
        with self.assertRaisesRegex(UserError, "First"):
            self.collect(10)
        self.collect(10, collector_id=self.collector2.id)  # of every account

    def test_a_collector_silent_for_more_than_a_year_is_late(self):
        self.collect(10, date="2026-01-20", month="2025-01-01")
        with freeze_time("2026-03-05 09:00:00"):
            late = self.account._gov_late_collectors(date(2026, 3, 5))
        # the twelve months before March: March 2025 … January 2026, due by the end of February
        self.assertEqual([month for _who, month, _due in late][0], date(2025, 3, 1))
        self.assertEqual([month for _who, month, _due in late][-1], date(2026, 1, 1))
        self.assertEqual(len(late), 11)

    def test_numbers_that_are_none(self):
        for amount in (float("nan"), float("inf"), True, "1e400", 0.004, [], {}):
            with self.subTest(amount), self.assertRaises(UserError), self.env.cr.savepoint():
                self.collect(amount)

    def test_leap_day_and_last_day(self):
        for day in ("2026-01-01", "2026-02-28"):
            self.assertEqual(str(self.collect(1, date=day).month), f"{day[:7]}-01")
        with freeze_time("2026-12-31 23:30:00"):
            self.assertEqual(self.collect(1, date="2026-12-31").year_id, self.special_year)
        leap = self.make_year(2028)
        year = self.env["gov.special.year"].create({"account_id": self.account.id, "fiscal_year_id": leap.id})
        with freeze_time("2028-02-29 09:00:00"):
            year.with_user(self.authorising).action_open()
            self.assertEqual(self.collect(7, date="2028-02-29").year_id, year)
            self.assertEqual(self.account._gov_situation("2028-02-29")["collected"], D(7))
            self.assertEqual(self.account._gov_situation("2028-02-28")["collected"], D(0))
            self.account._gov_forecast()

    # --------------------------------------------------------------------------------------------------------- rules
    def state_of(self, rule, day):
        return next(check["state"] for check in self.account._gov_checks(day) if check["rule"] == rule)

    def test_a_year_in_progress_is_no_year_without_expenditure(self):
        """CAS-7: 2024 and 2025 without, 2026 begun: two years, not three."""
        years = self.env["gov.special.year"].create(
            [
                {"account_id": self.account.id, "fiscal_year_id": self.make_year(number).id}
                for number in (2023, 2024, 2025)
            ]
        )
        years._gov_write({"state": "closed"})
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE gov_special_year SET collected = 9, paid = 9, ordered = 9, committed = 9, other_credits = 9 "
            "WHERE id = %s",
            [years[0].id],
        )
        self.env.invalidate_all()
        self.assertEqual(self.state_of("CAS-7", date(2026, 1, 2)), "watch")
        self.assertEqual(self.state_of("CAS-7", date(2026, 12, 31)), "watch")
        self.spend(5)
        self.assertEqual(self.state_of("CAS-7", date(2026, 12, 31)), "ok")

    def test_own_resources_are_measured_against_what_the_law_authorises(self):
        """CAS-4: 350 of its own collected and nothing else, of 1,000 that the finance law authorised: 35 %."""
        self.account.creation_year = 2018
        self.collect(350)
        self.make_year(2027)
        with freeze_time("2026-12-31 12:00:00"):
            self.cas_budget.with_user(self.authorising).action_close()
            self.special_year.with_user(self.authorising).action_close()
        self.assertEqual(self.state_of("CAS-4", date(2026, 12, 31)), "broken")

    def test_room_for_credits_a_is_what_the_counters_allow(self):
        """Collected 1,100 and 1,000 in the law; 60 suspended during the year does not open room."""
        self.collect(1100)
        self.Entry._gov_post([{"line": self.cas_line, "kind": "amendment", "movement": "a13", "cp": -60}])
        self.assertEqual(self.figures("extra_a_room", "other_credits"), [100, -60])

    def test_the_surplus_is_revenue_less_what_is_committed(self):
        service, operating, investment = self.make_service()
        fees = self.env["gov.revenue.source"].create({"account_id": service.id, "name": "Fees", "nature": "service"})
        self.collect(500, fees, account_id=service.id, collector_id=False)
        self.env.cr.execute(
            "UPDATE gov_special_year SET lf_credits = 400, committed = 400, ordered = 390 WHERE id = %s",
            [operating.id],
        )
        self.env.invalidate_all()
        act = self.env["gov.special.act"].with_user(self.budget_user)
        made = act.create({"year_id": operating.id, "kind": "surplus", "amount": 100})
        self.assertEqual(made.room, 100)
        too_much = act.create({"year_id": operating.id, "kind": "surplus", "amount": 100.01})
        with self.assertRaisesRegex(UserError, "SG-5"):
            too_much.action_submit()
        made.action_submit()
        made.with_user(self.authorising).action_approve()
        self.env.invalidate_all()
        self.assertEqual((operating.surplus, investment.realised), (-100, 100))

    def test_a_programme_is_approved_within_the_credits_of_that_day(self):
        self.program.with_user(self.budget_user).action_modify()
        new = self.env["gov.special.program"].search([("account_id", "=", self.account.id), ("state", "=", "draft")])
        new.with_user(self.budget_user).action_submit()
        self.Entry._gov_post([{"line": self.cas_line, "kind": "amendment", "movement": "a12", "cp": -50}])
        with self.assertRaisesRegex(UserError, "CAS-1"):
            new.with_user(self.authorising).action_approve(visa_reference="DB 3/2026")

    # ------------------------------------------------------------------------------------------------------ forecast
    def plan(self, amount, wanted="2026-03-01", account=None, **vals):
        return self.env["gov.special.plan"].create(
            {"account_id": (account or self.account).id, "name": "Use", "amount": amount, "wanted": wanted, **vals}
        )

    def test_money_without_credits_waits_for_those_of_the_next_year(self):
        """2,000 on the account, 1,000 of credits, 950 committed: 50 now, 300 on the credits of next year."""
        self.collect(2000)
        self.spend(750)
        self.spend(200, self.cas_line2)
        self.assertEqual(self.plan(40).orderable, date(2026, 3, 2))
        self.assertEqual(self.plan(300, priority=20).orderable, date(2027, 1, 1))

    def test_each_part_of_a_service_pays_for_itself(self):
        service, operating, investment = self.make_service()
        fees = self.env["gov.revenue.source"].create({"account_id": service.id, "name": "Fees", "nature": "service"})
        self.collect(500, fees, account_id=service.id, collector_id=False)
        self.env.cr.execute("UPDATE gov_special_year SET lf_credits = 400 WHERE account_id = %s", [service.id])
        self.env.invalidate_all()
        self.assertEqual(self.plan(100, account=service).orderable, date(2026, 3, 2))
        equipment = self.plan(100, account=service, part="investment")
        self.assertFalse(equipment.orderable)
        self.assertEqual(equipment.missing, 100)

    def test_an_expense_wanted_after_the_forecast_is_not_called_unpaid(self):
        self.plan(10, "2035-01-01")
        self.assertNotIn("text-danger", self.account.forecast_html)

    def test_announced_funds_already_ordered_are_not_expected_again(self):
        """200 carried and 150 announced, 350 ordered: nothing is left before the funds come."""
        self.env.cr.execute("UPDATE gov_special_year SET lf_revenue = 0 WHERE id = %s", [self.special_year.id])
        self.env.invalidate_all()
        self.collect(150, self.grant, kind="announced")
        self.spend(350, upto="ordered")
        self.assertEqual(self.account._gov_forecast()["opening"], D(0))
