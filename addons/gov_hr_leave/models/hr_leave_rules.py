from datetime import date

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from odoo.addons.gov_approval.models.sentinel import has_sentinel
from odoo.addons.gov_base.tools.act import short_transaction
from odoo.addons.gov_base.tools.defaults import without_defaults

from ..services import rules, sick
from .hr_leave import BLOCKING

HEALTH_GROUP = "gov_hr_leave.group_health_leave"
# set by the officers of health leave, or by acts: never by who asks
HEALTH_FIELDS = {"certificate_received_on", "council_reference", "council_date", "health_file_id"}
RULE_FIELDS = {
    "waived_rules",
    "waiver_reason",
    "waived_by_id",
    "territory_document_id",
    "visit_document_id",
    "visit_on",
}
# other kinds of leave the rules of a kind look at
LOOKS_AT = {
    "ANN": ("HAJJ",),
    "HAJJ": ("HAJJ", "ANN"),
    "ALL": ("MAT", "KAF_F", "ALL"),
    "EXC_MAND": (),
    "EXC_SYND": (),
    "EXAM": (),
    "FORM": (),
    "ABS": (),
    "FERM": (),
    "MAL_AT": (),
}
WORKED_OUT_AT_THE_END = {"health_file_missing"}


class HrLeave(models.Model):
    """The law of leave: what the general statute allows for each kind, and what it pays.

    The rules are plain Python (``services/rules.py``, ``services/sick.py``), their numbers legal parameters; here
    they get their facts and their sentences.
    """

    _inherit = "hr.leave"

    child_birthdate = fields.Date("Birth of the child", help="Needed for kafala leave and for the nursing hour.")
    nursing_time = fields.Selection(
        [("start", "At the beginning of the day"), ("end", "At the end of the day")],
        "Nursing hour",
        default="end",
        help="Printed on the authorisation.",
    )
    health_file_id = fields.Many2one(
        "gov.health.file",
        "Health file",
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        groups=HEALTH_GROUP,
        help="Lengths granted for one file are added together. It names a group of illnesses by a number only.",
    )
    certificate_due_on = fields.Date(
        "Certificate due by", compute="_compute_certificate", help="Two working days after the stop, three if rural."
    )
    is_certificate_late = fields.Boolean("Certificate late", compute="_compute_certificate")
    waived_rules = fields.Char(readonly=True, copy=False, export_string_translation=False)
    waiver_reason = fields.Char("Reason of the exception", readonly=True, copy=False)
    waived_by_id = fields.Many2one(
        "res.users", "Exception granted by", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    warnings = fields.Text(compute="_compute_warnings", help="What those who decide should know; it forbids nothing.")

    # ------------------------------------------------------------------ computed
    @api.depends("is_health", "is_rural", "request_date_from", "certificate_received_on", "state")
    def _compute_certificate(self):
        holidays = self.env["gov.public.holiday"]
        today = fields.Date.context_today(self)
        for leave in self:
            first = leave.request_date_from
            leave.certificate_due_on = leave.is_certificate_late = False
            if leave.is_health and first:
                delay = (
                    leave._gov_law().certificate_rural_days if leave.is_rural else leave._gov_law().certificate_days
                )
                due = sick.certificate_deadline(first, delay, holidays._add_working_days)
                leave.certificate_due_on = due
                leave.is_certificate_late = (leave.certificate_received_on or today) > due and leave.state != "draft"

    @api.depends(
        "employee_id",
        "holiday_status_id",
        "request_date_from",
        "request_date_to",
        "state",
        "address_during",
        "certificate_received_on",
    )
    @api.depends_context("lang")
    def _compute_warnings(self):
        for leave in self:
            leave.warnings = "\n".join(leave._gov_warnings()) or False

    def _gov_warnings(self):
        """Return sentences for those who decide: papers still to come, part of the unit absent, parents first,
        holidays not yet sure."""
        self.ensure_one()
        first, last, unit = self.request_date_from, self.request_date_to, self.department_id
        if not (first and last):
            return []
        found = self._gov_paper_warnings()
        if not unit:
            return found
        # sudo: how many people of the unit are away, no name and no reason
        people = self.env["hr.employee"].sudo().search_count([("department_id", "=", unit.id)])
        # sudo: as above
        away = self.sudo()._read_group(
            [
                ("employee_id.department_id", "=", unit.id),
                ("employee_id", "!=", self.employee_id.id),
                ("state", "=", "validate"),
                ("request_date_from", "<=", last),
                ("request_date_to", ">=", first),
            ],
            [],
            ["employee_id:count_distinct"],
        )[0][0]
        rate = self._gov_parameter("leave.team.absent_rate", first)
        if people and away and (away + 1) / people > rate:
            found.append(
                self.env._(
                    "With this leave, %(away)s of the %(people)s people of the unit are away on some of these days.",
                    away=away + 1,
                    people=people,
                )
            )
        if self.gov_code == "ANN":
            person = self.employee_id.sudo()  # sudo: only whether there are children
            if "children" in person._fields and person.children:
                found.append(self.env._("Has children: parents come first in the choice of periods (article 40)."))
            # sudo: public holidays are public
            moving = (
                self.env["gov.public.holiday"]
                .sudo()
                .search([("state", "=", "estimated"), ("date_from", "<=", last), ("date_to", ">=", first)])
            )
            for holiday in moving:
                found.append(
                    self.env._(
                        "%(holiday)s is only estimated: its days are counted again when it is confirmed.",
                        holiday=holiday.display_name,
                    )
                )
        return found

    def _gov_paper_warnings(self):
        """Return sentences on what is asked for when the leave is granted, and has not come yet."""
        self.ensure_one()
        leave_type = self.holiday_status_id.sudo()  # sudo: what a kind of leave asks for is public
        if self.state not in ("draft", "confirm", "validate1"):
            return []
        found = []
        if leave_type.is_health and not self.address_during:
            found.append(
                self.env._(
                    "No address for a visit is given: the certificate must state where the person can be visited "
                    "(decree 2-99-1219)."
                )
            )
        if leave_type.proof_required and not self.certificate_received_on and not self._gov_attachment_count():
            if leave_type.is_health:
                found.append(
                    self.env._(
                        "The medical certificate has not come yet: it is due by %(date)s, and the leave is not "
                        "granted without it.",
                        date=format_date(self.env, self.certificate_due_on),
                    )
                )
            else:
                labels = dict(leave_type._fields["proof_kind"]._description_selection(self.env))
                found.append(
                    self.env._(
                        "The proof has not come yet (%(proof)s): the leave is not granted without it.",
                        proof=labels.get(leave_type.proof_kind, ""),
                    )
                )
        return found

    @api.depends("holiday_status_id")
    def _compute_cause_id(self):
        """Exceptional leave is for a serious reason when no other cause is said; then the days of the year are its
        only limit."""
        for leave in self:
            if leave.gov_code == "EXC_FAM" and not leave.cause_id:
                leave.cause_id = self.env.ref("gov_hr_leave.leave_cause_serious", raise_if_not_found=False)
            else:
                leave.cause_id = leave.cause_id

    @api.onchange("holiday_status_id", "employee_id")
    def _onchange_health_address(self):
        """Propose the private address as the place where the person can be visited: he sees it, and may change it."""
        for leave in self:
            if leave.is_health and not leave.address_during:
                leave.address_during = leave._gov_private_address(leave.employee_id)

    def _gov_private_address(self, employee):
        """Return the private address of a person for the person himself and for HR, who read it; else nothing."""
        user, person = self.env.user, employee.sudo()  # sudo: the address goes to those who may read it only
        if not (person.user_id == user or user.has_group("gov_base.group_hr_officer")):
            return ""
        names = ("private_street", "private_street2", "private_zip", "private_city")
        return " ".join(filter(None, (person[name] for name in names if name in person._fields))) or ""

    # ------------------------------------------------------------------ guards
    @api.model_create_multi
    def create(self, vals_list):
        self._gov_check_rule_fields(vals_list)
        clean = without_defaults(self, HEALTH_FIELDS | RULE_FIELDS)
        leaves = super(HrLeave, clean).create(vals_list).with_env(self.env)
        for leave, vals in zip(leaves, vals_list, strict=True):
            leave._gov_check_health_fields(vals)
        return leaves

    def write(self, vals):
        self._gov_check_rule_fields([vals])
        if HEALTH_FIELDS & vals.keys():
            for leave in self:
                leave._gov_check_health_fields(vals)
        return super().write(vals)

    def _gov_check_rule_fields(self, vals_list):
        names = {name for vals in vals_list for name in RULE_FIELDS & vals.keys() if vals[name]}
        if names and not has_sentinel(self.env):
            raise UserError(self.env._("Exceptions and documents are given by acts only, never written."))

    def _gov_check_health_fields(self, vals):
        """Certificate received, health file and Council: recorded by the officers of health leave, not by who asks."""
        if any(vals.get(name) for name in HEALTH_FIELDS) and not (self.env.su or has_sentinel(self.env)):
            self._gov_check_health_officer()

    def _gov_check_health_officer(self):
        """Refuse whoever is not HR of the region with the right to health leave, or is himself concerned."""
        for leave in self:
            if not (self.env.su or (self.env.user.has_group(HEALTH_GROUP) and leave._gov_is_hr())):
                raise AccessError(self.env._("Only human resources with the right to health leave record this."))
            if not self.env.su and self.env.user == leave.sudo().employee_id.user_id:  # sudo: only who it is
                raise AccessError(self.env._("Nobody treats his own leave: another officer must do this."))

    # ------------------------------------------------------------------ facts for the rules
    def _gov_law(self):
        """Return the legal parameters in force on the first day of the leave, read when asked for."""
        day = self.request_date_from or fields.Date.context_today(self)
        return rules.LawSettings(lambda code: self._gov_parameter(code, day))

    def _gov_rule_facts(self):
        """Return this leave as the rules see it.  sudo: facts for a rule; only the breach comes out."""
        leave = self.sudo()
        days = leave._gov_days() if leave.gov_code in ("EXC_FAM", "ANN") else {}
        return rules.Leave(
            code=leave.gov_code,
            first=leave.request_date_from,
            last=leave.request_date_to,
            days={year: float(count) for year, count in days.items()},
            hours=leave._gov_hours() if leave.gov_code == "ABS" else 0,
            key=leave.id or 0,
            cause=leave.cause_id.code or "",
            cause_days=self._gov_parameter(leave.cause_id.parameter_code, leave.request_date_from)
            if leave.cause_id
            else 0,
            event_date=leave.event_date or None,
            child_birthdate=leave.child_birthdate or leave.dependant_id.birthdate or None,
            health_file=str(leave.health_file_id.id or ""),
            waived=frozenset((leave.waived_rules or "").split(",")),
        )

    def _gov_history(self, codes, states=BLOCKING):
        """Return the other leaves of the person, of these kinds, granted or waiting, as the rules see them."""
        self.ensure_one()
        if not codes:
            return []
        # sudo: the rules look at all the leaves of the person, whoever asks
        others = self.sudo().search(
            [
                ("employee_id", "=", self.employee_id.id),
                ("id", "!=", self._origin.id or 0),
                ("state", "in", states),
                ("holiday_status_id.gov_code", "in", codes),
            ],
            order="request_date_from",
        )
        return [other._gov_rule_facts() for other in others]

    def _gov_breaches(self):
        """Return the breaches of the rules by this leave."""
        self.ensure_one()
        code = self.gov_code
        employee = self.employee_id.sudo()  # sudo: sex and date of recruitment for a rule; only the breach comes out
        person = rules.Person(employee.sex or "", employee.recruitment_date or None)
        history = self._gov_history(LOOKS_AT.get(code, (code,)))
        return rules.check(self._gov_rule_facts(), person, history, self._gov_law())

    # ------------------------------------------------------------------ the check
    def _gov_check_rules(self):
        """Refuse by a sentence with its article a leave the rules of its kind forbid.

        Called when it is filed, and again when it is granted: what may come later (certificate, health file) is
        asked for then only.
        """
        super()._gov_check_rules()
        for leave in self:
            if leave.gov_code == "EXC_FAM" and not leave.cause_id:
                # sudo: the act fills what who asks may fill
                leave.sudo()._gov_write({"cause_id": self.env.ref("gov_hr_leave.leave_cause_serious").id})
            at_end = leave.approval_state != "draft"
            breaches = [
                breach for breach in leave._gov_breaches() if at_end or breach.rule not in WORKED_OUT_AT_THE_END
            ]
            if breaches:
                raise UserError(leave._gov_breach_sentence(breaches[0]))
            leave._gov_check_papers(at_end)

    def _gov_check_papers(self, at_end):
        """Refuse a leave that lacks a paper, a place or a substitute it needs."""
        self.ensure_one()
        leave_type = self.holiday_status_id.sudo()  # sudo: what a kind of leave asks for is public
        if self.is_abroad and not self.country_id:
            raise UserError(self.env._("The leave is spent abroad: say in which country."))
        self._gov_check_interim()
        if not leave_type.proof_required:
            return
        if leave_type.is_health:
            if at_end and not self.certificate_received_on:
                raise UserError(
                    self.env._("The medical certificate has not been received: record the day it came first.")
                )
            if (
                at_end
                and self.gov_code in (rules.MEDIUM, rules.LONG)
                and not (self.council_reference and self.council_date)
            ):
                raise UserError(
                    self.env._(
                        "The Health Council must agree first: record the reference and the date of its opinion "
                        "(article 43 bis, article 44)."
                    )
                )
        elif at_end and not self._gov_attachment_count():
            labels = dict(leave_type._fields["proof_kind"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "“%(type)s” needs a proof: attach it to the request (%(proof)s).",
                    type=leave_type.with_context(lang=self.env.lang).name,
                    proof=labels.get(leave_type.proof_kind, ""),
                )
            )

    def _gov_attachment_count(self):
        # sudo: only whether a paper is there, of a request the user files or decides on
        return (
            self.env["ir.attachment"]
            .sudo()
            .search_count([("res_model", "=", "hr.leave"), ("res_id", "=", self._origin.id or 0)], limit=1)
        )

    def _gov_check_interim(self):
        """A unit head who leaves names who stands in, somebody who is there (§ delegation of the approver)."""
        self.ensure_one()
        if self.holiday_status_id.sudo().is_apart:  # sudo: as above
            return
        # sudo: which units the person heads is in the organisation chart
        unit = self.env["hr.department"].sudo().search([("manager_id", "=", self.employee_id.id)], limit=1)
        substitute = self.interim_employee_id
        if unit and not substitute and not self.is_health:  # an illness does not wait
            raise UserError(
                self.env._(
                    "%(person)s heads “%(unit)s”: say who stands in during the leave.",
                    person=self.employee_id.display_name,
                    unit=unit.with_env(self.env).name,
                )
            )
        if not substitute:
            return
        if substitute == self.employee_id:
            raise UserError(self.env._("Nobody stands in for himself: choose somebody else as substitute."))
        # sudo: only whether the substitute is away
        away = self.sudo().search_count(
            [
                ("employee_id", "=", substitute.id),
                ("state", "=", "validate"),
                ("slot", "!=", False),
                ("request_date_from", "<=", self.request_date_to),
                ("request_date_to", ">=", self.request_date_from),
            ],
            limit=1,
        )
        if away:
            raise UserError(
                self.env._(
                    "%(person)s is away too on some of these days: choose somebody else as substitute.",
                    person=substitute.display_name,
                )
            )

    # ------------------------------------------------------------------ sentences
    def _gov_breach_sentence(self, breach):
        """Return the sentence of a breach, in the user's language, with the article of the kind of leave."""
        self.ensure_one()
        leave_type = self.holiday_status_id.with_env(self.env).sudo()  # sudo: kinds of leave are public
        values = dict(breach.values, type=leave_type.name, person=self.employee_id.display_name)
        for name, value in values.items():
            if isinstance(value, date):
                values[name] = format_date(self.env, value)
            elif isinstance(value, float):
                values[name] = self.env["gov.leave.counter"]._number(value)
        text = self._gov_breach_text(breach.rule, values)
        if breach.can_waive:
            text = f"{text} {self.env._('An HR manager may grant an exception.')}"
        comma = "، " if (self.env.lang or "").startswith("ar") else ", "
        law = comma.join(filter(None, (leave_type.legal_text_id.name, leave_type.legal_article)))
        return self.env._("%(sentence)s (%(law)s)", sentence=text, law=law) if law else text

    def _gov_breach_text(self, rule, values):
        return (
            self._gov_breach_text_administrative(rule, values)
            or self._gov_breach_text_health(rule, values)
            or self._gov_breach_text_family(rule, values)
            or rule
        )

    def _gov_breach_text_administrative(self, rule, values):
        _ = self.env._
        if rule == "not_asked":
            return _("“%(type)s” is decided by the administration: nobody asks for it.", **values)
        if rule == "annual_before_first_year":
            return _("The first annual leave comes after %(months)s months of service: from %(date)s on.", **values)
        if rule == "annual_in_hajj_year":
            return _("%(person)s has a hajj leave in %(year)s: there is no annual leave in that year.", **values)
        if rule == "cause_missing":
            return _("Say the cause of the exceptional leave: marriage, death, …")
        if rule == "cause_days":
            return _("This cause gives %(days)s days at most; %(asked)s are asked.", **values)
        if rule == "exceptional_year":
            return _(
                "Exceptional leave is %(days)s days a year at most, all causes together: %(taken)s are taken or asked "
                "in %(year)s, %(asked)s more are asked.",
                **values,
            )
        if rule == "hajj_length":
            return _("Hajj leave lasts %(months)s months at most: until %(date)s.", **values)
        if rule == "hajj_once":
            return _("Hajj leave is granted once in the career: %(person)s had it in %(year)s.", **values)
        if rule == "hajj_annual_taken":
            return _(
                "%(person)s has an annual leave in %(year)s: hajj leave takes the place of the annual leave of its "
                "year.",
                **values,
            )
        if rule == "unpaid_length":
            return _("Unpaid leave is %(months)s month in one piece, no more and no less: until %(date)s.", **values)
        if rule == "unpaid_every":
            return _(
                "Unpaid leave is granted once every %(years)s years: there is one from %(date)s; the next may begin "
                "on %(next)s.",
                **values,
            )
        if rule == "absence_hours":
            return _("An absence authorisation is for one day and %(hours)s hours at most.", **values)
        return None

    def _gov_breach_text_health(self, rule, values):
        _ = self.env._
        if rule == "short_ceiling":
            return _(
                "Short sick leave is %(days)s days at most in any %(months)s months: the right ends before %(date)s. "
                "Ask for a medium or long sick leave, or for availability.",
                **values,
            )
        if rule == "health_file_missing":
            return _("Choose the health file whose earlier leaves are added: human resources open it.")
        if rule == "slice_length":
            return _(
                "This sick leave is granted for %(short)s or %(long)s months: until %(first)s or %(second)s.",
                **values,
            )
        if rule == "long_ceiling":
            return _(
                "This sick leave is %(years)s years at most over the career for one health file: the right ends "
                "before %(date)s.",
                **values,
            )
        return None

    def _gov_breach_text_family(self, rule, values):
        _ = self.env._
        texts = {
            "women_only": _("“%(type)s” is for women.", **values),
            "men_only": _("“%(type)s” is for men.", **values),
            "sex_unknown": _(
                "The sex of %(person)s is not recorded: human resources complete the file first.", **values
            ),
            "event_missing_birth": _("Give the date of the birth, expected or real."),
            "event_missing_order": _("Give the date on which the kafala order was executed."),
            "child_birthdate_missing": _("Give the date of birth of the child."),
            "event_one_block": _("These days are taken in one block: there is already a leave for this event."),
        }
        if rule in texts:
            return texts[rule]
        if rule == "event_length":
            return _(
                "“%(type)s” is %(days)s days for one event: %(taken)s are taken or asked, %(asked)s more are asked.",
                **values,
            )
        if rule == "maternity_early":
            return _("Maternity leave starts %(weeks)s weeks before the birth at the earliest: on %(date)s.", **values)
        if rule == "maternity_late":
            return _("Maternity leave starts on %(date)s at the latest for this birth.", **values)
        if rule == "paternity_window":
            return _("Paternity leave starts between the birth, %(first)s, and %(last)s.", **values)
        if rule == "kafala_window":
            return _("Kafala leave starts between the execution of the order, %(first)s, and %(last)s.", **values)
        if rule == "child_too_old":
            return _(
                "Kafala leave is for a child under %(months)s months; this one reaches that age on %(date)s.", **values
            )
        if rule == "nursing_end":
            return _("The nursing hour lasts until the child is %(months)s months old: until %(date)s.", **values)
        if rule == "nursing_start":
            return _("The nursing hour begins after the leave for the birth or the kafala: on %(date)s.", **values)
        if rule == "nursing_before_birth":
            return _("The nursing hour cannot begin before the birth, on %(date)s.", **values)
        if rule == "nursing_again":
            return _("The nursing hour is already authorised from %(first)s to %(last)s.", **values)
        return None

    # ------------------------------------------------------------------ exception
    @short_transaction
    def action_grant_exception(self, reason):
        """Pass over a rule that an HR manager may pass over (annual leave in the year of the hajj); journalled.

        :param reason: why, kept with the request
        :raise AccessError: for others than HR managers, and on one's own leave
        :raise UserError: when nothing may be passed over
        """
        self.check_access("read")
        reason = " ".join((reason or "").split())
        if not reason:
            raise UserError(self.env._("Say why the exception is granted: the reason is kept with the leave."))
        journal = []
        for leave in self:
            if not self.env.user.has_group("gov_base.group_hr_manager"):
                raise AccessError(self.env._("Only an HR manager grants an exception."))
            if self.env.user in leave._gov_applicants():
                raise AccessError(self.env._("Nobody grants an exception to his own request."))
            rules_ = sorted(breach.rule for breach in leave._gov_breaches() if breach.can_waive)
            if leave.state not in ("draft", "confirm", "validate1") or not rules_:
                raise UserError(self.env._("This leave breaks no rule over which an HR manager may pass."))
            leave._gov_write(
                {
                    "waived_rules": ",".join(rules_),
                    "waiver_reason": reason,
                    "waived_by_id": self.env.uid,
                }
            )
            journal.append((leave, "exception", {"rules": rules_, "reason": reason}))
        self.env["gov.journal.entry"]._record_many(journal)
        return True
