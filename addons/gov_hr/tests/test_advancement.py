from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from .test_career_act_common import ActCase


class AdvancementCase(ActCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager_env = cls.env(user=cls.manager_user)
        cls.officer_env = cls.env(user=cls.officer_user)

    @classmethod
    def servant(cls, name, since, grade="ADM3", echelon=4, **values):
        """A titularised civil servant in a step since a day."""
        values = {
            "recruitment_date": "2005-01-01",
            "tenure_date": "2006-01-01",
            "department_id": cls.units[1].id,
            "birthday": "1980-01-01",
            **values,
        }
        return cls.make_employee(name, grade, echelon, date_version=since, **values)

    @classmethod
    def rate(cls, employee, marks):
        cls.env["gov.rating"]._gov_record_marks([(employee.id, year, mark) for year, mark in marks.items()])

    def campaign(self, year=2026, kind="echelon", **values):
        campaign = self.manager_env["gov.advancement.campaign"].create({"year": year, "kind": kind, **values})
        campaign.action_compute()
        return campaign

    def line(self, campaign, employee, way=None):
        return campaign.line_ids.filtered(
            lambda line: line.employee_id.id == employee.id and (not way or line.way == way)
        )

    def parameter(self, code, value, **values):
        found = self.env["gov.parameter"].search([("code", "=", code)], order="valid_from desc", limit=1)
        name = "value_text" if found.unit == "text" else "value"
        found.write({name: value, **values})


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10")
class TestAdvancementEchelon(AdvancementCase):
    def test_the_mean_of_the_marks_gives_pace_and_date_and_the_line_says_why(self):
        fast = self.servant("Fast", "2024-07-01")
        medium = self.servant("Medium", "2023-10-01")
        slow = self.servant("Slow", "2022-11-01")
        self.rate(fast, {2024: 16, 2025: 16})
        self.rate(medium, {2023: 15, 2024: 15.99, 2025: 14})
        self.rate(slow, dict.fromkeys(range(2022, 2026), 9.99))
        campaign = self.campaign()
        self.assertRecordValues(
            self.line(campaign, fast) + self.line(campaign, medium) + self.line(campaign, slow),
            [
                {"pace": "fast", "due_date": date(2026, 7, 1), "echelon_to": 5, "state": "proposed"},
                {"pace": "medium", "due_date": date(2026, 4, 1), "echelon_to": 5, "state": "proposed"},
                {"pace": "slow", "due_date": date(2026, 5, 1), "echelon_to": 5, "state": "proposed"},
            ],
        )
        self.assertEqual(
            self.line(campaign, fast).sentence,
            "In step 4 since 1 July 2024. Mean of the marks of 2024 to 2025: 16.00. Fast pace: 2 years. "
            "Step 5 from 1 July 2026.",
        )

    def test_the_sentence_is_in_the_language_of_who_reads(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        person = self.servant("Person", "2024-07-01")
        self.rate(person, {2024: 17, 2025: 17.5})
        line = self.line(self.campaign(), person)
        self.assertIn("1er juillet 2026", line.with_context(lang="fr_FR").sentence)
        self.assertIn("17,25", line.with_context(lang="fr_FR").sentence)
        self.assertIn("1 July 2026", line.with_context(lang="en_US").sentence)

    def test_31_december_is_in_the_year_and_1_january_in_the_next(self):
        inside = self.servant("Inside", "2024-12-31")
        outside = self.servant("Outside", "2025-01-01")
        for person in (inside, outside):
            self.rate(person, dict.fromkeys(range(2024, 2026), 18))
        campaign = self.campaign()
        self.assertEqual(self.line(campaign, inside).due_date, date(2026, 12, 31))
        self.assertFalse(self.line(campaign, outside))
        self.assertGreaterEqual(campaign.not_due_count, 1)

    def test_what_was_due_before_the_year_is_proposed_at_its_own_date_and_flagged_unless_left_out(self):
        late = self.servant("Late", "2022-01-01")
        self.rate(late, dict.fromkeys(range(2022, 2026), 18))
        line = self.line(self.campaign(), late)
        self.assertRecordValues(line, [{"due_date": date(2024, 1, 1), "is_overdue": True, "is_flagged": True}])
        self.assertFalse(self.line(self.campaign(2027, with_arrears=False), late))

    def test_days_of_availability_put_the_step_off_one_by_one(self):
        person = self.servant("Away", "2024-02-01")
        person.create_version({"date_version": "2025-01-01", "statutory_position": "availability"})
        person.create_version({"date_version": "2025-03-02", "statutory_position": "activity"})
        self.rate(person, {2024: 17, 2025: 17})
        self.assertRecordValues(
            self.line(self.campaign(), person), [{"excluded_days": 60, "due_date": date(2026, 4, 2)}]
        )

    def test_who_is_still_on_availability_is_not_due(self):
        person = self.servant("Away", "2024-02-01")
        person.create_version({"date_version": "2025-01-01", "statutory_position": "availability"})
        self.assertFalse(self.line(self.campaign(), person))

    def test_seniority_kept_by_an_act_counts(self):
        person = self.servant("Kept", "2025-06-01", step_seniority_date="2024-06-01")
        self.rate(person, {2024: 17, 2025: 17})
        self.assertEqual(self.line(self.campaign(), person).due_date, date(2026, 6, 1))

    def test_nobody_is_due_at_the_top_of_the_grid(self):
        top = self.servant("Top", "2010-01-01", "ADM2", 11)
        before = self.servant("Before", "2023-05-01", "ADM2", 10)
        campaign = self.campaign()
        self.assertFalse(self.line(campaign, top))
        # 10 to the exceptional step: three years, no rating needed, so that no missing mark is flagged
        self.assertRecordValues(
            self.line(campaign, before),
            [{"pace": "single", "due_date": date(2026, 5, 1), "is_flagged": False, "echelon_to": 11}],
        )

    def test_off_scale_steps_take_three_years_each(self):
        person = self.servant("Off scale", "2023-09-15", "ADM1", 2)
        self.rate(person, {2023: 20, 2024: 20, 2025: 20})
        self.assertRecordValues(
            self.line(self.campaign(), person), [{"pace": "single", "due_date": date(2026, 9, 15)}]
        )

    def test_who_has_no_mark_takes_the_pace_of_the_setting_and_is_flagged(self):
        person = self.servant("Unrated", "2023-10-01")
        campaign = self.campaign()
        self.assertRecordValues(
            self.line(campaign, person),
            [
                {
                    "pace": "medium",
                    "due_date": date(2026, 4, 1),
                    "is_flagged": True,
                    "missing_years": "2023, 2024, 2025",
                }
            ],
        )
        self.assertIn("No mark is recorded for 2023 to 2025.", self.line(campaign, person).sentence)
        self.parameter("career.advancement.unrated.pace", "slow")
        campaign.action_compute()
        self.assertFalse(self.line(campaign, person))

    def test_a_file_without_grade_or_step_is_set_aside_and_says_what_to_do(self):
        person = self.servant("Bare", "2024-01-01", echelon=0)
        line = self.line(self.campaign(), person)
        self.assertRecordValues(line, [{"state": "excluded", "exclusion": "no_data"}])
        self.assertIn("complete the situation", line.sentence)

    def test_a_probationer_is_set_aside(self):
        person = self.servant("Probationer", "2025-05-01", echelon=1, tenure_date=False)
        self.rate(person, {2025: 15})
        line = self.line(self.campaign(), person)
        self.assertRecordValues(line, [{"state": "excluded", "exclusion": "probation"}])
        with self.assertRaises(UserError):
            line.action_accept()

    def test_removal_from_the_table_sets_aside_for_that_year_and_tells_managers_alone_why(self):
        person = self.servant("Removed", "2024-07-01")
        self.rate(person, {2024: 17, 2025: 17})
        self.sign(
            "sanction",
            person,
            sanction_kind="table_removal",
            effective_date="2026-02-01",
            reason="Facts of January",
            opinion_reference="Council of 20 January 2026",
        )
        line = self.line(self.campaign(), person)
        self.assertRecordValues(line, [{"state": "excluded", "exclusion": "act"}])
        self.assertIn("disciplinary", line.sentence)
        self.assertNotIn("disciplinary", line.with_user(self.officer_user).sentence)
        self.assertEqual(self.line(self.campaign(2027), person).state, "proposed")

    def test_who_reaches_the_age_limit_before_the_step_is_left_out(self):
        # born on 31 March 1963: 63 years on 31 March 2026
        leaving = self.servant("Leaving", "2024-07-01", birthday="1963-03-31")
        staying = self.servant("Staying", "2024-07-01", birthday="1963-07-31")
        for person in (leaving, staying):
            self.rate(person, {2024: 17, 2025: 17})
        campaign = self.campaign()
        self.assertFalse(self.line(campaign, leaving))
        self.assertTrue(self.line(campaign, staying))

    def test_the_pace_of_a_grade_comes_before_that_of_its_corps_and_the_general_one(self):
        grade = self.grade("ADM3")
        row = {"echelon": 4, "valid_from": "2020-01-01"}
        paces = self.env["gov.advancement.pace"]
        corps = dict(row, corps_id=grade.corps_id.id, fast_months=20, medium_months=20, slow_months=20)
        self.assertEqual(paces._gov_durations(grade, 4, date(2026, 1, 1)).fast, 24)
        paces.create(corps)
        self.assertEqual(paces._gov_durations(grade, 4, date(2026, 1, 1)).fast, 20)
        own = paces.create(dict(row, grade_id=grade.id, fast_months=18, medium_months=18, slow_months=18))
        self.assertEqual(paces._gov_durations(grade, 4, date(2026, 1, 1)).fast, 18)
        self.assertEqual(paces._gov_durations(grade, 4, date(2019, 12, 31)).fast, 24)
        own.valid_to = "2025-12-31"
        self.assertEqual(paces._gov_durations(grade, 4, date(2026, 1, 1)).fast, 20)

    def test_two_rows_for_one_step_on_one_day_are_refused(self):
        row = {"echelon": 4, "fast_months": 12, "medium_months": 12, "slow_months": 12, "valid_from": "2026-01-01"}
        with self.assertRaises(ValidationError):
            self.env["gov.advancement.pace"].create(row)

    def test_thresholds_are_read_on_the_first_day_of_the_year(self):
        person = self.servant("Person", "2024-07-01")
        self.rate(person, {2024: 15, 2025: 15})
        old = self.env["gov.parameter"].search([("code", "=", "career.advancement.fast.mark")])
        old.valid_to = "2025-12-31"
        old.copy({"valid_from": "2026-01-01", "valid_to": False, "value": 15})
        self.assertEqual(self.line(self.campaign(), person).pace, "fast")

    def test_the_computation_asks_no_more_statements_for_more_people(self):
        def statements():
            campaign = self.env["gov.advancement.campaign"].create({"year": 2026, "kind": "echelon"})
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            campaign._gov_compute_echelon()
            spent = self.env.cr.sql_log_count - before
            campaign.unlink()
            return spent

        statements()
        few = statements()
        for number in range(30):
            self.rate(self.servant(f"Person {number}", "2024-07-01"), {2024: 15, 2025: 15})
        self.assertLessEqual(statements(), few + 3)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10")
class TestAdvancementDecisions(AdvancementCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = cls.env["hr.employee"]
        for name in ("Aicha", "Brahim", "Chama"):
            person = cls.servant(name, "2024-07-01")
            cls.rate(person, {2024: 17, 2025: 17})
            cls.people += person

    def setUp(self):
        super().setUp()
        self.open = self.campaign()
        self.lines = self.open.line_ids.filtered(lambda line: line.employee_id.id in self.people.ids)

    def test_hr_officer_decides_but_neither_computes_nor_signs_nor_closes(self):
        lines = self.lines.with_user(self.officer_user)
        lines[0].action_accept()
        lines[1].action_drop("Report of the head")
        self.assertEqual(lines.mapped("state"), ["accepted", "dropped", "proposed"])
        campaign = self.open.with_user(self.officer_user)
        for act in (campaign.action_compute, campaign.action_sign, campaign.action_sign_next, campaign.action_close):
            with self.assertRaises(AccessError):
                act()

    def test_auditor_reads_and_decides_nothing(self):
        lines = self.lines.with_user(self.auditor_user)
        self.assertEqual(len(lines.read(["sentence", "reason"])), 3)
        with self.assertRaises(AccessError):
            lines.action_accept()
        with self.assertRaises(AccessError):
            self.open.with_user(self.auditor_user).action_compute()

    def test_a_person_sees_their_own_line_once_it_is_signed_and_no_other(self):
        self.people[0].user_id = self.person_user
        self.person.user_id = False
        lines = self.env["gov.advancement.campaign.line"].with_user(self.person_user)
        self.assertFalse(lines.search([]))
        self.lines.action_accept()
        self.open.action_sign_next()
        self.assertEqual(lines.search([]).employee_id.id, self.people[0].id)
        self.assertIn("Step 5", lines.search([]).sentence)
        with self.assertRaises(AccessError):
            self.lines[1].with_user(self.person_user).read(["average"])

    def test_nobody_decides_on_their_own_line(self):
        self.people[0].user_id = self.officer_user
        line = self.lines[0].with_user(self.officer_user)
        with self.assertRaises(AccessError):
            line.action_accept()
        with self.assertRaises(AccessError):
            line.action_drop("Mine")

    def test_a_drop_asks_for_a_reason(self):
        for reason in ("", "   ", None, False, ["x"]):
            with self.assertRaises(UserError):
                self.lines[0].action_drop(reason)

    def test_a_dropped_line_can_be_accepted_again_and_its_reason_goes(self):
        self.lines[0].action_drop("Report of the head")
        self.lines[0].action_accept()
        self.assertRecordValues(self.lines[0], [{"state": "accepted", "reason": False}])

    def test_no_back_door_changes_a_line_or_a_campaign(self):
        line, model = self.lines[0], self.manager_env["gov.advancement.campaign.line"]
        for vals in ({"state": "signed"}, {"due_date": "2020-01-01"}, {"act_id": 1}, {"reason": "x"}):
            with self.assertRaises(UserError):
                line.write(vals)
        with self.assertRaises(UserError):
            model.create({"campaign_id": self.open.id, "employee_id": self.colleague.id, "state": "accepted"})
        with self.assertRaises(UserError):
            line.copy()
        with self.assertRaises(UserError):
            line.unlink()
        with self.assertRaises(UserError):
            self.open.write({"state": "closed"})
        with self.assertRaises(UserError):
            self.open.write({"line_ids": [(0, 0, {"employee_id": self.colleague.id})]})
        with self.assertRaises(UserError):
            self.manager_env["gov.advancement.campaign"].create({"year": 2030, "kind": "echelon", "state": "computed"})
        forged = self.manager_env["gov.advancement.campaign"].with_context(default_state="closed")
        self.assertEqual(forged.create({"year": 2031, "kind": "echelon"}).state, "draft")
        with self.assertRaises(UserError):
            line.with_context(gov_advancement_acting=True).write({"state": "signed"})
        with self.assertRaises(UserError):
            self.open.unlink()

    def test_a_second_computation_keeps_decisions_and_asks_again_where_the_date_changed(self):
        self.lines[0].action_accept()
        self.lines[1].action_accept()
        self.lines[2].action_drop("Report of the head")
        self.env.cr.execute("UPDATE gov_rating SET mark = 12 WHERE employee_id = %s", [self.people[1].id])
        self.env.invalidate_all()
        self.open.action_compute()
        self.assertFalse(self.lines[1].exists())  # at the medium pace it is due in 2027
        self.assertEqual((self.lines[0] + self.lines[2]).mapped("state"), ["accepted", "dropped"])
        self.env.cr.execute("UPDATE gov_rating SET mark = 12 WHERE employee_id = %s", [self.people[0].id])
        self.env["gov.advancement.pace"].search([("echelon", "=", 4), ("is_off_scale", "=", False)]).medium_months = 25
        self.env.invalidate_all()
        self.open.action_compute()
        self.assertRecordValues(self.lines[0], [{"state": "proposed", "pace": "medium", "due_date": date(2026, 8, 1)}])

    def test_what_is_signed_is_never_touched_again(self):
        self.lines.action_accept()
        self.open.action_sign_next()
        acts = self.lines.act_id
        self.open.action_compute()
        self.assertEqual(self.lines.mapped("state"), ["signed"] * 3)
        self.assertEqual(self.lines.act_id, acts)

    def test_signing_makes_act_situation_document_and_journal(self):
        self.lines.action_accept()
        # however the planner joins, no more lines are taken than asked
        ways = ("hashjoin", "mergejoin", "hashagg", "material", "sort", "indexscan", "bitmapscan", "indexonlyscan")
        for way in ways:
            self.env.cr.execute(f"SET LOCAL enable_{way} = off")
        self.assertEqual(self.open.action_sign_next(2), {"done": 2, "remaining": 1, "failed": []})
        for way in ways:
            self.env.cr.execute(f"SET LOCAL enable_{way} = on")
        self.assertEqual(self.open.action_sign_next(2), {"done": 1, "remaining": 0, "failed": []})
        self.assertEqual(self.open.action_sign_next(2), {"done": 0, "remaining": 0, "failed": []})
        self.assertRecordValues(
            self.lines.act_id,
            [
                {
                    "kind": "echelon",
                    "state": "signed",
                    "echelon": 5,
                    "old_echelon": 4,
                    "effective_date": date(2026, 7, 1),
                    "campaign_line_id": line.id,
                }
                for line in self.lines
            ],
        )
        self.assertEqual(set(self.lines.document_id.mapped("state")), {"valid"})
        self.assertEqual(self.people[0]._get_version(date(2026, 7, 1)).echelon, 5)
        self.assertEqual(self.people[0]._get_version(date(2026, 6, 30)).echelon, 4)

    def test_what_cannot_be_signed_is_named_and_the_others_are_signed(self):
        # the one who would sign the acts of his own unit has nobody to sign for him
        self.units[0].manager_id = self.people[0]
        self.lines.action_accept()
        result = self.open.action_sign_next()
        self.assertEqual((result["done"], result["remaining"]), (2, 0))
        self.assertEqual([failed["name"] for failed in result["failed"]], ["Aicha"])
        self.assertRecordValues(self.lines[0], [{"state": "accepted", "act_id": False}])
        self.assertTrue(self.lines[0].sign_error)
        # once mended, the button of the campaign tries it again
        self.units[0].manager_id = self.head
        self.open.action_sign()
        self.assertEqual(self.open.action_sign_next()["done"], 1)

    def test_a_closed_campaign_takes_no_decision_and_needs_everything_signed_first(self):
        self.lines[0].action_accept()
        with self.assertRaises(UserError):
            self.open.action_close()
        self.open.action_sign_next()
        self.open.action_close()
        self.assertEqual(self.open.state, "closed")
        with self.assertRaises(UserError):
            self.lines[1].action_accept()
        with self.assertRaises(UserError):
            self.open.action_compute()

    def test_accept_what_is_clear_leaves_what_is_flagged_and_ones_own(self):
        unrated = self.servant("Unrated", "2023-10-01")
        self.people[0].user_id = self.manager_user
        self.open.action_compute()
        self.open.action_accept_all()
        self.assertEqual(self.lines.mapped("state"), ["proposed", "accepted", "accepted"])
        self.assertEqual(self.line(self.open, unrated).state, "proposed")

    def test_one_campaign_a_year_and_a_kind(self):
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.manager_env["gov.advancement.campaign"].create({"year": 2026, "kind": "echelon"})

    def test_an_officer_of_a_region_sees_the_lines_of_his_region(self):
        region = self.env["gov.region"].search([("code", "=", "12")])
        directorate = self.env["hr.department"].create(
            {"name": "Regional office", "unit_kind": "regional_directorate", "region_id": region.id}
        )
        self.people[0].department_id = directorate
        self.officer_user.gov_region_ids = region
        lines = self.env["gov.advancement.campaign.line"].with_user(self.officer_user).search([])
        self.assertEqual(lines.employee_id.ids, self.people[0].ids)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10")
class TestPromotionCampaign(AdvancementCase):
    def test_ten_years_complete_on_the_reference_day_are_enough_and_a_day_less_is_not(self):
        inside = self.servant("Inside", "2016-12-31")
        outside = self.servant("Outside", "2017-01-01")
        campaign = self.campaign(kind="grade")
        self.assertRecordValues(
            self.line(campaign, inside, "choice"), [{"met_on": date(2026, 12, 31), "due_date": date(2026, 12, 31)}]
        )
        self.assertFalse(self.line(campaign, outside, "choice"))

    def test_six_years_in_the_grade_open_the_examination(self):
        inside = self.servant("Inside", "2020-12-31")
        outside = self.servant("Outside", "2021-01-01")
        campaign = self.campaign(kind="grade")
        self.assertTrue(self.line(campaign, inside, "exam"))
        self.assertFalse(self.line(campaign, outside))

    def test_time_on_availability_does_not_count_for_the_grade(self):
        people = [self.servant("Just", "2016-06-01"), self.servant("Not yet", "2016-06-01")]
        # ten years are complete on 1 June 2026; 213 days put that off to 31 December, 214 to the next year
        for person, back in zip(people, ("2020-08-01", "2020-08-02"), strict=True):
            person.create_version({"date_version": "2020-01-01", "statutory_position": "availability"})
            person.create_version({"date_version": back, "statutory_position": "activity"})
        campaign = self.campaign(kind="grade")
        self.assertRecordValues(
            self.line(campaign, people[0], "choice"), [{"excluded_days": 213, "met_on": date(2026, 12, 31)}]
        )
        self.assertFalse(self.line(campaign, people[1], "choice"))

    def test_an_off_scale_grade_asks_for_step_7_and_five_years(self):
        ready = self.servant("Ready", "2015-01-01", "ADM2", 5)
        ready.create_version({"date_version": "2026-05-01", "echelon": 7})
        low = self.servant("Low", "2010-01-01", "ADM2", 6)
        campaign = self.campaign(kind="grade")
        self.assertEqual(self.line(campaign, ready, "choice").due_date, date(2026, 5, 1))
        self.assertFalse(self.line(campaign, low, "choice"))
        self.assertTrue(self.line(campaign, low, "exam"))

    def test_a_rule_of_the_grade_may_ask_for_four_years(self):
        person = self.servant("Person", "2022-01-01")
        rule = self.env["gov.advancement.rule"].search([("grade_id.code", "=", "ADM3")])
        campaign = self.campaign(kind="grade")
        self.assertFalse(self.line(campaign, person))
        rule.exam_years = 4
        campaign.action_compute()
        self.assertEqual(self.line(campaign, person).way, "exam")

    def test_the_quota_is_33_percent_before_2023_and_36_since(self):
        for number in range(25):
            self.servant(f"Person {number}", "2000-01-01")
        before = self.campaign(2022, "grade").quota_ids.filtered(lambda quota: quota.grade_id.code == "ADM3")
        after = self.campaign(2023, "grade").quota_ids.filtered(lambda quota: quota.grade_id.code == "ADM3")
        self.assertRecordValues(
            before + after, [{"eligible_count": 25, "posts": 8}, {"eligible_count": 25, "posts": 9}]
        )
        self.assertEqual((after.exam_posts, after.choice_posts), (5, 4))

    def test_choice_goes_by_merit_and_stops_at_the_posts(self):
        people = [self.servant(f"Person {number}", "2010-01-01") for number in range(6)]
        for number, person in enumerate(people):
            self.rate(person, dict.fromkeys((2023, 2024, 2025), 12 + number))
        campaign = self.campaign(kind="grade")  # 6 × 36 % = 2 posts: 1 by examination, 1 by choice
        best, second = self.line(campaign, people[5], "choice"), self.line(campaign, people[4], "choice")
        self.assertRecordValues(
            best + second, [{"rank": 1, "is_within_quota": True}, {"rank": 2, "is_within_quota": False}]
        )
        self.assertIn("Rank 1 by merit. Within the posts.", best.sentence)
        campaign.action_accept_all()
        self.assertEqual((best.state, second.state), ("accepted", "proposed"))
        second.action_accept()  # the post of the examination is free: a person decides
        with self.assertRaises(UserError):
            self.line(campaign, people[3], "choice").action_accept()
        self.assertEqual(self.line(campaign, people[3], "choice").state, "proposed")

    def test_equal_merits_across_the_last_post_are_told_and_none_is_within(self):
        people = [self.servant(f"Person {number}", "2010-01-01") for number in range(6)]
        campaign = self.campaign(kind="grade")
        lines = campaign.line_ids.filtered(
            lambda line: line.way == "choice" and line.employee_id.id in [person.id for person in people]
        )
        self.assertEqual(set(lines.mapped("rank")), {1})
        self.assertEqual(set(lines.mapped("is_tied")), {True})
        self.assertFalse(any(lines.mapped("is_within_quota")))
        self.assertIn("Equal merit", lines[0].sentence)

    def test_the_admitted_are_ranked_by_their_mark_and_leave_the_choice(self):
        people = [self.servant(f"Person {number}", "2010-01-01") for number in range(6)]
        campaign = self.campaign(kind="grade")
        exam = self.line(campaign, people[0], "exam").with_user(self.officer_user)
        with self.assertRaises(UserError):
            exam.action_accept()  # not ranked yet
        exam.write({"exam_mark": 15.5, "is_admitted": True})
        self.assertRecordValues(exam, [{"rank": 1, "is_within_quota": True}])
        self.assertEqual(self.line(campaign, people[0], "choice").rank, 0)
        exam.action_accept()
        with self.assertRaises(UserError):
            exam.write({"exam_mark": 3})

    def test_results_are_never_entered_for_oneself_nor_by_the_auditor(self):
        person = self.servant("Officer", "2010-01-01", user_id=self.officer_user.id)
        campaign = self.campaign(kind="grade")
        line = self.line(campaign, person, "exam")
        with self.assertRaises(AccessError):
            line.with_user(self.officer_user).write({"exam_mark": 20, "is_admitted": True})
        with self.assertRaises(AccessError):
            line.with_user(self.auditor_user).write({"exam_mark": 20})

    def test_a_mark_of_the_examination_lies_between_0_and_20(self):
        person = self.servant("Person", "2010-01-01")
        line = self.line(self.campaign(kind="grade"), person, "exam")
        for mark in (-0.01, 20.01):
            with self.assertRaises(UserError):
                line.write({"exam_mark": mark})

    def test_pasted_results_are_all_taken_or_none_with_each_bad_row_named(self):
        people = [self.servant(f"Person {number}", "2010-01-01", ppr_number=f"90{number}") for number in range(2)]
        campaign = self.campaign(kind="grade")
        paste = self.officer_env["gov.advancement.paste"].create(
            {
                "content": "exam",
                "text": "PPR\tMark\tAdmitted\n900\t15,5\tOui\n999\t12\tnon\n901\tdouze\tنعم\n901\t12\tpeut-être",
            }
        )
        with self.assertRaises(UserError) as refused:
            paste.action_confirm()
        for words in ("Line 3: “999”", "Line 4: “douze”", "Line 5: “peut-être”"):
            self.assertIn(words, str(refused.exception))
        self.assertFalse(any(campaign.line_ids.mapped("exam_mark")))
        paste.text = "900;15,5;Oui\n٩٠١;12;ناجح"
        paste.action_confirm()
        lines = self.line(campaign, people[0], "exam") + self.line(campaign, people[1], "exam")
        self.assertRecordValues(
            lines, [{"exam_mark": 15.5, "is_admitted": True}, {"exam_mark": 12, "is_admitted": True}]
        )

    def test_the_promotion_leads_to_the_step_with_an_equal_or_just_higher_index(self):
        people = [self.servant(f"Person {number}", "2014-03-01", echelon=6) for number in range(3)]
        campaign = self.campaign(kind="grade")
        line = self.line(campaign, people[0], "exam")
        line.write({"exam_mark": 16, "is_admitted": True})
        line.action_accept()
        # index 402 of step 6 leads to step 3 (403): the gain of 1 is under the 26 of step 7, so seniority is kept
        self.assertRecordValues(line, [{"echelon_to": 3, "step_since": date(2014, 3, 1)}])
        self.assertEqual(campaign.action_sign_next(), {"done": 1, "remaining": 0, "failed": []})
        self.assertRecordValues(
            line.act_id,
            [{"kind": "grade_exam", "echelon": 3, "old_echelon": 6, "effective_date": date(2026, 12, 31)}],
        )
        self.assertEqual(line.act_id.version_id.grade_id.code, "ADM2")

    def test_nobody_is_promoted_twice_in_a_campaign(self):
        people = [self.servant(f"Person {number}", "2010-01-01") for number in range(6)]
        for number, person in enumerate(people):
            self.rate(person, dict.fromkeys((2023, 2024, 2025), 12 + number))
        campaign = self.campaign(kind="grade")
        self.line(campaign, people[5], "choice").action_accept()
        exam = self.line(campaign, people[5], "exam")
        exam.write({"exam_mark": 18, "is_admitted": True})
        with self.assertRaisesRegex(UserError, "promoted twice"):
            exam.action_accept()


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10")
class TestRating(AdvancementCase):
    def test_appreciations_change_at_18_16_14_and_10(self):
        marks = [20, 18, 17.99, 16, 15.99, 14, 13.99, 10, 9.99, 0]
        ratings = self.env["gov.rating"]._gov_record_marks(
            [(self.person.id, 2010 + number, mark) for number, mark in enumerate(marks)]
        )
        self.assertEqual(
            ratings.mapped("appreciation"),
            ["excellent"] * 2 + ["very_good"] * 2 + ["good"] * 2 + ["average"] * 2 + ["weak"] * 2,
        )

    def test_a_final_mark_is_frozen_and_replaces_one_taken_over(self):
        taken = self.manager_env["gov.rating"].create({"employee_id": self.person.id, "year": 2024, "mark": 12})
        self.env["gov.rating"]._gov_record_marks([(self.person.id, 2024, 13.25)])
        self.assertRecordValues(taken, [{"mark": 13.25, "source": "evaluation", "appreciation": "average"}])
        for act in (lambda: taken.write({"mark": 20}), taken.unlink):
            with self.assertRaises(UserError):
                act()
        with self.assertRaises(UserError):
            self.env["gov.rating"]._gov_record_marks([(self.person.id, 2024, 19)])

    def test_marks_of_the_past_are_for_the_hr_manager_and_never_his_own(self):
        vals = {"employee_id": self.person.id, "year": 2024, "mark": 12}
        for user in (self.officer_user, self.auditor_user, self.person_user):
            with self.assertRaises(AccessError):
                self.env["gov.rating"].with_user(user).create(vals)
        self.colleague.user_id = self.manager_user
        with self.assertRaises(AccessError):
            self.manager_env["gov.rating"].create(dict(vals, employee_id=self.colleague.id))
        rating = self.manager_env["gov.rating"].create(vals)
        with self.assertRaises(AccessError):
            rating.write({"employee_id": self.colleague.id})

    def test_no_mark_by_hand_passes_for_one_of_the_yearly_rating(self):
        vals = {"employee_id": self.person.id, "year": 2024, "mark": 12}
        with self.assertRaises(UserError):
            self.manager_env["gov.rating"].create(dict(vals, source="evaluation"))
        forged = self.manager_env["gov.rating"].with_context(default_source="evaluation", gov_rating_record=True)
        self.assertEqual(forged.create(vals).source, "takeover")

    def test_a_person_reads_their_marks_and_no_other(self):
        self.env["gov.rating"]._gov_record_marks([(self.person.id, 2024, 13), (self.colleague.id, 2024, 19)])
        seen = self.env["gov.rating"].with_user(self.person_user).search([])
        self.assertEqual(seen.mapped("mark"), [13])
        self.assertEqual(len(self.env["gov.rating"].with_user(self.auditor_user).search([])), 2)

    def test_the_year_to_come_has_no_mark(self):
        with self.assertRaises(ValidationError):
            self.manager_env["gov.rating"].create({"employee_id": self.person.id, "year": 2027, "mark": 12})

    def test_pasted_marks_are_all_taken_or_none(self):
        paste = self.manager_env["gov.advancement.paste"].create(
            {"content": "marks", "text": "778899\t2023\t15.25\n778899\t2023\t16\n1\t2023\t12\n778899\t2030\t12"}
        )
        with self.assertRaises(UserError) as refused:
            paste.action_confirm()
        for words in ("Line 2: ", "Line 3: “1”", "Line 4: “2030”"):
            self.assertIn(words, str(refused.exception))
        paste.text = "778899\t2023\t15.25\n778899\t2024\t16"
        paste.action_confirm()
        self.assertEqual(sorted(self.env["gov.rating"].search([]).mapped("mark")), [15.25, 16])
        with self.assertRaises(AccessError):
            self.officer_env["gov.advancement.paste"].create({"content": "marks", "text": "1"}).action_confirm()


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10")
class TestRetirementDraft(AdvancementCase):
    def test_an_act_is_drafted_for_each_who_leaves_in_time_and_never_twice(self):
        # 63 years at the end of the month: 30 April 2026, 30 September 2026, 31 October 2026
        spring = self.servant("Spring", "2020-01-01", birthday="1963-04-02")
        september = self.servant("September", "2020-01-01", birthday="1963-09-10")
        self.servant("October", "2020-01-01", birthday="1963-10-01")
        wizard = self.officer_env["gov.retirement.draft"].create({"months": 7})
        self.assertEqual(wizard.until, date(2026, 10, 10))
        self.assertEqual(wizard.employee_ids.ids, [spring.id, september.id])
        acts = self.env["gov.career.act"].search(wizard.action_draft()["domain"])
        self.assertEqual(
            sorted((act.employee_id.name, act.kind, act.state, str(act.effective_date)) for act in acts),
            [
                ("September", "retirement", "draft", "2026-10-01"),
                ("Spring", "retirement", "draft", "2026-05-01"),
            ],
        )
        with self.assertRaises(UserError):
            self.officer_env["gov.retirement.draft"].create({"months": 7}).action_draft()

    def test_only_human_resources_draft(self):
        for user in (self.person_user, self.auditor_user):
            with self.assertRaises(AccessError):
                self.env["gov.retirement.draft"].with_user(user).create({"months": 7})

    def test_the_list_counts_the_next_ten_years_by_year(self):
        self.servant("Nearly", "2020-01-01", birthday="1963-04-02")
        self.servant("Later", "2020-01-01", birthday="1973-01-09")
        self.servant("Too late", "2020-01-01", birthday="1973-04-01")
        domain = [("retirement_date", ">=", "today"), ("retirement_date", "<", "today +10y"), ("name", "!=", "x")]
        domain += [("birthday", "in", ["1963-04-02", "1973-01-09", "1973-04-01"])]
        groups = self.officer_env["hr.employee"].formatted_read_group(domain, ["retirement_date:year"], ["__count"])
        self.assertEqual(
            [(group["retirement_date:year"][1], group["__count"]) for group in groups], [("2026", 1), ("2036", 1)]
        )

    def test_the_journal_keeps_the_fact_of_a_mark_and_never_its_value(self):
        rating = self.manager_env["gov.rating"].create({"employee_id": self.person.id, "year": 2024, "mark": 12.25})
        rating.write({"mark": 13.5})
        rating.unlink()
        final = self.env["gov.rating"]._gov_record_marks([(self.person.id, 2024, 14.75)])
        entries = self.env["gov.journal.entry"].search(
            [("model", "=", "gov.rating"), ("res_id", "in", (rating | final).ids)], order="id"
        )
        self.assertEqual(entries.mapped("act"), ["take_over", "correct", "delete", "final"])
        for entry in entries:
            self.assertIn(str(self.person.id), entry.payload)
            self.assertIn("2024", entry.payload)
            for mark in ("12.25", "13.5", "14.75"):
                self.assertNotIn(mark, entry.payload)
        self.assertIn("evaluation", entries[-1].payload)

    def test_an_empty_mark_is_no_zero(self):
        for vals in ({}, {"mark": None}, {"mark": False}, {"mark": ""}):
            with self.assertRaisesRegex(UserError, "Write the mark"):
                self.manager_env["gov.rating"].create({"employee_id": self.person.id, "year": 2024, **vals})

    def test_odd_input_on_a_campaign_is_answered(self):
        campaign = self.manager_env["gov.advancement.campaign"].create({"year": 2026})
        campaign.action_compute()
        for limit in (None, "abc", [], 1e9, -5):
            self.assertIn("remaining", campaign.action_sign_next(limit))
        lines = self.manager_env["gov.advancement.campaign.line"]
        self.assertTrue(lines.action_drop("nothing to drop"))
        for reason in (None, 5, [1], " "):
            with self.assertRaises(UserError):
                lines.action_drop(reason)

    def test_who_sees_a_menu_of_careers_may_read_what_it_opens(self):
        rule = self.env.ref("gov_hr.gov_career_act_rule_menu")
        menus = self.env["ir.ui.menu"].search([("id", "child_of", self.env.ref("gov_hr.menu_people_career").id)])
        for user in (self.manager_user, self.auditor_user):
            seen = self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
            self.assertIn(rule.id, seen)
            for menu in menus.filtered(lambda one, seen=seen: one.id in seen and one.action):
                self.assertTrue(self.env[menu.action.res_model].with_user(user).has_access("read"), menu.name)
        only_odoo = new_test_user(self.env, "only_odoo", groups="hr.group_hr_manager")
        self.assertFalse(self.env["gov.career.act.rule"].with_user(only_odoo).has_access("read"))
        self.assertNotIn(rule.id, self.env["ir.ui.menu"].with_user(only_odoo)._visible_menu_ids())
