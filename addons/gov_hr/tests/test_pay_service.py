from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ..services import pay
from ..services.career import duration, duration_ar, step_seniority
from ..services.retirement import retirement_date

D = Decimal


def parameters(**changes):
    values = {
        "base": (
            {"ceiling": D(100), "value": D("98.85")},
            {"ceiling": D(150), "value": D("79.62")},
            {"value": D("50.92")},
        ),
        "residence": {"A": D("0.25"), "B": D("0.15"), "C": D("0.10")},
        "cmr_rate": D("0.14"),
        "professional": ({"ceiling": D(78000), "rate": D("0.35")}, {"rate": D("0.25"), "cap": D(35000)}),
        "tax": tuple(
            {"ceiling": D(ceiling) if ceiling else None, "rate": D(rate), "deduction": D(deduction)}
            for ceiling, rate, deduction in (
                (40000, "0", 0),
                (60000, "0.10", 4000),
                (80000, "0.20", 10000),
                (100000, "0.30", 18000),
                (180000, "0.34", 22000),
                (None, "0.37", 27400),
            )
        ),
        "dependant_amount": D(500),
        "dependant_max": 6,
        "family": ({"up_to": D(3), "amount": D(300)}, {"up_to": D(6), "amount": D(100)}),
        "amo_rate": D("0.025"),
        "amo_floor": D(70),
        "amo_cap": D(400),
    }
    return pay.Parameters(**{**values, **changes})


def situation(index=402, allowance="7075", **values):
    return pay.Situation(index, "A", (pay.Amount("allowance", "x", D(allowance)),), **values)


@tagged("post_install", "-at_install")
class TestPayService(BaseCase):
    def amounts(self, statement):
        return {line.code: line.amount for line in statement.lines}

    def test_index_slices_change_after_the_100th_and_the_150th_point(self):
        bands = parameters().base
        for index, yearly in (
            (0, "0"),
            (1, "98.85"),
            (100, "9885"),
            (101, "9964.62"),
            (150, "13866"),
            (151, "13916.92"),
            (402, "26697.84"),
        ):
            with self.subTest(index=index):
                self.assertEqual(pay.base_pay(index, bands) * 12, D(yearly))

    def test_border_of_a_tax_bracket_belongs_to_the_lower_bracket(self):
        for taxable, tax in (
            ("40000", "0"),
            ("40000.01", "0.001"),
            ("60000", "2000"),
            ("60000.01", "2000.002"),
            ("80000", "6000"),
            ("100000", "12000"),
            ("180000", "39200"),
            ("180000.01", "39200.0037"),
        ):
            with self.subTest(taxable=taxable):
                self.assertEqual(pay.income_tax(D(taxable), parameters().tax)[0], D(tax))

    def test_professional_expenses_at_the_threshold_and_at_the_cap(self):
        bands = parameters().professional
        for gross, amount in (
            ("78000", "27300"),
            ("78000.01", "19500.0025"),
            ("140000", "35000"),
            ("300000", "35000"),
        ):
            with self.subTest(gross=gross):
                self.assertEqual(pay.professional_expenses(D(gross), bands)[0], D(amount))

    def test_family_allowances_by_rank_and_no_more_than_six(self):
        for children, amount in ((0, 0), (1, 300), (3, 900), (4, 1000), (6, 1200), (9, 1200)):
            with self.subTest(children=children):
                self.assertEqual(pay.family_allowances(children, parameters().family), D(amount))

    def test_dependants_lower_the_tax_to_zero_and_count_six_at_most(self):
        single = pay.compute(situation(), parameters())
        six = pay.compute(situation(dependants=6), parameters())
        nine = pay.compute(situation(dependants=9), parameters())
        self.assertEqual(six.net - single.net, D("250.00"))
        self.assertEqual(nine.net, six.net)
        low = pay.compute(situation(224, "4725", dependants=6), parameters())
        self.assertEqual(self.amounts(low)["ir"], D("0.00"))

    def test_health_insurance_has_a_floor_and_a_cap_and_lowers_the_taxable_income(self):
        for index, allowance, amount in ((137, "1000", "70.00"), (402, "7075", "246.40"), (990, "28083", "400.00")):
            with self.subTest(index=index):
                statement = pay.compute(situation(index, allowance, is_amo_member=True), parameters())
                self.assertEqual(self.amounts(statement)["amo"], D(amount))
        deductible = pay.compute(situation(is_amo_member=True), parameters())
        not_deductible = pay.compute(situation(is_amo_member=True), parameters(amo_deductible=False))
        self.assertEqual(deductible.net - not_deductible.net, D("49.28"))  # 20 % of 246,40
        off = pay.compute(situation(is_amo_member=True), parameters(amo_enabled=False))
        self.assertEqual(off.net, D("8107.08"))

    def test_extra_lines_enter_where_their_kind_says(self):
        def net(kind):
            extra = pay.Amount("x", "x", D(100), kind)
            return pay.compute(situation(extras=(extra,)), parameters()).net

        self.assertEqual(net(pay.EXTRA_DEDUCTION), D("8007.08"))
        self.assertEqual(net(pay.EXTRA_UNTAXED), D("8207.08"))
        self.assertEqual(net(pay.EXTRA_DEDUCTIBLE), D("8027.08"))  # 20 % of tax saved
        # 100 − 14 pension − 20 % of (100 − 14 − 25 of professional expenses)
        self.assertEqual(net(pay.EXTRA_TAXABLE), D("8180.88"))

    def test_printed_lines_add_up_to_the_printed_totals(self):
        for index in range(100, 1000):
            statement = pay.compute(situation(index, "6055", is_amo_member=True, family_children=2), parameters())
            total = {kind: D(0) for kind in (pay.EARNING, pay.FAMILY, pay.DEDUCTION)}
            for line in statement.lines:
                total[line.kind] += line.amount
            self.assertEqual(total[pay.EARNING], statement.gross)
            self.assertEqual(total[pay.DEDUCTION], statement.deductions)
            self.assertEqual(statement.net, statement.gross + total[pay.FAMILY] - statement.deductions)

    def test_nobody_is_paid_in_an_unpaid_position(self):
        statement = pay.compute(situation(paid_share=D(0)), parameters())
        self.assertEqual((statement.lines, statement.net), ([], 0))


