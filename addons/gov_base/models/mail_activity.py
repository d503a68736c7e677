from odoo import fields, models


class MailActivity(models.Model):
    """A to-do that an act gave says which one it is, so that it is said again to whoever reads it in his language."""

    _inherit = "mail.activity"

    gov_key = fields.Char(readonly=True, copy=False, export_string_translation=False)

    def _gov_title(self, record):
        """Return what the to-do asks, in the language of the reader.

        :param record: the record it is about, empty when it is no more
        """
        self.ensure_one()
        # sudo: the sentence is made for its receiver, whatever he reads of the record
        said = record.sudo()._gov_todo_words(self.gov_key) if record and self.gov_key else None
        return said or self.summary or self.activity_type_id.name or ""


class MailActivityMixin(models.AbstractModel):
    _inherit = "mail.activity.mixin"

    def _gov_todo_words(self, key):
        """Return what the to-do ``key`` that an act of this model gives asks for, in the language of the environment.

        A model that gives to-dos says each of them here, from its own fields; None for a key it does not know.
        """
        self.ensure_one()
        return None

    def _gov_said(self, key):
        """Return the values of a to-do that an act gives: what it asks in the language of the environment, and why."""
        return {"summary": self._gov_todo_words(key), "gov_key": key}
