"""Proof of the books of the budget on a running database: every counter against its entries, every rule, every series.

Plain SQL over a DB-API cursor (psycopg2): PostgreSQL does the sums and sends back only what is wrong, so that a
million entries need no more memory than a thousand.  A module adds its own probes (``Probe``) to the list.
"""

from dataclasses import dataclass

from . import books, seal

LIMIT = 200  # problems of one probe that are told one by one


@dataclass(frozen=True)
class Probe:
    """One thing that must hold.

    :param code: short stable name
    :param table: it is passed over when this table is not in the database, nor one of ``more_tables``
    :param sql: a query whose rows are the problems: (model, id, name of the record, what is wrong)
    :param counted: a query that counts what was looked at
    """

    code: str
    table: str
    sql: str
    counted: str
    title: str = ""
    more_tables: tuple = ()


@dataclass(frozen=True)
class Problem:
    probe: str
    model: str
    res_id: int
    name: str
    message: str

    def __str__(self):
        return f"{self.probe}: {self.model} {self.res_id} ({self.name}): {self.message}"


def _counters(ledger):
    sums = books.counter_sql(ledger)
    selected = ",\n".join(f"{expression} AS {name}" for name, expression in sums.items())
    wrong = "\n".join(
        f"SELECT id, full_code, '{name}' AS counter, l_{name} AS stored, e_{name} AS summed FROM both_sides"  # noqa: S608
        f" WHERE l_{name} IS DISTINCT FROM e_{name}" + ("" if name == ledger.COUNTERS[-1] else "\nUNION ALL")
        for name in ledger.COUNTERS
    )
    both = ", ".join(f"l.{name} AS l_{name}, coalesce(s.{name}, 0) AS e_{name}" for name in ledger.COUNTERS)
    return f"""
        WITH sums AS (SELECT e.line_id, {selected} FROM gov_budget_entry e GROUP BY e.line_id),
             both_sides AS (SELECT l.id, l.full_code, {both}
                              FROM gov_budget_line l LEFT JOIN sums s ON s.line_id = l.id)
        SELECT 'gov.budget.line', id, full_code,
               'counter ' || counter || ' is ' || stored || ' and its entries make ' || summed
          FROM ({wrong}) w ORDER BY id, counter
    """  # noqa: S608 - names of our own columns


def _rules(ledger):
    cases = " UNION ALL ".join(
        f"SELECT id, full_code, '{rule}' AS rule FROM gov_budget_line WHERE NOT ({ledger.rule_sql(rule)})"  # noqa: S608
        for rule in ledger.RULES
    )
    text = "'rule ' || rule || ' does not hold'"
    return f"SELECT 'gov.budget.line', id, full_code, {text} FROM ({cases}) w ORDER BY id, rule"  # noqa: S608


