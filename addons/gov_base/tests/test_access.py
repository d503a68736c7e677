from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, new_test_user

MODELS = (
    "gov.region",
    "gov.legal.text",
    "gov.parameter",
    "gov.counter",
    "gov.fiscal.year",
    "gov.public.holiday",
    "gov.public.holiday.rule",
)
ROLES = (
    "group_hr_officer",
    "group_hr_manager",
    "group_training_officer",
    "group_social_officer",
    "group_social_committee",
    "group_budget_officer",
    "group_authorising_officer",
    "group_expenditure_controller",
    "group_procurement_officer",
    "group_asset_officer",
    "group_news_editor",
    "group_auditor",
)


class TestAccess(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.souss, cls.rabat = cls.env.ref("gov_base.region_09"), cls.env.ref("gov_base.region_04")
        units = cls.env["hr.department"]
        cls.unit_souss, cls.unit_rabat = units.create(
            [
                {"name": "Agadir", "unit_kind": "regional_directorate", "region_id": cls.souss.id},
                {"name": "Rabat", "unit_kind": "regional_directorate", "region_id": cls.rabat.id},
            ]
        )
        cls.service_souss = units.create(
            {"name": "Agadir service", "unit_kind": "service", "parent_id": cls.unit_souss.id}
        )
        cls.officer = new_test_user(cls.env, "gov_officer", "gov_base.group_hr_officer")
        cls.auditor = new_test_user(cls.env, "gov_auditor", "gov_base.group_auditor")
        cls.clerk = new_test_user(cls.env, "clerk", "base.group_user")
        employees = cls.env["hr.employee"]
        cls.of_souss, cls.of_rabat, cls.nowhere, cls.self_employee = employees.create(
            [
                {"name": "Of Souss", "department_id": cls.service_souss.id},
                {"name": "Of Rabat", "department_id": cls.unit_rabat.id},
                {"name": "Nowhere"},
                {"name": "Officer himself", "department_id": cls.unit_rabat.id, "user_id": cls.officer.id},
            ]
        )
        cls.all = cls.of_souss | cls.of_rabat | cls.nowhere | cls.self_employee

    def seen(self, user):
        return self.env["hr.employee"].with_user(user).search([("id", "in", self.all.ids)])

    def test_officer_without_regions_sees_everyone(self):
        self.assertEqual(self.seen(self.officer), self.all)

    def test_officer_of_a_region_sees_its_employees_and_himself(self):
        self.assertEqual(self.seen(self.officer), self.all, "the rules were read before")
        self.officer.gov_region_ids = self.souss
        self.assertEqual(self.seen(self.officer), self.of_souss | self.self_employee)
        self.officer.gov_region_ids |= self.rabat
        self.assertEqual(self.seen(self.officer), self.all - self.nowhere)
        self.officer.gov_region_ids = False
        self.assertEqual(self.seen(self.officer), self.all)

    def test_private_file_of_another_region_is_closed_even_by_its_number(self):
        self.officer.gov_region_ids = self.souss
        for record in (self.of_rabat, self.of_rabat.version_id):
            closed = record.with_user(self.officer)
            with self.assertRaises(AccessError):
                closed.read(["private_city"])
            with self.assertRaises(AccessError):
                closed.write({"private_city": "X"})
        for record in (self.of_souss, self.of_souss.version_id):
            record.with_user(self.officer).write({"private_city": "Y"})
        versions = self.env["hr.version"].with_user(self.officer).search([("employee_id", "in", self.all.ids)])
        self.assertEqual(versions.employee_id, self.of_souss | self.self_employee)

    def test_unit_is_read_before_anything_else_of_the_file(self):
        """The rule looks at the unit of the employee, which must not be the value that is being worked out."""
        self.officer.gov_region_ids = self.souss
        for record in (self.of_souss, self.of_souss.version_id):
            for name in ("department_id", "version_id", "job_id", "private_city"):
                if name in record._fields:
                    self.env.invalidate_all()
                    self.assertEqual(record.with_user(self.officer)[name], record[name], name)
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            self.of_rabat.with_user(self.officer).read(["department_id"])

    def test_employee_who_moves_takes_his_old_records_along(self):
        self.of_souss.create_version({"date_version": "2020-01-01", "department_id": self.unit_rabat.id})
        self.officer.gov_region_ids = self.souss
        versions = self.env["hr.version"].with_user(self.officer)
        self.assertEqual(len(versions.search([("employee_id", "=", self.of_souss.id)])), 2)
        self.of_souss.department_id = self.unit_rabat
        self.assertFalse(versions.search([("employee_id", "=", self.of_souss.id)]))

    def test_old_situation_named_in_the_context_opens_nothing(self):
        old = self.of_rabat.create_version({"date_version": "2020-01-01", "department_id": self.service_souss.id})
        self.officer.gov_region_ids = self.souss
        for record in (self.of_rabat, old):
            self.env.invalidate_all()
            with self.assertRaises(AccessError):
                record.with_user(self.officer).with_context(version_id=old.id).read(["private_city"])

    def test_officer_of_a_region_recruits_there_only(self):
        self.officer.gov_region_ids = self.souss
        employees = self.env["hr.employee"].with_user(self.officer)
        new = employees.create({"name": "Recruit", "department_id": self.service_souss.id})
        self.assertEqual(new.department_id, self.service_souss)
        with self.assertRaises(AccessError):
            employees.create({"name": "Elsewhere", "department_id": self.unit_rabat.id})
        loose = self.env["hr.version"].with_user(self.officer).create({"date_version": "2020-01-01"})
        with self.assertRaises(AccessError):
            loose.employee_id = self.of_rabat

    def test_directory_stays_open_to_everyone(self):
        self.officer.gov_region_ids = self.souss
        for user in (self.officer, self.clerk):
            directory = self.env["hr.employee.public"].with_user(user)
            self.assertEqual(directory.search_count([("id", "in", self.all.ids)]), 4)

    def test_clerk_does_not_choose_the_regions_of_anyone(self):
        with self.assertRaises(AccessError):
            self.officer.with_user(self.clerk).gov_region_ids = self.souss
        with self.assertRaises(AccessError):
            self.officer.with_user(self.officer).gov_region_ids = self.souss

    def test_auditor_reads_everything_here_and_writes_nothing(self):
        for name in (*MODELS, "hr.employee", "hr.version"):
            model = self.env[name].with_user(self.auditor)
            with self.subTest(model=name):
                self.assertTrue(model.has_access("read"))
                model.search([], limit=1).read(["id"])
                for operation in ("write", "create", "unlink"):
                    self.assertFalse(model.has_access(operation), operation)
        self.assertEqual(self.seen(self.auditor), self.all)
        version = self.of_souss.version_id.with_user(self.auditor)
        self.assertTrue(version.read(["date_version", "department_id"]))
        for field in ("private_city", "wage"):
            with self.assertRaises(AccessError):
                version.read([field])

    def test_rights_of_each_role(self):
        writers = {
            "gov.region": {"group_hr_manager"},
            "gov.legal.text": {"group_hr_manager", "group_budget_officer"},
            "gov.parameter": {"group_hr_manager", "group_budget_officer"},
            "gov.counter": set(),
            "gov.fiscal.year": {"group_budget_officer"},
            "gov.public.holiday": {"group_hr_manager"},
            "gov.public.holiday.rule": {"group_hr_manager"},
        }
        for role in ROLES:
            user = new_test_user(self.env, f"role_{role}", f"gov_base.{role}")
            for name in MODELS:
                model = self.env[name].with_user(user)
                with self.subTest(role=role, model=name):
                    self.assertEqual(model.has_access("read"), name != "gov.counter" or role == "group_auditor")
                    self.assertEqual(model.has_access("write"), role in writers[name])
        for name in MODELS:
            self.assertFalse(self.env[name].with_user(self.clerk).has_access("write"), name)

    def test_roles_show_in_the_form_of_a_user(self):
        for role in ROLES:
            group = self.env.ref(f"gov_base.{role}")
            self.assertTrue(group.privilege_id.category_id, role)
            self.assertTrue(group.comment, role)
