from odoo import fields, models


class GovDocumentMixin(models.AbstractModel):
    """A record from which official documents are made."""

    _name = "gov.document.mixin"
    _description = "Record with official documents"

    document_ids = fields.One2many(
        "gov.document",
        "res_id",
        string="Documents",
        domain=lambda self: [("res_model", "=", self._name)],
        readonly=True,
        help="The official documents issued from this record.",
    )

    def _gov_document_values(self, lang):
        """Return the values of the placeholders for this record in ``lang`` (``ar`` or ``fr``).

        Values are ``str``; blocks (``[[block:name]]``) are ``Markup`` made by code.  Concrete models add theirs.
        """
        self.ensure_one()
        return {}
