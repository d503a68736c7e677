import logging
from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from odoo.addons.gov_base.tools.act import around_act, run_short
from odoo.addons.gov_base.tools.search import search_when
from odoo.addons.gov_base.tools.text import date_words

from ..services import decision_words as words
from ..services import rules

_logger = logging.getLogger(__name__)
DAY = timedelta(days=1)

# set by the acts alone
ACT_FIELDS = {
    "state",
    "expected_on",
    "due_on",
    "returned_on",
    "recorded_by_id",
    "recorded_on",
    "remark",
    "fitness_reference",
    "fitness_date",
    "document_id",
}
# a return after these needs a certificate of fitness and the opinion of the Health Council
NEEDS_FITNESS = (rules.MEDIUM, rules.LONG)
# permissions of some hours, examinations and courses end without a record
NO_RETURN = ("ABS", "ALL", "FERM", "EXAM", "FORM")
MODELS = ("hr.leave", "gov.leave.return", "gov.absence", "gov.absence.statement", "gov.leave.carryover")


class GovLeaveReturn(models.Model):
    """The record of return to service (PV de reprise): who came back on which day after a leave.

    Made by the act that grants the leave, with the first working day after it; the direct head (or a head above, or
    HR of the region) records the day, never the person.  When nothing is recorded one working day later, the head and
    HR are told: the absence may then be irregular.  Recorded, it gives the document in Arabic or French and closes the
    leave.  A leave followed by another one expects the return after the last.
    """

    _name = "gov.leave.return"
    _description = "Return to service"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "expected_on desc, id desc"
    _rec_name = "employee_id"

    leave_id = fields.Many2one("hr.leave", required=True, readonly=True, index=True, ondelete="restrict")
    employee_id = fields.Many2one("hr.employee", required=True, readonly=True, index=True, ondelete="restrict")
    department_id = fields.Many2one(
        "hr.department",
        "Unit",
        related="employee_id.department_id",
        store=True,
        precompute=True,
        index=True,
        ondelete="restrict",
    )
    region_id = fields.Many2one(
        "gov.region",
        "Region",
        related="employee_id.department_id.effective_region_id",
        store=True,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    expected_on = fields.Date("Expected on", required=True, readonly=True, index=True)
    due_on = fields.Date("To be recorded by", required=True, readonly=True)
    returned_on = fields.Date("Back on", readonly=True, copy=False)
    recorded_by_id = fields.Many2one(
        "res.users", "Recorded by", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    recorded_on = fields.Datetime(readonly=True, copy=False)
    remark = fields.Char(readonly=True, copy=False)
    needs_fitness = fields.Boolean(
        "Needs a certificate of fitness", compute="_compute_needs_fitness", compute_sudo=True
    )
    fitness_reference = fields.Char("Certificate of fitness", readonly=True, copy=False)
    fitness_date = fields.Date("Date of the certificate of fitness", readonly=True, copy=False)
    document_id = fields.Many2one(
        "gov.document", "Record", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    state = fields.Selection(
        [
            ("expected", "Expected"),
            ("missing", "Missing"),
            ("recorded", "Recorded"),
            ("dropped", "Not needed"),
        ],
        required=True,
        readonly=True,
        default="expected",
        copy=False,
        index=True,
    )
    can_record = fields.Boolean(compute="_compute_can_record", export_string_translation=False)
    is_seen = fields.Boolean(compute="_compute_is_seen", search="_search_is_seen", export_string_translation=False)

    _leave_uniq = models.UniqueIndex("(leave_id)", "A leave has one record of return.")
    _open_idx = models.Index("(due_on) WHERE state IN ('expected', 'missing')")

    # ------------------------------------------------------------------ computed
    @api.depends("leave_id.holiday_status_id.gov_code")
    def _compute_needs_fitness(self):
        for record in self:
            record.needs_fitness = record.leave_id.gov_code in NEEDS_FITNESS

    @api.depends_context("uid")
    @api.depends("state", "employee_id")
    def _compute_can_record(self):
        for record in self:
            record.can_record = record.state in ("expected", "missing") and record._gov_may_record()

    def _compute_is_seen(self):
        seen = self.filtered_domain(self._search_is_seen("in", [True]))
        for record in self:
            record.is_seen = record in seen

    @api.model
    @search_when
    def _search_is_seen(self):
        return self.env["hr.employee"]._gov_leave_seen_domain()

    @api.depends("employee_id", "expected_on")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for record in self:
            record.display_name = self.env._(
                "Return of %(person)s, %(date)s",
                person=record.employee_id.display_name or "",
                date=format_date(self.env, record.returned_on or record.expected_on),
            )

    # ------------------------------------------------------------------ guards
    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            self._refuse()
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and ACT_FIELDS & vals.keys():
            self._refuse()
        return super().write(vals)

    def unlink(self):
        self._refuse()

    def copy_data(self, default=None):
        self._refuse()

    def _refuse(self):
        raise AccessError(
            self.env._("A return to service is expected by the decision and recorded with its button, not written.")
        )

    def _gov_may_record(self):
        """Tell whether the user may record the return: a head of the person, or HR of the region, never himself."""
        self.ensure_one()
        user, employee = self.env.user, self.sudo().employee_id  # sudo: only whose return it is, and his region
        if employee.user_id == user:
            return False
        if employee._gov_is_headed_by(user):
            return True
        if not user.has_group("gov_base.group_hr_officer"):
            return False
        regions = user.sudo().gov_region_ids  # sudo: the regions the user serves himself
        return not regions or employee.department_id.effective_region_id in regions

    # ------------------------------------------------------------------ from the acts on the leave
    @api.model
    def _gov_expect(self, leaves):
        """Expect the return after these granted leaves; run as superuser by the act that grants."""
        returns = self.sudo()  # sudo: made by the act alone
        vals_list = []
        for leave in leaves:
            if leave.gov_code in NO_RETURN:
                continue
            expected = self._gov_expected_on(leave)
            vals_list.append(
                {
                    "leave_id": leave.id,
                    "employee_id": leave.employee_id.id,
                    "expected_on": expected,
                    "due_on": self._gov_due_on(expected),
                }
            )
        if vals_list:
            returns.with_context(mail_create_nolog=True, mail_create_nosubscribe=True, tracking_disable=True).create(
                vals_list
            )

    @api.model
    def _gov_expected_on(self, leave):
        return self.env["gov.public.holiday"]._add_working_days(leave.request_date_to, 1)

    @api.model
    def _gov_due_on(self, expected):
        # sudo: legal parameters are public
        delay = int(self.env["gov.parameter"].sudo().get_value("leave.return.alert_days", expected))
        return self.env["gov.public.holiday"]._add_working_days(expected, delay) if delay else expected

    @api.model
    def _gov_of(self, leaves):
        # sudo: the record follows its leave, whoever acts on that
        return self.sudo().search([("leave_id", "in", leaves.ids), ("state", "in", ("expected", "missing"))])

    @api.model
    def _gov_move(self, leaves):
        """Expect the return on another day, for the leave has changed."""
        self._gov_of(leaves)._gov_settle_dates()

    def _gov_settle_dates(self):
        """Expect these returns on the first working day after their leave, as of now."""
        moved = defaultdict(self.browse)
        for record in self:
            expected = self._gov_expected_on(record.leave_id)
            if expected != record.expected_on:
                moved[expected] += record
        for expected, records in moved.items():
            records.write({"expected_on": expected, "due_on": self._gov_due_on(expected)})

    @api.model
    def _gov_move_around(self, ranges):
        """Settle the returns that a change of holiday may move: those with one of its days after their leave."""
        domain = Domain.FALSE
        for first, last in filter(None, ranges):
            domain |= Domain("leave_id.request_date_to", "<=", last) & Domain("expected_on", ">=", first)
        # sudo: the returns follow the holidays, whoever changes these
        self.sudo().search(domain & Domain("state", "in", ("expected", "missing")))._gov_settle_dates()

    @api.model
    def _gov_drop(self, leaves):
        """Expect nobody any more: the leave was cancelled."""
        records = self._gov_of(leaves)
        records._gov_clear_activities()
        records.write({"state": "dropped"})

    def _gov_followed_by(self):
        """Return the granted leave that goes on from this one without a working day between, empty when none does."""
        self.ensure_one()
        leave = self.leave_id
        # sudo: only whether another leave follows
        return leave.sudo().search(
            [
                ("employee_id", "=", self.employee_id.id),
                ("id", "!=", leave.id),
                ("state", "=", "validate"),
                ("slot", "!=", False),
                ("request_date_from", "<=", self.expected_on),
                ("request_date_to", ">=", self.expected_on),
            ],
            limit=1,
        )

    # ------------------------------------------------------------------ the act
    @around_act
    def action_record(self, returned_on=None, remark=None, fitness_reference=None, fitness_date=None):
        """Record that the person is back; the document is made at once.

        :param returned_on: first day of service (date or ISO string); today when None, never a day to come
        :param remark: free words, printed nowhere
        :param fitness_reference: number of the certificate of fitness, required after a medium or long sick leave
        :param fitness_date: its date
        :raise AccessError: for the person himself, and for whoever is neither a head over him nor HR of his region
        """
        self.ensure_one()
        self.check_access("read")
        day = self.env["gov.parameter"]._to_day(returned_on)
        fitness_day = self.env["gov.parameter"]._to_day(fitness_date) if fitness_date else False

        def act(env):
            record = env[self._name].browse(self.id)
            record._gov_record(day, remark, (fitness_reference or "").strip(), fitness_day)
            return record

        run_short(self.env, act)
        self.sudo().document_id._gov_finish()  # sudo: what the act prepared is finished
        return True

    def _gov_record(self, day, remark, fitness_reference, fitness_date):
        if not self._gov_may_record():
            raise AccessError(
                self.env._("A head of the person, or HR of the region, records the return; nobody records his own.")
            )
        if day > fields.Date.context_today(self):
            raise UserError(self.env._("A return is recorded on the day itself or later, not before."))
        leave = self.sudo().leave_id  # sudo: the dates of the leave, for the check and the document
        if day <= leave.request_date_from:
            raise UserError(
                self.env._(
                    "The leave began on %(date)s: the return comes after that day.",
                    date=format_date(self.env, leave.request_date_from),
                )
            )
        if day <= leave.request_date_to:
            raise UserError(
                self.env._(
                    "The leave lasts until %(date)s: to come back before, the person is called back to service first.",
                    date=format_date(self.env, leave.request_date_to),
                )
            )
        if leave.gov_code in NEEDS_FITNESS and not (fitness_reference and fitness_date):
            raise UserError(
                self.env._(
                    "After a medium or long sick leave the return needs a certificate of fitness: give its reference "
                    "and its date."
                )
            )
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """UPDATE gov_leave_return SET state = 'recorded', write_date = now() AT TIME ZONE 'UTC'
                    WHERE id = %s AND state IN ('expected', 'missing') RETURNING id""",
                self.id,
            )
        )
        self.invalidate_recordset()
        if not rows:
            raise UserError(self.env._("This return is already recorded."))
        record = self.sudo()  # sudo: the right to record was checked above
        record.write(
            {
                "returned_on": day,
                "remark": (remark or "").strip() or False,
                "fitness_reference": fitness_reference or False,
                "fitness_date": fitness_date,
                "recorded_by_id": self.env.uid,
                "recorded_on": fields.Datetime.now(),
            }
        )
        record._gov_clear_activities()
        record._gov_prepare_document()
        self.env["gov.journal.entry"]._record(
            self, "return", {"expected": str(record.expected_on), "returned": str(day)}
        )

    def _gov_prepare_document(self):
        head = self.recorded_by_id.employee_id
        lang = self.leave_id._gov_decision_lang()
        self.write(
            {
                "document_id": self.env["gov.document"]
                ._gov_prepare(
                    [
                        {
                            "register": self.env.ref("gov_hr_leave.register_leave_return"),
                            "template": self.env["gov.document.template"]._gov_leave_template("leave_return", lang),
                            "record": self,
                            "values": self._gov_document_values(lang),
                            "employee": self.employee_id,
                            "signatory": head or self.employee_id._gov_leave_signatory(),
                        }
                    ]
                )
                .id
            }
        )

    def _gov_document_values(self, lang):
        """Return the values of the record of return; run as superuser by its act."""
        self.ensure_one()
        leave, arabic = self.leave_id, lang == "ar"
        values = self.employee_id._gov_leave_person_values(lang, self.returned_on)
        head = self.recorded_by_id.employee_id or self.employee_id._gov_leave_signatory()
        female = head.sex == "female"
        late = self.env["gov.public.holiday"]._count_working_days(self.expected_on, self.returned_on - DAY)
        number = words.apart(leave.decision_document_id.number)
        values.update(
            {
                "date_from": date_words(leave.request_date_from, lang),
                "date_to": date_words(leave.request_date_to, lang),
                "returned_on": date_words(self.returned_on, lang),
                "head_name": head._gov_document_name(lang) if head else self.recorded_by_id.name,
                "head_title": (head and head._gov_document_title(lang))
                or ("الرئيس المباشر" if arabic else "chef direct"),
                "decision_phrase": (f"المقرر عدد {number}" if arabic else f"décision n° {number}")
                if number
                else ("رخصة ممنوحة" if arabic else "congé accordé"),
            }
        )
        if arabic:
            gave = "أدلت المعنية بالأمر" if values["sex"] == "female" else "أدلى المعني بالأمر"
            values["head_undersigned"] = "أشهد أنا الموقعة أسفله" if female else "أشهد أنا الموقع أسفله"
            values["lateness_phrase"] = (
                f"كان استئناف العمل مرتقبا يوم {date_words(self.expected_on, lang)}."
                if late > 0
                else "تم استئناف العمل في الموعد المحدد."
            )
            values["fitness_phrase"] = (
                f"{gave} بشهادة القدرة على العمل عدد {words.apart(self.fitness_reference)} "
                f"بتاريخ {date_words(self.fitness_date, lang)}."
                if self.fitness_reference and self.fitness_date
                else "لا تستوجب هذه الرخصة الإدلاء بشهادة القدرة على العمل."
            )
        else:
            values["head_undersigned"] = "soussignée" if female else "soussigné"
            values["lateness_phrase"] = (
                f"La reprise était attendue le {date_words(self.expected_on, lang)}."
                if late > 0
                else "La reprise a eu lieu à la date prévue."
            )
            values["fitness_phrase"] = (
                f"Certificat d’aptitude n° {self.fitness_reference} du {date_words(self.fitness_date, lang)}."
                if self.fitness_reference and self.fitness_date
                else "Ce congé ne requiert pas de certificat d’aptitude."
            )
        return values

    def action_open_document(self):
        """Open the signed record of return."""
        self.ensure_one()
        self.check_access("read")
        document = self.sudo().document_id  # sudo: only whether there is one; its own rules say who reads it
        if not document:
            raise UserError(self.env._("The return is not recorded yet."))
        if document.state == "issuing":
            document._gov_finish()
        return document.with_env(self.env).sudo(False).action_download()

    # ------------------------------------------------------------------ alert
    def _gov_clear_activities(self):
        # sudo: to-dos of others end with the act
        self.env["mail.activity"].sudo().search([("res_model", "=", self._name), ("res_id", "in", self.ids)]).unlink()

    @api.model
    def get_missing_returns(self, limit=10):
        """Return the returns the user should record, for a home page: the late ones first.

        :return: ``{"count", "missing", "records": [{"id", "name", "expected_on", "is_late"}]}``
        """
        limit = max(1, min(int(limit), 100))
        today = fields.Date.context_today(self)
        domain = (
            Domain("state", "in", ("expected", "missing"))
            & Domain("expected_on", "<=", today)
            & Domain("employee_id.user_id", "!=", self.env.uid)
        )
        if not self.env.user.has_group("gov_base.group_hr_officer"):
            # sudo: the units the user heads
            units = self.env["hr.department"].sudo().search([("manager_id.user_id", "=", self.env.uid)])
            domain &= Domain("department_id", "child_of", units.ids) if units else Domain.FALSE
        records = self.search(domain, order="expected_on", limit=limit)
        return {
            "count": self.search_count(domain),
            "missing": self.search_count(domain & Domain("state", "=", "missing")),
            "records": [
                {
                    "id": record.id,
                    "name": record.employee_id.display_name,
                    "expected_on": format_date(self.env, record.expected_on),
                    "is_late": record.state == "missing",
                }
                for record in records
            ],
        }

    @api.model
    def _gov_progress(self, done, left):
        """Keep what a scheduled task has done so far, when it is one that runs."""
        if self.env.context.get("ir_cron_progress_id"):
            self.env["ir.cron"]._commit_progress(done, remaining=left)

    @api.model
    def _cron_alert(self, batch=200):
        """Tell heads and HR of the returns that were not recorded in time, each once.

        sudo: scheduled for everybody.
        """
        today = fields.Date.context_today(self)
        domain = [("state", "=", "expected"), ("due_on", "<", today)]
        # sudo: as above
        records = self.sudo().search(domain, order="due_on, id", limit=batch)
        done = 0
        for record in records:
            following = record._gov_followed_by()
            if following:
                record.write({"state": "dropped"})  # the return is that of the leave that follows
            else:
                record._gov_alert()
                done += 1
        if records:
            # sudo: as above
            left = self.sudo().search_count(domain)
            _logger.info("Returns to service: %s missing, %s looked at, %s left", done, len(records), left)
            self._gov_progress(len(records), left)

    def _gov_alert(self):
        """Mark the return as missing and put it on the list of the nearest head, and of an HR officer."""
        self.ensure_one()
        self.write({"state": "missing"})
        for user in self.employee_id._gov_heads()[:1] | self.leave_id._gov_hr_officers()[:1]:
            record = self.with_context(lang=user.lang, mail_activity_quick_update=True)
            record.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=user.id,
                date_deadline=fields.Date.context_today(self),
                **record._gov_said("missing"),
                note=record.env._(
                    "%(person)s was expected on %(date)s. Record the return, or the absence.",
                    person=self.employee_id.display_name,
                    date=format_date(record.env, self.expected_on),
                ),
            )

    def _gov_todo_words(self, key):
        return self.env._("Return to service not recorded") if key == "missing" else super()._gov_todo_words(key)

    # ------------------------------------------------------------------ rendering
    @api.model
    def _gov_finish_soon(self):
        """Wake the task that renders the documents the acts prepared, right after the act."""
        cron_id = self.env["ir.model.data"]._xmlid_to_res_id("gov_hr_leave.ir_cron_finish_decisions")
        # sudo: the task is that of the system
        self.env["ir.cron"].sudo().browse(cron_id)._trigger()

    @api.model
    def _cron_finish(self, batch=100):
        """Render and seal the documents of leave that acts have just prepared; those that fail are left to the
        task of the documents, which tries again later."""
        # sudo: what acts prepared is finished, for everybody
        documents = self.env["gov.document"].sudo()
        domain = [("state", "=", "issuing"), ("res_model", "in", MODELS), ("attempts", "in", [0, False])]
        found = documents.search(domain, order="id", limit=batch)
        if not found:
            return
        done = found._gov_finish()
        left = documents.search_count(domain)
        _logger.info("Leave decisions: %s of %s made, %s left", len(done), len(found), left)
        self._gov_progress(len(found), left)
