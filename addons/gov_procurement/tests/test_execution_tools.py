from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools import account, committee, execution, guarantee, procedure, schedule, splitting
from ..tools.committee import Member

D = Decimal


def working(day):
    return day.weekday() < 5


@tagged("post_install", "-at_install")
class TestGuarantees(BaseCase):
    def test_definitive_guarantee_is_rounded_up_to_the_whole_dirham(self):
        self.assertEqual(guarantee.definitive_guarantee(1_000_000), 30_000)
        self.assertEqual(guarantee.definitive_guarantee("1000000.01"), 30_001)
        self.assertEqual(guarantee.definitive_guarantee("2400033.33"), 72_001)

    def test_advance_by_brackets_capped_and_only_from_its_threshold(self):
        for amount, months, due in (
            ("499999.99", 12, 0),
            (500_000, 4, 50_000),
            (500_000, "3.9", 0),
            (10_000_000, 6, 1_000_000),
            (12_000_000, 6, 1_100_000),
            (390_000_000, 24, 20_000_000),
            (900_000_000, 24, 20_000_000),
        ):
            self.assertEqual(guarantee.advance(amount, months), due, (amount, months))

    def test_advance_is_back_when_eighty_percent_is_done(self):
        total, paid = D(1_000_000), D(100_000)
        self.assertEqual(guarantee.advance_recovery(paid, total, 400_000, 0), 50_000)
        self.assertEqual(guarantee.advance_recovery(paid, total, 800_000, 50_000), 50_000)
        self.assertEqual(guarantee.advance_recovery(paid, total, 950_000, 100_000), 0)

    def test_retention_is_a_tenth_until_seven_percent(self):
        self.assertEqual(guarantee.retention(300_000, 1_000_000, 0), 30_000)
        self.assertEqual(guarantee.retention(500_000, 1_000_000, 30_000), 40_000)
        self.assertEqual(guarantee.retention(200_000, 1_000_000, 70_000), 0)

    @settings(max_examples=100, deadline=None)
    @given(st.lists(st.decimals(0, 500_000, places=2), min_size=1, max_size=20))
    def test_retention_never_passes_its_ceiling_and_is_never_negative(self, works):
        total, kept = D(2_000_000), D(0)
        for work in works:
            kept += guarantee.retention(work, total, kept)
            self.assertTrue(0 <= kept <= D("0.07") * total)

    @settings(max_examples=100, deadline=None)
    @given(st.lists(st.decimals(0, 400_000, places=2), min_size=1, max_size=20))
    def test_recovered_advance_equals_the_advance_from_eighty_percent_on(self, works):
        total, paid = D(2_000_000), D(200_000)
        done = back = D(0)
        for work in works:
            done += work
            now = guarantee.advance_recovery(paid, total, done, back)
            self.assertGreaterEqual(now, 0)
            back += now
            self.assertLessEqual(back, paid)
            if done >= D("0.80") * total:
                self.assertEqual(back, paid)


