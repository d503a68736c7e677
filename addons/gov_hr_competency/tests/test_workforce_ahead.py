from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .test_assessment import AssessedCase


class AheadCase(AssessedCase):
    """Four people of one directorate, one of whom leaves in 2028, and one in a regional directorate."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["hr.employee"].search([]).write({"recruitment_date": False})
        cls.env.cr.execute("UPDATE hr_version SET grade_id = NULL")
        cls.env.cr.execute("UPDATE gov_post SET active = FALSE, employee_id = NULL WHERE code <> 'TP-1'")
        cls.env.invalidate_all()
        for name, role in (("hr", "hr_officer"), ("manager", "hr_manager")):
            cls.users[name] = cls.make_user(f"{name}_ahead", f"gov_base.group_{role}")
        cls.region = cls.env["gov.region"].search([("code", "=", "12")])
        cls.far = cls.env["hr.department"].create(
            {"name": "Far", "unit_code": "TST-FAR", "unit_kind": "regional_directorate", "region_id": cls.region.id}
        )
        cls.unit.unit_kind = "directorate"
        cls.people["far"] = cls.env["hr.employee"].create({"name": "far", "department_id": cls.far.id})
        born = {"person": "1965-03-10", "head": "1970-05-01", "colleague": "1980-01-01", "other_head": "1981-01-01",
                "far": "1966-07-01"}  # fmt: skip
        for name, day in born.items():
            sex = "female" if name == "person" else "male"
            cls.people[name].write({"birthday": day, "recruitment_date": "2000-01-01", "sex": sex})
        cls.scenario = cls.env.ref("gov_hr_competency.scenario_reference")
        cls.second = cls.env["hr.job"].search([("rec_code", "=", "T-02")])

    def projection(self, user="hr"):
        return self.env["gov.workforce.projection"].with_user(self.users[user])


@freeze_time("2026-11-29")
@tagged("post_install", "-at_install")
class TestScenario(AheadCase):
    """Scenarios side by side, each figure open to what makes it."""

    def test_age_limit_alone(self):
        """Born on 10 March 1965, 63 years: leaves on 31 March 2028; born in July 1966: on 31 July 2029."""
        found = self.projection().get_projection(self.scenario.ids, "region")
        total = found["scenarios"][0]["total"]["stocks"]
        self.assertEqual(dict(zip(["today", *found["years"]], total, strict=True)),
                         {"today": 5, 2026: 5, 2027: 5, 2028: 4, 2029: 3, 2030: 3, 2031: 3, 2032: 3, 2033: 2,
                          2034: 2, 2035: 2, 2036: 2})  # fmt: skip
        cell = self.projection().get_cell(self.scenario.id, "region", None, 2028)
        self.assertEqual((cell["before"], cell["after"]), (5, 4))
        self.assertEqual([(one["name"], one["date"]) for one in cell["people"]], [("person", "2028-03-31")])

    def test_every_axis_has_the_same_total(self):
        self.scenario.flow_ids = [
            (0, 0, {"kind": "recruitment", "value": 2, "department_id": self.unit.id}),
            (0, 0, {"kind": "mobility", "value": 1, "to_department_id": self.far.id, "year_from": 2027}),
        ]
        for axis in ("directorate", "unit", "region", "job", "grade", "sex"):
            with self.subTest(axis=axis):
                found = self.projection().get_projection(self.scenario.ids, axis)
                sums = [sum(column) for column in zip(*(row["stocks"][0] for row in found["rows"]), strict=True)]
                self.assertEqual(sums, found["scenarios"][0]["total"]["stocks"])

    def test_scenarios_side_by_side_and_their_flows(self):
        other = self.scenario.copy()
        other.flow_ids = [(0, 0, {"kind": "departure", "value": 1, "sex": "male", "year_to": 2027})]
        found = self.projection().get_projection([self.scenario.id, other.id], "sex")
        men = next(row for row in found["rows"] if row["id"] == "male")
        self.assertEqual([stocks[2] for stocks in men["stocks"]], [4, 3])
        cell = self.projection().get_cell(other.id, "sex", "male", 2027)
        self.assertEqual([(one["kind"], one["number"]) for one in cell["flows"]], [("departure", -1)])
        self.assertIn("Other departure", cell["flows"][0]["line"])

    def test_later_age_limit_moves_the_departures(self):
        later = self.scenario.copy({"limit_shift": 24})
        total = self.projection().get_projection(later.ids)["scenarios"][0]["total"]["stocks"]
        self.assertEqual(total[:6], [5, 5, 5, 5, 5, 4])
        names = [one["name"] for one in self.projection().get_cell(later.id, "sex", None, 2030)["people"]]
        self.assertEqual(names, ["person"])

    def test_act_signed_already_is_counted_before_the_age_limit(self):
        self.people["colleague"].create_version({"date_version": date(2027, 6, 1), "statutory_position": "left"})
        total = self.projection().get_projection(self.scenario.ids)["scenarios"][0]["total"]
        self.assertEqual(total["flows"][1], {"departure_known": -1})

    def test_who_is_away_is_not_on_the_staff(self):
        self.people["colleague"].version_id.statutory_position = "secondment"
        total = self.projection().get_projection(self.scenario.ids)["scenarios"][0]["total"]["stocks"]
        self.assertEqual(total[0], 4)

    def test_regional_reader_sees_the_rows_of_his_region(self):
        self.users["hr"].gov_region_ids = self.region
        found = self.projection().get_projection(self.scenario.ids, "unit")
        self.assertEqual([row["name"] for row in found["rows"]], ["Far"])
        self.assertEqual(found["scenarios"][0]["total"]["stocks"][0], 1)
        self.assertEqual(self.projection().get_cell(self.scenario.id, "unit", None, 2028)["people"], [])
        names = [one["name"] for one in self.projection().get_cell(self.scenario.id, "unit", None, 2029)["people"]]
        self.assertEqual(names, ["far"])

    def test_who_may_read_and_write(self):
        for user in ("person", "head", "training"):
            with self.subTest(user=user), self.assertRaises(AccessError):
                self.projection(user).get_projection(self.scenario.ids)
        self.assertTrue(self.projection("auditor").get_projection(self.scenario.ids)["rows"])
        for user in ("hr", "auditor"):
            with self.subTest(user=user), self.assertRaises(AccessError):
                self.scenario.with_user(self.users[user]).name = "x"
        self.scenario.with_user(self.users["manager"]).name = "Ours"

    def test_odd_input_gets_a_sentence(self):
        ask = self.projection().get_projection
        for arguments in ((["x"],), ("1",), ([0],), (self.scenario.ids, "id; --"), (self.scenario.ids, "job", ["x"]),
                          (self.scenario.ids, "job", {"unit": "1 OR 1=1"})):  # fmt: skip
            with self.subTest(arguments=arguments), self.assertRaises(UserError):
                ask(*arguments)
        with self.assertRaises(UserError):
            self.projection().get_cell(self.scenario.id, "job", None, 1999)

    def test_lines_that_mean_nothing_are_refused(self):
        grade = self.env["gov.grade"].search([], limit=1)
        for vals in (
            {"kind": "promotion", "value": 1},
            {"kind": "mobility", "value": 1},
            {"kind": "departure", "value": 1, "to_grade_id": grade.id},
            {"kind": "departure", "basis": "replacement", "value": 50},
            {"kind": "departure", "basis": "rate", "value": 101},
            {"kind": "recruitment", "value": 1, "year_from": 2030, "year_to": 2028},
            {"kind": "recruitment", "value": 1, "year_from": 28},
        ):
            with self.subTest(vals=vals), self.assertRaises(ValidationError):
                self.scenario.flow_ids = [(0, 0, vals)]


@freeze_time("2026-11-29")
@tagged("post_install", "-at_install")
class TestWatch(AheadCase):
    """What leaves with those who leave, and what asks for a decision."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        raise_ = {"person": ((cls.k1, 3), (cls.h1, 2)), "head": ((cls.k1, 4),), "far": ((cls.h1, 2),)}
        for name, levels in raise_.items():
            for skill, rank in levels:
                cls.people[name]._gov_raise_skill(skill, rank, "Test")
        cls.people["far"].job_id = cls.second

    def watch(self, user="hr"):
        return self.env["gov.workforce.watch"].with_user(self.users[user])

    def test_skills_that_leave_and_stay(self):
        """Within 3 years the person (2028) and far (2029) leave: K1 at 3 stays with the head, H1 at 2 with nobody."""
        self.assertEqual(self.watch().get_leaving_skills(1), [])
        rows = self.watch().get_leaving_skills(3)
        self.assertEqual([(row["skill"], row["level"], row["leave"], row["stay"], row["is_critical"]) for row in rows],
                         [("Knowing", 3, 1, 1, True), ("Pratique", 2, 2, 0, False)])  # fmt: skip
        people = self.watch().get_leaving_people(3, self.h1.id, 2)
        self.assertEqual([one["name"] for one in people], ["person", "far"])

    def test_expired_level_neither_leaves_nor_stays(self):
        self.env["hr.employee.skill"].search([]).write({"valid_from": "2020-01-01", "valid_to": "2026-11-28"})
        self.assertEqual(self.watch().get_leaving_skills(5), [])

    def test_figures_open_to_their_rows(self):
        post = self.env["gov.post"].search([("code", "=", "TP-1")])
        post.write({"is_sensitive": True, "employee_id": self.people["person"].id})
        watch = self.watch().get_watch()
        self.assertEqual((watch["staff"], watch["seniors"], watch["leave"]), (5, 2, {1: 0, 3: 2, 5: 2}))
        self.assertEqual((watch["leaving_sensitive"], watch["unprepared"], watch["single"]), (1, 1, 1))
        for show in ("single", "vacant", "vacant_sensitive", "leaving_sensitive", "seniors", "late"):
            action = self.watch().action_show(show)
            found = self.env[action["res_model"]].with_user(self.users["hr"]).search_count(action["domain"])
            figure = {"single": 1, "leaving_sensitive": 1, "seniors": 2}.get(show, 0)
            self.assertEqual(found, figure, show)
        with self.assertRaises(UserError):
            self.watch().action_show("everything")
        plan = self.env["gov.succession.plan"].with_user(self.users["hr"]).create({"post_id": post.id})
        plan.action_rank()
        plan.candidate_ids[0].is_kept = True
        self.assertEqual(self.watch().get_watch()["unprepared"], 0)

    def test_closed_to_others_and_narrowed_to_regions(self):
        for user in ("person", "head", "training"):
            with self.assertRaises(AccessError):
                self.watch(user).get_watch()
            with self.assertRaises(AccessError):
                self.watch(user).get_leaving_people(3)
        self.users["hr"].gov_region_ids = self.region
        self.assertEqual(self.watch().get_watch()["staff"], 1)
        self.assertEqual([one["name"] for one in self.watch().get_leaving_people(3)], ["far"])


