from contextlib import contextmanager

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from ..models.hr_version import READERS
from .test_career_act_common import ActCase


class AccessCase(ActCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        regions = cls.env["gov.region"].search([], limit=2)
        cls.units[1].region_id = regions[0]
        cls.here_user = new_test_user(
            cls.env, "here", groups="gov_base.group_hr_officer", gov_region_ids=[(6, 0, regions[0].ids)]
        )
        cls.elsewhere_user = new_test_user(
            cls.env, "elsewhere", groups="gov_base.group_hr_officer", gov_region_ids=[(6, 0, regions[1].ids)]
        )
        cls.far_manager_user = new_test_user(
            cls.env, "far_manager", groups="gov_base.group_hr_manager", gov_region_ids=[(6, 0, regions[1].ids)]
        )
        cls.head_user = new_test_user(cls.env, "unit_head", groups="base.group_user")
        cls.units[1].manager_id = cls.make_employee("Unit head", user_id=cls.head_user.id)
        cls.portal_user = new_test_user(cls.env, "outside", groups="base.group_portal")
        cls.manager_file = cls.make_employee(
            "Manager", user_id=cls.manager_user.id, department_id=cls.units[2].id, recruitment_date="2015-01-01"
        )

    @contextmanager
    def undone(self):
        """What is tried is undone, so that the cells of a matrix do not see each other."""
        with self.env.cr.savepoint() as savepoint:
            yield
            savepoint.rollback()
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10")
class TestActAccess(AccessCase):
    # user: (reads a draft, reads a signed act, reads a sanction, prepares, signs)
    MATRIX = {
        "person": (False, True, True, False, False),
        "colleague": (False, False, False, False, False),
        "unit_head": (False, False, False, False, False),
        "officer": (True, True, False, True, False),
        "here": (True, True, False, True, False),
        "elsewhere": (False, False, False, False, False),
        "manager": (True, True, True, True, True),
        "far_manager": (False, False, False, False, False),
        "auditor_user": (True, True, True, False, False),
        "outside": (False, False, False, False, False),
    }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.draft = cls.make_act("echelon", effective_date="2026-03-01")
        cls.signed = cls.sign(
            "mutation", effective_date="2026-02-01", residence_zone="B", department_id=cls.units[2].id
        )
        cls.units[2].region_id = cls.units[1].region_id
        cls.sanction = cls.sign("sanction", sanction_kind="warning", reason="Facts", effective_date="2026-02-15")

    def can(self, function):
        try:
            with self.undone():
                function()
        except AccessError:
            return False
        return True

    def test_who_may_do_what(self):
        for login, expected in self.MATRIX.items():
            user = self.env["res.users"].search([("login", "=", login)])
            acts = self.env["gov.career.act"].with_user(user)

            def read(act, acts=acts):
                return acts.browse(act.id).read(["kind", "reason", "echelon"])

            found = (
                self.can(lambda: read(self.draft)),
                self.can(lambda: read(self.signed)),
                self.can(lambda: read(self.sanction)),
                self.can(
                    lambda acts=acts: acts.create(
                        {"kind": "echelon", "employee_id": self.person.id, "effective_date": "2026-03-05"}
                    )
                ),
                self.can(lambda acts=acts: acts.browse(self.draft.id)._gov_sign_act()),
            )
            with self.subTest(user=login):
                self.assertEqual(found, expected)

    def test_document_of_discipline_is_as_closed_as_its_act(self):
        readers = {"person", "manager", "auditor_user"}
        for login in ("person", "colleague", "unit_head", "officer", "here", "manager", "auditor_user"):
            user = self.env["res.users"].search([("login", "=", login)])
            document = self.sanction.document_id.with_user(user)
            with self.subTest(user=login):
                self.assertEqual(
                    self.can(lambda document=document: document.read(["number", "title"])), login in readers
                )
                listed = self.env["gov.document"].with_user(user).search([("id", "=", document.id)])
                self.assertEqual(bool(listed), login in readers)

    def test_act_that_cancels_a_sanction_is_as_closed(self):
        contrary = self.sanction.with_user(self.manager_user).action_make_contrary("Appeal upheld")
        self.assertTrue(contrary.is_restricted)
        contrary._gov_sign_act()
        self.assertFalse(self.can(lambda: contrary.with_user(self.officer_user).read(["kind"])))
        self.assertFalse(self.can(lambda: contrary.document_id.with_user(self.officer_user).read(["number"])))
        self.assertTrue(self.can(lambda: contrary.with_user(self.person_user).read(["kind"])))

    def test_officer_neither_prepares_discipline_nor_turns_a_draft_into_it(self):
        acts = self.env["gov.career.act"].with_user(self.officer_user)
        self.assertFalse(
            self.can(
                lambda: acts.create({"kind": "sanction", "sanction_kind": "warning", "employee_id": self.person.id})
            )
        )
        self.assertFalse(self.can(lambda: acts.browse(self.draft.id).write({"kind": "sanction"})))

    def test_officer_of_a_region_does_not_move_a_draft_to_another_region(self):
        self.units[0].region_id = self.env["gov.region"].search([], limit=3)[2]
        self.colleague.department_id = self.units[0]
        draft = self.draft.with_user(self.here_user)
        self.assertFalse(self.can(lambda: draft.write({"employee_id": self.colleague.id})))

    def test_nobody_prepares_signs_or_cancels_an_act_of_their_own(self):
        acts = self.env["gov.career.act"].with_user(self.manager_user)
        values = {"kind": "echelon", "employee_id": self.manager_file.id, "effective_date": "2026-03-01"}
        with self.assertRaisesRegex(AccessError, "their own career"):
            acts.create(values)
        own = self.env["gov.career.act"].create(values).with_user(self.manager_user)
        with self.assertRaisesRegex(AccessError, "their own career"):
            own.action_sign()
        with self.assertRaisesRegex(AccessError, "their own career"):
            own.action_cancel("No")
        with self.assertRaisesRegex(AccessError, "their own career"):
            self.draft.with_user(self.manager_user).write({"employee_id": self.manager_file.id})

    def test_all_or_none_when_one_act_of_many_is_the_signers_own(self):
        own = self.make_act("echelon", self.manager_file, effective_date="2026-03-01")
        with self.assertRaises(AccessError):
            (self.draft | own).with_user(self.manager_user).action_sign()
        self.assertEqual(self.draft.state, "draft")

    def test_nobody_signs_on_paper_an_act_of_their_own(self):
        act = self.make_act("echelon", self.head, effective_date="2026-03-01", signatory_id=self.head.id)
        with self.refused("nobody signs"):
            act.with_user(self.manager_user)._gov_sign_act()

    def test_the_head_of_the_unit_above_signs_for_the_head_who_signs(self):
        cabinet = self.env["hr.department"].create({"name": "Cabinet", "manager_id": self.colleague.id})
        self.units[0].parent_id = cabinet
        self.assertEqual(self.sign("echelon", self.head, effective_date="2026-03-01").signatory_id, self.colleague)

    def test_without_anybody_to_sign_the_sentence_says_what_to_do(self):
        self.units[0].manager_id = False
        with self.refused("choose the signatory"):
            self.sign("echelon", effective_date="2026-03-01")

    def test_officer_sees_no_sanction_in_the_timeline_nor_on_the_situation(self):
        lowering = self.sign(
            "sanction",
            sanction_kind="step_lowering",
            reason="Facts",
            opinion_reference="5/2026",
            effective_date="2026-03-02",
        )
        html = self.person.with_user(self.officer_user).career_acts_html
        self.assertIn(self.signed.number, html)
        self.assertNotIn(self.sanction.number, html)
        self.assertNotIn("Warning", html)
        self.assertIn("Warning", self.person.with_user(self.manager_user).career_acts_html)
        self.assertRecordValues(lowering.version_id, [{"act_kind": "other", "act_number": False}])
        version = lowering.version_id.with_user(self.officer_user)
        self.assertNotIn(lowering.number, str(version.read(["act_kind", "act_number", "act_date", "display_name"])))
        with self.assertRaises(AccessError):
            version.read(["act_id"])

    def test_a_link_to_a_sanction_tells_nothing_to_an_officer(self):
        dismissal = self.sign(
            "sanction",
            sanction_kind="dismissal",
            reason="Facts",
            opinion_reference="5/2026",
            effective_date="2026-03-05",
            employee=self.colleague_away(),
        )
        away = self.env["gov.career.act"].search([("closed_by_id", "=", dismissal.id)])
        self.assertEqual(len(away), 1)
        link = away.with_user(self.officer_user).read(["closed_by_id"])[0]["closed_by_id"]
        self.assertEqual(link[1], "Reserved act")
        link = away.with_user(self.manager_user).read(["closed_by_id"])[0]["closed_by_id"]
        self.assertIn("Disciplinary measure", link[1])

    def colleague_away(self):
        self.colleague.write({"recruitment_date": "2010-01-01", "tenure_date": "2011-01-01"})
        self.sign("availability", self.colleague, position_case="relative_illness", effective_date="2026-02-01")
        return self.colleague

    def test_my_file_shows_every_signed_act_of_mine_and_of_nobody_else(self):
        other = self.sign("echelon", self.colleague, effective_date="2026-03-01")
        html = self.env["gov.my.file"].with_user(self.person_user).create({}).career_acts_html
        for number, shown in ((self.signed.number, True), (self.sanction.number, True), (other.number, False)):
            self.assertEqual(number in html, shown)

    def test_fields_of_acts_on_the_file_are_closed_to_colleagues(self):
        for name in ("career_act_ids", "career_acts_html", "career_act_count", "career_revision"):
            self.assertEqual(self.env["hr.employee"]._fields[name].groups, READERS)
            with self.assertRaises(AccessError):
                self.person.with_user(self.colleague_user).read([name])


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10")
class TestActAttacks(AccessCase):
    """No state, number or former situation by a back door."""

    def setUp(self):
        super().setUp()
        self.act = self.make_act("echelon", effective_date="2026-03-01").with_user(self.manager_user)

    def test_state_and_number_are_written_by_acts_alone(self):
        for values in (
            {"state": "signed"},
            {"number": "1"},
            {"old_echelon": 3},
            {"document_id": False},
            {"version_id": self.person.current_version_id.id},
            {"contrary_of_id": self.act.id},
            {"is_restricted": True},
        ):
            with self.subTest(values=values):
                with self.assertRaises(AccessError):
                    self.act.write(values)
                with self.assertRaises(AccessError):
                    self.act.create({"kind": "echelon", "employee_id": self.person.id, **values})
                with self.assertRaises(AccessError):
                    self.act.with_context(gov_career_acting=True).write(values)

    def test_forged_defaults_give_no_state(self):
        act = self.act.with_context(default_state="signed", default_number="7", default_is_restricted=True).create(
            {"kind": "echelon", "employee_id": self.person.id, "effective_date": "2026-03-01"}
        )
        self.assertRecordValues(act, [{"state": "draft", "number": False, "is_restricted": False}])

    def test_copy_of_a_signed_act_is_a_draft_without_its_past(self):
        self.act._gov_sign_act()
        copy = self.act.copy()
        self.assertRecordValues(
            copy,
            [{"state": "draft", "number": False, "document_id": False, "version_id": False, "old_echelon": 0}],
        )

    def test_import_gives_no_state(self):
        result = self.act.load(
            ["kind", "employee_id/.id", "effective_date", "state"],
            [["echelon", str(self.person.id), "2026-03-01", "signed"]],
        )
        self.assertFalse(result["ids"])

    def test_signed_act_is_neither_changed_nor_deleted(self):
        self.act._gov_sign_act()
        for values in ({"effective_date": "2026-01-15"}, {"reason": "Other"}, {"employee_id": self.colleague.id}):
            with self.refused("never changed"):
                self.act.write(values)
        with self.refused("stays in the register"):
            self.act.unlink()

    def test_act_is_signed_once(self):
        self.act._gov_sign_act()
        with self.refused("already"):
            self.act._gov_sign_act()
        self.assertEqual(len(self.person.version_ids), 2)

    def test_draft_is_cancelled_with_a_reason_and_stays(self):
        with self.assertRaises(UserError):
            self.act.action_cancel("  ")
        self.act.action_cancel("Not due")
        self.assertRecordValues(self.act, [{"state": "cancelled", "cancel_reason": "Not due", "number": False}])
        with self.assertRaises(UserError):
            self.act._gov_sign_act()
        with self.assertRaises(UserError):
            self.act.action_cancel("Again")

    def test_contrary_act_is_prepared_from_the_act_only(self):
        with self.refused("Open the act to cancel"):
            self.act.create({"kind": "contrary", "employee_id": self.person.id})

    def test_the_register_has_one_contrary_act_for_one_act(self):
        self.act._gov_sign_act()
        contrary = self.act.action_make_contrary("Error")
        contrary._gov_sign_act()
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.env.cr.execute(
                """INSERT INTO gov_career_act (employee_id, kind, state, effective_date, contrary_of_id)
                   VALUES (%s, 'contrary', 'signed', '2026-03-01', %s)""",
                [self.person.id, self.act.id],
            )


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10")
class TestCorrections(AccessCase):
    """What is changed by hand on a situation leaves a line in the journal."""

    def lines(self):
        return self.env["gov.journal.entry"].search([("model", "=", "hr.version"), ("act", "=", "correct")])

    def test_change_by_hand_is_journalled_with_old_and_new(self):
        before = self.lines()
        self.person.with_user(self.officer_user).write({"echelon": 8})
        line = self.lines() - before
        self.assertEqual(len(line), 1)
        self.assertEqual(line.actor_id, self.officer_user)
        self.assertIn('"echelon":["6","8"]', line.payload)

    def test_new_and_deleted_situation_are_journalled(self):
        before = self.lines()
        version = self.person.with_user(self.officer_user).create_version({"date_version": "2026-03-01", "echelon": 7})
        self.assertEqual(len(self.lines() - before), 1)
        version.with_user(self.officer_user).unlink()
        self.assertIn("deleted", (self.lines() - before)[0].payload)

    def test_other_fields_and_acts_leave_no_such_line(self):
        before = self.lines()
        self.person.with_user(self.officer_user).write({"job_title": "Archivist", "work_phone": "0537"})
        self.sign("echelon", effective_date="2026-03-01")
        self.assertEqual(self.lines(), before)

    def test_the_act_of_a_situation_is_not_forged(self):
        act = self.sign("echelon", effective_date="2026-03-01")
        first = self.person.version_ids.sorted("date_version")[0].with_user(self.manager_user)
        first.write({"act_id": act.id})
        self.assertFalse(first.act_id)
        made = first.with_context(default_act_id=act.id).create(
            {"employee_id": self.person.id, "date_version": "2026-03-05"}
        )
        self.assertFalse(made.act_id)

    def test_number_of_children_is_bounded(self):
        version = self.person.current_version_id
        for number in (0, 30):
            version.children = number
            version.flush_recordset()
        for number in (-1, 31):
            with (
                self.subTest(number=number),
                self.assertRaises(IntegrityError),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                version.children = number
                version.flush_recordset()
