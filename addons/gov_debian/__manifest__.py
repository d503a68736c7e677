{
    "name": "Odoo as packaged by Debian",
    "summary": "Replaces the script files that Debian's package of Odoo leaves out",
    "version": "19.0.1.0.0",
    "category": "Hidden",
    "author": "Tawassul",
    "license": "LGPL-3",
    "depends": ["mail"],
    "auto_install": True,
}
