from datetime import UTC

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ..tools.verify import Verifier

PAGE = 5000


class GovJournalCheck(models.Model):
    """The result of one verification of one chain; kept, so that one sees since when a chain is broken."""

    _name = "gov.journal.check"
    _inherit = ["gov.journal.append.only"]
    _description = "Verification of a chain"
    _order = "id desc"
    _rec_name = "chain"
    _log_access = False

    chain = fields.Char(readonly=True, required=True)
    date = fields.Datetime(readonly=True, required=True)
    user_id = fields.Many2one("res.users", string="Asked by", readonly=True, index=True, ondelete="restrict")
    state = fields.Selection([("ok", "Proven"), ("broken", "Broken")], readonly=True, required=True)
    acts = fields.Integer(readonly=True, required=True)
    message = fields.Text(string="Findings", readonly=True)

    _chain_date = models.Index("(chain, id)")

    @api.model
    def _check_reader(self):
        if not (self.env.su or self.env.user.has_groups("gov_base.group_auditor,gov_base.group_hr_manager")):
            raise AccessError(self.env._("Only auditors and HR managers verify or export the journal."))

    @api.model
    def _last_by_chain(self, chains):
        ids = [
            row[0]
            for row in self.env.execute_query(
                SQL("SELECT max(id) FROM gov_journal_check WHERE chain = ANY(%s) GROUP BY chain", list(chains))
            )
        ]
        return {check.chain: check for check in self.browse(ids)}

    @api.model
    def _run(self, chains):
        """Verify ``chains`` act by act and keep one result for each."""
        self._check_reader()
        ids = []
        for chain in chains:
            verifier = self._verify_chain(chain)
            findings = "\n".join(str(problem) for problem in verifier.problems[:50])
            ids += self.env.execute_query(
                SQL(
                    """INSERT INTO gov_journal_check (chain, date, user_id, state, acts, message)
                       VALUES (%s, %s, %s, %s, %s, %s) RETURNING id""",
                    chain,
                    fields.Datetime.now().replace(microsecond=0),
                    self.env.uid,
                    "broken" if verifier.problem_count else "ok",
                    verifier.count,
                    findings or None,
                )
            )
        return self.browse(row[0] for row in ids)

    @api.model
    def _verify_chain(self, chain):
        verifier = Verifier()
        query = "SELECT day, sequence, hash FROM gov_journal_head WHERE chain = %s"
        for day, sequence, digest in self.env.execute_query(SQL(query, chain)):
            verifier.add_head(chain, sequence, digest, self.env._("the head of %s", day))
        query = "SELECT sequence, hash FROM gov_journal_chain WHERE name = %s"
        for sequence, digest in self.env.execute_query(SQL(query, chain)):
            verifier.add_head(chain, sequence, digest, self.env._("the present head"))
        for entry in self._iterate(self.env.cr, chain):
            verifier.add_entry(entry)
        verifier.finish()
        return verifier

    @api.model
    def _iterate(self, cr, chain):
        """Yield the acts of ``chain`` as dicts, in the order of their numbers, page by page."""
        sequence, last_id = None, 0
        while True:
            cr.execute(
                SQL(
                    """SELECT id, sequence, chain, model, res_id, act, payload, actor_id, date, previous_hash, hash
                         FROM gov_journal_entry
                        WHERE chain = %s AND (%s OR (sequence, id) > (%s, %s))
                        ORDER BY sequence, id LIMIT %s""",
                    chain,
                    sequence is None,
                    sequence or 0,
                    last_id,
                    PAGE,
                )
            )
            rows = cr.fetchall()
            for row in rows:
                last_id, sequence = row[0], row[1]
                yield {
                    "sequence": row[1],
                    "chain": row[2],
                    "model": row[3],
                    "res_id": row[4],
                    "act": row[5],
                    "payload": row[6],
                    "actor_id": row[7],
                    "date": row[8] and row[8].replace(tzinfo=UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
                    "previous_hash": row[9],
                    "hash": row[10],
                }
            if len(rows) < PAGE:
                return
