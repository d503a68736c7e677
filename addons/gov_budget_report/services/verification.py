"""Proof of the books of the budget on a running database: every counter against its entries, every rule, every series.

Plain SQL over a DB-API cursor (psycopg2): PostgreSQL does the sums and sends back only what is wrong, so that a
million entries need no more memory than a thousand.  A module adds its own probes (``Probe``) to the list.
"""

from dataclasses import dataclass

from . import books

LIMIT = 200  # problems of one probe that are told one by one


@dataclass(frozen=True)
class Probe:
    """One thing that must hold.

    :param code: short stable name
    :param table: it is passed over when this table is not in the database
    :param sql: a query whose rows are the problems: (model, id, name of the record, what is wrong)
    :param counted: a query that counts what was looked at
    """

    code: str
    table: str
    sql: str
    counted: str
    title: str = ""


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


def existing_tables(cr, tables):
    cr.execute(
        "SELECT c.relname FROM pg_class c WHERE c.relname = ANY(%s) AND pg_table_is_visible(c.oid)", [list(tables)]
    )
    return {row[0] for row in cr.fetchall()}


def run(cr, probes):
    """Run the probes; yield ``(probe, number looked at, total of problems, problems)`` for each that applies."""
    there = existing_tables(cr, {probe.table for probe in probes})
    for probe in probes:
        if probe.table not in there:
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
