from odoo import api, fields, models

from ..services import headings, problems


class GovImportError(models.Model):
    """Something wrong found in a file: the place and the value, what is wrong and what to do.

    Made by the check of a batch, replaced by the next check.  The sentences are made when they are read, in the
    reader's language.
    """

    _name = "gov.import.error"
    _description = "Import error"
    _order = "batch_id, id"
    _rec_name = "place"

    batch_id = fields.Many2one("gov.import.batch", required=True, index=True, ondelete="cascade")
    sheet = fields.Char(readonly=True)
    line = fields.Integer(readonly=True, help="Line of the file, the headings included. 0 is the file itself.")
    position = fields.Integer(readonly=True, default=-1, export_string_translation=False)
    heading = fields.Char(readonly=True)
    value = fields.Char(readonly=True)
    code = fields.Char(readonly=True, required=True, export_string_translation=False)
    params = fields.Json(readonly=True, export_string_translation=False)

    column = fields.Char(compute="_compute_column")
    place = fields.Char(compute="_compute_column")
    message = fields.Text("What is wrong", compute="_compute_sentences")
    cure = fields.Text("What to do", compute="_compute_sentences")

    @api.depends("position", "sheet", "line")
    def _compute_column(self):
        for error in self:
            error.column = headings.letter(error.position) if error.position >= 0 else ""
            cell = f"{error.column}{error.line or ''}"
            error.place = f"{error.sheet}!{cell}" if cell else error.sheet or error.batch_id.filename or ""

    @api.depends("code", "params")
    @api.depends_context("lang")
    def _compute_sentences(self):
        for error in self:
            error.message, error.cure = problems.sentences(self.env, error.code, error.params)
