from odoo import api, fields, models
from odoo.exceptions import UserError


class GovTenderPublication(models.Model):
    """Where and when a notice was published, with its proof."""

    _name = "gov.tender.publication"
    _description = "Publication of a notice"
    _order = "date, id"
    _rec_name = "reference"

    tender_id = fields.Many2one("gov.tender", required=True, index=True, ondelete="cascade")
    support = fields.Selection(
        [("portal", "Public procurement portal"), ("newspaper", "Newspaper"), ("premises", "Posted at the premises")],
        required=True,
        default="portal",
    )
    name = fields.Char("Title", help="Name of the newspaper.")
    lang = fields.Selection([("ar", "Arabic"), ("fr", "French"), ("other", "Other")], "Language", default="ar")
    date = fields.Date(required=True, default=fields.Date.context_today)
    reference = fields.Char("Number", required=True)
    proof_ids = fields.Many2many("ir.attachment", string="Proof")

    @api.model_create_multi
    def create(self, vals_list):
        publications = super().create(vals_list)
        # a rectifying notice has its own publications
        publications.filtered(lambda one: not one.tender_id.rectified)._gov_check_open()
        return publications

    def write(self, vals):
        self._gov_check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_open(self):
        self._gov_check_open()

    def _gov_check_open(self):
        for one in self:
            if one.tender_id.published_on:
                raise UserError(self.env._("The notice is published: its proofs stay as they are."))


class GovTenderQuestion(models.Model):
    """A question of a bidder and its answer, published to all (art. 25)."""

    _name = "gov.tender.question"
    _description = "Question on a call for tenders"
    _order = "asked_on, id"
    _rec_name = "question"

    tender_id = fields.Many2one("gov.tender", required=True, index=True, ondelete="cascade")
    asked_on = fields.Date(required=True, default=fields.Date.context_today)
    question = fields.Text(required=True)
    answer = fields.Text()
    answered_on = fields.Date("Answered to all on")
    is_late = fields.Boolean(
        "Too late", compute="_compute_is_late", help="Received less than seven days before the session."
    )

    @api.depends("asked_on", "tender_id.session_at")
    def _compute_is_late(self):
        for one in self:
            session = one.tender_id.session_at
            limit = int(one.tender_id._gov_limit("procurement.question.days", one.asked_on)) if session else 0
            one.is_late = bool(session and (session.date() - one.asked_on).days < limit)

    @api.constrains("answer", "answered_on")
    def _check_answer(self):
        for one in self:
            session = one.tender_id.session_at
            if not one.answered_on or not session:
                continue
            limit = int(one.tender_id._gov_limit("procurement.answer.days", one.answered_on))
            if (session.date() - one.answered_on).days < limit:
                raise UserError(
                    self.env._(
                        "An answer is published to all %(days)s days at least before the session (art. 25).",
                        days=limit,
                    )
                )


class GovTenderClause(models.Model):
    """A clause of the file of a call, in Arabic and in French, taken from the templates and adapted."""

    _name = "gov.tender.clause"
    _description = "Clause of a file"
    _order = "tender_id, part, sequence, id"

    tender_id = fields.Many2one("gov.tender", required=True, index=True, ondelete="cascade")
    part = fields.Selection("_selection_part", required=True, default="cps")
    sequence = fields.Integer(default=10)
    name = fields.Char("Article", required=True)
    text_ar = fields.Text("Arabic")
    text_fr = fields.Text("French")

    @api.model
    def _selection_part(self):
        return self.env["gov.tender.clause.template"]._fields["part"]._description_selection(self.env)

    def write(self, vals):
        for one in self:
            if one.tender_id.state not in ("draft", "file"):
                raise UserError(self.env._("The file is published: a change needs a rectifying notice."))
        return super().write(vals)


class GovTenderClauseTemplate(models.Model):
    """A clause that files are made of; procurement officers keep them."""

    _name = "gov.tender.clause.template"
    _description = "Template of a clause"
    _order = "part, sequence, id"

    name = fields.Char("Article", required=True, translate=True)
    part = fields.Selection(
        [("notice", "Notice"), ("rc", "Rules of the consultation (RC)"), ("cps", "Special specifications (CPS)")],
        required=True,
        default="cps",
    )
    kind = fields.Selection(
        [("works", "Works"), ("supplies", "Supplies"), ("services", "Services"), ("studies", "Studies")],
        "For",
        help="Empty: every kind.",
    )
    sequence = fields.Integer(default=10)
    text_ar = fields.Text("Arabic", required=True)
    text_fr = fields.Text("French", required=True)
    active = fields.Boolean(default=True)
