{
    "name": "Certificates on request",
    "summary": "Certificates and administrative documents that employees ask for",
    "version": "19.0.1.0.0",
    "category": "Human Resources",
    "author": "Tawassul",
    "license": "LGPL-3",
    "depends": ["gov_hr", "gov_document", "gov_approval"],
    "data": [],
}
