from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from odoo.addons.gov_base.tools import identifiers
from odoo.addons.gov_base.tools.text import date_words, nbsp_amount

from ..tools.printable import is_printable

LONGEST_TEXT = 150
LARGEST_AMOUNT = 10**9  # dirhams; larger is a slip of the keyboard


class GovCertificateAnswer(models.Model):
    """The answer given in a request to one question of its type.

    Written by the person who asks while the request is a draft, and by human resources until the approval for the
    questions asked of them.
    """

    _name = "gov.certificate.answer"
    _description = "Answer in a certificate request"
    _order = "request_id, sequence, id"

    request_id = fields.Many2one("gov.certificate.request", required=True, index=True, ondelete="cascade")
    question_id = fields.Many2one("gov.certificate.question", required=True, index=True, ondelete="restrict")
    sequence = fields.Integer(related="question_id.sequence", store=True)
    kind = fields.Selection(related="question_id.kind")
    asked_of = fields.Selection(related="question_id.asked_of")
    value_text = fields.Char("Answer")
    value_amount = fields.Float("Amount", digits=(16, 2))
    value_date = fields.Date("Date")
    choice_id = fields.Many2one(
        "gov.certificate.choice", index="btree_not_null", ondelete="restrict",
        domain="[('question_id', '=', question_id)]",
    )
    version_id = fields.Many2one("hr.version", "Act", index="btree_not_null", ondelete="restrict")
    summary = fields.Char(compute="_compute_summary")

    _question_uniq = models.UniqueIndex("(request_id, question_id)", "A question has one answer.")

    @api.depends("value_text", "value_amount", "value_date", "choice_id", "version_id", "kind")
    @api.depends_context("lang")
    def _compute_summary(self):
        for answer in self:
            answer.summary = answer._gov_text(self.env.lang or "en_US")

    @api.constrains("question_id", "request_id", "choice_id", "version_id")
    def _check_belongs(self):
        for answer in self:
            request = answer.request_id
            # sudo: only whether the act is of the same person
            wrong = (
                answer.question_id.type_id != request.type_id
                or (answer.choice_id and answer.choice_id.question_id != answer.question_id)
                or (answer.version_id and answer.version_id.sudo().employee_id != request.employee_id)
            )
            if wrong:
                raise ValidationError(
                    self.env._(
                        "The answer to “%(question)s” does not belong to this request.",
                        question=answer.question_id.name,
                    )
                )

    @api.constrains("value_text", "value_amount")
    def _check_value(self):
        for answer in self:
            in_reason = 0 <= answer.value_amount < LARGEST_AMOUNT
            if not in_reason or not is_printable(answer.value_text or "", LONGEST_TEXT):
                raise ValidationError(
                    self.env._(
                        "The answer to “%(question)s” is an amount from zero, or one line of %(number)s characters at"
                        " most: it is printed on the document.",
                        question=answer.question_id.name,
                        number=LONGEST_TEXT,
                    )
                )

    @api.constrains("value_text")
    def _check_rib(self):
        for answer in self.filtered(lambda line: line.kind == "rib" and line.value_text):
            try:
                identifiers.check_rib(answer.value_text)
            except ValueError as error:
                raise ValidationError(
                    self.env._(
                        "The bank account “%(rib)s” is not a valid RIB: check its 24 digits on a cheque or a"
                        " statement of the account.",
                        rib=answer.value_text,
                    )
                ) from error

    @api.model_create_multi
    def create(self, vals_list):
        answers = super().create(vals_list)
        answers._check_editable()
        # the empty answers are made with the draft, by whoever prepares it
        answers.filtered(lambda answer: answer._is_given())._check_author()
        return answers

    def write(self, vals):
        if "request_id" in vals or "question_id" in vals:
            moved = self.filtered(
                lambda line: vals.get("request_id", line.request_id.id) != line.request_id.id
                or vals.get("question_id", line.question_id.id) != line.question_id.id
            )
            if moved:
                raise ValidationError(self.env._("An answer stays with its request and its question."))
        self._check_editable()
        self._check_author()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_filed(self):
        self._check_editable()

    def _check_editable(self):
        """Refuse to change an answer after the step where it is given."""
        for answer in self:
            request = answer.request_id
            open_states = {"draft"} if answer.asked_of == "employee" else {"draft", "submitted", "in_review"}
            if request.state not in open_states:
                raise ValidationError(
                    self.env._(
                        "The answer to “%(question)s” can no longer be changed: the request %(request)s is past this"
                        " step.",
                        question=answer.question_id.name,
                        request=request.display_name,
                    )
                )

    def _check_author(self):
        """Only human resources answer what is asked of them, and never about themselves."""
        if self.env.su:
            return
        officer = self.env.user.has_group("gov_base.group_hr_officer")
        for answer in self.filtered(lambda one: one.asked_of == "hr"):
            concerned = answer.request_id.sudo().employee_id.user_id  # only whether it is the user
            if not officer or concerned == self.env.user:
                raise AccessError(
                    self.env._(
                        "“%(question)s” is answered by an officer of human resources, never by the person concerned.",
                        question=answer.question_id.name,
                    )
                )

    def _is_given(self):
        self.ensure_one()
        return bool(
            {
                "amount": self.value_amount,
                "date": self.value_date,
                "choice": self.choice_id,
                "act": self.version_id,
            }.get(self.kind, self.value_text)
        )

    def _gov_text(self, lang):
        """Return the answer as printed in a document of this language; a dash stands for none."""
        self.ensure_one()
        return self._gov_raw_text(lang) or "—"

    def _gov_raw_text(self, lang):
        if self.kind == "amount":
            return nbsp_amount(self.value_amount)
        if self.kind == "date":
            return date_words(self.value_date, lang) if self.value_date else ""
        if self.kind == "choice":
            return self.choice_id.with_context(lang=lang).name or ""
        if self.kind == "act":
            version = self.version_id.sudo()  # the number of one's own act, never the file around it
            return version.act_number or ""
        return self.value_text or ""

    def _gov_set(self, value):
        """Write the answer given as text, id or ISO date."""
        self.ensure_one()
        if value in (None, False, ""):
            return
        name = {"amount": "value_amount", "date": "value_date", "choice": "choice_id", "act": "version_id"}.get(
            self.kind, "value_text"
        )
        try:
            if self.kind == "amount":
                value = float(str(value).replace("\u00a0", "").replace(" ", "").replace(",", "."))
            elif self.kind in ("choice", "act"):
                value = int(value)
        except ValueError as error:
            raise ValidationError(
                self.env._("The answer to “%(question)s” cannot be read.", question=self.question_id.name)
            ) from error
        self.write({name: value})
