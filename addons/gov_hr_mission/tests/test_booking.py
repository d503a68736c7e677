from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import MONDAY, REASON, MissionCase


@tagged("post_install", "-at_install")
@freeze_time(MONDAY)
class TestBooking(MissionCase):
    def asked(self, user=None, **vals):
        return self.submit(self.draft(user, transport="admin_car", **vals), user).booking_ids

    def book(self, booking, vehicle=None, driver=None, user=None):
        self.as_user(user or self.u_pool, booking).action_book((vehicle or self.car).id, driver.id if driver else None)
        self.env.invalidate_all()

    def test_filing_with_an_administration_car_asks_the_pool(self):
        booking = self.asked()
        self.assertEqual(
            (booking.state, booking.start, booking.stop),
            ("asked", *booking.order_id.mapped(lambda order: (order.start, order.stop))[0]),
        )
        self.assertFalse(self.submit(self.draft(self.u_colleague), self.u_colleague).booking_ids)

    def test_pool_reads_and_books_without_the_fleet_application(self):
        booking = self.asked()
        self.assertFalse(self.u_pool.has_group("fleet.fleet_group_user"))
        own = self.as_user(self.u_pool, booking)
        self.assertEqual((own.person, own.route), (self.agent.display_name, "Rabat – Tangier"))
        self.book(booking, driver=self.driver)
        self.assertEqual((booking.state, booking.vehicle_id, booking.driver_id), ("booked", self.car, self.driver))
        with self.assertRaises(AccessError):
            self.as_user(self.u_pool, self.car).write({"license_plate": "X"})
        with self.assertRaises(AccessError):  # the order itself is not the pool's
            self.as_user(self.u_pool, booking.order_id).read(["purpose"])

    def test_vehicle_is_held_once_and_free_at_the_hour_it_comes_back(self):
        self.book(self.asked())
        same = self.asked(self.u_colleague, start="2026-03-05 17:59:00", stop="2026-03-06 18:00:00")
        with self.assertRaisesRegex(UserError, "already booked"):
            self.book(same)
        self.book(same, self.second_car)
        after = self.asked(self.u_driver, start="2026-03-05 18:00:00", stop="2026-03-06 08:00:00")
        self.book(after)
        self.assertEqual(after.state, "booked")

    def test_database_refuses_two_missions_in_one_vehicle(self):
        self.book(self.asked())
        same = self.asked(self.u_colleague)
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.env.cr.execute(
                "UPDATE gov_mission_booking SET state = 'booked', vehicle_id = %s WHERE id = %s",
                [self.car.id, same.id],
            )

    def test_driver_is_held_once(self):
        self.book(self.asked(), driver=self.driver)
        same = self.asked(self.u_colleague)
        with self.assertRaisesRegex(UserError, "drives to Tangier"):
            self.book(same, self.second_car, self.driver)
        found = self.driver._gov_absences(date(2026, 3, 4), date(2026, 3, 4))
        self.assertEqual([(item["kind"], item["model"]) for item in found], [("mission", "gov.mission.booking")])

    def test_driver_on_mission_himself_is_refused(self):
        own = self.submit(self.draft(self.u_driver, place_to="Agadir"), self.u_driver)
        self.approve(own, self.u_other_head, self.u_director)
        with self.assertRaisesRegex(UserError, "Agadir"):
            self.book(self.asked(), driver=self.driver)

    def test_who_asked_does_not_book_for_himself(self):
        booking = self.asked(self.u_pool)
        with self.assertRaises(AccessError):
            self.book(booking)

    def test_others_do_not_book(self):
        booking = self.asked()
        for user in (self.u_agent, self.u_head, self.u_hr, self.u_auditor, self.u_colleague):
            with self.assertRaises(AccessError):
                self.book(booking, user=user)

    def test_booking_changes_by_its_acts_only(self):
        booking = self.asked()
        for vals in ({"state": "booked"}, {"start": "2026-03-01 08:00:00"}, {"order_id": 1}):
            with self.assertRaises(UserError):
                self.as_user(self.u_pool, booking).write(vals)
        with self.assertRaises(AccessError):
            self.as_user(self.u_pool)["gov.mission.booking"].with_context(gov_mission_act=True).create(
                {"order_id": booking.order_id.id, "start": booking.start, "stop": booking.stop}
            )
        self.book(booking)
        with self.assertRaises(UserError):
            self.as_user(self.u_pool, booking).write({"vehicle_id": self.second_car.id})
        with self.assertRaises(UserError):
            self.book(booking, self.second_car)

    def test_refused_cancelled_or_returned_mission_frees_its_vehicle(self):
        for act in ("refuse", "cancel", "return"):
            with self.subTest(act=act):
                booking = self.asked()
                self.book(booking)
                order = booking.order_id
                if act == "cancel":
                    self.as_user(self.u_agent, order).action_cancel()
                elif act == "return":
                    self.as_user(self.u_head, order).action_return("Say which office you will inspect.")
                else:
                    self.approve(order, self.u_head)
                    self.as_user(self.u_director, order).action_refuse("The budget of the year is used up.")
                self.env.invalidate_all()
                self.assertEqual(booking.state, "released")

    def test_vehicle_and_driver_are_printed_on_the_order(self):
        booking = self.asked()
        self.book(booking, driver=self.driver)
        order = self.approve(booking.order_id, self.u_head, self.u_director)
        page = order.document_id.sudo().content
        self.assertIn("M-100001", page)
        self.assertIn(self.driver.name, page)

    def test_extension_needs_the_vehicle_to_be_free(self):
        booking = self.asked()
        self.book(booking)
        order = self.approve(booking.order_id, self.u_head, self.u_director)
        next_one = self.asked(self.u_colleague, start="2026-03-06 08:00:00", stop="2026-03-06 18:00:00")
        self.book(next_one)
        with self.assertRaisesRegex(UserError, "already booked"):
            self.as_user(self.u_director, order).action_extend("2026-03-06 12:00:00", REASON)
        self.as_user(self.u_director, order).action_extend("2026-03-06 08:00:00", REASON)
        self.env.invalidate_all()
        self.assertEqual(booking.stop, order.stop)

    def test_colleagues_share_the_vehicle_of_the_mission(self):
        order = self.draft(transport="admin_car")
        self.as_user(self.u_agent, order).action_copy_for(self.colleague.ids)
        booking = self.submit(order).booking_ids
        self.submit(order.colleague_order_ids, self.u_colleague)
        self.assertFalse(order.colleague_order_ids.booking_ids)
        self.assertEqual(booking.passenger_count, 2)
        self.book(booking)
        self.assertIn("M-100001", order.colleague_order_ids.vehicle_text)

    def test_no_vehicle_available_is_told_and_may_change(self):
        booking = self.asked()
        self.as_user(self.u_pool, booking).action_none_available()
        self.env.invalidate_all()
        self.assertEqual(booking.state, "unavailable")
        self.assertTrue(booking.reason)
        self.book(booking)
        self.assertEqual(booking.state, "booked")

    def test_odd_input_is_answered_by_a_sentence(self):
        booking = self.asked()
        pool = self.as_user(self.u_pool, booking)
        for vehicle in ("abc", 1e9, [1], {"a": 1}, True, 10**30):
            with self.assertRaisesRegex(UserError, "Choose the vehicle"), self.env.cr.savepoint():
                pool.action_book(vehicle)
        for driver in ("abc", 1e9, [1], {"a": 1}):
            with self.assertRaisesRegex(UserError, "driver is not known"), self.env.cr.savepoint():
                pool.action_book(self.car.id, driver)
        pool.action_none_available(5)
        self.assertEqual(booking.state, "unavailable")
