from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .common import MONDAY, MissionCase

# who reads what, of a mission of the central services: its draft, the filed order, the filed settlement, the booking
MATRIX = {
    "agent": (True, True, True, True),
    "colleague": (False, False, False, False),
    "head": (False, True, True, True),
    "other_head": (False, False, False, False),
    "director": (False, False, False, False),  # before his step
    "far_agent": (False, False, False, False),
    "hr": (False, True, True, True),
    "far_hr": (False, False, False, False),
    "manager": (False, True, True, True),
    "payer": (False, False, False, False),  # before his step
    "pool": (False, False, False, True),
    "driver": (False, False, False, True),
    "auditor": (False, True, True, True),
}


@tagged("post_install", "-at_install")
@freeze_time(MONDAY)
class TestAccess(MissionCase):
    def sees(self, user, record):
        return bool(self.as_user(user)[record._name].search([("id", "=", record.id)]))

    def test_matrix_of_readers(self):
        draft = self.draft(start="2026-04-01 08:00:00", stop="2026-04-02 08:00:00")
        filed = self.submit(self.draft(start="2026-05-01 08:00:00", stop="2026-05-02 08:00:00", transport="admin_car"))
        booking = filed.booking_ids
        self.as_user(self.u_pool, booking).action_book(self.car.id, self.driver.id)
        self.rate(200)
        past = self.granted()
        with freeze_time("2026-03-06 09:00:00"):
            settlement = self.submit(self.settle(self.back(past)))
        for name, expected in MATRIX.items():
            user = getattr(self, f"u_{name}")
            found = tuple(self.sees(user, record) for record in (draft, filed, settlement, booking))
            self.assertEqual(found, expected, name)
        # the step of the director and that of the authorising officer open the request to them
        self.approve(filed, self.u_head)
        self.approve(settlement, self.u_head, self.u_hr)
        self.assertTrue(self.sees(self.u_director, filed))
        self.assertTrue(self.sees(self.u_payer, settlement))

    def test_details_follow_their_request(self):
        self.rate(200)
        order = self.granted()
        with freeze_time("2026-03-06 09:00:00"):
            settlement = self.settle(self.back(order))
        details = (order.stage_ids[:1], settlement.stage_ids[:1], settlement.line_ids[:1])
        for record in details:
            self.assertTrue(self.sees(self.u_agent, record), record)
            for user in (self.u_colleague, self.u_far_hr, self.u_other_head):
                self.assertFalse(self.sees(user, record), (user.login, record))

    def test_portal_user_reads_nothing(self):
        portal = self.env["res.users"].create(
            {"name": "P", "login": "tm_portal", "group_ids": [(6, 0, self.env.ref("base.group_portal").ids)]}
        )
        for model in ("order", "settlement", "booking", "rate", "stage", "expense"):
            with self.assertRaises(AccessError):
                self.as_user(portal)[f"gov.mission.{model}"].search_count([])

    def test_nobody_writes_the_drafts_of_others(self):
        order = self.draft()
        for user in (self.u_colleague, self.u_head, self.u_far_hr, self.u_auditor, self.u_pool):
            with self.assertRaises(AccessError):
                self.as_user(user, order).write({"place_to": "Fez"})
            with self.assertRaises(AccessError):
                self.as_user(
                    user,
                    order.stage_ids.create(
                        {"order_id": order.id, "place_from": "a", "place_to": "b", "departure": order.start}
                    ),
                ).write({"km": 5})

    def test_regional_hr_asks_for_its_region_only(self):
        self.draft(self.u_far_hr, employee_id=self.far_agent.id)
        with self.assertRaises(AccessError):
            self.draft(self.u_far_hr, employee_id=self.agent.id)

    def test_rates_are_entered_by_the_hr_manager_alone(self):
        vals = {"group_id": self.group.id, "amount": 200, "valid_from": "2026-01-01"}
        for user in (self.u_agent, self.u_hr, self.u_payer, self.u_auditor):
            with self.assertRaises(AccessError):
                self.as_user(user)["gov.mission.rate"].create(vals)
        self.assertTrue(self.as_user(self.u_manager)["gov.mission.rate"].create(vals))

    def test_settlement_is_not_made_by_hand_for_others(self):
        order = self.granted()
        with freeze_time("2026-03-06 09:00:00"):
            self.back(order)
            vals = {"order_id": order.id, "start": order.start, "stop": order.stop}
            for user in (self.u_colleague, self.u_far_hr, self.u_auditor):
                with self.assertRaises(AccessError):
                    self.as_user(user)["gov.mission.settlement"].create(vals)
                with self.assertRaises(AccessError):
                    self.as_user(user, order).action_settle()

    def test_fleet_stays_closed_to_employees(self):
        with self.assertRaises(AccessError):
            self.as_user(self.u_agent)["fleet.vehicle"].search_count([])
        with self.assertRaises(AccessError):
            self.as_user(self.u_pool)["fleet.vehicle"].create({"model_id": self.car.model_id.id})
