from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import MONDAY, REASON, MissionCase

AFTER = "2026-03-06 09:00:00"


@tagged("post_install", "-at_install")
@freeze_time(MONDAY)
class TestSettlement(MissionCase):
    def over(self, **vals):
        """A granted mission that is over; the clock stands on the morning after."""
        order = self.granted(**vals)
        clock = freeze_time(AFTER)
        clock.start()
        self.addCleanup(clock.stop)
        return self.back(order)

    def expense(self, settlement, user=None, **vals):
        values = {
            "settlement_id": settlement.id,
            "name": "Train ticket",
            "amount": 150.5,
            "date": "2026-03-03",
            **vals,
        }
        return self.as_user(user or self.u_agent)["gov.mission.expense"].create(values).with_env(self.env)

    def signed(self, settlement):
        self.submit(settlement)
        return self.approve(settlement, self.u_head, self.u_hr, self.u_payer)

    def test_missing_rate_is_asked_for_in_plain_words(self):
        settlement = self.settle(self.over())
        self.assertIn("No daily rate for Group 2 in Morocco on 3 March 2026", settlement.missing_text)
        self.assertIn("3 days in all", settlement.missing_text)
        self.assertFalse(settlement.line_ids)
        with self.assertRaisesRegex(UserError, "Ask the HR manager to enter it"):
            self.submit(settlement)
        self.rate(200)
        self.assertEqual(self.submit(settlement).state, "submitted")

    def test_rate_of_one_day_missing_stops_the_settlement(self):
        self.rate(200, valid_to="2026-03-04")
        settlement = self.settle(self.over())
        self.assertIn("on 5 March 2026", settlement.missing_text)
        self.assertNotIn("in all", settlement.missing_text)
        with self.assertRaises(UserError):
            self.submit(settlement)

    def test_days_times_rate_line_by_line(self):
        self.rate(200)
        settlement = self.settle(self.over())
        self.assertEqual(
            [(str(line.day), line.quantity, line.rate, line.amount) for line in settlement.line_ids],
            [("2026-03-03", 0.5, 200, 100), ("2026-03-04", 1, 200, 200), ("2026-03-05", 0.75, 200, 150)],
        )
        self.assertEqual((settlement.total_amount, settlement.to_pay), (450, 450))
        sentence = self.as_user(self.u_agent, settlement.line_ids[0]).sentence
        self.assertIn("Midday meal, Evening meal = 0,5 day × 200,00 DH (Group 2)", sentence)

    def test_rate_that_changes_during_the_mission(self):
        self.rate(200, valid_to="2026-03-03")
        self.rate(300, valid_from="2026-03-04")
        settlement = self.settle(self.over())
        self.assertEqual(settlement.line_ids.mapped("amount"), [100, 300, 225])

    def test_kilometres_at_six_seven_nine_and_ten_horsepower(self):
        expected = {6: 1.20, 7: 1.75, 9: 1.75, 10: 2.30}
        rates = {
            power: self.env["gov.mission.rate"]._gov_mileage(power, settlement_day)[0]
            for power in expected
            for settlement_day in [self.draft().date_from]
        }
        self.assertEqual(rates, expected)

    def test_own_car_is_paid_by_the_kilometre_with_its_text(self):
        self.rate(200)
        order = self.over(transport="own_car", car_make="Dacia", car_plate="1-A-1", car_power=7)
        settlement = self.settle(order)
        self.assertIn("Write the kilometres", settlement.missing_text)
        for stage in settlement.stage_ids:
            self.as_user(self.u_agent, stage).km = 250
        self.assertFalse(settlement.missing_text)
        lines = settlement.line_ids.filtered(lambda line: line.kind == "mileage")
        self.assertEqual(lines.mapped("amount"), [437.5, 437.5])
        self.assertEqual(lines[0].legal_text_id, self.env.ref("gov_base.legal_text_decree_2_97_1053"))
        sentence = self.as_user(self.u_agent, lines[0]).sentence
        self.assertIn("250 km × 1,75 DH (car of 7 CV: from 7 to 9 CV)", sentence)
        self.assertIn("2-97-1053", sentence)

    def test_own_car_without_authorisation_is_not_paid(self):
        self.rate(200)
        settlement = self.settle(self.over())
        self.as_user(self.u_agent, settlement.stage_ids[:1]).write({"transport": "own_car", "km": 250})
        self.assertIn("does not authorise", settlement.missing_text)
        with self.assertRaises(UserError):
            self.submit(settlement)

    def test_nothing_is_settled_outside_the_order_without_extension(self):
        self.rate(200)
        order = self.over()
        settlement = self.settle(order)
        own = self.as_user(self.u_agent, settlement)
        for vals in ({"stop": "2026-03-05 18:01:00"}, {"start": "2026-03-03 07:59:00"}):
            with self.assertRaisesRegex(ValidationError, "extension"):
                own.write(vals)
        own.unlink()
        self.as_user(self.u_director, order).action_extend("2026-03-05 22:00:00", REASON)
        self.env.invalidate_all()
        settlement = self.settle(order)
        self.assertEqual(settlement.line_ids.mapped("amount"), [100, 200, 200])

    def test_return_before_the_end_is_settled_as_it_was(self):
        self.rate(200)
        settlement = self.settle(self.over())
        self.as_user(self.u_agent, settlement).write({"stop": "2026-03-04 15:00:00"})
        self.assertEqual(settlement.line_ids.mapped("amount"), [100, 150])

    def test_settled_after_the_return_only(self):
        self.rate(200)
        order = self.granted()
        with freeze_time("2026-03-04 09:00:00"):
            settlement = self.settle(order)
            self.assertEqual(order.state, "running")
            self.as_user(self.u_agent, settlement).write({"stop": "2026-03-05 18:00:00"})
            with self.assertRaisesRegex(UserError, "not over"):
                self.submit(settlement)

    def test_hr_is_told_who_prepares_the_settlement(self):
        self.rate(200)
        order = self.over()
        self.settle(order)
        with self.assertRaisesRegex(UserError, "being prepared by TM agent"):
            self.as_user(self.u_hr, order).action_settle()
        self.assertFalse(self.as_user(self.u_hr, order).can_settle)
        self.assertTrue(self.as_user(self.u_agent, order).can_settle)

    def test_mission_not_begun_is_not_settled(self):
        order = self.granted()
        with self.assertRaises(UserError):
            self.settle(order)

    def test_expense_needs_its_proof_and_a_day_of_the_mission(self):
        self.rate(200)
        settlement = self.settle(self.over())
        expense = self.expense(settlement)
        self.assertEqual(settlement.total_amount, 600.5)
        with self.assertRaisesRegex(UserError, "proof"):
            self.submit(settlement)
        self.as_user(self.u_agent, expense).write({"proof": b"aGVsbG8=", "date": "2026-03-06"})
        with self.assertRaisesRegex(UserError, "outside the mission"):
            self.submit(settlement)
        self.as_user(self.u_agent, expense).date = "2026-03-05"
        self.assertEqual(self.submit(settlement).state, "submitted")

    def test_meals_and_lodging_of_the_organiser_are_not_paid_again(self):
        self.rate(200)
        settlement = self.settle(self.over(payer="both", payer_name="UNESCO", has_meals=True))
        paid = settlement.line_ids.filtered(lambda line: line.kind == "allowance")
        self.assertEqual(
            [(str(line.day), line.parts, line.amount) for line in paid],
            [("2026-03-04", "night", 100), ("2026-03-05", "night", 100)],
        )
        self.assertEqual(sum(settlement.line_ids.mapped("amount")), settlement.total_amount)

    def test_advance_is_deducted_and_what_exceeds_is_said(self):
        self.rate(200)
        order = self.granted()
        self.as_user(self.u_hr, order).action_record_advance(620.5, "OP 12")
        with freeze_time(AFTER):
            settlement = self.settle(self.back(order))
            self.assertEqual((settlement.to_pay, settlement.to_give_back), (0, 170.5))
            self.signed(settlement)
            self.assertIn("à reverser", settlement.document_id.sudo().content)

    def test_circuit_is_head_human_resources_authorising_officer(self):
        self.rate(200)
        settlement = self.submit(self.settle(self.over()))
        with self.assertRaises(AccessError):
            self.as_user(self.u_payer, settlement).action_approve()
        self.approve(settlement, self.u_head, self.u_hr)
        self.assertEqual(settlement.state, "in_review")
        self.approve(settlement, self.u_payer)
        self.assertEqual((settlement.state, settlement.order_id.state), ("approved", "settled"))
        self.assertEqual(settlement.signatory_id, self.payer)
        self.assertRegex(settlement.document_number, r"^\d{4}/EF/2026$")
        self.assertEqual(settlement.document_id.state, "valid")

    def test_statement_says_each_amount_and_the_total_in_words(self):
        self.rate(200)
        page = self.signed(self.settle(self.over())).document_id.sudo().content
        self.assertNotIn("&lt;", page)
        for words in ("450,00", "quatre cent cinquante dirhams", "03/03/2026", "État des frais de déplacement"):
            self.assertIn(words, page)

    def test_statement_in_both_languages(self):
        self.rate(200)
        settlement = self.settle(self.over())
        self.as_user(self.u_agent, settlement).lang = "ar_fr"
        page = self.signed(settlement).document_id.sudo().content
        self.assertIn("أربعمائة وخمسون درهماً", page)
        self.assertIn("quatre cent cinquante dirhams", page)

    def test_granted_settlement_is_frozen(self):
        self.rate(200)
        settlement = self.settle(self.over())
        expense = self.expense(settlement, proof=b"aGVsbG8=")
        self.signed(settlement)
        own = self.as_user(self.u_agent, settlement)
        for vals in ({"stop": "2026-03-04 10:00:00"}, {"total_amount": 9000}, {"state": "draft"}, {"report": "x"}):
            with self.assertRaises(UserError):
                own.write(vals)
        with self.assertRaises(UserError):
            self.as_user(self.u_agent, expense).amount = 9000
        with self.assertRaises(UserError):
            self.as_user(self.u_agent, settlement.stage_ids[:1]).km = 9000
        with self.assertRaises(UserError):
            self.as_user(self.u_agent, expense).unlink()
        with self.assertRaises(AccessError):
            self.as_user(self.u_hr, settlement.line_ids[:1]).write({"amount": 9000})
        with self.assertRaises(AccessError):
            self.env["gov.mission.settlement.line"].browse(settlement.line_ids[0].id).write({"amount": 9000})

    def test_amounts_do_not_move_when_a_rate_ends_later(self):
        rate = self.rate(200)
        settlement = self.signed(self.settle(self.over()))
        with self.assertRaisesRegex(UserError, "rest on"):
            rate.amount = 100
        rate.valid_to = "2026-03-31"
        self.assertEqual(settlement.total_amount, 450)

    def test_mission_is_settled_once(self):
        self.rate(200)
        order = self.over()
        first = self.settle(order)
        self.assertEqual(self.settle(order), first)
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.env["gov.mission.settlement"].create({"order_id": order.id, "start": first.start, "stop": first.stop})

    def test_refused_settlement_is_made_again(self):
        self.rate(200)
        order = self.over()
        first = self.submit(self.settle(order))
        self.as_user(self.u_head, first).action_refuse("You were back on the 4th.")
        self.env.invalidate_all()
        self.assertEqual((first.state, order.state), ("refused", "to_settle"))
        self.assertNotEqual(self.settle(order), first)

    def test_correction_by_hr_replaces_the_statement(self):
        self.rate(200)
        order = self.over()
        first = self.signed(self.settle(order))
        for user in (self.u_agent, self.u_head, self.u_far_hr, self.u_auditor):
            with self.assertRaises(AccessError):
                self.as_user(user, first).action_correct(REASON)
        with self.assertRaises(UserError):
            self.as_user(self.u_manager, first).action_correct("  ")
        new = self.as_user(self.u_manager, first).action_correct(REASON).with_env(self.env)
        self.env.invalidate_all()
        self.assertEqual((first.state, order.state, new.state), ("corrected", "to_settle", "draft"))
        self.assertEqual((new.previous_id, new.requester_id), (first, self.u_agent))
        self.as_user(self.u_agent, new).stop = "2026-03-04 15:00:00"
        self.as_user(self.u_agent, new.stage_ids.filtered(lambda s: s.place_to == "Rabat")).write(
            {"departure": "2026-03-04 12:00:00", "arrival": "2026-03-04 15:00:00"}
        )
        self.signed(new)
        self.assertEqual(new.total_amount, 250)
        self.assertEqual((first.document_id.state, new.document_id.state), ("superseded", "valid"))
        self.assertEqual(order.state, "settled")

    def test_mission_without_costs_is_closed(self):
        order = self.over()
        with self.assertRaises(AccessError):
            self.as_user(self.u_colleague, order).action_close_without_costs()
        self.as_user(self.u_agent, order).action_close_without_costs()
        self.env.invalidate_all()
        self.assertEqual(order.state, "settled")

    def test_mission_with_an_advance_is_not_closed_without_costs(self):
        order = self.granted()
        self.as_user(self.u_hr, order).action_record_advance(100, "OP 1")
        with freeze_time(AFTER):
            self.back(order)
            with self.assertRaises(UserError):
                self.as_user(self.u_agent, order).action_close_without_costs()

    def test_grade_without_group_is_said(self):
        self.group.scales = "10"
        settlement = self.settle(self.over())
        self.assertIn("stands in no group", settlement.missing_text)

    def test_scale_in_two_groups_is_refused(self):
        with self.assertRaises(ValidationError):
            self.env.ref("gov_hr_mission.group_3").scales = "8, 11"

    def test_abroad_takes_the_rate_of_the_zone(self):
        france = self.env.ref("base.fr")
        zone = self.env["gov.mission.zone"].create({"name": "Europe", "country_ids": [(6, 0, france.ids)]})
        self.rate(1000, kind="abroad")
        self.rate(1500, kind="abroad", zone_id=zone.id)
        order = self.submit(self.draft(kind="abroad", country_id=france.id, place_to="Paris"))
        self.approve(order, self.u_head, self.u_director, self.u_manager)
        with freeze_time(AFTER):
            settlement = self.settle(self.back(order))
            self.assertEqual(settlement.line_ids.mapped("amount"), [750, 1500, 1125])

    def test_missing_rate_abroad_names_the_country(self):
        order = self.submit(self.draft(kind="abroad", country_id=self.env.ref("base.fr").id, place_to="Paris"))
        self.approve(order, self.u_head, self.u_director, self.u_manager)
        with freeze_time(AFTER):
            settlement = self.settle(self.back(order))
            self.assertIn("No daily rate for Group 2 in France on 3 March 2026", settlement.missing_text)

    def test_two_rates_on_one_day_are_refused(self):
        self.rate(200, valid_to="2026-03-31")
        with self.assertRaises(ValidationError):
            self.rate(210, valid_from="2026-03-31")
        self.rate(210, valid_from="2026-04-01")

    def test_rate_is_never_zero(self):
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.rate(0)

    def test_act_fields_are_never_given(self):
        self.rate(200)
        order = self.over()
        settlement = self.settle(order)
        for vals in ({"total_amount": 9}, {"to_pay": 9}, {"group_id": 1}, {"state": "approved"}, {"document_id": 1}):
            with self.assertRaises(UserError):
                self.as_user(self.u_agent, settlement).write(vals)
        with self.assertRaises(UserError):
            settlement.with_env(self.as_user(self.u_agent)).copy()

    def test_kilometres_and_expenses_without_measure_are_refused(self):
        settlement = self.settle(self.over())
        own = self.as_user(self.u_agent, settlement)
        for amount in (1e30, 10000000, 0, -1):
            with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                own.write({"expense_ids": [(0, 0, {"name": "x", "date": "2026-03-03", "amount": amount})]})
        for km in (1e30, -1, 50001):
            with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                own.stage_ids[:1].write({"km": km})
                self.env.flush_all()
