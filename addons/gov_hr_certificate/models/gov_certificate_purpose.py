from odoo import fields, models


class GovCertificatePurpose(models.Model):
    """Why a certificate is asked: the list the employee chooses from, printed in the reason line.

    Kept by HR managers. A purpose in use is archived rather than deleted.
    """

    _name = "gov.certificate.purpose"
    _description = "Purpose of a certificate"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True, help="Printed on the document, in its language.")
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _code_uniq = models.UniqueIndex("(code)", "Another purpose has this code.")
