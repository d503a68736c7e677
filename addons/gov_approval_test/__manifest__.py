{
    "name": "Approval circuits: tests",
    "summary": "A request to test approval circuits with; never installed in production",
    "version": "19.0.1.0.0",
    "category": "Hidden/Tests",
    "author": "Tawassul",
    "license": "LGPL-3",
    "depends": ["gov_approval"],
    "data": [
        "security/ir.model.access.csv",
        "security/gov_approval_test_rules.xml",
        "views/gov_approval_test_request_views.xml",
    ],
}
