"""The arithmetic of the execution of the budget, without a database."""

import doctest
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase

from ..services import clocks, consistency, controls, gid, interest, sample, withholdings
from ..services.clocks import Stop

DAY = date(2026, 3, 2)


def next_working(day, count):
    """The count-th working day after day, in a world without holidays."""
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day


class TestClocks(BaseCase):
    def test_visa_of_a_market_twelve_working_days_francs(self):
        # Monday 2 March: twelve full working days end on Wednesday 18, the answer may still come on Thursday 19
        self.assertEqual(clocks.working_due(DAY, 12, next_working, is_franc=True), date(2026, 3, 19))
        self.assertEqual(clocks.working_due(DAY, 5, next_working), date(2026, 3, 9))

    def test_suspension_gives_back_its_days(self):
        stops = [Stop(date(2026, 3, 10), date(2026, 3, 20))]
        self.assertEqual(clocks.due_date(DAY, 30, stops), date(2026, 4, 11))
        self.assertEqual(clocks.elapsed_days(DAY, date(2026, 3, 15), stops), 8)
        self.assertEqual(clocks.remaining_days(DAY, 30, date(2026, 3, 25), stops), 17)

    def test_open_suspension_has_no_end(self):
        self.assertIsNone(clocks.due_date(DAY, 30, [Stop(date(2026, 3, 10))]))
        self.assertEqual(clocks.due_date(DAY, 30, [Stop(date(2026, 5, 10))]), date(2026, 4, 1))

    def test_suspensions_that_overlap_count_once(self):
        stops = [Stop(date(2026, 3, 10), date(2026, 3, 20)), Stop(date(2026, 3, 15), date(2026, 3, 25))]
        self.assertEqual(clocks.due_date(DAY, 30, stops), date(2026, 4, 16))
        self.assertEqual(clocks.suspended_days(stops, DAY, date(2026, 4, 16)), 15)

    def test_service_is_taken_as_done_on_day_31(self):
        self.assertEqual(clocks.service_done(DAY, None, 30), (date(2026, 4, 2), True))
        self.assertEqual(clocks.service_done(DAY, date(2026, 3, 12), 30), (date(2026, 3, 12), False))
        # certified too late: the law's day stands
        self.assertEqual(clocks.service_done(DAY, date(2026, 5, 12), 30), (date(2026, 4, 2), True))
        self.assertEqual(clocks.service_done(DAY, None, 30, [Stop(date(2026, 3, 5))]), (None, False))

    def test_accountant_keeps_five_days_at_least(self):
        self.assertEqual(clocks.visa_days_left(15, 12, 5), 5)
        self.assertEqual(clocks.visa_days_left(15, 2, 5), 13)

    @given(
        st.integers(1, 90),
        st.lists(st.tuples(st.integers(0, 120), st.integers(1, 40)), max_size=5),
    )
    @settings(max_examples=200, deadline=None)
    def test_whole_delay_is_used_on_its_last_day(self, days, pairs):
        stops = [Stop(DAY + timedelta(days=a), DAY + timedelta(days=a + b)) for a, b in pairs]
        due = clocks.due_date(DAY, days, stops)
        self.assertEqual(clocks.elapsed_days(DAY, due, stops), days)
        self.assertGreaterEqual(due, DAY + timedelta(days=days))


class TestInterest(BaseCase):
    def test_vector_of_the_decree(self):
        amount = interest.late_interest(
            Decimal(600000) - Decimal(42000), date(2025, 3, 31), date(2025, 4, 30), lambda day: Decimal("0.035")
        )
        self.assertEqual(amount, Decimal("1605.21"))

    def test_each_quarter_runs_at_its_rate(self):
        def rate(day):
            return Decimal("0.03") if day < date(2026, 4, 1) else Decimal("0.04")

        parts = interest.stretches(Decimal(365000), date(2026, 3, 21), date(2026, 4, 10), rate)
        self.assertEqual([(one.days, one.amount) for one in parts], [(10, Decimal(300)), (10, Decimal(400))])

    def test_nothing_when_paid_in_time(self):
        for until in (date(2026, 3, 30), date(2026, 3, 31)):
            self.assertEqual(interest.late_interest(1000, date(2026, 3, 31), until, lambda day: 0.03), 0)
        self.assertEqual(interest.late_interest(1000, None, DAY, lambda day: 0.03), 0)

    def test_rate_is_rounded_up_to_the_tenth(self):
        self.assertEqual(interest.rate_of_quarter(Decimal("0.0220")), Decimal("0.032"))
        self.assertEqual(interest.rate_of_quarter(Decimal("0.02201")), Decimal("0.033"))

    def test_supplement_is_one_percent(self):
        self.assertEqual(interest.highest_supplement(Decimal("12345.67"), Decimal("0.01")), Decimal("123.46"))

    @given(st.decimals(1, 10**7, places=2), st.integers(1, 400), st.integers(1, 400))
    @settings(max_examples=100, deadline=None)
    def test_more_days_cost_more(self, base, days, more):
        due = date(2026, 1, 1)
        one = interest.late_interest(base, due, due + timedelta(days=days), lambda day: Decimal("0.031"))
        two = interest.late_interest(base, due, due + timedelta(days=days + more), lambda day: Decimal("0.031"))
        self.assertLessEqual(one, two)
        expected = interest.money(base * Decimal("0.031") * days / 365)
        self.assertEqual(one, expected)


