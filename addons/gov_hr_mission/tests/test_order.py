from datetime import date

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import MONDAY, REASON, MissionCase


@tagged("post_install", "-at_install")
@freeze_time(MONDAY)
class TestMissionOrder(MissionCase):
    def test_mission_in_morocco_goes_to_the_head_then_to_the_director(self):
        order = self.submit(self.draft())
        self.assertEqual(order.circuit_id, self.env.ref("gov_hr_mission.circuit_morocco"))
        self.assertEqual(
            order.approval_line_ids.sorted("sequence").mapped(lambda line: (line.who, line.kind)),
            [("direct_head", "opinion"), ("director", "signature")],
        )
        self.approve(order, self.u_head, self.u_director)
        self.assertEqual(order.state, "approved")
        self.assertEqual(order.signatory_id, self.director)
        self.assertRegex(order.document_number, r"^\d{4}/OM/2026$")
        self.assertEqual(order.document_id.state, "valid")

    def test_mission_abroad_needs_a_signature_more(self):
        order = self.submit(self.draft(kind="abroad", country_id=self.env.ref("base.fr").id, place_to="Paris"))
        self.assertEqual(order.circuit_id, self.env.ref("gov_hr_mission.circuit_abroad"))
        self.approve(order, self.u_head, self.u_director)
        self.assertEqual(order.state, "in_review")
        self.approve(order, self.u_manager)
        self.assertEqual((order.state, order.signatory_id), ("approved", self.manager))

    def test_mission_abroad_names_its_country(self):
        with self.assertRaisesRegex(UserError, "country"):
            self.submit(self.draft(kind="abroad"))

    def test_who_asks_never_approves(self):
        order = self.submit(self.draft(self.u_head, employee_id=self.agent.id), self.u_head)
        with self.assertRaises(AccessError):
            self.as_user(self.u_head, order).action_approve()
        with self.assertRaises(AccessError):
            self.as_user(self.u_agent, order).action_approve()

    def test_head_asks_for_his_people_and_not_for_others(self):
        self.draft(self.u_head, employee_id=self.agent.id)
        with self.assertRaises(AccessError):
            self.draft(self.u_head, employee_id=self.driver.id)
        with self.assertRaises(AccessError):
            self.draft(self.u_agent, employee_id=self.colleague.id)

    def test_order_prints_stages_and_authorises_the_own_car(self):
        order = self.granted(transport="own_car", car_make="Dacia Logan", car_plate="12345-A-1", car_power=7)
        page = order.document_id.sudo().content
        for words in ("Inspection of the regional office", "Tangier", "Dacia Logan", "12345-A-1", "7"):
            self.assertIn(words, page)
        self.assertEqual(order.stage_ids.mapped("place_to"), ["Tangier", "Rabat"])

    def test_order_in_both_languages_on_one_document(self):
        order = self.granted(lang="ar_fr")
        page = order.document_id.sudo().content
        self.assertNotIn("&lt;", page)
        for words in ("أمر بمهمة", "Ordre de mission", self.agent.name_ar, "داخل المغرب"):
            self.assertIn(words, page)

    def test_own_car_names_make_plate_and_power(self):
        with self.assertRaisesRegex(UserError, "Plate number"):
            self.submit(self.draft(transport="own_car", car_make="Dacia", car_power=7))

    def test_mission_that_began_is_filed_late_by_hr_only(self):
        past = {"start": "2026-02-25 08:00:00", "stop": "2026-02-26 18:00:00"}
        with self.assertRaisesRegex(UserError, "before it begins"):
            self.submit(self.draft(**past))
        order = self.draft(self.u_hr, employee_id=self.agent.id, **past)
        self.assertEqual(self.submit(order, self.u_hr).state, "submitted")

    def test_mission_of_today_is_filed(self):
        order = self.draft(start="2026-03-02 07:00:00", stop="2026-03-02 20:00:00")
        self.assertEqual(self.submit(order).state, "submitted")

    def test_stage_outside_the_mission_is_refused(self):
        stage = {"place_from": "Rabat", "place_to": "Tangier", "transport": "train"}
        for late in ("2026-03-05 18:01:00", "2026-03-03 07:59:00"):
            order = self.draft(stage_ids=[(0, 0, dict(stage, departure=late))])
            with self.assertRaisesRegex(UserError, "not inside the mission"):
                self.submit(order)
        order = self.draft(stage_ids=[(0, 0, dict(stage, departure="2026-03-05 18:00:00"))])
        self.assertEqual(self.submit(order).state, "submitted")

    # ------------------------------------------------------------------ conflicts
    def test_granted_mission_blocks_another_on_the_same_hours(self):
        self.granted()
        second = self.draft(start="2026-03-05 10:00:00", stop="2026-03-06 10:00:00")
        self.assertTrue(second.has_blocking_conflict)
        self.assertIn("Tangier", second.conflict_text)
        with self.assertRaisesRegex(UserError, "mission to Tangier"):
            self.submit(second)

    def test_mission_that_begins_when_the_other_ends_is_no_conflict(self):
        self.granted()
        second = self.draft(start="2026-03-05 18:00:00", stop="2026-03-06 10:00:00")
        self.assertFalse(second.conflict_text)
        self.assertEqual(self.submit(second).state, "submitted")

    def test_mission_only_asked_for_is_told_before_filing_and_held_by_the_database(self):
        self.submit(self.draft())
        second = self.draft()
        self.assertFalse(second.has_blocking_conflict)
        self.assertIn("not decided yet", second.conflict_text)
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.submit(second)

    def away(self, *absences):
        """Let another module say when the agent is away: (first day, last day, whether it is granted)."""
        employees = type(self.env["hr.employee"])
        if not hasattr(self, "told"):
            before = employees._gov_absences

            def found(this, date_from, date_to):
                told = [
                    {
                        "employee_id": self.agent.id,
                        "kind": "leave",
                        "model": "hr.leave",
                        "res_id": 1,
                        "date_from": first,
                        "date_to": last,
                        "label": "on leave",
                        "is_granted": is_granted,
                    }
                    for first, last, is_granted in self.told
                    if self.agent.id in this.ids and first <= date_to and last >= date_from
                ]
                return before(this, date_from, date_to) + told

            self.patch(employees, "_gov_absences", found)
        self.told = absences

    def test_granted_leave_blocks_on_its_first_and_last_day_only(self):
        for first, last, blocks in (
            (date(2026, 3, 5), date(2026, 3, 9), True),
            (date(2026, 2, 20), date(2026, 3, 3), True),
            (date(2026, 3, 6), date(2026, 3, 9), False),
            (date(2026, 2, 20), date(2026, 3, 2), False),
        ):
            with self.subTest(first=first, last=last):
                self.away((first, last, True))
                order = self.draft()
                self.assertEqual(order.has_blocking_conflict, blocks)
                if blocks:
                    with self.assertRaisesRegex(UserError, "on leave"):
                        self.submit(order)

    def test_leave_asked_for_warns_and_does_not_block(self):
        self.away((date(2026, 3, 4), date(2026, 3, 4), False))
        order = self.draft()
        self.assertTrue(order.conflict_text)
        self.assertFalse(order.has_blocking_conflict)
        self.assertEqual(self.submit(order).state, "submitted")

    def test_leave_granted_meanwhile_stops_the_signature(self):
        order = self.approve(self.submit(self.draft()), self.u_head)
        self.away((date(2026, 3, 4), date(2026, 3, 4), True))
        with self.assertRaisesRegex(UserError, "on leave"):
            self.as_user(self.u_director, order).action_approve()

    def test_absences_of_others_tell_of_the_mission(self):
        order = self.granted()
        found = self.agent._gov_absences(date(2026, 3, 1), date(2026, 3, 31))
        self.assertEqual(
            [(item["kind"], item["res_id"], item["date_from"], item["date_to"], item["is_granted"]) for item in found],
            [("mission", order.id, date(2026, 3, 3), date(2026, 3, 5), True)],
        )
        self.assertFalse(self.agent._gov_absences(date(2026, 3, 6), date(2026, 3, 31)))
        self.assertFalse(self.colleague._gov_absences(date(2026, 3, 1), date(2026, 3, 31)))

    # ------------------------------------------------------------------ after approval
    def test_clock_moves_a_granted_mission(self):
        order = self.granted()
        for moment, state in (
            ("2026-03-03 07:59:00", "approved"),
            ("2026-03-03 08:00:00", "running"),
            ("2026-03-05 17:59:00", "running"),
            ("2026-03-05 18:00:00", "to_settle"),
        ):
            with freeze_time(moment):
                self.back(order)
                self.assertEqual(order.state, state, moment)

    def test_granted_mission_is_cancelled_and_its_document_revoked(self):
        order = self.granted()
        self.as_user(self.u_agent, order).action_cancel()
        self.env.invalidate_all()
        self.assertEqual((order.state, order.document_id.state), ("cancelled", "revoked"))
        self.assertFalse(self.agent._gov_absences(date(2026, 3, 1), date(2026, 3, 31)))

    def test_mission_under_way_is_not_cancelled(self):
        order = self.granted()
        with freeze_time("2026-03-03 12:00:00"):
            self.back(order)
            with self.assertRaises(UserError):
                self.as_user(self.u_agent, order).action_cancel()

    def test_advance_once_by_who_pays_and_never_by_who_asked(self):
        order = self.granted()
        for user in (self.u_agent, self.u_head, self.u_director, self.u_auditor):
            with self.assertRaises(AccessError):
                self.as_user(user, order).action_record_advance(500, "OP 12")
        for amount in (0, -5, "500", None):
            with self.assertRaises(UserError):
                self.as_user(self.u_hr, order).action_record_advance(amount, "OP 12")
        self.as_user(self.u_hr, order).action_record_advance(500, "OP 12")
        self.assertEqual((order.advance_amount, order.advance_reference), (500, "OP 12"))
        with self.assertRaises(UserError):
            self.as_user(self.u_hr, order).action_record_advance(500, "OP 13")

    def test_mission_with_an_advance_is_settled_not_cancelled(self):
        order = self.granted()
        self.as_user(self.u_hr, order).action_record_advance(500, "OP 12")
        with self.assertRaisesRegex(UserError, "advance"):
            self.as_user(self.u_agent, order).action_cancel()

    def test_extension_makes_a_new_document_that_replaces_the_first(self):
        order = self.granted()
        first = order.document_id
        later = fields.Datetime.to_datetime("2026-03-07 18:00:00")
        for user in (self.u_agent, self.u_colleague, self.u_head):
            with self.assertRaises(AccessError):
                self.as_user(user, order).action_extend(later, REASON)
        self.as_user(self.u_director, order).action_extend(later, REASON)
        self.env.invalidate_all()
        self.assertEqual(
            (order.stop, order.original_stop), (later, fields.Datetime.to_datetime("2026-03-05 18:00:00"))
        )
        self.assertEqual(order.date_to, date(2026, 3, 7))
        self.assertEqual((first.state, order.document_id.state), ("superseded", "valid"))
        self.assertNotEqual(first, order.document_id)
        self.assertIn("7 mars 2026", order.document_id.sudo().content)

    def test_extension_is_later_and_has_a_reason(self):
        order = self.granted()
        for stop, reason in ((order.stop, REASON), ("2026-03-04 10:00:00", REASON), ("2026-03-07 10:00:00", " ")):
            with self.assertRaises(UserError):
                self.as_user(self.u_director, order).action_extend(stop, reason)

    def test_extension_over_another_mission_is_refused(self):
        order = self.granted()
        self.granted(start="2026-03-06 08:00:00", stop="2026-03-06 18:00:00", place_to="Fez")
        with self.assertRaisesRegex(UserError, "Fez"):
            self.as_user(self.u_director, order).action_extend("2026-03-07 10:00:00", REASON)

    # ------------------------------------------------------------------ colleagues
    def test_same_mission_for_a_colleague_is_his_own_draft(self):
        order = self.draft()
        self.as_user(self.u_agent, order).action_copy_for(self.colleague.ids)
        copy = order.colleague_order_ids
        self.assertEqual(
            (copy.employee_id, copy.requester_id, copy.state, copy.place_to, copy.start),
            (self.colleague, self.u_colleague, "draft", "Tangier", order.start),
        )
        self.assertEqual(self.submit(copy, self.u_colleague).state, "submitted")
        with self.assertRaises(UserError):  # once
            self.as_user(self.u_agent, order).action_copy_for(self.colleague.ids)

    def test_colleague_does_not_inherit_the_own_car(self):
        stage = {"place_from": "Rabat", "place_to": "Tangier", "departure": "2026-03-03 08:00:00", "km": 250}
        order = self.draft(
            transport="own_car",
            car_make="Dacia",
            car_plate="1-A-1",
            car_power=7,
            stage_ids=[(0, 0, dict(stage, transport="own_car"))],
        )
        self.as_user(self.u_agent, order).action_copy_for(self.colleague.ids)
        copy = order.colleague_order_ids
        self.assertEqual((copy.transport, copy.car_plate, copy.uses_own_car), ("other", False, False))
        self.assertEqual(copy.stage_ids.mapped(lambda one: (one.transport, one.km)), [("other", 0)])

    def test_stranger_prepares_nothing(self):
        order = self.draft()
        with self.assertRaises(AccessError):
            self.as_user(self.u_colleague, order).action_copy_for(self.colleague.ids)

    # ------------------------------------------------------------------ guards
    def test_state_and_act_fields_are_never_given(self):
        order, granted = self.draft(), self.granted(self.u_colleague)
        forged = (
            {"state": "approved"},
            {"document_id": granted.document_id.id},
            {"advance_amount": 5},
            {"signatory_id": self.director.id},
            {"main_order_id": granted.id},
            {"region_id": self.far.id},
        )
        for vals in forged:
            with self.assertRaises(UserError):
                self.as_user(self.u_agent, order).write(vals)
            with self.assertRaises(UserError):
                self.as_user(self.u_hr, order).write(vals)
            with self.assertRaises(UserError):
                self.draft(**vals)

    def test_defaults_of_the_context_set_no_act_field(self):
        env = self.as_user(self.u_agent)
        orders = env["gov.mission.order"].with_context(default_advance_amount=900, default_signatory_id=self.head.id)
        order = orders.create(
            {
                "purpose": "x",
                "place_from": "a",
                "place_to": "b",
                "start": "2026-03-03 08:00:00",
                "stop": "2026-03-03 18:00:00",
            }
        )
        self.assertFalse(order.advance_amount)
        self.assertFalse(order.signatory_id)
        with self.assertRaises(UserError):
            env["gov.mission.order"].with_context(default_state="approved").create({})

    def test_filed_mission_is_frozen_but_its_budget_line(self):
        order = self.submit(self.draft())
        for vals in ({"place_to": "Fez"}, {"stop": "2026-03-09 10:00:00"}, {"car_power": 12}):
            with self.assertRaises(UserError):
                self.as_user(self.u_agent, order).write(vals)
        with self.assertRaises(UserError):
            self.as_user(self.u_agent, order.stage_ids[:1]).write({"km": 900})
        with self.assertRaises(AccessError):
            self.as_user(self.u_agent, order).write({"budget_text": "1.2.3"})
        self.as_user(self.u_hr, order).write({"budget_text": "1.2.3"})
        self.assertEqual(order.budget_text, "1.2.3")

    def test_copy_is_a_plain_draft(self):
        order = self.granted()
        copy = self.as_user(self.u_agent, order).copy({"start": "2026-04-03 08:00:00", "stop": "2026-04-05 18:00:00"})
        self.assertEqual((copy.state, bool(copy.document_id), bool(copy.signatory_id)), ("draft", False, False))

    def test_return_before_departure_is_refused(self):
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.draft(start="2026-03-05 08:00:00", stop="2026-03-05 08:00:00")

    def test_odd_input_is_answered_by_a_sentence(self):
        order = self.granted()
        hr = self.as_user(self.u_hr, order)
        for stop in (None, "abc", "", 1e9, 5, [[1]], {"a": 1}, True):
            with self.assertRaisesRegex(UserError, "new return comes after"):
                hr.action_extend(stop, REASON)
        for amount in (None, "abc", "", True, -5, 0, float("nan"), float("inf"), 1e30, [[1]]):
            with self.assertRaisesRegex(UserError, "amount of the advance"):
                hr.action_record_advance(amount, "OP 12")
        for ids in (None, "abc", "", 7, {"a": 1}, ["abc"], [True], [None]):
            with self.assertRaisesRegex(UserError, "Choose colleagues"):
                self.as_user(self.u_agent, order).action_copy_for(ids)
