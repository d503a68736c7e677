{
    "name": "Import of files",
    "summary": "Checked, all-or-nothing and undoable import of XLSX and CSV files, in three languages",
    "version": "19.0.1.0.0",
    "category": "Human Resources",
    "author": "Tawassul",
    "license": "LGPL-3",
    "depends": ["gov_journal"],
    "external_dependencies": {"python": ["xlsxwriter"]},
    "data": [
        "security/ir.model.access.csv",
        "data/gov_import_data.xml",
        "views/gov_import_batch_views.xml",
        "views/gov_import_menus.xml",
    ],
    "assets": {"web.assets_backend": ["gov_import/static/src/**/*"]},
}
