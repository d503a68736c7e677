from datetime import UTC

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..tools.verify import FIELDS, ZERO_HASH, canonical

# The triggers refuse in SQL what the models refuse in the ORM. PostgreSQL's superuser can switch a trigger off: what
# he changes then is found by the verification, because each act bears the hash of the one before it.
GUARD = """
CREATE OR REPLACE FUNCTION gov_journal_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The journal of legal acts is append-only: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;
"""


def guard_table(cr, table):
    """Make ``table`` append-only in SQL."""
    cr.execute(GUARD)
    for operation, level in (("UPDATE OR DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
        name = f"{table}_append_only_{level.lower()}"
        cr.execute(
            SQL(
                "CREATE OR REPLACE TRIGGER %s BEFORE %s ON %s FOR EACH %s EXECUTE FUNCTION gov_journal_refuse()",
                SQL.identifier(name),
                SQL(operation),
                SQL.identifier(table),
                SQL(level),
            )
        )


class GovJournalAppendOnly(models.AbstractModel):
    """What is written by the journal itself and changed by nobody, through the ORM or in SQL."""

    _name = "gov.journal.append.only"
    _description = "Append-only record"

    def init(self):
        super().init()
        if not self._abstract:
            guard_table(self.env.cr, self._table)

    def _refuse(self):
        raise AccessError(
            self.env._("The journal of legal acts is append-only: nobody writes, changes or deletes it by hand.")
        )

    @api.model_create_multi
    def create(self, vals_list):
        self._refuse()

    def write(self, vals):
        self._refuse()

    def unlink(self):
        self._refuse()

    def copy(self, default=None):
        self._refuse()


class GovJournalEntry(models.Model):
    """One legal act: who did what, when, on which record.

    Written by :meth:`_record` in the transaction of the act itself, so that there is no act without its line and no
    line without its act.  Each chain numbers its acts without a gap; each act bears the hash of the one before
    (``tools/verify.py`` tells how it is computed).  Auditors and HR managers read; nobody writes.
    """

    _name = "gov.journal.entry"
    _inherit = ["gov.journal.append.only"]
    _description = "Act in the journal"
    _order = "id desc"
    _rec_name = "act"
    _log_access = False

    sequence = fields.Integer(string="Number", readonly=True, required=True, help="Rank of the act in its chain.")
    chain = fields.Char(readonly=True, required=True, help="Acts of one chain follow each other without a gap.")
    model = fields.Char(string="Record type", readonly=True, required=True)
    res_id = fields.Many2oneReference(string="Record", model_field="model", readonly=True, required=True)
    act = fields.Char(readonly=True, required=True)
    payload = fields.Text(
        string="Facts", readonly=True, required=True, help="What the act decided, as canonical JSON."
    )
    actor_id = fields.Many2one(
        "res.users", string="Done by", readonly=True, required=True, index=True, ondelete="restrict"
    )
    date = fields.Datetime(readonly=True, required=True)
    previous_hash = fields.Char(readonly=True, required=True)
    hash = fields.Char(readonly=True, required=True)

    _chain_sequence = models.UniqueIndex("(chain, sequence)", "An act of the journal has one number in its chain.")
    _model_res_id = models.Index("(model, res_id)")
    _date = models.Index("(date)")

    @api.depends("chain", "sequence", "act")
    def _compute_display_name(self):
        for entry in self:
            entry.display_name = f"{entry.chain} {entry.sequence}: {entry.act}"

    # ------------------------------------------------------------------
    @api.model
    def _record(self, record, act, payload=None, chain=None):
        """Write the act ``act`` on ``record`` into the journal and return its line.

        To be called inside the transaction of the act, as late as possible: the head of the chain is a hot row.

        :param record: the record (one) the act is about, or an empty record set for an act on the model itself
        :param str act: short stable English word: ``issue``, ``revoke``, ``approve``…
        :param dict payload: JSON-able facts; no health, union, discipline or pay data
        :param str chain: the chain that takes the act; by default the name of the record's model
        """
        return self._record_many([(record, act, payload)], chain=chain)

    @api.model
    def _record_many(self, acts, chain=None):
        """Write several acts, each ``(record, act, payload)``, in this order; see :meth:`_record`."""
        now = fields.Datetime.now().replace(microsecond=0)
        ids = []
        self.env.flush_all()
        for record, act, payload in acts:
            ids.append(self._append(record, act, payload or {}, chain or record._name, now))
        return self.browse(ids)

    def _append(self, record, act, payload, chain, now):
        if len(record) > 1:
            raise ValueError("An act is written for one record at a time.")
        if not act or not isinstance(payload, dict):
            raise ValueError("An act has a name, and its facts are a dict.")
        values = {
            "act": act,
            "actor_id": self.env.uid,
            "chain": chain,
            "date": now.replace(tzinfo=UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "model": record._name,
            "payload": canonical(payload),
            "res_id": record.id or 0,
        }
        # The canonical text is cut where the two values stand that only the head of the chain knows.
        text = {name: canonical(value) for name, value in values.items()}
        before = ",".join(f'"{name}":{text[name]}' for name in FIELDS if name < "previous_hash")
        before = "{" + before + ',"previous_hash":"'
        after = f'","res_id":{text["res_id"]},"sequence":'
        # One statement takes the head, computes the hash, moves the head and writes the act. A second act on the chain
        # waits for the first one to commit at READ COMMITTED; at REPEATABLE READ it is tried again by Odoo.
        query = SQL(
            """
            WITH head AS (
                INSERT INTO gov_journal_chain AS c (name, sequence, hash, previous_hash)
                VALUES (%(chain)s, 1, %(first)s, %(zero)s)
                ON CONFLICT (name) DO UPDATE
                    SET sequence = c.sequence + 1, previous_hash = c.hash, hash = %(next)s
                RETURNING sequence, hash, previous_hash
            )
            INSERT INTO gov_journal_entry
                   (chain, sequence, model, res_id, act, payload, actor_id, date, previous_hash, hash)
            SELECT %(chain)s, sequence, %(model)s, %(res_id)s, %(act)s, %(payload)s, %(actor)s, %(now)s,
                   previous_hash, hash
              FROM head
            RETURNING id
            """,
            chain=chain,
            first=self._digest_sql(before, SQL("%s", ZERO_HASH), after, SQL("'1'")),
            next=self._digest_sql(before, SQL("c.hash"), after, SQL("(c.sequence + 1)::text")),
            zero=ZERO_HASH,
            model=values["model"],
            res_id=values["res_id"],
            act=act,
            payload=values["payload"],
            actor=self.env.uid,
            now=now,
        )
        return self.env.execute_query(query)[0][0]

    @staticmethod
    def _digest_sql(before, previous, after, sequence):
        return SQL(
            "encode(sha256(convert_to(%s || %s || %s || %s || '}', 'UTF8')), 'hex')", before, previous, after, sequence
        )

    def action_open_record(self):
        """Open the record the act is about, under the reader's own rights."""
        self.ensure_one()
        if self.model not in self.env or not self.env[self.model].browse(self.res_id).exists():
            raise UserError(self.env._("The record of this act no longer exists."))
        return {
            "type": "ir.actions.act_window",
            "res_model": self.model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }
