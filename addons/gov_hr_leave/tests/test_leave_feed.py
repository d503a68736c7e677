import re
from datetime import date, datetime

import vobject

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from ..services import ical
from .common import LeaveCase


class TestIcal(LeaveCase):
    EVENT = {
        "uid": "leave-1@t",
        "summary": "Leave",
        "tentative": False,
    }

    def make(self, **values):
        event = self.EVENT | {"changed_on": datetime(2026, 3, 2, 9), "first": date(2026, 12, 30)}
        return ical.calendar("T; calendar, \\ x", [event | {"last": date(2026, 12, 31)} | values], "ar")

    def test_end_of_whole_days_is_exclusive_across_the_year(self):
        event = vobject.readOne(self.make().decode()).vevent
        self.assertEqual(str(event.dtstart.value), "2026-12-30")
        self.assertEqual(str(event.dtend.value), "2027-01-01")
        self.assertIn(b"DTSTART;VALUE=DATE:20261230\r\n", self.make())

    def test_lines_end_with_crlf_and_are_folded_at_75_octets_inside_no_character(self):
        long = "رخصة سنوية طويلة جدا " * 12
        body = self.make(summary=long)
        self.assertNotIn(b"\n", body.replace(b"\r\n", b""))
        self.assertTrue(body.endswith(b"END:VCALENDAR\r\n"))
        for line in body.split(b"\r\n"):
            self.assertLessEqual(len(line), 75)
            line.decode()  # no character is cut
        self.assertEqual(vobject.readOne(body.decode()).vevent.summary.value, long)

    def test_text_is_escaped(self):
        text = "a; b, c \\ d\ne"
        body = self.make(summary=text)
        self.assertIn(rb"SUMMARY;LANGUAGE=ar:a\; b\, c \\ d\ne", body)
        self.assertEqual(vobject.readOne(body.decode()).vevent.summary.value, text)

    def test_same_leave_gives_the_same_bytes(self):
        self.assertEqual(self.make(), self.make())


@tagged("post_install", "-at_install")
class TestFeed(LeaveCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["hr.leave.type"].search([("is_health", "=", True)]).proof_required = False
        (cls.u_agent | cls.u_head).lang = "en_US"

    def path(self, user=None, scope="own"):
        feeds = self.as_user(user or self.u_agent)["gov.leave.feed"].action_renew(scope)
        url = next(feed["url"] for feed in feeds if feed["scope"] == scope)
        self.assertRegex(url, r"/my/leave/[0-9a-f]{32}\.ics$")
        return re.search(r"/my/leave/.*", url).group()

    def read(self, path):
        self.env.flush_all()
        answer = self.url_open(path)
        return answer, [event.summary.value for event in vobject.readOne(answer.text).contents.get("vevent", [])]

    def test_address_shows_ones_leave_and_no_kind_of_health_leave(self):
        self.approve(self.ask("2026-04-06", "2026-04-10"))
        self.approve(self.ask("2026-03-02", "2026-03-06", code="MAL_CD", address_during="12, rue T"))
        self.ask("2026-05-04", "2026-05-05")
        answer, summaries = self.read(self.path())
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(answer.headers["Content-Type"], "text/calendar; charset=utf-8")
        self.assertEqual(sorted(summaries), ["Absent", "Annual leave", "Annual leave"])
        events = vobject.readOne(answer.text).contents["vevent"]
        self.assertEqual(sorted(event.status.value for event in events), ["CONFIRMED", "CONFIRMED", "TENTATIVE"])
        self.assertEqual(len({event.uid.value for event in events}), 3)

    def test_renewing_and_revoking_stop_the_address_at_once(self):
        old = self.path()
        self.assertEqual(self.url_open(old).status_code, 200)
        new = self.path()
        self.assertNotEqual(old, new)
        self.assertEqual(self.url_open(old).status_code, 404)
        self.assertEqual(self.url_open(new).status_code, 200)
        self.as_user(self.u_agent)["gov.leave.feed"].action_revoke("own")
        self.env.flush_all()
        self.assertEqual(self.url_open(new).status_code, 404)

    def test_unknown_and_ill_formed_addresses_are_not_found(self):
        for token in ("0" * 32, "x", "0" * 33, "%00", "' OR 1=1 --"):
            with self.subTest(token):
                self.assertEqual(self.url_open(f"/my/leave/{token}.ics").status_code, 404)

    def test_unchanged_calendar_is_not_sent_again(self):
        path = self.path()
        first = self.url_open(path)
        again = self.url_open(path, headers={"If-None-Match": first.headers["ETag"]})
        self.assertEqual(again.status_code, 304)

    def test_unit_calendar_is_for_its_head_and_ends_with_the_post(self):
        self.approve(self.ask("2026-04-06", "2026-04-10"))
        with self.assertRaises(UserError):
            self.path(scope="unit")
        path = self.path(self.u_head, "unit")
        self.assertEqual(self.read(path)[1], ["t_agent · Annual leave"])
        self.service.manager_id = self.colleague
        self.assertEqual(self.read(path)[1], [])

    def test_archived_user_has_no_address_any_more(self):
        path = self.path()
        self.u_agent.active = False
        self.env.flush_all()
        self.assertEqual(self.url_open(path).status_code, 404)

    def test_secrets_are_closed_to_everyone(self):
        self.path()
        feed = self.env["gov.leave.feed"].search([("user_id", "=", self.u_agent.id)])
        self.assertFalse(self.as_user(self.u_colleague)["gov.leave.feed"].search([("id", "=", feed.id)]))
        for user in (self.u_agent, self.u_manager, self.env.ref("base.user_admin")):
            with self.subTest(user.login), self.assertRaises(AccessError):
                feed.with_env(self.as_user(user)).read(["nonce", "digest"])
        self.assertNotIn(feed.nonce, self.path())
