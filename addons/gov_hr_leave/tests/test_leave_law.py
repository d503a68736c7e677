import base64
from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged

from .common import REASON, TODAY
from .law_common import LawCase


@freeze_time(TODAY)
@tagged("-at_install", "post_install")
class TestLeaveLaw(LawCase):
    """The rules of each kind, told by a sentence with its article when a leave is filed, and again when granted."""

    def refused(self, words, *args, **kwargs):
        values = dict(kwargs)
        proof = values.pop("proof", True)
        leave = self.ask(*args, submit=False, **values)
        if proof:
            self.proof(leave)
        with self.refuses(words):
            leave.action_submit()
        self.env.invalidate_all()
        self.assertEqual(leave.state, "draft", "the draft is kept")
        return leave

    # ------------------------------------------------------------------ administrative
    def test_the_sentence_cites_the_article(self):
        leave = self.ask("2026-06-01", "2026-07-02", code="SS", submit=False)
        with self.assertRaises(UserError) as caught:
            leave.action_submit()
        kind = self.kind("SS")
        self.assertIn(kind.legal_article, caught.exception.args[0])
        self.assertIn(kind.legal_text_id.name, caught.exception.args[0])

    def test_first_annual_leave_after_twelve_months(self):
        newcomer, user = self.person("t_new", self.service, recruitment_date="2025-06-15")
        self.refused("12 months of service", "2026-06-10", "2026-06-12", user=user)
        self.assertTrue(newcomer)

    def test_exceptional_leave_without_a_cause_is_for_a_serious_reason(self):
        serious = self.env.ref("gov_hr_leave.leave_cause_serious")
        for values in ({}, {"cause_id": False}):
            leave = self.ask("2026-04-06", "2026-04-07", code="EXC_FAM", **values)
            self.assertEqual((leave.state, leave.cause_id), ("confirm", serious))
            leave.action_cancel()
        annual = self.ask("2026-05-04", "2026-05-05", submit=False)
        self.assertFalse(annual.cause_id)
        annual.holiday_status_id = self.kind("EXC_FAM")
        self.assertEqual(annual.cause_id, serious)

    def test_serious_reasons_are_limited_by_the_days_of_each_year_alone(self):
        self.refused("10 days a year", "2026-04-06", "2026-04-20", code="EXC_FAM")
        leave = self.ask("2026-12-24", "2027-01-08", code="EXC_FAM")  # 6 days, then 5
        self.assertEqual(leave.state, "confirm")

    def test_the_proof_may_follow_the_request_but_not_the_decision(self):
        death = self.env.ref("gov_hr_leave.leave_cause_death")
        leave = self.ask("2026-04-06", "2026-04-08", code="EXC_FAM", cause_id=death.id)
        self.assertEqual(leave.state, "confirm")
        self.assertIn("The proof has not come yet", leave.with_env(self.as_user(self.u_head)).warnings)
        with self.refuses("needs a proof: attach it"):
            self.approve(leave)
        leave.with_env(self.as_user(self.u_agent)).action_add_proof(
            "deed.pdf", base64.b64encode(b"%PDF-1.4 deed").decode()
        )
        self.assertFalse(leave.with_env(self.as_user(self.u_head)).warnings)
        self.assertEqual(self.approve(leave).state, "validate")

    def test_proofs_are_added_by_who_asked_and_by_hr_alone(self):
        leave = self.ask("2026-04-06", "2026-04-08", code="EXC_FAM")
        data = base64.b64encode(b"%PDF-1.4 deed").decode()
        for user in (self.u_head, self.u_colleague, self.u_auditor, self.u_far_officer):
            with self.refuses(".", AccessError):
                leave.with_env(self.as_user(user)).action_add_proof("deed.pdf", data)
        with self.refuses("is a PDF or a picture"):
            leave.with_env(self.as_user(self.u_agent)).action_add_proof("deed.pdf", base64.b64encode(b"x").decode())
        leave.with_env(self.as_user(self.u_officer)).action_add_proof("deed.pdf", data)

    def test_a_leave_of_the_far_future_is_refused(self):
        self.refused("until the end of 2029", "2030-01-02", "2030-01-03")
        self.refused("until the end of 2029", "9999-12-30", "9999-12-31")

    def test_balances_of_odd_days_and_codes_are_sentences(self):
        for code in ("ANN", "MAL_CD", "HAJJ", "SS", "MAT", "EXC_FAM"):
            for day in ("9999-12-31", "0001-01-01", "abc", 5):
                with self.subTest(code=code, day=day), self.refuses("between 1900 and 2106|is no date"):
                    self.agent.get_leave_balance(code, day)
        for code in (None, "", "XXX", 5, [], {}):
            with self.subTest(code=code), self.refuses("is no kind of leave"):
                self.agent.get_leave_balance(code)

    def test_maternity_balance_of_a_day_before_the_law_on_paternity(self):
        self.assertEqual(self.agent.get_leave_balance("MAT", "2015-06-01")["balance"], 98)

    def test_exceptional_days_lapse_whatever_is_decided(self):
        lines = self.agent.get_leave_balance("EXC_FAM", "2027-02-01")["lines"]
        lapse = next(line["sentence"] for line in lines if line["kind"] == "forecast" and line["days"] < 0)
        self.assertNotIn("unless a decision", lapse)

    def test_a_permission_of_a_whole_day_is_no_permission_of_one_hour(self):
        self.refused("Give the hours", "2026-04-07", "2026-04-07", code="ABS", proof=False)
        hours = {"request_unit_hours": True, "request_hour_from": 9, "request_hour_to": 9}
        self.refused("Give the hours", "2026-04-07", "2026-04-07", code="ABS", proof=False, **hours)
        leave = self.ask("2026-04-07", "2026-04-07", code="ABS", **dict(hours, request_hour_to=11))
        self.assertEqual(leave._gov_hours(), 2)

    def test_a_leave_is_not_duplicated(self):
        leave = self.ask("2026-04-06", "2026-04-08")
        with self.refuses("is not duplicated"):
            leave.copy()
        with self.refuses("is not duplicated"):
            leave.copy({"request_date_from": "2026-05-04", "request_date_to": "2026-05-05"})

    def test_exceptional_leave_of_a_cause_has_its_days(self):
        death = self.env.ref("gov_hr_leave.leave_cause_death")
        self.refused("3 days at most; 4", "2026-04-06", "2026-04-09", code="EXC_FAM", cause_id=death.id)
        leave = self.ask_with_proof("2026-04-06", "2026-04-08", code="EXC_FAM", cause_id=death.id)
        self.assertEqual(leave.state, "confirm")

    def test_ten_exceptional_days_a_year_in_all(self):
        serious = self.env.ref("gov_hr_leave.leave_cause_serious")
        self.approve(self.ask_with_proof("2026-04-06", "2026-04-15", code="EXC_FAM", cause_id=serious.id))
        marriage = self.env.ref("gov_hr_leave.leave_cause_marriage")
        self.refused("10 days a year", "2026-09-07", "2026-09-09", code="EXC_FAM", cause_id=marriage.id)
        self.ask_with_proof("2026-09-07", "2026-09-08", code="EXC_FAM", cause_id=marriage.id)

    def test_hajj_once_in_the_career(self):
        self.take_over("HAJJ", "2012-10-01", "2012-11-15")
        self.refused("once in the career", "2026-05-01", "2026-06-20", code="HAJJ")

    def test_hajj_and_annual_leave_of_one_year_need_an_exception(self):
        self.approve(self.ask("2026-03-16", "2026-03-17"))
        hajj = self.refused("takes the place of the annual leave", "2026-05-01", "2026-06-30", code="HAJJ")
        for user in (self.u_officer, self.u_head, self.u_agent):
            with self.assertRaises(AccessError):
                hajj.with_env(self.as_user(user)).action_grant_exception(REASON)
        manager = hajj.with_env(self.as_user(self.u_manager))
        with self.assertRaises(UserError):
            manager.action_grant_exception("  ")
        # a draft is not read by HR before it is filed: its manager acts on what he is given
        hajj.sudo().with_user(self.u_manager).sudo().action_grant_exception(REASON)
        self.env.invalidate_all()
        mine = hajj.with_env(self.as_user(self.u_agent))
        mine.action_submit()
        self.assertEqual(mine.state, "confirm")
        with self.assertRaises(UserError):
            mine.write({"waived_rules": "hajj_once"})

    def test_an_exception_is_not_for_oneself_nor_for_what_cannot_be_waived(self):
        self.approve(self.ask("2026-03-16", "2026-03-17", user=self.u_manager), user=self.u_other_head)
        own = self.ask("2026-05-01", "2026-06-30", user=self.u_manager, code="HAJJ", submit=False)
        with self.assertRaises(AccessError):
            own.action_grant_exception(REASON)
        self.take_over("SS", "2025-03-15", "2025-04-14")
        other = self.ask("2026-05-01", "2026-05-31", code="SS", submit=False)
        with self.refuses("breaks no rule"):
            other.sudo().with_user(self.u_manager).sudo().action_grant_exception(REASON)

    def test_unpaid_leave_is_one_month_every_two_years(self):
        self.refused("one piece", "2026-05-01", "2026-05-30", code="SS", proof=False)
        self.refused("one piece", "2026-05-01", "2026-06-01", code="SS", proof=False)
        self.take_over("SS", "2024-05-02", "2024-06-01")
        self.refused("once every 2", "2026-05-01", "2026-05-31", code="SS", proof=False)
        self.ask("2026-05-02", "2026-06-01", code="SS")

    def test_absence_of_half_a_day_at_most(self):
        values = {"code": "ABS", "request_unit_hours": True, "request_hour_from": 9}
        self.refused("4 hours at most", "2026-04-06", "2026-04-06", request_hour_to=14, **values)
        leave = self.ask("2026-04-06", "2026-04-06", request_hour_to=12, **values)
        self.assertEqual(leave.state, "confirm")

    def test_nobody_asks_for_a_closing(self):
        self.refused("decided by the administration", "2026-04-06", "2026-04-06", code="FERM")

    # ------------------------------------------------------------------ birth, kafala
    def test_maternity_is_for_women_and_from_seven_weeks_before_the_birth(self):
        values = {"code": "MAT", "event_date": "2026-06-20"}
        self.refused("is for women", "2026-06-01", "2026-08-31", user=self.u_colleague, **values)
        self.refused("7 weeks before", "2026-05-01", "2026-08-06", **values)
        self.refused("98 days for one event", "2026-05-02", "2026-08-08", **values)
        leave = self.ask_with_proof("2026-05-02", "2026-08-07", **values)
        self.assertEqual((leave.state, leave.number_of_days), ("confirm", 98))

    def test_paternity_is_fifteen_days_in_one_block(self):
        values = {"code": "PAT", "event_date": "2026-04-01", "user": self.u_colleague}
        self.refused("between the birth", "2026-03-31", "2026-04-14", **values)
        self.refused("15 days for one event", "2026-04-01", "2026-04-16", **values)
        self.approve(self.ask_with_proof("2026-04-01", "2026-04-10", **values))
        self.refused("one block", "2026-04-20", "2026-04-24", **values)

    def test_kafala_and_nursing_ask_for_the_birth_of_the_child(self):
        values = {"code": "KAF_F", "event_date": "2026-04-01"}
        self.refused("date of birth of the child", "2026-04-01", "2026-07-07", **values)
        self.refused("under 24 months", "2026-04-01", "2026-07-07", child_birthdate="2024-03-01", **values)
        leave = self.ask_with_proof("2026-04-01", "2026-07-07", child_birthdate="2025-03-01", **values)
        self.assertEqual(leave.number_of_days, 98)
        self.approve(leave)
        nursing = {"code": "ALL", "child_birthdate": "2025-03-01"}
        self.refused("begins after the leave", "2026-07-07", "2026-12-31", **nursing)
        self.refused("until the child", "2026-07-08", "2027-03-01", **nursing)
        hour = self.ask_with_proof("2026-07-08", "2027-02-28", **nursing)
        self.approve(self.ask("2026-08-03", "2026-08-07"))  # annual leave goes on top of a permission
        self.assertEqual(hour.state, "confirm")

    # ------------------------------------------------------------------ interim, abroad
    def test_a_head_names_who_stands_in(self):
        self.refused("say who stands in", "2026-03-16", "2026-03-17", user=self.u_head, proof=False)
        self.refused(
            "Nobody stands in for himself",
            "2026-03-16",
            "2026-03-17",
            user=self.u_head,
            interim_employee_id=self.head.id,
            proof=False,
        )
        self.approve(self.ask("2026-03-17", "2026-03-18", user=self.u_colleague))
        self.refused(
            "is away too",
            "2026-03-16",
            "2026-03-17",
            user=self.u_head,
            interim_employee_id=self.colleague.id,
            proof=False,
        )
        leave = self.ask("2026-03-23", "2026-03-24", user=self.u_head, interim_employee_id=self.colleague.id)
        self.approve(leave, user=self.u_director)
        interim = self.env["gov.interim"].search([("absent_id", "=", self.head.id)])
        self.assertRecordValues(
            interim,
            [
                {
                    "substitute_id": self.colleague.id,
                    "state": "confirmed",
                    "date_from": date(2026, 3, 23),
                    "date_to": date(2026, 3, 24),
                }
            ],
        )

    def test_a_leave_abroad_names_the_country(self):
        self.refused("in which country", "2026-04-06", "2026-04-08", is_abroad=True, proof=False)

    def test_the_warnings_tell_how_many_are_away(self):
        self.approve(self.ask("2026-04-06", "2026-04-08", user=self.u_colleague))
        leave = self.ask("2026-04-07", "2026-04-07")
        warnings = leave.with_env(self.as_user(self.u_head)).warnings
        self.assertIn("2 of the 3 people", warnings)


