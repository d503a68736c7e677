import logging

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from odoo.addons.gov_base.tools.act import around_act, short_transaction

from ..services import calendar as calendar_service
from .gov_evaluation_sheet import NOTIFIED

_logger = logging.getLogger(__name__)

REMINDERS = {
    "self": "gov_hr_evaluation.mail_activity_type_self",
    "head": "gov_hr_evaluation.mail_activity_type_head",
    "interview": "gov_hr_evaluation.mail_activity_type_interview",
    "notified": "gov_hr_evaluation.mail_activity_type_notified",
    "appeal": "gov_hr_evaluation.mail_activity_type_appeal",
}


class GovEvaluationSheet(models.Model):
    """The acts on a sheet.  Each takes the sheet in the state it expects, does its work, and ends with the journal."""

    _inherit = "gov.evaluation.sheet"

    # ------------------------------------------------------------------ the person
    @short_transaction
    def action_save_self(self, values):
        """Keep the self-assessment as it is so far; the person alone reads it.

        :param values: ``{"marks": {criterion id: mark}, "notes": {criterion id: text}, "words", "wishes",
            "revision"}``
        :return: ``{"total", "band", "revision"}``
        """
        self.ensure_one()
        self._gov_check_mine()
        self._gov_claim(("self",))
        assessment = self.env["gov.evaluation.assessment"]._gov_open(self, "self")
        assessment._gov_store(values)
        return assessment._gov_summary()

    @short_transaction
    def action_submit_self(self, values=None):
        """Give the self-assessment to the head: every criterion has a mark.  By the person alone."""
        self.ensure_one()
        self._gov_check_mine()
        self._gov_claim(("self",))
        assessment = self.env["gov.evaluation.assessment"]._gov_open(self, "self")
        if values:
            assessment._gov_store(values)
        assessment._gov_check_complete()
        assessment._gov_write({"is_given": True})
        self._gov_write({"state": "head", "self_submitted_on": fields.Datetime.now()})
        self._gov_clear_activities("self")
        self._gov_record("self_assess")
        return True

    def _gov_end_self(self):
        """Hand over to the heads the sheets left at the self-assessment; a draft of the person stays his own."""
        if not self:
            return
        self._gov_claim(("self",))
        self._gov_write({"state": "head"})
        self._gov_clear_activities("self")
        self._gov_record("end_self")

    # ------------------------------------------------------------------ the head
    @short_transaction
    def action_save_marks(self, values):
        """Keep the marks of the head as they are so far; nobody else reads them yet.  The head or his interim.

        :param values: as for :meth:`action_save_self`; ``revision`` is the one the screen has read, so that a head and
            his interim do not write over each other
        :return: ``{"total", "band", "revision"}``
        """
        self.ensure_one()
        self._gov_check_evaluator()
        self._gov_claim(("head",))
        assessment = self.env["gov.evaluation.assessment"]._gov_open(self, "head")
        assessment._gov_store(values)
        return assessment._gov_summary()

    @short_transaction
    def action_submit_marks(self, values=None):
        """Give the marks: each criterion is marked, words say why, and an interview that is due has been held.

        By the head or his interim; the heads above and HR then see the marks, the person does not yet.
        """
        self._gov_check_evaluator()
        self._gov_claim(("head",))
        for sheet in self:
            assessment = self.env["gov.evaluation.assessment"]._gov_open(sheet, "head")
            if values and len(self) == 1:
                assessment._gov_store(values)
            assessment._gov_check_complete()
            if not assessment.words:
                raise UserError(
                    self.env._(
                        "%(sheet)s: write the general appreciation; a mark without words cannot be notified.",
                        sheet=sheet.display_name,
                    )
                )
            if sheet.is_interview_missing:
                raise UserError(
                    self.env._(
                        "%(sheet)s: an evaluation interview is due (at least one every %(years)s years). Hold it, "
                        "sign its record and present it to the person, then give the mark.",
                        sheet=sheet.display_name,
                        years=sheet.campaign_id.interview_years,
                    )
                )
            assessment._gov_write({"is_given": True})
        self._gov_write({"state": "harmonisation", "marked_on": fields.Datetime.now(), "marked_by_id": self.env.uid})
        self._gov_clear_activities("head", "interview")
        self._gov_record("mark")
        return True

    # ------------------------------------------------------------------ harmonisation
    @short_transaction
    def action_adjust(self, marks, reason):
        """Adjust marks in the harmonisation; before, after and reason are kept and the head is told.

        By a head above who marked, or an HR manager.

        :param marks: ``{criterion id: mark}``, those that change
        """
        self.ensure_one()
        reason = self._gov_check_reason(reason)
        self._gov_check_authority()
        self._gov_claim(("harmonisation",))
        assessment = self._gov_head_assessment()
        lines = assessment._gov_adjust(marks, reason, "harmonisation")
        if not lines:
            raise UserError(self.env._("No mark was changed: change at least one."))
        self._gov_write({"is_adjusted": True})
        self._gov_tell_head(
            lambda env: env._("A mark you gave was adjusted"),
            lambda env, name: env._(
                "The mark you gave to %s was adjusted in the harmonisation. The sheet shows what changed and why.",
                name,
            ),
        )
        self._gov_record("adjust", {"criteria": len(lines)})
        return True

    @short_transaction
    def action_return(self, reason):
        """Send the marks back to the head with a reason.  By a head above who marked, or an HR manager."""
        reason = self._gov_check_reason(reason)
        self._gov_check_authority()
        self._gov_claim(("harmonisation",))
        self._gov_write({"state": "head", "marked_on": False, "marked_by_id": False})
        for sheet in self:
            sheet._gov_head_assessment()._gov_write({"is_given": False})
            sheet._gov_tell_head(
                lambda env: env._("Marks to look at again"),
                lambda env, name, reason=reason: env._(
                    "The marks of %(name)s came back to you: %(reason)s", name=name, reason=reason
                ),
            )
        self._gov_record("return")
        return True

    # ------------------------------------------------------------------ notification
    @around_act
    def action_notify(self):
        """Notify the mark of one sheet: document, number, right of reply.  A head above, or an HR manager."""
        self._gov_notify_act()
        self._gov_finish_documents()
        return True

    @short_transaction
    def _gov_notify_act(self):
        self._gov_check_authority()
        for sheet in self:
            # sudo: the stage of the campaign, for who notifies
            if sheet.sudo().campaign_id.state not in ("harmonisation", "notified"):
                raise UserError(
                    self.env._("Marks are notified after the harmonisation: HR managers open it for all at once.")
                )
        self._gov_notify()

    def _gov_notify(self):
        """Notify these sheets: the caller has checked who does it."""
        if not self:
            return
        self._gov_claim(("harmonisation",))
        today, now = self._gov_today(), fields.Datetime.now()
        vals_list = []
        for sheet in self:
            until = calendar_service.last_day_to_reply(today, sheet.campaign_id.appeal_days)
            sheet._gov_write({"state": "notified", "notified_on": now, "appeal_until": until})
            sheet._gov_head_assessment()._gov_write({"is_notified": True})
            vals_list.append(sheet._gov_prepare_document_vals())
        self._gov_plan("notified")
        # sudo: documents are made by the act, whose caller has checked who notifies
        documents = self.env["gov.document"].sudo()._gov_prepare(vals_list)
        for sheet, document in zip(self, documents, strict=True):
            sheet._gov_write({"document_id": document.id})
        self._gov_record("notify")

    def _gov_finish_documents(self):
        """Render and seal the rating sheets that an act prepared; a scheduled task finishes what a stop leaves."""
        # sudo: what an act has prepared is finished, whoever calls
        self.sudo().document_id.filtered(lambda document: document.state == "issuing")._gov_finish()
        self.invalidate_recordset()

    @short_transaction
    def action_read_mark(self):
        """Keep the day on which the person has seen the mark.  By the person alone; once."""
        self.ensure_one()
        self._gov_check_mine()
        self._gov_claim(NOTIFIED)
        if not self.read_on:
            self._gov_write({"read_on": fields.Datetime.now()})
            self._gov_clear_activities("notified")
        return True

    # ------------------------------------------------------------------ right of reply
    @short_transaction
    def action_reply(self, text):
        """Reply to the mark, until the last day of the delay included.  By the person alone."""
        self.ensure_one()
        self._gov_check_mine()
        text = (text or "").strip() if isinstance(text, str) else ""
        if not text:
            raise UserError(self.env._("Write your reply: it is read by the authority that decides."))
        if len(text) > 8000:
            raise UserError(self.env._("This text is too long: %s characters at most.", 8000))
        self._gov_claim(("notified",))
        if self.appeal_until and self._gov_today() > self.appeal_until:
            raise UserError(
                self.env._(
                    "The delay to reply ended on %(day)s: the mark is final.",
                    day=self._gov_format_date(self.appeal_until),
                )
            )
        self._gov_write({"state": "appeal", "reply_text": text, "replied_on": fields.Datetime.now()})
        self._gov_clear_activities("notified")
        self._gov_plan("appeal")
        self._gov_record("reply")
        return True

    @around_act
    def action_decide(self, decision, reason, marks=None, cap_informed=False):
        """Answer a reply: the mark is kept, or changed; either way with a reason, and it is final.

        By a head above who marked, or an HR manager; never the person nor who marked.

        :param decision: ``kept`` or ``changed``
        :param marks: ``{criterion id: mark}`` when changed; a new rating sheet replaces the former
        :param cap_informed: whether the joint committee was informed
        """
        self.ensure_one()
        self._gov_decide_act(decision, reason, marks or {}, bool(cap_informed))
        self._gov_finish_documents()
        return True

    @short_transaction
    def _gov_decide_act(self, decision, reason, marks, cap_informed):
        reason = self._gov_check_reason(reason)
        self._gov_check_authority()
        if decision not in ("kept", "changed"):
            raise UserError(self.env._("Say whether the mark is kept or changed."))
        self._gov_claim(("appeal",))
        self._gov_write(
            {
                "decision": decision,
                "decision_reason": reason,
                "decided_on": fields.Datetime.now(),
                "decided_by_id": self.env.uid,
                "is_cap_informed": cap_informed,
            }
        )
        if decision == "changed":
            lines = self._gov_head_assessment()._gov_adjust(marks, reason, "appeal")
            if not lines:
                raise UserError(self.env._("No mark was changed: change at least one, or keep the mark."))
            self._gov_write({"is_adjusted": True})
            vals = dict(self._gov_prepare_document_vals(), supersedes=self._gov_valid_document())
            # sudo: the document is made by the act, whose caller has checked who decides
            document = self.env["gov.document"].sudo()._gov_prepare([vals])
            self._gov_write({"document_id": document.id})
        self._gov_clear_activities("appeal")
        self._gov_finalise(("appeal",))
        self._gov_tell_person(
            lambda env: env._("Your reply was answered"),
            lambda env, year: env._("The decision on your reply (evaluation of %s) is in your evaluations.", year),
        )
        self._gov_record("decide", {"decision": decision, "cap_informed": cap_informed})

    def _gov_valid_document(self):
        """Return the rating sheet that a new one replaces, when it is valid."""
        document = self.sudo().document_id  # sudo: the document of the sheet, for the act
        if document.state == "issuing":
            raise UserError(self.env._("The rating sheet is still being issued: try again in a moment."))
        return document if document.state == "valid" else document.browse()

    @short_transaction
    def action_inform_cap(self):
        """Keep that the joint committee was informed of this mark.  HR managers."""
        self._gov_check_leader()
        self._gov_claim(NOTIFIED)
        self._gov_write({"is_cap_informed": True})
        self._gov_record("inform_cap")
        return True

    def _gov_finalise(self, states):
        """Freeze the mark: fingerprint, record of marks (which the pace of advancement reads)."""
        if not self:
            return
        self._gov_claim(states)
        assessments = self._gov_head_assessment()
        assessments._gov_seal()
        self._gov_write({"state": "final", "finalised_on": fields.Datetime.now()})
        rows = [(one.employee_id.id, one.year, one.total) for one in assessments]
        # sudo: the record of marks is written by this act alone
        self.env["gov.rating"].sudo()._gov_record_marks(rows)
        self._gov_clear_activities("self", "head", "interview", "notified", "appeal")
        for assessment in assessments:
            assessment.sheet_id._gov_record("finalise", {"fingerprint": assessment.digest})

    def _gov_head_assessment(self):
        # sudo: the marks of the sheets, for an act whose caller was checked
        return (
            self.env["gov.evaluation.assessment"]
            .sudo()
            .search([("sheet_id", "in", self.ids), ("side", "=", "head")], order="sheet_id")
        )

    # ------------------------------------------------------------------ HR
    def _gov_check_leader(self):
        own = self._gov_own_employee_ids()
        for sheet in self:
            if not sheet._gov_is_leader(own):
                raise AccessError(
                    self.env._(
                        "%(sheet)s: an HR manager who serves the region does this, never on a sheet of his own.",
                        sheet=sheet.display_name,
                    )
                )

    @short_transaction
    def action_change_evaluator(self, evaluator_id, reason):
        """Choose another head to evaluate, with a reason (a head who left, a conflict).  HR managers."""
        reason = self._gov_check_reason(reason)
        self._gov_check_leader()
        # sudo: only whether the person chosen exists and serves
        evaluator = self.env["hr.employee"].sudo().browse(evaluator_id if type(evaluator_id) is int else ()).exists()
        if not evaluator.active or not evaluator.user_id:
            raise UserError(self.env._("Choose somebody in service who has a login."))
        for sheet in self:
            if sheet.employee_id == evaluator:
                raise UserError(self.env._("Nobody marks his own sheet: choose another head."))
        self._gov_claim(("self", "head"))
        self._gov_write(
            {
                "evaluator_id": evaluator.id,
                "evaluator_unit_id": evaluator.department_id.id,
                "is_evaluator_chosen": True,
            }
        )
        self._gov_clear_activities("head", "interview")
        self._gov_record("change_evaluator", {"evaluator": evaluator.id, "reason": reason})
        return True

    @short_transaction
    def action_cancel(self, reason):
        """Cancel a sheet that should not be (a departure, an absence found later), before the notification.

        HR managers.
        """
        reason = self._gov_check_reason(reason)
        self._gov_check_leader()
        self._gov_claim(("self", "head", "harmonisation"))
        self._gov_write({"state": "cancelled", "cancel_reason": reason})
        self._gov_clear_activities("self", "head", "interview")
        self._gov_record("cancel", {"reason": reason})
        return True

    def action_start_marking(self):
        """Take a sheet out of the self-assessment before its date, when the person renounces.  The head or HR."""
        self.ensure_one()
        if not self._gov_is_leader():
            self._gov_check_evaluator()
        return self._gov_start_marking_act()

    @short_transaction
    def _gov_start_marking_act(self):
        # sudo: the caller has checked who hands over
        self.sudo()._gov_end_self()
        return True

    def action_open_decision(self):
        """Open the dialog of an act that takes a reason; the context key ``gov_operation`` names it."""
        self.ensure_one()
        operation = self.env.context.get("gov_operation")
        titles = {
            "adjust": self.env._("Adjust the marks"),
            "return": self.env._("Send back to the head"),
            "decide": self.env._("Answer the reply"),
            "evaluator": self.env._("Choose another head"),
            "cancel": self.env._("Cancel the sheet"),
        }
        if operation not in titles:
            raise UserError(self.env._("There is no such act."))
        return {
            "type": "ir.actions.act_window",
            "name": titles[operation],
            "res_model": "gov.evaluation.decision",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_sheet_id": self.id, "default_operation": operation},
        }

    def action_download(self):
        """Download the signed rating sheet, for whoever may read it."""
        self.ensure_one()
        self.check_access("read")
        if not self.document_id:
            raise UserError(self.env._("The mark is not notified yet: there is no rating sheet."))
        return self.document_id.action_download()

    def _gov_check_reason(self, reason):
        reason = reason.strip() if isinstance(reason, str) else ""
        if not reason:
            raise UserError(self.env._("Give the reason: it is kept with the act."))
        return reason[:4000]

    # ------------------------------------------------------------------ telling
    def _gov_format_date(self, day):
        return self.env["ir.qweb.field.date"].value_to_html(day, {})

    def _gov_tell_head(self, subject, body):
        """Tell who marked and the head, by a message that the person does not see and that holds no mark."""
        for sheet in self.sudo():  # sudo: the logins of the heads
            users = (sheet.marked_by_id | sheet.evaluator_id.user_id).filtered("active")
            for user in users - self.env.user:
                env = sheet.with_context(lang=user.lang).env
                name = sheet.with_env(env).employee_id.display_name
                sheet.with_env(env).with_context(mail_notify_force_send=False).message_notify(
                    partner_ids=user.partner_id.ids, subject=subject(env), body=body(env, name)
                )

    def _gov_tell_person(self, subject, body):
        for sheet in self.sudo():  # sudo: the login of the person
            user = sheet.employee_id.user_id
            if user.active:
                env = sheet.with_context(lang=user.lang).env
                sheet.with_env(env).with_context(mail_notify_force_send=False).message_notify(
                    partner_ids=user.partner_id.ids, subject=subject(env), body=body(env, sheet.year)
                )

    def _gov_plan(self, kind):
        """Give a to-do for these sheets to whoever must act next, all at once; who has it already keeps the one.

        :return: how many to-dos were given
        """
        # sudo: to-dos of others, given by the act
        activities = self.env["mail.activity"].sudo()
        kind_id = self.env.ref(REMINDERS[kind]).id
        model_id = self.env["ir.model"]._get_id(self._name)
        domain = [("res_model", "=", self._name), ("res_id", "in", self.ids), ("activity_type_id", "=", kind_id)]
        have = {(one.res_id, one.user_id.id) for one in activities.search(domain)}
        vals_list = []
        managers = self._gov_managers() if kind == "appeal" else None
        for sheet in self.sudo():  # sudo: logins of those called upon
            if kind == "appeal":
                barred = sheet.employee_id.user_id | sheet.marked_by_id | sheet.evaluator_id.user_id
                users = managers.filtered(lambda user, one=sheet: user._gov_serves_region(one.region_id)) - barred
            elif kind in ("self", "notified"):
                users = sheet.employee_id.user_id
            else:
                users = sheet.evaluator_id.user_id
            campaign = sheet.campaign_id
            deadline = {
                "self": campaign.self_until,
                "head": campaign.marks_until,
                "interview": campaign.interview_to,
                "notified": sheet.appeal_until,
                "appeal": sheet.appeal_until,
            }[kind]
            vals_list += [
                {
                    "res_model_id": model_id,
                    "res_id": sheet.id,
                    "activity_type_id": kind_id,
                    "date_deadline": deadline or self._gov_today(),
                    "user_id": user.id,
                    "automated": True,
                }
                for user in users[:5]
                if user.active and (sheet.id, user.id) not in have
            ]
        if vals_list:
            activities.with_context(mail_activity_quick_update=True).create(vals_list)
        return len(vals_list)

    def _gov_managers(self):
        # sudo: who holds the role, to be given a to-do
        group = self.env.ref("gov_base.group_hr_manager").sudo()
        return group.all_user_ids.filtered("active") - self.env.ref("base.user_root")

    def _gov_remind(self, kind):
        return self._gov_remind_act(kind) if self else 0

    @short_transaction
    def _gov_remind_act(self, kind):
        count = self._gov_plan(kind)
        if count:
            # sudo: the journal is written by the act
            campaign = self[:1].sudo().campaign_id
            # sudo: the journal is written by the act
            self.env["gov.journal.entry"].sudo()._record(campaign, "remind", {"kind": kind, "count": count})
        return count

    def _gov_clear_activities(self, *kinds):
        """Take away the to-dos of the steps that are over."""
        types = [self.env.ref(REMINDERS[kind]).id for kind in kinds]
        # sudo: to-dos of others end with the act
        self.env["mail.activity"].sudo().search(
            [("res_model", "=", self._name), ("res_id", "in", self.ids), ("activity_type_id", "in", types)]
        ).unlink()

    # ------------------------------------------------------------------ scheduled
    @api.model
    def _cron_each(self, domain, method, batch=50):
        """Do a step for the sheets that wait for it, some in each transaction; can stop anywhere and run twice."""
        # sudo: scheduled for all the sheets
        sheets = self.sudo()
        left = sheets.search_count(domain)
        cron, done, last = self.env["ir.cron"], 0, 0
        while some := sheets.search(domain & Domain("id", ">", last), limit=batch, order="id"):
            last = some[-1].id
            done += self._cron_some(some, method)
            left -= len(some)
            if not cron._commit_progress(len(some), remaining=max(left, 0)):
                break
        if done:
            _logger.info("Evaluation: %s sheets, %s", done, method)
        return done

    @api.model
    def _cron_some(self, sheets, method):
        """Do a step for some sheets; when one is refused, the others are done one by one."""
        try:
            getattr(sheets, method)()
            return len(sheets)
        except UserError as error:
            if len(sheets) == 1:
                _logger.error("Evaluation sheet %s is left as it is: %s", sheets.id, error)
                return 0
        return sum(self._cron_some(sheet, method) for sheet in sheets)

    @api.model
    def _cron_end_self(self):
        today = self._gov_today()
        return self._cron_each(
            Domain("state", "=", "self")
            & Domain("campaign_id.state", "in", ("open", "harmonisation"))
            & Domain("campaign_id.self_until", "<", today),
            "_gov_start_marking_act",
        )

    @api.model
    def _cron_silence(self):
        """The mark of who did not reply within the delay is final."""
        return self._cron_each(
            Domain("state", "=", "notified") & Domain("appeal_until", "<", self._gov_today()), "_gov_end_delay"
        )

    @short_transaction
    def _gov_end_delay(self):
        self._gov_finalise(("notified",))

    @api.model
    def _cron_interviews(self):
        """Remind heads of the interviews to hold, from the first day of the interviews on."""
        # sudo: scheduled for all the sheets
        sheets = self.sudo().search(
            [
                ("is_interview_missing", "=", True),
                ("state", "in", ("self", "head")),
                ("campaign_id.interview_from", "<=", self._gov_today()),
            ]
        )
        return sheets._gov_plan("interview")