def budget_probes(ledger):
    """Return the probes of the budget and its ledger."""
    lines = "SELECT count(*) FROM gov_budget_line"
    entries = "SELECT count(*) FROM gov_budget_entry"
    return [
        Probe(
            "counters", "gov_budget_entry", _counters(ledger), entries, "Every counter equals the sum of its entries"
        ),
        Probe("rules", "gov_budget_line", _rules(ledger), lines, "Every line keeps its rules"),
        Probe(
            "years",
            "gov_budget_entry",
            """SELECT 'gov.budget.entry', e.id, coalesce(e.label, ''), 'its year is not that of its line'
                 FROM gov_budget_entry e JOIN gov_budget_line l ON l.id = e.line_id
                WHERE e.fiscal_year_id <> l.fiscal_year_id ORDER BY e.id""",
            entries,
            "Every entry stands in the year of its line",
        ),
        Probe(
            "delegations",
            "gov_budget_line",
            """SELECT 'gov.budget.line', p.id, p.full_code,
                      'delegated ' || p.delegated || ' and its delegated lines received ' || coalesce(c.received, 0)
                 FROM gov_budget_line p
                 LEFT JOIN (SELECT parent_line_id, sum(received) AS received FROM (
                                SELECT l.parent_line_id, e.cp + e.ce AS received
                                  FROM gov_budget_line l JOIN gov_budget_entry e ON e.line_id = l.id
                                 WHERE l.parent_line_id IS NOT NULL AND e.kind = 'delegation') r
                            GROUP BY parent_line_id) c ON c.parent_line_id = p.id
                WHERE p.delegated <> coalesce(c.received, 0) ORDER BY p.id""",
            "SELECT count(*) FROM gov_budget_line WHERE parent_line_id IS NOT NULL",
            "What was delegated is what was received",
        ),
        Probe(
            "chapters",
            "gov_budget_entry",
            """SELECT 'gov.budget', b.id, coalesce(b.name, ''),
                      'movements inside chapter ' || l.chapter_code || ' do not cancel out: ' || sum(e.cp)
                 FROM gov_budget_entry e JOIN gov_budget_line l ON l.id = e.line_id
                 JOIN gov_budget b ON b.id = l.budget_id
                WHERE e.kind = 'amendment' AND e.movement IN ('a2', 'a3', 'a4', 'a5', 'a6', 'a7')
             GROUP BY b.id, b.name, l.chapter_code HAVING sum(e.cp) <> 0 ORDER BY b.id""",
            "SELECT count(*) FROM gov_budget_entry WHERE kind = 'amendment'",
            "Transfers stay inside their chapter and cancel out (A1)",
        ),
        Probe(
            "guard",
            "gov_budget_entry",
            """SELECT 'gov.budget.entry', 0, 'gov_budget_entry', 'its trigger ' || w.name || ' is ' || w.state
                 FROM (SELECT n.name, CASE WHEN t.tgname IS NULL THEN 'missing' ELSE 'off' END AS state
                         FROM (VALUES ('gov_budget_entry_append_only_row'),
                                      ('gov_budget_entry_append_only_statement')) n (name)
                         LEFT JOIN pg_trigger t ON t.tgname = n.name AND t.tgrelid = 'gov_budget_entry'::regclass
                        WHERE t.tgname IS NULL OR t.tgenabled NOT IN ('O', 'A')) w""",
            "SELECT 2",
            "The ledger is append-only in SQL",
        ),
    ]


# movements between programmes within their share of the initial credits, as the legal parameters of the year say
CAPS = Probe(
    "caps",
    "gov_budget_cap",
    """SELECT 'gov.budget.cap', c.id, n.full_code,
               'moved ' || c.moved_out || ' out and ' || c.moved_in || ' in, of at most '
               || trunc(c.initial * t.share, 2)
          FROM gov_budget_cap c JOIN gov_budget b ON b.id = c.budget_id
          JOIN gov_fiscal_year y ON y.id = b.fiscal_year_id
          JOIN gov_budget_node n ON n.id = c.programme_id
          LEFT JOIN gov_budget_node x ON x.id = n.chapter_id
          CROSS JOIN LATERAL (
               SELECT (SELECT p.value::numeric FROM gov_parameter p
                        WHERE p.code = 'budget.transfer.cap' AND p.valid_from <= y.date_to
                          AND (p.valid_to IS NULL OR p.valid_to >= y.date_to)) AS share,
                      coalesce((SELECT p.value_text FROM gov_parameter p
                                 WHERE p.code = 'budget.transfer.count_mode' AND p.valid_from <= y.date_to
                                   AND (p.valid_to IS NULL OR p.valid_to >= y.date_to)), 'both') AS mode) t
         WHERE coalesce(x.section, '') <> 'personnel' AND t.share IS NOT NULL
           AND c.moved_out + CASE WHEN t.mode = 'out' THEN 0 ELSE c.moved_in END > trunc(c.initial * t.share, 2)
      ORDER BY c.id""",
    "SELECT count(*) FROM gov_budget_cap",
    "Movements between programmes stay within their cap",
)


