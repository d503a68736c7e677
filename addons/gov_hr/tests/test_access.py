from contextlib import contextmanager

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .common import CareerCase

PRIVATE = (
    "ppr_number",
    "cnie",
    "recruitment_date",
    "tenure_date",
    "retirement_date",
    "cmr_number",
    "amo_number",
    "mutual_name",
    "echelon",
    "salary_index",
    "statutory_position",
    "residence_zone",
    "act_kind",
    "act_number",
    "corps_id",
    "spouse_is_dependant",
    "is_amo_member",
    "pay_statement_html",
    "career_html",
    "dependant_ids",
    "pay_line_ids",
)


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21")
class TestAccess(CareerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.person.write({"ppr_number": "998877", "cnie": "ZX554433", "birthday": "1985-02-03"})
        cls.env["gov.dependant"].create({"employee_id": cls.person.id, "name": "Ali", "birthdate": "2020-01-01"})
        cls.env["gov.pay.line"].create(
            {"employee_id": cls.person.id, "code": "loan", "name": "Loan", "kind": "deduction", "amount": 10}
        )
        cls.env.flush_all()

    @contextmanager
    def refused(self):
        """Refused by rights, or unknown to the public model: either way nothing is told."""
        try:
            yield
        except (AccessError, ValueError):
            return
        self.fail("not refused")

    def test_colleague_and_person_read_no_private_field_by_rpc(self):
        for user in (self.colleague_user, self.person_user):
            for name in PRIVATE:
                for model in ("hr.employee", "hr.version"):
                    if name not in self.env[model]._fields:
                        continue
                    record = self.person if model == "hr.employee" else self.person.current_version_id
                    with self.subTest(user=user.login, model=model, field=name), self.assertRaises(AccessError):
                        record.with_user(user).read([name])

    def test_private_fields_cannot_be_guessed_by_search_order_or_group(self):
        for model in ("hr.employee", "hr.version", "hr.employee.public"):
            Model = self.env[model].with_user(self.colleague_user)
            for name in PRIVATE:
                if name.endswith("_html") or name not in self.env["hr.employee"]._fields:
                    continue
                with self.subTest(model=model, field=name):
                    with self.refused():
                        Model.search([(name, "!=", False)]).ids  # noqa: B018 - evaluated for its refusal
                    if not name.endswith("_ids"):
                        with self.refused():
                            Model.search([], order=name).ids  # noqa: B018 - evaluated for its refusal
                        with self.refused():
                            Model.formatted_read_group([], [name], ["__count"])

    def test_private_fields_cannot_be_guessed_through_the_version(self):
        for domain in (
            [("current_version_id.echelon", "=", 6)],
            [("current_version_id", "any", [("echelon", "=", 6)])],
        ):
            for model in ("hr.employee", "hr.employee.public"):
                with self.subTest(model=model, domain=domain), self.refused():
                    self.env[model].with_user(self.colleague_user).search(domain).ids  # noqa: B018

    def test_directory_shows_arabic_name_and_grade(self):
        public = self.env["hr.employee.public"].with_user(self.colleague_user).browse(self.person.id)
        self.assertEqual((public.name_ar, public.grade_id.code), ("كزملى بناني", "ADM3"))
        values = self.person.with_user(self.colleague_user).read(["name_ar", "grade_id"])[0]
        self.assertEqual((values["name_ar"], values["grade_id"][0]), ("كزملى بناني", self.grade("ADM3").id))

    def test_officer_reads_the_file_but_no_typed_pay_lines(self):
        employee = self.person.with_user(self.officer_user)
        self.assertEqual((employee.ppr_number, employee.echelon), ("998877", 6))
        self.assertEqual(employee.dependant_ids.name, "Ali")
        with self.assertRaises(AccessError):
            employee.read(["pay_line_ids"])
        with self.assertRaises(AccessError):
            self.env["gov.pay.line"].with_user(self.officer_user).search([])

    def test_manager_reads_and_writes_the_file(self):
        employee = self.person.with_user(self.manager_user)
        self.assertEqual(employee.pay_line_ids.code, "loan")
        employee.write({"echelon": 7, "amo_number": "5"})
        self.assertEqual(employee.salary_index, 428)
        self.grade("ADM3").with_user(self.manager_user).note = "checked"

    def test_auditor_sees_the_file_on_the_screens(self):
        views = self.env["hr.employee"].with_user(self.auditor_user).get_views([(False, "form"), (False, "list")])
        form, employee_list = (views["views"][kind]["arch"] for kind in ("form", "list"))
        for name in ("ppr_number", "echelon", "career_html", "pay_statement_html", "pay_line_ids"):
            self.assertIn(f'name="{name}"', form)
        self.assertIn('name="ppr_number"', employee_list)

    def test_auditor_leaves_no_message_and_reads_no_badge_or_pin(self):
        employee = self.person.with_user(self.auditor_user)
        for name in ("pin", "barcode"):
            with self.subTest(field=name), self.assertRaises(AccessError):
                employee.read([name])
        for record in (employee, employee.current_version_id):
            with self.subTest(model=record._name), self.assertRaises(AccessError):
                record.message_post(body="seen")

    def test_auditor_reads_everything_and_writes_nothing(self):
        employee = self.person.with_user(self.auditor_user)
        values = employee.read([name for name in PRIVATE if not name.endswith("_html")])[0]
        self.assertEqual((values["ppr_number"], values["echelon"]), ("998877", 6))
        self.assertEqual(employee.birthday.year, 1985)
        self.assertEqual(employee.pay_line_ids.code, "loan")
        self.assertIn("o_gov_pay", employee.pay_statement_html)
        self.assertEqual(employee.current_version_id.read(["echelon"])[0]["echelon"], 6)
        for record, values in (
            (employee, {"ppr_number": "1"}),
            (employee, {"echelon": 7}),
            (employee.current_version_id, {"echelon": 7}),
            (employee.dependant_ids, {"is_student": True}),
            (employee.pay_line_ids, {"amount": 1}),
            (self.grade("ADM3").with_user(self.auditor_user), {"rank": 2}),
        ):
            with self.subTest(model=record._name, values=values), self.assertRaises(AccessError):
                record.write(values)
        with self.assertRaises(AccessError):
            employee.create_version({"date_version": "2026-12-01", "echelon": 7})

    def test_ordinary_users_change_no_career(self):
        for user in (self.person_user, self.colleague_user):
            with self.subTest(user=user.login):
                for values in ({"grade_id": self.grade("ADM1").id}, {"echelon": 7}, {"name_ar": "x"}):
                    with self.assertRaises(AccessError):
                        self.person.with_user(user).write(values)
                with self.assertRaises(AccessError):
                    self.person.current_version_id.with_user(user).write({"echelon": 7})
                with self.assertRaises(AccessError):
                    self.person.with_user(user).create_version({"date_version": "2026-12-01", "echelon": 7})

    def test_hr_changes_nobody_their_own_career(self):
        for user in (self.officer_user, self.manager_user):
            own = self.make_employee(user.login, user_id=user.id).with_user(user)
            for values in ({"echelon": 7}, {"grade_id": self.grade("ADM1").id}, {"residence_zone": "B"}):
                with self.subTest(user=user.login, values=values), self.assertRaises(AccessError):
                    own.write(values)
            for values in ({"birthday": "2001-01-01"}, {"amo_number": "1"}, {"user_id": False}, {"user_id": 1}):
                with self.subTest(user=user.login, values=values), self.assertRaises(AccessError):
                    own.write(values)
            own.write({"user_id": user.id, "mobile_phone": "0600000000"})
            with self.assertRaises(AccessError):
                own.current_version_id.write({"echelon": 7, "employee_id": own.id})
            with self.assertRaises(AccessError):
                own.create_version({"date_version": "2026-12-01", "echelon": 7})
            with self.assertRaises(AccessError):
                self.env["hr.version"].with_user(user).create(
                    {"employee_id": own.id, "date_version": "2026-12-02", "echelon": 7, "grade_id": own.grade_id.id}
                )
            with self.assertRaises(AccessError):
                own.with_context(gov_new_file=True).write({"echelon": 7})

    def test_nobody_deletes_or_moves_a_situation_of_their_own_file(self):
        own = self.make_employee("own file", user_id=self.officer_user.id)
        own.create_version({"date_version": "2026-12-01", "echelon": 7})
        versions, other = own.version_ids.with_user(self.officer_user), self.person.with_user(self.officer_user)
        other.create_version({"date_version": "2026-12-01", "echelon": 7})
        for act in (
            lambda: versions[-1].unlink(),
            lambda: versions[-1].write({"employee_id": other.id}),
            lambda: versions[-1].write({"active": False}),
            lambda: versions[-1].write({"department_id": False}),
            lambda: own.with_user(self.officer_user).write({"department_id": False}),
            lambda: other.version_ids[-1].write({"employee_id": own.id, "date_version": "2027-01-01"}),
        ):
            with self.assertRaises(AccessError):
                act()
        other.version_ids.sorted("date_version")[-1].unlink()  # HR corrects the files of others

    def test_hr_manager_may_create_their_own_first_file(self):
        employee = self.env["hr.employee"].with_user(self.manager_user)
        own = employee.create(
            {"name": "Manager", "user_id": self.manager_user.id, "grade_id": self.grade("ADM2").id, "echelon": 1}
        )
        self.assertEqual(own.salary_index, 336)
        with self.assertRaises(AccessError):
            own.echelon = 6

    def test_officer_of_a_region_does_not_reach_the_family_of_another(self):
        regions = self.env["gov.region"].search([("code", "in", ("04", "06"))])
        self.person.department_id = self.env["hr.department"].create({"name": "U", "region_id": regions[0].id})
        self.officer_user.gov_region_ids = regions[1]
        Dependant, own = self.env["gov.dependant"].with_user(self.officer_user), [("employee_id", "=", self.person.id)]
        self.assertFalse(Dependant.search(own))
        self.officer_user.gov_region_ids = regions[0]
        self.assertEqual(Dependant.search(own).name, "Ali")

    def test_my_file_shows_the_reader_whatever_record_is_asked(self):
        MyFile = self.env["gov.my.file"]
        mine = MyFile.with_user(self.person_user).browse(
            MyFile.with_user(self.person_user).action_open_my_file()["res_id"]
        )
        self.assertEqual((mine.name, mine.ppr_number, mine.echelon), ("Quzmala Bennani", "998877", "6"))
        self.assertIn("8\N{NO-BREAK SPACE}438,75", mine.pay_statement_html)
        values = mine.with_user(self.colleague_user).read(["name", "ppr_number"])[0]
        self.assertEqual((values["name"], values["ppr_number"]), ("Omar Tazi", False))
        other = MyFile.with_user(self.colleague_user).create({})
        self.assertEqual(other.name, "Omar Tazi")
        with self.assertRaises(AccessError):
            other.write({"name": "x"})

    def test_user_without_file_gets_a_sentence(self):
        from odoo.exceptions import UserError

        with self.assertRaises(UserError):
            self.env["gov.my.file"].with_user(self.officer_user).action_open_my_file()
