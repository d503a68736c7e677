{
    "name": "No connection to the outside",
    "summary": "Closes the connections Odoo would open by itself: telemetry, paid online services, link previews",
    "version": "19.0.1.0.0",
    "category": "Hidden",
    "author": "Tawassul",
    "license": "LGPL-3",
    "depends": ["mail"],
    "data": ["data/ir_config_parameter_data.xml"],
    "assets": {
        "web._assets_secondary_variables": [("prepend", "gov_offline/static/src/scss/fonts.scss")],
    },
    "post_init_hook": "close_connections",
    "auto_install": True,
}
