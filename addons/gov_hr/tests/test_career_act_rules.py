from datetime import timedelta

from odoo.exceptions import ValidationError
from odoo.tests import freeze_time, tagged

from .test_career_act_common import ActCase


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10")
class TestEntryRules(ActCase):
    """Recruitment, probation, titularisation."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.person.tenure_date = False
        cls.person.recruitment_date = "2025-03-01"
        cls.newcomer = cls.env["hr.employee"].create({"name": "Newcomer", "sex": "male", "date_version": "2026-03-01"})

    def recruit(self, **values):
        values = {"grade_id": self.grade("ADM3").id, "echelon": 1, "department_id": self.units[1].id, **values}
        return self.sign("recruitment", self.newcomer, effective_date="2026-02-01", **values)

    def test_recruitment_gives_grade_unit_and_date_even_before_the_first_situation(self):
        act = self.recruit()
        self.assertEqual(str(self.newcomer.recruitment_date), "2026-02-01")
        self.assertRecordValues(
            act.version_id,
            [{"grade_id": self.grade("ADM3").id, "echelon": 1, "salary_index": 275, "act_kind": "recruitment"}],
        )
        # the situation that the file began with bears it too
        self.assertEqual((self.newcomer.echelon, self.newcomer.department_id), (1, self.units[1]))

    def test_a_person_is_recruited_once(self):
        self.recruit()
        with self.refused("recruit"):
            self.sign(
                "recruitment",
                self.newcomer,
                effective_date="2026-03-01",
                grade_id=self.grade("ADM3").id,
                echelon=1,
                department_id=self.units[1].id,
            )

    def test_recruitment_without_a_grade_names_what_is_missing(self):
        with self.refused("New grade"):
            self.sign("recruitment", self.newcomer, echelon=1, department_id=self.units[1].id)

    def test_probation_of_twelve_months_is_proposed_and_exact(self):
        act = self.make_act("probation", effective_date="2025-03-01")
        self.assertEqual(str(act.end_date), "2026-02-28")
        act.end_date = "2026-02-27"
        with self.refused("12 months"):
            act.with_user(self.manager_user)._gov_sign_act()
        act.end_date = "2026-02-28"
        act.with_user(self.manager_user)._gov_sign_act()
        self.assertEqual(act.state, "signed")

    def test_probation_is_extended_once_for_a_year_at_most_and_follows_its_end(self):
        self.sign("probation", effective_date="2025-03-01")
        with self.refused("day after"):
            self.sign("probation_extension", effective_date="2026-03-02", reason="More time")
        act = self.make_act("probation_extension", reason="More time")
        self.assertEqual((str(act.effective_date), str(act.end_date)), ("2026-03-01", "2027-02-28"))
        act.end_date = "2027-03-01"
        with self.refused("12 months at most"):
            act.with_user(self.manager_user)._gov_sign_act()
        act.end_date = "2027-02-28"
        act.with_user(self.manager_user)._gov_sign_act()
        with self.refused("extended already"):
            self.sign("probation_extension", reason="Again")

    def test_tenure_comes_after_twelve_months_of_probation(self):
        with self.refused("titularisation comes after"):
            self.sign("tenure", effective_date="2026-02-28")
        act = self.sign("tenure", effective_date="2026-03-01")
        self.assertEqual(str(self.person.tenure_date), "2026-03-01")
        self.assertEqual(act.version_id.act_kind, "titularisation")

    def test_tenure_comes_after_the_extension_of_probation(self):
        self.sign("probation", effective_date="2025-03-01")
        self.sign("probation_extension", reason="More time", end_date="2026-08-31")
        with self.refused("probation lasts until"):
            self.sign("tenure", effective_date="2026-08-31")
        self.sign("tenure", effective_date="2026-09-01")

    def test_tenure_keeps_the_seniority_in_the_step(self):
        before = self.person._gov_seniority_starts()[self.person.version_ids[-1].id]
        act = self.sign("tenure", effective_date="2026-03-01")
        self.assertEqual(self.person._gov_seniority_starts()[act.version_id.id], before)

    def test_tenured_person_is_neither_probationer_nor_tenured_again(self):
        self.person.tenure_date = "2026-03-01"
        for kind in ("tenure", "probation", "probation_extension"):
            with self.subTest(kind=kind), self.refused("already titularised"):
                self.sign(kind, effective_date="2026-03-05", reason="x", end_date="2027-03-04")

    def test_no_act_takes_effect_before_the_recruitment(self):
        with self.refused("before the recruitment"):
            self.sign("echelon", effective_date="2025-02-28")

    def test_recruitment_far_in_the_future_and_retirement_before_it_are_refused(self):
        self.newcomer.recruitment_date = "2027-03-10"
        with self.assertRaises(ValidationError):
            self.newcomer.recruitment_date = "2027-03-11"
        with self.assertRaises(ValidationError):
            self.newcomer.write({"recruitment_date": "2026-03-01", "birthday": "1960-01-01"})


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10")
class TestRankRules(ActCase):
    """Steps, grades, reclassification."""

    def test_echelon_is_the_next_step_of_the_grid(self):
        for wrong in (6, 8, 5):
            with self.subTest(step=wrong), self.refused("comes step 7"):
                self.sign("echelon", effective_date="2026-03-01", echelon=wrong)
        self.assertEqual(self.sign("echelon", effective_date="2026-03-01").version_id.echelon, 7)

    def test_after_the_last_step_there_is_none(self):
        self.person.echelon = 11
        with self.refused("last one"):
            self.sign("echelon", effective_date="2026-03-01", echelon=12)

    def test_the_same_advancement_is_not_signed_twice(self):
        first, second = (self.make_act("echelon", effective_date="2026-03-01") for _number in range(2))
        first.with_user(self.manager_user)._gov_sign_act()
        with self.refused("comes step 8"):
            second.with_user(self.manager_user)._gov_sign_act()
        self.assertEqual(second.state, "draft")

    def test_promotion_goes_to_the_equal_or_just_higher_index(self):
        # ADM3 step 6 has index 402, ADM2 step 3 index 403
        act = self.make_act("grade_choice", effective_date="2026-03-01", grade_id=self.grade("ADM2").id)
        self.assertEqual(act.echelon, 3)
        # the next step of ADM3 would have given 26, the promotion gives 1: seniority in the step is kept
        self.assertEqual(str(act.step_seniority_date), "2026-01-01")
        act.with_user(self.manager_user)._gov_sign_act()
        self.assertRecordValues(
            act.version_id,
            [{"grade_id": self.grade("ADM2").id, "echelon": 3, "salary_index": 403, "act_kind": "grade_choice"}],
        )
        self.assertEqual(str(self.person._gov_seniority_starts()[act.version_id.id]), "2026-01-01")

    def test_promotion_with_a_large_gain_begins_seniority_again(self):
        self.person.echelon = 5  # index 377, next step 402: a gain of 25; ADM2 step 3 gives 26
        act = self.sign("grade_exam", effective_date="2026-03-01", grade_id=self.grade("ADM2").id)
        self.assertEqual((act.echelon, act.salary_index), (3, 403))
        self.assertEqual(str(self.person._gov_seniority_starts()[act.version_id.id]), "2026-03-01")

    def test_promotion_to_another_step_another_corps_or_a_lower_grade_is_refused(self):
        with self.refused("leads to step 3"):
            self.sign("grade_choice", effective_date="2026-03-01", grade_id=self.grade("ADM2").id, echelon=4)
        for code in ("TEC1", "ADM3"):
            with self.subTest(grade=code), self.refused("higher grade"):
                self.sign("grade_choice", effective_date="2026-03-01", grade_id=self.grade(code).id, echelon=6)

    def test_reclassification_needs_a_reason_and_a_change(self):
        with self.refused("Reason"):
            self.sign("reclassification", effective_date="2026-03-01", grade_id=self.grade("ADM2").id, echelon=2)
        with self.refused("changes nothing"):
            self.sign(
                "reclassification", effective_date="2026-03-01", grade_id=self.grade("ADM3").id, echelon=6, reason="x"
            )
        act = self.sign(
            "reclassification", effective_date="2026-03-01", grade_id=self.grade("TEC2").id, echelon=6, reason="Decree"
        )
        self.assertEqual(act.version_id.corps_id, self.grade("TEC2").corps_id)

    def test_a_step_that_the_grade_has_not_is_refused(self):
        with self.refused("no step 14"):
            self.sign(
                "reclassification",
                effective_date="2026-03-01",
                grade_id=self.grade("ADM2").id,
                echelon=14,
                reason="x",
            )


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10")
class TestPlaceRules(ActCase):
    def test_mutation_moves_to_another_unit_on_its_day(self):
        act = self.sign("mutation", effective_date="2026-04-01", department_id=self.units[2].id, residence_zone="B")
        self.assertEqual(self.person.department_id, self.units[1], "not before its day")
        self.assertRecordValues(act.version_id, [{"department_id": self.units[2].id, "residence_zone": "B"}])
        self.assertEqual(act.old_department_id, self.units[1])

    def test_mutation_to_the_present_unit_is_refused(self):
        with self.refused("already assigned"):
            self.sign("mutation", effective_date="2026-03-01", department_id=self.units[1].id)

    def test_appointment_gives_the_post_and_its_title(self):
        job = self.env["hr.job"].create({"name": "Head of the archives"})
        act = self.sign("appointment", effective_date="2026-03-01", job_id=job.id)
        self.assertRecordValues(act.version_id, [{"job_id": job.id, "job_title": "Head of the archives"}])
        with self.refused("changes nothing"):
            self.sign("appointment", effective_date="2026-03-05", job_id=job.id)

    def test_assignment_needs_a_unit(self):
        with self.refused("New unit"):
            self.sign("assignment", effective_date="2026-03-01")

    def test_two_acts_on_one_day_make_one_situation_with_both(self):
        first = self.sign("echelon", effective_date="2026-03-01")
        second = self.sign("mutation", effective_date="2026-03-01", department_id=self.units[2].id)
        self.assertEqual(first.version_id, second.version_id)
        self.assertRecordValues(second.version_id, [{"echelon": 7, "department_id": self.units[2].id}])
        self.assertEqual(second.old_echelon, 7)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10")
class TestPositionRules(ActCase):
    def away(self, **values):
        values = {"position_case": "personal", "opinion_reference": "3/2026", "effective_date": "2026-04-01", **values}
        return self.sign("availability", **values)

    def test_secondment_is_at_most_three_years(self):
        act = self.make_act("secondment", effective_date="2026-04-01", host="Regional council")
        self.assertEqual(str(act.end_date), "2029-03-31")
        act.end_date = "2029-04-01"
        with self.refused("36 months at most"):
            act.with_user(self.manager_user)._gov_sign_act()
        act.end_date = "2029-03-31"
        act.with_user(self.manager_user)._gov_sign_act()
        self.assertEqual(act.version_id.statutory_position, "secondment")

    def test_secondment_is_renewed_the_day_after_as_often_as_wanted_and_ended(self):
        first = self.sign("secondment", effective_date="2026-04-01", host="Regional council", end_date="2027-03-31")
        before = first
        for _time in range(3):
            renewal = self.make_act("secondment_renewal", host="Regional council")
            self.assertEqual((renewal.effective_date - before.end_date).days, 1)
            renewal.with_user(self.manager_user)._gov_sign_act()
            self.assertEqual(before.closed_by_id, renewal)
            before = renewal
        end = self.sign("secondment_end", effective_date="2028-01-01", department_id=self.units[2].id)
        self.assertRecordValues(
            end.version_id, [{"statutory_position": "activity", "department_id": self.units[2].id}]
        )

    def test_advancement_goes_on_during_secondment_and_stops_during_availability(self):
        self.sign("secondment", effective_date="2026-03-01", host="Regional council")
        self.sign("echelon", effective_date="2026-03-05")
        self.sign("secondment_end", effective_date="2026-03-06")
        self.away(effective_date="2026-03-07")
        with self.refused("position is"):
            self.sign("echelon", effective_date="2026-03-08")

    def test_probationer_cannot_be_on_availability(self):
        self.person.tenure_date = False
        with self.refused("probationer"):
            self.away()
        self.person.tenure_date = "2026-04-02"
        with self.refused("probationer"):
            self.away()
        self.person.tenure_date = "2026-04-01"
        self.away()

    def test_longest_length_of_each_case_of_availability(self):
        lengths = {
            "relative_illness": "2029-03-31",
            "enlistment": "2029-03-31",
            "studies": "2029-03-31",
            "personal": "2028-03-31",
            "child": "2028-03-31",
            "follow_spouse": "2028-03-31",
            "health": "2027-03-31",
        }
        for case, last in lengths.items():
            with self.subTest(case=case):
                act = self.make_act(
                    "availability", position_case=case, effective_date="2026-04-01", opinion_reference="3/2026"
                )
                self.assertEqual(str(act.end_date), last)
                act.end_date = str(act.end_date.replace(year=act.end_date.year + 1))
                with self.refused("at most"):
                    act.with_user(self.manager_user)._gov_sign_act()

    def test_number_of_renewals_of_each_case(self):
        for case, allowed in {
            "personal": 1,
            "studies": 1,
            "relative_illness": 1,
            "enlistment": 1,
            "health": 2,
        }.items():
            with self.subTest(case=case):
                person = self.make_employee(case, sex="male", recruitment_date="2010-01-01", tenure_date="2011-01-01")
                values = {"position_case": case, "opinion_reference": "3/2026"}
                self.sign("availability", person, effective_date="2026-04-01", **values)
                for _time in range(allowed):
                    self.sign("availability_renewal", person, **values)
                with self.refused("renewed"):
                    self.sign("availability_renewal", person, **values)

    def test_availability_to_raise_a_child_has_no_limit_of_renewals_and_is_for_women(self):
        self.away(position_case="child")
        for _time in range(3):
            self.sign("availability_renewal", position_case="child")
        man = self.make_employee("Man", sex="male", recruitment_date="2010-01-01", tenure_date="2011-01-01")
        for case in ("child", "follow_spouse"):
            with self.subTest(case=case), self.refused("for women"):
                self.sign("availability", man, position_case=case, effective_date="2026-04-01")

    def test_a_renewal_keeps_the_case_and_follows_the_end(self):
        self.away()
        with self.refused("keeps the case"):
            self.sign("availability_renewal", position_case="studies", opinion_reference="4/2026")
        with self.refused("day after"):
            self.sign(
                "availability_renewal",
                position_case="personal",
                opinion_reference="4/2026",
                effective_date="2028-04-02",
            )

    def test_studies_and_personal_reasons_need_the_opinion_of_the_committee(self):
        for case in ("studies", "personal"):
            with self.subTest(case=case), self.refused("joint committee"):
                self.away(position_case=case, opinion_reference=False)
        self.away(position_case="relative_illness", opinion_reference=False)

    def test_reinstatement_brings_back_to_activity_and_closes_the_position(self):
        away = self.away()
        back = self.sign("reinstatement", effective_date="2027-01-01", department_id=self.units[2].id)
        self.assertEqual(back.version_id.statutory_position, "activity")
        self.assertEqual(away.closed_by_id, back)
        with self.refused("position is"):
            self.sign("reinstatement", effective_date="2027-02-01")

    def test_provision_keeps_the_pay_and_ends(self):
        self.sign("provision", effective_date="2026-03-01", host="Ministry of Culture")
        self.assertEqual(self.person.statutory_position, "provision")
        renewal = self.sign(
            "provision", effective_date="2029-03-01", host="Ministry of Culture", end_date="2030-02-28"
        )
        self.sign("provision_end", effective_date="2030-03-01")
        self.assertTrue(renewal.closed_by_id)

    def test_call_under_the_flag_and_return(self):
        act = self.sign("military", effective_date="2026-03-01", end_date="2027-02-28")
        self.assertEqual(act.version_id.statutory_position, "military")
        self.sign("reinstatement", effective_date="2027-03-01")

    def test_periods_that_do_not_count_come_from_the_situations(self):
        self.away(end_date="2026-12-31")
        self.sign("reinstatement", effective_date="2027-01-01")
        self.sign(
            "sanction",
            sanction_kind="suspension",
            reason="Case",
            effective_date="2027-05-01",
            end_date="2027-06-30",
        )
        found = self.env["hr.employee"]._gov_periods_not_counting(
            self.person | self.colleague,
            *map(self.env["gov.career.act"]._fields["effective_date"].to_date, ("2026-01-01", "2027-12-31")),
        )
        periods = [(str(first), str(last), kind) for first, last, kind in found[self.person.id]]
        self.assertEqual(
            periods,
            [("2026-04-01", "2026-12-31", "availability"), ("2027-05-01", "2027-06-30", "suspension")],
        )
        self.assertEqual(found[self.colleague.id], [])


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10")
class TestNotice(ActCase):
    """The return is asked for two months before the end of an availability."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.away = cls.sign(
            "availability",
            position_case="relative_illness",
            effective_date="2025-06-01",
            end_date="2026-05-31",
        )
        cls.far = cls.sign("secondment", cls.colleague_tenured(), effective_date="2026-03-01", host="Council")

    @classmethod
    def colleague_tenured(cls):
        cls.colleague.write({"recruitment_date": "2010-01-01", "tenure_date": "2011-01-01"})
        return cls.colleague

    def ending(self):
        return self.env["gov.career.act"].search([("is_ending", "=", True)])

    def test_positions_that_end_are_listed_a_month_before_the_notice(self):
        self.assertEqual(str(self.away.notice_date), "2026-03-31")
        self.assertIn(self.away, self.ending())
        self.assertNotIn(self.far, self.ending())
        with freeze_time("2026-02-27"):
            self.assertNotIn(self.away, self.ending())
            self.away.invalidate_recordset(["is_ending"])
            self.assertFalse(self.away.is_ending)

    def test_notice_is_waited_for_then_late_then_over(self):
        for day, state in (("2026-03-31", "waiting"), ("2026-04-01", "late"), ("2026-06-01", "over")):
            with self.subTest(day=day), freeze_time(day):
                self.away.invalidate_recordset(["notice_state"])
                self.assertEqual(self.away.notice_state, state)

    def test_only_availability_has_a_delay_of_law(self):
        with freeze_time("2029-02-27"):
            self.assertTrue(self.far.is_ending)
            self.assertEqual(self.far.notice_state, "waiting")

    def test_human_resources_get_one_to_do_each_and_it_goes_with_the_request(self):
        acts = self.env["gov.career.act"]
        acts._cron_career()
        acts._cron_career()
        todo = self.away.activity_ids
        self.assertEqual(len(todo), 1)
        self.assertEqual(str(todo.date_deadline), "2026-03-31")
        self.assertTrue(todo.user_id.has_group("gov_base.group_hr_officer"))
        self.assertFalse(self.far.activity_ids)
        self.away.with_user(self.officer_user).action_note_return_request()
        self.assertEqual((self.away.notice_state, str(self.away.return_requested_on)), ("asked", "2026-03-10"))
        self.assertFalse(self.away.activity_ids)

    def test_a_renewed_position_ends_no_more(self):
        self.sign("availability_renewal", position_case="relative_illness")
        self.assertNotIn(self.away, self.ending())
        self.assertFalse(self.away.notice_state)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10")
