import inspect
from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged
from odoo.tests.common import BaseCase

from ..tools import account as accounts
from ..tools import execution, renewal
from .contract_common import TODAY, ContractCase


@tagged("post_install", "-at_install")
class TestRenewal(BaseCase):
    def test_whole_years_commit_the_whole_amount(self):
        rows = renewal.plan_years(date(2026, 1, 1), 3, 100_000)
        self.assertEqual([row.year for row in rows], [2026, 2027, 2028])
        self.assertTrue(all(row.is_whole and row.amount == 100_000 for row in rows))

    def test_first_and_last_years_share_one_to_the_centime(self):
        for day in (date(2026, 7, 1), date(2024, 2, 29), date(2027, 12, 31), date(2026, 1, 2)):
            for years in (1, 3, 5):
                for yearly in ("100000", "99999.99", "0.07"):
                    rows = renewal.plan_years(day, years, yearly)
                    self.assertEqual(sum(row.amount for row in rows), renewal.dirhams(yearly) * years, (day, years))
                    self.assertEqual(len(rows), years + 1)
                    self.assertEqual(rows[0].first, day)
                    for before, after in zip(rows, rows[1:], strict=False):
                        self.assertEqual((after.first - before.last).days, 1)
        rows = renewal.plan_years(date(2026, 7, 1), 3, 365_000)
        self.assertEqual([float(row.amount) for row in rows], [184_000, 365_000, 365_000, 181_000])
        self.assertEqual(str(rows[-1].last), "2029-06-30")

    def test_limits_of_a_year(self):
        first, middle = renewal.plan_years(date(2026, 7, 1), 3, 365_000)[:2]
        self.assertIsNone(renewal.yearly_problem(first, 365_000, 365_000, 0, 3))
        self.assertIsNone(renewal.yearly_problem(middle, 365_000, 365_000, 184_000, 3))
        self.assertEqual(renewal.yearly_problem(middle, 364_999, 365_000, 0, 3)[0], "whole")
        self.assertEqual(renewal.yearly_problem(first, "365000.01", 365_000, 0, 3)[0], "above")
        self.assertEqual(renewal.yearly_problem(first, 0, 365_000, 0, 3)[0], "zero")
        last = renewal.plan_years(date(2026, 7, 1), 3, 365_000)[-1]
        self.assertIsNone(renewal.yearly_problem(last, 181_000, 365_000, 914_000, 3))
        self.assertEqual(renewal.yearly_problem(last, "181000.01", 365_000, 914_000, 3)[0], "ceiling")

    def test_maximum_is_twice_the_minimum_at_most(self):
        self.assertIsNone(renewal.framework_problem(300_000, 600_000))
        self.assertEqual(renewal.framework_problem("299999.99", 600_000), "ratio")
        self.assertEqual(renewal.framework_problem(700_000, 600_000), "order")
        self.assertEqual(renewal.framework_problem(0, 600_000), "missing")
        self.assertEqual(renewal.shortfall(300_000, 3, 850_000).missing, 50_000)
        self.assertEqual(renewal.shortfall(300_000, 3, 950_000).missing, 0)

    def test_amendments_stay_within_their_share(self):
        self.assertIsNone(renewal.amendment_problem("maximum", 600_000, 60_000, "0.1"))
        self.assertEqual(renewal.amendment_problem("maximum", 600_000, "60000.01", "0.1"), 60_000)
        self.assertEqual(renewal.amendment_problem("minimum", 300_000, "75000.01", "0.25"), 75_000)
        with self.assertRaises(ValueError):
            renewal.amendment_problem("other", 1, 1, 1)

    def test_price_of_studies_follows_their_delay(self):
        self.assertIsNone(execution.studies_price_problem(89, False))
        self.assertEqual(execution.studies_price_problem(89, True), "firm")
        self.assertIsNone(execution.studies_price_problem(90, True))
        self.assertEqual(execution.studies_price_problem(90, False), "revisable")

    def test_works_keep_the_indices_of_their_month(self):
        self.assertEqual(execution.revision_of(100_000, "0.15", [("0.85", 110, 100)]), 8_500)
        self.assertFalse(execution.revision_passes("0.15", [("0.85", 150, 100)]))
        self.assertTrue(execution.revision_passes("0.15", [("0.85", 160, 100)]))
        self.assertTrue(execution.revision_passes("0.15", [("0.85", 40, 100)]))

    def test_termination_needs_its_case(self):
        problem = execution.termination_problem
        today = date(2026, 5, 20)
        self.assertIsNone(problem("authority", {}))
        self.assertEqual(problem("nothing", {}), "unknown")
        self.assertEqual(problem("fault", {"today": today}), "notice")
        facts = {"today": today, "notice_over": date(2026, 5, 20), "decide_by": date(2026, 6, 19)}
        self.assertEqual(problem("fault", facts), "notice")
        self.assertIsNone(problem("fault", {**facts, "today": date(2026, 5, 21)}))
        self.assertIsNone(problem("fault", {**facts, "today": date(2026, 6, 19)}))
        self.assertEqual(problem("fault", {**facts, "today": date(2026, 6, 20)}), "notice_old")
        self.assertEqual(problem("adjournment", {"days_stopped": 365, "stop_limit": 365}), "stopped")
        self.assertIsNone(problem("adjournment", {"days_stopped": 366, "stop_limit": 365}))
        self.assertEqual(problem("penalty_cap", {"is_capped": False}), "is_capped")
        self.assertIsNone(problem("penalty_cap", {"is_capped": True}))


