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

    # how often the import was begun: one that is always cut short must not begin for ever
    attempts = fields.Integer(readonly=True, export_string_translation=False)

    _batch_uniq = models.UniqueIndex("(batch_id)", "One row of progress a batch.")

    @api.model
    def _gov_begin(self, batch_id):
        """Count one more beginning of a batch, in a transaction of its own; give how many there were."""
        with self.env.registry.cursor() as cr:
            cr.execute(
                "UPDATE gov_import_progress SET attempts = COALESCE(attempts, 0) + 1, done = 0 WHERE batch_id = %s"
                " RETURNING attempts",
                (batch_id,),
            )
            return (cr.fetchone() or (1,))[0]

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
