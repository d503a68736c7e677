from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..services import layout, placeholders, qr
from ..services.placeholders import PlaceholderError

LANGS = [("ar", "Arabic"), ("fr", "French"), ("ar_fr", "Arabic and French")]


class GovDocumentTemplate(models.Model):
    """The wording of a kind of document in a language, with placeholders that are data, never code.

    HR managers write it; it is checked when saved, tried with sample values by the preview, and each issued document
    keeps the text it was issued with.
    """

    _name = "gov.document.template"
    _description = "Document template"
    _order = "kind, lang, name"

    name = fields.Char(required=True, translate=True)
    kind = fields.Char(
        required=True, index=True, help="Short stable name of what is certified, such as work or salary."
    )
    lang = fields.Selection(LANGS, string="Language", required=True, default="ar")
    title = fields.Char(required=True, help="Printed as the title; may hold placeholders.")
    title_fr = fields.Char(string="Title in French", help="Title of the French part of a document in two languages.")
    body = fields.Html(
        sanitize_style=True,
        strip_style=True,
        help="Text of the document, or of its Arabic part when it is in two languages.",
    )
    body_fr = fields.Html(
        string="Text in French",
        sanitize_style=True,
        strip_style=True,
        help="French part of a document in two languages.",
    )
    arrangement = fields.Selection(
        [("stacked", "One under the other"), ("columns", "Two columns")],
        string="Arrangement of the two languages",
        required=True,
        default="stacked",
    )
    visa_ids = fields.Many2many("gov.legal.text", string="Visas", help="Texts cited above the body, in their order.")
    unit_lines_ar = fields.Text(string="Unit in Arabic", help="Lines added to the letterhead's Arabic column.")
    unit_lines_fr = fields.Text(string="Unit in French", help="Lines added to the letterhead's French column.")
    has_emblem = fields.Boolean(string="Emblem", default=True, help="Print the emblem in the letterhead.")
    active = fields.Boolean(default=True)
    check_message = fields.Char(string="Check", compute="_compute_check")
    is_sound = fields.Boolean(compute="_compute_check")
    placeholder_help = fields.Html(string="Placeholders", compute="_compute_placeholder_help", sanitize=False)

    # -- placeholders -------------------------------------------------------------------------------------------
    @api.model
    def _gov_placeholders(self, kind=None):
        """Return the placeholders a template of ``kind`` may use: ``{name: (meaning, Arabic sample, French sample)}``.

        Modules that issue documents extend it with the names their ``_gov_document_values`` gives.
        """
        _ = self.env._
        return {
            "number": (_("Number of the document"), "0001/2026", "0001/2026"),
            "issue_date": (_("Date of issue"), "15 شتنبر 2026", "15 septembre 2026"),
            "place": (_("Place of issue"), "الرباط", "Rabat"),
            "employee_name": (_("Name of the person concerned"), "محمد العلوي", "Mohammed EL ALAOUI"),
            "sex": (_("Sex of the person concerned (male or female)"), "male", "male"),
            "signatory_name": (_("Name of who signs"), "فاطمة بناني", "Fatima BENNANI"),
            "signatory_title": (_("Post of who signs"), "مديرة الموارد البشرية", "Directrice des ressources humaines"),
        }

    @api.model
    def _gov_blocks(self, kind=None):
        """Return the blocks a template of ``kind`` may use: ``{name: (meaning, Arabic sample, French sample)}``."""
        return {}

    @api.depends("kind")
    def _compute_placeholder_help(self):
        for template in self:
            rows = [
                (f"[[{name}]]", meaning, sample)
                for name, (meaning, _ar, sample) in template._gov_placeholders(template.kind).items()
                if name != "sex"
            ]
            rows.append(("[[sex?…|…]]", self.env._("One text for a man, another for a woman"), "né|née"))
            rows += [
                (f"[[block:{name}]]", meaning, "")
                for name, (meaning, *_s) in template._gov_blocks(template.kind).items()
            ]
            lines = Markup("").join(
                Markup("<tr><td><code>%s</code></td><td>%s</td><td>%s</td></tr>") % row for row in rows
            )
            template.placeholder_help = Markup('<table class="table table-sm">%s</table>') % lines

    def _sentence(self, error):
        """Return the sentence for a :class:`PlaceholderError`."""
        _ = self.env._
        what = error.detail
        return {
            "unclosed": _("A placeholder is not closed: %s", what),
            "syntax": _(
                "%s is no placeholder: write [[name]], [[sex?text for a man|text for a woman]] or [[block:name]].",
                what,
            ),
            "unknown": _(
                "[[%s]] is unknown for this kind of document. The tab Placeholders lists those that exist.", what
            ),
            "unknown_block": _("[[block:%s]] is unknown for this kind of document.", what),
            "attribute": _("A placeholder stands inside a link or a picture: write it in the text itself."),
            "nested": _(
                "More than %s tags stand one inside the other: simplify the text or paste it without its style.", what
            ),
            "missing": _("The value of [[%s]] is missing: complete the file of the person and try again.", what),
            "missing_block": _("The table [[block:%s]] has no content.", what),
            "sex": _("The sex of the person concerned is not known: complete the file and try again."),
        }[error.code]

    def _compile(self):
        """Return the compiled texts: ``{"ar": (title, body), …}``.

        :raise PlaceholderError:
        """
        self.ensure_one()
        known = self._gov_placeholders(self.kind)
        blocks = self._gov_blocks(self.kind)
        first = self.lang.split("_")[0]
        sources = {first: (self.title, self.body)}
        if self.lang == "ar_fr":
            sources["fr"] = (self.title_fr or self.title, self.body_fr)
        compiled = {}
        for lang, (title, body) in sources.items():
            compiled[lang] = (placeholders.compile_text(title), placeholders.compile_html(body))
            for text in compiled[lang]:
                text.check(known, blocks)
        return compiled

    @api.depends("title", "title_fr", "body", "body_fr", "lang", "kind")
    def _compute_check(self):
        for template in self:
            template.is_sound = False
            try:
                compiled = template._compile()
            except PlaceholderError as error:
                template.check_message = template._sentence(error)
                continue
            template.is_sound = True
            count = len({name for texts in compiled.values() for text in texts for name in text.names | text.blocks})
            template.check_message = self.env._("The text is sound: %s different placeholders, all known.", count)

    @api.constrains("title", "title_fr", "body", "body_fr", "lang", "kind")
    def _check_text(self):
        for template in self:
            try:
                template._compile()
            except PlaceholderError as error:
                raise ValidationError(
                    self.env._("Template %(name)s: %(problem)s", name=template.name, problem=template._sentence(error))
                ) from error

    # -- the page ------------------------------------------------------------------------------------------------
    def _page(self, values, parts, token, subject=""):
        """Return the page for :func:`layout.build`.

        :param dict values: ``{"ar": {...}, "fr": {...}}``, the values of the placeholders
        :param dict parts: what the caller knows by language: place, date, signatory_name, signatory_title
        """
        self.ensure_one()
        company = self.env.company.sudo()  # sudo: the letterhead is everyone's
        try:
            texts = {}
            for lang, (title, body) in self._compile().items():
                texts[lang] = dict(parts[lang], title=title.fill(values[lang]), body=body.fill(values[lang]))
                texts[lang]["visas"] = [visa._gov_citation(lang) for visa in self.visa_ids]
        except PlaceholderError as error:
            raise UserError(
                self.env._("Template %(name)s: %(problem)s", name=self.name, problem=self._sentence(error))
            ) from error
        base = company._gov_verify_base()
        address = f"{base}/verify/{token}"

        def lines(*texts):
            return [line.strip() for text in texts for line in (text or "").splitlines() if line.strip()]

        return {
            "lang": self.lang,
            "arrangement": self.arrangement,
            "head": {
                "fr": lines(company.gov_letterhead_fr, self.unit_lines_fr),
                "ar": lines(company.gov_letterhead_ar, self.unit_lines_ar),
                "emblem": self.has_emblem,
            },
            "parts": texts,
            "qr": Markup(qr.svg(address)),  # noqa: S704 - our own address, digits of a path
            "verify_url": address,
            "verify_short": f"{base.split('://')[-1]}/verify",
            "code": "-".join(token[i : i + 4] for i in range(0, len(token), 4)),
            "author": company.name,
            "subject": subject,
            "footer": {"fr": company.gov_footer_fr, "ar": company.gov_footer_ar},
        }

    def _sample_html(self):
        """Return the template as a page with sample values, for the preview."""
        self.ensure_one()
        values, parts = {}, {}
        for index, lang in ((1, "ar"), (2, "fr")):
            values[lang] = {name: row[index] for name, row in self._gov_placeholders(self.kind).items()}
            values[lang].update({name: row[index] for name, row in self._gov_blocks(self.kind).items()})
            parts[lang] = {
                "place": values[lang]["place"],
                "date": values[lang]["issue_date"],
                "signatory_name": values[lang]["signatory_name"],
                "signatory_title": [values[lang]["signatory_title"]],
            }
        page = self._page(values, parts, "a" * 26)
        return layout.set_number(str(layout.build(page)), "0001/2026")

    def action_preview(self):
        """Show the template as a PDF with sample values; for whoever may read templates."""
        self.ensure_one()
        self.check_access("read")
        return {"type": "ir.actions.act_url", "url": f"/gov_document/template/{self.id}/preview.pdf", "target": "new"}
