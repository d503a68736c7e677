{
    "name": "Official documents",
    "summary": "Registers, letterhead, PDF, seal, QR and public verification of official documents",
    "version": "19.0.1.0.0",
    "category": "Human Resources",
    "author": "Tawassul",
    "license": "LGPL-3",
    "depends": ["gov_journal"],
    "external_dependencies": {"python": ["weasyprint", "pyhanko", "qrcode"]},
    "data": [
        "security/ir.model.access.csv",
        "security/gov_document_rules.xml",
        "data/gov_document_cron.xml",
    ],
}
