{
    "name": "Budget",
    "summary": "Nomenclature, annual budget, amendments, delegations and carry-over over one ledger",
    "version": "19.0.1.0.0",
    "category": "Accounting/Budget",
    "author": "Tawassul",
    "license": "LGPL-3",
    "depends": ["gov_base", "gov_journal", "gov_document", "gov_import"],
    "data": [
        "security/ir.model.access.csv",
        "security/gov_budget_rules.xml",
        "data/gov_parameter_data.xml",
        "views/gov_budget_menus.xml",
    ],
}
