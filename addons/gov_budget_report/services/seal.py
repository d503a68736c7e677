"""Seals of a ledger: the digest of each row, kept in blocks, so that a row changed later is found and named.

PostgreSQL hashes the rows, over named columns and in one form (``jsonb_build_array``), whatever its settings; what is
kept of a row is ``id:digest``.  A block has the SHA-256 of all its rows, which the journal of legal acts holds too.
"""

import hashlib

BLOCK = 10_000
# rows of acts that were still running when a later row was sealed stand below the last one sealed
LATE = 10_000

LEDGERS = {
    "gov_budget_entry": (
        "id", "line_id", "fiscal_year_id", "kind", "movement", "date", "cp", "ce", "delegated", "delegated_ce",
        "reserved", "committed", "liquidated", "ordered", "paid", "authorised", "label", "res_model", "res_id",
        "user_id", "posted_on",
    ),
    "gov_imprest_movement": (
        "id", "imprest_id", "kind", "date", "amount", "cash_change", "cash_after", "label", "user_id", "expense_id",
        "batch_id",
    ),
    "gov_revenue_entry": (
        "id", "number", "account_id", "part", "year_id", "source_id", "collector_id", "kind", "date", "month",
        "amount", "reference", "note", "reverses_id", "user_id",
    ),
}  # fmt: skip


def row_digest(ledger, alias="e"):
    """Return the SQL of the digest of a row."""
    columns = ", ".join(f"{alias}.{name}" for name in LEDGERS[ledger])
    return f"left(encode(sha256(convert_to(jsonb_build_array({columns})::text, 'UTF8')), 'hex'), 16)"


def content(rows):
    """Return what a seal keeps of rows [(id, digest)].

    >>> content([(7, "ab"), (9, "cd")])
    '7:ab 9:cd'
    """
    return " ".join(f"{row}:{digest}" for row, digest in rows)


def ids(text):
    """Return the ids of the rows in the content of a seal.

    >>> sorted(ids("7:ab 9:cd"))
    [7, 9]
    """
    return {int(part.split(":", 1)[0]) for part in text.split()}


def digest(text):
    """Return the SHA-256 of the content of a seal."""
    return hashlib.sha256(text.encode()).hexdigest()


def changed_sql(ledger):
    """Return the query of the sealed rows of a ledger that were changed or removed since."""
    model = ledger.replace("_", ".")
    return f"""
        SELECT '{model}' AS model, s.id AS id, 'sealed ' || to_char(s.date, 'YYYY-MM-DD HH24:MI') AS name,
               CASE WHEN e.id IS NULL THEN 'this row was removed after it was sealed'
                    ELSE 'this row was changed after it was sealed' END AS message
          FROM (SELECT b.date, split_part(r, ':', 1)::int AS id, split_part(r, ':', 2) AS digest
                  FROM gov_budget_seal b CROSS JOIN LATERAL unnest(string_to_array(b.content, ' ')) r
                 WHERE b.ledger = '{ledger}') s
          LEFT JOIN {ledger} e ON e.id = s.id
         WHERE e.id IS NULL OR s.digest <> {row_digest(ledger)}"""  # noqa: S608 - names of ours


# the seals themselves: as they were made, and all that the journal knows
SEALS_SQL = """
    SELECT 'gov.budget.seal' AS model, b.id AS id, b.ledger AS name, 'this seal was changed' AS message
      FROM gov_budget_seal b
     WHERE b.digest <> encode(sha256(convert_to(b.content, 'UTF8')), 'hex')
        OR NOT EXISTS (SELECT FROM gov_journal_entry j
                        WHERE j.model = 'gov.budget.seal' AND j.res_id = b.id AND j.act = 'seal'
                          AND position(b.digest IN j.payload) > 0)
     UNION ALL
    SELECT 'gov.budget.seal', j.res_id, 'journal ' || j.chain || ' ' || j.sequence, 'this seal was removed'
      FROM gov_journal_entry j
     WHERE j.model = 'gov.budget.seal' AND j.act = 'seal'
       AND NOT EXISTS (SELECT FROM gov_budget_seal b WHERE b.id = j.res_id)"""
