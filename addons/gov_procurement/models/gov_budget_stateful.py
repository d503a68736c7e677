from odoo import models

from odoo.addons.gov_base.tools.act import run_short
from odoo.addons.gov_budget.models.gov_budget_stateful import _ACT


class GovBudgetStateful(models.AbstractModel):
    _inherit = "gov.budget.stateful"

    def _gov_is_act(self):
        """Tell whether an act writes: its key is an object, so that no call from outside can send it."""
        return self.env.context.get("gov_budget_act") is _ACT

    def _gov_log(self, act, facts=None):
        """Write a line of the journal for each record, in the transaction of the act.

        :param facts: record → dict of what the journal keeps
        """
        self.env["gov.journal.entry"]._record_many([(one, act, facts(one) if facts else {}) for one in self])

    def _gov_issue_for(self, kind, records=None, field=None):
        """Issue a document in Arabic and in French for each record, numbered in the register of its kind.

        :param kind: code of the register and kind of the templates
        :param records: what the documents are of; the records themselves when None
        :param field: many2one of the record that keeps it; who has one already gets no other
        """
        records = (self if records is None else records).filtered(lambda one: not field or not one[field])
        if not records:
            return self.env["gov.document"]
        documents = run_short(
            self.env, lambda env: env[self._name]._gov_prepare_for(kind, records.with_env(env), field)
        )
        documents._gov_finish()
        return documents

    def _gov_prepare_for(self, kind, records, field=None):
        # sudo: registers and templates are kept by others; the act has checked who issues
        env = self.sudo().env
        template = env["gov.document.template"].search([("kind", "=", kind), ("lang", "=", "ar_fr")], limit=1)
        register = env["gov.document.register"].search([("code", "=", kind)], limit=1)
        documents = env["gov.document"]._gov_prepare(
            [
                {
                    "register": register,
                    "template": template,
                    "record": record,
                    "values": {lang: record._gov_document_values(lang) for lang in ("ar", "fr")},
                }
                for record in records
            ]
        )
        if field:
            for record, document in zip(records, documents, strict=True):
                record._gov_write({field: document.id})
        return documents
