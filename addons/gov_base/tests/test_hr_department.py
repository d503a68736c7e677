from psycopg2.errors import UniqueViolation

from odoo.exceptions import ValidationError
from odoo.tests import TransactionCase
from odoo.tools import mute_logger


class TestHrDepartment(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        units = cls.env["hr.department"]
        cls.sector = units.create({"name": "Sector"})
        cls.secretariat = units.create(
            {"name": "Secretariat", "unit_kind": "secretariat_general", "parent_id": cls.sector.id, "unit_code": "TSG"}
        )
        cls.directorate = units.create(
            {"name": "Directorate", "unit_kind": "directorate", "parent_id": cls.secretariat.id}
        )
        cls.division = units.create({"name": "Division", "unit_kind": "division", "parent_id": cls.directorate.id})
        cls.service = units.create({"name": "Service", "unit_kind": "service", "parent_id": cls.division.id})
        cls.souss = cls.env.ref("gov_base.region_09")
        cls.center = cls.env.ref("gov_base.region_00")

    def test_region_of_a_unit_comes_from_the_nearest_unit_above(self):
        self.assertFalse(self.service.effective_region_id)
        self.sector.region_id = self.center
        self.assertEqual(self.service.effective_region_id, self.center)
        self.directorate.region_id = self.souss
        self.assertEqual(self.service.effective_region_id, self.souss)
        self.assertEqual(self.secretariat.effective_region_id, self.center)
        self.service.parent_id = self.secretariat
        self.assertEqual(self.service.effective_region_id, self.center)
        found = self.env["hr.department"].search([("effective_region_id", "=", self.souss.id)])
        self.assertEqual(found, self.directorate | self.division)

    def test_nearest_unit_of_a_kind(self):
        self.assertEqual(self.service._gov_ancestor("service"), self.service)
        self.assertEqual(self.service._gov_ancestor("directorate"), self.directorate)
        self.assertEqual(self.service._gov_ancestor(("directorate", "division")), self.division)
        self.assertFalse(self.service._gov_ancestor("cabinet"))
        self.assertFalse(self.sector._gov_ancestor("service"))

    def test_units_stand_under_units_that_may_have_them(self):
        units = self.env["hr.department"]
        directorate, division, service = units.create(
            [
                {"name": "Other directorate", "unit_kind": "directorate"},
                {"name": "Other division", "unit_kind": "division"},
                {"name": "Other service", "unit_kind": "service"},
            ]
        )
        for unit, parent in (
            (self.directorate, division),
            (self.division, service),
            (self.service, service),
            (self.secretariat, directorate),
            (self.directorate, directorate),
        ):
            with self.subTest(unit=unit.name), self.assertRaises(ValidationError), self.env.cr.savepoint():
                unit.parent_id = parent
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self.division.unit_kind = "service"  # a service would then stand under a service
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            units.create({"name": "Cabinet", "unit_kind": "cabinet", "parent_id": self.directorate.id})
        self.service.parent_id = self.directorate
        units.create({"name": "Office", "parent_id": self.service.id})

    def test_regional_directorate_has_a_region_of_its_own(self):
        values = {"name": "Regional", "unit_kind": "regional_directorate", "parent_id": self.secretariat.id}
        for region in (False, self.center.id):
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                self.env["hr.department"].create({**values, "region_id": region})
        regional = self.env["hr.department"].create({**values, "region_id": self.souss.id})
        self.assertEqual(regional.effective_region_id, self.souss)

    def test_code_of_a_unit_is_its_own(self):
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.directorate.unit_code = "TSG"
            self.env.flush_all()
        copy = self.secretariat.copy()
        self.assertFalse(copy.unit_code)

    def test_names_in_two_scripts(self):
        self.service.with_context(lang="ar_MA").name = "مصلحة"
        self.service.with_context(lang="fr_FR").name = "Service du personnel"
        self.assertEqual(self.service.with_context(lang="ar_MA").name, "مصلحة")
        self.assertEqual(self.service.with_context(lang="en_US").name, "Service")

    def test_thirteen_regions(self):
        regions = self.env["gov.region"].search([])
        self.assertEqual(regions.mapped("code"), [f"{number:02d}" for number in range(13)])
        self.assertEqual(self.souss.with_context(lang="ar_MA").name, "سوس - ماسة")
        self.assertEqual(
            self.env.ref("gov_base.region_01").with_context(lang="fr_FR").name, "Tanger-Tétouan-Al Hoceïma"
        )
