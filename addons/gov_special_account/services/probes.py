"""What must hold in the books of special accounts: plain SQL, for the nightly check and ``scripts/verify budget``.

Each is (code, table, query of the problems: model, id, name, what is wrong; query of what is looked at, title), as
``gov_budget_report/services/verification.py`` takes them.
"""

YEARS = "SELECT count(*) FROM gov_special_year"
NAME = "a.short_name || ' ' || f.name || ' ' || y.part"
JOIN = """FROM gov_special_year y JOIN gov_special_account a ON a.id = y.account_id
          JOIN gov_fiscal_year f ON f.id = y.fiscal_year_id"""

_BUDGET = f"""
    WITH ledger AS (
        SELECT l.fiscal_year_id, l.chapter_code,
               sum(e.cp) FILTER (WHERE e.kind = 'initial') AS lf_credits,
               -sum(e.cp) FILTER (WHERE e.kind = 'amendment' AND e.movement = 'a12') AS transferred,
               sum(e.cp) FILTER (WHERE e.kind NOT IN ('initial', 'delegation')
                                   AND coalesce(e.res_model, '') <> 'gov.special.act'
                                   AND NOT (e.kind = 'amendment' AND coalesce(e.movement, '') IN
                                            ('a4', 'a5', 'a6', 'a7', 'a12'))) AS other_credits,
               sum(e.committed) AS committed, sum(e.ordered) AS ordered, sum(e.paid) AS paid
          FROM gov_budget_entry e JOIN gov_budget_line l ON l.id = e.line_id
         WHERE l.budget_kind <> 'general'
      GROUP BY l.fiscal_year_id, l.chapter_code),
    acts AS (
        SELECT year_id, sum(amount) FILTER (WHERE kind = 'extra_a') AS extra_a,
               sum(amount) FILTER (WHERE kind = 'extra_b') AS extra_b,
               sum(amount) FILTER (WHERE kind = 'anticipation') AS anticipated
          FROM gov_special_act WHERE state = 'approved' GROUP BY year_id),
    revenue AS (
        SELECT year_id, sum(amount) FILTER (WHERE kind = 'assessed') AS assessed,
               sum(amount) FILTER (WHERE kind = 'collected') AS collected,
               coalesce(sum(amount) FILTER (WHERE kind = 'announced'), 0) - coalesce(sum(met), 0) AS announced
          FROM gov_revenue_entry GROUP BY year_id)
    SELECT 'gov.special.year', y.id, coalesce({NAME}, ''), 'counter ' || c.name || ' is ' || c.stored ||
           ' and its entries make ' || c.summed
      {JOIN}
      LEFT JOIN ledger l ON l.fiscal_year_id = y.fiscal_year_id AND l.chapter_code = y.chapter_code
      LEFT JOIN acts x ON x.year_id = y.id
      LEFT JOIN revenue r ON r.year_id = y.id
      CROSS JOIN LATERAL (VALUES
           ('lf_credits', y.lf_credits, coalesce(l.lf_credits, 0)),
           ('transferred', y.transferred, coalesce(l.transferred, 0)),
           ('other_credits', y.other_credits, coalesce(l.other_credits, 0)),
           ('committed', y.committed, coalesce(l.committed, 0)),
           ('ordered', y.ordered, coalesce(l.ordered, 0)),
           ('paid', y.paid, coalesce(l.paid, 0)),
           ('extra_a', y.extra_a, coalesce(x.extra_a, 0)),
           ('extra_b', y.extra_b, coalesce(x.extra_b, 0)),
           ('anticipated', y.anticipated, coalesce(x.anticipated, 0)),
           ('assessed', y.assessed, coalesce(r.assessed, 0)),
           ('collected', y.collected, coalesce(r.collected, 0)),
           ('announced', y.announced, coalesce(r.announced, 0))) c (name, stored, summed)
     WHERE y.state <> 'draft' AND c.stored <> c.summed ORDER BY y.id, c.name"""  # noqa: S608 - names of our own columns