class TestDepartureRules(ActCase):
    def test_retirement_is_proposed_for_the_day_after_the_age_limit(self):
        self.person.birthday = "1963-02-10"  # 63 years on 10 February 2026, at the end of the month
        self.assertEqual(str(self.person.retirement_date), "2026-02-28")
        act = self.make_act("retirement")
        self.assertEqual((str(act.effective_date), act.retirement_case), ("2026-03-01", "age_limit"))
        act.with_user(self.manager_user)._gov_sign_act()
        self.assertRecordValues(act.version_id, [{"statutory_position": "left", "act_kind": "retirement"}])
        self.assertEqual(str(act.version_id.departure_date), "2026-02-28")
        self.assertFalse(self.person.active, "archived: the day has come")

    def test_retirement_before_the_age_limit_is_another_case(self):
        act = self.make_act("retirement")
        act.effective_date = "2026-04-01"
        with self.refused("age limit"):
            act.with_user(self.manager_user)._gov_sign_act()

    def test_early_retirement_asks_for_the_years_of_service_of_each_sex(self):
        self.person.recruitment_date = "2008-04-01"
        for day, allowed in (("2026-03-31", False), ("2026-04-01", True)):
            act = self.make_act("retirement", retirement_case="early", effective_date=day)
            act.effective_date = day
            if allowed:
                act.with_user(self.manager_user)._gov_sign_act()
                continue
            with self.refused("asks for 18"):
                act.with_user(self.manager_user)._gov_sign_act()
        man = self.make_employee("Man", sex="male", recruitment_date="2008-04-01", tenure_date="2009-04-01")
        act = self.make_act("retirement", man, retirement_case="early")
        act.effective_date = "2026-04-01"
        with self.refused("asks for 24"):
            act.with_user(self.manager_user)._gov_sign_act()

    def test_a_retirement_signed_ahead_archives_the_file_on_its_day(self):
        self.person.birthday = "1963-05-10"
        act = self.sign("retirement")
        self.assertEqual(str(act.effective_date), "2026-06-01")
        self.assertTrue(self.person.active)
        with freeze_time("2026-06-01"):
            self.env["hr.employee"].browse(self.person.id)._compute_current_version_id()
            self.env["gov.career.act"]._cron_career()
            self.assertFalse(self.person.active)

    def test_after_leaving_no_act_is_taken(self):
        self.sign("resignation", effective_date="2026-04-01", reason="Asked for")
        for kind in ("echelon", "mutation", "resignation"):
            with self.subTest(kind=kind), self.refused("Left the service"):
                self.sign(kind, effective_date="2026-04-02", department_id=self.units[2].id, reason="x", echelon=7)

    def test_who_left_is_paid_nothing(self):
        self.sign("resignation", effective_date="2026-03-01", reason="Asked for")
        self.assertEqual(self.person.with_user(self.manager_user).get_pay_statement("2026-03-02")["net"], 0)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10")
