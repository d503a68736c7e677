import logging
from datetime import date, timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command, Domain
from odoo.tools import format_date

from odoo.addons.gov_approval.models.gov_approval_mixin import TRANSITIONS
from odoo.addons.gov_approval.models.sentinel import has_sentinel
from odoo.addons.gov_base.tools.act import around_act, short_transaction
from odoo.addons.gov_base.tools.defaults import without_defaults
from odoo.addons.gov_base.tools.text import date_words, enclosed, isolated
from odoo.addons.gov_document.tools.blocks import LANGS, data_table, facts_table, ltr

from ..services import settlement as rules
from ..tools import moment_text, to_local
from .gov_mission_rate import KINDS

_logger = logging.getLogger(__name__)

TRANSPORTS = [
    ("admin_car", "Administration car"),
    ("own_car", "Own car"),
    ("train", "Train"),
    ("bus", "Coach"),
    ("plane", "Plane"),
    ("other", "Other"),
]
# set by the acts alone: no write, import or creation may give them
ACT_FIELDS = {
    "document_id",
    "signatory_id",
    "advance_amount",
    "advance_reference",
    "advance_date",
    "original_stop",
    "main_order_id",
    "department_id",
    "region_id",
    "date_from",
    "date_to",
}
# more than any advance: beyond it somebody slipped on the keyboard
HIGHEST_ADVANCE = 10**9
FILED = ("submitted", "in_review", "approved", "running", "to_settle", "settled")
GRANTED = ("approved", "running", "to_settle", "settled")
LONGEST_PURPOSE = 400


