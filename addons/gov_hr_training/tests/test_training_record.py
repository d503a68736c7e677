from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import TrainingCase


@tagged("post_install", "-at_install")
class TestTrainingRecord(TrainingCase):
    """A finished training is recorded once, gives its levels when validated, and meets the needs."""

    def setUp(self):
        super().setUp()
        self.Record = self.env["gov.training.record"]

    def vals(self, person, **more):
        return {
            "employee_id": person.id,
            "course_id": self.course_w.id,
            "date": "2026-10-15",
            "days": 2,
            "hours": 12,
            "source": "session",
            "result": "validated",
            "origin_model": "gov.training.course",
            "origin_res_id": self.course_w.id,
            **more,
        }

    def level(self, person, skill):
        return person._gov_held_levels(person, self.today()).get((person.id, skill.id), 0)

    def test_validation_gives_the_level_the_resume_line_and_meets_the_need(self):
        need = self.collected(only_critical=True).filtered(lambda one: one.employee_id == self.amina)
        self.as_(self.manager, need).action_keep()
        record = self.Record._gov_record([self.vals(self.amina)])
        self.assertEqual(self.level(self.amina, self.writing), 3)
        held = self.amina.employee_skill_ids.filtered(lambda one: one.skill_id == self.writing)
        self.assertRegex(held.gov_source, "Writing well")
        self.assertEqual(str(held.valid_to), "2029-10-15")
        line = record.resume_line_id
        self.assertEqual((line.name, str(line.date_end), line.employee_id), ("Writing well", "2026-10-15", self.amina))
        self.assertEqual(need.state, "met")
        self.assertRecordValues(
            record, [{"sex": "female", "department_id": self.service.id, "year": 2026, "has_levels": True}]
        )

    def test_recording_again_changes_nothing(self):
        first = self.Record._gov_record([self.vals(self.amina)])
        again = self.Record._gov_record([self.vals(self.amina), self.vals(self.bilal)])
        self.assertEqual(again[0], first)
        self.assertEqual(self.Record.search_count([("employee_id", "=", self.amina.id)]), 1)
        self.assertEqual(len(self.amina.resume_line_ids), 1)
        self.assertEqual(len(self.amina.employee_skill_ids), 1)
        entries = self.env["gov.journal.entry"].search_count(
            [("model", "=", "gov.training.record"), ("res_id", "=", first.id)]
        )
        self.assertEqual(entries, 1)

    def test_attending_gives_no_level_and_validating_later_does(self):
        record = self.Record._gov_record([self.vals(self.amina, result="attended")])
        self.assertEqual(self.level(self.amina, self.writing), 0)
        self.Record._gov_record([self.vals(self.amina)])
        self.assertEqual(record.result, "validated")
        self.assertEqual(self.level(self.amina, self.writing), 3)

    def test_a_higher_level_is_kept(self):
        self.give(self.amina, self.writing, 4)
        self.Record._gov_record([self.vals(self.amina)])
        self.assertEqual(self.level(self.amina, self.writing), 4)

    def test_levels_may_be_those_of_the_validation(self):
        self.Record._gov_record([self.vals(self.amina, levels={self.writing.id: 1})])
        self.assertEqual(self.level(self.amina, self.writing), 1)

    def test_not_validated_gives_neither_level_nor_line(self):
        record = self.Record._gov_record([self.vals(self.amina, result="failed")])
        self.assertFalse(record.resume_line_id)
        self.assertEqual(self.level(self.amina, self.writing), 0)

    def test_by_hand_one_records_what_was_outside_for_others(self):
        outside = {"employee_id": self.bilal.id, "course_name": "Congress", "date": "2026-05-02", "days": 1}
        record = self.as_(self.officer, self.Record).create(outside)
        self.assertEqual((record.source, record.resume_line_id.name), ("external", "Congress"))
        own = dict(outside, employee_id=self.officer.employee_id.id)
        with self.assertRaises(AccessError):
            self.as_(self.officer, self.Record).create(own)
        with self.assertRaises(AccessError):
            self.as_(self.far_officer, self.Record).create(outside)
        with self.assertRaises(AccessError):
            self.as_(self.amina, self.Record).create(dict(outside, employee_id=self.amina.id))
        for vals in ({"source": "session"}, {"origin_model": "res.partner", "origin_res_id": 1}):
            with self.assertRaises(UserError):
                self.as_(self.officer, self.Record).create(dict(outside, **vals))
        with self.assertRaises(UserError):
            self.as_(self.officer, record).write({"employee_id": self.amina.id})
        session = self.Record._gov_record([self.vals(self.amina)])
        with self.assertRaises(UserError):
            self.as_(self.officer, session).write({"days": 40})
        with self.assertRaises(UserError):
            self.as_(self.officer, session).unlink()

    def test_who_sees_the_trainings_of_a_person(self):
        record = self.Record._gov_record([self.vals(self.amina)])
        for user, sees in (
            (self.amina, True), (self.head, True), (self.chief, True), (self.officer, True), (self.auditor, True),
            (self.bilal.user_id, None), (self.chama, False), (self.far_officer, False), (self.signer, False),
        ):  # fmt: skip
            if sees is not None:
                found = self.as_(user, self.Record).search([("id", "=", record.id)])
                self.assertEqual(bool(found), sees, user.name)

    def test_the_path_that_closes_the_gaps_costs_least(self):
        path = self.as_(self.amina, self.env["gov.training.course"]).get_path()
        self.assertEqual([one["id"] for one in path["courses"]], [self.course_w.id, self.course_b.id])
        self.assertEqual((path["gaps"], path["missing"], path["cost"], path["days"]), (2, [], None, 5))
        seen = self.as_(self.officer, self.env["gov.training.course"]).get_path(self.amina.id)
        self.assertAlmostEqual(seen["cost"], 1200 + 100 + 3000 + 100)
        with self.assertRaises(AccessError):
            self.as_(self.amina, self.env["gov.training.course"]).get_path(self.bilal.id)

    def test_the_person_asks_for_the_courses_of_the_path_at_once(self):
        Path = self.as_(self.amina, self.env["gov.training.path"])
        path = Path.create({})
        self.assertEqual(path.course_ids, self.course_w | self.course_b)
        self.assertIn("Writing well", path.path_html)
        path.action_ask()
        needs = self.Need.search([("employee_id", "=", self.amina.id)])
        self.assertEqual(needs.course_id, self.course_w | self.course_b)
        self.assertEqual(set(needs.mapped("source")), {"employee"})
        with self.assertRaises(UserError):
            path.action_ask()
        other = Path.create({"employee_id": self.bilal.id})
        self.assertFalse(other.course_ids, "the gaps of a colleague are not shown")
        with self.assertRaises(AccessError):
            other.action_ask()

    def test_a_candidate_to_a_succession_has_the_cheapest_courses(self):
        post = self.env["gov.post"].create({"code": "T-P1", "job_id": self.job.id, "department_id": self.service.id})
        succession = self.env["gov.succession.plan"].create({"post_id": post.id})
        candidate = self.env["gov.succession.candidate"].create(
            {"plan_id": succession.id, "employee_id": self.bilal.id, "is_kept": True}
        )
        seen = self.as_(self.manager, candidate)
        self.assertEqual(seen.course_ids, self.course_w | self.course_b)
        self.assertAlmostEqual(seen.course_cost, 1300 + 3100)
        seen.action_ask_courses()
        needs = self.Need.search([("employee_id", "=", self.bilal.id)])
        self.assertEqual(set(needs.mapped("source")), {"hr"})
        self.assertFalse(any(needs.mapped("justification")), "the person must not read that a succession is prepared")
        with self.assertRaises(UserError):
            seen.action_ask_courses()