# what the acts of execution posted on a line is what its commitments say, lapsed part included
COMMITMENTS = Probe(
    "commitments",
    "gov_commitment_line",
    """WITH said AS (
           SELECT budget_line_id AS id, sum(committed + lapsed) AS committed,
                  sum(liquidated + lapsed_liquidated) AS liquidated, sum(ordered) AS ordered, sum(paid) AS paid
             FROM gov_commitment_line GROUP BY budget_line_id),
       posted AS (
           SELECT line_id AS id, sum(committed) AS committed, sum(liquidated) AS liquidated, sum(ordered) AS ordered,
                  sum(paid) AS paid
             FROM gov_budget_entry
            WHERE res_model IN ('gov.commitment.act', 'gov.liquidation', 'gov.payment.order')
         GROUP BY line_id)
       SELECT 'gov.budget.line', l.id, l.full_code,
              'its commitments say ' || c.name || ' ' || c.said || ' and their acts posted ' || c.posted
         FROM said s FULL JOIN posted p ON p.id = s.id
         JOIN gov_budget_line l ON l.id = coalesce(s.id, p.id)
         CROSS JOIN LATERAL (VALUES
              ('committed', coalesce(s.committed, 0), coalesce(p.committed, 0)),
              ('liquidated', coalesce(s.liquidated, 0), coalesce(p.liquidated, 0)),
              ('ordered', coalesce(s.ordered, 0), coalesce(p.ordered, 0)),
              ('paid', coalesce(s.paid, 0), coalesce(p.paid, 0))) c (name, said, posted)
        WHERE c.said <> c.posted ORDER BY l.id, c.name""",
    "SELECT count(*) FROM gov_commitment_line",
    "Commitments say what their acts posted, from year to year",
)

# what is held on a line for a decision on credits is what the decision that waits asks for: nothing is held for nobody
HELD = Probe(
    "held",
    "gov_budget_amendment",
    """WITH said AS (
           SELECT 'gov.budget.amendment' AS model, a.id AS record, a.number, a.state, i.line_id,
                  greatest(0, -(coalesce(i.cp, 0) + coalesce(i.ce, 0))) AS held
             FROM gov_budget_amendment a JOIN gov_budget_amendment_line i ON i.amendment_id = a.id
            WHERE a.state IN ('signed', 'authorised') AND a.kind <> 'a15'
            UNION ALL
           SELECT 'gov.budget.delegation', a.id, a.number, a.state, i.line_id,
                  coalesce(i.cp, 0) + coalesce(i.ce, 0)
             FROM gov_budget_delegation a JOIN gov_budget_delegation_line i ON i.delegation_id = a.id
            WHERE a.state IN ('signed', 'authorised')),
       posted AS (
           SELECT res_model AS model, res_id AS record, line_id, sum(reserved) AS held
             FROM gov_budget_entry
            WHERE res_model IN ('gov.budget.amendment', 'gov.budget.delegation') AND reserved <> 0
            GROUP BY res_model, res_id, line_id)
       SELECT 'gov.budget.line', l.id, l.full_code,
              coalesce(p.held, 0) || ' is held for ' || model || ' ' || record ||
              coalesce(' (' || s.number || ', ' || s.state || ')', '') || ', which asks for ' || coalesce(s.held, 0)
         FROM said s FULL JOIN posted p USING (model, record, line_id)
         JOIN gov_budget_line l ON l.id = line_id
        WHERE coalesce(s.held, 0) <> coalesce(p.held, 0) ORDER BY l.id, model, record""",
    "SELECT count(*) FROM gov_budget_entry WHERE res_model IN ('gov.budget.amendment', 'gov.budget.delegation')",
    "What is held for decisions on credits is what they wait for",
)

