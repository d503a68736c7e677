from odoo import fields, models


class GovCertificateRequirement(models.Model):
    """A datum of the personnel file that a document cannot do without.

    The code is the placeholder's name.  A document is refused, and the request kept as a draft, when its wording
    prints the placeholder (or its type names the requirement) and the value is empty; the sentence shown to the
    employee names the missing data in these words, and the office that completes them.
    """

    _name = "gov.certificate.requirement"
    _description = "Data a certificate needs"
    _order = "sequence, id"

    code = fields.Char(required=True, help="The placeholder whose value must not be empty.")
    name = fields.Char(required=True, translate=True, help="How the sentence names the missing data.")
    sequence = fields.Integer(default=10)

    _code_uniq = models.UniqueIndex("(code)", "Another requirement has this code.")
