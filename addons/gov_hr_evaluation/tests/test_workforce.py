from odoo.tests import freeze_time, tagged

from .common import EvaluationCase


@tagged("post_install", "-at_install")
@freeze_time("2026-11-16 10:00:00")
class TestEvaluationIndicators(EvaluationCase):
    def rows(self, login):
        self.env.flush_all()
        year = self.env["gov.workforce.year"]._gov_ensure_years()[:1]
        indicators = self.act(login, self.env["gov.workforce.indicator"])._gov_all_indicators(year)
        return {row[0]: row[1:] for item in indicators if item["code"] == "G9b" for row in item["rows"]}

    def test_sheets_and_interviews_of_the_year_are_counted_by_sex(self):
        self.assertEqual(self.rows("officer")["Rating sheets opened"][:2], [0, 0])
        self.open_campaign()
        women = [login for login in self.files if self.files[login].sex == "female" and self.sheet(login)]
        rows = self.rows("officer")
        self.assertEqual(rows["Rating sheets opened"][0], len(women))
        staff = [login for login in self.files if self.files[login].sex == "female"]
        self.assertAlmostEqual(rows["Rating sheets opened"][2], 100 * len(women) / len(staff))
        self.assertEqual(rows["Interviews held"][:2], [0, 0])
        sheet = self.sheet("amina")
        sheet._gov_end_self()
        interview = self.act("youssef", self.env["gov.evaluation.interview"]).create(
            {
                "sheet_id": sheet.id,
                "date": "2026-11-12",
                "place": "Room 3",
                "achievements": "The register is up to date.",
                "objectives": "Treat requests in two days.",
                "lang": "fr",
                "proposal_ids": [(0, 0, {"kind": "training", "name": "Archives", "reason": "New", "priority": "1"})],
            }
        )
        interview.action_present()
        self.act("amina", interview).action_sign("I thank the team.")
        self.assertEqual(self.rows("officer")["Interviews held"][:2], [1, 0])
        self.assertEqual(self.rows("officer")["Final marks"][:2], [0, 0])

    def test_officer_of_a_region_counts_that_region_only(self):
        self.open_campaign()
        mine = [login for login in self.files if self.files[login].department_id == self.regional_unit]
        women = [login for login in mine if self.files[login].sex == "female" and self.sheet(login)]
        self.assertEqual(self.rows("regional")["Rating sheets opened"][0], len(women))
