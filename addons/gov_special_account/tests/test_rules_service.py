import datetime
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..services import cash, rules, tppan
from ..services.rules import BROKEN, IDLE, OK, WATCH, Position

D = Decimal
amounts = st.integers(min_value=0, max_value=10**9).map(lambda cents: D(cents) / 100)


@tagged("-at_install", "post_install")
class TestRules(BaseCase):
    """Rules CAS and SG as values."""

    def test_orders_stay_within_realised_revenue(self):
        fund = Position(carried=D(100), collected=D(50), lf_credits=D(370), committed=D(200))
        self.assertEqual(fund.realised, 150)
        self.assertTrue(fund.can_order(D(150)))
        self.assertFalse(fund.can_order(D("150.01")))
        self.assertTrue(fund.can_engage(D(170)))
        self.assertFalse(fund.can_engage(D("170.01")))
        # rich funds are held by their credits
        rich = Position(carried=D(1000), lf_credits=D(370))
        self.assertEqual(rich.order_room, 370)

    def test_anticipation_widens_commitments_alone(self):
        fund = Position(carried=D(500), lf_credits=D(100), anticipation=D(30))
        self.assertTrue(fund.can_engage(D(130)))
        self.assertFalse(fund.can_engage(D(131)))
        self.assertEqual(fund.order_room, 100)

    def test_extra_credits_have_their_maxima(self):
        fund = Position(carried=D(20), collected=D(390), lf_credits=D(370))
        self.assertEqual(fund.extra_a_max, 20)
        self.assertTrue(fund.can_open_a(D(20)))
        self.assertFalse(fund.apply(extra_a=D(15)).can_open_a(D(6)))
        self.assertEqual(fund.extra_b_max, 20)
        self.assertFalse(fund.can_open_b(D("20.01")))
        self.assertEqual(Position(collected=D(300), lf_credits=D(370)).extra_a_max, 0)

    def test_transfer_takes_neither_committed_credits_nor_ordered_money(self):
        fund = Position(carried=D(100), collected=D(50), lf_credits=D(370), committed=D(300), ordered=D(90))
        self.assertEqual(fund.transfer_room, 60)
        self.assertEqual(fund.apply(committed=D(40)).transfer_room, 30)

    def test_published_years_of_the_fund(self):
        """Balances of 2021 to 2023 as published: 347.48, 347.55 and 205.94 million."""
        year = Position(carried=D("918.79"), lf_credits=D(370)).apply(
            extra_b=D("201.31"), committed=D("571.31"), ordered=D("571.31"), paid=D("571.31")
        )
        self.assertEqual(year.balance, D("347.48"))
        year = year.next_year(D(370)).apply(collected=D("402.01"), extra_a=D("31.94"))
        year = year.apply(committed=D("401.94"), ordered=D("401.94"), paid=D("401.94"))
        self.assertEqual(year.realised, D("749.49"))
        self.assertEqual(year.balance, D("347.55"))
        year = year.next_year(D(370)).apply(collected=D("365.93"), transferred=D("25.00"), extra_b=D("137.54"))
        year = year.apply(committed=D("482.54"), ordered=D("482.54"), paid=D("482.54"))
        self.assertEqual(year.realised, D("713.48"))
        self.assertEqual(year.balance, D("205.94"))
        self.assertTrue(year.is_sound())

    def test_next_year_waits_for_orders(self):
        with self.assertRaises(ValueError):
            Position(carried=D(10), committed=D(5), ordered=D(5)).next_year(D(10))

    @settings(max_examples=200, deadline=None)
    @given(
        carried=amounts,
        lf=amounts,
        acts=st.lists(
            st.tuples(st.sampled_from(["collect", "engage", "order", "pay", "a", "b", "give"]), amounts), max_size=30
        ),
    )
    def test_whatever_is_asked_the_account_stays_sound(self, carried, lf, acts):
        fund = Position(carried=carried, lf_credits=lf)
        for kind, amount in acts:
            if kind == "collect":
                fund = fund.apply(collected=amount)
            elif kind == "engage" and fund.can_engage(amount):
                fund = fund.apply(committed=amount)
            elif kind == "order" and fund.can_order(amount) and fund.ordered + amount <= fund.committed:
                fund = fund.apply(ordered=amount)
            elif kind == "pay" and fund.paid + amount <= fund.ordered:
                fund = fund.apply(paid=amount)
            elif kind == "a" and fund.can_open_a(amount):
                fund = fund.apply(extra_a=amount)
            elif kind == "b" and fund.can_open_b(amount):
                fund = fund.apply(extra_b=amount)
            elif kind == "give" and fund.can_transfer(amount):
                fund = fund.apply(transferred=amount)
            self.assertTrue(fund.is_sound(), fund)
            self.assertGreaterEqual(fund.balance, 0)
        if fund.ordered == fund.paid:
            self.assertEqual(fund.next_year(lf).realised, fund.balance)

    @given(amounts, amounts)
    def test_commitments_left_are_charged_whole(self, commitments, surplus):
        on_surplus, on_law = rules.split_carried_commitments(commitments, surplus)
        self.assertEqual(on_surplus + on_law, commitments)
        self.assertLessEqual(on_surplus, surplus)
        self.assertFalse(on_law and on_surplus < surplus)

    def test_share_of_own_resources(self):
        rate, arguments = D("0.4"), {"since_year": 2016, "from_nth_year": 3}
        self.assertEqual(rules.has_enough_own(1996, 2026, D(0), D(100), rate, **arguments), IDLE)
        self.assertEqual(rules.has_enough_own(2024, 2025, D(0), D(100), rate, **arguments), IDLE)
        self.assertEqual(rules.has_enough_own(2024, 2026, D("39.99"), D(100), rate, **arguments), BROKEN)
        self.assertEqual(rules.has_enough_own(2024, 2026, D(40), D(100), rate, **arguments), OK)
        self.assertEqual(rules.has_enough_own(2024, 2026, D(0), D(0), rate, **arguments), IDLE)

    def test_years_without_expenditure(self):
        self.assertEqual(rules.must_be_deleted({2023: D(5), 2024: D(0), 2025: D(0), 2026: D(0)}, 2026, 3), BROKEN)
        self.assertEqual(rules.must_be_deleted({2023: D(5), 2025: D(0), 2026: D(0)}, 2025, 3), WATCH)
        self.assertEqual(rules.must_be_deleted({2026: D(1)}, 2026, 3), OK)
        self.assertEqual(rules.must_be_deleted({2026: D(0)}, 2026, 3), OK)
        self.assertEqual(rules.years_without_expenditure({}, 2026), 0)

    def test_surplus_of_operation_funds_investment(self):
        found = rules.financing_of_parts(D(100), D(80), D(5), D(40))
        self.assertEqual(
            found,
            {"surplus": D(20), "to_investment": D(20), "subsidy_operating": D(0), "subsidy_investment": D(15)},
        )
        found = rules.financing_of_parts(D(50), D(80), D(0), D(10))
        self.assertEqual((found["subsidy_operating"], found["subsidy_investment"]), (D(30), D(10)))

    def test_reconciliation_lists_differences_first(self):
        rows = rules.reconcile({"one": D(10), "two": D(7)}, {"one": D(10), "three": D(4)})
        self.assertEqual(rows[0], ("two", D(7), D(0), D(-7)))
        self.assertEqual(rows[1], ("three", D(0), D(4), D(4)))
        self.assertEqual(rows[2], ("one", D(10), D(10), D(0)))


