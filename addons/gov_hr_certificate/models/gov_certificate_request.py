import logging
from datetime import timedelta

import pytz
from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.gov_approval.models.gov_approval_mixin import TRANSITIONS
from odoo.addons.gov_approval.models.sentinel import has_sentinel
from odoo.addons.gov_base.tools.act import around_act, run_short, short_transaction
from odoo.addons.gov_base.tools.defaults import without_defaults
from odoo.addons.gov_base.tools.text import date_words, nbsp_amount
from odoo.addons.gov_document.tools.blocks import LANGS, data_table, facts_table, ltr

from ..tools import delays, seizable
from ..tools.pay import pay_table
from ..tools.printable import is_printable

_logger = logging.getLogger(__name__)

# set by the acts alone: no write, import or creation may give them
ACT_FIELDS = {
    "document_id",
    "issued_on",
    "issued_by_id",
    "treatment_hours",
    "is_on_time",
    "missing_text",
    "previous_document_id",
    # worked out; the region decides which officers serve the request
    "department_id",
    "region_id",
    "on_time_rate",
}
LONGEST_PURPOSE = 150
TIMEZONE = "Africa/Casablanca"
AMOUNTS = ("gross", "deductions", "family_allowances", "net", "net_year", "gross_year", "instalments", "transferable")
PAY_NAMES = {name + suffix for name in AMOUNTS for suffix in ("", "_words")} | {
    "pay_month",
    "pay_table",
    "engagement_table",
}
# given by the act that issues
GIVEN = {"number", "issue_date", "place"}


