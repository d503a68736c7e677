from psycopg2 import IntegrityError

from odoo.exceptions import ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .common import CareerCase


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21")
class TestCareer(CareerCase):
    def test_corps_and_index_follow_grade_and_step(self):
        self.assertEqual((self.person.corps_id.code, self.person.salary_index), ("ADM", 402))
        self.person.write({"grade_id": self.grade("TEC3").id, "echelon": 10})
        self.assertEqual((self.person.corps_id.code, self.person.salary_index), ("TEC", 438))

    def test_index_kept_on_a_personal_basis_lasts_until_grade_or_step_changes(self):
        self.person.salary_index = 410
        self.assertEqual(self.person.salary_index, 410)
        self.person.echelon = 7
        self.assertEqual(self.person.salary_index, 428)

    def test_index_follows_the_grid_of_the_date_of_the_situation(self):
        line = self.env.ref("gov_hr.grid_e10_7")
        line.valid_to = "2026-12-31"
        line.copy({"valid_from": "2027-01-01", "valid_to": False, "salary_index": 430})
        old = self.person.create_version({"date_version": "2026-12-01", "echelon": 7})
        new = self.person.create_version({"date_version": "2027-01-01"})
        self.assertEqual((old.salary_index, new.salary_index), (428, 430))

    def test_new_situation_takes_the_career_but_not_the_act(self):
        self.person.write({"act_kind": "recruitment", "act_number": "1/2026", "act_date": "2025-12-15"})
        version = self.person.create_version({"date_version": "2026-06-01", "echelon": 7, "act_kind": "echelon"})
        self.assertRecordValues(
            version,
            [{"grade_id": self.grade("ADM3").id, "residence_zone": "A", "act_kind": "echelon", "act_number": False}],
        )
        self.assertFalse(version.act_date)

    def test_post_is_named_in_the_language_asked(self):
        job = self.env["hr.job"].create({"name": "Archivist"})
        job.with_context(lang="ar_MA").name = "مكلف بالمحفوظات"
        self.person.job_id = job
        self.assertEqual(self.person.with_context(lang="ar_MA").version_id._gov_post(), "مكلف بالمحفوظات")
        self.assertEqual(self.person.with_context(lang="en_US").version_id._gov_post(), "Archivist")
        self.person.job_title = "Chief archivist"
        self.assertEqual(self.person.with_context(lang="ar_MA").version_id._gov_post(), "Chief archivist")

    def test_step_must_exist_in_the_grade(self):
        for echelon in (12, 99):
            with self.subTest(echelon=echelon), self.assertRaisesRegex(ValidationError, "1, 2, 3"):
                self.person.echelon = echelon
        with self.assertRaises(ValidationError):
            self.make_employee("Nobody", "ADM1", 7)
        self.make_employee("Top", "ADM1", 6)

    def test_step_without_grade_is_refused(self):
        with self.assertRaises(ValidationError):
            self.env["hr.employee"].create({"name": "X", "echelon": 3})

    def test_grade_must_belong_to_the_corps(self):
        with self.assertRaises(ValidationError):
            self.person.corps_id = self.env.ref("gov_hr.corps_tec")
        with self.assertRaises(ValidationError):
            self.make_employee("X", "ADM3", 6, corps_id=self.env.ref("gov_hr.corps_red").id)

    def test_titularisation_does_not_precede_recruitment(self):
        self.person.write({"recruitment_date": "2010-01-01", "tenure_date": "2010-01-01"})
        with self.assertRaises(ValidationError):
            self.person.tenure_date = "2009-12-31"

    def test_recruitment_before_eighteen_is_refused(self):
        self.person.write({"birthday": "1990-05-10", "recruitment_date": "2008-05-10"})
        with self.assertRaisesRegex(ValidationError, "18"):
            self.person.recruitment_date = "2008-05-09"

    def test_retirement_date_follows_the_birthday_and_an_extension(self):
        self.person.birthday = "1961-12-31"
        self.assertEqual(str(self.person.retirement_date), "2024-06-30")
        self.person.birthday = "1962-01-01"
        self.assertEqual(str(self.person.retirement_date), "2025-01-31")
        self.person.service_extension_until = "2027-01-31"
        self.assertEqual(str(self.person.retirement_date), "2027-01-31")

    def test_change_of_the_age_table_moves_every_retirement_date(self):
        self.person.birthday = "1980-03-10"
        self.assertEqual(str(self.person.retirement_date), "2043-03-31")
        self.env["gov.parameter"].search([("code", "=", "retirement.age.7.months")]).value = 780
        self.assertEqual(str(self.person.retirement_date), "2045-03-31")
        self.env["gov.parameter"].search([("code", "=", "retirement.end_of_month")]).value = 0
        self.assertEqual(str(self.person.retirement_date), "2045-03-10")

    def test_identifiers_are_normalised(self):
        self.person.write({"ppr_number": " 0012 345 ", "cnie": "ab-123 456"})
        self.assertRecordValues(self.person, [{"ppr_number": "12345", "cnie": "AB123456"}])
        self.person.write({"ppr_number": "", "cnie": False})
        self.assertRecordValues(self.person, [{"ppr_number": False, "cnie": False}])

    def test_wrong_identifiers_are_refused_with_the_value(self):
        for field, value in (("cnie", "12AB"), ("cnie", "ABC123"), ("ppr_number", "12A"), ("ppr_number", "123456789")):
            with self.subTest(value=value), self.assertRaisesRegex(ValidationError, value):
                self.person[field] = value
            with self.subTest(value=value), self.assertRaises(ValidationError):
                self.make_employee("New", **{field: value})

    def test_two_people_cannot_share_an_identifier(self):
        self.person.write({"ppr_number": "12345", "cnie": "AB12345"})
        for values in ({"ppr_number": "012345"}, {"cnie": "ab 12345"}, {"cnie": "AB012345"}):
            with (
                self.subTest(values=values),
                self.assertRaises(IntegrityError),
                mute_logger("odoo.sql_db"),
                self.cr.savepoint(),
            ):
                self.colleague.write(values)
                self.env.flush_all()

    def test_hr_finds_a_person_by_number_card_and_arabic_name(self):
        self.person.write({"ppr_number": "998877", "cnie": "ZX554433"})
        Employee = self.env["hr.employee"].with_user(self.officer_user)
        for text in ("9988", "ZX55", "كزملى", "Quzmala"):
            with self.subTest(text=text):
                self.assertEqual([found[0] for found in Employee.name_search(text)], [self.person.id])

    def test_colleague_finds_a_person_by_name_only(self):
        self.person.write({"ppr_number": "998877", "cnie": "ZX554433"})
        for model in ("hr.employee", "hr.employee.public"):
            Model = self.env[model].with_user(self.colleague_user)
            for text, found in (
                ("998877", []),
                ("ZX554433", []),
                ("كزملى", [self.person.id]),
                ("Quzmala", [self.person.id]),
            ):
                with self.subTest(model=model, text=text):
                    self.assertEqual([row[0] for row in Model.name_search(text)], found)

    def test_statement_of_services_tells_each_situation_in_order(self):
        self.person.write({"act_kind": "recruitment", "act_number": "15/2026", "act_date": "2025-12-01"})
        self.person.create_version(
            {"date_version": "2026-07-01", "echelon": 7, "act_kind": "echelon", "act_number": "88/2026"}
        )
        lines = self.person._gov_career_lines("en_US")
        self.assertEqual([line["act_number"] for line in lines], ["15/2026", "88/2026"])
        self.assertEqual([line["index"] for line in lines], [402, 428])
        self.assertEqual([line["seniority"] for line in lines], [(0, 6, 0), (0, 4, 21)])
        self.assertEqual(lines[0]["act_kind"], "Recruitment")
        self.assertEqual(lines[0]["scale"], "10")

    def test_exceptional_step_is_named(self):
        top = self.make_employee("Top", "ADM3", 11)
        self.assertEqual(top._gov_career_lines("en_US")[0]["echelon"], "exceptional")

    def test_title_is_the_grade_in_the_language_asked(self):
        self.assertEqual(self.person._gov_title("en_US"), "Administrator, 3rd grade")
        self.assertEqual(self.person._gov_title("fr_FR"), "Administrateur de 3ème grade")
        self.assertEqual(self.person._gov_title("ar_MA"), "متصرف من الدرجة الثالثة")

    def test_creating_many_files_costs_few_queries_each(self):
        grade = self.grade("ADM3").id

        def create(first, count):
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.env["hr.employee"].create(
                [
                    {
                        "name": f"Employee {n}",
                        "name_ar": f"موظف {n}",
                        "ppr_number": str(n),
                        "cnie": f"ZZ{n}",
                        "birthday": "1990-01-01",
                        "recruitment_date": "2015-01-01",
                        "grade_id": grade,
                        "echelon": 3,
                        "residence_zone": "A",
                    }
                    for n in range(first, first + count)
                ]
            )
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        def create_bare(first, count):
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.env["hr.employee"].create([{"name": f"Bare {n}"} for n in range(first, first + count)])
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        create(1000, 2), create_bare(1000, 2)
        ours = create(2000, 30) - create(3000, 10)
        bare = create_bare(2000, 30) - create_bare(3000, 10)
        self.assertLessEqual(ours - bare, 20 * 0.5, "our fields add queries to each row")

    def test_form_shows_the_index_at_once(self):
        with Form(self.person.with_user(self.officer_user)) as form:
            form.echelon = 8
            self.assertEqual(form.salary_index, 456)
