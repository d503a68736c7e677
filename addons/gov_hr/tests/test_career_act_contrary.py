from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .test_career_act_common import ActCase


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10")
class TestContraryAct(ActCase):
    def cancel(self, act, **values):
        contrary = act.with_user(self.manager_user).action_make_contrary("An error of date")
        if values:
            contrary.write(values)
        contrary._gov_sign_act()
        return contrary

    def test_contrary_act_restores_the_situation_with_its_own_number_and_document(self):
        act = self.sign("echelon", effective_date="2026-02-01")
        seniority = self.person._gov_seniority_starts()
        contrary = self.cancel(act)
        self.assertEqual((self.person.echelon, self.person.salary_index), (6, 402))
        self.assertNotEqual(contrary.number, act.number)
        self.assertNotEqual(contrary.document_id, act.document_id)
        self.assertEqual(act.contrary_id, contrary)
        self.assertEqual(act.state, "signed", "what was signed stays in the register")
        self.assertEqual(act.document_id.state, "revoked")
        self.assertRecordValues(contrary, [{"old_echelon": 7, "echelon": 6, "old_salary_index": 428}])
        # seniority in the former step runs on as if the act had not been
        first = self.person.version_ids.sorted("date_version")[0]
        self.assertEqual(self.person._gov_seniority_starts()[contrary.version_id.id], seniority[first.id])

    def test_contrary_act_for_the_future_leaves_the_past_as_it_was(self):
        act = self.sign("echelon", effective_date="2026-02-01")
        contrary = self.cancel(act, effective_date="2026-03-01")
        steps = {str(version.date_version): version.echelon for version in self.person.version_ids}
        self.assertEqual(steps, {"2026-01-01": 6, "2026-02-01": 7, "2026-03-01": 6})
        self.assertEqual(act.document_id.state, "issuing", "its document had effect: it is not revoked")
        self.assertEqual(str(contrary.version_id.date_version), "2026-03-01")

    def test_contrary_act_cannot_come_before_the_act(self):
        act = self.sign("echelon", effective_date="2026-02-01")
        with self.refused("cannot come before"):
            self.cancel(act, effective_date="2026-01-31")

    def test_what_another_act_changed_since_stays(self):
        act = self.sign("echelon", effective_date="2026-02-01")
        move = self.sign("mutation", effective_date="2026-03-01", department_id=self.units[2].id)
        self.cancel(act)
        self.assertRecordValues(move.version_id, [{"department_id": self.units[2].id, "echelon": 6}])

    def test_an_act_overtaken_by_another_is_cancelled_after_it(self):
        first = self.sign("echelon", effective_date="2026-02-01")
        second = self.sign("echelon", effective_date="2026-03-01")
        with self.refused(second.number):
            self.cancel(first)
        self.cancel(second)
        self.cancel(first)
        self.assertEqual(set(self.person.version_ids.mapped("echelon")), {6})

    def test_two_acts_of_one_day_are_cancelled_from_the_last(self):
        first = self.sign("mutation", effective_date="2026-02-01", department_id=self.units[2].id)
        second = self.sign("mutation", effective_date="2026-02-01", department_id=self.units[0].id)
        with self.refused("Cancel that one"):
            self.cancel(first)
        self.cancel(second)
        self.assertEqual(self.person.department_id, self.units[2])

    def test_an_act_is_cancelled_once_and_a_contrary_act_never(self):
        act = self.sign("echelon", effective_date="2026-02-01")
        manager = act.with_user(self.manager_user)
        contrary = manager.action_make_contrary("Error")
        self.assertEqual(manager.action_make_contrary("Error"), contrary, "one draft is enough")
        contrary._gov_sign_act()
        self.assertEqual(manager.action_make_contrary("Error"), contrary)
        with self.refused("cancels no other"):
            contrary.action_make_contrary("Error")

    def test_cancelling_titularisation_and_recruitment_gives_back_the_dates(self):
        self.person.write({"tenure_date": False, "recruitment_date": "2025-01-01"})
        act = self.sign("tenure", effective_date="2026-02-01")
        self.cancel(act)
        self.assertFalse(self.person.tenure_date)
        newcomer = self.env["hr.employee"].create({"name": "Newcomer", "sex": "male", "date_version": "2026-03-01"})
        act = self.sign(
            "recruitment",
            newcomer,
            effective_date="2026-02-01",
            grade_id=self.grade("ADM3").id,
            echelon=1,
            department_id=self.units[1].id,
        )
        self.cancel(act)
        self.assertFalse(newcomer.recruitment_date)
        self.assertFalse(newcomer.grade_id)

    def test_cancelling_a_departure_opens_the_file_again(self):
        act = self.sign("resignation", effective_date="2026-03-01", reason="Asked for")
        self.assertFalse(self.person.active)
        self.cancel(act)
        self.assertTrue(self.person.active)
        self.assertRecordValues(
            self.person.current_version_id, [{"statutory_position": "activity", "departure_date": False}]
        )

    def test_cancelling_a_reinstatement_makes_the_position_run_again(self):
        away = self.sign("availability", position_case="relative_illness", effective_date="2026-02-01")
        back = self.sign("reinstatement", effective_date="2026-03-01")
        self.cancel(back)
        self.assertFalse(away.closed_by_id)
        self.assertEqual(self.person.statutory_position, "availability")

    def test_a_renewed_position_is_cancelled_after_its_renewal(self):
        first = self.sign("secondment", effective_date="2025-01-01", end_date="2025-12-31", host="Council")
        renewal = self.sign("secondment_renewal", host="Council")
        with self.refused(renewal.number):
            self.cancel(first)

    def test_cancelling_a_temporary_exclusion_gives_the_service_back(self):
        act = self.sign(
            "sanction",
            sanction_kind="exclusion",
            effective_date="2026-03-01",
            end_date="2026-04-30",
            reason="Facts",
            opinion_reference="5/2026",
        )
        self.cancel(act)
        self.assertEqual(set(self.person.version_ids.mapped("statutory_position")), {"activity"})


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10")
class TestPastAct(ActCase):
    """An act that takes effect before situations that exist already."""

    def test_an_act_in_the_past_is_carried_to_the_later_situations(self):
        move = self.sign("mutation", effective_date="2026-03-01", department_id=self.units[2].id)
        act = self.sign("echelon", effective_date="2026-02-01")
        self.assertRecordValues(act.version_id, [{"echelon": 7, "department_id": self.units[1].id}])
        self.assertRecordValues(
            move.version_id, [{"echelon": 7, "salary_index": 428, "department_id": self.units[2].id}]
        )

    def test_an_act_in_the_past_that_a_later_act_contradicts_is_refused_and_names_it(self):
        later = self.sign("echelon", effective_date="2026-03-01")
        with self.refused(later.number):
            self.sign(
                "reclassification",
                effective_date="2026-02-01",
                grade_id=self.grade("ADM2").id,
                echelon=1,
                reason="Decree",
            )
        self.assertEqual(later.version_id.echelon, 7)

    def test_an_act_in_the_past_that_a_typed_situation_contradicts_says_so(self):
        self.person.create_version({"date_version": "2026-03-01", "department_id": self.units[0].id})
        with self.refused("recorded on the file"):
            self.sign("mutation", effective_date="2026-02-01", department_id=self.units[2].id)

    def test_refusal_leaves_no_number_taken(self):
        first = self.sign("echelon", effective_date="2026-02-01")
        draft = self.make_act("echelon", effective_date="2026-02-15", echelon=9)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            draft.with_user(self.manager_user)._gov_sign_act()
        second = self.sign("echelon", effective_date="2026-03-01")
        self.assertEqual(int(second.number[:4]), int(first.number[:4]) + 1)
