{
    "name": "Approval circuits",
    "summary": "Opinions, approvals and signatures over the hierarchy, interim, deadlines, receipts",
    "version": "19.0.1.0.0",
    "category": "Human Resources",
    "author": "Tawassul",
    "license": "LGPL-3",
    "depends": ["gov_journal"],
    "data": [
        "security/ir.model.access.csv",
        "security/gov_approval_rules.xml",
        "data/gov_parameter_data.xml",
        "data/mail_activity_type_data.xml",
        "data/ir_cron_data.xml",
    ],
}
