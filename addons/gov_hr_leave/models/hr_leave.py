from collections import defaultdict
from datetime import date

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from odoo.addons.gov_approval.models.gov_approval_mixin import PROTECTED, TRANSITIONS
from odoo.addons.gov_approval.models.sentinel import has_sentinel
from odoo.addons.gov_base.tools.defaults import without_defaults

from ..services import counting

# set by the acts alone
ACT_FIELDS = ("reserved", "slot", "first_approver_id", "second_approver_id", "decision_document_id", "number_of_days")
BLOCKING = ("confirm", "validate1", "validate")


class OwnSelection(fields.Selection):
    """A selection whose values are those of its last definition alone.

    The states of Odoo's leave and those of the approval mixin have other names; Odoo warns of a list that replaces
    another one, which is here what is wanted.
    """

    def __init__(self, *args, **kwargs):
        bases = kwargs.get("_base_fields__", ())
        whole = [index for index, field in enumerate(bases) if "selection" in field._args__]
        if whole:
            kwargs["_base_fields__"] = bases[whole[-1] :]
        super().__init__(*args, **kwargs)


class HrLeave(models.Model):
    """A leave of a civil servant, from the request to the decision and the return to service.

    Odoo's leave on the approval circuits: ``draft`` → ``confirm`` (filed) → ``validate1`` (in review) → ``validate``
    (granted), or ``refuse``, or ``cancel``; the states keep Odoo's values, so that its calendars and presence go on
    working.  States change by the acts of the approval mixin only, and who decides is never who asked.

    Filing reserves the days in the counters of the years the leave touches; granting takes them in the ledger;
    refusal, return and cancellation give them back.  Two leaves of one person never overlap (constraint of the
    database).  The diagnosis of an illness is never stored.
    """

    _name = "hr.leave"
    _inherit = ["gov.approval.mixin", "hr.leave"]

    STATE_NAMES = {
        "submitted": "confirm",
        "in_review": "validate1",
        "approved": "validate",
        "refused": "refuse",
        "cancelled": "cancel",
    }
    TRANSITIONS = dict(TRANSITIONS, approved={"cancelled"})

    state = OwnSelection(
        [
            ("draft", "Draft"),
            ("confirm", "Submitted"),
            ("validate1", "In review"),
            ("validate", "Approved"),
            ("refuse", "Refused"),
            ("cancel", "Cancelled"),
        ],
        required=True,
        readonly=True,
        default="draft",
        index=True,
        copy=False,
    )
    employee_id = fields.Many2one(tracking=False, domain=[("active", "=", True)])
    holiday_status_id = fields.Many2one(
        "hr.leave.type",
        "Kind of leave",
        compute=False,
        readonly=False,
        required=True,
        index=True,
        ondelete="restrict",
        domain=[("gov_code", "!=", False)],
        tracking=False,
    )
    gov_code = fields.Char(related="holiday_status_id.gov_code", string="Code")
    count_unit = fields.Selection(related="holiday_status_id.count_unit")
    is_health = fields.Boolean(related="holiday_status_id.is_health")
    date_from = fields.Datetime(tracking=False)
    date_to = fields.Datetime(tracking=False)
    number_of_days = fields.Float(tracking=False)
    number_of_hours = fields.Float(tracking=False)
    # what the rules need to know
    cause_id = fields.Many2one(
        "gov.leave.cause", "Cause", index="btree_not_null", ondelete="restrict", help="Of an exceptional leave."
    )
    event_date = fields.Date(
        "Date of the event", help="Birth, order of kafala, wedding, death: the day that opens the right."
    )
    dependant_id = fields.Many2one("gov.dependant", "Child or spouse", index="btree_not_null", ondelete="restrict")
    is_rural = fields.Boolean("Rural area", help="The certificate may then arrive one day later.")
    certificate_date = fields.Date("Date of the certificate")
    certificate_received_on = fields.Date("Certificate received on")
    council_reference = fields.Char("Reference of the Health Council", help="Number of its opinion; never an illness.")
    council_date = fields.Date("Date of the opinion")
    is_abroad = fields.Boolean("Spent abroad", help="The decision then authorises to leave the national territory.")
    country_id = fields.Many2one("res.country", "Country", index="btree_not_null", ondelete="restrict")
    address_during = fields.Char("Address during the leave")
    phone_during = fields.Char("Telephone during the leave")
    interim_employee_id = fields.Many2one(
        "hr.employee",
        "Replaced by",
        index="btree_not_null",
        ondelete="restrict",
        help="Who stands in during the leave; needed when a head of unit leaves.",
    )
    decision_document_id = fields.Many2one(
        "gov.document", "Decision", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    # counting
    reserved = fields.Json(
        readonly=True, copy=False, export_string_translation=False, help="Days waiting in each counter, while filed."
    )
    slot = fields.Selection(
        [("main", "Leave"), ("health", "Filed during another leave")],
        readonly=True,
        copy=False,
        export_string_translation=False,
        help="Leaves of one person in the same slot never overlap; empty for permissions of some hours.",
    )

    _no_overlap = models.Constraint(
        "EXCLUDE USING gist (employee_id WITH =, slot WITH =, "
        "daterange(request_date_from, request_date_to, '[]') WITH &&) "
        "WHERE (slot IS NOT NULL AND state IN ('confirm', 'validate1', 'validate'))",
        "Another leave of this person was filed for these days in the meantime.",
    )
    _present_idx = models.Index("(request_date_from, request_date_to) WHERE state = 'validate'")

    # ------------------------------------------------------------------ counting
    def _gov_holidays(self):
        """Return the callable that gives the public holidays of a year."""
        return self.env["gov.public.holiday"]._days_of_year

    def _gov_days(self):
        """Return dict of civil year → days (Fraction) this leave takes, in the unit of its kind."""
        self.ensure_one()
        leave_type = self.holiday_status_id.sudo()  # sudo: how the kind of leave is counted is public
        halves = leave_type.request_unit == "half_day" and bool(self._gov_parameter("leave.half_day"))
        return counting.days_by_year(
            self.request_date_from,
            self.request_date_to,
            leave_type.count_unit,
            self._gov_holidays(),
            half_first=halves and self.request_date_from_period == "pm",
            half_last=halves and self.request_date_to_period == "am",
        )

    def _gov_parameter(self, code, on_date=None):
        return self.env["gov.parameter"].sudo().get_value(code, on_date)  # sudo: legal parameters are public

    def _gov_hours(self):
        """Return the hours of a permission: those of the day, or one a working day while a child is nursed."""
        self.ensure_one()
        if self.holiday_status_id.sudo().count_unit != "hours":  # sudo: as above
            return 0
        if self.request_unit_hours:
            return max(self.request_hour_to - self.request_hour_from, 0)
        days = counting.working_days(self.request_date_from, self.request_date_to, self._gov_holidays())
        return days * self._gov_parameter("leave.nursing.hours")

    def _get_durations(self, check_leave_type=True, resource_calendar=None):
        """Return what Odoo shows as duration, by our own counting: {id: (days, hours)}."""
        found = {}
        for leave in self:
            if not (leave.request_date_from and leave.request_date_to and leave.holiday_status_id):
                found[leave.id] = (0, 0)
                continue
            days = float(sum(leave._gov_days().values()))
            hours = leave._gov_hours()
            found[leave.id] = (days, hours or days * (leave.resource_calendar_id.hours_per_day or 8))
        return found

    @api.depends(
        "request_date_from",
        "request_date_to",
        "request_date_from_period",
        "request_date_to_period",
        "request_hour_from",
        "request_hour_to",
        "holiday_status_id",
        "resource_calendar_id",
    )
    def _compute_duration(self):
        super()._compute_duration()

    # ------------------------------------------------------------------ hooks of the rules, overridden beside them
    def _gov_check_rules(self):
        """Refuse by a sentence with its article a leave the rules of its kind forbid (hook)."""

    def _gov_prepare_decision(self):
        """Take the number of the decision and freeze its text, in the act that grants (hook)."""

    def _gov_on_cancelled(self):
        """Called in the act that cancels (hook): what was issued is revoked."""
