"""What a contract waits for, its formal notices, its termination, its audit, and the price indices of each month."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount, format_date

from odoo.addons.gov_base.tools.act import around_act, short_transaction

from ..tools import execution

LIVE = ("signed", "ordered", "paid")
CASES = [
    ("authority", "Decision of the authority"),
    ("fault", "Fault of the holder, after a formal notice (art. 79)"),
    ("penalty_cap", "Cap of the penalties reached (art. 65)"),
    ("adjournment", "Adjournment of more than twelve months (art. 48)"),
    ("year", "A year was not committed (decree 2-22-431, art. 7 and 8)"),
    ("decrease", "Decrease of more than a quarter (art. 58)"),
    ("revision", "Revision of more than a half of what is left (art. 54)"),
    ("late_payment", "Late payment of more than eight months, asked by the holder (art. 67)"),
    ("force_majeure", "Force majeure"),
    ("death", "Death, incapacity or liquidation of the holder"),
]


class GovContract(models.Model):
    _inherit = "gov.contract"

    notice_ids = fields.One2many("gov.contract.notice", "contract_id", "Formal notices", copy=False)
    end_case = fields.Selection(CASES, "Case of termination", readonly=True, copy=False)
    next_step = fields.Char("Next step", compute="_compute_next_step", compute_sudo=True)
    due_text = fields.Text("What is due", compute="_compute_next_step", compute_sudo=True)
    has_alert = fields.Boolean(compute="_compute_next_step", compute_sudo=True, export_string_translation=False)
    is_audit_due = fields.Boolean("To be audited", compute="_compute_is_audit_due", search="_search_is_audit_due")
    audit_on = fields.Date("Audited on", readonly=True, copy=False)
    days_stopped = fields.Integer("Days stopped", compute="_compute_days_stopped")

    # ------------------------------------------------------------------ audit
    @api.depends("total", "is_negotiated")
    def _compute_is_audit_due(self):
        limits = self._gov_audit_limits()
        for one in self:
            one.is_audit_due = one.total > limits[one.is_negotiated]

    def _search_is_audit_due(self, operator, value):
        if operator != "in":
            return NotImplemented
        limits = self._gov_audit_limits()
        due = [
            "|",
            ("total", ">", limits[False]),
            *("&", ("is_negotiated", "=", True), ("total", ">", limits[True])),
        ]
        return due if set(value) == {True} else ["!", *due]

    def _gov_audit_limits(self):
        return {
            False: self._gov_limit("procurement.audit.threshold"),
            True: self._gov_limit("procurement.audit.negotiated"),
        }

    @short_transaction
    def action_record_audit(self, date=None):
        """Record the day of the audit report of the contract (art. 159), by the authorising officer."""
        self._gov_check_role(("authorising_officer",), self.env._("The authorising officer records an audit."))
        self._gov_hold()
        today = self._gov_today()
        day = self._gov_to_day(date, "") if date else today
        for one in self:
            if not one.started_on or not one.started_on <= day <= today:
                raise UserError(self.env._("An audit is made between the start of the contract and today."))
            if one.audit_on:
                raise UserError(self.env._("The audit of this contract is recorded."))
        self._gov_write({"audit_on": day})
        self._gov_log("audit", lambda one: {"on": str(day)})
        return True

    # ------------------------------------------------------------------ termination
    @api.depends("service_order_ids.state", "service_order_ids.date", "state")
    def _compute_days_stopped(self):
        today = self._gov_today()
        for one in self:
            stops = one._gov_stops() if one.state == "stopped" else []
            one.days_stopped = (today - stops[-1][0]).days if stops and stops[-1][1] is None else 0

    def _gov_termination_facts(self, today):
        """Return what the cases of termination depend on (``tools/execution.py: termination_problem``)."""
        self.ensure_one()

        def days(code):
            return (fields.Date.add(today, months=int(self._gov_limit(code, today))) - today).days

        notice = self.notice_ids.filtered(lambda one: one.state == "notified").sorted("answer_by")[-1:]
        decreased = [row for row in self._gov_limits() if row.code == "decrease" and row.is_beyond]
        last = self.account_ids.filtered(lambda one: one.state in LIVE and one.index_ids).sorted("number")[-1:]
        terms = [(row.term_id.share, row.value, row.term_id.initial_value) for row in last.index_ids]
        is_revised = bool(terms) and execution.revision_passes(
            round(self.revision_constant, 4), terms, self._gov_limit("procurement.revision.termination", today)
        )
        return {
            "today": today,
            "notice_over": notice.answer_by or None,
            "decide_by": notice.decide_by or None,
            "is_capped": self.is_penalty_capped,
            "days_stopped": self.days_stopped,
            "stop_limit": days("procurement.stop.months"),
            "is_year_missing": bool(self.missing_year_id),
            "is_decreased": bool(decreased),
            "is_revised": is_revised,
            "days_unpaid": self._gov_days_unpaid(today),
            "unpaid_limit": days("procurement.late.terminate_months"),
        }

    def _gov_days_unpaid(self, today):
        """Return for how many days the oldest account that is not paid is overdue."""
        waiting = self.account_ids.filtered(lambda one: one.state in ("signed", "ordered") and one.liquidation_id)
        dues = [due for due in waiting.liquidation_id.sudo().mapped("pay_due_on") if due]  # sudo: only their clock
        return max(0, (today - min(dues)).days) if dues else 0

    @around_act
    def action_terminate(self, reason, case="authority"):
        """Terminate the contract, by the authorising officer, in one of the cases of the law; makes the decision.

        :param case: one of the cases of article 79 and others; what it needs must be there
        """
        self._gov_terminate(reason, case or "authority")
        self._gov_issue_for("contract_termination")
        return True

    @short_transaction
    def _gov_terminate(self, reason, case):
        self._gov_check_role(("authorising_officer",), self.env._("The authorising officer terminates a contract."))
        reason = self._gov_check_reason(reason)
        today = self._gov_today()
        # the cases are judged on the contract as it is before it ends
        facts = {one.id: one._gov_termination_facts(today) for one in self}
        self._gov_take(("approved", "notified", "running", "stopped", "finished"), "terminated")
        sentences = {
            "unknown": self.env._("This is no case of termination."),
            "notice": self.env._(
                "The fault of the holder needs a formal notice whose delay is over: notify it first (art. 79)."
            ),
            "notice_old": self.env._(
                "The decision comes within thirty days after the formal notice: notify another one (art. 79)."
            ),
            "stopped": self.env._("The works have not been stopped for more than twelve months (art. 48)."),
            "paid": self.env._("No account has been waiting for more than eight months (art. 67)."),
            "is_capped": self.env._("The cap of the penalties is not reached (art. 65)."),
            "is_year_missing": self.env._("Every year of the contract that began has its commitment."),
            "is_decreased": self.env._("The works did not decrease by more than a quarter (art. 58)."),
            "is_revised": self.env._("The price of what is left did not move by more than a half (art. 54)."),
        }
        for one in self:
            problem = execution.termination_problem(case, facts[one.id])
            if problem:
                raise UserError(sentences[problem])
            if one.account_ids.filtered(lambda row: row.state in ("draft", "checked")):
                raise UserError(self.env._("Sign or cancel the account that is being made first."))
        self._gov_write({"terminated_on": today, "end_reason": reason, "end_case": case})
        self._gov_log("terminate", lambda one: {"reason": reason, "case": case})
        return True

    # ------------------------------------------------------------------ what is due
    @api.depends(
        "state", "commitment_id.state", "line_ids", "budget_line_id", "guarantee_ids.state", "account_ids.state",
        "service_order_ids.state", "acceptance_ids.state", "tranche_ids.state", "year_ids.commitment_id.state",
        "acceptance_ids.reserve_ids.lifted_on", "notice_ids.state", "retention_held", "advance_granted", "end_on",
    )  # fmt: skip
    @api.depends_context("lang")
    def _compute_next_step(self):
        today = self._gov_today()
        for one in self:
            rows = one._gov_due(today)
            one.next_step = rows[0][1] if rows else False
            one.due_text = "\n".join(f"{'⚠ ' if alert else ''}{text}" for alert, text in rows[1:]) or False
            one.has_alert = any(alert for alert, _text in rows)

    def _gov_due(self, today):
        """Return what is due now, the most urgent first: (is it an alert, sentence)."""
        self.ensure_one()
        before = {"approved": self._gov_due_before, "notified": self._gov_due_start, "final": self._gov_due_end}
        rows = before.get(self.state, lambda _today: [])(today)
        if self.state in ("running", "stopped", "finished", "provisional"):
            rows += self._gov_due_running(today)
        if self.state in ("provisional", "finished"):
            rows += self._gov_due_acceptance(today)
        rows += self._gov_due_money(today)
        return sorted(rows, key=lambda row: not row[0])

    def _gov_due_before(self, today):
        _, commitment = self.env._, self.commitment_id.sudo()  # sudo: only its state and its day
        if not self.line_ids:
            return [(False, _("Write the price schedule."))]
        if not self.budget_line_id:
            return [(False, _("Say which budget line the contract is charged to."))]
        if not commitment or commitment.state in ("cancelled", "refused"):
            return [(False, _("Prepare the commitment."))]
        if commitment.state in ("draft", "returned"):
            return [(False, _("Propose the commitment to the controller."))]
        if commitment.state == "proposed":
            day = format_date(self.env, commitment.visa_due_on) if commitment.visa_due_on else ""
            return [(False, _("Wait for the visa of the commitment, due on %(day)s.", day=day))]
        until = self.tender_id.validity_end
        if until:
            return [(until < today, _("Notify the approval before %(day)s.", day=format_date(self.env, until)))]
        return [(False, _("Notify the approval to the holder."))]

    def _gov_due_start(self, today):
        if not self.notified_on:
            return []
        last = self.notified_on + timedelta(int(self._gov_limit("procurement.step.start", self.notified_on)))
        return [
            (
                last < today,
                self.env._("Notify the order to start before %(day)s (art. 40).", day=format_date(self.env, last)),
            )
        ]

    def _gov_due_running(self, today):
        _, rows = self.env._, []
        if self.missing_year_id:
            rows.append(
                (
                    True,
                    _(
                        "%(year)s is not committed: commit it now, or terminate the contract (art. 7 and 8).",
                        year=self.missing_year_id.year,
                    ),
                )
            )
        coming = self.year_ids.filtered(lambda row: not row.is_committed and row.rank > 1)[:1]
        if coming and today < coming.date_from <= fields.Date.add(today, months=3):
            rows.append(
                (
                    False,
                    _(
                        "Commit %(year)s from %(day)s on: a year without commitment ends the contract (art. 7 and 8).",
                        year=coming.year,
                        day=format_date(self.env, coming.date_from),
                    ),
                )
            )
        if self.is_penalty_capped:
            rows.append((True, _("The cap of penalties is reached: the contract may be terminated (art. 65).")))
        elif self.days_late and self.state in ("running", "stopped"):
            rows.append((True, _("%(days)s days late: the penalties run.", days=self.days_late)))
        limit = (fields.Date.add(today, months=int(self._gov_limit("procurement.stop.months", today))) - today).days
        if self.days_stopped > limit:
            rows.append(
                (True, _("Stopped for %(days)s days: it may be terminated (art. 48).", days=self.days_stopped))
            )
        elif self.days_stopped:
            rows.append((False, _("Stopped for %(days)s days: notify the order to resume.", days=self.days_stopped)))
        for row in self.tranche_ids.filtered(lambda one: one.state == "planned" and one.kind == "conditional"):
            if row.affirm_due_on:
                rows.append(
                    (
                        row.is_expired,
                        _(
                            "Affirm or renounce the tranche “%(tranche)s” before %(day)s.",
                            tranche=row.display_name,
                            day=format_date(self.env, row.affirm_due_on),
                        ),
                    )
                )
        for row in self.notice_ids.filtered(lambda one: one.state == "notified"):
            rows.append(
                (
                    row.is_over,
                    _("Formal notice: decide before %(day)s.", day=format_date(self.env, row.decide_by))
                    if row.is_over
                    else _(
                        "Formal notice: the holder answers until %(day)s.", day=format_date(self.env, row.answer_by)
                    ),
                )
            )
        drafts = self.account_ids.filtered(lambda one: one.state in ("draft", "checked"))
        if drafts:
            rows.append(
                (False, _("Account no. %(number)s waits for its signature.", number=drafts[0].number))
                if drafts[0].state == "checked"
                else (False, _("Account no. %(number)s: agree on the attachment.", number=drafts[0].number))
            )
        elif self.state == "running":
            last = max(
                self.account_ids.filtered(lambda one: one.state in LIVE).mapped("date"), default=self.started_on
            )
            if last and fields.Date.add(last, months=1) <= today:
                rows.append((False, _("Make the account of the month (art. 62).")))
        return rows

    def _gov_due_acceptance(self, today):
        _, rows = self.env._, []
        if self.state == "finished":
            rows.append((False, _("Pronounce the provisional acceptance, or refuse it with the defects (art. 73).")))
            return rows
        late = self.acceptance_ids.reserve_ids.filtered(lambda one: not one.lifted_on).sorted("due_on")
        for reserve in late:
            rows.append(
                (
                    reserve.is_late,
                    _(
                        "Reserve “%(reserve)s”: to be put right by %(day)s.",
                        reserve=reserve.name,
                        day=format_date(self.env, reserve.due_on),
                    ),
                )
            )
        if not self.account_ids.filtered("is_final") and self.provisional_on:
            months = int(self._gov_limit("procurement.final.account_months", today))
            due = fields.Date.add(self.provisional_on, months=months)
            rows.append(
                (due < today, _("Make the final account before %(day)s (art. 68).", day=format_date(self.env, due)))
            )
        if self.warranty_end:
            ask = self.warranty_end - timedelta(int(self._gov_limit("procurement.final.request_days", today)))
            if today >= ask:
                rows.append(
                    (
                        today > self.warranty_end,
                        _(
                            "The warranty ends on %(day)s: prepare the final acceptance (art. 76).",
                            day=format_date(self.env, self.warranty_end),
                        ),
                    )
                )
        return rows

    def _gov_due_end(self, today):
        _, rows = self.env._, []
        if self.guarantee_ids.filtered(lambda one: one.release_due_on):
            rows.append((False, _("Release the guarantees: the final acceptance is pronounced.")))
        if self.completion_due_on:
            rows.append(
                (
                    self.completion_due_on < today,
                    _(
                        "Make the completion report before %(day)s (art. 157).",
                        day=format_date(self.env, self.completion_due_on),
                    ),
                )
            )
        else:
            rows.append((False, _("Make the completion report and close the contract.")))
        return rows

    def _gov_due_money(self, today):
        _, rows = self.env._, []
        if self.commitment_missing >= 0.005 and self.state not in ("approved", "closed", "terminated"):
            rows.append(
                (
                    True,
                    _(
                        "Raise the commitment by %(amount)s: amendments are not covered.",
                        amount=format_amount(self.env, self.commitment_missing, self.currency_id),
                    ),
                )
            )
        for row in self.guarantee_ids.filtered(lambda one: one.state == "due"):
            if row.due_on:
                rows.append(
                    (
                        row.due_on < today,
                        _(
                            "%(guarantee)s: to be given by %(day)s.",
                            guarantee=row.display_name,
                            day=format_date(self.env, row.due_on),
                        ),
                    )
                )
        if self.retention_held >= 0.005 and self.state in ("final", "closed"):
            rows.append(
                (
                    False,
                    _(
                        "Give the retention of %(amount)s back.",
                        amount=format_amount(self.env, self.retention_held, self.currency_id),
                    ),
                )
            )
        if self.advance_due and not self.advance_granted and self.state == "running" and not self.account_ids:
            rows.append((False, _("The holder may ask for the advance, against its guarantee.")))
        for row in self.subcontract_ids.filtered(lambda one: one.state == "asked"):
            rows.append(
                (
                    row.answer_due_on < today,
                    _(
                        "Subcontractor %(name)s: answer by %(day)s (art. 151).",
                        name=row.partner_id.display_name,
                        day=format_date(self.env, row.answer_due_on),
                    ),
                )
            )
        unpaid = self._gov_days_unpaid(today)
        months = int(self._gov_limit("procurement.late.stop_months", today))
        if unpaid and unpaid > (fields.Date.add(today, months=months) - today).days:
            rows.append(
                (
                    True,
                    _(
                        "An account is overdue by %(days)s days: the holder may ask for an adjournment (art. 67).",
                        days=unpaid,
                    ),
                )
            )
        elif unpaid:
            rows.append((True, _("An account is overdue by %(days)s days: late interest runs.", days=unpaid)))
        if self.is_audit_due and not self.audit_on and self.state in ("provisional", "final", "closed"):
            rows.append((False, _("The contract is to be audited (art. 159).")))
        return rows


class GovContractNotice(models.Model):
    """A formal notice to the holder (art. 79): what he has to do, fifteen days at least, then a decision.

    draft → notified → answered (he did it), or the contract is terminated for his fault.
    """

    _name = "gov.contract.notice"
    _description = "Formal notice"
    _inherit = ["gov.budget.stateful", "gov.document.mixin"]
    _order = "contract_id, id desc"
    _draft_states = ("draft",)
    _act_fields = frozenset({"state", "notified_on", "answered_on", "answer"})

    contract_id = fields.Many2one("gov.contract", required=True, index=True, ondelete="restrict")
    reason = fields.Text("What the holder has to do", required=True)
    days = fields.Integer("Days given", required=True, default=lambda self: self._default_days(), aggregator=None)
    notified_on = fields.Date("Notified on", readonly=True, copy=False)
    answer_by = fields.Date("Answer by", compute="_compute_answer_by", store=True)
    decide_by = fields.Date("Decide by", compute="_compute_answer_by", store=True)
    is_over = fields.Boolean("Delay over", compute="_compute_is_over")
    answered_on = fields.Date("Done on", readonly=True, copy=False)
    answer = fields.Text("What was done", readonly=True, copy=False)
    state = fields.Selection(
        [("draft", "Draft"), ("notified", "Notified"), ("answered", "Answered")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
    )

    @api.model
    def _default_days(self):
        # sudo: a figure of law
        return int(self.env["gov.parameter"].sudo().get_value("procurement.formal_notice.days"))

    @api.depends("contract_id.number", "notified_on")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for one in self:
            one.display_name = " · ".join(
                filter(None, (self.env._("Formal notice"), one.contract_id.number, str(one.notified_on or "")))
            )

    @api.depends("notified_on", "days")
    def _compute_answer_by(self):
        for one in self:
            if not one.notified_on:
                one.answer_by = one.decide_by = False
                continue
            one.answer_by = one.notified_on + timedelta(one.days)
            decision = int(one.contract_id._gov_limit("procurement.formal_notice.decision", one.notified_on))
            one.decide_by = one.answer_by + timedelta(decision)

    @api.depends("answer_by", "state")
    def _compute_is_over(self):
        today = self._gov_today()
        for one in self:
            one.is_over = one.state == "notified" and one.answer_by < today

    @around_act
    def action_notify(self):
        """Notify the formal notice: the authorising officer, fifteen days at least; makes its letter."""
        self._gov_notify()
        self._gov_issue_for("formal_notice")
        return True

    @short_transaction
    def _gov_notify(self):
        self._gov_check_role(("authorising_officer",), self.env._("The authorising officer gives formal notice."))
        self._gov_take("draft", "notified")
        today = self._gov_today()
        for one in self:
            least = int(one.contract_id._gov_limit("procurement.formal_notice.days", today))
            if one.contract_id.state not in ("notified", "running", "stopped", "finished", "provisional"):
                raise UserError(self.env._("Formal notice is given while the contract is executed."))
            if one.days < least:
                raise UserError(self.env._("A formal notice gives %(days)s days at least (art. 79).", days=least))
            one._gov_check_reason(one.reason)
        self._gov_write({"notified_on": today})
        self.env["gov.journal.entry"]._record_many(
            [(one.contract_id, "formal_notice", {"reason": one.reason, "days": one.days}) for one in self]
        )
        return True

    @short_transaction
    def action_answer(self, reason):
        """Record that the holder did what he was asked, with what was seen."""
        self._gov_check_role(
            ("procurement_officer", "authorising_officer"), self.env._("The contracting authority records the answer.")
        )
        reason = self._gov_check_reason(reason)
        self._gov_take("notified", "answered")
        self._gov_write({"answered_on": self._gov_today(), "answer": reason})
        self.env["gov.journal.entry"]._record_many(
            [(one.contract_id, "formal_notice_answered", {"answer": reason}) for one in self]
        )
        return True


class GovPriceIndex(models.Model):
    """The value of a price index in a month, as it is published: accounts take it for their revision."""

    _name = "gov.price.index"
    _description = "Price index"
    _order = "code, month desc"
    _rec_name = "code"

    code = fields.Char("Index", required=True, index=True)
    month = fields.Date(required=True, help="First day of the month.")
    value = fields.Float(digits=(12, 4), required=True, aggregator=None)
    source = fields.Char("Where it is published")

    _month_uniq = models.UniqueIndex("(upper(code), month)", "An index has one value a month.")
    _positive = models.Constraint("CHECK (value > 0)", "An index is greater than zero.")
    _first = models.Constraint("CHECK (extract(day FROM month) = 1)", "Write the first day of the month.")

    @api.depends("code", "month", "value")
    def _compute_display_name(self):
        for one in self:
            one.display_name = f"{one.code} · {one.month:%m/%Y}" if one.month else one.code

    @api.model
    def _gov_values(self, codes, day):
        """Return the values of indices in the month of a day: {code in capitals: value}."""
        # sudo: published figures, for whoever makes the account
        rows = self.sudo().search([("month", "=", day.replace(day=1)), ("code", "in", [*codes])])
        return {row.code.upper(): row.value for row in rows}


class GovProgressAccount(models.Model):
    _inherit = "gov.progress.account"

    @api.model_create_multi
    def create(self, vals_list):
        accounts = super().create(vals_list)
        accounts._gov_fill_indices()
        return accounts

    def write(self, vals):
        result = super().write(vals)
        if "date" in vals and not self._gov_is_act():
            self.index_ids.unlink()
            self._gov_fill_indices()
        return result

    def _gov_fill_indices(self):
        """Take the indices of the month of each account from those that are published."""
        for one in self:
            terms = one.contract_id.revision_term_ids
            if not terms or one.index_ids or one.state != "draft":
                continue
            values = self.env["gov.price.index"]._gov_values(terms.mapped("index_code"), one.date)
            one.env["gov.progress.account.index"].create(
                [
                    {"account_id": one.id, "term_id": term.id, "value": values[term.index_code.upper()]}
                    for term in terms
                    if values.get(term.index_code.upper())
                ]
            )