@freeze_time("2026-11-29")
@tagged("post_install", "-at_install")
class TestSuccession(AheadCase):
    """Candidates ranked by gap, the access conditions first, explained in a sentence."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.post = cls.env["gov.post"].search([("code", "=", "TP-1")])
        cls.post.write({"is_sensitive": True, "employee_id": cls.people["person"].id})
        grade = cls.env["gov.grade"].search([("code", "=", "ADM2")])
        cls.job.write({"access_grade_ids": [(6, 0, grade.ids)], "access_experience": 10})
        for name in ("head", "colleague", "other_head"):
            cls.people[name].version_id.grade_id = grade
        cls.people["other_head"].recruitment_date = "2020-01-01"
        cls.people["head"]._gov_raise_skill(cls.h1, 2, "Test")  # lacks the critical one
        cls.people["colleague"]._gov_raise_skill(cls.k1, 3, "Test")  # lacks the other
        for skill, rank in ((cls.k1, 4), (cls.h1, 4)):
            cls.people["other_head"]._gov_raise_skill(skill, rank, "Test")  # lacks nothing but the years
        cls.plan = cls.env["gov.succession.plan"].with_user(cls.users["hr"]).create({"post_id": cls.post.id})

    def test_ranking(self):
        """Conditions first, then critical levels missing; far, who leaves within three years, is not looked at."""
        self.plan.action_rank()
        found = self.plan.candidate_ids.sorted("rank")
        self.assertEqual(found.employee_id.mapped("name"), ["colleague", "head", "other_head"])
        self.assertEqual(found.mapped("critical"), [0, 3, 0])
        self.assertEqual(found.mapped("weighted"), [2, 9, 0])
        self.assertEqual([(one.grade_ok, one.experience_ok) for one in found],
                         [(True, True), (True, True), (True, False)])  # fmt: skip
        held = "Critical competencies held; below the required level in 1 of 2: Pratique (0 of 2)."
        self.assertEqual(found[0].explanation, held)
        self.assertIn("(critical: 1): Knowing (0 of 3)", found[1].explanation)
        self.assertEqual(found[2].explanation, "Holds all that the job requires.")

    def test_what_is_missing_for_the_courses(self):
        self.plan.action_rank()
        one, two, three = self.plan.candidate_ids.sorted("rank")
        self.assertEqual(
            (one | two | three)._gov_missing(), {one: {self.h1.id: 2}, two: {self.k1.id: 3}, three: {}}
        )  # fmt: skip
        with freeze_time("2026-12-15"):
            self.people["colleague"]._gov_raise_skill(self.h1, 2, "Course")
            self.assertEqual(one._gov_missing(), {one: {}})

    def test_kept_candidates_stay_when_ranked_again(self):
        self.plan.action_rank()
        head = self.plan.candidate_ids.filtered(lambda one: one.employee_id == self.people["head"])
        head.is_kept = True
        self.plan.action_rank()
        self.assertIn(head, self.plan.candidate_ids)
        self.assertEqual(len(self.plan.candidate_ids), 3)
        self.assertEqual(self.plan.kept_count, 1)

    def test_regional_officer_compares_the_people_of_his_region(self):
        self.plan.action_rank()
        self.users["hr"].gov_region_ids = self.region
        self.assertFalse(self.env["gov.succession.plan"].with_user(self.users["hr"]).search([]))
        self.assertFalse(self.env["gov.succession.candidate"].with_user(self.users["hr"]).search([]))

    def test_closed_to_those_compared(self):
        self.plan.action_rank()
        for user in ("colleague", "head", "training"):
            with self.subTest(user=user), self.assertRaises(AccessError):
                self.plan.with_user(self.users[user]).read(["post_id"])
            with self.subTest(user=user), self.assertRaises(AccessError):
                self.env["gov.succession.candidate"].with_user(self.users[user]).search([])
        with self.assertRaises(AccessError):
            self.plan.with_user(self.users["auditor"]).action_rank()
        self.assertTrue(self.plan.with_user(self.users["auditor"]).candidate_ids)

    def test_sensitive_posts_are_prepared_once(self):
        plans = self.env["gov.succession.plan"].with_user(self.users["hr"])
        plans.action_prepare_sensitive()
        plans.action_prepare_sensitive()
        self.assertEqual(len(plans.search([("post_id", "=", self.post.id)])), 1)

    def test_holder_is_no_candidate(self):
        with self.assertRaises(UserError):
            self.plan.candidate_ids = [(0, 0, {"employee_id": self.people["person"].id})]

    @mute_logger("odoo.sql_db")
    def test_job_without_profile_is_refused(self):
        post = self.env["gov.post"].create({"code": "TP-9", "job_id": self.second.id, "department_id": self.unit.id})
        plan = self.env["gov.succession.plan"].with_user(self.users["hr"]).create({"post_id": post.id})
        with self.assertRaisesRegex(UserError, "profile"):
            plan.action_rank()


@tagged("post_install", "-at_install")
class TestPaths(AheadCase):
    """The graph of the near jobs, with the reader's own gap."""

    def paths(self, user="person", **options):
        return self.env["hr.job"].with_user(self.users[user]).get_career_paths(**options)

    def test_paths_from_ones_own_job(self):
        found = self.paths()
        self.assertEqual(found["job_id"], self.job.id)
        self.assertEqual(
            [(node["name"], node["step"]) for node in found["nodes"]], [("Job one", 0), ("Emploi deux", 1)]
        )
        self.assertEqual(found["edges"], [{"from": self.job.id, "to": self.second.id, "kind": "evolution",
                                           "months": 12}])  # fmt: skip
        self.assertIn("0 of 3", found["nodes"][0]["gap"]["sentence"])

    def test_gap_is_the_readers_own(self):
        self.people["colleague"]._gov_raise_skill(self.k1, 3, "Test")
        self.people["colleague"]._gov_raise_skill(self.h1, 3, "Test")
        nodes = self.paths("colleague", job_id=self.job.id)["nodes"]
        self.assertEqual(nodes[0]["gap"]["sentence"], "Holds all that the job requires.")
        self.assertIn("critical: 1", self.paths("person", job_id=self.job.id)["nodes"][0]["gap"]["sentence"])

    def test_reader_without_file_or_job_sees_the_graph_alone(self):
        self.assertEqual(self.paths("training")["nodes"], [])
        nodes = self.paths("training", job_id=self.job.id)["nodes"]
        self.assertEqual([node["gap"] for node in nodes], [None, None])

    def test_two_jobs_that_lead_to_each_other_end(self):
        self.env["gov.job.path"].create({"job_id": self.second.id, "near_job_id": self.job.id, "months": 3})
        found = self.paths(depth=3)
        self.assertEqual(len(found["nodes"]), 2)
        self.assertEqual(len(found["edges"]), 1)
        with self.assertRaises(UserError):
            self.paths(depth=99)