@tagged("post_install", "-at_install")
class TestDelaysAndPenalties(BaseCase):
    START = date(2026, 1, 5)

    def test_penalty_vector_of_the_page(self):
        penalty = execution.late_penalty(2_400_000, 45)
        self.assertEqual((penalty.amount, penalty.cap, penalty.is_capped), (108_000, 192_000, False))

    def test_penalty_reaches_its_cap_at_eighty_days(self):
        self.assertEqual(execution.late_penalty(1_000_000, 79).amount, 79_000)
        self.assertTrue(execution.late_penalty(1_000_000, 80).is_capped)
        self.assertEqual(execution.late_penalty(1_000_000, 200).amount, 80_000)

    @settings(max_examples=100, deadline=None)
    @given(st.decimals(0, 10**9, places=2), st.integers(-100, 5000))
    def test_penalties_are_never_above_the_cap(self, base, days):
        penalty = execution.late_penalty(base, days)
        self.assertTrue(0 <= penalty.amount <= penalty.cap)

    def test_a_delay_of_n_days_ends_on_day_n(self):
        count = execution.count_delay(self.START, 90, finished=date(2026, 4, 4))
        self.assertEqual((count.end, count.days_late), (date(2026, 4, 4), 0))
        self.assertEqual(execution.count_delay(self.START, 90, finished=date(2026, 4, 5)).days_late, 1)

    def test_suspensions_stop_the_clock_once_even_when_they_overlap(self):
        stops = [(date(2026, 2, 1), date(2026, 2, 11)), (date(2026, 2, 6), date(2026, 2, 16))]
        count = execution.count_delay(self.START, 90, stops, finished=date(2026, 4, 30))
        self.assertEqual((count.suspended, count.end, count.days_late), (15, date(2026, 4, 19), 11))

    def test_a_stop_that_lasts_counts_up_to_today(self):
        count = execution.count_delay(self.START, 30, [(date(2026, 1, 20), None)], today=date(2026, 3, 1))
        self.assertEqual((count.running, count.days_late, count.suspended), (False, 0, 41))

    def test_extensions_push_the_end(self):
        count = execution.count_delay(self.START, 90, extensions=20, finished=date(2026, 4, 24))
        self.assertEqual(count.days_late, 0)

    def test_revision_formula_of_studies(self):
        self.assertEqual(execution.revised(100_000, "0.15", [("0.85", "110", "100")]), 108_500)
        for constant, terms in (("0.10", [("0.90", 1, 1)]), ("0.15", [("0.80", 1, 1)]), ("0.15", [("0.85", 0, 1)])):
            with self.assertRaises(ValueError):
                execution.revised(100, constant, terms)

    def test_limits_of_changes_are_passed_only_beyond(self):
        at = {one.code: one.is_beyond for one in execution.change_limits(1_000_000, 100_000, 100_000, 250_000)}
        self.assertEqual(at, {"supplementary": False, "increase": False, "decrease": False})
        over = {one.code: one.is_beyond for one in execution.change_limits(1_000_000, "100000.01", 0, "250000.01")}
        self.assertTrue(over["supplementary"] and over["decrease"])

    def test_variation_of_a_price_counts_only_when_it_weighs_a_tenth(self):
        heavy, light = ("1", 100, 160, 2000), ("2", 10, 30, 1000)
        codes = [one.code for one in execution.change_limits(1_000_000, lines=[heavy, light]) if one.is_beyond]
        self.assertEqual(codes, ["quantity:1"])

    def test_half_of_a_contract_may_be_subcontracted(self):
        self.assertTrue(execution.subcontracting_is_allowed(1_000_000, 500_000))
        self.assertFalse(execution.subcontracting_is_allowed(1_000_000, "500000.01"))


@tagged("post_install", "-at_install")
class TestAccount(BaseCase):
    def work(self, quantity, price=1000):
        return [account.WorkLine("1", quantity, price)]

    def test_an_account_pays_what_the_former_ones_did_not(self):
        first = account.work_out(self.work(100), 600_000)
        self.assertEqual((first["gross"], first["retention"], first.net), (120_000, -12_000, 108_000))
        second = account.work_out(self.work(300), 600_000, paid_before=120_000, retained_before=12_000)
        self.assertEqual((second["gross"], second["this_account"], second["retention"]), (360_000, 240_000, -24_000))
        self.assertEqual(second.net, 216_000)

    def test_retention_stops_at_seven_percent_of_the_contract(self):
        done = account.work_out(self.work(500), 600_000, paid_before=360_000, retained_before=36_000)
        self.assertEqual(done["retention"], -6_000)

    def test_vat_is_rounded_by_rate(self):
        work = [account.WorkLine("1", 3, "33.33"), account.WorkLine("2", 1, "0.03", D("0.10"))]
        result = account.work_out(work, 10_000, has_retention=False)
        self.assertEqual((result["before_tax"], result["vat"], result.net), (D("100.02"), D("20.00"), D("120.02")))

    def test_each_amount_is_the_sum_of_its_lines(self):
        result = account.work_out(
            self.work(400), 600_000, paid_before=120_000, retained_before=12_000, advance_paid=60_000,
            penalty_days=10, revision=5_000, withholdings=[("vat_withheld", 1_000)],
        )  # fmt: skip
        deductions = sum(
            one.amount
            for one in result.lines
            if one.code in ("retention", "advance", "penalty", "special_penalty", "vat_withheld")
        )
        self.assertEqual(result.net, result["this_account"] + deductions)
        self.assertEqual(result["penalty"], -6_000)

    def test_what_cannot_be_taken_is_carried_and_never_paid_as_a_negative_sum(self):
        result = account.work_out(self.work(1), 600_000, penalty_days=60)
        self.assertEqual((result.net, result["carried"]), (0, 36_000 - 1_200 + 120))


