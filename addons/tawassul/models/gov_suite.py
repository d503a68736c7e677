from odoo import api, models
from odoo.fields import Command

from odoo.addons.gov_offline import close_connections

# Screens of the platform itself: for those who run it, not for those who work with it.
TECHNICAL_ROOTS = ("mail.menu_root_discuss", "base.menu_management", "base.menu_administration")
# The employees' application belongs to the human resources office; everybody else has the directory.
HR_ROOTS = ("hr.menu_hr_root",)
# The administration of the suite: for every office, not for those who only ask.
OFFICES = (
    "gov_base.group_hr_officer",
    "gov_base.group_training_officer",
    "gov_base.group_social_officer",
    "gov_base.group_social_committee",
    "gov_base.group_budget_officer",
    "gov_base.group_authorising_officer",
    "gov_base.group_expenditure_controller",
    "gov_base.group_procurement_officer",
    "gov_base.group_asset_officer",
    "gov_base.group_news_editor",
    "gov_base.group_auditor",
    "base.group_system",
)


class GovSuite(models.AbstractModel):
    """What the suite settles on Odoo's own records, each time it is installed or updated."""

    _name = "gov.suite"
    _description = "Settings of the suite"

    @api.model
    def _set_up(self):
        """Settle menus, outside connections and the name of the system; harmless when repeated."""
        self._set_menus()
        self._set_silence()
        self.env.ref("base.partner_root").name = "Tawassul"

    @api.model
    def _set_menus(self):
        for xmlids, group in ((TECHNICAL_ROOTS, "base.group_system"), (HR_ROOTS, "hr.group_hr_user")):
            for xmlid in xmlids:
                menu = self.env.ref(xmlid, raise_if_not_found=False)
                if menu:
                    menu.group_ids = [Command.set(self.env.ref(group).ids)]
        offices = [self.env.ref(group).id for group in OFFICES]
        self.env.ref("gov_base.menu_root").group_ids = [Command.set(offices)]

    @api.model
    def _set_silence(self):
        close_connections(self.env)  # again: modules installed since bring actions of their own
        parameters = self.env["ir.config_parameter"].sudo()  # runs at installation, as the system itself
        # accounts are opened by the administration: nobody signs up alone
        parameters.set_param("auth_signup.invitation_scope", "b2b")
