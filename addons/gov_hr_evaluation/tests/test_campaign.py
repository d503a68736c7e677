from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .common import FULL, EvaluationCase


@tagged("post_install", "-at_install")
@freeze_time("2026-10-01 09:00:00")
class TestCampaign(EvaluationCase):
    def test_dates_are_proposed_from_the_legal_parameters(self):
        self.assertRecordValues(
            self.campaign,
            [
                {
                    "open_on": self.date("2026-10-01"),
                    "self_until": self.date("2026-10-31"),
                    "interview_from": self.date("2026-11-01"),
                    "interview_to": self.date("2026-11-30"),
                    "marks_until": self.date("2026-12-31"),
                    "notify_until": self.date("2027-01-31"),
                    "appeal_days": 30,
                    "mark_step": 0.25,
                }
            ],
        )

    def date(self, text):
        return self.env["gov.parameter"]._to_day(text)

    def test_dates_may_be_changed_but_stay_in_order(self):
        self.campaign.marks_until = "2026-12-20"
        self.campaign.interview_from = "2026-10-15"  # while others still assess themselves
        for vals in ({"marks_until": "2026-11-01"}, {"notify_until": "2026-12-01"}, {"self_until": "2026-09-01"}):
            with self.assertRaises(ValidationError):
                self.campaign.write(vals)

    def test_opening_makes_a_sheet_for_each_employee_in_activity(self):
        answer = self.act("manager", self.campaign).action_open_next(50)
        self.assertEqual(answer["remaining"], 0)
        # all have a sheet but the two at the top of the chart
        self.assertEqual((answer["done"], answer["skipped"]), (11, 2))
        skips = self.env["gov.evaluation.skip"].search([("campaign_id", "=", self.campaign.id)])
        self.assertEqual(skips.employee_id, self.files["hassan"] | self.files["rachid"])
        self.assertEqual(set(skips.mapped("reason")), {"no_head"})

    def test_opening_resumes_where_it_stopped(self):
        manager = self.act("manager", self.campaign)
        first = manager.action_open_next(4)
        self.assertEqual((first["done"] + first["skipped"], first["remaining"]), (4, 9))
        self.assertEqual(self.campaign.state, "open")
        with self.assertRaisesRegex(UserError, "finish the opening"):
            manager.action_harmonise()
        while manager.action_open_next(4)["remaining"]:
            pass
        self.assertEqual(len(self.campaign.sheet_ids), 11)
        again = manager.action_open_next(4)
        self.assertEqual((again["done"], again["skipped"]), (0, 0))

    def test_reasons_of_those_left_out(self):
        late = self.make_employee("Late COMER", self.service, 51, recruitment_date="2026-08-01", tenure_date=False)
        away = self.make_employee("Away FOR LONG", self.service, 52)
        away.create_version({"date_version": "2026-02-01", "statutory_position": "availability"})
        back = self.make_employee("Back TOO LATE", self.service, 53)
        back.create_version({"date_version": "2025-02-01", "statutory_position": "availability"})
        back.create_version({"date_version": "2026-08-15", "statutory_position": "activity"})
        gone = self.make_employee("Gone BEFORE", self.service, 54, birthday="1963-01-10")
        lent = self.make_employee("Lent ELSEWHERE", self.service, 55)
        lent.create_version({"date_version": "2026-01-01", "statutory_position": "provision"})
        self.open_campaign()
        reasons = {
            skip.employee_id: skip.reason
            for skip in self.env["gov.evaluation.skip"].search([("campaign_id", "=", self.campaign.id)])
        }
        self.assertEqual(
            [reasons.get(one) for one in (late, away, back, gone, lent)],
            ["recruited", "position", "position", "retired" if gone.retirement_date else None, "position"],
        )
        self.assertLess(str(gone.retirement_date), "2026-10-01")

    def test_staff_made_available_is_evaluated_when_the_campaign_says_so(self):
        lent = self.make_employee("Lent ELSEWHERE", self.service, 55)
        lent.create_version({"date_version": "2026-01-01", "statutory_position": "provision"})
        self.campaign.includes_provision = True
        self.open_campaign()
        self.assertTrue(self.env["gov.evaluation.sheet"].search([("employee_id", "=", lent.id)]))

    def test_situation_of_the_opening_day_counts_not_a_later_one(self):
        self.files["amina"].create_version({"date_version": "2026-12-01", "statutory_position": "availability"})
        self.open_campaign()
        self.assertTrue(self.sheet("amina"))

    def test_direct_head_evaluates_and_a_head_is_evaluated_by_the_one_above(self):
        self.open_campaign()
        for login, head in (("amina", "youssef"), ("youssef", "leila"), ("leila", "hassan"), ("souad", "rachid")):
            self.assertEqual(self.sheet(login).evaluator_id, self.files[head], login)

    def test_vacant_post_is_climbed_over(self):
        self.service.manager_id = False
        self.open_campaign()
        self.assertEqual(self.sheet("amina").evaluator_id, self.files["leila"])

    def test_latecomer_is_added_and_goes_to_the_head_after_the_self_assessment(self):
        self.open_campaign()
        late = self.make_employee("Late COMER", self.service, 51, recruitment_date="2026-11-01", tenure_date=False)
        with freeze_time("2026-11-10"):
            sheets = self.act("manager", self.env["gov.evaluation.sheet"])
            sheets._gov_add(self.act("manager", self.campaign), late.ids)
        sheet = self.env["gov.evaluation.sheet"].search([("employee_id", "=", late.id)])
        self.assertEqual((sheet.state, sheet.evaluator_id), ("head", self.files["youssef"]))

    def test_who_was_left_out_may_be_added_and_leaves_the_list(self):
        away = self.make_employee("Away FOR LONG", self.service, 52)
        away.create_version({"date_version": "2026-02-01", "statutory_position": "availability"})
        self.open_campaign()
        skip = self.env["gov.evaluation.skip"].search([("employee_id", "=", away.id)])
        self.act("manager", skip).action_add()
        self.assertFalse(skip.exists())
        self.assertTrue(self.env["gov.evaluation.sheet"].search([("employee_id", "=", away.id)]))

    def test_nobody_is_added_twice_nor_without_a_head(self):
        self.open_campaign()
        for login in ("amina", "hassan"):
            with self.assertRaises(UserError):
                self.act("manager", self.env["gov.evaluation.sheet"])._gov_add(
                    self.act("manager", self.campaign), self.files[login].ids
                )

    def test_criteria_are_frozen_at_the_opening_but_for_their_words(self):
        self.open_campaign()
        criterion = self.campaign.criterion_ids[0]
        self.act("manager", criterion).name = "Tasks of the post"
        for vals in ({"max_mark": 6}, {"code": "x"}, {"campaign_id": False}):
            with self.assertRaises(UserError):
                self.act("manager", criterion).write(vals)
        with self.assertRaises(UserError):
            self.act("manager", criterion).unlink()
        with self.assertRaises(UserError):
            self.act("manager", self.env["gov.evaluation.criterion"]).create(
                {"code": "more", "name": "More", "max_mark": 1, "campaign_id": self.campaign.id}
            )
        with self.assertRaises(UserError):
            self.act("manager", self.campaign.band_ids[0]).floor = 1
        with self.assertRaises(UserError):
            self.act("manager", self.campaign).mark_step = 1

    def test_law_that_changes_after_the_opening_leaves_the_campaign_as_it_is(self):
        self.open_campaign()
        self.env.ref("gov_hr_evaluation.criterion_tasks").max_mark = 6
        self.env.ref("gov_hr_evaluation.band_excellent").floor = 19
        sheet = self.to_head("amina")
        with self.assertRaises(UserError):
            self.act("youssef", sheet).action_save_marks({"marks": self.marks({"tasks": 6})})
        self.act("youssef", sheet).action_save_marks({"marks": self.marks(dict(FULL, tasks=3))})
        self.assertEqual(self.assessment(sheet).band_id.code, "excellent")

    def test_criteria_that_do_not_add_up_to_twenty_stop_the_opening(self):
        self.env.ref("gov_hr_evaluation.criterion_tasks").max_mark = 6
        with self.assertRaisesRegex(UserError, "add up to 21"):
            self.act("manager", self.campaign).action_open_next()
        self.assertFalse(self.campaign.sheet_ids)

    def test_criteria_keep_their_names_in_every_language(self):
        tasks = self.env.ref("gov_hr_evaluation.criterion_tasks")
        tasks.with_context(lang="ar_MA").name = "إنجاز الأعمال"
        self.open_campaign()
        copied = self.campaign.criterion_ids.filtered(lambda one: one.code == "tasks")
        self.assertEqual(copied.with_context(lang="ar_MA").name, "إنجاز الأعمال")

    def test_two_rows_of_the_law_never_hold_on_one_day(self):
        with self.assertRaises(ValidationError):
            self.env["gov.evaluation.criterion"].create({"code": "tasks", "name": "Again", "max_mark": 5})

    def test_halves_of_a_point_where_the_campaign_says_so(self):
        self.campaign.mark_step = 0.5
        self.open_campaign()
        sheet = self.to_head("amina")
        with self.assertRaisesRegex(UserError, "0.5"):
            self.act("youssef", sheet).action_save_marks({"marks": self.marks({"tasks": 3.25})})

    def test_one_campaign_a_year(self):
        copied = self.campaign.copy()
        self.assertEqual((copied.year, copied.state), (2027, "draft"))
        self.assertEqual(str(copied.open_on), "2027-10-01")

    def test_only_hr_managers_lead(self):
        for login in ("officer", "auditor", "leila", "amina"):
            for act in ("action_open_next", "action_harmonise", "action_notify_next", "action_close"):
                with self.assertRaises(AccessError, msg=f"{login} {act}"):
                    getattr(self.act(login, self.campaign), act)()

    def test_closes_when_every_mark_is_final(self):
        self.open_campaign()
        with freeze_time("2026-12-01 09:00:00"):
            self.mark("amina")
            self.act("manager", self.campaign).action_harmonise()
            self.act("manager", self.campaign).action_notify_next()
            with self.assertRaisesRegex(UserError, "not final yet"):
                self.act("manager", self.campaign).action_close()
        rest = self.campaign.sheet_ids.filtered(lambda one: one.state == "head")
        for sheet in rest:
            by = "second" if sheet.employee_id == self.files["manager"] else "manager"
            self.act(by, sheet).action_cancel("Not of this test.")
        with freeze_time("2027-02-10 09:00:00"):
            self.env["gov.evaluation.campaign"]._cron_calendar()
            self.act("manager", self.campaign).action_close()
        self.assertEqual(self.campaign.state, "closed")
        with self.assertRaises(UserError):
            self.campaign.write({"notify_until": "2027-05-01"})

    def test_counts_of_the_cockpit(self):
        self.open_campaign()
        self.mark("amina")
        campaign = self.act("officer", self.campaign)
        self.assertEqual(
            (campaign.sheet_count, campaign.self_count, campaign.harmonisation_count, campaign.progress),
            # his own sheet is his own to read as well
            (11, 10, 1, 9),
        )

    def test_opening_asks_the_same_number_of_statements_for_many(self):
        def opened(count, offset):
            for number in range(count):
                self.make_employee(f"Many {offset + number}", self.service, 100 + offset + number)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            answer = self.campaign.with_user(self.users["manager"]).action_open_next(200)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before, answer["done"]

        opened(0, 0)
        few, done_few = opened(10, 0)
        many, done_many = opened(60, 20)
        self.assertEqual((done_few, done_many), (10, 60))
        self.assertGreater(few, 10)
        self.assertLess(many, few + 60, "the number of statements grows with the number of employees")
