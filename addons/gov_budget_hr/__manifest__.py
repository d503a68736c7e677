{
    "name": "Budget: staff table",
    "summary": "Staff by grade, with number and yearly amount, in the budget book (M2)",
    "version": "19.0.1.0.0",
    "category": "Accounting/Budget",
    "author": "Tawassul",
    "license": "LGPL-3",
    "depends": ["gov_budget", "gov_hr"],
    "auto_install": True,
}
