"""The counters of a budget line as SQL over its entries, and what must hold in a database: plain SQL over a DB-API
cursor, so that the same code serves the reports, the nightly check and ``scripts/verify budget`` without Odoo.

Which change of an entry goes to which counter is said once, in ``gov_budget/services/ledger.py``; the expressions are
made from it.
"""

from collections import defaultdict

# columns of the situation from the counters of a line
BASE_OF = {
    "lf": "cp_initial",
    "carried": "cp_carried",
    "moved": "cp_moved",
    "funds": "cp_added",
    "received": "cp_received",
    "lapsed": "cp_lapsed",
    "delegated": "delegated",
    "delegated_ce": "delegated_ce",
    "ce": "ce_current",
    "committed": "committed",
    "reserved": "reserved",
    "liquidated": "liquidated",
    "ordered": "ordered",
    "paid": "paid",
    "authorised": "authorised",
}


def counter_sql(ledger, alias="e"):
    """Return {counter: SQL aggregate over entries} for all the counters of a line.

    :param ledger: the module ``gov_budget/services/ledger.py``
    """
    a = f"{alias}."
    conditions = defaultdict(list)
    adding = ", ".join(f"'{movement}'" for movement in ledger.ADDING)
    for kind in ledger.CREDIT_KINDS:
        plain = ledger.bucket(kind, None)
        extra = ledger.bucket(kind, ledger.ADDING[0])
        if plain == extra:
            conditions[plain].append(f"{a}kind = '{kind}'")
        else:
            is_adding = f"coalesce({a}movement, '') IN ({adding})"
            conditions[plain].append(f"({a}kind = '{kind}' AND NOT {is_adding})")
            conditions[extra].append(f"({a}kind = '{kind}' AND {is_adding})")
    found = {name: f"sum({a}cp) FILTER (WHERE {' OR '.join(those)})" for name, those in conditions.items()}
    found["ce_initial"] = f"sum({a}ce) FILTER (WHERE {a}kind = 'initial')"
    found["cp_current"] = f"sum({a}cp)"
    found["ce_current"] = f"sum({a}ce)"
    for name in ledger.COLUMNS[2:]:
        found[name] = f"sum({a}{name})"
    found["available"] = f"sum({a}cp + {a}ce - {a}delegated - {a}reserved - {a}committed)"
    return {name: f"coalesce({found[name]}, 0)" for name in ledger.COUNTERS}
