"""What a data file cannot do when the module is installed."""


def post_init(env):
    """Load Arabic and French for the modules installed before, and set the company at work.

    Modules installed later get the words of every active language from Odoo itself.
    """
    env["ir.module.module"].search([("state", "=", "installed")])._update_translations(["ar_MA", "fr_FR"])
    env["res.company"].search([])._gov_set_up()
    # the users that exist are in Morocco as those to come (see gov_base_settings_data.xml); the system itself too,
    # before it closes the calendars: Odoo's module of leave moves what somebody in another time zone enters
    partners = env["res.partner"].with_context(active_test=False)
    partners.search([("user_ids", "!=", False), ("tz", "=", False)]).tz = "Africa/Casablanca"
    env.ref("base.user_root").partner_id.tz = "Africa/Casablanca"
    env["gov.public.holiday"]._cron_generate()