class TestOddActs(ActCase):
    """What a hurried or hostile hand sends."""

    def test_the_same_act_is_not_signed_twice_for_one_day(self):
        self.sign("echelon", effective_date="2026-02-01")
        with self.refused("same nature"):
            self.sign("echelon", effective_date="2026-02-01")
        self.assertEqual(self.person.echelon, self.make_act("echelon", effective_date="2026-02-02").echelon - 1)

    def test_the_same_act_can_be_signed_again_once_cancelled(self):
        first = self.sign("echelon", effective_date="2026-02-01")
        first.with_user(self.manager_user).action_make_contrary("wrong")._gov_sign_act()
        again = self.sign("echelon", effective_date="2026-02-01")
        self.assertEqual(again.state, "signed")

    def test_nothing_begins_after_the_age_limit_but_the_departure(self):
        limit = self.person.retirement_date
        self.sign("echelon", effective_date=limit)
        with self.refused("age limit"):
            self.sign("echelon", effective_date=limit + timedelta(days=1))
        self.assertEqual(self.sign("retirement", effective_date=limit + timedelta(days=1)).state, "signed")

    def test_odd_input_is_answered_by_a_sentence(self):
        act = self.make_act("echelon", effective_date="2026-02-01").with_user(self.manager_user)
        for reason in (None, 5, 1e9, [[1]], {"a": 1}, True, " "):
            with self.refused("Say why"):
                act.action_cancel(reason)
            with self.refused("Say why"):
                act.action_make_contrary(reason)
        for day in ("abc", 5, ["a"], "2026-02-30", {"a": 1}):
            with self.refused("no date"):
                self.make_act("echelon", effective_date=day)
            with self.refused("no date"):
                act.action_note_return_request(day)
        for kind in ("foo", 7, ["echelon"]):
            with self.refused("no such nature"):
                self.make_act(kind, effective_date="2026-02-01")