_RULES = f"""
    SELECT 'gov.special.year', y.id, coalesce({NAME}, ''), c.message
      {JOIN}
      CROSS JOIN LATERAL (VALUES
           (y.paid + y.transferred > y.carried + y.collected + y.surplus, 'the balance is negative (CAS-5)'),
           (y.ordered + y.transferred > y.carried + y.collected + y.surplus + y.announced,
            'orders go beyond realised revenue (CAS-9, SG-9)'),
           (y.ordered > y.lf_credits + y.extra_a + y.extra_b - y.transferred + y.other_credits,
            'orders go beyond the credits (CAS-1)'),
           (y.committed > y.lf_credits + y.extra_a + y.extra_b - y.transferred + y.other_credits + y.anticipation,
            'commitments go beyond the credits and the anticipation (CAS-14)'),
           (y.extra_a > greatest(0, y.collected - y.lf_credits),
            'credits of type A go beyond excess revenue (CAS-10)'),
           (y.extra_b > greatest(0, y.carried), 'credits of type B go beyond the balance (CAS-11)'))
           c (broken, message)
     WHERE c.broken ORDER BY y.id, c.message"""  # noqa: S608 - as above

_CARRIED = f"""
    SELECT 'gov.special.year', y.id, coalesce({NAME}, ''),
           'carried forward ' || y.carried || ' and the year before closed on ' || p.balance
      {JOIN}
      JOIN LATERAL (
           SELECT q.carried + q.collected + q.surplus - q.paid - q.transferred AS balance
             FROM gov_special_year q
            WHERE q.account_id = y.account_id AND q.part = y.part AND q.state = 'closed' AND q.date_to < y.date_from
         ORDER BY q.date_to DESC LIMIT 1) p ON TRUE
     WHERE p.balance <> y.carried ORDER BY y.id"""  # noqa: S608 - as above

_MISSING = """
    SELECT 'gov.budget.line', min(l.id), l.chapter_code || ' ' || l.year,
           'expenditure is ordered on a special account that has no open year here'
      FROM gov_budget_line l
     WHERE l.budget_kind <> 'general' AND l.ordered > 0
       AND NOT EXISTS (SELECT FROM gov_special_year y
                        WHERE y.fiscal_year_id = l.fiscal_year_id AND y.chapter_code = l.chapter_code
                          AND y.state <> 'draft')
  GROUP BY l.chapter_code, l.year ORDER BY 3"""

_SERIES = """
    SELECT 'gov.revenue.entry', min(s.id), s.code || ' ' || s.year,
           CASE WHEN count(*) > count(DISTINCT s.n) THEN 'a number stands twice'
                ELSE 'numbers are missing: ' || count(*) || ' numbers up to ' || max(s.n) END
      FROM (SELECT e.id, a.code, split_part(e.number, '/', 2) AS year, split_part(e.number, '/', 1)::int AS n
              FROM gov_revenue_entry e JOIN gov_special_account a ON a.id = e.account_id) s
  GROUP BY s.code, s.year
    HAVING count(DISTINCT s.n) <> count(*) OR max(s.n) <> count(*) OR min(s.n) <> 1 ORDER BY 3"""

_GUARD = """
    SELECT 'gov.revenue.entry', 0, 'gov_revenue_entry', 'its trigger ' || w.name || ' is ' || w.state
      FROM (SELECT n.name, CASE WHEN t.tgname IS NULL THEN 'missing' ELSE 'off' END AS state
              FROM (VALUES ('gov_revenue_entry_append_only_row'), ('gov_revenue_entry_append_only_statement')) n (name)
              LEFT JOIN pg_trigger t ON t.tgname = n.name AND t.tgrelid = 'gov_revenue_entry'::regclass
             WHERE t.tgname IS NULL OR t.tgenabled NOT IN ('O', 'A')) w"""

PROBES = [
    ("accounts", "gov_special_year", _BUDGET, YEARS, "Special accounts: every counter equals the sum of its entries"),
    (
        "account_rules",
        "gov_special_year",
        _RULES,
        YEARS,
        "Special accounts: creditor, within revenue, credits and maxima",
    ),
    ("account_carried", "gov_special_year", _CARRIED, YEARS, "Special accounts: the balance is carried over exactly"),
    (
        "account_missing",
        "gov_special_year",
        _MISSING,
        "SELECT count(*) FROM gov_budget_line WHERE budget_kind <> 'general'",
        "Special accounts: nothing is ordered on an account whose revenue is not known",
    ),
    (
        "revenue_series",
        "gov_revenue_entry",
        _SERIES,
        "SELECT count(*) FROM gov_revenue_entry",
        "Revenue: one series without gap for each account and year",
    ),
    ("revenue_guard", "gov_revenue_entry", _GUARD, "SELECT 2", "Revenue: the ledger is append-only in the database"),
]
