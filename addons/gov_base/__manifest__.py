{
    "name": "Administration: base",
    "summary": "Units, regions, roles, legal parameters, public holidays, identifiers, amounts in words",
    "version": "19.0.1.0.0",
    "category": "Human Resources",
    "author": "Tawassul",
    "license": "LGPL-3",
    "depends": ["hr"],
    "data": ["security/gov_base_groups.xml"],
}
