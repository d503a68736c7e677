from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from odoo.addons.gov_approval.models.sentinel import SENTINEL_KEY, has_sentinel, with_sentinel

LONGEST_REASON = 500


class GovTrainingPeople(models.AbstractModel):
    """Who may see and do what with the people of sessions: one place for the models about them."""

    _name = "gov.training.people"
    _description = "People of training"

    @api.model
    def _gov_is_officer(self):
        """Tell whether the user runs training: training officers, HR managers, the system."""
        user = self.env.user
        return (
            self.env.su
            or user.has_group("gov_base.group_training_officer")
            or user.has_group("gov_base.group_hr_manager")
        )

    @api.model
    def _gov_check_officer(self):
        if not self._gov_is_officer():
            raise AccessError(self.env._("Training officers do this."))

    @api.model
    def _gov_served_regions(self):
        """Return the regions the user serves; none means all."""
        user = self.env.user
        return user.sudo().gov_region_ids  # sudo: only the regions of the user himself

    @api.model
    def _gov_people_domain(self, employee="employee_id", region="region_id"):
        """Return which people the user may read about: himself, those he heads, those of his regions by his role.

        :param employee: path to the employee from the model searched
        :param region: path to the region of the record
        """
        user = self.env.user
        domain = Domain(f"{employee}.user_id", "=", user.id)
        # sudo: who heads which unit is in the organisation chart
        headed = self.env["hr.department"].sudo().search([("manager_id.user_id", "=", user.id)])
        if headed:
            domain |= Domain("department_id", "child_of", headed.ids) & Domain(f"{employee}.user_id", "!=", user.id)
        roles = ("hr_officer", "training_officer", "auditor")
        if any(user.has_group(f"gov_base.group_{role}") for role in roles):
            regions = self._gov_served_regions()
            domain |= Domain(region, "in", regions.ids) if regions else Domain.TRUE
        return domain

    @api.model
    def _gov_reason(self, reason, required=True):
        """Return a reason as one text; refuse none when one is required, and one too long to be printed."""
        text = reason.strip() if isinstance(reason, str) else ""
        if required and not text:
            raise UserError(self.env._("Give the reason: it is kept, and those concerned read it."))
        if len(text) > LONGEST_REASON:
            raise UserError(self.env._("Say the reason in %(number)s characters at most.", number=LONGEST_REASON))
        return text

    @api.model
    def _gov_ids(self, model, ids):
        """Return the existing records of ids that come from outside."""
        plain = list(dict.fromkeys(one for one in ids if type(one) is int)) if isinstance(ids, list | tuple) else []
        # sudo: whether they exist; the caller checks who may do what with them
        return self.env[model].sudo().browse(plain).exists()

    @api.model
    def _gov_parameter(self, code, on_date=None):
        # sudo: legal parameters are public, whatever the rights of who asks
        return self.env["gov.parameter"].sudo().get_value(code, on_date)

    def _gov_tell(self, users, subject, sentence):
        """Send to users, each in his language, a sentence about this record.

        :param sentence: function of the record in the language of the reader, that returns the text
        """
        self.ensure_one()
        for user in users.filtered("active"):
            one = self.sudo().with_context(lang=user.lang)  # sudo: those concerned are told, whoever acts
            one.message_notify(partner_ids=user.partner_id.ids, subject=subject(one), body=sentence(one))


class GovTrainingGuarded(models.AbstractModel):
    """A record that only acts make and change: no form, import, copy, default value or call by RPC writes it."""

    _name = "gov.training.guarded"
    _description = "Record of a training session"
    _inherit = ["gov.training.people"]

    def _gov_refuse_hand(self):
        raise AccessError(
            self.env._("Registrations, attendance and answers are made by the acts of the session, never by hand.")
        )

    @api.model_create_multi
    def create(self, vals_list):
        if not has_sentinel(self.env):
            self._gov_refuse_hand()
        context = {key: value for key, value in self.env.context.items() if not key.startswith("default_")}
        clean = self.with_env(self.env(context=dict(context, **{SENTINEL_KEY: None})))
        return super(GovTrainingGuarded, clean).create(vals_list).with_env(self.env)

    def write(self, vals):
        if not has_sentinel(self.env):
            self._gov_refuse_hand()
        return super(GovTrainingGuarded, self.with_context(**{SENTINEL_KEY: None})).write(vals)

    def unlink(self):
        if not has_sentinel(self.env):
            self._gov_refuse_hand()
        return super(GovTrainingGuarded, self.with_context(**{SENTINEL_KEY: None})).unlink()

    def copy_data(self, default=None):
        self._gov_refuse_hand()

    def _gov_write(self, vals):
        """Write what only acts write; the act has checked who does it."""
        # sudo: nobody has a right to write these records, the acts have
        return with_sentinel(self.sudo()).write(vals)

    @api.model
    def _gov_create(self, vals_list):
        """Create what only acts create; the act has checked who does it."""
        # sudo: nobody has a right to create these records, the acts have
        return with_sentinel(self.sudo()).create(vals_list).with_env(self.env)

    def _gov_delete(self):
        """Delete what only acts delete; the act has checked who does it."""
        # sudo: nobody has a right to delete these records, the acts have
        return with_sentinel(self.sudo()).unlink()