RATES = withholdings.Rates(
    retention_rate=Decimal("0.10"),
    retention_cap=Decimal("0.07"),
    vat_rate=Decimal("0.75"),
    vat_free_amount=Decimal(5000),
    vat_free_month=Decimal(50000),
    is_rate=Decimal("0.05"),
    ir_rate=Decimal("0.10"),
)


def bill(**values):
    return withholdings.Bill(**{"total": Decimal(12000), "untaxed": Decimal(10000), "vat": Decimal(2000), **values})


class TestWithholdings(BaseCase):
    def kept(self, **values):
        return {line.code: line.amount for line in withholdings.withholdings(bill(**values), RATES)}

    def test_goods_have_nothing_withheld(self):
        self.assertEqual(self.kept(), {})

    def test_three_quarters_of_the_vat_of_services(self):
        self.assertEqual(self.kept(is_service=True), {"vat": Decimal("1500.00")})
        self.assertEqual(self.kept(is_service=True, is_excluded=True), {})

    def test_small_services_are_free_within_the_month(self):
        small = {"total": Decimal(4800), "untaxed": Decimal(4000), "vat": Decimal(800), "is_service": True}
        self.assertEqual(self.kept(**small), {})
        self.assertEqual(self.kept(**small, month_before=Decimal(46000)), {"vat": Decimal("600.00")})

    def test_fees_by_regime(self):
        fee = {"is_fee": True, "is_service": True}
        self.assertEqual(self.kept(**fee, tax_regime="is"), {"vat": Decimal(1500), "is": Decimal(500)})
        self.assertEqual(self.kept(**fee, tax_regime="ir"), {"vat": Decimal(1500), "ir": Decimal(1000)})
        self.assertEqual(self.kept(**fee, tax_regime="auto"), {"vat": Decimal(1500)})

    def test_retention_stops_at_the_cap_of_the_contract(self):
        works = {"has_retention": True, "contract_total": Decimal(100000)}
        self.assertEqual(self.kept(**works), {"retention": Decimal(1200)})
        self.assertEqual(self.kept(**works, retained_before=Decimal(6500)), {"retention": Decimal(500)})
        self.assertEqual(self.kept(**works, retained_before=Decimal(7000)), {})

    def test_charge_and_net(self):
        lines = withholdings.withholdings(
            bill(is_service=True, has_retention=True, contract_total=Decimal(100000), penalty=Decimal(300)), RATES
        )
        self.assertEqual(withholdings.charged(Decimal(12000), lines), Decimal(10500))
        self.assertEqual(withholdings.net_to_pay(Decimal(12000), lines), Decimal(9000))

    def test_opposition_takes_what_is_left(self):
        self.assertEqual(
            self.kept(is_service=True, oppositions=(Decimal(8000), Decimal(8000))),
            {"vat": Decimal(1500), "opposition": Decimal(2500)},
        )
        with self.assertRaises(ValueError):
            self.kept(penalty=Decimal(13000))

    @given(
        st.decimals(1, 10**6, places=2),
        st.sampled_from(["0", "0.07", "0.10", "0.14", "0.20"]),
        st.booleans(),
        st.booleans(),
        st.sampled_from(["is", "ir", "auto", "none"]),
    )
    @settings(max_examples=200, deadline=None)
    def test_parts_make_the_whole(self, untaxed, rate, is_service, is_fee, regime):
        vat = interest.money(untaxed * Decimal(rate))
        one = bill(
            total=untaxed + vat, untaxed=untaxed, vat=vat, is_service=is_service, is_fee=is_fee, tax_regime=regime
        )
        lines = withholdings.withholdings(one, RATES)
        net = withholdings.net_to_pay(one.total, lines)
        self.assertEqual(net + sum(line.amount for line in lines), one.total)
        self.assertGreaterEqual(net, 0)

    @given(
        st.lists(st.integers(1, 10**7), min_size=1, max_size=8).flatmap(
            lambda cents: st.tuples(st.just(cents), st.integers(0, sum(cents)))
        )
    )
    @settings(max_examples=200, deadline=None)
    def test_shares_make_the_total_within_each_line(self, drawn):
        amounts, charged = [Decimal(cents) / 100 for cents in drawn[0]], Decimal(drawn[1]) / 100
        parts = withholdings.shares(charged, amounts)
        self.assertEqual(sum(parts), charged)
        for part, amount in zip(parts, amounts, strict=True):
            self.assertTrue(0 <= part <= amount, (part, amount))


