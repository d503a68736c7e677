from odoo.tests import freeze_time, tagged

from .common import MONDAY, MissionCase


@tagged("post_install", "-at_install")
@freeze_time(MONDAY)
class TestMissionIndicators(MissionCase):
    def rows(self, user):
        self.env.flush_all()
        year = self.env["gov.workforce.year"]._gov_ensure_years()[:1]
        indicators = self.env["gov.workforce.indicator"].with_user(user)._gov_all_indicators(year)
        return {row[0]: row[1:] for item in indicators if item["code"] == "G12" for row in item["rows"]}

    def test_missions_granted_are_counted_by_sex_and_by_head(self):
        self.agent.sex = "female"
        before = self.rows(self.u_hr)["In Morocco"]
        order = self.granted()
        after = self.rows(self.u_hr)["In Morocco"]
        self.assertEqual(
            [new - old for new, old in zip(after[:6], before[:6], strict=True)], [1, 1, order.day_count, 0, 0, 0]
        )
        women = self.env["gov.workforce.report"].search_count([("year", "=", "2026"), ("sex", "=", "female")])
        self.assertAlmostEqual(after[6], after[2] / women, 6)

    def test_mission_only_asked_for_is_not_counted(self):
        before = self.rows(self.u_hr)
        self.submit(self.draft())
        self.assertEqual(self.rows(self.u_hr), before)

    def test_officer_of_another_region_counts_none_of_it(self):
        self.granted()
        self.assertEqual(self.rows(self.u_far_hr)["In Morocco"][:6], [0, 0, 0, 0, 0, 0])