@freeze_time(TODAY)
@tagged("-at_install", "post_install")
class TestSickLeave(LawCase):
    """Certificate, window, health files, Council, counter-visit, and what it pays."""

    def grant(self, leave):
        return self.approve(leave)

    def test_an_address_for_the_visit_is_told_as_missing_and_forbids_nothing(self):
        leave = self.ask("2026-03-02", "2026-03-06", code="MAL_CD")
        self.assertEqual(leave.state, "confirm")
        told = leave.with_env(self.as_user(self.u_head)).warnings
        self.assertIn("No address for a visit", told)
        self.assertIn("The medical certificate has not come yet", told)

    def test_the_private_address_is_proposed_to_who_may_read_it(self):
        self.agent.write({"private_street": "12, rue T", "private_city": "Rabat"})

        def proposed(user):
            form = Form(self.as_user(user)["hr.leave"].with_context(default_employee_id=self.agent.id))
            form.holiday_status_id = self.kind("MAL_CD")
            return form.address_during

        self.assertEqual(proposed(self.u_agent), "12, rue T Rabat")
        self.assertEqual(self.as_user(self.u_agent)["hr.leave"].get_ask_data()["address"], "12, rue T Rabat")
        self.assertFalse(self.env["hr.leave"].with_user(self.u_head)._gov_private_address(self.agent))

    def test_the_certificate_may_come_later_but_not_after_the_decision(self):
        leave = self.sick("2026-03-02", "2026-03-06", proof=False)
        self.assertEqual(leave.certificate_due_on, date(2026, 3, 4))
        with self.refuses("has not been received"):
            self.grant(leave)
        leave.with_env(self.as_user(self.u_health)).action_receive_certificate("2026-03-02", "2026-03-01")
        self.assertEqual(self.grant(leave).state, "validate")

    def test_rural_areas_have_three_working_days(self):
        leave = self.sick("2026-03-02", "2026-03-06", proof=False, is_rural=True)
        self.assertEqual(leave.certificate_due_on, date(2026, 3, 5))

    def test_a_certificate_attached_has_come_on_the_day_it_is_filed(self):
        leave = self.sick("2026-03-02", "2026-03-06")
        self.assertEqual(leave.sudo().certificate_received_on, date(2026, 3, 2))

    def test_who_asks_does_not_write_that_his_certificate_came(self):
        leave = self.ask("2026-03-02", "2026-03-06", code="MAL_CD", submit=False)
        with self.assertRaises(AccessError):
            leave.write({"certificate_received_on": "2026-03-02"})
        with self.assertRaises(AccessError):
            self.ask("2026-03-09", "2026-03-10", code="MAL_CD", submit=False, council_reference="1/2026")
        forged = leave.with_context(default_certificate_received_on="2026-03-02")
        copy = forged.create(
            {
                "holiday_status_id": self.kind("MAL_CD").id,
                "employee_id": self.agent.id,
                "request_date_from": "2026-03-09",
                "request_date_to": "2026-03-09",
            }
        )
        self.assertFalse(copy.sudo().certificate_received_on)

    def test_only_officers_of_health_leave_record_the_certificate_and_not_their_own(self):
        leave = self.sick("2026-03-02", "2026-03-06", proof=False)
        for user in (self.u_agent, self.u_head, self.u_officer, self.u_auditor):
            with self.assertRaises(AccessError):
                leave.with_env(self.as_user(user)).action_receive_certificate("2026-03-02")
        own = self.sick("2026-03-02", "2026-03-06", proof=False, user=self.u_health)
        with self.assertRaises(AccessError):
            own.action_receive_certificate("2026-03-02")

    def test_a_late_certificate_makes_an_irregular_absence_with_its_query(self):
        leave = self.sick("2026-03-02", "2026-03-13", proof=False)
        with freeze_time("2026-03-09 10:00:00"):
            leave.with_env(self.as_user(self.u_health)).action_receive_certificate("2026-03-06")
            self.env.invalidate_all()
            self.assertTrue(leave.sudo().is_certificate_late)
            absence = self.env["gov.absence"].search([("employee_id", "=", self.agent.id)])
            self.assertRecordValues(
                absence,
                [
                    {
                        "date_from": date(2026, 3, 2),
                        "date_to": date(2026, 3, 5),
                        "half_days": 8,
                        "state": "recorded",
                        "leave_id": leave.id,
                    }
                ],
            )
            self.grant(leave)
            self.assertEqual(absence.half_days, 8, "the leave does not wipe out what the late certificate cost")

    def test_a_certificate_that_never_came_is_found_by_the_task_once(self):
        leave = self.sick("2026-03-02", "2026-03-13", proof=False)
        with freeze_time("2026-03-04 10:00:00"):
            self.env["hr.leave"]._cron_missing_certificates()
            self.assertFalse(self.env["gov.absence"].search([("employee_id", "=", self.agent.id)]))
        with freeze_time("2026-03-05 10:00:00"):
            self.env.invalidate_all()
            self.env["hr.leave"]._cron_missing_certificates()
            self.env["hr.leave"]._cron_missing_certificates()
        absence = self.env["gov.absence"].search([("employee_id", "=", self.agent.id)])
        self.assertEqual((len(absence), absence.date_to), (1, date(2026, 3, 5)))
        self.assertTrue(leave)

    # ------------------------------------------------------------------ window
    def test_ninety_first_day_across_a_rolling_window_is_half_pay(self):
        self.take_over("MAL_CD", "2025-10-01", "2025-12-29")  # 90 days
        leave = self.grant(self.sick("2026-03-02", "2026-03-06"))
        self.assertEqual(
            leave.get_pay_fractions(),
            [{"date_from": date(2026, 3, 2), "date_to": date(2026, 3, 6), "fraction": 0.5}],
        )

    def test_third_month_of_short_sickness_is_full_pay(self):
        self.take_over("MAL_CD", "2025-12-30", "2026-02-28")
        leave = self.grant(self.sick("2026-03-02", "2026-03-31"))
        runs = leave.get_pay_fractions()
        self.assertEqual([run["fraction"] for run in runs], [1.0, 0.5])
        self.assertEqual(runs[0]["date_to"], date(2026, 3, 30))  # 61 days before, 29 in March

    def test_hundred_and_eighty_first_day_is_refused(self):
        self.take_over("MAL_CD", "2025-09-01", "2026-02-17")  # 170 days
        with self.refuses("180 days at most in any 12 months"):
            self.sick("2026-03-02", "2026-03-12")
        leave = self.sick("2026-03-02", "2026-03-11")
        self.assertEqual(leave.state, "confirm")

    def test_consecutive_leaves_of_equal_pay_are_one_row(self):
        first = self.grant(self.sick("2026-03-02", "2026-03-06"))
        second = self.grant(self.sick("2026-03-07", "2026-03-10"))
        annual = self.grant(self.ask("2026-03-16", "2026-03-17"))
        both = (first | second | annual).sudo()
        self.assertEqual(
            both.get_pay_fractions(),
            [
                {"date_from": date(2026, 3, 2), "date_to": date(2026, 3, 10), "fraction": 1.0},
                {"date_from": date(2026, 3, 16), "date_to": date(2026, 3, 17), "fraction": 1.0},
            ],
        )
        unpaid = self.take_over("SS", "2026-04-01", "2026-04-30")
        self.assertEqual(unpaid.get_pay_fractions()[0]["fraction"], 0.0)
        with self.assertRaises(UserError):
            (both | self.ask("2026-03-16", "2026-03-16", user=self.u_colleague).sudo()).get_pay_fractions()

    # ------------------------------------------------------------------ medium and long
    def open_file(self, kind="MAL_MD", employee=None):
        return self.as_user(self.u_health)["gov.health.file"].create(
            {"employee_id": (employee or self.agent).id, "kind": kind}
        )

    def test_medium_sickness_needs_its_slice_its_file_and_the_council(self):
        with self.refuses("3 or 6 months"):
            self.sick("2026-03-02", "2026-05-31", code="MAL_MD")
        leave = self.sick("2026-03-02", "2026-06-01", code="MAL_MD")
        with self.refuses("health file"):
            self.grant(leave)
        health = leave.with_env(self.as_user(self.u_health))
        health.action_record_council(self.open_file().id)
        with self.refuses("Health Council must agree"):
            self.grant(leave)
        health.action_record_council(self.open_file().id, "45/2026", "2026-03-01")
        self.grant(leave)
        self.assertEqual(leave.sudo().number_of_days, 92)
        self.assertEqual(leave.get_pay_fractions()[0]["fraction"], 1.0)

    def test_third_year_of_medium_sickness_is_half_pay_for_the_same_file_only(self):
        file, other = self.open_file(), self.open_file()
        for year in (2022, 2023):
            for first, last in ((f"{year}-01-01", f"{year}-06-30"), (f"{year}-07-01", f"{year}-12-31")):
                self.take_over("MAL_MD", first, last, health_file_id=file.id)
        leave = self.sick("2026-03-02", "2026-06-01", code="MAL_MD")
        health = leave.with_env(self.as_user(self.u_health))
        health.action_record_council(file.id, "46/2026", "2026-03-01")
        self.assertEqual(leave.sudo().get_pay_fractions()[0]["fraction"], 0.5)
        health.action_record_council(other.id, "46/2026", "2026-03-01")
        self.assertEqual(leave.sudo().get_pay_fractions()[0]["fraction"], 1.0)

    def test_a_health_file_is_of_the_person_and_the_kind_and_never_ones_own(self):
        leave = self.sick("2026-03-02", "2026-06-01", code="MAL_MD")
        health = leave.with_env(self.as_user(self.u_health))
        for wrong in (self.open_file("MAL_LD"), self.open_file(employee=self.colleague)):
            with self.refuses("another person or another kind"):
                health.action_record_council(wrong.id)
        with self.assertRaises(AccessError):
            self.open_file(employee=self.health)
        with self.assertRaises(AccessError):
            self.as_user(self.u_officer)["gov.health.file"].create({"employee_id": self.agent.id, "kind": "MAL_MD"})

    def test_counter_visit_from_four_days_on_once(self):
        short = self.sick("2026-03-02", "2026-03-04")
        with self.refuses("4 days at least"):
            short.with_env(self.as_user(self.u_health)).action_order_visit()
        leave = self.sick("2026-03-09", "2026-03-12")
        with self.assertRaises(AccessError):
            leave.with_env(self.as_user(self.u_officer)).action_order_visit()
        leave.with_env(self.as_user(self.u_health)).action_order_visit()
        document = leave.sudo().visit_document_id
        self.assertEqual((document.state, document.kind), ("valid", "leave_health_visit"))
        self.assertIn("rue des Oliviers", self.page(document))
        with self.assertRaises(UserError):
            leave.with_env(self.as_user(self.u_health)).action_order_visit()

    # ------------------------------------------------------------------ inside annual leave
    def test_sickness_inside_annual_leave_suspends_it_from_its_first_day(self):
        annual = self.approve(self.ask("2026-03-09", "2026-03-20"))
        self.assertEqual(self.counter(), (22, 10, 0))
        decision = annual.sudo().decision_document_id
        self.grant(self.sick("2026-03-12", "2026-03-14"))
        annual = annual.sudo()
        self.assertEqual((annual.request_date_to, annual.state), (date(2026, 3, 11), "validate"))
        self.assertEqual(self.counter(), (22, 3, 0))
        self.assertNotEqual(annual.decision_document_id, decision, "a decision for the days that are kept")
        expected = self.env["gov.leave.return"].search([("leave_id", "=", annual.id)])
        self.assertEqual(expected.expected_on, date(2026, 3, 12))

    def test_sickness_from_the_first_day_of_annual_leave_cancels_it(self):
        annual = self.approve(self.ask("2026-03-09", "2026-03-20"))
        self.grant(self.sick("2026-03-09", "2026-03-11"))
        self.assertEqual((annual.sudo().state, self.counter()), ("cancel", (22, 0, 0)))
        self.assertEqual(annual.sudo().decision_document_id.state, "revoked")
        self.assertEqual(self.env["gov.leave.return"].search([("leave_id", "=", annual.id)]).state, "dropped")

    def test_the_setting_that_lets_annual_leave_go_on(self):
        self.set_parameter("leave.sick.interrupts_annual", 0)
        self.approve(self.ask("2026-03-09", "2026-03-20"))
        with self.refuses("two leaves do not overlap"):
            self.sick("2026-03-12", "2026-03-14")
