from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .common import CareerCase

# Published by the official simulator for October 2026, zone A, single, no health insurance:
# grade, step, index, base, gross, net
VECTORS = (
    ("ADA2", 1, 153, 1168.23, 5736.29, 4933.21),
    ("RED4", 1, 207, 1397.37, 6471.71, 5565.67),
    ("RED4", 2, 224, 1469.51, 6561.88, 5576.28),
    ("TEC3", 10, 438, 2377.58, 7911.98, 6655.00),
    ("ADM3", 6, 402, 2224.82, 9856.02, 8107.08),
    ("ADM2", 1, 336, 1944.76, 11844.95, 9505.66),
    ("ADM2", 6, 509, 2678.86, 16616.57, 12256.57),
    ("ADM1", 1, 704, 3506.31, 21685.88, 15111.91),
    ("INGCP", 5, 990, 4719.90, 33982.88, 21774.42),
)


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21")
class TestPay(CareerCase):
    def lines(self, statement):
        return {line["code"]: line["amount"] for line in statement["lines"]}

    def test_published_vectors_to_the_centime(self):
        for grade, echelon, index, base, gross, net in VECTORS:
            with self.subTest(grade=grade, echelon=echelon):
                employee = self.make_employee(f"{grade} {echelon}", grade, echelon)
                self.assertEqual(employee.salary_index, index)
                statement = employee.get_pay_statement("2026-10-01")
                self.assertEqual(
                    (self.lines(statement)["base"], statement["gross"], statement["net"]), (base, gross, net)
                )
                self.assertEqual(round(statement["gross"] - statement["deductions"], 2), net)

    def test_zone_gives_the_residence_rate(self):
        for zone, amount in (("A", 556.20), ("B", 333.72), ("C", 222.48)):
            with self.subTest(zone=zone):
                self.person.residence_zone = zone
                self.assertEqual(self.lines(self.person.get_pay_statement("2026-10-01"))["residence"], amount)

    def test_health_insurance_is_withheld_once_a_number_is_recorded(self):
        self.assertNotIn("amo", self.lines(self.person.get_pay_statement()))
        self.person.amo_number = "123456789"
        self.assertEqual(self.lines(self.person.get_pay_statement())["amo"], 246.40)
        self.person.is_amo_member = False
        self.assertNotIn("amo", self.lines(self.person.get_pay_statement()))

    def test_index_of_the_situation_of_the_date_is_used(self):
        self.person.create_version({"date_version": "2026-09-01", "echelon": 7})
        self.assertEqual(self.lines(self.person.get_pay_statement("2026-08-31"))["base"], 2224.82)
        self.assertEqual(self.lines(self.person.get_pay_statement("2026-09-01"))["base"], 2335.15)

    def test_rates_are_those_of_the_date(self):
        parameter = self.env["gov.parameter"].search([("code", "=", "pay.cmr.rate")])
        parameter.valid_to = "2026-10-31"
        parameter.copy({"valid_from": "2026-11-01", "valid_to": False, "value": 0.15})
        self.assertEqual(self.lines(self.person.get_pay_statement("2026-10-31"))["cmr"], 1379.84)
        self.assertEqual(self.lines(self.person.get_pay_statement("2026-11-01"))["cmr"], 1478.40)

    def test_date_before_the_known_tax_is_refused_with_the_name_of_the_parameter(self):
        with self.assertRaisesRegex(UserError, r"pay\.ir\.bracket"):
            self.person.get_pay_statement("2024-12-31")

    def test_allowances_of_the_grade_are_dated(self):
        with self.assertRaisesRegex(UserError, "statutory allowances"):
            self.person.get_pay_statement("2025-06-30")
        self.assertEqual(self.person.get_pay_statement("2025-07-01")["gross"], 9856.02)

    def test_date_before_recruitment_is_refused(self):
        self.person.recruitment_date = "2026-03-01"
        with self.assertRaisesRegex(UserError, "2026-03-01"):
            self.person.get_pay_statement("2026-02-28")
        self.assertTrue(self.person.get_pay_statement("2026-03-01")["net"])

    def test_missing_data_is_named(self):
        for values, word in (({"residence_zone": False}, "zone"), ({"echelon": 0, "residence_zone": "A"}, "step")):
            self.person.write(values)
            with self.subTest(word=word), self.assertRaisesRegex(UserError, word):
                self.person.get_pay_statement()

    def test_file_without_a_grade_is_told_so(self):
        newcomer = self.env["hr.employee"].create({"name": "Newcomer"})
        with self.assertRaisesRegex(UserError, "Record the grade and the step of Newcomer"):
            newcomer.get_pay_statement()

    def test_unpaid_positions(self):
        for position in ("secondment", "availability", "military"):
            self.person.statutory_position = position
            statement = self.person.get_pay_statement()
            self.assertEqual((statement["lines"], statement["net"]), ([], 0.0), position)
        self.person.statutory_position = "provision"
        self.assertEqual(self.person.get_pay_statement()["net"], 8107.08)

    def test_number_of_children_is_used_until_dependants_are_named(self):
        self.person.write({"children": 4, "marital": "married", "sex": "male"})
        statement = self.person.get_pay_statement()
        self.assertEqual(statement["family_allowances"], 1000)
        self.assertEqual(round(statement["net"] - 8107.08 - 1000, 2), 208.33)  # five dependants: 2 500 a year
        self.person.sex = "female"  # the husband is not a dependant unless HR says so
        self.assertEqual(round(self.person.get_pay_statement()["net"] - 8107.08 - 1000, 2), 166.67)

    def test_children_leave_at_the_ages_of_the_law(self):
        Dependant = self.env["gov.dependant"]
        child = Dependant.create({"employee_id": self.person.id, "name": "Ali", "birthdate": "2010-10-15"})
        allowance = lambda day: self.person.get_pay_statement(day)["family_allowances"]  # noqa: E731
        self.assertEqual((allowance("2026-10-14"), allowance("2026-10-15")), (300, 0))
        child.is_student = True
        self.assertEqual(allowance("2026-10-15"), 300)
        child.write({"birthdate": "2005-10-15"})
        self.assertEqual((allowance("2026-10-14"), allowance("2026-10-15")), (300, 0))
        child.is_disabled = True
        self.assertEqual(allowance("2026-10-15"), 300)
        child.write({"is_disabled": False, "is_student": False, "birthdate": "1998-11-20"})
        self.assertEqual(self.person.get_pay_statement("2026-11-19")["net"], 8148.75)  # 27 years: one dependant
        self.assertEqual(self.person.get_pay_statement("2026-11-20")["net"], 8107.08)

    def test_child_without_date_of_birth_is_refused(self):
        from psycopg2 import IntegrityError

        from odoo.tools import mute_logger

        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.env["gov.dependant"].create({"employee_id": self.person.id, "name": "Ali"})

    def test_lines_recorded_by_hr_count_on_their_days(self):
        self.env["gov.pay.line"].create(
            {
                "employee_id": self.person.id,
                "code": "loan",
                "name": "Housing loan",
                "kind": "deduction",
                "amount": 1000,
                "date_from": "2026-10-01",
                "date_to": "2026-10-31",
            }
        )
        self.assertEqual(self.person.get_pay_statement("2026-10-31")["net"], 7107.08)
        self.assertEqual(self.person.get_pay_statement("2026-11-01")["net"], 8107.08)

    def test_each_line_says_how_it_is_made_and_by_which_text(self):
        statement = self.person.get_pay_statement()
        by_code = {line["code"]: line for line in statement["lines"]}
        self.assertIn("252 × 50.92", by_code["base"]["formula"])
        for code in ("base", "residence", "cmr", "ir"):
            self.assertTrue(by_code[code]["legal_text"], code)
        self.assertIn("July 2025", by_code["allowance"]["note"])

    def test_statement_is_asked_for_one_employee(self):
        for people in (self.person.browse(), self.person + self.make_employee("Second")):
            with self.assertRaisesRegex(UserError, "one employee"):
                people.get_pay_statement()

    def test_statement_of_many_people_costs_no_more_queries_than_of_one(self):
        people = self.person + self.env["hr.employee"].concat(*(self.make_employee(f"P{n}") for n in range(20)))

        def queries(records):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            records._gov_pay_statements(self.env["gov.parameter"]._to_day("2026-10-01"))
            return self.env.cr.sql_log_count - before

        queries(people[:1])
        self.assertLessEqual(queries(people), queries(people[:1]) + 3)

    def test_overlapping_amounts_are_refused(self):
        allowance = self.grade("ADM3").allowance_ids[0]
        with self.assertRaises(ValidationError):
            allowance.copy({"valid_from": "2026-01-01"})
        line = self.grade("ADM3").grid_id.line_ids[0]
        with self.assertRaises(ValidationError):
            line.copy({"valid_from": "2026-01-01"})

    def test_nobody_but_the_person_hr_and_the_auditor_asks_for_a_statement(self):
        for user in (self.person_user, self.officer_user, self.manager_user, self.auditor_user):
            with self.subTest(user=user.login):
                self.assertEqual(self.person.with_user(user).get_pay_statement("2026-10-01")["net"], 8107.08)
        with self.assertRaises(AccessError):
            self.person.with_user(self.colleague_user).get_pay_statement("2026-10-01")

    def test_officer_of_another_region_has_no_statement(self):
        regions = self.env["gov.region"].search([("code", "in", ("04", "06"))])
        unit = self.env["hr.department"].create({"name": "Unit", "region_id": regions[0].id})
        self.person.department_id = unit
        self.officer_user.gov_region_ids = regions[1]
        with self.assertRaises(AccessError):
            self.person.with_user(self.officer_user).get_pay_statement()
        self.officer_user.gov_region_ids = regions
        self.assertTrue(self.person.with_user(self.officer_user).get_pay_statement())

    def test_nobody_records_pay_lines_or_dependants_for_themselves(self):
        own = self.make_employee("Manager", user_id=self.manager_user.id)
        vals = {"employee_id": own.id, "code": "x", "name": "x", "kind": "taxable", "amount": 100}
        with self.assertRaises(AccessError):
            self.env["gov.pay.line"].with_user(self.manager_user).create(vals)
        line = self.env["gov.pay.line"].create(vals)
        with self.assertRaises(AccessError):
            line.with_user(self.manager_user).amount = 5000
        with self.assertRaises(AccessError):
            line.with_user(self.manager_user).unlink()
        other = self.env["gov.pay.line"].with_user(self.manager_user).create({**vals, "employee_id": self.person.id})
        with self.assertRaises(AccessError):
            other.employee_id = own
        with self.assertRaises(AccessError):
            self.env["gov.dependant"].with_user(self.manager_user).create(
                {"employee_id": own.id, "name": "Spouse", "kind": "spouse"}
            )
