from odoo import fields, models


class GovLegalText(models.Model):
    """A text of law or regulation: what parameters rest on and what documents cite in their visas.

    HR managers and budget officers keep the list; everyone reads it.
    """

    _name = "gov.legal.text"
    _description = "Legal text"
    _order = "sequence, date, code"
    _rec_names_search = ["code", "name", "number"]

    code = fields.Char(required=True, help="Short stable name, such as decree_2_05_916.")
    name = fields.Char("Title", required=True, translate=True)
    kind = fields.Selection(
        [
            ("constitution", "Constitution"),
            ("organic_law", "Organic law"),
            ("dahir", "Dahir"),
            ("law", "Law"),
            ("royal_decree", "Royal decree"),
            ("decree", "Decree"),
            ("order", "Order (arrêté)"),
            ("circular", "Circular"),
            ("other", "Other"),
        ],
        required=True,
        default="decree",
    )
    number = fields.Char(help="Official number, such as 2-05-916.")
    date = fields.Date(help="Date of the text.")
    bulletin = fields.Char("Official Bulletin", help="Number and date of the Official Bulletin that published it.")
    reference = fields.Text(
        "Citation",
        translate=True,
        help="What the visas of a document print after « Vu » or «بناء على». The title is printed when it is empty.",
    )
    note = fields.Text(help="What is uncertain about this text, amendments, where it was read.")
    sequence = fields.Integer(default=10, help="Order of the texts in the visas of a document.")
    active = fields.Boolean(default=True)

    _code_uniq = models.Constraint("UNIQUE (code)", "Two legal texts cannot have the same code.")

    def _gov_citation(self, lang):
        """Return what a document in ``lang`` (ar, fr, en) prints for this text in its visas."""
        self.ensure_one()
        code = {"ar": "ar_MA", "fr": "fr_FR", "en": "en_US"}[lang[:2]]
        text = self.with_context(lang=code)
        return text.reference or text.name