@tagged("-at_install", "post_install")
class TestTax(BaseCase):
    BRACKETS = [(D(100), D("0.10")), (D(200), D("0.15")), (None, D("0.20"))]

    def tax(self, kwh):
        return tppan.tax_of_bill(D(kwh), self.BRACKETS, D(100), D(200))

    def test_brackets_exemption_and_ceiling(self):
        self.assertEqual(self.tax(200), 0)
        self.assertEqual(self.tax(201), D("25.20"))
        self.assertEqual(self.tax(400), D("65.00"))
        self.assertEqual(self.tax(5000), 100)
        with self.assertRaises(ValueError):
            self.tax(-1)

    def test_a_collector_pays_by_the_end_of_the_next_month(self):
        self.assertEqual(tppan.due_date(datetime.date(2026, 1, 31)), datetime.date(2026, 2, 28))
        self.assertEqual(tppan.due_date(datetime.date(2026, 11, 1)), datetime.date(2026, 12, 31))
        self.assertEqual(tppan.due_date(datetime.date(2026, 12, 1)), datetime.date(2027, 1, 31))

    @given(amounts, st.integers(min_value=0, max_value=100))
    def test_split_loses_no_centime(self, amount, percent):
        fund, other = tppan.split(amount, D(percent) / 100)
        self.assertEqual(fund + other, amount)


months = st.dates(min_value=datetime.date(2026, 1, 1), max_value=datetime.date(2027, 6, 30))


