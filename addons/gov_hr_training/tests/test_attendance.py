import base64
import re

from odoo.exceptions import AccessError, UserError
from odoo.fields import Datetime
from odoo.tests import HttpCase, freeze_time, tagged
from odoo.tools import mute_logger

from ..services import session_code
from .session_common import NOW, SessionCase

MORNING = "2026-03-10 09:30:00"
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"\0" * 64).decode()


@tagged("-at_install", "post_install")
@freeze_time(NOW)
class TestAttendance(SessionCase):
    """One signs once, for oneself, in the room, during the half-day; the rest is a correction with a reason."""

    def setUp(self):
        super().setUp()
        self.session = self.convoked()
        self.slots = self.session.slot_ids.sorted("start")
        self.slot = self.slots[0]

    def code(self, slot=None, user=None):
        return self.as_user(user or self.u_trainer, slot or self.slot).get_code()["code"]

    def sign(self, code, user=None):
        return self.as_user(user or self.u_agent)["gov.training.slot"].action_sign_code(code)

    def presence(self, employee=None, slot=None):
        self.env.invalidate_all()
        slot = slot or self.slot
        return slot.presence_ids.filtered(lambda one: one.employee_id == (employee or self.agent))

    def test_scanning_the_screen_records_the_presence_once(self):
        with self.at(MORNING):
            code = self.code()
            first = self.sign(code)
            again = self.sign(code)
        self.assertTrue(first["is_new"])
        self.assertFalse(again["is_new"])
        presence = self.presence()
        self.assertEqual((presence.state, presence.way, presence.signed_by_id), ("present", "phone", self.u_agent))
        entries = self.env["gov.journal.entry"].search([("model", "=", presence._name), ("res_id", "=", presence.id)])
        self.assertEqual(len(entries), 1)
        self.assertEqual(self.session.state, "running")

    def test_an_old_code_is_refused(self):
        with self.at(MORNING):
            code = self.code()
        with self.at("2026-03-10 09:31:01"), self.assertRaisesRegex(UserError, "out of date"):
            self.sign(code)
        self.assertEqual(self.presence().state, "expected")

    def test_a_forged_code_is_refused(self):
        now = Datetime.to_datetime(MORNING)
        forged = session_code.make(self.slot.id, now.timestamp(), 30, lambda text: "0" * 64)
        with self.at(MORNING):
            real = self.code()
            for code in (forged, real[:-1] + ("0" if real[-1] != "0" else "1"), "", None, 5, "1.2.3", "<script>"):
                with self.assertRaises(UserError):
                    self.sign(code)
            # the code of a half-day with the number of another
            number, rest = real.split(".", 1)
            with self.assertRaisesRegex(UserError, "does not come from us"):
                self.sign(f"{self.slots[1].id}.{rest}")
        self.assertEqual(self.presence().state, "expected")

    def test_who_is_no_participant_is_refused(self):
        with self.at(MORNING):
            for user in (self.u_agents[3], self.u_trainer, self.u_officer):
                with self.assertRaisesRegex(UserError, "not a participant"):
                    self.sign(self.code(), user)

    def test_one_signs_during_the_half_day_some_minutes_apart(self):
        for moment in ("2026-03-10 08:44:00", "2026-03-10 12:31:00", "2026-03-11 09:00:00", "2026-03-09 09:30:00"):
            with self.at(moment), self.assertRaisesRegex(UserError, "too (early|late)"):
                self.sign(self.code())
        for moment in ("2026-03-10 08:45:00", "2026-03-10 12:30:00"):
            with self.at(moment):
                self.sign(self.code(), self.u_agents[0 if "08" in moment else 1])
        self.assertEqual(self.presence().state, "present")
        self.parameter("training.sign.before", 0)
        with self.at("2026-03-10 13:59:00"), self.assertRaisesRegex(UserError, "too early"):
            self.sign(self.code(self.slots[1]))

    def test_the_code_is_shown_by_trainers_and_officers_only(self):
        with self.at(MORNING):
            for user in (self.u_agent, self.u_head, self.u_hr, self.u_auditor, self.u_far_officer, self.u_agents[4]):
                with self.assertRaises(AccessError, msg=user.login):
                    self.code(user=user)
            self.assertTrue(self.code(user=self.u_officer))
            shown = self.as_user(self.u_trainer, self.slot).get_code()
        self.assertIn("<svg", shown["svg"])
        self.assertEqual(shown["path"], f"/training/sign/{shown['code']}")
        self.assertTrue(0 < shown["seconds"] <= 30)

    def test_the_trainer_has_people_sign_or_calls_them(self):
        first, second = (self.registration(self.session, agent) for agent in self.agents[:2])
        with self.at(MORNING):
            trainer = self.as_user(self.u_trainer, self.slot)
            self.assertTrue(trainer.action_sign_tablet(first.id, f"data:image/png;base64,{PNG}")["is_new"])
            self.assertTrue(trainer.action_sign_tablet(second.id)["is_new"])
            self.assertFalse(trainer.action_sign_tablet(second.id)["is_new"])
        self.assertEqual((self.presence().way, self.presence(self.agents[1]).way), ("tablet", "trainer"))
        self.assertEqual(self.presence().signature.decode(), PNG)
        self.assertEqual(self.slot.present_count, 2)

    def test_what_is_no_signature_is_refused(self):
        registration = self.registration(self.session, self.agent)
        with self.at(MORNING):
            trainer = self.as_user(self.u_trainer, self.slot)
            large = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"\0" * 200_000).decode()
            for wrong in (
                "data:image/svg+xml;base64,PHN2Zz4=",
                "nonsense",
                5,
                large,
                base64.b64encode(b"GIF").decode(),
            ):
                with self.assertRaises(UserError):
                    trainer.action_sign_tablet(registration.id, wrong)
        self.assertEqual(self.presence().state, "expected")

    def test_nobody_else_holds_the_attendance(self):
        registration = self.registration(self.session, self.agent)
        with self.at(MORNING):
            for user in (self.u_agent, self.u_agents[1], self.u_head, self.u_hr, self.u_auditor):
                with self.assertRaises(AccessError, msg=user.login):
                    self.as_user(user, self.slot).action_sign_tablet(registration.id)
            for other in (0, -1, "1", None, 10**9):
                with self.assertRaises(UserError):
                    self.as_user(self.u_trainer, self.slot).action_sign_tablet(other)

    def test_the_trainer_takes_back_what_he_recorded_by_mistake(self):
        registration = self.registration(self.session, self.agent)
        with self.at(MORNING):
            trainer = self.as_user(self.u_trainer, self.slot)
            trainer.action_sign_tablet(registration.id)
            trainer.action_unsign(registration.id)
            self.assertEqual(self.presence().state, "expected")
            self.sign(self.code())
            with self.assertRaisesRegex(UserError, "recorded yourself"):
                self.as_user(self.u_trainer, self.slot).action_unsign(registration.id)

    def test_the_officer_corrects_with_a_reason_and_it_is_kept(self):
        presence = self.presence()
        with self.at("2026-03-10 18:00:00"):
            for user in (self.u_agent, self.u_head, self.u_trainer, self.u_hr, self.u_auditor, self.u_far_officer):
                with self.assertRaises(AccessError, msg=user.login):
                    self.as_user(user, presence).action_correct("present", "He was there.")
            officer = self.as_user(self.u_officer, presence)
            for state, reason in (
                ("present", ""),
                ("present", None),
                ("expected", "Why"),
                ("done", "Why"),
                (None, "Why"),
            ):
                with self.assertRaises(UserError):
                    officer.action_correct(state, reason)
            officer.action_correct("excused", "Called by the minister.")
            officer.action_correct("present", "He came back at ten.")
            with self.assertRaisesRegex(UserError, "says that already"):
                officer.action_correct("present", "He came back at ten.")
            with self.assertRaisesRegex(UserError, "has not begun"):
                self.as_user(self.u_officer, self.presence(slot=self.slots[2])).action_correct("present", "Early.")
        presence = self.presence()
        self.assertEqual(
            (presence.state, presence.way, presence.reason), ("present", "officer", "He came back at ten.")
        )
        entries = self.env["gov.journal.entry"].search(
            [("model", "=", presence._name), ("res_id", "=", presence.id), ("act", "=", "correct")], order="sequence"
        )
        self.assertEqual(len(entries), 2)
        self.assertIn("Called by the minister.", entries[0].payload)

    def test_who_was_recorded_absent_does_not_sign_it_away(self):
        with self.at("2026-03-10 10:00:00"):
            self.as_user(self.u_officer, self.presence()).action_correct("absent", "He left at once.")
            with self.assertRaisesRegex(UserError, "recorded as absent"):
                self.sign(self.code())
        self.assertEqual(self.presence().state, "absent")

    def test_an_officer_does_not_correct_his_own_attendance(self):
        session = self.opened()
        registration = self.apply(session, self.u_officer)
        self.as_user(self.u_other_head, registration).action_approve()
        self.as_user(self.u_officer, session).action_convoke()
        presence = registration.presence_ids.sorted("date")[0]
        with self.at("2026-03-10 18:00:00"):
            with self.assertRaisesRegex(AccessError, "Your own attendance"):
                self.as_user(self.u_officer, presence).action_correct("present", "I was there.")
            with self.assertRaisesRegex(AccessError, "sign for yourself"):
                self.as_user(self.u_officer, presence.slot_id).action_sign_tablet(registration.id)
            self.as_user(self.u_manager, presence).action_correct("present", "Seen there.")
        self.env.invalidate_all()
        self.assertEqual(presence.state, "present")

    def test_a_closed_session_keeps_its_attendance(self):
        self.held(self.session)
        with self.at("2026-03-12 09:00:00"):
            self.as_user(self.u_officer, self.session).action_close()
            with self.assertRaisesRegex(UserError, "no longer changes"):
                self.as_user(self.u_officer, self.presence()).action_correct("absent", "He left.")

    def test_the_page_of_the_trainer(self):
        with self.at(MORNING):
            sessions = self.as_user(self.u_trainer)["gov.training.session"]
            self.assertEqual([one["session_id"] for one in sessions.get_attendance()["sessions"]], [self.session.id])
            page = sessions.get_attendance(self.session.id)
            self.assertEqual(page["slot"]["id"], self.slot.id)
            self.assertTrue(page["slot"]["is_open"])
            self.assertEqual([row["state"] for row in page["people"]], ["expected", "expected"])
            with self.assertRaises(AccessError):
                self.as_user(self.u_agent)["gov.training.session"].get_attendance(self.session.id)
            for odd in ("1", 10**9, [1]):
                with self.assertRaises(UserError):
                    sessions.get_attendance(odd)

    def test_the_sheet_prints_who_signed(self):
        with self.at(MORNING):
            self.as_user(self.u_trainer, self.slot).action_sign_tablet(
                self.registration(self.session, self.agent).id, PNG
            )
        for lang, words in (("ar", "ورقة الحضور"), ("fr", "Feuille d’émargement")):
            pages = self.as_user(self.u_officer)["gov.training.sheet"]._gov_pages(self.session, lang)
            self.assertEqual(len(pages), 1)
            cells = {row["name"]: row["cells"][0]["state"] for row in pages[0]["rows"]}
            self.assertEqual(cells[self.agent._gov_document_name(lang)], "present")
            html = (
                self.env["ir.actions.report"]
                .with_user(self.u_officer)
                ._render_qweb_html(f"gov_hr_training.report_attendance_{lang}", self.session.ids)[0]
                .decode()
            )
            self.assertIn(words, html)
            self.assertIn("data:image/png;base64", html)
        with self.assertRaises(AccessError):
            self.as_user(self.u_agent)["gov.training.sheet"]._gov_pages(self.session.with_user(self.u_agent), "fr")