@tagged("post_install", "-at_install")
class TestProcedure(BaseCase):
    LIMITS = {
        "purchase_order": 500_000,
        "simplified": 1_000_000,
        "restricted": 5_000_000,
        "national_works": 10_000_000,
        "national_other": 1_000_000,
    }

    def codes(self, kind, before, with_tax=None, **options):
        rows = procedure.propose(kind, before, with_tax or before * 12 // 10, self.LIMITS, **options)
        return [one.code for one in rows if one.possible]

    def test_procedures_by_amount(self):
        self.assertEqual(self.codes("services", 300_000), ["purchase_order", "simplified", "open_national"])
        self.assertEqual(self.codes("works", 2_000_000), ["open_national"])
        self.assertEqual(self.codes("works", 10_000_001), ["open_international"])
        self.assertEqual(self.codes("supplies", 1_000_001), ["open_international"])

    def test_the_yearly_ceiling_of_the_nature_counts_to_the_centime(self):
        self.assertIn("purchase_order", self.codes("services", 100_000, 120_000, used_of_nature=380_000))
        self.assertNotIn("purchase_order", self.codes("services", 100_000, D("120000.01"), used_of_nature=380_000))

    def test_framework_contract_is_at_most_twice_its_minimum(self):
        self.assertTrue(procedure.framework_is_valid(100, 200))
        self.assertFalse(procedure.framework_is_valid(100, "200.01"))
        self.assertFalse(procedure.framework_is_valid(0, 0))

    def test_reserved_share(self):
        self.assertEqual(procedure.reserved_share([(70, False), (30, True)])[0], D("0.3"))
        self.assertIsNone(procedure.reserved_share([])[0])


@tagged("post_install", "-at_install")
class TestSplitting(BaseCase):
    def one(self, key, amount, day=1, **same):
        return splitting.Purchase(key, date(2026, 1, day), amount, **{"nature": "furniture", **same})

    def test_small_orders_that_pass_together_are_found_with_their_axis(self):
        orders = [self.one("a", 300_000), self.one("b", 150_000, 20), self.one("c", 60_000, 28)]
        found = splitting.find(orders, 500_000)
        self.assertEqual([(one.axis, one.total, one.ids) for one in found], [("nature", 510_000, ["a", "b", "c"])])

    def test_exactly_the_threshold_is_no_splitting(self):
        self.assertFalse(splitting.find([self.one("a", 300_000), self.one("b", 200_000)], 500_000))

    def test_the_same_account_behind_two_names_is_found(self):
        orders = [
            self.one("a", 400_000, nature="chairs", supplier="1", bank="RIB"),
            self.one("b", 200_000, nature="desks", supplier="2", bank="RIB"),
        ]
        self.assertEqual([one.axis for one in splitting.find(orders, 500_000)], ["bank"])

    def test_orders_farther_apart_than_the_window_do_not_add_up(self):
        orders = [self.one("a", 400_000), self.one("b", 200_000)._replace(date=date(2027, 1, 1))]
        self.assertFalse(splitting.find(orders, 500_000))
        self.assertTrue(splitting.find(orders[:1] + [orders[1]._replace(date=date(2026, 12, 31))], 500_000))

    def test_only_what_concerns_the_new_order_is_said(self):
        orders = [self.one("a", 300_000), self.one("b", 300_000), self.one("c", 10, nature="paper")]
        self.assertFalse(splitting.find(orders, 500_000, new="c"))
        self.assertTrue(splitting.find(orders, 500_000, new="b"))


@tagged("post_install", "-at_install")
class TestSchedule(BaseCase):
    STEPS = [
        schedule.Step("file", 6, "calendar", "22"),
        schedule.Step("publication", 21, "calendar", "23", True),
        schedule.Step("documents", 7, "calendar", "43"),
        schedule.Step("standstill", 15, "calendar", "142"),
        schedule.Step("handover", 5, "working", "13"),
    ]

    def test_latest_start_ends_by_the_day_of_need_and_the_next_working_day_does_not(self):
        need = date(2026, 6, 30)
        start, plan = schedule.latest_start(need, self.STEPS, working)
        self.assertLessEqual(plan[-1].end, need)
        later = start + timedelta(1)
        while not working(later):
            later += timedelta(1)
        self.assertGreater(schedule.forward(later, self.STEPS, working)[-1].end, need)

    def test_a_last_day_that_is_a_holiday_moves_to_the_next_working_day(self):
        holiday = date(2026, 5, 1)
        plan = schedule.forward(
            date(2026, 4, 20), [schedule.Step("x", 11, "calendar")], lambda d: working(d) and d != holiday
        )
        self.assertEqual(plan[0].end, date(2026, 5, 4))

    def test_a_session_waits_for_a_day_on_which_the_committee_sits(self):
        plan = schedule.forward(date(2026, 3, 2), self.STEPS[:2], working, lambda day: day.weekday() == 2)
        self.assertEqual(plan[1].end.weekday(), 2)

    def test_a_step_that_slips_moves_what_follows(self):
        plan = schedule.forward(date(2026, 3, 2), self.STEPS, working)
        late = schedule.forward(date(2026, 3, 2), self.STEPS, working, done={"file": plan[0].end + timedelta(7)})
        self.assertGreater(late[-1].end, plan[-1].end)
        self.assertEqual(late[0].slipped, 7)

    def test_procedures_still_possible_come_first(self):
        quick = [schedule.Step("notice", 2, "calendar")]
        rows = schedule.compare(date(2026, 4, 1), {"open": self.STEPS, "order": quick}, date(2026, 3, 20), working)
        self.assertEqual([(row["code"], row["possible"]) for row in rows], [("order", True), ("open", False)])

    @settings(max_examples=60, deadline=None)
    @given(st.dates(date(2026, 1, 1), date(2030, 1, 1)))
    def test_starting_later_never_ends_earlier(self, day):
        ends = [schedule.forward(day + timedelta(n), self.STEPS, working)[-1].end for n in range(8)]
        self.assertEqual(ends, sorted(ends))


@tagged("post_install", "-at_install")
class TestCommittee(BaseCase):
    LIMIT = 50_000_000

    def members(self):
        return [
            Member("p", "president", present=True, declared=True),
            Member("a", "administration", True, present=True, declared=True),
            Member("b", "administration", present=True, declared=True),
            Member("t", "treasury", present=True, declared=True),
        ]

    def test_a_whole_committee_holds(self):
        self.assertEqual(committee.quorum(self.members(), 1_000_000, self.LIMIT), (True, []))

    def test_over_fifty_million_finance_sits_as_well(self):
        self.assertEqual(committee.missing_roles(self.members(), 50_000_000, self.LIMIT), [])
        self.assertEqual(committee.missing_roles(self.members(), "50000000.01", self.LIMIT), [("finance", 1)])

    def test_an_absent_member_puts_the_session_off_and_the_second_one_sits(self):
        members = self.members()
        members[2] = members[2]._replace(present=False)
        self.assertEqual(committee.quorum(members, 1, self.LIMIT), (False, [("absent", "b")]))
        self.assertTrue(committee.quorum(members, 1, self.LIMIT, is_second_session=True)[0])

    def test_no_session_without_its_president(self):
        members = self.members()
        members[0] = members[0]._replace(present=False)
        self.assertFalse(committee.quorum(members, 1, self.LIMIT, is_second_session=True)[0])

    def test_who_is_in_conflict_does_not_sit_and_is_replaced(self):
        members = self.members()
        members[1] = members[1]._replace(conflict=True)
        holds, reasons = committee.quorum(members, 1, self.LIMIT)
        self.assertFalse(holds)
        self.assertIn(("conflict", "a"), reasons)
        self.assertIn(("composition", "administration"), reasons)

    def test_who_has_not_declared_does_not_make_the_quorum(self):
        members = self.members()
        members[3] = members[3]._replace(declared=False)
        self.assertEqual(committee.quorum(members, 1, self.LIMIT), (False, [("undeclared", "t")]))

    def test_one_of_the_administration_is_of_the_service_concerned(self):
        members = self.members()
        members[1] = members[1]._replace(is_concerned_service=False)
        self.assertEqual(committee.missing_roles(members, 1, self.LIMIT), [("concerned_service", 1)])