class GovMissionOrder(models.Model):
    """A mission order: who goes where, why, when, by what means.

    draft → submitted → in_review → approved (numbered document) → running → to_settle → settled, or refused with a
    reason, or cancelled (after approval too, before the settlement: the document is then revoked).  The person
    concerned, one of his heads or an HR officer of the region asks; the circuit of the kind (Morocco, abroad) decides,
    never who asked.  Once filed the content is frozen; only an extension, by who signed or by HR, moves the return.
    Two orders of one person never hold the same hours, two bookings never the same vehicle or driver: the database
    refuses it.
    """

    _name = "gov.mission.order"
    _description = "Mission order"
    _inherit = ["gov.approval.mixin", "gov.document.mixin"]
    _order = "start desc, id desc"
    _rec_names_search = ["place_to", "receipt_number", "employee_id.name", "document_id.number"]

    TRANSITIONS = dict(
        TRANSITIONS,
        approved={"running", "to_settle", "cancelled"},
        running={"to_settle"},
        to_settle={"running", "settled"},
        settled={"to_settle"},
    )

    # what is asked
    employee_id = fields.Many2one(
        "hr.employee",
        "Employee",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
        default=lambda self: self.env.user.employee_id,
        help="Who goes on mission.",
    )
    kind = fields.Selection(
        KINDS, "Where", required=True, default="morocco", help="A mission abroad follows a longer circuit."
    )
    purpose = fields.Text(required=True, help="What the mission is for, as it will be printed on the order.")
    place_from = fields.Char("From", required=True, default=lambda self: self._default_place_from())
    place_to = fields.Char("Destination", required=True, tracking=True)
    country_id = fields.Many2one(
        "res.country", "Country", index="btree_not_null", ondelete="restrict", help="It gives the daily rate abroad."
    )
    start = fields.Datetime("Departure", required=True, tracking=True)
    stop = fields.Datetime("Return", required=True, tracking=True)
    date_from = fields.Date("First day", compute="_compute_dates", store=True, precompute=True, index=True)
    date_to = fields.Date("Last day", compute="_compute_dates", store=True, precompute=True, index=True)
    day_count = fields.Integer("Days", compute="_compute_dates", store=True, precompute=True)
    original_stop = fields.Datetime(
        "Return before extension", readonly=True, copy=False, help="The first return, when the mission was extended."
    )
    lang = fields.Selection(
        [("ar_fr", "Arabic and French"), ("ar", "Arabic"), ("fr", "French")],
        "Language of the order",
        required=True,
        default="ar_fr",
    )
    # how
    transport = fields.Selection(
        TRANSPORTS,
        required=True,
        default="admin_car",
        help="Administration car: the vehicle pool is asked for a vehicle and a driver when the order is filed. Own "
        "car: the order holds the authorisation.",
    )
    stage_ids = fields.One2many(
        "gov.mission.stage",
        "order_id",
        "Stages",
        copy=True,
        help="Left empty, the journey out and the journey back are written when the order is filed.",
    )
    uses_own_car = fields.Boolean(compute="_compute_uses", export_string_translation=False)
    uses_admin_car = fields.Boolean(compute="_compute_uses", export_string_translation=False)
    car_make = fields.Char("Make of the car")
    car_plate = fields.Char("Plate number")
    car_power = fields.Integer(
        "Fiscal power (CV)", aggregator=None, help="As on the registration card: it gives the rate of a kilometre."
    )
    booking_ids = fields.One2many("gov.mission.booking", "order_id", "Vehicle bookings", readonly=True, copy=False)
    vehicle_text = fields.Char("Vehicle and driver", compute="_compute_vehicle_text")
    # who pays
    payer = fields.Selection(
        [("administration", "The administration"), ("organiser", "The organiser"), ("both", "Both")],
        "Who pays",
        required=True,
        default="administration",
        help="What the organiser provides is not paid again by the administration.",
    )
    payer_name = fields.Char("Organiser")
    has_meals = fields.Boolean("Meals provided", help="The organiser gives the meals: they are not paid again.")
    has_lodging = fields.Boolean("Lodging provided", help="The organiser lodges: the nights are not paid again.")
    budget_text = fields.Char(
        "Budget line", help="The line the mission is charged to; human resources may write it after the filing too."
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    advance_amount = fields.Monetary("Advance paid", readonly=True, copy=False)
    advance_reference = fields.Char("Reference of the advance", readonly=True, copy=False)
    advance_date = fields.Date("Advance paid on", readonly=True, copy=False)
    # conflicts
    conflict_text = fields.Text("Conflicts", compute="_compute_conflicts")
    has_blocking_conflict = fields.Boolean(compute="_compute_conflicts", export_string_translation=False)
    # where
    department_id = fields.Many2one(
        "hr.department", "Unit", compute="_compute_unit", store=True, precompute=True, index=True, ondelete="restrict"
    )
    region_id = fields.Many2one(
        "gov.region", compute="_compute_unit", store=True, precompute=True, index=True, ondelete="restrict"
    )
    # with whom
    main_order_id = fields.Many2one(
        "gov.mission.order", "Travels with", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    colleague_order_ids = fields.One2many("gov.mission.order", "main_order_id", "Colleagues", readonly=True)
    # the document
    signatory_id = fields.Many2one(
        "hr.employee", "Signed by", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    document_id = fields.Many2one(
        "gov.document", "Document", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    document_number = fields.Char(related="document_id.number", string="Order number")
    document_state = fields.Selection(related="document_id.state", string="State of the document")
    settlement_ids = fields.One2many("gov.mission.settlement", "order_id", "Settlements", readonly=True, copy=False)
    settlement_id = fields.Many2one("gov.mission.settlement", "Settlement", compute="_compute_settlement_id")
    # screens
    refusal_reason = fields.Char(compute="_compute_refusal_reason")
    waiting_for = fields.Char("Who is called upon", compute="_compute_waiting_for")
    is_mine = fields.Boolean(compute="_compute_screen", export_string_translation=False)
    can_settle = fields.Boolean(compute="_compute_screen", export_string_translation=False)
    can_extend = fields.Boolean(compute="_compute_screen", export_string_translation=False)
    can_pay_advance = fields.Boolean(compute="_compute_screen", export_string_translation=False)
    state = fields.Selection(
        selection_add=[("running", "Under way"), ("to_settle", "To settle"), ("settled", "Settled")],
        ondelete={"running": "set default", "to_settle": "set default", "settled": "set default"},
    )

    _dates_order = models.Constraint("CHECK (start < stop)", "The return comes after the departure.")
    _advance_positive = models.Constraint("CHECK (advance_amount >= 0)", "An advance is not negative.")
    # the ids are ranges of one number: a GiST index compares them without an extension of PostgreSQL
    _person_once = models.Constraint(
        """EXCLUDE USING gist (
            int4range(employee_id, employee_id, '[]') WITH &&, tsrange(start, stop) WITH &&
        ) WHERE (state IN ('submitted', 'in_review', 'approved', 'running', 'to_settle', 'settled'))""",
        "This person already has a mission on these days: two missions cannot hold the same hours.",
    )
    _progress_idx = models.Index("(start, stop) WHERE state IN ('approved', 'running')")

    @api.model
    def _default_place_from(self):
        company = self.env.company.sudo()  # sudo: the seat of the administration is on every letter
        is_arabic = (self.env.lang or "").startswith("ar")
        return (company.gov_place_ar if is_arabic else company.gov_place_fr) or company.city or ""

    # ------------------------------------------------------------------ computes
    @api.depends("start", "stop")
    def _compute_dates(self):
        for order in self:
            if not order.start or not order.stop or order.stop <= order.start:
                order.date_from = order.date_to = False
                order.day_count = 0
                continue
            days = rules.days_between(to_local(self.env, order.start), to_local(self.env, order.stop))
            order.date_from, order.date_to, order.day_count = days[0], days[-1], len(days)

    @api.depends("employee_id")
    def _compute_unit(self):
        for order in self:
            department = order.sudo().employee_id.department_id  # sudo: unit of the day of the request
            order.department_id = department
            order.region_id = department.effective_region_id

    def _compute_currency_id(self):
        self.currency_id = self.env.company.currency_id

    @api.depends("transport", "stage_ids.transport")
    def _compute_uses(self):
        for order in self:
            kinds = set(order.stage_ids.mapped("transport")) or {order.transport}
            order.uses_own_car = "own_car" in kinds or order.transport == "own_car"
            order.uses_admin_car = "admin_car" in kinds

    @api.depends("booking_ids.state", "booking_ids.vehicle_id", "booking_ids.driver_id", "main_order_id")
    def _compute_vehicle_text(self):
        for order in self:
            order.vehicle_text = order._gov_vehicle_text()

    @api.depends("place_to", "start", "document_number", "employee_id")
    @api.depends_context("lang", "gov_mission_people")
    def _compute_display_name(self):
        for order in self:
            when = format_date(self.env, order.date_from) if order.date_from else ""
            names = (order.place_to, isolated(when), isolated(order.document_number))
            if self.env.context.get("gov_mission_people"):  # calendars: who is where
                names = (order.employee_id.display_name, order.place_to)
            order.display_name = " · ".join(filter(None, names)) or self.env._("New mission")

    @api.depends("employee_id", "start", "stop")
    def _compute_conflicts(self):
        for order in self:
            conflicts = order._gov_conflicts() if order.state in ("draft", "submitted", "in_review") else []
            order.conflict_text = "\n".join(order._gov_conflict_sentence(item) for item in conflicts) or False
            order.has_blocking_conflict = any(item.get("is_granted", True) for item in conflicts)

    @api.depends("settlement_ids.state")
    def _compute_settlement_id(self):
        for order in self:
            # sudo: that a settlement exists, whoever reads the order; the settlement has its own rules
            live = order.sudo().settlement_ids.filtered(
                lambda one: one.state not in ("cancelled", "refused", "corrected")
            )
            order.settlement_id = live[:1].id

    @api.depends("state", "approval_line_ids.state")
    def _compute_refusal_reason(self):
        for order in self:
            # sudo: the reason of the refusal, for whoever reads the order
            lines = order.sudo().approval_line_ids.filtered(lambda line: line.state == "refused")
            order.refusal_reason = lines[-1:].reason if order.state == "refused" else False

    @api.depends("approval_line_ids.state", "approval_line_ids.actor_ids")
    def _compute_waiting_for(self):
        for order in self:
            order.waiting_for = order.current_line_id.sudo().waiting_for  # sudo: names of heads or of a role

    @api.depends_context("uid")
    @api.depends("state", "employee_id", "requester_id", "settlement_ids.state")
    def _compute_screen(self):
        now = fields.Datetime.now()
        officer = self.env.user.has_group("gov_base.group_hr_officer")
        payer = officer or self.env.user.has_group("gov_base.group_authorising_officer")
        for order in self:
            # sudo: only whether it is the user
            concerned = order.sudo().employee_id.user_id
            order.is_mine = self.env.user in (concerned | order.requester_id)
            applicant = bool(order.id) and self.env.user in order._gov_applicants()
            order.can_settle = (
                (order.state in ("running", "to_settle") or (order.state == "approved" and order.start <= now))
                and (not order.settlement_id or order.settlement_id.has_access("read"))
                and order.settlement_id.sudo().state in (False, "draft")  # sudo: only its state
                and (order.is_mine or (officer and order._gov_is_hr()))
            )
            order.can_extend = (
                order.state in ("approved", "running", "to_settle") and not applicant and order._gov_may_extend()
            )
            order.can_pay_advance = (
                payer and not applicant and order.state in ("approved", "running") and not order.advance_amount
            )

    @api.onchange("kind")
    def _onchange_kind(self):
        if self.kind == "morocco":
            self.country_id = False

    # ------------------------------------------------------------------ guards
    @api.constrains("purpose", "place_to", "place_from")
    def _check_printable(self):
        for order in self:
            for text in (order.purpose, order.place_to, order.place_from):
                if len(text or "") > LONGEST_PURPOSE:
                    raise ValidationError(
                        self.env._(
                            "Say it in %(number)s characters at most: it is printed on the order.",
                            number=LONGEST_PURPOSE,
                        )
                    )

    @api.constrains("car_power")
    def _check_car_power(self):
        for order in self:
            if order.car_power and not 0 < order.car_power <= 99:
                raise ValidationError(
                    self.env._("The fiscal power is a number of CV between 1 and 99, as on the registration card.")
                )

    def _check_may_file(self):
        """Only the person, one of his heads or HR of the region asks for a mission."""
        if self.env.su:
            return
        for order in self:
            if not order._gov_may_file():
                raise AccessError(
                    self.env._(
                        "You may ask for your own missions, and for those of the people you head. For a colleague, "
                        "use “Same mission for colleagues”: each then files his own."
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_act_fields({name: value for name, value in vals.items() if value})
        clean = without_defaults(self, ACT_FIELDS)
        orders = super(GovMissionOrder, clean).create(vals_list).with_env(self.env)
        orders._check_may_file()
        return orders

    def write(self, vals):
        self._check_act_fields(vals)
        result = super().write(vals)
        if "employee_id" in vals:
            self._check_may_file()
        return result

    def _check_act_fields(self, vals):
        forbidden = sorted(ACT_FIELDS & vals.keys())
        if forbidden and not has_sentinel(self.env):
            labels = ", ".join(self._fields[name]._description_string(self.env) for name in forbidden)
            raise UserError(
                self.env._("“%(fields)s” cannot be set: only the acts on the mission change them.", fields=labels)
            )

    @api.model
    def _gov_content_fields(self):
        # the budget line is known to human resources, later: see _gov_check_content
        return super()._gov_content_fields() - {"budget_text"}

    def _gov_check_content(self, vals):
        super()._gov_check_content(vals)
        if "budget_text" in vals:
            for order in self:
                if order.state != "draft" and not order._gov_is_hr():
                    raise AccessError(self.env._("Human resources write the budget line of a mission that is filed."))
                if order.state in ("settled", "refused", "cancelled"):
                    raise UserError(
                        self.env._("“%(request)s” is closed: its budget line stays.", request=order.display_name)
                    )

    # ------------------------------------------------------------------ conflicts
    def _gov_conflicts(self, stop=None):
        """Return the absences of the person on the days of the mission (see ``hr.employee._gov_absences``).

        :param stop: another moment of return, for an extension that is not written yet
        """
        self.ensure_one()
        if not self.employee_id or not self.date_from:
            return []
        date_to, stop = (to_local(self.env, stop).date(), stop) if stop else (self.date_to, self.stop)
        # sudo: when the person is away, never why; whoever reads the order may know it
        employee = self.sudo().employee_id
        found = []
        for item in employee._gov_absences(self.date_from, date_to):
            if item.get("employee_id", employee.id) != employee.id:
                continue
            if item["model"] == self._name and item["res_id"] == self._origin.id:
                continue
            if item.get("start") and item.get("stop"):
                if item["start"] >= stop or self.start >= item["stop"]:
                    continue
            elif item["date_from"] > date_to or item["date_to"] < self.date_from:
                continue
            found.append(item)
        return found

    def _gov_conflict_sentence(self, item):
        self.ensure_one()
        # sudo: the name of the person, for whoever reads the order
        values = {
            "employee": self.sudo().employee_id.display_name,
            "what": item["label"],
            "start": format_date(self.env, item["date_from"]),
            "stop": format_date(self.env, item["date_to"]),
        }
        if item.get("is_granted", True):
            return self.env._("%(employee)s is away from %(start)s to %(stop)s: %(what)s.", **values)
        return self.env._("%(employee)s may be away from %(start)s to %(stop)s: %(what)s, not decided yet.", **values)

    def _gov_check_conflicts(self, stop=None):
        for order in self:
            blocking = [item for item in order._gov_conflicts(stop) if item.get("is_granted", True)]
            if blocking:
                raise UserError(
                    self.env._(
                        "%(conflict)s Change the dates of the mission, or have that absence cancelled first.",
                        conflict=order._gov_conflict_sentence(blocking[0]),
                    )
                )

    # ------------------------------------------------------------------ filing
    def _gov_summary(self):
        self.ensure_one()
        return self.env._(
            "Mission of %(employee)s to %(place)s, from %(start)s to %(stop)s",
            employee=self.employee_id.display_name,
            place=self.place_to,
            start=format_date(self.env, self.date_from),
            stop=format_date(self.env, self.date_to),
        )

    def _gov_check_submit(self):
        super()._gov_check_submit()
        today = to_local(self.env, fields.Datetime.now()).date()
        for order in self:
            if order.date_from < today and not order._gov_is_hr():
                raise UserError(
                    self.env._(
                        "This mission began on %(date)s: a mission is asked for before it begins. Human resources may "
                        "file a late one.",
                        date=format_date(self.env, order.date_from),
                    )
                )
            if order.kind == "abroad" and not order.country_id:
                raise UserError(self.env._("Choose the country of the mission: it gives the daily rate."))
            if order.payer != "administration" and not order.payer_name:
                raise UserError(self.env._("Say who the organiser is that pays."))
            if not order.stage_ids:
                order._gov_fill_stages()
            order.stage_ids._gov_check_inside(order.start, order.stop)
            order._gov_check_own_car()
        self._gov_check_conflicts()

    def _gov_check_own_car(self):
        self.ensure_one()
        if not self.uses_own_car:
            return
        missing = [
            self._fields[name]._description_string(self.env)
            for name in ("car_make", "car_plate", "car_power")
            if not self[name]
        ]
        if missing:
            raise UserError(
                self.env._(
                    "The use of one's own car is authorised by naming it: fill in %(fields)s, as on the registration "
                    "card.",
                    fields=", ".join(missing),
                )
            )

    def _gov_fill_stages(self):
        """Write the journey out and the journey back, when no stage was given."""
        self.ensure_one()
        # the hours of arrival are not known: the journey is said to take none of the time of the mission
        self.stage_ids = [
            Command.create(
                {
                    "sequence": 1,
                    "place_from": self.place_from,
                    "place_to": self.place_to,
                    "departure": self.start,
                    "arrival": self.start,
                    "transport": self.transport,
                }
            ),
            Command.create(
                {
                    "sequence": 2,
                    "place_from": self.place_to,
                    "place_to": self.place_from,
                    "departure": self.stop,
                    "arrival": self.stop,
                    "transport": self.transport,
                }
            ),
        ]

    def _gov_on_submitted(self):
        """Ask the vehicle pool for a vehicle, once for those who travel together."""
        super()._gov_on_submitted()
        # sudo: a booking is asked for by the filing, whose caller was checked
        bookings = self.env["gov.mission.booking"].sudo()
        bookings._gov_act().create(
            [
                {"order_id": order.id, "start": order.start, "stop": order.stop}
                for order in self
                if order.uses_admin_car and not order.main_order_id
            ]
        )

    def _gov_on_decided(self, line):
        super()._gov_on_decided(line)
        if line.state == "returned":
            self._gov_release_bookings()

    def _gov_on_refused(self, reason):
        super()._gov_on_refused(reason)
        self._gov_release_bookings()

    def _gov_release_bookings(self):
        # sudo: the booking ends with the order, whoever ends it
        self.sudo().booking_ids._gov_release()

    def _gov_on_approved(self):
        """Granted: take the number and freeze the order in the same act; its PDF comes after it."""
        super()._gov_on_approved()
        self._gov_check_conflicts()
        self._gov_prepare_documents()

    # ------------------------------------------------------------------ document
    def _gov_find_signatory(self):
        """Return who signed: the employee of the last act that was no opinion; the head of the region's HR else."""
        self.ensure_one()
        # sudo: who signs is printed on the order
        lines = self.sudo().approval_line_ids.filtered(lambda line: line.decided_by_id and line.kind != "opinion")
        return lines.sorted("decided_on")[-1:].decided_by_id.employee_id

    def _gov_prepare_documents(self, supersede=False):
        """Make the document of each order (number taken, content frozen).

        sudo: the document is made by the act, whose caller has checked who grants or extends.
        """
        vals_list, orders = [], self.sudo()
        for order in orders:
            signatory = order.signatory_id or order._gov_find_signatory()
            langs = order.lang.split("_")
            values = {lang: order._gov_document_values(lang) for lang in langs}
            vals_list.append(
                {
                    "register": self.env.ref("gov_hr_mission.register_mission").sudo(),
                    "kind": "mission_order",
                    "record": order,
                    "template": self.env.ref(f"gov_hr_mission.template_order_{order.lang}"),
                    "values": values if len(langs) > 1 else values[langs[0]],
                    "employee": order.employee_id,
                    "signatory": signatory,
                    "supersedes": order.document_id if supersede else None,
                }
            )
            order._gov_write({"signatory_id": signatory.id})
        documents = self.env["gov.document"].sudo()._gov_prepare(vals_list)
        for order, document in zip(orders, documents, strict=True):
            order._gov_write({"document_id": document.id})

    def _gov_finish_documents(self):
        """Render and seal what an act has prepared; what fails is finished by the scheduled task of documents."""
        # sudo: what an act has prepared is finished, whoever calls; nothing new is granted
        self.sudo().document_id.filtered(lambda document: document.state == "issuing")._gov_finish()
        self.invalidate_recordset()

    def _gov_vehicle_text(self, lang=None):
        """Return the vehicle and the driver in a few words."""
        self.ensure_one()
        # sudo: plate, model and name of the driver are printed on the order
        order = self.sudo()
        bookings = (order.booking_ids or order.main_order_id.booking_ids).filtered(lambda one: one.state == "booked")
        booking = bookings[:1]
        if not booking:
            return ""
        driver = booking.driver_id
        name = driver._gov_document_name(lang) if driver and lang else driver.display_name
        vehicle = booking.vehicle_id
        plate = vehicle.license_plate or ""
        return " – ".join(filter(None, (vehicle.model_id.display_name, isolated(plate), name if driver else "")))

    def _gov_document_values(self, lang):
        """Return the placeholders and blocks of the order in one language ('ar' or 'fr')."""
        self.ensure_one()
        order = self.with_context(lang=LANGS[lang])
        values = super()._gov_document_values(lang)
        values.update(
            mission_kind={
                ("morocco", "ar"): "داخل المغرب",
                ("morocco", "fr"): "au Maroc",
                ("abroad", "ar"): "إلى الخارج",
                ("abroad", "fr"): "à l’étranger",
            }[order.kind, lang],
            purpose=order.purpose,
            destination=enclosed(order._gov_destination()),
            date_from=date_words(order.date_from, lang),
            date_to=date_words(order.date_to, lang),
            person=order._gov_person_block(lang),
            mission=order._gov_facts_block(lang),
            itinerary=order._gov_stage_block(order.stage_ids),
        )
        return values

    def _gov_destination(self):
        return " – ".join(filter(None, (self.place_to, self.country_id.name)))

    def _gov_person_block(self, lang):
        _ = self.env._
        employee = self.employee_id
        version = employee._get_version(self.date_from)
        return facts_table(
            [
                (_("Full name"), Markup("<strong>%s</strong>") % employee._gov_document_name(lang)),
                (_("Payroll number (PPR)"), ltr(employee.ppr_number)),
                (_("Grade"), version.grade_id.name or employee.job_title or ""),
                (_("Assignment"), version.department_id.name or ""),
            ]
        )

    def _gov_facts_block(self, lang):
        _ = self.env._
        kinds = dict(self.env["gov.mission.stage"]._fields["transport"]._description_selection(self.env))
        used = []
        for stage in self.stage_ids:
            if kinds[stage.transport] not in used:
                used.append(kinds[stage.transport])
        start, stop = to_local(self.env, self.start), to_local(self.env, self.stop)
        payers = dict(self._fields["payer"]._description_selection(self.env))
        provided = [
            self._fields[name]._description_string(self.env) for name in ("has_meals", "has_lodging") if self[name]
        ]
        comma = "، " if lang == "ar" else ", "
        extension = ""
        if self.original_stop and self.original_stop != self.stop:
            extension = _(
                "The return, first set for %(old)s, is put off to %(new)s.",
                old=date_words(to_local(self.env, self.original_stop).date(), lang),
                new=date_words(stop.date(), lang),
            )
        return facts_table(
            [
                (_("Purpose"), self.purpose),
                (_("Destination"), self._gov_destination()),
                (_("Departure"), moment_text(start)),
                (_("Return"), moment_text(stop)),
                (_("Extension"), extension),
                (_("Transport"), comma.join(used)),
                (_("Vehicle and driver"), self._gov_vehicle_text(lang)),
                (_("Own car"), self._gov_own_car_text(lang)),
                (
                    _("Who pays"),
                    comma.join(filter(None, (payers[self.payer], self.payer_name, *provided)))
                    if self.payer != "administration"
                    else payers[self.payer],
                ),
                (_("Budget line"), self.budget_text),
            ]
        )

    def _gov_own_car_text(self, lang):
        """The authorisation to use one's own car: make, plate and fiscal power (decree 2-97-1053)."""
        if not self.uses_own_car:
            return ""
        return Markup("%s") % self.env._(
            "Use of the own car authorised: %(make)s, plate %(plate)s, fiscal power %(power)s CV.",
            make=self.car_make,
            plate=isolated(self.car_plate),
            power=self.car_power,
        )

    def _gov_stage_block(self, stages):
        _ = self.env._
        kinds = dict(stages._fields["transport"]._description_selection(self.env))
        rows = [
            [
                stage.place_from,
                stage.place_to,
                moment_text(to_local(self.env, stage.departure)),
                kinds[stage.transport],
                ltr(f"{stage.km:g}") if stage.km else "—",
            ]
            for stage in stages.sorted(lambda stage: (stage.departure, stage.sequence, stage.id))
        ]
        return data_table([_("From"), _("To"), _("Departure"), _("Transport"), _("Km")], rows)

    # ------------------------------------------------------------------ acts
    @around_act
    def action_submit(self):
        """File the mission order: receipt, steps of the circuit, and the vehicle is asked for."""
        result = super().action_submit()
        self._gov_finish_documents()
        return result

    @around_act
    def action_approve(self, comment=None):
        """Do the act of the current step; at the last one the order is numbered and sealed."""
        result = super().action_approve(comment=comment)
        self._gov_finish_documents()
        return result

    @short_transaction
    def action_cancel(self, reason=None):
        """Withdraw the order; after approval its document is revoked, and the vehicle is free again.

        :raise UserError: when an advance was paid: the mission is then settled, so that the advance is accounted for
        """
        self.check_access("read")
        for order in self:
            # sudo: only whether an advance was paid
            if order.sudo().advance_amount:
                raise UserError(
                    self.env._(
                        "An advance was paid for “%(request)s”: settle the mission, so that the advance is accounted "
                        "for.",
                        request=order.display_name,
                    )
                )
        result = super().action_cancel(reason)
        self._gov_release_bookings()
        # sudo: the document falls with the order, whose cancellation was checked
        documents = self.sudo().document_id.filtered(lambda document: document.state in ("valid", "issuing"))
        if documents:
            documents._revoke((reason.strip() if isinstance(reason, str) else "") or self.env._("Mission cancelled."))
        return result

    def _gov_may_extend(self):
        """Tell whether the current user may extend the mission: who signed it, or HR of the region."""
        self.ensure_one()
        # sudo: only whether the user signed it
        return self.sudo().signatory_id.user_id == self.env.user or self._gov_is_hr()

    @around_act
    def action_extend(self, stop, reason):
        """Put the return off, before the settlement: by who signed the order or HR, never by who asked for it.

        The order is made again with a new number and replaces the first one.

        :param stop: new moment of return (UTC), later than the present one
        :param reason: required, kept in the journal
        """
        self.ensure_one()
        try:
            stop = fields.Datetime.to_datetime(stop) if isinstance(stop, str | date) else None
        except ValueError:
            stop = None
        self._gov_extend(stop, reason)
        self._gov_finish_documents()
        return True

    @short_transaction
    def _gov_extend(self, stop, reason):
        self.check_access("read")
        self._gov_claim(("approved", "running", "to_settle"))
        self._gov_check_not_applicant()
        if not self._gov_may_extend():
            raise AccessError(
                self.env._("A mission is extended by who signed its order or by human resources of the region.")
            )
        reason = self._gov_check_reason(reason)
        if not stop or stop <= self.stop:
            raise UserError(
                self.env._(
                    "The new return comes after the present one, %(date)s.", date=format_date(self.env, self.date_to)
                )
            )
        # sudo: only whether the settlement is filed
        if self.sudo().settlement_id.state not in (False, "draft"):
            raise UserError(self.env._("The settlement of this mission is filed: it can no longer be extended."))
        order = self.sudo()  # sudo: who extends was checked above
        if order.document_id.state == "issuing":
            raise UserError(self.env._("The order is still being made. Try again in a moment."))
        old = order.stop
        order._gov_check_conflicts(stop)
        order.booking_ids._gov_move(order.start, stop)
        order._gov_write({"stop": stop, "original_stop": order.original_stop or old})
        order._gov_prepare_documents(supersede=True)
        if order.state == "to_settle" and stop > fields.Datetime.now():
            order._transition("running")
        order._gov_tell(
            lambda one: one.env._(
                "Your mission is extended to %(date)s. Reason: %(reason)s",
                date=format_date(one.env, one.date_to),
                reason=reason,
            )
        )
        self._gov_record([(self, "extend", {"from": str(old), "to": str(stop), "reason": reason})])

    @short_transaction
    def action_record_advance(self, amount, reference):
        """Write that an advance was paid: HR or the authorising officer, never who asked; once.

        :param amount: dirhams, more than zero
        :param reference: number of the payment
        """
        self.ensure_one()
        self.check_access("read")
        self._gov_claim(("approved", "running"))
        self._gov_check_not_applicant()
        authorising = self.env.user.has_group("gov_base.group_authorising_officer")
        if not (authorising or self._gov_is_hr() or self.env.su):
            raise AccessError(self.env._("Human resources or the authorising officer record an advance."))
        if type(amount) not in (int, float) or not 0 < amount < HIGHEST_ADVANCE:
            raise UserError(self.env._("Write the amount of the advance in dirhams, more than zero."))
        reference = " ".join((reference or "").split()) if isinstance(reference, str) else ""
        if not reference:
            raise UserError(self.env._("Write the reference of the payment of the advance."))
        if self.sudo().advance_amount:  # sudo: whether one was paid, whoever asks
            raise UserError(self.env._("An advance is already recorded for this mission."))
        today = to_local(self.env, fields.Datetime.now()).date()
        self._gov_write(
            {"advance_amount": rules.money(rules.exact(amount)), "advance_reference": reference, "advance_date": today}
        )
        self._gov_record([(self, "advance", {"reference": reference})])
        return True

    def _gov_check_not_applicant(self):
        """Refuse who asked, filed or is concerned, and who stands in for one of them today."""
        if self.env.su:
            return
        # sudo: only for whom the user stands in today
        interims = self.env["gov.interim"].sudo()
        acting_for = self.env.user.union(*(absent for absent, _path in interims._get_absents(self.env.user)))
        for record in self:
            # sudo: who is barred is compared with the user; only the refusal comes out
            if acting_for & (record._gov_applicants() | record.sudo().receipt_id.excluded_user_ids):
                raise AccessError(
                    self.env._(
                        "“%(request)s” concerns you or was filed by you: somebody else must do this.",
                        request=record.display_name,
                    )
                )

    def action_settle(self):
        """Open the settlement of the mission, made from the order the first time."""
        self.ensure_one()
        self.check_access("read")
        self._gov_settle()
        settlement = self.settlement_id
        if not settlement.has_access("read"):
            raise UserError(
                self.env._(
                    "The settlement of this mission is being prepared by %(name)s.",
                    name=settlement.sudo().requester_id.name,  # sudo: who prepares it, for whoever may settle
                )
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Settlement"),
            "res_model": "gov.mission.settlement",
            "res_id": settlement.id,
            "views": [(False, "form")],
            "target": "current",
        }

    @short_transaction
    def _gov_settle(self):
        order = self
        if order.settlement_id:
            return
        if not (order._gov_may_file() or self.env.su):
            raise AccessError(self.env._("A mission is settled by the person, one of his heads or human resources."))
        if order.state == "approved":
            # sudo: the mission goes on with the clock, whoever looks
            order.sudo()._gov_progress()
        self._gov_claim(("running", "to_settle"))
        if order.settlement_id:  # another click has just made it
            return
        self.env["gov.mission.settlement"].create(
            {
                "order_id": order.id,
                "lang": order.lang,
                "start": order.start,
                "stop": min(order.stop, max(fields.Datetime.now(), order.start + timedelta(minutes=1))),
                "stage_ids": [
                    Command.create(
                        {
                            "sequence": stage.sequence,
                            "place_from": stage.place_from,
                            "place_to": stage.place_to,
                            "departure": stage.departure,
                            "arrival": stage.arrival,
                            "transport": stage.transport,
                            "km": stage.km,
                        }
                    )
                    for stage in order.stage_ids
                ],
            }
        )
        order.invalidate_recordset()

    @short_transaction
    def action_close_without_costs(self):
        """Close a mission that cost the person nothing: no settlement is asked for."""
        self.ensure_one()
        self.check_access("read")
        if not (self._gov_may_file() or self.env.su):
            raise AccessError(self.env._("A mission is closed by the person, one of his heads or human resources."))
        self._gov_claim(("to_settle",))
        order = self.sudo()  # sudo: the person has the right to close, checked above
        if order.settlement_id or order.advance_amount:
            raise UserError(
                self.env._("A mission with an advance or a settlement is settled, not closed without costs.")
            )
        order._transition("settled")
        self._gov_record([(self, "close_without_costs", {})])
        return True

    def action_download(self):
        """Download the signed order."""
        self.ensure_one()
        self.check_access("read")
        if not self.document_id:
            raise UserError(self.env._("The order is not signed yet."))
        return self.document_id.action_download()

    def action_open_extension(self):
        """Open the dialog that extends the mission."""
        return self._gov_open_dialog("extend", self.env._("Extend the mission"))

    def action_open_advance(self):
        """Open the dialog that records an advance."""
        return self._gov_open_dialog("advance", self.env._("Record an advance"))

    def action_open_colleagues(self):
        """Open the dialog that prepares the same mission for colleagues."""
        return self._gov_open_dialog("colleagues", self.env._("Same mission for colleagues"))

    def _gov_open_dialog(self, operation, title):
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "gov.mission.dialog",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_order_id": self.id, "default_operation": operation, "default_stop": self.stop},
        }

    @short_transaction
    def action_copy_for(self, employee_ids):
        """Prepare the same mission as a draft for colleagues, each of whom checks and files his own.

        :param employee_ids: ids of employees
        :return: number of drafts made
        """
        self.ensure_one()
        self.check_access("read")
        if not (self._gov_may_file() or self.env.user in self._gov_applicants()):
            raise AccessError(self.env._("Only who asks for the mission prepares it for colleagues."))
        if self.state in ("refused", "cancelled", "settled"):
            raise UserError(self.env._("This mission is closed: make a new one."))
        ids = [one for one in employee_ids if type(one) is int] if isinstance(employee_ids, list | tuple) else []
        colleagues = self.env["hr.employee"].sudo().browse(ids).exists()  # sudo: named in the directory
        main = self.main_order_id or self
        # sudo: the drafts of colleagues, which they alone file; only what the order says goes into them
        already = main.sudo().colleague_order_ids.filtered(lambda one: one.state not in ("refused", "cancelled"))
        colleagues -= main.sudo().employee_id | already.employee_id  # sudo: as above
        if not colleagues:
            raise UserError(self.env._("Choose colleagues who are not yet on this mission."))
        without_login = colleagues.filtered(lambda employee: not employee.user_id)
        if without_login:
            raise UserError(
                self.env._(
                    "%(names)s cannot sign in: human resources or a head asks for this mission.",
                    names=", ".join(without_login.mapped("display_name")),
                )
            )
        for colleague in colleagues:
            # sudo: as above
            vals = main.sudo().copy_data()[0] | {"car_make": False, "car_plate": False, "car_power": 0}
            if vals["transport"] == "own_car":  # the car is that of one person
                vals["transport"] = "other"
            for _command, _id, stage in vals.get("stage_ids") or []:
                if stage["transport"] == "own_car":
                    stage.update(transport="other", km=0)
            # sudo: as above
            draft = self.sudo().create(dict(vals, employee_id=colleague.id))
            draft._gov_write({"requester_id": colleague.user_id.id, "main_order_id": main.id})
            draft._gov_tell(
                lambda one, asker=self.env.user.name: one.env._(
                    "%(name)s prepared a mission for you: %(mission)s. Check it and file it.",
                    name=asker,
                    mission=one.display_name,
                )
            )
        return len(colleagues)

    # ------------------------------------------------------------------ progress
    def _gov_tell(self, sentence):
        """Send a sentence, in the language of each, to the person on mission."""
        for order in self.sudo():  # sudo: the person is told, whoever acts
            user = order.employee_id.user_id
            if user and user != self.env.user:
                one = order.with_context(lang=user.lang)
                one.message_notify(partner_ids=user.partner_id.ids, body=sentence(one), subject=one.display_name)

    def _gov_progress(self):
        """Let granted missions begin and end with the clock; tell those who come back to settle."""
        now = fields.Datetime.now()
        for order in self:
            if order.state == "approved" and order.start <= now:
                order._transition("running")
            if order.state == "running" and order.stop <= now:
                order._transition("to_settle")
                order._gov_tell(
                    lambda one: one.env._(
                        "Your mission to %(place)s is over: settle it, or close it if it cost you nothing.",
                        place=one.place_to,
                    )
                )

    @api.model
    def _cron_progress(self, batch=500):
        """Move the missions that began or ended.

        sudo: scheduled for all the missions.
        """
        now = fields.Datetime.now()
        domain = Domain("state", "=", "approved") & Domain("start", "<=", now)
        domain |= Domain("state", "=", "running") & Domain("stop", "<=", now)
        orders = self.sudo().search(domain, limit=batch, order="id").try_lock_for_update()
        for order in orders:
            order._gov_progress()
        if orders:
            _logger.info("Missions that began or ended: %s", len(orders))
        return len(orders)
