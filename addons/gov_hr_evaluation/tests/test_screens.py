from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .common import FULL, SIXTEEN, EvaluationCase


@tagged("post_install", "-at_install")
@freeze_time("2026-11-16 10:00:00")
class TestScreens(EvaluationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.campaign.with_user(cls.users["manager"]).action_open_next(50)

    def test_my_evaluation_shows_ones_own_draft_and_no_mark_before_its_notification(self):
        sheet = self.sheet("amina")
        self.act("amina", sheet).action_save_self({"marks": self.marks({"tasks": 4}), "words": "So far."})
        shown = self.act("amina", sheet).get_my_evaluation()
        self.assertEqual((shown["sheet"]["id"], shown["sheet"]["state"]), (sheet.id, "self"))
        self.assertEqual(shown["sheet"]["self"]["words"], "So far.")
        self.assertEqual(len(shown["sheet"]["criteria"]), 5)
        self.mark("amina")
        shown = self.act("amina", sheet).get_my_evaluation()
        self.assertIsNone(shown["sheet"]["marks"])
        self.assertEqual(shown["history"], [])

    def test_my_evaluation_shows_the_mark_the_reply_and_the_years(self):
        self.env["gov.rating"].sudo().create({"employee_id": self.files["amina"].id, "year": 2024, "mark": 15})
        sheet = self.notify("amina")
        shown = self.act("amina", sheet).get_my_evaluation()
        self.assertEqual(shown["sheet"]["marks"]["total"], 16.0)
        self.assertTrue(shown["sheet"]["can_reply"])
        self.assertEqual(shown["sheet"]["days_left"], 31)
        self.assertEqual([(row["year"], row["mark"]) for row in shown["history"]], [(2024, 15.0), (2026, 16.0)])
        self.assertIn("/gov_document/", shown["history"][1]["download"])

    def test_who_has_no_sheet_is_told_what_comes(self):
        shown = self.act("hassan", self.env["gov.evaluation.sheet"]).get_my_evaluation()
        self.assertFalse(shown["sheet"])
        self.assertIn("campaign opens", shown["message"])

    def test_team_holds_the_staff_of_the_head_and_of_whom_he_stands_in_for(self):
        team = self.act("youssef", self.env["gov.evaluation.sheet"]).get_team()
        self.assertEqual({row["id"] for row in team["rows"]}, {self.sheet("amina").id, self.sheet("karim").id})
        self.assertTrue(all(row["interview_missing"] for row in team["rows"]))
        self.interim("youssef", "nadia", "2026-11-10", "2026-11-20")
        team = self.act("nadia", self.env["gov.evaluation.sheet"]).get_team()
        self.assertEqual({row["instead_of"] for row in team["rows"]}, {"Youssef EL ALAOUI"})
        self.assertFalse(self.act("amina", self.env["gov.evaluation.sheet"]).get_team()["rows"])

    def test_distribution_of_a_head_is_of_the_units_under_him(self):
        self.mark("amina")
        self.mark("karim", values=FULL)
        self.mark("souad", by="rachid", values=FULL)
        board = self.act("leila", self.env["gov.evaluation.sheet"]).get_distribution()
        self.assertEqual(board["mine"]["count"], 2)
        self.assertEqual(board["mine"]["mean"], 18.0)
        self.assertIsNone(board["all"], "under five marks the mean of all would tell those of others")
        self.assertEqual({row["name"] for row in board["rows"]}, {"Amina BENALI", "Karim SAIDI"})
        self.assertFalse(board["sex"])

    def test_distribution_of_hr_holds_the_mean_the_deviations_and_the_gap_of_the_sexes(self):
        self.mark("amina")
        self.mark("karim", values=FULL)
        self.mark("souad", by="rachid", values=FULL)
        board = self.act("officer", self.env["gov.evaluation.sheet"]).get_distribution(self.campaign.id, "unit")
        self.assertEqual(board["all"]["mean"], 18.67)
        groups = {group["name"]: (group["mean"], group["gap"]) for group in board["groups"]}
        self.assertEqual(groups["Region"], (20.0, 1.33))
        self.assertEqual(board["sex"], {"women": 2, "men": 1, "gap": -2.0})
        for group in ("grade", "evaluator"):
            self.act("officer", self.env["gov.evaluation.sheet"]).get_distribution(self.campaign.id, group)
        with self.assertRaises(UserError):
            self.act("officer", self.env["gov.evaluation.sheet"]).get_distribution(self.campaign.id, "total")

    def test_distribution_of_a_regional_officer_is_of_her_region(self):
        self.mark("amina")
        self.mark("souad", by="rachid", values=FULL)
        board = self.act("regional", self.env["gov.evaluation.sheet"]).get_distribution()
        self.assertEqual([row["name"] for row in board["rows"]], ["Souad IDRISSI"])

    def test_own_mark_is_never_on_ones_own_board(self):
        self.mark("leila", by="hassan")
        self.mark("officer", by="leila")
        for login, name in (("leila", "Leila TAZI"), ("officer", "Omar KADIRI")):
            board = self.act(login, self.env["gov.evaluation.sheet"]).get_distribution()
            self.assertNotIn(name, [row["name"] for row in board.get("rows", [])])

    def test_colleague_has_nothing_to_compare(self):
        self.mark("amina")
        board = self.act("karim", self.env["gov.evaluation.sheet"]).get_distribution(self.campaign.id)
        self.assertFalse(board["campaign"])

    def test_team_asks_the_same_number_of_statements_for_many(self):
        def asked():
            sheets = self.env["gov.evaluation.sheet"].with_user(self.users["youssef"])
            self.env.flush_all()
            self.env.invalidate_all()
            sheets.get_team()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            rows = sheets.get_team()["rows"]
            return self.env.cr.sql_log_count - before, len(rows)

        self.mark("amina", values=SIXTEEN)
        few, _rows = asked()
        for number in range(20):
            self.make_employee(f"Many {number}", self.service, 100 + number)
        self.campaign.with_user(self.users["manager"]).action_open_next(50)
        many, rows = asked()
        self.assertEqual(rows, 22)
        self.assertLess(many, few + 10)

    def test_names_of_screens_are_in_the_language_of_the_reader(self):
        shown = self.act("amina", self.env["gov.evaluation.sheet"], "en_US").get_my_evaluation()
        self.assertEqual(shown["sheet"]["state_name"], "Self-assessment")
        self.assertEqual(self.act("officer", self.sheet("amina"), "ar_MA").display_name, "أمينة بنعلي · 2026")
