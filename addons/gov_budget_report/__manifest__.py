{
    "name": "Budget: situations and forecasts",
    "summary": "Situation of execution at any date, board, landing forecast, exports, proof of the books",
    "version": "19.0.1.0.0",
    "category": "Accounting/Budget",
    "author": "Tawassul",
    "license": "LGPL-3",
    "depends": ["gov_budget_execution"],
    "data": [
        "security/ir.model.access.csv",
        "security/gov_budget_report_rules.xml",
        "data/ir_cron_data.xml",
        "views/gov_budget_report_views.xml",
        "views/gov_budget_forecast_views.xml",
        "views/gov_budget_verification_views.xml",
        "views/gov_budget_report_menus.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "gov_budget_report/static/src/core/**/*",
            "gov_budget_report/static/src/situation/**/*",
            "gov_budget_report/static/src/board/**/*",
            "gov_budget_report/static/src/landing/**/*",
        ],
    },
}