@tagged("post_install", "-at_install")
class TestTrainingReport(TrainingCase):
    """The rates come from the records and open to their rows."""

    def setUp(self):
        super().setUp()
        plan = self.approved(self.built())
        self.action = plan.action_ids.filtered(lambda one: one.course_id == self.course_w)
        self.env["gov.training.record"]._gov_record(
            [
                {
                    "employee_id": person.id,
                    "course_id": self.course_w.id,
                    "action_id": self.action.id,
                    "date": "2027-03-15",
                    "days": 2,
                    "source": "session",
                    "result": "attended",
                    "origin_model": "gov.training.action",
                    "origin_res_id": self.action.id,
                }
                for person in self.amina | self.chama
            ]
        )
        self.plan_ = plan
        years = self.env["gov.workforce.year"]
        if not years.search([("name", "=", "2027")]):
            years.create({"name": "2027", "day": "2027-12-31"})

    def test_execution_is_days_done_of_days_planned(self):
        self.plan_.invalidate_recordset()
        planned = sum(self.plan_.action_ids.mapped("trainee_days"))
        self.assertEqual(self.plan_.done_days, 4)
        self.assertAlmostEqual(self.plan_.execution_rate, 100 * 4 / planned, 1)

    def test_access_is_trained_of_staff(self):
        access = self.as_(self.manager, self.env["gov.training.access"])
        rows = access.search(
            [("year", "=", "2027"), ("employee_id", "in", (self.amina | self.bilal | self.chama).ids)]
        )
        self.assertEqual({row.employee_id: row.trained for row in rows}, {self.amina: 1, self.bilal: 0, self.chama: 1})
        opened = rows.filtered(lambda row: row.employee_id == self.amina).action_open_records()
        self.assertEqual(self.env["gov.training.record"].search(opened["domain"]).employee_id, self.amina)
        far = self.as_(self.far_officer, self.env["gov.training.access"]).search([("year", "=", "2027")])
        self.assertEqual(far.region_id, self.other_region)
        with self.assertRaises(AccessError):
            self.as_(self.amina, self.env["gov.training.access"]).search([])

    def test_the_statement_and_its_workbook(self):
        statement = self.as_(self.officer, self.env["gov.training.statement"]).create({"year": 2027})
        tables = {table["code"]: table for table in statement._gov_tables()}
        line = next(row for row in tables["T1"]["rows"] if "Writing well" in row[0])
        self.assertEqual(line[2:6], [3, 2, 6, 4])
        money = dict((row[0], row[1]) for row in tables["T2"]["rows"])
        self.assertIsNone(money["Net pay of the staff in the year"], "pay is for HR managers")
        women = next(row for row in tables["T3"]["rows"] if row[0] == "Women")
        self.assertEqual(women[2], 2)
        self.assertIn("Writing well", statement.statement_html)
        self.assertIn("/workbook/", statement.action_export()["url"])
        with self.assertRaises(AccessError):
            self.as_(self.amina, self.env["gov.training.statement"]).create({"year": 2027})

    def test_indicator_g7_counts_by_sex(self):
        year = self.env["gov.workforce.year"].search([("name", "=", "2027")], limit=1)
        found = self.as_(self.manager, self.env["gov.workforce.indicator"])._gov_all_indicators(year)
        table = next(one for one in found if one["code"] == "G7")
        total = table["rows"][-1]
        self.assertEqual(total[1:3], [2, 0])