class TestConsistency(BaseCase):
    rates = [Decimal(rate) for rate in ("0", "0.07", "0.10", "0.14", "0.20")]

    def codes(self, *amounts):
        return [code for code, _facts in consistency.vat_problems(*map(Decimal, amounts), self.rates)]

    def test_amounts_of_an_invoice(self):
        self.assertEqual(self.codes("1000", "200", "1200.04"), [])
        self.assertEqual(self.codes("1000", "200", "1210"), ["sum"])
        self.assertEqual(self.codes("1000", "250", "1250"), ["rate"])
        self.assertTrue(consistency.is_single_rate(Decimal(1000), Decimal(140), self.rates))
        self.assertFalse(consistency.is_single_rate(Decimal(1000), Decimal(150), self.rates))

    def test_invoice_sent_twice_is_found(self):
        invoice = {"number": "F-0012/26", "amount": Decimal(1200), "date": DAY}
        others = [
            {"number": "f 12 26", "amount": Decimal(5), "date": date(2026, 1, 2)},
            {"number": "F-13/26", "amount": Decimal(1210), "date": date(2026, 3, 4)},
            {"number": "F-14/26", "amount": Decimal(1210), "date": date(2026, 3, 8)},
            {"number": "F-0012/26", "amount": Decimal(1200), "date": date(2024, 3, 2)},
        ]
        found = consistency.duplicates(invoice, others)
        self.assertEqual(
            [(other["number"], why) for other, why in found], [("f 12 26", "number"), ("F-13/26", "amount")]
        )

    def test_names_of_one_supplier_are_alike(self):
        self.assertGreater(consistency.name_similarity("Sté Atlas Papeterie SARL", "ATLAS PAPETERIE"), 0.9)
        self.assertLess(consistency.name_similarity("Atlas Papeterie", "Rif Transport"), 0.7)


class TestControls(BaseCase):
    ceilings = controls.Ceilings(*map(Decimal, (5000, 20000, 10000, 100000, 400000, 1000000)))

    def asked(self, family, amount, **more):
        return controls.regularity(family, Decimal(amount), self.ceilings, **more)

    def test_list_without_regularity_control(self):
        self.assertEqual(self.asked("goods", 20000), (False, "small_goods"))
        self.assertEqual(self.asked("goods", "20000.01"), (True, "full"))
        self.assertEqual(self.asked("staff_other", 5000), (False, "small_staff"))
        self.assertEqual(self.asked("staff_pay", 10**6), (False, "staff_pay"))
        self.assertEqual(self.asked("staff_entry", 10), (True, "full"))
        self.assertEqual(self.asked("transfer", 10**9), (False, "transfer"))
        self.assertEqual(self.asked("market", 10), (True, "full"))

    def test_modulated_control(self):
        self.assertEqual(self.asked("market", 400000, level="light"), (False, "light"))
        self.assertEqual(self.asked("market", 400001, level="light"), (True, "full"))
        self.assertEqual(self.asked("market", 900000, level="lighter"), (False, "lighter"))
        self.assertEqual(
            self.asked("market", 900000, level="lighter", is_negotiated=True), (True, "lighter_negotiated")
        )
        self.assertEqual(self.asked("lease", 10, level="lighter"), (True, "lighter_listed"))

    def test_visa_delays(self):
        delays = {"market": 12, "other": 5, "lighter_market": 7, "lighter_other": 3}
        self.assertEqual(controls.visa_delay("market", "full", delays), (12, True))
        self.assertEqual(controls.visa_delay("goods", "light", delays), (5, False))
        self.assertEqual(controls.visa_delay("market", "lighter", delays), (7, True))

    def test_schedule_over_years(self):
        self.assertEqual(controls.schedule_problems(2026, 100, 300, {2027: 200, 2028: 100}), [])
        codes = [code for code, _f in controls.schedule_problems(2026, 100, 300, {2026: 200, 2028: 0})]
        self.assertEqual(codes, ["year", "zero", "sum"])
        self.assertEqual(controls.schedule_problems(2026, 100, 300, {})[0][0], "none")
        self.assertEqual(controls.schedule_problems(2026, 100, 0, {}), [])

    def test_doctests(self):
        for module in (controls, interest, withholdings):
            self.assertEqual(doctest.testmod(module).failed, 0)

    def test_a_month_begun_counts_for_its_days(self):
        year = date(2026, 1, 1), date(2026, 12, 31)
        share = controls.recurrent_share
        # from 15 November: 16 days of 30 and December, of twelve months
        self.assertEqual(share(date(2026, 11, 15), date(2027, 11, 14), 12000, *year), Decimal("1533.33"))
        self.assertEqual(share(date(2026, 7, 1), date(2027, 6, 30), Decimal("100.05"), *year), Decimal("50.03"))
        self.assertEqual(share(date(2026, 12, 31), date(2027, 1, 30), 100, *year), Decimal("3.23"))
        leap = date(2028, 1, 1), date(2028, 12, 31)
        self.assertEqual(share(date(2028, 2, 29), date(2028, 2, 29), 50, *leap), 50)
        self.assertEqual(share(date(2027, 1, 1), date(2027, 12, 31), 50, *leap), 0)


