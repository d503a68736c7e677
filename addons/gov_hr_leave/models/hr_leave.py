from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

from odoo.addons.gov_approval.models.gov_approval_mixin import TRANSITIONS
from odoo.addons.gov_approval.models.sentinel import has_sentinel
from odoo.addons.gov_base.tools.defaults import without_defaults

from ..services import counting

# set by the acts or worked out, never given: neither by a write nor by a default value
ACT_FIELDS = (
    "reserved",
    "slot",
    "granted_date_to",
    "first_approver_id",
    "second_approver_id",
    "decision_document_id",
    "meeting_id",
    "date_from",
    "date_to",
    "number_of_days",
    "number_of_hours",
    "duration_display",
)
# the states in which a leave holds its days
BLOCKING = ("confirm", "validate1", "validate")
# what Odoo's leave does at each creation and change, and ours does not: followers, e-mails, activities
QUIET = {"leave_fast_create": True, "tracking_disable": True, "mail_activity_automation_skip": True}


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
        "gov.leave.cause",
        "Cause",
        compute="_compute_cause_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Of an exceptional leave.",
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
    granted_date_to = fields.Date(
        "Granted until", readonly=True, copy=False, help="The last day of the decision, when the leave was shortened."
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

    # ------------------------------------------------------------------ guards
    @api.model
    def default_get(self, fields_list):
        return super(HrLeave, without_defaults(self, ACT_FIELDS)).default_get(fields_list)

    @api.model_create_multi
    def create(self, vals_list):
        if not has_sentinel(self.env):
            for vals in vals_list:
                self._gov_refuse_act_fields(vals)
        vals_list = [
            vals if vals.get("employee_id") else dict(vals, employee_id=self.env.user.employee_id.id)
            for vals in vals_list
        ]
        quiet = without_defaults(self, ACT_FIELDS).with_context(**QUIET)
        return super(HrLeave, quiet).create(vals_list).with_env(self.env)

    def write(self, vals):
        if not has_sentinel(self.env):
            self._gov_refuse_act_fields(vals)
        return super(HrLeave, self.with_context(**QUIET)).write(vals)

    def _gov_refuse_act_fields(self, vals):
        given = [name for name in ACT_FIELDS if name in vals]
        if given:
            raise UserError(
                self.env._(
                    "“%(fields)s” cannot be set: it is worked out from the days asked for, or by the acts.",
                    fields=", ".join(self._fields[name]._description_string(self.env) for name in given),
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_if_correct_states(self):
        """The approval mixin says what may be deleted: drafts never filed."""

    # ------------------------------------------------------------------ who sees it
    @api.model
    def _involved_domain(self):
        """Beside the rule of the requests: health leave is for the person, who asked, those called upon, and HR with
        the right to it."""
        domain, user = super()._involved_domain(), self.env.user
        if user.has_group("gov_hr_leave.group_health_leave"):
            return domain
        ordinary = Domain("holiday_status_id.is_health", "=", False)
        own = Domain("requester_id", "=", user.id) | Domain("employee_id.user_id", "=", user.id)
        # sudo: only on which requests the user is or was called upon
        lines = self.env["gov.approval.line"].sudo()
        acted = Domain("res_model", "=", "hr.leave") & (
            Domain("decided_by_id", "=", user.id) | Domain("actor_ids", "in", user.ids)
        )
        called = Domain("id", "in", lines._subselect_records(acted))
        return domain & (ordinary | own | called)

    # ------------------------------------------------------------------ words
    @api.depends("employee_id", "holiday_status_id", "request_date_from", "request_date_to")
    @api.depends_context("lang", "short_name", "hide_employee_name")
    def _compute_display_name(self):
        for leave in self:
            # sudo: name of the person and of the kind of leave, for whoever reads the leave
            visible = leave.sudo()
            first, last = leave.request_date_from, leave.request_date_to
            words = {
                "type": visible.holiday_status_id.name or self.env._("Leave"),
                "person": visible.employee_id.display_name or "",
                "first": format_date(self.env, first) if first else "",
                "last": format_date(self.env, last) if last else "",
            }
            if self.env.context.get("short_name") or self.env.context.get("hide_employee_name"):
                leave.display_name = words["type"]
            elif first == last:
                leave.display_name = self.env._("%(type)s of %(person)s, %(first)s", **words)
            else:
                leave.display_name = self.env._("%(type)s of %(person)s, %(first)s – %(last)s", **words)

    def _gov_summary(self):
        self.ensure_one()
        visible = self.sudo()  # sudo: what is asked, for the receipt
        return self.env._(
            "%(type)s from %(first)s to %(last)s (%(duration)s)",
            type=visible.holiday_status_id.name,
            first=format_date(self.env, visible.request_date_from),
            last=format_date(self.env, visible.request_date_to),
            duration=visible._gov_duration_words(),
        )

    def _gov_duration_words(self):
        """Return the length of the leave in its unit, in words."""
        self.ensure_one()
        number = self.env["gov.leave.counter"]._number
        if self.count_unit == "hours":
            return self.env._("%(number)s h", number=number(self.number_of_hours))
        if self.count_unit == "working":
            return self.env._("%(number)s working days", number=number(self.number_of_days))
        return self.env._("%(number)s calendar days", number=number(self.number_of_days))

    @api.depends("number_of_hours", "number_of_days", "holiday_status_id")
    def _compute_duration_display(self):
        for leave in self:
            leave.duration_display = leave._gov_duration_words()

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
        """Return the hours of a permission: those asked or of whole days, or one a working day for nursing."""
        self.ensure_one()
        if self.holiday_status_id.sudo().count_unit != "hours":  # sudo: as above
            return 0
        if self.request_unit_hours:
            return max(self.request_hour_to - self.request_hour_from, 0)
        days = counting.working_days(self.request_date_from, self.request_date_to, self._gov_holidays())
        if self.gov_code != "ALL":
            # whole days of a permission are the hours of work of these days
            return days * (self._gov_parameter("working_time.end") - self._gov_parameter("working_time.start"))
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

    @api.depends("employee_id")
    def _compute_resource_calendar_id(self):
        for leave in self:
            leave.resource_calendar_id = (leave.employee_id.company_id or self.env.company).resource_calendar_id

    def _get_hour_from_to(self, request_date_from, request_date_to, day_period=None):
        """Whole days last from the beginning to the end of the day of work, the same for all (decree 2-05-916)."""
        if day_period:
            return super()._get_hour_from_to(request_date_from, request_date_to, day_period)
        return self._gov_parameter("working_time.start"), self._gov_parameter("working_time.end")

    # ------------------------------------------------------------------ hooks of the rules, overridden beside them
    def _gov_check_rules(self):
        """Refuse by a sentence with its article a leave the rules of its kind forbid (hook)."""

    def _gov_prepare_decision(self):
        """Take the number of the decision and freeze its text, in the act that grants (hook)."""

    def _gov_on_cancelled(self):
        """Called in the act that cancels (hook): what was issued is revoked."""
