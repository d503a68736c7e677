from datetime import UTC, datetime

from odoo import http
from odoo.http import request
from odoo.modules.registry import Registry
from odoo.tools import SQL

from ..tools.verify import FORMAT, VERSION, ZERO_HASH, canonical

CHUNK = 1000


class JournalExport(http.Controller):
    @http.route("/gov_journal/export", type="http", auth="user", methods=["GET"])
    def export(self):
        """Send the whole journal as JSON Lines, page by page: a million acts need no more memory than a thousand."""
        request.env["gov.journal.check"]._check_reader()
        name = f"journal-{datetime.now(UTC):%Y%m%d-%H%M%S}.jsonl"
        headers = [
            ("Content-Type", "application/x-ndjson; charset=utf-8"),
            ("Content-Disposition", http.content_disposition(name)),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
        ]
        return request.make_response(stream_export(request.db, request.env.uid), headers)


def stream_export(database, uid):
    """Yield the export as bytes, in a read-only transaction of its own (the request's is closed by then)."""
    from odoo import api  # noqa: PLC0415 - the environment of the stream, not of the request

    with Registry(database).cursor() as cr:
        cr.execute("SET TRANSACTION READ ONLY")
        env = api.Environment(cr, uid, {})
        lines = []
        for line in export_lines(env):
            lines.append(canonical(line))
            if len(lines) == CHUNK:
                yield ("\n".join(lines) + "\n").encode()
                lines.clear()
        yield ("\n".join(lines) + "\n").encode()


def export_lines(env):
    """Yield each line of the export as a dict: the announcement, the heads, the acts, the end."""
    cr = env.cr
    created = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    yield {"type": "export", "format": FORMAT, "version": VERSION, "created": created, "database": cr.dbname}
    cr.execute("SELECT chain, day, sequence, hash FROM gov_journal_head ORDER BY chain, sequence, day")
    for chain, day, sequence, digest in cr.fetchall():
        yield {"type": "head", "chain": chain, "day": str(day), "sequence": sequence, "hash": digest}
    cr.execute(SQL("SELECT DISTINCT chain FROM gov_journal_entry UNION SELECT name FROM gov_journal_chain ORDER BY 1"))
    chains = [row[0] for row in cr.fetchall()]
    count, tails = 0, {}
    for chain in chains:
        for entry in env["gov.journal.check"]._iterate(cr, chain):
            count += 1
            yield {"type": "entry", **entry}
    # what the journal believes, not what was just read: an act deleted in SQL leaves the two apart
    cr.execute("SELECT name, sequence, hash FROM gov_journal_chain")
    for chain, sequence, digest in cr.fetchall():
        tails[chain] = {"sequence": sequence, "hash": digest or ZERO_HASH}
    yield {"type": "end", "entries": count, "chains": tails}
