from odoo import models
from odoo.tools.translate import TranslationImporter

from ..tools.better_words import term_files


class IrModuleModule(models.Model):
    """Our words for terms of Odoo's own modules, kept over every update.

    Whenever translations are loaded (installation, update, a language added), the files ``terms/<language>.po`` of
    this module are written last, over what the updated modules brought.
    """

    _inherit = "ir.module.module"

    def _load_module_terms(self, modules, langs, overwrite=False):
        result = super()._load_module_terms(modules, langs, overwrite=overwrite)
        self._load_better_words(langs)
        return result

    def _load_better_words(self, langs):
        """Write the terms of ``terms/*.po`` for ``langs`` over the existing translations."""
        importer = TranslationImporter(self.env.cr, verbose=False)
        for lang in langs:
            for path in term_files(lang):
                importer.load_file(path, lang)
        importer.save(overwrite=True, force_overwrite=True)
