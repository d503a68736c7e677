"""What must hold between the acts of execution and the ledger: plain SQL, for the nightly check and ``verify budget``.

Each is (code, table, query of the problems: model, id, name, what is wrong; query of what is looked at, title), as
``gov_budget_report/services/verification.py`` takes them.  The sums of a line alone do not see one act changed against
another, nor a state written past its act: here each act is compared with the entries that bear its name.
"""

# what a commitment line says, and what the acts, invoices and orders of its commitment posted on its budget line
_LINES = """
    WITH posted AS (
        SELECT o.commitment_id, e.line_id, sum(e.committed) AS committed, sum(e.liquidated) AS liquidated,
               sum(e.ordered) AS ordered, sum(e.paid) AS paid
          FROM gov_budget_entry e
          JOIN (SELECT 'gov.commitment.act' AS model, id, commitment_id FROM gov_commitment_act
                 UNION ALL SELECT 'gov.liquidation', id, commitment_id FROM gov_liquidation
                 UNION ALL SELECT 'gov.payment.order', id, commitment_id FROM gov_payment_order) o
            ON o.model = e.res_model AND o.id = e.res_id
      GROUP BY o.commitment_id, e.line_id)
    SELECT 'gov.commitment', c.id, coalesce(c.number, c.object),
           'on ' || b.full_code || ' it says ' || v.name || ' ' || v.said || ' and its acts posted ' || v.posted
      FROM gov_commitment_line l
      JOIN gov_commitment c ON c.id = l.commitment_id
      JOIN gov_budget_line b ON b.id = l.budget_line_id
      LEFT JOIN posted p ON p.commitment_id = l.commitment_id AND p.line_id = l.budget_line_id
     CROSS JOIN LATERAL (VALUES
           ('committed', l.committed + l.lapsed, coalesce(p.committed, 0)),
           ('ordered', l.ordered, coalesce(p.ordered, 0)),
           ('paid', l.paid, coalesce(p.paid, 0))) v (name, said, posted)
     WHERE v.said <> v.posted ORDER BY c.id, b.full_code, v.name"""

# what waits for a visa holds its reservation, what was decided holds none; closed books gave theirs back
_RESERVED = """
    WITH asked AS (
        SELECT a.id, sum(greatest((x.value #>> '{}')::numeric, 0)) AS amount
          FROM gov_commitment_act a CROSS JOIN LATERAL jsonb_each(a.changes) x
         WHERE a.state = 'proposed' GROUP BY a.id),
    held AS (
        SELECT e.res_id AS id, sum(e.reserved) AS amount
          FROM gov_budget_entry e JOIN gov_budget_line l ON l.id = e.line_id
         WHERE e.res_model = 'gov.commitment.act' AND l.is_open GROUP BY e.res_id)
    SELECT 'gov.commitment.act', a.id, coalesce(a.number, ''), 'it is ' || a.state || ', holds a reservation of ' ||
           coalesce(h.amount, 0) || ' and asks for ' || coalesce(s.amount, 0)
      FROM gov_commitment_act a
      LEFT JOIN asked s ON s.id = a.id
      LEFT JOIN held h ON h.id = a.id
     WHERE coalesce(h.amount, 0) <> coalesce(s.amount, 0) ORDER BY a.id"""

# a commitment is in the state that its acts brought it to
_STATES = """
    WITH held AS (
        SELECT commitment_id AS id, sum(committed) AS amount FROM gov_commitment_line GROUP BY commitment_id),
    acts AS (
        SELECT commitment_id AS id, bool_or(state = 'proposed') AS waits,
               bool_or(state IN ('visaed', 'overridden') OR kind = 'carry_over') AS has_visa
          FROM gov_commitment_act GROUP BY commitment_id)
    SELECT 'gov.commitment', c.id, coalesce(c.number, c.object), 'it is ' || c.state || w.message
      FROM gov_commitment c
      LEFT JOIN held h ON h.id = c.id
      LEFT JOIN acts a ON a.id = c.id
     CROSS JOIN LATERAL (VALUES
           (c.state IN ('draft', 'proposed', 'refused', 'returned', 'cancelled') AND coalesce(h.amount, 0) <> 0,
            ' and ' || h.amount || ' is committed'),
           (c.state IN ('visaed', 'closed', 'carried') AND NOT coalesce(a.has_visa, FALSE), ' without a visa'),
           (c.state = 'proposed' AND NOT coalesce(a.waits, FALSE), ' and nothing waits for a visa'),
           (c.state NOT IN ('proposed', 'visaed') AND coalesce(a.waits, FALSE), ' and an act waits for its visa'))
           w (broken, message)
     WHERE w.broken ORDER BY c.id, w.message"""

_INVOICES = """
    WITH posted AS (
        SELECT res_id AS id, sum(liquidated) AS amount FROM gov_budget_entry
         WHERE res_model = 'gov.liquidation' GROUP BY res_id),
    said AS (SELECT liquidation_id AS id, sum(amount) AS amount FROM gov_liquidation_line GROUP BY liquidation_id)
    SELECT 'gov.liquidation', l.id, coalesce(l.number, l.invoice_number), 'it is ' || l.state || ' with ' ||
           coalesce(s.amount, 0) || ' and posted ' || coalesce(p.amount, 0)
      FROM gov_liquidation l
      LEFT JOIN said s ON s.id = l.id
      LEFT JOIN posted p ON p.id = l.id
     WHERE coalesce(p.amount, 0) <> CASE WHEN l.state = 'certified' THEN coalesce(s.amount, 0) ELSE 0 END
  ORDER BY l.id"""

