from odoo import api, fields, models


class GovImportProgress(models.Model):
    """How far a running import has come.

    The import writes all its rows in one transaction, which nobody sees before its end; this row is written beside
    it, by a transaction of its own.
    """

    _name = "gov.import.progress"
    _description = "Import progress"
    _rec_name = "batch_id"
    _log_access = False

    batch_id = fields.Many2one("gov.import.batch", required=True, index=True, ondelete="cascade")
    done = fields.Integer(readonly=True)
    total = fields.Integer(readonly=True)
    # when the import last said how far it was
    beat = fields.Datetime(readonly=True, export_string_translation=False)

    _batch_uniq = models.UniqueIndex("(batch_id)", "One row of progress a batch.")

    @api.model
    def _gov_publish(self, batch_id, done, total):
        """Write the progress of a batch in a transaction of its own."""
        with self.env.registry.cursor() as cr:
            cr.execute("SET LOCAL lock_timeout = '200ms'")
            cr.execute(
                "UPDATE gov_import_progress SET done = %s, total = %s, beat = now() AT TIME ZONE 'UTC'"
                " WHERE batch_id = %s",
                (done, total, batch_id),
            )
