from odoo import api, fields, models
from odoo.tools import SQL

from ..services import seal


class GovBudgetSeal(models.Model):
    """What a ledger held when it was sealed: the digest of each of its rows, in blocks.

    Made after each verification, of the rows that came since; the journal of legal acts keeps the digest of a block.
    A row that somebody changes in the database afterwards is found and named by the next verification.
    """

    _name = "gov.budget.seal"
    _inherit = ["gov.journal.append.only"]
    _description = "Seal of a ledger"
    _order = "id desc"
    _rec_name = "ledger"
    _log_access = False

    ledger = fields.Char(required=True, readonly=True)
    date = fields.Datetime("Sealed on", required=True, readonly=True)
    first_id = fields.Integer("First row", required=True, readonly=True, aggregator=None)
    last_id = fields.Integer("Last row", required=True, readonly=True, aggregator=None)
    count = fields.Integer("Rows", required=True, readonly=True)
    digest = fields.Char("SHA-256", required=True, readonly=True)
    content = fields.Text("Rows and their digests", required=True, readonly=True, prefetch=False)

    _block_uniq = models.UniqueIndex("(ledger, first_id)", "These rows are sealed already.")

    @api.model
    def _gov_ledgers(self):
        """Return the ledgers that are in this database."""
        cr = self.env.cr
        cr.execute("SELECT relname FROM pg_class WHERE relname = ANY(%s) AND relkind = 'r'", [list(seal.LEDGERS)])
        return sorted(row[0] for row in cr.fetchall())

    @api.model
    def _gov_seal(self):
        """Seal the rows that came since the last time."""
        self.env.flush_all()
        # one at a time: a second one would seal the same rows
        [(is_mine,)] = self.env.execute_query(SQL("SELECT pg_try_advisory_xact_lock(5311208)"))
        if is_mine:
            for ledger in self._gov_ledgers():
                self._gov_seal_ledger(ledger)

    def _gov_seal_ledger(self, ledger):
        last, known = 0, set()
        for last_id, text in self.env.execute_query(
            SQL(
                """SELECT last_id, content FROM gov_budget_seal
                    WHERE ledger = %s AND last_id > (SELECT max(last_id) - %s FROM gov_budget_seal WHERE ledger = %s)
                """,
                ledger,
                seal.LATE,
                ledger,
            )
        ):
            last = max(last, last_id)
            known |= seal.ids(text)
        after = max(0, last - seal.LATE)
        while rows := self._gov_rows(ledger, after):
            after = rows[-1][0]
            new = [row for row in rows if row[0] not in known]
            if new:
                self._gov_keep(ledger, new)

    def _gov_rows(self, ledger, after):
        # the digest is SQL of ours, over columns of ours
        self.env.cr.execute(
            f"SELECT e.id, {seal.row_digest(ledger)} FROM {ledger} e WHERE e.id > %s ORDER BY e.id LIMIT %s",  # noqa: S608
            [after, seal.BLOCK],
        )
        return self.env.cr.fetchall()

    def _gov_keep(self, ledger, rows):
        text = seal.content(rows)
        facts = {"ledger": ledger, "first": rows[0][0], "last": rows[-1][0], "count": len(rows)}
        facts["digest"] = seal.digest(text)
        self.env.cr.execute(
            """INSERT INTO gov_budget_seal (ledger, date, first_id, last_id, count, digest, content)
               VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING RETURNING id""",
            [ledger, fields.Datetime.now(), facts["first"], facts["last"], len(rows), facts["digest"], text],
        )
        # none when somebody changed the seal of these rows: the verification tells, and nothing hides it
        for (seal_id,) in self.env.cr.fetchall():
            self.env["gov.journal.entry"]._record(self.browse(seal_id), "seal", facts)
