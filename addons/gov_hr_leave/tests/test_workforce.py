from odoo.fields import Domain
from odoo.tests import freeze_time, tagged

from .common import TODAY
from .law_common import LawCase


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestLeaveIndicators(LawCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.agent.sex, cls.colleague.sex = "female", "male"
        cls.env["gov.dependant"].create(
            [
                {"employee_id": cls.colleague.id, "name": "Twin 1", "birthdate": "2026-01-01"},
                {"employee_id": cls.colleague.id, "name": "Twin 2", "birthdate": "2026-01-01"},
                {"employee_id": cls.colleague.id, "name": "Elder", "birthdate": "2025-12-31"},
                {"employee_id": cls.agent.id, "name": "Girl", "birthdate": "2026-01-20"},
            ]
        )
        cls.year = cls.env["gov.workforce.year"]._gov_ensure_years()[:1]

    def indicators(self, user=None, scope=Domain.TRUE):
        model = self.as_user(user or self.u_officer)["gov.workforce.indicator"]
        return {
            item["code"]: item
            for item in model._gov_all_indicators(model.env["gov.workforce.year"].browse(self.year.id), scope)
        }

    def test_paternity_leaves_are_counted_by_the_births_of_the_year_to_men(self):
        self.take_over("PAT", "2026-01-05", "2026-01-19", self.colleague)
        row = self.indicators()["G10"]["rows"][0]
        self.assertEqual(row[1:4], [1, 2, 50.0])

    def test_leave_of_the_year_before_is_not_counted(self):
        self.take_over("PAT", "2025-12-31", "2026-01-10", self.colleague)
        self.assertEqual(self.indicators()["G10"]["rows"][0][1], 0)

    def test_sick_leave_by_sex_is_for_those_with_the_right_on_health(self):
        leave = self.take_over("MAL_CD", "2026-01-05", "2026-01-14", self.agent)
        self.assertNotIn("G10b", self.indicators())
        found = self.indicators(self.u_health)
        total = found["G10b"]["rows"][-1]
        self.assertEqual(total[1:3], [1, leave.number_of_days])
        self.assertEqual(total[4:6], [0, 0])

    def test_officer_of_another_region_counts_nobody_here(self):
        self.take_over("PAT", "2026-01-05", "2026-01-19", self.colleague)
        row = self.indicators(self.u_far_officer)["G10"]["rows"][0]
        self.assertEqual(row[1:4], [0, 0, None])
