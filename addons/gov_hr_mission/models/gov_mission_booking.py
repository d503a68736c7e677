from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, format_date

from odoo.addons.gov_base.tools.act import short_transaction
from odoo.addons.gov_base.tools.defaults import without_defaults
from odoo.addons.gov_base.tools.text import isolated

from ..tools import to_local

POOL_GROUPS = "gov_base.group_asset_officer,fleet.fleet_group_user"
ACT = object()  # an object cannot be sent by RPC
PROTECTED = {"order_id", "start", "stop", "state", "reason", "booked_by_id"}


class GovMissionBooking(models.Model):
    """The vehicle and the driver that a mission asks the vehicle pool for.

    asked (when the order is filed) → booked, or unavailable with a reason; released when the order falls.  The asset
    officer, or a fleet officer, books; the person on mission and HR read it.  Two bookings never hold one vehicle or
    one driver at the same time: the database refuses it.
    """

    _name = "gov.mission.booking"
    _description = "Vehicle booking of a mission"
    _order = "start desc, id desc"

    order_id = fields.Many2one("gov.mission.order", "Mission", required=True, index=True, ondelete="cascade")
    start = fields.Datetime("From", required=True, readonly=True)
    stop = fields.Datetime("To", required=True, readonly=True)
    vehicle_id = fields.Many2one("fleet.vehicle", "Vehicle", index="btree_not_null", ondelete="restrict")
    driver_id = fields.Many2one(
        "hr.employee",
        "Driver",
        index="btree_not_null",
        ondelete="restrict",
        help="Empty: the person on mission drives.",
    )
    state = fields.Selection(
        [
            ("asked", "Asked for"),
            ("booked", "Booked"),
            ("unavailable", "None available"),
            ("released", "Released"),
        ],
        required=True,
        default="asked",
        readonly=True,
        index=True,
        copy=False,
    )
    reason = fields.Char(readonly=True, copy=False)
    booked_by_id = fields.Many2one(
        "res.users", "Booked by", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    person = fields.Char("On mission", compute="_compute_order")
    route = fields.Char(compute="_compute_order")
    passenger_count = fields.Integer("Passengers", compute="_compute_order")
    can_book = fields.Boolean(compute="_compute_can_book", export_string_translation=False)

    _moments_order = models.Constraint("CHECK (start < stop)", "A booking ends after it begins.")
    _booked_vehicle = models.Constraint(
        "CHECK (state != 'booked' OR vehicle_id IS NOT NULL)", "A booking names its vehicle."
    )
    # the ids are ranges of one number: a GiST index compares them without an extension of PostgreSQL
    _vehicle_once = models.Constraint(
        """EXCLUDE USING gist (
            int4range(vehicle_id, vehicle_id, '[]') WITH &&, tsrange(start, stop) WITH &&
        ) WHERE (state = 'booked')""",
        "This vehicle is already booked at that time: two missions cannot hold it.",
    )
    _driver_once = models.Constraint(
        """EXCLUDE USING gist (
            int4range(driver_id, driver_id, '[]') WITH &&, tsrange(start, stop) WITH &&
        ) WHERE (state = 'booked' AND driver_id IS NOT NULL)""",
        "This driver is already booked at that time: two missions cannot hold him.",
    )

    @api.depends("vehicle_id", "order_id", "state")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for booking in self:
            # sudo: plate and destination, for whoever reads the booking
            one = booking.sudo()
            plate = isolated(one.vehicle_id.license_plate) or one.vehicle_id.display_name
            booking.display_name = " · ".join(filter(None, (plate, one.order_id.place_to)))

    @api.depends("order_id")
    def _compute_order(self):
        for booking in self:
            order = booking.sudo().order_id  # sudo: who goes where is all the pool reads of the order
            booking.person = order.employee_id.display_name
            booking.route = " – ".join(filter(None, (order.place_from, order.place_to)))
            booking.passenger_count = 1 + len(order.colleague_order_ids.filtered(lambda one: one.state != "cancelled"))

    @api.depends_context("uid")
    @api.depends("state")
    def _compute_can_book(self):
        pool = self.env.user.has_groups(POOL_GROUPS)
        for booking in self:
            booking.can_book = pool and booking.state in ("asked", "unavailable", "booked")

    # ------------------------------------------------------------------ guards
    def _gov_act(self):
        return self.with_context(gov_mission_act=ACT)

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get("gov_mission_act") is not ACT:
            raise AccessError(self.env._("A vehicle is asked for by the filing of a mission order."))
        plain = without_defaults(self.with_context(gov_mission_act=None), PROTECTED)
        return super(GovMissionBooking, plain).create(vals_list).with_env(self.env)

    def write(self, vals):
        acting = self.env.context.get("gov_mission_act") is ACT
        if not acting:
            if PROTECTED & vals.keys():
                raise UserError(self.env._("A booking changes by its buttons only: book, none available, release."))
            for booking in self:
                if booking.state not in ("asked", "unavailable"):
                    raise UserError(self.env._("This vehicle is booked: release it first to choose another."))
        return super(GovMissionBooking, self.with_context(gov_mission_act=None)).write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        if not self.env.su:
            raise AccessError(self.env._("A booking is released, not deleted."))

    # ------------------------------------------------------------------ acts
    def _gov_check_pool(self):
        if self.env.su:
            return
        if not self.env.user.has_groups(POOL_GROUPS):
            raise AccessError(self.env._("Vehicles are booked by the vehicle pool."))
        for booking in self:
            # sudo: who asked is barred, whatever the pool may read
            if self.env.user in booking.sudo().order_id._gov_applicants():
                raise AccessError(
                    self.env._("This vehicle is asked for by you: another officer of the vehicle pool books it.")
                )

    def _gov_claim(self, states):
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """UPDATE gov_mission_booking SET write_date = now() AT TIME ZONE 'UTC'
                    WHERE id IN %s AND state IN %s RETURNING id""",
                self._ids or (0,),
                states,
            )
        )
        self.invalidate_recordset()
        if len(rows) != len(self):
            raise UserError(self.env._("This booking has just been changed by somebody else. Reload the page."))

    @short_transaction
    def action_book(self, vehicle_id=None, driver_id=None):
        """Give a vehicle, and a driver, to the mission (vehicle pool).

        :param vehicle_id, driver_id: ids; what the record holds when None
        :raise UserError: when the vehicle or the driver is taken at that time, or the driver is away
        """
        self.ensure_one()
        self.check_access("read")
        self._gov_check_pool()
        self._gov_claim(("asked", "unavailable"))
        booking = self.sudo()  # sudo: the pool was checked above
        vehicle, driver = booking.vehicle_id, booking.driver_id
        if vehicle_id:
            vehicle = vehicle.browse(vehicle_id if type(vehicle_id) is int else ()).exists()
        if driver_id:
            driver = driver.browse(driver_id if type(driver_id) is int else ()).exists()
            if not driver:
                raise UserError(self.env._("This driver is not known: choose another."))
        if not vehicle:
            raise UserError(self.env._("Choose the vehicle first."))
        booking._gov_lock_pool(vehicle, driver)
        booking._gov_check_free(vehicle, driver, booking.start, booking.stop)
        booking._gov_act().write(
            {
                "vehicle_id": vehicle.id,
                "driver_id": driver.id,
                "state": "booked",
                "reason": False,
                "booked_by_id": self.env.uid,
            }
        )
        booking.env.flush_all()
        booking.order_id._gov_tell(
            lambda one: one.env._("The vehicle of your mission: %(vehicle)s.", vehicle=one._gov_vehicle_text())
        )
        payload = {"vehicle": vehicle.license_plate or str(vehicle.id), "driver": driver.id}
        self.env["gov.journal.entry"]._record(booking.order_id, "book_vehicle", payload)
        return True

    def _gov_lock_pool(self, vehicles, drivers):
        """Wait for the bookings under way of these vehicles and drivers, in the order of their ids."""
        for table, records in (("fleet_vehicle", vehicles), ("hr_employee", drivers)):
            if records:
                self.env.cr.execute(
                    SQL(
                        "SELECT id FROM %s WHERE id IN %s ORDER BY id FOR NO KEY UPDATE",
                        SQL.identifier(table),
                        records._ids,
                    )
                )

    def _gov_check_free(self, vehicle, driver, start, stop):
        """Refuse, by a sentence that names the mission, a vehicle or a driver who is taken."""
        self.ensure_one()
        overlapping = [("state", "=", "booked"), ("start", "<", stop), ("stop", ">", start), ("id", "!=", self.id)]
        taken = self.search([("vehicle_id", "=", vehicle.id), *overlapping], limit=1)
        if taken:
            raise UserError(
                self.env._(
                    "%(what)s is already booked from %(start)s to %(stop)s, for %(place)s. Choose another.",
                    what=vehicle.display_name,
                    start=format_date(self.env, to_local(self.env, taken.start).date()),
                    stop=format_date(self.env, to_local(self.env, taken.stop).date()),
                    place=taken.order_id.place_to,
                )
            )
        if not driver:
            return
        order = self.order_id
        first, last = to_local(self.env, start).date(), to_local(self.env, stop).date()
        for item in driver._gov_absences(first, last):
            if item.get("employee_id", driver.id) != driver.id or not item.get("is_granted", True):
                continue
            if (item["model"], item["res_id"]) in ((self._name, self.id), (order._name, order.id)):
                continue
            if item.get("start") and item.get("stop") and (item["start"] >= stop or start >= item["stop"]):
                continue
            raise UserError(
                self.env._(
                    "%(driver)s is away from %(start)s to %(stop)s: %(what)s. Choose another driver.",
                    driver=driver.display_name,
                    start=format_date(self.env, item["date_from"]),
                    stop=format_date(self.env, item["date_to"]),
                    what=item["label"],
                )
            )

    @short_transaction
    def action_unbook(self):
        """Take the vehicle back, so that another may be chosen (vehicle pool)."""
        self.ensure_one()
        self.check_access("read")
        self._gov_check_pool()
        self._gov_claim(("booked",))
        booking = self.sudo()  # sudo: the pool was checked above
        booking._gov_act().write({"state": "asked", "vehicle_id": False, "driver_id": False, "booked_by_id": False})
        self.env["gov.journal.entry"]._record(booking.order_id, "unbook_vehicle", {})
        return True

    @short_transaction
    def action_none_available(self, reason=None):
        """Say that no vehicle can be given; the person is told (vehicle pool)."""
        self.ensure_one()
        self.check_access("read")
        self._gov_check_pool()
        self._gov_claim(("asked",))
        reason = " ".join((reason if isinstance(reason, str) else "").split()) or self.env._(
            "No vehicle is free on these days."
        )
        booking = self.sudo()  # sudo: the pool was checked above
        booking._gov_act().write({"state": "unavailable", "reason": reason})
        booking.order_id._gov_tell(
            lambda one: one.env._(
                "The vehicle pool has no vehicle for your mission to %(place)s. %(reason)s",
                place=one.place_to,
                reason=reason,
            )
        )
        self.env["gov.journal.entry"]._record(booking.order_id, "no_vehicle", {"reason": reason})
        return True

    def _gov_release(self):
        """Let the vehicle go: the order falls (superuser code of the acts of orders)."""
        live = self.filtered(lambda booking: booking.state != "released")
        if live:
            live._gov_act().write({"state": "released"})

    def _gov_move(self, start, stop):
        """Move the bookings of an extended order; a vehicle or a driver that is taken refuses it."""
        for booking in self.filtered(lambda one: one.state in ("asked", "booked", "unavailable")):
            if booking.state == "booked":
                booking._gov_lock_pool(booking.vehicle_id, booking.driver_id)
                booking._gov_check_free(booking.vehicle_id, booking.driver_id, start, stop)
            booking._gov_act().write({"start": start, "stop": stop})