class GovCertificateRequest(models.Model):
    """The request of an employee for a certificate, from the tile to the signed document.

    draft → submitted (receipt, promised date) → in_review → approved → issued, or refused with a reason, or
    cancelled.  A type that is instant goes from draft to issued in one act.  The person concerned, or an officer of
    human resources for him, files; those of the circuit approve, never the person concerned nor who filed; human
    resources issue, revoke and reissue.  A document is never changed: a mistake makes a new one that supersedes it.
    """

    _name = "gov.certificate.request"
    _description = "Certificate request"
    _inherit = ["gov.approval.mixin", "gov.document.mixin"]
    _order = "id desc"
    _rec_name = "receipt_number"
    _rec_names_search = ["receipt_number", "employee_id.name", "document_id.number"]

    TRANSITIONS = dict(TRANSITIONS, approved={"issued"}, issued=set())

    # what is asked
    employee_id = fields.Many2one(
        "hr.employee",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
        default=lambda self: self.env.user.employee_id,
        help="The person the document is about.",
    )
    type_id = fields.Many2one("gov.certificate.type", required=True, index=True, ondelete="restrict", tracking=True)
    lang = fields.Selection(
        [("ar", "Arabic"), ("fr", "French"), ("ar_fr", "Arabic and French")],
        "Language of the document",
        required=True,
        default=lambda self: self._default_lang(),
    )
    purpose_id = fields.Many2one(
        "gov.certificate.purpose",
        index="btree_not_null",
        ondelete="restrict",
        default=lambda self: self.env["gov.certificate.purpose"].search([], limit=1),
    )
    purpose = fields.Char("Other purpose", help="Printed instead of the purpose of the list.")
    answer_ids = fields.One2many("gov.certificate.answer", "request_id")
    question_count = fields.Integer(compute="_compute_question_count")
    # where
    department_id = fields.Many2one(
        "hr.department", "Unit", compute="_compute_unit", store=True, precompute=True, index=True, ondelete="restrict"
    )
    region_id = fields.Many2one(
        "gov.region", compute="_compute_unit", store=True, precompute=True, index=True, ondelete="restrict"
    )
    # the document
    document_id = fields.Many2one(
        "gov.document", copy=False, readonly=True, index="btree_not_null", ondelete="restrict"
    )
    document_number = fields.Char(related="document_id.number", string="Document number")
    document_state = fields.Selection(related="document_id.state", string="Document state")
    previous_document_id = fields.Many2one(
        "gov.document", "Superseded document", copy=False, readonly=True, index="btree_not_null", ondelete="restrict"
    )
    issued_on = fields.Datetime(copy=False, readonly=True)
    issued_by_id = fields.Many2one("res.users", copy=False, readonly=True, index="btree_not_null", ondelete="restrict")
    # delay
    treatment_hours = fields.Float(
        "Working hours taken",
        copy=False,
        readonly=True,
        aggregator="avg",
        help="Working hours, 24 a working day, between the filing and the issue.",
    )
    is_on_time = fields.Boolean("Delay kept", copy=False, readonly=True)
    on_time_rate = fields.Float(
        "Delays kept (%)",
        compute="_compute_on_time_rate",
        store=True,
        aggregator="avg",
    )
    urgency = fields.Selection(
        [("late", "Overdue"), ("today", "Due today"), ("coming", "In time")],
        compute="_compute_urgency",
        search="_search_urgency",
    )
    missing_text = fields.Char(
        "Missing data", copy=False, readonly=True, help="What must be completed in the file before it can be filed."
    )
    waiting_for = fields.Char("Who is called upon", compute="_compute_waiting_for")
    refusal_reason = fields.Char(compute="_compute_refusal_reason")
    revoke_reason = fields.Text(related="document_id.revoke_reason", string="Reason of the revocation")
    is_mine = fields.Boolean(compute="_compute_is_mine")
    is_officer = fields.Boolean(compute="_compute_is_mine")
    state = fields.Selection(selection_add=[("issued", "Issued")], ondelete={"issued": "set default"})

    _queue_idx = models.Index("(due_on) WHERE state IN ('submitted', 'in_review', 'approved')")

    def _default_lang(self):
        return "fr" if (self.env.lang or "").startswith("fr") else "ar"

    # ------------------------------------------------------------------ computes

    @api.depends("type_id")
    def _compute_question_count(self):
        for request in self:
            request.question_count = len(request.type_id.question_ids)

    @api.depends("employee_id")
    def _compute_unit(self):
        for request in self:
            department = request.sudo().employee_id.department_id  # unit of the day of the request
            request.department_id = department
            request.region_id = department.effective_region_id

    @api.depends("state", "approval_line_ids.state")
    def _compute_refusal_reason(self):
        for request in self:
            # sudo: the reason of the refusal, for whoever reads the request
            lines = request.sudo().approval_line_ids.filtered(lambda line: line.state == "refused")
            request.refusal_reason = lines[-1:].reason if request.state == "refused" else False

    @api.depends("approval_line_ids.state", "approval_line_ids.actor_ids")
    def _compute_waiting_for(self):
        for request in self:
            request.waiting_for = request.current_line_id.sudo().waiting_for  # names of heads or of a role

    @api.depends_context("uid")
    @api.depends("employee_id", "requester_id")
    def _compute_is_mine(self):
        officer = self.env.user.has_group("gov_base.group_hr_officer")
        for request in self:
            concerned = request.sudo().employee_id.user_id  # only whether it is the user
            request.is_mine = self.env.user in (concerned | request.requester_id)
            request.is_officer = officer

    @api.depends("is_on_time", "state")
    def _compute_on_time_rate(self):
        for request in self:
            request.on_time_rate = 100.0 if request.state == "issued" and request.is_on_time else 0.0

    @api.depends("receipt_number", "type_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for request in self:
            request.display_name = " · ".join(filter(None, (request.type_id.name, request.receipt_number)))

    @api.depends("due_on", "state")
    def _compute_urgency(self):
        today = fields.Date.context_today(self)
        for request in self:
            due = request.due_on
            if not due or request.state not in ("submitted", "in_review", "approved"):
                request.urgency = False
            elif due < today:
                request.urgency = "late"
            else:
                request.urgency = "today" if due == today else "coming"

    @api.model
    def _search_urgency(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        is_open = Domain("state", "in", ("submitted", "in_review", "approved"))
        ranges = {
            "late": Domain("due_on", "<", today),
            "today": Domain("due_on", "=", today),
            "coming": Domain("due_on", ">", today),
        }
        domain = Domain.OR([ranges[key] & is_open for key in value if key in ranges])
        return domain | ~is_open if False in value else domain

    # ------------------------------------------------------------------ guards

    @api.constrains("type_id", "lang")
    def _check_lang(self):
        labels = dict(self._fields["lang"]._description_selection(self.env))
        for request in self:
            if request.lang not in request.type_id._gov_langs():
                raise ValidationError(
                    self.env._(
                        "“%(type)s” is not issued in this language (%(lang)s): choose another.",
                        type=request.type_id.name,
                        lang=labels[request.lang],
                    )
                )

    @api.constrains("purpose")
    def _check_purpose(self):
        for request in self:
            if not is_printable(request.purpose or "", LONGEST_PURPOSE):
                raise ValidationError(
                    self.env._(
                        "Say what the document is for in one line of %(number)s characters at most: it is printed on"
                        " the document.",
                        number=LONGEST_PURPOSE,
                    )
                )

    def _check_may_file(self):
        """An employee files for himself; human resources for the employees they may read."""
        if self.env.su:
            return
        officer = self.env.user.has_group("gov_base.group_hr_officer")
        for request in self:
            if request.employee_id == self.env.user.employee_id:
                if not officer and not request.type_id._filter_for(request.employee_id):
                    raise ValidationError(
                        self.env._("“%(type)s” is not open to your situation.", type=request.type_id.name)
                    )
            elif not officer:
                raise AccessError(self.env._("You may ask for your own certificates only."))
            else:
                request.employee_id.check_access("read")

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_act_fields(vals)
        clean = without_defaults(self, ACT_FIELDS)
        requests = super(GovCertificateRequest, clean).create(vals_list).with_env(self.env)
        requests._check_may_file()
        requests._gov_fill_questions()
        return requests

    def write(self, vals):
        self._check_act_fields(vals, even_empty=True)
        result = super().write(vals)
        if "type_id" in vals or "employee_id" in vals:
            self._check_may_file()
            self._gov_fill_questions()
        return result

    def _check_act_fields(self, vals, even_empty=False):
        forbidden = sorted(name for name in ACT_FIELDS & vals.keys() if vals[name] or even_empty)
        if forbidden and not has_sentinel(self.env):
            labels = ", ".join(self._fields[name]._description_string(self.env) for name in forbidden)
            raise UserError(
                self.env._("“%(fields)s” cannot be set: only the acts on the request change them.", fields=labels)
            )

    def _gov_fill_questions(self):
        """Give each draft one empty answer a question of its type, so that the form shows them."""
        vals_list = []
        for request in self:
            stale = request.answer_ids.filtered(lambda line, kind=request.type_id: line.question_id.type_id != kind)
            stale.unlink()
            missing = request.type_id.question_ids - request.answer_ids.question_id
            vals_list += [{"request_id": request.id, "question_id": question.id} for question in missing]
        if vals_list:
            self.env["gov.certificate.answer"].create(vals_list)

    # ------------------------------------------------------------------ filing

    @api.model
    def action_ask(self, values):
        """Ask for a certificate for oneself, in one call: create the request, file it, issue it when it is instant.

        :param values: {'type_code', 'lang', 'purpose_id' or 'purpose', 'answers': {question code: value}}
        :return: {'id', 'state', 'title', 'receipt_number', 'due_on', 'due_text', 'message', 'missing': [names],
            'number', 'document_id', 'download_url', 'open_url', 'file_name'}; when data are missing in the file the
            request stays a draft, human resources are told, and ``message`` says what is missing
        """
        values = self._gov_read_asked(values)
        employee = self.env.user.employee_id
        if not employee:
            raise UserError(
                self.env._(
                    "Your account is not linked to a personnel file: ask the human resources office to link it."
                )
            )
        kind = self.env["gov.certificate.type"].search([("code", "=", values.get("type_code"))], limit=1)
        if not kind:
            raise UserError(self.env._("This document is no longer offered: choose another."))
        vals = {
            "employee_id": employee.id,
            "type_id": kind.id,
            "lang": values.get("lang") or self._default_lang(),
            "purpose_id": values.get("purpose_id") or False,
            "purpose": values.get("purpose") or False,
        }
        answers = values.get("answers") or {}

        def file(env):
            request = env[self._name].create(vals)
            request._gov_set_answers(answers)
            missing = request._gov_missing()
            if missing:
                request._gov_tell_missing(missing)
            return request

        request = run_short(self.env, file)
        if not request.missing_text:
            request._gov_submit()
        return request._gov_result()

    @api.model
    def _gov_read_asked(self, values):
        """Return what was asked, each value being of the kind it should be; refuse the rest by a sentence."""
        values = dict(values) if isinstance(values, dict) else {}
        purpose, answers = values.get("purpose_id") or False, values.get("answers") or {}
        known = self.env["gov.certificate.purpose"].search([]).ids if purpose else []
        langs = [lang for lang, _label in self._fields["lang"].selection]
        if (
            not isinstance(values.get("type_code"), str)
            or not isinstance(answers, dict)
            or (purpose and purpose not in known)
            or (values.get("lang") and values["lang"] not in langs)
            or (values.get("purpose") and not isinstance(values["purpose"], str))
        ):
            raise UserError(
                self.env._("This demand cannot be read: choose the document, its language and its purpose again.")
            )
        return values

    def _gov_set_answers(self, answers):
        """Write the answers given as {question code: text, id or ISO date} by the screen that asks."""
        self.ensure_one()
        for line in self.answer_ids.filtered(lambda answer: answer.asked_of == "employee"):
            line._gov_set(answers.get(line.question_id.code))

    def _gov_result(self):
        """Return what the person who asked sees at once."""
        self.ensure_one()
        document = self.document_id
        result = {
            "id": self.id,
            "state": self.state,
            "title": self.type_id.name,
            "receipt_number": self.receipt_number or "",
            "due_on": fields.Date.to_string(self.due_on) if self.due_on else False,
            "due_text": date_words(self.due_on, self.env.lang or "en") if self.due_on else "",
            "message": self._gov_message(),
            "document_id": document.id,
            "number": document.number or "",
        }
        if self.state == "issued":
            result.update(self._gov_download())
        return result

    def _gov_message(self):
        self.ensure_one()
        if self.state == "draft":
            return self.missing_text or ""
        if self.state in ("submitted", "in_review"):
            return self.env._("Human resources have received it. You will be told as soon as it is ready.")
        if self.state == "approved":
            return self.env._("It is approved; the document is being made and appears in your requests.")
        return ""

    def _gov_download(self):
        document = self.document_id
        name = f"{document.title}-{document.number}".replace("/", "-").replace(" ", "_")
        url = f"/gov_document/{document.id}/document.pdf"
        return {"download_url": url, "open_url": url, "file_name": f"{name}.pdf"}

    def _gov_employee(self):
        return self.employee_id

    def _gov_circuit(self):
        """The circuit is the one of the type."""
        return self.type_id.circuit_id

    def _gov_rules(self):
        # sudo: an archived type, or one of another group, counts as well
        return [*super()._gov_rules(), self.sudo().type_id]

    def _gov_on_submitted(self):
        """The promised date is that of the type: its delay in working days, from the day of the first filing.

        sudo: dates given by the act of filing, whose caller was checked.
        """
        super()._gov_on_submitted()
        holidays = self.env["gov.public.holiday"].sudo()
        for request in self.sudo():
            if request.receipt_id.return_count:
                continue  # the clock goes on from where it stopped
            days = delays.promised_days(request.type_id.delay_hours)
            today = request._gov_today()
            longest = int(self.env["gov.parameter"].get_value("approval.max_days", today))
            due_on = min(holidays._add_working_days(today, days), today + timedelta(days=longest)) if days else today
            request.receipt_id.due_on = due_on
            request._gov_write({"due_on": due_on, "missing_text": False})

    def _gov_summary(self):
        return self.env._("%(type)s for %(employee)s", type=self.type_id.name, employee=self.employee_id.name)

    def _gov_check_submit(self):
        """Refuse to file what cannot be issued, in a sentence that says what to do; the draft is kept."""
        super()._gov_check_submit()
        for request in self:
            if not request.type_id.active:
                raise UserError(
                    self.env._("“%(type)s” is no longer offered: choose another document.", type=request.type_id.name)
                )
            if not request.purpose_id and not request.purpose:
                raise UserError(self.env._("Say what the document is for: choose a purpose."))
            request._gov_check_answers("employee")
            missing = request._gov_missing()
            if missing:
                raise UserError(request._gov_missing_sentence(missing))

    def _gov_check_answers(self, asked_of):
        for request in self:
            empty = request.answer_ids.filtered(
                lambda line: line.question_id.is_required and line.asked_of == asked_of and not line._is_given()
            )
            if empty:
                raise UserError(
                    self.env._("Answer first: %(questions)s.", questions=", ".join(empty.question_id.mapped("name")))
                )

    @around_act
    def action_submit(self):
        """File the request: receipt and promised date; a type that is instant is issued in the same call.

        Missing data refuse the filing with a sentence; the request stays a draft and human resources are told.

        :return: an action that downloads the PDF when a single instant request was issued, else True
        """
        for request in self:
            missing = request.state == "draft" and request._gov_missing()
            if missing:
                # told in a transaction of its own: the refusal below undoes everything else
                request._gov_tell_missing_act(missing)
        result = self._gov_submit()
        if len(self) == 1 and self.state == "issued":
            return self.action_download()
        return result

    def _gov_submit(self):
        """File, and finish the documents of instant types: two steps, so that no register stays locked meanwhile."""
        result = super().action_submit()
        self._gov_finish_issue()
        return result

    # ------------------------------------------------------------------ missing data

    def _gov_missing(self):
        """Return what the personnel file lacks for this document: [(code, words in the user's language)]."""
        self.ensure_one()
        request = self.sudo()  # the file is read for the person concerned: only the names of data come out
        values, problems = request._gov_values_and_problems()
        wanted = request._gov_printed_names() | set(request.type_id.requirement_ids.mapped("code"))
        if "identity" in wanted:  # the block that every document bears
            wanted |= {f"employee_name_{lang}" for lang in request.lang.split("_")}
        requirements = {item.code: item.name for item in request.env["gov.certificate.requirement"].search([])}
        meanings = request.env["gov.document.template"]._gov_placeholders(request.type_id.code)
        missing, said = [], set()
        for code in [*requirements, *sorted(wanted - requirements.keys())]:
            # the answers have a check of their own, the texts around amounts go with the amounts
            if code not in wanted or values.get(code) or code.startswith("answer_") or code in GIVEN:
                continue
            root = "net" if code in PAY_NAMES else code
            if root not in said:
                said.add(root)
                words = problems.get(root) or requirements.get(root) or meanings.get(root, (root,))[0]
                missing.append((root, words))
        if request.type_id._gov_signatory() == request.employee_id:
            missing.append(
                ("signatory_name", self.env._("another person to sign it: nobody signs a document about himself"))
            )
        return missing

    def _gov_printed_names(self):
        return self.type_id._gov_template(self.lang)._gov_printed_names()

    def _gov_missing_sentence(self, missing):
        self.ensure_one()
        who = self.env._("your file") if self.employee_id.user_id == self.env.user else self.employee_id.display_name
        return self.env._(
            "“%(type)s” cannot be issued yet, because this is missing in %(file)s: %(missing)s. The human resources"
            " office (%(unit)s) completes it; then file the request again: it is kept as a draft.",
            type=self.type_id.name,
            file=who,
            missing="; ".join(words for _code, words in missing),
            unit=self.type_id._gov_signing_unit().name or self.env._("human resources"),
        )

    @short_transaction
    def _gov_tell_missing_act(self, missing):
        self._gov_tell_missing(missing)

    def _gov_tell_missing(self, missing):
        """Keep on the draft what is missing and give a to-do to an officer who serves the region."""
        self.ensure_one()
        sentence = self._gov_missing_sentence(missing)
        request = self.sudo()  # the person who asks has no right to write these, nor to plan work for HR
        if request.missing_text == sentence:
            return
        request._gov_write({"missing_text": sentence})
        officers = request._gov_hr_officers()
        if officers:
            officer = officers[0]
            said = request.with_context(lang=officer.lang, mail_activity_quick_update=True)
            said.activity_schedule(
                "mail.mail_activity_data_todo",
                **said._gov_said("complete"),
                note=sentence,
                user_id=officer.id,
            )

    def _gov_todo_words(self, key):
        return self.env._("Complete the file of an employee") if key == "complete" else super()._gov_todo_words(key)

    def _gov_hr_officers(self):
        """Return the HR officers who serve the region of the request, those of one region first, never the person."""
        # sudo: only who may be given the to-do
        group = self.env.ref("gov_base.group_hr_officer").sudo()
        officers = group.all_user_ids.filtered("active") - self.env.ref("base.user_root") - self.employee_id.user_id
        serving = officers.filtered(lambda user: not user.gov_region_ids or self.region_id in user.gov_region_ids)
        return serving.sorted(lambda user: (not user.gov_region_ids, user.id))

    # ------------------------------------------------------------------ values of the document

    def _gov_document_values(self, lang):
        """Return all placeholders and blocks of the document in one language ('ar' or 'fr')."""
        return {**super()._gov_document_values(lang), **self._gov_values_and_problems(lang)[0]}

    def _gov_values_and_problems(self, lang=None):
        """Return (values, sentences on the values that cannot be worked out).

        Both languages are worked out for a bilingual document, the value being empty when one of them is.
        """
        self.ensure_one()
        langs = [lang] if lang else self.lang.split("_")
        problems, values = {}, {}
        for one in langs:
            found = self._gov_values(one, problems)
            values = found if not values else {key: found.get(key) and value for key, value in values.items()}
        return values, problems

    def _gov_values(self, lang, problems):
        today = self._gov_today()
        code = LANGS[lang]
        request = self.with_context(lang=code)
        employee = request.employee_id
        signatory = request.type_id._gov_signatory()
        values = employee._gov_file_values(lang, today)
        values.update(
            purpose=self.purpose or request.purpose_id.name or "",
            request_number=self.receipt_number or "",
            issue_date=date_words(today, lang),
            signatory_name=signatory._gov_document_name(lang) if signatory else "",
            signatory_title=signatory._gov_document_title(lang) if signatory else "",
            undersigned=signatory._gov_undersigned(lang) if signatory else "",
            identity=request._gov_identity_block(values),
        )
        for answer in request.answer_ids:
            values[f"answer_{answer.question_id.code}"] = answer._gov_text(code)
        names = request._gov_printed_names() | set(request.type_id.requirement_ids.mapped("code"))
        if "career_table" in names:
            values["career_table"] = request._gov_career_block(lang)
        if "act_table" in names:
            values["act_table"] = request._gov_act_block(lang)
        if names & PAY_NAMES:
            values.update(request._gov_pay_values(lang, today, problems, self.env.lang))
        return values

    def _gov_identity_block(self, values):
        """The base block of every document: both names, identifiers, situation, unit."""
        _ = self.env._
        step = " / ".join(filter(None, (values["scale"], values["echelon"], values["salary_index"])))
        rows = [
            (_("Full name"), Markup("<strong>%s</strong>") % values["employee_name"]),
            (_("Name in Latin letters"), values["employee_name_fr"])
            if (self.env.lang or "").startswith("ar")
            else (_("Name in Arabic"), values["employee_name_ar"]),
            (_("National identity card (CNIE)"), ltr(values["cnie"])),
            (_("Payroll number (PPR)"), ltr(values["ppr"])),
            (_("Grade"), values["grade"]),
            (_("Scale / step / index"), step),
            (_("Assignment"), values["unit"]),
        ]
        # two columns of text leave no room for two pairs on a line
        return facts_table(rows, pairs=1 if self.lang == "ar_fr" else 2)

    def _gov_career_block(self, lang):
        _ = self.env._
        lines = self.employee_id._gov_career_lines(lang=LANGS[lang])
        if not lines:
            return ""
        headings = [
            _("Act"),
            _("No. and date"),
            _("Grade"),
            _("Scale"),
            _("Step"),
            _("Index"),
            _("Effect"),
            _("Seniority"),
        ]
        rows = [
            [
                line["act_kind"] or "—",
                Markup("%s %s") % (ltr(line["act_number"]), ltr(_short_date(line["act_date"]))),
                line["grade"],
                line["scale"],
                line["echelon"],
                ltr(line["index"] or ""),
                ltr(_short_date(line["effect_date"])),
                line["seniority_text"],
            ]
            for line in lines
        ]
        return data_table(headings, rows)

    def _gov_act_block(self, lang):
        """The act chosen in an answer, as the file keeps it."""
        version = self.answer_ids.filtered(lambda line: line.kind == "act").version_id[:1]
        if not version:
            return ""
        _ = self.env._
        for line in self.employee_id._gov_career_lines(lang=LANGS[lang]):
            if line["version_id"] == version.id:
                return facts_table(
                    [
                        (_("Nature of the act"), line["act_kind"]),
                        (_("Number"), ltr(line["act_number"])),
                        (_("Date"), date_words(line["act_date"], lang) if line["act_date"] else ""),
                        (_("Date of effect"), date_words(line["effect_date"], lang)),
                        (_("Corps"), line["corps"]),
                        (_("Grade"), line["grade"]),
                        (_("Scale"), line["scale"]),
                        (_("Step"), line["echelon"]),
                        (_("Index"), ltr(line["index"] or "")),
                        (_("Statutory position"), line["position"]),
                        (_("Assignment"), line["unit"]),
                    ]
                )
        return ""

    def _gov_pay_values(self, lang, on_date, problems, user_lang):
        """Amounts in figures and in words, and the tables of pay; what is missing goes to ``problems``.

        :param user_lang: language of who reads the problems, not that of the document
        """
        try:
            pay = self.employee_id.get_pay_statement(on_date)
        except UserError:
            try:  # once more, for the sentence
                self.employee_id.with_context(lang=user_lang).get_pay_statement(on_date)
            except UserError as error:
                problems["net"] = error.args[0].rstrip(".")
            return {}
        words = self.env["gov.words"]
        _ = self.env._
        amounts = {
            "gross": pay["gross"],
            "deductions": pay["deductions"],
            "family_allowances": pay["family_allowances"],
            "net": pay["net"],
            "net_year": round(pay["net"] * 12, 2),
            "gross_year": round(pay["gross"] * 12, 2),
        }
        if not pay["lines"]:
            problems["net"] = " ".join(pay["notes"])
            return {}
        parameters = self.env["gov.parameter"]
        instalments = sum(line.value_amount for line in self.answer_ids if line.question_id.code == "instalments")
        amounts["instalments"] = instalments
        amounts["transferable"] = seizable.transferable_share(
            pay["net"],
            instalments,
            parameters.get_value("certificate.transferable.rate", on_date),
            parameters.get_value("certificate.transferable.floor", on_date),
        )
        values = {name: nbsp_amount(amount) for name, amount in amounts.items()}
        values.update({f"{name}_words": words.amount(amount, lang) for name, amount in amounts.items()})
        values["pay_month"] = date_words(on_date, lang).split(" ", 1)[1]
        by_kind = {
            kind: [(line["name"], line["amount"]) for line in pay["lines"] if line["kind"] == kind]
            for kind in ("earning", "family", "deduction")
        }
        headings = (_("Item"), _("Monthly amount (DH)"))
        groups = [(by_kind["earning"], _("Gross"), pay["gross"])]
        if by_kind["family"]:
            groups.append((by_kind["family"], _("Total not taxed"), pay["family_allowances"]))
        groups += [
            (by_kind["deduction"], _("Total withheld"), pay["deductions"]),
            ([], _("Net"), pay["net"]),
        ]
        values["pay_table"] = pay_table(headings, groups)
        rate = parameters.get_value("certificate.transferable.rate", on_date)
        values["engagement_table"] = pay_table(
            headings,
            [
                (
                    [
                        (_("Gross pay"), pay["gross"] + pay["family_allowances"]),
                        (_("Statutory deductions"), pay["deductions"]),
                    ],
                    _("Net pay before instalments"),
                    pay["net"],
                ),
                (
                    [(_("Instalments already withheld"), instalments)],
                    _("Share that may be transferred (%(rate)s %% of the net at most)", rate=f"{rate * 100:g}"),
                    amounts["transferable"],
                ),
            ],
        )
        return values

    # ------------------------------------------------------------------ issuing

    def _gov_on_approved(self):
        """Approved: take the number and freeze the document in the same act, unless the type is issued by hand."""
        super()._gov_on_approved()
        self.filtered("type_id.is_auto_issued")._gov_prepare_documents()

    def _gov_prepare_documents(self):
        """Make the document of each request (number taken, content frozen); its PDF comes after this act.

        sudo: the document is made by the act, whose caller has checked who approves or issues.
        """
        vals_list, requests = [], self.sudo()._gov_claim_undocumented()
        for request in requests:
            request._gov_check_answers("hr")
            # an instant type was checked by the filing, in this very act
            missing = not request.type_id.instant and request._gov_missing()
            if missing:
                raise UserError(request._gov_missing_sentence(missing))
            vals_list.append(request._gov_prepare_document_vals())
        documents = self.env["gov.document"].sudo()._gov_prepare(vals_list)
        for request, document in zip(requests, documents, strict=True):
            request._gov_write({"document_id": document.id, "issued_by_id": self.env.uid})

    def _gov_claim_undocumented(self):
        """Take the requests that have no document yet; of two acts at once on one request, one gets it."""
        self.flush_recordset()
        rows = self.env.execute_query(
            SQL(
                """UPDATE gov_certificate_request SET write_date = now() AT TIME ZONE 'UTC'
                    WHERE id IN %s AND document_id IS NULL RETURNING id""",
                self._ids or (0,),
            )
        )
        self.invalidate_recordset()
        taken = {row[0] for row in rows}
        return self.filtered(lambda request: request.id in taken)

    def _gov_prepare_document_vals(self):
        self.ensure_one()
        kind = self.type_id
        langs = self.lang.split("_")
        values = {lang: self._gov_document_values(lang) for lang in langs}
        return {
            "register": kind.register_id,
            "kind": kind.code,
            "record": self,
            "template": kind._gov_template(self.lang),
            "values": values if len(langs) > 1 else values[langs[0]],
            "employee": self.employee_id,
            "signatory": kind._gov_signatory(),
            "issue_date": self._gov_today(),
            "supersedes": self.previous_document_id,
        }

    def _gov_finish_issue(self):
        """Render and seal the documents that were prepared, then mark their requests as issued.

        Each part runs in short transactions of its own; what fails stays approved, with its number, and the
        scheduled job takes it up again.
        """
        # sudo: what an act has prepared is finished, whoever calls; nothing new is granted
        waiting = self.sudo().filtered(
            lambda request: request.document_id
            and (request.state == "approved" or request.document_id.state == "issuing")
        )
        if not waiting:
            return
        waiting.document_id.filtered(lambda document: document.state == "issuing")._gov_finish()
        ids = waiting.ids

        def mark(env):
            # sudo: what an act has prepared is finished, whoever calls
            env[self._name].browse(ids).sudo()._gov_mark_issued()

        run_short(self.env, mark)
        self.invalidate_recordset()

    def _gov_mark_issued(self):
        """Set issued the approved requests whose document is valid, and tell those who wait for it."""
        now = fields.Datetime.now()
        holidays = self.env["gov.public.holiday"]
        for request in self.filtered(lambda item: item.state == "approved" and item.document_id.state == "valid"):
            hours = delays.count_working_hours(
                request._gov_local(request.submitted_on or now), request._gov_local(now), holidays._is_working_day
            )
            on_time = not request.due_on or request._gov_local(now).date() <= request.due_on
            request._transition("issued")
            request._gov_write({"issued_on": now, "treatment_hours": hours, "is_on_time": on_time})
            if not request.type_id.instant:
                request._gov_tell_issued()

    def _gov_tell_issued(self):
        self.ensure_one()
        user = self.employee_id.user_id
        if not user:
            return
        request = self.with_context(lang=user.lang)
        request.message_notify(
            partner_ids=user.partner_id.ids,
            subject=request.env._("%(type)s: your document is ready", type=request.type_id.name),
            body=request.env._(
                "%(type)s no. %(number)s is ready: download it from your requests.",
                type=request.type_id.name,
                number=request.document_id.number,
            ),
        )

    def _gov_local(self, moment):
        """Return a stored moment as a naive datetime at the seat of the administration."""
        # sudo: only the time zone of the administration
        zone = pytz.timezone(self.env.company.sudo().resource_calendar_id.tz or TIMEZONE)
        return pytz.utc.localize(moment).astimezone(zone).replace(tzinfo=None)

    @api.model
    def _gov_today(self):
        return self._gov_local(fields.Datetime.now()).date()

    # ------------------------------------------------------------------ acts

    @around_act
    def action_approve(self, comment=None):
        """Approve the step that waits for me; at the last step the document is issued."""
        result = super().action_approve(comment=comment)
        self._gov_finish_issue()
        return result

    def action_batch_approve(self):
        """Approve and issue the selection, with a progress bar (human resources)."""
        return self._gov_open_batch("approve", self.env._("Approve and issue"))

    def action_batch_issue(self):
        """Issue the approved requests of the selection, with a progress bar (human resources)."""
        return self._gov_open_batch("issue", self.env._("Issue"))

    def _gov_open_batch(self, operation, title):
        self.check_access("read")
        return {
            "type": "ir.actions.client",
            "tag": "gov_certificate.batch",
            "name": title,
            "target": "new",
            "params": {"ids": self.ids, "operation": operation},
        }

    def action_treat(self, operation):
        """Approve (``approve``) or issue (``issue``) many requests; one that cannot be is told, the others go on.

        :return: {'done': number, 'failed': [{'id', 'name', 'message'}]}
        """
        if operation not in ("approve", "issue"):
            raise UserError(self.env._("Unknown operation."))
        self.check_access("read")
        done, failed = self.browse(), []
        for request in self:
            try:
                if operation == "issue":
                    request._gov_check_officer()
                    if request.state != "approved":
                        raise UserError(self.env._("Nothing to issue: only approved requests are issued."))
                    request._gov_prepare_act()
                else:
                    super(GovCertificateRequest, request).action_approve()
            except (UserError, AccessError) as error:
                failed.append({"id": request.id, "name": request.display_name, "message": error.args[0]})
                continue
            done |= request
        done._gov_finish_issue()  # the PDFs are made together, by two processes when they are many
        return {"done": len(done), "failed": failed}

    def action_issue(self):
        """Issue the approved requests of the selection, all together (human resources).

        :return: number of requests issued
        """
        self._gov_check_officer()
        ready = self.filtered(lambda request: request.state == "approved")
        if not ready:
            raise UserError(self.env._("Nothing to issue: only approved requests are issued."))
        ready._gov_prepare_act()
        ready._gov_finish_issue()
        return len(ready.filtered(lambda request: request.state == "issued"))

    @short_transaction
    def _gov_prepare_act(self):
        self._gov_prepare_documents()

    def _gov_check_officer(self):
        """Only human resources, and never on a request that concerns them or that they filed."""
        if self.env.su:
            return
        if not self.env.user.has_group("gov_base.group_hr_officer"):
            raise AccessError(self.env._("Only human resources may do this."))
        self.check_access("write")
        interims = self.env["gov.interim"].sudo()  # only for whom the user stands in today
        acting_for = self.env.user.union(*(absent for absent, _path in interims._get_absents(self.env.user)))
        for request in self:
            # sudo: who is barred is compared with the user; only the refusal comes out
            if acting_for & (request._gov_applicants() | request.sudo().receipt_id.excluded_user_ids):
                raise AccessError(
                    self.env._(
                        "%(request)s concerns you or was filed by you: another officer must do this.",
                        request=request.display_name,
                    )
                )

    def action_revoke_document(self, reason):
        """Revoke the document with a reason; its number stays in the register, the public page says revoked."""
        self.ensure_one()
        self._gov_check_officer()
        if self.state != "issued" or self.document_id.state != "valid":
            raise UserError(self.env._("Only a valid document can be revoked."))
        self.document_id.action_revoke(reason)
        self.message_post(
            body=self.env._("Document %(number)s revoked: %(reason)s", number=self.document_number, reason=reason)
        )
        return True

    def action_open_revocation(self):
        """Open the dialog that takes the reason of a revocation."""
        return self._gov_open_reason("revoke", self.env._("Revoke the document"))

    def action_open_reissue(self):
        """Open the dialog that takes the reason for making the document again."""
        return self._gov_open_reason("reissue", self.env._("Make the document again"))

    def _gov_open_reason(self, operation, title):
        self.ensure_one()
        self._gov_check_officer()
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "gov.certificate.reason",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_request_id": self.id, "default_operation": operation},
        }

    def action_reissue(self, reason):
        """Issue a corrected document that supersedes the present one (human resources).

        :param reason: what was wrong, kept in the file
        :return: the new request, issued
        """
        self.ensure_one()
        self._gov_check_officer()
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the document is made again."))
        if self.state != "issued" or self.document_id.state != "valid":
            raise UserError(self.env._("Only a valid document can be replaced."))
        self._gov_replace_act(reason.strip())
        self._gov_finish_issue()
        return True

    @short_transaction
    def _gov_replace_act(self, reason):
        request = self.sudo()  # the officer was checked by the caller
        old = request.document_id
        rows = self.env.execute_query(
            SQL(
                """UPDATE gov_certificate_request SET write_date = now() AT TIME ZONE 'UTC'
                    WHERE id = %s AND document_id = %s AND state = 'issued' RETURNING id""",
                request.id,
                old.id or 0,
            )
        )
        if not rows:  # another officer has just done it
            raise UserError(self.env._("Only a valid document can be replaced."))
        request._gov_write({"document_id": False, "previous_document_id": old.id})
        request._gov_prepare_documents()
        request.message_post(
            body=self.env._("Document %(number)s made again: %(reason)s", number=old.number, reason=reason),
            author_id=self.env.user.partner_id.id,
        )

    def action_download(self):
        """Download the signed PDF."""
        self.ensure_one()
        self.check_access("read")
        if not self.document_id or self.state != "issued":
            raise UserError(self.env._("The document is not issued yet."))
        return self.document_id.action_download()

    def action_ask_again(self):
        """Open the screen that asks, on the same document."""
        self.ensure_one()
        action = self.env["ir.actions.client"]._for_xml_id("gov_hr_certificate.gov_certificate_ask_action")
        return dict(action, params={"type_code": self.type_id.code}, context={"default_type_code": self.type_id.code})

    def action_open_employee(self):
        """Open the file of the person concerned (human resources)."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "hr.employee",
            "res_id": self.employee_id.id,
            "views": [(False, "form")],
        }

    # ------------------------------------------------------------------ scheduled

    @api.model
    def _cron_issue(self, batch=200):
        """Take up again the approved requests whose document was prepared but not finished (a crash, a failure).

        sudo: scheduled for all the requests.
        """
        domain = [("state", "=", "approved"), ("document_id", "!=", False)]
        requests = self.sudo().search(domain, limit=batch, order="id")
        requests._gov_finish_issue()
        left = self.sudo().search_count(domain)
        done = len(requests.filtered(lambda request: request.state == "issued"))
        if requests:
            _logger.info("Certificates taken up again: %s issued, %s left", done, left)


def _short_date(date):
    return date.strftime("%d/%m/%Y") if date else ""