@tagged("post_install", "-at_install")
class TestCareerService(BaseCase):
    AGES = [
        {"born_until": 1956, "months": 720},
        {"born_until": 1957, "months": 726},
        {"born_until": 1958, "months": 732},
        {"born_until": 1959, "months": 738},
        {"born_until": 1960, "months": 744},
        {"born_until": 1961, "months": 750},
        {"months": 756},
    ]

    def test_retirement_age_follows_the_year_of_birth(self):
        from datetime import date

        for birthday, expected in (
            (date(1956, 12, 31), date(2016, 12, 31)),
            (date(1957, 1, 1), date(2017, 7, 31)),
            (date(1957, 8, 31), date(2018, 2, 28)),
            (date(1958, 2, 28), date(2019, 2, 28)),
            (date(1959, 5, 15), date(2020, 11, 30)),
            (date(1960, 2, 29), date(2022, 2, 28)),
            (date(1961, 12, 31), date(2024, 6, 30)),
            (date(1962, 1, 1), date(2025, 1, 31)),
            (date(1990, 7, 4), date(2053, 7, 31)),
        ):
            with self.subTest(birthday=birthday):
                self.assertEqual(retirement_date(birthday, self.AGES), expected)
        self.assertEqual(retirement_date(date(1962, 1, 1), self.AGES, at_end_of_month=False), date(2025, 1, 1))

    def test_arabic_noun_follows_its_number(self):
        for parts, text in (
            ((0, 0, 0), "أقل من يوم"),
            ((1, 2, 3), "سنة واحدة وشهران و3 أيام"),
            ((2, 1, 11), "سنتان وشهر واحد و11 يوما"),
            ((10, 0, 1), "10 سنوات ويوم واحد"),
            ((11, 11, 0), "11 سنة و11 شهرا"),
        ):
            with self.subTest(parts=parts):
                self.assertEqual(duration_ar(*parts), text)

    def test_seniority_in_the_step_goes_on_until_grade_or_step_changes(self):
        from datetime import date

        rows = [
            {"date": date(2020, 1, 1), "grade": 1, "echelon": 1, "kept_from": None},
            {"date": date(2020, 7, 1), "grade": 1, "echelon": 1, "kept_from": None},  # a mutation: same step
            {"date": date(2021, 1, 1), "grade": 1, "echelon": 2, "kept_from": date(2020, 11, 1)},  # remainder kept
        ]
        result = step_seniority(rows, date(2021, 12, 31))
        self.assertEqual([row[2] for row in result], [(0, 6, 0), (1, 0, 0), (1, 2, 0)])
        self.assertEqual(result[1][1], date(2020, 12, 31))
        self.assertEqual(duration(date(2024, 2, 29), date(2025, 3, 1)), (1, 0, 1))
