{
    "name": "Training",
    "summary": "Training needs, catalogue, multi-year and annual plans, sessions and their evaluation",
    "version": "19.0.1.0.0",
    "category": "Human Resources",
    "author": "Tawassul",
    "license": "LGPL-3",
    "depends": [
        "gov_hr_competency",
        "gov_hr_evaluation",
        "gov_hr_leave",
        "gov_hr_mission",
        "gov_hr_certificate",
        "calendar",
    ],
    "data": [
        "security/ir.model.access.csv",
        "security/gov_training_rules.xml",
        "views/gov_training_course_views.xml",
        "views/gov_training_menus.xml",
    ],
}
