{
    "name": "Journal of legal acts",
    "summary": "Append-only, hash-chained journal of legal acts and its offline verifier",
    "version": "19.0.1.0.0",
    "category": "Human Resources",
    "author": "Tawassul",
    "license": "LGPL-3",
    "depends": ["gov_base"],
    "data": [
        "security/ir.model.access.csv",
        "data/gov_journal_cron.xml",
        "views/gov_journal_entry_views.xml",
        "views/gov_journal_chain_views.xml",
        "views/gov_journal_menus.xml",
    ],
}