@tagged("post_install", "-at_install")
class TestAccountsInARow(BaseCase):
    """Any sequence of accounts: nothing is taken twice, nothing is lost, no net is negative."""

    STEP = st.tuples(
        st.integers(0, 200),  # works of the account, in units of 1,200 dirhams with taxes
        st.integers(0, 120),  # days late so far
        st.integers(0, 20_000),  # special penalties asked by the account
        st.integers(0, 5_000),  # taxes withheld
    )

    @settings(max_examples=80, deadline=None)
    @given(st.lists(STEP, min_size=1, max_size=8), st.booleans())
    def test_what_is_due_is_taken_once_and_the_rest_is_carried(self, steps, has_advance):
        total, advance = Decimal(600_000), Decimal(60_000 if has_advance else 0)
        done = days = asked = 0
        sums = dict.fromkeys(("gross", "retention", "advance", "penalty", "special_penalty", "net", "tax"), Decimal(0))
        for units, late, special, tax in steps:
            done, days, asked = min(500, done + units), max(days, late), asked + special
            due = execution.special_penalties(total, asked)
            result = accounts.work_out(
                [accounts.WorkLine("1", done, 1000)],
                total,
                paid_before=sums["gross"],
                retained_before=sums["retention"],
                advance_paid=advance,
                advance_recovered=sums["advance"],
                penalty_days=days,
                penalised_before=sums["penalty"],
                special_penalties=due,
                specially_before=sums["special_penalty"],
                withholdings=[("vat_withheld", tax)],
            )
            self.assertGreaterEqual(result.net, 0)
            for code in ("retention", "advance", "penalty", "special_penalty"):
                sums[code] -= result[code]
            sums["tax"] -= result["vat_withheld"]
            sums["net"] += result.net
            sums["gross"] = result["gross"]
            penalty = execution.late_penalty(total, days).amount
            # what is due and not taken is what is carried
            left = penalty - sums["penalty"] + due - sums["special_penalty"] + tax + result["vat_withheld"]
            left += accounts.advance_recovery(advance, total, result["gross"], sums["advance"])
            self.assertEqual(result["carried"], left)
            self.assertLessEqual(sums["retention"], Decimal("0.07") * total)
            self.assertLessEqual(sums["penalty"], Decimal("0.08") * total)
            self.assertLessEqual(sums["special_penalty"], Decimal("0.02") * total)
            self.assertLessEqual(sums["advance"], advance)
        taken = sum(sums[code] for code in ("retention", "advance", "penalty", "special_penalty", "tax", "net"))
        self.assertEqual(taken, sums["gross"])


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestYearlyContract(ContractCase):
    """Framework and renewable contracts (art. 7 and 8): a new commitment each year, within their limits."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        years = cls.env["gov.fiscal.year"]
        year = years._for_date(fields.Date.to_date("2027-01-01")) or years.create(
            {"name": "2027", "date_from": "2027-01-01", "date_to": "2027-12-31"}
        )
        budget = cls.budget.sudo().copy({"fiscal_year_id": year.id})
        cls.line_2027 = cls.env["gov.budget.line"].sudo().search(
            [("budget_id", "=", budget.id), ("node_id", "=", cls.line_i.node_id.id)], limit=1
        )  # fmt: skip
        if not cls.line_2027:
            cls.line_2027 = cls.line_i.sudo().copy({"budget_id": budget.id})

    def framework(self, **vals):
        return self.contract(**{"form": "framework", "begins_on": "2026-07-01", "minimum": 300_000, **vals})

    def started(self, contract):
        contract.action_prepare_commitment()
        self.visaed(contract)
        contract.action_notify()
        self.order(contract, "start", "2026-03-12")
        return contract

    def test_years_of_a_framework_contract_and_what_they_commit(self):
        contract = self.framework()
        self.assertEqual(contract.duration_years, 3)
        contract.action_prepare_commitment()
        rows = contract.year_ids
        self.assertEqual(rows.mapped("year"), [2026, 2027, 2028, 2029])
        self.assertEqual(round(sum(rows.mapped("amount")), 2), 1_800_000)
        self.assertEqual(contract.commitment_id.amount, rows[0].amount)
        self.assertEqual(contract.commitment_id, rows[0].commitment_id)
        self.assertIn("1,800,000", contract.year_text.replace("\xa0", ""))
        self.assertEqual(contract.advance_due, 0)
        with self.refuses("at most"):
            contract.duration_years = 4
        self.works_nature.is_long = True
        contract.duration_years = 5

    def test_minimum_and_maximum_must_fit(self):
        for minimum, words in ((0, "says its minimum"), (299_000, "between"), (700_000, "between")):
            with self.refuses(words):
                self.framework(minimum=minimum).action_prepare_commitment()
        contract = self.framework()
        contract.line_ids.quantity_min = 250
        self.assertEqual(contract.minimum, 300_000)
        with self.refuses("first year begins"):
            self.framework(begins_on=False).action_prepare_commitment()

    def test_accounts_stay_within_the_year_and_close_it(self):
        contract = self.started(self.framework())
        first = contract.year_ids[0]
        with self.refuses("the year commits"):
            self.account(contract, 300)
        contract.account_ids.filtered(lambda one: one.state == "draft").action_cancel("Too much for the year")
        account = self.account(contract, 200)
        # a tenth of 240,000 is more than 7 % of what the year commits
        self.assertEqual((account.year_id, account.retention), (first, round(0.07 * first.amount, 2)))
        self.assertEqual(first.left, first.amount - 240_000)
        closing = self.account(contract, 210, "2026-12-20", is_final=True)
        self.assertEqual((closing.this_account, first.state), (12_000, "closed"))
        with self.refuses("2027 has no commitment"):
            contract.action_new_account()

    def test_each_year_is_committed_once_in_order_and_whole(self):
        contract = self.started(self.framework())
        second, third = contract.year_ids[1:3]
        with self.refuses("follow one another"):
            third.action_commit()
        second.budget_line_id = False
        with self.refuses("line of the year"):
            second.action_commit()
        second.budget_line_id = self.line_2027
        with self.refuses("whole amount"):
            second.amount = 500_000
            second.action_commit()
        second.action_commit()
        commitment = second.commitment_id
        self.assertEqual((commitment.amount, commitment.fiscal_year_id.name), (600_000, "2027"))
        second.action_commit()
        self.assertEqual(second.commitment_id, commitment)
        with self.refuses():
            second.write({"commitment_id": False})
        with self.refuses():
            second.write({"state": "closed"})
        with self.refuses():
            second.with_user(self.authorising).action_commit()

    def test_a_year_that_is_not_committed_ends_the_contract(self):
        contract = self.started(self.framework())
        authority = contract.with_user(self.authorising)
        with self.refuses("has its commitment"):
            authority._gov_terminate("Because", "year")
        with freeze_time("2027-01-04 09:00:00"):
            contract.invalidate_recordset()
            self.assertEqual(contract.missing_year_id.year, 2027)
            self.assertIn("2027 is not committed", contract.next_step)
            authority._gov_terminate("No credits in the budget of 2027", "year")
        self.assertEqual((contract.state, contract.end_case), ("terminated", "year"))

    def test_general_account_sums_the_years_and_says_the_minimum_not_reached(self):
        contract = self.started(self.framework(duration_years=1, begins_on="2026-01-01"))
        self.account(contract, 150, "2026-12-20", is_final=True)
        general = self.account(contract, 150, "2026-12-28")
        self.assertTrue(general.is_general)
        self.assertEqual((general.gross, general.this_account, general.net), (180_000, 0, 0))
        with freeze_time("2026-12-29 09:00:00"):
            contract.action_finish("2026-12-29")
        self.assertIn("120,000", contract.year_text.replace("\xa0", ""))
        with self.refuses("final account was made"):
            contract.action_new_account()

    def test_amendments_of_a_framework_contract(self):
        contract = self.started(self.framework())
        rows = self.env["gov.contract.change"].with_user(self.procurement)
        base = {"contract_id": contract.id, "reason": "Need", "reference": "A"}
        for kind, amount in (("maximum", 60_000), ("minimum", 75_000)):
            rows.create({**base, "kind": kind, "amount": amount}).with_user(self.authorising).action_sign()
            with self.refuses("whole length"):
                rows.create({**base, "kind": kind, "amount": 0.01}).with_user(self.authorising).action_sign()
        self.assertEqual((contract.total, contract.minimum_total), (660_000, 225_000))
        with self.refuses("maximum or its minimum"):
            rows.create({**base, "kind": "increase", "amount": 1}).with_user(self.authorising).action_sign()
        with self.refuses("Only a framework"):
            other = self.running()
            rows.create({**base, "contract_id": other.id, "kind": "maximum", "amount": 1}).with_user(
                self.authorising
            ).action_sign()

    def test_renewable_contract_commits_its_total_and_advances_on_its_first_year(self):
        contract = self.contract(form="renewable", begins_on="2026-01-01")
        self.assertEqual(contract.minimum, 600_000)
        contract.action_prepare_commitment()
        self.assertEqual(contract.year_ids.mapped("amount"), [600_000] * 3)
        self.assertEqual(contract.advance_due, 60_000)
        self.env["gov.subcontract"].with_user(self.procurement).create(
            {"contract_id": contract.id, "partner_id": self.suppliers[1].id, "part": "Paint", "amount": 50_000}
        ).with_user(self.authorising).action_accept()
        # what is subcontracted bears no advance
        self.assertEqual(contract.advance_due, 55_000)


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestTranches(ContractCase):
    """Firm and conditional tranches (art. 9): each is committed, started, counted and penalised on its own."""

    def service_order(self, contract, tranche, kind, day):
        one = (
            self.env["gov.service.order"]
            .with_user(self.procurement)
            .create(
                {"contract_id": contract.id, "tranche_id": tranche.id, "kind": kind, "date": day, "reason": "Means"}
            )
        )
        one._gov_notify()
        return one

    def test_only_the_firm_tranche_is_committed_first(self):
        contract, firm, later = self.started_tranches()
        self.assertEqual((contract.amount, contract.commitment_id.amount, firm.state), (360_000, 240_000, "started"))
        self.assertEqual((contract.base_amount, later.state), (240_000, "planned"))
        self.assertEqual(str(later.affirm_due_on), "2026-05-11")
        with self.refuses("no longer change"):
            later.delivery_days = 900
        with self.refuses("not started"):
            later.action_new_account()

    def test_a_contract_by_tranches_is_complete_before_it_is_committed(self):
        contract = self.contract(form="tranches")
        with self.refuses("one firm tranche"):
            contract.action_prepare_commitment()
        contract, firm, later = self.tranches()
        contract.line_ids[0].tranche_id = False
        with self.refuses("which tranche"):
            contract.action_prepare_commitment()

    def test_affirmed_late_with_its_visa_and_counted_on_its_own(self):
        contract, firm, later = self.started_tranches()
        with freeze_time("2026-06-01 09:00:00"):
            with self.refuses("no visa"):
                self.service_order(contract, later, "affirm", "2026-06-02")
            later.action_prepare_commitment()
            self.visaed(later)
            self.service_order(contract, later, "affirm", "2026-06-02")
            self.assertEqual((later.state, later.indemnity, contract.base_amount), ("started", 1_000, 360_000))
            self.assertEqual(str(later.end_on), "2026-07-01")
        with freeze_time("2026-07-11 09:00:00"):
            account = self.env["gov.progress.account"].browse(later.action_new_account()["res_id"])
            account = account.with_user(self.procurement)
            account.write({"date": "2026-07-11"})
            account.line_ids.quantity = 50
            account.action_check()
            # ten days late on 120,000; the firm tranche has its own count
            self.assertEqual((account.penalty, account.line_ids.line_id.number), (1_200, "2"))
            contract.invalidate_recordset()
            self.assertEqual(contract.penalty, 1_200 + 32 * 240)
            account.with_user(self.authorising)._gov_sign()
            order = self.pay_account(account)
            self.assertEqual((order.commitment_id, order.net_amount), (later.commitment_id, account.net))
            later.action_enter_indemnity()
            self.assertEqual(later.indemnity_invoice_id.amount, 1_000)
            with self.refuses("no advance"):
                contract.with_user(self.authorising).action_pay_advance()

    def test_renounced_with_its_indemnity(self):
        contract, firm, later = self.started_tranches()
        with self.refuses("Affirm or renounce"):
            with freeze_time("2026-06-01 09:00:00"):
                contract.action_finish("2026-06-01")
        self.service_order(contract, later, "renounce", "2026-04-01")
        self.assertEqual((later.state, later.indemnity), ("renounced", 5_000))
        with self.refuses():
            self.service_order(contract, later, "affirm", "2026-04-02")
        with freeze_time("2026-06-01 09:00:00"):
            contract.action_finish("2026-06-01")
        self.assertEqual(firm.state, "ended")


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestContractFollowUp(ContractCase):
    """Formal notices, cases of termination, revision by month, audit, what is due next, and who may do what."""

    def test_termination_for_fault_follows_a_formal_notice(self):
        contract = self.running()
        authority = contract.with_user(self.authorising)
        with self.refuses("formal notice"):
            authority._gov_terminate("Site abandoned", "fault")
        rows = self.env["gov.contract.notice"].with_user(self.procurement)
        short = rows.create({"contract_id": contract.id, "reason": "Come back to the site", "days": 14})
        with self.refuses("15 days"):
            short.with_user(self.authorising)._gov_notify()
        notice = rows.create({"contract_id": contract.id, "reason": "Come back to the site"})
        with self.refuses("authorising officer"):
            notice._gov_notify()
        notice.with_user(self.authorising)._gov_notify()
        self.assertEqual((str(notice.answer_by), str(notice.decide_by)), ("2026-03-17", "2026-04-16"))
        with freeze_time("2026-03-17 09:00:00"), self.refuses("formal notice"):
            authority._gov_terminate("Site abandoned", "fault")
        with freeze_time("2026-04-17 09:00:00"), self.refuses("thirty days"):
            authority._gov_terminate("Site abandoned", "fault")
        with freeze_time("2026-03-18 09:00:00"):
            authority._gov_terminate("Site abandoned", "fault")
        self.assertEqual((contract.state, contract.end_case), ("terminated", "fault"))

    def test_an_answered_notice_closes_the_case(self):
        contract = self.running()
        notice = self.env["gov.contract.notice"].with_user(self.procurement).create(
            {"contract_id": contract.id, "reason": "Come back to the site"}
        )  # fmt: skip
        notice.with_user(self.authorising)._gov_notify()
        notice.action_answer("Work resumed with twelve workers")
        with freeze_time("2026-03-20 09:00:00"), self.refuses("formal notice"):
            contract.with_user(self.authorising)._gov_terminate("Site abandoned", "fault")

    def test_cases_of_termination_need_their_facts(self):
        contract = self.running()
        authority = contract.with_user(self.authorising)
        for case, words in (
            ("penalty_cap", "cap of the penalties"),
            ("adjournment", "twelve months"),
            ("late_payment", "eight months"),
            ("decrease", "quarter"),
            ("revision", "half"),
            ("invented", "no case"),
        ):
            with self.refuses(words):
                authority._gov_terminate("Because it must end", case)
        self.order(contract, "stop", "2026-03-12")
        with freeze_time("2027-03-14 09:00:00"):
            contract.invalidate_recordset()
            self.assertIn("Stopped for", contract.next_step)
            authority._gov_terminate("Stopped for a year", "adjournment")
        self.assertEqual(contract.state, "terminated")

    def test_revision_takes_the_indices_of_each_month(self):
        self.env["gov.price.index"].with_user(self.procurement).create(
            [
                {"code": "BAT6", "month": month, "value": value}
                for month, value in (("2026-04-01", 110), ("2026-05-01", 120))
            ]
        )
        contract = self.running(
            revision_constant=0.15,
            revision_term_ids=[(0, 0, {"index_code": "BAT6", "share": 0.85, "initial_value": 100})],
        )
        first = self.account(contract, 100, "2026-04-20")
        self.assertEqual((first.index_ids.value, first.revision_now), (110, 10_200))
        second = self.account(contract, 200, "2026-05-20")
        # the works of April keep the index of April
        self.assertEqual((second.revision_now, second.this_account), (20_400, 140_400))

    def test_price_of_studies_is_checked_before_the_commitment(self):
        nature = self.env["gov.procurement.nature"].create({"code": "T04", "name": "Study", "kind": "studies"})
        terms = {
            "revision_constant": 0.15,
            "revision_term_ids": [(0, 0, {"index_code": "ING", "share": 0.85, "initial_value": 100})],
        }
        with self.refuses("is revised"):
            self.contract(nature_id=nature.id, delivery_days=90).action_prepare_commitment()
        with self.refuses("is firm"):
            self.contract(nature_id=nature.id, delivery_days=89, **terms).action_prepare_commitment()
        self.contract(nature_id=nature.id, delivery_days=90, **terms).action_prepare_commitment()

    def test_audit_above_its_thresholds(self):
        contract = self.running()
        self.assertFalse(contract.is_audit_due)
        contracts = self.env["gov.contract"]
        self.assertNotIn(contract, contracts.search([("is_audit_due", "=", True)]))
        self.env["gov.parameter"].search([("code", "=", "procurement.audit.threshold")]).value = 599_999
        contract.invalidate_recordset()
        self.assertTrue(contract.is_audit_due)
        self.assertIn(contract, contracts.search([("is_audit_due", "=", True)]))
        with self.refuses():
            contract.action_record_audit()
        with freeze_time("2026-03-15 09:00:00"):
            contract.with_user(self.authorising).action_record_audit("2026-03-14")
        self.assertEqual(str(contract.audit_on), "2026-03-14")

    def test_a_price_that_moves_by_more_than_a_half_is_said(self):
        lines = [
            fields.Command.create({"number": str(n), "name": "P", "quantity": 250, "unit_price": 1000}) for n in (1, 2)
        ]
        contract = self.running(line_ids=lines)
        account = self.env["gov.progress.account"].browse(contract.action_new_account()["res_id"])
        account = account.with_user(self.procurement)
        account.is_final = True
        account.line_ids[0].quantity = 100
        account.line_ids[1].quantity = 240
        account.action_check()
        account.with_user(self.authorising)._gov_sign()
        self.assertIn("art. 59", contract.limit_text)
        self.assertIn("3,750", contract.limit_text.replace("\xa0", ""))

    def test_next_step_leads_from_the_award_to_the_closing(self):
        contract = self.contract()
        self.assertEqual(contract.next_step, "Prepare the commitment.")
        # nothing runs yet: no delay, no penalty
        self.assertEqual((contract.end_on, contract.days_late, contract.penalty), (False, 0, 0))
        contract.action_prepare_commitment()
        self.assertEqual(contract.next_step, "Propose the commitment to the controller.")
        self.visaed(contract)
        self.assertEqual(contract.next_step, "Notify the approval to the holder.")
        contract.action_notify()
        self.assertIn("order to start", contract.next_step + contract.due_text)
        self.assertFalse(contract.has_alert)

    def test_each_reader_opens_the_file_of_a_contract(self):
        contract, firm, later = self.started_tranches()
        account = self.account(firm, 10)
        acceptance = self.env["gov.acceptance"].create(
            {"contract_id": contract.id, "kind": "partial", "phase_ids": [(6, 0, contract.line_ids.ids)]}
        )
        readers = [
            self.make_user(f"b_opens_{role}", role) for role in ("auditor", "asset_officer", "expenditure_controller")
        ]
        for user in readers:
            for record in (contract, later, account, acceptance):
                with self.subTest(user=user.login, model=record._name):
                    self.env.invalidate_all()
                    self.assertTrue(Form(record.with_user(user)).id)

    def test_who_acts_on_what(self):
        contract = self.running(delivery_days=150)
        readers = (self.controller, self.budget_user, self.everything)
        acts = {
            "gov.contract": ("action_pay_advance", "action_record_audit", "action_raise_commitment", "action_notify"),
        }
        for user in readers[:2]:
            mine = contract.with_user(user)
            for name in acts["gov.contract"]:
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    getattr(mine, name)()
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                mine._gov_terminate("A long enough reason", "authority")
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                mine.write({"note": "Mine"})
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                mine.copy()
        for vals in (
            {"state": "closed"},
            {"advance_paid": 5},
            {"advance_granted": 5},
            {"end_case": "fault"},
            {"audit_on": "2026-01-01"},
        ):
            with self.refuses():
                contract.write(vals)
        twin = contract.copy()
        self.assertEqual((twin.state, twin.commitment_id.id, len(twin.account_ids)), ("approved", False, 0))
        self.assertFalse(twin.year_ids or twin.tranche_ids or twin.guarantee_ids or twin.advance_granted)
        forged = self.env["gov.progress.account"].with_user(self.procurement)
        for context in ({"default_state": "signed"}, {"default_net": 9, "default_contract_id": contract.id}):
            with self.refuses():
                forged.with_context(**context).create({"contract_id": contract.id, "net": 9})
        with self.refuses():
            forged.create({"contract_id": contract.id})
        with self.refuses():
            self.env["gov.contract.year"].with_user(self.procurement).sudo().create(
                {"contract_id": contract.id, "year": 2026, "amount": 1}
            )

    def test_every_act_is_closed_to_who_has_no_part_in_it(self):
        """Each act of each record of a contract, called by those who only read, or serve another region."""
        contract, firm, later = self.started_tranches()
        account = self.env["gov.progress.account"].browse(firm.action_new_account()["res_id"])
        rows = {"contract_id": contract.id}
        records = [
            contract,
            firm,
            later,
            account,
            *contract.service_order_ids,
            *contract.guarantee_ids,
            self.env["gov.contract.change"].create({**rows, "reference": "A", "kind": "other", "reason": "None"}),
            self.env["gov.subcontract"].create(
                {**rows, "partner_id": self.suppliers[1].id, "part": "Paint", "amount": 10}
            ),
            self.env["gov.contract.notice"].create({**rows, "reason": "Come back to the site"}),
            self.env["gov.service.order"].create({**rows, "kind": "stop", "reason": "Rain on the site"}),
            self.env["gov.acceptance"].create(
                {**rows, "reserve_ids": [fields.Command.create({"name": "Door", "due_on": "2026-07-01"})]}
            ),
            self.contract(form="renewable", begins_on="2026-01-01"),
        ]
        records[-1].action_plan_years()
        records += [records[-1].year_ids[0], records[-2].reserve_ids]
        far = [self.make_user(f"b_far_{role}", role) for role in ("procurement_officer", "authorising_officer")]
        for user in far:
            user.gov_region_ids = self.far
        people = [self.make_user("b_reader", "auditor"), self.make_user("b_hr", "hr_officer"), self.controller, *far]
        self.env.flush_all()
        before = {record: record.read()[0] for record in records}
        called = 0
        for record in records:
            names = [
                name for name in dir(type(record)) if name.startswith("action_") and not self.is_generic(record, name)
            ]
            for name in names:
                for user in people:
                    act = getattr(record.with_user(user), name)
                    needed = [
                        "A long enough reason"
                        for one in inspect.signature(act).parameters.values()
                        if one.default is one.empty and one.kind is one.POSITIONAL_OR_KEYWORD
                    ]
                    self.env.invalidate_all()
                    with self.subTest(act=f"{record._name}.{name}", user=user.login), self.env.cr.savepoint():
                        with self.assertRaises(UserError):
                            act(*needed)
                    called += 1
        self.assertGreater(called, 200)
        self.env.invalidate_all()
        for record, values in before.items():
            after = record.read(["state"] if "state" in values else ["display_name"])[0]
            self.assertEqual({name: values[name] for name in after}, after)

    def is_generic(self, record, name):
        """Tell an act of Odoo, of the documents or of the dialogs, which have their own tests, or that only opens."""
        ours = ("gov_contract", "gov_progress", "gov_acceptance", "gov_commitment_link")
        module = getattr(getattr(type(record), name), "__module__", "")
        return name in ("action_open_orders", "action_open_advance") or not any(word in module for word in ours)
