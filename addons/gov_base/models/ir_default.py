from odoo import api, models
from odoo.exceptions import UserError


class IrDefault(models.Model):
    _inherit = "ir.default"

    @api.model_create_multi
    def create(self, vals_list):
        defaults = super().create(vals_list)
        defaults._gov_check_protected()
        return defaults

    def write(self, vals):
        result = super().write(vals)
        self._gov_check_protected()
        return result

    def _gov_check_protected(self):
        """Refuse a default value for what only acts write: a state, a number, a date of a decision.

        Such a field is refused among the values of ``create``; a default that any user may keep for himself would set
        it all the same.
        """
        if self.env.su:
            return
        for field in self.sudo().field_id:  # sudo: the names of the fields, to check them
            model = self.env.get(field.model)
            known = model is not None and model._fields.get(field.name)
            if known and (known.readonly or field.name == "state" or field.name in getattr(model, "_act_fields", ())):
                raise UserError(
                    self.env._(
                        "“%(field)s” of “%(model)s” changes with its buttons only: it takes no default value.",
                        field=known._description_string(self.env),
                        model=model._description,
                    )
                )