# each decision is posted once, with its own amounts: no more for one named twice, nothing for one not effective
DECISIONS = Probe(
    "decisions",
    "gov_budget_amendment",
    """WITH said AS (
           SELECT 'gov.budget.amendment' AS model, a.id AS record, i.line_id, i.cp, i.ce
             FROM gov_budget_amendment a JOIN gov_budget_amendment_line i ON i.amendment_id = a.id
            WHERE a.state = 'effective' AND a.kind <> 'a15'
            UNION ALL
           SELECT 'gov.budget.delegation', a.id, CASE WHEN a.kind = 'reduction' THEN l.parent_line_id ELSE l.id END,
                  CASE WHEN a.kind = 'reduction' THEN i.cp ELSE -i.cp END,
                  CASE WHEN a.kind = 'reduction' THEN i.ce ELSE -i.ce END
             FROM gov_budget_delegation a JOIN gov_budget_delegation_line i ON i.delegation_id = a.id
             JOIN gov_budget_line l ON l.id = i.line_id
            WHERE a.state = 'effective'),
       sums AS (
           SELECT model, record, line_id, sum(coalesce(cp, 0) + coalesce(ce, 0)) AS amount
             FROM said GROUP BY model, record, line_id),
       posted AS (
           SELECT res_model AS model, res_id AS record, line_id, sum(e.cp + e.ce - e.delegated) AS amount
             FROM gov_budget_entry e JOIN gov_budget_line l ON l.id = e.line_id
            WHERE (res_model = 'gov.budget.amendment' AND e.kind = 'amendment')
               OR (res_model = 'gov.budget.delegation' AND e.kind = 'delegation' AND l.parent_line_id IS NULL)
            GROUP BY res_model, res_id, line_id)
       SELECT model, record, l.full_code,
              'it should move ' || coalesce(s.amount, 0) || ' and its entries move ' || coalesce(p.amount, 0)
         FROM sums s FULL JOIN posted p USING (model, record, line_id) JOIN gov_budget_line l ON l.id = line_id
        WHERE coalesce(s.amount, 0) <> coalesce(p.amount, 0) ORDER BY model, record, l.full_code""",
    "SELECT count(*) FROM gov_budget_amendment WHERE state = 'effective'",
    "Each decision on credits is posted once, with its amounts",
)


def series_probe(code, table, number, key, title, where="TRUE"):
    """A series without gap: numbers ``number`` (SQL giving an integer) go from 1 on, once each, within ``key``."""
    return Probe(
        code,
        table,
        f"""SELECT '{table.replace("_", ".")}', min(id), series,
                   CASE WHEN count(*) > count(DISTINCT n) THEN 'a number stands twice'
                        ELSE 'numbers are missing: ' || count(*) || ' numbers up to ' || max(n) END
              FROM (SELECT id, {number} AS n, {key} AS series FROM {table} WHERE {where}) s
          GROUP BY series HAVING count(DISTINCT n) <> count(*) OR max(n) <> count(*) OR min(n) <> 1
          ORDER BY series""",  # noqa: S608 - names of ours
        f"SELECT count(*) FROM {table} WHERE {where}",  # noqa: S608
        title,
    )


# the register of an imprest: what it makes is what the fund says, row after row
IMPRESTS = Probe(
    "imprests",
    "gov_imprest_movement",
    """WITH sums AS (
           SELECT imprest_id, sum(cash_change) AS cash,
                  coalesce(sum(amount) FILTER (WHERE kind IN ('expense', 'return')), 0)
                  - coalesce(sum(amount) FILTER (WHERE kind IN ('undo', 'send')), 0) AS unsent,
                  coalesce(sum(amount) FILTER (WHERE kind = 'send'), 0)
                  - coalesce(sum(amount) FILTER (WHERE kind IN ('return', 'refuse', 'spend')), 0) AS sent,
                  coalesce(sum(amount) FILTER (WHERE kind = 'refuse'), 0)
                  - coalesce(sum(amount) FILTER (WHERE kind = 'refund'), 0) AS owed,
                  coalesce(sum(amount) FILTER (WHERE kind IN ('advance', 'replenish')), 0)
                  - coalesce(sum(amount) FILTER (WHERE kind IN ('spend', 'give_back')), 0) AS advanced
             FROM gov_imprest_movement GROUP BY imprest_id)
       SELECT 'gov.imprest' AS model, i.id AS id, coalesce(i.number, i.name) AS name,
              'counter ' || c.name || ' is ' || c.stored || ' and its register makes ' || c.summed AS message
         FROM gov_imprest i LEFT JOIN sums s ON s.imprest_id = i.id
         CROSS JOIN LATERAL (VALUES ('cash', i.cash, coalesce(s.cash, 0)), ('unsent', i.unsent, coalesce(s.unsent, 0)),
              ('sent', i.sent, coalesce(s.sent, 0)), ('owed', i.owed, coalesce(s.owed, 0)),
              ('advanced', i.advanced, coalesce(s.advanced, 0))) c (name, stored, summed)
        WHERE c.stored <> c.summed
        UNION ALL
       SELECT 'gov.imprest.movement', m.id, coalesce(m.label, ''),
              'cash after it is ' || m.cash_after || ' and the rows until it make ' || m.running
         FROM (SELECT id, label, cash_after, sum(cash_change) OVER (PARTITION BY imprest_id ORDER BY id) AS running
                 FROM gov_imprest_movement) m
        WHERE m.cash_after <> m.running
     ORDER BY model, id, message""",
    "SELECT count(*) FROM gov_imprest_movement",
    "Imprests: the register makes the cash and what is justified",
)


