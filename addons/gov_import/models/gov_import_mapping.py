from odoo import api, fields, models

from ..services import headings


class GovImportMapping(models.Model):
    """What one column of the file holds: guessed from its heading, corrected by the user."""

    _name = "gov.import.mapping"
    _description = "Import mapping"
    _order = "batch_id, id"
    _rec_name = "heading"

    batch_id = fields.Many2one("gov.import.batch", required=True, index=True, ondelete="cascade")
    target = fields.Char(compute="_compute_target", export_string_translation=False)
    sheet_code = fields.Char(readonly=True, export_string_translation=False)
    sheet = fields.Char("Sheet", readonly=True)
    header_line = fields.Integer(readonly=True, export_string_translation=False)
    position = fields.Integer(readonly=True, export_string_translation=False)
    column = fields.Char("Column", compute="_compute_column")
    heading = fields.Char("Heading in the file", readonly=True)
    sample = fields.Char("First value", readonly=True)
    column_id = fields.Many2one(
        "gov.import.column",
        "Read as",
        index="btree_not_null",
        ondelete="set null",
        domain="[('target', '=', target), ('sheet', '=', sheet_code)]",
        help="What this column holds. Leave it empty to ignore the column.",
    )

    @api.depends("batch_id.target")
    def _compute_target(self):
        for mapping in self:
            mapping.target = mapping.batch_id.target

    @api.depends("position")
    def _compute_column(self):
        for mapping in self:
            mapping.column = headings.letter(mapping.position)
