{
    "name": "Tawassul",
    "summary": "The suite: menus, look, home page, sector chart and sample year",
    "version": "19.0.1.0.0",
    "category": "Human Resources",
    "author": "Tawassul",
    "license": "LGPL-3",
    "depends": [
        "gov_hr_certificate",
        "gov_hr_leave",
        "gov_hr_mission",
        "gov_hr_evaluation",
        "gov_hr_competency",
    ],
    "external_dependencies": {"python": ["polib"]},
    "data": [
        "security/ir.model.access.csv",
        "views/webclient_templates.xml",
        "views/help_templates.xml",
        "views/gov_home_views.xml",
        "views/gov_shortcut_views.xml",
        "views/hr_employee_public_views.xml",
        "data/gov_shortcut_data.xml",
        "views/tawassul_menus.xml",
        "data/tawassul_data.xml",
    ],
    "assets": {
        "web._assets_primary_variables": [
            (
                "before",
                "web/static/src/scss/primary_variables.scss",
                "tawassul/static/src/scss/primary_variables.scss",
            ),
            (
                "before",
                "web/static/src/webclient/navbar/navbar.variables.scss",
                "tawassul/static/src/scss/navbar.variables.scss",
            ),
        ],
        "web.assets_backend": [
            "tawassul/static/src/scss/backend.scss",
            "tawassul/static/src/home/**/*",
            "tawassul/static/src/webclient/**/*",
        ],
        "web.assets_frontend": ["tawassul/static/src/scss/login.scss"],
    },
    "application": True,
}
