from odoo import api, fields, models
from odoo.exceptions import ValidationError

CODE_LETTERS = set("abcdefghijklmnopqrstuvwxyz0123456789_")


class GovCertificateQuestion(models.Model):
    """A question a type of certificate asks (bank account, scheme, subject …): data, so that HR adds types alone.

    The answer is the placeholder ``[[answer_<code>]]`` of the type's templates.
    """

    _name = "gov.certificate.question"
    _description = "Question of a certificate type"
    _order = "type_id, sequence, id"

    type_id = fields.Many2one("gov.certificate.type", required=True, index=True, ondelete="cascade")
    code = fields.Char(required=True, help="Small letters: the answer is printed by [[answer_code]].")
    name = fields.Char("Question", required=True, translate=True)
    hint = fields.Char(translate=True, help="A short help shown under the question.")
    kind = fields.Selection(
        [
            ("text", "Text"),
            ("amount", "Amount in dirhams"),
            ("date", "Date"),
            ("rib", "Bank account (RIB)"),
            ("choice", "Choice"),
            ("act", "Act of the person's file"),
        ],
        required=True,
        default="text",
    )
    asked_of = fields.Selection(
        [("employee", "The person who asks"), ("hr", "Human resources")],
        required=True,
        default="employee",
        help="A question asked of human resources is answered by the officer before the approval.",
    )
    is_required = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    choice_ids = fields.One2many("gov.certificate.choice", "question_id", copy=True)

    _code_uniq = models.UniqueIndex("(type_id, code)", "Another question of this type has this code.")

    @api.constrains("code")
    def _check_code(self):
        for question in self:
            if not question.code or not set(question.code) <= CODE_LETTERS:
                raise ValidationError(
                    self.env._(
                        "The code “%(code)s” may hold only small letters without accents, digits and _.",
                        code=question.code,
                    )
                )

    # ------------------------------------------------------------------ templates keep the questions of each kind
    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()


class GovCertificateChoice(models.Model):
    """One possible answer of a question, printed in the language of the document."""

    _name = "gov.certificate.choice"
    _description = "Choice of a certificate question"
    _order = "question_id, sequence, id"

    question_id = fields.Many2one("gov.certificate.question", required=True, index=True, ondelete="cascade")
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
