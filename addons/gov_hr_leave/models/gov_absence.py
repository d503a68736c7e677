from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from odoo.addons.gov_base.tools.act import around_act, run_short, short_transaction
from odoo.addons.gov_base.tools.defaults import without_defaults
from odoo.addons.gov_base.tools.search import search_when
from odoo.addons.gov_base.tools.text import date_words

from ..services import absence as service
from ..services import decision_words as words

DAY = timedelta(days=1)
PERIODS = [("am", "Morning"), ("pm", "Afternoon")]
HR = "gov_base.group_hr_officer"
ACT_FIELDS = {
    "state",
    "recorded_by_id",
    "query_document_id",
    "queried_on",
    "answer_due_on",
    "answer",
    "answered_on",
    "outcome_reason",
    "decided_by_id",
    "decided_on",
    "monthly_pay",
    "amount",
    "pay_month",
    "notice_document_id",
    "notice_on",
    "notice_due_on",
    "statement_id",
    "leave_id",
}
TRANSITIONS = {
    "recorded": {"queried", "justified", "cancelled"},
    "queried": {"answered", "justified", "deducted", "cancelled"},
    "answered": {"justified", "deducted", "cancelled"},
}


class GovAbsence(models.Model):
    """An absence from service without authorisation (law 12-81, decree 2-99-1216), in half-days of work.

    recorded by a head of the person (never on himself) or HR → queried: HR sends the query (استفسار), a numbered
    letter, and the person answers within the delay → justified with a reason, or deducted: for each half-day a
    sixtieth of the monthly pay, family allowances left out → in the statement of the month sent to the Treasury.
    When the person does not come back, the notice to return (abandonment of post).  A mistake is cancelled.

    Closed data: the person, the heads over him (dates and state only), HR of the region.  Auditors do not read it.
    """

    _name = "gov.absence"
    _description = "Irregular absence"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date_from desc, id desc"
    _rec_name = "employee_id"

    employee_id = fields.Many2one(
        "hr.employee", required=True, index=True, ondelete="restrict", help="Who was absent; never yourself."
    )
    department_id = fields.Many2one(
        "hr.department",
        "Unit",
        compute="_compute_unit",
        store=True,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    region_id = fields.Many2one(
        "gov.region",
        "Region",
        compute="_compute_unit",
        store=True,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    date_from = fields.Date("First day", required=True, default=fields.Date.context_today, index=True)
    period_from = fields.Selection(PERIODS, "From", required=True, default="am")
    date_to = fields.Date("Last day", required=True, default=fields.Date.context_today)
    period_to = fields.Selection(PERIODS, "To", required=True, default="pm")
    half_days = fields.Integer(
        "Half-days",
        compute="_compute_half_days",
        store=True,
        help="Half-days of work of the period: no weekend, no holiday, no day of a granted leave or mission.",
    )
    first_half = fields.Integer(
        compute="_compute_halves", store=True, precompute=True, export_string_translation=False
    )
    last_half = fields.Integer(compute="_compute_halves", store=True, precompute=True, export_string_translation=False)
    is_ongoing = fields.Boolean("Not back yet", help="The person has not come back: a notice to return may be sent.")
    leave_id = fields.Many2one(
        "hr.leave",
        "Sick leave without certificate in time",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        groups="gov_hr_leave.group_health_leave",
    )
    observation = fields.Char("Remark of the head", help="What was noticed; never a supposed illness.")
    recorded_by_id = fields.Many2one(
        "res.users",
        "Recorded by",
        readonly=True,
        copy=False,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
    )
    # query
    query_document_id = fields.Many2one(
        "gov.document", "Query", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    queried_on = fields.Date("Query sent on", readonly=True, copy=False)
    answer_due_on = fields.Date("To be answered by", readonly=True, copy=False)
    answer = fields.Text(readonly=True, copy=False, groups=HR)
    own_answer = fields.Text("Answer of the person", compute="_compute_own", compute_sudo=True)
    answered_on = fields.Date(readonly=True, copy=False)
    # outcome
    outcome_reason = fields.Text("Reason of the outcome", readonly=True, copy=False, groups=HR)
    decided_by_id = fields.Many2one(
        "res.users", "Decided by", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    decided_on = fields.Date(readonly=True, copy=False)
    monthly_pay = fields.Float(
        "Monthly pay",
        digits=(12, 2),
        readonly=True,
        copy=False,
        groups=HR,
        aggregator=None,
        help="Gross monthly pay on the first day of the absence, without family allowances.",
    )
    amount = fields.Float("Deduction", digits=(12, 2), readonly=True, copy=False, groups=HR)
    own_amount = fields.Float("To be deducted", digits=(12, 2), compute="_compute_own", compute_sudo=True)
    pay_month = fields.Date(
        "Month of the deduction", readonly=True, copy=False, help="First day of the month whose pay bears it."
    )
    statement_id = fields.Many2one(
        "gov.absence.statement",
        "Statement",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        groups=HR,
    )
    # abandonment of post
    notice_document_id = fields.Many2one(
        "gov.document", "Notice", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    notice_on = fields.Date("Notice sent on", readonly=True, copy=False)
    notice_due_on = fields.Date("To return by", readonly=True, copy=False)
    state = fields.Selection(
        [
            ("recorded", "Recorded"),
            ("queried", "Query sent"),
            ("answered", "Answered"),
            ("justified", "Justified"),
            ("deducted", "Deducted"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        default="recorded",
        copy=False,
        index=True,
    )
    is_mine = fields.Boolean(compute="_compute_rights", export_string_translation=False)
    can_treat = fields.Boolean(compute="_compute_rights", export_string_translation=False)
    is_headed_by_me = fields.Boolean(
        compute="_compute_rights", search="_search_is_headed_by_me", export_string_translation=False
    )

    _dates = models.Constraint("CHECK (date_from <= date_to)", "The last day of the absence is before its first day.")
    _halves_apart = models.Constraint(
        "EXCLUDE USING gist (employee_id WITH =, int4range(first_half, last_half, '[]') WITH &&) "
        "WHERE (state != 'cancelled')",
        "An absence of this person is already recorded for these half-days.",
    )

    # ------------------------------------------------------------------ computed
    @api.depends("employee_id")
    def _compute_unit(self):
        for record in self:
            unit = record.sudo().employee_id.department_id  # sudo: unit of the day, for who records
            record.department_id = unit
            record.region_id = unit.effective_region_id

    @api.depends("date_from", "date_to", "period_from", "period_to")
    def _compute_halves(self):
        for record in self:
            first, last = record.date_from, record.date_to
            record.first_half = first.toordinal() * 2 + (record.period_from == "pm") if first else 0
            record.last_half = last.toordinal() * 2 + (record.period_to == "pm") if last else 0

    @api.depends("date_from", "date_to", "period_from", "period_to", "employee_id")
    def _compute_half_days(self):
        for record in self:
            record.half_days = len(record._gov_half_days())

    def _gov_half_days(self):
        """Return the half-days of work of the absence, without those of a leave or mission that was granted."""
        self.ensure_one()
        first, last, employee = self.date_from, self.date_to, self.employee_id
        if not (first and last and employee) or last < first:
            return []
        halves = service.half_days(
            first,
            last,
            self.env["gov.public.holiday"]._is_working_day,
            self.period_from or "am",
            self.period_to or "pm",
        )
        # sudo: only on which days the person was away with leave
        granted = employee.sudo()._gov_absences(first, last)
        own = self.sudo().leave_id.id  # sudo: the sick leave behind the absence, only to leave it out
        away = [
            (row["date_from"], row["date_to"])
            for row in granted
            if row.get("is_granted") and not row.get("start") and (row["model"], row["res_id"]) != ("hr.leave", own)
        ]
        return [half for half in halves if not any(start <= half[0] <= end for start, end in away)]

    @api.depends_context("uid")
    @api.depends("answer", "amount")
    def _compute_own(self):
        for record in self:
            mine = record.employee_id.user_id.id == self.env.uid
            record.own_answer = record.answer if mine else False
            record.own_amount = record.amount if mine else 0

    @api.depends_context("uid")
    @api.depends("employee_id")
    def _compute_rights(self):
        for record in self:
            employee = record.sudo().employee_id  # sudo: only whose absence it is
            record.is_mine = employee.user_id == self.env.user
            record.can_treat = record._gov_is_hr()
            record.is_headed_by_me = bool(employee) and employee._gov_is_headed_by(self.env.user)

    @api.model
    @search_when
    def _search_is_headed_by_me(self):
        # sudo: the units the user heads
        units = self.env["hr.department"].sudo().search([("manager_id.user_id", "=", self.env.uid)])
        if not units:
            return Domain.FALSE
        return Domain("employee_id.department_id", "child_of", units.ids) & Domain(
            "employee_id.user_id", "!=", self.env.uid
        )

    @api.depends("employee_id", "date_from", "date_to")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for record in self:
            record.display_name = self.env._(
                "Absence of %(person)s, %(date)s",
                person=record.employee_id.display_name or "",
                date=format_date(self.env, record.date_from) if record.date_from else "",
            )

    # ------------------------------------------------------------------ guards
    @api.constrains("date_from", "date_to", "period_from", "period_to", "employee_id")
    def _check_half_days(self):
        today = fields.Date.context_today(self)
        for record in self:
            if record.date_to > today:
                raise ValidationError(self.env._("An absence is recorded once it has been noticed, not before."))
            if record.last_half < record.first_half or not record.half_days:
                raise ValidationError(
                    self.env._(
                        "There is no half-day of work to record: weekends, public holidays and days of leave or "
                        "mission are not absences."
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_act_fields(vals)
        clean = self if self.env.su else without_defaults(self, ACT_FIELDS)
        records = super(GovAbsence, clean).create(vals_list).with_env(self.env)
        if not self.env.su:
            records._gov_check_may_record()
        self.env["gov.journal.entry"]._record_many([(record, "record", record._gov_facts()) for record in records])
        return records

    def write(self, vals):
        self._check_act_fields(vals)
        if not self.env.su:
            self._gov_check_may_record()
            for record in self:
                if record.state != "recorded":
                    raise UserError(self.env._("The query is sent: what was recorded can no longer be changed."))
        result = super().write(vals)
        if not self.env.su and "employee_id" in vals:
            self._gov_check_may_record()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A recorded absence stays in the file: cancel it with its reason."))

    def _check_act_fields(self, vals):
        if ACT_FIELDS & vals.keys() and not self.env.su:
            raise UserError(self.env._("An irregular absence changes with its buttons only."))

    def _gov_facts(self):
        return {"from": str(self.date_from), "to": str(self.date_to), "half_days": self.half_days}

    def _gov_is_hr(self):
        """Tell whether the user is HR of the region, and not the person himself."""
        self.ensure_one()
        user, employee = self.env.user, self.sudo().employee_id  # sudo: only whose absence it is, and his region
        if employee.user_id == user or not user.has_group(HR):
            return False
        regions = user.sudo().gov_region_ids  # sudo: the regions the user serves himself
        return not regions or employee.department_id.effective_region_id in regions

    def _gov_check_may_record(self):
        for record in self:
            employee = record.sudo().employee_id  # sudo: only whose absence it is
            if employee.user_id == self.env.user:
                raise AccessError(self.env._("Nobody records his own absence."))
            if not (employee._gov_is_headed_by(self.env.user) or record._gov_is_hr()):
                raise AccessError(self.env._("Absences are recorded by a head of the person, or by HR of the region."))

    def _gov_check_hr(self):
        self.check_access("read")
        for record in self:
            if not record._gov_is_hr():
                raise AccessError(
                    self.env._("Only human resources of the region do this, and nobody on his own absence.")
                )

    def _gov_check_reason(self, reason):
        reason = " ".join((reason or "").split())
        if len(reason) < 5:
            raise UserError(self.env._("Give the reason: the person reads it (law 03-01)."))
        return reason

    def _gov_go(self, target):
        """Take the records for an act by one conditional UPDATE; of two acts at once, one finds nothing."""
        sources = tuple(state for state, targets in TRANSITIONS.items() if target in targets)
        self.flush_recordset()
        rows = self.env.execute_query(
            SQL(
                """UPDATE gov_absence SET state = %s, write_date = now() AT TIME ZONE 'UTC'
                    WHERE id IN %s AND state IN %s RETURNING id""",
                target,
                self._ids or (0,),
                sources,
            )
        )
        self.invalidate_recordset()
        if len(rows) != len(self):
            raise UserError(self.env._("The absence has changed in the meantime: this can no longer be done."))
        # sudo: the right of the act was checked by its caller
        self.env["mail.activity"].sudo().search([("res_model", "=", self._name), ("res_id", "in", self.ids)]).unlink()

    # ------------------------------------------------------------------ query and answer
    @around_act
    def action_query(self):
        """Send the query: a numbered letter, on the list of the person, to be answered within the delay (HR)."""
        self._gov_check_hr()

        def act(env):
            records = env[self._name].browse(self.ids)
            records._gov_go("queried")
            today = fields.Date.context_today(records)
            # sudo: the right was checked above
            for record in records.sudo():
                delay = int(env["gov.parameter"].get_value("absence.answer_days", today))
                due = env["gov.public.holiday"]._add_working_days(today, delay)
                record.write({"queried_on": today, "answer_due_on": due})
                record.write({"query_document_id": record._gov_issue("leave_absence_query").id})
                record._gov_plan_answer()
            env["gov.journal.entry"]._record_many([(record, "query", record._gov_facts()) for record in records])
            return records

        run_short(self.env, act)
        self.sudo().query_document_id._gov_finish()  # sudo: what the act prepared is finished
        return True

    def _gov_issue(self, kind):
        """Prepare a letter to the person, in the language of his login; Arabic when there is none."""
        self.ensure_one()
        lang = "fr" if (self.employee_id.user_id.lang or "").startswith("fr") else "ar"
        return self.env["gov.document"]._gov_prepare(
            [
                {
                    "register": self.env.ref("gov_hr_leave.register_leave_absence"),
                    "template": self.env["gov.document.template"]._gov_leave_template(kind, lang),
                    "record": self,
                    "values": self._gov_document_values(lang),
                    "employee": self.employee_id,
                    "signatory": self.employee_id._gov_leave_signatory(),
                }
            ]
        )

    def _gov_document_values(self, lang):
        self.ensure_one()
        values = self.employee_id._gov_leave_person_values(lang, self.date_from)
        first, last = date_words(self.date_from, lang), date_words(self.date_to, lang)
        one_day = self.date_from == self.date_to
        if lang == "ar":
            period = f"يوم {first}" if one_day else f"من {first} إلى {last}"
        else:
            period = f"le {first}" if one_day else f"du {first} au {last}"
        values.update(
            {
                "absence_period": period,
                "date_from": first,
                "days_phrase": words.counted(self.half_days, "half_days", lang),
                "answer_due": date_words(self.answer_due_on, lang) if self.answer_due_on else "—",
                "notice_due": date_words(self.notice_due_on, lang) if self.notice_due_on else "—",
            }
        )
        # sudo: legal parameters are public
        days = int(self.env["gov.parameter"].sudo().get_value("absence.notice_days", self.notice_on or self.date_from))
        values["notice_phrase"] = words.counted(days, "calendar", lang)
        return values

    def _gov_todo_words(self, key):
        words = {
            "answer": self.env._("Answer the query on your absence"),
            "abandoned": self.env._("Abandonment of post"),
            "unanswered": self.env._("Query without answer"),
        }
        return words.get(key) or super()._gov_todo_words(key)

    def _gov_plan_answer(self):
        self.ensure_one()
        user = self.employee_id.user_id
        if not user.active:
            return
        record = self.with_context(lang=user.lang, mail_activity_quick_update=True)
        record.activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=user.id,
            date_deadline=self.answer_due_on,
            **record._gov_said("answer"),
            note=record.env._(
                "Write your explanation and attach what justifies it, by %(date)s at the latest.",
                date=format_date(record.env, self.answer_due_on),
            ),
        )

    @short_transaction
    def action_answer(self, text, answered_on=None):
        """Answer the query: by the person, or by HR for an answer that came on paper.

        :param text: the explanation
        :param answered_on: day the paper came (HR only); today when None
        """
        self.ensure_one()
        self.check_access("read")
        text = (text or "").strip()
        if not text:
            raise UserError(self.env._("Write your explanation."))
        mine = self.sudo().employee_id.user_id == self.env.user  # sudo: only whose absence it is
        if not mine:
            self._gov_check_hr()
        today = fields.Date.context_today(self)
        day = self.env["gov.parameter"]._to_day(answered_on) if answered_on and not mine else today
        if day > today:
            raise UserError(self.env._("An answer is recorded on the day it came or later, not before."))
        self._gov_go("answered")
        # sudo: the right was checked above
        self.sudo().write({"answer": text[:4000], "answered_on": day})
        self.env["gov.journal.entry"]._record(self, "answer", {"on": str(day), "by_person": mine})
        return True

    # ------------------------------------------------------------------ outcome
    @short_transaction
    def action_justify(self, reason):
        """Hold the absence as justified: nothing is deducted (HR, never on his own)."""
        self._gov_check_hr()
        reason = self._gov_check_reason(reason)
        self._gov_go("justified")
        self._gov_decide({"outcome_reason": reason})
        self.env["gov.journal.entry"]._record_many([(record, "justify", record._gov_facts()) for record in self])
        return True

    @short_transaction
    def action_deduct(self, reason):
        """Deduct the half-days from the pay: for each a sixtieth of the monthly pay without family allowances.

        HR managers, never on their own absence, once the person has answered or the delay is over.
        """
        self._gov_check_hr()
        if not self.env.user.has_group("gov_base.group_hr_manager"):
            raise AccessError(self.env._("Only an HR manager decides a deduction."))
        reason = self._gov_check_reason(reason)
        today = fields.Date.context_today(self)
        for record in self:
            if record.state == "queried" and record.answer_due_on >= today:
                raise UserError(
                    self.env._(
                        "The person may answer until %(date)s: a deduction comes after.",
                        date=format_date(self.env, record.answer_due_on),
                    )
                )
        self._gov_go("deducted")
        for record in self.sudo():  # sudo: pay and deduction are written by the act alone
            day = record.date_from
            pay = record.employee_id.get_pay_statement(day)["gross"]
            parts = int(self.env["gov.parameter"].get_value("absence.half_days_month", day))
            record._gov_decide(
                {
                    "outcome_reason": reason,
                    "monthly_pay": pay,
                    "amount": service.deduction(pay, record.half_days, parts),
                    "pay_month": (today.replace(day=1) + 31 * DAY).replace(day=1),
                }
            )
        self.env["gov.journal.entry"]._record_many([(record, "deduct", record._gov_facts()) for record in self])
        return True

    def _gov_decide(self, vals):
        # sudo: the right was checked by the act
        for record in self.sudo():
            record.write(dict(vals, decided_by_id=self.env.uid, decided_on=fields.Date.context_today(self)))
            record._gov_tell_outcome()

    def _gov_tell_outcome(self):
        self.ensure_one()
        user = self.employee_id.user_id
        if not user.active:
            return
        record = self.with_context(lang=user.lang)
        texts = {
            "justified": record.env._("Your absence of %(date)s is justified. %(reason)s"),
            "deducted": record.env._("Your absence of %(date)s is deducted from your pay. %(reason)s"),
            "cancelled": record.env._("The absence recorded for %(date)s is cancelled. %(reason)s"),
        }
        record.message_notify(
            partner_ids=user.partner_id.ids,
            subject=record.display_name,
            body=texts[self.state] % {"date": format_date(record.env, self.date_from), "reason": self.outcome_reason},
        )

    @short_transaction
    def action_cancel(self, reason):
        """Cancel what was recorded by mistake: HR, or the head who recorded it while no query is sent."""
        self.check_access("read")
        reason = self._gov_check_reason(reason)
        for record in self:
            recorder = record.recorded_by_id == self.env.user and record.state == "recorded"
            if not recorder and not record._gov_is_hr():
                raise AccessError(self.env._("Once the query is sent, only human resources cancel the absence."))
        self._gov_go("cancelled")
        self._gov_decide({"outcome_reason": reason})
        # sudo: letters of what did not happen are revoked by the act
        documents = (self.sudo().query_document_id | self.sudo().notice_document_id).filtered(
            lambda document: document.state in ("valid", "issuing")
        )
        if documents:
            documents._revoke(reason)
        self.env["gov.journal.entry"]._record_many([(record, "cancel", record._gov_facts()) for record in self])
        return True

    # ------------------------------------------------------------------ abandonment of post
    @around_act
    def action_send_notice(self):
        """Send the notice to return to service (abandonment of post, article 75 bis); HR managers."""
        self.ensure_one()
        self._gov_check_hr()
        if not self.env.user.has_group("gov_base.group_hr_manager"):
            raise AccessError(self.env._("Only an HR manager sends a notice to return."))
        if not self.is_ongoing or self.state == "cancelled" or self.notice_document_id:
            raise UserError(self.env._("The notice is for somebody who is not back, and is sent once."))

        def act(env):
            record = env[self._name].browse(self.id)
            env.flush_all()
            rows = env.execute_query(
                SQL(
                    """UPDATE gov_absence SET notice_on = %s, write_date = now() AT TIME ZONE 'UTC'
                        WHERE id = %s AND notice_on IS NULL AND is_ongoing RETURNING id""",
                    fields.Date.context_today(record),
                    record.id,
                )
            )
            record.invalidate_recordset()
            if not rows:
                raise UserError(env._("The notice is for somebody who is not back, and is sent once."))
            own = record.sudo()  # sudo: the right was checked above
            days = int(env["gov.parameter"].get_value("absence.notice_days", own.notice_on))
            own.write({"notice_due_on": own.notice_on + days * DAY})
            own.write({"notice_document_id": own._gov_issue("leave_absence_notice").id})
            env["gov.journal.entry"]._record(record, "notice", {"until": str(own.notice_due_on)})

        run_short(self.env, act)
        self.sudo().notice_document_id._gov_finish()  # sudo: what the act prepared is finished
        return True

    @short_transaction
    def action_mark_back(self):
        """The person is back: no notice is sent any more, none is overdue (a head of the person, or HR)."""
        self.check_access("read")
        self._gov_check_may_record()
        # sudo: the right was checked above
        self.sudo().write({"is_ongoing": False})
        return True

    def action_open_query(self):
        """Open the signed query."""
        return self._gov_open(self.sudo().query_document_id)  # sudo: its own rules say who reads it

    def action_open_notice(self):
        """Open the signed notice to return."""
        return self._gov_open(self.sudo().notice_document_id)  # sudo: its own rules say who reads it

    def _gov_open(self, document):
        self.ensure_one()
        self.check_access("read")
        if not document:
            raise UserError(self.env._("This letter has not been sent."))
        document.with_env(self.env).sudo(False).check_access("read")
        if document.state == "issuing":
            document._gov_finish()
        return document.with_env(self.env).sudo(False).action_download()

    # ------------------------------------------------------------------ from sick leave
    @api.model
    def _gov_from_certificate(self, leave, period):
        """Record the days of a sick leave whose certificate is late or missing; run as superuser.

        :param period: (first day, last day) not covered
        :return: the absence, empty when there is no working day in the period or it is recorded already
        """
        records = self.sudo()  # sudo: recorded by the act or the task, whose caller was checked
        first, last = period
        existing = records.search(
            [
                ("employee_id", "=", leave.employee_id.id),
                ("state", "!=", "cancelled"),
                ("date_from", "<=", last),
                ("date_to", ">=", first),
            ],
            limit=1,
        )
        holidays = self.env["gov.public.holiday"]
        if existing or not holidays._count_working_days(first, last):
            return records.browse()
        return records.create(
            {
                "employee_id": leave.employee_id.id,
                "date_from": first,
                "date_to": last,
                "leave_id": leave.id,
                "recorded_by_id": self.env.uid,
            }
        )

    @api.model
    def _cron_overdue(self):
        """Tell HR of the queries whose delay is over without an answer, and of the notices without a return.

        sudo: scheduled for everybody.
        """
        today = fields.Date.context_today(self)
        # sudo: as above
        records = self.sudo().search(
            Domain("state", "=", "queried") & Domain("answer_due_on", "<", today)
            | Domain("is_ongoing", "=", True)
            & Domain("notice_due_on", "<", today)
            & Domain("state", "!=", "cancelled")
        )
        for record in records:
            if record.activity_ids.filtered(lambda one, who=record.employee_id.user_id: one.user_id != who):
                continue
            abandoned = record.notice_due_on and record.notice_due_on < today and record.is_ongoing
            for user in record._gov_hr_users(manager=abandoned)[:1]:
                told = record.with_context(lang=user.lang, mail_activity_quick_update=True)
                told.activity_schedule(
                    "mail.mail_activity_data_todo",
                    user_id=user.id,
                    date_deadline=today,
                    **told._gov_said("abandoned" if abandoned else "unanswered"),
                    note=told.env._("The notice to return is over and the person is not back (article 75 bis).")
                    if abandoned
                    else told.env._("The delay to answer is over: justify the absence or decide the deduction."),
                )

    def _gov_hr_users(self, manager=False):
        self.ensure_one()
        # sudo: only who may be given the to-do
        group = self.env.ref("gov_base.group_hr_manager" if manager else HR).sudo()
        users = group.all_user_ids.filtered("active") - self.env.ref("base.user_root") - self.employee_id.user_id
        serving = users.filtered(lambda user: not user.gov_region_ids or self.region_id in user.gov_region_ids)
        return serving.sorted(lambda user: (not user.gov_region_ids, user.id))
