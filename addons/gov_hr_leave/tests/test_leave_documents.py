from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from ..models.hr_leave_decision import DOCUMENTS
from .common import REASON, TODAY
from .law_common import LawCase


@freeze_time(TODAY)
@tagged("-at_install", "post_install")
class TestLeaveDocuments(LawCase):
    """The decision of each kind of leave: prepared by the act that grants, in Arabic or in French, rendered after."""

    def decide(self, *args, user=None, **kwargs):
        leave = self.approve(self.ask_with_proof(*args, **kwargs), user=user)
        return leave.sudo()

    # ------------------------------------------------------------------ the wordings
    def test_each_kind_of_leave_has_its_wording_in_both_languages(self):
        templates = self.env["gov.document.template"]
        for kind in sorted({*DOCUMENTS.values(), "leave_territory", "leave_carry_over", "leave_return"}):
            for lang in ("ar", "fr"):
                template = templates._gov_leave_template(kind, lang)
                self.assertTrue(template.is_sound, f"{kind} {lang}: {template.check_message}")
                self.assertTrue(template.visa_ids, kind)

    def test_kinds_without_a_wording_are_those_of_the_government(self):
        codes = set(self.env["hr.leave.type"].search([("gov_code", "!=", False)]).mapped("gov_code"))
        self.assertEqual(codes - DOCUMENTS.keys(), {"FERM"})

    def test_an_archived_wording_is_named_in_the_refusal(self):
        self.env.ref("gov_hr_leave.template_leave_annual_ar").active = False
        leave = self.ask("2026-03-16", "2026-03-19")
        with self.refuses("leave_annual"):
            self.approve(leave)

    # ------------------------------------------------------------------ the decision
    def test_the_act_that_grants_takes_the_number_and_freezes_the_text(self):
        leave = self.approve(self.ask("2026-12-28", "2027-01-08")).sudo()
        document = leave.decision_document_id
        self.assertEqual((document.state, document.kind, document.lang), ("issuing", "leave_annual", "ar"))
        self.assertEqual(document.number, "0001/DRH/C/2026")
        self.assertEqual((document.employee_id, document.signatory_id), (self.agent, self.head))
        page = self.page(document)
        self.assertIn("تسعة (9) أيام عمل", page)
        self.assertIn("برسم سنة 2026 و2027", page)
        self.assertIn("28 دجنبر 2026", page)
        self.assertIn("12 يناير 2027", page, "14 days later: 11 January is a holiday, the return is on the 12th")

    def test_the_task_makes_the_pdf_right_after(self):
        leave = self.approve(self.ask("2026-03-16", "2026-03-19")).sudo()
        self.assertTrue(
            self.env["ir.cron.trigger"].search(
                [("cron_id", "=", self.env.ref("gov_hr_leave.ir_cron_finish_decisions").id)]
            )
        )
        self.env["gov.leave.return"]._cron_finish()
        self.assertEqual(leave.decision_document_id.state, "valid")
        self.assertTrue(leave.decision_document_id.attachment_id.raw.startswith(b"%PDF"))

    def test_the_person_opens_the_decision_and_it_is_made_at_once(self):
        leave = self.approve(self.ask("2026-03-16", "2026-03-19", decision_lang="fr"))
        mine = leave.with_env(self.as_user(self.u_agent))
        action = mine.action_open_decision()
        self.assertEqual(action["type"], "ir.actions.act_url")
        document = leave.sudo().decision_document_id
        self.assertEqual((document.state, document.lang), ("valid", "fr"))
        self.assertIn("quatre (4) jours ouvrables, au titre de l’année 2026", self.page(document))
        with self.assertRaises(AccessError):
            leave.with_env(self.as_user(self.u_colleague)).action_open_decision()

    def test_no_decision_before_the_leave_is_granted(self):
        with self.refuses("no decision yet"):
            self.ask("2026-03-16", "2026-03-19").action_open_decision()

    def test_a_leave_abroad_gives_the_authorisation_to_leave_the_territory_in_french(self):
        country = self.env.ref("base.fr")
        leave = self.approve(self.ask("2026-03-16", "2026-03-19", is_abroad=True, country_id=country.id)).sudo()
        decision, territory = leave.decision_document_id, leave.territory_document_id
        self.assertEqual((decision.lang, territory.lang), ("fr", "fr"))
        self.assertEqual(territory.kind, "leave_territory")
        self.assertIn(decision.number, self.page(territory))
        self.assertIn("France", self.page(territory))

    def test_exceptional_leave_prints_its_cause(self):
        cause = self.env.ref("gov_hr_leave.leave_cause_marriage")
        leave = self.decide(
            "2026-04-06",
            "2026-04-09",
            code="EXC_FAM",
            cause_id=cause.id,
            event_date="2026-04-05",
            decision_lang="fr",
        )
        page = self.page(leave.decision_document_id)
        self.assertIn("quatre (4) jours ouvrables", page)
        self.assertIn("(5 avril 2026)", page)
        self.assertIn("n’est pas déduit du congé administratif annuel", page)

    def test_sick_leave_prints_full_and_half_pay_and_no_word_of_the_illness(self):
        self.take_over("MAL_CD", "2025-12-01", "2026-02-25")  # 87 days
        leave = self.approve(self.sick("2026-03-02", "2026-03-06", decision_lang="fr", notes="illness told")).sudo()
        document = leave.decision_document_id
        self.assertEqual((document.kind, document.register_id.code), ("leave_health_short", "leave_health"))
        page = self.page(document)
        self.assertIn("à plein traitement du 2 mars 2026 au 4 mars 2026", page)
        self.assertIn("à demi-traitement du 5 mars 2026 au 6 mars 2026", page)
        self.assertNotIn("illness told", page)

    def test_medium_sick_leave_prints_the_reference_of_the_council(self):
        leave = self.sick("2026-03-02", "2026-09-01", code="MAL_MD", decision_lang="fr")
        health = self.as_user(self.u_health)
        file = health["gov.health.file"].create({"employee_id": self.agent.id, "kind": "MAL_MD"})
        leave.with_env(health).action_record_council(file.id, "45/2026", "2026-02-27")
        page = self.page(self.approve(leave).sudo().decision_document_id)
        self.assertIn("45/2026", page)
        self.assertIn("27 février 2026", page)
        self.assertIn("de six (6) mois", page)

    def test_birth_kafala_nursing_hajj_unpaid_and_permission_have_their_decision(self):
        man = self.u_colleague
        cases = [
            ("MAT", "leave_maternity", {"args": ("2026-05-02", "2026-08-07"), "event_date": "2026-06-20"}),
            (
                "PAT",
                "leave_paternity",
                {"args": ("2026-04-01", "2026-04-15"), "event_date": "2026-04-01", "user": man},
            ),
            ("HAJJ", "leave_hajj", {"args": ("2026-05-01", "2026-06-30"), "user": man}),
            ("SS", "leave_unpaid", {"args": ("2026-10-01", "2026-10-31")}),
            ("ALL", "leave_nursing", {"args": ("2026-08-08", "2028-06-19"), "child_birthdate": "2026-06-20"}),
            (
                "ABS",
                "leave_permission",
                {
                    "args": ("2026-09-07", "2026-09-07"),
                    "request_unit_hours": True,
                    "request_hour_from": 10,
                    "request_hour_to": 12.5,
                },
            ),
        ]
        for code, kind, values in cases:
            first, last = values.pop("args")
            leave = self.ask_with_proof(first, last, code=code, decision_lang="fr", **values)
            document = self.approve(leave).sudo().decision_document_id
            self.assertEqual(document.kind, kind, code)
            page = self.page(document)
            if code == "ABS":
                self.assertIn("de 10:00 à 12:30", page)
            elif code == "HAJJ":
                self.assertIn("deux (2) mois", page)
            elif code == "SS":
                self.assertIn("un (1) mois", page)
            elif code == "ALL":
                self.assertIn("une (1) heure par jour ouvrable", page)

    def test_cancelling_revokes_what_was_issued(self):
        leave = self.approve(self.ask("2026-03-16", "2026-03-19"))
        self.env["gov.leave.return"]._cron_finish()
        leave.with_env(self.as_user(self.u_agent)).action_cancel()
        self.assertEqual(leave.sudo().decision_document_id.state, "revoked")

    def test_a_recall_replaces_the_decision_by_one_for_the_days_kept(self):
        leave = self.approve(self.ask("2026-03-16", "2026-03-20"))
        self.env["gov.leave.return"]._cron_finish()
        first = leave.sudo().decision_document_id
        leave.with_env(self.as_user(self.u_head)).action_recall("2026-03-18", REASON)
        self.env["gov.leave.return"]._cron_finish()
        own = leave.sudo()
        self.assertEqual(own.request_date_to, date(2026, 3, 17))
        self.assertEqual((first.state, own.decision_document_id.state), ("superseded", "valid"))
        self.assertIn("يومي عمل (2)", self.page(own.decision_document_id))
        self.assertEqual(self.counter(), (22, 2, 0))

    def test_a_decision_is_made_again_by_another_hr_manager_with_a_reason(self):
        leave = self.approve(self.ask("2026-03-16", "2026-03-19"))
        self.env["gov.leave.return"]._cron_finish()
        first = leave.sudo().decision_document_id
        for user in (self.u_officer, self.u_agent, self.u_head):
            with self.assertRaises(AccessError):
                leave.with_env(self.as_user(user)).action_reissue_decision(REASON)
        manager = leave.with_env(self.as_user(self.u_manager))
        with self.refuses("Say why"):
            manager.action_reissue_decision(" ")
        manager.action_reissue_decision(REASON)
        self.assertEqual((first.state, leave.sudo().decision_document_id.supersedes_id), ("superseded", first))

    def test_nobody_writes_the_documents_of_a_leave(self):
        leave = self.ask("2026-03-16", "2026-03-19", submit=False)
        document = self.approve(self.ask("2026-03-23", "2026-03-24")).sudo().decision_document_id
        for name in ("decision_document_id", "territory_document_id"):
            with self.assertRaises(UserError):
                leave.write({name: document.id})

    # ------------------------------------------------------------------ carry-over
    def test_a_carry_over_is_a_numbered_decision(self):
        record = self.env["gov.leave.carryover"].create(
            {"employee_id": self.agent.id, "year": 2026, "days": 6, "reason": "Service", "decision_lang": "fr"}
        )
        record.with_env(self.as_user(self.u_manager)).action_sign()
        self.env["gov.leave.return"]._cron_finish()
        document = record.document_id
        self.assertEqual(
            (document.state, document.kind, document.signatory_id), ("valid", "leave_carry_over", self.manager)
        )
        page = self.page(document)
        self.assertIn("six (6) jours ouvrables", page)
        self.assertIn("31 décembre 2027", page)

    # ------------------------------------------------------------------ circuits
    def test_the_circuit_of_annual_leave_is_the_hierarchy_then_human_resources(self):
        self.circuits_of_the_module()
        leave = self.ask("2026-03-16", "2026-03-19")
        steps = [(line.who, line.kind) for line in leave.sudo().approval_line_ids]
        self.assertEqual(
            steps,
            [
                ("direct_head", "opinion"),
                ("head_of_division", "opinion"),
                ("director", "approval"),
                ("role", "signature"),
            ],
        )
        self.approve(leave, self.u_head)
        self.approve(leave, self.u_director)
        self.assertEqual(leave.sudo().state, "validate1")
        with self.assertRaises(AccessError):
            self.approve(leave, self.u_officer)
        self.approve(leave, self.u_drh)
        own = leave.sudo()
        self.assertEqual((own.state, own.decision_document_id.signatory_id), ("validate", self.drh))

    def test_sick_leave_informs_the_head_and_is_checked_by_the_right_to_health_leave(self):
        self.circuits_of_the_module()
        leave = self.sick("2026-03-02", "2026-03-06")
        self.approve(leave, self.u_head)
        with self.assertRaises(AccessError):
            self.approve(leave, self.u_officer)
        self.approve(leave, self.u_health)
        self.approve(leave, self.u_drh)
        self.assertEqual(leave.sudo().state, "validate")

    def test_every_kind_of_leave_that_is_asked_has_a_circuit(self):
        self.circuits_of_the_module()
        for kind in self.env["hr.leave.type"].search([("gov_code", "not in", (False, "FERM"))]):
            leave = self.env["hr.leave"].create(
                {
                    "holiday_status_id": kind.id,
                    "employee_id": self.agent.id,
                    "request_date_from": "2026-06-01",
                    "request_date_to": "2026-06-01",
                }
            )
            self.assertTrue(leave._gov_circuit(), kind.gov_code)