def seal_probes():
    """Return the probes of the seals: rows of the ledgers as they were sealed, and the seals as they were made."""
    title = "Sealed rows are as they were sealed"
    return [
        *(
            Probe(
                f"sealed_{ledger.removeprefix('gov_')}",
                ledger,
                f"{seal.changed_sql(ledger)} ORDER BY id",
                f"SELECT coalesce(sum(count), 0)::int FROM gov_budget_seal WHERE ledger = '{ledger}'",  # noqa: S608
                title,
                ("gov_budget_seal",),
            )
            for ledger in seal.LEDGERS
        ),
        Probe(
            "seals",
            "gov_budget_seal",
            f"SELECT model, id, name, message FROM ({seal.SEALS_SQL}) w ORDER BY id",  # noqa: S608
            "SELECT count(*) FROM gov_budget_seal",
            "Seals are as they were made",
        ),
    ]


def existing_tables(cr, tables):
    cr.execute(
        "SELECT c.relname FROM pg_class c WHERE c.relname = ANY(%s) AND pg_table_is_visible(c.oid)", [list(tables)]
    )
    return {row[0] for row in cr.fetchall()}


def run(cr, probes):
    """Run the probes; yield ``(probe, number looked at, total of problems, problems)`` for each that applies."""
    needed = {probe.code: {probe.table, *probe.more_tables} for probe in probes}
    there = existing_tables(cr, set().union(*needed.values()))
    for probe in probes:
        if not needed[probe.code] <= there:
            continue
        cr.execute(probe.counted)
        seen = cr.fetchone()[0]
        # the server counts and keeps the rest: memory is bounded by LIMIT
        query = f"SELECT *, count(*) OVER () FROM ({probe.sql}) p (model, res_id, name, message) LIMIT {LIMIT}"  # noqa: S608
        cr.execute(query)  # pylint: disable=sql-injection
        rows = cr.fetchall()
        total = rows[0][4] if rows else 0
        yield probe, seen, total, [Problem(probe.code, *row[:4]) for row in rows]


def all_probes(ledger):
    """Return the probes of the budget and of its execution."""
    series = "coalesce(officer_id, 0)::text || '/' || coalesce(fiscal_year_id, 0)::text"
    return [
        *budget_probes(ledger),
        CAPS,
        COMMITMENTS,
        HELD,
        DECISIONS,
        IMPRESTS,
        *seal_probes(),
        series_probe(
            "orders",
            "gov_payment_order",
            "rank",
            series,
            "Payment orders: one series without gap for each authorising officer and year",
            where="rank > 0",
        ),
        series_probe(
            "sheets",
            "gov_commitment_act",
            "rank",
            series,
            "Commitment sheets: one series without gap for each authorising officer and year",
            where="rank > 0",
        ),
    ]
