from odoo.tests import freeze_time, tagged

from .test_career_act_common import ActCase


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10")
class TestCareerActSign(ActCase):
    def test_signing_an_echelon_makes_number_document_situation_and_journal_line(self):
        act = self.make_act("echelon", effective_date="2026-03-01")
        self.assertEqual(act.echelon, 7)
        act.with_user(self.manager_user).action_sign()
        self.assertEqual(act.state, "signed")
        self.assertRegex(act.number, r"^\d{4}/CAR/2026$")
        self.assertEqual((act.document_id.state, act.document_id.lang), ("valid", "ar_fr"))
        self.assertEqual(act.document_id.employee_id, self.person)
        version = act.version_id
        self.assertRecordValues(
            version,
            [{"echelon": 7, "salary_index": 428, "act_number": act.number, "act_kind": "echelon", "act_id": act.id}],
        )
        self.assertEqual(str(version.date_version), "2026-03-01")
        self.assertRecordValues(act, [{"old_echelon": 6, "old_salary_index": 402, "echelon": 7, "salary_index": 428}])
        entry = self.env["gov.journal.entry"].search([("model", "=", act._name), ("res_id", "=", act.id)])
        self.assertEqual((entry.act, entry.actor_id), ("sign", self.manager_user))
        self.assertIn('"echelon":[6,7]', entry.payload)

    def test_document_holds_both_situations_in_both_languages(self):
        self.env["res.lang"]._activate_lang("ar_MA")
        self.env["res.lang"]._activate_lang("fr_FR")
        act = self.sign("echelon", effective_date="2026-03-01")
        content = act.document_id.sudo().content
        for text in ("Ancienne situation", "الوضعية القديمة", "402", "428", "778899", "1er mars 2026", "كزملى بناني"):
            self.assertIn(text, content)
        self.assertIn(act.number, content)

    def test_every_kind_has_a_sound_wording_a_register_and_a_text_of_law(self):
        rules = self.env["gov.career.act"]._gov_rules()
        for kind, label in self.env["gov.career.act"]._fields["kind"].selection:
            with self.subTest(kind=label):
                rule = rules[kind]
                self.assertTrue(rule.template_id.is_sound, rule.template_id.check_message)
                self.assertTrue(rule.template_id.visa_ids)
                self.assertTrue(rule.register_id.gapless and rule.register_id.yearly)
                self.assertTrue(rule.legal_text_id)
                self.assertIn("\ue000", str(rule.template_id._sample_html()) + "\ue000")

    def test_numbers_of_many_acts_follow_without_a_gap(self):
        people = self.env["hr.employee"].create(
            [
                {
                    "name": f"Person {number}",
                    "sex": "male",
                    "date_version": "2026-01-01",
                    "grade_id": self.grade("ADM3").id,
                    "echelon": 2,
                }
                for number in range(8)
            ]
        )
        acts = self.env["gov.career.act"].create(
            [{"kind": "echelon", "employee_id": person.id, "effective_date": "2026-03-01"} for person in people]
        )
        signed = acts.with_user(self.manager_user)._gov_sign()
        ranks = sorted(signed.document_id.mapped("rank"))
        self.assertEqual(ranks, list(range(ranks[0], ranks[0] + 8)))
        self.assertEqual(people.mapped("echelon"), [3] * 8)
        self.assertEqual(
            self.env["gov.journal.entry"].search_count([("model", "=", acts._name), ("res_id", "in", acts.ids)]), 8
        )

    def test_many_acts_cost_few_statements_each(self):
        def make(count):
            people = self.env["hr.employee"].create(
                [
                    {
                        "name": "Person",
                        "sex": "male",
                        "date_version": "2026-01-01",
                        "grade_id": self.grade("ADM3").id,
                        "echelon": 2,
                    }
                    for _number in range(count)
                ]
            )
            acts = self.env["gov.career.act"].create(
                [{"kind": "echelon", "employee_id": person.id, "effective_date": "2026-03-01"} for person in people]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            return acts.with_user(self.manager_user)

        def cost(acts):
            before = self.cr.sql_log_count
            acts._gov_sign()
            self.env.flush_all()
            return self.cr.sql_log_count - before

        make(1)._gov_sign()
        few, many = cost(make(5)), cost(make(25))
        # seven of the career; one for each table that keeps the unit of the person: returns from leave, courses due
        self.assertLess((many - few) / 20, 10, "statements for one act more")

    def test_one_wrong_act_of_many_leaves_all_as_drafts(self):
        acts = self.make_act("echelon", effective_date="2026-03-01") | self.make_act(
            "echelon", self.colleague, effective_date="2026-03-01", echelon=9
        )
        with self.refused("Omar Tazi"), self.env.cr.savepoint():
            acts.with_user(self.manager_user)._gov_sign()
        self.env.invalidate_all()
        self.assertEqual(set(acts.mapped("state")), {"draft"})
        self.assertEqual((self.person.echelon, self.colleague.echelon), (6, 6))

    def test_two_acts_of_one_person_in_one_signing_follow_each_other(self):
        acts = self.make_act("echelon", effective_date="2026-02-01") | self.make_act(
            "echelon", effective_date="2026-03-01", echelon=8
        )
        acts.with_user(self.manager_user)._gov_sign()
        self.assertEqual(self.person.version_ids.sorted("date_version").mapped("echelon"), [6, 7, 8])

    def test_an_index_kept_on_a_personal_basis_survives_a_mutation(self):
        self.person.current_version_id.salary_index = 410
        act = self.sign("mutation", effective_date="2026-03-01", department_id=self.units[2].id)
        self.assertEqual(act.version_id.salary_index, 410)

    def test_act_to_come_changes_nothing_before_its_day(self):
        self.sign("echelon", effective_date="2026-06-01")
        self.assertEqual(self.person.echelon, 6)
        self.assertEqual(self.person._get_version(self.date("2026-06-01")).echelon, 7)

    def date(self, day):
        return self.env["gov.career.act"]._fields["effective_date"].to_date(day)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10")
class TestDiscipline(ActCase):
    def punish(self, measure, **values):
        values = {"reason": "Facts", "opinion_reference": "5/2026", "effective_date": "2026-03-01", **values}
        return self.sign("sanction", sanction_kind=measure, **values)

    def test_warning_and_reprimand_need_no_council_and_change_no_situation(self):
        for measure in ("warning", "reprimand"):
            act = self.punish(measure, opinion_reference=False)
            self.assertFalse(act.version_id)
        self.assertEqual(len(self.person.version_ids), 1)

    def test_the_other_measures_need_the_opinion_of_the_council(self):
        for measure in ("table_removal", "step_lowering", "exclusion", "dismissal"):
            with self.subTest(measure=measure), self.refused("disciplinary council"):
                self.punish(measure, opinion_reference=False)

    def test_every_measure_needs_a_reason(self):
        with self.refused("Reason"):
            self.punish("warning", reason=False)

    def test_temporary_exclusion_is_at_most_six_months(self):
        act = self.make_act("sanction", sanction_kind="exclusion", effective_date="2026-03-01")
        self.assertEqual(str(act.end_date), "2026-08-31")
        with self.refused("6 months at most"):
            self.punish("exclusion", end_date="2026-09-01")

    def test_temporary_exclusion_stops_the_pay_and_ends_by_itself(self):
        self.punish("exclusion", end_date="2026-04-30")
        positions = {str(v.date_version): v.statutory_position for v in self.person.version_ids}
        self.assertEqual(positions, {"2026-01-01": "activity", "2026-03-01": "interrupted", "2026-05-01": "activity"})
        person = self.person.with_user(self.manager_user)
        self.assertEqual(person.get_pay_statement("2026-04-30")["net"], 0)
        self.assertGreater(person.get_pay_statement("2026-05-01")["net"], 0)
        periods = self.env["hr.employee"]._gov_periods_not_counting(
            self.person,
            *(self.env["hr.version"]._fields["date_version"].to_date(d) for d in ("2026-01-01", "2026-12-31")),
        )
        self.assertEqual([period[2] for period in periods[self.person.id]], ["exclusion"])

    def test_lowering_of_step_goes_down_and_never_up(self):
        act = self.punish("step_lowering")
        self.assertEqual((act.echelon, act.version_id.echelon, act.salary_index), (5, 5, 377))
        with self.refused("not below"):
            self.punish("step_lowering", echelon=6, effective_date="2026-03-05")

    def test_demotion_goes_to_a_lower_grade_of_the_corps(self):
        self.person.write({"grade_id": self.grade("ADM2").id, "echelon": 3})
        with self.refused("not a lower grade"):
            self.punish("demotion", grade_id=self.grade("ADM1").id, echelon=1)
        act = self.punish("demotion", grade_id=self.grade("ADM3").id, echelon=6)
        self.assertEqual(act.version_id.grade_id, self.grade("ADM3"))

    def test_dismissal_ends_the_service_without_telling_why_on_the_file(self):
        act = self.punish("dismissal")
        self.assertRecordValues(
            act.version_id, [{"statutory_position": "left", "departure_reason_id": False, "act_kind": "other"}]
        )
        self.assertFalse(self.person.active)

    def test_compulsory_retirement_asks_for_the_years_of_service(self):
        with self.refused("full years of service"):
            self.punish("compulsory_retirement")
        self.person.recruitment_date = "2004-01-01"
        self.punish("compulsory_retirement")

    def test_discipline_has_its_own_register_and_tells_the_journal_nothing(self):
        act = self.punish("warning")
        self.assertRegex(act.number, r"/RES/2026$")
        entry = self.env["gov.journal.entry"].search([("model", "=", act._name), ("res_id", "=", act.id)])
        for word in ("sanction", "warning", "Facts", "kind", "RES"):
            self.assertNotIn(word, entry.payload)

    def test_health_and_family_cases_are_not_told_to_the_journal(self):
        act = self.sign(
            "availability", position_case="relative_illness", effective_date="2026-03-01", reason="Ill child"
        )
        entry = self.env["gov.journal.entry"].search([("model", "=", act._name), ("res_id", "=", act.id)])
        for word in ("illness", "Ill child"):
            self.assertNotIn(word, entry.payload)
