{
    "name": "Tawassul",
    "summary": "The suite: menus, look, home page, sector chart and sample year",
    "version": "19.0.1.0.0",
    "category": "Human Resources",
    "author": "Tawassul",
    "license": "LGPL-3",
    "depends": ["gov_hr_certificate"],
    "data": [],
}
