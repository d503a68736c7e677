import io

import xlsxwriter
from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..services import engine, layout, numbering

PDF_MAX = 5000  # lines; beyond it the spreadsheet serves


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
        counts = dict(
            self.env["gov.document"]._read_group([("register_id", "in", self.ids)], ["register_id"], ["__count"])
        )
        for register in self:
            register.document_count = counts.get(register, 0)

    @api.constrains("pattern", "yearly")
    def _check_pattern(self):
        sentences = {
            "syntax": self.env._("The braces of the pattern do not close."),
            "unknown": self.env._(
                "The pattern uses an unknown field: only {number}, {year}, {year2} and {register} exist."
            ),
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
            # sudo: only whether the register has documents, of any region
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

    # -- printing ------------------------------------------------------------------------------------------------
    @api.model
    def _check_printer(self):
        if not self.env.user.has_groups("gov_base.group_hr_officer,gov_base.group_auditor"):
            raise AccessError(self.env._("Only HR officers and auditors print the registers."))

    def _print_columns(self):
        _ = self.env._
        return [_("Number"), _("Date"), _("Document"), _("Person concerned"), _("Signed by"), _("State")]

    def _print_rows(self, period):
        """Yield the lines of the register in the order of the numbers, read under the rights of who prints."""
        self.ensure_one()
        states = dict(self.env["gov.document"]._fields["state"]._description_selection(self.env))
        domain = [("register_id", "=", self.id), ("period", "=", period)]
        last = 0
        while True:
            documents = self.env["gov.document"].search(domain + [("rank", ">", last)], order="rank", limit=1000)
            people = documents.sudo()  # sudo: the names of the people on documents the reader may read
            for document in people:
                state = states[document.state]
                if document.revoke_reason:
                    state = f"{state} ({document.revoked_on:%d/%m/%Y}): {document.revoke_reason}"
                elif document.superseded_by_id:
                    state = f"{state}: {document.superseded_by_id.number}"
                yield (
                    document.state,
                    [
                        document.number,
                        f"{document.issue_date:%d/%m/%Y}",
                        document.title,
                        document.employee_id.name or "",
                        document.signatory_id.name or "",
                        state,
                    ],
                )
            if len(documents) < 1000:
                return
            last = documents[-1].rank
            self.env.invalidate_all()

    def _print_title(self, period):
        if self.yearly:
            return self.env._("%(register)s, year %(year)s", register=self.name, year=period)
        return self.name

    def _print_pdf(self, period):
        """Return the register of ``period`` as PDF bytes; revoked and replaced documents are marked."""
        rtl = (self.env.lang or "").startswith("ar")
        lines, count = [], 0
        for state, row in self._print_rows(period):
            count += 1
            if count > PDF_MAX:
                raise UserError(
                    self.env._("This register has more than %s lines: print it as a spreadsheet.", PDF_MAX)
                )
            cells = [Markup('<td><bdi dir="ltr">%s</bdi></td>') % cell for cell in row[:2]]
            cells += [Markup("<td><bdi>%s</bdi></td>") % cell for cell in row[2:]]
            lines.append(Markup('<tr class="%s">%s</tr>') % (state, Markup("").join(cells)))
        head = Markup("").join(Markup("<th>%s</th>") % column for column in self._print_columns())
        company = self.env.company.sudo()  # sudo: the letterhead is everyone's
        letterhead = layout.letterhead(
            {
                "fr": (company.gov_letterhead_fr or "").splitlines(),
                "ar": (company.gov_letterhead_ar or "").splitlines(),
                "emblem": True,
            }
        )
        if not lines:
            lines = [Markup('<tr><td colspan="6">%s</td></tr>') % self.env._("No document.")]
        html = Markup(
            '<!DOCTYPE html><html lang="%s" dir="%s"><head><meta charset="utf-8"><title>%s</title></head><body>'
            '<div class="gov-foot"><div></div><div class="pages"></div></div>%s<h1>%s</h1>'
            '<table class="gov register"><thead><tr>%s</tr></thead><tbody>%s</tbody></table></body></html>'
        ) % (
            (self.env.lang or "en")[:2],
            "rtl" if rtl else "ltr",
            self._print_title(period),
            letterhead,
            self._print_title(period),
            head,
            Markup("").join(lines),
        )
        return engine.render(str(html), style="register", resources={"gov:emblem": company._gov_emblem()})

    def _print_xlsx(self, period):
        """Return the register of ``period`` as XLSX bytes; every cell is text, so that none is ever a formula."""
        out = io.BytesIO()
        options = {"in_memory": False, "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(out, options) as book:
            sheet = book.add_worksheet(self.code[:31].translate(str.maketrans("[]:*?/\\", "-------")))
            if (self.env.lang or "").startswith("ar"):
                sheet.right_to_left()
            bold, struck = book.add_format({"bold": True}), book.add_format({"font_strikeout": True})
            sheet.set_column(0, 0, 22)
            sheet.set_column(1, 1, 12)
            sheet.set_column(2, 5, 36)
            for column, label in enumerate(self._print_columns()):
                sheet.write_string(0, column, label, bold)
            for line, (state, row) in enumerate(self._print_rows(period), 1):
                style = struck if state in ("revoked", "superseded") else None
                for column, cell in enumerate(row):
                    sheet.write_string(line, column, str(cell), style if column < 5 else None)
            sheet.freeze_panes(1, 0)
        return out.getvalue()
