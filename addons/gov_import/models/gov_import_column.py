from odoo import api, fields, models

from ..services.headings import normalise


class GovImportColumn(models.Model):
    """A column that a target of import expects; a mirror of the target's description, kept by the system.

    It exists so that the mapping screen can propose the columns by name in the user's language.
    """

    _name = "gov.import.column"
    _description = "Import column"
    _order = "target, sheet, sequence, id"

    target = fields.Char(required=True, readonly=True, export_string_translation=False)
    sheet = fields.Char(required=True, readonly=True, export_string_translation=False)
    code = fields.Char(required=True, readonly=True, export_string_translation=False)
    sequence = fields.Integer(readonly=True, export_string_translation=False)
    is_required = fields.Boolean(readonly=True, export_string_translation=False)

    _code_uniq = models.Constraint("UNIQUE (target, sheet, code)", "A column is described once.")

    @api.depends("target", "sheet", "code")
    @api.depends_context("lang")
    def _compute_display_name(self):
        targets = self.env["gov.import.batch"]._gov_target_classes()
        for column in self:
            spec = None
            if column.target in targets:
                sheets = {sheet.code: sheet for sheet in targets[column.target].sheets}
                spec = column.sheet in sheets and sheets[column.sheet].by_code.get(column.code)
            column.display_name = spec.title(self.env.lang) if spec else column.code or ""

    @api.model
    def _search_display_name(self, operator, value):
        if operator not in ("ilike", "=", "in") or not value:
            return [] if operator == "ilike" else NotImplemented
        words = [value] if isinstance(value, str) else list(value)
        found = self.search([]).filtered(
            lambda column: any(normalise(word) in normalise(column.display_name) for word in words if word)
        )
        return [("id", "in", found.ids)]

    @api.model
    def _gov_sync(self, target):
        """Bring the rows of a target in line with its description; give them by (sheet, code)."""
        known = {(row.sheet, row.code): row for row in self.search([("target", "=", target.code)])}
        missing = []
        for sheet in target.sheets:
            for sequence, column in enumerate(sheet.columns):
                row = known.get((sheet.code, column.code))
                vals = {"sequence": sequence, "is_required": column.required}
                if not row:
                    missing.append({"target": target.code, "sheet": sheet.code, "code": column.code, **vals})
                elif row.sequence != sequence or row.is_required != column.required:
                    row.write(vals)
        for row in self.create(missing):
            known[row.sheet, row.code] = row
        return known
