from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from ..services import gaps
from .common import FrameworkCase


class AssessedCase(FrameworkCase):
    """A unit with a head and a member in the job T-01 (K1 at 3, critical; H1 at 2)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # whoever else is in the database has no job: the figures are those of the people below
        cls.env.flush_all()
        cls.env.cr.execute("UPDATE hr_version SET job_id = NULL")
        cls.env.invalidate_all()
        cls.take()
        cls.job = cls.env["hr.job"].search([("rec_code", "=", "T-01")])
        cls.k1, cls.h1 = (cls.env["hr.skill"].search([("code", "=", code)]) for code in ("K1", "H1"))
        cls.users = {name: cls.make_user(f"{name}_a") for name in ("person", "head", "colleague", "other_head")}
        cls.users["training"] = cls.make_user("training_a", "gov_base.group_training_officer")
        cls.users["auditor"] = cls.make_user("auditor_a", "gov_base.group_auditor")
        cls.users["elsewhere"] = cls.make_user("elsewhere_a", "gov_base.group_hr_officer")
        cls.users["elsewhere"].gov_region_ids = cls.env["gov.region"].search([("code", "=", "12")])
        cls.other_unit = cls.env["hr.department"].create(
            {"name": "Other service", "unit_code": "TST-OTH", "unit_kind": "service"}
        )
        people = {}
        for name, unit in (
            ("person", cls.unit), ("head", cls.unit), ("colleague", cls.unit), ("other_head", cls.other_unit)
        ):  # fmt: skip
            people[name] = cls.env["hr.employee"].create(
                {
                    "name": name,
                    "user_id": cls.users[name].id,
                    "department_id": unit.id,
                    "job_id": cls.job.id if name == "person" else False,
                }
            )
        cls.people = people
        cls.unit.manager_id = people["head"]
        cls.other_unit.manager_id = people["other_head"]

    def assess(self, user="person"):
        return (
            self.env["gov.competency.assessment"]
            .with_user(self.users[user])
            .create({"employee_id": self.people["person"].id})
        )

    def give(self, assessment, column, levels):
        for line, level in zip(assessment.line_ids, levels, strict=True):
            line.write({column: str(level)})

    def agree(self, levels=(3, 2)):
        assessment = self.assess()
        self.give(assessment, "self_choice", levels)
        assessment.action_submit_self()
        assessment = assessment.with_user(self.users["head"])
        self.give(assessment, "head_choice", levels)
        assessment.action_agree()
        return assessment


@tagged("post_install", "-at_install")
class TestAssessment(AssessedCase):
    """The person's view, the head's, then agreed levels with the day they end."""

    def test_lines_are_those_of_the_profile_the_decisive_first(self):
        lines = self.assess().line_ids
        self.assertEqual([(line.skill_id.code, line.required_rank, line.gap) for line in lines],
                         [("K1", 3, 3), ("H1", 2, 2)])  # fmt: skip

    @freeze_time("2026-03-10")
    def test_agreed_levels_are_held_for_the_months_of_the_setting(self):
        self.agree((3, 1))
        held = self.env["hr.employee.skill"].search([("employee_id", "=", self.people["person"].id)])
        self.assertEqual(
            sorted((one.skill_id.code, one.level_rank, one.valid_from, one.valid_to) for one in held),
            [("H1", 1, date(2026, 3, 10), date(2029, 3, 10)), ("K1", 3, date(2026, 3, 10), date(2029, 3, 10))],
        )

    def test_expired_level_is_not_held(self):
        with freeze_time("2026-03-10"):
            self.agree()
        levels = self.env["hr.employee"]._gov_held_levels
        person = self.people["person"]
        self.assertEqual(levels(person, date(2029, 3, 10))[person.id, self.k1.id], 3)
        self.assertEqual(levels(person, date(2029, 3, 11)), {})

    def test_former_level_stays_with_the_day_it_ended(self):
        with freeze_time("2026-03-10"):
            self.agree((2, 2))
        with freeze_time("2026-09-01"):
            self.agree((4, 2))
        held = self.env["hr.employee.skill"].search([("skill_id", "=", self.k1.id)], order="valid_from")
        self.assertEqual([(one.level_rank, one.valid_to) for one in held],
                         [(2, date(2026, 8, 31)), (4, date(2029, 9, 1))])  # fmt: skip

    def test_training_never_lowers_a_level_and_an_assessment_may(self):
        self.agree((3, 2))
        person = self.people["person"]
        self.assertFalse(person._gov_raise_skill(self.k1, 2, "Training"))
        self.assertEqual(person._gov_held_levels(person)[person.id, self.k1.id], 3)
        with freeze_time("2031-01-05"):
            person._gov_raise_skill(self.k1, 4, "Training")
            person._gov_raise_skill(self.k1, 0, "Assessment", lower=True)
            self.assertNotIn((person.id, self.k1.id), person._gov_held_levels(person))

    def test_nobody_gives_the_heads_view_of_himself(self):
        self.people["head"].job_id = self.job
        own = (
            self.env["gov.competency.assessment"]
            .with_user(self.users["head"])
            .create({"employee_id": self.people["head"].id})
        )
        with self.assertRaises(AccessError):
            self.give(own, "head_choice", (4, 4))
        with self.assertRaises(AccessError):
            own.action_agree()

    def test_each_writes_his_own_column(self):
        assessment = self.assess()
        with self.assertRaises(AccessError):
            self.give(assessment, "head_choice", (4, 4))
        with self.assertRaises(AccessError):
            assessment.line_ids.write({"agreed_rank": 4})
        with self.assertRaises(AccessError):
            assessment.line_ids.write({"required_rank": 1})
        with self.assertRaises(AccessError):
            self.give(assessment.with_user(self.users["head"]), "self_choice", (4, 4))

    def test_state_moves_with_buttons_only(self):
        assessment = self.assess()
        for state in ("agreed", "self"):
            with self.assertRaises(UserError):
                assessment.write({"state": state})
        with self.assertRaises(UserError):
            self.env["gov.competency.assessment"].with_user(self.users["person"]).create(
                {"employee_id": self.people["person"].id, "state": "agreed"}
            )
        forged = self.env["gov.competency.assessment"].with_user(self.users["other_head"])
        self.people["other_head"].job_id = self.job
        made = forged.with_context(default_state="agreed").create({"employee_id": self.people["other_head"].id})
        self.assertEqual(made.state, "self")

    def test_view_without_every_level_is_not_filed(self):
        assessment = self.assess()
        assessment.line_ids[0].self_choice = "0"
        with self.assertRaisesRegex(UserError, "each competency"):
            assessment.action_submit_self()

    def test_one_assessment_at_a_time(self):
        self.assess()
        from psycopg2 import IntegrityError

        from odoo.tools import mute_logger

        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.assess()

    def test_agreed_level_may_differ_from_both_views(self):
        assessment = self.assess()
        self.give(assessment, "self_choice", (4, 2))
        with self.assertRaises(AccessError):
            self.give(assessment, "agreed_choice", (4, 2))
        assessment.action_submit_self()
        assessment = assessment.with_user(self.users["head"])
        self.give(assessment, "head_choice", (2, 2))
        assessment.line_ids[0].agreed_choice = "3"
        assessment.action_agree()
        person = self.people["person"]
        held = person._gov_held_levels(person)
        self.assertEqual((held[person.id, self.k1.id], held[person.id, self.h1.id]), (3, 2))
        self.assertEqual(assessment.line_ids.mapped("head_rank"), [2, 2])
        with self.assertRaises(UserError), self.env.cr.savepoint():
            assessment.write({"remark": "after"})
        with self.assertRaises(AccessError):
            assessment.line_ids[0].agreed_choice = "4"

    def test_return_takes_a_reason(self):
        assessment = self.assess()
        self.give(assessment, "self_choice", (1, 1))
        assessment.action_submit_self()
        seen = assessment.with_user(self.users["head"])
        with self.assertRaises(UserError):
            seen.action_return(" ")
        seen.action_return("Look at K1 again")
        self.assertEqual(assessment.state, "self")

    def test_levels_of_the_framework_are_not_written_by_hand(self):
        held = self.env["hr.employee.skill"].with_user(self.users["person"])
        vals = {
            "employee_id": self.people["person"].id,
            "skill_type_id": self.k1.skill_type_id.id,
            "skill_id": self.k1.id,
            "skill_level_id": self.k1.skill_type_id.skill_level_ids[-1].id,
        }
        with self.assertRaises(AccessError):
            held.create(vals)
        self.agree((1, 1))
        mine = held.search([("employee_id", "=", self.people["person"].id), ("skill_id", "=", self.k1.id)])
        with self.assertRaises(AccessError):
            mine.write({"skill_level_id": vals["skill_level_id"]})
        with self.assertRaises(AccessError):
            mine.unlink()

    def test_who_reads_an_assessment(self):
        assessment = self.assess()
        readers = {
            "person": True, "head": True, "training": True, "auditor": True,
            "colleague": False, "other_head": False, "elsewhere": False,
        }  # fmt: skip
        for name, reads in readers.items():
            with self.subTest(user=name):
                model = self.env["gov.competency.assessment"].with_user(self.users[name])
                self.assertEqual(bool(model.search([("id", "=", assessment.id)])), reads)
                self.assertEqual(assessment.with_user(self.users[name]).has_access("read"), reads)
                lines = self.env["gov.competency.assessment.line"].with_user(self.users[name])
                self.assertEqual(bool(lines.search([("assessment_id", "=", assessment.id)])), reads)

    def test_auditor_changes_nothing(self):
        with self.assertRaises(AccessError):
            self.assess("auditor")
        with self.assertRaises(AccessError):
            self.assess().with_user(self.users["auditor"]).write({"remark": "x"})


@tagged("post_install", "-at_install")
class TestGaps(AssessedCase):
    """Gaps by two axes, for those one may see."""

    def table(self, user="training", **options):
        return self.env["gov.competency.gap"].with_user(self.users[user]).get_heatmap(**options)

    def cell(self, table, row, column):
        rows, columns = [r["name"] for r in table["rows"]], [c["name"] for c in table["columns"]]
        return table["cells"][rows.index(row)][columns.index(column)]

    def test_gap_is_what_is_missing_and_never_negative(self):
        self.assertEqual([gaps.gap(3, held) for held in (0, 2, 3, 4)], [3, 1, 0, 0])
        self.assertEqual(gaps.weighted([(3, 1, 3), (2, 4, 5)]), 6)
        self.assertEqual(gaps.coverage([(3, 3), (2, 1)]), 0.5)
        self.assertIsNone(gaps.coverage([]))

    def test_heat_map_counts_what_jobs_require_and_people_hold(self):
        self.people["colleague"].job_id = self.job
        self.agree((3, 1))
        table = self.table(rows="job")
        self.assertEqual(self.cell(table, "Job one", "Knowing"), {"gap": 1.5, "people": 2, "short": 1})
        self.assertEqual(self.cell(table, "Job one", "Pratique"), {"gap": 1.5, "people": 2, "short": 2})
        self.assertEqual(table["total"]["coverage"], 0.5)

    def test_expired_level_counts_as_a_gap(self):
        with freeze_time("2020-01-02"):
            self.agree((3, 2))
        table = self.table(rows="job", on_date="2023-01-02")
        self.assertEqual(self.cell(table, "Job one", "Knowing")["gap"], 0)
        self.assertEqual(self.cell(self.table(rows="job", on_date="2023-01-03"), "Job one", "Knowing")["gap"], 3)

    def test_every_axis_gives_the_same_total(self):
        self.people["other_head"].job_id = self.job
        totals = {axis: self.table(rows=axis)["total"]["weighted"] for axis in
                  ("unit", "directorate", "region", "family", "job", "person")}  # fmt: skip
        self.assertEqual(set(totals.values()), {2 * (3 * 3 + 2 * 1)}, totals)

    def test_everybody_sees_those_he_may(self):
        self.people["other_head"].job_id = self.job
        for user, people in (("training", 2), ("auditor", 2), ("head", 1), ("person", 1), ("other_head", 1)):
            with self.subTest(user=user):
                table = self.table(user, rows="person")
                self.assertEqual(len(table["rows"]), people)
        for user in ("colleague", "elsewhere"):
            with self.subTest(user=user):
                self.assertEqual(self.table(user, rows="person")["rows"], [])
                self.assertEqual(
                    self.env["gov.competency.gap"]
                    .with_user(self.users[user])
                    .get_people("person", self.people["person"].id),
                    [],
                )

    def test_cell_opens_to_the_people_behind_it(self):
        self.agree((3, 1))
        gap = self.env["gov.competency.gap"].with_user(self.users["head"])
        found = gap.get_people("job", self.job.id)
        self.assertEqual([(one["name"], one["skill"], one["required"], one["held"]) for one in found],
                         [("person", "Pratique", 2, 1)])  # fmt: skip

    def test_cell_of_a_kind_or_of_critical_ones_opens_to_its_own_rows(self):
        gap = self.env["gov.competency.gap"].with_user(self.users["head"])
        by_kind = gap.get_people("job", self.job.id, kind="knowledge")
        self.assertEqual([one["skill"] for one in by_kind], ["Knowing"])
        self.assertEqual([one["skill"] for one in gap.get_people("job", self.job.id, critical=True)], ["Knowing"])
        self.assertEqual(gap.get_people("job", self.job.id, kind="behaviour"), [])

    def test_axis_outside_the_list_is_refused(self):
        with self.assertRaises(UserError):
            self.table(rows="id) FROM res_users --")