@tagged("-at_install", "post_install")
class TestAttendancePage(SessionCase, HttpCase):
    """What a phone does: scan, sign in when needed, one tap."""

    def setUp(self):
        super().setUp()
        with freeze_time(NOW):
            self.training = self.convoked()
        # of today: the pages follow the clock of the server
        now = Datetime.now().replace(second=0)
        self.slot = self.training.slot_ids.sorted("start")[0]
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE gov_training_slot SET start = %s - interval '1 hour', stop = %s + interval '1 hour' WHERE id = %s",
            [now, now, self.slot.id],
        )
        self.env.invalidate_all()

    def path(self):
        path = self.as_user(self.u_trainer, self.slot).get_code()["path"]
        self.env.flush_all()
        return path

    def answer(self, page):
        return re.search(r'data-answer="(\w+)"', page.text)[1]

    def tap(self, page):
        token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]
        return self.url_open("/training/sign", data={"csrf_token": token})

    def test_scan_and_sign(self):
        self.authenticate(self.u_agent.login, self.u_agent.login)
        page = self.url_open(self.path())
        self.assertEqual(self.answer(page), "ask")
        self.assertEqual(page.headers["Content-Security-Policy"][:18], "default-src 'none'")
        signed = self.tap(page)
        self.assertEqual(self.answer(signed), "signed")
        self.env.invalidate_all()
        presence = self.slot.presence_ids.filtered(lambda one: one.employee_id == self.agent)
        self.assertEqual((presence.state, presence.way), ("present", "phone"))
        # the scan is used up: the page alone signs nothing more
        self.assertEqual(self.answer(self.url_open("/training/sign")), "rescan")

    def test_who_is_not_signed_in_signs_in_first_and_the_scan_is_kept(self):
        self.authenticate(None, None)
        page = self.url_open(self.path())
        self.assertIn("/web/login", page.url)
        form = re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]
        login = self.u_agent.login
        page = self.url_open(
            "/web/login",
            data={"login": login, "password": login, "csrf_token": form, "redirect": "/training/sign"},
        )
        self.assertEqual(self.answer(page), "ask")
        self.assertEqual(self.answer(self.tap(page)), "signed")

    def test_a_bad_code_and_somebody_else_are_told(self):
        self.authenticate(self.u_agents[3].login, self.u_agents[3].login)
        refused = self.url_open("/training/sign/1.2.00000000000000000000000000000000")
        self.assertEqual((refused.status_code, self.answer(refused)), (400, "refused"))
        page = self.url_open(self.path())
        refused = self.tap(page)
        self.assertEqual((refused.status_code, self.answer(refused)), (400, "refused"))
        self.assertIn("not a participant", refused.text)

    def test_the_tap_needs_its_token(self):
        self.authenticate(self.u_agent.login, self.u_agent.login)
        self.url_open(self.path())
        with mute_logger("odoo.http"):
            answer = self.url_open("/training/sign", data={"csrf_token": "nothing"})
        self.assertEqual(answer.status_code, 400)
        self.env.invalidate_all()
        self.assertEqual(set(self.slot.presence_ids.mapped("state")), {"expected"})
