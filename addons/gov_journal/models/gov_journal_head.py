import json
import logging
import os
from datetime import UTC

from odoo import api, fields, models
from odoo.tools import SQL, config

_logger = logging.getLogger(__name__)


class GovJournalHead(models.Model):
    """Where a chain stood at the end of a day.

    Written every night by the scheduled task, for each chain that moved.  Kept elsewhere as well (the environment's
    ``GOV_JOURNAL_HEADS_FILE`` or ``gov_journal_heads_file`` of odoo.conf names a file that gets one JSON line a head),
    it proves later that nothing before it was cut or rewritten, even by whoever owns the database.
    """

    _name = "gov.journal.head"
    _inherit = ["gov.journal.append.only"]
    _description = "Daily head of a chain"
    _order = "day desc, chain"
    _rec_name = "chain"
    _log_access = False

    chain = fields.Char(readonly=True, required=True)
    day = fields.Date(readonly=True, required=True)
    sequence = fields.Integer(string="Acts", readonly=True, required=True)
    hash = fields.Char(readonly=True, required=True)
    date = fields.Datetime(string="Kept on", readonly=True, required=True)

    _chain_day = models.UniqueIndex("(chain, day)", "A chain has one head a day.")

    @api.model
    def _heads_file(self):
        return os.environ.get("GOV_JOURNAL_HEADS_FILE") or config.get("gov_journal_heads_file") or None

    @api.model
    def _cron_keep_heads(self):
        """Keep the head of each chain that moved since its last kept head."""
        now = fields.Datetime.now().replace(microsecond=0)
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO gov_journal_head (chain, day, sequence, hash, date)
                SELECT c.name, %s, c.sequence, c.hash, %s
                  FROM gov_journal_chain c
                  LEFT JOIN LATERAL (
                        SELECT max(sequence) AS sequence FROM gov_journal_head WHERE chain = c.name) last ON TRUE
                 WHERE c.sequence > coalesce(last.sequence, 0)
                ON CONFLICT (chain, day) DO NOTHING
                RETURNING chain, sequence, hash
                """,
                now.date(),
                now,
            )
        )
        self._append_to_file(rows, now)
        _logger.info("Journal: %s daily heads kept", len(rows))
        return len(rows)

    def _append_to_file(self, rows, now):
        path = self._heads_file()
        if not path or not rows:
            return
        kept = now.replace(tzinfo=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        lines = [
            json.dumps(
                {
                    "type": "head",
                    "chain": chain,
                    "day": str(now.date()),
                    "sequence": sequence,
                    "hash": digest,
                    "date": kept,
                },
                ensure_ascii=False,
                sort_keys=True,
            )
            for chain, sequence, digest in rows
        ]
        try:
            with open(path, "a", encoding="utf-8") as stream:
                stream.write("\n".join(lines) + "\n")
                stream.flush()
                os.fsync(stream.fileno())
        except OSError as error:
            # the heads stay in the database; the operator must see that the file is not written
            _logger.error("Journal: the heads file cannot be written: %s", error)
