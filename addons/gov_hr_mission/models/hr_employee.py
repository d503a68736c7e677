from datetime import timedelta

from odoo import models

from ..tools import to_local
from .gov_mission_order import GRANTED


class HrEmployee(models.Model):
    _inherit = "hr.employee"

    def _gov_absences(self, date_from, date_to):
        """Add the missions of these employees, and those on which they drive."""
        found = super()._gov_absences(date_from, date_to)
        # sudo: when the person is on mission and where: colleagues may know it
        orders = self.env["gov.mission.order"].sudo()
        for order in orders.search(
            [
                ("employee_id", "in", self.ids),
                ("state", "in", ("submitted", "in_review", *GRANTED)),
                ("date_from", "<=", date_to),
                ("date_to", ">=", date_from),
            ]
        ):
            found.append(
                {
                    "employee_id": order.employee_id.id,
                    "kind": "mission",
                    "model": order._name,
                    "res_id": order.id,
                    "date_from": order.date_from,
                    "date_to": order.date_to,
                    "start": order.start,
                    "stop": order.stop,
                    "label": self.env._("mission to %(place)s", place=order.place_to),
                    "is_granted": order.state in GRANTED,
                }
            )
        bookings = self.env["gov.mission.booking"].sudo()  # sudo: as above, for drivers
        # a day more on each side: moments are stored in another time zone than the days
        day = timedelta(days=1)
        for booking in bookings.search(
            [
                ("driver_id", "in", self.ids),
                ("state", "=", "booked"),
                ("start", "<", date_to + 2 * day),
                ("stop", ">", date_from - day),
            ]
        ):
            first, last = to_local(self.env, booking.start).date(), to_local(self.env, booking.stop).date()
            if first <= date_to and last >= date_from:
                found.append(
                    {
                        "employee_id": booking.driver_id.id,
                        "kind": "mission",
                        "model": booking._name,
                        "res_id": booking.id,
                        "date_from": first,
                        "date_to": last,
                        "start": booking.start,
                        "stop": booking.stop,
                        "label": self.env._("drives to %(place)s", place=booking.order_id.place_to),
                        "is_granted": True,
                    }
                )
        return found
