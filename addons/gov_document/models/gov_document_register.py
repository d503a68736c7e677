from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..services import numbering


class GovDocumentRegister(models.Model):
    """A numbered register of official documents, such as the register of certificates of the year.

    The number of a document is taken by the act that issues it and is never used again; a revoked document keeps
    its line.  HR managers keep the registers; everyone who issues reads them.
    """

    _name = "gov.document.register"
    _description = "Register of documents"
    _order = "sequence, code"
    _rec_names_search = ["name", "code"]

    code = fields.Char(required=True, copy=False, help="Short stable name; the counter of the register goes by it.")
    name = fields.Char(required=True, translate=True)
    pattern = fields.Char(
        required=True,
        default="{number:04d}/{year}",
        help="How a number is printed: {number:04d} for the number on four digits, {year}, {year2} for its last two "
        "digits, {register} for the code of the register; everything else is printed as it stands.",
    )
    example = fields.Char(compute="_compute_example", help="The next number as it will be printed.")
    yearly = fields.Boolean(
        string="Starts again each year", default=True, help="The first document of a year takes the number 1."
    )
    gapless = fields.Boolean(
        string="Without gaps",
        default=True,
        help="The number is taken in the same transaction as the document, so that none is missing. Without it a "
        "failed issue may leave an unused number.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    document_ids = fields.One2many("gov.document", "register_id", string="Documents")
    document_count = fields.Integer(compute="_compute_document_count", string="Number of documents")

    _code_unique = models.Constraint("UNIQUE (code)", "Two registers cannot have the same code.")

    @api.depends("pattern", "code", "yearly")
    def _compute_example(self):
        year = fields.Date.context_today(self).year
        for register in self:
            try:
                number = self.env["gov.counter"]._peek(register._counter_code(), register._period(year)) + 1
                register.example = register._format(number, year)
            except numbering.PatternError:
                register.example = False

    def _compute_document_count(self):
        counts = dict(self.env["gov.document"]._read_group([("register_id", "in", self.ids)], ["register_id"], ["__count"]))
        for register in self:
            register.document_count = counts.get(register, 0)

    @api.constrains("pattern", "yearly")
    def _check_pattern(self):
        sentences = {
            "syntax": self.env._("The braces of the pattern do not close."),
            "unknown": self.env._("The pattern uses an unknown field: only {number}, {year}, {year2} and {register} exist."),
            "format": self.env._("Only {number} takes a format, and only a width such as {number:04d}."),
            "number": self.env._("The pattern has no {number}: two documents would bear the same one."),
            "year": self.env._("The register starts again each year, so its pattern needs {year} or {year2}."),
        }
        for register in self:
            try:
                numbering.check(register.pattern, register.yearly)
            except numbering.PatternError as error:
                raise ValidationError(
                    self.env._("Register %(name)s: %(problem)s", name=register.name, problem=sentences[error.code])
                ) from error

    def write(self, vals):
        if "code" in vals and any(register.code != vals["code"] for register in self):
            used = self.env["gov.document"].sudo().search_count([("register_id", "in", self.ids)], limit=1)
            if used:  # sudo: the documents of other regions count as well
                raise ValidationError(self.env._("The code of a register that already gave a number cannot change."))
        return super().write(vals)

    def copy_data(self, default=None):
        data = super().copy_data(default)
        for register, vals in zip(self, data, strict=True):
            vals.setdefault("code", f"{register.code}-2")
        return data

    def _counter_code(self):
        return f"document.{self.code}"

    def _period(self, year):
        return str(year) if self.yearly else "all"

    def _format(self, number, year):
        return numbering.render(self.pattern, number=number, year=year, register=self.code)

    def action_documents(self):
        """Open the documents of this register."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("gov_document.gov_document_action")
        action["domain"] = [("register_id", "=", self.id)]
        action["context"] = {}
        return action
