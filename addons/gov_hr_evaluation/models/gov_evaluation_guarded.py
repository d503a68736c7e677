from odoo import api, models
from odoo.exceptions import AccessError

from odoo.addons.gov_approval.models.sentinel import SENTINEL_KEY, has_sentinel, with_sentinel


class GovEvaluationGuarded(models.AbstractModel):
    """A record that only acts make and change: no form, import, copy, default value or call by RPC writes it."""

    _name = "gov.evaluation.guarded"
    _description = "Record of an evaluation"

    def _gov_refuse(self):
        raise AccessError(
            self.env._("Sheets, marks and their history are made by the acts of the evaluation, never by hand.")
        )

    @api.model_create_multi
    def create(self, vals_list):
        if not has_sentinel(self.env):
            self._gov_refuse()
        context = {key: value for key, value in self.env.context.items() if not key.startswith("default_")}
        clean = self.with_env(self.env(context=dict(context, **{SENTINEL_KEY: None})))
        return super(GovEvaluationGuarded, clean).create(vals_list).with_env(self.env)

    def write(self, vals):
        if not has_sentinel(self.env):
            self._gov_refuse()
        return super(GovEvaluationGuarded, self.with_context(**{SENTINEL_KEY: None})).write(vals)

    def unlink(self):
        if not has_sentinel(self.env):
            self._gov_refuse()
        return super(GovEvaluationGuarded, self.with_context(**{SENTINEL_KEY: None})).unlink()

    def copy_data(self, default=None):
        self._gov_refuse()

    def _gov_write(self, vals):
        """Write what only acts write; the act has checked who does it."""
        # sudo: nobody has a right to write these records, the acts have
        return with_sentinel(self.sudo()).write(vals)

    @api.model
    def _gov_create(self, vals_list):
        """Create what only acts create; the act has checked who does it."""
        # sudo: nobody has a right to create these records, the acts have
        return with_sentinel(self.sudo()).create(vals_list).with_env(self.env)
