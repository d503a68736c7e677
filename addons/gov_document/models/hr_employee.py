from odoo import models

from ..tools.blocks import LANGS


class HrEmployee(models.Model):
    _inherit = "hr.employee"

    def _gov_document_name(self, lang):
        """Return the person's name as a document in ``lang`` prints it."""
        self.ensure_one()
        if lang == "ar" and "name_ar" in self._fields:
            return self.name_ar or self.name
        return self.name

    def _gov_document_title(self, lang):
        """Return the post under which the person signs a document in ``lang``."""
        self.ensure_one()
        employee = self.with_context(lang=LANGS.get(lang, lang))
        return employee.job_id.name or employee.job_title or ""