_ORDERS = """
    WITH posted AS (
        SELECT res_id AS id, sum(ordered) AS ordered, sum(paid) AS paid FROM gov_budget_entry
         WHERE res_model = 'gov.payment.order' GROUP BY res_id),
    said AS (SELECT order_id AS id, sum(amount) AS amount FROM gov_payment_order_line GROUP BY order_id),
    kept AS (
        SELECT order_id AS id, sum(amount) AS amount,
               sum(amount) FILTER (WHERE code IN ('retention', 'penalty', 'advance')) AS less
          FROM gov_payment_withholding GROUP BY order_id)
    SELECT 'gov.payment.order', o.id, coalesce(o.number, ''), w.message
      FROM gov_payment_order o
      LEFT JOIN posted p ON p.id = o.id
      LEFT JOIN said s ON s.id = o.id
      LEFT JOIN kept k ON k.id = o.id
     CROSS JOIN LATERAL (VALUES
           (coalesce(p.ordered, 0) <>
            CASE WHEN o.state IN ('issued', 'visaed', 'paid') THEN o.charged_amount ELSE 0 END,
            'it is ' || o.state || ', charges ' || o.charged_amount || ' and posted ' || coalesce(p.ordered, 0)),
           (coalesce(p.paid, 0) <> CASE WHEN o.state = 'paid' THEN o.charged_amount ELSE 0 END,
            'it is ' || o.state || ', charges ' || o.charged_amount || ' and posted as paid ' || coalesce(p.paid, 0)),
           (o.charged_amount <> coalesce(s.amount, 0),
            'it charges ' || o.charged_amount || ' and its lines make ' || coalesce(s.amount, 0)),
           (o.net_amount <> o.gross_amount - coalesce(k.amount, 0)
            OR o.charged_amount <> o.gross_amount - coalesce(k.less, 0),
            'gross ' || o.gross_amount || ' less what is withheld ' || coalesce(k.amount, 0) || ' is not the net ' ||
            o.net_amount || ' with ' || o.charged_amount || ' charged')) w (broken, message)
     WHERE w.broken ORDER BY o.id, w.message"""

# who acts is never who asked
_PEOPLE = """
    SELECT w.model, w.id, w.name, w.message FROM (
        SELECT 'gov.commitment.act' AS model, id, coalesce(number, '') AS name,
               'who asked for it gave its visa' AS message
          FROM gov_commitment_act
         WHERE state IN ('visaed', 'refused', 'overridden') AND decided_by_id = asked_by_id
         UNION ALL
        SELECT 'gov.liquidation', id, coalesce(number, invoice_number), 'who entered it certified it'
          FROM gov_liquidation WHERE certified_by_id = submitted_by_id
         UNION ALL
        SELECT 'gov.payment.order', id, coalesce(number, ''), 'who prepared or signed it decided on it'
          FROM gov_payment_order
         WHERE signed_by_id = submitted_by_id OR visa_by_id IN (submitted_by_id, signed_by_id)
            OR paid_by_id IN (submitted_by_id, signed_by_id)) w
  ORDER BY w.model, w.id"""

_SLIPS = """
    SELECT 'gov.payment.slip', min(s.id), s.series,
           CASE WHEN count(*) > count(DISTINCT s.rank) THEN 'a number stands twice'
                ELSE 'numbers are missing: ' || count(*) || ' numbers up to ' || max(s.rank) END
      FROM (SELECT id, rank, officer_id || '/' || fiscal_year_id AS series FROM gov_payment_slip WHERE rank > 0) s
  GROUP BY s.series HAVING count(DISTINCT s.rank) <> count(*) OR max(s.rank) <> count(*) OR min(s.rank) <> 1
  ORDER BY s.series"""

PROBES = [
    (
        "commitment_lines",
        "gov_commitment_line",
        _LINES,
        "SELECT count(*) FROM gov_commitment_line",
        "Each commitment says what its own acts posted",
    ),
    (
        "reservations",
        "gov_commitment_act",
        _RESERVED,
        "SELECT count(*) FROM gov_commitment_act",
        "What waits for a visa is reserved, and nothing else",
    ),
    (
        "commitment_states",
        "gov_commitment",
        _STATES,
        "SELECT count(*) FROM gov_commitment",
        "Each commitment is in the state that its acts brought it to",
    ),
    (
        "invoices",
        "gov_liquidation",
        _INVOICES,
        "SELECT count(*) FROM gov_liquidation",
        "Each certified invoice is liquidated, and no other",
    ),
    (
        "payments",
        "gov_payment_order",
        _ORDERS,
        "SELECT count(*) FROM gov_payment_order",
        "Each payment order is ordered and paid as it says, to the centime",
    ),
    (
        "people",
        "gov_payment_order",
        _PEOPLE,
        "SELECT count(*) FROM gov_payment_order",
        "Who acts is never who asked",
    ),
    (
        "slips",
        "gov_payment_slip",
        _SLIPS,
        "SELECT count(*) FROM gov_payment_slip WHERE rank > 0",
        "Issue sheets: one series without gap for each authorising officer and year",
    ),
]
