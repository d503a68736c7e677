{
    "name": "Approval circuits",
    "summary": "Opinions, approvals and signatures over the hierarchy, interim, deadlines, receipts",
    "version": "19.0.1.0.0",
    "category": "Human Resources",
    "author": "Tawassul",
    "license": "LGPL-3",
    "depends": ["gov_journal"],
    "data": [],
}