@tagged("-at_install", "post_install")
class TestCash(BaseCase):
    TODAY = datetime.date(2026, 3, 10)

    def lay(self, opening, revenue, *expenses, horizon=6):
        return cash.forecast(D(opening), self.TODAY, revenue, list(expenses), horizon)

    def test_an_expense_waits_for_the_revenue_that_pays_it(self):
        now = cash.Expense("now", D(80), datetime.date(2026, 3, 1))
        later = cash.Expense("later", D(50), datetime.date(2026, 3, 20))
        april, may = datetime.date(2026, 4, 1), datetime.date(2026, 5, 1)
        found = self.lay(100, {datetime.date(2026, 3, 1): D(20), april: D(40)}, later, now)
        self.assertEqual(now.orderable, self.TODAY)
        self.assertEqual(later.orderable, may)  # 20 left, 20 in March, 40 in April
        self.assertEqual([month.closing for month in found][:3], [D(40), D(80), D(30)])

    def test_the_small_one_does_not_pass_the_great_one_that_waits(self):
        great = cash.Expense("great", D(100), datetime.date(2026, 3, 1), priority=1)
        small = cash.Expense("small", D(10), datetime.date(2026, 3, 1), priority=2)
        self.lay(50, {datetime.date(2026, 4, 1): D(55)}, small, great)
        self.assertEqual(great.orderable, datetime.date(2026, 5, 1))
        self.assertIsNone(small.orderable)
        self.assertEqual(small.missing, 5)

    def test_an_expense_wanted_later_does_not_block(self):
        later = cash.Expense("later", D(100), datetime.date(2026, 8, 1), priority=1)
        small = cash.Expense("small", D(10), datetime.date(2026, 3, 1), priority=2)
        self.lay(50, {}, later, small)
        self.assertEqual(small.orderable, self.TODAY)

    @settings(max_examples=200, deadline=None)
    @given(
        opening=amounts,
        revenue=st.dictionaries(months.map(lambda day: day.replace(day=1)), amounts, max_size=12),
        planned=st.lists(st.tuples(amounts, months, st.integers(1, 3)), max_size=12),
    )
    def test_cash_never_falls_below_zero_and_nothing_is_lost(self, opening, revenue, planned):
        expenses = [cash.Expense(key, *one) for key, one in enumerate(planned)]
        found = cash.forecast(opening, self.TODAY, revenue, expenses, 18)
        self.assertEqual(len(found), 18)
        for before, after in zip(found, found[1:], strict=False):
            self.assertEqual(before.closing, after.opening)
        self.assertTrue(all(month.opening - month.spent >= 0 for month in found))
        laid = [expense for month in found for expense in month.expenses]
        self.assertEqual({one.key for one in laid}, {one.key for one in expenses if one.orderable})
        self.assertTrue(all(one.orderable >= one.wanted for one in laid))

    def test_what_waits_for_credits_keeps_its_money_and_lets_others_pass(self):
        """500 there, 100 of credits this year and 400 the next: 300 waits for January, 90 passes, 120 would take the
        money of the first."""
        great = cash.Expense("great", D(300), self.TODAY, priority=1)
        small = cash.Expense("small", D(90), self.TODAY, priority=2)
        third = cash.Expense("third", D(120), self.TODAY, priority=3)
        never = cash.Expense("never", D(450), self.TODAY, priority=4)
        self.lay_credits(500, {2026: D(100), 2027: D(400)}, great, small, third, never)
        january = datetime.date(2027, 1, 1)
        self.assertEqual((great.orderable, small.orderable), (january, self.TODAY))
        self.assertIsNone(third.orderable)  # 100 of credits are left then
        self.assertTrue(third.lacks_credits and never.lacks_credits)

    def test_commitments_beyond_the_money_go_on_the_credits_of_the_new_year(self):
        """CAS-13: 200 committed for 150 of money: 50 on the 400 of the new year."""
        owed = cash.Expense("owed", D(200), self.TODAY, priority=-1, committed=True)
        planned = cash.Expense("planned", D(351), datetime.date(2027, 1, 1))
        fits = cash.Expense("fits", D(350), datetime.date(2027, 1, 1), priority=20)
        revenue = {datetime.date(2027, 1, 1): D(900)}
        self.lay_credits(150, {2026: D(0), 2027: D(400)}, owed, planned, fits, revenue=revenue)
        self.assertEqual(owed.orderable, datetime.date(2027, 2, 1))
        self.assertIsNone(planned.orderable)
        self.assertEqual(fits.orderable, datetime.date(2027, 2, 1))

    def lay_credits(self, opening, credits, *expenses, revenue=()):
        return cash.forecast(D(opening), self.TODAY, dict(revenue), list(expenses), 14, credits)

    @given(
        opening=amounts,
        credits=st.dictionaries(st.integers(2026, 2027), amounts),
        planned=st.lists(st.tuples(amounts, months, st.integers(1, 3)), max_size=12),
    )
    def test_no_year_gives_more_than_its_credits(self, opening, credits, planned):
        expenses = [cash.Expense(key, *one) for key, one in enumerate(planned)]
        self.lay_credits(opening, credits, *expenses)
        for year in (2026, 2027):
            spent = sum((one.amount for one in expenses if one.orderable and one.orderable.year == year), D(0))
            self.assertLessEqual(spent, credits.get(year, D(0)))

    @given(amounts, st.dictionaries(st.integers(1, 12), amounts, max_size=12))
    def test_seasons_give_the_whole_year(self, annual, history):
        spread = cash.seasonal(history, annual)
        self.assertEqual(sum(spread.values()), annual)
        self.assertEqual(len(spread), 12)