COLUMNS = [
    gid.Column("number", "N°", "text", True),
    gid.Column("amount", "Montant", "amount"),
    gid.Column("date", "Date de visa", "date"),
    gid.Column("object", "Objet"),
]


class TestSample(BaseCase):
    def test_plans_stay_within_their_credits(self):
        credits = [
            sample.Credit(rank, "11", "equipment", Decimal(amount), Decimal(amount), Decimal(0), 1)
            for rank, amount in enumerate((100_000, 5_000, 2_000_000, 900), 1)
        ]
        plans = sample.plans(credits, 200, date(2026, 11, 28))
        self.assertEqual([plan.number for plan in plans if hasattr(plan, "number")], [])
        for credit in credits:
            total = sum(plan.amount + plan.interest for plan in plans if plan.line == credit.id)
            self.assertLessEqual(total, credit.available)
        self.assertTrue({"visaed", "proposed", "closed"} <= {plan.state for plan in plans})
        self.assertEqual(plans, sample.plans(credits, 200, date(2026, 11, 28)), "the same each time")
        for plan in plans:
            self.assertLessEqual(sum(bill.share for bill in plan.invoices), Decimal("1.0001"))

    def test_identifiers_of_the_suppliers_are_right(self):
        for row in sample.suppliers():
            self.assertEqual(int(row["ice"]) % 97, 0)
            self.assertEqual(int(row["rib"]) % 97, 0)
            self.assertEqual((len(row["ice"]), len(row["rib"])), (15, 24))


class TestGid(BaseCase):
    def test_what_is_written_is_read_back(self):
        rows = [
            {"number": "1/2026", "amount": Decimal("1234.5"), "date": DAY, "object": "=2+3"},
            {"number": "2/2026", "amount": -5.1, "date": None, "object": "قرطاسية; «مكتب»\nسطر"},
        ]
        data = gid.write(COLUMNS, rows)
        self.assertIn(b";'=2+3", data)
        read, problems = gid.read(data, COLUMNS)
        self.assertEqual(problems, [])
        self.assertEqual(
            read[0], {"_line": 2, "number": "1/2026", "amount": Decimal("1234.50"), "date": DAY, "object": "=2+3"}
        )
        self.assertEqual(read[1]["object"], "قرطاسية; «مكتب» سطر")

    def test_each_bad_cell_is_named(self):
        text = "Objet;n°;MONTANT;Date de visa\nx;1/2026;12,5;31/02/2026\n;;abc;\n"
        _rows, problems = gid.read(text.encode(), COLUMNS)
        found = [(one.line, one.column, one.code) for one in problems]
        self.assertEqual(found, [(2, "Date de visa", "date"), (3, "N°", "required"), (3, "Montant", "amount")])

    def test_files_that_cannot_be_read(self):
        for data, code in ((b"", "empty"), (b"PK\0\0", "binary"), (b"a;b\n1;2", "headings"), (b"N\xb0\n1", "decode")):
            with self.assertRaises(gid.FileError) as caught:
                gid.read(data, COLUMNS)
            self.assertEqual(caught.exception.code, code)
        with self.assertRaises(gid.FileError):
            gid.write(COLUMNS, [{"number": "عدد"}], encoding="cp1252")
        self.assertEqual(gid.read("N°\n1".encode("cp1252"), COLUMNS, encoding="cp1252")[0][0]["number"], "1")

    def test_amounts_as_people_write_them(self):
        for raw in ("1 234,50", "1.234,50", "1,234.50", "1234.5", "1\u202f234,5"):
            self.assertEqual(gid.read_amount(raw), Decimal("1234.50"), raw)
        self.assertEqual(gid.read_amount("1.234.567"), Decimal("1234567.00"))
        for raw in ("", "12a", "NaN", "--1", "1,,2.3.4"):
            with self.assertRaises(ValueError):
                gid.read_amount(raw)
