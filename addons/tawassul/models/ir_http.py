from odoo import models

from ..tools.better_words import web_words


class IrHttp(models.AbstractModel):
    """The web client of the suite: no link to a publisher's shop, and our words over the web client's own."""

    _inherit = "ir.http"

    def session_info(self):
        info = super().session_info()
        info["support_url"] = ""
        return info

    def _get_translations_for_webclient(self, modules, lang):
        translations, parameters = super()._get_translations_for_webclient(modules, lang)
        if not lang:
            lang = self.env.context.get("lang")
        for module, words in web_words(lang).items():
            if module not in translations:
                continue
            ours = [{"id": source, "string": text} for source, text in words.items()]
            theirs = [message for message in translations[module]["messages"] if message["id"] not in words]
            translations[module] = {"messages": theirs + ours}
        return translations, parameters
